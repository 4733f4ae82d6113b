package servicing_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"millrace/domain/calendar"
	"millrace/domain/money"
	"millrace/domain/servicing"
)

// drawAgreement draws terms of any combination.
func drawAgreement(t *rapid.T) *agreement {
	yes := rapid.Bool()
	role := rapid.SampledFrom([]string{"buyer", "seller"})
	from := day("2027-12-20") + rapid.IntRange(0, 40).Draw(t, "from")
	a := &agreement{
		technique: "drawn", face: rapid.Int64Range(10_00, 1_000_000_00).Draw(t, "face"), dayCount: rapid.SampledFrom([]string{"ACT/360", "ACT/365F", "30/360", "ACT/ACT"}).Draw(t, "count"),
		rate: rapid.Int64Range(0, 200_000).Draw(t, "rate"), penalty: rapid.Int64Range(0, 300_000).Draw(t, "penalty"), floor: rapid.Int64Range(-10_000, 10_000).Draw(t, "floor"),
		floating: yes.Draw(t, "floating"), penaltyFloating: yes.Draw(t, "penalty floating"), inAdvance: yes.Draw(t, "in advance"), effective: yes.Draw(t, "effective"),
		givenBack: yes.Draw(t, "given back"), from: from, due: from + rapid.IntRange(-2, 60).Draw(t, "tenor"), grace: rapid.IntRange(0, 8).Draw(t, "grace"),
		penaltyFromGraceEnd: yes.Draw(t, "from grace end"), penaltyAdds: yes.Draw(t, "adds"),
		interestOf: role.Draw(t, "interest of"), lateOf: role.Draw(t, "late of"), feesOf: role.Draw(t, "fees of"), obligor: role.Draw(t, "obligor"),
		assignment: rapid.SampledFrom([]string{"none", "pledge", "sale"}).Draw(t, "assignment"), buyersCash: rapid.IntRange(0, 9).Draw(t, "cash") == 0,
		recourse: map[string]answer{"warranty": always},
	}
	if a.buyersCash {
		a.assignment, a.obligor = "none", "buyer"
	}
	upTo := func(most int64, name string) int64 { return rapid.Int64Range(0, most).Draw(t, name) }
	a.principal = max(1, a.face-upTo(a.face/3, "holdback"))
	a.confirmed, a.fee = upTo(a.face, "confirmed"), upTo(a.principal/20, "fee")
	a.reserve = upTo(a.face/5, "reserve")
	if a.inAdvance {
		a.discount = min(upTo(a.principal, "discount"), a.face/2)
	}
	a.waterfall = append(rapid.Permutation(standard[:5]).Draw(t, "waterfall"), "seller")
	for _, cause := range []string{"insolvency", "protracted_default", "dispute"} {
		a.recourse[cause] = answer{share: rapid.SampledFrom([]int64{0, 0, 250_000, 800_001, 1_000_000}).Draw(t, cause), most: rapid.SampledFrom([]int64{0, 0, a.face / 7}).Draw(t, "most")}
	}
	if yes.Draw(t, "cover") {
		a.coverShare, a.coverLimit, a.coverDays = rapid.Int64Range(1, 1_000_000).Draw(t, "cover share"), upTo(a.face, "cover limit"), 10
	}
	return a
}

