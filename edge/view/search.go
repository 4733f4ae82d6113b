package view

import (
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"millrace/domain/certificate"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/edge/access"
)

// Findings are what a search finds in the caller's sight, by kind; the best and newest of each first.
type Findings struct {
	Numbered    []Document   // that have the number, and then those whose number begins so
	Receivables []Receivable // of the invoices among them
	Parties     []Ref
	People      []Actor
	Accounts    []BankAccount // whose number ends with the digits, or is the text
	Payable     []Document    // to pay exactly the amount
	Financings  []Financing   // that lent exactly the amount
	Payments    []Payment
	Receipts    []Receipt

	Complete bool // there is nothing more of any kind
}

// The bounds of a search.
const (
	foundMost    = 20 // of one kind
	tailLeast    = 4  // digits of an account's number
	numberedMost = 2_000
)

// Lookup finds records by what people know of them: a document's number or its beginning, a part of a name, an identifier,
// the last digits of a bank account, an amount.
func (v *View) Lookup(c access.Caller, text string) (Findings, error) {
	f := Findings{Complete: true}
	text = strings.TrimSpace(text)
	if text == "" {
		return f, nil
	}
	err := v.searchNumbers(c, text, &f)
	if err == nil {
		err = v.searchNames(c, text, &f)
	}
	if err == nil {
		err = v.searchAccounts(c, text, &f)
	}
	if err == nil {
		err = v.searchAmounts(c, text, &f)
	}
	return f, err
}

// literal writes a text into a query where no argument can stand.
func literal(text string) string { return "CAST(X'" + hex.EncodeToString([]byte(text)) + "' AS TEXT)" }

// narrowed is a source of fewer rows, which an index finds before the caller's sight is looked at.
func narrowed[R any](s *source[R], index, condition string) *source[R] {
	n := *s
	n.table = fmt.Sprintf("(SELECT * FROM %s INDEXED BY %s WHERE %s LIMIT %d)", s.table, index, condition, numberedMost)
	return &n
}

// searchNumbers finds documents by the number that their issuer gave them, in the spelling of the text or in capitals.
func (v *View) searchNumbers(c access.Caller, text string, f *Findings) error {
	var conditions []string
	spellings := slices.Compact([]string{text, strings.ToUpper(text)})
	for _, spelling := range spellings {
		conditions = append(conditions, "doc_number = "+literal(spelling))
	}
	if len([]rune(text)) >= 3 {
		for _, spelling := range spellings {
			conditions = append(conditions, "doc_number > "+literal(spelling)+" AND doc_number < "+literal(spelling+"\U0010FFFF"))
		}
	}
	for _, condition := range conditions {
		page, err := many(v, narrowed(&documents, "document_by_doc_number", condition), c, Query{Limit: foundMost}, (*showing).showDocument)
		if err != nil {
			return err
		}
		f.Numbered = append(f.Numbered, page.Items...)
		f.Complete = f.Complete && page.Next == ""
		if len(f.Numbered) >= foundMost {
			break
		}
	}
	f.Numbered = f.Numbered[:min(len(f.Numbered), foundMost)]
	var invoices []id.Document
	for _, document := range f.Numbered {
		if of, err := id.Parse[id.Document](document.ID); err == nil && document.Type == "invoice" {
			invoices = append(invoices, of)
		}
	}
	if len(invoices) == 0 {
		return nil
	}
	page, err := v.ReceivablesBetween(c, Query{Limit: foundMost}, Between{Documents: invoices})
	f.Receivables = page.Items
	return err
}

func (v *View) searchNames(c access.Caller, text string, f *Findings) error {
	var complete bool
	var err error
	if f.Parties, complete, err = v.PartiesNamed(c, text, foundMost); err != nil {
		return err
	}
	f.Complete = f.Complete && complete
	wanted := folded(text)
	numbers, err := v.directories.people.matching(v, func(word string) bool { return wanted != "" && strings.Contains(word, wanted) })
	if err != nil {
		return err
	}
	for i, number := range numbers {
		if len(f.People) == foundMost {
			f.Complete = f.Complete && i == len(numbers)
			break
		}
		shown, err := one(v, &actors, c, number, (*showing).showActor)
		if err == ErrNotFound || err == nil && !slices.ContainsFunc(spelt(shown.Name), func(name string) bool { return strings.Contains(folded(name), wanted) }) {
			continue
		}
		if err != nil {
			return err
		}
		f.People = append(f.People, shown)
	}
	return nil
}

// searchAccounts finds bank accounts by the end of their number, or all of it.
func (v *View) searchAccounts(c access.Caller, text string, f *Findings) error {
	wanted := folded(text)
	if len(wanted) < tailLeast || strings.Trim(wanted[len(wanted)-tailLeast:], "0123456789") != "" {
		return nil
	}
	ends := func(word string) bool { return strings.HasSuffix(word, wanted) }
	numbers, err := v.directories.accounts.matching(v, ends)
	if err != nil {
		return err
	}
	for _, number := range numbers {
		shown, err := one(v, &bankAccounts, c, number, (*showing).showBankAccount)
		if err == ErrNotFound || err == nil && !ends(folded(shown.IBAN)) && !ends(folded(shown.Number)) {
			continue
		}
		if err != nil {
			return err
		}
		if len(f.Accounts) == foundMost {
			f.Complete = false
			break
		}
		f.Accounts = append(f.Accounts, shown)
	}
	return nil
}

