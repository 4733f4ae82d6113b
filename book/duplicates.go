package book

import (
	"encoding/binary"
	"fmt"
	"math/bits"

	"millrace/domain/duplicate"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/receivable"
	"millrace/domain/trade"
)

// selfBilled is the type code of an invoice that the buyer issued (UNTDID 1001).
const selfBilled = "389"

// claimOf is what the index of claims compares of an invoice.
func claimOf(row *Document) duplicate.Claim {
	c := duplicate.Claim{
		Seller: uint32(row.Seller.Number()), Buyer: uint32(row.Buyer.Number()), Document: uint32(row.ID.Number()), Amount: row.Payable,
		Net: row.Net, Date: row.Issued, Currency: row.Currency, Goods: row.Goods, Order: binary.BigEndian.Uint32(row.Order[:]),
		Evidence: duplicate.Invoice,
	}
	switch {
	case row.Channel == openingChannel:
		c.Evidence = duplicate.Opening
	case row.TypeCode == selfBilled:
		c.Evidence = duplicate.SelfBilled
	}
	c.Number, c.Hash = duplicate.Normalise(row.Number)
	return c
}

// goodsOf is a hash of what an invoice bills: items, units and quantities in any order of the lines, without prices. It is 0
// for one without lines.
func goodsOf(lines []trade.Line) uint32 {
	sum := uint64(0)
	for i := range lines {
		line := &lines[i]
		hash := binary.BigEndian.Uint64(line.Item[:]) ^ mix(uint64(line.Quantity))
		text := line.Unit
		if line.Item.IsZero() { // the line of the order is all that tells what it is
			text += " " + line.OrderLine
		}
		for i := range len(text) {
			hash = mix(hash + uint64(text[i]))
		}
		sum += mix(hash)
	}
	if len(lines) == 0 {
		return 0
	}
	return uint32(sum>>32) | 1
}

// netOf is the payable amount without the tax in it; 0 where the document does not say.
func netOf(totals *trade.Totals) money.Minor {
	if totals.TaxInclusive <= 0 || totals.TaxExclusive <= 0 || totals.TaxExclusive > totals.TaxInclusive || totals.Payable <= 0 {
		return 0
	}
	return money.MulDiv(totals.Payable, int64(totals.TaxExclusive), int64(totals.TaxInclusive))
}

// matches finds what the index of claims says of the row of an invoice that belongs into a trade. Room is asked for only
// where a claim is like it.
func (d *draft) matches(row *Document, t *trade.Trade, doc *trade.Document) duplicate.Match {
	claim := claimOf(row)
	s := duplicate.Setting{Covers: d.covers(&claim, doc)}
	m := d.claims.Check(&claim, s)
	if m.Kind == duplicate.Unique || m.Kind == duplicate.Exact {
		return m
	}
	if s.Room = d.roomFor(t, doc, &claim); s.Room != duplicate.RoomUnknown {
		m = d.claims.Check(&claim, s)
	}
	return m
}

// roomFor says whether the documents of a trade leave room for one more invoice: by quantities where it has lines, else by
// what was billed on its order so far.
func (d *draft) roomFor(t *trade.Trade, doc *trade.Document, c *duplicate.Claim) duplicate.Room {
	if t.Facts&(trade.Ordered|trade.Shipped|trade.Received) == 0 {
		return duplicate.RoomUnknown
	}
	room := duplicate.RoomOrdered
	if t.Facts.Performed() {
		room = duplicate.RoomDelivered
	}
	if len(doc.Lines) > 0 {
		if t.WouldExceed(doc) {
			return duplicate.RoomNone
		}
		return room
	}
	value, known := earnedOn(t, doc.Currency)
	if c.Order == 0 || !known {
		return duplicate.RoomUnknown
	}
	if money.Add(d.claims.Billed(c), c.NetAmount()) > money.Add(value, money.MulDiv(value, funding.DuplicateTolerance, millionths)) {
		return duplicate.RoomNone
	}
	return room
}

// ladder weighs an invoice against all that came before, and adds what it finds.
func (w *weighing) ladder(d *draft, t *trade.Trade) {
	c, doc := w.command, &w.command.Document
	row := w.row(d, t.ID)
	w.match = d.matches(&row, t, doc)
	code := findingOf(w.match)
	if !c.Lines.IsZero() {
		w.contents = identity(w.seller, w.buyer, c.Lines)
		if _, found := d.contents.get(w.contents); found && code != trade.FindingDuplicate && t.WouldExceed(doc) {
			code = trade.FindingRenumbered
		}
	}
	if code != "" {
		w.find(code, d.why(&row, w.match))
	}
}

// find adds a finding with what it is about.
func (w *weighing) find(code, detail string) {
	w.findings = append(w.findings[:len(w.findings):len(w.findings)], trade.Finding{Code: code, Detail: detail})
}

