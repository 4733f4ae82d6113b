package risk

import (
	"fmt"

	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/rule"
)

// Thresholds are the bounds of the rules that a programme may set for itself; 0: the rule does not ask. They are stored with the policy that
// sets them. Presumed are those of a programme that has none.
type Thresholds struct {
	EvidenceGradeMin int64   `cbor:"1,keyasint,omitempty" json:"evidence_grade_min,omitempty"`
	UndertakingAbove int64   `cbor:"2,keyasint,omitempty" json:"undertaking_above,omitempty"`
	DocumentAgeDays  int64   `cbor:"3,keyasint,omitempty" json:"document_age_days,omitempty"`
	OverbilledMax    int64   `cbor:"4,keyasint,omitempty" json:"overbilled_max,omitempty"`
	RenumberedWeight int64   `cbor:"5,keyasint,omitempty" json:"renumbered_weight,omitempty"`
	PayeeChangedDays int64   `cbor:"6,keyasint,omitempty" json:"payee_changed_days,omitempty"`
	PayeeNewDays     int64   `cbor:"7,keyasint,omitempty" json:"payee_new_days,omitempty"`
	LimitNear        int64   `cbor:"8,keyasint,omitempty" json:"limit_near,omitempty"`
	InsurerUseMax    int64   `cbor:"9,keyasint,omitempty" json:"insurer_use_max,omitempty"`
	ReferAbove       int64   `cbor:"10,keyasint,omitempty" json:"refer_above,omitempty"`
	SellerShareMax   int64   `cbor:"11,keyasint,omitempty" json:"seller_share_max,omitempty"`
	LargestBuyerMax  int64   `cbor:"12,keyasint,omitempty" json:"largest_buyer_max,omitempty"`
	ConcentrationMax int64   `cbor:"13,keyasint,omitempty" json:"concentration_max,omitempty"`
	InvoiceShareMax  int64   `cbor:"14,keyasint,omitempty" json:"invoice_share_max,omitempty"`
	InvoicesMin      int64   `cbor:"15,keyasint,omitempty" json:"invoices_min,omitempty"`
	LateDaysMax      int64   `cbor:"16,keyasint,omitempty" json:"late_days_max,omitempty"`
	LateRiseMax      int64   `cbor:"17,keyasint,omitempty" json:"late_rise_max,omitempty"`
	DilutionMax      int64   `cbor:"18,keyasint,omitempty" json:"dilution_max,omitempty"`
	DilutionRiseMax  int64   `cbor:"19,keyasint,omitempty" json:"dilution_rise_max,omitempty"`
	DisputedMax      int64   `cbor:"20,keyasint,omitempty" json:"disputed_max,omitempty"`
	AmountTimes      int64   `cbor:"21,keyasint,omitempty" json:"amount_times,omitempty"`
	MonthEndDays     int64   `cbor:"22,keyasint,omitempty" json:"month_end_days,omitempty"`
	BurstGrowth      int64   `cbor:"23,keyasint,omitempty" json:"burst_growth,omitempty"`
	RoundAbove       int64   `cbor:"24,keyasint,omitempty" json:"round_above,omitempty"`
	RoundTo          int64   `cbor:"25,keyasint,omitempty" json:"round_to,omitempty"`
	ReversedMax      int64   `cbor:"26,keyasint,omitempty" json:"reversed_max,omitempty"`
	DefaultsMax      int64   `cbor:"27,keyasint,omitempty" json:"defaults_max,omitempty"`
	RefusedMax       int64   `cbor:"28,keyasint,omitempty" json:"refused_max,omitempty"`
	OwnerRefer       int64   `cbor:"29,keyasint,omitempty" json:"owner_refer,omitempty"`
	OwnerRefuse      int64   `cbor:"30,keyasint,omitempty" json:"owner_refuse,omitempty"`
	CircleGapMax     int64   `cbor:"31,keyasint,omitempty" json:"circle_gap_max,omitempty"`
	TermDaysChina    int64   `cbor:"32,keyasint,omitempty" json:"term_days_china,omitempty"`
	TermDaysEurope   int64   `cbor:"33,keyasint,omitempty" json:"term_days_europe,omitempty"`
	RateMaxChina     int64   `cbor:"34,keyasint,omitempty" json:"rate_max_china,omitempty"`
	ReverseMax       int64   `cbor:"60,keyasint,omitempty" json:"reverse_max,omitempty"`
	PastDueMax       int64   `cbor:"280,keyasint,omitempty" json:"past_due_max,omitempty"`
	PastDue30Max     int64   `cbor:"281,keyasint,omitempty" json:"past_due_30_max,omitempty"`
	PastDue90Max     int64   `cbor:"282,keyasint,omitempty" json:"past_due_90_max,omitempty"`
	DefaultsShareMax int64   `cbor:"283,keyasint,omitempty" json:"defaults_share_max,omitempty"`
	Refused          []int32 `cbor:"35,keyasint,omitempty" json:"-"` // countries, rule.CountryValue, ascending
	Referred         []int32 `cbor:"36,keyasint,omitempty" json:"-"` // likewise

	// Of the desk that decides referrals.
	ReferralDays      int64 `cbor:"40,keyasint,omitempty" json:"referral_days,omitempty"`
	ReferralGraceDays int64 `cbor:"41,keyasint,omitempty" json:"referral_grace_days,omitempty"`
	SecondAbove       int64 `cbor:"42,keyasint,omitempty" json:"second_above,omitempty"`
	SecondNetwork     int64 `cbor:"43,keyasint,omitempty" json:"second_network,omitempty"`
}

