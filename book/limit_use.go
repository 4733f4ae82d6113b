package book

import (
	"millrace/domain/credit"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/money"
)

// A financing uses every live limit that bounds it: those of the house in its programme, and its funder's own, there and everywhere.
// Which these are follows from what never changes about it; the group of who owes and the tier of a holding are noted with the
// quote, so that use stays where it was reserved when a party joins another group.

// limitScope is whose a limit is and how far it reaches.
type limitScope uint8

const (
	houseScope limitScope = iota // of the house, in one programme
	ownScope                     // of a funder, in one programme
	wideScope                    // of a funder, in all programmes
	limitScopes
)

func scopeOf(key *credit.LimitKey) limitScope {
	switch {
	case key.Owner == 0:
		return houseScope
	case key.Programme != 0:
		return ownScope
	}
	return wideScope
}

// limitCounts says how many live limits there are of each kind and scope: what there is none of is not looked for.
type limitCounts [credit.KindLast + 1][limitScopes]uint32

// indexLimit: limitOf, limitCounts and connected, from table credit_limit.
func (b *Book) indexLimit(l *credit.Limit) {
	if l.State != credit.Live {
		return
	}
	b.limitOf[l.Key] = l.ID
	b.limitCounts[l.Key.Kind][scopeOf(&l.Key)]++
	if l.Key.Kind == credit.ConnectedLimit {
		insert(b.connected.limits, b.connected.first(l.Key.Party), l.ID)
	}
}

func (b *Book) unindexLimit(l *credit.Limit) {
	delete(b.limitOf, l.Key)
	b.limitCounts[l.Key.Kind][scopeOf(&l.Key)]--
	if l.Key.Kind == credit.ConnectedLimit {
		remove(b.connected.limits, b.connected.first(l.Key.Party), l.ID)
	}
}

// limitKeys lists what bounds a financing: the limits that it must have, and then those that there are.
func (d *draft) limitKeys(f *funding.Financing) []credit.LimitKey {
	keys := make([]credit.LimitKey, 0, 8)
	keys = append(keys,
		credit.LimitKey{Kind: credit.BuyerLimit, Programme: f.Programme, Party: f.Buyer, Currency: f.Currency},
		credit.LimitKey{Kind: credit.ProgrammeLimit, Programme: f.Programme, Currency: f.Currency},
		credit.LimitKey{Kind: credit.FunderLimit, Programme: f.Programme, Party: f.Funder, Currency: f.Currency})
	sellerNeeded := d.products.at(f.Product.Number()).Terms.SellerLimit
	if f.BorrowerAlone() { // who borrows is bounded, and no buyer owes anything
		keys[0].Kind, keys[0].Party = credit.SellerLimit, f.Seller
		sellerNeeded = true
	} else if sellerNeeded {
		keys = append(keys, credit.LimitKey{Kind: credit.SellerLimit, Programme: f.Programme, Party: f.Seller, Currency: f.Currency})
	}
	for kind := credit.BuyerLimit; kind < credit.ConnectedLimit; kind++ {
		for scope := houseScope; scope < limitScopes; scope++ {
			needed := scope == houseScope && (kind == credit.BuyerLimit || kind == credit.ProgrammeLimit || kind == credit.FunderLimit || kind == credit.SellerLimit && sellerNeeded)
			if needed || d.limitCounts[kind][scope] == 0 {
				continue
			}
			if key, bounds := limitKey(kind, scope, f); bounds {
				if _, live := d.limitOf[key]; live {
					keys = append(keys, key)
				}
			}
		}
	}
	return d.connectedKeys(keys, f)
}

// limitKey is the key of a limit of a kind and scope that would bound a financing; false where none can. Limits on connected parties have no one key.
func limitKey(kind credit.Kind, scope limitScope, f *funding.Financing) (credit.LimitKey, bool) {
	key := credit.LimitKey{Kind: kind, Programme: f.Programme, Currency: f.Currency}
	if scope != houseScope {
		key.Owner = f.Funder
	}
	if scope == wideScope {
		key.Programme = 0
	}
	switch kind {
	case credit.BuyerLimit, credit.InsurerLimit:
		key.Party = f.Buyer
		return key, !f.BorrowerAlone()
	case credit.SellerLimit:
		key.Party = f.Seller
	case credit.FunderLimit:
		key.Party = f.Funder
	case credit.PairLimit:
		key.Party, key.Counterparty = f.Seller, f.Buyer
		return key, !f.BorrowerAlone()
	case credit.GroupLimit:
		key.Party = f.Head()
	case credit.TierLimit:
		key.Tier = f.Tier
		return key, f.Tier != 0
	case credit.ProductLimit:
		key.Product = f.Product
	case credit.ProgrammeLimit, credit.CurrencyLimit:
	}
	return key, true
}

// limitsOf lists the limits that a financing uses, or refuses where one that the product needs is missing, or where one has
// expired, is suspended or has not enough left. What a funder has set itself is nobody else's business: it just does not finance.
func (d *draft) limitsOf(keys []credit.LimitKey, amount money.Minor) ([]id.Limit, *Rejection) {
	limits := make([]id.Limit, 0, len(keys))
	for i := range keys {
		key := &keys[i]
		limit, found := d.limitOf[*key]
		if !found {
			return nil, reject("limit_missing", "", "there is no %s limit%s", key.Kind, ofParty(key.Party))
		}
		l := d.limits.at(limit.Number())
		usable := l.Expires >= d.today() && !l.Stopped() && (l.Available() >= amount || l.Strictness == credit.Advisory)
		switch {
		case usable:
		case key.Owner != 0:
			return nil, funderDeclines()
		case l.Expires < d.today():
			return nil, reject("limit_expired", "", "the %s limit%s ended on %s", key.Kind, about(key), l.Expires)
		case l.Stopped():
			return nil, reject("limit_suspended", "", "the %s limit%s is suspended", key.Kind, about(key))
		default:
			return nil, reject("limit_exceeded", "", "the %s limit%s has not enough left; %s is needed", key.Kind, about(key),
				money.Amount{Minor: amount, Currency: key.Currency})
		}
		limits = append(limits, limit)
	}
	return limits, nil
}

