package view

import (
	"testing"

	"millrace/domain/calendar"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/product"
	"millrace/domain/receivable"
	"millrace/domain/trade"
	"millrace/edge/productfile"
	shipped "millrace/products"
)

// sellerOf is a seller with so many receivables that all can be financed, under the first form or a product file with a cap.
func sellerOf(terms product.Terms, count int) *selecting {
	today, _ := calendar.Of(2026, 9, 1)
	currency, _ := money.ParseCurrency("EUR")
	s := &selecting{
		need: Need{Amount: 5_000_000_00, Day: today.AddDays(2)}, today: today, terms: &terms, evidence: map[id.Trade]proof{},
		programme: &funding.Programme{Currency: currency, Calendar: calendar.Target, Funders: []funding.Funder{{Rate: 48_000}}},
	}
	for i := range count {
		n := uint64(i + 1)
		of, face := id.Make[id.Trade](1, n), money.Minor(500_00+n*7919%9_000_000)
		s.evidence[of] = proof{facts: trade.Ordered | trade.Shipped | trade.Received | trade.Invoiced}
		s.found = append(s.found, receivable.Receivable{
			ID: id.Make[id.Receivable](1, n), Trade: of, Face: face, Confirmed: face, Undertaking: receivable.Irrevocable, State: receivable.Open, Currency: currency,
			Issued: today.AddDays(-10), Due: today.AddDays(10 + int(n*31%150)),
		})
	}
	return s
}

func formsOf(t testing.TB) map[string]product.Terms {
	content, _ := shipped.File("payables-finance")
	filed, problems := productfile.Read(content)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return map[string]product.Terms{"terms": product.PayablesFinance(uint16(trade.Ordered | trade.Received | trade.Invoiced | trade.Confirmed)), "file": filed}
}

// What is priced for the choice is what a quotation gives, whole.
func TestACandidateIsPricedAsAQuoteIs(t *testing.T) {
	for name, terms := range formsOf(t) {
		s := sellerOf(terms, 500)
		s.price()
		if len(s.priced) < 400 {
			t.Fatalf("%s: %d, %v", name, len(s.priced), s.left[0])
		}
		for _, p := range s.priced {
			r := &s.found[p.of]
			deal := product.Deal{Amount: r.Financeable(), Invoices: 1, Funder: 48_000, From: s.today, Due: r.Due, Calendar: calendar.Target}
			q, answer := terms.Quote(&deal, product.Quotation{})
			if answer != product.Priced || q.Price != p.price || q.Due != p.due {
				t.Fatalf("%s: %+v, %s, not %+v", name, q.Price, answer, p.price)
			}
			if most := q.Cost.Rate; cheap(&p.price, most-1) || !cheap(&p.price, 2*most+10) {
				t.Fatalf("%s: %d a year is not told from its neighbours", name, most)
			}
		}
	}
}

func BenchmarkSelectOfTenThousand(b *testing.B) {
	for name, terms := range formsOf(b) {
		s := sellerOf(terms, 10_000)
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				s.priced, s.candidates, s.left, s.leftOf = nil, nil, nil, 0
				s.price()
				if found, err := s.choose(1); err != nil || len(found.Picks) == 0 {
					b.Fatal(found, err)
				}
			}
		})
	}
}
