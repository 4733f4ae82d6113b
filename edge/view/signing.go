package view

import (
	"encoding/hex"
	"strings"

	"millrace/book"
	"millrace/domain/dispute"
	"millrace/domain/id"
	"millrace/domain/mandate"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/receivable"
	"millrace/edge/access"
	"millrace/edge/locale"
)

// SigningKey is an Ed25519 key of a signatory, bound to the party for which it signs.
type SigningKey struct {
	ID        string `json:"id"`
	Party     *Ref   `json:"party" doc:"whom a signature binds"`
	Signatory *Ref   `json:"signatory" doc:"who holds the private half"`
	Public    string `json:"public" doc:"Ed25519, 32 bytes, hexadecimal"`
	Registrar *Ref   `json:"registrar" doc:"whose actor brought the key; one that a seller brought confirms none of its claims"`
	State     string `json:"state" enum:"proposed,live,revoked"`
	Maker     *Ref   `json:"maker,omitempty"`
	Checker   *Ref   `json:"checker,omitempty"`
	Entry     uint64 `json:"entry"`
}

// Mandate is what a signing key may sign.
type Mandate struct {
	ID        string   `json:"id"`
	Key       string   `json:"key"`
	Acts      []string `json:"acts"`
	AloneMax  Amount   `json:"alone_max" doc:"up to here one signature is enough; zero: never alone"`
	AmountMax Amount   `json:"amount_max" doc:"up to here with a second signatory's"`
	From      string   `json:"from"`
	Until     string   `json:"until" doc:"last business date"`
	State     string   `json:"state" enum:"proposed,live,revoked"`
	Maker     *Ref     `json:"maker,omitempty"`
	Checker   *Ref     `json:"checker,omitempty"`
	Entry     uint64   `json:"entry"`
}

// Confirmation is an undertaking that the first of two signatories has signed. It binds nobody before the second one.
type Confirmation struct {
	ID          string `json:"id"`
	Receivable  string `json:"receivable"`
	Undertaking string `json:"undertaking" enum:"soft,irrevocable"`
	Amount      Amount `json:"amount"`
	Statement   string `json:"statement_sha256"`
	Key         string `json:"key" doc:"of the first signatory"`
	Expires     string `json:"expires" doc:"last business date on which it can be completed"`
	State       string `json:"state" enum:"started,completed,dropped,replaced"`
	Maker       *Ref   `json:"maker,omitempty"`
	Checker     *Ref   `json:"checker,omitempty"`
	Entry       uint64 `json:"entry"`
}

// Dispute is what a buyer holds against a receivable.
type Dispute struct {
	ID         string  `json:"id"`
	Receivable string  `json:"receivable"`
	Reason     string  `json:"reason" enum:"quantity,quality,price,not_delivered,returned,other"`
	State      string  `json:"state" enum:"opened,contested,decided,accepted,withdrawn,settled"`
	Amount     Amount  `json:"amount" doc:"as it was opened"`
	Standing   Amount  `json:"standing" doc:"what is still disputed"`
	Accepted   Amount  `json:"accepted" doc:"by the seller, and credited"`
	Credited   Amount  `json:"credited" doc:"in all, by the seller's word or by decision"`
	Decision   *Amount `json:"decision,omitempty" doc:"to be credited of what is still disputed, when a second person closes it"`
	Text       string  `json:"text,omitempty" doc:"the buyer's"`
	Answer     string  `json:"answer,omitempty" doc:"the seller's"`
	Evidence   string  `json:"evidence,omitempty" doc:"on which it was decided"`
	Maker      *Ref    `json:"maker,omitempty" doc:"who decided"`
	Checker    *Ref    `json:"checker,omitempty"`
	Entry      uint64  `json:"entry"`
}

var (
	signingKeys = source[mandate.SigningKey]{
		table: "signing_key", state: "state", parties: []string{"party"}, scope: shares(share{roles: anyRole, sql: "party = ?"}),
	}
	mandates = source[mandate.Mandate]{
		table: "mandate", state: "state", scope: shares(share{roles: anyRole, sql: "signing_key >> 16 IN (SELECT number FROM signing_key WHERE party = ?)"}),
	}
	confirmations = source[receivable.Confirmation]{
		table: "confirmation", state: "state", received: "receivable",
		scope: shares(share{roles: party.Buyer | party.Anchor, sql: boughtReceivable}),
	}
	disputes = source[dispute.Dispute]{
		table: "dispute", state: "state", received: "receivable",
		scope: shares(share{roles: party.Buyer | party.Anchor, sql: boughtReceivable},
			share{roles: party.Seller, sql: soldReceivable}, share{roles: party.Funder, sql: fundedReceivable("receivable")}),
	}
)

