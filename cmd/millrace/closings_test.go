package main

import (
	"crypto/sha256"
	"fmt"
	"testing"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/money"
	"millrace/engine"
)

// 70.00 move before the first evening, 5.00 by a hold on it, 1.00 on the day after: of that evening 75.00 count.
func TestAClosedBalanceIsHeldAgainstThePostings(t *testing.T) {
	euro, _ := money.ParseCurrency("EUR")
	evening, _ := calendar.Of(2026, 9, 30)
	entity := id.Make[id.Party](1, 7)
	bank, sales := id.Make[id.Account](1, 1), id.Make[id.Account](1, 2)
	move := func(amount money.Minor) ledger.Transfer {
		return ledger.Transfer{Debit: bank, Credit: sales, Amount: amount}
	}
	hold := ledger.Hold{ID: id.Make[id.Hold](1, 1), Transfer: move(5_00)}
	closed := func(balance [32]byte) []book.Breach {
		c := newClosings()
		p := book.Period{ID: id.Make[id.Period](1, 1), Until: evening, Balance: balance}
		for _, event := range []book.Event{
			&book.AccountOpened{Account: bank, Key: ledger.Key{Entity: entity, Code: ledger.SellerBank, Currency: euro}},
			&book.AccountOpened{Account: sales, Key: ledger.Key{Entity: entity, Code: ledger.Sales, Currency: euro}},
			&book.TransfersPosted{Transfers: []ledger.Transfer{move(70_00)}}, &book.HoldPlaced{Hold: hold}, &book.DayOpened{Date: evening},
			&book.HoldEnded{Hold: hold.ID, State: ledger.Posted}, &book.DayOpened{Date: evening.AddDays(1)},
			&book.TransfersPosted{Transfers: []ledger.Transfer{move(1_00)}}, &book.ClosingProposed{Period: p}, &book.PeriodClosed{Period: p.ID, State: book.Closed},
		} {
			c.add(engine.Entry{Events: []book.Event{event}})
		}
		return c.wrong
	}
	right := sha256.Sum256([]byte(fmt.Sprintf("%s 301 EUR 7500\n%s 331 EUR -7500\n", entity, entity)))
	if wrong := closed(right); len(wrong) != 0 {
		t.Errorf("%+v", wrong)
	}
	if wrong := closed([32]byte{1}); len(wrong) != 1 || wrong[0].Code != "balance_changed" {
		t.Errorf("%+v", wrong)
	}
}
