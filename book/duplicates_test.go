package book_test

import (
	"slices"
	"testing"

	"millrace/book"
	"millrace/domain/credit"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/product"
	"millrace/domain/receivable"
	"millrace/domain/rule"
	"millrace/domain/trade"
	"millrace/lab/load"
)

func init() { refusals = append(refusals, duplicateRefusals...) }

var duplicateRefusals = []refusal{
	{"duplicate_blocked", "The programme does not finance what is like another claim.", "Compare the two; a person clears the finding with a reason, or the receivable stays unfinanced.", func(s *scene) (id.Actor, book.Command) {
		p := s.cautious(funding.DuplicatePolicy{Near: funding.DuplicateBlock})
		s.near()
		return s.SellerActors[0], &book.RequestQuote{Receivable: s.receivable(), Programme: p, Payee: s.Accounts[0]}
	}},
	{"aggregate_exceeded", "More would be financed on a trade than was ordered and received in total.", "Finance what was earned, or match the documents that are missing.", func(s *scene) (id.Actor, book.Command) {
		p := s.cautious(funding.DuplicatePolicy{Aggregate: funding.DuplicateBlock, Tolerance: 10_000})
		s.priced(10_000_00, 10_200_00)
		return s.SellerActors[0], &book.RequestQuote{Receivable: s.receivable(), Programme: p, Payee: s.Accounts[0]}
	}},
}

// cautious opens a programme of its own that asks for no confirmation, with a policy on duplicates.
func (s *scene) cautious(policy funding.DuplicatePolicy) id.Programme {
	s.t.Helper()
	first := s.programme(func(t *product.Terms) {
		t.Undertaking, t.EvidenceRequired = product.UndertakingNone, uint16(trade.Invoiced)
	})
	c := s.propose()
	c.Product, c.Duplicates = book.Record(s.book, "programme", first.Number()).(funding.Programme).Product, policy
	c.Tolerances.PriceShare = money.RateOne // so that the price alone refers nothing
	s.give(s.Maker, c)
	p := latest[id.Programme](s, "programme")
	s.give(s.Checker, &book.ApproveProgramme{Programme: p})
	for _, key := range []credit.LimitKey{{Kind: credit.BuyerLimit, Party: s.Anchor}, {Kind: credit.ProgrammeLimit}, {Kind: credit.FunderLimit, Party: s.Funder}} {
		key.Programme = p
		s.limit(key, 1_000_000_00, 300)
	}
	s.deposit(p, s.Funder, 100_000_00)
	return p
}

// bill sends an invoice without lines, for goods that have been received.
func (s *scene) bill(number string, amount money.Minor, changes ...func(c *book.RecordDocument)) []string {
	s.t.Helper()
	l := s.NewLife(8000)
	l.Amount = amount
	receipt, invoice := l.Step(2).Command.(*book.RecordDocument), l.Step(3).Command.(*book.RecordDocument)
	receipt.Document.Lines, invoice.Document.Lines, invoice.Lines = nil, nil, trade.Token{}
	invoice.Document.Number, invoice.Number, invoice.Content = number, trade.Token(load.Token(number)), trade.Token(load.Token("content "+number))
	for _, change := range changes {
		change(invoice)
	}
	receipt.Order = invoice.Order
	s.give(s.Maker, receipt)
	events, err := s.submit(s.Maker, "", invoice)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, e := range events {
		if kept, ok := e.(*book.DocumentRecorded); ok {
			var codes []string
			for _, f := range kept.Document.Findings {
				codes = append(codes, f.Code)
			}
			return codes
		}
	}
	s.t.Fatal("no document was kept")
	return nil
}

// near opens two receivables of which the second looks like the first with a misread number, and gives both.
func (s *scene) near() (id.Receivable, id.Receivable) {
	s.t.Helper()
	s.bill("INV-2026-4711", 8_123_45)
	first := s.receivable()
	if got := s.bill("INV-2026-47I1", 8_123_85); !slices.Equal(got, []string{trade.FindingNear}) {
		s.t.Fatalf("findings %v", got)
	}
	return first, s.receivable()
}

