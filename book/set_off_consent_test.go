package book_test

import (
	"fmt"
	"testing"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/clearing"
	"millrace/domain/id"
	"millrace/domain/mandate"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/trade"
	"millrace/lab/load"
)

func init() { refusals = append(refusals, setOffConsentRefusals...) }

// signs gives the signature of a party's signatory over a statement.
func (s *scene) signs(p id.Party, statement []byte) []book.Signature {
	if p == s.Anchor {
		return []book.Signature{s.Signatories[0].Sign(statement)}
	}
	signatory := s.Signers[p]
	return []book.Signature{signatory.Sign(statement)}
}

// consenting is a party's standing consent.
func (s *scene) consenting(p id.Party, changes ...func(c *book.GiveSetOffConsent)) *book.GiveSetOffConsent {
	c := &book.GiveSetOffConsent{Party: p, Currency: s.Currency, From: s.book.Date()}
	for _, change := range changes {
		change(c)
	}
	c.Signatures = s.signs(p, c.Statement())
	return c
}

// promise has a party consent to every run.
func (s *scene) promise(p id.Party, changes ...func(c *book.GiveSetOffConsent)) id.SetOffConsent {
	s.t.Helper()
	s.give(s.Maker, s.consenting(p, changes...))
	return latest[id.SetOffConsent](s, "set_off_consent")
}

// runTerms are those of a run that holds debts today and may be executed for 100 days.
func (s *scene) runTerms(changes ...func(t *clearing.Terms)) clearing.Terms {
	today := s.book.Date()
	t := clearing.Terms{Currency: s.Currency, Rule: clearing.OldestFirst, Freeze: today, Answer: today.AddDays(5), Value: today.AddDays(100)}
	for _, change := range changes {
		change(&t)
	}
	return t
}

func later(days int) func(t *clearing.Terms) {
	return func(t *clearing.Terms) { t.Freeze, t.Answer = t.Freeze.AddDays(days), t.Answer.AddDays(days) }
}

func openToAll(t *clearing.Terms) { t.Open = true }

// announced announces a run; where it begins today its debts are held.
func (s *scene) announced(changes ...func(t *clearing.Terms)) id.SetOffRun {
	s.t.Helper()
	s.give(s.Maker, &book.AnnounceSetOffRun{Terms: s.runTerms(changes...)})
	return latest[id.SetOffRun](s, "set_off_run")
}

func (s *scene) runOf(of id.SetOffRun) clearing.Run {
	return book.Record(s.book, "set_off_run", of.Number()).(clearing.Run)
}

// member is a party in a run; the zero value where it is not.
func (s *scene) member(of id.SetOffRun, p id.Party) clearing.Member {
	for n := range book.Counts(s.book)["set_off_member"] {
		if m := book.Record(s.book, "set_off_member", n+1).(clearing.Member); m.Run == of && m.Party == p {
			return m
		}
	}
	return clearing.Member{}
}

// owe gives a debt of one party to another, old business that the node has taken over.
func (s *scene) owe(debtor, creditor id.Party, amount money.Minor) id.Receivable {
	s.t.Helper()
	number := fmt.Sprint("owed ", book.Counts(s.book)["receivable"])
	c := s.importing()
	c.Seller, c.Buyer, c.Face, c.NumberText, c.Number = creditor, debtor, amount, number, trade.Token(load.Token(number))
	c.Issued = c.Issued.AddDays(int(book.Counts(s.book)["receivable"]))
	s.give(s.Maker, c)
	return s.receivable()
}

// circle has buyer and seller owe each other the same.
func (s *scene) circle(amount money.Minor) (owed, owes id.Receivable) {
	s.t.Helper()
	return s.owe(s.Anchor, s.Sellers[0], amount), s.owe(s.Sellers[0], s.Anchor, amount)
}

// consented has both sides of the circle consent to every run.
func (s *scene) consented() {
	s.t.Helper()
	s.promise(s.Anchor)
	s.promise(s.Sellers[0])
}

