package book

import (
	"slices"

	"millrace/domain/calendar"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/money"
	"millrace/domain/payment"
	"millrace/domain/product"
	"millrace/domain/servicing"
)

func init() {
	registerEvent(func() fact { return &FinancingServiced{} })
	tables[tableFinancingFact] = held("financing_fact", func(b *Book) *shelf[FinancingFact] { return &b.facts },
		[]Column{ind("financing", Integer), col("kind", Text), col("value", Integer)},
		func(r *FinancingFact) []any {
			return []any{int64(r.Financing), r.Fact.Kind.String(), int64(r.Fact.Value)}
		})
}

// FinancingFact is a dated fact in the life of a financing, besides its disbursement, which the financing itself tells.
type FinancingFact struct {
	Financing id.Financing   `cbor:"1,keyasint"`
	Previous  uint64         `cbor:"2,keyasint,omitempty"` // number of the fact recorded before it; 0 for none
	Fact      servicing.Fact `cbor:"3,keyasint"`           // its entry is its number and one, since the disbursement is the first; its bank's sequence is the number of the receipt
	Entry     uint64         `cbor:"4,keyasint"`
	Earlier   uint64         `cbor:"5,keyasint,omitempty"` // number of the fact recorded before it of the same receipt; 0 for none

	Owed       money.Minor   `cbor:"6,keyasint,omitempty"`  // to funder and operator, by the facts known with it, on the day of its booking
	SellerOwes money.Minor   `cbor:"7,keyasint,omitempty"`  // of that
	Receivable id.Receivable `cbor:"70,keyasint,omitempty"` // what was paid, where the financing is of its trade and not of itself
	Proceeds   id.Financing  `cbor:"71,keyasint,omitempty"` // of which the money is: it replaces this one
}

// Standing is what a financing has come to: each amount from its beginning, as posted.
type Standing struct {
	Repaid       money.Minor   `cbor:"1,keyasint,omitempty"` // of the principal
	Earned       money.Minor   `cbor:"2,keyasint,omitempty"` // of the discount
	InterestDue  money.Minor   `cbor:"3,keyasint,omitempty"`
	LateDue      money.Minor   `cbor:"4,keyasint,omitempty"`
	InterestPaid money.Minor   `cbor:"5,keyasint,omitempty"`
	LatePaid     money.Minor   `cbor:"6,keyasint,omitempty"`
	On           calendar.Date `cbor:"7,keyasint"`           // up to which interest is reckoned
	Written      money.Minor   `cbor:"8,keyasint,omitempty"` // of the principal
	Allowance    money.Minor   `cbor:"9,keyasint,omitempty"`
	Recovered    money.Minor   `cbor:"10,keyasint,omitempty"` // of what was written off
	Owed         money.Minor   `cbor:"11,keyasint,omitempty"` // to funder and operator
	SellerOwes   money.Minor   `cbor:"12,keyasint,omitempty"` // of it

	Besides funding.Besides `cbor:"20,keyasint,omitzero"`
}

// disbursedEntry is the entry of the disbursement among the facts of a financing.
const disbursedEntry = 1

// terms are those of a financing as its life is reckoned by. How much of the debt is open is the receivable's to say: the
// face bounds nothing here.
func (b *Book) terms(f *funding.Financing) servicing.Terms {
	return servicingTerms(f, &b.products.at(f.Product.Number()).Terms)
}

// OwedOn is all that a financing owes on a day if nothing more happens until then: by the terms of its product and its facts as they are kept, in any
// order. Before it is paid out that is what is set aside; once it has ended, nothing.
func OwedOn(f *funding.Financing, t *product.Terms, facts []FinancingFact, on calendar.Date) money.Minor {
	if !f.State.PaidOut() {
		if f.State.Claims() {
			return f.Principal
		}
		return 0
	}
	terms, known := servicingTerms(f, t), []servicing.Fact{began(f)}
	for i := range facts {
		known = append(known, facts[i].Fact)
	}
	slices.SortFunc(known, servicing.Compare)
	p := servicing.Run(&terms, known).At(&terms, on)
	return p.Owed()
}

