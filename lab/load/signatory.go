package load

import (
	"crypto/ed25519"
	"crypto/sha256"

	"millrace/book"
	"millrace/domain/id"
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
func (s Signatory) Sign(statement []byte) book.Signature {
	return book.Signature{Key: s.Key, Public: s.Public(), Bytes: [64]byte(ed25519.Sign(s.private, statement))}
}

// Public is the public half of the key.
func (s Signatory) Public() [32]byte { return [32]byte(s.private.Public().(ed25519.PublicKey)) }

// Proposal brings the key for a party, with its proof.
func (s Signatory) Proposal(of id.Party) *book.ProposeSigningKey {
	c := &book.ProposeSigningKey{Party: of, Signatory: s.Actor, Public: s.Public()}
	c.Proof = s.Sign(c.Statement()).Bytes
	return c
}
