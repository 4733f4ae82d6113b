package book_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/certificate"
	"millrace/domain/clearing"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/receivable"
	"millrace/lab/load"
)

// clearance is a world of firms that owe each other.
type clearance struct {
	*scene
	circle *load.Circle
}

func newClearance(t testing.TB, firms int) *clearance {
	t.Helper()
	n := newNode(t)
	return clearanceIn(&scene{node: n, World: n.world(firms)})
}

// clearanceIn has every seller of a world consent to set-off.
func clearanceIn(s *scene) *clearance {
	s.t.Helper()
	circle, err := s.Circle(s.submit, 1, certificate.NoLaw)
	if err != nil {
		s.t.Fatal(err)
	}
	c := &clearance{scene: s, circle: circle}
	for i, p := range s.Sellers {
		c.joins(p, s.SellerActors[i])
	}
	return c
}

// joins has a party consent to every run, before its debts are due as well.
func (c *clearance) joins(p id.Party, actor id.Actor) {
	c.t.Helper()
	if _, signs := c.Signers[p]; !signs {
		c.enrolled(p, actor)
	}
	c.promise(p, func(c *book.GiveSetOffConsent) { c.BeforeDue = true })
}

// owes makes a debt that is due today.
func (c *clearance) owes(debtor, creditor int, amount money.Minor) id.Receivable {
	c.t.Helper()
	return c.owesUntil(debtor, creditor, amount, c.book.Date())
}

func (c *clearance) owesUntil(debtor, creditor int, amount money.Minor, due calendar.Date) id.Receivable {
	c.t.Helper()
	r, err := c.circle.Debt(creditor, load.SellerName(debtor), amount, due)
	if err != nil {
		c.t.Fatal(err)
	}
	return r
}

// terms are those of a run that holds debts from today, for ten days.
func (c *clearance) terms(changes ...func(t *clearing.Terms)) *book.AnnounceSetOffRun {
	today := c.book.Date()
	t := clearing.Terms{Currency: c.Currency, Rule: clearing.OldestFirst, Freeze: today, Answer: today.AddDays(3), Value: today.AddDays(10)}
	for _, change := range changes {
		change(&t)
	}
	return &book.AnnounceSetOffRun{Terms: t}
}

func (c *clearance) run() clearing.Run {
	return book.Record(c.book, "set_off_run", book.Counts(c.book)["set_off_run"]).(clearing.Run)
}

func (c *clearance) lines(r clearing.Run) []clearing.Line {
	lines := make([]clearing.Line, r.Lines)
	for i := range lines {
		lines[i] = book.Record(c.book, "set_off_line", r.LineFirst+uint64(i)).(clearing.Line)
	}
	return lines
}

func (c *clearance) members(r clearing.Run) []clearing.Member {
	members := make([]clearing.Member, r.Members)
	for i := range members {
		members[i] = book.Record(c.book, "set_off_member", r.First+uint64(i)).(clearing.Member)
	}
	return members
}

// frozen announces a run that holds its debts.
func (c *clearance) frozen(changes ...func(t *clearing.Terms)) clearing.Run {
	c.t.Helper()
	c.give(c.Maker, c.terms(changes...))
	r := c.run()
	if r.State != clearing.Frozen {
		c.t.Fatalf("the run is %s", r.State)
	}
	return r
}

// proposal is what is proposed for a run.
type proposal struct {
	potentials []int64
	cleared    []money.Minor
	total      money.Minor
	price      int64 // of cash
}

