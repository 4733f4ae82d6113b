package economy

import (
	"os"
	"strconv"
	"testing"
	"time"
)

func TestASmallEconomy(t *testing.T) {
	o := Options{Parties: 12, Months: 2, Seed: 1}
	if p, err := strconv.Atoi(os.Getenv("P")); err == nil {
		o.Parties = p
		o.Months = 12
	}
	b := time.Now()
	r, err := Run(o, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%v %+v", time.Since(b), r)
	if r.Breaches != 0 {
		t.Errorf("the auditor has found %d breaches", r.Breaches)
	}
}
