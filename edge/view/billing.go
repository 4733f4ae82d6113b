package view

import (
	"millrace/book"
	"millrace/domain/billing"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/edge/access"
	"millrace/edge/locale"
)

// Tariff is what a service costs a payer from a month on.
type Tariff struct {
	ID      string      `json:"id"`
	Terms   TariffTerms `json:"tariff"`
	Party   *Ref        `json:"party,omitempty" doc:"for whom alone it is; missing: for everybody"`
	State   string      `json:"state" enum:"waiting,live,declined"`
	Maker   *Ref        `json:"maker,omitempty"`
	Checker *Ref        `json:"checker,omitempty"`
	Entry   uint64      `json:"entry"`
}

// TariffTerms are a tariff as people write it.
type TariffTerms struct {
	Service  string        `json:"service" enum:"document_read,verification,confirmation,certificate_issued,certificate_transfer,financing"`
	Payer    string        `json:"payer" enum:"seller,buyer,funder"`
	Party    string        `json:"party,omitempty" doc:"identity of the party for whom alone it is"`
	Basis    string        `json:"basis" enum:"piece,amount,month"`
	Currency string        `json:"currency" example:"EUR"`
	Prices   []TariffPrice `json:"prices" minItems:"1" maxItems:"16" doc:"the first from 0 on; what lies below a price keeps its own"`
	TaxName  string        `json:"tax_name,omitempty" maxLength:"40" example:"VAT"`
	TaxRate  string        `json:"tax_rate,omitempty" doc:"in per cent" example:"19"`
	From     string        `json:"from" format:"date" doc:"first day of a month that is not over"`
}

// TariffPrice is one tier of a tariff: an amount for each piece or for a month, or a share of the amount.
type TariffPrice struct {
	FromPieces int    `json:"from_pieces,omitempty" minimum:"0" doc:"basis piece"`
	FromAmount string `json:"from_amount,omitempty" doc:"basis amount"`
	Price      string `json:"price" doc:"an amount; with basis amount per cent of it" example:"0.50"`
}

// Meter is what was counted of a service for a party in a month.
type Meter struct {
	Month    string `json:"month" doc:"its first day"`
	Party    *Ref   `json:"party"`
	Payer    string `json:"as" enum:"seller,buyer,funder"`
	Service  string `json:"service"`
	Pieces   int64  `json:"pieces"`
	Amount   string `json:"amount,omitempty"`
	Free     int64  `json:"pieces_free" doc:"of which a rule of law keeps free of fees; they are billed to nobody"`
	Currency string `json:"currency,omitempty"`
	Entry    uint64 `json:"entry"`
}

// Billing is the run that bills a month.
type Billing struct {
	ID     string `json:"id"`
	Issuer *Ref   `json:"issuer"`
	Month  string `json:"month" doc:"its first day"`
	Date   string `json:"date"`
	State  string `json:"state" enum:"running,finished"`
	Bills  int    `json:"bills"`
	Maker  *Ref   `json:"maker,omitempty"`
	Entry  uint64 `json:"entry"`
}

// Bill is what a payer owes the operator for a month.
type Bill struct {
	ID       string        `json:"id"`
	Serial   uint64        `json:"number" doc:"of the issuer's bills: 1, 2, 3 …, without gaps"`
	Issuer   *Ref          `json:"issuer"`
	Payer    *Ref          `json:"payer"`
	As       string        `json:"as" enum:"seller,buyer,funder"`
	Month    string        `json:"month" doc:"its first day"`
	Date     string        `json:"date"`
	Lines    []BillLine    `json:"lines"`
	Taxes    []BillTax     `json:"taxes"`
	Net      Amount        `json:"net"`
	Tax      Amount        `json:"tax"`
	Total    Amount        `json:"total"`
	Open     Amount        `json:"open"`
	Payments []BillPayment `json:"payments"`
	Entry    uint64        `json:"entry"`
}

// BillLine is one service on a bill.
type BillLine struct {
	Tariff  string `json:"tariff"`
	Service string `json:"service"`
	Basis   string `json:"basis"`
	Pieces  int64  `json:"pieces"`
	Amount  Amount `json:"amount" doc:"that was counted"`
	Net     Amount `json:"net"`
}

// BillTax is what all lines of one tax bear.
type BillTax struct {
	Name string `json:"name,omitempty"`
	Rate string `json:"rate" doc:"in per cent"`
	Base Amount `json:"base"`
	Tax  Amount `json:"tax"`
}

// BillPayment is money that paid a bill.
type BillPayment struct {
	Receipt string `json:"receipt"`
	Amount  Amount `json:"amount"`
}

