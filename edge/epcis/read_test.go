package epcis

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"millrace/domain/movement"
	"millrace/edge/document"
	"millrace/edge/observation"
)

const head = `{"@context": "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld", "type": "EPCISDocument", "schemaVersion": "2.0",
 "creationDate": "2026-09-20T18:00:00Z", "epcisBody": {"eventList": [`

const foot = `]}}`

// when is what every event has.
const when = `"eventTime": "2026-09-20T17:05:00.250+02:00", "eventTimeZoneOffset": "+02:00", `

func one(t *testing.T, event string) observation.Observation {
	t.Helper()
	read, err := Read("events.json", []byte(head+event+foot), observation.Limits{})
	if err != nil || len(read) != 1 {
		t.Fatal(len(read), err)
	}
	return read[0]
}

func gtin(number string, quantity movement.Quantity, unit string) observation.Goods {
	return observation.Goods{Item: document.Item{Standard: document.Identifier{Scheme: "0160", Value: number}}, Quantity: quantity, Unit: unit}
}

func gln(number string) document.Party {
	return document.Party{Identifiers: []document.Identifier{{Kind: document.IdentifierParty, Scheme: "0088", Value: number}}}
}

func TestAnEventIsReadAsAPersonWould(t *testing.T) {
	event := `{"type": "ObjectEvent", ` + when + `"recordTime": "2026-09-20T16:00:00Z",
 "eventID": "ni:///sha-256;df7bb3c352fef055578554f09f5e2aa41782150ced7bd0b8af24dd3ccb30ba69?ver=CBV2.0", "action": "OBSERVE",
 "bizStep": "receiving", "disposition": "in_progress", "readPoint": {"id": "urn:epc:id:sgln:0614141.07346.1234"},
 "bizLocation": {"id": "urn:epc:id:sgln:4012345.00001.0"},
 "bizTransactionList": [{"type": "po", "bizTransaction": "urn:epcglobal:cbv:bt:0614141073467:4711"}, {"type": "desadv", "bizTransaction": "urn:epcglobal:cbv:bt:4012345002256:D%2F9"},
  {"type": "bol", "bizTransaction": "http://example.com/bol/1"}, {"bizTransaction": "urn:epcglobal:cbv:bt:0614141073467:9"}],
 "sourceList": [{"type": "possessing_party", "source": "urn:epc:id:pgln:4012345.00001"}, {"type": "owning_party", "source": "urn:epc:id:pgln:4012345.00225"}],
 "destinationList": [{"type": "owning_party", "destination": "https://id.gs1.org/417/0614141073467"}],
 "epcList": ["urn:epc:id:sgtin:0614141.107346.2017", "urn:epc:id:sgtin:0614141.107346.2018", "urn:epc:id:sscc:0614141.1234567890"],
 "quantityList": [{"epcClass": "urn:epc:class:lgtin:4012345.012345.998877", "quantity": 200.5, "uom": "KGM"}, {"epcClass": "urn:epc:class:lgtin:4012345.098765.4"}],
 "example:temperature": {"anything": [1, 2]}}`
	want := observation.Observation{
		Index: 1, Identity: "ni:///sha-256;df7bb3c352fef055578554f09f5e2aa41782150ced7bd0b8af24dd3ccb30ba69?ver=CBV2.0", Content: []byte(event),
		Kind: movement.Received, Source: movement.EPCIS, Observed: 1789916700250000, Offset: 120, Step: "receiving", Disposition: "in_progress",
		Location: document.Identifier{Scheme: "0088", Value: "4012345000016"}, Seller: gln("4012345002256"), Buyer: gln("0614141073467"),
		References: []observation.Reference{{To: movement.Order, Number: "4711"}, {To: movement.DespatchAdvice, Number: "D/9"}},
		Goods: []observation.Goods{
			gtin("10614141073464", 2_000_000, ""),
			{Item: document.Item{Standard: document.Identifier{Scheme: "SSCC", Value: "106141412345678908"}}, Quantity: 1_000_000},
			gtin("04012345123456", 200_500_000, "KGM"), gtin("04012345987652", 0, ""),
		},
	}
	if difference := cmp.Diff(want, one(t, event)); difference != "" {
		t.Error(difference)
	}
}

