package id

// Measures on financings.
type measureKind struct{}

func (measureKind) Prefix() string { return "msr" }

// Measure is the identity of a step in the life of a financing that people decide on.
type Measure = Of[measureKind]