var (
	tariffs  = source[book.Tariff]{table: "tariff", state: "state", parties: []string{"party"}, scope: shares(share{roles: anyRole, sql: "state = 'live' AND (party = 0 OR party = ?)"})}
	meters   = source[book.Meter]{table: "meter", parties: []string{"party"}, scope: shares(share{roles: anyRole, sql: "party = ?"})}
	billings = source[book.Billing]{table: "billing", parties: []string{"issuer"}}
	bills    = source[book.Bill]{table: "bill", parties: []string{"payer", "issuer"}, scope: shares(share{roles: party.Seller | party.Buyer | party.Anchor | party.Funder, sql: "payer = ?"})}
)

// Tariff gives a tariff that the caller sees, else ErrNotFound.
func (v *View) Tariff(c access.Caller, of id.Tariff) (Tariff, error) {
	return one(v, &tariffs, c, of.Number(), (*showing).showTariff)
}

// Tariffs lists the tariffs that the caller sees: those that are live, and no other party's own.
func (v *View) Tariffs(c access.Caller, q Query) (Page[Tariff], error) {
	return many(v, &tariffs, c, q, (*showing).showTariff)
}

// Meters lists what was counted, of the caller's own party.
func (v *View) Meters(c access.Caller, q Query) (Page[Meter], error) {
	return many(v, &meters, c, q, (*showing).showMeter)
}

// BillingOf gives the run that billed a month, to those who see all; else ErrNotFound.
func (v *View) BillingOf(c access.Caller, of id.Billing) (Billing, error) {
	return one(v, &billings, c, of.Number(), (*showing).showBilling)
}

// Billings lists the runs, to those who see all.
func (v *View) Billings(c access.Caller, q Query) (Page[Billing], error) {
	return many(v, &billings, c, q, (*showing).showBilling)
}

// Bill gives a bill that the caller sees, else ErrNotFound.
func (v *View) Bill(c access.Caller, of id.Bill) (Bill, error) {
	return one(v, &bills, c, of.Number(), (*showing).showBill)
}

// Bills lists the bills that the caller sees: a payer its own.
func (v *View) Bills(c access.Caller, q Query) (Page[Bill], error) {
	return many(v, &bills, c, q, (*showing).showBill)
}

// Billed gives every bill that the caller sees, line by line, for a spreadsheet.
func (v *View) Billed(c access.Caller) ([]BilledLine, error) {
	s := &showing{View: v, caller: c}
	lines := []BilledLine{}
	err := eachSeen(v, &bills, c, "1", func(b *book.Bill) {
		of := func(amount money.Minor) Amount { return AmountOf(amount, b.Currency) }
		for _, line := range b.Lines {
			lines = append(lines, BilledLine{
				Bill: b.ID.String(), Number: b.Serial, Month: day(b.Month), Date: day(b.On), Payer: s.party(b.Payer), As: b.As.String(), Kind: "service",
				Of: line.Service.String(), Basis: line.Basis.String(), Pieces: line.Metered.Count, Metered: of(line.Metered.Amount), Amount: of(line.Net), Open: of(0),
			})
		}
		for i, tax := range b.Taxes {
			line := BilledLine{
				Bill: b.ID.String(), Number: b.Serial, Month: day(b.Month), Date: day(b.On), Payer: s.party(b.Payer), As: b.As.String(), Kind: "tax",
				Of: tax.Name, Basis: Percent(tax.Rate), Metered: of(tax.Base), Amount: of(tax.Tax), Open: of(0),
			}
			if i == len(b.Taxes)-1 {
				line.Open = of(b.Open())
			}
			lines = append(lines, line)
		}
	})
	if err == nil {
		err = s.err
	}
	return lines, err
}

// BilledLine is one line of a bill, or one of its taxes; what is open of the bill stands on its last tax.
type BilledLine struct {
	Bill    string `json:"bill"`
	Number  uint64 `json:"number"`
	Month   string `json:"month"`
	Date    string `json:"date"`
	Payer   *Ref   `json:"payer"`
	As      string `json:"as"`
	Kind    string `json:"kind" enum:"service,tax"`
	Of      string `json:"of" doc:"service, or name of the tax"`
	Basis   string `json:"basis" doc:"of the price, or rate of the tax in per cent"`
	Pieces  int64  `json:"pieces"`
	Metered Amount `json:"metered" doc:"amount that was counted, or that is taxed"`
	Amount  Amount `json:"amount"`
	Open    Amount `json:"open_of_bill"`
}

