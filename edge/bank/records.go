package bank

import (
	"context"
	"fmt"
	"strings"

	"millrace/book"
	"millrace/domain/discounting"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/money"
	"millrace/domain/payment"
	"millrace/domain/product"
	"millrace/engine/table"
)

// records reads all records that a query over one table selects; the query names number and record.
func records[T any](ctx context.Context, v *table.View, query string, arguments ...any) ([]T, error) {
	rows, err := v.Tx.QueryContext(ctx, query, arguments...)
	if err != nil {
		return nil, fmt.Errorf("bank: %s: %w", query, err)
	}
	defer rows.Close()
	var all []T
	for rows.Next() {
		var number int64
		var stored []byte
		var record T
		if err := rows.Scan(&number, &stored); err != nil {
			return nil, fmt.Errorf("bank: %s: %w", query, err)
		}
		if err := book.DecodeRecord(stored, &record); err != nil {
			return nil, fmt.Errorf("bank: %s: row %d: %w", query, number, err)
		}
		all = append(all, record)
	}
	return all, rows.Err()
}

// record reads the record of a number from a table; nil when there is none.
func record[T any](ctx context.Context, v *table.View, name string, number uint64) (*T, error) {
	all, err := records[T](ctx, v, "SELECT number, record FROM "+name+" WHERE number = ?", int64(number))
	if err != nil || len(all) == 0 {
		return nil, err
	}
	return &all[0], nil
}

// receiptsOf finds the receipts of some lines by their tokens.
func receiptsOf(ctx context.Context, v *table.View, tokens [][16]byte) (map[[16]byte]payment.Receipt, error) {
	const together = 256
	found := map[[16]byte]payment.Receipt{}
	for len(tokens) > 0 {
		some := tokens[:min(together, len(tokens))]
		tokens = tokens[len(some):]
		arguments := make([]any, len(some))
		for i := range some {
			arguments[i] = some[i][:]
		}
		query := "SELECT number, record FROM receipt WHERE line IN (?" + strings.Repeat(", ?", len(some)-1) + ")"
		receipts, err := records[payment.Receipt](ctx, v, query, arguments...)
		if err != nil {
			return nil, err
		}
		for _, r := range receipts {
			found[r.Line] = r
		}
	}
	return found, nil
}

// chargesOf finds what of some lines the book has as charges.
func chargesOf(ctx context.Context, v *table.View, tokens [][16]byte) (map[[16]byte]payment.Charge, error) {
	const together = 256
	found := map[[16]byte]payment.Charge{}
	for len(tokens) > 0 {
		some := tokens[:min(together, len(tokens))]
		tokens = tokens[len(some):]
		arguments := make([]any, len(some))
		for i := range some {
			arguments[i] = some[i][:]
		}
		query := "SELECT number, record FROM charge WHERE line IN (?" + strings.Repeat(", ?", len(some)-1) + ")"
		charges, err := records[payment.Charge](ctx, v, query, arguments...)
		if err != nil {
			return nil, err
		}
		for i := range charges {
			found[charges[i].Line] = charges[i]
		}
	}
	return found, nil
}

// order is a payment with what the bank has to know of its surroundings.
type order struct {
	payment   payment.Payment
	programme funding.Programme
	funder    id.Party    // whose funding account pays a disbursement, an early payment or a withdrawal, or takes a sweep
	fee       money.Minor // of a disbursement or an early payment
}

