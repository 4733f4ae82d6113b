package reconciliation

import (
	"cmp"
	"slices"

	"millrace/domain/money"
)

// place is where an item can be found by its amount.
type place struct {
	amount   money.Minor
	currency money.Currency
}

// matcher is the state of one reconciliation.
type matcher struct {
	policy  Policy
	lines   []Line
	items   []Item
	open    []money.Minor
	names   [][]string // canonical references of each item
	key     map[string]int32
	named   map[string][]int32 // by canonical reference, and by its core
	party   map[uint64][]int32
	amounts map[place][]int32
	account map[string]uint64 // 0 where several parties share it
	holder  map[string]uint64 // by canonical name, likewise
	found   []clue
	claims  []int32 // lines that name an item alone and have its amount
	result  Result
	done    []bool
}

// clue is what a line says, besides its amount.
type clue struct {
	party      uint64
	inferred   bool     // the party is only that of all references together
	texts      []string // that its pieces make up
	named      []int32  // items, each once, in the order of the text
	structured bool     // by a structured reference
	crowded    bool     // a text names more items than say anything
}

// Match assigns lines to items. The same input gives the same result; the lists are not changed.
func Match(lines []Line, items []Item, parties []Party, policy Policy) Result {
	m := &matcher{policy: policy.withDefaults(), lines: lines, items: items, done: make([]bool, len(lines)), found: make([]clue, len(lines)), claims: make([]int32, len(items))}
	m.index(parties)
	for i := range lines {
		m.found[i] = m.read(&lines[i])
		if named := m.found[i].named; len(named) == 1 && items[named[0]].Amount == lines[i].Amount {
			m.claims[named[0]]++
		}
	}
	for _, pass := range []func(int) bool{m.byKey, m.byReference, m.bySubset, m.bySlip, m.withCharge} {
		for i := range lines {
			if !m.done[i] && pass(i) {
				m.done[i] = true
			}
		}
	}
	m.inParts()
	for _, pass := range []func(int) bool{m.byAmount, m.bySum} {
		for i := range lines {
			if !m.done[i] && pass(i) {
				m.done[i] = true
			}
		}
	}
	for i := range lines {
		if !m.done[i] {
			m.result.Breaks = append(m.result.Breaks, m.explain(i))
		}
	}
	slices.SortFunc(m.result.Assignments, func(a, b Assignment) int { return cmp.Compare(a.Line, b.Line) })
	m.result.Open = m.open
	return m.result
}

func (m *matcher) index(parties []Party) {
	m.open, m.names = make([]money.Minor, len(m.items)), make([][]string, len(m.items))
	m.key, m.named, m.amounts = map[string]int32{}, map[string][]int32{}, map[place][]int32{}
	m.party, m.account, m.holder = map[uint64][]int32{}, map[string]uint64{}, map[string]uint64{}
	for i := range m.items {
		it, at := &m.items[i], int32(i)
		m.open[i] = it.Amount
		if it.Key != "" {
			m.key[it.Key] = at
		}
		for _, reference := range it.References {
			name := canonical(reference)
			if name == "" {
				continue
			}
			m.names[i] = append(m.names[i], name)
			m.name(name, at)
			if short := core(name); short != "" {
				m.name(short, at)
			}
		}
		m.party[it.Party] = append(m.party[it.Party], at)
		where := place{it.Amount, it.Currency}
		m.amounts[where] = append(m.amounts[where], at)
	}
	keep := func(into map[string]uint64, text string, party uint64) {
		if text == "" {
			return
		}
		if known, there := into[text]; there && known != party {
			party = 0
		}
		into[text] = party
	}
	for i := range parties {
		for _, account := range parties[i].Accounts {
			keep(m.account, canonical(account), parties[i].ID)
		}
		for _, name := range parties[i].Names {
			keep(m.holder, canonical(name), parties[i].ID)
		}
	}
}

func (m *matcher) name(text string, item int32) {
	list := m.named[text]
	if len(list) == 0 || list[len(list)-1] != item {
		m.named[text] = append(list, item)
	}
}

// namedMax is how many items a text may name before it says nothing.
const namedMax = 8

// textsMax is how many texts of a line are held against references for slips.
const textsMax = 400

