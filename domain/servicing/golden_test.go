package servicing_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"

	"github.com/google/go-cmp/cmp"

	"millrace/domain/calendar"
	"millrace/domain/servicing"
)

var update = flag.Bool("update", false, "write the tables anew")

func day(text string) int {
	d, ok := calendar.Parse(text)
	if !ok {
		panic(text)
	}
	return int(d)
}

var standard = []string{"fees", "late_interest", "interest", "principal", "reserve", "seller"}

// always is the recourse that nobody goes without.
var always = answer{share: 1_000_000}

// whole is recourse in every cause, protracted default after so many days.
func wholeRecourse(days int) map[string]answer {
	return map[string]answer{"insolvency": always, "protracted_default": {share: 1_000_000, days: days}, "dispute": always, "warranty": always}
}

// techniques are one agreement for each technique, and who pays when all goes well.
var techniques = []agreement{
	{
		technique: "receivables discounting", story: "sale with recourse in every cause; 85 % advanced, interest in arrears out of what comes in",
		face: 20_000_00, principal: 17_000_00, fee: 50_00, rate: 48_000, penalty: 90_000, dayCount: "ACT/360",
		from: day("2026-09-01"), due: day("2026-11-30"), grace: 3,
		interestOf: "seller", lateOf: "seller", feesOf: "seller", obligor: "buyer", assignment: "sale", waterfall: standard, recourse: wholeRecourse(30),
	},
	{
		technique: "forfaiting", story: "sale without recourse of what a bank undertakes to pay; discount at the start, earned at the effective rate",
		face: 500_000_00, confirmed: 500_000_00, principal: 500_000_00, discount: 12_500_00, rate: 50_000, penalty: 80_000, dayCount: "ACT/360",
		inAdvance: true, effective: true, from: day("2026-09-02"), due: day("2027-03-01"), penaltyFromGraceEnd: true,
		interestOf: "buyer", lateOf: "buyer", feesOf: "buyer", obligor: "buyer", assignment: "sale", waterfall: standard, recourse: map[string]answer{"warranty": always},
	},
	{
		technique: "factoring", story: "sale; the factor bears insolvency and default, the seller disputes; 80 % advanced, 1,250.00 held back; 90 % insured",
		face: 12_500_00, principal: 10_000_00, fee: 31_25, reserve: 1_250_00, rate: 25_000, penalty: 45_000, floating: true, penaltyFloating: true, dayCount: "30/360",
		from: day("2026-09-15"), due: day("2026-12-15"), grace: 5, penaltyAdds: false,
		interestOf: "seller", lateOf: "seller", feesOf: "seller", obligor: "buyer", assignment: "sale", waterfall: standard,
		recourse: map[string]answer{"dispute": {share: 1_000_000, days: 14}, "warranty": always}, coverLimit: 9_000_00, coverShare: 900_000, coverDays: 60,
	},
	{
		technique: "payables finance", story: "the buyer has undertaken irrevocably; the seller sells at a discount without recourse; late interest is the buyer's",
		face: 36_000_00, confirmed: 36_000_00, principal: 36_000_00, discount: 144_00, fee: 18_00, rate: 48_000, penalty: 90_000, dayCount: "ACT/360",
		inAdvance: true, from: day("2026-09-01"), due: day("2026-10-01"), grace: 2,
		interestOf: "buyer", lateOf: "buyer", feesOf: "buyer", obligor: "buyer", assignment: "sale", waterfall: standard, recourse: map[string]answer{"warranty": always},
	},
	{
		technique: "corporate payment undertaking", story: "the seller is paid early without assignment; the buyer has borrowed; late interest runs beside the ordinary",
		face: 15_000_00, confirmed: 15_000_00, principal: 15_000_00, discount: 150_00, rate: 50_000, penalty: 20_000, dayCount: "ACT/365F",
		inAdvance: true, penaltyAdds: true, from: day("2026-09-01"), due: day("2026-11-13"), grace: 1,
		interestOf: "buyer", lateOf: "buyer", feesOf: "buyer", obligor: "buyer", assignment: "none", waterfall: standard, recourse: map[string]answer{"warranty": always},
	},
	{
		technique: "loan against receivables", story: "the seller borrows 70 % of receivables that it pledges and keeps; a floating rate that runs on, with 2 points more when late",
		face: 80_000_00, principal: 56_000_00, fee: 280_00, rate: 22_500, penalty: 20_000, floor: 0, floating: true, dayCount: "ACT/360",
		penaltyAdds: true, from: day("2026-09-01"), due: day("2026-10-31"), grace: 0, penaltyFromGraceEnd: true,
		interestOf: "seller", lateOf: "seller", feesOf: "seller", obligor: "buyer", assignment: "pledge", waterfall: standard, recourse: wholeRecourse(0),
	},
	{
		technique: "distributor finance", story: "the distributor borrows to pay the anchor, with interest on top; the anchor bears a first loss of 9,000.00 after 45 days",
		face: 45_000_00, principal: 45_000_00, fee: 90_00, rate: 65_000, penalty: 95_000, dayCount: "ACT/365F",
		from: day("2026-09-01"), due: day("2026-11-30"), grace: 5,
		interestOf: "buyer", lateOf: "buyer", feesOf: "buyer", obligor: "buyer", assignment: "none", waterfall: standard,
		recourse: map[string]answer{"insolvency": {share: 1_000_000, most: 9_000_00}, "protracted_default": {share: 1_000_000, most: 9_000_00, days: 45}, "warranty": always},
	},
	{
		technique: "loan against inventory", story: "the owner of pledged stock borrows; what its buyers pay repays the loan, the rest is the owner's",
		face: 30_000_00, principal: 30_000_00, fee: 75_00, rate: 60_000, penalty: 100_000, dayCount: "ACT/ACT",
		from: day("2027-12-01"), due: day("2028-03-01"), grace: 7,
		interestOf: "seller", lateOf: "seller", feesOf: "seller", obligor: "seller", assignment: "pledge", waterfall: standard, recourse: wholeRecourse(0),
	},
	{
		technique: "pre-shipment finance", story: "a loan against an order, repaid by the financing of its invoice",
		face: 24_000_00, principal: 24_000_00, fee: 60_00, rate: 75_000, penalty: 110_000, dayCount: "ACT/365F",
		from: day("2026-09-01"), due: day("2026-11-13"), grace: 10,
		interestOf: "seller", lateOf: "seller", feesOf: "seller", obligor: "seller", assignment: "none", waterfall: standard, recourse: wholeRecourse(0),
	},
	{
		technique: "dynamic discounting", story: "the buyer pays early from its own cash: 10,000.00 * 9 % * 73/365; the debt ends",
		face: 10_000_00, principal: 10_000_00, discount: 180_00, rate: 90_000, dayCount: "ACT/365F", inAdvance: true,
		from: day("2026-09-01"), due: day("2026-11-13"),
		interestOf: "buyer", lateOf: "buyer", feesOf: "buyer", obligor: "buyer", assignment: "none", buyersCash: true, waterfall: standard, recourse: map[string]answer{"warranty": always},
	},
	{
		technique: "bank payment undertaking", story: "a bank is bound to pay on matched data; the funder buys at a discount and gives back what is not earned",
		face: 60_000_00, confirmed: 60_000_00, principal: 60_000_00, discount: 600_00, rate: 40_000, penalty: 70_000, dayCount: "ACT/360",
		inAdvance: true, givenBack: true, from: day("2026-09-01"), due: day("2026-11-30"), grace: 1,
		interestOf: "buyer", lateOf: "buyer", feesOf: "buyer", obligor: "buyer", assignment: "sale", waterfall: standard, recourse: map[string]answer{"warranty": always},
	},
}

