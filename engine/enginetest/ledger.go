// Package enginetest holds the engine to its promises on any machine: recovery, faults, determinism. It brings a small
// machine of its own, a ledger of accounts, for tests of the engine alone.
package enginetest

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"

	"millrace/book"
	"millrace/engine"
)

// OpenAccounts opens some accounts with a balance each.
type OpenAccounts struct{ Count, Balance uint64 }

// Transfer moves an amount between two accounts. It is rejected when the first has less.
type Transfer struct{ From, To, Amount uint64 }

// Schedule sets a timer for a stamp.
type Schedule struct{ At int64 }

// Fire is due when a timer's stamp has come.
type Fire struct{ Timer uint64 }

// Break breaks the machine's invariant when it is decided or applied.
type Break struct{ Phase string }

// The events of the ledger.
type (
	// Opened tells of new accounts, the first of them, and their balances.
	Opened struct{ First, Count, Balance uint64 }
	// Moved tells of a transfer.
	Moved struct{ Transfer, From, To, Amount uint64 }
	// Scheduled tells of a timer.
	Scheduled struct {
		Timer uint64
		At    int64
	}
	// Fired tells that a timer's time has come.
	Fired struct{ Timer uint64 }
	// Broke panics when it is applied.
	Broke struct{}
)

// Kind implements book.Command and book.Event.
func (OpenAccounts) Kind() uint16 { return 1 }

// Kind implements book.Command.
func (Transfer) Kind() uint16 { return 2 }

// Kind implements book.Command.
func (Schedule) Kind() uint16 { return 3 }

// Kind implements book.Command.
func (Fire) Kind() uint16 { return 4 }

// Kind implements book.Command.
func (Break) Kind() uint16 { return 5 }

// Kind implements book.Event.
func (Opened) Kind() uint16 { return 1 }

// Kind implements book.Event.
func (Moved) Kind() uint16 { return 2 }

// Kind implements book.Event.
func (Scheduled) Kind() uint16 { return 3 }

// Kind implements book.Event.
func (Fired) Kind() uint16 { return 4 }

// Kind implements book.Event.
func (Broke) Kind() uint16 { return 5 }

const keyMicroseconds = 30 * 24 * 3600 * 1_000_000

// The ledger's tables.
const (
	tableAccount = iota
	tableTransfer
	tableTimer
	tableKey
)

// AccountRecord, TransferRecord, TimerRecord and KeyRecord are the records of the ledger's tables.
type (
	// AccountRecord is one account.
	AccountRecord struct{ Balance, Transfers uint64 }
	// TransferRecord is one transfer; the ledger does not hold it.
	TransferRecord struct{ From, To, Amount uint64 }
	// TimerRecord is one timer; At is 0 once it has fired.
	TimerRecord struct{ At int64 }
	// KeyRecord is one used idempotency key; its number is the entry's.
	KeyRecord struct {
		Token book.KeyToken
		At    int64
	}
)

type keyUse struct {
	sequence uint64
	at       int64
}

type account struct {
	record  AccountRecord
	changes []uint64 // entries since the last Drain
}

// Ledger is a machine of accounts, transfers and timers.
type Ledger struct {
	header    book.Header
	accounts  []account
	timers    []TimerRecord
	due       []uint64 // timers that wait, by stamp and number
	transfers uint64
	keys      map[book.KeyToken]keyUse

	events  []book.Event
	changed []uint64 // accounts with changes
	rows    []book.Row
}

// NewLedger returns an empty ledger.
func NewLedger() engine.Machine {
	return &Ledger{keys: make(map[book.KeyToken]keyUse)}
}