// solve finds a set-off by which no more can be cleared: circles are added while there is one that gains, found by distances in the residual
// graph (an arc that can grow costs -1, one that can shrink 1), which in the end are the potentials.
func (c *clearance) solve(r clearing.Run) proposal {
	lines, members := c.lines(r), c.members(r)
	out := func(member uint64) bool { return members[member-r.First].Consent == clearing.Out }
	p := proposal{cleared: make([]money.Minor, len(lines))}
	type arc struct {
		from, to int
		line     int
		forward  bool
		left     money.Minor
	}
	for {
		var arcs []arc
		for i, l := range lines {
			u, v := int(l.Debtor-r.First), int(l.Creditor-r.First)
			if out(l.Debtor) || out(l.Creditor) || l.State != clearing.LineHeld {
				continue
			}
			if left := l.Amount - p.cleared[i]; left > 0 {
				arcs = append(arcs, arc{u, v, i, true, left})
			}
			if p.cleared[i] > 0 {
				arcs = append(arcs, arc{v, u, i, false, p.cleared[i]})
			}
		}
		distance, by := make([]int64, len(members)), make([]int, len(members))
		last := -1
		for range len(members) + 1 {
			last = -1
			for i, a := range arcs {
				cost := int64(1)
				if a.forward {
					cost = -1
				}
				if distance[a.from]+cost < distance[a.to] {
					distance[a.to], by[a.to], last = distance[a.from]+cost, i, a.to
				}
			}
			if last < 0 {
				break
			}
		}
		if last < 0 {
			p.potentials = distance
			for _, f := range p.cleared {
				p.total += f
			}
			return p
		}
		for range len(members) {
			last = arcs[by[last]].from
		}
		least := money.MinorMax
		for at := last; ; {
			least = min(least, arcs[by[at]].left)
			if at = arcs[by[at]].from; at == last {
				break
			}
		}
		for at := last; ; {
			a := arcs[by[at]]
			if a.forward {
				p.cleared[a.line] += least
			} else {
				p.cleared[a.line] -= least
			}
			if at = a.from; at == last {
				break
			}
		}
	}
}

// enter brings a proposal in, so many figures at a time, and leaves it open.
func (c *clearance) enter(r id.SetOffRun, p proposal, slice int) *book.CloseSetOffProposal {
	c.t.Helper()
	c.give(c.Maker, &book.OpenSetOffProposal{Run: r})
	attempt := c.run().Attempt
	from := uint64(0)
	for part := range slices.Chunk(p.potentials, slice) {
		c.give(c.Maker, &book.EnterSetOffPotentials{Run: r, Attempt: attempt, From: from, Potentials: part})
		from += uint64(len(part))
	}
	from = 0
	for part := range slices.Chunk(p.cleared, slice) {
		c.give(c.Maker, &book.EnterSetOffLines{Run: r, Attempt: attempt, From: from, Cleared: part})
		from += uint64(len(part))
	}
	return &book.CloseSetOffProposal{Run: r, Attempt: attempt, Cleared: p.total, Optimal: true, Hash: load32("certificate")}
}

// proposed solves a run and has it proved that no more can be set off.
func (c *clearance) proposed(r clearing.Run) clearing.Run {
	c.t.Helper()
	c.give(c.Maker, c.enter(r.ID, c.solve(r), 7))
	return c.run()
}

func (c *clearance) sound() {
	c.t.Helper()
	if breaches := book.Check(c.book); len(breaches) > 0 {
		c.t.Fatal(breaches)
	}
}

func (c *clearance) of(firm int, code ledger.Code, with ...int) ledger.Key {
	key := ledger.Key{Entity: c.Sellers[firm], Code: code}
	if len(with) > 0 {
		key.Counterparty = c.Sellers[with[0]]
	}
	return key
}

