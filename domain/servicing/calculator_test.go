package servicing_test

import (
	"fmt"
	"math/big"
	"slices"
	"strings"
	"time"
)

// This file reckons financings a second time: night by night, in exact fractions, from agreements in words. It knows
// nothing of the package under test.

// agreement is one financing's terms in words. Amounts are cents, rates millionths, days are counted from 1970-01-01.
type agreement struct {
	technique, story                    string
	face, confirmed, principal          int64
	discount, fee, reserve              int64
	rate, floor, penalty                int64 // margins, where floating
	floating, penaltyFloating           bool
	dayCount                            string
	inAdvance, effective, givenBack     bool
	from, due, grace                    int
	penaltyFromGraceEnd, penaltyAdds    bool
	interestOf, lateOf, feesOf, obligor string
	assignment                          string // none, pledge, sale
	buyersCash                          bool
	waterfall                           []string
	recourse                            map[string]answer
	coverLimit, coverShare              int64
	coverDays                           int
}

// answer is what the seller answers for in one cause.
type answer struct {
	share, most int64
	days        int
}

// event is one thing that has happened.
type event struct {
	kind, party, cause string
	day, booked        int
	bank, entry, of    int
	amount, rate       int64
	due                int
}

// row is what a table shows after an event. Names with nothing are left out of the maps.
type row struct {
	event   event
	moved   map[string]int64 // "payer.tier" and other lines: what the event and the nights before it changed
	owed    map[string]int64 // what is open after it
	working []string         // how the interest of the nights before it came about
}

var whoPays = []string{"buyer", "seller", "insurer", "guarantor"}

type calculator struct {
	a                               *agreement
	events                          []event
	line                            map[string]int64 // cumulative
	shared                          map[string]int64 // by payer: what came since the insurer has paid, on balance
	out                             bool
	principal, outlay, start        int64
	due, coveredUntil               int
	base, firstRate                 int64
	interest, late, rebate          *big.Rat
	heldOrdinary, heldPenalty       *big.Rat // rates of the nights in grace
	backOrdinary, backPenalty       *big.Rat // likewise, since a bank last took money back
	back                            int64    // principal that it took back
	graceOver, calledForAll, closed bool
	facePaid, diluted, disputed     int64
	called, calledForDilution       int64
	claim, allowance                int64
	working                         []string
	merged                          map[string]*big.Rat
	order                           []string
}

// reckon gives the table of the events. An amount of -1 of a payer is all that it owes then, -2 half of it, -3 the price that
// is owed to the funder; of a party that is paid on, all that there is for it. The events come back with these filled in.
func reckon(a *agreement, events []event) ([]row, []event) {
	c := &calculator{
		a: a, line: map[string]int64{}, shared: map[string]int64{}, due: a.due, interest: new(big.Rat), late: new(big.Rat), rebate: new(big.Rat),
		heldOrdinary: new(big.Rat), heldPenalty: new(big.Rat), backOrdinary: new(big.Rat), backPenalty: new(big.Rat), merged: map[string]*big.Rat{},
	}
	c.events = slices.Clone(events)
	order := make([]int, len(events))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(x, y int) int { return earlier(events[x], events[y]) })
	place := make([]int, len(events))
	for position, index := range order {
		place[index] = position
	}
	ignored := c.ignored(place)
	var rows []row
	before := map[string]int64{}
	today := 0
	for _, index := range order {
		if ignored[index] {
			continue
		}
		if today == 0 {
			today = c.events[index].day
		}
		for ; today < c.events[index].day; today++ {
			c.night(today)
		}
		c.fill(&c.events[index], today)
		c.happen(c.events[index], today)
		c.release(today)
		c.derive(today)
		moved := map[string]int64{}
		for name, amount := range c.line {
			if amount != before[name] {
				moved[name] = amount - before[name]
			}
			before[name] = amount
		}
		rows = append(rows, row{c.events[index], moved, c.open(), c.takeWorking()})
	}
	return rows, c.events
}