// read takes what a line says.
func (m *matcher) read(l *Line) clue {
	var c clue
	if c.party = m.account[canonical(l.Account)]; c.party == 0 {
		c.party = m.holder[canonical(l.Name)]
	}
	list := pieces(l.Text)
	used := make([]bool, len(list))
	joined(list, used, func(text string) bool {
		if len(text) >= nearMin && len(c.texts) < textsMax {
			c.texts = append(c.texts, text)
		}
		return false
	})
	if c.party != 0 { // what names items of the party that pays names no others
		m.references(&c, l, list, used)
	}
	party := c.party
	c.party = 0
	named := m.references(&c, l, list, used)
	if c.party = party; party == 0 {
		m.infer(&c, named)
	}
	return c
}

// references takes what structured references and texts name, of the clue's party where it has one. It gives the items that each named.
func (m *matcher) references(c *clue, l *Line, list []string, used []bool) (named [][]int32) {
	take := func(items []int32) bool {
		meant := m.take(c, l, items)
		if meant != nil {
			named = append(named, meant)
		}
		return meant != nil
	}
	for _, reference := range l.References {
		c.structured = take(m.named[canonical(reference)]) || c.structured
	}
	joined(list, used, func(text string) bool { return len(text) >= lengthMin && take(m.named[text]) })
	joined(list, used, func(text string) bool {
		short := core(text)
		return short != "" && take(m.named[short])
	})
	return named
}

// infer finds the one party of which each of several references names an item: then they name no others.
func (m *matcher) infer(c *clue, named [][]int32) {
	if len(named) < 2 {
		return
	}
	var party uint64
	for _, first := range named[0] {
		candidate := m.items[first].Party
		all := !slices.ContainsFunc(named, func(items []int32) bool {
			return !slices.ContainsFunc(items, func(item int32) bool { return m.items[item].Party == candidate })
		})
		if all && party != 0 && party != candidate {
			return
		}
		if all {
			party = candidate
		}
	}
	if party == 0 {
		return
	}
	c.party, c.inferred = party, true
	c.named = slices.DeleteFunc(c.named, func(item int32) bool { return m.items[item].Party != party })
}

// take adds to what a line names the items that a text of it names, and gives them: those of its currency, and of the clue's party
// where it has one.
func (m *matcher) take(c *clue, l *Line, items []int32) []int32 {
	var meant []int32
	for _, item := range items {
		if it := &m.items[item]; it.Currency == l.Currency && (c.party == 0 || it.Party == c.party) {
			meant = append(meant, item)
		}
	}
	if len(meant) > namedMax { // a number that many parties use: the amount must tell
		meant = slices.DeleteFunc(meant, func(item int32) bool { return m.items[item].Amount != l.Amount })
		if c.crowded = true; len(meant) == 0 || len(meant) > namedMax {
			return nil
		}
	}
	for _, item := range meant {
		if !slices.Contains(c.named, item) {
			c.named = append(c.named, item)
		}
	}
	return meant
}

// evidence is what a line's named items are known by.
func (m *matcher) evidence(i int, parts []int32) Evidence {
	c := &m.found[i]
	e := Referred
	if c.structured {
		e = Structured
	}
	return e | m.ofParty(i, parts)
}

// ofParty is PartyKnown where all items belong to the party that pays, and account or name tell so.
func (m *matcher) ofParty(i int, parts []int32) Evidence {
	if m.found[i].inferred || !m.belong(i, parts) {
		return 0
	}
	return PartyKnown
}

// belong tells whether all items belong to the line's party.
func (m *matcher) belong(i int, parts []int32) bool {
	party := m.found[i].party
	return party != 0 && !slices.ContainsFunc(parts, func(item int32) bool { return m.items[item].Party != party })
}

// assign pays whole items with a line.
func (m *matcher) assign(i int, items []int32, charge money.Minor, e Evidence) bool {
	a := Assignment{Line: i, Charge: charge, Evidence: e}
	for _, item := range items {
		a.Parts = append(a.Parts, Part{int(item), m.open[item]})
		m.open[item] = 0
	}
	m.result.Assignments = append(m.result.Assignments, a)
	return true
}

// still gives the items that are open.
func (m *matcher) still(items []int32) []int32 {
	var list []int32
	for _, item := range items {
		if m.open[item] != 0 {
			list = append(list, item)
		}
	}
	return list
}

func (m *matcher) sum(items []int32) money.Minor {
	sum := money.Minor(0)
	for _, item := range items {
		sum = money.Add(sum, m.open[item])
	}
	return sum
}

