package book

import (
	"maps"
	"math"
	"slices"

	"millrace/domain/calendar"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/impairment"
	"millrace/domain/ledger"
	"millrace/domain/money"
	"millrace/domain/receivable"
	"millrace/domain/servicing"
)

func init() {
	registerCommand(func() act { return &AdvanceAssessment{} })
	registerEvent(func() fact { return &LossAssessed{} })
	permitted[commandAdvanceAssessment] = node
}

// AdvanceAssessment works through one slice of the assessment that runs; the node gives it.
type AdvanceAssessment struct{}

// assessMax is how many financings or debts one slice assesses at most.
const assessMax = 200

// Kind names the stored form.
func (*AdvanceAssessment) Kind() uint16 { return commandAdvanceAssessment }

func (c *AdvanceAssessment) decide(d *draft) *Rejection {
	running := d.assessing()
	if running == nil {
		return reject("assessment_finished", "", "no assessment runs")
	}
	s := &assessing{d: d, run: running, estimates: &d.Book.estimates.at(running.Estimates.Number()).Estimates, told: &LossAssessed{Assessment: running.ID, State: running.State}}
	switch running.State {
	case AssessingFinancings:
		s.financings()
		s.post()
	case AssessingReceivables:
		s.receivables()
	default:
		s.holdings()
	}
	if s.told.Through == math.MaxUint64 {
		s.told.State, s.told.Through = running.State+1, 0
	}
	if s.told.State == AssessmentFinished {
		s.provide()
	}
	d.emit(s.told)
	return nil
}

// Exempt is why nothing is held for a financing.
type Exempt uint8

// The reasons.
const (
	NotExempt    Exempt = iota
	Individually        // a person has set an allowance for it, or it was written off
	Over                // nothing is out or committed any more
)

// String is the name used in API and console.
func (e Exempt) String() string { return [...]string{"", "individual", "over"}[e] }

// ExpectedLoss is what is expected to be lost of one financing, with everything that it was reckoned from besides the estimates.
type ExpectedLoss struct {
	Financing  id.Financing        `cbor:"1,keyasint"`
	Assessment id.Assessment       `cbor:"2,keyasint"`
	Staging    impairment.Staging  `cbor:"3,keyasint,omitzero"`
	Exempt     Exempt              `cbor:"4,keyasint,omitempty"`
	GradeStart uint8               `cbor:"5,keyasint,omitempty"` // of the debtor; 0 for none
	Grade      uint8               `cbor:"6,keyasint,omitempty"`
	PastDue    int32               `cbor:"7,keyasint,omitempty"` // days
	Called     impairment.Word     `cbor:"8,keyasint,omitempty"` // in default by a person's word
	Committed  money.Minor         `cbor:"9,keyasint,omitempty"` // not paid out yet
	Carrying   money.Minor         `cbor:"10,keyasint,omitempty"`
	Periods    []impairment.Period `cbor:"11,keyasint,omitempty"`
	Daily      impairment.Factor   `cbor:"12,keyasint,omitzero"` // of the effective interest
	Allowance  money.Minor         `cbor:"13,keyasint,omitempty"`
	Entry      uint64              `cbor:"14,keyasint"`
}

// stage is the one of the sums: 0 for what is only committed.
func (l *ExpectedLoss) stage() impairment.Stage {
	if l.Committed > 0 {
		return 0
	}
	return l.Staging.Stage
}

// AssessedDebt is one trade receivable, or holding of a certificate, in an assessment.
type AssessedDebt struct {
	Receivable id.Receivable  `cbor:"1,keyasint,omitempty"`
	Holding    id.Holding     `cbor:"2,keyasint,omitempty"`
	Currency   money.Currency `cbor:"3,keyasint"`
	PastDue    int32          `cbor:"4,keyasint,omitempty"` // days
	Bucket     uint8          `cbor:"5,keyasint,omitempty"`
	Amount     money.Minor    `cbor:"6,keyasint"`
}

// assessing is one slice.
type assessing struct {
	d         *draft
	run       *Assessment
	estimates *impairment.Estimates
	told      *LossAssessed
	pairs     tally[[2]ledger.Key]
}

