package console_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"testing"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/credit"
	"millrace/domain/dispute"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/mandate"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/product"
	"millrace/domain/receivable"
	"millrace/domain/rule"
	"millrace/domain/trade"
	"millrace/edge/access"
	"millrace/edge/console"
	"millrace/edge/intake"
	"millrace/edge/ubl"
	"millrace/edge/view"
	"millrace/engine"
	"millrace/examples"
	"millrace/lab/load"
)

// stage is a node on which the examples' cast trades: real documents, names in the vault, and deals in every state.
type stage struct {
	t       testing.TB
	engine  *engine.Engine
	intake  *intake.Intake
	access  *access.Access
	handler http.Handler

	operator, custodian, funder id.Party
	maker, checker, bank        id.Actor
	funderActor                 id.Actor
	parties                     map[string]id.Party
	actors                      map[string]id.Actor
	accounts                    map[string]id.BankAccount
	programme                   id.Programme
	currency                    money.Currency
	receivables                 map[string]*book.ReceivableOpened // by number of the invoice
	documents                   map[string]id.Document            // by path
	today                       calendar.Date
	signatory                   load.Signatory // of the anchor
}

func newStage(t testing.TB) *stage {
	t.Helper()
	e, err := engine.Open(load.Options(""))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close(context.Background()) })
	s := &stage{
		t: t, engine: e, intake: intake.New(e.Vault()), access: access.New(e), parties: map[string]id.Party{}, actors: map[string]id.Actor{},
		accounts: map[string]id.BankAccount{}, receivables: map[string]*book.ReceivableOpened{}, documents: map[string]id.Document{},
	}
	s.currency, _ = money.ParseCurrency("EUR")
	s.today, _ = calendar.Of(2026, 11, 2)
	s.handler = console.New(console.Options{Engine: e, Reader: view.New(e), Access: s.access, Intake: intake.New(e.Vault())})
	return s
}

func (s *stage) give(actor id.Actor, c book.Command) []book.Event {
	s.t.Helper()
	answer, rejection, err := s.engine.Submit(context.Background(), engine.Request{Actor: actor, Command: c})
	if err != nil {
		s.t.Fatalf("%T: %v", c, err)
	}
	if rejection != nil {
		s.t.Fatalf("%T: %v", c, rejection)
	}
	return answer.Events
}

func event[E book.Event](s *stage, events []book.Event) E {
	s.t.Helper()
	for _, e := range events {
		if found, ok := e.(E); ok {
			return found
		}
	}
	var none E
	s.t.Fatalf("there is no %T among the events", none)
	return none
}

func (s *stage) keep(kind, text string) [32]byte {
	s.t.Helper()
	reference, err := s.intake.Store(context.Background(), kind, []byte(text))
	if err != nil {
		s.t.Fatal(err)
	}
	return reference
}

func (s *stage) profile(p intake.Profile) party.Reference {
	s.t.Helper()
	reference, err := s.intake.StoreProfile(context.Background(), p)
	if err != nil {
		s.t.Fatal(err)
	}
	return reference
}

func (s *stage) register(p intake.Profile, roles party.Role) id.Party {
	s.t.Helper()
	return event[*book.PartyRegistered](s, s.give(s.maker, &book.RegisterParty{
		Roles: roles, Country: p.Country, Profile: s.profile(p), Tokens: s.intake.PartyTokens(p),
	})).Party.ID
}

func (s *stage) person(p id.Party, role party.Role, name string) id.Actor {
	s.t.Helper()
	return event[*book.ActorRegistered](s, s.give(s.maker, &book.RegisterActor{Party: p, Role: role, Profile: s.keep(intake.KindActor, name)})).Actor.ID
}

// key gives an actor a key and returns its secret.
func (s *stage) key(actor id.Actor) string {
	s.t.Helper()
	secret, hash, err := access.NewSecret(rand.Reader)
	if err != nil {
		s.t.Fatal(err)
	}
	s.give(s.maker, &book.AddKey{Actor: actor, Name: "desk", Hash: hash})
	return secret
}

