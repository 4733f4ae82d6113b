package api_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/legal"
	"millrace/lab/load"
)

// legalRecords brings about one of each record of agreements, notices and registrations of seller 1, by their names.
func (s *site) legalRecords() map[string]string {
	w := s.world
	hash := func(text string) [32]byte { return sha256.Sum256([]byte(text)) }
	date := w.Today
	l := w.NewLife(1001)
	l.Discount, l.Amount = true, 20_000_00
	s.live(&l, 0, 10)
	var receivable id.Receivable
	var financing id.Financing
	last := func(events []book.Event) {
		for _, e := range events {
			if e, is := e.(*book.ReceiptRecorded); is {
				receivable = 0
				s.allocateMost(e, &receivable, &financing)
			}
		}
	}
	last(s.give(w.Bank, &book.RecordReceipt{
		Programme: w.Discounting, Line: load.Token("most"), Amount: 18_000_00, Currency: w.Currency, Value: date, Booking: date,
	}))
	ids := map[string]string{}
	note := func(events []book.Event) {
		for _, e := range events {
			switch e := e.(type) {
			case *book.ReceivableReassigned:
				ids["reassignment"] = e.Reassignment.ID.String()
			case *book.PaymentMisdirected:
				ids["misdirected"] = e.Payment.ID.String()
			case *book.RegistrationProposed:
				ids["registration"] = e.Registration.ID.String()
			case *book.SearchRecorded:
				ids["search"], ids["encumbrance"] = e.Search.ID.String(), e.Encumbrances[0].ID.String()
			case *book.SalesContractRecorded:
				ids["contract"] = e.Contract.ID.String()
			}
		}
	}
	note(s.give(w.Buyer, &book.RecordMisdirectedPayment{Receivable: receivable, Amount: 1_00, Paid: date, Proof: hash("proof")}))
	note(s.give(w.Maker, &book.ReassignReceivable{Financing: financing}))
	note(s.give(w.Maker, &book.FileRegistration{Act: legal.File, Registry: "national", Grantor: w.Sellers[1], Secured: w.Funder, Description: hash("all"), Expires: date.AddDays(365)}))
	note(s.give(w.FunderActor, &book.RecordSearch{
		Registry: "national", Against: w.Sellers[1], Date: date, Certificate: hash("certificate"), Found: []book.Finding{{Number: "E-1", Holder: hash("holder"), Assigned: date}},
	}))
	note(s.give(w.Maker, &book.RecordSalesContract{Seller: w.Sellers[1], Buyer: w.Anchor, Terms: legal.Restriction{Law: "DE", Dated: date}, Text: hash("clause")}))
	ids["template"] = w.Templates[legal.ReceivablesPurchase].String()
	for number := uint64(1); ; number++ {
		shown := s.get(w.Maker, "/v1/agreements/"+id.Make[id.Agreement](1, number).String()).want(200)
		if strings.Contains(string(shown.bytes), w.Sellers[1].String()) {
			ids["agreement"] = shown.text("id")
			break
		}
	}
	for number := uint64(1); ; number++ {
		shown := s.get(w.Maker, "/v1/notices/"+id.Make[id.Notice](1, number).String()).want(200)
		if shown.text("seller", "id") == w.Sellers[1].String() {
			ids["notice"] = shown.text("id")
			break
		}
	}
	return ids
}

// allocateMost allocates a receipt to the youngest financing that is out in the discounting programme, and closes it.
func (s *site) allocateMost(e *book.ReceiptRecorded, receivable *id.Receivable, financing *id.Financing) {
	s.t.Helper()
	w := s.world
	page := s.get(w.Maker, fmt.Sprintf("/v1/financings?limit=1&state=outstanding&programme=%s&after=%d", w.Discounting, s.engine.Head().Sequence)).want(200)
	var err error
	if *receivable, err = id.Parse[id.Receivable](page.text("items", 0, "receivable")); err != nil {
		s.t.Fatal(err)
	}
	if *financing, err = id.Parse[id.Financing](page.text("items", 0, "id")); err != nil {
		s.t.Fatal(err)
	}
	s.give(w.Maker, &book.Allocate{Receipt: e.Receipt.ID, Receivable: *receivable, Amount: 18_000_00, Payer: book.ByBuyer})
	s.give(w.Maker, &book.CloseFinancing{Financing: *financing})
}

