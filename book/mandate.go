package book

import (
	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/mandate"
	"millrace/domain/money"
	"millrace/domain/party"
)

func init() {
	registerCommand(func() act { return &ProposeSigningKey{} })
	registerCommand(func() act { return &ApproveSigningKey{} })
	registerCommand(func() act { return &RevokeSigningKey{} })
	registerCommand(func() act { return &ProposeMandate{} })
	registerCommand(func() act { return &ApproveMandate{} })
	registerCommand(func() act { return &RevokeMandate{} })
	registerEvent(func() fact { return &SigningKeyProposed{} })
	registerEvent(func() fact { return &SigningKeyMoved{} })
	registerEvent(func() fact { return &MandateProposed{} })
	registerEvent(func() fact { return &MandateMoved{} })
	const anybody = party.Operator | party.Seller | party.Buyer | party.Anchor | party.Funder
	permitted[commandProposeSigningKey] = anybody
	permitted[commandApproveSigningKey] = party.Operator
	permitted[commandRevokeSigningKey] = anybody
	permitted[commandProposeMandate] = anybody
	permitted[commandApproveMandate] = anybody
	permitted[commandRevokeMandate] = anybody
	tables[tableSigningKey] = held("signing_key", func(b *Book) *shelf[mandate.SigningKey] { return &b.signingKeys },
		[]Column{ind("party", Integer), col("signatory", Integer), col("state", Text)},
		func(r *mandate.SigningKey) []any { return []any{int64(r.Party), int64(r.Signatory), r.State.String()} })
	tables[tableMandate] = held("mandate", func(b *Book) *shelf[mandate.Mandate] { return &b.mandates },
		[]Column{ind("signing_key", Integer), col("state", Text)},
		func(r *mandate.Mandate) []any { return []any{int64(r.Key), r.State.String()} })
}

// ProposeSigningKey brings the public key of a signatory. Any party may bring it, so that a supplier can invite its buyer;
// who brought it stays on the key. The proof is the signature of the key itself.
type ProposeSigningKey struct {
	Party     id.Party `cbor:"1,keyasint"`
	Signatory id.Actor `cbor:"2,keyasint"` // of the party
	Public    [32]byte `cbor:"3,keyasint"`
	Proof     [64]byte `cbor:"4,keyasint"`
	verified
}

// Kind names the stored form.
func (*ProposeSigningKey) Kind() uint16 { return commandProposeSigningKey }

// Statement is what the key signs to prove that its private half is at hand.
func (c *ProposeSigningKey) Statement() []byte {
	s := newStatement("signing key", 1)
	s.line("party", c.Party)
	s.line("signatory", c.Signatory)
	return s.bytes()
}

// Verify compares the proof with the statement.
func (c *ProposeSigningKey) Verify() *Rejection {
	return c.verify(c.Statement(), Signature{Public: c.Public, Bytes: c.Proof})
}

func (c *ProposeSigningKey) decide(d *draft) *Rejection {
	c.must()
	signatory := d.actors.at(c.Signatory.Number())
	if signatory == nil {
		return reject("actor_unknown", "signatory", "there is no actor %s", c.Signatory)
	}
	if signatory.Party != c.Party {
		return reject("signatory_other_party", "signatory", "actor %s does not act for party %s", c.Signatory, c.Party)
	}
	if _, found := d.keyOfPublic[c.Public]; found {
		return reject("signing_key_known", "public", "this key is registered already: every signatory has a key of its own")
	}
	number := d.number(tableSigningKey, d.signingKeys.count)
	d.emit(&SigningKeyProposed{Key: mandate.SigningKey{
		ID: id.Make[id.SigningKey](d.shard, number), Party: c.Party, Signatory: c.Signatory, Public: c.Public, Registrar: d.by(),
		State: mandate.Proposed, Maker: d.header.Actor,
	}})
	return nil
}

