package book

import (
	"slices"

	"millrace/domain/calendar"
	"millrace/domain/credit"
	"millrace/domain/feature"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/product"
	"millrace/domain/receivable"
	"millrace/domain/risk"
	"millrace/domain/rule"
	"millrace/domain/trade"
)

// use is one use of credit that is being weighed.
type use struct {
	evidence
	programme *funding.Programme
	product   *product.Product
	payee     id.BankAccount
	amount    money.Minor
	due       calendar.Date
	stage     funding.Stage        // of a trade
	worth     money.Minor          // of all that has come to that stage
	earlier   []*funding.Financing // of the same goods, which it replaces
	line      *funding.Line        // nil for none
	facts     risk.Facts
	scored    []risk.Scored
	scorer    id.Party       // whose models were asked; 0: those for all
	law       []rule.Outcome // of the law of a certificate
	found     []rule.Outcome // of the clauses of product and programme, those that did not pass
	judged    []rule.Outcome // of the rules, likewise
}

// outcomes are those of the rules, of law and of clauses that did not pass.
func (u *use) outcomes() []rule.Outcome { return slices.Concat(u.judged, u.law, u.found) }

// weigh gathers the facts that the rules of risk control look at, and asks the rules and the clauses.
func (u *use) weigh(d *draft) *Rejection {
	grade, rejection := uint8(0), (*Rejection)(nil)
	if u.security == nil { // else only who borrows owes anything
		grade, rejection = d.gradedIn(u.programme, u.buyer, "buyer")
	}
	if rejection != nil {
		return rejection
	}
	if u.product.Terms.SellerReview || u.receivable == nil {
		ofSeller, rejection := d.gradedIn(u.programme, u.seller, "seller")
		if rejection != nil {
			return rejection
		}
		if u.receivable == nil { // it takes both: the seller that performs and the buyer that pays
			grade = max(grade, ofSeller)
		}
	}
	u.facts.BuyerGrade, u.facts.Watched = grade, u.watched(d, 0)
	u.ofTerms(d)
	u.ofClaim()
	u.ofTrading(d)
	u.ofParties(d)
	u.ofHistory(d)
	u.ofNetwork(d)
	if rejection := u.duplicates(d); rejection != nil {
		return rejection
	}
	if rejection := u.aggregate(d); rejection != nil {
		return rejection
	}
	u.facts.AsOf(d.rules())
	u.scored = u.score(d, 0)
	policy := d.riskPolicyOf(u.programme)
	u.judged = risk.Evaluate(&u.facts, d.thresholdsOf(policy), d.rules())
	u.clauses(policy)
	return nil
}

// subject is what the use rests on.
func (u *use) subject() risk.Subject {
	switch {
	case u.holding != nil:
		return risk.OnHolding
	case u.receivable != nil:
		return risk.OnReceivable
	case u.security != nil && u.security.run != nil:
		return risk.OnRun
	case u.security != nil && u.security.pool != nil:
		return risk.OnPool
	case u.security != nil:
		return risk.OnStock
	}
	return risk.OnTrade
}

// ofTerms says what is asked for, under which bounds, and what is in use.
func (u *use) ofTerms(d *draft) {
	f, p := &u.facts, u.programme
	f.Subject, f.Date, f.Currency, f.Amount, f.Due = u.subject(), d.today(), u.currency, u.amount, u.due
	f.TenorDays = int32(calendar.DaysBetween(d.today(), u.due))
	f.TenorDaysMin, f.TenorDaysMax = u.product.Terms.TenorDaysMin, u.product.Terms.TenorDaysMax
	f.ReferAbove, f.SellerShare = p.ReferAbove, p.Share
	f.SellerUse = money.Add(d.inUse[useKey{p.ID, u.seller}], u.amount)
	f.ProgrammeUse = money.Add(d.inUse[useKey{p.ID, 0}], u.amount)
	u.ofOwed(d)
	for i := range p.Funders {
		f.RateMost = max(f.RateMost, p.Funders[i].Rate)
	}
	u.ofLimits(d)
}

