package console_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"

	"millrace/book"
	"millrace/domain/credit"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/onboarding"
	"millrace/domain/party"
	"millrace/edge/intake"
)

// desks are browsers of the operator's two people.
func (s *stage) desks() (maker, checker *browser) {
	s.t.Helper()
	return &browser{t: s.t, handler: s.handler, secret: s.key(s.maker)}, &browser{t: s.t, handler: s.handler, secret: s.key(s.checker)}
}

// filled is the address of a form whose terms are chosen: name, value, name, value.
func filled(where string, namesAndValues ...string) string {
	terms := url.Values{"terms": {"1"}}
	for i := 0; i < len(namesAndValues); i += 2 {
		terms.Set(namesAndValues[i], namesAndValues[i+1])
	}
	return where + "?" + terms.Encode()
}

// says wants sentences on a page.
func says(t testing.TB, page string, wants ...string) {
	t.Helper()
	for _, want := range wants {
		if !strings.Contains(text(page), want) {
			t.Errorf("the page does not say %q: %s", want, text(page))
		}
	}
}

// An analyst gives a view at the console, with another grade and a condition; two of a policy's three persons approve, one of them the head;
// the condition is met, and the party watched.
func TestAReviewFromViewToConditions(t *testing.T) {
	s := newStage(t)
	s.open()
	head, clerk := s.person(s.operator, party.Operator, "Head Of Credit"), s.person(s.operator, party.Operator, "A Clerk")
	policy := event[*book.ReviewPolicyProposed](s, s.give(s.maker, &book.ProposeReviewPolicy{Policy: credit.Policy{
		Limit: credit.DefaultLimitRule, Notches: 1, ReviewDays: 400, Recommendation: credit.Adopted, Reason: s.keep(intake.KindReason, "Tiers"),
		Tiers: []credit.Tier{{Upto: 1_000_00, Approvers: 1, Rank: credit.Analyst}, {Upto: 20_000_00, Approvers: 2, Rank: credit.Head}}, Ranked: []credit.Ranked{{Actor: head, Rank: credit.Head}},
	}})).Policy.ID
	s.give(s.checker, &book.ApproveReviewPolicy{Policy: policy})
	of := s.applied(s.maker, "rottmuehl")
	where := "/applications/" + of.String()
	analyst := s.person(s.operator, party.Operator, "An Analyst")
	desk := &browser{t: t, handler: s.handler, secret: s.key(analyst)}
	says(t, desk.page(where, 200), "Give a view", "End it")
	checkMarkup(t, "the form", desk.page(where+"/view", 200))
	terms := []string{
		"note", "A sound foundry.", "outcome", "grant", "grade", "6", "limit", "10000.00", "override", "", "until", s.today.AddDays(200).String(), "next", s.today.AddDays(180).String(),
		"condition-1", "precedent", "condition-1-text", "A guarantee of the parent", "condition-1-due", s.today.AddDays(20).String(), "condition-2", "none", "condition-2-text", "", "condition-2-due", "",
	}
	wrong := desk.page(filled(where+"/view", terms...), 422)
	checkMarkup(t, "the form with what is wrong", wrong)
	says(t, wrong, "Say it in 1 to", "A sound foundry.", "A guarantee of the parent", "Condition 3")
	if !strings.Contains(wrong, `value="10000.00"`) {
		t.Error("the limit that was typed is lost")
	}
	terms[9] = "Longer accounts than those spread"
	terms[5] = "4"
	if _, page := desk.open(filled(where+"/view", terms...)).send(nil); !strings.Contains(text(page), "the policy lets a view move it by 1 at most") {
		t.Errorf("three notches are taken: %s", text(page))
	}
	terms[5] = "6"
	desk.open(filled(where+"/view", terms...)).given(nil)
	one, two := &browser{t: t, handler: s.handler, secret: s.key(clerk)}, &browser{t: t, handler: s.handler, secret: s.key(head)}
	says(t, one.page(where, 200), "1 notch better than reckoned", "2 approvals of 2 to come; one is by a person of rank head or higher.", "Who may decide: Matthias Rehbein, Head Of Credit, A Clerk.")
	one.open(filled(where+"/decision", "decision", "approve", "note", "")).given(nil)
	says(t, two.page(where, 200), "1 approval of 2 to come; one is by a person of rank head or higher.", "Who may decide: Head Of Credit.")
	two.open(filled(where+"/decision", "decision", "approve", "note", "")).given(nil)
	review := "/reviews/" + regexp.MustCompile(`href="/reviews/([a-z]{3}_[^"]*)"`).FindStringSubmatch(two.page(where, 200))[1]
	s.look(
		look{who: "operator", actor: s.maker, path: "/reviews?state=live", status: 200, wants: []string{strings.TrimPrefix(review, "/reviews/"), "Gießerei Rottmühl"}},
		look{who: "operator", actor: s.maker, path: review, status: 200, wants: []string{"A guarantee of the parent", "Precedent", "Open", "Settle a condition", "Approved by Head Of Credit"}},
		look{who: "seller", actor: s.actors["rottmuehl"], path: review, status: 404},
		look{who: "seller", actor: s.actors["rottmuehl"], path: review + "/condition", status: 403},
		look{who: "funder, of the operator's", actor: s.funderActor, path: review + "/condition", status: 404},
	)
	if _, page := desk.open(filled(review+"/condition", "condition", "1", "state", "waived", "note", "Not needed")).send(nil); !strings.Contains(text(page), "second person") {
		t.Errorf("who has set it waives it: %s", text(page))
	}
	desk.open(filled(review+"/condition", "condition", "1", "state", "met", "note", "It came today")).given(nil)
	s.look(look{who: "operator", actor: s.maker, path: review, status: 200, wants: []string{"Met", "It came today"}, nots: []string{"Settle a condition"}})
}

