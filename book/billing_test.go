package book_test

import (
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"millrace/book"
	"millrace/domain/billing"
	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/money"
	"millrace/lab/load"
)

func init() { refusals = append(refusals, billingRefusals...) }

// september is the month of the opening.
var september = load.Opening

// tariff is a price of one tier for everybody, with 19 % of VAT.
func tariff(service billing.Service, payer billing.Payer, basis billing.Basis, currency money.Currency, price int64) billing.Terms {
	return billing.Terms{
		Service: service, Payer: payer, Basis: basis, Currency: currency, Tiers: []billing.Tier{{Price: price}}, TaxName: "VAT", TaxRate: 190_000, From: september,
	}
}

// costs approves a tariff.
func (s *scene) costs(t billing.Terms) id.Tariff {
	s.t.Helper()
	s.give(s.Maker, &book.ProposeTariff{Terms: t})
	made := latest[id.Tariff](s, "tariff")
	s.give(s.Checker, &book.DecideTariff{Tariff: made, Decision: book.Approve})
	return made
}

// bills waits for the next month and bills the one before.
func (s *scene) bills() []book.Bill {
	s.t.Helper()
	today := s.book.Date()
	month := today.AddDays(1 - today.Day())
	s.wait(calendar.DaysBetween(today, month.AddMonths(1)))
	before := book.Counts(s.book)["bill"]
	s.give(s.Maker, &book.RunBilling{Month: month})
	var made []book.Bill
	for n := before + 1; n <= book.Counts(s.book)["bill"]; n++ {
		made = append(made, book.Record(s.book, "bill", n).(book.Bill))
	}
	return made
}

func (s *scene) meter(service billing.Service, payer billing.Payer, of id.Party) billing.Metered {
	sum := billing.Metered{}
	for n := uint64(1); n <= book.Counts(s.book)["meter"]; n++ {
		if m := book.Record(s.book, "meter", n).(book.Meter); m.Key.Service == service && m.Key.Payer == payer && m.Key.Party == of {
			sum = sum.Plus(m.Metered)
		}
	}
	return sum
}

var billingRefusals = []refusal{
	{"tariff_invalid", "The tariff contradicts itself, or prices what has no price.", "Correct what the sentence names.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, &book.ProposeTariff{Terms: tariff(billing.DocumentRead, billing.SellerPays, billing.PerAmount, s.Currency, 1)}
	}},
	{"tariff_late", "The tariff would begin in a month that is over.", "Let it begin with this month or a later one.", func(s *scene) (id.Actor, book.Command) {
		t := tariff(billing.DocumentRead, billing.SellerPays, billing.PerPiece, s.Currency, 1)
		t.From = september.AddMonths(-1)
		return s.Maker, &book.ProposeTariff{Terms: t}
	}},
	{"tariff_unknown", "There is no such tariff.", "Look up its identity.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, &book.DecideTariff{Tariff: id.Make[id.Tariff](1, 9), Decision: book.Approve}
	}},
	{"tariff_state", "The tariff has been decided on.", "Propose a new one.", func(s *scene) (id.Actor, book.Command) {
		made := s.costs(tariff(billing.DocumentRead, billing.SellerPays, billing.PerPiece, s.Currency, 1))
		return s.Checker, &book.DecideTariff{Tariff: made, Decision: book.Approve}
	}},
	{"billing_month", "The month is not over, or is not named by its first day.", "Bill it when the next month has begun.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, &book.RunBilling{Month: september}
	}},
	{"billing_running", "Another billing is not finished.", "Wait a moment: the node works through it by itself.", func(s *scene) (id.Actor, book.Command) {
		s.wait(30)
		s.alone(s.Maker, &book.RunBilling{Month: september})
		return s.Maker, &book.RunBilling{Month: september}
	}},
	{"billing_order", "Months are billed one after the other, each once.", "Bill the month that the sentence names.", func(s *scene) (id.Actor, book.Command) {
		s.bills()
		return s.Maker, &book.RunBilling{Month: september}
	}},
	{"billing_finished", "No billing runs.", "Nothing: only the node gives this.", func(*scene) (id.Actor, book.Command) {
		return 0, &book.AdvanceBilling{}
	}},
	{"bill_unknown", "There is no such bill.", "Look up its identity.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, &book.PayBill{Bill: id.Make[id.Bill](1, 9), Receipt: s.collect(s.Payables, 1_00, s.Today), Amount: 1}
	}},
}

