package markup

import (
	"strings"

	"millrace/edge/document"
)

// Find returns the first child of that name; 0 when there is none.
func (t *Tree) Find(index int32, e Element) int32 {
	for c := t.Nodes[index].Child; c != 0; c = t.Nodes[c].Next {
		if t.Nodes[c].Element == e {
			return c
		}
	}
	return 0
}

// FindAt follows names down from index, by first children; 0 when one is missing.
func (t *Tree) FindAt(index int32, names ...Element) int32 {
	for _, e := range names {
		if index = t.Find(index, e); index == 0 {
			return 0
		}
	}
	return index
}

// TextOf returns an element's text with each run of white space made one blank; "" for index 0.
func (t *Tree) TextOf(index int32) string {
	if index == 0 {
		return ""
	}
	return Collapse(t.Nodes[index].Text)
}

// TextAt follows names down from index and returns the text there.
func (t *Tree) TextAt(index int32, names ...Element) string {
	return t.TextOf(t.FindAt(index, names...))
}

// Raw returns an element's text without white space around it.
func (t *Tree) Raw(index int32) []byte { return trim(t.Nodes[index].Text) }

// Attribute returns an attribute's value; nil when the element has none.
func (t *Tree) Attribute(index int32, name string) []byte {
	n := &t.Nodes[index]
	for _, a := range t.attributes[n.attributeFirst:n.attributeAfter] {
		if a.name == name {
			return a.value
		}
	}
	return nil
}

// Collapse makes each run of white space one blank and takes it off both ends.
func Collapse(text []byte) string {
	text = trim(text)
	for i, c := range text {
		if class[c]&classSpace != 0 && (c != ' ' || class[text[i+1]]&classSpace != 0) {
			return strings.Join(strings.FieldsFunc(string(text), func(r rune) bool {
				return r == ' ' || r == '\t' || r == '\n' || r == '\r'
			}), " ")
		}
	}
	return string(text)
}

// FieldPath prints "InvoiceLine[3]/Price/PriceAmount": no prefixes and no root.
func (t *Tree) FieldPath(index int32) string {
	path := ""
	for ; index != 0; index = t.Nodes[index].Parent {
		n := &t.Nodes[index]
		part := t.schema.Elements[n.Element].Local
		if n.Ordinal > 1 || n.Next != 0 && t.Nodes[n.Next].Element == n.Element {
			part += "[" + decimal(int(n.Ordinal)) + "]"
		}
		if path != "" {
			part += "/" + path
		}
		path = part
	}
	return path
}

// Wrong makes the error about the text of an element.
func (t *Tree) Wrong(reason document.Reason, index int32) *document.Error {
	t.at = index
	return t.place(failureOf(reason, t.scan.input, int(t.Nodes[index].Offset), t.Raw(index)))
}

// WrongAttribute makes the error about an attribute of an element.
func (t *Tree) WrongAttribute(reason document.Reason, index int32, name string) *document.Error {
	t.at = index
	err := failureOf(reason, t.scan.input, int(t.Nodes[index].Offset), trim(t.Attribute(index, name)))
	err.Field = "@" + name
	return t.place(err)
}

// Missing makes the error about the elements, one inside the other, that an element lacks.
func (t *Tree) Missing(index int32, names ...Element) *document.Error {
	t.at = index
	err := failure(CodeElementMissing, t.scan.input, int(t.Nodes[index].Offset), "")
	for i, e := range names {
		if i > 0 {
			err.Field += "/"
		}
		err.Field += t.schema.name(e)
	}
	return t.place(err)
}
