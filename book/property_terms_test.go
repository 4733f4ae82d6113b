package book_test

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"math/big"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/money"
	"millrace/domain/payment"
	"millrace/domain/product"
	"millrace/lab/load"
)

// draw makes terms of the full form that nothing is wrong with, out of those of a file.
func drawTerms(t *rapid.T, base product.Terms) product.Terms {
	one := func(name string, most int) int { return rapid.IntRange(0, most-1).Draw(t, name) }
	terms := base
	terms.Undertaking, terms.Notice, terms.Disclosed, terms.Registration, terms.CostMax, terms.FeesMax = product.UndertakingNone, product.NoticeNone, false, product.RegistrationNone, 0, 0
	terms.Agreements, terms.SearchDaysMax, terms.Policy, terms.Eligibility = terms.Agreements|1<<1, 0, base.Policy[:1], nil
	terms.SellerReview, terms.BuyerReview, terms.SellerLimit = true, true, false
	terms.Recourse = product.Recourse{Warranty: true, Dispute: true}
	kind := one("kind", 5)
	switch kind {
	case 0:
		terms.Assignment = product.Sale
	case 1:
		terms.Assignment = product.Sale
		terms.Recourse.Insolvency, terms.Recourse.ProtractedDefault, terms.Recourse.DefaultAfterDays = true, true, 30
	case 2:
		terms.Assignment, terms.Technique = product.Pledge, "loan_against_receivables"
		terms.Recourse.Insolvency, terms.Recourse.ProtractedDefault, terms.Recourse.DefaultAfterDays = true, true, 30
	case 3:
		terms.Assignment, terms.Technique, terms.Undertaking, terms.Disclosed = product.AssignmentNone, "corporate_payment_undertaking", product.UndertakingIrrevocable, true
		terms.Evidence = [product.KindsOfTrade]uint16{base.Evidence[0] | 1<<5}
	case 4:
		terms.Assignment, terms.Repayment, terms.Technique = product.AssignmentNone, product.FromBuyer, "distributor_finance"
	}
	terms.AdvanceRate = money.Rate(500_000 + 50_000*one("advance", 11))
	terms.ReserveRate, terms.ReserveDays = 0, 0
	if kind < 3 && one("reserved", 2) == 0 {
		terms.ReserveRate = (money.RateOne - terms.AdvanceRate) / 2
		terms.ReserveDays = 10
		if terms.ReserveRate == 0 {
			terms.ReserveDays = 0
		}
	}
	bearer := []product.Role{product.Seller, product.Buyer}
	terms.Timing = product.InterestTiming(1 + one("timing", 2))
	terms.InterestPayer, terms.LatePayer = bearer[one("interest payer", 2)], bearer[one("late payer", 2)]
	terms.Basis, terms.Overdue = product.OnAdvance, product.Overdue(1+one("overdue", 2))
	if terms.Timing == product.InAdvance {
		terms.Overdue = product.Ends
	}
	terms.Accrual, terms.Unearned = product.Accrual(1+one("accrual", 2)), product.Unearned(1+one("unearned", 2))
	terms.PenaltyFrom, terms.GraceDays = product.PenaltyStart(1+one("penalty", 2)), int32(one("grace", 6))
	terms.DayCount = []calendar.DayCount{calendar.Actual360, calendar.Actual365Fixed}[one("day count", 2)]
	terms.LateRate, terms.LateBase = 90_000, ""
	if one("late base", 2) == 0 {
		terms.LateBase = "ECB-MRO"
	}
	terms.Rate = product.RateTerms{Kind: product.RateFixed, Fixed: money.Rate(10_000 + 7_001*one("rate", 12))}
	if terms.Timing == product.InAdvance && terms.InterestPayer == product.Buyer {
		terms.Unearned = product.Kept
	}
	drawFees(t, &terms)
	if terms.Repayment == product.FromBuyer {
		terms.InterestPayer, terms.LatePayer, terms.Timing = product.Buyer, product.Buyer, product.InArrears
	}
	drawWaterfall(t, &terms)
	return terms
}

