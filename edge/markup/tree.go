package markup

import (
	"slices"
	"strconv"

	"millrace/edge/document"
)

func decimal(n int) string { return strconv.Itoa(n) }

// Node is one element of the tree. Nodes stand in document order, a parent before its children.
type Node struct {
	Element        Element
	Parent         int32 // index; the root's is 0
	Next           int32 // next sibling; 0 when there is none
	Child          int32 // first child; 0 when there is none
	Ordinal        int32 // from 1 among siblings of the same name
	Offset         int32 // of the start tag
	attributeFirst int32 // range in tree.attributes
	attributeAfter int32
	Text           []byte
}

type nodeAttribute struct {
	name  string // the schema's
	value []byte
}

// frame is an element that is being filled.
type frame struct {
	node      int32
	last      int32 // last child; 0 before the first
	typ       uint16
	at        uint16 // first particle that may still come
	taken     bool   // the particle at has been taken at least once
	foreign   bool   // the element of an extension has been seen
	hasPieces bool   // the text was joined from pieces
}

// Tree is a document that the schema allows. It is reused between documents.
type Tree struct {
	schema     *Schema
	scan       scanner
	Nodes      []Node
	attributes []nodeAttribute
	frames     []frame
	joined     []byte // texts that were interrupted by comments or marked sections
	at         int32  // the node at which an error is reported
}

// reset lets go of the document's bytes.
func (t *Tree) reset() {
	clear(t.Nodes)
	clear(t.attributes)
	clear(t.scan.attributes[:cap(t.scan.attributes)])
	clear(t.scan.open[:cap(t.scan.open)])
	clear(t.scan.bindings[:cap(t.scan.bindings)])
	t.scan.input, t.scan.text, t.scan.name, t.scan.failed = nil, nil, qualified{}, nil
	t.Nodes, t.attributes, t.frames, t.joined = t.Nodes[:0], t.attributes[:0], t.frames[:0], t.joined[:0]
}

// build reads a document into the tree. It returns the *document.Unsupported or *document.Error that stopped it.
func (t *Tree) build(input []byte, limits Limits) error {
	t.scan.begin(input, limits, t.schema)
	kind := t.scan.next()
	if kind == tokenFailure {
		return t.scan.failed
	}
	if err := t.buildRoot(); err != nil {
		return err
	}
	foreign := 0 // depth inside an element that the schema does not know
	for {
		kind := t.scan.next()
		if kind == tokenFailure {
			return t.place(t.scan.failed)
		}
		if foreign > 0 {
			switch kind {
			case tokenStart:
				foreign++
			case tokenClose:
				foreign--
			}
			continue
		}
		var err *document.Error
		switch kind {
		case tokenStart:
			if t.schema.Types[t.frames[len(t.frames)-1].typ].Lexical == LexicalAny {
				err = t.foreign()
				foreign = 1
				break
			}
			var passed bool
			if passed, err = t.start(); passed {
				foreign = 1
			}
		case tokenText:
			err = t.text()
		case tokenClose:
			err = t.close()
		case tokenEnd:
			return nil
		}
		if err != nil {
			return t.place(err)
		}
	}
}

// place completes an error with the path of the element at which it was found.
func (t *Tree) place(err *document.Error) *document.Error {
	path := t.path(t.at)
	if err.Field != "" {
		path += "/" + err.Field
	}
	err.Field = path
	return err
}

// path prints "Invoice/cac:InvoiceLine[2]/cbc:ID".
func (t *Tree) path(at int32) string {
	n := &t.Nodes[at]
	if at == 0 {
		return t.schema.Elements[n.Element].Local
	}
	path := t.path(n.Parent) + "/" + t.schema.name(n.Element)
	parent := t.schema.Types[t.schema.Elements[t.Nodes[n.Parent].Element].Type]
	if slices.ContainsFunc(t.schema.Particles[parent.ChildFirst:parent.ChildAfter], func(p Element) bool {
		return p&Repeats != 0 && p&elementMask == n.Element
	}) {
		path += "[" + decimal(int(n.Ordinal)) + "]"
	}
	return path
}

