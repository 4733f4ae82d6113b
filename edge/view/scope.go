package view

import (
	"fmt"
	"strings"

	"millrace/book"
	"millrace/domain/credit"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/party"
	"millrace/domain/payment"
	"millrace/domain/product"
	"millrace/domain/receivable"
	"millrace/domain/trade"
	"millrace/edge/access"
)

// Which records a caller sees who does not see all: those that meet the condition of one of its roles. "?1" stands for
// the caller's party. No buyer sees who had its invoices financed, and no funder what another one asks.

// share is what one role sees of a table.
type share struct {
	roles party.Role
	sql   string
	few   string // in the place of sql in the lists of a funder that has funded little; "" for none
}

const anyRole = ^party.Role(0)

// shares joins the conditions of the caller's roles.
func shares(rules ...share) func(*View, access.Caller) (clause, error) {
	return func(v *View, c access.Caller) (clause, error) {
		visible := clause{}
		for _, rule := range rules {
			if rule.roles&c.Views() == 0 {
				continue
			}
			sql := rule.sql
			if rule.few != "" && !v.single {
				few, err := v.fundsFew(c)
				if err != nil {
					return visible, err
				}
				if few {
					sql = rule.few
				}
			}
			visible = visible.or(sql)
			for range strings.Count(sql, "?") {
				visible.arguments = append(visible.arguments, int64(c.Party))
			}
		}
		if visible.sql == "" {
			visible.sql = "0"
		}
		return visible, nil
	}
}

// or adds an alternative, without its arguments. A condition that stands alone leads SQLite to an index.
func (c clause) or(sql string) clause {
	if c.sql == "" || c.sql == "0" {
		c.sql = sql
	} else {
		c.sql += " OR (" + sql + ")"
	}
	return c
}

const (
	financingOfFew    = "financing >> 16 IN (SELECT number FROM financing WHERE funder = ?)"
	fundedReceivables = "SELECT receivable >> 16 FROM financing WHERE funder = ?"
	fundedTrades      = "SELECT trade FROM receivable WHERE trade <> 0 AND number IN (" + fundedReceivables + ")"
)

// invited adds what a funder sees while it may bid: what is on offer in auctions of its programmes, to which sql leads.
func invited(sql string, scope func(*View, access.Caller) (clause, error)) func(*View, access.Caller) (clause, error) {
	return func(v *View, c access.Caller) (clause, error) {
		visible, err := scope(v, c)
		if err != nil || c.Views()&party.Funder == 0 {
			return visible, err
		}
		among, err := v.among(c, "programme", party.Funder, whole)
		if err != nil {
			return visible, err
		}
		var auctions bool
		if err := v.view.Tx.QueryRowContext(v.ctx, "SELECT EXISTS (SELECT 1 FROM auction WHERE "+among.sql+")", among.arguments...).Scan(&auctions); err != nil {
			return visible, fmt.Errorf("view: %w", err)
		}
		if auctions {
			visible = visible.or(strings.Replace(sql, "programme IN (0)", among.sql, 1))
			for range strings.Count(sql, "?") {
				visible.arguments = append(visible.arguments, int64(c.Party))
			}
			visible.arguments = append(visible.arguments, among.arguments...)
		}
		return visible, nil
	}
}

// sameTrade adds to trades those that became one with them.
func sameTrade(trades string) string {
	return "WITH RECURSIVE same(of) AS (" + trades +
		" UNION SELECT merged_into FROM trade, same WHERE number = of >> 16 AND merged_into <> 0" +
		" UNION SELECT next_merged FROM trade, same WHERE number = of >> 16 AND next_merged <> 0) SELECT of FROM same"
}

