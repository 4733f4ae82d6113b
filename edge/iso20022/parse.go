package iso20022

import (
	"slices"
	"strconv"
	"strings"

	"millrace/edge/document"
	"millrace/edge/markup"
)

// Node is one element. Nodes stand in document order, a parent before its children.
type Node struct {
	Name   string // without a prefix
	Text   []byte
	Ccy    []byte // the attribute of amounts
	Parent int32  // index; the root's is 0
	Next   int32  // next sibling; 0 when there is none
	Child  int32  // first child; 0 when there is none
	Offset int32  // of the start tag
}

// Tree is a message, or as much of it as is held at a time.
type Tree struct {
	Message string // as in "camt.053.001.08"
	Nodes   []Node // the first is Document

	tokens *markup.Tokens
	root   *typed // nil where the schema is not known
	open   []frame
	names  map[string]string // each name once
	cut    []string
	take   func(*Tree, int32) *document.Error
}

// frame is an element that is being filled.
type frame struct {
	node, last int32 // last child; 0 before the first
	ordinal    int   // of the node among siblings of its name that follow one another
	typ        *typed
	at         int // first particle that may still come
	count      int // how often it has come
	pieces     int // of text
}

// prefix is what the namespaces of messages begin with.
const prefix = "urn:iso:std:iso:20022:tech:xsd:"

// Parse reads a message. Elements whose name is in cut are given to take as soon as they are complete, with what stands before
// them at the same place and above, and are then let go; at the end take is given the root, 0. The tree lasts until Parse
// returns. Any error is a *document.Error with the name as its file. Parse never panics and may be called concurrently.
func Parse(name string, input []byte, limits markup.Limits, cut []string, take func(*Tree, int32) *document.Error) error {
	tokens, failed := markup.NewTokens(input, limits)
	if failed == nil {
		t := &Tree{tokens: tokens, names: map[string]string{}, cut: cut, take: take}
		failed = t.read()
	}
	if failed != nil {
		failed.File = name
		return failed
	}
	return nil
}

// MessageOf names the message of a file, as in "camt.053.001.08", without reading it as a whole; "" where it holds none.
func MessageOf(input []byte, limits markup.Limits) string {
	tokens, failed := markup.NewTokens(input, limits)
	if failed != nil {
		return ""
	}
	t := &Tree{tokens: tokens}
	if t.begin() != nil {
		return ""
	}
	return t.Message
}

// read finds the message in its envelope and reads it.
func (t *Tree) read() *document.Error {
	if failed := t.begin(); failed != nil {
		return failed
	}
	t.root = schemas()[t.Message]
	t.Nodes = append(t.Nodes, Node{Name: "Document", Offset: int32(t.tokens.Offset())})
	t.open = append(t.open, frame{typ: t.root})
	unknown := 0 // depth inside what the schema says nothing of
	for len(t.open) > 0 {
		token := t.tokens.Next()
		if token == markup.Failed {
			return t.place(t.tokens.Error())
		}
		if unknown > 0 {
			switch token {
			case markup.Opened:
				unknown++
			case markup.Closed:
				unknown--
			}
			continue
		}
		var failed *document.Error
		switch token {
		case markup.Opened:
			if typ := t.top().typ; typ != nil && typ.shape == holdsAnything {
				unknown = 1
			} else {
				failed = t.start()
			}
		case markup.Texted:
			t.text()
		case markup.Closed:
			failed = t.close()
		}
		if failed != nil {
			return t.place(failed)
		}
	}
	for { // what is left of the envelope
		switch t.tokens.Next() {
		case markup.Failed:
			return t.tokens.Error()
		case markup.Finished:
			return nil
		}
	}
}

// begin goes to the Document and names the message.
func (t *Tree) begin() *document.Error {
	first := ""
	for {
		switch t.tokens.Next() {
		case markup.Failed:
			return t.tokens.Error()
		case markup.Finished:
			return t.tokens.Wrong(reasonOf(CodeDocumentMissing), 0, first)
		case markup.Opened:
			local, namespace := t.tokens.Name()
			if first == "" {
				first = string(local)
			}
			if string(local) != "Document" {
				continue
			}
			// Two Swiss messages of 2009 have the bank's own namespace, which ends in the file of the schema.
			t.Message = strings.TrimSuffix(string(namespace[strings.LastIndexAny(string(namespace), ":/")+1:]), ".xsd")
			if strings.Count(t.Message, ".") < 3 || len(t.Message) > 40 {
				failed := t.tokens.Wrong(reasonOf(CodeMessageUnnamed), t.tokens.Offset(), string(namespace))
				failed.Field = "Document"
				return failed
			}
			return nil
		}
	}
}

