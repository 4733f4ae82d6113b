// Package intake turns what was read into commands: texts become tokens, documents and profiles go into the vault.
package intake

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/trade"
	"millrace/edge/document"
	"millrace/engine/vault"
)

// The kinds of rows that edges put into the vault.
const (
	KindDocument = "document"     // bytes as received
	KindProfile  = "profile"      // Profile of a party, JSON
	KindAccount  = "bank_account" // BankDetails, JSON
	KindActor    = "actor"        // an actor's name, text
	KindReason   = "reason"       // why a person decided, text
	KindRemit    = "remittance"   // payer and text of a statement line, text
	KindAddress  = "address"      // of a party in an outside system of digital money, text
	KindText     = "legal_text"   // of templates, terms, clauses, descriptions; text
	KindProof    = "proof"        // of a service, a payment, a waiver; text
	KindLetter   = "letter"       // a notice as it is served, PDF

	KindContact = "contact"       // how a party is reached, text
	KindDeposit = "micro_deposit" // MicroDeposit, JSON

	KindPerson = "person"         // Person, JSON
	KindFile   = "file_document"  // of an onboarding file, bytes as received
	KindList   = "screening_list" // entries of a list, JSON
	KindHit    = "screening_hit"  // the names that were compared, JSON
	KindCase   = "suspicion"      // what is suspected, found out, decided; text
)

// Profile is what is known of a party: it stays in the vault.
type Profile struct {
	Name        string       `json:"name"`
	Country     string       `json:"country,omitempty"` // ISO 3166-1 alpha-2
	Identifiers []Identifier `json:"identifiers,omitempty"`
	Street      string       `json:"street,omitempty"`
	City        string       `json:"city,omitempty"`
	PostalCode  string       `json:"postal_code,omitempty"`
}

// Identifier is one identifier of a party. Scheme is LEI, VAT, GLN, or any other name by which it is told apart.
type Identifier struct {
	Scheme string `json:"scheme"`
	Value  string `json:"value"`
}

// BankDetails is a bank account as it stands in the vault.
type BankDetails struct {
	IBAN   string `json:"iban,omitempty"`
	Number string `json:"number,omitempty"` // where there is no IBAN
	BIC    string `json:"bic,omitempty"`
	Holder string `json:"holder"`
}

// Intake prepares commands on their way to the engine. It may be used from many goroutines.
type Intake struct {
	vault *vault.Vault

	mu       sync.Mutex
	profiles map[[16]byte]party.Reference // profiles put into the vault already, by the token of their bytes
}

// New gives an intake over a vault.
func New(v *vault.Vault) *Intake { return &Intake{vault: v, profiles: map[[16]byte]party.Reference{}} }

// profilesMax bounds the memory of profiles; beyond it the memory starts anew.
const profilesMax = 10_000

// StoreProfile puts a profile into the vault and gives its reference; the same profile twice is stored once.
func (n *Intake) StoreProfile(ctx context.Context, p Profile) (party.Reference, error) {
	encoded, err := json.Marshal(p)
	if err != nil {
		return party.Reference{}, err
	}
	key := n.vault.Token("profile", string(encoded))
	n.mu.Lock()
	reference, found := n.profiles[key]
	n.mu.Unlock()
	if found {
		return reference, nil
	}
	ref, err := n.vault.Put(ctx, KindProfile, encoded)
	if err != nil {
		return party.Reference{}, err
	}
	n.mu.Lock()
	if len(n.profiles) >= profilesMax {
		clear(n.profiles)
	}
	n.profiles[key] = party.Reference(ref)
	n.mu.Unlock()
	return party.Reference(ref), nil
}

// Store puts any other text into the vault and gives its reference.
func (n *Intake) Store(ctx context.Context, kind string, bytes []byte) ([32]byte, error) {
	ref, err := n.vault.Put(ctx, kind, bytes)
	return ref, err
}

// PartyTokens gives the tokens of a party's identifiers, strongest first: LEI, VAT, GLN, others by scheme, and last its
// name with its country.
func (n *Intake) PartyTokens(p Profile) []party.Token {
	identifiers := slices.Clone(p.Identifiers)
	slices.SortStableFunc(identifiers, func(a, b Identifier) int { return cmp.Compare(rank(a.Scheme), rank(b.Scheme)) })
	var tokens []party.Token
	add := func(scheme, value string) {
		value = compact(value)
		if value == "" || len(tokens) == book.TokensMax {
			return
		}
		if token := party.Token(n.vault.Token("party", scheme, value)); !slices.Contains(tokens, token) {
			tokens = append(tokens, token)
		}
	}
	for _, identifier := range identifiers {
		if len(tokens) < book.TokensMax-1 {
			add(canonicalScheme(identifier.Scheme), identifier.Value)
		}
	}
	add("name", p.Country+" "+p.Name)
	return tokens
}

