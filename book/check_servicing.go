package book

import (
	"cmp"
	"math/big"
	"math/bits"
	"slices"

	"millrace/domain/calendar"
	"millrace/domain/funding"
	"millrace/domain/ledger"
	"millrace/domain/money"
	"millrace/domain/product"
	"millrace/domain/servicing"
)

// servicing: the facts of each financing form one chain, and interest that is reckoned and not paid stands in the books of
// those who have earned it and of those who owe it.
func (a *audit) servicing() {
	b := a.b
	reached := uint64(0)
	for n := uint64(1); n <= b.financings.count; n++ {
		f := b.financings.at(n)
		later := b.facts.count + 1
		for at := f.LastFact; at != 0; reached++ {
			found := b.facts.at(at)
			if found == nil || at >= later || found.Financing != f.ID || found.Fact.Entry != at+1 || found.Entry == 0 || found.Entry > b.sequence {
				a.breach("fact_chain", f.ID.String(), "the facts of %s do not lead from one to the one before it at %d", f.ID, at)
				break
			}
			later, at = at, found.Previous
		}
	}
	if reached != b.facts.count {
		a.breach("fact_chain", "", "%d facts are on record, financings lead to %d", b.facts.count, reached)
	}
}

// reckoned is where a financing stands by its facts, as the auditor counts them: day by day.
type reckoned struct {
	f         *funding.Financing
	order     []servicing.Tier
	count     calendar.DayCount
	rate      money.Rate
	late      money.Rate
	agreed    calendar.Date // the due date at first
	due       calendar.Date
	grace     calendar.Date // days
	interest  wide          // principal * rate * days
	lateSum   wide
	from      calendar.Date // from when ordinary interest runs
	principal money.Minor
	outlay    money.Minor
	discount  money.Minor
	paid      [2][7]money.Minor // by buyer and seller: principal, interest, late interest, the rest, fees of the seller, fees of the buyer, reserve
	written   [3]money.Minor    // principal, interest, late interest
	recovered [3]money.Minor    // of that
	regained  [2]money.Minor    // of that, by buyer and seller
	allowance money.Minor       // as it was set
	pending   int64             // days of grace, on what is still out when it ends
	returned  money.Minor       // taken back by a bank within the grace
	since     int64             // days of grace since then
	over      bool
	reached   calendar.Date // to which it is counted
	begin     calendar.Date
	closed    bool
	back      wide // of the discount, given back

	// Under terms of the full form only.
	feesOwed    [2]money.Minor // by seller and buyer
	reserveMost money.Minor
	runsOn      bool // ordinary interest, after the due date
	fromEnd     bool // late interest counts from the end of the grace
	effective   bool
	givenBack   bool
	cover       insured
}

// wide is a sum of products, in two words.
type wide struct{ high, low uint64 }

func (w *wide) add(amount money.Minor, weight int64) {
	high, low := bits.Mul64(uint64(amount), uint64(weight))
	carry := uint64(0)
	w.low, carry = bits.Add64(w.low, low, 0)
	w.high += high + carry
}

// whole divides by year * 1,000,000 and rounds half up.
func (w wide) whole(year int64) money.Minor {
	divisor := uint64(year) * 1_000_000
	low, carry := bits.Add64(w.low, divisor/2, 0)
	quotient, _ := bits.Div64(w.high+carry, low, divisor)
	return money.Minor(quotient)
}

