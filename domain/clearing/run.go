// Package clearing says what multilateral set-off is: runs with their debts, parties, proposals and consents, and which debts take part.
package clearing

import (
	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/money"
)

// RunState is where a run stands. The states are stored; a number is never used again.
type RunState uint8

// The states of a run.
const (
	Announced RunState = 1 + iota // consents come in; nothing is held
	Freezing                      // debts are being held, slice by slice
	Frozen                        // all are held; a proposal is awaited
	Entering                      // a proposal is coming in, slice by slice
	Proposed                      // a proposal is proved and published
	Executed                      // what is proposed counts as set off; slices write it through
	Written                       // all is written, nothing is held
	Lapsing                       // nothing was set off; holds are being released
	Lapsed                        // and are released
)

// RunStateNames are the names used in API and console, by state.
var RunStateNames = [...]string{"", "announced", "freezing", "frozen", "entering", "proposed", "executed", "written", "lapsing", "lapsed"}

// String is the name used in API and console.
func (s RunState) String() string { return RunStateNames[s] }

// Rule says who comes first where several ways set off the same total.
type Rule uint8

// The rules.
const (
	OldestFirst  Rule = 1 + iota // by due date
	Proportional                 // each debt the same share, as far as the total allows
)

// RuleNames are the names used in API and console, by rule.
var RuleNames = [...]string{"", "oldest_first", "proportional"}

// String is the name used in API and console.
func (r Rule) String() string { return RuleNames[r] }

// Valid tells whether there is such a rule.
func (r Rule) Valid() bool { return r == OldestFirst || r == Proportional }

// Terms are what is announced of a run.
type Terms struct {
	Currency money.Currency `cbor:"1,keyasint"`
	Group    id.Party       `cbor:"2,keyasint,omitempty"` // head of the group whose firms take part; 0: all
	Least    money.Minor    `cbor:"3,keyasint,omitempty"` // outstanding below which a debt is left out
	Rule     Rule           `cbor:"4,keyasint"`
	Open     bool           `cbor:"5,keyasint,omitempty"` // parties without a standing consent are asked; else they are left out
	Freeze   calendar.Date  `cbor:"6,keyasint"`           // business date from which debts are held
	Answer   calendar.Date  `cbor:"7,keyasint"`           // last business date for consents to this run; on the next, who is silent is left out
	Value    calendar.Date  `cbor:"8,keyasint"`           // debts due on or before it take part; the last business date on which the run can be executed

	Cash Cash `cbor:"260,keyasint,omitzero"` // of funders, that is put in at most; zero for none
}

