package score

import (
	"errors"
	"fmt"
	"math/big"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func sampleScale() Scale { return Scale{UnitsPerPoint: 1000, Points: 600, Odds: 50, DoubleOdds: 20} }

// sample is a table with everything: a characteristic, a tree of numbers, one of a set.
func sample() Table {
	return Table{
		Name: "sample", Scale: sampleScale(), Base: 500_000,
		Features: []Feature{
			{Name: "days late", Digits: 0},
			{Name: "ratio", Digits: 2},
			{Name: "sector", Categories: []Category{{"farm", 0}, {"steel", 1}}, Otherwise: -1},
		},
		Characteristics: []Characteristic{{Feature: 0, Upto: []int64{0, 30}, Units: []int64{40_000, 10_000, -25_000}, Missing: -5_000}},
		Trees: []Tree{
			{Nodes: []Node{
				{Feature: 1, Limit: 150, Left: 1, Right: 2, MissingLeft: true, Cover: 100},
				{Cover: 60, Units: -7_001},
				{Feature: 0, Limit: 10, Left: 3, Right: 4, Cover: 40},
				{Cover: 30, Units: 9_000}, {Cover: 10, Units: -2_000},
			}},
			{Nodes: []Node{{Feature: 2, Set: 1, Left: 1, Right: 2, Cover: 3}, {Cover: 1, Units: -3_333}, {Cover: 2, Units: 1_111}}},
		},
		Sets: [][]uint64{{2}},
	}
}

func mustNew(t testing.TB, table Table) *Scorer {
	t.Helper()
	s, err := New(table)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// The golden scores hold on every processor.
func TestScoreAndReasonsOfTheSample(t *testing.T) {
	s := mustNew(t, sample())
	for _, c := range []struct {
		facts  []int64
		score  int64
		points int64
	}{
		{[]int64{0, 200, 0}, 500_000 + 40_000 + 9_000 + 1_111, 550},
		{[]int64{11, 151, 1}, 500_000 + 10_000 - 2_000 - 3_333, 505},
		{[]int64{31, 150, -1}, 500_000 - 25_000 - 7_001 + 1_111, 469},
		{[]int64{Missing, Missing, Missing}, 500_000 - 5_000 - 7_001 + 1_111, 489},
		{[]int64{Missing, 151, 64}, 500_000 - 5_000 - 2_000 + 1_111, 494},
	} {
		got := s.Score(c.facts)
		if got != c.score || s.Points(got) != c.points {
			t.Errorf("%v: %d units, %d points; want %d, %d", c.facts, got, s.Points(got), c.score, c.points)
		}
	}
	base, reasons := s.Reasons([]int64{11, 151, 1})
	if base != 500_000-2_071 {
		t.Errorf("base %d", base)
	}
	want := []Reason{{0, 11, 4_225, 30_000}, {1, 151, 5_476, 0}, {2, 1, -2_963, 0}}
	if diff := cmp.Diff(want, reasons); diff != "" {
		t.Error(diff)
	}
}

func TestFaultsAreNamed(t *testing.T) {
	for want, spoil := range map[string]func(*Table){
		"scale":                    func(t *Table) { t.Scale.Odds = 0 },
		"features: there are 0":    func(t *Table) { t.Features = nil },
		"has no name":              func(t *Table) { t.Features[1].Name = "" },
		"stands twice":             func(t *Table) { t.Features[1].Name = "sector" },
		"more than 9":              func(t *Table) { t.Features[1].Digits = 10 },
		"category farm":            func(t *Table) { t.Features[2].Categories[1].Text = "farm" },
		"missing fact":             func(t *Table) { t.Features[2].Categories[1].Fact = Missing },
		"neither":                  func(t *Table) { t.Characteristics, t.Trees = nil, nil },
		"base: is out of range":    func(t *Table) { t.Base = UnitsMax + 1 },
		"characteristic 1: asks":   func(t *Table) { t.Characteristics[0].Feature = 3 },
		"one attribute more":       func(t *Table) { t.Characteristics[0].Units = []int64{1} },
		"units out of range":       func(t *Table) { t.Characteristics[0].Missing = -UnitsMax - 1 },
		"do not ascend":            func(t *Table) { t.Characteristics[0].Upto[1] = 0 },
		"has no nodes":             func(t *Table) { t.Trees[0].Nodes = nil },
		"cover":                    func(t *Table) { t.Trees[0].Nodes[3].Cover = 0 },
		"come after it":            func(t *Table) { t.Trees[0].Nodes[2].Left = 1 },
		"nobody's child":           func(t *Table) { t.Trees[0].Nodes[0].Left = 3 },
		"tree 2, node 0: asks for": func(t *Table) { t.Trees[1].Nodes[0].Set = 2 },
		"tree 1, node 0: asks for": func(t *Table) { t.Trees[0].Nodes[0].Feature = -1 },
		"its limit":                func(t *Table) { t.Trees[0].Nodes[0].Limit = Missing },
		"is no leaf":               func(t *Table) { t.Trees[0].Nodes[3].Units = UnitsMax + 1 },
	} {
		table := sample()
		spoil(&table)
		err := table.Check()
		var found *Fault
		if !errors.As(err, &found) || !strings.Contains(err.Error(), want) {
			t.Errorf("%v; want one with %q", err, want)
		}
	}
}

func TestFacts(t *testing.T) {
	number := Feature{Name: "ratio", Digits: 2}
	for text, want := range map[string]int64{
		"1.5": 150, "-0.005": -1, "0.0049": 0, "1e-2": 1, "12E1": 12000, "+.5": 50, " 7 ": 700, "": Missing, "NA": Missing, "0e5": 0,
		"1e300": saturated, "-1e300": -saturated, "0.00000000000000000000001": 0, "123456789012345678901": saturated,
	} {
		if got, err := number.Fact(text); err != nil || got != want {
			t.Errorf("%q: %d, %v; want %d", text, got, err, want)
		}
	}
	for _, text := range []string{"NaN", "inf", "0x10", "1.2.3", "1e", "e5", "-", ".", "1,5", "1e99999999"} {
		if got, err := number.Fact(text); err == nil {
			t.Errorf("%q is read as %d", text, got)
		}
	}
	sector := sample().Features[2]
	if got, err := sector.Fact("steel"); err != nil || got != 1 {
		t.Errorf("steel: %d, %v", got, err)
	}
	if _, err := sector.Fact("ships"); err == nil || !strings.Contains(err.Error(), "not a category") {
		t.Errorf("ships: %v", err)
	}
}

// randomTable draws trees over a few features; covers add up.
func randomTable(t *rapid.T) (Table, []int64) {
	features := rapid.IntRange(1, 5).Draw(t, "features")
	random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
	table := Table{Name: "drawn", Scale: sampleScale(), Base: random.Int64N(1000), Sets: [][]uint64{{0b1010}}}
	for i := range features {
		table.Features = append(table.Features, Feature{Name: fmt.Sprint("f", i)})
	}
	for range rapid.IntRange(1, 6).Draw(t, "trees") {
		nodes := []Node{{Cover: 1 + random.Int64N(1000)}}
		for at := 0; at < len(nodes); at++ {
			n := &nodes[at]
			if n.Cover < 2 || len(nodes) > 12 || random.IntN(4) == 0 {
				n.Units = random.Int64N(200_000) - 100_000
				continue
			}
			n.Feature, n.Limit, n.MissingLeft = random.IntN(features), random.Int64N(7)-3, random.IntN(2) == 0
			n.Set = max(0, random.IntN(4)-2)
			n.Left, n.Right = len(nodes), len(nodes)+1
			left := 1 + random.Int64N(n.Cover-1)
			nodes = append(nodes, Node{Cover: left}, Node{Cover: n.Cover - left})
		}
		table.Trees = append(table.Trees, Tree{nodes})
	}
	facts := make([]int64, features)
	for i := range facts {
		if facts[i] = random.Int64N(9) - 4; random.IntN(5) == 0 {
			facts[i] = Missing
		}
	}
	return table, facts
}

// expected is the value of the game: a feature that is not known is averaged over by cover.
func expected(t *Table, nodes []Node, at int, facts []int64, known int) *big.Rat {
	n := &nodes[at]
	if n.Leaf() {
		return new(big.Rat).SetInt64(n.Units)
	}
	if known>>n.Feature&1 == 1 {
		if t.goesLeft(n, facts[n.Feature]) {
			return expected(t, nodes, n.Left, facts, known)
		}
		return expected(t, nodes, n.Right, facts, known)
	}
	left, right := expected(t, nodes, n.Left, facts, known), expected(t, nodes, n.Right, facts, known)
	left.Mul(left, big.NewRat(nodes[n.Left].Cover, n.Cover))
	return left.Add(left, right.Mul(right, big.NewRat(nodes[n.Right].Cover, n.Cover)))
}

// Each reason is within two units of the Shapley value by its definition, over all sets of features, and the sum is the score.
func TestReasonsAreShapleyValuesAndAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		table, facts := randomTable(t)
		s, err := New(table)
		if err != nil {
			t.Fatal(err)
		}
		count := len(facts)
		values := make([]*big.Rat, 1<<count)
		for known := range values {
			values[known] = new(big.Rat)
			for i := range table.Trees {
				values[known].Add(values[known], expected(&table, table.Trees[i].Nodes, 0, facts, known))
			}
		}
		base, reasons := s.Reasons(facts)
		sum, got := base, make([]int64, count)
		for _, r := range reasons {
			sum += r.Units
			got[r.Feature] = r.Units
		}
		if sum != s.Score(facts) {
			t.Fatalf("%d is not the score %d", sum, s.Score(facts))
		}
		for f := range count {
			want := new(big.Rat)
			for known := range values {
				if known>>f&1 == 1 {
					continue
				}
				size := 0
				for i := range count {
					size += known >> i & 1
				}
				weight := new(big.Rat).SetFrac(new(big.Int).Mul(factorial(size), factorial(count-1-size)), factorial(count))
				step := new(big.Rat).Sub(values[known|1<<f], values[known])
				want.Add(want, step.Mul(step, weight))
			}
			off := want.Sub(want, new(big.Rat).SetInt64(got[f]))
			if off.Abs(off).Cmp(big.NewRat(2, 1)) > 0 {
				t.Fatalf("feature %d: %d is off by %s", f, got[f], off.FloatString(2))
			}
		}
	})
}

