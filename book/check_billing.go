package book

import (
	"math"
	"math/big"
	"slices"

	"millrace/domain/billing"
	"millrace/domain/calendar"
	"millrace/domain/certificate"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/money"
	"millrace/domain/receivable"
)

// billings: meters are counted again from the records, tariffs are by two people, each month is billed once and in its turn, bills bear
// serial numbers without gaps, and what they ask for is what the meters and the tariffs come to: no more, and no less.
func (a *audit) billings() {
	b := a.b
	for n := uint64(1); n <= b.tariffs.count; n++ {
		t := b.tariffs.at(n)
		number(a, t.ID, n, t.Entry)
		if t.State != TariffWaits && (t.Checker == 0 || t.Checker == t.Maker) {
			a.breach("tariff_people", t.ID.String(), "is %s by %s, proposed by %s", t.State, t.Checker, t.Maker)
		}
	}
	a.meterIndex()
	a.recounted()
	due := a.dueLines()
	serials := map[id.Party]uint64{}
	for n := uint64(1); n <= b.bills.count; n++ {
		bill := b.bills.at(n)
		number(a, bill.ID, n, bill.Entry)
		if serials[bill.Issuer]++; bill.Serial != serials[bill.Issuer] {
			a.breach("bill_serial", bill.ID.String(), "bears the number %d, %d comes next", bill.Serial, serials[bill.Issuer])
		}
		a.bill(bill, due)
	}
	for _, key := range due.order {
		if line := due.lines[key]; !line.billed && line.net > 0 {
			a.breach("bill_missing", key.tariff.String(), "%s owes %d for %s by this tariff, and no bill says so", key.payer, line.net, key.month)
		}
	}
	a.runs(serials)
}

// runs: months are billed one after the other, and the last serial number is that of the bills.
func (a *audit) runs(serials map[id.Party]uint64) {
	b := a.b
	for n := uint64(1); n <= b.billings.count; n++ {
		r := b.billings.at(n)
		number(a, r.ID, n, r.Entry)
		before := b.billings.at(n - 1)
		switch {
		case n > 1 && r.Month != before.Month.AddMonths(1), r.Month.Day() != 1, r.Month >= r.On.AddDays(1-r.On.Day()):
			a.breach("billing_order", r.ID.String(), "bills %s on %s, out of its turn", r.Month, r.On)
		case n < b.billings.count && r.Through != math.MaxUint64:
			a.breach("billing_order", r.ID.String(), "is not finished, and another came after it")
		}
		if n == b.billings.count && r.Last != serials[r.Issuer] {
			a.breach("bill_serial", r.ID.String(), "says that %d is the last number, it is %d", r.Last, serials[r.Issuer])
		}
	}
}

// meterIndex: each meter is found, and there are no two of one key.
func (a *audit) meterIndex() {
	b := a.b
	listed := 0
	// map order does not reach a result: a sum
	for _, numbers := range b.metersOf {
		listed += len(numbers)
	}
	for n := uint64(1); n <= b.meters.count; n++ {
		m := b.meters.at(n)
		if b.meterOf[m.Key] != n || !slices.Contains(b.metersOf[monthKey{m.Key.Party, m.Key.Month}], n) {
			a.breach("index_meters", m.Key.Party.String(), "meter %d is not found by its key", n)
		}
	}
	if uint64(len(b.meterOf)) != b.meters.count || uint64(listed) != b.meters.count {
		a.breach("index_meters", "", "%d meters are on record, %d and %d are in the indexes", b.meters.count, len(b.meterOf), listed)
	}
}

// counted is what was counted of a service for a party, whenever that was, and whether it was free.
type counted struct {
	service  billing.Service
	payer    billing.Payer
	party    id.Party
	currency money.Currency
}

