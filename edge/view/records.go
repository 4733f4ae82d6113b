package view

import (
	"cmp"
	"encoding/hex"
	"strings"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/certificate"
	"millrace/domain/credit"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/payment"
	"millrace/domain/product"
	"millrace/domain/receivable"
	"millrace/domain/rule"
	"millrace/domain/trade"
	"millrace/edge/access"
	"millrace/edge/intake"
	"millrace/edge/locale"
	"millrace/engine/vault"
)

// Actor is a person or machine that acts for a party.
type Actor struct {
	ID     string `json:"id"`
	Name   string `json:"name,omitempty"`
	Party  *Ref   `json:"party"`
	Role   string `json:"role"`
	Active bool   `json:"active"`
	Entry  uint64 `json:"entry" doc:"last entry that changed it"`

	Administrator bool `json:"administrator,omitempty" doc:"decides who acts for its party"`
}

// MachinePrefix begins the names under which a node registers its own machines.
const MachinePrefix = "Machine that "

// Machine tells whether the actor is one of the node's own machines, which nobody signs in as.
func (a Actor) Machine() bool { return strings.HasPrefix(a.Name, MachinePrefix) }

// Key is a credential; its secret is nowhere.
type Key struct {
	ID     string `json:"id"`
	Actor  *Ref   `json:"actor"`
	Name   string `json:"name"`
	Active bool   `json:"active"`
	Entry  uint64 `json:"entry"`

	Scopes []string `json:"scopes,omitempty" doc:"to which it is narrowed; missing for not at all"`
}

// Party is a legal entity or sole trader.
type Party struct {
	ID          string              `json:"id"`
	Name        string              `json:"name,omitempty"`
	State       string              `json:"state" enum:"provisional,onboarded,suspended"`
	Roles       []string            `json:"roles"`
	Country     string              `json:"country,omitempty"`
	Group       *Ref                `json:"group,omitempty"`
	Identifiers []intake.Identifier `json:"identifiers,omitempty"`
	Street      string              `json:"street,omitempty"`
	City        string              `json:"city,omitempty"`
	PostalCode  string              `json:"postal_code,omitempty"`
	Entry       uint64              `json:"entry"`

	Contacts []Contact `json:"contacts,omitempty" doc:"at which it is asked when its bank details are to change; to those who see all"`
}

// BankAccount is a party's own account at a bank.
type BankAccount struct {
	ID       string `json:"id"`
	Party    *Ref   `json:"party"`
	Currency string `json:"currency"`
	State    string `json:"state" enum:"proposed,verified,revoked"`
	IBAN     string `json:"iban,omitempty"`
	Number   string `json:"number,omitempty"`
	BIC      string `json:"bic,omitempty"`
	Holder   string `json:"holder,omitempty"`
	Maker    *Ref   `json:"maker,omitempty"`
	Checker  *Ref   `json:"checker,omitempty"`
	Entry    uint64 `json:"entry"`

	AccountChecks
}

// Product is one version of the terms of a financing.
type Product struct {
	ID      string `json:"id"`
	State   string `json:"state" enum:"proposed,live,retired"`
	Terms   Terms  `json:"terms"`
	Maker   *Ref   `json:"maker,omitempty"`
	Checker *Ref   `json:"checker,omitempty"`
	Retirer *Ref   `json:"retirer,omitempty"`
	Entry   uint64 `json:"entry"`
}

// Funder is a funder's part in a programme. A funder sees its own only.
type Funder struct {
	Party    *Ref   `json:"party"`
	Priority int    `json:"priority"`
	Rate     string `json:"rate,omitempty" doc:"a year, in per cent"`

	Commitment *Amount `json:"commitment,omitempty" doc:"its weight where funders share pro rata"`
}

// Programme is a product round an anchor.
type Programme struct {
	ID           string   `json:"id"`
	Product      *Ref     `json:"product"`
	Anchor       *Ref     `json:"anchor"`
	Custodian    *Ref     `json:"custodian"`
	Currency     string   `json:"currency"`
	Calendar     string   `json:"calendar"`
	Funders      []Funder `json:"funders,omitempty"`
	ReferAbove   *Amount  `json:"refer_above,omitempty"`
	ApproveAbove *Amount  `json:"approve_above,omitempty"`
	SellerShare  string   `json:"seller_share,omitempty" doc:"per cent of the programme's use"`
	State        string   `json:"state" enum:"proposed,live"`
	Stopped      bool     `json:"stopped" doc:"no payment leaves: a shortfall is open"`
	Verified     bool     `json:"verified_invoices,omitempty" doc:"only invoices that a tax bureau has called valid are financed"`
	Accounts     bool     `json:"accounts_required,omitempty" doc:"nothing is accepted or instructed before all supervised accounts are on record"`
	Maker        *Ref     `json:"maker,omitempty"`
	Checker      *Ref     `json:"checker,omitempty"`
	Entry        uint64   `json:"entry"`

	TiersMax   int         `json:"tiers_max,omitempty" doc:"through how many hands its certificates may go; missing: it issues none"`
	Law        string      `json:"certificate_law,omitempty" doc:"under which they are issued: CN, EU; missing: the house's rules only"`
	Tolerances *Tolerances `json:"tolerances,omitempty" doc:"discrepancies that it lets pass"`
	Duplicates *Duplicates `json:"duplicates,omitempty" doc:"what is done with what may have been seen before"`
	Severities []Setting   `json:"severities,omitempty" doc:"of rules of EN 16931, other than their own"`

	Sharing string `json:"sharing" enum:"priority,pro_rata" doc:"how its funders share a receivable"`
	Dropped string `json:"dropped,omitempty" enum:"reshared,left_unplaced" doc:"pro rata: what becomes of the share of a funder that takes no part"`

	SupplierPaid    bool    `json:"supplier_paid,omitempty" doc:"what it lends goes to the borrower's own suppliers and never to the borrower"`
	TenorGapDaysMax int     `json:"tenor_gap_days_max,omitempty" doc:"by which assets may be due after their funding ends"`
	Files           string  `json:"files,omitempty" enum:"refer,stop" doc:"what is done with a use while the onboarding file of seller or buyer is not whole"`
	PayeeChecked    bool    `json:"payee_checked,omitempty" doc:"only accounts that stand on a check are paid to"`
	PayeeNewDays    int     `json:"payee_new_days,omitempty" doc:"two persons approve a payment to an account verified less than so many days ago, or never paid to"`
	ChangeDays      int     `json:"change_days,omitempty" doc:"business days that a change of bank details waits"`
	LenderInstructs bool    `json:"lender_instructs,omitempty" doc:"a disbursement leaves only on the word of the funder's own person"`
	AutoMatch       bool    `json:"auto_match,omitempty" doc:"the node allocates what comes in where the evidence stands by itself"`
	ConfirmAbove    *Amount `json:"confirm_above,omitempty" doc:"a larger receipt is confirmed by a person"`

	MisdirectedStops  bool `json:"misdirected_stops,omitempty" doc:"nothing new is financed for a seller that is late with what it was paid by mistake"`
	AuthorityRequired bool `json:"authority_required,omitempty" doc:"without a funder's standing authority its people decide on each use of its money, and it does not bid"`
}