// earlier is the order in which the events of a financing count.
func earlier(x, y event) int {
	place := map[string]int{
		"fixing": 1, "disbursed": 2, "extended": 3, "fee_charged": 3, "diluted": 3, "disputed": 3, "resolved": 4, "received": 5,
		"bought_back": 5, "paid_on_cover": 5, "recovered": 5, "reversed": 6, "paid_on": 8, "closed": 9,
	}
	rank := func(e event) int {
		if p, known := place[e.kind]; known {
			return p
		}
		return 7
	}
	for _, difference := range []int{x.day - y.day, rank(x) - rank(y), x.bank - y.bank, x.entry - y.entry} {
		if difference != 0 {
			return difference
		}
	}
	return 0
}

func bringsMoney(e event) bool {
	return e.kind == "received" || e.kind == "bought_back" || e.kind == "paid_on_cover" || e.kind == "recovered"
}

// ignored works from the newest entry to the oldest: what it takes back is decided when an event is reached.
func (c *calculator) ignored(place []int) map[int]bool {
	ignored := map[int]bool{}
	byEntry := map[int]int{}
	newest := make([]int, len(c.events))
	for i, e := range c.events {
		byEntry[e.entry], newest[i] = i, i
	}
	slices.SortFunc(newest, func(x, y int) int { return c.events[y].entry - c.events[x].entry })
	claims := map[int][]int{} // live reversals of an event
	for _, i := range newest {
		e := c.events[i]
		if reversals := claims[i]; len(reversals) > 0 {
			slices.SortFunc(reversals, func(x, y int) int { return place[x] - place[y] })
			first := reversals[0]
			for _, other := range reversals[1:] {
				ignored[other] = true
			}
			if !bringsMoney(e) || place[first] < place[i] {
				ignored[i] = true
			}
			if place[first] < place[i] {
				ignored[first] = true
			}
		}
		if e.kind != "reversed" || len(claims[i]) > 0 {
			continue
		}
		target, known := byEntry[e.of]
		if !known || c.events[target].entry >= e.entry {
			ignored[i] = true
			continue
		}
		claims[target] = append(claims[target], i)
	}
	return ignored
}

func (c *calculator) fill(e *event, today int) {
	var all int64
	switch {
	case e.amount >= 0:
		return
	case e.kind == "paid_on":
		all = max(0, c.entitled(e.party)-c.line["paid_on."+e.party])
	case e.kind == "bought_back" || e.kind == "written_off" || e.amount == -3:
		all = c.owedToFunder()
	case e.kind == "paid_on_cover":
		all = c.claim
	case e.party == "buyer":
		all = c.buyerOwes()
	case e.party == "seller":
		all = c.sellerOwes()
	case e.party == "guarantor":
		all = c.owedToFunder()
	}
	if e.amount == -2 {
		all /= 2
	}
	e.amount = all
}

// Nights.

func date(day int) time.Time { return time.Unix(int64(day)*86400, 0).UTC() }

func thirty(from, to int) int64 {
	a, b := date(from), date(to)
	first, last := a.Day(), b.Day()
	if first == 31 {
		first = 30
	}
	if last == 31 && first == 30 {
		last = 30
	}
	return int64(360*(b.Year()-a.Year()) + 30*(int(b.Month())-int(a.Month())) + last - first)
}

// weight is the part of a year that one night is, counted from an origin.
func (c *calculator) weight(origin, night int) (int64, int64) {
	switch c.a.dayCount {
	case "ACT/360":
		return 1, 360
	case "ACT/365F":
		return 1, 365
	case "30/360":
		return thirty(origin, night+1) - thirty(origin, night), 360
	}
	if year := date(night).Year(); year%4 == 0 && (year%100 != 0 || year%400 == 0) {
		return 1, 366
	}
	return 1, 365
}

func (c *calculator) ordinaryRate() int64 { return rateOf(c.a.rate, c.a.floor, c.base, c.a.floating) }
func (c *calculator) penaltyRate() int64 {
	return rateOf(c.a.penalty, c.a.floor, c.base, c.a.penaltyFloating)
}

func rateOf(margin, floor, base int64, floating bool) int64 {
	if floating {
		margin += max(base, floor)
	}
	return max(margin, 0)
}

