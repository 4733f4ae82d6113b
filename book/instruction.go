package book

import (
	"math/bits"
	"slices"

	"millrace/domain/calendar"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/mandate"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/product"
	"millrace/domain/receivable"
	"millrace/domain/rule"
)

func init() {
	registerCommand(func() act { return &GiveInstruction{} })
	registerCommand(func() act { return &RevokeInstruction{} })
	registerCommand(func() act { return &RunStanding{} })
	registerEvent(func() fact { return &InstructionGiven{} })
	registerEvent(func() fact { return &InstructionRevoked{} })
	registerEvent(func() fact { return &InstructionFollowed{} })
	permitted[commandGiveInstruction] = party.Seller
	permitted[commandRevokeInstruction] = party.Operator | party.Seller
	permitted[commandRunStanding] = node
	tables[tableInstruction] = held("instruction", func(b *Book) *shelf[Instruction] { return &b.instructions },
		[]Column{ind("seller", Integer), col("state", Text)},
		func(r *Instruction) []any { return []any{int64(r.Seller), r.State.String()} })
}

// The bounds of an instruction, and of one slice of following it.
const (
	InstructionProgrammesMax = 16
	instructionWaitingMax    = 500
	instructionScanMax       = 4096 // receivables looked through in one slice
	instructionTriesMax      = 8    // receivables priced in one slice
)

// InstructionState is where an instruction stands.
type InstructionState uint8

// The states of an instruction. They are stored; a number is never used again.
const (
	InstructionLive InstructionState = 1 + iota
	InstructionOver                  // revoked, or past its last day
)

// InstructionStateNames are the names used in API and console, by state.
var InstructionStateNames = [...]string{"", "live", "over"}

// String is the name used in API and console.
func (s InstructionState) String() string { return InstructionStateNames[s] }

// InstructionTerms are what a seller signs.
type InstructionTerms struct {
	Seller     id.Party       `cbor:"1,keyasint"`
	Programmes []id.Programme `cbor:"2,keyasint"` // tried in this order; never changed in place
	Payee      id.BankAccount `cbor:"3,keyasint"`
	AmountMost money.Minor    `cbor:"4,keyasint"`           // of one receivable
	TotalMost  money.Minor    `cbor:"5,keyasint"`           // financed under it in all
	CostMost   money.Rate     `cbor:"6,keyasint"`           // cost / net * 365/days: discount, fee and expected interest, a year
	PriceLeast money.Rate     `cbor:"7,keyasint,omitempty"` // net / amount; 0: not said
	Until      calendar.Date  `cbor:"8,keyasint"`           // last business date
	Currency   money.Currency `cbor:"9,keyasint"`
}

// Instruction is a seller's word in advance: what comes within its terms is quoted and accepted for it.
type Instruction struct {
	ID       id.Instruction   `cbor:"1,keyasint"`
	Terms    InstructionTerms `cbor:"2,keyasint"`
	Seller   id.Party         `cbor:"3,keyasint"`
	Keys     []id.SigningKey  `cbor:"4,keyasint"` // that have signed; never changed in place
	State    InstructionState `cbor:"5,keyasint"`
	Financed money.Minor      `cbor:"6,keyasint"` // under it, what was cancelled not counted
	Maker    id.Actor         `cbor:"7,keyasint"`
	Entry    uint64           `cbor:"8,keyasint"`

	Waiting   []id.Receivable `cbor:"9,keyasint,omitempty"`  // not financed yet; never changed in place
	Next      uint32          `cbor:"10,keyasint,omitempty"` // of them, the first that is still to be tried
	Tried     calendar.Date   `cbor:"11,keyasint,omitempty"` // business date on which those before Next were tried
	Scanned   uint64          `cbor:"12,keyasint,omitempty"` // number of the last receivable that was looked through
	ScanUntil uint64          `cbor:"13,keyasint,omitempty"` // and of the last one that has to be
}

// busy tells whether there is something to do under the instruction on a day.
func (i *Instruction) busy(today calendar.Date) bool {
	if i.State != InstructionLive {
		return false
	}
	return i.Scanned < i.ScanUntil && len(i.Waiting) < instructionWaitingMax || int(i.Next) < len(i.Waiting) || len(i.Waiting) > 0 && i.Tried < today
}

