package book

import (
	"cmp"
	"slices"

	"millrace/domain/credit"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/risk"
	"millrace/domain/rule"
)

func init() {
	registerCommand(func() act { return &OpenApplication{} })
	registerCommand(func() act { return &SupplementApplication{} })
	registerEvent(func() fact { return &ApplicationOpened{} })
	registerEvent(func() fact { return &ApplicationSupplemented{} })
	permitted[commandOpenApplication] = party.Operator | party.Funder
	permitted[commandSupplementApplication] = party.Operator | party.Funder
	tables[tableApplication] = held("application", func(b *Book) *shelf[credit.Application] { return &b.applications },
		[]Column{ind("party", Integer), ind("funder", Integer), ind("state", Text), col("side", Text), col("opened", Integer), col("caused", Integer)},
		func(r *credit.Application) []any {
			return []any{int64(r.Party), int64(r.Funder), r.State.String(), r.Side.String(), int64(r.Opened), int64(len(r.Causes))}
		})
}

// ReviewRequest is what an application rests on.
type ReviewRequest struct {
	Form       credit.Form        `cbor:"1,keyasint"`
	Programme  id.Programme       `cbor:"2,keyasint,omitempty"` // for which a limit is asked; 0 for a grade alone
	Asked      money.Minor        `cbor:"3,keyasint"`
	Currency   money.Currency     `cbor:"4,keyasint"`
	TenorDays  int32              `cbor:"5,keyasint"`           // for which what is bought or sold would be financed
	Statements []credit.Statement `cbor:"6,keyasint,omitempty"` // ascending by last day
	Bureaus    []credit.Bureau    `cbor:"7,keyasint,omitempty"`
	Insured    money.Minor        `cbor:"8,keyasint,omitempty"` // what an insurer covers of it; 0 for none
}

// OpenApplication asks for a review of a party's credit, by the actor's party: a funder decides for itself, the operator recommends.
type OpenApplication struct {
	Party   id.Party      `cbor:"1,keyasint"`
	Side    credit.Side   `cbor:"2,keyasint"`
	Request ReviewRequest `cbor:"3,keyasint"`
}

// Kind names the stored form.
func (*OpenApplication) Kind() uint16 { return commandOpenApplication }

func (c *OpenApplication) decide(d *draft) *Rejection {
	p := d.parties.at(c.Party.Number())
	if p == nil {
		return reject("party_unknown", "party", "there is no party %s", c.Party)
	}
	if p.State != party.Onboarded {
		return reject("party_not_onboarded", "party", "party %s is %s", c.Party, p.State)
	}
	if c.Side != credit.AsBuyer && c.Side != credit.AsSeller {
		return reject("application_invalid", "side", "a party is reviewed as buyer or as seller")
	}
	if rejection := c.Request.sound(d); rejection != nil {
		return rejection
	}
	if open, found := d.applicationOf[reviewKey{d.reviewer(), c.Party}]; found {
		return reject("application_open", "party", "application %s on this party is open: add to it", open)
	}
	opened := credit.Application{
		ID: id.Make[id.Application](d.shard, d.number(tableApplication, d.applications.count)), Party: c.Party, Side: c.Side, Funder: d.reviewer(),
		Opened: d.today(), Maker: d.header.Actor,
	}
	c.Request.into(&opened)
	decision := d.assessApplication(&opened)
	d.emit(&ApplicationOpened{Application: opened})
	d.emit(decision)
	return nil
}

// sound refuses what can't be reviewed.
func (c *ReviewRequest) sound(d *draft) *Rejection {
	if c.Form != credit.Company && c.Form != credit.SoleTrader {
		return reject("application_invalid", "form", "say whether the party is a company or a sole trader")
	}
	if c.Asked < 0 || c.Asked > credit.FigureMax || c.Insured < 0 || c.Insured > credit.FigureMax || !c.Currency.Known() {
		return reject("amount_invalid", "asked", "an amount is out of range, or its currency unknown")
	}
	if c.TenorDays < 1 || c.TenorDays > credit.TenorDaysMax {
		return reject("application_invalid", "tenor_days", "a tenor is 1 to %d days", credit.TenorDaysMax)
	}
	if c.Programme != 0 {
		p := d.programmes.at(c.Programme.Number())
		if p == nil {
			return reject("programme_unknown", "programme", "there is no programme %s", c.Programme)
		}
		if p.Currency != c.Currency {
			return reject("currency_differs", "currency", "the programme is in %s", p.Currency)
		}
	}
	if len(c.Statements) > credit.StatementsMax || len(c.Bureaus) > credit.BureausMax {
		return reject("application_invalid", "statements", "an application has at most %d statements and %d reports", credit.StatementsMax, credit.BureausMax)
	}
	for i := range c.Statements {
		s := &c.Statements[i]
		if flaw := s.Flaw(); flaw != "" {
			return reject("financial_statement_invalid", "statements", "the statement of %s can't be taken: %s", s.Until, flaw)
		}
		if s.Until > d.today() || i > 0 && s.Until <= c.Statements[i-1].Until {
			return reject("financial_statement_invalid", "statements", "statements are of periods that are over, the oldest first, each once")
		}
	}
	for i := range c.Bureaus {
		if flaw := c.Bureaus[i].Flaw(); flaw != "" || c.Bureaus[i].Date > d.today() {
			return reject("bureau_invalid", "bureaus", "the report of %q can't be taken: %s", c.Bureaus[i].Source, cmp.Or(flaw, "it is of a day to come"))
		}
	}
	return nil
}

