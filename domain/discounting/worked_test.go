package discounting

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"millrace/domain/calendar"
	"millrace/domain/money"
)

func TestWorkedMatching(t *testing.T) {
	s := Schedule{Steps: []Step{{1, 60_000}, {30, 80_000}}, YieldLeast: 50_000, Currency: 978, DayCount: calendar.Actual360}
	pay := date("2026-05-04")
	claims := []Claim{
		{receivable(1), seller(1), 40_000_00, pay.AddDays(45)},
		{receivable(2), seller(2), 30_000_00, pay.AddDays(20)},
		{receivable(3), seller(3), 50_000_00, pay.AddDays(60)},
		{receivable(4), seller(4), 20_000_00, pay.AddDays(40)},
		{receivable(5), seller(5), 10_000_00, pay.AddDays(50)},
	}
	var requests []Request
	for i, c := range claims[:3] {
		quote, fault := s.Quote(&c, pay)
		if fault != 0 {
			t.Fatal(fault)
		}
		requests = append(requests, Request{Claim: c, Pay: pay, Rate: quote.Rate, At: int64(i), Sequence: uint64(i)})
	}
	for i, most := range []money.Rate{70_000, 40_000} {
		offer := StandingOffer{Seller: claims[3+i].Seller, RateMost: most, Until: pay, At: 3, Sequence: uint64(3 + i)}
		request, ok := offer.Request(&s, claims[3+i], pay)
		if !ok {
			t.Fatal("not covered")
		}
		requests = append(requests, request)
	}
	plan := Match(&s, []Cash{{pay, 100_000_00}}, requests)
	table := "| invoice | amount | days | rate | discount | cash | yield | cash left before | answer |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |\n"
	for _, a := range plan.Answers {
		table += fmt.Sprintf("| %d | %s | %d | %s | %s | %s | %s | %s | `%s` |\n", a.Request.Claim.Receivable.Number(), money.Format(a.Request.Claim.Amount, 978), a.Quote.Days, a.Quote.Rate,
			money.Format(a.Quote.Discount, 978), money.Format(a.Quote.Cash, 978), a.Quote.Yield, money.Format(a.CashLeft, 978), a.Reason)
	}
	page, err := os.ReadFile("../../doc/ALLOCATION.md")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(page), table) {
		t.Errorf("doc/ALLOCATION.md does not say\n%s", table)
	}
}