// GiveInstruction is a seller's standing instruction, signed under its mandates for the whole amount that may be financed.
type GiveInstruction struct {
	Terms      InstructionTerms `cbor:"1,keyasint"`
	Signatures []Signature      `cbor:"2,keyasint"`
	verified
}

// Statement is what the seller's signatories sign.
func (c *GiveInstruction) Statement() []byte {
	s := newStatement("finance by standing instruction", 1)
	t := &c.Terms
	s.line("seller", t.Seller)
	for _, p := range t.Programmes {
		s.line("programme", p)
	}
	s.line("payee", t.Payee)
	s.line("currency", t.Currency)
	s.line("amount at most", t.AmountMost)
	s.line("in all at most", t.TotalMost)
	s.line("cost a year at most", t.CostMost)
	s.line("price at least", t.PriceLeast)
	s.line("until", t.Until)
	return s.bytes()
}

// Verify compares the signatures with the statement.
func (c *GiveInstruction) Verify() *Rejection { return c.verify(c.Statement(), c.Signatures...) }

// Kind names the stored form.
func (*GiveInstruction) Kind() uint16 { return commandGiveInstruction }

func (c *GiveInstruction) decide(d *draft) *Rejection {
	c.must()
	t := &c.Terms
	if d.by() != t.Seller {
		return reject("other_party", "seller", "only the seller itself instructs")
	}
	if live := d.instructionOf[t.Seller]; live != 0 {
		return reject("instruction_live", "seller", "instruction %s is live: revoke it first", live)
	}
	if len(t.Programmes) == 0 || len(t.Programmes) > InstructionProgrammesMax {
		return reject("instruction_terms", "programmes", "an instruction names 1 to %d programmes", InstructionProgrammesMax)
	}
	for i, one := range t.Programmes {
		p, rejection := d.live(one)
		if rejection != nil {
			return rejection
		}
		if slices.Contains(t.Programmes[:i], one) || p.Currency != t.Currency || len(p.Funders) == 0 {
			return reject("instruction_terms", "programmes", "programme %s is named twice, in another currency, or has no funders", one)
		}
	}
	if t.AmountMost <= 0 || t.TotalMost < t.AmountMost || t.TotalMost > money.MinorMax {
		return reject("amount_invalid", "amount_most", "an instruction bounds each receivable, and all together by no less")
	}
	if t.CostMost <= 0 || t.CostMost > money.RateOne || t.PriceLeast < 0 || t.PriceLeast > money.RateOne {
		return reject("rate_invalid", "cost_most", "the most that money may cost a year is above 0 and up to 100 %%")
	}
	if t.Until < d.today() || !d.near(t.Until) {
		return reject("dates_invalid", "until", "an instruction does not end before today, and not years from now")
	}
	if rejection := d.payable(t.Payee, t.Seller, t.Currency); rejection != nil {
		return rejection
	}
	if rejection := d.signed(c.Signatures, t.Seller, mandate.Dispose, money.Amount{Minor: t.TotalMost, Currency: t.Currency}); rejection != nil {
		return rejection
	}
	given := Instruction{
		ID: id.Make[id.Instruction](d.shard, d.number(tableInstruction, d.instructions.count)), Terms: *t, Seller: t.Seller, State: InstructionLive,
		Maker: d.header.Actor, ScanUntil: d.receivables.count,
	}
	for i := range c.Signatures {
		given.Keys = append(given.Keys, c.Signatures[i].Key)
	}
	d.emit(&InstructionGiven{Instruction: given})
	return nil
}

