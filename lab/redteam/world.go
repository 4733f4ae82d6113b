package redteam

import (
	"context"
	"crypto/sha256"
	"fmt"
	"math/rand/v2"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/credit"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/inventory"
	"millrace/domain/legal"
	"millrace/domain/money"
	"millrace/domain/onboarding"
	"millrace/domain/party"
	"millrace/domain/product"
	"millrace/domain/trade"
	"millrace/edge/intake"
	"millrace/engine/vault"
	"millrace/lab/load"
)

// The span of a run, in calendar days from its opening.
const (
	warmDays = 120 // in which parties get a history; nothing is measured and nothing put in
	spanDays = 300
)

// How large a world is at scale 1.
const (
	buyersScale  = 6
	sellersScale = 33
	lateSellers  = 2 // of them, who begin when others have a history
)

// firm is one who trades.
type firm struct {
	name, country, vat string
	id                 id.Party
	actor              id.Actor // of its role: seller or buyer
	signer             load.Signatory
	account            id.BankAccount
	contacts           uint16
	catalogue          []ware
	invoices           int // numbers given
	group              id.Party
	file               id.OnboardingFile // 0 while nobody has asked who owns it
}

func (f *firm) profile() intake.Profile {
	return intake.Profile{Name: f.name, Country: f.country, Identifiers: []intake.Identifier{{Scheme: "VAT", Value: f.vat}}}
}

// number gives the firm's next invoice number.
func (f *firm) number() string {
	f.invoices++
	return fmt.Sprintf("%s-%05d", f.vat[len(f.vat)-4:], 20_000+f.invoices)
}

// market is the buyer with the programmes round it.
type market struct {
	*firm
	confirmed id.Programme // payables finance: everything confirmed irrevocably; money of the first funder
	open      id.Programme // receivables discounting on matched papers, no undertaking; money of the second funder
	orders    [2]id.Programme
	stock     [2]id.Programme
	sellers   []*firm
	names     naming // in which patterns are tried here; own stands for established too
}

// lab is a book under way, with its clock.
type lab struct {
	*load.World
	node    *load.Bare
	vault   *vault.Vault
	intake  *intake.Intake
	funders [2]*firm
	markets []*market
	sellers []*firm
	keepers [2]*firm
	third   id.Actor // of the operator
	opening calendar.Date
	day     int
	agenda  [][]func() error
	serial  int
	list    id.ScreeningList // in force; 0 for none
	newest  uint64           // number of the last party that is on record
	looked  uint64           // and of the last that was compared with the list
	err     error            // of the building of the world

	honest  honesty
	ties    []*tie // of those who have a history
	attacks []*attack
}

// opened is the business date on which every world begins.
var opened = func() calendar.Date {
	d, ok := calendar.Of(2026, 3, 2)
	if !ok {
		panic("redteam: no such date")
	}
	return d
}()

func newLab(seed uint64, scale int) (*lab, error) {
	var key [32]byte
	for i := range 8 {
		key[i] = byte(seed >> (8 * i))
	}
	v, err := vault.Open("", vault.Options{Random: rand.NewChaCha8(key)})
	if err != nil {
		return nil, err
	}
	l := &lab{
		World: &load.World{Today: opened, Templates: map[legal.Kind]id.Template{}}, node: load.NewBare(), vault: v, intake: intake.New(v), opening: opened,
		agenda: make([][]func() error, spanDays+200),
	}
	l.Currency, _ = money.ParseCurrency("EUR")
	l.build(scale)
	if l.err != nil {
		return nil, fmt.Errorf("world: %w", l.err)
	}
	return l, nil
}

// submit gives a command.
func (l *lab) submit(actor id.Actor, c book.Command) ([]book.Event, error) {
	return l.node.Submit(actor, "", c)
}

func (l *lab) keyed(actor id.Actor, _ string, c book.Command) ([]book.Event, error) {
	return l.node.Submit(actor, "", c)
}

// give is submit while the world is built: the first refusal ends it.
func (l *lab) give(actor id.Actor, c book.Command) []book.Event {
	if l.err != nil {
		return nil
	}
	events, err := l.submit(actor, c)
	l.err = err
	return events
}

// find gives the first event of type E.
func find[E book.Event](events []book.Event) (E, bool) {
	var none E
	for _, e := range events {
		if found, ok := e.(E); ok {
			return found, true
		}
	}
	return none, false
}

func reference(text string) [32]byte { return sha256.Sum256([]byte("redteam " + text)) }

func (l *lab) at(day int, act func() error) {
	if day < len(l.agenda) {
		l.agenda[max(day, l.day)] = append(l.agenda[max(day, l.day)], act)
	}
}

