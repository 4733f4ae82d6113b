package main

import (
	"fmt"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/risk"
	"millrace/domain/score"
	"millrace/engine"
)

// modelRecount scores every decision in the journal again by the tables that were registered, and counts the scores by month and bin on
// its own.
type modelRecount struct {
	date   calendar.Date
	models map[id.Model]*recountedModel
	months map[recountedMonth]*score.Month
	wrong  []book.Breach
}

type recountedModel struct {
	score.Model
	scorer *score.Scorer
}

type recountedMonth struct {
	model id.Model
	month uint32
}

func newModelRecount() *modelRecount {
	return &modelRecount{models: map[id.Model]*recountedModel{}, months: map[recountedMonth]*score.Month{}}
}

func (r *modelRecount) breach(code, record, format string, arguments ...any) {
	if len(r.wrong) < book.BreachesMax {
		r.wrong = append(r.wrong, book.Breach{Code: code, Record: record, Sentence: fmt.Sprintf(format, arguments...)})
	}
}

// add takes one entry of the journal, in their order.
func (r *modelRecount) add(entry engine.Entry) {
	for _, event := range entry.Events {
		switch e := event.(type) {
		case *book.DayOpened:
			r.date = e.Date
		case *book.ModelRegistered:
			m := &recountedModel{Model: e.Model}
			if t, err := score.Unpack(e.Model.Packed); err == nil {
				m.scorer, _ = score.New(t)
			}
			r.models[m.ID] = m
		case *book.ModelPromoted:
			r.move(e.Former, e.FormerTo)
			r.move(e.Model, e.To)
		case *book.ModelRetired:
			r.move(e.Model, score.Retired)
		case *book.DecisionMade:
			for i := range e.Decision.Scored {
				r.scored(e.Decision.ID.String(), &e.Decision.Scored[i])
			}
		}
	}
}

func (r *modelRecount) move(of id.Model, to score.State) {
	if m := r.models[of]; m != nil {
		m.State = to
	}
}

func (r *modelRecount) scored(record string, s *risk.Scored) {
	m := r.models[s.Model]
	if m == nil || m.scorer == nil || len(s.Facts) != len(m.scorer.Table().Features) {
		r.breach("score_model", record, "%s has not the table of the score", s.Model)
		return
	}
	if units := m.scorer.Score(s.Facts); units != s.Units {
		r.breach("score_differs", record, "%s scores %d units, the decision says %d", s.Model, units, s.Units)
	}
	if s.Shadow != (m.State == score.Challenger) || !m.State.Scores() {
		r.breach("score_model", record, "%s was %s when it scored", s.Model, m.State)
	}
	key := recountedMonth{s.Model, uint32(r.date.Year()*100 + r.date.Month())}
	month := r.months[key]
	if month == nil {
		month = &score.Month{Model: key.model, Month: key.month, Counts: make([]uint32, m.Reference.Bins())}
		r.months[key] = month
	}
	month.Scored++
	if !m.Reference.Known() {
		return
	}
	rest := count(&m.Reference.Scores, month.Counts, s.Units)
	for i := range m.Reference.Features {
		rest = count(&m.Reference.Features[i], rest, s.Facts[i])
	}
}

// count finds the bin of a value one bound after the other, counts it, and gives the counts of the distributions that follow.
func count(d *score.Distribution, counts []uint32, value int64) []uint32 {
	bin := 0
	for bin < len(d.Upto) && value > d.Upto[bin] {
		bin++
	}
	if value == score.Missing {
		bin = len(d.Upto) + 1
	}
	counts[bin]++
	return counts[len(d.Upto)+2:]
}

// end holds what the book has counted against what the journal has.
func (r *modelRecount) end(b *book.Book) []book.Breach {
	found := 0
	b.ModelMonths(func(m score.Month) {
		found++
		own := r.months[recountedMonth{m.Model, m.Month}]
		if own == nil || own.Scored != m.Scored || fmt.Sprint(own.Counts) != fmt.Sprint(m.Counts) {
			r.breach("model_recounted", m.Model.String(), "what %s scored in %d is not what the journal has", m.Model, m.Month)
		}
	})
	if found != len(r.months) {
		r.breach("model_recounted", "", "the book has %d months of models, the journal %d", found, len(r.months))
	}
	return r.wrong
}