// findingOf is the finding that a match leaves on an invoice; "" for none.
func findingOf(m duplicate.Match) string {
	if m.Score < duplicate.ReferFrom {
		return ""
	}
	switch m.Kind {
	case duplicate.Exact:
		return trade.FindingDuplicate
	case duplicate.Renumbered:
		if m.Score >= duplicate.ScoreNoRoom {
			return trade.FindingRenumbered
		}
		return trade.FindingSameContent
	case duplicate.Near:
		return trade.FindingNear
	case duplicate.CrossType:
		return trade.FindingCrossType
	case duplicate.SameAmount:
		return trade.FindingSameAmount
	case duplicate.Unique:
	}
	return ""
}

// why names the other claim and tells how the two differ.
func (d *draft) why(row *Document, m duplicate.Match) string {
	other := d.claims.At(m.Other)
	if other == nil {
		return ""
	}
	told := fmt.Sprintf("%s, as %s", m.Kind, id.Make[id.Document](d.shard, uint64(other.Document)))
	if other.Receivable != 0 {
		told += fmt.Sprintf(" of %s", id.Make[id.Receivable](d.shard, uint64(other.Receivable)))
	}
	told += fmt.Sprintf(": dates %d days apart", duplicate.DaysApart(row.Issued, other.Date))
	if difference := money.Sub(row.Payable, other.Amount); difference != 0 {
		told += fmt.Sprintf(", amounts by %s", money.Format(difference, row.Currency))
	}
	switch m.Distance {
	case 0:
		told += ", the same number"
	case 1:
		told += ", one edit between the numbers"
	}
	switch m.Covers.Now() {
	case duplicate.CoverNone:
		told += ", more of its goods billed than ordered"
	case duplicate.CoverOrdered:
		told += ", its goods ordered and not all arrived"
	case duplicate.CoverArrived:
		told += ", its goods arrived and not billed before"
	case duplicate.CoverUnknown:
	}
	if m.Kind != duplicate.Exact {
		told += fmt.Sprintf("; weight %s bits", money.FormatScaled(int64(m.Score), 2))
	}
	return told
}

// likeness is what the ladder says of a receivable that is to be financed now.
type likeness struct {
	kind   duplicate.Kind
	other  id.Receivable // 0 where the other claim has none
	weight duplicate.Score
	action funding.DuplicateAction
}

// duplicates asks the ladder at the moment of financing: what was found when the invoice came, unless a person has
// cleared it, and any later claim that was found to be like this one and is financed.
func (u *use) duplicates(d *draft) *Rejection {
	if u.receivable == nil { // an order is no invoice: the stages of its trade are held apart by themselves
		return nil
	}
	policy := u.programme.Duplicates.Effective()
	place := d.claims.OfDocument(uint32(u.receivable.Document.Number()))
	if place == 0 {
		return nil
	}
	worst := likeness{}
	weigh := func(m duplicate.Match, at uint32, of *duplicate.Entry) {
		l := likeness{kind: m.Kind, weight: m.Score, action: actionOf(&policy, m, &d.claims.At(place).Claim, &of.Claim)}
		if of.Receivable != 0 {
			l.other = id.Make[id.Receivable](d.shard, uint64(of.Receivable))
		}
		if l.action > worst.action {
			worst = l
		}
	}
	this := d.claims.At(place)
	if code := findingOf(this.Match()); code != "" && trade.FindingSet(u.receivable.Findings)&trade.BitOf(code) != 0 {
		weigh(this.Match(), place, d.claims.At(this.Match().Other))
	}
	d.claims.Later(place, func(at uint32, later *duplicate.Entry) bool {
		if r := d.receivables.at(uint64(later.Receivable)); r != nil && r.Financing != 0 {
			weigh(later.Match(), at, later)
		}
		return true
	})
	if worst.action == funding.DuplicateBlock {
		return reject("duplicate_blocked", "receivable", "the programme does not finance what was seen before: %s, as %s", worst.kind, worst.other)
	}
	if worst.action == funding.DuplicateRefer {
		u.facts.PossibleDuplicate, u.facts.DuplicateWeight, u.facts.DuplicateBound = int32(worst.kind), int64(worst.weight), int64(policy.ReferFrom)
	}
	return nil
}

// actionOf is what the policy wants for a match of two claims.
func actionOf(p *funding.DuplicatePolicy, m duplicate.Match, a, b *duplicate.Claim) funding.DuplicateAction {
	if m.Score < duplicate.Score(p.ReferFrom) {
		return funding.DuplicateNote
	}
	switch m.Kind {
	case duplicate.Exact:
		return funding.DuplicateBlock
	case duplicate.Renumbered:
		return p.Renumbered
	case duplicate.Near:
		difference := max(money.Sub(a.Amount, b.Amount), money.Sub(b.Amount, a.Amount))
		off := difference > max(1, money.MulDiv(max(a.Amount, -a.Amount), int64(p.NearAmount), millionths))
		if off || difference != 0 && duplicate.DaysApart(a.Date, b.Date) > int(p.NearDays) {
			return funding.DuplicateNote
		}
		return p.Near
	case duplicate.CrossType:
		return p.CrossType
	case duplicate.SameAmount:
		return p.SameAmount
	case duplicate.Unique:
	}
	return funding.DuplicateNote
}

