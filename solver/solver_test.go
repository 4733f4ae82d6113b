package solver

import (
	"flag"
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"millrace/domain/calendar"
	"millrace/domain/clearing"
	"millrace/domain/money"
)

var graphs = flag.Int("graphs", 60_000, "random graphs of up to five firms that are held against cycle cancelling")

// tried is the most that can be set off, found by trying every way to clear each debt: the slowest method that cannot be wrong.
func tried(in clearing.Instance) money.Minor {
	balance := make([]money.Minor, in.Firms)
	room := make([]money.Minor, in.Firms) // by how much the debts not yet tried can still lift or lower a balance
	for _, d := range in.Debts {
		room[d.Debtor] += d.Amount
		room[d.Creditor] += d.Amount
	}
	best := money.Minor(0)
	var try func(i int, sum money.Minor)
	try = func(i int, sum money.Minor) {
		if i == len(in.Debts) {
			best = max(best, sum)
			return
		}
		d := in.Debts[i]
		room[d.Debtor] -= d.Amount
		room[d.Creditor] -= d.Amount
		for f := range d.Amount + 1 {
			balance[d.Debtor] += f
			balance[d.Creditor] -= f
			if max(balance[d.Debtor], -balance[d.Debtor]) <= room[d.Debtor] && max(balance[d.Creditor], -balance[d.Creditor]) <= room[d.Creditor] {
				try(i+1, sum+f)
			}
			balance[d.Debtor] -= f
			balance[d.Creditor] += f
		}
		room[d.Debtor] += d.Amount
		room[d.Creditor] += d.Amount
	}
	try(0, 0)
	return best
}

// cancelled finds the most that can be set off by cancelling negative circles, with Bellman and Ford, in big integers. Cash goes over one firm more,
// which gives up to the caps and takes from all.
func cancelled(in clearing.Instance) *big.Int {
	return best(in, func(clearing.Debt) int64 { return 1 })
}

// best is the most that can be gained, where each debt gains so much for each unit that is set off.
func best(in clearing.Instance, gain func(clearing.Debt) int64) *big.Int {
	type arc struct {
		u, v int
		room *big.Int
		cost int64
	}
	var arcs []arc
	add := func(u, v int, room money.Minor, cost int64) {
		arcs = append(arcs, arc{u, v, big.NewInt(int64(room)), cost}, arc{v, u, new(big.Int), -cost})
	}
	total := new(big.Int)
	for _, d := range in.Debts {
		if d.Debtor == d.Creditor {
			total.Add(total, new(big.Int).Mul(big.NewInt(int64(d.Amount)), big.NewInt(gain(d))))
			continue
		}
		add(int(d.Debtor), int(d.Creditor), d.Amount, -gain(d))
	}
	nodes := in.Firms
	if l := in.Liquidity; l != nil {
		nodes += 2
		add(in.Firms+1, in.Firms, l.Total, 0)
		for f := range in.Firms {
			limit := l.Total
			if l.Caps != nil {
				limit = l.Caps[f]
			}
			add(in.Firms, f, limit, 0)
			if l.Shut == nil || !l.Shut[f] {
				add(f, in.Firms+1, math.MaxInt64, 0)
			}
		}
	}
	for {
		dist, by := make([]int64, nodes), make([]int, nodes)
		last := -1
		for range nodes {
			last = -1
			for i, a := range arcs {
				if a.room.Sign() > 0 && dist[a.u]+a.cost < dist[a.v] {
					dist[a.v], by[a.v], last = dist[a.u]+a.cost, i, a.v
				}
			}
		}
		if last < 0 {
			return total
		}
		for range nodes {
			last = arcs[by[last]].u
		}
		sent, gain := arcs[by[last]].room, int64(0)
		for u := arcs[by[last]].u; u != last; u = arcs[by[u]].u {
			if arcs[by[u]].room.Cmp(sent) < 0 {
				sent = arcs[by[u]].room
			}
		}
		sent = new(big.Int).Set(sent)
		for u, begun := last, false; u != last || !begun; u, begun = arcs[by[u]].u, true {
			arcs[by[u]].room.Sub(arcs[by[u]].room, sent)
			arcs[by[u]^1].room.Add(arcs[by[u]^1].room, sent)
			gain -= arcs[by[u]].cost
		}
		total.Add(total, sent.Mul(sent, big.NewInt(gain)))
	}
}

func solved(t testing.TB, in clearing.Instance, options Options) Result {
	t.Helper()
	result, err := Maximise(in, options)
	if err != nil {
		t.Fatal(err)
	}
	if verdict := clearing.Check(in, result.Result); !verdict.Optimal() {
		t.Fatalf("%v: %+v", verdict, in)
	}
	return result
}

