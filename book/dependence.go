package book

import (
	"millrace/domain/calendar"
	"millrace/domain/credit"
	"millrace/domain/id"
	"millrace/domain/network"
	"millrace/domain/party"
)

func init() {
	registerCommand(func() act { return &ProposeDependence{} })
	registerCommand(func() act { return &DecideDependence{} })
	registerCommand(func() act { return &EndDependence{} })
	registerEvent(func() fact { return &DependenceProposed{} })
	registerEvent(func() fact { return &DependenceMoved{} })
	permitted[commandProposeDependence] = party.Operator | party.Compliance
	permitted[commandDecideDependence] = party.Operator | party.Compliance
	permitted[commandEndDependence] = party.Operator | party.Compliance
	tables[tableDependence] = held("dependence", func(b *Book) *shelf[credit.Dependence] { return &b.dependences },
		[]Column{ind("party", Integer), ind("depends_on", Integer), col("state", Text)},
		func(r *credit.Dependence) []any { return []any{int64(r.Party), int64(r.On), r.State.String()} })
}

// ProposeDependence declares that a party depends on another one for its living. A second person decides: from then on they count as
// one risk.
type ProposeDependence struct {
	Party    id.Party `cbor:"1,keyasint"` // that depends
	On       id.Party `cbor:"2,keyasint"`
	Reason   [32]byte `cbor:"3,keyasint"` // in the vault
	Evidence [32]byte `cbor:"4,keyasint"` // likewise
}

// Kind names the stored form.
func (*ProposeDependence) Kind() uint16 { return commandProposeDependence }

func (c *ProposeDependence) decide(d *draft) *Rejection {
	for _, one := range [...]struct {
		field string
		party id.Party
	}{{"party", c.Party}, {"on", c.On}} {
		if d.parties.at(one.party.Number()) == nil {
			return reject("party_unknown", one.field, "there is no party %s", one.party)
		}
	}
	if c.Party == c.On {
		return reject("dependence_invalid", "on", "a party does not depend on itself")
	}
	if c.Reason == [32]byte{} {
		return reject("reason_missing", "reason", "say why one depends on the other")
	}
	if c.Evidence == [32]byte{} {
		return reject("evidence_missing", "evidence", "say what proves it")
	}
	for _, other := range d.connected.depends[c.Party] {
		if other == c.On {
			return reject("dependence_known", "on", "%s and %s are on record as depending on one another", c.Party, c.On)
		}
	}
	d.emit(&DependenceProposed{Dependence: credit.Dependence{
		ID: id.Make[id.Dependence](d.shard, d.number(tableDependence, d.dependences.count)), Party: c.Party, On: c.On, State: credit.DependenceProposed,
		Reason: c.Reason, Evidence: c.Evidence, Maker: d.header.Actor,
	}})
	return nil
}

// DecideDependence is the word of a second person on a dependence, or on its end.
type DecideDependence struct {
	Dependence id.Dependence `cbor:"1,keyasint"`
	Decision   Decision      `cbor:"2,keyasint"`
}

// Kind names the stored form.
func (*DecideDependence) Kind() uint16 { return commandDecideDependence }

func (c *DecideDependence) decide(d *draft) *Rejection {
	r := d.dependences.at(c.Dependence.Number())
	if r == nil {
		return reject("dependence_unknown", "dependence", "there is no dependence %s", c.Dependence)
	}
	maker, approved, declined := r.Maker, credit.DependenceLive, credit.DependenceDeclined
	switch r.State {
	case credit.DependenceProposed:
	case credit.DependenceEnding:
		maker, approved, declined = r.Ending.Maker, credit.DependenceEnded, credit.DependenceLive
	default:
		return reject("dependence_state", "dependence", "dependence %s is %s: nothing waits for a second person", r.ID, r.State)
	}
	event := &DependenceMoved{Dependence: r.ID, Actor: d.header.Actor, Date: d.today()}
	switch c.Decision {
	case Approve:
		if rejection := d.second(maker); rejection != nil {
			return rejection
		}
		event.State = approved
	case Decline:
		event.State = declined
	default:
		return reject("decision_invalid", "decision", "a dependence, or its end, is approved or declined")
	}
	d.emit(event)
	if !r.State.Connects() && event.State.Connects() || event.State == credit.DependenceEnded && d.connected.pairs[pairOf(r)] == 1 {
		d.recount(&amendment{one: r.Party, other: r.On, depend: event.State.Connects()}, network.Owner{Party: r.Party}, network.Owner{Party: r.On})
	}
	return nil
}

