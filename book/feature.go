package book

import (
	"millrace/domain/calendar"
	"millrace/domain/feature"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/receivable"
)

func init() {
	tables[tableFeature] = held("feature", func(b *Book) *shelf[feature.Record] { return &b.features },
		[]Column{col("kind", Text), ind("party", Integer), ind("other", Integer), ind("programme", Integer), col("currency", Text)},
		func(r *feature.Record) []any {
			return []any{r.Subject.Kind.String(), int64(r.Subject.Party), int64(r.Subject.Other), int64(r.Subject.Programme), r.Subject.Currency.String()}
		})
	tables[tableFeatureMonth] = held("feature_month", func(b *Book) *shelf[feature.Month] { return &b.featureMonths },
		[]Column{ind("feature", Integer), col("month", Integer)},
		func(r *feature.Month) []any { return []any{int64(r.Record), int64(r.Month)} })
}

// rolling fills in what is known of a subject on the business date.
func (b *Book) rolling(into *feature.Rolling, s feature.Subject) {
	into.Subject = s
	number := b.featureOf[s]
	if number == 0 {
		return
	}
	r := b.features.at(uint64(number))
	into.Take(r)
	for _, month := range r.Ring {
		if month != 0 {
			into.TakeMonth(b.featureMonths.at(uint64(month)), b.clock.Date)
		}
	}
}

// indexFeature: featureOf, currencies and members, from table feature.
func (b *Book) indexFeature(r *feature.Record) {
	number := uint32(len(b.featureOf)) + 1
	b.featureOf[r.Subject] = number
	if r.Subject.Kind.Group() {
		b.members[r.Subject.Party] += 0
	}
	for _, currency := range b.featured {
		if currency == r.Subject.Currency {
			return
		}
	}
	b.featured = append(b.featured, r.Subject.Currency)
}

// loadedFeatures builds what facts and the graph are found by.
func (b *Book) loadedFeatures() {
	b.features.each(b.indexFeature)
	b.parties.each(b.indexMember)
	b.receivables.each(b.indexDeal)
}

// feature finds the record of a subject, or begins it.
func (b *Book) feature(s feature.Subject) *feature.Record {
	if number, found := b.featureOf[s]; found {
		return b.features.at(uint64(number))
	}
	b.features.add(b.features.count+1, feature.Record{Subject: s})
	r := b.features.at(b.features.count)
	b.indexFeature(r)
	return r
}

// featureMonth is the record's month; nil for one that a later month has replaced already.
func (b *Book) featureMonth(r *feature.Record, month int32) *feature.Month {
	place := &r.Ring[month%feature.Months]
	if *place == 0 {
		number := b.featureMonths.count + 1
		b.featureMonths.add(number, feature.Month{Record: b.featureOf[r.Subject], Month: month})
		*place = uint32(number)
	}
	m := b.featureMonths.at(uint64(*place))
	if m.Month > month {
		return nil
	}
	if m.Month < month {
		m.Month, m.Counters = month, feature.Counters{}
	}
	b.touched(tableFeatureMonth, uint64(*place), &m.Entry)
	return m
}

// note counts one fact about a subject in the month of a date.
func (b *Book) note(s feature.Subject, on calendar.Date, f feature.Change) *feature.Record {
	r := b.feature(s)
	r.Life.Add(f)
	if on > 0 {
		if m := b.featureMonth(r, feature.MonthOf(on)); m != nil {
			m.Counters.Add(f)
		}
	}
	b.touched(tableFeature, uint64(b.featureOf[s]), &r.Entry)
	return r
}

// dealing is who is concerned by a fact; a party or programme that is 0 is not.
type dealing struct {
	seller, buyer id.Party
	programme     id.Programme
	currency      money.Currency
}

// dealingOf is who is concerned by what happens to a receivable.
func (b *Book) dealingOf(r *receivable.Receivable) dealing {
	of := dealing{r.Seller, r.Buyer, 0, r.Currency}
	if f := b.financings.at(r.Financing.Number()); f != nil {
		of.programme = f.Programme
	}
	return of
}

// learn counts a fact for everybody concerned.
func (b *Book) learn(of dealing, on calendar.Date, f feature.Change) {
	if of.seller != 0 {
		b.note(feature.Subject{Kind: feature.Seller, Party: of.seller, Currency: of.currency}, on, f)
		b.eachHead(of.seller, feature.SellerGroup, of.currency, func(s feature.Subject) { b.note(s, on, f) })
	}
	if of.buyer != 0 {
		b.note(feature.Subject{Kind: feature.Buyer, Party: of.buyer, Currency: of.currency}, on, f)
		b.eachHead(of.buyer, feature.BuyerGroup, of.currency, func(s feature.Subject) { b.note(s, on, f) })
	}
	if of.seller != 0 && of.buyer != 0 {
		b.note(feature.Subject{Kind: feature.Pair, Party: of.seller, Other: of.buyer, Currency: of.currency}, on, f)
	}
	if of.programme != 0 {
		b.note(feature.Subject{Kind: feature.Programme, Programme: of.programme, Currency: of.currency}, on, f)
	}
}