// priced opens a receivable over an amount on an order of a value.
func (s *scene) priced(value, amount money.Minor) load.Life {
	s.t.Helper()
	l := s.NewLife(7000)
	l.Amount = amount
	order := l.Step(0).Command.(*book.RecordDocument)
	order.Document.Lines[0].Price, order.Document.Lines[0].Amount = trade.UnitPrice(value)*100_000, value // ten units
	s.give(s.Maker, order)
	s.node.live(&l, 1, 4)
	return l
}

func TestPolicyOnDuplicates(t *testing.T) {
	quote := func(s *scene, r id.Receivable, p id.Programme) *book.RequestQuote {
		return &book.RequestQuote{Receivable: r, Programme: p, Payee: s.Accounts[0]}
	}
	t.Run("block refuses at the quote until the finding is cleared", func(t *testing.T) {
		s := newScene(t)
		p := s.cautious(funding.DuplicatePolicy{Near: funding.DuplicateBlock})
		first, second := s.near()
		s.refused("duplicate_blocked", s.SellerActors[0], quote(s, second, p))
		s.give(s.Maker, &book.ClearFindings{Receivable: second, Codes: []string{trade.FindingNear}, Reason: load32("both came")})
		s.give(s.SellerActors[0], quote(s, second, p))
		s.give(s.SellerActors[0], &book.AcceptQuote{Financing: s.financing()})
		// The other of the two is no less like it than before, and now one of them is financed.
		s.refused("duplicate_blocked", s.SellerActors[0], quote(s, first, p))
	})
	t.Run("refer goes to the funder's person, and note to nobody", func(t *testing.T) {
		for _, test := range []struct {
			action funding.DuplicateAction
			want   funding.FinancingState
		}{{funding.DuplicateDefault, funding.Referred}, {funding.DuplicateRefer, funding.Referred}, {funding.DuplicateNote, funding.Quoted}} {
			s := newScene(t)
			p := s.cautious(funding.DuplicatePolicy{Near: test.action})
			_, second := s.near()
			s.give(s.SellerActors[0], quote(s, second, p))
			f := s.financed(s.financing())
			if f.State != test.want {
				t.Errorf("%s: %s", test.action, f.State)
			}
			if test.want == funding.Referred {
				if len(f.Outcomes) != 1 || f.Outcomes[0].Rule != "possible_duplicate" || f.Outcomes[0].Verdict != rule.Refer || f.Outcomes[0].Measure < 600 {
					t.Errorf("%+v", f.Outcomes)
				}
				s.give(s.FunderActor, &book.DecideReferral{Financing: f.ID, Decision: book.Approve, Reason: load32("two deliveries")})
			}
			s.give(s.SellerActors[0], &book.AcceptQuote{Financing: s.financing()})
		}
	})
	t.Run("a narrower programme takes no action on what is further off", func(t *testing.T) {
		s := newScene(t)
		p := s.cautious(funding.DuplicatePolicy{Near: funding.DuplicateBlock, NearAmount: 10})
		_, second := s.near()
		s.give(s.SellerActors[0], quote(s, second, p))
	})
	t.Run("acceptance asks again: the like one was financed in between", func(t *testing.T) {
		s := newScene(t)
		p := s.cautious(funding.DuplicatePolicy{Near: funding.DuplicateBlock})
		s.bill("INV-2026-4711", 8_123_45)
		first := s.receivable()
		s.give(s.SellerActors[0], quote(s, first, p))
		quoted := s.financing()
		s.bill("INV-2026-47I1", 8_123_85)
		second := s.receivable()
		s.give(s.Maker, &book.ClearFindings{Receivable: second, Codes: []string{trade.FindingNear}, Reason: load32("both came")})
		s.give(s.SellerActors[0], quote(s, second, p))
		s.give(s.SellerActors[0], &book.AcceptQuote{Financing: s.financing()})
		s.refused("duplicate_blocked", s.SellerActors[0], &book.AcceptQuote{Financing: quoted})
	})
}

