package selection

import (
	"math/bits"
	"testing"

	"github.com/fxamacker/cbor/v2"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"millrace/domain/money"
)

// exhausted looks at every set of whole candidates.
func exhausted(need money.Minor, candidates []Candidate) (best Choice, found bool) {
	for set := range uint(1) << len(candidates) {
		c := chosen(need, candidates, set)
		if c.Net >= need && (!found || cheaper(&c, &best)) {
			best, found = c, true
		}
	}
	return best, found
}

func chosen(need money.Minor, candidates []Candidate, set uint) Choice {
	var c Choice
	for i := range candidates {
		if set>>i&1 == 1 {
			c.Net += candidates[i].Net
			c.Cost += candidates[i].Cost
			c.Picks = append(c.Picks, Pick{int32(i), candidates[i].Net, candidates[i].Cost})
		}
	}
	c.Overshoot = c.Net - need
	return c
}

func cheaper(a, b *Choice) bool {
	if a.Cost != b.Cost {
		return a.Cost < b.Cost
	}
	if len(a.Picks) != len(b.Picks) {
		return len(a.Picks) < len(b.Picks)
	}
	return a.Overshoot < b.Overshoot
}

// exhaustedWithPart looks at every set of whole candidates together with a part of one more, too; it gives the least cost.
func exhaustedWithPart(need money.Minor, candidates []Candidate) money.Minor {
	best, _ := exhausted(need, candidates)
	cost := best.Cost
	for set := range uint(1) << len(candidates) {
		c := chosen(need, candidates, set)
		for i := range candidates {
			d := &candidates[i]
			part := need - c.Net
			if set>>i&1 == 1 || d.Division != Divisible || part <= 0 || part >= d.Net {
				continue
			}
			proportional := (d.Cost - d.Fixed) * part // small numbers
			cost = min(cost, c.Cost+d.Fixed+(proportional+d.Net-1)/d.Net)
		}
	}
	return cost
}

func drawCandidates(t *rapid.T, most int) []Candidate {
	var candidates []Candidate
	kind := rapid.IntRange(0, 3).Draw(t, "kind")
	for range rapid.IntRange(0, most).Draw(t, "candidates") {
		c := Candidate{Days: int32(rapid.IntRange(1, 90).Draw(t, "days"))}
		switch kind {
		case 0: // few values: many ties
			c.Net, c.Cost = money.Minor(rapid.Int64Range(0, 4).Draw(t, "net")), money.Minor(rapid.Int64Range(0, 3).Draw(t, "cost"))
		case 1:
			c.Net, c.Cost = money.Minor(rapid.Int64Range(-5, 1_000).Draw(t, "net")), money.Minor(rapid.Int64Range(0, 1_000).Draw(t, "cost"))
		case 2: // in proportion
			c.Net = money.Minor(rapid.Int64Range(1, 10_000).Draw(t, "net"))
			c.Cost = c.Net / 50
		default: // in proportion, and a fee
			c.Net = money.Minor(rapid.Int64Range(1, 10_000).Draw(t, "net"))
			c.Cost, c.Fixed = c.Net/50+30, 30
		}
		if c.Fixed == 0 && rapid.Bool().Draw(t, "with a fixed part") {
			c.Fixed = c.Cost / 2
		}
		candidates = append(candidates, c)
	}
	return candidates
}

func drawNeed(t *rapid.T, candidates []Candidate) money.Minor {
	total := money.Minor(0)
	for i := range candidates {
		total += max(candidates[i].Net, 0)
	}
	return money.Minor(rapid.Int64Range(0, int64(total)+1).Draw(t, "need"))
}

func TestCheapestIsTheOneThatLookingAtAllFinds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		candidates := drawCandidates(t, 12)
		need := drawNeed(t, candidates)
		got := Cheapest(need, candidates)
		want, found := exhausted(need, candidates)
		if !found {
			if got.Proof != TooLittle || got.Missing <= 0 || got.Picks != nil {
				t.Fatalf("%+v", got)
			}
			return
		}
		if got.Proof != ProvenWhole || got.Cost != want.Cost || got.Bound != want.Cost || len(got.Picks) != len(want.Picks) || got.Overshoot != want.Overshoot {
			t.Fatalf("got %+v, want %+v", got, want)
		}
		checkChoice(t, need, candidates, &got)
	})
}