func TestAnAgreementIsSignedOverTheAPI(t *testing.T) {
	s := newSite(t)
	w := s.world
	text := `{"name":"Purchase of receivables","kind":"receivables_purchase","law":"DE","text":"§ 1 The seller sells and assigns …"}`
	template := s.post(w.Maker, "/v1/templates", text).want(201)
	again := s.post(w.Maker, "/v1/templates", text).want(201)
	if template.json("record", "version") != 1.0 || again.json("record", "version") != 2.0 {
		t.Fatalf("%s %s", template.bytes, again.bytes)
	}
	path := "/v1/templates/" + template.text("record", "id")
	s.get(w.SellerActors[0], path).want(404)
	s.post(w.Maker, path+"/approval", "").want(403)
	s.post(w.Checker, path+"/approval", "").want(200)
	sum := sha256.Sum256([]byte("§ 1 The seller sells and assigns …"))
	if shown := s.get(w.SellerActors[0], path).want(200); shown.text("text_sha256") != hex.EncodeToString(sum[:]) || !strings.HasPrefix(shown.text("text"), "§ 1") {
		t.Fatalf("%s", shown.bytes)
	}
	drafted := s.post(w.FunderActor, "/v1/agreements", fmt.Sprintf(`{"template":%q,"parties":[{"party":%q,"role":"seller"},{"party":%q,"role":"funder"}],
		"effective":"2026-09-01","until":"2027-08-31","terms":"Limit: EUR 1 million","amount":{"text":"1000000.00","currency":"EUR"}}`,
		template.text("record", "id"), w.Sellers[0], w.Funder)).want(201)
	agreement := "/v1/agreements/" + drafted.text("record", "id")
	s.get(w.SellerActors[1], agreement).want(404)
	for i, signer := range []struct {
		actor id.Actor
		party id.Party
	}{{w.SellerActors[0], w.Sellers[0]}, {w.FunderActor, w.Funder}} {
		statement := s.get(signer.actor, agreement).want(200).text("parties", i, "statement")
		if !strings.Contains(statement, "terms sha-256: ") || !strings.Contains(statement, "until: 2027-08-31") {
			t.Errorf("%q", statement)
		}
		signed := w.Signers[signer.party].Sign([]byte(statement))
		body := func(signature []byte) string {
			return fmt.Sprintf(`{"party":%q,"signatures":[{"key":%q,"signature":"%x"}]}`, signer.party, signed.Key, signature)
		}
		forged := signed.Bytes
		forged[5] ^= 1
		if refused := s.post(signer.actor, agreement+"/signatures", body(forged[:])); refused.status < 400 {
			t.Fatalf("%s", refused.bytes)
		}
		s.post(signer.actor, agreement+"/signatures", body(signed.Bytes[:])).want(200)
	}
	if shown := s.get(w.SellerActors[0], agreement).want(200); shown.json("live") != true || shown.text("terms") != "Limit: EUR 1 million" || shown.text("parties", 0, "signed") != "2026-09-01" {
		t.Fatalf("%s", shown.bytes)
	}
	s.post(w.SellerActors[0], agreement+"/termination", `{"from":"2026-10-01","reason":"moved to another bank"}`).want(200)
	s.post(w.Maker, path+"/retirement", "").want(200)
}

func TestANoticeIsALetterThatIsServed(t *testing.T) {
	s := newSite(t)
	w := s.world
	party := func(name, role string) string {
		return s.post(w.Maker, "/v1/parties", fmt.Sprintf(`{"name":%q,"roles":[%q],"country":"DE"}`, name, role)).want(201).text("record", "id")
	}
	seller, foreign := party("Gießerei Rottmühl GmbH", "seller"), party("海威机械有限公司", "seller")
	body := func(seller string) string {
		return fmt.Sprintf(`{"kind":"assignment","seller":%q,"funder":%q,"programme":%q,"law":"DE","iban":"DE89370400440532013000","holder":"Custodian bank"}`, seller, w.Funder, w.Payables)
	}
	// The world's own parties have no profiles in the vault, so that the letter misses their names.
	if missing := s.post(w.Maker, "/v1/notices", body(seller)).want(422); missing.text("field") != "assignee" {
		t.Fatalf("%s", missing.bytes)
	}
	if refused := s.post(w.Maker, "/v1/notices", body(foreign)).want(422); !strings.Contains(string(refused.bytes), "assign") {
		t.Fatalf("%s", refused.bytes)
	}
	funder, anchor, custodian := party("Mühlgraben Factoring GmbH", "funder"), party("Havelmark Werke AG", "anchor"), w.Custodian.String()
	product := s.get(w.Maker, "/v1/products?state=live").want(200).text("items", 0, "id")
	programme := s.post(w.Maker, "/v1/programmes", fmt.Sprintf(`{"product":%q,"anchor":%q,"custodian":%q,"currency":"EUR","calendar":"TARGET","funders":[{"party":%q,"priority":1,"rate":"4.5000"}]}`,
		product, anchor, custodian, funder)).want(201).text("record", "id")
	s.post(w.Checker, "/v1/programmes/"+programme+"/approval", "").want(200)
	letter := fmt.Sprintf(`{"kind":"assignment","seller":%q,"funder":%q,"programme":%q,"law":"DE","iban":"DE89370400440532013000","holder":"Custodian bank"}`, seller, funder, programme)
	keyed := header{"Idempotency-Key": "letter", "Content-Type": "application/json"}
	drafted := s.send(w.Maker, "POST", "/v1/notices", letter, keyed).want(201)
	if again := s.send(w.Maker, "POST", "/v1/notices", letter, keyed).want(200); again.text("record", "id") != drafted.text("record", "id") {
		t.Fatalf("%s", again.bytes)
	}
	path := "/v1/notices/" + drafted.text("record", "id")
	pdf := s.get(w.Maker, path+"/letter").want(200)
	sum := sha256.Sum256(pdf.bytes)
	if !bytes.HasPrefix(pdf.bytes, []byte("%PDF-")) || drafted.text("record", "letter_sha256") != hex.EncodeToString(sum[:]) {
		t.Fatalf("%.20q", pdf.bytes)
	}
	s.get(w.Buyer, path).want(404)
	s.post(w.Maker, path+"/steps", `{"state":"served","date":"2026-09-01","method":"courier","proof":"waybill 4711"}`).want(200)
	proved := s.post(w.Maker, path+"/steps", `{"state":"proved","date":"2026-09-01","proof":"signed receipt"}`).want(200)
	if proved.text("record", "state") != "proved" || proved.text("record", "service") != "waybill 4711" {
		t.Fatalf("%s", proved.bytes)
	}
	s.post(w.Buyer, path+"/steps", `{"state":"acknowledged","date":"2026-09-01"}`).want(404)
}

