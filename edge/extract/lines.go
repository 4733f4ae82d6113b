package extract

import (
	"math/big"
	"math/bits"
	"strconv"

	"millrace/domain/money"
	"millrace/domain/trade"
	"millrace/edge/document"
	"millrace/edge/markup"
)

// One is 1 in millionths, the scale of quantities and factors.
const One = 1_000_000

// LineFacts is what a line states beyond what document.Line keeps; findings need it.
type LineFacts struct {
	Index      int32 // the line
	Quantity   int32 // element; 0 when there is none
	Amount     Amount
	Price      Amount      // never usable by value: only index and currency
	PriceExact int64       // in hundred-millionths, for base units
	Base       int64       // quantity to which the price applies, in millionths
	Factor     int64       // units of the price in one unit of the quantity, in millionths
	Added      money.Minor // charges less allowances
	Mixed      bool        // an allowance or charge cannot be counted: it is in another currency, or says not which it is
}

// KeepLine appends the line and compares its amount: quantity * price / base quantity, half up, plus charges, minus allowances,
// within One minor unit (EN 16931 BG-29; Peppol PEPPOL-EN16931-R120).
func (r *Extraction) KeepLine(line document.Line, facts LineFacts) {
	d := &r.Document
	d.Lines = append(d.Lines, line)
	if r.Failed != nil {
		return
	}
	r.LineSum = r.Sum(r.LineSum, line.Amount, facts.Index)
	if !facts.Amount.Usable() {
		r.LineSumUnknown = true
		return
	}
	if facts.Quantity == 0 || facts.Price.Index == 0 || facts.Price.Alien || facts.Mixed {
		return
	}
	computed, ok := LineAmount(int64(line.Quantity), facts.PriceExact, facts.Base, facts.Factor, d.Currency.Digits())
	if ok {
		computed += facts.Added
	}
	if difference := computed - line.Amount; !ok || difference > 1 || difference < -1 {
		detail := "line " + strconv.Itoa(len(d.Lines)) + ": " + money.Format(line.Amount, d.Currency) + " stated"
		if ok {
			detail += ", " + money.Format(computed, d.Currency) + " computed"
		}
		r.Finding(trade.FindingLineAmount, facts.Amount.Index, detail)
	}
}

// LineAmount gives quantity * price * factor / base in minor units, half up away from zero. Quantity, base and factor are in
// millionths, the price in hundred-millionths of the major unit. ok is false beyond the bound of an amount.
func LineAmount(quantity, price, base, factor int64, digits int) (money.Minor, bool) {
	scale := int64(1)
	for range trade.UnitPriceDigits - digits {
		scale *= 10
	}
	if high, low := bits.Mul64(uint64(base), uint64(scale)); factor == One && high == 0 && low < 1<<63 {
		value, ok := MulDiv(quantity, price, int64(low))
		return money.Minor(value), ok && value <= int64(money.MinorMax) && value >= -int64(money.MinorMax)
	}
	numerator := new(big.Int).Mul(big.NewInt(quantity), big.NewInt(price))
	numerator.Mul(numerator, big.NewInt(factor))
	denominator := new(big.Int).Mul(big.NewInt(base), big.NewInt(scale))
	denominator.Mul(denominator, big.NewInt(One))
	negative := numerator.Sign() < 0
	numerator.Abs(numerator).Lsh(numerator, 1).Add(numerator, denominator)
	numerator.Quo(numerator, denominator.Lsh(denominator, 1))
	if !numerator.IsInt64() || numerator.Int64() > int64(money.MinorMax) {
		return 0, false
	}
	if negative {
		return -money.Minor(numerator.Int64()), true
	}
	return money.Minor(numerator.Int64()), true
}

// MulDiv gives a * b / divisor, half up away from zero; ok is false when it has a magnitude beyond 63 bits. The divisor is positive.
func MulDiv(a, b, divisor int64) (int64, bool) {
	magnitude := func(v int64) uint64 {
		if v < 0 {
			return -uint64(v)
		}
		return uint64(v)
	}
	high, low := bits.Mul64(magnitude(a), magnitude(b))
	low, carry := bits.Add64(low, uint64(divisor)/2, 0)
	high += carry
	if high >= uint64(divisor) {
		return 0, false
	}
	quotient, _ := bits.Div64(high, low, uint64(divisor))
	if quotient >= 1<<63 {
		return 0, false
	}
	if (a < 0) != (b < 0) {
		return -int64(quotient), true
	}
	return int64(quotient), true
}

// TakePrice keeps the price of a line, stated for facts.Base units in the element of that index, as that of one unit.
func (r *Extraction) TakePrice(line *document.Line, facts *LineFacts, index int32) {
	if r.CurrencyOf(index) != r.Document.Currency {
		if r.Failed == nil {
			r.Finding(trade.FindingTwoCurrencies, index, "")
		}
		facts.Price = Amount{Index: index, Alien: true}
		return
	}
	facts.Price = Amount{Index: index}
	facts.PriceExact = r.Scaled(index, trade.UnitPriceDigits, markup.CodePriceRange)
	price, ok := MulDiv(facts.PriceExact, facts.Factor, facts.Base)
	if !ok {
		r.Fail(markup.CodePriceRange, index)
	}
	line.Price = trade.UnitPrice(price)
}

// TakeOrderFromLines fills the order's number from the lines when only these name One, and all the same.
func (r *Extraction) TakeOrderFromLines() {
	d := &r.Document
	common, several := "", false
	for i := range d.Lines {
		switch number := d.Lines[i].OrderNumber; {
		case number == "":
		case common == "":
			common = number
		case number != common:
			several = true
		}
	}
	r.OrderOnLines = common != ""
	if d.OrderNumber == "" && !several {
		d.OrderNumber = common
	}
}
