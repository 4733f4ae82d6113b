package book

import (
	"slices"

	"millrace/domain/calendar"
	"millrace/domain/certificate"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/impairment"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/servicing"
)

func init() {
	registerCommand(func() act { return &ProposeEstimates{} })
	registerCommand(func() act { return &DecideEstimates{} })
	registerCommand(func() act { return &AssessLosses{} })
	registerEvent(func() fact { return &EstimatesProposed{} })
	registerEvent(func() fact { return &EstimatesDecided{} })
	registerEvent(func() fact { return &AssessmentBegun{} })
	permitted[commandProposeEstimates] = party.Operator | party.Funder | party.Seller
	permitted[commandDecideEstimates] = party.Operator | party.Funder | party.Seller
	permitted[commandAssessLosses] = party.Operator | party.Funder | party.Seller
	tables[tableEstimates] = held("loss_estimates", func(b *Book) *shelf[Estimates] { return &b.estimates },
		[]Column{ind("entity", Integer), col("valid_from", Integer), col("state", Text)},
		func(r *Estimates) []any { return []any{int64(r.Entity), int64(r.From), r.State.String()} })
	tables[tableAssessment] = held("assessment", func(b *Book) *shelf[Assessment] { return &b.assessments },
		[]Column{ind("entity", Integer), col("date", Integer), col("state", Text)},
		func(r *Assessment) []any { return []any{int64(r.Entity), int64(r.On), r.State.String()} })
	tables[tableExpectedLoss] = held("expected_loss", func(b *Book) *shelf[ExpectedLoss] { return &b.losses },
		[]Column{ind("financing", Integer), ind("assessment", Integer), col("stage", Integer)},
		func(r *ExpectedLoss) []any {
			return []any{int64(r.Financing), int64(r.Assessment), int64(r.Staging.Stage)}
		})
}

// ProposeEstimates says what an entity expects of its debtors from a date on. A second person of it, or of the operator, decides.
type ProposeEstimates struct {
	Entity    id.Party             `cbor:"1,keyasint"` // a funder or a seller
	From      calendar.Date        `cbor:"2,keyasint"` // assessments of this date and later use them, until others take their place
	Estimates impairment.Estimates `cbor:"3,keyasint"`
}

// Kind names the stored form.
func (*ProposeEstimates) Kind() uint16 { return commandProposeEstimates }

func (c *ProposeEstimates) decide(d *draft) *Rejection {
	if rejection := d.assessed(c.Entity); rejection != nil {
		return rejection
	}
	if !d.near(c.From) || c.From <= 0 {
		return reject("date_invalid", "from", "the date is missing, or lies years from the business date %s", d.today())
	}
	if defects := c.Estimates.Defects(); len(defects) > 0 {
		return reject("estimates_invalid", "estimates", "%s", defects[0])
	}
	d.emit(&EstimatesProposed{Estimates: Estimates{
		ID: id.Make[id.Estimates](d.shard, d.number(tableEstimates, d.Book.estimates.count)), Entity: c.Entity, From: c.From, Estimates: c.Estimates,
		State: EstimatesWait, Maker: d.header.Actor,
	}})
	return nil
}

// assessed refuses an entity that keeps no claims here, or that the actor has no say in.
func (d *draft) assessed(entity id.Party) *Rejection {
	p := d.parties.at(entity.Number())
	if p == nil {
		return reject("party_unknown", "entity", "there is no party %s", entity)
	}
	if rejection := d.own(entity, "entity"); rejection != nil {
		return rejection
	}
	if p.Roles&(party.Funder|party.Seller) == 0 {
		return reject("party_role", "entity", "%s is neither funder nor seller: it has no claims here", entity)
	}
	return nil
}

// DecideEstimates approves or declines estimates, as a second person.
type DecideEstimates struct {
	Estimates id.Estimates `cbor:"1,keyasint"`
	Decision  Decision     `cbor:"2,keyasint"`
}

// Kind names the stored form.
func (*DecideEstimates) Kind() uint16 { return commandDecideEstimates }

func (c *DecideEstimates) decide(d *draft) *Rejection {
	e := d.Book.estimates.at(c.Estimates.Number())
	if e == nil {
		return reject("estimates_unknown", "estimates", "there are no estimates %s", c.Estimates)
	}
	if rejection := d.own(e.Entity, "estimates"); rejection != nil {
		return rejection
	}
	if e.State != EstimatesWait {
		return reject("estimates_state", "estimates", "estimates %s are %s", e.ID, e.State)
	}
	if rejection := d.second(e.Maker); rejection != nil {
		return rejection
	}
	decided := &EstimatesDecided{Estimates: e.ID, Checker: d.header.Actor}
	switch c.Decision {
	case Approve:
		decided.State = EstimatesLive
	case Decline:
		decided.State = EstimatesDeclined
	default:
		return reject("decision_invalid", "decision", "estimates are approved or declined")
	}
	d.emit(decided)
	return nil
}

// EstimatesState is where estimates stand.
type EstimatesState uint8

// The states of estimates.
const (
	EstimatesWait EstimatesState = 1 + iota
	EstimatesLive
	EstimatesDeclined
)

