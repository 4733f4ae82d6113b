package book_test

import (
	"testing"

	"millrace/book"
	"millrace/domain/credit"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/receivable"
	life "millrace/domain/servicing"
	"millrace/lab/load"
)

func init() { refusals = append(refusals, lifeRefusals...) }

func (s *scene) measure() id.Measure { return latest[id.Measure](s, "measure") }

// agreed proposes a measure as the funder, approves it as the operator and, where it is offered, accepts it as the seller.
func (s *scene) agreed(c book.Command) {
	s.t.Helper()
	s.give(s.FunderActor, c)
	s.give(s.Maker, &book.DecideMeasure{Measure: s.measure(), Decision: book.Approve})
	if m := book.Record(s.book, "measure", s.measure().Number()).(book.Measure); m.State == book.MeasureOffered {
		s.give(s.SellerActors[0], &book.DecideMeasure{Measure: m.ID, Decision: book.Approve})
	}
}

func (s *scene) extension(days int) *book.ExtendFinancing {
	f := s.financed(s.financing())
	return &book.ExtendFinancing{Financing: f.ID, Due: f.Due.AddDays(days), Reason: load32("the buyer asks for time")}
}

func (s *scene) byFunder(c book.Command) (id.Actor, book.Command) { return s.FunderActor, c }

// inDefault is a financing of so much, 100 days overdue, of which the default was declared.
func (s *scene) inDefault(amount money.Minor, changes ...func(l *load.Life)) funding.Financing {
	s.t.Helper()
	s.live(9, append(changes, amounting(amount), dueIn30)...)
	s.wait(130)
	s.give(s.FunderActor, &book.DecideMeasure{Measure: s.measure(), Decision: book.Approve})
	s.give(s.Maker, &book.DecideMeasure{Measure: s.measure(), Decision: book.Approve})
	return s.financed(s.financing())
}

// writtenOff is such a financing, written off.
func (s *scene) writtenOff(amount money.Minor, changes ...func(l *load.Life)) funding.Financing {
	s.t.Helper()
	f := s.inDefault(amount, changes...)
	s.agreed(&book.WriteOff{Financing: f.ID, Reason: load32("nothing to be had")})
	return s.financed(f.ID)
}

var lifeRefusals = []refusal{
	{"due_not_later", "A financing is extended to a day that is later than the one agreed, and still ahead.", "Give a later day.", func(s *scene) (id.Actor, book.Command) {
		s.live(9, discounted, dueIn30)
		return s.byFunder(s.extension(0))
	}},
	{"tenor_too_long", "Extended to that day the financing would be out longer than its product's longest tenor.", "Give an earlier day, or let the seller buy the receivable back.", func(s *scene) (id.Actor, book.Command) {
		s.live(9, discounted, dueIn30)
		return s.byFunder(s.extension(120))
	}},
	{"measure_waits", "A measure of this kind waits on the financing to be decided on.", "Decide it first.", func(s *scene) (id.Actor, book.Command) {
		s.live(9, discounted, dueIn30)
		s.give(s.FunderActor, s.extension(20))
		return s.byFunder(s.extension(30))
	}},
	{"measure_unknown", "There is no such measure.", "Look up its identity.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, &book.DecideMeasure{Measure: id.Make[id.Measure](1, 99), Decision: book.Approve}
	}},
	{"measure_state", "The measure was decided on already.", "Propose it anew.", func(s *scene) (id.Actor, book.Command) {
		s.live(9, discounted, dueIn30)
		s.agreed(s.extension(20))
		return s.Maker, &book.DecideMeasure{Measure: s.measure(), Decision: book.Approve}
	}},
	{"facts_too_many", "The financing has as many dated facts as one can have.", "Close it.", func(s *scene) (id.Actor, book.Command) {
		s.live(9, discounted, dueIn30)
		receipt := s.collect(s.Discounting, 1_000_00, s.book.Date())
		for range 500 {
			s.allocate(receipt, s.receivable(), 1, book.ByBuyer)
		}
		return s.byFunder(s.extension(20))
	}},
	{"cause_invalid", "There is no such cause of recourse.", "It is insolvency, protracted default, dispute or warranty.", func(s *scene) (id.Actor, book.Command) {
		s.live(9, discounted, dueIn30)
		return s.byFunder(&book.CallRecourse{Financing: s.financing(), Cause: 9})
	}},
	{"nothing_uncovered", "No dispute or credit note leaves principal without cover.", "Nothing.", func(s *scene) (id.Actor, book.Command) {
		s.live(9, discounted, dueIn30)
		return s.byFunder(&book.CallRecourse{Financing: s.financing(), Cause: life.Dispute})
	}},
	{"recourse_called", "The seller was called for this cause already.", "Collect from it.", func(s *scene) (id.Actor, book.Command) {
		f := s.inDefault(20_000_00, discounted)
		c := &book.CallRecourse{Financing: f.ID, Cause: life.Warranty, Since: s.Today, Evidence: load32("forged")}
		s.give(s.FunderActor, c)
		return s.byFunder(c)
	}},
	{"price_unpaid", "The receipt has less left than the price for which the seller has the receivable back.", "The sentence names the price; take a larger receipt.", func(s *scene) (id.Actor, book.Command) {
		s.live(9, discounted, dueIn30)
		return s.Maker, &book.BuyBack{Financing: s.financing(), Receipt: s.collect(s.Discounting, 1_00, s.book.Date())}
	}},
	{"nothing_owed", "Nothing is owed on the financing.", "Close it.", func(s *scene) (id.Actor, book.Command) {
		l := s.live(9, amounting(2_000_00), dueIn30)
		f := s.inDefaultNow(l.Amount)
		return s.byFunder(&book.WriteOff{Financing: f, Reason: load32("paid")})
	}},
}

