package book

import (
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/payment"
	"millrace/domain/servicing"
)

func init() {
	registerCommand(func() act { return &SettleShortfall{} })
	registerCommand(func() act { return &LiftStop{} })
	registerEvent(func() fact { return &StopLifted{} })
	permitted[commandSettleShortfall] = party.Operator
	permitted[commandLiftStop] = party.Operator
}

// SettleShortfall settles what is short in a programme: by money that came in for it, or against what was collected for the
// party that owes it. What it had from collections goes first.
type SettleShortfall struct {
	Programme id.Programme `cbor:"1,keyasint"`
	Party     id.Party     `cbor:"2,keyasint,omitempty"` // that owes it; 0 for what nobody owes by name
	Receipt   id.Receipt   `cbor:"3,keyasint,omitempty"` // 0: set off
	Amount    money.Minor  `cbor:"4,keyasint"`
	Of        ShortfallOf  `cbor:"20,keyasint,omitempty"`
}

// Kind names the stored form.
func (*SettleShortfall) Kind() uint16 { return commandSettleShortfall }

func (c *SettleShortfall) decide(d *draft) *Rejection {
	p, rejection := d.live(c.Programme)
	if rejection != nil {
		return rejection
	}
	if c.Of > OfCover {
		return reject("shortfall_none", "of", "nothing of that kind can be short")
	}
	if c.Of != OfCollections {
		return c.feesShort(d, p)
	}
	owed, missing := d.short(custodyKey(p, ledger.PartyShortfall, c.Party)), d.short(custodyKey(p, ledger.Shortfall, c.Party))
	most := money.Add(owed, missing)
	if most == 0 {
		return reject("shortfall_none", "party", "no shortfall of this party is open in programme %s", p.ID)
	}
	if c.Amount <= 0 || c.Amount > most {
		return reject("amount_invalid", "amount", "%s is short", money.Amount{Minor: most, Currency: p.Currency})
	}
	if c.Receipt == 0 {
		if rejection := d.setOff(c, p); rejection != nil {
			return rejection
		}
	} else if rejection := d.receiptOver(c, p); rejection != nil {
		return rejection
	}
	// Nothing refuses after this line.
	s := settling{draft: d, programme: p, command: c}
	first := min(c.Amount, owed)
	s.settle(ledger.PartyShortfall, first)
	s.settle(ledger.Shortfall, money.Sub(c.Amount, first))
	if receipt := d.receipts.at(c.Receipt.Number()); receipt != nil {
		d.useReceipt(receipt, c.Amount)
	}
	return nil
}

// short is what stands on an account of shortfalls.
func (d *draft) short(key ledger.Key) money.Minor {
	if a := d.accounts.at(d.accountOf[key].Number()); a != nil {
		return max(0, a.Balance())
	}
	return 0
}

// setOff refuses to set off more than was collected for the party.
func (d *draft) setOff(c *SettleShortfall, p *funding.Programme) *Rejection {
	free := money.Minor(0)
	if c.Party != 0 {
		free = max(0, d.available(collectedKey(p, c.Party)))
	}
	if c.Amount > free {
		return reject("funds_insufficient", "amount", "%s was collected for this party and is free", money.Amount{Minor: free, Currency: p.Currency})
	}
	return nil
}

// receiptOver refuses a receipt of which not so much is left.
func (d *draft) receiptOver(c *SettleShortfall, p *funding.Programme) *Rejection {
	receipt := d.receipts.at(c.Receipt.Number())
	if receipt == nil {
		return reject("receipt_unknown", "receipt", "there is no receipt %s", c.Receipt)
	}
	if receipt.State != payment.Unallocated || receipt.Funder != 0 {
		return reject("receipt_state", "receipt", "receipt %s is not open to allocation", c.Receipt)
	}
	if rejection := recalled(receipt); rejection != nil {
		return rejection
	}
	if receipt.Programme != p.ID {
		return reject("programme_other", "receipt", "receipt %s came into programme %s", c.Receipt, receipt.Programme)
	}
	if c.Amount > receipt.Left() {
		return reject("amount_invalid", "amount", "of receipt %s there is %s left", c.Receipt, money.Amount{Minor: receipt.Left(), Currency: p.Currency})
	}
	return nil
}

// collectedKey is the supervised account on which a programme's collections for a party stand.
func collectedKey(p *funding.Programme, party id.Party) ledger.Key {
	if funds(p, party) {
		return custodyKey(p, ledger.CollectionForFunder, party)
	}
	return custodyKey(p, ledger.CollectionForSeller, party)
}

// settling is a shortfall that is being settled.
type settling struct {
	*draft
	programme *funding.Programme
	command   *SettleShortfall
}

