package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The client that is committed is the one that the API's description gives, byte for byte.
func TestTheClientIsThatOfTheDescription(t *testing.T) {
	text, err := description()
	if err != nil {
		t.Fatal(err)
	}
	files, err := generate(text)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range files {
		got, err := os.ReadFile(filepath.Join("..", name))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("client/%s is not what the description gives: run go generate ./client", name)
		}
	}
	_, operations, err := read(text)
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range operations {
		if !strings.Contains(string(files[operationsFile]), "func (c *Client) "+exported(o.ID)+"(ctx context.Context") {
			t.Errorf("%s has no method", o.ID)
		}
	}
}

const small = `{"paths": {"/v1/things/{id}": {"get": {"operationId": "get_thing", "summary": "A thing", "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "string"}},
	{"name": "after", "in": "query", "schema": {"type": "integer"}}], "responses": {"200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}}}}}},
	"components": {"schemas": {"Thing": {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}, "bank_url": {"type": "string", "description": "where", "enum": ["a", "b"]},
	"parts": {"type": ["array", "null"], "items": {"$ref": "#/components/schemas/Thing"}}, "count": {"type": "integer"}}}}}}`

func TestADescriptionInGo(t *testing.T) {
	files, err := generate([]byte(small))
	if err != nil {
		t.Fatal(err)
	}
	for file, wants := range map[string][]string{
		typesFile: {"type Thing struct {", "ID string `json:\"id\"`", "// where; one of a, b BankURL string `json:\"bank_url,omitempty\"`", "Parts []Thing `json:\"parts,omitempty\"`", "Count int64 `json"},
		operationsFile: {
			"// GetThing: A thing. func (c *Client) GetThing(ctx context.Context, id string, options ...Option) (*Thing, error) {",
			`do[Thing](ctx, c, request{"GET", "/v1/things/" + url.PathEscape(id), nil, "", nil}, options)`,
		},
	} {
		for _, want := range wants {
			if !strings.Contains(strings.Join(strings.Fields(string(files[file])), " "), want) {
				t.Errorf("%s lacks %s:\n%s", file, want, files[file])
			}
		}
	}
}

// What the generator does not understand it refuses, and does not guess.
func TestADescriptionThatIsNotUnderstood(t *testing.T) {
	for was, now := range map[string]string{
		`"$ref": "#/components/schemas/Thing"}}}}}}}`: `"$ref": "#/components/schemas/Other"}}}}}}}`,
		`{"type": "integer"}}}}}}`:                    `{"type": "number"}}}}}}`,
		`"in": "path"`:                                `"in": "cookie"`,
		`{"200": {`:                                   `{"default": {`,
	} {
		text := strings.Replace(small, was, now, 1)
		if text == small {
			t.Fatalf("%s is not in the sample", was)
		}
		if _, err := generate([]byte(text)); err == nil {
			t.Errorf("with %s it is taken", now)
		}
	}
}
