package book_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"millrace/book"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/payment"
	"millrace/domain/trade"
)

// The worked example of doc/LINES.md is what the book does.
func TestThePageOfLinesIsTrue(t *testing.T) {
	s := newScene(t)
	r := s.route()
	l := s.line(r, 8_600_00)
	var b strings.Builder
	b.WriteString("| business date | what | advanced | repays | interest in it | to the seller | drawn on the line |\n| --- | --- | ---: | ---: | ---: | ---: | ---: |\n")
	amount := func(a money.Minor) string { return money.Format(a, s.Currency) }
	row := func(what string, f id.Financing, replaced id.Financing) {
		found, interest := s.financed(f), money.Minor(0)
		if replaced != 0 {
			interest = s.financed(replaced).InterestPaid
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s | %s |\n", s.book.Date(), what, amount(found.Principal), amount(found.Converted()), amount(interest),
			amount(found.Net-found.Converted()), amount(s.drawn(l)))
	}
	s.papers("A", 1_000, trade.Order)
	draw := s.lending(r.order, 0, 60)
	draw.Line = l
	s.give(s.SellerActors[0], draw)
	first := s.paidOut()
	row("ordered", first, 0)
	s.wait(10)
	s.papers("A", 1_000, trade.DespatchAdvice)
	s.give(s.SellerActors[0], s.lending(r.transit, 0, 60))
	second := s.financing()
	s.give(s.SellerActors[0], &book.AcceptQuote{Financing: second})
	s.give(s.Maker, &book.Disburse{Financing: second})
	s.wait(1)
	s.give(s.Bank, &book.RecordOutcome{Payment: s.payment(), State: payment.Executed, Value: s.book.Date()})
	row("shipped; paid a day later", second, first)
	s.wait(9)
	s.papers("A", 1_000, trade.Invoice)
	s.give(s.SellerActors[0], s.cashed(r.cash))
	third := s.paidOut()
	row("billed", third, second)
	s.wait(30)
	s.allocate(s.collect(r.cash, 10_000_00, s.book.Date()), s.receivable(), 10_000_00, book.ByBuyer)
	last := s.financed(third)
	rest := 10_000_00 - last.Repaid - last.InterestPaid
	fmt.Fprintf(&b, "| %s | the buyer pays 10000.00 | – | %s | %s | %s | %s |\n", s.book.Date(), amount(last.Repaid+last.InterestPaid), amount(last.InterestPaid), amount(rest), amount(s.drawn(l)))
	if sum := s.financed(first).InterestPaid + s.financed(second).InterestPaid + last.InterestPaid; sum != 49_07 || s.financed(second).State != funding.ClosedState {
		t.Errorf("%d of interest in all", sum)
	}
	s.sound()
	const file, begin, end = "../doc/LINES.md", "<!-- computed: line -->\n", "<!-- end -->"
	page, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	before, rest1, found := strings.Cut(string(page), begin)
	block, after, also := strings.Cut(rest1, end)
	if !found || !also {
		t.Fatal("the page has no place for the example")
	}
	if block == b.String() {
		return
	}
	if *update {
		if err := os.WriteFile(file, []byte(before+begin+b.String()+end+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	t.Errorf("doc/LINES.md says otherwise; write it with -update:\n%s", b.String())
}