// EndDependence proposes that a dependence no longer counts. Its parties count as one risk until a second person has agreed.
type EndDependence struct {
	Dependence id.Dependence `cbor:"1,keyasint"`
	Reason     [32]byte      `cbor:"2,keyasint"` // in the vault
	Evidence   [32]byte      `cbor:"3,keyasint"` // likewise
}

// Kind names the stored form.
func (*EndDependence) Kind() uint16 { return commandEndDependence }

func (c *EndDependence) decide(d *draft) *Rejection {
	r := d.dependences.at(c.Dependence.Number())
	if r == nil {
		return reject("dependence_unknown", "dependence", "there is no dependence %s", c.Dependence)
	}
	if r.State != credit.DependenceLive {
		return reject("dependence_state", "dependence", "dependence %s is %s: only one that is in force ends", r.ID, r.State)
	}
	if c.Reason == [32]byte{} {
		return reject("reason_missing", "reason", "say why it no longer counts")
	}
	if c.Evidence == [32]byte{} {
		return reject("evidence_missing", "evidence", "say what proves it")
	}
	d.emit(&DependenceMoved{Dependence: r.ID, State: credit.DependenceEnding, Actor: d.header.Actor, Date: d.today(), Reason: c.Reason, Evidence: c.Evidence})
	return nil
}

// DependenceProposed says that a dependence was declared.
type DependenceProposed struct {
	Dependence credit.Dependence `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*DependenceProposed) Kind() uint16 { return eventDependenceProposed }

func (e *DependenceProposed) fold(b *Book) {
	number := e.Dependence.ID.Number()
	b.dependences.add(number, e.Dependence)
	b.touched(tableDependence, number, &b.dependences.at(number).Entry)
}

// DependenceMoved says what became of a dependence.
type DependenceMoved struct {
	Dependence id.Dependence          `cbor:"1,keyasint"`
	State      credit.DependenceState `cbor:"2,keyasint"`
	Actor      id.Actor               `cbor:"3,keyasint"`
	Date       calendar.Date          `cbor:"4,keyasint"`
	Reason     [32]byte               `cbor:"5,keyasint,omitzero"` // why it is to end, in the vault
	Evidence   [32]byte               `cbor:"6,keyasint,omitzero"` // likewise
}

// Kind names the stored form.
func (*DependenceMoved) Kind() uint16 { return eventDependenceMoved }

func (e *DependenceMoved) fold(b *Book) {
	r := b.dependences.at(e.Dependence.Number())
	before := r.State
	switch r.State = e.State; {
	case e.State == credit.DependenceEnding:
		r.Ending = credit.DependenceEnd{Maker: e.Actor, Reason: e.Reason, Evidence: e.Evidence}
	case e.State == credit.DependenceEnded:
		r.Ending.Checker, r.Until = e.Actor, e.Date
	case before == credit.DependenceEnding:
		r.Ending = credit.DependenceEnd{}
	default:
		r.Checker, r.Since = e.Actor, e.Date
	}
	b.touched(tableDependence, e.Dependence.Number(), &r.Entry)
	if before.Connects() == e.State.Connects() {
		return
	}
	if before.Connects() {
		b.unindexDependence(r)
	} else {
		b.indexDependence(r)
	}
	b.reconnect(network.Owner{Party: r.Party}, network.Owner{Party: r.On})
}

func pairOf(r *credit.Dependence) [2]id.Party {
	return [2]id.Party{min(r.Party, r.On), max(r.Party, r.On)}
}

// indexDependence: connected, from table dependence.
func (b *Book) indexDependence(r *credit.Dependence) {
	if !r.State.Connects() {
		return
	}
	b.connected.pairs[pairOf(r)]++
	insert(b.connected.depends, r.Party, r.On)
	insert(b.connected.depends, r.On, r.Party)
}

func (b *Book) unindexDependence(r *credit.Dependence) {
	pair := pairOf(r)
	if b.connected.pairs[pair]--; b.connected.pairs[pair] > 0 {
		return
	}
	delete(b.connected.pairs, pair)
	remove(b.connected.depends, r.Party, r.On)
	remove(b.connected.depends, r.On, r.Party)
}