// RevokeInstruction ends an instruction at once: nothing is quoted or accepted under it any more.
type RevokeInstruction struct {
	Instruction id.Instruction `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*RevokeInstruction) Kind() uint16 { return commandRevokeInstruction }

func (c *RevokeInstruction) decide(d *draft) *Rejection {
	i := d.instructions.at(c.Instruction.Number())
	if i == nil {
		return reject("instruction_unknown", "instruction", "there is no instruction %s", c.Instruction)
	}
	if rejection := d.own(i.Seller, "instruction"); rejection != nil {
		return rejection
	}
	if i.State != InstructionLive {
		return reject("instruction_state", "instruction", "instruction %s is %s", i.ID, i.State)
	}
	d.emit(&InstructionRevoked{Instruction: i.ID})
	return nil
}

// RunStanding does one slice of what instructions ask for: it looks through receivables, or prices a few of those that wait
// and finances the first one that comes within the terms. The node gives it.
type RunStanding struct{}

// Kind names the stored form.
func (*RunStanding) Kind() uint16 { return commandRunStanding }

func (c *RunStanding) decide(d *draft) *Rejection {
	if len(d.Book.busy) == 0 {
		return nil
	}
	i := d.instructions.at(d.Book.busy[0].Number())
	if d.today() > i.Terms.Until {
		d.emit(&InstructionRevoked{Instruction: i.ID})
		return nil
	}
	followed := &InstructionFollowed{Instruction: i.ID, Scanned: i.Scanned, Tried: d.today()}
	if i.Scanned < i.ScanUntil && len(i.Waiting) < instructionWaitingMax {
		d.scan(i, followed)
	} else {
		d.follow(i, followed)
	}
	return nil
}

// scan looks through receivables that were there before the instruction.
func (d *draft) scan(i *Instruction, followed *InstructionFollowed) {
	followed.Waiting, followed.Next, followed.Tried = slices.Clone(i.Waiting), i.Next, i.Tried
	for looked := 0; looked < instructionScanMax && followed.Scanned < i.ScanUntil && len(followed.Waiting) < instructionWaitingMax; looked++ {
		followed.Scanned++
		r := d.receivables.at(followed.Scanned)
		if r.Seller == i.Seller && awaits(r) && !slices.Contains(followed.Waiting, r.ID) {
			followed.Waiting = append(followed.Waiting, r.ID)
		}
	}
	d.emit(followed)
}

// awaits tells whether a receivable could be financed, now or later.
func awaits(r *receivable.Receivable) bool {
	return r.State == receivable.Open && r.Financing == 0 && r.Certificate == 0
}

// follow tries a few receivables, and finances the first that it can.
func (d *draft) follow(i *Instruction, followed *InstructionFollowed) {
	next := int(i.Next)
	if i.Tried < d.today() {
		next = 0
	}
	followed.Waiting = slices.Clone(i.Waiting[:next])
	for tries := 0; tries < instructionTriesMax && next < len(i.Waiting) && followed.Financed == 0; tries++ {
		one := i.Waiting[next]
		next++
		if !awaits(d.receivables.at(one.Number())) {
			continue
		}
		financed, rejection := d.financeUnder(i, one)
		if rejection != nil {
			followed.Waiting = append(followed.Waiting, one)
			followed.Refused = append(followed.Refused, InstructionRefusal{Receivable: one, Code: rejection.Code})
			continue
		}
		followed.Receivable, followed.Financed = one, financed
	}
	followed.Next = uint32(len(followed.Waiting))
	followed.Waiting = append(followed.Waiting, i.Waiting[next:]...)
	d.emit(followed)
}

// financeUnder quotes and accepts a receivable in the first programme where it comes within the terms; the amount that is
// financed, or why it is not in the last of them.
func (d *draft) financeUnder(i *Instruction, one id.Receivable) (money.Minor, *Rejection) {
	var last *Rejection
	for _, programme := range i.Terms.Programmes {
		e, rejection := d.evidenceOf(one, 0, 0)
		if rejection != nil {
			return 0, rejection
		}
		if d.programmes.at(programme.Number()).Anchor != e.receivable.Buyer {
			if last == nil {
				last = reject("programme_other_buyer", "programme", "programme %s is for receivables on another buyer", programme)
			}
			continue
		}
		u, rejection := d.eligible(e, programme, i.Terms.Payee)
		if rejection == nil {
			var financed money.Minor
			if financed, rejection = u.financeUnder(d, i); rejection == nil {
				return financed, nil
			}
		}
		last = rejection
	}
	return 0, last
}

func (u *use) financeUnder(d *draft, i *Instruction) (money.Minor, *Rejection) {
	if outcomes := u.outcomes(); rule.Worst(outcomes) != rule.Pass {
		return 0, reject("instruction_referred", "receivable", "rule %s wants a person to look: nobody but the seller itself asks for that", outcomes[0].Rule)
	}
	if rejection := d.unlent(u.receivable, "receivable"); rejection != nil {
		return 0, rejection
	}
	if rejection := d.unoffered(u.receivable, "receivable"); rejection != nil {
		return 0, rejection
	}
	template := funding.Financing{
		Receivable: u.receivable.ID, Programme: u.programme.ID, Product: u.product.ID, Seller: u.seller, Buyer: u.receivable.Buyer, Payee: i.Terms.Payee,
		Amount: u.amount, Maker: i.Maker, Due: u.due, Value: d.today(), Currency: u.receivable.Currency, Instruction: i.ID,
	}
	d.locate(&template)
	all := []asked{{financing: &template}}
	if u.programme.Sharing == funding.ProRata {
		all = u.askAll(d, template)
		if rejection := u.share(d, all); rejection != nil {
			return 0, rejection
		}
	} else if rejection := u.price(d, &template); rejection != nil {
		return 0, rejection
	}
	parts := partsOf(all)
	for _, f := range parts {
		if len(f.Own.Outcomes) > 0 {
			return 0, reject("instruction_referred", "receivable", "a funder wants a person of its own to look: nobody but the seller itself asks for that")
		}
	}
	if len(parts) == 0 {
		return 0, all[len(all)-1].refusal
	}
	if rejection := u.within(d, i, parts); rejection != nil {
		return 0, rejection
	}
	if u.programme.Sharing == funding.ProRata {
		u.open(d, all, rule.Pass)
	} else {
		template.ID = id.Make[id.Financing](d.shard, d.number(tableFinancing, d.financings.count))
		template.State, template.ValidUntil = funding.Quoted, d.header.At+int64(u.product.Terms.QuoteSeconds)*1_000_000
		d.emit(&FinancingOpened{Financing: template})
	}
	if rejection := u.acceptParts(d, parts); rejection != nil {
		panic("book: what was priced can't be accepted: " + rejection.Code)
	}
	return sumOf(parts), nil
}

// within refuses what is not inside the terms of an instruction.
func (u *use) within(d *draft, i *Instruction, parts []*funding.Financing) *Rejection {
	t, amount := &i.Terms, sumOf(parts)
	if u.amount > t.AmountMost || money.Add(i.Financed, amount) > t.TotalMost {
		return reject("instruction_exceeded", "receivable", "%s is more than the instruction leaves", money.Amount{Minor: amount, Currency: t.Currency})
	}
	for _, f := range parts {
		if cost, price := u.costOf(f), shareOf(f.Net, f.Amount); cost > t.CostMost || price < t.PriceLeast {
			return reject("instruction_price", "receivable", "it would cost %s a year and bring %s of the amount", cost, price)
		}
	}
	return nil
}

// costOf is what a quote costs its seller a year, simple and rounded up: discount, fees, and interest in arrears as expected to the
// due date, on what it is paid, by 365/days. What the buyer bears is no cost of the seller.
func (u *use) costOf(f *funding.Financing) money.Rate {
	cost, terms := f.Fee, &u.product.Terms
	if !buyersDiscount(f) {
		cost = money.Add(cost, f.Discount)
	}
	for i := range f.Fees {
		if fee := &f.Fees[i]; product.Role(fee.Payer) == product.Seller && !withheld(fee) {
			cost = money.Add(cost, fee.Whole())
		}
	}
	days := int64(max(1, calendar.DaysBetween(f.Value, f.Due)))
	if terms.Timing != product.InAdvance && terms.InterestPayer != product.Buyer {
		part, whole := terms.DayCount.Fraction(f.Value, f.Due)
		cost = money.Add(cost, money.Interest(f.Principal, f.Rate, part, whole))
	}
	return yearly(cost, f.Net, days)
}

// yearly is cost / net * 365/days, rounded up, and a billion at most.
func yearly(cost, net money.Minor, days int64) money.Rate {
	const most = 1_000_000_000
	if cost/1000 >= net {
		return most
	}
	over, under := int64(money.MulDiv(cost, 365, 1)), int64(money.MulDiv(net, days, 1))
	rate := int64(money.MulDiv(money.Minor(over), int64(money.RateOne), under))
	if lessProduct(rate, under, over, int64(money.RateOne)) {
		rate++
	}
	return money.Rate(min(rate, most))
}

// shareOf is part / whole, rounded down.
func shareOf(part, whole money.Minor) money.Rate {
	rate := int64(money.MulDiv(part, int64(money.RateOne), int64(whole)))
	if lessProduct(int64(part), int64(money.RateOne), rate, int64(whole)) {
		rate--
	}
	return money.Rate(rate)
}

// lessProduct tells whether a*b is below c*d, none of which is negative.
func lessProduct(a, b, c, d int64) bool {
	high, low := bits.Mul64(uint64(a), uint64(b))
	otherHigh, otherLow := bits.Mul64(uint64(c), uint64(d))
	return high < otherHigh || high == otherHigh && low < otherLow
}

// InstructionGiven says that a seller has instructed in advance.
type InstructionGiven struct {
	Instruction Instruction `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*InstructionGiven) Kind() uint16 { return eventInstructionGiven }

