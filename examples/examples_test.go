package examples_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io/fs"
	"math/big"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"millrace/examples"
)

// party, bill, chain and cast mirror cast.json; a field that is missing there
// or unknown here fails the test.
type party struct {
	Key        string   `json:"key"`
	Name       string   `json:"name"`
	Trade      string   `json:"trade"`
	Roles      []string `json:"roles"`
	Tier       int      `json:"tier"`
	Country    string   `json:"country"`
	Street     string   `json:"street"`
	City       string   `json:"city"`
	PostalCode string   `json:"postal_code"`
	LEI        string   `json:"lei"`
	VAT        string   `json:"vat"`
	GLN        string   `json:"gln"`
	IBAN       string   `json:"iban"`
	BIC        string   `json:"bic"`
	Phone      string   `json:"phone"`
}

type bill struct {
	Number       string `json:"number"`
	File         string `json:"file"`
	IssueDate    string `json:"issue_date"`
	DueDate      string `json:"due_date"`
	Payable      string `json:"payable"`
	PayableCents int64  `json:"payable_cents"`
}

type chain struct {
	Folder      string   `json:"folder"`
	Special     string   `json:"special"`
	About       string   `json:"about"`
	Seller      string   `json:"seller"`
	Buyer       string   `json:"buyer"`
	Order       string   `json:"order"`
	Files       []string `json:"files"`
	Invoices    []bill   `json:"invoices"`
	CreditNotes []bill   `json:"credit_notes"`
	Repeats     string   `json:"repeats"`
}

type cast struct {
	Currency string  `json:"currency"`
	Parties  []party `json:"parties"`
	Chains   []chain `json:"chains"`
}

// document reads any of the seven types: fields that a type lacks stay empty.
type document struct {
	XMLName                   xml.Name
	ID                        string
	IssueDate                 string
	DueDate                   string
	OrderReference            reference
	DespatchDocumentReference reference
	ReceiptDocumentReference  reference
	BillingReference          struct{ InvoiceDocumentReference reference }
	SellerSupplierParty       role
	BuyerCustomerParty        role
	DespatchSupplierParty     role
	DeliveryCustomerParty     role
	AccountingSupplierParty   role
	AccountingCustomerParty   role
	PaymentMeans              struct {
		PaymentID             string
		PayeeFinancialAccount struct{ ID string }
	}
	TaxTotal struct {
		TaxAmount   amount
		TaxSubtotal []struct {
			TaxableAmount, TaxAmount amount
			TaxCategory              struct{ ID, Percent string }
		}
	}
	LegalMonetaryTotal       totals
	AnticipatedMonetaryTotal totals
	OrderLine                []struct {
		LineItem           docLine
		OrderLineReference struct{ LineID string }
	}
	DespatchLine   []docLine
	ReceiptLine    []docLine
	InvoiceLine    []docLine
	CreditNoteLine []docLine
}

type reference struct{ ID, IssueDate string }

type role struct {
	Party struct {
		EndpointID       string
		PartyName        struct{ Name string }
		PartyTaxScheme   struct{ CompanyID string }
		PartyLegalEntity struct {
			CompanyID struct {
				Value  string `xml:",chardata"`
				Scheme string `xml:"schemeID,attr"`
			}
		}
		PartyIdentification struct{ ID string }
	}
}

func (r role) lei() string { return r.Party.PartyLegalEntity.CompanyID.Value }

type amount struct {
	Value    string `xml:",chardata"`
	Currency string `xml:"currencyID,attr"`
}

type totals struct {
	LineExtensionAmount, TaxExclusiveAmount, TaxInclusiveAmount, PayableAmount amount
}

type measure struct {
	Value string `xml:",chardata"`
	Unit  string `xml:"unitCode,attr"`
}

type docLine struct {
	ID                                                                                string
	Quantity, DeliveredQuantity, ReceivedQuantity, InvoicedQuantity, CreditedQuantity measure
	ShortQuantity, OutstandingQuantity                                                measure
	LineExtensionAmount                                                               amount
	OrderLineReference                                                                struct{ LineID string }
	DespatchLineReference                                                             struct {
		LineID            string
		DocumentReference reference
	}
	Item struct {
		Name                                                  string
		SellersItemIdentification, StandardItemIdentification reference
		ClassifiedTaxCategory                                 struct{ ID, Percent string }
	}
	Price struct {
		PriceAmount  amount
		BaseQuantity measure
	}
}

