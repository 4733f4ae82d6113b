package book_test

import (
	"fmt"
	"testing"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/credit"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/payment"
	"millrace/domain/product"
	"millrace/domain/receivable"
	"millrace/domain/trade"
	"millrace/lab/load"
)

// scene is a world in which one refusal is brought about.
type scene struct {
	*node
	*load.World
	lives uint64
}

func newScene(t testing.TB) *scene {
	n := newNode(t)
	return &scene{node: n, World: n.world(2)}
}

// latest is the youngest record of a table.
func latest[I ~uint64](s *scene, table string) I {
	return id.Make[I](1, book.Counts(s.book)[table])
}

func beyond[I ~uint64](s *scene, table string) I {
	return id.Make[I](1, book.Counts(s.book)[table]+1)
}

// live runs the first steps of a new life: 4 gives a receivable of seller 0 or 1, 5 confirmed, 6 quoted, 7 accepted, 8
// disbursing, 9 paid out, 10 with the buyer's money, 11 allocated, 12 closed.
func (s *scene) live(steps int, changes ...func(l *load.Life)) load.Life {
	s.t.Helper()
	l := s.NewLife(s.lives * 2) // of the first seller
	s.lives++
	for _, change := range changes {
		change(&l)
	}
	s.node.live(&l, 0, steps)
	return l
}

func discounted(l *load.Life) { l.Discount = true }
func amounting(amount money.Minor) func(l *load.Life) {
	return func(l *load.Life) { l.Amount = amount }
}

func (s *scene) give(actor id.Actor, c book.Command) {
	s.t.Helper()
	if _, err := s.submit(actor, "", c); err != nil {
		s.t.Fatalf("%T: %v", c, err)
	}
}

func (s *scene) receivable() id.Receivable { return latest[id.Receivable](s, "receivable") }
func (s *scene) financing() id.Financing   { return latest[id.Financing](s, "financing") }
func (s *scene) payment() id.Payment       { return latest[id.Payment](s, "payment") }
func (s *scene) receipt() id.Receipt       { return latest[id.Receipt](s, "receipt") }

func (s *scene) quote() *book.RequestQuote {
	return &book.RequestQuote{Receivable: s.receivable(), Programme: s.Payables, Payee: s.Accounts[0]}
}

// collect records money of the buyer in a programme.
func (s *scene) collect(programme id.Programme, amount money.Minor, value calendar.Date) id.Receipt {
	s.t.Helper()
	s.give(s.Bank, &book.RecordReceipt{
		Programme: programme, Line: load.Token(fmt.Sprint("collected ", s.at)), Amount: amount, Currency: s.Currency, Value: value, Booking: value,
	})
	return s.receipt()
}

// wait opens days until so many have passed.
func (s *scene) wait(days int) {
	s.t.Helper()
	for ; days > 0; days -= 30 {
		s.give(s.Maker, &book.OpenDay{Date: s.book.Date().AddDays(min(days, 30))})
	}
}

// invoice is a document that may be refused.
func (s *scene) invoice(change func(c *book.RecordDocument)) *book.RecordDocument {
	l := s.NewLife(9000)
	c := l.Step(3).Command.(*book.RecordDocument)
	change(c)
	return c
}

// product approves the terms of payables finance as they are changed, and a programme of them with the first one's limits.
func (s *scene) programme(change func(t *product.Terms), funders ...funding.Funder) id.Programme {
	s.t.Helper()
	terms := product.PayablesFinance(uint16(trade.Invoiced))
	change(&terms)
	s.give(s.Maker, &book.ProposeProduct{Terms: terms})
	s.give(s.Checker, &book.ApproveProduct{Product: latest[id.Product](s, "product")})
	c := s.propose()
	c.Product, c.Funders = latest[id.Product](s, "product"), append(c.Funders, funders...)
	s.give(s.Maker, c)
	p := latest[id.Programme](s, "programme")
	s.give(s.Checker, &book.ApproveProgramme{Programme: p})
	for _, key := range s.keysOf(p) {
		s.limit(key, 1_000_000_00, 300)
	}
	parties := make([]id.Party, len(funders))
	for i := range funders {
		parties[i] = funders[i].Party
	}
	s.founded(p, parties...)
	return p
}

func (s *scene) keysOf(p id.Programme) []credit.LimitKey {
	return []credit.LimitKey{{Kind: credit.BuyerLimit, Programme: p, Party: s.Anchor}, {Kind: credit.ProgrammeLimit, Programme: p}, {Kind: credit.FunderLimit, Programme: p, Party: s.Funder}}
}

func (s *scene) limit(key credit.LimitKey, amount money.Minor, days int) {
	s.t.Helper()
	key.Currency = s.Currency
	s.give(s.Maker, &book.ProposeLimit{Key: key, Amount: amount, Expires: s.Today.AddDays(days)})
	s.give(s.Checker, &book.ApproveLimit{Limit: latest[id.Limit](s, "credit_limit")})
}

func (s *scene) deposit(p id.Programme, funder id.Party, amount money.Minor) {
	s.t.Helper()
	s.give(s.Bank, &book.RecordReceipt{
		Programme: p, Funder: funder, Line: load.Token(fmt.Sprint("funds ", s.at)), Amount: amount, Currency: s.Currency, Value: s.Today, Booking: s.Today,
	})
}