func drawFees(t *rapid.T, terms *product.Terms) {
	terms.Fees = nil
	for i := range rapid.IntRange(0, 4).Draw(t, "fees") {
		f := product.Fee{
			Name: fmt.Sprint("fee ", i), Payer: []product.Role{product.Seller, product.Buyer, product.Funder}[rapid.IntRange(0, 2).Draw(t, "payer")],
			To:    []product.Role{product.Operator, product.Funder, product.Insurer, product.Keeper}[rapid.IntRange(0, 3).Draw(t, "to")],
			Basis: product.FeeOnAdvance, Per: product.Once, When: product.When(rapid.IntRange(1, 2).Draw(t, "when")), Rate: money.Rate(rapid.IntRange(100, 6_000).Draw(t, "fee rate")),
		}
		if f.To == f.Payer {
			f.To = product.Operator
		}
		if rapid.Bool().Draw(t, "taxed") {
			f.TaxRate, f.TaxName = 190_000, "VAT"
		}
		if terms.Repayment == product.FromBuyer && f.Payer == product.Seller {
			f.When = product.AtDisbursement
		}
		terms.Fees = append(terms.Fees, f)
	}
}

// drawWaterfall orders the tiers that the terms must have.
func drawWaterfall(t *rapid.T, terms *product.Terms) {
	tiers := []product.Tier{product.TierLateInterest, product.TierInterest, product.TierPrincipal}
	financed := product.Seller
	if terms.Repayment == product.FromBuyer {
		financed = product.Buyer
	}
	if slices.ContainsFunc(terms.Fees, func(f product.Fee) bool { return f.When == product.AtDue && f.Payer == financed }) {
		tiers = append(tiers, product.TierFees)
	}
	if terms.ReserveRate > 0 {
		tiers = append(tiers, product.TierReserve)
	}
	terms.Waterfall = append(rapid.Permutation(tiers).Draw(t, "waterfall"), product.TierSeller)
}

// coming is one payment, and what becomes of it.
type coming struct {
	amount  money.Minor
	value   int // days after the disbursement
	told    int // days after the value date, in the second book
	back    int // days after the disbursement on which the bank takes it back; 0 for never
	by      book.Payer
	receipt id.Receipt
}

// drawComing draws payments of the buyer; and of the seller, where it has pledged what it borrows on, so little that it always owes more.
func drawComing(t *rapid.T, terms *product.Terms, f *funding.Financing, days int) []coming {
	var all []coming
	most, sellers := f.Amount, terms.Assignment == product.Pledge && rapid.Bool().Draw(t, "sellers")
	if terms.Repayment == product.FromBuyer {
		most = f.Principal
	}
	if sellers {
		most = f.Principal * 6 / 10
	}
	left := most
	for range rapid.IntRange(1, 5).Draw(t, "payments") {
		one := coming{amount: money.Minor(rapid.Int64Range(1, int64(most)).Draw(t, "amount")), value: rapid.IntRange(-2, days+40).Draw(t, "value"), told: rapid.IntRange(0, 30).Draw(t, "told")}
		one.by = book.ByBuyer
		if sellers && rapid.Bool().Draw(t, "seller") {
			one.by, one.value = book.BySeller, max(0, one.value)
		}
		if one.amount = min(one.amount, left); one.amount == 0 {
			break
		}
		if rapid.IntRange(0, 3).Draw(t, "reversed") == 0 {
			one.back = max(one.value, 0) + rapid.IntRange(1, 40).Draw(t, "back")
		}
		left -= one.amount
		all = append(all, one)
	}
	slices.SortStableFunc(all, func(x, y coming) int { return cmp.Compare(x.value, y.value) })
	return all
}

// exact is a financing reckoned night by night in fractions, from its terms alone.
type exact struct {
	terms                                *product.Terms
	f                                    *funding.Financing
	principal, outlay, discount          money.Minor
	interest, late, pending, since, back *big.Rat
	returned                             money.Minor
	over                                 bool
	lateRate                             money.Rate
	tiers                                map[string]money.Minor // what has come in, by tier
	paid                                 map[tierOf]money.Minor
	owedSeller, owedBuyer, owedFunder    money.Minor
}

