package economy

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"millrace/domain/product"
	"millrace/domain/receivable"
	"millrace/edge/productfile"
	"millrace/lab/load"
)

// early are the terms of dynamic discounting that come with the program.
func early(t *testing.T) *product.Terms {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("..", "..", "products", "dynamic-discounting.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	terms, problems := productfile.Read(content)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return &terms
}

func run(t *testing.T, o Options, progress func(Progress)) *Result {
	t.Helper()
	r, err := Run(o, progress)
	if err != nil {
		t.Fatal(err)
	}
	if r.Breaches != 0 {
		t.Errorf("the auditor has found %d breaches", r.Breaches)
	}
	return r
}

func TestTheSameSeedGivesTheSameJournal(t *testing.T) {
	o, told := Options{Parties: 12, Months: 2, Seed: 1, Early: early(t)}, 0
	r := run(t, o, func(p Progress) {
		if p.Day <= told || p.Day > p.Days {
			t.Errorf("after %d of %d days comes %d", told, p.Days, p.Day)
		}
		told = p.Day
	})
	if told == 0 || r.Documents < 400 || r.Financed == 0 || r.Closed == 0 || r.Settled == 0 || r.Confirmed == 0 {
		t.Errorf("too little has happened: %+v", r)
	}
	again := run(t, o, nil)
	if r.Journal != again.Journal || r.Entries != again.Entries {
		t.Errorf("the same seed gives another journal: %d and %d entries", r.Entries, again.Entries)
	}
	if o.Seed++; run(t, o, nil).Journal == r.Journal {
		t.Error("another seed gives the same journal")
	}
}

func TestTroubleComes(t *testing.T) {
	r := run(t, Options{Parties: 24, Months: 9, Seed: 3, Early: early(t)}, nil)
	for _, count := range []struct {
		what  string
		times int
	}{
		{"credit notes", r.CreditNotes}, {"disputes", r.Disputes}, {"referred", r.Referred}, {"early", r.Early}, {"stock loans", r.StockLoans},
		{"overdue", r.Overdue}, {"recourse", r.Recourse}, {"defaults", r.Defaults}, {"failed", r.Failed}, {"frauds", r.Frauds}, {"sent back", r.SentBack},
	} {
		if count.times == 0 {
			t.Errorf("%s: none in nine months", count.what)
		}
	}
	if r.LatePercent < 15 || r.LatePercent > 40 {
		t.Errorf("%.1f %% are paid late", r.LatePercent)
	}
	if r.FraudsPaid > r.Frauds || r.WrittenOff > r.Defaults || r.Closed > r.Financed {
		t.Errorf("the counts do not fit: %+v", r)
	}
	known := []string{"accept_early_payment early_refused", "sweep nothing_to_pay", "accept_quote risk_changed"} // rules, and what others have taken meanwhile
	for _, rejection := range r.Rejections {
		if !slices.Contains(known, rejection.What) {
			t.Errorf("%d times %s", rejection.Times, rejection.What)
		}
	}
}

func TestOptionsOutOfBounds(t *testing.T) {
	for _, o := range []Options{{Parties: PartiesMin - 1, Months: 1}, {Parties: PartiesMax + 1, Months: 1}, {Parties: 12}, {Parties: 12, Months: MonthsMax + 1}} {
		if _, err := Run(o, nil); err == nil {
			t.Errorf("%+v was accepted", o)
		}
	}
}

func TestEverybodyHasAPlace(t *testing.T) {
	for _, parties := range []int{PartiesMin, 12, 60, 1_000} {
		c := populate(parties, &Calderdale, newSource(1, 1))
		names, tiers := map[string]bool{}, map[tier]int{}
		for _, group := range [][]*firm{c.keepers, c.anchors, c.suppliers, c.distributors} {
			for _, f := range group {
				names[f.name] = true
				tiers[f.tier]++
			}
		}
		for _, f := range c.funders {
			names[f.name] = true
		}
		if len(names)+2 != parties {
			t.Errorf("%d parties have %d names beside operator and custodian", parties, len(names))
		}
		if parties >= 12 && (tiers[first] == 0 || tiers[second] == 0 || tiers[third] == 0) {
			t.Errorf("%d parties: a tier is empty: %v", parties, tiers)
		}
		sum := 0.0
		var rates []float64
		for _, one := range c.ties {
			if one.seller == one.buyer || one.buyer.market == nil {
				t.Errorf("%s delivers to %s", one.seller.name, one.buyer.name)
			}
			sum += one.rate
			rates = append(rates, one.rate)
		}
		if wanted := float64(parties) * tradesPerMonth / daysPerMonth; !near(wanted, sum, 1e-9) {
			t.Errorf("%d parties order %v times a day, not %v", parties, sum, wanted)
		}
		if parties < 1_000 {
			continue
		}
		slices.Sort(rates)
		slices.Reverse(rates)
		for i := range rates {
			rates[i] /= sum
		}
		if got, wanted := top(rates, 0.1), topFitted(Calderdale.ShareDeviation, 0.1); !near(wanted, got, 0.02) {
			t.Errorf("a tenth of the ties has %.3f of the orders, in the ledger %.3f", got, wanted)
		}
	}
}

func TestBillsAndDelaysAreThoseOfTheLedger(t *testing.T) {
	p, random := &Calderdale, newSource(5, 5)
	var sizes []float64
	for range 2_000 {
		one := &tie{size: random.NormFloat64(), random: newSource(random.Uint64(), 1)}
		for range 10 {
			sizes = append(sizes, float64(one.amount(p))/100)
		}
	}
	slices.Sort(sizes)
	for _, share := range []float64{0.1, 0.25, 0.5, 0.75, 0.9} {
		if got, wanted := sizes[int(share*float64(len(sizes)))], p.sizes().at(share); !near(wanted, got, 0.15) {
			t.Errorf("quantile %v of bills is %.0f, in the ledger %.0f", share, got, wanted)
		}
	}
	e := &Economy{World: &load.World{Today: opening}, opening: opening, parameters: *p}
	late, count := 0, 20_000
	for i := range count {
		c := &claim{Receivable: receivable.Receivable{Due: opening.AddDays(45)}, tie: &tie{term: 45, buyer: &firm{payday: i % 5, slowness: 1}, random: random}}
		days := e.pays(c)
		if e.payday(days) != i%5 {
			t.Fatalf("paid on day %d of the week, not on %d", e.payday(days), i%5)
		}
		if days > 45 {
			late++
		}
	}
	if got, wanted := float64(late)/float64(count), 1-p.delays().share(DelayTerm); !near(wanted, got, 0.05) {
		t.Errorf("%.3f are late, in the ledger %.3f", got, wanted)
	}
}
