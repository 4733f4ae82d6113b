package economy

import (
	"context"
	"fmt"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/credit"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/legal"
	"millrace/domain/money"
	"millrace/domain/onboarding"
	"millrace/domain/party"
	"millrace/domain/product"
	"millrace/domain/trade"
	"millrace/edge/intake"
	"millrace/lab/load"
)

// Evidence that the programmes ask for.
const (
	confirmedEvidence = uint16(trade.Ordered | trade.Received | trade.Invoiced | trade.Confirmed)
	openEvidence      = uint16(trade.Ordered | trade.Received | trade.Invoiced)
)

// approveAbove is from where a second person approves a payment.
const approveAbove = 5_000_00

// reviewDays is how long a review and a limit last; both are renewed a little before.
const reviewDays = 360

// custodianName is the bank at which all programmes have their accounts.
const custodianName = "Custody Bank AG"

// build brings everybody on board.
func (e *Economy) build() {
	operator := e.lead()
	custodian := &firm{name: custodianName, vat: "DE199999983"}
	e.register(custodian, party.Custodian)
	e.Custodian, e.Bank = custodian.id, e.actor(e.Maker, custodian.id, party.Bank, "Machine of "+custodianName)
	e.staff(operator, custodian)
	for _, f := range e.funders {
		e.register(f.firm, party.Funder)
		f.selling, f.second = e.person(f.firm, party.Funder, FunderDesk), e.person(f.firm, party.Funder, FunderDesk)
		e.enrol(f.firm, f.selling)
	}
	for _, f := range e.keepers {
		e.register(f, party.WarehouseKeeper)
		f.selling = e.person(f, party.WarehouseKeeper, WarehouseDesk)
	}
	for _, group := range [][]*firm{e.anchors, e.suppliers, e.distributors} {
		for _, f := range group {
			e.join(f)
		}
	}
	made := e.products()
	count := 0
	for _, group := range [][]*firm{e.anchors, e.suppliers, e.distributors} {
		for _, f := range group {
			if f.market != nil {
				e.open(f.market, count, made)
				count++
			}
		}
	}
	e.stores(made)
	e.in(distributeEvery, e.distribute)
	e.in(asksEvery, e.ask)
	e.in(joinsEvery, e.arrive)
	e.payers()
	e.in(countsEvery, e.count)
	e.in(depositsEvery, e.deposit)
	e.in(5, e.revise)
	e.in(reviewDays-20, e.renew)
}

// lead founds the book, or on one that was founded gives its operator more people; it gives the operator.
func (e *Economy) lead() *firm {
	operator := &firm{name: "Operator of the Mill GmbH", vat: "DE199999991"}
	first := e.called()
	if host := e.options.Host; host != nil && host.Operator != 0 {
		operator.id, operator.name = host.Operator, host.Name
		e.Maker = e.actor(host.Actor, host.Operator, party.Operator, first+", "+OperationsDesk)
	} else {
		profile, err := e.intake.StoreProfile(context.Background(), operator.profile())
		if err != nil {
			e.built = err
			return operator
		}
		e.give(0, &book.Found{Operator: profile, Country: "DE", Tokens: e.intake.PartyTokens(operator.profile()), Actor: e.text(intake.KindActor, first+", "+OperationsDesk), Date: e.Today})
		operator.id, e.Maker = id.Make[id.Party](1, 1), id.Make[id.Actor](1, 1)
	}
	e.Operator, operator.selling = operator.id, e.Maker
	e.people = append(e.people, Person{Actor: e.Maker, Name: first, Desk: OperationsDesk, Role: party.Operator, Party: operator.id, Firm: operator.name})
	e.third, e.Checker = e.person(operator, party.Operator, CreditDesk), e.person(operator, party.Operator, TreasuryDesk)
	e.enrol(operator, e.Maker)
	return operator
}

func (e *Economy) register(f *firm, roles party.Role) {
	if e.built != nil {
		return
	}
	profile, err := e.intake.StoreProfile(context.Background(), f.profile())
	if err != nil {
		e.built = err
		return
	}
	if made, found := find[*book.PartyRegistered](e.give(e.Maker, &book.RegisterParty{Roles: roles, Country: "DE", Profile: profile, Tokens: e.intake.PartyTokens(f.profile())})); found {
		f.id = made.Party.ID
	}
}

// actor registers somebody, or a machine, by name.
func (e *Economy) actor(by id.Actor, p id.Party, role party.Role, name string) id.Actor {
	if made, found := find[*book.ActorRegistered](e.give(by, &book.RegisterActor{Party: p, Role: role, Profile: e.text(intake.KindActor, name)})); found {
		return made.Actor.ID
	}
	return 0
}

func (e *Economy) enrol(f *firm, actor id.Actor) {
	if e.built == nil {
		f.signer, e.built = e.Enrol(e.keyed, f.id, actor, f.vat)
		e.signs(actor, "of "+f.vat)
	}
}

