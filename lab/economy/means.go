package economy

import (
	"fmt"
	"math"

	"millrace/book"
	"millrace/domain/money"
	"millrace/domain/payment"
	"millrace/lab/load"
)

// What lenders keep ready round a buyer, and how much may be drawn there.
const (
	meansMonths    = 3              // of what the buyer is billed on the mean
	meansLeast     = 800_000_00     // more than the largest single loan
	meansStep      = 50_000_00      // to which it is rounded up
	limitOfMeans   = money.Minor(4) // a limit is a year's bills
	depositsEvery  = 7              // days between two looks at what is left
	quantilesOfTie = 100            // at which the mean bill of a tie is reckoned
)

// provide says what has to lie ready in each programme round a buyer.
func (c *cast) provide(p *Parameters) {
	for _, group := range [][]*firm{c.anchors, c.suppliers, c.distributors} {
		for _, f := range group {
			if f.market != nil {
				f.market.means = f.market.needs(p)
			}
		}
	}
}

// needs is what the bills of some months come to on the mean, rounded up.
func (m *market) needs(p *Parameters) money.Minor {
	sum := 0.0
	for _, t := range m.ties {
		sum += t.rate * daysPerMonth * meansMonths * t.mean(p)
	}
	steps := money.Minor(math.Ceil(sum * 100 / meansStep))
	return max(meansLeast, steps*meansStep)
}

// mean is what a bill of a tie comes to on the mean, in euros.
func (t *tie) mean(p *Parameters) float64 {
	sum := 0.0
	for i := range quantilesOfTie {
		own := deviate((float64(i) + 0.5) / quantilesOfTie)
		z := math.Sqrt(1-p.SizeOwn)*t.size + math.Sqrt(p.SizeOwn)*own
		sum += p.sizes().at(min(below(z), sizeShareMax))
	}
	return sum / quantilesOfTie
}

// deposit has whoever lends in a programme, or pays early in it, fill up what lies ready there once half of it is lent.
func (e *Economy) deposit() error {
	e.in(depositsEvery, e.deposit)
	for _, b := range e.bank.order {
		if b.at.Kind != payment.FundingAccount {
			continue
		}
		left, means := b.closing, e.bank.means[b.at.Programme]
		for _, l := range b.lines {
			left += l.Amount
		}
		if left*2 >= means {
			continue
		}
		if _, _, err := e.try(e.Bank, &book.RecordReceipt{
			Programme: b.at.Programme, Funder: b.at.Owner, Line: load.Token(fmt.Sprint("deposit ", b.at, " of ", e.Today)), Amount: means - left, Currency: e.Currency,
			Value: e.Today, Booking: e.Today,
		}); err != nil {
			return err
		}
	}
	return nil
}
