package main

import (
	"fmt"

	"millrace/book"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/product"
	"millrace/domain/trade"
)

// lineFolder is the chain of documents that is financed from order to cash, on one line of credit.
const lineFolder = "11-circuit-boards"

// demoLine is the line of the story, the programmes of its stages before the invoice, and the deal that draws on it.
type demoLine struct {
	id             id.Line
	order, transit id.Programme
	trade          id.Trade
	out            id.Financing // before the invoice
}

// lentOn are the terms of a loan against goods before there is a receivable.
func lentOn(name string, evidence trade.Fact, advance money.Rate) product.Terms {
	terms := product.ReceivablesDiscounting(uint16(evidence))
	terms.Name, terms.Technique, terms.Assignment, terms.Undertaking = name, "pre_shipment_finance", product.Pledge, product.UndertakingNone
	terms.Disclosed, terms.AdvanceRate = false, advance
	return terms
}

// openLine opens a line of credit that follows the goods of one seller from order to cash.
func (s *story) openLine() error {
	const seller, anchor, funder = "turcava", "sazavin", "muehlgraben"
	billed := s.programmes[s.party(anchor)]
	funders := []funding.Funder{{Party: s.party(funder), Priority: 1, Rate: 72_000}}
	for _, stage := range []struct {
		terms product.Terms
		into  *id.Programme
	}{
		{lentOn("Pre-shipment finance", trade.Ordered|trade.Agreed, 500_000), &s.line.order},
		{lentOn("Finance of goods in transit", trade.Ordered|trade.Shipped, 700_000), &s.line.transit},
	} {
		p, err := s.product(stage.terms)
		if err != nil {
			return err
		}
		if err := s.programme(p, anchor, funders, 50_000_00, map[string]money.Minor{funder: 50_000_00}, []string{seller}); err != nil {
			return err
		}
		*stage.into = s.programmes[s.party(anchor)]
	}
	s.programmes[s.party(anchor)] = billed
	c := &book.ProposeLine{
		Seller: s.party(seller), Funder: s.party(funder), Amount: 30_000_00, Programmes: []id.Programme{s.line.order, s.line.transit, billed}, Expires: s.date.AddDays(360),
	}
	answer, err := s.give(s.maker, "", c)
	if err != nil {
		return err
	}
	s.line.id = first[*book.LineProposed](answer).Line.ID
	if _, err := s.give(s.actors[funder+" funder"], "", &book.ApproveLine{Line: s.line.id}); err != nil {
		return err
	}
	return s.tell("line", "%s opens line %s of %s for %s: on order, in transit, billed; the goods are financed once", s.names[c.Funder], s.line.id, s.text(c.Amount), s.names[c.Seller])
}

// draw draws on the line when the goods of its deal have come to a further stage.
func (s *story) draw(d dated, t *trade.Trade) error {
	if d.chain.Folder != lineFolder {
		return nil
	}
	stage, p := funding.OnOrder, s.line.order
	switch {
	case t.Facts&trade.Invoiced != 0 || !t.Facts.Has(trade.Ordered|trade.Agreed):
		return nil
	case t.Facts&trade.Received != 0:
		return nil
	case t.Facts&trade.Shipped != 0:
		stage, p = funding.InTransit, s.line.transit
	}
	if s.line.trade == t.ID && stage == funding.OnOrder {
		return nil
	}
	s.line.trade = t.ID
	seller := s.actors[s.keyOf(t.Seller)+" seller"]
	answer, err := s.give(seller, "", &book.QuoteTrade{Trade: t.ID, Programme: p, Payee: s.accounts[t.Seller], Due: s.date.AddDays(60), Line: s.line.id})
	if err != nil {
		return err
	}
	f := first[*book.FinancingOpened](answer).Financing
	if f.State != funding.Quoted {
		return fmt.Errorf("the quote on trade %s is %s", t.ID, f.State)
	}
	if _, err := s.give(seller, "", &book.AcceptQuote{Financing: f.ID}); err != nil {
		return err
	}
	if answer, err = s.give(s.maker, "", &book.Disburse{Financing: f.ID}); err != nil {
		return err
	}
	if err := s.pay(first[*book.PaymentOpened](answer).Payment); err != nil {
		return err
	}
	s.line.out = f.ID
	words := map[funding.Stage]string{funding.OnOrder: "an accepted order", funding.InTransit: "goods on their way"}
	if err := s.tell("line", "%s, worth %s: %s advances %s", words[stage], s.text(f.Amount), s.names[f.Funder], s.text(f.Principal)); err != nil {
		return err
	}
	s.paidOut = money.Add(s.paidOut, money.Sub(f.Net, f.Converted()))
	return s.converted(&f)
}

// converted tells what the proceeds of a financing have repaid of those before it.
func (s *story) converted(f *funding.Financing) error {
	for _, c := range f.Conversions {
		loan, err := recordOf[funding.Financing](s.giver, "financing", c.Financing.Number())
		if err != nil {
			return err
		}
		if loan.State != funding.ClosedState {
			return fmt.Errorf("financing %s is %s after it was replaced", loan.ID, loan.State)
		}
		s.summary.FinancingsClosed++
		s.summary.Converted++
		if err := s.tell("converted", "%s of the proceeds repay what was lent while the goods were %s, with interest; %s go to %s", s.text(c.Amount),
			map[funding.Stage]string{funding.OnOrder: "on order", funding.InTransit: "in transit"}[loan.Stage], s.text(money.Sub(f.Net, f.Converted())), s.names[f.Seller]); err != nil {
			return err
		}
	}
	return nil
}