func (c *calculator) night(night int) {
	if !c.out {
		return
	}
	if night >= c.coveredUntil && (c.a.penaltyAdds || night < c.due) {
		c.add(c.interest, "interest", c.ordinaryRate(), c.coveredUntil, night)
	}
	switch {
	case night < c.due:
	case night < c.due+c.a.grace:
		n, d := c.weight(c.due, night)
		if !c.a.penaltyAdds {
			c.heldOrdinary.Add(c.heldOrdinary, big.NewRat(c.ordinaryRate()*n, d*1e6))
			c.backOrdinary.Add(c.backOrdinary, big.NewRat(c.ordinaryRate()*n, d*1e6))
		}
		if !c.a.penaltyFromGraceEnd {
			c.heldPenalty.Add(c.heldPenalty, big.NewRat(c.penaltyRate()*n, d*1e6))
			c.backPenalty.Add(c.backPenalty, big.NewRat(c.penaltyRate()*n, d*1e6))
		}
	default:
		if !c.graceOver {
			c.graceOver = true
			c.addHeld(c.late, "late interest for the grace", c.principal-c.back, c.heldPenalty)
			c.addHeld(c.late, "late interest for the grace, taken back by the bank,", c.back, c.backPenalty)
			c.back = 0
		}
		c.add(c.late, "late interest", c.penaltyRate(), c.due, night)
	}
}

func (c *calculator) add(sum *big.Rat, name string, rate int64, origin, night int) {
	n, d := c.weight(origin, night)
	part := new(big.Rat).Mul(big.NewRat(c.principal, 1), big.NewRat(rate*n, d*1e6))
	sum.Add(sum, part)
	if part.Sign() == 0 {
		return
	}
	key := fmt.Sprintf("%s %s * %s %% * %%s/%d", name, cents(c.principal), decimal(rate, 4), d)
	if c.merged[key] == nil {
		c.merged[key] = new(big.Rat)
		c.order = append(c.order, key)
	}
	c.merged[key].Add(c.merged[key], big.NewRat(n, 1))
}

func (c *calculator) addHeld(sum *big.Rat, name string, principal int64, held *big.Rat) {
	part := new(big.Rat).Mul(big.NewRat(principal, 1), held)
	sum.Add(sum, part)
	if part.Sign() != 0 {
		c.order = append(c.order, fmt.Sprintf("%s %s * %s", name, cents(principal), held.RatString()))
	}
}

func (c *calculator) takeWorking() []string {
	var lines []string
	for _, key := range c.order {
		if days := c.merged[key]; days != nil {
			key = fmt.Sprintf(strings.ReplaceAll(key, " % ", " %% "), days.RatString())
		}
		lines = append(lines, key)
	}
	c.order, c.merged = nil, map[string]*big.Rat{}
	return lines
}

// whole rounds half up.
func whole(x *big.Rat) int64 {
	x = new(big.Rat).Add(x, big.NewRat(1, 2))
	quotient, modulus := new(big.Int), new(big.Int)
	quotient.DivMod(x.Num(), x.Denom(), modulus)
	return quotient.Int64()
}

func part(amount, millionths int64) int64 {
	return whole(new(big.Rat).Mul(big.NewRat(amount, 1), big.NewRat(millionths, 1e6)))
}

// Events.

func (c *calculator) happen(e event, today int) {
	switch e.kind {
	case "fixing":
		c.base = e.rate
	case "disbursed":
		c.disburse(e.amount, today)
	case "extended":
		if e.due > c.due {
			if c.out && today > c.due && !c.graceOver {
				c.addHeld(c.interest, "interest since the old due date", c.principal-c.back, c.heldOrdinary)
				c.addHeld(c.interest, "interest since the old due date, taken back by the bank,", c.back, c.backOrdinary)
			}
			c.due, c.graceOver = e.due, false
			c.heldOrdinary, c.heldPenalty, c.back = new(big.Rat), new(big.Rat), 0
		}
	case "fee_charged":
		c.line["fees_charged"] += e.amount
	case "diluted":
		c.dilute(e.amount, today)
	case "disputed":
		c.disputed += e.amount
	case "resolved":
		c.disputed = max(0, c.disputed-e.amount)
	case "received":
		c.distribute(e.party, e.amount, today, false)
	case "recovered":
		c.distribute(e.party, e.amount, today, true)
	case "bought_back":
		c.distribute("seller", e.amount, today, false)
	case "paid_on_cover":
		c.distribute("insurer", e.amount, today, false)
	case "reversed":
		for _, target := range c.events {
			if target.entry == e.of && bringsMoney(target) {
				c.withdraw(payerOf(target), target.amount, today)
			}
		}
	case "recoursed":
		c.call(e.cause, today)
	case "claimed":
		c.claim = min(c.a.coverLimit, part(c.principal, c.a.coverShare))
	case "defaulted":
		c.drawReserve(c.owedToFunder(), today)
	case "provisioned":
		c.allowance = e.amount
	case "written_off":
		c.drawReserve(c.owedToFunder(), today)
		c.writeOff(e.amount)
	case "paid_on":
		c.line["paid_on."+e.party] += e.amount
	case "closed":
		c.closed = true
	}
}