// A funder's people keep a watch list of their own, and end what they have asked for; the operator's people can't.
func TestAWatchListOfAFundersOwn(t *testing.T) {
	s := newStage(t)
	s.open()
	of := s.applied(s.funderActor, "rottmuehl")
	second := s.person(s.funder, party.Funder, "Second of the funder")
	first, other := &browser{t: t, handler: s.handler, secret: s.key(s.funderActor)}, &browser{t: t, handler: s.handler, secret: s.key(second)}
	where := "/parties/" + s.parties["rottmuehl"].String() + "/watch"
	checkMarkup(t, "the form", first.page(where, 200))
	first.page(filled(where, "note", ""), 422)
	first.open(filled(where, "note", "Late with its accounts")).given(nil)
	s.look(
		look{who: "funder", actor: s.funderActor, path: "/watch-list", status: 200, wants: []string{"Late with its accounts", "Watched", "Treasury desk", "Take off"}},
		look{who: "seller", actor: s.actors["rottmuehl"], path: "/watch-list", status: 200, wants: []string{"Nobody is watched"}},
		look{who: "seller", actor: s.actors["rottmuehl"], path: where, status: 403},
		look{who: "funder, of nobody that it reviews", actor: s.funderActor, path: "/parties/" + s.parties["traunfels"].String() + "/watch", status: 404},
		look{who: "operator", actor: s.maker, path: "/applications/" + of.String() + "/withdrawal", status: 404},
	)
	if _, page := first.open(filled(where, "note", "Better")).send(nil); !strings.Contains(text(page), "second person") {
		t.Errorf("who has put it on takes it off: %s", text(page))
	}
	other.open(filled(where, "note", "They came")).given(nil)
	other.open(filled("/applications/"+of.String()+"/withdrawal", "note", "Asked for by mistake")).given(nil)
	s.look(look{who: "funder", actor: s.funderActor, path: "/applications/" + of.String(), status: 200, wants: []string{"Withdrawn", "Asked for by mistake"}, nots: []string{"Give a view", "End it"}})
}