// Decide implements engine.Machine.
func (l *Ledger) Decide(h *book.Header, c book.Command) ([]book.Event, *book.Rejection) {
	l.events = l.events[:0]
	switch c := c.(type) {
	case OpenAccounts:
		l.events = append(l.events, Opened{First: uint64(len(l.accounts)), Count: c.Count, Balance: c.Balance})
	case Transfer:
		count := uint64(len(l.accounts))
		switch {
		case c.From >= count || c.To >= count:
			return nil, &book.Rejection{Code: "account_unknown", Sentence: "There is no such account."}
		case c.From == c.To:
			return nil, &book.Rejection{Code: "accounts_equal", Sentence: "A transfer needs two accounts."}
		case l.accounts[c.From].record.Balance < c.Amount:
			return nil, &book.Rejection{Code: "balance_too_low", Sentence: "The account has less than that."}
		}
		l.events = append(l.events, Moved{Transfer: l.transfers, From: c.From, To: c.To, Amount: c.Amount})
	case Schedule:
		l.events = append(l.events, Scheduled{Timer: uint64(len(l.timers)), At: max(c.At, 1)})
	case Fire:
		if c.Timer >= uint64(len(l.timers)) || l.timers[c.Timer].At == 0 || l.timers[c.Timer].At > h.At {
			return nil, &book.Rejection{Code: "not_due", Sentence: "The timer is not due."}
		}
		l.events = append(l.events, Fired{Timer: c.Timer})
	case Break:
		if c.Phase == "decide" {
			panic("the ledger was asked to break")
		}
		l.events = append(l.events, Broke{})
	default:
		panic(fmt.Sprintf("command %T", c))
	}
	return l.events, nil
}

// Begin implements engine.Machine.
func (l *Ledger) Begin(h *book.Header) {
	l.header = *h
	if h.KeyToken != (book.KeyToken{}) {
		l.keys[h.KeyToken] = keyUse{sequence: h.Sequence, at: h.At}
		l.row(tableKey, h.Sequence, KeyRecord{Token: h.KeyToken, At: h.At})
	}
}

// Apply implements engine.Machine.
func (l *Ledger) Apply(e book.Event) {
	switch e := e.(type) {
	case Opened:
		for range e.Count {
			l.accounts = append(l.accounts, account{record: AccountRecord{Balance: e.Balance}})
			l.touch(uint64(len(l.accounts) - 1))
		}
	case Moved:
		from, to := &l.accounts[e.From].record, &l.accounts[e.To].record
		from.Balance -= e.Amount
		to.Balance += e.Amount
		from.Transfers++
		to.Transfers++
		l.transfers++
		l.touch(e.From)
		l.touch(e.To)
		l.row(tableTransfer, e.Transfer, TransferRecord{From: e.From, To: e.To, Amount: e.Amount})
	case Scheduled:
		l.timers = append(l.timers, TimerRecord{At: e.At})
		l.wait(e.Timer)
		l.row(tableTimer, e.Timer, l.timers[e.Timer])
	case Fired:
		l.timers[e.Timer].At = 0
		l.due = slices.DeleteFunc(l.due, func(timer uint64) bool { return timer == e.Timer })
		l.row(tableTimer, e.Timer, l.timers[e.Timer])
	case Broke:
		panic("the ledger was asked to break")
	}
}

func (l *Ledger) wait(timer uint64) {
	l.due = append(l.due, timer)
	slices.SortFunc(l.due, func(a, b uint64) int {
		return cmp.Or(cmp.Compare(l.timers[a].At, l.timers[b].At), cmp.Compare(a, b))
	})
}

func (l *Ledger) touch(number uint64) {
	a := &l.accounts[number]
	if len(a.changes) == 0 {
		l.changed = append(l.changed, number)
	}
	if n := len(a.changes); n == 0 || a.changes[n-1] != l.header.Sequence {
		a.changes = append(a.changes, l.header.Sequence)
	}
}

func (l *Ledger) row(table int, number uint64, record any) {
	l.rows = append(l.rows, book.Row{Table: table, Number: number, Record: record, Entries: []uint64{l.header.Sequence}})
}

// SequenceOfKey implements engine.Machine.
func (l *Ledger) SequenceOfKey(t book.KeyToken, at int64) (uint64, bool) {
	use, ok := l.keys[t]
	return use.sequence, ok && at-use.at <= keyMicroseconds
}

