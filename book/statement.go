package book

import (
	"slices"

	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/payment"
)

func init() {
	registerCommand(func() act { return &RecordStatement{} })
	registerEvent(func() fact { return &StatementRecorded{} })
	registerEvent(func() fact { return &StatementRepeated{} })
	registerEvent(func() fact { return &StatementFollowed{} })
	permitted[commandRecordStatement] = party.Operator | party.Bank
	tables[tableBankStatement] = held("bank_statement", func(b *Book) *shelf[payment.Statement] { return &b.statements },
		[]Column{ind("programme", Integer), col("kind", Integer), col("owner", Integer), col("date", Integer), ind("identity", Blob), col("gap", Text), col("not_booked", Integer)},
		func(r *payment.Statement) []any {
			return []any{int64(r.Account.Programme), int64(r.Account.Kind), int64(r.Account.Owner), int64(r.Date), r.Identity[:], r.Gap.String(), int64(len(r.NotBooked))}
		})
}

// RecordStatement puts a statement of a supervised account on record, with what each of its lines is to the book. It comes after the
// lines themselves were booked. Given again with the same figures it says what was booked since; a gap to the statements beside it is kept
// on record and opens a break, and one that is filled ends it.
type RecordStatement struct {
	Account  payment.Supervised      `cbor:"1,keyasint"`
	Identity [16]byte                `cbor:"2,keyasint"`           // token of the bank's identification: its natural identity, for ever
	Sequence uint64                  `cbor:"3,keyasint,omitempty"` // number in the series of the account's statements; 0 where the bank counts none
	Date     calendar.Date           `cbor:"4,keyasint"`
	Opening  money.Minor             `cbor:"5,keyasint"`
	Closing  money.Minor             `cbor:"6,keyasint"`
	Currency money.Currency          `cbor:"7,keyasint"`
	Hash     [32]byte                `cbor:"8,keyasint"` // SHA-256 of the bank's file; zero where there is none
	Lines    []payment.StatementLine `cbor:"9,keyasint"`
}

// StatementLinesMax is the most lines of a statement: an entry stays small.
const StatementLinesMax = 10_000

// Kind names the stored form.
func (*RecordStatement) Kind() uint16 { return commandRecordStatement }

func (c *RecordStatement) decide(d *draft) *Rejection {
	if rejection := c.ofAccount(d); rejection != nil {
		return rejection
	}
	if rejection := c.adds(d); rejection != nil {
		return rejection
	}
	for i := range c.Lines {
		if !c.fits(d, &c.Lines[i]) {
			return reject("statement_line_invalid", "lines", "line %d of the statement names what the book does not have, or something else", i+1)
		}
	}
	if known := d.statements.at(d.statementOf[c.Identity].Number()); known != nil {
		if known.Account != c.Account || known.Sequence != c.Sequence || known.Date != c.Date || known.Opening != c.Opening || known.Closing != c.Closing ||
			known.Lines != uint32(len(c.Lines)) {
			return reject("bank_statement_differs", "identity", "statement %s is on record with other figures", known.ID)
		}
		d.emit(&StatementRepeated{Statement: known.ID, Lines: c.since(known)})
		return nil
	}
	list := d.statementsOf[c.Account]
	for _, other := range list {
		if s := d.statements.at(other.Number()); c.Sequence != 0 && s.Sequence == c.Sequence && s.Date == c.Date {
			return reject("bank_statement_differs", "sequence", "statement %s of the account has this number and date", s.ID)
		}
	}
	// Nothing refuses after this line.
	s := payment.Statement{
		ID: id.Make[id.BankStatement](d.shard, d.number(tableBankStatement, d.statements.count)), Account: c.Account, Identity: c.Identity, Sequence: c.Sequence,
		Date: c.Date, Opening: c.Opening, Closing: c.Closing, Currency: c.Currency, Lines: uint32(len(c.Lines)), Hash: c.Hash,
	}
	at, _ := slices.BinarySearchFunc(list, &s, d.precedes)
	if at > 0 {
		s.Follows = list[at-1]
		s.Gap = s.Between(d.statements.at(s.Follows.Number()))
	}
	d.emit(&StatementRecorded{Statement: s, Lines: c.Lines})
	d.gapped(&s, s.Gap)
	if at < len(list) {
		next := d.statements.at(list[at].Number())
		gap := next.Between(&s)
		d.emit(&StatementFollowed{Statement: next.ID, Follows: s.ID, Gap: gap})
		d.gapped(next, gap)
	}
	if last := d.lastStatement(c.Account); last == nil || last.Date < s.Date {
		d.arrived(&s)
	}
	return nil
}