// Run is one multilateral set-off, in one currency. Its lines and members have consecutive numbers: one run freezes at a time.
type Run struct {
	ID        id.SetOffRun      `cbor:"1,keyasint"`
	Terms     Terms             `cbor:"2,keyasint"`
	Calendar  id.SetOffCalendar `cbor:"3,keyasint,omitempty"` // that has announced it; then the node executes it, by the calendar's two persons
	State     RunState          `cbor:"4,keyasint"`
	Maker     id.Actor          `cbor:"5,keyasint"`
	Checker   id.Actor          `cbor:"6,keyasint,omitempty"` // who has executed it, or ended it
	Reason    [32]byte          `cbor:"7,keyasint,omitzero"`  // for which it was ended; in the vault
	Announced calendar.Date     `cbor:"8,keyasint"`
	Ended     calendar.Date     `cbor:"9,keyasint,omitempty"` // business date on which it was executed or ended: the value date of what was set off

	Scanned   uint64      `cbor:"10,keyasint,omitempty"` // number of the last receivable that was looked at
	ScanUntil uint64      `cbor:"11,keyasint,omitempty"` // and of the last one that has to be
	LineFirst uint64      `cbor:"12,keyasint,omitempty"`
	Lines     uint64      `cbor:"13,keyasint,omitempty"`
	First     uint64      `cbor:"14,keyasint,omitempty"` // number of the first member
	Members   uint64      `cbor:"15,keyasint,omitempty"`
	Debt      money.Minor `cbor:"16,keyasint,omitempty"` // of all lines that are not dropped; DebtMax at most

	Attempt    uint32      `cbor:"20,keyasint,omitempty"` // of proposals, from 1; what an earlier one has left in lines and members counts as nothing
	Potentials uint64      `cbor:"21,keyasint,omitempty"` // entered of this attempt: members, in their order
	Entered    uint64      `cbor:"22,keyasint,omitempty"` // and lines, in theirs
	Unbalanced uint64      `cbor:"23,keyasint,omitempty"` // members whose debts and claims set off differ so far, by more than the cash that they may draw or keep
	Cleared    money.Minor `cbor:"24,keyasint,omitempty"`
	Bound      [2]uint64   `cbor:"25,keyasint,omitzero"`  // B(p) so far: high and low word
	Optimal    bool        `cbor:"26,keyasint,omitempty"` // claimed, and proved by B(p) = cleared
	Hash       [32]byte    `cbor:"27,keyasint,omitzero"`  // SHA-256 of the certificate with blinded ids that anybody can check
	Proposer   id.Actor    `cbor:"28,keyasint,omitempty"`
	Voided     uint64      `cbor:"29,keyasint,omitempty"` // members that are left out
	Awaited    uint64      `cbor:"30,keyasint,omitempty"` // members that have neither consented nor are left out
	Moved      uint64      `cbor:"31,keyasint,omitempty"` // lines written through, or released
	Entry      uint64      `cbor:"32,keyasint"`
	Heard      uint64      `cbor:"33,keyasint,omitempty"` // members looked through for an answer, once the last day for one is over
	Omitted    []uint64    `cbor:"34,keyasint,omitempty"` // debts of the currency that are left out, by omission; never changed in place

	Cash  money.Minor `cbor:"260,keyasint,omitempty"` // put in by the proposal so far, and taken out
	Price int64       `cbor:"261,keyasint,omitempty"` // of the certificate: the debt that one more unit of cash would set off; 0 or more
	Taken uint64      `cbor:"262,keyasint,omitempty"` // members looked through for what they take out in cash, once the lines are written through
}

// Holds tells whether the run holds debts, or is about to.
func (r *Run) Holds() bool { return r.State >= Freezing && r.State != Written && r.State != Lapsed }

// Solving tells whether a proposal for the run is awaited, comes in, or waits to be executed.
func (r *Run) Solving() bool { return r.State >= Frozen && r.State <= Proposed }

// Void takes back whatever was proposed: the run is solved again. The next number of an attempt makes all figures of it count as nothing.
func (r *Run) Void() {
	r.State, r.Attempt = Frozen, r.Attempt+1
	r.Potentials, r.Entered, r.Unbalanced, r.Cleared, r.Bound = 0, 0, 0, 0, [2]uint64{}
	r.Optimal, r.Hash, r.Proposer = false, [32]byte{}, 0
	r.Cash, r.Price = 0, 0
}

// Open tells whether the run is not over.
func (r *Run) Open() bool { return r.State != Written && r.State != Lapsed }

// LineState is where a line stands.
type LineState uint8

// The states of a line.
const (
	LineHeld LineState = 1 + iota
	LineSetOff
	LineReleased // nothing of it was set off
	LineDropped  // taken out before the run was executed or ended, since something had happened to the debt
)

// LineStateNames are the names used in API and console, by state.
var LineStateNames = [...]string{"", "held", "set_off", "released", "dropped"}

// String is the name used in API and console.
func (s LineState) String() string { return LineStateNames[s] }

// Line is a debt in a run.
type Line struct {
	ID         id.SetOffLine `cbor:"1,keyasint"`
	Run        id.SetOffRun  `cbor:"2,keyasint"`
	Receivable id.Receivable `cbor:"3,keyasint"`
	Debtor     uint64        `cbor:"4,keyasint"` // number of the member
	Creditor   uint64        `cbor:"5,keyasint"`
	Amount     money.Minor   `cbor:"6,keyasint"` // outstanding when it was held
	Due        calendar.Date `cbor:"7,keyasint"`
	Cleared    money.Minor   `cbor:"8,keyasint,omitempty"` // by the proposal of the attempt
	Attempt    uint32        `cbor:"9,keyasint,omitempty"`
	State      LineState     `cbor:"10,keyasint"`
	Entry      uint64        `cbor:"11,keyasint"`
}

