package book_test

import (
	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/receivable"
	"millrace/lab/load"
)

// confirming makes the confirmation of the youngest receivable, signed by those signatories of the anchor.
func (s *scene) confirming(given receivable.Undertaking, amount money.Minor, by ...int) *book.Confirm {
	s.t.Helper()
	r := s.debt(s.receivable())
	return s.Signed(load.Confirmation(&r, given, amount), by...)
}

// of changes something before it is signed.
func (s *scene) confirmingOther(amount money.Minor, change func(c *book.Confirm)) *book.Confirm {
	s.t.Helper()
	c := s.confirming(receivable.Irrevocable, amount)
	change(c)
	return s.Signed(c, 0)
}

func (s *scene) confirmation() id.Confirmation { return latest[id.Confirmation](s, "confirmation") }
func (s *scene) dispute() id.Dispute           { return latest[id.Dispute](s, "dispute") }
