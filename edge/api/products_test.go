package api_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"millrace/products"
)

func TestAProductIsProposedByItsFile(t *testing.T) {
	s := newSite(t)
	propose := func(body map[string]any) *answer {
		encoded, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		return s.post(s.world.Maker, "/v1/products", string(encoded))
	}
	file, _ := products.File("factoring")
	a := propose(map[string]any{"file": string(file)})
	if a.status != http.StatusCreated {
		t.Fatalf("%d: %s", a.status, a.bytes)
	}
	var shown struct {
		Record struct {
			Terms struct{ Name, File string }
		}
	}
	if err := json.Unmarshal(a.bytes, &shown); err != nil {
		t.Fatal(err)
	}
	if shown.Record.Terms.Name != "Factoring" || shown.Record.Terms.File != string(file) {
		t.Errorf("comes back as %s", a.bytes)
	}
	wrong := strings.NewReplacer("bypasses: none", "bypasses: [small ones]", "rate: 80 %", "rate: 80").Replace(string(file))
	a = propose(map[string]any{"file": wrong})
	if a.status != http.StatusUnprocessableEntity {
		t.Fatalf("%d: %s", a.status, a.bytes)
	}
	for _, want := range []string{"not_a_percentage", "link_bypassed", "advance.rate"} {
		if !strings.Contains(string(a.bytes), want) {
			t.Errorf("%s is not in %s", want, a.bytes)
		}
	}
	for _, body := range []map[string]any{{}, {"file": string(file), "terms": map[string]any{"name": "x"}}} {
		if a := propose(body); a.status != http.StatusUnprocessableEntity {
			t.Errorf("%d: %s", a.status, a.bytes)
		}
	}
}
