package ubl

import (
	"math/big"
	"math/bits"

	"millrace/domain/money"
	"millrace/domain/trade"
	"millrace/edge/document"
)

// one is 1 in millionths, the scale of quantities and factors.
const one = 1_000_000

// lineFacts is what a line states beyond what Line keeps; findings need it.
type lineFacts struct {
	index      int32 // LineItem or the line itself
	quantity   int32 // element; 0 when there is none
	amount     amount
	price      amount // never usable by value: only index and currency
	priceExact int64  // in hundred-millionths, for base units
	base       int64  // BaseQuantity in millionths
	factor     int64  // OrderableUnitFactorRate in millionths
	added      money.Minor
	mixed      bool // an allowance or charge is in another currency
}

func (r *extraction) takeLines() {
	d := &r.document
	for c := r.nodes[0].child; c != 0 && r.failed == nil; c = r.nodes[c].next {
		switch r.nodes[c].element {
		case cacOrderLine:
			var line document.Line
			facts := r.takeLine(&line, r.find(c, cacLineItem))
			if reference := r.find(c, cacOrderLineReference); reference != 0 {
				r.orderLine(&line, reference)
			}
			r.keepLine(line, facts)
		case cacDespatchLine, cacReceiptLine, cacInvoiceLine, cacCreditNoteLine:
			var line document.Line
			facts := r.takeLine(&line, c)
			r.keepLine(line, facts)
		}
	}
	r.takeOrderFromLines()
	if len(d.InvoiceNumbers) > 0 {
		d.InvoiceNumber = d.InvoiceNumbers[0]
	}
	if d.Type == trade.Order {
		d.OrderNumber = d.Number
	}
}

// takeOrderFromLines fills the order's number from the lines when only these name one, and all the same.
func (r *extraction) takeOrderFromLines() {
	d := &r.document
	common := ""
	for i := range d.Lines {
		switch number := d.Lines[i].OrderNumber; {
		case number == "":
		case common == "":
			common = number
		case number != common:
			r.severalOrders = true
		}
	}
	r.orderOnLines = common != ""
	if d.OrderNumber == "" && !r.severalOrders {
		d.OrderNumber = common
	}
}

// takeLine reads a line of any document, or an order line's LineItem.
func (r *extraction) takeLine(line *document.Line, index int32) lineFacts {
	facts := lineFacts{index: index, base: one, factor: one}
	for c := r.nodes[index].child; c != 0; c = r.nodes[c].next {
		switch r.nodes[c].element {
		case cbcID:
			line.Number = r.textOf(c)
		case cbcLineStatusCode:
			line.Status = r.textOf(c)
		case cbcQuantity, cbcDeliveredQuantity, cbcReceivedQuantity, cbcInvoicedQuantity, cbcCreditedQuantity:
			line.Quantity = r.quantity(line, c)
			facts.quantity = c
		case cbcRejectedQuantity:
			line.Rejected = r.quantity(line, c)
		case cbcShortQuantity:
			line.Short = r.quantity(line, c)
		case cbcLineExtensionAmount:
			facts.amount = r.amount(c)
			line.Amount = facts.amount.value
		case cacOrderLineReference:
			if line.OrderLine == "" {
				r.orderLine(line, c)
			}
		case cacDespatchLineReference:
			if line.DespatchLine == "" {
				line.DespatchLine = r.textAt(c, cbcLineID)
				line.DespatchNumber = r.textAt(c, cacDocumentReference, cbcID)
			}
		case cacBillingReference:
			r.takeReference(c, cacBillingReference)
		case cacItem:
			if line.Item == (document.Item{}) {
				line.Item = r.item(c)
			}
		case cacPrice:
			r.takePrice(line, &facts, c)
		case cacDelivery:
			r.takeDelivery(c)
		case cacAllowanceCharge:
			r.takeAllowance(&facts, c)
		}
	}
	return facts
}

func (r *extraction) quantity(line *document.Line, index int32) trade.Quantity {
	if line.Unit == "" {
		line.Unit = collapse(r.attribute(index, "unitCode"))
	}
	return trade.Quantity(r.scaled(index, trade.QuantityDigits, codeQuantityRange))
}

func (r *extraction) orderLine(line *document.Line, reference int32) {
	line.OrderLine = orderNumber(r.textAt(reference, cbcLineID))
	if number := orderNumber(r.textAt(reference, cacOrderReference, cbcID)); number != "" {
		line.OrderNumber = number
	}
}

func (r *extraction) item(index int32) document.Item {
	var item document.Item
	for c := r.nodes[index].child; c != 0; c = r.nodes[c].next {
		switch r.nodes[c].element {
		case cbcName:
			item.Name = r.textOf(c)
		case cbcDescription:
			if item.Description == "" {
				item.Description = r.textOf(c)
			}
		case cacBuyersItemIdentification:
			item.BuyerID = r.textAt(c, cbcID)
		case cacSellersItemIdentification:
			item.SellerID = r.textAt(c, cbcID)
		case cacManufacturersItemIdentification:
			item.ManufacturerID = r.textAt(c, cbcID)
		case cacStandardItemIdentification:
			id := r.find(c, cbcID)
			item.Standard = document.Identifier{Scheme: collapse(r.attribute(id, "schemeID")), Value: r.textOf(id)}
		}
	}
	return item
}