// Due implements engine.Machine.
func (l *Ledger) Due(at int64) book.Command {
	if len(l.due) == 0 || l.timers[l.due[0]].At > at {
		return nil
	}
	return Fire{Timer: l.due[0]}
}

// Drain implements engine.Machine.
func (l *Ledger) Drain(yield func(book.Row)) {
	for _, number := range l.changed {
		a := &l.accounts[number]
		yield(book.Row{Table: tableAccount, Number: number, Record: a.record, Entries: slices.Clone(a.changes)})
		a.changes = a.changes[:0]
	}
	for _, row := range l.rows {
		yield(row)
	}
	clear(l.rows)
	l.changed, l.rows = l.changed[:0], l.rows[:0]
}

// Tables implements engine.Machine.
func (l *Ledger) Tables() []book.Table {
	integer := func(name string) book.Column { return book.Column{Name: name, Type: book.Integer} }
	return []book.Table{
		tableAccount: {
			Name: "account", Live: true, Columns: []book.Column{integer("balance")},
			Values: func(r any) []any { return []any{int64(r.(AccountRecord).Balance)} },
			Encode: func(dst []byte, r any) []byte {
				return numbers(dst, r.(AccountRecord).Balance, r.(AccountRecord).Transfers)
			},
		},
		tableTransfer: {
			Name: "transfer", Columns: []book.Column{{Name: "from_account", Type: book.Integer, Indexed: book.IndexedColumn}, integer("amount")},
			Values: func(r any) []any { return []any{int64(r.(TransferRecord).From), int64(r.(TransferRecord).Amount)} },
			Encode: func(dst []byte, r any) []byte {
				return numbers(dst, r.(TransferRecord).From, r.(TransferRecord).To, r.(TransferRecord).Amount)
			},
		},
		tableTimer: {
			Name: "timer", Live: true, Columns: []book.Column{{Name: "state", Type: book.Text}},
			Values: func(r any) []any {
				return []any{map[bool]string{true: "fired", false: "waits"}[r.(TimerRecord).At == 0]}
			},
			Encode: func(dst []byte, r any) []byte { return numbers(dst, uint64(r.(TimerRecord).At)) },
		},
		tableKey: {
			Name: "used_key", Live: true, Columns: []book.Column{{Name: "token", Type: book.Blob}},
			Values: func(r any) []any { token := r.(KeyRecord).Token; return []any{token[:]} },
			Encode: func(dst []byte, r any) []byte {
				token := r.(KeyRecord).Token
				return numbers(append(dst, token[:]...), uint64(r.(KeyRecord).At))
			},
		},
	}
}

// Load implements engine.Machine.
func (l *Ledger) Load(table int, number uint64, record []byte) error {
	switch table {
	case tableAccount:
		fields, err := readNumbers(record, 2)
		if err != nil || number != uint64(len(l.accounts)) {
			return errors.Join(errors.New("account out of order"), err)
		}
		l.accounts = append(l.accounts, account{record: AccountRecord{Balance: fields[0], Transfers: fields[1]}})
	case tableTimer:
		fields, err := readNumbers(record, 1)
		if err != nil || number != uint64(len(l.timers)) {
			return errors.Join(errors.New("timer out of order"), err)
		}
		l.timers = append(l.timers, TimerRecord{At: int64(fields[0])})
	case tableKey:
		if len(record) < 16 {
			return errors.New("short key")
		}
		fields, err := readNumbers(record[16:], 1)
		if err != nil {
			return err
		}
		l.keys[book.KeyToken(record[:16])] = keyUse{sequence: number, at: int64(fields[0])}
	default:
		return fmt.Errorf("table %d is not loaded", table)
	}
	return nil
}

// Loaded implements engine.Machine.
func (l *Ledger) Loaded(h book.Header) error {
	l.header = h
	for number := range l.accounts {
		l.transfers += l.accounts[number].record.Transfers
	}
	l.transfers /= 2 // each has two accounts
	for timer := range l.timers {
		if l.timers[timer].At != 0 {
			l.wait(uint64(timer))
		}
	}
	return nil
}

