package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/credit"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/product"
	"millrace/domain/receivable"
	"millrace/domain/trade"
	"millrace/edge/intake"
	"millrace/engine"
)

// openingCommand takes over an existing portfolio.
type openingCommand struct {
	dataFlag
	File string `arg:"" help:"JSON lines: parties, bank accounts, products, programmes, reviews, limits, receivables, financings, balances." type:"existingfile"`
	JSON bool   `help:"Print a summary object."`
}

// openingLine is one line of the file. Which fields a kind needs is in doc/OPENING.md.
type openingLine struct {
	Kind         string              `json:"kind"`
	Key          string              `json:"key"` // by which later lines name the record
	Date         string              `json:"date"`
	Name         string              `json:"name"`
	Country      string              `json:"country"`
	Roles        []string            `json:"roles"`
	Identifiers  []intake.Identifier `json:"identifiers"`
	Party        string              `json:"party"`
	IBAN         string              `json:"iban"`
	BIC          string              `json:"bic"`
	Holder       string              `json:"holder"`
	Currency     string              `json:"currency"`
	Product      string              `json:"product"`
	Technique    string              `json:"technique"`
	Anchor       string              `json:"anchor"`
	Custodian    string              `json:"custodian"`
	Calendar     string              `json:"calendar"`
	Funders      []openingFunder     `json:"funders"`
	ReferAbove   string              `json:"refer_above"`
	ApproveAbove string              `json:"approve_above"`
	Grade        uint8               `json:"grade"`
	Until        string              `json:"until"`
	Limit        string              `json:"limit"`
	Programme    string              `json:"programme"`
	Amount       string              `json:"amount"`
	Seller       string              `json:"seller"`
	Buyer        string              `json:"buyer"`
	Number       string              `json:"number"`
	Face         string              `json:"face"`
	Paid         string              `json:"paid"`
	Issued       string              `json:"issued"`
	Due          string              `json:"due"`
	Undertaking  string              `json:"undertaking"`
	Confirmed    string              `json:"confirmed"`
	Receivable   string              `json:"receivable"`
	Funder       string              `json:"funder"`
	Payee        string              `json:"payee"`
	Principal    string              `json:"principal"`
	Repaid       string              `json:"repaid"`
	Discount     string              `json:"discount"`
	Earned       string              `json:"earned"`
	Fee          string              `json:"fee"`
	Rate         string              `json:"rate"`
	Value        string              `json:"value"`
	Entity       string              `json:"entity"`
	Counterparty string              `json:"counterparty"`
	Code         string              `json:"code"`
}

type openingFunder struct {
	Party string `json:"party"`
	Rate  string `json:"rate"`
}

// openingSummary is what an import ends with.
type openingSummary struct {
	Lines       int `json:"lines"`
	Parties     int `json:"parties"`
	Receivables int `json:"receivables"`
	Financings  int `json:"financings"`
	Balances    int `json:"balances"`
}

// opening is an import under way.
type opening struct {
	giver
	intake         *intake.Intake
	file           string
	maker, checker id.Actor
	known          map[string]uint64 // records by kind and key
	summary        openingSummary

	// The line being taken over.
	number int
	line   openingLine
	key    string
	errs   []error
}

// Run takes over the lines in their order; every migration account must stand at zero at the end. Run again after a
// mistake was mended, it goes on where it stopped: lines that were taken over are recognised.
func (c *openingCommand) Run(ctx context.Context) (err error) {
	content, err := os.ReadFile(c.File)
	if err != nil {
		return usage{err}
	}
	lines, err := parseOpening(c.File, content)
	if err != nil {
		return usage{err}
	}
	e, err := engine.Open(options(c.Data))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, e.Close(context.Background())) }()
	o := &opening{giver: giver{e, ctx}, intake: intake.New(e.Vault()), file: c.File, known: map[string]uint64{}}
	shown := newProgress("taking over")
	for i := range lines {
		shown.at(uint64(i), uint64(len(lines)))
		if err := o.take(i, lines[i]); err != nil {
			return usage{err}
		}
	}
	shown.end()
	if _, err := o.give(o.maker, "opening finish "+digestOf(content), &book.FinishImport{}); err != nil {
		return found{fmt.Errorf("%s: %w", c.File, err)}
	}
	s := o.summary
	if c.JSON {
		return newLines(os.Stdout).write(s)
	}
	_, err = fmt.Printf("%d lines: %d parties, %d receivables, %d financings, %d balances; every migration account stands at zero\n",
		s.Lines, s.Parties, s.Receivables, s.Financings, s.Balances)
	return err
}

