package rule

// The facts that a policy may ask of a financing, by number. A number is never used again for something else. What is not
// known of a financing is Unknown in its facts. Amounts are in the minor units of FactCurrency.
const (
	FactAmount            uint16 = 1  // money: that is to be financed
	FactFace              uint16 = 2  // money: payable amount of the claim, prepaid part excluded
	FactOutstanding       uint16 = 3  // money: still to be paid of it
	FactCurrency          uint16 = 4  // currency
	FactTenorDays         uint16 = 5  // int: business date to due date
	FactDaysSinceIssue    uint16 = 6  // int: issue of the claim to the business date
	FactDaysOverdue       uint16 = 7  // int: due date to business date; 0 up to the due date
	FactBuyerGrade        uint16 = 8  // int: 1, best, to credit.GradeMax; Unknown without a live review
	FactSellerGrade       uint16 = 9  // int: likewise
	FactBuyerCountry      uint16 = 10 // country: CountryValue
	FactSellerCountry     uint16 = 11 // country
	FactOrdered           uint16 = 12 // bool: as trade.Fact, of the trade
	FactAgreed            uint16 = 13 // bool
	FactShipped           uint16 = 14 // bool
	FactReceived          uint16 = 15 // bool
	FactAccepted          uint16 = 16 // bool
	FactInvoiced          uint16 = 17 // bool
	FactConfirmed         uint16 = 18 // bool: this claim, not another one of the trade
	FactEvidenceGrade     uint16 = 19 // int: 0 to trade.GradeMax
	FactUndertaking       uint16 = 20 // undertaking: receivable.Undertaking, and 3 for a bank's
	FactUndertaken        uint16 = 21 // money: still to be paid of the undertaking
	FactDifferences       uint16 = 22 // int: discrepancies beyond the programme's tolerances
	FactSameGroup         uint16 = 23 // bool: seller and buyer
	FactReverseTrades     uint16 = 24 // int: trades in which the buyer sells to the seller
	FactSellerUse         uint16 = 25 // money: of the programme by the seller, this financing included
	FactProgrammeUse      uint16 = 26 // money: of the programme, this financing included
	FactSellerShare       uint16 = 27 // percent: FactSellerUse of FactProgrammeUse
	FactBuyerOverdue      uint16 = 28 // int: financings on the buyer in the programme that are past due
	FactDisputed          uint16 = 29 // money: of the claim, by the buyer, not settled
	FactDilution          uint16 = 30 // percent: of what the seller has invoiced to the buyer, taken back by credit notes
	FactTradeKind         uint16 = 31 // trade_kind: trade.Kind
	FactSelfBilled        uint16 = 32 // bool: the buyer issued the invoice
	FactIssueDate         uint16 = 33 // date
	FactDueDate           uint16 = 34 // date
	FactBusinessDate      uint16 = 35 // date
	FactPaid              uint16 = 36 // money: of the claim
	FactCredited          uint16 = 37 // money: of the claim, by credit notes
	FactPossibleDuplicate uint16 = 38 // bool: another claim may be the same deal
	FactCertificated      uint16 = 39 // bool: the claim travels in a certificate
	FactTrades            uint16 = 40 // int: trades in which the seller sells to the buyer, this one included

	FactSellerSince          uint16 = 41 // date: first invoice of the seller in the currency
	FactBuyerSince           uint16 = 42 // date: first invoice to the buyer in the currency
	FactPairSince            uint16 = 43 // date: first invoice between the two
	FactSellerCounterparties uint16 = 44 // int: buyers to whom the seller has sold
	FactSellerConcentration  uint16 = 45 // percent: sum of the squares of the shares of the seller's buyers
	FactSellerLargestShare   uint16 = 46 // percent: share of the largest of the seller's buyers
	FactSellerGrowth         uint16 = 47 // percent: invoiced by the seller in three months over the three before, less one
	FactSellerDefaults       uint16 = 48 // int: financings of the seller in default, bought back or written off
	FactSellerRefused        uint16 = 49 // int: requests of the seller that were declined in twelve months
	FactBuyerLateDays        uint16 = 50 // int: days late of the buyer by amount in twelve months, in hundredths of a day
	FactBuyerLateRise        uint16 = 51 // int: rise of these days in three months over the three before, in hundredths of a day
	FactPairInvoices         uint16 = 52 // int: invoices between the two in twelve months, this one included
	FactPairInvoiced         uint16 = 53 // money: invoiced between the two in twelve months, this one included
	FactPairLateDays         uint16 = 54 // int: days late of the buyer on this seller's invoices, in hundredths of a day
	FactPairGrowth           uint16 = 55 // percent: number of invoices between the two in three months over the three before, less one
	FactDilutionRise         uint16 = 56 // percent: dilution between the two in three months less that of the three before
	FactDisputes             uint16 = 57 // int: disputes of the buyer with the seller in twelve months
	FactDisputedShare        uint16 = 58 // percent: disputed of what was invoiced between the two in twelve months
	FactReversedShare        uint16 = 59 // percent: part of the buyer's payments in twelve months that was taken back
	FactCircleHops           uint16 = 60 // int: deals in a circle back to the seller; 0 for none
	FactCircleGap            uint16 = 61 // percent: widest difference of the amounts in the circle
	FactSwapAmount           uint16 = 62 // money: invoiced the other way near this amount; 0 for nothing
	FactSellerBurst          uint16 = 63 // int: deals of a young seller with far more than usual; 0 where it is neither
	FactBuyerBurst           uint16 = 64 // int: deals of a young buyer with far more than usual; 0 where it is neither
	FactBuyerFunnel          uint16 = 65 // int: young sellers round the buyer, where they are many; else 0
	FactSellerFunnel         uint16 = 66 // int: young buyers round the seller, where they are many; else 0
	FactCommonOwner          uint16 = 67 // percent: the lesser of the shares that one owner has in seller and buyer
	FactNetworkCut           uint16 = 68 // bool: a search in the network came to its bound on work
	FactPayeeDays            uint16 = 69 // int: days since the payee's account was verified
	FactPayeePayments        uint16 = 70 // int: payments to that account
	FactPayeeChanged         uint16 = 71 // bool: that account takes the place of another
	FactLimitUse             uint16 = 72 // percent: use of the fullest limit, this use included
	FactInsurerUse           uint16 = 73 // percent: use of what an insurer covers on the debtor, this use included
	FactFileOverdue          uint16 = 74 // bool: an onboarding file has not been looked at again in time
	FactFileGaps             uint16 = 75 // bool: something is missing in an onboarding file
	FactOwnerMissing         uint16 = 76 // bool: who owns or controls seller or buyer is not on record
	FactScreeningOpen        uint16 = 77 // bool: a hit of seller or buyer on a list waits for a person
	FactOrderDate            uint16 = 78 // date: first day on which an order of the trade was issued
	FactDeliveryDate         uint16 = 79 // date: day of the last receipt of the trade
	FactSignatures           uint16 = 80 // int: signatures under the undertaking
	FactOverbilled           uint16 = 81 // percent: the most by which a line is billed above its order
	FactDearestRate          uint16 = 82 // percent: a year, of the dearest funder of the programme
	FactScore                uint16 = 83 // int: of the champion among the models that are asked; Unknown without one
	FactBuyerOpen            uint16 = 84 // money: principal that the debtor owes in the programme
	FactBuyerPastDue         uint16 = 85 // percent: of that, past due; Unknown in decisions of before the amounts were kept
	FactBuyerPastDue30       uint16 = 86 // percent: of that, for more than 30 days; likewise
	FactBuyerPastDue90       uint16 = 87 // percent: of that, for more than 90 days; likewise
	FactSellerFinanced       uint16 = 88 // int: financings of the seller in twelve months; Unknown without one
	FactSellerLost           uint16 = 89 // percent: of them, in default, bought back or written off in twelve months; likewise
)

