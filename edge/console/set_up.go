package console

import (
	"cmp"
	"encoding/json"
	"strings"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/edge/intake"
	"millrace/edge/view"
)

// setUpDeeds put on record who takes part: parties, their bank accounts, and what a review has found.
var setUpDeeds = []deed{
	{path: "/parties/new", place: "/parties", open: openParty, fields: map[string]string{"role_invalid": "seller", "roles": "seller", "tokens": "lei", "identifiers": "lei"}},
	{path: "/parties/{id}/bank-account", place: "/parties", open: openBankAccount, fields: map[string]string{"token": "iban"}},
	{path: "/parties/{id}/review", place: "/reviews", open: openReviewProposal, fields: map[string]string{"reasons": "note"}},
}

// lineMax is the longest answer on one line, in bytes.
const lineMax = 200

// line asks for an answer on one line that can't be left out.
func (f *deedForm) line(name, label, hint, preset string) *input {
	i := f.value(input{Name: name, Label: label, Hint: hint, Kind: "text"}, preset)
	if f.asked && i.Value == "" {
		i.bad("Fill this in.")
	}
	i.bounded()
	return i
}

// perhaps asks for an answer on one line that may be left out.
func (f *deedForm) perhaps(name, label, hint, preset string) *input {
	i := f.value(input{Name: name, Label: label, Hint: hint, Kind: "text", Optional: true}, preset)
	i.bounded()
	return i
}

func (i *input) bounded() {
	if len(i.Value) > lineMax {
		i.bad("Say it in 1 to %d characters.", lineMax)
	}
}

// under puts a heading between the inputs.
func (f *deedForm) under(heading string) {
	f.Inputs = append(f.Inputs, &input{Label: heading, Kind: "part", w: f.w})
}

// check asks whether something holds.
func (f *deedForm) check(name, label, text string, preset bool) *input {
	value := ""
	if preset {
		value = yes
	}
	return f.value(input{Name: name, Label: label, Hint: text, Kind: "check", Optional: true}, value)
}

// yes is the value of a check that is set.
const yes = "yes"

func (i *input) isSet() bool { return i.Value == yes }

// Checked tells whether a check is set.
func (i *input) Checked() bool { return i.isSet() }

// country reads the code of a country.
func (i *input) country() string {
	code := strings.ToUpper(i.Value)
	if len(code) != 2 || strings.Trim(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		i.bad("Write the two letters of a country, like DE.")
	}
	return code
}

// currency reads the code of a currency.
func (i *input) currency() money.Currency {
	read, known := money.ParseCurrency(strings.ToUpper(i.Value))
	if !known {
		i.bad("Write the three letters of a currency, like EUR.")
	}
	return read
}

// percent reads a share or a rate in per cent, from least to most.
func (i *input) percent(least, most money.Rate) money.Rate {
	const decimals = 4 // of a percentage, in millionths
	scaled, err := money.ParseScaled(strings.TrimSpace(strings.TrimSuffix(i.Value, "%")), decimals)
	if err != nil || scaled < int64(least) || scaled > int64(most) {
		i.bad("Write a percentage of %s to %s, like 4.25.", decimal(percentText(least)), decimal(percentText(most)))
	}
	return money.Rate(scaled)
}

func percentText(r money.Rate) string {
	const decimals = 4
	return money.FormatScaled(int64(r), decimals)
}

// partRole is a role that a party may be registered in, with what it does in it.
type partRole struct {
	role        party.Role
	label, text string
}

var partRoles = []partRole{
	{party.Seller, "Seller", "It delivers, and is owed by invoice."},
	{party.Buyer, "Buyer", "It receives, and owes by invoice."},
	{party.Anchor, "Anchor", "The large buyer or seller round whom a programme is made. An anchor that buys is a buyer too."},
	{party.Funder, "Funder", "It pays early, and is repaid when the buyer pays."},
	{party.Custodian, "Custodian", "The bank that keeps the supervised accounts of programmes."},
	{party.WarehouseKeeper, "Warehouse keeper", "It keeps goods for others, and issues receipts for them."},
	{party.Carrier, "Carrier", "It moves goods, and says where they are."},
	{party.Auditor, "Auditor", "It reads everything and changes nothing."},
}

