package api_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"millrace/domain/id"
)

func TestTheSameKeyIsDoneOnce(t *testing.T) {
	s := newSite(t)
	w := s.world
	for _, c := range []struct{ name, path, body, other string }{
		{"plain", "/v1/limits", fmt.Sprintf(`{"kind":"seller","programme":%q,"party":%q,"amount":{"text":"5","currency":"EUR"},"expires":"2027-01-01"}`, w.Payables, w.Sellers[0]),
			fmt.Sprintf(`{"kind":"seller","programme":%q,"party":%q,"amount":{"text":"6","currency":"EUR"},"expires":"2027-01-01"}`, w.Payables, w.Sellers[0])},
		{"with a text in the vault", "/v1/reviews", fmt.Sprintf(`{"party":%q,"grade":3,"until":"2027-01-01","reasons":"good"}`, w.Anchor),
			fmt.Sprintf(`{"party":%q,"grade":3,"until":"2027-01-01","reasons":"bad"}`, w.Anchor)},
		{"with a profile", "/v1/parties", `{"name":"Havelmark Werke AG","roles":["seller"],"country":"DE","identifiers":[{"scheme":"VAT","value":"DE1"}]}`,
			`{"name":"Havelmark AG","roles":["seller"],"country":"DE","identifiers":[{"scheme":"VAT","value":"DE1"}]}`},
	} {
		keyed := header{"Idempotency-Key": c.name, "Content-Type": "application/json"}
		keyed["Idempotency-Key"] = strings.ReplaceAll(c.name, " ", "-")
		first := s.send(w.Maker, "POST", c.path, c.body, keyed).want(201)
		again := s.send(w.Maker, "POST", c.path, c.body, keyed).want(200)
		if first.text("record", "id") != again.text("record", "id") || first.text("entry", "leaf") != again.text("entry", "leaf") || again.json("entry", "repeated") != true {
			t.Errorf("%s: %s, then %s", c.name, first.bytes, again.bytes)
		}
		if refused := s.send(w.Maker, "POST", c.path, c.other, keyed).want(409); refused.text("code") != "key_reused" {
			t.Errorf("%s: %s", c.name, refused.bytes)
		}
		// Another actor's keys are its own.
		if other := s.send(w.Checker, "POST", c.path, c.body, keyed); other.status == 200 {
			t.Errorf("%s: %s", c.name, other.bytes)
		}
	}
	s.send(w.Maker, "POST", "/v1/day", `{"date":"2026-09-02"}`, nil).want(400)
	s.send(w.Maker, "POST", "/v1/day", `{"date":"2026-09-02"}`, header{"Idempotency-Key": "with blank"}).want(400)
}

func TestAKeyIsShownOnceAndRefusedOnceRevoked(t *testing.T) {
	s := newSite(t)
	w := s.world
	keyed := header{"Idempotency-Key": "add", "Content-Type": "application/json"}
	path := "/v1/actors/" + w.SellerActors[0].String() + "/keys"
	added := s.send(w.Maker, "POST", path, `{"name":"erp"}`, keyed).want(201)
	again := s.send(w.Maker, "POST", path, `{"name":"erp"}`, keyed).want(200)
	if added.text("record", "id") != again.text("record", "id") || strings.Contains(string(again.bytes), "secret") {
		t.Fatalf("%s", again.bytes)
	}
	s.send(w.Maker, "POST", path, `{"name":"desk"}`, keyed).want(409)
	secret := added.text("record", "secret")
	authorised := header{"Authorization": "Bearer " + secret}
	if me := s.send(0, "GET", "/v1/me", "", authorised).want(200); me.text("actor") != w.SellerActors[0].String() || me.text("sees") != "own" {
		t.Fatalf("%s", me.bytes)
	}
	s.post(w.Maker, "/v1/keys/"+added.text("record", "id")+"/revocation", "").want(200)
	if refused := s.send(0, "GET", "/v1/me", "", authorised).want(401); refused.header.Get("WWW-Authenticate") == "" {
		t.Fatal("no challenge")
	}
}

func invoice(t *testing.T) string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join("..", "..", "examples", "trade", "01-*", "*nvoice*.xml"))
	if err != nil || len(found) == 0 {
		t.Fatal(found, err)
	}
	bytes, err := os.ReadFile(found[0])
	if err != nil {
		t.Fatal(err)
	}
	return string(bytes)
}