// charged tells whether a line is short of a sum by what a bank may keep. Charges that the bank states count to the cent.
func (m *matcher) charged(l *Line, sum money.Minor) (money.Minor, bool) {
	short := money.Sub(sum, l.Amount)
	if l.Charges > 0 && short == l.Charges {
		return short, true
	}
	most := min(m.policy.ChargeMax, money.Share(max(sum, -sum), m.policy.ChargeRate))
	return short, l.Charges == 0 && short > 0 && short <= most
}

// byKey assigns what carries a key of ours.
func (m *matcher) byKey(i int) bool {
	l := &m.lines[i]
	item, known := m.key[l.Key]
	if !known || l.Key == "" || m.open[item] == 0 || m.items[item].Currency != l.Currency {
		return false
	}
	one := []int32{item}
	if m.open[item] == l.Amount {
		return m.assign(i, one, 0, KeyNamed|AmountFits|m.ofParty(i, one))
	}
	if charge, ok := m.charged(l, m.open[item]); ok {
		return m.assign(i, one, charge, KeyNamed|ChargeTaken|m.ofParty(i, one))
	}
	return false
}

// byReference assigns where all that is named comes to the amount.
func (m *matcher) byReference(i int) bool {
	named := m.still(m.found[i].named)
	if len(named) == 0 || m.sum(named) != m.lines[i].Amount || m.contested(named) || m.foreign(i, named) {
		return false
	}
	return m.assign(i, named, 0, m.evidence(i, named)|AmountFits)
}

// bySubset assigns where one set of what is named, and no other, comes to the amount: a text may name what it does not pay, or two
// parties may have given one number.
func (m *matcher) bySubset(i int) bool {
	named := m.still(m.found[i].named)
	if len(named) == 0 || len(named) > 16 {
		return false
	}
	set, count := m.only(named, m.lines[i].Amount)
	if count != 1 || m.contested(set) || m.foreign(i, set) {
		return false
	}
	return m.assign(i, set, 0, m.evidence(i, set)|AmountFits)
}

// foreign tells whether a line names another party's items, and the party that pays has one of the same amount: a slip, perhaps.
func (m *matcher) foreign(i int, items []int32) bool {
	l, party := &m.lines[i], m.found[i].party
	if party == 0 || m.belong(i, items) {
		return false
	}
	return slices.ContainsFunc(m.amounts[place{l.Amount, l.Currency}], func(item int32) bool {
		return m.items[item].Party == party && m.open[item] == l.Amount
	})
}

// contested tells whether two lines pay one item whole, and its party has another of the same amount whose reference is the same but for
// a slip: then one of the two lines means that one, and nothing tells which.
func (m *matcher) contested(items []int32) bool {
	return slices.ContainsFunc(items, func(item int32) bool {
		it := &m.items[item]
		if m.claims[item] < 2 {
			return false
		}
		return slices.ContainsFunc(m.amounts[place{it.Amount, it.Currency}], func(other int32) bool {
			if other == item || m.items[other].Party != it.Party || len(m.names[other]) == 0 || len(m.names[item]) == 0 {
				return false
			}
			_, near := nearest(m.names[item][:1], m.names[other][0])
			return near
		})
	})
}

// bySlip assigns to the one item of the amount whose reference stands in the text but for a slip.
func (m *matcher) bySlip(i int) bool {
	l, c := &m.lines[i], &m.found[i]
	var best int32
	least, count := 3, 0
	for _, item := range m.still(m.amounts[place{l.Amount, l.Currency}]) {
		if m.open[item] != l.Amount || c.party != 0 && m.items[item].Party != c.party {
			continue
		}
		for _, name := range m.names[item] {
			distance, near := nearest(c.texts, name)
			if !near || c.party == 0 && distance > 1 {
				continue
			}
			switch {
			case distance < least:
				best, least, count = item, distance, 1
			case distance == least && best != item:
				count++
			}
		}
	}
	if count != 1 || c.party == 0 && (c.crowded || len(m.still(c.named)) > 0) || m.contested(c.named) || l.Amount%100_00 == 0 && m.partOf(i) {
		return false
	}
	return m.assign(i, []int32{best}, 0, NearlyNamed|AmountFits|m.ofParty(i, []int32{best}))
}

// partOf tells whether a line could pay a part of what it names: a round amount often does, and then another item has it by chance.
func (m *matcher) partOf(i int) bool {
	l := &m.lines[i]
	return slices.ContainsFunc(m.still(m.found[i].named), func(item int32) bool {
		return l.Amount > 0 == (m.open[item] > 0) && max(m.open[item], -m.open[item]) > max(l.Amount, -l.Amount)
	})
}

