package main

import (
	"crypto/ed25519"
	"crypto/rand"
	"fmt"
	"slices"
	"time"

	"millrace/book"
	"millrace/domain/certificate"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/mandate"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/receivable"
)

// signer signs for a party of the demo. Its private key lives as long as the demo is told.
type signer struct {
	actor   id.Actor
	key     id.SigningKey
	private ed25519.PrivateKey
}

func (g *signer) public() [32]byte { return [32]byte(g.private.Public().(ed25519.PublicKey)) }

func (g *signer) sign(statement []byte) book.Signature {
	return book.Signature{Key: g.key, Public: g.public(), Bytes: [64]byte(ed25519.Sign(g.private, statement))}
}

// signerOf gives the signatory of a party; the first time it brings the key, which a second person approves, and gets a
// mandate.
func (s *story) signerOf(key string, role party.Role) (*signer, error) {
	if known := s.signers[key]; known != nil {
		return known, nil
	}
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	g := &signer{private: private}
	if g.actor, err = s.actor(s.party(key), role, "Signatory of "+s.names[s.party(key)]); err != nil {
		return nil, err
	}
	propose := &book.ProposeSigningKey{Party: s.party(key), Signatory: g.actor, Public: g.public()}
	propose.Proof = g.sign(propose.Statement()).Bytes
	answer, err := s.give(g.actor, "", propose)
	if err != nil {
		return nil, err
	}
	g.key = first[*book.SigningKeyProposed](answer).Key.ID
	if _, err := s.give(s.checker, "", &book.ApproveSigningKey{Key: g.key}); err != nil {
		return nil, err
	}
	answer, err = s.give(g.actor, "", &book.ProposeMandate{
		Key: g.key, Acts: mandate.Acts, Currency: s.currency, AloneMax: 5_000_000_00, AmountMax: 5_000_000_00, From: s.date, Until: s.date.AddDays(365),
	})
	if err != nil {
		return nil, err
	}
	if _, err := s.give(s.checker, "", &book.ApproveMandate{Mandate: first[*book.MandateProposed](answer).Mandate.ID}); err != nil {
		return nil, err
	}
	s.signers[key] = g
	return g, nil
}

// paper is the certificate of the story, and the debts that are paid with it on its way down.
type paper struct {
	issued *book.CertificateIssued
	debts  []id.Receivable // of tier 1 to tier 2, of tier 2 to tier 3
}

// certify issues a certificate on what the buyer has confirmed.
func (s *story) certify(r *receivable.Receivable) error {
	g, err := s.signerOf(s.keyOf(r.Buyer), party.Buyer)
	if err != nil {
		return err
	}
	c := &book.IssueCertificate{Receivable: r.ID, Programme: s.programmes[r.Buyer], Amount: r.Outstanding(), Currency: r.Currency, Due: r.Due}
	const why = "75 days were agreed with the supplier in the frame contract of 2026."
	c.Justify(why)
	c.Justification, err = s.intake.Store(s.ctx, "reason", []byte(why))
	if err != nil {
		return err
	}
	c.Signatures = []book.Signature{g.sign(c.Statement())}
	answer, err := s.give(g.actor, "", c)
	if err != nil {
		return err
	}
	s.paper.issued = first[*book.CertificateIssued](answer)
	return s.tell("certificate", "%s issues certificate %s on it, %s due on %s, signed; first holder: %s", s.names[r.Buyer], s.paper.issued.Certificate.ID,
		s.text(c.Amount), r.Due, s.names[r.Seller])
}

// travel takes the certificate down the tiers: each pays with a part of what it holds what it owes to the next, and the last
// turns a part of that into cash.
func (s *story) travel() error {
	if s.paper.issued == nil {
		return nil
	}
	held := s.paper.issued.Holding
	for s.paper.debts = s.byTier(s.paper.debts); len(s.paper.debts) > 0; s.paper.debts = s.paper.debts[1:] {
		r, err := recordOf[receivable.Receivable](s.giver, "receivable", s.paper.debts[0].Number())
		if err != nil {
			return err
		}
		if held, err = s.passOn(held, &r); err != nil {
			return err
		}
	}
	return s.financePart(held)
}