func (c *ReviewRequest) into(a *credit.Application) {
	a.Form, a.Programme, a.Asked, a.Currency, a.TenorDays = c.Form, c.Programme, c.Asked, c.Currency, c.TenorDays
	a.Statements, a.Bureaus, a.Insured = c.Statements, c.Bureaus, c.Insured
}

// SupplementApplication puts other grounds under an open application: it is reckoned anew, and waits for a view again.
type SupplementApplication struct {
	Application id.Application `cbor:"1,keyasint"`
	Request     ReviewRequest  `cbor:"2,keyasint"`
}

// Kind names the stored form.
func (*SupplementApplication) Kind() uint16 { return commandSupplementApplication }

func (c *SupplementApplication) decide(d *draft) *Rejection {
	a, rejection := d.openApplication(c.Application)
	if rejection != nil {
		return rejection
	}
	if rejection := c.Request.sound(d); rejection != nil {
		return rejection
	}
	after := *a
	c.Request.into(&after)
	decision := d.assessApplication(&after)
	d.emit(&ApplicationSupplemented{Application: a.ID, Request: c.Request, State: after.State, Assessment: after.Assessment, Actor: d.header.Actor})
	d.emit(decision)
	return nil
}

// openApplication finds an application of the actor's party that is to be decided, in one of the states, or in any that is open.
func (d *draft) openApplication(wanted id.Application, states ...credit.ApplicationState) (*credit.Application, *Rejection) {
	a := d.applications.at(wanted.Number())
	if a == nil {
		return nil, reject("application_unknown", "application", "there is no application %s", wanted)
	}
	if rejection := d.reviewedBy(a.Funder, "application"); rejection != nil {
		return nil, rejection
	}
	if !a.State.Open() || len(states) > 0 && !slices.Contains(states, a.State) {
		return nil, reject("application_state", "application", "application %s is %s", a.ID, a.State)
	}
	return a, nil
}

// assessApplication reckons an application: ratios, score, grade, limit, and whether the policy refuses it. A refusal of a company is an outcome; one
// of a sole trader waits for a person (GDPR Article 22; Chinese Personal Information Protection Law, Article 24). It gives the decision that is
// put on record with it.
func (d *draft) assessApplication(a *credit.Application) *DecisionMade {
	policy, scale := d.reviewPolicy(a.Funder), d.masterScale()
	now, before := credit.Newest(a.Statements)
	facts := slices.Concat(credit.Ratios(credit.Spread{Now: now, Before: before}), credit.BureauFacts(a.Bureaus, d.today()), d.tradeHistory(a.Party, a.Side, a.Currency))
	slices.SortStableFunc(facts, func(x, y credit.Fact) int { return cmp.Compare(x.Name, y.Name) })
	made := credit.Assessment{Date: d.today(), Scale: scale.ID, Policy: policy.ID, Facts: facts, Findings: credit.CheckAll(a.Statements, d.today())}
	scored := d.rate(a, &made)
	made.Grade = scale.Grade(made.Probability)
	size := credit.Sizing{
		Buyer: a.Side == credit.AsBuyer, TenorDays: a.TenorDays, Grade: made.Grade, Asked: a.Asked, Insured: a.Insured,
	}
	if now != nil && now.Currency == a.Currency {
		size.Statement = now
	}
	size.GroupTaken, size.Grouped = d.groupTaken(a)
	made.Lines, made.Limit = policy.Limit.Propose(size)
	made.Refusal = refusals(policy, &made, now)
	made.Decision = d.decision()
	a.Assessment, a.View, a.Approvals, a.State = made, credit.View{}, nil, credit.Assessed
	switch {
	case len(made.Refusal) == 0:
	case a.Form == credit.SoleTrader:
		a.State = credit.HumanAwait
	default:
		a.State, a.Decided = credit.Refused, d.today()
	}
	return &DecisionMade{Decision: reviewDecision(a, policy, scored, d.header.Actor)}
}

