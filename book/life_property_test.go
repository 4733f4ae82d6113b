package book_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"millrace/book"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/payment"
	life "millrace/domain/servicing"
	"millrace/lab/load"
)

// lifeAct draws a command on a financing whose money is out, or on a shortfall.
func (s *street) lifeAct() (id.Actor, book.Command) {
	w := s.world
	out := func() id.Financing {
		return s.financing(funding.Outstanding, funding.Overdue, funding.InRecourse, funding.Defaulted)
	}
	reason := load32("why")
	switch s.pick(14, "life") {
	case 0:
		return w.FunderActor, &book.ExtendFinancing{Financing: s.financing(funding.Outstanding, funding.Overdue), Due: s.book.Date().AddDays(s.pick(90, "due")), Reason: reason}
	case 1:
		return w.FunderActor, &book.CallRecourse{Financing: out(), Cause: life.Cause(s.pick(6, "cause")), Since: s.book.Date(), Evidence: reason}
	case 2:
		return w.FunderActor, &book.DeclareDefault{Financing: out(), Reason: reason}
	case 3:
		return w.FunderActor, &book.Provision{Financing: out(), Amount: s.amount(), Reason: reason}
	case 4:
		return w.FunderActor, &book.WriteOff{Financing: s.financing(funding.Defaulted), Reason: reason}
	case 5:
		return w.Maker, &book.RecordRecovery{Receipt: s.receipt(payment.Unallocated), Financing: s.financing(funding.WrittenOff), Amount: s.amount(), Payer: book.Payer(s.pick(3, "payer"))}
	case 6:
		return w.Maker, &book.BuyBack{Receipt: s.receipt(payment.Unallocated), Financing: out()}
	case 7:
		c := &book.SettleShortfall{Programme: s.programme(), Party: []id.Party{0, w.Funder, s.second, w.Sellers[0], w.Sellers[1]}[s.pick(5, "party")], Amount: s.amount()}
		if s.pick(2, "receipt") == 0 {
			c.Receipt = s.receipt(payment.Unallocated)
		}
		return w.Maker, c
	case 8:
		return w.Maker, &book.LiftStop{Programme: s.programme(), Reason: reason}
	case 9:
		return w.Bank, &book.RecordOutcome{Payment: s.payment(payment.Executed), State: payment.Returned, Value: s.book.Date()}
	}
	waiting := in[id.Measure](s, "measure", func(r any) bool {
		state := r.(book.Measure).State
		return state == book.MeasureWaits || state == book.MeasureOffered
	})
	actors := []id.Actor{w.Maker, w.Checker, w.Maker, w.Checker, w.FunderActor, w.SellerActors[0], w.SellerActors[1]}
	return actors[s.pick(len(actors), "who")], &book.DecideMeasure{Measure: waiting, Decision: []book.Decision{book.Approve, book.Approve, book.Approve, book.Decline}[s.pick(4, "decision")]}
}

// ordinary draws what happens to a financing without anybody's decision.
func (s *street) ordinary() (id.Actor, book.Command) {
	w := s.world
	switch s.pick(12, "ordinary") {
	case 0, 1:
		return w.Bank, s.arrival()
	case 2, 3, 4:
		return w.Maker, s.allocate()
	case 5:
		return w.Bank, &book.ReverseReceipt{Receipt: s.receipt(payment.Allocated, payment.Unallocated), Line: load.Token("reversal"), Value: s.book.Date().AddDays(s.pick(3, "value") - 1)}
	case 6:
		return w.Maker, &book.Sweep{Programme: s.programme(), Funder: w.Funder}
	case 7:
		n := s.seller()
		return w.Maker, &book.PayOut{Programme: s.programme(), Seller: w.Sellers[n], Account: w.Accounts[n]}
	case 8:
		return w.Maker, &book.CloseFinancing{Financing: s.financing(funding.Outstanding, funding.Overdue, funding.InRecourse, funding.Defaulted)}
	case 9:
		return w.Bank, &book.RecordOutcome{Payment: s.payment(payment.Instructed), State: payment.Executed, Value: s.book.Date()}
	case 10:
		return w.Maker, &book.OpenDay{Date: s.book.Date().AddDays(1 + s.pick(30, "days"))}
	}
	return s.lifeAct()
}

// Whatever people decide on financings whose money is out, in whatever order, while money comes, goes and is taken back: the auditor finds
// nothing, and the book decided anew is the same.
func TestAnySequenceOfMeasuresKeepsTheBookSound(t *testing.T) {
	seen := map[string]int{}
	rapid.Check(t, func(rt *rapid.T) {
		s := newStreet(rt)
		for i := range uint64(4) {
			l := s.world.NewLife(10 + i)
			l.Discount, l.Due = i%2 == 1, s.book.Date().AddDays(10+20*int(i))
			for at := range 9 {
				step := l.Step(at)
				events, err := s.submit(step.Actor, "", step.Command)
				if err != nil {
					rt.Fatal(err)
				}
				l.Answered(events)
			}
		}
		for range 60 {
			actor, c := s.lifeAct()
			if s.pick(5, "act") < 3 {
				actor, c = s.ordinary()
			}
			_, _ = s.submit(actor, "", c)
		}
		s.recover()
		for outcome, count := range s.outcomes {
			seen[outcome] += count
		}
	})
	for _, outcome := range slices.Sorted(mapKeys(seen)) {
		t.Logf("%6d %s", seen[outcome], outcome)
	}
}
