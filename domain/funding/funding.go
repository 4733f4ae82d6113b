// Package funding holds programmes, in which funders finance receivables round an anchor, and financings: from quote to
// close.
package funding

import (
	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/rule"
)

// Funder is a funder's part in a programme.
type Funder struct {
	Party    id.Party   `cbor:"1,keyasint" json:"party"`
	Priority uint8      `cbor:"2,keyasint" json:"priority"` // asked in this order, 1 first
	Rate     money.Rate `cbor:"3,keyasint" json:"rate"`     // a year

	Commitment money.Minor `cbor:"80,keyasint,omitempty" json:"commitment,omitempty"` // its weight where funders share pro rata
}

// State is where a programme stands.
type State uint8

// The states of a programme.
const (
	Proposed State = 1 + iota
	Live
)

// String is the name used in API and console.
func (s State) String() string { return [...]string{"", "proposed", "live"}[s] }

// Programme is a product round an anchor.
type Programme struct {
	ID           id.Programme    `cbor:"1,keyasint"`
	Product      id.Product      `cbor:"2,keyasint"`
	Anchor       id.Party        `cbor:"3,keyasint"` // the buyer of every receivable in it
	Operator     id.Party        `cbor:"4,keyasint"`
	Custodian    id.Party        `cbor:"5,keyasint"`
	Currency     money.Currency  `cbor:"6,keyasint"`
	Calendar     calendar.Code   `cbor:"7,keyasint"`
	Funders      []Funder        `cbor:"8,keyasint"`
	ReferAbove   money.Minor     `cbor:"9,keyasint"`  // a larger amount is looked at by a person
	ApproveAbove money.Minor     `cbor:"10,keyasint"` // a larger payment waits for a second person
	Share        money.Rate      `cbor:"11,keyasint"` // most of the programme's use that one seller may have; above, a person looks
	State        State           `cbor:"12,keyasint"`
	Stopped      bool            `cbor:"13,keyasint"` // no payment leaves: a bank took money back that had been passed on
	Maker        id.Actor        `cbor:"14,keyasint"`
	Checker      id.Actor        `cbor:"15,keyasint"`
	Entry        uint64          `cbor:"16,keyasint"`
	TiersMax     uint8           `cbor:"30,keyasint,omitempty"` // through how many hands a certificate may go; 0: none are issued
	Law          uint8           `cbor:"31,keyasint,omitempty"` // of its certificates: the values of certificate.Law
	Tolerances   Tolerances      `cbor:"17,keyasint,omitzero"`  // discrepancies that don't stand against a financing
	Duplicates   DuplicatePolicy `cbor:"18,keyasint,omitzero"`  // what is done with what may have been seen before

	Severities rule.Policy `cbor:"35,keyasint,omitempty"` // of rules of EN 16931, other than their own

	VerifiedInvoices bool `cbor:"40,keyasint,omitempty"` // only invoices that a tax bureau has said are valid

	Sharing Sharing `cbor:"80,keyasint,omitempty"` // among its funders
	Dropped Dropped `cbor:"81,keyasint,omitempty"` // what becomes of the share of a funder that takes no part

	AccountsRequired bool        `cbor:"100,keyasint,omitempty"` // no quote is accepted and nothing instructed before all its supervised accounts are on record
	SupplierPaid     bool        `cbor:"106,keyasint,omitempty"` // what it lends on orders goes to the borrower's own suppliers and never to the borrower
	TenorGapDaysMax  int32       `cbor:"105,keyasint,omitempty"` // by which assets may be due after their funding ends, where funders have said until when that stays
	PayeeChecked     bool        `cbor:"110,keyasint,omitempty"` // only accounts with a check are paid to
	PayeeNewDays     uint16      `cbor:"111,keyasint,omitempty"` // two persons approve a payment to an account verified less than so many days ago, or never paid to; 0: they need not
	ChangeDays       uint8       `cbor:"112,keyasint,omitempty"` // business days that a change of bank details waits; 0: ChangeDaysDefault
	LenderInstructs  bool        `cbor:"113,keyasint,omitempty"` // a disbursement leaves on the word of the funder's own person
	AutoMatch        bool        `cbor:"115,keyasint,omitempty"` // what comes in is allocated by the node where the evidence stands by itself
	ConfirmAbove     money.Minor `cbor:"116,keyasint,omitempty"` // a larger receipt is confirmed by a person; 0: none is too large
	MisdirectedStops bool        `cbor:"120,keyasint,omitempty"` // nothing new is financed for a seller that is late with what it was paid by mistake

	RiskPolicy id.RiskPolicy `cbor:"121,keyasint,omitempty"` // in force: thresholds and clauses of its own; 0: those that are presumed

	Files             FileTerms `cbor:"135,keyasint,omitempty"` // what it asks of the onboarding files of who deals in it
	AuthorityRequired bool      `cbor:"130,keyasint,omitempty"` // without a funder's standing authority its people decide on each use of its money, and it does not bid
}