// A file is opened, filled, checked and reviewed at the console, each by another person where it takes one.
func TestAnOnboardingFileIsWorkedOff(t *testing.T) {
	s := newStage(t)
	s.open()
	maker, checker := s.desks()
	about := "/parties/" + s.parties["rottmuehl"].String()
	says(t, maker.page(about, 200), "Open an onboarding file")
	checkMarkup(t, "the form", maker.page(about+"/file", 200))
	maker.open(filled(about+"/file", "form", "sole_trader", "risk", "low")).given(nil)
	of := id.Make[id.OnboardingFile](1, 1)
	where := "/onboarding/" + of.String()
	says(t, maker.page(about, 200), of.String()+" is its onboarding file")
	wrong := maker.page(filled(where+"/person", "name", "Hedwig Rottmühl", "born", "1961-13", "countries", "Germany", "link", "beneficial_owner", "share", "120", "control", "no", "from", s.today.String()), 422)
	checkMarkup(t, "the form with what is wrong", wrong)
	says(t, wrong, "Write a date like 1965-02-03", "is not the two letters of a country", "Write a percentage of 0 to 100")
	if !strings.Contains(wrong, `value="Hedwig Rottmühl"`) {
		t.Error("the name that was typed is lost")
	}
	maker.open(filled(where+"/person", "name", "Hedwig Rottmühl", "born", "1961", "countries", "de", "link", "beneficial_owner", "share", "100", "control", "no", "from", s.today.AddDays(-900).String())).given(nil)
	maker.open(filled(where+"/party", "party", "Traunfels", "link", "director", "share", "", "control", "no", "from", s.today.AddDays(-900).String())).given(nil)
	maker.open(filled(where+"/tie-end", "tie", "2", "until", s.today.AddDays(-1).String())).given(nil)
	s.look(look{who: "operator", actor: s.maker, path: where, status: 200, wants: []string{"Sole trader", "Hedwig Rottmühl born 1961", "Beneficial owner", "100 %", s.today.AddDays(-1).String()}})
	maker.page(where+"/check", 404)
	for _, kind := range []onboarding.DocumentKind{onboarding.TaxRegistration, onboarding.TradeLicence} {
		s.give(s.maker, &book.RecordFileDocument{File: of, Document: kind, Stored: s.keep(intake.KindFile, "%PDF of "+kind.String()), Issued: s.today.AddDays(-30)})
	}
	if got := checker.page(where+"/documents/1", 200); got != "%PDF of tax_registration" {
		t.Errorf("the document is %q", got)
	}
	(&browser{t: t, handler: s.handler, secret: s.key(s.funderActor)}).page(where+"/documents/1", 404)
	checker.page(where+"/documents/9", 404)
	says(t, checker.page(where, 200), "Check it", "Review it")
	checkMarkup(t, "the form", checker.page(where+"/check?document=2", 200))
	if _, page := maker.open(filled(where+"/check", "document", "1", "decision", "approve", "note", "")).send(nil); !strings.Contains(text(page), "second person") {
		t.Errorf("who has recorded it checks it: %s", text(page))
	}
	checker.page(filled(where+"/check", "document", "1", "decision", "decline", "note", ""), 422)
	checker.open(filled(where+"/check", "document", "1", "decision", "decline", "note", "Of another firm")).given(nil)
	checker.open(filled(where+"/check", "document", "2", "decision", "approve", "note", "")).given(nil)
	s.look(look{who: "operator", actor: s.maker, path: where, status: 200, wants: []string{"Refused Of another firm", "Checked"}, nots: []string{"Check it"}})
	_, page := checker.open(filled(where+"/review", "risk", "low", "note", "All of it")).send(nil)
	says(t, page, "The file lacks", "Still missing Document missing")
	checkMarkup(t, "the refused form", page)
	s.look(
		look{who: "its party", actor: s.actors["rottmuehl"], path: where, status: 200, nots: []string{"Review it", "Check it"}},
		look{who: "its party", actor: s.actors["rottmuehl"], path: where + "/review", status: 403},
		look{who: "funder", actor: s.funderActor, path: where + "/person", status: 403},
	)
}

// A limit in force is changed by a proposal that has what is in force on it.
func TestALimitIsChanged(t *testing.T) {
	s := newStage(t)
	s.open()
	maker, checker := s.desks()
	page := maker.page("/limits", 200)
	found := regexp.MustCompile(`href="(/limits/lim_[^"]*/change)"`).FindAllStringSubmatch(page, -1)
	if len(found) != 3 {
		t.Fatalf("%d limits may be changed: %s", len(found), text(page))
	}
	where := found[0][1]
	form := maker.page(where, 200)
	checkMarkup(t, "the form", form)
	was := regexp.MustCompile(`name="amount" value="([^"]*)"`).FindStringSubmatch(form)[1]
	if !strings.HasSuffix(was, "000000.00") {
		t.Errorf("the amount in force is %q", was)
	}
	says(t, maker.page(filled(where, "amount", "1,5", "expires", "soon", "renewal", "once", "commitment", "committed"), 422), "Write the amount in EUR", "Write a date")
	maker.open(filled(where, "amount", "1234567.00", "expires", s.today.AddDays(99).String(), "renewal", "once", "commitment", "committed")).given(nil)
	(&browser{t: t, handler: s.handler, secret: s.key(s.actors["rottmuehl"])}).page(where, 403)
	proposed := regexp.MustCompile(`href="(/limits/lim_[^"]*/approval)"`).FindStringSubmatch(checker.page("/limits", 200))[1]
	checker.page(strings.Replace(proposed, "/approval", "/change", 1), 404)
	checker.open(proposed).given(nil)
	says(t, checker.page("/limits", 200), "1,234,567.00 EUR")
}