func (a *agreement) payer() string {
	switch a.technique {
	case "pre-shipment finance":
		return "seller"
	case "bank payment undertaking":
		return "guarantor"
	}
	return "buyer"
}

// all is the event's amount for "all that the payer owes"; a third party's is all that is owed to the funder.
const (
	all  = -1
	half = -2
	loan = -3
)

func (a *agreement) all() int64 {
	if a.payer() != a.obligor && a.payer() == "buyer" {
		return loan
	}
	return all
}

// scenario is what happens after the disbursement.
type scenario struct {
	name   string
	events func(a *agreement) []event
}

func in(kind, party string, day int, amount int64) event {
	return event{kind: kind, party: party, day: day, amount: amount}
}

func called(cause string, day int) event { return event{kind: "recoursed", cause: cause, day: day} }

// aftermath is what is left to do when obligor and seller do not pay all: provision, credit cover, write-off, recovery.
func (a *agreement) aftermath() []event {
	events := []event{in("provisioned", "", a.due+40, a.principal/4)}
	if a.coverShare > 0 {
		events = append(events, in("claimed", "", a.due+a.coverDays, 0), in("paid_on_cover", "", a.due+a.coverDays+20, all))
	}
	return append(events, in("written_off", "", a.due+100, all), in("recovered", "buyer", a.due+130, a.face/10), in("paid_on", "funder", a.due+131, all))
}

