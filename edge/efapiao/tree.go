package efapiao

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"

	"millrace/edge/document"
)

// node is one element; attributes say nothing in these documents.
type node struct {
	name     string // local
	space    string // its namespace
	line     int
	raw      []byte
	text     string // raw without white space around it, once the element is closed
	ordinal  int    // among its siblings of this name, from 1
	parent   *node
	children []*node
	counts   map[string]int // of children by name
}

// path prints "EInvoice/EInvoiceData/IssuItemInformation[2]/Amount"; the first of a name has no number.
func (n *node) path() string {
	part := n.name
	if n.ordinal > 1 {
		part += "[" + strconv.Itoa(n.ordinal) + "]"
	}
	if n.parent == nil {
		return part
	}
	return n.parent.path() + "/" + part
}

// decode returns the input as UTF-8 without a byte order mark.
func decode(input []byte) ([]byte, *document.Error) {
	if text, marked := bytes.CutPrefix(input, []byte{0xEF, 0xBB, 0xBF}); marked {
		return checkUTF8(text)
	}
	switch name := declaredEncoding(input); strings.ToUpper(name) {
	case "", "UTF-8", "UTF8":
		return checkUTF8(input)
	case "GB18030", "GBK", "GB2312":
		text, err := simplifiedchinese.GB18030.NewDecoder().Bytes(input)
		if err != nil || bytes.ContainsRune(text, utf8.RuneError) {
			return nil, failure(codeEncodingInvalid, 0, "", "")
		}
		return text, nil
	default:
		return nil, failure(codeEncodingUnknown, 1, "", name)
	}
}

func checkUTF8(text []byte) ([]byte, *document.Error) {
	if utf8.Valid(text) {
		return text, nil
	}
	for i := 0; ; {
		r, size := utf8.DecodeRune(text[i:])
		if r == utf8.RuneError && size <= 1 {
			return nil, failure(codeEncodingInvalid, 1+bytes.Count(text[:i], []byte{'\n'}), "", "")
		}
		i += size
	}
}

// declaredEncoding finds the encoding in an XML declaration; "" when there is none.
func declaredEncoding(input []byte) string {
	head := input[:min(len(input), 200)]
	end := bytes.Index(head, []byte("?>"))
	if !bytes.HasPrefix(head, []byte("<?xml")) || end < 0 {
		return ""
	}
	_, rest, _ := bytes.Cut(head[:end], []byte("encoding"))
	rest = bytes.TrimLeft(rest, " \t\r\n=")
	if len(rest) < 2 || rest[0] != '"' && rest[0] != '\'' {
		return ""
	}
	name, _, _ := bytes.Cut(rest[1:], rest[:1])
	return string(name)
}

// build makes the tree of a document.
func build(text []byte, limits Limits) (*node, *document.Error) {
	decoder := xml.NewDecoder(bytes.NewReader(text))
	decoder.CharsetReader = func(_ string, input io.Reader) (io.Reader, error) { return input, nil } // decoded already
	var root, open *node
	depth, elements := 0, 0
	for {
		line, _ := decoder.InputPos()
		token, err := decoder.Token()
		if err != nil {
			if errors.Is(err, io.EOF) && root != nil {
				return root, nil
			}
			return nil, malformed(err, line, open)
		}
		switch token := token.(type) {
		case xml.Directive:
			return nil, failure(codeDoctypeForbidden, line, "", "")
		case xml.StartElement:
			if root != nil && open == nil {
				return nil, failure(codeOutsideRoot, line, "", token.Name.Local)
			}
			depth, elements = depth+1, elements+1
			if depth > limits.DepthMax {
				return nil, failure(codeDepthExceeded, line, open.path(), strconv.Itoa(depth))
			}
			if elements > limits.ElementsMax {
				return nil, failure(codeElementsExceeded, line, "", strconv.Itoa(elements))
			}
			open = open.add(token.Name, line)
			if root == nil {
				root = open
			}
		case xml.EndElement:
			depth--
			open.text, open.raw = string(bytes.TrimSpace(open.raw)), nil
			if open.text != "" && len(open.children) > 0 {
				return nil, failure(codeTextForbidden, open.line, open.path(), open.text)
			}
			open = open.parent
		case xml.CharData:
			if open != nil {
				open.raw = append(open.raw, token...)
			} else if outside := bytes.TrimSpace(token); len(outside) > 0 {
				return nil, failure(codeOutsideRoot, line, "", string(outside))
			}
		}
	}
}

// add opens a child of n, or a root where n is nil.
func (n *node) add(name xml.Name, line int) *node {
	child := &node{name: name.Local, space: name.Space, line: line, ordinal: 1, parent: n}
	if n != nil {
		if n.counts == nil {
			n.counts = map[string]int{}
		}
		n.counts[child.name]++
		child.ordinal = n.counts[child.name]
		n.children = append(n.children, child)
	}
	return child
}

func malformed(err error, line int, open *node) *document.Error {
	field := ""
	if open != nil {
		field = open.path()
	}
	var syntax *xml.SyntaxError
	switch {
	case errors.Is(err, io.EOF): // no element at all
		return failure(codeTruncated, line, field, "")
	case !errors.As(err, &syntax):
		return failure(codeMalformed, line, field, "")
	case syntax.Msg == "unexpected EOF":
		return failure(codeTruncated, syntax.Line, field, "")
	}
	return failure(codeMalformed, syntax.Line, field, "")
}

// Text gives a document in UTF-8 without a byte order mark, from any encoding that Read knows; not readable where its bytes belie it.
func Text(input []byte) (text []byte, readable bool) {
	text, failed := decode(input)
	return text, failed == nil
}