// byTier puts the debts of the one who is paid first before the debts of the one who is paid by it.
func (s *story) byTier(debts []id.Receivable) []id.Receivable {
	tiers := map[id.Party]int{}
	for _, p := range s.cast.Parties {
		tiers[s.party(p.Key)] = p.Tier
	}
	slices.SortFunc(debts, func(a, b id.Receivable) int { return s.tierOf(a, tiers) - s.tierOf(b, tiers) })
	return debts
}

func (s *story) tierOf(of id.Receivable, tiers map[id.Party]int) int {
	r, err := recordOf[receivable.Receivable](s.giver, "receivable", of.Number())
	if err != nil {
		return 0
	}
	return tiers[r.Seller]
}

// passOn pays a debt with a part of a holding, which its creditor accepts.
func (s *story) passOn(held certificate.Holding, r *receivable.Receivable) (certificate.Holding, error) {
	holder, err := s.signerOf(s.keyOf(r.Buyer), party.Seller)
	if err != nil {
		return held, err
	}
	payee, err := s.signerOf(s.keyOf(r.Seller), party.Seller)
	if err != nil {
		return held, err
	}
	offer := &book.MoveHoldings{Party: r.Buyer, Moves: []book.Move{{
		Step: certificate.Transfer, Holding: held.ID, Amount: r.Outstanding(), To: r.Seller, Debt: r.ID, Discharge: certificate.AtOnce,
		Expires: time.Now().Add(72 * time.Hour).UnixMicro(),
	}}}
	offer.Signatures = []book.Signature{holder.sign(offer.Statement())}
	answer, err := s.give(holder.actor, "", offer)
	if err != nil {
		return held, err
	}
	offered := first[*book.HoldingsMoved](answer).Made[0]
	if err := s.tell("offered", "%s offers %s %s of it for invoice %s, signed", s.names[r.Buyer], s.names[r.Seller], s.text(offered.Amount), s.invoices[r.ID].number); err != nil {
		return held, err
	}
	accept := &book.MoveHoldings{Party: r.Seller, Moves: []book.Move{{Step: certificate.Accept, Holding: offered.ID}}}
	accept.Signatures = []book.Signature{payee.sign(accept.Statement())}
	if answer, err = s.give(payee.actor, "", accept); err != nil {
		return held, err
	}
	taken := first[*book.HoldingsMoved](answer).Made[0]
	return taken, s.tell("accepted", "%s accepts: the debt is paid, holding %s stands in tier %d", s.names[r.Seller], taken.ID, taken.Tier)
}

// financePart turns six tenths of a holding into cash.
func (s *story) financePart(held certificate.Holding) error {
	part := money.Share(held.Amount, 600_000)
	g, err := s.signerOf(s.keyOf(held.Holder), party.Seller)
	if err != nil {
		return err
	}
	answer, err := s.give(g.actor, "", &book.RequestQuote{
		Holding: held.ID, Amount: part, Programme: s.paper.issued.Certificate.Programme, Payee: s.accounts[held.Holder],
	})
	if err != nil {
		return err
	}
	f := first[*book.FinancingOpened](answer).Financing
	if f.State != funding.Quoted {
		return fmt.Errorf("financing %s of holding %s is %s", f.ID, held.ID, f.State)
	}
	if err := s.tell("quoted", "%s pays %s for %s of the holding of %s at %s a year, on the name of %s", s.names[f.Funder], s.text(f.Net), s.text(part),
		s.names[f.Seller], percent(f.Rate), s.names[f.Buyer]); err != nil {
		return err
	}
	accept := &book.AcceptQuote{Financing: f.ID, Holding: f.Holding, Amount: f.Amount, Net: f.Net}
	accept.Signatures = []book.Signature{g.sign(accept.Statement())}
	if _, err := s.give(g.actor, "", accept); err != nil {
		return err
	}
	return s.disburse(f)
}

// redeemed tells who has got what of a certificate.
func (s *story) redeemed(spent []book.Spending) error {
	for _, one := range spent {
		h, err := recordOf[certificate.Holding](s.giver, "holding", one.Holding.Number())
		if err != nil {
			return err
		}
		whom := s.names[h.Holder]
		if h.Status == certificate.Financed {
			whom = s.names[h.To] + ", who has financed it,"
		}
		if err := s.tell("redeemed", "holding %s of tier %d: %s to %s", h.ID, h.Tier, s.text(h.Amount), whom); err != nil {
			return err
		}
	}
	return nil
}
