// The flow of messages: each is a list item that changes in place.

import { say } from "./words.js";

export function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "class") {
      node.className = value;
    } else if (name.startsWith("on")) {
      node.addEventListener(name.slice(2), value);
    } else if (value !== null && value !== false) {
      node.setAttribute(name, value === true ? "" : value);
    }
  }
  node.append(...children);
  return node;
}

export class Messages {
  /** `on` has `press(messageId, action, button)`, `open(picture)`, `changed()`. */
  constructor({ log, scroll, empty, down, announcer }, on) {
    this.log = log;
    this.scroll = scroll;
    this.empty = empty;
    this.down = down;
    this.announcer = announcer;
    this.on = on;
    this.items = new Map();
    this.stuck = true;
    this.top = 0;
    scroll.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    new ResizeObserver(() => this.#follow()).observe(log);
    new ResizeObserver(() => this.#follow()).observe(scroll);
    down.addEventListener("click", () => this.toEnd());
  }

  clear() {
    for (const item of this.items.values()) {
      item.node.remove();
    }
    this.items.clear();
    this.#counted();
  }

  /** Shows a message, or what it has become. */
  show(message, live) {
    let item = this.items.get(message.id);
    if (!item) {
      item = this.#insert(message);
    }
    const before = item.message;
    item.message = message;
    this.#fill(item, before);
    if (live && message.from === "bot") {
      this.#announce(message, before);
    }
    this.#counted();
  }

  remove(id) {
    this.items.get(id)?.node.remove();
    this.items.delete(id);
    this.#counted();
  }

  /** Puts a message of one's own below all others before the server has it. */
  showPending(node) {
    this.log.append(node);
    this.#counted();
    this.toEnd();
  }

  /** All pictures that stand, from the oldest. */
  pictures() {
    return Array.from(this.items.values()).flatMap((item) =>
      item.message.images.map((image) => ({ ...image, caption: item.message.text })),
    );
  }

  toEnd() {
    this.stuck = true;
    this.#follow();
  }

  /** A press was answered, or will not be. */
  released(messageId) {
    for (const button of this.items.get(messageId)?.node.querySelectorAll(".buttons button") ?? []) {
      button.removeAttribute("aria-busy");
      button.disabled = false;
    }
  }

  #insert(message) {
    const own = message.from === "user";
    const text = make("p", { class: "text", dir: "auto" });
    const pictures = make("div", { class: "pictures" });
    const progress = make("div", { class: "making" });
    const buttons = make("div", { class: "buttons" });
    const body = make("article", { class: "body" }, pictures, progress, text, buttons);
    body.setAttribute("aria-label", own ? say("you") : say("bot"));
    const node = make("li", { class: own ? "message own" : "message bot" }, body);
    node.dataset.id = message.id;
    const item = { node, text, pictures, progress, buttons, message: null };
    this.items.set(message.id, item);
    const pending = this.log.querySelector("li.pending");
    // one's own that are still being sent stay below, but an adopted one keeps its place
    if (pending && own) {
      this.log.insertBefore(node, pending);
    } else {
      this.log.append(node);
    }
    return item;
  }

  #fill(item, before) {
    const { message } = item;
    item.text.textContent = message.text;
    item.text.hidden = message.text === "";
    item.node.classList.toggle("pictured", message.images.length > 0);
    item.node.classList.toggle("busy", Boolean(message.progress));
    const ids = message.images.map((i) => i.id).join();
    if (!before || ids !== before.images.map((i) => i.id).join()) {
      this.#fillPictures(item, before);
    }
    this.#fillProgress(item);
    if (!before || JSON.stringify(before.buttons) !== JSON.stringify(message.buttons)) {
      this.#fillButtons(item);
    }
  }