// ofLimits finds the fullest of the limits that do not depend on who funds.
func (u *use) ofLimits(d *draft) {
	f := funding.Financing{Programme: u.programme.ID, Product: u.product.ID, Seller: u.seller, Buyer: u.buyer, Currency: u.currency}
	if on := u.security; on != nil && on.run != nil {
		f.SetOffRun = on.run.ID
	} else if on != nil {
		f.Collateral = on.terms.ID
	}
	if u.holding != nil {
		f.Holding = u.holding.ID
	}
	d.locate(&f)
	principal := u.amount
	if advance := u.product.Terms.AdvanceRate; advance > 0 {
		principal = portionOf(u.amount, advance)
	}
	for _, key := range d.limitKeys(&f) {
		l := d.limits.at(d.limitOf[key].Number())
		if key.Kind == credit.FunderLimit || l == nil {
			continue
		}
		into := &u.facts.LimitUse
		if key.Kind == credit.InsurerLimit {
			into = &u.facts.InsurerUse
		}
		*into = max(*into, millionthsOf(money.Add(money.Add(l.Reserved, l.Used), principal), l.Amount))
	}
}

// millionthsOf is part of whole, at most a thousand times as much, and that where there is no whole: a limit of nothing is full.
func millionthsOf(part, whole money.Minor) int32 {
	const most = 1_000_000_000
	if part > 0 && whole <= 0 {
		return most
	}
	return int32(money.PartOf(part, whole, most))
}

// ofClaim adds what only a receivable has.
func (u *use) ofClaim() {
	f, r := &u.facts, u.receivable
	if r == nil {
		return
	}
	f.Face, f.Outstanding, f.Issued, f.ClaimDue = r.Face, r.Outstanding(), r.Issued, r.Due
	f.Paid, f.Credited, f.Disputed = r.Paid, r.Credited, r.Disputed
	f.Undertaking, f.Undertaken, f.Signatures = uint8(r.Undertaking), r.Undertaken(), r.Signatures
}

// evidenceMask are the facts of a trade that a decision keeps; whether this claim is confirmed says the receivable.
const evidenceMask = risk.Ordered | risk.Agreed | risk.Shipped | risk.Received | risk.Invoiced | risk.Accepted | risk.SelfBilled | risk.Prepaid

// ofTrading adds what the documents of the trade prove, and by how much they differ.
func (u *use) ofTrading(d *draft) {
	f := &u.facts
	if u.receivable != nil && u.receivable.Undertaking != receivable.NoUndertaking {
		f.Evidence |= risk.Confirmed
	}
	t := u.dealing(d)
	if t == nil {
		return
	}
	f.Evidence |= risk.InTrade | risk.Evidence(t.Facts)&evidenceMask
	if t.Performed() {
		f.Evidence |= risk.Performed
	}
	f.EvidenceGrade, f.TradeKind, f.OrderedOn, f.Delivered = uint8(t.Grade()), uint8(t.Kind), t.OrderedOn, t.Delivered
	if u.receivable == nil || !u.receivable.Undertaking.Binds() {
		f.Differences = beyond(t, &u.programme.Tolerances)
	}
	for i := range t.Discrepancies {
		switch found := &t.Discrepancies[i]; found.Kind {
		case trade.InvoicedAboveOrdered:
			f.Overbilled = max(f.Overbilled, int64(millionthsOf(money.Minor(found.Quantity), money.Minor(found.Base))))
		case trade.PriceAboveOrder:
			f.Overbilled = max(f.Overbilled, int64(millionthsOf(found.Amount, money.Minor(found.Base))))
		}
	}
}

