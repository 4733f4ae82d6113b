package main

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/party"
	"millrace/domain/payment"
	"millrace/edge/intake"
	"millrace/edge/payee"
	"millrace/edge/payee/sandbox"
	"millrace/engine"
)

// newPayeeDays is for how many days the demo's programmes have two persons approve payments to a new account.
const newPayeeDays = 10

// checkPayee has the bank asked about a proposed account of the demo, and says at which contact its party is asked when it is to change.
func (s *story) checkPayee(p castParty, owner id.Party, account id.BankAccount) error {
	contact, err := s.intake.Store(s.ctx, intake.KindContact, []byte("Finance desk of "+p.Name+", at the number on its letterhead of 2024"))
	if err != nil {
		return err
	}
	if _, err := s.give(s.maker, "", &book.RecordContact{Party: owner, Channel: party.Phone, Details: contact}); err != nil {
		return err
	}
	machine, err := machineNamed(s.ctx, s.engine, payeeMachine)
	if err != nil {
		return err
	}
	scheme := sandbox.New()
	scheme.Keep(p.IBAN, p.Name)
	clerk, err := payee.New(payee.Options{Engine: s.engine, Adapter: scheme, Actor: machine, Now: time.Now})
	if err != nil {
		return err
	}
	if err := clerk.Round(s.ctx); err != nil {
		return err
	}
	known, err := recordOf[party.BankAccount](s.giver, "bank_account", account.Number())
	if err == nil && known.Name.Result != party.NameMatch {
		err = errors.New("the bank does not know the holder of " + account.String())
	}
	return err
}

// askPayees asks a sandbox scheme of banks about proposed accounts in the background, until ctx ends.
func askPayees(ctx context.Context, e *engine.Engine) error {
	machine, err := machineNamed(ctx, e, payeeMachine)
	if err != nil {
		return err
	}
	scheme := sandbox.New()
	scheme.Believe()
	clerk, err := payee.New(payee.Options{Engine: e, Adapter: scheme, Actor: machine, Now: time.Now, Logger: slog.Default()})
	if err != nil {
		return err
	}
	go func() { _ = clerk.Run(ctx, 5*time.Second) }() // it ends with ctx, or with the engine, which says why itself
	return nil
}

// approve lets as many persons approve a payment as it takes.
func (s *story) approve(p *payment.Payment) error {
	for i := range p.ApprovalsLeft() {
		by := s.checker
		if i > 0 {
			by = s.third
		}
		if _, err := s.give(by, "", &book.ApprovePayment{Payment: p.ID, Decision: book.Approve}); err != nil {
			return err
		}
	}
	return nil
}