// Threshold is one of the bounds, by name.
type Threshold struct {
	Name  string // as in a policy file
	Rule  string // that it bounds
	Unit  Unit
	Title string
	Of    func(t *Thresholds) *int64
}

// Unit is what a bound or a fact is counted in.
type Unit string

// The units. A share is a part of one, in millionths; a rate is one a year.
const (
	Count      Unit = "count"
	Amount     Unit = "amount"
	Days       Unit = "days"
	Hundredths Unit = "hundredths of a day"
	Share      Unit = "share"
	Rate       Unit = "rate"
	Grade      Unit = "grade"
	Bits       Unit = "hundredths of a bit"
	Times      Unit = "times"
	Flag       Unit = "yes or no"
	OnDate     Unit = "date"
	Code       Unit = "code"
)

// Named are the thresholds, in the order of their keys.
var Named = []Threshold{
	{"evidence_grade_min", "evidence_grade", Grade, "least grade of a trade's evidence", func(t *Thresholds) *int64 { return &t.EvidenceGradeMin }},
	{"undertaking_above", "undertaking_wanted", Amount, "amount above which the buyer has undertaken to pay", func(t *Thresholds) *int64 { return &t.UndertakingAbove }},
	{"document_age_days", "document_age", Days, "most days since the invoice was issued", func(t *Thresholds) *int64 { return &t.DocumentAgeDays }},
	{"overbilled_max", "overbilled", Share, "by which a line may be billed above its order, whatever was undertaken", func(t *Thresholds) *int64 { return &t.OverbilledMax }},
	{"renumbered_weight", "renumbered", Bits, "weight of the evidence for a renumbered invoice from which on it is refused", func(t *Thresholds) *int64 { return &t.RenumberedWeight }},
	{"payee_changed_days", "payee_changed", Days, "days after the verification of an account that takes the place of another", func(t *Thresholds) *int64 { return &t.PayeeChangedDays }},
	{"payee_new_days", "payee_new", Days, "days after the verification of an account that was never paid to", func(t *Thresholds) *int64 { return &t.PayeeNewDays }},
	{"limit_near", "limit_near", Share, "use of the fullest limit", func(t *Thresholds) *int64 { return &t.LimitNear }},
	{"insurer_use_max", "insurer_limit", Share, "use of what an insurer covers", func(t *Thresholds) *int64 { return &t.InsurerUseMax }},
	{"refer_above", "large_amount", Amount, "amount; 0: the programme's own", func(t *Thresholds) *int64 { return &t.ReferAbove }},
	{"seller_share_max", "seller_share", Share, "a seller's share of the programme; 0: the programme's own", func(t *Thresholds) *int64 { return &t.SellerShareMax }},
	{"largest_buyer_max", "largest_buyer", Share, "share of the largest buyer of a seller", func(t *Thresholds) *int64 { return &t.LargestBuyerMax }},
	{"concentration_max", "buyers_concentrated", Share, "sum of the squares of a seller's buyers' shares", func(t *Thresholds) *int64 { return &t.ConcentrationMax }},
	{"invoice_share_max", "invoice_share", Share, "one invoice's share of what was invoiced between the two in twelve months", func(t *Thresholds) *int64 { return &t.InvoiceShareMax }},
	{"invoices_min", "", Count, "invoices between the two in twelve months from which on their history says something", func(t *Thresholds) *int64 { return &t.InvoicesMin }},
	{"past_due_max", "buyer_overdue", Share, "of what the buyer owes in the programme: past due; 0: nothing may be", func(t *Thresholds) *int64 { return &t.PastDueMax }},
	{"past_due_30_max", "buyer_overdue", Share, "of what the buyer owes in the programme: past due for more than 30 days", func(t *Thresholds) *int64 { return &t.PastDue30Max }},
	{"past_due_90_max", "buyer_overdue", Share, "of what the buyer owes in the programme: past due for more than 90 days", func(t *Thresholds) *int64 { return &t.PastDue90Max }},
	{"late_days_max", "late_days", Hundredths, "days by which the buyer is late on the mean", func(t *Thresholds) *int64 { return &t.LateDaysMax }},
	{"late_rise_max", "late_rising", Hundredths, "rise of the days by which the buyer is late", func(t *Thresholds) *int64 { return &t.LateRiseMax }},
	{"dilution_max", "dilution", Share, "dilution between the two", func(t *Thresholds) *int64 { return &t.DilutionMax }},
	{"dilution_rise_max", "dilution_rising", Share, "rise of the dilution", func(t *Thresholds) *int64 { return &t.DilutionRiseMax }},
	{"disputed_max", "disputes", Share, "disputed of what was invoiced between the two", func(t *Thresholds) *int64 { return &t.DisputedMax }},
	{"amount_times", "amount_unusual", Times, "an invoice over the mean of the others between the two", func(t *Thresholds) *int64 { return &t.AmountTimes }},
	{"month_end_days", "month_end_burst", Days, "last days of a month", func(t *Thresholds) *int64 { return &t.MonthEndDays }},
	{"burst_growth", "month_end_burst", Share, "growth of the number of invoices between the two", func(t *Thresholds) *int64 { return &t.BurstGrowth }},
	{"round_above", "round_amount", Amount, "face from which on a round one without an undertaking is looked at", func(t *Thresholds) *int64 { return &t.RoundAbove }},
	{"round_to", "round_amount", Amount, "what a round face is a multiple of", func(t *Thresholds) *int64 { return &t.RoundTo }},
	{"reversed_max", "payments_reversed", Share, "part of the buyer's payments that was taken back", func(t *Thresholds) *int64 { return &t.ReversedMax }},
	{"defaults_max", "seller_defaults", Count, "the seller's financings that were lost", func(t *Thresholds) *int64 { return &t.DefaultsMax }},
	{"defaults_share_max", "seller_defaults", Share, "lost of the seller's financings of twelve months; 0: defaults_max alone counts, over life", func(t *Thresholds) *int64 { return &t.DefaultsShareMax }},
	{"refused_max", "refused_often", Count, "the seller's requests that were declined in twelve months", func(t *Thresholds) *int64 { return &t.RefusedMax }},
	{"owner_refer", "common_owner", Share, "share in both that makes a common owner a question", func(t *Thresholds) *int64 { return &t.OwnerRefer }},
	{"owner_refuse", "common_owner", Share, "share in both that makes seller and buyer one", func(t *Thresholds) *int64 { return &t.OwnerRefuse }},
	{"reverse_max", "circular_trade", Share, "invoiced by the buyer to the seller, of what is invoiced to it", func(t *Thresholds) *int64 { return &t.ReverseMax }},
	{"circle_gap_max", "circle", Share, "widest difference of the amounts in a circle", func(t *Thresholds) *int64 { return &t.CircleGapMax }},
	{"term_days_china", "cn_payment_term", Days, "days from delivery to the due date between Chinese parties", func(t *Thresholds) *int64 { return &t.TermDaysChina }},
	{"term_days_europe", "eu_late_payment", Days, "days from the invoice to the due date between parties in the Union", func(t *Thresholds) *int64 { return &t.TermDaysEurope }},
	{"rate_max_china", "cn_cost_of_credit", Rate, "cost of credit a year", func(t *Thresholds) *int64 { return &t.RateMaxChina }},
	{"referral_days", "", Days, "business days in which a referral is decided", func(t *Thresholds) *int64 { return &t.ReferralDays }},
	{"referral_grace_days", "", Days, "business days more after which one that nobody decided counts as declined", func(t *Thresholds) *int64 { return &t.ReferralGraceDays }},
	{"second_above", "", Amount, "amount above which approving a referral takes two", func(t *Thresholds) *int64 { return &t.SecondAbove }},
	{"second_network", "", Flag, "1: approving takes two where a rule about relations, the network or regulation referred", func(t *Thresholds) *int64 { return &t.SecondNetwork }},
}

