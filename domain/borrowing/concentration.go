package borrowing

import (
	"math/bits"
	"slices"

	"millrace/domain/money"
)

const unbounded = money.Minor(1<<63 - 1)

// shareDown is amount * share rounded down, shareUp rounded up; neither is below zero, and the share may exceed the whole.
func shareDown(amount money.Minor, share money.Rate) money.Minor {
	high, low := bits.Mul64(uint64(amount), uint64(share))
	return quotient(high, low, uint64(money.RateOne))
}

func shareUp(amount money.Minor, share money.Rate) money.Minor {
	high, low := bits.Mul64(uint64(amount), uint64(share))
	low, carry := bits.Add64(low, uint64(money.RateOne)-1, 0)
	return quotient(high+carry, low, uint64(money.RateOne))
}

func quotient(high, low, divisor uint64) money.Minor {
	if high >= divisor {
		return unbounded
	}
	q, _ := bits.Div64(high, low, divisor)
	return money.Minor(min(q, uint64(unbounded)))
}

// partition tells which of the names belong together.
type partition struct {
	of      []int32 // -1 for a name that belongs to none
	members [][]int32
}

func (g *partition) put(name int32, key uint64, places map[uint64]int32) {
	place, known := places[key]
	if !known {
		place = int32(len(g.members))
		places[key] = place
		g.members = append(g.members, nil)
	}
	g.of[name] = place
	g.members[place] = append(g.members[place], name)
}

// concentration caps names, their groups and their countries at shares of a pool. A cap on several names together lowers
// the largest of them first until they are level; the last units stay with the first by party.
type concentration struct {
	terms     *Terms
	amounts   []money.Minor // of each name, by party
	groups    partition
	countries partition

	byName, byGroup, byCountry []money.Minor // what is left of each after each cap
	sums                       [2][]money.Minor
	values                     []money.Minor
}

func newConcentration(terms *Terms, nodes []node, amounts []money.Minor) *concentration {
	c := &concentration{terms: terms, amounts: amounts}
	n := len(nodes)
	c.byName, c.byGroup, c.byCountry = make([]money.Minor, n), make([]money.Minor, n), make([]money.Minor, n)
	c.groups.of, c.countries.of = make([]int32, n), make([]int32, n)
	groups, countries := map[uint64]int32{}, map[uint64]int32{}
	for i := range nodes {
		o := &nodes[i].obligor
		c.groups.of[i], c.countries.of[i] = -1, -1
		if terms.GroupCap > 0 && o.Group != 0 {
			c.groups.put(int32(i), uint64(o.Group), groups)
		}
		if terms.CountryCap > 0 && o.Country != terms.Home {
			c.countries.put(int32(i), uint64(o.Country[0])<<8|uint64(o.Country[1]), countries)
		}
	}
	return c
}

// capOf is the most that a rate admits in a pool.
func capOf(pool money.Minor, rate money.Rate) money.Minor {
	if rate <= 0 {
		return unbounded
	}
	return shareDown(pool, rate)
}

// limit applies the caps that belong to a pool of a size, and gives the sum of what is left. It never falls when the size
// rises: a name keeps min(amount, cap), and within a capped group min of that and a level which rises with the cap; a
// country keeps min(sum, cap).
func (c *concentration) limit(pool money.Minor) money.Minor {
	obligor := capOf(pool, c.terms.ObligorCap)
	for i, amount := range c.amounts {
		c.byName[i] = min(amount, obligor)
	}
	copy(c.byGroup, c.byName)
	c.lower(&c.groups, c.byGroup, capOf(pool, c.terms.GroupCap), 0)
	copy(c.byCountry, c.byGroup)
	c.lower(&c.countries, c.byCountry, capOf(pool, c.terms.CountryCap), 1)
	left := money.Minor(0)
	for _, amount := range c.byCountry {
		left = money.Add(left, amount)
	}
	return left
}

