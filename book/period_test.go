package book_test

import (
	"testing"

	"millrace/book"
	"millrace/domain/id"
)

func init() { refusals = append(refusals, periodRefusals...) }

// closing proposes to close the books until yesterday.
func (s *scene) closing() *book.ClosePeriod {
	s.t.Helper()
	s.wait(1)
	return &book.ClosePeriod{Until: s.book.Date().AddDays(-1), Balance: load32("balance")}
}

func (s *scene) period() id.Period { return latest[id.Period](s, "period") }

var periodRefusals = []refusal{
	{"period_open", "The period ends on the business date or later.", "Close it when the next business date is open.", func(s *scene) (id.Actor, book.Command) {
		c := s.closing()
		c.Until = s.book.Date()
		return s.Maker, c
	}},
	{"period_closed", "The books are closed until then already.", "Close a later date.", func(s *scene) (id.Actor, book.Command) {
		c := s.closing()
		s.give(s.Maker, c)
		s.give(s.Checker, &book.ApproveClosing{Period: s.period(), Decision: book.Approve, Balance: c.Balance})
		return s.Maker, c
	}},
	{"period_unknown", "There is no such period.", "Look up its identity.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, &book.ApproveClosing{Period: id.Make[id.Period](1, 99), Decision: book.Approve}
	}},
	{"period_state", "Another closing waits for a second person, or this one was decided.", "Decide that one first.", func(s *scene) (id.Actor, book.Command) {
		c := s.closing()
		s.give(s.Maker, c)
		return s.Checker, c
	}},
	{"balance_differs", "The trial balance is missing, or is not the one that was proposed.", "Work it out again on the same date.", func(s *scene) (id.Actor, book.Command) {
		s.give(s.Maker, s.closing())
		return s.Checker, &book.ApproveClosing{Period: s.period(), Decision: book.Approve, Balance: load32("another")}
	}},
}

// A closing takes two people and the same balance; declined, the same date may be proposed anew.
func TestAPeriodIsClosedByTwo(t *testing.T) {
	s := newScene(t)
	c := s.closing()
	s.give(s.Maker, c)
	approval := func(d book.Decision) *book.ApproveClosing {
		return &book.ApproveClosing{Period: s.period(), Decision: d, Balance: c.Balance}
	}
	s.refused("second_person", s.Maker, approval(book.Approve))
	s.refused("decision_invalid", s.Checker, approval(0))
	s.give(s.Checker, approval(book.Decline))
	s.refused("period_state", s.Checker, approval(book.Approve))
	s.give(s.Checker, c)
	s.give(s.Maker, approval(book.Approve))
	if p := book.Record(s.book, "period", 2).(book.Period); p.State != book.Closed || p.Until != c.Until {
		t.Errorf("%+v", p)
	}
	s.sound()
}