// Three firms owe 100, 80 and 90 in a circle, and the first owes the third 50 besides. The circle's least is 80. From the first to the third
// and back another 10 can be set off: 80 * 3 + 10 * 2 = 260.
func TestARunSetsOffACircle(t *testing.T) {
	c := newClearance(t, 3)
	first, second, third, aside := c.owes(0, 1, 100), c.owes(1, 2, 80), c.owes(2, 0, 90), c.owes(0, 2, 50)
	r := c.frozen()
	if r.Debt != 320 || r.Lines != 4 || r.Members != 3 || c.debt(first).SetOff == 0 {
		t.Fatalf("it holds %d in %d lines of %d members", r.Debt, r.Lines, r.Members)
	}
	c.sound()
	if r = c.proposed(r); r.Cleared != 260 || !r.Optimal || r.State != clearing.Proposed {
		t.Fatalf("it proposes %d, optimal %v, and is %s", r.Cleared, r.Optimal, r.State)
	}
	c.sound()
	sales := book.BalanceOf(c.book, ledger.Key{Entity: c.Sellers[1], Code: ledger.Sales, Currency: c.Currency})
	c.wait(1)
	c.refused("second_person", c.Maker, &book.ExecuteSetOffRun{Run: r.ID, Attempt: r.Attempt})
	c.give(c.Checker, &book.ExecuteSetOffRun{Run: r.ID, Attempt: r.Attempt})
	if r = c.run(); r.State != clearing.Written || r.Ended != c.book.Date() || r.Checker != c.Checker {
		t.Fatalf("it is %s on %s", r.State, r.Ended)
	}
	for _, test := range []struct {
		of        id.Receivable
		paid      money.Minor
		state     receivable.State
		lineState clearing.LineState
	}{
		{first, 80, receivable.Open, clearing.LineSetOff}, {second, 80, receivable.Closed, clearing.LineSetOff},
		{third, 90, receivable.Closed, clearing.LineSetOff}, {aside, 10, receivable.Open, clearing.LineSetOff},
	} {
		d := c.debt(test.of)
		if d.Paid != test.paid || d.State != test.state || d.SetOff != 0 || d.Credited != 0 {
			t.Errorf("%s: paid %d, %s, held by %s", test.of, d.Paid, d.State, d.SetOff)
		}
	}
	c.stands(map[ledger.Key]money.Minor{
		c.of(0, ledger.TradePayables, 1): 20, c.of(1, ledger.TradeReceivables, 0): 20, c.of(1, ledger.TradePayables, 2): 0,
		c.of(0, ledger.TradePayables, 2): 40, c.of(0, ledger.TradeReceivables, 2): 0,
		c.of(0, ledger.SetOffClearing): 0, c.of(1, ledger.SetOffClearing): 0, c.of(2, ledger.SetOffClearing): 0,
		c.of(1, ledger.Sales): sales, c.of(1, ledger.SellerBank): 0, c.of(1, ledger.CollectionsHeld): 0, c.of(0, ledger.BuyerBank): 0,
	})
	if breaches := c.recount.Breaches(c.book); len(breaches) > 0 {
		t.Error(breaches)
	}
	c.reloaded()
}

// Debts of 10: 0→1, 1→0, 0→2, 2→3, 3→1. Setting the pair off first clears 20; the most is 40.
func trapped(t testing.TB) (*clearance, clearing.Run) {
	c := newClearance(t, 4)
	for _, one := range [][2]int{{0, 1}, {1, 0}, {0, 2}, {2, 3}, {3, 1}} {
		c.owes(one[0], one[1], 10)
	}
	return c, c.frozen()
}

// pairFirst is the set-off of the pair, which is feasible and not the most.
func pairFirst(r clearing.Run) proposal {
	return proposal{potentials: make([]int64, r.Members), cleared: []money.Minor{10, 10, 0, 0, 0}, total: 20}
}

func TestWhatIsFalselyCalledOptimalIsRefused(t *testing.T) {
	c, r := trapped(t)
	closing := c.enter(r.ID, pairFirst(r), 2)
	c.refused("set_off_not_optimal", c.Maker, closing)
	least := int64(1) << 40
	for _, potentials := range [][]int64{{0, 1, -1, 0}, {0, 2, 1, 1}, {3, 2, 1, 0}, {0, 0, 0, 1}, {-1, 0, 1, 2}} {
		p := pairFirst(r)
		p.potentials = potentials
		c.refused("set_off_not_optimal", c.Maker, c.enter(r.ID, p, 5))
		bound := c.run().Bound
		if bound[0] != 0 {
			t.Fatal(bound)
		}
		least = min(least, int64(bound[1]))
	}
	if least < 40 {
		t.Errorf("potentials bound the most by %d, which is 40", least)
	}
	// What is feasible and makes no claim may be published; a person decides on it.
	closing = c.enter(r.ID, pairFirst(r), 1)
	closing.Optimal = false
	c.give(c.Maker, closing)
	c.sound()
	// A better one takes its place.
	if r = c.proposed(c.run()); r.Cleared != 40 || !r.Optimal {
		t.Fatalf("%d is proposed", r.Cleared)
	}
	c.give(c.Checker, &book.ExecuteSetOffRun{Run: r.ID, Attempt: r.Attempt})
	if book.Counts(c.book)["set_off_line"] != 5 || c.run().State != clearing.Written {
		t.Error(c.run())
	}
	c.sound()
}

