package book

import (
	"millrace/domain/calendar"
	"millrace/domain/credit"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/party"
)

func init() {
	registerCommand(func() act { return &ProposeLimit{} })
	registerCommand(func() act { return &ApproveLimit{} })
	registerCommand(func() act { return &SuspendLimit{} })
	registerCommand(func() act { return &LiftLimit{} })
	registerEvent(func() fact { return &LimitProposed{} })
	registerEvent(func() fact { return &LimitApproved{} })
	registerEvent(func() fact { return &LimitMoved{} })
	registerEvent(func() fact { return &LimitSuspended{} })
	registerEvent(func() fact { return &LimitLifted{} })
	permitted[commandProposeLimit] = party.Operator | party.Funder
	permitted[commandApproveLimit] = party.Operator | party.Funder
	permitted[commandSuspendLimit] = party.Operator | party.Funder
	permitted[commandLiftLimit] = party.Operator | party.Funder
}

// ProposeLimit proposes a bound on what may be used. A funder may bound what it puts in itself, and have limits of its own beside
// those of the house.
type ProposeLimit struct {
	Key     credit.LimitKey `cbor:"1,keyasint"`
	Amount  money.Minor     `cbor:"2,keyasint"`
	Expires calendar.Date   `cbor:"3,keyasint"` // last day of use

	Renewal    credit.Renewal    `cbor:"4,keyasint,omitempty"`
	Commitment credit.Commitment `cbor:"5,keyasint,omitempty"`
	Strictness credit.Strictness `cbor:"6,keyasint,omitempty"`
	Insurance  credit.Insurance  `cbor:"7,keyasint,omitzero"` // of an insurer's limit
}

// Kind names the stored form.
func (*ProposeLimit) Kind() uint16 { return commandProposeLimit }

func (c *ProposeLimit) decide(d *draft) *Rejection {
	terms := credit.LimitTerms(*c)
	if rejection := d.placed(&terms.Key); rejection != nil {
		return rejection
	}
	if !d.isOperator() && c.Key.Owner != d.by() && (c.Key.Owner != 0 || c.Key.Kind != credit.FunderLimit || c.Key.Party != d.by()) {
		return reject("other_party", "party", "a funder sets its own limit only")
	}
	if d.isOperator() && c.Key.Owner != 0 {
		return reject("other_party", "owner", "only the funder itself sets limits of its own: the operator may recommend one")
	}
	if rejection := d.bounded(&terms); rejection != nil {
		return rejection
	}
	if rejection := d.soleConnected(&terms.Key); rejection != nil {
		return rejection
	}
	d.proposeLimit(&terms)
	return nil
}

// proposeLimit puts a limit on record that waits for a second person.
func (d *draft) proposeLimit(t *credit.LimitTerms) id.Limit {
	limit := id.Make[id.Limit](d.shard, d.number(tableLimit, d.limits.count))
	d.emit(&LimitProposed{Limit: credit.Limit{
		ID: limit, Key: t.Key, State: credit.Proposed, Amount: t.Amount, Expires: t.Expires, Maker: d.header.Actor,
		Renewal: t.Renewal, Commitment: t.Commitment, Strictness: t.Strictness, Insurance: t.Insurance,
	}})
	return limit
}

// placed refuses a key that bounds nothing that there is.
func (d *draft) placed(key *credit.LimitKey) *Rejection {
	if rejection := d.scoped(key); rejection != nil {
		return rejection
	}
	if key.Kind < credit.BuyerLimit || key.Kind > credit.KindLast {
		return reject("limit_invalid", "kind", "there is no such kind of limit")
	}
	return d.named(key)
}

// bounded refuses an amount, a last day or terms that no limit has.
func (d *draft) bounded(t *credit.LimitTerms) *Rejection {
	if p := d.programmes.at(t.Key.Programme.Number()); p != nil && t.Key.Currency != p.Currency {
		return reject("currency_differs", "currency", "the programme is in %s", p.Currency)
	}
	if !t.Key.Currency.Known() {
		return reject("currency_unknown", "currency", "the currency is not in ISO 4217")
	}
	if t.Amount < 0 || t.Amount > money.MinorMax {
		return reject("amount_invalid", "amount", "a limit is not below zero")
	}
	if t.Expires < d.today() {
		return reject("date_invalid", "expires", "the limit would have expired before %s", d.today())
	}
	return d.termed(t)
}