// inDefaultNow declares the default of the latest financing, and lets its buyer pay it.
func (s *scene) inDefaultNow(amount money.Minor) id.Financing {
	s.t.Helper()
	s.agreed(&book.DeclareDefault{Financing: s.financing(), Reason: load32("insolvent")})
	s.allocate(s.collect(s.Payables, amount, s.book.Date()), s.receivable(), amount, book.ByBuyer)
	return s.financing()
}

// Receivables discounting of 20,000.00: 17,000.00 advanced on 1 September at the funder's rate until 1 October. Extended two days
// later, within the grace, to 2 November: it bears ordinary interest of 60 days by the time of the 30th of October, and none that is late.
func TestAnExtensionTakesThree(t *testing.T) {
	s := newScene(t)
	s.live(9, discounted, amounting(20_000_00), dueIn30)
	f := s.financed(s.financing())
	s.wait(32)
	c := s.extension(32)
	s.refused("other_party", s.otherFunder(), c)
	s.give(s.FunderActor, c)
	decision := &book.DecideMeasure{Measure: s.measure(), Decision: book.Approve}
	s.refused("second_person", s.FunderActor, decision)
	s.refused("other_party", s.SellerActors[0], decision)
	s.give(s.Maker, decision)
	if s.financed(f.ID).Due != f.Due {
		t.Error("it is extended before the seller accepts")
	}
	s.refused("other_party", s.Checker, decision)
	s.refused("decision_invalid", s.SellerActors[0], &book.DecideMeasure{Measure: decision.Measure})
	s.give(s.SellerActors[0], decision)
	now := s.financed(f.ID)
	if now.Due != c.Due || now.FirstDue != f.Due || now.State != funding.Outstanding || now.LateDue != 0 || s.debt(f.Receivable).Due != f.Due {
		t.Errorf("%+v", now)
	}
	s.sound()
	s.wait(27)
	s.agreed(&book.Provision{Financing: f.ID, Reason: load32("a look at it")}) // nothing, to have it reckoned
	want := money.MulDiv(f.Principal*59, int64(f.Rate), 360*int64(money.RateOne))
	if got := s.financed(f.ID).InterestDue; got != want {
		t.Errorf("interest of 59 days is %d, want %d", got, want)
	}
	s.wait(31)
	if now := s.financed(f.ID); now.State != funding.Overdue {
		t.Errorf("%s after the new due date", now.State)
	}
	s.sound()
}

