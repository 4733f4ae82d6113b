package en16931

import (
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The same invoice in both syntaxes, with every group that the rules ask about.
const (
	ownUBL = "testdata/invoice.ubl.xml"
	ownCII = "testdata/invoice.cii.xml"
)

func TestOwnInvoiceConforms(t *testing.T) {
	for _, path := range []string{ownUBL, ownCII} {
		for _, violation := range Check(read(t, path), everything) {
			t.Errorf("%s: %s", path, violation.Sentence())
		}
	}
}

// TestSyntaxesSayTheSame holds the two mappings against each other, term by term.
func TestSyntaxesSayTheSame(t *testing.T) {
	ubl, cii := read(t, ownUBL), read(t, ownCII)
	cii.Syntax = UBL
	cii.TaxPointDateCode.Value = "35"
	ignored := cmp.FilterPath(func(p cmp.Path) bool {
		name := p.Last().String()
		return name == ".At" || name == ".Currency" && p.Index(-2).Type() == reflect.TypeFor[Number]() || name == ".AmountCurrencies"
	}, cmp.Ignore())
	decimals := cmp.Comparer(func(a, b Decimal) bool { return a.Cmp(b) == 0 })
	days := cmp.Comparer(func(a, b Date) bool { return a.Valid == b.Valid && a.Day == b.Day })
	if difference := cmp.Diff(ubl, cii, ignored, decimals, days); difference != "" {
		t.Error(difference)
	}
	if unset := unsetFields(reflect.ValueOf(*ubl), "Invoice"); len(unset) > 0 {
		t.Errorf("the invoice says nothing for %s", strings.Join(unset, ", "))
	}
}

// unsetFields names the terms that the invoice leaves out, apart from those that exclude another.
func unsetFields(value reflect.Value, path string) []string {
	var unset []string
	for i := range value.NumField() {
		name := path + "." + value.Type().Field(i).Name
		if value.Field(i).IsZero() && name != "Invoice.CreditNote" && name != "Invoice.TaxPointDate" {
			unset = append(unset, name)
		}
	}
	return unset
}

// edit is one change to the own invoice and the rule that it breaks. The first occurrence of old is replaced.
type edit struct{ rule, old, new string }

// ublEdits reproduce, on a whole document, every rule for which there is no fragment.
var ublEdits = []edit{
	{"BR-66", "<cac:PayeeFinancialAccount>", "<cac:CardAccount/><cac:PayeeFinancialAccount>"},
	{"BR-67", "<cac:PaymentTerms>", "<cac:PaymentMeans><cac:PaymentMandate/></cac:PaymentMeans><cac:PaymentTerms>"},
	{"BR-CO-25", "<cbc:Note>30 days</cbc:Note>", ""},
	{"BR-DEC-01", ">40.00</cbc:Amount>", ">40.000</cbc:Amount>"},
	{"BR-DEC-02", ">400.00</cbc:BaseAmount>", ">400.001</cbc:BaseAmount>"},
	{"BR-DEC-05", ">15.00</cbc:Amount>", ">15.000</cbc:Amount>"},
	{"BR-DEC-06", ">150.00</cbc:BaseAmount>", ">one</cbc:BaseAmount>"},
	{"BR-DEC-09", ">640.00</cbc:LineExtensionAmount>", ">640.000</cbc:LineExtensionAmount>"},
	{"BR-DEC-10", ">40.00</cbc:AllowanceTotalAmount>", ">40.000</cbc:AllowanceTotalAmount>"},
	{"BR-DEC-11", ">15.00</cbc:ChargeTotalAmount>", ">15.000</cbc:ChargeTotalAmount>"},
	{"BR-DEC-12", ">615.00</cbc:TaxExclusiveAmount>", ">615.000</cbc:TaxExclusiveAmount>"},
	{"BR-DEC-13", ">93.00</cbc:TaxAmount>", ">93.000</cbc:TaxAmount>"},
	{"BR-DEC-14", ">708.00</cbc:TaxInclusiveAmount>", ">708.000</cbc:TaxInclusiveAmount>"},
	{"BR-DEC-15", ">1050.00</cbc:TaxAmount>", ">1050.000</cbc:TaxAmount>"},
	{"BR-DEC-16", ">100.00</cbc:PrepaidAmount>", ">100.000</cbc:PrepaidAmount>"},
	{"BR-DEC-17", ">0.50</cbc:PayableRoundingAmount>", ">0.500</cbc:PayableRoundingAmount>"},
	{"BR-DEC-18", ">608.50</cbc:PayableAmount>", ">608.500</cbc:PayableAmount>"},
	{"BR-DEC-19", ">465.00</cbc:TaxableAmount>", ">465.000</cbc:TaxableAmount>"},
	{"BR-DEC-20", ">0.00</cbc:TaxAmount>", ">0.000</cbc:TaxAmount>"},
	{"BR-DEC-23", ">490.00</cbc:LineExtensionAmount>", ">490.000</cbc:LineExtensionAmount>"},
	{"BR-DEC-24", ">20.00</cbc:Amount>", ">20.000</cbc:Amount>"},
	{"BR-DEC-25", ">200.00</cbc:BaseAmount>", ">200.000</cbc:BaseAmount>"},
	{"BR-DEC-27", ">10.00</cbc:Amount>", ">10.000</cbc:Amount>"},
	{"BR-DEC-28", ">100.00</cbc:BaseAmount>", ">100.000</cbc:BaseAmount>"},
	{"BR-IC-10", "<cbc:ID>S</cbc:ID><cbc:Percent>20</cbc:Percent><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:TaxCategory>\n    </cac:TaxSubtotal>",
		"<cbc:ID>K</cbc:ID><cbc:Percent>0</cbc:Percent></cac:TaxCategory>\n    </cac:TaxSubtotal>"},
	{"BR-B-01", "<cac:ClassifiedTaxCategory><cbc:ID>S</cbc:ID>", "<cac:ClassifiedTaxCategory><cbc:ID>B</cbc:ID>"},
	{"BR-B-02", "<cac:ClassifiedTaxCategory><cbc:ID>E</cbc:ID>", "<cac:ClassifiedTaxCategory><cbc:ID>B</cbc:ID>"},
	{"BR-CL-22", "VATEX-EU-132<", "VATEX-EU-999<"},
	{"BR-CL-25", `EndpointID schemeID="9930"`, `EndpointID schemeID="9999"`},
	{"BR-CL-26", `<cbc:ID schemeID="0088">4012345000009`, `<cbc:ID schemeID="GLN">4012345000009`},
}

// ciiEdits break one rule after the other in CII, for which there are no fragments: each proves that the term is read
// from where it stands.
var ciiEdits = []edit{
	{"BR-01", "<ram:ID>urn:cen.eu:en16931:2017</ram:ID>", ""},
	{"BR-02", "<ram:ID>M-2026-17</ram:ID>", ""},
	{"BR-03", `<udt:DateTimeString format="102">20260302</udt:DateTimeString>`, ""},
	{"BR-04", "<ram:TypeCode>380</ram:TypeCode>", ""},
	{"BR-05", "<ram:InvoiceCurrencyCode>EUR</ram:InvoiceCurrencyCode>", ""},
	{"BR-06", "<ram:Name>Kvarnen Metall AB</ram:Name>", ""},
	{"BR-07", "<ram:Name>Mühlbach Werke GmbH</ram:Name>", " "},
	{"BR-08", "<ram:PostalTradeAddress><ram:CountryID>SE</ram:CountryID></ram:PostalTradeAddress>", ""},
	{"BR-09", "<ram:CountryID>SE</ram:CountryID>", ""},
	{"BR-10", "<ram:PostalTradeAddress><ram:CountryID>DE</ram:CountryID></ram:PostalTradeAddress>", ""},
	{"BR-11", "<ram:CountryID>DE</ram:CountryID>", "<ram:CountryID/>"},
	{"BR-12", "<ram:LineTotalAmount>640.00</ram:LineTotalAmount>", ""},
	{"BR-13", "<ram:TaxBasisTotalAmount>615.00</ram:TaxBasisTotalAmount>", ""},
	{"BR-14", "<ram:GrandTotalAmount>708.00</ram:GrandTotalAmount>", ""},
	{"BR-15", "608.50", "six hundred"},
	{"BR-17", "<ram:Name>Strömkraft Finans AB</ram:Name>", ""},
	{"BR-18", "<ram:Name>Ombud Skatt AB</ram:Name>", ""},
	{"BR-19", "<ram:PostalTradeAddress><ram:CountryID>FI</ram:CountryID></ram:PostalTradeAddress>", ""},
	{"BR-20", "<ram:CountryID>FI</ram:CountryID>", ""},
	{"BR-21", "<ram:LineID>2</ram:LineID>", ""},
	{"BR-22", `<ram:BilledQuantity unitCode="HUR">5</ram:BilledQuantity>`, ""},
	{"BR-23", ` unitCode="HUR"`, ""},
	{"BR-24", "<ram:LineTotalAmount>150.00</ram:LineTotalAmount>", ""},
	{"BR-25", "<ram:Name>Training</ram:Name>", ""},
	{"BR-26", "<ram:ChargeAmount>30.00</ram:ChargeAmount>", ""},
	{"BR-27", ">50.00<", ">-50.00<"},
	{"BR-28", ">55.00<", ">-55.00<"},
	{"BR-29", ">20260228<", ">20260131<"},
	{"BR-30", ">20260220<", ">20260201<"},
	{"BR-31", "<ram:ActualAmount>40.00</ram:ActualAmount>", ""},
	{"BR-33", "<ram:ReasonCode>95</ram:ReasonCode>", ""},
	{"BR-36", "<ram:ActualAmount>15.00</ram:ActualAmount>", ""},
	{"BR-38", "<ram:ReasonCode>FC</ram:ReasonCode>", ""},
	{"BR-41", "<ram:ActualAmount>20.00</ram:ActualAmount>", ""},
	{"BR-42", "<ram:Reason>Off cuts</ram:Reason>", ""},
	{"BR-43", "<ram:ActualAmount>10.00</ram:ActualAmount>", ""},
	{"BR-44", "<ram:Reason>Engraving</ram:Reason>", ""},
	{"BR-45", "<ram:BasisAmount>465.00</ram:BasisAmount>", ""},
	{"BR-46", "<ram:CalculatedAmount>93.00</ram:CalculatedAmount>", ""},
	{"BR-47", "<ram:CategoryCode>E</ram:CategoryCode>\n", ""},
	{"BR-48", "<ram:DueDateTypeCode>29</ram:DueDateTypeCode>\n        <ram:RateApplicablePercent>20</ram:RateApplicablePercent>", ""},
	{"BR-49", "<ram:TypeCode>58</ram:TypeCode>", ""},
	{"BR-50", "<ram:IBANID>SE4550000000058398257466</ram:IBANID>", ""},
	{"BR-51", "123456******7890", "1234567******7890"},
	{"BR-52", "<ram:IssuerAssignedID>drawing-4</ram:IssuerAssignedID>", ""},
	{"BR-53", `<ram:TaxTotalAmount currencyID="SEK">1050.00</ram:TaxTotalAmount>`, ""},
	{"BR-54", "<ram:Value>Brushed</ram:Value>", ""},
	{"BR-55", "<ram:IssuerAssignedID>M-2026-09</ram:IssuerAssignedID>", ""},
	{"BR-56", `<ram:ID schemeID="VA">FI12345671</ram:ID>`, `<ram:ID schemeID="FC">FI12345671</ram:ID>`},
	{"BR-57", "<ram:CountryID>AT</ram:CountryID>", ""},
	{"BR-61", "<ram:PayeePartyCreditorFinancialAccount><ram:IBANID>SE4550000000058398257466</ram:IBANID></ram:PayeePartyCreditorFinancialAccount>", ""},
	{"BR-62", `<ram:URIID schemeID="0088">`, "<ram:URIID>"},
	{"BR-63", `<ram:URIID schemeID="9930">`, "<ram:URIID>"},
	{"BR-64", `<ram:GlobalID schemeID="0160">`, "<ram:GlobalID>"},
	{"BR-65", `<ram:ClassCode listID="STI">`, "<ram:ClassCode>"},
	{"BR-66", "<ram:PayeePartyCreditorFinancialAccount>", "<ram:ApplicableTradeSettlementFinancialCard/><ram:PayeePartyCreditorFinancialAccount>"},
	{"BR-67", "<ram:DirectDebitMandateID>", "<ram:DirectDebitMandateID/><ram:DirectDebitMandateID>"},
	{"BR-CO-27", "<ram:IBANID>", "<ram:ProprietaryID>4711</ram:ProprietaryID><ram:IBANID>"},
	{"BR-CO-03", "<ram:DueDateTypeCode>29</ram:DueDateTypeCode>", `<ram:DueDateTypeCode>29</ram:DueDateTypeCode><ram:TaxPointDate><udt:DateString format="102">20260302</udt:DateString></ram:TaxPointDate>`},
	{"BR-CO-04", "<ram:CategoryCode>E</ram:CategoryCode>", ""},
	{"BR-CO-09", ">FI12345671<", ">ZZ12345671<"},
	{"BR-CO-10", ">640.00<", ">641.00<"},
	{"BR-CO-11", "<ram:AllowanceTotalAmount>40.00</ram:AllowanceTotalAmount>", ""},
	{"BR-CO-12", "<ram:ChargeTotalAmount>15.00</ram:ChargeTotalAmount>", "<ram:ChargeTotalAmount>15.01</ram:ChargeTotalAmount>"},
	{"BR-CO-13", ">615.00<", ">615.01<"},
	{"BR-CO-14", ">93.00</ram:TaxTotalAmount>", ">93.01</ram:TaxTotalAmount>"},
	{"BR-CO-15", ">708.00<", ">707.99<"},
	{"BR-CO-16", ">608.50<", ">608.00<"},
	{"BR-CO-17", ">93.00</ram:CalculatedAmount>", ">94.00</ram:CalculatedAmount>"},
	{"BR-CO-20", "<ram:EndDateTime><udt:DateTimeString format=\"102\">20260220</udt:DateTimeString></ram:EndDateTime>", "<!-- open -->"},
	{"BR-S-05", "<ram:RateApplicablePercent>20</ram:RateApplicablePercent>", "<ram:RateApplicablePercent>0</ram:RateApplicablePercent>"},
	{"BR-S-08", ">465.00<", ">466.00<"},
	{"BR-E-10", "<ram:CategoryCode>S</ram:CategoryCode>\n", "<ram:CategoryCode>E</ram:CategoryCode>\n"},
	{"BR-E-08", ">150.00</ram:LineTotalAmount>", ">150.01</ram:LineTotalAmount>"},
	{"BR-CL-01", ">380<", ">381000<"},
	{"BR-CL-05", ">SEK</ram:TaxCurrencyCode>", ">KRO</ram:TaxCurrencyCode>"},
	{"BR-CL-06", "<ram:DueDateTypeCode>29</ram:DueDateTypeCode>", "<ram:DueDateTypeCode>35</ram:DueDateTypeCode>"},
	{"BR-CL-24", "image/png", "image/gif"},
	{"BR-CL-26", `<ram:GlobalID schemeID="0088">4012345000009`, `<ram:GlobalID schemeID="GLN">4012345000009`},
}

func TestEditsBreakTheirRule(t *testing.T) {
	for _, set := range []struct {
		path  string
		edits []edit
	}{{ownUBL, ublEdits}, {ownCII, ciiEdits}} {
		text, err := os.ReadFile(set.path)
		if err != nil {
			t.Fatal(err)
		}
		for _, edit := range set.edits {
			changed := strings.Replace(string(text), edit.old, edit.new, 1)
			if edit.rule == "BR-CO-25" {
				changed = strings.Replace(changed, "<cbc:DueDate>2026-04-01</cbc:DueDate>", "", 1)
			}
			if edit.rule == "BR-CO-20" {
				changed = strings.Replace(changed, `<ram:StartDateTime><udt:DateTimeString format="102">20260202</udt:DateTimeString></ram:StartDateTime>`, "", 1)
			}
			if changed == string(text) {
				t.Errorf("%s: %q is not in %s", edit.rule, edit.old, set.path)
				continue
			}
			invoice, err := Read(set.path, []byte(changed))
			if err != nil {
				t.Fatal(err)
			}
			if len(raised(Check(invoice, everything), edit.rule)) == 0 {
				t.Errorf("%s: %q for %q does not raise %s", set.path, edit.new, edit.old, edit.rule)
			}
		}
	}
}

// TestEveryRuleIsRaised: a rule that nothing here raises might as well not be there.
func TestEveryRuleIsRaised(t *testing.T) {
	tallies := runUnitCases(t)
	for _, edit := range slices.Concat(ublEdits, ciiEdits) {
		if tallies[edit.rule] == nil {
			tallies[edit.rule] = &tally{}
		}
		tallies[edit.rule].raised++
	}
	for _, rule := range Rules {
		if counts := tallies[rule.Name]; counts == nil || counts.raised == 0 {
			t.Errorf("%s is raised by no fragment and no edit", rule.Name)
		}
	}
}
