package main

import (
	"testing"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/risk"
	"millrace/domain/score"
	"millrace/engine"
)

func TestScoresAreRecountedFromTheJournal(t *testing.T) {
	table := score.Table{
		Name: "tenor", Scale: score.Scale{UnitsPerPoint: 1, Points: 600, Odds: 50, DoubleOdds: 20}, Features: []score.Feature{{Name: "tenor_days"}},
		Characteristics: []score.Characteristic{{Upto: []int64{30}, Units: []int64{1, 2}}},
	}
	m := id.Make[id.Model](1, 1)
	day, _ := calendar.Parse("2026-11-22")
	entries := func(change func(s *risk.Scored)) []engine.Entry {
		scored := risk.Scored{Model: m, Facts: []int64{31}, Units: 2}
		change(&scored)
		return []engine.Entry{
			{Events: []book.Event{&book.DayOpened{Date: day}, &book.ModelRegistered{Model: score.Model{
				ID: m, State: score.Registered, Packed: table.Pack(),
				Reference: score.Reference{
					Scores:   score.Distribution{Upto: []int64{1}, Counts: []uint32{5, 5, 0}},
					Features: []score.Distribution{{Upto: []int64{30}, Counts: []uint32{5, 5, 0}}},
				},
			}}}},
			{Events: []book.Event{&book.ModelPromoted{Model: m, To: score.Champion}}},
			{Events: []book.Event{&book.DecisionMade{Decision: risk.Decision{Scored: []risk.Scored{scored}}}}},
		}
	}
	for want, change := range map[string]func(s *risk.Scored){
		"":              func(*risk.Scored) {},
		"score_differs": func(s *risk.Scored) { s.Units++ },
		"score_model":   func(s *risk.Scored) { s.Shadow = true },
	} {
		r := newModelRecount()
		for _, entry := range entries(change) {
			r.add(entry)
		}
		if month := r.months[recountedMonth{m, 202611}]; month == nil || month.Scored != 1 || month.Counts[4] != 1 {
			t.Errorf("%s: %+v", want, month)
		}
		switch {
		case want == "" && len(r.wrong) > 0, want != "" && (len(r.wrong) != 1 || r.wrong[0].Code != want):
			t.Errorf("%s: %v", want, r.wrong)
		}
		if found := r.end(book.New(1)); len(found) == 0 || found[len(found)-1].Code != "model_recounted" {
			t.Errorf("a book that has counted nothing: %v", found)
		}
	}
}
