package book_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/certificate"
	"millrace/domain/id"
	"millrace/domain/money"
)

// What people sign is for ever: a statement may get a new version, but this one stays as it is.
func TestStatementsOfCertificates(t *testing.T) {
	euro, _ := money.ParseCurrency("EUR")
	holding := func(n uint64) id.Holding { return id.Make[id.Holding](1, n) }
	party := func(n uint64) id.Party { return id.Make[id.Party](1, n) }
	r, p, k := id.Make[id.Receivable](1, 9), id.Make[id.Programme](1, 3), id.Make[id.Certificate](1, 2)
	due, _ := calendar.Of(2026, 10, 31)
	justified := &book.IssueCertificate{Receivable: r, Programme: p, Amount: 1_000_00, Currency: euro, Due: due}
	justified.Justify("75 days were agreed.")
	for _, test := range []struct {
		command book.Signed
		want    string
	}{
		{&book.IssueCertificate{Receivable: r, Programme: p, Amount: 1_000_00, Currency: euro, Due: due},
			"millrace issue certificate 1\nreceivable: " + r.String() + "\nprogramme: " + p.String() + "\namount: 100000\ncurrency: EUR\ndue: 2026-10-31\n"},
		{justified, "millrace issue certificate 2\nreceivable: " + r.String() + "\nprogramme: " + p.String() + "\namount: 100000\ncurrency: EUR\ndue: 2026-10-31\n" +
			"justification: sha256 2d550efd6440914365caeb1f73b5fa1a959c45271fdb8531bfd39933f6cdaea2\n"},
		{&book.SetStanding{Party: party(4), Programme: p, Until: due},
			"millrace accept certificates in advance 1\nparty: " + party(4).String() + "\nprogramme: " + p.String() + "\nuntil: 2026-10-31\n"},
		{&book.MoveHoldings{Party: party(4), Moves: []book.Move{
			{Step: certificate.Transfer, Holding: holding(7), Amount: 5, To: party(5), Debt: r, Discharge: certificate.OnRedemption, Expires: 1_790_000_000_000_000},
			{Step: certificate.Pledge, Holding: holding(8), To: party(6)},
			{Step: certificate.Split, Holding: holding(9), Amount: 1},
			{Step: certificate.Accept, Holding: holding(10)},
		}},
			"millrace move holdings 1\nparty: " + party(4).String() + "\n" +
				"transfer: " + holding(7).String() + " amount 5 to " + party(5).String() + " pays " + r.String() + " on_redemption expires 1790000000000000\n" +
				"pledge: " + holding(8).String() + " to " + party(6).String() + "\n" +
				"split: " + holding(9).String() + " amount 1\n" +
				"accept: " + holding(10).String() + "\n"},
		{&book.CancelCertificate{Certificate: k, Outstanding: 900_00}, "millrace cancel certificate 1\ncertificate: " + k.String() + "\noutstanding: 90000\n"},
		{&book.AcceptQuote{Financing: id.Make[id.Financing](1, 2), Holding: holding(3), Amount: 600_00, Net: 590_00},
			"millrace finance holding 1\nfinancing: " + id.Make[id.Financing](1, 2).String() + "\nholding: " + holding(3).String() + "\namount: 60000\nnet: 59000\n"},
	} {
		if difference := cmp.Diff(test.want, string(test.command.Statement())); difference != "" {
			t.Errorf("%T: %s", test.command, difference)
		}
	}
}
