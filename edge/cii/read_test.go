package cii

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"millrace/domain/calendar"
	"millrace/domain/money"
	"millrace/domain/trade"
	"millrace/edge/document"
	"millrace/edge/document/documenttest"
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
		Customization: "urn:cen.eu:en16931:2017#conformant#urn:factur-x.eu:1p0:extended", Profile: "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0",
		Seller: document.Party{
			Name: "Müller & Söhne", LegalName: "Müller & Söhne GmbH & Co. KG", Country: "DE",
			Address: document.Address{Street: "Mühlgasse 1", City: "Ulm", PostalZone: "89073", Lines: []string{"Hinterhaus"}},
			Identifiers: []document.Identifier{
				{Kind: document.IdentifierParty, Value: "V-100"}, {Kind: document.IdentifierParty, Scheme: "0060", Value: "123456789"},
				{Kind: document.IdentifierLegal, Scheme: "0002", Value: "HRA 4711"}, {Kind: document.IdentifierEndpoint, Scheme: "0088", Value: "4000001000005"},
				{Kind: document.IdentifierTax, Scheme: "FC", Value: "201/113/40209"}, {Kind: document.IdentifierTax, Scheme: "VAT", Value: "DE123456789"},
			},
		},
		Buyer: document.Party{
			LegalName: "Webstuhl AB", Country: "SE", Identifiers: []document.Identifier{{Kind: document.IdentifierLegal, Scheme: "0007", Value: "5560000001"}},
		},
		Payee: &document.Party{Name: "Factor Bank"},
		PayeeAccounts: []document.Account{
			{IBAN: "DE89370400440532013000", ID: "DE89 3704 0044 0532 0130 00", BIC: "COBADEFFXXX", Name: "Factor Bank"}, {ID: "4711"},
		},
		PaymentReference: "RF18 5390 0754 7034", PaymentTermsNote: "half in two weeks\nthe rest in thirty days", BuyerReference: "Dept. 7",
		OrderNumber: "PO-1", SalesOrderNumber: "SO-9", ContractNumber: "RV-3", DespatchNumbers: []string{"LS-1", "LS-2"},
		ReceiptNumbers: []string{"WE-5", "WE-6"}, InvoiceNumber: "RE-2026/0040", InvoiceNumbers: []string{"RE-2026/0040", "RE-2026/0041"},
		Totals: trade.Totals{
			LineExtension: 25515, Allowance: 1000, TaxExclusive: 24515, Tax: 4658, TaxInclusive: 29173, Prepaid: 9175, Rounding: 2, Payable: 20000,
		},
		TaxSubtotals: []document.TaxSubtotal{{Taxable: 24515, Tax: 4658, Scheme: "VAT", Category: "S", Percent: "19"}},
		Lines: []document.Line{
			{
				Number: "1", OrderLine: "10", DespatchNumber: "LS-1", DespatchLine: "3",
				Item:     document.Item{Standard: document.Identifier{Scheme: "0160", Value: "04012345123456"}, SellerID: "S-1", BuyerID: "B-1", Name: "Yarn, red"},
				Quantity: 1250_500000, Unit: "MTR", Price: 12500000, Amount: 15515, // 1250.5 * 12.50 / 100 - 2.16 + 1.00 = 155.1525
			},
			{Number: "2", OrderNumber: "PO-1", OrderLine: "20", Item: document.Item{Name: "Dyeing"}, Quantity: 1_000000, Unit: "C62", Price: 99_90000000, Amount: 10000},
		},
		Findings: []trade.Finding{
			{Code: trade.FindingFactored, Field: settlementField + "FactoringAgreementReferencedDocument"},
			{
				Code: trade.FindingLineAmount, Detail: "line 2: 100.00 stated, 99.90 computed",
				Field: transactionField + "IncludedSupplyChainTradeLineItem[3]/SpecifiedLineTradeSettlement/SpecifiedTradeSettlementLineMonetarySummation/LineTotalAmount",
			},
			{Code: trade.FindingFactored, Field: settlementField + "PayeeTradeParty"},
		},
	}
	if difference := cmp.Diff(want, got); difference != "" {
		t.Error(difference)
	}
}