func digestOf(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:16])
}

// parsedLine is a line with its place.
type parsedLine struct {
	number int
	text   []byte
	line   openingLine
}

// parseOpening reads all lines and reports all that can't be read, before anything is taken over.
func parseOpening(file string, content []byte) ([]parsedLine, error) {
	var lines []parsedLine
	var errs []error
	for i, text := range bytes.Split(content, []byte("\n")) {
		text = bytes.TrimSpace(text)
		if len(text) == 0 {
			continue
		}
		decoder := json.NewDecoder(bytes.NewReader(text))
		decoder.DisallowUnknownFields()
		var line openingLine
		if err := decoder.Decode(&line); err != nil {
			errs = append(errs, fmt.Errorf("%s:%d: %w", file, i+1, err))
			continue
		}
		lines = append(lines, parsedLine{i + 1, text, line})
	}
	if len(lines) == 0 && len(errs) == 0 {
		errs = append(errs, fmt.Errorf("%s: there is nothing in it", file))
	}
	if len(lines) > 0 && lines[0].line.Kind != "opening" {
		errs = append(errs, fmt.Errorf("%s:%d: kind: the first line is of kind \"opening\" and gives the business date", file, lines[0].number))
	}
	return lines, errors.Join(errs...)
}

func (o *opening) take(index int, parsed parsedLine) error {
	o.number, o.line, o.errs = parsed.number, parsed.line, nil
	o.key = "opening " + digestOf(parsed.text)
	o.summary.Lines++
	acts := map[string]func() error{
		"opening": o.begin, "party": o.takeParty, "bank_account": o.takeBankAccount, "product": o.takeProduct, "programme": o.takeProgramme,
		"review": o.takeReview, "limit": o.takeLimit, "receivable": o.takeReceivable, "financing": o.takeFinancing, "balance": o.takeBalance,
	}
	act, known := acts[o.line.Kind]
	if !known || (o.line.Kind == "opening") != (index == 0) {
		return fmt.Errorf("%s:%d: kind: %q can't stand here", o.file, o.number, o.line.Kind)
	}
	if err := act(); err != nil {
		return fmt.Errorf("%s:%d: %w", o.file, o.number, err)
	}
	return nil
}

// The readers of fields note what is wrong and go on, so that a line's mistakes come all at once.

func (o *opening) wrong(field, value, why string) {
	o.errs = append(o.errs, fmt.Errorf("%s: %q %s", field, value, why))
}

func (o *opening) currency() money.Currency {
	c, ok := money.ParseCurrency(o.line.Currency)
	if !ok {
		o.wrong("currency", o.line.Currency, "is not in ISO 4217")
	}
	return c
}

func (o *opening) amount(field, text string, currency money.Currency) money.Minor {
	if text == "" || !currency.Known() {
		return 0
	}
	minor, err := money.Parse(text, currency)
	if err != nil {
		o.errs = append(o.errs, fmt.Errorf("%s: %w", field, err))
	}
	return minor
}

// rate reads per cent a year: "4.80".
func (o *opening) rate(field, text string) money.Rate {
	rate, err := money.ParseScaled(text, 4)
	if err != nil {
		o.errs = append(o.errs, fmt.Errorf("%s: %w", field, err))
	}
	return money.Rate(rate)
}

func (o *opening) date(field, text string) calendar.Date {
	d, ok := calendar.Parse(text)
	if !ok {
		o.wrong(field, text, "is not a date like 2026-11-22")
	}
	return d
}

func lookup[I ~uint64](o *opening, field, kind, key string) I {
	record, known := o.known[kind+" "+key]
	if !known {
		o.wrong(field, key, "is no "+kind+" of an earlier line")
	}
	return I(record)
}