// countries are values of ISO 3166-1 codes, ascending.
func countries(codes ...string) []int32 {
	values := make([]int32, len(codes))
	for i, code := range codes {
		values[i] = int32(rule.CountryValue(code))
		if i > 0 && values[i] <= values[i-1] {
			panic("risk: countries are listed in order: " + code)
		}
	}
	return values
}

// presumed are the thresholds of each edition, by its number. The terms of payment that laws presume, 60 days, are not asked for: whether seller and
// buyer have agreed on more, as both laws allow, stands in contracts that the book does not see. A programme of small suppliers sets them.
var presumed = [...]Thresholds{{}, ofSecond, ofSecond, ofFourth()}

var ofSecond = Thresholds{
	DocumentAgeDays: 180, OverbilledMax: 200_000, RenumberedWeight: 2_000, PayeeChangedDays: 30, InsurerUseMax: 1_000_000, InvoiceShareMax: 500_000, InvoicesMin: 10,
	ReverseMax: 100_000, LateDaysMax: 30_00, LateRiseMax: 10_00, DilutionMax: 100_000, DilutionRiseMax: 50_000, DisputedMax: 100_000, AmountTimes: 5, MonthEndDays: 3, BurstGrowth: 1_000_000,
	ReversedMax: 50_000, DefaultsMax: 3, OwnerRefer: 250_000, OwnerRefuse: 500_000, CircleGapMax: 100_000, RateMaxChina: 240_000,
	ReferralDays: 2, ReferralGraceDays: 3,
	Refused: countries("IR", "KP"), Referred: countries("AF", "BY", "CU", "MM", "RU", "SY", "VE"),
}

