// A person at the chat page: asks, watches, varies, edits a photo, cancels, comes back, uses a phone.
//
// EASEL_URL     where the bot is (http://127.0.0.1:8080/)
// GUARDED_URL   where one is that wants the token GUARDED_TOKEN
// CHROMIUM      the browser (/usr/bin/chromium)
// SCREENSHOTS   a folder for what it looks like; none: no screenshots

import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { deflateSync, crc32 } from "node:zlib";
import { chromium } from "playwright-core";

const URL_OF_BOT = process.env.EASEL_URL || "http://127.0.0.1:8080/";
const GUARDED_URL = process.env.GUARDED_URL;
const GUARDED_TOKEN = process.env.GUARDED_TOKEN;
const SCREENSHOTS = process.env.SCREENSHOTS;
const PATIENCE = 60_000; // a busy machine is slow, not wrong;

let browser;
let context;
let page;
const complaints = [];

function watch(view, home = URL_OF_BOT) {
  view.setDefaultTimeout(PATIENCE);
  view.on("console", (message) => {
    // what the browser itself says of an answer that the test asks for is no mistake of the page
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) {
      complaints.push(message.text());
    }
  });
  view.on("pageerror", (error) => complaints.push(String(error)));
  view.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(home) && !url.startsWith("blob:") && !url.startsWith("data:")) {
      complaints.push(`a request elsewhere: ${url}`);
    }
  });
}

async function shot(name, view = page) {
  if (SCREENSHOTS) {
    await view.screenshot({ path: join(SCREENSHOTS, `${name}.png`) });
  }
}

const bots = () => page.locator(".message.bot");
const finished = () => page.locator(".message.bot.pictured:not(.busy)");
const field = () => page.getByRole("textbox", { name: "Message" });

/** A button under a message; an emoji may precede its label. */
const choice = (message, label) =>
  message.locator(".choice").filter({ hasText: new RegExp(`(^|\\s)${label}`) });

async function ask(text) {
  await field().fill(text);
  await field().press("Enter");
}

async function finishedAre(count) {
  await page.waitForFunction(
    (n) => document.querySelectorAll(".message.bot.pictured:not(.busy) .picture.there").length >= n,
    count,
  );
}

