package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"millrace/domain/id"
)

func TestAProgrammeTakesAndShowsItsTolerances(t *testing.T) {
	s := newSite(t)
	propose := func(tolerances string) *answer {
		return s.post(s.world.Maker, "/v1/programmes", fmt.Sprintf(`{"product":%q,"anchor":%q,"custodian":%q,"currency":"EUR","calendar":"TARGET",
			"funders":[{"party":%q,"priority":1,"rate":"4.8"}],"tolerances":%s}`, id.Make[id.Product](1, 1), s.world.Anchor, s.world.Custodian, s.world.Funder, tolerances))
	}
	a := propose(`{"price_share":"1","price_amount":{"text":"5.00","currency":"EUR"},"quantity_share":"0.5","over_delivery":"10","under_delivery":"2.25","days_late":3}`)
	if a.status != http.StatusCreated {
		t.Fatalf("%d: %s", a.status, a.bytes)
	}
	for _, want := range []string{`"price_share":"1.0000"`, `"text":"5.00"`, `"quantity_share":"0.5000"`, `"over_delivery":"10.0000"`, `"under_delivery":"2.2500"`, `"days_late":3`} {
		if !strings.Contains(string(a.bytes), want) {
			t.Errorf("%s does not show %s", a.bytes, want)
		}
	}
	if a := propose(`{"quantity_share":"101"}`); a.status != http.StatusUnprocessableEntity || !strings.Contains(string(a.bytes), "tolerance_invalid") {
		t.Errorf("%d: %s", a.status, a.bytes)
	}
	if a := propose(`{"days_late":400}`); a.status != http.StatusUnprocessableEntity {
		t.Errorf("%d: %s", a.status, a.bytes)
	}
}
