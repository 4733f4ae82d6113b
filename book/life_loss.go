package book

import (
	"millrace/domain/calendar"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/servicing"
)

func init() {
	registerCommand(func() act { return &DeclareDefault{} })
	registerCommand(func() act { return &Provision{} })
	registerCommand(func() act { return &WriteOff{} })
	registerCommand(func() act { return &RecordRecovery{} })
	permitted[commandDeclareDefault] = party.Operator | party.Funder
	permitted[commandProvision] = party.Operator | party.Funder
	permitted[commandWriteOff] = party.Operator | party.Funder
	permitted[commandRecordRecovery] = party.Operator
}

// defaultDays is how long a financing is past its due date when its default is proposed by rule (IFRS 9 B5.5.37).
const defaultDays = 90

// recovered is what has come of what was written off.
func recovered(p *servicing.Position) money.Minor {
	sum := money.Minor(0)
	for tier := servicing.TierWrittenPrincipal; tier <= servicing.TierWrittenLate; tier++ {
		sum = money.Add(sum, p.Collected(tier))
	}
	return sum
}

// DeclareDefault proposes that a financing is in default. A second person declares it.
type DeclareDefault struct {
	Financing id.Financing `cbor:"1,keyasint"`
	Reason    [32]byte     `cbor:"2,keyasint"` // in the vault
}

// Kind names the stored form.
func (*DeclareDefault) Kind() uint16 { return commandDeclareDefault }

func (c *DeclareDefault) decide(d *draft) *Rejection {
	f, rejection := d.measured(c.Financing, Default, c.Reason, funding.Outstanding, funding.Overdue, funding.InRecourse)
	if rejection != nil {
		return rejection
	}
	d.propose(Measure{Programme: f.Programme, Financing: f.ID, Kind: Default, Reason: c.Reason})
	return nil
}

// proposeDefault proposes by rule what nobody has proposed since the financing was last extended, and what does not wait already.
func (d *draft) proposeDefault(f *funding.Financing) {
	if f.State == funding.Outstanding || calendar.DaysBetween(f.Due, d.today()) < defaultDays || d.undecided(f.ID, Default) != 0 {
		return
	}
	for _, one := range d.measuresOf[f.ID] {
		if m := d.measures.at(one.Number()); m.Kind == Default && m.Date > f.Due {
			return
		}
	}
	d.propose(Measure{Programme: f.Programme, Financing: f.ID, Kind: Default})
}

func (d *draft) declare(m *Measure, moved *MeasureMoved) *Rejection {
	f, rejection := d.financing(m.Financing, funding.Outstanding, funding.Overdue, funding.InRecourse)
	if rejection != nil {
		return rejection
	}
	// Nothing refuses after this line.
	d.emit(moved)
	d.serve(d.weigh(f, servicing.Fact{Kind: servicing.Defaulted, Value: d.today()}))
	d.emit(&FinancingMoved{Financing: f.ID, State: funding.Defaulted})
	return nil
}

// Provision proposes the level of the allowance for losses on a financing. A second person sets it.
type Provision struct {
	Financing id.Financing `cbor:"1,keyasint"`
	Amount    money.Minor  `cbor:"2,keyasint"` // from now on; 0 ends it
	Reason    [32]byte     `cbor:"3,keyasint"` // in the vault
}

// Kind names the stored form.
func (*Provision) Kind() uint16 { return commandProvision }

func (c *Provision) decide(d *draft) *Rejection {
	f, rejection := d.measured(c.Financing, Impairment, c.Reason, funding.Outstanding, funding.Overdue, funding.InRecourse, funding.Defaulted)
	if rejection != nil {
		return rejection
	}
	if most := d.owedNow(f); c.Amount < 0 || c.Amount > most {
		return reject("amount_invalid", "amount", "an allowance is at most what is owed, %s", money.Amount{Minor: most, Currency: f.Currency})
	}
	d.propose(Measure{Programme: f.Programme, Financing: f.ID, Kind: Impairment, Amount: c.Amount, Reason: c.Reason})
	return nil
}

