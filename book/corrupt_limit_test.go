package book

import (
	"millrace/domain/credit"
	"millrace/domain/funding"
)

func init() {
	suspended := func(b *Book) *credit.Limit {
		return first(&b.limits, func(l *credit.Limit) bool { return l.Stopped() })
	}
	insured := func(b *Book) *credit.Limit {
		return first(&b.limits, func(l *credit.Limit) bool { return l.Insurance.Insurer != 0 })
	}
	Corruptions = append(Corruptions,
		Corruption{"limit_suspension", "a suspension without a cause", func(b *Book) { suspended(b).Cause = [32]byte{} }},
		Corruption{"limit_insurance", "an insurer's limit without a policy", func(b *Book) { insured(b).Insurance.Policy = [32]byte{} }},
		Corruption{"limit_use", "a cent beyond what an insurer's limit counts", func(b *Book) { insured(b).Used++ }},
		Corruption{"index_exposures", "exposures that nobody has", func(b *Book) { b.exposures[basis{tier: 9}] = basisUse{used: 1} }},
		Corruption{"index_limits", "live limits counted once too often", func(b *Book) { b.limitCounts[credit.TierLimit][houseScope]++ }},
		Corruption{"second_person", "a funder's policy of one person", func(b *Book) { b.policies.at(1).Checker = b.policies.at(1).Maker }},
		Corruption{"index_funder_policies", "a policy that is no longer in force", func(b *Book) {
			for n := uint64(1); n <= b.policies.count; n++ {
				if p := b.policies.at(n); p.State == funding.PolicyLive {
					b.policyOf[useKey{p.Programme, p.Funder}] = b.policies.at(1).ID
				}
			}
		}},
		Corruption{"authority_use", "a cent more than was accepted", func(b *Book) { b.authorities.at(1).Financed++ }},
		Corruption{"index_authorities", "an authority that nobody finds", func(b *Book) { clear(b.authorityOf) }},
	)
}
