package en16931

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"millrace/edge/document"
)

func TestReadRefuses(t *testing.T) {
	for _, c := range []struct{ name, input, want string }{
		{"empty", "", "in.xml: has no content"},
		{"no XML", "PK\x03\x04", "in.xml:1: "},
		{"cut off", "<Invoice>\n<a>", "in.xml:2: "},
		{"DOCTYPE", "<!DOCTYPE Invoice [<!ENTITY a \"b\">]>\n<Invoice/>", "in.xml:1: document type declarations are not accepted"},
		{"entity", "<Invoice>&a;</Invoice>", "in.xml:1: "},
		{"two roots", "<Invoice/>\n<Invoice/>", `in.xml:2: "Invoice" stands outside the root element`},
		{"encoding", `<?xml version="1.0" encoding="EBCDIC"?><Invoice/>`, "in.xml:1: "},
		{"depth", strings.Repeat("<a>", depthMax+1), `in.xml:1: "a" is one element too many or too deep`},
		{"size", strings.Repeat(" ", bytesMax+1), `in.xml: "10485761" bytes are more than the limit`},
		{"elements", "<r>" + strings.Repeat("<a/>", elementsMax) + "</r>", `in.xml:1: "a" is one element too many or too deep`},
	} {
		_, err := Read("in.xml", []byte(c.input))
		var failed *document.Error
		if !errors.As(err, &failed) || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s…", c.name, err, c.want)
		}
	}
	for _, input := range []string{"<Invoice/>", `<Order xmlns="urn:oasis:names:specification:ubl:schema:xsd:Order-2"/>`} {
		_, err := Read("in.xml", []byte(input))
		var other *document.Unsupported
		if !errors.As(err, &other) {
			t.Errorf("%s: %v, want Unsupported", input, err)
		}
	}
}

func TestReadKnowsEncodings(t *testing.T) {
	text, err := os.ReadFile(ownUBL)
	if err != nil {
		t.Fatal(err)
	}
	declared := func(name string) string { return strings.Replace(string(text), "UTF-8", name, 1) }
	var latin []byte
	for _, character := range declared("ISO-8859-1") {
		latin = append(latin, byte(character))
	}
	wide := []byte{0xFE, 0xFF}
	for _, unit := range utf16.Encode([]rune(declared("UTF-16"))) {
		wide = binary.BigEndian.AppendUint16(wide, unit)
	}
	for name, input := range map[string][]byte{
		"UTF-8 with its mark": append([]byte{0xEF, 0xBB, 0xBF}, text...), "ISO-8859-1": latin, "UTF-16": wide,
	} {
		invoice, err := Read("in.xml", input)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if invoice.Buyer.Name.Value != "Mühlbach Werke GmbH" {
			t.Errorf("%s: the buyer is %q", name, invoice.Buyer.Name.Value)
		}
	}
}

func TestSentence(t *testing.T) {
	text, err := os.ReadFile(ownUBL)
	if err != nil {
		t.Fatal(err)
	}
	text = bytes.Replace(text, []byte(">640.00<"), []byte(">641.00<"), 1)
	text = bytes.Replace(text, []byte("<cbc:Name>Training</cbc:Name>"), nil, 1)
	invoice, err := Read("in.xml", text)
	if err != nil {
		t.Fatal(err)
	}
	var sentences []string
	for _, violation := range Check(invoice, nil) {
		sentences = append(sentences, violation.Sentence())
	}
	want := []string{
		`BR-25, line 151, Invoice/cac:InvoiceLine[2]: Each line names the item.`,
		`BR-CO-10, line 108, Invoice/cac:LegalMonetaryTotal/cbc:LineExtensionAmount: The sum of the lines' net amounts is what the lines add up to. (BT-106 "641.00", computed "640.00")`,
		`BR-CO-13, line 109, Invoice/cac:LegalMonetaryTotal/cbc:TaxExclusiveAmount: The total without VAT is the sum of the lines, less the allowances and plus the charges on the document. (BT-109 "615.00", computed "616.00")`,
	}
	if difference := cmp.Diff(want, sentences); difference != "" {
		t.Error(difference)
	}
}

