package view

import (
	"fmt"

	"millrace/edge/access"
)

// What a party sees through a financing or a receivable is asked record by record, from the record to the party: so a list costs what it
// shows and not all that the party has. The names with "its_" hide columns of the record itself, and the signs "+" keep SQLite from
// going the other way. "?" stands for the caller's party, whose id has the shard of all others.
const (
	loans = "(SELECT number AS its_loan, receivable AS its_claim, funder AS its_lender, seller AS its_seller FROM financing)"
	debts = "(SELECT number AS its_debt, trade AS its_deal, auction AS its_auction, seller AS its_seller, buyer AS its_buyer FROM receivable)"

	fundedFinancing  = "EXISTS (SELECT 1 FROM " + loans + " WHERE its_loan = financing >> 16 AND +its_lender = ?)"
	soldFinancing    = "EXISTS (SELECT 1 FROM " + loans + " WHERE its_loan = financing >> 16 AND +its_seller = ?)"
	soldReceivable   = "EXISTS (SELECT 1 FROM " + debts + " WHERE its_debt = receivable >> 16 AND +its_seller = ?)"
	boughtReceivable = "EXISTS (SELECT 1 FROM " + debts + " WHERE its_debt = receivable >> 16 AND +its_buyer = ?)"
	fundedSellers    = "IN (SELECT seller FROM financing_parties WHERE funder = ?)"
	fundedBuyers     = "IN (SELECT buyer FROM financing_parties WHERE funder = ?)"
)

// fundedReceivable tells that the caller has funded the receivable of an id.
func fundedReceivable(of string) string {
	return "EXISTS (SELECT 1 FROM " + loans + " WHERE its_claim = " + of + " AND +its_lender = ?)"
}

// ownID is the id of a record that has a number.
const ownID = "(number << 16 | (? & 65535))"

// fundedTrade tells that the caller has funded a receivable of the trade of an id, or of one that became one with it.
func fundedTrade(of string) string {
	return "EXISTS (SELECT 1 FROM (" + sameTrade("SELECT "+of) + ") CROSS JOIN " + debts + " CROSS JOIN " + loans +
		" WHERE of <> 0 AND its_deal = of AND its_claim = (its_debt << 16 | (? & 65535)) AND +its_lender = ?)"
}

// offeredTrade tells that a receivable of the trade of an id is on offer in auctions; the programmes stand for "(0)".
func offeredTrade(of string) string {
	return "EXISTS (SELECT 1 FROM (" + sameTrade("SELECT "+of) + ") CROSS JOIN " + debts +
		" WHERE of <> 0 AND its_deal = of AND +its_auction <> 0 AND its_auction >> 16 IN (SELECT number FROM auction WHERE programme IN (0)))"
}

// fewFunded is up to how many financings a funder's lists are sought from them, and not from the newest records on: what it has funded lies
// so far apart then that too many records of others would be looked at.
const fewFunded = 5000

// fundsFew tells whether the caller's party has funded little.
func (v *View) fundsFew(c access.Caller) (bool, error) {
	few, known := v.fundFew[c.Party]
	if known {
		return few, nil
	}
	var count int
	if err := v.view.Tx.QueryRowContext(v.ctx, "SELECT coalesce(sum(records), 0) FROM financing_sum WHERE funder = ?", int64(c.Party)).Scan(&count); err != nil {
		return false, fmt.Errorf("view: %w", err)
	}
	v.fundFew[c.Party] = count <= fewFunded
	return count <= fewFunded, nil
}