// drawLife draws what happens: in any order, backdated, taken back, beyond what is owed. Entries are a permutation.
func drawLife(t *rapid.T, a *agreement) []event {
	kinds := []string{
		"received", "received", "received", "received", "bought_back", "paid_on_cover", "recovered", "reversed", "reversed", "recoursed", "claimed", "defaulted", "provisioned",
		"written_off", "paid_on", "paid_on", "closed", "fixing", "extended", "fee_charged", "diluted", "disputed", "resolved",
	}
	events := []event{{kind: "disbursed", day: a.from, amount: a.principal}}
	count := rapid.IntRange(0, 12).Draw(t, "count")
	for range count {
		e := event{
			kind: rapid.SampledFrom(kinds).Draw(t, "kind"), day: a.from + rapid.IntRange(-3, a.due-a.from+40).Draw(t, "day"),
			amount: rapid.OneOf(rapid.Int64Range(1, 5_00), rapid.Int64Range(1, a.face)).Draw(t, "amount"),
		}
		switch e.kind {
		case "received", "recovered":
			e.party = rapid.SampledFrom([]string{"buyer", "buyer", "buyer", "seller", "guarantor", "insurer"}).Draw(t, "payer")
		case "paid_on":
			e.party = rapid.SampledFrom([]string{"buyer", "seller", "guarantor", "insurer", "funder", "operator"}).Draw(t, "to")
		case "recoursed":
			e.cause = rapid.SampledFrom([]string{"insolvency", "protracted_default", "dispute", "warranty"}).Draw(t, "cause")
		case "fixing":
			e.rate = rapid.Int64Range(-20_000, 60_000).Draw(t, "fixing")
		case "extended":
			e.due = e.day + rapid.IntRange(-5, 30).Draw(t, "new due")
		}
		events = append(events, e)
	}
	entries := make([]int, len(events))
	for i := range entries {
		entries[i] = i + 1
	}
	entries = rapid.Permutation(entries).Draw(t, "entries")
	for i := range events {
		events[i].entry, events[i].bank = entries[i], rapid.IntRange(0, 2).Draw(t, "bank")
		if events[i].kind == "reversed" {
			events[i].of = rapid.IntRange(1, len(events)+1).Draw(t, "of")
		}
	}
	return events
}

func TestAgainstTheCalculator(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		a := drawAgreement(r)
		terms, events := a.terms(t), drawLife(r, a)
		want, events := reckon(a, events)
		for i := range want {
			want[i].working = nil
		}
		if diff := cmp.Diff(want, walked(terms, events), cmp.AllowUnexported(row{}, event{})); diff != "" {
			r.Fatalf("reckoned night by night (-) and by the package (+):\n%s", diff)
		}
	})
}

func TestNobodyGetsMoreOrLess(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		a := drawAgreement(r)
		terms, events := a.terms(t), drawLife(r, a)
		facts := factsOf(events)
		came := [5]money.Minor{} // by payer, on balance
		out := money.Minor(0)
		var before servicing.Position
		servicing.Walk(terms, facts, func(f servicing.Fact, p servicing.Position) {
			payer, amount := moneyOf(f, facts)
			came[payer] += amount
			payer = max(payer, servicing.Buyer)
			if f.Kind == servicing.Disbursed && terms.Source == servicing.FunderFunds {
				out = f.Amount
			}
			for payer := servicing.Buyer; payer <= servicing.Guarantor; payer++ {
				if p.Paid(payer) != came[payer] {
					r.Fatalf("%s has paid %d, the tiers hold %d", payer, came[payer], p.Paid(payer))
				}
			}
			noneBelowZero(r, &p)
			if got := p.Principal + p.Collected(servicing.TierPrincipal) + p.Totals[servicing.LineWrittenPrincipal]; got != out {
				r.Fatalf("principal out %d, repaid and lost make %d", out, got)
			}
			if over := p.Totals[servicing.CollectionLine(payer, servicing.TierOverpaid)] - before.Totals[servicing.CollectionLine(payer, servicing.TierOverpaid)]; f.Kind == servicing.Received && over > 0 {
				paidInFull(r, terms, f, &p)
			}
			if given := p.Totals[servicing.CollectionLine(servicing.Buyer, servicing.TierSeller)] - before.Totals[servicing.CollectionLine(servicing.Buyer, servicing.TierSeller)]; given > 0 && p.Owed()+p.Lost() > 0 {
				r.Fatalf("the seller gets %d while %d is owed before it", given, p.Owed()+p.Lost())
			}
			before = p
			booksTie(r, terms, &p)
		})
	})
}

