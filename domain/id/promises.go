package id

// What a buyer promises, and what it disputes.
type (
	confirmationKind struct{}
	disputeKind      struct{}
)

func (confirmationKind) Prefix() string { return "cnf" }
func (disputeKind) Prefix() string      { return "dsp" }

// The identities of the records.
type (
	Confirmation = Of[confirmationKind] // an undertaking that began with one of two signatures
	Dispute      = Of[disputeKind]      // what a buyer holds against a receivable
)