// Proposed is what a proposal sets off of the line; 0 where its figure is of an earlier attempt.
func (l *Line) Proposed(attempt uint32) money.Minor {
	if l.Attempt != attempt {
		return 0
	}
	return l.Cleared
}

// Consent is how a member stands to the run.
type Consent uint8

// How a member stands to a run.
const (
	Asked    Consent = 1 + iota
	Standing         // consented in advance
	Given            // to this run
	Out              // left out; Cause says why
)

// ConsentNames are the names used in API and console.
var ConsentNames = [...]string{"", "asked", "standing", "given", "out"}

// String is the name used in API and console.
func (c Consent) String() string { return ConsentNames[c] }

// Cause is why a member is left out of a run, or a party out of every run.
type Cause uint8

// The causes.
const (
	Insolvency Cause = 1 + iota
	Attachment
	Suspended
	Refused // by the member itself, or its standing consent was revoked
	Silent  // it was asked, and has not answered in time
	Ceded   // its claims were assigned or charged in bulk
)

// CauseNames are the names used in API and console, by cause.
var CauseNames = [...]string{"", "insolvency", "attachment", "suspended", "refused", "silent", "ceded"}

// String is the name used in API and console.
func (c Cause) String() string { return CauseNames[c] }

// Member is a party in a run.
type Member struct {
	ID        id.SetOffMember  `cbor:"1,keyasint"`
	Run       id.SetOffRun     `cbor:"2,keyasint"`
	Party     id.Party         `cbor:"3,keyasint"`
	Owes      money.Minor      `cbor:"4,keyasint,omitempty"` // of its lines that are not dropped: as debtor
	Owed      money.Minor      `cbor:"5,keyasint,omitempty"` // as creditor
	Potential int64            `cbor:"6,keyasint,omitempty"` // p of the certificate
	Paid      money.Minor      `cbor:"7,keyasint,omitempty"` // set off by the proposal so far: as debtor
	Received  money.Minor      `cbor:"8,keyasint,omitempty"` // as creditor
	Attempt   uint32           `cbor:"9,keyasint,omitempty"` // whose figures the three above are
	Consent   Consent          `cbor:"10,keyasint"`
	Cause     Cause            `cbor:"11,keyasint,omitempty"`
	Standing  id.SetOffConsent `cbor:"12,keyasint,omitempty"` // under which it takes part
	Keys      []id.SigningKey  `cbor:"13,keyasint,omitempty"` // that have signed its consent to this run; never changed in place
	Entry     uint64           `cbor:"14,keyasint"`

	Financing id.Financing `cbor:"260,keyasint,omitempty"` // accepted for cash that it may draw in the run, or that it has drawn
	Cap       money.Minor  `cbor:"261,keyasint,omitempty"` // most that it may draw by the attempt
	Keeps     bool         `cbor:"262,keyasint,omitempty"` // by the attempt it may be left with cash: there is an account to which it can be paid
}

// PromiseState is where a consent stands.
type PromiseState uint8

// The states of a consent.
const (
	PromiseLive PromiseState = 1 + iota
	PromiseRevoked
	PromiseRefused  // the party's word that it takes no part in a run
	PromiseReplaced // by a later word on the same run
)

// PromiseStateNames are the names used in API and console, by state.
var PromiseStateNames = [...]string{"", "live", "revoked", "refused", "replaced"}

// String is the name used in API and console.
func (s PromiseState) String() string { return PromiseStateNames[s] }

