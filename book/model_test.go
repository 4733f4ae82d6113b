package book_test

import (
	"cmp"
	"maps"
	"slices"
	"testing"

	"millrace/book"
	"millrace/domain/risk"
	"millrace/domain/score"
)

func TestTheChampionScoresEachUseAndChallengersInItsShadow(t *testing.T) {
	s, rows := newScene(t), drained{}
	first := s.promoted(score.Champion, 0)
	second := s.promoted(score.Challenger, 0)
	s.live(6)
	decisions := s.decisions(rows)
	if len(decisions) == 0 {
		t.Fatal("nothing was decided")
	}
	for _, d := range decisions {
		if len(d.Scored) != 2 || d.Scored[0].Model != first || d.Scored[0].Shadow || d.Scored[1].Model != second || !d.Scored[1].Shadow {
			t.Fatalf("%+v", d.Scored)
		}
		tenor := int64(d.Facts.TenorDays)
		want := int64(560)
		if tenor > 30 {
			want = 520
		}
		if tenor > 90 {
			want = 460
		}
		if !slices.Equal(d.Scored[0].Facts, []int64{tenor}) || d.Scored[0].Units != want {
			t.Errorf("%d days score %+v, by hand %d", tenor, d.Scored[0], want)
		}
	}
	if count := book.Counts(s.book)["model_month"]; count != 2 {
		t.Fatalf("%d months", count)
	}
	month := book.Record(s.book, "model_month", 1).(score.Month)
	if month.Model != first || month.Scored != uint64(len(decisions)) || month.Month != score.MonthOf(s.Today) {
		t.Errorf("%+v of %d decisions", month, len(decisions))
	}
	s.give(s.Checker, &book.PromoteModel{Model: second, To: score.Champion, Former: score.Retired})
	s.live(6)
	last := s.decisions(rows)
	if d := last[len(last)-1]; len(d.Scored) != 1 || d.Scored[0].Model != second || d.Scored[0].Shadow {
		t.Errorf("%+v", d.Scored)
	}
	s.stands(nil)
	s.reread(rows)
}

// drained collects the rows of a book, the latest of each record.
type drained map[[2]uint64][]byte

// decisions are those that were made since the last call, in their order.
func (s *scene) decisions(rows drained) []risk.Decision {
	s.t.Helper()
	described := s.book.Tables()
	var made []risk.Decision
	s.book.Drain(func(r book.Row) {
		rows[[2]uint64{uint64(r.Table), r.Number}] = described[r.Table].Encode(nil, r.Record)
		if d, is := r.Record.(risk.Decision); is {
			made = append(made, d)
		}
	})
	slices.SortFunc(made, func(a, b risk.Decision) int { return cmp.Compare(a.ID, b.ID) })
	return made
}

// reread builds a book from the rows of this one and compares them.
func (s *scene) reread(rows drained) *book.Book {
	s.t.Helper()
	s.decisions(rows)
	keys := slices.SortedFunc(maps.Keys(rows), func(a, b [2]uint64) int { return slices.Compare(a[:], b[:]) })
	fresh := book.New(1)
	for _, key := range keys {
		if err := fresh.Load(int(key[0]), key[1], rows[key]); err != nil {
			s.t.Fatal(err)
		}
	}
	if err := fresh.Loaded(book.Header{Sequence: s.book.Sequence(), At: s.book.At()}); err != nil {
		s.t.Fatal(err)
	}
	if fresh.Digest() != s.book.Digest() {
		s.t.Error("another book comes back from the tables")
	}
	if breaches := book.Check(fresh); len(breaches) > 0 {
		s.t.Error(breaches)
	}
	return fresh
}

func TestAFunderMayHaveAChampionOfItsOwn(t *testing.T) {
	s := newScene(t)
	own := registering(func(_ *score.Table, c *book.RegisterModel) { c.Funder = s.Funder })
	s.refused("other_party", s.FunderActor, registering())
	s.give(s.FunderActor, own)
	s.refused("second_person", s.FunderActor, &book.ValidateModel{Model: 1<<16 | 1, Note: load32("note")})
	s.give(s.Maker, registering())
	s.refused("other_party", s.FunderActor, &book.ValidateModel{Model: 2<<16 | 1, Note: load32("note")})
	s.give(s.Checker, &book.ValidateModel{Model: 2<<16 | 1, Note: load32("note")})
	s.give(s.Checker, &book.PromoteModel{Model: 2<<16 | 1, To: score.Champion})
	s.live(6)
	rows := drained{}
	if made := s.decisions(rows); len(made) == 0 || made[len(made)-1].Scored[0].Model != 2<<16|1 {
		t.Errorf("%+v", made)
	}
	colleague := s.lender()
	s.give(colleague, &book.ValidateModel{Model: 1<<16 | 1, Note: load32("note")})
	s.give(colleague, &book.PromoteModel{Model: 1<<16 | 1, To: score.Champion})
	s.live(7)
	for _, d := range s.decisions(rows) { // at the quote and at its acceptance
		if len(d.Scored) != 1 || d.Scored[0].Model != 1<<16|1 {
			t.Errorf("the funder's use is scored by %+v", d.Scored)
		}
		if again, can := s.book.Again(&d); !can || !slices.Equal(again, d.Outcomes) {
			t.Errorf("%v comes out as %v", d.Outcomes, again)
		}
	}
	m := book.Record(s.book, "model", 2).(score.Model)
	if m.State != score.Champion || m.Version != 1 || m.Validator == m.Maker {
		t.Errorf("%+v", m)
	}
	s.stands(nil)
}