// TestEveryGraph holds the solver against trial of everything, on every graph of three firms with amounts up to 2 and of four firms
// with amounts up to 1.
func TestEveryGraph(t *testing.T) {
	for _, size := range []struct {
		firms   int
		highest money.Minor
	}{{1, 3}, {2, 5}, {3, 2}, {4, 1}} {
		var debts []clearing.Debt
		for u := range int32(size.firms) {
			for v := range int32(size.firms) {
				if u != v || size.firms < 3 {
					debts = append(debts, clearing.Debt{Debtor: u, Creditor: v, Key: uint64(len(debts))})
				}
			}
		}
		for count := 0; ; count++ {
			in := clearing.Instance{Firms: size.firms, Debts: debts}
			if got, want := solved(t, in, Options{}).Verdict.Cleared, tried(in); got != want {
				t.Fatalf("%+v: %d cleared, %d can be", in, got, want)
			}
			i := 0
			for ; i < len(debts) && debts[i].Amount == size.highest; i++ {
				debts[i].Amount = 0
			}
			if i == len(debts) {
				break
			}
			debts[i].Amount++
		}
	}
}

func TestRandomGraphs(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 20261122))
	for range *graphs {
		in := clearing.Instance{Firms: 2 + random.IntN(4)}
		for range 1 + random.IntN(12) {
			in.Debts = append(in.Debts, clearing.Debt{Debtor: int32(random.IntN(in.Firms)), Creditor: int32(random.IntN(in.Firms)),
				Amount: money.Minor(random.IntN(8)), Due: calendar.Date(random.IntN(3)), Key: uint64(len(in.Debts))})
		}
		if random.IntN(2) == 0 {
			in.Liquidity = &clearing.Liquidity{Total: money.Minor(random.IntN(12))}
			if random.IntN(2) == 0 {
				in.Liquidity.Caps = make([]money.Minor, in.Firms)
				for f := range in.Liquidity.Caps {
					in.Liquidity.Caps[f] = money.Minor(random.IntN(6))
				}
			}
			if random.IntN(2) == 0 {
				in.Liquidity.Shut = make([]bool, in.Firms)
				for f := range in.Liquidity.Shut {
					in.Liquidity.Shut[f] = random.IntN(2) == 0
				}
			}
		}
		got := solved(t, in, Options{Fairness: Fairness(random.IntN(2))})
		if want := cancelled(in); want.Cmp(big.NewInt(int64(got.Verdict.Cleared))) != 0 {
			t.Fatalf("%+v: %d cleared, %d can be", in, got.Verdict.Cleared, want)
		}
	}
}

// drawn is an instance of up to 12 firms, sometimes with amounts near the limit of 63 bits.
func drawn(t *rapid.T) clearing.Instance {
	in := clearing.Instance{Firms: rapid.IntRange(1, 12).Draw(t, "firms")}
	highest := rapid.SampledFrom([]int64{3, 1000, math.MaxInt64 / 40}).Draw(t, "highest")
	firm := rapid.Int32Range(0, int32(in.Firms-1))
	for i := range rapid.IntRange(0, 40).Draw(t, "debts") {
		in.Debts = append(in.Debts, clearing.Debt{Debtor: firm.Draw(t, "debtor"), Creditor: firm.Draw(t, "creditor"),
			Amount: money.Minor(rapid.Int64Range(0, highest).Draw(t, "amount")), Due: calendar.Date(rapid.Int32Range(0, 4).Draw(t, "due")), Key: uint64(i)})
	}
	return in
}

func TestResultHolds(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		in := drawn(rt)
		oldest := solved(t, in, Options{})
		shared := solved(t, in, Options{Fairness: Proportional})
		if want := cancelled(in); want.Cmp(big.NewInt(int64(oldest.Verdict.Cleared))) != 0 {
			rt.Fatalf("%d cleared, %d can be", oldest.Verdict.Cleared, want)
		}
		if oldest.Verdict.Cleared != shared.Verdict.Cleared {
			rt.Fatalf("oldest first clears %d, shares %d", oldest.Verdict.Cleared, shared.Verdict.Cleared)
		}
		if count := partly(rt, in, oldest); count >= int64(in.Firms) {
			rt.Fatalf("%d debts of %d firms are cleared in part", count, in.Firms)
		}
	})
}

// partly counts the debts that are cleared in part, and fails where they make a circle.
func partly(t *rapid.T, in clearing.Instance, result Result) int64 {
	count := int64(0)
	group := indexes(in.Firms)
	for i, d := range in.Debts {
		if result.Cleared[i] == 0 || result.Cleared[i] == d.Amount {
			continue
		}
		count++
		from, to := group[d.Debtor], group[d.Creditor]
		if from == to {
			t.Fatalf("debt %d closes a circle of debts cleared in part", i)
		}
		for firm := range group {
			if group[firm] == from {
				group[firm] = to
			}
		}
	}
	return count
}

func TestOrderDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		in := drawn(rt)
		if rapid.Bool().Draw(rt, "cash") {
			in.Liquidity = &clearing.Liquidity{Total: money.Minor(rapid.Int64Range(0, 100).Draw(rt, "total"))}
		}
		options := Options{Fairness: Fairness(rapid.IntRange(0, 1).Draw(rt, "fairness")), Curve: WithCurve}
		permuted := in
		order := rapid.Permutation(indexes(len(in.Debts))).Draw(rt, "order")
		permuted.Debts = make([]clearing.Debt, len(in.Debts))
		for to, from := range order {
			permuted.Debts[to] = in.Debts[from]
		}
		first, second := solved(t, in, options), solved(t, permuted, options)
		back := make([]money.Minor, len(in.Debts))
		for to, from := range order {
			back[from] = second.Cleared[to]
		}
		second.Cleared = back
		if diff := cmp.Diff(first, second); diff != "" {
			rt.Fatal(diff)
		}
	})
}

func indexes(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}

func TestCurve(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		in := drawn(rt)
		in.Liquidity = &clearing.Liquidity{}
		if rapid.Bool().Draw(rt, "capped") {
			in.Liquidity.Caps = make([]money.Minor, in.Firms)
			for f := range in.Liquidity.Caps {
				in.Liquidity.Caps[f] = money.Minor(rapid.Int64Range(0, 500).Draw(rt, "cap"))
			}
		}
		if rapid.Bool().Draw(rt, "shut") {
			in.Liquidity.Shut = make([]bool, in.Firms)
			for f := range in.Liquidity.Shut {
				in.Liquidity.Shut[f] = rapid.Bool().Draw(rt, "keeps none")
			}
		}
		curve := solved(t, in, Options{Curve: WithCurve}).Curve
		slope := money.Minor(math.MaxInt64)
		for i, point := range curve[1:] {
			cash, cleared := point.Cash-curve[i].Cash, point.Cleared-curve[i].Cleared
			if cash <= 0 || cleared < cash || cleared%cash != 0 || cleared/cash >= slope {
				rt.Fatalf("the curve does not rise ever less, by whole numbers: %v", curve)
			}
			slope = cleared / cash
		}
		end := curve[len(curve)-1]
		in.Liquidity.Total = money.Minor(rapid.Int64Range(0, int64(end.Cash)+min(9, math.MaxInt64-int64(end.Cash))).Draw(rt, "total"))
		result := solved(t, in, Options{Curve: WithCurve})
		if got, want := result.Verdict.Cleared, at(curve, in.Liquidity.Total); got != want {
			rt.Fatalf("cash of %d clears %d, the curve says %d: %v", in.Liquidity.Total, got, want, curve)
		}
		if in.Liquidity.Caps == nil && in.Liquidity.Shut == nil && end.Cleared != result.Verdict.Owed {
			rt.Fatalf("with enough cash %d of %d are cleared", end.Cleared, result.Verdict.Owed)
		}
		if diff := cmp.Diff(curve, result.Curve); diff != "" {
			rt.Fatal(diff)
		}
	})
}

// at is what the curve says of an amount of cash.
func at(curve []Point, cash money.Minor) money.Minor {
	for i, point := range curve {
		if i > 0 && cash <= point.Cash {
			before := curve[i-1]
			return before.Cleared + (cash-before.Cash)*((point.Cleared-before.Cleared)/(point.Cash-before.Cash))
		}
	}
	return curve[len(curve)-1].Cleared
}

func TestTooMuchIsRefused(t *testing.T) {
	in := clearing.Instance{Firms: 2, Debts: []clearing.Debt{{Debtor: 0, Creditor: 1, Amount: math.MaxInt64 - 5}, {Debtor: 1, Creditor: 0, Amount: 5}}}
	if result := solved(t, in, Options{}); result.Verdict.Cleared != 10 {
		t.Errorf("%d cleared, want 10", result.Verdict.Cleared)
	}
	in.Debts[1].Amount++
	if _, err := Maximise(in, Options{}); err == nil {
		t.Error("amounts of more than 63 bits were taken")
	}
	if _, err := Maximise(clearing.Instance{}, Options{Fairness: 2}); err == nil {
		t.Error("an unknown fairness was taken")
	}
	settled := 0
	if result := solved(t, clearing.Instance{}, Options{Settled: func() { settled++ }}); len(result.Cleared) != 0 || settled != 1 {
		t.Errorf("of nothing %v was cleared, settled %d times", result.Cleared, settled)
	}
}