// checkChoice adds a choice up again.
func checkChoice(t interface{ Fatalf(string, ...any) }, need money.Minor, candidates []Candidate, c *Choice) {
	net, cost, parts, before := money.Minor(0), money.Minor(0), 0, int32(-1)
	for _, pick := range c.Picks {
		from := &candidates[pick.Candidate]
		if pick.Candidate <= before || pick.Net <= 0 || pick.Net > from.Net || pick.Net == from.Net && pick.Cost != from.Cost {
			t.Fatalf("pick %+v of %+v", pick, from)
		}
		if pick.Net < from.Net {
			high, low := bits.Mul64(uint64(from.Cost-from.Fixed), uint64(pick.Net))
			exact, rest := bits.Div64(high, low, uint64(from.Net))
			if rest > 0 {
				exact++
			}
			if parts++; from.Division != Divisible || pick.Cost != from.Fixed+money.Minor(exact) {
				t.Fatalf("part %+v of %+v", pick, from)
			}
		}
		before, net, cost = pick.Candidate, net+pick.Net, cost+pick.Cost
	}
	if net != c.Net || cost != c.Cost || net < need || c.Overshoot != net-need || parts > 1 || c.Bound > c.Cost || c.Bound < 0 {
		t.Fatalf("need %d: %+v adds up to %d for %d", need, c, net, cost)
	}
	if (c.Proof == Bounded) != (c.Gap() > 0) {
		t.Fatalf("%+v", c)
	}
}

// A search that is cut short never claims more than is true.
func TestBoundHoldsWhereTheSearchIsCut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		candidates := drawCandidates(t, 12)
		need := drawNeed(t, candidates)
		want, found := exhausted(need, candidates)
		if !found {
			return
		}
		for _, statesMax := range []int{0, 4, 16, 64} {
			got := cheapest(need, candidates, statesMax)
			checkChoice(t, need, candidates, &got)
			if got.Bound > want.Cost || got.Cost < want.Cost || got.Proof != Bounded && got.Cost != want.Cost || got.Proof == ProvenWhole && cheaper(&want, &got) {
				t.Fatalf("with %d states %+v, want %+v", statesMax, got, want)
			}
		}
	})
}

func TestPartsAreWithinTheBound(t *testing.T) {
	proven, all := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		candidates := drawCandidates(t, 9)
		for i := range candidates {
			candidates[i].Division = Division(rapid.IntRange(0, 1).Draw(t, "division"))
		}
		need := drawNeed(t, candidates)
		got := cheapest(need, candidates, rapid.SampledFrom([]int{0, 8, 32, StatesMax}).Draw(t, "states"))
		if got.Proof == TooLittle {
			return
		}
		checkChoice(t, need, candidates, &got)
		want := exhaustedWithPart(need, candidates)
		if got.Cost < want || got.Bound > want || got.Proof != Bounded && got.Cost != want {
			t.Fatalf("got %+v, least cost %d", got, want)
		}
		if all++; got.Proof != Bounded {
			proven++
		}
	})
	t.Logf("%d of %d are proven", proven, all)
}

func TestAlikeCandidatesInTheirOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		candidates := drawCandidates(t, 12)
		need := drawNeed(t, candidates)
		taken := map[int32]bool{}
		for _, pick := range Cheapest(need, candidates).Picks {
			taken[pick.Candidate] = true
		}
		for i := range candidates {
			for j := range i {
				if candidates[i].Net == candidates[j].Net && candidates[i].Cost == candidates[j].Cost && taken[int32(i)] && !taken[int32(j)] {
					t.Fatalf("candidate %d was taken and its like %d before it was not", i, j)
				}
			}
		}
	})
}

