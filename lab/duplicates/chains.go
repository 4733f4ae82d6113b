package duplicates

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"

	"millrace/book"
	"millrace/domain/money"
	"millrace/domain/trade"
	"millrace/edge/intake"
	"millrace/edge/ubl"
	"millrace/engine/vault"
	"millrace/lab/load"
)

// repeatsAnInvoice is how many repeats of each kind are tried of every invoice in the chains, each in a book of its own.
const repeatsAnInvoice = 20

// MeasureChains records the chains of UBL documents that chains.json in the folder lists, and then, in a new book each time,
// the same documents with one repeat of one of their invoices.
func MeasureChains(dir string, seed uint64) (*TradesResult, error) {
	commands, err := readChains(dir)
	if err != nil {
		return nil, err
	}
	events := make([]event, len(commands))
	for i, c := range commands {
		events[i] = event{command: c, of: i}
	}
	g := GroupResult{}
	bare := record(events)
	random := rand.New(rand.NewPCG(seed, 3))
	var counts, found [3]float64
	for i, c := range commands {
		if c.Document.Type != trade.Invoice {
			continue
		}
		if bare[i].blocked { // one example in two chains: parties and number are the same
			continue
		}
		g.Invoices++
		if bare[i].found {
			g.ReferralsPer10k++
		}
		for kind := range Kinds {
			for range repeatsAnInvoice {
				repeated := repeatOf(c, Kinds[kind], random)
				with := record(append(slices.Clone(events), event{command: repeated, kind: Kinds[kind]}))
				counts[kind]++
				g.Injected++
				if with[len(events)].found {
					found[kind]++
				}
			}
		}
	}
	if g.Invoices == 0 {
		return nil, errors.New("the chains hold no invoice that can be read")
	}
	g.ReferralsPer10k *= 10_000 / float64(g.Invoices)
	g.ExactRecall, g.RenumberedFound, g.NearFound = found[0]/counts[0], found[1]/counts[1], found[2]/counts[2]
	return &TradesResult{Documents: len(commands), Groups: map[string]GroupResult{"ubl_chains": g}}, nil
}

// repeatOf copies an invoice as it might come again.
func repeatOf(c *book.RecordDocument, kind string, random *rand.Rand) *book.RecordDocument {
	again := *c
	again.Document.Lines = slices.Clone(c.Document.Lines)
	f := &forge{random: random}
	doc := &again.Document
	switch kind {
	case KindRenumbered:
		doc.Issued = doc.Issued.AddDays(1 + random.IntN(90))
		for doc.Number == c.Document.Number {
			doc.Number = f.digits(c.Document.Number)
		}
	case KindNear:
		doc.Issued = doc.Issued.AddDays(random.IntN(21) - 10)
		doc.Number = f.edit(doc.Number)
		rescale(&again, random.Int64N(10_001)-5_000)
	}
	again.Number = trade.Token(load.Token(doc.Type.String() + doc.Number))
	if kind == KindExact {
		again.Number = c.Number
	}
	again.Content = trade.Token(load.Token(fmt.Sprint(kind, random.Uint64())))
	return &again
}

// digits draws every digit anew; a number without one gets one.
func (f *forge) digits(number string) string {
	drawn := []byte(number)
	if !hasDigit(number) {
		drawn = append(drawn, '0')
	}
	for i, b := range drawn {
		if '0' <= b && b <= '9' {
			drawn[i] = f.like(b)
		}
	}
	return string(drawn)
}

// rescale changes the amounts of a document that was read by so many millionths.
func rescale(c *book.RecordDocument, by int64) {
	for i := range c.Document.Lines {
		line := &c.Document.Lines[i]
		line.Amount += money.MulDiv(line.Amount, by, 1_000_000)
		line.Price += trade.UnitPrice(money.MulDiv(money.Minor(line.Price), by, 1_000_000))
	}
	totals := &c.Document.Totals
	for _, amount := range []*money.Minor{&totals.LineExtension, &totals.TaxExclusive, &totals.Tax, &totals.TaxInclusive, &totals.Payable} {
		*amount += money.MulDiv(*amount, by, 1_000_000)
	}
	c.Lines = trade.Token(load.Token(fmt.Sprint("lines ", c.Document.Totals.Payable)))
}

// readChains reads the documents of the chains that are of UBL, each number of a type once, as a node takes them in.
func readChains(dir string) ([]*book.RecordDocument, error) {
	var chains []struct {
		Docs []struct {
			Doc  string `json:"doc"`
			Path string `json:"path"`
		} `json:"docs"`
	}
	listed, err := os.ReadFile(filepath.Join(dir, "chains.json"))
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(listed, &chains); err != nil {
		return nil, err
	}
	v, err := vault.Open("", vault.Options{})
	if err != nil {
		return nil, err
	}
	n := intake.New(v)
	var commands []*book.RecordDocument
	seen := map[string]bool{}
	for _, of := range []string{"Order", "OrderResponse", "OrderResponseSimple", "DespatchAdvice", "ReceiptAdvice", "Invoice"} {
		for _, chain := range chains {
			for _, listed := range chain.Docs {
				if listed.Doc != of {
					continue
				}
				c, err := prepare(n, filepath.Join(dir, filepath.FromSlash(listed.Path)))
				if err != nil {
					return nil, errors.Join(err, v.Close())
				}
				if c == nil {
					continue
				}
				key := string(c.Document.Seller[0][:]) + string(c.Document.Buyer[0][:]) + string(c.Number[:])
				if !seen[key] {
					seen[key] = true
					commands = append(commands, c)
				}
			}
		}
	}
	return commands, v.Close()
}

// prepare reads one document; nil for one that is no UBL.
func prepare(n *intake.Intake, path string) (*book.RecordDocument, error) {
	bytes, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	doc, err := ubl.Read(filepath.Base(path), bytes, ubl.Limits{})
	if err != nil { // another syntax, or one that is broken on purpose
		return nil, nil
	}
	return n.Prepare(context.Background(), &doc, bytes, "lab")
}