// join onboards one who trades: file with an owner, review, keys, contact, and an account that was checked with its bank.
func (e *Economy) join(f *firm) {
	roles := party.Seller // distributors too: they own what is in store
	buys := f.market != nil
	if buys {
		roles |= party.Buyer | party.Anchor
	}
	e.register(f, roles)
	if file, found := find[*book.FileOpened](e.give(e.Maker, &book.OpenOnboardingFile{Party: f.id, Form: onboarding.Company, Risk: onboarding.LowRisk})); found {
		e.give(e.Maker, &book.RecordTie{
			File: file.File.ID, Link: onboarding.BeneficialOwner, Person: party.Token(load.Token("owner of " + f.vat)), Profile: e.text(intake.KindPerson, `{"name":"Owner of `+f.name+`"}`),
			Share: 1_000_000, From: e.Today,
		})
	}
	e.review(f)
	if buys {
		f.buying = e.person(f, party.Buyer, BuyerDesk)
	}
	desk := SellerDesk
	if f.tier == distributor {
		desk = DistributorDesk
	}
	f.selling = e.person(f, party.Seller, desk)
	f.account = e.account(f)
	actor := f.selling
	if buys {
		actor = f.buying
	}
	e.enrol(f, actor)
	e.give(e.Maker, &book.RecordContact{Party: f.id, Channel: party.Phone, Details: e.text(intake.KindContact, "switchboard of "+f.name)})
}

func (e *Economy) review(f *firm) {
	if made, found := find[*book.ReviewProposed](e.give(e.Maker, &book.ProposeReview{
		Party: f.id, Grade: f.grade, Until: e.Today.AddDays(reviewDays), File: e.text(intake.KindReason, "Annual accounts and payment record."),
	})); found {
		e.give(e.Checker, &book.ApproveReview{Review: made.Review.ID})
	}
}

// account names an account of a firm and has it checked and verified.
func (e *Economy) account(f *firm) id.BankAccount {
	made, found := find[*book.BankAccountProposed](e.give(f.selling, &book.ProposeBankAccount{
		Party: f.id, Currency: e.Currency, Token: e.intake.AccountToken(intake.BankDetails{Number: "account " + f.vat}), Details: e.text(intake.KindAccount, `{"number":"account `+f.vat+`","holder":"`+f.name+`"}`),
	}))
	if !found {
		return 0
	}
	a := made.Account.ID
	e.give(e.Maker, &book.RecordNameCheck{Account: a, Result: party.NameMatch, Score: book.ScoreMax})
	e.give(e.Checker, &book.VerifyBankAccount{Account: a})
	return a
}

// offers are the products, approved.
type offers struct{ confirmed, open, stock id.Product }

func (e *Economy) products() offers {
	return offers{confirmed: e.product(product.PayablesFinance(confirmedEvidence)), open: e.product(openTerms()), stock: e.product(stockTerms())}
}

func (e *Economy) product(terms product.Terms) id.Product {
	made, found := find[*book.ProductProposed](e.give(e.Maker, &book.ProposeProduct{Terms: terms}))
	if !found {
		return 0
	}
	e.bank.terms[made.Product.ID] = &terms
	e.give(e.Checker, &book.ApproveProduct{Product: made.Product.ID})
	return made.Product.ID
}

// open opens the programmes round a buyer, with funders in turn, and lets its sellers in.
func (e *Economy) open(m *market, place int, made offers) {
	m.funders = [2]*funder{e.funders[place%len(e.funders)], e.funders[(place+1)%len(e.funders)]}
	m.rivals = m.buyer.tier == anchor && m.funders[0] != m.funders[1]
	if m.rivals {
		m.open = e.programme(made.open, m.buyer, m.funders[1], m.funders[0])
	} else {
		m.open = e.programme(made.open, m.buyer, m.funders[1])
	}
	if m.buyer.tier == anchor {
		e.agree(legal.AnchorAccession, legal.Signatory{Party: m.buyer.id, Role: legal.Anchor}, legal.Signatory{Party: e.Operator, Role: legal.Operator})
		e.agree(legal.PaymentUndertaking, legal.Signatory{Party: m.buyer.id, Role: legal.Anchor}, legal.Signatory{Party: m.funders[0].id, Role: legal.Funder})
		m.confirmed = e.programme(made.confirmed, m.buyer, m.funders[0])
		e.apply(m.buyer)
	}
	for _, t := range m.ties {
		e.limit(credit.LimitKey{Kind: credit.SellerLimit, Programme: m.open, Party: t.seller.id, Currency: e.Currency}, m)
		e.admit(t, m.open, m.funders[1])
		if m.rivals {
			e.admit(t, m.open, m.funders[0])
		}
		if m.confirmed != 0 {
			e.admit(t, m.confirmed, m.funders[0])
		}
	}
}

