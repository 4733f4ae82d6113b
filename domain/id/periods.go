package id

// Periods of the books.
type periodKind struct{}

func (periodKind) Prefix() string { return "per" }

// Period is the identity of a stretch of business dates whose books are closed.
type Period = Of[periodKind]