// proposed enters a proposal that sets the whole of every line off between members who take part.
func (s *scene) proposed(of id.SetOffRun) {
	s.t.Helper()
	s.give(s.Maker, &book.OpenSetOffProposal{Run: of})
	run := s.runOf(of)
	cleared, total := make([]money.Minor, run.Lines), money.Minor(0)
	for i := range cleared {
		l := book.Record(s.book, "set_off_line", run.LineFirst+uint64(i)).(clearing.Line)
		debtor := book.Record(s.book, "set_off_member", l.Debtor).(clearing.Member)
		creditor := book.Record(s.book, "set_off_member", l.Creditor).(clearing.Member)
		if l.State == clearing.LineHeld && debtor.Consent != clearing.Out && creditor.Consent != clearing.Out {
			cleared[i], total = l.Amount, total+l.Amount
		}
	}
	s.give(s.Maker, &book.EnterSetOffPotentials{Run: of, Attempt: run.Attempt, Potentials: make([]int64, run.Members)})
	s.give(s.Maker, &book.EnterSetOffLines{Run: of, Attempt: run.Attempt, Cleared: cleared})
	s.give(s.Maker, &book.CloseSetOffProposal{Run: of, Attempt: run.Attempt, Cleared: total, Optimal: true, Hash: load32("certificate")})
}

// answering is a party's consent to one run.
func (s *scene) answering(of id.SetOffRun, p id.Party, changes ...func(c *book.ConsentToSetOffRun)) *book.ConsentToSetOffRun {
	t := s.runOf(of).Terms
	c := &book.ConsentToSetOffRun{Run: of, Party: p, Currency: t.Currency, Value: t.Value}
	for _, change := range changes {
		change(c)
	}
	c.Signatures = s.signs(p, c.Statement())
	return c
}

func (s *scene) barring(p id.Party, cause clearing.Cause) *book.RecordSetOffBar {
	return &book.RecordSetOffBar{Party: p, Cause: cause, From: s.book.Date(), Evidence: load32("order")}
}

func (s *scene) calendar(changes ...func(c *book.ProposeSetOffCalendar)) *book.ProposeSetOffCalendar {
	t := s.runTerms()
	t.Freeze, t.Answer, t.Value = t.Freeze.AddDays(5), t.Freeze.AddDays(7), t.Freeze.AddDays(10)
	c := &book.ProposeSetOffCalendar{Terms: t, Months: 1, NoticeDays: 3}
	for _, change := range changes {
		change(c)
	}
	return c
}

// inForce has two persons put a calendar in force.
func (s *scene) inForce(changes ...func(c *book.ProposeSetOffCalendar)) id.SetOffCalendar {
	s.t.Helper()
	s.give(s.Maker, s.calendar(changes...))
	k := latest[id.SetOffCalendar](s, "set_off_calendar")
	s.give(s.Checker, &book.DecideSetOffCalendar{Calendar: k, Decision: book.Approve})
	return k
}