var (
	actors = source[party.Actor]{
		table: "actor", parties: []string{"party"}, scope: shares(share{roles: anyRole, sql: "party = ?"}),
	}
	keys = source[party.Key]{
		table: "actor_key", scope: shares(share{roles: anyRole, sql: "actor >> 16 IN (SELECT number FROM actor WHERE party = ?)"}),
	}
	parties = source[party.Party]{
		table: "party", state: "state", scope: shares(share{roles: anyRole, sql: "number = ? >> 16"}),
	}
	bankAccounts = source[party.BankAccount]{
		table: "bank_account", state: "state", parties: []string{"party"}, scope: shares(share{roles: anyRole, sql: "party = ?"}),
	}
	products = source[product.Product]{
		table: "product", state: "state", scope: shares(share{roles: anyRole, sql: "state <> 'proposed'"}),
	}
	programmes = source[funding.Programme]{
		table: "programme", state: "state", parties: []string{"anchor"}, scope: programmesSeen,
	}
	reviews = source[credit.Review]{
		table: "review", state: "state", parties: []string{"party"}, scope: reviewsSeen,
	}
	limits = source[credit.Limit]{
		table: "credit_limit", state: "state", parties: []string{"party"}, programme: "programme",
		scope: shares(share{roles: party.Funder, sql: "party = ? AND kind = 'funder'"}, share{roles: party.Funder, sql: "owner = ?"}), private: "owner = 0",
	}
	documents = source[book.Document]{
		table: "document", parties: []string{"seller", "buyer"}, trade: "trade", kind: "type", number: "doc_number",
		scope: invited(offeredTrade("trade"), shares(share{roles: party.Seller, sql: "seller = ?"}, share{roles: party.Buyer, sql: "buyer = ?"},
			share{roles: party.Funder, sql: fundedTrade("trade"), few: "trade IN (" + sameTrade(fundedTrades) + ")"})),
	}
	trades = source[trade.Trade]{
		table: "trade", parties: []string{"seller", "buyer"},
		scope: invited(offeredTrade(ownID),
			shares(share{roles: party.Seller, sql: "seller = ?"}, share{roles: party.Buyer, sql: "buyer = ?"},
				share{roles: party.Funder, sql: fundedTrade(ownID), few: "number IN (SELECT of >> 16 FROM (" + sameTrade(fundedTrades) + "))"})),
	}
	receivables = source[receivable.Receivable]{
		table: "receivable", state: "state", parties: []string{"seller", "buyer"}, trade: "trade",
		scope: invited("auction <> 0 AND auction >> 16 IN (SELECT number FROM auction WHERE programme IN (0))",
			shares(share{roles: party.Seller, sql: "seller = ?"}, share{roles: party.Buyer, sql: "buyer = ?"}, share{roles: party.Funder, sql: fundedReceivable(ownID), few: "number IN (" + fundedReceivables + ")"})),
	}
	financings = source[funding.Financing]{
		table: "financing", state: "state", parties: []string{"seller", "buyer", "funder"}, programme: "programme", received: "receivable",
		scope: shares(share{roles: settingOff, sql: "seller = ?"}, share{roles: party.Funder, sql: "funder = ?"}), keep: keepFinancing,
	}
	payments = source[payment.Payment]{
		table: "payment", state: "state", parties: []string{"payee"}, programme: "programme",
		scope: paymentsSeen, keep: keepPayment,
	}
	receipts = source[payment.Receipt]{
		table: "receipt", state: "state", programme: "programme", scope: receiptsSeen, keep: keepReceipt,
	}
	accounts = source[ledger.Account]{
		table: "account", parties: []string{"entity", "counterparty"}, programme: "programme",
		scope: shares(share{roles: anyRole, sql: "entity = ?"}, share{roles: party.Funder, sql: "counterparty = ? AND code IN (111, 122)"},
			share{roles: party.Seller, sql: "counterparty = ? AND code = 123"}),
	}
	holds = source[ledger.Hold]{table: "hold", state: "state"}
)

// programme list: few, so they are read whole.
func (v *View) allProgrammes() ([]funding.Programme, error) {
	if v.programmes != nil {
		return v.programmes, nil
	}
	all := []funding.Programme{}
	err := rows(v, "SELECT number, record FROM programme ORDER BY number", nil, func(_ uint64, record *funding.Programme) error {
		all = append(all, *record)
		return nil
	})
	if err == nil {
		v.programmes = all
	}
	return all, err
}

// takesPart tells in which of its roles the caller's party takes part in a programme; sellers are not named in one.
func takesPart(c access.Caller, p *funding.Programme) party.Role {
	var roles party.Role
	if p.Anchor == c.Party {
		roles |= party.Anchor | party.Buyer
	}
	if p.Custodian == c.Party {
		roles |= party.Custodian
	}
	for _, f := range p.Funders {
		if f.Party == c.Party {
			roles |= party.Funder
		}
	}
	return roles & c.Views()
}

