package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"millrace/domain/calendar"
	"millrace/domain/money"
	"millrace/domain/product"
	"millrace/domain/selection"
)

// quotes measures the whole price of one deal, annual cost included, and the cheapest set among 10,000 receivables that are
// priced by the same terms, for needs of a twentieth to a half of what all of them bring.
func (c *benchCommand) quotes(_ context.Context, f *figures) error {
	terms, err := comesWith("payables-finance")
	if err != nil {
		return err
	}
	const count = 10_000
	today, _ := calendar.Of(2026, 9, 1)
	spans := make([]time.Duration, 0, count)
	candidates := make([]selection.Candidate, 0, count)
	total := money.Minor(0)
	var q product.Quotation
	for n := range int64(count) {
		deal := product.Deal{
			Amount: money.Minor(500_00 + n*7919%9_000_000), Invoices: 1, Funder: 48_000, From: today, Due: today.AddDays(10 + int(n*31%150)), Calendar: calendar.Target,
		}
		began := time.Now()
		var answer product.Answer
		q, answer = terms.Quote(&deal, q)
		spans = append(spans, time.Since(began))
		if answer != product.Priced {
			return fmt.Errorf("a deal has no price: %s", answer.Reason())
		}
		candidates = append(candidates, selection.Candidate{Net: q.Net, Cost: q.Discount + q.Fee, Days: q.Days})
		total += q.Net
	}
	f.QuoteP50Us, f.QuoteP99Us = percentiles(spans)
	spans = spans[:0]
	for part := money.Minor(2); part <= 20; part++ {
		began := time.Now()
		choice := selection.Cheapest(total/part, candidates)
		spans = append(spans, time.Since(began))
		if choice.Net < total/part {
			return fmt.Errorf("a set brings %d, not %d", choice.Net, total/part)
		}
	}
	f.CheapestP50Us, f.CheapestP99Us = percentiles(spans)
	return nil
}

// percentiles gives the median and the 99th percentile in microseconds, rounded up.
func percentiles(spans []time.Duration) (half, most int64) {
	slices.Sort(spans)
	at := func(share int) int64 {
		return (spans[min(len(spans)-1, len(spans)*share/100)] + time.Microsecond - 1).Microseconds()
	}
	return at(50), at(99)
}
