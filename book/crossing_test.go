package book_test

import (
	"testing"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/payment"
	"millrace/domain/trade"
	"millrace/lab/load"
)

// crossings are the internal transfers on record, in the order in which they were opened.
func (s *scene) crossings() []payment.Payment {
	s.t.Helper()
	var all []payment.Payment
	for n := uint64(1); n <= book.Counts(s.book)["payment"]; n++ {
		if p := book.Record(s.book, "payment", n).(payment.Payment); p.Purpose == payment.InternalTransfer {
			all = append(all, p)
		}
	}
	return all
}

// lastCrossing is the newest internal transfer, which must stand so.
func (s *scene) lastCrossing(state payment.State, amount money.Minor, replaces id.Payment) payment.Payment {
	s.t.Helper()
	all := s.crossings()
	p := all[len(all)-1]
	if p.State != state || p.Amount != amount || p.Replaces != replaces {
		s.t.Fatalf("%+v, want %s of %d in place of %s", p, state, amount, replaces)
	}
	s.sound()
	return p
}

// crossingUnderWay counts what may still leave.
func (s *scene) crossingUnderWay() (count int) {
	for _, p := range s.crossings() {
		if p.UnderWay() {
			count++
		}
	}
	return count
}

func (s *scene) says(of id.Payment, state payment.State) {
	s.t.Helper()
	c := &book.RecordOutcome{Payment: of, State: state}
	if state != payment.Refused {
		c.Value = s.book.Date()
	}
	s.give(s.Bank, c)
}

// replaced is a loan on an order that one on the goods in transit has repaid: 5,000.00 are to go from the funding account of the
// second programme to the collection account of the first.
func (s *scene) replaced() (route, id.Financing) {
	s.t.Helper()
	r := s.route()
	s.papers("A", 1_000, trade.Order)
	s.give(s.SellerActors[0], s.lending(r.order, 0, 60))
	s.paidOut()
	s.papers("A", 1_000, trade.DespatchAdvice)
	s.give(s.SellerActors[0], s.lending(r.transit, 0, 60))
	return r, s.paidOut()
}

// A transfer between supervised accounts that does not leave, or comes back, is always followed by one that a person decides on: its
// money has moved in the books.
func TestATransferThatFailsWaitsForAPerson(t *testing.T) {
	s := newScene(t)
	r, _ := s.replaced()
	first := s.lastCrossing(payment.Instructed, 5_000_00, 0)
	if first.From.Programme != r.transit || first.From.Kind != payment.FundingAccount || first.From.Owner != s.Funder ||
		first.At.Programme != r.order || first.At.Kind != payment.CollectionAccount {
		t.Fatalf("%+v", first)
	}
	s.says(first.ID, payment.InDoubt)
	s.says(first.ID, payment.Refused)
	second := s.lastCrossing(payment.AwaitingApproval, 5_000_00, first.ID)
	s.give(s.Checker, &book.ApprovePayment{Payment: second.ID, Decision: book.Decline})
	third := s.lastCrossing(payment.AwaitingApproval, 5_000_00, second.ID)
	s.refused("second_person", s.Checker, &book.ApprovePayment{Payment: third.ID, Decision: book.Approve}) // who declined has asked for it anew
	s.give(s.Maker, &book.ApprovePayment{Payment: third.ID, Decision: book.Approve})
	s.says(third.ID, payment.Executed)
	s.says(third.ID, payment.Returned)
	fourth := s.lastCrossing(payment.AwaitingApproval, 5_000_00, third.ID)
	s.give(s.Maker, &book.ApprovePayment{Payment: fourth.ID, Decision: book.Approve})
	s.says(fourth.ID, payment.Executed)
	s.refused("payment_state", s.Bank, &book.RecordOutcome{Payment: third.ID, State: payment.Returned, Value: s.book.Date()})
	if n := s.crossingUnderWay(); n != 0 || len(s.crossings()) != 4 {
		t.Errorf("%d of %d are under way", n, len(s.crossings()))
	}
	s.sound()
}

