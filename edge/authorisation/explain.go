package authorisation

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/cedar-policy/cedar-go"
	"github.com/cedar-policy/cedar-go/types"

	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/edge/access"
	"millrace/edge/problem"
	"millrace/edge/view"
)

// Question is what somebody asks to have explained: might this actor do this to that record.
type Question struct {
	Actor  string // its id
	Action string
	Record string // its id; "" for none
	Amount string // that the command would name, in major units; "" for none
	// Currency of the amount, ISO 4217.
	Currency string
}

// Explanation is a decision with all that went into it.
type Explanation struct {
	Decision
	Action     string
	Considered []Considered // every policy that speaks of the action, in the order of the files
	Facts      []Fact
}

// Considered is one policy and whether its conditions hold.
type Considered struct {
	*Policy
	Holds bool
}

// Fact is something that policies were told: "principal.role", "seller".
type Fact struct{ Name, Value string }

// SeatOf is where an action is given: pages, deeds and entries of the menu at the console.
func SeatOf(action string) Seat {
	if strings.ContainsRune(action, ' ') {
		return Console
	}
	return API
}

// Explain answers a question to a caller, who must see the actor and the record that it is about. An action that changes
// something is explained as if its command were about to be given. Errors are problems that name the part of the question.
func (p *Policies) Explain(ctx context.Context, a *access.Access, v *view.View, asker access.Caller, q *Question) (*Explanation, error) {
	r := &Request{Action: q.Action, Seat: SeatOf(q.Action)}
	if !p.Knows(q.Action) || p.byAction[q.Action] == nil {
		return nil, problem.At("request_invalid", "action", q.Action, "there is no action of this name; they are listed with the policies")
	}
	actor, err := id.Parse[id.Actor](q.Actor)
	if err != nil {
		return nil, problem.At("request_invalid", "actor", q.Actor, "this is no actor's id: "+err.Error())
	}
	if _, err := v.Actor(asker, actor); errors.Is(err, view.ErrNotFound) || actor.Shard() != asker.Actor.Shard() {
		return nil, problem.At("request_invalid", "actor", q.Actor, "there is no such actor, or it is another party's")
	} else if err != nil {
		return nil, err
	}
	r.Caller, err = a.OfActor(ctx, actor)
	if errors.Is(err, access.ErrKeyUnknown) {
		return nil, problem.At("request_invalid", "actor", q.Actor, "it is not active, or its party is suspended: it may do nothing")
	}
	if err != nil {
		return nil, err
	}
	if q.Record != "" {
		if r.Record, err = p.recordFor(v, asker, r.Caller, q.Record); err != nil {
			return nil, err
		}
	}
	if p.changes(q.Action) {
		r.Given = &Given{Books: []uint16{asker.Actor.Shard()}}
		if r.Given.Amount, err = q.amount(); err != nil {
			return nil, err
		}
	}
	return p.explain(r), nil
}

func (p *Policies) recordFor(v *view.View, asker, actor access.Caller, of string) (*view.Traits, error) {
	own, err := v.Traits(asker, of)
	if err != nil {
		return nil, err
	}
	// Of an id of another tenant there is nothing to tell but that it is one.
	if own.Kind == "" || own.Book == asker.Actor.Shard() && !own.Seen {
		return nil, problem.At("request_invalid", "record", of, "there is no such record, or it is another party's")
	}
	return v.Traits(actor, of)
}

func (q *Question) amount() (*money.Amount, error) {
	if q.Amount == "" {
		return nil, nil
	}
	currency, known := money.ParseCurrency(q.Currency)
	if !known {
		return nil, problem.At("request_invalid", "currency", q.Currency, "is not a currency of ISO 4217, like EUR")
	}
	minor, err := money.Parse(q.Amount, currency)
	if err != nil {
		return nil, problem.At("request_invalid", "amount", q.Amount, err.Error())
	}
	return &money.Amount{Minor: minor, Currency: currency}, nil
}

// changes tells whether an action is of the group "change".
func (p *Policies) changes(action string) bool {
	return p.actions[uidOfAction(action)].Parents.Contains(uidOfAction("change"))
}

func (p *Policies) explain(r *Request) *Explanation {
	f := p.facing(r)
	e := &Explanation{Decision: p.decide(r, f), Action: r.Action}
	for _, one := range p.byAction[r.Action] {
		_, diagnostic := cedar.Authorize(candidates{one}, f, f.request)
		e.Considered = append(e.Considered, Considered{one, len(diagnostic.Reasons) > 0})
	}
	tell := func(subject string, attributes types.Record) {
		var told []Fact
		for name, value := range attributes.All() {
			told = append(told, Fact{subject + "." + string(name), shown(value)})
		}
		slices.SortFunc(told, func(a, b Fact) int { return strings.Compare(a.Name, b.Name) })
		e.Facts = append(e.Facts, told...)
	}
	e.Facts = append(e.Facts, Fact{"principal", string(f.principal.UID.ID)})
	tell("principal", f.principal.Attributes)
	e.Facts = append(e.Facts, Fact{"action", r.Action}, Fact{"action in", groups(p.actions[f.request.Action])}, Fact{"resource", string(f.resource.UID.ID)})
	tell("resource", f.resource.Attributes)
	tell("context", f.request.Context)
	return e
}

func groups(action types.Entity) string {
	var names []string
	for group := range action.Parents.All() {
		names = append(names, string(group.ID))
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}

// shown prints a value of Cedar for a person.
func shown(value types.Value) string {
	switch value := value.(type) {
	case types.String:
		return string(value)
	case types.EntityUID:
		return string(value.ID)
	case types.Set:
		var items []string
		for item := range value.All() {
			items = append(items, shown(item))
		}
		slices.Sort(items)
		return strings.Join(items, ", ")
	}
	return string(value.MarshalCedar())
}
