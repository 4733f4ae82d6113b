package efapiao

import (
	"bytes"
	"errors"
	"math/big"
	"regexp"
	"strconv"
	"strings"

	"millrace/domain/calendar"
	"millrace/domain/money"
	"millrace/domain/trade"
	"millrace/edge/document"
)

// SchemeCreditCode is the scheme of a unified social credit code among the identifiers of a party.
const SchemeCreditCode = "USCC"

// Root is the name of an invoice's first element.
const Root = "EInvoice"

// Recognises tells whether an input is XML, in an encoding that Read knows, whose first element is Root.
func Recognises(input []byte) bool {
	text, failed := decode(input)
	return failed == nil && firstElement(text) == Root
}

// yuan is the currency of every electronic invoice.
var yuan = func() money.Currency {
	currency, ok := money.ParseCurrency("CNY")
	if !ok {
		panic("efapiao: CNY is not in the list of currencies")
	}
	return currency
}()

// Limits bounds what Read takes. A zero field stands for its default.
type Limits struct {
	BytesMax    int // of the input; default 10 MiB
	DepthMax    int // elements inside one another; default 50
	ElementsMax int // default 200,000
}

func (l Limits) withDefaults() Limits {
	set := func(value *int, standard int) {
		if *value <= 0 {
			*value = standard
		}
	}
	set(&l.BytesMax, 10<<20)
	set(&l.DepthMax, 50)
	set(&l.ElementsMax, 200_000)
	return l
}

// Read reads one invoice. The name is used in errors only. The error is *document.Error for a rejected document and
// *document.Unsupported for one of another type. Read may be called concurrently.
func Read(name string, input []byte, limits Limits) (document.Document, error) {
	limits = limits.withDefaults()
	if len(input) > limits.BytesMax {
		return rejected(name, failure(codeInputTooLarge, 0, "", strconv.Itoa(len(input))))
	}
	text, failed := decode(input)
	if failed != nil {
		return rejected(name, failed)
	}
	if len(bytes.TrimSpace(text)) == 0 {
		return rejected(name, failure(codeInputEmpty, 0, "", ""))
	}
	root, failed := build(text, limits)
	if failed != nil {
		return rejected(name, failed)
	}
	if root.name != Root {
		return document.Document{}, &document.Unsupported{File: name, Type: root.name, Namespace: root.space}
	}
	r := reading{root: root, rates: map[[2]string]int{}}
	r.read()
	if r.failed != nil {
		return rejected(name, r.failed)
	}
	return r.document, nil
}

func rejected(name string, failed *document.Error) (document.Document, error) {
	failed.File = name
	return document.Document{}, failed
}

// reading takes a document from a tree.
type reading struct {
	root     *node
	document document.Document
	failed   *document.Error // the first error
	red      bool
	rates    map[[2]string]int // places in TaxSubtotals by category and per cent
}

func (r *reading) fail(code string, n *node, value string) {
	if r.failed == nil {
		r.failed = failure(code, n.line, n.path(), value)
	}
}

// child finds the element of that name; nil when there is none.
func (r *reading) child(parent *node, name string) *node {
	if parent == nil {
		return nil
	}
	var found *node
	for _, c := range parent.children {
		if c.name != name {
			continue
		}
		if found != nil {
			r.fail(codeElementRepeated, c, c.text)
		}
		found = c
	}
	return found
}

// at follows names down; nil when there is no such element.
func (r *reading) at(parent *node, names ...string) *node {
	for _, name := range names {
		parent = r.child(parent, name)
	}
	return parent
}

// textAt gives the text there with each run of white space made one blank.
func (r *reading) textAt(parent *node, names ...string) string {
	n := r.at(parent, names...)
	if n == nil {
		return ""
	}
	return strings.Join(strings.Fields(n.text), " ")
}

// need finds an element that must be there; after a failure it gives an empty one.
func (r *reading) need(parent *node, name string) *node {
	n := r.child(parent, name)
	if n == nil {
		if r.failed == nil {
			r.failed = failure(codeElementMissing, parent.line, parent.path()+"/"+name, "")
		}
		return &node{name: name, parent: parent}
	}
	return n
}

