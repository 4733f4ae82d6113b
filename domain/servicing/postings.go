package servicing

import "millrace/domain/money"

// Account is a line in an entity's books, as this package needs it; whoever posts maps it to the chart of accounts.
type Account uint8

// The accounts. The custodian's are liabilities to those for whom it keeps money, save what it has outside and shortfalls.
const (
	Outside      Account = 1 + iota // the custodian's claims on the world
	Funds                           // of the funder for one programme
	Unallocated                     // came in, not shared out yet
	ForFunder                       //
	ForSeller                       //
	ForBuyer                        // paid too much
	ForInsurer                      //
	ForGuarantor                    //
	ForOperator                     // fees
	HeldBack                        // reserve
	Advanced                        // shortfalls: paid on, and taken back by a bank

	Cash               // at the custodian or an own bank
	PurchasedClaim     // on the buyer
	LoanGranted        // to seller or buyer
	UnearnedDiscount   // liability
	InterestReceivable //
	LateReceivable     //
	FeesReceivable     //
	InterestIncome     //
	LateIncome         //
	FeeIncome          //
	DiscountIncome     // of a buyer who pays early
	RecoveryIncome     //
	ImpairmentLoss     //
	LossAllowance      // liability side

	TradeReceivable  //
	TradePayable     //
	Borrowing        //
	PrepaidInterest  // asset: discount on a borrowing, not used up
	InterestPayable  //
	FeesPayable      //
	FinancingCost    //
	LateCost         //
	FeeCost          //
	CollectionsHeld  // asset: the custodian holds it for the entity
	ReserveHeld      // asset: likewise, held back
	ShortfallPayable // liability: had more than it is entitled to
)

var accountNames = [...]string{
	"", "outside", "funds", "unallocated", "for_funder", "for_seller", "for_buyer", "for_insurer", "for_guarantor", "for_operator",
	"held_back", "advanced", "cash", "purchased_claim", "loan_granted", "unearned_discount", "interest_receivable", "late_receivable",
	"fees_receivable", "interest_income", "late_income", "fee_income", "discount_income", "recovery_income", "impairment_loss",
	"loss_allowance", "trade_receivable", "trade_payable", "borrowing", "prepaid_interest", "interest_payable", "fees_payable",
	"financing_cost", "late_cost", "fee_cost", "collections_held", "reserve_held", "shortfall_payable",
}

// String is the name used in tables.
func (a Account) String() string { return accountNames[a] }

// Side is debit or credit.
type Side uint8

// The sides.
const (
	Debit Side = 1 + iota
	Credit
)

// Leg is one side of a posting in one entity's books.
type Leg struct {
	Entity  Role
	Account Account
	Side    Side
	Amount  money.Minor // above zero
}

// entries collects the legs of one movement. Each call to book is one debit and one credit of the same entity, so that the
// books of each balance by themselves.
type entries struct {
	t      *Terms
	legs   []Leg
	amount money.Minor
}

func (e *entries) book(entity Role, debit, credit Account) {
	amount := e.amount
	if amount < 0 {
		amount, debit, credit = -amount, credit, debit
	}
	e.legs = append(e.legs, Leg{entity, debit, Debit, amount}, Leg{entity, credit, Credit, amount})
}

// Postings appends the legs of one movement in the books of each entity that reports here: custodian, funder, seller, buyer
// and operator. A purchase leaves the seller without the receivable; with recourse for the obligor's default the seller has
// borrowed instead, and keeps it (IFRS 9 3.2.6); a loan to the buyer settles its debt to the seller.
func Postings(legs []Leg, terms *Terms, m Movement) []Leg {
	e := entries{terms, legs, m.Amount}
	payer, tier, ok := m.Line.Collection()
	switch {
	case ok:
		e.custody(payer, tier)
		e.collected(tier)
		e.paidBy(payer, tier)
	case m.Line >= lineShortfall:
		e.shortfall(Role(m.Line - lineShortfall + 1))
	case m.Line >= linePaidOn:
		e.paidOn(Role(m.Line - linePaidOn + 1))
	case m.Line <= LineDiscount:
		e.paidOut(m.Line)
	case m.Line <= LineFunderFeesPaid:
		e.earned(m.Line)
	default:
		e.impaired(m.Line)
	}
	return e.legs
}

