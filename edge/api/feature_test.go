package api_test

import (
	"strings"
	"testing"
)

// The operator and its auditor see what is known of a party; a funder sees the trade of those whose receivables it was asked to finance, and
// not what others finance; nobody else sees anything, the party itself included.
func TestFactsOfAParty(t *testing.T) {
	s := newSite(t)
	w := s.world
	who := s.cast()
	l := w.NewLife(1)
	s.live(&l, 0, 7)
	path := "/v1/parties/" + w.Sellers[l.Seller].String() + "/facts"
	shown := string(s.get(who["operator"], path).want(200).bytes)
	for _, want := range []string{`"name":"invoiced_12m"`, `"kind":"seller"`, `"name":"financings_12m"`} {
		if !strings.Contains(shown, want) {
			t.Errorf("the operator is not shown %s: %s", want, shown)
		}
	}
	s.get(who["auditor"], path).want(200)
	shown = string(s.get(who["funder"], path).want(200).bytes)
	if !strings.Contains(shown, `"name":"invoiced_12m"`) || strings.Contains(shown, "financ") {
		t.Errorf("the funder is shown %s", shown)
	}
	for _, other := range []string{"seller", "seller's auditor", "buyer", "other funder", "bank"} {
		if answer := s.get(who[other], path); answer.status < 400 {
			t.Errorf("%s is answered %d", other, answer.status)
		}
	}
}
