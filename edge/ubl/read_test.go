package ubl

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"millrace/domain/calendar"
	"millrace/domain/trade"
	"millrace/edge/document"
	"millrace/edge/document/documenttest"
	"millrace/edge/extract"
)

func load(t testing.TB, path string) []byte {
	t.Helper()
	input, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return input
}

func day(t testing.TB, text string) calendar.Date {
	t.Helper()
	date, ok := calendar.Parse(text)
	if !ok {
		t.Fatalf("%q is no date", text)
	}
	return date
}

func TestReadInvoice(t *testing.T) {
	got, err := Read("invoice.xml", load(t, "testdata/readings/invoice.xml"), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	want := document.Document{
		Type: trade.Invoice, TypeCode: "380", Number: "RE-2026/0042", Issued: day(t, "2026-03-02"), Due: day(t, "2026-04-01"), Currency: 978,
		Customization: "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0",
		Profile:       "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0",
		Seller: document.Party{
			Name: "Müller & Söhne", LegalName: "Müller & Söhne GmbH & Co. KG", Country: "DE",
			Address: document.Address{Street: "Mühlgasse 1", City: "Ulm", PostalZone: "89073"},
			Identifiers: []document.Identifier{
				{Kind: document.IdentifierEndpoint, Scheme: "0088", Value: "4000001000005"}, {Kind: document.IdentifierParty, Scheme: "0060", Value: "123456789"}, {Kind: document.IdentifierTax, Scheme: "VAT", Value: "DE123456789"},
				{Kind: document.IdentifierLegal, Scheme: "", Value: "HRA 4711"}, {Kind: document.IdentifierGivenByBuyer, Scheme: "", Value: "V-100"},
			},
		},
		Buyer:            document.Party{LegalName: "Webstuhl AB", Country: "SE", Identifiers: []document.Identifier{{Kind: document.IdentifierLegal, Scheme: "0007", Value: "5560000001"}}},
		Payee:            &document.Party{Name: "Factor Bank"},
		PayeeAccounts:    []document.Account{{IBAN: "DE89370400440532013000", ID: "DE89 3704 0044 0532 0130 00", BIC: "COBADEFFXXX", Name: "Factor Bank"}},
		PaymentReference: "RF18 5390 0754 7034", PaymentTermsNote: "30 days net", BuyerReference: "Dept. 7",
		OrderNumber: "PO-1", SalesOrderNumber: "SO-9", ContractNumber: "RV-3", DespatchNumbers: []string{"LS-1", "LS-2"},
		ReceiptNumbers: []string{"WE-5"}, InvoiceNumber: "RE-2026/0040", InvoiceNumbers: []string{"RE-2026/0040"},
		Totals: trade.Totals{
			LineExtension: 25515, Allowance: 1000, TaxExclusive: 24515, Tax: 4658, TaxInclusive: 29173, Prepaid: 9175, Rounding: 2, Payable: 20000,
		},
		TaxSubtotals: []document.TaxSubtotal{{Taxable: 24515, Tax: 4658, Scheme: "VAT", Category: "S", Percent: "19"}},
		Lines: []document.Line{
			{
				Number: "1", OrderNumber: "PO-1", OrderLine: "10", DespatchNumber: "LS-1", DespatchLine: "3",
				Item:     document.Item{Standard: document.Identifier{Scheme: "0160", Value: "04012345123456"}, SellerID: "S-1", BuyerID: "B-1", Name: "Yarn, red"},
				Quantity: 1250_500000, Unit: "MTR", Price: 12500000, Amount: 15515, // 1250.5 * 12.50 / 100 - 1.16 = 155.1525
			},
			{Number: "2", OrderNumber: "PO-1", OrderLine: "20", Item: document.Item{Name: "Dyeing"}, Quantity: 1_000000, Unit: "C62", Price: 99_90000000, Amount: 10000},
		},
		Findings: []trade.Finding{
			{Code: trade.FindingLineAmount, Field: "InvoiceLine[2]/LineExtensionAmount", Detail: "line 2: 100.00 stated, 99.90 computed"},
			{Code: trade.FindingFactored, Field: "PayeeParty"},
		},
	}
	if difference := cmp.Diff(want, got); difference != "" {
		t.Error(difference)
	}
}

func TestReadReceiptAdvice(t *testing.T) {
	got, err := Read("receipt_advice.xml", load(t, "testdata/readings/receipt_advice.xml"), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	want := document.Document{
		Type: trade.ReceiptAdvice, Number: "WE-5", UUID: "8a9a1b54-3b9f-4f0c-9d0e-0d2f3a6c7b10", Issued: day(t, "2026-02-27"),
		Seller:      document.Party{Identifiers: []document.Identifier{{Kind: document.IdentifierParty, Scheme: "0088", Value: "4000001000005"}}},
		Buyer:       document.Party{Identifiers: []document.Identifier{{Kind: document.IdentifierParty, Scheme: "0007", Value: "5560000001"}}},
		OrderNumber: "PO-1", DespatchNumbers: []string{"LS-1"},
		Lines: []document.Line{{
			Number: "1", OrderLine: "10", DespatchLine: "3", Item: document.Item{SellerID: "S-1"},
			Quantity: 1200_000000, Short: 50_500000, Rejected: 250000, Unit: "MTR",
		}},
	}
	if difference := cmp.Diff(want, got); difference != "" {
		t.Error(difference)
	}
}

// TestFindings changes one thing in a document without findings, and expects the findings named.
func TestFindings(t *testing.T) {
	clean := string(load(t, "testdata/seeds/clean_invoice.xml"))
	const line = `<cbc:LineExtensionAmount currencyID="EUR">120.00</cbc:LineExtensionAmount>
    <cac:Item>`
	cases := []struct {
		name, old, new string
		want           []string
	}{
		{"clean", "", "", nil},
		{"line sum", `ount currencyID="EUR">120.00</cbc:LineExtensionAmount>
    <cbc:TaxE`, `ount currencyID="EUR">120.01</cbc:LineExtensionAmount>
    <cbc:TaxE`, []string{trade.FindingLineSum, trade.FindingTaxExclusive}},
		{"tax exclusive", `">120.00</cbc:TaxExclusiveAmount>`, `">121.00</cbc:TaxExclusiveAmount>`,
			[]string{trade.FindingTaxExclusive, trade.FindingTaxBase, trade.FindingTaxInclusive}},
		{"tax inclusive", `">144.00</cbc:TaxInclusiveAmount>`, `">144.01</cbc:TaxInclusiveAmount>`, []string{trade.FindingTaxInclusive, trade.FindingPayable}},
		{"payable", `">144.00</cbc:PayableAmount>`, `">143.99</cbc:PayableAmount>`, []string{trade.FindingPayable}},
		{"payable rounded", `<cbc:PayableAmount currencyID="EUR">144.00<`,
			`<cbc:PayableRoundingAmount currencyID="EUR">-0.01</cbc:PayableRoundingAmount><cbc:PayableAmount currencyID="EUR">143.99<`, nil},
		{"no gross total", `    <cbc:TaxInclusiveAmount currencyID="EUR">144.00</cbc:TaxInclusiveAmount>
`, "", nil},
		{"negative", `">144.00</cbc:PayableAmount>`, `">-144.00</cbc:PayableAmount>`, []string{trade.FindingPayable, trade.FindingNegative}},
		{"tax sum", `<cbc:TaxAmount currencyID="EUR">24.00</cbc:TaxAmount>
      <cac:TaxCategory>`, `<cbc:TaxAmount currencyID="EUR">23.00</cbc:TaxAmount>
      <cac:TaxCategory>`, []string{trade.FindingTaxSum}},
		{"tax base", `">120.00</cbc:TaxableAmount>`, `">100.00</cbc:TaxableAmount>`, []string{trade.FindingTaxBase}},
		{"within a cent", `">12.00</cbc:PriceAmount>`, `">12.001</cbc:PriceAmount>`, nil},
		{"beyond a cent", `">12.00</cbc:PriceAmount>`, `">12.002</cbc:PriceAmount>`, []string{trade.FindingLineAmount}},
		{"base quantity", `">12.00</cbc:PriceAmount>`, `">1200</cbc:PriceAmount><cbc:BaseQuantity unitCode="C62">100</cbc:BaseQuantity>`, nil},
		{"base of zero", `">12.00</cbc:PriceAmount>`, `">12</cbc:PriceAmount><cbc:BaseQuantity>0</cbc:BaseQuantity>`, []string{trade.FindingLineAmount}},
		{"self-billed", ">380<", ">389<", []string{trade.FindingSelfBilled}},
		{"corrective", ">380<", ">384<", []string{trade.FindingCorrective}},
		{"factored", ">380<", ">393<", []string{trade.FindingFactored}},
		{"seller as payee", "  <cac:TaxTotal>", `  <cac:PayeeParty><cac:PartyName><cbc:Name>SPINDLE works</cbc:Name></cac:PartyName></cac:PayeeParty>
  <cac:TaxTotal>`, nil},
		{"no due date", "  <cbc:DueDate>2027-01-21</cbc:DueDate>\n", "", []string{trade.FindingDueDate}},
		{"due early", "2027-01-21", "2026-11-21", []string{trade.FindingDueDateEarly}},
		{"no order", "  <cac:OrderReference>\n    <cbc:ID>PO-4711</cbc:ID>\n  </cac:OrderReference>\n", "", []string{trade.FindingReference}},
		{"digits", `">144.00</cbc:PayableAmount>`, `">144.001</cbc:PayableAmount>`, []string{trade.FindingPrecision}},
		{"zeros", `">144.00</cbc:PayableAmount>`, `">+0144.000</cbc:PayableAmount>`, nil},
		{"currency", `<cbc:PayableAmount currencyID="EUR">`, `<cbc:PayableAmount currencyID="USD">`, []string{trade.FindingTwoCurrencies}},
		{"line currency", line, strings.Replace(line, "EUR", "USD", 1), []string{trade.FindingTwoCurrencies}},
		{"seller without identifier", `<cbc:CompanyID>FN 1</cbc:CompanyID>`, "", []string{trade.FindingParty}},
		{"no number", "2026-17", " ", []string{trade.FindingNumber}},
	}
	for _, c := range cases {
		changed := strings.Replace(clean, c.old, c.new, 1)
		if c.old != "" && changed == clean {
			t.Fatalf("%s: nothing to change", c.name)
		}
		read, err := Read(c.name, []byte(changed), Limits{})
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		var got []string
		for _, f := range read.Findings {
			got = append(got, f.Code)
		}
		slices.Sort(got)
		slices.Sort(c.want)
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: findings %v, want codes %v", c.name, read.Findings, c.want)
		}
	}
}

// TestTotalOfChainDiffers reads the OASIS chain's invoice: a tax of 17.50 on a base of 100.00 where 90.00 are taxable.
func TestTotalOfChainDiffers(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(documenttest.Data(t, "trade"), "valid/oasis-tcs-ubl/UBL-Invoice-2.0-*.xml"))
	files = slices.DeleteFunc(files, func(path string) bool { return strings.HasSuffix(path, "Signature.xml") })
	if err != nil || len(files) != 7 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, path := range files {
		read, err := Read(path, load(t, path), Limits{})
		if err != nil {
			t.Fatal(err)
		}
		if read.OrderNumber != "AEG012345" {
			t.Errorf("%s: order %q", path, read.OrderNumber)
		}
		want := trade.Finding{Code: trade.FindingTaxBase, Field: "TaxTotal/TaxSubtotal/TaxableAmount", Detail: "100.00 stated, 90.00 computed"}
		if !slices.Contains(read.Findings, want) {
			t.Errorf("%s: findings %v", path, read.Findings)
		}
	}
}

