package book

import (
	"millrace/domain/id"
	"millrace/domain/risk"
	"millrace/domain/rule"
)

// riskControl: of each programme at most one policy is in force, the one that it names, on two people's word and within its bounds; every
// financing that names a decision names one of an entry that there was.
func (a *audit) riskControl() {
	b := a.b
	for n := uint64(1); n <= b.riskPolicies.count; n++ {
		p := b.riskPolicies.at(n)
		programme := b.programmes.at(uint64(p.Programme) >> 16)
		if programme == nil || uint64(p.ID)>>16 != n || (p.State == risk.PolicyLive) != (programme.RiskPolicy == p.ID) {
			a.breach("risk_policy", p.ID.String(), "%s is %s, and its programme names another", p.ID, p.State)
			continue
		}
		if p.State != risk.PolicyProposed && (p.Checker == 0 || p.Checker == p.Maker) {
			a.breach("second_person", p.ID.String(), "%s is %s on one person's word", p.ID, p.State)
		}
		if p.Thresholds.Valid() != nil || len(p.Clauses) > rule.ClausesMax {
			a.breach("risk_policy", p.ID.String(), "%s lies outside its bounds", p.ID)
		}
	}
	for n := uint64(1); n <= b.programmes.count; n++ {
		if p := b.programmes.at(n); p.RiskPolicy != 0 && b.riskPolicies.at(uint64(p.RiskPolicy)>>16) == nil {
			a.breach("risk_policy", p.ID.String(), "%s names a policy that there is not", p.ID)
		}
	}
	for n := uint64(1); n <= b.financings.count; n++ {
		if f := b.financings.at(n); f.Decision != 0 && !a.decidedInTime(f.Decision) {
			a.breach("risk_decision", f.ID.String(), "%s names decision %s, of no entry that there was", f.ID, f.Decision)
		}
	}
}

// decidedInTime tells whether a decision's number is of an entry up to now.
func (a *audit) decidedInTime(d id.Decision) bool {
	entry := uint64(d) >> 16 / 1024
	return entry > 0 && entry <= a.b.sequence
}
