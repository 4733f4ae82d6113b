package credit

import (
	"slices"

	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/money"
)

// Side is as what a party is reviewed.
type Side uint8

// The sides.
const (
	AsBuyer Side = 1 + iota
	AsSeller
)

// Sides are the names used in API and console.
var Sides = [...]string{"", "buyer", "seller"}

// String is the name used in API and console.
func (s Side) String() string { return Sides[s] }

// Form is the legal form of who is reviewed, as far as the law of automated decisions asks.
type Form uint8

// The forms. A natural person who trades has a right to a person's look (GDPR Article 22, Chinese Personal Information
// Protection Law Article 24).
const (
	Company Form = 1 + iota
	SoleTrader
)

// Forms are the names used in API and console.
var Forms = [...]string{"", "company", "sole_trader"}

// String is the name used in API and console.
func (f Form) String() string { return Forms[f] }

// ApplicationState is where a review of credit stands.
type ApplicationState uint8

// The states. Approved, refused and withdrawn are final.
const (
	Due        ApplicationState = 1 + iota // opened by a warning or a date: accounts and figures are still to come
	Assessed                               // reckoned: an analyst's view is awaited
	HumanAwait                             // the reckoning refuses a sole trader: a person has to look before this is an outcome
	Viewed                                 // the analyst has given a view: approval is awaited
	Granted
	Refused
	Withdrawn
)

// ApplicationStates are the names used in API and console.
var ApplicationStates = [...]string{"", "due", "assessed", "human_review", "viewed", "approved", "refused", "withdrawn"}

// String is the name used in API and console.
func (s ApplicationState) String() string { return ApplicationStates[s] }

// Open tells whether it is still to be decided.
func (s ApplicationState) Open() bool { return s >= Due && s <= Viewed }

// Bounds of an application.
const (
	StatementsMax = 8
	BureausMax    = 8
	ConditionsMax = 32
	CausesMax     = 32
	TenorDaysMax  = 400
)

// Application asks for a review of a party's credit, and says what has come of it.
type Application struct {
	ID         id.Application   `cbor:"1,keyasint"`
	Party      id.Party         `cbor:"2,keyasint"`
	Side       Side             `cbor:"3,keyasint"`
	Form       Form             `cbor:"4,keyasint,omitempty"`
	Funder     id.Party         `cbor:"5,keyasint,omitempty"` // whose decision it is; 0 for the operator's recommendation
	Programme  id.Programme     `cbor:"6,keyasint,omitempty"` // for which a limit is proposed; 0 for a grade alone
	Asked      money.Minor      `cbor:"7,keyasint"`
	Currency   money.Currency   `cbor:"8,keyasint"`
	TenorDays  int32            `cbor:"9,keyasint"`
	Statements []Statement      `cbor:"10,keyasint,omitempty"` // ascending by last day; never changed in place
	Bureaus    []Bureau         `cbor:"11,keyasint,omitempty"` // likewise
	Insured    money.Minor      `cbor:"12,keyasint,omitempty"` // what an insurer covers of it; 0 for none
	State      ApplicationState `cbor:"13,keyasint"`
	Causes     []Cause          `cbor:"14,keyasint,omitempty"` // what has opened it by itself; none where a person has
	Opened     calendar.Date    `cbor:"15,keyasint"`
	Maker      id.Actor         `cbor:"16,keyasint,omitempty"` // 0 for the book itself
	Assessment Assessment       `cbor:"17,keyasint,omitzero"`  // the latest
	View       View             `cbor:"18,keyasint,omitzero"`
	Approvals  []id.Actor       `cbor:"19,keyasint,omitempty"` // of the view; never changed in place
	Decided    calendar.Date    `cbor:"20,keyasint,omitempty"`
	Reason     [32]byte         `cbor:"21,keyasint,omitzero"`  // of a refusal or withdrawal, in the vault
	Review     id.Review        `cbor:"22,keyasint,omitempty"` // in force by it
	Limit      id.Limit         `cbor:"23,keyasint,omitempty"` // proposed by it
	Entry      uint64           `cbor:"24,keyasint"`
}

