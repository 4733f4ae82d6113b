package view

import (
	"cmp"
	"slices"

	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/product"
	"millrace/domain/trade"
	"millrace/edge/access"
)

// Cashable is what a seller can turn into cash today in one programme, and at what price, as far as the tables tell: the book decides when
// quotes are asked for, after limits and risk control.
type Cashable struct {
	Programme  string         `json:"programme"`
	Anchor     *Ref           `json:"anchor"`
	Payee      string         `json:"payee,omitempty" doc:"verified account of the seller to which it would go; missing where there is none in the currency"`
	Count      int            `json:"count" doc:"receivables that can be financed"`
	Amount     Amount         `json:"amount" doc:"of them that is financed"`
	Net        Amount         `json:"net" doc:"what the seller receives for all of them"`
	Cost       Amount         `json:"cost" doc:"discount, interest to be expected, and fee"`
	AnnualCost string         `json:"annual_cost,omitempty" doc:"per cent a year, simple: cost * 365 / the sum of net * days"`
	LeftOut    []CashableLeft `json:"left_out" doc:"what can't be financed, by reason, the largest sum first"`
	Stopped    bool           `json:"stopped,omitempty" doc:"a shortfall is open: nothing is paid out"`
}

// CashableLeft is what can't be financed for one reason.
type CashableLeft struct {
	Code   string `json:"code" doc:"as in a selection"`
	Count  int    `json:"count"`
	Amount Amount `json:"amount" doc:"outstanding"`
	First  string `json:"first" doc:"one of the receivables"`
	Reason string `json:"reason" doc:"why that one is left out"`
}

// Cashable tells what the caller's party can turn into cash today, a programme each that finances what it sells and is not stock or orders.
func (v *View) Cashable(c access.Caller) ([]Cashable, error) {
	if c.Role&party.Seller == 0 {
		return nil, nil
	}
	return v.cashables.of(v, reach{views: c.Views(), of: c.Party}, 0, func() ([]Cashable, error) {
		offered, err := v.Programmes(c, Query{State: "live", Limit: LimitMax})
		if err != nil {
			return nil, err
		}
		accounts, err := v.BankAccounts(c, Query{State: "verified", Limit: LimitMax})
		if err != nil {
			return nil, err
		}
		told := []Cashable{}
		for _, p := range offered.Items {
			found, err := v.cashable(c, p, accounts.Items)
			if err != nil {
				return nil, err
			}
			if found != nil {
				told = append(told, *found)
			}
		}
		slices.SortStableFunc(told, func(a, b Cashable) int { return cmp.Compare(b.Net.Minor, a.Net.Minor) })
		return told, nil
	})
}

// financesInvoices tells whether a product asks for an invoice, or what stands in its place, of at least one kind of trade.
func financesInvoices(terms *product.Terms) bool {
	for kind := range uint8(product.KindsOfTrade) {
		if trade.Fact(terms.EvidenceOf(kind))&(trade.Invoiced|trade.Confirmed|trade.SelfBilled) != 0 {
			return true
		}
	}
	return false
}

// cashable prices all that the seller is owed by a programme's anchor; nil where that is nothing, or the programme finances no receivables.
func (v *View) cashable(c access.Caller, shown Programme, accounts []BankAccount) (*Cashable, error) {
	of, err := id.Parse[id.Programme](shown.ID)
	if err != nil {
		return nil, err
	}
	p, err := get(v, &programmes, c, of.Number())
	if err != nil {
		return nil, err
	}
	today, err := v.Date()
	if err != nil {
		return nil, err
	}
	terms, err := v.terms(p.Product)
	if err != nil || terms == nil || !financesInvoices(terms) || len(p.Funders) == 0 {
		return nil, err
	}
	s := &selecting{need: Need{Programme: of, Day: today}, programme: p, terms: terms, seller: c.Party, today: today}
	if err := s.read(v); err != nil || len(s.found) == 0 {
		return nil, err
	}
	s.price()
	told := &Cashable{Programme: shown.ID, Anchor: shown.Anchor, Count: len(s.candidates), Stopped: p.Stopped, LeftOut: []CashableLeft{}}
	if at := slices.IndexFunc(accounts, func(a BankAccount) bool { return a.Currency == p.Currency.String() }); at >= 0 {
		told.Payee = accounts[at].ID
	}
	var amount, net, cost, days money.Minor
	for i := range s.priced {
		one := &s.priced[i].price
		amount, net, cost = money.Add(amount, one.Amount), money.Add(net, one.Net), money.Add(cost, costOf(one))
		days = money.Add(days, money.MulDiv(one.Net, int64(one.Days), 365))
	}
	told.Amount, told.Net, told.Cost = AmountOf(amount, p.Currency), AmountOf(net, p.Currency), AmountOf(cost, p.Currency)
	if days > 0 {
		told.AnnualCost = Percent(money.Rate(money.MulDiv(cost, int64(money.RateOne), int64(days))))
	}
	for _, one := range s.reasons {
		told.LeftOut = append(told.LeftOut, CashableLeft{one.Code, one.count, AmountOf(one.outstanding, p.Currency), one.Receivable, one.Reason})
	}
	slices.SortStableFunc(told.LeftOut, func(a, b CashableLeft) int { return cmp.Compare(b.Amount.Minor, a.Amount.Minor) })
	return told, nil
}
