package api_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
)

const tableMapping = `{"document":"order","group_by":["number"],"currency":"EUR","columns":[{"header":"Order","field":"number"},
	{"header":"Day","field":"issued"},{"header":"Line","field":"line.number"},{"header":"Quantity","field":"line.quantity"},{"header":"Price","field":"line.price"}],
	"constants":[{"field":"seller.name","value":"Werkzeug Nord"},{"field":"seller.identifier","scheme":"VAT","value":"DE136695976"},
	{"field":"buyer.name","value":"Werke AG"},{"field":"buyer.identifier","scheme":"VAT","value":"DE129273398"},{"field":"line.unit","value":"C62"},
	{"field":"line.item","value":"bolt"}]}`

// mapped sets a mapping of the second seller.
func (s *site) mapped() string {
	s.t.Helper()
	w := s.world
	return s.post(w.SellerActors[1], "/v1/parties/"+w.Sellers[1].String()+"/mappings", fmt.Sprintf(`{"name":"orders","mapping":%s}`, tableMapping)).want(201).text("record", "id")
}

func (s *site) table(key, query, body string) *answer {
	s.t.Helper()
	w := s.world
	return s.send(w.Maker, "POST", "/v1/parties/"+w.Sellers[1].String()+"/tables?"+query, body, header{"Idempotency-Key": key, "Content-Type": "text/csv"})
}

func TestTables(t *testing.T) {
	s := newSite(t)
	first := s.mapped()
	const good = "Order,Day,Line,Quantity,Price\nA1,2026-09-01,1,5,2.50\nA1,2026-09-01,2,7,1\nA2,2026-09-02,1,x,1\nA3,2026-09-02,1,9,1\n"
	read := s.table("t", "mapping=orders", good).want(200)
	if read.json("kept") != 2.0 || read.json("refused") != 1.0 || read.text("mapping") != first {
		t.Fatalf("%s", read.bytes)
	}
	if bad := read.json("documents", 1, "errors", 0).(map[string]any); bad["row"] != 4.0 || !strings.Contains(bad["column"].(string), "Quantity") || bad["value"] != "x" || bad["code"] != "quantity_wrong" {
		t.Fatalf("%s", read.bytes)
	}
	document := read.text("documents", 0, "document")
	if original := s.get(s.world.Maker, "/v1/documents/"+document+"/original").want(200); !strings.Contains(string(original.bytes), "A1,2026-09-01,2,7,1") || strings.Contains(string(original.bytes), "A3") {
		t.Fatalf("%s", original.bytes)
	}
	// The same key is the same answer; another key finds the same content.
	again := s.table("t", "mapping=orders", good).want(200)
	if again.text("documents", 0, "document") != document || again.json("documents", 0, "status") != 200.0 || again.json("documents", 0, "entry", "repeated") != true {
		t.Fatalf("%s", again.bytes)
	}
	corrected := s.table("u", "mapping=orders", strings.Replace(good, ",x,", ",6,", 1)).want(200)
	if corrected.json("kept") != 1.0 || corrected.json("duplicate") != 2.0 || corrected.json("refused") != 0.0 {
		t.Fatalf("%s", corrected.bytes)
	}
	if reused := s.table("t", "mapping=orders", strings.Replace(good, ",5,", ",6,", 1)).want(200); reused.text("documents", 0, "problem", "code") != "key_reused" {
		t.Fatalf("%s", reused.bytes)
	}
	head := s.engine.Head().Sequence
	if other := s.table("v", "mapping=orders", "Order;Tag;Line\n1;2;3\n").want(422); other.text("code") != "table_invalid" || len(other.json("errors").([]any)) != 3 {
		t.Fatalf("%s", other.bytes)
	}
	s.table("w", "mapping=orders", "").want(400)
	s.table("x", "mapping=invoices", good).want(422)
	s.table("y", "", good).want(422)
	s.send(s.world.Maker, "POST", "/v1/parties/"+s.world.Sellers[1].String()+"/tables?mapping=orders", good, header{"Idempotency-Key": "z", "Content-Type": "application/json"}).want(415)
	s.send(s.world.SellerActors[0], "POST", "/v1/parties/"+s.world.Sellers[1].String()+"/tables?mapping=orders", good, header{"Idempotency-Key": "z", "Content-Type": "text/csv"}).want(404)
	var long strings.Builder
	long.WriteString("Order,Day,Line,Quantity,Price\n")
	for i := range 2_001 {
		fmt.Fprintf(&long, "B%d,2026-09-01,1,5,2.50\n", i)
	}
	s.table("long", "mapping=orders", long.String()).want(413)
	if s.engine.Head().Sequence != head {
		t.Fatal("a table that is refused left entries")
	}
	// A seller sends its own tables, but proves nothing in the buyer's name by them.
	own := s.send(s.world.SellerActors[1], "POST", "/v1/parties/"+s.world.Sellers[1].String()+"/tables?mapping=orders", good, header{"Idempotency-Key": "own", "Content-Type": "text/csv"}).want(200)
	if own.json("refused") != 3.0 || own.text("documents", 0, "problem", "code") != "other_party" {
		t.Fatalf("%s", own.bytes)
	}
}

