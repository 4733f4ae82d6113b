// Package policy reads what people write into products as eligibility and risk policy: conditions in CEL over named facts.
// An expression is parsed and type-checked by cel-go in an Environment without floating point, dynamic types, loops,
// regular expressions and clock, and then lowered to rule.Program, the integer form that the book stores and evaluates.
// Whatever is wrong is a Problem with its place and a reason, all of them at once; nothing is left to be found when money
// is at stake. doc/POLICIES.md is the reference.
package policy