const millionths = 1_000_000

// aggregate asks whether the sum financed on a trade stays within what was ordered and received in total. Taxes are left
// out on both sides.
func (u *use) aggregate(d *draft) *Rejection {
	policy := u.programme.Duplicates.Effective()
	t := u.dealing(d)
	if t == nil {
		return nil
	}
	value, known := earnedOn(t, u.currency)
	if u.receivable == nil {
		value, known = u.worth, true
	}
	if !known || value <= 0 {
		return nil
	}
	sum := money.Add(d.financedOn[t.ID], d.netOfTax(u.receivable, u.amount))
	bound := money.Add(value, money.MulDiv(value, int64(policy.Tolerance), millionths))
	if sum <= bound {
		return nil
	}
	if policy.Aggregate == funding.DuplicateBlock {
		return reject("aggregate_exceeded", "receivable", "%s would be financed on trade %s, and %s was ordered and received", money.Amount{Minor: sum, Currency: t.Currency},
			t.ID, money.Amount{Minor: value, Currency: t.Currency})
	}
	if policy.Aggregate == funding.DuplicateRefer {
		u.facts.FinancedOnTrade, u.facts.EarnedOnTrade = sum, bound
	}
	return nil
}

// netOfTax is the part of an amount of a receivable that is no tax, as far as its invoice says.
func (b *Book) netOfTax(r *receivable.Receivable, amount money.Minor) money.Minor {
	if r == nil { // orders are priced without tax
		return amount
	}
	e := b.claims.At(b.claims.OfDocument(uint32(r.Document.Number())))
	if e == nil || e.Net <= 0 || e.Amount <= 0 {
		return amount
	}
	return money.MulDiv(amount, int64(e.Net), int64(e.Amount))
}

// earnedOn is what was ordered, and no more than what was received, or sent while nothing is received, at the order's prices;
// it is not known when a line has no price, or comes in a unit that can't be compared.
func earnedOn(t *trade.Trade, currency money.Currency) (money.Minor, bool) {
	if t.Facts&trade.Ordered == 0 || t.Currency != currency {
		return 0, false
	}
	ordered, arrived := money.Minor(0), money.Minor(0)
	for _, line := range t.Comparisons() {
		if line.Ordered.Quantity == 0 {
			continue
		}
		if line.AtOrder <= 0 {
			return 0, false
		}
		arrival := line.Received
		if t.Documented()&trade.Received == 0 {
			arrival = line.Shipped
		}
		came, comparable := arrival.Quantity.In(arrival.Unit, line.Ordered.Unit)
		if !comparable {
			return 0, false
		}
		value, ok := worth(line.Ordered.Quantity, line.AtOrder, currency)
		most, fits := worth(min(came, line.Ordered.Quantity), line.AtOrder, currency)
		if !ok || !fits || value > money.MinorMax-ordered {
			return 0, false
		}
		ordered, arrived = ordered+value, arrived+most
	}
	if t.Facts.Performed() {
		return min(ordered, arrived), true
	}
	return ordered, true
}

// worth is quantity × price in minor units, rounded half up; it tells whether that fits.
func worth(quantity trade.Quantity, price trade.UnitPrice, currency money.Currency) (money.Minor, bool) {
	if quantity <= 0 {
		return 0, true
	}
	divisor := uint64(1)
	for range trade.QuantityDigits + trade.UnitPriceDigits - currency.Digits() {
		divisor *= 10
	}
	high, low := bits.Mul64(uint64(quantity), uint64(price))
	low, carry := bits.Add64(low, divisor/2, 0)
	high += carry
	if high >= divisor {
		return 0, false
	}
	value, _ := bits.Div64(high, low, divisor)
	return money.Minor(value), value <= uint64(money.MinorMax)
}

// countFinanced adds what a financing takes of its trade, or takes it back. What was repaid stays: the goods are used up.
func (b *Book) countFinanced(f *funding.Financing, by money.Minor) {
	r := b.receivables.at(f.Receivable.Number())
	if r == nil || r.Trade == 0 {
		return
	}
	of := r.Trade
	if t := b.standing(of); t != nil {
		of = t.ID
	}
	if b.financedOn[of] += by * b.netOfTax(r, f.Amount); b.financedOn[of] == 0 {
		delete(b.financedOn, of)
	}
}

// financed tells whether a financing in this state has taken its part of the trade.
func financed(s funding.FinancingState) bool { return s.Claims() || s == funding.ClosedState }