// A proposal that oversteps a line, leaves a member out of balance, does not add up, or comes out of turn is refused; the run stays as it was.
func TestAProposalThatIsNotFeasibleIsRefused(t *testing.T) {
	c, r := trapped(t)
	good := c.solve(r)
	open := func() uint32 {
		c.give(c.Maker, &book.OpenSetOffProposal{Run: r.ID})
		return c.run().Attempt
	}
	a := open()
	potentials := &book.EnterSetOffPotentials{Run: r.ID, Attempt: a, Potentials: good.potentials}
	c.refused("set_off_turn", c.Maker, &book.EnterSetOffLines{Run: r.ID, Attempt: a, Cleared: good.cleared})
	c.refused("set_off_attempt", c.Maker, &book.EnterSetOffPotentials{Run: r.ID, Attempt: a - 1, Potentials: good.potentials})
	c.refused("set_off_turn", c.Maker, &book.EnterSetOffPotentials{Run: r.ID, Attempt: a, From: 1, Potentials: good.potentials[1:]})
	c.refused("set_off_turn", c.Maker, &book.EnterSetOffPotentials{Run: r.ID, Attempt: a, Potentials: append(slices.Clone(good.potentials), 0)})
	c.refused("set_off_potential", c.Maker, &book.EnterSetOffPotentials{Run: r.ID, Attempt: a, Potentials: []int64{5}})
	c.refused("set_off_potential", c.Maker, &book.EnterSetOffPotentials{Run: r.ID, Attempt: a, Potentials: []int64{-1 << 63}})
	c.give(c.Maker, potentials)
	c.refused("set_off_oversteps", c.Maker, &book.EnterSetOffLines{Run: r.ID, Attempt: a, Cleared: []money.Minor{11}})
	c.refused("set_off_oversteps", c.Maker, &book.EnterSetOffLines{Run: r.ID, Attempt: a, Cleared: []money.Minor{0, -1}})
	c.give(c.Maker, &book.EnterSetOffLines{Run: r.ID, Attempt: a, Cleared: []money.Minor{10, 10, 10}})
	c.refused("set_off_incomplete", c.Maker, &book.CloseSetOffProposal{Run: r.ID, Attempt: a, Cleared: 30, Hash: load32("certificate")})
	c.give(c.Maker, &book.EnterSetOffLines{Run: r.ID, Attempt: a, From: 3, Cleared: []money.Minor{10, 0}})
	c.refused("set_off_unbalanced", c.Maker, &book.CloseSetOffProposal{Run: r.ID, Attempt: a, Cleared: 40, Hash: load32("certificate")})
	c.sound()
	closing := c.enter(r.ID, good, 3)
	closing.Cleared++
	c.refused("set_off_total", c.Maker, closing)
	closing.Cleared--
	closing.Hash = [32]byte{}
	c.refused("set_off_certificate", c.Maker, closing)
	c.refused("set_off_run_state", c.Checker, &book.ExecuteSetOffRun{Run: r.ID, Attempt: closing.Attempt})
	c.sound()
}

// Whatever stands against a debt keeps it out, and is counted by its reason.
func TestWhatIsLeftOutOfARun(t *testing.T) {
	c := newClearance(t, 3)
	held := c.owes(0, 1, 100)
	small := c.owes(1, 0, 4)
	c.owesUntil(1, 2, 70, c.book.Date().AddDays(40)) // whose creditor has agreed to that
	c.live(9)
	r := c.frozen(func(t *clearing.Terms) { t.Least = 5 })
	if r.Lines != 2 || c.debt(held).SetOff == 0 || c.debt(small).SetOff != 0 {
		t.Fatalf("%d lines are held", r.Lines)
	}
	want := make([]uint64, clearing.OmissionCount)
	want[clearing.TooSmall], want[clearing.Financed] = 1, 1
	if !slices.Equal(r.Omitted, want) {
		t.Errorf("left out are %v, want %v", r.Omitted, want)
	}
	// A second run of another group finds the debts held.
	c.give(c.Maker, c.terms(func(t *clearing.Terms) { t.Group = c.Sellers[0] }))
	if other := c.run(); other.Lines != 0 || other.Omitted[clearing.OtherGroup] == 0 {
		t.Errorf("%d lines, %v", other.Lines, other.Omitted)
	}
	c.sound()
}

