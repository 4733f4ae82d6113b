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
	registerCommand(func() act { return &DecideMeasure{} })
	registerEvent(func() fact { return &MeasureProposed{} })
	registerEvent(func() fact { return &MeasureMoved{} })
	permitted[commandDecideMeasure] = party.Operator | party.Funder | party.Seller
	tables[tableMeasure] = held("measure", func(b *Book) *shelf[Measure] { return &b.measures },
		[]Column{ind("financing", Integer), ind("programme", Integer), col("kind", Text), col("state", Text)},
		func(r *Measure) []any {
			return []any{int64(r.Financing), int64(r.Programme), r.Kind.String(), r.State.String()}
		})
}

// MeasureKind is what people decide on in the life of a financing.
type MeasureKind uint8

// The kinds of measures.
const (
	Extension    MeasureKind = 1 + iota // a later due date
	RecourseDue                         // the seller is called: one person does it, the terms allow it
	Default                             //
	Impairment                          // the level of the allowance for losses
	Loss                                // the rest is written off
	StopLift                            // a programme that was stopped by a shortfall pays again
	Settlement                          // of what a party has had and a bank took back: one person books it
	MadeGood                            // likewise, of what is missing from a deposit, or by nobody's name
	CoverClaim                          // on the credit insurer: one person makes it, the terms allow it
	FeesSettled                         // likewise a settlement: of fees out of collections that a bank took back
	FeesMadeGood                        // of what is missing from the fees account
	CoverSettled                        // of an insurer's share that a bank took back
)

var measureKinds = [...]string{"", "extension", "recourse", "default", "provision", "write_off", "stop_lift", "settlement", "made_good", "cover_claim", "fees_settled", "fees_made_good", "cover_settled"}

// String is the name used in API and console.
func (k MeasureKind) String() string { return measureKinds[k] }

// MeasureState is where a measure stands.
type MeasureState uint8

// The states of a measure.
const (
	MeasureWaits    MeasureState = 1 + iota // for a second person
	MeasureOffered                          // to the seller, who bears interest
	MeasureDone                             //
	MeasureDeclined                         //
)

// String is the name used in API and console.
func (s MeasureState) String() string {
	return [...]string{"", "waiting", "offered", "done", "declined"}[s]
}

// Measure is a step in the life of a financing that people decide on: who proposed it and why, who approved it, and what it
// says.
type Measure struct {
	ID        id.Measure      `cbor:"1,keyasint"`
	Programme id.Programme    `cbor:"2,keyasint"`
	Financing id.Financing    `cbor:"3,keyasint,omitempty"` // 0 for the lifting of a stop and for a settlement
	Kind      MeasureKind     `cbor:"4,keyasint"`
	State     MeasureState    `cbor:"5,keyasint"`
	Cause     servicing.Cause `cbor:"6,keyasint,omitempty"`  // of a recourse
	Since     calendar.Date   `cbor:"7,keyasint,omitempty"`  // of a recourse: when it came about, by the evidence
	Due       calendar.Date   `cbor:"8,keyasint,omitempty"`  // of an extension
	Amount    money.Minor     `cbor:"9,keyasint,omitempty"`  // of a provision; what was written off; what was claimed; what the seller owed when it was called
	Reason    [32]byte        `cbor:"10,keyasint,omitzero"`  // why, or the evidence, in the vault; nothing where a rule proposed it
	Maker     id.Actor        `cbor:"11,keyasint,omitempty"` // 0 while only a rule has proposed it
	Checker   id.Actor        `cbor:"12,keyasint,omitempty"`
	Seller    id.Actor        `cbor:"13,keyasint,omitempty"` // who accepted for the seller
	Date      calendar.Date   `cbor:"14,keyasint"`           // business date on which it came to its state
	Entry     uint64          `cbor:"15,keyasint"`
	Party     id.Party        `cbor:"16,keyasint,omitempty"` // whose shortfall is settled
	Receipt   id.Receipt      `cbor:"17,keyasint,omitempty"` // by which it is settled; 0 where it is set off
}

// propose opens a measure.
func (d *draft) propose(m Measure) {
	m.ID = id.Make[id.Measure](d.shard, d.number(tableMeasure, d.measures.count))
	m.Maker, m.Date = d.header.Actor, d.today()
	if m.State == 0 {
		m.State = MeasureWaits
	}
	d.emit(&MeasureProposed{Measure: m})
}

// measured is the financing of a measure that is proposed: of the actor's party, in one of the states, without a measure
// of that kind that waits, and with a reason.
func (d *draft) measured(wanted id.Financing, kind MeasureKind, reason [32]byte, states ...funding.FinancingState) (*funding.Financing, *Rejection) {
	if f := d.financings.at(wanted.Number()); f != nil {
		if rejection := d.own(f.Funder, "financing"); rejection != nil {
			return nil, rejection
		}
	}
	f, rejection := d.financing(wanted, states...)
	if rejection != nil {
		return nil, rejection
	}
	if reason == [32]byte{} {
		return nil, reject("reason_missing", "reason", "say why")
	}
	if waits := d.undecided(f.ID, kind); waits != 0 {
		return nil, reject("measure_waits", "financing", "%s waits to be decided on", waits)
	}
	return f, d.room(f)
}

// undecided is the measure of a kind on a financing that is not decided on; 0 for none.
func (b *Book) undecided(f id.Financing, kind MeasureKind) id.Measure {
	for _, one := range b.measuresOf[f] {
		if m := b.measures.at(one.Number()); m.Kind == kind && (m.State == MeasureWaits || m.State == MeasureOffered) {
			return m.ID
		}
	}
	return 0
}