// FileTerms is what a programme asks of the onboarding files of seller and buyer.
type FileTerms uint8

// The terms on files.
const (
	FileUnasked FileTerms = iota // nothing
	FileRefers                   // a person looks at a use while a file is not whole
	FileStops                    // nothing new is financed while a file is not whole
)

// FileTermNames are the names used in API and console.
var FileTermNames = [...]string{"", "refer", "stop"}

// String is the name used in API and console.
func (t FileTerms) String() string { return FileTermNames[min(int(t), len(FileTermNames)-1)] }

// ChangeDaysDefault is how many business days a change of bank details waits where a programme that checks payees doesn't say.
const ChangeDaysDefault = 3

// ChangeWait is how many business days a change of bank details waits under the programme; 0 where it asks for no checks.
func (p *Programme) ChangeWait() int {
	switch {
	case !p.PayeeChecked:
		return 0
	case p.ChangeDays == 0:
		return ChangeDaysDefault
	}
	return int(p.ChangeDays)
}

// ChangeEnds is the first business date on which bank details that were proposed on a date may be used under the programme, in business
// days of its calendar; beyond the calendar no earlier than with weekends and a long holiday.
func (p *Programme) ChangeEnds(proposed calendar.Date) calendar.Date {
	wait := p.ChangeWait()
	if wait == 0 {
		return proposed
	}
	if date, covered := p.Calendar.AddBusinessDays(proposed, wait); covered {
		return date
	}
	return proposed.AddDays(2*wait + 10)
}

// FinancingState is where a financing stands.
type FinancingState uint8

// The life of a financing.
const (
	Referred    FinancingState = 1 + iota // waits for a person
	Declined                              // by a rule or a person
	Quoted                                // priced; the seller may accept until it expires
	Lapsed                                // the quote was not accepted in time
	Accepted                              // money and limits are set aside, the evidence is claimed
	Disbursing                            // the payment is on its way
	Outstanding                           // paid out
	Overdue                               // past its due date
	InRecourse                            // the seller has been called
	ClosedState                           // repaid
	Cancelled                             // the payment was refused or came back; nothing is owed
	Defaulted                             // two people have declared it; money may still come
	BoughtBack                            // settled by the seller, who has the receivable back
	WrittenOff                            // nothing is expected any more; what comes is a recovery
)

var financingStates = [...]string{
	"", "referred", "declined", "quoted", "lapsed", "accepted", "disbursing", "outstanding", "overdue", "in_recourse", "closed", "cancelled",
	"defaulted", "bought_back", "written_off",
}

// String is the name used in API and console.
func (s FinancingState) String() string { return financingStates[s] }

// MarshalText gives the name.
func (s FinancingState) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Claims tells whether a financing in this state holds the one claim on its evidence.
func (s FinancingState) Claims() bool {
	switch s {
	case Accepted, Disbursing, Outstanding, Overdue, InRecourse, Defaulted, WrittenOff:
		return true
	}
	return false
}

// PaidOut tells whether money is out in this state.
func (s FinancingState) PaidOut() bool {
	return s == Outstanding || s == Overdue || s == InRecourse || s == Defaulted
}

