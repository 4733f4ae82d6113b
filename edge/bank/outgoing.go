package bank

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/party"
	"millrace/domain/payment"
	"millrace/edge/intake"
	"millrace/engine"
	"millrace/engine/outbox"
	"millrace/engine/table"
	"millrace/engine/vault"
)

// outgoing is the port of the outbox for payments to one bank.
type outgoing struct{ *Connection }

var _ outbox.Port = (*outgoing)(nil)

// Codes of breaks that keep a payment from leaving.
const (
	CodeProgrammeStopped = "programme_stopped"
	CodeDetailsMissing   = "account_details_missing"
	CodeWithheld         = "payment_withheld"
	CodeAccountState     = "bank_account_state"
)

// codePaymentState is the book's rejection of an outcome that no longer fits.
const codePaymentState = "payment_state"

// Capability implements outbox.Port.
func (g *outgoing) Capability() outbox.Capability { return g.options.Adapter.Capability() }

// pendingAtOnce is how many payments are read at once.
const pendingAtOnce = 500

// Pending implements outbox.Port.
func (g *outgoing) Pending(ctx context.Context, after uint64) (effects []outbox.Effect, next uint64, err error) {
	err = g.read(ctx, func(v *table.View) error {
		ours, err := g.programmes(ctx, v)
		if err != nil {
			return err
		}
		payments, err := records[payment.Payment](ctx, v,
			"SELECT number, record FROM payment WHERE state IN (?, ?) AND number > ? ORDER BY number LIMIT ?",
			payment.Instructed.String(), payment.InDoubt.String(), int64(after), pendingAtOnce)
		for i := range payments {
			if ours[payments[i].Programme] {
				effects = append(effects, effectOf(&payments[i]))
			}
		}
		if len(payments) == pendingAtOnce {
			next = payments[len(payments)-1].ID.Number()
		}
		return err
	})
	return effects, next, err
}

func effectOf(p *payment.Payment) outbox.Effect {
	e := outbox.Effect{Number: p.ID.Number(), Key: p.ID.String(), Attempt: p.Attempts, Entry: p.Entry, State: outbox.Open}
	if p.State == payment.InDoubt {
		e.State = outbox.InDoubt
	}
	return e
}

// Again implements outbox.Port.
func (g *outgoing) Again(ctx context.Context, e outbox.Effect) (outbox.Effect, bool, error) {
	answer, rejection, err := g.options.Engine.Submit(ctx, engine.Request{
		Actor: g.options.Operator, Key: fmt.Sprintf("attempt after %s %d", e.Key, e.Attempt), Command: &book.RetryPayment{Payment: paymentOf(e.Key)},
	})
	if err != nil {
		return e, false, err
	}
	if rejection != nil {
		g.options.Logger.Warn("no further attempt at a payment", "payment", e.Key, "code", rejection.Code)
		return e, false, nil
	}
	for _, event := range answer.Events {
		if moved, ok := event.(*book.PaymentMoved); ok {
			e.Attempt, e.Entry, e.State = moved.Attempts, answer.Sequence, outbox.Open
		}
	}
	return e, true, nil
}

// paymentOf reads the key of an effect, which is a printed payment; 0 for anything else.
func paymentOf(key string) id.Payment {
	p, err := id.Parse[id.Payment](key)
	if err != nil {
		return 0
	}
	return p
}

// Record implements outbox.Port.
func (g *outgoing) Record(ctx context.Context, e outbox.Effect, a outbox.Answer) error {
	command := &book.RecordOutcome{Payment: paymentOf(e.Key), State: payment.InDoubt}
	outcome, _ := a.Body.(Outcome)
	switch a.Status {
	case outbox.Done:
		command.State, command.Value = payment.Executed, outcome.Value
	case outbox.Refused:
		command.State = payment.Refused
	}
	if command.State != payment.InDoubt {
		command.Bank = g.bankToken(outcome.BankReference)
	}
	rejection, err := g.recordOutcome(ctx, e.Attempt, command)
	if rejection != nil {
		if rejection.Code != codePaymentState && rejection.Code != engine.CodeKeyReused {
			g.stuck[e.Key] = Break{Payment: e.Key, Code: rejection.Code, Sentence: rejection.Sentence}
		}
		// Otherwise the payment has come to another outcome meanwhile.
		g.options.Logger.Warn("outcome of a payment not recorded", "payment", e.Key, "state", command.State.String(), "code", rejection.Code)
	}
	return err
}

// recordOutcome submits an outcome under a key of its own: the same outcome of the same attempt twice is one entry.
func (c *Connection) recordOutcome(ctx context.Context, attempt uint32, command *book.RecordOutcome) (*book.Rejection, error) {
	_, rejection, err := c.options.Engine.Submit(ctx, engine.Request{
		Actor: c.options.Bank, Key: fmt.Sprintf("outcome %s %d %s", command.Payment, attempt, command.State), Command: command,
	})
	return rejection, err
}

// bankToken stands for a bank's own reference in the book.
func (c *Connection) bankToken(reference string) [16]byte {
	if reference == "" {
		return [16]byte{}
	}
	return c.options.Engine.Vault().Token("bank_reference", c.options.Custodian.String(), reference)
}