func payerOf(e event) string {
	return map[string]string{"bought_back": "seller", "paid_on_cover": "insurer"}[e.kind] + map[bool]string{true: e.party}[e.kind == "received" || e.kind == "recovered"]
}

func (c *calculator) disburse(amount int64, today int) {
	c.out, c.outlay, c.start, c.firstRate = true, amount, int64(today), c.ordinaryRate()
	c.coveredUntil = today
	if c.a.inAdvance {
		c.coveredUntil = max(today, c.a.due)
	}
	most := amount
	if c.a.effective {
		most /= 2
	}
	c.line["discount"] = min(c.a.discount, most)
	c.line["fee"] = min(c.a.fee, amount-c.line["discount"])
	c.line["net"] = amount - c.line["discount"] - c.line["fee"]
	if c.a.buyersCash {
		c.facePaid += amount
		return
	}
	c.principal = amount
	for _, payer := range whoPays {
		var already int64
		for _, tier := range everyTier {
			already += c.line[payer+"."+tier]
		}
		c.withdraw(payer, already, today)
		c.distribute(payer, already, today, false)
	}
}

var everyTier = []string{
	"fees", "late_interest", "interest", "principal", "reserve", "seller", "written_principal", "written_interest", "written_late",
	"guarantor", "insurer", "overpaid",
}

func (c *calculator) got(tier string) int64 {
	var sum int64
	for _, payer := range whoPays {
		sum += c.line[payer+"."+tier]
	}
	return sum
}

// open amounts by tier.
func (c *calculator) wanted(tier string) int64 {
	switch tier {
	case "fees":
		return c.line["fees_charged"] - c.got("fees")
	case "late_interest":
		return whole(c.late) - c.got("late_interest") - c.line["written_off_late_interest"]
	case "interest":
		return whole(c.interest) - c.got("interest") - c.line["written_off_interest"]
	case "principal":
		return c.principal
	case "written_principal":
		return c.line["written_off_principal"] - c.got(tier)
	case "written_interest":
		return c.line["written_off_interest"] - c.got(tier)
	case "written_late":
		return c.line["written_off_late_interest"] - c.got(tier)
	case "guarantor":
		var stood int64
		for _, name := range []string{"fees", "late_interest", "interest", "principal", "written_principal", "written_interest", "written_late"} {
			if !c.onTop(name) {
				stood += c.line["guarantor."+name]
			}
		}
		return max(0, stood-c.got(tier))
	case "insurer":
		return max(0, c.line["insurer.principal"]+c.line["insurer.written_principal"]-c.got(tier))
	case "reserve":
		return max(0, c.a.reserve-c.got("reserve"))
	}
	return 0
}

func (c *calculator) onTop(tier string) bool {
	return map[string]string{
		"fees": c.a.feesOf, "late_interest": c.a.lateOf, "written_late": c.a.lateOf, "interest": c.a.interestOf, "written_interest": c.a.interestOf,
	}[tier] == "buyer"
}

func (c *calculator) owedToFunder() int64 {
	return c.wanted("fees") + c.wanted("late_interest") + c.wanted("interest") + c.wanted("principal")
}

func (c *calculator) lost() int64 {
	return c.wanted("written_principal") + c.wanted("written_interest") + c.wanted("written_late")
}

func (c *calculator) faceOpen() int64 { return max(0, c.a.face-c.diluted-c.facePaid) }

func (c *calculator) buyerOwes() int64 {
	sum := c.faceOpen()
	for _, tier := range everyTier {
		if c.onTop(tier) {
			sum += c.wanted(tier)
		}
	}
	return sum
}