// Financing is one financing of one receivable, or of a trade before there is one, by one funder. Amounts are in minor units of its currency.
type Financing struct {
	ID           id.Financing   `cbor:"1,keyasint"`
	Receivable   id.Receivable  `cbor:"2,keyasint"`
	Programme    id.Programme   `cbor:"3,keyasint"`
	Product      id.Product     `cbor:"4,keyasint"`
	Funder       id.Party       `cbor:"5,keyasint"`
	Seller       id.Party       `cbor:"6,keyasint"`
	Buyer        id.Party       `cbor:"7,keyasint"`
	Payee        id.BankAccount `cbor:"8,keyasint"` // the seller's verified account, or its supplier's
	Hold         id.Hold        `cbor:"9,keyasint"`
	Payment      id.Payment     `cbor:"10,keyasint"`
	Amount       money.Minor    `cbor:"11,keyasint"` // of the receivable that is financed
	Principal    money.Minor    `cbor:"12,keyasint"`
	Discount     money.Minor    `cbor:"13,keyasint"`
	Fee          money.Minor    `cbor:"14,keyasint"`
	Net          money.Minor    `cbor:"15,keyasint"`
	Repaid       money.Minor    `cbor:"16,keyasint"` // of the principal
	Earned       money.Minor    `cbor:"17,keyasint"` // of the discount
	InterestDue  money.Minor    `cbor:"18,keyasint"` // accrued when it was last reckoned, and not paid
	LateDue      money.Minor    `cbor:"19,keyasint"`
	InterestPaid money.Minor    `cbor:"20,keyasint"`
	LatePaid     money.Minor    `cbor:"21,keyasint"`
	ValidUntil   int64          `cbor:"22,keyasint"` // stamp until which the quote stands
	Rate         money.Rate     `cbor:"23,keyasint"`
	Maker        id.Actor       `cbor:"24,keyasint"` // who asked for the quote
	Checker      id.Actor       `cbor:"25,keyasint"` // who decided the referral
	Outcomes     []rule.Outcome `cbor:"26,keyasint"` // what the rules said, those that did not pass
	Entry        uint64         `cbor:"27,keyasint"`
	Due          calendar.Date  `cbor:"28,keyasint"`
	Value        calendar.Date  `cbor:"29,keyasint"` // of the disbursement
	InterestFrom calendar.Date  `cbor:"30,keyasint"` // up to which interest has been reckoned
	Currency     money.Currency `cbor:"31,keyasint"`
	State        FinancingState `cbor:"32,keyasint"`
	Holding      id.Holding     `cbor:"33,keyasint,omitempty"` // of a certificate, which is financed instead of the receivable itself
	Fixing       id.Fixing      `cbor:"60,keyasint,omitempty"` // of the base rate in Rate; 0 where it has none
	Uncovered    money.Minor    `cbor:"40,keyasint,omitempty"` // of the principal: what disputes and credit notes have taken from what covers it
	LastFact     uint64         `cbor:"41,keyasint,omitempty"` // number of the newest of its dated facts; 0 for none besides the disbursement
	TakenRepaid  money.Minor    `cbor:"42,keyasint,omitempty"` // of Repaid, before the financing was taken over
	TakenEarned  money.Minor    `cbor:"43,keyasint,omitempty"` // of Earned, likewise
	Entered      calendar.Date  `cbor:"44,keyasint,omitempty"` // business date on which the disbursement was recorded, or the financing was taken over
	Fees         []Fee          `cbor:"61,keyasint,omitempty"` // each by itself, where the product is of the full form; Fee is what the seller pays of them from the proceeds
	LateRate     money.Rate     `cbor:"62,keyasint,omitempty"` // a year, as it was fixed at the quote, where the product has late interest over a base rate
	LateFixing   id.Fixing      `cbor:"63,keyasint,omitempty"` // of that base rate
	Besides      Besides        `cbor:"64,keyasint,omitzero"`
	Reserve      money.Minor    `cbor:"65,keyasint,omitempty"` // the most that is held back against dilution
	FirstDue     calendar.Date  `cbor:"66,keyasint,omitempty"` // as agreed at first, where Due was extended; else 0
	Written      money.Minor    `cbor:"67,keyasint,omitempty"` // of the principal: written off
	Allowance    money.Minor    `cbor:"68,keyasint,omitempty"` // for losses, when it was last reckoned
	Recovered    money.Minor    `cbor:"69,keyasint,omitempty"` // of what was written off, interest included

	Trade id.Trade `cbor:"70,keyasint,omitempty"` // what secures it before there is a receivable: Receivable is 0 then
	Stage Stage    `cbor:"71,keyasint,omitempty"` // of that trade: how far its goods had come

	Conversions []Conversion          `cbor:"72,keyasint,omitempty"` // what its proceeds repay, or are to repay, of those that it replaces; never changed in place
	Line        id.Line               `cbor:"73,keyasint,omitempty"`
	Replaces    money.Minor           `cbor:"74,keyasint,omitempty"` // of the principal of those, until it is paid out
	Stock       []id.WarehouseReceipt `cbor:"75,keyasint,omitempty"` // receipts that acceptance pledges; none where something else is security
	Collateral  id.Collateral         `cbor:"76,keyasint,omitempty"` // terms on which stock or a pool is security
	Pool        id.Pool               `cbor:"77,keyasint,omitempty"` // of receivables on which it was drawn
	StockValue  money.Minor           `cbor:"78,keyasint,omitempty"` // of what is pledged, after haircuts, when it was last valued
	GradeStart  uint8                 `cbor:"85,keyasint,omitempty"` // of the debtor, when the financing was agreed; 0 for none
	Loss        uint64                `cbor:"86,keyasint,omitempty"` // number of the record of what is expected to be lost of it; 0 for none

	Placement   id.Placement   `cbor:"80,keyasint,omitempty"` // of which this is one funder's part; 0 for a financing by one funder
	Instruction id.Instruction `cbor:"81,keyasint,omitempty"` // of the seller, under which it was quoted and accepted

	Decision id.Decision `cbor:"112,keyasint,omitempty"` // the last one on it

	Flagged   id.BankAccount `cbor:"110,keyasint,omitempty"` // of the payee, which was proposed while this was accepted and not paid out
	FlaggedBy id.Actor       `cbor:"111,keyasint,omitempty"` // who has proposed it
	Supply    Supply         `cbor:"90,keyasint,omitzero"`   // of the seller, which the proceeds pay for; empty where they go to the seller
	SetOffs   []SetOff       `cbor:"91,keyasint,omitempty"`  // debts that they have paid; never changed in place

	Group id.Party `cbor:"115,keyasint,omitempty"` // head of the group of who owes, when it was quoted; 0: who owes heads its own, or has none
	Tier  uint8    `cbor:"116,keyasint,omitempty"` // of the holding, when it was quoted; 0 for none
	Own   Own      `cbor:"117,keyasint,omitzero"`  // what the funder itself has said to it

	SetOffRun id.SetOffRun `cbor:"260,keyasint,omitempty"` // of multilateral set-off, in which the seller draws it as cash; Principal is the most of it until the run is written through
}

