package duplicate

import (
	"encoding/binary"
	"hash"
	"slices"
)

// Goods is the account of every good between a seller and a buyer: how much of it was ordered, has arrived and was billed in
// all, whatever order a document names. Quantities are in millionths of a unit that the caller keeps the same for one good;
// they are summed modulo 2^64, so that what was added can be taken back exactly. The zero value has no accounts.
type Goods struct {
	parts   [256]goodsPart
	scratch []Billing // for one look
}

type goodsPart struct {
	accounts []account
	used     int
}

type account struct {
	good                     Good // 0: free
	ordered, arrived, billed int64
}

const accountBytes = 32

// Good is what one account is about; never 0.
type Good uint64

// GoodOf makes the key of an item, in a unit, between two parties.
func GoodOf(seller, buyer uint32, item uint64, unit uint32) Good {
	return Good(mix(pairHash(seller, buyer)^mix(item^mix(uint64(unit)))) | 1)
}

// Movement is what documents say of one good in all.
type Movement struct{ Ordered, Arrived, Billed int64 }

// Billing is how much of one good a claim bills.
type Billing struct {
	Good     Good
	Quantity int64
}

// Add adds to the account of a good.
func (g *Goods) Add(of Good, m Movement) {
	part := &g.parts[of>>56]
	if len(part.accounts) == 0 || part.used+1 > fullAt(len(part.accounts)) {
		part.grow()
	}
	a := part.find(of)
	if a.good == 0 {
		part.used++
	}
	a.good = of
	a.ordered += m.Ordered
	a.arrived += m.Arrived
	a.billed += m.Billed
}

// Remove takes back what Add has added.
func (g *Goods) Remove(of Good, m Movement) {
	g.Add(of, Movement{-m.Ordered, -m.Arrived, -m.Billed})
}

// At is the account of a good.
func (g *Goods) At(of Good) Movement {
	part := &g.parts[of>>56]
	if len(part.accounts) == 0 {
		return Movement{}
	}
	a := part.find(of)
	return Movement{a.ordered, a.arrived, a.billed}
}

// find gives the account of a good, or the free one where it would go.
func (p *goodsPart) find(of Good) *account {
	n := uint64(len(p.accounts))
	for at := uint64(uint32(of)) * n >> 32; ; {
		if a := &p.accounts[at]; a.good == of || a.good == 0 {
			return a
		}
		if at++; at == n {
			at = 0
		}
	}
}

func (p *goodsPart) grow() {
	old := p.accounts
	grown := append([]account(nil), make([]account, max(4, len(old)+len(old)/16+1))...)
	p.accounts = grown[:cap(grown)]
	for i := range old {
		if old[i].good != 0 {
			*p.find(old[i].good) = old[i]
		}
	}
}

// Cover says how the goods of a claim stand against their accounts, the worst of them.
type Cover uint8

// The covers.
const (
	CoverUnknown Cover = iota // a good of which neither order nor arrival is on record
	CoverArrived              // as much has arrived and is not billed yet
	CoverOrdered              // as much is ordered and not billed yet, and has not arrived
	CoverNone                 // more would be billed than was ordered; where no order is on record, than has arrived
	covers
)

var coverNames = [...]string{"unknown", "arrived", "ordered", "none"}

// String is the name used in documentation.
func (c Cover) String() string { return coverNames[c] }

// Covers is how the goods of a claim stand when it comes, and how they would stand if just the same were billed once more
// after it: by the second one learns what repeats look like.
type Covers uint8

const coverBits = 4

// MakeCovers joins both.
func MakeCovers(now, again Cover) Covers { return Covers(now | again<<coverBits) }

// Now is how the goods stand when the claim comes.
func (c Covers) Now() Cover { return Cover(c) & (1<<coverBits - 1) }

// Again is how they would stand if it came once more.
func (c Covers) Again() Cover { return Cover(c) >> coverBits }

// Cover holds what a claim bills, in any order and with a good named more than once, against the accounts.
func (g *Goods) Cover(billed []Billing) Covers {
	lines := append(g.scratch[:0], billed...)
	slices.SortFunc(lines, func(a, b Billing) int {
		switch {
		case a.Good < b.Good:
			return -1
		case a.Good > b.Good:
			return 1
		}
		return 0
	})
	g.scratch = lines[:0]
	now, again, unknown := CoverUnknown, CoverUnknown, false
	for i := 0; i < len(lines); {
		good, quantity := lines[i].Good, int64(0)
		for ; i < len(lines) && lines[i].Good == good; i++ {
			quantity += lines[i].Quantity
		}
		if quantity <= 0 {
			continue
		}
		m := g.At(good)
		unknown = unknown || m.Ordered <= 0 && m.Arrived <= 0
		now = max(now, m.cover(quantity, 1))
		again = max(again, m.cover(quantity, 2))
	}
	if unknown && now != CoverNone {
		return MakeCovers(CoverUnknown, CoverUnknown)
	}
	return MakeCovers(now, again)
}

// cover says how a good stands when so much is billed so many times. Half of it may be missing: what was rounded, broken or
// delivered on top adds up in an account, and a repeat is missing whole.
func (m *Movement) cover(quantity, times int64) Cover {
	needed := m.Billed + quantity*times - quantity/2
	switch {
	case m.Ordered <= 0 && m.Arrived <= 0:
		return CoverUnknown
	case needed <= m.Arrived:
		return CoverArrived
	case needed <= m.Ordered:
		return CoverOrdered
	}
	return CoverNone
}

// Bytes is the memory that the accounts take, in bytes.
func (g *Goods) Bytes() int {
	total := 0
	for i := range g.parts {
		total += cap(g.parts[i].accounts) * accountBytes
	}
	return total
}

// Count is how many goods have an account in which anything stands.
func (g *Goods) Count() int {
	count := 0
	for i := range g.parts {
		for _, a := range g.parts[i].accounts {
			if a.standing() {
				count++
			}
		}
	}
	return count
}

func (a *account) standing() bool { return a.ordered != 0 || a.arrived != 0 || a.billed != 0 }

// Digest writes a sum over all accounts in which anything stands: the same for the same accounts, however they came about.
func (g *Goods) Digest(h hash.Hash) {
	sum := uint64(0)
	for i := range g.parts {
		for _, a := range g.parts[i].accounts {
			if a.standing() {
				sum += mix(uint64(a.good) ^ mix(uint64(a.ordered)^mix(uint64(a.arrived)^mix(uint64(a.billed)))))
			}
		}
	}
	h.Write(binary.BigEndian.AppendUint64(nil, sum))
}