func (t *Tree) top() *frame { return &t.open[len(t.open)-1] }

// fail makes an error at the token; field, below the open element, may be "".
func (t *Tree) fail(code, field, value string) *document.Error {
	failed := t.tokens.Wrong(reasonOf(code), t.tokens.Offset(), value)
	failed.Field = field
	return failed
}

func reasonOf(code string) document.Reason {
	reason, _ := Codes.Find(code)
	return reason
}

// place completes an error with the path of the element that is open.
func (t *Tree) place(failed *document.Error) *document.Error {
	var b strings.Builder
	for i := range t.open {
		if i > 0 {
			b.WriteByte('/')
		}
		b.WriteString(t.Nodes[t.open[i].node].Name)
		if t.open[i].ordinal > 1 {
			b.WriteString("[" + strconv.Itoa(t.open[i].ordinal) + "]")
		}
	}
	if failed.Field != "" {
		b.WriteString("/" + failed.Field)
	}
	failed.Field = b.String()
	return failed
}

// start adds the element of the start tag, if the schema allows it here.
func (t *Tree) start() *document.Error {
	f := t.top()
	local, _ := t.tokens.Name()
	var typ *typed
	if f.typ != nil {
		if f.typ.shape == holdsText {
			return t.fail(markup.CodeElementInText, "", string(local))
		}
		p, failed := t.follows(f, string(local))
		if failed != nil {
			return failed
		}
		typ = p.typ
	}
	name, known := t.names[string(local)]
	if !known {
		name = string(local)
		t.names[name] = name
	}
	index, ordinal := int32(len(t.Nodes)), 1
	t.Nodes = append(t.Nodes, Node{Name: name, Parent: f.node, Offset: int32(t.tokens.Offset())})
	if f.last == 0 {
		t.Nodes[f.node].Child = index
	} else {
		t.Nodes[f.last].Next = index
	}
	if f.typ != nil {
		ordinal = f.count
	}
	f.last = index
	t.open = append(t.open, frame{node: index, ordinal: ordinal, typ: typ})
	return t.attributes(index, typ)
}

// follows finds the particle of an element that may come now.
func (t *Tree) follows(f *frame, name string) (*particle, *document.Error) {
	children := f.typ.children
	at := slices.IndexFunc(children, func(p particle) bool { return p.name == name })
	switch {
	case at < 0:
		return nil, t.fail(markup.CodeElementUnknown, "", name)
	case f.typ.shape == holdsChoice:
		if f.last != 0 && t.Nodes[f.last].Name != name {
			return nil, t.fail(CodeChoiceSecond, "", name)
		}
		if f.last == 0 {
			f.at = at
		}
	case at < f.at:
		return nil, t.fail(markup.CodeElementOrder, "", name)
	default:
		for ; f.at < at; f.at, f.count = f.at+1, 0 {
			if f.count < children[f.at].least {
				return nil, t.fail(markup.CodeElementMissing, children[f.at].name, "")
			}
		}
	}
	f.count++
	switch most := children[at].most; {
	case most == 1 && f.count > 1:
		return nil, t.fail(markup.CodeElementRepeated, "", name)
	case most > 0 && f.count > most:
		return nil, t.fail(CodeRepeatedOften, "", name)
	}
	return &children[at], nil
}

// attributes keeps the currency of an amount; the schemas know no other attribute.
func (t *Tree) attributes(index int32, typ *typed) (failed *document.Error) {
	t.tokens.Attributes(func(name, value []byte) {
		switch {
		case string(name) == "Ccy":
			t.Nodes[index].Ccy = value
		case typ != nil && failed == nil:
			failed = t.fail(markup.CodeAttributeUnknown, "", string(name))
		}
	})
	if typ == nil || failed != nil {
		return failed
	}
	switch ccy := t.Nodes[index].Ccy; {
	case typ.ccy == nil && ccy != nil:
		return t.fail(markup.CodeAttributeUnknown, "", "Ccy")
	case typ.ccy != nil && ccy == nil:
		return t.fail(markup.CodeAttributeMissing, "@Ccy", "")
	case typ.ccy != nil:
		if code := typ.ccy.wrong(ccy); code != "" {
			return t.fail(code, "@Ccy", string(ccy))
		}
	}
	return nil
}

