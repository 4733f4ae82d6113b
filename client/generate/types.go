package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// generator writes the client of one document.
type generator struct {
	document   *document
	operations []*operation
	asked      map[string]bool   // schemas that requests hold
	names      map[string]string // of Go, by the schema's
	out        strings.Builder
}

// taken are names of the hand-written part of the client.
var taken = []string{"Client", "Error", "Option", "After", "Before", "IdempotencyKey", "New", "Code", "Verifier", "Delivered"}

func (g *generator) printf(format string, arguments ...any) {
	fmt.Fprintf(&g.out, format, arguments...)
}

// survey finds which schemas requests hold, and names all of them: those of requests end in Request, the others in nothing.
func (g *generator) survey() error {
	for _, o := range g.operations {
		if o.Body != nil {
			for _, media := range o.Body.Content {
				g.ask(media.Schema)
			}
		}
	}
	used := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(g.document.Components.Schemas)) {
		short, request := strings.CutSuffix(name, "Request")
		if request && g.asked[name] {
			short = strings.TrimSuffix(short, "Body") + "Request"
		}
		if _, clash := g.document.Components.Schemas[short]; clash && short != name {
			short = name
		}
		if other, clash := used[short]; clash || slices.Contains(taken, short) {
			return fmt.Errorf("%s and %q would have one name, %s", name, other, short)
		}
		used[short], g.names[name] = name, short
	}
	return nil
}

func (g *generator) ask(s *schema) {
	if s == nil {
		return
	}
	if name := s.reference(); name != "" && !g.asked[name] {
		g.asked[name] = true
		g.ask(g.document.Components.Schemas[name])
	}
	g.ask(s.Items)
	for _, property := range s.Properties {
		g.ask(property)
	}
}

// goType is the type of a value; optional values of structs are pointers, and so are numbers and booleans of requests.
func (g *generator) goType(s *schema, optional, request bool) (string, error) {
	pointer := ""
	if optional {
		pointer = "*"
	}
	scalar := pointer
	if !request {
		scalar = ""
	}
	switch {
	case s.Ref != "":
		name, known := g.names[s.reference()]
		if !known {
			return "", fmt.Errorf("%s is not described", s.Ref)
		}
		return pointer + name, nil
	case len(s.Type) == 0:
		return "json.RawMessage", nil
	case s.is("array"):
		of, err := g.goType(s.Items, false, request)
		return "[]" + of, err
	case s.is("string"):
		return "string", nil
	case s.is("integer"):
		return scalar + "int64", nil
	case s.is("boolean"):
		return scalar + "bool", nil
	case s.is("object") && s.Properties == nil:
		return mapOf(string(s.More))
	}
	return "", fmt.Errorf("a schema of type %v is not understood", s.Type)
}

// mapOf is the type of an object whose members have no names of their own.
func mapOf(more string) (string, error) {
	switch {
	case more == "{}" || more == "true":
		return "map[string]json.RawMessage", nil
	case strings.Contains(more, `"integer"`):
		return "map[string]int64", nil
	case strings.Contains(more, `"string"`):
		return "map[string]string", nil
	}
	return "", fmt.Errorf("an object with members %s is not understood", more)
}

// comment writes the description of something, with its values where they are few.
func (g *generator) comment(indent, text string, values []any) {
	if len(values) > 0 {
		var names []string
		for _, value := range values {
			names = append(names, fmt.Sprint(value))
		}
		if text != "" {
			text += "; "
		}
		text += "one of " + strings.Join(names, ", ")
	}
	for line := range strings.SplitSeq(strings.TrimSpace(text), "\n") {
		if line = strings.TrimSpace(line); line != "" {
			g.printf("%s// %s\n", indent, line)
		}
	}
}

// types writes a struct for every schema.
func (g *generator) types() error {
	for _, name := range slices.Sorted(maps.Keys(g.document.Components.Schemas)) {
		s := g.document.Components.Schemas[name]
		if !s.is("object") {
			return fmt.Errorf("%s is no object", name)
		}
		what := "is part of an answer"
		if g.asked[name] {
			what = "is part of a request"
		}
		g.printf("// %s %s.\ntype %s struct {\n", g.names[name], what, g.names[name])
		for _, member := range slices.Sorted(maps.Keys(s.Properties)) {
			if err := g.field(name, member, s); err != nil {
				return err
			}
		}
		g.printf("}\n\n")
	}
	return nil
}

func (g *generator) field(name, member string, of *schema) error {
	if member == "$schema" {
		return nil
	}
	property := of.Properties[member]
	optional := !slices.Contains(of.Required, member)
	kind, err := g.goType(property, optional, g.asked[name])
	if err != nil {
		return fmt.Errorf("%s.%s: %w", name, member, err)
	}
	tag := member
	if optional {
		tag += ",omitempty"
		if property.is("array") && g.asked[name] {
			tag = member + ",omitzero" // an empty list says something else than none
		}
	}
	g.comment("\t", property.Description, property.Enum)
	g.printf("\t%s %s `json:%q`\n", exported(member), kind, tag)
	return nil
}