func (r *reading) read() {
	d := &r.document
	data := r.need(r.root, "EInvoiceData")
	basic := r.need(data, "BasicInformation")
	seller, buyer := r.need(data, "SellerInformation"), r.need(data, "BuyerInformation")
	total := r.need(basic, "TotalTax-includedAmount")
	header, supervision := r.child(r.root, "Header"), r.child(r.root, "TaxSupervisionInfo")
	r.takeNumber(header, supervision)
	r.takeDate(basic, supervision)
	d.Currency = yuan
	d.Customization = r.textAt(header, "EInvoiceTag")
	d.Profile = r.textAt(header, "InherentLabel", "GeneralOrSpecialVAT", "LabelName")
	inclusive := r.amount(total)
	r.takeColour(header, data, inclusive)
	d.Seller, d.Buyer = r.party(seller, "Seller"), r.party(buyer, "Buyer")
	if number := r.textAt(seller, "SellerBankAccNum"); number != "" {
		d.PayeeAccounts = []document.Account{{ID: number, Name: d.Seller.LegalName}}
	}
	if d.Seller.Country == "" {
		d.Seller.Country = "CN" // only who is registered there can issue one
	}
	r.takeTotals(basic, data, inclusive)
	r.judge()
}

var twentyDigits = regexp.MustCompile(`^[0-9]{20}$`)

// takeNumber reads the number of the tax authority's part, else the header's.
func (r *reading) takeNumber(header, supervision *node) {
	number, identifier := r.child(supervision, "InvoiceNumber"), r.child(header, "EIid")
	if number == nil || number.text == "" {
		if number = identifier; number == nil || number.text == "" {
			if r.failed == nil {
				r.failed = failure(codeElementMissing, r.root.line, "EInvoice/TaxSupervisionInfo/InvoiceNumber", "")
			}
			return
		}
	}
	if !twentyDigits.MatchString(number.text) {
		r.fail(codeNumberWrong, number, number.text)
	}
	r.document.Number = number.text
	if identifier == nil {
		return
	}
	r.document.UUID = identifier.text
	if twentyDigits.MatchString(identifier.text) && identifier.text != number.text {
		r.fail(codeNumberDiffers, identifier, identifier.text)
	}
}

// takeDate reads the day on which the tax authority issued it, else on which it was asked to.
func (r *reading) takeDate(basic, supervision *node) {
	issued := r.child(supervision, "IssueTime")
	if issued == nil || issued.text == "" {
		issued = r.need(basic, "RequestTime")
	}
	date, ok := parseDate(issued.text)
	if !ok {
		r.fail(codeDateWrong, issued, issued.text)
	}
	r.document.Issued = date
}

var (
	datePattern = regexp.MustCompile(`^([0-9]{4})(?:-([0-9]{2})-|年([0-9]{2})月|([0-9]{2}))([0-9]{2})日?(?:[ T]?[0-9]{1,2}[:：时].*)?$`)
	labelRed    = "N"
	labelBlue   = "Y"
)

func parseDate(text string) (calendar.Date, bool) {
	parts := datePattern.FindStringSubmatch(text)
	if parts == nil {
		return 0, false
	}
	return calendar.Parse(parts[1] + "-" + parts[2] + parts[3] + parts[4] + "-" + parts[5])
}

// takeColour tells a red invoice from a blue one: by the label, and where there is none by the sign of the total.
func (r *reading) takeColour(header, data *node, inclusive money.Minor) {
	d := &r.document
	label := r.at(header, "InherentLabel", "InIssuType", "LabelCode")
	switch {
	case label == nil || label.text == "":
		r.red = inclusive < 0
	case label.text == labelRed:
		r.red = true
	case label.text != labelBlue:
		r.fail(codeLabelWrong, label, label.text)
	}
	remark := r.remark(data)
	d.OrderNumber = group(orderPattern, remark)
	d.ContractNumber = group(contractPattern, remark)
	d.Type, d.TypeCode = trade.Invoice, "380" // UNTDID 1001
	if !r.red {
		return
	}
	d.Type, d.TypeCode = trade.CreditNote, "381"
	d.InvoiceNumber = group(bluePattern, remark)
	if d.InvoiceNumber == "" {
		if parts := blueWithCode.FindStringSubmatch(remark); parts != nil {
			d.InvoiceNumber = parts[1] + parts[2]
		}
	}
	if d.InvoiceNumber != "" {
		d.InvoiceNumbers = []string{d.InvoiceNumber}
	}
}

// remark gives the free text, which older files put directly into AdditionalInformation.
func (r *reading) remark(data *node) string {
	additional := r.child(data, "AdditionalInformation")
	if additional == nil {
		return ""
	}
	if remark := r.child(additional, "Remark"); remark != nil {
		return remark.text
	}
	return additional.text
}

