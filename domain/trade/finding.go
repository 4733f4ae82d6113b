package trade

// FindingSet is a set of finding codes that a receivable can carry.
type FindingSet uint64

// FindingCodes are the codes that a FindingSet can hold, by bit; the order is stored in journals.
var FindingCodes = [...]string{
	FindingLineSum, FindingTaxExclusive, FindingTaxInclusive, FindingPayable, FindingLineAmount, FindingTaxSum, FindingNegative,
	FindingSelfBilled, FindingCorrective, FindingFactored, FindingDueDate, FindingDueDateEarly, FindingReference,
	FindingPrecision, FindingTwoCurrencies, FindingParty, FindingNoLines, FindingNumberReused, FindingSameContent,
	FindingDuplicate, FindingRenumbered, FindingTaxBase, FindingNumber, FindingAnswer,
	FindingNear, FindingCrossType, FindingSameAmount,
	FindingTaxVoid, FindingTaxReversed, FindingTaxDiffers,
}

// Findings that the book adds when it compares a document with what it has seen.
const (
	FindingNumberReused = "number_reused"        // same parties and number as an earlier document, other date or amount
	FindingSameContent  = "same_content"         // same lines and amount as another invoice between the two, and goods for both
	FindingDuplicate    = "duplicate_exact"      // an earlier document with the same parties, number, date and amount
	FindingRenumbered   = "duplicate_renumbered" // an earlier invoice's lines and amount under another number
	FindingNear         = "duplicate_near"       // an earlier invoice with nearly the number, date and amount
	FindingCrossType    = "duplicate_cross_type" // the same trade was claimed by evidence of another type
	FindingSameAmount   = "same_amount"          // an earlier invoice's amount under another number, where that is unusual
)

// SetOf gathers the codes of findings.
func SetOf(findings []Finding) FindingSet {
	var set FindingSet
	for _, f := range findings {
		set |= BitOf(f.Code)
	}
	return set
}

// BitOf is the set that holds one code; it panics on a code that is not in FindingCodes.
func BitOf(code string) FindingSet {
	for i, c := range FindingCodes {
		if c == code {
			return 1 << i
		}
	}
	panic("trade: unknown finding " + code)
}

// Codes lists the codes in the set.
func (s FindingSet) Codes() []string {
	var codes []string
	for i, code := range FindingCodes {
		if s&(1<<i) != 0 {
			codes = append(codes, code)
		}
	}
	return codes
}

// Informative are the findings that by themselves don't keep an invoice from being financed: what they mean is asked by
// the product's evidence and by the rules of risk control.
var Informative = BitOf(FindingPrecision) | BitOf(FindingReference) | BitOf(FindingSameContent) |
	BitOf(FindingNear) | BitOf(FindingCrossType) | BitOf(FindingSameAmount)

// Known tells whether a code can be in a FindingSet.
func Known(code string) bool {
	for _, c := range FindingCodes {
		if c == code {
			return true
		}
	}
	return false
}
