package view

import (
	"cmp"
	"fmt"
	"slices"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/impairment"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/edge/access"
)

// EstimateTerms are estimates as people write them. Shares are per cent.
type EstimateTerms struct {
	SignificantDays int         `json:"significant_days" doc:"past due by more: stage 2; at most 30"`
	DefaultDays     int         `json:"default_days" doc:"past due by so many or more: stage 3; at most 90"`
	Notches         int         `json:"notches,omitempty" minimum:"0" maximum:"10" doc:"so many grades worse than at the start: stage 2; 0: no such rule"`
	LowRiskGrade    int         `json:"low_risk_grade,omitempty" minimum:"0" maximum:"10" doc:"at it or better notches don't count"`
	WatchGrade      int         `json:"watch_grade,omitempty" minimum:"0" maximum:"10" doc:"at it or worse: stage 2"`
	DefaultGrade    int         `json:"default_grade,omitempty" minimum:"0" maximum:"10" doc:"at it or worse: stage 3"`
	CureMonthsThree int         `json:"cure_months_three" minimum:"0" maximum:"60" doc:"months without cause before stage 3 is left"`
	CureMonthsTwo   int         `json:"cure_months_two" minimum:"0" maximum:"60"`
	Scenarios       []string    `json:"scenarios" maxItems:"8" doc:"their weights, 100 together"`
	Horizons        []int       `json:"horizons_months" maxItems:"24" doc:"rising; one is 12"`
	Defaults        []Defaults  `json:"defaults" maxItems:"80" doc:"by grade from 1, and scenario"`
	Losses          []LossGiven `json:"losses" maxItems:"32" doc:"given default; the first that fits counts"`
	Conversion      string      `json:"conversion" doc:"share of commitments that is expected to be drawn"`
	OverdueDays     int         `json:"overdue_days" minimum:"1" maximum:"3660" doc:"within which what is past due is expected"`
	RecoveryDays    int         `json:"recovery_days" minimum:"1" maximum:"3660" doc:"after which what is impaired is expected to be recovered"`
	Ungraded        int         `json:"ungraded" minimum:"1" maximum:"10" doc:"grade that stands in for a missing one"`
	Matrix          []Bucket    `json:"matrix" maxItems:"24" doc:"for trade receivables"`
}

// Defaults is how probable it is that a debtor of a grade has defaulted by each horizon.
type Defaults struct {
	Grade      int      `json:"grade" minimum:"1" maximum:"10"`
	Scenario   int      `json:"scenario" minimum:"1" maximum:"8" doc:"from 1"`
	Cumulative []string `json:"cumulative" maxItems:"24"`
}

// LossGiven is the loss given default under a technique, in each scenario.
type LossGiven struct {
	Technique string   `json:"technique,omitempty" maxLength:"60" doc:"missing in the last row, which fits every one"`
	Rates     []string `json:"rates" maxItems:"8"`
}

// Bucket is a column of the matrix.
type Bucket struct {
	FromDays int      `json:"from_days" minimum:"0" maximum:"36600"`
	Rates    []string `json:"rates" maxItems:"8"`
}

// Estimates is what an entity expects of its debtors from a date on.
type Estimates struct {
	ID      string        `json:"id"`
	Entity  *Ref          `json:"entity"`
	From    string        `json:"from"`
	State   string        `json:"state" enum:"waiting,live,declined"`
	Terms   EstimateTerms `json:"estimates"`
	Maker   *Ref          `json:"maker,omitempty"`
	Checker *Ref          `json:"checker,omitempty"`
	Entry   uint64        `json:"entry"`
}

// Assessment is what an entity was expected to lose on a date.
type Assessment struct {
	ID        string         `json:"id"`
	Entity    *Ref           `json:"entity"`
	Estimates string         `json:"estimates"`
	Date      string         `json:"date"`
	State     string         `json:"state" enum:"financings,receivables,holdings,finished"`
	Movement  []MovementLine `json:"movement"`
	Maker     *Ref           `json:"maker,omitempty"`
	Entry     uint64         `json:"entry"`
}

// MovementLine is how the allowance of one stage of a programme has moved: opening, moved and charged come to closing.
type MovementLine struct {
	Programme string `json:"programme,omitempty" doc:"missing for trade receivables"`
	Stage     string `json:"stage" enum:"committed,stage_1,stage_2,stage_3,matrix"`
	Count     int    `json:"count" doc:"financings, or debts"`
	Carrying  Amount `json:"carrying"`
	Opening   Amount `json:"opening"`
	Moved     Amount `json:"moved" doc:"with financings that changed their stage"`
	Charged   Amount `json:"charged" doc:"impairment loss; below zero a gain"`
	Closing   Amount `json:"closing"`
}

