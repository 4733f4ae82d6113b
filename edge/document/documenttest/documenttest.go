// Package documenttest holds a reader's catalogue of rejections against files that meet them. Only tests import it.
package documenttest

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

// Unsupported is the name of a reproducer that is of a type its reader does not read.
const Unsupported = "document_unsupported"

// Errors reads every file in testdata/errors, each named by its code: it must be rejected by that code, in the words of the
// golden file beside it. It gives the codes that were met.
func Errors(t *testing.T, read func(code, name string, input []byte) error) map[string]bool {
	t.Helper()
	files, err := filepath.Glob("testdata/errors/*")
	if err != nil || len(files) == 0 {
		t.Fatalf("no reproducers: %v", err)
	}
	met := map[string]bool{}
	for _, path := range files {
		name := filepath.Base(path)
		code, extension, _ := strings.Cut(name, ".")
		if extension == "golden" {
			continue
		}
		met[code] = true
		input, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err = read(code, name, input); err == nil {
			t.Errorf("%s was accepted", path)
			continue
		}
		var failed *document.Error
		if errors.As(err, &failed) && failed.Code != code {
			t.Errorf("%s: code %q", path, failed.Code)
		}
		Golden(t, "testdata/errors/"+code+".golden", err.Error()+"\n")
	}
	return met
}

// Covered holds a catalogue against the codes that were met: each once, explained and met, and none met that is not in it.
func Covered(t *testing.T, catalogue document.Catalogue, met map[string]bool) {
	t.Helper()
	listed := map[string]bool{Unsupported: true}
	for _, reason := range catalogue {
		if listed[reason.Code] {
			t.Errorf("%s stands twice in the catalogue", reason.Code)
		}
		listed[reason.Code] = true
		if !met[reason.Code] {
			t.Errorf("%s has no reproducer", reason.Code)
		}
		if reason.Message == "" || !strings.HasSuffix(reason.Sentence, ".") {
			t.Errorf("%s is not explained", reason.Code)
		}
	}
	for code := range met {
		if !listed[code] {
			t.Errorf("the reproducer %s has no code", code)
		}
	}
}

// Golden holds a text against a golden file, or writes it with -update.
func Golden(t *testing.T, path, got string) {
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

// Root is the folder of the module that holds the test.
func Root(t testing.TB) string {
	t.Helper()
	folder, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; ; folder = filepath.Dir(folder) {
		if _, err := os.Stat(filepath.Join(folder, "go.mod")); err == nil {
			return folder
		}
		if folder == filepath.Dir(folder) {
			t.Fatal("no go.mod above the test")
		}
	}
}

// Data is a folder of other people's data, which lies beside the module.
func Data(t testing.TB, name string) string {
	t.Helper()
	data := filepath.Join(Root(t), "..", "shared", "data", name)
	if _, err := os.Stat(data); err != nil {
		t.Fatalf("the data are not here: %v", err)
	}
	return data
}