// live goes through the days: what falls on one is done in the order in which it was entered.
func (l *lab) live() error {
	for ; l.day < spanDays; l.day++ {
		if l.day > 0 {
			date := l.opening.AddDays(l.day)
			if _, err := l.submit(l.Maker, &book.OpenDay{Date: date}); err != nil {
				return err
			}
			l.Today = date
		}
		for i := 0; i < len(l.agenda[l.day]); i++ {
			if err := l.agenda[l.day][i](); err != nil {
				return fmt.Errorf("day %d: %w", l.day, err)
			}
		}
		l.agenda[l.day] = nil
	}
	return nil
}

func (l *lab) register(f *firm, roles party.Role, role party.Role) {
	ctx := context.Background()
	if l.err != nil {
		return
	}
	profile, err := l.intake.StoreProfile(ctx, f.profile())
	if err != nil {
		l.err = err
		return
	}
	events := l.give(l.Maker, &book.RegisterParty{Roles: roles, Country: f.country, Group: f.group, Profile: profile, Tokens: l.intake.PartyTokens(f.profile())})
	if e, found := find[*book.PartyRegistered](events); found {
		f.id = e.Party.ID
	}
	if e, found := find[*book.PartyOnboarded](events); found {
		f.id = e.Party
	}
	l.newest = max(l.newest, f.id.Number())
	l.screen(f)
	if role == 0 || l.err != nil {
		return
	}
	f.actor = l.person(f.id, role)
	l.review(f)
}

// screen does what the clerk beside a node does: it compares with the list who has come, or has changed, since all were compared.
func (l *lab) screen(f *firm) {
	if l.list == 0 || l.err != nil {
		return
	}
	c := &book.RecordScreening{Lists: []id.ScreeningList{l.list}, Subjects: 1}
	if l.newest > l.looked {
		c.From, c.Through = l.looked+1, l.newest
		l.looked = l.newest
		l.give(l.Maker, c)
		return
	}
	c.Parties = []id.Party{f.id}
	l.give(l.Maker, c)
}

func (l *lab) person(p id.Party, role party.Role) id.Actor {
	if e, found := find[*book.ActorRegistered](l.give(l.Maker, &book.RegisterActor{Party: p, Role: role, Profile: reference("person")})); found {
		return e.Actor.ID
	}
	return 0
}

func (l *lab) enrol(f *firm) {
	if l.err == nil {
		f.signer, l.err = l.Enrol(l.keyed, f.id, f.actor, f.vat)
	}
}

func (l *lab) review(f *firm) {
	if e, found := find[*book.ReviewProposed](l.give(l.Maker, &book.ProposeReview{Party: f.id, Grade: 3, Until: l.Today.AddDays(360), File: reference("review")})); found {
		l.give(l.Checker, &book.ApproveReview{Review: e.Review.ID})
	}
}

func (l *lab) built(terms product.Terms, anchor *firm, funder *firm) id.Programme {
	proposed, found := find[*book.ProductProposed](l.give(l.Maker, &book.ProposeProduct{Terms: terms}))
	if !found {
		return 0
	}
	l.give(l.Checker, &book.ApproveProduct{Product: proposed.Product.ID})
	opened, found := find[*book.ProgrammeProposed](l.give(l.Maker, &book.ProposeProgramme{
		Product: proposed.Product.ID, Anchor: anchor.id, Custodian: l.Custodian, Currency: l.Currency, Calendar: calendar.Target,
		Funders: []funding.Funder{{Party: funder.id, Priority: 1, Rate: 52_000}}, ReferAbove: 400_000_00, ApproveAbove: bound, PayeeChecked: true,
	}))
	if !found {
		return 0
	}
	p := opened.Programme.ID
	l.give(l.Checker, &book.ApproveProgramme{Programme: p})
	for _, key := range []credit.LimitKey{
		{Kind: credit.BuyerLimit, Programme: p, Party: anchor.id, Currency: l.Currency},
		{Kind: credit.ProgrammeLimit, Programme: p, Currency: l.Currency},
		{Kind: credit.FunderLimit, Programme: p, Party: funder.id, Currency: l.Currency},
	} {
		l.limit(key)
	}
	l.give(l.Bank, &book.RecordReceipt{
		Programme: p, Funder: funder.id, Line: load.Token("deposit " + p.String()), Amount: bound, Currency: l.Currency, Value: l.Today, Booking: l.Today,
	})
	return p
}

// bound is more than any world needs.
const bound = money.Minor(100_000_000_00)

