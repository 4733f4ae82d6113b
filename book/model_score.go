package book

import (
	"fmt"
	"slices"

	"millrace/domain/id"
	"millrace/domain/risk"
	"millrace/domain/score"
)

func init() {
	months := held("model_month", func(b *Book) *shelf[score.Month] { return &b.modelMonths },
		[]Column{ind("model", Integer), col("month", Integer)},
		func(r *score.Month) []any { return []any{int64(r.Model), int64(r.Month)} })
	months.record = func(b *Book, number uint64) any { // counts change in place
		record := *b.modelMonths.at(number)
		record.Counts = slices.Clone(record.Counts)
		return record
	}
	tables[tableModelMonth] = months
}

// FactsKnown lists the facts that a model of a purpose may ask for.
func FactsKnown(purpose score.Purpose) []score.KnownFact {
	var all []score.KnownFact
	for _, source := range factSources {
		if slices.Contains(source.purposes, purpose) {
			all = append(all, source.facts...)
		}
	}
	return all
}

// FactsMissing says, a sentence each, which features of a table the book has no fact for; nothing when it can be registered.
func FactsMissing(purpose score.Purpose, t *score.Table) []string {
	known := FactsKnown(purpose)
	var missing []string
	for i := range t.Features {
		f := &t.Features[i]
		place := slices.IndexFunc(known, func(k score.KnownFact) bool { return k.Name == f.Name })
		if place < 0 {
			missing = append(missing, fmt.Sprintf("the book knows no fact %q for the purpose %s", f.Name, purpose))
			continue
		}
		if told := known[place].Misfit(f); told != "" {
			missing = append(missing, told)
		}
	}
	return missing
}

// factSources are the facts that models may ask for; files that know some append them.
var factSources []factSource

type factSource struct {
	purposes []score.Purpose
	facts    []score.KnownFact
}

// modelReader is a model made ready: its scorer, and for each feature how the book's fact becomes the table's.
type modelReader struct {
	scorer   *score.Scorer
	features []modelFeature
}

type modelFeature struct {
	name       string
	digits     int
	categories []int64 // by the book's category; nil for a number
	otherwise  int64
}

func newModelReader(m *score.Model) *modelReader {
	table, err := score.Unpack(m.Packed)
	if err != nil {
		panic(fmt.Sprintf("book: model %s: %v", m.ID, err))
	}
	scorer, err := score.New(table)
	if err != nil {
		panic(fmt.Sprintf("book: model %s: %v", m.ID, err))
	}
	known := FactsKnown(m.Purpose)
	r := &modelReader{scorer: scorer}
	for i := range table.Features {
		f := &table.Features[i]
		feature := modelFeature{name: f.Name, digits: int(f.Digits), otherwise: f.Otherwise}
		if place := slices.IndexFunc(known, func(k score.KnownFact) bool { return k.Name == f.Name }); place >= 0 {
			feature.categories = known[place].Codes(f)
		}
		r.features = append(r.features, feature)
	}
	return r
}

// fact is the table's fact of a feature.
func (f *modelFeature) fact(known func(name string) (value int64, decimals uint8, ok bool)) int64 {
	value, decimals, ok := known(f.name)
	switch {
	case !ok:
		return score.Missing
	case f.categories == nil:
		return score.Decimal{Digits: value, Exponent: -int(decimals)}.Scaled(f.digits)
	case value >= 0 && value < int64(len(f.categories)):
		return f.categories[value]
	}
	return f.otherwise
}

// champion is the model that scores for a purpose and a funder: the funder's own, or the one for all; 0 for none.
func (b *Book) champion(purpose score.Purpose, funder id.Party) id.Model {
	if m, found := b.championOf[modelRole{purpose, funder}]; found {
		return m
	}
	return b.championOf[modelRole{purpose, 0}]
}

// scored asks the champion of a purpose and funder, and then the challengers in its shadow: those of the funder, where it has a champion or
// challengers of its own, else those for all. known gives the book's facts by name.
func (d *draft) scored(purpose score.Purpose, funder id.Party, known func(name string) (value int64, decimals uint8, ok bool)) []risk.Scored {
	champion := d.champion(purpose, funder)
	challengers, own := d.challengersOf[modelRole{purpose, funder}]
	if !own && d.championOf[modelRole{purpose, funder}] == 0 {
		challengers = d.challengersOf[modelRole{purpose, 0}]
	}
	if champion == 0 && len(challengers) == 0 {
		return nil
	}
	scores := make([]risk.Scored, 0, 1+len(challengers))
	if champion != 0 {
		scores = append(scores, d.readers[champion].ask(champion, known))
	}
	for _, challenger := range challengers {
		shadow := d.readers[challenger].ask(challenger, known)
		shadow.Shadow = true
		scores = append(scores, shadow)
	}
	return scores
}

func (r *modelReader) ask(model id.Model, known func(name string) (value int64, decimals uint8, ok bool)) risk.Scored {
	facts := make([]int64, len(r.features))
	for i := range r.features {
		facts[i] = r.features[i].fact(known)
	}
	return risk.Scored{Model: model, Facts: facts, Units: r.scorer.Score(facts)}
}

type modelMonth struct {
	model id.Model
	month uint32
}

// countScored counts scores into the months of their models; the fold of an event that carries scores calls it.
func (b *Book) countScored(scores []risk.Scored) {
	for i := range scores {
		b.countScore(&scores[i])
	}
}

func (b *Book) countScore(s *risk.Scored) {
	m := b.models.at(s.Model.Number())
	key := modelMonth{s.Model, score.MonthOf(b.clock.Date)}
	number, found := b.modelMonthOf[key]
	if !found {
		number = b.modelMonths.count + 1
		b.modelMonths.add(number, score.Month{Model: key.model, Month: key.month, Counts: make([]uint32, m.Reference.Bins()), Ordinal: number})
		b.indexModelMonth(b.modelMonths.at(number))
	}
	month := b.modelMonths.at(number)
	month.Scored++
	if m.Reference.Known() {
		m.Reference.Count(month.Counts, s.Facts, s.Units)
	}
	b.touched(tableModelMonth, number, &month.Entry)
}

// indexModelMonth: modelMonthOf, from table model_month.
func (b *Book) indexModelMonth(m *score.Month) {
	b.modelMonthOf[modelMonth{m.Model, m.Month}] = m.Ordinal
}

// loadedModels builds the indexes of models.
func (b *Book) loadedModels() {
	b.models.each(b.indexModel)
	b.modelMonths.each(b.indexModelMonth)
}

// ModelMonths yields what models have scored, month by month, in the order in which a month had its first.
func (b *Book) ModelMonths(yield func(m score.Month)) {
	b.modelMonths.each(func(m *score.Month) { yield(*m) })
}
