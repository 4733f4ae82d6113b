package book

import (
	"slices"

	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/rule"
)

func init() {
	registerCommand(func() act { return &ProposeFunderPolicy{} })
	registerCommand(func() act { return &DecideFunderPolicy{} })
	registerEvent(func() fact { return &FunderPolicyProposed{} })
	registerEvent(func() fact { return &FunderPolicyDecided{} })
	permitted[commandProposeFunderPolicy] = party.Funder
	permitted[commandDecideFunderPolicy] = party.Funder
	tables[tableFunderPolicy] = held("funder_policy", func(b *Book) *shelf[funding.Policy] { return &b.policies },
		[]Column{ind("funder", Integer), ind("programme", Integer), col("state", Text)},
		func(r *funding.Policy) []any { return []any{int64(r.Funder), int64(r.Programme), r.State.String()} })
}

// What a funder itself says, in outcomes. Others than the funder see that its people are asked, and no more.
const (
	ownMark      = "funder."           // before the name of a clause of its policy
	outcomeOwn   = "funder.referral"   // its people are asked
	outcomeLacks = "funder.authority_" // what its standing authority lacks follows
)

// ProposeFunderPolicy says anew what a funder lends its money on: its own clauses beside those of product and programme, in one
// programme or wherever its money is lent. Without clauses nothing more is asked for.
type ProposeFunderPolicy struct {
	Programme id.Programme  `cbor:"1,keyasint,omitempty"` // 0: wherever its money is lent
	Clauses   []rule.Clause `cbor:"2,keyasint,omitempty"` // over rule.FinancingFacts
}

// Kind names the stored form.
func (*ProposeFunderPolicy) Kind() uint16 { return commandProposeFunderPolicy }

func (c *ProposeFunderPolicy) decide(d *draft) *Rejection {
	if c.Programme != 0 {
		p, rejection := d.live(c.Programme)
		if rejection != nil {
			return rejection
		}
		if !funds(p, d.by()) {
			return reject("funder_unknown", "programme", "%s is not a funder of programme %s", d.by(), p.ID)
		}
	}
	if err := rule.ValidClauses(c.Clauses, rule.FinancingFacts); err != nil {
		return reject("clauses_invalid", "clauses", "%s", err)
	}
	d.emit(&FunderPolicyProposed{Policy: funding.Policy{
		ID: id.Make[id.FunderPolicy](d.shard, d.number(tableFunderPolicy, d.policies.count)), Funder: d.by(), Programme: c.Programme, Clauses: c.Clauses,
		State: funding.PolicyProposed, Maker: d.header.Actor,
	}})
	return nil
}

// DecideFunderPolicy is the decision of a second person of the funder on its policy.
type DecideFunderPolicy struct {
	Policy   id.FunderPolicy `cbor:"1,keyasint"`
	Decision Decision        `cbor:"2,keyasint"`
}

// Kind names the stored form.
func (*DecideFunderPolicy) Kind() uint16 { return commandDecideFunderPolicy }

func (c *DecideFunderPolicy) decide(d *draft) *Rejection {
	p := d.policies.at(c.Policy.Number())
	if p == nil || p.Funder != d.by() { // whether another funder has one is nobody's business
		return reject("funder_policy_unknown", "policy", "there is no policy %s", c.Policy)
	}
	if p.State != funding.PolicyProposed {
		return reject("funder_policy_state", "policy", "policy %s is %s", p.ID, p.State)
	}
	if rejection := d.second(p.Maker); rejection != nil {
		return rejection
	}
	switch c.Decision {
	case Approve:
		d.emit(&FunderPolicyDecided{Policy: p.ID, State: funding.PolicyLive, Actor: d.header.Actor})
	case Decline:
		d.emit(&FunderPolicyDecided{Policy: p.ID, State: funding.PolicyDeclined, Actor: d.header.Actor})
	default:
		return reject("decision_invalid", "decision", "a policy is approved or declined")
	}
	return nil
}

// funderDeclines is all that others learn where a funder's own limits, policy or authority stand against a use.
func funderDeclines() *Rejection {
	return reject("funder_declined", "programme", "the funder does not lend its money on this")
}

// withOwn adds to outcomes that the funder's people are asked, where its own policy or authority wants that.
func withOwn(outcomes []rule.Outcome, f *funding.Financing) []rule.Outcome {
	if len(f.Own.Outcomes) == 0 {
		return outcomes
	}
	return append(slices.Clone(outcomes), rule.Outcome{Rule: outcomeOwn, Verdict: rule.Refer})
}

