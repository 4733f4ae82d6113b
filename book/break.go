package book

import (
	"encoding/binary"

	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/payment"
)

func init() {
	registerCommand(func() act { return &OpenBreak{} })
	registerCommand(func() act { return &AssignBreak{} })
	registerCommand(func() act { return &NoteBreak{} })
	registerCommand(func() act { return &ResolveBreak{} })
	registerEvent(func() fact { return &BreakOpened{} })
	registerEvent(func() fact { return &BreakChanged{} })
	registerEvent(func() fact { return &BreakMoved{} })
	permitted[commandOpenBreak] = party.Operator | party.Bank
	permitted[commandAssignBreak] = party.Operator
	permitted[commandNoteBreak] = party.Operator
	permitted[commandResolveBreak] = party.Operator | party.Bank
	tables[tableBankBreak] = held("bank_break", func(b *Book) *shelf[payment.Break] { return &b.breaks },
		[]Column{ind("programme", Integer), ind("state", Text), col("kind", Text), ind("break_key", Blob), col("owner", Integer)},
		func(r *payment.Break) []any {
			return []any{int64(r.Programme), r.State.String(), r.Kind.String(), r.Key[:], int64(r.Owner)}
		})
}

// OpenBreak says that bank and book differ in something. Found again it is the same break, unless it had ended by itself.
type OpenBreak struct {
	About       payment.BreakKind    `cbor:"1,keyasint"`
	Programme   id.Programme         `cbor:"2,keyasint"`
	Key         [16]byte             `cbor:"3,keyasint"` // token of what it is about; zero for a payment or receipt, which it names
	Account     payment.Supervised   `cbor:"4,keyasint,omitzero"`
	Amount      money.Minor          `cbor:"5,keyasint"`
	Code        string               `cbor:"6,keyasint"` // why, in short: snake_case
	Detail      [32]byte             `cbor:"7,keyasint"` // in the bank's words, in the vault; zero for none
	Payment     id.Payment           `cbor:"8,keyasint,omitempty"`
	Receipt     id.Receipt           `cbor:"9,keyasint,omitempty"`
	Suggestions []payment.Suggestion `cbor:"10,keyasint,omitempty"`
}

// BreakCodeBytesMax is the longest code of a break.
const BreakCodeBytesMax = 64

// Kind names the stored form.
func (*OpenBreak) Kind() uint16 { return commandOpenBreak }

func (c *OpenBreak) decide(d *draft) *Rejection {
	p := d.programmes.at(c.Programme.Number())
	if p == nil {
		return reject("programme_unknown", "programme", "there is no programme %s", c.Programme)
	}
	if rejection := d.custodianOf(p.ID); rejection != nil {
		return rejection
	}
	key, rejection := c.key(d)
	if rejection != nil {
		return rejection
	}
	if c.Code == "" || len(c.Code) > BreakCodeBytesMax || !within(c.Amount) || !c.suggests(d) || c.Account.Programme != 0 && c.Account.Programme != p.ID {
		return reject("break_invalid", "code", "a break has a code, an amount, and at most %d suggestions of receivables that there are", payment.SuggestionsMax)
	}
	if known := d.breaks.at(d.breakOf[key].Number()); known != nil && known.How != payment.Gone {
		d.emit(&BreakChanged{Break: known.ID, Code: c.Code, Amount: c.Amount, Detail: c.Detail, Suggestions: c.Suggestions})
		return nil
	}
	d.emit(&BreakOpened{Break: payment.Break{
		ID: id.Make[id.Break](d.shard, d.number(tableBankBreak, d.breaks.count)), Kind: c.About, Key: key, Programme: p.ID, Account: c.Account, Amount: c.Amount,
		Currency: p.Currency, Code: c.Code, Detail: c.Detail, Payment: c.Payment, Receipt: c.Receipt, Suggestions: c.Suggestions, Opened: d.today(), State: payment.BreakOpen,
	}})
	return nil
}

