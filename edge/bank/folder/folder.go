// Package folder speaks with a bank by files in two folders, as most banks are spoken with by way of EBICS, SFTP or SWIFTNet
// FileAct: what this node writes into "in" somebody carries to the bank, and what the bank gives out somebody puts into "out".
//
// send.go writes pain.001.001.09, read.go takes pain.002, camt.052 to 054, MT940, MT942 and camt.056 by what they hold, and
// config.go reads who keeps which account under which number. Nothing in "out" is changed or taken away. The adapter keeps no
// state of its own: what it knows it has read.
package folder

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"millrace/edge/bank"
	"millrace/edge/bank/drop"
	"millrace/edge/statement"
	"millrace/engine/outbox"
)

// Held is a supervised account as the bank has it.
type Held struct {
	Account bank.Account
	IBAN    string // or
	Number  string // one of the bank's own
	BIC     string // "" for the bank's
	Holder  string // "" where it need not be named
}

// Options of Open. Dir is required.
type Options struct {
	// Dir holds the folders in and out, which are made where they are missing.
	Dir string
	// Sender is the name under which instructions are sent.
	Sender string
	// BIC is the bank's; "" where the accounts' numbers tell it.
	BIC string
	// Accounts are those at the bank, with their numbers.
	Accounts []Held
	// Derive and Resolve give the numbers of accounts that are not listed, and back; nil where all are listed.
	Derive  func(bank.Account) (string, error)
	Resolve func(number string) (bank.Account, bool)
	// Read reads a file that is no message of payments; nil for statement.Read. Tables.Read also reads tables.
	Read func(name string, content []byte) (*statement.File, error)
	// Files is nil for the machine's disk.
	Files drop.Files
}

// Adapter is a bank behind two folders. A payment's file and its message are named by the payment's key, so that the same
// attempt is the same file; a bank takes a message once (idempotent), and what was read of a payment answers questions about
// it (queryable). A bank that executes a second message of one identification is no bank for this adapter.
type Adapter struct {
	options Options
	reading
}

var _ bank.Adapter = (*Adapter)(nil)

// Codes of problems.
const (
	CodeUnreadable    = "statement_unreadable"  // what the bank sent is not of a form that is read
	CodeMapping       = "mapping_missing"       // it may be a table, and no mapping that is kept for the custodian reads it
	CodeAccount       = "account_unknown"       // it is about an account that is not of this connection
	CodeUnbalanced    = "statement_unbalanced"  // its lines don't lead from its opening to its closing balance
	CodeUndated       = "entry_undated"         // a line has neither a booking date nor a value date
	CodeRecall        = "recall_unknown"        // money is asked for that nothing read so far shows
	CodeInstruction   = "instruction_unwritten" // a payment can't be put into a file that the bank would take
	CodeReportUnknown = "duplicate_reported"    // the bank says that it had the payment before, and not what became of it
)

// Open opens the folders.
func Open(options Options) (*Adapter, error) {
	if options.Dir == "" {
		return nil, errors.New("folder: a bank without a folder")
	}
	if options.Files == nil {
		options.Files = drop.Disk{}
	}
	if options.Read == nil {
		options.Read = func(name string, content []byte) (*statement.File, error) {
			return statement.Read(name, content, statement.Limits{})
		}
	}
	for i, a := range options.Accounts {
		same := func(b Held) bool { return b.Account == a.Account || a.number() != "" && b.number() == a.number() }
		if a.Account.Kind == 0 || a.number() == "" || slices.ContainsFunc(options.Accounts[:i], same) {
			return nil, fmt.Errorf("folder: account %q with the number %q is incomplete, or there twice", a.Account, a.number())
		}
	}
	a := &Adapter{options: options, reading: newReading()}
	return a, drop.Folders(a.path("in"), a.path("out"))
}

func (a *Adapter) path(names ...string) string {
	return filepath.Join(append([]string{a.options.Dir}, names...)...)
}

func (h *Held) number() string {
	if h.IBAN != "" {
		return h.IBAN
	}
	return h.Number
}

// held finds an account with its number.
func (a *Adapter) held(account bank.Account) (Held, error) {
	for _, h := range a.options.Accounts {
		if h.Account == account {
			return h, nil
		}
	}
	if a.options.Derive == nil {
		return Held{}, fmt.Errorf("the account %s has no number at the bank", account)
	}
	number, err := a.options.Derive(account)
	return Held{Account: account, IBAN: number}, err
}

// accountOf finds an account by its number.
func (a *Adapter) accountOf(number string) (bank.Account, bool) {
	for _, h := range a.options.Accounts {
		if h.number() == number {
			return h.Account, true
		}
	}
	if a.options.Resolve == nil {
		return bank.Account{}, false
	}
	return a.options.Resolve(number)
}

// Capability implements bank.Adapter.
func (a *Adapter) Capability() outbox.Capability { return outbox.Idempotent | outbox.Queryable }

// Problems implements bank.Adapter.
func (a *Adapter) Problems() []bank.Problem {
	var all []bank.Problem
	for _, found := range a.problems {
		all = append(all, found...)
	}
	slices.SortFunc(all, func(x, y bank.Problem) int {
		return strings.Compare(x.File+"\x00"+x.Code+"\x00"+x.Sentence, y.File+"\x00"+y.Code+"\x00"+y.Sentence)
	})
	return all
}

// Query implements bank.Adapter.
func (a *Adapter) Query(ctx context.Context, key string) (bank.Outcome, error) {
	if err := ctx.Err(); err != nil {
		return bank.Outcome{}, err
	}
	outcome := a.outcome(key)
	if outcome.Status != bank.Unknown {
		return outcome, nil
	}
	waiting, err := a.waiting(fileName(key))
	if waiting {
		outcome.Status = bank.Pending
	}
	return outcome, err
}

// waiting tells whether a file has not been fetched for the bank.
func (a *Adapter) waiting(name string) (bool, error) {
	names, err := a.options.Files.List(a.path("in"))
	return slices.Contains(names, name), err
}

// pageOf is how much one reading of the statement gives.
const pageOf = 500

// Statement implements bank.Adapter. A cursor is a place in what this adapter has read.
func (a *Adapter) Statement(ctx context.Context, after bank.Cursor) (bank.Page, error) {
	from := 0
	if after != "" {
		var err error
		if from, err = strconv.Atoi(string(after)); err != nil || from < 0 || from > len(a.items) {
			return bank.Page{}, fmt.Errorf("folder: %q is no cursor", after)
		}
	}
	if from == len(a.items) {
		if err := a.look(ctx); err != nil {
			return bank.Page{}, err
		}
	}
	page := bank.Page{}
	for _, i := range a.items[from:min(len(a.items), from+pageOf)] {
		switch {
		case i.line != nil:
			page.Lines = append(page.Lines, *i.line)
		case i.closing != nil:
			page.Closings = append(page.Closings, *i.closing)
		case i.recall != nil:
			page.Recalls = append(page.Recalls, *i.recall)
		}
		from++
	}
	page.Next = bank.Cursor(strconv.Itoa(from))
	return page, nil
}