func TestEncodings(t *testing.T) {
	text := string(load(t, "testdata/seeds/small_invoice.xml"))
	text = strings.Replace(text, "Spindle Works", "Spindel-Fabrik Müller", 1)
	wide := func(order string, text string) []byte {
		var encoded []byte
		for _, unit := range append([]uint16{0xFEFF}, utf16.Encode([]rune(text))...) {
			if order == "big" {
				encoded = append(encoded, byte(unit>>8), byte(unit))
			} else {
				encoded = append(encoded, byte(unit), byte(unit>>8))
			}
		}
		return encoded
	}
	narrow := func(name string) []byte {
		var encoded []byte
		for _, r := range strings.Replace(text, "UTF-8", name, 1) {
			encoded = append(encoded, byte(r))
		}
		return encoded
	}
	euro := strings.Replace(string(narrow("Windows-1252")), "M\xfcller", "M\x80ller", 1)
	cases := []struct {
		name  string
		input []byte
		want  string // seller, or "!" and a code
	}{
		{"UTF-8", []byte(text), "Spindel-Fabrik Müller"},
		{"UTF-8 with mark", []byte("\xef\xbb\xbf" + text), "Spindel-Fabrik Müller"},
		{"UTF-16 little", wide("little", strings.Replace(text, "UTF-8", "UTF-16", 1)), "Spindel-Fabrik Müller"},
		{"UTF-16 big", wide("big", strings.Replace(text, "UTF-8", "utf-16", 1)), "Spindel-Fabrik Müller"},
		{"UTF-16 pairs", wide("big", strings.Replace(strings.Replace(text, "UTF-8", "utf-16", 1), "Müller", "🚜", 1)), "Spindel-Fabrik 🚜"},
		{"ISO-8859-1", narrow("iso-8859-1"), "Spindel-Fabrik Müller"},
		{"Windows-1252", narrow("windows-1252"), "Spindel-Fabrik Müller"},
		{"Windows-1252 euro", []byte(euro), "Spindel-Fabrik M€ller"},
		{"Windows-1252 hole", []byte(strings.Replace(euro, "\x80", "\x81", 1)), "!encoding_invalid"},
		{"ASCII", narrow("US-ASCII"), "!encoding_invalid"},
		{"UTF-16 with wrong name", wide("big", text), "!encoding_differs"},
		{"mark with wrong name", []byte("\xef\xbb\xbf" + string(narrow("ISO-8859-1"))), "!encoding_differs"},
		{"UTF-16 odd", append(wide("big", strings.Replace(text, "UTF-8", "UTF-16", 1)), 0), "!encoding_invalid"},
		{"UTF-16 lone half", append(wide("big", strings.Replace(text, "UTF-8", "UTF-16", 1)), 0xD8, 0), "!encoding_invalid"},
		{"UTF-16 without mark", wide("big", text)[2:], "!character_forbidden"},
	}
	for _, c := range cases {
		read, err := Read(c.name, c.input, Limits{})
		got := read.Seller.Name
		var failed *document.Error
		if errors.As(err, &failed) {
			got = "!" + failed.Code
		}
		if got != c.want && !(c.name == "UTF-16 without mark" && strings.HasPrefix(got, "!")) {
			t.Errorf("%s: got %q, want %q (%v)", c.name, got, c.want, err)
		}
	}
}