func newExact(terms *product.Terms, f *funding.Financing) *exact {
	x := &exact{
		terms: terms, f: f, principal: f.Principal, outlay: f.Principal, discount: f.Discount, interest: new(big.Rat), late: new(big.Rat), pending: new(big.Rat),
		since: new(big.Rat), back: new(big.Rat), lateRate: terms.LateRate, tiers: map[string]money.Minor{}, paid: map[tierOf]money.Minor{},
	}
	if terms.LateBase != "" {
		x.lateRate += 21_500
	}
	for _, fee := range terms.Fees {
		whole := x.whole(fee)
		switch {
		case fee.Payer == product.Seller && fee.When == product.AtDue:
			x.owedSeller += whole
		case fee.Payer == product.Buyer:
			x.owedBuyer += whole
		case fee.Payer == product.Funder && fee.When == product.AtDue:
			x.owedFunder += whole
		}
	}
	if terms.InterestPayer == product.Buyer {
		x.owedBuyer += x.discount // and goes to the funder, after the fees
	}
	return x
}

// whole is a fee on the advance with its tax, by hand.
func (x *exact) whole(fee product.Fee) money.Minor {
	amount := halfUp(new(big.Rat).SetFrac64(int64(x.outlay)*int64(fee.Rate), 1_000_000))
	return amount + halfUp(new(big.Rat).SetFrac64(int64(amount)*int64(fee.TaxRate), 1_000_000))
}

func halfUp(r *big.Rat) money.Minor {
	twice := new(big.Rat).Add(r, big.NewRat(1, 2))
	return money.Minor(new(big.Int).Div(twice.Num(), twice.Denom()).Int64())
}

func (x *exact) daily(rate money.Rate, amount money.Minor) *big.Rat {
	year := int64(360)
	if x.terms.DayCount == calendar.Actual365Fixed {
		year = 365
	}
	r := big.NewRat(int64(rate), 1_000_000*year)
	return r.Mul(r, new(big.Rat).SetInt64(int64(amount)))
}

func (x *exact) due(tier string) money.Minor {
	switch tier {
	case "interest":
		return halfUp(x.interest) - x.tiers[tier]
	case "late":
		return halfUp(x.late) - x.tiers[tier]
	case "principal":
		return x.principal
	case "fees":
		return x.owedSeller - x.tiers[tier]
	case "buyer fees":
		return x.owedBuyer - x.tiers[tier]
	case "reserve":
		return x.f.Reserve - x.tiers[tier]
	}
	return math.MaxInt64
}

// order is the waterfall, with fees first where it does not name them and the reserve last.
func (x *exact) order() []string {
	names := map[product.Tier][]string{
		product.TierFees: {"buyer fees", "fees"}, product.TierLateInterest: {"late"}, product.TierInterest: {"interest"}, product.TierPrincipal: {"principal"},
		product.TierReserve: {"reserve"}, product.TierSeller: {"seller"},
	}
	var order []string
	if !slices.Contains(x.terms.Waterfall, product.TierFees) {
		order = append(order, names[product.TierFees]...)
	}
	for _, tier := range x.terms.Waterfall {
		order = append(order, names[tier]...)
	}
	return order
}

func (x *exact) night(day calendar.Date) {
	due, grace := x.f.Due, x.f.Due.AddDays(int(x.terms.GraceDays))
	if x.terms.Timing == product.InArrears && (day < due || x.terms.Overdue == product.RunsOn) {
		x.interest.Add(x.interest, x.daily(x.f.Rate, x.principal))
	}
	if day < due {
		return
	}
	if day < grace {
		if x.terms.PenaltyFrom == product.FromDue {
			x.pending.Add(x.pending, big.NewRat(1, 1))
			x.since.Add(x.since, big.NewRat(1, 1))
		}
		return
	}
	if !x.over {
		x.over = true
		for _, part := range []struct {
			amount money.Minor
			nights *big.Rat
		}{{x.principal - x.returned, x.pending}, {x.returned, x.since}} {
			x.late.Add(x.late, new(big.Rat).Mul(x.daily(x.lateRate, part.amount), part.nights))
		}
	}
	x.late.Add(x.late, x.daily(x.lateRate, x.principal))
}

// tierOf is what one of the payers has paid to a tier.
type tierOf struct {
	by   book.Payer
	tier string
}

