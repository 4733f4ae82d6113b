package book

import (
	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/party"
)

func init() {
	registerCommand(func() act { return &Found{} })
	registerCommand(func() act { return &RegisterActor{} })
	registerCommand(func() act { return &AddKey{} })
	registerCommand(func() act { return &RevokeKey{} })
	registerEvent(func() fact { return &ActorRegistered{} })
	registerEvent(func() fact { return &KeyAdded{} })
	registerEvent(func() fact { return &KeyRevoked{} })
	permitted[commandFound] = node
	permitted[commandRegisterActor] = giversOfAccess
	permitted[commandAddKey] = giversOfAccess
	permitted[commandRevokeKey] = giversOfAccess
}

// Found is the first command of a book: it registers the operator and the first actor who works for it, and opens the
// first business day.
type Found struct {
	Operator party.Reference `cbor:"1,keyasint"` // profile of the operator, in the vault
	Country  string          `cbor:"2,keyasint"`
	Tokens   []party.Token   `cbor:"3,keyasint"`
	Actor    party.Reference `cbor:"4,keyasint"` // the actor's name, in the vault
	KeyName  string          `cbor:"5,keyasint"`
	KeyHash  [32]byte        `cbor:"6,keyasint"` // SHA-256 of the secret; zero for none
	Date     calendar.Date   `cbor:"7,keyasint"`
}

// Kind names the stored form.
func (*Found) Kind() uint16 { return commandFound }

func (c *Found) decide(d *draft) *Rejection {
	if d.Book.sequence != 0 {
		return reject("already_founded", "", "the book has begun already")
	}
	if c.Date <= 0 {
		return reject("date_missing", "date", "the first business date is missing")
	}
	operator := id.Make[id.Party](d.shard, 1)
	d.emit(&PartyRegistered{
		Party:  party.Party{ID: operator, State: party.Onboarded, Roles: party.Operator, Country: c.Country, Profile: c.Operator},
		Tokens: c.Tokens,
	})
	actor := id.Make[id.Actor](d.shard, 1)
	d.emit(&ActorRegistered{Actor: party.Actor{ID: actor, Party: operator, Role: party.Operator, Active: true, Profile: c.Actor}})
	if c.KeyHash != [32]byte{} {
		d.emit(&KeyAdded{Key: party.Key{ID: id.Make[id.Key](d.shard, 1), Actor: actor, Name: c.KeyName, Hash: c.KeyHash, Active: true}})
	}
	d.emit(&DayOpened{Date: c.Date, From: c.Date})
	return nil
}

// RegisterActor registers a person or machine that acts for a party in one role. The operator does so for everybody, an
// administrator for its own party.
type RegisterActor struct {
	Party   id.Party        `cbor:"1,keyasint"`
	Role    party.Role      `cbor:"2,keyasint"`
	Profile party.Reference `cbor:"3,keyasint"`
}

// Kind names the stored form.
func (*RegisterActor) Kind() uint16 { return commandRegisterActor }

func (c *RegisterActor) decide(d *draft) *Rejection {
	p := d.parties.at(c.Party.Number())
	if p == nil {
		return reject("party_unknown", "party", "there is no party %s", c.Party)
	}
	if rejection := d.administers(c.Party, "party"); rejection != nil {
		return rejection
	}
	if p.State != party.Onboarded {
		return reject("party_not_onboarded", "party", "party %s is %s", c.Party, p.State)
	}
	if len(c.Role.Names()) != 1 {
		return reject("role_invalid", "role", "an actor has exactly one role")
	}
	allowed := p.Roles | party.Auditor
	if p.Roles&party.Custodian != 0 {
		allowed |= party.Bank
	}
	if p.Roles&party.Operator != 0 {
		allowed |= party.Compliance
	}
	if allowed&c.Role == 0 {
		return reject("role_not_of_party", "role", "party %s has the roles %q, not %q", c.Party, p.Roles.Names(), c.Role.Names())
	}
	number := d.number(tableActor, d.actors.count)
	d.emit(&ActorRegistered{Actor: party.Actor{ID: id.Make[id.Actor](d.shard, number), Party: c.Party, Role: c.Role, Active: true, Profile: c.Profile}})
	return nil
}

// AddKey gives an actor a credential. The secret never comes here, only its hash. An actor gives itself keys, an administrator
// those who act for its party, the operator everybody.
type AddKey struct {
	Actor  id.Actor    `cbor:"1,keyasint"`
	Name   string      `cbor:"2,keyasint"`
	Hash   [32]byte    `cbor:"3,keyasint"`
	Scopes party.Scope `cbor:"4,keyasint,omitempty"` // to which it is narrowed; 0 for not at all
}

// Kind names the stored form.
func (*AddKey) Kind() uint16 { return commandAddKey }

func (c *AddKey) decide(d *draft) *Rejection {
	actor := d.actors.at(c.Actor.Number())
	if actor == nil {
		return reject("actor_unknown", "actor", "there is no actor %s", c.Actor)
	}
	if rejection := d.keepsKeysOf(actor, "actor"); rejection != nil {
		return rejection
	}
	if c.Scopes&^party.ScopesAll != 0 {
		return reject("scope_invalid", "scopes", "there is no such scope")
	}
	if c.Name == "" || len(c.Name) > 64 {
		return reject("name_invalid", "name", "a key has a name of 1 to 64 characters")
	}
	if c.Hash == [32]byte{} {
		return reject("hash_missing", "hash", "the hash of the key's secret is missing")
	}
	number := d.number(tableKey, d.keys.count)
	d.emit(&KeyAdded{Key: party.Key{ID: id.Make[id.Key](d.shard, number), Actor: c.Actor, Name: c.Name, Hash: c.Hash, Active: true, Scopes: c.Scopes}})
	return nil
}

// RevokeKey ends a credential.
type RevokeKey struct {
	Key id.Key `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*RevokeKey) Kind() uint16 { return commandRevokeKey }

func (c *RevokeKey) decide(d *draft) *Rejection {
	key := d.keys.at(c.Key.Number())
	if key == nil {
		return reject("key_unknown", "key", "there is no key %s", c.Key)
	}
	if rejection := d.keepsKeysOf(d.actors.at(key.Actor.Number()), "key"); rejection != nil {
		return rejection
	}
	if !key.Active {
		return reject("key_revoked", "key", "key %s is revoked already", c.Key)
	}
	d.emit(&KeyRevoked{Key: c.Key})
	return nil
}

// ActorRegistered says that an actor was registered.
type ActorRegistered struct {
	Actor party.Actor `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*ActorRegistered) Kind() uint16 { return eventActorRegistered }

func (e *ActorRegistered) fold(b *Book) {
	b.actors.add(e.Actor.ID.Number(), e.Actor)
	b.touched(tableActor, e.Actor.ID.Number(), &b.actors.at(e.Actor.ID.Number()).Entry)
}

// KeyAdded says that an actor has a new credential.
type KeyAdded struct {
	Key party.Key `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*KeyAdded) Kind() uint16 { return eventKeyAdded }

func (e *KeyAdded) fold(b *Book) {
	b.keys.add(e.Key.ID.Number(), e.Key)
	b.touched(tableKey, e.Key.ID.Number(), &b.keys.at(e.Key.ID.Number()).Entry)
}

// KeyRevoked says that a credential has ended.
type KeyRevoked struct {
	Key id.Key `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*KeyRevoked) Kind() uint16 { return eventKeyRevoked }

func (e *KeyRevoked) fold(b *Book) {
	key := b.keys.at(e.Key.Number())
	key.Active = false
	b.touched(tableKey, e.Key.Number(), &key.Entry)
}
