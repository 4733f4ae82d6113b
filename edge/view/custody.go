package view

import (
	"millrace/book"
	"millrace/domain/payment"
	"millrace/edge/locale"
)

// inCustody shows who of the custodian's people released or refused a payment, and why.
func (s *showing) inCustody(r *payment.Payment, shown *Payment) {
	if r.Decider == 0 {
		return
	}
	shown.Decider = s.actor(r.Decider)
	if r.Refusal != [32]byte{} {
		text, err := s.text(r.Refusal)
		s.note(err)
		shown.Refusal = text
	}
}

// ofCustody tells what a person of the custodian decided on a payment.
func ofCustody(e *book.PaymentMoved) *locale.Text {
	if e.State == payment.Refused {
		return locale.Say("The custodian refused payment %s: it did not leave.", e.Payment)
	}
	return locale.Say("The custodian released payment %s: the bank has paid.", e.Payment)
}