// otherFunder works for a funder that has nothing to do with the financing.
func (s *scene) otherFunder() id.Actor {
	s.t.Helper()
	s.give(s.Maker, &book.RegisterParty{Roles: party.Funder, Country: "FR", Tokens: []party.Token{party.Token(load.Token("another funder"))}})
	s.give(s.Maker, &book.RegisterActor{Party: latest[id.Party](s, "party"), Role: party.Funder})
	return latest[id.Actor](s, "actor")
}

// After the grace the days since the old due date stay late: 10 days on 17,000.00 at 9 %.
func TestAnExtensionAfterTheGraceLeavesLateDaysLate(t *testing.T) {
	s := newScene(t)
	s.live(9, discounted, amounting(20_000_00), dueIn30)
	s.wait(40)
	s.agreed(s.extension(40))
	f := s.financed(s.financing())
	if f.State != funding.Outstanding || f.LateDue != 42_50 {
		t.Errorf("%s, late interest %d", f.State, f.LateDue)
	}
	s.sound()
	s.wait(50)
	s.allocate(s.collect(s.Discounting, 20_000_00, s.book.Date()), s.receivable(), 20_000_00, book.ByBuyer)
	s.give(s.Maker, &book.CloseFinancing{Financing: f.ID})
	s.sound()
}

func TestDeclinedMeasuresChangeNothing(t *testing.T) {
	s := newScene(t)
	s.live(9, discounted, dueIn30)
	before := s.financed(s.financing())
	s.give(s.FunderActor, s.extension(20))
	s.give(s.Maker, &book.DecideMeasure{Measure: s.measure(), Decision: book.Decline})
	s.give(s.FunderActor, s.extension(20))
	s.give(s.Maker, &book.DecideMeasure{Measure: s.measure(), Decision: book.Approve})
	s.give(s.SellerActors[0], &book.DecideMeasure{Measure: s.measure(), Decision: book.Decline})
	after := s.financed(s.financing())
	after.Entry = before.Entry
	if after.Due != before.Due || after.LastFact != before.LastFact {
		t.Errorf("%+v, before %+v", after, before)
	}
	s.sound()
}

// The seller of a claim that was sold without recourse answers for a breach of warranty all the same; and for nothing else.
func TestRecourseByCause(t *testing.T) {
	s := newScene(t)
	s.live(9, amounting(36_000_00), dueIn30)
	f := s.financing()
	insolvent := &book.CallRecourse{Financing: f, Cause: life.Insolvency, Since: s.Today, Evidence: load32("court order")}
	s.refused("recourse_none", s.FunderActor, insolvent)
	forged := &book.CallRecourse{Financing: f, Cause: life.Warranty, Since: s.Today, Evidence: load32("forged")}
	s.refused("other_party", s.otherFunder(), forged)
	forged.Evidence = [32]byte{}
	s.refused("reason_missing", s.FunderActor, forged)
	forged.Evidence, forged.Since = load32("forged"), s.Today.AddDays(1)
	s.refused("date_invalid", s.FunderActor, forged)
	forged.Since = s.Today
	s.give(s.FunderActor, forged)
	m := book.Record(s.book, "measure", s.measure().Number()).(book.Measure)
	if got := s.financed(f); got.State != funding.InRecourse || m.Amount != 36_000_00 || m.Cause != life.Warranty || m.State != book.MeasureDone {
		t.Errorf("%s, %+v", got.State, m)
	}
	fact := book.Record(s.book, "financing_fact", book.Counts(s.book)["financing_fact"]).(book.FinancingFact)
	if fact.SellerOwes != 36_000_00 || fact.Owed != 36_000_00 {
		t.Errorf("%+v", fact)
	}
	s.sound()
	s.allocate(s.collect(s.Payables, 36_000_00, s.book.Date()), s.receivable(), 36_000_00, book.BySeller)
	s.give(s.Maker, &book.CloseFinancing{Financing: f})
	s.sound()

	s = newScene(t)
	s.live(9, discounted, amounting(20_000_00), dueIn30)
	insolvent.Financing = s.financing()
	s.give(s.FunderActor, insolvent)
	if got := s.financed(s.financing()); got.State != funding.InRecourse {
		t.Error(got.State)
	}
	s.allocate(s.collect(s.Discounting, 5_000_00, s.book.Date()), s.receivable(), 5_000_00, book.BySeller)
	s.sound()
}

