package efapiao

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/simplifiedchinese"
	"pgregory.net/rapid"

	"millrace/domain/calendar"
	"millrace/domain/money"
	"millrace/domain/trade"
	"millrace/edge/document"
	"millrace/edge/document/documenttest"
)

// reproducerLimits lowers limits, so that the files that exceed them stay small.
var reproducerLimits = map[string]Limits{
	"input_too_large": {BytesMax: 500}, "depth_exceeded": {DepthMax: 3}, "elements_exceeded": {ElementsMax: 6},
}

// TestErrors holds every message against its golden text, and the catalogue against the reproducers; those of bundles are made
// in bundle_test.go.
func TestErrors(t *testing.T) {
	met := documenttest.Errors(t, func(code, name string, input []byte) error {
		_, err := Read(name, input, reproducerLimits[code])
		return err
	})
	if !met[documenttest.Unsupported] {
		t.Error("no reproducer of a document of another type")
	}
	for code := range brokenBundles(t) {
		met[code] = true
	}
	documenttest.Covered(t, Codes, met)
}

func load(t testing.TB, path string) []byte {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func date(text string) calendar.Date {
	d, ok := calendar.Parse(text)
	if !ok {
		panic("no date: " + text)
	}
	return d
}

var (
	sampleSeller = document.Party{
		LegalName: "上海样板机械有限公司", Country: "CN",
		Identifiers: []document.Identifier{{Kind: document.IdentifierLegal, Scheme: "USCC", Value: "91310000MA1FL0001R"}},
	}
	sampleBuyer = document.Party{
		LegalName: "深圳样板整机股份有限公司", Country: "CN",
		Identifiers: []document.Identifier{{Kind: document.IdentifierLegal, Scheme: "USCC", Value: "91440300MA5EX0002B"}},
	}
)

func blueInvoice() document.Document {
	seller := sampleSeller
	seller.Address.Lines = []string{"上海市样板路 1 号"}
	return document.Document{
		Type: trade.Invoice, TypeCode: "380", Number: "26312000000000000017", UUID: "26312000000000000017", Issued: date("2026-11-21"),
		Currency: 156, Customization: "SWEI3100", Profile: "增值税专用发票", Seller: seller, Buyer: sampleBuyer,
		PayeeAccounts: []document.Account{{ID: "1001000000000000017", Name: "上海样板机械有限公司"}},
		OrderNumber:   "PO-2026-0817", ContractNumber: "HT/2026/3",
		Totals: trade.Totals{LineExtension: 1090000, TaxExclusive: 1090000, Tax: 137700, TaxInclusive: 1227700, Payable: 1227700},
		TaxSubtotals: []document.TaxSubtotal{
			{Taxable: 990000, Tax: 128700, Scheme: "VAT", Category: "S", Percent: "13"},
			{Taxable: 100000, Tax: 9000, Scheme: "VAT", Category: "S", Percent: "9"},
		},
		Lines: []document.Line{
			{Number: "1", Item: document.Item{Name: "轴承", Description: "6204-2RS"}, Quantity: 300_000000, Unit: "套", Price: 33_33333333, Amount: 1000000},
			{Number: "2", Item: document.Item{Name: "轴承"}, Amount: -10000},
			{Number: "3", Item: document.Item{Name: "运费"}, Quantity: 1_500000, Unit: "次", Price: 666_66666667, Amount: 100000},
		},
		Findings: []trade.Finding{{Code: trade.FindingDueDate}},
	}
}

func TestReadings(t *testing.T) {
	red := document.Document{
		Type: trade.CreditNote, TypeCode: "381", Number: "26312000000000000025", UUID: "26312000000000000025", Issued: date("2026-11-22"),
		Currency: 156, Seller: sampleSeller, Buyer: sampleBuyer,
		InvoiceNumber: "26312000000000000017", InvoiceNumbers: []string{"26312000000000000017"},
		Totals:       trade.Totals{LineExtension: 33333, TaxExclusive: 33333, Tax: 4333, TaxInclusive: 37666, Payable: 37666},
		TaxSubtotals: []document.TaxSubtotal{{Taxable: 33333, Tax: 4333, Scheme: "VAT", Category: "S", Percent: "13"}},
		Lines: []document.Line{
			{Number: "1", Item: document.Item{Name: "轴承"}, Quantity: 10_000000, Unit: "套", Price: 33_33333333, Amount: 33333},
		},
	}
	for file, want := range map[string]document.Document{"blue.xml": blueInvoice(), "red.xml": red} {
		got, err := Read(file, load(t, "testdata/readings/"+file), Limits{})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", file, diff)
		}
	}
}

