// Package markup reads XML documents against a schema: decode.go turns the bytes into UTF-8, scan.go cuts these into tags
// and text, tree.go holds them against the schema's table while it builds a flat tree, walk.go finds what stands in it.
//
// A document is refused with the line and path of what is wrong; errors.go lists every reason. There are no document type
// declarations and so no entities, and size, depth and the number of elements, attributes and namespaces are bounded.
//
// Sources: XML 1.0 (fifth edition), Namespaces in XML 1.0, XML Schema part 2.
package markup
