package book

import (
	"slices"

	"millrace/domain/calendar"
	"millrace/domain/credit"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/party"
)

func init() {
	registerCommand(func() act { return &ViewApplication{} })
	registerCommand(func() act { return &DecideApplication{} })
	registerCommand(func() act { return &WithdrawApplication{} })
	registerEvent(func() fact { return &ApplicationViewed{} })
	registerEvent(func() fact { return &ApplicationApproved{} })
	registerEvent(func() fact { return &ApplicationDecided{} })
	permitted[commandViewApplication] = party.Operator | party.Funder
	permitted[commandDecideApplication] = party.Operator | party.Funder
	permitted[commandWithdrawApplication] = party.Operator | party.Funder
}

// ViewApplication is what an analyst makes of an application: the grade may be moved by the policy's notches with a reason. For a sole
// trader whom the reckoning refuses this is the look of a person without which nothing is an outcome.
type ViewApplication struct {
	Application id.Application     `cbor:"1,keyasint"`
	Text        [32]byte           `cbor:"2,keyasint"` // in the vault
	Refuses     bool               `cbor:"3,keyasint,omitempty"`
	Grade       uint8              `cbor:"4,keyasint"`
	Override    [32]byte           `cbor:"5,keyasint,omitzero"` // why grade or limit are other than reckoned, in the vault
	Limit       money.Minor        `cbor:"6,keyasint"`
	Until       calendar.Date      `cbor:"7,keyasint"` // last day on which the review may be relied on
	Next        calendar.Date      `cbor:"8,keyasint"` // when it is due again; not after Until
	Conditions  []credit.Condition `cbor:"9,keyasint,omitempty"`
}

// Kind names the stored form.
func (*ViewApplication) Kind() uint16 { return commandViewApplication }

func (c *ViewApplication) decide(d *draft) *Rejection {
	a, rejection := d.openApplication(c.Application, credit.Assessed, credit.HumanAwait, credit.Viewed)
	if rejection != nil {
		return rejection
	}
	if c.Text == [32]byte{} {
		return reject("reason_missing", "text", "the view is missing")
	}
	view := credit.View{Text: c.Text, Refuses: c.Refuses, Grade: a.Assessment.Grade, Actor: d.header.Actor, Date: d.today()}
	if !c.Refuses {
		if rejection := c.grants(d, a); rejection != nil {
			return rejection
		}
		view.Grade, view.Notches, view.Override = c.Grade, int8(c.Grade)-int8(a.Assessment.Grade), c.Override
		view.Limit, view.Until, view.Next, view.Conditions = c.Limit, c.Until, c.Next, c.Conditions
	}
	d.emit(&ApplicationViewed{Application: a.ID, View: view})
	return nil
}

// grants refuses a view that goes beyond the policy.
func (c *ViewApplication) grants(d *draft, a *credit.Application) *Rejection {
	policy := d.reviewPolicy(a.Funder)
	if c.Grade < 1 || c.Grade > credit.GradeMax {
		return reject("grade_invalid", "grade", "a grade is 1 to %d, not %d", credit.GradeMax, c.Grade)
	}
	notches := int(c.Grade) - int(a.Assessment.Grade)
	if max(notches, -notches) > int(policy.Notches) {
		return reject("notches_exceeded", "grade", "the grade reckoned is %d; the policy lets a view move it by %d at most", a.Assessment.Grade, policy.Notches)
	}
	if c.Limit < 0 || c.Limit > credit.FigureMax {
		return reject("amount_invalid", "limit", "a limit is not below zero")
	}
	if (notches != 0 || c.Limit > a.Assessment.Limit) && c.Override == [32]byte{} {
		return reject("reason_missing", "override", "say why grade or limit are other than reckoned")
	}
	if c.Until <= d.today() || c.Until > d.today().AddDays(int(policy.ReviewDays)) || c.Next <= d.today() || c.Next > c.Until {
		return reject("date_invalid", "until", "a review lasts %d days at most, and is due again before it ends", policy.ReviewDays)
	}
	if len(c.Conditions) > credit.ConditionsMax {
		return reject("condition_invalid", "conditions", "a review has at most %d conditions", credit.ConditionsMax)
	}
	for _, one := range c.Conditions {
		if one.Kind < credit.Information || one.Kind > credit.Precedent || one.Text == [32]byte{} || one.Due < d.today() || one.Due > c.Until ||
			one.State != credit.ConditionOpen || one.Actor != 0 || one.Date != 0 || one.Note != [32]byte{} {
			return reject("condition_invalid", "conditions", "a condition has a kind, a text, and a day before the review ends")
		}
	}
	return nil
}

