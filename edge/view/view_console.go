package view

import (
	"fmt"
	"slices"
	"strings"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/product"
	"millrace/domain/trade"
	"millrace/edge/access"
)

// Between narrows a list of receivables. An empty list does not narrow; several ids are alternatives.
type Between struct {
	Sellers   []id.Party
	Buyers    []id.Party
	Documents []id.Document // the invoices
}

// ReceivablesBetween is Receivables, narrowed.
func (v *View) ReceivablesBetween(c access.Caller, q Query, b Between) (Page[Receivable], error) {
	narrowed := receivables
	narrowed.few = len(b.Documents) > 0
	conditions := slices.DeleteFunc([]string{among("seller", b.Sellers), among("buyer", b.Buyers), among("document", b.Documents)},
		func(condition string) bool { return condition == "" })
	if len(conditions) > 0 {
		narrowed.table = "(SELECT * FROM receivable WHERE " + strings.Join(conditions, " AND ") + ")"
	}
	return many(v, &narrowed, c, q, (*showing).showReceivable)
}

func among[I ~uint64](column string, ids []I) string {
	if len(ids) == 0 {
		return ""
	}
	alternatives := make([]string, len(ids))
	for i := range ids {
		alternatives[i] = fmt.Sprint(uint64(ids[i]))
	}
	return column + " IN (" + strings.Join(alternatives, ", ") + ")"
}

// FunderFunds is a funder's money in the programmes of one currency.
type FunderFunds struct {
	Funder    *Ref
	Balance   Amount
	Available Amount
}

// Funds lists what funders have in their accounts, in the order in which these were opened: all for those who see all, a funder its own, a custodian
// what it holds, and nothing for anybody else.
func (v *View) Funds(c access.Caller) ([]FunderFunds, error) {
	query, arguments := fmt.Sprintf("SELECT number, record FROM account WHERE code = %d", ledger.Funding), []any(nil)
	if !c.SeesAll() {
		if c.Views()&(party.Funder|party.Custodian) == 0 {
			return nil, nil
		}
		query += " AND (counterparty = ? OR entity = ?)"
		arguments = []any{int64(c.Party), int64(c.Party)}
	}
	type owner struct {
		funder   id.Party
		currency money.Currency
	}
	var owners []owner
	balance, available := map[owner]money.Minor{}, map[owner]money.Minor{}
	err := rows(v, query+" ORDER BY number", arguments, func(_ uint64, a *ledger.Account) error {
		o := owner{a.Key.Counterparty, a.Key.Currency}
		if _, known := balance[o]; !known {
			owners = append(owners, o)
		}
		balance[o], available[o] = money.Add(balance[o], a.Balance()), money.Add(available[o], a.Available())
		return nil
	})
	if err != nil {
		return nil, err
	}
	shown := make([]FunderFunds, len(owners))
	for i, o := range owners {
		funder, err := v.party(o.funder)
		if err != nil {
			return nil, err
		}
		shown[i] = FunderFunds{funder, AmountOf(balance[o], o.currency), AmountOf(available[o], o.currency)}
	}
	return shown, nil
}

// Posting is one transfer of an entry, in the books of one entity. A side that the caller does not see is empty.
type Posting struct {
	Sequence      uint64
	At            string
	Entity        *Ref
	Debit, Credit Posted
	Amount        Amount
}

// Posted is one side of a posting.
type Posted struct {
	Account string // id
	Code    string
}

// Postings lists the transfers of entries as far as the caller sees an account of them, in the order of the entries.
func (v *View) Postings(c access.Caller, sequences []uint64) ([]Posting, error) {
	var postings []Posting
	known := map[id.Account]*ledger.Account{}
	account := func(a id.Account) (*ledger.Account, error) {
		record, found := known[a]
		if found {
			return record, nil
		}
		record, err := get(v, &accounts, c, a.Number())
		if err == ErrNotFound {
			record, err = nil, nil
		}
		known[a] = record
		return record, err
	}
	for _, sequence := range sequences {
		entry, err := v.engine.ReadEntry(sequence)
		if err != nil {
			return nil, err
		}
		transfers, err := v.transfers(entry.Events)
		if err != nil {
			return nil, err
		}
		for _, t := range transfers {
			debit, err := account(t.Debit)
			if err != nil {
				return nil, err
			}
			credit, err := account(t.Credit)
			if err != nil {
				return nil, err
			}
			posting := Posting{Sequence: sequence, At: Time(entry.Header.At)}
			for _, side := range []struct {
				account *ledger.Account
				posted  *Posted
			}{{debit, &posting.Debit}, {credit, &posting.Credit}} {
				if side.account == nil {
					continue
				}
				*side.posted = Posted{side.account.ID.String(), side.account.Key.Code.String()}
				posting.Amount = AmountOf(t.Amount, side.account.Key.Currency)
				if posting.Entity, err = v.party(side.account.Key.Entity); err != nil {
					return nil, err
				}
			}
			if posting.Entity != nil {
				postings = append(postings, posting)
			}
		}
	}
	return postings, nil
}

