package en16931

// The VAT categories of UNCL5305 that the norm has rules for.
const (
	standardRated  = "S"
	zeroRated      = "Z"
	exempt         = "E"
	reverseCharge  = "AE"
	intraCommunity = "K"
	exported       = "G"
	outsideScope   = "O"
	canaryIslands  = "L" // IGIC
	ceutaMelilla   = "M" // IPSI
	splitPayment   = "B"
)

// taxableKey names what is summed: a category, and its rate where the rule parts by rate.
type taxableKey struct{ code, rate string }

type taxableSum struct {
	sum     Decimal
	unknown bool // an amount that belongs to it is missing or is no number
}

// sum adds up, once, what the rules 08 compare: lines and charges less allowances, by category and by category and rate.
func (n *inspection) sum() {
	n.taxable = map[taxableKey]taxableSum{}
	add := func(category Category, amount Number, signed Decimal) {
		if !category.VAT() {
			return
		}
		for _, rate := range [...]string{"", rateKey(category.Rate)} {
			key := taxableKey{category.Code.Value, rate}
			sum := n.taxable[key]
			n.taxable[key] = taxableSum{sum.sum.Add(signed), sum.unknown || !amount.Valid}
		}
	}
	for _, line := range n.Lines {
		add(line.Category, line.Net, line.Net.Decimal)
	}
	for _, charge := range n.Charges {
		add(charge.Category, charge.Amount, charge.Amount.Decimal)
	}
	for _, allowance := range n.Allowances {
		add(allowance.Category, allowance.Amount, allowance.Amount.Decimal.Neg())
	}
}

// rateKey is the same for 25, 25.0 and 25.00.
func rateKey(rate Number) string {
	if !rate.Valid {
		return "none"
	}
	return "at " + rate.Decimal.trimmed().String()
}

// breakdowns returns those of one category.
func (n *inspection) breakdowns(code string) []*Breakdown {
	var found []*Breakdown
	for _, breakdown := range n.Breakdowns {
		if breakdown.Category.Is(code) {
			found = append(found, breakdown)
		}
	}
	return found
}

// used returns the first place outside the breakdown that is of one category.
func (n *inspection) used(code string) (Place, bool) {
	for _, line := range n.Lines {
		if line.Category.Is(code) {
			return line.At, true
		}
	}
	for _, all := range [...][]*AllowanceCharge{n.Allowances, n.Charges} {
		for _, one := range all {
			if one.Category.Is(code) {
				return one.At, true
			}
		}
	}
	return Place{}, false
}

// brokenDown checks rules 01 of categories with a rate: what is used is broken down at least once.
func brokenDown(code string) func(*inspection) {
	return func(n *inspection) {
		if at, used := n.used(code); used && len(n.breakdowns(code)) == 0 {
			n.found(at, Value{"category", code})
		}
	}
}

// brokenDownOnce checks rules 01 of the other categories: what is used is broken down exactly once.
func brokenDownOnce(code string) func(*inspection) {
	return func(n *inspection) {
		at, used := n.used(code)
		found := n.breakdowns(code)
		switch {
		case used && len(found) == 0:
			n.found(at, Value{"category", code})
		case len(found) > 1:
			n.found(found[1].At, Value{"category", code})
		}
	}
}

// The demands of rules 02 to 04 on the identifiers of the parties; each tells whether the invoice meets it.

func sellerTaxed(n *inspection) bool {
	return sellerVAT(n) || n.Seller != nil && n.Seller.TaxRegistration.Given()
}

func sellerVAT(n *inspection) bool {
	return n.Seller != nil && n.Seller.VATIdentifier.Given() || n.TaxRepresentative != nil && n.TaxRepresentative.VATIdentifier.Given()
}

func sellerTaxedAndBuyerKnown(n *inspection) bool {
	return sellerTaxed(n) && (buyerVAT(n) || n.Buyer != nil && n.Buyer.LegalRegistration.Given())
}

func sellerAndBuyerVAT(n *inspection) bool { return sellerVAT(n) && buyerVAT(n) }

func nobodyVAT(n *inspection) bool { return !sellerVAT(n) && !buyerVAT(n) }

func buyerVAT(n *inspection) bool { return n.Buyer != nil && n.Buyer.VATIdentifier.Given() }

// linesIdentify checks rules 02.
func linesIdentify(code string, met func(*inspection) bool) func(*inspection) {
	return func(n *inspection) {
		for _, line := range n.Lines {
			if line.Category.Is(code) && !met(n) {
				n.found(line.At)
				return
			}
		}
	}
}

// allowancesIdentify checks rules 03.
func allowancesIdentify(code string, met func(*inspection) bool) func(*inspection) {
	return func(n *inspection) { n.identify(n.Allowances, code, met) }
}

// chargesIdentify checks rules 04.
func chargesIdentify(code string, met func(*inspection) bool) func(*inspection) {
	return func(n *inspection) { n.identify(n.Charges, code, met) }
}

func (n *inspection) identify(all []*AllowanceCharge, code string, met func(*inspection) bool) {
	for _, one := range all {
		if one.Category.Is(code) && !met(n) {
			n.found(one.At)
			return
		}
	}
}

