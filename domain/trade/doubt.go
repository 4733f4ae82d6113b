package trade

import (
	"slices"

	"millrace/domain/id"
)

// Doubt is an invoice that was found to be like an earlier one when it came: until a person clears it, what it bills does not
// count as billed where later invoices are held against what has arrived, or each repeat would make the next
// invoice look like one.
type Doubt struct {
	Document id.Document   `cbor:"1,keyasint"`
	Lines    []DoubtedLine `cbor:"2,keyasint"`
}

// DoubtedLine is one line of a doubted invoice.
type DoubtedLine struct {
	Item     uint64   `cbor:"1,keyasint"` // key of the item, as in MatchedLine
	Quantity Quantity `cbor:"2,keyasint"`
	Unit     Unit     `cbor:"3,keyasint,omitempty"`
}

// DoubtedLinesMax bounds the doubts of a trade; an invoice beyond it counts as billed.
const DoubtedLinesMax = 5000

// Doubt gives the trade with a doubt about an invoice that is in it.
func (t Trade) Doubt(d *Document, of id.Document) Trade {
	doubt := Doubt{Document: of}
	for i := range d.Lines {
		line := &d.Lines[i]
		if item := itemKey(line.Item); item != 0 {
			doubt.Lines = append(doubt.Lines, DoubtedLine{item, line.Quantity, UnitOf(line.Unit)})
		}
	}
	total := len(doubt.Lines)
	for i := range t.Doubts {
		total += len(t.Doubts[i].Lines)
	}
	if _, moves := sideOf(d); moves && len(doubt.Lines) > 0 && total <= DoubtedLinesMax {
		t.Doubts = append(t.Doubts[:len(t.Doubts):len(t.Doubts)], doubt)
	}
	return t
}

// Believe gives the trade without its doubt about an invoice.
func (t Trade) Believe(of id.Document) Trade {
	t.Doubts = slices.DeleteFunc(slices.Clone(t.Doubts), func(d Doubt) bool { return d.Document == of })
	return t
}