func (s *assessing) financings() {
	d := s.d
	number := s.run.Through
	for looked := 0; len(s.told.Losses) < assessMax && looked < lookMax && number < d.financings.count; looked++ {
		number++
		f := d.financings.at(number)
		if f.Funder != s.run.Entity {
			continue
		}
		before := d.losses.at(f.Loss)
		live := f.State.Claims()
		if !live && (before == nil || before.Allowance == 0) {
			continue
		}
		loss := s.assess(f, before)
		s.told.Losses = append(s.told.Losses, loss)
		s.sum(f, before, &loss)
	}
	s.reached(number, d.financings.count)
}

func (s *assessing) reached(number, count uint64) {
	s.told.Through = number
	if number >= count {
		s.told.Through = math.MaxUint64
	}
}

// assess says what is expected to be lost of one financing.
func (s *assessing) assess(f *funding.Financing, before *ExpectedLoss) ExpectedLoss {
	d, on := s.d, s.run.On
	loss := ExpectedLoss{Financing: f.ID, Assessment: s.run.ID, GradeStart: f.GradeStart, Grade: d.gradeOf(d.debtor(f))}
	if !f.State.Claims() {
		loss.Exempt = Over
		return loss
	}
	terms := d.terms(f)
	technique := d.products.at(f.Product.Number()).Terms.Technique
	until := f.Due
	if f.State.PaidOut() || f.State == funding.WrittenOff {
		known := servicing.Run(&terms, d.history(nil, f))
		today := known.At(&terms, on)
		loss.PastDue = max(0, int32(calendar.DaysBetween(f.Due, on)))
		if today.State == servicing.InDefault || today.State == servicing.Lost {
			loss.Called = impairment.Called
		}
		if today.Totals[servicing.LineAllowance] > 0 || f.State == funding.WrittenOff {
			loss.Exempt = Individually
		}
		loss.Carrying = carrying(&terms, &today)
		if until <= on {
			until = on.AddDays(int(s.estimates.OverdueDays))
		}
		for _, end := range s.estimates.Ends(on, until) {
			at := known.At(&terms, max(on, min(end, f.Due)))
			loss.Periods = append(loss.Periods, impairment.Period{Until: end, Drawn: carrying(&terms, &at)})
		}
	} else {
		loss.Committed = f.Principal
		until = max(until, on+1)
		for _, end := range s.estimates.Ends(on, until) {
			loss.Periods = append(loss.Periods, impairment.Period{Until: end, Undrawn: f.Principal, Conversion: s.estimates.Conversion})
		}
	}
	loss.Daily = effective(&terms, f)
	if before != nil {
		loss.Staging = before.Staging
	}
	loss.Staging = s.estimates.Policy.Next(loss.Staging, impairment.Behaviour{
		On: on, DaysPastDue: loss.PastDue, GradeStart: loss.GradeStart, Grade: loss.Grade, Default: loss.Called,
	})
	if loss.Exempt == NotExempt {
		reckoned := s.estimates.CaseOf(on, loss.Periods, loss.Grade, technique, loss.Daily)
		loss.Allowance = s.estimates.Loss(loss.Staging.Stage, loss.Carrying, &reckoned, technique)
	}
	return loss
}

// carrying is the gross carrying amount of a position: principal and interest that is due, less the discount still to be earned.
func carrying(terms *servicing.Terms, p *servicing.Position) money.Minor {
	unearned := money.Sub(terms.Discount, money.Add(p.Totals[servicing.LineDiscountEarned], p.Totals[servicing.LineRebate]))
	owed := money.Add(p.Principal, money.Add(p.InterestDue(), p.LateDue()))
	return max(0, money.Sub(owed, max(0, unearned)))
}

// effective is the factor over a day of the effective interest that was agreed: of what was paid for the claim, and what is due on
// the due date without anything else happening. One for what has no days or no gain.
func effective(terms *servicing.Terms, f *funding.Financing) impairment.Factor {
	start := began(f)
	if start.Value == 0 { // not paid out yet: it would run from the day of the quote's reckoning
		return impairment.FactorOf(max(0, f.Rate))
	}
	at := servicing.Run(terms, []servicing.Fact{start}).At(terms, max(start.Value, f.Due))
	flows := []impairment.Flow{{Days: int32(calendar.DaysBetween(start.Value, f.Due)), Amount: money.Add(start.Amount, at.InterestDue())}}
	factor, yield := impairment.EffectiveInterest(money.Sub(start.Amount, terms.Discount), flows)
	if yield != impairment.Found {
		return impairment.One
	}
	return factor
}