// key is what the break is about.
func (c *OpenBreak) key(d *draft) ([16]byte, *Rejection) {
	switch c.About {
	case payment.PaymentBreak:
		if p := d.payments.at(c.Payment.Number()); p == nil || p.Programme != c.Programme {
			return c.Key, reject("payment_unknown", "payment", "there is no payment %s in the programme", c.Payment)
		}
		return BreakKey(c), nil
	case payment.ReceiptBreak:
		r := d.receipts.at(c.Receipt.Number())
		if r == nil || r.Programme != c.Programme {
			return c.Key, reject("receipt_unknown", "receipt", "there is no receipt %s in the programme", c.Receipt)
		}
		if r.State != payment.Unallocated {
			return c.Key, reject("receipt_state", "receipt", "receipt %s is %s", r.ID, r.State)
		}
		return BreakKey(c), nil
	case payment.LineBreak, payment.BalanceBreak, payment.StatementBreak:
		if c.Key == [16]byte{} {
			return c.Key, reject("token_missing", "key", "the identity of what the break is about is missing")
		}
		return c.Key, nil
	}
	return c.Key, reject("break_invalid", "about", "gaps and missing statements are found by the book itself")
}

func (c *OpenBreak) suggests(d *draft) bool {
	if len(c.Suggestions) > payment.SuggestionsMax {
		return false
	}
	for i := range c.Suggestions {
		s := &c.Suggestions[i]
		if len(s.Receivables) == 0 || len(s.Receivables) > payment.SuggestedMax || !within(s.Off) {
			return false
		}
		for _, r := range s.Receivables {
			if d.receivables.at(r.Number()) == nil {
				return false
			}
		}
	}
	return true
}

// breakKey is what a break is about, where that is a record.
func breakKey(about payment.BreakKind, record uint64) [16]byte {
	key := [16]byte{byte(about)}
	binary.BigEndian.PutUint64(key[8:], record)
	return key
}

// BreakKey is what a break is about, as its record will have it.
func BreakKey(c *OpenBreak) [16]byte {
	switch c.About {
	case payment.PaymentBreak:
		return breakKey(c.About, uint64(c.Payment))
	case payment.ReceiptBreak:
		return breakKey(c.About, uint64(c.Receipt))
	}
	return c.Key
}

// accountKey likewise of an account.
func accountKey(account payment.Supervised) [16]byte {
	key := [16]byte{byte(payment.MissingBreak), byte(account.Kind)}
	binary.BigEndian.PutUint64(key[8:], account.Owner.Number())
	binary.BigEndian.PutUint32(key[4:], uint32(account.Programme.Number()))
	return key
}

// unresolved is the open break about something; nil for none.
func (b *Book) unresolved(key [16]byte) *payment.Break {
	k := b.breaks.at(b.breakOf[key].Number())
	if k == nil || k.State == payment.BreakResolved {
		return nil
	}
	return k
}

// ends lets a break end by itself.
func (d *draft) ends(k *payment.Break, how payment.Resolution) {
	if k != nil {
		d.emit(&BreakMoved{Break: k.ID, State: payment.BreakResolved, Owner: k.Owner, How: how, Note: k.Note})
	}
}

// opens opens a break that the book itself has found, unless it is open already.
func (d *draft) opens(k payment.Break) {
	if d.unresolved(k.Key) != nil {
		return
	}
	k.ID, k.State = id.Make[id.Break](d.shard, d.number(tableBankBreak, d.breaks.count)), payment.BreakOpen
	d.emit(&BreakOpened{Break: k})
}

// gapped opens the break of a gap before a statement, or lets it end.
func (d *draft) gapped(s *payment.Statement, gap payment.Gap) {
	key := breakKey(payment.GapBreak, uint64(s.ID))
	if gap == payment.NoGap {
		d.ends(d.unresolved(key), payment.Gone)
		return
	}
	d.opens(payment.Break{
		Kind: payment.GapBreak, Key: key, Programme: s.Account.Programme, Account: s.Account, Currency: s.Currency, Code: "gap_" + gap.String(), Statement: s.ID, Opened: d.today(),
	})
}

