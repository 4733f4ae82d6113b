package book_test

import (
	"fmt"

	"millrace/book"
	"millrace/domain/dispute"
	"millrace/domain/id"
	"millrace/domain/mandate"
	"millrace/domain/money"
	"millrace/domain/receivable"
	"millrace/lab/load"
)

// undertake are confirmations, their two steps, what takes them back, and disputes.
func (s *street) undertake() (id.Actor, book.Command) {
	w := s.world
	switch s.pick(12, "undertake") {
	case 0, 1, 2, 3, 4:
		return w.Buyer, s.confirm(s.open())
	case 5:
		return w.Signatories[1].Actor, &book.StartConfirmation{Confirm: *s.confirm(s.open()), Days: uint32(s.pick(20, "days"))}
	case 6:
		return w.Buyer, s.complete()
	case 7:
		if s.pick(2, "drop") == 0 {
			return w.Buyer, &book.DropConfirmation{Confirmation: some[id.Confirmation](s, "confirmation")}
		}
		return w.Buyer, &book.WithdrawConfirmation{Receivable: in[id.Receivable](s, "receivable", func(r any) bool {
			return r.(receivable.Receivable).Undertaking == receivable.Soft
		}), Reason: load32("why")}
	case 8:
		return w.Buyer, &book.OpenDispute{Receivable: in[id.Receivable](s, "receivable", func(r any) bool {
			return r.(receivable.Receivable).State == receivable.Open && r.(receivable.Receivable).Financing != 0
		}), Amount: s.amount() / 2, Reason: dispute.Reason(s.pick(8, "reason")), Text: load32("text")}
	case 9:
		n := s.seller()
		c := &book.AnswerDispute{Dispute: s.disputed(), Text: load32("answer")}
		if c.Dispute.Number() <= book.Counts(s.book)["dispute"] {
			d := book.Record(s.book, "dispute", c.Dispute.Number()).(dispute.Dispute)
			c.Accepted = []money.Minor{0, d.Standing() / 3, d.Standing()}[s.pick(3, "accepted")]
			if book.Record(s.book, "receivable", d.Receivable.Number()).(receivable.Receivable).Seller == w.Sellers[1-n] {
				n = 1 - n
			}
		}
		return w.SellerActors[n], c
	case 10:
		return w.Maker, &book.DecideDispute{Dispute: s.disputed(), Credit: []money.Minor{0, 5_00, 900_00}[s.pick(3, "credit")], Evidence: load32("evidence")}
	default:
		if s.pick(2, "withdraw") == 0 {
			return w.Buyer, &book.CloseDispute{Dispute: s.disputed(), State: dispute.Withdrawn}
		}
		return w.Checker, &book.CloseDispute{Dispute: s.disputed(), State: dispute.Settled}
	}
}

func (s *street) disputed() id.Dispute {
	return in[id.Dispute](s, "dispute", func(r any) bool { return r.(dispute.Dispute).State.Running() })
}

// confirm makes a confirmation of a receivable, mostly signed as it has to be.
func (s *street) confirm(of id.Receivable) *book.Confirm {
	given, amount := receivable.Undertaking(s.pick(3, "undertaking")), s.amount()
	if of.Number() > book.Counts(s.book)["receivable"] {
		return &book.Confirm{Receivable: of, Undertaking: given, Amount: amount}
	}
	r := book.Record(s.book, "receivable", of.Number()).(receivable.Receivable)
	if s.pick(2, "whole") == 0 {
		amount = r.Outstanding()
	}
	c := load.Confirmation(&r, given, amount)
	switch s.pick(6, "signed") {
	case 0:
		return c
	case 1, 2:
		return s.world.Signed(c, 1)
	case 3:
		return s.world.Signed(c, 1, 0)
	}
	return s.world.Signed(c, 0)
}

// complete repeats what was started, by the other signatory.
func (s *street) complete() *book.CompleteConfirmation {
	started := in[id.Confirmation](s, "confirmation", func(r any) bool { return r.(receivable.Confirmation).State == receivable.Started })
	c := &book.CompleteConfirmation{Confirmation: started}
	if started.Number() > book.Counts(s.book)["confirmation"] {
		return c
	}
	was := book.Record(s.book, "confirmation", started.Number()).(receivable.Confirmation)
	r := book.Record(s.book, "receivable", was.Receivable.Number()).(receivable.Receivable)
	c.Confirm = *s.world.Signed(load.Confirmation(&r, was.Undertaking, was.Amount), s.pick(2, "by"))
	return c
}

// authorise are commands about keys and mandates.
func (s *street) authorise() (id.Actor, book.Command) {
	w := s.world
	actor := []id.Actor{w.Buyer, w.Maker, w.Checker, w.SellerActors[0]}[s.pick(4, "actor")]
	switch s.pick(8, "authorise") {
	case 0, 1:
		signatory := load.NewSignatory(s.actors[s.pick(len(s.actors), "signatory")], fmt.Sprint("street ", s.pick(9, "key")))
		return actor, signatory.Proposal([]id.Party{w.Anchor, w.Sellers[0], w.Operator}[s.pick(3, "party")])
	case 2, 3:
		return w.Checker, &book.ApproveSigningKey{Key: some[id.SigningKey](s, "signing_key")}
	case 4:
		return actor, &book.ProposeMandate{
			Key: some[id.SigningKey](s, "signing_key"), Acts: mandate.Act(s.pick(200, "acts")), Currency: w.Currency, AloneMax: money.Minor(s.pick(9, "alone")) * 500_00,
			AmountMax: 3_000_00, From: w.Today, Until: w.Today.AddDays(s.pick(90, "until")),
		}
	case 5, 6:
		return actor, &book.ApproveMandate{Mandate: some[id.Mandate](s, "mandate")}
	default:
		if s.pick(3, "key") == 0 {
			return actor, &book.RevokeSigningKey{Key: some[id.SigningKey](s, "signing_key")}
		}
		return actor, &book.RevokeMandate{Mandate: some[id.Mandate](s, "mandate")}
	}
}

// stands holds that what is irrevocably undertaken never shrinks, but by payment.
func (s *street) stands() {
	for n := uint64(1); n <= book.Counts(s.book)["receivable"]; n++ {
		r := book.Record(s.book, "receivable", n).(receivable.Receivable)
		if r.Undertaking != receivable.Irrevocable {
			if s.undertaken[r.ID] != 0 {
				s.t.Fatalf("%s is not irrevocable any more", r.ID)
			}
			continue
		}
		all := money.Add(r.PaidBefore, r.Confirmed)
		if all < s.undertaken[r.ID] || r.Outstanding() < money.Sub(all, r.Paid) {
			s.t.Fatalf("of %s %d was undertaken; now %d is, and %d outstanding", r.ID, s.undertaken[r.ID], all, r.Outstanding())
		}
		s.undertaken[r.ID] = all
	}
}