var setOffConsentRefusals = []refusal{
	{"receivable_in_set_off", "A run of multilateral set-off holds the debt.", "Wait until the run is executed or ended.", func(s *scene) (id.Actor, book.Command) {
		s.circle(1_000_00)
		s.consented()
		s.announced()
		r := s.receivable()
		return s.Maker, &book.Allocate{Receipt: s.collect(s.Payables, 1_00, s.Today), Receivable: id.Make[id.Receivable](1, r.Number()-1), Amount: 1_00, Payer: book.ByBuyer}
	}},
	{"set_off_consent_live", "The party has a standing consent in this currency.", "Revoke it first.", func(s *scene) (id.Actor, book.Command) {
		s.promise(s.Anchor)
		return s.Buyer, s.consenting(s.Anchor)
	}},
	{"set_off_consent_unknown", "There is no such consent.", "Look up its identity.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, &book.RevokeSetOffConsent{Consent: beyond[id.SetOffConsent](s, "set_off_consent")}
	}},
	{"set_off_consent_state", "The consent is revoked already, or is on one run.", "Refuse the run.", func(s *scene) (id.Actor, book.Command) {
		k := s.promise(s.Anchor)
		s.give(s.Buyer, &book.RevokeSetOffConsent{Consent: k})
		return s.Buyer, &book.RevokeSetOffConsent{Consent: k}
	}},
	{"set_off_terms_differ", "The consent names another currency or value date than the run has.", "Sign what the run says.", func(s *scene) (id.Actor, book.Command) {
		return s.Buyer, s.answering(s.announced(later(3)), s.Anchor, func(c *book.ConsentToSetOffRun) { c.Value++ })
	}},
	{"set_off_answer_late", "The last day for consents to the run is over.", "Take part in the next one.", func(s *scene) (id.Actor, book.Command) {
		run := s.announced()
		s.wait(6)
		return s.Buyer, s.answering(run, s.Anchor)
	}},
	{"set_off_answered", "The party has said so of the run already.", "Nothing.", func(s *scene) (id.Actor, book.Command) {
		run := s.announced(later(3))
		s.give(s.Buyer, s.answering(run, s.Anchor))
		return s.Buyer, s.answering(run, s.Anchor)
	}},
	{"set_off_member_unknown", "The party has no debt in the run.", "Nothing.", func(s *scene) (id.Actor, book.Command) {
		return s.Buyer, s.answering(s.announced(), s.Anchor)
	}},
	{"set_off_member_out", "The party is left out of the run.", "Take part in the next one.", func(s *scene) (id.Actor, book.Command) {
		s.circle(1_000_00)
		run := s.announced(openToAll)
		s.give(s.Buyer, &book.RefuseSetOffRun{Run: run})
		return s.Buyer, s.answering(run, s.Anchor)
	}},
	{"set_off_cause_invalid", "A party is kept out for insolvency or an attachment.", "Name one of these, or suspend the party.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, s.barring(s.Anchor, clearing.Silent)
	}},
	{"set_off_barred", "The party is kept out of every run.", "Have the bar lifted once its cause has ended.", func(s *scene) (id.Actor, book.Command) {
		s.give(s.Maker, s.barring(s.Anchor, clearing.Insolvency))
		return s.Buyer, s.answering(s.announced(later(3)), s.Anchor)
	}},
	{"set_off_bar_unknown", "There is no such bar.", "Look up its identity.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, &book.LiftSetOffBar{Bar: beyond[id.SetOffBar](s, "set_off_bar")}
	}},
	{"set_off_bar_lifted", "The bar is lifted already.", "Nothing.", func(s *scene) (id.Actor, book.Command) {
		s.give(s.Maker, s.barring(s.Anchor, clearing.Insolvency))
		c := &book.LiftSetOffBar{Bar: latest[id.SetOffBar](s, "set_off_bar"), Grounds: load32("order of the court")}
		s.give(s.Checker, c)
		return s.Checker, c
	}},
	{"set_off_calendar_invalid", "Runs of the calendar would overlap, come never, or without notice.", "Correct periods and dates.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, s.calendar(func(c *book.ProposeSetOffCalendar) { c.Months, c.Days = 0, 8 })
	}},
	{"set_off_calendar_unknown", "There is no such calendar.", "Look up its identity.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, &book.EndSetOffCalendar{Calendar: beyond[id.SetOffCalendar](s, "set_off_calendar")}
	}},
	{"set_off_calendar_state", "The calendar is decided on, or has ended.", "Propose another one.", func(s *scene) (id.Actor, book.Command) {
		return s.Checker, &book.DecideSetOffCalendar{Calendar: s.inForce(), Decision: book.Approve}
	}},
	{"set_off_calendars_full", "As many calendars are live as can be.", "End one.", func(s *scene) (id.Actor, book.Command) {
		for range book.SetOffCalendarsMax {
			s.inForce()
		}
		s.give(s.Maker, s.calendar())
		return s.Checker, &book.DecideSetOffCalendar{Calendar: latest[id.SetOffCalendar](s, "set_off_calendar"), Decision: book.Approve}
	}},
}

// standsInRun holds how a party takes part against what is wanted.
func (s *scene) standsInRun(of id.SetOffRun, p id.Party, want clearing.Consent, cause clearing.Cause) {
	s.t.Helper()
	if m := s.member(of, p); m.Consent != want || m.Cause != cause {
		s.t.Errorf("%s is %s (%s), want %s (%s)", p, m.Consent, m.Cause, want, cause)
	}
	s.stands(nil)
}

