package book

import (
	"millrace/domain/digital"
	"millrace/domain/id"
	"millrace/domain/money"
)

func init() {
	registerCommand(func() act { return &LapseDigital{} })
	permitted[commandLapseDigital] = node
}

// LapseDigital refunds a slice of bound money whose last day is over, and ends offers of exchanges that have expired; the
// node gives it.
type LapseDigital struct{}

// Kind names the stored form.
func (*LapseDigital) Kind() uint16 { return commandLapseDigital }

func (c *LapseDigital) decide(d *draft) *Rejection {
	left, refunded := sliceMax, money.Minor(0)
	for _, top := range d.boundExpiry.upTo(int64(d.today()), sliceMax, d.boundStands) {
		w := d.boundMoney.at(top.number)
		if refunded = money.Add(refunded, w.Left()); refunded > money.MinorMax && left < sliceMax {
			return nil // what one entry moves has a bound; the rest is for the next slice
		}
		from, refund := d.wallets.at(w.From.Number()), d.wallets.at(w.Refund.Number())
		d.transfer(d.boundKey(from), d.walletMoney(refund), w.Left())
		d.emit(&BoundMoneyRefunded{Bound: w.ID, Amount: w.Left()})
		left--
	}
	for _, top := range d.exchangeExpiry.upTo(d.header.At, left, d.exchangeStands) {
		d.emit(&ExchangeMoved{Exchange: id.Make[id.Exchange](d.shard, top.number), State: digital.Expired})
	}
	return nil
}

func (b *Book) boundStands(e expiry) bool { return b.boundMoney.at(e.number).State == digital.Active }

func (b *Book) exchangeStands(e expiry) bool {
	return b.exchanges.at(e.number).State == digital.Offered
}

// digitalDue tells whether bound money or an exchange has come to its end.
func (b *Book) digitalDue(at int64) bool {
	for len(b.boundExpiry) > 0 && b.boundExpiry[0].at < int64(b.clock.Date) {
		if b.boundStands(b.boundExpiry[0]) {
			return true
		}
		b.boundExpiry.pop()
	}
	for len(b.exchangeExpiry) > 0 && b.exchangeExpiry[0].at < at {
		if b.exchangeStands(b.exchangeExpiry[0]) {
			return true
		}
		b.exchangeExpiry.pop()
	}
	return false
}