// The price on day 20 is the principal and its interest; for a discount the principal alone. The receivable is the seller's
// again, whole, and can be financed anew, once.
func TestTheSellerBuysBack(t *testing.T) {
	for _, loan := range []bool{true, false} {
		s := newScene(t)
		programme, changes := s.Payables, []func(l *load.Life){amounting(20_000_00), dueIn30}
		if loan {
			programme, changes = s.Discounting, append(changes, discounted)
		}
		s.live(9, changes...)
		f := s.financed(s.financing())
		s.wait(20)
		receipt := s.collect(programme, 21_000_00, s.book.Date())
		s.give(s.Maker, &book.BuyBack{Financing: f.ID, Receipt: receipt})
		now, r := s.financed(f.ID), s.debt(f.Receivable)
		if now.State != funding.BoughtBack || now.Exposure() != 0 || r.Financing != 0 || r.State != receivable.Open || r.Outstanding() != 20_000_00 {
			t.Errorf("%+v, %+v", now, r)
		}
		interest := money.Minor(0)
		if loan {
			interest = money.MulDiv(f.Principal*20, int64(f.Rate), 360*int64(money.RateOne))
		}
		debt := ledger.Key{Entity: s.Sellers[0], Counterparty: s.Anchor, Code: ledger.TradeReceivables}
		s.stands(map[ledger.Key]money.Minor{
			debt: 20_000_00, {Entity: s.Sellers[0], Code: ledger.SellerBank}: f.Net - f.Principal - interest,
			{Entity: s.Custodian, Programme: programme, Counterparty: s.Funder, Code: ledger.CollectionForFunder}: f.Principal + interest,
		})
		s.refused("financing_state", s.Maker, &book.BuyBack{Financing: f.ID, Receipt: receipt})
		s.refused("financing_state", s.Maker, &book.CloseFinancing{Financing: f.ID})
		s.refused("financing_state", s.FunderActor, &book.ReassignReceivable{Financing: f.ID})
		// What the buyer pays now is the seller's.
		s.allocate(s.collect(programme, 20_000_00, s.book.Date()), f.Receivable, 20_000_00, book.ByBuyer)
		s.sound()
		// The bank takes the price back: it was passed on, and the programme has a shortfall.
		s.give(s.Bank, &book.ReverseReceipt{Receipt: receipt, Line: load.Token("back")})
		s.sound()
	}
}

// A default that was proposed before the due date and still waits is not proposed again by rule.
func TestADefaultThatWaitsIsNotProposedAgain(t *testing.T) {
	s := newScene(t)
	s.live(9, discounted, amounting(20_000_00), dueIn30)
	s.give(s.FunderActor, &book.DeclareDefault{Financing: s.financing(), Reason: load32("insolvent")})
	s.wait(125)
	if count := book.Counts(s.book)["measure"]; count != 1 {
		t.Errorf("%d measures", count)
	}
	s.sound()
}

// A default is proposed by rule when the financing is 90 days past due, and declared by two.
func TestADefaultIsProposedByRule(t *testing.T) {
	s := newScene(t)
	s.live(9, discounted, amounting(20_000_00), dueIn30)
	s.wait(119)
	if book.Counts(s.book)["measure"] != 0 {
		t.Fatal("too early")
	}
	s.wait(1)
	if book.Counts(s.book)["measure"] != 1 {
		t.Fatal("nothing was proposed")
	}
	s.give(s.FunderActor, &book.DecideMeasure{Measure: s.measure(), Decision: book.Approve})
	if state := s.financed(s.financing()).State; state != funding.Overdue {
		t.Errorf("one person has made it %s", state)
	}
	s.refused("second_person", s.FunderActor, &book.DecideMeasure{Measure: s.measure(), Decision: book.Approve})
	s.give(s.Maker, &book.DecideMeasure{Measure: s.measure(), Decision: book.Approve})
	if state := s.financed(s.financing()).State; state != funding.Defaulted {
		t.Errorf("two people have made it %s", state)
	}
	s.sound()
	s.wait(10)
	if book.Counts(s.book)["measure"] != 1 {
		t.Error("proposed again")
	}
	// In default the seller can still be called, and pays.
	s.give(s.FunderActor, &book.CallRecourse{Financing: s.financing()})
	s.allocate(s.collect(s.Discounting, 1_000_00, s.book.Date()), s.receivable(), 1_000_00, book.BySeller)
	s.sound()
}