// Review is a credit review of a party.
type Review struct {
	ID      string `json:"id"`
	Party   *Ref   `json:"party"`
	State   string `json:"state" enum:"proposed,live,replaced"`
	Grade   int    `json:"grade" doc:"1 (best) to 10"`
	Until   string `json:"until" doc:"last day on which it may be relied on"`
	Reasons string `json:"reasons,omitempty"`
	Maker   *Ref   `json:"maker,omitempty"`
	Checker *Ref   `json:"checker,omitempty"`
	Entry   uint64 `json:"entry"`

	Funder      *Ref             `json:"funder,omitempty" doc:"whose review it is; missing: the operator's recommendation"`
	Application string           `json:"application,omitempty" doc:"that led to it"`
	Next        string           `json:"next,omitempty" doc:"when it is due again"`
	Granted     *Amount          `json:"granted,omitempty" doc:"what the reviewer would lend at most"`
	Conditions  []ConditionShown `json:"conditions,omitempty"`
}

// Document is a document that was kept.
type Document struct {
	ID       string          `json:"id"`
	Type     string          `json:"type"`
	TypeCode string          `json:"type_code,omitempty" doc:"UNTDID 1001"`
	Number   string          `json:"number" doc:"as its issuer numbered it"`
	Trade    string          `json:"trade,omitempty"`
	Seller   *Ref            `json:"seller"`
	Buyer    *Ref            `json:"buyer"`
	Issued   string          `json:"issued,omitempty"`
	Due      string          `json:"due,omitempty"`
	Payable  *Amount         `json:"payable,omitempty"`
	Findings []trade.Finding `json:"findings,omitempty"`
	Repeats  bool            `json:"repeats" doc:"it repeats an earlier document: it changes no trade and opens no receivable"`
	Channel  string          `json:"channel"`
	Sender   *Ref            `json:"sender,omitempty"`
	At       string          `json:"at"`

	Rules []RuleBreach `json:"rules,omitempty" doc:"of EN 16931 that it breaks"`

	stored party.Reference

	Companions    []Companion    `json:"companions,omitempty" doc:"files that came beside it in one bundle; shown with the single document"`
	Verifications []Verification `json:"verifications,omitempty" doc:"what a tax bureau has said of it, oldest first; shown with the single document"`

	companions []book.Companion
	identity   [16]byte
}

// TradeLine is what the documents of a trade say of one line of the order, summed.
type TradeLine struct {
	Unit      string `json:"unit,omitempty" doc:"UN/ECE Recommendation 20; a quantity that doesn't convert into it names its own"`
	Ordered   string `json:"ordered"`
	Agreed    string `json:"agreed" doc:"promised by the seller's answers"`
	Shipped   string `json:"shipped"`
	Received  string `json:"received"`
	Rejected  string `json:"rejected"`
	Invoiced  string `json:"invoiced"`
	Credited  string `json:"credited"`
	Open      string `json:"open" doc:"ordered and still to come"`
	AtOrder   string `json:"price_ordered,omitempty"`
	AtInvoice string `json:"price_invoiced,omitempty"`
}

// Trade is the documents of one deal, matched.
type Trade struct {
	ID          string      `json:"id"`
	Seller      *Ref        `json:"seller"`
	Buyer       *Ref        `json:"buyer"`
	Facts       []string    `json:"facts"`
	Differences []string    `json:"differences"`
	Grade       int         `json:"grade" doc:"strength of the evidence, 0 to 5, by the table of its kind"`
	Kind        string      `json:"kind" enum:"goods,services,evaluated_receipt,prepaid"`
	Documents   int         `json:"documents"`
	Prospects   int         `json:"prospects" doc:"invoices that wait for the proof of a delivery"`
	Currency    string      `json:"currency,omitempty"`
	Lines       []TradeLine `json:"lines,omitempty"`
	Entry       uint64      `json:"entry"`
	Moved       []string    `json:"facts_by_movement,omitempty" doc:"of the facts, those that no document proves but movements of the goods"`

	Discrepancies []Discrepancy `json:"discrepancies"`
	LeftOut       int           `json:"discrepancies_left_out,omitempty" doc:"beyond those that a trade keeps"`
	Evaluated     *Amount       `json:"evaluated,omitempty" doc:"by evaluated receipt: received at the price of the order"`
	Promised      string        `json:"promised,omitempty" doc:"last day on which delivery is promised, else asked for"`
	Delivered     string        `json:"delivered,omitempty" doc:"day of the last receipt"`
	MergedInto    string        `json:"merged_into,omitempty" doc:"the trade that holds its documents now"`
	Merged        []string      `json:"merged,omitempty" doc:"trades that went into this one"`
}