func TestAllTypesOfEvents(t *testing.T) {
	for name, c := range map[string]struct {
		event string
		kind  movement.Kind
		goods []observation.Goods
	}{
		"aggregation": {`{"type": "AggregationEvent", ` + when + `"action": "ADD", "bizStep": "loading", "parentID": "urn:epc:id:sscc:0614141.1234567890",
 "childEPCs": ["urn:epc:id:sgtin:0614141.107346.1"], "childQuantityList": [{"epcClass": "urn:epc:class:lgtin:4012345.012345.1", "quantity": 3}]}`, movement.Other,
			[]observation.Goods{gtin("10614141073464", 1_000_000, ""), gtin("04012345123456", 3_000_000, "")}},
		"aggregation undone": {`{"type": "AggregationEvent", ` + when + `"action": "DELETE", "bizStep": "unloading", "parentID": "urn:epc:id:sscc:0614141.1234567890"}`, movement.Arrived, nil},
		"association": {`{"type": "AssociationEvent", ` + when + `"action": "ADD", "parentID": "urn:epc:id:grai:4012345.55555.987", "childEPCs": ["urn:epc:id:sgtin:0614141.107346.1"]}`,
			movement.Other, []observation.Goods{gtin("10614141073464", 1_000_000, "")}},
		"transaction": {`{"type": "TransactionEvent", ` + when + `"action": "OBSERVE", "bizStep": "shipping", "bizTransactionList": [{"type": "inv", "bizTransaction": "http://example.com/inv/7"}],
 "epcList": ["urn:epc:id:sgtin:0614141.107346.1"]}`, movement.Shipped, []observation.Goods{gtin("10614141073464", 1_000_000, "")}},
		"transformation": {`{"type": "TransformationEvent", ` + when + `"bizStep": "commissioning", "inputQuantityList": [{"epcClass": "urn:epc:class:lgtin:4012345.098765.1", "quantity": 9}],
 "outputQuantityList": [{"epcClass": "urn:epc:class:lgtin:4012345.012345.1", "quantity": 3e0}]}`, movement.Other, []observation.Goods{gtin("04012345123456", 3_000_000, "")}},
		"stolen":    {`{"type": "ObjectEvent", ` + when + `"action": "OBSERVE", "bizStep": "receiving", "disposition": "stolen", "epcList": []}`, movement.Lost, nil},
		"returned":  {`{"type": "ObjectEvent", ` + when + `"action": "OBSERVE", "bizStep": "receiving", "disposition": "urn:epcglobal:cbv:disp:returned", "epcList": []}`, movement.Returned, nil},
		"own words": {`{"type": "ObjectEvent", ` + when + `"action": "OBSERVE", "bizStep": "https://example.com/steps/receiving", "epcList": []}`, movement.Other, nil},
	} {
		got := one(t, c.event)
		if got.Kind != c.kind {
			t.Errorf("%s: %s", name, got.Kind)
		}
		if difference := cmp.Diff(c.goods, got.Goods); difference != "" {
			t.Errorf("%s: %s", name, difference)
		}
	}
}

