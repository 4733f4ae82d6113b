package api_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/movement"
	"millrace/domain/party"
	"millrace/lab/load"
)

// carrier gives an actor of the carrier that moves the goods; the same one every time.
func (s *site) carrier() id.Actor {
	s.t.Helper()
	if s.hauler == 0 {
		for _, e := range s.give(s.world.Maker, &book.RegisterParty{Roles: party.Carrier, Country: "NL", Tokens: []party.Token{party.Token(load.Token("carrier"))}}) {
			s.hauler = s.newActor(e.(*book.PartyRegistered).Party.ID, party.Carrier)
		}
	}
	return s.hauler
}

// moved reports, as the carrier, that the goods of a life have left.
func (s *site) moved(l *load.Life) string {
	s.t.Helper()
	order := l.Step(0).Command.(*book.RecordDocument)
	c := &book.RecordMovement{
		Report: movement.Report{Kind: movement.Departed, Source: movement.EPCIS, Observed: 1_700_000_000_000_000, Location: movement.Token{1}},
		Seller: []party.Token{party.Token(order.Document.Seller[0])}, Buyer: []party.Token{party.Token(order.Document.Buyer[0])},
		References: []book.DocumentNamed{{To: movement.Order, Number: order.Number}},
		Identity:   movement.Token{1}, Content: movement.Token{2}, Index: 1, Channel: "test",
	}
	for _, e := range s.give(s.carrier(), c) {
		if recorded, is := e.(*book.MovementRecorded); is {
			return recorded.Movement.ID.String()
		}
	}
	s.t.Fatal("the movement was not kept")
	return ""
}

// arrival is an event of EPCIS about the goods of the first example.
const arrival = `{"@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"], "type": "EPCISDocument", "schemaVersion": "2.0",
 "creationDate": "2024-05-02T10:00:00Z", "epcisBody": {"eventList": [{"type": "ObjectEvent", "eventID": "urn:uuid:11111111-2222-4333-8444-555555555555",
 "eventTime": "2024-05-02T09:30:00+02:00", "eventTimeZoneOffset": "+02:00", "action": "OBSERVE", "bizStep": "receiving", "disposition": "in_progress",
 "readPoint": {"id": "urn:epc:id:sgln:952000.410010.dock4"},
 "bizTransactionList": [{"type": "po", "bizTransaction": "urn:epcglobal:cbv:bt:9520004100106:PO-2026-4101"}],
 "sourceList": [{"type": "owning_party", "source": "https://id.gs1.org/417/9520004100205"}],
 "quantityList": [{"epcClass": "urn:epc:class:lgtin:4012345.012345.A1", "quantity": 12.5, "uom": "KGM"}]%s}]}}`

func TestMovementsFindTheirTrade(t *testing.T) {
	s := newSite(t)
	w := s.world
	post := func(key, media, body string) *answer {
		return s.send(w.Maker, "POST", "/v1/movements?file=events.json", body, header{"Idempotency-Key": key, "Content-Type": media})
	}
	event := fmt.Sprintf(arrival, "")
	kept := post("a", "application/json", event).want(200)
	record := func(a *answer, path ...any) string { return a.text(append([]any{"events", 0}, path...)...) }
	if record(kept, "outcome") != "kept" || record(kept, "record", "kind") != "received" || record(kept, "record", "observed") != "2024-05-02T09:30:00+02:00" {
		t.Fatalf("%s", kept.bytes)
	}
	if record(kept, "record", "location", "value") != "9520004100106 dock4" || record(kept, "record", "goods", 0, "item") != "04012345123456" {
		t.Fatalf("%s", kept.bytes)
	}
	if again := post("a", "application/json", event).want(200); again.json("events", 0, "status") != 200.0 || record(again, "entry", "leaf") != record(kept, "entry", "leaf") {
		t.Fatalf("%s", again.bytes)
	}
	if twice := post("b", "application/json", event).want(200); record(twice, "outcome") != "repeated" {
		t.Fatalf("%s", twice.bytes)
	}
	// The order comes, and the movement is there.
	order, err := os.ReadFile(filepath.Join("..", "..", "examples", "trade", "01-castings", "1-order.xml"))
	if err != nil {
		t.Fatal(err)
	}
	document := s.send(w.Maker, "POST", "/v1/documents", string(order), header{"Idempotency-Key": "order", "Content-Type": "application/xml"}).want(201)
	found := s.get(w.Maker, "/v1/movements?trade="+document.text("record", "trade")).want(200)
	if found.text("items", 0, "id") != record(kept, "movement") || found.text("items", 0, "references", 0, "trade") != document.text("record", "trade") {
		t.Fatalf("%s", found.bytes)
	}
	withdrawn := fmt.Sprintf(arrival, `, "errorDeclaration": {"declarationTime": "2024-05-03T09:30:00Z", "reason": "did_not_occur"}`)
	if back := post("c", "application/ld+json", withdrawn).want(200); record(back, "outcome") != "retracted" || record(back, "record", "state") != "retracted" {
		t.Fatalf("%s", back.bytes)
	}
	if story := s.get(w.Maker, "/v1/stories/"+record(kept, "movement")).want(200); !strings.Contains(string(story.bytes), "declared an error") {
		t.Fatalf("%s", story.bytes)
	}
}

