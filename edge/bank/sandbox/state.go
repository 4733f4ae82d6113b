package sandbox

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"millrace/domain/calendar"
	"millrace/domain/money"
	"millrace/edge/bank"
	"millrace/edge/intake"
)

// state is all that the bank knows, as it stands in the file.
type state struct {
	Version    int                       `json:"version"`
	Balances   map[string]money.Minor    `json:"balances"` // by balanceKey
	Orders     []order                   `json:"orders"`
	Lines      []line                    `json:"lines"` // the statement
	Booked     int                       `json:"booked"`
	Faults     map[string][]Misbehaviour `json:"faults,omitempty"`
	NextFaults []Misbehaviour            `json:"next_faults,omitempty"`

	changed bool // since it was saved
}

const stateVersion = 1

type status string

const (
	pending  status = "pending"
	executed status = "executed"
	refused  status = "refused"
)

// order is an instruction that arrived.
type order struct {
	Key       string             `json:"key"`
	From      string             `json:"from"`
	Own       string             `json:"own,omitempty"`
	Details   intake.BankDetails `json:"details,omitzero"`
	FeesTo    string             `json:"fees_to,omitempty"`
	Amount    money.Minor        `json:"amount"`
	Fee       money.Minor        `json:"fee,omitempty"`
	Currency  string             `json:"currency"`
	Text      string             `json:"text,omitempty"`
	Status    status             `json:"status"`
	Reference string             `json:"reference"`
	Value     calendar.Date      `json:"value,omitempty"`
	Reason    string             `json:"reason,omitempty"`
	Polls     int                `json:"polls,omitempty"` // until it is executed, or comes back
	Returns   bool               `json:"returns,omitempty"`
	Lines     []string           `json:"lines,omitempty"` // references of its lines, the payer's first
}

// line is a line of the statement.
type line struct {
	Reference    string        `json:"reference"`
	Account      string        `json:"account"`
	Amount       money.Minor   `json:"amount"`
	Currency     string        `json:"currency"`
	Value        calendar.Date `json:"value"`
	Booking      calendar.Date `json:"booking"`
	Counterparty string        `json:"counterparty,omitempty"`
	Text         string        `json:"text,omitempty"`
	Payment      string        `json:"payment,omitempty"`
	ReversalOf   string        `json:"reversal_of,omitempty"`
}

func newState() state {
	return state{Version: stateVersion, Balances: map[string]money.Minor{}, Faults: map[string][]Misbehaviour{}}
}

func balanceKey(account string, currency money.Currency) string {
	return account + " " + currency.String()
}

// outside names an account at another bank.
func outside(d intake.BankDetails) string { return "outside/" + d.IBAN + d.Number }

func orderOf(i *bank.Instruction) order {
	o := order{
		Key: i.Key, From: i.From.String(), Own: i.To.Own.String(), Details: i.To.Details, Amount: i.Amount, Fee: i.Fee,
		Currency: i.Currency.String(), Text: i.Reference,
	}
	if i.Fee > 0 {
		o.FeesTo = bank.Account{Kind: bank.Fees, Programme: i.Programme}.String()
	}
	return o
}

// same tells whether two orders are one instruction; the requested date is no part of it.
func (o *order) same(other *order) bool {
	return o.Key == other.Key && o.From == other.From && o.Own == other.Own && o.Details == other.Details && o.FeesTo == other.FeesTo &&
		o.Amount == other.Amount && o.Fee == other.Fee && o.Currency == other.Currency && o.Text == other.Text
}

func (o *order) outcome() bank.Outcome {
	outcome := bank.Outcome{BankReference: o.Reference, Value: o.Value, Reason: o.Reason}
	switch o.Status {
	case pending:
		outcome.Status = bank.Pending
	case executed:
		outcome.Status = bank.Executed
	case refused:
		outcome.Status = bank.Refused
	}
	return outcome
}

func (o *order) target() (account, name string) {
	if o.Own != "" {
		return o.Own, o.Own
	}
	return outside(o.Details), o.Details.Holder
}

// latest finds the last order under a key; -1 for none.
func (s *state) latest(key string) int {
	for i := len(s.Orders) - 1; i >= 0; i-- {
		if s.Orders[i].Key == key {
			return i
		}
	}
	return -1
}

// fault takes what is to go wrong with an arriving instruction.
func (s *state) fault(key string) Misbehaviour {
	if waiting := s.Faults[key]; len(waiting) > 0 {
		if s.Faults[key] = waiting[1:]; len(waiting) == 1 {
			delete(s.Faults, key)
		}
		s.changed = true
		return waiting[0]
	}
	if len(s.NextFaults) > 0 {
		m := s.NextFaults[0]
		s.NextFaults, s.changed = s.NextFaults[1:], true
		return m
	}
	return Misbehaviour{}
}

// take keeps an arriving instruction and deals with it.
func (s *state) take(o order, m Misbehaviour, today calendar.Date) bank.Outcome {
	s.changed = true
	s.Booked++
	o.Reference = fmt.Sprintf("order-%06d", s.Booked)
	o.Status = pending
	switch m.Kind {
	case Reject:
		o.Status, o.Reason = refused, "refused by the payee's bank"
	case Delay:
		o.Polls = m.Polls
	case Return:
		s.execute(&o, today)
		o.Returns, o.Polls = o.Status == executed, m.Polls
	default:
		s.execute(&o, today)
	}
	if m.Kind == Twice && o.Status == executed {
		s.Lines = append(s.Lines, s.Lines[s.find(o.Lines[0])])
	}
	s.Orders = append(s.Orders, o)
	if m.Kind == LoseReply {
		return bank.Outcome{}
	}
	return o.outcome()
}

