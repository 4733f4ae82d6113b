package duplicates

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"millrace/domain/calendar"
	"millrace/domain/duplicate"
)

// Candidate is one supplier, number and total that was paid on two or more dates: perhaps twice.
type Candidate struct {
	Supplier string // its identity in the ledger
	Number   string // letters and digits
	Dates    []calendar.Date
}

// CandidatesFound says how many of a list of candidates are found.
type CandidatesFound struct {
	Listed  int `json:"listed"`
	Present int `json:"present"` // with lines on two dates or more in the ledger
	Found   int `json:"found"`   // a later line is referred or blocked, as a repeat of an earlier one of that number
}

// ReadCandidates reads a list with the columns supplier_id, invoice_no_norm and dates, the latter parted by bars.
func ReadCandidates(r io.Reader) ([]Candidate, error) {
	reader := csv.NewReader(r)
	header, err := reader.Read()
	if err != nil {
		return nil, fmt.Errorf("the header can't be read: %w", err)
	}
	var at [3]int
	for i, name := range []string{"supplier_id", "invoice_no_norm", "dates"} {
		if at[i] = slices.Index(header, name); at[i] < 0 {
			return nil, fmt.Errorf("the header has no column %q", name)
		}
	}
	var candidates []Candidate
	for row := 2; ; row++ {
		record, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return candidates, nil
		}
		if err != nil {
			return nil, err
		}
		c := Candidate{Supplier: record[at[0]], Number: compact([]byte(record[at[1]]))}
		for _, text := range strings.Split(record[at[2]], "|") {
			date, ok := calendar.Parse(text)
			if !ok {
				return nil, fmt.Errorf("row %d, column dates: %q is not a list of dates", row, record[at[2]])
			}
			c.Dates = append(c.Dates, date)
		}
		candidates = append(candidates, c)
	}
}

// Find counts the candidates that are found in the ledger as it is.
func (l *Ledger) Find(candidates []Candidate) *CandidatesFound {
	p := pass(l.Invoices)
	type key struct {
		supplier uint32
		number   string
	}
	of := map[key][]int{}
	for i := range l.Invoices {
		k := key{l.Invoices[i].Supplier, compact([]byte(l.Invoices[i].Number))}
		of[k] = append(of[k], i)
	}
	told := &CandidatesFound{Listed: len(candidates)}
	for _, c := range candidates {
		dates, found := map[calendar.Date]bool{}, false
		for _, i := range of[key{l.suppliers[c.Supplier], c.Number}] {
			v := &l.Invoices[i]
			if !slices.Contains(c.Dates, v.Date) {
				continue
			}
			dates[v.Date] = true
			m := p.matches[p.places[i]]
			if m.Kind != duplicate.Unique && m.Distance == 0 && weight(m) >= ReferFrom {
				found = true
			}
		}
		if len(dates) > 1 {
			told.Present++
		}
		if found {
			told.Found++
		}
	}
	return told
}

// ReadTruth reads which transactions others put in, with the columns txn, kind and of_txn, and gives the ledger without them
// and what they are. Rows whose transaction is not in the ledger are counted.
func (l *Ledger) ReadTruth(r io.Reader) (bare *Ledger, injected []Injected, unmatched int, err error) {
	reader := csv.NewReader(r)
	header, err := reader.Read()
	if err != nil {
		return nil, nil, 0, fmt.Errorf("the header can't be read: %w", err)
	}
	var at [3]int
	for i, name := range []string{"txn", "kind", "of_txn"} {
		if at[i] = slices.Index(header, name); at[i] < 0 {
			return nil, nil, 0, fmt.Errorf("the header has no column %q", name)
		}
	}
	type truth struct{ kind, of string }
	put := map[string]truth{}
	for row := 2; ; row++ {
		record, err := reader.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, nil, 0, err
		}
		kind := strings.ToLower(strings.TrimSpace(record[at[1]]))
		if !slices.Contains(Kinds, kind) {
			return nil, nil, 0, fmt.Errorf("row %s, column kind: %q is none of %v", strconv.Itoa(row), record[at[1]], Kinds)
		}
		put[strings.TrimSpace(record[at[0]])] = truth{kind, strings.TrimSpace(record[at[2]])}
	}
	own := *l
	own.Invoices = nil
	places := map[string][]int{}
	for _, v := range l.Invoices {
		if _, is := put[v.Txn]; !is {
			places[v.Txn] = append(places[v.Txn], len(own.Invoices))
			own.Invoices = append(own.Invoices, v)
		}
	}
	seen := map[string]bool{}
	for _, v := range l.Invoices {
		t, is := put[v.Txn]
		if !is {
			continue
		}
		seen[v.Txn] = true
		of := -1
		for _, place := range places[t.of] {
			if own.Invoices[place].Supplier == v.Supplier {
				of = place
				break
			}
		}
		injected = append(injected, Injected{Invoice: v, Kind: t.kind, Of: of})
	}
	return &own, injected, len(put) - len(seen), nil
}