var scenarios = []scenario{
	{"on time", func(a *agreement) []event {
		return []event{in("received", a.payer(), a.due, a.all()), in("paid_on", "funder", a.due, all), in("paid_on", "seller", a.due, all), in("closed", "", a.due, 0)}
	}},
	{"early", func(a *agreement) []event {
		return []event{in("received", a.payer(), a.due-15, a.all()), in("paid_on", "seller", a.due-14, all), in("closed", "", a.due, 0)}
	}},
	{"late", func(a *agreement) []event {
		return []event{in("received", a.payer(), a.due+20, a.all()), in("closed", "", a.due+20, 0)}
	}},
	{"in parts", func(a *agreement) []event {
		return []event{
			in("fee_charged", "", a.due-10, 12_34), in("received", a.payer(), a.due-5, a.face/3), in("received", a.payer(), a.due+1, half),
			in("received", a.payer(), a.due+25, a.all()), in("closed", "", a.due+25, 0),
		}
	}},
	{"paid too much", func(a *agreement) []event {
		return []event{in("received", a.payer(), a.due, a.face+2_000_00), in("paid_on", a.payer(), a.due+2, all)}
	}},
	{"extended", func(a *agreement) []event {
		return []event{{kind: "extended", day: a.due + min(2, a.grace), due: a.due + 30}, in("received", a.payer(), a.due+30, a.all())}
	}},
	{"extended too late", func(a *agreement) []event {
		return []event{{kind: "extended", day: a.due + a.grace + 5, due: a.due + 30}, in("received", a.payer(), a.due+30, a.all())}
	}},
	{"taken back before it is due", func(a *agreement) []event {
		return []event{
			in("received", a.payer(), a.due-20, a.face/2), in("received", a.payer(), a.due-15, a.all()), {kind: "reversed", day: a.due - 8}, in("received", a.payer(), a.due, a.all()),
		}
	}},
	{"diluted", func(a *agreement) []event {
		return []event{in("diluted", "", a.due-10, a.face/4), in("received", a.payer(), a.due, a.all()), in("received", "seller", a.due+5, all)}
	}},
	{"disputed", func(a *agreement) []event {
		return []event{
			in("disputed", "", a.due-5, a.face/2), in("received", a.payer(), a.due, a.face/2), called("dispute", a.due+15), in("received", "seller", a.due+20, all),
			in("resolved", "", a.due+30, a.face/2), in("diluted", "", a.due+30, a.face/5), in("received", "buyer", a.due+35, all), in("received", "seller", a.due+36, all),
		}
	}},
	{"insolvent", func(a *agreement) []event {
		return append([]event{in("defaulted", "", a.due-10, 0), called("insolvency", a.due-10), in("received", "seller", a.due-3, all)}, a.aftermath()...)
	}},
	{"in default", func(a *agreement) []event {
		after := a.due + max(a.recourse["protracted_default"].days, 5)
		return append([]event{called("protracted_default", after), in("received", "seller", after+10, half), in("received", "seller", after+12, all)}, a.aftermath()...)
	}},
	{"warranty broken", func(a *agreement) []event {
		return []event{called("warranty", a.from+10), in("bought_back", "", a.from+12, all), in("received", "buyer", a.due, all)}
	}},
	{"taken back by the bank", func(a *agreement) []event {
		return []event{
			in("received", a.payer(), a.due, a.face), in("paid_on", "funder", a.due+1, all), in("paid_on", "seller", a.due+1, all),
			{kind: "reversed", day: a.due + 4}, in("received", a.payer(), a.due+14, a.face/2), in("received", a.payer(), a.due+16, a.all()),
		}
	}},
}

