package book

import (
	"cmp"
	"slices"

	"millrace/domain/credit"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/network"
	"millrace/domain/onboarding"
	"millrace/domain/party"
)

func init() { registerEvent(func() fact { return &LimitsRecounted{} }) }

// A limit on connected parties bounds what a party and all that are connected with it owe together, as they are connected today. Who is
// connected with whom is kept as facts come in, with the limits on them, so that a use asks two indexes; when the facts change, the
// limits on those concerned are counted again.

// connections is who is connected with whom, by the facts on record.
type connections struct {
	of      map[network.Owner]id.Party   // the first party of those with whom somebody is connected; who stands alone is not listed
	members map[id.Party][]network.Owner // by that party, in the order of owners
	held    map[network.Owner][]id.Party // in whose file somebody was ever named, and whose head a party is; ascending
	depends map[id.Party][]id.Party      // on whom a party depends, and who on it, while that connects them; ascending
	pairs   map[[2]id.Party]uint32       // how many dependences connect two
	limits  map[id.Party][]id.Limit      // in force, by the first of those they bound; ascending
	owed    map[id.Party][]owedUse       // by who owes
}

// owedUse is what one party owes in one programme to one funder.
type owedUse struct {
	programme id.Programme
	funder    id.Party
	currency  money.Currency
	use       basisUse
}

func newConnections() connections {
	return connections{
		map[network.Owner]id.Party{}, map[id.Party][]network.Owner{}, map[network.Owner][]id.Party{}, map[id.Party][]id.Party{}, map[[2]id.Party]uint32{},
		map[id.Party][]id.Limit{}, map[id.Party][]owedUse{},
	}
}

// first is the first party of those with whom one is connected; itself for one who stands alone.
func (c *connections) first(p id.Party) id.Party {
	if first, connected := c.of[network.Owner{Party: p}]; connected {
		return first
	}
	return p
}

// with lists those with whom a party is connected, itself included.
func (c *connections) with(p id.Party) []network.Owner {
	if members, connected := c.members[c.first(p)]; connected {
		return members
	}
	return []network.Owner{{Party: p}}
}

// owe adds to what the party that owes a financing owes.
func (c *connections) owe(f *funding.Financing, change basisUse) {
	of := c.owed[f.Obligor()]
	at, found := slices.BinarySearchFunc(of, f, func(o owedUse, f *funding.Financing) int {
		return cmp.Or(cmp.Compare(o.programme, f.Programme), cmp.Compare(o.funder, f.Funder), cmp.Compare(o.currency, f.Currency))
	})
	if !found {
		of = slices.Insert(of, at, owedUse{programme: f.Programme, funder: f.Funder, currency: f.Currency})
	}
	sum := &of[at].use
	*sum = basisUse{money.Add(sum.reserved, change.reserved), money.Add(sum.used, change.used), money.Add(sum.repaid, change.repaid)}
	if *sum == (basisUse{}) {
		of = slices.Delete(of, at, at+1)
	}
	if c.owed[f.Obligor()] = of; len(of) == 0 {
		delete(c.owed, f.Obligor())
	}
}

// use adds up what a limit bounds of what parties owe.
func (c *connections) use(key *credit.LimitKey, members []network.Owner) basisUse {
	var sum basisUse
	for _, m := range members {
		of := c.owed[m.Party]
		for i := range of {
			if o := &of[i]; bounds(key, o.programme, o.funder, o.currency) {
				sum = basisUse{money.Add(sum.reserved, o.use.reserved), money.Add(sum.used, o.use.used), money.Add(sum.repaid, o.use.repaid)}
			}
		}
	}
	return sum
}

// bounds tells whether a limit reaches to a place.
func bounds(key *credit.LimitKey, programme id.Programme, funder id.Party, currency money.Currency) bool {
	return key.Currency == currency && (key.Programme == 0 || key.Programme == programme) && (key.Owner == 0 || key.Owner == funder)
}

// connectedKeys adds the limits on those with whom who owes a financing is connected.
func (d *draft) connectedKeys(keys []credit.LimitKey, f *funding.Financing) []credit.LimitKey {
	if d.limitCounts[credit.ConnectedLimit] == [limitScopes]uint32{} {
		return keys
	}
	for _, limit := range d.connected.limits[d.connected.first(f.Obligor())] {
		if l := d.limits.at(limit.Number()); bounds(&l.Key, f.Programme, f.Funder, f.Currency) {
			keys = append(keys, l.Key)
		}
	}
	return keys
}