// identifierSchemes are the numbers by which a party is known again in documents, with the names of their inputs.
var identifierSchemes = []struct{ name, scheme, label, hint string }{
	{"lei", "LEI", "LEI", "Of 20 characters."},
	{"vat", "VAT", "VAT number", "With the letters of its country, like DE123456788."},
	{"gln", "GLN", "GLN", "Of 13 digits."},
}

// knownOf is what documents have said of the party that the address names, with its numbers by their schemes, and one of another scheme.
func (v *visit) knownOf(f *deedForm) (known view.Party, numbers map[string]string, other intake.Identifier, err error) {
	numbers = map[string]string{}
	from, err := id.Parse[id.Party](v.asked("from"))
	if err != nil || f.asked {
		return known, numbers, other, nil
	}
	if known, err = v.Party(v.caller, from); err != nil {
		return known, numbers, other, err
	}
	for _, identifier := range known.Identifiers {
		if numbers[identifier.Scheme] == "" {
			numbers[identifier.Scheme] = identifier.Value
		}
		if identifier.Scheme != "LEI" && identifier.Scheme != "VAT" && identifier.Scheme != "GLN" {
			other = identifier
		}
	}
	return known, numbers, other, nil
}

// openParty registers a party, or onboards one that was only named in documents: a number that stands in both says that it is the same.
func openParty(v *visit, f *deedForm) (*prepared, error) {
	f.Heading, f.Give, f.Back, f.BackName = "Put a party on record", "Put it on record", "/parties", "Parties"
	f.Note = "Its numbers are how documents are known to be its own: write at least one as it stands on its invoices. A party that documents have named already is the same one."
	known, numbers, other, err := v.knownOf(f)
	if err != nil {
		return nil, err
	}
	name := f.line("name", "Name", "As its register has it.", known.Name)
	country := f.line("country", "Country", "Two letters, like DE.", known.Country)
	f.under("What it does here")
	c := &book.RegisterParty{}
	var first *input
	for _, one := range partRoles {
		asked := f.check(strings.ToLower(strings.ReplaceAll(one.label, " ", "_")), one.label, one.text, v.asked("role") == one.role.Names()[0])
		first = cmp.Or(first, asked)
		if asked.isSet() {
			c.Roles |= one.role
		}
	}
	f.under("By which numbers it is known")
	profile := intake.Profile{}
	for _, one := range identifierSchemes {
		if value := f.perhaps(one.name, one.label, one.hint, numbers[one.scheme]).Value; value != "" {
			profile.Identifiers = append(profile.Identifiers, intake.Identifier{Scheme: one.scheme, Value: value})
		}
	}
	scheme := f.perhaps("scheme", "Another number: its kind", "As documents name it: the code before the colon, like 0204.", other.Scheme)
	number := f.perhaps("number", "Another number: the number itself", "", other.Value)
	f.under("Where it is")
	street, postal, city := f.perhaps("street", "Street and number", "", known.Street), f.perhaps("postal_code", "Postal code", "", known.PostalCode), f.perhaps("city", "City", "", known.City)
	group := f.perhaps("group", "Head of its group", "A party on record: its id, or its name. Empty where it has none.", "")
	if !f.asked {
		return nil, nil
	}
	profile.Name, profile.Country = name.Value, country.country()
	profile.Street, profile.PostalCode, profile.City = street.Value, postal.Value, city.Value
	switch {
	case (scheme.Value == "") != (number.Value == ""):
		number.bad("Give kind and number, or neither.")
	case number.Value != "":
		profile.Identifiers = append(profile.Identifiers, intake.Identifier{Scheme: scheme.Value, Value: number.Value})
	}
	if c.Roles == 0 {
		first.bad("Choose at least one role.")
	}
	c.Country = profile.Country
	if group.Value != "" {
		if c.Group, err = v.onlyParty(group); err != nil {
			return nil, err
		}
	}
	if !f.complete() {
		return nil, nil
	}
	c.Tokens = v.console.intake.PartyTokens(profile)
	p := v.unsignedDeed(f, c, func(c book.Command) error {
		kept, err := v.console.intake.StoreProfile(v.request.Context(), profile)
		c.(*book.RegisterParty).Profile = kept
		return err
	})
	p.thenTo(registeredParty)
	return p, nil
}

// registeredParty is the page of a party that an event puts on record.
func registeredParty(e book.Event) string {
	switch e := e.(type) {
	case *book.PartyRegistered:
		return "/parties/" + e.Party.ID.String()
	case *book.PartyOnboarded:
		return "/parties/" + e.Party.String()
	}
	return ""
}