// claim is the funder's asset.
func (e *entries) claim() Account {
	if e.t.Treatment() == Purchase {
		return PurchasedClaim
	}
	return LoanGranted
}

// given is what the seller gives for the money: its receivable, or a promise to repay.
func (e *entries) given() Account {
	if e.t.Treatment() == LoanToSeller {
		return Borrowing
	}
	return TradeReceivable
}

func (e *entries) paidOut(line Line) {
	if e.t.Treatment() == OwnFunds {
		e.paidEarly(line)
		return
	}
	if e.t.Treatment() == LoanToBuyer {
		e.book(Buyer, TradePayable, Borrowing)
	}
	switch line {
	case LineNet:
		e.book(Custodian, Funds, Outside)
		e.book(Funder, e.claim(), Cash)
		e.book(Seller, Cash, e.given())
	case LineFee:
		e.book(Custodian, Funds, ForOperator)
		e.book(Funder, e.claim(), Cash)
		e.book(Seller, FeeCost, e.given())
		e.book(Operator, Cash, FeeIncome)
	case LineDiscount:
		e.book(Funder, e.claim(), UnearnedDiscount)
		if e.t.Treatment() == LoanToSeller {
			e.book(Seller, PrepaidInterest, Borrowing)
			return
		}
		e.book(Seller, FinancingCost, TradeReceivable)
	}
}

// paidEarly is the buyer's own early payment: no funder, no custody.
func (e *entries) paidEarly(line Line) {
	switch line {
	case LineNet:
		e.book(Buyer, TradePayable, Cash)
		e.book(Seller, Cash, TradeReceivable)
	case LineFee:
		e.book(Buyer, TradePayable, Cash)
		e.book(Seller, FeeCost, TradeReceivable)
		e.book(Operator, Cash, FeeIncome)
	case LineDiscount:
		e.book(Buyer, TradePayable, UnearnedDiscount)
		e.book(Seller, FinancingCost, TradeReceivable)
	}
}

func (e *entries) earned(line Line) {
	switch line {
	case LineDiscountEarned:
		switch e.t.Treatment() {
		case OwnFunds:
			e.book(Buyer, UnearnedDiscount, DiscountIncome)
			return
		case LoanToSeller:
			e.book(Seller, FinancingCost, PrepaidInterest)
		}
		e.book(Funder, UnearnedDiscount, InterestIncome)
	case LineRebate:
		e.book(Funder, UnearnedDiscount, Cash)
		e.book(Custodian, ForFunder, ForSeller)
		if e.t.Treatment() == LoanToSeller {
			e.book(Seller, CollectionsHeld, PrepaidInterest)
			return
		}
		e.book(Seller, CollectionsHeld, FinancingCost)
	case LineInterest:
		e.book(Funder, InterestReceivable, InterestIncome)
		e.book(e.t.InterestOf, FinancingCost, InterestPayable)
	case LineLate:
		e.book(Funder, LateReceivable, LateIncome)
		e.book(e.t.LateOf, LateCost, InterestPayable)
	case LineFeesCharged:
		e.book(Operator, FeesReceivable, FeeIncome)
		e.book(e.t.FeesOf, FeeCost, FeesPayable)
	case LineBuyerFees:
		e.book(Operator, FeesReceivable, FeeIncome)
		e.book(Buyer, FeeCost, FeesPayable)
	case LineFunderFees:
		e.book(Operator, FeesReceivable, FeeIncome)
		e.book(Funder, FeeCost, FeesPayable)
	case LineFunderFeesPaid:
		e.book(Custodian, ForFunder, ForOperator)
		e.book(Funder, FeesPayable, Cash)
		e.book(Operator, Cash, FeesReceivable)
	}
}

func (e *entries) impaired(line Line) {
	switch line {
	case LineWrittenPrincipal:
		e.book(Funder, ImpairmentLoss, e.claim())
	case LineWrittenInterest:
		e.book(Funder, ImpairmentLoss, InterestReceivable)
	case LineWrittenLate:
		e.book(Funder, ImpairmentLoss, LateReceivable)
	case LineAllowance:
		e.book(Funder, ImpairmentLoss, LossAllowance)
	}
}

