package book

import (
	"fmt"
	"math/big"

	"millrace/domain/calendar"
	"millrace/domain/certificate"
	"millrace/domain/discounting"
	"millrace/domain/feature"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/legal"
	"millrace/domain/money"
	"millrace/domain/receivable"
)

// FeatureRecount counts rolling facts again, from the events of a journal alone, and holds what a book says against it. It keeps what it has
// seen in maps, by its own rules, and shares no code with the folding.
type FeatureRecount struct {
	date        calendar.Date
	receivables map[id.Receivable]debt
	claims      map[id.Receivable]id.Financing
	financings  map[id.Financing]funding.Financing
	parts       map[id.Placement][]id.Financing
	early       map[id.EarlyPayment]discounting.Payment
	facts       map[feature.Subject]*recounted
	groups      map[id.Party]id.Party
}

type debt struct {
	seller, buyer id.Party
	currency      money.Currency
	due           calendar.Date
}

// recounted is what was counted of a subject: in all, and by month.
type recounted struct {
	life        sums
	months      map[int]*sums
	biggest     money.Minor
	first, last calendar.Date
}

// sums are by measure; weights are days * amount.
type sums struct {
	counts, amounts         [feature.MeasureCount]int64
	lateDays, tenorDays     int64
	lateWeight, tenorWeight big.Int
}

// NewFeatureRecount begins before the first entry.
func NewFeatureRecount() *FeatureRecount {
	return &FeatureRecount{
		receivables: map[id.Receivable]debt{}, claims: map[id.Receivable]id.Financing{}, financings: map[id.Financing]funding.Financing{},
		parts: map[id.Placement][]id.Financing{}, early: map[id.EarlyPayment]discounting.Payment{}, facts: map[feature.Subject]*recounted{},
		groups: map[id.Party]id.Party{},
	}
}

// Add takes one event, in the order of the journal.
func (c *FeatureRecount) Add(event Event) {
	switch e := event.(type) {
	case *DayOpened:
		c.date = e.Date
	case *PartyRegistered:
		c.groups[e.Party.ID] = e.Party.Group
	case *PartyOnboarded:
		c.groups[e.Party] = e.Group
	case *ReceivableOpened:
		c.opened(&e.Receivable)
	case *ReceivableConfirmed:
		c.happened(e.Receivable, feature.Confirmed, e.Amount)
	case *ReceivableCredited:
		if e.Dispute != 0 {
			c.happened(e.Receivable, feature.Lost, e.Amount)
		} else {
			c.happened(e.Receivable, feature.Credited, e.Amount)
		}
	case *DisputeOpened:
		c.happened(e.Dispute.Receivable, feature.Disputes, e.Dispute.Amount)
	case *ReceivableReassigned:
		delete(c.claims, e.Reassignment.Receivable)
	default:
		c.addPayment(event)
		c.addFinancing(event)
	}
}

func (c *FeatureRecount) addPayment(event Event) {
	switch e := event.(type) {
	case *ReceivablePaid:
		c.paid(e.Receivable, e.Amount, e.Value)
	case *AgentCollected:
		c.paid(e.Receivable, e.Amount, e.Value)
	case *PaymentMisdirected:
		if e.Payment.Effect == legal.Discharged {
			c.paid(e.Payment.Receivable, e.Payment.Amount, e.Payment.Paid)
		}
	case *HoldingsMoved:
		for _, made := range e.Made {
			waits := made.Status == certificate.Offered || made.Pending()
			if !waits && (made.By == certificate.Accept || made.By == certificate.Transfer) {
				c.paid(made.Debt, made.Amount, c.date)
			}
		}
	case *DebtsDischarged:
		for _, one := range e.Debts {
			c.paid(one.Receivable, one.Amount, c.date)
		}
	case *EarlyPaymentOpened:
		c.early[e.Payment.ID] = e.Payment
	case *EarlyPaymentMoved:
		payment := c.early[e.Payment]
		if e.Value != 0 {
			payment.Value = e.Value
		}
		c.early[e.Payment] = payment
		for _, item := range payment.Items {
			switch e.State {
			case discounting.PaidEarly:
				c.paid(item.Receivable, item.Amount, payment.Value)
			case discounting.CameBack:
				c.happened(item.Receivable, feature.Reversed, item.Amount)
			}
		}
	case *ReceivableUnpaid:
		c.happened(e.Receivable, feature.Reversed, e.Amount)
	}
}