// ofAccount refuses a statement of an account that the programme has not.
func (c *RecordStatement) ofAccount(d *draft) *Rejection {
	p := d.programmes.at(c.Account.Programme.Number())
	if p == nil {
		return reject("programme_unknown", "account", "there is no programme %s", c.Account.Programme)
	}
	if rejection := d.custodianOf(p.ID); rejection != nil {
		return rejection
	}
	owned := c.Account.Kind == payment.FundingAccount
	if c.Account.Kind == 0 || c.Account.Kind > payment.FeesAccount || owned && !d.deposits(p, c.Account.Owner) || !owned && c.Account.Owner != 0 {
		return reject("statement_account_unknown", "account", "programme %s has no such account", p.ID)
	}
	if c.Currency != p.Currency {
		return reject("currency_differs", "currency", "the programme is in %s", p.Currency)
	}
	if c.Identity == [16]byte{} {
		return reject("token_missing", "identity", "the identity of the statement is missing")
	}
	if c.Date <= 0 || !d.near(c.Date) {
		return reject("date_invalid", "date", "the statement's date is missing, or lies years from the business date %s", d.today())
	}
	return nil
}

// adds refuses a statement whose lines don't lead from its opening to its closing balance.
func (c *RecordStatement) adds(d *draft) *Rejection {
	if len(c.Lines) > StatementLinesMax {
		return reject("statement_too_long", "lines", "a statement has %d lines at most", StatementLinesMax)
	}
	sum := c.Opening
	for i := range c.Lines {
		if !within(c.Lines[i].Amount) || c.Lines[i].Amount == 0 || c.Lines[i].Line == [16]byte{} {
			return reject("amount_invalid", "lines", "line %d of the statement has no amount or no identity", i+1)
		}
		sum += c.Lines[i].Amount
	}
	if !within(c.Opening) || !within(c.Closing) || sum != c.Closing {
		return reject("statement_unbalanced", "closing", "the opening balance and the lines come to %s, not to %s",
			money.Amount{Minor: sum, Currency: c.Currency}, money.Amount{Minor: c.Closing, Currency: c.Currency})
	}
	return nil
}

func within(amount money.Minor) bool { return -money.MinorMax <= amount && amount <= money.MinorMax }

// fits tells whether what a line is said to be to the book is there, and of this account or programme.
func (c *RecordStatement) fits(d *draft, l *payment.StatementLine) bool {
	switch l.Side {
	case payment.NotBooked, payment.BookedOtherwise:
		return l.Receipt == 0 && l.Payment == 0 && (l.Side == payment.NotBooked || c.fitsCharge(d.charges.at(d.chargeOf[l.Line].Number()), l))
	case payment.CameIn, payment.TakenBack:
		r := d.receipts.at(l.Receipt.Number())
		if r == nil || l.Payment != 0 || r.Programme != c.Account.Programme || r.Funder != c.Account.Owner || c.Account.Kind == payment.FeesAccount {
			return false
		}
		if l.Side == payment.CameIn {
			return r.Line == l.Line && r.Amount == l.Amount
		}
		return r.State == payment.Reversed && r.Amount == -l.Amount
	case payment.Left, payment.ArrivedBack, payment.Arrived, payment.CameBack:
		p := d.payments.at(l.Payment.Number())
		out := l.Side == payment.Left || l.Side == payment.ArrivedBack
		back := l.Side == payment.CameBack || l.Side == payment.ArrivedBack
		return p != nil && l.Receipt == 0 && p.Touches(c.Account.Programme) && out == (l.Amount < 0) &&
			(p.State == payment.Returned || p.State == payment.Executed && !back)
	}
	return false
}

// fitsCharge tells whether a line that names neither receipt nor payment is that of a charge, where there is one of its identity.
func (c *RecordStatement) fitsCharge(k *payment.Charge, l *payment.StatementLine) bool {
	return k == nil || k.Amount == -l.Amount && k.Programme == c.Account.Programme && payment.AccountKind(k.Account) == c.Account.Kind && k.Funder == c.Account.Owner
}

// since lists the lines that had not been booked when the statement came, and are now.
func (c *RecordStatement) since(known *payment.Statement) []payment.StatementLine {
	var lines []payment.StatementLine
	for i := range c.Lines {
		if c.Lines[i].Side != payment.NotBooked && slices.ContainsFunc(known.NotBooked, func(l payment.StatementLine) bool { return l.Line == c.Lines[i].Line }) {
			lines = append(lines, c.Lines[i])
		}
	}
	return lines
}

func (b *Book) precedes(other id.BankStatement, s *payment.Statement) int {
	if b.statements.at(other.Number()).Precedes(s) {
		return -1
	}
	return 1
}