// Two invoices read at 0.50, one financing of 36,000.00 at 250 millionths for its funder, and 10.00 a month for the anchor by name: each gets
// one bill with 19 % of tax, numbered 1, 2 and 3; a second run bills nothing again.
func TestAMonthIsBilledByHand(t *testing.T) {
	s := newScene(t)
	s.costs(tariff(billing.DocumentRead, billing.SellerPays, billing.PerPiece, s.Currency, 50))
	s.costs(tariff(billing.Financing, billing.FunderPays, billing.PerAmount, s.Currency, 250))
	named := tariff(billing.Confirmation, billing.BuyerPays, billing.PerMonth, s.Currency, 10_00)
	named.Party = s.Anchor
	s.costs(named)
	s.live(9, func(l *load.Life) { l.Due = load.Opening.AddDays(60) }, amounting(36_000_00))
	read := s.meter(billing.DocumentRead, billing.SellerPays, s.Sellers[0]).Count
	if got := s.meter(billing.Financing, billing.FunderPays, s.Funder); got != (billing.Metered{Count: 1, Amount: 36_000_00}) || read == 0 {
		t.Fatalf("%+v, %d documents", got, read)
	}
	made := s.bills()
	if len(made) != 3 {
		t.Fatalf("%+v", made)
	}
	want := map[id.Party]money.Minor{s.Sellers[0]: money.Minor(50 * read), s.Funder: 9_00, s.Anchor: 10_00}
	for i, bill := range made {
		net := want[bill.Payer]
		if bill.Serial != uint64(i+1) || bill.Net != net || bill.Tax != money.Share(net, 190_000) || bill.Month != september {
			t.Errorf("%+v, want %d", bill, net)
		}
		delete(want, bill.Payer)
	}
	s.refused("billing_order", s.Maker, &book.RunBilling{Month: september})
	fees := money.Minor(50*read) + 19_00
	s.stands(map[ledger.Key]money.Minor{
		{Entity: s.Operator, Code: ledger.ServiceFeeIncome}:                             fees,
		{Entity: s.Funder, Code: ledger.FunderServiceCost}:                              10_71,
		{Entity: s.Operator, Counterparty: s.Funder, Code: ledger.ServiceFeeReceivable}: 10_71,
	})
	if more := s.bills(); len(more) != 1 || more[0].Payer != s.Anchor || more[0].Serial != 4 {
		t.Errorf("in the month after: %+v", more)
	}
}

// A bill is paid in two parts by money of its payer, and never beyond what is open.
func TestABillIsPaid(t *testing.T) {
	s := newScene(t)
	s.costs(tariff(billing.Financing, billing.FunderPays, billing.PerAmount, s.Currency, 250))
	s.live(9, func(l *load.Life) { l.Due = load.Opening.AddDays(60) }, amounting(36_000_00))
	bill := s.bills()[0]
	receipt := s.collect(s.Payables, 20_00, s.book.Date())
	pay := func(amount money.Minor) *book.PayBill {
		return &book.PayBill{Bill: bill.ID, Receipt: receipt, Amount: amount}
	}
	s.refused("exceeds_owed", s.Maker, pay(10_72))
	s.refused("amount_invalid", s.Maker, pay(20_01))
	s.give(s.Maker, pay(4_00))
	s.give(s.Maker, pay(6_71))
	s.refused("exceeds_owed", s.Maker, pay(1))
	s.stands(map[ledger.Key]money.Minor{
		{Entity: s.Operator, Counterparty: s.Funder, Code: ledger.ServiceFeeReceivable}: 0,
		{Entity: s.Funder, Counterparty: s.Operator, Code: ledger.FunderServiceOwed}:    0,
		{Entity: s.Funder, Code: ledger.FunderBank}:                                     -10_71,
	})
	s.refused("receipt_unknown", s.Maker, &book.PayBill{Bill: bill.ID, Receipt: id.Make[id.Receipt](1, 999), Amount: 1})
}

// A tariff is by two people, and nobody pays for a month that was over before it was approved.
func TestATariffIsApprovedInTime(t *testing.T) {
	s := newScene(t)
	s.give(s.Maker, &book.ProposeTariff{Terms: tariff(billing.DocumentRead, billing.SellerPays, billing.PerPiece, s.Currency, 50)})
	decide := func(d book.Decision) *book.DecideTariff {
		return &book.DecideTariff{Tariff: latest[id.Tariff](s, "tariff"), Decision: d}
	}
	s.refused("second_person", s.Maker, decide(book.Approve))
	s.refused("decision_invalid", s.Checker, decide(0))
	s.wait(30)
	s.refused("tariff_late", s.Checker, decide(book.Approve))
	s.give(s.Checker, decide(book.Decline))
	s.sound()
}

