package folder

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"millrace/domain/payment"
	"millrace/edge/bank"
	"millrace/edge/credittransfer"
	"millrace/engine/outbox"
)

// feeSuffix makes of a payment's key that of its fee.
const feeSuffix = ".F"

// paymentKey gives the key of the payment to which a key in a message belongs.
func paymentKey(key string) string { return strings.TrimSuffix(key, feeSuffix) }

// messageID names the message of a payment: its key, or what stands for one that is too long.
func messageID(key string) string {
	const most = 35 - len(feeSuffix)
	if len(key) <= most {
		return key
	}
	sum := sha256.Sum256([]byte(key))
	return "M" + hex.EncodeToString(sum[:15])
}

// fileName names the file of a payment.
func fileName(key string) string {
	return "pain001-" + strings.ReplaceAll(messageID(key), "/", "_") + ".xml"
}

// Send implements bank.Adapter. The file of a payment that waits to be fetched is left as it is; one that was fetched is
// written anew, under its one name and identification.
func (a *Adapter) Send(ctx context.Context, i bank.Instruction) (bank.Outcome, error) {
	if err := ctx.Err(); err != nil {
		return bank.Outcome{}, err
	}
	name := fileName(i.Key)
	delete(a.problems, name)
	if known, err := a.Query(ctx, i.Key); err != nil || known.Status != bank.Unknown {
		return known, err
	}
	content, err := a.write(&i)
	if err != nil {
		// Nothing has left, and nothing will before a person has mended it.
		a.problems[name] = []bank.Problem{{File: name, Account: i.From, Code: CodeInstruction, Sentence: err.Error()}}
		return bank.Outcome{Status: outbox.Withheld}, nil
	}
	// The commit point towards the bank: from here on the payment may be with it, whatever comes back.
	if err := a.options.Files.Put(a.path("in", name), content); err != nil {
		return bank.Outcome{}, err
	}
	return bank.Outcome{Status: bank.Pending}, nil
}

// write gives the file of an instruction. A payment with a fee is one payment information with two payments that are booked
// together: the bank debits both or none, in one entry.
func (a *Adapter) write(i *bank.Instruction) ([]byte, error) {
	debtor, err := a.account(i.From)
	if err != nil {
		return nil, err
	}
	one := credittransfer.Payment{
		Key: i.Key, Debtor: debtor, Amount: i.Amount, Currency: i.Currency, Execution: i.RequestedDate, Purpose: "SUPP", Text: i.Reference, Batch: i.Fee > 0,
	}
	switch {
	case i.To.Own.Kind != 0:
		if one.Creditor, err = a.account(i.To.Own); err != nil {
			return nil, err
		}
	default:
		d, at := i.To.Details, i.To.Address
		one.Creditor = credittransfer.Account{
			Holder: cut(d.Holder, 140), IBAN: strings.ReplaceAll(d.IBAN, " ", ""), Number: d.Number, BIC: d.BIC,
			Address: credittransfer.Address{Street: cut(at.Street, 70), PostCode: cut(at.PostCode, 16), Town: cut(at.Town, 35), Country: at.Country},
		}
	}
	if i.Purpose == payment.Sweep || i.Purpose == payment.InternalTransfer {
		one.Purpose = "CASH"
	}
	file := &credittransfer.File{
		Message: messageID(i.Key), Created: i.RequestedDate.String() + "T00:00:00Z", Sender: cut(a.options.Sender, 140), Payments: []credittransfer.Payment{one},
	}
	if i.Fee > 0 {
		fee := one
		fee.Key, fee.Amount, fee.Purpose, fee.Text = i.Key+feeSuffix, i.Fee, "CASH", cut("fee "+i.Reference, 140)
		if fee.Creditor, err = a.account(bank.Account{Kind: bank.Fees, Programme: i.Programme}); err != nil {
			return nil, err
		}
		file.Payments = append(file.Payments, fee)
	}
	content, err := credittransfer.Write(file)
	if err != nil {
		return nil, fmt.Errorf("the payment can't be written: %w", err)
	}
	return content, nil
}

// account is a supervised account as instructions name it.
func (a *Adapter) account(of bank.Account) (credittransfer.Account, error) {
	h, err := a.held(of)
	if err != nil {
		return credittransfer.Account{}, err
	}
	if h.BIC == "" {
		h.BIC = a.options.BIC
	}
	if h.Holder == "" {
		h.Holder = a.options.Sender
	}
	return credittransfer.Account{Holder: cut(h.Holder, 140), IBAN: h.IBAN, Number: h.Number, BIC: h.BIC}, nil
}

func cut(text string, characters int) string {
	all := []rune(text)
	return string(all[:min(len(all), characters)])
}