// Of 36,000.00 in default 20,000.00 are provisioned; it is written off with its late interest of 100 days, 900.00; then
// 10,000.00 come, and later, in a second payment, the rest and 28.80 more.
func TestALossFromProvisionToRecovery(t *testing.T) {
	s := newScene(t)
	f := s.inDefault(36_000_00)
	funder := func(code ledger.Code) ledger.Key {
		return ledger.Key{Entity: s.Funder, Programme: s.Payables, Code: code}
	}
	s.refused("amount_invalid", s.FunderActor, &book.Provision{Financing: f.ID, Amount: 99_000_00, Reason: load32("too much")})
	s.agreed(&book.Provision{Financing: f.ID, Amount: 20_000_00, Reason: load32("half of it")})
	s.stands(map[ledger.Key]money.Minor{funder(ledger.LossAllowance): 20_000_00, funder(ledger.FinancingLoss): 20_000_00})
	limit := s.used()
	s.agreed(&book.WriteOff{Financing: f.ID, Reason: load32("nothing to be had")})
	now := s.financed(f.ID)
	if now.State != funding.WrittenOff || now.Exposure() != 0 || now.Written != 36_000_00 || limit-s.used() != 36_000_00 {
		t.Errorf("%+v; the limit has %d less in use", now, limit-s.used())
	}
	s.stands(map[ledger.Key]money.Minor{
		funder(ledger.LossAllowance): 0, funder(ledger.FinancingLoss): 36_900_00, funder(ledger.LateReceivable): 0,
		{Entity: s.Funder, Programme: s.Payables, Counterparty: s.Anchor, Code: ledger.PurchasedReceivables}: 0,
	})
	s.wait(30)
	s.sound()
	first := s.collect(s.Payables, 10_000_00, s.book.Date())
	s.give(s.Maker, &book.RecordRecovery{Receipt: first, Financing: f.ID, Amount: 10_000_00, Payer: book.ByBuyer})
	s.stands(map[ledger.Key]money.Minor{funder(ledger.RecoveryIncome): 10_000_00})
	second := s.collect(s.Payables, 27_000_00, s.book.Date())
	s.refused("exceeds_owed", s.Maker, &book.RecordRecovery{Receipt: second, Financing: f.ID, Amount: 27_000_00, Payer: book.ByBuyer})
	s.allocate(second, f.Receivable, 26_900_00, book.ByBuyer)
	s.stands(map[ledger.Key]money.Minor{funder(ledger.RecoveryIncome): 36_900_00, {Entity: s.Anchor, Code: ledger.LatePayable}: 0})
	if got, r := s.financed(f.ID), s.debt(f.Receivable); got.Recovered != 36_900_00 || r.Outstanding() != 0 {
		t.Errorf("%+v", got)
	}
	// The bank takes a recovery back: it is lost again.
	s.give(s.Bank, &book.ReverseReceipt{Receipt: second, Line: load.Token("back")})
	s.stands(map[ledger.Key]money.Minor{funder(ledger.RecoveryIncome): 10_000_00})
	if got := s.financed(f.ID); got.State != funding.WrittenOff {
		t.Error(got.State)
	}
}

// An allowance is at most what is left: it falls with a payment, and grows again with the interest of each night.
func TestAnAllowanceIsAtMostWhatIsLeft(t *testing.T) {
	s := newScene(t)
	f := s.inDefault(20_000_00, discounted)
	s.agreed(&book.Provision{Financing: f.ID, Amount: f.Principal, Reason: load32("all of it")})
	s.allocate(s.collect(s.Discounting, 10_000_00, s.book.Date()), f.Receivable, 10_000_00, book.ByBuyer)
	now := s.financed(f.ID)
	if now.Allowance != now.Claim() || now.Allowance >= f.Principal {
		t.Errorf("%+v", now)
	}
	key := ledger.Key{Entity: s.Funder, Programme: s.Discounting, Code: ledger.LossAllowance, Currency: s.Currency}
	s.stands(map[ledger.Key]money.Minor{key: now.Allowance})
	s.wait(10)
	if grown := book.BalanceOf(s.book, key); grown <= now.Allowance {
		t.Errorf("%d after ten nights, %d before", grown, now.Allowance)
	}
	s.sound()
	s.allocate(s.collect(s.Discounting, 15_000_00, s.book.Date()), f.Receivable, 10_000_00, book.ByBuyer)
	s.give(s.Maker, &book.CloseFinancing{Financing: f.ID})
	s.stands(map[ledger.Key]money.Minor{key: 0})
}