func (c *FeatureRecount) addFinancing(event Event) {
	switch e := event.(type) {
	case *FinancingOpened:
		f := e.Financing
		c.financings[f.ID] = f
		if f.Placement != 0 {
			c.parts[f.Placement] = append(c.parts[f.Placement], f.ID)
		}
		switch f.State {
		case funding.Declined:
			c.financed(&f, c.date, feature.Refused, f.Amount)
		case funding.Outstanding, funding.Overdue: // taken over
			c.claim(&f)
			c.financed(&f, earlier(f.Value, c.date), feature.Financed, f.Principal)
			if f.State == funding.Overdue {
				c.financed(&f, c.date, feature.Overdue, f.Principal)
			}
		}
	case *ReferralDecided:
		f := e.Financing
		c.financings[f.ID] = f
		if f.State == funding.Declined {
			c.financed(&f, c.date, feature.Refused, f.Amount)
		}
	case *FinancingAccepted:
		f := c.financings[e.Financing]
		f.State = funding.Accepted
		c.financings[e.Financing] = f
		if f.SetOffRun == 0 {
			c.financed(&f, c.date, feature.Financed, f.Principal)
		}
		c.claim(&f)
	case *SetOffCashDrawn:
		f := c.financings[e.Financing]
		f.Amount, f.Principal, f.Net = e.Amount, e.Amount, e.Amount
		c.financings[e.Financing] = f
		c.financed(&f, c.date, feature.Financed, f.Principal)
	case *FinancingMoved:
		f := c.financings[e.Financing]
		was := f.State
		f.State = e.State
		c.financings[e.Financing] = f
		c.moved(&f, was)
	}
}

func (c *FeatureRecount) moved(f *funding.Financing, was funding.FinancingState) {
	switch f.State {
	case funding.Overdue:
		if was != funding.Overdue {
			c.financed(f, c.date, feature.Overdue, f.Principal)
		}
	case funding.ClosedState:
		c.financed(f, c.date, feature.Repaid, f.Principal)
		if f.Due < c.date { // as it was agreed: extensions are facts of their own
			c.financed(f, c.date, feature.RepaidLate, f.Principal)
		}
	case funding.Defaulted:
		c.financed(f, c.date, feature.Defaulted, f.Principal)
	case funding.WrittenOff:
		if was != funding.Defaulted {
			c.financed(f, c.date, feature.Defaulted, f.Principal)
		}
	case funding.Declined:
		c.financed(f, c.date, feature.Refused, f.Amount)
	case funding.Cancelled:
		if f.Holding == 0 && c.claims[f.Receivable] == f.ID {
			delete(c.claims, f.Receivable)
			for _, other := range c.parts[f.Placement] {
				part := c.financings[other]
				if f.Placement != 0 && other != f.ID && (part.State.Claims() || part.State == funding.ClosedState) {
					c.claims[f.Receivable] = other
					break
				}
			}
		}
	}
}

// claim follows which financing a receivable belongs to: the first of a placement's parts stands for all.
func (c *FeatureRecount) claim(f *funding.Financing) {
	if f.Holding != 0 || f.Receivable == 0 {
		return
	}
	if now, found := c.claims[f.Receivable]; found && f.Placement != 0 && c.financings[now].Placement == f.Placement {
		return
	}
	c.claims[f.Receivable] = f.ID
}

func earlier(a, b calendar.Date) calendar.Date {
	if a < b {
		return a
	}
	return b
}

func (c *FeatureRecount) opened(r *receivable.Receivable) {
	c.receivables[r.ID] = debt{r.Seller, r.Buyer, r.Currency, r.Due}
	on := c.date
	if r.Trade == 0 {
		on = earlier(r.Issued, on)
	}
	days := int64(0)
	if r.Due != 0 && r.Due > r.Issued {
		days = min(int64(r.Due)-int64(r.Issued), 36_600)
	}
	for _, s := range c.subjects(r.ID, 0) {
		k := c.of(s)
		k.each(on, func(s *sums) {
			s.add(feature.Invoices, r.Face)
			s.tenorDays += days
			s.tenorWeight.Add(&s.tenorWeight, weightOf(days, r.Face))
		})
		if r.Face > k.biggest {
			k.biggest = r.Face
		}
		if k.first == 0 || on < k.first {
			k.first = on
		}
		if on > k.last {
			k.last = on
		}
	}
	if r.Undertaking != receivable.NoUndertaking {
		for _, s := range c.subjects(r.ID, 0) {
			c.of(s).each(on, func(s *sums) { s.add(feature.Confirmed, r.Confirmed) })
		}
	}
	if r.Credited != 0 {
		c.happened(r.ID, feature.Credited, r.Credited)
	}
}