// reckon counts a financing's life up to a day. Collections from before facts were kept were shared out otherwise: such a
// financing is not reckoned.
func (a *audit) reckon(f *funding.Financing, up calendar.Date) (*reckoned, bool) {
	p := a.b.products.at(uint64(f.Product) >> 16)
	if p == nil {
		return nil, false
	}
	var facts []servicing.Fact
	for n := f.LastFact; n != 0; {
		one := a.b.facts.at(n)
		if one == nil || one.Previous >= n || one.Fact.Kind == servicing.Received && one.Fact.Bank == 0 && one.Proceeds == 0 {
			return nil, false
		}
		facts, n = append(facts, one.Fact), one.Previous
	}
	t := &p.Terms
	begin := f.Value
	if f.Payment == 0 && f.Hold == 0 && f.Discount != 0 && f.Entered > begin {
		begin = f.Entered
	}
	r := &reckoned{
		f: f, agreed: f.AgreedDue(), count: t.DayCount, rate: f.Rate, late: t.LateRate, due: f.AgreedDue(), grace: calendar.Date(t.GraceDays), from: begin,
		discount: f.Discount - f.TakenEarned, begin: begin,
	}
	if t.Timing == product.InAdvance && r.agreed > begin {
		r.from = r.agreed
	}
	for _, tier := range t.Waterfall {
		switch {
		case f.Holding != 0:
		case tier == product.TierLateInterest:
			r.order = append(r.order, servicing.TierLate)
		case tier == product.TierInterest:
			r.order = append(r.order, servicing.TierInterest)
		case tier == product.TierPrincipal:
			r.order = append(r.order, servicing.TierPrincipal)
		}
	}
	if f.Holding != 0 {
		r.order = []servicing.Tier{servicing.TierInterest, servicing.TierPrincipal, servicing.TierLate}
	}
	if t.Form == product.Full {
		r.full(f, t)
	}
	r.live(counting(facts), begin, up)
	return r, true
}

// live goes through the days from the disbursement on. What came in before is shared out on the day of the disbursement.
func (r *reckoned) live(facts []servicing.Fact, begin, up calendar.Date) {
	slices.SortFunc(facts, func(x, y servicing.Fact) int {
		back := func(f servicing.Fact) int {
			switch f.Kind {
			case servicing.Extended:
				return 0
			case servicing.Reversed:
				return 2
			case servicing.Claimed, servicing.Defaulted, servicing.Provisioned, servicing.WrittenOff, servicing.Recoursed:
				return 3
			case servicing.Closed:
				return 4
			}
			return 1
		}
		return cmp.Or(cmp.Compare(x.Value, y.Value), cmp.Compare(back(x), back(y)), cmp.Compare(x.Bank, y.Bank), cmp.Compare(x.Entry, y.Entry))
	})
	last := up
	for _, f := range facts {
		last = max(last, f.Value)
	}
	r.principal = r.f.Principal - r.f.TakenRepaid
	r.outlay = r.principal
	next := 0
	for day := begin; ; day++ {
		for next < len(facts) && facts[next].Value <= day {
			r.fact(facts, facts[next], day)
			r.release()
			next++
		}
		if r.reached = day; day >= last {
			return
		}
		r.night(day)
	}
}

// weight is the days that the day count gives to one night, counted from an origin.
func (r *reckoned) weight(origin, day calendar.Date) int64 {
	until, _ := r.count.Fraction(origin, day+1)
	if day <= origin {
		return until
	}
	before, _ := r.count.Fraction(origin, day)
	return until - before
}

func (r *reckoned) night(day calendar.Date) {
	if day < r.due {
		if day >= r.from && r.rate > 0 {
			r.interest.add(r.principal, int64(r.rate)*r.weight(r.from, day))
		}
		return
	}
	if r.runsOn && r.rate > 0 {
		r.interest.add(r.principal, int64(r.rate)*r.weight(r.from, day))
	}
	weight := r.weight(r.due, day)
	if day < r.due+r.grace {
		if !r.fromEnd {
			r.pending += weight
			r.since += weight
		}
		return
	}
	if !r.over {
		r.over = true
		r.lateSum.add(r.principal-r.returned, int64(r.late)*r.pending)
		r.lateSum.add(r.returned, int64(r.late)*r.since)
	}
	r.lateSum.add(r.principal, int64(r.late)*weight)
}

