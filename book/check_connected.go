package book

import (
	"maps"
	"slices"

	"millrace/domain/credit"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/network"
	"millrace/domain/onboarding"
)

// relations is who is connected with whom by what is on record: parties by number, then persons.
type relations struct {
	parties int
	persons map[[16]byte]int
	control []int // the lowest of those that are under one control with it
	whole   []int // the lowest of those that are connected with it
}

// relate joins and joins again until nothing changes.
func (a *audit) relate() *relations {
	b := a.b
	r := &relations{parties: int(b.parties.count), persons: map[[16]byte]int{}}
	for n := uint64(1); n <= b.files.count; n++ {
		for _, t := range b.files.at(n).Ties {
			if _, known := r.persons[t.Person]; !known && t.Party == 0 {
				r.persons[t.Person] = r.parties + 1 + len(r.persons)
			}
		}
	}
	for n := 0; n <= r.parties+len(r.persons); n++ {
		r.control = append(r.control, n)
	}
	for n := uint64(1); n <= b.parties.count; n++ {
		if head := b.parties.at(n).Group; head != 0 {
			r.join(r.control, int(head>>16), int(n))
		}
	}
	for again := true; again; {
		again = false
		for n := uint64(1); n <= b.files.count; n++ {
			if f := b.files.at(n); r.controlled(f) {
				again = true
			}
		}
	}
	r.whole = slices.Clone(r.control)
	for n := uint64(1); n <= b.dependences.count; n++ {
		if d := b.dependences.at(n); d.State == credit.DependenceLive || d.State == credit.DependenceEnding {
			r.join(r.whole, int(d.Party>>16), int(d.On>>16))
		}
	}
	return r
}

func (r *relations) lowest(of []int, n int) int {
	for of[n] != n {
		of[n] = of[of[n]]
		n = of[n]
	}
	return n
}

func (r *relations) join(of []int, one, other int) bool {
	one, other = r.lowest(of, one), r.lowest(of, other)
	of[max(one, other)] = min(one, other)
	return one != other
}

// controlled joins a party to those who have more than half of it.
func (r *relations) controlled(f *onboarding.File) bool {
	const half = 500_000
	joined := false
	for _, t := range f.Ties {
		if t.Until != 0 || t.Link != onboarding.Shareholder && t.Link != onboarding.BeneficialOwner {
			continue
		}
		sum := int64(0)
		for _, other := range f.Ties {
			if other.Until == 0 && other.Link == onboarding.Shareholder && r.lowest(r.control, r.node(&other)) == r.lowest(r.control, r.node(&t)) {
				sum += int64(other.Share)
			}
		}
		if t.Control || sum > half || t.Link == onboarding.BeneficialOwner && t.Share > half {
			joined = r.join(r.control, r.node(&t), int(f.Party>>16)) || joined
		}
	}
	return joined
}

func (r *relations) node(t *onboarding.Tie) int {
	if t.Party != 0 {
		return int(t.Party >> 16)
	}
	return r.persons[t.Person]
}

// connectedLimits are the limits in force on connected parties, by the lowest of those.
func (a *audit) connectedLimits(r *relations) map[int][]credit.LimitKey {
	limits := map[int][]credit.LimitKey{}
	for n := uint64(1); n <= a.b.limits.count; n++ {
		if l := a.b.limits.at(n); l.State == credit.Live && l.Key.Kind == credit.ConnectedLimit {
			on := r.lowest(r.whole, int(l.Key.Party>>16))
			limits[on] = append(limits[on], l.Key)
		}
	}
	return limits
}

// boundBy lists the limits among those on connected parties that bound a financing.
func (r *relations) boundBy(f *funding.Financing, limits map[int][]credit.LimitKey) []credit.LimitKey {
	owes := f.Buyer
	if f.Receivable == 0 {
		owes = f.Seller
	}
	var keys []credit.LimitKey
	for _, key := range limits[r.lowest(r.whole, int(owes>>16))] {
		if key.Currency == f.Currency && (key.Programme == 0 || key.Programme == f.Programme) && (key.Owner == 0 || key.Owner == f.Funder) {
			keys = append(keys, key)
		}
	}
	return keys
}

