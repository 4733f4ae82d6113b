package sandbox

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"

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

	Day      calendar.Date     `json:"day,omitempty"`      // the business day that is open
	Stated   int               `json:"stated,omitempty"`   // lines that are on closed statements
	Series   map[string]series `json:"series,omitempty"`   // of statements, by balanceKey
	Closings []closing         `json:"closings,omitempty"` // all statements ever closed
	Coming   []coming          `json:"coming,omitempty"`   // what is to happen to lines
	Files    files             `json:"files,omitzero"`

	changed bool              // since it was saved
	created string            // when, for messages: today with the time
	numbers map[string]string // of accounts that have others than by themselves, both ways
	today   calendar.Date
	late    bool // after the cut-off
	hours   *bank.CutOff
	profile Profile
	seed    uint64
}

// series is how far the statements of an account have come.
type series struct {
	Number  uint64      `json:"number"`
	Balance money.Minor `json:"balance"`
}

// closing is a statement: the lines of its account from one place to another.
type closing struct {
	Account  string        `json:"account"`
	Currency string        `json:"currency"`
	Number   uint64        `json:"number"`
	Date     calendar.Date `json:"date"`
	Opening  money.Minor   `json:"opening"`
	Closing  money.Minor   `json:"closing"`
	From     int           `json:"from"`
	To       int           `json:"to"`
	Lines    int           `json:"lines"`
}

// coming is something that is to happen to a line on a day.
type coming struct {
	On     calendar.Date `json:"on"`
	Line   string        `json:"line"`
	Recall bool          `json:"recall,omitempty"` // ask for the money; otherwise take it back
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
	Code      string             `json:"code,omitempty"`  // of the reason, of ISO 20022's external list
	Rest      []leg              `json:"rest,omitempty"`  // payments booked with this one: all of them, or none
	Group     string             `json:"group,omitempty"` // payment information
	On        calendar.Date      `json:"on,omitempty"`    // not executed, or back, before
	Silent    bool               `json:"silent,omitempty"`
	Polls     int                `json:"polls,omitempty"` // until it is executed, or comes back
	Returns   bool               `json:"returns,omitempty"`
	Lines     []string           `json:"lines,omitempty"` // references of its lines, the payer's first
}

// leg is a payment booked together with others.
type leg struct {
	Key     string             `json:"key"`
	Own     string             `json:"own,omitempty"`
	Details intake.BankDetails `json:"details,omitzero"`
	Amount  money.Minor        `json:"amount"`
	Text    string             `json:"text,omitempty"`
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
	Other        string        `json:"other,omitempty"` // the counterparty's account
	Return       string        `json:"return,omitempty"`
	Charge       bool          `json:"charge,omitempty"`  // of the bank
	Charges      money.Minor   `json:"charges,omitempty"` // kept from it
	Copy         bool          `json:"copy,omitempty"`    // told of once more; on no closed statement
	Quiet        bool          `json:"quiet,omitempty"`   // not told of before the day's end
	Order        string        `json:"order,omitempty"`   // reference of the order that it belongs to
}

func newState() state {
	return state{Version: stateVersion, Balances: map[string]money.Minor{}, Faults: map[string][]Misbehaviour{}, Series: map[string]series{}}
}

func balanceKey(account string, currency money.Currency) string {
	return account + " " + currency.String()
}

// outside names an account at another bank.
func outside(d intake.BankDetails) string { return outsidePrefix + d.IBAN + d.Number }

// outsidePrefix begins the names of accounts at other banks.
const outsidePrefix = "outside/"

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
		o.Amount == other.Amount && o.Fee == other.Fee && o.Currency == other.Currency && o.Text == other.Text && slices.Equal(o.Rest, other.Rest)
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

// payee names whom an order pays.
func (o *order) payee() string {
	if o.Own != "" {
		return o.Own
	}
	return o.Details.Holder
}

// latest finds the last order under a key; -1 for none.
func (s *state) latest(key string) int {
	for i := len(s.Orders) - 1; i >= 0; i-- {
		if s.Orders[i].under(key) {
			return i
		}
	}
	return -1
}

