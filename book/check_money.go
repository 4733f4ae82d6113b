package book

import (
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/party"
	"millrace/domain/payment"
)

// paidTo: money went to accounts that were verified and belong to the party that it was for: proceeds to the seller or, where the
// programme pays suppliers, to a supplier; what was collected to its funder within the custodian, or to the seller.
func (a *audit) paidTo() {
	b := a.b
	for n := uint64(1); n <= b.payments.count; n++ {
		r := b.payments.at(n)
		if text := a.payeeOf(r); text != "" {
			a.breach("paid_to_other", r.ID.String(), "%s is to %s, and %s", r.ID, r.Payee, text)
		}
	}
}

// payeeOf says why a payment is not the payee's; "" for nothing.
func (a *audit) payeeOf(r *payment.Payment) string {
	b := a.b
	p, f := b.programmes.at(uint64(r.Programme)>>16), b.financings.at(uint64(r.Financing)>>16)
	if r.Purpose > payment.EarlyPayment { // other ways out have auditors of their own
		return ""
	}
	if r.Purpose == payment.Sweep {
		if r.Account != 0 || p == nil || !isFunder(p, r.Payee) {
			return "what is swept is a funder's, and stays with the custodian"
		}
		return ""
	}
	account := b.bankAccounts.at(uint64(r.Account) >> 16)
	switch {
	case account == nil || account.Party != r.Payee || account.Currency != r.Currency:
		return "the account is another's"
	case account.State == party.AccountProposed:
		return "the account was never verified"
	case r.Purpose == payment.Disbursement && (f == nil || f.Programme != r.Programme || entitledTo(f, p) != r.Payee):
		return "the proceeds are another's"
	}
	return ""
}

func isFunder(p *funding.Programme, of id.Party) bool {
	for _, f := range p.Funders {
		if f.Party == of {
			return true
		}
	}
	return false
}

// entitledTo is who has a right to the proceeds of a financing.
func entitledTo(f *funding.Financing, p *funding.Programme) id.Party {
	if p != nil && p.SupplierPaid {
		return f.Supply.Supplier
	}
	return f.Seller
}
