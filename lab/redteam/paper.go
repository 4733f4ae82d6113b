package redteam

import (
	"context"
	"fmt"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/trade"
	"millrace/edge/reading"
	"millrace/lab/paper"
)

// ware is a number of pieces of one article at one price.
type ware = paper.Ware

// total is what wares cost without tax, and gross what an invoice over them asks for.
func total(wares []ware) money.Minor { return paper.Total(wares) }
func gross(wares []ware) money.Minor { return paper.Gross(wares) }

// times gives wares in so many hundredths of their number, and prices in so many hundredths of theirs.
func times(wares []ware, pieces, price int64) []ware { return paper.Times(wares, pieces, price) }

// taxPercent is on all invoices.
const taxPercent = paper.TaxPercent

// sheet is one document before it is written.
type sheet struct {
	kind          trade.Type
	number, order string // order is "" where none is named
	credits       string // invoice that a credit note names
	note          string // makes the bytes of a second writing differ
	issued, due   calendar.Date
	seller, buyer *firm
	wares         []ware
}

func (f *firm) onPaper() paper.Party {
	return paper.Party{Name: f.name, Country: f.country, VAT: f.vat}
}

// bytes writes the sheet as a file.
func (s *sheet) bytes() []byte {
	p := paper.Sheet{
		Kind: s.kind, Number: s.number, Order: s.order, Credits: s.credits, Note: s.note, Issued: s.issued, Due: s.due,
		Seller: s.seller.onPaper(), Buyer: s.buyer.onPaper(), Wares: s.wares,
	}
	return p.Bytes()
}

// bytesMax bounds a document; the laboratory writes them itself.
const bytesMax = 1 << 20

// send writes a document, reads it as any other file, and records it.
func (l *lab) send(s *sheet) ([]book.Event, error) { return l.sendAs(l.Maker, s) }

func (l *lab) sendAs(actor id.Actor, s *sheet) ([]book.Event, error) {
	content := s.bytes()
	read, err := reading.Read(s.number+".xml", content, reading.Limits{BytesMax: bytesMax})
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", s.kind, s.number, err)
	}
	c, err := l.intake.PrepareReading(context.Background(), &read, content, "folder")
	if err != nil {
		return nil, err
	}
	return l.submit(actor, c)
}
