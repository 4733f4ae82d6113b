package book

import (
	"millrace/domain/feature"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/network"
)

// Features is what a use of credit would see of seller, buyer and pair, of the programme, and of both groups; a party in no group is its own.
type Features struct {
	Seller, Buyer, Pair, Programme, SellerGroup, BuyerGroup feature.Rolling
}

// FeaturesOf gives them.
func FeaturesOf(b *Book, seller, buyer id.Party, programme id.Programme, currency money.Currency) Features {
	b.draft.reset(b, &Header{})
	d := &b.draft
	of := func(s feature.Subject) (r feature.Rolling) {
		s.Currency = currency
		d.rolling(&r, s)
		return r
	}
	u := Features{
		Seller: of(feature.Subject{Kind: feature.Seller, Party: seller}), Buyer: of(feature.Subject{Kind: feature.Buyer, Party: buyer}),
		Pair:      of(feature.Subject{Kind: feature.Pair, Party: seller, Other: buyer}),
		Programme: of(feature.Subject{Kind: feature.Programme, Programme: programme}),
	}
	u.SellerGroup, u.BuyerGroup = u.Seller, u.Buyer
	if head := d.groupOf(seller); d.grouped(head) {
		u.SellerGroup = of(feature.Subject{Kind: feature.SellerGroup, Party: head})
	}
	if head := d.groupOf(buyer); d.grouped(head) {
		u.BuyerGroup = of(feature.Subject{Kind: feature.BuyerGroup, Party: head})
	}
	return u
}

// Network is what would be found round a use of credit.
func Network(b *Book, seller, buyer id.Party, amount money.Amount) network.Finding {
	b.draft.reset(b, &Header{})
	return b.draft.network(seller, buyer, amount)
}
