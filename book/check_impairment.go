package book

import (
	"math/big"

	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/impairment"
	"millrace/domain/ledger"
	"millrace/domain/money"
)

// lossLine is a line of the allowances: a stage of a programme.
type lossLine struct {
	programme id.Programme
	entity    id.Party
	stage     impairment.Stage
	currency  money.Currency
}

// impairments: estimates are by two people; an assessment uses those that were in force; what is expected of each financing follows
// from what was known of it; and the sums of the last assessment of an entity are those of its financings.
func (a *audit) impairments() {
	b := a.b
	for n := uint64(1); n <= b.estimates.count; n++ {
		e := b.estimates.at(n)
		number(a, e.ID, n, e.Entry)
		if e.State != EstimatesWait && (e.Checker == 0 || e.Checker == e.Maker) {
			a.breach("estimates_people", e.ID.String(), "are %s by %s, proposed by %s", e.State, e.Checker, e.Maker)
		}
	}
	last := map[id.Party]*Assessment{}
	for n := uint64(1); n <= b.assessments.count; n++ {
		one := b.assessments.at(n)
		number(a, one.ID, n, one.Entry)
		a.assessment(one, last[one.Entity], n == b.assessments.count)
		last[one.Entity] = one
	}
	var held tally[lossLine]
	reached := uint64(0)
	for n := uint64(1); n <= b.financings.count; n++ {
		f := b.financings.at(n)
		if f.Loss == 0 {
			continue
		}
		loss := b.losses.at(f.Loss)
		if loss == nil || loss.Financing != f.ID {
			a.breach("loss_of_other", f.ID.String(), "leads to the expected loss %d, which is not its own", f.Loss)
			continue
		}
		reached++
		a.expectedLoss(loss)
		held.add(lossLine{f.Programme, f.Funder, stageHeld(loss), f.Currency}, loss.Allowance)
	}
	if reached != b.losses.count {
		a.breach("loss_of_other", "", "%d expected losses are on record, financings lead to %d", b.losses.count, reached)
	}
	for n := uint64(1); n <= b.assessments.count; n++ {
		if one := b.assessments.at(n); last[one.Entity] == one && one.State == AssessmentFinished {
			a.assessedSums(one, &held)
		}
	}
}

// stageHeld is the line on which an allowance stands: that of commitments where the money is not out.
func stageHeld(loss *ExpectedLoss) impairment.Stage {
	if loss.Committed != 0 {
		return 0
	}
	return loss.Staging.Stage
}

func (a *audit) assessment(one, before *Assessment, newest bool) {
	e := a.b.estimates.at(uint64(one.Estimates) >> 16)
	switch {
	case e == nil || e.State != EstimatesLive || e.Entity != one.Entity || e.From > one.On:
		a.breach("assessment_estimates", one.ID.String(), "was made with %s, which were not in force for %s on %s", one.Estimates, one.Entity, one.On)
		return
	case before != nil && before.On >= one.On || one.On > a.b.clock.Date:
		a.breach("assessment_order", one.ID.String(), "is of %s, the one before it is not earlier, or the day has not come", one.On)
	case one.State != AssessmentFinished && (!newest || one.On != a.b.clock.Date):
		a.breach("assessment_order", one.ID.String(), "of %s is not finished, and time has gone on", one.On)
	}
	if one.State != AssessmentFinished {
		return
	}
	m := &e.Estimates.Matrix
	for i := range one.Buckets {
		sum := &one.Buckets[i]
		rate := new(big.Int)
		for s, r := range m.Buckets[sum.Bucket].Rates {
			rate.Add(rate, new(big.Int).Mul(big.NewInt(int64(r)), big.NewInt(int64(m.Weights[s]))))
		}
		rate.Mul(rate, big.NewInt(int64(sum.Amount)))
		if provision := halfUp(rate, new(big.Int).Exp(big.NewInt(10), big.NewInt(12), nil)); sum.Provision != provision {
			a.breach("assessment_matrix", one.ID.String(), "holds %d for %d in bucket %d, the matrix gives %d", sum.Provision, sum.Amount, sum.Bucket, provision)
		}
	}
}

// halfUp is the nearest whole number to a quotient of numbers not below zero.
func halfUp(numerator, denominator *big.Int) money.Minor {
	twice := new(big.Int).Lsh(numerator, 1)
	twice.Add(twice, denominator)
	return money.Minor(twice.Quo(twice, new(big.Int).Lsh(denominator, 1)).Int64())
}

