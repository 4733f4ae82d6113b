package train

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"millrace/domain/score"
)

// invented is cases whose risk rises with debt, falls with age and depends on a sector; noise tells nothing.
func invented(t testing.TB, cases int, seed uint64) *Data {
	t.Helper()
	random := draws(seed, 99)
	var b strings.Builder
	b.WriteString("debt,age,sector,noise,bad\n")
	for range cases {
		debt, age, sector := random.Float64()*10, 20+random.IntN(50), []string{"farm", "steel", "toys"}[random.IntN(3)]
		odds := 0.6*(debt-5) - 0.04*float64(age-40) - 0.5
		if sector == "steel" {
			odds += 1.5
		}
		bad := 0
		if random.Float64() < 1/(1+math.Exp(-odds)) {
			bad = 1
		}
		known := fmt.Sprintf("%.3f", debt)
		if random.IntN(20) == 0 {
			known = "NA"
		}
		fmt.Fprintf(&b, "%s,%d,%s,%d,%d\n", known, age, sector, random.IntN(1000), bad)
	}
	d, err := Read(strings.NewReader(b.String()), Source{Target: "bad"})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func few() []Growth {
	return []Growth{{Trees: 20, Rate: 0.1, Leaves: 8, Depth: 4, RowsLeast: 10, L2: 1, RowShare: 0.8, FeatureShare: 0.8, HessianLeast: 0.001, Weight: 1}}
}

func TestRead(t *testing.T) {
	text := "\uFEFFa,b,code,leak1,y\n1.25,x,7,1,Good\n,NA,8,0,bad\n-3e1,x y,7,1,GOOD\n"
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	source := Source{Target: "y", Drop: []string{"leak*"}, Text: []string{"code"}}
	want := &Data{Columns: []Column{
		{Name: "a", Digits: 2, Values: []int64{125, score.Missing, -3000}},
		{Name: "b", Categories: []string{"x", "x y"}, Values: []int64{0, score.Missing, 1}},
		{Name: "code", Categories: []string{"7", "8"}, Values: []int64{0, 1, 0}},
	}, Bad: []bool{false, true, false}, Bads: 1, Missing: 2}
	for name, content := range map[string]string{"plain": text, "gzip": packed.String()} {
		d, err := Read(strings.NewReader(content), source)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if diff := cmp.Diff(want, d); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", "empty"},
		{"a,b\n1,2\n", "no column \"y\""},
		{"a,y\n1,2\n", `row 2, column "y": "2" is no outcome`},
		{"a,y\n1,\n", "is no outcome"},
		{"a,y\n1,0\nNaN,1\n", `row 3, column "a": "NaN" is not a number`},
		{"a,a,y\n1,2,0\n", "two columns"},
		{",y\n1,0\n", "no name"},
		{"a,y\n1,0,5\n", "wrong number of fields"},
		{"y\n0\n", "besides the target"},
	} {
		if _, err := Read(strings.NewReader(c.text), Source{Target: "y"}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v; want one with %q", c.text, err, c.want)
		}
	}
	if _, err := Read(strings.NewReader("a,y\n1,0\n"), Source{Target: "y", Drop: []string{"z"}}); err == nil {
		t.Error("a column to drop that is not there is passed over")
	}
	var cell *BadCell
	if _, err := Read(strings.NewReader("a,y\n1,x\n"), Source{Target: "y"}); !errors.As(err, &cell) || cell.Row != 2 {
		t.Errorf("%v", err)
	}
}

func TestFoldsAreStratifiedAndSeeded(t *testing.T) {
	d := invented(t, 503, 1)
	one, err := d.Folds(5, 7)
	if err != nil {
		t.Fatal(err)
	}
	again, _ := d.Folds(5, 7)
	other, _ := d.Folds(5, 8)
	if !slices.Equal(one, again) || slices.Equal(one, other) {
		t.Error("folds do not follow the seed")
	}
	bads, goods := make([]int, 5), make([]int, 5)
	for i, fold := range one {
		if d.Bad[i] {
			bads[fold]++
		} else {
			goods[fold]++
		}
	}
	if slices.Max(bads)-slices.Min(bads) > 1 || slices.Max(goods)-slices.Min(goods) > 1 {
		t.Error(bads, goods)
	}
	if _, err := d.Folds(1, 7); err == nil {
		t.Error("one fold is taken")
	}
}

func TestPowerByDefinition(t *testing.T) {
	random := draws(3, 3)
	scores, bad := make([]int64, 200), make([]bool, 200)
	for i := range scores {
		scores[i], bad[i] = random.Int64N(30), random.IntN(3) == 0
	}
	var wins, pairs float64
	for i := range scores {
		for j := range scores {
			if bad[i] && !bad[j] {
				pairs++
				switch {
				case scores[i] < scores[j]:
					wins++
				case scores[i] == scores[j]:
					wins += 0.5
				}
			}
		}
	}
	p, _ := power(rank(scores, bad))
	if math.Abs(p.AUC-wins/pairs) > 1e-12 || math.Abs(p.Gini-(2*p.AUC-1)) > 1e-12 {
		t.Errorf("%+v, want AUC %v", p, wins/pairs)
	}
	perfect, _ := power(rank([]int64{1, 2, 3, 4}, []bool{true, true, false, false}))
	if perfect != (Power{1, 1, 1}) {
		t.Errorf("%+v", perfect)
	}
	if got := stability([]float64{50, 50}, []float64{80, 20}); math.Abs(got-(0.3*math.Log(1.6)-0.3*math.Log(0.4))) > 1e-12 {
		t.Errorf("stability %v", got)
	}
}

func TestBothFormsFindWhatIsThere(t *testing.T) {
	d := invented(t, 1500, 2)
	for _, form := range []Form{Scorecard, Trees} {
		plan := Plan{Form: form, Folds: 3, Seed: 5, Recipe: few()}
		o, err := Evaluate(d, plan)
		if err != nil {
			t.Fatal(err)
		}
		if o.AUC < 0.80 || o.AUC > 0.92 || o.KS < 0.45 || math.Abs(o.Foretold-1) > 0.05 || o.TenthsOff > 0.06 || o.LiftTenth < 1.5 {
			t.Errorf("%s: %+v", form, o)
		}
		again, err := Evaluate(d, plan)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(o.Scores, again.Scores) {
			t.Errorf("%s: the same seed gives other scores", form)
		}
	}
}

// Outcomes drawn by lot can't be foretold: an AUC away from a half would mean that a fold sees its own outcomes.
func TestNothingIsLearntFromTheFoldThatIsMeasured(t *testing.T) {
	random := draws(11, 0)
	var b strings.Builder
	b.WriteString("name,number,y\n")
	for i := range 1200 {
		fmt.Fprintf(&b, "n%d,%d,%d\n", random.IntN(400), i%97, random.IntN(2))
	}
	d, err := Read(strings.NewReader(b.String()), Source{Target: "y"})
	if err != nil {
		t.Fatal(err)
	}
	for _, form := range []Form{Scorecard, Trees} {
		o, err := Evaluate(d, Plan{Form: form, Folds: 4, Seed: 3, Recipe: few()})
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(o.AUC-0.5) > 0.06 {
			t.Errorf("%s: AUC %.3f of outcomes drawn by lot", form, o.AUC)
		}
	}
}

func TestMonotoneConstraintsHold(t *testing.T) {
	d := invented(t, 1500, 4)
	for _, form := range []Form{Scorecard, Trees} {
		for _, way := range []int{1, -1} {
			f, err := Fit(d, Plan{Form: form, Seed: 1, Recipe: few(), Monotone: map[string]int{"noise": way, "debt": 1}})
			if err != nil {
				t.Fatal(err)
			}
			scorer, err := score.New(f.Table)
			if err != nil {
				t.Fatal(err)
			}
			random := rand.New(rand.NewPCG(1, 1))
			for range 50 {
				facts := []int64{random.Int64N(10_000), 20 + random.Int64N(50), random.Int64N(6), 0}
				before := scorer.Score(facts)
				for noise := int64(10); noise < 1000; noise += 10 {
					facts[3] = noise
					if after := scorer.Score(facts); int64(way)*(after-before) > 0 {
						t.Fatalf("%s: the score goes against %d at %v", form, way, facts)
					} else {
						before = after
					}
				}
			}
		}
	}
	if _, err := Fit(d, Plan{Form: Trees, Monotone: map[string]int{"sector": 1}, Recipe: few()}); err == nil {
		t.Error("categories are held to a direction")
	}
	if _, err := Fit(d, Plan{Form: Trees, Monotone: map[string]int{"what": 1}, Recipe: few()}); err == nil {
		t.Error("a column that is not there is held to a direction")
	}
}

func TestScorecardBinsGoOneWayOrTurnOnce(t *testing.T) {
	f, err := Fit(invented(t, 1500, 6), Plan{Form: Scorecard, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range f.Lines {
		turns := 0
		for k := 2; k < len(l.Bins); k++ {
			if (l.Bins[k].Evidence-l.Bins[k-1].Evidence)*(l.Bins[k-1].Evidence-l.Bins[k-2].Evidence) < 0 {
				turns++
			}
		}
		if turns > 1 {
			t.Errorf("%s turns %d times", l.Name, turns)
		}
	}
	if f.Lines[0].Name != "debt" {
		t.Errorf("most information is in %s", f.Lines[0].Name)
	}
}

func TestReportIsAPageWithoutScripts(t *testing.T) {
	d := invented(t, 600, 8)
	for _, form := range []Form{Scorecard, Trees} {
		plan := Plan{Form: form, Folds: 3, Seed: 5, Recipe: few()}
		o, err := Evaluate(d, plan)
		if err != nil {
			t.Fatal(err)
		}
		f, err := Fit(d, plan)
		if err != nil {
			t.Fatal(err)
		}
		var page bytes.Buffer
		if err := WriteReport(&page, d, plan, o, f); err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{"<svg", fmt.Sprintf("%.4f", o.AUC), "Not meant for", "debt", "Gini", "PSI", "</html>"} {
			if !strings.Contains(page.String(), want) {
				t.Errorf("%s: %q is missing", form, want)
			}
		}
		if strings.Contains(page.String(), "<script") || strings.Contains(page.String(), "NaN") {
			t.Errorf("%s: there is a script or no number", form)
		}
	}
}

func TestLeaksAreNamed(t *testing.T) {
	var b strings.Builder
	b.WriteString("after,before,y\n")
	for i := range 100 {
		fmt.Fprintf(&b, "%d,%d,%d\n", i%2*5+1, i%7, i%2)
	}
	d, err := Read(strings.NewReader(b.String()), Source{Target: "y"})
	if err != nil {
		t.Fatal(err)
	}
	if got := d.Leaks(); !slices.Equal(got, []string{"after"}) {
		t.Error(got)
	}
}

// Odd tables train all the same: a constant, an empty column, one category, an extreme number.
func TestOddColumns(t *testing.T) {
	var b strings.Builder
	b.WriteString("same,empty,word,big,y\n")
	for i := range 60 {
		fmt.Fprintf(&b, "1,,one,%s,%d\n", []string{"1e300", "-1e300", "0.000000000001"}[i%3], i%2)
	}
	d, err := Read(strings.NewReader(b.String()), Source{Target: "y"})
	if err != nil {
		t.Fatal(err)
	}
	for _, form := range []Form{Scorecard, Trees} {
		if _, err := Evaluate(d, Plan{Form: form, Folds: 2, Seed: 1, Recipe: few()}); err != nil {
			t.Errorf("%s: %v", form, err)
		}
	}
}

// Two features that tell the same, one more exactly: the other's points may go against its evidence unless it is held to a direction.
func TestPointsOfAHeldFeatureFollowItsEvidence(t *testing.T) {
	random := draws(21, 0)
	var b strings.Builder
	b.WriteString("debt,echo,y\n")
	for range 3000 {
		debt, other := random.NormFloat64(), random.NormFloat64()
		bad := 0
		if random.Float64() < 1/(1+math.Exp(-2*debt+other)) {
			bad = 1
		}
		fmt.Fprintf(&b, "%.3f,%.3f,%d\n", debt, debt+0.6*other, bad)
	}
	d, err := Read(strings.NewReader(b.String()), Source{Target: "y"})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		monotone map[string]int
		rises    bool
	}{{nil, true}, {map[string]int{"echo": 1}, false}} {
		f, err := Fit(d, Plan{Form: Scorecard, Seed: 1, Monotone: c.monotone})
		if err != nil {
			t.Fatal(err)
		}
		rises := false
		for _, line := range f.Table.Characteristics {
			for k := 1; line.Feature == 1 && k < len(line.Units); k++ {
				rises = rises || line.Units[k] > line.Units[k-1]
			}
		}
		if rises != c.rises {
			t.Errorf("held to %v, points of echo rise: %v", c.monotone, rises)
		}
	}
}

func TestDeepTreesWeighMoreWithMoreCases(t *testing.T) {
	recipe := Recipe()
	last := 0.0
	for _, cases := range []int{1, 800, 2500, 24_000, 10_000_000} {
		deep, small := recipe[0].Share(cases, recipe), recipe[1].Share(cases, recipe)
		if deep <= last || deep > 0.6 || math.Abs(deep+small-1) > 1e-12 {
			t.Errorf("%d cases: deep %v after %v, small %v", cases, deep, last, small)
		}
		last = deep
	}
	if half := few()[0]; half.Share(1, []Growth{half}) != 1 {
		t.Error("an ensemble by itself is not the whole")
	}
}
