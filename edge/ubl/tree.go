package ubl

import (
	"slices"
	"strconv"

	"millrace/edge/document"
)

func decimal(n int) string { return strconv.Itoa(n) }

// node is one element of the tree. Nodes stand in document order, a parent before its children.
type node struct {
	element        element
	parent         int32 // index; the root's is 0
	next           int32 // next sibling; 0 when there is none
	child          int32 // first child; 0 when there is none
	ordinal        int32 // from 1 among siblings of the same name
	offset         int32 // of the start tag
	attributeFirst int32 // range in tree.attributes
	attributeAfter int32
	text           []byte
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

// tree is a document that the schema allows. It is reused between documents.
type tree struct {
	scan       scanner
	nodes      []node
	attributes []nodeAttribute
	frames     []frame
	joined     []byte // texts that were interrupted by comments or marked sections
	document   element
	at         int32 // the node at which an error is reported
}

// reset lets go of the document's bytes.
func (t *tree) reset() {
	clear(t.nodes)
	clear(t.attributes)
	clear(t.scan.attributes[:cap(t.scan.attributes)])
	clear(t.scan.open[:cap(t.scan.open)])
	clear(t.scan.bindings[:cap(t.scan.bindings)])
	t.scan.input, t.scan.text, t.scan.name, t.scan.failed = nil, nil, qualified{}, nil
	t.nodes, t.attributes, t.frames, t.joined = t.nodes[:0], t.attributes[:0], t.frames[:0], t.joined[:0]
}

// build reads a document into the tree. It returns the *document.Unsupported or *document.Error that stopped it.
func (t *tree) build(input []byte, limits Limits) error {
	t.scan.begin(input, limits)
	kind := t.scan.next()
	if kind == tokenFailure {
		return t.scan.failed
	}
	if err := t.buildRoot(); err != nil {
		return err
	}
	foreign := 0 // depth inside an extension's element
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
			if schemaTypes[t.frames[len(t.frames)-1].typ].lexical == lexicalAny {
				err = t.foreign()
				foreign = 1
				break
			}
			err = t.start()
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
func (t *tree) place(err *document.Error) *document.Error {
	path := t.path(t.at)
	if err.Field != "" {
		path += "/" + err.Field
	}
	err.Field = path
	return err
}

// path prints "Invoice/cac:InvoiceLine[2]/cbc:ID".
func (t *tree) path(at int32) string {
	n := &t.nodes[at]
	if at == 0 {
		return schemaElements[n.element].local
	}
	path := t.path(n.parent) + "/" + elementName(n.element)
	parent := schemaTypes[schemaElements[t.nodes[n.parent].element].typ]
	if slices.ContainsFunc(schemaParticles[parent.childFirst:parent.childEnd], func(p element) bool {
		return p&repeats != 0 && p&elementMask == n.element
	}) {
		path += "[" + decimal(int(n.ordinal)) + "]"
	}
	return path
}

func elementName(e element) string {
	switch schemaElements[e].namespace {
	case namespaceCac:
		return "cac:" + schemaElements[e].local
	case namespaceCbc:
		return "cbc:" + schemaElements[e].local
	case namespaceExt:
		return "ext:" + schemaElements[e].local
	}
	return schemaElements[e].local
}

func (t *tree) buildRoot() error {
	name := t.scan.name
	t.document = 0
	for document := docOrder; document <= docCreditNote; document++ {
		if string(name.local) == schemaElements[document].local {
			t.document = document
		}
	}
	if t.document == 0 {
		return &document.Unsupported{Type: excerpt(name.local), Namespace: excerpt(name.uri)}
	}
	t.at = 0
	t.nodes = append(t.nodes, node{element: t.document, ordinal: 1, offset: int32(t.scan.offset)})
	if string(name.uri) != documentNamespace(t.document) {
		return t.place(failure(codeNamespaceWrong, t.scan.input, t.scan.offset, name.uri))
	}
	typ := schemaElements[t.document].typ
	t.frames = append(t.frames, frame{typ: typ, at: schemaTypes[typ].childFirst})
	if err := t.takeAttributes(0); err != nil {
		return t.place(err)
	}
	return nil
}

// start adds the element of the current start tag, if the schema allows it here.
func (t *tree) start() *document.Error {
	f := &t.frames[len(t.frames)-1]
	typ := &schemaTypes[f.typ]
	name := &t.scan.name
	if typ.lexical != lexicalNone {
		return failure(codeElementInText, t.scan.input, t.scan.offset, t.written())
	}
	var missing element
	for i := f.at; i < typ.childEnd; i++ {
		particle := schemaParticles[i]
		e := &schemaElements[particle&elementMask]
		if e.namespace == name.namespace && e.local == string(name.local) {
			if missing != 0 {
				return t.missing(missing, t.scan.offset)
			}
			ordinal := int32(1)
			if f.taken && i == f.at {
				ordinal = t.nodes[f.last].ordinal + 1
			}
			f.at, f.taken = i, true
			if particle&repeats == 0 {
				f.at, f.taken = i+1, false
			}
			t.add(particle&elementMask, e.typ, ordinal)
			return t.takeAttributes(t.frames[len(t.frames)-1].node)
		}
		if particle&required != 0 && missing == 0 && !(f.taken && i == f.at) {
			missing = particle & elementMask
		}
	}
	return t.unexpected(f, typ)
}

// unexpected tells why an element that cannot come now is refused.
func (t *tree) unexpected(f *frame, typ *schemaType) *document.Error {
	name := &t.scan.name
	code := codeElementUnknown
	for i := typ.childFirst; i < typ.childEnd; i++ {
		e := &schemaElements[schemaParticles[i]&elementMask]
		if e.namespace == name.namespace && e.local == string(name.local) {
			code = codeElementOrder
			if i+1 == f.at && schemaParticles[i]&repeats == 0 {
				code = codeElementRepeated
			}
		}
	}
	return failure(code, t.scan.input, t.scan.offset, t.written())
}

// written is the current start tag's name as the document writes it.
func (t *tree) written() []byte { return t.scan.open[len(t.scan.open)-1] }

func (t *tree) missing(e element, offset int) *document.Error {
	err := failure(codeElementMissing, t.scan.input, offset, "")
	err.Field = elementName(e)
	return err
}

// add appends a node below the open element and opens it.
func (t *tree) add(e element, typ uint16, ordinal int32) {
	f := &t.frames[len(t.frames)-1]
	index := int32(len(t.nodes))
	n := node{element: e, parent: f.node, ordinal: ordinal, offset: int32(t.scan.offset)}
	if f.last == 0 {
		t.nodes[f.node].child = index
	} else {
		t.nodes[f.last].next = index
	}
	f.last = index
	t.nodes = append(t.nodes, n)
	t.frames = append(t.frames, frame{node: index, typ: typ, at: schemaTypes[typ].childFirst})
	t.at = index
}

// takeAttributes checks the attributes of the current start tag against the schema and keeps them with the node.
func (t *tree) takeAttributes(index int32) *document.Error {
	n := &t.nodes[index]
	typ := &schemaTypes[schemaElements[n.element].typ]
	allowed := schemaAttributes[typ.attributeFirst:typ.attributeAfter]
	n.attributeFirst = int32(len(t.attributes))
	for i := range t.scan.attributes {
		a := &t.scan.attributes[i]
		if a.name.namespace == namespaceXsi && (string(a.name.local) == "schemaLocation" || string(a.name.local) == "noNamespaceSchemaLocation") {
			continue
		}
		known := -1
		for j := range allowed {
			if len(a.name.prefix) == 0 && allowed[j].name == string(a.name.local) {
				known = j
			}
		}
		if known < 0 {
			return failure(codeAttributeUnknown, t.scan.input, t.scan.offset, a.name.local)
		}
		if code := allowed[known].lexical.wrong(a.value); code != "" {
			err := failure(code, t.scan.input, t.scan.offset, a.value)
			err.Field = "@" + allowed[known].name
			return err
		}
		t.attributes = append(t.attributes, nodeAttribute{allowed[known].name, a.value})
	}
	n.attributeAfter = int32(len(t.attributes))
	for j := range allowed {
		if allowed[j].required && t.attribute(index, allowed[j].name) == nil {
			err := failure(codeAttributeMissing, t.scan.input, t.scan.offset, "")
			err.Field = "@" + allowed[j].name
			return err
		}
	}
	return nil
}

// foreign takes the element of an extension.
func (t *tree) foreign() *document.Error {
	f := &t.frames[len(t.frames)-1]
	space := t.scan.name.namespace
	if f.foreign || space == namespaceExt || space == namespaceNone {
		return failure(codeExtensionContent, t.scan.input, t.scan.offset, "")
	}
	f.foreign = true
	return nil
}

// text takes a piece of text.
func (t *tree) text() *document.Error {
	piece := t.scan.text
	f := &t.frames[len(t.frames)-1]
	if form := schemaTypes[f.typ].lexical; form == lexicalNone || form == lexicalAny {
		if trimmed := trim(piece); len(trimmed) > 0 {
			return failure(codeTextForbidden, t.scan.input, t.scan.offset, trimmed)
		}
		return nil
	}
	n := &t.nodes[f.node]
	switch {
	case n.text == nil:
		n.text = piece
	case f.hasPieces: // this text was joined last, so it can grow in place
		from := len(t.joined) - len(n.text)
		t.joined = append(t.joined, piece...)
		n.text = t.joined[from:len(t.joined):len(t.joined)]
	default:
		from := len(t.joined)
		t.joined = append(append(t.joined, n.text...), piece...)
		n.text = t.joined[from:len(t.joined):len(t.joined)]
		f.hasPieces = true
	}
	return nil
}

// close ends the open element, which must be complete.
func (t *tree) close() *document.Error {
	f := &t.frames[len(t.frames)-1]
	typ := &schemaTypes[f.typ]
	n := &t.nodes[f.node]
	switch typ.lexical {
	case lexicalNone:
		for i := f.at; i < typ.childEnd; i++ {
			if particle := schemaParticles[i]; particle&required != 0 && !(f.taken && i == f.at) {
				return t.missing(particle&elementMask, t.scan.offset)
			}
		}
	case lexicalAny:
		if !f.foreign {
			return failure(codeExtensionContent, t.scan.input, t.scan.offset, "")
		}
	default:
		if code := typ.lexical.wrong(n.text); code != "" {
			return failure(code, t.scan.input, int(n.offset), trim(n.text))
		}
	}
	t.at = n.parent
	t.frames = t.frames[:len(t.frames)-1]
	return nil
}

// attribute returns an attribute's value; nil when the element has none.
func (t *tree) attribute(index int32, name string) []byte {
	n := &t.nodes[index]
	for _, a := range t.attributes[n.attributeFirst:n.attributeAfter] {
		if a.name == name {
			return a.value
		}
	}
	return nil
}
