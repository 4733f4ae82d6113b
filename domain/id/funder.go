package id

type (
	funderPolicyKind struct{}
	authorityKind    struct{}
)

func (funderPolicyKind) Prefix() string { return "fpo" }
func (authorityKind) Prefix() string    { return "aut" }

// What a funder says in advance about its own money.
type (
	FunderPolicy = Of[funderPolicyKind] // clauses that its money is lent on, one version
	Authority    = Of[authorityKind]    // signed: what may be done in its name without its people
)
