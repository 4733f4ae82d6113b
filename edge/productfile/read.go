package productfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"millrace/domain/money"
	"millrace/domain/product"
)

// BytesMax bounds a product file.
const BytesMax = 128 << 10

// value is what stands at one place of a file, read.
type value struct {
	shape        *shape // that it has: of several, the one that was met
	line, column int
	fields       map[string]*value
	items        []*value
	text         string
	number       int64 // a percentage in parts per million, an amount in minor units, a whole number, the place of a chosen word
}

// at finds a field, or nothing.
func (v *value) at(name string) *value {
	if v == nil {
		return nil
	}
	return v.fields[name]
}

// reader collects all that is wrong.
type reader struct {
	problems []Problem
	currency money.Currency // 0 while it is not known
}

func (r *reader) bad(node *yaml.Node, path, code, format string, values ...any) {
	r.problems = append(r.problems, Problem{node.Line, node.Column, path, code, fmt.Sprintf(format, values...)})
}

// Read reads a product file. It returns the terms, or else every problem, by line and column.
func Read(content []byte) (product.Terms, []Problem) {
	root, problem := parse(content)
	if problem != nil {
		return product.Terms{}, []Problem{*problem}
	}
	r := &reader{}
	r.refuseIndirection(root)
	if len(r.problems) > 0 { // what an alias stands for is not looked at
		byPlace(r.problems)
		return product.Terms{}, r.problems
	}
	r.currency = currencyOf(root)
	read := r.read(root, file, "")
	var terms product.Terms
	if read != nil {
		terms = termsOf(read)
		risk := read.at("links").at("risk_control")
		r.compile(terms.Eligibility, risk.list("eligibility"), "links.risk_control.eligibility")
		r.compile(terms.Policy, risk.list("policy"), "links.risk_control.policy")
		r.judge(&terms, read)
	}
	if len(r.problems) > 0 {
		byPlace(r.problems)
		return product.Terms{}, r.problems
	}
	return terms, nil
}

// parse makes a tree of the one document in the file.
func parse(content []byte) (*yaml.Node, *Problem) {
	whole := func(line int, code, format string, values ...any) (*yaml.Node, *Problem) {
		return nil, &Problem{line, 1, "", code, fmt.Sprintf(format, values...)}
	}
	if len(content) > BytesMax {
		return whole(1, "too_large", "has %d bytes, more than %d", len(content), BytesMax)
	}
	if !utf8.Valid(content) {
		valid := 0
		for valid < len(content) {
			r, size := utf8.DecodeRune(content[valid:])
			if r == utf8.RuneError && size == 1 {
				break
			}
			valid += size
		}
		return whole(1+bytes.Count(content[:valid], []byte("\n")), "not_text", "byte %d is not UTF-8", valid)
	}
	decoder := yaml.NewDecoder(bytes.NewReader(content))
	var document, second yaml.Node
	if err := decoder.Decode(&document); errors.Is(err, io.EOF) {
		return whole(1, "empty_file", "is empty")
	} else if err != nil {
		line, reason := syntaxError(err)
		return whole(line, "yaml_syntax", "is not YAML: %s", reason)
	}
	if err := decoder.Decode(&second); err == nil {
		return whole(second.Line, "several_documents", "a second document begins here; one file is one product")
	} else if !errors.Is(err, io.EOF) {
		line, reason := syntaxError(err)
		return whole(line, "yaml_syntax", "is not YAML: %s", reason)
	}
	return document.Content[0], nil
}

var syntaxLine = regexp.MustCompile(`^yaml: (?:line ([0-9]+): )?(.*)$`)

// syntaxError takes the line out of a parser's error.
func syntaxError(err error) (int, string) {
	parts := syntaxLine.FindStringSubmatch(err.Error())
	if parts == nil {
		return 1, err.Error()
	}
	line, _ := strconv.Atoi(parts[1])
	return max(line, 1), parts[2]
}

// refuseIndirection refuses anchors, aliases and tags anywhere.
func (r *reader) refuseIndirection(node *yaml.Node) {
	if node.Kind == yaml.AliasNode {
		r.bad(node, "", "anchor", "is the alias *%s: write out what it stands for", node.Value)
		return
	}
	if node.Anchor != "" {
		r.bad(node, "", "anchor", "carries the anchor &%s: write things out where they are used", node.Anchor)
	}
	if node.Style&yaml.TaggedStyle != 0 {
		r.bad(node, "", "tag", "carries the tag %s, which the format does not need", node.Tag)
	}
	for _, child := range node.Content {
		r.refuseIndirection(child)
	}
}