// Digest implements engine.Machine.
func (l *Ledger) Digest() [32]byte {
	state := numbers(nil, l.header.Sequence, uint64(l.header.At), l.transfers)
	for i := range l.accounts {
		state = numbers(state, l.accounts[i].record.Balance, l.accounts[i].record.Transfers)
	}
	for i := range l.timers {
		state = numbers(state, uint64(l.timers[i].At))
	}
	state = numbers(state, l.due...)
	for _, token := range slices.SortedFunc(maps.Keys(l.keys), func(a, b book.KeyToken) int { return slices.Compare(a[:], b[:]) }) {
		state = numbers(append(state, token[:]...), l.keys[token].sequence, uint64(l.keys[token].at))
	}
	return sha256.Sum256(state)
}

func numbers(dst []byte, values ...uint64) []byte {
	for _, value := range values {
		dst = binary.AppendUvarint(dst, value)
	}
	return dst
}

func readNumbers(b []byte, count int) ([]uint64, error) {
	values := make([]uint64, count)
	for i := range values {
		value, n := binary.Uvarint(b)
		if n <= 0 {
			return nil, errors.New("malformed numbers")
		}
		values[i], b = value, b[n:]
	}
	if len(b) > 0 {
		return nil, errors.New("bytes after the numbers")
	}
	return values, nil
}

// LedgerCodec encodes the ledger's commands and events.
var LedgerCodec = engine.Codec{
	AppendCommand: func(dst []byte, c book.Command) []byte {
		switch c := c.(type) {
		case OpenAccounts:
			return numbers(dst, c.Count, c.Balance)
		case Transfer:
			return numbers(dst, c.From, c.To, c.Amount)
		case Schedule:
			return numbers(dst, uint64(c.At))
		case Fire:
			return numbers(dst, c.Timer)
		case Break:
			return append(dst, c.Phase...)
		}
		panic(fmt.Sprintf("command %T", c))
	},
	DecodeCommand: func(kind uint16, b []byte) (book.Command, error) {
		switch kind {
		case 1:
			n, err := readNumbers(b, 2)
			return pick(err, func() book.Command { return OpenAccounts{n[0], n[1]} })
		case 2:
			n, err := readNumbers(b, 3)
			return pick(err, func() book.Command { return Transfer{n[0], n[1], n[2]} })
		case 3:
			n, err := readNumbers(b, 1)
			return pick(err, func() book.Command { return Schedule{int64(n[0])} })
		case 4:
			n, err := readNumbers(b, 1)
			return pick(err, func() book.Command { return Fire{n[0]} })
		case 5:
			return Break{Phase: string(b)}, nil
		}
		return nil, fmt.Errorf("command kind %d", kind)
	},
	AppendEvent: func(dst []byte, e book.Event) []byte {
		switch e := e.(type) {
		case Opened:
			return numbers(dst, e.First, e.Count, e.Balance)
		case Moved:
			return numbers(dst, e.Transfer, e.From, e.To, e.Amount)
		case Scheduled:
			return numbers(dst, e.Timer, uint64(e.At))
		case Fired:
			return numbers(dst, e.Timer)
		case Broke:
			return dst
		}
		panic(fmt.Sprintf("event %T", e))
	},
	DecodeEvent: func(kind uint16, b []byte) (book.Event, error) {
		switch kind {
		case 1:
			n, err := readNumbers(b, 3)
			return pick(err, func() book.Event { return Opened{n[0], n[1], n[2]} })
		case 2:
			n, err := readNumbers(b, 4)
			return pick(err, func() book.Event { return Moved{n[0], n[1], n[2], n[3]} })
		case 3:
			n, err := readNumbers(b, 2)
			return pick(err, func() book.Event { return Scheduled{n[0], int64(n[1])} })
		case 4:
			n, err := readNumbers(b, 1)
			return pick(err, func() book.Event { return Fired{n[0]} })
		case 5:
			return Broke{}, nil
		}
		return nil, fmt.Errorf("event kind %d", kind)
	},
}

func pick[T any](err error, value func() T) (T, error) {
	if err != nil {
		var none T
		return none, err
	}
	return value(), nil
}