func (o *opening) optionalParty(field, key string) id.Party {
	if key == "" {
		return 0
	}
	return lookup[id.Party](o, field, "party", key)
}

func (o *opening) learn(kind string, record uint64) { o.known[kind+" "+o.line.Key] = record }

func (o *opening) begin() error {
	date := o.date("date", o.line.Date)
	if err := errors.Join(o.errs...); err != nil {
		return err
	}
	maker, err := founded(o.ctx, o.engine, founder{}, date)
	if err != nil {
		return err
	}
	o.maker = maker
	name, err := o.intake.Store(o.ctx, intake.KindActor, []byte("Second person of the operator"))
	if err != nil {
		return err
	}
	// Its own key, so that a second run finds the same actor: the name's reference would differ.
	if second := id.Make[id.Actor](shard, 2); o.engine.Head().Sequence > 1 {
		o.checker = second
		return nil
	}
	answer, err := o.give(o.maker, "opening second person", &book.RegisterActor{Party: id.Make[id.Party](shard, 1), Role: party.Operator, Profile: name})
	if err != nil {
		return err
	}
	o.checker = first[*book.ActorRegistered](answer).Actor.ID
	return nil
}

func (o *opening) takeParty() error {
	var roles party.Role
	for _, name := range o.line.Roles {
		role := party.ParseRole(name)
		if role == 0 {
			o.wrong("roles", name, "is not a role")
		}
		roles |= role
	}
	if err := errors.Join(o.errs...); err != nil {
		return err
	}
	profile := intake.Profile{Name: o.line.Name, Country: o.line.Country, Identifiers: o.line.Identifiers}
	tokens := o.intake.PartyTokens(profile)
	o.summary.Parties++
	if known, err := o.partyOf(tokens); err != nil || known != 0 {
		o.learn("party", uint64(known))
		return err
	}
	reference, err := o.intake.StoreProfile(o.ctx, profile)
	if err != nil {
		return err
	}
	answer, err := o.give(o.maker, "", &book.RegisterParty{Roles: roles, Country: o.line.Country, Profile: reference, Tokens: tokens})
	if err != nil {
		return err
	}
	o.learn("party", uint64(first[*book.PartyRegistered](answer).Party.ID))
	return nil
}

// partyOf finds the party that an earlier run of the same file registered: a command that names the vault can't be
// repeated under its key, since the vault names each thing anew.
func (o *opening) partyOf(tokens []party.Token) (id.Party, error) {
	return findNumber[id.Party](o, `SELECT party FROM party_token WHERE token = ?`, tokens[0][:])
}

func findNumber[I ~uint64](o *opening, query string, argument any) (I, error) {
	view, err := o.engine.Read(o.ctx, o.engine.Head().Sequence)
	if err != nil {
		return 0, err
	}
	defer view.Close()
	rows, err := view.Tx.QueryContext(o.ctx, query, argument)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	var number int64
	for rows.Next() {
		if err := rows.Scan(&number); err != nil {
			return 0, err
		}
	}
	return I(number), rows.Err()
}

func (o *opening) takeBankAccount() error {
	owner, currency := lookup[id.Party](o, "party", "party", o.line.Party), o.currency()
	if err := errors.Join(o.errs...); err != nil {
		return err
	}
	details := intake.BankDetails{IBAN: o.line.IBAN, BIC: o.line.BIC, Holder: o.line.Holder}
	token := o.intake.AccountToken(details)
	number, err := o.accountOf(owner, token)
	if err != nil || number != 0 {
		o.learn("bank_account", uint64(number))
		return err
	}
	encoded, err := json.Marshal(details)
	if err != nil {
		return err
	}
	reference, err := o.intake.Store(o.ctx, intake.KindAccount, encoded)
	if err != nil {
		return err
	}
	answer, err := o.give(o.maker, "", &book.ProposeBankAccount{Party: owner, Currency: currency, Token: token, Details: reference})
	if err != nil {
		return err
	}
	account := first[*book.BankAccountProposed](answer).Account.ID
	o.learn("bank_account", uint64(account))
	_, err = o.give(o.checker, "", &book.VerifyBankAccount{Account: account})
	return err
}

