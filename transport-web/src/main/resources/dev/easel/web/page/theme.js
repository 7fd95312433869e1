// Runs before the page is drawn, so that it never flashes in the other colours.
(() => {
  let chosen = null;
  try {
    chosen = localStorage.getItem("easel.theme");
  } catch {
    // storage may be switched off; then the system decides
  }
  if (chosen === "light" || chosen === "dark") {
    document.documentElement.dataset.theme = chosen;
  }
})();