// AccountToken is the token of a bank account's number.
func (n *Intake) AccountToken(d BankDetails) party.Token {
	return party.Token(n.vault.Token("bank_account", compact(d.IBAN+d.Number)))
}

// PayerToken is the token of the number of an account from which money came: that of a bank account of the same number. Zero for none.
func (n *Intake) PayerToken(number string) [16]byte {
	if compact(number) == "" {
		return [16]byte{}
	}
	return n.AccountToken(BankDetails{Number: number})
}

// EndToEndToken is the token of an end-to-end identification, or of a number that a payer may give as one. Zero for none.
func (n *Intake) EndToEndToken(text string) [16]byte {
	if compact(text) == "" {
		return [16]byte{}
	}
	return n.vault.Token("end_to_end", compact(text))
}

// MicroDeposit is what is sent to an account and told back by its holder.
type MicroDeposit struct {
	Amount money.Minor `json:"amount"` // minor units of the account's currency
	Code   string      `json:"code"`
}

// DepositToken is the token of a micro-deposit to an account: amount and code as they are told back, in whatever case.
func (n *Intake) DepositToken(account id.BankAccount, d MicroDeposit) party.Token {
	return party.Token(n.vault.Token("micro_deposit", account.String(), strconv.FormatInt(int64(d.Amount), 10), compact(d.Code)))
}

// NameCheckToken is the token of a bank's own name for its answer; zero for none.
func (n *Intake) NameCheckToken(reference string) party.Token {
	if reference == "" {
		return party.Token{}
	}
	return party.Token(n.vault.Token("name_check", reference))
}

// LineToken is the natural identity of a line of a bank's statement.
func (n *Intake) LineToken(account, reference string) [16]byte {
	return n.vault.Token("statement_line", account, reference)
}

// InvoiceToken is the identity of an invoice number, as a document's would be.
func (n *Intake) InvoiceToken(number string) trade.Token { return n.number(trade.Invoice, number) }

// canonicalScheme gives one name to the schemes of ISO 6523 and UBL that mean the same.
func canonicalScheme(scheme string) string {
	switch upper := strings.ToUpper(scheme); upper {
	case "0199", "LEI":
		return "LEI"
	case "0088", "GLN", "EAN":
		return "GLN"
	case "0060", "DUNS":
		return "DUNS"
	default:
		return upper
	}
}

func rank(scheme string) int {
	switch canonicalScheme(scheme) {
	case "LEI":
		return 0
	case "VAT":
		return 1
	case "GLN":
		return 3
	}
	return 2
}

// compact leaves letters and digits, in upper case: what is the same to a person is the same here.
func compact(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToUpper(r)
		}
		return -1
	}, text)
}

// ProfileOf gives what a document says of a party.
func ProfileOf(p document.Party) Profile {
	profile := Profile{Name: cmp.Or(p.LegalName, p.Name), Country: p.Country, Street: p.Address.Street, City: p.Address.City, PostalCode: p.Address.PostalZone}
	for _, identifier := range p.Identifiers {
		scheme := identifier.Scheme
		switch identifier.Kind {
		case document.IdentifierGivenByBuyer, document.IdentifierGivenBySeller:
			continue
		case document.IdentifierTax:
			scheme = cmp.Or(scheme, "VAT")
		case document.IdentifierLegal:
			scheme = cmp.Or(scheme, "legal "+p.Country)
		case document.IdentifierParty, document.IdentifierEndpoint:
			scheme = cmp.Or(scheme, "party")
		}
		profile.Identifiers = append(profile.Identifiers, Identifier{Scheme: scheme, Value: identifier.Value})
	}
	return profile
}

// Prepare makes the command that keeps a document: its bytes and the profiles that it gives are in the vault before it
// returns. Channel is "folder", "api" or "upload".
func (n *Intake) Prepare(ctx context.Context, doc *document.Document, bytes []byte, channel string) (*book.RecordDocument, error) {
	c, err := n.described(ctx, doc, bytes, channel)
	if err != nil {
		return nil, err
	}
	stored, err := n.vault.Put(ctx, KindDocument, bytes)
	if err != nil {
		return nil, err
	}
	c.Stored = party.Reference(stored)
	return c, nil
}

