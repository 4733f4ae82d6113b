package id

// What is known of parties, and what they are screened for.
type (
	onboardingFileKind struct{}
	checklistKind      struct{}
	screeningListKind  struct{}
	screeningAlertKind struct{}
	caseKind           struct{}
	consentKind        struct{}
	fileReadingKind    struct{}
)

func (onboardingFileKind) Prefix() string { return "obf" }
func (checklistKind) Prefix() string      { return "ckl" }
func (screeningListKind) Prefix() string  { return "scl" }
func (screeningAlertKind) Prefix() string { return "alr" }
func (caseKind) Prefix() string           { return "sar" }
func (consentKind) Prefix() string        { return "cns" }
func (fileReadingKind) Prefix() string    { return "frd" }

// The identities of those records.
type (
	OnboardingFile = Of[onboardingFileKind] // what was gathered about a party, and checked
	Checklist      = Of[checklistKind]      // what a file must have, one version
	ScreeningList  = Of[screeningListKind]  // one version of a list of names
	ScreeningAlert = Of[screeningAlertKind] // a party, or a person of it, that is like an entry of a list
	Case           = Of[caseKind]           // a suspicion that is looked into
	Consent        = Of[consentKind]        // of a party, that a funder relies on its file
	FileReading    = Of[fileReadingKind]    // of a file, by a funder
)