func TestCheapestByHand(t *testing.T) {
	candidates := []Candidate{
		{Net: 100, Cost: 10, Days: 30}, {Net: 60, Cost: 5, Days: 30}, {Net: 60, Cost: 5, Days: 30}, {Net: 200, Cost: 30, Days: 30},
		{Net: 0, Cost: 0}, {Net: -3, Cost: 9}, {Net: 10, Cost: 9, Days: 30},
	}
	for _, test := range []struct {
		need money.Minor
		want Choice
	}{
		{0, Choice{Proof: ProvenWhole}},
		{1, Choice{Picks: []Pick{{1, 60, 5}}, Net: 60, Cost: 5, Overshoot: 59, Bound: 5, AnnualCost: 1_013_889, Proof: ProvenWhole}}, // 5 * 365 / (60 * 30)
		{100, Choice{Picks: []Pick{{0, 100, 10}}, Net: 100, Cost: 10, Bound: 10, AnnualCost: 1_216_667, Proof: ProvenWhole}},         // two of 60 cost as much and are two
		{110, Choice{Picks: []Pick{{1, 60, 5}, {2, 60, 5}}, Net: 120, Cost: 10, Overshoot: 10, Bound: 10, AnnualCost: 1_013_889, Proof: ProvenWhole}},
		{430, Choice{Picks: []Pick{{0, 100, 10}, {1, 60, 5}, {2, 60, 5}, {3, 200, 30}, {6, 10, 9}}, Net: 430, Cost: 59, Bound: 59, AnnualCost: 1_669_380, Proof: ProvenWhole}},
		{431, Choice{Missing: 1, Proof: TooLittle}},
	} {
		if difference := cmp.Diff(test.want, Cheapest(test.need, candidates)); difference != "" {
			t.Errorf("need %d: %s", test.need, difference)
		}
	}
}

// The last one is taken in part where that is cheaper than taking it whole or another.
func TestPartByHand(t *testing.T) {
	candidates := []Candidate{{Net: 1000, Cost: 100, Days: 30}, {Net: 1000, Cost: 110, Fixed: 10, Days: 30, Division: Divisible}}
	want := Choice{Picks: []Pick{{0, 1000, 100}, {1, 250, 35}}, Net: 1250, Cost: 135, Bound: 135, AnnualCost: 1_314_000, Proof: ProvenCost}
	got := Cheapest(1250, candidates)
	got.Proof, want.Proof, got.Bound = 0, 0, want.Bound
	if difference := cmp.Diff(want, got); difference != "" {
		t.Error(difference)
	}
}

func TestValidate(t *testing.T) {
	for _, test := range []struct {
		need       money.Minor
		candidates []Candidate
		want       Fault
	}{
		{10, []Candidate{{Net: -1, Cost: 0}}, 0},
		{NetSumMax, []Candidate{{Net: NetSumMax, Cost: CostSumMax}}, 0},
		{10, make([]Candidate, CandidatesMax+1), CandidatesTooMany},
		{-1, nil, AmountOutOfRange},
		{NetSumMax + 1, nil, AmountOutOfRange},
		{1, []Candidate{{Cost: -1}}, AmountOutOfRange},
		{1, []Candidate{{Cost: 1, Fixed: 2}}, AmountOutOfRange},
		{1, []Candidate{{Fixed: -1}}, AmountOutOfRange},
		{1, []Candidate{{Net: NetSumMax}, {Net: 1}}, AmountOutOfRange},
		{1, []Candidate{{Cost: CostSumMax}, {Cost: 1}}, AmountOutOfRange},
	} {
		if got := Validate(test.need, test.candidates); got != test.want {
			t.Errorf("%v, want %v", got, test.want)
		}
	}
}

// The widest amounts must not overflow.
func TestCheapestAtTheLimits(t *testing.T) {
	for _, division := range []Division{Indivisible, Divisible} {
		var candidates []Candidate
		for i := range money.Minor(CandidatesMax) {
			candidates = append(candidates, Candidate{Net: NetSumMax/CandidatesMax - i, Cost: CostSumMax/CandidatesMax - i%7, Fixed: 3, Division: division})
		}
		for _, need := range []money.Minor{1, NetSumMax / 3, NetSumMax - CandidatesMax*CandidatesMax} {
			got := Cheapest(need, candidates)
			checkChoice(t, need, candidates, &got)
		}
	}
	one := []Candidate{{Net: NetSumMax, Cost: CostSumMax, Division: Divisible}}
	if got := Cheapest(NetSumMax, one); got.Cost != CostSumMax {
		t.Errorf("%+v", got)
	}
}

