package api

import "testing"

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