// The three ways of writing a word of the vocabulary mean the same.
func TestWordsInAllTheirForms(t *testing.T) {
	template := `{"type": "ObjectEvent", ` + when + `"action": "OBSERVE", "bizStep": "STEP", "disposition": "DISP", "epcList": ["urn:epc:id:sgtin:0614141.107346.1"],
 "bizTransactionList": [{"type": "TYPE", "bizTransaction": "http://example.com/po/7"}], "sourceList": [{"type": "SIDE", "source": "urn:epc:id:pgln:4012345.00225"}],
 "eventID": "urn:uuid:1", "errorDeclaration": {"declarationTime": "2026-09-21T00:00:00Z", "reason": "WHY"}}`
	var first observation.Observation
	for i, form := range []*strings.Replacer{
		strings.NewReplacer("STEP", "shipping", "DISP", "in_transit", "TYPE", "po", "SIDE", "owning_party", "WHY", "did_not_occur"),
		strings.NewReplacer("STEP", "urn:epcglobal:cbv:bizstep:shipping", "DISP", "urn:epcglobal:cbv:disp:in_transit", "TYPE", "urn:epcglobal:cbv:btt:po", "SIDE", "urn:epcglobal:cbv:sdt:owning_party", "WHY", "urn:epcglobal:cbv:er:did_not_occur"),
		strings.NewReplacer("STEP", "https://ref.gs1.org/cbv/BizStep-shipping", "DISP", "https://ref.gs1.org/cbv/Disp-in_transit", "TYPE", "https://ref.gs1.org/cbv/BTT-po", "SIDE", "https://ref.gs1.org/cbv/SDT-owning_party", "WHY", "https://ref.gs1.org/cbv/ER-did_not_occur"),
		strings.NewReplacer("STEP", "cbv:BizStep-shipping", "DISP", "cbv:Disp-in_transit", "TYPE", "cbv:BTT-po", "SIDE", "cbv:SDT-owning_party", "WHY", "cbv:ER-did_not_occur"),
	} {
		got := one(t, form.Replace(template))
		got.Content = nil
		if i == 0 {
			first = got
			if got.Step != "shipping" || got.Disposition != "in_transit" || len(got.References) != 1 || len(got.Seller.Identifiers) != 1 || got.Retraction.Reason != "did_not_occur" {
				t.Fatalf("%+v", got)
			}
		}
		if difference := cmp.Diff(first, got); difference != "" {
			t.Errorf("form %d: %s", i, difference)
		}
	}
}

func TestDocumentsThatHoldEvents(t *testing.T) {
	event := `{"type": "ObjectEvent", ` + when + `"action": "OBSERVE", "epcList": ["urn:epc:id:sgtin:0614141.107346.1"]}`
	for name, c := range map[string]struct {
		text string
		want int
	}{
		"document": {head + event + ", " + event + foot, 2}, "no event": {head + foot, 0}, "with a mark": {"\xEF\xBB\xBF" + head + event + foot, 1}, "bare event": {event, 1},
		"query": {`{"type": "EPCISQueryDocument", "schemaVersion": "2.0.1", "creationDate": "2026-09-20T18:00:00Z",
 "epcisBody": {"queryResults": {"queryName": "q", "resultsBody": {"eventList": [` + event + `]}}}}`, 1},
	} {
		got, err := Read("x", []byte(c.text), observation.Limits{})
		if err != nil || len(got) != c.want {
			t.Errorf("%s: %d, %v", name, len(got), err)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(head + `{"type": "ObjectEvent", ` + when + `"action": "OBSERVE", "epcList": ["urn:epc:id:sgtin:0614141.107346.1"]}` + foot))
	files, err := filepath.Glob("testdata/errors/*.json")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		seed, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(seed)
	}
	limits := observation.Limits{BytesMax: 1 << 16, ValuesMax: 2000, EventsMax: 20}
	f.Fuzz(func(t *testing.T, input []byte) {
		before := bytes.Clone(input)
		got, err := Read("fuzz", input, limits)
		if !bytes.Equal(before, input) {
			t.Fatal("the input has changed")
		}
		if err != nil {
			if err.Error() == "" || got != nil {
				t.Fatal(got, err)
			}
			return
		}
		for i, o := range got {
			if o.Index != i+1 || !o.Kind.Known() || o.Source != movement.EPCIS || len(o.Content) == 0 {
				t.Fatalf("%+v", o)
			}
			for _, g := range o.Goods {
				if g.Quantity > movement.QuantityMax || g.Quantity < -movement.QuantityMax {
					t.Fatal(g.Quantity)
				}
			}
		}
	})
}
