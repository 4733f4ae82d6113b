package book

import (
	"millrace/domain/id"
	"millrace/domain/party"
)

// giversOfAccess are the roles of those who may let others act, or make keys: the operator for everybody, others within their
// own party. Auditors change nothing.
const giversOfAccess = party.Operator | party.Anchor | party.Seller | party.Buyer | party.Funder | party.Custodian | party.Bank |
	party.WarehouseKeeper | party.Carrier | party.Compliance

func init() {
	registerCommand(func() act { return &DecideActor{} })
	registerCommand(func() act { return &DecideAdministrator{} })
	registerEvent(func() fact { return &ActorMoved{} })
	registerEvent(func() fact { return &AdministratorMoved{} })
	permitted[commandDecideActor] = giversOfAccess
	permitted[commandDecideAdministrator] = party.Operator
}

// administers refuses an actor who is neither the operator nor an administrator of the party concerned.
func (d *draft) administers(concerned id.Party, field string) *Rejection {
	if rejection := d.own(concerned, field); rejection != nil {
		return rejection
	}
	if !d.isOperator() && !d.actor.Administrator {
		return reject("not_administrator", field, "only an administrator of party %s, or the operator, may do this", concerned)
	}
	return nil
}

// keepsKeysOf refuses whoever may not give or end keys of an actor: it keeps its own, else its party's administrator does.
func (d *draft) keepsKeysOf(actor *party.Actor, field string) *Rejection {
	if d.header.Actor == actor.ID {
		return nil
	}
	return d.administers(actor.Party, field)
}

// DecideActor ends that an actor may act, with all its keys, or lets it act again.
type DecideActor struct {
	Actor  id.Actor `cbor:"1,keyasint"`
	Active bool     `cbor:"2,keyasint"`
}

// Kind names the stored form.
func (*DecideActor) Kind() uint16 { return commandDecideActor }

func (c *DecideActor) decide(d *draft) *Rejection {
	actor := d.actors.at(c.Actor.Number())
	if actor == nil {
		return reject("actor_unknown", "actor", "there is no actor %s", c.Actor)
	}
	if rejection := d.administers(actor.Party, "actor"); rejection != nil {
		return rejection
	}
	if c.Actor == d.header.Actor {
		return reject("actor_self", "actor", "nobody suspends or reinstates itself: another person does")
	}
	if actor.Active == c.Active {
		return reject("actor_state", "actor", "that is how actor %s stands already", c.Actor)
	}
	d.emit(&ActorMoved{Actor: c.Actor, Active: c.Active})
	return nil
}

// DecideAdministrator makes an actor an administrator of its party's people, or ends that.
type DecideAdministrator struct {
	Actor         id.Actor `cbor:"1,keyasint"`
	Administrator bool     `cbor:"2,keyasint"`
}

// Kind names the stored form.
func (*DecideAdministrator) Kind() uint16 { return commandDecideAdministrator }

func (c *DecideAdministrator) decide(d *draft) *Rejection {
	actor := d.actors.at(c.Actor.Number())
	if actor == nil {
		return reject("actor_unknown", "actor", "there is no actor %s", c.Actor)
	}
	if actor.Role == party.Auditor && c.Administrator {
		return reject("role_invalid", "actor", "actor %s is an auditor, who changes nothing", c.Actor)
	}
	if actor.Administrator == c.Administrator {
		return reject("actor_state", "actor", "that is how actor %s stands already", c.Actor)
	}
	d.emit(&AdministratorMoved{Actor: c.Actor, Administrator: c.Administrator})
	return nil
}

// ActorMoved says that an actor may act no more, or again.
type ActorMoved struct {
	Actor  id.Actor `cbor:"1,keyasint"`
	Active bool     `cbor:"2,keyasint"`
}

// Kind names the stored form.
func (*ActorMoved) Kind() uint16 { return eventActorMoved }

func (e *ActorMoved) fold(b *Book) {
	actor := b.actors.at(e.Actor.Number())
	actor.Active = e.Active
	b.touched(tableActor, e.Actor.Number(), &actor.Entry)
}

// AdministratorMoved says that an actor is an administrator of its party's people, or no more.
type AdministratorMoved struct {
	Actor         id.Actor `cbor:"1,keyasint"`
	Administrator bool     `cbor:"2,keyasint"`
}

// Kind names the stored form.
func (*AdministratorMoved) Kind() uint16 { return eventAdministratorMoved }

func (e *AdministratorMoved) fold(b *Book) {
	actor := b.actors.at(e.Actor.Number())
	actor.Administrator = e.Administrator
	b.touched(tableActor, e.Actor.Number(), &actor.Entry)
}
