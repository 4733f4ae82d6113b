package book

import (
	"slices"

	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/party"
	"millrace/domain/risk"
	"millrace/domain/rule"
)

func init() {
	registerCommand(func() act { return &ProposeRiskPolicy{} })
	registerCommand(func() act { return &DecideRiskPolicy{} })
	registerEvent(func() fact { return &DecisionMade{} })
	registerEvent(func() fact { return &RiskPolicyProposed{} })
	registerEvent(func() fact { return &RiskPolicyDecided{} })
	permitted[commandProposeRiskPolicy] = party.Operator
	permitted[commandDecideRiskPolicy] = party.Operator
	tables[tableRiskPolicy] = held("risk_policy", func(b *Book) *shelf[risk.Policy] { return &b.riskPolicies },
		[]Column{ind("programme", Integer), col("state", Text)},
		func(r *risk.Policy) []any { return []any{int64(r.Programme), r.State.String()} })
	tables[tableDecision] = decisionTable()
}

// decisionsPerEntry is how many decisions one entry can make: a decision's number is its entry's times this, and its place among them. So
// decisions are numbered without the book holding any of them.
const decisionsPerEntry = 1024

// decisionTable mirrors decisions, which are written once and not held.
func decisionTable() mirror {
	return mirror{Table: Table{
		Name: "decision",
		Columns: []Column{ind("financing", Integer), ind("receivable", Integer), ind("programme", Integer), ind("party", Integer), col("trade", Integer), col("seller", Integer), col("buyer", Integer),
			col("purpose", Text), col("verdict", Text), col("date", Integer)},
		Values: func(record any) []any {
			r := record.(risk.Decision)
			return []any{int64(r.Financing), int64(r.Receivable), int64(r.Programme), int64(r.Party), int64(r.Trade), int64(r.Seller), int64(r.Buyer),
				r.Purpose.String(), r.Verdict.String(), int64(r.Facts.Date)}
		},
		Encode: func(dst []byte, record any) []byte { return appendValue(dst, record) },
	}, load: func(*Book, uint64, []byte) error { return nil }}
}

// decision gives the identity of the next decision of this draft.
func (d *draft) decision() id.Decision {
	if d.decisions == decisionsPerEntry {
		panic("book: an entry makes too many decisions")
	}
	number := d.header.Sequence*decisionsPerEntry + d.decisions
	d.decisions++
	return id.Make[id.Decision](d.shard, number)
}

// decided puts on record what the rules have said of a use. The event comes after that of its financing, which names the rest; a decision
// without one names it itself.
func (u *use) decided(d *draft, purpose risk.Purpose, f *funding.Financing) {
	made := u.decision(d, purpose)
	if f != nil {
		if made.Financing = f.ID; made.Actor == f.Maker {
			made.Actor = 0
		}
	} else {
		made.Programme, made.Product, made.Receivable, made.Seller, made.Buyer = u.programme.ID, u.product.ID, u.named(), u.seller, u.buyer
	}
	d.emit(&DecisionMade{Decision: made})
	d.suspectUse(&made, u.seller, u.buyer)
}

// decision is what models, rules and clauses have said of a use.
func (u *use) decision(d *draft, purpose risk.Purpose) risk.Decision {
	outcomes := u.outcomes()
	return risk.Decision{
		ID: d.decision(), Purpose: purpose, Edition: d.rules(), Verdict: rule.Worst(outcomes), Facts: u.facts, Outcomes: outcomes, Scored: u.scored,
		Policy: u.programme.RiskPolicy, Actor: d.header.Actor,
	}
}

// declined puts on record that a referral came to nothing, with what the rules say of the use on that day. Where it could not be taken any more
// no rule is asked. The event comes after that of its financing.
func (d *draft) declined(f *funding.Financing) {
	u, rejection := d.eligible(d.evidenceIn(f), f.Programme, f.Payee)
	if rejection == nil {
		rejection = u.reviewed(d, f.Funder)
	}
	if rejection != nil {
		d.emit(&DecisionMade{Decision: risk.Decision{
			ID: d.decision(), Purpose: risk.AtReferral, Facts: risk.Facts{Date: d.today()}, Actor: d.header.Actor, Financing: f.ID, Declined: true,
		}})
		return
	}
	made := u.decision(d, risk.AtReferral)
	made.Financing, made.Declined = f.ID, true
	d.emit(&DecisionMade{Decision: made})
	d.suspectUse(&made, f.Seller, f.Buyer)
}