// assessedSums: opening, movement and charge of each line come to what is held for the financings on it.
func (a *audit) assessedSums(one *Assessment, held *tally[lossLine]) {
	var sums tally[lossLine]
	for i := range one.Stages {
		s := &one.Stages[i]
		sums.add(lossLine{s.Programme, one.Entity, s.Stage, s.Currency}, s.Opening+s.Moved+s.Charged)
	}
	for i, line := range sums.keys {
		if line.stage > impairment.Impaired || sums.sums[i] != held.of(line) {
			a.breach("assessment_sums", one.ID.String(), "comes to %d in stage %d of %s; %d is held", sums.sums[i], line.stage, line.programme, held.of(line))
		}
	}
	for i, line := range held.keys {
		if _, found := sums.places[line]; line.entity == one.Entity && held.sums[i] != 0 && !found {
			a.breach("assessment_sums", one.ID.String(), "is silent on stage %d of %s; %d is held", line.stage, line.programme, held.sums[i])
		}
	}
}

// expectedLoss reckons one loss from what was known of the financing, with 320 bits after the point.
func (a *audit) expectedLoss(loss *ExpectedLoss) {
	b := a.b
	one := b.assessments.at(uint64(loss.Assessment) >> 16)
	f := b.financings.at(uint64(loss.Financing) >> 16)
	if one == nil || one.Entity != f.Funder {
		a.breach("loss_of_other", f.ID.String(), "was assessed by %s, which is not its funder's", loss.Assessment)
		return
	}
	kept := b.estimates.at(uint64(one.Estimates) >> 16)
	product := b.products.at(uint64(f.Product) >> 16)
	if kept == nil || product == nil {
		return
	}
	e := &kept.Estimates
	if loss.Exempt != NotExempt {
		if loss.Allowance != 0 {
			a.breach("loss_amount", f.ID.String(), "is %s, and %d is held for it", loss.Exempt, loss.Allowance)
		}
		return
	}
	if spoken := spokenFor(e, loss); loss.Staging.Stage < spoken || loss.Staging.Stage > impairment.Impaired {
		a.breach("loss_stage", f.ID.String(), "stands in stage %d; %d days past due, grade %d after %d speak for stage %d", loss.Staging.Stage, loss.PastDue, loss.Grade, loss.GradeStart, spoken)
		return
	}
	row := 0
	for e.Losses[row].Technique != "" && e.Losses[row].Technique != product.Terms.Technique {
		row++
	}
	if wanted := lossOf(e, loss, one.On, e.Losses[row].Rates); wanted-loss.Allowance > 1 || loss.Allowance-wanted > 1 {
		a.breach("loss_amount", f.ID.String(), "has an allowance of %d, its inputs come to %d", loss.Allowance, wanted)
	}
}

// spokenFor is the stage for which days, grades and people speak on the day itself.
func spokenFor(e *impairment.Estimates, loss *ExpectedLoss) impairment.Stage {
	p := &e.Policy
	if loss.Called == impairment.Called || loss.PastDue >= p.DefaultDays || p.DefaultGrade != 0 && loss.Grade >= p.DefaultGrade {
		return impairment.Impaired
	}
	fell := p.Notches != 0 && loss.GradeStart != 0 && loss.Grade > p.LowRiskGrade && int(loss.Grade) >= int(loss.GradeStart)+int(p.Notches)
	if loss.PastDue > p.SignificantDays || p.WatchGrade != 0 && loss.Grade >= p.WatchGrade || fell {
		return impairment.Underperforming
	}
	return impairment.Performing
}

const auditBits = 320

// powerOf is a daily factor over days, as a number of 2^-320.
func powerOf(daily impairment.Factor, days int) *big.Int {
	base := new(big.Int).SetUint64(daily[0])
	base.Lsh(base, 64).Or(base, new(big.Int).SetUint64(daily[1])).Lsh(base, auditBits-127)
	power := new(big.Int).Lsh(big.NewInt(1), auditBits)
	for ; days > 0; days >>= 1 {
		if days&1 == 1 {
			power.Mul(power, base).Rsh(power, auditBits)
		}
		base.Mul(base, base).Rsh(base, auditBits)
	}
	return power
}

