package book

import (
	"crypto/sha256"

	"millrace/domain/calendar"
	"millrace/domain/duplicate"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/money"
)

// duplicates: every receivable stands on one claim that says what it says, no two financed ones are the same claim, the
// index is what its claims make of it, and the sums financed on trades are those of the financings.
func (a *audit) duplicates() {
	places := make(map[uint32]uint32, a.b.claims.Count())
	for place := uint32(1); place <= a.b.claims.Count(); place++ {
		places[a.b.claims.At(place).Document] = place
	}
	a.claims(places)
	a.claimIndex()
	a.financedOn(places)
}

// identityOfClaim is what makes two claims one.
type identityOfClaim struct {
	seller, buyer, hash uint32
	amount              money.Minor
	date                calendar.Date
	currency            money.Currency
}

func (a *audit) claims(places map[uint32]uint32) {
	b := a.b
	claimed := map[identityOfClaim]id.Receivable{}
	for n := uint64(1); n <= b.receivables.count; n++ {
		r := b.receivables.at(n)
		e := b.claims.At(places[uint32(uint64(r.Document)>>16)])
		if e != nil && e.Receivable != 0 && uint64(e.Receivable) != n {
			if other := b.receivables.at(uint64(e.Receivable)); other != nil && other.Document == r.Document {
				continue // receivable_evidence says so
			}
		}
		if e == nil || uint64(e.Receivable) != n || e.Seller != uint32(uint64(r.Seller)>>16) || e.Buyer != uint32(uint64(r.Buyer)>>16) ||
			max(0, e.Amount) < r.Face || e.Date != r.Issued || e.Currency != r.Currency {
			a.breach("claim_invoice", r.ID.String(), "the claim of %s is not that of its invoice", r.ID)
			continue
		}
		if r.Financing == 0 {
			continue
		}
		key := identityOfClaim{e.Seller, e.Buyer, e.Hash, e.Amount, e.Date, e.Currency}
		if other, found := claimed[key]; found {
			a.breach("claim_financed_twice", r.ID.String(), "%s and %s are financed, and both are one invoice", other, r.ID)
		}
		claimed[key] = r.ID
	}
}

// claimIndex builds the index anew from its claims: chains, counts and heads must come out the same.
func (a *audit) claimIndex() {
	b := a.b
	var fresh duplicate.Index
	before := uint32(0)
	for place := uint32(1); place <= b.claims.Count(); place++ {
		e := b.claims.At(place)
		if e.Match.Other >= place || e.Document <= before || uint64(e.Document) > b.documents {
			a.breach("index_claims", "", "claim %d of document %d is out of order", place, e.Document)
			return
		}
		before = e.Document
		claim := e.Claim
		fresh.SetReceivable(fresh.Add(&claim, e.Match), e.Receivable)
	}
	was, is := sha256.New(), sha256.New()
	b.claims.Digest(was)
	fresh.Digest(is)
	if [32]byte(was.Sum(nil)) != [32]byte(is.Sum(nil)) {
		a.breach("index_claims", "", "the index of claims is not what its claims make of it")
	}
}

func (a *audit) financedOn(places map[uint32]uint32) {
	b := a.b
	var want tally[id.Trade]
	for n := uint64(1); n <= b.financings.count; n++ {
		f := b.financings.at(n)
		r := b.receivables.at(uint64(f.Receivable) >> 16)
		switch f.State {
		case funding.Referred, funding.Declined, funding.Quoted, funding.Lapsed, funding.Cancelled:
			continue
		}
		if r == nil || r.Trade == 0 {
			continue
		}
		amount := f.Amount
		if e := b.claims.At(places[uint32(uint64(r.Document)>>16)]); e != nil && e.Net > 0 && e.Amount > 0 {
			amount = money.MulDiv(amount, int64(e.Net), int64(e.Amount))
		}
		want.add(a.whereItStands(r.Trade), amount)
	}
	standing := 0
	for i, key := range want.keys {
		if want.sums[i] != 0 {
			standing++
		}
		if b.financedOn[key] != want.sums[i] {
			a.breach("index_financed_on", key.String(), "%d is financed on trade %s, the index says %d", want.sums[i], key, b.financedOn[key])
		}
	}
	if len(b.financedOn) != standing {
		a.breach("index_financed_on", "", "the index has %d financed trades, financings have %d", len(b.financedOn), standing)
	}
}