func (l docLine) quantity() measure {
	for _, m := range []measure{l.Quantity, l.DeliveredQuantity, l.ReceivedQuantity, l.InvoicedQuantity, l.CreditedQuantity} {
		if m.Value != "" {
			return m
		}
	}
	return measure{}
}

func (d document) lines() []docLine {
	lines := slices.Concat(d.DespatchLine, d.ReceiptLine, d.InvoiceLine, d.CreditNoteLine)
	for _, ordered := range d.OrderLine {
		line := ordered.LineItem
		line.OrderLineReference.LineID = ordered.OrderLineReference.LineID
		lines = append(lines, line)
	}
	return lines
}

// seller and buyer give the LEI, whichever of its two names the type uses.
func (d document) seller() string {
	return d.SellerSupplierParty.lei() + d.AccountingSupplierParty.lei()
}
func (d document) buyer() string { return d.BuyerCustomerParty.lei() + d.AccountingCustomerParty.lei() }

func readCast(t *testing.T) cast {
	t.Helper()
	content, err := fs.ReadFile(examples.Files, "cast.json")
	if err != nil {
		t.Fatal(err)
	}
	decoder := json.NewDecoder(bytes.NewReader(content))
	decoder.DisallowUnknownFields()
	var read cast
	if err := decoder.Decode(&read); err != nil {
		t.Fatal(err)
	}
	return read
}

func (c cast) party(t *testing.T, key string) party {
	t.Helper()
	at := slices.IndexFunc(c.Parties, func(p party) bool { return p.Key == key })
	if at < 0 {
		t.Fatalf("cast.json has no party %q", key)
	}
	return c.Parties[at]
}

func (c cast) chain(t *testing.T, folder string) chain {
	t.Helper()
	at := slices.IndexFunc(c.Chains, func(in chain) bool { return in.Folder == folder })
	if at < 0 {
		t.Fatalf("cast.json has no chain %q", folder)
	}
	return c.Chains[at]
}

