package main

import (
	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/edge/view"
)

// closeBooks closes the first month in which money moved: one person proposes, a second gets the same trial balance.
func (s *story) closeBooks() error {
	v, err := view.New(s.engine).At(s.ctx, s.engine.Head().Sequence)
	if err != nil {
		return err
	}
	defer v.Close()
	until, _ := calendar.Of(2026, 9, 30)
	balance, err := v.BalanceDigest(until)
	if err != nil {
		return err
	}
	answer, err := s.give(s.maker, "", &book.ClosePeriod{Until: until, Balance: balance})
	if err != nil {
		return err
	}
	var closing id.Period
	for _, event := range answer.Events {
		if proposed, ok := event.(*book.ClosingProposed); ok {
			closing = proposed.Period.ID
		}
	}
	if _, err := s.give(s.checker, "", &book.ApproveClosing{Period: closing, Decision: book.Approve, Balance: balance}); err != nil {
		return err
	}
	return s.tell("books", "closed until %s; what is known later is posted on the day on which it is known", until)
}
