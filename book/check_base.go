package book

import (
	"millrace/domain/borrowing"
	"millrace/domain/id"
	"millrace/domain/money"
)

// receivablePools: a receivable in a pool is its seller's, is claimed by nothing else, and is listed there.
func (a *audit) receivablePools() {
	b := a.b
	members := map[id.Pool]int{}
	for n := uint64(1); n <= b.receivables.count; n++ {
		r := b.receivables.at(n)
		if r.Pool == 0 {
			continue
		}
		members[r.Pool]++
		p := b.pools.at(uint64(r.Pool) >> 16)
		if p == nil || p.Seller != r.Seller || r.Certificate != 0 || claimedByOther(b, r.Financing) {
			a.breach("pool_claim", r.ID.String(), "%s is in pool %s, and is another seller's or claimed besides", r.ID, r.Pool)
		}
	}
	listed := map[id.Pool]int{}
	// map order does not reach a result: all are counted
	for pool, list := range b.pooledIn {
		listed[pool] = len(list)
	}
	drawn := map[id.Pool]int{}
	for n := uint64(1); n <= b.financings.count; n++ {
		if f := b.financings.at(n); f.Pool != 0 && claiming(f.State) {
			drawn[f.Pool]++
		}
	}
	drawings := map[id.Pool]int{}
	// map order does not reach a result: all are counted
	for pool, list := range b.drawnOnPool {
		drawings[pool] = len(list)
	}
	if !sameCounts(listed, members) || !sameCounts(drawings, drawn) || uint64(len(b.poolOf)) != b.pools.count {
		a.breach("index_pools", "", "%d pools have receivables, %d are listed; %d are drawn on, %d are listed", len(members), len(listed), len(drawn), len(drawings))
	}
	for n := uint64(1); n <= b.pools.count; n++ {
		p := b.pools.at(n)
		number(a, p.ID, n, p.Entry)
		if int(p.Members) != members[p.ID] {
			a.breach("pool_members", p.ID.String(), "pool %s has %d receivables, %d say so", p.ID, p.Members, members[p.ID])
		}
	}
}

// claimedByOther tells whether a financing claims.
func claimedByOther(b *Book, financing id.Financing) bool {
	f := b.financings.at(uint64(financing) >> 16)
	return f != nil && claiming(f.State)
}

// basesOnRecord: every certificate adds up by hand, and to what its items say.
func (a *audit) basesOnRecord() {
	b := a.b
	for n := uint64(1); n <= b.bases.count; n++ {
		base := b.bases.at(n)
		number(a, base.ID, n, base.Entry)
		for _, fault := range base.Certificate.Verify() {
			a.breach("base_sum", base.ID.String(), "base %s does not add up: %s", base.ID, fault)
		}
		gross, counted := money.Minor(0), money.Minor(0)
		for i := range base.Items {
			if base.Items[i].Reason == borrowing.NothingOwed || base.Items[i].Reason == borrowing.ClassUnknown {
				continue
			}
			gross += base.Items[i].Amount
			if base.Items[i].Reason == borrowing.Eligible {
				counted += base.Items[i].Amount
			}
		}
		if total := base.Certificate.Find(borrowing.Gross, 0); gross != total {
			a.breach("base_items", base.ID.String(), "the items of base %s come to %d, its certificate begins with %d", base.ID, gross, total)
		}
		if net := base.Certificate.Find(borrowing.NetEligible, 0); net > counted {
			a.breach("base_items", base.ID.String(), "%d of base %s counts, its items come to %d", net, base.ID, counted)
		}
	}
}