func TestDocuments(t *testing.T) {
	s := newSite(t)
	w := s.world
	text := invoice(t)
	send := func(key string) *answer {
		return s.send(w.Maker, "POST", "/v1/documents?file=invoice.xml", text, header{"Idempotency-Key": key, "Content-Type": "application/xml"})
	}
	kept := send("a").want(201)
	if again := send("a").want(200); again.text("entry", "leaf") != kept.text("entry", "leaf") {
		t.Fatalf("%s", again.bytes)
	}
	if twice := send("b").want(201); twice.text("record", "outcome") != "duplicate" {
		t.Fatalf("%s", twice.bytes)
	}
	document := kept.text("record", "document", "id")
	original := s.get(w.Maker, "/v1/documents/"+document+"/original").want(200)
	if string(original.bytes) != text || !strings.HasPrefix(original.header.Get("Content-Disposition"), "attachment") {
		t.Fatalf("%d bytes, %v", len(original.bytes), original.header)
	}
	s.get(w.SellerActors[0], "/v1/documents/"+document).want(404)
	s.get(w.SellerActors[0], "/v1/documents/"+document+"/original").want(404)
	xml := func(body string) *answer {
		return s.send(w.Maker, "POST", "/v1/documents", body, header{"Idempotency-Key": s.key(), "Content-Type": "application/xml"})
	}
	broken := xml(strings.Replace(text, "<cbc:IssueDate>", "<cbc:IssueDate>x", 1)).want(422)
	if broken.text("code") != "document_invalid" || broken.json("line") == nil || !strings.Contains(broken.text("field"), "IssueDate") || broken.text("value") == "" {
		t.Fatalf("%s", broken.bytes)
	}
	if malformed := xml(text[:len(text)/2]).want(400); malformed.text("code") != "document_malformed" {
		t.Fatalf("%s", malformed.bytes)
	}
	xml(`<note xmlns="urn:none"/>`).want(415)
	xml("").want(400)
	xml("<a>" + strings.Repeat(" ", 11<<20) + "</a>").want(413)
	s.send(w.Maker, "POST", "/v1/documents", "{}", header{"Idempotency-Key": s.key(), "Content-Type": "application/json"}).want(415)
}

func TestHybridDocuments(t *testing.T) {
	s := newSite(t)
	w := s.world
	content, err := os.ReadFile(filepath.Join("..", "reading", "testdata", "factur-x.pdf"))
	if err != nil {
		t.Fatal(err)
	}
	send := func(body string) *answer {
		return s.send(w.Maker, "POST", "/v1/documents?file=invoice.pdf", body, header{"Idempotency-Key": s.key(), "Content-Type": "application/pdf"})
	}
	kept := send(string(content)).want(201)
	original := s.get(w.Maker, "/v1/documents/"+kept.text("record", "document", "id")+"/original").want(200)
	if string(original.bytes) != string(content) || original.header.Get("Content-Type") != "application/pdf" || !strings.Contains(original.header.Get("Content-Disposition"), ".pdf") {
		t.Fatalf("%d bytes, %v", len(original.bytes), original.header)
	}
	if twice := send(string(content)).want(201); twice.text("record", "outcome") != "duplicate" {
		t.Fatalf("%s", twice.bytes)
	}
	locked := send(strings.Replace(string(content), "/Root 1 0 R", "/Encrypt<<>>/Root 1 0 R", 1)).want(400)
	if locked.text("code") != "document_malformed" || locked.text("file") != "invoice.pdf" {
		t.Fatalf("%s", locked.bytes)
	}
	picture := send(strings.ReplaceAll(string(content), "factur-x.xml", "drawing1.xml")).want(422)
	if picture.text("code") != "document_invalid" || !strings.Contains(picture.text("value"), "drawing1.xml") {
		t.Fatalf("%s", picture.bytes)
	}
}