// DecideApplication is the decision on an analyst's view of somebody who neither has applied nor given the view. When all who must have
// approved, the review is in force, or the refusal final. Declined, what was to be granted is refused, and what was to be refused goes
// back to the analysts.
type DecideApplication struct {
	Application id.Application `cbor:"1,keyasint"`
	Decision    Decision       `cbor:"2,keyasint"`
	Reason      [32]byte       `cbor:"3,keyasint,omitzero"` // in the vault; needed to decline
}

// Kind names the stored form.
func (*DecideApplication) Kind() uint16 { return commandDecideApplication }

func (c *DecideApplication) decide(d *draft) *Rejection {
	a, rejection := d.openApplication(c.Application, credit.Viewed)
	if rejection != nil {
		return rejection
	}
	for _, one := range [...]id.Actor{a.Maker, a.View.Actor} {
		if rejection := d.second(one); rejection != nil {
			return rejection
		}
	}
	if c.Decision != Approve && c.Decision != Decline {
		return reject("decision_invalid", "decision", "a view is approved or declined")
	}
	if c.Decision == Decline {
		if c.Reason == [32]byte{} {
			return reject("reason_missing", "reason", "say why")
		}
		state := credit.Refused
		if a.View.Refuses {
			if state = credit.Assessed; a.Form == credit.SoleTrader && len(a.Assessment.Refusal) > 0 {
				state = credit.HumanAwait
			}
		}
		d.emit(&ApplicationDecided{Application: a.ID, State: state, Actor: d.header.Actor, Reason: c.Reason})
		return nil
	}
	if a.View.Refuses {
		d.emit(&ApplicationDecided{Application: a.ID, State: credit.Refused, Actor: d.header.Actor, Reason: c.Reason})
		return nil
	}
	return d.grant(a)
}

// grant counts an approval, and puts the review in force with the last.
func (d *draft) grant(a *credit.Application) *Rejection {
	if slices.Contains(a.Approvals, d.header.Actor) {
		return reject("approval_repeated", "application", "this person has approved it already: it takes another one")
	}
	if a.View.Until <= d.today() {
		return reject("date_invalid", "application", "the view was of a review until %s: give another one", a.View.Until)
	}
	policy := d.reviewPolicy(a.Funder)
	tier, found := policy.Tier(a.View.Limit)
	if !found {
		return reject("tier_missing", "application", "the policy has nobody approve so much")
	}
	if !policy.Enough(tier, append(slices.Clone(a.Approvals), d.header.Actor)) {
		d.emit(&ApplicationApproved{Application: a.ID, Actor: d.header.Actor})
		return nil
	}
	// Nothing refuses after this line.
	review := id.Make[id.Review](d.shard, d.number(tableReview, d.Book.reviews.count))
	before := d.reviewIndexed(a.Funder, a.Party)
	d.emit(&ReviewProposed{Review: credit.Review{
		ID: review, Party: a.Party, State: credit.Proposed, Grade: a.View.Grade, Until: a.View.Until, File: a.View.Text, Maker: a.View.Actor,
		Funder: a.Funder, Application: a.ID, Side: a.Side, Next: a.View.Next, Conditions: a.View.Conditions, Granted: a.View.Limit, Currency: a.Currency,
	}})
	d.emit(&ReviewApproved{Review: review, Checker: d.header.Actor, Replaces: before})
	decided := &ApplicationDecided{Application: a.ID, State: credit.Granted, Actor: d.header.Actor, Review: review}
	if d.limitOfReview(a) {
		decided.Limit = id.Make[id.Limit](d.shard, d.number(tableLimit, d.limits.count))
		kind := credit.BuyerLimit
		if a.Side == credit.AsSeller {
			kind = credit.SellerLimit
		}
		d.emit(&LimitProposed{Limit: credit.Limit{
			ID: decided.Limit, Key: credit.LimitKey{Kind: kind, Programme: a.Programme, Party: a.Party, Currency: a.Currency, Owner: a.Funder},
			State: credit.Proposed, Amount: a.View.Limit, Expires: a.View.Until, Maker: a.View.Actor,
		}})
	}
	d.emit(decided)
	return nil
}