var (
	estimates   = source[book.Estimates]{table: "loss_estimates", state: "state", parties: []string{"entity"}, scope: shares(share{roles: party.Funder | party.Seller, sql: "entity = ?"})}
	assessments = source[book.Assessment]{table: "assessment", state: "state", parties: []string{"entity"}, scope: shares(share{roles: party.Funder | party.Seller, sql: "entity = ?"})}
)

// EstimatesOf gives estimates that the caller sees, else ErrNotFound.
func (v *View) EstimatesOf(c access.Caller, of id.Estimates) (Estimates, error) {
	return one(v, &estimates, c, of.Number(), (*showing).showEstimates)
}

// Estimates lists the estimates that the caller sees: an entity its own.
func (v *View) Estimates(c access.Caller, q Query) (Page[Estimates], error) {
	return many(v, &estimates, c, q, (*showing).showEstimates)
}

// Assessment gives an assessment that the caller sees, else ErrNotFound.
func (v *View) Assessment(c access.Caller, of id.Assessment) (Assessment, error) {
	return one(v, &assessments, c, of.Number(), (*showing).showAssessment)
}

// Assessments lists the assessments that the caller sees: an entity its own.
func (v *View) Assessments(c access.Caller, q Query) (Page[Assessment], error) {
	return many(v, &assessments, c, q, (*showing).showAssessment)
}

func percents(rates []money.Rate) []string {
	shown := make([]string, len(rates))
	for i, r := range rates {
		shown[i] = Percent(r)
	}
	return shown
}

func (s *showing) showEstimates(r *book.Estimates) Estimates {
	e, p := &r.Estimates, &r.Estimates.Policy
	terms := EstimateTerms{
		SignificantDays: int(p.SignificantDays), DefaultDays: int(p.DefaultDays), Notches: int(p.Notches), LowRiskGrade: int(p.LowRiskGrade),
		WatchGrade: int(p.WatchGrade), DefaultGrade: int(p.DefaultGrade), CureMonthsThree: int(p.CureMonthsThree), CureMonthsTwo: int(p.CureMonthsTwo),
		Scenarios: percents(e.Weights), Conversion: Percent(e.Conversion), OverdueDays: int(e.OverdueDays), RecoveryDays: int(e.RecoveryDays), Ungraded: int(e.Ungraded),
	}
	for _, m := range e.Months {
		terms.Horizons = append(terms.Horizons, int(m))
	}
	for _, d := range e.Defaults {
		terms.Defaults = append(terms.Defaults, Defaults{int(d.Grade), int(d.Scenario) + 1, percents(d.Cumulative)})
	}
	for _, l := range e.Losses {
		terms.Losses = append(terms.Losses, LossGiven{l.Technique, percents(l.Rates)})
	}
	for _, b := range e.Matrix.Buckets {
		terms.Matrix = append(terms.Matrix, Bucket{int(b.FromDays), percents(b.Rates)})
	}
	shown := Estimates{ID: r.ID.String(), Entity: s.party(r.Entity), From: day(r.From), State: r.State.String(), Terms: terms, Entry: r.Entry}
	if shown.Maker, shown.Checker = s.people(r.Maker, r.Checker); shown.Maker == nil && r.Maker == s.caller.Actor && r.Maker != 0 {
		shown.Maker = s.actor(r.Maker) // who is to know that it decides nothing here
	}
	return shown
}

// stageName is the name of the line on which an allowance stands.
func stageName(stage impairment.Stage) string {
	if stage == 0 {
		return "committed"
	}
	return stage.String()
}

func (s *showing) showAssessment(r *book.Assessment) Assessment {
	shown := Assessment{
		ID: r.ID.String(), Entity: s.party(r.Entity), Estimates: r.Estimates.String(), Date: day(r.On), State: r.State.String(), Movement: []MovementLine{}, Entry: r.Entry,
	}
	sums := slices.Clone(r.Stages)
	slices.SortFunc(sums, func(a, b book.StageSum) int {
		return cmp.Or(cmp.Compare(a.Programme, b.Programme), cmp.Compare(a.Stage, b.Stage), cmp.Compare(a.Currency, b.Currency))
	})
	for i := range sums {
		sum := &sums[i]
		of := func(amount money.Minor) Amount { return AmountOf(amount, sum.Currency) }
		shown.Movement = append(shown.Movement, MovementLine{
			Programme: sum.Programme.String(), Stage: stageName(sum.Stage), Count: int(sum.Financings), Carrying: of(sum.Carrying),
			Opening: of(sum.Opening), Moved: of(sum.Moved), Charged: of(sum.Charged), Closing: of(sum.Closing()),
		})
	}
	if r.State == book.AssessmentFinished {
		s.note(s.matrixMovement(r, &shown))
	}
	shown.Maker, _ = s.people(r.Maker, 0)
	return shown
}

