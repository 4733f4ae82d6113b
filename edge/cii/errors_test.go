package cii

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"millrace/edge/document"
)

var update = flag.Bool("update", false, "write golden files anew")

// reproducerLimits lowers limits, so that the files that exceed them stay small.
var reproducerLimits = map[string]Limits{
	"input_too_large": {BytesMax: 1000}, "depth_exceeded": {DepthMax: 4}, "elements_exceeded": {ElementsMax: 20},
	"attributes_exceeded": {AttributesMax: 2}, "namespaces_exceeded": {NamespacesMax: 4},
}

// TestErrors holds every message against its golden text, and the catalogue against the reproducers.
func TestErrors(t *testing.T) {
	files, err := filepath.Glob("testdata/errors/*.xml")
	if err != nil {
		t.Fatal(err)
	}
	reproduced := map[string]bool{}
	for _, path := range files {
		code := strings.TrimSuffix(filepath.Base(path), ".xml")
		reproduced[code] = true
		input, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		_, err = Read(code+".xml", input, reproducerLimits[code])
		if err == nil {
			t.Errorf("%s was accepted", path)
			continue
		}
		var failed *document.Error
		if errors.As(err, &failed) && failed.Code != code {
			t.Errorf("%s: code %q", path, failed.Code)
		}
		golden(t, strings.TrimSuffix(path, ".xml")+".golden", err.Error()+"\n")
	}
	if !reproduced["document_unsupported"] {
		t.Error("no reproducer of a document of another type")
	}
	delete(reproduced, "document_unsupported")
	for i, reason := range Codes {
		if !reproduced[reason.Code] {
			t.Errorf("%s has no reproducer", reason.Code)
		}
		delete(reproduced, reason.Code)
		if reason.Message == "" || !strings.HasSuffix(reason.Sentence, ".") {
			t.Errorf("%s is not explained", reason.Code)
		}
		for _, other := range Codes[:i] {
			if other.Code == reason.Code {
				t.Errorf("%s stands twice in the catalogue", reason.Code)
			}
		}
	}
	for code := range reproduced {
		t.Errorf("the reproducer %s has no code", code)
	}
}

func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s:\n got %s want %s", path, got, want)
	}
}
