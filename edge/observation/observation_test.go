package observation

import (
	"testing"

	"pgregory.net/rapid"

	"millrace/domain/movement"
)

func TestQuantitiesAreExact(t *testing.T) {
	for _, c := range []struct {
		text string
		want movement.Quantity
		ok   bool
	}{
		{"5", 5_000_000, true}, {"0.000001", 1, true}, {"0.0000010", 1, true}, {"12.5e3", 12_500_000_000, true}, {"1E-6", 1, true}, {"-3.25", -3_250_000, true},
		{"0e999", 0, true}, {"0.0000001", 0, false}, {"1e99", 0, false}, {"1000000000000", 1_000_000_000_000_000_000, true}, {"1000000000000.000001", 0, false}, {"9223372036", 9_223_372_036_000_000, true},
		{"", 0, false}, {".5", 0, false}, {"5.", 0, false}, {"1,5", 0, false}, {"0x10", 0, false}, {"1e", 0, false}, {"--1", 0, false}, {"+1", 0, false}, {"1e1e1", 0, false},
	} {
		got, ok := Quantity(c.text)
		if ok != c.ok || ok && got != c.want {
			t.Errorf("%q: %d, %v", c.text, got, ok)
		}
	}
}

func TestAPrintedQuantityComesBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q := movement.Quantity(rapid.Int64Range(-int64(movement.QuantityMax), int64(movement.QuantityMax)).Draw(t, "quantity"))
		if got, ok := Quantity(q.String()); !ok || got != q {
			t.Fatalf("%s came back as %s, %v", q, got, ok)
		}
	})
}

// The numbers are those that GS1 uses in its own examples, or worked out by hand from the weights.
func TestIdentifiersOfGS1(t *testing.T) {
	for uri, want := range map[string]string{
		"urn:epc:id:sgtin:0614141.107346.2018":      "0160 10614141073464",
		"urn:epc:class:lgtin:4012345.012345.998877": "0160 04012345123456",
		"urn:epc:idpat:sgtin:4012345.098765.*":      "0160 04012345987652",
		"https://id.gs1.org/01/04012345987652":      "0160 04012345987652",
		"https://example.com/01/4012345987652/21/7": "0160 04012345987652",
		"https://example.com/01/4012345987653/21/7": "URI https://example.com/01/4012345987653/21/7",
		"urn:epc:id:sscc:0614141.1234567890":        "SSCC 106141412345678908",
		"https://id.gs1.org/00/106141412345678908":  "SSCC 106141412345678908",
		"urn:epc:id:giai:4000001.12345":             "URI urn:epc:id:giai:4000001.12345",
		"urn:epc:id:sgtin:..":                       "URI urn:epc:id:sgtin:..",
		"urn:epc:class:lgtin:4012345.01234٣.998877": "URI urn:epc:class:lgtin:4012345.01234٣.998877",
	} {
		item := Item(uri)
		if got := item.Standard.Scheme + " " + item.Standard.Value; got != want {
			t.Errorf("%s: %s, not %s", uri, got, want)
		}
	}
	for uri, want := range map[string]string{
		"urn:epc:id:sgln:0614141.07346.1234": "0088 0614141073467 1234", "urn:epc:id:sgln:4012345.00001.0": "0088 4012345000016",
		"https://id.gs1.org/414/4012345000016/254/a%2Fb": "0088 4012345000016 a/b", "geo:42.69,23.32": "URI geo:42.69,23.32", "": " ",
	} {
		place := Place(uri)
		if got := place.Scheme + " " + place.Value; got != want {
			t.Errorf("%s: %s, not %s", uri, got, want)
		}
	}
	if p := Party("urn:epc:id:pgln:4012345.00225"); p.Value != "4012345002256" || p.Scheme != SchemeGLN {
		t.Errorf("%+v", p)
	}
	for uri, want := range map[string][2]string{
		"urn:epcglobal:cbv:bt:0614141073467:PO%2F7": {"PO/7", "0614141073467"}, "http://transaction.acme.com/po/12345678": {"12345678", ""},
		"urn:epc:id:gdti:0614141.00001.1618034": {"1618034", ""}, "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6": {"f81d4fae-7dec-11d0-a765-00a0c91e6bf6", ""},
	} {
		if number, issuer := Transaction(uri); number != want[0] || issuer != want[1] {
			t.Errorf("%s: %q of %q", uri, number, issuer)
		}
	}
}

func TestTimesHaveAZone(t *testing.T) {
	if at, offset, ok := Time("2026-09-20T17:05:00.5+05:30"); !ok || at != 1789904100500000 || offset != 330 {
		t.Error(at, offset, ok)
	}
	for _, text := range []string{"2026-09-20T17:05:00", "2026-09-20 17:05:00Z", "2026-02-30T17:05:00Z", "2026-09-20T17:05:00,5Z", ""} {
		if _, _, ok := Time(text); ok {
			t.Errorf("%q is taken", text)
		}
	}
	for text, want := range map[string]int16{"+02:00": 120, "-05:30": -330, "Z": 0, "+14:00": 840} {
		if got, ok := Offset(text); !ok || got != want {
			t.Errorf("%q: %d %v", text, got, ok)
		}
	}
	for _, text := range []string{"", "02:00", "+2:00", "+14:01", "+0200", "+12:60"} {
		if _, ok := Offset(text); ok {
			t.Errorf("%q is taken", text)
		}
	}
}
