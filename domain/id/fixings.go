package id

// Base rates, as they were published.
type fixingKind struct{}

func (fixingKind) Prefix() string { return "fix" }

// Fixing is the identity of the value of a base rate on a day.
type Fixing = Of[fixingKind]