// transfers lists what the events of one entry post, holds that end in a posting included.
func (v *View) transfers(events []book.Event) ([]ledger.Transfer, error) {
	var transfers []ledger.Transfer
	for _, event := range events {
		switch e := event.(type) {
		case *book.TransfersPosted:
			transfers = append(transfers, e.Transfers...)
		case *book.HoldEnded:
			if e.State != ledger.Posted {
				continue
			}
			err := rows(v, "SELECT number, record FROM hold WHERE number = ?", []any{int64(e.Hold.Number())}, func(_ uint64, h *ledger.Hold) error {
				transfers = append(transfers, h.Transfer)
				return nil
			})
			if err != nil {
				return nil, err
			}
		}
	}
	return transfers, nil
}

// Working is how a price came about.
type Working struct {
	Terms               Terms
	From, Due           string // the days between which the discount is reckoned
	Days                int64
	Numerator, Basis    int64 // the fraction of a year
	Discount, FeeByRate Amount
	FeeMinimum          Amount
	Filed               bool // the terms are those of a product file: fees are listed apart
	Exact               bool // the terms give the price that was agreed; otherwise it was taken over from elsewhere
}

// Working reckons the price of a financing again, from its terms and the day on which it was priced. It is nil where
// there is no price.
func (v *View) Working(c access.Caller, of id.Financing) (*Working, error) {
	f, err := get(v, &financings, c, of.Number())
	if err != nil || f.Principal == 0 {
		return nil, err
	}
	var terms *product.Terms
	err = rows(v, "SELECT number, record FROM product WHERE number = ?", []any{int64(f.Product.Number())}, func(_ uint64, p *product.Product) error {
		terms = &p.Terms
		return nil
	})
	if err != nil || terms == nil {
		return nil, err
	}
	from, err := v.pricedOn(f)
	if err != nil {
		return nil, err
	}
	price := terms.PriceOf(f.Amount, f.Rate, from, f.Due)
	w := &Working{
		Terms: TermsOf(terms), From: day(from), Due: day(f.Due), Days: int64(price.Days), Discount: AmountOf(price.Discount, f.Currency),
		FeeByRate: AmountOf(money.Share(f.Amount, terms.FeeRate), f.Currency), Filed: terms.Form == product.Full, FeeMinimum: AmountOf(terms.FeeMinimum, f.Currency),
		Exact: price.Principal == f.Principal && price.Discount == f.Discount && price.Fee == f.Fee && price.Net == f.Net,
	}
	w.Numerator, w.Basis = terms.DayCount.Fraction(from, f.Due)
	return w, nil
}

// pricedOn is the day from which a financing's discount is reckoned. The record itself keeps it only until the bank has
// paid.
func (v *View) pricedOn(f *funding.Financing) (calendar.Date, error) {
	on := f.Value
	story, err := v.view.Story(v.ctx, book.TableIndex("financing"), f.ID.Number())
	if err != nil {
		return on, err
	}
	for _, sequence := range story {
		entry, err := v.engine.ReadEntry(sequence)
		if err != nil {
			return on, err
		}
		for _, event := range entry.Events {
			switch e := event.(type) {
			case *book.FinancingOpened:
				if e.Financing.ID == f.ID {
					on = e.Financing.Value
				}
			case *book.ReferralDecided:
				if e.Financing.ID == f.ID {
					on = e.Financing.Value
				}
			case *book.PlacementShared:
				for i := range e.Financings {
					if e.Financings[i].ID == f.ID {
						on = e.Financings[i].Value
					}
				}
			case *book.FinancingAccepted:
				if e.Financing == f.ID {
					return on, nil
				}
			}
		}
	}
	return on, nil
}

// Paid is one payment on a receivable.
type Paid struct {
	Amount  Amount
	Value   string
	At      string
	Receipt *Receipt // nil where the caller does not see it
	SetOff  string   // line of a run of multilateral set-off that has paid it, without cash; "" for money
}

