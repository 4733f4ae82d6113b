package api_test

import (
	"fmt"
	"strings"
	"testing"

	"millrace/book"
	"millrace/edge/view"
)

// expectations are estimates of an entity in two scenarios and two grades.
func expectations(entity, from string) string {
	return fmt.Sprintf(`{"entity":%q,"from":%q,"estimates":{"significant_days":30,"default_days":90,"notches":2,"cure_months_three":3,"cure_months_two":3,
		"scenarios":["60","40"],"horizons_months":[3,12],"defaults":[
		{"grade":1,"scenario":1,"cumulative":["0.1","0.3"]},{"grade":1,"scenario":2,"cumulative":["0.2","0.6"]},
		{"grade":2,"scenario":1,"cumulative":["0.2","0.6"]},{"grade":2,"scenario":2,"cumulative":["0.4","1.2"]}],
		"losses":[{"technique":"payables_finance","rates":["40","50"]},{"rates":["45","60"]}],"conversion":"50","overdue_days":30,"recovery_days":365,"ungraded":2,
		"matrix":[{"from_days":0,"rates":["0.5","1"]},{"from_days":31,"rates":["2","3"]}]}}`, entity, from)
}

// economics estimates and assesses the funder, and bills a month; after it the business date is the first of the next month.
func (s *site) economics() map[string]string {
	s.t.Helper()
	w := s.world
	made := map[string]string{}
	create := func(name, path, body string) {
		made[name] = s.post(w.Maker, path, body).want(201).text("record", "id")
	}
	approve := func(name, path string) {
		s.post(w.Checker, path+"/"+made[name]+"/approval", `{"decision":"approve"}`).want(200)
	}
	create("estimates", "/v1/estimates", expectations(w.Funder.String(), w.Today.String()))
	approve("estimates", "/v1/estimates")
	create("assessment", "/v1/assessments", fmt.Sprintf(`{"entity":%q}`, w.Funder))
	create("tariff", "/v1/tariffs", `{"service":"financing","payer":"funder","basis":"amount","currency":"EUR","prices":[{"price":"0.025"},{"from_amount":"1000000.00","price":"0.02"}],"tax_name":"VAT","tax_rate":"19","from":"2026-09-01"}`)
	approve("tariff", "/v1/tariffs")
	for s.date = max(s.date, w.Today); s.date.Month() == 9; {
		s.date = s.date.AddDays(1).EndOfMonth().AddDays(1)
		s.give(w.Maker, &book.OpenDay{Date: s.date})
	}
	create("billing", "/v1/billings", `{"month":"2026-09-01"}`)
	for made["bill"] == "" { // the node writes bills by itself, as soon as it comes to that
		if bills := decode[view.Page[view.Bill]](s.t, s.get(w.Maker, "/v1/bills").want(200)).Items; len(bills) > 0 {
			made["bill"] = bills[0].ID
		}
	}
	return made
}

// What was set, assessed and billed through the API is in its reports, for those whose it is.
func TestLossesAndBillsThroughTheAPI(t *testing.T) {
	s := newSite(t)
	w := s.world
	s.life(1, 9)
	s.economics()
	report := decode[view.ExpectedLoss](t, s.get(w.FunderActor, "/v1/reports/expected-loss").want(200))
	held := int64(0)
	for _, line := range report.Lines {
		held += line.Allowance.Minor
	}
	if len(report.Lines) == 0 || held <= 0 || report.Assessment.Movement[0].Closing.Minor != held {
		t.Errorf("%+v", report)
	}
	if csv := string(s.get(w.FunderActor, "/v1/reports/expected-loss?format=csv").want(200).bytes); strings.Count(csv, "\n") != 1+len(report.Lines) || !strings.Contains(csv, "stage_1") {
		t.Error(csv)
	}
	s.get(w.SellerActors[0], "/v1/reports/expected-loss?entity="+w.Funder.String()).want(404)
	income := decode[view.Income](t, s.get(w.FunderActor, "/v1/reports/income").want(200))
	if len(income.Lines) != 1 || income.Lines[0].Vintage != "2026-09" || income.Lines[0].Income.Minor <= 0 || income.Lines[0].Cost.Minor <= 0 ||
		income.Lines[0].Result.Minor != income.Lines[0].Income.Minor-income.Lines[0].Cost.Minor-income.Lines[0].Allowance.Minor {
		t.Errorf("%+v", income)
	}
	if len(income.Drifts) != 1 || income.Drifts[0].Alarm {
		t.Errorf("%+v", income.Drifts)
	}
	bill := decode[view.Page[view.Bill]](t, s.get(w.FunderActor, "/v1/bills").want(200)).Items[0]
	if bill.Serial != 1 || bill.Total.Minor != bill.Net.Minor+bill.Tax.Minor || bill.Open != bill.Total || bill.Net != income.Lines[0].Cost {
		t.Errorf("%+v", bill)
	}
	receipt := s.post(w.Bank, "/v1/receipts", fmt.Sprintf(`{"programme":%q,"reference":"fees","amount":{"text":%q,"currency":"EUR"},"value":"2026-10-01","booking":"2026-10-01","text":"fees"}`,
		w.Payables, bill.Total.Text)).want(201).text("record", "receipt", "id")
	paid := s.post(w.Maker, "/v1/bills/"+bill.ID+"/payments", fmt.Sprintf(`{"receipt":%q,"amount":{"text":%q,"currency":"EUR"}}`, receipt, bill.Total.Text)).want(201)
	if got := paid.text("record", "open", "text"); got != "0.00" {
		t.Errorf("%s is open: %s", got, paid.bytes)
	}
	if csv := string(s.get(w.Maker, "/v1/reports/bills").want(200).bytes); !strings.Contains(csv, "financing") || !strings.Contains(csv, "VAT") {
		t.Error(csv)
	}
	if csv := string(s.get(w.SellerActors[0], "/v1/reports/bills").want(200).bytes); strings.Count(csv, "\n") != 1 {
		t.Errorf("a seller sees bills of others: %s", csv)
	}
	if meters := decode[view.Page[view.Meter]](t, s.get(w.FunderActor, "/v1/meters").want(200)).Items; len(meters) != 1 || meters[0].Pieces != 1 {
		t.Errorf("%+v", meters)
	}
	for body, field := range map[string]string{
		`{"service":"lunch","payer":"funder","basis":"amount","currency":"EUR","prices":[{"price":"1"}],"from":"2026-10-01"}`: "service",
	} {
		if got := s.post(w.Maker, "/v1/tariffs", body).want(422); !strings.Contains(string(got.bytes), field) {
			t.Errorf("%s", got.bytes)
		}
	}
}