// A run that nobody executes lapses once its value date is over; one that a person ends lapses at once. Nothing is held then.
func TestARunThatIsNotExecutedReleasesEverything(t *testing.T) {
	for _, ends := range []func(c *clearance, r clearing.Run){
		func(c *clearance, r clearing.Run) { c.wait(11) },
		func(c *clearance, r clearing.Run) {
			c.give(c.Maker, &book.EndSetOffRun{Run: r.ID, Reason: load32("why")})
		},
	} {
		c, r := trapped(t)
		ends(c, c.proposed(r))
		if r = c.run(); r.State != clearing.Lapsed || r.Ended == 0 || r.Cleared != 0 || r.Optimal {
			t.Errorf("it is %s on %s, and sets off %d", r.State, r.Ended, r.Cleared)
		}
		for _, l := range c.lines(r) {
			if d := c.debt(l.Receivable); l.State != clearing.LineReleased || d.SetOff != 0 || d.Paid != 0 {
				t.Errorf("%s is %s, its debt held by %s and paid %d", l.ID, l.State, d.SetOff, d.Paid)
			}
		}
		c.sound()
		c.refused("set_off_run_state", c.Checker, &book.ExecuteSetOffRun{Run: r.ID})
		if again := c.proposed(c.frozen()); again.Cleared != 40 {
			t.Errorf("the next run sets off %d", again.Cleared)
		}
	}
}

// A run that asks waits for answers; who has given none is left out once the last day is over, and the run is solved again without it.
func TestWhoIsSilentIsLeftOut(t *testing.T) {
	c := newClearance(t, 4)
	c.owes(0, 1, 50)
	c.owes(1, 0, 30)
	if _, err := c.circle.DebtBetween(load.SellerName(0), "anchor", 40, c.book.Date()); err != nil {
		t.Fatal(err)
	}
	if _, err := c.circle.DebtBetween("anchor", load.SellerName(0), 40, c.book.Date()); err != nil {
		t.Fatal(err)
	}
	r := c.proposed(c.frozen(func(t *clearing.Terms) { t.Open = true }))
	if r.Cleared != 140 || r.Awaited != 1 {
		t.Fatalf("%d are set off, %d awaited", r.Cleared, r.Awaited)
	}
	c.refused("set_off_awaited", c.Checker, &book.ExecuteSetOffRun{Run: r.ID, Attempt: r.Attempt})
	c.wait(4)
	if r = c.run(); r.State != clearing.Frozen || r.Awaited != 0 || r.Voided != 1 || r.Cleared != 0 {
		t.Fatalf("it is %s, %d awaited, %d left out", r.State, r.Awaited, r.Voided)
	}
	c.sound()
	// What counted on the silent one's debts is refused.
	c.give(c.Maker, &book.OpenSetOffProposal{Run: r.ID})
	attempt := c.run().Attempt
	c.give(c.Maker, &book.EnterSetOffPotentials{Run: r.ID, Attempt: attempt, Potentials: make([]int64, r.Members)})
	c.refused("set_off_oversteps", c.Maker, &book.EnterSetOffLines{Run: r.ID, Attempt: attempt, Cleared: []money.Minor{30, 30, 40, 40}})
	if r = c.proposed(c.run()); r.Cleared != 60 || !r.Optimal {
		t.Fatalf("%d are set off", r.Cleared)
	}
	c.give(c.Checker, &book.ExecuteSetOffRun{Run: r.ID, Attempt: r.Attempt})
	c.sound()
	c.reloaded()
}