// Receivable is a debt of a buyer to a seller.
type Receivable struct {
	ID          string   `json:"id"`
	Trade       string   `json:"trade,omitempty"`
	Document    string   `json:"document,omitempty"`
	Seller      *Ref     `json:"seller"`
	Buyer       *Ref     `json:"buyer"`
	State       string   `json:"state" enum:"open,closed"`
	Face        Amount   `json:"face"`
	Credited    Amount   `json:"credited"`
	Paid        Amount   `json:"paid"`
	Outstanding Amount   `json:"outstanding"`
	Undertaking string   `json:"undertaking" enum:"none,soft,irrevocable,bank"`
	Confirmed   Amount   `json:"confirmed"`
	Issued      string   `json:"issued"`
	Due         string   `json:"due,omitempty"`
	Certificate string   `json:"certificate,omitempty" doc:"in which it travels"`
	Claimed     *Amount  `json:"claimed,omitempty" doc:"what certificates were offered or given for it, and have not discharged yet"`
	Findings    []string `json:"findings" doc:"codes that are not cleared"`
	Financing   string   `json:"financing,omitempty" doc:"the one that claims it, to those who see it"`
	Entry       uint64   `json:"entry"`

	Disputed    Amount       `json:"disputed" doc:"by the buyer, and not settled"`
	Financeable Amount       `json:"financeable" doc:"the most that can be financed: less what is disputed, unless that is irrevocably confirmed"`
	Signatures  int          `json:"signatures" doc:"under the undertaking"`
	Hash        string       `json:"document_sha256,omitempty" doc:"of the invoice's exact bytes"`
	Rules       []BrokenRule `json:"rules,omitempty" doc:"of EN 16931 that its invoice breaks"`
	SetOff      string       `json:"set_off,omitempty" doc:"line by which a run of multilateral set-off holds it"`
}

// Outcome is what a rule of risk control has said. Measures and bounds are shown to those who decide.
type Outcome struct {
	Rule    string `json:"rule"`
	Verdict string `json:"verdict" enum:"pass,refer,refuse"`
	Measure *int64 `json:"measure,omitempty" doc:"in the rule's unit"`
	Bound   *int64 `json:"bound,omitempty"`
	Version int    `json:"version,omitempty"`

	Reason   string `json:"reason,omitempty" doc:"of a clause of the product, as it was approved"`
	Citation string `json:"citation,omitempty" doc:"of the law or policy behind that clause"`
}

// Price is the price of a financing.
type Price struct {
	Principal Amount `json:"principal"`
	Discount  Amount `json:"discount"`
	Fee       Amount `json:"fee"`
	Net       Amount `json:"net" doc:"what the seller receives"`
	Rate      string `json:"rate" doc:"a year, in per cent"`

	From       string      `json:"from,omitempty" doc:"day of the payment on which it is reckoned"`
	Interest   *Amount     `json:"interest,omitempty" doc:"in arrears, to be expected if the debtor pays on the due date"`
	Fees       []PriceFee  `json:"fees,omitempty" doc:"every fee, whoever bears it"`
	AnnualCost *AnnualCost `json:"annual_cost,omitempty"`
	CashFlow   []PriceFlow `json:"cash_flow,omitempty" doc:"who owes whom what on which day, if the debtor pays on the due date"`
	IfLate     string      `json:"if_late,omitempty" doc:"what happens if the debtor is late"`
	LeftOut    string      `json:"left_out,omitempty" doc:"why fees, cost and flows are missing"`

	Late    *locale.Text `json:"-"` // what happens if the debtor is late, and why something is missing, in no language yet
	Missing *locale.Text `json:"-"`
}

