package api_test

import (
	"crypto/ed25519"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"millrace/book"
	"millrace/domain/dispute"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/receivable"
	"millrace/lab/load"
)

// begin lets the anchor's second signatory start the confirmation of a receivable that is too large for one.
func (s *site) begin() {
	s.t.Helper()
	l := s.world.NewLife(99)
	l.Amount = 2 * load.SecondAloneMax
	s.live(&l, 0, 4)
	r := s.newest(&l)
	c := load.Confirmation(r, receivable.Irrevocable, l.Amount)
	s.give(s.world.Signatories[1].Actor, &book.StartConfirmation{Confirm: *s.world.Signed(c, 1), Days: 5})
}

// newest is the receivable of a life that has come so far.
func (s *site) newest(l *load.Life) *receivable.Receivable {
	s.t.Helper()
	c := l.Step(4).Command.(*book.Confirm)
	return &receivable.Receivable{ID: c.Receivable, Hash: c.Document, Seller: c.Seller, Buyer: c.Buyer, Currency: c.Currency, Due: c.Due}
}

// dispute lets the anchor dispute a little of a receivable.
func (s *site) dispute(of string) {
	s.t.Helper()
	r, err := id.Parse[id.Receivable](of)
	if err != nil {
		s.t.Fatal(err)
	}
	s.give(s.world.Buyer, &book.OpenDispute{Receivable: r, Amount: 1_00, Reason: dispute.Price, Text: [32]byte(load.PrivateKey("text")[:32])})
}

// signed asks for the statement of a command, signs it, and gives it as the member of a body.
func (s *site) signed(actor id.Actor, command, of, body string, key id.SigningKey, private ed25519.PrivateKey) string {
	s.t.Helper()
	made := s.post(actor, "/v1/statements/"+command, fmt.Sprintf(`{"id":%q,"body":%s}`, of, body)).want(200)
	signature := hex.EncodeToString(ed25519.Sign(private, []byte(made.text("statement"))))
	return fmt.Sprintf(`"signatures":[{"key":%q,"signature":%q}]`, key, signature)
}

func with(body, member string) string {
	if body == "{}" {
		return "{" + member + "}"
	}
	return strings.TrimSuffix(body, "}") + "," + member + "}"
}

func TestAnUndertakingIsSignedOverItsStatement(t *testing.T) {
	s := newSite(t)
	w := s.world
	l := s.life(1, 4)
	r := s.newest(l)
	path := "/v1/receivables/" + r.ID.String()
	amount := money.Format(l.Amount, w.Currency)
	body := fmt.Sprintf(`{"undertaking":"irrevocable","amount":{"text":%q,"currency":"EUR"}}`, amount)
	if refused := s.post(w.Buyer, path+"/confirmation", body); refused.text("code") != "signature_missing" {
		t.Fatalf("%s", refused.bytes)
	}
	made := s.post(w.Buyer, "/v1/statements/confirm", fmt.Sprintf(`{"id":%q,"body":%s}`, r.ID, body)).want(200)
	for _, line := range []string{"receivable: " + r.ID.String(), "document: sha256 " + hex.EncodeToString(r.Hash[:]), "undertaking: irrevocable",
		"waiver: " + receivable.Waiver.Name + " 1 sha256 "} {
		if !strings.Contains(made.text("statement"), "\n"+line) {
			t.Errorf("%q is not in %q", line, made.text("statement"))
		}
	}
	if made.text("wording", "text") != receivable.Waiver.Text {
		t.Error("the waiver is not shown")
	}
	key, private := w.Signatories[0].Key, load.PrivateKey("first")
	signatures := s.signed(w.Buyer, "confirm", r.ID.String(), body, key, private)
	other := fmt.Sprintf(`{"undertaking":"irrevocable","amount":{"text":"1.00","currency":"EUR"},%s}`, signatures)
	if refused := s.post(w.Buyer, path+"/confirmation", other); refused.text("code") != "signature_invalid" {
		t.Fatalf("%s", refused.bytes)
	}
	wrong := with(body, signatures+`,"document_sha256":"`+strings.Repeat("ab", 32)+`"`)
	if refused := s.post(w.Buyer, path+"/confirmation", wrong); refused.text("code") != "signature_invalid" {
		t.Fatalf("%s", refused.bytes)
	}
	s.post(w.SellerActors[1], path+"/confirmation", with(body, signatures)).want(403)
	given := s.post(w.Maker, path+"/confirmation", with(body, signatures)).want(200) // the operator relays the signed file
	if given.text("record", "undertaking") != "irrevocable" || given.json("record", "signatures") != 1.0 {
		t.Fatalf("%s", given.bytes)
	}
	if story := s.get(w.Buyer, "/v1/stories/"+r.ID.String()).want(200); !strings.Contains(string(story.bytes), "by a signed file that the operator relayed") {
		t.Errorf("%s", story.bytes)
	}
	if refused := s.post(w.Buyer, path+"/withdrawal", `{"reason":"no"}`); refused.text("code") != "undertaking_irrevocable" {
		t.Fatalf("%s", refused.bytes)
	}
}