// life puts the disbursement before a scenario, and fixings of the base where there is one: before, and half way. What a
// bank takes back is the first money that came in, or the disbursement where none does.
func (s *scenario) life(a *agreement) []event {
	events := []event{in("disbursed", "", a.from, a.principal)}
	if a.floating {
		events = append(events, event{kind: "fixing", day: a.from - 20, rate: 21_000}, event{kind: "fixing", day: a.from + 31, rate: 18_750})
	}
	events = append(events, s.events(a)...)
	back := 0
	for i := range events {
		events[i].entry, events[i].bank, events[i].booked = i+1, i+1, events[i].day
		if back == 0 && (events[i].kind == "received" || a.buyersCash && events[i].kind == "disbursed") {
			back = i + 1
		}
		if events[i].kind == "reversed" {
			events[i].of = back
		}
	}
	return events
}

func TestTables(t *testing.T) {
	for i := range techniques {
		a := &techniques[i]
		t.Run(a.technique, func(t *testing.T) {
			terms := a.terms(t)
			var text strings.Builder
			text.WriteString(a.String())
			for _, s := range scenarios {
				want, events := reckon(a, s.life(a))
				got := walked(terms, events)
				plain := slices.Clone(want)
				for i := range plain {
					plain[i].working = nil
				}
				if diff := cmp.Diff(plain, got, cmp.AllowUnexported(row{}, event{})); diff != "" {
					t.Errorf("%s: reckoned night by night (-) and by the package (+):\n%s", s.name, diff)
				}
				fmt.Fprintf(&text, "\n## %s\n\n%s", s.name, table(want))
				text.WriteString(balances(t, terms, events))
			}
			path := filepath.Join("testdata", strings.ReplaceAll(a.technique, " ", "_")+".txt")
			if *update {
				if err := os.WriteFile(path, []byte(text.String()), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			golden, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(golden), text.String()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// String is the head of a table: the terms in words.
func (a *agreement) String() string {
	var text strings.Builder
	say := func(format string, arguments ...any) { fmt.Fprintf(&text, format+"\n", arguments...) }
	say("# %s\n\n%s\n", a.technique, a.story)
	say("face %s, confirmed %s, principal %s, discount %s, fee %s, reserve %s", cents(a.face), cents(a.confirmed), cents(a.principal), cents(a.discount), cents(a.fee), cents(a.reserve))
	base := func(floating bool) string { return pick(floating, "base + ", "") }
	say("rate %s%s %%, late %s%s %% from %s after %d days of grace, %s ordinary interest; %s", base(a.floating), decimal(a.rate, 4), base(a.penaltyFloating), decimal(a.penalty, 4),
		pick(a.penaltyFromGraceEnd, "the end", "the due date"), a.grace, pick(a.penaltyAdds, "beside", "in place of"), a.dayCount)
	say("interest %s, %s; discount %s", pick(a.inAdvance, "in advance", "in arrears"), pick(a.effective, "effective", "linear"), pick(a.givenBack, "given back if early", "kept if early"))
	say("borne on top by the buyer or out of what comes in by the seller: interest %s, late interest %s, fees %s; obligor %s", a.interestOf, a.lateOf, a.feesOf, a.obligor)
	say("assignment %s%s; from %s, due %s", a.assignment, pick(a.buyersCash, ", the buyer's own cash", ""), date(a.from).Format("2006-01-02"), date(a.due).Format("2006-01-02"))
	for _, cause := range []string{"insolvency", "protracted_default", "dispute", "warranty"} {
		if r := a.recourse[cause]; r.share > 0 {
			say("recourse for %s: %s %%%s after %d days", cause, decimal(r.share, 4), pick(r.most > 0, ", at most "+cents(r.most), ""), r.days)
		}
	}
	if a.coverShare > 0 {
		say("credit cover: %s %% of the principal up to %s, %d days after the due date", decimal(a.coverShare, 4), cents(a.coverLimit), a.coverDays)
	}
	return text.String()
}

// table prints rows: what an event moved, and what is open after it; lines with = say how interest came about.
func table(rows []row) string {
	var text strings.Builder
	w := tabwriter.NewWriter(&text, 2, 0, 2, ' ', 0)
	list := func(amounts map[string]int64) string {
		var parts []string
		for _, name := range slices.Sorted(keys(amounts)) {
			parts = append(parts, name+" "+cents(amounts[name]))
		}
		return strings.Join(parts, ", ")
	}
	for _, r := range rows {
		if r.event.amount == 0 && len(r.moved) == 0 && (r.event.kind == "received" || r.event.kind == "paid_on") {
			continue // there was nothing to pay
		}
		what := strings.TrimSpace(strings.Join([]string{r.event.kind, r.event.party, r.event.cause}, " "))
		switch {
		case r.event.kind == "fixing":
			what += " " + decimal(r.event.rate, 4) + " %"
		case r.event.kind == "extended":
			what += " to " + date(r.event.due).Format("2006-01-02")
		case r.event.amount != 0:
			what += " " + cents(r.event.amount)
		}
		fmt.Fprintf(w, "%s\t%s\t| %s\t| open: %s\n", date(r.event.day).Format("2006-01-02"), what, list(r.moved), list(r.owed))
		for _, working := range r.working {
			fmt.Fprintf(w, "\t= %s\t|\t|\n", working)
		}
	}
	w.Flush()
	lines := strings.Split(text.String(), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " |")
	}
	return strings.Join(lines, "\n")
}

func keys(amounts map[string]int64) func(func(string) bool) {
	return func(yield func(string) bool) {
		for name := range amounts {
			if !yield(name) {
				return
			}
		}
	}
}

// balances prints the trial balance of every entity at the end, and fails where one does not balance.
func balances(t *testing.T, terms *servicing.Terms, events []event) string {
	t.Helper()
	var before servicing.Position
	after := servicing.Run(terms, factsOf(events))
	books := booksOf(t, terms, servicing.Difference(nil, &before, &after, after.On))
	var text strings.Builder
	for entity := servicing.Buyer; entity <= servicing.Custodian; entity++ {
		var parts []string
		for account := servicing.Account(1); int(account) < len(books[entity]); account++ {
			if amount := books[entity][account]; amount > 0 {
				parts = append(parts, account.String()+" "+cents(amount)+" Dr")
			} else if amount < 0 {
				parts = append(parts, account.String()+" "+cents(-amount)+" Cr")
			}
		}
		if parts != nil {
			fmt.Fprintf(&text, "books of %s: %s\n", entity, strings.Join(parts, ", "))
		}
	}
	return text.String()
}

// booksOf posts movements and gives the debit balances by entity and account.
func booksOf(t testing.TB, terms *servicing.Terms, movements []servicing.Movement) [8][64]int64 {
	var books [8][64]int64
	for _, m := range movements {
		sum := [8]int64{}
		for _, leg := range servicing.Postings(nil, terms, m) {
			if leg.Amount <= 0 {
				t.Fatalf("%+v of %+v", leg, m)
			}
			amount := int64(leg.Amount) * pick(leg.Side == servicing.Debit, int64(1), -1)
			books[leg.Entity][leg.Account] += amount
			sum[leg.Entity] += amount
		}
		if sum != [8]int64{} {
			t.Fatalf("%s of %d: debits less credits by entity are %v", m.Line, m.Amount, sum)
		}
	}
	return books
}