// recounted compares the meters with the records that were metered: to the piece and the cent where the records stay as they are, and no
// less than the records show where a later fact takes their place (a confirmation that was given anew) or what was taken over can't be
// told from what came without its bytes.
func (a *audit) recounted() {
	b := a.b
	var pieces, amounts, wantedPieces, wantedAmounts tally[counted]
	documents := money.Minor(0)
	for n := uint64(1); n <= b.meters.count; n++ {
		m := b.meters.at(n)
		key := counted{m.Key.Service, m.Key.Payer, m.Key.Party, m.Key.Currency}
		pieces.add(key, money.Minor(m.Metered.Count+m.Free.Count))
		amounts.add(key, m.Metered.Amount+m.Free.Amount)
		if m.Key.Service == billing.DocumentRead && m.Key.Payer == billing.SellerPays {
			documents += money.Minor(m.Metered.Count)
		}
	}
	want := func(service billing.Service, payer billing.Payer, of id.Party, amount money.Minor, currency money.Currency) {
		key := counted{service, payer, of, currency}
		wantedPieces.add(key, 1)
		wantedAmounts.add(key, amount)
	}
	a.wantFinanced(want)
	a.wantCertificates(want)
	taken := uint64(0)
	least := tally[counted]{}
	for n := uint64(1); n <= b.receivables.count; n++ {
		switch r := b.receivables.at(n); {
		case r.Hash == [32]byte{}:
			taken++
		case r.Undertaking != receivable.NoUndertaking:
			least.add(counted{billing.Confirmation, billing.BuyerPays, r.Buyer, r.Currency}, 1)
		}
	}
	for n := uint64(1); n <= b.verifications.count; n++ {
		v := b.verifications.at(n)
		if r := b.receivables.at(uint64(v.Receivable) >> 16); r != nil && r.Document == v.Document {
			least.add(counted{billing.Verification, billing.SellerPays, r.Seller, 0}, 1)
			least.add(counted{billing.Verification, billing.BuyerPays, r.Buyer, 0}, 1)
		}
	}
	if documents > money.Minor(b.documents) || documents+money.Minor(taken) < money.Minor(b.documents) {
		a.breach("meter_differs", "", "%d documents were metered, %d were read, of which %d may have been taken over", documents, b.documents, taken)
	}
	for i, key := range wantedPieces.keys {
		if pieces.of(key) != wantedPieces.sums[i] || amounts.of(key) != wantedAmounts.of(key) {
			a.breach("meter_differs", key.party.String(), "%s: %d pieces and %d are metered, the records show %d and %d", key.service, pieces.of(key), amounts.of(key), wantedPieces.sums[i], wantedAmounts.of(key))
		}
	}
	for i, key := range pieces.keys {
		if _, found := wantedPieces.places[key]; !found && key.service > billing.Confirmation {
			a.breach("meter_differs", key.party.String(), "%s: %d pieces are metered, the records show none", key.service, pieces.sums[i])
		}
	}
	for i, key := range least.keys {
		if pieces.of(key) < least.sums[i] {
			a.breach("meter_differs", key.party.String(), "%s: %d pieces are metered, the records show %d", key.service, pieces.of(key), least.sums[i])
		}
	}
}

type wanted func(service billing.Service, payer billing.Payer, of id.Party, amount money.Minor, currency money.Currency)

// wantFinanced: a financing that was paid out here has a day of that; one that was taken over has never gone through this book's payments.
func (a *audit) wantFinanced(want wanted) {
	for n := uint64(1); n <= a.b.financings.count; n++ {
		f := a.b.financings.at(n)
		if f.Entered == 0 || f.Value == 0 || takenOver(f) {
			continue
		}
		want(billing.Financing, billing.SellerPays, f.Seller, f.Principal, f.Currency)
		want(billing.Financing, billing.BuyerPays, f.Buyer, f.Principal, f.Currency)
		want(billing.Financing, billing.FunderPays, f.Funder, f.Principal, f.Currency)
	}
}

// wantCertificates: what was issued, and each holding that came from another holder's for a debt.
func (a *audit) wantCertificates(want wanted) {
	b := a.b
	for n := uint64(1); n <= b.certificates.count; n++ {
		k := b.certificates.at(n)
		if r := b.receivables.at(uint64(k.Receivable) >> 16); r != nil {
			want(billing.CertificateIssued, billing.SellerPays, k.Payee, k.Amount, r.Currency)
			want(billing.CertificateIssued, billing.BuyerPays, k.Issuer, k.Amount, r.Currency)
		}
	}
	for n := uint64(1); n <= b.holdings.count; n++ {
		h := b.holdings.at(n)
		from := b.holdings.at(uint64(h.Parent) >> 16)
		if from == nil || from.Holder == h.Holder || h.By != certificate.Accept && h.By != certificate.Transfer {
			continue
		}
		k := b.certificates.at(uint64(h.Certificate) >> 16)
		if k == nil || b.receivables.at(uint64(k.Receivable)>>16) == nil {
			continue
		}
		want(billing.CertificateTransfer, billing.SellerPays, from.Holder, h.Amount, b.receivables.at(uint64(k.Receivable)>>16).Currency)
	}
}