func TestConsentDecidesWhoTakesPart(t *testing.T) {
	for _, test := range []struct {
		name   string
		before func(s *scene) // the seller has consented, and the run is announced for tomorrow
		open   bool
		want   clearing.Consent // of the buyer; 0: no debt of it is held
	}{
		{"silent", func(*scene) {}, false, 0},
		{"silent, where parties are asked", func(*scene) {}, true, clearing.Asked},
		{"standing", func(s *scene) { s.promise(s.Anchor) }, false, clearing.Standing},
		{"standing in another currency", func(s *scene) {
			s.give(s.Buyer, &book.ProposeMandate{Key: s.Signatories[0].Key, Acts: mandate.Agree, Currency: franc, AmountMax: 1, AloneMax: 1, From: s.Today, Until: s.Today.AddDays(9)})
			s.give(s.Maker, &book.ApproveMandate{Mandate: latest[id.Mandate](s, "mandate")})
			s.promise(s.Anchor, func(c *book.GiveSetOffConsent) { c.Currency = franc })
		}, false, 0},
		{"standing, and over before the value date", func(s *scene) {
			s.promise(s.Anchor, func(c *book.GiveSetOffConsent) { c.Until = s.Today.AddDays(99) })
		}, false, 0},
		{"revoked", func(s *scene) {
			s.give(s.Buyer, &book.RevokeSetOffConsent{Consent: s.promise(s.Anchor)})
		}, false, 0},
		{"given to the run", func(s *scene) { s.give(s.Buyer, s.answering(s.lastRun(), s.Anchor)) }, false, clearing.Given},
		{"given to the run beside a standing one", func(s *scene) {
			s.promise(s.Anchor)
			s.give(s.Buyer, s.answering(s.lastRun(), s.Anchor))
		}, false, clearing.Given},
		{"refused", func(s *scene) {
			s.promise(s.Anchor)
			s.give(s.Buyer, &book.RefuseSetOffRun{Run: s.lastRun()})
		}, true, 0},
		{"refused, and then given", func(s *scene) {
			s.give(s.Buyer, &book.RefuseSetOffRun{Run: s.lastRun()})
			s.give(s.Buyer, s.answering(s.lastRun(), s.Anchor))
		}, false, clearing.Given},
		{"barred", func(s *scene) {
			s.promise(s.Anchor)
			s.give(s.Maker, s.barring(s.Anchor, clearing.Attachment))
		}, true, 0},
		{"suspended", func(s *scene) {
			s.promise(s.Anchor)
			s.give(s.Maker, &book.SuspendParty{Party: s.Anchor, Reason: party.Reference(load32("reason"))})
		}, true, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newScene(t)
			s.circle(1_000_00)
			s.promise(s.Sellers[0])
			run := s.announced(later(1), func(t *clearing.Terms) { t.Open = test.open })
			test.before(s)
			s.wait(1)
			if got := s.runOf(run); got.State != clearing.Frozen || (got.Lines == 2) != (test.want != 0) {
				t.Errorf("%+v", got)
			}
			s.standsInRun(run, s.Anchor, test.want, 0)
			if again := s.loaded(s.rows()); again.Digest() != s.book.Digest() {
				t.Error("loaded from rows it is another book")
			}
		})
	}
}

var franc, _ = money.ParseCurrency("CHF")

func (s *scene) lastRun() id.SetOffRun { return latest[id.SetOffRun](s, "set_off_run") }

func TestACreditorLetsDebtsTakePartBeforeTheyAreDue(t *testing.T) {
	for _, test := range []struct {
		name     string
		standing bool
		answered bool
		want     uint64 // lines
	}{{"no", false, false, 0}, {"standing", true, false, 1}, {"for this run", false, true, 1}} {
		t.Run(test.name, func(t *testing.T) {
			s := newScene(t)
			s.promise(s.Anchor)
			s.promise(s.Sellers[0], func(c *book.GiveSetOffConsent) { c.BeforeDue = test.standing })
			s.owe(s.Anchor, s.Sellers[0], 1_000_00)
			run := s.announced(later(1), func(t *clearing.Terms) { t.Value = t.Answer })
			if test.answered {
				s.give(s.Maker, s.answering(run, s.Sellers[0], func(c *book.ConsentToSetOffRun) { c.BeforeDue = true }))
			}
			s.wait(1)
			if got := s.runOf(run); got.Lines != test.want {
				t.Errorf("%+v", got)
			}
			if test.answered {
				s.refused("set_off_run_state", s.Maker, s.answering(run, s.Anchor, func(c *book.ConsentToSetOffRun) { c.BeforeDue = true }))
			}
		})
	}
}