  #fillPictures(item, before) {
    const { message } = item;
    const preview = before?.progress?.preview;
    item.pictures.dataset.count = String(Math.min(message.images.length, 4));
    item.pictures.replaceChildren(
      ...message.images.map((image) => {
        const caption = message.text || say("untitled");
        const img = make("img", {
          src: image.url,
          alt: say("picture", caption),
          width: String(image.width),
          height: String(image.height),
          decoding: "async",
        });
        const frame = make(
          "button",
          {
            type: "button",
            class: "picture",
            "aria-label": say("open_picture", caption),
            onclick: () => this.on.open(image.id),
          },
          img,
        );
        frame.style.setProperty("--ratio", `${image.width} / ${image.height}`);
        frame.style.setProperty("--width", `${image.width}px`);
        if (preview) {
          // the blurred preview stays below until the picture is there
          frame.prepend(make("img", { class: "under", src: preview, alt: "" }));
        }
        img.addEventListener("load", () => {
          frame.classList.add("there");
          setTimeout(() => frame.querySelector(".under")?.remove(), 700);
        });
        img.addEventListener("error", () => frame.classList.add("missing"));
        return frame;
      }),
    );
  }

  #fillProgress(item) {
    const progress = item.message.progress;
    const node = item.progress;
    node.hidden = !progress;
    if (!progress) {
      node.replaceChildren();
      return;
    }
    if (!node.firstChild) {
      node.append(
        make("div", { class: "canvas" }),
        make("div", { class: "track", role: "progressbar", "aria-label": say("progress") }, make("span")),
      );
    }
    const [canvas, track] = node.children;
    const known = typeof progress.fraction === "number";
    track.classList.toggle("unknown", !known);
    if (known) {
      const percent = Math.round(progress.fraction * 100);
      track.setAttribute("aria-valuenow", String(percent));
      track.firstChild.style.setProperty("width", `${percent}%`);
      canvas.style.setProperty("--blur", `${Math.round(14 * (1 - progress.fraction))}px`);
    } else {
      track.removeAttribute("aria-valuenow");
    }
    const shown = canvas.querySelector("img:last-of-type");
    if (progress.preview && shown?.getAttribute("src") !== progress.preview) {
      const next = make("img", { src: progress.preview, alt: "" });
      next.addEventListener("load", () => {
        canvas.style.aspectRatio = `${next.naturalWidth} / ${next.naturalHeight}`;
        next.classList.add("there");
        setTimeout(() => shown?.remove(), 500);
      });
      next.addEventListener("error", () => next.remove());
      canvas.append(next);
    }
  }

  #fillButtons(item) {
    const focused = item.buttons.contains(document.activeElement)
      ? document.activeElement.textContent
      : null;
    item.buttons.replaceChildren(
      ...item.message.buttons.map((row) =>
        make(
          "div",
          { class: "row" },
          ...row.map(({ label, action }) => {
            const button = make("button", { type: "button", class: "choice" }, label);
            button.addEventListener("click", () => {
              button.disabled = true;
              button.setAttribute("aria-busy", "true");
              this.on.press(item.message.id, action);
            });
            return button;
          }),
        ),
      ),
    );
    item.buttons.hidden = item.message.buttons.length === 0;
    if (focused) {
      const all = Array.from(item.buttons.querySelectorAll("button"));
      (all.find((b) => b.textContent === focused) || all[0])?.focus();
    }
  }

  /** Says what is new, and how it ended, but not each step on the way. */
  #announce(message, before) {
    const choices = ({ buttons }) => JSON.stringify(buttons);
    if (message.images.length > 0 && !(before?.images.length > 0)) {
      this.announcer.textContent = say("ready", message.text);
    } else if (!before || (!message.progress && choices(before) !== choices(message))) {
      this.announcer.textContent = message.text;
    }
  }

  #counted() {
    this.empty.hidden = this.log.childElementCount > 0;
    this.on.changed();
  }

  #scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.scroll;
    // only a person scrolls up: that the end is far may also mean that a message just grew
    const near = scrollHeight - scrollTop - clientHeight < 80;
    this.stuck = near || (this.stuck && scrollTop >= this.top);
    this.top = scrollTop;
    this.down.hidden = this.stuck;
  }

  #follow() {
    if (this.stuck) {
      this.scroll.scrollTop = this.scroll.scrollHeight;
    }
    this.#scrolled();
  }
}
