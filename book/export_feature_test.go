package book

import (
	"millrace/domain/feature"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/network"
)

// Features is what a use of credit would see.
func Features(b *Book, seller, buyer id.Party, programme id.Programme, currency money.Currency) feature.Use {
	b.draft.reset(b, &Header{})
	return b.draft.features(seller, buyer, programme, currency)
}

// Network is what would be found round a use of credit.
func Network(b *Book, seller, buyer id.Party, amount money.Amount) network.Finding {
	b.draft.reset(b, &Header{})
	return b.draft.network(seller, buyer, amount)
}