// order reads a payment with its surroundings; nil when there is no such payment or it belongs to another custodian.
func (c *Connection) order(ctx context.Context, v *table.View, number uint64) (*order, error) {
	p, err := record[payment.Payment](ctx, v, "payment", number)
	if err != nil || p == nil {
		return nil, err
	}
	programme, err := record[funding.Programme](ctx, v, "programme", p.Programme.Number())
	if err != nil || programme == nil || programme.Custodian != c.options.Custodian {
		return nil, err
	}
	o := &order{payment: *p, programme: *programme}
	if p.Purpose == payment.Sweep || p.Purpose == payment.Withdrawal {
		o.funder = p.Payee
	}
	if p.Purpose == payment.Disbursement {
		f, err := record[funding.Financing](ctx, v, "financing", p.Financing.Number())
		if err != nil || f == nil {
			return nil, err
		}
		terms, err := record[product.Product](ctx, v, "product", f.Product.Number())
		if err != nil || terms == nil {
			return nil, err
		}
		o.funder, o.fee = f.Funder, book.FeesAlong(f, &terms.Terms)
	}
	if p.Purpose == payment.EarlyPayment {
		e, err := record[discounting.Payment](ctx, v, "early_payment", p.Early.Number())
		if err != nil || e == nil {
			return nil, err
		}
		o.funder, o.fee = e.Buyer, e.Fee
	}
	return o, nil
}

// Expected returns what the custodian's accounts must hold by the book, shortfalls taken off: what the bank's own balances
// are held against. A collection account is one at the bank, whoever its money is owed to.
func (c *Connection) Expected(ctx context.Context) (map[Account]money.Minor, error) {
	expected := map[Account]money.Minor{}
	err := c.read(ctx, func(v *table.View) error {
		accounts, err := records[ledger.Account](ctx, v, "SELECT number, record FROM account WHERE entity = ?", int64(c.options.Custodian))
		for i := range accounts {
			a := &accounts[i]
			if at, sign := supervised(a.Key); sign != 0 {
				expected[at] = money.Add(expected[at], sign*a.Balance())
			}
		}
		return err
	})
	return expected, err
}

// supervised tells in which account at the bank a ledger account's money lies, and whether it adds to it or is missing.
func supervised(key ledger.Key) (Account, money.Minor) {
	place, sign := book.Supervised(key)
	if sign == 0 {
		return Account{}, 0
	}
	return Account{Kind(place.Kind), place.Programme, place.Funder}, money.Minor(sign)
}

// payer is the supervised account from which a payment leaves.
func (o *order) payer() Account {
	switch o.payment.Purpose {
	case payment.InternalTransfer:
		return accountOf(o.payment.From)
	case payment.Disbursement, payment.EarlyPayment, payment.Withdrawal:
		return Account{Funding, o.payment.Programme, o.funder}
	case payment.OperatorsFees, payment.OthersFees:
		if !o.payment.Collected {
			return Account{Fees, o.payment.Programme, 0}
		}
	}
	return Account{Collection, o.payment.Programme, 0}
}

// total is what leaves that account.
func (o *order) total() money.Minor { return money.Add(o.payment.Amount, o.fee) }

// inner is where a part of the payment stays with the custodian, and how much: a sweep or an internal transfer as a whole, a disbursement's fee.
func (o *order) inner() (Account, money.Minor) {
	switch o.payment.Purpose {
	case payment.Sweep:
		return Account{Funding, o.payment.Programme, o.funder}, o.payment.Amount
	case payment.Disbursement, payment.EarlyPayment:
		return Account{Fees, o.payment.Programme, 0}, o.fee
	case payment.InternalTransfer:
		return accountOf(o.payment.At), o.payment.Amount
	}
	return Account{}, 0
}

// accountOf is an account at the bank that the book names.
func accountOf(at payment.Supervised) Account { return Account{Kind(at.Kind), at.Programme, at.Owner} }

// programmes are those of the custodian. They are few, and read anew whenever they are needed.
func (c *Connection) programmes(ctx context.Context, v *table.View) (map[id.Programme]bool, error) {
	all, err := records[funding.Programme](ctx, v, "SELECT number, record FROM programme")
	ours := map[id.Programme]bool{}
	for i := range all {
		if all[i].Custodian == c.options.Custodian {
			ours[all[i].ID] = true
		}
	}
	return ours, err
}