func (o *opening) accountOf(owner id.Party, token party.Token) (id.BankAccount, error) {
	view, err := o.engine.Read(o.ctx, o.engine.Head().Sequence)
	if err != nil {
		return 0, err
	}
	defer view.Close()
	rows, err := view.Tx.QueryContext(o.ctx, `SELECT record FROM bank_account WHERE party = ?`, int64(owner))
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	for rows.Next() {
		var stored []byte
		if err := rows.Scan(&stored); err != nil {
			return 0, err
		}
		var account party.BankAccount
		if err := book.DecodeRecord(stored, &account); err != nil {
			return 0, err
		}
		if account.Token == token {
			return account.ID, nil
		}
	}
	return 0, rows.Err()
}

// standardEvidence is what the two standard products ask for.
const standardEvidence = uint16(trade.Ordered | trade.Received | trade.Invoiced | trade.Confirmed)

func (o *opening) takeProduct() error {
	var terms product.Terms
	switch o.line.Technique {
	case "payables_finance":
		terms = product.PayablesFinance(standardEvidence)
	case "receivables_discounting":
		terms = product.ReceivablesDiscounting(standardEvidence)
	default:
		o.wrong("technique", o.line.Technique, "is neither payables_finance nor receivables_discounting")
		return errors.Join(o.errs...)
	}
	answer, err := o.give(o.maker, o.key, &book.ProposeProduct{Terms: terms})
	if err != nil {
		return err
	}
	proposed := first[*book.ProductProposed](answer).Product.ID
	o.learn("product", uint64(proposed))
	_, err = o.give(o.checker, o.key, &book.ApproveProduct{Product: proposed})
	return err
}

func (o *opening) takeProgramme() error {
	currency := o.currency()
	code, ok := calendar.ParseCode(o.line.Calendar)
	if !ok {
		o.wrong("calendar", o.line.Calendar, "is not a calendar")
	}
	c := &book.ProposeProgramme{
		Product: lookup[id.Product](o, "product", "product", o.line.Product), Anchor: lookup[id.Party](o, "anchor", "party", o.line.Anchor),
		Custodian: lookup[id.Party](o, "custodian", "party", o.line.Custodian), Currency: currency, Calendar: code,
		ReferAbove: o.amount("refer_above", o.line.ReferAbove, currency), ApproveAbove: o.amount("approve_above", o.line.ApproveAbove, currency),
	}
	for i, f := range o.line.Funders {
		c.Funders = append(c.Funders, funding.Funder{
			Party: lookup[id.Party](o, "funders", "party", f.Party), Priority: uint8(i + 1), Rate: o.rate("funders", f.Rate),
		})
	}
	if err := errors.Join(o.errs...); err != nil {
		return err
	}
	answer, err := o.give(o.maker, o.key, c)
	if err != nil {
		return err
	}
	proposed := first[*book.ProgrammeProposed](answer).Programme.ID
	o.learn("programme", uint64(proposed))
	_, err = o.give(o.checker, o.key, &book.ApproveProgramme{Programme: proposed})
	return err
}

func (o *opening) takeReview() error {
	c := &book.ProposeReview{Party: lookup[id.Party](o, "party", "party", o.line.Party), Grade: o.line.Grade, Until: o.date("until", o.line.Until)}
	if err := errors.Join(o.errs...); err != nil {
		return err
	}
	answer, err := o.give(o.maker, o.key, c)
	if err != nil {
		return err
	}
	_, err = o.give(o.checker, o.key, &book.ApproveReview{Review: first[*book.ReviewProposed](answer).Review.ID})
	return err
}

