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
	OnRun  // of multilateral set-off: cash that who borrows draws in it
)

var subjectNames = [...]string{"", "receivable", "holding", "trade", "stock", "pool", "set_off_run"}

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
	PayeeChanged      bool          `cbor:"51,keyasint,omitempty"` // it takes the place of another account, and the party has not confirmed that by a way that was known before
	RateMost          money.Rate    `cbor:"52,keyasint,omitempty"` // a year, of the dearest funder in the programme
	OrderedOn         calendar.Date `cbor:"53,keyasint,omitempty"` // first day on which an order of its trade was issued
	Law               uint8         `cbor:"55,keyasint,omitempty"` // of the certificate: the values of certificate.Law
	CertificateIssued calendar.Date `cbor:"56,keyasint,omitempty"`
	CertificateDue    calendar.Date `cbor:"57,keyasint,omitempty"` // as stated
	Justified         bool          `cbor:"58,keyasint,omitempty"` // a reason for its tenor is on record
	BanOverruled      uint8         `cbor:"54,keyasint,omitempty"` // 1 where seller and buyer have banned assignment, and the law lets it hold all the same

	SellerSince          calendar.Date `cbor:"60,keyasint,omitempty"` // first invoice of the seller in the currency
	BuyerSince           calendar.Date `cbor:"61,keyasint,omitempty"` // first invoice to the buyer
	PairSince            calendar.Date `cbor:"62,keyasint,omitempty"` // first invoice between the two
	SellerCounterparties uint32        `cbor:"63,keyasint,omitempty"` // buyers to whom the seller has sold
	SellerConcentration  int32         `cbor:"64,keyasint,omitempty"` // sum of the squares of their shares
	SellerLargest        int32         `cbor:"65,keyasint,omitempty"` // share of the largest of them
	SellerGrowth         int64         `cbor:"66,keyasint,omitempty"` // invoiced in three months over the three before, less one; may be below zero
	SellerDefaults       uint32        `cbor:"67,keyasint,omitempty"` // its financings in default, bought back or written off
	SellerRefused        uint32        `cbor:"68,keyasint,omitempty"` // its requests that were declined in twelve months
	BuyerLateDays        int32         `cbor:"69,keyasint,omitempty"` // days late by amount in twelve months, in hundredths
	BuyerLateRise        int32         `cbor:"70,keyasint,omitempty"` // of three months over the three before, in hundredths of a day; may be below zero
	PairInvoices         uint32        `cbor:"71,keyasint,omitempty"` // of twelve months, this one included
	PairInvoiced         money.Minor   `cbor:"72,keyasint,omitempty"` // in twelve months, this one included
	PairLateDays         int32         `cbor:"73,keyasint,omitempty"` // as BuyerLateDays, of this seller's invoices
	PairGrowth           int64         `cbor:"74,keyasint,omitempty"` // of the number of invoices, as SellerGrowth
	Dilution             int32         `cbor:"75,keyasint,omitempty"` // credited or lost in disputes of what was invoiced between the two in twelve months
	DilutionRise         int32         `cbor:"76,keyasint,omitempty"` // of three months over the three before; may be below zero
	PairDisputes         uint32        `cbor:"77,keyasint,omitempty"` // opened in twelve months
	DisputedShare        int32         `cbor:"78,keyasint,omitempty"` // disputed of what was invoiced between the two in twelve months
	ReversedShare        int32         `cbor:"79,keyasint,omitempty"` // of what the buyer has paid in twelve months: taken back

	Reversed money.Minor `cbor:"80,keyasint,omitempty"` // invoiced by the buyer to the seller so far, in this currency
	Forward  money.Minor `cbor:"81,keyasint,omitempty"` // invoiced by the seller to the buyer, where anything was the other way

	CircleHops   uint8       `cbor:"90,keyasint,omitempty"` // deals in a circle back to the seller, this one included; 0 for none
	CircleGap    int32       `cbor:"91,keyasint,omitempty"` // the widest difference of their amounts
	SwapAmount   money.Minor `cbor:"92,keyasint,omitempty"` // invoiced the other way, near this amount
	SellerBurst  uint32      `cbor:"93,keyasint,omitempty"` // deals of a young seller with far more than usual; 0 where it is neither
	BuyerBurst   uint32      `cbor:"94,keyasint,omitempty"` // likewise of a young buyer
	BuyerFunnel  uint32      `cbor:"95,keyasint,omitempty"` // young sellers round the buyer; 0 where they are no funnel
	SellerFunnel uint32      `cbor:"96,keyasint,omitempty"` // young buyers round the seller
	CommonOwner  int32       `cbor:"97,keyasint,omitempty"` // the lesser of the shares that one owner has in seller and buyer
	NetworkCut   bool        `cbor:"98,keyasint,omitempty"` // a search came to its bound on work: what lies beyond was not seen

	SellerFile FileState `cbor:"110,keyasint,omitempty"` // what stands against the seller's onboarding file
	BuyerFile  FileState `cbor:"111,keyasint,omitempty"` // likewise of the buyer's

	LimitUse   int32 `cbor:"120,keyasint,omitempty"` // of the fullest limit that it would use, this use included
	InsurerUse int32 `cbor:"121,keyasint,omitempty"` // of what an insurer covers on the debtor, this use included

	Watched uint8 `cbor:"140,keyasint,omitempty"` // parties on a watch list: 1 the buyer, 2 the seller, 3 both

	BuyerOpen      money.Minor `cbor:"280,keyasint,omitempty"` // principal that this debtor owes in the programme, this use not included
	BuyerPastDue   money.Minor `cbor:"281,keyasint,omitempty"` // of that, past due
	BuyerPastDue30 money.Minor `cbor:"282,keyasint,omitempty"` // of that, for more than 30 days
	BuyerPastDue90 money.Minor `cbor:"283,keyasint,omitempty"` // of that, for more than 90 days
	SellerFinanced uint32      `cbor:"284,keyasint,omitempty"` // its financings of twelve months
	SellerLost     uint32      `cbor:"285,keyasint,omitempty"` // its financings in default, bought back or written off in twelve months
}

// FileState is a set of what stands against a party's onboarding file. The numbers are stored.
type FileState uint8

// What may stand against a file.
const (
	FileOverdue   FileState = 1 << iota // nobody has looked at it again in time
	FileGaps                            // something that it must hold is missing or has expired
	OwnerMissing                        // who owns or controls the party is not on record
	ScreeningOpen                       // a hit on a list waits for a person
	ScreeningHit                        // a hit was confirmed
	Unscreened                          // it, or who owns it, was not compared with all lists in force
	OwnerHit                            // who owns or controls it has such a hit
)

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

// pastDue is a part of what the debtor owes in the programme, in millionths; not known where decisions of before the amounts were kept say only
// that something is past due, or where nothing but interest is left of it.
func (f *Facts) pastDue(part money.Minor) (of int64, known bool) {
	return share(int64(part), int64(f.BuyerOpen)), f.BuyerOpen > 0 || f.BuyerOverdue == 0
}

// claim tells whether there is a receivable.
func (f *Facts) claim() bool { return f.Subject == OnReceivable || f.Subject == OnHolding }

// share is part of whole in millionths, rounded half up; no more than shareMax, and 0 where there is no whole.
func share(part, whole int64) int64 {
	if whole <= 0 {
		return 0
	}
	return money.PartOf(money.Minor(part), money.Minor(whole), shareMax)
}

const (
	shareMax   = int64(1_000_000_000_000)
	shareWhole = int64(1_000_000)
)