func (x *exact) takes(by book.Payer, amount money.Minor, day calendar.Date) {
	for _, tier := range x.order() {
		if by == book.BySeller && tier == "reserve" {
			continue
		}
		part := min(amount, x.due(tier))
		amount -= part
		x.tiers[tier] += part
		x.paid[tierOf{by, tier}] += part
		if tier == "principal" {
			x.principal -= part
			x.returned = max(0, x.returned-part)
			x.gives(part, day)
		}
	}
}

func (x *exact) loses(by book.Payer, amount money.Minor, day calendar.Date) {
	order := x.order()
	slices.Reverse(order)
	order = slices.DeleteFunc(order, func(tier string) bool { return tier == "reserve" || tier == "seller" })
	for _, tier := range append([]string{"seller", "reserve"}, order...) {
		part := min(amount, x.paid[tierOf{by, tier}])
		amount -= part
		x.tiers[tier] -= part
		x.paid[tierOf{by, tier}] -= part
		if tier == "principal" && part > 0 {
			x.principal += part
			x.gives(-part, day)
			if day > x.f.Due && !x.over {
				x.returned += part
				x.since = new(big.Rat)
			}
		}
	}
}

// gives back of the discount what belongs to the days ahead on principal that is repaid.
func (x *exact) gives(part money.Minor, day calendar.Date) {
	if x.terms.Unearned == product.GivenBack && x.discount > 0 && day < x.f.Due {
		x.back.Add(x.back, new(big.Rat).Mul(x.daily(x.f.Rate, part), big.NewRat(int64(x.f.Due-max(day, x.f.Value)), 1)))
	}
}

func (x *exact) givenBack() money.Minor { return min(x.discount, halfUp(x.back)) }

// live goes through the days with the payments, in the order of their value dates.
func (x *exact) live(all []coming, last calendar.Date) {
	begin := x.f.Value
	for day := begin; ; day++ {
		for _, one := range all {
			if at := begin.AddDays(max(0, one.value)); at == day {
				x.takes(one.by, one.amount, day)
			}
		}
		for _, one := range all {
			if one.back > 0 && begin.AddDays(one.back) == day {
				x.loses(one.by, one.amount, day)
			}
		}
		if day == last {
			return
		}
		x.night(day)
	}
}

// earned is what the discount has earned by a day, within a cent where it is reckoned in floating point.
func (x *exact) earned(day calendar.Date) float64 {
	left, total := float64(x.f.Due-day), float64(x.f.Due-x.f.Value)
	if x.discount == 0 || left <= 0 || x.principal == 0 {
		return float64(x.discount - x.givenBack())
	}
	ahead := float64(x.discount) * float64(x.principal) / float64(x.outlay) * left / total
	if x.terms.Accrual == product.Effective {
		ahead = float64(x.principal) * (1 - math.Pow(float64(x.outlay-x.discount)/float64(x.outlay), left/total))
	}
	return max(0, float64(x.discount-x.givenBack())-ahead)
}

// shares are what fees have got: by whom they are earned.
func (x *exact) shares() map[product.Role]money.Minor {
	paid := map[product.Role]money.Minor{product.Seller: x.tiers["fees"], product.Buyer: x.tiers["buyer fees"]}
	paid[product.Funder] = min(x.owedFunder, max(0, x.tiers["principal"]+x.tiers["interest"]+x.tiers["late"]-x.givenBack()))
	got := map[product.Role]money.Minor{product.Funder: -paid[product.Funder]}
	for _, fee := range x.terms.Fees {
		whole := x.whole(fee)
		if fee.When == product.AtDisbursement && fee.Payer != product.Buyer {
			if fee.To != product.Funder {
				got[fee.To] += whole
			}
			continue
		}
		part := min(whole, paid[fee.Payer])
		paid[fee.Payer] -= part
		got[fee.To] += part
	}
	got[product.Funder] += paid[product.Buyer] // the discount, where it is the buyer's
	return got
}