func servicingTerms(f *funding.Financing, t *product.Terms) servicing.Terms {
	terms := servicing.Terms{
		Face: money.MinorMax, Discount: money.Sub(f.Discount, f.TakenEarned), DayCount: t.DayCount, Timing: servicing.InArrears,
		Rate: servicing.Schedule{Kind: servicing.Fixed, Margin: f.Rate}, Penalty: servicing.Schedule{Kind: servicing.Fixed, Margin: t.LateRate},
		Accrual: servicing.Linear, Unearned: servicing.Kept, Due: f.AgreedDue(), GraceDays: t.GraceDays, PenaltyBy: servicing.FromDue,
		Overdue: servicing.Replaces, InterestOf: servicing.Seller, LateOf: servicing.Buyer, FeesOf: servicing.Seller, Obligor: servicing.Buyer,
		Assignment: servicing.Sale, Source: servicing.FunderFunds,
	}
	if t.Timing == product.InAdvance {
		terms.Timing = servicing.InAdvance
	}
	whole := servicing.Recourse{Share: money.RateOne}
	terms.Recourse[servicing.Warranty-1] = whole
	if t.Recourse.Insolvency || t.Recourse.ProtractedDefault {
		terms.LateOf = servicing.Seller
		terms.Recourse[servicing.Insolvency-1] = whole
	}
	if t.Form == product.Full {
		fullTerms(&terms, t, f)
	}
	if f.Receivable == 0 { // the seller has borrowed against what it is to deliver
		terms.Obligor, terms.Assignment = servicing.Seller, servicing.Pledge
	}
	order := t.Waterfall
	if f.Holding != 0 { // all holders of a certificate are paid by one order: principal comes before late interest
		order = []product.Tier{product.TierInterest, product.TierPrincipal, product.TierLateInterest}
	}
	terms.Waterfall = waterfallOf(order)
	return terms
}

var servicingTiers = [...]servicing.Tier{
	product.TierLateInterest: servicing.TierLate, product.TierInterest: servicing.TierInterest, product.TierPrincipal: servicing.TierPrincipal,
	product.TierSeller: servicing.TierSeller, product.TierFees: servicing.TierFees, product.TierReserve: servicing.TierReserve,
}

// waterfallOf completes an order of tiers: fees first, the reserve and then the seller last, where the product is silent.
func waterfallOf(order []product.Tier) [6]servicing.Tier {
	named := make([]servicing.Tier, 0, 8)
	for _, tier := range order {
		if tier != product.TierSeller {
			named = append(named, servicingTiers[tier])
		}
	}
	if !slices.Contains(named, servicing.TierFees) {
		named = slices.Insert(named, 0, servicing.TierFees)
	}
	if !slices.Contains(named, servicing.TierReserve) {
		named = append(named, servicing.TierReserve)
	}
	return [6]servicing.Tier(append(named, servicing.TierSeller))
}

// began is the disbursement of a financing as a fact: one that was taken over begins with what was left of it then.
func began(f *funding.Financing) servicing.Fact {
	value := f.Value
	if f.Discount > 0 && f.Payment == 0 && f.Hold == 0 {
		value = max(value, f.Entered)
	}
	return servicing.Fact{
		Kind: servicing.Disbursed, Value: value, Booking: value, Amount: money.Sub(f.Principal, f.TakenRepaid), Entry: disbursedEntry,
	}
}

// history appends the facts of a financing in canonical order.
func (b *Book) history(facts []servicing.Fact, f *funding.Financing) []servicing.Fact {
	facts = append(facts, began(f))
	for number := f.LastFact; number != 0; {
		known := b.facts.at(number)
		facts, number = append(facts, known.Fact), known.Previous
	}
	slices.SortFunc(facts, servicing.Compare)
	return facts
}

// postedOn is the day up to which a financing's interest has been posted: by the last closing of a day since it entered the
// book, or by its newest fact; 0 where nothing was posted yet.
func (b *Book) postedOn(f *funding.Financing) calendar.Date {
	on := calendar.Date(0)
	if last := b.facts.at(f.LastFact); last != nil {
		on = last.Fact.Booking
		if last.unposted() {
			return on
		}
	}
	accrued := b.clock.AccruedBefore
	if f.ID.Number() <= b.clock.Through {
		accrued = b.clock.Accrued
	}
	if accrued > f.Entered {
		on = max(on, accrued)
	}
	return on
}