type cast struct {
	Parties []struct {
		Key, Name, Country, Street, City, LEI, VAT, GLN, IBAN, BIC string
		PostalCode                                                 string `json:"postal_code"`
		Roles                                                      []string
	}
}

// open founds the book and registers who takes part, with a programme of payables finance round the anchor.
func (s *stage) open() {
	s.t.Helper()
	home := intake.Profile{Name: "Spreekanal Finanzplattform GmbH", Country: "DE", City: "Berlin", PostalCode: "10178", Street: "Mühlendamm 4"}
	s.give(0, &book.Found{Operator: s.profile(home), Country: "DE", Tokens: s.intake.PartyTokens(home), Actor: s.keep(intake.KindActor, "Annegret Lohse"), Date: s.today})
	s.operator, s.maker = id.Make[id.Party](1, 1), id.Make[id.Actor](1, 1)
	s.checker = s.person(s.operator, party.Operator, "Matthias Rehbein")
	s.custodian = s.register(intake.Profile{Name: "Bankhaus Wendt & Cie.", Country: "DE"}, party.Custodian)
	s.funder = s.register(intake.Profile{Name: "Landesförderbank Mitte", Country: "DE"}, party.Funder)
	s.bank = s.person(s.custodian, party.Bank, "Payment system")
	s.funderActor = s.person(s.funder, party.Funder, "Treasury desk")
	content, err := examples.Files.ReadFile("cast.json")
	if err != nil {
		s.t.Fatal(err)
	}
	var all cast
	if err := json.Unmarshal(content, &all); err != nil {
		s.t.Fatal(err)
	}
	for _, member := range all.Parties {
		var roles party.Role
		for _, role := range member.Roles {
			roles |= party.ParseRole(role)
		}
		if roles&(party.Seller|party.Buyer|party.Anchor) == 0 {
			continue
		}
		s.parties[member.Key] = s.register(intake.Profile{
			Name: member.Name, Country: member.Country, Street: member.Street, City: member.City, PostalCode: member.PostalCode,
			Identifiers: []intake.Identifier{{Scheme: "LEI", Value: member.LEI}, {Scheme: "VAT", Value: member.VAT}, {Scheme: "GLN", Value: member.GLN}},
		}, roles)
		role := party.Seller
		if roles&party.Seller == 0 {
			role = party.Buyer
		}
		s.actors[member.Key] = s.person(s.parties[member.Key], role, "Accounts of "+member.Name)
		if roles&party.Seller == 0 {
			continue
		}
		details, err := json.Marshal(intake.BankDetails{IBAN: member.IBAN, BIC: member.BIC, Holder: member.Name})
		if err != nil {
			s.t.Fatal(err)
		}
		account := event[*book.BankAccountProposed](s, s.give(s.maker, &book.ProposeBankAccount{
			Party: s.parties[member.Key], Currency: s.currency, Token: s.intake.AccountToken(intake.BankDetails{IBAN: member.IBAN}),
			Details: s.keep(intake.KindAccount, string(details)),
		})).Account.ID
		s.give(s.checker, &book.VerifyBankAccount{Account: account})
		s.accounts[member.Key] = account
		s.review(s.parties[member.Key], 3)
	}
	s.review(s.parties["havelmark"], 2)
	s.openProgramme()
	s.authorise()
}

// authorise gives the anchor a signatory with a mandate.
func (s *stage) authorise() {
	s.t.Helper()
	s.signatory = load.NewSignatory(s.actors["havelmark"], "havelmark")
	s.signatory.Key = event[*book.SigningKeyProposed](s, s.give(s.actors["havelmark"], s.signatory.Proposal(s.parties["havelmark"]))).Key.ID
	s.give(s.checker, &book.ApproveSigningKey{Key: s.signatory.Key})
	m := event[*book.MandateProposed](s, s.give(s.actors["havelmark"], &book.ProposeMandate{
		Key: s.signatory.Key, Acts: mandate.Acts, Currency: s.currency, AloneMax: 1_000_000_00, AmountMax: 5_000_000_00, From: s.today, Until: s.today.AddDays(300),
	})).Mandate.ID
	s.give(s.checker, &book.ApproveMandate{Mandate: m})
}

