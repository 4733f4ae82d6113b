package main

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"

	"millrace/book"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/payment"
	"millrace/domain/supervision"
	"millrace/edge/bank"
	"millrace/edge/bank/sandbox"
	"millrace/edge/intake"
	"millrace/edge/reconcile"
	"millrace/edge/view"
	"millrace/engine"
)

// supervise puts a programme's accounts at the custodian on record, each approved by a second person: the funders' own deposits, the
// collections on open trust, and the operator's own for its fees. All move by the account-control agreement alone.
func (s *story) supervise(programme id.Programme) error {
	p, err := recordOf[funding.Programme](s.giver, "programme", programme.Number())
	if err != nil {
		return err
	}
	places := []bank.Account{{Kind: bank.Collection, Programme: p.ID}, {Kind: bank.Fees, Programme: p.ID}}
	for _, f := range p.Funders {
		places = append(places, bank.Account{Kind: bank.Funding, Programme: p.ID, Owner: f.Party})
	}
	if len(p.Funders) == 0 { // its anchor pays early
		places = append(places, bank.Account{Kind: bank.Funding, Programme: p.ID, Owner: p.Anchor})
	}
	mandate := []byte(fmt.Sprintf("Account-control agreement on the accounts of programme %s between %s, %s and those whose money they hold.\n"+
		"1. The bank moves the accounts by orders that two of the signatories have given together, and by no other order.\n"+
		"2. It takes no charge, set-off or lien from them, except on the account that is the operator's own.",
		p.ID, s.names[p.Operator], s.names[p.Custodian]))
	stored, err := s.intake.Store(s.ctx, intake.KindText, mandate)
	if err != nil {
		return err
	}
	for _, place := range places {
		if err := s.onRecord(&p, place, sha256.Sum256(mandate), stored); err != nil {
			return fmt.Errorf("%s: %w", place, err)
		}
	}
	return nil
}

// onRecord proposes the record of one account, and has a second person approve it.
func (s *story) onRecord(p *funding.Programme, at bank.Account, hash, mandate [32]byte) error {
	c := &book.ProposeSupervisedAccount{
		Place: supervision.Place{Programme: p.ID, Kind: supervision.Kind(at.Kind), Funder: at.Owner},
		Owner: p.Operator, Since: s.date, MandateHash: hash, Mandate: mandate,
		Signatories: []supervision.Signatory{{Actor: s.maker}, {Actor: s.checker}, {Actor: s.third}}, Together: 2,
		Statements: supervision.WhenMoved,
	}
	switch at.Kind {
	case bank.Collection:
		c.Protection = supervision.GermanTrust
	case bank.Fees:
		c.Protection, c.Beneficiary = supervision.OwnMoney, p.Operator
	case bank.Funding:
		c.Protection, c.Owner, c.Beneficiary = supervision.OwnMoney, at.Owner, at.Owner
		c.Signatories = append(c.Signatories, supervision.Signatory{Party: at.Owner})
	}
	number, err := sandbox.IBAN(at)
	if err != nil {
		return err
	}
	details := intake.BankDetails{IBAN: number, BIC: demoBIC, Holder: s.names[c.Owner]}
	encoded, err := json.Marshal(details)
	if err != nil {
		return err
	}
	if c.Details, err = s.intake.Store(s.ctx, intake.KindAccount, encoded); err != nil {
		return err
	}
	c.Token = s.intake.AccountToken(details)
	answer, err := s.give(s.maker, "", c)
	if err != nil {
		return err
	}
	account := first[*book.SupervisedAccountProposed](answer).Account.ID
	_, err = s.give(s.checker, "", &book.DecideSupervisedAccount{Account: account, Decision: book.Approve})
	s.supervised++
	return err
}

// match lets the clerk that matches receipts work once, and gives the events of what it has allocated.
func (s *story) match() (engine.Answer, error) {
	if s.clerk == nil {
		machine, err := machineNamed(s.ctx, s.engine, matchingMachine)
		if err != nil {
			return engine.Answer{}, err
		}
		s.clerk = &reconcile.Clerk{Engine: s.engine, Reader: view.New(s.engine), Actor: machine}
	}
	var answer engine.Answer
	before := s.engine.Head().Sequence
	if _, err := s.clerk.Step(s.ctx); err != nil {
		return answer, err
	}
	return s.since(before)
}

// allot has what came in for a receivable allocated: by the node where the evidence stands by itself, else by a person, who takes the node's
// suggestion or knows better.
func (s *story) allot(c *book.Allocate) (engine.Answer, error) {
	answer, err := s.match()
	if err != nil {
		return answer, err
	}
	if first[*book.ReceiptReconciled](answer) != nil {
		s.summary.MatchedByNode++
		return answer, nil
	}
	s.summary.MatchedByPerson++
	if c.Receipt, err = s.unallocated(); err != nil {
		return answer, err
	}
	if left := first[*book.BreakOpened](answer); left != nil {
		if err := s.tell("left over", "%s does not match by itself (%s): it stands on the list of breaks, and a person allocates it", s.text(left.Break.Amount), left.Break.Code); err != nil {
			return answer, err
		}
	}
	return s.give(s.maker, "", c)
}

// stray lets money come in that names nothing: it is owed to its sender, nobody uses it, and it stands on the list of breaks.
func (s *story) stray() error {
	programme := s.programmes[s.party("havelmark")]
	const amount = 1_210_00
	if _, err := s.bank.BuyerPays(programme, s.amount(amount), "Hansen Bootsbau e.K.", "Danke", s.date); err != nil {
		return err
	}
	if err := s.banking(); err != nil {
		return err
	}
	answer, err := s.match()
	if err != nil {
		return err
	}
	if left := first[*book.BreakOpened](answer); left == nil || left.Break.Kind != payment.ReceiptBreak {
		return fmt.Errorf("money that names nothing is no break")
	}
	return s.tell("unidentified", "%s come in from somebody whom nobody expects: a liability to the sender, never used, on the list of breaks", s.text(amount))
}

// takeFees lets the operator ask for the fees that products have granted it: whatever the amount, a second person decides. It is left to whoever
// opens the console.
func (s *story) takeFees() error {
	at := slices.IndexFunc(s.cast.Parties, func(p castParty) bool { return p.has("operator") })
	if err := s.account(s.cast.Parties[at], s.operator); err != nil {
		return err
	}
	answer, err := s.give(s.checker, "", &book.PayFees{Programme: s.programmes[s.party("havelmark")], Party: s.operator, Account: s.accounts[s.operator]})
	if err != nil {
		return err
	}
	opened := first[*book.PaymentOpened](answer).Payment
	return s.tell("fees", "%s asks for %s, which products have granted it: payment %s to its verified account waits for two others", s.names[s.operator],
		s.text(opened.Amount), opened.ID)
}
