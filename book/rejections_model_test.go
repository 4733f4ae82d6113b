package book_test

import (
	"testing"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/score"
)

func init() { refusals = append(refusals, modelRefusals...) }

// tenorCard is a scorecard of one fact: the longer, the worse.
func tenorCard() score.Table {
	return score.Table{
		Name: "tenor", Scale: score.Scale{UnitsPerPoint: 1, Points: 600, Odds: 50, DoubleOdds: 20}, Base: 500,
		Features:        []score.Feature{{Name: "tenor_days"}},
		Characteristics: []score.Characteristic{{Feature: 0, Upto: []int64{30, 90}, Units: []int64{60, 20, -40}, Missing: -10}},
	}
}

// tenorReference is what that card is compared with.
func tenorReference() score.Reference {
	return score.Reference{
		Scores:   score.Distribution{Upto: []int64{460, 520}, Counts: []uint32{20, 30, 50, 0}},
		Features: []score.Distribution{{Upto: []int64{30, 90}, Counts: []uint32{50, 30, 18, 2}}},
	}
}

func registering(changes ...func(t *score.Table, c *book.RegisterModel)) *book.RegisterModel {
	t := tenorCard()
	c := &book.RegisterModel{Name: "tenor", Purpose: score.CreditUse, Training: score.Training{Cases: 1000, Bads: 90, Folds: 5, AUC: 790_000}, Reference: tenorReference()}
	for _, change := range changes {
		change(&t, c)
	}
	if c.Packed == nil {
		c.Packed = t.Pack()
	}
	return c
}

// tabled puts the card on record, and validated and promoted bring it further.
func (s *scene) tabled() id.Model {
	s.t.Helper()
	s.give(s.Maker, registering())
	return latest[id.Model](s, "model")
}

func (s *scene) validated() id.Model {
	s.t.Helper()
	m := s.tabled()
	s.give(s.Checker, &book.ValidateModel{Model: m, Note: load32("note")})
	return m
}

func (s *scene) promoted(to, former score.State) id.Model {
	s.t.Helper()
	m := s.validated()
	s.give(s.Checker, &book.PromoteModel{Model: m, To: to, Former: former})
	return m
}

var modelRefusals = []refusal{
	{"challengers_many", "As many challengers score as one champion can have.", "Retire one of them first.", func(s *scene) (id.Actor, book.Command) {
		for range book.ChallengersMax {
			s.promoted(score.Challenger, 0)
		}
		return s.Checker, &book.PromoteModel{Model: s.validated(), To: score.Challenger}
	}},
	{"model_defective", "The table, its figures or its reference can't be registered.", "The sentence says where and what; `millrace model check` says it too.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, registering(func(t *score.Table, _ *book.RegisterModel) { t.Scale.Odds = 0 })
	}},
	{"model_fact", "The model asks for a fact that the book does not know, or of another kind.", "Train it on facts that `millrace model facts` lists.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, registering(func(t *score.Table, _ *book.RegisterModel) { t.Features[0].Name = "moon" })
	}},
	{"model_former", "It is not said what becomes of the champion before, or there is none.", "Say `challenger` or `retired`, where there is a champion.", func(s *scene) (id.Actor, book.Command) {
		s.promoted(score.Champion, 0)
		return s.Checker, &book.PromoteModel{Model: s.validated(), To: score.Champion}
	}},
	{"model_name", "The name is empty, too long or has other characters.", "Use letters, digits, points, hyphens and underscores.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, registering(func(_ *score.Table, c *book.RegisterModel) { c.Name = "a b" })
	}},
	{"model_purpose", "There is no such purpose.", "A model is for the review of a buyer or a seller, or for the use of credit.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, registering(func(_ *score.Table, c *book.RegisterModel) { c.Purpose = 9 })
	}},
	{"model_role", "A model becomes challenger or champion.", "Say which.", func(s *scene) (id.Actor, book.Command) {
		return s.Checker, &book.PromoteModel{Model: s.validated(), To: score.Retired}
	}},
	{"model_state", "The model is in another state.", "The sentence says in which.", func(s *scene) (id.Actor, book.Command) {
		return s.Checker, &book.PromoteModel{Model: s.tabled(), To: score.Champion}
	}},
	{"model_too_large", "The table has more bytes than an entry takes.", "Train fewer or smaller trees.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, registering(func(_ *score.Table, c *book.RegisterModel) { c.Packed = make([]byte, book.ModelBytesMax+1) })
	}},
	{"model_unknown", "There is no such model.", "Look up its identity.", func(s *scene) (id.Actor, book.Command) {
		return s.Checker, &book.RetireModel{Model: beyond[id.Model](s, "model")}
	}},
}

func TestNothingIsRegisteredThatCannotScore(t *testing.T) {
	s := newScene(t)
	for name, c := range map[string]struct {
		code   string
		change func(t *score.Table, c *book.RegisterModel)
	}{
		"bytes that are no table":       {"model_defective", func(_ *score.Table, c *book.RegisterModel) { c.Packed = []byte("NaN") }},
		"no bytes":                      {"model_defective", func(_ *score.Table, c *book.RegisterModel) { c.Packed = []byte{} }},
		"more bads than cases":          {"model_defective", func(_ *score.Table, c *book.RegisterModel) { c.Training.Bads = 2000 }},
		"a reference of other features": {"model_defective", func(_ *score.Table, c *book.RegisterModel) { c.Reference.Features = nil }},
		"categories of a number": {"model_fact", func(t *score.Table, _ *book.RegisterModel) {
			t.Features[0].Categories = []score.Category{{Text: "short", Fact: 1}}
		}},
		"a purpose without the fact": {"model_fact", func(_ *score.Table, c *book.RegisterModel) { c.Purpose = score.BuyerReview }},
	} {
		if _, err := s.submit(s.Maker, "", registering(c.change)); err == nil || s.rejected.Code != c.code {
			t.Errorf("%s: %v", name, err)
		}
	}
	if count := book.Counts(s.book)["model"]; count != 0 {
		t.Errorf("%d models are on record", count)
	}
}
