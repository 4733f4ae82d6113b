package clearing

import (
	"millrace/domain/calendar"
	"millrace/domain/money"
)

// Omission is why a debt is left out of a run. The reasons are stored, as places in Run.Omitted; a number is never used again.
type Omission uint8

// The reasons, in the order in which they are asked; the first that holds is told.
const (
	NotOwed       Omission = 1 + iota // it is closed, or nothing of it is outstanding
	OtherCurrency                     // than the run's
	OtherGroup                        // debtor or creditor is outside the run's group
	TooSmall                          // less is outstanding than the run's terms ask for
	WithItself                        // debtor and creditor are one party
	NotDue                            // on the value date, and the creditor has not agreed to that
	InOtherRun                        // another run holds it
	Contested                         // the debtor disputes it, in part or whole
	Doubted                           // findings stand against it that nobody has cleared
	Financed                          // it is claimed by a financing, or by loans on its goods
	Pooled                            // it is in a pool that secures loans
	OnOffer                           // in an auction
	Certified                         // a certificate stands for it, or is paying it
	Undertaken                        // its debtor has undertaken irrevocably to pay it
	UnderWay                          // a payment of it is on its way
	Charged                           // somebody has, or may have, a right in it: an encumbrance, a registration, a blanket assignment
	NotOnboarded                      // debtor or creditor is not onboarded, or is suspended
	Barred                            // debtor or creditor is insolvent, or its claims are attached
	WithoutWord                       // debtor or creditor has not consented, and the run does not ask; or has refused
	RunFull                           // the run holds as much as a run may
	OmissionCount
)

// OmissionNames are the names used in API and console, by reason.
var OmissionNames = [OmissionCount]string{
	"", "not_owed", "other_currency", "other_group", "too_small", "with_itself", "not_due", "in_other_run", "contested", "doubted", "financed", "pooled",
	"on_offer", "certified", "undertaken", "under_way", "charged", "not_onboarded", "barred", "without_consent", "run_full",
}

// String is the name used in API and console; "" for a debt that takes part.
func (o Omission) String() string { return OmissionNames[o] }

// DebtMax is the most that one run holds, in minor units: every sum of a run stays below it.
const DebtMax = money.MinorMax

// Stance is what a party has said of a run before the run looks at its debts.
type Stance struct {
	Onboarded bool
	InGroup   bool // of the run; true where the run is for everybody
	Barred    bool
	Consent   Consent // 0: it has said nothing, and the run does not ask; Out: it is left out
	BeforeDue bool    // as creditor it lets debts take part that are not due yet
}

// silent tells whether nothing says that the party takes part.
func (s *Stance) silent() bool { return s.Consent == 0 || s.Consent == Out }

// Facts are what is known of one debt, amounts in minor units of its currency.
type Facts struct {
	Open        bool
	Currency    money.Currency
	Outstanding money.Minor
	Due         calendar.Date // 0: not known
	Itself      bool
	Held        bool // by another run
	Disputed    money.Minor
	Doubted     bool
	Financed    bool
	Pooled      bool
	OnOffer     bool
	Certified   bool
	Undertaken  bool
	UnderWay    bool
	Charged     bool
	Debtor      Stance
	Creditor    Stance
}

// Judge says why a debt is left out of a run; 0 for one that takes part. Held is what the run holds already. A set-off among several rests on
// agreement, so both must have consented; a debt whose due date is not known, or after the value date, takes part with its creditor's word only.
func (t *Terms) Judge(f *Facts, held money.Minor) Omission {
	switch {
	case !f.Open || f.Outstanding <= 0:
		return NotOwed
	case f.Currency != t.Currency:
		return OtherCurrency
	case !f.Debtor.InGroup || !f.Creditor.InGroup:
		return OtherGroup
	case f.Outstanding < t.Least:
		return TooSmall
	case f.Itself:
		return WithItself
	case (f.Due == 0 || f.Due > t.Value) && !f.Creditor.BeforeDue:
		return NotDue
	case f.Held:
		return InOtherRun
	case f.Disputed > 0:
		return Contested
	case f.Doubted:
		return Doubted
	}
	if reason := f.encumbered(); reason != 0 {
		return reason
	}
	switch {
	case !f.Debtor.Onboarded || !f.Creditor.Onboarded:
		return NotOnboarded
	case f.Debtor.Barred || f.Creditor.Barred:
		return Barred
	case f.Debtor.silent() || f.Creditor.silent():
		return WithoutWord
	case f.Outstanding > DebtMax-held:
		return RunFull
	}
	return 0
}

// encumbered says which right of somebody else stands against setting the debt off.
func (f *Facts) encumbered() Omission {
	switch {
	case f.Financed:
		return Financed
	case f.Pooled:
		return Pooled
	case f.OnOffer:
		return OnOffer
	case f.Certified:
		return Certified
	case f.Undertaken:
		return Undertaken
	case f.UnderWay:
		return UnderWay
	case f.Charged:
		return Charged
	}
	return 0
}