// admit lets the seller of a tie into a programme: it sells to the funder, and the buyer is told.
func (e *Economy) admit(t *tie, p id.Programme, by *funder) {
	key := [2]id.Party{t.seller.id, by.id}
	if !e.told.purchases[key] {
		e.told.purchases[key] = true
		e.agree(legal.ReceivablesPurchase, legal.Signatory{Party: t.seller.id, Role: legal.Seller}, legal.Signatory{Party: by.id, Role: legal.Funder})
	}
	if e.built == nil {
		_, e.built = e.Notify(e.keyed, p, t.seller.id, by.id)
	}
}

func (e *Economy) agree(kind legal.Kind, parties ...legal.Signatory) {
	if e.built == nil {
		_, e.built = e.Agree(e.keyed, kind, parties...)
	}
}

// programme opens a programme round a buyer, with one who lends first and others who lend where that one does not.
func (e *Economy) programme(of id.Product, buyer *firm, by *funder, others ...*funder) id.Programme {
	lenders := []funding.Funder{{Party: by.id, Priority: 1, Rate: money.Rate(42_000 + 4_000*int(buyer.grade))}}
	for _, other := range others {
		lenders = append(lenders, lendsSecond(other))
	}
	made, found := find[*book.ProgrammeProposed](e.give(e.Maker, &book.ProposeProgramme{
		Product: of, Anchor: buyer.id, Custodian: e.Custodian, Currency: e.Currency, Calendar: calendar.Target,
		Funders: lenders, ReferAbove: 400_000_00, ApproveAbove: approveAbove, PayeeChecked: true, AccountsRequired: true,
	}))
	if !found {
		return 0
	}
	p := made.Programme.ID
	e.programmes[p] = true
	e.give(e.Checker, &book.ApproveProgramme{Programme: p})
	e.supervise(p, by, others...)
	e.bank.means[p] = buyer.market.means
	for _, key := range e.limits(p, buyer, by, others...) {
		e.limit(key, buyer.market)
	}
	for _, lender := range append([]*funder{by}, others...) {
		e.give(e.Bank, &book.RecordReceipt{
			Programme: p, Funder: lender.id, Line: load.Token("deposit " + p.String() + lender.vat), Amount: buyer.market.means, Currency: e.Currency, Value: e.Today, Booking: e.Today,
		})
	}
	return p
}

func (e *Economy) limits(p id.Programme, buyer *firm, by *funder, others ...*funder) []credit.LimitKey {
	keys := []credit.LimitKey{
		{Kind: credit.BuyerLimit, Programme: p, Party: buyer.id, Currency: e.Currency},
		{Kind: credit.ProgrammeLimit, Programme: p, Currency: e.Currency},
		{Kind: credit.FunderLimit, Programme: p, Party: by.id, Currency: e.Currency},
	}
	for _, other := range others {
		keys = append(keys, credit.LimitKey{Kind: credit.FunderLimit, Programme: p, Party: other.id, Currency: e.Currency})
	}
	return keys
}

// limit puts a limit on what is drawn round a buyer in force, by two people.
func (e *Economy) limit(key credit.LimitKey, m *market) {
	if made, found := find[*book.LimitProposed](e.give(e.Maker, &book.ProposeLimit{Key: key, Amount: limitOfMeans * m.means, Expires: e.Today.AddDays(reviewDays)})); found {
		e.give(e.Checker, &book.ApproveLimit{Limit: made.Limit.ID})
	}
}

// renew reviews everybody again and puts limits in force for another year.
func (e *Economy) renew() error {
	for _, group := range [][]*firm{e.anchors, e.suppliers, e.distributors} {
		for _, f := range group {
			e.review(f)
			m := f.market
			if m == nil {
				continue
			}
			for i, p := range []id.Programme{m.confirmed, m.open} {
				if p == 0 {
					continue
				}
				for _, key := range e.limits(p, f, m.funders[i]) {
					e.limit(key, m)
				}
			}
			if m.rivals {
				e.limit(credit.LimitKey{Kind: credit.FunderLimit, Programme: m.open, Party: m.funders[0].id, Currency: e.Currency}, m)
			}
			if m.confirmed != 0 && !m.asks {
				e.apply(f)
			}
			if m.stock != 0 {
				for _, key := range e.limits(m.stock, f, m.lender) {
					e.limit(key, m)
				}
				for _, d := range e.distributors {
					e.limit(credit.LimitKey{Kind: credit.SellerLimit, Programme: m.stock, Party: d.id, Currency: e.Currency}, m)
				}
			}
			for _, t := range m.ties {
				e.limit(credit.LimitKey{Kind: credit.SellerLimit, Programme: m.open, Party: t.seller.id, Currency: e.Currency}, m)
			}
		}
	}
	e.in(reviewDays-20, e.renew)
	if e.built != nil {
		return fmt.Errorf("renewal: %w", e.built)
	}
	return nil
}
