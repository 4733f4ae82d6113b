package product

import (
	"millrace/domain/calendar"
)

// Two products of a few terms, as demonstration, lab and portfolios that are taken over use them; products in full are files. They are data
// like any other: proposed by one person and approved by a second before they are used. evidence is the set of trade facts that the
// product asks for.

// The agreements that the standard products name: bits of legal.Kind.
const (
	receivablesPurchase = 1 << 1
	anchorAccession     = 1 << 2
	paymentUndertaking  = 1 << 5
)

// PayablesFinance is payables finance: the buyer undertakes irrevocably, the seller sells without recourse (save breach
// of warranty) at the buyer's credit price, the buyer pays the funder at the due date.
func PayablesFinance(evidence uint16) Terms {
	return Terms{
		Name: "Payables finance", Technique: "payables_finance",
		Assignment: Sale, Recourse: Recourse{Warranty: true}, Disclosed: true, Undertaking: UndertakingIrrevocable,
		AdvanceRate: 1_000_000, Timing: InAdvance, DayCount: calendar.Actual360,
		FeeRate: 500, LateRate: 90_000, GraceDays: 2, TenorDaysMin: 3, TenorDaysMax: 180, QuoteSeconds: 86_400,
		Waterfall:        []Tier{TierLateInterest, TierInterest, TierPrincipal, TierSeller},
		EvidenceRequired: evidence, Agreements: receivablesPurchase | anchorAccession | paymentUndertaking,
	}
}

// ReceivablesDiscounting is receivables discounting with recourse: the seller is advanced a part, interest is taken from
// the collection, and the seller answers for the buyer's default.
func ReceivablesDiscounting(evidence uint16) Terms {
	return Terms{
		Name: "Receivables discounting", Technique: "receivables_discounting",
		Assignment: Sale, Recourse: Recourse{Insolvency: true, ProtractedDefault: true, Dispute: true, Warranty: true, DefaultAfterDays: 30},
		Disclosed: true, Undertaking: UndertakingSoft,
		AdvanceRate: 850_000, Timing: InArrears, DayCount: calendar.Actual360,
		FeeRate: 2_500, FeeMinimum: 2_500, LateRate: 90_000, GraceDays: 3, TenorDaysMin: 5, TenorDaysMax: 120, QuoteSeconds: 86_400,
		Waterfall:        []Tier{TierLateInterest, TierInterest, TierPrincipal, TierSeller},
		EvidenceRequired: evidence, SellerLimit: true, SellerReview: true, Agreements: receivablesPurchase,
	}
}