func TestShares(t *testing.T) {
	in := clearing.Instance{Firms: 2, Debts: []clearing.Debt{
		{Debtor: 0, Creditor: 1, Amount: 50, Key: 1, Due: 3}, {Debtor: 0, Creditor: 1, Amount: 30, Key: 2}, {Debtor: 0, Creditor: 1, Amount: 20, Key: 3, Due: 2},
		{Debtor: 1, Creditor: 0, Amount: 33, Key: 4},
	}}
	for fairness, want := range map[Fairness][]money.Minor{OldestFirst: {13, 0, 20, 33}, Proportional: {16, 10, 7, 33}} {
		if got := solved(t, in, Options{Fairness: fairness}).Cleared; !slices.Equal(got, want) {
			t.Errorf("fairness %d: %v, want %v", fairness, got, want)
		}
	}
}

func TestCirclesTurnTowardsTheOlder(t *testing.T) {
	// Two circles of three share the debt 0 -> 1, which is enough for one and a half of them.
	in := clearing.Instance{Firms: 4, Debts: []clearing.Debt{
		{Debtor: 0, Creditor: 1, Amount: 15, Key: 1}, {Debtor: 1, Creditor: 2, Amount: 10, Key: 2, Due: 30}, {Debtor: 2, Creditor: 0, Amount: 10, Key: 3, Due: 30},
		{Debtor: 1, Creditor: 3, Amount: 10, Key: 4, Due: 20}, {Debtor: 3, Creditor: 0, Amount: 10, Key: 5, Due: 20},
	}}
	for range 2 {
		s := &settlement{arcs: merge(in), potential: make([]int32, in.Firms)}
		s.cleared = []money.Minor{15, 7, 8, 7, 8} // of 0 -> 1, 1 -> 2, 1 -> 3, 2 -> 0, 3 -> 0
		m := newMeasure(&in, OldestFirst)
		s.prune(&m)
		want := []money.Minor{15, 5, 10, 5, 10}
		if in.Debts[1].Due == 20 {
			want = []money.Minor{15, 10, 5, 10, 5}
		}
		if !slices.Equal(s.cleared, want) {
			t.Errorf("%v cleared, want %v", s.cleared, want)
		}
		in.Debts[1].Due, in.Debts[2].Due, in.Debts[3].Due, in.Debts[4].Due = 20, 20, 30, 30
	}
}

// family makes graphs of one shape with amounts drawn at random.
func family(name string, firms int, seed uint64) clearing.Instance {
	random := rand.New(rand.NewPCG(seed, 7))
	in := clearing.Instance{Firms: firms}
	owe := func(u, v int) {
		in.Debts = append(in.Debts, clearing.Debt{Debtor: int32(u % firms), Creditor: int32(v % firms),
			Amount: money.Minor(1 + random.Int64N(100_000)), Key: uint64(len(in.Debts))})
	}
	side := int(math.Sqrt(float64(firms)))
	for u := range firms {
		switch name {
		case "ring":
			owe(u, u+1)
			owe(u+2, u)
		case "path":
			owe(u, min(u+1, firms-1))
			owe(min(u+1, firms-1), u)
		case "grid":
			owe(u, u+1)
			owe(u, u+side)
		case "star":
			owe(0, u)
			owe(u, 0)
		case "uniform":
			for range 5 {
				owe(u, random.IntN(firms))
			}
		}
	}
	return in
}

var families = []string{"ring", "path", "grid", "star", "uniform"}

func TestFamilies(t *testing.T) {
	for _, name := range families {
		small := family(name, 30, 1)
		if got, want := solved(t, small, Options{}).Verdict.Cleared, cancelled(small); want.Cmp(big.NewInt(int64(got))) != 0 {
			t.Errorf("%s: %d cleared, %d can be", name, got, want)
		}
		solved(t, family(name, 3000, 2), Options{Curve: WithCurve})
	}
}

// TestFineUnitProves solves at once with a unit above the number of nodes, which has to prove the flow.
func TestFineUnitProves(t *testing.T) {
	for _, name := range families {
		in := family(name, 300, 3)
		s := &settlement{arcs: merge(in)}
		c := connect(&s.arcs)
		n := cyclic(&s.arcs, &c)
		p, fine := newPush[int64](n, math.MaxInt64/2), int64(len(n.firms)+2)
		if unit, exact := p.scale(fine); !exact || unit != fine {
			t.Errorf("%s: unit %d, exact %v", name, unit, exact)
		}
		p.contradicted(func(u, v, at int32) {
			t.Errorf("%s: the price of %d is too high beside that of %d", name, u, v)
		})
	}
}

func BenchmarkMaximise(b *testing.B) {
	for _, name := range families {
		in := family(name, 10_000, 4)
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				solved(b, in, Options{})
			}
		})
	}
}
