package book_test

import (
	"millrace/book"
	"millrace/domain/dispute"
	"millrace/domain/id"
	"millrace/domain/mandate"
	"millrace/domain/money"
	"millrace/domain/receivable"
	"millrace/lab/load"
)

// large is more than the second signatory signs alone.
const large = 60_000_00

// brought brings a key and gives it a mandate for the anchor.
func (s *scene) brought(by id.Actor, signatory id.Actor, text string) load.Signatory {
	s.t.Helper()
	one := load.NewSignatory(signatory, text)
	s.give(by, one.Proposal(s.Anchor))
	one.Key = latest[id.SigningKey](s, "signing_key")
	s.give(s.Checker, &book.ApproveSigningKey{Key: one.Key})
	s.give(s.Buyer, s.mandate(one.Key))
	s.give(s.Checker, &book.ApproveMandate{Mandate: latest[id.Mandate](s, "mandate")})
	return one
}

func (s *scene) mandate(key id.SigningKey) *book.ProposeMandate {
	return &book.ProposeMandate{Key: key, Acts: mandate.Confirm, Currency: s.Currency, AloneMax: 10_000_00, AmountMax: 100_000_00, From: s.Today, Until: s.Today.AddDays(30)}
}

// signedBy is the confirmation of a new receivable by other signatories than the world's.
func (s *scene) signedBy(amount money.Minor, by ...load.Signatory) *book.Confirm {
	s.t.Helper()
	s.live(4, amounting(amount))
	c := s.confirming(receivable.Irrevocable, amount)
	for i := range by {
		c.Signatures = append(c.Signatures, by[i].Sign(c.Statement()))
	}
	return c
}

// begun is a confirmation that waits for its second signatory.
func (s *scene) begun() id.Confirmation {
	s.t.Helper()
	s.live(4, amounting(large))
	s.give(s.Buyer, &book.StartConfirmation{Confirm: *s.confirming(receivable.Irrevocable, large, 1), Days: 3})
	return s.confirmation()
}

// disputing opens a dispute on a new receivable.
func (s *scene) disputing(amount money.Minor) id.Dispute {
	s.t.Helper()
	s.live(4)
	s.give(s.Buyer, &book.OpenDispute{Receivable: s.receivable(), Amount: amount, Reason: dispute.Quality, Text: load32("scratched")})
	return s.dispute()
}

func init() {
	refusals = append(refusals, ofKeys...)
	refusals = append(refusals, ofSignatures...)
	refusals = append(refusals, ofConfirmations...)
	refusals = append(refusals, ofDisputes...)
}

var ofKeys = []refusal{
	{"signatory_other_party", "The signatory does not act for the party whose key this would be.", "Name an actor of that party.", func(s *scene) (id.Actor, book.Command) {
		one := load.NewSignatory(s.SellerActors[0], "other")
		return s.Buyer, one.Proposal(s.Anchor)
	}},
	{"signing_key_known", "This public key is registered already.", "Make a key of its own for every signatory.", func(s *scene) (id.Actor, book.Command) {
		one := load.NewSignatory(s.Buyer, "first")
		return s.Buyer, one.Proposal(s.Anchor)
	}},
	{"signing_key_unknown", "There is no such signing key, or it has another public half.", "Look up its identity.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, &book.ApproveSigningKey{Key: beyond[id.SigningKey](s, "signing_key")}
	}},
	{"signing_key_state", "The signing key is not in a state in which this can be done: nothing is signed by one that is not live.", "Look at its state; a revoked key stays revoked.", func(s *scene) (id.Actor, book.Command) {
		s.live(4)
		c := s.confirming(receivable.Irrevocable, 5_00, 0)
		s.give(s.Buyer, &book.RevokeSigningKey{Key: s.Signatories[0].Key})
		return s.Buyer, c
	}},
	{"acts_invalid", "A mandate names the acts that it covers.", "Name at least one act that is known.", func(s *scene) (id.Actor, book.Command) {
		c := s.mandate(s.Signatories[0].Key)
		c.Acts = 0
		return s.Buyer, c
	}},
	{"dates_invalid", "A mandate ends before it begins, or has no date.", "Correct the dates.", func(s *scene) (id.Actor, book.Command) {
		c := s.mandate(s.Signatories[0].Key)
		c.Until = c.From - 1
		return s.Buyer, c
	}},
	{"mandates_too_many", "The key has had as many mandates as one can have.", "Register a new key.", func(s *scene) (id.Actor, book.Command) {
		c := s.mandate(s.Signatories[0].Key)
		for range book.MandatesMax - 1 {
			s.give(s.Buyer, c)
		}
		return s.Buyer, c
	}},
	{"mandate_unknown", "There is no such mandate.", "Look up its identity.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, &book.ApproveMandate{Mandate: beyond[id.Mandate](s, "mandate")}
	}},
	{"mandate_state", "The mandate has been decided on already, or is revoked.", "Look at its state.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, &book.ApproveMandate{Mandate: s.Signatories[0].Mandate}
	}},
	{"mandate_not_own", "Nobody of the party itself has a hand in this mandate.", "Let one of the two persons be of the party.", func(s *scene) (id.Actor, book.Command) {
		s.give(s.Maker, s.mandate(s.Signatories[0].Key))
		return s.Checker, &book.ApproveMandate{Mandate: latest[id.Mandate](s, "mandate")}
	}},
}

