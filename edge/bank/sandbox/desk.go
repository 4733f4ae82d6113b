package sandbox

import (
	"cmp"
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"millrace/domain/money"
	"millrace/edge/bank/drop"
	"millrace/edge/bankfile"
	"millrace/edge/credittransfer"
	"millrace/edge/statement"
)

// files is what the bank knows of the files that came and went.
type files struct {
	Count    int             `json:"count,omitempty"` // handed out
	Noted    int             `json:"noted,omitempty"` // lines that were looked at for notifications
	Closed   int             `json:"closed,omitempty"`
	Messages []message       `json:"messages,omitempty"`
	Arrived  map[string]bool `json:"arrived,omitempty"`
	Out      []handed        `json:"out,omitempty"` // to be written: files that may not be there yet
}

// handed is a file for the customer.
type handed struct {
	Name    string `json:"name"`
	Content string `json:"content"`
}

// Desk is where the bank takes files and hands out files: a folder with in (instructions, requests to cancel, and money from
// outside), out (reports, notifications, statements, recalls; their names are in the order in which they were made), taken,
// and refused (with a text that says why). What the bank hands out is in its state before it is in the folder, so that
// whatever ends the process, every file comes to be there, and twice the same.
type Desk struct {
	bank  *Bank
	dir   string
	files drop.Files
}

// NewDesk opens the desk of a bank over a folder.
func NewDesk(b *Bank, dir string) (*Desk, error) {
	d := &Desk{bank: b, dir: dir, files: b.options.Files}
	return d, drop.Folders(d.path("in"), d.path("out"), d.path("taken"), d.path("refused"))
}

func (d *Desk) path(names ...string) string {
	return filepath.Join(append([]string{d.dir}, names...)...)
}

// filesAtOnce bounds how many files one turn takes.
const filesAtOnce = 1_000

// Turn takes the files that have come, lets happen what is due, and hands out what there is to say.
func (d *Desk) Turn(ctx context.Context) error {
	if err := d.handOut(); err != nil {
		return err
	}
	names, err := d.files.List(d.path("in"))
	if err != nil {
		return err
	}
	var all []arrived
	for _, name := range names[:min(len(names), filesAtOnce)] {
		if err := ctx.Err(); err != nil {
			return err
		}
		content, err := d.files.Read(d.path("in", name))
		if err != nil {
			return err
		}
		all = append(all, d.bank.state.readArrived(name, content))
	}
	// What comes in is booked before what goes out.
	slices.SortStableFunc(all, func(x, y arrived) int { return cmp.Compare(x.rank(), y.rank()) })
	err = d.bank.change(func(s *state) error {
		s.poll()
		for i := range all {
			s.arrive(&all[i])
		}
		s.tell()
		return nil
	})
	if err != nil {
		return err
	}
	// From here on everything is in the state: what is left to do is done again by the next turn.
	for i := range all {
		if err := d.away(&all[i]); err != nil {
			return err
		}
	}
	return d.handOut()
}

// away takes a file that was dealt with out of the way.
func (d *Desk) away(a *arrived) error {
	if a.refused == nil {
		return d.files.Move(d.path("in", a.name), d.path("taken", a.name))
	}
	why := fmt.Sprintf("%s can't be read:\n%s\n", a.name, a.refused)
	if err := d.files.Put(d.path("refused", a.name+".why.txt"), []byte(why)); err != nil {
		return err
	}
	return d.files.Move(d.path("in", a.name), d.path("refused", a.name))
}

// handOut writes the files that are waiting.
func (d *Desk) handOut() error {
	b := d.bank
	b.mutex.Lock()
	defer b.mutex.Unlock()
	if b.broken != nil {
		return b.broken
	}
	for len(b.state.Files.Out) > 0 {
		f := b.state.Files.Out[0]
		there, err := drop.Holds(d.files, d.path("out", f.Name), []byte(f.Content))
		if err == nil && !there {
			err = d.files.Put(d.path("out", f.Name), []byte(f.Content))
		}
		if err != nil {
			return err
		}
		// The file on disk keeps it until the next change: writing it again does no harm.
		b.state.Files.Out = b.state.Files.Out[1:]
	}
	return nil
}