// ApproveSigningKey is the word of a second person, who has asked the party over a way of the operator's own.
type ApproveSigningKey struct {
	Key id.SigningKey `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*ApproveSigningKey) Kind() uint16 { return commandApproveSigningKey }

func (c *ApproveSigningKey) decide(d *draft) *Rejection {
	key := d.signingKeys.at(c.Key.Number())
	if key == nil {
		return reject("signing_key_unknown", "key", "there is no signing key %s", c.Key)
	}
	if key.State != mandate.Proposed {
		return reject("signing_key_state", "key", "signing key %s is %s", c.Key, key.State)
	}
	if rejection := d.second(key.Maker); rejection != nil {
		return rejection
	}
	d.emit(&SigningKeyMoved{Key: c.Key, State: mandate.Live, Actor: d.header.Actor})
	return nil
}

// RevokeSigningKey ends a key, at once and for ever. What it has signed stays signed.
type RevokeSigningKey struct {
	Key id.SigningKey `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*RevokeSigningKey) Kind() uint16 { return commandRevokeSigningKey }

func (c *RevokeSigningKey) decide(d *draft) *Rejection {
	key := d.signingKeys.at(c.Key.Number())
	if key == nil {
		return reject("signing_key_unknown", "key", "there is no signing key %s", c.Key)
	}
	if rejection := d.own(key.Party, "key"); rejection != nil {
		return rejection
	}
	if key.State == mandate.Revoked {
		return reject("signing_key_state", "key", "signing key %s is revoked already", c.Key)
	}
	d.emit(&SigningKeyMoved{Key: c.Key, State: mandate.Revoked, Actor: d.header.Actor})
	return nil
}

// ProposeMandate says what a key is to be allowed to sign.
type ProposeMandate struct {
	Key       id.SigningKey  `cbor:"1,keyasint"`
	Acts      mandate.Act    `cbor:"2,keyasint"`
	Currency  money.Currency `cbor:"3,keyasint"`
	AloneMax  money.Minor    `cbor:"4,keyasint"`
	AmountMax money.Minor    `cbor:"5,keyasint"`
	From      calendar.Date  `cbor:"6,keyasint"`
	Until     calendar.Date  `cbor:"7,keyasint"`
}

// Kind names the stored form.
func (*ProposeMandate) Kind() uint16 { return commandProposeMandate }

// MandatesMax is the most mandates that one key has had.
const MandatesMax = 100

func (c *ProposeMandate) decide(d *draft) *Rejection {
	key := d.signingKeys.at(c.Key.Number())
	if key == nil {
		return reject("signing_key_unknown", "key", "there is no signing key %s", c.Key)
	}
	if rejection := d.own(key.Party, "key"); rejection != nil {
		return rejection
	}
	if key.State == mandate.Revoked {
		return reject("signing_key_state", "key", "signing key %s is %s", c.Key, key.State)
	}
	if c.Acts == 0 || c.Acts&^mandate.Acts != 0 {
		return reject("acts_invalid", "acts", "a mandate names at least one act, and only acts that are known")
	}
	if !c.Currency.Known() {
		return reject("currency_unknown", "currency", "the currency is not in ISO 4217")
	}
	if c.AmountMax <= 0 || c.AmountMax > money.MinorMax || c.AloneMax < 0 || c.AloneMax > c.AmountMax {
		return reject("amount_invalid", "amount_max", "the bound is above zero, and that for one signature alone is not above it")
	}
	if c.From <= 0 || c.Until < c.From {
		return reject("dates_invalid", "until", "a mandate ends on the day on which it begins or later")
	}
	if len(d.mandatesOf[c.Key]) >= MandatesMax {
		return reject("mandates_too_many", "key", "key %s has had %d mandates: take a new key", c.Key, MandatesMax)
	}
	number := d.number(tableMandate, d.mandates.count)
	d.emit(&MandateProposed{Mandate: mandate.Mandate{
		ID: id.Make[id.Mandate](d.shard, number), Key: c.Key, Acts: c.Acts, Currency: c.Currency, AloneMax: c.AloneMax, AmountMax: c.AmountMax,
		From: c.From, Until: c.Until, State: mandate.Proposed, Maker: d.header.Actor,
	}})
	return nil
}

