// Package view answers queries from the tables, at a stated watermark, as API and console show them: amounts with their
// text, printed ids, names from the vault. What a caller may see is part of every query: a record that is another party's
// is not found, neither in a list nor by its id.
package view

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/product"
	"millrace/edge/access"
	"millrace/engine"
	"millrace/engine/table"
	"millrace/engine/vault"
)

var (
	// ErrNotFound is returned for a record that is not there or that the caller does not see.
	ErrNotFound = errors.New("view: no such record")
	// ErrCursor is returned for a cursor that was not given by a page with the same filters and order.
	ErrCursor = errors.New("view: the cursor is not valid here")
	// ErrAhead is returned when a reader waits for an entry that the journal does not have.
	ErrAhead = errors.New("view: the journal has not come that far")
)

// Reader opens views of one node. It may be used from many goroutines.
type Reader struct {
	engine *engine.Engine
	vault  *vault.Vault

	mutex    sync.Mutex
	profiles map[vault.Ref]remembered // guarded by mutex

	totals    kept[Totals]
	outlooks  kept[[]Outlook]
	liquidity kept[[]Outlook]
	cashables kept[[]Cashable]
	errands   kept[tallied]
	assets    assets
	grades    kept[map[id.Party]uint8]
	warnings  kept[[]Warning]

	approvedReviews approvals

	behind behind

	directories *directories
}

// New gives a reader over a node.
func New(e *engine.Engine) *Reader {
	return &Reader{engine: e, vault: e.Vault(), profiles: map[vault.Ref]remembered{}, behind: behind{known: map[string]*later{}, turn: make(chan struct{}, 1)}, directories: newDirectories()}
}

// View is all tables at one watermark, for one request: it ends with its context or with Close, and belongs to one
// goroutine.
type View struct {
	*Reader
	view       *table.View
	ctx        context.Context
	parties    map[id.Party]party.Party
	actors     map[id.Actor]party.Actor
	programmes []funding.Programme // nil until asked for
	fundFew    map[id.Party]bool   // those of which it is known whether they have funded little
	single     bool                // one record is asked for, and no list
	products   map[id.Product]*product.Terms
}

// At opens a view at a watermark of at least waitFor, for which it waits; ErrAhead when there is no such entry.
func (r *Reader) At(ctx context.Context, waitFor uint64) (*View, error) {
	if waitFor > r.engine.Head().Sequence {
		return nil, ErrAhead
	}
	v, err := r.engine.Read(ctx, waitFor)
	if err != nil {
		return nil, err
	}
	return r.viewOf(ctx, v), nil
}

func (r *Reader) viewOf(ctx context.Context, v *table.View) *View {
	return &View{Reader: r, view: v, ctx: ctx, parties: map[id.Party]party.Party{}, actors: map[id.Actor]party.Actor{}, fundFew: map[id.Party]bool{}, products: map[id.Product]*product.Terms{}}
}

// Now opens a view that includes every command answered so far.
func (r *Reader) Now(ctx context.Context) (*View, error) { return r.At(ctx, r.engine.Head().Sequence) }

// Close ends the view.
func (v *View) Close() error { return v.view.Close() }

// Watermark is the sequence of the last entry that the view includes.
func (v *View) Watermark() uint64 { return v.view.Watermark }

// Order is the order of a list, by the numbers of its records.
type Order uint8

// The orders.
const (
	NewestFirst Order = iota
	OldestFirst
)

// The bounds of a page.
const (
	LimitDefault = 50
	LimitMax     = 500
)

// Query asks for a page of records. The zero value asks for the newest. A filter at its zero value does not filter; one
// that a list does not know is ErrFilter.
type Query struct {
	Cursor     string // of the page before; "" for the first page
	Limit      int    // at most LimitMax; 0 is LimitDefault
	Order      Order
	State      string
	Party      id.Party // in any of its parts
	Programme  id.Programme
	Trade      id.Trade
	Receivable id.Receivable
	Type       string // of a document
	Number     string // of a document, as its issuer numbered it
}

// Page is a part of a list.
type Page[T any] struct {
	Items     []T    `json:"items"`
	Next      string `json:"next,omitempty" doc:"cursor of the next page; missing on the last one"`
	Watermark uint64 `json:"watermark" doc:"sequence of the last entry that the page includes"`
}

// clause is a condition in SQL with its arguments.
type clause struct {
	sql       string
	arguments []any
}

func where(sql string, arguments ...any) clause { return clause{sql, arguments} }

// source is a table that can be listed: which records a caller sees, and by which columns they are filtered.
type source[R any] struct {
	table     string
	few       bool                                           // the table is narrowed to few records
	scope     func(v *View, c access.Caller) (clause, error) // for callers who don't see all; nil: nothing
	keep      func(v *View, c access.Caller, record *R) bool // what no column can tell; nil: everything
	state     string
	ended     string // state that is left out where none is asked for; "" for none
	parties   []string
	programme string
	trade     string
	received  string // column of the receivable
	kind      string
	number    string
	private   string // condition on what the operator's people see too; "" for all: what a funder decides for itself they do not
	tied      string // condition on a trade, "?", where no column names one
}