// ofParties adds who seller and buyer are, what stands against their files, and whom the money would be paid to.
func (u *use) ofParties(d *draft) {
	f := &u.facts
	buyer, seller := d.parties.at(u.buyer.Number()), d.parties.at(u.seller.Number())
	f.BuyerCountry, f.SellerCountry = int32(rule.CountryValue(buyer.Country)), int32(rule.CountryValue(seller.Country))
	if f.SellerState = uint8(seller.State); seller.State == party.Onboarded {
		f.SellerState = 0
	}
	if f.BuyerState = uint8(buyer.State); buyer.State == party.Onboarded {
		f.BuyerState = 0
	}
	if grade, rejection := d.graded(seller.ID, ""); rejection == nil {
		f.SellerGrade = grade
	}
	if u.receivable == nil {
		if grade, rejection := d.graded(buyer.ID, ""); rejection == nil {
			f.BuyerGradeOwn = grade
		}
	}
	if pair := d.pairs.at(d.pairOf[pairKey{u.seller, u.buyer}]); pair != nil {
		f.Trades = pair.Trades
	}
	if pair := d.pairs.at(d.pairOf[pairKey{u.buyer, u.seller}]); pair != nil {
		f.ReverseTrades = int32(pair.Trades)
		f.Reversed = d.traded(feature.Pair, u.buyer, u.seller, u.currency).Amount
		f.Forward = d.traded(feature.Pair, u.seller, u.buyer, u.currency).Amount
	}
	if u.security == nil && d.groupOf(u.seller) == d.groupOf(u.buyer) {
		f.SameGroup = 1
	}
	f.SellerFile, f.BuyerFile = d.fileState(u.programme, u.seller), d.fileState(u.programme, u.buyer)
	if contract := d.salesContracts.at(d.salesContractOf[pairKey{u.seller, u.buyer}].Number()); contract != nil && u.holding == nil && contract.Terms.Bans && !contract.Terms.Consented {
		if answer := contract.Terms.HoldsAgainstDebtor(d.today()); answer.Holds {
			f.BanOverruled = 1
		}
	}
	if a := d.bankAccounts.at(u.payee.Number()); a != nil && a.Verified != 0 {
		f.PayeeDays, f.PayeePaid, f.PayeeChanged = 1+int32(calendar.DaysBetween(a.Verified, d.today())), a.Paid, a.Change.Replaces != 0 && a.Change.Actor == 0
	}
}

// fileState is what stands against a party's file: hits on lists always, gaps where the programme asks for files.
func (d *draft) fileState(p *funding.Programme, of id.Party) risk.FileState {
	state := risk.FileState(0)
	known := d.identityFacts(of)
	if known.HitsOpen > 0 {
		state |= risk.ScreeningOpen
	}
	if known.HitsTrue > 0 {
		state |= risk.ScreeningHit
	}
	if d.unscreened(of) {
		state |= risk.Unscreened
	}
	state |= d.ownersState(of)
	if p.Files == funding.FileUnasked {
		return state
	}
	if !known.Filed || known.Gaps > 0 {
		state |= risk.FileGaps
	}
	if known.OverdueDays > 0 {
		state |= risk.FileOverdue
	}
	if known.OwnerMissing {
		state |= risk.OwnerMissing
	}
	return state
}

// ofHistory adds what seller and buyer have done so far. Figures that can't be reckoned stay 0.
func (u *use) ofHistory(d *draft) {
	f, today := &u.facts, d.today()
	d.behaviour = [3]feature.Rolling{}
	seller, buyer, pair := &d.behaviour[0], &d.behaviour[1], &d.behaviour[2]
	d.rolling(seller, feature.Subject{Kind: feature.Seller, Party: u.seller, Currency: u.currency})
	d.rolling(buyer, feature.Subject{Kind: feature.Buyer, Party: u.buyer, Currency: u.currency})
	d.rolling(pair, feature.Subject{Kind: feature.Pair, Party: u.seller, Other: u.buyer, Currency: u.currency})
	of := func(r *feature.Rolling, name *feature.Figure) int64 {
		value, _ := name.Value(r, today)
		return value
	}
	narrow := func(value int64) int32 { return int32(min(max(value, -1<<31), 1<<31-1)) }
	f.SellerSince, f.BuyerSince, f.PairSince = seller.First, buyer.First, pair.First
	f.SellerCounterparties = seller.Counterparties
	f.SellerConcentration, f.SellerLargest = narrow(of(seller, figureConcentration)), narrow(of(seller, figureLargest))
	f.SellerGrowth, f.PairGrowth = of(seller, figureGrowth), of(pair, figureGrowthCount)
	f.SellerDefaults, f.SellerRefused = seller.Life.Counts[feature.Defaulted], seller.Year.Counts[feature.Refused]
	f.SellerFinanced, f.SellerLost = seller.Year.Counts[feature.Financed], seller.Year.Counts[feature.Defaulted]
	f.BuyerLateDays, f.BuyerLateRise = narrow(of(buyer, figureLateDays)), narrow(of(buyer, figureLateRise))
	f.PairLateDays = narrow(of(pair, figureLateDays))
	f.PairInvoices, f.PairInvoiced = pair.Year.Counts[feature.Invoices], pair.Year.Amounts[feature.Invoices]
	f.Dilution, f.DilutionRise = narrow(of(pair, figureDilution)), narrow(of(pair, figureDilutionRise))
	f.PairDisputes, f.DisputedShare = pair.Year.Counts[feature.Disputes], narrow(of(pair, figureDisputed))
	f.ReversedShare = narrow(of(buyer, figureReversed))
}

