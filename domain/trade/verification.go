package trade

// Verification is what a tax bureau says of an invoice. The values are stored.
type Verification uint8

// The answers of a tax bureau.
const (
	VerifiedValid   Verification = 1 + iota // issued as asked, and in force
	VerifiedVoid                            // cancelled
	VerifiedRed                             // reversed by a red invoice, in whole or in part
	VerifiedUnknown                         // no such number
	VerifiedDiffers                         // the number exists with another day, total or party
)

// VerificationNames are the names used in API and console, by Verification.
var VerificationNames = [...]string{"", "valid", "void", "red", "unknown", "differs"}

// String is the name used in API and console.
func (v Verification) String() string {
	if int(v) < len(VerificationNames) {
		return VerificationNames[v]
	}
	return "unknown"
}

// MarshalText gives the name.
func (v Verification) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// Findings that the answer of a tax bureau leaves on an invoice.
const (
	FindingTaxVoid     = "tax_invoice_void"     // the bureau has it as cancelled
	FindingTaxReversed = "tax_invoice_reversed" // a red invoice reverses it, in whole or in part
	FindingTaxDiffers  = "tax_invoice_differs"  // the bureau has another day, total or party under its number
)

// Verdict is the finding that an answer leaves; the empty set where it leaves none.
func (v Verification) Verdict() FindingSet {
	switch v {
	case VerifiedVoid:
		return BitOf(FindingTaxVoid)
	case VerifiedRed:
		return BitOf(FindingTaxReversed)
	case VerifiedDiffers:
		return BitOf(FindingTaxDiffers)
	}
	return 0
}