// TestRulesAreWellFormed keeps names, order and wording as readers expect them.
func TestRulesAreWellFormed(t *testing.T) {
	seen := map[string]bool{}
	for _, rule := range Rules {
		if seen[rule.Name] || rule.check == nil || len(rule.Terms) == 0 || rule.Severity < Warning {
			t.Errorf("%s is incomplete or listed twice", rule.Name)
		}
		seen[rule.Name] = true
		if !strings.HasSuffix(rule.Sentence, ".") || strings.ContainsAny(rule.Sentence, "|\n") {
			t.Errorf("%s: %q is not one sentence", rule.Name, rule.Sentence)
		}
		if _, err := os.Stat(strings.ToLower(strings.ReplaceAll(rule.Name, "-", "_")) + ".go"); err != nil {
			t.Errorf("%s has no file of its own: %v", rule.Name, err)
		}
	}
}

// many repeats one group that breaks rules.
func many(group string, times int) []byte {
	return []byte(fmt.Sprintf(`<Invoice xmlns=%q xmlns:cac=%q xmlns:cbc=%q>%s</Invoice>`, ublInvoice, cac, cbc, strings.Repeat(group, times)))
}

func TestViolationsAreBounded(t *testing.T) {
	invoice, err := Read("in.xml", many(`<cac:InvoiceLine/>`, 5000))
	if err != nil {
		t.Fatal(err)
	}
	found := Check(invoice, everything)
	if got := len(raised(found, "BR-21")); got != violationsPerRuleMax {
		t.Errorf("%d violations of one rule, want %d", got, violationsPerRuleMax)
	}
	if difference := cmp.Diff(found, Check(invoice, everything)); difference != "" {
		t.Error(difference)
	}
}

func FuzzCheck(f *testing.F) {
	for _, seed := range []string{
		`<Invoice xmlns="` + ublInvoice + `"/>`,
		string(many(`<cac:InvoiceLine><cbc:LineExtensionAmount currencyID="EUR">-99999999999999999999.005</cbc:LineExtensionAmount></cac:InvoiceLine>`, 2)),
		string(many(`<cac:TaxTotal><cbc:TaxAmount>1</cbc:TaxAmount><cac:TaxSubtotal><cbc:TaxableAmount>1</cbc:TaxableAmount><cbc:TaxAmount>.2</cbc:TaxAmount><cac:TaxCategory><cbc:ID>S</cbc:ID><cbc:Percent>25</cbc:Percent></cac:TaxCategory></cac:TaxSubtotal></cac:TaxTotal>`, 1)),
		`<rsm:CrossIndustryInvoice xmlns:rsm="` + rsm + `" xmlns:ram="` + ram + `"><rsm:SupplyChainTradeTransaction><ram:IncludedSupplyChainTradeLineItem/></rsm:SupplyChainTradeTransaction></rsm:CrossIndustryInvoice>`,
		`<?xml version="1.0" encoding="ISO-8859-1"?><Invoice xmlns="` + ublInvoice + `"><!-- a --></Invoice>`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, input []byte) {
		invoice, err := Read("in.xml", input)
		if err != nil {
			if err.Error() == "" {
				t.Error("an error without a word")
			}
			return
		}
		found := Check(invoice, everything)
		if len(found) > len(Rules)*violationsPerRuleMax {
			t.Errorf("%d violations", len(found))
		}
		for _, violation := range found {
			if violation.Sentence() == "" || violation.Where() == "" {
				t.Errorf("%s says nothing", violation.Rule)
			}
		}
		if !slices.EqualFunc(found, Check(invoice, everything), func(a, b Violation) bool { return a.Sentence() == b.Sentence() }) {
			t.Error("two checks differ")
		}
	})
}

// BenchmarkCheck checks an invoice that conforms, with every group in use, and one of 1,000 lines.
func BenchmarkCheck(b *testing.B) {
	own := read(b, ownUBL)
	long := *own
	long.Lines = slices.Repeat(own.Lines, 500)
	for _, c := range []struct {
		name    string
		invoice *Invoice
	}{{"2 lines", own}, {"1000 lines", &long}} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Check(c.invoice, nil)
			}
		})
	}
}

// BenchmarkRead reads the same invoice from its bytes.
func BenchmarkRead(b *testing.B) {
	text, err := os.ReadFile(ownUBL)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Read("in.xml", text); err != nil {
			b.Fatal(err)
		}
	}
}