/** A picture as a camera would not make it: two halves of two colours. */
function photo(width = 320, height = 240) {
  const rows = Buffer.alloc((1 + width * 3) * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = y * (1 + width * 3) + 1 + x * 3;
      rows.set(x < width / 2 ? [214, 120, 60] : [50, 110, 160], at);
    }
  }
  const chunk = (name, data) => {
    const body = Buffer.concat([Buffer.from(name, "ascii"), data]);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    const sum = Buffer.alloc(4);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, sum]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", head),
    chunk("IDAT", deflateSync(rows)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

describe("the chat page", () => {
  before(async () => {
    if (SCREENSHOTS) {
      mkdirSync(SCREENSHOTS, { recursive: true });
    }
    browser = await chromium.launch({
      executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
      headless: true,
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    });
    context = await browser.newContext({
      viewport: { width: 1280, height: 860 },
      colorScheme: "light",
      locale: "en-GB",
    });
    page = await context.newPage();
    watch(page);
    await page.goto(URL_OF_BOT); // without the page no test is worth its wait
  });

  after(async () => {
    await browser?.close();
  });

  test("greets, and offers examples", async () => {
    await page.getByText("Connected").waitFor();
    await page.getByRole("heading", { name: "What would you like to see?" }).waitFor();
    assert.ok((await page.locator(".examples button").count()) >= 3);
    await shot("1-empty");
  });

  test("makes a picture", async () => {
    await ask("a lighthouse by the sea at sunset");
    await page.locator(".message.own").getByText("a lighthouse by the sea").waitFor();
    await finishedAre(1);
    const image = finished().first().locator(".picture img").last();
    assert.ok((await image.evaluate((i) => i.naturalWidth)) >= 256);
    await shot("2-picture");
  });

  test("varies it at the press of a button", async () => {
    await choice(finished().first(), "Vary").first().click();
    await finishedAre(2);
    const sources = await page.locator(".message.bot .picture img").evaluateAll((all) => all.map((i) => i.src));
    assert.notEqual(sources[0], sources.at(-1));
    await shot("4-varied");
  });

  test("shows a picture large", async () => {
    await finished().first().locator(".picture").click();
    await page.getByRole("dialog").waitFor();
    assert.match(await page.locator("#viewer-save").getAttribute("download"), /\.(png|jpg|webp)$/);
    await page.keyboard.press("ArrowRight");
    await shot("5-large");
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "hidden" });
  });

  test("changes a photo that is attached with words", async () => {
    const before = await finished().count();
    await page.locator("#files").setInputFiles({ name: "photo.png", mimeType: "image/png", buffer: photo() });
    await page.locator(".tray img").waitFor();
    await field().fill("make it black and white");
    await shot("6-attached");
    await field().press("Enter");
    await finishedAre(before + 1);
    assert.equal(await page.locator(".message.own .picture").count(), 1);
    await page.evaluate(() => document.getElementById("scroll").scrollTo(0, 1e6));
    await shot("7-edited");
  });

  test("says what is wrong with a file that is no picture", async () => {
    await page.locator("#files").setInputFiles({ name: "fake.png", mimeType: "image/png", buffer: Buffer.from("<svg xmlns='http://www.w3.org/2000/svg'/>") });
    await page.getByRole("button", { name: "Send" }).click();
    await page.locator(".message.failed").getByText("PNG, JPEG and WebP").waitFor();
    await shot("8-refused");
    await page.locator(".message.failed").getByRole("button", { name: "Edit" }).click();
    await page.locator(".tray").getByRole("button").click();
  });

  test("makes it larger", async () => {
    const before = await finished().count();
    await choice(finished().first(), "Upscale ×2").click();
    await finishedAre(before + 1);
    const image = finished().last().locator(".picture img").last();
    const small = await finished().first().locator(".picture img").last().evaluate((i) => i.naturalWidth);
    assert.equal(await image.evaluate((i) => i.naturalWidth), 2 * small);
  });

  test("shows how far it is, and cancels", async () => {
    // megapixels to enlarge keep this person's one place busy for long: the next request provably waits
    const before = await bots().count();
    await choice(finished().last(), "Upscale ×4").click();
    const large = bots().nth(before);
    await large.locator("[role=progressbar][aria-valuenow]").waitFor();
    await ask("a cathedral of glass in a forest");
    const waiting = bots().nth(before + 1);
    await waiting.getByText("In line").waitFor();
    await shot("9-in-line");
    await choice(waiting, "Cancel").click();
    await waiting.getByText("Stopped").waitFor();
    await choice(large, "Cancel").click();
    await large.getByText("Stopped").waitFor();
    for (const message of [waiting, large]) {
      assert.equal(await message.locator(".picture").count(), 0);
      assert.equal(await message.locator("[role=progressbar]").count(), 0);
      assert.equal(await choice(message, "Try again").count(), 1);
    }
    await shot("9-cancelled");
  });

  test("comes back with the same conversation", async () => {
    const texts = () => page.locator(".message .text").allTextContents();
    const known = await texts();
    await page.reload();
    await page.waitForFunction((n) => document.querySelectorAll(".message").length === n, known.length);
    assert.deepEqual(await texts(), known);
  });

  test("is used with the keyboard alone", async () => {
    await page.keyboard.press("Tab");
    const seen = [];
    for (let i = 0; i < 60 && !seen.includes("send"); i++) {
      seen.push(await page.evaluate(() => document.activeElement.id || document.activeElement.className));
      await page.keyboard.press("Tab");
    }
    assert.ok(seen.includes("prompt"), seen.join());
    assert.ok(seen.some((s) => s.includes("choice") || s.includes("picture")), seen.join());
  });

  test("fits a phone, in the dark", async () => {
    const conversation = await page.evaluate(() => localStorage.getItem("easel.conversation"));
    const phone = await context.newPage();
    watch(phone);
    await phone.setViewportSize({ width: 390, height: 844 });
    await phone.emulateMedia({ colorScheme: "dark" });
    await phone.goto(URL_OF_BOT);
    assert.equal(await phone.evaluate(() => localStorage.getItem("easel.conversation")), conversation);
    await phone.locator(".message.bot.pictured .picture.there").first().waitFor();
    const wide = await phone.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    assert.equal(wide, false, "the page is wider than the phone");
    await phone.waitForFunction(() =>
      Array.from(document.querySelectorAll(".picture img")).every((i) => getComputedStyle(i).opacity === "1"),
    );
    await shot("10-phone-end", phone);
    await phone.evaluate(() => document.getElementById("scroll").scrollTo(0, 0));
    await shot("11-phone-start", phone);
    await phone.locator("#new").click();
    await phone.getByRole("heading", { name: "What would you like to see?" }).waitFor();
    await shot("12-phone-empty", phone);
    await phone.close();
  });

  test("speaks Russian to those who do", async () => {
    const other = await browser.newContext({ locale: "ru-RU" });
    const view = await other.newPage();
    watch(view);
    await view.goto(URL_OF_BOT);
    await view.getByRole("textbox", { name: "Сообщение" }).fill("маяк у моря");
    await view.keyboard.press("Enter");
    await view.getByRole("button", { name: "Ещё раз" }).waitFor();
    await shot("13-russian", view);
    await other.close();
  });

  test("says that the connection is gone, and sends what was written meanwhile", async () => {
    const other = await browser.newContext({ locale: "en-GB" });
    const view = await other.newPage();
    watch(view);
    await view.goto(URL_OF_BOT);
    await view.getByText("Connected").waitFor();
    await other.setOffline(true);
    await view.getByText("Reconnecting").waitFor();
    await view.getByRole("textbox", { name: "Message" }).fill("/help");
    await view.keyboard.press("Enter");
    await view.getByText("Waiting for a connection").waitFor();
    await shot("14-offline", view);
    await other.setOffline(false);
    await view.locator(".message.bot").getByText("Commands:").waitFor();
    assert.equal(await view.locator(".message.own").count(), 1);
    await other.close();
  });

  /** A page of its own, with a conversation of its own. */
  async function another() {
    const other = await browser.newContext({ locale: "en-GB" });
    const view = await other.newPage();
    watch(view);
    await view.goto(URL_OF_BOT);
    await view.getByText("Connected").waitFor();
    const write = async (text) => {
      await view.getByRole("textbox", { name: "Message" }).fill(text);
      await view.keyboard.press("Enter");
    };
    const answers = (count) =>
      view.waitForFunction((n) => document.querySelectorAll(".message.bot").length === n, count);
    return { other, view, write, answers };
  }

  test("takes no older message for the one that it still has to send", async () => {
    const { other, view, write, answers } = await another();
    await write("/help");
    await answers(1);
    await view.route("**/messages", (route) => route.abort());
    await write("/help");
    await view.getByText("Waiting for a connection").waitFor();
    await view.locator(".message.own").first().evaluate((node) => (node.id = "before"));
    await view.route("**/events?*", (route) =>
      route.continue({ headers: { ...route.request().headers(), "last-event-id": "unknown" } }),
    );
    await view.evaluate(() => dispatchEvent(new Event("offline"))); // the stream begins anew, with all that stands
    await view.locator("#before").waitFor({ state: "detached" });
    await answers(1);
    await view.unroute("**/messages");
    await answers(2);
    assert.equal(await view.locator(".message.own").count(), 2);
    await other.close();
  });

  test("gives up on a file that is gone, and goes on with what was written after it", async () => {
    const { other, view, write, answers } = await another();
    const folder = mkdtempSync(join(tmpdir(), "easel-"));
    const file = join(folder, "photo.png");
    writeFileSync(file, photo());
    await view.locator("#files").setInputFiles(file);
    await view.locator(".tray img").waitFor();
    rmSync(folder, { recursive: true });
    await write("make it black and white");
    await view.locator(".message.failed").getByText("Attach it again").waitFor();
    await write("/help");
    await answers(1);
    await other.close();
  });

  test("begins a new conversation while the old one is still being sent to", async () => {
    const { other, view, write, answers } = await another();
    await view.route("**/messages", () => {}, { times: 1 }); // as an upload that takes its time
    await write("never mind");
    await view.getByText("Sending").waitFor();
    await view.locator("#new").click();
    await write("/help");
    await answers(1);
    assert.equal(await view.locator(".message.own").count(), 1);
    await other.close();
  });

  test("goes on sending after a reload, once", async () => {
    const { other, view, write, answers } = await another();
    await write("/help");
    await answers(1);
    await view.route("**/messages", (route) => route.abort());
    await write("/help");
    await view.getByText("Waiting for a connection").waitFor();
    await view.reload();
    await view.getByText("Waiting for a connection").waitFor();
    await view.unroute("**/messages");
    await answers(2);
    await view.locator(".message.own").nth(1).waitFor();
    await view.locator(".message.pending").waitFor({ state: "detached" });
    await view.reload();
    await answers(2);
    assert.equal(await view.locator(".message.own").count(), 2);
    await other.close();
  });

  test("says once what was heard though the answer was lost before a reload", async () => {
    const { other, view, write, answers } = await another();
    await view.route("**/events?*", (route) => route.abort()); // so that only the answer tells
    await view.evaluate(() => dispatchEvent(new Event("offline")));
    await view.getByText("Reconnecting").waitFor();
    await view.route("**/messages", async (route) => {
      await route.fetch();
      await route.abort();
    });
    await write("/help");
    await view.getByText("Waiting for a connection").waitFor();
    await view.unroute("**/events?*");
    await view.reload();
    await answers(1);
    await view.unroute("**/messages");
    await view.locator(".message.pending").waitFor({ state: "detached" });
    assert.equal(await view.locator(".message.own").count(), 1);
    await other.close();
  });

  test("sends again what took too long to arrive", async () => {
    const { other, view, write, answers } = await another();
    await view.route("**/messages", (route) => route.fulfill({ status: 408, json: { detail: "Slow." } }), { times: 1 });
    await write("/help");
    await answers(1);
    assert.equal(await view.locator(".message.own").count(), 1);
    await other.close();
  });

  test("waits for no answer on a connection that is gone", async () => {
    const { other, view, write, answers } = await another();
    await view.route("**/messages", () => {}, { times: 1 });
    await write("/help");
    await view.getByText("Sending").waitFor();
    await view.evaluate(() => dispatchEvent(new Event("offline"))); // as at a change of the network
    await answers(1);
    assert.equal(await view.locator(".message.own").count(), 1);
    await other.close();
  });

  test("waits for an answer for a minute, not for ever", async () => {
    const { other, view, write, answers } = await another();
    await view.clock.install();
    await view.reload();
    await view.getByText("Connected").waitFor();
    await view.route("**/messages", () => {}, { times: 1 });
    await write("/help");
    await view.getByText("Sending").waitFor();
    await view.clock.fastForward(61_000);
    await answers(1);
    assert.equal(await view.locator(".message.own").count(), 1);
    await other.close();
  });

  test("connects anew when it is looked at after a long sleep", async () => {
    const { other, view, write, answers } = await another();
    await view.evaluate(() => {
      const now = Date.now;
      Date.now = () => now() + 60_000;
    });
    const anew = view.waitForRequest("**/events?*");
    await view.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
    await anew;
    await view.getByText("Connected").waitFor();
    await write("/help");
    await answers(1);
    await other.close();
  });

  test("gives back words that were refused, beside those written since", async () => {
    const { other, view, write } = await another();
    await view.route("**/messages", (route) => route.fulfill({ status: 422, json: { detail: "No." } }), { times: 1 });
    await write("words refused");
    await view.locator(".message.failed").getByText("No.").waitFor();
    const field = view.getByRole("textbox", { name: "Message" });
    await field.fill("words since");
    await view.locator(".message.failed").getByRole("button", { name: "Edit" }).click();
    assert.match(await field.inputValue(), /words refused/);
    assert.match(await field.inputValue(), /words since/);
    await other.close();
  });

  test("lets in who has the token", { skip: !GUARDED_URL && "no GUARDED_URL" }, async () => {
    const other = await browser.newContext({ locale: "en-GB" });
    const view = await other.newPage();
    watch(view, GUARDED_URL);
    await view.goto(GUARDED_URL);
    await view.getByLabel("Token").fill("not the right token");
    await view.getByRole("button", { name: "Sign in" }).click();
    await view.getByText("This token is not right.").waitFor();
    await shot("15-signin", view);
    await view.getByLabel("Token").fill(GUARDED_TOKEN);
    await view.getByRole("button", { name: "Sign in" }).click();
    await view.getByText("Connected").waitFor();
    await other.clearCookies();
    await view.goto("about:blank");
    await view.goto(`${GUARDED_URL}/#token=${GUARDED_TOKEN}`);
    await view.getByText("Connected").waitFor();
    assert.equal(view.url().includes("token"), false);
    await view.goto(`${GUARDED_URL}/#token=${GUARDED_TOKEN}`);
    await view.waitForFunction(() => !location.href.includes("token"));
    await view.goto("about:blank");
    await view.goto(`${GUARDED_URL}/#token=${GUARDED_TOKEN}`);
    await view.getByText("Connected").waitFor();
    assert.equal(view.url().includes("token"), false, "also for who is in already");
    await other.close();
  });

  test("takes a token from a link as it stands there", { skip: !GUARDED_URL && "no GUARDED_URL" }, async () => {
    const other = await browser.newContext({ locale: "en-GB" });
    const view = await other.newPage();
    watch(view, GUARDED_URL);
    await view.goto(GUARDED_URL);
    await view.getByLabel("Token").waitFor();
    const offered = view.waitForRequest("**/signin");
    await view.goto(`${GUARDED_URL}/#token=a+b/c%20d==`); // the page stays, only its address changes
    assert.equal(new URLSearchParams((await offered).postData()).get("token"), "a+b/c d==");
    await view.getByText("This token is not right.").waitFor();
    await other.close();
  });

  test("does nothing that the browser complains about", () => {
    assert.deepEqual(complaints, []);
  });
});