// lossOf is what the inputs of a financing come to: exposure * probability * loss * weight, discounted, over its periods.
func lossOf(e *impairment.Estimates, loss *ExpectedLoss, on calendar.Date, severity []money.Rate) money.Minor {
	million := big.NewInt(1_000_000)
	one := new(big.Int).Lsh(big.NewInt(1), auditBits)
	if loss.Staging.Stage == impairment.Impaired && loss.Carrying > 0 {
		// carrying - sum of weight * (carrying less the part that is lost) * factor
		left := new(big.Int).Mul(new(big.Int).Mul(big.NewInt(int64(loss.Carrying)), million), one)
		factor := powerOf(loss.Daily, int(e.RecoveryDays))
		for s, rate := range severity {
			lost := halfUp(new(big.Int).Mul(big.NewInt(int64(loss.Carrying)), big.NewInt(int64(rate))), million)
			worth := new(big.Int).Mul(big.NewInt(int64(loss.Carrying-lost)), big.NewInt(int64(e.Weights[s])))
			left.Sub(left, worth.Mul(worth, factor))
		}
		if left.Sign() <= 0 {
			return 0
		}
		return halfUp(left, new(big.Int).Mul(million, one))
	}
	grade := int(loss.Grade)
	if grade == 0 {
		grade = int(e.Ungraded)
	}
	grade = min(grade, len(e.Defaults)/len(e.Weights))
	sum := new(big.Int)
	for s, weight := range e.Weights {
		curve := e.Defaults[(grade-1)*len(e.Weights)+s].Cumulative
		before := int64(0)
		for _, p := range loss.Periods {
			if loss.Staging.Stage == impairment.Performing && p.Until > on.AddMonths(12) {
				break
			}
			exposure := int64(p.Drawn) + int64(halfUp(new(big.Int).Mul(big.NewInt(int64(p.Undrawn)), big.NewInt(int64(p.Conversion))), million))
			by := defaultedBy(e.Months, curve, on, p.Until)
			term := new(big.Int).Mul(big.NewInt(exposure), big.NewInt(by-before))
			term.Mul(term, big.NewInt(int64(severity[s]))).Mul(term, big.NewInt(int64(weight)))
			sum.Add(sum, term.Mul(term, powerOf(loss.Daily, int(p.Until-on))))
			before = by
		}
	}
	return halfUp(sum, new(big.Int).Mul(one, new(big.Int).Exp(million, big.NewInt(3), nil)))
}

// defaultedBy reads a curve of probabilities on a day, in millionths.
func defaultedBy(months []uint16, curve []money.Rate, on, day calendar.Date) int64 {
	last := len(months) - 1
	at := 0
	for at < last && on.AddMonths(int(months[at])) < day {
		at++
	}
	begin, low := on, int64(0)
	if at > 0 {
		begin, low = on.AddMonths(int(months[at-1])), int64(curve[at-1])
	}
	span := int64(on.AddMonths(int(months[at])) - begin)
	rise := big.NewInt((int64(curve[at]) - low) * int64(day-begin))
	return min(1_000_000, low+int64(halfUp(rise, big.NewInt(span))))
}

// expectLosses: allowances stand at what is held for financings, and for trade receivables at what the last assessment gives.
func (a *audit) expectLosses() {
	b := a.b
	codes := [...]ledger.Code{ledger.CommitmentProvision, ledger.AllowanceStageOne, ledger.AllowanceStageTwo, ledger.AllowanceStageThree}
	for n := uint64(1); n <= b.losses.count; n++ {
		loss := b.losses.at(n)
		f := b.financings.at(uint64(loss.Financing) >> 16)
		if f == nil || int(stageHeld(loss)) >= len(codes) {
			continue
		}
		a.expect(f.Funder, f.Programme, 0, codes[stageHeld(loss)], f.Currency, loss.Allowance)
		a.expect(f.Funder, f.Programme, 0, ledger.ImpairmentLoss, f.Currency, loss.Allowance)
	}
	seen := map[id.Party]bool{}
	for n := b.assessments.count; n > 0; n-- {
		one := b.assessments.at(n)
		if one.State != AssessmentFinished || seen[one.Entity] {
			continue
		}
		seen[one.Entity] = true
		for _, sum := range one.Buckets {
			a.expect(one.Entity, 0, 0, ledger.AllowanceTrade, sum.Currency, sum.Provision)
			a.expect(one.Entity, 0, 0, ledger.TradeImpairmentLoss, sum.Currency, sum.Provision)
		}
	}
}