// Whatever keeps a party out between proposal and execution voids the proposal: the run is solved again, and never executed in part.
func TestAMemberIsLeftOutOfWhatIsProposed(t *testing.T) {
	for _, test := range []struct {
		name  string
		cause clearing.Cause
		act   func(s *scene)
	}{
		{"refused", clearing.Refused, func(s *scene) { s.give(s.Buyer, &book.RefuseSetOffRun{Run: s.lastRun()}) }},
		{"revoked", clearing.Refused, func(s *scene) {
			s.give(s.Buyer, &book.RevokeSetOffConsent{Consent: id.Make[id.SetOffConsent](1, 1)})
		}},
		{"insolvent", clearing.Insolvency, func(s *scene) { s.give(s.Maker, s.barring(s.Anchor, clearing.Insolvency)) }},
		{"attached", clearing.Attachment, func(s *scene) { s.give(s.officer(), s.barring(s.Anchor, clearing.Attachment)) }},
		{"suspended", clearing.Suspended, func(s *scene) {
			s.give(s.Maker, &book.SuspendParty{Party: s.Anchor, Reason: party.Reference(load32("reason"))})
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newScene(t)
			owed, _ := s.circle(1_000_00)
			s.consented()
			run := s.announced()
			s.proposed(run)
			if got := s.runOf(run); got.State != clearing.Proposed || got.Cleared != 2_000_00 {
				t.Fatalf("%+v", got)
			}
			test.act(s)
			s.standsInRun(run, s.Anchor, clearing.Out, test.cause)
			if got := s.runOf(run); got.State != clearing.Frozen || got.Cleared != 0 {
				t.Errorf("%+v", got)
			}
			s.refused("set_off_run_state", s.Checker, &book.ExecuteSetOffRun{Run: run, Attempt: s.runOf(run).Attempt})
			s.proposed(run)
			s.give(s.Checker, &book.ExecuteSetOffRun{Run: run, Attempt: s.runOf(run).Attempt})
			if r := s.debt(owed); r.Paid != 0 || r.SetOff != 0 {
				t.Errorf("%+v", r)
			}
			s.stands(nil)
		})
	}
}

func TestWhatIsExecutedStands(t *testing.T) {
	s := newScene(t)
	owed, owes := s.circle(1_000_00)
	s.consented()
	run := s.announced()
	s.proposed(run)
	s.give(s.Checker, &book.ExecuteSetOffRun{Run: run, Attempt: s.runOf(run).Attempt})
	s.give(s.Maker, s.barring(s.Anchor, clearing.Insolvency))
	s.give(s.Buyer, &book.RevokeSetOffConsent{Consent: id.Make[id.SetOffConsent](1, 1)})
	s.refused("set_off_run_state", s.Buyer, &book.RefuseSetOffRun{Run: run})
	for _, one := range []id.Receivable{owed, owes} {
		if r := s.debt(one); r.Outstanding() != 0 {
			t.Errorf("%+v", r)
		}
	}
	s.standsInRun(run, s.Anchor, clearing.Standing, 0)
}

func TestWhoIsAskedAnswers(t *testing.T) {
	s := newScene(t)
	s.circle(1_000_00)
	run := s.announced(openToAll)
	if got := s.runOf(run); got.Awaited != 2 {
		t.Fatalf("%+v", got)
	}
	s.proposed(run)
	s.refused("other_party", s.SellerActors[1], s.answering(run, s.Anchor))
	s.give(s.Buyer, s.answering(run, s.Anchor))
	s.standsInRun(run, s.Anchor, clearing.Given, 0)
	s.refused("set_off_awaited", s.Checker, &book.ExecuteSetOffRun{Run: run, Attempt: s.runOf(run).Attempt})
	s.give(s.Maker, s.answering(run, s.Sellers[0]))
	if got := s.runOf(run); got.Awaited != 0 || got.State != clearing.Proposed {
		t.Fatalf("%+v", got)
	}
	s.give(s.Checker, &book.ExecuteSetOffRun{Run: run, Attempt: s.runOf(run).Attempt})
	s.stands(nil)
}

