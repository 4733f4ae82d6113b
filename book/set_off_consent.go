package book

import (
	"encoding/hex"
	"fmt"

	"millrace/domain/calendar"
	"millrace/domain/clearing"
	"millrace/domain/id"
	"millrace/domain/mandate"
	"millrace/domain/money"
	"millrace/domain/party"
)

func init() {
	registerCommand(func() act { return &GiveSetOffConsent{} })
	registerCommand(func() act { return &RevokeSetOffConsent{} })
	registerCommand(func() act { return &ConsentToSetOffRun{} })
	registerCommand(func() act { return &RefuseSetOffRun{} })
	registerEvent(func() fact { return &SetOffConsentGiven{} })
	registerEvent(func() fact { return &SetOffConsentRevoked{} })
	registerEvent(func() fact { return &SetOffRunAnswered{} })
	permitted[commandGiveSetOffConsent] = settingOff | party.Operator
	permitted[commandRevokeSetOffConsent] = settingOff | party.Operator
	permitted[commandConsentToSetOffRun] = settingOff | party.Operator
	permitted[commandRefuseSetOffRun] = settingOff
}

// settingOff are the roles of those whose debts and claims are set off.
const settingOff = party.Seller | party.Buyer | party.Anchor

// promiseKey finds a party's standing consent.
type promiseKey struct {
	party    id.Party
	currency money.Currency
}

// answerKey finds a party's word on one run.
type answerKey struct {
	run   id.SetOffRun
	party id.Party
}

// GiveSetOffConsent is a party's standing consent to runs in a currency, signed under its mandates to agree. The operator may bring what the
// party has signed.
type GiveSetOffConsent struct {
	Party      id.Party       `cbor:"1,keyasint"`
	Currency   money.Currency `cbor:"2,keyasint"`
	BeforeDue  bool           `cbor:"3,keyasint,omitempty"` // as creditor also of debts that are not due yet
	From       calendar.Date  `cbor:"4,keyasint"`
	Until      calendar.Date  `cbor:"5,keyasint,omitempty"` // last day; 0: until it is revoked
	Signatures []Signature    `cbor:"6,keyasint"`
	verified
}

// Kind names the stored form.
func (*GiveSetOffConsent) Kind() uint16 { return commandGiveSetOffConsent }

// Statement is what the party's signatories sign.
func (c *GiveSetOffConsent) Statement() []byte {
	s := newStatement("standing consent to set-off runs", 1)
	s.line("party", c.Party)
	s.line("currency", c.Currency)
	s.consent(c.BeforeDue)
	s.line("from", c.From)
	until := "revoked"
	if c.Until != 0 {
		until = c.Until.String()
	}
	s.line("until", until)
	return s.bytes()
}

// consent names the text that is agreed to, and how far it goes.
func (s *statement) consent(beforeDue bool) {
	reach := "due on the value date of the run"
	if beforeDue {
		reach = "due or, as creditor, not due yet"
	}
	s.line("debts", reach)
	hash := clearing.ConsentHash()
	s.line("text", fmt.Sprintf("consent to set-off %d sha256 %s", clearing.ConsentVersion, hex.EncodeToString(hash[:])))
}

// Verify compares the signatures with the statement.
func (c *GiveSetOffConsent) Verify() *Rejection { return c.verify(c.Statement(), c.Signatures...) }

func (c *GiveSetOffConsent) decide(d *draft) *Rejection {
	c.must()
	if rejection := d.own(c.Party, "party"); rejection != nil {
		return rejection
	}
	if rejection := d.onboarded(c.Party, settingOff, "party"); rejection != nil {
		return rejection
	}
	if !c.Currency.Known() {
		return reject("currency_unknown", "currency", "the currency is not in ISO 4217")
	}
	if c.From < d.today() || !d.near(c.From) || c.Until != 0 && (c.Until < c.From || !d.near(c.Until)) {
		return reject("dates_invalid", "until", "a consent begins today or later, ends on the day on which it begins or later, and not years from now")
	}
	if p := d.promiseOf(c.Party, c.Currency); p != nil && (p.Until == 0 || p.Until >= d.today()) {
		return reject("set_off_consent_live", "party", "consent %s is live: revoke it first", p.ID)
	}
	if rejection := d.signed(c.Signatures, c.Party, mandate.Agree, money.Amount{Currency: c.Currency}); rejection != nil {
		return rejection
	}
	d.emit(&SetOffConsentGiven{Consent: clearing.Promise{
		ID: d.nextPromise(), Party: c.Party, Currency: c.Currency, BeforeDue: c.BeforeDue, From: c.From, Until: c.Until, Keys: keysOf(c.Signatures),
		State: clearing.PromiseLive, Maker: d.header.Actor,
	}})
	return nil
}

