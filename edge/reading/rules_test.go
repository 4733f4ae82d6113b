package reading

import (
	"bytes"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"millrace/domain/rule"
	"millrace/domain/trade"
	"millrace/edge/en16931"
)

const conforming = "../../examples/trade/01-castings/5-invoice.xml"

// breaking reads an invoice with one text in the place of another.
func breaking(t *testing.T, path, old, new string) []trade.RuleBreach {
	t.Helper()
	content := load(t, path)
	if !bytes.Contains(content, []byte(old)) {
		t.Fatalf("%s has no %q", path, old)
	}
	read, err := Read(path, bytes.Replace(content, []byte(old), []byte(new), 1), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return read.Document.Rules
}

func TestRulesAreCheckedWhereADocumentSaysThatItFollowsThem(t *testing.T) {
	const cii, specification = "../cii/testdata/seeds/clean_invoice.xml", "urn:cen.eu:en16931"
	const sum = `<cbc:LineExtensionAmount currencyID="EUR">41414.00<`
	if rules := breaking(t, conforming, sum, sum); rules != nil {
		t.Errorf("an invoice in order breaks %v", rules)
	}
	want := []trade.RuleBreach{
		{Rule: "BR-CO-10", Severity: rule.Fatal, Where: "Invoice/cac:LegalMonetaryTotal/cbc:LineExtensionAmount", Line: 130},
		{Rule: "BR-CO-13", Severity: rule.Fatal, Where: "Invoice/cac:LegalMonetaryTotal/cbc:TaxExclusiveAmount", Line: 131},
	}
	wrong := strings.Replace(sum, "41414", "41415", 1)
	if difference := cmp.Diff(want, breaking(t, conforming, sum, wrong)); difference != "" {
		t.Error(difference)
	}
	content := bytes.Replace(load(t, conforming), []byte(sum), []byte(wrong), 1)
	for _, other := range []string{"urn:fdc:example:other", "x" + specification} {
		read, err := Read("invoice.xml", bytes.Replace(content, []byte(specification), []byte(other), 1), Limits{})
		if err != nil || read.Document.Rules != nil {
			t.Errorf("%s: %v, %v", other, read.Document.Rules, err)
		}
	}
	if rules := breaking(t, cii, "<ram:LineTotalAmount>120.00<", "<ram:LineTotalAmount>121.00<"); !slices.ContainsFunc(rules, func(b trade.RuleBreach) bool { return b.Rule == "BR-CO-10" }) {
		t.Errorf("CII: %v", rules)
	}
	inner := bytes.Replace(load(t, cii), []byte("<ram:LineTotalAmount>120.00<"), []byte("<ram:LineTotalAmount>121.00<"), 1)
	carried, err := Read("invoice.pdf", hybrid("factur-x.xml", inner), Limits{})
	if err != nil || len(carried.Document.Rules) == 0 {
		t.Errorf("in a PDF: %v, %v", carried.Document.Rules, err)
	}
	orders, err := filepath.Glob("../../examples/trade/*/1-*.xml")
	if err != nil || len(orders) == 0 {
		t.Fatal(orders, err)
	}
	for _, order := range orders {
		if rules := breaking(t, order, "<cbc:CustomizationID>", "<cbc:CustomizationID>"+specification); rules != nil {
			t.Errorf("%s: %v", order, rules)
		}
	}
}

// What the rules cannot read must not pass for checked.
func TestADocumentThatTheRulesCannotRead(t *testing.T) {
	rules := breaking(t, conforming, `encoding="UTF-8"`, `encoding="windows-1252"`)
	if difference := cmp.Diff([]trade.RuleBreach{{Rule: "UNREAD", Severity: rule.Fatal}}, rules); difference != "" {
		t.Error(difference)
	}
	if known, found := en16931.Find(rules[0].Rule); !found || known.Sentence == "" {
		t.Error("nobody explains it")
	}
}

func TestOneOfEachRuleIsKept(t *testing.T) {
	var violations []en16931.Violation
	for i := range 90 {
		for range 3 {
			violations = append(violations, en16931.Violation{Rule: fmt.Sprint("BR-", i), Severity: en16931.Fatal, Line: 1})
		}
	}
	if kept := breachesOf(violations); len(kept) != 90 || kept[89].Rule != "BR-89" {
		t.Errorf("%d of 90 rules", len(kept))
	}
	if kept := breachesOf(violations[:60]); len(kept) != trade.RulePlacesMax || kept[49].Rule != "BR-19" {
		t.Errorf("%d places of 20 rules", len(kept))
	}
	if len(en16931.Rules) > trade.RuleBreachesMax {
		t.Error("a document may break more rules than are kept")
	}
	for _, broken := range en16931.Rules {
		if breach := (trade.RuleBreach{Rule: broken.Name, Severity: broken.Severity}); !breach.Valid() {
			t.Errorf("%s can't be kept", broken.Name)
		}
	}
}

// An extension may name its elements after people: such a place is given by its line alone.
func TestPathsHoldNoNamesOfOthers(t *testing.T) {
	for path, known := range map[string]bool{
		"Invoice": true, "Invoice/cac:InvoiceLine[12]/cbc:ID": true, "CrossIndustryInvoice/rsm:SupplyChainTradeTransaction": true,
		"Invoice/UBLExtensions/UBLExtension/Smith": false, "Invoice/cac:Müller": false, "Invoice/x:ID": false, "Invoice/cac:Two words": false,
		"Invoice/" + strings.Repeat("cac:Party/", 30): false,
	} {
		if pathKnown(path) != known {
			t.Error(path)
		}
	}
	extension := `<ext:UBLExtensions xmlns:ext="urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2"><ext:UBLExtension>` +
		`<ext:ExtensionContent><Smith xmlns="urn:x" currencyID="ABC">1</Smith></ext:ExtensionContent></ext:UBLExtension></ext:UBLExtensions><cbc:CustomizationID>`
	rules := breaking(t, conforming, "<cbc:CustomizationID>", extension)
	if len(rules) != 1 || rules[0].Rule != "BR-CL-03" || rules[0].Where != "" || rules[0].Line == 0 {
		t.Errorf("%+v", rules)
	}
}