func (t *Tree) buildRoot() error {
	name := t.scan.name
	var root Element
	for e := Element(1); e <= t.schema.Roots; e++ {
		if string(name.local) == t.schema.Elements[e].Local {
			root = e
		}
	}
	if root == 0 {
		return &document.Unsupported{Type: document.Excerpt(name.local), Namespace: document.Excerpt(name.uri)}
	}
	t.at = 0
	t.Nodes = append(t.Nodes, Node{Element: root, Ordinal: 1, Offset: int32(t.scan.offset)})
	if name.namespace != t.schema.Elements[root].Namespace {
		return t.place(failure(CodeNamespaceWrong, t.scan.input, t.scan.offset, name.uri))
	}
	typ := t.schema.Elements[root].Type
	t.frames = append(t.frames, frame{typ: typ, at: t.schema.Types[typ].ChildFirst})
	if err := t.takeAttributes(0); err != nil {
		return t.place(err)
	}
	return nil
}

// start adds the element of the current start tag, if the schema allows it here. It tells whether the element is to be
// passed over.
func (t *Tree) start() (passed bool, err *document.Error) {
	f := &t.frames[len(t.frames)-1]
	typ := &t.schema.Types[f.typ]
	name := &t.scan.name
	if typ.Lexical != LexicalNone {
		return false, failure(CodeElementInText, t.scan.input, t.scan.offset, t.written())
	}
	var missing Element
	for i := f.at; i < typ.ChildAfter; i++ {
		particle := t.schema.Particles[i]
		e := &t.schema.Elements[particle&elementMask]
		if e.Namespace == name.namespace && e.Local == string(name.local) {
			if missing != 0 {
				return false, t.missing(missing, t.scan.offset)
			}
			ordinal := int32(1)
			if f.taken && i == f.at {
				ordinal = t.Nodes[f.last].Ordinal + 1
			}
			f.at, f.taken = i, true
			if particle&Repeats == 0 {
				f.at, f.taken = i+1, false
			}
			t.add(particle&elementMask, e.Type, ordinal)
			return false, t.takeAttributes(t.frames[len(t.frames)-1].node)
		}
		if particle&Required != 0 && missing == 0 && !(f.taken && i == f.at) {
			missing = particle & elementMask
		}
	}
	code := t.unexpected(f, typ)
	if code == CodeElementUnknown && t.schema.Newer == NewerPassed && name.namespace >= NamespaceFirst {
		return true, nil
	}
	return false, failure(code, t.scan.input, t.scan.offset, t.written())
}

// unexpected tells why an element that cannot come now is refused.
func (t *Tree) unexpected(f *frame, typ *SchemaType) string {
	name := &t.scan.name
	code := CodeElementUnknown
	for i := typ.ChildFirst; i < typ.ChildAfter; i++ {
		e := &t.schema.Elements[t.schema.Particles[i]&elementMask]
		if e.Namespace == name.namespace && e.Local == string(name.local) {
			code = CodeElementOrder
			if i+1 == f.at && t.schema.Particles[i]&Repeats == 0 {
				code = CodeElementRepeated
			}
		}
	}
	return code
}

// written is the current start tag's name as the document writes it.
func (t *Tree) written() []byte { return t.scan.open[len(t.scan.open)-1] }

func (t *Tree) missing(e Element, offset int) *document.Error {
	err := failure(CodeElementMissing, t.scan.input, offset, "")
	err.Field = t.schema.name(e)
	return err
}

// add appends a node below the open element and opens it.
func (t *Tree) add(e Element, typ uint16, ordinal int32) {
	f := &t.frames[len(t.frames)-1]
	index := int32(len(t.Nodes))
	n := Node{Element: e, Parent: f.node, Ordinal: ordinal, Offset: int32(t.scan.offset)}
	if f.last == 0 {
		t.Nodes[f.node].Child = index
	} else {
		t.Nodes[f.last].Next = index
	}
	f.last = index
	t.Nodes = append(t.Nodes, n)
	t.frames = append(t.frames, frame{node: index, typ: typ, at: t.schema.Types[typ].ChildFirst})
	t.at = index
}

