package score

import (
	"bytes"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestATablePacksToTheSameBytesAndBack(t *testing.T) {
	table := sample()
	packed := table.Pack()
	got, err := Unpack(packed)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(table, got); diff != "" {
		t.Error(diff)
	}
	for i := range packed { // whatever breaks off is no table
		if _, err := Unpack(packed[:i]); err == nil {
			t.Fatalf("%d bytes of %d are a table", i, len(packed))
		}
	}
	if _, err := Unpack(append(slices.Clone(packed), 0)); !errors.Is(err, ErrPacked) {
		t.Error("a byte too much:", err)
	}
	rapid.Check(t, func(t *rapid.T) {
		spoilt := slices.Clone(packed)
		spoilt[rapid.IntRange(0, len(spoilt)-1).Draw(t, "place")] = rapid.Byte().Draw(t, "byte")
		if other, err := Unpack(spoilt); err == nil && !bytes.Equal(other.Pack(), spoilt) {
			t.Error("a table packs to other bytes than it came from")
		}
	})
}

// The index of stability by integers is the one by definition, to three millionths.
func TestStabilityIsThatByDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		counts := rapid.SliceOfN(rapid.OneOf(rapid.Uint32Range(0, 20), rapid.Uint32Range(0, 1_000_000)), 2, 40).Draw(t, "before")
		now := make([]uint32, len(counts))
		for i := range now {
			now[i] = rapid.OneOf(rapid.Uint32Range(0, 20), rapid.Uint32Range(0, 1_000_000)).Draw(t, "now")
		}
		var b, n, want float64
		for i := range counts {
			b, n = b+float64(counts[i]), n+float64(now[i])
		}
		if b == 0 || n == 0 {
			return
		}
		for i := range counts {
			if counts[i] == 0 && now[i] == 0 {
				continue
			}
			x, y := math.Max(float64(counts[i]), 0.5)/b, math.Max(float64(now[i]), 0.5)/n
			want += (y - x) * math.Log(y/x)
		}
		if got := Stability(counts, now); math.Abs(float64(got)-want*1e6) > 3 {
			t.Errorf("%d millionths, by definition %.3f", got, want*1e6)
		}
	})
}

// By hand: 50, 30, 20 of a hundred before and 30, 30, 40 now give 0.2 ln 0.6⁻¹ + 0.2 ln 2 = 0.240795.
func TestAnIndexWorkedOutByHand(t *testing.T) {
	if got := Stability([]uint32{50, 30, 20}, []uint32{30, 30, 40}); got != 240_795 {
		t.Error(got)
	}
	if got := Stability([]uint32{50, 30, 20}, []uint32{500, 300, 200}); got != 0 {
		t.Error("the same shares:", got)
	}
	if Stability([]uint32{0, 0}, []uint32{1, 1}) != 0 || Stability([]uint32{1, 1}, []uint32{0, 0}) != 0 {
		t.Error("nothing was counted")
	}
	most := Stability([]uint32{math.MaxUint32, 0}, []uint32{0, math.MaxUint32})
	if want := 2 * math.Log(2*math.MaxUint32) * 1e6; math.Abs(float64(most)-want) > 50 {
		t.Errorf("%d, by definition %.0f", most, want)
	}
	for index, want := range map[int64]Alarm{0: Stable, 99_999: Stable, 100_000: Watch, 249_999: Watch, 250_000: Changed} {
		if AlarmOf(index, ScoredMin) != want || AlarmOf(index, ScoredMin-1) != TooFew {
			t.Errorf("%d: %s", index, AlarmOf(index, ScoredMin))
		}
	}
}

func TestAMonthCountsEveryFactOnce(t *testing.T) {
	r := Reference{
		Scores:   Distribution{Upto: []int64{10, 20}, Counts: []uint32{1, 1, 1, 0}},
		Features: []Distribution{{Upto: []int64{5}, Counts: []uint32{1, 1, 1}}, {Counts: []uint32{2, 1}}},
	}
	if err := r.Check(2); err != nil {
		t.Fatal(err)
	}
	counts := make([]uint32, r.Bins())
	r.Count(counts, []int64{5, Missing}, 10)
	r.Count(counts, []int64{6, 0}, 21)
	r.Count(counts, []int64{Missing, 7}, 11)
	if diff := cmp.Diff([]uint32{1, 1, 1, 0, 1, 1, 1, 2, 1}, counts); diff != "" {
		t.Error(diff)
	}
	drift := r.Drift(&Month{Month: 202611, Scored: 3, Counts: counts})
	if drift.Scores != 0 || !slices.Equal(drift.Features, []int64{0, 0}) {
		t.Error(drift)
	}
	for what, spoil := range map[string]func(r *Reference){
		"the table has 2":           func(r *Reference) { r.Features = r.Features[:1] },
		"two counts more":           func(r *Reference) { r.Scores.Counts = r.Scores.Counts[:3] },
		"do not ascend":             func(r *Reference) { r.Scores.Upto = []int64{20, 20} },
		"no cases":                  func(r *Reference) { r.Scores.Counts = []uint32{0, 0, 0, 0} },
		"another number of cases":   func(r *Reference) { r.Features[1].Counts = []uint32{2, 2} },
		"distributions of 2 featur": nil,
	} {
		other := Reference{Scores: Distribution{Upto: slices.Clone(r.Scores.Upto), Counts: slices.Clone(r.Scores.Counts)}, Features: slices.Clone(r.Features)}
		features := 2
		if spoil == nil {
			features = 3
		} else {
			spoil(&other)
		}
		if err := other.Check(features); err == nil || !strings.Contains(err.Error(), what) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestKnownFactsFitFeaturesOrSayWhyNot(t *testing.T) {
	table := sample()
	sector := KnownFact{Name: "sector", Categories: []string{"steel", "farm", "toys"}}
	if told := sector.Misfit(&table.Features[2]); told != "" {
		t.Error(told)
	}
	if diff := cmp.Diff([]int64{1, 0, -1}, sector.Codes(&table.Features[2])); diff != "" {
		t.Error(diff)
	}
	number := KnownFact{Name: "ratio", Decimals: 4}
	if number.Misfit(&table.Features[1]) != "" || number.Codes(&table.Features[1]) != nil {
		t.Error("a number of other decimals fits")
	}
	for want, told := range map[string]string{
		"is a number, the book's":  sector.Misfit(&table.Features[1]),
		"has categories, the book": number.Misfit(&table.Features[2]),
		`the category "steel"`:     (&KnownFact{Categories: []string{"farm"}}).Misfit(&table.Features[2]),
	} {
		if !strings.Contains(told, want) {
			t.Errorf("%q does not say %q", told, want)
		}
	}
}

func TestNamesAreReadAsTheyArePrinted(t *testing.T) {
	for p := BuyerReview; p <= CreditUse; p++ {
		if ParsePurpose(p.String()) != p {
			t.Errorf("%s", p)
		}
	}
	if ParsePurpose("moon") != 0 || ParsePurpose("") != 0 || Champion.String() != "champion" || Retired.Scores() || !Challenger.Scores() {
		t.Error("a name has changed")
	}
}
