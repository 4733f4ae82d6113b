package book_test

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"millrace/book"
	"millrace/domain/credit"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/onboarding"
	"millrace/domain/party"
	"millrace/domain/payment"
	"millrace/domain/trade"
)

// limiting is a scene in which limits and uses come in any order.
type limiting struct {
	*scene
	r      *rapid.T
	second id.Actor // of the funder
	out    []id.Financing
	loans  id.Programme // in which sellers borrow on orders
	files  map[id.Party]id.OnboardingFile
	orders int
}

// For any order of limits of all kinds, cuts, suspensions, withdrawals, of ties and dependences that come and go, days, acceptances, payments, returns, repayments and cancellations: no acceptance
// takes a limit beyond its amount, what each limit holds is what the auditor adds up, and the book that is loaded is the same.
func TestNoLimitIsOvershotProperty(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		s := &limiting{scene: newScene(t), r: r}
		s.second = s.another(s.Funder, party.Funder)
		s.files = map[id.Party]id.OnboardingFile{}
		if rapid.Bool().Draw(r, "loans") {
			s.loans = s.onOrder()
		}
		for range rapid.IntRange(4, 16).Draw(r, "steps") {
			switch rapid.IntRange(0, 13).Draw(r, "step") {
			case 0, 1, 2:
				s.bind()
			case 3, 4, 5:
				s.use()
			case 6:
				s.suspendOne()
			case 7, 8:
				s.connectTwo()
			case 9:
				s.withdrawOne()
			case 10:
				s.borrow()
			case 11:
				s.days(s.book.Date() + 1)
				s.run()
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
	key := credit.LimitKey{Kind: credit.Kind(rapid.IntRange(int(credit.BuyerLimit), int(credit.KindLast)).Draw(s.r, "kind")), Programme: s.Payables, Currency: s.Currency}
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
	case credit.ConnectedLimit:
		key.Party = rapid.SampledFrom(s.three()).Draw(s.r, "party")
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
	s.accept(s.financing())
}

// accept accepts a quote, after other limits and other ties perhaps.
func (s *limiting) accept(f id.Financing) {
	switch rapid.IntRange(0, 3).Draw(s.r, "meanwhile") {
	case 0:
		s.bind()
	case 1:
		s.connectTwo()
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

// three are those who are connected and parted.
func (s *limiting) three() []id.Party { return []id.Party{s.Anchor, s.Sellers[0], s.Sellers[1]} }

// connectTwo has something connect two parties, or part them.
func (s *limiting) connectTwo() {
	pair := rapid.Permutation(s.three()).Draw(s.r, "pair")
	p, by := pair[0], pair[1]
	switch rapid.IntRange(0, 4).Draw(s.r, "how") {
	case 0:
		s.submit(s.Maker, "", &book.ProposeDependence{Party: p, On: by, Reason: load32("why"), Evidence: load32("proof")})
		fallthrough
	case 1:
		if n := book.Counts(s.book)["dependence"]; n > 0 {
			dependence := id.Make[id.Dependence](1, rapid.Uint64Range(1, n).Draw(s.r, "dependence"))
			s.submit(s.Maker, "", &book.EndDependence{Dependence: dependence, Reason: load32("why"), Evidence: load32("proof")})
			s.submit(s.Checker, "", &book.DecideDependence{Dependence: dependence, Decision: book.Approve})
		}
		return
	}
	if s.files[p] == 0 {
		s.give(s.Maker, &book.OpenOnboardingFile{Party: p, Form: onboarding.Company, Risk: onboarding.LowRisk})
		s.files[p] = latest[id.OnboardingFile](s.scene, "onboarding_file")
	}
	f := s.files[p]
	if ties := len(s.fileRecord(f).Ties); ties > 0 && rapid.Bool().Draw(s.r, "end") {
		s.submit(s.Maker, "", &book.EndTie{File: f, Tie: uint16(rapid.IntRange(1, ties).Draw(s.r, "tie")), Until: s.book.Date().AddDays(-1)})
		return
	}
	c := s.tie(f, onboarding.Shareholder, "Ada", rapid.SampledFrom([]int32{300_000, 500_000, 500_001}).Draw(s.r, "share"))
	if rapid.Bool().Draw(s.r, "firm") {
		c.Party, c.Person, c.Profile = by, party.Token{}, party.Reference{}
	}
	s.submit(s.Maker, "", c)
}

// withdrawOne withdraws any limit that may go.
func (s *limiting) withdrawOne() {
	l := s.bound(id.Make[id.Limit](1, rapid.Uint64Range(1, book.Counts(s.book)["credit_limit"]).Draw(s.r, "limit")))
	one, two := s.Maker, s.Checker
	if l.Key.Owner != 0 {
		one, two = s.FunderActor, s.second
	}
	s.submit(one, "", &book.WithdrawLimit{Limit: l.ID, Reason: load32("why")})
	s.submit(two, "", &book.DecideLimitWithdrawal{Limit: l.ID, Decision: []book.Decision{book.Approve, book.Decline}[rapid.IntRange(0, 1).Draw(s.r, "decision")]})
}

// borrow has the first seller borrow on an order: it owes, and not the anchor.
func (s *limiting) borrow() {
	if s.loans == 0 {
		return
	}
	s.orders++
	s.papers(fmt.Sprint("order ", s.orders), rapid.IntRange(100, 6_000).Draw(s.r, "pieces"), trade.Order)
	if _, err := s.submit(s.SellerActors[0], "", s.lending(s.loans, 0, 30)); err == nil {
		s.accept(s.financing())
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
		if f.Receivable == 0 {
			amount := money.Minor(rapid.Int64Range(1_00, int64(f.Exposure())).Draw(s.r, "repaid"))
			s.submit(s.Maker, "", &book.Allocate{Receipt: s.collect(s.loans, amount, s.book.Date()), Financing: f.ID, Amount: amount, Payer: book.BySeller})
			return
		}
		debt := s.debt(f.Receivable)
		amount := min(money.Minor(rapid.Int64Range(1_00, 60_000_00).Draw(s.r, "paid")), debt.Outstanding())
		if amount > 0 {
			s.submit(s.Maker, "", &book.Allocate{Receipt: s.collect(s.Payables, amount, s.book.Date()), Receivable: f.Receivable, Amount: amount, Payer: book.ByBuyer})
		}
	}
}
