// One full journey a desk, on a living economy, in the language that JOURNEYS_LANGUAGE names: from what waits on the desk's first page to the thing done, and
// seen as done. Each journey prints one line, with what was wrong. JOURNEYS_ONLY=buyer,seller walks those alone. With JOURNEYS_PICTURES=DIR a picture is kept
// of where a journey has ended that went wrong.

import fs from "node:fs";
import path from "node:path";
import { base, people, sitDown, startBrowser, texts } from "./browser.mjs";

const language = process.env.JOURNEYS_LANGUAGE ?? "en";
const only = (process.env.JOURNEYS_ONLY ?? "").split(",").filter(Boolean);
const patienceMilliseconds = 30_000; // for what has to appear
const say = texts(language);

// Journey is one way of one person, in a browser of its own.
class Journey {
  constructor(browser, name) {
    Object.assign(this, { browser, name, wrong: [], steps: [], pages: [] });
  }

  check(holds, what) {
    if (!holds) this.wrong.push(`${what}, at ${this.page?.url()}`);
  }

  equal(got, want, what) {
    this.check(got === want, `${what}: ${JSON.stringify(got)}, not ${JSON.stringify(want)}`);
  }

  // sit lets a person sit down at a desk in a browser of her own, on its first page, which speaks her language.
  async sit(person, seat, { width = 1440, scheme = "light" } = {}) {
    const visitor = await sitDown(person.actor, seat);
    await visitor.ask("/language", { language, to: "/" });
    const context = await this.browser.newContext({ viewport: { width, height: 900 }, colorScheme: scheme, reducedMotion: "reduce", hasTouch: width < 500 });
    context.setDefaultTimeout(patienceMilliseconds);
    await context.addCookies(visitor.browserCookies());
    const page = await context.newPage();
    // What a form refuses, and what is asked for without a connection, the browser writes into its console too.
    page.on("console", (said) => {
      if (said.type() === "error" && !/status of 4\d\d|ERR_INTERNET_DISCONNECTED|ERR_FAILED/.test(said.text())) this.wrong.push(`the browser says: ${said.text()}`);
    });
    page.on("pageerror", (error) => this.wrong.push(`the browser says: ${error}`));
    this.page = page;
    this.pages.push(page);
    await this.front();
    this.equal(await page.locator("html").getAttribute("lang"), language, "the language of the page");
    return page;
  }

  // front goes to the desk's first page.
  async front() {
    await this.page.goto(base + "/");
    await this.page.locator("#waiting, #ways").first().waitFor();
  }

  // sees wants a text of the console on the page, in the journey's language.
  async sees(key) {
    await this.page.locator("main").getByText(say(key), { exact: false }).first().waitFor();
  }

  // waits is how many of something wait on the desk's first page; 0 where it is not named.
  async waits(address) {
    const count = this.page.locator("li", { has: this.page.locator(`.name a[href="${address}"]`) }).locator(".count");
    return (await count.count()) === 0 ? 0 : Number((await count.first().innerText()).replaceAll(",", ""));
  }

  // begin wants something to wait on the first page, notes how much, and goes there.
  async begin(address) {
    const before = await this.waits(address);
    this.check(before > 0, `nothing waits at ${address}`);
    await this.follow(`#waiting ~ * a[href="${address}"], .name a[href="${address}"]`);
    return before;
  }

  // follow goes where a link leads.
  async follow(selector) {
    const link = this.page.locator(selector).first();
    await link.waitFor();
    const address = await link.getAttribute("href");
    await Promise.all([this.page.waitForURL((url) => url.href !== this.page.url() || true), link.click()]);
    await this.page.waitForURL((url) => url.pathname + url.search === address || url.pathname === address.split("?")[0]);
    await this.page.waitForLoadState();
  }

  // goesOn sends the terms of a form, and waits for what they come to.
  async goesOn() {
    await this.page.locator('form.fields:has(input[name="terms"]) button.button').first().click();
    await this.page.waitForURL(/[?&]terms=1/);
    await this.page.waitForLoadState();
  }

  // gives presses the button that carries the act out.
  async gives() {
    await this.page.locator("#send").click();
    await this.page.waitForLoadState();
  }

  // done wants the act done, as an entry of the journal that the record's story tells.
  async done({ story = true } = {}) {
    const note = this.page.locator(".note.good[role=status]");
    await note.waitFor();
    const entry = (await note.innerText()).match(/[\d,]+/)?.[0];
    this.check(entry !== undefined, "no entry of the journal is named");
    await this.sees("It is done");
    if (story) this.check((await this.page.locator(".timeline li").allInnerTexts()).length > 0, "the record has no story");
    return entry;
  }

