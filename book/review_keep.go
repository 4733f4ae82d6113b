package book

import (
	"slices"

	"millrace/domain/credit"
	"millrace/domain/id"
	"millrace/domain/party"
)

func init() {
	registerCommand(func() act { return &SettleCondition{} })
	registerCommand(func() act { return &WatchParty{} })
	registerEvent(func() fact { return &ConditionSettled{} })
	registerEvent(func() fact { return &PartyWatched{} })
	permitted[commandSettleCondition] = party.Operator | party.Funder
	permitted[commandWatchParty] = party.Operator | party.Funder
	tables[tableWatch] = held("watch", func(b *Book) *shelf[credit.Watch] { return &b.watches },
		[]Column{ind("party", Integer), ind("funder", Integer), col("listed", Integer)},
		func(r *credit.Watch) []any { return []any{int64(r.Party), int64(r.Funder), flag(r.On)} })
}

// loadedReviews builds what is derived from the tables of reviews.
func (b *Book) loadedReviews() {
	b.reviews.each(func(r *credit.Review) {
		if r.State == credit.Live {
			b.indexReview(r)
		}
	})
	b.masterScales.each(b.indexMasterScale)
	b.reviewPolicies.each(b.indexReviewPolicy)
	b.applications.each(b.indexApplication)
	b.watches.each(b.indexWatch)
}

// indexReview: reviewOf and ownReviewOf, from table review.
func (b *Book) indexReview(r *credit.Review) {
	if r.Funder == 0 {
		b.reviewOf[r.Party] = r.ID
		return
	}
	b.ownReviewOf[reviewKey{r.Funder, r.Party}] = r.ID
}

// reviewIndexed is the review of a party in force, as a funder decided or the operator (0) recommends; 0 for none.
func (b *Book) reviewIndexed(funder, p id.Party) id.Review {
	if funder == 0 {
		return b.reviewOf[p]
	}
	return b.ownReviewOf[reviewKey{funder, p}]
}

// reliedOn is the review of a party on which a funder relies: its own where there is one, else the operator's unless the funder's policy
// says that it doesn't; nil for none.
func (b *Book) reliedOn(funder, p id.Party) *credit.Review {
	if own := b.reviews.at(b.ownReviewOf[reviewKey{funder, p}].Number()); own != nil {
		return own
	}
	if b.reviewPolicy(funder).Recommendation == credit.OwnOnly {
		return nil
	}
	return b.reviews.at(b.reviewOf[p].Number())
}

// gradedBy gives the grade of a party's review on which a funder relies, or refuses where there is none that lasts, or where a condition
// comes before any use and is not met.
func (d *draft) gradedBy(funder, p id.Party, field string) (uint8, *Rejection) {
	r := d.reliedOn(funder, p)
	if r == nil {
		return 0, reject("review_missing", field, "party %s has no credit review on which the funder relies", p)
	}
	return d.lasting(r, field)
}

// lasting is the grade of a review that may be relied on today.
func (d *draft) lasting(r *credit.Review, field string) (uint8, *Rejection) {
	if r.Until < d.today() {
		return 0, reject("review_expired", field, "the credit review of party %s ended on %s", r.Party, r.Until)
	}
	for i := range r.Conditions {
		if c := &r.Conditions[i]; c.Kind == credit.Precedent && c.State == credit.ConditionOpen {
			return 0, reject("condition_open", field, "the credit review of party %s has a condition that is to be met before any use", r.Party)
		}
	}
	return r.Grade, nil
}

// SettleCondition says that a condition of a review is met, or waives it. Only a person who has not set it may waive it.
type SettleCondition struct {
	Review    id.Review             `cbor:"1,keyasint"`
	Condition uint8                 `cbor:"2,keyasint"` // from 1, in the order of the review
	State     credit.ConditionState `cbor:"3,keyasint"`
	Note      [32]byte              `cbor:"4,keyasint"` // in the vault
}

// Kind names the stored form.
func (*SettleCondition) Kind() uint16 { return commandSettleCondition }

