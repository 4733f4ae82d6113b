package api_test

import (
	"fmt"
	"strings"
	"testing"

	"millrace/domain/calendar"
	"millrace/domain/id"
)

// extended proposes a later due date for a financing.
func (s *site) extended(financing string) string {
	s.t.Helper()
	w := s.world
	due, ok := calendar.Parse(s.get(w.Maker, "/v1/financings/"+financing).want(200).text("due"))
	if !ok {
		s.t.Fatal("no due date")
	}
	body := fmt.Sprintf(`{"due":%q,"reason":"the buyer asks for time"}`, due.AddDays(14))
	return s.post(w.FunderActor, "/v1/financings/"+financing+"/extension", body).want(201).text("record", "id")
}

// outstanding is a financing that is paid out, without a collection.
func (s *site) outstanding(number uint64, discount bool) string {
	s.t.Helper()
	l := s.world.NewLife(number)
	l.Discount = discount
	s.live(&l, 0, 9)
	return s.get(s.world.Maker, "/v1/financings?order=newest&limit=1").want(200).text("items", 0, "id")
}

// receive books money that came into a programme.
func (s *site) receive(programme id.Programme, amount string) string {
	s.t.Helper()
	day := max(s.date, s.world.Today)
	body := fmt.Sprintf(`{"programme":%q,"reference":%q,"amount":{"text":%q,"currency":"EUR"},"value":%q,"booking":%q}`, programme, s.key(), amount, day, day)
	return s.post(s.world.Bank, "/v1/receipts", body).want(201).text("record", "receipt", "id")
}

func (s *site) approve(measure string) {
	s.t.Helper()
	s.post(s.world.Maker, "/v1/measures/"+measure+"/decision", `{"decision":"approve"}`).want(200)
}

func TestAnExtensionIsProposedApprovedAndAccepted(t *testing.T) {
	s := newSite(t)
	w := s.world
	f := s.outstanding(1, true)
	m := s.extended(f)
	path := "/v1/measures/" + m + "/decision"
	if got := s.post(w.FunderActor, path, `{"decision":"approve"}`); got.text("code") != "second_person" {
		t.Errorf("%s", got.bytes)
	}
	if got := s.post(w.Maker, path, `{"decision":"approve"}`).want(200); got.text("record", "state") != "offered" || got.text("record", "reason") != "the buyer asks for time" {
		t.Errorf("%s", got.bytes)
	}
	s.post(w.SellerActors[0], path, `{"decision":"approve"}`).want(404)
	s.post(w.SellerActors[1], path, `{"decision":"approve"}`).want(200)
	shown := s.get(w.SellerActors[1], "/v1/financings/"+f).want(200)
	if shown.text("life", 0, "fact") != "extended" || shown.text("first_due") == "" || shown.text("life", 0, "due") != shown.text("due") {
		t.Errorf("%s", shown.bytes)
	}
	if story := s.get(w.SellerActors[1], "/v1/stories/"+f).want(200); !strings.Contains(string(story.bytes), "It is due on ") {
		t.Errorf("%s", story.bytes)
	}
}

func TestRecourseShowsWhatTheSellerOwesAndWhy(t *testing.T) {
	s := newSite(t)
	w := s.world
	f := s.outstanding(1, true)
	if got := s.post(w.FunderActor, "/v1/financings/"+f+"/recourse", `{"cause":"insolvency"}`); got.text("code") != "reason_missing" {
		t.Errorf("%s", got.bytes)
	}
	body := fmt.Sprintf(`{"cause":"insolvency","since":%q,"evidence":"court order"}`, w.Today)
	got := s.post(w.FunderActor, "/v1/financings/"+f+"/recourse", body).want(200)
	if got.text("record", "state") != "in_recourse" || !strings.Contains(got.text("record", "seller_owes", "reasons", 0), "insolvent") || got.text("record", "life", 0, "cause") != "insolvency" {
		t.Errorf("%s", got.bytes)
	}
}

func TestTheSellerBuysBackOverTheAPI(t *testing.T) {
	s := newSite(t)
	w := s.world
	f := s.outstanding(1, false)
	poor := s.receive(w.Payables, "1.00")
	if got := s.post(w.Maker, "/v1/financings/"+f+"/buyback", fmt.Sprintf(`{"receipt":%q}`, poor)); got.text("code") != "price_unpaid" {
		t.Errorf("%s", got.bytes)
	}
	rich := s.receive(w.Payables, "900000.00")
	got := s.post(w.Maker, "/v1/financings/"+f+"/buyback", fmt.Sprintf(`{"receipt":%q}`, rich)).want(200)
	if got.text("record", "state") != "bought_back" || got.text("record", "outstanding", "text") != "0.00" || got.text("record", "life", 0, "fact") != "bought_back" {
		t.Errorf("%s", got.bytes)
	}
	if r := s.get(w.Maker, "/v1/receivables/"+got.text("record", "receivable")).want(200); r.text("state") != "open" {
		t.Errorf("%s", r.bytes)
	}
}

