// One full journey a desk, on a living economy, in the language that JOURNEYS_LANGUAGE names: from what waits on the desk's first page to the thing done, and
// seen as done. Each journey prints one line, with what was wrong. JOURNEYS_ONLY=buyer,seller walks those alone. With JOURNEYS_PICTURES=DIR a picture is kept
// of where a journey has ended that went wrong.

import fs from "node:fs";
import net from "node:net";
import path from "node:path";
import { base, links, people, sitDown, startBrowser, texts } from "./browser.mjs";

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
  async sit(person, seat, { width = 1440, scheme = "light", through = base } = {}) {
    this.base = through;
    const visitor = await sitDown(person.actor, seat);
    await visitor.ask("/language", { language, to: "/" });
    const context = await this.browser.newContext({ viewport: { width, height: 900 }, colorScheme: scheme, reducedMotion: "reduce", hasTouch: width < 500 });
    context.setDefaultTimeout(patienceMilliseconds);
    await context.addCookies(visitor.browserCookies());
    const page = await context.newPage();
    // What a form refuses, and what is asked for without a connection, the browser writes into its console too.
    page.on("console", (said) => {
      if (said.type() === "error" && !/status of 4\d\d|net::ERR_/.test(said.text())) this.wrong.push(`the browser says: ${said.text()}`);
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
    await this.page.goto(this.base + "/");
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
    const entry = (await note.innerText()).match(/\d[\d,]*/)?.[0];
    this.check(entry !== undefined, "no entry of the journal is named");
    const [, said] = say("<strong>It is done</strong>, as entry {done} of the journal.").match(/<strong>(.*)<\/strong>/);
    this.check((await note.innerText()).includes(said), `it is not said to be done in the language of the page`);
    if (story) this.check((await this.page.locator(".timeline .sequence").allInnerTexts()).includes(entry), `the record's story does not tell of entry ${entry}`);
    return entry;
  }

  // refused wants the act refused, with what it means and how to mend it, and by which policy where it is one that refuses.
  async refused(code, policy) {
    const note = this.page.locator(".note.bad[role=alert]:not(#unsent)");
    await note.waitFor();
    const text = await note.innerText();
    this.check(text.includes(code), `refused not as ${code} but: ${text}`);
    if (policy) this.check(text.includes(policy), `the policy ${policy} is not named: ${text}`);
    this.check((await note.locator("p").count()) > 1, `it does not say how to mend it: ${text}`);
    return text;
  }

  // forbidden wants the page refused to the person, with the policy that says so.
  async forbidden() {
    const text = await this.page.locator("main").innerText();
    this.check(/role_forbidden|four_eyes|not_found/.test(text) && /[a-z]+\.[a-z_.-]+/.test(text), `it is not refused by a policy: ${text.slice(0, 300)}`);
    this.equal(await this.page.locator("#send").count(), 0, "buttons that send");
  }

  // changesNothing wants no form on the page that would change anything.
  async changesNothing() {
    this.equal(await this.page.locator('main form[method="post"], main button:not(form button)').count(), 0, "forms that change something");
  }

  // decides approves on a form that asks for a decision.
  async decides() {
    const approve = this.page.locator('input[name="decision"][value="approve"]');
    if ((await approve.count()) > 0) await approve.check();
    if ((await this.page.locator("#send").count()) === 0) await this.goesOn();
    await this.gives();
  }

  // opensWebhook opens a webhook, first at an address that is refused.
  async opensWebhook(refused) {
    await this.page.goto(`${this.base}/webhooks`);
    await this.follow('main a[href="/webhooks/new"]');
    await this.page.locator("#url").fill(refused);
    await this.page.locator("#description").fill("Our own books");
    await this.goesOn();
    if ((await this.page.locator("#url-wrong").count()) === 0) {
      await this.gives();
      await this.refused("");
    }
    this.equal(await this.page.locator("#description").inputValue(), "Our own books", "what was typed");
    await this.page.locator("#url").fill("https://books.example.com/told");
    await this.goesOn();
    await this.gives();
    await this.done({ story: false });
    await this.page.locator("main").getByText("https://books.example.com/told").first().waitFor();
  }

  // takes makes a choice of a form: of few that stand beside one another, or of many in a list.
  async takes(name, value) {
    const list = this.page.locator(`select[name="${name}"]`);
    if ((await list.count()) > 0) await list.selectOption(value);
    else await this.page.locator(`input[name="${name}"][value="${value}"]`).check();
  }

  // tabTo presses the tab key until something has the focus.
  async tabTo(selector) {
    for (let presses = 0; presses < 300; presses++) {
      if (await this.page.evaluate((wanted) => document.activeElement?.matches(wanted), selector)) return;
      await this.page.keyboard.press("Tab");
    }
    throw new Error(`the tab key does not reach ${selector}`);
  }

  // reaches follows a link by the keyboard alone.
  async reaches(selector, address) {
    await this.tabTo(selector);
    await Promise.all([this.page.waitForURL(address), this.page.keyboard.press("Enter")]);
    await this.page.waitForLoadState();
  }

  // signs signs the statement of a page with somebody's key file, in the browser.
  async signs(person) {
    await this.signsWith(await keyOf(person));
  }

  // chooses gives the page a key file.
  async chooses(key) {
    await this.page.locator("#key-file").setInputFiles({ name: "key.pem", mimeType: "application/x-pem-file", buffer: key });
  }

  async signsWith(key) {
    await this.chooses(key);
    await this.page.locator("#sign").click();
    await this.page.waitForFunction(() => document.getElementById("signature").value.includes("signature"));
    const [begins] = say("Signed with the key of {key}. Nothing was sent yet: press “{button}”.").split("{key}");
    this.check((await this.page.locator("#sign-says").innerText()).startsWith(begins), "it is not said to be signed in the language of the page");
  }

  // fewer wants the queue on the first page to have become shorter by one.
  async fewer(address, before) {
    await this.front();
    this.equal(await this.waits(address), before - 1, `what waits at ${address}`);
  }

  // speaks wants amounts and dates of the page in the language's forms.
  async speaks() {
    this.check(/\d{1,3}(,\d{3})*\.\d{2}\sEUR/.test(await this.page.locator("main").innerText()), "no amount is written as in this language");
    await this.speaksDates();
  }

  async speaksDates() {
    const text = await this.page.locator("body").innerText();
    const [form, other] = language === "en" ? [/\b\d{4}-\d{2}-\d{2}\b/, /\d年/] : [/\d{4}年\d{1,2}月\d{1,2}日/, /the|The/];
    this.check(form.test(text), "no date is written as in this language");
    this.check(!other.test((await this.page.locator("h1").innerText()) + (await this.page.locator("footer").innerText())), "another language is spoken");
  }
}

// keyOf is the key file of a person of the demo, which is no secret there.
const keyOf = async (person) => Buffer.from(await (await fetch(`${base}/demo/keys/${person.actor}`)).arrayBuffer());

const everybody = await people();
const at = (desk) => everybody.filter((p) => p.desk === desk);

// those finds a desk's people whose first page holds something, and whoever the first of them.
async function those(desk, seat, holds) {
  const found = [];
  for (const person of at(desk)) {
    const { text } = await (await sitDown(person.actor, seat)).page("/");
    if (holds.test(text)) found.push(person);
  }
  return found;
}

async function whoever(desk, seat, holds) {
  const [first] = await those(desk, seat, holds);
  if (!first) throw new Error(`the first page of nobody at the desk ${desk} holds ${holds}`);
  return first;
}

const quoted = "/financings?state=quoted";

const waiting = (address) => new RegExp(`class="name"><a href="${address.replace("?", "\\?")}">[^<]*</a> <span class="count">`);

// Line is the way between a browser and the node, which can be cut and mended.
class Line {
  sockets = new Set();

  async mend() {
    this.server = net.createServer((near) => {
      const far = net.connect(new URL(base).port, new URL(base).hostname);
      for (const socket of [near, far]) {
        this.sockets.add(socket);
        socket.on("error", () => {}).on("close", () => this.sockets.delete(socket));
      }
      near.pipe(far).pipe(near);
    });
    await new Promise((listening) => this.server.listen(this.port ?? 0, "127.0.0.1", listening));
    this.port = this.server.address().port;
    this.address = `http://127.0.0.1:${this.port}`;
  }

  async cut() {
    const closed = new Promise((done) => this.server.close(done));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }
}

// agrees lets whoever may decide on the referral of a financing approve it.
async function agrees(j, financing) {
  for (const person of at("Funder")) {
    const visitor = await sitDown(person.actor, "funder");
    const { text } = await visitor.page("/referrals?state=open");
    let referral;
    for (const one of [...links(text)].filter((address) => /^\/referrals\/ref_[^/?]+$/.test(address))) {
      if ((await visitor.page(one)).text.includes(financing)) referral = one;
    }
    if (!referral) continue;
    await j.sit(person, "funder");
    await j.page.goto(base + referral);
    await j.follow('a[href$="/decision"]');
    await j.page.locator('input[name="decision"][value="approve"]').check();
    await j.page.locator("#note").fill("What is overdue was promised for this week, in writing.");
    await j.goesOn();
    await j.gives();
    await j.done();
    return;
  }
  throw new Error(`no funder sees the referral of ${financing}`);
}

// whose finds who of a desk may go from a record on to an act.
async function whose(desk, seat, record, act) {
  for (const person of at(desk)) {
    const { status, text } = await (await sitDown(person.actor, seat)).page(record);
    if (status === 200 && links(text).has(act)) return person;
  }
  throw new Error(`nobody at the desk ${desk} finds ${act} on ${record}`);
}

// comesIn has a bank's statement say that somebody has paid on a loan, and the operator's clerk set it against that.
async function comesIn(j, financing, by, amount) {
  const page = await j.sit(at("Operations")[0], "operator");
  await page.goto(`${base}/financings/${financing}`);
  const programme = await page.locator('main a[href^="/programmes/"]').first().getAttribute("href");
  const [today] = (await (await sitDown(by.actor, "distributor")).page("/")).text.split("May leave now</th>")[1].match(/\d{4}-\d{2}-\d{2}/);
  const [day, sum] = [today.replaceAll("-", "").slice(2), amount.replace(".", ",")];
  const statement = [
    ":20:COLLECTED", ":25:DE89370400440532013000", ":28C:1/1", `:60F:C${day}EUR0,00`, `:61:${day}${day.slice(2)}C${sum}NTRFNONREF//PAID-${Date.now()}`,
    `:86:${by.firm.slice(0, 30)} repays`, `:62F:C${day}EUR${sum}`, "",
  ].join("\r\n");
  await page.goto(base + programme + "/statement");
  await page.locator('input[name="account"][value="collection"], select[name="account"]').first().waitFor();
  await page.locator('input[type="file"]').setInputFiles({ name: "today.sta", mimeType: "text/plain", buffer: Buffer.from(statement) });
  await page.locator('form[enctype="multipart/form-data"] button').last().click();
  await j.follow('main tbody a[href^="/receipts/rct_"]');
  await j.follow('a[href*="/allocation"]');
  await page.locator("#receivable").fill(financing);
  await page.locator('input[name="payer"][value="seller"]').check();
  await j.goesOn();
  await j.gives();
  await j.done();
}

// spare lets a lender release as much of a keeper's goods as their loan can spare, if none are released yet, and gives the receipt of what is.
async function spare(keeper) {
  const shelves = await sitDown(keeper.actor, "warehouse");
  const first = async (state) => [...links((await shelves.page(`/stock?state=${state}`)).text)].filter((address) => /^\/stock\/whr_[^/?]+$/.test(address));
  const [already] = await first("released");
  if (already) return already;
  for (const goods of await first("pledged")) {
    const lender = await sitDown((await whose("Funder", "funder", goods, `${goods}/release`)).actor, "funder");
    const { text } = await lender.page(`${goods}/release`);
    const [, offered] = text.match(/<input id="quantity"[^>]*value="([^"]*)"/) ?? text.match(/name="quantity"[^>]*value="([^"]*)"/);
    const stored = text.match(/([\d.]+) t\b/)[1];
    if (offered === stored) continue;
    await lender.gives(`${goods}/release`, { quantity: offered });
    const [released] = await first("released");
    return released;
  }
  throw new Error("no loan on stored goods can spare anything");
}

// instructed are two payments that wait for a custodian's person: one that the treasury has approved, and one of a quote that its seller has accepted.
async function instructed(custodian) {
  const treasury = await sitDown(at("Treasury")[0].actor, "treasury");
  const operator = await sitDown(at("Operations")[0].actor, "operator");
  const seen = await sitDown(custodian.actor, "custodian");
  const inState = async (visitor, list, state) => [...links((await visitor.page(`${list}?state=${state}`)).text)].filter((address) => new RegExp(`^${list}/[a-z]{3}_[^/?]+$`).test(address));
  for (const payment of await inState(seen, "/payments", "awaiting_approval")) await treasury.gives(`${payment}/approval`, { decision: "approve" });
  for (const person of at("Seller")) {
    const seller = await sitDown(person.actor, "seller");
    for (const financing of await inState(seller, "/financings", "quoted")) await seller.gives(`${financing}/acceptance`);
  }
  for (const financing of await inState(operator, "/financings", "accepted")) {
    const payment = (await operator.gives(`${financing}/disbursement`)).split("?")[0];
    if ((await inState(treasury, "/payments", "awaiting_approval")).includes(payment)) await treasury.gives(`${payment}/approval`, { decision: "approve" });
  }
  const asked = await inState(seen, "/payments", "instructed");
  if (asked.length < 2) throw new Error(`${asked.length} payments are instructed at the custodian, want two`);
  return asked;
}

// The journeys, by desk.
const journeys = {
  // The operator's clerk sees what waits, may not approve the payment that she has made herself, records an owner in a firm's file, and brings a signing key.
  async operator(j) {
    const page = await j.sit(at("Operations")[0], "operator");
    await j.speaks();
    await j.begin("/payments?state=awaiting_approval");
    await j.follow('main a.id[href^="/payments/"]');
    j.equal(await page.locator('a[href*="/approval"]').count(), 0, "ways to approve one's own payment");
    await page.goto(`${page.url().split("?")[0]}/approval?terms=1&decision=approve`);
    await j.gives();
    await j.refused("second_person", "four-eyes");
    await j.front();
    await j.follow('.side a[href="/onboarding"]');
    await j.follow('main a.id[href^="/onboarding/"]');
    await j.follow('a[href$="/person"]');
    await page.locator("#name").fill("Wilhelmine Trautwein");
    await page.locator('input[name="link"][value="director"]').check();
    await page.locator("#from").fill("2001-02-03");
    await page.locator("#countries").fill("Germany");
    await j.goesOn();
    j.check((await page.locator(".wrong").count()) > 0, "a country that is no code is taken");
    j.equal(await page.locator("#name").inputValue(), "Wilhelmine Trautwein", "the name that was typed");
    await page.locator("#countries").fill("DE");
    await j.goesOn();
    await j.gives();
    await j.done();
    await page.locator("main").getByText("Wilhelmine Trautwein").first().waitFor();

    // A key for a person of a firm is made in the browser, which saves it, and proved by a signature with the file.
    const clerk = await sitDown(at("Operations")[0].actor, "operator");
    let firm;
    for (const one of [...links((await clerk.page("/parties")).text)].filter((address) => /^\/parties\/pty_[^/?]+$/.test(address))) {
      if ((await clerk.page(`${one}/signing-key`)).text.includes('id="make-key"')) firm ??= one;
    }
    await page.goto(`${base}${firm}/signing-key`);
    const [file] = await Promise.all([page.waitForEvent("download"), page.locator("#make-key").click()]);
    await page.locator("#make-says.good", { hasText: say("The key is saved as signing-key.pem, and its public half is filled in. Go on, and sign with that file.") }).waitFor();
    j.check(/^[0-9a-f]{64}$/.test(await page.locator("#public").inputValue()), "the public half is not filled in");
    await j.goesOn();
    await j.signsWith(fs.readFileSync(await file.path()));
    await j.gives();
    await j.done({ story: false });
const second = await sitDown(at("Treasury")[0].actor, "operator");
    const approval = [...links((await second.page(firm)).text)].filter((address) => /^\/signing-keys\/[^/]+\/approval$/.test(address));
    j.equal(approval.length, 1, "keys of the firm that a second person may approve");
    await second.gives(approval[0]);
  },

  // Four eyes: an analyst proposes a limit and may not approve it; a colleague does.
  async credit(j) {
    const [first, second] = [at("Credit and risk")[0], at("Treasury")[0]];
    const page = await j.sit(first, "credit");
    await j.speaks();
    const before = await j.waits("/limits");
    await j.follow('.side a[href="/limits"]');
    const [limited] = await page.locator('main a[href^="/parties/"]').evaluateAll((found) => found.map((link) => link.getAttribute("href").split("/")[2]));
    const programme = (await page.locator('main a[href^="/programmes/prg_"]').first().getAttribute("href")).split("/")[2];
    await j.follow('a[href="/limit-proposals/buyer"]');
    await page.locator("#party").fill(limited);
    await j.takes("programme", programme);
    await page.locator("#currency").fill("EUR");
    await page.locator("#amount").fill("1,5 million");
    await page.locator("#expires").fill("2029-06-30");
    await j.goesOn();
    j.check((await page.locator("#amount-wrong").count()) === 1, "an amount that is none is taken");
    await page.locator("#amount").fill("1500000.00");
    await j.goesOn();
    await j.gives();
    await j.done({ story: false });
    await j.front();
    j.equal(await j.waits("/limits"), before + 1, "limits that wait for a second person");

    await j.begin("/limits");
    const approval = await page.locator('a[href$="/approval"]').evaluateAll((found) => found.map((link) => link.getAttribute("href")));
    const proposed = approval.length > 0 ? approval[0] : `/limits/${(await page.locator("main").innerText()).match(/lim_[0-9]+-[0-9]+-[0-9A-Z]/g).sort((a, b) => b.split("-")[1] - a.split("-")[1])[0]}/approval`;
    await page.goto(base + proposed);
    await j.decides();
    await j.refused("second_person", "four-eyes");

    const other = await j.sit(second, "credit");
    await j.begin("/limits");
    await j.follow(`a[href="${proposed}"]`);
    await j.decides();
    await j.done({ story: false });
    await j.front();
    j.equal(await j.waits("/limits"), before, "limits that wait for a second person");
    j.check(other !== page, "both sit at one browser");
  },

  // A buyer confirms an invoice on the phone: too much is refused in its place, then it is signed with a key file that the node never sees. Then two at once.
  async buyer(j) {
    const person = await whoever("Buyer", "buyer", /href="\/confirmations">[^<]*<\/a> <span class="count">([4-9]|[1-9]\d)/);
    const page = await j.sit(person, "buyer", { width: 390 });
    await j.speaks();
    const before = await j.begin("/confirmations");
    await j.sees("Receivables that wait for your confirmation");
    await j.follow('a[href$="/confirmation"]');
    await page.locator('input[name="undertaking"][value="irrevocable"]').check();
    const amount = await page.locator("#amount").inputValue();
    await page.locator("#amount").fill("999999999.00");
    await j.goesOn();
    if ((await page.locator("#amount-wrong").count()) === 0) {
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

    await j.begin("/confirmations");
    const ticks = page.locator('main input[name="receivable"]');
    for (const at of [0, 1]) await ticks.nth(at).check();
    await page.locator("#undertaking").selectOption("irrevocable");
    await page.locator('form:has(input[name="receivable"]) button').last().click();
    await page.waitForURL(/together$/);
    await page.locator("#key-file").setInputFiles({ name: "none.pem", mimeType: "application/x-pem-file", buffer: Buffer.from("no key") });
    await page.locator("#sign").click();
    await page.locator("#sign-says.wrong", { hasText: say("This is no private key in PKCS #8 (PEM).") }).waitFor();
    await j.chooses(await keyOf(person));
    await page.locator("#sign").click();
    await page.locator("#sign-says.good", { hasText: say("All statements of the batch are signed. Nothing was sent yet: press “{button}”.").split("{button}")[0] }).waitFor();
    await j.gives();
    await page.locator(".note.good[role=status]").waitFor();
    j.equal(await page.locator("main tbody .badge.good").count(), 2, "invoices of the batch that are confirmed");
    await j.fewer("/confirmations", before - 2);
  },

  // A seller sees what can be turned into cash today, asks for a sum, and accepts what is quoted; if risk control has referred it, once the funder has agreed.
  async seller(j) {
    const person = await whoever("Seller", "seller", /action="\/need"/);
    const page = await j.sit(person, "seller");
    await j.speaks();
    await j.sees("What you can turn into cash today");
    const before = await j.waits(quoted);
    const cash = page.locator('form[action="/need"]').first();
    const most = Number(await cash.locator('input[name="amount"]').inputValue());
    await cash.locator('input[name="amount"]').fill("0");
    await cash.locator("button").click();
    await page.locator("#amount-wrong").waitFor();
    await page.locator("#amount").fill((most / 20).toFixed(2));
    await j.goesOn();
    await j.sees("It costs you");
    await j.gives();
    await j.done({ story: false });
    await j.front();
    if ((await j.waits(quoted)) === before) {
      await page.goto(`${base}/financings?state=referred`);
      await j.follow('main a.id[href^="/financings/"]');
      await j.sees("What the rules said");
      await agrees(j, new URL(page.url()).pathname);
      j.page = page;
      await j.front();
    }
    const now = await j.begin(quoted);
    await j.follow('main a.id[href^="/financings/"]');
    await j.follow('a[href$="/acceptance"]');
    await j.gives();
    await j.done();
    await j.fewer(quoted, now);
  },

  // A funder decides on a use that risk control has referred. What it writes while its line is down is not lost.
  async funder(j) {
    const person = await whoever("Funder", "funder", waiting("/referrals"));
    const page = await j.sit(person, "funder");
    await j.speaks();
    const before = await j.begin("/referrals");
    await j.follow('main a.id[href^="/referrals/"]');
    await j.follow('a[href$="/decision"]');
    await page.locator('input[name="decision"][value="decline"]').check();
    await page.locator("#note").fill("The buyer pays others late: not before it is current.");
    await page.context().setOffline(true);
    await page.locator('form.fields:has(input[name="terms"]) button.button').first().click();
    await page.locator("#unsent").waitFor();
    await j.sees("There is no connection, so nothing was sent. What you have written stays here: send it again when the connection is back.");
    await page.context().setOffline(false);
    j.equal(await page.locator("#note").inputValue(), "The buyer pays others late: not before it is current.", "what was written");
    await j.goesOn();
    j.check(!(await page.locator("#unsent").isVisible()), "it still says that nothing was sent");
    await j.gives();
    await j.done();
    await page.locator("main").getByText("The buyer pays others late").first().waitFor();
    await j.fewer("/referrals", before);
  },

  // A distributor sees what it owes on goods and what a payment would release, and pays. More than its loan can spare is not released; what it has paid for is,
  // by the lender, and the keeper hands it out. Of what happens it has its own system told, at an address that is safe.
  async distributor(j) {
    const person = await whoever("Distributor", "distributor", /data-label="May leave now">[1-9]/);
    const page = await j.sit(person, "distributor");
    await j.speaks();
    await j.sees("Goods that you owe for");
    const loan = page.locator("article.cashable").filter({ has: page.locator("tbody td.number", { hasText: /^[1-9][\d.]* / }) }).first();
    const all = loan.locator('input[name="pay"]');
    const owed = await all.inputValue();
    await all.fill("1.000,00");
    await loan.locator("button").click();
    await page.locator('input[name="pay"][aria-invalid="true"]').waitFor();
    await page.locator('input[name="pay"][aria-invalid="true"]').fill((Number(owed) / 2).toFixed(2));
    await page.locator("article.cashable", { has: page.locator('[aria-invalid="true"]') }).locator("button").click();
    await page.locator("article.cashable .note.good li").first().waitFor();

    // What it asked about is paid: the bank's statement is sent in, and what came is set against the loan. Then as much may leave as was said.
    const said = (await page.locator("article.cashable .note.good li").first().innerText()).match(/\d[\d.]*/g);
    const financing = new URL(page.url()).searchParams.get("loan");
    const goods = await page.locator("article.cashable", { has: page.locator(`input[value="${financing}"]`) }).locator('tbody a[href^="/stock/"]').first().getAttribute("href");
    const row = page.locator("article.cashable tbody tr", { has: page.locator(`a[href="${goods}"]`) });
    const before = Number((await row.locator("td.number").first().innerText()).split(" ")[0]);
    await comesIn(j, financing, person, (Number(owed) / 2).toFixed(2));
    j.page = page;
    await j.front();
    const spared = (await row.locator("td.number").first().innerText()).split(" ")[0];
    j.check(said.includes(spared) && Number(spared) > before, `after the payment ${spared} may leave, before it ${before}; it was said: ${said}`);
    await page.goto(`${base}${goods}/release`);
    await j.forbidden();
    const lender = await j.sit(await whose("Funder", "funder", goods, `${goods}/release`), "funder");
    await lender.goto(base + goods);
    await j.follow(`a[href="${goods}/release"]`);
    j.equal(await lender.locator("#quantity").inputValue(), spared, "how much is offered to be released");
    const stored = (await lender.locator("dl.facts dd").nth(1).innerText()).split(" ")[0];
    await lender.locator("#quantity").fill(stored);
    await j.goesOn();
    await j.gives();
    await j.refused("release_exceeded");
    const part = String(Math.ceil(Number(spared) / 2));
    await lender.locator("#quantity").fill(part);
    await j.goesOn();
    await j.gives();
    await j.done({ story: false });

    j.page = page;
    await j.front();
    const fetched = await page.locator('#waiting ~ * .name a[href^="/stock/"]').first().getAttribute("href");
    await (await sitDown((await whose("Warehouse", "warehouse", fetched, `${fetched}/delivery`)).actor, "warehouse")).gives(`${fetched}/delivery`, { quantity: part });
    await j.front();
    j.equal(await page.locator(`#waiting ~ * .name a[href="${fetched}"]`).count(), 0, "goods to fetch that were handed out");
    await page.goto(base + fetched);
    await page.locator(".timeline li").nth(1).waitFor();
    j.equal(await page.locator("main dl.figures dd").first().innerText(), `${part} t`, "how much was handed out");
    await j.opensWebhook("http://10.0.0.1/told");
  },

  // A warehouse keeper receives goods, counts them and misses some: now they go nowhere, until a count finds them. Goods that are pledged are not handed out
  // before their lender has released them.
  async warehouse(j) {
    const person = at("Warehouse")[0];
    const page = await j.sit(person, "warehouse");
    await j.follow('main a[href="/stock/new"]');
    const number = `W-${language}-${Date.now()}`;
    await page.locator("#owner").fill(at("Distributor").at(-1).firm);
    await page.locator("#number").fill(number);
    await page.locator("#place").fill("Hall 7");
    await page.locator("#goods").fill("AL-INGOT");
    await page.locator("#quantity").fill("a dozen");
    await j.goesOn();
    await page.locator("#quantity-wrong").waitFor();
    j.equal(await page.locator("#number").inputValue(), number, "the number that was typed");
    await page.locator("#quantity").fill("12.5");
    await j.goesOn();
    await j.gives();
    await j.done({ story: false });
    await j.follow('main a.id[href^="/stock/"]');
    const arrived = new URL(page.url()).pathname;
    const details = await page.locator("main").innerText();
    j.check(details.includes(number) && details.includes("12.5 t"), `the newest receipt is not that of what came in: ${details.slice(0, 300)}`);

    await j.follow('a[href$="/count"]');
    await page.locator("#quantity").fill("11");
    await j.goesOn();
    await j.gives();
    await j.done({ story: false });
    await j.front();
    await page.locator(`#waiting ~ * .name a[href="${arrived}"]`).waitFor();
    await page.goto(`${base}${arrived}/delivery`);
    await j.goesOn();
    await j.gives();
    await j.refused("stock_short");
    await j.front();
    await j.follow(`#waiting ~ * a[href="${arrived}/count"]`);
    await page.locator("#quantity").fill("12.5");
    await j.goesOn();
    await j.gives();
    await j.done({ story: false });
    await j.front();
    j.equal(await page.locator(`#waiting ~ * .name a[href="${arrived}"]`).count(), 0, "goods that are missing");

    await j.follow('main a[href="/stock?state=pledged"]');
    await j.follow('main a.id[href^="/stock/"]');
    const locked = new URL(page.url()).pathname;
    await page.locator(".timeline li").last().waitFor();
    await j.speaksDates();
    await page.goto(`${base}${locked}/delivery`);
    await page.locator("#quantity").fill("1");
    await j.goesOn();
    await j.gives();
    await j.refused("warehouse_step_refused");
    await page.goto(`${base}/who-may-what`);
    await j.forbidden();

    const released = await spare(person);
    await j.front();
    await j.follow(`#waiting ~ * a[href="${released}/delivery"]`);
    await j.goesOn();
    await j.gives();
    await j.done({ story: false });
    await page.goto(base + released);
    j.equal(await page.locator(`a[href="${released}/delivery"]`).count(), 0, "ways to hand it out once more");
    await j.front();
    j.equal(await page.locator(`#waiting ~ * .name a[href="${released}"]`).count(), 0, "goods to hand out");
  },

  // Two payments of its accounts wait for the custodian's person: one is refused, with a reason that is asked for, the other released. The treasury sees both.
  async custodian(j) {
    const person = at("Custody")[0];
    const [refused, paid] = await instructed(person);
    const page = await j.sit(person, "custodian");
    await j.speaks();
    await j.sees("To release or refuse");
    const decisions = page.locator('#custody a[href*="decision=release"], section[aria-labelledby="custody"] a[href*="decision=release"]');
    const before = await decisions.count();
    await page.goto(`${base}${refused}/approval?terms=1&decision=approve`);
    await j.forbidden();
    await j.front();
    await j.follow(`a[href="${refused}/decision?decision=refuse"]`);
    await j.goesOn();
    await page.locator("#reason-wrong").waitFor();
    const reason = "The payee’s account was closed: its bank sends back what comes.";
    await page.locator("#reason").fill(reason);
    await j.goesOn();
    await j.gives();
    await j.done();
    await j.front();
    await j.follow(`a[href="${paid}/decision?decision=release"]`);
    await page.locator("#reference").fill(`CB-${Date.now()}`);
    await j.goesOn();
    await j.gives();
    await j.done();
    await page.goto(`${base}${refused}/decision?terms=1&decision=release`);
    j.equal(await page.locator("#send").count(), 0, "ways to release what was refused");
    await j.front();
    j.equal(await decisions.count(), before - 2, "payments to release or refuse");

    const treasury = await j.sit(at("Treasury")[0], "treasury");
    await treasury.goto(`${base}/payments?state=refused`);
    await j.follow(`main a.id[href="${refused}"]`);
    j.check((await treasury.locator("main").innerText()).includes(reason), "the treasury does not read why it was refused");
    await treasury.goto(`${base}/payments?state=executed`);
    await treasury.locator(`main a.id[href="${paid}"]`).waitFor();
  },

  // Compliance clears a false alarm and opens a case, in the dark and without a mouse.
  async compliance(j) {
    const page = await j.sit(at("Compliance")[0], "compliance", { scheme: "dark" });
    const before = await j.waits("/screening");
    j.check(before > 0, "no alert waits");
    await page.keyboard.press("Tab");
    j.check(await page.evaluate(() => document.activeElement.classList.contains("skip")), "the first thing reached is not the way to the content");
    await page.keyboard.press("Enter");
    await j.reaches('.name a[href="/screening"]', /\/screening$/);
    await j.reaches('main a.id[href^="/screening/"]', /\/screening\/alr/);
    await j.speaksDates();
    await j.reaches('a[href$="/decision"]', /\/decision$/);
    await j.tabTo('input[name="verdict"]');
    await page.keyboard.press("Space");
    await j.tabTo("#note");
    await page.keyboard.type("Another firm: other country, other owners, founded later.");
    await j.tabTo("form.fields button.button");
    await Promise.all([page.waitForURL(/terms=1/), page.keyboard.press("Enter")]);
    j.equal(await page.locator("#note").inputValue(), "Another firm: other country, other owners, founded later.", "what was typed");
    await j.tabTo("#send");
    await Promise.all([page.waitForURL(/done=/), page.keyboard.press("Enter")]);
    await j.done();
    await j.fewer("/screening", before);

    const cases = await j.waits("/cases");
    await j.reaches('.side a[href="/parties"]', /\/parties$/);
    await j.reaches('main a[href^="/parties/pty_"]', /\/parties\/pty/);
    await j.reaches('a[href$="/case"]', /\/case$/);
    await j.tabTo("#note");
    await page.keyboard.type("Goods go back and forth between the same three firms.");
    await j.tabTo("form.fields button.button");
    await Promise.all([page.waitForURL(/terms=1/), page.keyboard.press("Enter")]);
    await j.tabTo("#send");
    await Promise.all([page.waitForURL(/done=/), page.keyboard.press("Enter")]);
    await j.done({ story: false });
    await j.front();
    j.equal(await j.waits("/cases"), cases + 1, "cases that are looked into");
  },

  // An auditor draws a sample, verifies the journal, follows an entry of it, a decision and a proof of funds, takes a list away as a file, and changes nothing.
  async audit(j) {
    const page = await j.sit(at("Audit")[0], "audit");
    await j.speaks();
    const drawn = async () => {
      await page.locator("main").getByText(say("Draw a sample")).or(page.locator('main form[action="/sample"]')).first().waitFor();
      await page.locator("#number").fill("7");
      await page.locator("#seed").fill("any word of an auditor");
      await page.locator('main form[action="/sample"] button').click();
      await page.waitForURL(/\/sample\?/);
      return page.locator("main tbody th a").evaluateAll((found) => found.map((link) => link.getAttribute("href")));
    };
    const sample = await drawn();
    j.equal(sample.length, 7, "records that were drawn");
    j.equal((await drawn()).join(), sample.join(), "what the same seed draws once more");
    await j.follow("main tbody th a");
    await j.changesNothing();
    await page.locator(".timeline li").first().waitFor();
    await j.front();
    await page.locator("#from").fill("0");
    await page.locator('main form:has(#from) button').click();
    await page.locator("main p.wrong").waitFor();
    await page.locator("#from").fill("1");
    await page.locator("#to").fill("2000");
    await page.locator('main form:has(#from) button').click();
    await page.locator(".note.good .hash").first().waitFor();
    await j.follow('main a[href="/journal"]');
    await j.follow('main a[href^="/journal/"]');
    j.check(/[0-9a-f]{64}/.test(await page.locator("main").innerText()), "the entry has no hash");
    await j.front();
    await j.follow('main a[href="/decisions"]');
    const [list] = await Promise.all([page.waitForEvent("download"), page.locator('a[href*="format=csv"]').first().click()]);
    const lines = fs.readFileSync(await list.path(), "utf8").split("\n");
    j.check(lines.length > 10 && lines[0].includes(","), "the list as a file is empty");
    await j.follow('main a.id[href^="/decisions/"]');
    await page.locator('main form:has(input[name="again"]) button').click();
    await page.waitForURL(/again=yes/);
    await page.locator('section[aria-labelledby="again"] .note.good .badge').waitFor();
    await j.changesNothing();
    await j.front();
    await j.follow('main a[href="/proof"]');
    await j.speaks();
    await page.goto(`${base}/payments`);
    await j.follow('main a.id[href^="/payments/"]');
    await j.changesNothing();
    await page.goto(`${page.url().split("?")[0]}/approval?terms=1&decision=approve`);
    await j.forbidden();
    await page.goto(`${base}/who-may-what`);
    await j.sees("Who may what");
  },

  // Last, for a day goes by in it: a treasurer's line is cut while she looks: her page says so, and comes back with what has happened meanwhile. Then she approves a payment.
  async treasury(j) {
    const line = new Line();
    await line.mend();
    try {
      const person = at("Treasury")[0];
      const page = await j.sit(person, "treasury", { through: line.address });
      await j.speaks();
      j.check(!(await page.locator("#live-lost").isVisible()), "a connection is called lost that is not");
      await line.cut();
      await page.locator("#live-lost").waitFor();
      await j.sees("The connection is lost; trying again. What happens meanwhile is shown afterwards.");
      const colleague = await sitDown(at("Operations")[0].actor, "operator");
      const { text } = await colleague.page("/demo");
      await colleague.ask("/demo", { token: text.match(/name="token" value="([^"]*)"/)[1], act: "day", to: "/" });
      await line.mend();
      await page.locator("#live-lost").waitFor({ state: "hidden" });
      const news = page.locator("#live-news");
      await news.waitFor();
      j.check(Number(await page.locator("#live-count").innerText()) > 0, "nothing has happened meanwhile");
      // The bank's machine may go on working meanwhile, so that there is news again at once; but what the page shows is newer.
      const since = await page.locator("#live").getAttribute("data-since");
      await news.locator("a").click();
      await page.waitForFunction((before) => Number(document.getElementById("live")?.dataset.since) > Number(before), since);

      await j.front();
      const before = await j.begin("/payments?state=awaiting_approval");
      await j.follow('main a.id[href^="/payments/"]');
      const record = page.url();
      await j.follow('a[href*="decision=approve"]');
      await j.gives();
      await j.done();
      j.equal(await page.locator('a[href*="/approval"]').count(), 0, "ways to approve it once more");
      await page.goto(`${record}/approval?terms=1&decision=approve`);
      if ((await page.locator("#send").count()) > 0) {
        await j.gives();
        await j.refused("");
      }
      await j.front();
      j.check((await j.waits("/payments?state=awaiting_approval")) <= before, "more payments wait than before");

      await j.begin("/breaks");
      await j.follow('main a.id[href^="/breaks/"]');
      await j.follow('a[href$="/owner"]');
      await j.gives();
      await j.done();
    } finally {
      await line.cut();
    }
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
