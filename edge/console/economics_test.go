package console_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"millrace/book"
	"millrace/domain/billing"
	"millrace/domain/id"
	"millrace/domain/impairment"
	"millrace/domain/money"
)

// The page of reports shows what was assessed and earned, and a bill has a page, for its payer and for nobody else's.
func TestExpectedLossesAndBillsOnTheConsole(t *testing.T) {
	s := newStage(t)
	s.play()
	estimates := impairment.Estimates{
		Policy: impairment.Presumed, Weights: []money.Rate{1_000_000}, Months: []uint16{12}, Defaults: []impairment.Likelihood{{Grade: 1, Cumulative: []money.Rate{20_000}}},
		Losses: []impairment.Severity{{Rates: []money.Rate{450_000}}}, Conversion: 500_000, OverdueDays: 30, RecoveryDays: 365, Ungraded: 1,
		Matrix: impairment.Matrix{Weights: []money.Rate{1_000_000}, Buckets: []impairment.Bucket{{Rates: []money.Rate{5_000}}}},
	}
	s.give(s.maker, &book.ProposeEstimates{Entity: s.funder, From: s.today, Estimates: estimates})
	s.give(s.checker, &book.DecideEstimates{Estimates: id.Make[id.Estimates](1, 1), Decision: book.Approve})
	s.give(s.maker, &book.AssessLosses{Entity: s.funder})
	date := s.today.AddDays(1 - s.today.Day())
	s.give(s.maker, &book.ProposeTariff{Terms: billing.Terms{
		Service: billing.Financing, Payer: billing.FunderPays, Party: s.funder, Basis: billing.PerMonth, Currency: s.currency, Tiers: []billing.Tier{{Price: 90_00}},
		TaxName: "VAT", TaxRate: 190_000, From: date,
	}})
	s.give(s.checker, &book.DecideTariff{Tariff: id.Make[id.Tariff](1, 1), Decision: book.Approve})
	s.give(s.maker, &book.OpenDay{Date: date.AddMonths(1)})
	s.give(s.maker, &book.RunBilling{Month: date})
	bill := fmt.Sprint(id.Make[id.Bill](1, 1))
	for _, test := range []struct {
		who         string
		actor       id.Actor
		path        string
		status      int
		wants, nots []string
	}{
		{"funder, reports", s.funderActor, "/reports", 200, []string{"Expected losses until", "stage 1", "lifetime", "Income, cost and loss", "2026-11", "Bills of the operator"}, nil},
		{"operator, reports of all", s.maker, "/reports", 200, []string{"Nothing was assessed by then.", "Income, cost and loss"}, nil},
		{"seller, reports", s.actors["rottmuehl"], "/reports", 200, []string{"Nothing was assessed by then."}, []string{"Income, cost and loss"}},
		{"funder, bills", s.funderActor, "/bills", 200, []string{"107.10"}, nil},
		{"seller, bills", s.actors["rottmuehl"], "/bills", 200, []string{"There is no bill yet."}, nil},
		{"funder, bill", s.funderActor, "/bills/" + bill, 200, []string{"Bill 1", "For 2026-11", "VAT", "90.00", "17.10", "107.10", "Financing"}, nil},
		{"seller, bill", s.actors["rottmuehl"], "/bills/" + bill, 404, nil, nil},
	} {
		b := &browser{t: t, handler: s.handler, secret: s.key(test.actor)}
		page := b.page(test.path, test.status)
		if test.status != http.StatusOK {
			continue
		}
		checkMarkup(t, test.who, page)
		shown := strings.ToLower(text(page))
		for _, want := range test.wants {
			if !strings.Contains(shown, strings.ToLower(want)) {
				t.Errorf("%s: the page does not say %q:\n%s", test.who, want, shown)
			}
		}
		for _, not := range test.nots {
			if strings.Contains(shown, strings.ToLower(not)) {
				t.Errorf("%s: the page says %q", test.who, not)
			}
		}
	}
	b := &browser{t: t, handler: s.handler, secret: s.key(s.funderActor)}
	for _, path := range []string{"/reports/expected-loss", "/reports/income", "/reports/bills"} {
		if answer := b.ask("GET", path, ""); answer.StatusCode != 200 || !strings.Contains(answer.Header.Get("Content-Disposition"), ".csv") {
			t.Errorf("%s: %d %v", path, answer.StatusCode, answer.Header)
		}
	}
}