func TestBulkAnswersEachInOrder(t *testing.T) {
	s := newSite(t)
	w := s.world
	opened := s.post(w.Maker, "/v1/accounts", fmt.Sprintf(`{"entity":%q,"currency":"EUR","code":"source","count":2}`, w.Operator)).want(201)
	first, err := id.Parse[id.Account](opened.text("record", "first"))
	if err != nil {
		t.Fatal(err)
	}
	second := id.Make[id.Account](1, first.Number()+1)
	transfer := fmt.Sprintf(`{"transfers":[{"debit":%q,"credit":%q,"minor":5}]}`, first, second)
	body := `[{"command":"post_transfers","key":"x1","body":` + transfer + `},
		{"command":"post_transfers","key":"x1","body":` + transfer + `},
		{"command":"post_transfers","body":{"transfers":[]}},
		{"command":"nonsense"}, 7, {"command":"accept_quote","id":"fin_1-1-X","body":{}},
		{"command":"revoke_key","body":{"key":"` + s.keys[w.Bank].String() + `"}},
		{"command":"propose_review","key":"r","body":{"party":"` + w.Anchor.String() + `","grade":2,"until":"2027-01-01","reasons":"good"}},
		{"command":"propose_review","key":"r","body":{"party":"` + w.Anchor.String() + `","grade":2,"until":"2027-01-01","reasons":"good"}}]`
	got := s.send(w.Maker, "POST", "/v1/commands", body, header{"Idempotency-Key": "bulk", "Content-Type": "application/json"}).want(200)
	for i, status := range []float64{201, 200, 422, 422, 400, 403, 200, 201, 200} {
		if got.json(i, "status") != status || got.json(i, "index") != float64(i) {
			t.Errorf("%d: %v, not %v", i, got.json(i), status)
		}
	}
	s.get(w.Bank, "/v1/me").want(401)
	s.send(w.Maker, "POST", "/v1/commands", `[{"command":"open_day","body":{"date":"2026-09-02"}}]`, header{"Content-Type": "application/json"}).want(200)
	s.post(w.Maker, "/v1/commands", `{"command":1}`).want(400)
	s.send(w.Maker, "POST", "/v1/commands", `[]`, header{"Content-Type": "text/plain"}).want(415)
}

func TestStreamAnswersWhileItComes(t *testing.T) {
	s := newSite(t)
	w := s.world
	reader, writer := io.Pipe()
	request, err := http.NewRequest("POST", s.server.URL+"/v1/commands", reader)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+s.secrets[w.Maker])
	request.Header.Set("Content-Type", "application/x-ndjson")
	line := func(n int) string {
		return fmt.Sprintf(`{"command":"propose_review","key":"s%d","body":{"party":%q,"grade":2,"until":"2027-01-01","reasons":"good"}}`+"\n", n, w.Anchor)
	}
	sent := make(chan struct{})
	go func() {
		fmt.Fprint(writer, line(0))
		close(sent)
	}()
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	<-sent
	answers := bufio.NewScanner(response.Body)
	for n := range 4 {
		if !answers.Scan() {
			t.Fatal(n, answers.Err())
		}
		var got struct{ Index, Status int }
		if err := json.Unmarshal(answers.Bytes(), &got); err != nil || got.Index != n || got.Status != 201 {
			t.Fatalf("%d: %s %v", n, answers.Bytes(), err)
		}
		if n < 3 {
			fmt.Fprint(writer, line(n+1)) // the next is sent when the answer has come
		}
	}
	writer.Close()
	if answers.Scan() {
		t.Fatalf("%s", answers.Bytes())
	}
}

func TestTheDescriptionIsValidAndWhole(t *testing.T) {
	s := newSite(t)
	described := s.get(0, "/openapi.json").want(200)
	if version := described.text("openapi"); !strings.HasPrefix(version, "3.1") {
		t.Fatal(version)
	}
	if got, want := len(paths(s, "get"))+len(paths(s, "post")), 480; got != want {
		t.Errorf("%d operations, not %d", got, want)
	}
	var references func(value any)
	schemas := described.json("components", "schemas").(map[string]any)
	references = func(value any) {
		switch value := value.(type) {
		case map[string]any:
			if to, ok := value["$ref"].(string); ok && schemas[strings.TrimPrefix(to, "#/components/schemas/")] == nil {
				t.Errorf("%s leads nowhere", to)
			}
			for _, member := range value {
				references(member)
			}
		case []any:
			for _, item := range value {
				references(item)
			}
		}
	}
	references(described.json())
}

