package book_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"millrace/book"
	"millrace/domain/credit"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/lab/load"
)

// The tables of doc/ALLOCATION.md on what the book does are what it does.
func TestTheWorkedExamplesOfAllocation(t *testing.T) {
	page, err := os.ReadFile("../doc/ALLOCATION.md")
	if err != nil {
		t.Fatal(err)
	}
	has := func(row string) {
		t.Helper()
		if !strings.Contains(string(page), row+"\n") {
			t.Errorf("the page has no row\n%s", row)
		}
	}
	s := newScene(t).syndicate(funding.Reshared)
	text := func(amount money.Minor) string { return money.Format(amount, s.Currency) }
	s.live(5, amounting(36_000_00), dueIn30)
	p := s.ask()
	s.partsOut(p)
	s.wait(30)
	receipt := s.collect(s.market.Programme, 36_000_00, load.Opening.AddDays(30))
	s.allocate(receipt, p.Receivable, 10_000_00, book.ByBuyer)
	before := s.parts(p)
	s.allocate(receipt, p.Receivable, 26_000_00, book.ByBuyer)
	for i, f := range s.parts(p) {
		has(fmt.Sprintf("| %c | %s | %s | %s | %s | %s |", 'A'+i, f.Rate, text(f.Amount), text(f.Discount), text(before[i].Repaid), text(f.Repaid-before[i].Repaid)))
	}
	for _, dropped := range []funding.Dropped{funding.Reshared, funding.LeftUnplaced} {
		s := newScene(t).syndicate(dropped)
		s.limit(credit.LimitKey{Kind: credit.FunderLimit, Programme: s.market.Programme, Party: s.market.Bidders[1]}, 6_000_00, 300)
		s.live(5, amounting(36_000_00), dueIn30)
		p := s.ask()
		got := amounts(s.parts(p))
		has(fmt.Sprintf("| `%s` | %s | %s | %s | %s |", dropped, text(got[0]), text(got[1]), text(got[2]), text(p.Unplaced)))
	}
	e := newScene(t).payer()
	var all []id.Receivable
	for _, days := range []int{45, 20} {
		e.live(5, amounting(25_000_00), func(l *load.Life) { l.Due = load.Opening.AddDays(days) })
		all = append(all, e.receivable())
	}
	e.give(e.SellerActors[0], e.accept(e.offer(), all...))
	paid := e.paid(1)
	for _, item := range paid.Items {
		has(fmt.Sprintf("| %d | %s | %s | %s | %s |", item.Quote.Days, item.Quote.Rate, text(item.Quote.Discount), text(item.Quote.Cash), text(paid.Fee/2)))
	}
}
