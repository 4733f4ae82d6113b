package ubl

import (
	"bytes"
	"sync"

	"millrace/edge/document"
)

// Limits bounds what Read takes. A zero field stands for its default.
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

var trees = sync.Pool{New: func() any { return new(tree) }}

// Read reads one document. The name is used in errors only. The error is *document.Error for a rejected document and
// *document.Unsupported for one of another type. Read never panics, keeps nothing of the input, and may be called concurrently.
func Read(name string, input []byte, limits Limits) (document.Document, error) {
	limits = limits.withDefaults()
	read, err := read(input, limits)
	switch err := err.(type) {
	case *document.Error:
		err.File = name
	case *document.Unsupported:
		err.File = name
	}
	if err != nil {
		return document.Document{}, err
	}
	return read, nil
}

func read(input []byte, limits Limits) (document.Document, error) {
	if len(input) > limits.BytesMax {
		err := failure(codeInputTooLarge, nil, 0, decimal(len(input)))
		err.Line = 0
		return document.Document{}, err
	}
	text, failed := decode(input)
	if failed != nil {
		return document.Document{}, failed
	}
	if len(bytes.TrimLeft(text, " \t\r\n")) == 0 {
		err := failure(codeInputEmpty, nil, 0, "")
		err.Line = 0
		return document.Document{}, err
	}
	t := trees.Get().(*tree)
	defer func() {
		t.reset()
		if cap(t.nodes) <= 1<<14 { // what one huge document needed is not kept
			trees.Put(t)
		}
	}()
	if err := t.build(text, limits); err != nil {
		return document.Document{}, err
	}
	r := extraction{tree: t}
	r.extract()
	if r.failed != nil {
		return document.Document{}, r.failed
	}
	return r.document, nil
}
