package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"millrace/edge/document/documenttest"
)

var messageOf = regexp.MustCompile(`tech:xsd:((?:camt|pain|pacs)\.[0-9.]+)`)

// schemaValid tells which files are valid to xmllint by the schemas that lie beside them; those of other messages are left out.
func schemaValid(t *testing.T, paths []string) map[string]bool {
	t.Helper()
	program, err := exec.LookPath("xmllint")
	if err != nil {
		t.Fatal("xmllint is not on PATH: install it (Debian: apt-get install libxml2-utils)")
	}
	valid := map[string]bool{}
	for _, path := range paths {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		message := messageOf.FindSubmatch(content)
		if message == nil {
			continue
		}
		schema := filepath.Join(documenttest.Data(t, "bank"), "xsd", string(message[1])+".xsd")
		if _, err := os.Stat(schema); err == nil {
			valid[path] = exec.Command(program, "--nonet", "--noout", "--schema", schema, path).Run() == nil
		}
	}
	return valid
}

// Every sample is read or says what it is; those that are valid by their schema are read, and no other of those schemas.
func TestStatementOnEverySample(t *testing.T) {
	paths, err := filepath.Glob(filepath.Join(documenttest.Data(t, "bank"), "*+*", "*"))
	if err != nil || len(paths) < 90 {
		t.Fatal(err, len(paths))
	}
	slices.Sort(paths)
	valid := schemaValid(t, paths)
	if len(valid) < 15 {
		t.Errorf("only %d samples have a schema", len(valid))
	}
	o := millrace(t, append([]string{"statement", "--json"}, paths...)...)
	if o.code != exitFound {
		t.Fatal(o)
	}
	var b strings.Builder
	lines := strings.Split(strings.TrimSpace(o.stdout), "\n")
	if len(lines) != len(paths) {
		t.Fatalf("%d lines of %d files", len(lines), len(paths))
	}
	for i, line := range lines {
		var shown statementShown
		if err := json.Unmarshal([]byte(line), &shown); err != nil || shown.File != paths[i] {
			t.Fatal(err, line)
		}
		if isValid, has := valid[paths[i]]; has && isValid != (shown.Error == "") {
			t.Errorf("%s is valid by its schema: %t; %q", paths[i], isValid, shown.Error)
		}
		name := filepath.Base(paths[i])
		fmt.Fprintf(&b, "%s: %s\n", name, strings.ReplaceAll(line, shown.File, name))
	}
	documenttest.Golden(t, "testdata/samples.golden", b.String())
}

// A table is read by the mapping that was given; without one by a proposed one, and says so.
func TestStatementOnTables(t *testing.T) {
	folder := filepath.Join("..", "..", "edge", "sheet", "testdata", "statements")
	for _, test := range []struct {
		arguments []string
		code      int
		mapping   string
	}{
		{[]string{"german.csv", "--mapping", filepath.Join(folder, "german.json")}, exitDone, "given"},
		{[]string{"german.csv"}, exitDone, "proposed"},
		{[]string{"american.csv"}, exitFound, ""},
		{[]string{"american.csv", "--mapping", filepath.Join(folder, "german.json")}, exitFound, "given"},
	} {
		test.arguments[0] = filepath.Join(folder, test.arguments[0])
		o := millrace(t, append([]string{"statement", "--json"}, test.arguments...)...)
		var shown statementShown
		if err := json.Unmarshal([]byte(o.stdout), &shown); err != nil || o.code != test.code || shown.Mapping != test.mapping || (shown.Proposed != nil) != (test.mapping == "proposed") {
			t.Errorf("%v: %v %+v", test.arguments, err, o)
		}
		if test.code == exitDone && (shown.Entries != 4 || *shown.Closing != "98412.07" || !*shown.Balanced) {
			t.Errorf("%+v", shown)
		}
		if test.mapping != "proposed" {
			continue
		}
		saved := filepath.Join(t.TempDir(), "mapping.json")
		written, err := json.Marshal(shown.Proposed)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(saved, written, 0o600); err != nil {
			t.Fatal(err)
		}
		must(t, exitDone, "statement", test.arguments[0], "--mapping", saved)
	}
	must(t, exitUsage, "statement", filepath.Join(folder, "german.csv"), "--mapping", filepath.Join(folder, "german.csv"))
}