func (n *Intake) document(doc *document.Document, seller, buyer Profile) trade.Document {
	d := trade.Document{
		Type: doc.Type, TypeCode: doc.TypeCode, Number: doc.Number, Issued: doc.Issued, Due: doc.Due, Currency: doc.Currency,
		OrderNumber: doc.OrderNumber, InvoiceNumber: doc.InvoiceNumber, Accepted: doc.Answer, Totals: doc.Totals, Findings: doc.Findings,
		Delivery: doc.Delivery,
		Rules:    doc.Rules,
	}
	if d.Number == "" {
		d.Number = cmp.Or(doc.UUID, "without number")
	}
	for _, token := range n.PartyTokens(seller) {
		d.Seller = append(d.Seller, trade.Token(token))
	}
	for _, token := range n.PartyTokens(buyer) {
		d.Buyer = append(d.Buyer, trade.Token(token))
	}
	for i := range doc.Lines {
		line := &doc.Lines[i]
		quantity := line.Quantity
		switch doc.Type {
		case trade.ReceiptAdvice:
			quantity -= line.Rejected
		case trade.OrderResponse:
			if line.Status == lineRefused {
				quantity = 0
			} else if quantity == 0 { // as ordered: it promises nothing that the order does not say
				continue
			}
		}
		d.Lines = append(d.Lines, trade.Line{
			Number: line.Number, OrderLine: line.OrderLine, Item: n.item(&line.Item), Quantity: quantity, Unit: line.Unit,
			Price: line.Price, Amount: line.Amount, OrderNumber: line.OrderNumber,
		})
		if doc.Type == trade.ReceiptAdvice {
			d.Lines[len(d.Lines)-1].Rejected = line.Rejected
		}
	}
	return d
}

// lineRefused is the status of a line that an order response does not accept, in UNCL1229.
const lineRefused = "7"

func (n *Intake) item(item *document.Item) trade.Token {
	switch {
	case item.Standard.Value != "":
		return n.vault.Token("item", "standard", compact(item.Standard.Value))
	case item.SellerID != "":
		return n.vault.Token("item", "seller", compact(item.SellerID))
	case item.BuyerID != "":
		return n.vault.Token("item", "buyer", compact(item.BuyerID))
	case item.Name != "":
		return n.vault.Token("item", "name", compact(item.Name))
	}
	return trade.Token{}
}

func (n *Intake) number(of trade.Type, number string) trade.Token {
	return n.vault.Token("number", of.String(), strings.ToUpper(strings.Join(strings.Fields(number), " ")))
}

func (n *Intake) tokens(c *book.RecordDocument, doc *document.Document, bytes []byte) {
	c.Number = n.number(doc.Type, c.Document.Number)
	c.Content = n.vault.Token("content", string(bytes))
	if doc.Number == "" && doc.UUID == "" {
		c.Number = c.Content
	}
	if doc.OrderNumber != "" {
		c.Order = n.number(trade.Order, doc.OrderNumber)
	}
	c.Others = n.others(c, doc)
	if doc.InvoiceNumber != "" {
		c.Invoice = n.number(trade.Invoice, doc.InvoiceNumber)
	}
	if doc.Type == trade.Invoice && len(doc.Lines) > 0 {
		c.Lines = n.vault.Token("lines", n.content(c)...)
	}
}

// others are the orders that lines name beside the document's own, and the despatch advices that it names.
func (n *Intake) others(c *book.RecordDocument, doc *document.Document) []trade.Token {
	var named []trade.Token
	seen := map[trade.Token]bool{c.Order: true, c.Number: true}
	add := func(of trade.Type, number string) {
		if number == "" {
			return
		}
		if token := n.number(of, number); !seen[token] && len(named) <= book.OthersMax {
			seen[token] = true
			named = append(named, token)
		}
	}
	last := ""
	for i := range doc.Lines {
		if number := doc.Lines[i].OrderNumber; number != last {
			add(trade.Order, number)
			last = number
		}
	}
	orders := len(named)
	for _, number := range doc.DespatchNumbers {
		add(trade.DespatchAdvice, number)
	}
	for i := range doc.Lines {
		add(trade.DespatchAdvice, doc.Lines[i].DespatchNumber)
	}
	if orders <= book.OthersMax { // what goes beyond in despatch advices is no reason to refuse it
		named = named[:min(len(named), book.OthersMax)]
	}
	return named
}

// content lists what an invoice bills, whatever its number and dates.
func (n *Intake) content(c *book.RecordDocument) []string {
	d := &c.Document
	parts := []string{strings.ToUpper(d.OrderNumber), d.Currency.String(), strconv.FormatInt(int64(d.Totals.Payable), 10)}
	for i := range d.Lines {
		line := &d.Lines[i]
		parts = append(parts, string(line.Item[:]), line.OrderLine, line.Unit,
			strconv.FormatInt(int64(line.Quantity), 10), strconv.FormatInt(int64(line.Price), 10), strconv.FormatInt(int64(line.Amount), 10))
	}
	return parts
}