  // refused wants the act refused, with what it means and how to mend it, by a named policy where it is one.
  async refused(code, policy) {
    const note = this.page.locator(".note.bad[role=alert]");
    await note.waitFor();
    const text = await note.innerText();
    this.check(text.includes(code), `refused not as ${code} but: ${text}`);
    if (policy) this.check(text.includes(policy), `the policy ${policy} is not named: ${text}`);
    this.check((await note.locator("p").count()) > 1, `it does not say how to mend it: ${text}`);
    return text;
  }

  // signs signs the statement of a page with somebody's key file, in the browser.
  async signs(person) {
    const answer = await fetch(`${base}/demo/keys/${person.actor}`);
    await this.page.locator("#key-file").setInputFiles({ name: "key.pem", mimeType: "application/x-pem-file", buffer: Buffer.from(await answer.arrayBuffer()) });
    await this.page.locator("#sign").click();
    await this.page.locator("#signature").filter({ hasText: "" }).waitFor();
    await this.page.waitForFunction(() => document.getElementById("signature").value.includes("signature"));
  }

  // fewer wants the queue on the first page to have become shorter by one.
  async fewer(address, before) {
    await this.front();
    this.equal(await this.waits(address), before - 1, `what waits at ${address}`);
  }

  // speaks wants amounts and dates of the page in the language's forms.
  async speaks() {
    const text = await this.page.locator("main").innerText();
    this.check(/\d{1,3}(,\d{3})*\.\d{2}/.test(text), "no amount is written as in this language");
    const dates = { en: /\b\d{4}-\d{2}-\d{2}\b/, "zh-Hans": /\d{4}年\d{1,2}月\d{1,2}日/ };
    this.check(dates[language].test(text), "no date is written as in this language");
  }
}

const everybody = await people();
const at = (desk) => everybody.filter((p) => p.desk === desk);

// whoever finds the first of a desk's people whose first page holds something.
async function whoever(desk, seat, holds) {
  for (const person of at(desk)) {
    const { text } = await (await sitDown(person.actor, seat)).page("/");
    if (holds.test(text)) return person;
  }
  throw new Error(`the first page of nobody at the desk ${desk} holds ${holds}`);
}

const waiting = (address) => new RegExp(`class="name"><a href="${address.replace("?", "\\?")}">[^<]*</a> <span class="count">`);

// The journeys, by desk.
const journeys = {
  // A buyer confirms an invoice on the phone: too much is refused in its place, then it is signed with a key file that the node never sees.
  async buyer(j) {
    const person = await whoever("Buyer", "buyer", waiting("/confirmations"));
    const page = await j.sit(person, "buyer", { width: 390 });
    await j.speaks();
    const before = await j.begin("/confirmations");
    await j.sees("Receivables that wait for your confirmation");
    await j.follow('a[href$="/confirmation"]');
    await page.locator('input[name="undertaking"][value="irrevocable"]').check();
    const amount = await page.locator("#amount").inputValue();
    await page.locator("#amount").fill("999999999.00");
    await j.goesOn();
    const wrong = page.locator("#amount-wrong");
    if ((await wrong.count()) === 0) {
      await j.signs(person);
      await j.gives();
      await j.refused("amount");
    }
    j.equal(await page.locator("#amount").inputValue(), "999999999.00", "the amount that was typed");
    await page.locator("#amount").fill(amount);
    await j.goesOn();
    await j.signs(person);
    await j.gives();
    await j.done();
    await j.fewer("/confirmations", before);
  },
};

const browser = await startBrowser();
for (const [name, walk] of Object.entries(journeys)) {
  if (only.length > 0 && !only.includes(name)) continue;
  const began = Date.now();
  const journey = new Journey(browser, name);
  try {
    await walk(journey);
  } catch (error) {
    journey.wrong.push(`${String(error.stack).slice(0, 1500)}\nat ${journey.page?.url()}`);
  }
  if (journey.wrong.length > 0 && process.env.JOURNEYS_PICTURES && journey.page) {
    fs.mkdirSync(process.env.JOURNEYS_PICTURES, { recursive: true });
    await journey.page.screenshot({ path: path.join(process.env.JOURNEYS_PICTURES, `${language}-${name}.png`), fullPage: true });
  }
  for (const page of journey.pages) await page.context().close();
  console.log(JSON.stringify({ test: name, wrong: journey.wrong, seconds: (Date.now() - began) / 1000 }));
}
await browser.close();
