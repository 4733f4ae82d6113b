package view_test

import (
	"context"
	"strings"
	"testing"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/credit"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/product"
	"millrace/domain/trade"
	"millrace/edge/productfile"
	"millrace/edge/view"
	"millrace/lab/load"
	"millrace/products"
)

// filed is payables finance as its file has it, without the fee of the funder, which a programme can't be run with, and with
// changes to its text.
func filed(t testing.TB, changes ...string) product.Terms {
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
	return terms
}

func (s *site) command(actor id.Actor, c book.Command) []book.Event {
	s.t.Helper()
	events, err := load.SubmitTo(context.Background(), s.engine)(actor, "", c)
	if err != nil {
		s.t.Fatalf("%T: %v", c, err)
	}
	return events
}

// programme is a live programme on terms, with limits, money and agreements.
func (s *site) programme(terms product.Terms) id.Programme {
	s.t.Helper()
	w := s.world
	offered := s.command(w.Maker, &book.ProposeProduct{Terms: terms})[0].(*book.ProductProposed).Product.ID
	s.command(w.Checker, &book.ApproveProduct{Product: offered})
	p := s.command(w.Maker, &book.ProposeProgramme{
		Product: offered, Anchor: w.Anchor, Custodian: w.Custodian, Currency: w.Currency, Calendar: calendar.Target,
		Funders: []funding.Funder{{Party: w.Funder, Priority: 1, Rate: 48_000}}, ReferAbove: 250_000_00, ApproveAbove: 100_000_00,
	})[0].(*book.ProgrammeProposed).Programme.ID
	s.command(w.Checker, &book.ApproveProgramme{Programme: p})
	for _, key := range []credit.LimitKey{
		{Kind: credit.BuyerLimit, Programme: p, Party: w.Anchor, Currency: w.Currency}, {Kind: credit.ProgrammeLimit, Programme: p, Currency: w.Currency},
		{Kind: credit.FunderLimit, Programme: p, Party: w.Funder, Currency: w.Currency},
	} {
		limit := s.command(w.Maker, &book.ProposeLimit{Key: key, Amount: 1_000_000_000_00, Expires: w.Today.AddDays(300)})[0].(*book.LimitProposed).Limit.ID
		s.command(w.Checker, &book.ApproveLimit{Limit: limit})
	}
	s.command(w.Bank, &book.RecordReceipt{
		Programme: p, Funder: w.Funder, Line: load.Token("deposit " + p.String()), Amount: 1_000_000_000_00, Currency: w.Currency, Value: w.Today, Booking: w.Today,
	})
	if err := w.Ground(load.SubmitTo(context.Background(), s.engine), p, w.Funder); err != nil {
		s.t.Fatal(err)
	}
	return p
}

// lead leads a life through its steps from one to another.
func (s *site) lead(l *load.Life, from, to int) {
	s.t.Helper()
	for i := from; i < to; i++ {
		step := l.Step(i)
		l.Answered(s.command(step.Actor, step.Command))
	}
}

// confirmed is a receivable that can be financed; lives are even numbers, so of the first seller.
func (s *site) confirmed(number uint64) id.Receivable {
	s.t.Helper()
	l := s.world.NewLife(number)
	s.lead(&l, 0, load.Live)
	return l.Step(load.Live).Command.(*book.RequestQuote).Receivable
}

func (s *site) quoted(number uint64, p id.Programme) id.Financing {
	s.t.Helper()
	events := s.command(s.world.SellerActors[0], &book.RequestQuote{Receivable: s.confirmed(number), Programme: p, Payee: s.world.Accounts[0]})
	return events[0].(*book.FinancingOpened).Financing.ID
}

// reading opens a view for one query.
func (s *site) reading(ask func(*view.View) error) error {
	s.t.Helper()
	v, err := s.reader.Now(context.Background())
	if err != nil {
		return err
	}
	defer v.Close()
	return ask(v)
}