// Assessment is what was reckoned from an application.
type Assessment struct {
	Date        calendar.Date   `cbor:"1,keyasint"`
	Scale       id.MasterScale  `cbor:"2,keyasint,omitempty"` // 0 for DefaultScale
	Policy      id.ReviewPolicy `cbor:"3,keyasint,omitempty"` // 0 for DefaultPolicy
	Facts       []Fact          `cbor:"4,keyasint"`           // ascending by name: ratios, bureau, own history
	Findings    []Finding       `cbor:"5,keyasint,omitempty"`
	Model       id.Model        `cbor:"6,keyasint,omitempty"` // that scored; 0 for the expert scorecard
	Units       int64           `cbor:"7,keyasint"`           // of its score
	Probability money.Rate      `cbor:"8,keyasint"`           // of default within a year, that the score means
	Grade       uint8           `cbor:"9,keyasint"`
	Lines       []LimitLine     `cbor:"10,keyasint"`
	Limit       money.Minor     `cbor:"11,keyasint"`
	Refusal     []RefusalReason `cbor:"12,keyasint,omitempty"` // why the reckoning refuses; none where it doesn't
	Decision    id.Decision     `cbor:"13,keyasint,omitempty"` // its record
}

// Fact finds a named figure; false where there is none.
func (a *Assessment) Fact(name string) (Fact, bool) {
	at, found := slices.BinarySearchFunc(a.Facts, name, func(f Fact, name string) int {
		switch {
		case f.Name < name:
			return -1
		case f.Name > name:
			return 1
		}
		return 0
	})
	if !found {
		return Fact{}, false
	}
	return a.Facts[at], true
}

// RefusalReason is why the reckoning refuses.
type RefusalReason uint8

// The reasons.
const (
	GradeTooWeak RefusalReason = 1 + iota // the grade is at or past the policy's bound
	GraveEvent                            // insolvency, enforcement or judgment that is not settled
	EquityGone                            // debts are more than assets
)

// RefusalReasons are the names used in API and console.
var RefusalReasons = [...]string{"", "grade_too_weak", "grave_event", "equity_negative"}

// String is the name used in API and console.
func (r RefusalReason) String() string { return RefusalReasons[r] }

// View is what an analyst makes of an application.
type View struct {
	Text       [32]byte      `cbor:"1,keyasint"` // in the vault
	Grade      uint8         `cbor:"2,keyasint"`
	Notches    int8          `cbor:"3,keyasint,omitempty"` // from the grade that was reckoned; above zero: worse
	Override   [32]byte      `cbor:"4,keyasint,omitzero"`  // why, in the vault; zero without notches
	Limit      money.Minor   `cbor:"5,keyasint"`
	Until      calendar.Date `cbor:"6,keyasint"` // last day on which the review may be relied on
	Next       calendar.Date `cbor:"7,keyasint"` // when it is due again
	Conditions []Condition   `cbor:"8,keyasint,omitempty"`
	Refuses    bool          `cbor:"9,keyasint,omitempty"` // the analyst proposes to refuse
	Actor      id.Actor      `cbor:"10,keyasint"`
	Date       calendar.Date `cbor:"11,keyasint"`
}

// ConditionKind is what a condition asks for.
type ConditionKind uint8

// The kinds of condition.
const (
	Information ConditionKind = 1 + iota // to be told: accounts, a list, a report
	Security                             // a guarantee, a pledge, an insurance
	Covenant                             // a ratio or a conduct to be kept
	Precedent                            // to be met before any use
)

// ConditionKinds are the names used in API and console.
var ConditionKinds = [...]string{"", "information", "security", "covenant", "precedent"}

// String is the name used in API and console.
func (k ConditionKind) String() string { return ConditionKinds[k] }

// ConditionState is where a condition stands.
type ConditionState uint8

