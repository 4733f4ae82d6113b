// Command generate writes the schema table of package ubl: names, order and cardinality of every element that the
// supported UBL 2.1 documents can hold, taken from the OASIS schema files.
//
// usage: go run ./generate -xsd folder -out schema_table.go
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

// supported lists the documents in the order of trade.Type.
var supported = []string{"Order", "OrderResponse", "OrderResponseSimple", "DespatchAdvice", "ReceiptAdvice", "Invoice", "CreditNote"}

type schema struct {
	Target   string `xml:"targetNamespace,attr"`
	Elements []struct {
		Name string `xml:"name,attr"`
		Type string `xml:"type,attr"`
	} `xml:"element"`
	Types []complexType `xml:"complexType"`
}

type complexType struct {
	Name     string `xml:"name,attr"`
	Sequence *struct {
		Elements []struct {
			Reference string `xml:"ref,attr"`
			Min       string `xml:"minOccurs,attr"`
			Max       string `xml:"maxOccurs,attr"`
		} `xml:"element"`
		Any *struct{} `xml:"any"`
	} `xml:"sequence"`
	Extension   *derivation `xml:"simpleContent>extension"`
	Restriction *derivation `xml:"simpleContent>restriction"`
}

type derivation struct {
	Base       string      `xml:"base,attr"`
	Attributes []attribute `xml:"attribute"`
}

type attribute struct {
	Name string `xml:"name,attr"`
	Type string `xml:"type,attr"`
	Use  string `xml:"use,attr"`
}

type reader struct {
	elements map[string]string // "cbc:ID" to "cbc:IDType"
	types    map[string]complexType
}

func main() {
	log.SetFlags(0)
	folder := flag.String("xsd", "", "folder that holds maindoc/ and common/")
	out := flag.String("out", "schema_table.go", "file to write")
	flag.Parse()
	r := reader{map[string]string{}, map[string]complexType{}}
	for prefix, file := range map[string]string{
		"cac": "common/UBL-CommonAggregateComponents-2.1.xsd", "cbc": "common/UBL-CommonBasicComponents-2.1.xsd",
		"ext": "common/UBL-CommonExtensionComponents-2.1.xsd", "udt": "common/UBL-UnqualifiedDataTypes-2.1.xsd",
		"ccts-cct": "common/CCTS_CCT_SchemaModule-2.1.xsd",
	} {
		r.load(prefix, filepath.Join(*folder, file))
	}
	r.load("ext", filepath.Join(*folder, "common/UBL-ExtensionContentDataType-2.1.xsd"))
	for _, document := range supported {
		r.load("doc", filepath.Join(*folder, "maindoc/UBL-"+document+"-2.1.xsd"))
	}
	text, err := tabulate.Table{
		Package: "ubl", Source: "the UBL 2.1 schema files", Elements: r.reach(), Roots: len(supported), Content: r.content, Namespace: namespace,
	}.Write()
	if err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile(*out, text, 0o644); err != nil {
		log.Fatal(err)
	}
}

// load keeps elements and types of one file under a prefix; names without a prefix in the file get that one.
func (r reader) load(prefix, path string) {
	text, err := os.ReadFile(path)
	if err != nil {
		log.Fatal(err)
	}
	var s schema
	if err := xml.Unmarshal(text, &s); err != nil {
		log.Fatalf("%s: %v", path, err)
	}
	for _, e := range s.Elements {
		r.elements[prefix+":"+e.Name] = qualify(e.Type, prefix)
	}
	for _, t := range s.Types {
		if t.Sequence != nil {
			for i := range t.Sequence.Elements {
				t.Sequence.Elements[i].Reference = qualify(t.Sequence.Elements[i].Reference, prefix)
			}
		}
		r.types[prefix+":"+t.Name] = t
	}
}

func qualify(name, prefix string) string {
	if strings.Contains(name, ":") {
		return name
	}
	return prefix + ":" + name
}

func namespace(element string) string {
	prefix, name, _ := strings.Cut(element, ":")
	if prefix == "doc" {
		return fmt.Sprintf("namespaceDoc + %d", slices.Index(supported, name))
	}
	return "namespace" + strings.ToUpper(prefix[:1]) + prefix[1:]
}

func (r reader) content(element string) tabulate.Content {
	name := r.elements[element]
	t, known := r.types[name]
	if !known {
		log.Fatalf("%s has the unknown type %q", element, name)
	}
	if t.Sequence == nil {
		c := tabulate.Content{}
		r.simple(name, &c)
		return c
	}
	c := tabulate.Content{Name: name, Any: t.Sequence.Any != nil}
	for _, e := range t.Sequence.Elements {
		if e.Min != "" && e.Min != "0" && e.Min != "1" || e.Max != "" && e.Max != "1" && e.Max != "unbounded" {
			log.Fatalf("%s/%s: cardinality %s..%s cannot be expressed", element, e.Reference, e.Min, e.Max)
		}
		c.Children = append(c.Children, tabulate.Child{Element: e.Reference, Required: e.Min != "0", Repeats: e.Max == "unbounded"})
	}
	return c
}

// simple follows a type with text down to the built-in type, gathering attributes; the derived declaration wins.
func (r reader) simple(name string, c *tabulate.Content) {
	if lexical, built := strings.CutPrefix(name, "xsd:"); built {
		c.Lexical = lexical
		return
	}
	if strings.HasPrefix(name, "udt:") {
		c.Name = name
	}
	t := r.types[name]
	d := t.Extension
	if d == nil {
		d = t.Restriction
	}
	if d == nil {
		log.Fatalf("type %q is neither extension nor restriction", name)
	}
	for _, a := range d.Attributes {
		if !slices.ContainsFunc(c.Attributes, func(other tabulate.Attribute) bool { return other.Name == a.Name }) {
			c.Attributes = append(c.Attributes, tabulate.Attribute{Name: a.Name, Lexical: strings.TrimPrefix(a.Type, "xsd:"), Demanded: a.Use == "required"})
		}
	}
	r.simple(d.Base, c)
}

// reach lists every element that the documents can hold, roots first, then by name.
func (r reader) reach() []string {
	seen, queue := map[string]bool{}, []string{}
	for _, document := range supported {
		queue = append(queue, "doc:"+document)
	}
	for len(queue) > 0 {
		element := queue[0]
		queue = queue[1:]
		if seen[element] {
			continue
		}
		seen[element] = true
		for _, c := range r.content(element).Children {
			queue = append(queue, c.Element)
		}
	}
	var rest []string
	for element := range seen {
		if !strings.HasPrefix(element, "doc:") {
			rest = append(rest, element)
		}
	}
	slices.Sort(rest)
	roots := make([]string, 0, len(seen))
	for _, document := range supported {
		roots = append(roots, "doc:"+document)
	}
	return append(roots, rest...)
}