// execute pays, or refuses for want of money: no instruction takes an account below zero.
func (s *state) execute(o *order, today calendar.Date) {
	currency, known := money.ParseCurrency(o.Currency)
	total := money.Add(o.Amount, o.Fee)
	switch {
	case !known || o.Amount <= 0 || o.Fee < 0:
		o.Status, o.Reason = refused, "amount or currency is wrong"
		return
	case s.Balances[balanceKey(o.From, currency)] < total:
		o.Status, o.Reason = refused, "insufficient funds"
		return
	}
	to, name := o.target()
	l := line{Currency: o.Currency, Value: today, Booking: today, Text: o.Text, Payment: o.Key}
	post := func(account, counterparty string, amount money.Minor) {
		s.move(account, currency, amount)
		posted := l
		posted.Account, posted.Counterparty, posted.Amount = account, counterparty, amount
		o.Lines = append(o.Lines, s.book(posted))
	}
	post(o.From, name, -total)
	if o.Own != "" {
		post(to, o.From, o.Amount)
	} else {
		s.move(to, currency, o.Amount)
	}
	if o.Fee > 0 {
		post(o.FeesTo, o.From, o.Fee)
	}
	o.Status, o.Value = executed, today
}

// poll lets time pass for what waits.
func (s *state) poll(today calendar.Date) {
	for i := range s.Orders {
		o := &s.Orders[i]
		if o.Status != pending && !o.Returns {
			continue
		}
		s.changed = true
		if o.Polls--; o.Polls > 0 {
			continue
		}
		if o.Status == pending {
			s.execute(o, today)
			continue
		}
		o.Returns = false
		for _, reference := range o.Lines {
			s.reverse(s.Lines[s.find(reference)], today, today, "returned by the payee's bank")
		}
		if o.Own == "" {
			currency, _ := money.ParseCurrency(o.Currency)
			s.move(outside(o.Details), currency, -o.Amount)
		}
	}
}

func (s *state) reverse(l line, value, booking calendar.Date, text string) {
	currency, _ := money.ParseCurrency(l.Currency)
	s.move(l.Account, currency, -l.Amount)
	l.ReversalOf, l.Amount, l.Value, l.Booking, l.Text = l.Reference, -l.Amount, value, booking, text
	s.book(l)
}

func (s *state) move(account string, currency money.Currency, amount money.Minor) {
	key := balanceKey(account, currency)
	s.Balances[key] = money.Add(s.Balances[key], amount)
	s.changed = true
}

// book puts a line into the statement under a reference of its own.
func (s *state) book(l line) (reference string) {
	s.Booked++
	l.Reference = fmt.Sprintf("line-%06d", s.Booked)
	s.Lines, s.changed = append(s.Lines, l), true
	return l.Reference
}

func (s *state) find(reference string) int {
	for i := range s.Lines {
		if s.Lines[i].Reference == reference {
			return i
		}
	}
	return -1
}

func (s *state) reversed(reference string) bool {
	for i := range s.Lines {
		if s.Lines[i].ReversalOf == reference {
			return true
		}
	}
	return false
}

func (l *line) read() (bank.Line, error) {
	account, err := bank.ParseAccount(l.Account)
	currency, known := money.ParseCurrency(l.Currency)
	if err != nil || !known {
		return bank.Line{}, errors.Join(fmt.Errorf("sandbox: line %q is not readable", l.Reference), err)
	}
	return bank.Line{
		Reference: l.Reference, Account: account, Amount: l.Amount, Currency: currency, Value: l.Value, Booking: l.Booking,
		Counterparty: l.Counterparty, Text: l.Text, Payment: l.Payment, ReversalOf: l.ReversalOf,
	}, nil
}

// change makes a change and saves it. Apply may fail only before it has changed anything. After a failed save the file
// holds the state before or after; the bank answers nothing more until it is opened again.
func (b *Bank) change(apply func(s *state) error) error {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	if b.broken != nil {
		return b.broken
	}
	if err := apply(&b.state); err != nil {
		return err
	}
	if b.state.changed && b.options.Path != "" {
		b.broken = b.save()
	}
	b.state.changed = false
	return b.broken
}

func (b *Bank) load() error {
	if b.options.Path == "" {
		return nil
	}
	stored, err := os.ReadFile(b.options.Path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	decoder := json.NewDecoder(bytes.NewReader(stored))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&b.state); err != nil {
		return fmt.Errorf("%s: %w", b.options.Path, err)
	}
	if b.state.Version != stateVersion {
		return fmt.Errorf("%s: version %d is not known", b.options.Path, b.state.Version)
	}
	return nil
}

// save writes the state beside the file and puts it in its place: after a crash the file is the old one or the new one.
func (b *Bank) save() error {
	encoded, err := json.Marshal(&b.state)
	if err != nil {
		return fmt.Errorf("sandbox: %w", err)
	}
	temporary := b.options.Path + ".new"
	file, err := os.OpenFile(temporary, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return fmt.Errorf("sandbox: %w", err)
	}
	_, err = file.Write(encoded)
	if err = errors.Join(err, file.Sync(), file.Close()); err != nil {
		return fmt.Errorf("sandbox: %w", err)
	}
	// The commit point: the change exists once the file has its name.
	if err := os.Rename(temporary, b.options.Path); err != nil {
		return fmt.Errorf("sandbox: %w", err)
	}
	directory, err := os.Open(filepath.Dir(b.options.Path))
	if err != nil {
		return fmt.Errorf("sandbox: %w", err)
	}
	if err := errors.Join(directory.Sync(), directory.Close()); err != nil {
		return fmt.Errorf("sandbox: %w", err)
	}
	return nil
}
