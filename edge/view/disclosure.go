package view

import (
	"errors"
	"fmt"
	"slices"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/disclosure"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/product"
	"millrace/domain/receivable"
	"millrace/edge/access"
)

// Standards are those under which a buyer discloses its supplier finance arrangements.
var Standards = []string{"ifrs", "us-gaap"}

// ErrStandard is returned for a standard that is not one of Standards.
var ErrStandard = errors.New("view: no such accounting standard")

// Figure is a number as a report prints it: an amount in major units, whole days, or a share with its per cent sign; "" where the
// row has none.
type Figure string

// DisclosureRow is one row of the tables that a buyer discloses. No row names a supplier or a finance provider.
type DisclosureRow struct {
	Citation  string `json:"citation" doc:"paragraph that asks for it"`
	Label     string `json:"label"`
	Detail    string `json:"detail" doc:"line item, arrangement or kind of change"`
	Unit      string `json:"unit" enum:"words,amount,days,share" doc:"what its figures are in"`
	Currency  string `json:"currency" doc:"ISO 4217; empty for a row without amounts"`
	Beginning Figure `json:"beginning" doc:"at the close of the day before the period"`
	End       Figure `json:"end" doc:"at the close of its last day"`
	Period    Figure `json:"period" doc:"during the period"`
	Text      string `json:"text" doc:"of a row in words"`
}

// SupplierFinance are the tables of one buyer for one period.
type SupplierFinance struct {
	Standard  string          `json:"standard" enum:"ifrs,us-gaap"`
	Entity    *Ref            `json:"entity" doc:"the buyer"`
	From      string          `json:"from" doc:"first business date of the period"`
	Until     string          `json:"until" doc:"last one"`
	Rows      []DisclosureRow `json:"rows"`
	Watermark uint64          `json:"watermark"`
}

var disclosureUnits = [...]string{disclosure.Words: "words", disclosure.Amount: "amount", disclosure.Days: "days", disclosure.Share: "share"}

// The line items in which a buyer's payables stand, as places in disclosure.Report.Lines: the accounts of the same names.
const (
	tradePayables     = 0 // those with a soft undertaking too
	confirmedPayables = 1 // those that are undertaken irrevocably
)

// SupplierFinance makes the tables on supplier finance of a buyer under IFRS (IAS 7.44F-44H) or US GAAP (ASU 2022-04) for the business
// dates from and until, both included. Only the buyer itself and those who see all are told; ErrNotFound for others, ErrStandard for
// another standard. Everything is reckoned from the entries up to the evening of the last date, so tables of a period that is over
// never change.
func (v *View) SupplierFinance(c access.Caller, buyer id.Party, standard string, from, until calendar.Date) (SupplierFinance, error) {
	if !slices.Contains(Standards, standard) {
		return SupplierFinance{}, ErrStandard
	}
	report, err := v.SupplierFinanceFacts(c, buyer, from, until)
	if err != nil {
		return SupplierFinance{}, err
	}
	shown := SupplierFinance{Standard: standard, From: from.String(), Until: until.String(), Rows: []DisclosureRow{}, Watermark: v.Watermark()}
	if shown.Entity, err = v.party(buyer); err != nil {
		return shown, err
	}
	made := report.IFRS
	if standard == "us-gaap" {
		made = report.FASB
	}
	for _, row := range made() {
		cells := row.Cells() // in the order of disclosure.Header
		shown.Rows = append(shown.Rows, DisclosureRow{
			Citation: cells[0], Label: cells[1], Detail: cells[2], Unit: disclosureUnits[row.Unit], Currency: cells[3],
			Beginning: Figure(cells[4]), End: Figure(cells[5]), Period: Figure(cells[6]), Text: cells[7],
		})
	}
	return shown, nil
}

// SupplierFinanceFacts gathers what the tables are made of. Who is told, and what it is reckoned from, is as for SupplierFinance.
func (v *View) SupplierFinanceFacts(c access.Caller, buyer id.Party, from, until calendar.Date) (*disclosure.Report, error) {
	if buyer == 0 || !c.SeesAll() && (c.Party != buyer || c.Views()&party.Buyer == 0) {
		return nil, ErrNotFound
	}
	if _, err := v.Party(c, buyer); err != nil {
		return nil, err
	}
	days, err := v.daysSince(dayBefore(from))
	if err != nil {
		return nil, err
	}
	owed := &owings{
		view: v, buyer: buyer, dates: books{days: days}, before: dayBefore(from), last: v.evening(days, until),
		payables: map[id.Receivable]*owing{}, financings: map[id.Financing]*funding.Financing{}, certificates: map[id.Certificate]*owing{},
		report: disclosure.Report{From: from, Until: until, Lines: []string{tradePayables: "trade payables", confirmedPayables: "confirmed payables"}},
	}
	if err := owed.readArrangements(); err != nil {
		return nil, err
	}
	entries, err := owed.entries(v.evening(days, owed.before))
	if err != nil {
		return nil, err
	}
	for _, sequence := range entries {
		stored, err := v.engine.ReadEntry(sequence)
		if err != nil {
			return nil, err
		}
		for _, event := range stored.Events {
			owed.fold(sequence, event)
		}
		owed.settle(sequence)
	}
	if defects := owed.report.Defects(); len(defects) > 0 {
		return nil, fmt.Errorf("view: what %s owes can't be reckoned back: %s", buyer, defects[0])
	}
	return &owed.report, nil
}