// What the platform writes into the remark of a red invoice (the blue one can be an older kind with code and number), and
// what sellers usually write: the number of an order or a contract.
var (
	bluePattern     = regexp.MustCompile(`(?:被红冲|对应)的?(?:蓝字|正数)(?:数电)?(?:发票|票)?号码?\s*[:：]\s*([0-9]{20})(?:[^0-9]|$)`)
	blueWithCode    = regexp.MustCompile(`(?:被红冲|对应)的?(?:蓝字|正数)发票代码\s*[:：]\s*([0-9]{10,12})\D{0,12}号码\s*[:：]\s*([0-9]{8})(?:[^0-9]|$)`)
	orderPattern    = regexp.MustCompile(`(?:采购)?订单(?:编号|号码|号)\s*[:：]\s*([0-9A-Za-z][0-9A-Za-z_./-]*)`)
	contractPattern = regexp.MustCompile(`合同(?:编号|号码|号)\s*[:：]\s*([0-9A-Za-z][0-9A-Za-z_./-]*)`)
)

func group(pattern *regexp.Regexp, text string) string {
	if parts := pattern.FindStringSubmatch(text); parts != nil {
		return parts[1]
	}
	return ""
}

// party reads one side. An identifier that is no unified social credit code is left out: it can be a natural person's.
func (r *reading) party(n *node, side string) document.Party {
	party := document.Party{LegalName: r.textAt(n, side+"Name")}
	if address := r.textAt(n, side+"Addr"); address != "" {
		party.Address.Lines = []string{address}
	}
	field := "EInvoiceData/" + side + "Information/" + side + "IdNum"
	switch code := strings.ToUpper(r.textAt(n, side+"IdNum")); {
	case code == "":
		r.finding(trade.FindingParty, field, "")
	case CreditCodeValid(code):
		party.Country = "CN"
		party.Identifiers = []document.Identifier{{Kind: document.IdentifierLegal, Scheme: SchemeCreditCode, Value: code}}
	case len(code) == 18:
		r.finding(trade.FindingParty, field, "the check character of the unified social credit code is wrong")
	default:
		r.finding(trade.FindingParty, field, strconv.Itoa(len(code))+" characters are no unified social credit code")
	}
	return party
}

// amount reads an amount with the sign that it has in the file; an absent or empty one is 0.
func (r *reading) amount(n *node) money.Minor {
	if n == nil || n.text == "" {
		return 0
	}
	value, err := money.Parse(n.text, yuan)
	switch {
	case errors.Is(err, money.ErrRange):
		r.fail(codeAmountRange, n, n.text)
	case errors.Is(err, money.ErrPrecision):
		r.finding(trade.FindingPrecision, r.fieldOf(n), document.Excerpt(n.text))
	case err != nil:
		r.fail(codeDecimalWrong, n, n.text)
	}
	return value
}

// tax reads an amount of tax: asterisks stand for none, as they do for exempt goods.
func (r *reading) tax(n *node) money.Minor {
	if n != nil && strings.Trim(n.text, "*") == "" {
		return 0
	}
	return r.amount(n)
}

// scaled reads a number as an integer of 10^-digits. Prices and quantities have up to 13 digits after the point, by which the
// platform makes quantity * price meet the amount; what goes beyond is rounded half up and tells nobody anything.
func (r *reading) scaled(n *node, digits int, rangeCode string) int64 {
	if n == nil || n.text == "" {
		return 0
	}
	value, err := money.ParseScaled(n.text, digits)
	switch {
	case errors.Is(err, money.ErrRange):
		r.fail(rangeCode, n, n.text)
	case err != nil && !errors.Is(err, money.ErrPrecision):
		r.fail(codeDecimalWrong, n, n.text)
	}
	return value
}

// product gives quantity * price in fen, half up away from zero, from the texts with all their digits; ok is false where one of
// them is missing or the product is no amount.
func product(quantity, price *node) (money.Minor, bool) {
	const charactersMax = 64
	for _, n := range [...]*node{quantity, price} {
		if n == nil || n.text == "" || len(n.text) > charactersMax {
			return 0, false
		}
	}
	a, okA := new(big.Rat).SetString(quantity.text)
	b, okB := new(big.Rat).SetString(price.text)
	if !okA || !okB {
		return 0, false
	}
	value, err := money.Parse(a.Mul(a, b).FloatString(yuan.Digits()), yuan)
	return value, err == nil
}

// fieldOf prints a path for a finding: without the root.
func (r *reading) fieldOf(n *node) string {
	return strings.TrimPrefix(n.path(), r.root.name+"/")
}

// findingsMax bounds the findings of one code on one document.
const findingsMax = 20

func (r *reading) finding(code, field, detail string) {
	count := 0
	for _, f := range r.document.Findings {
		if f.Code == code {
			count++
		}
	}
	if count < findingsMax {
		r.document.Findings = append(r.document.Findings, trade.Finding{Code: code, Field: field, Detail: detail})
	}
}
