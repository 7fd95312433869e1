// Joins the parts of the page: what is written, what is shown, and the bot.

import * as api from "./api.js";
import { Composer } from "./composer.js";
import { make, Messages } from "./messages.js";
import { examples, say, translate } from "./words.js";

const $ = (id) => document.getElementById(id);
const ANSWER_TIME = 5_000;
const TRIES = 8; // of a message that a server refuses for now, about a minute
const SLOW_TRIES = 3; // of one that took too long to arrive
const UNSENT = "easel.unsent";

translate();
api.takeToken(); // who is in already may come by such a link, too
addEventListener("hashchange", api.takeToken);

let conversation = api.currentConversation();
let unfollow = () => {};
let live = false; // whether what comes is new, and not what was there before
let outgoing = []; // one's own messages that the stream has not brought yet
let sending = Promise.resolve();
const pressed = new Set(); // messages whose button waits for an answer
const known = new Set(); // one's own messages that the stream has brought, also before it began anew

const messages = new Messages(
  { log: $("log"), scroll: $("scroll"), empty: $("empty"), down: $("down"), announcer: $("announcer") },
  { press, open: openViewer, changed: () => {} },
);
const composer = new Composer(document, send);

function follow() {
  unfollow();
  live = false;
  let quiet = 0;
  unfollow = api.follow(conversation, {
    state(name) {
      $("link").dataset.state = name;
      $("link-text").textContent = say(name);
      if (name === "open") {
        // what was there before comes at once; what is new comes later
        clearTimeout(quiet);
        quiet = setTimeout(() => (live = true), 1_500);
      } else {
        live = false;
      }
    },
    event(name, data) {
      if (name === "message" || name === "edit") {
        if (data.from === "user") {
          adopt(data);
          known.add(data.id);
        }
        messages.show(data, live);
      } else if (name === "delete") {
        messages.remove(data.id);
      } else if (name === "notice") {
        messages.released(data.messageId);
        if (pressed.delete(data.messageId)) {
          toast(data.text); // not what another tab, or this page before a reload, was told
        }
      } else if (name === "reset") {
        messages.clear();
      }
    },
  });
}

// ---- sending

function send({ text, attached }) {
  take({ text, attached, key: api.uuid(), conversation });
  remember();
}

function take(written) {
  const message = { ...written, id: null };
  message.node = pendingNode(message);
  outgoing.push(message);
  messages.showPending(message.node);
  enqueue(message);
}

/** Keeps what is not sent yet: a phone ends pages that are not looked at. Files cannot be kept. */
function remember() {
  const unsent = outgoing
    .filter((m) => !m.id && m.attached.every((a) => !a.file))
    .map(({ text, attached, key, conversation: to }) => ({ text, attached, key, conversation: to }));
  try {
    sessionStorage.setItem(UNSENT, JSON.stringify(unsent));
  } catch {
    // then it lasts as long as the page
  }
}

/** Goes on sending what an earlier page of this tab could not. */
function resume() {
  let unsent = [];
  try {
    unsent = JSON.parse(sessionStorage.getItem(UNSENT)) ?? [];
  } catch {
    // nothing was kept
  }
  // what the stream brings first may be older: these are known by their ids only
  unsent.filter((m) => m.conversation === conversation).forEach((m) => take({ ...m, resumed: true }));
}

function enqueue(message) {
  // one after the other, so that they arrive in their order
  sending = sending.then(() => deliver(message));
}

async function deliver(message) {
  let tries = 0;
  for (let pause = 1_000; ; pause = Math.min(pause * 2, 15_000)) {
    if (!outgoing.includes(message)) {
      return;
    }
    try {
      note(message, say("sending"));
      const { id } = await api.sendMessage(message.conversation, await contents(message), message.key);
      arrived(message, id);
      return;
    } catch (error) {
      const refused = error instanceof api.Refused;
      if (refused && ++tries >= triesOf(error)) {
        failed(message, error);
        return;
      }
      const lost = refused ? null : await lostFile(message);
      if (lost) {
        failed(message, new api.Refused(0, say("lost", lost), 0));
        return;
      }
      note(message, refused && error.message ? error.message : say("offline"));
      await (refused ? api.sleep(Math.max(pause, error.retryAfter)) : api.sleepOffline(pause));
    }
  }
}

function triesOf({ status }) {
  if (status === 408) {
    return SLOW_TRIES;
  }
  return status < 500 ? 1 : TRIES;
}

/** Pictures of the conversation go by their ids, unless files go along: then all are files. */
async function contents({ text, attached }) {
  const files = attached.filter((a) => a.file).map((a) => a.file);
  const known = attached.filter((a) => a.id);
  if (files.length === 0) {
    return { text, files, images: known.map((a) => a.id) };
  }
  for (const picture of known) {
    const response = await fetch(picture.url);
    if (!response.ok) {
      throw new api.Refused(404, say("gone"), 0);
    }
    files.push(await response.blob());
  }
  return { text, files, images: [] };
}

/** The name of a file that was changed or taken away since it was attached: it can never be sent. */
async function lostFile({ attached }) {
  for (const { file, name } of attached) {
    try {
      await file?.slice(0, 1).arrayBuffer();
    } catch {
      return name || say("untitled");
    }
  }
  return null;
}

