package locale

import (
	"fmt"
	"html"
	"regexp"
	"slices"
	"strings"
	"text/template/parse"
	"unicode"
	"unicode/utf8"
)

// Shown is the name of the template function through which every action in the running text of a translated page goes: it
// shows dates and texts in the language.
const Shown = "shown"

// Page puts the text of a template into a language, in place. What is translated is the running text between the elements
// that part it, with the actions and elements in the line as its holes, and the attributes that a person reads or hears.
// Page calls found with every key that it comes upon; it may be nil.
func Page(tree *parse.Tree, l *Language, found func(key string)) {
	if tree == nil || tree.Root == nil {
		return
	}
	if found == nil {
		found = func(string) {}
	}
	w := &writer{language: l, found: found, file: strings.TrimSuffix(tree.ParseName, ".html")}
	tree.Root.Nodes = w.list(tree.Root.Nodes)
}

type state uint8

const (
	inText  state = iota
	inTag         // between < and >, outside of values
	inValue       // of an attribute
	inRaw         // in an element whose content is no running text
)

// writer goes through a template as a browser would through the page.
type writer struct {
	language *Language
	found    func(key string)
	file     string // of the template, without its extension

	state     state
	quote     byte
	attribute string       // whose value is being read
	element   string       // whose tag is being read, with "/" for an end
	raw       string       // element whose content is passed over
	tag       []parse.Node // what was read of the tag
	text      strings.Builder
	value     []item // what was read of a value that is translated
	run       []item // running text
	out       []parse.Node
}

type kind uint8

const (
	words kind = iota
	hole
	opening // tag of an element in the line
	closing
	parting // what is no part of running text
)

type item struct {
	kind  kind
	text  string // of words
	name  string // of a hole or an element
	nodes []parse.Node
}

// inLine are the elements that stand in the line of a sentence; all others part it.
var inLine = []string{"a", "strong", "em", "b", "i", "abbr", "cite", "q"}

// passedOver are the elements whose content is no running text. Of them code and kbd may stand in a sentence.
var passedOver = []string{"script", "style", "pre", "textarea", "code", "kbd"}

// spoken are the attributes that a person reads or hears.
var spoken = []string{"aria-label", "aria-roledescription", "data-label", "placeholder", "title", "alt", "label"}

func textNode(text string) *parse.TextNode {
	return &parse.TextNode{NodeType: parse.NodeText, Text: []byte(text)}
}

// list goes through nodes that follow one another and gives them back translated.
func (w *writer) list(nodes []parse.Node) []parse.Node {
	before, run := w.out, w.run
	w.out, w.run = nil, nil
	for _, node := range nodes {
		switch node := node.(type) {
		case *parse.TextNode:
			w.read(string(node.Text))
		case *parse.ActionNode:
			w.action(node)
		case *parse.IfNode:
			w.branch(node, &node.BranchNode)
		case *parse.RangeNode:
			w.branch(node, &node.BranchNode)
		case *parse.WithNode:
			w.branch(node, &node.BranchNode)
		default:
			w.part(node)
		}
	}
	w.endText()
	w.endValue()
	w.endTag(parting, "")
	w.flush()
	done := w.out
	w.out, w.run = before, run
	return done
}

// action takes in what an action prints.
func (w *writer) action(node *parse.ActionNode) {
	if w.state == inText && len(node.Pipe.Decl) > 0 {
		w.part(node)
		return
	}
	w.endText()
	if !w.language.isEnglish() && isShown(node) && (w.state == inText || w.state == inValue && slices.Contains(spoken, w.attribute)) {
		node.Pipe.Cmds = append(node.Pipe.Cmds, &parse.CommandNode{NodeType: parse.NodeCommand, Args: []parse.Node{parse.NewIdentifier(Shown)}})
	}
	switch w.state {
	case inText:
		w.run = append(w.run, item{kind: hole, name: holeName(node), nodes: []parse.Node{node}})
	case inValue:
		w.value = append(w.value, item{kind: hole, name: holeName(node), nodes: []parse.Node{node}})
	default:
		w.tag = append(w.tag, node)
	}
}

