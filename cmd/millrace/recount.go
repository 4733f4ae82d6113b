package main

import (
	"fmt"

	"millrace/book"
	"millrace/domain/billing"
	"millrace/domain/calendar"
	"millrace/domain/certificate"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/engine"
)

// recount counts the operator's services again, fact by fact, from the journal alone, and holds what bills say was counted against it.
type recount struct {
	date        calendar.Date // the business date
	country     map[id.Party]string
	receivables map[id.Receivable]counterparties
	financings  map[id.Financing]funding.Financing
	holders     map[id.Holding]id.Party
	currencies  map[id.Certificate]money.Currency
	counts      map[book.MeterKey]billing.Metered
	wrong       []book.Breach
}

type counterparties struct {
	seller, buyer id.Party
	currency      money.Currency
}

func newRecount() *recount {
	return &recount{
		country: map[id.Party]string{}, receivables: map[id.Receivable]counterparties{}, financings: map[id.Financing]funding.Financing{},
		holders: map[id.Holding]id.Party{}, currencies: map[id.Certificate]money.Currency{}, counts: map[book.MeterKey]billing.Metered{},
	}
}

// add takes one entry of the journal, in their order.
func (r *recount) add(entry engine.Entry) {
	_, imported := entry.Command.(*book.ImportReceivable)
	for _, event := range entry.Events {
		switch e := event.(type) {
		case *book.DayOpened:
			r.date = e.Date
		case *book.PartyRegistered:
			r.country[e.Party.ID] = e.Party.Country
		case *book.PartySeen:
			if _, known := r.country[e.Party.ID]; !known {
				r.country[e.Party.ID] = e.Party.Country
			}
		case *book.PartyOnboarded:
			r.country[e.Party] = e.Country
		case *book.DocumentRecorded:
			if !imported {
				r.both(billing.DocumentRead, counterparties{e.Document.Seller, e.Document.Buyer, 0}, 0, "")
			}
		case *book.ReceivableOpened:
			r.receivables[e.Receivable.ID] = counterparties{e.Receivable.Seller, e.Receivable.Buyer, e.Receivable.Currency}
		case *book.ReceivableConfirmed:
			of := r.receivables[e.Receivable]
			r.both(billing.Confirmation, of, e.Amount, r.country[of.buyer])
		case *book.VerificationRecorded:
			if of, known := r.receivables[e.Verification.Receivable]; known {
				r.both(billing.Verification, counterparties{of.seller, of.buyer, 0}, 0, "")
			}
		case *book.BillIssued:
			r.hold(&e.Bill)
		default:
			r.addMoney(event)
		}
	}
}

func (r *recount) addMoney(event book.Event) {
	switch e := event.(type) {
	case *book.FinancingOpened:
		r.financings[e.Financing.ID] = e.Financing
	case *book.ReferralDecided:
		r.financings[e.Financing.ID] = e.Financing
	case *book.FinancingMoved:
		if e.Value != 0 {
			f := r.financings[e.Financing]
			r.both(billing.Financing, counterparties{f.Seller, f.Buyer, f.Currency}, f.Principal, "")
			r.one(billing.Financing, billing.FunderPays, f.Funder, f.Currency, f.Principal, "")
		}
	case *book.CertificateIssued:
		k := &e.Certificate
		r.holders[e.Holding.ID], r.currencies[k.ID] = e.Holding.Holder, k.Currency
		r.both(billing.CertificateIssued, counterparties{k.Payee, k.Issuer, k.Currency}, k.Amount, k.Law.String())
	case *book.HoldingsMoved:
		for _, made := range e.Made {
			r.holders[made.ID] = made.Holder
			paid := made.By == certificate.Transfer || made.By == certificate.Accept
			if from := r.holders[made.Parent]; paid && from != 0 && from != made.Holder {
				r.one(billing.CertificateTransfer, billing.SellerPays, from, r.currencies[made.Certificate], made.Amount, "")
			}
		}
	}
}

func (r *recount) both(service billing.Service, of counterparties, amount money.Minor, country string) {
	r.one(service, billing.SellerPays, of.seller, of.currency, amount, country)
	r.one(service, billing.BuyerPays, of.buyer, of.currency, amount, country)
}

// one counts what bears a fee.
func (r *recount) one(service billing.Service, payer billing.Payer, of id.Party, currency money.Currency, amount money.Minor, country string) {
	if of == 0 || r.date == 0 || billing.Free(service, country, r.date) != nil {
		return
	}
	key := book.MeterKey{Service: service, Payer: payer, Party: of, Month: r.date.AddDays(1 - r.date.Day()), Currency: currency}
	r.counts[key] = r.counts[key].Plus(billing.Metered{Count: 1, Amount: amount})
}

// hold compares what each line of a bill says was counted with what the journal has.
func (r *recount) hold(b *book.Bill) {
	for _, line := range b.Lines {
		var counted billing.Metered
		for key, metered := range r.counts {
			if key.Service == line.Service && key.Payer == b.As && key.Party == b.Payer && key.Month == b.Month && (key.Currency == b.Currency || !line.Service.HasAmount()) {
				counted = counted.Plus(metered)
			}
		}
		if counted != line.Metered {
			r.wrong = append(r.wrong, book.Breach{
				Code: "bill_recounted", Record: b.ID.String(),
				Sentence: fmt.Sprintf("bills %d pieces and %d of %s, the journal has %d and %d", line.Metered.Count, line.Metered.Amount, line.Service, counted.Count, counted.Amount),
			})
		}
	}
}
