package book_test

import (
	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/party"
	"millrace/domain/payment"
	"millrace/domain/supervision"
	"millrace/lab/load"
)

func init() { refusals = append(refusals, accountRefusals...) }

// recording is the record of a collection account with something wrong in it.
func (s *scene) recording(change func(c *book.ProposeSupervisedAccount)) (id.Actor, book.Command) {
	c := s.supervising(s.Payables, supervision.Collection)
	change(c)
	return s.Maker, c
}

func (s *scene) asked(way payment.Way) *book.ProposeReturn {
	return s.misapplied(s.collect(s.Payables, 100_00, s.book.Date()), way, 100_00)
}

var accountRefusals = []refusal{
	{"account_control_missing", "The account-control agreement or its hash is missing.", "Send the agreement as signed.", func(s *scene) (id.Actor, book.Command) {
		return s.recording(func(c *book.ProposeSupervisedAccount) { c.Mandate = [32]byte{} })
	}},
	{"account_details_missing", "The number of an account is missing.", "Name the account.", func(s *scene) (id.Actor, book.Command) {
		return s.recording(func(c *book.ProposeSupervisedAccount) { c.Details = [32]byte{} })
	}},
	{"account_differs", "Who approves has read another account than who proposed.", "Read the bank's line again; decline the return if it was proposed wrongly.", func(s *scene) (id.Actor, book.Command) {
		s.give(s.Maker, s.asked(payment.ToSender))
		return s.Checker, &book.DecideReturn{Return: latest[id.Return](s, "return_of_receipt"), Decision: book.Approve}
	}},
	{"account_kind_invalid", "There is no such kind of supervised account.", "It is for funding, collection or fees.", func(s *scene) (id.Actor, book.Command) {
		return s.recording(func(c *book.ProposeSupervisedAccount) { c.Place.Kind = 9 })
	}},
	{"account_number_used", "The number is on record for another account.", "A supervised account is nobody's own, and none is two at once. Look the number up.", func(s *scene) (id.Actor, book.Command) {
		s.supervise(s.Payables, supervision.Collection)
		c := s.supervising(s.Payables, supervision.Fees)
		c.Token = s.supervising(s.Payables, supervision.Collection).Token
		return s.Maker, c
	}},
	{"accounts_missing", "The programme asks for the records of its supervised accounts, and one is not live.", "Have the accounts put on record and approved.", func(s *scene) (id.Actor, book.Command) {
		p := s.strict()
		s.live(5)
		q := s.quote()
		q.Programme = p
		s.give(s.SellerActors[0], q)
		return s.SellerActors[0], &book.AcceptQuote{Financing: s.financing()}
	}},
	{"agreement_other", "The agreement is none of account control with this custodian that binds today.", "Name the one that does, or none.", func(s *scene) (id.Actor, book.Command) {
		return s.recording(func(c *book.ProposeSupervisedAccount) { c.Agreement = id.Make[id.Agreement](1, 1) })
	}},
	{"beneficiary_invalid", "The account can't be for this party.", "A funding account is for its funder, a fees account for the operator; a collection account names nobody.", func(s *scene) (id.Actor, book.Command) {
		return s.recording(func(c *book.ProposeSupervisedAccount) { c.Beneficiary = s.Operator })
	}},
	{"charge_cause_invalid", "There is no such cause.", "It is a charge, or unexplained.", func(s *scene) (id.Actor, book.Command) {
		return s.Bank, s.charged(supervision.Collection, 0, 1_00)
	}},
	{"evidence_differs", "The line is not the one that brought the receipt.", "Name the line of the bank's statement by which the money came.", func(s *scene) (id.Actor, book.Command) {
		c := s.asked(payment.ToSender)
		c.Line[0]++
		return s.Maker, c
	}},
	{"owner_invalid", "The account can't be in this party's name under this law.", "Money of others is held apart from its holder's estate.", func(s *scene) (id.Actor, book.Command) {
		return s.recording(func(c *book.ProposeSupervisedAccount) {
			c.Owner, c.Protection = s.Operator, supervision.ControlledEscrow
		})
	}},
	{"payee_not_entitled", "The money is not this party's.", "The operator is paid its own fees, and nobody else's money.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, &book.PayFees{Programme: s.Payables, Party: s.Operator, Unnamed: true}
	}},
	{"protection_not_in_force", "The law that is named does not hold yet.", "Name the protection that the account has today.", func(s *scene) (id.Actor, book.Command) {
		return s.recording(func(c *book.ProposeSupervisedAccount) {
			c.Since, c.Protection = s.Today, supervision.BritainClientMoney
			book.SetDate(s.book, 100)
			c.Since = 100
		})
	}},
	{"protection_unknown", "There is no such protection.", "The reference of accounts lists them.", func(s *scene) (id.Actor, book.Command) {
		return s.recording(func(c *book.ProposeSupervisedAccount) { c.Protection = 0 })
	}},
	{"recall_known", "It is asked back already.", "Two people decide on it: propose to give it back, or to refuse.", func(s *scene) (id.Actor, book.Command) {
		c := &book.RecallReceipt{Receipt: s.collect(s.Payables, 1_00, s.book.Date()), Line: load.Token("recall")}
		s.give(s.Bank, c)
		return s.Bank, c
	}},
	{"recall_none", "Nobody asks the receipt back.", "Nothing.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, s.misapplied(s.collect(s.Payables, 1_00, s.book.Date()), payment.RecallStands, 0)
	}},
	{"receipt_recalled", "The sender's bank asks the money back.", "Two people decide first: to give it back, or to refuse.", func(s *scene) (id.Actor, book.Command) {
		c := s.asked(payment.ToProgramme)
		s.give(s.Bank, &book.RecallReceipt{Receipt: c.Receipt, Line: load.Token("recall")})
		return s.Maker, c
	}},
	{"return_state", "The return is not in a state for this.", "The sentence names its state.", func(s *scene) (id.Actor, book.Command) {
		s.sendBack(s.collect(s.Payables, 1_00, s.book.Date()), 1_00)
		return s.Checker, &book.DecideReturn{Return: latest[id.Return](s, "return_of_receipt"), Decision: book.Decline}
	}},
	{"return_unknown", "There is no such return.", "Look up its identity.", func(s *scene) (id.Actor, book.Command) {
		return s.Checker, &book.DecideReturn{Return: beyond[id.Return](s, "return_of_receipt"), Decision: book.Approve}
	}},
	{"return_waits", "A return of this receipt waits to be decided on.", "Decide on that one first.", func(s *scene) (id.Actor, book.Command) {
		c := s.asked(payment.ToSender)
		s.give(s.Maker, c)
		return s.Maker, c
	}},
	{"account_signatories_invalid", "The signatories, or how many of them sign together, can't be so.", "1 to 16, each a person or a party, named once.", func(s *scene) (id.Actor, book.Command) {
		return s.recording(func(c *book.ProposeSupervisedAccount) { c.Together = 3 })
	}},
	{"supervised_account_known", "That account of the programme is on record.", "Close the one on record first, if the bank has opened another.", func(s *scene) (id.Actor, book.Command) {
		s.supervise(s.Payables, supervision.Collection)
		return s.recording(func(c *book.ProposeSupervisedAccount) { c.Token = party.Token(load.Token("another")) })
	}},
	{"supervised_account_not_empty", "Something is left in the account, or on its way.", "Pay it out to whom it belongs.", func(s *scene) (id.Actor, book.Command) {
		account := s.supervise(s.Payables, supervision.Collection)
		s.collect(s.Payables, 1_00, s.book.Date())
		return s.Maker, &book.CloseSupervisedAccount{Account: account}
	}},
	{"supervised_account_state", "The record of the account is not in a state for this.", "The sentence names its state.", func(s *scene) (id.Actor, book.Command) {
		s.give(s.Maker, s.supervising(s.Payables, supervision.Collection))
		return s.Maker, &book.CloseSupervisedAccount{Account: latest[id.SupervisedAccount](s, "supervised_account")}
	}},
	{"supervised_account_unknown", "There is no such supervised account.", "Look up its identity.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, &book.CloseSupervisedAccount{Account: beyond[id.SupervisedAccount](s, "supervised_account")}
	}},
	{"way_invalid", "There is no such way.", "It goes to another programme or to its sender, or a recall is refused.", func(s *scene) (id.Actor, book.Command) {
		c := s.asked(payment.ToSender)
		c.Way = 0
		return s.Maker, c
	}},
}
