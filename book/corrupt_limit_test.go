package book

import (
	"millrace/domain/credit"
	"millrace/domain/funding"
	"millrace/domain/network"
)

func init() {
	suspended := func(b *Book) *credit.Limit {
		return first(&b.limits, func(l *credit.Limit) bool { return l.Stopped() })
	}
	connected := func(b *Book) *credit.Limit {
		return first(&b.limits, func(l *credit.Limit) bool { return l.State == credit.Live && l.Key.Kind == credit.ConnectedLimit })
	}
	insured := func(b *Book) *credit.Limit {
		return first(&b.limits, func(l *credit.Limit) bool { return l.Insurance.Insurer != 0 })
	}
	Corruptions = append(Corruptions,
		Corruption{"limit_use", "a cent less than what connected parties owe", func(b *Book) { connected(b).Used-- }},
		Corruption{"index_connections", "parties whom nothing connects any more", func(b *Book) {
			b.connected.of[network.Owner{Party: b.parties.at(1).ID}] = b.parties.at(2).ID
		}},
		Corruption{"index_connections", "a limit that is found from another party", func(b *Book) {
			first := b.connected.first(connected(b).Key.Party)
			b.connected.limits[first+1<<16], b.connected.limits[first] = b.connected.limits[first], nil
		}},
		Corruption{"index_owed", "what nobody owes", func(b *Book) { b.connected.owed[b.parties.at(1).ID] = []owedUse{{use: basisUse{used: 1}}} }},
		Corruption{"index_dependences", "a dependence that is not found", func(b *Book) { delete(b.connected.depends, b.dependences.at(1).On) }},
		Corruption{"dependence_invalid", "a dependence of one person", func(b *Book) { b.dependences.at(1).Checker = b.dependences.at(1).Maker }},
		Corruption{"dependence_invalid", "a dependence without evidence", func(b *Book) { b.dependences.at(1).Evidence = [32]byte{} }},
		Corruption{"limit_alarm", "an alarm that does not add up", func(b *Book) {
			l := connected(b)
			l.Alarm = credit.Alarm{Since: b.clock.Closed, Seen: b.clock.Closed, Taken: l.Amount + 2, Over: 1}
			b.watch(l)
		}},
		Corruption{"index_limits", "a limit beyond its amount that nobody looks at", func(b *Book) { b.beyond = append(b.beyond, 1<<40) }},
		Corruption{"limit_withdrawal", "a limit that one person has withdrawn", func(b *Book) {
			l := first(&b.limits, func(l *credit.Limit) bool { return l.State == credit.WithdrawnLimit })
			l.Withdrawal.Checker = l.Withdrawal.Maker
		}},
		Corruption{"recommendation_invalid", "a recommendation that led to another limit", func(b *Book) {
			first(&b.recommendations, func(r *credit.LimitRecommendation) bool { return r.Limit != 0 }).Terms.Amount++
		}},
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
