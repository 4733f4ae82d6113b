package sandbox

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"millrace/domain/money"
	"millrace/edge/bank"
	"millrace/edge/bankfile"
	"millrace/edge/credittransfer"
	"millrace/edge/intake"
	"millrace/edge/markup"
)

// message is a file of instructions that arrived, with what became of each.
type message struct {
	ID      string  `json:"id"`
	Digest  string  `json:"digest"` // of what it asks for, but for dates
	Groups  []group `json:"groups"`
	Report  string  `json:"report,omitempty"`  // name of the last file that says what became of it
	Created string  `json:"created,omitempty"` // of that
	Number  int     `json:"number,omitempty"`  // likewise
	Said    string  `json:"said,omitempty"`    // what it said
	Silent  bool    `json:"silent,omitempty"`  // nothing is said before it is asked again
	Again   bool    `json:"again,omitempty"`   // it was asked again
	Final   bool    `json:"final,omitempty"`   // nothing more will become of it
}

type group struct {
	ID       string  `json:"id"`
	Payments []asked `json:"payments"`
}

// asked is one payment of a message.
type asked struct {
	Instruction string      `json:"instruction,omitempty"`
	Key         string      `json:"key"`
	UETR        string      `json:"uetr,omitempty"`
	Amount      money.Minor `json:"amount"`
	Currency    string      `json:"currency"`
	Order       string      `json:"order,omitempty"` // reference; "" where it was refused on arrival
	Code        string      `json:"code,omitempty"`  // of that
	Reason      string      `json:"reason,omitempty"`
}

// incoming is what somebody outside lets come in, as a file says it.
type incoming struct {
	ID           string `json:"id"`
	To           string `json:"to"` // a number of the bank, or a supervised account
	Amount       string `json:"amount"`
	Currency     string `json:"currency"`
	Payer        string `json:"payer"`
	PayerAccount string `json:"payer_account,omitempty"`
	Text         string `json:"text,omitempty"`
	EndToEnd     string `json:"end_to_end,omitempty"`
}

// arrived is a file from the folder, read.
type arrived struct {
	name    string
	orders  *credittransfer.File
	cancels []credittransfer.Recall
	money   *incoming
	line    line // of money
	refused error
}

// rank is when among others a file is dealt with.
func (a *arrived) rank() int {
	if a.money != nil {
		return 0
	}
	return 1
}

// readArrived reads a file by what it holds. What can't be read is refused with the reason.
func (s *state) readArrived(name string, content []byte) arrived {
	a := arrived{name: name}
	limits := markup.Limits{BytesMax: 16 << 20}
	switch {
	case bytes.HasPrefix(bytes.TrimLeft(content, " \t\r\n"), []byte("{")):
		a.money, a.line, a.refused = s.readIncoming(content)
	case bytes.Contains(content[:min(len(content), 2000)], []byte("camt.056.")):
		a.cancels, a.refused = credittransfer.ReadRecalls(name, content, limits)
	default:
		a.orders, a.refused = credittransfer.Read(name, content, limits)
	}
	return a
}

