package console

import (
	"millrace/edge/view"
)

// walletsPage lists digital money: where it lies, what is bound and to what, what is on its way, and what it is exchanged for.
type walletsPage struct {
	list
	Wallets   []view.Wallet
	Bound     []view.BoundMoney
	Transfers []view.DigitalTransfer
	Exchanges []view.Exchange
}

// Asks says in words what bound money asks for.
func (walletsPage) Asks(b view.BoundMoney) string {
	return map[string]string{"order": "an order on record", "delivery": "a delivery on record, invoiced", "undertaking": "an irrevocable undertaking on record"}[b.Evidence]
}

func showWallets(v *visit) (any, error) {
	var p walletsPage
	var q view.Query
	p.list, q = v.list("Wallets", []string{"proposed", "live", "declined"})
	page, err := v.Wallets(v.caller, q)
	if err != nil {
		return nil, err
	}
	newest := view.Query{Limit: rowsMax}
	bound, err := v.BoundMonies(v.caller, newest)
	if err != nil {
		return nil, err
	}
	transfers, err := v.DigitalTransfers(v.caller, newest)
	if err != nil {
		return nil, err
	}
	exchanges, err := v.Exchanges(v.caller, newest)
	if err != nil {
		return nil, err
	}
	p.Wallets, p.Bound, p.Transfers, p.Exchanges = page.Items, bound.Items, transfers.Items, exchanges.Items
	p.end(v, page.Next, len(page.Items))
	return p, nil
}