// scoped refuses a key that is of no programme and of no funder of its own, or of a funder that has no part in the programme.
func (d *draft) scoped(key *credit.LimitKey) *Rejection {
	p := d.programmes.at(key.Programme.Number())
	if p == nil && (key.Programme != 0 || key.Owner == 0) {
		return reject("programme_unknown", "programme", "there is no programme %s", key.Programme)
	}
	if key.Owner == 0 {
		return nil
	}
	owner := d.parties.at(key.Owner.Number())
	if owner == nil {
		return reject("party_unknown", "owner", "there is no party %s", key.Owner)
	}
	if owner.Roles&party.Funder == 0 || p != nil && !funds(p, key.Owner) {
		return reject("funder_unknown", "owner", "%s is not a funder there", key.Owner)
	}
	return nil
}

// named refuses a key that names too little or too much for its kind.
func (d *draft) named(key *credit.LimitKey) *Rejection {
	takesParty := key.Kind != credit.ProgrammeLimit && key.Kind != credit.TierLimit && key.Kind != credit.CurrencyLimit && key.Kind != credit.ProductLimit
	if takesParty != (key.Party != 0) {
		return reject("limit_invalid", "party", "a limit names a party where its kind is about one: this is a %s limit", key.Kind)
	}
	if key.Party != 0 && d.parties.at(key.Party.Number()) == nil {
		return reject("party_unknown", "party", "there is no party %s", key.Party)
	}
	if (key.Kind == credit.PairLimit) != (key.Counterparty != 0) || (key.Kind == credit.TierLimit) != (key.Tier != 0) || (key.Kind == credit.ProductLimit) != (key.Product != 0) {
		return reject("limit_invalid", "kind", "a pair names its buyer, a tier its number, and a product its version, and no other limit does")
	}
	if key.Counterparty != 0 && d.parties.at(key.Counterparty.Number()) == nil {
		return reject("party_unknown", "counterparty", "there is no party %s", key.Counterparty)
	}
	if key.Product != 0 && d.products.at(key.Product.Number()) == nil {
		return reject("product_unknown", "product", "there is no product %s", key.Product)
	}
	if key.Kind == credit.GroupLimit && d.groupOf(key.Party) != key.Party {
		return reject("group_head", "party", "%s belongs to the group of %s: the limit is on its head", key.Party, d.groupOf(key.Party))
	}
	if key.Kind == credit.CurrencyLimit && key.Programme != 0 || key.Owner != 0 && (key.Kind == credit.FunderLimit || key.Kind == credit.ProgrammeLimit) {
		return reject("limit_invalid", "kind", "what a funder puts into a programme is its funder limit there, and what it lends in a currency spans its programmes")
	}
	return nil
}

// termed refuses terms that are not those of the kind.
func (d *draft) termed(c *credit.LimitTerms) *Rejection {
	if c.Renewal > credit.Once || c.Commitment > credit.Committed || c.Strictness > credit.Advisory {
		return reject("limit_invalid", "terms", "a limit revolves or is used once, is committed or not, and binds or advises")
	}
	if c.Key.Kind == credit.ConnectedLimit && c.Renewal == credit.Once {
		return reject("limit_invalid", "terms", "a limit on connected parties revolves: what one of them has repaid is not the others’ when it leaves them")
	}
	if c.Key.Kind != credit.InsurerLimit {
		if c.Insurance != (credit.Insurance{}) {
			return reject("limit_invalid", "insurance", "only an insurer's limit has a policy")
		}
		if c.Strictness != credit.Binding {
			return reject("limit_invalid", "terms", "only an insurer's limit advises: it bounds what is covered, and not what may be lent")
		}
		return nil
	}
	if d.parties.at(c.Insurance.Insurer.Number()) == nil {
		return reject("party_unknown", "insurer", "there is no party %s", c.Insurance.Insurer)
	}
	if c.Insurance.Policy == [32]byte{} || c.Insurance.Share <= 0 || c.Insurance.Share > money.RateOne {
		return reject("limit_invalid", "insurance", "an insurer's limit names its policy, and the share of a loss that it bears")
	}
	return nil
}

