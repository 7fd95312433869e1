import { say, translate } from "./words.js";

translate();
const form = document.getElementById("signin");
const wrong = document.getElementById("wrong");
const token = new URLSearchParams(location.hash.slice(1)).get("token");
// the token must not stay in the address, the history or a screenshot
history.replaceState(null, "", location.pathname);

function complain(text) {
  wrong.textContent = text;
  wrong.hidden = false;
  form.elements.token.select();
}

form.addEventListener("submit", async (event) => {
  // not as a form's own post: since the page sends no referrer, that would come from nowhere and be refused
  event.preventDefault();
  wrong.hidden = true;
  try {
    const body = new URLSearchParams({ token: form.elements.token.value });
    const answer = await fetch(form.action, { method: "POST", credentials: "same-origin", body });
    if (!answer.ok) {
      complain((await answer.json()).detail);
    } else if (new URL(answer.url).searchParams.has("wrong")) {
      complain(say("wrong"));
    } else {
      location.reload();
    }
  } catch {
    complain(say("offline"));
  }
});

if (token) {
  form.elements.token.value = token;
  form.requestSubmit();
}