func openBankAccount(v *visit, f *deedForm) (*prepared, error) {
	of, err := identity[id.Party](v)
	if err != nil {
		return nil, err
	}
	shown, err := v.Party(v.caller, of)
	if err != nil {
		return nil, err
	}
	f.Heading, f.Give, f.Back, f.BackName = "Name a bank account", "Name it", "/parties/"+shown.ID, cmp.Or(shown.Name, shown.ID)
	f.Note = "Nothing is paid to it before a second person has verified whose it is."
	f.fact("Party", escape(cmp.Or(shown.Name, shown.ID)))
	currency := f.line("currency", "Currency", "Three letters, like EUR.", "EUR")
	iban := f.perhaps("iban", "IBAN", "", "")
	number := f.perhaps("number", "Account number, where there is no IBAN", "", "")
	bic := f.perhaps("bic", "BIC of the bank", "8 or 11 characters.", "")
	holder := f.line("holder", "Holder", "As the bank has the name.", shown.Name)
	if !f.asked {
		return nil, nil
	}
	compact := strings.ReplaceAll(iban.Value, " ", "")
	switch {
	case (compact == "") == (number.Value == ""):
		iban.bad("Give an IBAN, or another number: one of the two.")
	case compact != "" && !intake.ValidIBAN(compact):
		iban.bad("This is not an IBAN: its check digits do not fit. Compare it with the bank’s letter.")
	}
	c := &book.ProposeBankAccount{Party: of, Currency: currency.currency()}
	if !f.complete() {
		return nil, nil
	}
	details := intake.BankDetails{IBAN: compact, Number: number.Value, BIC: strings.ToUpper(bic.Value), Holder: holder.Value}
	c.Token = v.console.intake.AccountToken(details)
	return v.unsignedDeed(f, c, func(c book.Command) error {
		encoded, err := json.Marshal(details)
		if err != nil {
			return err
		}
		kept, err := v.console.intake.Store(v.request.Context(), intake.KindAccount, encoded)
		c.(*book.ProposeBankAccount).Details = kept
		return err
	}), nil
}

// reviewDays is for how long a review may be relied on unless its maker says otherwise.
const reviewDays = 365

func openReviewProposal(v *visit, f *deedForm) (*prepared, error) {
	of, err := identity[id.Party](v)
	if err != nil {
		return nil, err
	}
	shown, err := v.Party(v.caller, of)
	if err != nil {
		return nil, err
	}
	today, err := v.Date()
	if err != nil {
		return nil, err
	}
	f.Heading, f.Give, f.Back, f.BackName = "Grade a party", "Propose the grade", "/parties/"+shown.ID, cmp.Or(shown.Name, shown.ID)
	f.Note = "The outcome of a review of the house’s own, without an application. It counts when a second person approves it."
	f.fact("Party", escape(cmp.Or(shown.Name, shown.ID)))
	grade := f.value(input{Name: "grade", Label: "Grade", Kind: "number", Hint: "1 is the best, 10 the worst."}, "")
	until := f.value(input{Name: "until", Label: "May be relied on until", Kind: "date"}, today.AddDays(reviewDays).String())
	text := f.noted("What it rests on")
	if !f.asked {
		return nil, nil
	}
	c := &book.ProposeReview{Party: of, Grade: uint8(grade.whole(1, 10)), Until: until.date()}
	if !f.complete() {
		return nil, nil
	}
	return v.unsignedDeed(f, c, func(c book.Command) error { return v.keepNote(text, &c.(*book.ProposeReview).File) }), nil
}

// Registers tells whether the caller puts parties on record, and Names whether it may name a bank account of one.
func (f frame) Registers() bool { return f.may("deed /parties/new") }

// NamesAccounts tells whether the caller may name a bank account of the party.
func (f frame) NamesAccounts(p view.Party) bool {
	own := f.Home != nil && f.Home.ID == p.ID
	return f.may("deed /parties/{id}/bank-account") && len(p.Roles) > 0 && (own || f.Operates())
}

// Grades tells whether the caller may propose a grade of the party.
func (f frame) Grades(p view.Party) bool {
	return f.may("deed /parties/{id}/review") && p.State == "onboarded"
}

// Provisional tells whether the party was only named in documents.
func (p partyPage) Provisional() bool { return len(p.Roles) == 0 }
