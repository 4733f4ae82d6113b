package book

import (
	"millrace/domain/credit"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/money"
)

// limits: what is reserved and used under a live limit is what the financings that it bounds hold; one that is not in force holds
// nothing. What bounds a financing is said by its programme, product, funder, seller, buyer, group and tier.
func (a *audit) limits() {
	b := a.b
	live := map[credit.LimitKey]bool{}
	for n := uint64(1); n <= b.limits.count; n++ {
		if l := b.limits.at(n); l.State == credit.Live {
			live[l.Key] = true
		}
	}
	r := a.relate()
	connected := a.connectedLimits(r)
	var reserved, used, repaid tally[credit.LimitKey]
	for n := uint64(1); n <= b.financings.count; n++ {
		f := b.financings.at(n)
		for _, key := range append(boundBy(f), r.boundBy(f, connected)...) {
			if !live[key] {
				continue
			}
			repaid.add(key, f.Repaid+f.Written)
			switch {
			case moneyOut(f.State):
				used.add(key, f.Principal-f.Repaid-f.Written)
			case claiming(f.State):
				reserved.add(key, f.Principal-f.Repaid-f.Written)
			}
		}
	}
	for n := uint64(1); n <= b.limits.count; n++ {
		l := b.limits.at(n)
		var r, u, back money.Minor
		if l.State == credit.Live {
			if r, u = reserved.of(l.Key), used.of(l.Key); l.Renewal == credit.Once {
				back = repaid.of(l.Key)
			}
		}
		if l.Reserved != r || l.Used != u || l.Repaid != back || l.Base < 0 || l.Base != 0 && l.Renewal != credit.Once {
			a.breach("limit_use", l.ID.String(), "limit %s has %d reserved, %d used and %d repaid, its financings hold %d, %d and %d", l.ID, l.Reserved, l.Used, l.Repaid, r, u, back)
		}
		if stopped := l.Cause != [32]byte{}; !stopped && (l.Suspended != 0 || l.Lifting != 0) || stopped && l.State == credit.Proposed {
			a.breach("limit_suspension", l.ID.String(), "limit %s is suspended without a cause, or before it was in force", l.ID)
		}
		if (l.Key.Kind == credit.InsurerLimit) != (l.Insurance.Insurer != 0) || (l.Insurance.Policy == [32]byte{}) != (l.Insurance.Insurer == 0) {
			a.breach("limit_insurance", l.ID.String(), "limit %s names an insurer and a policy if, and only if, it is an insurer's", l.ID)
		}
	}
	a.inUse()
	a.exposures()
	a.connections(r)
	a.limitStates()
	a.recommendations()
	a.funderPolicies()
	a.authorities()
}

// boundBy lists every key that a limit on a financing can have.
func boundBy(f *funding.Financing) []credit.LimitKey {
	owes := f.Buyer
	if f.Receivable == 0 {
		owes = f.Seller
	}
	if f.Group != 0 {
		owes = f.Group
	}
	in := func(kind credit.Kind, of id.Party) credit.LimitKey { return credit.LimitKey{Kind: kind, Party: of} }
	of := []credit.LimitKey{
		in(credit.SellerLimit, f.Seller), in(credit.GroupLimit, owes), in(credit.ProgrammeLimit, 0), in(credit.FunderLimit, f.Funder), in(credit.CurrencyLimit, 0),
		{Kind: credit.ProductLimit, Product: f.Product},
	}
	if f.Tier > 0 {
		of = append(of, credit.LimitKey{Kind: credit.TierLimit, Tier: f.Tier})
	}
	if f.Collateral == 0 && f.SetOffRun == 0 {
		of = append(of, in(credit.BuyerLimit, f.Buyer), in(credit.InsurerLimit, f.Buyer), credit.LimitKey{Kind: credit.PairLimit, Party: f.Seller, Counterparty: f.Buyer})
	}
	var all []credit.LimitKey
	for _, key := range of {
		key.Currency, key.Programme = f.Currency, f.Programme
		all = append(all, key)
		key.Owner = f.Funder
		all = append(all, key)
		key.Programme = 0
		all = append(all, key)
	}
	return all
}

// inUse: the index of use says what financings hold.
func (a *audit) inUse() {
	b := a.b
	var inUse tally[useKey]
	for n := uint64(1); n <= b.financings.count; n++ {
		if f := b.financings.at(n); claiming(f.State) {
			amount := f.Principal - f.Repaid - f.Written
			inUse.add(useKey{f.Programme, f.Seller}, amount)
			inUse.add(useKey{f.Programme, 0}, amount)
		}
	}
	entries := 0
	for i, key := range inUse.keys {
		if inUse.sums[i] != 0 {
			entries++
		}
		if b.inUse[key] != inUse.sums[i] {
			a.breach("index_in_use", key.programme.String(), "the index has %d in use by %s in %s, its financings hold %d", b.inUse[key], key.seller, key.programme, inUse.sums[i])
		}
	}
	if len(b.inUse) > entries {
		a.breach("index_in_use", "", "the index of use has %d entries, financings make %d", len(b.inUse), entries)
	}
}