func TestBadRequestsAreTheCallersFault(t *testing.T) {
	s := newSite(t)
	w := s.world
	s.life(1, 4)
	receivable := s.get(w.Maker, "/v1/receivables?after=1").want(200).text("items", 0, "id")
	long := `"` + strings.Repeat("x", 2<<20) + `"`
	values := []string{
		``, `{`, `null`, `[]`, `0`, `""`, `{}`, `{"a":1}`, `{"amount":null}`, `{"amount":{"text":"1e9","currency":"EUR"},"undertaking":"soft"}`,
		`{"amount":{"text":"1","currency":"ZZZ"},"undertaking":"soft"}`, `{"amount":{"text":"1.001","currency":"EUR"},"undertaking":"soft"}`,
		`{"amount":{"text":"99999999999999999999","currency":"EUR"},"undertaking":"soft"}`, `{"amount":{"text":"-5","currency":"EUR"},"undertaking":"soft"}`,
		`{"amount":{"text":"1","currency":"EUR","minor":7},"undertaking":"soft"}`, `{"amount":{"text":"1","currency":"USD"},"undertaking":"soft"}`, long,
		"\xff\xfe", `{"undertaking":["soft"],"amount":7}`, strings.Repeat(`[`, 20_000), `{"date":"2026-13-45"}`, `{"date":12}`, `{"terms":{}}`,
		`{"transfers":[{"debit":"acc_1-1-X","credit":"","minor":-9223372036854775808}]}`, `{"codes":["\u0000"],"reason":" "}`,
		`{"name":"x","roles":["king"],"country":"D\u00e4"}`, `{"count":1e99,"entity":"pty_1-1-X","currency":"EUR","code":"general"}`,
	}
	for _, path := range paths(s, "post") {
		for _, of := range []string{receivable, "rcv_1-99999-X", "x", "%00", "..", strings.Repeat("9", 200)} {
			concrete := strings.Replace(path, "{id}", of, 1)
			for _, body := range values {
				if len(body) > 1000 && of != receivable {
					continue
				}
				got := s.post(w.Maker, concrete, body)
				if got.status >= 500 || got.status >= 400 && got.text("code") == "" {
					t.Fatalf("%s with %.60q: status %d: %s", concrete, body, got.status, got.bytes)
				}
			}
			if !strings.Contains(path, "{id}") {
				break
			}
		}
	}
	for _, path := range paths(s, "get") {
		for _, query := range []string{"?cursor=x", "?limit=-1", "?limit=100000", "?order=up", "?after=-1", "?after=99999999", "?party=x", "?nonsense=1", "?from=18446744073709551615", "?state=%00%ff", "?sequence=0"} {
			got := s.get(w.Maker, strings.NewReplacer("{id}", receivable, "{sequence}", "18446744073709551615", "{code}", "x").Replace(path)+query)
			if got.status >= 500 {
				t.Errorf("%s%s: status %d: %s", path, query, got.status, got.bytes)
			}
		}
	}
	s.get(w.Maker, "/v2/nothing").want(404)
	s.send(w.Maker, "DELETE", "/v1/parties", "", nil).want(405)
	s.send(0, "GET", "/v1/parties", "", header{"Authorization": "Basic eDp5"}).want(401)
	s.get(0, "/problems/already_financed").want(200)
	s.get(0, "/problems/nothing").want(404)
	s.get(0, "/healthz").want(200)
}

func TestPagesAreStable(t *testing.T) {
	s := newSite(t)
	w := s.world
	for n := range uint64(5) {
		s.life(n+1, 4)
	}
	head := s.engine.Head().Sequence
	seen := map[string]bool{}
	cursor := ""
	for page := 0; ; page++ {
		got := s.get(w.Maker, fmt.Sprintf("/v1/documents?limit=3&type=invoice&after=%d&cursor=%s", head, cursor)).want(200)
		for _, item := range got.json("items").([]any) {
			one := item.(map[string]any)["id"].(string)
			if seen[one] {
				t.Fatalf("%s comes twice", one)
			}
			seen[one] = true
		}
		next, more := got.json("next").(string)
		if !more {
			break
		}
		cursor = next
		s.life(uint64(100+page), 4) // does not move what is listed
		if s.get(w.Maker, "/v1/documents?limit=3&type=order&cursor="+cursor).status != 400 {
			t.Fatal("a cursor served another list")
		}
	}
	if len(seen) != 5 {
		t.Fatalf("%d invoices", len(seen))
	}
}