// willing asks the funder of f itself, and notes with f what it has said: its policy and, where the programme wants one, its standing
// authority. It refuses where the policy does.
func (u *use) willing(d *draft, f *funding.Financing, principal money.Minor) *Rejection {
	f.Own = funding.Own{}
	for _, programme := range [...]id.Programme{0, u.programme.ID} {
		p := d.policies.at(d.policyOf[useKey{programme, f.Funder}].Number())
		if p == nil || len(p.Clauses) == 0 {
			continue
		}
		f.Own.Policies = append(f.Own.Policies, p.ID)
		for _, found := range rule.Judge(p.Clauses, u.facts.Known(u.scored)) {
			if found.Outcome.Verdict == rule.Refuse {
				return funderDeclines()
			}
			found.Outcome.Rule = ownMark + found.Outcome.Rule
			f.Own.Outcomes = append(f.Own.Outcomes, found.Outcome)
		}
	}
	if !u.programme.AuthorityRequired {
		return nil
	}
	authority, lack := u.authorised(d, f.Funder, principal)
	if lack == funding.Covered {
		f.Own.Authority = authority
		return nil
	}
	f.Own.Outcomes = append(f.Own.Outcomes, rule.Outcome{Rule: outcomeLacks + lack.String(), Verdict: rule.Refer, Measure: int64(principal)})
	return nil
}

// stillWilling asks once more what was asked at the quote, when it is accepted.
func (u *use) stillWilling(d *draft, f *funding.Financing) *Rejection {
	now := *f
	if rejection := u.willing(d, &now, f.Principal); rejection != nil {
		return rejection
	}
	if f.Checker != 0 { // its person has looked at it
		return nil
	}
	if now.Own.Authority != f.Own.Authority {
		return reject("risk_changed", "financing", "the funder has another standing authority by now: ask for a new quote")
	}
	for _, outcome := range now.Own.Outcomes {
		if !foreseen(outcome, f.Own.Outcomes) {
			return reject("risk_changed", "financing", "the funder's people are to look at this by now: ask for a new quote")
		}
	}
	return nil
}

// bids refuses a bid for which a programme wants a standing authority that the funder has not given, or against which its policy
// stands. What the policy would refer the funder has taken on with its bid.
func (u *use) bids(d *draft, f *funding.Financing, principal money.Minor) *Rejection {
	if rejection := u.willing(d, f, principal); rejection != nil {
		return rejection
	}
	if u.programme.AuthorityRequired && f.Own.Authority == 0 {
		return reject("authority_missing", "auction", "the programme takes bids under a standing authority of the funder that covers the lot")
	}
	return nil
}

// FunderPolicyProposed says that a funder's policy waits for a second person.
type FunderPolicyProposed struct {
	Policy funding.Policy `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*FunderPolicyProposed) Kind() uint16 { return eventFunderPolicyProposed }

func (e *FunderPolicyProposed) fold(b *Book) {
	number := e.Policy.ID.Number()
	b.policies.add(number, e.Policy)
	b.touched(tableFunderPolicy, number, &b.policies.at(number).Entry)
}

// FunderPolicyDecided says how a person has decided on a policy. One that is live takes the place of the one before.
type FunderPolicyDecided struct {
	Policy id.FunderPolicy     `cbor:"1,keyasint"`
	State  funding.PolicyState `cbor:"2,keyasint"`
	Actor  id.Actor            `cbor:"3,keyasint"`
}

// Kind names the stored form.
func (*FunderPolicyDecided) Kind() uint16 { return eventFunderPolicyDecided }

func (e *FunderPolicyDecided) fold(b *Book) {
	p := b.policies.at(e.Policy.Number())
	p.State, p.Checker = e.State, e.Actor
	b.touched(tableFunderPolicy, e.Policy.Number(), &p.Entry)
	if e.State != funding.PolicyLive {
		return
	}
	if before := b.policies.at(b.policyOf[useKey{p.Programme, p.Funder}].Number()); before != nil {
		before.State = funding.PolicyReplaced
		b.touched(tableFunderPolicy, before.ID.Number(), &before.Entry)
	}
	b.indexPolicy(p)
}

// indexPolicy: policyOf, from table funder_policy.
func (b *Book) indexPolicy(p *funding.Policy) {
	if p.State == funding.PolicyLive {
		b.policyOf[useKey{p.Programme, p.Funder}] = p.ID
	}
}
