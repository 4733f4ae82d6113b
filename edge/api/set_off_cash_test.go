package api_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"millrace/edge/setoff"
	"millrace/edge/view"
	"millrace/lab/load"
	proof "millrace/proof/clearing"
)

// The first firm owes the second 300.00, and that owes the third 200.00: nothing of it is on a circle. The first asks for cash, and the run pays the chain.
func TestCashInARunOverHTTP(t *testing.T) {
	s := newSite(t)
	w := s.world
	all := s.cast()
	first, second, third := w.Sellers[1], w.Anchor, w.Sellers[0]
	lends, err := w.CashLender(load.SubmitTo(t.Context(), s.engine))
	if err != nil {
		t.Fatal(err)
	}
	s.consents(first, w.SellerActors[1])
	s.consents(second, w.Buyer)
	s.consents(third, w.SellerActors[0])
	s.owes(first, second, 300_00)
	s.owes(second, third, 200_00)
	today, due := w.Today.String(), w.Today.AddDays(60).String()
	terms := `{"currency":"EUR","freeze":%q,"answer":%q,"value":%q,"cash":{"programme":%q,"most":{"text":"500.00","currency":"EUR"}}}`
	if got := s.post(w.Maker, "/v1/set-off-runs", fmt.Sprintf(terms, today, today, w.Today.AddDays(5), w.Payables)).want(422); got.text("code") != "set_off_cash_product" {
		t.Errorf("%s", got.bytes)
	}
	run := s.post(w.Maker, "/v1/set-off-runs", fmt.Sprintf(terms, today, today, w.Today.AddDays(5), lends)).want(201).text("record", "id")
	path := "/v1/set-off-runs/" + run
	if shown := s.stands(run, "frozen"); shown.Terms.Cash == nil || shown.Terms.Cash.Programme != lends.String() || shown.Terms.Cash.Most.Text != "500.00" {
		t.Errorf("%+v", shown.Terms)
	}
	quote := s.post(all["seller"], path+"/quotes", fmt.Sprintf(`{"amount":{"text":"250.00","currency":"EUR"},"due":%q}`, due)).want(201)
	if got := quote.text("record", "set_off_run"); got != run {
		t.Errorf("the quote is for run %q", got)
	}
	s.post(all["seller"], "/v1/financings/"+quote.text("record", "id")+"/acceptance", "").want(200)
	if got := s.post(all["seller"], path+"/quotes", fmt.Sprintf(`{"due":%q}`, due)).want(409); got.text("code") != "set_off_cash_accepted" {
		t.Errorf("%s", got.bytes)
	}
	s.get(w.Maker, path+"/curve").want(404)
	s.clears()
	shown := s.stands(run, "proposed")
	// The second has no account: it passes on what it gets, and no more than 200.00 can be paid to it.
	if r := shown.Report; r.Cleared.Text != "400.00" || r.LiquiditySaved.Text != "200.00" || r.Cash == nil || r.Cash.Used.Text != "200.00" || r.Cash.Ready.Text != "250.00" ||
		r.Cash.Borrowers != 1 || r.Cash.Takers != 1 || r.Cash.Rate == "" || r.Cash.Loans != 1 {
		t.Fatalf("%+v %+v", r, r.Cash)
	}
	curve := decode[view.SetOffCurve](t, s.get(all["seller"], path+"/curve").want(200))
	if n := len(curve.Points); n != 2 || curve.Points[1].Cash.Text != "200.00" || curve.Points[1].Cleared.Text != "400.00" || curve.ByCash.Text != "400.00" || curve.PerUnit != "2.00" || curve.WithoutCash.Text != "0.00" {
		t.Errorf("%+v", curve)
	}

	// Each sees its own cash only, and no rates of others.
	borrower := decode[view.SetOffRun](t, s.get(all["seller"], path).want(200))
	if c := borrower.Own.Cash; c == nil || c.Draws.Text != "200.00" || c.Cap.Text != "250.00" || c.Takes.Text != "0.00" || c.Financing == "" || borrower.Report.Cash.Rate != "" {
		t.Errorf("%+v", borrower.Own)
	}
	taker := decode[view.SetOffRun](t, s.get(all["other seller"], path).want(200))
	if c := taker.Own.Cash; c == nil || c.Takes.Text != "200.00" || c.Financing != "" || taker.Own.ClaimsSetOff.Text != "200.00" || taker.Own.SetOff.Text != "0.00" {
		t.Errorf("%+v", taker.Own)
	}
	s.get(all["buyer"], "/v1/financings/"+borrower.Own.Cash.Financing).want(404)
	s.get(all["other seller"], "/v1/financings/"+borrower.Own.Cash.Financing).want(404)

	files := unzipped(t, s.get(all["other seller"], path+"/certificate").want(200).bytes)
	verified, err := proof.Verify(bytes.NewReader(files[setoff.FileList]), bytes.NewReader(files[setoff.FileResult]), bytes.NewReader(files[setoff.FileCertificate]))
	if err != nil || !verified.Optimal || verified.Cleared.Int64() != 400_00 || verified.Cash.Int64() != 200_00 {
		t.Fatalf("%+v %v", verified, err)
	}

	s.post(w.Checker, path+"/execution", fmt.Sprintf(`{"attempt":%d}`, shown.Attempt)).want(200)
	s.stands(run, "written")
	loan := decode[view.Financing](t, s.get(all["seller"], "/v1/financings/"+borrower.Own.Cash.Financing).want(200))
	for who, wanted := range map[string][]string{
		"seller":       {"EUR 200.00 of your debts was paid with cash", borrower.Own.Cash.Financing, "repay it with interest on " + loan.Due},
		"other seller": {"EUR 200.00 is owed to you in cash"},
	} {
		text := string(s.get(all[who], path+"/notice?format=text").want(200).bytes)
		for _, want := range wanted {
			if !strings.Contains(text, want) {
				t.Errorf("the notice of %s does not say %q:\n%s", who, want, text)
			}
		}
	}
	if loan.State != "outstanding" || loan.Outstanding.Text != "200.00" || loan.Price.Principal.Text != "200.00" {
		t.Errorf("%+v", loan)
	}
	story := s.get(w.Maker, "/v1/entries?subject="+borrower.Own.Cash.Financing)
	if story.status == 200 && !strings.Contains(string(story.bytes), "was drawn in a set-off run") {
		t.Errorf("%s", story.bytes)
	}
}
