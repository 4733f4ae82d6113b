package load

import (
	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/mandate"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/receivable"
)

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
			Key: s.Key, Acts: mandate.Acts, Currency: w.Currency, AloneMax: one.alone, AmountMax: money.MinorMax, From: w.Today, Until: w.Today.AddDays(3650),
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
