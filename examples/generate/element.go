package main

import (
	"bytes"
	"encoding/xml"
	"strings"
)

// element is a node of a UBL document: it has either a text or children.
type element struct {
	name       string
	attributes []attribute
	text       string
	children   []*element
}

type attribute struct{ name, value string }

// cbc makes a basic component; the attributes follow as name, value pairs.
func cbc(name, text string, pairs ...string) *element {
	made := &element{name: "cbc:" + name, text: text}
	for i := 0; i+1 < len(pairs); i += 2 {
		made.attributes = append(made.attributes, attribute{pairs[i], pairs[i+1]})
	}
	return made
}

// cac makes an aggregate component; nil children are left out.
func cac(name string, children ...*element) *element {
	made := &element{name: "cac:" + name}
	made.add(children...)
	return made
}

func (e *element) add(children ...*element) {
	for _, child := range children {
		if child != nil {
			e.children = append(e.children, child)
		}
	}
}

const ublNamespace = "urn:oasis:names:specification:ubl:schema:xsd:"

// document makes the root of a UBL 2.1 document of the given type.
func document(kind string, children ...*element) *element {
	root := &element{name: kind, attributes: []attribute{
		{"xmlns", ublNamespace + kind + "-2"},
		{"xmlns:cac", ublNamespace + "CommonAggregateComponents-2"},
		{"xmlns:cbc", ublNamespace + "CommonBasicComponents-2"},
	}}
	root.add(children...)
	return root
}

// encode writes the document in UTF-8, indented by two spaces.
func (e *element) encode() []byte {
	var out bytes.Buffer
	out.WriteString(xml.Header)
	e.write(&out, 0)
	return out.Bytes()
}

func (e *element) write(out *bytes.Buffer, depth int) {
	indent := strings.Repeat("  ", depth)
	out.WriteString(indent + "<" + e.name)
	for _, attribute := range e.attributes {
		out.WriteString(" " + attribute.name + `="` + escape(attribute.value) + `"`)
	}
	if len(e.children) == 0 {
		out.WriteString(">" + escape(e.text) + "</" + e.name + ">\n")
		return
	}
	out.WriteString(">\n")
	for _, child := range e.children {
		child.write(out, depth+1)
	}
	out.WriteString(indent + "</" + e.name + ">\n")
}

var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;")

func escape(text string) string { return escaper.Replace(text) }
