package folder

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strconv"
	"strings"

	"millrace/domain/calendar"
	"millrace/domain/money"
	"millrace/edge/bank"
	"millrace/edge/credittransfer"
	"millrace/edge/iso20022"
	"millrace/edge/markup"
	"millrace/edge/statement"
)

// item is one thing of a page; just one of the fields is set.
type item struct {
	line    *bank.Line
	closing *bank.Closing
	recall  *bank.Recall
}

// place is a line on an account.
type place struct {
	account   bank.Account
	reference string
}

// reading is what was read so far.
type reading struct {
	items    []item
	seen     map[string][32]byte // files, by name: hash of what they held
	lines    map[place]*bank.Line
	payments map[string][]*bank.Line // by the key of the payment
	closings map[string]bool         // by account and identification
	recalls  map[string]bool         // by case
	reports  map[string]said         // by the key of the payment
	messages map[string]said         // by message, where a report says it of the whole
	problems map[string][]bank.Problem
}

// said is what the bank's reports say of a payment.
type said struct {
	outcome credittransfer.Outcome
	bank    string
	reason  string
}

func newReading() reading {
	return reading{
		seen: map[string][32]byte{}, lines: map[place]*bank.Line{}, payments: map[string][]*bank.Line{}, closings: map[string]bool{},
		recalls: map[string]bool{}, reports: map[string]said{}, messages: map[string]said{}, problems: map[string][]bank.Problem{},
	}
}

// batch is what one look finds.
type batch struct {
	name     string // of the file that is being read
	hash     [32]byte
	lines    []*bank.Line
	closings []*bank.Closing
	recalls  []*bank.Recall
}

// look reads the files that are new, in the order of their names, and again those with problems that have changed. Lines come
// before the statements that they are on, and the statements of an account in their order.
func (a *Adapter) look(ctx context.Context) error {
	names, err := a.options.Files.List(a.path("out"))
	if err != nil {
		return err
	}
	a.forget(names)
	b := &batch{}
	for _, name := range names {
		if err := ctx.Err(); err != nil {
			return err
		}
		if _, seen := a.seen[name]; seen && a.problems[name] == nil {
			continue
		}
		content, err := a.options.Files.Read(a.path("out", name))
		if errors.Is(err, fs.ErrNotExist) {
			continue // somebody has just taken it away
		}
		if err != nil {
			return err
		}
		hash := sha256.Sum256(content)
		if before, seen := a.seen[name]; seen && before == hash && !a.again(name) {
			continue
		}
		b.name, b.hash = name, hash
		delete(a.problems, name)
		a.take(b, content)
		a.seen[name] = hash
	}
	a.give(b)
	return nil
}

// forget drops the problems of files that are gone.
func (a *Adapter) forget(names []string) {
	for name := range a.problems { // each by itself
		if _, ofBank := a.seen[name]; ofBank && !slices.Contains(names, name) {
			delete(a.problems, name)
			delete(a.seen, name)
		}
	}
}

// again tells whether a file with a problem is worth another look though it is the same: what it lacked may have been read.
func (a *Adapter) again(name string) bool {
	return slices.ContainsFunc(a.problems[name], func(p bank.Problem) bool { return p.Code == CodeRecall || p.Code == CodeMapping })
}

// give puts what was found behind the cursor of whoever reads.
func (a *Adapter) give(b *batch) {
	for _, l := range b.lines {
		a.items = append(a.items, item{line: l})
	}
	slices.SortStableFunc(b.closings, func(x, y *bank.Closing) int {
		return cmp.Or(strings.Compare(x.Account.String(), y.Account.String()), cmp.Compare(x.Currency, y.Currency), cmp.Compare(x.Date, y.Date),
			cmp.Compare(x.Sequence, y.Sequence))
	})
	for _, c := range b.closings {
		a.items = append(a.items, item{closing: c})
	}
	for _, r := range b.recalls {
		a.items = append(a.items, item{recall: r})
	}
}

func (a *Adapter) problem(b *batch, code, format string, arguments ...any) {
	a.problemOf(b, bank.Account{}, code, format, arguments...)
}

func (a *Adapter) problemOf(b *batch, account bank.Account, code, format string, arguments ...any) {
	a.problems[b.name] = append(a.problems[b.name], bank.Problem{File: b.name, Account: account, Code: code, Sentence: fmt.Sprintf(format, arguments...)})
}

