package book

import (
	"millrace/domain/credit"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/party"
)

func init() {
	registerCommand(func() act { return &ProposeMasterScale{} })
	registerCommand(func() act { return &ApproveMasterScale{} })
	registerCommand(func() act { return &ProposeReviewPolicy{} })
	registerCommand(func() act { return &ApproveReviewPolicy{} })
	registerEvent(func() fact { return &MasterScaleProposed{} })
	registerEvent(func() fact { return &MasterScaleApproved{} })
	registerEvent(func() fact { return &ReviewPolicyProposed{} })
	registerEvent(func() fact { return &ReviewPolicyApproved{} })
	permitted[commandProposeMasterScale] = party.Operator
	permitted[commandApproveMasterScale] = party.Operator
	permitted[commandProposeReviewPolicy] = party.Operator | party.Funder
	permitted[commandApproveReviewPolicy] = party.Operator | party.Funder
	tables[tableMasterScale] = held("master_scale", func(b *Book) *shelf[credit.MasterScale] { return &b.masterScales },
		[]Column{col("state", Text)}, func(r *credit.MasterScale) []any { return []any{r.State.String()} })
	tables[tableReviewPolicy] = held("review_policy", func(b *Book) *shelf[credit.Policy] { return &b.reviewPolicies },
		[]Column{ind("funder", Integer), col("state", Text)}, func(r *credit.Policy) []any { return []any{int64(r.Funder), r.State.String()} })
}

// reviewKey is a party as a funder sees it; funder 0: as the operator does.
type reviewKey struct {
	funder id.Party
	party  id.Party
}

// reviewer is for whom the actor reviews credit: its funder, or 0 for the operator, which recommends.
func (d *draft) reviewer() id.Party {
	if d.isOperator() {
		return 0
	}
	return d.by()
}

// reviewedBy refuses a record of another reviewer.
func (d *draft) reviewedBy(reviewer id.Party, field string) *Rejection {
	if d.reviewer() != reviewer {
		return reject("other_party", field, "this belongs to another party")
	}
	return nil
}

// ProposeMasterScale proposes which grade a probability of default means.
type ProposeMasterScale struct {
	Upto   [credit.GradeMax]money.Rate `cbor:"1,keyasint"` // highest probability of grades 1 to 10, in millionths
	Reason [32]byte                    `cbor:"2,keyasint"` // in the vault
}

// Kind names the stored form.
func (*ProposeMasterScale) Kind() uint16 { return commandProposeMasterScale }

func (c *ProposeMasterScale) decide(d *draft) *Rejection {
	made := credit.MasterScale{
		ID: id.Make[id.MasterScale](d.shard, d.number(tableMasterScale, d.masterScales.count)), State: credit.Proposed, Upto: c.Upto, Reason: c.Reason, Maker: d.header.Actor,
	}
	if flaw := made.Flaw(); flaw != "" {
		return reject("scale_invalid", "upto", "this is no master scale: %s", flaw)
	}
	if c.Reason == [32]byte{} {
		return reject("reason_missing", "reason", "say why")
	}
	d.emit(&MasterScaleProposed{Scale: made})
	return nil
}

// ApproveMasterScale puts a scale in force: reviews that are reckoned from now on are graded by it.
type ApproveMasterScale struct {
	Scale id.MasterScale `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*ApproveMasterScale) Kind() uint16 { return commandApproveMasterScale }

func (c *ApproveMasterScale) decide(d *draft) *Rejection {
	s := d.masterScales.at(c.Scale.Number())
	if s == nil {
		return reject("scale_unknown", "scale", "there is no master scale %s", c.Scale)
	}
	if s.State != credit.Proposed {
		return reject("scale_state", "scale", "master scale %s is %s", s.ID, s.State)
	}
	if rejection := d.second(s.Maker); rejection != nil {
		return rejection
	}
	d.emit(&MasterScaleApproved{Scale: s.ID, Checker: d.header.Actor, Replaces: d.scaleOf})
	return nil
}

// ProposeReviewPolicy proposes how the actor's party reviews credit from now on. The operator's is that of its recommendations.
type ProposeReviewPolicy struct {
	Policy credit.Policy `cbor:"1,keyasint"` // without identity, funder, state, maker, checker and entry
}

// Kind names the stored form.
func (*ProposeReviewPolicy) Kind() uint16 { return commandProposeReviewPolicy }

func (c *ProposeReviewPolicy) decide(d *draft) *Rejection {
	p := c.Policy
	if flaw := p.Flaw(); flaw != "" {
		return reject("review_policy_invalid", "policy", "this is no policy: %s", flaw)
	}
	if p.Reason == [32]byte{} {
		return reject("reason_missing", "reason", "say why")
	}
	if d.isOperator() && p.Recommendation != credit.Adopted {
		return reject("review_policy_invalid", "recommendation", "the operator's reviews are what it recommends itself")
	}
	for _, r := range p.Ranked {
		if a := d.actors.at(r.Actor.Number()); a == nil || a.Party != d.by() {
			return reject("actor_unknown", "ranked", "actor %s is none of this party", r.Actor)
		}
	}
	for _, t := range p.Triggers {
		if !isHistory(t.Fact) {
			return reject("fact_unknown", "triggers", "there is no rolling fact %q", t.Fact)
		}
	}
	p.ID = id.Make[id.ReviewPolicy](d.shard, d.number(tableReviewPolicy, d.reviewPolicies.count))
	p.Funder, p.State, p.Maker, p.Checker, p.Entry = d.reviewer(), credit.Proposed, d.header.Actor, 0, 0
	d.emit(&ReviewPolicyProposed{Policy: p})
	return nil
}

// ApproveReviewPolicy puts a policy in force, as a second person of its party.
type ApproveReviewPolicy struct {
	Policy id.ReviewPolicy `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*ApproveReviewPolicy) Kind() uint16 { return commandApproveReviewPolicy }

