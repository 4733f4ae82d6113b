package en16931

import (
	"bytes"
	"encoding/binary"
	"encoding/xml"
	"errors"
	"io"
	"strconv"
	"strings"
	"unicode/utf16"

	"millrace/edge/document"
)

// What Read takes at most.
const (
	bytesMax    = 10 << 20
	depthMax    = 100
	elementsMax = 1_000_000
)

// element is one element of a document with its namespaces resolved.
type element struct {
	space, name string
	attributes  []xml.Attr
	text        string // of an element without children, white space collapsed
	line        int
	ordinal     int  // among the parent's children of the same name, from 1
	alone       bool // no other child of the parent has this name
	parent      *element
	children    []*element
}

// The namespaces that are known, each with the prefix that paths show.
const (
	ublInvoice    = "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
	ublCreditNote = "urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2"
	cac           = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
	cbc           = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
	rsm           = "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"
	ram           = "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100"
	udt           = "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100"
	qdt           = "urn:un:unece:uncefact:data:standard:QualifiedDataType:100"
)

var prefixes = map[string]string{cac: "cac:", cbc: "cbc:", rsm: "rsm:", ram: "ram:", udt: "udt:", qdt: "qdt:"}

// parse builds the tree of a document. The errors are *document.Error without a file.
func parse(input []byte) (*element, error) {
	if len(input) > bytesMax {
		return nil, &document.Error{Code: "input_too_large", Value: strconv.Itoa(len(input)), Message: "bytes are more than the limit"}
	}
	decoder := xml.NewDecoder(bytes.NewReader(fromUTF16(input)))
	decoder.CharsetReader = charset
	var root, current *element
	var text []byte // since the last start tag
	depth, elements := 0, 0
	fail := func(code, value, message string) error {
		line, _ := decoder.InputPos()
		return &document.Error{Line: line, Code: code, Value: value, Message: message}
	}
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fail("xml_malformed", "", strings.TrimPrefix(err.Error(), "XML syntax error on "))
		}
		switch token := token.(type) {
		case xml.Directive:
			return nil, fail("doctype_forbidden", "", "document type declarations are not accepted")
		case xml.StartElement:
			if depth, elements = depth+1, elements+1; depth > depthMax || elements > elementsMax {
				return nil, fail("size_exceeded", token.Name.Local, "is one element too many or too deep")
			}
			if root != nil && current == nil {
				return nil, fail("xml_malformed", token.Name.Local, "stands outside the root element")
			}
			line, _ := decoder.InputPos()
			started := &element{space: token.Name.Space, name: token.Name.Local, attributes: token.Attr, line: line, parent: current}
			if current == nil {
				root = started
			} else {
				current.children = append(current.children, started)
			}
			current, text = started, text[:0]
		case xml.CharData:
			text = append(text, token...)
		case xml.EndElement:
			current.end(text)
			depth, current = depth-1, current.parent
		}
	}
	if root == nil {
		return nil, &document.Error{Code: "input_empty", Message: "has no content"}
	}
	return root, nil
}

// end closes an element: it takes the text of one without children, and numbers the children of another. What lies
// between children is white space in the documents that are read, and what else it may be says nothing.
func (e *element) end(text []byte) {
	if len(e.children) == 0 {
		e.text = collapsed(text)
		return
	}
	last := map[string]*element{}
	for _, child := range e.children {
		before := last[child.name]
		if child.ordinal, child.alone = 1, true; before != nil {
			child.ordinal, child.alone, before.alone = before.ordinal+1, false, false
		}
		last[child.name] = child
	}
}

// collapsed is a text without white space around it, and with one blank for each run of it inside.
func collapsed(text []byte) string {
	text = bytes.TrimSpace(text)
	if bytes.ContainsAny(text, "\t\n\r") || bytes.Contains(text, []byte("  ")) {
		text = bytes.Join(bytes.Fields(text), []byte(" "))
	}
	return string(text)
}

// path prints "Invoice/cac:InvoiceLine[2]/cbc:ID"; a place among siblings is shown where there are several.
func (e *element) path() string {
	if e.parent == nil {
		return e.name
	}
	step := prefixes[e.space] + e.name
	if !e.alone {
		step += "[" + strconv.Itoa(e.ordinal) + "]"
	}
	return e.parent.path() + "/" + step
}

// child returns the first child of that name, or nil. It may be called on nil.
func (e *element) child(space, name string) *element {
	if e == nil {
		return nil
	}
	for _, child := range e.children {
		if child.name == name && child.space == space {
			return child
		}
	}
	return nil
}

// all returns the children of that name. It may be called on nil.
func (e *element) all(space, name string) []*element {
	if e == nil {
		return nil
	}
	var found []*element
	for _, child := range e.children {
		if child.name == name && child.space == space {
			found = append(found, child)
		}
	}
	return found
}

// attribute returns the value of an attribute without a namespace.
func (e *element) attribute(name string) (string, bool) {
	if e != nil {
		for _, attribute := range e.attributes {
			if attribute.Name.Space == "" && attribute.Name.Local == name {
				return strings.TrimSpace(attribute.Value), true
			}
		}
	}
	return "", false
}

// charset decodes the single-byte encodings that business documents still come in. UTF-8 needs no decoding.
func charset(label string, input io.Reader) (io.Reader, error) {
	switch strings.ToUpper(label) {
	case "US-ASCII", "ASCII", "UTF8", "UTF-16": // UTF-16 has been decoded when its declaration is read
		return input, nil
	case "ISO-8859-1", "LATIN1":
		text, err := io.ReadAll(input)
		if err != nil {
			return nil, err
		}
		var decoded strings.Builder
		for _, c := range text {
			decoded.WriteRune(rune(c))
		}
		return strings.NewReader(decoded.String()), nil
	}
	return nil, errors.New("encoding " + strconv.Quote(label) + " is not read")
}

// fromUTF16 turns a document with the byte order mark of UTF-16 into UTF-8, and leaves others as they are but for the
// mark of UTF-8.
func fromUTF16(input []byte) []byte {
	var order binary.ByteOrder
	switch {
	case bytes.HasPrefix(input, []byte{0xFE, 0xFF}):
		order = binary.BigEndian
	case bytes.HasPrefix(input, []byte{0xFF, 0xFE}):
		order = binary.LittleEndian
	default:
		return bytes.TrimPrefix(input, []byte{0xEF, 0xBB, 0xBF})
	}
	units := make([]uint16, 0, len(input)/2)
	for at := 2; at+1 < len(input); at += 2 {
		units = append(units, order.Uint16(input[at:]))
	}
	return []byte(string(utf16.Decode(units)))
}
