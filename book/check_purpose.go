package book

import (
	"slices"

	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/payment"
)

// supplies: what a programme that pays suppliers has lent went to a supplier of the borrower for what the borrower has bought, and what
// debts it has not paid was paid in advance.
func (a *audit) supplies() {
	b := a.b
	paid := map[id.Receivable]int64{}
	listed := 0
	for n := uint64(1); n <= b.financings.count; n++ {
		f := b.financings.at(n)
		p := b.programmes.at(uint64(f.Programme) >> 16)
		s := f.Supply
		if s.Supplier == 0 {
			if p != nil && p.SupplierPaid && claiming(f.State) || len(f.SetOffs) > 0 {
				a.breach("supply_of_other", f.ID.String(), "%s is of a programme that pays suppliers, and names none", f.ID)
			}
			continue
		}
		if text := a.supplyOf(f, p); text != "" {
			a.breach("supply_of_other", f.ID.String(), "%s pays a supplier, and %s", f.ID, text)
		}
		advance := s.Amount
		for _, one := range f.SetOffs {
			advance -= one.Amount + one.Deducted
			paid[one.Receivable] += int64(one.Amount)
			if r := b.receivables.at(uint64(one.Receivable) >> 16); one.Amount < 0 || one.Deducted < 0 || r == nil || int64(r.Paid) < paid[one.Receivable] {
				a.breach("supply_amounts", f.ID.String(), "%s has paid %d of %s, which does not say so", f.ID, one.Amount, one.Receivable)
			}
		}
		out := moneyOut(f.State) || over(f.State)
		if s.Amount != f.Net || advance < 0 || !out && len(f.SetOffs) > 0 {
			a.breach("supply_amounts", f.ID.String(), "%s pays its supplier %d out of %d; %d of it is in advance", f.ID, s.Amount, f.Net, advance)
		}
		if out {
			a.expect(f.Seller, 0, s.Supplier, ledger.SupplierAdvances, f.Currency, advance)
			a.expect(s.Supplier, 0, f.Seller, ledger.CustomerAdvances, f.Currency, advance)
		}
		_, found := slices.BinarySearch(b.suppliedBy[supplyKey{s.Trade, s.Receivable}], f.ID)
		open := f.State != funding.Cancelled && advance > 0
		if found != open {
			a.breach("index_supplied", f.ID.String(), "%s has %d paid in advance, and is in the index: %t", f.ID, advance, found)
		}
		if open {
			listed++
		}
	}
	a.billed()
	// map order does not reach a result: lengths are added up
	for _, list := range b.suppliedBy {
		listed -= len(list)
	}
	if listed != 0 {
		a.breach("index_supplied", "", "the index of what is paid for suppliers is off by %d", listed)
	}
}

// supplyOf says why a payment to a supplier is not for what the borrower has bought from it; "" for nothing.
func (a *audit) supplyOf(f *funding.Financing, p *funding.Programme) string {
	b, s := a.b, f.Supply
	account := b.bankAccounts.at(uint64(f.Payee) >> 16)
	t, r := b.trades.at(uint64(s.Trade)>>16), b.receivables.at(uint64(s.Receivable)>>16)
	paid := b.payments.at(uint64(f.Payment) >> 16)
	switch {
	case p == nil || !p.SupplierPaid || f.Trade == 0 || len(f.Conversions) > 0:
		return "its programme pays borrowers, or it is not lent on an order"
	case s.Supplier == f.Seller || account == nil || account.Party != s.Supplier:
		return "the account is not that supplier's"
	case (t == nil) == (r == nil) || t != nil && (t.Buyer != f.Seller || t.Seller != s.Supplier) || r != nil && (r.Buyer != f.Seller || r.Seller != s.Supplier):
		return "the borrower has not bought that from it"
	case paid != nil && (paid.Purpose != payment.Disbursement || paid.Payee != s.Supplier || paid.Account != f.Payee):
		return "the payment went elsewhere"
	}
	return ""
}

// billed: what was billed while an advance was at the bank is a debt of its borrower to its supplier, named once; what it had deducted and all
// that was still the supplier's own is set off when the advance is paid.
func (a *audit) billed() {
	b := a.b
	for n := uint64(1); n <= b.payments.count; n++ {
		p := b.payments.at(n)
		f := b.financings.at(uint64(p.Financing) >> 16)
		seen := map[id.Receivable]bool{}
		for _, one := range p.Billed {
			r := b.receivables.at(uint64(one.Receivable) >> 16)
			if f == nil || f.Payment != p.ID || f.Supply.Trade == 0 || r == nil || r.Buyer != f.Seller || r.Seller != f.Supply.Supplier || one.Deducted < 0 || seen[one.Receivable] {
				a.breach("supply_billed", p.ID.String(), "%s is to be set off against %s, which is no debt to its supplier, or was named before", p.ID, one.Receivable)
				continue
			}
			seen[one.Receivable] = true
			taken := int64(0)
			for _, off := range f.SetOffs {
				if off.Receivable == one.Receivable {
					taken += int64(off.Deducted)
				}
			}
			if p.State == payment.Executed && taken > int64(one.Deducted) || p.State != payment.Executed && taken != 0 {
				a.breach("supply_billed", p.ID.String(), "%s, which is %s, has taken %d of what %s deducted, not %d", p.ID, p.State, taken, one.Receivable, one.Deducted)
			}
		}
	}
}
