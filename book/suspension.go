package book

import (
	"slices"

	"millrace/domain/calendar"
	"millrace/domain/clearing"
	"millrace/domain/id"
	"millrace/domain/party"
	"millrace/domain/payment"
)

func init() {
	registerCommand(func() act { return &SuspendParty{} })
	registerCommand(func() act { return &ReinstateParty{} })
	registerEvent(func() fact { return &PartySuspended{} })
	registerEvent(func() fact { return &PartyReinstated{} })
	permitted[commandSuspendParty] = party.Operator | party.Compliance
	permitted[commandReinstateParty] = party.Operator | party.Compliance
}

// SuspendParty ends business with a party until a second person reinstates it: its people are refused, nothing is financed for it or on
// it, and all that is about to be paid to it is withheld.
type SuspendParty struct {
	Party  id.Party        `cbor:"1,keyasint"`
	Reason party.Reference `cbor:"2,keyasint"` // in the vault
}

// Kind names the stored form.
func (*SuspendParty) Kind() uint16 { return commandSuspendParty }

func (c *SuspendParty) decide(d *draft) *Rejection {
	p := d.parties.at(c.Party.Number())
	if p == nil {
		return reject("party_unknown", "party", "there is no party %s", c.Party)
	}
	if p.State != party.Onboarded {
		return reject("party_not_onboarded", "party", "party %s is %s", c.Party, p.State)
	}
	if p.Roles&party.Operator != 0 {
		return reject("role_invalid", "party", "the operator itself can't be suspended")
	}
	if c.Reason == (party.Reference{}) {
		return reject("reason_missing", "reason", "say why")
	}
	d.suspend(c.Party, c.Reason)
	return nil
}

// suspend ends business with a party, unless it is suspended already or is the operator.
func (d *draft) suspend(of id.Party, reason party.Reference) {
	p := d.parties.at(of.Number())
	if p.State == party.Suspended || p.Roles&party.Operator != 0 {
		return
	}
	d.emit(&PartySuspended{Party: of, Actor: d.header.Actor, Reason: reason, Date: d.today(), Was: p.State, Payments: slices.Clone(d.underWay[of])})
	d.leaveOutOfAll(of, clearing.Suspended)
}

// ReinstateParty takes a suspension back. Payments that were withheld for it are released one by one.
type ReinstateParty struct {
	Party  id.Party        `cbor:"1,keyasint"`
	Reason party.Reference `cbor:"2,keyasint"` // in the vault
}

// Kind names the stored form.
func (*ReinstateParty) Kind() uint16 { return commandReinstateParty }

func (c *ReinstateParty) decide(d *draft) *Rejection {
	p := d.parties.at(c.Party.Number())
	if p == nil {
		return reject("party_unknown", "party", "there is no party %s", c.Party)
	}
	if p.State != party.Suspended {
		return reject("party_not_suspended", "party", "party %s is %s", c.Party, p.State)
	}
	if rejection := d.second(p.Suspension.Actor); rejection != nil {
		return rejection
	}
	if d.confirmedHit(c.Party) {
		return reject("screening_open", "party", "a confirmed alert of screening about %s stands", c.Party)
	}
	if d.ownedByListed(c.Party) {
		return reject("screening_open", "party", "those about whom an alert of screening is confirmed own or control %s", c.Party)
	}
	if c.Reason == (party.Reference{}) {
		return reject("reason_missing", "reason", "say why")
	}
	d.emit(&PartyReinstated{Party: c.Party, Actor: d.header.Actor, Reason: c.Reason})
	return nil
}

// PartySuspended says that business with a party has ended for now.
type PartySuspended struct {
	Party    id.Party        `cbor:"1,keyasint"`
	Actor    id.Actor        `cbor:"2,keyasint"`
	Reason   party.Reference `cbor:"3,keyasint"`
	Date     calendar.Date   `cbor:"4,keyasint"`
	Was      party.State     `cbor:"5,keyasint"`
	Payments []id.Payment    `cbor:"6,keyasint,omitempty"` // that are withheld
}

// Kind names the stored form.
func (*PartySuspended) Kind() uint16 { return eventPartySuspended }

func (e *PartySuspended) fold(b *Book) {
	p := b.parties.at(e.Party.Number())
	p.State, p.Suspension = party.Suspended, party.Suspension{Actor: e.Actor, Reason: e.Reason, Date: e.Date, Was: e.Was}
	b.touched(tableParty, e.Party.Number(), &p.Entry)
	for _, one := range e.Payments {
		pay := b.payments.at(one.Number())
		pay.Flags, pay.Flagger = pay.Flags|payment.PayeeSuspended, e.Actor
		b.touched(tablePayment, one.Number(), &pay.Entry)
	}
}

// PartyReinstated says that business with a party goes on.
type PartyReinstated struct {
	Party  id.Party        `cbor:"1,keyasint"`
	Actor  id.Actor        `cbor:"2,keyasint"`
	Reason party.Reference `cbor:"3,keyasint"`
}

// Kind names the stored form.
func (*PartyReinstated) Kind() uint16 { return eventPartyReinstated }

func (e *PartyReinstated) fold(b *Book) {
	p := b.parties.at(e.Party.Number())
	p.State, p.Suspension = p.Suspension.Was, party.Suspension{}
	b.touched(tableParty, e.Party.Number(), &p.Entry)
}