// asPostedOn is a position as it was posted: what a discount has earned at once, since it was paid out late, may not be yet.
func (s *serviced) asPostedOn(known servicing.Position, on calendar.Date) {
	s.before = known.At(&s.terms, on)
	if on == 0 {
		s.before.Totals[servicing.LineDiscountEarned] = 0
	}
}

// serviced is a financing on which something happens: its position as posted, and as it is with the new facts on the
// business date.
type serviced struct {
	financing     *funding.Financing
	programme     *funding.Programme
	terms         servicing.Terms
	facts         []servicing.Fact // that are new
	before, after servicing.Position
	receivable    id.Receivable // see FinancingFact
	proceeds      id.Financing
}

// weigh reckons what facts change. It posts nothing.
func (d *draft) weigh(f *funding.Financing, facts ...servicing.Fact) *serviced {
	s := &serviced{financing: f, programme: d.programmes.at(f.Programme.Number()), terms: d.terms(f), facts: facts}
	known := d.history(nil, f)
	s.asPostedOn(servicing.Run(&s.terms, known), d.postedOn(f))
	d.asPosted(s)
	for i := range facts {
		facts[i].Booking = d.today()
		facts[i].Entry = disbursedEntry + d.number(tableFinancingFact, d.Book.facts.count)
		known = servicing.Insert(known, facts[i])
	}
	s.after = servicing.Run(&s.terms, known).At(&s.terms, d.today())
	return s
}

// unposted tells whether a fact is a collection from before facts were kept: it was shared out with interest rounded by
// itself, and what was left due was not posted.
func (f *FinancingFact) unposted() bool {
	return f.Fact.Kind == servicing.Received && f.Fact.Bank == 0 && f.Proceeds == 0
}

// asPosted lets the position before say what is on record, where that is a collection from before facts were kept.
func (d *draft) asPosted(s *serviced) {
	f, p := s.financing, &s.before
	if last := d.Book.facts.at(f.LastFact); last == nil || !last.unposted() {
		return
	}
	p.Totals[servicing.LineDiscountEarned] = money.Sub(f.Earned, f.TakenEarned)
	p.Totals[servicing.LineInterest], p.Totals[servicing.LineLate] = f.InterestPaid, f.LatePaid
	for _, one := range [...]struct {
		tier   servicing.Tier
		posted money.Minor
	}{{servicing.TierInterest, f.InterestPaid}, {servicing.TierLate, f.LatePaid}, {servicing.TierPrincipal, money.Sub(f.Repaid, f.TakenRepaid)}} {
		line := servicing.CollectionLine(servicing.Buyer, one.tier)
		p.Totals[line] = money.Add(p.Totals[line], money.Sub(one.posted, p.Collected(one.tier)))
	}
}

// to is what the new facts bring to a tier, whoever paid; below zero where they take from it.
func (s *serviced) to(tier servicing.Tier) money.Minor {
	sum := money.Minor(0)
	for payer := servicing.Buyer; payer <= servicing.Guarantor; payer++ {
		line := servicing.CollectionLine(payer, tier)
		sum = money.Add(sum, money.Sub(s.after.Totals[line], s.before.Totals[line]))
	}
	return sum
}

// split is what the new facts bring to each.
func (s *serviced) split() product.Split {
	return product.Split{
		LateInterest: s.to(servicing.TierLate), Interest: s.to(servicing.TierInterest), Principal: s.to(servicing.TierPrincipal),
		Seller: money.Sub(money.Add(money.Add(s.to(servicing.TierSeller), s.to(servicing.TierOverpaid)), s.to(servicing.TierInsurer)), s.forInsurer()), InterestLeft: s.after.InterestDue(), LateLeft: s.after.LateDue(),
		Fees: money.Add(s.to(servicing.TierFees), s.to(servicing.TierBuyerFees)), Reserve: s.to(servicing.TierReserve), Insurer: s.forInsurer(),
	}
}

