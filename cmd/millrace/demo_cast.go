package main

import (
	"encoding/json"
	"fmt"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/certificate"
	"millrace/domain/credit"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/product"
	"millrace/edge/bank"
	"millrace/edge/intake"
	"millrace/examples"
)

// cast is who takes part in the examples, as their folder says.
type cast struct {
	Parties []castParty `json:"parties"`
	Chains  []castChain `json:"chains"`
}

type castParty struct {
	Key        string   `json:"key"`
	Name       string   `json:"name"`
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
}

type castChain struct {
	Folder  string   `json:"folder"`
	Special string   `json:"special"`
	About   string   `json:"about"`
	Files   []string `json:"files"`
	Repeats string   `json:"repeats"`
}

func readCast() (cast, error) {
	var c cast
	content, err := examples.Files.ReadFile("cast.json")
	if err != nil {
		return c, err
	}
	return c, json.Unmarshal(content, &c)
}

func (p castParty) profile() intake.Profile {
	return intake.Profile{
		Name: p.Name, Country: p.Country, Street: p.Street, City: p.City, PostalCode: p.PostalCode,
		Identifiers: []intake.Identifier{{Scheme: "LEI", Value: p.LEI}, {Scheme: "VAT", Value: p.VAT}, {Scheme: "GLN", Value: p.GLN}},
	}
}

func (p castParty) has(role string) bool {
	for _, r := range p.Roles {
		if r == role {
			return true
		}
	}
	return false
}

func (p castParty) roles() party.Role {
	var roles party.Role
	for _, name := range p.Roles {
		if name == "custodian_bank" {
			name = "custodian"
		}
		roles |= party.ParseRole(name)
	}
	return roles
}

// onboard begins the book and registers everybody, with accounts that a second person has verified.
func (s *story) onboard() error {
	s.parties, s.names, s.actors, s.accounts = map[string]id.Party{}, map[id.Party]string{}, map[string]id.Actor{}, map[id.Party]id.BankAccount{}
	for _, p := range s.cast.Parties {
		if p.has("operator") {
			if err := s.begin(p); err != nil {
				return err
			}
		}
	}
	for _, p := range s.cast.Parties {
		if p.has("operator") {
			continue
		}
		if err := s.register(p); err != nil {
			return fmt.Errorf("%s: %w", p.Name, err)
		}
	}
	return s.tell("onboarding", "%d parties known, each by LEI, VAT number and GLN; sellers' bank accounts verified by a second person", len(s.cast.Parties))
}

func (s *story) begin(p castParty) error {
	profile := p.profile()
	reference, err := s.intake.StoreProfile(s.ctx, profile)
	if err != nil {
		return err
	}
	name, err := s.intake.Store(s.ctx, intake.KindActor, []byte("Desk one, "+p.Name))
	if err != nil {
		return err
	}
	_, err = s.give(0, "", &book.Found{Operator: reference, Country: p.Country, Tokens: s.intake.PartyTokens(profile), Actor: name, Date: s.date})
	if err != nil {
		return err
	}
	s.maker = id.Make[id.Actor](shard, 1)
	s.operator = id.Make[id.Party](shard, 1)
	s.parties[p.Key] = s.operator
	s.names[s.parties[p.Key]] = p.Name
	if s.checker, err = s.actor(s.parties[p.Key], party.Operator, "Desk two, "+p.Name); err == nil {
		s.third, err = s.actor(s.parties[p.Key], party.Operator, "Desk three, "+p.Name)
	}
	s.reader.actor = s.maker
	return err
}

func (s *story) actor(of id.Party, role party.Role, name string) (id.Actor, error) {
	reference, err := s.intake.Store(s.ctx, intake.KindActor, []byte(name))
	if err != nil {
		return 0, err
	}
	answer, err := s.give(s.maker, "", &book.RegisterActor{Party: of, Role: role, Profile: reference})
	if err != nil {
		return 0, err
	}
	return first[*book.ActorRegistered](answer).Actor.ID, nil
}

