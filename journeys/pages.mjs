// Every page of a living economy, as each desk sees it: no page has anything that people with disabilities can't use, none is wider than its window, and
// none complains in the browser's console. With JOURNEYS_SCREENS=DIR a picture of each is kept, at two widths, light and dark.

import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { axe, axeFinds, base, desks, isPage, kindOf, links, people, settled, sitDown, startBrowser, thin, wider } from "./browser.mjs";

// Looks are how pages are looked at, one after the other in the same window; what is wrong is looked for in the first two.
const looks = [
  { width: 1440, scheme: "light" },
  { width: 390, scheme: "dark" },
  { width: 1440, scheme: "dark" },
  { width: 390, scheme: "light" },
];
const held = looks.slice(0, 2);
const samples = 3; // pages of one kind that are read, for the links on them and to show the fullest
const tabs = Math.max(2, os.availableParallelism()); // in which pages are looked at at once
const peopleMost = 4; // of one desk, through whose eyes pages are looked for
const castMost = 12; // of the scenes'
const height = 900;

const folder = process.env.JOURNEYS_SCREENS ?? "";
const only = (process.env.JOURNEYS_DESKS ?? "").split(",").filter(Boolean);

const report = (line) => console.log(JSON.stringify(line));

// marksOf are the elements of a page's content with their classes and roles: what it is made of, whatever it says.
function marksOf(text) {
  const content = text.slice(text.indexOf("<main"), text.indexOf("</main>"));
  return new Set([...content.matchAll(/<([a-z0-9]+)([^>]*)>/g)].map(([, name, rest]) => [name, ...(rest.match(/ (class|role|type)="[^"]*"/g) ?? []).sort()].join("")));
}

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
    if (full > (fullest.get(kind)?.full ?? 0)) fullest.set(kind, { address, full, marks: marksOf(text) });
    if (address === "/") for (const entry of links(text.split('class="side"')[1]?.split("All records")[0] ?? "")) own.add(kindOf(entry));
    for (const next of links(text)) {
      if (seen.has(next) || !isPage(next)) continue;
      seen.add(next);
      waiting.push(next);
    }
  }
  return [...fullest].map(([kind, { address, marks }]) => ({ kind, address, marks, own: own.has(kind) }));
}

// fresh picks what is looked at of the pages of a desk: kinds that nobody has looked at, and of what the desk's own entries lead to what is made of something
// that pages of its kind had not.
function fresh(pages, known, shows) {
  const picked = pages.filter(({ kind, own, marks }) => {
    const before = known.get(kind);
    return !before || (shows && (own || kind === "/") && (folder || [...marks].some((mark) => !before.has(mark))));
  });
  for (const { kind, marks } of picked) known.set(kind, new Set([...(known.get(kind) ?? []), ...marks]));
  return picked;
}

// look opens a page once, changes its window to every look, and says what is wrong with it.
async function look(page, desk, { kind, address }, wrong) {
  const name = kind === "/" ? "overview" : kind.slice(1).replace(/[/?=&]/g, "-");
  const turned = async ({ width, scheme }) => {
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
    return (line) => wrong(address, `${desk}, ${width} px, ${scheme}: ${line}`);
  };
  page.errors.length = 0;
  for (const [at, one] of (folder ? looks : held).entries()) {
    const found = await turned(one);
    if (at === 0) await page.goto(base + address, { waitUntil: "load" });
    await settled(page);
    if (held.includes(one)) (await wider(page)).forEach(found);
    if (folder) {
      const file = path.join(folder, desk, `${name}-${one.width}-${one.scheme}.png`);
      fs.mkdirSync(path.dirname(file), { recursive: true });
      await page.screenshot({ path: file, fullPage: true });
    }
  }
  // The fortieth row of a table has nothing to tell that the third has not.
  await thin(page);
  for (const one of [...held].reverse()) {
    const found = await turned(one);
    await settled(page);
    (await axeFinds(page)).forEach(found);
  }
  for (const error of page.errors) if (kind !== "/nothing-here") wrong(address, `${desk}: the browser says: ${error}`);
}

// Eyes is a browser of a visitor's own, in which pages wait to be looked at. It closes when all have been.
class Eyes {
  constructor(browser, visitor, desk, pages) {
    Object.assign(this, { browser, visitor, desk, pages, left: pages.length });
    this.seen = new Promise((done) => (this.done = done));
    if (this.left === 0) this.done();
  }

  // tab opens a tab; the first opens the browser.
  async tab() {
    this.context ??= this.browser.newContext({ bypassCSP: true }).then(async (context) => {
      await context.addCookies(this.visitor.browserCookies());
      await context.addInitScript(axe);
      return context;
    });
    const page = await (await this.context).newPage();
    page.errors = [];
    page.on("console", (said) => said.type() === "error" && page.errors.push(said.text()));
    page.on("pageerror", (error) => page.errors.push(String(error)));
    return page;
  }

  // looked tells that one more of the pages was looked at.
  async looked() {
    if (--this.left > 0) return;
    await (await this.context).close();
    this.done();
  }
}

// Queue gives the pages of one pair of eyes after the other to as many tabs as there are; while they look, what comes next is searched for.
class Queue {
  waiting = [];
  wakes = [];

  add(eyes) {
    if (eyes.left > 0) this.waiting.push(eyes);
    this.wake();
  }

  end() {
    this.ended = true;
    this.wake();
  }

  wake() {
    for (const wake of this.wakes.splice(0)) wake();
  }

  // next are the eyes with the next page; undefined at the end.
  async next() {
    for (;;) {
      while (this.waiting.length > 0 && this.waiting[0].pages.length === 0) this.waiting.shift();
      if (this.waiting.length > 0) return [this.waiting[0], this.waiting[0].pages.shift()];
      if (this.ended) return [];
      await new Promise((wake) => this.wakes.push(wake));
    }
  }

  // work looks at pages in one tab until there are none.
  async work() {
    let eyes, page;
    for (;;) {
      const [through, next] = await this.next();
      if (!next) return;
      if (through !== eyes) page = await (eyes = through).tab();
      await look(page, through.desk, next, through.wrong);
      await through.looked();
    }
  }
}

const browser = await startBrowser();
const everybody = await people();
const known = new Map(); // by kind of page, what those that were looked at are made of
const queue = new Queue();
const working = Promise.all(Array.from({ length: tabs }, () => queue.work()));
const reports = [];
for (const desk of [...desks, { name: "scenes", of: "Scenes" }]) {
  if (only.length > 0 && !only.includes(desk.name)) continue;
  const began = Date.now();
  const wrongs = [];
  const wrong = (address, what) => wrongs.push(`${address}: ${what}`);
  const kinds = [];
  const seen = [];
  // The first person shows the desk; others of it may have what that one has not.
  const some = everybody.filter((p) => p.desk === desk.of).slice(0, desk.seat ? peopleMost : castMost);
  for (const person of some) {
    const visitor = await sitDown(person.actor, desk.seat);
    const pages = fresh(await survey(visitor, known, wrong), known, desk.seat && person === some[0]);
    kinds.push(...pages.map(({ kind }) => kind));
    const eyes = new Eyes(browser, visitor, desk.name, pages);
    eyes.wrong = wrong;
    seen.push(eyes.seen);
    queue.add(eyes);
  }
  reports.push(Promise.all(seen).then(() => report({ test: desk.name, kinds: kinds.sort(), wrong: wrongs, seconds: (Date.now() - began) / 1000 })));
}
queue.end();
await working;
await Promise.all(reports);
await browser.close();
