// The first hour on a node of one's own: the administrator's access is set up by the link of the first run, and shows what comes next. In each language somebody
// is invited, takes the invitation up with a password and an authenticator, signs out and in, is refused with a wrong password and a wrong code, and adds a
// passkey that signs in alone. The pages on the way are held to what all pages are. Each part prints one line, with what was wrong.

import crypto from "node:crypto";
import { axe, base, startBrowser, texts, troubles } from "./browser.mjs";

const link = process.env.JOURNEYS_LINK; // of the first run
const password = "quiet rivers turn old stones";

// codeAt is the one-time code of a time step of thirty seconds (RFC 6238).
function codeAt(secret, step) {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...secret.replace(/[^A-Z2-7]/g, "")].map((letter) => letters.indexOf(letter).toString(2).padStart(5, "0")).join("");
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = crypto.createHmac("sha1", Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)))).update(counter).digest();
  const at = mac[19] & 15;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

// Person is somebody with a browser and an authenticator of her own.
class Person {
  constructor(name, language) {
    Object.assign(this, { name, language, say: texts(language), wrong: [], last: 0, scheme: "light" });
    this.login = `${name.split(" ")[0].toLowerCase()}@mill.example`;
  }

  check(holds, what) {
    if (!holds) this.wrong.push(`${what}, at ${this.page.url()}`);
  }

  async opens(browser, { width = 1440, scheme = "light" } = {}) {
    const locale = this.language === "en" ? "en-GB" : "zh-CN";
    const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme: scheme, reducedMotion: "reduce", locale, bypassCSP: true });
    context.setDefaultTimeout(30_000);
    await context.addInitScript(axe);
    this.page = await context.newPage();
    this.page.on("console", (said) => {
      if (said.type() === "error" && !/status of 4\d\d/.test(said.text())) this.wrong.push(`the browser says: ${said.text()}`);
    });
    this.page.on("pageerror", (error) => this.wrong.push(`the browser says: ${error}`));
  }

  // goes opens a page and looks at it.
  async goes(address) {
    await this.page.goto(new URL(address, base).href);
    await this.looks();
  }

  // looks wants the page to be in the person's language, and nothing on it that people can't use.
  async looks() {
    const lang = await this.page.locator("html").getAttribute("lang");
    this.check(lang === this.language, `the page is in ${lang}`);
    for (const line of await troubles(this.page)) this.check(false, line);
  }

  // sends presses a button that leads to another page.
  async sends(button) {
    await Promise.all([this.page.waitForNavigation(), button.click()]);
  }

  // sees wants a text of the console on the page.
  async sees(key) {
    await this.page.locator("main").getByText(this.say(key), { exact: false }).first().waitFor();
  }

  // code is one that the authenticator has not shown before: the present one, or the next.
  code() {
    this.last = Math.max(this.last + 1, Math.floor(Date.now() / 30_000));
    return codeAt(this.secret, this.last);
  }

  // wrongCode is one that the authenticator does not show now.
  wrongCode() {
    const now = Math.floor(Date.now() / 30_000);
    const near = new Set([-2, -1, 0, 1, 2].map((away) => codeAt(this.secret, now + away)));
    return ["000000", "111111", "222222", "333333", "444444", "555555"].find((code) => !near.has(code));
  }

  // takesUp sets access up at a link, first with a code that is wrong.
  async takesUp(address) {
    const { page } = this;
    await this.goes(address);
    for (const right of [false, true]) {
      this.secret = await page.locator("form p.secret").innerText();
      await page.locator("#name").fill(this.name);
      await page.locator("#login").fill(this.login);
      await page.locator("#password").fill(password);
      await page.locator("#again").fill(password);
      await page.locator("#code").fill(right ? this.code() : this.wrongCode());
      await this.sends(page.locator('form:has(#password) button.button:not([type="button"])').last());
      if (!right) await this.sees("The code is not the one that the authenticator shows now. Add the code below to it first, and mind that its clock is right.");
    }
    await this.sees("Your recovery codes");
    this.check((await page.locator(".codes li").count()) >= 8, "there are few recovery codes");
    await this.looks();
    await this.sends(page.locator("main .enrol a.button"));
    await this.looks();
  }

  async signsOut() {
    await this.sends(this.page.locator('form[action="/sign-out"] button').first());
    await this.page.waitForURL(/\/sign-in/);
  }

  // passwordIs fills the form of signing in.
  async passwordIs(text) {
    await this.page.locator("#login").fill(this.login);
    await this.page.locator("#password").fill(text);
    await this.sends(this.page.locator('form[action="/sign-in/password"] button'));
  }
}