// lower brings every part of a partition down to the cap, and keeps what the parts came to before.
func (c *concentration) lower(parts *partition, amounts []money.Minor, limit money.Minor, which int) {
	sums := c.sums[which][:0]
	for _, members := range parts.members {
		sum := money.Minor(0)
		for _, i := range members {
			sum = money.Add(sum, amounts[i])
		}
		sums = append(sums, sum)
		if sum > limit {
			c.level(amounts, members, limit)
		}
	}
	c.sums[which] = sums
}

// level lowers the largest amounts of members until the sum is the limit.
func (c *concentration) level(amounts []money.Minor, members []int32, limit money.Minor) {
	values := c.values[:0]
	for _, i := range members {
		values = append(values, amounts[i])
	}
	c.values = values
	slices.Sort(values)
	left, count := limit, money.Minor(len(values))
	for _, v := range values {
		if v > left/count {
			break
		}
		left -= v
		count--
	}
	height, extra := left/count, left%count
	for _, i := range members {
		if amounts[i] <= height {
			continue
		}
		amounts[i] = height
		if extra > 0 {
			amounts[i]++
			extra--
		}
	}
}

// settle finds the size of the pool of which the caps are a share, and leaves the caps applied.
//
// Of the eligible pool it is that pool. Of what remains it is the greatest size N with limit(N) = N. limit never falls, so
// from the eligible pool N, limit(N), limit(limit(N)), … falls to the greatest such N and, being whole numbers not below
// zero, ends there. Between its steps bound leaps ahead, never below N.
func (c *concentration) settle(eligible money.Minor) (money.Minor, int) {
	pool := eligible
	if c.terms.CapBasis != OfWhatRemains {
		c.limit(pool)
		return pool, 1
	}
	for round := 1; ; round++ {
		left := c.limit(pool)
		if left == pool {
			return pool, round
		}
		pool = c.bound(left, pool)
	}
}

// bound gives a size that the greatest N with limit(N) = N can't exceed, at most the given one. What is capped in the pool
// just limited is capped in any smaller one: countries, of the rest groups, of the rest names. N is then at most the caps
// of these and the amounts of all others, a sum h(N); so from any size not below N, h leads to no size below it.
func (c *concentration) bound(size, limited money.Minor) money.Minor {
	var capped [3]int64 // names, groups, countries
	fixed := money.Minor(0)
	groupCap, countryCap, obligorCap := capOf(limited, c.terms.GroupCap), capOf(limited, c.terms.CountryCap), capOf(limited, c.terms.ObligorCap)
	counted := make([]bool, len(c.groups.members))
	for _, sum := range c.sums[1] {
		if sum > countryCap {
			capped[2]++
		}
	}
	for i, amount := range c.amounts {
		if place := c.countries.of[i]; place >= 0 && c.sums[1][place] > countryCap {
			continue
		}
		if place := c.groups.of[i]; place >= 0 && c.sums[0][place] > groupCap {
			if !counted[place] {
				counted[place] = true
				capped[1]++
			}
			continue
		}
		if amount > obligorCap {
			capped[0]++
			continue
		}
		fixed = money.Add(fixed, amount)
	}
	rates := [3]money.Rate{c.terms.ObligorCap, c.terms.GroupCap, c.terms.CountryCap}
	share := int64(0) // of N that capped names, groups and countries may come to
	for k, rate := range rates {
		share += capped[k] * int64(rate)
	}
	if share < int64(money.RateOne) {
		// N (1 - share) <= fixed
		high, low := bits.Mul64(uint64(fixed), uint64(money.RateOne))
		size = min(size, quotient(high, low, uint64(int64(money.RateOne)-share)))
	}
	for {
		next := fixed
		for k, rate := range rates {
			if capped[k] > 0 {
				next = money.Add(next, money.Minor(capped[k])*shareDown(size, rate))
			}
		}
		if next >= size {
			return size
		}
		size = next
	}
}