// The enumerations of FinancingFacts.
const (
	UndertakingEnum = "undertaking"
	TradeKindEnum   = "trade_kind"
)

// FinancingFactMax is the greatest number among FinancingFacts.
const FinancingFactMax = FactSellerLost

// FinancingFacts are all facts of a financing: what programs over them are held against.
var FinancingFacts = []Fact{
	{FactAmount, "amount", Type{Kind: Money}},
	{FactFace, "face", Type{Kind: Money}},
	{FactOutstanding, "outstanding", Type{Kind: Money}},
	{FactCurrency, "currency", Type{EnumOf, CurrencyEnum}},
	{FactTenorDays, "tenor_days", Type{Kind: Int}},
	{FactDaysSinceIssue, "days_since_issue", Type{Kind: Int}},
	{FactDaysOverdue, "days_overdue", Type{Kind: Int}},
	{FactBuyerGrade, "buyer_grade", Type{Kind: Int}},
	{FactSellerGrade, "seller_grade", Type{Kind: Int}},
	{FactBuyerCountry, "buyer_country", Type{EnumOf, CountryEnum}},
	{FactSellerCountry, "seller_country", Type{EnumOf, CountryEnum}},
	{FactOrdered, "evidence.ordered", Type{Kind: Bool}},
	{FactAgreed, "evidence.agreed", Type{Kind: Bool}},
	{FactShipped, "evidence.shipped", Type{Kind: Bool}},
	{FactReceived, "evidence.received", Type{Kind: Bool}},
	{FactAccepted, "evidence.accepted", Type{Kind: Bool}},
	{FactInvoiced, "evidence.invoiced", Type{Kind: Bool}},
	{FactConfirmed, "evidence.confirmed", Type{Kind: Bool}},
	{FactEvidenceGrade, "evidence_grade", Type{Kind: Int}},
	{FactUndertaking, "undertaking", Type{EnumOf, UndertakingEnum}},
	{FactUndertaken, "undertaken", Type{Kind: Money}},
	{FactDifferences, "differences", Type{Kind: Int}},
	{FactSameGroup, "same_group", Type{Kind: Bool}},
	{FactReverseTrades, "reverse_trades", Type{Kind: Int}},
	{FactSellerUse, "seller_use", Type{Kind: Money}},
	{FactProgrammeUse, "programme_use", Type{Kind: Money}},
	{FactSellerShare, "seller_share", Type{Kind: Percent}},
	{FactBuyerOverdue, "buyer_overdue", Type{Kind: Int}},
	{FactDisputed, "disputed", Type{Kind: Money}},
	{FactDilution, "dilution", Type{Kind: Percent}},
	{FactTradeKind, "trade_kind", Type{EnumOf, TradeKindEnum}},
	{FactSelfBilled, "self_billed", Type{Kind: Bool}},
	{FactIssueDate, "issue_date", Type{Kind: Date}},
	{FactDueDate, "due_date", Type{Kind: Date}},
	{FactBusinessDate, "business_date", Type{Kind: Date}},
	{FactPaid, "paid", Type{Kind: Money}},
	{FactCredited, "credited", Type{Kind: Money}},
	{FactPossibleDuplicate, "possible_duplicate", Type{Kind: Bool}},
	{FactCertificated, "certificated", Type{Kind: Bool}},
	{FactTrades, "trades", Type{Kind: Int}},
	{FactSellerSince, "seller_since", Type{Kind: Date}},
	{FactBuyerSince, "buyer_since", Type{Kind: Date}},
	{FactPairSince, "pair_since", Type{Kind: Date}},
	{FactSellerCounterparties, "seller_counterparties", Type{Kind: Int}},
	{FactSellerConcentration, "seller_concentration", Type{Kind: Percent}},
	{FactSellerLargestShare, "seller_largest_share", Type{Kind: Percent}},
	{FactSellerGrowth, "seller_growth", Type{Kind: Percent}},
	{FactSellerDefaults, "seller_defaults", Type{Kind: Int}},
	{FactSellerRefused, "seller_refused", Type{Kind: Int}},
	{FactBuyerLateDays, "buyer_late_days", Type{Kind: Int}},
	{FactBuyerLateRise, "buyer_late_rise", Type{Kind: Int}},
	{FactPairInvoices, "pair_invoices", Type{Kind: Int}},
	{FactPairInvoiced, "pair_invoiced", Type{Kind: Money}},
	{FactPairLateDays, "pair_late_days", Type{Kind: Int}},
	{FactPairGrowth, "pair_growth", Type{Kind: Percent}},
	{FactDilutionRise, "dilution_rise", Type{Kind: Percent}},
	{FactDisputes, "disputes", Type{Kind: Int}},
	{FactDisputedShare, "disputed_share", Type{Kind: Percent}},
	{FactReversedShare, "reversed_share", Type{Kind: Percent}},
	{FactCircleHops, "circle_hops", Type{Kind: Int}},
	{FactCircleGap, "circle_gap", Type{Kind: Percent}},
	{FactSwapAmount, "swap_amount", Type{Kind: Money}},
	{FactSellerBurst, "seller_burst", Type{Kind: Int}},
	{FactBuyerBurst, "buyer_burst", Type{Kind: Int}},
	{FactBuyerFunnel, "buyer_funnel", Type{Kind: Int}},
	{FactSellerFunnel, "seller_funnel", Type{Kind: Int}},
	{FactCommonOwner, "common_owner", Type{Kind: Percent}},
	{FactNetworkCut, "network_cut", Type{Kind: Bool}},
	{FactPayeeDays, "payee_days", Type{Kind: Int}},
	{FactPayeePayments, "payee_payments", Type{Kind: Int}},
	{FactPayeeChanged, "payee_changed", Type{Kind: Bool}},
	{FactLimitUse, "limit_use", Type{Kind: Percent}},
	{FactInsurerUse, "insurer_use", Type{Kind: Percent}},
	{FactFileOverdue, "file_overdue", Type{Kind: Bool}},
	{FactFileGaps, "file_gaps", Type{Kind: Bool}},
	{FactOwnerMissing, "owner_missing", Type{Kind: Bool}},
	{FactScreeningOpen, "screening_open", Type{Kind: Bool}},
	{FactOrderDate, "order_date", Type{Kind: Date}},
	{FactDeliveryDate, "delivery_date", Type{Kind: Date}},
	{FactSignatures, "signatures", Type{Kind: Int}},
	{FactOverbilled, "overbilled", Type{Kind: Percent}},
	{FactDearestRate, "dearest_rate", Type{Kind: Percent}},
	{FactScore, "score", Type{Kind: Int}},
	{FactBuyerOpen, "buyer_open", Type{Kind: Money}},
	{FactBuyerPastDue, "buyer_past_due", Type{Kind: Percent}},
	{FactBuyerPastDue30, "buyer_past_due_30", Type{Kind: Percent}},
	{FactBuyerPastDue90, "buyer_past_due_90", Type{Kind: Percent}},
	{FactSellerFinanced, "seller_financed", Type{Kind: Int}},
	{FactSellerLost, "seller_lost", Type{Kind: Percent}},
}