// ofFourth bounds what is past due by its age: half of all, a tenth for more than 30 days, a hundredth for more than 90; and what sellers have lost, a twentieth.
func ofFourth() Thresholds {
	t := ofSecond
	t.PastDueMax, t.PastDue30Max, t.PastDue90Max, t.DefaultsShareMax = 500_000, 100_000, 10_000, 50_000
	return t
}

// Presumed are the thresholds of an edition where a programme has no policy of its own.
func Presumed(e Edition) *Thresholds {
	if e == 0 || int(e) > len(presumed) {
		return &Thresholds{}
	}
	return &presumed[e-1]
}

// countriesMax bounds a list of countries.
const countriesMax = 64

// Valid tells what is wrong with thresholds; nil where nothing is.
func (t *Thresholds) Valid() error {
	for _, n := range Named {
		value := *n.Of(t)
		most := int64(1_000_000_000)
		if n.Unit == Amount {
			most = int64(money.MinorMax)
		}
		if value < 0 || value > most {
			return fmt.Errorf("%s is %d: it lies between 0 and %d", n.Name, value, most)
		}
	}
	for _, list := range [...][]int32{t.Refused, t.Referred} {
		if len(list) > countriesMax {
			return fmt.Errorf("a list of countries has %d at most", countriesMax)
		}
		for i, c := range list {
			if rule.CountryCode(int64(c)) == "" || i > 0 && c <= list[i-1] {
				return fmt.Errorf("countries are codes of ISO 3166-1, each once, in order")
			}
		}
	}
	if t.OwnerRefuse != 0 && t.OwnerRefuse < t.OwnerRefer {
		return fmt.Errorf("owner_refuse is below owner_refer")
	}
	return nil
}

// PolicyState is where a policy stands.
type PolicyState uint8

// The states of a policy.
const (
	PolicyProposed PolicyState = 1 + iota
	PolicyLive
	PolicyReplaced
	PolicyDeclined
)

var policyStates = [...]string{"", "proposed", "live", "replaced", "declined"}

// String is the name used in API and console.
func (s PolicyState) String() string { return policyStates[s] }

// MarshalText gives the name.
func (s PolicyState) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Policy is what a programme asks of each use besides its product: thresholds and clauses, one version. One person proposes it and a second
// one puts it in force; a decision names the one under which it was taken, so it is never changed.
type Policy struct {
	ID         id.RiskPolicy `cbor:"1,keyasint"`
	Programme  id.Programme  `cbor:"2,keyasint"`
	State      PolicyState   `cbor:"3,keyasint"`
	Thresholds Thresholds    `cbor:"4,keyasint"`
	Clauses    []rule.Clause `cbor:"5,keyasint,omitempty"`
	Reason     [32]byte      `cbor:"6,keyasint,omitzero"` // for the proposal, in the vault
	Maker      id.Actor      `cbor:"7,keyasint"`
	Checker    id.Actor      `cbor:"8,keyasint,omitempty"`
	Entry      uint64        `cbor:"9,keyasint"`
}

// ClauseMark stands before the name of a programme's own clause in an outcome, and ProductMark before that of a product's.
const (
	ClauseMark  = "programme."
	ProductMark = "product."
)

// Own are the clauses of a policy; none of no policy.
func (p *Policy) Own() []rule.Clause {
	if p == nil {
		return nil
	}
	return p.Clauses
}