func (s *scene) propose() *book.ProposeProgramme {
	return &book.ProposeProgramme{
		Product: id.Make[id.Product](1, 1), Anchor: s.Anchor, Custodian: s.Custodian, Currency: s.Currency, Calendar: calendar.Target,
		Funders: []funding.Funder{{Party: s.Funder, Priority: 1, Rate: 48_000}}, ReferAbove: 250_000_00, ApproveAbove: 100_000_00,
	}
}

// funder registers another funder and one who acts for it.
func (s *scene) funder() (id.Party, id.Actor) {
	s.t.Helper()
	s.give(s.Maker, &book.RegisterParty{Roles: party.Funder, Country: "FR", Tokens: []party.Token{party.Token(load.Token("second funder"))}})
	p := latest[id.Party](s, "party")
	s.give(s.Maker, &book.RegisterActor{Party: p, Role: party.Funder})
	actor := latest[id.Actor](s, "actor")
	s.enrolled(p, actor)
	return p, actor
}

func (s *scene) importing() *book.ImportReceivable {
	return &book.ImportReceivable{
		Seller: s.Sellers[0], Buyer: s.Anchor, NumberText: "old 1", Number: trade.Token(load.Token("old 1")), Face: 1_000_00,
		Issued: s.Today.AddDays(-30), Due: s.Today.AddDays(30), Currency: s.Currency,
	}
}

func (s *scene) takeOver() *book.ImportFinancing {
	s.t.Helper()
	s.give(s.Maker, s.importing())
	return &book.ImportFinancing{
		Receivable: s.receivable(), Programme: s.Payables, Funder: s.Funder, Payee: s.Accounts[0], Amount: 1_000_00, Principal: 1_000_00,
		Discount: 10_00, Fee: 50, Rate: 48_000, Value: s.Today.AddDays(-20), Due: s.Today.AddDays(30),
	}
}

// own opens a source and two general accounts of an own chart, with 100.00 in the first.
func (s *scene) own() (source, one, two id.Account) {
	s.t.Helper()
	s.give(s.Maker, &book.OpenAccounts{Entity: s.Operator, Currency: s.Currency, Code: ledger.Source, Count: 1})
	source = latest[id.Account](s, "account")
	s.give(s.Maker, &book.OpenAccounts{Entity: s.Operator, Currency: s.Currency, Code: ledger.General, Count: 2})
	two = latest[id.Account](s, "account")
	one = id.Make[id.Account](1, two.Number()-1)
	s.give(s.Maker, &book.PostTransfers{Transfers: []ledger.Transfer{{Debit: source, Credit: one, Amount: 100_00}}})
	return source, one, two
}

func (s *scene) stopped() id.Programme {
	book.Stop(s.book, s.Payables)
	return s.Payables
}

// refusal is one code, what it means, what to do about it, and how it comes about.
type refusal struct {
	code, means, remedy string
	scene               func(s *scene) (id.Actor, book.Command)
}

