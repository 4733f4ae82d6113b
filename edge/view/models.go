package view

import (
	"encoding/hex"
	"fmt"
	"slices"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/score"
	"millrace/edge/access"
	"millrace/edge/locale"
	"millrace/edge/modelfile"
)

// Model is a table that scores, one version, with its life.
type Model struct {
	ID         string         `json:"id"`
	Name       string         `json:"name"`
	Purpose    string         `json:"purpose" enum:"buyer_review,seller_review,credit_use"`
	Funder     *Ref           `json:"funder,omitempty" doc:"missing: for every funder that has no champion of its own"`
	Version    uint32         `json:"version"`
	State      string         `json:"state" enum:"registered,validated,challenger,champion,retired"`
	Hash       string         `json:"hash" doc:"SHA-256 of the packed table, hexadecimal"`
	Bytes      int            `json:"bytes" doc:"of the packed table"`
	Card       string         `json:"card,omitempty" doc:"of the model, or a report of its training"`
	Training   ModelTraining  `json:"training"`
	Scale      ModelScale     `json:"scale"`
	Features   []ModelFeature `json:"features" doc:"the facts that it asks for"`
	Attributes int            `json:"attributes" doc:"lines of its scorecard"`
	Trees      int            `json:"trees"`
	Nodes      int            `json:"nodes" doc:"of all trees"`
	Watched    bool           `json:"watched" doc:"whether there is a reference against which drift is measured"`
	Drift      []ModelMonth   `json:"drift" doc:"by month, oldest first"`
	Maker      *Ref           `json:"maker,omitempty"`
	Registered string         `json:"registered"`
	Validator  *Ref           `json:"validator,omitempty"`
	Validated  string         `json:"validated,omitempty"`
	Note       string         `json:"note,omitempty" doc:"of the validation"`
	Promoter   *Ref           `json:"promoter,omitempty"`
	Retirer    *Ref           `json:"retirer,omitempty"`
	Since      string         `json:"since,omitempty" doc:"of the last promotion or retirement"`
	Entry      uint64         `json:"entry"`
}

// ModelTraining is what a model was measured at before it was registered.
type ModelTraining struct {
	Cases     uint64 `json:"cases"`
	Bads      uint64 `json:"bads"`
	Folds     uint32 `json:"folds"`
	Seed      uint64 `json:"seed"`
	AUC       string `json:"auc" example:"0.785800"`
	AUCSpread string `json:"auc_sd" doc:"standard deviation over the folds"`
	Gini      string `json:"gini"`
	KS        string `json:"ks"`
}

// ModelScale says what points mean.
type ModelScale struct {
	UnitsPerPoint int64 `json:"units_per_point"`
	Points        int64 `json:"points"`
	Odds          int64 `json:"odds" doc:"good to one bad at these points"`
	DoubleOdds    int64 `json:"double_the_odds" doc:"points that double them"`
}

// ModelFeature is a fact that a model asks for.
type ModelFeature struct {
	Name       string   `json:"name"`
	Title      string   `json:"title,omitempty"`
	Unit       string   `json:"unit,omitempty"`
	Decimals   int      `json:"decimals" doc:"that the model sees"`
	Categories []string `json:"categories,omitempty"`
}

// ModelMonth is what a model scored in a month, against what it scored when it was made.
type ModelMonth struct {
	Month    string         `json:"month" example:"2026-11"`
	Scored   uint64         `json:"scored"`
	PSI      string         `json:"psi" doc:"population stability index of the scores" example:"0.042100"`
	Alarm    string         `json:"alarm" enum:"too_few,stable,watch,changed" doc:"watch from 0.10 on, changed from 0.25 on, of 100 scores or more"`
	Features []FeatureDrift `json:"features"`

	Index int64 `json:"-"` // of the scores, in millionths
}

// FeatureDrift is the index of one feature in a month.
type FeatureDrift struct {
	Name  string `json:"name"`
	PSI   string `json:"psi"`
	Alarm string `json:"alarm" enum:"too_few,stable,watch,changed"`
}

// ScoreExplanation is a score with its reasons, which add up to it with the base.
type ScoreExplanation struct {
	Model       string        `json:"model"`
	Units       int64         `json:"units"`
	Points      int64         `json:"points"`
	Probability string        `json:"probability" doc:"of bad, that the scale stands for" example:"0.0213"`
	Base        int64         `json:"base" doc:"units before any fact is known"`
	Reasons     []ScoreReason `json:"reasons" doc:"the most harmful first"`
}

