package load

import (
	"crypto/ed25519"
	"crypto/sha256"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/mandate"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/receivable"
)

// Signatory signs for a party of a world.
type Signatory struct {
	Actor   id.Actor
	Key     id.SigningKey
	Mandate id.Mandate
	private ed25519.PrivateKey
}

// PrivateKey is the signing key of a text: the same at every run, and so no secret.
func PrivateKey(text string) ed25519.PrivateKey {
	seed := sha256.Sum256([]byte("signing key " + text))
	return ed25519.NewKeyFromSeed(seed[:])
}

// NewSignatory makes one whose key is not registered yet.
func NewSignatory(actor id.Actor, text string) Signatory {
	return Signatory{Actor: actor, private: PrivateKey(text)}
}

// Sign signs a statement.
func (s *Signatory) Sign(statement []byte) book.Signature {
	return book.Signature{Key: s.Key, Public: s.Public(), Bytes: [64]byte(ed25519.Sign(s.private, statement))}
}

// Public is the public half of the key.
func (s *Signatory) Public() [32]byte { return [32]byte(s.private.Public().(ed25519.PublicKey)) }

// Proposal brings the key for a party, with its proof.
func (s *Signatory) Proposal(of id.Party) *book.ProposeSigningKey {
	c := &book.ProposeSigningKey{Party: of, Signatory: s.Actor, Public: s.Public()}
	c.Proof = s.Sign(c.Statement()).Bytes
	return c
}

// What the signatories of a world's anchor may sign alone, in minor units of its currency.
const (
	FirstAloneMax  = money.MinorMax
	SecondAloneMax = money.Minor(50_000_00)
)

// signatories gives the anchor two signatories: the first signs every amount alone, the second up to SecondAloneMax.
func (w *World) signatories(b *builder) {
	second := b.actor(w.Maker, w.Anchor, party.Buyer)
	for _, one := range []struct {
		actor id.Actor
		text  string
		alone money.Minor
	}{{w.Buyer, "first", FirstAloneMax}, {second, "second", SecondAloneMax}} {
		s := NewSignatory(one.actor, one.text)
		s.Key = id.Make[id.SigningKey](1, uint64(len(w.Signatories)+1))
		s.Mandate = id.Make[id.Mandate](1, uint64(len(w.Signatories)+1))
		b.give(w.Buyer, s.Proposal(w.Anchor))
		b.give(w.Maker, &book.ApproveSigningKey{Key: s.Key})
		b.give(w.Buyer, &book.ProposeMandate{
			Key: s.Key, Acts: mandate.Acts, Currency: w.Currency, AloneMax: one.alone, AmountMax: money.MinorMax, From: Opening, Until: Opening.AddDays(3650),
		})
		b.give(w.Maker, &book.ApproveMandate{Mandate: s.Mandate})
		w.Signatories = append(w.Signatories, s)
	}
}

// Signed signs a confirmation by signatories of the anchor, by their places.
func (w *World) Signed(c *book.Confirm, by ...int) *book.Confirm {
	for _, one := range by {
		c.Signatures = append(c.Signatures, w.Signatories[one].Sign(c.Statement()))
	}
	return c
}

// Confirmation makes the unsigned confirmation of a receivable, on its own terms.
func Confirmation(r *receivable.Receivable, given receivable.Undertaking, amount money.Minor) *book.Confirm {
	return &book.Confirm{
		Receivable: r.ID, Undertaking: given, Amount: amount, Document: r.Hash, Seller: r.Seller, Buyer: r.Buyer, Currency: r.Currency, Due: r.Due,
		Channel: mandate.API,
	}
}