// about says whom a limit is about: with whom a party is connected is not for everybody who deals with it.
func about(key *credit.LimitKey) string {
	if key.Kind == credit.ConnectedLimit {
		return ""
	}
	return ofParty(key.Party)
}

func ofParty(p id.Party) string {
	if p == 0 {
		return ""
	}
	return " for " + p.String()
}

// usedLimits lists the limits that a financing holds: those of its keys that are live now.
func (d *draft) usedLimits(f *funding.Financing) []id.Limit {
	var limits []id.Limit
	for _, key := range d.limitKeys(f) {
		if limit, found := d.limitOf[key]; found {
			limits = append(limits, limit)
		}
	}
	return limits
}

// ownRoom is the most that the limits on one funder's money alone leave: what the funder puts in, and its own. It refuses where one
// is missing or may not be used.
func (d *draft) ownRoom(f *funding.Financing) (money.Minor, *Rejection) {
	room := money.Minor(money.MinorMax)
	for _, key := range d.limitKeys(f) {
		if key.Kind != credit.FunderLimit && key.Owner == 0 {
			continue
		}
		limits, rejection := d.limitsOf([]credit.LimitKey{key}, 1)
		if rejection != nil {
			return 0, rejection
		}
		if l := d.limits.at(limits[0].Number()); l.Strictness == credit.Binding {
			room = min(room, l.Available())
		}
	}
	return room, nil
}

// locate notes with a quote what its limits follow from and may change later: who heads the group of who owes, and through how many
// hands a holding has gone.
func (d *draft) locate(f *funding.Financing) {
	f.Group, f.Tier = 0, 0
	if head := d.groupOf(f.Obligor()); head != f.Obligor() {
		f.Group = head
	}
	if h := d.holdings.at(f.Holding.Number()); h != nil {
		f.Tier = h.Tier
	}
}

// basis is what the limits of a financing follow from.
type basis struct {
	programme                    id.Programme
	product                      id.Product
	funder, seller, buyer, group id.Party
	currency                     money.Currency
	tier                         uint8
	borrowed                     bool // on collateral, or in a run of set-off: no buyer owes anything
}

// basisUse is the principal of the financings that are alike in that.
type basisUse struct{ reserved, used, repaid money.Minor }

// expose adds a financing to exposures, or takes it out.
func (b *Book) expose(f *funding.Financing, sign money.Minor) {
	change := basisUse{repaid: sign * money.Add(f.Repaid, f.Written)}
	if f.State.Claims() {
		if f.State == funding.Accepted || f.State == funding.Disbursing {
			change.reserved = sign * f.Exposure()
		} else {
			change.used = sign * f.Exposure()
		}
	}
	if change == (basisUse{}) {
		return
	}
	b.connected.owe(f, change)
	key := basis{
		programme: f.Programme, product: f.Product, funder: f.Funder, seller: f.Seller, buyer: f.Buyer, group: f.Head(), currency: f.Currency, tier: f.Tier,
		borrowed: f.BorrowerAlone(),
	}
	sum := b.exposures[key]
	sum = basisUse{money.Add(sum.reserved, change.reserved), money.Add(sum.used, change.used), money.Add(sum.repaid, change.repaid)}
	if sum == (basisUse{}) {
		delete(b.exposures, key)
		return
	}
	b.exposures[key] = sum
}

// exposureUnder adds up what a limit bounds, where it is wanted: it looks at every kind of financing that there is.
func (d *draft) exposureUnder(key *credit.LimitKey, wanted bool) basisUse {
	var sum basisUse
	if !wanted {
		return sum
	}
	if key.Kind == credit.ConnectedLimit {
		return d.connected.use(key, d.connected.with(key.Party))
	}
	// map order does not reach a result: sums are the same in any
	for e, of := range d.exposures {
		if e.under(key) {
			sum = basisUse{money.Add(sum.reserved, of.reserved), money.Add(sum.used, of.used), money.Add(sum.repaid, of.repaid)}
		}
	}
	return sum
}

// under tells whether a limit bounds it.
func (e *basis) under(key *credit.LimitKey) bool {
	if key.Currency != e.currency || key.Programme != 0 && key.Programme != e.programme || key.Owner != 0 && key.Owner != e.funder {
		return false
	}
	switch key.Kind {
	case credit.BuyerLimit, credit.InsurerLimit:
		return key.Party == e.buyer && !e.borrowed
	case credit.SellerLimit:
		return key.Party == e.seller
	case credit.FunderLimit:
		return key.Party == e.funder
	case credit.PairLimit:
		return key.Party == e.seller && key.Counterparty == e.buyer && !e.borrowed
	case credit.GroupLimit:
		return key.Party == e.group
	case credit.TierLimit:
		return key.Tier == e.tier
	case credit.ProductLimit:
		return key.Product == e.product
	}
	return true
}
