// Package examples holds the trade documents that the demonstration carries
// from order to cash, and the cast that trades them.
//
// trade/ has one folder for each chain of UBL 2.1 documents; the names of the
// files in it sort into the order in which the documents were exchanged.
// cast.json names the parties and says what is special about each chain.
// README.md tells the same to people.
package examples

import "embed"

//go:generate go run ./generate .

// Files holds trade/ and cast.json, so that the demonstration needs nothing
// but the program.
//
//go:embed trade cast.json
var Files embed.FS