func (o *opening) takeLimit() error {
	kind := credit.ParseKind(o.line.Limit)
	if kind == 0 {
		o.wrong("limit", o.line.Limit, "is not buyer, seller, programme or funder")
	}
	currency := o.currency()
	c := &book.ProposeLimit{
		Key: credit.LimitKey{
			Kind: kind, Programme: lookup[id.Programme](o, "programme", "programme", o.line.Programme),
			Party: o.optionalParty("party", o.line.Party), Currency: currency,
		},
		Amount: o.amount("amount", o.line.Amount, currency), Expires: o.date("until", o.line.Until),
	}
	if err := errors.Join(o.errs...); err != nil {
		return err
	}
	answer, err := o.give(o.maker, o.key, c)
	if err != nil {
		return err
	}
	_, err = o.give(o.checker, o.key, &book.ApproveLimit{Limit: first[*book.LimitProposed](answer).Limit.ID})
	return err
}

func (o *opening) takeReceivable() error {
	currency := o.currency()
	undertakings := map[string]receivable.Undertaking{"": receivable.NoUndertaking, "none": receivable.NoUndertaking, "soft": receivable.Soft, "irrevocable": receivable.Irrevocable}
	undertaking, known := undertakings[o.line.Undertaking]
	if !known {
		o.wrong("undertaking", o.line.Undertaking, "is not none, soft or irrevocable")
	}
	c := &book.ImportReceivable{
		Seller: lookup[id.Party](o, "seller", "party", o.line.Seller), Buyer: lookup[id.Party](o, "buyer", "party", o.line.Buyer),
		NumberText: o.line.Number, Face: o.amount("face", o.line.Face, currency), Paid: o.amount("paid", o.line.Paid, currency),
		Confirmed: o.amount("confirmed", o.line.Confirmed, currency), Undertaking: undertaking, Issued: o.date("issued", o.line.Issued),
		Due: o.date("due", o.line.Due), Currency: currency,
	}
	if strings.TrimSpace(o.line.Number) != "" {
		c.Number = o.intake.InvoiceToken(o.line.Number)
	}
	if err := errors.Join(o.errs...); err != nil {
		return err
	}
	answer, err := o.give(o.maker, o.key, c)
	if err != nil {
		return err
	}
	o.summary.Receivables++
	o.learn("receivable", uint64(first[*book.ReceivableOpened](answer).Receivable.ID))
	return nil
}

func (o *opening) takeFinancing() error {
	currency := o.currency()
	c := &book.ImportFinancing{
		Receivable: lookup[id.Receivable](o, "receivable", "receivable", o.line.Receivable),
		Programme:  lookup[id.Programme](o, "programme", "programme", o.line.Programme), Funder: lookup[id.Party](o, "funder", "party", o.line.Funder),
		Payee: lookup[id.BankAccount](o, "payee", "bank_account", o.line.Payee), Amount: o.amount("amount", o.line.Amount, currency),
		Principal: o.amount("principal", o.line.Principal, currency), Repaid: o.amount("repaid", o.line.Repaid, currency),
		Discount: o.amount("discount", o.line.Discount, currency), Earned: o.amount("earned", o.line.Earned, currency),
		Fee: o.amount("fee", o.line.Fee, currency), Rate: o.rate("rate", o.line.Rate), Value: o.date("value", o.line.Value), Due: o.date("due", o.line.Due),
	}
	if err := errors.Join(o.errs...); err != nil {
		return err
	}
	_, err := o.give(o.maker, o.key, c)
	o.summary.Financings++
	return err
}

func (o *opening) takeBalance() error {
	currency := o.currency()
	code := codeOf(o.line.Code)
	if code == 0 {
		o.wrong("code", o.line.Code, "is not in the chart of accounts")
	}
	key := ledger.Key{
		Entity: lookup[id.Party](o, "entity", "party", o.line.Entity), Counterparty: o.optionalParty("counterparty", o.line.Counterparty),
		Code: code, Currency: currency,
	}
	if o.line.Programme != "" {
		key.Programme = lookup[id.Programme](o, "programme", "programme", o.line.Programme)
	}
	amount := o.amount("amount", o.line.Amount, currency)
	if err := errors.Join(o.errs...); err != nil {
		return err
	}
	_, err := o.give(o.maker, o.key, &book.ImportBalance{Key: key, Amount: amount})
	o.summary.Balances++
	return err
}

func codeOf(name string) ledger.Code {
	for code := ledger.Code(1); code < ledger.General; code++ {
		if code.Known() && code.String() == name {
			return code
		}
	}
	return 0
}