// owings reckons what a buyer owed, payable by payable, from the entries of their stories.
type owings struct {
	view         *View
	buyer        id.Party
	dates        books
	before       calendar.Date // the day before the period
	last         uint64        // entry of the period
	arrangements []arrangement
	payables     map[id.Receivable]*owing
	financings   map[id.Financing]*funding.Financing // as they stand after the entries so far
	certificates map[id.Certificate]*owing
	touched      []*owing // by the entry under way
	report       disclosure.Report
}

// arrangement is a live programme of the buyer.
type arrangement struct {
	programme funding.Programme
	terms     product.Terms
	approved  uint64 // entry
}

// position is where a part of a payable stands.
type position struct {
	place     disclosure.Place
	programme id.Programme
	provider  id.Party
	line      uint8
}

// standing is how much of a payable stands at a position, and for how much of that its supplier was paid.
type standing struct{ amount, part money.Minor }

// owing is one debt of the buyer.
type owing struct {
	record     receivable.Receivable
	home       position // of what is undertaken and not financed
	financings []id.Financing
	stands     map[position]standing
	keys       map[position]uint64 // of disclosure.Payable
	kind       disclosure.Kind     // of what the entry under way does; 0 while none does anything
}

// readArrangements finds the buyer's programmes that were live by the end of the period, with the entries since which they are.
func (o *owings) readArrangements() error {
	all, err := o.view.allProgrammes()
	if err != nil {
		return err
	}
	for i := range all {
		p := &all[i]
		if p.Anchor != o.buyer || p.State != funding.Live {
			continue
		}
		approved, err := o.view.approved(p)
		if err != nil {
			return err
		}
		if approved > o.last {
			continue
		}
		a := arrangement{programme: *p, approved: approved}
		err = rows(o.view, "SELECT number, record FROM product WHERE number = ?", []any{int64(p.Product.Number())}, func(_ uint64, offered *product.Product) error {
			a.terms = offered.Terms
			return nil
		})
		if err != nil {
			return err
		}
		o.arrangements = append(o.arrangements, a)
		if place, _ := a.provider(o.buyer); place == disclosure.InArrangement {
			o.report.Arrangements = append(o.report.Arrangements, disclosure.Arrangement{
				Programme: p.ID, Name: a.terms.Name + ", " + p.ID.String(), Terms: a.words(), Security: "none on record in this book",
			})
		}
	}
	return nil
}

// approved is the entry that made a programme live.
func (v *View) approved(p *funding.Programme) (uint64, error) {
	story, err := v.view.Story(v.ctx, book.TableIndex("programme"), p.ID.Number())
	if err != nil {
		return 0, err
	}
	for _, sequence := range story {
		stored, err := v.engine.ReadEntry(sequence)
		if err != nil {
			return 0, err
		}
		for _, event := range stored.Events {
			if e, ok := event.(*book.ProgrammeApproved); ok && e.Programme == p.ID {
				return sequence, nil
			}
		}
	}
	return 0, fmt.Errorf("view: programme %s is live and no entry has approved it", p.ID)
}

// provider is the finance provider of a programme that is asked first; the buyer that pays early itself is none.
func (a *arrangement) provider(buyer id.Party) (disclosure.Place, id.Party) {
	var first *funding.Funder
	for i := range a.programme.Funders {
		if f := &a.programme.Funders[i]; f.Party != buyer && (first == nil || f.Priority < first.Priority) {
			first = f
		}
	}
	if first == nil || a.terms.Source == product.SourceBuyer {
		return disclosure.OwnCash, 0
	}
	return disclosure.InArrangement, first.Party
}

// words are the payment terms: those of the invoice, which the programme never changes.
func (a *arrangement) words() string {
	least := [...]string{"none", "soft", "irrevocable", "of a bank"}[a.terms.Undertaking]
	text := "the buyer pays each invoice in full on the due date agreed with its supplier, to whoever holds the claim; least undertaking: " + least
	if a.terms.TenorDaysMax > 0 {
		text += fmt.Sprintf("; invoices are financed with %d to %d days to run", max(1, a.terms.TenorDaysMin), a.terms.TenorDaysMax)
	}
	if a.terms.GraceDays > 0 {
		text += fmt.Sprintf("; days of grace: %d", a.terms.GraceDays)
	}
	return text
}

// entries are those up to the end of the period which changed what the buyer owed, or what was financed of it, without debts that
// were settled before the period.
func (o *owings) entries(before uint64) ([]uint64, error) {
	var all []uint64
	add := func(table string, number uint64) error {
		story, err := o.view.view.Story(o.view.ctx, book.TableIndex(table), number)
		if err == nil {
			all = append(all, story[:below(story, o.last+1)]...)
		}
		return err
	}
	var debts, financings []uint64
	err := rows(o.view, "SELECT number, record FROM receivable WHERE buyer = ?", []any{int64(o.buyer)}, func(number uint64, r *receivable.Receivable) error {
		if r.State != receivable.Closed || r.Entry > before {
			o.payables[r.ID] = nil // until it is opened
			debts = append(debts, number)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = rows(o.view, "SELECT number, record FROM financing WHERE buyer = ?", []any{int64(o.buyer)}, func(number uint64, f *funding.Financing) error {
		if _, wanted := o.payables[f.Receivable]; wanted {
			financings = append(financings, number)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, number := range debts {
		if err := add("receivable", number); err != nil {
			return nil, err
		}
	}
	for _, number := range financings {
		if err := add("financing", number); err != nil {
			return nil, err
		}
	}
	slices.Sort(all)
	return slices.Compact(all), nil
}