// BorrowerAlone tells whether nobody but the seller, who borrows, owes anything: stock or a pool is security, or it is cash for a run of
// multilateral set-off.
func (f *Financing) BorrowerAlone() bool { return f.Collateral != 0 || f.SetOffRun != 0 }

// Own is what a funder itself has said to a use of its money. Nobody else sees it.
type Own struct {
	Policies  []id.FunderPolicy `cbor:"1,keyasint,omitempty"` // that were asked; never changed in place
	Outcomes  []rule.Outcome    `cbor:"2,keyasint,omitempty"` // of their clauses and of its standing authority, those that did not pass; never changed in place
	Authority id.Authority      `cbor:"3,keyasint,omitempty"` // under which it is financed without a person; 0: there is none, or a person has decided
}

// Head is the head of the group of who owes: itself where it is in none.
func (f *Financing) Head() id.Party {
	if f.Group != 0 {
		return f.Group
	}
	return f.Obligor()
}

// Obligor is who owes the money in the first place: the buyer of a receivable, or the seller to whom was lent before there
// was one.
func (f *Financing) Obligor() id.Party {
	if f.Receivable == 0 {
		return f.Seller
	}
	return f.Buyer
}

// Fee is one fee on a financing, with its tax, as it was quoted. Amounts are in minor units of the financing's currency.
type Fee struct {
	Name    string      `cbor:"1,keyasint"`
	Payer   uint8       `cbor:"2,keyasint"` // the values of product.Role
	To      uint8       `cbor:"3,keyasint"` // likewise
	When    uint8       `cbor:"4,keyasint"` // the values of product.When
	Amount  money.Minor `cbor:"5,keyasint"`
	Tax     money.Minor `cbor:"6,keyasint,omitempty"`
	TaxName string      `cbor:"7,keyasint,omitempty"`
	Party   id.Party    `cbor:"8,keyasint,omitempty"` // to whom it goes; 0 for one who is not named
	Of      FeeOf       `cbor:"9,keyasint,omitempty"`
}

// FeeOf is what a fee is.
type FeeOf uint8

// What there is besides fees.
const (
	AFee     FeeOf = iota
	Interest       // in advance, which the buyer pays: the discount
)

// Whole is the fee with its tax.
func (f *Fee) Whole() money.Minor { return money.Add(f.Amount, f.Tax) }

// Besides is what a financing has come to besides principal and interest: each amount from its beginning, as posted.
type Besides struct {
	FeesDue   money.Minor `cbor:"1,keyasint,omitempty"` // of seller and buyer, since the disbursement, and not paid
	FeesPaid  money.Minor `cbor:"2,keyasint,omitempty"` // of them
	Held      money.Minor `cbor:"3,keyasint,omitempty"` // in reserve now
	GivenBack money.Minor `cbor:"4,keyasint,omitempty"` // of the discount, to the seller
}

// PaidTo is who gets what is lent: the borrower's supplier where it is bound to a purpose, else the seller.
func (f *Financing) PaidTo() id.Party {
	if f.Supply.Supplier != 0 {
		return f.Supply.Supplier
	}
	return f.Seller
}

// AgreedDue is the due date as agreed at first.
func (f *Financing) AgreedDue() calendar.Date {
	if f.FirstDue != 0 {
		return f.FirstDue
	}
	return f.Due
}

// Exposure is the principal that is still out or set aside, and not written off.
func (f *Financing) Exposure() money.Minor {
	return money.Sub(money.Sub(f.Principal, f.Repaid), f.Written)
}

// Claim is the least that a collection must bring for the financing to close on what has been reckoned so far.
func (f *Financing) Claim() money.Minor {
	return money.Add(money.Add(f.Exposure(), f.Besides.FeesDue), money.Add(f.InterestDue, f.LateDue))
}