func TestABarIsLiftedByASecondPerson(t *testing.T) {
	s := newScene(t)
	s.give(s.Maker, s.barring(s.Anchor, clearing.Insolvency))
	bar := latest[id.SetOffBar](s, "set_off_bar")
	s.refused("set_off_barred", s.Maker, s.barring(s.Anchor, clearing.Insolvency))
	s.give(s.Maker, s.barring(s.Anchor, clearing.Attachment))
	s.refused("second_person", s.Maker, &book.LiftSetOffBar{Bar: bar, Grounds: load32("grounds")})
	s.refused("proof_missing", s.Checker, &book.LiftSetOffBar{Bar: bar})
	future := s.barring(s.Sellers[0], clearing.Insolvency)
	future.From++
	s.refused("date_invalid", s.Maker, future)
	s.give(s.Checker, &book.LiftSetOffBar{Bar: bar, Grounds: load32("grounds")})
	run := s.announced(later(3))
	s.refused("set_off_barred", s.Buyer, s.answering(run, s.Anchor)) // by the other one
	s.give(s.Checker, &book.LiftSetOffBar{Bar: latest[id.SetOffBar](s, "set_off_bar"), Grounds: load32("grounds")})
	s.give(s.Buyer, s.answering(run, s.Anchor))
	s.stands(nil)
}

// A consent says for what: its statement names the text, and no signature fits another one.
func TestAConsentIsSigned(t *testing.T) {
	s := newScene(t)
	c := s.consenting(s.Anchor)
	c.BeforeDue = true
	s.refused("signature_invalid", s.Buyer, c)
	c = s.consenting(s.Anchor)
	c.Signatures = nil
	s.refused("signature_missing", s.Buyer, c)
	s.refused("other_party", s.SellerActors[0], s.consenting(s.Anchor))
	s.refused("dates_invalid", s.Buyer, s.consenting(s.Anchor, func(c *book.GiveSetOffConsent) { c.From-- }))
	s.refused("mandate_missing", s.Buyer, s.consenting(s.Anchor, func(c *book.GiveSetOffConsent) { c.Currency = franc }))
	k := s.promise(s.Anchor, func(c *book.GiveSetOffConsent) { c.Until = s.Today.AddDays(1) })
	s.wait(2)
	s.promise(s.Anchor) // the first one is over
	s.refused("other_party", s.SellerActors[0], &book.RevokeSetOffConsent{Consent: k})
	s.stands(nil)
}

func day(text string) calendar.Date {
	date, ok := calendar.Parse(text)
	if !ok {
		panic(text)
	}
	return date
}

// The world begins on 1 September 2026. A calendar of the month's last day announces three days before, keeps to the last day, waits for the
// run before, and passes over what it could not announce.
func TestACalendarAnnouncesAndExecutes(t *testing.T) {
	s := newScene(t)
	s.consented()
	owed, _ := s.circle(1_000_00)
	k := s.inForce(func(c *book.ProposeSetOffCalendar) {
		c.Terms.Freeze, c.Terms.Answer, c.Terms.Value = day("2026-10-31"), day("2026-11-02"), day("2026-11-05")
	})
	calendarNow := func() clearing.Calendar {
		return book.Record(s.book, "set_off_calendar", k.Number()).(clearing.Calendar)
	}
	s.wait(30)
	s.wait(26) // 27 October
	if book.Counts(s.book)["set_off_run"] != 0 {
		t.Fatal("announced before its time")
	}
	s.wait(1)
	run := s.lastRun()
	if got := s.runOf(run); got.Calendar != k || got.State != clearing.Announced || got.Terms.Freeze != day("2026-10-31") {
		t.Fatalf("%+v", got)
	}
	if got := calendarNow(); got.Runs != 1 || got.Terms.Freeze != day("2026-11-30") || got.Terms.Value != day("2026-12-05") {
		t.Fatalf("%+v", got)
	}
	s.stands(nil)
	s.wait(4) // 1 November: it holds debts
	s.proposed(run)
	if got := s.runOf(run); got.State != clearing.Written {
		t.Errorf("the node has not executed its run: %+v", got)
	}
	if r := s.debt(owed); r.Outstanding() != 0 {
		t.Errorf("%+v", r)
	}
	s.stands(nil)
	s.announced(later(60)) // a person's run stands in the way of November's
	s.wait(28)
	if got := calendarNow(); got.Turns != 1 {
		t.Fatalf("%+v", got)
	}
	s.wait(1) // 30 November
	if got := calendarNow(); got.Turns != 2 || got.Runs != 1 || got.Terms.Freeze != day("2026-12-31") {
		t.Fatalf("%+v", got)
	}
	s.give(s.Checker, &book.EndSetOffCalendar{Calendar: k, Reason: load32("reason")})
	s.give(s.Maker, &book.EndSetOffRun{Run: s.lastRun(), Reason: load32("reason")})
	s.wait(30)
	if got := calendarNow(); got.Turns != 2 || got.State != clearing.CalendarEnded {
		t.Errorf("%+v", got)
	}
	s.stands(nil)
	if again := s.loaded(s.rows()); again.Digest() != s.book.Digest() {
		t.Error("loaded from rows it is another book")
	}
}