// plays gives the payments to a book: on their value dates, or as late as they are told.
func (r *run) plays(all []coming, f funding.Financing, late bool, last calendar.Date) {
	r.t.Helper()
	type act struct {
		day, rank, which int
	}
	var acts []act
	for i, one := range all {
		told := max(0, one.value)
		if late {
			told += one.told
		}
		told = min(told, int(last-f.Value))
		acts = append(acts, act{max(0, one.value), 0, i}, act{told, 1, i})
		if one.back > 0 {
			acts = append(acts, act{min(max(one.back, told), int(last-f.Value)), 2, i})
		}
	}
	slices.SortStableFunc(acts, func(x, y act) int { return cmp.Or(cmp.Compare(x.day, y.day), cmp.Compare(x.rank, y.rank)) })
	for _, a := range acts {
		one := &all[a.which]
		r.opens(f.Value.AddDays(a.day))
		switch a.rank {
		case 0:
			r.give(r.machine, &book.RecordReceipt{
				Programme: r.programme, Line: load.Token(fmt.Sprint("payment ", a.which)), Amount: one.amount, Currency: r.Currency, Value: f.Value.AddDays(one.value), Booking: r.book.Date(),
			})
			one.receipt = r.receipt()
		case 1:
			c := &book.Allocate{Receipt: one.receipt, Receivable: f.Receivable, Amount: one.amount, Payer: one.by}
			if one.by == book.BySeller || r.terms.Repayment == product.FromBuyer {
				c.Receivable, c.Financing = 0, f.ID
			}
			r.give(r.Maker, c)
		case 2:
			r.give(r.machine, &book.ReverseReceipt{Receipt: one.receipt, Line: load.Token(fmt.Sprint("back ", a.which)), Value: f.Value.AddDays(one.back)})
		}
	}
	r.opens(last)
}

func (r *run) opens(day calendar.Date) {
	r.t.Helper()
	for r.book.Date() < day {
		r.give(r.Maker, &book.OpenDay{Date: min(day, r.book.Date().AddDays(30))})
	}
}

// Whatever the terms, and whatever comes in and is taken back, in time or told late: nobody is paid more or less than the terms say by a
// reckoning of their own, the books of each entity balance, and the order in which it came to light leaves no trace.
func TestNobodyIsPaidMoreOrLessThanTheTermsSay(t *testing.T) {
	base := termsOf(t, "factoring")
	rapid.Check(t, func(rt *rapid.T) {
		terms := drawTerms(rt, base)
		if defects := terms.Defects(); len(defects) > 0 {
			rt.Fatalf("%+v", defects)
		}
		of := deal{amount: money.Minor(rapid.Int64Range(1_000_00, 90_000_00).Draw(rt, "amount")), days: rapid.IntRange(20, 60).Draw(rt, "days"), grade: 2}
		var runs [2]*run
		var f funding.Financing
		var all []coming
		var last calendar.Date
		for i := range runs {
			r := newRun(t, terms, of)
			runs[i] = r
			r.evidence()
			r.financedQuietly(rt)
			f = r.now()
			if i == 0 {
				all = drawComing(rt, &terms, &f, of.days)
				last = f.Value.AddDays(of.days + 90)
			}
			r.plays(all, f, i == 1, last)
			if breaches := book.Check(r.book); len(breaches) > 0 {
				rt.Fatalf("%v: %+v\n%+v", breaches, all, terms)
			}
		}
		x := newExact(&terms, &f)
		x.live(all, last)
		for i, r := range runs {
			r.as(rt, x, fmt.Sprint("book ", i), last)
		}
		one, other := runs[0].totals(), runs[1].totals()
		if !maps.Equal(one, other) {
			for key := range one {
				if one[key] != other[key] {
					rt.Errorf("%s of %s: %d, told late %d", key.Code, runs[0].who(key.Entity), one[key], other[key])
				}
			}
			rt.Errorf("%+v\n%+v", all, terms)
		}
	})
}