// branch takes in a node with lists of its own. They begin where the text before them ends.
func (w *writer) branch(node parse.Node, b *parse.BranchNode) {
	w.endText()
	w.endValue()
	tag := w.tag
	w.tag = nil
	before := [...]any{w.state, w.quote, w.attribute, w.element, w.raw}
	b.List.Nodes = w.list(b.List.Nodes)
	after := [...]any{w.state, w.quote, w.attribute, w.element, w.raw}
	if b.ElseList != nil {
		w.state, w.quote, w.attribute, w.element, w.raw = before[0].(state), before[1].(byte), before[2].(string), before[3].(string), before[4].(string)
		b.ElseList.Nodes = w.list(b.ElseList.Nodes)
		w.state, w.quote, w.attribute, w.element, w.raw = after[0].(state), after[1].(byte), after[2].(string), after[3].(string), after[4].(string)
	}
	w.tag = append(tag, node)
	if w.state == inText || w.state == inRaw {
		w.endTag(parting, "")
	}
}

// part takes in a node that parts the text.
func (w *writer) part(node parse.Node) {
	w.endText()
	w.endValue()
	w.tag = append(w.tag, node)
	if w.state == inText || w.state == inRaw {
		w.endTag(parting, "")
	}
}

// read goes through literal markup, character by character.
func (w *writer) read(text string) {
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch w.state {
		case inText:
			if c == '<' && i+1 < len(text) && (text[i+1] == '/' || text[i+1] == '!' || unicode.IsLetter(rune(text[i+1]))) {
				w.endText()
				w.state, w.element = inTag, strings.ToLower(elementName.FindString(text[i+1:]))
			}
		case inRaw:
			if strings.HasPrefix(text[i:], "</"+w.raw) {
				w.text.WriteString("</" + w.raw + ">")
				i += len("</" + w.raw)
				w.endText()
				w.endTag(rawKind(w.raw), w.raw)
				w.state, w.raw = inText, ""
				continue
			}
		case inValue:
			if c == w.quote {
				w.endText()
				w.endValue()
				w.state, w.attribute = inTag, ""
			}
		case inTag:
			if c == '"' || c == '\'' {
				w.text.WriteByte(c)
				w.attribute = attributeName(text[:i])
				w.endText()
				w.state, w.quote = inValue, c
				continue
			}
			if c == '>' {
				w.text.WriteByte(c)
				w.tagEnds(strings.HasSuffix(text[:i], "/"))
				continue
			}
		}
		w.text.WriteByte(c)
	}
}

var elementName = regexp.MustCompile(`^/?[A-Za-z0-9!]*`)

// attributeName is the last name before a value's quote.
func attributeName(text string) string {
	text = strings.TrimSuffix(text, "=")
	return strings.ToLower(text[strings.LastIndexAny(text, " \t\r\n\"'}")+1:])
}

func rawKind(element string) kind {
	if element == "code" || element == "kbd" {
		return hole
	}
	return parting
}

// tagEnds closes a tag. Where it begins an element that is passed over, that goes on.
func (w *writer) tagEnds(empty bool) {
	name, ends := strings.CutPrefix(w.element, "/")
	w.endText()
	w.state = inText
	switch {
	case !ends && !empty && slices.Contains(passedOver, name):
		w.state, w.raw = inRaw, name
	case ends && slices.Contains(inLine, name):
		w.endTag(closing, name)
	case slices.Contains(inLine, name):
		w.endTag(opening, name)
	default:
		w.endTag(parting, "")
	}
}

// endText puts the characters that were read where the state says.
func (w *writer) endText() {
	if w.text.Len() == 0 {
		return
	}
	text := w.text.String()
	w.text.Reset()
	switch {
	case w.state == inText:
		w.run = append(w.run, item{kind: words, text: text})
	case w.state == inValue:
		w.value = append(w.value, item{kind: words, text: text})
	default:
		w.tag = append(w.tag, textNode(text))
	}
}

// endTag puts what was read of a tag into the running text, as a tag in the line or as what parts it.
func (w *writer) endTag(k kind, name string) {
	if len(w.tag) == 0 {
		return
	}
	w.run = append(w.run, item{kind: k, name: name, nodes: w.tag})
	w.tag = nil
}

// endValue puts the value of an attribute into its tag.
func (w *writer) endValue() {
	if len(w.value) == 0 {
		return
	}
	if slices.Contains(spoken, w.attribute) {
		w.tag = append(w.tag, w.whole(w.value)...)
	} else {
		w.tag = append(w.tag, plain(w.value)...)
	}
	w.value = nil
}

