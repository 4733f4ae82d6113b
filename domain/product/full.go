package product

import "millrace/domain/money"

// Form tells how much a record of terms says. The numbers are stored.
type Form uint8

// The forms.
const (
	First Form = iota // a rate from the funder, one fee, no links: what was proposed before products were files
	Full              // everything, as a product file says it
)

// Techniques are the names of what a product may be, as the Global Supply Chain Finance Forum and its neighbours have them.
var Techniques = []string{
	"receivables_discounting", "forfaiting", "factoring", "payables_finance", "corporate_payment_undertaking", "loan_against_receivables",
	"distributor_finance", "loan_against_inventory", "pre_shipment_finance", "dynamic_discounting", "bank_payment_undertaking",
}

// Role is a part that somebody plays in a financing.
type Role uint8

// The roles.
const (
	Seller Role = 1 + iota
	Buyer
	Funder
	Operator
	Custodian // the bank that holds the collection account
	Bank      // that has given an undertaking
	Insurer
	Keeper // of a warehouse
)

// RoleNames are the names by value.
var RoleNames = []string{"", "seller", "buyer", "funder", "operator", "custodian", "bank", "insurer", "warehouse_keeper"}

// String is the name used in files.
func (r Role) String() string { return RoleNames[r] }

// MarshalText gives the name.
func (r Role) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// Collector is who collects from the debtor.
type Collector uint8

// The collectors.
const (
	CollectorFunder  Collector = 1 + iota
	CollectorSeller            // as the funder's agent
	CollectorAccount           // the operator's collection account at the custodian, which only rules can move
)

// CollectorNames are the names by value.
var CollectorNames = []string{"", "funder", "seller_as_agent", "collection_account"}

// Source is whose money it is.
type Source uint8

// The sources of funds.
const (
	SourceFunder Source = 1 + iota
	SourceBuyer         // pays its own debt early; the debt ends
	SourceBank
)

// SourceNames are the names by value.
var SourceNames = []string{"", "funder", "buyer", "bank"}

// Repayment is where the money comes back from.
type Repayment uint8

// The sources of repayment.
const (
	FromCollection Repayment = 1 + iota // what the debtor pays on the receivable
	FromSeller                          // who repays its loan: from the next financing, or a sale of stock
	FromBuyer                           // who repays what paid for its purchase: from its own sales
	FromNobody                          // the debt has ended
)

// RepaymentNames are the names by value.
var RepaymentNames = []string{"", "collection", "seller", "buyer", "none"}

// Extent is how far recourse goes that there is: all, or what one of the two says.
type Extent struct {
	Share     money.Rate `cbor:"1,keyasint,omitempty" json:"share,omitempty"`      // of every loss, borne by the seller
	FirstLoss money.Rate `cbor:"2,keyasint,omitempty" json:"first_loss,omitempty"` // of the principal: losses up to it are the seller's
}

// Extents are the extents per cause.
type Extents struct {
	Insolvency        Extent `cbor:"1,keyasint,omitzero" json:"insolvency,omitzero"`
	ProtractedDefault Extent `cbor:"2,keyasint,omitzero" json:"protracted_default,omitzero"`
	Dispute           Extent `cbor:"3,keyasint,omitzero" json:"dispute,omitzero"`
}

// Cover is a credit insurance that the product asks for. The zero value asks for none.
type Cover struct {
	Share       money.Rate  `cbor:"1,keyasint,omitempty" json:"share,omitempty"` // of a loss that the insurer bears
	Limit       money.Minor `cbor:"2,keyasint,omitempty" json:"limit,omitempty"` // on one buyer
	WaitingDays int32       `cbor:"3,keyasint,omitempty" json:"waiting_days,omitempty"`
}