func TestChoiceComesBack(t *testing.T) {
	want := Cheapest(110, []Candidate{{Net: 100, Cost: 10, Days: 3}, {Net: 60, Cost: 5, Days: 4}})
	bytes, err := cbor.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	var got Choice
	if err := cbor.Unmarshal(bytes, &got); err != nil {
		t.Fatal(err)
	}
	if difference := cmp.Diff(want, got); difference != "" {
		t.Error(difference)
	}
}

// book is a seller's receivables: faces between 200.00 and 60,000.00, due in 5 to 90 days; the kinds differ in how they are priced.
type book struct {
	name  string
	gap   money.Minor // that is allowed: a fee, or cents
	price func(face money.Minor, days int64, next func(uint64) uint64) Candidate
}

var books = []book{
	{"one rate and a fee", 15_00, func(face money.Minor, days int64, _ func(uint64) uint64) Candidate {
		discount := money.Interest(face, 52_500, days, 360)
		return Candidate{Net: face - discount - 15_00, Cost: discount + 15_00, Fixed: 15_00, Days: int32(days)}
	}},
	{"rates by grade, fee with a minimum", 10, func(face money.Minor, days int64, next func(uint64) uint64) Candidate {
		discount, fee := money.Interest(face, money.Rate(38_000+next(7)*7_500), days, 360), max(money.Share(face, 1_500), 10_00)
		return Candidate{Net: face - discount - fee, Cost: discount + fee, Fixed: 10_00, Days: int32(days)}
	}},
	{"one due date and a fee", 25_00, func(face money.Minor, _ int64, _ func(uint64) uint64) Candidate {
		discount := money.Interest(face, 60_000, 45, 360)
		return Candidate{Net: face - discount - 25_00, Cost: discount + 25_00, Fixed: 25_00, Days: 45}
	}},
	{"one due date, no fee", 10, func(face money.Minor, _ int64, _ func(uint64) uint64) Candidate {
		discount := money.Interest(face, 60_000, 45, 360)
		return Candidate{Net: face - discount, Cost: discount, Days: 45}
	}},
	{"three faces", 25_00, func(face money.Minor, _ int64, _ func(uint64) uint64) Candidate {
		face = 1_000_00 * (1 + face%3)
		discount := money.Interest(face, 60_000, 45, 360)
		return Candidate{Net: face - discount - 25_00, Cost: discount + 25_00, Fixed: 25_00, Days: 45}
	}},
}

func (k *book) candidates(n int, division Division) (candidates []Candidate, total money.Minor) {
	state := uint64(7)
	next := func(below uint64) uint64 { // a linear congruential generator, Knuth's constants for MMIX
		state = state*6364136223846793005 + 1442695040888963407
		return state >> 33 % below
	}
	for range n {
		c := k.price(money.Minor(200_00+next(60_000_00-200_00)), int64(5+next(86)), next)
		c.Division = division
		candidates = append(candidates, c)
		total += c.Net
	}
	return candidates, total
}

func TestTenThousandCandidates(t *testing.T) {
	for _, division := range []Division{Indivisible, Divisible} {
		for _, k := range books {
			candidates, total := k.candidates(10_000, division)
			for _, need := range []money.Minor{5_000_00, 1_000_000_00, total / 10, total / 2, total - total/50} {
				got := Cheapest(need, candidates)
				checkChoice(t, need, candidates, &got)
				if got.Gap() > k.gap {
					t.Errorf("%s, division %d, need %d: gap %d", k.name, division, need, got.Gap())
				}
				t.Logf("%s, division %d: %s of %s costs %s, proof %s, gap %d, overshoot %d, %d picks", k.name, division, money.Format(need, 978), money.Format(total, 978), money.Format(got.Cost, 978),
					got.Proof, got.Gap(), got.Overshoot, len(got.Picks))
			}
		}
	}
}

func BenchmarkCheapestOfTenThousand(b *testing.B) {
	for _, k := range books {
		for _, division := range []Division{Indivisible, Divisible} {
			candidates, total := k.candidates(10_000, division)
			for _, need := range []struct {
				name   string
				amount money.Minor
			}{{"1M", 1_000_000_00}, {"half", total / 2}} {
				b.Run(k.name+"/"+[]string{"whole", "divisible"}[division]+"/"+need.name, func(b *testing.B) {
					for b.Loop() {
						Cheapest(need.amount, candidates)
					}
				})
			}
		}
	}
}