// withCharge assigns where all that is named, or one of it alone, exceeds the amount by a bank's charges.
func (m *matcher) withCharge(i int) bool {
	named := m.still(m.found[i].named)
	if len(named) == 0 || !m.mayPay(i, named) {
		return false
	}
	if charge, ok := m.charged(&m.lines[i], m.sum(named)); ok && charge > 0 && (len(named) == 1 || m.belong(i, named)) {
		return m.assign(i, named, charge, m.evidence(i, named)|ChargeTaken)
	}
	var one []int32
	kept := money.Minor(0)
	for _, item := range named {
		if !m.belong(i, []int32{item}) {
			continue // a number that several parties use, and an amount that is another, show nothing
		}
		if charge, ok := m.charged(&m.lines[i], m.open[item]); ok && charge > 0 {
			one, kept = append(one, item), charge
		}
	}
	if len(one) != 1 {
		return false
	}
	return m.assign(i, one, kept, m.evidence(i, one)|ChargeTaken)
}

// mayPay tells that the line's party is not another than the items'.
func (m *matcher) mayPay(i int, items []int32) bool {
	return m.found[i].party == 0 || m.belong(i, items)
}

// inParts assigns lines that name one item and together come to all of it; and lines that name it alone, come to less, and are its
// party's: a part of an amount shows nothing, so that a reference which is somebody else's by a slip would go unseen.
func (m *matcher) inParts() {
	for _, together := range []bool{true, false} {
		byItem, order := m.naming(together)
		for _, item := range order {
			lines := slices.DeleteFunc(byItem[item], func(i int) bool { return m.done[i] })
			sure := slices.DeleteFunc(slices.Clone(lines), func(i int) bool { return !m.belong(i, []int32{item}) })
			open := m.open[item]
			switch sum := m.sumOf(lines); {
			case together && len(sure) > 1 && m.sumOf(sure) == open:
				lines = sure
			case together && len(lines) > 1 && sum == open:
			case !together && len(sure) == len(lines) && len(lines) > 0 && (sum == open || sum > open != (open > 0)):
			default:
				continue
			}
			for _, i := range lines {
				m.done[i] = true
				amount := m.lines[i].Amount
				m.open[item] = money.Sub(m.open[item], amount)
				m.result.Assignments = append(m.result.Assignments, Assignment{Line: i, Parts: []Part{{int(item), amount}}, Evidence: m.evidence(i, []int32{item}) | PaidInPart})
			}
		}
	}
}

// naming gives the open items with the lines that name them, alone or beside others, and have their sign.
func (m *matcher) naming(beside bool) (byItem map[int32][]int, order []int32) {
	byItem = map[int32][]int{}
	for i := range m.lines {
		named := m.still(m.found[i].named)
		if m.done[i] || len(named) == 0 || !beside && (len(named) > 1 || m.another(i)) {
			continue
		}
		for _, item := range named {
			if m.lines[i].Amount > 0 != (m.open[item] > 0) || !m.mayPay(i, []int32{item}) {
				continue
			}
			if byItem[item] == nil {
				order = append(order, item)
			}
			byItem[item] = append(byItem[item], i)
		}
	}
	return byItem, order
}

func (m *matcher) sumOf(lines []int) money.Minor {
	sum := money.Minor(0)
	for _, i := range lines {
		sum = money.Add(sum, m.lines[i].Amount)
	}
	return sum
}

// another tells whether an item of exactly the amount could be meant instead: of the party that pays, or of the one that is named.
func (m *matcher) another(i int) bool {
	l, c := &m.lines[i], &m.found[i]
	party := c.party
	if party == 0 {
		party = m.items[c.named[0]].Party
	}
	return slices.ContainsFunc(m.amounts[place{l.Amount, l.Currency}], func(item int32) bool {
		return m.open[item] == l.Amount && m.items[item].Party == party
	})
}

// byAmount assigns to the one item of a known party that has the amount, where the line names nothing else.
func (m *matcher) byAmount(i int) bool {
	l, c := &m.lines[i], &m.found[i]
	if c.party == 0 || len(c.named) > 0 {
		return false
	}
	var best int32
	count := 0
	for _, item := range m.amounts[place{l.Amount, l.Currency}] {
		if m.items[item].Party == c.party && m.open[item] == l.Amount {
			best = item
			count++
		}
	}
	if count != 1 {
		return false
	}
	return m.assign(i, []int32{best}, 0, PartyKnown|AmountFits)
}
