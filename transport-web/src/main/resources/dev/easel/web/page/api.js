// The bot's API as this page uses it. docs/web-api.md describes it.

const STORED = "easel.conversation";
const UUID_V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const SILENCE = 40_000; // the server says something at least every 15 s
const LATE = 20_000; // so the one that a sleeping page was connected to is gone
const ANSWER_TIME = 60_000;
const UPLOAD_TIME = 360_000; // a little more than the server takes for it

/** A UUID of version 4, also on pages without a secure origin, where randomUUID is missing. */
export function uuid() {
  if (crypto.randomUUID) {
    return crypto.randomUUID();
  }
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

export const sleep = (time) => new Promise((done) => setTimeout(done, time));

/** Waits, but no longer than until there may be a connection again. */
export function sleepOffline(time) {
  return new Promise((done) => {
    const end = () => {
      clearTimeout(timer);
      removeEventListener("online", end);
      done();
    };
    const timer = setTimeout(end, time);
    addEventListener("online", end);
  });
}

/** The conversation of this browser, until a new one is begun. */
export function currentConversation() {
  try {
    const stored = localStorage.getItem(STORED);
    return UUID_V4.test(stored) ? stored : newConversation();
  } catch {
    return newConversation();
  }
}

export function newConversation() {
  const id = uuid();
  try {
    localStorage.setItem(STORED, id);
  } catch {
    // without storage a reload begins anew
  }
  return id;
}

/** Takes the token of a link `/#token=…` out of the address, where history and screenshots would show it. */
export function takeToken() {
  const token = /^#token=(.*)$/.exec(location.hash)?.[1];
  if (!token) {
    return "";
  }
  history.replaceState(null, "", location.pathname);
  try {
    return decodeURIComponent(token);
  } catch {
    return token; // with a % of its own
  }
}

/** What the server said no to; `retryAfter` in ms where it may be tried again. */
export class Refused extends Error {
  constructor(status, detail, retryAfter) {
    super(detail);
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

/** Gives up in time: on a connection that broke unnoticed, the browser would wait for ever. */
async function post(path, init, time = ANSWER_TIME) {
  const attempt = new AbortController();
  const giveUp = () => attempt.abort();
  const timer = setTimeout(giveUp, time);
  addEventListener("offline", giveUp);
  try {
    return await answered(
      await fetch(path, {
        method: "POST",
        credentials: "same-origin",
        cache: "no-store",
        signal: attempt.signal,
        ...init,
      }),
    );
  } finally {
    clearTimeout(timer);
    removeEventListener("offline", giveUp);
  }
}

async function answered(response) {
  if (response.ok) {
    return response.json();
  }
  if (response.status === 401) {
    location.reload();
  }
  let detail = "";
  try {
    detail = (await response.json()).detail || "";
  } catch {
    // a proxy's page instead of a problem
  }
  const after = Number(response.headers.get("Retry-After"));
  throw new Refused(response.status, detail, after > 0 ? after * 1000 : 0);
}

function postJson(path, body, key) {
  return post(path, {
    headers: { "Content-Type": "application/json", "Idempotency-Key": key },
    body: JSON.stringify(body),
  });
}

/** Sends a message; the same key again is the same message. */
export async function sendMessage(conversation, { text, files, images }, key) {
  const path = `api/chat/${conversation}/messages`;
  if (files.length === 0) {
    return postJson(path, { text, images }, key);
  }
  const form = new FormData();
  form.append("text", text);
  for (const file of files) {
    form.append("image", file, file.name || "picture");
  }
  return post(path, { headers: { "Idempotency-Key": key }, body: form }, UPLOAD_TIME);
}

export function press(conversation, messageId, action) {
  return postJson(`api/chat/${conversation}/actions`, { messageId, action }, uuid());
}

/**
 * Follows a conversation: reconnects by itself and misses nothing. `on` has `state(name)` and
 * `event(name, data)`. Returns what ends it.
 */
export function follow(conversation, on) {
  const page = uuid(); // a new stream of it ends the one before, which may not have noticed that it broke
  let lastId = "";
  let ended = false;
  let current = new AbortController();
  let wake = () => {};
  let heardAt = 0;

  async function connect() {
    current = new AbortController();
    let watchdog = 0;
    const heard = () => {
      heardAt = Date.now();
      clearTimeout(watchdog);
      watchdog = setTimeout(() => current.abort(), SILENCE);
    };
    heard();
    try {
      const response = await fetch(`api/chat/${conversation}/events?page=${page}`, {
        headers: lastId ? { Accept: "text/event-stream", "Last-Event-ID": lastId } : { Accept: "text/event-stream" },
        signal: current.signal,
        cache: "no-store",
        credentials: "same-origin",
      });
      if (response.status === 401) {
        location.reload();
      }
      if (!response.ok) {
        return false;
      }
      on.state("open");
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      let rest = "";
      for (;;) {
        const { value, done } = await reader.read();
        if (done) {
          return true;
        }
        heard();
        const blocks = (rest + value).split("\n\n");
        rest = blocks.pop();
        for (const block of blocks) {
          dispatch(block);
        }
      }
    } finally {
      clearTimeout(watchdog);
    }
  }

  function dispatch(block) {
    let name = "message";
    let data = "";
    let id = null;
    for (const line of block.split("\n")) {
      if (line.startsWith("data: ")) {
        data += line.slice(6);
      } else if (line.startsWith("event: ")) {
        name = line.slice(7);
      } else if (line.startsWith("id: ")) {
        id = line.slice(4);
      }
    }
    if (data && !ended) {
      on.event(name, JSON.parse(data));
    }
    if (id !== null) {
      lastId = id;
    }
  }

  async function run() {
    let pause = 500;
    while (!ended) {
      let was = false;
      try {
        was = await connect();
      } catch {
        // no connection, or it broke: again below
      }
      if (ended) {
        return;
      }
      on.state("waiting");
      pause = was ? 500 : Math.min(pause * 2, 8_000);
      await Promise.race([
        sleep(pause * (0.7 + 0.6 * Math.random())),
        new Promise((done) => (wake = done)),
      ]);
    }
  }

  const online = () => wake();
  const offline = () => current.abort(); // the stream may not notice for long
  const seen = () => {
    // while a phone sleeps so do timers, and what was heard last may be long ago
    if (document.visibilityState === "visible") {
      if (Date.now() - heardAt > LATE) {
        current.abort();
      }
      wake();
    }
  };
  addEventListener("online", online);
  addEventListener("offline", offline);
  document.addEventListener("visibilitychange", seen);
  run();
  return () => {
    ended = true;
    removeEventListener("online", online);
    removeEventListener("offline", offline);
    document.removeEventListener("visibilitychange", seen);
    current.abort();
    wake();
  };
}