// exposures: the index from which a new limit takes its use says what financings hold, and live limits are counted.
func (a *audit) exposures() {
	b := a.b
	type sums struct{ reserved, used, repaid money.Minor }
	found := map[basis]sums{}
	for n := uint64(1); n <= b.financings.count; n++ {
		f := b.financings.at(n)
		group := f.Group
		if group == 0 && f.Receivable != 0 {
			group = f.Buyer
		} else if group == 0 {
			group = f.Seller
		}
		key := basis{f.Programme, f.Product, f.Funder, f.Seller, f.Buyer, group, f.Currency, f.Tier, f.Collateral != 0 || f.SetOffRun != 0}
		one := found[key]
		one.repaid += f.Repaid + f.Written
		if left := f.Principal - f.Repaid - f.Written; moneyOut(f.State) {
			one.used += left
		} else if claiming(f.State) {
			one.reserved += left
		}
		if one != (sums{}) {
			found[key] = one
		} else {
			delete(found, key)
		}
	}
	differ := len(found) != len(b.exposures)
	// map order does not reach a result: whether any differs
	for key, sum := range found {
		differ = differ || sums(b.exposures[key]) != sum
	}
	if differ {
		a.breach("index_exposures", "", "the index of exposures has %d entries that are not all what financings hold, in %d", len(b.exposures), len(found))
	}
	var counts limitCounts
	for n := uint64(1); n <= b.limits.count; n++ {
		l := b.limits.at(n)
		if l.State != credit.Live {
			continue
		}
		switch {
		case l.Key.Owner == 0:
			counts[l.Key.Kind][0]++
		case l.Key.Programme != 0:
			counts[l.Key.Kind][1]++
		default:
			counts[l.Key.Kind][2]++
		}
	}
	if counts != b.limitCounts {
		a.breach("index_limits", "", "live limits are not counted as they are")
	}
}

// funderPolicies: a policy in force is the only one of its funder there, and two of the funder's people have made it.
func (a *audit) funderPolicies() {
	b := a.b
	inForce := 0
	for n := uint64(1); n <= b.policies.count; n++ {
		p := b.policies.at(n)
		number(a, p.ID, n, p.Entry)
		maker, checker := b.actors.at(uint64(p.Maker)>>16), b.actors.at(uint64(p.Checker)>>16)
		if p.State != funding.PolicyProposed && (p.Checker == p.Maker || checker == nil || checker.Party != p.Funder) || maker == nil || maker.Party != p.Funder {
			a.breach("second_person", p.ID.String(), "policy %s was not made by two people of its funder", p.ID)
		}
		if p.State != funding.PolicyLive {
			continue
		}
		inForce++
		if b.policyOf[useKey{p.Programme, p.Funder}] != p.ID {
			a.breach("index_funder_policies", p.ID.String(), "the index leads to another policy than %s, which is in force", p.ID)
		}
	}
	if inForce != len(b.policyOf) {
		a.breach("index_funder_policies", "", "the index of policies has %d entries, %d are in force", len(b.policyOf), inForce)
	}
}

// authorities: what was accepted under an authority is what its financings say, within its total, and one is live at a time.
func (a *audit) authorities() {
	b := a.b
	var accepted tally[id.Authority]
	for n := uint64(1); n <= b.financings.count; n++ {
		if f := b.financings.at(n); f.Own.Authority != 0 && (claiming(f.State) || over(f.State)) {
			accepted.add(f.Own.Authority, f.Principal)
		}
	}
	places := 0
	for n := uint64(1); n <= b.authorities.count; n++ {
		r := b.authorities.at(n)
		number(a, r.ID, n, r.Entry)
		if sum := accepted.of(r.ID); r.Financed != sum || sum > r.Terms.TotalMost {
			a.breach("authority_use", r.ID.String(), "authority %s has lent %d of %d, its financings say %d", r.ID, r.Financed, r.Terms.TotalMost, sum)
		}
		if r.State != funding.AuthorityLive {
			continue
		}
		for _, p := range r.Terms.Programmes {
			places++
			if b.authorityOf[useKey{p, r.Funder}] != r.ID {
				a.breach("index_authorities", r.ID.String(), "the index leads to another authority than %s, which is live", r.ID)
			}
		}
	}
	if places != len(b.authorityOf) {
		a.breach("index_authorities", "", "the index of authorities has %d entries, live ones make %d", len(b.authorityOf), places)
	}
}