// allowanceOf is the account that holds the allowance of a stage.
var allowanceOf = [...]ledger.Code{
	0: ledger.CommitmentProvision, impairment.Performing: ledger.AllowanceStageOne, impairment.Underperforming: ledger.AllowanceStageTwo,
	impairment.Impaired: ledger.AllowanceStageThree,
}

// sum adds one financing to the sums of the slice, and to what it posts.
func (s *assessing) sum(f *funding.Financing, before, after *ExpectedLoss) {
	from := after.stage()
	was := money.Minor(0)
	if before != nil {
		from, was = before.stage(), before.Allowance
	}
	to := after.stage()
	if after.Exempt == Over {
		to = from
	}
	of := func(stage impairment.Stage) *StageSum {
		var sum *StageSum
		s.told.Stages, sum = addTo(s.told.Stages, f.Programme, stage, f.Currency)
		return sum
	}
	opening := of(from)
	opening.Opening = money.Add(opening.Opening, was)
	if from != to {
		of(from).Moved = money.Sub(of(from).Moved, was)
		of(to).Moved = money.Add(of(to).Moved, was)
		s.move(funderKey(f, allowanceOf[from]), funderKey(f, allowanceOf[to]), was)
	}
	sum := of(to)
	if after.Exempt != Over {
		sum.Financings++
		sum.Carrying = money.Add(sum.Carrying, money.Add(after.Carrying, after.Committed))
	}
	charged := money.Sub(after.Allowance, was)
	sum.Charged = money.Add(sum.Charged, charged)
	s.move(funderKey(f, ledger.ImpairmentLoss), funderKey(f, allowanceOf[to]), charged)
}

// move adds to what the slice posts: below zero it goes the other way.
func (s *assessing) move(debit, credit ledger.Key, amount money.Minor) {
	if amount != 0 {
		s.pairs.add([2]ledger.Key{debit, credit}, amount)
	}
}

// post books one transfer for each pair of accounts, however many financings there are.
func (s *assessing) post() {
	for i, pair := range s.pairs.keys {
		if amount := s.pairs.sums[i]; amount >= 0 {
			s.d.book(pair[0], pair[1], amount)
		} else {
			s.d.book(pair[1], pair[0], -amount)
		}
	}
}

func (s *assessing) receivables() {
	d := s.d
	number := s.run.Through
	for looked := 0; len(s.told.Debts) < assessMax && looked < lookMax && number < d.Book.receivables.count; looked++ {
		number++
		r := d.Book.receivables.at(number)
		if r.Seller != s.run.Entity || r.State != receivable.Open {
			continue
		}
		s.debt(AssessedDebt{Receivable: r.ID, Currency: r.Currency, Amount: d.owedForSales(number)}, r.Due)
	}
	s.reached(number, d.Book.receivables.count)
}

func (s *assessing) holdings() {
	d := s.d
	number := s.run.Through
	for looked := 0; len(s.told.Debts) < assessMax && looked < lookMax && number < d.Book.holdings.count; looked++ {
		number++
		h := d.Book.holdings.at(number)
		if h.Holder != s.run.Entity || !h.Live() {
			continue
		}
		k := d.certificates.at(h.Certificate.Number())
		amount := max(0, money.Sub(h.Amount, d.soldOf(d.Book.financings.at(h.Financing.Number()))))
		s.debt(AssessedDebt{Holding: h.ID, Currency: k.Currency, Amount: amount}, k.Due)
	}
	s.reached(number, d.Book.holdings.count)
}

func (s *assessing) debt(debt AssessedDebt, due calendar.Date) {
	if debt.Amount == 0 {
		return
	}
	debt.PastDue = max(0, int32(calendar.DaysBetween(due, s.run.On)))
	debt.Bucket = uint8(s.estimates.Matrix.BucketOf(debt.PastDue))
	s.told.Debts = append(s.told.Debts, debt)
}

// addDebts adds debts to the sums by currency and bucket, in an order that does not depend on theirs. It changes no sum in place.
func addDebts(sums []BucketSum, debts []AssessedDebt) []BucketSum {
	sums = slices.Clone(sums)
	for i := range debts {
		debt := &debts[i]
		at, found := slices.BinarySearchFunc(sums, debt, func(s BucketSum, debt *AssessedDebt) int {
			return (int(s.Currency)<<8 | int(s.Bucket)) - (int(debt.Currency)<<8 | int(debt.Bucket))
		})
		if !found {
			sums = slices.Insert(sums, at, BucketSum{Currency: debt.Currency, Bucket: debt.Bucket})
		}
		sums[at].Debts++
		sums[at].Amount = money.Add(sums[at].Amount, debt.Amount)
	}
	return sums
}

