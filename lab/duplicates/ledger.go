// Package duplicates measures how well the index of claims finds what was billed or paid twice: on a ledger of payments with
// repeats put in, on generated trades of which the truth is known, and its cost as it grows.
package duplicates

import (
	"bufio"
	"bytes"
	"cmp"
	"compress/gzip"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"millrace/domain/calendar"
	"millrace/domain/duplicate"
	"millrace/domain/money"
)

// BadRow is a row that could not be read.
type BadRow struct {
	Row    int    `json:"row"` // counted from 1, the header included
	Column string `json:"column"`
	Value  string `json:"value"`
}

// Ledger is a file of payment lines, grouped to invoices.
type Ledger struct {
	Lines    int // rows, without the header
	Redacted int // lines whose supplier is redacted
	Bare     int // lines without a number
	Bad      int
	BadRows  []BadRow // the first BadRowsMax
	Invoices []Invoice

	suppliers map[string]uint32 // their numbers, by the identity that the file gives
}

// BadRowsMax is how many bad rows are listed.
const BadRowsMax = 20

// Invoice is what one supplier billed one buyer under one number, as far as one transaction has it.
type Invoice struct {
	Buyer, Supplier uint32 // numbers of our own
	Number          string
	Txn             string
	Pence           int64
	Date            calendar.Date
	Row             int // of its first line
	Posting         int // those with the same one were posted together: lines of one invoice; -1 for what was put in
}

// columns are where the wanted fields stand.
type columns struct{ buyer, date, txn, number, supplier, name, amount int }

func columnsOf(header []string) (columns, error) {
	var c columns
	for _, wanted := range []struct {
		name string
		at   *int
	}{
		{"buyer", &c.buyer}, {"date", &c.date}, {"txn", &c.txn}, {"invoice_no", &c.number}, {"supplier_id", &c.supplier},
		{"supplier", &c.name}, {"amount", &c.amount},
	} {
		*wanted.at = slices.IndexFunc(header, func(field string) bool {
			return strings.EqualFold(strings.TrimSpace(strings.TrimPrefix(field, "\ufeff")), wanted.name)
		})
		if *wanted.at < 0 {
			return c, fmt.Errorf("the header has no column %q", wanted.name)
		}
	}
	return c, nil
}

// Open gives the bytes of a file, unpacked if it is gzip.
func Open(path string) (io.ReadCloser, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	buffered := bufio.NewReaderSize(file, 1<<20)
	if magic, _ := buffered.Peek(2); !bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		return struct {
			io.Reader
			io.Closer
		}{buffered, file}, nil
	}
	unpacked, err := gzip.NewReader(buffered)
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return struct {
		io.Reader
		io.Closer
	}{unpacked, file}, nil
}

// Read reads lines and groups them to invoices by buyer, supplier, number and transaction. Redacted suppliers and lines
// without a number are left out. A row that can't be read is noted and left out.
func Read(r io.Reader) (*Ledger, error) {
	reader := csv.NewReader(r)
	reader.FieldsPerRecord, reader.ReuseRecord, reader.LazyQuotes = -1, true, true
	header, err := reader.Read()
	if err != nil {
		return nil, fmt.Errorf("the header can't be read: %w", err)
	}
	at, err := columnsOf(header)
	if err != nil {
		return nil, err
	}
	g := grouping{ledger: &Ledger{suppliers: map[string]uint32{}}, at: at, fields: len(header), parties: map[string]uint32{}, invoices: map[invoiceKey]int{}}
	for row := 2; ; row++ {
		record, err := reader.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		g.ledger.Lines++
		var wrong *csv.ParseError
		if errors.As(err, &wrong) {
			g.bad(row, "", wrong.Err.Error())
			continue
		}
		if err != nil {
			return nil, err
		}
		g.line(row, record)
	}
	g.ledger.postings()
	return g.ledger, nil
}

type invoiceKey struct {
	buyer, supplier uint32
	number, txn     string
}

type grouping struct {
	ledger   *Ledger
	at       columns
	fields   int
	parties  map[string]uint32
	invoices map[invoiceKey]int
}

func (g *grouping) bad(row int, column, value string) {
	g.ledger.Bad++
	if len(g.ledger.BadRows) < BadRowsMax {
		g.ledger.BadRows = append(g.ledger.BadRows, BadRow{row, column, value})
	}
}

func (g *grouping) party(name string) uint32 {
	number, found := g.parties[name]
	if !found {
		number = uint32(len(g.parties) + 1)
		g.parties[strings.Clone(name)] = number
	}
	return number
}