func (r *extraction) takePrice(line *document.Line, facts *lineFacts, index int32) {
	c := r.find(index, cbcPriceAmount)
	if r.currencyOf(c) != r.document.Currency {
		if r.failed == nil {
			r.finding(trade.FindingTwoCurrencies, c, "")
		}
		facts.price = amount{index: c, alien: true}
		return
	}
	facts.price = amount{index: c}
	facts.priceExact = r.scaled(c, trade.UnitPriceDigits, codePriceRange)
	if base := r.find(index, cbcBaseQuantity); base != 0 {
		facts.base = r.positive(base)
	}
	if factor := r.find(index, cbcOrderableUnitFactorRate); factor != 0 {
		facts.factor = r.positive(factor)
	}
	price, ok := mulDiv(facts.priceExact, facts.factor, facts.base)
	if !ok {
		r.fail(codePriceRange, c)
	}
	line.Price = trade.UnitPrice(price)
}

// positive reads a divisor or factor; what is not above zero counts as one and leaves a finding.
func (r *extraction) positive(index int32) int64 {
	value := r.scaled(index, trade.QuantityDigits, codeQuantityRange)
	if value <= 0 {
		r.finding(trade.FindingLineAmount, index, excerpt(trim(r.nodes[index].text)))
		return one
	}
	return value
}

func (r *extraction) takeAllowance(facts *lineFacts, index int32) {
	stated := r.amountAt(index, cbcAmount)
	if stated.alien {
		facts.mixed = true
		return
	}
	value := stated.value
	if indicator := r.textAt(index, cbcChargeIndicator); indicator == "false" || indicator == "0" {
		value = -value
	}
	facts.added = r.sum(facts.added, value, index)
}

// sum adds; beyond the bound of an amount the document is rejected.
func (r *extraction) sum(a, b money.Minor, index int32) money.Minor {
	total := a + b // both are within a hundredth of 64 bits
	if total > money.MinorMax || total < -money.MinorMax {
		r.fail(codeAmountRange, index)
		return 0
	}
	return total
}

// keepLine appends the line and compares its amount: quantity * price / base quantity, half up, plus charges, minus allowances,
// within one minor unit (EN 16931 BG-29; Peppol PEPPOL-EN16931-R120).
func (r *extraction) keepLine(line document.Line, facts lineFacts) {
	d := &r.document
	d.Lines = append(d.Lines, line)
	if r.failed != nil {
		return
	}
	r.lineSum = r.sum(r.lineSum, line.Amount, facts.index)
	if !facts.amount.usable() {
		r.lineSumUnknown = true
		return
	}
	if facts.quantity == 0 || facts.price.index == 0 || facts.price.alien || facts.mixed {
		return
	}
	computed, ok := lineAmount(int64(line.Quantity), facts.priceExact, facts.base, facts.factor, d.Currency.Digits())
	if ok {
		computed += facts.added
	}
	if difference := computed - line.Amount; !ok || difference > 1 || difference < -1 {
		detail := "line " + decimal(len(d.Lines)) + ": " + money.Format(line.Amount, d.Currency) + " stated"
		if ok {
			detail += ", " + money.Format(computed, d.Currency) + " computed"
		}
		r.finding(trade.FindingLineAmount, facts.amount.index, detail)
	}
}

// lineAmount gives quantity * price * factor / base in minor units, half up away from zero. Quantity, base and factor are in
// millionths, the price in hundred-millionths of the major unit. ok is false beyond the bound of an amount.
func lineAmount(quantity, price, base, factor int64, digits int) (money.Minor, bool) {
	scale := int64(1)
	for range trade.UnitPriceDigits - digits {
		scale *= 10
	}
	if high, low := bits.Mul64(uint64(base), uint64(scale)); factor == one && high == 0 && low < 1<<63 {
		value, ok := mulDiv(quantity, price, int64(low))
		return money.Minor(value), ok && value <= int64(money.MinorMax) && value >= -int64(money.MinorMax)
	}
	numerator := new(big.Int).Mul(big.NewInt(quantity), big.NewInt(price))
	numerator.Mul(numerator, big.NewInt(factor))
	denominator := new(big.Int).Mul(big.NewInt(base), big.NewInt(scale))
	denominator.Mul(denominator, big.NewInt(one))
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

// mulDiv gives a * b / divisor, half up away from zero; ok is false when it has a magnitude beyond 63 bits. The divisor is positive.
func mulDiv(a, b, divisor int64) (int64, bool) {
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