func (c *calculator) bound(payer string) int64 {
	switch {
	case payer == "buyer" && c.a.obligor == "buyer":
		return c.buyerOwes()
	case payer == "buyer":
		return 1 << 60
	case payer == "insurer":
		return c.principal + c.wanted("written_principal")
	case payer == "seller" && c.a.obligor == "seller":
		return c.owedToFunder() + c.lost() + c.wanted("guarantor") + c.wanted("insurer")
	}
	return c.owedToFunder() + c.lost()
}

// onFace tells whether a payer's money for a tier pays the face.
func (c *calculator) onFace(payer, tier string) bool {
	return payer == "buyer" && c.a.obligor == "buyer" && tier != "overpaid" && !c.onTop(tier)
}

// change puts an amount into a payer's tier, or takes it out.
func (c *calculator) change(payer, tier string, amount int64, today int) {
	c.line[payer+"."+tier] += amount
	if c.onFace(payer, tier) {
		c.facePaid += amount
	}
	if tier != "principal" {
		return
	}
	c.principal -= amount
	c.lot(amount, today)
	if c.a.givenBack {
		for night := today; night < c.a.due && c.line["discount"] > 0; night++ {
			n, d := c.weight(int(c.start), night)
			c.rebate.Add(c.rebate, new(big.Rat).Mul(big.NewRat(amount, 1), big.NewRat(c.firstRate*n, d*1e6)))
		}
		c.line["rebate"] = min(c.line["discount"], whole(c.rebate))
	}
}

// lot tells principal that a bank took back within the grace from what was out since the due date. What comes in repays it first.
func (c *calculator) lot(repaid int64, today int) {
	switch {
	case repaid > 0:
		c.back = max(0, c.back-repaid)
	case repaid < 0 && c.out && today > c.due && today <= c.due+c.a.grace:
		c.back -= repaid
		c.backOrdinary, c.backPenalty = new(big.Rat), new(big.Rat)
	}
}

func (c *calculator) distribute(payer string, amount int64, today int, lostFirst bool) {
	counts := min(amount, c.bound(payer))
	rest := counts
	give := func(tier string, most int64) {
		if c.onFace(payer, tier) {
			most = min(most, c.faceOpen())
		}
		if given := min(rest, most); given > 0 {
			rest -= given
			c.change(payer, tier, given, today)
		}
	}
	shares := (payer == "buyer" || payer == c.a.obligor) && c.line["insurer.principal"]+c.line["insurer.written_principal"] > 0
	if shares {
		give("insurer", min(c.wanted("insurer"), part(counts, c.a.coverShare)))
	}
	lost := []string{"written_principal", "written_interest", "written_late"}
	queue := []string{}
	for _, tier := range c.a.waterfall {
		if tier == "seller" {
			queue = append(queue, lost...)
			queue = append(queue, "guarantor", "insurer")
		}
		queue = append(queue, tier)
	}
	if lostFirst {
		queue = append(slices.Clone(lost), queue...)
	}
	for _, tier := range queue {
		switch {
		case payer == "insurer" && tier != "principal" && tier != "written_principal":
		case payer == "guarantor" && (tier == "guarantor" || tier == "insurer"):
		case tier == "seller" && payer == "buyer":
			give(tier, rest)
		case tier == "reserve" && payer != "buyer", tier == "seller":
		default:
			give(tier, c.wanted(tier))
		}
	}
	rest += amount - counts
	if shares {
		c.shared[payer] += amount - rest
	}
	give("overpaid", rest)
}

func (c *calculator) withdraw(payer string, amount int64, today int) {
	take := func(tier string, most int64) {
		if taken := min(amount, most, c.line[payer+"."+tier]); taken > 0 {
			amount -= taken
			c.change(payer, tier, -taken, today)
		}
	}
	take("overpaid", amount)
	stays := max(0, c.shared[payer]-amount)
	c.shared[payer] = stays
	take("seller", amount)
	take("reserve", amount)
	take("insurer", c.line[payer+".insurer"]-part(stays, c.a.coverShare))
	for _, tier := range []string{"guarantor", "written_late", "written_interest", "written_principal"} {
		take(tier, amount)
	}
	backwards := slices.Clone(c.a.waterfall)
	slices.Reverse(backwards)
	for _, tier := range append(backwards, "insurer") {
		take(tier, amount)
	}
	if amount != 0 {
		panic("more withdrawn than paid")
	}
}