func (g *grouping) line(row int, record []string) {
	if len(record) != g.fields {
		g.bad(row, "", fmt.Sprintf("%d fields instead of %d", len(record), g.fields))
		return
	}
	name := record[g.at.name]
	if strings.Contains(strings.ToUpper(name), "REDACT") {
		g.ledger.Redacted++
		return
	}
	number := strings.TrimSpace(record[g.at.number])
	if number == "" {
		g.ledger.Bare++
		return
	}
	date, ok := calendar.Parse(strings.TrimSpace(record[g.at.date]))
	if !ok {
		g.bad(row, "date", record[g.at.date])
		return
	}
	pence, ok := pence(record[g.at.amount])
	if !ok {
		g.bad(row, "amount", record[g.at.amount])
		return
	}
	supplier := record[g.at.supplier]
	if supplier == "" {
		supplier = name
	}
	key := invoiceKey{g.party("buyer " + record[g.at.buyer]), g.party("supplier " + supplier), number, record[g.at.txn]}
	if _, known := g.ledger.suppliers[supplier]; !known {
		g.ledger.suppliers[strings.Clone(supplier)] = key.supplier
	}
	if place, found := g.invoices[key]; found {
		g.ledger.Invoices[place].Pence += pence
		return
	}
	key.number, key.txn = strings.Clone(number), strings.Clone(key.txn)
	g.invoices[key] = len(g.ledger.Invoices)
	g.ledger.Invoices = append(g.ledger.Invoices, Invoice{
		Buyer: key.buyer, Supplier: key.supplier, Number: key.number, Txn: key.txn, Pence: pence, Date: date, Row: row,
	})
}

// pence reads a decimal amount; thousands may be parted by commas.
func pence(text string) (int64, bool) {
	text = strings.ReplaceAll(strings.TrimSpace(strings.TrimPrefix(text, "£")), ",", "")
	if whole, fraction, found := strings.Cut(text, "."); found && len(fraction) > 2 {
		text = whole + "." + strings.TrimRight(fraction[:2]+strings.TrimRight(fraction[2:], "0"), " ")
	}
	value, err := money.ParseScaled(text, 2)
	return value, err == nil
}

// Lines of one invoice are posted one after another: they stand together in the file and their transactions have numbers
// close to each other.
const (
	rowsTogether = 5
	txnsTogether = 250_000
)

// postings marks invoices of one supplier, number and day that were posted together.
func (l *Ledger) postings() {
	type key struct {
		buyer, supplier uint32
		number          string
		date            calendar.Date
	}
	groups := map[key][]int{}
	var keys []key
	for i := range l.Invoices {
		v := &l.Invoices[i]
		k := key{v.Buyer, v.Supplier, v.Number, v.Date}
		if groups[k] == nil {
			keys = append(keys, k)
		}
		groups[k] = append(groups[k], i)
	}
	posting := 0
	for _, k := range keys {
		for _, run := range l.runs(groups[k]) {
			slices.SortFunc(run, func(a, b int) int {
				return cmp.Or(cmp.Compare(numeral(l.Invoices[a].Txn), numeral(l.Invoices[b].Txn)), cmp.Compare(a, b))
			})
			for i, place := range run {
				if i == 0 || numeral(l.Invoices[place].Txn)-numeral(l.Invoices[run[i-1]].Txn) > txnsTogether {
					posting++
				}
				l.Invoices[place].Posting = posting
			}
		}
	}
}

// runs parts invoices, in the file's order, where other rows stand between them.
func (l *Ledger) runs(group []int) [][]int {
	var runs [][]int
	for i, place := range group {
		if i == 0 || l.Invoices[place].Row-l.Invoices[group[i-1]].Row > rowsTogether {
			runs = append(runs, nil)
		}
		runs[len(runs)-1] = append(runs[len(runs)-1], place)
	}
	return runs
}

// numeral is the number at the end of a text; 0 for none.
func numeral(text string) int64 {
	start := len(text)
	for start > 0 && len(text)-start < 18 && '0' <= text[start-1] && text[start-1] <= '9' {
		start--
	}
	value, _ := strconv.ParseInt(text[start:], 10, 64)
	return value
}

// claim is an invoice as the index takes it; document tells its posting.
func (v *Invoice) claim(document uint32) duplicate.Claim {
	c := duplicate.Claim{
		Seller: v.Supplier, Buyer: v.Buyer, Document: document, Amount: money.Minor(v.Pence), Date: v.Date, Currency: sterling, Evidence: duplicate.Invoice,
	}
	c.Number, c.Hash = duplicate.Normalise(v.Number)
	return c
}

var sterling, _ = money.ParseCurrency("GBP")