// An invoice in GB18030 says the same as in UTF-8, under each of the names that are in use, and so does one with a byte order mark.
func TestEncodings(t *testing.T) {
	text := string(load(t, "testdata/readings/blue.xml"))
	want := blueInvoice()
	inputs := map[string][]byte{"mark": append([]byte{0xEF, 0xBB, 0xBF}, text...)}
	for _, name := range []string{"GB18030", "gbk", "GB2312"} {
		encoded, err := simplifiedchinese.GB18030.NewEncoder().String(strings.Replace(text, "UTF-8", name, 1))
		if err != nil {
			t.Fatal(err)
		}
		inputs[name] = []byte(encoded)
	}
	for name, input := range inputs {
		got, err := Read(name, input, Limits{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	wrong := strings.Replace(text, "UTF-8", "GB18030", 1) + "\xff"
	if _, err := Read("x", []byte(wrong), Limits{}); err == nil {
		t.Error("bytes that are no GB18030 were read")
	}
}

func TestFindings(t *testing.T) {
	text := string(load(t, "testdata/readings/blue.xml"))
	red := string(load(t, "testdata/readings/red.xml"))
	for _, c := range []struct{ name, text, old, new, want string }{
		{"total", text, ">12277.00<", ">12277.01<", "tax_inclusive_differs EInvoiceData/BasicInformation/TotalTax-includedAmount 12277.01 stated, 12277.00 computed"},
		{"net", text, ">10900.00<", ">10900.50<", "line_sum_differs EInvoiceData/BasicInformation/TotalAmWithoutTax 10900.50 stated, 10900.00 computed"},
		{"tax", text, ">1377.00<", ">1376.00<", "tax_sum_differs EInvoiceData/BasicInformation/TotalTaxAm 1376.00 stated, 1377.00 computed"},
		{"line", text, ">300<", ">301<", "line_amount_differs EInvoiceData/IssuItemInformation/Amount line 1: 10000.00 stated, 10033.33 computed"},
		{"line with tax", text, ">11300.00<", ">11301.00<", "line_amount_differs EInvoiceData/IssuItemInformation/TotaltaxIncludedAmount line 1: 10000.00 stated, 10001.00 computed"},
		{"digits", text, ">90.00<", ">90.004<", "amount_digits EInvoiceData/IssuItemInformation[3]/ComTaxAm 90.004"},
		{"check character", text, "91310000MA1FL0001R", "91310000MA1FL0001X", "party_identifier_missing EInvoiceData/SellerInformation/SellerIdNum the check character of the unified social credit code is wrong"},
		{"old number", text, "91440300MA5EX0002B", "440300000000001", "party_identifier_missing EInvoiceData/BuyerInformation/BuyerIdNum 15 characters are no unified social credit code"},
		{"no number", text, "91440300MA5EX0002B", "", "party_identifier_missing EInvoiceData/BuyerInformation/BuyerIdNum "},
		{"no order", text, "订单号", "单据", "order_reference_missing EInvoiceData/AdditionalInformation/Remark "},
		{"blue and negative", red, "<LabelCode>N<", "<LabelCode>Y<", "payable_negative EInvoiceData/BasicInformation/TotalTax-includedAmount -376.66"},
		{"red and positive", text, "<LabelCode>Y<", "<LabelCode>N<", "payable_negative EInvoiceData/BasicInformation/TotalTax-includedAmount -12277.00"},
		{"no lines", red, "IssuItemInformation", "OtherInformation", "lines_missing EInvoiceData "},
	} {
		got, err := Read(c.name, []byte(strings.ReplaceAll(c.text, c.old, c.new)), Limits{})
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		found := false
		for _, f := range got.Findings {
			found = found || f.Code+" "+f.Field+" "+f.Detail == c.want
		}
		if !found {
			t.Errorf("%s: %v lacks %q", c.name, got.Findings, c.want)
		}
	}
}

func TestRemarks(t *testing.T) {
	text := string(load(t, "testdata/readings/red.xml"))
	for remark, want := range map[string]string{
		"被红冲蓝字数电票号码：24332000000398937755 红字发票信息确认单编号：33":      "24332000000398937755",
		"被红冲蓝字数电发票号码: 24332000000398937755":                   "24332000000398937755",
		"被红冲蓝字发票代码：031001900211 被红冲蓝字发票号码：12345678 红字发票信息确认单": "03100190021112345678",
		"对应正数发票代码:3100192130号码:12345678":                      "310019213012345678",
		"被红冲蓝字数电发票号码：2433200000039893775":                     "",
		"红字发票信息确认单编号：31010026110000000001":                    "",
	} {
		input := strings.Replace(text, "被红冲蓝字数电发票号码：26312000000000000017 红字发票信息确认单编号：31010026110000000001", remark, 1)
		got, err := Read("red.xml", []byte(input), Limits{})
		if err != nil || got.InvoiceNumber != want {
			t.Errorf("%s: %q, %v", remark, got.InvoiceNumber, err)
		}
	}
	plain := strings.NewReplacer("<Remark>", "", "</Remark>", "").Replace(text)
	if got, err := Read("red.xml", []byte(plain), Limits{}); err != nil || got.InvoiceNumber != "26312000000000000017" {
		t.Errorf("a remark without an element of its own: %q, %v", got.InvoiceNumber, err)
	}
	unlabelled := strings.Replace(text, "<InIssuType><LabelCode>N</LabelCode></InIssuType>", "", 1)
	if got, err := Read("red.xml", []byte(unlabelled), Limits{}); err != nil || got.Type != trade.CreditNote {
		t.Errorf("negative without a label: %v, %v", got.Type, err)
	}
}

func TestDatesAndRates(t *testing.T) {
	for text, want := range map[string]string{
		"2026-11-21": "2026-11-21", "2026-11-21 10:11:12": "2026-11-21", "2026-11-21T10:11:12+08:00": "2026-11-21", "2026年11月21日": "2026-11-21",
		"20261121": "2026-11-21", "20261121 10:11": "2026-11-21", "2026-11-2": "", "2026-13-01": "", "21.11.2026": "", "": "", "2026-11-211": "",
	} {
		got, ok := parseDate(text)
		if ok != (want != "") || ok && got.String() != want {
			t.Errorf("%q: %v, %v", text, got, ok)
		}
	}
	for text, want := range map[string]string{"0.13": "13", "13%": "13", "0.015": "1.5", "0": "0", "0.00": "0", "***": "***", "1": "100"} {
		if got := percentOf(text); got != want {
			t.Errorf("rate %q: %q, want %q", text, got, want)
		}
	}
}

// The codes are published ones of large companies, and the standard's own example, whose check character is wrong on purpose.
func TestCreditCode(t *testing.T) {
	for code, want := range map[string]bool{
		"914403001922038216": true, "9144030071526726XG": true, "91350100M000100Y43": true, "91350100M000100Y4Z": false,
		"91440300192203821": false, "914403001922038217": false, "9144O3001922038216": false, "91A403001922038216": false, "": false,
	} {
		if got := CreditCodeValid(code); got != want {
			t.Errorf("%s: %v", code, got)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		code := []byte("9144030071526726XG")
		place := rapid.IntRange(0, 17).Draw(t, "place")
		other := creditCodeCharacters[rapid.IntRange(0, 30).Draw(t, "other")]
		if other == code[place] {
			return
		}
		code[place] = other
		if CreditCodeValid(string(code)) {
			t.Fatalf("%s passes with one character changed", code)
		}
	})
}

// What is written is read again, blue and red, whatever the lines.
func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		red := rapid.Bool().Draw(t, "red")
		sign := ""
		if red {
			sign = "-"
		}
		var lines strings.Builder
		var want []document.Line
		var net, tax money.Minor
		for i := range rapid.IntRange(1, 8).Draw(t, "lines") {
			quantity := rapid.Int64Range(1, 1_000_000).Draw(t, "quantity")
			price := rapid.Int64Range(1, 1_000_000).Draw(t, "price") // fen
			amount := money.Minor(quantity * price)
			part := money.Share(amount, 130_000)
			net, tax = net+amount, tax+part
			want = append(want, document.Line{
				Number: strconv.Itoa(i + 1), Item: document.Item{Name: "货"}, Quantity: trade.Quantity(quantity * 1_000_000), Price: trade.UnitPrice(price * 1_000_000), Amount: amount,
			})
			lines.WriteString("<IssuItemInformation><ItemName>货</ItemName><Quantity>" + sign + strconv.FormatInt(quantity, 10) + "</Quantity><UnPrice>" +
				money.Format(money.Minor(price), yuan) + "</UnPrice><Amount>" + sign + money.Format(amount, yuan) + "</Amount><TaxRate>0.13</TaxRate><ComTaxAm>" +
				sign + money.Format(part, yuan) + "</ComTaxAm></IssuItemInformation>")
		}
		input := "<EInvoice><EInvoiceData><SellerInformation/><BuyerInformation/><BasicInformation><TotalAmWithoutTax>" + sign + money.Format(net, yuan) +
			"</TotalAmWithoutTax><TotalTaxAm>" + sign + money.Format(tax, yuan) + "</TotalTaxAm><TotalTax-includedAmount>" + sign + money.Format(net+tax, yuan) +
			"</TotalTax-includedAmount></BasicInformation>" + lines.String() +
			"</EInvoiceData><TaxSupervisionInfo><InvoiceNumber>26312000000000000017</InvoiceNumber><IssueTime>2026-11-21</IssueTime></TaxSupervisionInfo></EInvoice>"
		got, err := Read("x.xml", []byte(input), Limits{})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got.Lines); diff != "" {
			t.Fatalf("lines (-want +got):\n%s", diff)
		}
		if got.Totals.Payable != net+tax || (got.Type == trade.CreditNote) != red {
			t.Fatalf("%+v", got)
		}
		for _, f := range got.Findings {
			if strings.HasSuffix(f.Code, "_differs") {
				t.Fatalf("finding %v", f)
			}
		}
	})
}

func FuzzRead(f *testing.F) {
	files, err := filepath.Glob("testdata/*/*.xml")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		f.Add(load(f, file))
	}
	f.Fuzz(func(t *testing.T, input []byte) {
		got, err := Read("x.xml", input, Limits{BytesMax: 1 << 16, ElementsMax: 2000})
		var failed *document.Error
		var unsupported *document.Unsupported
		switch {
		case errors.As(err, &failed):
			if _, known := Codes.Find(failed.Code); !known {
				t.Fatalf("code %q", failed.Code)
			}
		case errors.As(err, &unsupported):
		case err != nil:
			t.Fatal(err)
		default:
			if !twentyDigits.MatchString(got.Number) || got.Issued == 0 || got.Currency != yuan {
				t.Fatalf("%+v", got)
			}
			for _, finding := range got.Findings {
				if !trade.Known(finding.Code) {
					t.Fatalf("finding %q", finding.Code)
				}
			}
		}
	})
}