// matrixMovement adds a line for the trade receivables of each currency: what stood is what the assessment before came to.
func (s *showing) matrixMovement(r *book.Assessment, shown *Assessment) error {
	lines := map[money.Currency]*MovementLine{}
	add := func(buckets []book.BucketSum, put func(line *MovementLine, b *book.BucketSum)) {
		for i := range buckets {
			b := &buckets[i]
			if lines[b.Currency] == nil {
				none := AmountOf(0, b.Currency)
				lines[b.Currency] = &MovementLine{Stage: "matrix", Carrying: none, Opening: none, Moved: none}
			}
			put(lines[b.Currency], b)
		}
	}
	sum := func(a Amount, minor money.Minor, c money.Currency) Amount {
		return AmountOf(money.Add(money.Minor(a.Minor), minor), c)
	}
	err := rows(s.View, "SELECT number, record FROM assessment WHERE entity = ? AND number < ? ORDER BY number DESC LIMIT 1", []any{int64(r.Entity), int64(r.ID.Number())},
		func(_ uint64, before *book.Assessment) error {
			add(before.Buckets, func(line *MovementLine, b *book.BucketSum) { line.Opening = sum(line.Opening, b.Provision, b.Currency) })
			return nil
		})
	closing := map[money.Currency]money.Minor{}
	add(r.Buckets, func(line *MovementLine, b *book.BucketSum) {
		line.Count += int(b.Debts)
		line.Carrying = sum(line.Carrying, b.Amount, b.Currency)
		closing[b.Currency] = money.Add(closing[b.Currency], b.Provision)
	})
	currencies := make([]money.Currency, 0, len(lines))
	for c := range lines {
		currencies = append(currencies, c)
	}
	slices.Sort(currencies)
	for _, c := range currencies {
		line := lines[c]
		line.Closing = AmountOf(closing[c], c)
		line.Charged = AmountOf(money.Sub(closing[c], money.Minor(line.Opening.Minor)), c)
		shown.Movement = append(shown.Movement, *line)
	}
	return err
}

// LossLine is one line of an assessment, with everything that it was reckoned from: a financing, a trade receivable, or a bucket of the
// matrix with what it comes to.
type LossLine struct {
	Approach   string `json:"approach" enum:"general,debt,matrix" doc:"IFRS 9, 5.5.3 and 5.5.5; of one debt; 5.5.15"`
	Record     string `json:"record,omitempty" doc:"financing, receivable or holding"`
	Programme  string `json:"programme,omitempty"`
	Stage      string `json:"stage,omitempty"`
	Cause      string `json:"cause,omitempty" doc:"why it stands in its stage"`
	Since      string `json:"since,omitempty" doc:"in its stage"`
	Exempt     string `json:"exempt,omitempty" doc:"why nothing is held here: individual (a person has set an allowance), over"`
	PastDue    int    `json:"days_past_due"`
	GradeStart int    `json:"grade_at_start,omitempty"`
	Grade      int    `json:"grade,omitempty" doc:"0: none"`
	Horizon    string `json:"horizon,omitempty" enum:"twelve_months,lifetime,recoveries"`
	Until      string `json:"until,omitempty" doc:"end of the life that was looked at"`
	Rate       string `json:"effective_rate,omitempty" doc:"a year, in per cent"`
	Carrying   Amount `json:"carrying"`
	Committed  Amount `json:"committed"`
	Due        Amount `json:"exposure_at_end" doc:"expected to be owed when the life ends"`
	LossRate   string `json:"loss_rate,omitempty" doc:"of the bucket, in per cent"`
	Allowance  Amount `json:"allowance"`
}

// ExpectedLoss is the assessment of an entity, line by line.
type ExpectedLoss struct {
	Assessment Assessment `json:"assessment"`
	Lines      []LossLine `json:"lines"`
	Watermark  uint64     `json:"watermark"`
}