// SigningKey gives a signing key that the caller sees, else ErrNotFound.
func (v *View) SigningKey(c access.Caller, of id.SigningKey) (SigningKey, error) {
	return one(v, &signingKeys, c, of.Number(), (*showing).showSigningKey)
}

// SigningKeys lists the signing keys that the caller sees.
func (v *View) SigningKeys(c access.Caller, q Query) (Page[SigningKey], error) {
	return many(v, &signingKeys, c, q, (*showing).showSigningKey)
}

// Mandate gives a mandate that the caller sees, else ErrNotFound.
func (v *View) Mandate(c access.Caller, of id.Mandate) (Mandate, error) {
	return one(v, &mandates, c, of.Number(), (*showing).showMandate)
}

// Mandates lists the mandates that the caller sees.
func (v *View) Mandates(c access.Caller, q Query) (Page[Mandate], error) {
	return many(v, &mandates, c, q, (*showing).showMandate)
}

// MandatesOf lists the newest mandates of one key, among those that the caller sees.
func (v *View) MandatesOf(c access.Caller, key id.SigningKey) (Page[Mandate], error) {
	narrowed := mandates
	narrowed.table = "(SELECT * FROM mandate WHERE " + among("signing_key", []id.SigningKey{key}) + ")"
	return many(v, &narrowed, c, Query{}, (*showing).showMandate)
}

// Confirmation gives a started confirmation that the caller sees, else ErrNotFound.
func (v *View) Confirmation(c access.Caller, of id.Confirmation) (Confirmation, error) {
	return one(v, &confirmations, c, of.Number(), (*showing).showConfirmation)
}

// Confirmations lists the started confirmations that the caller sees.
func (v *View) Confirmations(c access.Caller, q Query) (Page[Confirmation], error) {
	return many(v, &confirmations, c, q, (*showing).showConfirmation)
}

// Dispute gives a dispute that the caller sees, else ErrNotFound.
func (v *View) Dispute(c access.Caller, of id.Dispute) (Dispute, error) {
	return one(v, &disputes, c, of.Number(), (*showing).showDispute)
}

// Disputes lists the disputes that the caller sees.
func (v *View) Disputes(c access.Caller, q Query) (Page[Dispute], error) {
	return many(v, &disputes, c, q, (*showing).showDispute)
}

// ReceivableRecord gives a receivable that the caller sees as it is stored, else ErrNotFound: what is signed is made of it.
func (v *View) ReceivableRecord(c access.Caller, of id.Receivable) (receivable.Receivable, error) {
	record, err := get(v, &receivables, c, of.Number())
	if err != nil {
		return receivable.Receivable{}, err
	}
	return *record, nil
}

func (s *showing) showSigningKey(r *mandate.SigningKey) SigningKey {
	shown := SigningKey{
		ID: r.ID.String(), Party: s.party(r.Party), Signatory: s.actor(r.Signatory), Public: hex.EncodeToString(r.Public[:]),
		Registrar: s.party(r.Registrar), State: r.State.String(), Entry: r.Entry,
	}
	shown.Maker, shown.Checker = s.people(r.Maker, r.Checker)
	return shown
}

func (s *showing) showMandate(r *mandate.Mandate) Mandate {
	shown := Mandate{
		ID: r.ID.String(), Key: r.Key.String(), Acts: texts(r.Acts.Names()), AloneMax: AmountOf(r.AloneMax, r.Currency),
		AmountMax: AmountOf(r.AmountMax, r.Currency), From: day(r.From), Until: day(r.Until), State: r.State.String(), Entry: r.Entry,
	}
	shown.Maker, shown.Checker = s.people(r.Maker, r.Checker)
	return shown
}

// currencyOn is the currency of a receivable.
func (s *showing) currencyOn(r id.Receivable) money.Currency {
	if record := s.receivableRecord(r); record != nil {
		return record.Currency
	}
	return 0
}

