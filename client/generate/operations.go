package main

import (
	"fmt"
	"slices"
	"strings"
)

// written is an operation on its way into Go.
type written struct {
	*operation
	name      string
	path      string // expression of Go
	arguments []string
	query     []parameter
	body      string // expression of Go for the request's body
	kind      string // expression of its media type
	answer    string // type of the answer; "" for bytes
	list      string // type of the items of a page that leads to the next one; "" for another answer
}

// methods writes a method for every operation.
func (g *generator) methods() error {
	for _, o := range g.operations {
		w := &written{operation: o, name: exported(o.ID)}
		if err := g.shape(w); err != nil {
			return fmt.Errorf("%s: %w", o.ID, err)
		}
		if len(w.query) > 0 {
			if err := g.queryStruct(w); err != nil {
				return fmt.Errorf("%s: %w", o.ID, err)
			}
		}
		g.method(w)
		if w.list != "" {
			g.all(w)
		}
	}
	return nil
}

// shape finds arguments and results.
func (g *generator) shape(w *written) error {
	w.path = fmt.Sprintf("%q", w.operation.path)
	for _, p := range w.Parameters {
		switch {
		case p.In == "path":
			name := argument(p.Name)
			if p.Schema.is("integer") {
				w.arguments = append(w.arguments, name+" int64")
				name = "strconv.FormatInt(" + name + ", 10)"
			} else {
				w.arguments = append(w.arguments, name+" string")
				name = "url.PathEscape(" + name + ")"
			}
			w.path = strings.Replace(w.path, "{"+p.Name+"}", `"+`+name+`+"`, 1)
		case p.In == "query" && p.Name == "after" && p.Schema.is("integer"): // of every request to read: an option
		case p.In == "query":
			w.query = append(w.query, p)
		case p.In == "header": // the idempotency key is an option, the media type an argument
		default:
			return fmt.Errorf("a parameter in %s is not understood", p.In)
		}
	}
	w.path = strings.TrimSuffix(w.path, `+""`)
	if err := g.shapeBody(w); err != nil {
		return err
	}
	if len(w.query) > 0 {
		w.arguments = append(w.arguments, "query *"+w.name+"Query")
	}
	return g.shapeAnswer(w)
}

// argument is a parameter of the path as an argument of Go.
func argument(name string) string {
	if strings.Contains(name, "_") {
		name = exported(name)
		name = strings.ToLower(name[:1]) + name[1:]
	}
	return name
}

func (g *generator) shapeBody(w *written) error {
	w.body, w.kind = "nil", `""`
	if w.Body == nil {
		return nil
	}
	media, is := w.Body.Content["application/json"]
	if !is || media.Schema.raw() {
		w.arguments = append(w.arguments, "mediaType string", "body []byte")
		w.body, w.kind = "raw(body)", "mediaType"
		return nil
	}
	kind, err := g.goType(media.Schema, media.Schema.Ref != "", true)
	if err != nil {
		return err
	}
	w.arguments = append(w.arguments, "body "+kind)
	w.body, w.kind = "body", `"application/json"`
	if !w.Body.Required {
		w.body = "given(body)"
	}
	return nil
}

func (g *generator) shapeAnswer(w *written) error {
	s, err := w.operation.answer()
	if err != nil || s.raw() {
		return err
	}
	if w.answer, err = g.goType(s, false, false); err != nil || s.Ref == "" {
		return err
	}
	items, paged := g.document.Components.Schemas[s.reference()].Properties["items"]
	next, follows := g.document.Components.Schemas[s.reference()].Properties["next"]
	cursor := slices.ContainsFunc(w.query, func(p parameter) bool { return p.Name == "cursor" })
	if paged && follows && next.is("string") && cursor {
		w.list, err = g.goType(items.Items, false, false)
	}
	return err
}

// queryStruct writes the parameters of a request.
func (g *generator) queryStruct(w *written) error {
	g.printf("// %sQuery narrows %s. What is empty is not asked.\ntype %sQuery struct {\n", w.name, w.name, w.name)
	var pairs strings.Builder
	for _, p := range w.query {
		kind, err := g.goType(p.Schema, false, false)
		if err != nil {
			return err
		}
		g.comment("\t", p.Description, p.Schema.Enum)
		field := exported(p.Name)
		g.printf("\t%s %s\n", field, kind)
		switch kind {
		case "string":
			fmt.Fprintf(&pairs, "\tput(v, %q, q.%s)\n", p.Name, field)
		case "int64":
			fmt.Fprintf(&pairs, "\tputNumber(v, %q, q.%s)\n", p.Name, field)
		case "[]string":
			fmt.Fprintf(&pairs, "\tput(v, %q, strings.Join(q.%s, \",\"))\n", p.Name, field)
		default:
			return fmt.Errorf("a query of type %s is not understood", kind)
		}
	}
	g.printf("}\n\nfunc (q *%sQuery) values() url.Values {\n\tv := url.Values{}\n\tif q == nil {\n\t\treturn v\n\t}\n%s\treturn v\n}\n\n", w.name, pairs.String())
	return nil
}

// method writes one method.
func (g *generator) method(w *written) {
	g.comment("", w.name+": "+w.Summary+".", nil)
	if w.Description != "" {
		g.printf("//\n")
		g.comment("", w.Description, nil)
	}
	values := "nil"
	if len(w.query) > 0 {
		values = "query.values()"
	}
	arguments := strings.Join(append([]string{"ctx context.Context"}, w.arguments...), ", ")
	if w.answer == "" {
		g.printf("func (c *Client) %s(%s, options ...Option) ([]byte, error) {\n", w.name, arguments)
		g.printf("\treturn c.fetch(ctx, request{%q, %s, %s, %s, %s}, options)\n}\n\n", w.operation.method, w.path, values, w.kind, w.body)
		return
	}
	result := "*" + w.answer
	if strings.HasPrefix(w.answer, "[]") {
		result = w.answer
	}
	g.printf("func (c *Client) %s(%s, options ...Option) (%s, error) {\n", w.name, arguments, result)
	do := "do"
	if result == w.answer {
		do = "list"
	}
	g.printf("\treturn %s[%s](ctx, c, request{%q, %s, %s, %s, %s}, options)\n}\n\n", do, strings.TrimPrefix(w.answer, "[]"), w.operation.method, w.path, values, w.kind, w.body)
}

// all writes an iterator over all pages of a list.
func (g *generator) all(w *written) {
	name := "All" + strings.TrimPrefix(w.name, "List")
	var names []string
	for _, argument := range w.arguments {
		one, _, _ := strings.Cut(argument, " ")
		names = append(names, one)
	}
	names[len(names)-1] = "&asked" // the query is the last
	arguments := strings.Join(append([]string{"ctx context.Context"}, w.arguments...), ", ")
	g.printf("// %s gives what %s lists, page after page, until the end or an error.\n", name, w.name)
	g.printf("func (c *Client) %s(%s, options ...Option) iter.Seq2[%s, error] {\n", name, arguments, w.list)
	g.printf("\tvar asked %sQuery\n\tif query != nil {\n\t\tasked = *query\n\t}\n", w.name)
	g.printf("\treturn pages(func(cursor string) ([]%s, string, error) {\n\t\tif cursor != \"\" {\n\t\t\tasked.Cursor = cursor\n\t\t}\n", w.list)
	g.printf("\t\tpage, err := c.%s(ctx, %s, options...)\n\t\tif err != nil {\n\t\t\treturn nil, \"\", err\n\t\t}\n\t\treturn page.Items, page.Next, nil\n\t})\n}\n\n", w.name, strings.Join(names, ", "))
}
