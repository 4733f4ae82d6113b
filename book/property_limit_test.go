package book_test

import (
	"testing"

	"pgregory.net/rapid"

	"millrace/book"
	"millrace/domain/credit"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/payment"
)

// limiting is a scene in which limits and uses come in any order.
type limiting struct {
	*scene
	r      *rapid.T
	second id.Actor // of the funder
	out    []id.Financing
}

// For any order of limits of all kinds, cuts, suspensions, acceptances, payments, returns, repayments and cancellations: no acceptance
// takes a limit beyond its amount, what each limit holds is what the auditor adds up, and the book that is loaded is the same.
func TestNoLimitIsOvershotProperty(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		s := &limiting{scene: newScene(t), r: r}
		s.second = s.another(s.Funder, party.Funder)
		for range rapid.IntRange(4, 14).Draw(r, "steps") {
			switch rapid.IntRange(0, 9).Draw(r, "step") {
			case 0, 1, 2:
				s.bind()
			case 3, 4, 5:
				s.use()
			case 6:
				s.suspendOne()
			default:
				s.onward()
			}
			if breaches := book.Check(s.book); len(breaches) > 0 {
				t.Fatal(breaches)
			}
		}
		if again := s.node.reloaded(); again.Digest() != s.book.Digest() || len(book.Check(again)) > 0 {
			t.Fatal("the book that is loaded from its rows is another")
		}
	})
}

// bind puts a limit of any kind and scope in force.
func (s *limiting) bind() {
	key := credit.LimitKey{Kind: credit.Kind(rapid.IntRange(int(credit.BuyerLimit), int(credit.ProductLimit)).Draw(s.r, "kind")), Programme: s.Payables, Currency: s.Currency}
	maker, checker := s.Maker, s.Checker
	if rapid.Bool().Draw(s.r, "own") {
		maker, checker, key.Owner = s.FunderActor, s.second, s.Funder
		if rapid.Bool().Draw(s.r, "everywhere") {
			key.Programme = 0
		}
	}
	c := &book.ProposeLimit{Amount: money.Minor(rapid.Int64Range(0, 90_000_00).Draw(s.r, "amount")), Expires: s.book.Date().AddDays(200)}
	c.Renewal = credit.Renewal(rapid.IntRange(0, 1).Draw(s.r, "renewal"))
	switch key.Kind {
	case credit.BuyerLimit, credit.GroupLimit:
		key.Party = s.Anchor
	case credit.InsurerLimit:
		key.Party, c.Strictness = s.Anchor, credit.Strictness(rapid.IntRange(0, 1).Draw(s.r, "strictness"))
		c.Insurance = credit.Insurance{Insurer: s.Custodian, Policy: load32("policy"), Share: 900_000}
	case credit.SellerLimit:
		key.Party = s.Sellers[0]
	case credit.PairLimit:
		key.Party, key.Counterparty = s.Sellers[0], s.Anchor
	case credit.FunderLimit:
		key.Party = s.Funder
	case credit.TierLimit:
		key.Tier = 1
	case credit.ProductLimit:
		key.Product = id.Make[id.Product](1, 1)
	}
	c.Key = key
	if _, err := s.submit(maker, "", c); err == nil {
		s.give(checker, &book.ApproveLimit{Limit: latest[id.Limit](s.scene, "credit_limit")})
	}
}

// use asks for a quote, and then accepts it: under other limits perhaps than it was quoted.
func (s *limiting) use() {
	s.live(5, amounting(money.Minor(rapid.Int64Range(1_000_00, 50_000_00).Draw(s.r, "use"))), dueIn30)
	if _, err := s.submit(s.SellerActors[0], "", s.quote()); err != nil {
		return
	}
	f := s.financing()
	if rapid.Bool().Draw(s.r, "meanwhile") {
		s.bind()
	}
	before := s.held()
	if _, err := s.submit(s.SellerActors[0], "", &book.AcceptQuote{Financing: f}); err != nil {
		return
	}
	s.out = append(s.out, f)
	for n, reserved := range s.held() {
		l := s.bound(id.Make[id.Limit](1, uint64(n+1)))
		if reserved > before[n] && l.Strictness == credit.Binding && (l.Overshoot() > 0 || l.Stopped()) {
			s.t.Fatalf("%s limit %s was overshot by an acceptance: %+v", l.Key.Kind, l.ID, l)
		}
	}
}

// held is what is reserved under each limit.
func (s *limiting) held() []money.Minor {
	var all []money.Minor
	for n := uint64(1); n <= book.Counts(s.book)["credit_limit"]; n++ {
		all = append(all, s.bound(id.Make[id.Limit](1, n)).Reserved)
	}
	return all
}

// suspendOne suspends or lifts any limit.
func (s *limiting) suspendOne() {
	l := s.bound(id.Make[id.Limit](1, rapid.Uint64Range(1, book.Counts(s.book)["credit_limit"]).Draw(s.r, "limit")))
	one, two := s.Maker, s.Checker
	if l.Key.Owner != 0 {
		one, two = s.FunderActor, s.second
	}
	if !l.Stopped() {
		s.submit(one, "", &book.SuspendLimit{Limit: l.ID, Cause: load32("why")})
		return
	}
	s.submit(one, "", &book.LiftLimit{Limit: l.ID})
	s.submit(two, "", &book.LiftLimit{Limit: l.ID})
}

// onward takes any financing a step further, or back.
func (s *limiting) onward() {
	if len(s.out) == 0 {
		return
	}
	f := s.financed(s.out[rapid.IntRange(0, len(s.out)-1).Draw(s.r, "which")])
	switch f.State {
	case funding.Accepted:
		if rapid.IntRange(0, 4).Draw(s.r, "cancel") == 0 {
			s.give(s.SellerActors[0], &book.CancelFinancing{Financing: f.ID})
			return
		}
		s.give(s.Maker, &book.Disburse{Financing: f.ID})
	case funding.Disbursing:
		state := []payment.State{payment.Executed, payment.Executed, payment.Refused}[rapid.IntRange(0, 2).Draw(s.r, "outcome")]
		s.submit(s.Bank, "", &book.RecordOutcome{Payment: f.Payment, State: state, Value: s.book.Date()})
	case funding.Outstanding, funding.Overdue:
		if rapid.IntRange(0, 5).Draw(s.r, "returned") == 0 {
			s.submit(s.Bank, "", &book.RecordOutcome{Payment: f.Payment, State: payment.Returned, Value: s.book.Date()})
			return
		}
		debt := s.debt(f.Receivable)
		amount := min(money.Minor(rapid.Int64Range(1_00, 60_000_00).Draw(s.r, "paid")), debt.Outstanding())
		if amount > 0 {
			s.submit(s.Maker, "", &book.Allocate{Receipt: s.collect(s.Payables, amount, s.book.Date()), Receivable: f.Receivable, Amount: amount, Payer: book.ByBuyer})
		}
	}
}