// text takes a piece of text.
func (t *Tree) text() {
	f := t.top()
	n := &t.Nodes[f.node]
	if f.pieces++; f.pieces == 1 {
		n.Text = t.tokens.Text()
	} else {
		n.Text = slices.Concat(n.Text, t.tokens.Text())
	}
}

// close ends the open element, which must be complete.
func (t *Tree) close() *document.Error {
	f := t.top()
	n := &t.Nodes[f.node]
	if f.typ != nil {
		if failed := t.complete(f, n); failed != nil {
			return failed
		}
	}
	if n.Child != 0 {
		n.Text = nil
	}
	index := f.node
	if slices.Contains(t.cut, n.Name) || index == 0 {
		if failed := t.take(t, index); failed != nil {
			return failed
		}
	}
	t.open = t.open[:len(t.open)-1]
	if index != 0 && slices.Contains(t.cut, n.Name) {
		t.letGo(index)
	}
	return nil
}

// letGo takes an element that was given away off the tree, keeping its own node.
func (t *Tree) letGo(index int32) {
	clear(t.Nodes[index+1:])
	t.Nodes = t.Nodes[:index+1]
	t.Nodes[index].Child, t.Nodes[index].Text = 0, nil
	if f := t.top(); t.Nodes[f.node].Child != index { // of its like only the last is kept
		before := t.Nodes[f.node].Child
		for t.Nodes[before].Next != index {
			before = t.Nodes[before].Next
		}
		if t.Nodes[before].Name == t.Nodes[index].Name && before == index-1 {
			t.Nodes[before].Next, t.Nodes = 0, t.Nodes[:index]
			f.last = before
		}
	}
}

// complete holds a finished element against its type.
func (t *Tree) complete(f *frame, n *Node) *document.Error {
	switch f.typ.shape {
	case holdsText:
		if code := f.typ.simple.wrong(n.Text); code != "" {
			return t.fail(code, "", string(n.Text))
		}
		return nil
	case holdsAnything:
		return nil
	case holdsChoice:
		if f.last == 0 {
			return t.fail(CodeChoiceEmpty, "", "")
		}
	case holdsSequence:
		for ; f.at < len(f.typ.children); f.at, f.count = f.at+1, 0 {
			if f.count < f.typ.children[f.at].least {
				return t.fail(markup.CodeElementMissing, f.typ.children[f.at].name, "")
			}
		}
	}
	if text := markup.Trim(n.Text); len(text) > 0 {
		return t.fail(markup.CodeTextForbidden, "", string(text))
	}
	return nil
}

// Find is the first element inside another by the names on the way to it; -1 when there is none, and inside -1.
func (t *Tree) Find(index int32, names ...string) int32 {
	for _, name := range names {
		if index < 0 {
			return -1
		}
		at := t.Nodes[index].Child
		for at != 0 && t.Nodes[at].Name != name {
			at = t.Nodes[at].Next
		}
		if index = at; at == 0 {
			return -1
		}
	}
	return index
}

// Text is the text of the first element of some names inside another, without white space round it; "" when there is none.
func (t *Tree) Text(index int32, names ...string) string {
	if index = t.Find(index, names...); index < 0 {
		return ""
	}
	return string(markup.Trim(t.Nodes[index].Text))
}

// Each gives the elements of a name inside another, in their order.
func (t *Tree) Each(index int32, name string) func(func(int32) bool) {
	return func(yield func(int32) bool) {
		if index < 0 {
			return
		}
		for at := t.Nodes[index].Child; at != 0; at = t.Nodes[at].Next {
			if t.Nodes[at].Name == name && !yield(at) {
				return
			}
		}
	}
}

// Wrong makes an error about the text of an element, by a reason of a reader's own.
func (t *Tree) Wrong(reason document.Reason, index int32, value string) *document.Error {
	failed := t.tokens.Wrong(reason, int(t.Nodes[index].Offset), value)
	failed.Field = t.path(index)
	return failed
}

// path gives the names from below the innermost open element to the one at index.
func (t *Tree) path(index int32) string {
	var names []string
	for at := index; at != 0 && !slices.ContainsFunc(t.open, func(f frame) bool { return f.node == at }); at = t.Nodes[at].Parent {
		names = append(names, t.Nodes[at].Name)
	}
	slices.Reverse(names)
	return strings.Join(names, "/")
}