// StateAll asks a list, which leaves out what is over where no state is asked for, for everything.
const StateAll = "all"

// ErrFilter names a filter that a list does not know.
type ErrFilter struct{ Filter string }

// Error implements error.
func (e *ErrFilter) Error() string { return "view: this list has no filter " + e.Filter }

func (s *source[R]) filters(q *Query) ([]clause, error) {
	var clauses []clause
	add := func(filter string, given bool, columns []string, value any) error {
		if !given {
			return nil
		}
		var alternatives []string
		var arguments []any
		for _, column := range columns {
			if column != "" {
				alternatives = append(alternatives, column+" = ?")
				arguments = append(arguments, value)
			}
		}
		if len(alternatives) == 0 {
			return &ErrFilter{filter}
		}
		clauses = append(clauses, clause{"(" + strings.Join(alternatives, " OR ") + ")", arguments})
		return nil
	}
	state := q.State
	switch {
	case s.ended != "" && state == "":
		clauses = append(clauses, where(s.state+" != ?", s.ended))
	case s.ended != "" && state == StateAll:
		state = ""
	}
	trades := q.Trade
	if q.Trade != 0 && s.trade != "" {
		clauses, trades = append(clauses, clause{s.trade + " IN (" + sameTrade("SELECT ?") + ")", []any{int64(q.Trade)}}), 0
	}
	if s.tied != "" && trades != 0 {
		clauses, trades = append(clauses, where(s.tied, int64(trades))), 0
	}
	return clauses, errors.Join(
		add("state", state != "", []string{s.state}, state),
		add("party", q.Party != 0, s.parties, int64(q.Party)),
		add("programme", q.Programme != 0, []string{s.programme}, int64(q.Programme)),
		add("trade", trades != 0, []string{s.trade}, int64(trades)),
		add("receivable", q.Receivable != 0, []string{s.received}, int64(q.Receivable)),
		add("type", q.Type != "", []string{s.kind}, q.Type),
		add("number", q.Number != "", []string{s.number}, q.Number),
	)
}

// visible is the condition under which the caller sees a record of the source.
func (s *source[R]) visible(v *View, c access.Caller) (clause, error) {
	switch {
	case c.OfOperator() && s.private != "":
		return where(s.private), nil
	case c.SeesAll():
		return where("1"), nil
	case s.scope == nil:
		return where("0"), nil
	}
	return s.scope(v, c)
}

// rows reads the records of a query whose first columns are number and record.
func rows[R any](v *View, query string, arguments []any, yield func(number uint64, record *R) error) error {
	return joined(v, query, arguments, nil, yield)
}

// joined reads records with what a query has beside them: its columns are a number, the record, and what goes into besides.
func joined[R any](v *View, query string, arguments, besides []any, yield func(number uint64, record *R) error) error {
	found, err := v.view.Tx.QueryContext(v.ctx, query, arguments...)
	if err != nil {
		return fmt.Errorf("view: %w", err)
	}
	defer found.Close()
	var number int64
	var stored []byte
	into := append([]any{&number, &stored}, besides...)
	for found.Next() {
		if err := found.Scan(into...); err != nil {
			return fmt.Errorf("view: %w", err)
		}
		var record R
		if err := book.DecodeRecord(stored, &record); err != nil {
			return fmt.Errorf("view: record %d: %w", number, err)
		}
		if err := yield(uint64(number), &record); err != nil {
			return err
		}
	}
	return found.Err()
}

// get finds one record that the caller sees.
func get[R any](v *View, s *source[R], c access.Caller, number uint64) (*R, error) {
	v.single = true
	visible, err := s.visible(v, c)
	v.single = false
	if err != nil {
		return nil, err
	}
	var one *R
	err = rows(v, fmt.Sprintf("SELECT number, record FROM %s WHERE number = ? AND (%s)", s.table, visible.sql),
		append([]any{int64(number)}, visible.arguments...), func(_ uint64, record *R) error {
			one = record
			return nil
		})
	if err == nil && (one == nil || !c.SeesAll() && s.keep != nil && !s.keep(v, c, one)) {
		err = ErrNotFound
	}
	return one, err
}

