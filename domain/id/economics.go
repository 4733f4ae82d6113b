package id

// What is expected to be lost, and what the operator bills.
type (
	estimatesKind  struct{}
	assessmentKind struct{}
	tariffKind     struct{}
	billingKind    struct{}
	billKind       struct{}
)

func (estimatesKind) Prefix() string  { return "est" }
func (assessmentKind) Prefix() string { return "asm" }
func (tariffKind) Prefix() string     { return "tar" }
func (billingKind) Prefix() string    { return "blg" }
func (billKind) Prefix() string       { return "bil" }

// The identities of those records.
type (
	Estimates  = Of[estimatesKind]  // what an entity expects of its debtors
	Assessment = Of[assessmentKind] // of what an entity expects to lose on a day
	Tariff     = Of[tariffKind]     // what a service costs
	Billing    = Of[billingKind]    // of all services of a month
	Bill       = Of[billKind]       // to one payer
)