// Money that went astray is put on record by the seller, demanded by the funder, and its recovery ended by a second person.
func TestAMisdirectedPaymentIsRecovered(t *testing.T) {
	s := newStage(t)
	s.play()
	maker, checker := s.desks()
	seller := &browser{t: t, handler: s.handler, secret: s.key(s.actors["traunfels"])}
	lender := &browser{t: t, handler: s.handler, secret: s.key(s.funderActor)}
	debt := "/receivables/" + s.receivable("02-bearings")
	says(t, seller.page(debt, 200), "A payment went astray")
	checkMarkup(t, "the form", seller.page(debt+"/misdirected", 200))
	says(t, seller.page(filled(debt+"/misdirected", "amount", "1.5.0", "paid", "x", "place", "programme", "holder", "prg", "note", ""), 422),
		"Write the amount in EUR", "Write a date", "Write the id of a programme.", "Say it in 1 to")
	seller.open(filled(debt+"/misdirected", "amount", "500.00", "paid", s.today.String(), "place", "seller", "holder", "", "note", "Our account statement of today")).given(nil)
	of := id.Make[id.Misdirected](1, 1)
	where := "/misdirected/" + of.String()
	says(t, maker.page("/misdirected", 200), of.String(), "500.00 EUR")
	s.look(
		look{who: "operator", actor: s.maker, path: where, status: 200, wants: []string{"Noticed", "Our account statement of today", "Demand it", "Match a receipt", "Propose a set-off", "End the recovery", "Nothing so far"}},
		look{who: "its seller", actor: s.actors["traunfels"], path: where, status: 200, nots: []string{"Demand it", "Match a receipt", "End the recovery"}},
		look{who: "another seller", actor: s.actors["morawin"], path: where, status: 404},
		look{who: "another seller", actor: s.actors["morawin"], path: debt + "/misdirected", status: 404},
		look{who: "its seller", actor: s.actors["traunfels"], path: where + "/demand", status: 403},
		look{who: "funder", actor: s.funderActor, path: where + "/set-off", status: 403},
	)
	checkMarkup(t, "the demand", lender.page(where+"/demand", 200))
	lender.open(filled(where+"/demand", "due", s.today.AddDays(7).String(), "note", "Pay it over")).given(nil)
	says(t, maker.page(where, 200), "Demanded", s.today.AddDays(7).String(), "1 demand", "Pay it over")
	checkMarkup(t, "the match", maker.page(where+"/receipt", 200))
	stray := regexp.MustCompile(`name="receipt" value="(rct_[^"]*)"`).FindStringSubmatch(maker.page(where+"/receipt", 200))
	if stray == nil {
		t.Fatalf("no receipt is offered: %s", text(maker.page(where+"/receipt", 200)))
	}
	maker.open(filled(where+"/receipt", "receipt", stray[1], "amount", "100.00")).given(nil)
	says(t, maker.page(where, 200), "400.00 EUR", "Paid over")
	_, refused := maker.open(filled(where+"/set-off", "amount", "1.00")).send(nil)
	says(t, refused, "was collected for this party")
	maker.page(where+"/set-off-decision", 404)
	checker.page(filled(where+"/ending", "note", ""), 422)
	checker.open(filled(where+"/ending", "note", "The buyer has paid again")).given(nil)
	s.look(look{who: "operator", actor: s.maker, path: where, status: 200, wants: []string{"Dropped", "The buyer has paid again"}, nots: []string{"Demand it", "End the recovery"}})
	buyer := &browser{t: t, handler: s.handler, secret: s.key(s.actors["havelmark"])}
	other := "/receivables/" + s.receivable("12-bearings") + "/misdirected"
	checkMarkup(t, "the buyer's form", buyer.page(other, 200))
	buyer.open(filled(other, "amount", "10.00", "paid", s.today.String(), "note", "Our bank has paid the old account")).given(nil)
}