// take reads one file by what it holds.
func (a *Adapter) take(b *batch, content []byte) {
	message := ""
	if limits := (markup.Limits{BytesMax: 1 << 30, ElementsMax: 1 << 30}); strings.HasPrefix(strings.TrimLeft(string(content[:min(len(content), 64)]), " \t\r\n\uFEFF"), "<") {
		message = iso20022.MessageOf(content, limits)
	}
	switch {
	case strings.HasPrefix(message, "pain.002."):
		r, err := credittransfer.ReadReport(b.name, content, markup.Limits{})
		if err != nil {
			a.problem(b, CodeUnreadable, "%v", err)
			return
		}
		a.report(b, r)
	case strings.HasPrefix(message, "camt.056."):
		list, err := credittransfer.ReadRecalls(b.name, content, markup.Limits{})
		if err != nil {
			a.problem(b, CodeUnreadable, "%v", err)
		}
		for i := range list {
			a.recall(b, &list[i])
		}
	case strings.HasPrefix(message, "camt.029."):
		if _, err := credittransfer.ReadAnswers(b.name, content, markup.Limits{}); err != nil {
			a.problem(b, CodeUnreadable, "%v", err)
		}
	default:
		f, err := a.options.Read(b.name, content)
		if errors.Is(err, errMapping) {
			a.problem(b, CodeMapping, "%v", err)
			return
		}
		if err != nil {
			a.problem(b, CodeUnreadable, "%v", err)
			return
		}
		a.statements(b, f)
	}
}

// report keeps what the bank says of payments.
func (a *Adapter) report(b *batch, r *credittransfer.Report) {
	if len(r.Groups) == 0 || r.Status.Outcome() == credittransfer.Rejected {
		a.say(b, a.messages, r.Original, &credittransfer.PaymentReport{Status: r.Status, Reasons: r.Reasons})
	}
	for i := range r.Groups {
		g := &r.Groups[i]
		if len(g.Payments) == 0 {
			a.say(b, a.messages, r.Original, &credittransfer.PaymentReport{Status: cmp.Or(g.Status, r.Status), Reasons: append(g.Reasons, r.Reasons...)})
		}
		for _, p := range g.Payments {
			p.Status = cmp.Or(p.Status, g.Status, r.Status)
			p.Reasons = append(append(p.Reasons, g.Reasons...), r.Reasons...)
			key := p.EndToEnd
			if key == "" || key == "NOTPROVIDED" {
				key = p.Instruction
			}
			if key != "" && paymentKey(key) == key { // what becomes of a fee is told with its payment
				a.say(b, a.reports, key, &p)
			}
		}
	}
}

// say keeps a status. What is final stays; that a payment is a duplicate says nothing of what became of the first one.
func (a *Adapter) say(b *batch, into map[string]said, key string, p *credittransfer.PaymentReport) {
	s := said{outcome: p.Status.Outcome(), bank: p.Bank}
	var reasons []string
	for _, r := range p.Reasons {
		reasons = append(reasons, r.String())
		if duplicate(r.Code) && s.outcome == credittransfer.Rejected {
			s.outcome = credittransfer.Open
			a.problem(b, CodeReportUnknown, "The bank refuses %s as a duplicate (%s), which says nothing of what became of it the first time.", key, r)
		}
	}
	s.reason = strings.Join(reasons, "; ")
	if before := into[key].outcome; before == credittransfer.Rejected || before == credittransfer.Settled {
		return
	}
	into[key] = s
}

// duplicate tells whether a reason says that something was instructed before: AM05, and DU01 to DU05.
func duplicate(code string) bool { return code == "AM05" || len(code) == 4 && code[:2] == "DU" }

// outcome is what is known of a payment: what moved on its account, else what the bank reports.
func (a *Adapter) outcome(key string) bank.Outcome {
	for _, l := range a.payments[key] {
		if l.Amount < 0 && l.ReversalOf == "" {
			return bank.Outcome{Status: bank.Executed, Value: l.Value, BankReference: l.Reference}
		}
	}
	s, found := a.reports[key]
	if !found {
		if s, found = a.messages[messageID(key)]; !found {
			return bank.Outcome{}
		}
	}
	if s.outcome == credittransfer.Rejected {
		return bank.Outcome{Status: bank.Refused, BankReference: s.bank, Reason: s.reason}
	}
	// Settled is not yet executed for the book: the day of value comes with the booking.
	return bank.Outcome{Status: bank.Pending, BankReference: s.bank}
}

func inOrder(x, y place) int {
	return cmp.Or(strings.Compare(x.account.String(), y.account.String()), strings.Compare(x.reference, y.reference))
}

// recall finds whose money a bank asks for.
func (a *Adapter) recall(b *batch, r *credittransfer.Recall) {
	if a.recalls[r.Case] {
		return
	}
	key := r.EndToEnd
	if key == "NOTPROVIDED" {
		key = ""
	}
	var of *bank.Line
	for _, at := range slices.SortedFunc(maps.Keys(a.lines), inOrder) {
		l := a.lines[at]
		if l.Amount > 0 && l.ReversalOf == "" && (at.reference == r.Transaction || at.reference == r.Instruction || r.Transaction == "" && key != "" && l.Payment == key) {
			of = l
			break
		}
	}
	if of == nil {
		a.problem(b, CodeRecall, "The bank asks in case %s for money of the transaction %q, %q, and no statement read so far has it.", r.Case, r.Transaction, key)
		return
	}
	a.recalls[r.Case] = true
	b.recalls = append(b.recalls, &bank.Recall{
		Case: r.Case, Line: of.Reference, Payment: key, Account: of.Account, Amount: r.Amount, Currency: of.Currency, Reason: r.Reason.String(),
	})
}

