package book

import (
	"millrace/domain/feature"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/party"
)

// headsMax is how far groups within groups are climbed.
const headsMax = 16

// grouped tells whether a party is, or was, the head of others.
func (b *Book) grouped(head id.Party) bool {
	_, found := b.members[head]
	return found
}

// eachHead visits the groups to which a party's facts belong: its own, where it is a head, and those above.
func (b *Book) eachHead(p id.Party, kind feature.Kind, currency money.Currency, visit func(s feature.Subject)) {
	for range headsMax {
		if members, found := b.members[p]; found {
			s := feature.Subject{Kind: kind, Party: p, Currency: currency}
			if members > 0 || b.featureOf[s] != 0 {
				visit(s)
			}
		}
		above := b.headOf(p)
		if above == 0 {
			return
		}
		p = above
	}
}

// headOf is the head that a party names; 0 for none.
func (b *Book) headOf(p id.Party) id.Party {
	known := b.parties.at(p.Number())
	if known == nil || known.Group == p {
		return 0
	}
	return known.Group
}

// indexMember: members, from table party.
func (b *Book) indexMember(p *party.Party) {
	if p.Group != 0 && p.Group != p.ID {
		b.members[p.Group]++
	}
}

// regroup sets the head of a party's group and takes its facts, with those of all below it, from the groups above to the new ones. It takes
// time by the number of currencies and the levels of groups only.
func (b *Book) regroup(p *party.Party, head id.Party) {
	if p.Group == head {
		return
	}
	if from := b.headOf(p.ID); from != 0 {
		b.members[from]--
		b.carry(p.ID, from, (*feature.Record).Leave)
	}
	p.Group = head
	b.indexHead(p)
	if head != 0 && head != p.ID {
		if b.members[head] == 0 {
			b.foundGroup(head)
		}
		b.members[head]++
		b.carry(p.ID, head, (*feature.Record).Join)
	}
}

var groupKinds = [...]struct{ group, single feature.Kind }{{feature.SellerGroup, feature.Seller}, {feature.BuyerGroup, feature.Buyer}}

// foundGroup gives a new head's group the facts of the head itself.
func (b *Book) foundGroup(head id.Party) {
	b.members[head] += 0
	for _, kind := range groupKinds {
		for _, currency := range b.featured {
			s := feature.Subject{Kind: kind.group, Party: head, Currency: currency}
			own := b.featureOf[feature.Subject{Kind: kind.single, Party: head, Currency: currency}]
			if own != 0 && b.featureOf[s] == 0 {
				b.pour(uint64(own), s, (*feature.Record).Join)
			}
		}
	}
}

// carry adds to, or takes from, a head and those above it what a member has, as a group or by itself.
func (b *Book) carry(member, head id.Party, how func(into, from *feature.Record)) {
	for _, kind := range groupKinds {
		for _, currency := range b.featured {
			number := b.featureOf[feature.Subject{Kind: kind.group, Party: member, Currency: currency}]
			if number == 0 {
				number = b.featureOf[feature.Subject{Kind: kind.single, Party: member, Currency: currency}]
			}
			if number == 0 {
				continue
			}
			above := head
			for range headsMax {
				b.pour(uint64(number), feature.Subject{Kind: kind.group, Party: above, Currency: currency}, how)
				if above = b.headOf(above); above == 0 {
					break
				}
			}
		}
	}
}

// pour joins a record and its months to a group, or takes them out of it.
func (b *Book) pour(number uint64, group feature.Subject, how func(into, from *feature.Record)) {
	from, into := b.features.at(number), b.feature(group)
	how(into, from)
	for _, place := range from.Ring {
		if place == 0 {
			continue
		}
		m := *b.featureMonths.at(uint64(place))
		if month := b.featureMonth(into, m.Month); month != nil {
			one := feature.Record{Life: month.Counters}
			how(&one, &feature.Record{Life: m.Counters})
			month.Counters = one.Life
		}
	}
	b.touched(tableFeature, uint64(b.featureOf[group]), &into.Entry)
}

// below tells whether a party is another one, or in its group at whatever level.
func (b *Book) below(p, head id.Party) bool {
	for range headsMax {
		if p == head || p == 0 {
			return p != 0
		}
		p = b.headOf(p)
	}
	return p != 0 // too many levels to tell
}