func TestACalendarTakesTwo(t *testing.T) {
	s := newScene(t)
	s.give(s.Maker, s.calendar())
	k := latest[id.SetOffCalendar](s, "set_off_calendar")
	s.refused("second_person", s.Maker, &book.DecideSetOffCalendar{Calendar: k, Decision: book.Approve})
	s.refused("reason_missing", s.Checker, &book.DecideSetOffCalendar{Calendar: k, Decision: book.Decline})
	s.refused("decision_invalid", s.Checker, &book.DecideSetOffCalendar{Calendar: k})
	s.wait(3) // the day of the first announcement is past
	s.refused("set_off_calendar_invalid", s.Checker, &book.DecideSetOffCalendar{Calendar: k, Decision: book.Approve})
	s.give(s.Checker, &book.DecideSetOffCalendar{Calendar: k, Decision: book.Decline, Reason: load32("reason")})
	s.refused("set_off_calendar_state", s.Checker, &book.EndSetOffCalendar{Calendar: k, Reason: load32("reason")})
	for _, change := range []func(c *book.ProposeSetOffCalendar){
		func(c *book.ProposeSetOffCalendar) { c.Months = 0 },
		func(c *book.ProposeSetOffCalendar) { c.Days = 30 },
		func(c *book.ProposeSetOffCalendar) { c.Months = 13 },
		func(c *book.ProposeSetOffCalendar) { c.NoticeDays = 0 },
		func(c *book.ProposeSetOffCalendar) { c.NoticeDays = 6 },
	} {
		s.refused("set_off_calendar_invalid", s.Maker, s.calendar(change))
	}
	s.stands(nil)
}

// consentsHeld has, in francs, a run that holds debts of members who take part in each way, and one that is left out; bars, and a calendar.
func consentsHeld(n *node, w *load.World) {
	n.t.Helper()
	s := &scene{node: n, World: w}
	s.Today = n.book.Date()
	inFrancs := func(c *book.GiveSetOffConsent) { c.Currency = franc }
	for _, key := range []id.SigningKey{s.Signatories[0].Key, s.Signers[s.Sellers[0]].Key, s.Signers[s.Sellers[1]].Key} {
		actor := book.Record(n.book, "signing_key", key.Number()).(mandate.SigningKey).Signatory
		s.give(actor, &book.ProposeMandate{Key: key, Acts: mandate.Agree, Currency: franc, AmountMax: 1, AloneMax: 1, From: s.Today, Until: s.Today.AddDays(900)})
		s.give(s.Checker, &book.ApproveMandate{Mandate: latest[id.Mandate](s, "mandate")})
	}
	debt := func(debtor, creditor id.Party, number string) {
		c := s.importing()
		c.Seller, c.Buyer, c.NumberText, c.Number, c.Currency = creditor, debtor, number, trade.Token(load.Token(number)), franc
		s.give(s.Maker, c)
	}
	debt(s.Anchor, s.Sellers[1], "francs 1")
	debt(s.Sellers[1], s.Anchor, "francs 2")
	debt(s.Sellers[0], s.Anchor, "francs 3")
	s.promise(s.Anchor, inFrancs)
	s.give(s.Maker, &book.RevokeSetOffConsent{Consent: s.promise(s.Sellers[1], inFrancs)})
	run := s.announced(openToAll, func(t *clearing.Terms) { t.Currency = franc })
	s.give(s.Maker, s.answering(run, s.Sellers[1]))
	s.give(s.SellerActors[0], &book.RefuseSetOffRun{Run: run})
	s.give(s.Maker, s.barring(s.Funder, clearing.Attachment))
	s.give(s.Checker, &book.LiftSetOffBar{Bar: latest[id.SetOffBar](s, "set_off_bar"), Grounds: load32("order of the court")})
	s.give(s.Maker, s.barring(s.Funder, clearing.Insolvency))
	s.inForce(func(c *book.ProposeSetOffCalendar) { c.Terms.Currency = franc })
}