// counting leaves out a close that was taken back, and the taking back.
func counting(facts []servicing.Fact) []servicing.Fact {
	gone := func(f servicing.Fact) bool {
		for _, other := range facts {
			if f.Kind == servicing.Closed && other.Kind == servicing.Reversed && other.Of == f.Entry || f.Kind == servicing.Reversed && other.Kind == servicing.Closed && f.Of == other.Entry {
				return true
			}
		}
		return false
	}
	var kept []servicing.Fact
	for _, f := range facts {
		if !gone(f) {
			kept = append(kept, f)
		}
	}
	return kept
}

func (r *reckoned) fact(facts []servicing.Fact, f servicing.Fact, day calendar.Date) {
	switch f.Kind {
	case servicing.Closed:
		r.closed = true
	case servicing.Received, servicing.BoughtBack:
		r.pay(int(f.Party)-1, f.Amount, day, false)
	case servicing.Recovered:
		r.pay(int(f.Party)-1, f.Amount, day, true)
	case servicing.PaidOnCover:
		r.payCover(f.Amount, day)
	case servicing.Extended:
		r.extend(f.Value, f.Due)
	case servicing.Provisioned:
		r.allowance = f.Amount
	case servicing.WrittenOff:
		r.writeOff(f.Amount)
	case servicing.Reversed:
		for _, of := range facts {
			switch {
			case of.Entry == f.Of && of.Kind == servicing.PaidOnCover:
				r.unpayCover(of.Amount, f.Value)
			case of.Entry == f.Of:
				r.unpay(int(of.Party)-1, of.Amount, f.Value)
			}
		}
	}
}

func (r *reckoned) year() int64 {
	_, year := r.count.Fraction(r.agreed, r.agreed)
	return year
}

// interestDue and lateDue are what is earned and not paid.
func (r *reckoned) interestDue() money.Minor {
	return r.interest.whole(r.year()) - r.paid[0][1] - r.paid[1][1] - r.written[1]
}

func (r *reckoned) lateDue() money.Minor {
	return r.lateSum.whole(r.year()) - r.paid[0][2] - r.paid[1][2] - r.written[2]
}

var places = map[servicing.Tier]int{servicing.TierFees: 4, servicing.TierPrincipal: 0, servicing.TierInterest: 1, servicing.TierLate: 2}

func (r *reckoned) pay(by int, left money.Minor, day calendar.Date, lossFirst bool) {
	if by == 0 {
		left = r.cover.first(left)
	}
	if lossFirst {
		left = r.regain(by, left)
	}
	for _, tier := range r.order {
		owed := r.principal
		switch tier {
		case servicing.TierFees:
			for _, of := range [...]int{1, 0} {
				part := min(left, r.feesDue(of))
				left -= part
				r.paid[by][4+of] += part
			}
			continue
		case servicing.TierReserve:
			if by == 0 {
				part := min(left, r.reserveMost-r.paid[0][6])
				left -= part
				r.paid[0][6] += part
			}
			continue
		case servicing.TierInterest:
			owed = r.interestDue()
		case servicing.TierLate:
			owed = r.lateDue()
		}
		part := min(owed, left)
		left -= part
		r.paid[by][places[tier]] += part
		if tier == servicing.TierPrincipal {
			r.principal -= part
			r.returned = max(0, r.returned-part)
			r.rebate(part, day)
		}
	}
	left = r.regain(by, left)
	if by == 0 {
		left = r.cover.more(left, left)
	}
	r.paid[by][3] += left
}

// regain is what comes of what was written off.
func (r *reckoned) regain(by int, left money.Minor) money.Minor {
	for i := range r.written {
		part := min(left, r.written[i]-r.recovered[i])
		left -= part
		r.recovered[i] += part
		r.regained[by] += part
	}
	return left
}

// writeOff takes principal first, then interest, then late interest.
func (r *reckoned) writeOff(left money.Minor) {
	for i, most := range [...]money.Minor{r.principal, r.interestDue(), r.lateDue()} {
		part := min(left, most)
		left -= part
		r.written[i] += part
		if i == 0 {
			r.principal -= part
		}
	}
}

