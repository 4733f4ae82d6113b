// What journeys and pictures share: the browser, the desks of a living economy, and how one sits down at one of them.

import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), "..");
const packages = path.join(root, "build", "npm", "node_modules");

const { chromium } = createRequire(path.join(packages, "x"))("playwright-core");

// base is where the economy lives.
export const base = process.env.JOURNEYS_NODE;

// startBrowser starts a browser without a window. Only root has to do without its sandbox.
export function startBrowser() {
  return chromium.launch({
    executablePath: process.env.JOURNEYS_CHROMIUM,
    args: ["--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"],
    chromiumSandbox: process.getuid() !== 0,
  });
}

// desks are those at which people work: how a picture's folder is called, whom of the economy it is, and which of that person's desks it is.
export const desks = [
  { name: "operator", of: "Operations", seat: "operator" },
  { name: "credit", of: "Credit and risk", seat: "credit" },
  { name: "treasury", of: "Treasury", seat: "treasury" },
  { name: "buyer", of: "Buyer", seat: "buyer" },
  { name: "seller", of: "Seller", seat: "seller" },
  { name: "funder", of: "Funder", seat: "funder" },
  { name: "distributor", of: "Distributor", seat: "distributor" },
  { name: "warehouse", of: "Warehouse", seat: "warehouse" },
  { name: "custodian", of: "Custody", seat: "custodian" },
  { name: "compliance", of: "Compliance", seat: "compliance" },
  { name: "audit", of: "Audit", seat: "audit" },
];

// decoded is the text of an attribute's value.
const decoded = (text) => text.replaceAll("&amp;", "&").replaceAll("&#43;", "+").replaceAll("&#39;", "'").replaceAll("&quot;", '"').replaceAll("&lt;", "<");

// Visitor asks for pages without a browser, and keeps the cookies that it is given.
export class Visitor {
  cookies = new Map();

  async ask(address, form) {
    const answer = await fetch(new URL(address, base), {
      method: form ? "POST" : "GET",
      body: form ? new URLSearchParams(form) : undefined,
      headers: { Cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ") },
      redirect: "manual",
    });
    for (const line of answer.headers.getSetCookie()) {
      const [, name, value] = line.match(/^([^=]+)=([^;]*)/);
      this.cookies.set(name, value);
    }
    return answer;
  }

  async page(address) {
    const answer = await this.ask(address);
    return { status: answer.status, kind: answer.headers.get("Content-Type") ?? "", text: await answer.text() };
  }

  // gives carries the act of a form out, as a person does who looks at no page of it, and wants it done.
  async gives(address, terms = {}) {
    const { text } = await this.page(`${address}?${new URLSearchParams({ terms: "1", ...terms })}`);
    const form = text.split('<form class="fields" method="post"')[1]?.split("</form>")[0];
    if (!form) throw new Error(`${address} offers nothing to give`);
    const sent = {};
    for (const [, name, value] of form.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)) sent[name] = decoded(value);
    const answer = await this.ask(decoded(form.match(/action="([^"]*)"/)[1]), sent);
    if (answer.status !== 303) throw new Error(`${address} is answered with status ${answer.status}: ${(await answer.text()).match(/role="alert">.*/)?.[0]}`);
    return answer.headers.get("Location");
  }

  // browserCookies are the cookies as a browser takes them.
  browserCookies() {
    return [...this.cookies].map(([name, value]) => ({ name, value, url: base }));
  }
}

// people are those through whose eyes one may look, in the order of the demo's own page.
export async function people() {
  const { text } = await new Visitor().page("/demo");
  const found = [];
  for (const [, actor, name, desk, firm] of text.matchAll(/name="eyes" value="(act_[^"]+)">Look<span class="hidden-visually"> as ([^<,]+), ([^<,]+), ([^<]+)<\/span>/g)) {
    found.push({ actor, name: decoded(name), desk: decoded(desk), firm: decoded(firm) });
  }
  if (found.length === 0) throw new Error("the demo's page shows nobody");
  return found;
}

