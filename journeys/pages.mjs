// Every page of a living economy, as each desk sees it: no page has anything that people with disabilities can't use, none is wider than its window, and
// none complains in the browser's console. With JOURNEYS_SCREENS=DIR a picture of each is kept, at two widths, light and dark.

import fs from "node:fs";
import path from "node:path";
import { base, desks, isPage, kindOf, links, packages, people, sitDown, startBrowser } from "./browser.mjs";

// Looks are how pages are looked at: what is wrong is looked for in the first two.
const looks = [
  { width: 1440, scheme: "light" },
  { width: 390, scheme: "dark" },
  { width: 1440, scheme: "dark" },
  { width: 390, scheme: "light" },
];
const samples = 3; // pages of one kind that are read, for the links on them and to show the fullest
const tabs = 2; // pages that are looked at at once
const peopleMost = 4; // of one desk, through whose eyes pages are looked for
const castMost = 12; // of the scenes'
const height = 900;

const folder = process.env.JOURNEYS_SCREENS ?? "";
const only = (process.env.JOURNEYS_DESKS ?? "").split(",").filter(Boolean);

const report = (line) => console.log(JSON.stringify(line));

// survey reads from a desk's first page along its links, a few pages of each kind, and gives the fullest of each kind.
async function survey(visitor, known, wrong) {
  const read = new Map(); // how many of a kind were
  const fullest = new Map();
  const own = new Set();
  const waiting = ["/", "/nothing-here", "/search?q=RE-2026", "/help", "/help/terms"];
  const seen = new Set(waiting);
  while (waiting.length > 0) {
    const address = waiting.shift();
    const kind = kindOf(address);
    const most = known.has(kind) ? 1 : samples;
    if ((read.get(kind) ?? 0) >= most) continue;
    read.set(kind, (read.get(kind) ?? 0) + 1);
    const { status, kind: type, text } = await visitor.page(address);
    if (status >= 400 && kind !== "/nothing-here") {
      wrong(address, `is answered with status ${status}`);
      continue;
    }
    if (!type.startsWith("text/html")) continue;
    const full = text.slice(text.indexOf("<main")).length;
    if (full > (fullest.get(kind)?.full ?? 0)) fullest.set(kind, { address, full });
    if (address === "/") for (const entry of links(text.split('class="side"')[1]?.split("All records")[0] ?? "")) own.add(kindOf(entry));
    for (const next of links(text)) {
      if (seen.has(next) || !isPage(next)) continue;
      seen.add(next);
      waiting.push(next);
    }
  }
  return [...fullest].map(([kind, { address }]) => ({ kind, address, own: own.has(kind) }));
}

const axe = fs.readFileSync(path.join(packages, "axe-core", "axe.min.js"), "utf8");

// troubles are what axe finds seriously wrong on a page, one line each.
const troubles = () =>
  axeOf().run(document, { resultTypes: ["violations"], runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }).then((found) =>
    found.violations
      .filter((v) => v.impact === "serious" || v.impact === "critical")
      .map((v) => `${v.id}: ` + v.nodes.slice(0, 3).map((n) => `${n.html.slice(0, 160)} ${n.any[0]?.message ?? ""}`).join(" | ")),
  );
const troublesSource = `(${troubles})()`.replace("axeOf()", "axe");

// look opens a page in every look, and says what is wrong with it.
async function look(page, desk, { kind, address }, wrong) {
  const name = kind === "/" ? "overview" : kind.slice(1).replace(/[/?=&]/g, "-");
  for (const { width, scheme } of folder ? looks : looks.slice(0, 2)) {
    const where = `${desk}, ${width} px, ${scheme}`;
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
    const { errors } = page;
    errors.length = 0;
    await page.goto(base + address, { waitUntil: "load" });
    if (width === looks[0].width ? scheme === looks[0].scheme : scheme === looks[1].scheme) {
      for (const line of await page.evaluate(troublesSource)) wrong(address, `${where}: ${line}`);
      const beyond = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      if (beyond > 0) wrong(address, `${where}: is ${beyond} px wider than its window`);
      for (const error of errors) if (kind !== "/nothing-here") wrong(address, `${where}: the browser says: ${error}`);
    }
    if (folder) {
      const file = path.join(folder, desk, `${name}-${width}-${scheme}.png`);
      fs.mkdirSync(path.dirname(file), { recursive: true });
      await page.screenshot({ path: file, fullPage: true });
    }
  }
}

// lookAt opens pages in a browser of a visitor's own.
async function lookAt(browser, visitor, desk, pages, wrong) {
  const context = await browser.newContext({ bypassCSP: true });
  await context.addCookies(visitor.browserCookies());
  await context.addInitScript(axe);
  const queue = [...pages];
  await Promise.all(
    Array.from({ length: Math.min(tabs, queue.length) }, async () => {
      const page = await context.newPage();
      page.errors = [];
      page.on("console", (said) => said.type() === "error" && page.errors.push(said.text()));
      page.on("pageerror", (error) => page.errors.push(String(error)));
      for (let next = queue.shift(); next; next = queue.shift()) await look(page, desk, next, wrong);
    }),
  );
  await context.close();
}

const browser = await startBrowser();
const everybody = await people();
const known = new Set();
for (const desk of [...desks, { name: "scenes", of: "Scenes" }]) {
  if (only.length > 0 && !only.includes(desk.name)) continue;
  const began = Date.now();
  const wrongs = [];
  const wrong = (address, what) => wrongs.push(`${address}: ${what}`);
  const kinds = [];
  // The first person shows the desk; others of it may have what that one has not.
  const some = everybody.filter((p) => p.desk === desk.of).slice(0, desk.seat ? peopleMost : castMost);
  for (const person of some) {
    const visitor = await sitDown(person.actor, desk.seat);
    const shows = desk.seat && person === some[0];
    const pages = (await survey(visitor, known, wrong)).filter(({ kind, own }) => (shows && (own || kind === "/")) || !known.has(kind));
    for (const { kind } of pages) known.add(kind);
    kinds.push(...pages.map(({ kind }) => kind));
    await lookAt(browser, visitor, desk.name, pages, wrong);
  }
  report({ test: desk.name, kinds: kinds.sort(), wrong: wrongs, seconds: (Date.now() - began) / 1000 });
}
await browser.close();