// moneyOf is what a fact brings and from whom; a reversal takes it back.
func moneyOf(f servicing.Fact, facts []servicing.Fact) (servicing.Role, money.Minor) {
	switch f.Kind {
	case servicing.Received, servicing.Recovered:
		return f.Party, f.Amount
	case servicing.BoughtBack:
		return servicing.Seller, f.Amount
	case servicing.PaidOnCover:
		return servicing.Insurer, f.Amount
	case servicing.Reversed:
		for _, target := range facts {
			if target.Entry == f.Of && target.Kind != servicing.Reversed {
				payer, amount := moneyOf(target, facts)
				return payer, -amount
			}
		}
	}
	return 0, 0
}

// paidInFull asks that nobody has paid too much who still owes.
func paidInFull(r *rapid.T, terms *servicing.Terms, f servicing.Fact, p *servicing.Position) {
	switch {
	case f.Party == servicing.Buyer && p.OwedBy(terms, servicing.Buyer) > 0,
		(f.Party == servicing.Seller || f.Party == servicing.Guarantor) && p.Owed()+p.Lost() > 0,
		f.Party == servicing.Insurer && p.Principal > 0:
		r.Fatalf("%s has paid too much, and is still owing: %+v", f.Party, p)
	}
}

func noneBelowZero(r *rapid.T, p *servicing.Position) {
	for line, amount := range p.Totals {
		if amount < 0 {
			r.Fatalf("%s is %d", servicing.Line(line), amount)
		}
	}
	for name, amount := range map[string]money.Minor{"principal": p.Principal, "interest": p.InterestDue(), "late interest": p.LateDue(), "fees": p.FeesDue(), "lost": p.Lost()} {
		if amount < 0 {
			r.Fatalf("%s is %d", name, amount)
		}
	}
}

// booksTie holds the books that follow from the totals against the position.
func booksTie(r *rapid.T, terms *servicing.Terms, p *servicing.Position) {
	var none servicing.Position
	var movements []servicing.Movement
	movements = servicing.Difference(movements, &none, p, p.On)
	var books [8][64]int64
	for _, m := range movements {
		sum := [8]int64{}
		for _, leg := range servicing.Postings(nil, terms, m) {
			amount := int64(leg.Amount) * pick(leg.Side == servicing.Debit, int64(1), -1)
			books[leg.Entity][leg.Account] += amount
			sum[leg.Entity] += amount
		}
		if sum != [8]int64{} {
			r.Fatalf("%s: debits less credits by entity are %v", m.Line, sum)
		}
	}
	payable, borrowed := borneBy(terms, p, servicing.Seller), int64(0)
	if terms.Treatment() == servicing.LoanToSeller {
		borrowed = borrowing(terms, p)
	}
	claim := books[servicing.Funder][servicing.PurchasedClaim] + books[servicing.Funder][servicing.LoanGranted]
	custodian := books[servicing.Custodian]
	for _, tie := range []struct {
		name      string
		got, want int64
	}{
		{"claim", claim, int64(p.Principal)},
		{"interest receivable", books[servicing.Funder][servicing.InterestReceivable], int64(p.InterestDue())},
		{"late receivable", books[servicing.Funder][servicing.LateReceivable], int64(p.LateDue())},
		{"fees receivable", books[servicing.Operator][servicing.FeesReceivable], int64(p.FeesDue())},
		{"allowance", -books[servicing.Funder][servicing.LossAllowance], int64(p.Totals[servicing.LineAllowance])},
		{"for the funder", -custodian[servicing.ForFunder], int64(p.ToPayOn(servicing.Funder))},
		{"for the seller", -custodian[servicing.ForSeller], int64(p.ToPayOn(servicing.Seller))},
		{"for the operator", -custodian[servicing.ForOperator], int64(p.ToPayOn(servicing.Operator))},
		{"for the buyer", -custodian[servicing.ForBuyer], int64(p.ToPayOn(servicing.Buyer))},
		{"for the insurer", -custodian[servicing.ForInsurer], int64(p.ToPayOn(servicing.Insurer))},
		{"for the guarantor", -custodian[servicing.ForGuarantor], int64(p.ToPayOn(servicing.Guarantor))},
		{"the seller's interest and fees", -books[servicing.Seller][servicing.InterestPayable] - books[servicing.Seller][servicing.FeesPayable], payable},
		{"the seller's borrowing", -books[servicing.Seller][servicing.Borrowing], borrowed},
		{"held back", -custodian[servicing.HeldBack], int64(p.Collected(servicing.TierReserve))},
		{"came in", custodian[servicing.Unallocated], int64(p.Paid(servicing.Buyer) + p.Paid(servicing.Seller) + p.Paid(servicing.Insurer) + p.Paid(servicing.Guarantor))},
	} {
		if tie.got != tie.want {
			r.Fatalf("%s: the books say %d, the position %d", tie.name, tie.got, tie.want)
		}
	}
}

