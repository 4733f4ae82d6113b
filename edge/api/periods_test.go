package api_test

import (
	"fmt"
	"testing"

	"millrace/book"
	"millrace/domain/calendar"
)

// closed opens the next business date and closes the books of the one that is over.
func (s *site) closed() string {
	s.t.Helper()
	w := s.world
	proposed := s.post(w.Maker, "/v1/periods", fmt.Sprintf(`{"until":%q}`, s.nextDay())).want(201)
	of := proposed.text("record", "id")
	if got := s.post(w.Maker, "/v1/periods/"+of+"/approval", `{"decision":"approve"}`); got.text("code") != "second_person" {
		s.t.Errorf("%s", got.bytes)
	}
	if got := s.post(w.Checker, "/v1/periods/"+of+"/approval", `{"decision":"approve"}`).want(200); got.text("record", "state") != "closed" {
		s.t.Errorf("%s", got.bytes)
	}
	return of
}

// nextDay opens the next business date, and gives the one that is over.
func (s *site) nextDay() calendar.Date {
	s.t.Helper()
	over := max(s.date, s.world.Today)
	s.date = over.AddDays(1)
	s.give(s.world.Maker, &book.OpenDay{Date: s.date})
	return over
}

func TestPeriodsAreClosedOnTheSameBalance(t *testing.T) {
	s := newSite(t)
	w := s.world
	s.life(1, 10)
	if open := s.post(w.Maker, "/v1/periods", fmt.Sprintf(`{"until":%q}`, w.Today)).want(422); open.text("code") != "period_open" {
		t.Errorf("%s", open.bytes)
	}
	first := s.closed()
	if again := s.post(w.Maker, "/v1/periods", fmt.Sprintf(`{"until":%q}`, w.Today)).want(409); again.text("code") != "period_closed" {
		t.Errorf("%s", again.bytes)
	}
	s.life(2, 10)
	if s.closed() == first {
		t.Error("the second period is the first one")
	}
}
