package economy

import (
	"fmt"
	"slices"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/receivable"
	"millrace/domain/trade"
	"millrace/lab/load"
	"millrace/lab/paper"
)

// How often, in per mille, things happen that the ledger does not tell: assumptions, listed in doc/ECONOMY.md.
const (
	partsPerMille    = 150 // orders that are delivered and billed in two parts
	creditPerMille   = 20  // bills without undertaking that are reduced afterwards
	disputePerMille  = 15  // the same, disputed
	refusedPerMille  = 5   // payments that the bank sends back
	namelessPerMille = 60  // payments that name no invoice
	cheatPerMille    = 60  // bills of a crooked seller after which it cheats
)

// deal is one order.
type deal struct {
	tie   *tie
	order string
	wares []paper.Ware
}

// orders draws the day's orders of every tie.
func (e *Economy) orders() {
	month := e.parameters.Months[e.Today.Month()-1]
	for _, t := range e.ties {
		if t.buyer.stopped(e.day) || t.seller.stopped(e.day) {
			continue
		}
		for range t.random.events(t.rate * month * e.demand) {
			d := &deal{tie: t}
			e.enter(e.turn(), d, func() error { return e.order(d) })
		}
	}
}

// stopped says whether a firm has failed by a day.
func (f *firm) stopped(day int) bool { return f.insolvent > 0 && day >= f.insolvent }

// order sends an order, and enters what follows from it.
func (e *Economy) order(d *deal) error {
	t := d.tie
	e.serial++
	d.order, d.wares = fmt.Sprintf("PO-%s-%06d", t.buyer.vat[len(t.buyer.vat)-4:], e.serial), t.draw(&e.parameters)
	if _, err := e.send(e.sheet(d, trade.Order, d.wares)); err != nil {
		return err
	}
	e.told.orders++
	shares := []int64{100}
	if t.random.chance(partsPerMille) && d.divisible() {
		shares = []int64{60, 40}
	}
	day := t.random.between(2, 7)
	for i, share := range shares {
		part := paper.Times(d.wares, share, 100)
		if i > 0 {
			part = d.rest(paper.Times(d.wares, shares[0], 100))
		}
		e.in(day, func() error { return e.despatch(d, part) })
		day += t.random.between(3, 10)
	}
	return nil
}

// divisible says whether there are enough pieces of everything for two parts.
func (d *deal) divisible() bool {
	return !slices.ContainsFunc(d.wares, func(w paper.Ware) bool { return w.Pieces < 5 })
}

// rest is what a first part leaves.
func (d *deal) rest(first []paper.Ware) []paper.Ware {
	left := slices.Clone(d.wares)
	for i := range left {
		left[i].Pieces -= first[i].Pieces
	}
	return left
}

// sheet is a document of a deal, of today.
func (e *Economy) sheet(d *deal, kind trade.Type, wares []paper.Ware) *paper.Sheet {
	s := &paper.Sheet{Kind: kind, Order: d.order, Issued: e.Today, Seller: d.tie.seller.onPaper(), Buyer: d.tie.buyer.onPaper(), Wares: wares}
	switch kind {
	case trade.Order:
		s.Number, s.Order = d.order, ""
	case trade.Invoice:
		s.Number, s.Due = d.tie.seller.number(), e.Today.AddDays(d.tie.term)
	case trade.CreditNote:
		s.Number = d.tie.seller.number()
	default:
		e.serial++
		s.Number = fmt.Sprintf("%s-%07d", paper.Roots[kind][:1], e.serial)
	}
	return s
}

// despatch sends goods; they are received and billed in the days after.
func (e *Economy) despatch(d *deal, part []paper.Ware) error {
	if d.tie.buyer.stopped(e.day) || d.tie.seller.stopped(e.day) {
		return nil
	}
	if _, err := e.send(e.sheet(d, trade.DespatchAdvice, part)); err != nil {
		return err
	}
	r := &d.tie.random
	travel := r.between(1, 3)
	e.in(travel, func() error { _, err := e.send(e.sheet(d, trade.ReceiptAdvice, part)); return err })
	e.in(travel+r.between(0, 2), func() error { return e.bill(d, part) })
	return nil
}

