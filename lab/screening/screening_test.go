package screening_test

import (
	"testing"
	"time"

	lab "millrace/lab/screening"
)

func TestWhatIsFoundOnGeneratedNames(t *testing.T) {
	clock := func() time.Time { return time.Unix(0, 0) }
	o := lab.Options{Seed: 1, Entries: 1000, Parties: 2000, Listed: 650, FromLow: 700, FromHigh: 900, Step: 40}
	r, err := lab.Measure(o, clock)
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range r.At {
		t.Logf("%+v", at)
		if at.Threshold == r.Threshold && (at.Recall < 930 || at.FalsePerMille > 30) {
			t.Errorf("%+v", at)
		}
	}
	for _, d := range r.Done {
		t.Logf("%+v", d)
	}
	again, err := lab.Measure(o, clock)
	if err != nil || len(again.At) != len(r.At) {
		t.Fatal(err)
	}
	for i := range r.At {
		if r.At[i] != again.At[i] {
			t.Errorf("%+v, then %+v", r.At[i], again.At[i])
		}
	}
	for _, bad := range []lab.Options{{}, {Entries: 10, Parties: 10, Listed: 10, FromLow: 900, FromHigh: 800, Step: 1}} {
		if _, err := lab.Measure(bad, clock); err == nil {
			t.Errorf("%+v is measured", bad)
		}
	}
}