// list gives a page of records that the caller sees.
func list[R, T any](v *View, s *source[R], c access.Caller, q Query, show func(*R) (T, error)) (Page[T], error) {
	page := Page[T]{Items: []T{}, Watermark: v.Watermark()}
	limit, last, err := q.start(s.table)
	if err != nil {
		return page, err
	}
	visible, err := s.visible(v, c)
	if err != nil {
		return page, err
	}
	clauses, err := s.filters(&q)
	if err != nil {
		return page, err
	}
	if s.few || q.Trade != 0 || q.Receivable != 0 || q.Number != "" { // few records: SQLite is not to look among all of the caller's for them
		visible.sql = "+(" + visible.sql + ")"
	}
	clauses = append(clauses, visible)
	kept := make([]*R, 0, limit)
	for more := true; more; {
		more = false
		query, arguments := q.page(s.table, clauses, last, limit+1)
		read := 0
		err := rows(v, query, arguments, func(number uint64, record *R) error {
			if read++; len(kept) == limit {
				page.Next = q.cursor(s.table, last)
				return nil
			}
			last = number
			if c.SeesAll() || s.keep == nil || s.keep(v, c, record) {
				kept = append(kept, record)
			}
			return nil
		})
		if err != nil {
			return page, err
		}
		more = page.Next == "" && read == limit+1
	}
	for _, record := range kept {
		shown, err := show(record)
		if err != nil {
			return page, err
		}
		page.Items = append(page.Items, shown)
	}
	return page, nil
}

// start gives the page's size and the number after which it begins.
func (q *Query) start(table string) (limit int, last uint64, err error) {
	limit = q.Limit
	if limit <= 0 {
		limit = LimitDefault
	}
	limit = min(limit, LimitMax)
	if q.Cursor == "" {
		if q.Order == NewestFirst {
			last = 1<<63 - 1
		}
		return limit, last, nil
	}
	bytes, err := base64.RawURLEncoding.DecodeString(q.Cursor)
	if err != nil || len(bytes) != 12 || binary.BigEndian.Uint32(bytes) != q.print(table) {
		return 0, 0, ErrCursor
	}
	last = binary.BigEndian.Uint64(bytes[4:])
	if last > 1<<63-1 {
		return 0, 0, ErrCursor
	}
	return limit, last, nil
}

// cursor names the last record of a page; numbers are given once, so it is stable whatever is inserted.
func (q *Query) cursor(table string, last uint64) string {
	bytes := binary.BigEndian.AppendUint32(nil, q.print(table))
	return base64.RawURLEncoding.EncodeToString(binary.BigEndian.AppendUint64(bytes, last))
}

// print is FNV-1a over all that a cursor belongs to.
func (q *Query) print(table string) uint32 {
	hash := uint32(2166136261)
	for _, c := range []byte(fmt.Sprint(table, 0, q.Order, 0, q.State, 0, q.Party, q.Programme, q.Trade, q.Receivable, q.Type, 0, q.Number)) {
		hash = (hash ^ uint32(c)) * 16777619
	}
	return hash
}

func (q *Query) page(table string, clauses []clause, last uint64, limit int) (string, []any) {
	var sql strings.Builder
	comparison, direction := "<", "DESC"
	if q.Order == OldestFirst {
		comparison, direction = ">", "ASC"
	}
	fmt.Fprintf(&sql, "SELECT number, record FROM %s WHERE number %s ?", table, comparison)
	arguments := []any{int64(last)}
	for _, c := range clauses {
		fmt.Fprintf(&sql, " AND (%s)", c.sql)
		arguments = append(arguments, c.arguments...)
	}
	fmt.Fprintf(&sql, " ORDER BY number %s LIMIT ?", direction)
	return sql.String(), append(arguments, limit)
}

// Amount is money as it is shown: minor units for machines, text for people.
type Amount struct {
	Minor    int64  `json:"minor" doc:"in the currency's minor unit"`
	Currency string `json:"currency" doc:"ISO 4217" example:"EUR"`
	Text     string `json:"text" doc:"in major units, with the currency's point and no grouping" example:"12000.00"`
}

// AmountOf shows an amount.
func AmountOf(minor money.Minor, currency money.Currency) Amount {
	return Amount{Minor: int64(minor), Currency: currency.String(), Text: money.Format(minor, currency)}
}

// String prints "EUR 12,000.00".
func (a Amount) String() string {
	whole, fraction, found := strings.Cut(strings.TrimPrefix(a.Text, "-"), ".")
	var grouped strings.Builder
	grouped.WriteString(a.Currency + " ")
	if strings.HasPrefix(a.Text, "-") {
		grouped.WriteByte('-')
	}
	for i, digit := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			grouped.WriteByte(',')
		}
		grouped.WriteRune(digit)
	}
	if found {
		grouped.WriteString("." + fraction)
	}
	return grouped.String()
}

// Plain prints "12,000.00", for where the currency stands beside; a dash for nothing.
func (a Amount) Plain() string {
	if a.Minor == 0 {
		return "–"
	}
	_, text, _ := strings.Cut(a.String(), " ")
	return text
}

// day prints a date; "" for none.
func day(d calendar.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.String()
}

// Time prints a stamp as RFC 3339 with microseconds, UTC.
func Time(at int64) string {
	return time.UnixMicro(at).UTC().Format("2006-01-02T15:04:05.000000Z07:00")
}
