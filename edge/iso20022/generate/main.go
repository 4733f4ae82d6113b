// Command generate writes the schema table of package iso20022: which elements a message can hold, in which order and how
// often, and which texts they take, from the message's schema files.
//
// usage: go run ./generate -xsd folder -out schema_table.txt
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
)

type schemaFile struct {
	Target  string        `xml:"targetNamespace,attr"`
	Complex []complexType `xml:"complexType"`
	Simple  []simpleType  `xml:"simpleType"`
}

type complexType struct {
	Name      string     `xml:"name,attr"`
	Sequence  *particles `xml:"sequence"`
	Choice    *particles `xml:"choice"`
	Extension *struct {
		Base       string `xml:"base,attr"`
		Attributes []struct {
			Name string `xml:"name,attr"`
			Type string `xml:"type,attr"`
			Use  string `xml:"use,attr"`
		} `xml:"attribute"`
	} `xml:"simpleContent>extension"`
}

type particles struct {
	Elements []struct {
		Name string `xml:"name,attr"`
		Type string `xml:"type,attr"`
		Min  string `xml:"minOccurs,attr"`
		Max  string `xml:"maxOccurs,attr"`
	} `xml:"element"`
	Any    []struct{}  `xml:"any"`
	Choice []particles `xml:"choice"` // older schemas have a choice as all of a sequence
}

type simpleType struct {
	Name        string `xml:"name,attr"`
	Restriction struct {
		Base   string `xml:"base,attr"`
		Facets []struct {
			XMLName xml.Name
			Value   string `xml:"value,attr"`
		} `xml:",any"`
	} `xml:"restriction"`
}

func main() {
	log.SetFlags(0)
	folder := flag.String("xsd", "", "folder with the schema files")
	out := flag.String("out", "schema_table.txt", "file to write")
	flag.Parse()
	paths, err := filepath.Glob(filepath.Join(*folder, "*.xsd"))
	if err != nil || len(paths) == 0 {
		log.Fatalf("no schema files in %q: %v", *folder, err)
	}
	var b strings.Builder
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			log.Fatal(err)
		}
		var file schemaFile
		if err := xml.Unmarshal(text, &file); err != nil {
			log.Fatalf("%s: %v", path, err)
		}
		file.write(&b)
	}
	if err := os.WriteFile(*out, []byte(b.String()), 0o644); err != nil {
		log.Fatal(err)
	}
}

func (f *schemaFile) write(b *strings.Builder) {
	fmt.Fprintf(b, "schema %s\n", f.Target[strings.LastIndexByte(f.Target, ':')+1:])
	var lines []string
	for _, t := range f.Complex {
		lines = append(lines, t.line())
	}
	for _, t := range f.Simple {
		lines = append(lines, t.line())
	}
	slices.Sort(lines)
	for _, line := range lines {
		b.WriteString(line + "\n")
	}
}

func (t *complexType) line() string {
	switch {
	case t.Extension != nil:
		parts := []string{t.Name, "text", t.Extension.Base}
		for _, a := range t.Extension.Attributes {
			if a.Use != "required" {
				log.Fatalf("%s@%s is %q", t.Name, a.Name, a.Use)
			}
			parts = append(parts, a.Name+":"+a.Type)
		}
		return strings.Join(parts, " ")
	case t.Sequence != nil && len(t.Sequence.Choice) > 0:
		if len(t.Sequence.Choice) > 1 || len(t.Sequence.Elements) > 0 {
			log.Fatalf("%s has a choice beside others", t.Name)
		}
		return t.Name + " choice" + t.Sequence.Choice[0].words()
	case t.Choice != nil:
		return t.Name + " choice" + t.Choice.words()
	case t.Sequence != nil && len(t.Sequence.Any) > 0:
		return t.Name + " any"
	case t.Sequence != nil:
		return t.Name + " sequence" + t.Sequence.words()
	}
	log.Fatalf("%s is of no known shape", t.Name)
	return ""
}

func (p *particles) words() string {
	var b strings.Builder
	for _, e := range p.Elements {
		least, most := e.Min, e.Max
		if least == "" {
			least = "1"
		}
		switch most {
		case "":
			most = "1"
		case "unbounded":
			most = "0"
		}
		fmt.Fprintf(&b, " %s:%s:%s:%s", e.Name, e.Type, least, most)
	}
	return b.String()
}

func (t *simpleType) line() string {
	parts := []string{t.Name, "simple", strings.TrimPrefix(t.Restriction.Base, "xs:")}
	var listed []string
	for _, facet := range t.Restriction.Facets {
		switch name := facet.XMLName.Local; name {
		case "enumeration":
			listed = append(listed, facet.Value)
		case "minLength", "maxLength", "fractionDigits", "totalDigits", "minInclusive", "pattern":
			parts = append(parts, name+"="+facet.Value)
		default:
			log.Fatalf("%s has the facet %s", t.Name, name)
		}
	}
	if listed != nil {
		parts = append(parts, "enumeration="+strings.Join(listed, "|"))
	}
	return strings.Join(parts, " ")
}
