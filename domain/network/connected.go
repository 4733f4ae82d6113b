package network

import (
	"cmp"
	"slices"

	"millrace/domain/id"
	"millrace/domain/money"
)

// ControlAbove is the part of a party beyond which its owner controls it, in millionths: more than half of the votes (Directive 2013/34/EU, article
// 22(1)(a), to which article 4(1)(37) of Regulation (EU) No 575/2013 refers).
const ControlAbove = money.RateOne / 2

// Facts are what is on record of who stands or falls with whom.
type Facts struct {
	// Stakes appends who owns a party, a whole for whoever controls it in another way; nobody is named twice.
	Stakes Stakes
	// Held appends the parties in which an owner may have a stake: all in which it has one, and perhaps others.
	Held func(by Owner, into []id.Party) []id.Party
	// Depends appends the parties that depend on a party, or on which it depends, for their living.
	Depends func(p id.Party, into []id.Party) []id.Party
}

// Connect finds the groups of connected clients in the sense of article 4(1)(39) of Regulation (EU) No 575/2013 to which the seeds belong: parties and
// persons of whom one controls another, directly or through others, and those that depend on one another. Stakes of owners that are
// under one control add up; they are found where the seeds name what was connected with either side of what has changed. A group has two members or more and stands in the order of its owners, parties before persons; groups stand in
// the order of their first. Work grows with the members of the groups that are found, and with nothing else.
func Connect(seeds []Owner, facts Facts) [][]Owner {
	c := &connecting{facts: facts, at: map[Owner]int{}}
	for _, seed := range seeds {
		c.discover(seed)
	}
	for next := 0; next < len(c.nodes) || len(c.pending) > 0; {
		if last := len(c.pending) - 1; last >= 0 {
			p := c.pending[last]
			c.pending = c.pending[:last]
			c.weigh(p)
			continue
		}
		c.look(next)
		next++
	}
	return c.groups()
}

// connecting is a search for groups under way.
type connecting struct {
	facts   Facts
	at      map[Owner]int
	nodes   []Owner
	control []int        // of each node: one nearer to the head of what is under one control with it, itself for a head
	whole   []int        // likewise of what is connected in any way
	minor   [][]id.Party // of a head of control: parties in which its members may have a stake, and that it does not control so far
	pending []id.Party   // to be weighed again
}

func (c *connecting) discover(o Owner) int {
	if at, known := c.at[o]; known {
		return at
	}
	at := len(c.nodes)
	c.at[o], c.nodes = at, append(c.nodes, o)
	c.control, c.whole, c.minor = append(c.control, at), append(c.whole, at), append(c.minor, nil)
	return at
}

// look follows what is on record of one node.
func (c *connecting) look(at int) {
	node := c.nodes[at]
	if node.Party != 0 {
		for _, s := range c.facts.Stakes(node.Party, nil) {
			if s.Share > ControlAbove {
				c.controls(c.discover(s.Owner), at)
			}
		}
		for _, other := range c.facts.Depends(node.Party, nil) {
			join(c.whole, c.discover(Owner{Party: other}), at)
		}
	}
	for _, p := range c.facts.Held(node, nil) {
		head := top(c.control, at)
		c.minor[head] = append(c.minor[head], p)
		c.weigh(p)
	}
}

// weigh adds up who has what of a party, and joins it to those under one control who have more than half.
func (c *connecting) weigh(p id.Party) {
	stakes := c.facts.Stakes(p, nil)
	for i := range stakes {
		at, known := c.at[stakes[i].Owner]
		if !known {
			continue
		}
		head, sum := top(c.control, at), int64(0)
		for j := range stakes {
			if other, known := c.at[stakes[j].Owner]; known && top(c.control, other) == head {
				sum += int64(stakes[j].Share)
			}
		}
		if sum > int64(ControlAbove) {
			c.controls(head, c.discover(Owner{Party: p}))
		}
	}
}

// controls notes that two nodes are under one control. What the one with fewer such parties has a minor stake in is weighed again: only there
// may the other have one too.
func (c *connecting) controls(one, other int) {
	join(c.whole, one, other)
	one, other = top(c.control, one), top(c.control, other)
	if one == other {
		return
	}
	if len(c.minor[one]) < len(c.minor[other]) {
		one, other = other, one
	}
	c.control[other] = one
	c.pending = append(c.pending, c.minor[other]...)
	c.minor[one], c.minor[other] = append(c.minor[one], c.minor[other]...), nil
}

func (c *connecting) groups() [][]Owner {
	of := map[int]int{}
	var groups [][]Owner
	for at, node := range c.nodes {
		head := top(c.whole, at)
		group, known := of[head]
		if !known {
			group = len(groups)
			of[head], groups = group, append(groups, nil)
		}
		groups[group] = append(groups[group], node)
	}
	groups = slices.DeleteFunc(groups, func(group []Owner) bool { return len(group) < 2 })
	for _, group := range groups {
		slices.SortFunc(group, compareOwners)
	}
	slices.SortFunc(groups, func(a, b []Owner) int { return compareOwners(a[0], b[0]) })
	return groups
}

// compareOwners puts parties before persons, each in the order of its number or token.
func compareOwners(a, b Owner) int {
	if (a.Party == 0) != (b.Party == 0) {
		return cmp.Compare(b.Party, a.Party)
	}
	return cmp.Or(cmp.Compare(a.Party, b.Party), slices.Compare(a.Person[:], b.Person[:]))
}

// top is the head of the set to which a node belongs; the way there is halved as it is gone.
func top(above []int, at int) int {
	for above[at] != at {
		above[at] = above[above[at]]
		at = above[at]
	}
	return at
}

func join(above []int, one, other int) { above[top(above, other)] = top(above, one) }