func TestMappings(t *testing.T) {
	s := newSite(t)
	w := s.world
	first := s.mapped()
	second := s.mapped()
	if old := s.get(w.Maker, "/v1/mappings/"+first).want(200); old.json("active") != false || old.json("version") != 1.0 || old.json("mapping", "document") != "order" {
		t.Fatalf("%s", old.bytes)
	}
	if now := s.get(w.Maker, "/v1/mappings/"+second).want(200); now.json("active") != true || now.json("version") != 2.0 {
		t.Fatalf("%s", now.bytes)
	}
	if story := s.get(w.Maker, "/v1/stories/"+second).want(200); !strings.Contains(string(story.bytes), "version 2 of their mapping") {
		t.Fatalf("%s", story.bytes)
	}
	path := "/v1/parties/" + w.Sellers[1].String() + "/mappings"
	wrong := s.post(w.Maker, path, `{"name":"orders","mapping":{"document":"parcel","columns":[{"header":"A","field":"nothing"}]}}`).want(422)
	if len(wrong.json("errors").([]any)) < 2 {
		t.Fatalf("%s", wrong.bytes)
	}
	s.post(w.Maker, path, `{"name":"two words","mapping":`+tableMapping+`}`).want(422)
	keyed := header{"Idempotency-Key": "once", "Content-Type": "application/json"}
	body := fmt.Sprintf(`{"name":"other","mapping":%s}`, tableMapping)
	one := s.send(w.Maker, "POST", path, body, keyed).want(201)
	if again := s.send(w.Maker, "POST", path, body, keyed).want(200); again.text("record", "id") != one.text("record", "id") {
		t.Fatalf("%s", again.bytes)
	}
}

// A mapping of a bank's tables of bookings is kept like another, for the custodian, and reads no documents.
func TestMappingsOfStatements(t *testing.T) {
	s := newSite(t)
	w := s.world
	path := "/v1/parties/" + w.Custodian.String() + "/mappings"
	kept := s.post(w.Maker, path, `{"name":"umsatz","mapping":{"document":"statement","currency":"EUR","columns":[{"header":"Tag","field":"booking_date"},{"header":"Betrag","field":"amount"}]}}`).want(201)
	if shown := s.get(w.Maker, "/v1/mappings/"+kept.text("record", "id")).want(200); shown.json("mapping", "document") != "statement" || shown.json("version") != 1.0 {
		t.Fatalf("%s", shown.bytes)
	}
	wrong := s.post(w.Maker, path, `{"name":"umsatz","mapping":{"document":"statement","columns":[{"header":"Tag","field":"day"}]}}`).want(422)
	if len(wrong.json("errors").([]any)) < 3 {
		t.Fatalf("%s", wrong.bytes)
	}
}

// bundled is an electronic invoice with its picture in a ZIP archive.
func bundled(t *testing.T, invoice []byte) string {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, e := range []struct {
		name    string
		content []byte
	}{{"out/发票_1.pdf", []byte("%PDF-1.7 picture")}, {"out/invoice.xml", invoice}} {
		f, err := w.Create(e.name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write(e.content); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestElectronicInvoices(t *testing.T) {
	s := newSite(t)
	w := s.world
	invoice, err := os.ReadFile("../efapiao/testdata/readings/blue.xml")
	if err != nil {
		t.Fatal(err)
	}
	bundle := bundled(t, invoice)
	send := func(key, body, media string) *answer {
		return s.send(w.Maker, "POST", "/v1/documents?file=invoice", body, header{"Idempotency-Key": key, "Content-Type": media})
	}
	kept := send("a", bundle, "application/zip").want(201)
	document := kept.text("record", "document", "id")
	if kept.text("record", "document", "companions", 0, "name") != "发票_1.pdf" {
		t.Fatalf("%s", kept.bytes)
	}
	if again := send("a", bundle, "application/zip").want(200); again.text("entry", "leaf") != kept.text("entry", "leaf") {
		t.Fatalf("%s", again.bytes)
	}
	// Alone it is the same invoice.
	if alone := send("b", string(invoice), "application/xml").want(201); alone.text("record", "outcome") != "duplicate" {
		t.Fatalf("%s", alone.bytes)
	}
	original := s.get(w.Maker, "/v1/documents/"+document+"/original").want(200)
	if string(original.bytes) != bundle || original.header.Get("Content-Type") != "application/zip" || !strings.Contains(original.header.Get("Content-Disposition"), ".zip") {
		t.Fatalf("%v", original.header)
	}
	companion := s.get(w.Maker, "/v1/documents/"+document+"/companions/1").want(200)
	if string(companion.bytes) != "%PDF-1.7 picture" || !strings.HasPrefix(companion.header.Get("Content-Disposition"), "attachment; filename*=UTF-8''%E5%8F%91") {
		t.Fatalf("%v", companion.header)
	}
	s.get(w.Maker, "/v1/documents/"+document+"/companions/2").want(404)
	s.get(w.SellerActors[0], "/v1/documents/"+document+"/companions/1").want(404)
	send("c", bundle[:len(bundle)/2], "application/zip").want(400)
	// What the bureau says stands on it.
	path := "/v1/documents/" + document + "/verification"
	said := s.post(w.Maker, path, `{"status":"void","at":"2026-01-05T09:30:00+08:00","reference":"r-1"}`).want(201)
	if said.text("record", "verifications", 0, "status") != "void" || said.text("record", "verifications", 0, "at") != "2026-01-05T01:30:00.000000Z" {
		t.Fatalf("%s", said.bytes)
	}
	s.post(w.Maker, path, `{"status":"valid","at":"2026-01-04T09:30:00+08:00"}`).want(409)
	s.post(w.Maker, path, `{"status":"fine","at":"2026-01-06T09:30:00+08:00"}`).want(422)
	s.post(w.Maker, path, `{"status":"valid","at":"yesterday"}`).want(422)
	entries := s.get(w.Maker, "/v1/entries?limit=1").want(200)
	if told := entries.text("items", 0, "events", 0, "sentence"); !strings.Contains(told, "was cancelled") {
		t.Fatal(told)
	}
	var listed struct{ Items []map[string]any }
	if err := json.Unmarshal(s.get(w.Maker, "/v1/documents").want(200).bytes, &listed); err != nil || len(listed.Items) != 1 {
		t.Fatal(listed, err)
	}
}