// bill sends the invoice for a delivery, and enters what buyer and seller do with it.
func (e *Economy) bill(d *deal, part []paper.Ware) error {
	c, err := e.invoice(d, e.sheet(d, trade.Invoice, part))
	if err != nil || c == nil {
		return err
	}
	t := d.tie
	e.in(e.pays(c), func() error { return e.settle(c, t.buyer.market.open) })
	c.wants = t.random.chance(t.eager)
	if t.crooked && t.random.chance(cheatPerMille) {
		e.in(t.random.between(4, 9), func() error { return e.cheat(d, part, c) })
	}
	if t.confirmed {
		e.later(t.random.between(1, 4), func() error { return e.confirm(c) })
		e.offer(c, 5)
		return nil
	}
	if t.random.chance(creditPerMille) {
		e.in(t.random.between(4, 9), func() error { return e.reduce(d, c) })
	} else if t.random.chance(disputePerMille) {
		e.in(t.random.between(6, 12), func() error { return e.dispute(c) })
	}
	if c.wants {
		e.in(t.random.between(1, 3), func() error { return e.finance(c, t.buyer.market.open) })
	}
	e.offer(c, 1)
	return nil
}

// invoice records an invoice. It gives nil where no receivable came of it.
func (e *Economy) invoice(d *deal, s *paper.Sheet) (*claim, error) {
	events, err := e.send(s)
	if err != nil {
		return nil, err
	}
	e.told.invoices++
	opened, found := find[*book.ReceivableOpened](events)
	if !found {
		return nil, nil
	}
	c := e.claims[opened.Receivable.ID]
	c.tie, c.lane, c.number = d.tie, d, s.Number
	e.told.amount += c.Face
	return c, nil
}

// confirm is the buyer's irrevocable undertaking on all of a claim.
func (e *Economy) confirm(c *claim) error {
	buyer := c.tie.buyer
	if buyer.stopped(e.day) || c.outstanding() != c.Face || c.Undertaking != receivable.NoUndertaking {
		return nil
	}
	given := load.Confirmation(&c.Receivable, receivable.Irrevocable, c.Face)
	given.Signatures = []book.Signature{buyer.signer.Sign(given.Statement())}
	_, _, err := e.try(buyer.buying, given)
	return err
}

// undertakenPart is the part of its usual delay with which a buyer pays what it has undertaken irrevocably.
const undertakenPart = 0.25

// pays draws in how many days a buyer pays a claim: the delay of the ledger over its term of 30 days, on top of this claim's own term; who pays
// in time does so on its last payday up to the due date, who is late on the first payday after the delay.
func (e *Economy) pays(c *claim) int {
	t := c.tie
	delay := e.parameters.delays().at(t.random.Float64()) * t.buyer.slowness
	due := calendar.DaysBetween(e.Today, c.Due)
	late := min(delay, delayMost) - DelayTerm
	if late <= 0 {
		days := due
		for back := 0; back < 7 && e.payday(days) != t.buyer.payday; back++ {
			days--
		}
		return days
	}
	if t.confirmed {
		late *= undertakenPart
	}
	days := due + int(late) + 1
	for e.payday(days) != t.buyer.payday {
		days++
	}
	return days
}

// payday is the day of the week so many days from today; 0 is Monday.
func (e *Economy) payday(days int) int {
	return int(e.Today.AddDays(days).Weekday()-calendar.Monday) % 7
}

// reduce sends a credit note for a little of a bill: a discount that was agreed afterwards.
func (e *Economy) reduce(d *deal, c *claim) error {
	wares := []paper.Ware{{Article: d.wares[0].Article, Pieces: 1, Price: max(1, c.Face/60)}}
	if c.outstanding() <= paper.Gross(wares) {
		return nil
	}
	note := e.sheet(d, trade.CreditNote, wares)
	note.Credits = c.number
	e.told.creditNotes++
	_, err := e.send(note)
	return err
}

// received records money of the buyer or the seller in a programme, and gives its receipt.
func (e *Economy) received(p id.Programme, amount money.Minor, from *firm, number string) (id.Receipt, error) {
	e.serial++
	remittance := from.name
	if number != "" && !e.random.chance(namelessPerMille) {
		remittance += ", invoice " + number
	}
	a, err := e.await(wish{remittance: remittance, asked: asked{e.Bank, &book.RecordReceipt{
		Programme: p, Line: load.Token(fmt.Sprint("line ", e.serial)), Amount: amount, Currency: e.Currency, Value: e.Today, Booking: e.Today,
	}}})
	if err != nil || e.refused(a, "record_receipt") {
		return 0, err
	}
	made, _ := find[*book.ReceiptRecorded](a.events)
	return made.Receipt.ID, nil
}