var ofSignatures = []refusal{
	{"signature_invalid", "A signature is not one over the statement of this command, by the key beside it.", "Sign the statement exactly as it is given, byte for byte.", func(s *scene) (id.Actor, book.Command) {
		s.live(4)
		c := s.confirming(receivable.Irrevocable, 5_00, 0)
		c.Amount++
		return s.Buyer, c
	}},
	{"signature_missing", "This takes a signature under a mandate.", "Have it signed.", func(s *scene) (id.Actor, book.Command) {
		s.live(4)
		return s.Buyer, s.confirming(receivable.Irrevocable, 5_00)
	}},
	{"signatures_too_many", "There are more signatures than are taken.", "Send those that are needed.", func(s *scene) (id.Actor, book.Command) {
		s.live(4)
		return s.Buyer, s.confirming(receivable.Irrevocable, 5_00, 0, 1, 0, 1, 0)
	}},
	{"signature_repeated", "Two signatures are by the same signatory.", "Have somebody else sign.", func(s *scene) (id.Actor, book.Command) {
		s.live(4, amounting(large))
		return s.Buyer, s.confirming(receivable.Irrevocable, large, 1, 1)
	}},
	{"mandate_missing", "The key has no mandate today for this act in this currency.", "Have one proposed and approved, by two persons of whom one is of the party.", func(s *scene) (id.Actor, book.Command) {
		s.give(s.Buyer, &book.RevokeMandate{Mandate: s.Signatories[0].Mandate})
		s.live(4)
		return s.Buyer, s.confirming(receivable.Irrevocable, 5_00, 0)
	}},
	{"mandate_exceeded", "The amount is above what the key may sign, even with a second one.", "Have a signatory with a higher mandate sign.", func(s *scene) (id.Actor, book.Command) {
		return s.Buyer, s.signedBy(100_000_01, s.brought(s.Buyer, s.Buyer, "small"))
	}},
	{"second_signature_missing", "The amount is above what one signatory may sign alone.", "Add a second signature, or start the confirmation and let a second signatory complete it.", func(s *scene) (id.Actor, book.Command) {
		s.live(4, amounting(large))
		return s.Buyer, s.confirming(receivable.Irrevocable, large, 1)
	}},
	{"signing_key_other_party", "The key signs for another party than the one that this binds.", "Have a signatory of that party sign.", func(s *scene) (id.Actor, book.Command) {
		one := load.NewSignatory(s.SellerActors[1], "of a seller")
		s.give(s.Maker, one.Proposal(s.Sellers[1]))
		one.Key = latest[id.SigningKey](s, "signing_key")
		return s.Buyer, s.signedBy(5_00, one)
	}},
	{"channel_of_seller", "The key was brought by the seller or its group: it confirms none of the seller's claims.", "Let the buyer, or the operator, bring a key of the buyer's.", func(s *scene) (id.Actor, book.Command) {
		return s.Buyer, s.signedBy(5_000_00, s.brought(s.SellerActors[0], s.Signatories[1].Actor, "supplied"))
	}},
}