// settle books an amount of one account of shortfalls in the books of the custodian and of the party.
func (s *settling) settle(short ledger.Code, amount money.Minor) {
	if amount == 0 {
		return
	}
	d, p, c := s.draft, s.programme, s.command
	from := custodyKey(p, ledger.CollectionUnallocated, 0)
	if c.Receipt == 0 {
		from = collectedKey(p, c.Party)
	}
	d.transfer(from, custodyKey(p, short, c.Party), amount)
	d.cross(forward, from, custodyKey(p, short, c.Party), amount, payment.Payment{Receipt: c.Receipt, Payee: c.Party})
	switch funder := funds(p, c.Party); {
	case c.Party == 0:
	case funder && short == ledger.Shortfall && c.Receipt == 0: // what it had provided is less
		d.book(programmeKey(p, c.Party, ledger.FundsProvided), programmeKey(p, c.Party, ledger.FundsAtCustodian), amount)
	case funder && short == ledger.Shortfall: // it has made good what it had provided
	case funder && c.Receipt == 0:
		d.book(programmeKey(p, c.Party, ledger.FunderShortfall), programmeKey(p, c.Party, ledger.FundsAtCustodian), amount)
	case funder:
		d.book(programmeKey(p, c.Party, ledger.FunderShortfall), programmeKey(p, c.Party, ledger.FundsProvided), amount)
	case c.Receipt == 0:
		d.book(partyKey(c.Party, ledger.SellerShortfall, p.Currency), partyKey(c.Party, ledger.CollectionsHeld, p.Currency), amount)
	default:
		d.book(partyKey(c.Party, ledger.SellerShortfall, p.Currency), partyKey(c.Party, ledger.SellerBank, p.Currency), amount)
	}
	kind := Settlement
	if short == ledger.Shortfall {
		kind = MadeGood
	}
	d.propose(Measure{Programme: p.ID, Kind: kind, State: MeasureDone, Party: c.Party, Receipt: c.Receipt, Amount: amount})
}

// LiftStop proposes that a programme whose shortfalls are settled pays again. A second person decides.
type LiftStop struct {
	Programme id.Programme `cbor:"1,keyasint"`
	Reason    [32]byte     `cbor:"2,keyasint"` // in the vault
}

// Kind names the stored form.
func (*LiftStop) Kind() uint16 { return commandLiftStop }

func (c *LiftStop) decide(d *draft) *Rejection {
	p, rejection := d.live(c.Programme)
	if rejection != nil {
		return rejection
	}
	if c.Reason == [32]byte{} {
		return reject("reason_missing", "reason", "say why")
	}
	if rejection := d.liftable(p); rejection != nil {
		return rejection
	}
	for _, one := range d.measuresOf[0] {
		if m := d.measures.at(one.Number()); m.Programme == p.ID && m.Kind == StopLift && m.State == MeasureWaits {
			return reject("measure_waits", "programme", "%s waits to be decided on", m.ID)
		}
	}
	d.propose(Measure{Programme: p.ID, Kind: StopLift, Reason: c.Reason})
	return nil
}

// liftable refuses to let a programme pay again that is not stopped, or is short of something.
func (d *draft) liftable(p *funding.Programme) *Rejection {
	if !p.Stopped {
		return reject("programme_pays", "programme", "programme %s is not stopped", p.ID)
	}
	for number := uint64(1); number <= d.accounts.count; number++ {
		a := d.accounts.at(number)
		if a.Key.Programme == p.ID && lacks(a.Key.Code) && a.Balance() > 0 {
			return reject("shortfall_open", "programme", "%s is short in programme %s", money.Amount{Minor: a.Balance(), Currency: p.Currency}, p.ID)
		}
	}
	return nil
}

// lacks tells whether an account is one of shortfalls.
func lacks(code ledger.Code) bool {
	switch code {
	case ledger.Shortfall, ledger.PartyShortfall, ledger.FeesShortfall, ledger.CollectedShortfall, ledger.InsurerShortfall:
		return true
	}
	return false
}

func (d *draft) liftStop(m *Measure, moved *MeasureMoved) *Rejection {
	if rejection := d.liftable(d.programmes.at(m.Programme.Number())); rejection != nil {
		return rejection
	}
	d.emit(moved)
	d.emit(&StopLifted{Programme: m.Programme})
	return nil
}

// StopLifted says that a programme pays again.
type StopLifted struct {
	Programme id.Programme `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*StopLifted) Kind() uint16 { return eventStopLifted }

func (e *StopLifted) fold(b *Book) {
	p := b.programmes.at(e.Programme.Number())
	p.Stopped = false
	b.cashStopped(p.ID)
	b.touched(tableProgramme, e.Programme.Number(), &p.Entry)
}

// unsweep books that a bank took back what it had swept: what the funding account no longer holds its funder owes.
func (d *draft) unsweep(p *funding.Programme, swept *payment.Payment, moved *PaymentMoved) {
	from, to := fundingKey(p, swept.Payee), custodyKey(p, ledger.CollectionForFunder, swept.Payee)
	back := min(swept.Amount, max(0, d.available(from)))
	moved.Missing = money.Sub(swept.Amount, back)
	d.emit(moved)
	d.transfer(from, to, back)
	if moved.Missing > 0 {
		d.book(custodyKey(p, ledger.PartyShortfall, swept.Payee), to, moved.Missing)
		d.book(programmeKey(p, swept.Payee, ledger.FundsAtCustodian), programmeKey(p, swept.Payee, ledger.FunderShortfall), moved.Missing)
		d.emit(&ProgrammeStopped{Programme: p.ID})
	}
}

// undisburse books that a disbursement came back: the financing has never been. What was collected for it belongs to those
// who paid and to the seller, and what the funder has had of it already is short.
func (d *draft) undisburse(p *funding.Programme, f *funding.Financing, moved *PaymentMoved) {
	d.emit(moved)
	d.cover(f, f.Uncovered, 0)
	s := d.weigh(f, servicing.Fact{Kind: servicing.Reversed, Value: max(moved.Value, f.Value), Of: disbursedEntry})
	for line := servicing.LineNet; line <= servicing.LineDiscount; line++ { // by paidOut, below
		s.after.Totals[line] = s.before.Totals[line]
	}
	d.serve(s)
	d.paidOut(p, f, counter)
	d.emit(&LimitMoved{Limits: d.usedLimits(f), Used: -f.Principal})
	d.giveBack(f)
	d.emit(&FinancingMoved{Financing: f.ID, State: funding.Cancelled})
}