function pendingNode({ text, attached }) {
  const pictures = make("div", { class: "pictures" });
  pictures.dataset.count = String(Math.min(attached.length, 4));
  for (const { url, name } of attached) {
    const frame = make("div", { class: "picture there" }, make("img", { src: url, alt: name }));
    pictures.append(frame);
  }
  const body = make("article", { class: "body", "aria-label": say("you") }, pictures);
  if (text) {
    body.append(make("p", { class: "text", dir: "auto" }, text));
  }
  const node = make("li", { class: "message own pending" }, body);
  node.classList.toggle("pictured", attached.length > 0);
  node.append(make("div", { class: "note", role: "status" }));
  return node;
}

function note({ node }, ...content) {
  node.querySelector(".note").replaceChildren(...content);
}

/** The server has it; the stream shows it, or already has. */
function arrived(message, id) {
  message.id = id;
  remember();
  if (messages.items.has(id)) {
    settle(message);
  } else {
    note(message);
  }
}

/** The stream brings a message of one's own: it takes the place of what was shown meanwhile. */
function adopt(data) {
  const message = outgoing.find(
    (m) =>
      m.conversation === conversation &&
      (m.id === data.id || (!m.id && !m.resumed && !known.has(data.id) && isAlike(m, data))),
  );
  if (message) {
    message.id = data.id;
    settle(message);
  }
}

function isAlike({ text, attached }, data) {
  return text.trim() === data.text.trim() && attached.length === data.images.length;
}

function settle(message) {
  outgoing = outgoing.filter((m) => m !== message);
  remember();
  message.node.remove();
  message.attached.filter((a) => a.file).forEach((a) => URL.revokeObjectURL(a.url));
}

function failed(message, error) {
  message.node.classList.add("failed");
  const choices = make("span", { class: "choices" });
  if (error.retryAfter || error.status === 408 || error.status >= 500) {
    const again = make("button", { type: "button", class: "plain" }, say("retry"));
    again.addEventListener("click", () => {
      message.node.classList.remove("failed");
      enqueue(message);
    });
    choices.append(again);
  }
  const change = make("button", { type: "button", class: "plain" }, say("change"));
  change.addEventListener("click", () => {
    outgoing = outgoing.filter((m) => m !== message);
    remember();
    message.node.remove();
    messages.empty.hidden = messages.log.childElementCount > 0;
    composer.restore(message);
  });
  choices.append(change);
  note(message, make("span", {}, error.message || say("unsent")), choices);
  messages.toEnd();
}

// ---- buttons

async function press(messageId, action) {
  pressed.add(messageId);
  const release = setTimeout(() => messages.released(messageId), ANSWER_TIME);
  try {
    await api.press(conversation, messageId, action);
  } catch (error) {
    clearTimeout(release);
    messages.released(messageId);
    toast(error instanceof api.Refused && error.message ? error.message : say("pressed"));
  }
}

let toastTimer = 0;

function toast(text) {
  if (!text) {
    return;
  }
  const node = $("toast");
  node.textContent = text;
  node.hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => (node.hidden = true), 4_000 + text.length * 40);
}

// ---- a picture, large

let viewed = null;

function openViewer(id) {
  const all = messages.pictures();
  const at = all.findIndex((p) => p.id === id);
  if (at < 0) {
    return;
  }
  viewed = all[at];
  const image = $("viewer-image");
  image.src = viewed.url;
  image.alt = say("picture", viewed.caption || say("untitled"));
  $("viewer-save").href = viewed.url;
  $("viewer-save").download = `easel-${viewed.id.slice(0, 8)}.${viewed.mediaType.split("/")[1].replace("jpeg", "jpg")}`;
  $("viewer-back").disabled = at === 0;
  $("viewer-next").disabled = at === all.length - 1;
  if (!$("viewer").open) {
    $("viewer").showModal();
    $("viewer-close").focus();
  }
}

function turn(step) {
  const all = messages.pictures();
  const next = all[all.findIndex((p) => p.id === viewed?.id) + step];
  if (next) {
    openViewer(next.id);
  }
}

$("viewer-back").addEventListener("click", () => turn(-1));
$("viewer-next").addEventListener("click", () => turn(1));
$("viewer-close").addEventListener("click", () => $("viewer").close());
$("viewer-use").addEventListener("click", () => {
  $("viewer").close();
  composer.addPicture(viewed);
});
$("viewer").addEventListener("click", (event) => {
  if (event.target === $("viewer")) {
    $("viewer").close();
  }
});
$("viewer").addEventListener("keydown", (event) => {
  if (event.key === "ArrowLeft") {
    turn(-1);
  } else if (event.key === "ArrowRight") {
    turn(1);
  }
});

// ---- the rest of the page

$("new").addEventListener("click", () => {
  conversation = api.newConversation();
  outgoing.forEach((m) => m.node.remove());
  outgoing = [];
  remember();
  sending = Promise.resolve(); // nothing waits for what is left behind
  messages.clear();
  composer.clear();
  follow();
  composer.prompt.focus();
});

$("theme").addEventListener("click", () => {
  const root = document.documentElement;
  const dark =
    root.dataset.theme === "dark" ||
    (!root.dataset.theme && matchMedia("(prefers-color-scheme: dark)").matches);
  root.dataset.theme = dark ? "light" : "dark";
  try {
    localStorage.setItem("easel.theme", root.dataset.theme);
  } catch {
    // then it lasts as long as the page
  }
});

$("examples").append(
  ...examples.map((text) =>
    make("li", {}, make("button", { type: "button", onclick: () => send({ text, attached: [] }) }, text)),
  ),
);

messages.empty.hidden = false;
resume();
follow();
if (matchMedia("(hover: hover)").matches) {
  composer.prompt.focus();
}