func readBytes(t *testing.T, folder, file string) []byte {
	t.Helper()
	content, err := fs.ReadFile(examples.Files, path.Join("trade", folder, file))
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func readDocument(t *testing.T, folder, file string) document {
	t.Helper()
	var read document
	if err := xml.Unmarshal(readBytes(t, folder, file), &read); err != nil {
		t.Fatalf("%s/%s: %v", folder, file, err)
	}
	return read
}

// scaled reads a decimal as an integer of 10^-scale; it refuses more decimals.
func scaled(t *testing.T, text string, scale int) int64 {
	t.Helper()
	whole, decimals, _ := strings.Cut(text, ".")
	if len(decimals) > scale {
		t.Fatalf("%q has more than %d decimals", text, scale)
	}
	n, err := strconv.ParseInt(whole+decimals+strings.Repeat("0", scale-len(decimals)), 10, 64)
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return n
}

func cents(t *testing.T, of amount) int64 {
	t.Helper()
	if of.Currency != "EUR" {
		t.Fatalf("amount %q is in %q", of.Value, of.Currency)
	}
	return scaled(t, of.Value, 2)
}

func TestEveryFileIsListedInTheCast(t *testing.T) {
	var listed, found []string
	for _, c := range readCast(t).Chains {
		for _, file := range c.Files {
			listed = append(listed, path.Join("trade", c.Folder, file))
		}
		if !slices.IsSorted(c.Files) {
			t.Errorf("%s: file names do not sort into the order of exchange", c.Folder)
		}
	}
	err := fs.WalkDir(examples.Files, "trade", func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			found = append(found, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(listed)
	if diff := cmp.Diff(listed, found); diff != "" {
		t.Errorf("listed (-) and embedded (+) files differ:\n%s", diff)
	}
}

// schemaFolder walks up from the test's folder to the UBL 2.1 document schemas.
func schemaFolder(t *testing.T) string {
	t.Helper()
	at, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		folder := filepath.Join(at, "shared", "data", "trade", "xsd", "maindoc")
		if _, err := os.Stat(folder); err == nil {
			return folder
		}
		if filepath.Dir(at) == at {
			t.Fatal("no shared/data/trade/xsd/maindoc above this folder: the UBL 2.1 schemas are needed")
		}
		at = filepath.Dir(at)
	}
}

// xmllint returns what xmllint says, and whether it found all files valid.
func xmllint(t *testing.T, kind string, files ...string) (said string, valid bool) {
	t.Helper()
	program, err := exec.LookPath("xmllint")
	if err != nil {
		t.Fatal("xmllint is not on PATH: install it (Debian: apt-get install libxml2-utils)")
	}
	schema := filepath.Join(schemaFolder(t), "UBL-"+kind+"-2.1.xsd")
	output, err := exec.Command(program, append([]string{"--noout", "--nonet", "--schema", schema}, files...)...).CombinedOutput()
	var failed *exec.ExitError
	if err != nil && !errors.As(err, &failed) {
		t.Fatal(err)
	}
	return string(output), err == nil
}

func TestDocumentsAreValid(t *testing.T) {
	byKind := map[string][]string{}
	for _, c := range readCast(t).Chains {
		for _, file := range c.Files {
			kind := readDocument(t, c.Folder, file).XMLName.Local
			byKind[kind] = append(byKind[kind], filepath.Join("trade", c.Folder, file))
		}
	}
	for _, kind := range []string{
		"Order", "OrderResponse", "OrderResponseSimple", "DespatchAdvice", "ReceiptAdvice", "Invoice", "CreditNote",
	} {
		if len(byKind[kind]) == 0 {
			t.Errorf("no example of %s", kind)
			continue
		}
		if said, valid := xmllint(t, kind, byKind[kind]...); !valid {
			t.Errorf("%s:\n%s", kind, said)
		}
		delete(byKind, kind)
	}
	if len(byKind) > 0 {
		t.Errorf("documents of other types: %v", byKind)
	}
}

func TestBrokenFilesAreBroken(t *testing.T) {
	for _, test := range []struct{ file, kind, says string }{
		{"amount-overflow.xml", "Invoice", "PayableAmount"},
		{"entity-expansion.xml", "Invoice", "entity"},
		{"malformed-xml.xml", "Invoice", "Premature end"},
		{"missing-id.xml", "Invoice", "IssueDate"},
		{"wrong-encoding.xml", "Invoice", "not proper UTF-8"},
		{"wrong-namespace.xml", "Invoice", "No matching global declaration"},
	} {
		said, valid := xmllint(t, test.kind, filepath.Join("broken", test.file))
		if valid || !strings.Contains(said, test.says) {
			t.Errorf("%s: xmllint finds it valid: %t; wanted %q in:\n%s", test.file, valid, test.says, said)
		}
	}
	// The schemas have no code lists and know the catalogue: only a reader can refuse these two.
	for file, kind := range map[string]string{
		"unknown-currency.xml": "Invoice", "unsupported-type-catalogue.xml": "Catalogue",
	} {
		if said, valid := xmllint(t, kind, filepath.Join("broken", file)); !valid {
			t.Errorf("%s has another defect besides:\n%s", file, said)
		}
	}
}

func TestAmounts(t *testing.T) {
	for _, c := range readCast(t).Chains {
		for _, file := range c.Files {
			read := readDocument(t, c.Folder, file)
			total := read.LegalMonetaryTotal
			switch read.XMLName.Local {
			case "Invoice", "CreditNote":
			case "Order":
				total = read.AnticipatedMonetaryTotal
			default:
				continue
			}
			t.Run(c.Folder+"/"+file, func(t *testing.T) { checkAmounts(t, read, total) })
		}
	}
}

func checkAmounts(t *testing.T, read document, total totals) {
	if count := len(read.lines()); count < 1 || count > 5 {
		t.Errorf("%d lines", count)
	}
	var net int64
	percent := int64(-1)
	for _, line := range read.lines() {
		base := int64(1)
		if line.Price.BaseQuantity.Value != "" {
			base = scaled(t, line.Price.BaseQuantity.Value, 0)
			if line.Price.BaseQuantity.Unit != line.quantity().Unit {
				t.Errorf("line %s: base quantity in another unit", line.ID)
			}
		}
		// Thousandths times ten-thousandths, to hundredths: 10^5, half up.
		exact, per := scaled(t, line.quantity().Value, 3)*scaled(t, line.Price.PriceAmount.Value, 4), base*100_000
		want := exact / per
		if 2*(exact%per) >= per {
			want++
		}
		if got := cents(t, line.LineExtensionAmount); got != want {
			t.Errorf("line %s: amount %d cents, want %d", line.ID, got, want)
		}
		net += want
		rate := scaled(t, line.Item.ClassifiedTaxCategory.Percent, 0)
		if percent >= 0 && rate != percent {
			t.Errorf("line %s: VAT at %d %%, others at %d %%", line.ID, rate, percent)
		}
		percent = rate
	}
	tax := (net*percent + 50) / 100
	want := []int64{net, net, net + tax, net + tax, tax}
	got := []int64{
		cents(t, total.LineExtensionAmount), cents(t, total.TaxExclusiveAmount),
		cents(t, total.TaxInclusiveAmount), cents(t, total.PayableAmount), cents(t, read.TaxTotal.TaxAmount),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("lines, without tax, with tax, payable, tax in cents (-want +got):\n%s", diff)
	}
	if read.XMLName.Local == "Order" {
		return
	}
	if len(read.TaxTotal.TaxSubtotal) != 1 {
		t.Fatalf("%d tax subtotals, want 1", len(read.TaxTotal.TaxSubtotal))
	}
	subtotal := read.TaxTotal.TaxSubtotal[0]
	if cents(t, subtotal.TaxableAmount) != net || cents(t, subtotal.TaxAmount) != tax ||
		scaled(t, subtotal.TaxCategory.Percent, 0) != percent {
		t.Errorf("tax subtotal %+v, want %d on %d cents at %d %%", subtotal, tax, net, percent)
	}
}

func TestReferencesResolve(t *testing.T) {
	all := readCast(t)
	for _, c := range all.Chains {
		source := c
		if c.Repeats != "" {
			source = all.chain(t, c.Repeats)
		}
		order := readDocument(t, source.Folder, source.Files[0])
		known := map[string]document{} // kind and number
		for _, file := range slices.Concat(source.Files, c.Files) {
			folder := source.Folder
			if !slices.Contains(source.Files, file) {
				folder = c.Folder
			}
			read := readDocument(t, folder, file)
			known[read.XMLName.Local+" "+read.ID] = read
		}
		for _, file := range c.Files {
			t.Run(c.Folder+"/"+file, func(t *testing.T) {
				checkReferences(t, readDocument(t, c.Folder, file), order, known)
			})
		}
	}
}

func checkReferences(t *testing.T, read, order document, known map[string]document) {
	kind := read.XMLName.Local
	if kind == "Order" {
		return
	}
	if read.OrderReference.ID != order.ID || order.XMLName.Local != "Order" {
		t.Errorf("refers to order %q, the chain has %q", read.OrderReference.ID, order.ID)
	}
	wanted := map[string]reference{}
	switch kind {
	case "ReceiptAdvice":
		wanted["DespatchAdvice"] = read.DespatchDocumentReference
	case "Invoice":
		wanted["DespatchAdvice"], wanted["ReceiptAdvice"] = read.DespatchDocumentReference, read.ReceiptDocumentReference
	case "CreditNote":
		wanted["Invoice"] = read.BillingReference.InvoiceDocumentReference
	}
	for referred, by := range wanted {
		target, found := known[referred+" "+by.ID]
		if !found {
			t.Errorf("refers to %s %q, which the chain does not have", referred, by.ID)
		}
		if by.IssueDate != "" && by.IssueDate != target.IssueDate {
			t.Errorf("%s %s is dated %s there, %s itself", referred, by.ID, by.IssueDate, target.IssueDate)
		}
	}
	if kind != "OrderResponseSimple" && len(read.lines()) == 0 {
		t.Error("no lines")
	}
	for _, line := range read.lines() {
		ordered := lineByID(t, order, line.OrderLineReference.LineID)
		if diff := cmp.Diff(ordered.Item.StandardItemIdentification, line.Item.StandardItemIdentification); diff != "" ||
			ordered.Item.SellersItemIdentification != line.Item.SellersItemIdentification ||
			ordered.quantity().Unit != line.quantity().Unit {
			t.Errorf("line %s: other item or unit than order line %s", line.ID, ordered.ID)
		}
		if kind == "ReceiptAdvice" {
			if line.DespatchLineReference.DocumentReference.ID != read.DespatchDocumentReference.ID {
				t.Errorf("line %s refers to despatch %q", line.ID, line.DespatchLineReference.DocumentReference.ID)
			}
			sent := lineByID(t, known["DespatchAdvice "+read.DespatchDocumentReference.ID], line.DespatchLineReference.LineID)
			if sent.OrderLineReference != line.OrderLineReference {
				t.Errorf("line %s and its despatch line refer to different order lines", line.ID)
			}
		}
	}
}

func lineByID(t *testing.T, in document, id string) docLine {
	t.Helper()
	for _, line := range in.lines() {
		if line.ID == id {
			return line
		}
	}
	t.Fatalf("%s %s has no line %q", in.XMLName.Local, in.ID, id)
	return docLine{}
}

func TestDocumentsAgreeWithTheCast(t *testing.T) {
	all := readCast(t)
	for _, c := range all.Chains {
		seller, buyer := all.party(t, c.Seller), all.party(t, c.Buyer)
		for _, file := range c.Files {
			read := readDocument(t, c.Folder, file)
			if read.seller() != seller.LEI || read.buyer() != buyer.LEI {
				t.Errorf("%s/%s: from %s to %s, want %s to %s", c.Folder, file, read.seller(), read.buyer(), seller.LEI, buyer.LEI)
			}
			for owner, roles := range map[*party][]role{
				&seller: {read.SellerSupplierParty, read.AccountingSupplierParty, read.DespatchSupplierParty},
				&buyer:  {read.BuyerCustomerParty, read.AccountingCustomerParty, read.DeliveryCustomerParty},
			} {
				for _, role := range roles {
					is := role.Party
					if is.EndpointID == "" {
						continue // a role that this type does not have
					}
					if is.EndpointID != owner.VAT || is.PartyTaxScheme.CompanyID != owner.VAT || is.PartyName.Name != owner.Name ||
						is.PartyIdentification.ID != owner.GLN || role.lei() != owner.LEI || is.PartyLegalEntity.CompanyID.Scheme != "0199" {
						t.Errorf("%s/%s: %+v is not %s of the cast", c.Folder, file, is, owner.Key)
					}
				}
			}
			if read.XMLName.Local == "Invoice" && read.PaymentMeans.PayeeFinancialAccount.ID != seller.IBAN {
				t.Errorf("%s/%s: pays to %s, the seller has %s", c.Folder, file, read.PaymentMeans.PayeeFinancialAccount.ID, seller.IBAN)
			}
		}
		for _, listed := range slices.Concat(c.Invoices, c.CreditNotes) {
			read := readDocument(t, c.Folder, listed.File)
			payable := read.LegalMonetaryTotal.PayableAmount
			want := bill{read.ID, listed.File, read.IssueDate, read.DueDate, payable.Value, cents(t, payable)}
			if diff := cmp.Diff(want, listed); diff != "" {
				t.Errorf("%s: document (-) and cast (+) differ:\n%s", c.Folder, diff)
			}
		}
	}
}

func TestDates(t *testing.T) {
	parse := func(text string) time.Time {
		day, err := time.Parse(time.DateOnly, text)
		if err != nil {
			t.Fatal(err)
		}
		return day
	}
	first, last := parse("2026-09-01"), parse("2026-10-05")
	for _, c := range readCast(t).Chains {
		before := first
		for _, file := range c.Files {
			read := readDocument(t, c.Folder, file)
			issued := parse(read.IssueDate)
			if issued.Before(before) || issued.After(last) {
				t.Errorf("%s/%s: issued on %s, out of order", c.Folder, file, read.IssueDate)
			}
			if issued.Weekday() == time.Saturday || issued.Weekday() == time.Sunday {
				t.Errorf("%s/%s: issued on a %s", c.Folder, file, issued.Weekday())
			}
			before = issued
			if read.XMLName.Local != "Invoice" {
				continue
			}
			if days := int(parse(read.DueDate).Sub(issued).Hours() / 24); days < 30 || days > 90 {
				t.Errorf("%s/%s: due after %d days", c.Folder, file, days)
			}
		}
	}
}

// TestChainsAreWhatTheySay derives each chain's discrepancies from its documents.
func TestChainsAreWhatTheySay(t *testing.T) {
	want := map[string][]string{
		"clean": nil, "referral": nil, "tier_2": nil, "paid_late": nil,
		"partial_delivery": {"deliveries"}, "price_difference": {"price"},
		"quantity_difference": {"quantity"}, "credit_note": {"credited", "quantity"},
		"resent": nil, "renumbered": nil, "certificate": nil, "paid_by_certificate": nil,
	}
	all := readCast(t)
	count := map[string]int{}
	for _, c := range all.Chains {
		count[c.Special]++
		if c.Repeats != "" {
			continue
		}
		discrepancies, known := want[c.Special]
		if !known {
			t.Errorf("%s: unknown special %q", c.Folder, c.Special)
		}
		if diff := cmp.Diff(discrepancies, discrepanciesOf(t, c)); diff != "" {
			t.Errorf("%s (%s):\n%s", c.Folder, c.Special, diff)
		}
		deep := c.Special == "tier_2" || c.Special == "paid_by_certificate"
		if tier := all.party(t, c.Seller).Tier; tier != all.party(t, c.Buyer).Tier+1 || (tier > 1) != deep {
			t.Errorf("%s: sold by tier %d", c.Folder, tier)
		}
		if large := c.Invoices[0].PayableCents >= 400_000_00; large != (c.Special == "referral") {
			t.Errorf("%s: large: %t", c.Folder, large)
		}
	}
	wantCount := map[string]int{
		"clean": 8, "referral": 1, "tier_2": 2, "paid_late": 1, "partial_delivery": 1, "price_difference": 1,
		"quantity_difference": 1, "credit_note": 1, "resent": 1, "renumbered": 1, "certificate": 1, "paid_by_certificate": 2,
	}
	if diff := cmp.Diff(wantCount, count); diff != "" {
		t.Errorf("chains by special:\n%s", diff)
	}
}

func discrepanciesOf(t *testing.T, c chain) []string {
	t.Helper()
	var found []string
	note := func(name string, differs bool) {
		if differs && !slices.Contains(found, name) {
			found = append(found, name)
		}
	}
	prices := map[string]string{}
	quantities := map[string]map[string]int64{} // by kind, by order line, in thousandths
	deliveries := 0
	for _, file := range c.Files {
		read := readDocument(t, c.Folder, file)
		kind := read.XMLName.Local
		if kind == "OrderResponse" || kind == "OrderResponseSimple" {
			continue
		}
		if kind == "DespatchAdvice" {
			deliveries++
		}
		if quantities[kind] == nil {
			quantities[kind] = map[string]int64{}
		}
		for _, line := range read.lines() {
			at := line.OrderLineReference.LineID
			if kind == "Order" {
				at = line.ID
				prices[at] = line.Price.PriceAmount.Value
			}
			quantities[kind][at] += scaled(t, line.quantity().Value, 3)
			note("price", kind == "Invoice" && line.Price.PriceAmount.Value != prices[at])
		}
	}
	note("deliveries", deliveries > 1)
	note("credited", quantities["CreditNote"] != nil)
	for at, ordered := range quantities["Order"] {
		note("quantity", quantities["Invoice"][at] != quantities["ReceiptAdvice"][at])
		if quantities["DespatchAdvice"][at] != ordered || quantities["Invoice"][at] != ordered {
			t.Errorf("%s: order line %s is not wholly sent and invoiced", c.Folder, at)
		}
		if credit := quantities["CreditNote"]; credit != nil &&
			quantities["Invoice"][at]-credit[at] != quantities["ReceiptAdvice"][at] {
			t.Errorf("%s: the credit note does not put order line %s right", c.Folder, at)
		}
	}
	slices.Sort(found)
	return found
}

func TestRepeats(t *testing.T) {
	all := readCast(t)
	for _, c := range all.Chains {
		if c.Repeats == "" {
			continue
		}
		source := all.chain(t, c.Repeats)
		first, again := source.Invoices[0], c.Invoices[0]
		want, got := readBytes(t, source.Folder, first.File), readBytes(t, c.Folder, again.File)
		if c.Special == "renumbered" {
			if first.Number == again.Number || first.IssueDate >= again.IssueDate {
				t.Errorf("%s: not renumbered", c.Folder)
			}
			want = bytes.ReplaceAll(want, []byte(first.Number), []byte(again.Number))
			want = bytes.Replace(want, []byte(first.IssueDate), []byte(again.IssueDate), 1)
		}
		if diff := cmp.Diff(string(want), string(got)); diff != "" {
			t.Errorf("%s:\n%s", c.Folder, diff)
		}
	}
}

func TestCheckDigits(t *testing.T) {
	seen := map[string]string{}
	for _, p := range readCast(t).Parties {
		if len(p.LEI) != 20 || mod97(t, p.LEI) != 1 {
			t.Errorf("%s: LEI %s", p.Key, p.LEI)
		}
		length := map[string]int{"DE": 22, "AT": 20, "PL": 28, "CZ": 24, "SK": 24}[p.Country]
		if len(p.IBAN) != length || p.IBAN[:2] != p.Country || mod97(t, p.IBAN[4:]+p.IBAN[:4]) != 1 {
			t.Errorf("%s: IBAN %s", p.Key, p.IBAN)
		}
		if !vatValid(p.VAT) || p.VAT[:2] != p.Country {
			t.Errorf("%s: VAT number %s", p.Key, p.VAT)
		}
		if p.GLN != "" && !gs1Valid(p.GLN) {
			t.Errorf("%s: GLN %s", p.Key, p.GLN)
		}
		for _, id := range []string{p.Key, p.LEI, p.VAT, p.IBAN} {
			if other, taken := seen[id]; taken {
				t.Errorf("%s and %s share %s", p.Key, other, id)
			}
			seen[id] = p.Key
		}
	}
	numbers := map[string]string{} // article number by GTIN
	for _, c := range readCast(t).Chains {
		for _, file := range c.Files {
			for _, line := range readDocument(t, c.Folder, file).lines() {
				gtin, number := line.Item.StandardItemIdentification.ID, line.Item.SellersItemIdentification.ID
				if !gs1Valid(gtin) {
					t.Errorf("%s/%s line %s: GTIN %s", c.Folder, file, line.ID, gtin)
				}
				if other, taken := numbers[gtin]; taken && other != number {
					t.Errorf("%s and %s share GTIN %s", number, other, gtin)
				}
				numbers[gtin] = number
			}
		}
	}
}

// mod97 follows ISO 7064: letters count 10 to 35, the rest is 1 if valid.
func mod97(t *testing.T, text string) int64 {
	t.Helper()
	var digits strings.Builder
	for _, char := range text {
		value, err := strconv.ParseInt(string(char), 36, 64)
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		digits.WriteString(strconv.FormatInt(value, 10))
	}
	number, ok := new(big.Int).SetString(digits.String(), 10)
	if !ok {
		t.Fatalf("%q is no number", digits.String())
	}
	return number.Mod(number, big.NewInt(97)).Int64()
}

func gs1Valid(text string) bool {
	weights := []int{1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1}
	return len(text) == len(weights) && weighted(text, weights)%10 == 0
}

func weighted(digits string, weights []int) int {
	sum := 0
	for i, weight := range weights {
		sum += weight * int(digits[i]-'0')
	}
	return sum
}

// vatValid knows the check digits of the five countries of the cast.
func vatValid(vat string) bool {
	digits := strings.TrimPrefix(vat[2:], "U")
	lengths := map[string]int{"DE": 9, "AT": 8, "PL": 10, "CZ": 8, "SK": 10}
	if len(digits) != lengths[vat[:2]] {
		return false
	}
	check := int(digits[len(digits)-1] - '0')
	switch vat[:2] {
	case "DE": // ISO 7064 mod 11,10
		product := 10
		for _, digit := range digits[:8] {
			sum := (int(digit-'0') + product) % 10
			if sum == 0 {
				sum = 10
			}
			product = 2 * sum % 11
		}
		return (11-product)%10 == check
	case "AT":
		sum := 4
		for i, digit := range digits[:7] {
			doubled := int(digit-'0') * (1 + i%2)
			sum += doubled/10 + doubled%10
		}
		return (10-sum%10)%10 == check
	case "PL":
		return weighted(digits, []int{6, 5, 7, 2, 3, 4, 5, 6, 7})%11 == check
	case "CZ":
		rest := weighted(digits, []int{8, 7, 6, 5, 4, 3, 2}) % 11
		return (11-rest)%10 == check
	default: // SK
		number, err := strconv.Atoi(digits)
		return err == nil && number%11 == 0
	}
}

func TestGeneratorWritesTheseFiles(t *testing.T) {
	folder := t.TempDir()
	command := exec.Command("go", "run", "./generate", folder)
	if output, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	made, committed := contents(t, folder), contents(t, ".")
	for name := range committed {
		if strings.HasSuffix(name, ".go") || strings.HasPrefix(name, "generate/") {
			delete(committed, name)
		}
	}
	if diff := cmp.Diff(made, committed); diff != "" {
		t.Errorf("run go generate in examples: generated (-), committed (+):\n%s", diff)
	}
}

func contents(t *testing.T, folder string) map[string]string {
	t.Helper()
	files := map[string]string{}
	tree := os.DirFS(folder)
	err := fs.WalkDir(tree, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := fs.ReadFile(tree, name)
		files[name] = string(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
