// Package houserules holds the rules that this repository keeps about itself: which folder may import which, what may
// not appear in the deterministic core, how packages are named, how long a function may grow, which words stay out.
//
// repository_test.go at the root runs every rule over the whole tree, so that a rule that is broken is a test that
// fails. Each ban says why it stands and what to use instead. The tests of this package hold a bad sample against
// each ban: a rule that catches nothing would be no rule.
//
// The program does not import this package.
package houserules