// TestFindings changes one thing in a document without findings, and expects the findings named.
func TestFindings(t *testing.T) {
	clean := string(load(t, "testdata/seeds/clean_invoice.xml"))
	const (
		summation = "<ram:SpecifiedTradeSettlementHeaderMonetarySummation>\n        "
		seller    = "<ram:SpecifiedLegalOrganization><ram:ID>FN 1</ram:ID></ram:SpecifiedLegalOrganization>"
		payee     = "<ram:InvoiceCurrencyCode>EUR</ram:InvoiceCurrencyCode>"
		lines     = "    <ram:IncludedSupplyChainTradeLineItem>"
	)
	without := func(start, end string) string {
		from := strings.Index(clean, start)
		return clean[from : from+strings.Index(clean[from:], end)+len(end)]
	}
	cases := []struct {
		name, old, new string
		want           []string
	}{
		{"clean", "", "", nil},
		{"line sum", summation + "<ram:LineTotalAmount>120.00<", summation + "<ram:LineTotalAmount>120.01<", []string{trade.FindingLineSum, trade.FindingTaxExclusive}},
		{"tax exclusive", "TaxBasisTotalAmount>120.00<", "TaxBasisTotalAmount>121.00<",
			[]string{trade.FindingTaxExclusive, trade.FindingTaxBase, trade.FindingTaxInclusive}},
		{"tax inclusive", "GrandTotalAmount>144.00<", "GrandTotalAmount>144.01<", []string{trade.FindingTaxInclusive, trade.FindingPayable}},
		{"payable", "DuePayableAmount>144.00<", "DuePayableAmount>143.99<", []string{trade.FindingPayable}},
		{"rounding", "<ram:GrandTotalAmount>144.00</ram:GrandTotalAmount>\n        <ram:DuePayableAmount>144.00<",
			"<ram:RoundingAmount>-0.01</ram:RoundingAmount><ram:GrandTotalAmount>144.00</ram:GrandTotalAmount><ram:DuePayableAmount>143.99<", nil},
		{"no gross total", "        <ram:GrandTotalAmount>144.00</ram:GrandTotalAmount>\n", "", nil},
		{"no total of tax", `        <ram:TaxTotalAmount currencyID="EUR">24.00</ram:TaxTotalAmount>` + "\n", "", nil},
		{"negative", "DuePayableAmount>144.00<", "DuePayableAmount>-144.00<", []string{trade.FindingPayable, trade.FindingNegative}},
		{"tax sum", "CalculatedAmount>24.00<", "CalculatedAmount>23.00<", []string{trade.FindingTaxSum}},
		{"tax base", "<ram:BasisAmount>120.00<", "<ram:BasisAmount>100.00<", []string{trade.FindingTaxBase}},
		{"within a cent", "ChargeAmount>12.00<", "ChargeAmount>12.001<", nil},
		{"beyond a cent", "ChargeAmount>12.00<", "ChargeAmount>12.002<", []string{trade.FindingLineAmount}},
		{"base quantity", ">12.00</ram:ChargeAmount>", `>1200</ram:ChargeAmount><ram:BasisQuantity unitCode="C62">100</ram:BasisQuantity>`, nil},
		{"base of zero", ">12.00</ram:ChargeAmount>", ">12</ram:ChargeAmount><ram:BasisQuantity>0</ram:BasisQuantity>", []string{trade.FindingLineAmount}},
		{"self-billed", ">380<", ">389<", []string{trade.FindingSelfBilled}},
		{"corrective", ">380<", ">384<", []string{trade.FindingCorrective}},
		{"factored", ">380<", ">393<", []string{trade.FindingFactored}},
		{"seller as payee", payee, payee + "<ram:PayeeTradeParty><ram:Name>SPINDLE works</ram:Name></ram:PayeeTradeParty>", nil},
		{"no due date", without("      <ram:SpecifiedTradePaymentTerms>", "</ram:SpecifiedTradePaymentTerms>"), "", []string{trade.FindingDueDate}},
		{"due early", "20270121", "20261121", []string{trade.FindingDueDateEarly}},
		{"no order", without("<ram:BuyerOrder", "</ram:BuyerOrderReferencedDocument>"), "", []string{trade.FindingReference}},
		{"order on the line", without("<ram:BuyerOrder", "</ram:BuyerOrderReferencedDocument>"), "", []string{trade.FindingReference}},
		{"credit note without order", without("<ram:BuyerOrder", "</ram:BuyerOrderReferencedDocument>"), "", []string{trade.FindingReference}},
		{"digits", "DuePayableAmount>144.00<", "DuePayableAmount>144.001<", []string{trade.FindingPrecision}},
		{"currency", "<ram:DuePayableAmount>", `<ram:DuePayableAmount currencyID="USD">`, []string{trade.FindingTwoCurrencies}},
		{"line currency", "<ram:LineTotalAmount>120.00</ram:LineTotalAmount></ram:SpecifiedTradeSettlementLine",
			`<ram:LineTotalAmount currencyID="USD">120.00</ram:LineTotalAmount></ram:SpecifiedTradeSettlementLine`, []string{trade.FindingTwoCurrencies}},
		{"both currencies", "<ram:DuePayableAmount>", `<ram:DuePayableAmount currencyID="USD">1.00</ram:DuePayableAmount><ram:DuePayableAmount>`, nil},
		{"seller without identifier", seller, "", []string{trade.FindingParty}},
		{"no number", "2026-17", " ", []string{trade.FindingNumber}},
		{"no lines", without(lines, "</ram:IncludedSupplyChainTradeLineItem>"), "", []string{trade.FindingNoLines}},
		{"a group of lines", lines, strings.Replace(strings.Replace(without(lines, "</ram:IncludedSupplyChainTradeLineItem>"),
			"</ram:LineID>", "</ram:LineID><ram:LineStatusReasonCode>GROUP</ram:LineStatusReasonCode>", 1), ">1<", ">G<", 1) + lines, nil},
		{"newer element", payee, payee + `<ram:HoloReference kind="9"><ram:ID/>text</ram:HoloReference>`, nil},
		{"factoring list", "    </ram:ApplicableHeaderTradeSettlement>", "<ram:FactoringListReferencedDocument/></ram:ApplicableHeaderTradeSettlement>", []string{trade.FindingFactored}},
	}
	for _, c := range cases {
		changed := strings.Replace(clean, c.old, c.new, 1)
		if c.old != "" && changed == clean {
			t.Fatalf("%s: nothing to change", c.name)
		}
		switch c.name {
		case "order on the line":
			changed = strings.Replace(changed, "<ram:NetPrice", "<ram:BuyerOrderReferencedDocument><ram:IssuerAssignedID>PO-9</ram:IssuerAssignedID></ram:BuyerOrderReferencedDocument><ram:NetPrice", 1)
			c.want = nil
		case "credit note without order":
			changed = strings.Replace(changed, ">380<", ">381<", 1)
			c.want = nil
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

// TestMinimum reads the smallest profile: no lines, and no place for what is prepaid.
func TestMinimum(t *testing.T) {
	for payable, want := range map[string]string{
		"44.00": "[due_date_missing lines_missing]", "144.00": "[due_date_missing lines_missing]", "145.00": "[due_date_missing lines_missing payable_differs]",
	} {
		text := string(load(t, "testdata/seeds/minimum.xml"))
		read, err := Read("minimum.xml", []byte(strings.Replace(text, "DuePayableAmount>144.00<", "DuePayableAmount>"+payable+"<", 1)), Limits{})
		if err != nil {
			t.Fatal(err)
		}
		var codes []string
		for _, finding := range read.Findings {
			codes = append(codes, finding.Code)
		}
		slices.Sort(codes)
		if got := fmt.Sprint(codes); got != want || read.Totals.Tax != 2400 || read.Totals.LineExtension != 0 {
			t.Errorf("%s: %s %+v", payable, got, read.Totals)
		}
	}
}

func TestTypeCodes(t *testing.T) {
	clean := string(load(t, "testdata/seeds/clean_invoice.xml"))
	for code, want := range map[string]trade.Type{
		"380": trade.Invoice, "384": trade.Invoice, "389": trade.Invoice, "751": trade.Invoice, "326": trade.Invoice,
		"381": trade.CreditNote, "261": trade.CreditNote, "396": trade.CreditNote, "532": trade.CreditNote,
	} {
		read, err := Read(code, []byte(strings.Replace(clean, ">380<", ">"+code+"<", 1)), Limits{})
		if err != nil || read.Type != want || read.TypeCode != code {
			t.Errorf("%s: %v %v", code, read.Type, err)
		}
	}
}

// facts are what encoding/xml finds, by the local names of the elements on the way, the first of each.
func facts(t testing.TB, input []byte) (first map[string]string, count map[string]int) {
	t.Helper()
	first, count = map[string]string{}, map[string]int{}
	decoder := xml.NewDecoder(bytes.NewReader(input))
	var path []string
	for {
		token, err := decoder.Token()
		if err == io.EOF {
			return first, count
		}
		if err != nil {
			t.Fatal(err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			path = append(path, token.Name.Local)
			count[strings.Join(path, "/")]++
		case xml.EndElement:
			path = path[:len(path)-1]
		case xml.CharData:
			if key := strings.Join(path, "/"); strings.TrimSpace(string(token)) != "" && first[key] == "" {
				first[key] = strings.Join(strings.Fields(string(token)), " ")
			}
		}
	}
}

func compact(date string) string { return strings.ReplaceAll(date, "-", "") }

// TestCorpus reads every whole document of the manifest and compares it with what another reader of XML finds in it.
func TestCorpus(t *testing.T) {
	data := documenttest.Data(t, "trade")
	var entries []struct{ Path, Syntax, Doc string }
	if err := json.Unmarshal(load(t, filepath.Join(data, "manifest.json")), &entries); err != nil {
		t.Fatal(err)
	}
	count := 0
	for _, entry := range entries {
		if entry.Syntax != "CII" {
			continue
		}
		count++
		input := load(t, filepath.Join(data, entry.Path))
		read, err := Read(filepath.Base(entry.Path), input, Limits{})
		if err != nil {
			t.Errorf("%s: %v", entry.Path, err)
			continue
		}
		compare(t, entry.Path, input, read)
		var codes []string
		for _, finding := range read.Findings {
			codes = append(codes, finding.Code)
		}
		t.Logf("%s: %d lines, %v", filepath.Base(entry.Path), len(read.Lines), slices.Compact(codes))
	}
	if count != 15 {
		t.Errorf("%d documents: the corpus is not what it was", count)
	}
}

func compare(t *testing.T, path string, input []byte, d document.Document) {
	t.Helper()
	first, count := facts(t, input)
	equal := func(what, got, want string) {
		if got != want {
			t.Errorf("%s: %s %q, want %q", path, what, got, want)
		}
	}
	const transaction = "CrossIndustryInvoice/SupplyChainTradeTransaction/"
	const settlement = transaction + "ApplicableHeaderTradeSettlement/"
	equal("number", d.Number, first["CrossIndustryInvoice/ExchangedDocument/ID"])
	equal("type code", d.TypeCode, first["CrossIndustryInvoice/ExchangedDocument/TypeCode"])
	equal("issue date", compact(d.Issued.String()), first["CrossIndustryInvoice/ExchangedDocument/IssueDateTime/DateTimeString"])
	equal("currency", d.Currency.String(), first[settlement+"InvoiceCurrencyCode"])
	if due := first[settlement+"SpecifiedTradePaymentTerms/DueDateDateTime/DateTimeString"]; due != "" {
		equal("due date", compact(d.Due.String()), due)
	} else if !d.Due.IsZero() {
		t.Errorf("%s: due date %s, want none", path, d.Due)
	}
	want, err := money.Parse(first[settlement+"SpecifiedTradeSettlementHeaderMonetarySummation/DuePayableAmount"], d.Currency)
	if err != nil && !errors.Is(err, money.ErrPrecision) {
		t.Fatalf("%s: %v", path, err)
	}
	equal("payable", money.Format(d.Totals.Payable, d.Currency), money.Format(want, d.Currency))
	equal("seller", d.Seller.LegalName, first[transaction+"ApplicableHeaderTradeAgreement/SellerTradeParty/Name"])
	equal("buyer", d.Buyer.LegalName, first[transaction+"ApplicableHeaderTradeAgreement/BuyerTradeParty/Name"])
	if len(d.Lines) != count[transaction+"IncludedSupplyChainTradeLineItem"] {
		t.Errorf("%s: %d lines", path, len(d.Lines))
	}
	if len(d.TaxSubtotals) != count[settlement+"ApplicableTradeTax"] {
		t.Errorf("%s: %d tax subtotals", path, len(d.TaxSubtotals))
	}
}

// TestFragments reads the fragments of the norm's unit cases: whole in structure, they lack what is not under test. None
// may be refused for anything but a part that is missing or a value that cannot be read.
func TestFragments(t *testing.T) {
	data := documenttest.Data(t, "trade")
	var cases []struct{ Path, Doc string }
	if err := json.Unmarshal(load(t, filepath.Join(data, "unit_cases.json")), &cases); err != nil {
		t.Fatal(err)
	}
	refused := map[string]int{}
	accepted := 0
	for _, c := range cases {
		if c.Doc != "CrossIndustryInvoice" {
			continue
		}
		_, err := Read(filepath.Base(c.Path), load(t, filepath.Join(data, c.Path)), Limits{})
		var failed *document.Error
		switch {
		case err == nil:
			accepted++
		case errors.As(err, &failed):
			refused[failed.Code]++
			if failed.Code != "element_missing" {
				t.Logf("%v", err)
			}
		default:
			t.Errorf("%s: %v", c.Path, err)
		}
	}
	t.Logf("%d accepted, refused: %v", accepted, refused)
	delete(refused, "element_missing")
	if len(refused) > 0 {
		t.Errorf("refused: %v", refused)
	}
}

func TestOtherDocuments(t *testing.T) {
	for _, input := range []string{
		`<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"/>`,
		`<rsm:CrossIndustryDocument xmlns:rsm="urn:ferd:CrossIndustryDocument:invoice:1p0"/>`,
	} {
		var other *document.Unsupported
		if _, err := Read("other.xml", []byte(input), Limits{}); !errors.As(err, &other) {
			t.Errorf("%s: %v", input, err)
		}
	}
}