// flush translates the running text that was read, part by part.
func (w *writer) flush() {
	unpaired := unpaired(w.run)
	var part []item
	for i, one := range w.run {
		if one.kind == parting || unpaired[i] {
			w.out = append(w.out, w.running(part)...)
			w.out = append(w.out, one.nodes...)
			part = nil
			continue
		}
		part = append(part, one)
	}
	w.out = append(w.out, w.running(part)...)
	w.run = nil
}

// unpaired finds the tags in the line whose other half stands in another list of nodes, or beyond an element that parts.
func unpaired(run []item) map[int]bool {
	found := map[int]bool{}
	var open []int
	for i, one := range run {
		switch one.kind {
		case opening:
			open = append(open, i)
		case closing:
			if len(open) > 0 && run[open[len(open)-1]].name == one.name {
				open = open[:len(open)-1]
				continue
			}
			found[i] = true
		case parting:
			for _, at := range open {
				found[at] = true
			}
			open = nil
		}
	}
	for _, at := range open {
		found[at] = true
	}
	return found
}

// running translates text in which every tag has its other half: as a whole where words stand outside the tags, else tag by
// tag.
func (w *writer) running(items []item) []parse.Node {
	depth := 0
	for _, one := range items {
		switch one.kind {
		case opening:
			depth++
		case closing:
			depth--
		case words:
			if depth == 0 && hasLetters(one.text) {
				return w.whole(items)
			}
		}
	}
	var out []parse.Node
	var inner, outer []item
	depth = 0
	for _, one := range items {
		if one.kind == closing {
			depth--
		}
		if depth > 0 {
			inner = append(inner, one)
		}
		switch {
		case one.kind == opening && depth == 0:
			out = append(out, w.bare(outer)...)
			out, outer = append(out, one.nodes...), nil
		case one.kind == closing && depth == 0:
			out = append(append(out, w.running(inner)...), one.nodes...)
			inner = nil
		case depth == 0:
			outer = append(outer, one)
		}
		if one.kind == opening {
			depth++
		}
	}
	return append(out, w.bare(outer)...)
}

// bare gives what has no words of its own: its points and commas in the language's form.
func (w *writer) bare(items []item) []parse.Node {
	var out []parse.Node
	for _, one := range items {
		if one.kind == words {
			out = append(out, textNode(w.language.points(one.text, len(items) == 1)))
		} else {
			out = append(out, one.nodes...)
		}
	}
	return out
}

// points puts points and commas that stand between two holes into the language's form. Alone between others they part a list.
func (l *Language) points(text string, alone bool) string {
	if l.isEnglish() {
		return text
	}
	if alone && text == ", " {
		return "、"
	}
	if text == "." {
		return "。"
	}
	return strings.NewReplacer(", ", "，", "; ", "；", ": ", "：", ". ", "。", " (", "（", ")", "）").Replace(text)
}

func plain(items []item) []parse.Node {
	var out []parse.Node
	for _, one := range items {
		if one.kind == words {
			out = append(out, textNode(one.text))
		} else {
			out = append(out, one.nodes...)
		}
	}
	return out
}

func hasLetters(text string) bool {
	return strings.ContainsFunc(html.UnescapeString(text), unicode.IsLetter)
}

// whole translates one text with its holes.
func (w *writer) whole(items []item) []parse.Node {
	if !slices.ContainsFunc(items, func(i item) bool { return i.kind == words && hasLetters(i.text) }) {
		return w.bare(items)
	}
	key, named := keyOf(items)
	if key == "" {
		return plain(items)
	}
	before, after := edges(items)
	trimmed := strings.TrimSpace(key)
	w.found(trimmed)
	text, known := w.language.Find(w.file + ": " + trimmed)
	if !known {
		text, known = w.language.Find(trimmed)
	}
	if !known {
		return plain(items)
	}
	if first, _ := utf8.DecodeRuneInString(text); wide(first) && !strings.Contains(before, "\n") {
		before = ""
	}
	if last, _ := utf8.DecodeLastRuneInString(text); wide(last) && !strings.Contains(after, "\n") {
		after = ""
	}
	out := []parse.Node{textNode(before)}
	last := 0
	for _, at := range holePattern.FindAllStringIndex(text, -1) {
		nodes, known := named[text[at[0]:at[1]]]
		if !known {
			continue
		}
		if at[0] > last {
			out = append(out, textNode(html.EscapeString(text[last:at[0]])))
		}
		out = append(out, nodes...)
		last = at[1]
	}
	return append(out, textNode(html.EscapeString(text[last:])+after))
}

