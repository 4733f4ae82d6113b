package book

import (
	"millrace/domain/billing"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/receivable"
	"millrace/domain/trade"
)

// verify puts a sound answer of a tax bureau about the first receivable's invoice on record.
func (b *Book) verify() *Verification {
	r := b.receivables.at(1)
	number := b.verifications.count + 1
	b.verifications.add(number, Verification{
		ID: id.Make[id.Verification](1, number), Document: r.Document, Receivable: r.ID, Status: trade.VerifiedValid, At: int64(number), Entry: 1,
	})
	v := b.verifications.at(number)
	b.indexVerification(v)
	b.countDeal(billing.Verification, r.Seller, r.Buyer, money.Amount{}, "")
	return v
}

// arrange puts a sound version of a mapping on record.
func (b *Book) arrange() *Mapping {
	number := b.mappings.count + 1
	b.mappings.add(number, Mapping{ID: id.Make[id.Mapping](1, number), Party: b.parties.at(1).ID, Name: "orders", Version: uint32(number), Active: true, Entry: 1})
	if number > 1 {
		b.mappings.at(number - 1).Active = false
	}
	b.indexMapping(b.mappings.at(number))
	return b.mappings.at(number)
}

// fix puts a sound fixing on record.
func (b *Book) fix() *Fixing {
	number := b.fixings.count + 1
	b.fixings.add(number, Fixing{ID: id.Make[id.Fixing](1, number), Base: "ESTR", Date: b.Date().AddDays(-int(number)), Maker: b.actors.at(1).ID, Entry: 1})
	b.indexFixing(b.fixings.at(number))
	return b.fixings.at(number)
}

// end puts a soundly closed period on record.
func (b *Book) end() *Period {
	number := b.periods.count + 1
	b.periods.add(number, Period{
		ID: id.Make[id.Period](1, number), Until: b.Date().AddDays(int(number) - 1000), State: Closed, Maker: b.actors.at(1).ID, Checker: b.actors.at(2).ID, Entry: 1,
	})
	return b.periods.at(number)
}

func init() {
	Corruptions = append(Corruptions,
		Corruption{"verification_invalid", "an answer of no kind", func(b *Book) { b.verify().Status = 0 }},
		Corruption{"verification_invalid", "an answer before the one before", func(b *Book) {
			b.verify()
			b.verify().At = 0
		}},
		Corruption{"verification_of_other", "an answer about another's invoice", func(b *Book) { b.verify().Receivable = b.receivables.at(2).ID }},
		Corruption{"verification_finding", "a finding that nobody has made", func(b *Book) {
			first(&b.receivables, func(r *receivable.Receivable) bool { return r.State == receivable.Open }).Findings |= uint64(trade.BitOf(trade.FindingTaxVoid))
		}},
		Corruption{"index_verifications", "an answer not found", func(b *Book) { delete(b.verificationOf, b.verify().Document) }},
		Corruption{"period_order", "a period that ends in the future", func(b *Book) { b.end().Until = b.Date() }},
		Corruption{"period_people", "a period closed by one", func(b *Book) { p := b.end(); p.Checker = p.Maker }},
		Corruption{"period_waits", "a closing that waits below a later one", func(b *Book) {
			b.end().State = ClosingWaits
			b.end()
		}},
		Corruption{"fixing_order", "a fixing that puts right what was not", func(b *Book) { b.fix().Replaces = b.fixings.at(1).ID }},
		Corruption{"fixing_unknown", "a price from no fixing", func(b *Book) { b.financings.at(1).Fixing = id.Make[id.Fixing](1, 99) }},
		Corruption{"index_fixings", "a fixing not found", func(b *Book) { delete(b.fixingOf, fixingKey{"ESTR", b.fix().Date}) }},
		Corruption{"mapping_versions", "a version left out", func(b *Book) { b.arrange().Version = 2 }},
		Corruption{"mapping_active", "two versions in force", func(b *Book) {
			b.arrange()
			b.arrange()
			b.mappings.at(1).Active = true
		}},
		Corruption{"index_mappings", "a mapping not found", func(b *Book) {
			m := b.arrange()
			delete(b.mappingOf, mappingKey{m.Party, m.Name})
		}},
	)
}
