package view

import (
	"millrace/book"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/trade"
	"millrace/edge/access"
)

// DocumentLine names a line of a document.
type DocumentLine struct {
	Document string `json:"document"`
	Type     string `json:"type,omitempty"`
	Number   string `json:"number,omitempty" doc:"of the document, as its issuer numbered it"`
	Line     string `json:"line,omitempty" doc:"as the document numbers it; missing for the document as a whole"`
}

// Discrepancy is one disagreement between two lines of a trade's documents.
type Discrepancy struct {
	Kind     string        `json:"kind" doc:"name of the disagreement"`
	Amount   *Amount       `json:"amount,omitempty" doc:"what it is worth; missing where the documents name no price"`
	Quantity string        `json:"quantity,omitempty" doc:"too much or too little, in the unit; of a late delivery days"`
	Unit     string        `json:"unit,omitempty" doc:"UN/ECE Recommendation 20"`
	Against  string        `json:"against,omitempty" doc:"what it is measured against, in the unit; of a price the amount at the order's price"`
	First    *DocumentLine `json:"first,omitempty"`
	Second   *DocumentLine `json:"second,omitempty"`
}

// Tolerances say which discrepancies a programme lets pass; what is missing is not tolerated.
type Tolerances struct {
	PriceShare    string  `json:"price_share,omitempty" doc:"per cent by which an invoice may exceed the order's price" example:"1.0000"`
	PriceAmount   *Amount `json:"price_amount,omitempty" doc:"and the most that it may come to on one line; where both are given both hold"`
	QuantityShare string  `json:"quantity_share,omitempty" doc:"per cent by which more may be billed than received, shipped or ordered"`
	OverDelivery  string  `json:"over_delivery,omitempty" doc:"per cent by which more may be received than ordered"`
	UnderDelivery string  `json:"under_delivery,omitempty" doc:"per cent by which less may be received than sent, promised than ordered, or be rejected"`
	DaysLate      int     `json:"days_late,omitempty" doc:"after the promised day"`
}

func showTolerances(t *funding.Tolerances, c money.Currency) *Tolerances {
	if *t == (funding.Tolerances{}) {
		return nil
	}
	share := func(r money.Rate) string {
		if r == 0 {
			return ""
		}
		return Percent(r)
	}
	shown := &Tolerances{
		PriceShare: share(t.PriceShare), QuantityShare: share(t.QuantityShare), OverDelivery: share(t.OverDelivery),
		UnderDelivery: share(t.UnderDelivery), DaysLate: int(t.DaysLate),
	}
	if t.PriceAmount != 0 {
		amount := AmountOf(t.PriceAmount, c)
		shown.PriceAmount = &amount
	}
	return shown
}

// discrepancies shows those of a trade. The numbers of documents and lines are looked up only where it is shown alone.
func discrepancies(r *trade.Trade) []Discrepancy {
	shown := make([]Discrepancy, 0, len(r.Discrepancies))
	for i := range r.Discrepancies {
		d := &r.Discrepancies[i]
		one := Discrepancy{Kind: d.Kind.Names()[0], Unit: d.Unit.String(), First: lineOf(r, d.First), Second: lineOf(r, d.Second)}
		if d.Quantity != 0 {
			one.Quantity = trimmed(d.Quantity.String())
		}
		if d.Amount != 0 {
			amount := AmountOf(d.Amount, r.Currency)
			one.Amount = &amount
		}
		switch {
		case d.Kind == trade.PriceAboveOrder:
			one.Against = money.Format(money.Minor(d.Base), r.Currency)
		case d.Base != 0:
			one.Against = trimmed(trade.Quantity(d.Base).String())
		}
		shown = append(shown, one)
	}
	return shown
}

func lineOf(r *trade.Trade, at trade.LineReference) *DocumentLine {
	if at.Document == 0 {
		return nil
	}
	return &DocumentLine{Document: id.Make[id.Document](r.ID.Shard(), uint64(at.Document)).String()}
}