func factorial(n int) *big.Int { return new(big.Int).MulRange(1, int64(max(1, n))) }

// Walking four trees at once gives what walking node by node gives.
func TestWalksAgree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		table, facts := randomTable(t)
		for i := range table.Trees {
			for k := range table.Trees[i].Nodes {
				table.Trees[i].Nodes[k].Set = 0
			}
		}
		s, err := New(table)
		if err != nil {
			t.Fatal(err)
		}
		want := table.Base
		for _, tree := range table.Trees {
			at := 0
			for !tree.Nodes[at].Leaf() {
				if n := &tree.Nodes[at]; table.goesLeft(n, facts[n.Feature]) {
					at = n.Left
				} else {
					at = n.Right
				}
			}
			want += tree.Nodes[at].Units
		}
		if got := s.Score(facts); got != want {
			t.Errorf("%d, want %d", got, want)
		}
	})
}

func TestScoreAllocatesNothing(t *testing.T) {
	s, facts := mustNew(t, sample()), []int64{3, 80, 1}
	if n := testing.AllocsPerRun(100, func() { s.Score(facts) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestWrongNumberOfFactsPanics(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	mustNew(t, sample()).Score([]int64{1})
}

func TestBetween(t *testing.T) {
	number, sector := Feature{Name: "ratio", Digits: 2}, sample().Features[2]
	got := []string{number.Between(-150, 2000), number.Between(-5, 1<<63-1), sector.Between(-1<<63, 0)}
	if want := []string{"above -1.5 up to 20", "above -0.05", "farm, any other"}; !slices.Equal(got, want) {
		t.Error(got)
	}
}

// BenchmarkScore walks 100 full trees of depth 6.
func BenchmarkScore(b *testing.B) {
	random := rand.New(rand.NewPCG(1, 2))
	table := Table{Name: "bench", Scale: sampleScale()}
	for i := range 30 {
		table.Features = append(table.Features, Feature{Name: fmt.Sprint("f", i)})
	}
	for range 100 {
		nodes := make([]Node, 127)
		for i := range nodes {
			nodes[i].Cover = 1
			if i < 63 {
				nodes[i] = Node{Feature: random.IntN(30), Limit: random.Int64N(1000), Left: 2*i + 1, Right: 2*i + 2, Cover: 1}
			} else {
				nodes[i].Units = random.Int64N(1000)
			}
		}
		table.Trees = append(table.Trees, Tree{nodes})
	}
	s := mustNew(b, table)
	facts := make([][]int64, 256)
	for i := range facts {
		for range 30 {
			facts[i] = append(facts[i], random.Int64N(1000))
		}
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		s.Score(facts[i%256])
	}
}