var ofConfirmations = []refusal{
	{"channel_invalid", "Who brings this does not do it by the channel that is named.", "The operator relays signed files; the buyer's own people use API or console.", func(s *scene) (id.Actor, book.Command) {
		s.live(4)
		return s.Maker, s.confirming(receivable.Irrevocable, 5_00, 0)
	}},
	{"document_hash_differs", "What was signed names another document than the invoice that is on record.", "Compare the invoice that the buyer has with the one on record.", func(s *scene) (id.Actor, book.Command) {
		s.live(4)
		return s.Buyer, s.confirmingOther(5_00, func(c *book.Confirm) { c.Document[0] ^= 1 })
	}},
	{"receivable_terms_differ", "What was signed names other parties, another currency or another due date than the receivable.", "Sign the statement of this receivable.", func(s *scene) (id.Actor, book.Command) {
		s.live(4)
		return s.Buyer, s.confirmingOther(5_00, func(c *book.Confirm) { c.Due++ })
	}},
	{"undertaking_irrevocable", "An irrevocable undertaking is never withdrawn.", "Pay; what the buyer may claim from the seller it settles with the seller.", func(s *scene) (id.Actor, book.Command) {
		s.live(5)
		return s.Buyer, &book.WithdrawConfirmation{Receivable: s.receivable(), Reason: load32("why")}
	}},
	{"not_confirmed", "The receivable is not confirmed.", "Nothing: there is nothing to take back.", func(s *scene) (id.Actor, book.Command) {
		s.live(4)
		return s.Buyer, &book.WithdrawConfirmation{Receivable: s.receivable(), Reason: load32("why")}
	}},
	{"days_invalid", "A confirmation waits 1 to 90 days for its second signatory.", "Correct the days.", func(s *scene) (id.Actor, book.Command) {
		s.live(4, amounting(large))
		return s.Buyer, &book.StartConfirmation{Confirm: *s.confirming(receivable.Irrevocable, large, 1)}
	}},
	{"second_signature_needless", "The signatory may sign this alone.", "Give the confirmation itself.", func(s *scene) (id.Actor, book.Command) {
		s.live(4)
		return s.Buyer, &book.StartConfirmation{Confirm: *s.confirming(receivable.Irrevocable, 5_00, 1), Days: 3}
	}},
	{"confirmation_started", "A confirmation of this receivable waits for its second signatory already.", "Complete that one, or drop it.", func(s *scene) (id.Actor, book.Command) {
		s.begun()
		return s.Buyer, &book.StartConfirmation{Confirm: *s.confirming(receivable.Irrevocable, large, 1), Days: 3}
	}},
	{"confirmation_expired", "The second signatory came too late.", "Start the confirmation again.", func(s *scene) (id.Actor, book.Command) {
		begun := s.begun()
		s.wait(4)
		return s.Buyer, &book.CompleteConfirmation{Confirmation: begun, Confirm: *s.confirming(receivable.Irrevocable, large, 0)}
	}},
	{"receivable_changed", "The receivable is not what it was when the first signatory signed.", "Start the confirmation again.", func(s *scene) (id.Actor, book.Command) {
		begun := s.begun()
		s.give(s.Buyer, &book.OpenDispute{Receivable: s.receivable(), Amount: 1_00, Reason: dispute.Price, Text: load32("text")})
		return s.Buyer, &book.CompleteConfirmation{Confirmation: begun, Confirm: *s.confirming(receivable.Irrevocable, large, 0)}
	}},
	{"statement_differs", "The second signatory has signed something else than the first.", "Sign the same statement.", func(s *scene) (id.Actor, book.Command) {
		begun := s.begun()
		return s.Buyer, &book.CompleteConfirmation{Confirmation: begun, Confirm: *s.confirming(receivable.Irrevocable, large-1, 0)}
	}},
	{"confirmation_unknown", "There is no such started confirmation.", "Look up its identity.", func(s *scene) (id.Actor, book.Command) {
		return s.Buyer, &book.DropConfirmation{Confirmation: beyond[id.Confirmation](s, "confirmation")}
	}},
	{"confirmation_state", "The confirmation does not wait for a signature any more.", "Look at its state.", func(s *scene) (id.Actor, book.Command) {
		begun := s.begun()
		s.give(s.Buyer, &book.DropConfirmation{Confirmation: begun})
		return s.Buyer, &book.DropConfirmation{Confirmation: begun}
	}},
}

var ofDisputes = []refusal{
	{"dispute_reason", "There is no such reason for a dispute.", "Choose one of the reasons.", func(s *scene) (id.Actor, book.Command) {
		s.live(4)
		return s.Buyer, &book.OpenDispute{Receivable: s.receivable(), Amount: 1, Text: load32("text")}
	}},
	{"dispute_unknown", "There is no such dispute.", "Look up its identity.", func(s *scene) (id.Actor, book.Command) {
		return s.Buyer, &book.CloseDispute{Dispute: beyond[id.Dispute](s, "dispute")}
	}},
	{"dispute_state", "The dispute is not in a state in which this can be done.", "Look at its state.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, &book.DecideDispute{Dispute: s.disputing(1_00), Credit: 1, Evidence: load32("evidence")}
	}},
	{"dispute_close", "A dispute ends withdrawn by the buyer or settled by the operator.", "Say which.", func(s *scene) (id.Actor, book.Command) {
		return s.Buyer, &book.CloseDispute{Dispute: s.disputing(1_00)}
	}},
}
