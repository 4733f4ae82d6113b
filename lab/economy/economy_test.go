package economy

import (
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"millrace/domain/product"
	"millrace/edge/productfile"
)

// early are the terms of dynamic discounting that come with the program.
func early(t *testing.T) *product.Terms {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("..", "..", "products", "dynamic-discounting.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	terms, problems := productfile.Read(content)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return &terms
}

func TestASmallEconomy(t *testing.T) {
	o := Options{Parties: 12, Months: 2, Seed: 1, Early: early(t)}
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
