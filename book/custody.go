package book

import (
	"millrace/domain/party"
	"millrace/domain/payment"
)

// decidedInCustody refuses what a person of the custodian may not say of a payment that is instructed on an account with it. The
// person lets it go or ends it, and does not undo what the operator or its rules hold back; what came back, and what nobody knows,
// the bank's machine or the operator says.
func (d *draft) decidedInCustody(p *payment.Payment, c *RecordOutcome) *Rejection {
	switch c.State {
	case payment.Refused:
		if c.Reason == (party.Reference{}) {
			return reject("reason_missing", "reason", "say why the payment is refused")
		}
		return nil
	case payment.Executed:
	default:
		return reject("outcome_invalid", "state", "a person of the custodian releases a payment (executed) or refuses it (refused)")
	}
	if p.Flags != 0 {
		return reject("payment_withheld", "payment", "payment %s is withheld: %v", p.ID, p.Flags.Names())
	}
	if d.programmes.at(p.Programme.Number()).Stopped {
		return reject("programme_stopped", "payment", "programme %s is stopped: a shortfall is open", p.Programme)
	}
	return d.sendable(p)
}