// Financing is one financing of one receivable by one funder.
type Financing struct {
	ID           string    `json:"id"`
	Receivable   string    `json:"receivable,omitempty" doc:"missing where a trade secures it"`
	Trade        string    `json:"trade,omitempty" doc:"that secures it before there is a receivable"`
	Stage        string    `json:"stage,omitempty" enum:"on_order,in_transit,delivered,billed" doc:"how far the goods had come that are financed"`
	Holding      string    `json:"holding,omitempty" doc:"of a certificate, that is financed in place of the receivable"`
	Programme    string    `json:"programme"`
	Product      *Ref      `json:"product"`
	Funder       *Ref      `json:"funder,omitempty"`
	Seller       *Ref      `json:"seller"`
	Buyer        *Ref      `json:"buyer"`
	Payee        string    `json:"payee" doc:"the seller's bank account, or its supplier's"`
	Supply       *Supply   `json:"supply,omitempty" doc:"of the seller, which the proceeds pay for; missing where they go to the seller"`
	State        string    `json:"state"`
	Amount       Amount    `json:"amount" doc:"of the receivable that is financed"`
	Price        *Price    `json:"price,omitempty" doc:"missing where none was made"`
	Repaid       Amount    `json:"repaid"`
	Outstanding  Amount    `json:"outstanding" doc:"principal that is out or set aside"`
	InterestDue  Amount    `json:"interest_due"`
	LateDue      Amount    `json:"late_interest_due"`
	InterestPaid Amount    `json:"interest_paid"`
	LatePaid     Amount    `json:"late_interest_paid"`
	ValidUntil   string    `json:"valid_until,omitempty"`
	Due          string    `json:"due,omitempty"`
	Value        string    `json:"value,omitempty" doc:"of the disbursement"`
	Payment      string    `json:"payment,omitempty"`
	Outcomes     []Outcome `json:"outcomes" doc:"what the rules said, those that did not pass"`
	Maker        *Ref      `json:"maker,omitempty"`
	Checker      *Ref      `json:"checker,omitempty"`
	Entry        uint64    `json:"entry"`

	Own *OwnWord `json:"own,omitempty" doc:"what the funder itself has said in advance; shown to it and to auditors"`

	ToSeller    *Amount      `json:"to_seller,omitempty" doc:"of the net proceeds, where a part repays what the financing replaces"`
	Line        string       `json:"line,omitempty" doc:"of credit, on which it draws"`
	Conversions []Conversion `json:"conversions,omitempty" doc:"what its proceeds repay, or are to repay, of those that it replaces; the rest is paid to the seller"`

	Uncovered   Amount `json:"uncovered" doc:"of the principal: what disputes and credit notes have taken from what covers it"`
	UncoveredBy string `json:"uncovered_by,omitempty" enum:"seller,funder" doc:"who bears it: the seller, where the product gives recourse for disputes and dilution"`

	FirstDue    string     `json:"first_due,omitempty" doc:"as agreed at first, where it was extended"`
	Written     *Amount    `json:"written_off,omitempty" doc:"of the principal"`
	Recovered   *Amount    `json:"recovered,omitempty" doc:"of what was written off, interest included"`
	Allowance   *Amount    `json:"allowance,omitempty" doc:"for losses; not shown to the seller"`
	SellerOwes  *Owing     `json:"seller_owes,omitempty" doc:"missing where it owes nothing, and in lists"`
	Life        []LifeLine `json:"life,omitempty" doc:"its dated facts after the disbursement; missing in lists"`
	FeesDue     *Amount    `json:"fees_due,omitempty" doc:"of fees that were not kept from the proceeds"`
	FeesPaid    *Amount    `json:"fees_paid,omitempty"`
	Held        *Amount    `json:"reserve_held,omitempty" doc:"against dilution"`
	GivenBack   *Amount    `json:"discount_given_back,omitempty"`
	LateRate    string     `json:"late_rate,omitempty" doc:"a year, in per cent, where it was fixed at the quote over a base rate"`
	Stock       []string   `json:"stock,omitempty" doc:"warehouse receipts that its acceptance has pledged, or will"`
	StockValue  *Amount    `json:"stock_value,omitempty" doc:"of what is pledged, after haircuts, when it was last valued"`
	Pool        string     `json:"pool,omitempty" doc:"of receivables, on which it was drawn"`
	Collateral  string     `json:"collateral,omitempty" doc:"terms of that security"`
	Placement   string     `json:"placement,omitempty" doc:"of which it is one funder's part, to the seller"`
	Instruction string     `json:"instruction,omitempty" doc:"of the seller, under which it was quoted and accepted, to the seller"`
	SetOffRun   string     `json:"set_off_run,omitempty" doc:"for which it is cash: the run draws as much of it as it needs"`
}

// Payment is money that is to leave a supervised account.
type Payment struct {
	ID        string       `json:"id" doc:"the key under which the bank sees it, in every attempt"`
	Programme string       `json:"programme"`
	Financing string       `json:"financing,omitempty"`
	Purpose   string       `json:"purpose" enum:"disbursement,sweep,pay_out,early_payment,operators_fees,fees_of_others,insurers_share,withdrawal,return,internal_transfer"`
	Payee     *Ref         `json:"payee"`
	Account   *BankAccount `json:"account,omitempty"`
	Amount    Amount       `json:"amount"`
	State     string       `json:"state" enum:"awaiting_approval,instructed,in_doubt,executed,refused,returned"`
	Attempts  int          `json:"attempts"`
	Value     string       `json:"value,omitempty"`
	Maker     *Ref         `json:"maker,omitempty"`
	Checker   *Ref         `json:"checker,omitempty"`
	Entry     uint64       `json:"entry"`

	Opened  string `json:"opened,omitempty" doc:"business date on which it was asked for"`
	Decider *Ref   `json:"decided_by,omitempty" doc:"of the custodian's people, who released or refused it; to that and to those who see all"`
	Refusal string `json:"refusal_reason,omitempty" doc:"why that person refused it; likewise"`

	Approvals
}

// Receipt is money that came into a supervised account.
type Receipt struct {
	ID        string `json:"id"`
	Programme string `json:"programme"`
	Funder    *Ref   `json:"funder,omitempty" doc:"of a deposit"`
	Amount    Amount `json:"amount"`
	Used      Amount `json:"used"`
	Left      Amount `json:"left" doc:"not allocated: owed to its sender"`
	Value     string `json:"value"`
	Booking   string `json:"booking"`
	State     string `json:"state" enum:"unallocated,allocated,reversed"`
	Text      string `json:"text,omitempty"`
	Returning Amount `json:"returning" doc:"on its way out by a return"`
	Returned  Amount `json:"returned" doc:"of what is used: has left by a return"`
	Recall    string `json:"recall,omitempty" enum:"open,granted,refused" doc:"of the sender's bank"`
	Entry     uint64 `json:"entry"`

	Match     *Match `json:"match,omitempty" doc:"why it was allocated to what"`
	Statement string `json:"statement,omitempty" doc:"of the bank, that shows it"`
	PaidFrom  *Ref   `json:"paid_from,omitempty" doc:"whose verified account it came from, where that is known here"`
}

