package book

import (
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/risk"
)

// governed puts a policy in force on the first programme.
func (b *Book) governed() *risk.Policy {
	p := b.programmes.at(1)
	policy := risk.Policy{
		ID: id.Make[id.RiskPolicy](b.shard, b.riskPolicies.count+1), Programme: p.ID, State: risk.PolicyLive, Thresholds: *risk.Presumed(risk.Now),
		Maker: p.Maker, Checker: p.Checker, Entry: b.sequence,
	}
	p.RiskPolicy = policy.ID
	b.riskPolicies.add(policy.ID.Number(), policy)
	return b.riskPolicies.at(policy.ID.Number())
}

func init() {
	Corruptions = append(Corruptions,
		Corruption{"risk_policy", "a policy in force that its programme does not name", func(b *Book) { b.governed(); b.programmes.at(1).RiskPolicy = 0 }},
		Corruption{"risk_policy", "a threshold beyond its bounds", func(b *Book) { b.governed().Thresholds.DocumentAgeDays = -1 }},
		Corruption{"risk_policy", "a policy that there is not", func(b *Book) { b.programmes.at(1).RiskPolicy = id.Make[id.RiskPolicy](b.shard, 99) }},
		Corruption{"second_person", "a policy of one person", func(b *Book) { p := b.governed(); p.Checker = p.Maker }},
		Corruption{"risk_decision", "a decision of an entry to come", func(b *Book) {
			f := first(&b.financings, func(f *funding.Financing) bool { return f.Decision != 0 })
			f.Decision = id.Make[id.Decision](b.shard, (b.sequence+1)*decisionsPerEntry)
		}},
	)
}
