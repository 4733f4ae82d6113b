package markup

import (
	"bytes"
	"sync"

	"millrace/edge/document"
)

// Limits bounds what a document may hold. A zero field stands for its default.
type Limits struct {
	BytesMax      int // of the input; default 10 MiB, at most 1 GiB
	DepthMax      int // elements inside one another; default 100
	ElementsMax   int // default 1,000,000
	AttributesMax int // on one element; default 64
	NamespacesMax int // declarations in scope at one place; default 256
}

func (l Limits) withDefaults() Limits {
	set := func(value *int, standard int) {
		if *value <= 0 {
			*value = standard
		}
	}
	set(&l.BytesMax, 10<<20)
	set(&l.DepthMax, 100)
	set(&l.ElementsMax, 1_000_000)
	set(&l.AttributesMax, 64)
	set(&l.NamespacesMax, 256)
	l.BytesMax = min(l.BytesMax, 1<<30) // offsets are kept in 32 bits, decoded text is at most three halves or twice as long
	return l
}

var trees = sync.Pool{New: func() any { return new(Tree) }}

// Parse reads a document that the schema allows and hands its tree to take, whose error it returns. The tree and what it
// points to last only until take returns. Any error is a *document.Error for a rejected document, with the name as its file, or
// a *document.Unsupported where the root is none of the schema's documents. Parse never panics and may be called concurrently.
func (s *Schema) Parse(name string, input []byte, limits Limits, take func(*Tree) *document.Error) error {
	err := s.parse(input, limits.withDefaults(), take)
	switch err := err.(type) {
	case *document.Error:
		err.File = name
	case *document.Unsupported:
		err.File = name
	}
	return err
}

func (s *Schema) parse(input []byte, limits Limits, take func(*Tree) *document.Error) error {
	text, failed := prepare(input, limits)
	if failed != nil {
		return failed
	}
	t := trees.Get().(*Tree)
	defer func() {
		t.reset()
		if cap(t.Nodes) <= 1<<14 { // what one huge document needed is not kept
			trees.Put(t)
		}
	}()
	t.schema = s
	if err := t.build(text, limits); err != nil {
		return err
	}
	if failed := take(t); failed != nil {
		return failed
	}
	return nil
}

// prepare checks the size and returns the input as UTF-8.
func prepare(input []byte, limits Limits) ([]byte, *document.Error) {
	if len(input) > limits.BytesMax {
		err := failure(CodeInputTooLarge, nil, 0, decimal(len(input)))
		err.Line = 0
		return nil, err
	}
	text, failed := decode(input)
	if failed != nil {
		return nil, failed
	}
	if len(bytes.TrimLeft(text, " \t\r\n")) == 0 {
		err := failure(CodeInputEmpty, nil, 0, "")
		err.Line = 0
		return nil, err
	}
	return text, nil
}

// Root reads the name and the namespace of a document's element, without what is inside. The error is a *document.Error.
func Root(name string, input []byte, limits Limits) (local, namespace string, err error) {
	limits = limits.withDefaults()
	text, failed := prepare(input, limits)
	if failed == nil {
		var s scanner
		s.begin(text, limits, &Schema{})
		if s.next() != tokenFailure {
			return string(s.name.local), string(s.name.uri), nil
		}
		failed = s.failed
	}
	failed.File = name
	return "", "", failed
}