func TestRegistrationSearchAndWaiver(t *testing.T) {
	s := newSite(t)
	w := s.world
	filed := s.post(w.Maker, "/v1/registrations", fmt.Sprintf(`{"act":"file","registry":"national","number":"N-1","grantor":%q,"secured":%q,"description":"all receivables","filed":"2026-09-01","expires":"2027-08-31"}`,
		w.Sellers[0], w.Funder)).want(201)
	path := "/v1/registrations/" + filed.text("record", "id")
	s.post(w.Maker, path+"/confirmation", `{"decision":"approve"}`).want(403)
	if live := s.post(w.Checker, path+"/confirmation", `{"decision":"approve"}`).want(200); live.text("record", "state") != "live" {
		t.Fatalf("%s", live.bytes)
	}
	if pending := s.post(w.Maker, "/v1/registrations", fmt.Sprintf(`{"act":"renew","registration":%q,"expires":"2028-08-31"}`, filed.text("record", "id"))).want(201); pending.text("record", "pending") != "renew" {
		t.Fatalf("%s", pending.bytes)
	}
	body := fmt.Sprintf(`{"registry":"national","against":%q,"date":"2026-09-01","certificate":"extract 12","found":[{"number":"E-9","holder":"Bank Nord","assigned":"2025-01-01","registered":"2025-01-02"}]}`, w.Sellers[0])
	keyed := header{"Idempotency-Key": "search", "Content-Type": "application/json"}
	search := s.send(w.Maker, "POST", "/v1/searches", body, keyed).want(201)
	s.send(w.Maker, "POST", "/v1/searches", body, keyed).want(200)
	s.send(w.Maker, "POST", "/v1/searches", strings.Replace(body, "Nord", "Süd", 1), keyed).want(409)
	found := "/v1/encumbrances/" + search.text("record", "encumbrances", 0)
	if shown := s.get(w.Maker, found).want(200); shown.text("holder") != "Bank Nord" || shown.json("blanket") != true {
		t.Fatalf("%s", shown.bytes)
	}
	s.post(w.Checker, found+"/release", `{"state":"waived","proof":"letter of Bank Nord"}`).want(200)
	s.post(w.Maker, "/v1/sales-contracts", fmt.Sprintf(`{"seller":%q,"buyer":%q,"law":"FR","dated":"2026-01-01","bans_assignment":true,"text":"Art. 7"}`, w.Sellers[0], w.Anchor)).want(201)
	s.life(0, 5)
	receivable := s.get(w.Maker, fmt.Sprint("/v1/receivables?after=", s.engine.Head().Sequence)).want(200).text("items", 0, "id")
	refused := s.post(w.SellerActors[0], "/v1/quotes", fmt.Sprintf(`{"receivable":%q,"programme":%q,"payee":%q}`, receivable, w.Payables, w.Accounts[0])).want(409)
	if refused.text("code") != "assignment_barred" {
		t.Fatalf("%s", refused.bytes)
	}
}