// What moved the money is undone while its transfer is with the bank, waits, has been executed, or was refused and came to wait only
// later: in the end nothing has moved, and nothing is left under way.
func TestATransferIsUndoneWhateverBecameOfIt(t *testing.T) {
	for name, act := range map[string]func(s *scene, first id.Payment, undo func()){
		"with the bank, and executed": func(s *scene, first id.Payment, undo func()) {
			undo()
			s.says(first, payment.Executed)
			s.says(s.lastCrossing(payment.Instructed, 5_000_00, 0).ID, payment.Executed)
		},
		"with the bank, and refused": func(s *scene, first id.Payment, undo func()) {
			undo()
			back := s.lastCrossing(payment.Instructed, 5_000_00, 0)
			s.says(first, payment.Refused)
			s.lastCrossing(payment.AwaitingApproval, 5_000_00, first)
			s.says(back.ID, payment.Refused) // there was nothing that it could take back: the two that are left meet
		},
		"waiting": func(s *scene, first id.Payment, undo func()) {
			s.says(first, payment.Refused)
			undo()
		},
		"executed": func(s *scene, first id.Payment, undo func()) {
			s.says(first, payment.Executed)
			undo()
			s.says(s.lastCrossing(payment.Instructed, 5_000_00, 0).ID, payment.Executed)
		},
		"returned": func(s *scene, first id.Payment, undo func()) {
			s.says(first, payment.Executed)
			s.says(first, payment.Returned)
			undo()
		},
		"executed, undone, and returned before it went back": func(s *scene, first id.Payment, undo func()) {
			s.says(first, payment.Executed)
			undo()
			back := s.lastCrossing(payment.Instructed, 5_000_00, 0)
			s.says(first, payment.Returned)
			s.says(back.ID, payment.Refused)
		},
		"executed, back, and returned besides": func(s *scene, first id.Payment, undo func()) {
			s.says(first, payment.Executed)
			undo()
			back := s.lastCrossing(payment.Instructed, 5_000_00, 0)
			s.says(back.ID, payment.Executed)
			s.says(first, payment.Returned)
			again := s.lastCrossing(payment.AwaitingApproval, 5_000_00, first) // the account that it left has it twice
			s.give(s.Maker, &book.ApprovePayment{Payment: again.ID, Decision: book.Approve})
			s.says(again.ID, payment.Executed)
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t)
			_, next := s.replaced()
			first := s.lastCrossing(payment.Instructed, 5_000_00, 0)
			act(s, first.ID, func() {
				t.Helper()
				s.says(s.financed(next).Payment, payment.Returned)
				s.sound()
			})
			s.sound()
			moved := money.Minor(0)
			for _, p := range s.crossings() {
				switch {
				case p.State != payment.Executed:
				case p.From == first.From:
					moved += p.Amount
				default:
					moved -= p.Amount
				}
			}
			if n := s.crossingUnderWay(); n != 0 || moved != 0 {
				t.Errorf("%d are under way, %d have moved", n, moved)
			}
		})
	}
}

// A receipt brought something to a loan of another programme, and the bank takes it back: the transfer is undone, and one that
// brings another amount stands beside it.
func TestATransferOfAReceiptIsReversed(t *testing.T) {
	for _, executed := range []bool{false, true} {
		s := newScene(t)
		r := s.route()
		s.papers("A", 1_000, trade.Order)
		s.give(s.SellerActors[0], s.lending(r.order, 0, 60))
		s.paidOut()
		s.papers("A", 400, trade.DespatchAdvice, trade.Invoice)
		s.give(s.SellerActors[0], s.cashed(r.cash)) // 3,400.00 repay the loan, 1,600.00 of it stay out
		s.paidOut()
		s.says(s.lastCrossing(payment.Instructed, 3_400_00, 0).ID, payment.Executed)
		receipt := s.collect(r.cash, 4_000_00, s.book.Date())
		s.allocate(receipt, s.receivable(), 4_000_00, book.ByBuyer)
		first := s.lastCrossing(payment.Instructed, 600_00, 0)
		if first.Receipt != receipt || first.From.Programme != r.cash || first.At.Programme != r.order {
			t.Fatalf("%+v", first)
		}
		state := payment.Refused
		if executed {
			state = payment.Executed
		}
		s.says(first.ID, state)
		s.give(s.Bank, &book.ReverseReceipt{Receipt: receipt, Line: load.Token("back")})
		s.sound()
		if executed {
			back := s.lastCrossing(payment.Instructed, 600_00, 0)
			if back.From != first.At || back.At != first.From {
				t.Fatalf("%+v", back)
			}
			s.says(back.ID, payment.Executed)
		}
		if n := s.crossingUnderWay(); n != 0 {
			t.Errorf("%d are under way: %+v", n, s.crossings())
		}
		again := s.collect(r.cash, 4_000_00, s.book.Date())
		s.allocate(again, s.receivable(), 4_000_00, book.ByBuyer)
		if p := s.lastCrossing(payment.Instructed, 600_00, 0); p.Receipt != again {
			t.Errorf("%+v", p)
		}
	}
}
