package transport

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strconv"
	"strings"

	"millrace/edge/document"
	"millrace/edge/observation"
)

const (
	namespaceRoot = "urn:oasis:names:specification:ubl:schema:xsd:TransportationStatus-2"
	namespaceCac  = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
	namespaceCbc  = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
	namespaceExt  = "urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2"
)

// Root is the name of the document's element.
const Root = "TransportationStatus"

// element is one element with its text.
type element struct {
	name       xml.Name
	attributes []xml.Attr
	children   []*element
	text       []byte
	line       int
	from, to   int // offsets of its bytes
}

// builder makes a tree of a document.
type builder struct {
	input   []byte
	limits  observation.Limits
	decoder *xml.Decoder
	count   int
}

func (b *builder) failure(code, field, value string) *document.Error {
	line, _ := b.decoder.InputPos()
	return Codes.Failure(code, line, field, value)
}

// tree reads the document; the error is *document.Error or *document.Unsupported.
func tree(input []byte, limits observation.Limits) (*element, error) {
	b := builder{input: input, limits: limits, decoder: xml.NewDecoder(bytes.NewReader(input))}
	whole := func(code, value string) error { return Codes.Failure(code, 0, "", value) }
	switch {
	case len(input) > limits.BytesMax:
		return nil, whole("input_too_large", strconv.Itoa(len(input)))
	case len(bytes.TrimSpace(input)) == 0:
		return nil, whole("input_empty", "")
	}
	if at, wrong := observation.NotUTF8(input); wrong != "" {
		return nil, Codes.Failure("encoding_invalid", observation.LineAt(input, at), "", wrong)
	}
	var root *element
	var open []*element
	for {
		from := int(b.decoder.InputOffset())
		token, err := b.decoder.Token()
		if errors.Is(err, io.EOF) && root != nil && len(open) == 0 {
			return root, nil
		}
		if err != nil {
			return nil, b.failure("xml_malformed", path(open), strings.TrimPrefix(err.Error(), "XML syntax error on "))
		}
		switch token := token.(type) {
		case xml.StartElement:
			line, _ := b.decoder.InputPos()
			e := &element{name: token.Name, attributes: token.Copy().Attr, line: line, from: from}
			if root == nil {
				if token.Name.Local != Root {
					return nil, &document.Unsupported{Type: token.Name.Local, Namespace: token.Name.Space}
				}
				root = e
			} else if len(open) == 0 {
				return nil, b.failure("xml_malformed", "", token.Name.Local)
			} else {
				parent := open[len(open)-1]
				parent.children = append(parent.children, e)
			}
			open = append(open, e)
			if b.count++; b.count > limits.ValuesMax {
				return nil, b.failure("elements_exceeded", path(open), strconv.Itoa(b.count))
			}
			if len(open) > limits.DepthMax {
				return nil, b.failure("depth_exceeded", path(open[:3]), strconv.Itoa(len(open)))
			}
		case xml.EndElement:
			open[len(open)-1].to = int(b.decoder.InputOffset())
			open = open[:len(open)-1]
		case xml.CharData:
			if len(open) > 0 {
				open[len(open)-1].text = append(open[len(open)-1].text, token...)
			} else if len(bytes.TrimSpace(token)) > 0 {
				return nil, b.failure("xml_malformed", "", string(token))
			}
		case xml.Directive:
			return nil, b.failure("doctype_forbidden", path(open), "")
		}
	}
}

func path(open []*element) string {
	names := make([]string, len(open))
	for i, e := range open {
		names[i] = e.name.Local
	}
	return strings.Join(names, "/")
}

// child is the first child of a name in UBL's namespaces; nil where there is none, and for nil.
func (e *element) child(names ...string) *element {
	for _, name := range names {
		if e == nil {
			return nil
		}
		var found *element
		for _, c := range e.children {
			if c.name.Local == name && (c.name.Space == namespaceCac || c.name.Space == namespaceCbc) {
				found = c
				break
			}
		}
		e = found
	}
	return e
}

// all are the children of a name.
func (e *element) all(name string) []*element {
	var found []*element
	if e == nil {
		return nil
	}
	for _, c := range e.children {
		if c.name.Local == name && (c.name.Space == namespaceCac || c.name.Space == namespaceCbc) {
			found = append(found, c)
		}
	}
	return found
}

// value is an element's text with each run of white space made one blank; "" for nil.
func (e *element) value() string {
	if e == nil {
		return ""
	}
	return strings.Join(strings.Fields(string(e.text)), " ")
}

func (e *element) attribute(name string) string {
	if e == nil {
		return ""
	}
	for _, a := range e.attributes {
		if a.Name.Space == "" && a.Name.Local == name {
			return strings.TrimSpace(a.Value)
		}
	}
	return ""
}
