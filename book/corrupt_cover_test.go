package book

import (
	"millrace/domain/id"
	"millrace/domain/ledger"
)

func init() {
	Corruptions = append(Corruptions, Corruption{"kept_for_insurer", "money kept for an insurer that has paid nothing", func(b *Book) {
		outside := b.coded(ledger.Outside)
		key := b.coded(ledger.CollectionForFunder).Key
		key.Code, key.Entity, key.Currency = ledger.ForInsurer, outside.Key.Entity, outside.Key.Currency
		number := b.accounts.count + 1
		b.addAccount(id.Make[id.Account](b.shard, number), key)
		opened := b.accounts.at(number)
		opened.Entry, opened.CreditsPosted = b.sequence, 1
		outside.DebitsPosted++
	}})
}