// Account is one account in one entity's books.
type Account struct {
	ID           string `json:"id"`
	Entity       *Ref   `json:"entity" doc:"whose books"`
	Programme    string `json:"programme,omitempty"`
	Counterparty *Ref   `json:"counterparty,omitempty" doc:"to whom it is owed, or who owes"`
	Code         string `json:"code"`
	Number       int    `json:"number" doc:"in the chart of accounts"`
	Side         string `json:"side" enum:"debit,credit" doc:"on which it grows"`
	Supervised   bool   `json:"supervised"`
	Balance      Amount `json:"balance"`
	Available    Amount `json:"available" doc:"balance less what holds have set aside"`
	Asset        string `json:"asset,omitempty" doc:"of digital money"`
	Entry        uint64 `json:"entry"`
}

// Hold is money set aside in an account of an own chart.
type Hold struct {
	ID      string `json:"id"`
	Debit   string `json:"debit"`
	Credit  string `json:"credit"`
	Amount  Amount `json:"amount"`
	Expires string `json:"expires,omitempty"`
	State   string `json:"state" enum:"pending,posted,voided,expired"`
	Entry   uint64 `json:"entry"`
}

// people names maker and checker to those who see all.
func (s *showing) people(maker, checker id.Actor) (*Ref, *Ref) {
	if !s.caller.SeesAll() {
		return nil, nil
	}
	return s.actor(maker), s.actor(checker)
}

// showing turns records into views; the first error sticks.
type showing struct {
	*View
	caller access.Caller
	err    error
}

func (s *showing) party(p id.Party) *Ref {
	ref, err := s.View.party(p)
	s.note(err)
	return ref
}

func (s *showing) actor(a id.Actor) *Ref {
	ref, err := s.View.actor(a)
	s.note(err)
	return ref
}

func (s *showing) note(err error) {
	if s.err == nil {
		s.err = err
	}
}

func (s *showing) showActor(r *party.Actor) Actor {
	name, err := s.text(r.Profile)
	s.note(err)
	return Actor{ID: r.ID.String(), Name: name, Party: s.party(r.Party), Role: r.Role.Names()[0], Active: r.Active, Entry: r.Entry, Administrator: r.Administrator}
}

func (s *showing) showKey(r *party.Key) Key {
	return Key{ID: r.ID.String(), Actor: s.actor(r.Actor), Name: r.Name, Active: r.Active, Entry: r.Entry, Scopes: r.Scopes.Names()}
}

func (s *showing) showParty(r *party.Party) Party {
	profile, err := s.profile(r.Profile)
	s.note(err)
	shown := Party{
		ID: r.ID.String(), Name: profile.Name, State: r.State.String(), Roles: texts(r.Roles.Names()), Country: r.Country,
		Group: s.party(r.Group), Identifiers: profile.Identifiers, Street: profile.Street, City: profile.City,
		PostalCode: profile.PostalCode, Entry: r.Entry,
	}
	if shown.Country == "" {
		shown.Country = profile.Country
	}
	shown.Contacts = s.contacts(r)
	return shown
}

