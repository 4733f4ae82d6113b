// Package iso20022 reads messages of ISO 20022 into a tree and holds them against their schema: schema.go knows the messages of
// schema_table.txt down to lengths, patterns and code lists, parse.go builds the tree.
//
// A message whose version is not in the table is read as well, held against nothing: what a reader needs it finds by names, which
// versions share. A message may stand in an envelope of any kind; what is read is its Document element.
//
// Large messages need not fit into a tree as a whole: the elements of one name can be taken one after another.
//
// Sources: the message definitions and schemas of ISO 20022; XML Schema parts 1 and 2.
package iso20022
