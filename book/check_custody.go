package book

import (
	"millrace/domain/party"
	"millrace/domain/payment"
)

// decidedBy: who released or refused a payment for the custodian is a person of it, and is named only once that is done; who refused
// has said why.
func (a *audit) decidedBy(p *payment.Payment) {
	if p.Decider == 0 {
		if p.Refusal != [32]byte{} {
			a.breach("payment_custody", p.ID.String(), "%s carries a reason of the custodian's, and nobody there has refused it", p.ID)
		}
		return
	}
	by, programme := a.b.actors.at(uint64(p.Decider)>>16), a.b.programmes.at(uint64(p.Programme)>>16)
	if by == nil || programme == nil || by.Party != programme.Custodian || by.Role != party.Custodian {
		a.breach("payment_custody", p.ID.String(), "%s was decided on by %s, who is no person of the programme's custodian", p.ID, p.Decider)
	}
	if p.State != payment.Executed && p.State != payment.Refused && p.State != payment.Returned {
		a.breach("payment_custody", p.ID.String(), "%s is %s, and %s has decided on it", p.ID, p.State, p.Decider)
	}
	if (p.State == payment.Refused) != (p.Refusal != [32]byte{}) {
		a.breach("payment_custody", p.ID.String(), "%s is %s: a reason is kept of what the custodian refused, and of nothing else", p.ID, p.State)
	}
}