func (s *site) financing(f id.Financing) view.Financing {
	s.t.Helper()
	var shown view.Financing
	err := s.reading(func(v *view.View) (err error) {
		shown, err = v.Financing(s.operator(), f)
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return shown
}

// whole holds what is shown of a price against the price on record.
func whole(t *testing.T, name string, f *view.Financing) {
	t.Helper()
	p := f.Price
	if p == nil || p.LeftOut != "" || p.AnnualCost == nil || p.IfLate == "" || p.From == "" {
		t.Fatalf("%s: %+v", name, p)
	}
	net, fees := int64(0), int64(0)
	for _, flow := range p.CashFlow {
		if flow.Date == p.From && flow.To == "seller" {
			net += flow.Amount.Minor
		}
		if flow.Date == p.From && flow.From == "seller" {
			net -= flow.Amount.Minor
		}
	}
	for _, fee := range p.Fees {
		if fee.Payer == "seller" && fee.When == "disbursement" {
			if fees += fee.Amount.Minor; fee.Tax != nil {
				fees += fee.Tax.Minor
			}
		}
	}
	if net != p.Net.Minor || fees != p.Fee.Minor {
		t.Errorf("%s: %d by the flows, %d by the fees, not %+v", name, net, fees, p)
	}
}

func TestTheWholePriceIsTheOneOnRecord(t *testing.T) {
	evidence := uint16(trade.Ordered | trade.Received | trade.Invoiced | trade.Confirmed)
	s := newSite(t, 0)
	number := uint64(100) // so large that the flat fees stay below the cap
	for name, terms := range map[string]product.Terms{
		"the first form, in advance":  product.PayablesFinance(evidence),
		"the first form, in arrears":  product.ReceivablesDiscounting(evidence),
		"a file":                      filed(t),
		"a file, a fee on each":       filed(t, "basis: face\n      when", "basis: invoice\n      when", "rate: 0.05 %", "amount: 12.50"),
		"a file, by the year":         filed(t, "rate: 0.05 %", "per: year\n      rate: 0.5 %\n      minimum: 7.50\n      maximum: 90.00"),
		"a file, yield":               filed(t, "basis: face\n  borne_by", "basis: yield\n  borne_by"),
		"a file, in part, in arrears": filed(t, "  rate: 100 %\ncredit", "  rate: 80 %\ncredit", "interest: in_advance", "interest: in_arrears", "basis: face\n  borne_by", "basis: advance\n  borne_by"),
		"a file, a fixed rate":        filed(t, "rate: funder", "rate: 5.25 %"),
	} {
		if name == "the first form, in arrears" {
			terms.SellerLimit = false
		}
		p := s.programme(terms)
		for range 3 {
			f := s.quoted(number, p)
			number += 2
			shown := s.financing(f)
			whole(t, name, &shown)
			var listed view.Page[view.Financing]
			err := s.reading(func(v *view.View) (err error) {
				listed, err = v.Financings(s.operator(), view.Query{Limit: 1})
				return err
			})
			if err != nil || listed.Items[0].Price.AnnualCost == nil || *listed.Items[0].Price.AnnualCost != *shown.Price.AnnualCost {
				t.Errorf("%s: %v, %+v is listed as %+v", name, err, shown.Price, listed.Items)
			}
		}
	}
}

// Once the money is out the record has another value date; the price is still the one that was agreed.
func TestTheWholePriceAfterThePayout(t *testing.T) {
	s := newSite(t, 0)
	l := s.world.NewLife(0)
	s.lead(&l, 0, 9)
	shown := s.financing(id.Make[id.Financing](1, 1))
	if shown.State != "outstanding" {
		t.Fatal(shown.State)
	}
	whole(t, "outstanding", &shown)
}

// What was agreed elsewhere is shown as it was agreed, and no more is said than is known.
func TestAPriceFromElsewhereIsNotExplained(t *testing.T) {
	s := newSite(t, 0)
	w := s.world
	s.command(w.Maker, &book.ImportReceivable{
		Seller: w.Sellers[0], Buyer: w.Anchor, NumberText: "old 1", Number: trade.Token(load.Token("old 1")), Face: 1_000_00,
		Issued: w.Today.AddDays(-30), Due: w.Today.AddDays(30), Currency: w.Currency,
	})
	s.command(w.Maker, &book.ImportFinancing{
		Receivable: id.Make[id.Receivable](1, 1), Programme: w.Payables, Funder: w.Funder, Payee: w.Accounts[0], Amount: 1_000_00, Principal: 1_000_00,
		Discount: 10_00, Fee: 50, Rate: 48_000, Value: w.Today.AddDays(-20), Due: w.Today.AddDays(30),
	})
	p := s.financing(id.Make[id.Financing](1, 1)).Price
	if p.LeftOut == "" || p.AnnualCost != nil || p.Fees != nil || p.CashFlow != nil || money.Minor(p.Discount.Minor) != 10_00 {
		t.Fatalf("%+v", p)
	}
}

func TestAClauseIsShownWithItsReason(t *testing.T) {
	s := newSite(t, 0)
	f := s.financing(s.quoted(0, s.programme(filed(t, "buyer_grade <= 5", "buyer_grade < 2"))))
	if len(f.Outcomes) != 1 || !strings.HasPrefix(f.Outcomes[0].Rule, "product.") || f.Outcomes[0].Reason == "" || f.State != "declined" {
		t.Fatalf("%+v", f)
	}
}
