package book

import (
	"millrace/domain/calendar"
	"millrace/domain/credit"
	"millrace/domain/id"
	"millrace/domain/party"
)

func init() {
	registerCommand(func() act { return &ProposeReview{} })
	registerCommand(func() act { return &ApproveReview{} })
	registerEvent(func() fact { return &ReviewProposed{} })
	registerEvent(func() fact { return &ReviewApproved{} })
	permitted[commandProposeReview] = party.Operator
	permitted[commandApproveReview] = party.Operator
}

// ProposeReview proposes the outcome of a party's credit review.
type ProposeReview struct {
	Party id.Party      `cbor:"1,keyasint"`
	Grade uint8         `cbor:"2,keyasint"` // 1 (best) to credit.GradeMax
	Until calendar.Date `cbor:"3,keyasint"`
	File  [32]byte      `cbor:"4,keyasint"` // the reasons, in the vault
}

// Kind names the stored form.
func (*ProposeReview) Kind() uint16 { return commandProposeReview }

func (c *ProposeReview) decide(d *draft) *Rejection {
	p := d.parties.at(c.Party.Number())
	if p == nil {
		return reject("party_unknown", "party", "there is no party %s", c.Party)
	}
	if p.State != party.Onboarded {
		return reject("party_not_onboarded", "party", "party %s is %s", c.Party, p.State)
	}
	if c.Grade < 1 || c.Grade > credit.GradeMax {
		return reject("grade_invalid", "grade", "a grade is 1 to %d, not %d", credit.GradeMax, c.Grade)
	}
	if c.Until <= d.today() || c.Until > d.today().AddDays(400) {
		return reject("date_invalid", "until", "a review lasts from tomorrow to 400 days from %s at most", d.today())
	}
	number := d.number(tableReview, d.reviews.count)
	d.emit(&ReviewProposed{Review: credit.Review{
		ID: id.Make[id.Review](d.shard, number), Party: c.Party, State: credit.Proposed, Grade: c.Grade, Until: c.Until,
		File: c.File, Maker: d.header.Actor,
	}})
	return nil
}

// ApproveReview puts a proposed review in force; the one before is replaced.
type ApproveReview struct {
	Review id.Review `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*ApproveReview) Kind() uint16 { return commandApproveReview }

func (c *ApproveReview) decide(d *draft) *Rejection {
	r := d.reviews.at(c.Review.Number())
	if r == nil {
		return reject("review_unknown", "review", "there is no review %s", c.Review)
	}
	if r.State != credit.Proposed {
		return reject("review_state", "review", "review %s is %s", c.Review, r.State)
	}
	if rejection := d.second(r.Maker); rejection != nil {
		return rejection
	}
	d.emit(&ReviewApproved{Review: c.Review, Checker: d.header.Actor, Replaces: d.reviewOf[r.Party]})
	return nil
}

// graded gives the grade of a party's live review, or refuses where there is none that lasts.
func (d *draft) graded(p id.Party, field string) (uint8, *Rejection) {
	review, found := d.reviewOf[p]
	if !found {
		return 0, reject("review_missing", field, "party %s has no credit review", p)
	}
	return d.lasting(d.reviews.at(review.Number()), field)
}

// ReviewProposed says that a review was proposed.
type ReviewProposed struct {
	Review credit.Review `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*ReviewProposed) Kind() uint16 { return eventReviewProposed }

func (e *ReviewProposed) fold(b *Book) {
	number := e.Review.ID.Number()
	b.reviews.add(number, e.Review)
	b.touched(tableReview, number, &b.reviews.at(number).Entry)
}

// ReviewApproved says that a review is in force.
type ReviewApproved struct {
	Review   id.Review `cbor:"1,keyasint"`
	Checker  id.Actor  `cbor:"2,keyasint"`
	Replaces id.Review `cbor:"3,keyasint"`
}

// Kind names the stored form.
func (*ReviewApproved) Kind() uint16 { return eventReviewApproved }

func (e *ReviewApproved) fold(b *Book) {
	if before := b.reviews.at(e.Replaces.Number()); before != nil {
		before.State = credit.Replaced
		b.touched(tableReview, e.Replaces.Number(), &before.Entry)
	}
	r := b.reviews.at(e.Review.Number())
	r.State, r.Checker = credit.Live, e.Checker
	b.indexReview(r)
	b.touched(tableReview, e.Review.Number(), &r.Entry)
}