// connections: the index of who is connected with whom says what files, heads of groups and dependences say; it leads to the limits on them, and to
// what they owe.
func (a *audit) connections(r *relations) {
	b := a.b
	a.dependences()
	a.connectedOwed()
	count := make([]int, len(r.whole))
	for n := 1; n < len(r.whole); n++ {
		count[r.lowest(r.whole, n)]++
	}
	of, members := map[network.Owner]id.Party{}, map[id.Party]map[network.Owner]bool{}
	note := func(n int, o network.Owner) {
		first := r.lowest(r.whole, n)
		if count[first] < 2 {
			return
		}
		p := b.parties.at(uint64(first)).ID
		if of[o] = p; members[p] == nil {
			members[p] = map[network.Owner]bool{}
		}
		members[p][o] = true
	}
	for n := 1; n <= r.parties; n++ {
		note(n, network.Owner{Party: b.parties.at(uint64(n)).ID})
	}
	// map order does not reach a result: each is noted by itself
	for person, n := range r.persons {
		note(n, network.Owner{Person: person})
	}
	differ := !maps.Equal(of, b.connected.of) || len(members) != len(b.connected.members)
	// map order does not reach a result: whether any differs
	for p, group := range members {
		kept := b.connected.members[p]
		differ = differ || len(kept) != len(group)
		for _, o := range kept {
			differ = differ || !group[o]
		}
	}
	limits := map[id.Party]map[id.Limit]bool{}
	entries := 0
	for n := uint64(1); n <= b.limits.count; n++ {
		if l := b.limits.at(n); l.State == credit.Live && l.Key.Kind == credit.ConnectedLimit {
			first := b.parties.at(uint64(r.lowest(r.whole, int(l.Key.Party>>16)))).ID
			if limits[first] == nil {
				limits[first] = map[id.Limit]bool{}
			}
			limits[first][l.ID] = true
			entries++
		}
	}
	// map order does not reach a result: whether any differs
	for first, list := range b.connected.limits {
		for _, l := range list {
			differ = differ || !limits[first][l]
			entries--
		}
	}
	if differ || entries != 0 {
		a.breach("index_connections", "", "the index knows %d who are connected in %d groups; files, heads and dependences make %d in %d, or others, or limits on others", len(b.connected.of), len(b.connected.members), len(of), len(members))
	}
}

// dependences: two people have put each in force and ended it, its grounds are on record, and the index has those that connect.
func (a *audit) dependences() {
	b := a.b
	pairs, depends := map[[2]id.Party]uint32{}, map[[2]id.Party]bool{}
	for n := uint64(1); n <= b.dependences.count; n++ {
		r := b.dependences.at(n)
		number(a, r.ID, n, r.Entry)
		connects, over := r.State == credit.DependenceLive || r.State == credit.DependenceEnding, r.State == credit.DependenceEnded
		switch {
		case r.Party == r.On, r.Maker == 0, r.Reason == [32]byte{}, r.Evidence == [32]byte{}, (r.State == credit.DependenceProposed) != (r.Checker == 0),
			(connects || over) && r.Checker == r.Maker, over && (r.Ending.Checker == 0 || r.Ending.Checker == r.Ending.Maker || r.Until < r.Since),
			!over && (r.Until != 0 || r.Ending.Checker != 0), (r.State == credit.DependenceEnding || over) != (r.Ending.Maker != 0):
			a.breach("dependence_invalid", r.ID.String(), "dependence %s is without grounds, or was not put in force and ended by two people each", r.ID)
		}
		if connects {
			pairs[[2]id.Party{min(r.Party, r.On), max(r.Party, r.On)}]++
			depends[[2]id.Party{r.Party, r.On}], depends[[2]id.Party{r.On, r.Party}] = true, true
		}
	}
	entries, differ := 0, !maps.Equal(pairs, b.connected.pairs)
	// map order does not reach a result: whether any differs
	for p, list := range b.connected.depends {
		for _, other := range list {
			differ = differ || !depends[[2]id.Party{p, other}]
			entries++
		}
	}
	if differ || entries != len(depends) {
		a.breach("index_dependences", "", "the index has %d dependences in either direction, %d are in force", entries, len(depends))
	}
}

