package book_test

import (
	"slices"
	"strings"
	"testing"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/payment"
	"millrace/domain/product"
	"millrace/domain/rule"
	"millrace/edge/productfile"
	"millrace/products"
)

func init() { refusals = append(refusals, slices.Concat(clauseRefusals, fixingRefusals)...) }

// filed is payables finance as its file has it, without the funder's fee, which the book does not charge, and with changes to its text.
func filed(t testing.TB, changes ...string) func(*product.Terms) {
	t.Helper()
	content, _ := products.File("payables-finance")
	text := string(content)
	from, until := strings.Index(text, "    - name: Platform"), strings.Index(text, "  caps:")
	text = text[:from] + text[until:]
	for i := 0; i < len(changes); i += 2 {
		if !strings.Contains(text, changes[i]) {
			t.Fatalf("the file has no %q", changes[i])
		}
		text = strings.ReplaceAll(text, changes[i], changes[i+1])
	}
	terms, problems := productfile.Read([]byte(text))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return func(t *product.Terms) { *t = terms }
}

// filedProgramme is a live programme on terms from a file, with the agreements that they name.
func (s *scene) filedProgramme(changes ...string) id.Programme {
	s.t.Helper()
	p := s.programme(filed(s.t, changes...))
	s.deposit(p, s.Funder, 1_000_000_00)
	return p
}

// proposing proposes a programme on a product from a file.
func (s *scene) proposing(changes ...string) *book.ProposeProgramme {
	s.t.Helper()
	terms := product.Terms{}
	filed(s.t, changes...)(&terms)
	s.give(s.Maker, &book.ProposeProduct{Terms: terms})
	p := latest[id.Product](s, "product")
	s.give(s.Checker, &book.ApproveProduct{Product: p})
	c := s.propose()
	c.Product = p
	return c
}

var clauseRefusals = []refusal{
	{"not_priced", "The product gives no price for it: the tenor or due date is outside, or a cap of the product is exceeded.", "The sentence says which; finance another receivable or under another product.", func(s *scene) (id.Actor, book.Command) {
		p := s.filedProgramme("annual_cost: 20 %", "annual_cost: 0.01 %")
		s.live(5)
		return s.SellerActors[0], s.quoteIn(p)
	}},
	{"product_not_run", "The product asks for something that the node can't run in a programme yet.", "Quote it from its file, or take what it asks for out of it.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, s.proposing("borne_by: seller\n  accrual", "borne_by: buyer\n  accrual", "unearned_discount: kept", "unearned_discount: given_back")
	}},
	{"registration_missing", "The product asks for a live registration of the assignment before money is paid out, and there is none.", "File it, have a second person confirm it, and pay out then.", func(s *scene) (id.Actor, book.Command) {
		p := s.filedProgramme("registration: none", "registration: live_before_payout")
		s.accepted(p)
		return s.Maker, &book.Disburse{Financing: s.financing()}
	}},
	{"trade_kind_excluded", "The product finances no trade of this kind.", "Finance it under another product.", func(s *scene) (id.Actor, book.Command) {
		p := s.filedProgramme("    goods: [ordered, shipped, received, invoiced, confirmed]\n", "")
		s.live(5)
		return s.SellerActors[0], s.quoteIn(p)
	}},
}

// accepted has the newest receivable quoted and accepted in a programme.
func (s *scene) accepted(p id.Programme) {
	s.t.Helper()
	s.live(5)
	s.give(s.SellerActors[0], s.quoteIn(p))
	s.give(s.SellerActors[0], &book.AcceptQuote{Financing: s.financing()})
}

// What a clause says when it is false, at the quote: refused, referred to the funder, or nothing.
func TestClausesOfAProductDecide(t *testing.T) {
	for clause, want := range map[string]struct {
		state funding.FinancingState
		found []rule.Outcome
	}{
		`buyer_grade <= 2`:         {funding.Quoted, nil},
		`buyer_grade < 2`:          {funding.Declined, []rule.Outcome{{Rule: "product.buyer_grade_limit", Verdict: rule.Refuse, Measure: 2, Bound: 2}}},
		`dilution <= percent("1")`: {funding.Quoted, nil},
		`evidence.received && evidence.ordered && evidence.invoiced && evidence.confirmed && !certificated && trade_kind == "goods" &&
			undertaking == "irrevocable" && trades == 1 && days_overdue == 0 && amount == face && outstanding == undertaken && currency == "EUR" &&
			seller_use == amount && seller_share == percent("100") && !same_group && seller_grade == 2 && differences == 0`: {funding.Quoted, nil},
	} {
		s := newScene(t)
		p := s.filedProgramme("buyer_grade <= 5", strings.ReplaceAll(strings.Join(strings.Fields(clause), " "), `"`, `\"`))
		s.live(5)
		s.give(s.SellerActors[0], s.quoteIn(p))
		f := book.Record(s.book, "financing", s.financing().Number()).(funding.Financing)
		got := slices.DeleteFunc(f.Outcomes, func(o rule.Outcome) bool { return !strings.HasPrefix(o.Rule, "product.") })
		if f.State != want.state || !slices.Equal(got, want.found) {
			t.Errorf("%s: %s, %+v", clause, f.State, f.Outcomes)
		}
		s.sound()
	}
}

