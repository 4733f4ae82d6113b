package main

import (
	"errors"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/credit"
	"millrace/domain/discounting"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/legal"
	"millrace/domain/money"
	"millrace/domain/receivable"
	"millrace/edge/bank"
	"millrace/edge/productfile"
	"millrace/engine"
	"millrace/products"
)

// several takes the clean receivables that follow the auction another way: two funders share the first, and its buyer pays the
// second early out of its own cash. It tells whether it has taken this one.
func (s *story) several(r *receivable.Receivable) (bool, error) {
	if s.sold == 0 || s.invoices[r.ID].special != "clean" || r.Buyer != s.party("havelmark") {
		return false, nil
	}
	switch {
	case s.shared.ID == 0:
		return true, s.share(r)
	case s.early == 0:
		return true, s.payEarly(r)
	}
	return false, nil
}

// opened proposes a programme beside the others of its anchor, and has it approved.
func (s *story) opened(c *book.ProposeProgramme) (id.Programme, error) {
	c.Custodian, c.Currency, c.Calendar, c.ApproveAbove = s.party("oderwerder"), s.currency, calendar.Target, 100_000_00
	c.PayeeChecked, c.PayeeNewDays, c.AccountsRequired, c.AutoMatch = true, newPayeeDays, true, true
	answer, err := s.give(s.maker, "", c)
	if err != nil {
		return 0, err
	}
	p := first[*book.ProgrammeProposed](answer).Programme.ID
	if _, err := s.give(s.checker, "", &book.ApproveProgramme{Programme: p}); err != nil {
		return 0, err
	}
	return p, s.supervise(p)
}

// deposit brings a party's own money into its funding account.
func (s *story) deposit(p id.Programme, owner id.Party, amount money.Minor) error {
	account := bank.Account{Kind: bank.Funding, Programme: p, Owner: owner}
	if _, err := s.bank.Deposit(account, money.Amount{Minor: amount, Currency: s.currency}, s.names[owner], "funds for the programme", s.date); err != nil {
		return err
	}
	return s.banking()
}

// sharing opens the programme in which two funders share pro rata, 5 to 3, each with money, a limit and notices of its own.
func (s *story) sharing(anchor id.Party) (id.Programme, error) {
	before := s.programmes[anchor]
	like, err := recordOf[funding.Programme](s.giver, "programme", before.Number())
	if err != nil {
		return 0, err
	}
	funders := []funding.Funder{
		{Party: s.party("ellernberg"), Priority: 1, Rate: 41_000, Commitment: 500_000_00}, {Party: s.party("muehlgraben"), Priority: 2, Rate: 43_000, Commitment: 300_000_00},
	}
	p, err := s.opened(&book.ProposeProgramme{Product: like.Product, Anchor: anchor, Funders: funders, ReferAbove: 250_000_00, Sharing: funding.ProRata})
	if err != nil {
		return 0, err
	}
	keys := []credit.LimitKey{{Kind: credit.ProgrammeLimit}, {Kind: credit.BuyerLimit, Party: anchor}}
	for _, f := range funders {
		keys = append(keys, credit.LimitKey{Kind: credit.FunderLimit, Party: f.Party})
		if err := s.deposit(p, f.Party, f.Commitment); err != nil {
			return 0, err
		}
	}
	for _, key := range keys {
		key.Programme, key.Currency = p, s.currency
		answer, err := s.give(s.maker, "", &book.ProposeLimit{Key: key, Amount: 800_000_00, Expires: s.date.AddDays(300)})
		if err != nil {
			return 0, err
		}
		if _, err := s.give(s.checker, "", &book.ApproveLimit{Limit: first[*book.LimitProposed](answer).Limit.ID}); err != nil {
			return 0, err
		}
	}
	l := &lawyer{story: s, templates: map[legal.Kind]id.Template{}, signed: map[string]bool{}}
	s.programmes[anchor] = p
	defer func() { s.programmes[anchor] = before }()
	for _, seller := range ground[0].sellers {
		for _, funder := range ground[0].funders {
			if err := l.notify(ground[0].anchor, seller, funder); err != nil {
				return 0, err
			}
		}
	}
	return p, nil
}

// share finances a receivable by two funders at once.
func (s *story) share(r *receivable.Receivable) error {
	p, err := s.sharing(r.Buyer)
	if err != nil {
		return err
	}
	seller := s.actors[s.keyOf(r.Seller)+" seller"]
	answer, err := s.give(seller, "", &book.RequestQuote{Receivable: r.ID, Programme: p, Payee: s.accounts[r.Seller]})
	if err != nil {
		return err
	}
	s.shared = first[*book.PlacementOpened](answer).Placement
	var parts []funding.Financing
	for _, event := range answer.Events {
		if opened, ok := event.(*book.FinancingOpened); ok {
			f := opened.Financing
			s.sharedDue = f.Due
			parts = append(parts, f)
			if err := s.tell("shared", "%s takes %s of invoice %s at %s a year, by its own decision: %s today", s.names[f.Funder], s.text(f.Amount), s.invoices[r.ID].number,
				percent(f.Rate), s.text(f.Net)); err != nil {
				return err
			}
		}
	}
	if _, err := s.give(seller, "", &book.AcceptPlacement{Placement: s.shared.ID}); err != nil {
		return err
	}
	if answer, err = s.give(s.maker, "", &book.DisbursePlacement{Placement: s.shared.ID}); err != nil {
		return err
	}
	if err := s.payAll(answer); err != nil {
		return err
	}
	for _, f := range parts {
		s.paidOut = money.Add(s.paidOut, f.Net)
	}
	s.summary.Placements++
	return s.tell("paid out", "both parts to the verified account of %s, each from its own funder's supervised account; accepted in one step", s.names[r.Seller])
}