func (c *calculator) drawReserve(most int64, today int) {
	amount := min(most, c.line["buyer.reserve"])
	for _, tier := range c.a.waterfall {
		if tier == "reserve" || tier == "seller" {
			continue
		}
		if given := min(amount, c.wanted(tier)); given > 0 {
			amount -= given
			c.change("buyer", "reserve", -given, today)
			c.change("buyer", tier, given, today)
		}
	}
}

func (c *calculator) release(today int) {
	held := c.line["buyer.reserve"]
	if held == 0 || c.owedToFunder() > 0 || !c.closed && c.a.obligor == "buyer" && c.faceOpen() > 0 {
		return
	}
	c.change("buyer", "reserve", -held, today)
	for _, tier := range []string{"written_principal", "written_interest", "written_late", "guarantor", "insurer"} {
		given := min(held, c.wanted(tier))
		held -= given
		c.change("buyer", tier, given, today)
	}
	c.change("buyer", "seller", held, today)
}

func (c *calculator) dilute(amount int64, today int) {
	missing := func() int64 { return max(0, c.principal-c.faceOpen()) }
	before := missing()
	c.diluted = min(c.diluted+amount, c.a.face-c.a.confirmed)
	c.drawReserve(missing()-before, today)
	r := c.a.recourse["dispute"]
	more := part(max(0, missing()-before), r.share)
	if r.most > 0 {
		more = min(more, max(0, r.most-c.calledForDilution))
	}
	c.calledForDilution += more
	c.called += more
}

func (c *calculator) call(cause string, today int) {
	c.drawReserve(c.owedToFunder(), today)
	r := c.a.recourse[cause]
	owed := c.owedToFunder()
	if cause == "dispute" {
		soft := min(c.disputed, max(0, c.a.face-c.a.confirmed-c.diluted))
		uncovered := max(0, c.principal-max(0, c.faceOpen()-soft))
		owed = max(0, uncovered-max(0, c.calledForDilution-c.sellerHasPaid()))
	} else if r.share == 1e6 && r.most == 0 {
		c.calledForAll = true
		return
	}
	amount := part(owed, r.share)
	if r.most > 0 {
		amount = min(amount, r.most)
	}
	c.called += amount
}

func (c *calculator) writeOff(amount int64) {
	for _, pair := range [][2]string{{"principal", "written_off_principal"}, {"interest", "written_off_interest"}, {"late_interest", "written_off_late_interest"}} {
		taken := min(amount, c.wanted(pair[0]))
		if pair[0] == "principal" {
			c.principal -= taken
			c.lot(taken, 0)
		}
		c.line[pair[1]] += taken
		amount -= taken
	}
}

func (c *calculator) sellerHasPaid() int64 {
	var sum int64
	for _, tier := range everyTier[:len(everyTier)-1] {
		sum += c.line["seller."+tier]
	}
	return sum
}

func (c *calculator) sellerOwes() int64 {
	owed := c.owedToFunder()
	borrower := c.a.obligor == "seller" || !c.a.buyersCash && c.a.assignment == "pledge"
	if borrower || c.calledForAll {
		return owed
	}
	var borne, due int64
	for _, tier := range []string{"fees", "late_interest", "interest"} {
		if !c.onTop(tier) {
			due += c.wanted(tier)
			borne += c.wanted(tier) + c.got(tier)
		}
	}
	paid := c.sellerHasPaid()
	short := max(0, c.principal+due-c.faceOpen())
	return min(owed, min(short, max(0, borne-paid))+max(0, c.called-max(0, paid-borne)))
}

func (c *calculator) entitled(party string) int64 {
	switch party {
	case "funder":
		return c.got("late_interest") + c.got("interest") + c.got("principal") + c.got("written_principal") + c.got("written_interest") + c.got("written_late") - c.line["rebate"]
	case "seller":
		return c.got("seller") + c.line["seller.overpaid"] + c.line["rebate"]
	case "buyer":
		return c.line["buyer.overpaid"]
	case "operator":
		if c.a.buyersCash { // paid to it by the buyer itself
			return c.got("fees")
		}
		return c.got("fees") + c.line["fee"]
	}
	return c.got(party) + c.line[party+".overpaid"]
}