// Promise is a party's word in writing: what it owes and is owed in a currency may be set off in runs, ever the whole of a run's result and
// never a part of it. It stands for every run, or is on one, which it may also refuse.
type Promise struct {
	ID        id.SetOffConsent `cbor:"1,keyasint"`
	Party     id.Party         `cbor:"2,keyasint"`
	Currency  money.Currency   `cbor:"3,keyasint,omitempty"`
	BeforeDue bool             `cbor:"4,keyasint,omitempty"` // as creditor also of debts that are not due yet
	From      calendar.Date    `cbor:"5,keyasint"`           // of a word on one run: the day on which it was given
	Until     calendar.Date    `cbor:"6,keyasint,omitempty"` // last day; 0: until it is revoked
	Keys      []id.SigningKey  `cbor:"7,keyasint"`           // that have signed, none under a refusal; never changed in place
	State     PromiseState     `cbor:"8,keyasint"`
	Maker     id.Actor         `cbor:"9,keyasint"`
	Entry     uint64           `cbor:"10,keyasint"`

	Run id.SetOffRun `cbor:"250,keyasint,omitempty"` // on which alone the word is; 0: it stands for every one
}

// Covers tells whether the consent stands on a day in a currency.
func (p *Promise) Covers(on calendar.Date, currency money.Currency) bool {
	return p.Run == 0 && p.State == PromiseLive && p.From <= on && (p.Until == 0 || on <= p.Until) && p.Currency == currency
}

// Bar keeps a party out of every run: it is insolvent (then set-off follows insolvency law and not agreement), or its claims are attached.
type Bar struct {
	ID       id.SetOffBar  `cbor:"1,keyasint"`
	Party    id.Party      `cbor:"2,keyasint"`
	Cause    Cause         `cbor:"3,keyasint"` // Insolvency or Attachment
	From     calendar.Date `cbor:"4,keyasint"`
	Evidence [32]byte      `cbor:"5,keyasint"` // in the vault
	Lifted   calendar.Date `cbor:"6,keyasint,omitempty"`
	Maker    id.Actor      `cbor:"7,keyasint"`
	Checker  id.Actor      `cbor:"8,keyasint,omitempty"` // who has lifted it: another person
	Entry    uint64        `cbor:"9,keyasint"`

	Grounds [32]byte `cbor:"250,keyasint,omitzero"` // on which it was lifted; in the vault
}

// CalendarState is where a calendar of runs stands.
type CalendarState uint8

// The states of a calendar.
const (
	CalendarProposed CalendarState = 1 + iota
	CalendarLive
	CalendarRefused
	CalendarEnded
)

// CalendarStateNames are the names used in API and console, by state.
var CalendarStateNames = [...]string{"", "proposed", "live", "refused", "ended"}

// String is the name used in API and console.
func (s CalendarState) String() string { return CalendarStateNames[s] }

// Calendar announces runs again and again: Months after months, or Days after days where Months is 0.
type Calendar struct {
	ID         id.SetOffCalendar `cbor:"1,keyasint"`
	Terms      Terms             `cbor:"2,keyasint"` // of its next run
	Months     uint8             `cbor:"3,keyasint,omitempty"`
	Days       uint16            `cbor:"4,keyasint,omitempty"`
	NoticeDays uint16            `cbor:"5,keyasint"` // from announcement to freezing
	State      CalendarState     `cbor:"6,keyasint"`
	Maker      id.Actor          `cbor:"7,keyasint"`
	Checker    id.Actor          `cbor:"8,keyasint,omitempty"`
	Runs       uint32            `cbor:"9,keyasint,omitempty"` // that it has announced
	Entry      uint64            `cbor:"10,keyasint"`

	First  Terms    `cbor:"250,keyasint"`           // of its first run: every later one is reckoned from these, so that the 31st stays the month's last day
	Turns  uint32   `cbor:"251,keyasint,omitempty"` // periods that are over: those with a run, and those that were passed over
	Ender  id.Actor `cbor:"252,keyasint,omitempty"`
	Reason [32]byte `cbor:"253,keyasint,omitzero"` // for which it was refused or ended; in the vault
}

// Announces is the day from which the next run is announced.
func (c *Calendar) Announces() calendar.Date { return c.Terms.Freeze.AddDays(-int(c.NoticeDays)) }

// After gives the terms of the run so many turns after the first.
func (c *Calendar) After(turns uint32) Terms {
	t := c.First
	for _, date := range [...]*calendar.Date{&t.Freeze, &t.Answer, &t.Value} {
		if c.Months != 0 {
			*date = date.AddMonths(int(c.Months) * int(turns))
		} else {
			*date = date.AddDays(int(c.Days) * int(turns))
		}
	}
	return t
}