func weightOf(days int64, amount money.Minor) *big.Int {
	return new(big.Int).Mul(big.NewInt(days), big.NewInt(int64(amount)))
}

// subjects are those concerned by what happens to a receivable, groups left out: these are added up in the end.
func (c *FeatureRecount) subjects(of id.Receivable, programme id.Programme) []feature.Subject {
	d := c.receivables[of]
	return concerned(d.seller, d.buyer, programme, d.currency)
}

func concerned(seller, buyer id.Party, programme id.Programme, currency money.Currency) []feature.Subject {
	var all []feature.Subject
	if seller != 0 {
		all = append(all, feature.Subject{Kind: feature.Seller, Party: seller, Currency: currency})
	}
	if buyer != 0 {
		all = append(all, feature.Subject{Kind: feature.Buyer, Party: buyer, Currency: currency})
		if seller != 0 {
			all = append(all, feature.Subject{Kind: feature.Pair, Party: seller, Other: buyer, Currency: currency})
		}
	}
	if programme != 0 {
		all = append(all, feature.Subject{Kind: feature.Programme, Programme: programme, Currency: currency})
	}
	return all
}

func (c *FeatureRecount) of(s feature.Subject) *recounted {
	k := c.facts[s]
	if k == nil {
		k = &recounted{months: map[int]*sums{}}
		c.facts[s] = k
	}
	return k
}

// each gives the sums over life and those of the month of a date.
func (k *recounted) each(on calendar.Date, add func(*sums)) {
	add(&k.life)
	if on <= 0 {
		return
	}
	month := on.Year()*12 + on.Month() - 1
	if k.months[month] == nil {
		k.months[month] = &sums{}
	}
	add(k.months[month])
}

func (s *sums) add(m feature.Measure, amount money.Minor) {
	s.counts[m]++
	s.amounts[m] += int64(amount)
}

func (c *FeatureRecount) happened(of id.Receivable, m feature.Measure, amount money.Minor) {
	for _, s := range c.subjects(of, c.financings[c.claims[of]].Programme) {
		c.of(s).each(c.date, func(s *sums) { s.add(m, amount) })
	}
}

func (c *FeatureRecount) paid(of id.Receivable, amount money.Minor, value calendar.Date) {
	if amount <= 0 {
		return
	}
	m, days := feature.OnTime, int64(0)
	if due := c.receivables[of].due; due != 0 && due < value {
		m, days = feature.Late, min(int64(value)-int64(due), 36_600)
	}
	for _, s := range c.subjects(of, c.financings[c.claims[of]].Programme) {
		c.of(s).each(c.date, func(s *sums) {
			s.add(m, amount)
			s.lateDays += days
			s.lateWeight.Add(&s.lateWeight, weightOf(days, amount))
		})
	}
}

func (c *FeatureRecount) financed(f *funding.Financing, on calendar.Date, m feature.Measure, amount money.Minor) {
	for _, s := range concerned(f.Seller, f.Buyer, f.Programme, f.Currency) {
		c.of(s).each(on, func(s *sums) { s.add(m, amount) })
	}
}

// Breaches is how a book's facts differ from what was counted so far.
func (c *FeatureRecount) Breaches(b *Book) []Breach {
	a := &audit{b: b}
	c.gather(b)
	held := 0
	for n := uint64(1); n <= b.features.count; n++ {
		r := b.features.at(n)
		k := c.facts[r.Subject]
		if k == nil {
			if r.Life != (feature.Counters{}) {
				a.breach("feature_recounted", recordOf(r.Subject), "facts are kept, and the journal has none")
			}
			continue
		}
		held++
		c.hold(a, r, k)
	}
	if held != len(c.facts) {
		a.breach("feature_recounted", "", "of %d subjects the journal has facts, %d are kept", len(c.facts), held)
	}
	return a.breaches
}

// recordOf is how a breach names a subject.
func recordOf(s feature.Subject) string {
	name := s.Kind.String()
	for _, one := range []fmt.Stringer{s.Party, s.Other, s.Programme} {
		if text := one.String(); text != "" {
			name += " " + text
		}
	}
	return name + " " + s.Currency.String()
}