// payAll has the bank execute what an entry has instructed.
func (s *story) payAll(answer engine.Answer) error {
	for _, event := range answer.Events {
		if opened, ok := event.(*book.PaymentOpened); ok {
			if err := s.pay(opened.Payment); err != nil {
				return err
			}
		}
	}
	return nil
}

// payEarly lets the buyer pay a receivable out of its own cash.
func (s *story) payEarly(r *receivable.Receivable) error {
	content, _ := products.File("dynamic-discounting")
	terms, problems := productfile.Read(content)
	if len(problems) > 0 {
		return errors.New("the product of dynamic discounting can't be read")
	}
	offered, err := s.product(terms)
	if err != nil {
		return err
	}
	p, err := s.opened(&book.ProposeProgramme{Product: offered, Anchor: r.Buyer})
	if err != nil {
		return err
	}
	if err := s.deposit(p, r.Buyer, money.Add(r.Outstanding(), r.Outstanding())); err != nil {
		return err
	}
	answer, err := s.give(s.actors[s.keyOf(r.Buyer)+" buyer"], "", &book.OpenEarlyOffer{
		Programme: p, Steps: []discounting.Step{{Days: 1, Rate: 50_000}, {Days: 30, Rate: 60_000}}, YieldLeast: 40_000, Budget: r.Outstanding(), From: s.date, Until: s.date.AddDays(60),
	})
	if err != nil {
		return err
	}
	offer := first[*book.EarlyOfferOpened](answer).Offer
	if err := s.tell("offer", "%s offers to pay early out of its own cash, at 5.00 %% a year, or 6.00 %% from 30 days on", s.names[r.Buyer]); err != nil {
		return err
	}
	answer, err = s.give(s.actors[s.keyOf(r.Seller)+" seller"], "", &book.AcceptEarlyPayment{
		Offer: offer.ID, Receivables: []id.Receivable{r.ID}, Payee: s.accounts[r.Seller], DiscountMost: r.Outstanding(),
	})
	if err != nil {
		return err
	}
	e := first[*book.EarlyPaymentOpened](answer).Payment
	s.early = e.ID
	if err := s.payAll(answer); err != nil {
		return err
	}
	s.summary.PaidEarly++
	return s.tell("paid early", "%s takes %s now for invoice %s over %s, %d days early: a discount of %s, no funder, and the debt has ended", s.names[r.Seller], s.text(e.Cash),
		s.invoices[r.ID].number, s.text(e.Amount), e.Items[0].Quote.Days, s.text(e.Discount))
}

// collectShared lets the buyer pay what two funders have financed, and each get its share, once it is due by a date.
func (s *story) collectShared(by calendar.Date) error {
	if s.shared.ID == 0 || s.sharedDue > by {
		return nil
	}
	defer func() { s.sharedDue = calendar.DateMax }()
	r, err := recordOf[receivable.Receivable](s.giver, "receivable", s.shared.Receivable.Number())
	if err != nil {
		return err
	}
	if err := s.open(max(s.sharedDue, s.date)); err != nil {
		return err
	}
	var parts []funding.Financing
	paid := money.Sub(r.Confirmed, r.Paid)
	for _, part := range s.shared.Parts {
		f, err := recordOf[funding.Financing](s.giver, "financing", part.Financing.Number())
		if err != nil {
			return err
		}
		parts, paid = append(parts, f), money.Add(paid, f.LateDue)
	}
	if _, err := s.bank.BuyerPays(s.shared.Programme, money.Amount{Minor: paid, Currency: s.currency}, s.names[r.Buyer], "invoice "+s.invoices[r.ID].number, s.date); err != nil {
		return err
	}
	if err := s.banking(); err != nil {
		return err
	}
	if _, err := s.allot(&book.Allocate{Receivable: r.ID, Amount: paid, Payer: book.ByBuyer}); err != nil {
		return err
	}
	s.collected = money.Add(s.collected, paid)
	for _, f := range parts {
		if _, err := s.give(s.maker, "", &book.CloseFinancing{Financing: f.ID}); err != nil {
			return err
		}
		s.summary.FinancingsClosed++
		answer, err := s.give(s.maker, "", &book.Sweep{Programme: s.shared.Programme, Funder: f.Funder})
		if err != nil {
			return err
		}
		if err := s.payAll(answer); err != nil {
			return err
		}
	}
	return s.tell("closed", "%s pays %s for invoice %s: %s and %s get their shares to the cent", s.names[r.Buyer], s.text(paid), s.invoices[r.ID].number,
		s.names[parts[0].Funder], s.names[parts[1].Funder])
}
