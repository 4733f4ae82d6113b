package statement

import (
	"cmp"
	"strconv"
	"strings"

	"millrace/domain/reconciliation"
)

// Lines gives the payments booked by a statement as they are reconciled, each with a name: the bank's reference where it gives one,
// else the place of the entry in the statement, from 1, and of the payment in a batch, as in "7.2". A batch is taken apart where the
// bank tells its payments' amounts and they come to the batch's own.
func (s *Statement) Lines() (lines []reconciliation.Line, names []string) {
	for i := range s.Entries {
		e := &s.Entries[i]
		if e.State != Booked {
			continue
		}
		if !e.apart() {
			one := Transaction{Amount: e.Amount, Bank: e.Reference}
			if len(e.Transactions) == 1 {
				one = e.Transactions[0]
				one.Amount = e.Amount
			}
			lines, names = append(lines, e.line(&one)), append(names, cmp.Or(e.Reference, one.Bank, strconv.Itoa(i+1)))
			continue
		}
		for n := range e.Transactions {
			t := &e.Transactions[n]
			lines = append(lines, e.line(t))
			names = append(names, cmp.Or(t.Bank, strconv.Itoa(i+1)+"."+strconv.Itoa(n+1)))
		}
	}
	return lines, names
}

// apart tells whether the payments of a batch can be told apart.
func (e *Entry) apart() bool {
	rest := e.Amount
	for i := range e.Transactions {
		t := &e.Transactions[i]
		if t.Amount == 0 || t.Currency != e.Currency {
			return false
		}
		rest -= t.Amount
	}
	return len(e.Transactions) > 1 && rest == 0
}

// line is a payment of an entry.
func (e *Entry) line(t *Transaction) reconciliation.Line {
	other := t.Debtor
	if e.Amount < 0 {
		other = t.Creditor
	}
	l := reconciliation.Line{
		Amount: t.Amount, Charges: t.Charges, Currency: e.Currency, Value: e.Value, Key: t.EndToEnd, Text: strings.Join(t.Remittance, "\n"), Name: other.Name,
		Account: other.Account,
	}
	if l.Key == "NOTPROVIDED" {
		l.Key = ""
	}
	for _, r := range t.References {
		if r.Number != "" {
			l.References = append(l.References, r.Number)
		}
	}
	if l.Text == "" {
		l.Text = e.Text
	}
	return l
}