// derive brings the lines that follow from the others up to date.
func (c *calculator) derive(today int) {
	c.line["interest"], c.line["late_interest"] = whole(c.interest), whole(c.late)
	discount := c.line["discount"]
	ahead := int64(0)
	switch {
	case discount == 0 || c.principal == 0 || today >= c.a.due:
	case c.a.effective:
		ahead = c.aheadEffective(discount, today)
		c.order = append(c.order, fmt.Sprintf("discount ahead %s: %s * (1 - (%s/%s)^(%d/%d))", cents(ahead), cents(c.principal), cents(c.outlay-discount), cents(c.outlay), c.a.due-today, int64(c.a.due)-c.start))
	default:
		ahead = c.aheadLinear(discount, today)
		c.order = append(c.order, fmt.Sprintf("discount ahead %s: %s * %s/%s for %d of %d days", cents(ahead), cents(discount), cents(c.principal), cents(c.outlay), c.a.due-today, int64(c.a.due)-c.start))
	}
	if c.out {
		c.line["discount_earned"] = max(0, discount-c.line["rebate"]-ahead)
		if c.a.buyersCash {
			c.line["discount_earned"] = discount
		}
	}
	c.line["allowance"] = min(c.allowance, c.principal+c.wanted("interest")+c.wanted("late_interest"))
	for _, party := range []string{"buyer", "seller", "insurer", "guarantor", "funder", "operator"} {
		c.line["shortfall."+party] = max(0, c.line["paid_on."+party]-c.entitled(party))
	}
}

func (c *calculator) aheadLinear(discount int64, today int) int64 {
	nights := func(from int) *big.Rat {
		sum := new(big.Rat)
		for night := from; night < c.a.due; night++ {
			n, d := c.weight(int(c.start), night)
			sum.Add(sum, big.NewRat(n, d))
		}
		return sum
	}
	if nights(int(c.start)).Sign() == 0 {
		return 0
	}
	x := new(big.Rat).Mul(big.NewRat(discount, 1), big.NewRat(c.principal, c.outlay))
	x.Mul(x, nights(today))
	return whole(x.Quo(x, nights(int(c.start))))
}

// aheadEffective finds the whole cent by comparing powers, which are exact: the cents ahead are below u + 1/2 when
// ((p-u-1/2)/p)^total is below (outlay's growth)^days.
func (c *calculator) aheadEffective(discount int64, today int) int64 {
	total, days := int64(c.a.due)-c.start, int64(c.a.due-today)
	power := func(base, exponent int64) *big.Int {
		return new(big.Int).Exp(big.NewInt(base), big.NewInt(exponent), nil)
	}
	right := new(big.Int).Mul(power(c.outlay-discount, days), power(2*c.principal, total))
	below := func(u int64) bool { // ((2p-2u-1)/2p)^total < ((o-d)/o)^days
		if 2*c.principal <= 2*u+1 {
			return true
		}
		left := new(big.Int).Mul(power(2*c.principal-2*u-1, total), power(c.outlay, days))
		return left.Cmp(right) < 0
	}
	low, high := int64(-1), discount // below(high) holds
	for high-low > 1 {
		middle := (low + high) / 2
		if below(middle) {
			high = middle
		} else {
			low = middle
		}
	}
	return high
}

// open is what a table shows as open.
func (c *calculator) open() map[string]int64 {
	open := map[string]int64{
		"principal": c.principal, "interest": c.wanted("interest"), "late_interest": c.wanted("late_interest"), "fees": c.wanted("fees"),
		"by_seller": c.sellerOwes(), "lost": c.lost(),
		"by_insurer": max(0, c.claim-c.line["insurer.principal"]-c.line["insurer.written_principal"]),
	}
	if c.a.obligor == "buyer" {
		open["by_buyer"] = c.buyerOwes()
	}
	for _, party := range []string{"buyer", "seller", "insurer", "guarantor", "funder", "operator"} {
		open["for_"+party] = max(0, c.entitled(party)-c.line["paid_on."+party])
	}
	for name, amount := range open {
		if amount == 0 {
			delete(open, name)
		}
	}
	return open
}

func cents(amount int64) string { return decimal(amount, 2) }

func decimal(value int64, digits int) string {
	sign := ""
	if value < 0 {
		sign, value = "-", -value
	}
	text := fmt.Sprintf("%0*d", digits+1, value)
	return sign + text[:len(text)-digits] + "." + text[len(text)-digits:]
}