// extend moves the due date: within the grace the days since the old one bear ordinary interest.
func (r *reckoned) extend(on, due calendar.Date) {
	if on > r.due && !r.over {
		r.interest.add(r.principal-r.returned, int64(r.rate)*r.pending)
		r.interest.add(r.returned, int64(r.rate)*r.since)
	}
	r.due, r.over, r.pending, r.since, r.returned = due, false, 0, 0, 0
}

// unpay takes back what a bank has taken back, in the opposite order.
func (r *reckoned) unpay(by int, left money.Minor, on calendar.Date) {
	regained := func() {
		for i := len(r.written) - 1; i >= 0; i-- {
			most := r.recovered[i]
			if i == 0 {
				most -= r.cover.written
			}
			part := min(left, most, r.regained[by])
			r.recovered[i] -= part
			r.regained[by] -= part
			left -= part
		}
	}
	take := func(place int) money.Minor {
		part := min(left, r.paid[by][place])
		r.paid[by][place] -= part
		left -= part
		return part
	}
	taken := left
	take(3)
	take(6)
	if by == 0 {
		left = r.cover.less(left, r.cover.beyond(taken))
	}
	regained()
	for i := len(r.order) - 1; i >= 0; i-- {
		if r.order[i] == servicing.TierReserve {
			continue
		}
		place := places[r.order[i]]
		part := take(place)
		if place == 4 {
			take(5)
		}
		if place == 0 && part > 0 {
			r.rebate(-part, on)
			r.principal += part
			if on > r.due && !r.over {
				r.returned += part
				r.since = 0
			}
		}
	}
	if by == 0 {
		r.cover.less(left, left)
	}
}

// earned is what a discount has earned up to a day: all but what belongs to the days ahead on what is still out.
func (r *reckoned) earned(begin, day calendar.Date) money.Minor {
	all, _ := r.count.Fraction(begin, r.agreed)
	sum := r.discount - r.rebated()
	if r.discount == 0 || r.principal == 0 || day >= r.agreed || all <= 0 {
		return sum
	}
	if r.effective {
		return max(0, sum-r.ahead(max(day, begin)))
	}
	left := all
	if day > begin {
		gone, _ := r.count.Fraction(begin, day)
		left -= gone
	}
	ahead := new(big.Int).Mul(big.NewInt(int64(r.discount)), big.NewInt(int64(r.principal)))
	ahead.Mul(ahead, big.NewInt(2*left))
	under := new(big.Int).Mul(big.NewInt(int64(r.outlay)), big.NewInt(all))
	ahead.Add(ahead, under)
	ahead.Quo(ahead, under.Lsh(under, 1))
	return max(0, sum-money.Minor(ahead.Int64()))
}

// postedUntil is the day up to which the book says that it has posted the interest of a financing; 0 for none.
func (a *audit) postedUntil(f *funding.Financing) calendar.Date {
	c, day := a.b.clock, calendar.Date(0)
	if last := a.b.facts.at(f.LastFact); last != nil {
		day = last.Fact.Booking
	}
	closed := c.AccruedBefore
	if uint64(f.ID)>>16 <= c.Through {
		closed = c.Accrued
	}
	if closed > f.Entered && closed > day {
		return closed
	}
	return day
}