// owedNow is what is owed to the funder on the business date.
func (d *draft) owedNow(f *funding.Financing) money.Minor {
	terms := d.terms(f)
	p := servicing.Run(&terms, d.history(nil, f)).At(&terms, d.today())
	return money.Sub(p.Owed(), p.FeesDue())
}

func (d *draft) provision(m *Measure, moved *MeasureMoved) *Rejection {
	f, rejection := d.financing(m.Financing, funding.Outstanding, funding.Overdue, funding.InRecourse, funding.Defaulted)
	if rejection != nil {
		return rejection
	}
	// Nothing refuses after this line.
	d.emit(moved)
	d.serve(d.weigh(f, servicing.Fact{Kind: servicing.Provisioned, Value: d.today(), Amount: m.Amount}))
	return nil
}

// WriteOff proposes to write off all that is owed on a financing in default. A second person does it: the limits are free
// again, and what comes from then on is a recovery.
type WriteOff struct {
	Financing id.Financing `cbor:"1,keyasint"`
	Reason    [32]byte     `cbor:"2,keyasint"` // in the vault
}

// Kind names the stored form.
func (*WriteOff) Kind() uint16 { return commandWriteOff }

func (c *WriteOff) decide(d *draft) *Rejection {
	f, rejection := d.measured(c.Financing, Loss, c.Reason, funding.Defaulted)
	if rejection != nil {
		return rejection
	}
	if f.Holding != 0 {
		return reject("certificated", "financing", "financing %s is of a holding, on which all holders are paid alike", f.ID)
	}
	if rejection := together(f); rejection != nil {
		return rejection
	}
	if rejection := d.notReplaced(f); rejection != nil {
		return rejection
	}
	if d.owedNow(f) == 0 {
		return reject("nothing_owed", "financing", "nothing is owed on financing %s: close it", f.ID)
	}
	d.propose(Measure{Programme: f.Programme, Financing: f.ID, Kind: Loss, Reason: c.Reason})
	return nil
}

func (d *draft) writeOff(m *Measure, moved *MeasureMoved) *Rejection {
	f, rejection := d.financing(m.Financing, funding.Defaulted)
	if rejection != nil {
		return rejection
	}
	if rejection := d.notReplaced(f); rejection != nil {
		return rejection
	}
	moved.Amount = d.owedNow(f)
	if moved.Amount == 0 {
		return reject("nothing_owed", "measure", "nothing is owed on financing %s: close it", f.ID)
	}
	// Nothing refuses after this line.
	d.emit(moved)
	d.cover(f, f.Uncovered, 0)
	d.serve(d.weigh(f, servicing.Fact{Kind: servicing.WrittenOff, Value: d.today(), Amount: moved.Amount}))
	d.emit(&FinancingMoved{Financing: f.ID, State: funding.WrittenOff})
	return nil
}

// RecordRecovery says that money of a receipt is for a financing that was written off. It goes to what was written off
// first; what is beyond that is the seller's.
type RecordRecovery struct {
	Receipt   id.Receipt   `cbor:"1,keyasint"`
	Financing id.Financing `cbor:"2,keyasint"`
	Amount    money.Minor  `cbor:"3,keyasint"`
	Payer     Payer        `cbor:"4,keyasint"`
}

// Kind names the stored form.
func (*RecordRecovery) Kind() uint16 { return commandRecordRecovery }

func (c *RecordRecovery) decide(d *draft) *Rejection {
	f, rejection := d.financing(c.Financing, funding.WrittenOff)
	if rejection != nil {
		return rejection
	}
	allocation := &Allocate{Receipt: c.Receipt, Receivable: f.Receivable, Amount: c.Amount, Payer: c.Payer}
	if f.Receivable == 0 || d.settles(f) { // it is owed apart from any debt
		allocation.Receivable, allocation.Financing = 0, f.ID
	}
	return d.allot(allocation)
}
