// Package document holds what one trade document says, whatever format it came in.
package document

import (
	"millrace/domain/calendar"
	"millrace/domain/money"
	"millrace/domain/trade"
)

// Document is what one document says. Texts are as written, with runs of white space made one blank; "" stands for
// what is not given. Amounts are in minor units of Currency; an amount in another currency is 0 and leaves a finding.
type Document struct {
	Type             trade.Type
	TypeCode         string // InvoiceTypeCode, CreditNoteTypeCode or OrderTypeCode
	Number           string
	UUID             string
	Issued           calendar.Date
	Due              calendar.Date  // 0 when none is given; of several the latest
	Currency         money.Currency // 0 for documents without amounts
	Customization    string
	Profile          string
	Seller, Buyer    Party  // supplier and customer of the deal, whatever the document calls them
	Payee            *Party // who is to be paid, when the document names one
	PayeeAccounts    []Account
	PaymentReference string // what the payer is to quote
	PaymentTermsNote string // notes of all terms, joined by a line feed
	BuyerReference   string
	OrderNumber      string // of the order to which it refers (an order: itself); when only lines name one, theirs if they agree
	SalesOrderNumber string // the seller's number of that order
	ContractNumber   string
	DespatchNumbers  []string // despatch advices that it names
	ReceiptNumbers   []string // receipt advices that it names
	InvoiceNumber    string   // the invoice to which it refers: the first of InvoiceNumbers
	InvoiceNumbers   []string
	Answer           trade.Answer // order responses
	AnswerCode       string       // UNCL4343 as written: "AP", "CA", "RE", "AB"
	Totals           trade.Totals
	TaxSubtotals     []TaxSubtotal // those in Currency
	Lines            []Line
	Findings         []trade.Finding // at most 20 of one code
	Delivery         calendar.Date   // last day on which an order asks for delivery, or its answer promises it; 0 when none is given

	Rules []trade.RuleBreach // of EN 16931, of an invoice or credit note that says that it follows it
}

// Party is one party as the document describes it.
type Party struct {
	Name        string // trading name
	LegalName   string // registered name
	Identifiers []Identifier
	Country     string // ISO 3166-1 alpha-2 as written
	Address     Address
}

// Address is a postal address.
type Address struct {
	Street, AdditionalStreet, BuildingNumber, City, PostalZone, Subdivision string
	Lines                                                                   []string
}

// IdentifierKind says in which role an identifier was given.
type IdentifierKind uint8

// The kinds of identifiers of a party. The last two are relative to the other party and identify nobody by themselves.
const (
	IdentifierLegal         IdentifierKind = 1 + iota // company registration: PartyLegalEntity/CompanyID
	IdentifierTax                                     // PartyTaxScheme/CompanyID; Scheme is the tax scheme's ("VAT")
	IdentifierParty                                   // PartyIdentification/ID
	IdentifierEndpoint                                // electronic address
	IdentifierGivenByBuyer                            // the buyer's number for the party
	IdentifierGivenBySeller                           // the seller's number for the party
)

// Identifier is one identifier of a party, or of an item (then Kind is 0).
type Identifier struct {
	Kind   IdentifierKind
	Scheme string // such as "0088" (GLN), "VAT"; "" when none is given
	Value  string
}

// Account is an account to which payment is asked.
type Account struct {
	IBAN string // without blanks; "" when the number is no valid IBAN
	ID   string // as written
	BIC  string // or another code of the institution, as written
	Name string // of the holder
}

// TaxSubtotal is the tax of one category.
type TaxSubtotal struct {
	Taxable, Tax              money.Minor
	Scheme, Category, Percent string // as written: "VAT", "S", "25"
}

// Item identifies what a line is about.
type Item struct {
	Standard                          Identifier // GTIN or the like, with its scheme
	SellerID, BuyerID, ManufacturerID string
	Name                              string
	Description                       string // the first one
}

// Line is one line of a document.
type Line struct {
	Number         string
	OrderNumber    string // the order that this line names; "" when only the document names one
	OrderLine      string // the line of the order to which it refers
	DespatchNumber string
	DespatchLine   string
	Status         string // LineStatusCode as written (UNCL1229 in Peppol: "5" accepted, "7" not accepted)
	Item           Item
	Quantity       trade.Quantity // ordered, delivered, received (rejected ones included), invoiced or credited
	Rejected       trade.Quantity // receipt advice: of those received
	Short          trade.Quantity // receipt advice: not arrived
	Unit           string
	Price          trade.UnitPrice // net price of one unit: PriceAmount / BaseQuantity, rounded half up
	Amount         money.Minor     // LineExtensionAmount
}

// Identified tells whether the party has an identifier that means something beyond its name and the other party's files.
func (p *Party) Identified() bool {
	for _, id := range p.Identifiers {
		if id.Kind < IdentifierGivenByBuyer {
			return true
		}
	}
	return false
}
