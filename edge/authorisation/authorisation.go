// Package authorisation decides who may do what, by policies in the Cedar language (https://docs.cedarpolicy.com): what no
// policy permits is refused, and what one forbids is refused whatever permits it. Both edges ask here, once a request and
// once more for each command that a request gives; the book, which decides together with the money, stays the last word.
//
// The policies are files, one theme a file, below policies/; schema.cedarschema there says of what they may speak: actors
// with their roles, one action an operation of the API and a page or form of the console, and records with whom they
// concern, who proposed them, and their amounts. A node adds policies of its own from a directory (Load).
package authorisation

import (
	"iter"
	"slices"
	"sync"

	"github.com/cedar-policy/cedar-go"
	"github.com/cedar-policy/cedar-go/types"

	"millrace/domain/party"
	"millrace/edge/access"
	"millrace/edge/problem"
	"millrace/edge/view"
)

// Policy is one statement of the policies.
type Policy struct {
	ID      string // its @id: "money.do.operator"
	Theme   string // name of its file, without the ending
	Because string // its @because: a sentence for who is refused
	Permits bool   // it permits; else it forbids
	Own     bool   // of this node, and not of the program
	File    string
	Line    int    // in the file, from 1
	Text    string // as it stands in the file

	code  string // of the problem with which it refuses
	cedar *cedar.Policy
}

// Policies are what is in force on a node. They don't change, and may be used from many goroutines.
type Policies struct {
	all      []*Policy
	byID     map[cedar.PolicyID]*Policy
	byAction map[string]candidates
	actions  map[types.EntityUID]types.Entity
	names    []string // of the actions, sorted
	roles    sync.Map // of party.Role by action, once asked for
	callers  principals
}

// candidates are the policies whose scope holds an action; they iterate as Cedar's policy sets do.
type candidates []*Policy

// All implements cedar.PolicyIterator.
func (c candidates) All() iter.Seq2[cedar.PolicyID, *cedar.Policy] {
	return func(yield func(cedar.PolicyID, *cedar.Policy) bool) {
		for _, p := range c {
			if !yield(cedar.PolicyID(p.ID), p.cedar) {
				return
			}
		}
	}
}

// Seat is where a caller sits.
type Seat string

// The seats.
const (
	API     Seat = "api"
	Console Seat = "console"
)

// Request is one question.
type Request struct {
	Caller access.Caller // the zero value asks without a key
	Action string        // one of Actions
	Seat   Seat
	Record *view.Traits // nil: the action is about no one record
	Given  *Given       // what the command says that is about to be given; nil: none is
}

// Decision is the answer, with what it rests on.
type Decision struct {
	Permitted bool
	// Policies decided: those that permit, or those that forbid. Where nothing permits, they are the ones that would if their
	// conditions held; none where no policy speaks of the action.
	Policies []*Policy
	// Forbidden tells a refusal by policies that forbid from one because nothing permits.
	Forbidden bool
}

// Decide answers a request. A policy that can't be evaluated refuses: one that forbids might have.
func (p *Policies) Decide(r *Request) Decision {
	return p.decide(r, p.facing(r))
}

func (p *Policies) decide(r *Request, f *facing) Decision {
	among := p.byAction[r.Action]
	verdict, diagnostic := cedar.Authorize(among, f, f.request)
	var d Decision
	if verdict == cedar.Allow && len(diagnostic.Errors) == 0 {
		d.Permitted = true
		d.Policies = p.named(diagnostic.Reasons)
		return d
	}
	var permits candidates
	for _, one := range among {
		if one.Permits {
			permits = append(permits, one)
		}
	}
	if permitted, _ := cedar.Authorize(permits, f, f.request); permitted != cedar.Allow {
		d.Policies = permits
		return d
	}
	d.Forbidden = true
	if verdict == cedar.Deny {
		d.Policies = p.named(diagnostic.Reasons)
	}
	for _, broken := range diagnostic.Errors {
		d.Policies = append(d.Policies, p.byID[broken.PolicyID])
	}
	return d
}

func (p *Policies) named(reasons []cedar.DiagnosticReason) []*Policy {
	found := make([]*Policy, len(reasons))
	for i, reason := range reasons {
		found[i] = p.byID[reason.PolicyID]
	}
	return found
}

// Roles are those to whom the policies permit an action, whatever its record; 0 for none. Those to whom it depends on their
// party are tried as people of the operator.
func (p *Policies) Roles(action string) party.Role {
	if known, is := p.roles.Load(action); is {
		return known.(party.Role)
	}
	var roles party.Role
	for role := party.Role(1); len(role.Names()) > 0; role <<= 1 {
		caller := access.Caller{Actor: 1<<16 | 1, Party: 1<<16 | 1, Role: role, PartyRoles: role | party.Operator}
		if p.Decide(&Request{Caller: caller, Action: action, Seat: API}).Permitted {
			roles |= role
		}
	}
	p.roles.Store(action, roles)
	return roles
}

// Public tells whether an action is permitted without a key.
func (p *Policies) Public(action string) bool {
	return p.Decide(&Request{Action: action, Seat: API}).Permitted
}

// Knows tells whether policies may speak of an action.
func (p *Policies) Knows(action string) bool {
	_, known := p.actions[uidOfAction(action)]
	return known
}

// Actions lists what can be asked about.
func (p *Policies) Actions() []string { return slices.Clone(p.names) }

// All lists the policies, by theme and place.
func (p *Policies) All() []*Policy { return slices.Clone(p.all) }

// Policy is the one that refuses: the first that forbids, or the one that would permit; nil where no policy speaks of the action.
func (d Decision) Policy() *Policy {
	if len(d.Policies) == 0 {
		return nil
	}
	return d.Policies[0]
}

// unspoken is what names a refusal that no policy speaks of.
const unspoken = "default"

// Problem is what a caller is told who is refused.
func (d Decision) Problem() *problem.Problem {
	refuses := d.Policy()
	if refuses == nil {
		told := problem.New("role_forbidden", "no policy permits this: what no policy permits is refused")
		told.Policy = &problem.Policy{ID: unspoken, Because: "What no policy permits is refused."}
		return told
	}
	detail := refuses.Because
	if refuses.code == "not_found" {
		detail = "there is no such record, or it is another party's"
	}
	told := problem.New(refuses.code, detail)
	told.Policy = &problem.Policy{ID: refuses.ID, Because: refuses.Because}
	return told
}