// reviewDecision is the record of what was reckoned: a person's look is asked for always, and what the policy lets the reckoning refuse is refused.
func reviewDecision(a *credit.Application, policy *credit.Policy, scored []risk.Scored, by id.Actor) risk.Decision {
	made := risk.Decision{
		ID: a.Assessment.Decision, Purpose: risk.AtReview, Actor: by, Verdict: rule.Refer, Scored: scored, Programme: a.Programme, Party: a.Party, Application: a.ID,
		Units: a.Assessment.Units, Probability: a.Assessment.Probability, Grade: a.Assessment.Grade, Scale: a.Assessment.Scale, Funder: a.Funder,
	}
	for _, f := range a.Assessment.Facts {
		made.Named = append(made.Named, risk.NamedFact(f))
	}
	for _, reason := range a.Assessment.Refusal {
		refused := rule.Outcome{Rule: "review." + reason.String(), Verdict: rule.Refuse, Version: 1}
		if reason == credit.GradeTooWeak {
			refused.Measure, refused.Bound = int64(a.Assessment.Grade), int64(policy.RefuseFrom)
		}
		made.Outcomes = append(made.Outcomes, refused)
	}
	if a.State == credit.Refused {
		made.Verdict = rule.Refuse
	}
	return made
}

// refusals are why a policy that lets the reckoning refuse does so.
func refusals(p *credit.Policy, a *credit.Assessment, now *credit.Statement) []credit.RefusalReason {
	var reasons []credit.RefusalReason
	if p.RefuseFrom == 0 {
		return nil
	}
	if a.Grade >= p.RefuseFrom {
		reasons = append(reasons, credit.GradeTooWeak)
	}
	if grave, known := a.Fact("bureau_grave_open"); known && grave.Value > 0 {
		reasons = append(reasons, credit.GraveEvent)
	}
	if equity, known := now.Of(credit.Equity); known && equity < 0 {
		reasons = append(reasons, credit.EquityGone)
	}
	return reasons
}

// groupTaken is what the reviewer's own limits of the same currency give to others of the applicant's group, the house's where the operator
// reviews; false where it belongs to none.
func (d *draft) groupTaken(a *credit.Application) (taken money.Minor, grouped bool) {
	head := d.groupOf(a.Party)
	for number := uint64(1); number <= d.limits.count; number++ {
		l := d.limits.at(number)
		if l.State != credit.Live || l.Key.Owner != a.Funder || l.Key.Currency != a.Currency || l.Key.Party == a.Party || l.Key.Kind != credit.BuyerLimit && l.Key.Kind != credit.SellerLimit {
			continue
		}
		if d.groupOf(l.Key.Party) == head {
			taken, grouped = min(taken+l.Amount, credit.FigureMax), true
		}
	}
	return taken, grouped || head != a.Party
}

// ApplicationOpened says that a review was asked for, by a person or by a warning, and what was reckoned.
type ApplicationOpened struct {
	Application credit.Application `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*ApplicationOpened) Kind() uint16 { return eventApplicationOpened }

func (e *ApplicationOpened) fold(b *Book) {
	number := e.Application.ID.Number()
	b.applications.add(number, e.Application)
	a := b.applications.at(number)
	b.indexApplication(a)
	b.touched(tableApplication, number, &a.Entry)
	if r := b.reviews.at(b.reviewIndexed(a.Funder, a.Party).Number()); r != nil && slices.ContainsFunc(a.Causes, func(c credit.Cause) bool { return c.Kind != credit.NewsReported }) {
		r.Warned = b.clock.Date
		b.touched(tableReview, r.ID.Number(), &r.Entry)
	}
}

// indexApplication: applicationOf, from table application.
func (b *Book) indexApplication(a *credit.Application) {
	key := reviewKey{a.Funder, a.Party}
	switch {
	case a.State.Open():
		b.applicationOf[key] = a.ID
	case b.applicationOf[key] == a.ID:
		delete(b.applicationOf, key)
	}
}

// ApplicationSupplemented says that an application has other grounds, and what was reckoned from them.
type ApplicationSupplemented struct {
	Application id.Application          `cbor:"1,keyasint"`
	Request     ReviewRequest           `cbor:"2,keyasint"`
	State       credit.ApplicationState `cbor:"3,keyasint"`
	Assessment  credit.Assessment       `cbor:"4,keyasint"`
	Actor       id.Actor                `cbor:"5,keyasint"`
}

// Kind names the stored form.
func (*ApplicationSupplemented) Kind() uint16 { return eventApplicationSupplemented }

func (e *ApplicationSupplemented) fold(b *Book) {
	a := b.applications.at(e.Application.Number())
	e.Request.into(a)
	a.State, a.Assessment, a.View, a.Approvals = e.State, e.Assessment, credit.View{}, nil
	a.Maker = e.Actor
	if !a.State.Open() {
		a.Decided = b.clock.Date
	}
	b.indexApplication(a)
	b.touched(tableApplication, e.Application.Number(), &a.Entry)
}