// hold compares one record, and those of its months that are not older than a year.
func (c *FeatureRecount) hold(a *audit, r *feature.Record, k *recounted) {
	name := recordOf(r.Subject)
	if what := k.life.differs(&r.Life); what != "" {
		a.breach("feature_recounted", name, "over life: %s", what)
	}
	if !r.Subject.Kind.Group() && r.Subject.Kind != feature.Programme && (r.Biggest != k.biggest || r.First != k.first || r.Last != k.last) {
		a.breach("feature_recounted", name, "biggest %d, first %s, last %s; the journal has %d, %s, %s", r.Biggest, r.First, r.Last, k.biggest, k.first, k.last)
	}
	now := c.date.Year()*12 + c.date.Month() - 1
	for month := max(1, now-11); month <= now; month++ {
		var kept feature.Counters
		if m := a.b.featureMonths.at(uint64(r.Ring[month%12])); m != nil && int(m.Month) == month {
			kept = m.Counters
		}
		want := k.months[month]
		if want == nil {
			want = &sums{}
		}
		if what := want.differs(&kept); what != "" {
			a.breach("feature_recounted", name, "in month %d of %d: %s", month%12+1, month/12, what)
		}
	}
}

// differs says what differs first; "" for nothing. A sum that the book could not keep is not compared.
func (s *sums) differs(kept *feature.Counters) string {
	const most = 1<<63 - 1
	for m := range s.counts {
		if amount := int64(kept.Amounts[m]); s.counts[m] != int64(kept.Counts[m]) || s.amounts[m] != amount && amount != most {
			return fmt.Sprintf("%d %s of %d, the journal has %d of %d", kept.Counts[m], feature.Measure(m), amount, s.counts[m], s.amounts[m])
		}
	}
	for _, of := range []struct {
		kept feature.Wide
		want *big.Int
		days int64
		sum  money.Minor
	}{{kept.LateWeight, &s.lateWeight, s.lateDays, kept.LateDays}, {kept.TenorWeight, &s.tenorWeight, s.tenorDays, kept.TenorDays}} {
		whole := bigOf(of.kept)
		if whole.Cmp(of.want) != 0 || of.days != int64(of.sum) {
			return fmt.Sprintf("%d days and a weight of %v, the journal has %d and %v", of.sum, whole, of.days, of.want)
		}
	}
	return ""
}

// gather adds up groups: what each member has goes to every head above it, and a head's own to itself. Who was a head once stays one.
func (c *FeatureRecount) gather(b *Book) {
	heads := map[id.Party]bool{}
	// map order does not reach a result: sums and sets are the same in any order
	for member, head := range c.groups {
		if head != 0 && head != member {
			heads[head] = true
		}
	}
	b.features.each(func(r *feature.Record) {
		if r.Subject.Kind.Group() {
			heads[r.Subject.Party] = true
			delete(c.facts, r.Subject)
		}
	})
	// map order does not reach a result: sums and sets are the same in any order
	for s, k := range c.facts {
		kind := feature.Kind(0)
		switch s.Kind {
		case feature.Seller:
			kind = feature.SellerGroup
		case feature.Buyer:
			kind = feature.BuyerGroup
		default:
			continue
		}
		p := s.Party
		for range 16 {
			if heads[p] {
				c.of(feature.Subject{Kind: kind, Party: p, Currency: s.Currency}).join(k)
			}
			if c.groups[p] == 0 || c.groups[p] == p {
				break
			}
			p = c.groups[p]
		}
	}
}

func (k *recounted) join(member *recounted) {
	k.life.join(&member.life)
	// map order does not reach a result: sums and sets are the same in any order
	for month, s := range member.months {
		if k.months[month] == nil {
			k.months[month] = &sums{}
		}
		k.months[month].join(s)
	}
}

func (s *sums) join(member *sums) {
	for m := range s.counts {
		s.counts[m] += member.counts[m]
		s.amounts[m] += member.amounts[m]
	}
	s.lateDays, s.tenorDays = s.lateDays+member.lateDays, s.tenorDays+member.tenorDays
	s.lateWeight.Add(&s.lateWeight, &member.lateWeight)
	s.tenorWeight.Add(&s.tenorWeight, &member.tenorWeight)
}
