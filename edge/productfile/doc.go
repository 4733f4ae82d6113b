// Package productfile reads a product from one reviewed YAML file and writes it back. One description of the file (shape.go) is
// followed by the reader, the canonical writer and the JSON Schema.
//
// Read gives every error at once, each with line, column, path and reason; the codes are in Catalogue, each with a file that
// causes it. Unknown and repeated keys, anchors, aliases, tags and further documents are refused: what was reviewed is what is read.
package productfile