// ApproveLimit puts a proposed limit in force. It takes over what is reserved and used under the one before, or, where there was
// none, by all that it bounds; a cut below that means no new use, not a forced unwind.
type ApproveLimit struct {
	Limit id.Limit `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*ApproveLimit) Kind() uint16 { return commandApproveLimit }

func (c *ApproveLimit) decide(d *draft) *Rejection {
	l, rejection := d.limitToMove(c.Limit)
	if rejection != nil {
		return rejection
	}
	if l.State != credit.Proposed {
		return reject("limit_state", "limit", "limit %s is %s", c.Limit, l.State)
	}
	if rejection := d.second(l.Maker); rejection != nil {
		return rejection
	}
	if rejection := d.soleConnected(&l.Key); rejection != nil {
		return rejection
	}
	event := &LimitApproved{Limit: c.Limit, Checker: d.header.Actor, Replaces: d.limitOf[l.Key]}
	before := d.limits.at(event.Replaces.Number())
	found := d.exposureUnder(&l.Key, before == nil || l.Renewal == credit.Once)
	if event.Reserved, event.Used = found.reserved, found.used; before != nil {
		event.Reserved, event.Used = before.Reserved, before.Used
	}
	if l.Renewal == credit.Once {
		if event.Repaid, event.Base = found.repaid, found.repaid; before != nil && before.Renewal == credit.Once {
			event.Base = before.Base
		}
	}
	d.emit(event)
	return nil
}

// limitToMove finds a limit on which the actor has a say: the house's limits are the operator's, but for what a funder puts in itself.
func (d *draft) limitToMove(wanted id.Limit) (*credit.Limit, *Rejection) {
	l := d.limits.at(wanted.Number())
	if l == nil {
		return nil, reject("limit_unknown", "limit", "there is no limit %s", wanted)
	}
	own := l.Key.Owner == d.by() || l.Key.Owner == 0 && l.Key.Kind == credit.FunderLimit && l.Key.Party == d.by()
	if d.isOperator() {
		own = l.Key.Owner == 0
	}
	if !own {
		return nil, reject("other_party", "limit", "this belongs to another party")
	}
	return l, nil
}

// SuspendLimit stops new use of a limit at once, on one person's word. What is reserved and used stays.
type SuspendLimit struct {
	Limit id.Limit `cbor:"1,keyasint"`
	Cause [32]byte `cbor:"2,keyasint"` // in the vault
}

// Kind names the stored form.
func (*SuspendLimit) Kind() uint16 { return commandSuspendLimit }

func (c *SuspendLimit) decide(d *draft) *Rejection {
	l, rejection := d.limitToMove(c.Limit)
	if rejection != nil {
		return rejection
	}
	if l.State != credit.Live || l.Stopped() {
		return reject("limit_state", "limit", "only a limit that is in force and not suspended is suspended")
	}
	if c.Cause == [32]byte{} {
		return reject("reason_missing", "cause", "say why")
	}
	d.suspendLimit(l, c.Cause)
	return nil
}

// suspendLimit stops new use of a live limit.
func (d *draft) suspendLimit(l *credit.Limit, cause [32]byte) {
	d.emit(&LimitSuspended{Limit: l.ID, Actor: d.header.Actor, Cause: cause})
}

// LiftLimit lets a suspended limit be used again: two persons say so, one after the other.
type LiftLimit struct {
	Limit id.Limit `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*LiftLimit) Kind() uint16 { return commandLiftLimit }

func (c *LiftLimit) decide(d *draft) *Rejection {
	l, rejection := d.limitToMove(c.Limit)
	if rejection != nil {
		return rejection
	}
	if l.State != credit.Live || !l.Stopped() {
		return reject("limit_state", "limit", "limit %s is not suspended", c.Limit)
	}
	if l.Lifting != 0 {
		if rejection := d.second(l.Lifting); rejection != nil {
			return rejection
		}
	}
	d.emit(&LimitLifted{Limit: l.ID, First: l.Lifting, Actor: d.header.Actor})
	return nil
}