// dueKey is one line that a month has to bring: a tariff for a payer.
type dueKey struct {
	month  calendar.Date
	payer  id.Party
	tariff id.Tariff
}

type dueLine struct {
	net    money.Minor
	billed bool
}

// dues are all lines that are to be billed, in the order in which they were found.
type dues struct {
	order []dueKey
	lines map[dueKey]*dueLine
}

// dueLines works out what the finished billings have to ask for.
func (a *audit) dueLines() *dues {
	b := a.b
	due := &dues{lines: map[dueKey]*dueLine{}}
	for n := uint64(1); n <= b.billings.count; n++ {
		r := b.billings.at(n)
		parties := min(r.Through, b.parties.count)
		for at := uint64(1); at <= parties; at++ {
			a.duesOf(due, r.Month, b.parties.at(at).ID)
		}
	}
	return due
}

// duesOf goes from the tariffs to the meters: each tariff counts for a payer unless another one is before it.
func (a *audit) duesOf(due *dues, month calendar.Date, payer id.Party) {
	b := a.b
	for n := uint64(1); n <= b.tariffs.count; n++ {
		t := b.tariffs.at(n)
		if !a.holdsFor(t, month, payer) {
			continue
		}
		beaten := false
		for m := uint64(1); m <= b.tariffs.count; m++ {
			other := b.tariffs.at(m)
			same := other.Terms.Service == t.Terms.Service && other.Terms.Payer == t.Terms.Payer && other.Terms.Basis == t.Terms.Basis &&
				(other.Terms.Currency == t.Terms.Currency || t.Terms.Service <= billing.Verification)
			if m != n && same && a.holdsFor(other, month, payer) && before(other, t) {
				beaten = true
			}
		}
		if beaten {
			continue
		}
		count, amount := int64(0), int64(0)
		for _, at := range b.metersOf[monthKey{payer, month}] {
			m := b.meters.at(at)
			if m.Key.Service == t.Terms.Service && m.Key.Payer == t.Terms.Payer && (m.Key.Currency == t.Terms.Currency || m.Key.Currency == 0) {
				count, amount = count+m.Metered.Count, amount+int64(m.Metered.Amount)
			}
		}
		if count == 0 && (t.Terms.Basis != billing.PerMonth || t.Terms.Party == 0) {
			continue
		}
		key := dueKey{month, payer, t.ID}
		due.order = append(due.order, key)
		due.lines[key] = &dueLine{net: pricedAt(&t.Terms, count, amount)}
	}
}

func (a *audit) holdsFor(t *Tariff, month calendar.Date, payer id.Party) bool {
	return t.State == TariffLive && t.Terms.From <= month && (t.Terms.Party == 0 || t.Terms.Party == payer)
}

// before tells whether one tariff counts before another of its kind.
func before(one, other *Tariff) bool {
	if (one.Terms.Party != 0) != (other.Terms.Party != 0) {
		return one.Terms.Party != 0
	}
	if one.Terms.From != other.Terms.From {
		return one.Terms.From > other.Terms.From
	}
	return one.ID > other.ID
}

// pricedAt adds up what lies in each tier.
func pricedAt(t *billing.Terms, count, amount int64) money.Minor {
	units, divisor := count, int64(1)
	switch t.Basis {
	case billing.PerMonth:
		return money.Minor(t.Tiers[0].Price)
	case billing.PerAmount:
		units, divisor = amount, 1_000_000
	}
	sum := new(big.Int)
	for i := len(t.Tiers) - 1; i >= 0; i-- {
		if units > t.Tiers[i].From {
			sum.Add(sum, new(big.Int).Mul(big.NewInt(units-t.Tiers[i].From), big.NewInt(t.Tiers[i].Price)))
			units = t.Tiers[i].From
		}
	}
	return halfUp(sum, big.NewInt(divisor))
}