// The price of a party comes before that of everybody, a later one before an earlier; a price of nothing ends it.
func TestWhichTariffCounts(t *testing.T) {
	s := newScene(t)
	s.costs(tariff(billing.DocumentRead, billing.SellerPays, billing.PerPiece, s.Currency, 50))
	own := tariff(billing.DocumentRead, billing.SellerPays, billing.PerPiece, s.Currency, 20)
	own.Party = s.Sellers[0]
	s.costs(own)
	ends := tariff(billing.DocumentRead, billing.SellerPays, billing.PerPiece, s.Currency, 0)
	ends.Party, ends.From = s.Sellers[0], september.AddMonths(1)
	s.costs(ends)
	s.live(5)
	read := money.Minor(s.meter(billing.DocumentRead, billing.SellerPays, s.Sellers[0]).Count)
	if made := s.bills(); len(made) != 1 || made[0].Net != 20*read {
		t.Errorf("%+v", made)
	}
	s.live(5)
	if made := s.bills(); len(made) != 0 {
		t.Errorf("%+v", made)
	}
	s.sound()
}

// What is billed is the sum of meters by tariffs, whatever the tiers: worked out anew in exact fractions.
func TestBillsAreMetersByTariffs(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		s := newScene(t)
		var terms []billing.Terms
		for _, service := range billing.Services() {
			for _, payer := range billing.Payers() {
				basis := rapid.SampledFrom(billing.Bases()).Draw(r, "basis")
				one := tariff(service, payer, basis, s.Currency, rapid.Int64Range(0, 5_000).Draw(r, "price"))
				if basis != billing.PerMonth && rapid.Bool().Draw(r, "tiers") {
					one.Tiers = append(one.Tiers, billing.Tier{From: rapid.Int64Range(1, 3_000_000).Draw(r, "from"), Price: rapid.Int64Range(0, 5_000).Draw(r, "then")})
				}
				if len(one.Defects()) == 0 {
					s.costs(one)
					terms = append(terms, one)
				}
			}
		}
		for range rapid.IntRange(1, 3).Draw(r, "lives") {
			s.live(rapid.IntRange(4, 9).Draw(r, "far"), amounting(money.Minor(rapid.IntRange(100_00, 9_000_00).Draw(r, "amount"))))
		}
		want := money.Minor(0)
		for i := range terms {
			byPayer := map[id.Party]billing.Metered{}
			for n := uint64(1); n <= book.Counts(s.book)["meter"]; n++ {
				if m := book.Record(s.book, "meter", n).(book.Meter); m.Key.Service == terms[i].Service && m.Key.Payer == terms[i].Payer {
					byPayer[m.Key.Party] = byPayer[m.Key.Party].Plus(m.Metered)
				}
			}
			for _, metered := range byPayer {
				want += exactly(&terms[i], metered)
			}
		}
		got := money.Minor(0)
		for _, bill := range s.bills() {
			got += bill.Net
		}
		if got != want {
			r.Fatalf("%d is billed, meters by tariffs come to %d", got, want)
		}
		if breaches := book.Check(s.book); len(breaches) > 0 {
			r.Fatal(breaches)
		}
	})
}

// exactly prices unit by unit of each tier in fractions.
func exactly(t *billing.Terms, m billing.Metered) money.Minor {
	units, share := m.Count, int64(1)
	switch t.Basis {
	case billing.PerMonth:
		return money.Minor(t.Tiers[0].Price)
	case billing.PerAmount:
		units, share = int64(m.Amount), 1_000_000
	}
	sum := new(big.Rat)
	for i, tier := range t.Tiers {
		part := max(0, units-tier.From)
		if i+1 < len(t.Tiers) {
			part = min(part, t.Tiers[i+1].From-tier.From)
		}
		sum.Add(sum, new(big.Rat).Mul(big.NewRat(part, share), big.NewRat(tier.Price, 1)))
	}
	sum.Add(sum, big.NewRat(1, 2))
	return money.Minor(new(big.Int).Quo(sum.Num(), sum.Denom()).Int64())
}
