package book

import (
	"millrace/domain/id"
	"millrace/domain/party"
)

// node marks a command that only the node itself may give: timers, slices, the first entry.
const node party.Role = 0

// permitted says which roles may give which command, by the command's kind. What is not here is denied.
var permitted = map[uint16]party.Role{}

// authorise refuses a command whose actor is unknown, inactive, or of a role that may not give it. Which party's records
// it may touch is the business of each command's own ladder.
func (d *draft) authorise(c act) *Rejection {
	roles, listed := permitted[c.Kind()]
	if !listed {
		panic("book: a command without an entry in the table of authority")
	}
	if d.header.Actor == 0 {
		if roles == node {
			return nil
		}
		return reject("actor_missing", "", "this command needs an actor")
	}
	actor := d.actors.at(d.header.Actor.Number())
	if actor == nil {
		return reject("actor_unknown", "", "there is no actor %s", d.header.Actor)
	}
	if !actor.Active {
		return reject("actor_inactive", "", "actor %s is no longer active", d.header.Actor)
	}
	if actor.Role&roles == 0 {
		return reject("not_permitted", "", "the role %q may not do this", actor.Role.Names())
	}
	if home := d.parties.at(actor.Party.Number()); home.State == party.Suspended {
		return reject("party_suspended", "", "party %s is suspended", actor.Party)
	}
	d.actor = actor
	return nil
}

// isOperator tells whether the actor works for the node's operator.
func (d *draft) isOperator() bool { return d.actor != nil && d.actor.Role == party.Operator }

// own refuses an actor who is neither the operator nor of the party concerned.
func (d *draft) own(concerned id.Party, field string) *Rejection {
	if d.isOperator() || d.by() == concerned {
		return nil
	}
	return reject("other_party", field, "this belongs to another party")
}

// second refuses an approval by the person who proposed.
func (d *draft) second(maker id.Actor) *Rejection {
	if d.header.Actor == maker {
		return reject("second_person", "", "who proposed this can't approve it: a second person must")
	}
	return nil
}