// factsMax bounds the facts of one financing that people can bring: each of them is looked at whenever one more comes.
const factsMax = 500

// room refuses one more fact on a financing that has as many as one can have. What a bank does is a fact all the same.
func (d *draft) room(f *funding.Financing) *Rejection {
	count := 0
	for number := f.LastFact; number != 0; number = d.Book.facts.at(number).Previous {
		if count++; count >= factsMax {
			return reject("facts_too_many", "financing", "financing %s has %d facts", f.ID, count)
		}
	}
	return nil
}

// DecideMeasure is a second person's decision on a measure; and the seller's, where it bears what follows.
type DecideMeasure struct {
	Measure  id.Measure `cbor:"1,keyasint"`
	Decision Decision   `cbor:"2,keyasint"`
}

// Kind names the stored form.
func (*DecideMeasure) Kind() uint16 { return commandDecideMeasure }

func (c *DecideMeasure) decide(d *draft) *Rejection {
	m := d.measures.at(c.Measure.Number())
	if m == nil {
		return reject("measure_unknown", "measure", "there is no measure %s", c.Measure)
	}
	if m.State != MeasureWaits && m.State != MeasureOffered {
		return reject("measure_state", "measure", "measure %s is %s", m.ID, m.State)
	}
	if rejection := d.decides(m); rejection != nil {
		return rejection
	}
	moved := &MeasureMoved{Measure: m.ID, State: MeasureDone, Maker: m.Maker, Checker: d.header.Actor, Seller: m.Seller, Date: d.today(), Amount: m.Amount}
	if m.State == MeasureOffered {
		moved.Checker, moved.Seller = m.Checker, d.header.Actor
	}
	switch c.Decision {
	case Approve:
		if m.Maker == 0 { // a rule has proposed it, and it takes two people
			moved.State, moved.Maker, moved.Checker = MeasureWaits, d.header.Actor, 0
			d.emit(moved)
			return nil
		}
		return d.carryOut(m, moved)
	case Decline:
		moved.State = MeasureDeclined
		d.emit(moved)
		return nil
	}
	return reject("decision_invalid", "decision", "a measure is approved or declined")
}

// decides refuses whom the decision is not for.
func (d *draft) decides(m *Measure) *Rejection {
	f := d.financings.at(m.Financing.Number())
	switch {
	case f == nil: // the lifting of a stop
		if !d.isOperator() {
			return reject("other_party", "measure", "only the operator's people let a programme pay again")
		}
	case m.State == MeasureOffered:
		if d.by() != f.Seller {
			return reject("other_party", "measure", "this is the seller's to accept")
		}
		return nil
	default:
		if rejection := d.own(f.Funder, "measure"); rejection != nil {
			return rejection
		}
	}
	if m.Maker == 0 {
		return nil
	}
	return d.second(m.Maker)
}

// carryOut gives a measure that is approved its effect; it is examined again before.
func (d *draft) carryOut(m *Measure, moved *MeasureMoved) *Rejection {
	switch m.Kind {
	case Extension:
		return d.extend(m, moved)
	case Default:
		return d.declare(m, moved)
	case Impairment:
		return d.provision(m, moved)
	case Loss:
		return d.writeOff(m, moved)
	}
	return d.liftStop(m, moved)
}

// MeasureProposed says that a measure was proposed, or done where it takes one person.
type MeasureProposed struct {
	Measure Measure `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*MeasureProposed) Kind() uint16 { return eventMeasureProposed }

func (e *MeasureProposed) fold(b *Book) {
	number := e.Measure.ID.Number()
	b.measures.add(number, e.Measure)
	b.indexMeasure(b.measures.at(number))
	b.touched(tableMeasure, number, &b.measures.at(number).Entry)
	if f := b.financings.at(e.Measure.Financing.Number()); f != nil {
		b.touched(tableFinancing, e.Measure.Financing.Number(), &f.Entry)
	}
}

// indexMeasure: measuresOf, from table measure.
func (b *Book) indexMeasure(m *Measure) {
	b.measuresOf[m.Financing] = append(b.measuresOf[m.Financing], m.ID)
}

// MeasureMoved says what became of a measure.
type MeasureMoved struct {
	Measure id.Measure    `cbor:"1,keyasint"`
	State   MeasureState  `cbor:"2,keyasint"`
	Maker   id.Actor      `cbor:"3,keyasint,omitempty"`
	Checker id.Actor      `cbor:"4,keyasint,omitempty"`
	Seller  id.Actor      `cbor:"5,keyasint,omitempty"`
	Date    calendar.Date `cbor:"6,keyasint"`
	Amount  money.Minor   `cbor:"7,keyasint,omitempty"`
}

// Kind names the stored form.
func (*MeasureMoved) Kind() uint16 { return eventMeasureMoved }

func (e *MeasureMoved) fold(b *Book) {
	m := b.measures.at(e.Measure.Number())
	m.State, m.Maker, m.Checker, m.Seller, m.Date, m.Amount = e.State, e.Maker, e.Checker, e.Seller, e.Date, e.Amount
	b.touched(tableMeasure, e.Measure.Number(), &m.Entry)
	if f := b.financings.at(m.Financing.Number()); f != nil {
		b.touched(tableFinancing, m.Financing.Number(), &f.Entry)
	}
}