func TestAggregate(t *testing.T) {
	for _, test := range []struct {
		name   string
		policy funding.DuplicatePolicy
		amount money.Minor
		want   funding.FinancingState // 0: refused
	}{
		{"within the order", funding.DuplicatePolicy{Aggregate: funding.DuplicateBlock}, 10_000_00, funding.Quoted},
		{"within the tolerance", funding.DuplicatePolicy{Aggregate: funding.DuplicateBlock}, 10_500_00, funding.Quoted},
		{"a cent above it", funding.DuplicatePolicy{Aggregate: funding.DuplicateBlock}, 10_500_01, 0},
		{"a cent above it, by default", funding.DuplicatePolicy{}, 10_500_01, funding.Referred},
		{"noted only", funding.DuplicatePolicy{Aggregate: funding.DuplicateNote}, 11_900_00, funding.Quoted},
	} {
		s := newScene(t)
		p := s.cautious(test.policy)
		s.priced(10_000_00, test.amount)
		c := &book.RequestQuote{Receivable: s.receivable(), Programme: p, Payee: s.Accounts[0]}
		if test.want == 0 {
			s.refused("aggregate_exceeded", s.SellerActors[0], c)
			continue
		}
		s.give(s.SellerActors[0], c)
		if got := s.financed(s.financing()).State; got != test.want {
			t.Errorf("%s: %s", test.name, got)
		}
	}
	t.Run("without the tax", func(t *testing.T) {
		s := newScene(t)
		p := s.cautious(funding.DuplicatePolicy{Aggregate: funding.DuplicateBlock})
		l := s.NewLife(7000)
		l.Amount = 12_000_00
		order, invoice := l.Step(0).Command.(*book.RecordDocument), l.Step(3).Command.(*book.RecordDocument)
		order.Document.Lines[0].Price = trade.UnitPrice(10_000_00) * 100_000
		invoice.Document.Totals.TaxExclusive = 10_000_00
		s.give(s.Maker, order)
		s.give(s.Maker, l.Step(2).Command)
		s.give(s.Maker, invoice)
		s.give(s.SellerActors[0], &book.RequestQuote{Receivable: s.receivable(), Programme: p, Payee: s.Accounts[0]})
		s.give(s.SellerActors[0], &book.AcceptQuote{Financing: s.financing()})
		if breaches := book.Check(s.book); len(breaches) > 0 {
			t.Error(breaches)
		}
	})
}

func TestLadderAtIntake(t *testing.T) {
	t.Run("exact in spite of separators and zeros in front", func(t *testing.T) {
		s := newScene(t)
		s.bill("INV-0042", 5_000_00)
		before := book.Counts(s.book)["receivable"]
		if got := s.bill("inv 42", 5_000_00); !slices.Equal(got, []string{trade.FindingDuplicate}) || book.Counts(s.book)["receivable"] != before {
			t.Errorf("findings %v", got)
		}
	})
	t.Run("a self-billed invoice and the supplier's own for one order", func(t *testing.T) {
		s := newScene(t)
		p := s.cautious(funding.DuplicatePolicy{})
		s.bill("SB-1", 5_000_00, func(c *book.RecordDocument) { c.Document.TypeCode = "389" })
		if got := s.bill("9/2026", 5_000_00); !slices.Equal(got, []string{trade.FindingCrossType}) {
			t.Errorf("findings %v", got)
		}
		s.refused("duplicate_blocked", s.SellerActors[0], &book.RequestQuote{Receivable: s.receivable(), Programme: p, Payee: s.Accounts[0]})
	})
	t.Run("an imported receivable whose number is written otherwise", func(t *testing.T) {
		s := newScene(t)
		s.bill("INV-0042", 5_000_00)
		r := book.Record(s.book, "receivable", s.receivable().Number()).(receivable.Receivable)
		s.refused("already_known", s.Maker, &book.ImportReceivable{
			Seller: r.Seller, Buyer: r.Buyer, NumberText: "INV/42", Number: trade.Token(load.Token("INV/42")), Face: r.Face, Issued: r.Issued, Due: r.Due, Currency: r.Currency,
		})
	})
	t.Run("what was found survives a start from tables", func(t *testing.T) {
		s := newScene(t)
		s.near()
		if breaches := book.Check(s.book); len(breaches) > 0 {
			t.Error(breaches)
		}
	})
}