// under tells whether a payment of the order has a key.
func (o *order) under(key string) bool {
	return o.Key == key || slices.ContainsFunc(o.Rest, func(l leg) bool { return l.Key == key })
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

// reasons are those for which a payee's bank refuses.
var reasons = [][2]string{
	{"AC04", "the account of the payee is closed"}, {"AC06", "the account of the payee is blocked"},
	{"AG01", "transfers to this kind of account are forbidden"}, {"MS03", "refused by the payee's bank"},
}

// chance is what goes wrong with an instruction by the profile.
func (s *state) chance(key string) Misbehaviour {
	p := &s.profile
	if p.Reject+p.Delay+p.Return == 0 {
		return Misbehaviour{}
	}
	switch at := s.roll(1000, "payment", key); {
	case at < p.Reject:
		return Misbehaviour{Kind: Reject}
	case at < p.Reject+p.Delay:
		return Misbehaviour{Kind: Delay}
	case at < p.Reject+p.Delay+p.Return:
		return Misbehaviour{Kind: Return}
	}
	return Misbehaviour{}
}

// take keeps an arriving instruction and deals with it.
func (s *state) take(o order, m Misbehaviour) bank.Outcome {
	s.changed = true
	s.Booked++
	o.Reference = fmt.Sprintf("order-%06d", s.Booked)
	o.Status, o.Silent = pending, m.Kind == LoseReply
	comesBack := calendar.Date(0)
	if m.Kind == 0 && o.On <= s.today {
		switch m = s.chance(o.Key); m.Kind {
		case Delay:
			o.On = s.later()
		case Return:
			comesBack = s.later()
		}
	}
	switch {
	case m.Kind == Reject:
		why := reasons[s.roll(len(reasons), "reason", o.Key)]
		o.Status, o.Code, o.Reason = refused, why[0], why[1]
	case m.Kind == Delay:
		o.Polls = m.Polls
	case o.On > s.today:
	case m.Kind == Return:
		s.execute(&o)
		o.Returns, o.Polls, o.On = o.Status == executed, m.Polls, comesBack
	default:
		s.execute(&o)
	}
	if o.Status == executed && (m.Kind == Twice || s.happens(s.profile.Duplicate, "duplicate", o.Key)) {
		s.repeat(s.find(o.Lines[0]))
	}
	s.Orders = append(s.Orders, o)
	if m.Kind == LoseReply {
		return bank.Outcome{}
	}
	return o.outcome()
}

// repeat lets a line appear once more; the accounts stay as they are.
func (s *state) repeat(at int) {
	again := s.Lines[at]
	again.Copy, again.Quiet = true, false
	s.Lines, s.changed = append(s.Lines, again), true
}

// total is what leaves the payer's account.
func (o *order) total() money.Minor {
	total := money.Add(o.Amount, o.Fee)
	for i := range o.Rest {
		total = money.Add(total, o.Rest[i].Amount)
	}
	return total
}

// payable tells why an order is refused for what it says, or for want of money: no instruction takes an account below zero.
func (s *state) payable(o *order, currency money.Currency, known bool) (code, reason string) {
	switch {
	case !known || o.Amount <= 0 || o.Fee < 0 || slices.ContainsFunc(o.Rest, func(l leg) bool { return l.Amount <= 0 }):
		return "AM12", "amount or currency is wrong"
	case s.Balances[balanceKey(o.From, currency)] < o.total():
		return "AM04", "insufficient funds"
	}
	return "", ""
}

// execute pays all payments of an order, or refuses.
func (s *state) execute(o *order) {
	currency, known := money.ParseCurrency(o.Currency)
	if o.Code, o.Reason = s.payable(o, currency, known); o.Code != "" {
		o.Status = refused
		return
	}
	post := func(account, counterparty, other string, amount money.Minor, key, text string) {
		s.move(account, currency, amount)
		o.Lines = append(o.Lines, s.book(line{
			Account: account, Amount: amount, Currency: o.Currency, Value: s.today, Booking: s.today, Counterparty: counterparty, Other: other,
			Text: text, Payment: key, Quiet: o.Silent, Order: o.Reference,
		}))
	}
	name := o.payee()
	post(o.From, name, o.Details.IBAN+o.Details.Number, -o.total(), o.Key, o.Text)
	for _, l := range append([]leg{{Key: o.Key, Own: o.Own, Details: o.Details, Amount: o.Amount, Text: o.Text}}, o.Rest...) {
		if l.Own != "" {
			post(l.Own, o.From, "", l.Amount, l.Key, l.Text)
		} else {
			s.move(outside(l.Details), currency, l.Amount)
		}
	}
	if o.Fee > 0 {
		post(o.FeesTo, o.From, "", o.Fee, o.Key, o.Text)
	}
	o.Status, o.Value = executed, s.today
	if charge := minor(s.profile.Charge, currency); charge > 0 {
		s.move(o.From, currency, -charge)
		s.book(line{
			Account: o.From, Amount: -charge, Currency: o.Currency, Value: s.today, Booking: s.today, Text: "charge for payment " + o.Key, Charge: true, Order: o.Reference,
		})
	}
}

// poll lets time pass for what waits.
func (s *state) poll() {
	for i := range s.Orders {
		o := &s.Orders[i]
		if o.Status != pending && !o.Returns || o.On > s.today {
			continue
		}
		s.changed = true
		if o.Polls--; o.Polls > 0 {
			continue
		}
		if o.Status == pending {
			s.execute(o)
			continue
		}
		s.giveBack(o)
	}
	s.comes()
}

// giveBack lets an executed order come back.
func (s *state) giveBack(o *order) {
	o.Returns = false
	for _, reference := range o.Lines {
		s.reverse(s.Lines[s.find(reference)], s.today, "returned by the payee's bank", "AC04")
	}
	currency, _ := money.ParseCurrency(o.Currency)
	for _, l := range append([]leg{{Own: o.Own, Details: o.Details, Amount: o.Amount}}, o.Rest...) {
		if l.Own == "" {
			s.move(outside(l.Details), currency, -l.Amount)
		}
	}
}

// comes lets happen to lines what is due.
func (s *state) comes() {
	waiting := s.Coming[:0:0]
	for _, c := range s.Coming {
		at := s.find(c.Line)
		switch {
		case c.On > s.today:
			waiting = append(waiting, c)
			continue
		case c.Recall:
			s.recall(at)
		case !s.reversed(c.Line):
			s.reverse(s.Lines[at], s.today, "reversal", "")
		}
		s.changed = true
	}
	s.Coming = waiting
}

func (s *state) reverse(l line, value calendar.Date, text, reason string) {
	currency, _ := money.ParseCurrency(l.Currency)
	s.move(l.Account, currency, -l.Amount)
	l.ReversalOf, l.Amount, l.Value, l.Booking, l.Text, l.Return, l.Charges = l.Reference, -l.Amount, value, s.today, text, reason, 0
	l.Copy, l.Quiet = false, false
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
	read := bank.Line{
		Reference: l.Reference, Account: account, Amount: l.Amount, Currency: currency, Value: l.Value, Booking: l.Booking,
		Counterparty: l.Counterparty, Other: l.Other, Text: l.Text, Payment: l.Payment, ReversalOf: l.ReversalOf, Charges: l.Charges,
	}
	if l.Charge {
		read.Nature = bank.Charge
	}
	return read, nil
}

// change makes a change and saves it. Apply may fail only before it has changed anything. After a failed save the file
// holds the state before or after; the bank answers nothing more until it is opened again.
func (b *Bank) change(apply func(s *state) error) error {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	if b.broken != nil {
		return b.broken
	}
	b.clock()
	if err := apply(&b.state); err != nil {
		return err
	}
	if b.state.changed && b.options.Path != "" {
		b.broken = b.save()
	}
	b.state.changed = false
	return b.broken
}

// clock looks at the day, and ends the one before when it is over.
func (b *Bank) clock() {
	s := &b.state
	today := b.options.Date()
	s.late = b.hours.Late()
	if s.Day == 0 {
		s.Day = today
	}
	for s.Day < today {
		next := s.nextDay(today)
		s.endOfDay()
		s.Day, s.changed = next, true
	}
	// On a closed day everything is done with the date of the next open one, and is on its statement.
	if s.today = b.hours.OpenFrom(s.Day); s.today != s.Day {
		s.late = false
	}
	s.created = s.today.String() + "T12:00:00"
	if b.options.Now != nil {
		s.created = s.today.String() + b.options.Now().In(b.hours.Zone).Format("T15:04:05")
	}
}

func (b *Bank) load() error {
	if b.options.Path == "" {
		return nil
	}
	stored, err := b.options.Files.Read(b.options.Path)
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

// save puts the state into its file: after a crash that is the old one or the new one.
func (b *Bank) save() error {
	encoded, err := json.Marshal(&b.state)
	if err != nil {
		return fmt.Errorf("sandbox: %w", err)
	}
	return b.options.Files.Put(b.options.Path, encoded)
}