// A loan with recourse that was written off: its seller pays a part of it after all.
func TestALoanIsRecoveredFromItsSeller(t *testing.T) {
	s := newScene(t)
	f := s.writtenOff(20_000_00, discounted)
	receipt := s.collect(s.Discounting, 30_000_00, s.book.Date())
	s.give(s.Maker, &book.RecordRecovery{Receipt: receipt, Financing: f.ID, Amount: 17_100_00, Payer: book.BySeller})
	s.refused("exceeds_owed", s.Maker, &book.RecordRecovery{Receipt: receipt, Financing: f.ID, Amount: 10_000_00, Payer: book.BySeller})
	s.sound()
	// What was paid before it was written off is taken back: it is out again, in default.
	s = newScene(t)
	s.live(9, discounted, amounting(20_000_00), dueIn30)
	early := s.collect(s.Discounting, 2_000_00, s.book.Date())
	s.allocate(early, s.receivable(), 2_000_00, book.ByBuyer)
	s.agreed(&book.DeclareDefault{Financing: s.financing(), Reason: load32("insolvent")})
	s.agreed(&book.WriteOff{Financing: s.financing(), Reason: load32("nothing to be had")})
	s.sound()
	s.give(s.Bank, &book.ReverseReceipt{Receipt: early, Line: load.Token("back")})
	if got := s.financed(s.financing()); got.State != funding.Defaulted || got.Exposure() != 2_000_00 {
		t.Errorf("%s, %d", got.State, got.Exposure())
	}
	s.sound()
	s.wait(5)
	s.sound()
}

// lifeEnds begins four financings; what it gives leaves one in default with an allowance, one written off and in part recovered, one
// bought back and one extended.
func lifeEnds(n *node, w *load.World, number uint64) func() {
	n.t.Helper()
	s := &scene{node: n, World: w}
	var out [4]funding.Financing
	for i := range out {
		l := w.NewLife(number + 2*uint64(i))
		l.Discount, l.Amount, l.Due = i > 1, 3_000_00, n.book.Date().AddDays(60)
		n.live(&l, 0, 9)
		out[i] = latestOut(n, 0)
	}
	return func() {
		n.t.Helper()
		for i := range 2 {
			s.agreed(&book.DeclareDefault{Financing: out[i].ID, Reason: load32("insolvent")})
		}
		s.agreed(&book.Provision{Financing: out[0].ID, Amount: 500_00, Reason: load32("a sixth")})
		s.agreed(&book.WriteOff{Financing: out[1].ID, Reason: load32("nothing to be had")})
		s.wait(1) // what comes on the day of the write-off is no recovery
		s.give(w.Maker, &book.RecordRecovery{Receipt: s.collect(out[1].Programme, 100_00, n.book.Date()), Financing: out[1].ID, Amount: 100_00, Payer: book.ByBuyer})
		s.agreed(&book.ExtendFinancing{Financing: out[2].ID, Due: out[2].Due.AddDays(20), Reason: load32("the buyer asks for time")})
		s.give(w.FunderActor, &book.DeclareDefault{Financing: out[2].ID, Reason: load32("insolvent")})
		s.give(w.Maker, &book.BuyBack{Financing: out[3].ID, Receipt: s.collect(w.Discounting, 5_000_00, n.book.Date())})
	}
}

// used is what the buyer's limit has in use.
func (s *scene) used() money.Minor {
	s.t.Helper()
	for number := uint64(1); ; number++ {
		if l := book.Record(s.book, "credit_limit", number).(credit.Limit); l.Key.Kind == credit.BuyerLimit && l.Key.Programme == s.Payables {
			return l.Used
		}
	}
}