// sitDown gives a visitor who looks through somebody's eyes, at one of that person's desks or at the first.
export async function sitDown(actor, seat) {
  const visitor = new Visitor();
  const { text } = await visitor.page("/demo");
  const token = text.match(/name="token" value="([^"]*)"/)[1];
  const answer = await visitor.ask("/demo", { token, eyes: actor });
  if (answer.status !== 303) throw new Error(`the demo does not let ${actor} look: ${answer.status}`);
  if (seat) await visitor.ask(`/desk/${seat}`);
  return visitor;
}

// links are the addresses of a page's links within the node.
export function links(text) {
  const found = new Set();
  for (const [, address] of text.matchAll(/<a [^>]*?href="(\/[^"#]*)/g)) found.add(decoded(address));
  return found;
}

// kindOf is what kind of page an address leads to: pages of one kind differ in their records only.
export function kindOf(address) {
  const [place, query = ""] = address.split("?");
  let kind = place.replace(/[a-z]{3}_[0-9]+-[0-9]+-[0-9A-Z]/g, "ID").replace(/\/[0-9]+(?=\/|$)/g, "/N");
  for (const parameter of query.split("&")) if (/^(part|terms)=/.test(parameter)) kind += "?" + parameter;
  return kind;
}

// isPage tells whether an address leads to a page, and not to a file, another desk, or the demo's own.
export const isPage = (address) => !/^\/(assets|desk|live)\//.test(address) && !/[?&]format=/.test(address) && !/\/(original|letter|paper|statement)$/.test(address) && !/^\/demo\/keys/.test(address);

// texts gives how the console says something in a language, by its English.
export function texts(language) {
  if (language === "en") return (key) => key;
  const folder = path.join(root, "edge", "locale", language);
  const all = Object.assign({}, ...fs.readdirSync(folder).map((name) => JSON.parse(fs.readFileSync(path.join(folder, name), "utf8"))));
  return (key) => {
    if (typeof all[key] !== "string") throw new Error(`${language} has no text for “${key}”`);
    return all[key];
  };
}

// axe is the script that looks for what people with disabilities can't use. A page has it before its own.
export const axe = fs.readFileSync(path.join(packages, "axe-core", "axe.min.js"), "utf8");

const serious = () =>
  axeOf().run(document, { resultTypes: ["violations"], preload: false, iframes: false, runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }).then((found) =>
    found.violations
      .filter((v) => v.impact === "serious" || v.impact === "critical")
      .map((v) => `${v.id}: ` + v.nodes.slice(0, 3).map((n) => `${n.html.slice(0, 160)} ${n.any[0]?.message ?? ""}`).join(" | ")),
  );
const seriousSource = `(${serious})()`.replace("axeOf()", "axe");

// axeFinds is what axe finds seriously wrong on a page as it is shown, one line each.
export const axeFinds = (page) => page.evaluate(seriousSource);

// wider is how far a page is wider than its window, as lines.
export async function wider(page) {
  const beyond = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  return beyond > 0 ? [`is ${beyond} px wider than its window`] : [];
}

// troubles are both.
export const troubles = async (page) => [...(await axeFinds(page)), ...(await wider(page))];

// thin leaves of the rows of a table and of the points of a list three of each make: what has the same elements with the same classes, whatever it says.
export const thin = (page) =>
  page.evaluate(() => {
    for (const of of document.querySelectorAll("main tbody, main ul, main ol")) {
      const made = new Map();
      for (const one of [...of.children]) {
        const make = [one, ...one.querySelectorAll("*")].map((e) => e.tagName + e.getAttribute("class") + e.getAttribute("role") + e.getAttribute("type")).join();
        made.set(make, (made.get(make) ?? 0) + 1);
        if (made.get(make) > 3) one.remove();
      }
    }
  });

// settled waits until a page has followed a change of its window: its scripts hear of that with the next frame.
export const settled = (page) =>
  page.evaluate(() => new Promise((done) => {
    dispatchEvent(new Event("resize"));
    requestAnimationFrame(() => requestAnimationFrame(done));
  }));
