package book

import (
	"millrace/domain/credit"
	"millrace/domain/id"
	"millrace/domain/party"
)

func init() {
	registerCommand(func() act { return &WithdrawLimit{} })
	registerCommand(func() act { return &DecideLimitWithdrawal{} })
	registerEvent(func() fact { return &WithdrawalProposed{} })
	registerEvent(func() fact { return &WithdrawalDecided{} })
	permitted[commandWithdrawLimit] = party.Operator | party.Funder
	permitted[commandDecideLimitWithdrawal] = party.Operator | party.Funder
}

// WithdrawLimit proposes that a limit which need not be there no longer binds. It binds until a second person has agreed.
type WithdrawLimit struct {
	Limit  id.Limit `cbor:"1,keyasint"`
	Reason [32]byte `cbor:"2,keyasint"` // in the vault
}

// Kind names the stored form.
func (*WithdrawLimit) Kind() uint16 { return commandWithdrawLimit }

func (c *WithdrawLimit) decide(d *draft) *Rejection {
	l, rejection := d.limitToMove(c.Limit)
	if rejection != nil {
		return rejection
	}
	if l.State != credit.Live || l.Withdrawal.Maker != 0 {
		return reject("limit_state", "limit", "only a limit that is in force is withdrawn, and once: limit %s is %s", c.Limit, l.State)
	}
	if d.needed(&l.Key) {
		return reject("limit_required", "limit", "nothing is financed without a %s limit: propose another amount, or suspend it", l.Key.Kind)
	}
	if c.Reason == [32]byte{} {
		return reject("reason_missing", "reason", "say why it need not bind any more")
	}
	d.emit(&WithdrawalProposed{Limit: l.ID, Actor: d.header.Actor, Reason: c.Reason})
	return nil
}

// needed tells whether uses are refused where a limit is missing: the house's on programme, funder and buyer, and on a seller where the
// programme's product says so or lends against what a seller owns.
func (d *draft) needed(key *credit.LimitKey) bool {
	if key.Owner != 0 {
		return false
	}
	switch key.Kind {
	case credit.ProgrammeLimit, credit.FunderLimit, credit.BuyerLimit:
		return true
	case credit.SellerLimit:
		p := d.programmes.at(key.Programme.Number())
		return d.products.at(p.Product.Number()).Terms.SellerLimit || d.collateralOf[p.ID] != 0
	}
	return false
}

// DecideLimitWithdrawal is the word of a second person on the withdrawal of a limit. Anybody who may withdraw it may decline.
type DecideLimitWithdrawal struct {
	Limit    id.Limit `cbor:"1,keyasint"`
	Decision Decision `cbor:"2,keyasint"`
}

// Kind names the stored form.
func (*DecideLimitWithdrawal) Kind() uint16 { return commandDecideLimitWithdrawal }

func (c *DecideLimitWithdrawal) decide(d *draft) *Rejection {
	l, rejection := d.limitToMove(c.Limit)
	if rejection != nil {
		return rejection
	}
	if l.State != credit.Live || l.Withdrawal.Maker == 0 {
		return reject("limit_state", "limit", "nobody has proposed to withdraw limit %s", c.Limit)
	}
	switch c.Decision {
	case Decline:
	case Approve:
		if rejection := d.second(l.Withdrawal.Maker); rejection != nil {
			return rejection
		}
		if d.needed(&l.Key) {
			return reject("limit_required", "limit", "nothing is financed without a %s limit by now: decline its withdrawal", l.Key.Kind)
		}
	default:
		return reject("decision_invalid", "decision", "a withdrawal is approved or declined")
	}
	d.emit(&WithdrawalDecided{Limit: l.ID, Actor: d.header.Actor, Decision: c.Decision})
	return nil
}

// WithdrawalProposed says that somebody wants a limit not to bind any more.
type WithdrawalProposed struct {
	Limit  id.Limit `cbor:"1,keyasint"`
	Actor  id.Actor `cbor:"2,keyasint"`
	Reason [32]byte `cbor:"3,keyasint"` // in the vault
}

// Kind names the stored form.
func (*WithdrawalProposed) Kind() uint16 { return eventWithdrawalProposed }

func (e *WithdrawalProposed) fold(b *Book) {
	l := b.limits.at(e.Limit.Number())
	l.Withdrawal = credit.Withdrawal{Maker: e.Actor, Reason: e.Reason}
	b.touchedLimit(l)
}

// WithdrawalDecided says that a limit no longer binds, or goes on to.
type WithdrawalDecided struct {
	Limit    id.Limit `cbor:"1,keyasint"`
	Actor    id.Actor `cbor:"2,keyasint"`
	Decision Decision `cbor:"3,keyasint"`
}

// Kind names the stored form.
func (*WithdrawalDecided) Kind() uint16 { return eventWithdrawalDecided }

func (e *WithdrawalDecided) fold(b *Book) {
	l := b.limits.at(e.Limit.Number())
	if e.Decision == Decline {
		l.Withdrawal = credit.Withdrawal{}
		b.touchedLimit(l)
		return
	}
	b.unindexLimit(l)
	l.State, l.Withdrawal.Checker = credit.WithdrawnLimit, e.Actor
	l.Reserved, l.Used, l.Repaid, l.Base, l.Alarm = 0, 0, 0, 0, credit.Alarm{}
	b.touchedLimit(l)
}