// connectedOwed: the index from which limits on connected parties are counted says what financings hold.
func (a *audit) connectedOwed() {
	b := a.b
	type place struct {
		owes      id.Party
		programme id.Programme
		funder    id.Party
		currency  money.Currency
	}
	var reserved, used, repaid tally[place]
	for n := uint64(1); n <= b.financings.count; n++ {
		f := b.financings.at(n)
		owes := f.Buyer
		if f.Receivable == 0 {
			owes = f.Seller
		}
		at, left := place{owes, f.Programme, f.Funder, f.Currency}, f.Principal-f.Repaid-f.Written
		repaid.add(at, f.Repaid+f.Written)
		if moneyOut(f.State) {
			used.add(at, left)
		} else if claiming(f.State) {
			reserved.add(at, left)
		}
	}
	differ, entries, held := false, 0, 0
	for _, key := range repaid.keys {
		if (basisUse{reserved.of(key), used.of(key), repaid.of(key)}) != (basisUse{}) {
			entries++
		}
	}
	// map order does not reach a result: whether any differs
	for owes, list := range b.connected.owed {
		for _, o := range list {
			key := place{owes, o.programme, o.funder, o.currency}
			differ = differ || o.use != basisUse{reserved.of(key), used.of(key), repaid.of(key)}
			held++
		}
	}
	if differ || entries != held {
		a.breach("index_owed", "", "the index of what parties owe has %d entries that are not all what financings hold, in %d", held, entries)
	}
}

// limitStates: an alarm stands only on what is in force and says by how much; who has withdrawn a limit is two; what is beyond its amount is
// in the index.
func (a *audit) limitStates() {
	b := a.b
	var beyond []id.Limit
	for n := uint64(1); n <= b.limits.count; n++ {
		l := b.limits.at(n)
		live, stands := l.State == credit.Live, l.Alarm != credit.Alarm{}
		taken := l.Reserved + l.Used
		if l.Renewal == credit.Once && l.Repaid > l.Base {
			taken += l.Repaid - l.Base
		}
		if live && (stands || taken > l.Amount) {
			beyond = append(beyond, l.ID)
		}
		if g := l.Alarm; stands && (!live || g.Since == 0 || g.Seen < g.Since || g.Seen > b.clock.Closed || g.Over <= 0 || g.Taken-g.Over != l.Amount) {
			a.breach("limit_alarm", l.ID.String(), "the alarm of limit %s does not say since when and by how much it is beyond its amount", l.ID)
		}
		w := l.Withdrawal
		over := l.State == credit.WithdrawnLimit
		if over != (w.Checker != 0) || over && w.Maker == w.Checker || (w.Maker == 0) != (w.Reason == [32]byte{}) || w.Maker != 0 && !over && !live ||
			over && l.Key.Owner == 0 && (l.Key.Kind == credit.ProgrammeLimit || l.Key.Kind == credit.FunderLimit || l.Key.Kind == credit.BuyerLimit) {
			a.breach("limit_withdrawal", l.ID.String(), "limit %s was not withdrawn by two people with a reason, or had to be there", l.ID)
		}
	}
	if !slices.Equal(beyond, b.beyond) {
		a.breach("index_limits", "", "%d limits are beyond their amount or have an alarm, the index has %d", len(beyond), len(b.beyond))
	}
}

// recommendations: the operator has made each to a funder, whose people have decided on it.
func (a *audit) recommendations() {
	b := a.b
	for n := uint64(1); n <= b.recommendations.count; n++ {
		r := b.recommendations.at(n)
		number(a, r.ID, n, r.Entry)
		maker, decider, limit := b.actors.at(uint64(r.Maker)>>16), b.actors.at(uint64(r.Decider)>>16), b.limits.at(uint64(r.Limit)>>16)
		open, taken := r.State == credit.RecommendationOpen, r.State == credit.RecommendationTaken
		if r.Terms.Key.Owner == 0 || maker == nil || maker.Party == r.Terms.Key.Owner || open != (decider == nil) || decider != nil && decider.Party != r.Terms.Key.Owner ||
			taken != (limit != nil) || limit != nil && (limit.Key != r.Terms.Key || limit.Amount != r.Terms.Amount || limit.Maker != r.Decider) ||
			(r.State == credit.RecommendationDismissed) != (r.Dismissal != [32]byte{}) {
			a.breach("recommendation_invalid", r.ID.String(), "recommendation %s was not decided by people of the funder to whom it was made", r.ID)
		}
	}
}
