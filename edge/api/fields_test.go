package api

import "testing"

func TestIBAN(t *testing.T) {
	// The examples of ISO 13616's registry, and what is one step away from them.
	for text, valid := range map[string]bool{
		"DE89370400440532013000": true, "GB29 NWBK 6016 1331 9268 19": true, "NO9386011117947": true, "FR1420041010050500013M02606": true,
		"DE89370400440532013001": false, "DE98370400440532013000": false, "": false, "89DE370400440532013000": false, "DE8937040044053201300-": false,
	} {
		if validIBAN(text) != valid {
			t.Errorf("%q: %v", text, !valid)
		}
	}
}

func TestTheTableOfRoutesHasEveryRouteOnce(t *testing.T) {
	if len(routeByName) != len(routes) {
		t.Fatalf("%d names, %d routes", len(routeByName), len(routes))
	}
	seen := map[string]bool{}
	for _, r := range routes {
		if at := r.method + " " + r.path; seen[at] {
			t.Errorf("%s twice", at)
		} else {
			seen[at] = true
		}
		if r.summary == "" || r.records == "" {
			t.Errorf("%s says not what it is for", r.name)
		}
	}
}
