// Package screening compares parties, and the persons who own and direct them, with lists of names.
//
// Read reads a list in our own form (CSV, JSON, XML) or as the United Nations, the European Union and OFAC publish theirs. An Index finds
// the entries that a name is like; how its score comes about is in doc/SCREENING.md. A Clerk beside the book screens everybody when lists
// have changed, and every day, and records what it finds as commands: names stay in the vault and in memory.
package screening