func TestALossOverTheAPI(t *testing.T) {
	s := newSite(t)
	w := s.world
	f := s.outstanding(1, false)
	measure := func(what, body string) string {
		t.Helper()
		return s.post(w.FunderActor, "/v1/financings/"+f+"/"+what, body).want(201).text("record", "id")
	}
	s.approve(measure("default", `{"reason":"insolvent"}`))
	s.approve(measure("provision", `{"amount":{"text":"100.00","currency":"EUR"},"reason":"a part"}`))
	if shown := s.get(w.FunderActor, "/v1/financings/"+f).want(200); shown.text("state") != "defaulted" || shown.text("allowance", "text") != "100.00" {
		t.Errorf("%s", shown.bytes)
	}
	if shown := s.get(w.SellerActors[1], "/v1/financings/"+f).want(200); strings.Contains(string(shown.bytes), "allowance") || strings.Contains(string(shown.bytes), "provision") {
		t.Errorf("%s", shown.bytes)
	}
	if ageing := s.get(w.FunderActor, "/v1/reports/ageing").want(200); !strings.Contains(string(ageing.bytes), "financing") {
		t.Errorf("%s", ageing.bytes)
	}
	s.approve(measure("write-off", `{"reason":"lost"}`))
	s.nextDay()
	receipt := s.receive(w.Payables, "50.00")
	got := s.post(w.Maker, "/v1/financings/"+f+"/recoveries", fmt.Sprintf(`{"receipt":%q,"amount":{"text":"50.00","currency":"EUR"},"payer":"buyer"}`, receipt)).want(201)
	if got.text("record", "state") != "written_off" || got.text("record", "recovered", "text") != "50.00" || got.text("record", "outstanding", "text") != "0.00" {
		t.Errorf("%s", got.bytes)
	}
	// The bank takes it back, from its value date on.
	day := max(s.date, w.Today)
	if early := s.post(w.Bank, "/v1/receipts/"+receipt+"/reversal", fmt.Sprintf(`{"reference":"back","value":%q}`, day.AddDays(-9))); early.text("code") != "date_invalid" {
		t.Errorf("%s", early.bytes)
	}
	s.post(w.Bank, "/v1/receipts/"+receipt+"/reversal", fmt.Sprintf(`{"reference":"back","value":%q}`, day)).want(200)
	if shown := s.get(w.FunderActor, "/v1/financings/"+f).want(200); strings.Contains(string(shown.bytes), `"recovered":{`) {
		t.Errorf("%s", shown.bytes)
	}
}

// What the funder had of a payment that the bank took back it makes good; then two people let the programme pay again.
func TestAShortfallOverTheAPI(t *testing.T) {
	s := newSite(t)
	w := s.world
	f := s.get(w.Maker, "/v1/financings/"+s.outstanding(1, true)).want(200)
	receipt := s.receive(w.Discounting, "100.00")
	s.post(w.Maker, "/v1/allocations", fmt.Sprintf(`{"receipt":%q,"receivable":%q,"amount":{"text":"100.00","currency":"EUR"},"payer":"buyer"}`, receipt, f.text("receivable"))).want(201)
	swept := s.post(w.Maker, "/v1/sweeps", fmt.Sprintf(`{"programme":%q,"funder":%q}`, w.Discounting, w.Funder)).want(201).text("record", "id")
	s.post(w.Bank, "/v1/payments/"+swept+"/outcome", fmt.Sprintf(`{"state":"executed","reference":"x","value":%q}`, w.Today)).want(200)
	s.post(w.Bank, "/v1/receipts/"+receipt+"/reversal", `{"reference":"back"}`).want(200)
	programme := "/v1/programmes/" + w.Discounting.String()
	if got := s.post(w.Maker, programme+"/stop-lift", `{"reason":"soon"}`); got.text("code") != "shortfall_open" {
		t.Errorf("%s", got.bytes)
	}
	own := s.receive(w.Discounting, "100.00")
	for _, short := range []string{"fees", "cover"} {
		refused := s.post(w.Maker, programme+"/settlements", fmt.Sprintf(`{"party":%q,"receipt":%q,"amount":{"text":"100.00","currency":"EUR"},"of":%q}`, w.Funder, own, short))
		if refused.want(409).text("code") != "shortfall_none" {
			t.Errorf("%s: %s", short, refused.text("code"))
		}
	}
	settled := s.post(w.Maker, programme+"/settlements", fmt.Sprintf(`{"party":%q,"receipt":%q,"amount":{"text":"100.00","currency":"EUR"}}`, w.Funder, own)).want(201)
	if settled.text("record", "kind") != "settlement" || settled.text("record", "amount", "text") != "100.00" || settled.text("record", "state") != "done" {
		t.Errorf("%s", settled.bytes)
	}
	lift := s.post(w.Maker, programme+"/stop-lift", `{"reason":"settled"}`).want(201).text("record", "id")
	if got := s.post(w.Maker, "/v1/measures/"+lift+"/decision", `{"decision":"approve"}`); got.text("code") != "second_person" {
		t.Errorf("%s", got.bytes)
	}
	s.post(w.Checker, "/v1/measures/"+lift+"/decision", `{"decision":"approve"}`).want(200)
	if got := s.get(w.Maker, programme).want(200); got.json("stopped") != false {
		t.Errorf("%s", got.bytes)
	}
}