// The figures that risk control asks for.
var (
	figureConcentration = feature.Find("concentration")
	figureLargest       = feature.Find("largest_share")
	figureGrowth        = feature.Find("growth")
	figureGrowthCount   = feature.Find("growth_count")
	figureLateDays      = feature.Find("late_days_12m")
	figureLateRise      = feature.Find("late_days_rise")
	figureDilution      = feature.Find("dilution_12m")
	figureDilutionRise  = feature.Find("dilution_rise")
	figureDisputed      = feature.Find("disputed_share_12m")
	figureReversed      = feature.Find("reversed_share_12m")
)

// ofNetwork adds what the graph shows round the two. Stock and pools have no buyer.
func (u *use) ofNetwork(d *draft) {
	if u.security != nil {
		return
	}
	f := &u.facts
	found := d.network(u.seller, u.buyer, money.Amount{Minor: u.amount, Currency: u.currency})
	f.CircleHops, f.CircleGap = found.Circle.Hops, int32(min(found.Circle.Gap, 1<<31-1))
	if found.Swap.Found {
		f.SwapAmount = found.Swap.Deal.Amount
	}
	if found.SellerBurst.Found {
		f.SellerBurst = found.SellerBurst.Count
	}
	if found.BuyerBurst.Found {
		f.BuyerBurst = found.BuyerBurst.Count
	}
	if found.BuyerFunnel.Found {
		f.BuyerFunnel = found.BuyerFunnel.Young
	}
	if found.SellerFunnel.Found {
		f.SellerFunnel = found.SellerFunnel.Young
	}
	if found.Related.Found {
		f.CommonOwner = int32(min(found.Related.SellerShare, found.Related.BuyerShare))
	}
	f.NetworkCut = found.Circle.Work.Cut || found.BuyerFunnel.Work.Cut || found.SellerFunnel.Work.Cut || found.Related.Work.Cut
}

// riskPolicyOf is the policy of a programme that is in force; nil for none.
func (d *draft) riskPolicyOf(p *funding.Programme) *risk.Policy {
	return d.riskPolicies.at(p.RiskPolicy.Number())
}

// thresholdsOf are those of a policy, else those that are presumed.
func (d *draft) thresholdsOf(policy *risk.Policy) *risk.Thresholds {
	if policy == nil {
		return risk.Presumed(d.rules())
	}
	return &policy.Thresholds
}

// clauses holds the use against the eligibility and the risk policy of its product, as it was approved, and against the clauses of its
// programme.
func (u *use) clauses(policy *risk.Policy) {
	terms, own := &u.product.Terms, policy.Own()
	if len(terms.Eligibility)+len(terms.Policy)+len(own) == 0 {
		return
	}
	facts := u.facts.Known(u.scored)
	u.found = nil
	for _, list := range clausesAsked(terms.Eligibility, terms.Policy, own) {
		u.found = append(u.found, list.judge(facts)...)
	}
}
