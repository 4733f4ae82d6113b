package funding

import (
	"millrace/domain/id"
	"millrace/domain/money"
)

// Supply is what the proceeds of a purpose-bound financing pay for: what the borrower has bought itself. They go to its supplier and
// never to the borrower.
type Supply struct {
	Supplier   id.Party      `cbor:"1,keyasint"`
	Trade      id.Trade      `cbor:"2,keyasint,omitempty"` // an order of the borrower that is paid in advance; 0 where a debt is paid
	Receivable id.Receivable `cbor:"3,keyasint,omitempty"` // a debt of the borrower; 0 where an order is
	Amount     money.Minor   `cbor:"4,keyasint"`
}

// SetOff is what of a payment to a supplier has paid a debt of the borrower.
type SetOff struct {
	Receivable id.Receivable `cbor:"1,keyasint"`
	Amount     money.Minor   `cbor:"2,keyasint,omitempty"` // of the debt as it was billed
	Deducted   money.Minor   `cbor:"3,keyasint,omitempty"` // by the invoice itself, as paid before
}

// InAdvance is what of the payment to a supplier has not paid a debt.
func (f *Financing) InAdvance() money.Minor {
	left := f.Supply.Amount
	for i := range f.SetOffs {
		left = money.Sub(left, money.Add(f.SetOffs[i].Amount, f.SetOffs[i].Deducted))
	}
	return left
}

// Beneficiary is to whom the proceeds are paid.
func (f *Financing) Beneficiary() id.Party {
	if f.Supply.Supplier != 0 {
		return f.Supply.Supplier
	}
	return f.Seller
}
