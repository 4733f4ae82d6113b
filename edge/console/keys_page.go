package console

// scopeOption is one part of what a key may do.
type scopeOption struct{ Name, Text string }

var scopeOptions []scopeOption
