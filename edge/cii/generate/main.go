// Command generate writes the schema table of package cii: names, order and cardinality of every element that a
// CrossIndustryInvoice can hold, taken from the UN/CEFACT schema files.
//
// CII declares elements inside types. The table knows an element by its name alone, so the types that one name has in
// several places are united: they differ in code lists only.
//
// usage: go run ./generate -xsd folder [-older folder] -out schema_table.go
//
// Both folders hold the four schema files of an edition (D22B, D16B), code lists uncoupled. Attributes of the older one
// stay allowed.
package main

import (
	"encoding/xml"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"millrace/edge/markup/tabulate"
)

type schemaFile struct {
	Target   string        `xml:"targetNamespace,attr"`
	Elements []element     `xml:"element"`
	Types    []complexType `xml:"complexType"`
	Simple   []struct {
		Name        string `xml:"name,attr"`
		Restriction struct {
			Base string `xml:"base,attr"`
		} `xml:"restriction"`
	} `xml:"simpleType"`
}

type element struct {
	Name  string       `xml:"name,attr"`
	Type  string       `xml:"type,attr"`
	Min   string       `xml:"minOccurs,attr"`
	Max   string       `xml:"maxOccurs,attr"`
	Local *complexType `xml:"complexType"`
}

type complexType struct {
	Name      string      `xml:"name,attr"`
	Sequence  *particles  `xml:"sequence"`
	Choice    *particles  `xml:"choice"`
	Extension *derivation `xml:"simpleContent>extension"`
}

type particles struct {
	Elements []element `xml:"element"`
}

type derivation struct {
	Base       string `xml:"base,attr"`
	Attributes []struct {
		Name string `xml:"name,attr"`
		Type string `xml:"type,attr"`
		Use  string `xml:"use,attr"`
	} `xml:"attribute"`
}

// edition is the schema of one year.
type edition struct {
	types  map[string]complexType // by "ram:TradePartyType"; a type inside an element is "@udt:DateTimeString"
	simple map[string]string      // to the base
}

// namespaceEnds tells the files apart: the end of a namespace and the prefix.
var namespaceEnds = map[string]string{
	":CrossIndustryInvoice:100": "rsm", ":ReusableAggregateBusinessInformationEntity:100": "ram", ":QualifiedDataType:100": "qdt",
	":UnqualifiedDataType:100": "udt",
}

func main() {
	log.SetFlags(0)
	folder := flag.String("xsd", "", "folder with the schema files")
	older := flag.String("older", "", "folder with those of an older edition")
	out := flag.String("out", "schema_table.go", "file to write")
	flag.Parse()
	g := generator{contents: map[string]tabulate.Content{}}
	newest := load(*folder)
	g.walk(newest, "rsm:CrossIndustryInvoice", "rsm:CrossIndustryInvoiceType", map[string]bool{})
	if *older != "" {
		g.uniteAttributes(load(*older))
	}
	var rest []string
	for name := range g.contents {
		if name != "rsm:CrossIndustryInvoice" {
			rest = append(rest, name)
		}
	}
	slices.Sort(rest)
	text, err := tabulate.Table{
		Package: "cii", Source: "the UN/CEFACT schema files", Elements: append([]string{"rsm:CrossIndustryInvoice"}, rest...), Roots: 1,
		Content:   func(name string) tabulate.Content { return g.contents[name] },
		Namespace: func(name string) string { return "namespace" + strings.ToUpper(name[:1]) + name[1:3] },
	}.Write()
	if err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile(*out, text, 0o644); err != nil {
		log.Fatal(err)
	}
}

func load(folder string) edition {
	e := edition{map[string]complexType{}, map[string]string{}}
	paths, err := filepath.Glob(filepath.Join(folder, "*.xsd"))
	if err != nil || len(paths) == 0 {
		log.Fatalf("no schema files in %s: %v", folder, err)
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			log.Fatal(err)
		}
		var file schemaFile
		if err := xml.Unmarshal(text, &file); err != nil {
			log.Fatalf("%s: %v", path, err)
		}
		for end, prefix := range namespaceEnds {
			if strings.HasSuffix(file.Target, end) {
				e.take(prefix, file)
			}
		}
	}
	e.leaveOut()
	return e
}