func (c *SettleCondition) decide(d *draft) *Rejection {
	r := d.Book.reviews.at(c.Review.Number())
	if r == nil {
		return reject("review_unknown", "review", "there is no review %s", c.Review)
	}
	if rejection := d.reviewedBy(r.Funder, "review"); rejection != nil {
		return rejection
	}
	if r.State != credit.Live {
		return reject("review_state", "review", "review %s is %s", r.ID, r.State)
	}
	if c.Condition == 0 || int(c.Condition) > len(r.Conditions) {
		return reject("condition_unknown", "condition", "review %s has %d conditions", r.ID, len(r.Conditions))
	}
	if was := r.Conditions[c.Condition-1].State; was != credit.ConditionOpen {
		return reject("condition_state", "condition", "the condition is %s", was)
	}
	if c.State != credit.ConditionMet && c.State != credit.ConditionWaived {
		return reject("condition_invalid", "state", "a condition is met or waived")
	}
	if c.Note == [32]byte{} {
		return reject("reason_missing", "note", "say by what it is met, or why it is waived")
	}
	if c.State == credit.ConditionWaived {
		if rejection := d.second(r.Maker); rejection != nil {
			return rejection
		}
	}
	d.emit(&ConditionSettled{Review: r.ID, Condition: c.Condition, State: c.State, Note: c.Note, Actor: d.header.Actor})
	return nil
}

// Listing is what becomes of a party's place on a watch list.
type Listing uint8

// What can become of it.
const (
	PutOn Listing = 1 + iota
	TakeOff
)

// WatchParty puts a party on the watch list of the actor's funder, or of the operator, or takes it off. On it every use is looked at by a
// person. Who has put it on can't take it off.
type WatchParty struct {
	Party   id.Party `cbor:"1,keyasint"`
	Listing Listing  `cbor:"2,keyasint"`
	Reason  [32]byte `cbor:"3,keyasint"` // in the vault
}

// Kind names the stored form.
func (*WatchParty) Kind() uint16 { return commandWatchParty }

func (c *WatchParty) decide(d *draft) *Rejection {
	if d.parties.at(c.Party.Number()) == nil {
		return reject("party_unknown", "party", "there is no party %s", c.Party)
	}
	if c.Listing != PutOn && c.Listing != TakeOff {
		return reject("decision_invalid", "listing", "a party is put on the watch list or taken off it")
	}
	if c.Reason == [32]byte{} {
		return reject("reason_missing", "reason", "say why")
	}
	known := d.watches.at(d.watchOf[reviewKey{d.reviewer(), c.Party}].Number())
	on := known != nil && known.On
	if on == (c.Listing == PutOn) {
		return reject("watch_state", "listing", "party %s is so already", c.Party)
	}
	made := credit.Watch{Party: c.Party, Funder: d.reviewer(), On: !on, Since: d.today(), Reason: c.Reason, Actor: d.header.Actor}
	if on {
		if rejection := d.second(known.Actor); rejection != nil {
			return rejection
		}
	}
	if made.ID = id.Make[id.Watch](d.shard, d.watches.count+1); known != nil {
		made.ID = known.ID
	}
	d.emit(&PartyWatched{Watch: made})
	return nil
}

// watched tells whether a party is on the watch list of a funder, or of the operator.
func (b *Book) watched(funder, p id.Party) bool {
	for _, whose := range [...]id.Party{0, funder} {
		if w := b.watches.at(b.watchOf[reviewKey{whose, p}].Number()); w != nil && w.On {
			return true
		}
	}
	return false
}

// ConditionSettled says that a condition is met or waived.
type ConditionSettled struct {
	Review    id.Review             `cbor:"1,keyasint"`
	Condition uint8                 `cbor:"2,keyasint"` // from 1
	State     credit.ConditionState `cbor:"3,keyasint"`
	Note      [32]byte              `cbor:"4,keyasint"`
	Actor     id.Actor              `cbor:"5,keyasint"`
}

// Kind names the stored form.
func (*ConditionSettled) Kind() uint16 { return eventConditionSettled }

func (e *ConditionSettled) fold(b *Book) {
	r := b.reviews.at(e.Review.Number())
	r.Conditions = slices.Clone(r.Conditions)
	one := &r.Conditions[e.Condition-1]
	one.State, one.Note, one.Actor, one.Date = e.State, e.Note, e.Actor, b.clock.Date
	b.touched(tableReview, e.Review.Number(), &r.Entry)
}

// PartyWatched says that a party was put on a watch list, or taken off it.
type PartyWatched struct {
	Watch credit.Watch `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*PartyWatched) Kind() uint16 { return eventPartyWatched }

func (e *PartyWatched) fold(b *Book) {
	number := e.Watch.ID.Number()
	w := b.watches.at(number)
	if w == nil {
		b.watches.add(number, e.Watch)
		w = b.watches.at(number)
	} else {
		entry := w.Entry
		*w = e.Watch
		w.Entry = entry
	}
	b.indexWatch(w)
	b.touched(tableWatch, number, &w.Entry)
}

// indexWatch: watchOf, from table watch.
func (b *Book) indexWatch(w *credit.Watch) { b.watchOf[reviewKey{w.Funder, w.Party}] = w.ID }