func TestWhatIsWrongWithAMovementIsNamed(t *testing.T) {
	s := newSite(t)
	w := s.world
	post := func(media, body string) *answer {
		return s.send(w.Maker, "POST", "/v1/movements", body, header{"Idempotency-Key": s.key(), "Content-Type": media})
	}
	wrong := post("application/json", strings.Replace(fmt.Sprintf(arrival, ""), "09:30:00+02:00", "29:30:00+02:00", 1)).want(422)
	if wrong.text("code") != "document_invalid" || wrong.text("field") != "epcisBody/eventList[1]/eventTime" || wrong.text("value") != "2024-05-02T29:30:00+02:00" {
		t.Fatalf("%s", wrong.bytes)
	}
	if torn := post("application/json", `{"type": "EPCISDocument"`).want(400); torn.text("code") != "document_malformed" {
		t.Fatalf("%s", torn.bytes)
	}
	post("application/json", `{"type": "Recipe"}`).want(415)
	post("text/csv", "a,b\n").want(415)
	post("text/plain", "a,b\n").want(415)
	post("application/json", "").want(400)
	if late := post("application/json", strings.ReplaceAll(fmt.Sprintf(arrival, ""), "2024-", "2924-")).want(422); late.text("code") != "observed_invalid" {
		t.Fatalf("%s", late.bytes)
	}
}

func TestStockIsThatOfTheLatestCount(t *testing.T) {
	s := newSite(t)
	w := s.world
	registered := s.post(w.Maker, "/v1/parties", `{"name":"Lager","roles":["seller"],"country":"DE","identifiers":[{"scheme":"LEI","value":"999000HAVELM4K7Q2X48"}]}`).want(201)
	owner := registered.text("record", "id")
	csv := "number,counted_at,location_scheme,location,owner_scheme,owner,item_scheme,item,quantity,unit\n"
	row := "%s,2024-05-%02dT17:00:00+02:00,GLN,4012345000016,LEI,999000HAVELM4K7Q2X48,GTIN,04012345111118,%s,KGM\n"
	for i, quantity := range []string{"7", "12.5", "99"} {
		body := csv + fmt.Sprintf(row, fmt.Sprint("count ", i), i+1, quantity)
		s.send(w.Maker, "POST", "/v1/movements", body, header{"Idempotency-Key": s.key(), "Content-Type": "text/csv"}).want(200)
	}
	s.send(w.Maker, "POST", "/v1/movements", `{"type": "StockCountRetraction", "number": "count 2", "retracted_at": "2024-05-04T17:00:00Z"}`,
		header{"Idempotency-Key": s.key(), "Content-Type": "application/json"}).want(200)
	found := s.get(w.Maker, "/v1/parties/"+owner+"/stock").want(200)
	if found.text("items", 0, "quantity") != "12.500000" || strings.Count(string(found.bytes), "movement") != 1 {
		t.Fatalf("%s", found.bytes)
	}
	s.get(w.SellerActors[0], "/v1/parties/"+owner+"/stock").want(404)
}