// standing is what the financing has come to with the new facts.
func (s *serviced) standing() Standing {
	f, p := s.financing, &s.after
	return Standing{
		Repaid: money.Add(f.TakenRepaid, p.Collected(servicing.TierPrincipal)), Earned: money.Add(f.TakenEarned, p.Totals[servicing.LineDiscountEarned]),
		InterestDue: p.InterestDue(), LateDue: p.LateDue(), InterestPaid: p.Collected(servicing.TierInterest), LatePaid: p.Collected(servicing.TierLate),
		On: p.On, Written: p.Totals[servicing.LineWrittenPrincipal], Allowance: p.Totals[servicing.LineAllowance], Recovered: recovered(p),
		Owed: p.Owed(), SellerOwes: p.OwedBy(&s.terms, servicing.Seller),
		Besides: funding.Besides{
			FeesDue: money.Add(p.FeesDue(), p.BuyerFeesDue()), FeesPaid: money.Add(p.Collected(servicing.TierFees), p.Collected(servicing.TierBuyerFees)),
			Held: p.Collected(servicing.TierReserve), GivenBack: p.Totals[servicing.LineRebate],
		},
	}
}

// serve posts what the facts change, in the books of all but the buyer's debt, and tells the financing.
func (d *draft) serve(s *serviced) {
	f := s.financing
	d.postMovements(s)
	written := servicing.LineWrittenPrincipal
	if freed := money.Add(s.to(servicing.TierPrincipal), money.Sub(s.after.Totals[written], s.before.Totals[written])); freed != 0 {
		d.emit(&LimitMoved{Limits: d.usedLimits(f), Used: -freed, Repaid: freed})
	}
	for i := range s.facts {
		d.emit(&FinancingServiced{Financing: f.ID, Fact: s.facts[i], Split: s.split(), Standing: s.standing(), Receivable: s.receivable, Proceeds: s.proceeds})
	}
}

// received is money of a payer for a financing.
func received(payer servicing.Role, receipt *payment.Receipt, amount money.Minor) servicing.Fact {
	return servicing.Fact{Kind: servicing.Received, Party: payer, Value: receipt.Value, Bank: receipt.ID.Number(), Amount: amount}
}

// postMovements books the difference between what was posted and what is right.
func (d *draft) postMovements(s *serviced) {
	var custody pots
	var legs []servicing.Leg
	for _, m := range servicing.Difference(nil, &s.before, &s.after, d.today()) {
		if m.Line >= servicing.ShortfallLine(servicing.Buyer) {
			continue // what a party lacks shows in its account: see postCustody
		}
		legs = servicing.Postings(legs[:0], &s.terms, m)
		for i := 0; i < len(legs); i += 2 {
			debit, credit := legs[i], legs[i+1]
			switch {
			case debit.Entity == servicing.Custodian:
				custody.add(debit.Account, -debit.Amount)
				custody.add(credit.Account, credit.Amount)
			case debit.Entity != servicing.Operator: // what fees are paid goes to those that the product names
				d.postPair(s, m.Line, debit, credit)
			}
		}
		d.subrogate(s, m)
	}
	d.postCustody(s, &custody)
}

// keptFor is the supervised account of a party.
func (s *serviced) keptFor(party servicing.Role) ledger.Key {
	if party == servicing.Funder {
		return custodyKey(s.programme, ledger.CollectionForFunder, s.financing.Funder)
	}
	return custodyKey(s.programme, ledger.CollectionForSeller, s.financing.Seller)
}

// pots are what the custodian's accounts move by, by the account to which the money belongs.
type pots [servicing.HeldBack + 1]money.Minor

func (p *pots) add(account servicing.Account, amount money.Minor) {
	p[account] = money.Add(p[account], amount)
}