func (e *InstructionGiven) fold(b *Book) {
	number := e.Instruction.ID.Number()
	b.instructions.add(number, e.Instruction)
	i := b.instructions.at(number)
	b.indexInstruction(i)
	b.touched(tableInstruction, number, &i.Entry)
}

// InstructionRevoked says that an instruction is over.
type InstructionRevoked struct {
	Instruction id.Instruction `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*InstructionRevoked) Kind() uint16 { return eventInstructionRevoked }

func (e *InstructionRevoked) fold(b *Book) {
	i := b.instructions.at(e.Instruction.Number())
	i.State, i.Waiting, i.Next = InstructionOver, nil, 0
	delete(b.instructionOf, i.Seller)
	b.stirred(i)
	b.touched(tableInstruction, e.Instruction.Number(), &i.Entry)
}

// InstructionRefusal says why a receivable was not financed.
type InstructionRefusal struct {
	Receivable id.Receivable `cbor:"1,keyasint"`
	Code       string        `cbor:"2,keyasint"`
}

// InstructionFollowed says what came of one slice: what was financed, what was not and why, and what waits.
type InstructionFollowed struct {
	Instruction id.Instruction       `cbor:"1,keyasint"`
	Waiting     []id.Receivable      `cbor:"2,keyasint,omitempty"`
	Next        uint32               `cbor:"3,keyasint,omitempty"`
	Tried       calendar.Date        `cbor:"4,keyasint,omitempty"`
	Scanned     uint64               `cbor:"5,keyasint,omitempty"`
	Receivable  id.Receivable        `cbor:"6,keyasint,omitempty"` // that is financed
	Financed    money.Minor          `cbor:"7,keyasint,omitempty"` // of it
	Refused     []InstructionRefusal `cbor:"8,keyasint,omitempty"`
}

// Kind names the stored form.
func (*InstructionFollowed) Kind() uint16 { return eventInstructionFollowed }

func (e *InstructionFollowed) fold(b *Book) {
	i := b.instructions.at(e.Instruction.Number())
	i.Waiting, i.Next, i.Tried, i.Scanned = e.Waiting, e.Next, e.Tried, e.Scanned
	i.Financed = money.Add(i.Financed, e.Financed)
	b.stirred(i)
	b.touched(tableInstruction, e.Instruction.Number(), &i.Entry)
}

// indexInstruction: instructionOf and busy, from table instruction.
func (b *Book) indexInstruction(i *Instruction) {
	if i.State == InstructionLive {
		b.instructionOf[i.Seller] = i.ID
	}
	b.stirred(i)
}

// stirred keeps busy: the instructions with something to do.
func (b *Book) stirred(i *Instruction) {
	at, found := slices.BinarySearch(b.busy, i.ID)
	switch busy := i.busy(b.clock.Date); {
	case busy && !found:
		b.busy = slices.Insert(b.busy, at, i.ID)
	case !busy && found:
		b.busy = slices.Delete(b.busy, at, at+1)
	}
}

// stir lets a receivable wait, or be tried again, under its seller's instruction: something about it has changed.
func (b *Book) stir(r *receivable.Receivable) {
	i := b.instructions.at(b.instructionOf[r.Seller].Number())
	if i == nil || !awaits(r) {
		return
	}
	at := slices.Index(i.Waiting, r.ID)
	switch {
	case at >= 0:
		i.Next = min(i.Next, uint32(at))
	case len(i.Waiting) < instructionWaitingMax:
		i.Waiting = append(slices.Clone(i.Waiting), r.ID)
	default: // there is no room: it is looked through when there is
		i.Scanned, i.ScanUntil = min(i.Scanned, r.ID.Number()-1), max(i.ScanUntil, r.ID.Number())
	}
	b.stirred(i)
	b.touched(tableInstruction, i.ID.Number(), &i.Entry)
}