func TestTwoSignatoriesAtTwoDesks(t *testing.T) {
	s := newSite(t)
	w := s.world
	l := w.NewLife(1)
	l.Amount = 2 * load.SecondAloneMax
	s.live(&l, 0, 4)
	r := s.newest(&l)
	second := w.Signatories[1]
	s.addKey(second.Actor)
	amount := money.Format(l.Amount, w.Currency)
	body := fmt.Sprintf(`{"undertaking":"irrevocable","amount":{"text":%q,"currency":"EUR"},"days":3}`, amount)
	begun := s.post(second.Actor, "/v1/receivables/"+r.ID.String()+"/confirmations",
		with(body, s.signed(second.Actor, "start_confirmation", r.ID.String(), body, second.Key, load.PrivateKey("second")))).want(201)
	waits := begun.text("record", "id")
	if s.get(w.Buyer, "/v1/receivables/"+r.ID.String()).text("undertaking") != "none" {
		t.Fatal("one signature binds")
	}
	signatures := s.signed(w.Buyer, "complete_confirmation", waits, "{}", w.Signatories[0].Key, load.PrivateKey("first"))
	done := s.post(w.Buyer, "/v1/confirmations/"+waits+"/completion", with("{}", signatures)).want(200)
	if done.text("record", "state") != "completed" {
		t.Fatalf("%s", done.bytes)
	}
	if now := s.get(w.Buyer, "/v1/receivables/"+r.ID.String()).want(200); now.text("undertaking") != "irrevocable" || now.json("signatures") != 2.0 {
		t.Fatalf("%s", now.bytes)
	}
}

func TestKeysMandatesAndDisputesByTheAPI(t *testing.T) {
	s := newSite(t)
	w := s.world
	private := load.PrivateKey("by the API")
	public := hex.EncodeToString(private.Public().(ed25519.PublicKey))
	body := fmt.Sprintf(`{"party":%q,"signatory":%q,"public":%q}`, w.Anchor, w.Buyer, public)
	made := s.post(w.Buyer, "/v1/statements/propose_signing_key", `{"body":`+body+`}`).want(200)
	proof := hex.EncodeToString(ed25519.Sign(private, []byte(made.text("statement"))))
	key := s.post(w.Buyer, "/v1/signing-keys", with(body, fmt.Sprintf(`"proof":%q`, proof))).want(201).text("record", "id")
	s.post(w.Maker, "/v1/signing-keys/"+key+"/approval", "").want(200)
	m := s.post(w.Buyer, "/v1/signing-keys/"+key+"/mandates", bodies["/v1/signing-keys/{id}/mandates"]).want(201).text("record", "id")
	if got := s.post(w.Maker, "/v1/mandates/"+m+"/approval", "").want(200); got.text("record", "state") != "live" {
		t.Fatalf("%s", got.bytes)
	}
	s.post(w.Buyer, "/v1/mandates/"+m+"/revocation", "").want(200)
	s.post(w.Buyer, "/v1/signing-keys/"+key+"/revocation", "").want(200)
	s.post(w.Buyer, "/v1/statements/open_day", `{}`).want(422)

	r := s.newest(s.life(1, 4)).ID.String()
	d := s.post(w.Buyer, "/v1/receivables/"+r+"/disputes", `{"amount":{"text":"10.00","currency":"EUR"},"reason":"quality","text":"scratched"}`).want(201).text("record", "id")
	s.post(w.SellerActors[1], "/v1/disputes/"+d+"/answer", `{"accepted":{"text":"4.00","currency":"EUR"},"text":"some of it"}`).want(200)
	s.post(w.Maker, "/v1/disputes/"+d+"/decision", `{"credit":{"text":"1.00","currency":"EUR"},"evidence":"photographs"}`).want(200)
	if refused := s.post(w.Maker, "/v1/disputes/"+d+"/closing", `{"state":"settled"}`); refused.text("code") != "second_person" {
		t.Fatalf("%s", refused.bytes)
	}
	ended := s.post(w.Checker, "/v1/disputes/"+d+"/closing", `{"state":"settled"}`).want(200)
	if ended.text("record", "credited", "text") != "5.00" || ended.text("record", "text") != "scratched" || ended.text("record", "evidence") != "photographs" {
		t.Fatalf("%s", ended.bytes)
	}
	if now := s.get(w.Buyer, "/v1/receivables/"+r).want(200); now.text("credited", "text") != "5.00" || now.text("disputed", "text") != "0.00" {
		t.Fatalf("%s", now.bytes)
	}
}