var refusals = []refusal{
	{"account_code", "The account is of a kind that this command does not touch.", "Name accounts of your own chart (general or source); all others are moved by rules alone.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, &book.OpenAccounts{Entity: s.Operator, Currency: s.Currency, Code: ledger.Funding, Count: 1}
	}},
	{"account_other_entity", "The two accounts are not two different ones in one entity's books.", "Transfer inside the books of one entity.", func(s *scene) (id.Actor, book.Command) {
		_, one, _ := s.own()
		return s.Maker, &book.PostTransfers{Transfers: []ledger.Transfer{{Debit: one, Credit: one, Amount: 1}}}
	}},
	{"account_overflow", "The amounts add up to more than an account can ever hold.", "Look for a mistyped amount.", func(s *scene) (id.Actor, book.Command) {
		source, one, _ := s.own()
		c := &book.PostTransfers{}
		for range 41 {
			c.Transfers = append(c.Transfers, ledger.Transfer{Debit: source, Credit: one, Amount: money.MinorMax})
		}
		return s.Maker, c
	}},
	{"account_unknown", "There is no such account.", "Look up the account's identity.", func(s *scene) (id.Actor, book.Command) {
		_, one, two := s.own()
		return s.Maker, &book.PostTransfers{Transfers: []ledger.Transfer{{Debit: one, Credit: two + 1<<16, Amount: 1}}}
	}},
	{"actor_inactive", "The actor may no longer act.", "Use another actor, or have a new one registered.", func(s *scene) (id.Actor, book.Command) {
		book.Deactivate(s.book, s.Maker)
		return s.Maker, &book.FinishImport{}
	}},
	{"actor_missing", "The command names nobody on whose authority it is given.", "Give it with an actor's key.", func(s *scene) (id.Actor, book.Command) {
		return 0, &book.FinishImport{}
	}},
	{"actor_unknown", "There is no such actor.", "Look up the actor's identity.", func(s *scene) (id.Actor, book.Command) {
		return beyond[id.Actor](s, "actor"), &book.FinishImport{}
	}},
	{"already_confirmed", "The buyer has given this undertaking, or a stronger one, already.", "Nothing: it stands.", func(s *scene) (id.Actor, book.Command) {
		l := s.live(5)
		return s.Buyer, s.confirming(receivable.Irrevocable, l.Amount, 0)
	}},
	{"already_financed", "The receivable is claimed by another financing: one financing per evidence.", "Finance another receivable.", func(s *scene) (id.Actor, book.Command) {
		s.live(7)
		return s.SellerActors[0], s.quote()
	}},
	{"already_founded", "The book has begun.", "Nothing.", func(s *scene) (id.Actor, book.Command) {
		return 0, &book.Found{Date: s.Today}
	}},
	{"already_known", "An invoice with this number between the two parties is in the book.", "Leave it out of the portfolio.", func(s *scene) (id.Actor, book.Command) {
		s.give(s.Maker, s.importing())
		return s.Maker, s.importing()
	}},
	{"amount_changed", "Less is left to be financed than was quoted.", "Ask for a new quote.", func(s *scene) (id.Actor, book.Command) {
		l := s.live(6)
		r := s.collect(s.Payables, l.Amount/2, s.Today)
		s.give(s.Maker, &book.Allocate{Receipt: r, Receivable: s.receivable(), Amount: l.Amount / 2, Payer: book.ByBuyer})
		return s.SellerActors[0], &book.AcceptQuote{Financing: s.financing()}
	}},
	{"amount_invalid", "The amount is not in the range that the sentence names.", "Correct the amount.", func(s *scene) (id.Actor, book.Command) {
		l := s.live(4)
		return s.Buyer, &book.Confirm{Receivable: s.receivable(), Undertaking: receivable.Soft, Amount: l.Amount + 1}
	}},
	{"balance_insufficient", "The account has not enough free.", "Transfer less, or first bring money in.", func(s *scene) (id.Actor, book.Command) {
		_, one, two := s.own()
		return s.Maker, &book.PlaceHold{Transfer: ledger.Transfer{Debit: one, Credit: two, Amount: 100_01}}
	}},
	{"bank_account_known", "The account number is registered already.", "Use the account that is registered, or ask the operator.", func(s *scene) (id.Actor, book.Command) {
		return s.SellerActors[1], &book.ProposeBankAccount{Party: s.Sellers[1], Currency: s.Currency, Token: party.Token(load.Token("account " + load.SellerName(0)))}
	}},
	{"bank_account_other_party", "The account belongs to somebody else than who is to be paid.", "Name a verified account of the payee.", func(s *scene) (id.Actor, book.Command) {
		s.live(5)
		return s.SellerActors[0], &book.RequestQuote{Receivable: s.receivable(), Programme: s.Payables, Payee: s.Accounts[1]}
	}},
	{"bank_account_state", "The account is not in the state that this needs: nothing is paid to one that a second person has not verified.", "Have it verified.", func(s *scene) (id.Actor, book.Command) {
		return s.Checker, &book.VerifyBankAccount{Account: s.Accounts[0]}
	}},
	{"bank_account_unknown", "There is no such bank account.", "Look up its identity.", func(s *scene) (id.Actor, book.Command) {
		return s.Checker, &book.VerifyBankAccount{Account: beyond[id.BankAccount](s, "bank_account")}
	}},
	{"bound_invalid", "A bound of the programme is below zero, or a share above 100 %.", "Correct it.", func(s *scene) (id.Actor, book.Command) {
		c := s.propose()
		c.ApproveAbove = -1
		return s.Maker, c
	}},
	{"calendar_unknown", "There is no such calendar.", "Choose one of the calendars.", func(s *scene) (id.Actor, book.Command) {
		c := s.propose()
		c.Calendar = 99
		return s.Maker, c
	}},
	{"count_invalid", "Too many at once, or none.", "Split the command.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, &book.PostTransfers{}
	}},
	{"country_invalid", "The country is not a code of two letters.", "Use ISO 3166-1 alpha-2.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, &book.RegisterParty{Roles: party.Seller, Country: "DEU", Tokens: []party.Token{{1}}}
	}},
	{"currency_differs", "Two things that belong together are in different currencies.", "Use the programme's or the account's currency.", func(s *scene) (id.Actor, book.Command) {
		return s.Bank, &book.RecordReceipt{Programme: s.Payables, Line: [16]byte{1}, Currency: 840}
	}},
	{"currency_unknown", "The currency is not in ISO 4217.", "Correct it.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, &book.OpenAccounts{Entity: s.Operator, Currency: 1, Code: ledger.General, Count: 1}
	}},
	{"date_invalid", "The date is out of the range that the sentence names.", "Correct the date.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, &book.OpenDay{Date: s.Today}
	}},
	{"date_missing", "A date is missing.", "Give it.", func(s *scene) (id.Actor, book.Command) {
		return s.Bank, &book.RecordReceipt{Programme: s.Payables, Line: [16]byte{1}, Currency: s.Currency, Amount: 1}
	}},
	{"day_unfinished", "The business date before is still being worked through.", "Wait a moment: the node does it by itself.", nil},
	{"decision_invalid", "A decision is approve or decline.", "Say which.", func(s *scene) (id.Actor, book.Command) {
		s.live(8, amounting(150_000_00))
		return s.Checker, &book.ApprovePayment{Payment: s.payment()}
	}},
	{"disbursement_open", "The receivable is being financed, and the bank has not said what became of the disbursement: whose the money is depends on that.", "Wait for the outcome; the money stays unallocated until then.", func(s *scene) (id.Actor, book.Command) {
		l := s.live(8)
		return s.Maker, &book.Allocate{Receipt: s.collect(s.Payables, l.Amount, l.Due), Receivable: s.receivable(), Amount: l.Amount, Payer: book.ByBuyer}
	}},
	{"document_issuer", "This type of document is the other side's to bring: no one proves by it in the other's name.", "Let the other party or the operator send it.", func(s *scene) (id.Actor, book.Command) {
		l := s.NewLife(0)
		return s.SellerActors[0], l.Step(2).Command
	}},
	{"document_type", "Documents of this type are not kept.", "Send orders, order responses, despatch and receipt advices, invoices and credit notes.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, s.invoice(func(c *book.RecordDocument) { c.Document.Type = 99 })
	}},
	{"due_date_invalid", "The receivable has no due date, or one beyond the programme's calendar.", "Correct the invoice.", func(s *scene) (id.Actor, book.Command) {
		s.live(5, func(l *load.Life) { l.Due = calendar.DateMax })
		return s.SellerActors[0], s.quote()
	}},
	{"evidence_missing", "The product asks for evidence that the trade does not have.", "Send the documents that the sentence names, or get the buyer's confirmation.", func(s *scene) (id.Actor, book.Command) {
		s.live(4)
		return s.SellerActors[0], s.quote()
	}},
	{"exceeds_owed", "More is to be allocated than is owed.", "Allocate what is owed; the rest stays unallocated and belongs to its sender.", func(s *scene) (id.Actor, book.Command) {
		l := s.live(9)
		return s.Maker, &book.Allocate{Receipt: s.collect(s.Payables, l.Amount+1, l.Due), Receivable: s.receivable(), Amount: l.Amount + 1, Payer: book.ByBuyer}
	}},
	{"financing_state", "The financing is not in a state in which this can be done.", "Look at its state.", func(s *scene) (id.Actor, book.Command) {
		s.live(6)
		return s.Maker, &book.Disburse{Financing: s.financing()}
	}},
	{"financing_unknown", "There is no such financing.", "Look up its identity.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, &book.Disburse{Financing: 1<<16 | 1}
	}},
	{"finding_unknown", "The document or receivable has no such finding.", "Name findings that it has.", func(s *scene) (id.Actor, book.Command) {
		s.live(4)
		return s.Maker, &book.ClearFindings{Receivable: s.receivable(), Codes: []string{trade.FindingTaxSum}, Reason: load32("why")}
	}},
	{"findings_open", "The invoice says something wrongly or not at all, and nobody has cleared it.", "Have a person clear the findings, or send a correct invoice.", func(s *scene) (id.Actor, book.Command) {
		s.live(3)
		l := s.NewLife(0)
		c := l.Step(3).Command.(*book.RecordDocument)
		c.Document.Findings = []trade.Finding{{Code: trade.FindingFactored}}
		s.give(s.Maker, c)
		return s.SellerActors[0], s.quote()
	}},
	{"funder_changed", "The funder that was asked can no longer fund this, and a decision never binds another one.", "Ask for a new quote.", func(s *scene) (id.Actor, book.Command) {
		second, _ := s.funder()
		p := s.programme(func(t *product.Terms) { t.Undertaking = product.UndertakingNone }, funding.Funder{Party: second, Priority: 2, Rate: 50_000})
		s.limit(credit.LimitKey{Kind: credit.FunderLimit, Programme: p, Party: second}, 1_000_000_00, 300)
		s.deposit(p, s.Funder, 300_000_00)
		s.deposit(p, second, 300_000_00)
		s.live(5, amounting(260_000_00))
		s.give(s.SellerActors[0], &book.RequestQuote{Receivable: s.receivable(), Programme: p, Payee: s.Accounts[0]})
		s.limit(credit.LimitKey{Kind: credit.FunderLimit, Programme: p, Party: s.Funder}, 1, 300)
		return s.FunderActor, &book.DecideReferral{Financing: s.financing(), Decision: book.Approve, Reason: load32("why")}
	}},
	{"funder_unknown", "The party is not a funder of the programme.", "Name one of its funders.", func(s *scene) (id.Actor, book.Command) {
		return s.Bank, &book.RecordReceipt{Programme: s.Payables, Funder: s.Anchor, Line: [16]byte{1}, Currency: s.Currency, Amount: 1, Value: s.Today, Booking: s.Today}
	}},
	{"funders_invalid", "A programme names each of its funders once, in ascending priority.", "Correct the list.", func(s *scene) (id.Actor, book.Command) {
		c := s.propose()
		c.Funders = nil
		return s.Maker, c
	}},
	{"funds_insufficient", "The money for this is not there.", "Have the funder pay in, or wait for collections.", func(s *scene) (id.Actor, book.Command) {
		p := s.programme(func(t *product.Terms) {})
		s.live(5)
		return s.SellerActors[0], &book.RequestQuote{Receivable: s.receivable(), Programme: p, Payee: s.Accounts[0]}
	}},
	{"grade_invalid", "A grade is 1 to 10.", "Correct it.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, &book.ProposeReview{Party: s.Anchor, Grade: 11, Until: s.Today.AddDays(9)}
	}},
	{"hash_missing", "The hash of a key's secret is missing.", "Give it.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, &book.AddKey{Actor: s.Buyer, Name: "erp"}
	}},
	{"hold_expired", "The time for which the money was set aside is over.", "Place a new hold.", func(s *scene) (id.Actor, book.Command) {
		_, one, two := s.own()
		s.give(s.Maker, &book.PlaceHold{Transfer: ledger.Transfer{Debit: one, Credit: two, Amount: 1}, Seconds: 1})
		s.at += 2_000_000
		return s.Maker, &book.EndHold{Hold: latest[id.Hold](s, "hold"), State: ledger.Posted}
	}},
	{"hold_state", "The hold has ended, or is to end in a way that there is not.", "Look at its state.", func(s *scene) (id.Actor, book.Command) {
		_, one, two := s.own()
		s.give(s.Maker, &book.PlaceHold{Transfer: ledger.Transfer{Debit: one, Credit: two, Amount: 1}})
		return s.Maker, &book.EndHold{Hold: latest[id.Hold](s, "hold"), State: ledger.Expired}
	}},
	{"hold_unknown", "There is no such hold.", "Look up its identity.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, &book.EndHold{Hold: 1<<16 | 1, State: ledger.Posted}
	}},
	{"identifiers_invalid", "A party has at least one identifier and at most 16.", "Correct the identifiers.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, &book.RegisterParty{Roles: party.Seller, Country: "DE"}
	}},
	{"key_revoked", "The key is revoked already.", "Nothing.", func(s *scene) (id.Actor, book.Command) {
		s.give(s.Maker, &book.AddKey{Actor: s.Buyer, Name: "erp", Hash: load32("secret")})
		s.give(s.Maker, &book.RevokeKey{Key: 1<<16 | 1})
		return s.Maker, &book.RevokeKey{Key: 1<<16 | 1}
	}},
	{"key_unknown", "There is no such key.", "Look up its identity.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, &book.RevokeKey{Key: 1<<16 | 1}
	}},
	{"limit_exceeded", "A limit has not enough left.", "Finance less, wait for repayments, or have the limit raised.", func(s *scene) (id.Actor, book.Command) {
		s.live(5)
		s.limit(credit.LimitKey{Kind: credit.ProgrammeLimit, Programme: s.Payables}, 1, 300)
		return s.SellerActors[0], s.quote()
	}},
	{"limit_expired", "A limit has ended.", "Have it renewed.", func(s *scene) (id.Actor, book.Command) {
		s.live(5)
		s.limit(credit.LimitKey{Kind: credit.ProgrammeLimit, Programme: s.Payables}, 1_000_000_00, 0)
		s.wait(1)
		return s.SellerActors[0], s.quote()
	}},
	{"limit_invalid", "A limit is on a programme, or on one of its buyers, sellers or funders.", "Correct kind and party.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, &book.ProposeLimit{Key: credit.LimitKey{Kind: credit.BuyerLimit, Programme: s.Payables, Currency: s.Currency}, Expires: s.Today}
	}},
	{"limit_missing", "The product needs a limit that is not there.", "Have one proposed and approved.", func(s *scene) (id.Actor, book.Command) {
		s.live(5)
		s.give(s.Maker, s.propose())
		p := latest[id.Programme](s, "programme")
		s.give(s.Checker, &book.ApproveProgramme{Programme: p})
		return s.SellerActors[0], &book.RequestQuote{Receivable: s.receivable(), Programme: p, Payee: s.Accounts[0]}
	}},
	{"limit_state", "The limit has been decided on already.", "Look at its state.", func(s *scene) (id.Actor, book.Command) {
		return s.Checker, &book.ApproveLimit{Limit: 1<<16 | 1}
	}},
	{"limit_unknown", "There is no such limit.", "Look up its identity.", func(s *scene) (id.Actor, book.Command) {
		return s.Checker, &book.ApproveLimit{Limit: beyond[id.Limit](s, "credit_limit")}
	}},
	{"lines_too_many", "The document has more lines than are kept.", "Split the document.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, s.invoice(func(c *book.RecordDocument) { c.Document.Lines = make([]trade.Line, book.LinesMax+1) })
	}},
	{"head_differs", "The book does not end where the backup was made.", "Restore the backup again, into an empty directory.", func(s *scene) (id.Actor, book.Command) {
		return 0, &book.Resume{Sequence: 1}
	}},
	{"migration_not_zero", "Records and balances of the imported portfolio don't agree.", "Look for what is missing or doubled; every migration account has to come to zero.", func(s *scene) (id.Actor, book.Command) {
		s.give(s.Maker, s.importing())
		return s.Maker, &book.FinishImport{}
	}},
	{"name_invalid", "A key has a name of 1 to 64 characters.", "Correct it.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, &book.AddKey{Actor: s.Buyer, Hash: load32("secret")}
	}},
	{"not_permitted", "The actor's role may not give this command.", "Let somebody give it whose role may.", func(s *scene) (id.Actor, book.Command) {
		return s.Buyer, &book.FinishImport{}
	}},
	{"nothing_left", "Discount and fee would take all that is advanced.", "Finance a larger amount.", func(s *scene) (id.Actor, book.Command) {
		p := s.programme(func(t *product.Terms) { t.FeeMinimum = 1_000_00 })
		s.deposit(p, s.Funder, 9_000_00)
		s.live(5, amounting(900_00))
		return s.SellerActors[0], &book.RequestQuote{Receivable: s.receivable(), Programme: p, Payee: s.Accounts[0]}
	}},
	{"nothing_outstanding", "Of what the buyer has undertaken nothing is left to be financed.", "Have the rest confirmed.", func(s *scene) (id.Actor, book.Command) {
		l := s.live(4)
		s.give(s.Buyer, s.confirming(receivable.Irrevocable, 100_00, 0))
		s.give(s.Maker, &book.Allocate{Receipt: s.collect(s.Payables, 100_00, l.Due), Receivable: s.receivable(), Amount: 100_00, Payer: book.ByBuyer})
		return s.SellerActors[0], s.quote()
	}},
	{"nothing_to_pay", "Nothing is free in the account.", "Nothing.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, &book.Sweep{Programme: s.Payables, Funder: s.Funder}
	}},
	{"number_invalid", "The document's number is missing or too long.", "Correct it.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, s.invoice(func(c *book.RecordDocument) { c.Document.Number = "" })
	}},
	{"other_party", "It belongs to another party.", "Only its own party, or whoever the sentence names, may do this.", func(s *scene) (id.Actor, book.Command) {
		s.live(5)
		return s.SellerActors[1], s.quote()
	}},
	{"outcome_invalid", "A bank executes, refuses, returns, or its answer is in doubt.", "Say which.", func(s *scene) (id.Actor, book.Command) {
		s.live(8)
		return s.Bank, &book.RecordOutcome{Payment: s.payment(), State: payment.AwaitingApproval}
	}},
	{"party_ambiguous", "The identifiers were seen with two different parties.", "Find out which is which, and register with fewer identifiers.", func(s *scene) (id.Actor, book.Command) {
		for i := range 2 {
			s.give(s.Maker, s.invoice(func(c *book.RecordDocument) {
				c.Document.Buyer = []trade.Token{trade.Token(load.Token(fmt.Sprint("stranger ", i)))}
			}))
		}
		return s.Maker, &book.RegisterParty{Roles: party.Buyer, Country: "DE", Tokens: []party.Token{party.Token(load.Token("stranger 0")), party.Token(load.Token("stranger 1"))}}
	}},
	{"party_known", "One of the identifiers belongs to a registered party.", "Use that party.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, &book.RegisterParty{Roles: party.Buyer, Country: "DE", Tokens: []party.Token{party.Token(load.Token("party anchor"))}}
	}},
	{"party_not_onboarded", "The party is known from documents only, or suspended.", "Onboard it first.", func(s *scene) (id.Actor, book.Command) {
		book.Provisional(s.book, s.Anchor)
		return s.Maker, &book.RegisterActor{Party: s.Anchor, Role: party.Buyer}
	}},
	{"party_suspended", "The actor's party is suspended.", "Ask the operator.", func(s *scene) (id.Actor, book.Command) {
		s.give(s.Maker, &book.SuspendParty{Party: s.Anchor, Reason: load32("why")})
		return s.Buyer, &book.Confirm{Receivable: 1<<16 | 1}
	}},
	{"party_unknown", "There is no such party.", "Look up its identity.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, &book.RegisterActor{Party: beyond[id.Party](s, "party"), Role: party.Buyer}
	}},
	{"payer_invalid", "The payer is the buyer or the seller.", "Say which.", func(s *scene) (id.Actor, book.Command) {
		l := s.live(10)
		return s.Maker, &book.Allocate{Receipt: s.receipt(), Receivable: s.receivable(), Amount: l.Amount}
	}},
	{"payment_state", "The payment is not in a state in which this can be done.", "Look at its state.", func(s *scene) (id.Actor, book.Command) {
		s.live(9)
		return s.Maker, &book.RetryPayment{Payment: s.payment()}
	}},
	{"payment_unknown", "There is no such payment.", "Look up its identity.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, &book.RetryPayment{Payment: 1<<16 | 1}
	}},
	{"product_defective", "The terms are incomplete, or leave out a link that may never be dropped.", "Correct the field that is named.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, &book.ProposeProduct{Terms: product.PayablesFinance(0)}
	}},
	{"product_state", "The product is not in a state in which this can be done.", "Look at its state.", func(s *scene) (id.Actor, book.Command) {
		return s.Checker, &book.ApproveProduct{Product: 1<<16 | 1}
	}},
	{"product_unknown", "There is no such product.", "Look up its identity.", func(s *scene) (id.Actor, book.Command) {
		return s.Checker, &book.ApproveProduct{Product: beyond[id.Product](s, "product")}
	}},
	{"programme_other", "The money came into another programme than the one in which the receivable is financed; one programme's money never fills another's hole.", "Allocate money of that programme.", func(s *scene) (id.Actor, book.Command) {
		l := s.live(9)
		return s.Maker, &book.Allocate{Receipt: s.collect(s.Discounting, l.Amount, l.Due), Receivable: s.receivable(), Amount: l.Amount, Payer: book.ByBuyer}
	}},
	{"programme_other_buyer", "The programme is for receivables on another buyer, or in another currency.", "Name a programme of this buyer.", func(s *scene) (id.Actor, book.Command) {
		s.live(5)
		s.give(s.Maker, &book.RegisterParty{Roles: party.Anchor, Country: "DE", Tokens: []party.Token{{7}}})
		c := s.propose()
		c.Anchor = latest[id.Party](s, "party")
		s.give(s.Maker, c)
		p := latest[id.Programme](s, "programme")
		s.give(s.Checker, &book.ApproveProgramme{Programme: p})
		return s.SellerActors[0], &book.RequestQuote{Receivable: s.receivable(), Programme: p, Payee: s.Accounts[0]}
	}},
	{"programme_state", "The programme is not in a state in which this can be done.", "Look at its state.", func(s *scene) (id.Actor, book.Command) {
		return s.Checker, &book.ApproveProgramme{Programme: s.Payables}
	}},
	{"programme_stopped", "A bank took money back that had been passed on: no payment leaves the programme while the shortfall is open.", "Settle the shortfall with the funder or seller.", func(s *scene) (id.Actor, book.Command) {
		s.live(7)
		s.stopped()
		return s.Maker, &book.Disburse{Financing: s.financing()}
	}},
	{"programme_unknown", "There is no such programme.", "Look up its identity.", func(s *scene) (id.Actor, book.Command) {
		return s.Checker, &book.ApproveProgramme{Programme: beyond[id.Programme](s, "programme")}
	}},
	{"quantity_invalid", "A quantity is too large to be kept.", "Correct the line.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, s.invoice(func(c *book.RecordDocument) { c.Document.Lines[0].Quantity = trade.QuantityMax + 1 })
	}},
	{"quote_expired", "The quote's time is over, or its business date has passed.", "Ask for a new quote.", func(s *scene) (id.Actor, book.Command) {
		s.live(6)
		s.wait(1)
		return s.SellerActors[0], &book.AcceptQuote{Financing: s.financing()}
	}},
	{"rate_invalid", "A rate is at least 0 and below 100 %.", "Correct it.", func(s *scene) (id.Actor, book.Command) {
		c := s.propose()
		c.Funders[0].Rate = money.RateOne
		return s.Maker, c
	}},
	{"reason_missing", "A person's decision needs its reason.", "Say why.", func(s *scene) (id.Actor, book.Command) {
		s.live(4)
		return s.Maker, &book.ClearFindings{Receivable: s.receivable()}
	}},
	{"receipt_state", "The receipt is allocated, was taken back, or is a funder's deposit.", "Look at its state.", func(s *scene) (id.Actor, book.Command) {
		s.live(12)
		return s.Maker, &book.Allocate{Receipt: s.receipt(), Receivable: s.receivable(), Amount: 1, Payer: book.ByBuyer}
	}},
	{"receipt_unknown", "There is no such receipt.", "Look up its identity.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, &book.Allocate{Receipt: beyond[id.Receipt](s, "receipt")}
	}},
	{"receivable_state", "The receivable is closed: nothing is left of it.", "Nothing.", func(s *scene) (id.Actor, book.Command) {
		s.live(12)
		return s.SellerActors[0], s.quote()
	}},
	{"receivable_unknown", "There is no such receivable.", "Look up its identity.", func(s *scene) (id.Actor, book.Command) {
		return s.SellerActors[0], &book.RequestQuote{Receivable: 1<<16 | 1}
	}},
	{"recourse_early", "The days after which the seller answers for the buyer's default have not passed.", "Wait.", func(s *scene) (id.Actor, book.Command) {
		l := s.live(9, discounted)
		s.wait(calendar.DaysBetween(s.Today, l.Due) + 5)
		return s.FunderActor, &book.CallRecourse{Financing: s.financing()}
	}},
	{"recourse_none", "The product gives no recourse for the buyer's default.", "Turn to the buyer.", func(s *scene) (id.Actor, book.Command) {
		l := s.live(9)
		s.wait(calendar.DaysBetween(s.Today, l.Due) + 5)
		return s.FunderActor, &book.CallRecourse{Financing: s.financing()}
	}},
	{"recourse_not_called", "The seller has not been called to pay.", "Call recourse first, or say that the buyer has paid.", func(s *scene) (id.Actor, book.Command) {
		l := s.live(10, discounted)
		return s.Maker, &book.Allocate{Receipt: s.receipt(), Receivable: s.receivable(), Amount: l.Amount, Payer: book.BySeller}
	}},
	{"return_after_repayment", "The disbursement came back after a holding had been redeemed, or after late interest had been paid on top of the debt.", "Settle the return with the seller.", func(s *scene) (id.Actor, book.Command) {
		l := s.live(9)
		s.wait(calendar.DaysBetween(s.Today, l.Due) + 10)
		s.allocate(s.collect(s.Payables, l.Amount, s.book.Date()), s.receivable(), l.Amount, book.ByBuyer)
		return s.Bank, &book.RecordOutcome{Payment: s.payment(), State: payment.Returned, Value: s.book.Date()}
	}},
	{"review_expired", "The credit review has ended.", "Have the party reviewed.", func(s *scene) (id.Actor, book.Command) {
		s.live(5)
		s.give(s.Maker, &book.ProposeReview{Party: s.Anchor, Grade: 2, Until: s.Today.AddDays(1)})
		s.give(s.Checker, &book.ApproveReview{Review: latest[id.Review](s, "review")})
		s.wait(2)
		return s.SellerActors[0], s.quote()
	}},
	{"review_missing", "The party has no credit review.", "Have it reviewed.", func(s *scene) (id.Actor, book.Command) {
		s.give(s.Maker, &book.RegisterParty{Roles: party.Anchor, Country: "DE", Tokens: []party.Token{party.Token(load.Token("party new"))}})
		anchor := latest[id.Party](s, "party")
		s.give(s.Maker, &book.ProposeProduct{Terms: func() product.Terms {
			t := product.PayablesFinance(uint16(trade.Invoiced))
			t.Undertaking = product.UndertakingNone
			return t
		}()})
		s.give(s.Checker, &book.ApproveProduct{Product: latest[id.Product](s, "product")})
		c := s.propose()
		c.Anchor, c.Product = anchor, latest[id.Product](s, "product")
		s.give(s.Maker, c)
		p := latest[id.Programme](s, "programme")
		s.give(s.Checker, &book.ApproveProgramme{Programme: p})
		l := s.NewLife(0)
		for _, i := range []int{1, 3} {
			doc := l.Step(i).Command.(*book.RecordDocument)
			doc.Document.Buyer = []trade.Token{trade.Token(load.Token("party new"))}
			s.give(s.Maker, doc)
		}
		return s.SellerActors[0], &book.RequestQuote{Receivable: s.receivable(), Programme: p, Payee: s.Accounts[0]}
	}},
	{"review_state", "The review has been decided on already.", "Look at its state.", func(s *scene) (id.Actor, book.Command) {
		return s.Checker, &book.ApproveReview{Review: 1<<16 | 1}
	}},
	{"review_unknown", "There is no such review.", "Look up its identity.", func(s *scene) (id.Actor, book.Command) {
		return s.Checker, &book.ApproveReview{Review: beyond[id.Review](s, "review")}
	}},
	{"risk_changed", "A rule of risk control says something else by now than when this was quoted.", "Ask for a new quote.", func(s *scene) (id.Actor, book.Command) {
		s.live(6)
		s.give(s.Maker, &book.ProposeReview{Party: s.Anchor, Grade: 9, Until: s.Today.AddDays(100)})
		s.give(s.Checker, &book.ApproveReview{Review: latest[id.Review](s, "review")})
		return s.SellerActors[0], &book.AcceptQuote{Financing: s.financing()}
	}},
	{"role_invalid", "There is no such role, or more than one.", "An actor has one role; a party one or several.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, &book.RegisterParty{Roles: party.Operator, Country: "DE", Tokens: []party.Token{{1}}}
	}},
	{"role_not_of_party", "The party does not have this role.", "Choose one of its roles.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, &book.RegisterActor{Party: s.Anchor, Role: party.Funder}
	}},
	{"second_person", "Who proposed something can't approve it.", "A second person must.", func(s *scene) (id.Actor, book.Command) {
		s.give(s.Maker, &book.ProposeReview{Party: s.Anchor, Grade: 2, Until: s.Today.AddDays(9)})
		return s.Maker, &book.ApproveReview{Review: latest[id.Review](s, "review")}
	}},
	{"still_owed", "Something is still owed on the financing.", "Close it when it is repaid.", func(s *scene) (id.Actor, book.Command) {
		s.live(9)
		return s.Maker, &book.CloseFinancing{Financing: s.financing()}
	}},
	{"token_missing", "A token that stands for an identity is missing.", "Send the document or statement line through an edge that makes it.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, s.invoice(func(c *book.RecordDocument) { c.Content = trade.Token{} })
	}},
	{"trade_too_large", "The trade has as many lines or waiting invoices as one can have.", "Begin another order, or prove the delivery.", func(s *scene) (id.Actor, book.Command) {
		var c *book.RecordDocument
		for i := range 4 {
			c = s.invoice(func(c *book.RecordDocument) {
				c.Number, c.Content = trade.Token(load.Token(fmt.Sprint("n", i))), trade.Token(load.Token(fmt.Sprint("c", i)))
				c.Document.Number = fmt.Sprint("n", i)
				c.Document.Lines = nil
				for j := range 1500 {
					c.Document.Lines = append(c.Document.Lines, trade.Line{OrderLine: fmt.Sprint(i, " ", j)})
				}
			})
			if i < 3 {
				s.give(s.Maker, c)
			}
		}
		return s.Maker, c
	}},
	{"undertaking_invalid", "An undertaking is soft or irrevocable, with an amount of at most the face.", "Correct it.", func(s *scene) (id.Actor, book.Command) {
		l := s.live(4)
		return s.Buyer, &book.Confirm{Receivable: s.receivable(), Amount: l.Amount}
	}},
	{"undertaking_missing", "The buyer has not promised as much as the product asks for.", "Ask the buyer to confirm.", func(s *scene) (id.Actor, book.Command) {
		l := s.live(4)
		s.give(s.Buyer, &book.Confirm{Receivable: s.receivable(), Undertaking: receivable.Soft, Amount: l.Amount})
		return s.SellerActors[0], s.quote()
	}},
}