func (s *stage) review(p id.Party, grade uint8) {
	review := event[*book.ReviewProposed](s, s.give(s.maker, &book.ProposeReview{
		Party: p, Grade: grade, Until: s.today.AddDays(300), File: s.keep(intake.KindReason, "Accounts of the last three years."),
	}))
	s.give(s.checker, &book.ApproveReview{Review: review.Review.ID})
}

func (s *stage) openProgramme() {
	terms := product.PayablesFinance(uint16(trade.Ordered | trade.Received | trade.Invoiced | trade.Confirmed))
	offered := event[*book.ProductProposed](s, s.give(s.maker, &book.ProposeProduct{Terms: terms})).Product.ID
	s.give(s.checker, &book.ApproveProduct{Product: offered})
	anchor := s.parties["havelmark"]
	s.programme = event[*book.ProgrammeProposed](s, s.give(s.maker, &book.ProposeProgramme{
		Product: offered, Anchor: anchor, Custodian: s.custodian, Currency: s.currency, Calendar: calendar.Target,
		Funders: []funding.Funder{{Party: s.funder, Priority: 1, Rate: 43_500}}, ReferAbove: 250_000_00, ApproveAbove: 50_000_00,
		TiersMax:   3,
		Severities: rule.Policy{{Rule: "BR-CL-*", Severity: rule.Warning}, {Rule: "BR-CO-27", Severity: rule.Ignored}},
	})).Programme.ID
	s.give(s.checker, &book.ApproveProgramme{Programme: s.programme})
	for key, amount := range map[credit.LimitKey]money.Minor{
		{Kind: credit.BuyerLimit, Programme: s.programme, Party: anchor, Currency: s.currency}:    3_000_000_00,
		{Kind: credit.ProgrammeLimit, Programme: s.programme, Currency: s.currency}:               5_000_000_00,
		{Kind: credit.FunderLimit, Programme: s.programme, Party: s.funder, Currency: s.currency}: 2_000_000_00,
	} {
		limit := event[*book.LimitProposed](s, s.give(s.maker, &book.ProposeLimit{Key: key, Amount: amount, Expires: s.today.AddDays(300)})).Limit.ID
		s.give(s.checker, &book.ApproveLimit{Limit: limit})
	}
	s.sign()
	s.give(s.bank, &book.RecordReceipt{
		Programme: s.programme, Funder: s.funder, Line: s.intake.LineToken("funding", "1"), Amount: 1_500_000_00, Currency: s.currency, Value: s.today,
		Booking: s.today, Text: s.keep(intake.KindRemit, "Landesförderbank Mitte, first tranche"),
	})
}

// sign has everybody sign what the programme needs.
func (s *stage) sign() {
	w := &load.World{
		Operator: s.operator, Anchor: s.parties["havelmark"], Custodian: s.custodian, Funder: s.funder, Maker: s.maker, Checker: s.checker,
		Buyer: s.actors["havelmark"], FunderActor: s.funderActor, Payables: s.programme, Currency: s.currency, Today: s.today,
	}
	for _, seller := range []string{"rottmuehl", "traunfels", "morawin", "sazavin"} {
		w.Sellers, w.SellerActors = append(w.Sellers, s.parties[seller]), append(w.SellerActors, s.actors[seller])
	}
	if err := w.Found(load.SubmitTo(context.Background(), s.engine)); err != nil {
		s.t.Fatal(err)
	}
}