// among is the condition that a column names a programme in which the caller has one of the roles.
func (v *View) among(c access.Caller, column string, roles party.Role, value func(id.Programme) int64) (clause, error) {
	all, err := v.allProgrammes()
	if err != nil {
		return clause{}, err
	}
	found := clause{sql: column + " IN (0"}
	for i := range all {
		if takesPart(c, &all[i])&roles != 0 {
			found.sql += ", ?"
			found.arguments = append(found.arguments, value(all[i].ID))
		}
	}
	found.sql += ")"
	return found, nil
}

func whole(p id.Programme) int64      { return int64(p) }
func numberOnly(p id.Programme) int64 { return int64(p.Number()) }

// programmesSeen: those in which the caller takes part; a seller sees those of the buyers to which it sells, and those under which it was quoted
// or lent money: who borrows on stock sells its anchor nothing.
func programmesSeen(v *View, c access.Caller) (clause, error) {
	found, err := v.among(c, "number", anyRole, numberOnly)
	if err == nil && c.Views()&party.Seller != 0 {
		found.sql += " OR (state = 'live' AND (anchor IN (SELECT buyer FROM trade WHERE seller = ?) OR anchor IN (SELECT buyer FROM receivable WHERE seller = ?) OR number IN (SELECT programme >> 16 FROM financing_parties WHERE seller = ?)))"
		found.arguments = append(found.arguments, int64(c.Party), int64(c.Party), int64(c.Party))
	}
	return found, err
}

// reviewsSeen: a funder sees its own reviews, and of the operator's those of the anchors of its programmes and of the sellers that it funds.
func reviewsSeen(v *View, c access.Caller) (clause, error) { return ofReviewer(v, c) }

// concerned: the anchors of a funder's programmes, and the sellers that it funds.
func concerned(v *View, c access.Caller) (clause, error) {
	all, err := v.allProgrammes()
	if err != nil {
		return clause{}, err
	}
	found := where("party "+fundedSellers, int64(c.Party))
	for i := range all {
		if takesPart(c, &all[i])&party.Funder != 0 {
			found.sql += " OR party = ?"
			found.arguments = append(found.arguments, int64(all[i].Anchor))
		}
	}
	return found, nil
}

func paymentsSeen(v *View, c access.Caller) (clause, error) {
	found, err := shares(share{roles: party.Seller | party.Funder | party.Buyer | party.Anchor, sql: "payee = ?"},
		share{roles: party.Funder, sql: fundedFinancing, few: financingOfFew})(v, c)
	if err != nil {
		return found, err
	}
	held, err := v.among(c, "programme", party.Custodian, whole)
	found.sql += " OR " + held.sql
	found.arguments = append(found.arguments, held.arguments...)
	return found, err
}

// keepPayment keeps a party's roles apart: sweeps are a funder's, withdrawals are whose money was provided, what is paid to a seller is the
// seller's.
func keepPayment(v *View, c access.Caller, p *payment.Payment) bool {
	if p.Payee != c.Party || v.partIn(c, p.Programme)&party.Custodian != 0 {
		return true
	}
	switch p.Purpose {
	case payment.Sweep:
		return c.Views()&party.Funder != 0
	case payment.Withdrawal: // a buyer that pays early has provided money as well
		return c.Views()&(party.Funder|party.Buyer|party.Anchor) != 0
	}
	return c.Views()&party.Seller != 0
}

// partIn is in which of its roles the caller's party takes part in the programme of that id.
func (v *View) partIn(c access.Caller, programme id.Programme) party.Role {
	for i := range v.programmes {
		if v.programmes[i].ID == programme {
			return takesPart(c, &v.programmes[i])
		}
	}
	return 0
}

func receiptsSeen(v *View, c access.Caller) (clause, error) {
	found, err := v.among(c, "programme", party.Custodian|party.Buyer, whole)
	if err == nil && c.Views()&party.Funder != 0 {
		if len(found.arguments) == 0 { // SQLite seeks by one condition alone
			found.sql = "0"
		}
		found = found.or("funder = ?")
		found.arguments = append(found.arguments, int64(c.Party))
	}
	return found, err
}

// keepReceipt: a custodian sees all receipts of its programmes, a buyer what was collected, a funder its own deposits.
func keepReceipt(v *View, c access.Caller, r *payment.Receipt) bool {
	roles := v.partIn(c, r.Programme)
	return roles&party.Custodian != 0 || roles&party.Buyer != 0 && r.Funder == 0 || roles&party.Funder != 0 && r.Funder == c.Party
}