// soleConnected refuses a second limit on the same connected parties, of the same owner in the same place: one bounds them all.
func (d *draft) soleConnected(key *credit.LimitKey) *Rejection {
	if _, replaced := d.limitOf[*key]; replaced || key.Kind != credit.ConnectedLimit {
		return nil
	}
	for _, limit := range d.connected.limits[d.connected.first(key.Party)] {
		other := d.limits.at(limit.Number()).Key
		if other.Party = key.Party; other == *key {
			return reject("limit_connected", "party", "limit %s on %s bounds these parties: propose another one on %s", limit, d.limits.at(limit.Number()).Key.Party, d.limits.at(limit.Number()).Key.Party)
		}
	}
	return nil
}

// amendment is what a command would change of the facts by which parties are connected.
type amendment struct {
	party      id.Party // whose owners or head would change; 0 for none
	ties       []onboarding.Tie
	head       id.Party
	by         network.Owner // the owner or head
	one, other id.Party      // who would begin or cease to depend on one another
	depend     bool
}

// facts are those on record, as they are or as they would be.
func (b *Book) connecting(a *amendment) network.Facts {
	return network.Facts{
		Stakes: func(p id.Party, into []network.Stake) []network.Stake {
			if a != nil && p == a.party {
				return stakesOf(a.ties, a.head, into)
			}
			var ties []onboarding.Tie
			if f := b.fileOfParty(p); f != nil {
				ties = f.Ties
			}
			return stakesOf(ties, b.headOf(p), into)
		},
		Held: func(by network.Owner, into []id.Party) []id.Party {
			into = append(into, b.connected.held[by]...)
			if a != nil && a.party != 0 && by == a.by {
				into = append(into, a.party)
			}
			return into
		},
		Depends: func(p id.Party, into []id.Party) []id.Party {
			for _, other := range b.connected.depends[p] {
				if a == nil || a.depend || !a.between(p, other) {
					into = append(into, other)
				}
			}
			if a != nil && a.depend && (p == a.one || p == a.other) {
				into = append(into, a.one, a.other)
			}
			return into
		},
	}
}

func (a *amendment) between(p, other id.Party) bool {
	return a.one == p && a.other == other || a.one == other && a.other == p
}

// stakesOf lists who owns or controls a party, each once: who controls it otherwise than by a share, or heads its group, has a whole. A
// beneficial owner may own through others who are listed too: its share counts where it is control by itself.
func stakesOf(ties []onboarding.Tie, head id.Party, into []network.Stake) []network.Stake {
	add := func(o network.Owner, share money.Rate) {
		for i := range into {
			if into[i].Owner == o {
				into[i].Share = max(into[i].Share, share)
				return
			}
		}
		into = append(into, network.Stake{Owner: o, Share: share})
	}
	if head != 0 {
		add(network.Owner{Party: head}, money.RateOne)
	}
	for i := range ties {
		t := &ties[i]
		if !t.Owns() || t.Until != 0 {
			continue
		}
		switch owner := (network.Owner{Party: t.Party, Person: t.Person}); {
		case t.Control:
			add(owner, money.RateOne)
		case t.Link == onboarding.Shareholder || money.Rate(t.Share) > network.ControlAbove:
			add(owner, money.Rate(t.Share))
		}
	}
	return into
}

// around finds the groups that hold either side of a change, and all that were connected with a member of them before: those before by their first
// party, and those after.
func (c *connections) around(facts network.Facts, sides []network.Owner) (before []id.Party, after [][]network.Owner) {
	seeds := slices.Clone(sides)
	take := func(o network.Owner) bool {
		first, connected := c.of[o]
		if !connected || slices.Contains(before, first) {
			return false
		}
		before, seeds = append(before, first), append(seeds, c.members[first]...)
		return true
	}
	for _, side := range sides {
		take(side)
	}
	for {
		after = network.Connect(seeds, facts)
		grown := false
		for _, group := range after {
			for _, member := range group {
				if take(member) {
					grown = true
				}
			}
		}
		if !grown {
			return before, after
		}
	}
}

// bounding lists the limits on those who are or were in groups that change.
func (c *connections) bounding(sides []network.Owner, before []id.Party, after [][]network.Owner) []id.Limit {
	var limits []id.Limit
	take := func(first id.Party) {
		for _, limit := range c.limits[first] {
			limits = inserted(limits, limit)
		}
	}
	for _, side := range sides {
		take(side.Party)
	}
	for _, first := range before {
		take(first)
	}
	for _, group := range after {
		for _, member := range group {
			take(member.Party)
		}
	}
	return limits
}