// takeAttributes checks the attributes of the current start tag against the schema and keeps them with the node.
func (t *Tree) takeAttributes(index int32) *document.Error {
	n := &t.Nodes[index]
	typ := &t.schema.Types[t.schema.Elements[n.Element].Type]
	allowed := t.schema.Attributes[typ.AttributeFirst:typ.AttributeAfter]
	n.attributeFirst = int32(len(t.attributes))
	for i := range t.scan.attributes {
		a := &t.scan.attributes[i]
		if a.name.namespace == NamespaceXSI && (string(a.name.local) == "schemaLocation" || string(a.name.local) == "noNamespaceSchemaLocation") {
			continue
		}
		known := -1
		for j := range allowed {
			if len(a.name.prefix) == 0 && allowed[j].Name == string(a.name.local) {
				known = j
			}
		}
		if known < 0 {
			return failure(CodeAttributeUnknown, t.scan.input, t.scan.offset, a.name.local)
		}
		if code := allowed[known].Lexical.wrong(a.value); code != "" {
			err := failure(code, t.scan.input, t.scan.offset, a.value)
			err.Field = "@" + allowed[known].Name
			return err
		}
		t.attributes = append(t.attributes, nodeAttribute{allowed[known].Name, a.value})
	}
	n.attributeAfter = int32(len(t.attributes))
	for j := range allowed {
		if allowed[j].Use == Demanded && t.Attribute(index, allowed[j].Name) == nil {
			err := failure(CodeAttributeMissing, t.scan.input, t.scan.offset, "")
			err.Field = "@" + allowed[j].Name
			return err
		}
	}
	return nil
}

// foreign takes the element of an extension.
func (t *Tree) foreign() *document.Error {
	f := &t.frames[len(t.frames)-1]
	space := t.scan.name.namespace
	if f.foreign || space == t.schema.Elements[t.Nodes[f.node].Element].Namespace || space == NamespaceNone {
		return failure(CodeExtensionContent, t.scan.input, t.scan.offset, "")
	}
	f.foreign = true
	return nil
}

// text takes a piece of text.
func (t *Tree) text() *document.Error {
	piece := t.scan.text
	f := &t.frames[len(t.frames)-1]
	if form := t.schema.Types[f.typ].Lexical; form == LexicalNone || form == LexicalAny {
		if trimmed := trim(piece); len(trimmed) > 0 {
			return failure(CodeTextForbidden, t.scan.input, t.scan.offset, trimmed)
		}
		return nil
	}
	n := &t.Nodes[f.node]
	switch {
	case n.Text == nil:
		n.Text = piece
	case f.hasPieces: // this text was joined last, so it can grow in place
		from := len(t.joined) - len(n.Text)
		t.joined = append(t.joined, piece...)
		n.Text = t.joined[from:len(t.joined):len(t.joined)]
	default:
		from := len(t.joined)
		t.joined = append(append(t.joined, n.Text...), piece...)
		n.Text = t.joined[from:len(t.joined):len(t.joined)]
		f.hasPieces = true
	}
	return nil
}

// close ends the open element, which must be complete.
func (t *Tree) close() *document.Error {
	f := &t.frames[len(t.frames)-1]
	typ := &t.schema.Types[f.typ]
	n := &t.Nodes[f.node]
	switch typ.Lexical {
	case LexicalNone:
		for i := f.at; i < typ.ChildAfter; i++ {
			if particle := t.schema.Particles[i]; particle&Required != 0 && !(f.taken && i == f.at) {
				return t.missing(particle&elementMask, t.scan.offset)
			}
		}
	case LexicalAny:
		if !f.foreign {
			return failure(CodeExtensionContent, t.scan.input, t.scan.offset, "")
		}
	default:
		if code := typ.Lexical.wrong(n.Text); code != "" {
			return failure(code, t.scan.input, int(n.Offset), trim(n.Text))
		}
	}
	t.at = n.Parent
	t.frames = t.frames[:len(t.frames)-1]
	return nil
}