// Of the whole, the administrator and the first steps.
async function administrator(browser) {
  const p = new Person("Adele Winter", "en");
  await p.opens(browser);
  await p.goes(link.replace("127.0.0.1", "localhost"));
  await p.takesUp(p.page.url());
  await p.goes("/");
  await p.goes("/first-steps");
  p.check((await p.page.locator("ol.queue li").count()) > 5, "there are few first steps");
  p.check((await p.page.locator("ol.queue li.wait .doings a").count()) === 1, "nothing is the next step");
  const again = await p.page.request.get(link.replace("127.0.0.1", "localhost"));
  p.check(again.status() >= 400, "the link of the first run opens twice");
  return p;
}

// invited has the administrator invite somebody, and gives the link.
async function invited(by, person) {
  await by.goes("/people");
  await by.page.locator("#name").fill(person.name);
  await by.page.locator('input[name="login"]').fill(person.login);
  await by.sends(by.page.locator('form[action="/people/invitation"] button'));
  await by.looks();
  return (await by.page.locator(".note.good .secret").innerText()).trim();
}

// Of one language: taken up, refused, and signed in by password and code, then by a passkey.
async function joins(browser, by, person, phone) {
  const address = (await invited(by, person)).replace("127.0.0.1", "localhost");
  await person.opens(browser, phone);
  const { page } = person;
  await person.takesUp(address);
  await person.signsOut();
  await person.looks();
  await person.passwordIs("not the one that was set up");
  await person.sees("Name and password do not belong together, or too many attempts have locked the name for a while. Try again in a minute; after that, wait longer.");
  person.check((await page.locator("#login").inputValue()) === person.login, "the name that was typed is gone");
  await person.looks();
  await page.goto(new URL("/payments", base).href);
  person.check(/\/sign-in/.test(page.url()) || (await page.locator("#password").count()) === 1, "somebody who is not signed in sees payments");
  await person.passwordIs(password);
  await page.locator("#code").fill(person.wrongCode());
  await person.sends(page.locator('form[action="/sign-in/code"] button'));
  await person.sees("The code is not valid, or it was used before. Wait for the next one.");
  await person.looks();
  await page.locator("#code").fill(person.code());
  await person.sends(page.locator('form[action="/sign-in/code"] button'));

  const device = await page.context().newCDPSession(page);
  await device.send("WebAuthn.enable");
  await device.send("WebAuthn.addVirtualAuthenticator", {
    options: { protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
  });
  await person.goes("/me");
  await page.locator("#passkey-name").fill("Pocket key");
  await person.sends(page.locator("#passkey-button"));
  await page.locator("main th", { hasText: "Pocket key" }).waitFor();
  await page.locator("#passkey-name").fill("The same device");
  await page.locator("#passkey-button").click();
  await page.locator("#passkey-says", { hasText: person.say("This device holds a passkey of yours already.") }).waitFor();
  await person.signsOut();
  await person.sends(page.locator("#passkey-button"));
  await page.waitForURL((url) => !/sign-in/.test(url.pathname));
  await person.goes("/me");
  person.check((await page.locator('section[aria-labelledby="sessions"] tbody tr').count()) >= 1, "no session is listed");
}

// told runs a part and prints what was wrong.
async function told(test, person, part) {
  const began = Date.now();
  try {
    await part();
  } catch (error) {
    person.wrong.push(`${String(error.stack).slice(0, 1500)}\nat ${person.page?.url()}`);
  }
  console.log(JSON.stringify({ test, wrong: person.wrong, seconds: (Date.now() - began) / 1000 }));
}

const browser = await startBrowser();
let first = new Person("nobody", "en");
await told("first-run", first, async () => {
  const made = await administrator(browser);
  first.wrong.push(...made.wrong);
  first = made;
});
for (const [person, phone] of [[new Person("Berta Sommer", "en"), {}], [new Person("Carla Herbst", "zh-Hans"), { width: 390, scheme: "dark" }]]) {
  await told(person.language, person, () => joins(browser, first, person, phone));
}
await browser.close();