func (e edition) take(prefix string, file schemaFile) {
	for _, t := range file.Types {
		for _, group := range []*particles{t.Sequence, t.Choice} {
			if group == nil {
				continue
			}
			for i := range group.Elements {
				child := &group.Elements[i]
				if child.Local != nil {
					child.Type = "@" + prefix + ":" + child.Name
					e.types[child.Type] = *child.Local
				}
				child.Name = prefix + ":" + child.Name
			}
		}
		if t.Choice != nil { // which of them is chosen is for the reader to see
			for i := range t.Choice.Elements {
				t.Choice.Elements[i].Min = "0"
			}
			t.Sequence = t.Choice
		}
		e.types[prefix+":"+t.Name] = t
	}
	for _, s := range file.Simple {
		e.simple[prefix+":"+s.Name] = s.Restriction.Base
	}
}

// leaveOut takes out elements with a simple type: the editions disagree whether these hold text or elements, so they are
// met as what the table does not know.
func (e edition) leaveOut() {
	for _, t := range e.types {
		if t.Sequence != nil {
			t.Sequence.Elements = slices.DeleteFunc(t.Sequence.Elements, func(child element) bool { return e.simple[child.Type] != "" })
		}
	}
}

// lexical follows a simple type down to the built-in one.
func (e edition) lexical(name string) string {
	for !strings.HasPrefix(name, "xsd:") {
		base, known := e.simple[name]
		if !known {
			log.Fatalf("unknown simple type %q", name)
		}
		name = base
	}
	return strings.TrimPrefix(name, "xsd:")
}

// generator gathers what each name may hold.
type generator struct{ contents map[string]tabulate.Content }

func (g generator) walk(e edition, name, typeName string, done map[string]bool) {
	if done[name+" "+typeName] {
		return
	}
	done[name+" "+typeName] = true
	content := e.content(typeName)
	if known, met := g.contents[name]; met {
		content = unite(name, known, content)
	}
	g.contents[name] = content
	if t := e.types[typeName]; t.Sequence != nil {
		for _, child := range t.Sequence.Elements {
			g.walk(e, child.Name, child.Type, done)
		}
	}
}

func (e edition) content(typeName string) tabulate.Content {
	if strings.HasPrefix(typeName, "xsd:") {
		return tabulate.Content{Name: typeName, Lexical: e.lexical(typeName)}
	}
	t, known := e.types[typeName]
	if !known {
		log.Fatalf("unknown type %q", typeName)
	}
	c := tabulate.Content{Name: typeName}
	if t.Sequence != nil {
		for _, child := range t.Sequence.Elements {
			c.Children = append(c.Children, tabulate.Child{Element: child.Name, Required: child.Min != "0", Repeats: child.Max == "unbounded"})
		}
		return c
	}
	if t.Extension == nil {
		log.Fatalf("type %q has neither elements nor text", typeName)
	}
	c.Lexical = e.lexical(t.Extension.Base)
	for _, a := range t.Extension.Attributes {
		c.Attributes = append(c.Attributes, tabulate.Attribute{Name: a.Name, Lexical: e.lexical(a.Type), Demanded: a.Use == "required"})
	}
	return c
}

// unite allows what either allows and demands what both demand.
func unite(name string, a, b tabulate.Content) tabulate.Content {
	if (a.Lexical == "") != (b.Lexical == "") {
		log.Fatalf("%s holds elements here and text there", name)
	}
	if a.Lexical != b.Lexical {
		a.Lexical = "string"
	}
	if a.Name != b.Name {
		a.Name = "of " + name
	}
	a.Children, a.Attributes = slices.Clone(a.Children), slices.Clone(a.Attributes)
	for _, child := range b.Children {
		if !slices.ContainsFunc(a.Children, func(other tabulate.Child) bool { return other.Element == child.Element }) {
			child.Required = false
			a.Children = append(a.Children, child)
		}
	}
	for i, child := range a.Children {
		if !slices.ContainsFunc(b.Children, func(other tabulate.Child) bool { return other.Element == child.Element }) {
			a.Children[i].Required = false
		}
	}
	for _, attribute := range b.Attributes {
		if !slices.ContainsFunc(a.Attributes, func(other tabulate.Attribute) bool { return other.Name == attribute.Name }) {
			attribute.Demanded = false
			a.Attributes = append(a.Attributes, attribute)
		}
	}
	return a
}

// uniteAttributes allows attributes that only the older edition has.
func (g generator) uniteAttributes(older edition) {
	old := generator{map[string]tabulate.Content{}}
	old.walk(older, "rsm:CrossIndustryInvoice", "rsm:CrossIndustryInvoiceType", map[string]bool{})
	for name, content := range old.contents {
		if known, met := g.contents[name]; met && known.Lexical != "" {
			known.Attributes = unite(name, known, content).Attributes
			known.Name = "of " + name
			if fmt.Sprint(known.Attributes) == fmt.Sprint(g.contents[name].Attributes) {
				known.Name = g.contents[name].Name
			}
			g.contents[name] = known
		}
	}
}