// RateTerms tell the yearly rate: of the funder, fixed, or a base rate and a margin.
type RateTerms struct {
	Kind    RateKind   `cbor:"1,keyasint"`
	Fixed   money.Rate `cbor:"2,keyasint,omitempty"` //
	Base    string     `cbor:"3,keyasint,omitempty"` // name of a rate whose fixings are dated data
	Floored Floored    `cbor:"4,keyasint,omitempty"` //
	Floor   money.Rate `cbor:"5,keyasint,omitempty"` // least value of the base rate, where it is floored
	Margins []Margin   `cbor:"6,keyasint,omitempty"` // by grade, then tenor, ascending
}

// BaseNameMax is the longest name of a base rate, in bytes.
const BaseNameMax = 40

// ValidBase tells whether a text can name a base rate: 1 to BaseNameMax bytes of visible ASCII without spaces.
func ValidBase(name string) bool {
	if name == "" || len(name) > BaseNameMax {
		return false
	}
	for i := range len(name) {
		if name[i] <= ' ' || name[i] > '~' {
			return false
		}
	}
	return true
}

// RateKind is where the rate comes from.
type RateKind uint8

// The kinds of rate.
const (
	RateOfFunder RateKind = 1 + iota
	RateFixed
	RateFloating
)

// Floored tells whether a base rate has a floor, which may be zero.
type Floored uint8

// The two.
const (
	NotFloored Floored = iota
	IsFloored
)

// Margin is a row of the margin table: for grades up to Grade and tenors up to TenorDays.
type Margin struct {
	Grade     uint8      `cbor:"1,keyasint"` // 1 is best
	TenorDays int32      `cbor:"2,keyasint"`
	Rate      money.Rate `cbor:"3,keyasint"`
}

// Basis is what a rate is applied to.
type Basis uint8

// The bases of interest.
const (
	OnFace    Basis = 1 + iota // the whole amount that is financed
	OnAdvance                  // the principal
	OnYield                    // so that the yield on what is left after the discount is the rate
)

// BasisNames are the names by value.
var BasisNames = []string{"", "face", "advance", "yield"}

// Accrual is how a discount becomes income over its time.
type Accrual uint8

// The accruals.
const (
	Linear    Accrual = 1 + iota // in proportion to the days of the day count
	Effective                    // at the one daily rate at which the outlay grows to the principal (IFRS 9 B5.4.1)
)

// AccrualNames are the names by value.
var AccrualNames = []string{"", "linear", "effective"}

// Unearned is what becomes of the discount on principal that is repaid ahead of the due date.
type Unearned uint8

// The fates of a discount that is not earned by time.
const (
	Kept      Unearned = 1 + iota // earned by the repayment
	GivenBack                     // to the seller, for the days that are left
)

// UnearnedNames are the names by value.
var UnearnedNames = []string{"", "kept", "given_back"}

// PenaltyStart is the day from which late interest counts once the grace is over. The zero value, of the first form, is FromDue.
type PenaltyStart uint8

// The starts.
const (
	FromDue      PenaltyStart = 1 + iota // from the due date
	FromGraceEnd                         // from the last day of grace
)

// PenaltyStartNames are the names by value.
var PenaltyStartNames = []string{"", "due_date", "end_of_grace"}

// Overdue tells what becomes of ordinary interest in arrears after the due date. The zero value, of the first form, is Ends.
type Overdue uint8

// The fates of ordinary interest.
const (
	Ends   Overdue = 1 + iota // late interest replaces it
	RunsOn                    // late interest adds to it
)

// OverdueNames are the names by value.
var OverdueNames = []string{"", "ends", "runs_on"}

// Rounding is how an amount is rounded.
type Rounding uint8

// HalfUp rounds each posted amount half up, away from zero; the last one of a series takes the residue.
const HalfUp Rounding = 1

// RoundingNames are the names by value.
var RoundingNames = []string{"", "half_up"}

// FeeBasis is what a fee is reckoned on.
type FeeBasis uint8