// String is the name used in API and console.
func (s EstimatesState) String() string { return [...]string{"", "waiting", "live", "declined"}[s] }

// Estimates is what an entity expects of its debtors from a date on. Of those that are live the one of the latest date counts, and
// of equal dates the latest record.
type Estimates struct {
	ID        id.Estimates         `cbor:"1,keyasint"`
	Entity    id.Party             `cbor:"2,keyasint"`
	From      calendar.Date        `cbor:"3,keyasint"`
	Estimates impairment.Estimates `cbor:"4,keyasint"`
	State     EstimatesState       `cbor:"5,keyasint"`
	Maker     id.Actor             `cbor:"6,keyasint"`
	Checker   id.Actor             `cbor:"7,keyasint,omitempty"`
	Entry     uint64               `cbor:"8,keyasint"`
}

// estimatesOn are those that count for an entity on a date; nil for none.
func (b *Book) estimatesOn(entity id.Party, on calendar.Date) *Estimates {
	var best *Estimates
	b.estimates.each(func(e *Estimates) {
		if e.Entity == entity && e.State == EstimatesLive && e.From <= on && (best == nil || e.From >= best.From) {
			best = e
		}
	})
	return best
}

// AssessLosses begins to assess, on the business date, what an entity is expected to lose of what it has financed and of what it is
// owed for its sales (IFRS 9, 5.5). The node works through it in slices; the last one has posted all of it.
type AssessLosses struct {
	Entity id.Party `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*AssessLosses) Kind() uint16 { return commandAssessLosses }

func (c *AssessLosses) decide(d *draft) *Rejection {
	if rejection := d.assessed(c.Entity); rejection != nil {
		return rejection
	}
	if d.clock.From != d.clock.Date || d.clock.accruing() {
		return reject("day_unfinished", "entity", "%s is still being opened", d.today())
	}
	if running := d.assessing(); running != nil {
		return reject("assessment_running", "entity", "assessment %s is not finished", running.ID)
	}
	if last := d.lastAssessment(c.Entity); last != nil && last.On >= d.today() {
		return reject("assessment_repeats", "entity", "%s was assessed as on %s by %s", c.Entity, last.On, last.ID)
	}
	e := d.estimatesOn(c.Entity, d.today())
	if e == nil {
		return reject("estimates_missing", "entity", "no approved estimates of %s are in force on %s", c.Entity, d.today())
	}
	d.emit(&AssessmentBegun{Assessment: Assessment{
		ID: id.Make[id.Assessment](d.shard, d.number(tableAssessment, d.assessments.count)), Entity: c.Entity, Estimates: e.ID, On: d.today(),
		State: AssessingFinancings, Maker: d.header.Actor,
	}})
	return nil
}

// AssessmentState is how far an assessment has come.
type AssessmentState uint8

// The states of an assessment.
const (
	AssessingFinancings AssessmentState = 1 + iota
	AssessingReceivables
	AssessingHoldings
	AssessmentFinished
)

// String is the name used in API and console.
func (s AssessmentState) String() string {
	return [...]string{"", "financings", "receivables", "holdings", "finished"}[s]
}

// Assessment is what an entity was expected to lose on a date.
type Assessment struct {
	ID        id.Assessment   `cbor:"1,keyasint"`
	Entity    id.Party        `cbor:"2,keyasint"`
	Estimates id.Estimates    `cbor:"3,keyasint"`
	On        calendar.Date   `cbor:"4,keyasint"`
	State     AssessmentState `cbor:"5,keyasint"`
	Through   uint64          `cbor:"6,keyasint"` // number of the last record of the state's kind that was looked at
	Stages    []StageSum      `cbor:"7,keyasint,omitempty"`
	Buckets   []BucketSum     `cbor:"8,keyasint,omitempty"`
	Maker     id.Actor        `cbor:"9,keyasint"`
	Entry     uint64          `cbor:"10,keyasint"`
}

// StageSum is what an assessment comes to for a programme and stage. Opening and closing are allowances; the movement between them
// is what was posted.
type StageSum struct {
	Programme  id.Programme     `cbor:"1,keyasint"`
	Stage      impairment.Stage `cbor:"2,keyasint"`           // 0: committed, not paid out
	Currency   money.Currency   `cbor:"3,keyasint"`           //
	Financings uint32           `cbor:"4,keyasint,omitempty"` // in it now
	Carrying   money.Minor      `cbor:"5,keyasint,omitempty"`
	Opening    money.Minor      `cbor:"6,keyasint,omitempty"` // of those that were in it before
	Moved      money.Minor      `cbor:"7,keyasint,omitempty"` // into it (-: out of it) with financings that changed their stage
	Charged    money.Minor      `cbor:"8,keyasint,omitempty"` // impairment loss (-: gain)
}

// Closing is the allowance after the assessment.
func (s *StageSum) Closing() money.Minor {
	return money.Add(s.Opening, money.Add(s.Moved, s.Charged))
}

// BucketSum is what is owed to the entity for its sales, in one bucket of the matrix.
type BucketSum struct {
	Currency  money.Currency `cbor:"1,keyasint"`
	Bucket    uint8          `cbor:"2,keyasint"` // its place, from 0
	Debts     uint32         `cbor:"3,keyasint"`
	Amount    money.Minor    `cbor:"4,keyasint"`
	Provision money.Minor    `cbor:"5,keyasint,omitempty"` // set when the assessment ends
}

// assessing is the assessment that is not finished; nil for none. At most one is, and it is the last.
func (b *Book) assessing() *Assessment {
	if last := b.assessments.at(b.assessments.count); last != nil && last.State != AssessmentFinished {
		return last
	}
	return nil
}

// lastAssessment is the latest of an entity; nil for none.
func (b *Book) lastAssessment(entity id.Party) *Assessment {
	return b.assessmentBefore(b.assessments.count+1, entity)
}

// assessmentBefore is the latest of an entity below a number; nil for none.
func (b *Book) assessmentBefore(number uint64, entity id.Party) *Assessment {
	for n := number - 1; n > 0; n-- {
		if a := b.assessments.at(n); a.Entity == entity {
			return a
		}
	}
	return nil
}

// debtor is who owes what a financing is repaid by: the buyer where its debt was bought, the seller where it got a loan.
func (b *Book) debtor(f *funding.Financing) id.Party {
	if b.treatment(f) == servicing.LoanToSeller {
		return f.Seller
	}
	return f.Buyer
}

// gradeOf is the grade of a party's live review; 0 for none.
func (b *Book) gradeOf(p id.Party) uint8 {
	if r := b.reviews.at(b.reviewOf[p].Number()); r != nil {
		return r.Grade
	}
	return 0
}

// EstimatesProposed says that estimates wait for a second person.
type EstimatesProposed struct {
	Estimates Estimates `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*EstimatesProposed) Kind() uint16 { return eventEstimatesProposed }