// A financing on a product from a file runs from quote to close, at the price that the file gives by itself.
func TestAProductFromAFileRuns(t *testing.T) {
	s := newScene(t)
	p := s.filedProgramme("registration: none", "registration: live_before_payout")
	s.accepted(p)
	f := book.Record(s.book, "financing", s.financing().Number()).(funding.Financing)
	r := s.receivable()
	terms := product.Terms{}
	filed(t)(&terms)
	deal := product.Deal{Amount: f.Amount, Invoices: 1, Grade: 2, Funder: f.Rate, From: s.book.Date(), Due: f.Due, Calendar: calendar.Target}
	quotation, answer := terms.Quote(&deal, product.Quotation{})
	if answer != product.Priced || quotation.Net != f.Net || quotation.Fee != f.Fee || quotation.Discount != f.Discount || f.Net == 0 {
		t.Errorf("the book says %+v, the file %s %+v", f, answer, quotation)
	}
	s.refused("registration_missing", s.Maker, &book.Disburse{Financing: f.ID})
	s.registered("7", s.book.Date())
	s.give(s.Maker, &book.Disburse{Financing: f.ID})
	s.give(s.Bank, &book.RecordOutcome{Payment: s.payment(), State: payment.Executed, Value: s.book.Date()})
	s.give(s.Maker, &book.Allocate{Receipt: s.collect(p, f.Amount, s.book.Date()), Receivable: r, Amount: f.Amount, Payer: book.ByBuyer})
	s.give(s.Maker, &book.CloseFinancing{Financing: f.ID})
	s.sound()
}

// What the book has not is refused by name, each.
func TestAProgrammeRunsOnWhatTheBookHas(t *testing.T) {
	for missing, changes := range map[string][]string{
		"interest in advance": {"borne_by: seller\n  accrual", "borne_by: buyer\n  accrual", "unearned_discount: kept", "unearned_discount: given_back"},
	} {
		s := newScene(t)
		if s.refused("product_not_run", s.Maker, s.proposing(changes...)); !strings.Contains(s.rejected.Sentence, missing) {
			t.Errorf("%v: %s", changes, s.rejected.Sentence)
		}
	}
	s := newScene(t)
	c := s.proposing()
	c.Currency, _ = money.ParseCurrency("USD")
	s.refused("currency_differs", s.Maker, c)
}

const floating = "  rate:\n    base: ESTR\n    floor: 0 %\n    margin:\n      - {grade: 10, days: 366, rate: 1.5 %}\n"

var fixingRefusals = []refusal{
	{"fixing_invalid", "The base rate has no name that products could give it, or its value is out of bounds.", "Correct it.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, &book.RecordFixing{Base: "three months", Date: s.book.Date(), Rate: 2_0000}
	}},
	{"fixing_recorded", "The base rate has this value on this day already.", "Nothing is to be done.", func(s *scene) (id.Actor, book.Command) {
		c := &book.RecordFixing{Base: "ESTR", Date: s.book.Date(), Rate: 2_0000}
		s.give(s.Maker, c)
		return s.Checker, c
	}},
}

// A financing over a base rate has the newest fixing that is not too old, and keeps it when a second person puts the fixing right.
func TestABaseRateIsFixed(t *testing.T) {
	s := newScene(t)
	p := s.filedProgramme("  rate: funder\n", floating)
	s.live(5)
	s.refused("not_priced", s.SellerActors[0], s.quoteIn(p)) // no fixing
	today := s.book.Date()
	s.give(s.Maker, &book.RecordFixing{Base: "ESTR", Date: today.AddDays(-book.FixingAgeDaysMax - 1), Rate: 9_0000})
	s.refused("not_priced", s.SellerActors[0], s.quoteIn(p)) // too old
	s.give(s.Maker, &book.RecordFixing{Base: "ESTR", Date: today.AddDays(-2), Rate: 2_0000})
	quoted := func(want money.Rate) {
		t.Helper()
		s.give(s.SellerActors[0], s.quoteIn(p))
		if f := s.financed(s.financing()); f.Rate != want || f.Fixing == 0 {
			t.Errorf("rate %s by %s, want %s", f.Rate, f.Fixing, want)
		}
	}
	quoted(3_5000)
	before := s.financing()
	right := &book.RecordFixing{Base: "ESTR", Date: today.AddDays(-2), Rate: -3000}
	s.refused("second_person", s.Maker, right)
	s.refused("date_invalid", s.Maker, &book.RecordFixing{Base: "ESTR", Date: today.AddDays(1), Rate: 2_0000})
	s.give(s.Checker, right)
	quoted(1_5000) // the floor
	if f := s.financed(before); f.Rate != 3_5000 {
		t.Errorf("what was quoted has changed to %s", f.Rate)
	}
	s.sound()
}