// LimitProposed says that a limit was proposed.
type LimitProposed struct {
	Limit credit.Limit `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*LimitProposed) Kind() uint16 { return eventLimitProposed }

func (e *LimitProposed) fold(b *Book) {
	number := e.Limit.ID.Number()
	b.limits.add(number, e.Limit)
	b.touched(tableLimit, number, &b.limits.at(number).Entry)
}

// LimitApproved says that a limit is in force and what it takes over.
type LimitApproved struct {
	Limit    id.Limit    `cbor:"1,keyasint"`
	Checker  id.Actor    `cbor:"2,keyasint"`
	Replaces id.Limit    `cbor:"3,keyasint"`
	Reserved money.Minor `cbor:"4,keyasint"`
	Used     money.Minor `cbor:"5,keyasint"`

	Repaid money.Minor `cbor:"6,keyasint,omitempty"` // where it is used once: of all that it bounds, ever
	Base   money.Minor `cbor:"7,keyasint,omitempty"` // of Repaid, that does not count
}

// Kind names the stored form.
func (*LimitApproved) Kind() uint16 { return eventLimitApproved }

func (e *LimitApproved) fold(b *Book) {
	if before := b.limits.at(e.Replaces.Number()); before != nil {
		b.unindexLimit(before)
		before.State, before.Reserved, before.Used = credit.Replaced, 0, 0
		before.Repaid, before.Base, before.Alarm, before.Withdrawal = 0, 0, credit.Alarm{}, credit.Withdrawal{}
		b.touchedLimit(before)
	}
	l := b.limits.at(e.Limit.Number())
	l.State, l.Checker, l.Reserved, l.Used = credit.Live, e.Checker, e.Reserved, e.Used
	l.Repaid, l.Base = e.Repaid, e.Base
	b.indexLimit(l)
	b.touchedLimit(l)
}

// LimitMoved changes what is reserved and used under limits: a financing was accepted (reserved up), paid out (reserved
// down, used up), or repaid (used down).
type LimitMoved struct {
	Limits   []id.Limit  `cbor:"1,keyasint"`
	Reserved money.Minor `cbor:"2,keyasint"` // signed
	Used     money.Minor `cbor:"3,keyasint"` // signed

	Repaid money.Minor `cbor:"4,keyasint,omitempty"` // signed: of what Used falls by, what was repaid or written off
}

// Kind names the stored form.
func (*LimitMoved) Kind() uint16 { return eventLimitMoved }

func (e *LimitMoved) fold(b *Book) {
	for _, limit := range e.Limits {
		l := b.limits.at(limit.Number())
		l.Reserved, l.Used = money.Add(l.Reserved, e.Reserved), money.Add(l.Used, e.Used)
		if l.Renewal == credit.Once {
			l.Repaid = money.Add(l.Repaid, e.Repaid)
		}
		b.touchedLimit(l)
	}
}

// LimitSuspended says that nothing new is used under a limit.
type LimitSuspended struct {
	Limit id.Limit `cbor:"1,keyasint"`
	Actor id.Actor `cbor:"2,keyasint"` // 0: the node, on a warning
	Cause [32]byte `cbor:"3,keyasint"` // in the vault
}

// Kind names the stored form.
func (*LimitSuspended) Kind() uint16 { return eventLimitSuspended }

func (e *LimitSuspended) fold(b *Book) {
	l := b.limits.at(e.Limit.Number())
	l.Suspended, l.Cause, l.Lifting = e.Actor, e.Cause, 0
	b.touched(tableLimit, e.Limit.Number(), &l.Entry)
}

// LimitLifted says that one of two wants a suspension to end, or that the second has ended it.
type LimitLifted struct {
	Limit id.Limit `cbor:"1,keyasint"`
	First id.Actor `cbor:"2,keyasint,omitempty"` // who has said so before; 0: a second one has to
	Actor id.Actor `cbor:"3,keyasint"`
}

// Kind names the stored form.
func (*LimitLifted) Kind() uint16 { return eventLimitLifted }

func (e *LimitLifted) fold(b *Book) {
	l := b.limits.at(e.Limit.Number())
	if l.Lifting = e.Actor; e.First != 0 {
		l.Suspended, l.Cause, l.Lifting = 0, [32]byte{}, 0
	}
	b.touched(tableLimit, e.Limit.Number(), &l.Entry)
}