func (s *state) readIncoming(content []byte) (*incoming, line, error) {
	in := &incoming{}
	decoder := json.NewDecoder(bytes.NewReader(content))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(in); err != nil {
		return nil, line{}, fmt.Errorf("money that comes in: %w", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, line{}, errors.New("money that comes in: something stands after it")
	}
	account, found := s.accountOf(in.To)
	if !found {
		var err error
		if account, err = bank.ParseAccount(in.To); err != nil || account.Kind == 0 {
			return nil, line{}, fmt.Errorf("to %q: no account of this bank", in.To)
		}
	}
	currency, known := money.ParseCurrency(in.Currency)
	if !known {
		return nil, line{}, fmt.Errorf("currency %q is not one of ISO 4217", in.Currency)
	}
	amount, err := money.Parse(in.Amount, currency)
	if err != nil || amount <= 0 || amount > money.MinorMax {
		return nil, line{}, fmt.Errorf("amount %q is not one above zero in %s", in.Amount, in.Currency)
	}
	for name, text := range map[string]struct {
		text string
		most int
	}{"id": {in.ID, 35}, "payer": {in.Payer, 140}, "payer_account": {in.PayerAccount, 34}, "text": {in.Text, 500}, "end_to_end": {in.EndToEnd, 35}} { // one error is as good as another
		if utf8.RuneCountInString(text.text) > text.most || !utf8.ValidString(text.text) || name == "id" && text.text == "" {
			return nil, line{}, fmt.Errorf("%s: at most %d characters, and an id is needed", name, text.most)
		}
	}
	return in, line{
		Account: account.String(), Amount: amount, Currency: in.Currency, Counterparty: in.Payer, Other: in.PayerAccount, Text: in.Text, Payment: in.EndToEnd,
	}, nil
}

// listed takes the accounts that have numbers of their own.
func (s *state) listed(accounts []Numbered) error {
	s.numbers = map[string]string{}
	for _, a := range accounts {
		if !bankfile.IsIBAN(a.IBAN) || a.Account.Kind == 0 || s.numbers[a.IBAN] != "" || s.numbers[a.Account.String()] != "" {
			return fmt.Errorf("sandbox: account %s with the number %q: not an IBAN, or one of them twice", a.Account, a.IBAN)
		}
		s.numbers[a.IBAN], s.numbers[a.Account.String()] = a.Account.String(), a.IBAN
	}
	return nil
}

// accountOf finds an account of the bank by its number.
func (s *state) accountOf(number string) (bank.Account, bool) {
	if name := s.numbers[number]; name != "" {
		a, err := bank.ParseAccount(name)
		return a, err == nil && a.Kind != 0
	}
	a, found := AccountOf(number)
	return a, found && s.numbers[a.String()] == ""
}

// numberOf gives the number of an account; one that has none by itself gets one that is no IBAN.
func (s *state) numberOf(account string) string {
	if number := s.numbers[account]; number != "" {
		return number
	}
	if a, err := bank.ParseAccount(account); err == nil {
		if number, err := IBAN(a); err == nil {
			return number
		}
	}
	sum := sha256.Sum256([]byte(account))
	return "X" + hex.EncodeToString(sum[:12])
}

// arrive deals with a file.
func (s *state) arrive(a *arrived) {
	switch {
	case a.refused != nil:
	case a.orders != nil:
		s.instructed(a.orders)
	case a.money != nil:
		if s.known("money " + a.money.ID) {
			return
		}
		currency, _ := money.ParseCurrency(a.line.Currency)
		a.line.Value = s.hours.OpenFrom(s.today.AddDays(s.profile.ValueDays))
		s.receive(a.line, currency, a.money.ID)
	default:
		s.cancel(a.cancels)
	}
}

// known keeps that something has arrived, and tells whether it had before.
func (s *state) known(what string) bool {
	if s.Files.Arrived[what] {
		return true
	}
	if s.Files.Arrived == nil {
		s.Files.Arrived = map[string]bool{}
	}
	s.Files.Arrived[what], s.changed = true, true
	return false
}

// receive books money that comes in, with what the profile lets happen to it, and gives the reference of its line.
func (s *state) receive(l line, currency money.Currency, about string) (reference string) {
	p := &s.profile
	l.Booking = s.today
	// A hundredth to a fifth of it.
	part := max(1, money.MulDiv(l.Amount, int64(1+s.roll(20, "part", about)), 100))
	switch {
	case s.happens(p.Short, "short", about) && part < l.Amount:
		l.Amount = money.Sub(l.Amount, part)
	case s.happens(p.Over, "over", about):
		l.Amount = money.Add(l.Amount, part)
	}
	if kept := minor(p.Deduction, currency); kept > 0 && kept < l.Amount && s.happens(p.Deduct, "deduct", about) {
		l.Amount, l.Charges = money.Sub(l.Amount, kept), kept
	}
	if s.happens(p.Mangle, "mangle", about) {
		l.Text = s.mangled(l.Text, about)
	}
	s.move(l.Account, currency, l.Amount)
	reference = s.book(l)
	if s.happens(p.Duplicate, "duplicate", about) {
		s.repeat(len(s.Lines) - 1)
	}
	switch {
	case s.happens(p.Reverse, "reverse", about):
		s.Coming = append(s.Coming, coming{On: s.later(), Line: reference})
	case s.happens(p.Recall, "recall", about):
		s.Coming = append(s.Coming, coming{On: s.later(), Line: reference, Recall: true})
	}
	return reference
}

// digest stands for what a file asks for; dates are no part of it.
func digest(f *credittransfer.File) string {
	h := sha256.New()
	for i := range f.Payments {
		p := f.Payments[i]
		p.Execution = 0
		fmt.Fprintf(h, "%+v\n", p)
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// message finds one that arrived before; -1 for none.
func (s *state) message(id string) int {
	for i := len(s.Files.Messages) - 1; i >= 0; i-- {
		if s.Files.Messages[i].ID == id {
			return i
		}
	}
	return -1
}

// instructed takes a file of instructions. The same once more is answered once more, and has no other effect.
func (s *state) instructed(f *credittransfer.File) {
	s.changed = true
	m := message{ID: f.Message, Digest: digest(f)}
	if at := s.message(f.Message); at >= 0 {
		before := &s.Files.Messages[at]
		if before.Digest != m.Digest {
			s.refuseFile(f.Message)
			return
		}
		s.askedAgain(before)
		return
	}
	if len(f.Payments) > 0 {
		if waiting := s.Faults[f.Payments[0].Key]; len(waiting) > 0 && waiting[0].Kind == TimeOut {
			s.fault(f.Payments[0].Key)
			return // the bank never saw it
		}
	}
	seen := map[string]bool{}
	for from := 0; from < len(f.Payments); {
		to := from + 1
		for to < len(f.Payments) && f.Payments[to].Group == f.Payments[from].Group {
			to++
		}
		m.Groups = append(m.Groups, s.group(f.Payments[from:to], seen))
		from = to
	}
	for i := range m.Groups {
		for _, p := range m.Groups[i].Payments {
			if o := s.order(p.Order); o != nil && o.Silent {
				m.Silent = true
			}
		}
	}
	s.Files.Messages = append(s.Files.Messages, m)
}

// askedAgain lets a message be answered once more, and what was kept quiet be told.
func (s *state) askedAgain(m *message) {
	m.Again = true
	if !m.Silent {
		return
	}
	m.Silent = false
	for i := range s.Lines {
		if l := &s.Lines[i]; l.Quiet && m.has(l.Order) {
			l.Quiet = false
			if i < s.Files.Noted {
				s.repeat(i)
			}
		}
	}
}

func (m *message) has(order string) bool {
	for i := range m.Groups {
		for _, p := range m.Groups[i].Payments {
			if p.Order == order && order != "" {
				return true
			}
		}
	}
	return false
}

// order finds one by its reference; nil for none.
func (s *state) order(reference string) *order {
	for i := len(s.Orders) - 1; i >= 0 && reference != ""; i-- {
		if s.Orders[i].Reference == reference {
			return &s.Orders[i]
		}
	}
	return nil
}

// group takes the payments of one payment information: in one order where they are booked together, which is executed
// as a whole or not at all, and else each in its own.
func (s *state) group(payments []credittransfer.Payment, seen map[string]bool) group {
	g := group{ID: payments[0].Group, Payments: make([]asked, len(payments))}
	broken := false
	for i := range payments {
		p := &payments[i]
		a := &g.Payments[i]
		*a = asked{Instruction: p.Instruction, Key: p.Key, UETR: p.UETR, Amount: p.Amount, Currency: p.Currency.String()}
		if a.Code, a.Reason = s.unfit(p, seen[p.Key]); a.Code != "" {
			broken = true
		}
		seen[p.Key] = true
	}
	if !payments[0].Batch {
		for i := range payments {
			if g.Payments[i].Code == "" {
				g.Payments[i].Order = s.takePayments(payments[i : i+1])
			}
		}
		return g
	}
	reference := ""
	if !broken {
		reference = s.takePayments(payments)
	}
	for i := range g.Payments {
		a := &g.Payments[i]
		if a.Order = reference; broken && a.Code == "" {
			a.Code, a.Reason = "NARR", "another payment of the group is refused, and they are booked together"
		}
	}
	return g
}

// yearAhead bounds how far a payment may be asked for in advance, in days.
const yearAhead = 366

// unfit tells why a payment is refused as it arrives; "" where it is not.
func (s *state) unfit(p *credittransfer.Payment, twice bool) (code, reason string) {
	_, held := s.accountOf(p.Debtor.IBAN)
	_, inHouse := s.accountOf(p.Creditor.IBAN)
	switch {
	case !held:
		return "AC02", "the account to pay from is not with this bank"
	case twice || s.latest(p.Key) >= 0:
		return "DU04", "a payment with this end-to-end identification is known"
	case p.Arrives != 0 && p.Arrives != p.Currency:
		return "AM03", "the currency is not changed here"
	case p.Method != "":
		return "FF03", "only transfers are executed"
	case p.Creditor.IBAN != "" && !bankfile.IsIBAN(p.Creditor.IBAN), ours(p.Creditor.IBAN) && !inHouse:
		return "AC03", "the account of the payee does not exist"
	case p.Execution > s.today.AddDays(yearAhead):
		return "DT01", "the date is too far away"
	}
	return "", ""
}

// takePayments takes payments as one order and gives its reference.
func (s *state) takePayments(payments []credittransfer.Payment) string {
	from, _ := s.accountOf(payments[0].Debtor.IBAN)
	o := order{From: from.String(), Currency: payments[0].Currency.String(), Group: payments[0].Group, On: s.executionDay(payments[0].Execution)}
	for i := range payments {
		p := &payments[i]
		l := leg{Key: p.Key, Amount: p.Amount, Text: strings.ReplaceAll(p.Text, "\n", " ")}
		if l.Text == "" {
			l.Text = p.Reference
		}
		if own, found := s.accountOf(p.Creditor.IBAN); found {
			l.Own = own.String()
		} else {
			l.Details = intake.BankDetails{IBAN: p.Creditor.IBAN, Number: p.Creditor.Number, BIC: p.Creditor.BIC, Holder: p.Creditor.Holder}
		}
		if i == 0 {
			o.Key, o.Own, o.Details, o.Amount, o.Text = l.Key, l.Own, l.Details, l.Amount, l.Text
		} else {
			o.Rest = append(o.Rest, l)
		}
	}
	s.take(o, s.fault(o.Key))
	return s.Orders[len(s.Orders)-1].Reference
}
