package productfile

import (
	"bytes"
	"encoding/json"
)

// schema is the part of JSON Schema (draft 2020-12) that a product file needs. Fields are in the order in which they are printed.
type schema struct {
	Schema      string             `json:"$schema,omitempty"`
	ID          string             `json:"$id,omitempty"`
	Title       string             `json:"title,omitempty"`
	Description string             `json:"description,omitempty"`
	Type        any                `json:"type,omitempty"`
	Enum        []string           `json:"enum,omitempty"`
	Pattern     string             `json:"pattern,omitempty"`
	Minimum     *int64             `json:"minimum,omitempty"`
	Maximum     *int64             `json:"maximum,omitempty"`
	MinLength   *int64             `json:"minLength,omitempty"`
	MaxLength   *int64             `json:"maxLength,omitempty"`
	Items       *schema            `json:"items,omitempty"`
	MinItems    *int64             `json:"minItems,omitempty"`
	MaxItems    *int64             `json:"maxItems,omitempty"`
	Unique      bool               `json:"uniqueItems,omitempty"`
	Properties  map[string]*schema `json:"properties,omitempty"`
	Required    []string           `json:"required,omitempty"`
	Additional  *bool              `json:"additionalProperties,omitempty"`
	AnyOf       []*schema          `json:"anyOf,omitempty"`
}

// The patterns of values that are texts of a form.
const (
	percentPattern  = `^\s*[+-]?([0-9]+(\.[0-9]{0,4}0*)?|\.[0-9]{1,4}0*)\s*%\s*$`
	amountPattern   = `^[+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)$`
	currencyPattern = `^[A-Z]{3}$`
)

// Schema prints the JSON Schema of a product file. Between several places and on amounts it can tell less than Read.
func Schema() []byte {
	s := schemaOf(file)
	s.Schema, s.ID, s.Title = "https://json-schema.org/draft/2020-12/schema", "urn:millrace:product:1", "Millrace product"
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(s); err != nil {
		panic("productfile: the schema can't be printed: " + err.Error())
	}
	return b.Bytes()
}

func schemaOf(s *shape) *schema {
	out := &schema{Description: s.doc}
	switch s.kind {
	case object:
		closed := false
		out.Type, out.Properties, out.Additional = "object", map[string]*schema{}, &closed
		for _, f := range s.fields {
			out.Properties[f.name] = schemaOf(f.shape)
			if f.presence == required {
				out.Required = append(out.Required, f.name)
			}
		}
	case list:
		out.Type, out.Items, out.MinItems, out.MaxItems = "array", schemaOf(s.item), &s.min, &s.max
		out.Unique = s.item.kind == choice
	case choice:
		out.Type, out.Enum = "string", chosen(s)
	case text:
		out.Type, out.MinLength, out.MaxLength = []string{"string", "number", "boolean"}, &s.min, &s.max
	case percent:
		out.Type, out.Pattern = "string", percentPattern
	case amount:
		out.Type, out.Pattern = []string{"string", "number"}, amountPattern
	case integer:
		out.Type, out.Minimum, out.Maximum = "integer", &s.min, &s.max
	case currency:
		out.Type, out.Pattern = "string", currencyPattern
	case either:
		for _, one := range s.either {
			out.AnyOf = append(out.AnyOf, schemaOf(one))
		}
	}
	return out
}