// ApproveMandate is the word of a second person. Of the two, at least one acts for the party itself: no mandate comes from
// the operator alone.
type ApproveMandate struct {
	Mandate id.Mandate `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*ApproveMandate) Kind() uint16 { return commandApproveMandate }

func (c *ApproveMandate) decide(d *draft) *Rejection {
	m, rejection := d.mandateToMove(c.Mandate)
	if rejection != nil {
		return rejection
	}
	if m.State != mandate.Proposed {
		return reject("mandate_state", "mandate", "mandate %s is %s", c.Mandate, m.State)
	}
	if rejection := d.second(m.Maker); rejection != nil {
		return rejection
	}
	bound := d.signingKeys.at(m.Key.Number()).Party
	if d.by() != bound && d.actors.at(m.Maker.Number()).Party != bound {
		return reject("mandate_not_own", "mandate", "of the two who make a mandate one acts for party %s itself", bound)
	}
	d.emit(&MandateMoved{Mandate: c.Mandate, State: mandate.Live, Actor: d.header.Actor})
	return nil
}

// RevokeMandate ends a mandate, at once.
type RevokeMandate struct {
	Mandate id.Mandate `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*RevokeMandate) Kind() uint16 { return commandRevokeMandate }

func (c *RevokeMandate) decide(d *draft) *Rejection {
	m, rejection := d.mandateToMove(c.Mandate)
	if rejection != nil {
		return rejection
	}
	if m.State == mandate.Revoked {
		return reject("mandate_state", "mandate", "mandate %s is revoked already", c.Mandate)
	}
	d.emit(&MandateMoved{Mandate: c.Mandate, State: mandate.Revoked, Actor: d.header.Actor})
	return nil
}

// mandateToMove finds a mandate of the actor's own party.
func (d *draft) mandateToMove(wanted id.Mandate) (*mandate.Mandate, *Rejection) {
	m := d.mandates.at(wanted.Number())
	if m == nil {
		return nil, reject("mandate_unknown", "mandate", "there is no mandate %s", wanted)
	}
	return m, d.own(d.signingKeys.at(m.Key.Number()).Party, "mandate")
}

// SigningKeyProposed says that somebody has brought a key.
type SigningKeyProposed struct {
	Key mandate.SigningKey `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*SigningKeyProposed) Kind() uint16 { return eventSigningKeyProposed }

func (e *SigningKeyProposed) fold(b *Book) {
	number := e.Key.ID.Number()
	b.signingKeys.add(number, e.Key)
	b.indexSigningKey(b.signingKeys.at(number))
	b.touched(tableSigningKey, number, &b.signingKeys.at(number).Entry)
}

// SigningKeyMoved says that a key is live or revoked.
type SigningKeyMoved struct {
	Key   id.SigningKey `cbor:"1,keyasint"`
	State mandate.State `cbor:"2,keyasint"`
	Actor id.Actor      `cbor:"3,keyasint"`
}

// Kind names the stored form.
func (*SigningKeyMoved) Kind() uint16 { return eventSigningKeyMoved }

func (e *SigningKeyMoved) fold(b *Book) {
	key := b.signingKeys.at(e.Key.Number())
	key.State = e.State
	if e.State == mandate.Live {
		key.Checker = e.Actor
	}
	b.touched(tableSigningKey, e.Key.Number(), &key.Entry)
}

// MandateProposed says that a mandate waits for a second person.
type MandateProposed struct {
	Mandate mandate.Mandate `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*MandateProposed) Kind() uint16 { return eventMandateProposed }

func (e *MandateProposed) fold(b *Book) {
	number := e.Mandate.ID.Number()
	b.mandates.add(number, e.Mandate)
	b.indexMandate(b.mandates.at(number))
	b.touched(tableMandate, number, &b.mandates.at(number).Entry)
}

// MandateMoved says that a mandate is live or revoked.
type MandateMoved struct {
	Mandate id.Mandate    `cbor:"1,keyasint"`
	State   mandate.State `cbor:"2,keyasint"`
	Actor   id.Actor      `cbor:"3,keyasint"`
}

// Kind names the stored form.
func (*MandateMoved) Kind() uint16 { return eventMandateMoved }

func (e *MandateMoved) fold(b *Book) {
	m := b.mandates.at(e.Mandate.Number())
	m.State = e.State
	if e.State == mandate.Live {
		m.Checker = e.Actor
	}
	b.touched(tableMandate, e.Mandate.Number(), &m.Entry)
}

// indexSigningKey: keyOfPublic, from table signing_key.
func (b *Book) indexSigningKey(key *mandate.SigningKey) { b.keyOfPublic[key.Public] = key.ID }

// indexMandate: mandatesOf, from table mandate.
func (b *Book) indexMandate(m *mandate.Mandate) {
	b.mandatesOf[m.Key] = append(b.mandatesOf[m.Key], m.ID)
}