// expectInterest: what was earned and not collected is the funder's to come, and its bearer's to pay; the rest of the
// discount is not earned. What is collected is as on record.
func (a *audit) expectInterest(f *funding.Financing, t *product.Terms) *reckoned {
	if !moneyOut(f.State) && !over(f.State) {
		return nil
	}
	day := a.postedUntil(f)
	r, known := a.reckon(f, day)
	if !known || !moneyOut(f.State) && t.Form != product.Full { // shared out before facts were kept: what was due then was not posted
		if known && f.LatePaid > 0 && natureOf(t) == bought {
			a.widen(ledger.Key{Entity: f.Buyer, Code: ledger.LatePayable, Currency: f.Currency}, 0, r.paid[1][2])
		}
		a.expect(f.Funder, f.Programme, 0, ledger.UnearnedDiscount, f.Currency, f.Discount-f.Earned)
		return nil
	}
	a.expect(f.Funder, f.Programme, 0, ledger.LossAllowance, f.Currency, r.allowed())
	a.expect(f.Funder, f.Programme, 0, ledger.FinancingLoss, f.Currency, r.allowed())
	a.reckonedAs(f, r)
	a.expectCover(f, t, r)
	held := r.paid[0][6]
	if p := a.b.programmes.at(uint64(f.Programme) >> 16); p != nil {
		a.expect(p.Custodian, p.ID, f.Seller, ledger.HeldBack, f.Currency, held)
		a.fees.add(p.ID, held)
	}
	a.expect(f.Seller, 0, 0, ledger.ReserveHeld, f.Currency, held)
	if !moneyOut(f.State) {
		a.expect(f.Funder, f.Programme, 0, ledger.UnearnedDiscount, f.Currency, f.Discount-f.Earned-f.Besides.GivenBack)
		return r
	}
	interest, late := r.interestDue(), r.lateDue()
	a.expect(f.Funder, f.Programme, 0, ledger.InterestReceivable, f.Currency, interest)
	a.expect(f.Funder, f.Programme, 0, ledger.LateReceivable, f.Currency, late)
	unearned := r.discount - r.rebated()
	if day != 0 {
		unearned = r.discount - r.rebated() - r.earned(r.begin, max(day, r.reached))
	}
	a.expect(f.Funder, f.Programme, 0, ledger.UnearnedDiscount, f.Currency, unearned)
	// What a seller has paid of what the buyer bears the buyer owes to the seller.
	ofBuyer, lateOfBuyer := buyerBears(t)
	for _, one := range [...]struct {
		due, bySeller money.Minor
		buyers        bool
		code          ledger.Code
	}{{interest, r.paid[1][1], ofBuyer, ledger.BuyerInterest}, {late, r.paid[1][2], lateOfBuyer, ledger.LatePayable}} {
		if !one.buyers {
			a.expect(f.Seller, 0, 0, ledger.InterestPayable, f.Currency, one.due)
			continue
		}
		key := ledger.Key{Entity: f.Buyer, Code: one.code, Currency: f.Currency}
		a.expected.add(key, one.due)
		a.widen(key, 0, one.bySeller)
	}
	a.widen(ledger.Key{Entity: f.Buyer, Code: ledger.BuyerFeesPayable, Currency: f.Currency}, 0, r.paid[1][5])
	return r
}

// reckonedAs: what is on record of a financing is what its facts come to.
func (a *audit) reckonedAs(f *funding.Financing, r *reckoned) {
	repaid := f.TakenRepaid + r.paid[0][0] + r.paid[1][0] + r.cover.principal
	if f.Repaid != repaid || f.InterestPaid != r.paid[0][1]+r.paid[1][1] || f.LatePaid != r.paid[0][2]+r.paid[1][2] {
		a.breach("financing_reckoned", f.ID.String(), "%s has got principal %d, interest %d and late interest %d; its facts come to %d, %d and %d", f.ID,
			f.Repaid, f.InterestPaid, f.LatePaid, repaid, r.paid[0][1]+r.paid[1][1], r.paid[0][2]+r.paid[1][2])
	}
	fees := r.paid[0][4] + r.paid[0][5] + r.paid[1][4] + r.paid[1][5]
	if b := f.Besides; b.FeesPaid != fees || b.Held != r.paid[0][6] || b.GivenBack != r.rebated() {
		a.breach("financing_reckoned", f.ID.String(), "%s has got %d of fees, holds %d back and has given %d of the discount back; its facts come to %d, %d and %d", f.ID,
			b.FeesPaid, b.Held, b.GivenBack, fees, r.paid[0][6], r.rebated())
	}
}