// provide ends the assessment: the matrix gives the allowance for trade receivables, and what it differs by from what stood is
// posted in each currency.
func (s *assessing) provide() {
	sums := addDebts(s.run.Buckets, s.told.Debts)
	provisions := map[money.Currency]money.Minor{}
	for i := range sums {
		debts := []impairment.Debt{{Amount: sums[i].Amount, DaysPastDue: s.estimates.Matrix.Buckets[sums[i].Bucket].FromDays}}
		_, sums[i].Provision = s.estimates.Matrix.Provision(debts)
		provisions[sums[i].Currency] = money.Add(provisions[sums[i].Currency], sums[i].Provision)
		s.told.Provisions = append(s.told.Provisions, sums[i].Provision)
	}
	if last := s.d.assessmentBefore(s.run.ID.Number(), s.run.Entity); last != nil {
		for i := range last.Buckets { // of currencies in which nothing is owed any more
			provisions[last.Buckets[i].Currency] += 0
		}
	}
	for _, currency := range slices.Sorted(maps.Keys(provisions)) {
		allowance, loss := partyKey(s.run.Entity, ledger.AllowanceTrade, currency), partyKey(s.run.Entity, ledger.TradeImpairmentLoss, currency)
		stood := money.Minor(0)
		if a := s.d.accounts.at(s.d.accountOf[allowance].Number()); a != nil {
			stood = a.Balance()
		}
		if change := money.Sub(provisions[currency], stood); change >= 0 {
			s.d.book(loss, allowance, change)
		} else {
			s.d.book(allowance, loss, -change)
		}
	}
}

// LossAssessed says what one slice of an assessment has found.
type LossAssessed struct {
	Assessment id.Assessment   `cbor:"1,keyasint"`
	State      AssessmentState `cbor:"2,keyasint"` // after the slice
	Through    uint64          `cbor:"3,keyasint"`
	Losses     []ExpectedLoss  `cbor:"4,keyasint,omitempty"`
	Stages     []StageSum      `cbor:"5,keyasint,omitempty"` // of the slice
	Debts      []AssessedDebt  `cbor:"6,keyasint,omitempty"`
	Provisions []money.Minor   `cbor:"7,keyasint,omitempty"` // of the buckets of the assessment in their order, where it ends
}

// Kind names the stored form.
func (*LossAssessed) Kind() uint16 { return eventLossAssessed }

func (e *LossAssessed) fold(b *Book) {
	a := b.assessments.at(e.Assessment.Number())
	a.State, a.Through = e.State, e.Through
	sums := slices.Clone(a.Stages)
	for i := range e.Stages {
		one := &e.Stages[i]
		var sum *StageSum
		sums, sum = addTo(sums, one.Programme, one.Stage, one.Currency)
		sum.Financings += one.Financings
		sum.Carrying = money.Add(sum.Carrying, one.Carrying)
		sum.Opening, sum.Moved = money.Add(sum.Opening, one.Opening), money.Add(sum.Moved, one.Moved)
		sum.Charged = money.Add(sum.Charged, one.Charged)
	}
	a.Stages, a.Buckets = sums, addDebts(a.Buckets, e.Debts)
	for i, provision := range e.Provisions {
		a.Buckets[i].Provision = provision
	}
	b.touched(tableAssessment, e.Assessment.Number(), &a.Entry)
	for i := range e.Losses {
		b.expectLoss(&e.Losses[i])
	}
}

// expectLoss puts what is expected of a financing in the place of what was.
func (b *Book) expectLoss(loss *ExpectedLoss) {
	f := b.financings.at(loss.Financing.Number())
	if f.Loss == 0 {
		f.Loss = b.losses.count + 1
		b.losses.add(f.Loss, *loss)
		b.touched(tableFinancing, loss.Financing.Number(), &f.Entry)
	} else {
		kept := b.losses.at(f.Loss)
		entry := kept.Entry
		*kept = *loss
		kept.Entry = entry
	}
	b.touched(tableExpectedLoss, f.Loss, &b.losses.at(f.Loss).Entry)
}