// hand puts a file among those to be written. The bank's own messages are valid, or the bank is wrong.
func (s *state) hand(name string, content []byte, err error) {
	if err != nil {
		panic(fmt.Sprintf("sandbox: %s: %v", name, err))
	}
	s.Files.Out, s.changed = append(s.Files.Out, handed{name, string(content)}), true
}

// next gives a new file its number and its name.
func (s *state) next(kind string) (number int, name string) {
	s.Files.Count++
	return s.Files.Count, fmt.Sprintf("%08d-%s.xml", s.Files.Count, kind)
}

func messageID(number int) string { return fmt.Sprintf("SBX%08d", number) }

func (s *state) bic() string {
	if s.profile.BIC != "" {
		return s.profile.BIC
	}
	return bicDefault
}

// tell makes files of what has happened: reports, then notifications and statements in their order.
func (s *state) tell() {
	for i := range s.Files.Messages {
		if m := &s.Files.Messages[i]; !m.Silent && (m.Again || !m.Final) {
			s.report(m)
		}
	}
	for s.Files.Closed < len(s.Closings) {
		from := s.Files.Closed
		to := from + 1
		for to < len(s.Closings) && s.Closings[to].Date == s.Closings[from].Date {
			to++
		}
		s.notify(s.Closings[from].To)
		s.statement(s.Closings[from:to])
		s.Files.Closed = to
	}
	s.notify(len(s.Lines))
}

// statusOf tells where a payment stands.
func (s *state) statusOf(a *asked) credittransfer.PaymentReport {
	currency, _ := money.ParseCurrency(a.Currency)
	p := credittransfer.PaymentReport{Instruction: a.Instruction, EndToEnd: a.Key, UETR: a.UETR, Bank: a.Order, Amount: a.Amount, Currency: currency}
	if p.Instruction == "" {
		p.Instruction = a.Key
	}
	if p.UETR == "" {
		p.UETR = credittransfer.UETR(a.Key)
	}
	o := s.order(a.Order)
	switch {
	case o == nil:
		p.Status, p.Reasons = "RJCT", []credittransfer.Reason{{Code: a.Code, Text: a.Reason}}
	case o.Status == refused:
		p.Status, p.Reasons = "RJCT", []credittransfer.Reason{{Code: o.Code, Text: o.Reason}}
	case o.Status == executed:
		p.Status, p.Accepted = "ACSC", o.Value
	default:
		p.Status = "ACSP"
	}
	return p
}

// report makes the report on a message where there is something new to say, or it was asked again.
func (s *state) report(m *message) {
	r := &credittransfer.Report{Format: bankfile.ReportFormat, Original: m.ID}
	var said []string
	final, statuses := true, map[credittransfer.Status]bool{}
	for i := range m.Groups {
		g := credittransfer.GroupReport{Original: m.Groups[i].ID}
		for n := range m.Groups[i].Payments {
			p := s.statusOf(&m.Groups[i].Payments[n])
			g.Payments = append(g.Payments, p)
			said = append(said, string(p.Status))
			statuses[p.Status], final = true, final && p.Status != "ACSP"
			r.Status = p.Status
		}
		r.Groups = append(r.Groups, g)
	}
	if len(statuses) > 1 {
		r.Status = "PART"
	}
	m.Final = final
	now := strings.Join(said, " ")
	if now == m.Said && !m.Again {
		return
	}
	if now != m.Said {
		m.Number, m.Report = s.next("pain002-" + fileName(m.ID))
		m.Said, m.Created = now, s.created
	}
	m.Again = false
	r.Message = messageID(m.Number)
	content, err := bankfile.Report(r, m.Created)
	s.hand(m.Report, content, err)
}