func (s *story) register(p castParty) error {
	profile := p.profile()
	reference, err := s.intake.StoreProfile(s.ctx, profile)
	if err != nil {
		return err
	}
	answer, err := s.give(s.maker, "", &book.RegisterParty{Roles: p.roles(), Country: p.Country, Profile: reference, Tokens: s.intake.PartyTokens(profile)})
	if err != nil {
		return err
	}
	known := first[*book.PartyRegistered](answer).Party.ID
	s.parties[p.Key], s.names[known] = known, p.Name
	roles := map[string]party.Role{"seller": party.Seller, "buyer": party.Buyer, "funder": party.Funder, "custodian_bank": party.Bank}
	for _, role := range p.Roles {
		if roles[role] == 0 {
			continue
		}
		actor, err := s.actor(known, roles[role], "Desk of "+p.Name)
		if err != nil {
			return err
		}
		s.actors[p.Key+" "+role] = actor
		s.actors[p.Key] = actor
	}
	if !p.has("seller") {
		return nil
	}
	return s.account(p, known)
}

// account proposes the bank account of a party, has its bank asked whose it is, and a second person verify it.
func (s *story) account(p castParty, owner id.Party) error {
	details := intake.BankDetails{IBAN: p.IBAN, BIC: p.BIC, Holder: p.Name}
	encoded, err := json.Marshal(details)
	if err != nil {
		return err
	}
	reference, err := s.intake.Store(s.ctx, intake.KindAccount, encoded)
	if err != nil {
		return err
	}
	answer, err := s.give(s.maker, "", &book.ProposeBankAccount{Party: owner, Currency: s.currency, Token: s.intake.AccountToken(details), Details: reference})
	if err != nil {
		return err
	}
	account := first[*book.BankAccountProposed](answer).Account.ID
	s.accounts[owner] = account
	if err := s.checkPayee(p, owner, account); err != nil {
		return err
	}
	_, err = s.give(s.checker, "", &book.VerifyBankAccount{Account: account})
	return err
}

func (s *story) party(key string) id.Party { return s.parties[key] }

// setTerms reviews the obligors, proposes the two products, opens the programmes, and sets limits; a second person approves
// each of these.
func (s *story) setTerms() error {
	payables, err := s.product(product.PayablesFinance(standardEvidence))
	if err != nil {
		return err
	}
	discounting, err := s.product(product.ReceivablesDiscounting(standardEvidence))
	if err != nil {
		return err
	}
	if err := s.tell("products", "payables finance (irrevocable undertaking, without recourse) and receivables discounting (with recourse) approved by a second person"); err != nil {
		return err
	}
	for key, grade := range map[string]uint8{"havelmark": 2, "rottmuehl": 3, "sazavin": 3, "schwarzeller": 4, "turcava": 5} { // map order does not reach a result: each is independent
		if err := s.review(key, grade); err != nil {
			return err
		}
	}
	bankFirst := []funding.Funder{{Party: s.party("ellernberg"), Priority: 1, Rate: 42_000}, {Party: s.party("muehlgraben"), Priority: 2, Rate: 48_000}}
	factor := []funding.Funder{{Party: s.party("muehlgraben"), Priority: 1, Rate: 65_000}}
	if err := s.programme(payables, "havelmark", bankFirst, 2_000_000_00, map[string]money.Minor{"ellernberg": 700_000_00, "muehlgraben": 600_000_00}, nil); err != nil {
		return err
	}
	if err := s.programme(discounting, "rottmuehl", factor, 150_000_00, map[string]money.Minor{"muehlgraben": 150_000_00}, []string{"schwarzeller"}); err != nil {
		return err
	}
	return s.programme(discounting, "sazavin", factor, 100_000_00, map[string]money.Minor{"muehlgraben": 100_000_00}, []string{"turcava"})
}

