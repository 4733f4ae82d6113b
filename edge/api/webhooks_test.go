package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"millrace/domain/party"
)

func init() {
	matrix = append(matrix, struct{ list, record, seen string }{"webhooks", "webhook", "operator, auditor, compliance, seller, seller's auditor"})
	for _, act := range []string{"", "/{id}/change", "/{id}/secret", "/{id}/pause", "/{id}/resumption", "/{id}/ending", "/{id}/replay", "/{id}/resending", "/{id}/test"} {
		bodies["/v1/webhooks"+act] = map[string]string{"": "{" + hookURL + "}", "/{id}/change": "{}", "/{id}/replay": `{"after":"1"}`, "/{id}/resending": `{"message":"evt_1_1_0"}`}[act]
		commandsOf["/v1/webhooks"+act] = "operator, seller, buyer, funder, bank, custodian, carrier, keeper"
	}
}

const hookURL = `"url":"https://example.com/hooks"`

// hooked opens a webhook of the second seller.
func (s *site) hooked() string {
	s.t.Helper()
	return s.post(s.world.SellerActors[1], "/v1/webhooks", "{"+hookURL+"}").want(201).text("record", "id")
}

func TestAWebhooksSecretIsShownOnce(t *testing.T) {
	s := newSite(t)
	seller := s.world.SellerActors[1]
	keyed := header{"Idempotency-Key": "hook", "Content-Type": "application/json"}
	body := `{` + hookURL + `,"description":"ERP","kinds":["receivable.paid","receivable.confirmed","receivable.paid"]}`
	opened := s.send(seller, "POST", "/v1/webhooks", body, keyed).want(201)
	if !strings.HasPrefix(opened.text("record", "secret"), "whsec_") || fmt.Sprint(opened.json("record", "kinds")) != "[receivable.confirmed receivable.paid]" {
		t.Fatalf("%s", opened.bytes)
	}
	again := s.send(seller, "POST", "/v1/webhooks", body, keyed).want(200)
	if again.text("record", "id") != opened.text("record", "id") || strings.Contains(string(again.bytes), "whsec_") {
		t.Fatalf("%s", again.bytes)
	}
	path := "/v1/webhooks/" + opened.text("record", "id")
	if shown := s.get(seller, path).want(200); strings.Contains(string(shown.bytes), "whsec_") || shown.text("url") != "https://example.com/hooks" || shown.text("description") != "ERP" {
		t.Fatalf("%s", shown.bytes)
	}
	rotated := s.send(seller, "POST", path+"/secret", `{"hours":24}`, keyed2("rotate")).want(200)
	if secret := rotated.text("record", "secret"); secret == opened.text("record", "secret") || rotated.text("record", "former_until") == "" {
		t.Fatalf("%s", rotated.bytes)
	}
	if again := s.send(seller, "POST", path+"/secret", `{"hours":24}`, keyed2("rotate")).want(200); strings.Contains(string(again.bytes), "whsec_") {
		t.Fatalf("%s", again.bytes)
	}
	// By Ed25519 the receiver is shown a public key, and the private one never leaves.
	asymmetric := s.post(seller, "/v1/webhooks", `{`+hookURL+`,"signature":"v1a"}`).want(201)
	if !strings.HasPrefix(asymmetric.text("record", "secret"), "whpk_") {
		t.Fatalf("%s", asymmetric.bytes)
	}
	changed := s.post(seller, path+"/change", `{"kinds":[],"description":""}`).want(200)
	if changed.text("record", "url") != "https://example.com/hooks" || fmt.Sprint(changed.json("record", "kinds")) != "[]" {
		t.Fatalf("%s", changed.bytes)
	}
}

func keyed2(key string) header {
	return header{"Idempotency-Key": key, "Content-Type": "application/json"}
}

func TestAWebhookLeadsToPublicAddressesOnly(t *testing.T) {
	s := newSite(t)
	seller := s.world.SellerActors[1]
	for _, url := range []string{
		"http://example.com/", "https://127.0.0.1/", "https://[::1]/", "https://10.1.2.3/hook", "https://169.254.169.254/latest", "https://[::ffff:10.0.0.1]/", "https://name:word@example.com/",
		"ftp://example.com/", "example.com", "https://", "https://[64:ff9b::a00:1]/", "https://example.com/#part",
	} {
		refused := s.post(seller, "/v1/webhooks", fmt.Sprintf(`{"url":%q}`, url)).want(422)
		if refused.text("field") != "url" || refused.text("code") != "request_invalid" {
			t.Errorf("%s: %s", url, refused.bytes)
		}
	}
	if refused := s.post(seller, "/v1/webhooks", `{`+hookURL+`,"kinds":["receivable.eaten"]}`).want(422); refused.text("field") != "kinds" {
		t.Errorf("%s", refused.bytes)
	}
	s.post(seller, "/v1/webhooks", fmt.Sprintf(`{%s,"party":%q}`, hookURL, s.world.Sellers[0])).want(403)
}

