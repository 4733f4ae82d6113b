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
)

// The enumerations of FinancingFacts.
const (
	UndertakingEnum = "undertaking"
	TradeKindEnum   = "trade_kind"
)

// FinancingFactMax is the greatest number among FinancingFacts.
const FinancingFactMax = FactTrades

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
}
