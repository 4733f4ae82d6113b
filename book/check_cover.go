package book

import (
	"millrace/domain/calendar"
	"millrace/domain/funding"
	"millrace/domain/ledger"
	"millrace/domain/money"
	"millrace/domain/product"
)

// insured is what the auditor counts of a credit cover.
type insured struct {
	share     money.Rate
	principal money.Minor // paid by the insurer
	written   money.Minor // likewise, of what was written off
	over      money.Minor // likewise, too much
	back      money.Minor // of the buyer's money, for the insurer
	since     money.Minor // what the buyer has paid, on balance, since the insurer has
}

// open is what the insurer has paid and not got back.
func (c *insured) open() money.Minor { return max(0, c.principal+c.written-c.back) }

// first is the insurer's share of what the buyer pays; it gives what is left.
func (c *insured) first(left money.Minor) money.Minor {
	if c.principal+c.written > 0 {
		c.since += left
	}
	return c.more(left, rounded(left, c.share))
}

func (c *insured) more(left, most money.Minor) money.Minor {
	part := min(left, most, c.open())
	c.back += part
	return left - part
}

// beyond is what the insurer has beyond its share of what the buyer has paid since, once the bank has taken an amount of it back.
func (c *insured) beyond(taken money.Minor) money.Minor {
	c.since = max(0, c.since-taken)
	return max(0, c.back-rounded(c.since, c.share))
}

// less takes out of the insurer's part what a bank takes back of the buyer's money; it gives what is left.
func (c *insured) less(left, most money.Minor) money.Minor {
	part := min(left, most, c.back)
	c.back -= part
	return left - part
}

func (r *reckoned) payCover(left money.Minor, day calendar.Date) {
	part := min(left, r.principal)
	r.principal -= part
	r.returned = max(0, r.returned-part)
	r.rebate(part, day)
	r.cover.principal += part
	left -= part
	part = min(left, r.written[0]-r.recovered[0])
	r.recovered[0] += part
	r.cover.written += part
	r.cover.over += left - part
}

func (r *reckoned) unpayCover(left money.Minor, on calendar.Date) {
	part := min(left, r.cover.over)
	r.cover.over -= part
	left -= part
	part = min(left, r.cover.written)
	r.cover.written -= part
	r.recovered[0] -= part
	left -= part
	r.cover.principal -= left
	if left > 0 {
		r.rebate(-left, on)
		r.principal += left
		if on > r.due && !r.over {
			r.returned += left
			r.since = 0
		}
	}
}

// expectCover: the insurer's money lies apart, and it has the debt of which the funder is rid, not the seller.
func (a *audit) expectCover(f *funding.Financing, t *product.Terms, r *reckoned) {
	p := a.b.programmes.at(uint64(f.Programme) >> 16)
	if p == nil || t.Cover.Share == 0 {
		return
	}
	c := &r.cover
	a.expect(p.Custodian, p.ID, f.Funder, ledger.ForInsurer, f.Currency, c.back+c.over)
	a.fees.add(p.ID, c.back+c.over)
	a.expect(f.Seller, 0, f.Buyer, ledger.TradeReceivables, f.Currency, c.back-c.principal-c.written)
}