// lastStatement is the latest statement of an account; nil for none.
func (b *Book) lastStatement(account payment.Supervised) *payment.Statement {
	list := b.statementsOf[account]
	if len(list) == 0 {
		return nil
	}
	return b.statements.at(list[len(list)-1].Number())
}

// StatementRecorded says that a statement is on record.
type StatementRecorded struct {
	Statement payment.Statement       `cbor:"1,keyasint"`
	Lines     []payment.StatementLine `cbor:"2,keyasint"`
}

// Kind names the stored form.
func (*StatementRecorded) Kind() uint16 { return eventStatementRecorded }

func (e *StatementRecorded) fold(b *Book) {
	number := e.Statement.ID.Number()
	s := e.Statement
	s.NotBooked = nil
	for _, l := range e.Lines {
		if l.Side == payment.NotBooked {
			s.NotBooked = append(s.NotBooked, l)
		}
	}
	b.statements.add(number, s)
	b.indexStatement(b.statements.at(number))
	b.touched(tableBankStatement, number, &b.statements.at(number).Entry)
	b.shown(s.ID, e.Lines)
}

// indexStatement: statementOf, statementsOf and stated, from table bank_statement.
func (b *Book) indexStatement(s *payment.Statement) {
	b.statementOf[s.Identity] = s.ID
	list := b.statementsOf[s.Account]
	if len(list) == 0 {
		b.stated = append(b.stated, s.Account)
	}
	at, _ := slices.BinarySearchFunc(list, s, b.precedes)
	b.statementsOf[s.Account] = slices.Insert(list, at, s.ID)
}

// shown notes on receipts, payments and charges that a statement shows them.
func (b *Book) shown(on id.BankStatement, lines []payment.StatementLine) {
	for i := range lines {
		l := &lines[i]
		if r := b.receipts.at(l.Receipt.Number()); r != nil {
			b.tallyReceipt(r, -1)
			if l.Side == payment.TakenBack {
				r.TakenBackOn = on
			} else {
				r.CameInOn = on
			}
			b.tallyReceipt(r, 1)
			b.touched(tableReceipt, l.Receipt.Number(), &r.Entry)
		}
		if p := b.payments.at(l.Payment.Number()); p != nil {
			b.tallyPayment(p, -1)
			switch l.Side {
			case payment.Left:
				p.LeftOn = on
			case payment.CameBack:
				p.CameBackOn = on
			case payment.Arrived:
				p.ArrivedOn = on
			case payment.ArrivedBack:
				p.ArrivedBackOn = on
			}
			b.tallyPayment(p, 1)
			b.touched(tablePayment, l.Payment.Number(), &p.Entry)
		}
		if c := b.charges.at(b.chargeOf[l.Line].Number()); c != nil && l.Side == payment.BookedOtherwise {
			b.tallyCharge(c, -1)
			c.ShownOn = on
			b.tallyCharge(c, 1)
			b.touched(tableCharge, c.ID.Number(), &c.Entry)
		}
	}
}

// StatementRepeated says that a statement came again, and which of its lines were booked since.
type StatementRepeated struct {
	Statement id.BankStatement        `cbor:"1,keyasint"`
	Lines     []payment.StatementLine `cbor:"2,keyasint"`
}

// Kind names the stored form.
func (*StatementRepeated) Kind() uint16 { return eventStatementRepeated }

func (e *StatementRepeated) fold(b *Book) {
	if len(e.Lines) == 0 {
		return
	}
	s := b.statements.at(e.Statement.Number())
	var left []payment.StatementLine
	for _, l := range s.NotBooked {
		if !slices.ContainsFunc(e.Lines, func(booked payment.StatementLine) bool { return booked.Line == l.Line }) {
			left = append(left, l)
		}
	}
	s.NotBooked = left
	b.touched(tableBankStatement, e.Statement.Number(), &s.Entry)
	b.shown(e.Statement, e.Lines)
}

// StatementFollowed says which statement comes before one now, and whether something lies between them.
type StatementFollowed struct {
	Statement id.BankStatement `cbor:"1,keyasint"`
	Follows   id.BankStatement `cbor:"2,keyasint"`
	Gap       payment.Gap      `cbor:"3,keyasint,omitempty"`
}

// Kind names the stored form.
func (*StatementFollowed) Kind() uint16 { return eventStatementFollowed }

func (e *StatementFollowed) fold(b *Book) {
	s := b.statements.at(e.Statement.Number())
	s.Follows, s.Gap = e.Follows, e.Gap
	b.touched(tableBankStatement, e.Statement.Number(), &s.Entry)
}