// financedQuietly is financed without anything written down.
func (r *run) financedQuietly(t *rapid.T) {
	r.give(r.SellerActors[0], r.quoteIn(r.programme))
	if f := r.now(); f.State == funding.Referred {
		r.give(r.FunderActor, &book.DecideReferral{Financing: f.ID, Decision: book.Approve, Reason: load32("seen")})
	}
	if f := r.now(); f.State != funding.Quoted {
		t.Fatalf("%s: %+v", f.State, f.Outcomes)
	}
	r.give(r.SellerActors[0], &book.AcceptQuote{Financing: r.financing()})
	r.give(r.Maker, &book.Disburse{Financing: r.financing()})
	r.give(r.machine, &book.RecordOutcome{Payment: r.payment(), State: payment.Executed, Value: r.book.Date()})
}

// totals are all balances that are not none. A shortfall stays by name until somebody settles it: it is set off here.
func (r *run) totals() map[ledger.Key]money.Minor {
	all := r.balances()
	set := map[ledger.Code]map[id.Party]ledger.Code{
		ledger.PartyShortfall:  {r.Funder: ledger.CollectionForFunder, r.Sellers[0]: ledger.CollectionForSeller},
		ledger.FunderShortfall: {0: ledger.FundsAtCustodian}, ledger.SellerShortfall: {0: ledger.CollectionsHeld},
	}
	for key, amount := range r.balances() {
		if off, is := set[key.Code][key.Counterparty]; is {
			delete(all, key)
			key.Code = off
			all[key] -= amount
		}
	}
	maps.DeleteFunc(all, func(_ ledger.Key, amount money.Minor) bool { return amount == 0 })
	return all
}

// as holds a book against the reckoning.
func (r *run) as(t *rapid.T, x *exact, which string, last calendar.Date) {
	f := r.now()
	shares := x.shares()
	custody := func(code ledger.Code, owed id.Party) money.Minor {
		return book.BalanceOf(r.book, ledger.Key{Entity: r.custodian, Programme: r.programme, Counterparty: owed, Code: code, Currency: r.Currency})
	}
	got := map[string][2]money.Minor{
		"principal": {f.Repaid, x.tiers["principal"]}, "interest": {f.InterestPaid, x.tiers["interest"]}, "late interest": {f.LatePaid, x.tiers["late"]},
		"fees": {f.Besides.FeesPaid, x.tiers["fees"] + x.tiers["buyer fees"]}, "reserve": {f.Besides.Held, x.tiers["reserve"]}, "given back": {f.Besides.GivenBack, x.givenBack()},
		"funder":   {custody(ledger.CollectionForFunder, r.Funder) - custody(ledger.PartyShortfall, r.Funder), x.tiers["principal"] + x.tiers["interest"] + x.tiers["late"] - x.givenBack() + shares[product.Funder]},
		"seller":   {custody(ledger.CollectionForSeller, r.Sellers[0]) - custody(ledger.PartyShortfall, r.Sellers[0]), x.tiers["seller"] + x.givenBack()},
		"held":     {custody(ledger.HeldBack, r.Sellers[0]), x.tiers["reserve"]},
		"operator": {custody(ledger.OperatorFees, r.Operator) + custody(ledger.OperatorFeesCollected, r.Operator), shares[product.Operator]},
		"others":   {custody(ledger.FeesForOthers, 0) + custody(ledger.OthersFeesCollected, 0), shares[product.Insurer] + shares[product.Keeper]},
	}
	for name, pair := range got {
		if pair[0] != pair[1] {
			t.Errorf("%s: %s is %d, by fractions %d", which, name, pair[0], pair[1])
		}
	}
	income := book.BalanceOf(r.book, ledger.Key{Entity: r.Funder, Programme: r.programme, Code: ledger.InterestIncome, Currency: r.Currency})
	if want := x.earned(last) + float64(halfUp(x.interest)); math.Abs(float64(income)-want) > 0.51 {
		t.Errorf("%s: income of %d, by fractions %f", which, income, want)
	}
	sums := map[id.Party]money.Minor{}
	for n := uint64(1); n <= book.Counts(r.book)["account"]; n++ {
		a := book.Record(r.book, "account", n).(ledger.Account)
		sums[a.Key.Entity] += a.DebitsPosted - a.CreditsPosted
	}
	for entity, sum := range sums {
		if sum != 0 {
			t.Errorf("%s: the books of the %s are out by %d", which, r.who(entity), sum)
		}
	}
	if t.Failed() {
		t.Fatalf("%+v\n%+v", r.terms, f)
	}
}