func (d *draft) nextPromise() id.SetOffConsent {
	return id.Make[id.SetOffConsent](d.shard, d.number(tableSetOffConsent, d.setOffConsents.count))
}

// keysOf are the keys that have signed.
func keysOf(signatures []Signature) []id.SigningKey {
	keys := make([]id.SigningKey, len(signatures))
	for i := range signatures {
		keys[i] = signatures[i].Key
	}
	return keys
}

// RevokeSetOffConsent takes a standing consent back, at once. Where the party is a member of a run under it, and the run is not executed, it
// is left out. What was set off stays so.
type RevokeSetOffConsent struct {
	Consent id.SetOffConsent `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*RevokeSetOffConsent) Kind() uint16 { return commandRevokeSetOffConsent }

func (c *RevokeSetOffConsent) decide(d *draft) *Rejection {
	p := d.setOffConsents.at(c.Consent.Number())
	if p == nil {
		return reject("set_off_consent_unknown", "consent", "there is no consent %s", c.Consent)
	}
	if rejection := d.own(p.Party, "consent"); rejection != nil {
		return rejection
	}
	if p.Run != 0 {
		return reject("set_off_consent_state", "consent", "consent %s is to run %s alone: refuse the run", p.ID, p.Run)
	}
	if p.State != clearing.PromiseLive {
		return reject("set_off_consent_state", "consent", "consent %s is %s", p.ID, p.State)
	}
	d.emit(&SetOffConsentRevoked{Consent: p.ID})
	for _, open := range d.setOffOpen {
		run := d.setOffRuns.at(open.Number())
		if m := d.setOffMember(run.ID, p.Party); m != nil && m.Consent == clearing.Standing && m.Standing == p.ID {
			d.leaveOut(run, m, clearing.Refused)
		}
	}
	return nil
}

// ConsentToSetOffRun is a party's consent to one run, from its announcement until it is executed. It repeats currency and value date of the
// run, so that the signed statement says them.
type ConsentToSetOffRun struct {
	Run        id.SetOffRun   `cbor:"1,keyasint"`
	Party      id.Party       `cbor:"2,keyasint"`
	Currency   money.Currency `cbor:"3,keyasint"`
	Value      calendar.Date  `cbor:"4,keyasint"`
	BeforeDue  bool           `cbor:"5,keyasint,omitempty"` // as creditor also of debts that are not due yet; before debts are held
	Signatures []Signature    `cbor:"6,keyasint"`
	verified
}

// Kind names the stored form.
func (*ConsentToSetOffRun) Kind() uint16 { return commandConsentToSetOffRun }

// Statement is what the party's signatories sign.
func (c *ConsentToSetOffRun) Statement() []byte {
	s := newStatement("consent to a set-off run", 1)
	s.line("party", c.Party)
	s.line("run", c.Run)
	s.line("currency", c.Currency)
	s.line("value", c.Value)
	s.consent(c.BeforeDue)
	return s.bytes()
}

// Verify compares the signatures with the statement.
func (c *ConsentToSetOffRun) Verify() *Rejection { return c.verify(c.Statement(), c.Signatures...) }

func (c *ConsentToSetOffRun) decide(d *draft) *Rejection {
	c.must()
	run, rejection := d.setOffToAnswer(c.Run)
	if rejection != nil {
		return rejection
	}
	if rejection := d.own(c.Party, "party"); rejection != nil {
		return rejection
	}
	if rejection := d.onboarded(c.Party, settingOff, "party"); rejection != nil {
		return rejection
	}
	if c.Currency != run.Terms.Currency || c.Value != run.Terms.Value {
		return reject("set_off_terms_differ", "", "run %s is in %s with value date %s", run.ID, run.Terms.Currency, run.Terms.Value)
	}
	if d.today() > run.Terms.Answer {
		return reject("set_off_answer_late", "run", "consents to run %s were taken until %s", run.ID, run.Terms.Answer)
	}
	if bar := d.barredBy(c.Party); bar != nil {
		return reject("set_off_barred", "party", "party %s takes part in no run: %s since %s", c.Party, bar.Cause, bar.From)
	}
	if c.BeforeDue && run.State != clearing.Announced {
		return reject("set_off_run_state", "before_due", "run %s holds debts already: those not due yet took part only where their creditor had said so before", run.ID)
	}
	if rejection := c.anew(d, run); rejection != nil {
		return rejection
	}
	if rejection := d.signed(c.Signatures, c.Party, mandate.Agree, money.Amount{Currency: c.Currency}); rejection != nil {
		return rejection
	}
	d.answer(run, c.Party, clearing.PromiseLive, c.BeforeDue, keysOf(c.Signatures))
	return nil
}

// anew refuses a consent that says nothing new, or comes too late for the party's part in the run.
func (c *ConsentToSetOffRun) anew(d *draft, run *clearing.Run) *Rejection {
	if said := d.answerOf(run.ID, c.Party); said != nil && said.State == clearing.PromiseLive && said.BeforeDue == c.BeforeDue {
		return reject("set_off_answered", "run", "party %s has consented to run %s, by %s", c.Party, run.ID, said.ID)
	}
	m, rejection := d.setOffMemberOf(run, c.Party)
	if m == nil {
		return rejection
	}
	switch m.Consent {
	case clearing.Out:
		return reject("set_off_member_out", "party", "party %s is left out of run %s: %s", c.Party, run.ID, m.Cause)
	case clearing.Standing:
		return reject("set_off_answered", "run", "party %s takes part in run %s under its standing consent %s", c.Party, run.ID, m.Standing)
	}
	return nil
}

// RefuseSetOffRun is a party's word that it takes no part in a run, whatever it has consented to before. The run goes on without it, and is
// solved again where it was solved.
type RefuseSetOffRun struct {
	Run id.SetOffRun `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*RefuseSetOffRun) Kind() uint16 { return commandRefuseSetOffRun }