func (l *lab) limit(key credit.LimitKey) {
	if e, found := find[*book.LimitProposed](l.give(l.Maker, &book.ProposeLimit{Key: key, Amount: bound, Expires: l.Today.AddDays(360)})); found {
		l.give(l.Checker, &book.ApproveLimit{Limit: e.Limit.ID})
	}
}

// Evidence that the programmes ask for.
const (
	confirmedEvidence = uint16(trade.Ordered | trade.Received | trade.Invoiced | trade.Confirmed)
	openEvidence      = uint16(trade.Ordered | trade.Received | trade.Invoiced)
)

func openTerms() product.Terms {
	terms := product.ReceivablesDiscounting(openEvidence)
	terms.Name, terms.Undertaking = "Discounting on papers", product.UndertakingNone
	return terms
}

func orderTerms() product.Terms {
	terms := product.ReceivablesDiscounting(uint16(trade.Ordered))
	terms.Name, terms.Technique, terms.Assignment, terms.Undertaking = "Order loan", "pre_shipment_finance", product.Pledge, product.UndertakingNone
	terms.Disclosed, terms.AdvanceRate = false, 500_000
	return terms
}

func stockTerms() product.Terms {
	terms := product.ReceivablesDiscounting(uint16(trade.Ordered | trade.Received))
	terms.Name, terms.Technique, terms.Assignment, terms.Undertaking = "Stock loan", "loan_against_inventory", product.Pledge, product.UndertakingNone
	terms.AdvanceRate, terms.FeeRate, terms.FeeMinimum = 600_000, 0, 0
	return terms
}

func (l *lab) build(scale int) {
	operator := &firm{name: "Mill Operator", country: "DE", vat: "DE990000001"}
	profile, err := l.intake.StoreProfile(context.Background(), operator.profile())
	if err != nil {
		l.err = err
		return
	}
	l.give(0, &book.Found{Operator: profile, Country: "DE", Tokens: l.intake.PartyTokens(operator.profile()), Actor: reference("maker"), Date: l.Today})
	l.Operator, l.Maker = id.Make[id.Party](1, 1), id.Make[id.Actor](1, 1)
	l.Checker = l.person(l.Operator, party.Operator)
	l.third = l.person(l.Operator, party.Operator)
	operator.id, operator.actor = l.Operator, l.Maker
	l.enrol(operator)
	custodian := &firm{name: "Custodian Bank", country: "DE", vat: "DE990000002"}
	l.register(custodian, party.Custodian, 0)
	l.Custodian = custodian.id
	l.Bank = l.person(custodian.id, party.Bank)
	for i := range l.funders {
		f := &firm{name: fmt.Sprintf("Funder %d", i+1), country: "DE", vat: fmt.Sprintf("DE99000001%d", i)}
		l.register(f, party.Funder, party.Funder)
		l.enrol(f)
		l.funders[i] = f
		k := &firm{name: fmt.Sprintf("Keeper %d", i+1), country: "DE", vat: fmt.Sprintf("DE99000002%d", i)}
		l.register(k, party.WarehouseKeeper, 0)
		k.actor = l.person(k.id, party.WarehouseKeeper)
		l.keepers[i] = k
	}
	for i := range buyersScale * scale {
		l.market(i)
	}
	for i := range sellersScale * scale {
		l.sellers = append(l.sellers, &firm{name: fmt.Sprintf("Seller Works %03d", i+1), country: "DE", vat: fmt.Sprintf("DE20%07d", 1000+i*7)})
	}
	l.price()
}

func (l *lab) market(i int) {
	m := &market{names: [buyersScale]naming{own, own, own, own, bursting, funnelling}[i%buyersScale], firm: &firm{name: fmt.Sprintf("Anchor Group %02d", i+1), country: "DE", vat: fmt.Sprintf("DE10%07d", 5000+i*31)}}
	l.register(m.firm, party.Anchor|party.Buyer, party.Buyer)
	l.enrol(m.firm)
	if l.err != nil {
		return
	}
	l.owned(m.firm, "patriarch", 600_000)
	l.owned(m.firm, "investor", 100_000)
	l.agree(legal.AnchorAccession, m.firm, legal.Anchor, &firm{id: l.Operator}, legal.Operator)
	l.agree(legal.PaymentUndertaking, m.firm, legal.Anchor, l.funders[0], legal.Funder)
	m.confirmed = l.built(product.PayablesFinance(confirmedEvidence), m.firm, l.funders[0])
	m.open = l.built(openTerms(), m.firm, l.funders[1])
	if i%buyersScale == 0 {
		for n := range l.funders {
			m.orders[n] = l.built(orderTerms(), m.firm, l.funders[n])
			m.stock[n] = l.built(stockTerms(), m.firm, l.funders[n])
			l.collateral(m.stock[n])
		}
	}
	l.markets = append(l.markets, m)
}

