package book_test

import (
	"testing"

	"millrace/book"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/money"
	"millrace/lab/load"
)

func init() { refusals = append(refusals, coverRefusals...) }

var coverRefusals = []refusal{
	{"cover_none", "No credit cover stands behind the financing, or it was not claimed.", "Claim it first, where the product asks for cover.", func(s *scene) (id.Actor, book.Command) {
		return s.byFunder(&book.ClaimCover{Financing: s.inDefault(20_000_00, discounted).ID, Evidence: load32("no policy")})
	}},
	{"cover_early", "The waiting time of the credit cover is not over.", "The sentence names the days; claim later.", func(s *scene) (id.Actor, book.Command) {
		r := s.insured()
		r.until(r.now().Due.AddDays(179))
		return s.byFunder(r.claim())
	}},
	{"cover_claimed", "The cover of the financing was claimed already.", "Record what the insurer pays.", func(s *scene) (id.Actor, book.Command) {
		r := s.insured()
		r.claimed()
		return s.byFunder(r.claim())
	}},
	{"cover_paid", "The insurer has paid, and a part of what the buyer owes is for it.", "Collect from the buyer; write off what will not come.", func(s *scene) (id.Actor, book.Command) {
		r := s.insured()
		r.claimed()
		r.insurerPays(9_000_00)
		return s.Maker, &book.BuyBack{Financing: r.financing(), Receipt: r.comes("money of the seller comes in", 5_000_00)}
	}},
}

// insured is a financing under the file of factoring: 10,000.00 on a debt of 12,500.00, of which 90 % is covered.
func (s *scene) insured() *run {
	s.t.Helper()
	r := newRunIn(s, termsOf(s.t, "factoring"), deal{amount: 12_500_00, days: 60, grade: 4})
	r.evidence()
	if f := r.financed(); f.Principal != 10_000_00 {
		s.t.Fatalf("principal %d", f.Principal)
	}
	return r
}

func (r *run) claim() *book.ClaimCover {
	return &book.ClaimCover{Financing: r.financing(), Evidence: load32("the claim as sent")}
}

// claimed claims on the first day on which the cover can be claimed, and lets a day go by.
func (r *run) claimed() {
	r.t.Helper()
	r.until(r.now().Due.AddDays(180))
	r.step("the cover is claimed", r.FunderActor, r.claim())
	r.until(r.book.Date() + 1)
}

func (r *run) insurerPays(amount money.Minor) id.Receipt {
	r.t.Helper()
	receipt := r.comes("money of the insurer comes in", amount)
	r.step("the insurer pays", r.Maker, &book.RecordCoverPayment{Receipt: receipt, Financing: r.financing(), Amount: amount})
	return receipt
}

func (r *run) forInsurer() money.Minor {
	return book.BalanceOf(r.book, ledger.Key{Entity: r.custodian, Programme: r.programme, Counterparty: r.Funder, Code: ledger.ForInsurer, Currency: r.Currency})
}

// The insurer pays 90 % of 10,000.00. Of 5,000.00 of the buyer it has 90 %, 4,500.00; of the other 500.00 the fee takes 59.50 (50.00 and
// 19 % on it) and late interest 440.50. Of 5,500.00 more it has the 4,500.00 that are left for it.
func TestAnInsurerSharesInWhatComesLater(t *testing.T) {
	s := newScene(t)
	r := s.insured()
	r.claimed()
	m := book.Record(s.book, "measure", s.measure().Number()).(book.Measure)
	if m.Kind != book.CoverClaim || m.State != book.MeasureDone || m.Amount != 9_000_00 {
		t.Errorf("%+v", m)
	}
	small := r.comes("money of the insurer comes in", 9_000_01)
	s.refused("exceeds_owed", s.Maker, &book.RecordCoverPayment{Receipt: small, Financing: r.financing(), Amount: 9_000_01})
	s.refused("amount_invalid", s.Maker, &book.RecordCoverPayment{Receipt: small, Financing: r.financing()})
	r.insurerPays(9_000_00)
	if f := r.now(); f.Principal-f.Repaid != 1_000_00 || r.forInsurer() != 0 {
		t.Errorf("%d is out, %d is kept for the insurer", f.Principal-f.Repaid, r.forInsurer())
	}
	late := r.now().LatePaid
	r.buyerPays("the buyer pays a part", 5_000_00)
	f := r.now()
	if r.forInsurer() != 4_500_00 || f.Besides.FeesPaid != 59_50 || f.LatePaid-late != 440_50 || f.Principal-f.Repaid != 1_000_00 {
		t.Errorf("for the insurer %d, fees %d, late interest %d, out %d", r.forInsurer(), f.Besides.FeesPaid, f.LatePaid-late, f.Principal-f.Repaid)
	}
	r.buyerPays("the buyer pays the rest", 5_500_00)
	r.buyerPays("and what is left", 2_000_00)
	if r.forInsurer() != 9_000_00 {
		t.Errorf("for the insurer %d", r.forInsurer())
	}
	s.sound()
	if f := r.now(); f.Claim() == 0 && f.Besides.Held == 0 {
		s.give(s.Maker, &book.CloseFinancing{Financing: f.ID})
	}
	s.sound()
}