func (s *showing) showConfirmation(r *receivable.Confirmation) Confirmation {
	shown := Confirmation{
		ID: r.ID.String(), Receivable: r.Receivable.String(), Undertaking: r.Undertaking.String(), Amount: AmountOf(r.Amount, s.currencyOn(r.Receivable)),
		Statement: hex.EncodeToString(r.Statement[:]), Key: r.Key.String(), Expires: day(r.Expires), State: r.State.String(), Entry: r.Entry,
	}
	shown.Maker, shown.Checker = s.people(r.Maker, r.Checker)
	return shown
}

func (s *showing) showDispute(r *dispute.Dispute) Dispute {
	c := s.currencyOn(r.Receivable)
	shown := Dispute{
		ID: r.ID.String(), Receivable: r.Receivable.String(), Reason: r.Reason.String(), State: r.State.String(), Amount: AmountOf(r.Amount, c),
		Standing: AmountOf(r.Standing(), c), Accepted: AmountOf(r.Accepted, c), Credited: AmountOf(r.Credited, c), Entry: r.Entry,
	}
	for text, reference := range map[*string][32]byte{&shown.Text: r.Text, &shown.Answer: r.Answer, &shown.Evidence: r.Evidence} { // independent of one another
		if reference != [32]byte{} {
			var err error
			*text, err = s.text(reference)
			s.note(err)
		}
	}
	if r.State == dispute.Decided {
		decided := AmountOf(r.Decision, c)
		shown.Decision = &decided
	}
	shown.Maker, shown.Checker = s.people(r.Maker, r.Checker)
	return shown
}

// ofSigning tells of keys, mandates, confirmations in two steps, and disputes.
func (s *showing) ofSigning(e book.Event) *locale.Text {
	switch e := e.(type) {
	case *book.SigningKeyProposed:
		return locale.Say("A signing key for %s was brought by %s; it waits for a second person.", s.name(e.Key.Party), s.name(e.Key.Registrar))
	case *book.SigningKeyMoved:
		return locale.Say("Signing key %s is %s, by %s.", e.Key, e.State, s.decider(e.Actor))
	case *book.MandateProposed:
		m := &e.Mandate
		return locale.Say("A mandate to %s was proposed: alone up to %s, with a second signatory up to %s, until %s.", locale.List(m.Acts.Names()),
			AmountOf(m.AloneMax, m.Currency), AmountOf(m.AmountMax, m.Currency), m.Until)
	case *book.MandateMoved:
		return locale.Say("Mandate %s is %s, by %s.", e.Mandate, e.State, s.decider(e.Actor))
	case *book.ConfirmationStarted:
		c := &e.Confirmation
		return locale.Say("The first of two signatories signed an undertaking, %s, for %s; it waits for the second until %s.", c.Undertaking,
			s.amountOn(c.Receivable, c.Amount), c.Expires)
	case *book.ConfirmationEnded:
		return locale.Say("The undertaking that waited for a second signatory was %s.", e.State)
	case *book.ConfirmationWithdrawn:
		return locale.Say("The buyer took its confirmation back.")
	}
	return s.ofDisputes(e)
}

func (s *showing) ofDisputes(e book.Event) *locale.Text {
	switch e := e.(type) {
	case *book.DisputeOpened:
		return locale.Say("The buyer disputes %s: %s.", s.amountOn(e.Dispute.Receivable, e.Dispute.Amount), locale.Word(e.Dispute.Reason.String()))
	case *book.DisputeMoved:
		d := &e.Dispute
		switch d.State {
		case dispute.Contested:
			return locale.Say("The seller answered: %s is accepted, %s stays disputed.", s.amountOn(d.Receivable, d.Accepted), s.amountOn(d.Receivable, d.Standing()))
		case dispute.Decided:
			return locale.Say("The operator decided to credit %s; it waits for a second person.", s.amountOn(d.Receivable, d.Decision))
		case dispute.Accepted:
			return locale.Say("The seller accepted the dispute.")
		case dispute.Withdrawn:
			return locale.Say("The buyer withdrew the dispute.")
		case dispute.Settled:
			return locale.Say("The dispute was settled; %s was credited by it in all.", s.amountOn(d.Receivable, d.Credited))
		case dispute.Opened:
		}
	case *book.CoverMoved:
		if e.Uncovered == 0 {
			return locale.Say("The principal is covered again.")
		}
		return locale.Say("Disputes and credit notes leave %s of the principal without cover.", s.amountOn(e.Receivable, e.Uncovered))
	}
	return nil
}

// plainly writes a name for a sentence.
func plainly(name string) string { return strings.ReplaceAll(name, "_", " ") }