// keptFor is the custodian's account of a party.
var keptFor = [...]Account{Buyer: ForBuyer, Seller: ForSeller, Insurer: ForInsurer, Guarantor: ForGuarantor, Funder: ForFunder, Operator: ForOperator}

func (e *entries) custody(payer Role, tier Tier) {
	to := ForFunder
	switch tier {
	case TierFees, TierBuyerFees:
		to = ForOperator
	case TierReserve:
		to = HeldBack
	case TierSeller:
		to = ForSeller
	case TierGuarantor:
		to = ForGuarantor
	case TierInsurer:
		to = ForInsurer
	case TierOverpaid:
		to = keptFor[payer]
	}
	e.book(Custodian, Unallocated, to)
}

// collected is what came in for those who receive it.
func (e *entries) collected(tier Tier) {
	switch tier {
	case TierFees, TierBuyerFees:
		e.book(Operator, Cash, FeesReceivable)
	case TierLate:
		e.book(Funder, Cash, LateReceivable)
	case TierInterest:
		e.book(Funder, Cash, InterestReceivable)
	case TierPrincipal:
		e.book(Funder, Cash, e.claim())
	case TierWrittenPrincipal, TierWrittenInterest, TierWrittenLate:
		e.book(Funder, Cash, RecoveryIncome)
	}
}

// payable is what a tier settles in the books of its bearer; 0 for tiers that none bears apart from the debt itself.
func payable(tier Tier) Account {
	switch tier {
	case TierFees, TierBuyerFees:
		return FeesPayable
	case TierLate, TierInterest, TierWrittenInterest, TierWrittenLate:
		return InterestPayable
	}
	return 0
}

func (e *entries) paidBy(payer Role, tier Tier) {
	bearer, settled := e.t.Bearer(tier), payable(tier)
	switch payer {
	case Buyer:
		e.paidByBuyer(tier, bearer, settled)
	case Seller:
		switch {
		case tier == TierOverpaid:
			e.book(Seller, CollectionsHeld, Cash)
		case settled != 0 && bearer == Seller:
			e.book(Seller, settled, Cash)
		default:
			e.book(Seller, e.given(), Cash) // its debt; or for the buyer, whose debt is the seller's again
		}
	case Guarantor:
		if settled != 0 && bearer == Seller {
			e.book(Seller, settled, e.given()) // owed to the guarantor now
		}
	}
}

func (e *entries) paidByBuyer(tier Tier, bearer Role, settled Account) {
	switch {
	case tier == TierOverpaid:
		e.book(Buyer, CollectionsHeld, Cash)
		return
	case settled != 0 && bearer == Buyer:
		e.book(Buyer, settled, Cash)
		return
	case e.t.Treatment() == LoanToBuyer && settled == 0 && tier != TierSeller && tier != TierReserve:
		e.book(Buyer, Borrowing, Cash)
	default:
		e.book(Buyer, TradePayable, Cash)
	}
	switch {
	case settled != 0:
		e.book(Seller, settled, TradeReceivable)
	case tier == TierSeller:
		e.book(Seller, CollectionsHeld, TradeReceivable)
	case tier == TierReserve:
		e.book(Seller, ReserveHeld, TradeReceivable)
	case e.t.Treatment() == LoanToSeller:
		e.book(Seller, Borrowing, TradeReceivable)
	}
}

func (e *entries) paidOn(party Role) {
	switch party {
	case Funder:
		e.book(Custodian, ForFunder, Funds)
	default:
		e.book(Custodian, keptFor[party], Outside)
	}
	if party == Seller || party == Buyer {
		e.book(party, Cash, CollectionsHeld)
	}
}

// shortfall makes good what the custodian's account of a party lacks: the party owes it.
func (e *entries) shortfall(party Role) {
	e.book(Custodian, Advanced, keptFor[party])
	switch party {
	case Seller, Buyer:
		e.book(party, CollectionsHeld, ShortfallPayable)
	case Funder, Operator:
		e.book(party, Cash, ShortfallPayable)
	}
}