// reconnect: connected, from tables party, onboarding_file and dependence, after either side of a fact has changed.
func (b *Book) reconnect(sides ...network.Owner) {
	c := &b.connected
	before, after := c.around(b.connecting(nil), sides)
	limits := c.bounding(sides, before, after)
	for _, limit := range limits {
		remove(c.limits, c.first(b.limits.at(limit.Number()).Key.Party), limit)
	}
	for _, first := range before {
		for _, member := range c.members[first] {
			delete(c.of, member)
		}
		delete(c.members, first)
	}
	for _, group := range after {
		c.members[group[0].Party] = group
		for _, member := range group {
			c.of[member] = group[0].Party
		}
	}
	for _, limit := range limits {
		insert(c.limits, c.first(b.limits.at(limit.Number()).Key.Party), limit)
	}
}

// recount counts the limits on those concerned again, as they would be connected.
func (d *draft) recount(a *amendment, sides ...network.Owner) {
	if d.limitCounts[credit.ConnectedLimit] == [limitScopes]uint32{} {
		return
	}
	before, after := d.connected.around(d.connecting(a), sides)
	event := &LimitsRecounted{}
	for _, limit := range d.connected.bounding(sides, before, after) {
		l := d.limits.at(limit.Number())
		members := []network.Owner{{Party: l.Key.Party}}
		for _, group := range after {
			if slices.Contains(group, members[0]) {
				members = group
				break
			}
		}
		if use := d.connected.use(&l.Key, members); use.reserved != l.Reserved || use.used != l.Used {
			event.Limits = append(event.Limits, LimitRecount{l.ID, use.reserved, use.used})
		}
	}
	if len(event.Limits) > 0 {
		d.emit(event)
	}
}

// recountTies counts again for the owners that a party would have.
func (d *draft) recountTies(f *onboarding.File, ties []onboarding.Tie, changed *onboarding.Tie) {
	if by := (network.Owner{Party: changed.Party, Person: changed.Person}); changed.Owns() {
		d.recount(&amendment{party: f.Party, ties: ties, head: d.headOf(f.Party), by: by}, network.Owner{Party: f.Party}, by)
	}
}

// recountHead counts again for the head that the group of a party would have, which had none.
func (d *draft) recountHead(of, head id.Party) {
	if head == 0 || head == of {
		return
	}
	var ties []onboarding.Tie
	if f := d.fileOfParty(of); f != nil {
		ties = f.Ties
	}
	by := network.Owner{Party: head}
	d.recount(&amendment{party: of, ties: ties, head: head, by: by}, network.Owner{Party: of}, by)
}

// indexTie: connected, from table onboarding_file, after one link of it has changed.
func (b *Book) indexTie(f *onboarding.File, t *onboarding.Tie) {
	if !t.Owns() {
		return
	}
	by := network.Owner{Party: t.Party, Person: t.Person}
	insert(b.connected.held, by, f.Party)
	b.reconnect(network.Owner{Party: f.Party}, by)
}

// indexHead: connected, from table party, after the head of a party's group has changed.
func (b *Book) indexHead(p *party.Party) {
	if p.Group == 0 || p.Group == p.ID {
		return
	}
	insert(b.connected.held, network.Owner{Party: p.Group}, p.ID)
	b.reconnect(network.Owner{Party: p.ID}, network.Owner{Party: p.Group})
}

// loadedConnections builds connected from its tables: first the facts, then the groups at once.
func (b *Book) loadedConnections() {
	c := &b.connected
	var sides []network.Owner
	b.parties.each(func(p *party.Party) {
		if sides = append(sides, network.Owner{Party: p.ID}); p.Group != 0 && p.Group != p.ID {
			insert(c.held, network.Owner{Party: p.Group}, p.ID)
		}
	})
	b.files.each(func(f *onboarding.File) {
		for i := range f.Ties {
			if t := &f.Ties[i]; t.Owns() {
				insert(c.held, network.Owner{Party: t.Party, Person: t.Person}, f.Party)
			}
		}
	})
	b.dependences.each(b.indexDependence)
	b.reconnect(sides...)
}

// LimitsRecounted says what is reserved and used under limits on connected parties since others are connected.
type LimitsRecounted struct {
	Limits []LimitRecount `cbor:"1,keyasint"`
}

// LimitRecount is what is reserved and used under one limit.
type LimitRecount struct {
	Limit    id.Limit    `cbor:"1,keyasint"`
	Reserved money.Minor `cbor:"2,keyasint"`
	Used     money.Minor `cbor:"3,keyasint"`
}

// Kind names the stored form.
func (*LimitsRecounted) Kind() uint16 { return eventLimitsRecounted }

func (e *LimitsRecounted) fold(b *Book) {
	for _, one := range e.Limits {
		l := b.limits.at(one.Limit.Number())
		l.Reserved, l.Used = one.Reserved, one.Used
		b.touchedLimit(l)
	}
}