// borneBy is what a party bears of interest and fees and nobody has paid; writing off does not release it.
func borneBy(terms *servicing.Terms, p *servicing.Position, party servicing.Role) int64 {
	sum := money.Minor(0)
	if terms.InterestOf == party {
		sum += p.Totals[servicing.LineInterest] - p.Collected(servicing.TierInterest) - p.Collected(servicing.TierWrittenInterest)
	}
	if terms.LateOf == party {
		sum += p.Totals[servicing.LineLate] - p.Collected(servicing.TierLate) - p.Collected(servicing.TierWrittenLate)
	}
	if terms.FeesOf == party {
		sum += p.FeesDue()
	}
	return int64(sum)
}

// borrowing is what the seller has borrowed and not repaid, to whomever it is owed by now: the funder, also what it wrote off,
// an insurer or a guarantor that has paid, who may have paid interest of the seller's too. What the seller pays of the buyer's
// interest makes it the less.
func borrowing(terms *servicing.Terms, p *servicing.Position) int64 {
	sum := p.Principal + p.Totals[servicing.LineWrittenPrincipal] - p.Collected(servicing.TierWrittenPrincipal)
	sum += p.Totals[servicing.CollectionLine(servicing.Insurer, servicing.TierPrincipal)] + p.Totals[servicing.CollectionLine(servicing.Insurer, servicing.TierWrittenPrincipal)]
	sum -= p.Collected(servicing.TierInsurer) + p.Collected(servicing.TierGuarantor)
	for tier := servicing.TierFees; tier <= servicing.TierWrittenLate; tier++ {
		bearer := map[servicing.Tier]servicing.Role{
			servicing.TierFees: terms.FeesOf, servicing.TierLate: terms.LateOf, servicing.TierWrittenLate: terms.LateOf,
			servicing.TierInterest: terms.InterestOf, servicing.TierWrittenInterest: terms.InterestOf,
		}[tier]
		if bearer != servicing.Buyer {
			sum += p.Totals[servicing.CollectionLine(servicing.Guarantor, tier)]
		} else {
			sum -= p.Totals[servicing.CollectionLine(servicing.Seller, tier)]
		}
	}
	return int64(sum)
}

func TestOrderOfArrivalDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		a := drawAgreement(r)
		terms, facts := a.terms(t), factsOf(drawLife(r, a))
		arrival := rapid.Permutation(slices.Clone(facts)).Draw(r, "arrival")
		today := facts[len(facts)-1].Value + 3
		var known []servicing.Fact
		var posted [servicing.Lines]money.Minor
		before := servicing.Run(terms, nil)
		for _, fact := range arrival {
			known = servicing.Insert(known, fact)
			today += calendar.Date(rapid.IntRange(0, 3).Draw(r, "days"))
			after := servicing.Run(terms, known).At(terms, today)
			for _, m := range servicing.Difference(nil, &before, &after, today) {
				if m.Booking != today {
					r.Fatalf("%+v is not posted on the open day", m)
				}
				posted[m.Line] += m.Amount
			}
			before = after
		}
		if want := servicing.Run(terms, facts).At(terms, today); before != want || posted != want.Totals {
			r.Fatalf("arrived as %+v\n%+v\n%+v", arrival, before, want)
		}
	})
}

