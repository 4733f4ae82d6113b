package book

import (
	"crypto/sha256"

	"millrace/domain/id"
	"millrace/domain/score"
)

// modelled puts a sound model on record that has scored in one month, as champion the first time and as challenger from then on.
func (b *Book) modelled() *score.Model {
	t := score.Table{
		Name: "tenor", Scale: score.Scale{UnitsPerPoint: 1, Points: 600, Odds: 50, DoubleOdds: 20},
		Features:        []score.Feature{{Name: "tenor_days"}},
		Characteristics: []score.Characteristic{{Upto: []int64{30}, Units: []int64{1, 2}}},
	}
	number := b.models.count + 1
	packed := t.Pack()
	b.models.add(number, score.Model{
		ID: id.Make[id.Model](1, number), Name: "tenor", Purpose: score.CreditUse, Version: uint32(number), State: score.Champion, Packed: packed,
		Hash: sha256.Sum256(packed), Maker: b.actors.at(1).ID, Validator: b.actors.at(2).ID, Promoter: b.actors.at(2).ID, Note: [32]byte{1}, Entry: 1,
		Reference: score.Reference{
			Scores:   score.Distribution{Upto: []int64{1}, Counts: []uint32{5, 5, 0}},
			Features: []score.Distribution{{Upto: []int64{30}, Counts: []uint32{5, 5, 0}}},
		},
	})
	m := b.models.at(number)
	if number > 1 {
		m.State = score.Challenger
	}
	b.indexModel(m)
	month := b.modelMonths.count + 1
	b.modelMonths.add(month, score.Month{Model: m.ID, Month: score.MonthOf(b.clock.Date), Scored: 1, Counts: []uint32{0, 1, 0, 1, 0, 0}, Ordinal: month, Entry: 1})
	b.indexModelMonth(b.modelMonths.at(month))
	return m
}

func init() {
	Corruptions = append(Corruptions,
		Corruption{"model_persons", "a champion on its maker's word", func(b *Book) { m := b.modelled(); m.Validator = m.Maker }},
		Corruption{"model_persons", "a retired one that nobody retired", func(b *Book) {
			m := b.modelled()
			b.unindexModel(m)
			m.State = score.Retired
		}},
		Corruption{"model_hash", "a table that was changed", func(b *Book) {
			m := b.modelled()
			m.Packed = append([]byte{}, m.Packed...)
			m.Packed[len(m.Packed)-3]++
		}},
		Corruption{"model_table", "a table that can't score", func(b *Book) {
			m := b.modelled()
			m.Packed = m.Packed[:len(m.Packed)-1]
			m.Hash = sha256.Sum256(m.Packed)
		}},
		Corruption{"model_version", "a version left out", func(b *Book) { b.modelled().Version++ }},
		Corruption{"model_champions", "two champions", func(b *Book) {
			b.modelled()
			m := b.modelled()
			b.unindexModel(m)
			first := b.championOf[modelRole{m.Purpose, 0}]
			m.State = score.Champion
			b.indexModel(m)
			b.championOf[modelRole{m.Purpose, 0}] = max(first, m.ID)
		}},
		Corruption{"model_month", "a month that stands twice", func(b *Book) {
			b.modelled()
			b.modelMonths.add(2, *b.modelMonths.at(1))
		}},
		Corruption{"model_counts", "a score counted twice", func(b *Book) { b.modelled(); b.modelMonths.at(1).Counts[0]++ }},
		Corruption{"model_counts", "counts of another reference", func(b *Book) {
			b.modelled()
			b.modelMonths.at(1).Counts = b.modelMonths.at(1).Counts[:4]
		}},
		Corruption{"index_models", "a champion not found", func(b *Book) { clear(b.championOf); b.modelled(); clear(b.championOf) }},
		Corruption{"index_models", "a model that is not ready", func(b *Book) { delete(b.readers, b.modelled().ID) }},
		Corruption{"index_models", "a version not found", func(b *Book) { b.modelled(); clear(b.modelVersions) }},
		Corruption{"index_models", "a challenger not found", func(b *Book) { b.modelled(); b.modelled(); clear(b.challengersOf) }},
		Corruption{"index_models", "a month not found", func(b *Book) { b.modelled(); clear(b.modelMonthOf) }},
	)
}
