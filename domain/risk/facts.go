package risk

import (
	"millrace/domain/calendar"
	"millrace/domain/money"
)

// Subject is what a use of credit rests on.
type Subject uint8

// The subjects.
const (
	OnReceivable Subject = 1 + iota
	OnHolding            // of a certificate
	OnTrade              // before there is a receivable
	OnStock
	OnPool // of receivables
)

var subjectNames = [...]string{"", "receivable", "holding", "trade", "stock", "pool"}

// String is the name used in API and console.
func (s Subject) String() string {
	if int(s) < len(subjectNames) {
		return subjectNames[s]
	}
	return "unknown"
}

// MarshalText gives the name.
func (s Subject) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Facts is what the rules look at, as it stood when the use was decided. It is stored with the decision, so a field keeps its key and its
// meaning for ever. Amounts are in minor units of Currency, shares in millionths, dates are business dates. A zero says that there is
// nothing, or that nothing is known: Listed tells which. What includes the use that is being decided says so.
type Facts struct {
	Subject       Subject        `cbor:"1,keyasint"`
	Date          calendar.Date  `cbor:"2,keyasint"`            // the business date: rules hold from dates on
	Currency      money.Currency `cbor:"3,keyasint"`            //
	Amount        money.Minor    `cbor:"4,keyasint"`            // that is to be financed
	Due           calendar.Date  `cbor:"5,keyasint"`            // by the product's business-day rule
	TenorDays     int32          `cbor:"6,keyasint,omitempty"`  // from the business date to the due date
	TenorDaysMin  int32          `cbor:"7,keyasint,omitempty"`  // product's bound
	TenorDaysMax  int32          `cbor:"8,keyasint,omitempty"`  // product's bound
	ReferAbove    money.Minor    `cbor:"9,keyasint,omitempty"`  // programme's bound; 0 for none
	SellerShare   money.Rate     `cbor:"10,keyasint,omitempty"` // programme's bound; 0 for none
	SellerUse     money.Minor    `cbor:"11,keyasint,omitempty"` // exposure of the seller in the programme, this use included
	ProgrammeUse  money.Minor    `cbor:"12,keyasint,omitempty"` // exposure of the programme, this use included
	BuyerGrade    uint8          `cbor:"13,keyasint,omitempty"` // on which the price and the rules rest: the worse one of both where both perform
	SellerGrade   uint8          `cbor:"14,keyasint,omitempty"` // of its own live review
	Face          money.Minor    `cbor:"15,keyasint,omitempty"` // of the claim
	Outstanding   money.Minor    `cbor:"16,keyasint,omitempty"` //
	Issued        calendar.Date  `cbor:"17,keyasint,omitempty"` // the invoice
	ClaimDue      calendar.Date  `cbor:"18,keyasint,omitempty"` // as stated
	Undertaking   uint8          `cbor:"19,keyasint,omitempty"` // the values of receivable.Undertaking
	Undertaken    money.Minor    `cbor:"20,keyasint,omitempty"` // still to be paid of it
	Evidence      Evidence       `cbor:"21,keyasint,omitempty"` // what the documents of its trade prove
	EvidenceGrade uint8          `cbor:"22,keyasint,omitempty"` // 0 to trade.GradeMax
	Trades        uint32         `cbor:"23,keyasint,omitempty"` // of seller and buyer with an invoice, this one included
	BuyerCountry  int32          `cbor:"24,keyasint,omitempty"` // rule.CountryValue; 0 where it is not known
	SellerCountry int32          `cbor:"25,keyasint,omitempty"` // likewise

	BuyerOverdue      int32         `cbor:"30,keyasint,omitempty"` // financings of this debtor in the programme that are past due
	ReverseTrades     int32         `cbor:"31,keyasint,omitempty"` // trades in which the buyer sells to the seller
	SameGroup         int32         `cbor:"32,keyasint,omitempty"` // 1 where seller and buyer belong to one group, or are one party
	Differences       int32         `cbor:"33,keyasint,omitempty"` // ways in which more is billed than was ordered or received; 0 under an irrevocable undertaking
	PossibleDuplicate int32         `cbor:"34,keyasint,omitempty"` // rung of the ladder of duplicates on which another claim is like it; 0 for none
	DuplicateWeight   int64         `cbor:"35,keyasint,omitempty"` // of the evidence for that, in hundredths of a bit
	DuplicateBound    int64         `cbor:"36,keyasint,omitempty"` // programme's bound: from here on a person looks
	FinancedOnTrade   money.Minor   `cbor:"37,keyasint,omitempty"` // on its trade in all, without tax, where that is more than was earned
	EarnedOnTrade     money.Minor   `cbor:"38,keyasint,omitempty"` // ordered and received in all, with the programme's tolerance
	TradeKind         uint8         `cbor:"39,keyasint,omitempty"` // the values of trade.Kind
	Paid              money.Minor   `cbor:"40,keyasint,omitempty"` // of the claim
	Credited          money.Minor   `cbor:"41,keyasint,omitempty"` // of the claim, by credit notes
	Disputed          money.Minor   `cbor:"42,keyasint,omitempty"` // of the claim, and not settled
	Signatures        uint8         `cbor:"43,keyasint,omitempty"` // under the undertaking
	Delivered         calendar.Date `cbor:"44,keyasint,omitempty"` // day of the last receipt of its trade
	BuyerGradeOwn     uint8         `cbor:"45,keyasint,omitempty"` // of the buyer's own live review, where BuyerGrade is another
	SellerState       uint8         `cbor:"46,keyasint,omitempty"` // the values of party.State, where it is not onboarded
	BuyerState        uint8         `cbor:"47,keyasint,omitempty"` // likewise
	Overbilled        int64         `cbor:"48,keyasint,omitempty"` // the most by which a line is billed above its order, a share of that
	PayeeDays         int32         `cbor:"49,keyasint,omitempty"` // from the verification of the payee's account to the business date, and one
	PayeePaid         uint32        `cbor:"50,keyasint,omitempty"` // payments to that account
	PayeeChanged      bool          `cbor:"51,keyasint,omitempty"` // it takes the place of another account
	RateMost          money.Rate    `cbor:"52,keyasint,omitempty"` // a year, of the dearest funder in the programme

	Watched uint8 `cbor:"140,keyasint,omitempty"` // parties on a watch list: 1 the buyer, 2 the seller, 3 both
}

// Evidence is a set of what documents prove: the values of trade.Fact.
type Evidence uint16

// What documents prove. The numbers are those of trade.Fact, and are stored.
const (
	Ordered Evidence = 1 << iota
	Agreed
	Shipped
	Received
	Invoiced
	Confirmed // this claim, not another one of the trade
	Accepted
	SelfBilled
	Prepaid
	InTrade // the claim belongs to a trade; one that was imported does not
	Performed
)

// Has tells whether the set holds all of what is wanted.
func (e Evidence) Has(wanted Evidence) bool { return e&wanted == wanted }

// claim tells whether there is a receivable.
func (f *Facts) claim() bool { return f.Subject == OnReceivable || f.Subject == OnHolding }

// share is part of whole in millionths, rounded half up; no more than shareMax, and 0 where there is no whole.
func share(part, whole int64) int64 {
	if whole <= 0 || part <= 0 {
		return 0
	}
	if part/whole >= shareMax/1_000_000 {
		return shareMax
	}
	return int64(money.MulDiv(money.Minor(part), 1_000_000, whole))
}

const shareMax = int64(1_000_000_000_000)
