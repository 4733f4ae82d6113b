package risk

import (
	"millrace/domain/calendar"
	"millrace/domain/rule"
)

// Fact is one of the facts of a use by name, as policies, models and people ask for it.
type Fact struct {
	Name   string // stable; that of rule.FinancingFacts where policies know it
	Number uint16 // of rule.FinancingFacts; 0 where policies don't know it
	Unit   Unit
	Title  string
	Value  func(f *Facts) (value int64, known bool)
}

// Decimals is how many digits of a value stand behind the point; an amount has those of its currency.
func (u Unit) Decimals() int {
	switch u {
	case Share, Rate:
		return 6
	case Hundredths, Bits:
		return 2
	}
	return 0
}

// Known are the values of the facts by the numbers of rule.FinancingFacts, as clauses look at them: a pure function of facts and scores. What
// is not known stays rule.Unknown, and a clause that needs it refers to a person.
func (f *Facts) Known(scored []Scored) []int64 {
	values := rule.BlankFacts(rule.FinancingFactMax)
	for i := range Listed {
		if number := Listed[i].Number; number != 0 {
			if value, known := Listed[i].Value(f); known {
				values[number] = value
			}
		}
	}
	for _, s := range scored {
		if !s.Shadow {
			values[rule.FactScore] = s.Units
			break
		}
	}
	return values
}

// FindFact gives the fact of a name; nil for an unknown one.
func FindFact(name string) *Fact {
	for i := range Listed {
		if Listed[i].Name == name {
			return &Listed[i]
		}
	}
	return nil
}

// buyerGrade is that of the buyer's own live review; 0 for none.
func (f *Facts) buyerGrade() uint8 {
	if f.claim() {
		return f.BuyerGrade
	}
	return f.BuyerGradeOwn
}

func truth(holds bool) int64 {
	if holds {
		return 1
	}
	return 0
}