// showLine shows a line of a trade, every quantity in the unit of the order where it converts.
func showLine(c *trade.Comparison) TradeLine {
	unit := c.Ordered.Unit
	for _, s := range [...]*trade.Summed{&c.Invoiced, &c.Received, &c.Shipped, &c.Agreed, &c.Credited} {
		if unit == 0 {
			unit = s.Unit
		}
	}
	in := func(q trade.Quantity, of trade.Unit) string {
		if converted, ok := q.In(of, unit); ok {
			return converted.String()
		}
		return trimmed(q.String()) + " " + of.String()
	}
	line := TradeLine{
		Unit: unit.String(), Ordered: in(c.Ordered.Quantity, c.Ordered.Unit), Agreed: in(c.Agreed.Quantity, c.Agreed.Unit),
		Shipped: in(c.Shipped.Quantity, c.Shipped.Unit), Received: in(c.Received.Quantity, c.Received.Unit), Rejected: in(c.Rejected, c.Received.Unit),
		Invoiced: in(c.Invoiced.Quantity, c.Invoiced.Unit), Credited: in(c.Credited.Quantity, c.Credited.Unit), Open: in(c.Open, c.Ordered.Unit),
	}
	price := func(p trade.UnitPrice, of trade.Unit) string {
		converted, ok := p.Per(of, unit)
		switch {
		case p == 0:
			return ""
		case ok:
			return converted.String()
		}
		return trimmed(p.String()) + " a " + of.String()
	}
	line.AtOrder, line.AtInvoice = price(c.AtOrder, c.Ordered.Unit), price(c.AtInvoice, c.Invoiced.Unit)
	return line
}

// namedMax bounds the documents that are read to name the lines of one trade's discrepancies.
const namedMax = 60

// nameLines gives the lines of discrepancies the numbers that their documents give them.
func (v *View) nameLines(c access.Caller, r *trade.Trade, shown []Discrepancy) error {
	read := map[uint32]*book.RecordDocument{}
	name := func(line *DocumentLine, at trade.LineReference) error {
		if line == nil {
			return nil
		}
		command, found := read[at.Document]
		if !found {
			if len(read) == namedMax {
				return nil
			}
			story, err := v.view.Story(v.ctx, book.TableIndex("document"), uint64(at.Document))
			if err != nil || len(story) == 0 {
				return err
			}
			entry, err := v.engine.ReadEntry(story[0])
			if err != nil {
				return err
			}
			command, _ = entry.Command.(*book.RecordDocument)
			read[at.Document] = command
		}
		if command == nil {
			return nil
		}
		line.Type, line.Number = command.Document.Type.String(), command.Document.Number
		if at.Line > 0 && int(at.Line) <= len(command.Document.Lines) {
			line.Line = command.Document.Lines[at.Line-1].Number
		}
		return nil
	}
	for i := range shown {
		d := &r.Discrepancies[i]
		if err := name(shown[i].First, d.First); err != nil {
			return err
		}
		if err := name(shown[i].Second, d.Second); err != nil {
			return err
		}
	}
	return nil
}

// Trade gives a trade that the caller sees, else ErrNotFound. One that went into another trade gives that one.
func (v *View) Trade(c access.Caller, of id.Trade) (Trade, error) {
	var r *trade.Trade
	err := error(nil)
	for next := of; next != 0; next = r.MergedInto {
		if r, err = get(v, &trades, c, next.Number()); err != nil {
			return Trade{}, err
		}
	}
	if r == nil {
		return Trade{}, ErrNotFound
	}
	shown, err := one(v, &trades, c, r.ID.Number(), (*showing).showTrade)
	if err != nil {
		return shown, err
	}
	if err := v.nameLines(c, r, shown.Discrepancies); err != nil {
		return shown, err
	}
	for next := r.NextMerged; next != 0; {
		merged, err := get(v, &trades, c, next.Number())
		if err != nil {
			return shown, err
		}
		shown.Merged = append(shown.Merged, next.String())
		next = merged.NextMerged
	}
	return shown, nil
}
