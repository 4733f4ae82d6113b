package book

import (
	"crypto/sha256"
	"slices"

	"millrace/domain/id"
	"millrace/domain/score"
)

// models: each rests on two persons before it scores, its table is the one that was hashed, one is champion of a purpose and funder, and
// what its months count adds up.
func (a *audit) models() {
	b := a.b
	type named struct {
		name    string
		purpose score.Purpose
		funder  id.Party
	}
	type role struct {
		purpose score.Purpose
		funder  id.Party
	}
	versions, latest := map[named]uint32{}, map[named]id.Model{}
	champions, challengers, asked := map[role]id.Model{}, map[role]int{}, 0
	for n := uint64(1); n <= b.models.count; n++ {
		m := b.models.at(n)
		number(a, m.ID, n, m.Entry)
		a.modelPersons(m)
		if sha256.Sum256(m.Packed) != m.Hash {
			a.breach("model_hash", m.ID.String(), "the table of %s is not the one that was registered", m.ID)
		} else if t, err := score.Unpack(m.Packed); err != nil || m.Reference.Check(len(t.Features)) != nil {
			a.breach("model_table", m.ID.String(), "the table of %s, or what it is compared with, is not sound", m.ID)
		}
		key := named{m.Name, m.Purpose, m.Funder}
		if versions[key]++; m.Version != versions[key] {
			a.breach("model_version", m.ID.String(), "%s calls itself version %d and is number %d of its name", m.ID, m.Version, versions[key])
		}
		latest[key] = m.ID
		of := role{m.Purpose, m.Funder}
		switch m.State {
		case score.Champion:
			if champions[of] != 0 {
				a.breach("model_champions", m.ID.String(), "%s and %s are both champion", champions[of], m.ID)
			}
			champions[of] = m.ID
		case score.Challenger:
			challengers[of]++
		default:
			continue
		}
		if asked++; b.readers[m.ID] == nil {
			a.breach("index_models", m.ID.String(), "%s scores and is not ready to", m.ID)
		}
	}
	for n := uint64(1); n <= b.models.count; n++ {
		m := b.models.at(n)
		key, of := modelName{m.Purpose, m.Funder, m.Name}, modelRole{m.Purpose, m.Funder}
		if latest[named{m.Name, m.Purpose, m.Funder}] == m.ID && b.modelVersions[key] != m.ID || champions[role(of)] == m.ID && b.championOf[of] != m.ID ||
			m.State == score.Challenger && !slices.Contains(b.challengersOf[of], m.ID) {
			a.breach("index_models", m.ID.String(), "an index does not lead to %s", m.ID)
		}
	}
	if len(b.readers) != asked || len(b.championOf) != len(champions) || len(b.challengersOf) != len(challengers) || len(b.modelVersions) != len(latest) {
		a.breach("index_models", "", "an index of models knows some that are not there")
	}
	a.modelMonths()
}

// modelPersons: who registered a model neither validated nor promoted it.
func (a *audit) modelPersons(m *score.Model) {
	validated := m.Validator != 0 && m.Validator != m.Maker && m.Note != [32]byte{}
	promoted := m.Promoter != 0 && m.Promoter != m.Maker
	sound := m.Maker != 0
	switch m.State {
	case score.Registered:
		sound = sound && m.Validator == 0 && m.Promoter == 0 && m.Retirer == 0
	case score.Validated:
		sound = sound && validated && m.Promoter == 0 && m.Retirer == 0
	case score.Challenger, score.Champion:
		sound = sound && validated && promoted && m.Retirer == 0
	case score.Retired:
		sound = sound && m.Retirer != 0 && (m.Validator == 0 || validated) && (m.Promoter == 0 || promoted && validated && m.Retirer != m.Maker)
	default:
		sound = false
	}
	if !sound {
		a.breach("model_persons", m.ID.String(), "%s is %d on the word of too few persons", m.ID, m.State)
	}
}

func (a *audit) modelMonths() {
	b := a.b
	type monthOf struct {
		model id.Model
		month uint32
	}
	seen := map[monthOf]struct{}{}
	for n := uint64(1); n <= b.modelMonths.count; n++ {
		r := b.modelMonths.at(n)
		m := b.models.at(uint64(r.Model) >> 16)
		_, twice := seen[monthOf{r.Model, r.Month}]
		seen[monthOf{r.Model, r.Month}] = struct{}{}
		if m == nil || m.Promoter == 0 || twice || r.Ordinal != n || r.Month%100 < 1 || r.Month%100 > 12 || r.Entry == 0 || r.Entry > b.sequence || r.Scored == 0 {
			a.breach("model_month", r.Model.String(), "month %d of %s is of no model that scored, or stands twice", r.Month, r.Model)
			continue
		}
		if b.modelMonthOf[modelMonth{r.Model, r.Month}] != n {
			a.breach("index_models", r.Model.String(), "the index does not lead to month %d of %s", r.Month, r.Model)
		}
		a.monthAdds(m, r)
	}
	if len(b.modelMonthOf) != len(seen) {
		a.breach("index_models", "", "the index knows %d months of models, there are %d", len(b.modelMonthOf), len(seen))
	}
}

// monthAdds: each distribution of a month counts every scoring once.
func (a *audit) monthAdds(m *score.Model, r *score.Month) {
	lists := append([]score.Distribution{m.Reference.Scores}, m.Reference.Features...)
	rest := r.Counts
	for i := range lists {
		width := len(lists[i].Counts)
		if len(rest) < width {
			a.breach("model_counts", r.Model.String(), "month %d of %s has too few counts", r.Month, r.Model)
			return
		}
		var total uint64
		for _, count := range rest[:width] {
			total += uint64(count)
		}
		if rest = rest[width:]; width > 0 && total != r.Scored {
			a.breach("model_counts", r.Model.String(), "distribution %d in month %d of %s counts %d of %d", i, r.Month, r.Model, total, r.Scored)
		}
	}
	if len(rest) > 0 {
		a.breach("model_counts", r.Model.String(), "month %d of %s has too many counts", r.Month, r.Model)
	}
}