func TestEveryRejectionHasAReproducer(t *testing.T) {
	listed := map[string]struct{}{}
	for _, r := range refusals {
		if _, twice := listed[r.code]; twice {
			t.Errorf("%s is listed twice", r.code)
		}
		listed[r.code] = struct{}{}
		if r.scene == nil {
			continue // below
		}
		t.Run(r.code, func(t *testing.T) {
			s := newScene(t)
			actor, c := r.scene(s)
			digest := s.book.Digest()
			s.node.at += 1000
			h := book.Header{Sequence: s.book.Sequence() + 1, At: s.node.at, Actor: actor}
			_, rejection := book.PrepareAndDecide(s.book, &h, c)
			if rejection == nil || rejection.Code != r.code || rejection.Sentence == "" {
				t.Fatalf("%T is answered %v", c, rejection)
			}
			if s.book.Digest() != digest {
				t.Error("the refusal has changed the book")
			}
			if breaches := book.Check(s.book); len(breaches) > 0 && r.code != "programme_stopped" {
				t.Error(breaches)
			}
		})
	}
	for _, code := range calledWith(t, "*.go", "reject") {
		if _, found := listed[code]; !found {
			t.Errorf("%s is not in the catalogue", code)
		}
	}
	for _, code := range calledWith(t, "*.go", "reject") {
		delete(listed, code)
	}
	for code := range listed {
		t.Errorf("%s is in the catalogue, and nothing is refused with it", code)
	}
}

func TestADayIsNotOpenedBeforeTheOneBeforeIsWorkedThrough(t *testing.T) {
	s := newScene(t)
	h := book.Header{Sequence: s.book.Sequence() + 1, At: s.at + 1, Actor: s.Maker}
	events, rejection := s.book.Decide(&h, &book.OpenDay{Date: s.Today.AddDays(1)})
	if rejection != nil {
		t.Fatal(rejection)
	}
	s.book.Begin(&h)
	s.book.Apply(events[0]) // and the slices have not run
	h = book.Header{Sequence: h.Sequence + 1, At: h.At, Actor: s.Maker}
	if _, rejection := s.book.Decide(&h, &book.OpenDay{Date: s.Today.AddDays(2)}); rejection == nil || rejection.Code != "day_unfinished" {
		t.Fatal(rejection)
	}
}
