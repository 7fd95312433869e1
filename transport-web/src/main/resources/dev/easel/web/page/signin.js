import { takeToken } from "./api.js";
import { say, translate } from "./words.js";

translate();
const form = document.getElementById("signin");
const wrong = document.getElementById("wrong");

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

function followLink() {
  const token = takeToken();
  if (token) {
    form.elements.token.value = token;
    form.requestSubmit();
  }
}

addEventListener("hashchange", followLink); // a link that is opened where this page already is
followLink();
