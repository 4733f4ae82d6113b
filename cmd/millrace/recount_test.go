package main

import (
	"testing"

	"millrace/book"
	"millrace/domain/billing"
	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/receivable"
	"millrace/engine"
)

// Two documents and one confirmation of 100.00 in September are counted; a confirmation by a Chinese buyer is not, nor what came later.
func TestABillIsHeldAgainstTheJournal(t *testing.T) {
	euro, _ := money.ParseCurrency("EUR")
	september, _ := calendar.Of(2026, 9, 1)
	seller, buyer, chinese := id.Make[id.Party](1, 7), id.Make[id.Party](1, 8), id.Make[id.Party](1, 9)
	rcv := func(n uint64, of id.Party) *book.ReceivableOpened {
		return &book.ReceivableOpened{Receivable: receivable.Receivable{ID: id.Make[id.Receivable](1, n), Seller: seller, Buyer: of, Currency: euro}}
	}
	document := func(of id.Party) *book.DocumentRecorded {
		return &book.DocumentRecorded{Document: book.Document{Seller: seller, Buyer: of}}
	}
	confirmed := func(n uint64) *book.ReceivableConfirmed {
		return &book.ReceivableConfirmed{Receivable: id.Make[id.Receivable](1, n), Amount: 100_00}
	}
	billed := func(service billing.Service, metered billing.Metered) []book.Breach {
		r := newRecount()
		bill := book.Bill{Payer: seller, As: billing.SellerPays, Month: september, Currency: euro, Lines: []billing.Line{{Service: service, Metered: metered}}}
		for _, event := range []book.Event{
			&book.DayOpened{Date: september.AddDays(3)}, &book.PartyOnboarded{Party: chinese, Country: "CN"}, document(buyer), rcv(1, buyer), confirmed(1),
			document(chinese), rcv(2, chinese), confirmed(2), &book.DayOpened{Date: september.AddMonths(1)}, document(buyer), &book.BillIssued{Bill: bill},
		} {
			r.add(engine.Entry{Command: &book.OpenDay{}, Events: []book.Event{event}})
		}
		return r.wrong
	}
	for _, test := range []struct {
		service billing.Service
		metered billing.Metered
		wrong   int
	}{
		{billing.DocumentRead, billing.Metered{Count: 2}, 0}, {billing.DocumentRead, billing.Metered{Count: 3}, 1},
		{billing.Confirmation, billing.Metered{Count: 1, Amount: 100_00}, 0}, {billing.Confirmation, billing.Metered{Count: 2, Amount: 200_00}, 1},
	} {
		if wrong := billed(test.service, test.metered); len(wrong) != test.wrong {
			t.Errorf("%s %+v: %+v", test.service, test.metered, wrong)
		}
	}
}