func TestAnswers(t *testing.T) {
	cases := []struct {
		statuses string
		want     trade.Answer
	}{
		{"", trade.AnswerNone}, {"5", trade.AnswerAccepted}, {"5 5", trade.AnswerAccepted}, {"7 7", trade.AnswerRejected},
		{"5 7", trade.AnswerAmended}, {"3 5", trade.AnswerAmended}, {"7 5 7", trade.AnswerAmended}, {"5 NoStatus", trade.AnswerNone},
	}
	for _, c := range cases {
		var lines []document.Line
		for _, status := range strings.Fields(c.statuses) {
			lines = append(lines, document.Line{Status: status})
		}
		if got := answerOf(lines); got != c.want {
			t.Errorf("%q: %v, want %v", c.statuses, got, c.want)
		}
	}
}

// TestManyFindings bounds what a document of many wrong lines leaves behind.
func TestManyFindings(t *testing.T) {
	text := string(load(t, "testdata/seeds/clean_invoice.xml"))
	start, end := strings.Index(text, "  <cac:InvoiceLine>"), strings.Index(text, "</Invoice>")
	line := strings.Replace(text[start:end], ">12.00<", ">13.00<", 1)
	read, err := Read("many.xml", []byte(text[:start]+strings.Repeat(line, 500)+text[end:]), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	count := 0
	for _, f := range read.Findings {
		if f.Code == trade.FindingLineAmount {
			if want := fmt.Sprintf("InvoiceLine[%d]/LineExtensionAmount", count+1); f.Field != want {
				t.Errorf("field %q, want %q", f.Field, want)
			}
			count++
		}
	}
	if len(read.Lines) != 500 || count != extract.FindingsMax {
		t.Errorf("%d lines, %d findings", len(read.Lines), count)
	}
}

// TestRepetition reads documents that repeat one part very often; what grows faster than the document would show here.
func TestRepetition(t *testing.T) {
	text := string(load(t, "testdata/seeds/clean_invoice.xml"))
	const times = 30_000
	cases := []struct{ before, repeated string }{
		{"  <cac:TaxTotal>", "<cac:PaymentMeans><cbc:PaymentMeansCode>1</cbc:PaymentMeansCode><cbc:PaymentDueDate>2027-01-21</cbc:PaymentDueDate></cac:PaymentMeans>"},
		{"  <cac:TaxTotal>", "<cac:PaymentTerms><cbc:Note>as agreed</cbc:Note></cac:PaymentTerms>"},
		{"      <cac:PartyName>", "<cac:PartyIdentification><cbc:ID>1</cbc:ID></cac:PartyIdentification>"},
		{"Bobbin<", "<!-- -->a"},
		{"Bobbin<", "&amp;<![CDATA[]]>"},
		{"  <cac:LegalMonetaryTotal>", `<cac:TaxTotal><cbc:TaxAmount currencyID="USD">1</cbc:TaxAmount></cac:TaxTotal>`},
	}
	for _, c := range cases {
		changed := strings.Replace(text, c.before, strings.Repeat(c.repeated, times)+c.before, 1)
		if _, err := Read("repeated.xml", []byte(changed), Limits{}); err != nil {
			t.Errorf("%s: %v", c.repeated, err)
		}
	}
}