// fileName keeps of an identification what may stand in a file's name.
func fileName(id string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || r == '_' || r == '-' {
			return r
		}
		return '_'
	}, id)
}

// refuseFile says that the identification of a file was used for another.
func (s *state) refuseFile(id string) {
	number, name := s.next("pain002-" + fileName(id))
	content, err := bankfile.Report(&credittransfer.Report{
		Message: messageID(number), Original: id, Status: "RJCT", Reasons: []credittransfer.Reason{{Code: "DU01", Text: "another file had this identification"}},
	}, s.created)
	s.hand(name, content, err)
}

// notify tells of the lines up to a place that were not told of.
func (s *state) notify(to int) {
	f := &statement.File{Format: bankfile.NotificationFormat}
	at := map[string]int{}
	for ; s.Files.Noted < to; s.Files.Noted++ {
		s.changed = true
		l := &s.Lines[s.Files.Noted]
		if l.Quiet {
			continue
		}
		key := l.Account + " " + l.Currency
		place, open := at[key]
		if !open {
			place = len(f.Statements)
			at[key] = place
			f.Statements = append(f.Statements, s.about(l.Account, l.Currency))
		}
		f.Statements[place].Entries = append(f.Statements[place].Entries, s.entry(l))
	}
	if len(f.Statements) == 0 {
		return
	}
	number, name := s.next("camt054")
	f.Message = messageID(number)
	for i := range f.Statements {
		f.Statements[i].ID = f.Message + "-" + strconv.Itoa(i+1)
	}
	content, err := bankfile.Statements(f, s.created)
	s.hand(name, content, err)
}

// statement hands out the statements of one day.
func (s *state) statement(closed []closing) {
	number, name := s.next("camt053-" + closed[0].Date.String())
	f := &statement.File{Format: bankfile.StatementFormat, Message: messageID(number)}
	for i := range closed {
		c := &closed[i]
		st := s.about(c.Account, c.Currency)
		st.ID, st.Number = fmt.Sprintf("%s-%d", f.Message, i+1), strconv.FormatUint(c.Number, 10)
		st.Opening = &statement.Balance{Amount: c.Opening, Currency: st.Currency, Date: c.Date}
		st.Closing = &statement.Balance{Amount: c.Closing, Currency: st.Currency, Date: c.Date}
		for n := c.From; n < c.To; n++ {
			if l := &s.Lines[n]; l.Account == c.Account && l.Currency == c.Currency && !l.Copy {
				st.Entries = append(st.Entries, s.entry(l))
			}
		}
		f.Statements = append(f.Statements, st)
	}
	content, err := bankfile.Statements(f, s.created)
	s.hand(name, content, err)
}

func (s *state) about(account, currency string) statement.Statement {
	known, _ := money.ParseCurrency(currency)
	return statement.Statement{Account: s.numberOf(account), Bank: s.bic(), Currency: known}
}