// The demands of rules 05 to 07 on a rate.

func ratePositive(rate Number) bool { return rate.Valid && rate.Decimal.Sign() > 0 }

func rateZero(rate Number) bool { return rate.Valid && rate.Decimal.Sign() == 0 }

func rateNotNegative(rate Number) bool { return rate.Valid && rate.Decimal.Sign() >= 0 }

func rateAbsent(rate Number) bool { return !rate.Given() }

// lineRates checks rules 05.
func lineRates(code string, met func(Number) bool) func(*inspection) {
	return func(n *inspection) {
		for _, line := range n.Lines {
			n.rate(line.Category, code, met, line.At)
		}
	}
}

// allowanceRates checks rules 06.
func allowanceRates(code string, met func(Number) bool) func(*inspection) {
	return func(n *inspection) {
		for _, allowance := range n.Allowances {
			n.rate(allowance.Category, code, met, allowance.At)
		}
	}
}

// chargeRates checks rules 07.
func chargeRates(code string, met func(Number) bool) func(*inspection) {
	return func(n *inspection) {
		for _, charge := range n.Charges {
			n.rate(charge.Category, code, met, charge.At)
		}
	}
}

func (n *inspection) rate(category Category, code string, met func(Number) bool, at Place) {
	if category.Is(code) && !met(category.Rate) {
		n.found(at.or(category.Rate.At), Value{"rate", category.Rate.Value})
	}
}

// taxableByRate checks rules 08 of categories with a rate: each breakdown is the sum of what has its category and rate,
// give or take less than one unit of the currency.
func taxableByRate(code string) func(*inspection) {
	return func(n *inspection) {
		for _, breakdown := range n.breakdowns(code) {
			sum := n.taxable[taxableKey{code, rateKey(breakdown.Category.Rate)}]
			if breakdown.Taxable.Valid && breakdown.Category.Rate.Valid && !sum.unknown && !near(breakdown.Taxable.Decimal, sum.sum) {
				n.found(breakdown.At, Value{"BT-116", breakdown.Taxable.Value}, Value{"sum", sum.sum.String()})
			}
		}
	}
}

// taxableByCategory checks rules 08 of the other categories: the breakdown is the sum of what has its category.
func taxableByCategory(code string) func(*inspection) {
	return func(n *inspection) {
		for _, breakdown := range n.breakdowns(code) {
			sum := n.taxable[taxableKey{code, ""}]
			if breakdown.Taxable.Valid && !sum.unknown && breakdown.Taxable.Decimal.Cmp(sum.sum) != 0 {
				n.found(breakdown.At, Value{"BT-116", breakdown.Taxable.Value}, Value{"sum", sum.sum.String()})
			}
		}
	}
}

// taxComputed checks rules 09 of categories with a rate.
func taxComputed(code string) func(*inspection) {
	return func(n *inspection) {
		for _, breakdown := range n.breakdowns(code) {
			n.computed(breakdown)
		}
	}
}

// computed compares a tax with its taxable amount times the rate, give or take less than one unit of the currency.
func (n *inspection) computed(breakdown *Breakdown) {
	rate := breakdown.Category.Rate
	if !breakdown.Taxable.Valid || !breakdown.Tax.Valid || rate.Given() && !rate.Valid {
		return
	}
	tax := breakdown.Taxable.Decimal.Mul(rate.Decimal.Percent()).Round()
	if !near(breakdown.Tax.Decimal, tax) {
		n.found(breakdown.At, Value{"BT-116", breakdown.Taxable.Value}, Value{"BT-119", rate.Value},
			Value{"BT-117", breakdown.Tax.Value}, Value{"computed", tax.String()})
	}
}

// near tells whether two amounts differ by less than one.
func near(a, b Decimal) bool { return a.Sub(b).Abs().Cmp(Decimal{coefficient: 1}) < 0 }

// taxZero checks rules 09 of the other categories.
func taxZero(code string) func(*inspection) {
	return func(n *inspection) {
		for _, breakdown := range n.breakdowns(code) {
			if breakdown.Tax.Valid && breakdown.Tax.Decimal.Sign() != 0 {
				n.found(breakdown.At, Value{"BT-117", breakdown.Tax.Value})
			}
		}
	}
}

// exemptionForbidden checks rules 10 of the categories that are taxed.
func exemptionForbidden(code string) func(*inspection) {
	return func(n *inspection) {
		for _, breakdown := range n.breakdowns(code) {
			if breakdown.ExemptionReason.Given() || breakdown.ExemptionReasonCode.Given() {
				n.found(breakdown.At, Value{"BT-120", breakdown.ExemptionReason.Value}, Value{"BT-121", breakdown.ExemptionReasonCode.Value})
			}
		}
	}
}

// exemptionRequired checks rules 10 of the categories that are not.
func exemptionRequired(code string) func(*inspection) {
	return func(n *inspection) {
		for _, breakdown := range n.breakdowns(code) {
			if !breakdown.ExemptionReason.Given() && !breakdown.ExemptionReasonCode.Given() {
				n.found(breakdown.At)
			}
		}
	}
}
