package book

import (
	"millrace/domain/calendar"
	"millrace/domain/credit"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/party"
)

func init() {
	registerCommand(func() act { return &ProposeReview{} })
	registerCommand(func() act { return &ApproveReview{} })
	registerCommand(func() act { return &ProposeLimit{} })
	registerCommand(func() act { return &ApproveLimit{} })
	registerEvent(func() fact { return &ReviewProposed{} })
	registerEvent(func() fact { return &ReviewApproved{} })
	registerEvent(func() fact { return &LimitProposed{} })
	registerEvent(func() fact { return &LimitApproved{} })
	registerEvent(func() fact { return &LimitMoved{} })
	permitted[commandProposeReview] = party.Operator
	permitted[commandApproveReview] = party.Operator
	permitted[commandProposeLimit] = party.Operator | party.Funder
	permitted[commandApproveLimit] = party.Operator | party.Funder
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

// ProposeLimit proposes a bound on what may be used. A funder may bound what it puts in itself.
type ProposeLimit struct {
	Key     credit.LimitKey `cbor:"1,keyasint"`
	Amount  money.Minor     `cbor:"2,keyasint"`
	Expires calendar.Date   `cbor:"3,keyasint"` // last day of use
}

// Kind names the stored form.
func (*ProposeLimit) Kind() uint16 { return commandProposeLimit }

func (c *ProposeLimit) decide(d *draft) *Rejection {
	p := d.programmes.at(c.Key.Programme.Number())
	if p == nil {
		return reject("programme_unknown", "programme", "there is no programme %s", c.Key.Programme)
	}
	if c.Key.Kind < credit.BuyerLimit || c.Key.Kind > credit.FunderLimit {
		return reject("limit_invalid", "kind", "a limit is on a buyer, a seller, a programme or a funder")
	}
	if (c.Key.Kind == credit.ProgrammeLimit) != (c.Key.Party == 0) {
		return reject("limit_invalid", "party", "a %s limit names a party, unless it is the programme's", c.Key.Kind)
	}
	if c.Key.Party != 0 && d.parties.at(c.Key.Party.Number()) == nil {
		return reject("party_unknown", "party", "there is no party %s", c.Key.Party)
	}
	if !d.isOperator() && (c.Key.Kind != credit.FunderLimit || c.Key.Party != d.by()) {
		return reject("other_party", "party", "a funder sets its own limit only")
	}
	if c.Key.Currency != p.Currency {
		return reject("currency_differs", "currency", "the programme is in %s", p.Currency)
	}
	if c.Amount < 0 || c.Amount > money.MinorMax {
		return reject("amount_invalid", "amount", "a limit is not below zero")
	}
	if c.Expires < d.today() {
		return reject("date_invalid", "expires", "the limit would have expired before %s", d.today())
	}
	number := d.number(tableLimit, d.limits.count)
	d.emit(&LimitProposed{Limit: credit.Limit{
		ID: id.Make[id.Limit](d.shard, number), Key: c.Key, State: credit.Proposed, Amount: c.Amount, Expires: c.Expires, Maker: d.header.Actor,
	}})
	return nil
}

// ApproveLimit puts a proposed limit in force. It takes over what is reserved and used under the one before; a cut below
// that means no new use, not a forced unwind.
type ApproveLimit struct {
	Limit id.Limit `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*ApproveLimit) Kind() uint16 { return commandApproveLimit }

func (c *ApproveLimit) decide(d *draft) *Rejection {
	l := d.limits.at(c.Limit.Number())
	if l == nil {
		return reject("limit_unknown", "limit", "there is no limit %s", c.Limit)
	}
	if !d.isOperator() && (l.Key.Kind != credit.FunderLimit || l.Key.Party != d.by()) {
		return reject("other_party", "limit", "this belongs to another party")
	}
	if l.State != credit.Proposed {
		return reject("limit_state", "limit", "limit %s is %s", c.Limit, l.State)
	}
	if rejection := d.second(l.Maker); rejection != nil {
		return rejection
	}
	event := &LimitApproved{Limit: c.Limit, Checker: d.header.Actor, Replaces: d.limitOf[l.Key]}
	if before := d.limits.at(event.Replaces.Number()); before != nil {
		event.Reserved, event.Used = before.Reserved, before.Used
	}
	d.emit(event)
	return nil
}

// limitsOf lists the limits that a financing uses, or refuses where one that the product needs is missing, has expired
// or has not enough left.
func (d *draft) limitsOf(keys []credit.LimitKey, amount money.Minor) ([]id.Limit, *Rejection) {
	limits := make([]id.Limit, 0, len(keys))
	for _, key := range keys {
		limit, found := d.limitOf[key]
		if !found {
			return nil, reject("limit_missing", "", "there is no %s limit%s", key.Kind, ofParty(key.Party))
		}
		l := d.limits.at(limit.Number())
		if l.Expires < d.today() {
			return nil, reject("limit_expired", "", "the %s limit%s ended on %s", key.Kind, ofParty(key.Party), l.Expires)
		}
		if l.Available() < amount {
			return nil, reject("limit_exceeded", "", "the %s limit%s has not enough left; %s is needed", key.Kind, ofParty(key.Party),
				money.Amount{Minor: amount, Currency: key.Currency})
		}
		limits = append(limits, limit)
	}
	return limits, nil
}

func ofParty(p id.Party) string {
	if p == 0 {
		return ""
	}
	return " for " + p.String()
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

// LimitProposed says that a limit was proposed.
type LimitProposed struct {
	Limit credit.Limit `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*LimitProposed) Kind() uint16 { return eventLimitProposed }

func (e *LimitProposed) fold(b *Book) {
	number := e.Limit.ID.Number()
	b.limits.add(number, e.Limit)
	b.touched(tableLimit, number, &b.limits.at(number).Entry)
}

// LimitApproved says that a limit is in force and what it takes over.
type LimitApproved struct {
	Limit    id.Limit    `cbor:"1,keyasint"`
	Checker  id.Actor    `cbor:"2,keyasint"`
	Replaces id.Limit    `cbor:"3,keyasint"`
	Reserved money.Minor `cbor:"4,keyasint"`
	Used     money.Minor `cbor:"5,keyasint"`
}

// Kind names the stored form.
func (*LimitApproved) Kind() uint16 { return eventLimitApproved }

func (e *LimitApproved) fold(b *Book) {
	if before := b.limits.at(e.Replaces.Number()); before != nil {
		before.State, before.Reserved, before.Used = credit.Replaced, 0, 0
		b.touched(tableLimit, e.Replaces.Number(), &before.Entry)
	}
	l := b.limits.at(e.Limit.Number())
	l.State, l.Checker, l.Reserved, l.Used = credit.Live, e.Checker, e.Reserved, e.Used
	b.limitOf[l.Key] = e.Limit
	b.touched(tableLimit, e.Limit.Number(), &l.Entry)
}

// LimitMoved changes what is reserved and used under limits: a financing was accepted (reserved up), paid out (reserved
// down, used up), or repaid (used down).
type LimitMoved struct {
	Limits   []id.Limit  `cbor:"1,keyasint"`
	Reserved money.Minor `cbor:"2,keyasint"` // signed
	Used     money.Minor `cbor:"3,keyasint"` // signed
}

// Kind names the stored form.
func (*LimitMoved) Kind() uint16 { return eventLimitMoved }

func (e *LimitMoved) fold(b *Book) {
	for _, limit := range e.Limits {
		l := b.limits.at(limit.Number())
		l.Reserved, l.Used = money.Add(l.Reserved, e.Reserved), money.Add(l.Used, e.Used)
		b.touched(tableLimit, limit.Number(), &l.Entry)
	}
}