// entry is a line as a statement has it. A booking that takes another back names that one as the bank's reference of its
// transaction.
func (s *state) entry(l *line) statement.Entry {
	currency, _ := money.ParseCurrency(l.Currency)
	e := statement.Entry{
		Reference: l.Reference, Amount: l.Amount, Currency: currency, Booking: l.Booking, Value: l.Value, State: statement.Booked,
		Reversal: l.ReversalOf != "", Code: codeOf(l),
	}
	one := statement.Transaction{
		Amount: l.Amount, Currency: currency, EndToEnd: l.Payment, Bank: l.ReversalOf, Charges: l.Charges, Return: l.Return, Remittance: lines(l.Text),
	}
	if one.EndToEnd == "" {
		one.EndToEnd = "NOTPROVIDED"
	} else {
		one.UETR = credittransfer.UETR(l.Payment)
	}
	other := statement.Counterparty{Name: cut(l.Counterparty, 140), Account: cut(l.Other, 34)}
	if l.Amount < 0 {
		one.Creditor = other
	} else {
		one.Debtor = other
	}
	o := s.order(l.Order)
	if o == nil || l.Charge || l.Account != o.From || len(o.Rest) == 0 || len(o.Lines) == 0 || l.Reference != o.Lines[0] && l.ReversalOf != o.Lines[0] {
		e.Transactions = []statement.Transaction{one}
		return e
	}
	// Payments booked together.
	sign := money.Minor(1)
	if l.Amount < 0 {
		sign = -1
	}
	one.Amount = sign * o.Amount
	e.Transactions = []statement.Transaction{one}
	for _, part := range o.Rest {
		t := statement.Transaction{
			Amount: sign * part.Amount, Currency: currency, EndToEnd: part.Key, Bank: l.ReversalOf, UETR: credittransfer.UETR(part.Key), Return: l.Return,
			Remittance: lines(part.Text),
		}
		e.Transactions = append(e.Transactions, t)
	}
	return e
}

// codeOf is the transaction code of ISO 20022 for a line.
func codeOf(l *line) string {
	switch {
	case l.Charge:
		return "PMNT/ICDT/CHRG"
	case l.ReversalOf != "" && l.Amount > 0:
		return "PMNT/ICDT/RRTN"
	case l.ReversalOf != "":
		return "PMNT/RCDT/RRTN"
	case l.Amount > 0:
		return "PMNT/RCDT/ESCT"
	}
	return "PMNT/ICDT/ESCT"
}

// lines are those of a text that are not empty.
func lines(text string) []string {
	var list []string
	for one := range strings.SplitSeq(text, "\n") {
		if one = strings.TrimSpace(one); one != "" {
			list = append(list, one)
		}
	}
	return list
}

// recall hands out that the payer's bank asks for the money of a line.
func (s *state) recall(at int) {
	l := &s.Lines[at]
	currency, _ := money.ParseCurrency(l.Currency)
	number, name := s.next("camt056-" + l.Reference)
	r := credittransfer.Recall{
		Case: "CASE" + strconv.Itoa(number), EndToEnd: "NOTPROVIDED", Transaction: l.Reference, Amount: l.Amount, Currency: currency, Settled: l.Booking,
		Reason: credittransfer.Reason{Code: "DUPL", Text: "the payer's bank says that it was paid twice"},
	}
	if l.Payment != "" {
		r.EndToEnd = l.Payment
	}
	content, err := bankfile.Recall(&r, messageID(number), s.bic(), s.created)
	s.hand(name, content, err)
}

// cancel answers requests to cancel payments: what is not executed is cancelled, what is stays.
func (s *state) cancel(cases []credittransfer.Recall) {
	for i := range cases {
		c := &cases[i]
		if s.known("case " + c.Case) {
			continue
		}
		a := credittransfer.Answer{Case: c.Case, Status: "RJCR", Instruction: c.Instruction, EndToEnd: c.EndToEnd, UETR: c.UETR, Single: "RJCR"}
		key := c.EndToEnd
		if key == "" {
			key = c.Instruction
		}
		at := s.latest(key)
		switch {
		case at < 0:
			a.Reasons = []credittransfer.Reason{{Code: "NOOR", Text: "no such payment"}}
		case s.Orders[at].Status == pending:
			a.Status, a.Single = "CNCL", "CNCL"
			o := &s.Orders[at]
			o.Status, o.Code, o.Reason = refused, "DS02", "cancelled by the customer"
		default:
			a.Reasons = []credittransfer.Reason{{Code: "CUST", Text: "the payment is executed or refused already"}}
		}
		number, name := s.next("camt029-" + fileName(c.Case))
		content, err := bankfile.Answer([]credittransfer.Answer{a}, messageID(number), s.bic(), s.created)
		s.hand(name, content, err)
	}
}
