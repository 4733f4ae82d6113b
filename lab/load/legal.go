package load

import (
	"crypto/sha256"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/legal"
	"millrace/domain/mandate"
	"millrace/domain/money"
)

// Enrol gives an actor a signing key for its party, with a mandate for every act without a bound that matters. The text
// tells keys apart.
func (w *World) Enrol(submit Submit, p id.Party, signatory id.Actor, text string) (Signatory, error) {
	b := &builder{submit: submit}
	s := w.enrol(b, p, signatory, text)
	return s, b.err
}

func (w *World) enrol(b *builder, p id.Party, signatory id.Actor, text string) Signatory {
	s := NewSignatory(signatory, "of "+text)
	proposed := find[*book.SigningKeyProposed](b.give(signatory, s.Proposal(p)))
	if proposed == nil {
		return s
	}
	s.Key = proposed.Key.ID
	b.give(w.Checker, &book.ApproveSigningKey{Key: s.Key})
	m := find[*book.MandateProposed](b.give(signatory, &book.ProposeMandate{
		Key: s.Key, Acts: mandate.Acts, Currency: w.Currency, AloneMax: money.MinorMax, AmountMax: money.MinorMax, From: w.Today, Until: w.Today.AddDays(3650),
	}))
	if m == nil {
		return s
	}
	s.Mandate = m.Mandate.ID
	b.give(w.Checker, &book.ApproveMandate{Mandate: s.Mandate})
	if w.Signers == nil {
		w.Signers = map[id.Party]Signatory{}
	}
	w.Signers[p] = s
	return s
}

// signs gives who signs for a party, and enrols its actor where nobody does yet.
func (w *World) signs(b *builder, p id.Party, actor id.Actor, text string) Signatory {
	if known, found := w.Signers[p]; found {
		return known
	}
	return w.enrol(b, p, actor, text)
}

func (w *World) signer(p id.Party) *Signatory {
	s := w.Signers[p]
	return &s
}

// Agree drafts an agreement of a kind and has every party sign it; each has been enrolled.
func (w *World) Agree(submit Submit, kind legal.Kind, parties ...legal.Signatory) (id.Agreement, error) {
	b := &builder{submit: submit}
	a := w.agree(b, kind, parties...)
	return a, b.err
}

func (w *World) agree(b *builder, kind legal.Kind, parties ...legal.Signatory) id.Agreement {
	template, found := w.Templates[kind]
	if !found {
		template = w.template(b, kind, "DE")
		w.Templates[kind] = template
	}
	drafted := find[*book.AgreementDrafted](b.give(w.Maker, &book.DraftAgreement{
		Template: template, Parties: parties, Effective: w.Today, TermsHash: reference("terms of " + kind.String()), Terms: reference("terms"),
		Currency: w.Currency,
	}))
	if drafted == nil {
		return 0
	}
	for _, p := range parties {
		c := &book.SignAgreement{Agreement: drafted.Agreement.ID, Party: p.Party, Deed: drafted.Agreement.Deed}
		c.Signatures = []book.Signature{w.signer(p.Party).Sign(c.Statement())}
		b.give(w.Maker, c)
	}
	return drafted.Agreement.ID
}

func (w *World) template(b *builder, kind legal.Kind, law legal.Law) id.Template {
	text := "text of " + kind.String()
	proposed := find[*book.TemplateProposed](b.give(w.Maker, &book.ProposeTemplate{
		Name: kind.String(), About: kind, Law: law, TextHash: sha256.Sum256([]byte(text)), Text: reference(text),
	}))
	if proposed == nil {
		return 0
	}
	b.give(w.Checker, &book.ApproveTemplate{Template: proposed.Template.ID})
	return proposed.Template.ID
}

// Notify tells the anchor that a seller assigns all its claims in a programme to a funder, and serves the notice.
func (w *World) Notify(submit Submit, programme id.Programme, seller, funder id.Party) (id.Notice, error) {
	b := &builder{submit: submit}
	n := w.notify(b, programme, seller, funder)
	return n, b.err
}

func (w *World) notify(b *builder, programme id.Programme, seller, funder id.Party) id.Notice {
	drafted := find[*book.NoticeDrafted](b.give(w.Maker, &book.DraftNotice{
		About: legal.Assignment, Seller: seller, Funder: funder, Programme: programme, Law: "DE", Account: reference("collection account"),
		Letter: reference("letter"), LetterHash: reference("letter"),
	}))
	if drafted == nil {
		return 0
	}
	b.give(w.Maker, &book.AdvanceNotice{
		Notice: drafted.Notice.ID, State: legal.NoticeServed, Date: w.Today, Method: legal.Courier, Proof: reference("service"),
	})
	return drafted.Notice.ID
}

// Ground gives a funder all that the standard products ask for in a programme: agreements with the anchor and every seller,
// and notices that were served. The funder has been enrolled.
func (w *World) Ground(submit Submit, programme id.Programme, funder id.Party) error {
	b := &builder{submit: submit}
	if funder != w.Funder { // who has signed with everybody when the world began
		w.contract(b, funder)
	}
	for _, seller := range w.Sellers {
		w.notify(b, programme, seller, funder)
	}
	return b.err
}

func (w *World) contract(b *builder, funder id.Party) {
	for _, seller := range w.Sellers {
		w.agree(b, legal.ReceivablesPurchase, legal.Signatory{Party: seller, Role: legal.Seller}, legal.Signatory{Party: funder, Role: legal.Funder})
	}
	w.agree(b, legal.PaymentUndertaking, legal.Signatory{Party: w.Anchor, Role: legal.Anchor}, legal.Signatory{Party: funder, Role: legal.Funder})
}

// Found enrols everybody in a world that was put together by other means, and signs what its programmes need.
func (w *World) Found(submit Submit) error {
	b := &builder{submit: submit}
	w.grounds(b)
	return b.err
}

// grounds enrols everybody and signs what the programmes of a world need.
func (w *World) grounds(b *builder) {
	w.Templates = map[legal.Kind]id.Template{}
	w.enrol(b, w.Operator, w.Maker, "operator")
	w.enrol(b, w.Anchor, w.Buyer, "anchor")
	w.enrol(b, w.Funder, w.FunderActor, "funder")
	for i, seller := range w.Sellers {
		w.enrol(b, seller, w.SellerActors[i], SellerName(i))
	}
	w.agree(b, legal.AnchorAccession, legal.Signatory{Party: w.Anchor, Role: legal.Anchor}, legal.Signatory{Party: w.Operator, Role: legal.Operator})
	w.contract(b, w.Funder)
	for _, programme := range []id.Programme{w.Payables, w.Discounting} {
		if programme == 0 {
			continue
		}
		for _, seller := range w.Sellers {
			w.notify(b, programme, seller, w.Funder)
		}
	}
}