func (s *story) product(terms product.Terms) (id.Product, error) {
	answer, err := s.give(s.maker, "", &book.ProposeProduct{Terms: terms})
	if err != nil {
		return 0, err
	}
	proposed := first[*book.ProductProposed](answer).Product.ID
	_, err = s.give(s.checker, "", &book.ApproveProduct{Product: proposed})
	return proposed, err
}

func (s *story) review(key string, grade uint8) error {
	file, err := s.intake.Store(s.ctx, intake.KindReason, []byte("Annual accounts 2025, payment record of 24 months, no negative information."))
	if err != nil {
		return err
	}
	answer, err := s.give(s.maker, "", &book.ProposeReview{Party: s.party(key), Grade: grade, Until: s.date.AddDays(360), File: file})
	if err != nil {
		return err
	}
	_, err = s.give(s.checker, "", &book.ApproveReview{Review: first[*book.ReviewProposed](answer).Review.ID})
	return err
}

// programme opens a programme round an anchor with its limits, and lets each funder provide money up to its own limit.
func (s *story) programme(p id.Product, anchor string, funders []funding.Funder, bound money.Minor, each map[string]money.Minor, sellers []string) error {
	answer, err := s.give(s.maker, "", &book.ProposeProgramme{
		Product: p, Anchor: s.party(anchor), Custodian: s.party("oderwerder"), Currency: s.currency, Calendar: calendar.Target,
		Funders: funders, ReferAbove: 250_000_00, ApproveAbove: 100_000_00, TiersMax: 4, Law: certificate.EuropeanUnion,
		PayeeChecked: true, PayeeNewDays: newPayeeDays, AccountsRequired: true, AutoMatch: true,
	})
	if err != nil {
		return err
	}
	programme := first[*book.ProgrammeProposed](answer).Programme.ID
	if _, err := s.give(s.checker, "", &book.ApproveProgramme{Programme: programme}); err != nil {
		return err
	}
	if err := s.supervise(programme); err != nil {
		return err
	}
	s.programmes[s.party(anchor)] = programme
	limits := []book.ProposeLimit{
		{Key: credit.LimitKey{Kind: credit.ProgrammeLimit, Programme: programme, Currency: s.currency}, Amount: bound},
		{Key: credit.LimitKey{Kind: credit.BuyerLimit, Programme: programme, Party: s.party(anchor), Currency: s.currency}, Amount: bound},
	}
	for _, seller := range sellers {
		limits = append(limits, book.ProposeLimit{Key: credit.LimitKey{Kind: credit.SellerLimit, Programme: programme, Party: s.party(seller), Currency: s.currency}, Amount: bound})
	}
	for _, f := range funders {
		amount := each[s.keyOf(f.Party)]
		limits = append(limits, book.ProposeLimit{Key: credit.LimitKey{Kind: credit.FunderLimit, Programme: programme, Party: f.Party, Currency: s.currency}, Amount: amount})
		account := bank.Account{Kind: bank.Funding, Programme: programme, Owner: f.Party}
		if _, err := s.bank.Deposit(account, money.Amount{Minor: amount, Currency: s.currency}, s.names[f.Party], "funds for the programme", s.date); err != nil {
			return err
		}
	}
	for i := range limits {
		limits[i].Expires = s.date.AddDays(360)
		answer, err := s.give(s.maker, "", &limits[i])
		if err != nil {
			return err
		}
		if _, err := s.give(s.checker, "", &book.ApproveLimit{Limit: first[*book.LimitProposed](answer).Limit.ID}); err != nil {
			return err
		}
	}
	return s.tell("programme", "round %s: %d funder(s), limit %s, supervised accounts on record with owner, mandate and protecting law", s.names[s.party(anchor)], len(funders), s.text(bound))
}

func (s *story) keyOf(p id.Party) string {
	for key, known := range s.parties { // map order does not reach a result: a party has one key
		if known == p {
			return key
		}
	}
	return ""
}