func (e *EstimatesProposed) fold(b *Book) {
	number := e.Estimates.ID.Number()
	b.estimates.add(number, e.Estimates)
	b.touched(tableEstimates, number, &b.estimates.at(number).Entry)
}

// EstimatesDecided says what a second person decided on estimates.
type EstimatesDecided struct {
	Estimates id.Estimates   `cbor:"1,keyasint"`
	State     EstimatesState `cbor:"2,keyasint"`
	Checker   id.Actor       `cbor:"3,keyasint"`
}

// Kind names the stored form.
func (*EstimatesDecided) Kind() uint16 { return eventEstimatesDecided }

func (e *EstimatesDecided) fold(b *Book) {
	r := b.estimates.at(e.Estimates.Number())
	r.State, r.Checker = e.State, e.Checker
	b.touched(tableEstimates, e.Estimates.Number(), &r.Entry)
}

// AssessmentBegun says that an assessment has begun.
type AssessmentBegun struct {
	Assessment Assessment `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*AssessmentBegun) Kind() uint16 { return eventAssessmentBegun }

func (e *AssessmentBegun) fold(b *Book) {
	number := e.Assessment.ID.Number()
	b.assessments.add(number, e.Assessment)
	b.touched(tableAssessment, number, &b.assessments.at(number).Entry)
}

// owedForSales is what stands in a seller's own books of a receivable: what is outstanding, less what travels in a certificate and
// what a funder has bought.
func (b *Book) owedForSales(number uint64) money.Minor {
	r := b.receivables.at(number)
	left := r.Outstanding()
	if k := b.certificates.at(r.Certificate.Number()); k != nil && k.State == certificate.Live {
		left = money.Sub(left, k.Outstanding)
	}
	for _, f := range b.claiming(r) {
		left = money.Sub(left, b.soldOf(f))
	}
	return max(0, left)
}

// soldOf is what the seller has sold for good of what is financed; 0 for a loan, or for none.
func (b *Book) soldOf(f *funding.Financing) money.Minor {
	if f == nil || !f.State.PaidOut() && f.State != funding.WrittenOff || b.treatment(f) != servicing.Purchase { // a loan to the buyer has paid what it was lent for
		return 0
	}
	if f.State == funding.WrittenOff {
		terms := b.terms(f)
		p := servicing.Run(&terms, b.history(nil, f))
		return money.Sub(p.Totals[servicing.LineWrittenPrincipal], p.Collected(servicing.TierWrittenPrincipal))
	}
	if b.products.at(f.Product.Number()).Terms.Recourse.Dispute {
		return money.Sub(f.Exposure(), f.Uncovered)
	}
	return f.Exposure()
}

// addTo finds the sum of a programme and stage, or begins it. The slice is the caller's own.
func addTo(sums []StageSum, programme id.Programme, stage impairment.Stage, currency money.Currency) ([]StageSum, *StageSum) {
	at := slices.IndexFunc(sums, func(s StageSum) bool {
		return s.Programme == programme && s.Stage == stage && s.Currency == currency
	})
	if at < 0 {
		at = len(sums)
		sums = append(sums, StageSum{Programme: programme, Stage: stage, Currency: currency})
	}
	return sums, &sums[at]
}