// With a bank's sequence of their own, facts of one day may be entered in any order: the entries then decide nothing.
func TestOrderOfEntryDoesNotMatterWithinADay(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		a := drawAgreement(r)
		terms, events := a.terms(t), drawLife(r, a)
		entries := make([]int, len(events))
		for i := range events {
			events[i].bank, events[i].entry, entries[i] = i+1, i+1, i+1
			if events[i].kind == "reversed" {
				events[i].of = rapid.IntRange(1, i).Draw(r, "of")
			}
		}
		want := servicing.Run(terms, factsOf(events))
		entries = rapid.Permutation(entries).Draw(r, "entries")
		for i := range events { // what takes back is entered after what it takes back
			if of := events[i].of; events[i].kind == "reversed" && entries[of-1] > entries[i] {
				return
			}
		}
		for i := range events {
			events[i].entry = entries[i]
			if events[i].kind == "reversed" {
				events[i].of = entries[events[i].of-1]
			}
		}
		if got := servicing.Run(terms, factsOf(events)); got != want {
			r.Fatalf("%+v\n%+v", got, want)
		}
	})
}

func TestAccrualIsTheSameHoweverItIsCut(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		a := drawAgreement(r)
		terms, facts := a.terms(t), factsOf(drawLife(r, a))
		p := servicing.Run(terms, facts)
		first := p.On + calendar.Date(rapid.IntRange(0, 100).Draw(r, "first"))
		second := first + calendar.Date(rapid.IntRange(0, 100).Draw(r, "second"))
		if cut, whole := p.At(terms, first).At(terms, second), p.At(terms, second); cut != whole {
			r.Fatalf("%+v\n%+v", cut, whole)
		}
	})
}

// Once an insurer has paid, money that comes and is taken back on one day leaves every tier within a cent of where it would be had it
// never come: whether the insurer has all of its money back or not.
func TestTakenBackIsAsIfItHadNotCome(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		a := drawAgreement(r)
		a.obligor, a.reserve, a.coverShare, a.coverLimit, a.coverDays = "buyer", 0, rapid.Int64Range(1, 1_000_000).Draw(r, "share"), a.face, 10
		terms, day := a.terms(t), a.due+20
		before := []event{
			{kind: "disbursed", day: a.from, amount: a.principal, entry: 1},
			{kind: "received", party: "insurer", day: day - 1, amount: rapid.Int64Range(1, a.principal).Draw(r, "insurer pays"), entry: 2},
		}
		payments := rapid.IntRange(1, 4).Draw(r, "payments")
		gone := rapid.IntRange(0, payments-1).Draw(r, "taken back")
		with, without, left := slices.Clone(before), slices.Clone(before), a.face
		for i := range payments {
			one := event{kind: "received", party: "buyer", day: day, amount: rapid.Int64Range(0, left).Draw(r, "amount"), entry: 3 + i}
			left -= one.amount
			with = append(with, one)
			if i != gone {
				without = append(without, one)
			}
		}
		with = append(with, event{kind: "reversed", day: day, of: 3 + gone, entry: 3 + payments})
		at := func(events []event) servicing.Position {
			return servicing.Run(terms, factsOf(events)).At(terms, calendar.Date(day))
		}
		x, y := at(with), at(without)
		for tier := servicing.TierFees; tier <= servicing.TierOverpaid; tier++ {
			if off := x.Collected(tier) - y.Collected(tier); off < -money.Minor(payments) || off > money.Minor(payments) {
				r.Errorf("%s has %d after the reversal, %d had the money never come", tier, x.Collected(tier), y.Collected(tier))
			}
		}
	})
}