// Listed are all facts, those that policies know by their numbers first.
var Listed = []Fact{
	{"amount", 1, Amount, "to be financed", func(f *Facts) (int64, bool) { return int64(f.Amount), true }},
	{"face", 2, Amount, "payable amount of the claim", func(f *Facts) (int64, bool) { return int64(f.Face), f.claim() }},
	{"outstanding", 3, Amount, "still to be paid of the claim", func(f *Facts) (int64, bool) { return int64(f.Outstanding), f.claim() }},
	{"currency", 4, Code, "currency of all amounts", func(f *Facts) (int64, bool) { return int64(f.Currency), true }},
	{"tenor_days", 5, Days, "business date to due date", func(f *Facts) (int64, bool) { return int64(f.TenorDays), true }},
	{"days_since_issue", 6, Days, "issue of the invoice to the business date", func(f *Facts) (int64, bool) { return int64(calendar.DaysBetween(f.Issued, f.Date)), f.claim() }},
	{"days_overdue", 7, Days, "due date of the claim to the business date", func(f *Facts) (int64, bool) {
		return int64(max(0, calendar.DaysBetween(f.ClaimDue, f.Date))), f.claim()
	}},
	{"buyer_grade", 8, Grade, "of the buyer's live review", func(f *Facts) (int64, bool) { return int64(f.buyerGrade()), f.buyerGrade() != 0 }},
	{"seller_grade", 9, Grade, "of the seller's live review", func(f *Facts) (int64, bool) { return int64(f.SellerGrade), f.SellerGrade != 0 }},
	{"buyer_country", 10, Code, "ISO 3166-1", func(f *Facts) (int64, bool) { return int64(f.BuyerCountry), true }},
	{"seller_country", 11, Code, "ISO 3166-1", func(f *Facts) (int64, bool) { return int64(f.SellerCountry), true }},
	{"evidence.ordered", 12, Flag, "an order is in the trade", func(f *Facts) (int64, bool) { return truth(f.Evidence&Ordered != 0), f.Evidence&InTrade != 0 }},
	{"evidence.agreed", 13, Flag, "an order response that accepts", func(f *Facts) (int64, bool) { return truth(f.Evidence&Agreed != 0), f.Evidence&InTrade != 0 }},
	{"evidence.shipped", 14, Flag, "a despatch advice that names goods", func(f *Facts) (int64, bool) { return truth(f.Evidence&Shipped != 0), f.Evidence&InTrade != 0 }},
	{"evidence.received", 15, Flag, "a receipt advice that takes goods", func(f *Facts) (int64, bool) { return truth(f.Evidence&Received != 0), f.Evidence&InTrade != 0 }},
	{"evidence.accepted", 16, Flag, "services that were accepted", func(f *Facts) (int64, bool) { return truth(f.Evidence&Accepted != 0), f.Evidence&InTrade != 0 }},
	{"evidence.invoiced", 17, Flag, "an invoice is in the trade", func(f *Facts) (int64, bool) { return truth(f.Evidence&Invoiced != 0), f.Evidence&InTrade != 0 }},
	{"evidence.confirmed", 18, Flag, "the buyer has given an undertaking", func(f *Facts) (int64, bool) { return truth(f.Undertaking != 0), f.claim() }},
	{"evidence_grade", 19, Grade, "strength of the evidence", func(f *Facts) (int64, bool) { return int64(f.EvidenceGrade), f.Evidence&InTrade != 0 }},
	{"undertaking", 20, Code, "what the buyer, or a bank for it, has promised", func(f *Facts) (int64, bool) { return int64(f.Undertaking), f.claim() }},
	{"undertaken", 21, Amount, "still to be paid of it", func(f *Facts) (int64, bool) { return int64(f.Undertaken), f.claim() }},
	{"differences", 22, Count, "ways in which more is billed than was ordered or received", func(f *Facts) (int64, bool) { return int64(f.Differences), true }},
	{"same_group", 23, Flag, "seller and buyer belong to one group", func(f *Facts) (int64, bool) { return int64(f.SameGroup), true }},
	{"reverse_trades", 24, Count, "trades in which the buyer sells to the seller", func(f *Facts) (int64, bool) { return int64(f.ReverseTrades), true }},
	{"seller_use", 25, Amount, "of the programme by the seller, this use included", func(f *Facts) (int64, bool) { return int64(f.SellerUse), true }},
	{"programme_use", 26, Amount, "of the programme, this use included", func(f *Facts) (int64, bool) { return int64(f.ProgrammeUse), true }},
	{"seller_share", 27, Share, "seller's part of it", func(f *Facts) (int64, bool) { return share(int64(f.SellerUse), int64(max(1, f.ProgrammeUse))), true }},
	{"buyer_overdue", 28, Count, "financings on the debtor that are past due", func(f *Facts) (int64, bool) { return int64(f.BuyerOverdue), true }},
	{"disputed", 29, Amount, "of the claim, and not settled", func(f *Facts) (int64, bool) { return int64(f.Disputed), f.claim() }},
	{"dilution", 30, Share, "credited or lost in disputes of what was invoiced between the two in twelve months", func(f *Facts) (int64, bool) { return int64(f.Dilution), f.PairInvoiced > 0 }},
	{"trade_kind", 31, Code, "kind of the trade", func(f *Facts) (int64, bool) { return int64(f.TradeKind), f.Evidence&InTrade != 0 }},
	{"self_billed", 32, Flag, "the buyer issued an invoice of the trade", func(f *Facts) (int64, bool) { return truth(f.Evidence&SelfBilled != 0), f.Evidence&InTrade != 0 }},
	{"issue_date", 33, OnDate, "of the invoice", func(f *Facts) (int64, bool) { return int64(f.Issued), f.claim() }},
	{"due_date", 34, OnDate, "by the business-day rule of the product", func(f *Facts) (int64, bool) { return int64(f.Due), true }},
	{"business_date", 35, OnDate, "of the decision", func(f *Facts) (int64, bool) { return int64(f.Date), true }},
	{"paid", 36, Amount, "of the claim", func(f *Facts) (int64, bool) { return int64(f.Paid), f.claim() }},
	{"credited", 37, Amount, "of the claim, by credit notes", func(f *Facts) (int64, bool) { return int64(f.Credited), f.claim() }},
	{"possible_duplicate", 38, Flag, "another claim may be the same deal", func(f *Facts) (int64, bool) { return truth(f.PossibleDuplicate != 0), true }},
	{"certificated", 39, Flag, "the claim travels in a certificate", func(f *Facts) (int64, bool) { return truth(f.Subject == OnHolding), f.claim() }},
	{"trades", 40, Count, "trades of the two with an invoice", func(f *Facts) (int64, bool) { return int64(f.Trades), f.Trades != 0 }},
	{"seller_since", 41, OnDate, "first invoice of the seller in the currency", func(f *Facts) (int64, bool) { return int64(f.SellerSince), f.SellerSince != 0 }},
	{"buyer_since", 42, OnDate, "first invoice to the buyer in the currency", func(f *Facts) (int64, bool) { return int64(f.BuyerSince), f.BuyerSince != 0 }},
	{"pair_since", 43, OnDate, "first invoice between the two", func(f *Facts) (int64, bool) { return int64(f.PairSince), f.PairSince != 0 }},
	{"seller_counterparties", 44, Count, "buyers to whom the seller has sold", func(f *Facts) (int64, bool) { return int64(f.SellerCounterparties), true }},
	{"seller_concentration", 45, Share, "sum of the squares of the shares of the seller's buyers", func(f *Facts) (int64, bool) { return int64(f.SellerConcentration), f.SellerCounterparties != 0 }},
	{"seller_largest_share", 46, Share, "share of the largest of the seller's buyers", func(f *Facts) (int64, bool) { return int64(f.SellerLargest), f.SellerCounterparties != 0 }},
	{"seller_growth", 47, Share, "invoiced by the seller in three months over the three before, less one", func(f *Facts) (int64, bool) { return int64(f.SellerGrowth), f.SellerCounterparties != 0 }},
	{"seller_defaults", 48, Count, "financings of the seller in default, bought back or written off", func(f *Facts) (int64, bool) { return int64(f.SellerDefaults), true }},
	{"seller_refused", 49, Count, "requests of the seller that were declined in twelve months", func(f *Facts) (int64, bool) { return int64(f.SellerRefused), true }},
	{"buyer_late_days", 50, Hundredths, "days late of the buyer by amount in twelve months, in hundredths of a day", func(f *Facts) (int64, bool) { return int64(f.BuyerLateDays), f.BuyerSince != 0 }},
	{"buyer_late_rise", 51, Hundredths, "rise of these days in three months over the three before, in hundredths of a day", func(f *Facts) (int64, bool) { return int64(f.BuyerLateRise), f.BuyerSince != 0 }},
	{"pair_invoices", 52, Count, "invoices between the two in twelve months, this one included", func(f *Facts) (int64, bool) { return int64(f.PairInvoices), true }},
	{"pair_invoiced", 53, Amount, "invoiced between the two in twelve months, this one included", func(f *Facts) (int64, bool) { return int64(f.PairInvoiced), true }},
	{"pair_late_days", 54, Hundredths, "days late of the buyer on this seller's invoices, in hundredths of a day", func(f *Facts) (int64, bool) { return int64(f.PairLateDays), f.PairInvoiced > 0 }},
	{"pair_growth", 55, Share, "number of invoices between the two in three months over the three before, less one", func(f *Facts) (int64, bool) { return int64(f.PairGrowth), f.PairInvoiced > 0 }},
	{"dilution_rise", 56, Share, "dilution between the two in three months less that of the three before", func(f *Facts) (int64, bool) { return int64(f.DilutionRise), f.PairInvoiced > 0 }},
	{"disputes", 57, Count, "disputes of the buyer with the seller in twelve months", func(f *Facts) (int64, bool) { return int64(f.PairDisputes), true }},
	{"disputed_share", 58, Share, "disputed of what was invoiced between the two in twelve months", func(f *Facts) (int64, bool) { return int64(f.DisputedShare), f.PairInvoiced > 0 }},
	{"reversed_share", 59, Share, "part of the buyer's payments in twelve months that was taken back", func(f *Facts) (int64, bool) { return int64(f.ReversedShare), f.BuyerSince != 0 }},
	{"circle_hops", 60, Count, "deals in a circle back to the seller; 0 for none", func(f *Facts) (int64, bool) { return int64(f.CircleHops), true }},
	{"circle_gap", 61, Share, "widest difference of the amounts in the circle", func(f *Facts) (int64, bool) { return int64(f.CircleGap), f.CircleHops != 0 }},
	{"swap_amount", 62, Amount, "invoiced the other way near this amount; 0 for nothing", func(f *Facts) (int64, bool) { return int64(f.SwapAmount), true }},
	{"seller_burst", 63, Count, "deals of a young seller with far more than usual; 0 where it is neither", func(f *Facts) (int64, bool) { return int64(f.SellerBurst), true }},
	{"buyer_burst", 64, Count, "deals of a young buyer with far more than usual; 0 where it is neither", func(f *Facts) (int64, bool) { return int64(f.BuyerBurst), true }},
	{"buyer_funnel", 65, Count, "young sellers round the buyer, where they are many; else 0", func(f *Facts) (int64, bool) { return int64(f.BuyerFunnel), true }},
	{"seller_funnel", 66, Count, "young buyers round the seller, where they are many; else 0", func(f *Facts) (int64, bool) { return int64(f.SellerFunnel), true }},
	{"common_owner", 67, Share, "the lesser of the shares that one owner has in seller and buyer", func(f *Facts) (int64, bool) { return int64(f.CommonOwner), true }},
	{"network_cut", 68, Flag, "a search in the network came to its bound on work", func(f *Facts) (int64, bool) { return truth(f.NetworkCut), true }},
	{"payee_days", 69, Days, "days since the payee's account was verified", func(f *Facts) (int64, bool) { return int64(f.PayeeDays - 1), f.PayeeDays > 0 }},
	{"payee_payments", 70, Count, "payments to that account", func(f *Facts) (int64, bool) { return int64(f.PayeePaid), f.PayeeDays > 0 }},
	{"payee_changed", 71, Flag, "that account takes the place of another", func(f *Facts) (int64, bool) { return truth(f.PayeeChanged), f.PayeeDays > 0 }},
	{"limit_use", 72, Share, "use of the fullest limit, this use included", func(f *Facts) (int64, bool) { return int64(f.LimitUse), f.LimitUse != 0 }},
	{"insurer_use", 73, Share, "use of what an insurer covers on the debtor, this use included", func(f *Facts) (int64, bool) { return int64(f.InsurerUse), f.InsurerUse != 0 }},
	{"file_overdue", 74, Flag, "an onboarding file has not been looked at again in time", func(f *Facts) (int64, bool) { return truth((f.SellerFile|f.BuyerFile)&FileOverdue != 0), true }},
	{"file_gaps", 75, Flag, "something is missing in an onboarding file", func(f *Facts) (int64, bool) { return truth((f.SellerFile|f.BuyerFile)&FileGaps != 0), true }},
	{"owner_missing", 76, Flag, "who owns or controls seller or buyer is not on record", func(f *Facts) (int64, bool) { return truth((f.SellerFile|f.BuyerFile)&OwnerMissing != 0), true }},
	{"screening_open", 77, Flag, "a hit of seller or buyer on a list waits for a person", func(f *Facts) (int64, bool) { return truth((f.SellerFile|f.BuyerFile)&ScreeningOpen != 0), true }},
	{"order_date", 78, OnDate, "first day on which an order of the trade was issued", func(f *Facts) (int64, bool) { return int64(f.OrderedOn), f.OrderedOn != 0 }},
	{"delivery_date", 79, OnDate, "day of the last receipt of the trade", func(f *Facts) (int64, bool) { return int64(f.Delivered), f.Delivered != 0 }},
	{"signatures", 80, Count, "signatures under the undertaking", func(f *Facts) (int64, bool) { return int64(f.Signatures), f.claim() }},
	{"overbilled", 81, Share, "the most by which a line is billed above its order", func(f *Facts) (int64, bool) { return int64(f.Overbilled), f.Evidence&InTrade != 0 }},
	{"dearest_rate", 82, Rate, "a year, of the dearest funder of the programme", func(f *Facts) (int64, bool) { return int64(f.RateMost), true }},
	{"buyer_open", 84, Amount, "principal that the debtor owes in the programme", func(f *Facts) (int64, bool) { return int64(f.BuyerOpen), f.BuyerOpen > 0 || f.BuyerOverdue == 0 }},
	{"buyer_past_due", 85, Share, "of what the debtor owes in the programme: past due", func(f *Facts) (int64, bool) { return f.pastDue(f.BuyerPastDue) }},
	{"buyer_past_due_30", 86, Share, "of what the debtor owes in the programme: past due for more than 30 days", func(f *Facts) (int64, bool) { return f.pastDue(f.BuyerPastDue30) }},
	{"buyer_past_due_90", 87, Share, "of what the debtor owes in the programme: past due for more than 90 days", func(f *Facts) (int64, bool) { return f.pastDue(f.BuyerPastDue90) }},
	{"seller_financed", 88, Count, "financings of the seller in twelve months", func(f *Facts) (int64, bool) { return int64(f.SellerFinanced), f.SellerFinanced != 0 }},
	{"seller_lost", 89, Share, "of them: in default, bought back or written off in twelve months", func(f *Facts) (int64, bool) {
		return share(int64(f.SellerLost), int64(f.SellerFinanced)), f.SellerFinanced != 0
	}},
	{"tenor_days_min", 0, Days, "product's bound", func(f *Facts) (int64, bool) { return int64(f.TenorDaysMin), true }},
	{"tenor_days_max", 0, Days, "product's bound", func(f *Facts) (int64, bool) { return int64(f.TenorDaysMax), true }},
	{"refer_above", 0, Amount, "programme's bound of a large amount", func(f *Facts) (int64, bool) { return int64(f.ReferAbove), f.ReferAbove != 0 }},
	{"seller_share_max", 0, Share, "programme's bound of a seller's share", func(f *Facts) (int64, bool) { return int64(f.SellerShare), f.SellerShare != 0 }},
	{"reversed", 0, Amount, "invoiced by the buyer to the seller so far", func(f *Facts) (int64, bool) { return int64(f.Reversed), f.Reversed != 0 }},
	{"forward", 0, Amount, "invoiced by the seller to the buyer so far, where anything was the other way", func(f *Facts) (int64, bool) { return int64(f.Forward), f.Forward != 0 }},
	{"grade", 0, Grade, "on which price and rules rest", func(f *Facts) (int64, bool) { return int64(f.BuyerGrade), f.BuyerGrade != 0 }},
	{"duplicate_kind", 0, Code, "rung of the ladder of duplicates on which another claim is like it", func(f *Facts) (int64, bool) { return int64(f.PossibleDuplicate), f.PossibleDuplicate != 0 }},
	{"duplicate_weight", 0, Bits, "of the evidence for that", func(f *Facts) (int64, bool) { return int64(f.DuplicateWeight), f.PossibleDuplicate != 0 }},
	{"duplicate_bound", 0, Bits, "programme's bound of that weight", func(f *Facts) (int64, bool) { return int64(f.DuplicateBound), f.PossibleDuplicate != 0 }},
	{"financed_on_trade", 0, Amount, "on its trade in all, where that is more than was earned", func(f *Facts) (int64, bool) { return int64(f.FinancedOnTrade), f.FinancedOnTrade != 0 }},
	{"earned_on_trade", 0, Amount, "ordered and received in all, with tolerance", func(f *Facts) (int64, bool) { return int64(f.EarnedOnTrade), f.FinancedOnTrade != 0 }},
	{"performed", 0, Flag, "delivery is proved", func(f *Facts) (int64, bool) { return truth(f.Evidence&Performed != 0), f.Evidence&InTrade != 0 }},
	{"prepaid", 0, Flag, "paid in part before delivery", func(f *Facts) (int64, bool) { return truth(f.Evidence&Prepaid != 0), f.Evidence&InTrade != 0 }},
	{"claim_due", 0, OnDate, "due date of the claim as stated", func(f *Facts) (int64, bool) { return int64(f.ClaimDue), f.ClaimDue != 0 }},
	{"subject", 0, Code, "what the use rests on", func(f *Facts) (int64, bool) { return int64(f.Subject), true }},
	{"seller_state", 0, Code, "state of the seller, where it is not onboarded", func(f *Facts) (int64, bool) { return int64(f.SellerState), f.SellerState != 0 }},
	{"buyer_state", 0, Code, "state of the buyer, where it is not onboarded", func(f *Facts) (int64, bool) { return int64(f.BuyerState), f.BuyerState != 0 }},
	{"screening_hit", 0, Flag, "a hit of seller or buyer on a list was confirmed", func(f *Facts) (int64, bool) { return truth((f.SellerFile|f.BuyerFile)&ScreeningHit != 0), true }},
	{"not_screened", 0, Flag, "seller or buyer, or who owns one, was not compared with all lists in force", func(f *Facts) (int64, bool) { return truth((f.SellerFile|f.BuyerFile)&Unscreened != 0), true }},
	{"owner_listed", 0, Flag, "who owns or controls seller or buyer has a hit that was confirmed", func(f *Facts) (int64, bool) { return truth((f.SellerFile|f.BuyerFile)&OwnerHit != 0), true }},
	{"ban_overruled", 0, Flag, "assignment was banned, and holds by law", func(f *Facts) (int64, bool) { return int64(f.BanOverruled), true }},
}
