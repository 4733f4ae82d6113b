package id

// Until when funders' money stays.
type ladderKind struct{}

func (ladderKind) Prefix() string { return "lad" }

// Ladder is the identity of a maturity ladder.
type Ladder = Of[ladderKind]
