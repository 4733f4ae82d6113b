package id

type (
	funderPolicyKind   struct{}
	authorityKind      struct{}
	dependenceKind     struct{}
	recommendationKind struct{}
)

func (funderPolicyKind) Prefix() string   { return "fpo" }
func (authorityKind) Prefix() string      { return "aut" }
func (dependenceKind) Prefix() string     { return "dpd" }
func (recommendationKind) Prefix() string { return "lrc" }

// What a funder says in advance about its own money.
type (
	FunderPolicy = Of[funderPolicyKind] // clauses that its money is lent on, one version
	Authority    = Of[authorityKind]    // signed: what may be done in its name without its people
)

// What bears on limits besides themselves.
type (
	Dependence     = Of[dependenceKind]     // of one party on another, for its living
	Recommendation = Of[recommendationKind] // of the operator to a funder, of a limit of its own
)