// currencyOf looks ahead for the currency, since amounts are read with its digits.
func currencyOf(root *yaml.Node) money.Currency {
	if root.Kind != yaml.MappingNode {
		return 0
	}
	for i := 0; i+1 < len(root.Content); i += 2 {
		if root.Content[i].Value == "currency" {
			found, _ := money.ParseCurrency(root.Content[i+1].Value)
			return found
		}
	}
	return 0
}

// read reads a node as a shape. It returns nil where nothing usable stands there, and has then said why.
func (r *reader) read(node *yaml.Node, s *shape, path string) *value {
	if s.kind == either {
		return r.readEither(node, s, path)
	}
	v := &value{shape: s, line: node.Line, column: node.Column}
	if node.Kind == yaml.ScalarNode && node.Tag == "!!null" && node.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) == 0 {
		r.bad(node, path, "empty", "has no value")
		return nil
	}
	switch s.kind {
	case object:
		if node.Kind != yaml.MappingNode {
			r.bad(node, path, "not_an_object", "is not an object: wanted are the keys %s", fieldNames(s))
			return nil
		}
		return r.readObject(v, node, path)
	case list:
		if node.Kind != yaml.SequenceNode {
			r.bad(node, path, "not_a_list", "is not a list: write [a, b], or one item a line after a hyphen")
			return nil
		}
		return r.readList(v, node, path)
	}
	if node.Kind != yaml.ScalarNode {
		r.bad(node, path, "not_a_value", "is not one value")
		return nil
	}
	return r.readScalar(v, node, path)
}

func fieldNames(s *shape) string {
	var names []string
	for _, f := range s.fields {
		names = append(names, f.name)
	}
	return strings.Join(names, ", ")
}

func (r *reader) readEither(node *yaml.Node, s *shape, path string) *value {
	var words, other *shape
	for _, alternative := range s.either {
		switch {
		case alternative.kind == object && node.Kind == yaml.MappingNode, alternative.kind == list && node.Kind == yaml.SequenceNode:
			return r.read(node, alternative, path)
		case alternative.kind == choice:
			words = alternative
		case alternative.kind == percent:
			other = alternative
		}
	}
	if words != nil && (other == nil || !strings.ContainsAny(node.Value, "0123456789%")) {
		return r.read(node, words, path)
	}
	return r.read(node, other, path)
}

func (r *reader) readObject(v *value, node *yaml.Node, path string) *value {
	v.fields = map[string]*value{}
	given := map[string]int{} // line of the key
	var names []string
	for _, f := range v.shape.fields {
		names = append(names, f.name)
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, child := node.Content[i], node.Content[i+1]
		if key.Kind != yaml.ScalarNode {
			r.bad(key, path, "key_not_text", "has a key that is no word")
			continue
		}
		place := join(path, excerpt(key.Value))
		f := fieldOf(v.shape, key.Value)
		if f == nil {
			hint := ""
			if near := nearest(excerpt(key.Value), names); near != "" {
				hint = fmt.Sprintf("; did you mean %s?", near)
			}
			r.bad(key, place, "unknown_key", "is not a key that is known here%s", hint)
			continue
		}
		if line, twice := given[key.Value]; twice {
			r.bad(key, place, "duplicate_key", "stands already in line %d", line)
			continue
		}
		given[key.Value] = key.Line
		if read := r.read(child, f.shape, place); read != nil {
			v.fields[key.Value] = read
		}
	}
	for _, f := range v.shape.fields {
		if _, there := given[f.name]; !there && f.presence == required {
			code, reason := "missing", "is missing"
			if v.shape == linksShape || f.shape == linksShape {
				code, reason = product.DefectLinkMissing, "is missing: no product does without this link"
			}
			r.bad(node, join(path, f.name), code, "%s", reason)
		}
	}
	return v
}