// DecisionMade says what the rules have said of a use of credit, or of a party, and on what. What the entry's header and the financing say is
// left out here and filled in when it is folded.
type DecisionMade struct {
	Decision risk.Decision `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*DecisionMade) Kind() uint16 { return eventDecisionMade }

func (e *DecisionMade) fold(b *Book) {
	made := e.Decision
	made.At, made.Entry = b.at, b.sequence
	if f := b.financings.at(made.Financing.Number()); f != nil {
		if made.Actor == 0 && !made.Declined {
			made.Actor = f.Maker
		}
		made.Programme, made.Product, made.Receivable, made.Holding, made.Trade = f.Programme, f.Product, f.Receivable, f.Holding, f.Trade
		made.Seller, made.Buyer = f.Seller, f.Buyer
		concerned := []*funding.Financing{f}
		if p := b.sharing(f); p != nil && !made.Declined {
			concerned = slices.DeleteFunc(b.parts(p), func(part *funding.Financing) bool { return part.State == funding.Declined })
		}
		for _, one := range concerned {
			one.Decision = made.ID
			b.touched(tableFinancing, one.ID.Number(), &one.Entry)
		}
	}
	b.countScored(made.Scored)
	b.write(tableDecision, made.ID.Number(), made)
}

// ProposeRiskPolicy proposes the thresholds and clauses that a programme adds to the rules and to its product. The clauses were compiled
// outside; what is stored is what will be evaluated.
type ProposeRiskPolicy struct {
	Programme  id.Programme    `cbor:"1,keyasint"`
	Thresholds risk.Thresholds `cbor:"2,keyasint"`
	Clauses    []rule.Clause   `cbor:"3,keyasint,omitempty"`
	Reason     [32]byte        `cbor:"4,keyasint"` // in the vault
}

// Kind names the stored form.
func (*ProposeRiskPolicy) Kind() uint16 { return commandProposeRiskPolicy }

func (c *ProposeRiskPolicy) decide(d *draft) *Rejection {
	p := d.programmes.at(c.Programme.Number())
	if p == nil {
		return reject("programme_unknown", "programme", "there is no programme %s", c.Programme)
	}
	if err := c.Thresholds.Valid(); err != nil {
		return reject("risk_policy_invalid", "thresholds", "%s", err)
	}
	if err := rule.ValidClauses(c.Clauses, rule.FinancingFacts); err != nil {
		return reject("risk_policy_invalid", "clauses", "%s", err)
	}
	if c.Reason == [32]byte{} {
		return reject("reason_missing", "reason", "say why")
	}
	d.emit(&RiskPolicyProposed{Policy: risk.Policy{
		ID: id.Make[id.RiskPolicy](d.shard, d.number(tableRiskPolicy, d.riskPolicies.count)), Programme: p.ID, State: risk.PolicyProposed,
		Thresholds: c.Thresholds, Clauses: c.Clauses, Reason: c.Reason, Maker: d.header.Actor,
	}})
	return nil
}

// DecideRiskPolicy is a second person's word on a proposed policy. Approved, it is asked from the next use on; decisions that were made keep
// the one under which they were made.
type DecideRiskPolicy struct {
	Policy   id.RiskPolicy `cbor:"1,keyasint"`
	Decision Decision      `cbor:"2,keyasint"`
}

// Kind names the stored form.
func (*DecideRiskPolicy) Kind() uint16 { return commandDecideRiskPolicy }

func (c *DecideRiskPolicy) decide(d *draft) *Rejection {
	p := d.riskPolicies.at(c.Policy.Number())
	if p == nil {
		return reject("risk_policy_unknown", "policy", "there is no policy %s", c.Policy)
	}
	if p.State != risk.PolicyProposed {
		return reject("risk_policy_state", "policy", "policy %s is %s", p.ID, p.State)
	}
	if c.Decision != Approve && c.Decision != Decline {
		return reject("decision_invalid", "decision", "a policy is approved or declined")
	}
	if rejection := d.second(p.Maker); rejection != nil {
		return rejection
	}
	decided := &RiskPolicyDecided{Policy: p.ID, State: risk.PolicyDeclined, Checker: d.header.Actor}
	if c.Decision == Approve {
		decided.State = risk.PolicyLive
	}
	d.emit(decided)
	return nil
}

// RiskPolicyProposed says that a policy was proposed.
type RiskPolicyProposed struct {
	Policy risk.Policy `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*RiskPolicyProposed) Kind() uint16 { return eventRiskPolicyProposed }

func (e *RiskPolicyProposed) fold(b *Book) {
	number := e.Policy.ID.Number()
	b.riskPolicies.add(number, e.Policy)
	b.touched(tableRiskPolicy, number, &b.riskPolicies.at(number).Entry)
}

// RiskPolicyDecided says that a policy is in force, in the place of the one before, or was declined.
type RiskPolicyDecided struct {
	Policy  id.RiskPolicy    `cbor:"1,keyasint"`
	State   risk.PolicyState `cbor:"2,keyasint"`
	Checker id.Actor         `cbor:"3,keyasint"`
}

// Kind names the stored form.
func (*RiskPolicyDecided) Kind() uint16 { return eventRiskPolicyDecided }

func (e *RiskPolicyDecided) fold(b *Book) {
	p := b.riskPolicies.at(e.Policy.Number())
	p.State, p.Checker = e.State, e.Checker
	b.touched(tableRiskPolicy, e.Policy.Number(), &p.Entry)
	if e.State != risk.PolicyLive {
		return
	}
	programme := b.programmes.at(p.Programme.Number())
	if before := b.riskPolicies.at(programme.RiskPolicy.Number()); before != nil {
		before.State = risk.PolicyReplaced
		b.touched(tableRiskPolicy, before.ID.Number(), &before.Entry)
	}
	programme.RiskPolicy = p.ID
	b.touched(tableProgramme, p.Programme.Number(), &programme.Entry)
}
