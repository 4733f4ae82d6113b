package book

import (
	"millrace/domain/feature"
	"millrace/domain/id"
	"millrace/domain/network"
)

func (b *Book) factsOf(kind feature.Kind) *feature.Record {
	return first(&b.features, func(r *feature.Record) bool { return r.Subject.Kind == kind && r.Life.Counts[feature.Invoices] > 0 })
}

func init() {
	Corruptions = append(Corruptions,
		Corruption{"feature_differs", "an invoice too many", func(b *Book) { b.factsOf(feature.Seller).Life.Counts[feature.Invoices]++ }},
		Corruption{"feature_differs", "a cent too much of a month", func(b *Book) {
			b.featureMonths.at(1).Counters.Amounts[feature.Invoices]++
		}},
		Corruption{"feature_differs", "a payment that a pair does not have", func(b *Book) { b.factsOf(feature.Buyer).Life.Counts[feature.OnTime]++ }},
		Corruption{"feature_differs", "a financing too many", func(b *Book) {
			first(&b.features, func(r *feature.Record) bool { return r.Subject.Kind == feature.Programme }).Life.Counts[feature.Financed]++
		}},
		Corruption{"feature_differs", "a square that is one too large", func(b *Book) { b.factsOf(feature.Seller).Squares.Low++ }},
		Corruption{"feature_differs", "another largest counterparty", func(b *Book) { b.factsOf(feature.Buyer).LargestParty++ }},
		Corruption{"feature_differs", "a first day that was none", func(b *Book) { b.factsOf(feature.Pair).First-- }},
		Corruption{"feature_differs", "a day of tenor too many", func(b *Book) { b.factsOf(feature.Pair).Life.TenorDays++ }},
		Corruption{"feature_differs", "a dispute too many", func(b *Book) { b.factsOf(feature.Pair).Life.Counts[feature.Disputes]++ }},
		Corruption{"feature_unsound", "a month of another record", func(b *Book) { b.featureMonths.at(1).Record++ }},
		Corruption{"feature_unsound", "a month in no ring", func(b *Book) { b.featureMonths.add(b.featureMonths.count+1, feature.Month{}) }},
		Corruption{"index_feature", "a subject of which the index does not know", func(b *Book) {
			delete(b.featureOf, first(&b.features, func(r *feature.Record) bool { return r.Subject.Kind == feature.Programme }).Subject)
		}},
		Corruption{"index_members", "a head that nobody names", func(b *Book) { b.members[id.Make[id.Party](b.shard, 1)]++ }},
		Corruption{"index_graph", "a deal that is no receivable", func(b *Book) {
			r := b.receivables.at(b.receivables.count)
			b.graph.Add(network.Deal{Seller: r.Seller, Buyer: r.Buyer, Receivable: r.ID + 1<<16, Amount: 1, Date: r.Opened}, r.Currency)
		}},
	)
}