// postCustody moves money between what is not allocated and those to whom it belongs. What is to come back and has been
// paid on is a shortfall that the party owes, and stops the programme.
func (d *draft) postCustody(s *serviced, custody *pots) {
	from, stops := custodyKey(s.programme, ledger.CollectionUnallocated, 0), false
	held := custodyKey(s.programme, ledger.HeldBack, s.financing.Seller)
	d.transfer(held, from, max(0, -custody[servicing.HeldBack]))
	d.unpass(s.programme, s.insurerKey(), from, ledger.InsurerShortfall, max(0, -custody[servicing.ForInsurer]))
	fees := d.feesMoved(s, custody)
	for i := range fees {
		fees[i].post(d, s, from, counter)
	}
	for _, one := range [...]struct {
		party   servicing.Role
		account servicing.Account
	}{{servicing.Funder, servicing.ForFunder}, {servicing.Seller, servicing.ForSeller}} {
		party, wanted := one.party, max(0, -custody[one.account])
		back := min(wanted, max(0, d.available(s.keptFor(party))))
		d.transfer(s.keptFor(party), from, back)
		if missing := money.Sub(wanted, back); missing > 0 {
			d.book(custodyKey(s.programme, ledger.PartyShortfall, s.party(party)), from, missing)
			if party == servicing.Funder {
				d.book(funderKey(s.financing, ledger.FundsAtCustodian), funderKey(s.financing, ledger.FunderShortfall), missing)
			} else {
				d.book(partyKey(s.financing.Seller, ledger.CollectionsHeld, s.financing.Currency), partyKey(s.financing.Seller, ledger.SellerShortfall, s.financing.Currency), missing)
			}
			stops = true
		}
	}
	d.transfer(from, s.keptFor(servicing.Funder), max(0, custody[servicing.ForFunder]))
	d.transfer(from, s.keptFor(servicing.Seller), max(0, custody[servicing.ForSeller]))
	d.transfer(from, held, max(0, custody[servicing.HeldBack]))
	d.transfer(from, s.insurerKey(), max(0, custody[servicing.ForInsurer]))
	for i := range fees {
		fees[i].post(d, s, from, forward)
	}
	if stops {
		d.emit(&ProgrammeStopped{Programme: s.programme.ID})
	}
}

// party is the funder or the seller.
func (s *serviced) party(role servicing.Role) id.Party {
	if role == servicing.Funder {
		return s.financing.Funder
	}
	return s.financing.Seller
}

// postPair books one debit and one credit in the books of funder, seller or buyer. The buyer's debt and its payment are the
// receivable's, and what the seller has given up for good when it sold stays so.
func (d *draft) postPair(s *serviced, line servicing.Line, debit, credit servicing.Leg) {
	if debit.Entity == servicing.Buyer && (debit.Account == servicing.TradePayable || credit.Account == servicing.TradePayable) {
		return
	}
	from, to := s.key(d, line, debit), s.key(d, line, credit)
	if from != to {
		d.book(from, to, debit.Amount)
	}
}

// codes are the lines of the chart of accounts for those that do not depend on the financing.
var codes = map[servicing.Role]map[servicing.Account]ledger.Code{
	servicing.Funder: {
		servicing.Cash: ledger.FundsAtCustodian, servicing.UnearnedDiscount: ledger.UnearnedDiscount, servicing.InterestIncome: ledger.InterestIncome,
		servicing.LateIncome: ledger.LateInterestIncome, servicing.InterestReceivable: ledger.InterestReceivable, servicing.LateReceivable: ledger.LateReceivable,
		servicing.FeesPayable:    ledger.FunderFeesPayable,
		servicing.ImpairmentLoss: ledger.FinancingLoss, servicing.LossAllowance: ledger.LossAllowance, servicing.RecoveryIncome: ledger.RecoveryIncome,
	},
	servicing.Seller: {
		servicing.Cash: ledger.SellerBank, servicing.CollectionsHeld: ledger.CollectionsHeld, servicing.FinancingCost: ledger.FinancingCost,
		servicing.LateCost: ledger.FinancingCost, servicing.PrepaidInterest: ledger.FinancingCost, servicing.InterestPayable: ledger.InterestPayable,
		servicing.FeesPayable: ledger.FeesPayable, servicing.ReserveHeld: ledger.ReserveHeld,
	},
	servicing.Buyer: {
		servicing.Cash: ledger.BuyerBank, servicing.LateCost: ledger.LateInterestCost, servicing.InterestPayable: ledger.LatePayable,
		servicing.FinancingCost: ledger.InterestOfBuyer, servicing.FeesPayable: ledger.BuyerFeesPayable,
	},
}