// ScoreReason is what one fact adds to a score.
type ScoreReason struct {
	Feature   string `json:"feature"`
	Title     string `json:"title,omitempty"`
	Fact      string `json:"fact" doc:"as the model sees it; empty where it is missing"`
	Units     int64  `json:"units"`
	Points    string `json:"points"`
	Shortfall int64  `json:"shortfall" doc:"units that the best attribute would have given above these; 0 for what only trees use"`
}

// ofModels shows a funder its own models and those for all.
var ofModels = shares(share{roles: party.Funder, sql: "funder IN (0, ?)"})

var models = source[score.Model]{table: "model", state: "state", kind: "purpose", parties: []string{"funder"}, scope: ofModels}

// Model gives a model that the caller sees, else ErrNotFound.
func (v *View) Model(c access.Caller, of id.Model) (Model, error) {
	return one(v, &models, c, of.Number(), (*showing).showModel)
}

// Models lists the models that the caller sees.
func (v *View) Models(c access.Caller, q Query) (Page[Model], error) {
	return many(v, &models, c, q, (*showing).showModel)
}

func (s *showing) showModel(m *score.Model) Model {
	millionths := func(value uint32) string { return money.FormatScaled(int64(value), 6) }
	shown := Model{
		ID: m.ID.String(), Name: m.Name, Purpose: m.Purpose.String(), Version: m.Version, State: m.State.String(), Hash: hex.EncodeToString(m.Hash[:]),
		Bytes: len(m.Packed), Card: s.stored(m.Card), Watched: m.Reference.Known(), Drift: []ModelMonth{},
		Training: ModelTraining{
			Cases: m.Training.Cases, Bads: m.Training.Bads, Folds: m.Training.Folds, Seed: m.Training.Seed, AUC: millionths(m.Training.AUC),
			AUCSpread: millionths(m.Training.AUCSpread), Gini: millionths(m.Training.Gini), KS: millionths(m.Training.KS),
		},
		Maker: s.actor(m.Maker), Registered: day(m.Entered), Validator: s.actor(m.Validator), Validated: day(m.Checked), Note: s.stored(m.Note),
		Promoter: s.actor(m.Promoter), Retirer: s.actor(m.Retirer), Since: day(m.Since), Entry: m.Entry,
	}
	if m.Funder != 0 {
		shown.Funder = s.party(m.Funder)
	}
	t, err := score.Unpack(m.Packed)
	if err != nil {
		s.note(fmt.Errorf("view: model %s: %w", m.ID, err))
		return shown
	}
	shown.Scale = ModelScale(t.Scale)
	shown.Attributes, shown.Trees = len(t.Characteristics), len(t.Trees)
	for i := range t.Trees {
		shown.Nodes += len(t.Trees[i].Nodes)
	}
	known := book.FactsKnown(m.Purpose)
	for i := range t.Features {
		shown.Features = append(shown.Features, showFeature(known, &t.Features[i]))
	}
	s.note(rows(s.View, "SELECT number, record FROM model_month WHERE model = ? ORDER BY month", []any{int64(m.ID)}, func(_ uint64, month *score.Month) error {
		shown.Drift = append(shown.Drift, showMonth(m, &t, month))
		return nil
	}))
	return shown
}

func showFeature(known []score.KnownFact, f *score.Feature) ModelFeature {
	feature := ModelFeature{Name: f.Name, Decimals: int(f.Digits)}
	for _, category := range f.Categories {
		feature.Categories = append(feature.Categories, category.Text)
	}
	if place := slices.IndexFunc(known, func(k score.KnownFact) bool { return k.Name == f.Name }); place >= 0 {
		feature.Title, feature.Unit = known[place].Title, known[place].Unit
	}
	return feature
}

func showMonth(m *score.Model, t *score.Table, month *score.Month) ModelMonth {
	drift := m.Reference.Drift(month)
	shown := ModelMonth{
		Month: fmt.Sprintf("%04d-%02d", month.Month/100, month.Month%100), Scored: month.Scored, PSI: money.FormatScaled(drift.Scores, 6),
		Alarm: score.AlarmOf(drift.Scores, month.Scored).String(), Features: []FeatureDrift{}, Index: drift.Scores,
	}
	for i, index := range drift.Features {
		shown.Features = append(shown.Features, FeatureDrift{t.Features[i].Name, money.FormatScaled(index, 6), score.AlarmOf(index, month.Scored).String()})
	}
	return shown
}

// BadFact says what is wrong with a fact that a model was to be asked with.
type BadFact struct {
	Name   string
	Value  string
	Reason string
}

// Error says what is wrong.
func (b *BadFact) Error() string { return b.Name + ": " + b.Reason }

