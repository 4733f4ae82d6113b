package productfile_test

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"

	"millrace/edge/productfile"
	"millrace/products"
)

func TestCompareNamesEachPlaceThatDiffers(t *testing.T) {
	content, _ := products.File("payables-finance")
	before, wrong := productfile.Read(content)
	if wrong != nil {
		t.Fatal(wrong)
	}
	changed := content
	for _, change := range [][2]string{
		{"days_max: 180", "days_max: 120"}, {"rate: 0.05 %", "rate: 0.08 %"}, {"goods: [ordered, shipped, received, invoiced, confirmed]", "goods: [received, invoiced, confirmed]"},
		{"    - name: Platform\n      payer: funder\n      to: operator\n      basis: advance\n      per: year\n      when: due\n      rate: 0.1 %\n", ""},
	} {
		if !bytes.Contains(changed, []byte(change[0])) {
			t.Fatalf("the file has no %q", change[0])
		}
		changed = bytes.Replace(changed, []byte(change[0]), []byte(change[1]), 1)
	}
	after, wrong := productfile.Read(changed)
	if wrong != nil {
		t.Fatal(wrong)
	}
	got := map[string][2]string{}
	for _, d := range productfile.Compare(&before, &after) {
		got[d.Path] = [2]string{d.Before, d.After}
	}
	want := map[string][2]string{
		"tenor.days_max": {"180", "120"}, "pricing.fees[Transaction].rate": {"0.05 %", "0.08 %"},
		"links.trade_evidence.goods":   {"ordered, shipped, received, invoiced, confirmed", "received, invoiced, confirmed"},
		"pricing.fees[Platform].payer": {"funder", ""}, "pricing.fees[Platform].to": {"operator", ""}, "pricing.fees[Platform].basis": {"advance", ""},
		"pricing.fees[Platform].name": {"Platform", ""}, "pricing.fees[Platform].per": {"year", ""}, "pricing.fees[Platform].when": {"due", ""},
		"pricing.fees[Platform].rate": {"0.1 %", ""},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("what differs (-want +got):\n%s", diff)
	}
	if same := productfile.Compare(&before, &before); same != nil {
		t.Errorf("a product differs from itself: %v", same)
	}
}
