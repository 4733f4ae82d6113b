package main

import (
	"crypto/ed25519"
	"crypto/rand"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/mandate"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/receivable"
)

// aloneMax is up to where one signatory of a buyer in the demo signs alone.
const aloneMax = 100_000_00

// signatory holds the private half of a signing key of a buyer.
type signatory struct {
	actor   id.Actor
	key     id.SigningKey
	private ed25519.PrivateKey
}

func (s *signatory) sign(statement []byte) book.Signature {
	return book.Signature{
		Key: s.key, Public: [32]byte(s.private.Public().(ed25519.PublicKey)), Bytes: [64]byte(ed25519.Sign(s.private, statement)),
	}
}

// authorise gives every buyer two signatories with keys that they bring themselves, and mandates.
func (s *story) authorise() error {
	s.signatories = map[id.Party][]signatory{}
	buyers := 0
	for _, p := range s.cast.Parties {
		if !p.has("buyer") {
			continue
		}
		buyers++
		second, err := s.actor(s.party(p.Key), party.Buyer, "Second signatory of "+p.Name)
		if err != nil {
			return err
		}
		for _, actor := range []id.Actor{s.actors[p.Key+" buyer"], second} {
			if err := s.bringKey(s.party(p.Key), actor); err != nil {
				return err
			}
		}
	}
	return s.tell("mandates", "%d buyers have two signatories each, with keys that they brought themselves; above %s both sign", buyers, s.text(aloneMax))
}

func (s *story) bringKey(of id.Party, actor id.Actor) error {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return err
	}
	one := signatory{actor: actor, private: private}
	proposed := &book.ProposeSigningKey{Party: of, Signatory: actor, Public: [32]byte(public)}
	proposed.Proof = one.sign(proposed.Statement()).Bytes
	answer, err := s.give(actor, "", proposed)
	if err != nil {
		return err
	}
	one.key = first[*book.SigningKeyProposed](answer).Key.ID
	if _, err := s.give(s.checker, "", &book.ApproveSigningKey{Key: one.key}); err != nil {
		return err
	}
	answer, err = s.give(actor, "", &book.ProposeMandate{
		Key: one.key, Acts: mandate.Acts, Currency: s.currency, AloneMax: aloneMax, AmountMax: 5_000_000_00, From: s.date, Until: s.date.AddDays(3650),
	})
	if err != nil {
		return err
	}
	if _, err := s.give(s.checker, "", &book.ApproveMandate{Mandate: first[*book.MandateProposed](answer).Mandate.ID}); err != nil {
		return err
	}
	s.signatories[of] = append(s.signatories[of], one)
	return nil
}

// undertake gives the buyer's irrevocable undertaking over the invoice's exact bytes, with one signature or, above the
// bound, with two, and tells how many signed.
func (s *story) undertake(r *receivable.Receivable, amount money.Minor) (string, error) {
	c := &book.Confirm{
		Receivable: r.ID, Undertaking: receivable.Irrevocable, Amount: amount, Document: r.Hash, Seller: r.Seller, Buyer: r.Buyer, Currency: r.Currency,
		Due: r.Due, Channel: mandate.API,
	}
	who := s.signatories[r.Buyer]
	by := "signed by one signatory over the hash of the invoice"
	if amount > aloneMax {
		by = "signed by two signatories over the hash of the invoice"
	} else {
		who = who[:1]
	}
	for i := range who {
		c.Signatures = append(c.Signatures, who[i].sign(c.Statement()))
	}
	_, err := s.give(who[0].actor, "", c)
	return by, err
}