// What was collected for a seller is set off by two persons.
func TestASetOffTakesTwo(t *testing.T) {
	s := newStage(t)
	s.play()
	maker, checker := s.desks()
	opened := s.receivables["12-bearings"].Receivable
	paid := event[*book.ReceiptRecorded](s, s.give(s.bank, &book.RecordReceipt{
		Programme: s.programme, Line: s.intake.LineToken("collection", "12"), Amount: opened.Face, Currency: s.currency, Value: s.today, Booking: s.today,
	})).Receipt.ID
	s.give(s.maker, &book.Allocate{Receipt: paid, Receivable: opened.ID, Amount: opened.Face, Payer: book.ByBuyer})
	s.give(s.actors["traunfels"], &book.NoticeMisdirected{Receivable: s.receivables["02-bearings"].Receivable.ID, Amount: 300_00, Paid: s.today, Evidence: s.keep(intake.KindProof, "statement")})
	where := "/misdirected/" + id.Make[id.Misdirected](1, 1).String()
	checkMarkup(t, "the proposal", maker.page(where+"/set-off", 200))
	maker.open(filled(where+"/set-off", "amount", "300.00")).given(nil)
	says(t, checker.page(where, 200), "A set-off of 300.00 EUR waits for a second person", "Decide the set-off")
	if _, page := maker.open(filled(where+"/set-off-decision", "decision", "approve")).send(nil); !strings.Contains(text(page), "second person") {
		t.Errorf("who has proposed it approves it: %s", text(page))
	}
	checker.page(filled(where+"/set-off-decision"), 422)
	checker.open(filled(where+"/set-off-decision", "decision", "approve")).given(nil)
	says(t, checker.page(where, 200), "Whole", "Set off")
}

// What came in by mistake goes back to its sender: one proposes it, another reads the account anew; a recall is refused by two.
func TestMoneyGoesBackToItsSender(t *testing.T) {
	s := newStage(t)
	s.play()
	maker, checker := s.desks()
	record := func(reference string, amount money.Minor) string {
		return "/receipts/" + event[*book.ReceiptRecorded](s, s.give(s.bank, &book.RecordReceipt{
			Programme: s.programme, Line: s.intake.LineToken("collection", reference), Amount: amount, Currency: s.currency, Value: s.today, Booking: s.today,
		})).Receipt.ID.String()
	}
	where := record("odd", 700_00)
	says(t, maker.page(where, 200), "Return money", "It is asked back")
	checkMarkup(t, "the form", maker.page(where+"/return", 200))
	terms := []string{
		"way", "to_sender", "amount", "700.00", "to", "", "number", "DE89370400440532013001", "holder", "A Stranger", "reference", "odd", "on", "collection", "note", "Nobody knows it",
	}
	says(t, maker.page(filled(where+"/return", terms...), 422), "This is not an IBAN")
	terms[7] = "DE89 3704 0044 0532 0130 00"
	terms[11] = "other"
	_, page := maker.open(filled(where+"/return", terms...)).send(nil)
	says(t, page, "The line is not the one that brought receipt")
	if !strings.Contains(page, `value="A Stranger"`) {
		t.Error("the holder that was typed is lost")
	}
	terms[11] = "odd"
	maker.open(filled(where+"/return", terms...)).given(nil)
	of := id.Make[id.Return](1, 1).String()
	s.look(
		look{who: "operator", actor: s.checker, path: "/returns?state=proposed", status: 200, wants: []string{of, "Back to its sender", "700.00 EUR"}},
		look{who: "operator", actor: s.checker, path: "/returns/" + of, status: 200, wants: []string{"Decide", "Nobody knows it"}, nots: []string{"DE89"}},
		look{who: "who proposed it", actor: s.maker, path: "/returns/" + of, status: 200, nots: []string{"Decide "}},
		look{who: "seller", actor: s.actors["rottmuehl"], path: "/returns/" + of, status: 404},
		look{who: "bank", actor: s.bank, path: where + "/return", status: 403},
	)
	where = "/returns/" + of + "/decision"
	checkMarkup(t, "the decision", checker.page(where, 200))
	checker.page(filled(where, "decision", "approve", "number", ""), 422)
	_, page = checker.open(filled(where, "decision", "approve", "number", "GB29NWBK60161331926819")).send(nil)
	says(t, page, "one of the two was read wrongly")
	checker.open(filled(where, "decision", "approve", "number", "DE89370400440532013000")).given(nil)
	says(t, checker.page("/returns/"+of, 200), "Paying", "DE89370400440532013000", "Matthias Rehbein")

	asked := record("recalled", 50_00)
	bank := &browser{t: t, handler: s.handler, secret: s.key(s.bank)}
	checkMarkup(t, "the recall", bank.page(asked+"/recall", 200))
	bank.open(filled(asked+"/recall", "reference", "camt.056 17", "on", "", "note", "Sent twice")).given(nil)
	says(t, maker.page(asked, 200), "The sender’s bank asks it back")
	maker.open(filled(asked+"/return", "way", "refuse_recall", "amount", "", "to", "", "number", "", "holder", "", "reference", "recalled", "on", "collection", "note", "It was owed")).given(nil)
	where = "/returns/" + id.Make[id.Return](1, 2).String()
	checker.open(filled(where+"/decision", "decision", "approve")).given(nil)
	says(t, checker.page(where, 200), "Done", "the recall is refused")
}