// The bases of fees.
const (
	FeeOnFace FeeBasis = 1 + iota
	FeeOnAdvance
	FeeFlat       // one amount a financing
	FeePerInvoice // one amount an invoice
	FeeOnUnused   // the part of the line that is not used
)

// FeeBasisNames are the names by value.
var FeeBasisNames = []string{"", "face", "advance", "flat", "invoice", "unused_line"}

// Per is for what time the rate of a fee is.
type Per uint8

// The times.
const (
	Once    Per = 1 + iota // whatever the tenor
	PerYear                // by the day count, over the tenor
)

// PerNames are the names by value.
var PerNames = []string{"", "financing", "year"}

// When is when a fee is paid.
type When uint8

// The times.
const (
	AtDisbursement When = 1 + iota
	AtDue
)

// WhenNames are the names by value.
var WhenNames = []string{"", "disbursement", "due"}

// Fee is one fee.
type Fee struct {
	Name    string      `cbor:"1,keyasint"`
	Payer   Role        `cbor:"2,keyasint"` // seller, buyer or funder
	To      Role        `cbor:"3,keyasint"`
	Basis   FeeBasis    `cbor:"4,keyasint"`
	Per     Per         `cbor:"5,keyasint"`
	When    When        `cbor:"6,keyasint"`
	Rate    money.Rate  `cbor:"7,keyasint,omitempty"`
	Amount  money.Minor `cbor:"8,keyasint,omitempty"`  // of a flat fee, and of one per invoice
	Minimum money.Minor `cbor:"9,keyasint,omitempty"`  //
	Maximum money.Minor `cbor:"10,keyasint,omitempty"` // 0 for none
	TaxRate money.Rate  `cbor:"11,keyasint,omitempty"` // on the fee, on a line of its own
	TaxName string      `cbor:"12,keyasint,omitempty"`
}

// Notice is what the debtor must have been told before money is paid out.
type Notice uint8

// The notices.
const (
	NoticeUnset Notice = iota
	NoticeNone
	NoticeServed
)

// NoticeNames are the names by value.
var NoticeNames = []string{"", "none", "served_before_payout"}

// Registration is whether a registration in the funder's name must be live before money is paid out.
type Registration uint8

// The registrations.
const (
	RegistrationUnset Registration = iota
	RegistrationNone
	RegistrationBeforePayout
)

// RegistrationNames are the names by value.
var RegistrationNames = []string{"", "none", "live_before_payout"}

// KindsOfTrade is the number of kinds of trade: the values of trade.Kind.
const KindsOfTrade = 4

// TradeKindNames are the names of the kinds of trade, by value.
var TradeKindNames = []string{"goods", "services", "evaluated_receipt", "prepaid"}

// EvidenceOf is the set of trade facts that a trade of a kind must have proved; 0 where it is not financed at all.
func (t *Terms) EvidenceOf(kind uint8) uint16 {
	if t.Form != Full {
		return t.EvidenceRequired
	}
	return t.Evidence[kind]
}

// The links that may never be dropped, as indexes of Terms.Links.
const (
	LinkEvidence = iota
	LinkOneFinancing
	LinkCreditReview
	LinkRiskControl
	LinkFundsSupervision
	LinkAfterCare
	LinksMax
)

// LinkNames are the names of the links, by index.
var LinkNames = []string{"trade_evidence", "one_financing_per_evidence", "credit_review", "risk_control", "funds_supervision", "after_care"}

// Link is one link that may never be dropped: what controls it, who owns it, the minutes that it takes, and its bypasses,
// which are none.
type Link struct {
	Control  string   `cbor:"1,keyasint"`
	Owner    Role     `cbor:"2,keyasint"`
	Minutes  int32    `cbor:"3,keyasint"`
	Bypasses []string `cbor:"4,keyasint,omitempty"`
}

// RungNames are the rungs of the ladder on which one financing per evidence is sought.
var RungNames = []string{"exact", "renumbered", "near", "cross_type", "aggregate"}

const allRungs = 1<<5 - 1