// missing opens breaks for accounts whose statement of a day that is over has not come.
func (d *draft) missing(over calendar.Date) {
	for _, account := range d.stated {
		if last := d.lastStatement(account); d.due(account, d.agreed(account), last.Date, over) {
			d.lacks(account, last.ID, over)
		}
	}
	d.unstated(over)
}

// lacks opens the break of an account whose statement of a day has not come.
func (d *draft) lacks(account payment.Supervised, last id.BankStatement, over calendar.Date) {
	d.opens(payment.Break{
		Kind: payment.MissingBreak, Key: accountKey(account), Programme: account.Programme, Account: account, Currency: d.programmes.at(account.Programme.Number()).Currency,
		Code: "statement_missing", Statement: last, Opened: over + 1,
	})
}

// arrived lets the alarm about a missing statement end once there is one of the day that it is about, or later, or one after which none is due by what
// was agreed.
func (d *draft) arrived(s *payment.Statement) {
	if k := d.unresolved(accountKey(s.Account)); k != nil && (s.Date >= k.Opened-1 || d.quietly(s.Account) && !d.due(s.Account, d.agreed(s.Account), s.Date, k.Opened-1)) {
		d.ends(k, payment.Gone)
	}
}

// worked lets the break of a receipt end once nothing of it is left.
func (d *draft) worked() {
	if len(d.breakOf) == 0 {
		return
	}
	for _, e := range d.events {
		moved, ok := e.(*ReceiptMoved)
		if !ok || moved.State == payment.Unallocated {
			continue
		}
		how := payment.Matched
		if moved.State == payment.Reversed {
			how = payment.Gone
		}
		d.ends(d.unresolved(breakKey(payment.ReceiptBreak, uint64(moved.Receipt))), how)
	}
}

// unresolvedBreak finds a break that is still worked on.
func (d *draft) unresolvedBreak(of id.Break) (*payment.Break, *Rejection) {
	k := d.breaks.at(of.Number())
	if k == nil {
		return nil, reject("break_unknown", "break", "there is no break %s", of)
	}
	if rejection := d.custodianOf(k.Programme); rejection != nil {
		return nil, rejection
	}
	if k.State == payment.BreakResolved {
		return nil, reject("break_state", "break", "break %s is resolved", of)
	}
	return k, nil
}

// AssignBreak gives a break to a person who works it off.
type AssignBreak struct {
	Break id.Break `cbor:"1,keyasint"`
	Owner id.Actor `cbor:"2,keyasint"` // 0 takes it back
}

// Kind names the stored form.
func (*AssignBreak) Kind() uint16 { return commandAssignBreak }

func (c *AssignBreak) decide(d *draft) *Rejection {
	k, rejection := d.unresolvedBreak(c.Break)
	if rejection != nil {
		return rejection
	}
	moved := &BreakMoved{Break: k.ID, State: payment.BreakOpen, Note: k.Note}
	if c.Owner != 0 {
		a := d.actors.at(c.Owner.Number())
		if a == nil {
			return reject("actor_unknown", "owner", "there is no actor %s", c.Owner)
		}
		if !a.Active || a.Role != party.Operator {
			return reject("break_owner_invalid", "owner", "breaks are worked off by active persons of the operator")
		}
		moved.State, moved.Owner = payment.BreakAssigned, c.Owner
	}
	d.emit(moved)
	return nil
}

// NoteBreak adds what a person has found out.
type NoteBreak struct {
	Break id.Break `cbor:"1,keyasint"`
	Note  [32]byte `cbor:"2,keyasint"` // in the vault
}

// Kind names the stored form.
func (*NoteBreak) Kind() uint16 { return commandNoteBreak }

func (c *NoteBreak) decide(d *draft) *Rejection {
	k, rejection := d.unresolvedBreak(c.Break)
	if rejection != nil {
		return rejection
	}
	if c.Note == [32]byte{} {
		return reject("reason_missing", "note", "the note is missing")
	}
	d.emit(&BreakMoved{Break: k.ID, State: k.State, Owner: k.Owner, Note: c.Note})
	return nil
}

