// Package risk holds the rules that look at each use of credit: one rule a file, each with its code, why there is one, its source, and fixtures
// of what it must pass and what it must stop. A decision keeps the facts on which the rules were asked and the edition of the rules, so that it
// can be explained and taken again.
package risk
