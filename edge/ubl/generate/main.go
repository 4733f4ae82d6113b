// Command generate writes the schema table of package ubl: names, order and cardinality of every element that the
// supported UBL 2.1 documents can hold, taken from the OASIS schema files.
//
// usage: go run ./generate -xsd folder -out schema_table.go
package main

import (
	"bytes"
	"encoding/xml"
	"flag"
	"fmt"
	"go/format"
	"log"
	"os"
	"path/filepath"
	"slices"
	"strings"
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

// content is what one type allows: children in order, or text of a lexical form with attributes.
type content struct {
	name       string
	children   []child
	any        bool
	lexical    string
	attributes []attribute
}

type child struct {
	element           string
	required, repeats bool
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
	text, err := format.Source(r.write())
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

func (r reader) content(element string) content {
	name := r.elements[element]
	t, known := r.types[name]
	if !known {
		log.Fatalf("%s has the unknown type %q", element, name)
	}
	if t.Sequence == nil {
		c := content{}
		r.simple(name, &c)
		return c
	}
	c := content{name: name, any: t.Sequence.Any != nil}
	for _, e := range t.Sequence.Elements {
		if e.Min != "" && e.Min != "0" && e.Min != "1" || e.Max != "" && e.Max != "1" && e.Max != "unbounded" {
			log.Fatalf("%s/%s: cardinality %s..%s cannot be expressed", element, e.Reference, e.Min, e.Max)
		}
		c.children = append(c.children, child{e.Reference, e.Min != "0", e.Max == "unbounded"})
	}
	return c
}

// simple follows a type with text down to the built-in type, gathering attributes; the derived declaration wins.
func (r reader) simple(name string, c *content) {
	if lexical, built := strings.CutPrefix(name, "xsd:"); built {
		c.lexical = lexical
		return
	}
	if strings.HasPrefix(name, "udt:") {
		c.name = name
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
		if !slices.ContainsFunc(c.attributes, func(other attribute) bool { return other.Name == a.Name }) {
			c.attributes = append(c.attributes, a)
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
		for _, c := range r.content(element).children {
			queue = append(queue, c.element)
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

func identifier(element string) string {
	prefix, name, _ := strings.Cut(element, ":")
	return prefix + name
}

func (r reader) write() []byte {
	elements := r.reach()
	var b bytes.Buffer
	b.WriteString("// Code generated by generate from the UBL 2.1 schema files; DO NOT EDIT.\n\npackage ubl\n\n")
	b.WriteString("// The elements of the supported documents; the documents come first, in the order of trade.Type.\nconst (\n")
	for i, element := range elements {
		if i == 0 {
			fmt.Fprintf(&b, "%s element = 1 + iota\n", identifier(element))
			continue
		}
		b.WriteString(identifier(element) + "\n")
	}
	b.WriteString(")\n\n")

	var types []content
	number := map[string]int{}
	b.WriteString("// schemaElements says where each element lives, how it is called and which type it has.\nvar schemaElements = [...]schemaElement{\n{},\n")
	for _, element := range elements {
		c := r.content(element)
		if _, known := number[c.name]; !known {
			number[c.name] = len(types)
			types = append(types, c)
		}
		prefix, name, _ := strings.Cut(element, ":")
		fmt.Fprintf(&b, "{namespace%s, %q, %d},\n", strings.ToUpper(prefix[:1])+prefix[1:], name, number[c.name])
	}
	b.WriteString("}\n\n")

	var particles, attributes bytes.Buffer
	particleCount, attributeCount := 0, 0
	b.WriteString("// schemaTypes gives each type's text form, and its ranges in schemaParticles and schemaAttributes.\nvar schemaTypes = [...]schemaType{\n")
	for _, c := range types {
		lexical := "lexicalNone"
		if c.any {
			lexical = "lexicalAny"
		} else if c.lexical != "" {
			lexical = "lexical" + strings.ToUpper(c.lexical[:1]) + c.lexical[1:]
		}
		fmt.Fprintf(&b, "{%s, %d, %d, %d, %d}, // %s\n", lexical, particleCount, particleCount+len(c.children), attributeCount, attributeCount+len(c.attributes), c.name)
		particleCount += len(c.children)
		attributeCount += len(c.attributes)
		if len(c.children) > 0 {
			fmt.Fprintf(&particles, "// %s\n", c.name)
		}
		for i, e := range c.children {
			particles.WriteString(identifier(e.element))
			if e.required {
				particles.WriteString(" | required")
			}
			if e.repeats {
				particles.WriteString(" | repeats")
			}
			particles.WriteString(",")
			if i%6 == 5 || i == len(c.children)-1 {
				particles.WriteString("\n")
			}
		}
		for _, a := range c.attributes {
			kind := strings.TrimPrefix(a.Type, "xsd:")
			fmt.Fprintf(&attributes, "{%q, lexical%s, %t},\n", a.Name, strings.ToUpper(kind[:1])+kind[1:], a.Use == "required")
		}
	}
	b.WriteString("}\n\n// schemaParticles lists the children that each type allows, in their order.\nvar schemaParticles = [...]element{\n")
	b.Write(particles.Bytes())
	b.WriteString("}\n\n// schemaAttributes lists the attributes of each type with text.\nvar schemaAttributes = [...]schemaAttribute{\n")
	b.Write(attributes.Bytes())
	b.WriteString("}\n")
	return b.Bytes()
}