// key is the account of a leg. A seller that pays what the buyer bears on top of its debt bears it from then on.
func (s *serviced) key(d *draft, line servicing.Line, leg servicing.Leg) ledger.Key {
	f := s.financing
	payer, tier, collected := line.Collection()
	onTop := collected && payer == servicing.Seller && s.terms.Bearer(tier) == servicing.Buyer
	switch leg.Account {
	case servicing.PurchasedClaim, servicing.LoanGranted:
		return d.claimKey(f)
	case servicing.Borrowing:
		switch {
		case onTop:
			return partyKey(f.Seller, borneBy(tier), f.Currency)
		case leg.Entity == servicing.Buyer:
			return buyerLoanKey(f)
		}
		return d.financedKey(f)
	case servicing.TradeReceivable:
		if onTop {
			return partyKey(f.Seller, borneBy(tier), f.Currency)
		}
		return ledger.Key{Entity: f.Seller, Counterparty: f.Buyer, Code: ledger.TradeReceivables, Currency: f.Currency}
	}
	code, known := codes[leg.Entity][leg.Account]
	if !known {
		panic("book: no account for " + leg.Entity.String() + "'s " + leg.Account.String())
	}
	switch leg.Entity {
	case servicing.Funder:
		return funderKey(f, code)
	case servicing.Seller:
		return partyKey(f.Seller, code, f.Currency)
	}
	if code == ledger.LatePayable && (line == servicing.LineInterest || tier == servicing.TierInterest || tier == servicing.TierWrittenInterest) {
		code = ledger.BuyerInterest
	}
	if code == ledger.BuyerBank && collected && s.terms.Bearer(tier) != servicing.Buyer && tier != servicing.TierOverpaid && !d.settles(f) {
		return d.debtKey(f) // the whole of what it pays is booked as a payment of its debt
	}
	return partyKey(f.Buyer, code, f.Currency)
}

// borneBy is what a seller bears that pays in the buyer's stead.
func borneBy(tier servicing.Tier) ledger.Code {
	if tier == servicing.TierBuyerFees {
		return ledger.FinancingFees
	}
	return ledger.FinancingCost
}

// FinancingServiced says that a dated fact has changed where a financing stands.
type FinancingServiced struct {
	Financing id.Financing   `cbor:"1,keyasint"`
	Fact      servicing.Fact `cbor:"2,keyasint"`
	Split     product.Split  `cbor:"3,keyasint"` // what the entry brings to each, as far as it is above zero; else what it takes
	Standing  Standing       `cbor:"4,keyasint"` // with all facts of the entry

	Receivable id.Receivable `cbor:"70,keyasint,omitempty"` // see FinancingFact
	Proceeds   id.Financing  `cbor:"71,keyasint,omitempty"`
}

// Kind names the stored form.
func (*FinancingServiced) Kind() uint16 { return eventFinancingServiced }

func (e *FinancingServiced) fold(b *Book) {
	f := b.financings.at(e.Financing.Number())
	b.unindexFinancing(f)
	s := &e.Standing
	b.addFact(f, e.Fact)
	latest := b.facts.at(f.LastFact)
	latest.Owed, latest.SellerOwes, latest.Receivable, latest.Proceeds = s.Owed, s.SellerOwes, e.Receivable, e.Proceeds
	f.Repaid, f.Earned = s.Repaid, s.Earned
	f.InterestDue, f.LateDue, f.InterestPaid, f.LatePaid = s.InterestDue, s.LateDue, s.InterestPaid, s.LatePaid
	f.InterestFrom, f.Besides = s.On, s.Besides
	f.Written, f.Allowance, f.Recovered = s.Written, s.Allowance, s.Recovered
	if e.Fact.Kind == servicing.Extended {
		f.FirstDue, f.Due = f.AgreedDue(), e.Fact.Due
	}
	b.indexFinancing(f)
	b.touched(tableFinancing, e.Financing.Number(), &f.Entry)
}

// addFact puts a fact on the shelf and at the end of the facts of its financing.
func (b *Book) addFact(f *funding.Financing, fact servicing.Fact) {
	number := b.facts.count + 1
	record := FinancingFact{Financing: f.ID, Previous: f.LastFact, Fact: fact}
	if receipt := b.receipts.at(fact.Bank); receipt != nil && fact.Kind != servicing.Reversed {
		record.Earlier, receipt.LastFact = receipt.LastFact, number
		b.touched(tableReceipt, fact.Bank, &receipt.Entry)
	}
	b.facts.add(number, record)
	f.LastFact = number
	b.touched(tableFinancingFact, number, &b.facts.at(number).Entry)
}