// statements takes the statements of a file: those that can't be booked are problems, and the others are taken. A statement
// without balances is a notification: its lines come again with the statement, and are one with them by the bank's reference.
func (a *Adapter) statements(b *batch, f *statement.File) {
	open := map[string]*statement.Balance{} // where the first page of an account began
	for i := range f.Statements {
		s := &f.Statements[i]
		account, found := a.accountOf(s.Account)
		if !found {
			a.problem(b, CodeAccount, "The statement is about the account %s, which no supervised account of this connection has as its number.", s.Account)
			continue
		}
		if s.Prove() == statement.Unbalanced {
			a.problemOf(b, account, CodeUnbalanced, "The statement %s of the account %s does not add up: its lines don't lead from %s to %s. None of its lines is booked.",
				cmp.Or(s.Number, s.ID), s.Account, balanceText(s.Opening), balanceText(s.Closing))
			continue
		}
		lines, undated := linesOf(account, s)
		if undated != "" {
			a.problemOf(b, account, CodeUndated, "An entry of the statement %s of the account %s has no date: %s. None of its lines is booked.", cmp.Or(s.Number, s.ID), s.Account, undated)
			continue
		}
		for i := range lines {
			a.keep(b, &lines[i])
		}
		if s.Opening == nil || s.Closing == nil || strings.HasPrefix(f.Format, "camt.052") || f.Format == "mt942" {
			continue
		}
		if first := open[s.Account]; first != nil && s.Opening.Interim {
			s.Opening = first
		}
		if s.Closing.Interim {
			open[s.Account] = s.Opening
			continue
		}
		delete(open, s.Account)
		a.close(b, account, s, len(lines), strings.HasPrefix(f.Format, "camt."))
	}
}

func balanceText(b *statement.Balance) string {
	return money.Amount{Minor: b.Amount, Currency: b.Currency}.String()
}

// keep takes a line, unless it is known. The same reference with other figures is given on: whoever books it will see.
func (a *Adapter) keep(b *batch, n *booking) {
	l := &n.line
	if n.back {
		l.ReversalOf = a.original(l, n.of)
	}
	at := place{l.Account, l.Reference}
	if before := a.lines[at]; before != nil && before.Amount == l.Amount && before.Currency == l.Currency {
		return
	} else if before == nil {
		a.lines[at] = l
	}
	if l.Payment != "" {
		a.payments[l.Payment] = append(a.payments[l.Payment], l)
	}
	b.lines = append(b.lines, l)
}

// close takes the balances of a statement.
func (a *Adapter) close(b *batch, account bank.Account, s *statement.Statement, lines int, unique bool) {
	c := &bank.Closing{
		Account: account, ID: s.ID, Date: cmp.Or(s.Closing.Date, s.To, lastDay(s)), Opening: s.Opening.Amount, Closing: s.Closing.Amount, Currency: s.Closing.Currency,
		Lines: uint32(lines), Hash: b.hash,
	}
	c.Sequence, _ = strconv.ParseUint(s.Number, 10, 64)
	if !unique || c.ID == "" { // a reference of SWIFT is often the same on every day
		c.ID = s.Account + " " + c.Date.String() + " " + s.Number
	}
	key := account.String() + " " + c.Currency.String() + " " + c.ID
	if a.closings[key] {
		return
	}
	a.closings[key] = true
	b.closings = append(b.closings, c)
}

// lastDay is the last day on which something was booked; 0 for none.
func lastDay(s *statement.Statement) calendar.Date {
	last := calendar.Date(0)
	for i := range s.Entries {
		if e := &s.Entries[i]; e.State == statement.Booked {
			last = max(last, dateOr(e.Booking, e.Value))
		}
	}
	return last
}

// booking is a line as a statement has it.
type booking struct {
	line bank.Line
	of   *statement.Transaction
	back bool // takes another one back
}