func (c *ApproveReviewPolicy) decide(d *draft) *Rejection {
	p := d.reviewPolicies.at(c.Policy.Number())
	if p == nil {
		return reject("review_policy_unknown", "policy", "there is no review policy %s", c.Policy)
	}
	if rejection := d.reviewedBy(p.Funder, "policy"); rejection != nil {
		return rejection
	}
	if p.State != credit.Proposed {
		return reject("review_policy_state", "policy", "review policy %s is %s", p.ID, p.State)
	}
	if rejection := d.second(p.Maker); rejection != nil {
		return rejection
	}
	d.emit(&ReviewPolicyApproved{Policy: p.ID, Checker: d.header.Actor, Replaces: d.reviewPolicyOf[p.Funder]})
	return nil
}

// reviewPolicy is by what somebody reviews credit.
func (b *Book) reviewPolicy(reviewer id.Party) *credit.Policy {
	if p := b.reviewPolicies.at(b.reviewPolicyOf[reviewer].Number()); p != nil {
		return p
	}
	return &credit.DefaultPolicy
}

// masterScale is by what probabilities are graded.
func (b *Book) masterScale() *credit.MasterScale {
	if s := b.masterScales.at(b.scaleOf.Number()); s != nil {
		return s
	}
	return &credit.DefaultScale
}

// MasterScaleProposed says that a scale waits for a second person.
type MasterScaleProposed struct {
	Scale credit.MasterScale `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*MasterScaleProposed) Kind() uint16 { return eventMasterScaleProposed }

func (e *MasterScaleProposed) fold(b *Book) {
	number := e.Scale.ID.Number()
	b.masterScales.add(number, e.Scale)
	b.touched(tableMasterScale, number, &b.masterScales.at(number).Entry)
}

// MasterScaleApproved says that a scale is in force.
type MasterScaleApproved struct {
	Scale    id.MasterScale `cbor:"1,keyasint"`
	Checker  id.Actor       `cbor:"2,keyasint"`
	Replaces id.MasterScale `cbor:"3,keyasint,omitempty"`
}

// Kind names the stored form.
func (*MasterScaleApproved) Kind() uint16 { return eventMasterScaleApproved }

func (e *MasterScaleApproved) fold(b *Book) {
	if before := b.masterScales.at(e.Replaces.Number()); before != nil {
		before.State = credit.Replaced
		b.touched(tableMasterScale, e.Replaces.Number(), &before.Entry)
	}
	s := b.masterScales.at(e.Scale.Number())
	s.State, s.Checker = credit.Live, e.Checker
	b.indexMasterScale(s)
	b.touched(tableMasterScale, e.Scale.Number(), &s.Entry)
}

// indexMasterScale: scaleOf, from table master_scale.
func (b *Book) indexMasterScale(s *credit.MasterScale) {
	if s.State == credit.Live {
		b.scaleOf = s.ID
	}
}

// ReviewPolicyProposed says that a policy waits for a second person.
type ReviewPolicyProposed struct {
	Policy credit.Policy `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*ReviewPolicyProposed) Kind() uint16 { return eventReviewPolicyProposed }

func (e *ReviewPolicyProposed) fold(b *Book) {
	number := e.Policy.ID.Number()
	b.reviewPolicies.add(number, e.Policy)
	b.touched(tableReviewPolicy, number, &b.reviewPolicies.at(number).Entry)
}

// ReviewPolicyApproved says that a policy is in force.
type ReviewPolicyApproved struct {
	Policy   id.ReviewPolicy `cbor:"1,keyasint"`
	Checker  id.Actor        `cbor:"2,keyasint"`
	Replaces id.ReviewPolicy `cbor:"3,keyasint,omitempty"`
}

// Kind names the stored form.
func (*ReviewPolicyApproved) Kind() uint16 { return eventReviewPolicyApproved }

func (e *ReviewPolicyApproved) fold(b *Book) {
	if before := b.reviewPolicies.at(e.Replaces.Number()); before != nil {
		before.State = credit.Replaced
		b.touched(tableReviewPolicy, e.Replaces.Number(), &before.Entry)
	}
	p := b.reviewPolicies.at(e.Policy.Number())
	p.State, p.Checker = credit.Live, e.Checker
	b.indexReviewPolicy(p)
	b.touched(tableReviewPolicy, e.Policy.Number(), &p.Entry)
}

// indexReviewPolicy: reviewPolicyOf, from table review_policy.
func (b *Book) indexReviewPolicy(p *credit.Policy) {
	if p.State == credit.Live {
		b.reviewPolicyOf[p.Funder] = p.ID
	}
}
