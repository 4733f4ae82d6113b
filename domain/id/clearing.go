package id

// Multilateral set-off.
type (
	setOffRunKind      struct{}
	setOffLineKind     struct{}
	setOffMemberKind   struct{}
	setOffConsentKind  struct{}
	setOffBarKind      struct{}
	setOffCalendarKind struct{}
)

func (setOffRunKind) Prefix() string      { return "sor" }
func (setOffLineKind) Prefix() string     { return "sol" }
func (setOffMemberKind) Prefix() string   { return "som" }
func (setOffConsentKind) Prefix() string  { return "soc" }
func (setOffBarKind) Prefix() string      { return "sob" }
func (setOffCalendarKind) Prefix() string { return "soy" }

// The identities of the records.
type (
	SetOffRun      = Of[setOffRunKind]      // of multilateral set-off, in one currency
	SetOffLine     = Of[setOffLineKind]     // a debt in a run; also the settlement reference of what the run has set off of it
	SetOffMember   = Of[setOffMemberKind]   // a party in a run
	SetOffConsent  = Of[setOffConsentKind]  // a party's standing word that its debts and claims may be set off
	SetOffBar      = Of[setOffBarKind]      // what keeps a party out of every run: insolvency, attachment
	SetOffCalendar = Of[setOffCalendarKind] // by which runs are announced again and again
)