// What a bank takes back of the insurer's money is owed to the funder again, and can be paid anew.
func TestAnInsurersMoneyIsTakenBack(t *testing.T) {
	s := newScene(t)
	r := s.insured()
	r.claimed()
	receipt := r.insurerPays(9_000_00)
	r.step("the bank takes it back", r.machine, &book.ReverseReceipt{Receipt: receipt, Line: load.Token("insurer's money back")})
	if f := r.now(); f.Principal-f.Repaid != 10_000_00 || r.forInsurer() != 0 {
		t.Errorf("%d is out, %d is kept for the insurer", f.Principal-f.Repaid, r.forInsurer())
	}
	r.insurerPays(4_000_00)
	buyers := r.comes("money of the buyer comes in", 3_000_00)
	r.step("the buyer pays", r.Maker, &book.Allocate{Receipt: buyers, Receivable: r.receivable(), Amount: 3_000_00, Payer: book.ByBuyer})
	if r.forInsurer() != 2_700_00 {
		t.Errorf("for the insurer %d", r.forInsurer())
	}
	r.step("the bank takes that back", r.machine, &book.ReverseReceipt{Receipt: buyers, Line: load.Token("buyer's money back")})
	if r.forInsurer() != 0 {
		t.Errorf("for the insurer %d", r.forInsurer())
	}
	r.insurerPays(5_000_00)
	s.sound()
}

// A claim that was written off is recovered from insurer and buyer.
func TestAnInsurerPaysOnWhatWasWrittenOff(t *testing.T) {
	s := newScene(t)
	r := s.insured()
	r.claimed()
	f := r.now()
	declared := &book.DecideMeasure{Measure: waiting(s, f.ID), Decision: book.Approve}
	s.give(s.FunderActor, declared)
	s.give(s.Maker, declared)
	s.agreed(&book.WriteOff{Financing: f.ID, Reason: load32("nothing more")})
	s.sound()
	r.until(s.book.Date() + 1) // on the day itself money comes first
	r.insurerPays(9_000_00)
	if f := r.now(); f.State != funding.WrittenOff || f.Recovered != 9_000_00 {
		t.Errorf("%s, recovered %d", f.State, f.Recovered)
	}
	receipt := r.comes("money of the buyer comes in", 1_000_00)
	r.step("the buyer pays", s.Maker, &book.RecordRecovery{Receipt: receipt, Financing: f.ID, Amount: 1_000_00, Payer: book.ByBuyer})
	if f := r.now(); r.forInsurer() != 900_00 || f.Recovered != 9_100_00 {
		t.Errorf("for the insurer %d, recovered %d", r.forInsurer(), f.Recovered)
	}
	s.sound()
}

// waiting is the default that a rule has proposed.
func waiting(s *scene, of id.Financing) id.Measure {
	for n := book.Counts(s.book)["measure"]; n > 0; n-- {
		if m := book.Record(s.book, "measure", n).(book.Measure); m.Financing == of && m.Kind == book.Default {
			return m.ID
		}
	}
	return 0
}