// learnInvoice counts a receivable that was opened, with what depends on the counterparties. One that was imported counts in the month
// of its issue; what was paid of it before is not known by date and not counted.
func (b *Book) learnInvoice(r *receivable.Receivable) {
	of := dealing{r.Seller, r.Buyer, 0, r.Currency}
	with := feature.Subject{Kind: feature.Pair, Party: of.seller, Other: of.buyer, Currency: of.currency}
	was := money.Minor(0)
	fresh := true
	if number := b.featureOf[with]; number != 0 {
		pair := b.features.at(uint64(number))
		was, fresh = pair.Life.Amounts[feature.Invoices], pair.Life.Counts[feature.Invoices] == 0
	}
	b.learn(of, r.Opened, feature.Change{Measure: feature.Invoices, Amount: r.Face, Days: tenorOf(r)})
	pair := b.feature(with)
	pair.Meet(r.Opened, r.Face)
	now := pair.Life.Amounts[feature.Invoices]
	deal := feature.Deal{Was: was, Now: now, Fresh: fresh}
	seller := b.feature(feature.Subject{Kind: feature.Seller, Party: of.seller, Currency: of.currency})
	seller.Meet(r.Opened, r.Face)
	seller.Concentrate(deal, of.buyer)
	buyer := b.feature(feature.Subject{Kind: feature.Buyer, Party: of.buyer, Currency: of.currency})
	buyer.Meet(r.Opened, r.Face)
	buyer.Concentrate(deal, of.seller)
	b.eachHead(of.seller, feature.SellerGroup, of.currency, func(s feature.Subject) { b.feature(s).Concentrate(deal, of.buyer) })
	b.eachHead(of.buyer, feature.BuyerGroup, of.currency, func(s feature.Subject) { b.feature(s).Concentrate(deal, of.seller) })
	if r.Undertaking != receivable.NoUndertaking { // it was imported with it
		b.learn(of, r.Opened, feature.Change{Measure: feature.Confirmed, Amount: r.Confirmed})
	}
	if r.Credited != 0 { // by a credit note that came first
		b.learn(of, b.clock.Date, feature.Change{Measure: feature.Credited, Amount: r.Credited})
	}
}

// openedOn is the business date on which a receivable counts as opened: one that was imported on its date of issue.
func (b *Book) openedOn(r *receivable.Receivable) calendar.Date {
	if r.Trade == 0 {
		return min(r.Issued, b.clock.Date)
	}
	return b.clock.Date
}

const tenorDaysMax = 36_600

// tenorOf is the days from issue to due date; 0 where there is no due date.
func tenorOf(r *receivable.Receivable) int64 {
	if r.Due == 0 {
		return 0
	}
	return int64(min(max(0, calendar.DaysBetween(r.Issued, r.Due)), tenorDaysMax))
}

// learnPaid counts a payment on a receivable by its value date, in the month of the business date.
func (b *Book) learnPaid(r *receivable.Receivable, amount money.Minor, value calendar.Date) {
	if amount <= 0 {
		return
	}
	f := feature.Change{Measure: feature.OnTime, Amount: amount}
	if r.Due != 0 && value > r.Due {
		f.Measure, f.Days = feature.Late, int64(min(calendar.DaysBetween(r.Due, value), tenorDaysMax))
	}
	b.learn(b.dealingOf(r), b.clock.Date, f)
}

// learnOf counts what happened to a receivable.
func (b *Book) learnOf(r *receivable.Receivable, m feature.Measure, amount money.Minor) {
	b.learn(b.dealingOf(r), b.clock.Date, feature.Change{Measure: m, Amount: amount})
}

// learnDrawn counts cash that was drawn in a run of multilateral set-off.
func (b *Book) learnDrawn(f *funding.Financing) {
	b.learn(dealing{f.Seller, f.Buyer, f.Programme, f.Currency}, b.clock.Date, feature.Change{Measure: feature.Financed, Amount: f.Principal})
}

// learnFinancing counts a financing that came to a state; was is the state before, 0 for a new one.
func (b *Book) learnFinancing(f *funding.Financing, was funding.FinancingState) {
	of := dealing{f.Seller, f.Buyer, f.Programme, f.Currency}
	on := b.clock.Date
	if was == 0 && f.State.Claims() { // taken over
		b.learn(of, min(f.Value, on), feature.Change{Measure: feature.Financed, Amount: f.Principal})
	}
	switch f.State {
	case funding.Accepted:
		if was == funding.Quoted && f.SetOffRun == 0 { // of cash for a run it is not known yet how much is lent
			b.learn(of, on, feature.Change{Measure: feature.Financed, Amount: f.Principal})
		}
	case funding.Overdue:
		if was != funding.Overdue {
			b.learn(of, on, feature.Change{Measure: feature.Overdue, Amount: f.Principal})
		}
	case funding.ClosedState:
		b.learn(of, on, feature.Change{Measure: feature.Repaid, Amount: f.Principal})
		if on > f.AgreedDue() {
			b.learn(of, on, feature.Change{Measure: feature.RepaidLate, Amount: f.Principal})
		}
	case funding.Defaulted:
		b.learn(of, on, feature.Change{Measure: feature.Defaulted, Amount: f.Principal})
	case funding.WrittenOff:
		if was != funding.Defaulted {
			b.learn(of, on, feature.Change{Measure: feature.Defaulted, Amount: f.Principal})
		}
	case funding.Declined:
		b.learn(of, on, feature.Change{Measure: feature.Refused, Amount: f.Amount})
	}
}
