package book

import (
	"millrace/domain/credit"
	"millrace/domain/id"
	"millrace/domain/party"
)

func init() {
	registerCommand(func() act { return &RecommendLimit{} })
	registerCommand(func() act { return &DecideRecommendation{} })
	registerEvent(func() fact { return &LimitRecommended{} })
	registerEvent(func() fact { return &RecommendationDecided{} })
	permitted[commandRecommendLimit] = party.Operator
	permitted[commandDecideRecommendation] = party.Funder
	tables[tableLimitRecommendation] = held("limit_recommendation", func(b *Book) *shelf[credit.LimitRecommendation] { return &b.recommendations },
		[]Column{ind("owner", Integer), col("state", Text)},
		func(r *credit.LimitRecommendation) []any { return []any{int64(r.Terms.Key.Owner), r.State.String()} })
}

// RecommendLimit recommends to a funder a limit of its own. It bounds nothing until the funder's people have proposed and approved it.
type RecommendLimit struct {
	Terms  credit.LimitTerms `cbor:"1,keyasint"` // with an owner
	Reason [32]byte          `cbor:"2,keyasint"` // in the vault
}

// Kind names the stored form.
func (*RecommendLimit) Kind() uint16 { return commandRecommendLimit }

func (c *RecommendLimit) decide(d *draft) *Rejection {
	if c.Terms.Key.Owner == 0 {
		return reject("limit_invalid", "owner", "a recommendation names the funder to whom it is made; the house's own limits are proposed")
	}
	terms := c.Terms
	if rejection := d.placed(&terms.Key); rejection != nil {
		return rejection
	}
	if rejection := d.bounded(&terms); rejection != nil { // but not what the funder has: the operator would learn of it
		return rejection
	}
	if c.Reason == [32]byte{} {
		return reject("reason_missing", "reason", "say why the funder should have this limit")
	}
	d.emit(&LimitRecommended{Recommendation: credit.LimitRecommendation{
		ID: id.Make[id.Recommendation](d.shard, d.number(tableLimitRecommendation, d.recommendations.count)), Terms: terms, State: credit.RecommendationOpen,
		Reason: c.Reason, Maker: d.header.Actor, Date: d.today(),
	}})
	return nil
}

// DecideRecommendation has the funder's people take a recommendation up, which proposes the limit, for a second one of them to approve; or
// dismiss it.
type DecideRecommendation struct {
	Recommendation id.Recommendation `cbor:"1,keyasint"`
	Decision       Decision          `cbor:"2,keyasint"`
	Reason         [32]byte          `cbor:"3,keyasint,omitzero"` // of a dismissal, in the vault
}

// Kind names the stored form.
func (*DecideRecommendation) Kind() uint16 { return commandDecideRecommendation }

func (c *DecideRecommendation) decide(d *draft) *Rejection {
	r := d.recommendations.at(c.Recommendation.Number())
	if r == nil {
		return reject("recommendation_unknown", "recommendation", "there is no recommendation %s", c.Recommendation)
	}
	if rejection := d.own(r.Terms.Key.Owner, "recommendation"); rejection != nil {
		return rejection
	}
	if r.State != credit.RecommendationOpen {
		return reject("recommendation_state", "recommendation", "recommendation %s is %s", r.ID, r.State)
	}
	event := &RecommendationDecided{Recommendation: r.ID, Owner: r.Terms.Key.Owner, Actor: d.header.Actor}
	switch c.Decision {
	case Approve:
		terms := r.Terms
		if rejection := d.placed(&terms.Key); rejection != nil {
			return rejection
		}
		if rejection := d.bounded(&terms); rejection != nil {
			return rejection
		}
		if rejection := d.soleConnected(&terms.Key); rejection != nil {
			return rejection
		}
		event.State, event.Limit = credit.RecommendationTaken, d.proposeLimit(&terms)
	case Decline:
		if c.Reason == [32]byte{} {
			return reject("reason_missing", "reason", "say why not")
		}
		event.State, event.Reason = credit.RecommendationDismissed, c.Reason
	default:
		return reject("decision_invalid", "decision", "a recommendation is taken up (approve) or dismissed (decline)")
	}
	d.emit(event)
	return nil
}

// LimitRecommended says that the operator recommends a limit to a funder.
type LimitRecommended struct {
	Recommendation credit.LimitRecommendation `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*LimitRecommended) Kind() uint16 { return eventLimitRecommended }

func (e *LimitRecommended) fold(b *Book) {
	number := e.Recommendation.ID.Number()
	b.recommendations.add(number, e.Recommendation)
	b.touched(tableLimitRecommendation, number, &b.recommendations.at(number).Entry)
}

// RecommendationDecided says what a funder's person has made of a recommendation.
type RecommendationDecided struct {
	Recommendation id.Recommendation          `cbor:"1,keyasint"`
	Owner          id.Party                   `cbor:"2,keyasint"` // the funder
	State          credit.RecommendationState `cbor:"3,keyasint"`
	Actor          id.Actor                   `cbor:"4,keyasint"`
	Limit          id.Limit                   `cbor:"5,keyasint,omitempty"` // that it has proposed
	Reason         [32]byte                   `cbor:"6,keyasint,omitzero"`  // why not, in the vault
}

// Kind names the stored form.
func (*RecommendationDecided) Kind() uint16 { return eventRecommendationDecided }

func (e *RecommendationDecided) fold(b *Book) {
	r := b.recommendations.at(e.Recommendation.Number())
	r.State, r.Decider, r.Limit, r.Dismissal = e.State, e.Actor, e.Limit, e.Reason
	b.touched(tableLimitRecommendation, e.Recommendation.Number(), &r.Entry)
}