func (s *showing) showTariff(r *book.Tariff) Tariff {
	t := &r.Terms
	terms := TariffTerms{
		Service: t.Service.String(), Payer: t.Payer.String(), Basis: t.Basis.String(), Currency: t.Currency.String(), TaxName: t.TaxName,
		TaxRate: Percent(t.TaxRate), From: day(t.From),
	}
	if t.Party != 0 {
		terms.Party = t.Party.String()
	}
	for _, tier := range t.Tiers {
		price := TariffPrice{FromPieces: int(tier.From), Price: money.Format(money.Minor(tier.Price), t.Currency)}
		if t.Basis == billing.PerAmount {
			price = TariffPrice{FromAmount: money.Format(money.Minor(tier.From), t.Currency), Price: Percent(money.Rate(tier.Price))}
		}
		terms.Prices = append(terms.Prices, price)
	}
	shown := Tariff{ID: r.ID.String(), Terms: terms, State: r.State.String(), Entry: r.Entry}
	if t.Party != 0 {
		shown.Party = s.party(t.Party)
	}
	shown.Maker, shown.Checker = s.people(r.Maker, r.Checker)
	return shown
}

func (s *showing) showMeter(r *book.Meter) Meter {
	shown := Meter{
		Month: day(r.Key.Month), Party: s.party(r.Key.Party), Payer: r.Key.Payer.String(), Service: r.Key.Service.String(),
		Pieces: r.Metered.Count + r.Free.Count, Free: r.Free.Count, Entry: r.Entry,
	}
	if r.Key.Currency != 0 {
		shown.Amount, shown.Currency = money.Format(money.Add(r.Metered.Amount, r.Free.Amount), r.Key.Currency), r.Key.Currency.String()
	}
	return shown
}

func (s *showing) showBilling(r *book.Billing) Billing {
	shown := Billing{ID: r.ID.String(), Issuer: s.party(r.Issuer), Month: day(r.Month), Date: day(r.On), State: "running", Bills: int(r.Bills), Entry: r.Entry}
	if r.Finished() {
		shown.State = "finished"
	}
	shown.Maker, _ = s.people(r.Maker, 0)
	return shown
}

func (s *showing) showBill(r *book.Bill) Bill {
	of := func(amount money.Minor) Amount { return AmountOf(amount, r.Currency) }
	shown := Bill{
		ID: r.ID.String(), Serial: r.Serial, Issuer: s.party(r.Issuer), Payer: s.party(r.Payer), As: r.As.String(), Month: day(r.Month), Date: day(r.On),
		Lines: []BillLine{}, Taxes: []BillTax{}, Net: of(r.Net), Tax: of(r.Tax), Total: of(r.Total()), Open: of(r.Open()), Payments: []BillPayment{}, Entry: r.Entry,
	}
	for _, line := range r.Lines {
		shown.Lines = append(shown.Lines, BillLine{line.Tariff.String(), line.Service.String(), line.Basis.String(), line.Metered.Count, of(line.Metered.Amount), of(line.Net)})
	}
	for _, tax := range r.Taxes {
		shown.Taxes = append(shown.Taxes, BillTax{tax.Name, Percent(tax.Rate), of(tax.Base), of(tax.Tax)})
	}
	for _, p := range r.Payments {
		shown.Payments = append(shown.Payments, BillPayment{p.Receipt.String(), of(p.Amount)})
	}
	return shown
}

// ofEconomics says what an event about expected losses, tariffs and bills means.
func (s *showing) ofEconomics(e book.Event) *locale.Text {
	switch e := e.(type) {
	case *book.EstimatesProposed:
		return locale.Say("What %s expects of its debtors from %s on waits for a second person.", s.name(e.Estimates.Entity), e.Estimates.From)
	case *book.EstimatesDecided:
		return locale.Say("The estimates %s are %s.", e.Estimates, e.State)
	case *book.AssessmentBegun:
		return locale.Say("What %s is expected to lose is assessed as on %s.", s.name(e.Assessment.Entity), e.Assessment.On)
	case *book.LossAssessed:
		return locale.Say("Expected losses of %d financings and %d trade receivables were reckoned.", len(e.Losses), len(e.Debts))
	case *book.TariffProposed:
		return locale.Say("A price of %s for a %s from %s on waits for a second person.", e.Tariff.Terms.Service, e.Tariff.Terms.Payer, e.Tariff.Terms.From)
	case *book.TariffDecided:
		return locale.Say("The tariff %s is %s.", e.Tariff, e.State)
	case *book.BillingBegun:
		return locale.Say("The month that began on %s is billed.", e.Billing.Month)
	case *book.BillIssued:
		return locale.Say("Bill %d asks %s for %s.", e.Bill.Serial, s.name(e.Bill.Payer), AmountOf(e.Bill.Total(), e.Bill.Currency))
	case *book.BillingAdvanced:
		return locale.Say("%d bills were written.", e.Bills)
	case *book.BillPaid:
		return locale.Say("The bill %s was paid, or a part of it.", e.Bill)
	}
	return nil
}
