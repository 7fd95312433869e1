// What the person writes and attaches before it is sent.

import { make } from "./messages.js";
import { say } from "./words.js";

const MAX_PICTURES = 10;
const MAX_BYTES = 20 * 1024 * 1024;
const KINDS = ["image/png", "image/jpeg", "image/webp"];

export class Composer {
  /** `send({text, files, images, thumbnails})` takes what was written. */
  constructor(root, send) {
    this.form = root.getElementById("composer");
    this.prompt = root.getElementById("prompt");
    this.button = root.getElementById("send");
    this.tray = root.getElementById("tray");
    this.complaint = root.getElementById("complaint");
    this.files = root.getElementById("files");
    this.attached = [];
    this.send = send;

    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.prompt.addEventListener("input", () => this.#changed());
    this.prompt.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        this.#submit();
      }
    });
    root.getElementById("attach").addEventListener("click", () => this.files.click());
    this.files.addEventListener("change", () => {
      this.addFiles(this.files.files);
      this.files.value = "";
    });
    this.prompt.addEventListener("paste", (event) => {
      const pasted = event.clipboardData?.files ?? [];
      if (pasted.length > 0) {
        event.preventDefault();
        this.addFiles(pasted);
      }
    });
    this.#acceptDrops(root.getElementById("drop"));
  }

  addFiles(files) {
    this.#complain("");
    for (const file of files) {
      if (!KINDS.includes(file.type)) {
        this.#complain(say("wrong_kind", file.name));
      } else if (file.size > MAX_BYTES) {
        this.#complain(say("too_large", file.name));
      } else {
        this.#attach({ file, name: file.name, url: URL.createObjectURL(file) });
      }
    }
    this.prompt.focus();
  }

  /** Attaches a picture that already stands in the conversation. */
  addPicture({ id, url, caption }) {
    if (!this.attached.some((a) => a.id === id)) {
      this.#attach({ id, name: caption || say("untitled"), url });
    }
    this.prompt.focus();
  }

  /** Puts back what could not be sent. */
  restore({ text, attached }) {
    this.prompt.value = [text, this.prompt.value].filter(Boolean).join("\n");
    attached.forEach((a) => this.#attach(a));
    this.#changed();
    this.prompt.focus();
  }

  clear() {
    this.prompt.value = "";
    this.attached = [];
    this.#drawTray();
    this.#complain("");
    this.#changed();
  }

  #attach(item) {
    if (this.attached.length === MAX_PICTURES) {
      this.#complain(say("too_many", MAX_PICTURES));
      return;
    }
    this.attached.push(item);
    this.#drawTray();
    this.#changed();
  }

  #drawTray() {
    this.tray.hidden = this.attached.length === 0;
    this.tray.replaceChildren(
      ...this.attached.map((item) =>
        make(
          "li",
          {},
          make("img", { src: item.url, alt: item.name }),
          make(
            "button",
            {
              type: "button",
              "aria-label": say("remove", item.name),
              onclick: () => {
                this.attached = this.attached.filter((a) => a !== item);
                this.#drawTray();
                this.#changed();
                this.prompt.focus();
              },
            },
            "×",
          ),
        ),
      ),
    );
  }

  #submit() {
    const text = this.prompt.value.trim();
    if (!text && this.attached.length === 0) {
      return;
    }
    const attached = this.attached;
    this.clear();
    this.send({ text, attached });
  }

  #changed() {
    this.button.disabled = !this.prompt.value.trim() && this.attached.length === 0;
    this.prompt.style.height = "auto";
    this.prompt.style.height = `${Math.min(this.prompt.scrollHeight, 220)}px`;
  }

  #complain(text) {
    this.complaint.textContent = text;
    this.complaint.hidden = !text;
  }

  #acceptDrops(veil) {
    let depth = 0;
    const brings = (event) => event.dataTransfer?.types.includes("Files");
    addEventListener("dragenter", (event) => {
      if (brings(event)) {
        depth++;
        veil.hidden = false;
      }
    });
    addEventListener("dragleave", (event) => {
      if (brings(event) && --depth <= 0) {
        depth = 0;
        veil.hidden = true;
      }
    });
    addEventListener("dragover", (event) => {
      if (brings(event)) {
        event.preventDefault();
      }
    });
    addEventListener("drop", (event) => {
      depth = 0;
      veil.hidden = true;
      if (brings(event)) {
        event.preventDefault();
        this.addFiles(event.dataTransfer.files);
      }
    });
  }
}