func fieldOf(s *shape, name string) *field {
	for i := range s.fields {
		if s.fields[i].name == name {
			return &s.fields[i]
		}
	}
	return nil
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

func (r *reader) readList(v *value, node *yaml.Node, path string) *value {
	if n := int64(len(node.Content)); n < v.shape.min || n > v.shape.max {
		r.bad(node, path, "out_of_range", "has %d items, and may have %d to %d", n, v.shape.min, v.shape.max)
		return nil
	}
	seen := map[string]bool{}
	for i, child := range node.Content {
		place := fmt.Sprintf("%s[%d]", path, i)
		item := r.read(child, v.shape.item, place)
		if item == nil {
			if v.shape.item.kind == object { // so that the places of the others stay
				v.items = append(v.items, &value{shape: v.shape.item, line: child.Line, column: child.Column})
			}
			continue
		}
		if v.shape.item.kind == choice {
			if seen[item.text] {
				r.bad(child, place, "repeated_item", "%s stands twice in the list", item.text)
				continue
			}
			seen[item.text] = true
		}
		v.items = append(v.items, item)
	}
	return v
}

func (r *reader) readScalar(v *value, node *yaml.Node, path string) *value {
	v.text = strings.TrimSpace(node.Value)
	s := v.shape
	switch s.kind {
	case choice:
		return r.readChoice(v, node, path)
	case text:
		if n := int64(len(v.text)); n < s.min || n > s.max {
			r.bad(node, path, "out_of_range", "has %d bytes, and may have %d to %d", n, s.min, s.max)
			return nil
		}
	case percent:
		number, isShare := strings.CutSuffix(v.text, "%")
		scaled, err := money.ParseScaled(strings.TrimSpace(number), 4)
		if !isShare || err != nil {
			r.bad(node, path, "not_a_percentage", "%q is not a percentage: write it as 4.35 %%, with at most four digits after the point", excerpt(v.text))
			return nil
		}
		v.number = scaled
		if scaled < s.min || scaled > s.max {
			r.bad(node, path, "out_of_range", "is %s, and may be %s to %s", v.text, percentText(s.min), percentText(s.max))
			return nil
		}
	case amount:
		return r.readAmount(v, node, path)
	case integer:
		number, err := strconv.ParseInt(v.text, 10, 64)
		if err != nil || strconv.FormatInt(number, 10) != v.text {
			r.bad(node, path, "not_a_number", "%q is not a whole number", excerpt(v.text))
			return nil
		}
		v.number = number
		if number < s.min || number > s.max {
			r.bad(node, path, "out_of_range", "is %d, and may be %d to %d", number, s.min, s.max)
			return nil
		}
	case currency:
		found, known := money.ParseCurrency(v.text)
		if !known {
			r.bad(node, path, "not_a_currency", "%q is not a code of ISO 4217, such as EUR", excerpt(v.text))
			return nil
		}
		v.number = int64(found)
	}
	return v
}

func (r *reader) readChoice(v *value, node *yaml.Node, path string) *value {
	for i, word := range v.shape.words {
		if word == v.text && word != "" {
			v.number = int64(i)
			return v
		}
	}
	hint := ""
	if near := nearest(excerpt(v.text), v.shape.words); near != "" {
		hint = fmt.Sprintf("; did you mean %s?", near)
	}
	r.bad(node, path, "not_a_choice", "%q is not one of %s%s", excerpt(v.text), strings.Join(chosen(v.shape), ", "), hint)
	return nil
}

// chosen are the words that can be chosen.
func chosen(s *shape) []string {
	var words []string
	for _, word := range s.words {
		if word != "" {
			words = append(words, word)
		}
	}
	return words
}

func (r *reader) readAmount(v *value, node *yaml.Node, path string) *value {
	if r.currency == 0 { // which has been complained about
		return nil
	}
	minor, err := money.Parse(v.text, r.currency)
	switch {
	case err != nil:
		r.bad(node, path, "not_an_amount", "%q is not an amount in %s: write it as %s, without currency and grouping", excerpt(v.text), r.currency, money.Format(123450, r.currency))
		return nil
	case minor < 0 || minor > product.FixedAmountMost:
		r.bad(node, path, "out_of_range", "is %s, and may be 0 to %s", v.text, money.Format(product.FixedAmountMost, r.currency))
		return nil
	}
	v.number = int64(minor)
	return v
}

// excerpt shortens what is shown of a text.
func excerpt(text string) string {
	const most = 60
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most-1]) + "…"
	}
	return text
}

// percentText prints parts per million as per cent, without zeros that say nothing.
func percentText(ppm int64) string {
	text := strings.TrimRight(money.FormatScaled(ppm, 4), "0")
	return strings.TrimSuffix(text, ".") + " %"
}