// The book comes back from its rows in every state of a run, between any two slices, and then goes on.
func TestARunComesBackInEveryState(t *testing.T) {
	c := newClearance(t, 20)
	random := rand.New(rand.NewPCG(1, 2))
	for range book.SetOffHoldMax + 40 {
		debtor := random.IntN(20)
		c.owes(debtor, (debtor+1+random.IntN(19))%20, money.Minor(1+random.IntN(1000)))
	}
	seen := map[clearing.RunState]int{}
	var rows []stored
	step := func(actor id.Actor, command book.Command) {
		t.Helper()
		c.alone(actor, command)
		seen[c.run().State]++
		rows = merged(rows, c.rows())
		c.book = c.loaded(rows)
		c.sound()
	}
	step(c.Maker, c.terms())
	drain := func() {
		for next := book.Due(c.book); next != nil; next = book.Due(c.book) {
			step(0, next)
		}
	}
	drain()
	r := c.run()
	p := c.solve(r)
	step(c.Maker, &book.OpenSetOffProposal{Run: r.ID})
	attempt := c.run().Attempt
	step(c.Maker, &book.EnterSetOffPotentials{Run: r.ID, Attempt: attempt, Potentials: p.potentials})
	for from := 0; from < len(p.cleared); from += 200 {
		step(c.Maker, &book.EnterSetOffLines{Run: r.ID, Attempt: attempt, From: uint64(from), Cleared: p.cleared[from:min(len(p.cleared), from+200)]})
	}
	step(c.Maker, &book.CloseSetOffProposal{Run: r.ID, Attempt: attempt, Cleared: p.total, Optimal: true, Hash: load32("certificate")})
	step(c.Checker, &book.ExecuteSetOffRun{Run: r.ID, Attempt: attempt})
	drain()
	if r = c.run(); r.State != clearing.Written || r.Cleared != p.total {
		t.Fatalf("it is %s with %d of %d", r.State, r.Cleared, p.total)
	}
	for state, least := range map[clearing.RunState]int{
		clearing.Announced: 1, clearing.Freezing: 1, clearing.Frozen: 1, clearing.Entering: 3, clearing.Proposed: 1, clearing.Executed: 3, clearing.Written: 1,
	} {
		if seen[state] < least {
			t.Errorf("it came back %d times when %s", seen[state], state)
		}
	}
}

// merged puts rows in the place of older ones.
func merged(rows, changed []stored) []stored {
	for _, row := range changed {
		at, found := slices.BinarySearchFunc(rows, row, func(a, b stored) int {
			return (a.table-b.table)<<32 + int(a.number) - int(b.number)
		})
		if found {
			rows[at] = row
		} else {
			rows = slices.Insert(rows, at, row)
		}
	}
	return rows
}

// Random debts go through runs: what is set off is the most, the book is sound after each command, and every debt is as much less as its line says.
func TestAnyDebtsGoThroughARun(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		firms := rapid.IntRange(2, 6).Draw(rt, "firms")
		c := newClearance(t, firms)
		var debts []id.Receivable
		for range rapid.IntRange(1, 14).Draw(rt, "debts") {
			debtor := rapid.IntRange(0, firms-1).Draw(rt, "debtor")
			creditor := (debtor + rapid.IntRange(1, firms-1).Draw(rt, "creditor")) % firms
			debts = append(debts, c.owes(debtor, creditor, money.Minor(rapid.IntRange(1, 60).Draw(rt, "amount"))))
		}
		r := c.frozen()
		if rapid.Bool().Draw(rt, "someone is left out") {
			book.LeaveOut(c.book, c.members(r)[0].ID)
			c.sound()
		}
		p := c.solve(c.run())
		closing := c.enter(r.ID, p, rapid.IntRange(1, 20).Draw(rt, "slice"))
		c.sound()
		c.give(c.Maker, closing)
		c.sound()
		c.give(c.Checker, &book.ExecuteSetOffRun{Run: r.ID, Attempt: closing.Attempt})
		c.sound()
		for i, l := range c.lines(c.run()) {
			if d := c.debt(debts[i]); d.Paid != p.cleared[i] || d.SetOff != 0 || l.Receivable != debts[i] {
				rt.Fatalf("%s is paid %d, and %d was set off", debts[i], d.Paid, p.cleared[i])
			}
		}
		c.reloaded()
	})
}

// A debt that something has happened to is taken out of a run: nothing of it is set off, and what was proposed is void.
func TestADebtIsDroppedFromARun(t *testing.T) {
	c, r := trapped(t)
	r = c.proposed(r)
	dropped := c.lines(r)[4]
	book.DropLine(c.book, dropped.ID)
	if r = c.run(); r.State != clearing.Frozen || r.Debt != 40 || c.debt(dropped.Receivable).SetOff != 0 {
		t.Fatalf("it is %s and holds %d", r.State, r.Debt)
	}
	c.sound()
	if r = c.proposed(r); r.Cleared != 20 || !r.Optimal {
		t.Fatalf("%d are set off", r.Cleared)
	}
	c.give(c.Checker, &book.ExecuteSetOffRun{Run: r.ID, Attempt: r.Attempt})
	c.sound()
	if l := c.lines(c.run())[4]; l.State != clearing.LineDropped || c.debt(l.Receivable).Paid != 0 {
		t.Errorf("the line is %s", l.State)
	}
}