func (c *RefuseSetOffRun) decide(d *draft) *Rejection {
	run, rejection := d.setOffToAnswer(c.Run)
	if rejection != nil {
		return rejection
	}
	by := d.by()
	if said := d.answerOf(run.ID, by); said != nil && said.State == clearing.PromiseRefused {
		return reject("set_off_answered", "run", "party %s has refused run %s, by %s", by, run.ID, said.ID)
	}
	m, rejection := d.setOffMemberOf(run, by)
	if rejection != nil {
		return rejection
	}
	if m != nil && m.Consent == clearing.Out {
		return reject("set_off_member_out", "run", "party %s is left out of run %s: %s", by, run.ID, m.Cause)
	}
	d.answer(run, by, clearing.PromiseRefused, false, nil)
	if m != nil {
		d.leaveOut(run, m, clearing.Refused)
	}
	return nil
}

// setOffToAnswer finds a run that parties may still join or leave: it is not executed and not ended.
func (d *draft) setOffToAnswer(wanted id.SetOffRun) (*clearing.Run, *Rejection) {
	return d.setOffRun(wanted, clearing.Announced, clearing.Freezing, clearing.Frozen, clearing.Entering, clearing.Proposed)
}

// setOffMemberOf finds a party's part in a run; nil as long as it may still become a member, and once all debts are held a rejection.
func (d *draft) setOffMemberOf(run *clearing.Run, p id.Party) (*clearing.Member, *Rejection) {
	m := d.setOffMember(run.ID, p)
	if m == nil && run.State > clearing.Freezing {
		return nil, reject("set_off_member_unknown", "run", "party %s has no debt in run %s", p, run.ID)
	}
	return m, nil
}

// answer puts a party's word on one run on record, in place of an earlier one.
func (d *draft) answer(run *clearing.Run, p id.Party, state clearing.PromiseState, beforeDue bool, keys []id.SigningKey) {
	d.emit(&SetOffRunAnswered{Answer: clearing.Promise{
		ID: d.nextPromise(), Party: p, Currency: run.Terms.Currency, BeforeDue: beforeDue, From: d.today(), Until: run.Terms.Value, Keys: keys,
		State: state, Maker: d.header.Actor, Run: run.ID,
	}})
}

// promiseOf is the latest standing consent of a party in a currency that was not revoked; nil for none.
func (b *Book) promiseOf(p id.Party, currency money.Currency) *clearing.Promise {
	return b.setOffConsents.at(b.promises[promiseKey{p, currency}].Number())
}