// holePattern finds the holes of a text in a page.
var holePattern = regexp.MustCompile(`\{[a-z0-9_]+\}|</?[a-z]+[0-9]*>`)

// Holes are the holes of a key or a translation, in order: {name}, <a>, </a>, and the verbs of package fmt by their number.
func Holes(text string) []string {
	holes := holePattern.FindAllString(text, -1)
	number := 0
	for _, found := range verbPattern.FindAllStringSubmatch(text, -1) {
		if found[0] == "%%" {
			continue
		}
		number++
		if found[1] != "" {
			number = 0
			fmt.Sscan(found[1], &number)
		}
		holes = append(holes, fmt.Sprintf("%%[%d]%s", number, found[2]))
	}
	slices.Sort(holes)
	return holes
}

var verbPattern = regexp.MustCompile(`%(?:\[([0-9]+)\])?[+#0-9.-]*([svdqxtcT%])`)

// wide tells whether a character brings its own room, so that no space is wanted beside it.
func wide(r rune) bool {
	return unicode.Is(unicode.Han, r) || r >= 0x3000 && r <= 0x303f || r >= 0xff00 && r <= 0xffef || strings.ContainsRune("“”‘’…—", r)
}

// keyOf writes the key of a text, its space as the browser shows it, and gives the nodes of each hole. It gives "" for one
// that can't be written: no name may have two meanings.
func keyOf(items []item) (string, map[string][]parse.Node) {
	var key strings.Builder
	named := map[string][]parse.Node{}
	counts := map[string]int{}
	var open []string
	for _, one := range items {
		switch one.kind {
		case words:
			key.WriteString(spaces.ReplaceAllString(html.UnescapeString(one.text), " "))
			continue
		case closing:
			name := open[len(open)-1]
			open = open[:len(open)-1]
			key.WriteString("</" + name + ">")
			named["</"+name+">"] = one.nodes
			continue
		}
		counts[one.name]++
		name := one.name
		if n := counts[one.name]; n > 1 {
			name += fmt.Sprint(n)
		}
		mark := "{" + name + "}"
		if one.kind == opening {
			mark = "<" + name + ">"
			open = append(open, name)
		}
		key.WriteString(mark)
		named[mark] = one.nodes
	}
	return key.String(), named
}

var spaces = regexp.MustCompile(`[ \t\r\n]+`)

// edges are the spaces round a text.
func edges(items []item) (before, after string) {
	if first := items[0]; first.kind == words {
		before = first.text[:len(first.text)-len(strings.TrimLeft(first.text, " \t\r\n"))]
	}
	if last := items[len(items)-1]; last.kind == words {
		after = last.text[len(strings.TrimRight(last.text, " \t\r\n")):]
	}
	return before, after
}

// holeName is the name of the last field that an action shows, else of its function.
func holeName(node *parse.ActionNode) string {
	name := ""
	var visit func(n parse.Node)
	visit = func(n parse.Node) {
		switch n := n.(type) {
		case *parse.PipeNode:
			for _, command := range n.Cmds {
				visit(command)
			}
		case *parse.CommandNode:
			for _, argument := range n.Args {
				visit(argument)
			}
		case *parse.FieldNode:
			name = n.Ident[len(n.Ident)-1]
		case *parse.ChainNode:
			name = n.Field[len(n.Field)-1]
		case *parse.VariableNode:
			if len(n.Ident) > 1 {
				name = n.Ident[len(n.Ident)-1]
			} else if name == "" {
				name = strings.TrimPrefix(n.Ident[0], "$")
			}
		case *parse.IdentifierNode:
			if name == "" && n.Ident != Shown {
				name = n.Ident
			}
		}
	}
	visit(node.Pipe)
	if name == "" {
		return "value"
	}
	return strings.ToLower(name)
}

// verbatim are the fields that hold somebody else's words, numbers and names, in which nothing is changed.
var verbatim = []string{"number", "id", "name", "text", "reference", "detail", "asked", "value", "once", "token", "hash", "iban", "holder"}

func isShown(node *parse.ActionNode) bool { return !slices.Contains(verbatim, holeName(node)) }