// ExpectedLoss gives the last finished assessment of an entity on a business date (0: today) or before, from the entries that made it;
// ErrNotFound where there is none, or the entity is another one than the caller's.
func (v *View) ExpectedLoss(c access.Caller, entity id.Party, at calendar.Date) (ExpectedLoss, error) {
	if !c.SeesAll() && entity != c.Party {
		return ExpectedLoss{}, ErrNotFound
	}
	if at == 0 {
		at = calendar.DateMax
	}
	shown := ExpectedLoss{Lines: []LossLine{}, Watermark: v.Watermark()}
	found := id.Assessment(0)
	var raw book.Assessment
	err := rows(v, "SELECT number, record FROM assessment WHERE entity = ? AND date <= ? AND state = 'finished' ORDER BY number DESC LIMIT 1", []any{int64(entity), int64(at)},
		func(_ uint64, r *book.Assessment) error {
			found, raw = r.ID, *r
			return nil
		})
	if err != nil {
		return shown, err
	}
	if found == 0 {
		return shown, ErrNotFound
	}
	if shown.Assessment, err = one(v, &assessments, c, found.Number(), (*showing).showAssessment); err != nil {
		return shown, err
	}
	story, err := v.view.Story(v.ctx, book.TableIndex("assessment"), found.Number())
	if err != nil {
		return shown, err
	}
	for _, sequence := range story {
		stored, err := v.engine.ReadEntry(sequence)
		if err != nil {
			return shown, err
		}
		for _, event := range stored.Events {
			if e, ok := event.(*book.LossAssessed); ok && e.Assessment == found {
				if err := v.lossLines(&shown, e, raw.On); err != nil {
					return shown, err
				}
			}
		}
	}
	return shown, v.bucketLines(&shown, &raw)
}

func (v *View) lossLines(shown *ExpectedLoss, e *book.LossAssessed, on calendar.Date) error {
	for i := range e.Losses {
		loss := &e.Losses[i]
		err := rows(v, "SELECT number, record FROM financing WHERE number = ?", []any{int64(loss.Financing.Number())}, func(_ uint64, f *funding.Financing) error {
			shown.Lines = append(shown.Lines, lossLine(loss, f, on))
			return nil
		})
		if err != nil {
			return err
		}
	}
	for _, debt := range e.Debts {
		line := LossLine{
			Approach: "debt", Record: debt.Receivable.String(), PastDue: int(debt.PastDue), Carrying: AmountOf(debt.Amount, debt.Currency),
			Committed: AmountOf(0, debt.Currency), Due: AmountOf(debt.Amount, debt.Currency), Allowance: AmountOf(0, debt.Currency),
		}
		if debt.Holding != 0 {
			line.Record = debt.Holding.String()
		}
		shown.Lines = append(shown.Lines, line)
	}
	return nil
}

func lossLine(loss *book.ExpectedLoss, f *funding.Financing, on calendar.Date) LossLine {
	line := LossLine{
		Approach: "general", Record: f.ID.String(), Programme: f.Programme.String(), Exempt: loss.Exempt.String(), PastDue: int(loss.PastDue),
		GradeStart: int(loss.GradeStart), Grade: int(loss.Grade), Carrying: AmountOf(loss.Carrying, f.Currency), Committed: AmountOf(loss.Committed, f.Currency),
		Due: AmountOf(0, f.Currency), Allowance: AmountOf(loss.Allowance, f.Currency),
	}
	if loss.Staging.Stage != 0 {
		line.Stage, line.Cause, line.Since = loss.Staging.Stage.String(), loss.Staging.Cause.String(), day(loss.Staging.Since)
	}
	if len(loss.Periods) > 0 {
		last := &loss.Periods[len(loss.Periods)-1]
		line.Until, line.Due = day(last.Until), AmountOf(last.Exposure(), f.Currency)
		switch {
		case loss.Staging.Stage == impairment.Impaired && loss.Carrying > 0:
			line.Horizon = "recoveries"
		case loss.Staging.Stage == impairment.Performing && last.Until > on.AddMonths(12):
			line.Horizon = "twelve_months"
		default:
			line.Horizon = "lifetime"
		}
		if rate, ok := loss.Daily.Annual(); ok {
			line.Rate = Percent(rate)
		}
	}
	return line
}

func (v *View) bucketLines(shown *ExpectedLoss, a *book.Assessment) error {
	if len(a.Buckets) == 0 {
		return nil
	}
	return rows(v, "SELECT number, record FROM loss_estimates WHERE number = ?", []any{int64(a.Estimates.Number())}, func(_ uint64, e *book.Estimates) error {
		for i := range a.Buckets {
			sum := &a.Buckets[i]
			from := e.Estimates.Matrix.Buckets[sum.Bucket].FromDays
			priced, _ := e.Estimates.Matrix.Provision([]impairment.Debt{{Amount: sum.Amount, DaysPastDue: from}})
			shown.Lines = append(shown.Lines, LossLine{
				Approach: "matrix", PastDue: int(from), Cause: fmt.Sprintf("%d debts past due from %d days", sum.Debts, from), Carrying: AmountOf(sum.Amount, sum.Currency),
				Committed: AmountOf(0, sum.Currency), Due: AmountOf(sum.Amount, sum.Currency), LossRate: Percent(priced[sum.Bucket].Rate), Allowance: AmountOf(sum.Provision, sum.Currency),
			})
		}
		return nil
	})
}