func (v *View) searchAmounts(c access.Caller, text string, f *Findings) error {
	var minors []int64 // a text without currency is another number of minor units in some
	currencies := map[int64][]string{}
	for _, one := range amountsIn(text) {
		if currencies[one.Minor] == nil {
			minors = append(minors, one.Minor)
		}
		currencies[one.Minor] = append(currencies[one.Minor], one.Currency)
	}
	for _, minor := range minors {
		if err := v.searchAmount(c, minor, currencies[minor], f); err != nil {
			return err
		}
	}
	return nil
}

// searchAmount adds what is of so many minor units of one of the currencies.
func (v *View) searchAmount(c access.Caller, minor int64, currencies []string, f *Findings) error {
	what, ofOthers := Query{Limit: foundMost}, func(a Amount) bool { return !slices.Contains(currencies, a.Currency) }
	payable, err := many(v, narrowed(&documents, "document_by_payable", fmt.Sprintf("payable = %d AND currency IN ('%s')", minor, strings.Join(currencies, "', '"))), c, what, (*showing).showDocument)
	if err != nil {
		return err
	}
	lent, err := many(v, narrowed(&financings, "financing_by_principal", fmt.Sprintf("principal = %d", minor)), c, what, (*showing).showFinancing)
	if err != nil {
		return err
	}
	paid, err := many(v, narrowed(&payments, "payment_by_amount", fmt.Sprintf("amount = %d", minor)), c, what, (*showing).showPayment)
	if err != nil {
		return err
	}
	received, err := many(v, narrowed(&receipts, "receipt_by_amount", fmt.Sprintf("amount = %d", minor)), c, what, (*showing).showReceipt)
	if err != nil {
		return err
	}
	// An invoice that was found by its number, or that repeats one, is not said twice.
	f.Payable = append(f.Payable, payable.Items...)
	f.Financings = append(f.Financings, slices.DeleteFunc(lent.Items, func(one Financing) bool { return ofOthers(one.Amount) })...)
	f.Payments = append(f.Payments, slices.DeleteFunc(paid.Items, func(one Payment) bool { return ofOthers(one.Amount) })...)
	f.Receipts = append(f.Receipts, slices.DeleteFunc(received.Items, func(one Receipt) bool { return ofOthers(one.Amount) })...)
	f.Complete = f.Complete && payable.Next == "" && lent.Next == "" && paid.Next == "" && received.Next == ""
	return nil
}

// amountsIn reads an amount with its currency before or behind it, else in every currency that has so many digits behind the point:
// "12,340.50 EUR", "eur 12340.5", "12340.50". Groups are of three digits and the point is a point; a text without point and currency is no amount.
func amountsIn(text string) (all []Amount) {
	code, digits := "", ""
	for word := range strings.FieldsSeq(strings.ToUpper(text)) {
		if currency, ok := money.ParseCurrency(word); ok && code == "" {
			code = currency.String()
		} else {
			digits += word
		}
	}
	if code == "" && !strings.Contains(digits, ".") && !strings.Contains(digits, ",") {
		return nil
	}
	whole, _, _ := strings.Cut(digits, ".")
	if groups := strings.Split(strings.TrimLeft(whole, "+-−"), ","); len(groups) > 1 {
		for i, group := range groups {
			if i > 0 && len(group) != 3 || len(group) == 0 || len(group) > 3 {
				return nil
			}
		}
	}
	for _, currency := range money.Currencies() {
		if code != "" && currency.String() != code {
			continue
		}
		if minor, err := money.Parse(strings.ReplaceAll(digits, ",", ""), currency); err == nil && minor > 0 {
			all = append(all, AmountOf(minor, currency))
		}
	}
	return all
}

// Home names the record on whose page one without a page of its own is shown: the party of a bank account, a person or a
// review, the certificate of a holding. ErrNotFound for what the caller does not see.
func (v *View) Home(c access.Caller, of string) (string, error) {
	if _, err := v.find(c, of); err != nil {
		return "", err
	}
	switch id.PrefixOf(of) {
	case id.BankAccount(0).Prefix():
		return homeOf(v, &bankAccounts, c, of, func(r *party.BankAccount) fmt.Stringer { return r.Party })
	case id.Actor(0).Prefix():
		return homeOf(v, &actors, c, of, func(r *party.Actor) fmt.Stringer { return r.Party })
	case id.Holding(0).Prefix():
		return homeOf(v, &holdings, c, of, func(r *certificate.Holding) fmt.Stringer { return r.Certificate })
	}
	return of, nil
}

func homeOf[R any](v *View, s *source[R], c access.Caller, of string, home func(*R) fmt.Stringer) (string, error) {
	about, err := v.find(c, of)
	if err != nil {
		return "", err
	}
	record, err := get(v, s, c, about.number)
	if err != nil {
		return "", err
	}
	return home(record).String(), nil
}