// send reads all documents of the examples.
func (s *stage) send() {
	s.t.Helper()
	err := fs.WalkDir(examples.Files, "trade", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := examples.Files.ReadFile(name)
		if err != nil {
			return err
		}
		read, err := ubl.Read(name, content, ubl.Limits{})
		if err != nil {
			return err
		}
		command, err := s.intake.Prepare(context.Background(), &read, content, "folder")
		if err != nil {
			return err
		}
		for _, e := range s.give(s.maker, command) {
			switch e := e.(type) {
			case *book.DocumentRecorded:
				s.documents[strings.TrimPrefix(name, "trade/")] = e.Document.ID
			case *book.ReceivableOpened:
				s.receivables[path.Dir(strings.TrimPrefix(name, "trade/"))] = e
			}
		}
		return nil
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

// deal is how far a receivable is taken.
type deal int

const (
	confirmed deal = iota
	quoted
	accepted
	instructed
	paidOut
	repaid
)

// lead takes the receivable of a chain through its life.
func (s *stage) lead(chain, seller string, until deal) {
	s.t.Helper()
	opened := s.receivables[chain]
	if opened == nil {
		s.t.Fatalf("%s opened no receivable", chain)
	}
	r := &opened.Receivable
	c := load.Confirmation(r, receivable.Irrevocable, r.Face)
	c.Signatures = append(c.Signatures, s.signatory.Sign(c.Statement()))
	s.give(s.actors["havelmark"], c)
	if until == confirmed {
		return
	}
	f := event[*book.FinancingOpened](s, s.give(s.actors[seller], &book.RequestQuote{Receivable: r.ID, Programme: s.programme, Payee: s.accounts[seller]})).Financing
	if until == quoted {
		return
	}
	s.give(s.actors[seller], &book.AcceptQuote{Financing: f.ID})
	if until == accepted {
		return
	}
	payment := event[*book.PaymentOpened](s, s.give(s.maker, &book.Disburse{Financing: f.ID})).Payment
	if until == instructed {
		return
	}
	if payment.State == 1 {
		s.give(s.checker, &book.ApprovePayment{Payment: payment.ID, Decision: book.Approve})
	}
	s.give(s.bank, &book.RecordOutcome{Payment: payment.ID, State: 4, Bank: s.intake.LineToken("bank", chain), Value: s.today.AddDays(1)})
	if until == paidOut {
		return
	}
	receipt := event[*book.ReceiptRecorded](s, s.give(s.bank, &book.RecordReceipt{
		Programme: s.programme, Line: s.intake.LineToken("collection", chain), Amount: r.Face, Currency: s.currency, Value: s.today.AddDays(2),
		Booking: s.today.AddDays(2), Text: s.keep(intake.KindRemit, "Havelmark Werke AG, "+chain),
	})).Receipt.ID
	s.give(s.maker, &book.Allocate{Receipt: receipt, Receivable: r.ID, Amount: r.Face, Payer: book.ByBuyer})
	s.give(s.maker, &book.CloseFinancing{Financing: f.ID})
}

// play brings the stage to a usual working day.
func (s *stage) play() {
	s.t.Helper()
	s.open()
	s.send()
	s.lead("01-castings", "rottmuehl", repaid)
	s.lead("02-bearings", "traunfels", paidOut)
	s.lead("04-electronics", "sazavin", instructed) // large enough for a second person
	s.lead("03-hydraulics", "morawin", accepted)
	s.lead("13-hydraulics", "morawin", quoted)
	s.lead("09-castings-large", "rottmuehl", quoted) // referred
	s.lead("12-bearings", "traunfels", confirmed)
	s.give(s.actors["havelmark"], &book.OpenDispute{
		Receivable: s.receivables["06-bearings-price"].Receivable.ID, Amount: 120_00, Reason: dispute.Price, Text: s.keep(intake.KindReason, "Billed above the order"),
	})
	s.give(s.bank, &book.RecordReceipt{
		Programme: s.programme, Line: s.intake.LineToken("collection", "stray"), Amount: 1_234_56, Currency: s.currency, Value: s.today, Booking: s.today,
		Text: s.keep(intake.KindRemit, "Havelmark Werke AG, without a reference <b>"),
	})
	s.give(s.maker, &book.ProposeLimit{
		Key: credit.LimitKey{Kind: credit.BuyerLimit, Programme: s.programme, Party: s.parties["havelmark"], Currency: s.currency}, Amount: 4_000_000_00, Expires: s.today.AddDays(300),
	})
}

// id of the receivable of a chain.
func (s *stage) receivable(chain string) string {
	return fmt.Sprint(s.receivables[chain].Receivable.ID)
}
