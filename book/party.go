package book

import (
	"millrace/domain/id"
	"millrace/domain/party"
)

func init() {
	registerCommand(func() act { return &RegisterParty{} })
	registerEvent(func() fact { return &PartyRegistered{} })
	registerEvent(func() fact { return &PartySeen{} })
	registerEvent(func() fact { return &PartyOnboarded{} })
	permitted[commandRegisterParty] = party.Operator
}

// TokensMax is the most identifiers that a party or a document names.
const TokensMax = 16

// RegisterParty onboards a party. One that was seen in documents under one of these identifiers is taken over.
type RegisterParty struct {
	Roles   party.Role      `cbor:"1,keyasint"`
	Country string          `cbor:"2,keyasint"` // ISO 3166-1 alpha-2
	Group   id.Party        `cbor:"3,keyasint"` // head of its group; 0 for none
	Profile party.Reference `cbor:"4,keyasint"`
	Tokens  []party.Token   `cbor:"5,keyasint"` // identifiers, strongest first
}

// Kind names the stored form.
func (*RegisterParty) Kind() uint16 { return commandRegisterParty }

func (c *RegisterParty) decide(d *draft) *Rejection {
	const known = party.Anchor | party.Seller | party.Buyer | party.Funder | party.Custodian | party.Auditor | party.WarehouseKeeper | party.Carrier
	if c.Roles == 0 || c.Roles&^known != 0 {
		return reject("role_invalid", "roles", "a party is anchor, seller, buyer, funder, custodian, auditor, warehouse_keeper or carrier, or several of these")
	}
	if len(c.Country) != 2 {
		return reject("country_invalid", "country", "%q is not a country code of two letters", c.Country)
	}
	if len(c.Tokens) == 0 || len(c.Tokens) > TokensMax {
		return reject("identifiers_invalid", "identifiers", "a party has 1 to %d identifiers", TokensMax)
	}
	if c.Group != 0 && d.parties.at(c.Group.Number()) == nil {
		return reject("party_unknown", "group", "there is no party %s", c.Group)
	}
	var seen id.Party
	for _, token := range c.Tokens {
		known, found := d.partyOf[token]
		if !found || known == seen {
			continue
		}
		if d.parties.at(known.Number()).State != party.Provisional {
			return reject("party_known", "identifiers", "one of these identifiers belongs to party %s", known)
		}
		if seen != 0 {
			return reject("party_ambiguous", "identifiers", "these identifiers were seen with two parties, %s and %s", seen, known)
		}
		seen = known
	}
	if seen != 0 {
		if d.below(c.Group, seen) {
			return reject("group_circular", "group", "party %s is below %s itself, and can't be its head", c.Group, seen)
		}
		d.emit(&PartyOnboarded{Party: seen, Roles: c.Roles, Country: c.Country, Group: c.Group, Profile: c.Profile, Tokens: d.unknown(c.Tokens)})
		d.recountHead(seen, c.Group)
		return nil
	}
	number := d.number(tableParty, d.parties.count)
	d.emit(&PartyRegistered{Party: party.Party{
		ID: id.Make[id.Party](d.shard, number), State: party.Onboarded, Roles: c.Roles, Country: c.Country, Group: c.Group, Profile: c.Profile,
	}, Tokens: c.Tokens}) // owes nothing so far: no limit is counted again
	return nil
}

// unknown gives the tokens that belong to nobody yet.
func (d *draft) unknown(tokens []party.Token) []party.Token {
	var fresh []party.Token
	for _, token := range tokens {
		if _, found := d.partyOf[token]; !found {
			fresh = append(fresh, token)
		}
	}
	return fresh
}

// PartyRegistered says that a party was onboarded.
type PartyRegistered struct {
	Party  party.Party   `cbor:"1,keyasint"`
	Tokens []party.Token `cbor:"2,keyasint"`
}

// Kind names the stored form.
func (*PartyRegistered) Kind() uint16 { return eventPartyRegistered }

func (e *PartyRegistered) fold(b *Book) { b.addParty(e.Party, e.Tokens) }

// PartySeen says that a document named a party which nobody had named before.
type PartySeen struct {
	Party  party.Party   `cbor:"1,keyasint"`
	Tokens []party.Token `cbor:"2,keyasint"`
}

// Kind names the stored form.
func (*PartySeen) Kind() uint16 { return eventPartySeen }

func (e *PartySeen) fold(b *Book) {
	if e.Party.ID.Number() <= b.parties.count {
		b.addTokens(e.Party.ID, e.Tokens)
		return
	}
	b.addParty(e.Party, e.Tokens)
}

func (b *Book) addParty(p party.Party, tokens []party.Token) {
	head := p.Group
	p.Group = 0
	b.parties.add(p.ID.Number(), p)
	b.regroup(b.parties.at(p.ID.Number()), head)
	b.touched(tableParty, p.ID.Number(), &b.parties.at(p.ID.Number()).Entry)
	b.addTokens(p.ID, tokens)
}

func (b *Book) addTokens(p id.Party, tokens []party.Token) {
	for _, token := range tokens {
		if _, found := b.partyOf[token]; found {
			continue
		}
		number := b.names.count + 1
		b.names.add(number, PartyToken{Token: token, Party: p})
		b.partyOf[token] = p
		b.write(tablePartyToken, number, PartyToken{Token: token, Party: p})
	}
}

// PartyOnboarded says that a party which had only been seen in documents is known now.
type PartyOnboarded struct {
	Party   id.Party        `cbor:"1,keyasint"`
	Roles   party.Role      `cbor:"2,keyasint"`
	Country string          `cbor:"3,keyasint"`
	Group   id.Party        `cbor:"4,keyasint"`
	Profile party.Reference `cbor:"5,keyasint"`
	Tokens  []party.Token   `cbor:"6,keyasint"`
}

// Kind names the stored form.
func (*PartyOnboarded) Kind() uint16 { return eventPartyOnboarded }

func (e *PartyOnboarded) fold(b *Book) {
	p := b.parties.at(e.Party.Number())
	p.State, p.Roles, p.Country, p.Profile = party.Onboarded, e.Roles, e.Country, e.Profile
	b.regroup(p, e.Group)
	p.Unscreened = true
	b.touched(tableParty, e.Party.Number(), &p.Entry)
	b.addTokens(e.Party, e.Tokens)
}