// PaidOn lists what was paid on a receivable that the caller sees, oldest first.
func (v *View) PaidOn(c access.Caller, of id.Receivable) ([]Paid, error) {
	r, err := get(v, &receivables, c, of.Number())
	if err != nil {
		return nil, err
	}
	story, err := v.view.Story(v.ctx, book.TableIndex("receivable"), of.Number())
	if err != nil {
		return nil, err
	}
	var paid []Paid
	for _, sequence := range story {
		entry, err := v.engine.ReadEntry(sequence)
		if err != nil {
			return nil, err
		}
		for _, event := range entry.Events {
			e, ok := event.(*book.ReceivablePaid)
			if !ok || e.Receivable != of {
				continue
			}
			one := Paid{Amount: AmountOf(e.Amount, r.Currency), Value: day(e.Value), At: Time(entry.Header.At), SetOff: e.Line.String()}
			switch receipt, err := v.Receipt(c, e.Receipt); {
			case err == nil:
				one.Receipt = &receipt
			case err != ErrNotFound:
				return nil, err
			}
			paid = append(paid, one)
		}
	}
	return paid, nil
}

// Reading is what was read in a document, beyond what Document shows.
type Reading struct {
	OrderNumber   string
	InvoiceNumber string
	Answer        string
	Totals        []Total // those that are not zero
	Lines         []Line
	Entry         uint64
}

// Total is a total of a document, by the name that UBL gives it in words.
type Total struct {
	Name   string
	Amount Amount
}

// Line is a line of a document.
type Line struct {
	Number, OrderLine, Quantity, Unit, Price string
	Amount                                   *Amount
}

// Reading gives what was read in a document that the caller sees. It is nil for one of which the journal has no reading.
func (v *View) Reading(c access.Caller, of id.Document) (*Reading, error) {
	if _, err := get(v, &documents, c, of.Number()); err != nil {
		return nil, err
	}
	story, err := v.view.Story(v.ctx, book.TableIndex("document"), of.Number())
	if err != nil || len(story) == 0 {
		return nil, err
	}
	entry, err := v.engine.ReadEntry(story[0])
	if err != nil {
		return nil, err
	}
	command, ok := entry.Command.(*book.RecordDocument)
	if !ok {
		return nil, nil
	}
	d := &command.Document
	reading := &Reading{OrderNumber: d.OrderNumber, InvoiceNumber: d.InvoiceNumber, Answer: answers[d.Accepted], Entry: story[0]}
	for _, total := range []struct {
		name  string
		minor money.Minor
	}{
		{"Lines", d.Totals.LineExtension}, {"Allowances", d.Totals.Allowance}, {"Charges", d.Totals.Charge}, {"Before tax", d.Totals.TaxExclusive},
		{"Tax", d.Totals.Tax}, {"With tax", d.Totals.TaxInclusive}, {"Prepaid", d.Totals.Prepaid}, {"Rounding", d.Totals.Rounding}, {"To pay", d.Totals.Payable},
	} {
		if total.minor != 0 {
			reading.Totals = append(reading.Totals, Total{total.name, AmountOf(total.minor, d.Currency)})
		}
	}
	for i := range d.Lines {
		l := &d.Lines[i]
		line := Line{Number: l.Number, OrderLine: l.OrderLine, Quantity: trimmed(l.Quantity.String()), Unit: l.Unit}
		if l.Price != 0 {
			line.Price = trimmed(l.Price.String())
		}
		if d.Currency != 0 && l.Amount != 0 {
			amount := AmountOf(l.Amount, d.Currency)
			line.Amount = &amount
		}
		reading.Lines = append(reading.Lines, line)
	}
	return reading, nil
}

var answers = map[trade.Answer]string{trade.AnswerAccepted: "accepted", trade.AnswerAmended: "amended", trade.AnswerRejected: "refused"}

// trimmed drops zeros after the point.
func trimmed(decimal string) string {
	if !strings.Contains(decimal, ".") {
		return decimal
	}
	return strings.TrimRight(strings.TrimRight(decimal, "0"), ".")
}

// Sees tells whether the caller sees the record of a printed id.
func (v *View) Sees(c access.Caller, of string) (bool, error) {
	_, err := v.find(c, of)
	if err == ErrNotFound {
		return false, nil
	}
	return err == nil, err
}