// ResolveBreak ends a break. The custodian's machine says that it is gone; a person says how it was dealt with.
type ResolveBreak struct {
	Break id.Break           `cbor:"1,keyasint"`
	How   payment.Resolution `cbor:"2,keyasint"`
	Note  [32]byte           `cbor:"3,keyasint"` // in the vault; needed but for one that is gone
}

// Kind names the stored form.
func (*ResolveBreak) Kind() uint16 { return commandResolveBreak }

func (c *ResolveBreak) decide(d *draft) *Rejection {
	k, rejection := d.unresolvedBreak(c.Break)
	if rejection != nil {
		return rejection
	}
	if c.How == 0 || c.How > payment.Explained || c.How == payment.Gone && (k.Kind == payment.GapBreak || k.Kind == payment.MissingBreak || k.Kind == payment.ReceiptBreak) {
		return reject("break_invalid", "how", "a break of this kind does not end so")
	}
	if c.How != payment.Gone {
		if !d.isOperator() {
			return reject("other_party", "break", "how a break was dealt with is the operator's to say")
		}
		if c.Note == [32]byte{} {
			return reject("reason_missing", "note", "say how the break was dealt with")
		}
	}
	note := c.Note
	if note == [32]byte{} {
		note = k.Note
	}
	moved := &BreakMoved{Break: k.ID, State: payment.BreakResolved, Owner: k.Owner, How: c.How, Note: note}
	if c.How != payment.Gone {
		moved.By = d.header.Actor
	}
	d.emit(moved)
	return nil
}

// BreakOpened says that bank and book differ.
type BreakOpened struct {
	Break payment.Break `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*BreakOpened) Kind() uint16 { return eventBreakOpened }

func (e *BreakOpened) fold(b *Book) {
	number := e.Break.ID.Number()
	b.breaks.add(number, e.Break)
	b.indexBreak(b.breaks.at(number))
	b.touched(tableBankBreak, number, &b.breaks.at(number).Entry)
}

// indexBreak: breakOf, from table bank_break.
func (b *Book) indexBreak(k *payment.Break) {
	b.breakOf[k.Key] = k.ID
}

// BreakChanged says what is known of a break now. One that a person has resolved stays so.
type BreakChanged struct {
	Break       id.Break             `cbor:"1,keyasint"`
	Code        string               `cbor:"2,keyasint"`
	Amount      money.Minor          `cbor:"3,keyasint"`
	Detail      [32]byte             `cbor:"4,keyasint"`
	Suggestions []payment.Suggestion `cbor:"5,keyasint,omitempty"`
}

// Kind names the stored form.
func (*BreakChanged) Kind() uint16 { return eventBreakChanged }

func (e *BreakChanged) fold(b *Book) {
	k := b.breaks.at(e.Break.Number())
	k.Code, k.Amount, k.Suggestions = e.Code, e.Amount, e.Suggestions
	if e.Detail != [32]byte{} {
		k.Detail = e.Detail
	}
	b.touched(tableBankBreak, e.Break.Number(), &k.Entry)
}

// BreakMoved says who works on a break, what was found out, or how it ended.
type BreakMoved struct {
	Break id.Break           `cbor:"1,keyasint"`
	State payment.BreakState `cbor:"2,keyasint"`
	Owner id.Actor           `cbor:"3,keyasint,omitempty"`
	How   payment.Resolution `cbor:"4,keyasint,omitempty"`
	Note  [32]byte           `cbor:"5,keyasint"`
	By    id.Actor           `cbor:"6,keyasint,omitempty"`
}

// Kind names the stored form.
func (*BreakMoved) Kind() uint16 { return eventBreakMoved }

func (e *BreakMoved) fold(b *Book) {
	k := b.breaks.at(e.Break.Number())
	k.State, k.Owner, k.How, k.Note, k.By = e.State, e.Owner, e.How, e.Note, e.By
	if e.State == payment.BreakResolved {
		k.Ended = b.clock.Date
	}
	b.touched(tableBankBreak, e.Break.Number(), &k.Entry)
}