// texts is never null in JSON.
func texts(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

func (s *showing) showBankAccount(r *party.BankAccount) BankAccount {
	details, err := s.bankDetails(r.Details)
	s.note(err)
	shown := BankAccount{
		ID: r.ID.String(), Party: s.party(r.Party), Currency: r.Currency.String(), State: r.State.String(), IBAN: details.IBAN,
		Number: details.Number, BIC: details.BIC, Holder: details.Holder, Entry: r.Entry,
		AccountChecks: s.accountChecks(r),
	}
	shown.Maker, shown.Checker = s.people(r.Maker, r.Checker)
	return shown
}

func (s *showing) showProduct(r *product.Product) Product {
	shown := Product{
		ID: r.ID.String(), State: r.State.String(), Terms: TermsOf(&r.Terms), Entry: r.Entry,
	}
	shown.Maker, shown.Checker = s.people(r.Maker, r.Checker)
	shown.Retirer, _ = s.people(r.Retirer, 0)
	return shown
}

func (s *showing) productRef(p id.Product) *Ref {
	ref := &Ref{ID: p.String()}
	if terms := s.terms(p); terms != nil {
		ref.Name = terms.Name
	}
	return ref
}

func (s *showing) showProgramme(r *funding.Programme) Programme {
	shown := Programme{
		ID: r.ID.String(), Product: s.productRef(r.Product), Anchor: s.party(r.Anchor), Custodian: s.party(r.Custodian),
		Currency: r.Currency.String(), Calendar: r.Calendar.String(), State: r.State.String(), Stopped: r.Stopped, Entry: r.Entry,
		TiersMax: int(r.TiersMax), Law: certificate.Law(r.Law).String(),
		Verified:     r.VerifiedInvoices,
		SupplierPaid: r.SupplierPaid, TenorGapDaysMax: int(r.TenorGapDaysMax),
		Files:        r.Files.String(),
		PayeeChecked: r.PayeeChecked, PayeeNewDays: int(r.PayeeNewDays), ChangeDays: r.ChangeWait(), LenderInstructs: r.LenderInstructs,
		Accounts: r.AccountsRequired,
	}
	all := s.caller.SeesAll()
	for _, f := range r.Funders {
		if all || f.Party == s.caller.Party && s.caller.Views()&party.Funder != 0 {
			one := Funder{Party: s.party(f.Party), Priority: int(f.Priority), Rate: Percent(f.Rate)}
			if f.Commitment != 0 {
				commitment := AmountOf(f.Commitment, r.Currency)
				one.Commitment = &commitment
			}
			shown.Funders = append(shown.Funders, one)
		}
	}
	if all {
		refer, approve := AmountOf(r.ReferAbove, r.Currency), AmountOf(r.ApproveAbove, r.Currency)
		shown.ReferAbove, shown.ApproveAbove, shown.SellerShare = &refer, &approve, Percent(r.Share)
		shown.Tolerances = showTolerances(&r.Tolerances, r.Currency)
		shown.Duplicates = duplicatesOf(r.Duplicates)
		shown.MisdirectedStops = r.MisdirectedStops
		shown.AuthorityRequired = r.AuthorityRequired
		if shown.AutoMatch = r.AutoMatch; r.ConfirmAbove > 0 {
			above := AmountOf(r.ConfirmAbove, r.Currency)
			shown.ConfirmAbove = &above
		}
	}
	shown.Severities = settings(r.Severities)
	if shown.Sharing = r.Sharing.String(); r.Sharing == funding.ProRata {
		shown.Dropped = r.Dropped.String()
	}
	shown.Maker, shown.Checker = s.people(r.Maker, r.Checker)
	return shown
}

func (s *showing) showReview(r *credit.Review) Review {
	shown := Review{ID: r.ID.String(), Party: s.party(r.Party), State: r.State.String(), Grade: int(r.Grade), Until: day(r.Until), Entry: r.Entry}
	shown.Funder, shown.Application, shown.Next, shown.Conditions = s.whose(r.Funder), printed(r.Application), day(r.Next), s.conditions(r.Funder, r.Conditions)
	if r.Granted != 0 {
		granted := AmountOf(r.Granted, r.Currency)
		shown.Granted = &granted
	}
	if s.caller.SeesAll() || r.Funder == s.caller.Party {
		reasons, err := s.text(r.File)
		s.note(err)
		shown.Reasons = reasons
	}
	shown.Maker, shown.Checker = s.reviewerOf(r.Funder, r.Maker), s.reviewerOf(r.Funder, r.Checker)
	return shown
}

func (s *showing) showDocument(r *book.Document) Document {
	shown := Document{
		ID: r.ID.String(), Type: r.Type.String(), TypeCode: r.TypeCode, Number: r.Number, Trade: r.Trade.String(), Seller: s.party(r.Seller),
		Buyer: s.party(r.Buyer), Issued: day(r.Issued), Due: day(r.Due), Findings: r.Findings, Repeats: r.Repeats, Channel: r.Channel,
		At: Time(r.At), stored: r.Stored, companions: r.Companions, identity: r.Identity, Rules: RuleBreaches(r.Rules),
	}
	if r.Type == trade.Invoice || r.Type == trade.CreditNote {
		payable := AmountOf(r.Payable, r.Currency)
		shown.Payable = &payable
	}
	shown.Sender, _ = s.people(r.Sender, 0)
	return shown
}

func (s *showing) showTrade(r *trade.Trade) Trade {
	shown := Trade{
		ID: r.ID.String(), Seller: s.party(r.Seller), Buyer: s.party(r.Buyer), Facts: texts(r.Facts.Names()),
		Differences: texts(r.Differences.Names()), Grade: r.Grade(), Kind: r.Kind.String(), Documents: int(r.Documents), Entry: r.Entry,
		Discrepancies: discrepancies(r), LeftOut: int(r.Omitted), Promised: day(cmp.Or(r.Promised, r.Requested)), Delivered: day(r.Delivered),
	}
	for i := range r.Prospects {
		if !r.Prospects[i].Early {
			shown.Prospects++
		}
	}
	if r.MergedInto != 0 {
		shown.MergedInto = r.MergedInto.String()
	}
	if r.Kind == trade.EvaluatedReceipt {
		evaluated := AmountOf(r.Evaluated(), r.Currency)
		shown.Evaluated = &evaluated
	}
	if r.Currency != 0 {
		shown.Currency = r.Currency.String()
	}
	shown.Moved = r.Moved.Names()
	for _, line := range r.Comparisons() {
		shown.Lines = append(shown.Lines, showLine(&line))
	}
	return shown
}

func (s *showing) showReceivable(r *receivable.Receivable) Receivable {
	c := r.Currency
	shown := Receivable{
		ID: r.ID.String(), Trade: r.Trade.String(), Document: r.Document.String(), Seller: s.party(r.Seller), Buyer: s.party(r.Buyer),
		State: r.State.String(), Face: AmountOf(r.Face, c), Credited: AmountOf(r.Credited, c), Paid: AmountOf(r.Paid, c),
		Outstanding: AmountOf(r.Outstanding(), c), Undertaking: r.Undertaking.String(), Confirmed: AmountOf(r.Confirmed, c),
		Issued: day(r.Issued), Due: day(r.Due), Findings: texts(trade.FindingSet(r.Findings).Codes()), Entry: r.Entry,
		Disputed: AmountOf(r.Disputed, c), Financeable: AmountOf(r.Financeable(), c), Signatures: int(r.Signatures),
		Rules: s.brokenRules(r.Document), SetOff: r.SetOff.String(),
	}
	if r.Hash != [32]byte{} {
		shown.Hash = hex.EncodeToString(r.Hash[:])
	}
	if shown.Certificate = r.Certificate.String(); r.Claimed != 0 {
		claimed := AmountOf(r.Claimed, c)
		shown.Claimed = &claimed
	}
	if r.Financing != 0 && s.seesFinancing(r.Financing) {
		shown.Financing = r.Financing.String()
	}
	return shown
}

// seesFinancing tells whether the caller sees a financing.
func (s *showing) seesFinancing(f id.Financing) bool {
	if s.caller.SeesAll() {
		return true
	}
	_, err := get(s.View, &financings, s.caller, f.Number())
	if err == ErrNotFound {
		return false
	}
	s.note(err)
	return err == nil
}

// Supply is what the proceeds of a purpose-bound financing pay for.
type Supply struct {
	Supplier   *Ref   `json:"supplier"`
	Trade      string `json:"trade,omitempty" doc:"order of the borrower that is paid in advance"`
	Receivable string `json:"receivable,omitempty" doc:"debt of the borrower that is paid"`
	Amount     Amount `json:"amount"`
	InAdvance  Amount `json:"in_advance" doc:"of it: has paid no debt yet"`
}

func (s *showing) showFinancing(r *funding.Financing) Financing {
	c := r.Currency
	shown := Financing{
		ID: r.ID.String(), Receivable: r.Receivable.String(), Trade: r.Trade.String(), Stage: r.At().String(), Holding: r.Holding.String(), Programme: r.Programme.String(), Product: s.productRef(r.Product),
		Funder: s.party(r.Funder), Seller: s.party(r.Seller), Buyer: s.party(r.Buyer), Payee: r.Payee.String(), State: r.State.String(),
		Amount: AmountOf(r.Amount, c), Repaid: AmountOf(r.Repaid, c), Outstanding: AmountOf(0, c), InterestDue: AmountOf(r.InterestDue, c),
		LateDue: AmountOf(r.LateDue, c), InterestPaid: AmountOf(r.InterestPaid, c), LatePaid: AmountOf(r.LatePaid, c), Due: day(r.Due),
		Payment: r.Payment.String(), Outcomes: s.outcomes(r.Outcomes, s.terms(r.Product), s.caller.SeesAll() || s.caller.Party == r.Funder), Entry: r.Entry,
	}
	s.ownWord(&shown, r)
	if s.caller.SeesAll() || s.caller.Party == r.Seller {
		shown.Placement, shown.Instruction = r.Placement.String(), r.Instruction.String()
	}
	if r.Principal != 0 {
		shown.Price = &Price{
			Principal: AmountOf(r.Principal, c), Discount: AmountOf(r.Discount, c), Fee: AmountOf(r.Fee, c), Net: AmountOf(r.Net, c), Rate: Percent(r.Rate),
		}
		if pricedByRecord(r.State) {
			s.explain(shown.Price, r, r.Value)
		}
	}
	if r.Supply.Supplier != 0 {
		shown.Supply = &Supply{s.party(r.Supply.Supplier), r.Supply.Trade.String(), r.Supply.Receivable.String(), AmountOf(r.Supply.Amount, c), AmountOf(r.InAdvance(), c)}
	}
	if r.State.Claims() {
		shown.Outstanding = AmountOf(r.Exposure(), c)
	}
	if r.State.PaidOut() || r.State == funding.ClosedState || r.State == funding.BoughtBack || r.State == funding.WrittenOff {
		shown.Value = day(r.Value)
	}
	if r.ValidUntil != 0 {
		shown.ValidUntil = Time(r.ValidUntil)
	}
	shown.Line = r.Line.String()
	if converted := r.Converted(); converted > 0 {
		rest := AmountOf(r.Net-converted, c)
		shown.ToSeller = &rest
	}
	for _, one := range r.Conversions {
		shown.Conversions = append(shown.Conversions, Conversion{one.Financing.String(), AmountOf(one.Amount, c), day(one.Value)})
	}
	shown.Uncovered = AmountOf(r.Uncovered, c)
	if r.Uncovered > 0 {
		shown.UncoveredBy = s.bearer(r)
	}
	shown.besides(r)
	shown.FirstDue = day(r.FirstDue)
	optional := func(amount money.Minor) *Amount {
		if amount == 0 {
			return nil
		}
		shown := AmountOf(amount, c)
		return &shown
	}
	shown.Written, shown.Recovered = optional(r.Written), optional(r.Recovered)
	if !s.internal(r) {
		shown.Allowance = optional(r.Allowance)
	}
	shown.Maker, shown.Checker = s.people(r.Maker, r.Checker)
	shown.secure(r)
	return shown
}

// besides adds what only some products have.
func (f *Financing) besides(r *funding.Financing) {
	for _, one := range []struct {
		to     **Amount
		amount money.Minor
	}{{&f.FeesDue, r.Besides.FeesDue}, {&f.FeesPaid, r.Besides.FeesPaid}, {&f.Held, r.Besides.Held}, {&f.GivenBack, r.Besides.GivenBack}} {
		if one.amount != 0 {
			amount := AmountOf(one.amount, r.Currency)
			*one.to = &amount
		}
	}
	if r.LateFixing != 0 {
		f.LateRate = Percent(r.LateRate)
	}
}

// secure says what stock or pool secures a financing.
func (f *Financing) secure(r *funding.Financing) {
	f.Pool, f.Collateral, f.SetOffRun = r.Pool.String(), r.Collateral.String(), r.SetOffRun.String()
	for _, receipt := range r.Stock {
		f.Stock = append(f.Stock, receipt.String())
	}
	if len(r.Stock) > 0 {
		value := AmountOf(r.StockValue, r.Currency)
		f.StockValue = &value
	}
}

// bearer is who answers for what disputes and credit notes leave without cover.
func (s *showing) bearer(r *funding.Financing) string {
	bearer := "funder"
	s.note(rows(s.View, "SELECT number, record FROM product WHERE number = ?", []any{int64(r.Product.Number())}, func(_ uint64, p *product.Product) error {
		if p.Terms.Recourse.Dispute {
			bearer = "seller"
		}
		return nil
	}))
	return bearer
}

func (s *showing) outcomes(outcomes []rule.Outcome, terms *product.Terms, measured bool) []Outcome {
	shown := make([]Outcome, len(outcomes))
	for i := range outcomes {
		o := outcomes[i]
		shown[i] = Outcome{Rule: o.Rule, Verdict: o.Verdict.String(), Version: int(o.Version)}
		if c, own := clauseOf(terms, o.Rule); own {
			shown[i].Reason, shown[i].Citation = c.Reason, c.Citation
		}
		if measured {
			shown[i].Measure, shown[i].Bound = &o.Measure, &o.Bound
		}
	}
	return shown
}

func (s *showing) showPayment(r *payment.Payment) Payment {
	shown := Payment{
		ID: r.ID.String(), Programme: r.Programme.String(), Financing: r.Financing.String(), Purpose: r.Purpose.String(), Payee: s.party(r.Payee),
		Amount: AmountOf(r.Amount, r.Currency), State: r.State.String(), Attempts: int(r.Attempts), Value: day(r.Value), Entry: r.Entry,
		Approvals: s.approvals(r), Opened: day(r.Opened),
	}
	custodian := s.partIn(s.caller, r.Programme)&party.Custodian != 0
	if custodian || s.caller.SeesAll() {
		s.inCustody(r, &shown)
	}
	if r.Account != 0 && (custodian || s.caller.SeesAll() || s.caller.Party == r.Payee) {
		var record *party.BankAccount
		s.note(rows(s.View, "SELECT number, record FROM bank_account WHERE number = ?", []any{int64(r.Account.Number())}, func(_ uint64, a *party.BankAccount) error {
			record = a
			return nil
		}))
		if record != nil {
			account := s.showBankAccount(record)
			shown.Account = &account
		}
	}
	shown.Maker, shown.Checker = s.people(r.Maker, r.Checker)
	return shown
}

func (s *showing) showReceipt(r *payment.Receipt) Receipt {
	c := r.Currency
	shown := Receipt{
		ID: r.ID.String(), Programme: r.Programme.String(), Funder: s.party(r.Funder), Amount: AmountOf(r.Amount, c), Used: AmountOf(r.Used, c),
		Left: AmountOf(r.Left(), c), Value: day(r.Value), Booking: day(r.Booking), State: r.State.String(), Entry: r.Entry,
		Returning: AmountOf(r.Returning, c), Returned: AmountOf(r.Returned, c), Recall: r.Recall.String(),
	}
	if s.caller.SeesAll() || s.partIn(s.caller, r.Programme)&party.Custodian != 0 {
		text, err := s.text(r.Text)
		s.note(err)
		shown.Text = text
		s.paidFrom(&shown, r)
	}
	s.matched(&shown, r)
	return shown
}

// paidFrom names who holds the account from which money came.
func (s *showing) paidFrom(shown *Receipt, r *payment.Receipt) {
	if r.Payer == [16]byte{} {
		return
	}
	s.note(rows(s.View, "SELECT number, record FROM bank_account WHERE token = ? AND state = ? ORDER BY number", []any{r.Payer[:], party.AccountVerified.String()},
		func(_ uint64, a *party.BankAccount) error {
			shown.PaidFrom = s.party(a.Party)
			return nil
		}))
}

func (s *showing) showAccount(r *ledger.Account) Account {
	shown := Account{
		ID: r.ID.String(), Entity: s.party(r.Key.Entity), Programme: r.Key.Programme.String(), Counterparty: s.party(r.Key.Counterparty),
		Code: r.Key.Code.String(), Number: int(r.Key.Code), Side: "debit", Supervised: r.Key.Code.Supervised(),
		Balance: AmountOf(r.Balance(), r.Key.Currency), Available: AmountOf(r.Available(), r.Key.Currency), Asset: r.Key.Asset.String(), Entry: r.Entry,
	}
	if r.Key.Code.Side() == ledger.Credit {
		shown.Side = "credit"
	}
	return shown
}

func (s *showing) showHold(r *ledger.Hold) Hold {
	shown := Hold{ID: r.ID.String(), Debit: r.Transfer.Debit.String(), Credit: r.Transfer.Credit.String(), State: r.State.String(), Entry: r.Entry}
	if r.Expires != 0 {
		shown.Expires = Time(r.Expires)
	}
	s.note(rows(s.View, "SELECT number, record FROM account WHERE number = ?", []any{int64(r.Transfer.Debit.Number())}, func(_ uint64, a *ledger.Account) error {
		shown.Amount = AmountOf(r.Transfer.Amount, a.Key.Currency)
		return nil
	}))
	return shown
}

// one and many show what get and list have found.
func one[R, T any](v *View, s *source[R], c access.Caller, number uint64, show func(*showing, *R) T) (T, error) {
	var none T
	record, err := get(v, s, c, number)
	if err != nil {
		return none, err
	}
	shower := &showing{View: v, caller: c}
	shown := show(shower, record)
	return shown, shower.err
}

func many[R, T any](v *View, s *source[R], c access.Caller, q Query, show func(*showing, *R) T) (Page[T], error) {
	shower := &showing{View: v, caller: c}
	return list(v, s, c, q, func(record *R) (T, error) {
		shown := show(shower, record)
		return shown, shower.err
	})
}

// Original gives a document's bytes as they were received; vault.ErrNotFound when they were erased.
func (v *View) Original(c access.Caller, d id.Document) ([]byte, error) {
	record, err := get(v, &documents, c, d.Number())
	if err != nil {
		return nil, err
	}
	if record.Stored == (party.Reference{}) {
		return nil, ErrNotFound
	}
	_, bytes, err := v.vault.Get(v.ctx, vault.Ref(record.Stored))
	return bytes, err
}

// Date is the business date; 0 before the book was founded.
func (v *View) Date() (calendar.Date, error) {
	var date calendar.Date
	err := rows(v, "SELECT number, record FROM clock", nil, func(_ uint64, clock *book.Clock) error {
		date = clock.Date
		return nil
	})
	return date, err
}