// limitOfReview tells whether a review proposes a limit: the operator's one of the house, a funder's one of its own in a programme that it funds.
func (d *draft) limitOfReview(a *credit.Application) bool {
	p := d.programmes.at(a.Programme.Number())
	return p != nil && a.View.Limit > 0 && (a.Funder == 0 || funds(p, a.Funder))
}

// WithdrawApplication ends an application without an outcome.
type WithdrawApplication struct {
	Application id.Application `cbor:"1,keyasint"`
	Reason      [32]byte       `cbor:"2,keyasint"` // in the vault
}

// Kind names the stored form.
func (*WithdrawApplication) Kind() uint16 { return commandWithdrawApplication }

func (c *WithdrawApplication) decide(d *draft) *Rejection {
	a, rejection := d.openApplication(c.Application)
	if rejection != nil {
		return rejection
	}
	if c.Reason == [32]byte{} {
		return reject("reason_missing", "reason", "say why")
	}
	d.emit(&ApplicationDecided{Application: a.ID, State: credit.Withdrawn, Actor: d.header.Actor, Reason: c.Reason})
	return nil
}

// ApplicationViewed says what an analyst makes of an application.
type ApplicationViewed struct {
	Application id.Application `cbor:"1,keyasint"`
	View        credit.View    `cbor:"2,keyasint"`
}

// Kind names the stored form.
func (*ApplicationViewed) Kind() uint16 { return eventApplicationViewed }

func (e *ApplicationViewed) fold(b *Book) {
	a := b.applications.at(e.Application.Number())
	a.View, a.State, a.Approvals = e.View, credit.Viewed, nil
	b.touched(tableApplication, e.Application.Number(), &a.Entry)
}

// ApplicationApproved says that one of several persons has approved.
type ApplicationApproved struct {
	Application id.Application `cbor:"1,keyasint"`
	Actor       id.Actor       `cbor:"2,keyasint"`
}

// Kind names the stored form.
func (*ApplicationApproved) Kind() uint16 { return eventApplicationApproved }

func (e *ApplicationApproved) fold(b *Book) {
	a := b.applications.at(e.Application.Number())
	a.Approvals = append(slices.Clip(slices.Clone(a.Approvals)), e.Actor)
	b.touched(tableApplication, e.Application.Number(), &a.Entry)
}

// ApplicationDecided says how an application has ended, or that it went back to the analysts.
type ApplicationDecided struct {
	Application id.Application          `cbor:"1,keyasint"`
	State       credit.ApplicationState `cbor:"2,keyasint"`
	Actor       id.Actor                `cbor:"3,keyasint"`
	Reason      [32]byte                `cbor:"4,keyasint,omitzero"`
	Review      id.Review               `cbor:"5,keyasint,omitempty"`
	Limit       id.Limit                `cbor:"6,keyasint,omitempty"`
}

// Kind names the stored form.
func (*ApplicationDecided) Kind() uint16 { return eventApplicationDecided }

func (e *ApplicationDecided) fold(b *Book) {
	a := b.applications.at(e.Application.Number())
	a.State, a.Reason, a.Review, a.Limit = e.State, e.Reason, e.Review, e.Limit
	switch {
	case e.State.Open():
		a.View, a.Approvals = credit.View{}, nil
	default:
		a.Decided = b.clock.Date
		if e.State != credit.Withdrawn {
			a.Approvals = append(slices.Clip(slices.Clone(a.Approvals)), e.Actor)
		}
	}
	b.indexApplication(a)
	b.touched(tableApplication, e.Application.Number(), &a.Entry)
}