// With many members a bound of great debts exceeds 64 bits; it is counted right, and claims nothing.
func TestABoundBeyond64BitsProvesNothing(t *testing.T) {
	c := newClearance(t, 250)
	for firm := range 250 {
		c.owes(firm, (firm+1)%250, clearing.DebtMax/250)
	}
	r := c.frozen()
	p := c.solve(r)
	if p.total != clearing.DebtMax/250*250 {
		t.Fatal(p.total)
	}
	for i := range p.potentials {
		p.potentials[i] = int64(r.Members) * int64(1-2*(i%2))
	}
	c.refused("set_off_not_optimal", c.Maker, c.enter(r.ID, p, 50))
	if r = c.run(); r.Bound[0] == 0 {
		t.Errorf("the bound is %v", r.Bound)
	}
	c.sound()
	if r = c.proposed(r); r.Cleared != p.total {
		t.Errorf("%d is proposed", r.Cleared)
	}
	c.give(c.Checker, &book.ExecuteSetOffRun{Run: r.ID, Attempt: r.Attempt})
	c.sound()
}

// A slice holds as many debts as it may in far less than 5 ms.
func BenchmarkFreezingSlice(b *testing.B) {
	c := newClearance(b, 200)
	random := rand.New(rand.NewPCG(1, 2))
	for range book.SetOffHoldMax {
		debtor := random.IntN(200)
		c.owes(debtor, (debtor+1+random.IntN(199))%200, money.Minor(1+random.IntN(1000)))
	}
	c.alone(c.Maker, c.terms())
	h := book.Header{Sequence: c.book.Sequence() + 1, At: c.at}
	for b.Loop() {
		if _, rejection := c.book.Decide(&h, &book.FreezeSetOff{}); rejection != nil {
			b.Fatal(rejection)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N), fmt.Sprintf("us/%d_lines", book.SetOffHoldMax))
}

// setOffsHeld leaves runs in a book: one written through, one that has lapsed, and one that is proposed.
func setOffsHeld(n *node, w *load.World) {
	n.t.Helper()
	c := clearanceIn(&scene{node: n, World: w})
	c.cashHeld()
	const one, two = 100, 101 // firms with nothing else against them
	for _, firm := range [...]int{one, two} {
		token := party.Token(load.Token("party " + load.SellerName(firm)))
		c.give(c.Maker, &book.RegisterParty{Roles: party.Seller | party.Buyer, Country: "DE", Tokens: []party.Token{token}})
		p := latest[id.Party](c.scene, "party")
		c.give(c.Maker, &book.RegisterActor{Party: p, Role: party.Seller})
		c.joins(p, latest[id.Actor](c.scene, "actor"))
	}
	for range 2 {
		c.owes(one, two, 100_00)
	}
	large, small := c.owes(two, one, 150_00), c.owes(two, one, 90_00)
	r := c.frozen()
	p, lines := c.solve(r), c.lines(r)
	at := func(of id.Receivable) *money.Minor {
		return &p.cleared[slices.IndexFunc(lines, func(l clearing.Line) bool { return l.Receivable == of })]
	}
	*at(large), *at(small) = 130_00, 70_00 // as good, and both are set off in part
	c.give(c.Maker, c.enter(r.ID, p, 3))
	r = c.run()
	c.give(c.Checker, &book.ExecuteSetOffRun{Run: r.ID, Attempt: r.Attempt})
	c.owes(one, two, 70_00)
	c.give(c.Maker, &book.EndSetOffRun{Run: c.proposed(c.frozen()).ID, Reason: load32("ended")})
	if _, err := c.circle.DebtBetween(load.SellerName(one), "anchor", 40_00, c.book.Date()); err != nil {
		n.t.Fatal(err)
	}
	c.owes(two, one, 50_00)
	c.frozen(func(t *clearing.Terms) { t.Open, t.Answer, t.Least = true, t.Freeze, 30_00 })
	c.wait(1) // the anchor is left out
	c.proposed(c.run())
}