// bill: its lines are due and on no other bill, its taxes are on the sums of their lines, and what is paid came by receipts.
func (a *audit) bill(bill *Bill, due *dues) {
	type taxKey struct {
		name string
		rate money.Rate
	}
	var bases tally[taxKey]
	net, tax, paid := money.Minor(0), money.Minor(0), money.Minor(0)
	for _, line := range bill.Lines {
		wanted := due.lines[dueKey{bill.Month, bill.Payer, line.Tariff}]
		switch {
		case wanted == nil || wanted.net != line.Net:
			a.breach("bill_line", bill.ID.String(), "asks %d for %s by %s; that is not what was counted", line.Net, line.Service, line.Tariff)
		case wanted.billed:
			a.breach("bill_twice", bill.ID.String(), "asks a second time for %s of %s by %s", line.Service, bill.Month, line.Tariff)
		}
		if wanted != nil {
			wanted.billed = true
		}
		if t := a.b.tariffs.at(uint64(line.Tariff) >> 16); t != nil {
			bases.add(taxKey{t.Terms.TaxName, t.Terms.TaxRate}, line.Net)
		}
		net += line.Net
	}
	for _, one := range bill.Taxes {
		key := taxKey{one.Name, one.Rate}
		exact := halfUp(new(big.Int).Mul(big.NewInt(int64(one.Base)), big.NewInt(int64(one.Rate))), big.NewInt(1_000_000))
		if bases.of(key) != one.Base || one.Tax != exact {
			a.breach("bill_tax", bill.ID.String(), "has %d of %s on %d; the lines come to %d", one.Tax, one.Name, one.Base, bases.of(key))
		}
		tax += one.Tax
	}
	for _, p := range bill.Payments {
		paid += p.Amount
	}
	if len(bill.Taxes) != len(bases.keys) || net != bill.Net || tax != bill.Tax || paid != bill.Paid || paid > net+tax {
		a.breach("bill_tax", bill.ID.String(), "comes to %d and %d of tax, its lines and taxes to %d and %d; %d is paid", bill.Net, bill.Tax, net, tax, paid)
	}
}

// expectBills: what is billed is owed until it is paid, and the money that paid it is the operator's.
func (a *audit) expectBills() {
	b := a.b
	for n := uint64(1); n <= b.bills.count; n++ {
		bill := b.bills.at(n)
		total := bill.Net + bill.Tax
		codes := [...][2]ledger.Code{billing.SellerPays: {ledger.SellerServiceCost, ledger.SellerServiceOwed}, billing.BuyerPays: {ledger.BuyerServiceCost, ledger.BuyerServiceOwed}, billing.FunderPays: {ledger.FunderServiceCost, ledger.FunderServiceOwed}}[bill.As]
		a.expect(bill.Issuer, 0, bill.Payer, ledger.ServiceFeeReceivable, bill.Currency, total-bill.Paid)
		a.expect(bill.Issuer, 0, 0, ledger.ServiceFeeIncome, bill.Currency, bill.Net)
		a.expect(bill.Issuer, 0, 0, ledger.TaxPayable, bill.Currency, bill.Tax)
		a.expect(bill.Issuer, 0, 0, ledger.OperatorAccount, bill.Currency, bill.Paid)
		a.expect(bill.Payer, 0, 0, codes[0], bill.Currency, total)
		a.expect(bill.Payer, 0, bill.Issuer, codes[1], bill.Currency, total-bill.Paid)
		for _, p := range bill.Payments {
			if programme := a.ofReceipt(p.Receipt); programme != 0 {
				of := b.programmes.at(uint64(programme) >> 16)
				a.expect(of.Custodian, programme, of.Operator, ledger.OperatorFeesCollected, bill.Currency, p.Amount)
			}
		}
	}
}

func (a *audit) ofReceipt(receipt id.Receipt) id.Programme {
	if r := a.b.receipts.at(uint64(receipt) >> 16); r != nil {
		return r.Programme
	}
	return 0
}

// shareBills adds what of each programme's collections has paid bills.
func (a *audit) shareBills(shared *tally[id.Programme]) {
	for n := uint64(1); n <= a.b.bills.count; n++ {
		for _, p := range a.b.bills.at(n).Payments {
			shared.add(a.ofReceipt(p.Receipt), p.Amount)
		}
	}
}