// answerOf is the last word of a party on one run; nil for none.
func (b *Book) answerOf(run id.SetOffRun, p id.Party) *clearing.Promise {
	return b.setOffConsents.at(b.answers[answerKey{run, p}].Number())
}

// word is how a party takes part in a run.
type word struct {
	consent   clearing.Consent // 0: it does not
	standing  id.SetOffConsent // under which it takes part
	keys      []id.SigningKey  // that have signed its consent to this run
	beforeDue bool             // as creditor also with debts that are not due yet
}

// wordOf is how a party stands to a run before it is a member: by its word on the run, else by its standing consent, which lasts until the
// run's value date.
func (b *Book) wordOf(run *clearing.Run, p id.Party) word {
	t := &run.Terms
	standing := b.promiseOf(p, t.Currency)
	if standing != nil && (!standing.Covers(b.clock.Date, t.Currency) || !standing.Covers(t.Value, t.Currency)) {
		standing = nil
	}
	said := b.answerOf(run.ID, p)
	switch {
	case said != nil && said.State == clearing.PromiseRefused:
		return word{}
	case said != nil:
		return word{consent: clearing.Given, standing: said.ID, keys: said.Keys, beforeDue: said.BeforeDue || standing != nil && standing.BeforeDue}
	case standing != nil:
		return word{consent: clearing.Standing, standing: standing.ID, beforeDue: standing.BeforeDue}
	case t.Open:
		return word{consent: clearing.Asked}
	}
	return word{}
}

// SetOffConsentGiven says that a party has consented in advance.
type SetOffConsentGiven struct {
	Consent clearing.Promise `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*SetOffConsentGiven) Kind() uint16 { return eventSetOffConsentGiven }

func (e *SetOffConsentGiven) fold(b *Book) {
	number := e.Consent.ID.Number()
	b.setOffConsents.add(number, e.Consent)
	b.indexSetOffConsent(b.setOffConsents.at(number))
	b.touched(tableSetOffConsent, number, &b.setOffConsents.at(number).Entry)
}

// SetOffConsentRevoked says that a party has taken its standing consent back.
type SetOffConsentRevoked struct {
	Consent id.SetOffConsent `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*SetOffConsentRevoked) Kind() uint16 { return eventSetOffConsentRevoked }

func (e *SetOffConsentRevoked) fold(b *Book) {
	p := b.setOffConsents.at(e.Consent.Number())
	p.State = clearing.PromiseRevoked
	delete(b.promises, promiseKey{p.Party, p.Currency})
	b.touched(tableSetOffConsent, e.Consent.Number(), &p.Entry)
}

// SetOffRunAnswered is a party's word on one run: it consents, or refuses.
type SetOffRunAnswered struct {
	Answer clearing.Promise `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*SetOffRunAnswered) Kind() uint16 { return eventSetOffRunAnswered }

func (e *SetOffRunAnswered) fold(b *Book) {
	if before := b.answerOf(e.Answer.Run, e.Answer.Party); before != nil {
		before.State = clearing.PromiseReplaced
		b.touched(tableSetOffConsent, before.ID.Number(), &before.Entry)
	}
	number := e.Answer.ID.Number()
	b.setOffConsents.add(number, e.Answer)
	b.indexSetOffConsent(b.setOffConsents.at(number))
	b.touched(tableSetOffConsent, number, &b.setOffConsents.at(number).Entry)
	m := b.setOffMember(e.Answer.Run, e.Answer.Party)
	if m == nil || e.Answer.State != clearing.PromiseLive {
		return
	}
	if m.Consent == clearing.Asked {
		run := b.setOffRuns.at(m.Run.Number())
		run.Awaited--
		b.touched(tableSetOffRun, m.Run.Number(), &run.Entry)
	}
	m.Consent, m.Standing, m.Keys = clearing.Given, e.Answer.ID, e.Answer.Keys
	b.touched(tableSetOffMember, m.ID.Number(), &m.Entry)
}

// indexSetOffConsent: promises and answers, from table set_off_consent.
func (b *Book) indexSetOffConsent(p *clearing.Promise) {
	switch {
	case p.Run == 0 && p.State == clearing.PromiseLive:
		b.promises[promiseKey{p.Party, p.Currency}] = p.ID
	case p.Run != 0 && p.State != clearing.PromiseReplaced:
		b.answers[answerKey{p.Run, p.Party}] = p.ID
	}
}
