package epcis

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"millrace/edge/document"
	"millrace/edge/observation"
)

var update = flag.Bool("update", false, "write golden files anew")

// reproducerLimits lowers limits, so that the files that exceed them stay small.
var reproducerLimits = map[string]observation.Limits{
	"input_too_large": {BytesMax: 300}, "json_too_deep": {DepthMax: 8}, "json_too_long": {ValuesMax: 10}, "events_too_many": {EventsMax: 2},
}

// TestErrors holds every message against its golden text, and the catalogue against the reproducers.
func TestErrors(t *testing.T) {
	files, err := filepath.Glob("testdata/errors/*.*")
	if err != nil {
		t.Fatal(err)
	}
	reproduced := map[string]bool{}
	for _, path := range files {
		name := filepath.Base(path)
		extension := filepath.Ext(name)
		if extension == ".golden" {
			continue
		}
		code := strings.TrimSuffix(name, extension)
		reproduced[code] = true
		input, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		_, err = Read(name, input, reproducerLimits[code])
		if err == nil {
			t.Errorf("%s was accepted", path)
			continue
		}
		var failed *document.Error
		if errors.As(err, &failed) && failed.Code != code {
			t.Errorf("%s: code %q", path, failed.Code)
		}
		golden(t, strings.TrimSuffix(path, extension)+".golden", err.Error()+"\n")
	}
	if !reproduced["document_unsupported"] {
		t.Error("no reproducer of a file of another type")
	}
	delete(reproduced, "document_unsupported")
	for _, reason := range Codes {
		if !reproduced[reason.Code] {
			t.Errorf("%s has no reproducer, or stands twice in the catalogue", reason.Code)
		}
		delete(reproduced, reason.Code)
		if reason.Message == "" || !strings.HasSuffix(reason.Sentence, ".") {
			t.Errorf("%s is not explained", reason.Code)
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