// The states of a condition.
const (
	ConditionOpen ConditionState = iota
	ConditionMet
	ConditionWaived
)

// ConditionStates are the names used in API and console.
var ConditionStates = [...]string{"open", "met", "waived"}

// String is the name used in API and console.
func (s ConditionState) String() string { return ConditionStates[s] }

// Condition is what a review asks of the party.
type Condition struct {
	Kind  ConditionKind  `cbor:"1,keyasint"`
	Text  [32]byte       `cbor:"2,keyasint"` // in the vault
	Due   calendar.Date  `cbor:"3,keyasint"`
	State ConditionState `cbor:"4,keyasint,omitempty"`
	Actor id.Actor       `cbor:"5,keyasint,omitempty"` // who said that it is met, or waived it
	Date  calendar.Date  `cbor:"6,keyasint,omitempty"`
	Note  [32]byte       `cbor:"7,keyasint,omitzero"` // in the vault
}

// CauseKind is what has opened a review by itself.
type CauseKind uint8

// The kinds of cause.
const (
	DateDue      CauseKind = 1 + iota // the review date has come
	FactCrossed                       // a rolling fact is at or past its bound
	NewsReported                      // news of the policy's severity
	ConditionDue                      // a condition is past its date and open
)

// CauseKinds are the names used in API and console.
var CauseKinds = [...]string{"", "review_due", "fact", "news", "condition_due"}

// String is the name used in API and console.
func (k CauseKind) String() string { return CauseKinds[k] }

// Cause is why a review was opened by itself, with the figure that did it.
type Cause struct {
	Kind     CauseKind     `cbor:"1,keyasint"`
	Fact     string        `cbor:"2,keyasint,omitempty"` // name of the rolling fact
	Value    int64         `cbor:"3,keyasint,omitempty"` // of it, or the severity of the news
	Bound    int64         `cbor:"4,keyasint,omitempty"`
	Decimals uint8         `cbor:"5,keyasint,omitempty"`
	News     id.News       `cbor:"6,keyasint,omitempty"`
	Date     calendar.Date `cbor:"7,keyasint"`
}

// Same tells whether two causes are about the same thing.
func (c *Cause) Same(o *Cause) bool { return c.Kind == o.Kind && c.Fact == o.Fact && c.News == o.News }

// Severity is how grave news is.
type Severity uint8

// The severities.
const (
	Minor Severity = 1 + iota
	Serious
	Grave
)

// Severities are the names used in API and console.
var Severities = [...]string{"", "minor", "serious", "grave"}

// String is the name used in API and console.
func (s Severity) String() string { return Severities[s] }

// News is something that was heard of a party.
type News struct {
	ID       id.News       `cbor:"1,keyasint"`
	Party    id.Party      `cbor:"2,keyasint"`
	Funder   id.Party      `cbor:"3,keyasint,omitempty"` // who keeps it for itself; 0 for all who may see the party's credit
	Source   string        `cbor:"4,keyasint"`           // short name
	Date     calendar.Date `cbor:"5,keyasint"`
	Severity Severity      `cbor:"6,keyasint"`
	Text     [32]byte      `cbor:"7,keyasint"` // in the vault
	Actor    id.Actor      `cbor:"8,keyasint"`
	Entry    uint64        `cbor:"9,keyasint"`
}

// Watch says whether a party is on the watch list of a funder, or of the operator (0).
type Watch struct {
	ID     id.Watch      `cbor:"1,keyasint"`
	Party  id.Party      `cbor:"2,keyasint"`
	Funder id.Party      `cbor:"3,keyasint,omitempty"`
	On     bool          `cbor:"4,keyasint"`
	Since  calendar.Date `cbor:"5,keyasint"` // of the last change
	Reason [32]byte      `cbor:"6,keyasint"` // of it, in the vault
	Actor  id.Actor      `cbor:"7,keyasint"`
	Entry  uint64        `cbor:"8,keyasint"`
}
