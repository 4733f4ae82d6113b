package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// document is what is read of an OpenAPI 3.1 document: as much of it as the node's own description uses.
type document struct {
	Paths      map[string]map[string]*operation `json:"paths"`
	Components struct {
		Schemas map[string]*schema `json:"schemas"`
	} `json:"components"`
}

type operation struct {
	ID          string      `json:"operationId"`
	Summary     string      `json:"summary"`
	Description string      `json:"description"`
	Parameters  []parameter `json:"parameters"`
	Body        *struct {
		Required bool                 `json:"required"`
		Content  map[string]mediaType `json:"content"`
	} `json:"requestBody"`
	Responses map[string]struct {
		Content map[string]mediaType `json:"content"`
	} `json:"responses"`

	method, path string
}

type mediaType struct {
	Schema *schema `json:"schema"`
}

type parameter struct {
	Name        string  `json:"name"`
	In          string  `json:"in"`
	Description string  `json:"description"`
	Required    bool    `json:"required"`
	Schema      *schema `json:"schema"`
}

type schema struct {
	Ref         string             `json:"$ref"`
	Type        typeNames          `json:"type"`
	Format      string             `json:"format"`
	Encoding    string             `json:"contentEncoding"`
	Description string             `json:"description"`
	Properties  map[string]*schema `json:"properties"`
	Required    []string           `json:"required"`
	Items       *schema            `json:"items"`
	Enum        []any              `json:"enum"`
	More        json.RawMessage    `json:"additionalProperties"`
}

// typeNames is one name of a type or several.
type typeNames []string

// UnmarshalJSON reads either.
func (t *typeNames) UnmarshalJSON(text []byte) error {
	var one string
	if json.Unmarshal(text, &one) == nil {
		*t = typeNames{one}
		return nil
	}
	return json.Unmarshal(text, (*[]string)(t))
}

func (s *schema) is(name string) bool { return slices.Contains(s.Type, name) }

func (s *schema) raw() bool { return s.is("string") && (s.Format == "binary" || s.Encoding != "") }

func (s *schema) reference() string { return strings.TrimPrefix(s.Ref, "#/components/schemas/") }

// read reads a document and gives its operations by id.
func read(text []byte) (*document, []*operation, error) {
	var d document
	if err := json.Unmarshal(text, &d); err != nil {
		return nil, nil, fmt.Errorf("the document: %w", err)
	}
	var all []*operation
	for path, methods := range d.Paths {
		for method, o := range methods {
			o.method, o.path = strings.ToUpper(method), path
			all = append(all, o)
		}
	}
	slices.SortFunc(all, func(a, b *operation) int { return strings.Compare(a.ID, b.ID) })
	return &d, all, nil
}

// answer is the schema of the answer to an operation that was done.
func (o *operation) answer() (*schema, error) {
	for status, response := range o.Responses {
		if media, is := response.Content["application/json"]; is && strings.HasPrefix(status, "2") {
			return media.Schema, nil
		}
	}
	return nil, fmt.Errorf("%s: no answer is described", o.ID)
}

// initialisms are written in capitals.
var initialisms = map[string]string{"id": "ID", "url": "URL", "iban": "IBAN", "bic": "BIC", "lei": "LEI", "sha256": "SHA256", "pdf": "PDF"}

// exported makes a name of Go from a name in snake_case or camelCase.
func exported(name string) string {
	var out strings.Builder
	for _, word := range strings.FieldsFunc(name, func(r rune) bool { return r == '_' || r == '-' || r == '.' }) {
		if initials, is := initialisms[strings.ToLower(word)]; is {
			out.WriteString(initials)
			continue
		}
		out.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return out.String()
}