// linesOf gives the bookings of a statement, and the text of one that has no date.
func linesOf(account bank.Account, s *statement.Statement) (all []booking, undated string) {
	same := map[string]int{} // how often an entry without a reference came that is just like it
	for i := range s.Entries {
		e := &s.Entries[i]
		if e.State != statement.Booked {
			continue
		}
		parts := []statement.Transaction{{Amount: e.Amount, Currency: e.Currency}}
		reference := e.Reference
		if len(e.Transactions) > 0 {
			parts = e.Transactions
			if reference == "" && len(parts) == 1 && !e.Reversal {
				reference = parts[0].Bank
			}
		}
		if e.Booking == 0 && e.Value == 0 {
			return nil, money.Format(e.Amount, e.Currency) + " " + e.Text
		}
		if reference == "" {
			text := fmt.Sprintf("%d %s %s %s %+v", e.Amount, e.Booking, e.Value, e.Text, parts)
			same[text]++
			sum := sha256.Sum256(fmt.Appendf(nil, "%s %d", text, same[text]))
			reference = "unnamed-" + hex.EncodeToString(sum[:12])
		}
		if !separate(e) {
			all = append(all, lineOf(account, e, reference, e.Amount, parts))
			continue
		}
		for n := range parts {
			own := parts[n].Bank
			if own == "" || own == reference || e.Reversal {
				own = reference + "/" + strconv.Itoa(n+1)
			}
			all = append(all, lineOf(account, e, own, parts[n].Amount, parts[n:n+1]))
		}
	}
	return all, ""
}

// separate tells whether an entry is of several payments that are told apart: not a payment with its fee.
func separate(e *statement.Entry) bool {
	if len(e.Transactions) < 2 {
		return false
	}
	rest, keys := e.Amount, map[string]bool{}
	for i := range e.Transactions {
		t := &e.Transactions[i]
		if t.Amount == 0 || t.Currency != e.Currency {
			return false
		}
		rest -= t.Amount
		keys[paymentKey(keyOf(t))] = true
	}
	return rest == 0 && (len(keys) > 1 || keys[""])
}

// keyOf is the key that came with a transaction.
func keyOf(t *statement.Transaction) string {
	if t.EndToEnd == "NOTPROVIDED" || t.EndToEnd == "NONREF" {
		return ""
	}
	return t.EndToEnd
}

// charges end the transaction codes that are the bank's own: charges, commission and their tax, in ISO 20022 and in SWIFT.
var charges = []string{"/CHRG", "/COMM", "/COME", "/COMI", "/COMT", "/FEES", "/TAXE", "NCHG", "FCHG", "NCOM", "FCOM"}

// lineOf makes a line of an entry, or of one payment of it.
func lineOf(account bank.Account, e *statement.Entry, reference string, amount money.Minor, parts []statement.Transaction) booking {
	t := &parts[0]
	l := bank.Line{
		Reference: reference, Account: account, Amount: amount, Currency: e.Currency, Value: dateOr(e.Value, e.Booking), Booking: dateOr(e.Booking, e.Value),
		Payment: paymentKey(keyOf(t)), Text: textOf(e, t),
	}
	other, another := t.Debtor, t.Creditor
	if amount < 0 {
		other, another = another, other
	}
	l.Other = other.Account
	l.Counterparty = cmp.Or(other.Name, another.Name, other.Account, another.Account)
	for i := range parts {
		l.Charges += parts[i].Charges
	}
	if amount < 0 && slices.ContainsFunc(charges, func(family string) bool { return strings.HasSuffix(e.Code, family) }) {
		l.Nature = bank.Charge
	}
	return booking{line: l, of: t, back: e.Reversal || t.Return != "" || strings.HasSuffix(e.Code, "/RRTN")}
}

func dateOr(date, other calendar.Date) calendar.Date {
	if date != 0 {
		return date
	}
	return other
}

// textOf is what a payment is for: free text, then references.
func textOf(e *statement.Entry, t *statement.Transaction) string {
	list := slices.Clone(t.Remittance)
	for _, r := range t.References {
		if r.Number != "" {
			list = append(list, strings.TrimSpace(r.Kind+" "+r.Number))
		}
	}
	if len(list) == 0 && e.Text != "" {
		list = append(list, e.Text)
	}
	return strings.Join(list, "\n")
}

// unnamed stands for the line that is taken back where the bank names none that is known: money that came back must not
// pass for money that came in.
const unnamed = "unnamed"

// original finds the line that a line takes back: the one that the bank names, else the one of the same payment.
func (a *Adapter) original(l *bank.Line, t *statement.Transaction) string {
	if t.Bank != "" && t.Bank != l.Reference {
		if before := a.lines[place{l.Account, t.Bank}]; before != nil && before.Amount == -l.Amount {
			return t.Bank
		}
	}
	for _, before := range a.payments[l.Payment] {
		if l.Payment != "" && before.Account == l.Account && before.Amount == -l.Amount && before.ReversalOf == "" {
			return before.Reference
		}
	}
	switch {
	case t.Bank != "" && t.Bank != l.Reference:
		return t.Bank
	case l.Amount > 0:
		return unnamed
	}
	return ""
}