// Send implements outbox.Port. The payment is read again at the last moment: what changed since the round began counts.
func (g *outgoing) Send(ctx context.Context, e outbox.Effect) (outbox.Answer, error) {
	withheld := outbox.Answer{Status: outbox.Withheld}
	instruction, problem, err := g.instruction(ctx, e)
	if err != nil {
		// Nothing has left.
		g.options.Logger.Error("payment not prepared", "payment", e.Key, "cause", err)
		return withheld, nil
	}
	if problem != nil {
		g.stuck[e.Key] = *problem
	}
	if instruction == nil {
		return withheld, nil
	}
	// The commit point towards the bank: from here on the payment may be with it, whatever comes back.
	outcome, err := g.options.Adapter.Send(ctx, *instruction)
	return answerOf(outcome), err
}

// Query implements outbox.Port.
func (g *outgoing) Query(ctx context.Context, e outbox.Effect) (outbox.Answer, error) {
	outcome, err := g.options.Adapter.Query(ctx, e.Key)
	return answerOf(outcome), err
}

// answerOf takes an outcome as it is, but for an execution without its day, which can't be booked: the statement will tell.
func answerOf(o Outcome) outbox.Answer {
	if o.Status == Executed && o.Value <= 0 {
		o.Status = Pending
	}
	return outbox.Answer{Status: o.Status, Body: o}
}

// instruction makes what the bank is told; nil when the payment must not leave now, with what a person has to work off.
func (g *outgoing) instruction(ctx context.Context, e outbox.Effect) (*Instruction, *Break, error) {
	var o *order
	var clock *book.Clock
	var account *party.BankAccount
	err := g.read(ctx, func(v *table.View) (err error) {
		if o, err = g.order(ctx, v, e.Number); err != nil || o == nil {
			return err
		}
		if clock, err = record[book.Clock](ctx, v, "clock", 1); err != nil {
			return err
		}
		account, err = record[party.BankAccount](ctx, v, "bank_account", o.payment.Account.Number())
		return err
	})
	if err != nil || o == nil || clock == nil {
		return nil, nil, err
	}
	p := &o.payment
	if p.State != payment.Instructed || p.Attempts != e.Attempt {
		return nil, nil, nil
	}
	if o.programme.Stopped {
		return nil, &Break{Payment: e.Key, Code: CodeProgrammeStopped, Sentence: "The programme is stopped: a shortfall is open."}, nil
	}
	if p.Flags != 0 {
		return nil, &Break{Payment: e.Key, Code: CodeWithheld, Sentence: "The payment is withheld until a second person releases it: " +
			strings.ReplaceAll(strings.Join(p.Flags.Names(), ", "), "_", " ") + "."}, nil
	}
	i := &Instruction{
		Key: e.Key, Programme: p.Programme, From: o.payer(), Amount: p.Amount, Fee: o.fee, Currency: p.Currency,
		RequestedDate: g.options.CutOff.date(clock.Date), Purpose: p.Purpose, Reference: e.Key,
	}
	if p.Financing != 0 {
		i.Reference = p.Financing.String() + " " + e.Key
	}
	if p.Early != 0 {
		i.Reference = p.Early.String() + " " + e.Key
	}
	if p.Purpose == payment.Sweep || p.Purpose == payment.InternalTransfer {
		i.To.Own, _ = o.inner()
		return i, nil, nil
	}
	if p.To != 0 { // misapplied: its own line brings it into the other programme's account
		i.To.Own = Account{Collection, p.To, 0}
		return i, nil, nil
	}
	if p.Details != [32]byte{} {
		return g.detailed(ctx, i, vault.Ref(p.Details))
	}
	return g.addressed(ctx, i, account)
}

// addressed completes an instruction with the payee's account out of the vault.
func (g *outgoing) addressed(ctx context.Context, i *Instruction, account *party.BankAccount) (*Instruction, *Break, error) {
	if account == nil {
		return nil, detailsMissing(i), nil
	}
	if account.State != party.AccountVerified {
		return nil, &Break{Payment: i.Key, Code: CodeAccountState, Sentence: "The payee's account is " + account.State.String() + ", not verified."}, nil
	}
	if i, missing, err := g.detailed(ctx, i, vault.Ref(account.Details)); i == nil || err != nil {
		return nil, missing, err
	}
	var err error
	i.To.Address, err = g.address(ctx, account.Party)
	return i, nil, err
}

func detailsMissing(i *Instruction) *Break {
	return &Break{Payment: i.Key, Code: CodeDetailsMissing, Sentence: "The details of the payee's account are not in the vault, or can't be read."}
}

// detailed completes an instruction with an account's details out of the vault.
func (g *outgoing) detailed(ctx context.Context, i *Instruction, details vault.Ref) (*Instruction, *Break, error) {
	missing := detailsMissing(i)
	_, stored, err := g.options.Engine.Vault().Get(ctx, details)
	if errors.Is(err, vault.ErrNotFound) || errors.Is(err, vault.ErrDamaged) {
		return nil, missing, nil
	}
	if err != nil {
		return nil, nil, err
	}
	if err := json.Unmarshal(stored, &i.To.Details); err != nil || i.To.Details == (intake.BankDetails{}) {
		return nil, missing, nil
	}
	return i, nil, nil
}