// ExplainFacts scores facts given as texts by name; what is not given is missing. An error is ErrNotFound or a BadFact.
func (v *View) ExplainFacts(c access.Caller, of id.Model, texts map[string]string) (ScoreExplanation, error) {
	record, err := get(v, &models, c, of.Number())
	if err != nil {
		return ScoreExplanation{}, err
	}
	t, err := score.Unpack(record.Packed)
	if err != nil {
		return ScoreExplanation{}, err
	}
	facts, used := make([]int64, len(t.Features)), 0
	for i := range t.Features {
		text, given := texts[t.Features[i].Name]
		if given {
			used++
		}
		if facts[i], err = t.Features[i].Fact(text); err != nil {
			return ScoreExplanation{}, &BadFact{t.Features[i].Name, text, err.Error()}
		}
	}
	if used < len(texts) {
		for name, text := range texts {
			if !slices.ContainsFunc(t.Features, func(f score.Feature) bool { return f.Name == name }) {
				return ScoreExplanation{}, &BadFact{name, text, "the model does not ask for it"}
			}
		}
	}
	return explain(record, t, facts)
}

// ExplainScore gives the reasons for a score that was stored with its facts. An error is ErrNotFound where the caller does not see the model.
func (v *View) ExplainScore(c access.Caller, of id.Model, facts []int64) (ScoreExplanation, error) {
	record, err := get(v, &models, c, of.Number())
	if err != nil {
		return ScoreExplanation{}, err
	}
	t, err := score.Unpack(record.Packed)
	if err != nil {
		return ScoreExplanation{}, err
	}
	return explain(record, t, facts)
}

func explain(m *score.Model, t score.Table, facts []int64) (ScoreExplanation, error) {
	scorer, err := score.New(t)
	if err != nil {
		return ScoreExplanation{}, err
	}
	if len(facts) != len(t.Features) {
		return ScoreExplanation{}, fmt.Errorf("view: %d facts for the %d features of %s", len(facts), len(t.Features), m.ID)
	}
	units := scorer.Score(facts)
	base, reasons := scorer.Reasons(facts)
	slices.SortStableFunc(reasons, func(a, b score.Reason) int { return int(a.Units-a.Shortfall) - int(b.Units-b.Shortfall) })
	known := book.FactsKnown(m.Purpose)
	shown := ScoreExplanation{
		Model: m.ID.String(), Units: units, Points: scorer.Points(units), Base: base, Reasons: []ScoreReason{},
		Probability: fmt.Sprintf("%.4f", modelfile.Probability(t.Scale, units)),
	}
	for _, r := range reasons {
		feature := showFeature(known, &t.Features[r.Feature])
		shown.Reasons = append(shown.Reasons, ScoreReason{
			Feature: feature.Name, Title: feature.Title, Fact: t.Features[r.Feature].Text(r.Fact), Units: r.Units, Shortfall: r.Shortfall,
			Points: fmt.Sprintf("%+.1f", float64(r.Units)/float64(t.Scale.UnitsPerPoint)),
		})
	}
	return shown, nil
}

// tellModels tells of the lives of models.
func (s *showing) tellModels(e book.Event) *locale.Text {
	switch e := e.(type) {
	case *book.ModelRegistered:
		return locale.Say("Model %s, %s version %d for %s, was registered; it scores nothing before a second person has validated it.", e.Model.ID,
			e.Model.Name, e.Model.Version, locale.Word(e.Model.Purpose.String()))
	case *book.ModelValidated:
		return locale.Say("Model %s was validated by %s.", e.Model, s.decider(e.Actor))
	case *book.ModelPromoted:
		told := locale.Say("Model %s is %s from now on, on the word of %s", e.Model, e.To, s.decider(e.Actor))
		if e.Former != 0 {
			told.And("; %s, champion before it, is %s", e.Former, e.FormerTo)
		}
		return told.And(".")
	case *book.ModelRetired:
		return locale.Say("Model %s was retired by %s.", e.Model, s.decider(e.Actor))
	}
	return nil
}

// Last is the latest month in which the model scored; nil for none.
func (m Model) Last() *ModelMonth {
	if len(m.Drift) == 0 {
		return nil
	}
	return &m.Drift[len(m.Drift)-1]
}

// Moved lists the features that are no longer distributed as they were.
func (m ModelMonth) Moved() []FeatureDrift {
	var moved []FeatureDrift
	for _, f := range m.Features {
		if f.Alarm == score.Watch.String() || f.Alarm == score.Changed.String() {
			moved = append(moved, f)
		}
	}
	return moved
}