func (l *lab) agree(kind legal.Kind, one *firm, oneAs legal.Role, other *firm, otherAs legal.Role) {
	if l.err == nil {
		_, l.err = l.Agree(l.keyed, kind, legal.Signatory{Party: one.id, Role: oneAs}, legal.Signatory{Party: other.id, Role: otherAs})
	}
}

func (l *lab) collateral(p id.Programme) {
	proposed, found := find[*book.CollateralProposed](l.give(l.Maker, &book.ProposeCollateral{
		Programme: p, CureDays: 5,
		Stock: inventory.Terms{
			Currency: l.Currency, PriceAgeMaxDays: 366, Haircut: 100_000, RatioTarget: 700_000, RatioTrigger: 800_000, CureDays: 5, SaleCost: 20_000,
			ReleaseStep: inventory.QuantityOne,
		},
	}))
	if found {
		l.give(l.Checker, &book.ApproveCollateral{Collateral: proposed.Collateral.ID})
	}
}

// price puts a price of copper in force.
func (l *lab) price() {
	proposed, found := find[*book.StockPriceProposed](l.give(l.Maker, &book.ProposeStockPrice{
		Price: inventory.Price{Lot: load.Copper, Amount: 8_600_00, Per: inventory.QuantityOne, Date: l.Today, Source: "exchange", Currency: l.Currency},
	}))
	if found {
		l.give(l.Checker, &book.ApproveStockPrice{Price: proposed.Price.ID, Decision: book.Approve})
	}
}

// join onboards a seller: its review, keys, account checked by its bank, contact, agreements with both funders, and for every market it
// delivers to a limit and notices.
func (l *lab) join(f *firm, markets ...*market) {
	l.register(f, party.Seller, party.Seller)
	l.enrol(f)
	l.give(l.Maker, &book.RecordContact{Party: f.id, Channel: party.Phone, Details: reference("phone of " + f.vat)})
	f.contacts = 1
	f.account = l.account(f, "account of "+f.vat)
	for _, funder := range l.funders {
		l.agree(legal.ReceivablesPurchase, f, legal.Seller, funder, legal.Funder)
	}
	for _, m := range markets {
		l.admit(f, m)
	}
}

// admit lets a seller into the programmes of a market.
func (l *lab) admit(f *firm, m *market) {
	m.sellers = append(m.sellers, f)
	for _, p := range append([]id.Programme{m.confirmed, m.open}, append(m.orders[:], m.stock[:]...)...) {
		if p == 0 || l.err != nil {
			continue
		}
		if p != m.confirmed {
			l.limit(credit.LimitKey{Kind: credit.SellerLimit, Programme: p, Party: f.id, Currency: l.Currency})
		}
	}
	l.notify(m.confirmed, f, l.funders[0])
	l.notify(m.open, f, l.funders[1])
	for n := range l.funders {
		l.notify(m.orders[n], f, l.funders[n])
		l.notify(m.stock[n], f, l.funders[n])
	}
}

func (l *lab) notify(p id.Programme, f, funder *firm) {
	if p != 0 && l.err == nil {
		_, l.err = l.Notify(l.keyed, p, f.id, funder.id)
	}
}

// owned puts a natural person on record who has a share in a firm, in millionths.
func (l *lab) owned(f *firm, person string, share int32) {
	if f.file == 0 {
		if e, found := find[*book.FileOpened](l.give(l.Maker, &book.OpenOnboardingFile{Party: f.id, Form: onboarding.Company, Risk: onboarding.LowRisk})); found {
			f.file = e.File.ID
		}
	}
	l.give(l.Maker, &book.RecordTie{
		File: f.file, Link: onboarding.BeneficialOwner, Person: party.Token(load.Token(person)), Profile: reference(person), Share: share, From: l.Today,
	})
	l.screen(f)
}

// account names an account of a firm and has it checked and verified.
func (l *lab) account(f *firm, text string) id.BankAccount {
	proposed, found := find[*book.BankAccountProposed](l.give(f.actor, &book.ProposeBankAccount{
		Party: f.id, Currency: l.Currency, Token: l.intake.AccountToken(intake.BankDetails{Number: text}), Details: reference(text),
	}))
	if !found {
		return 0
	}
	a := proposed.Account.ID
	l.give(l.Maker, &book.RecordNameCheck{Account: a, Result: party.NameMatch, Score: book.ScoreMax})
	l.give(l.Checker, &book.VerifyBankAccount{Account: a})
	return a
}