// By asking, page by page, everybody gets what it is told, once and in order; and others get nothing of it.
func TestEventsByAsking(t *testing.T) {
	s := newSite(t)
	l := s.life(1, 9)
	seller, other := s.world.SellerActors[l.Seller], s.world.SellerActors[1-l.Seller]
	var kinds []string
	ids := map[string]bool{}
	last := ""
	for after, more := "", true; more; {
		page := s.get(seller, "/v1/events?limit=3&after="+after).want(200)
		items := page.json("items").([]any)
		if len(items) > 3 {
			t.Fatalf("%d items", len(items))
		}
		for i := range items {
			id := page.text("items", i, "id")
			if ids[id] {
				t.Fatalf("%s comes twice", id)
			}
			ids[id] = true
			kinds = append(kinds, page.text("items", i, "type"))
			last = page.text("items", i, "cursor")
			if path, is := page.json("items", i, "data", "path").(string); is {
				if record := s.get(seller, path).want(200); record.text("id") != page.text("items", i, "data", "record", "id") {
					t.Errorf("%s leads to %s", path, record.bytes)
				}
			}
		}
		after, more = page.text("cursor"), page.json("more").(bool)
	}
	got := strings.Join(kinds, " ")
	at := 0
	for _, want := range []string{"receivable.opened", "receivable.confirmed", "financing.opened", "financing.accepted", "payment.opened", "payment.moved"} {
		next := strings.Index(got[at:], want)
		if next < 0 {
			t.Fatalf("%s does not come in its order: %s", want, got)
		}
		at += next
	}
	if page := s.get(seller, "/v1/events?after="+last).want(200); len(page.json("items").([]any)) != 0 {
		t.Errorf("something follows the last one: %s", page.bytes)
	}
	if page := s.get(seller, "/v1/events?kinds=receivable.confirmed").want(200); len(page.json("items").([]any)) != 1 {
		t.Errorf("of one kind: %s", page.bytes)
	}
	if page := s.get(other, "/v1/events?kinds=receivable.opened,financing.opened,payment.moved").want(200); len(page.json("items").([]any)) != 0 {
		t.Errorf("another seller is told %s", page.bytes)
	}
	s.get(seller, "/v1/events?after=1.x").want(400)
	s.get(seller, "/v1/events?after=999999").want(400)
	s.get(seller, "/v1/events?kinds=nothing").want(422)
	if listed := s.get(seller, "/v1/event-kinds").want(200); !strings.Contains(string(listed.bytes), `{"kind":"receivable.confirmed","about":"rcv"}`) {
		t.Errorf("%s", listed.bytes)
	}
}

func TestWhatIsAskedOfDeliveries(t *testing.T) {
	s := newSite(t)
	seller := s.world.SellerActors[1]
	path := "/v1/webhooks/" + s.hooked()
	if shown := s.get(seller, path+"/deliveries").want(200); shown.json("behind") != 0.0 || len(shown.json("items").([]any)) != 0 {
		t.Errorf("%s", shown.bytes)
	}
	if replayed := s.post(seller, path+"/replay", `{"after":"1"}`).want(200); replayed.text("cursor") != "1" {
		t.Errorf("%s", replayed.bytes)
	}
	if shown := s.get(seller, path+"/deliveries").want(200); shown.text("cursor") != "1" {
		t.Errorf("%s", shown.bytes)
	}
	first := s.send(seller, "POST", path+"/test", "", keyed2("once")).want(200).text("message")
	if again := s.send(seller, "POST", path+"/test", "", keyed2("once")).want(200).text("message"); again != first {
		t.Errorf("one request makes two tests, %s and %s", first, again)
	}
	events := s.get(seller, "/v1/events").want(200)
	message := events.text("items", 0, "id")
	s.post(seller, path+"/resending", fmt.Sprintf(`{"message":%q}`, message)).want(200)
	s.post(seller, path+"/resending", `{"message":"evt_1_1_000000000000"}`).want(404)
	s.post(s.world.SellerActors[0], path+"/replay", `{"after":"1"}`).want(404)
	s.post(s.newActor(s.world.Sellers[1], party.Auditor), path+"/replay", `{"after":"1"}`).want(403)
	s.post(seller, path+"/pause", "").want(200)
	s.post(seller, path+"/resumption", "").want(200)
	s.post(seller, path+"/ending", "").want(200)
	if refused := s.post(seller, path+"/test", "").want(http.StatusConflict); refused.text("code") != "webhook_ended" {
		t.Errorf("%s", refused.bytes)
	}
}
