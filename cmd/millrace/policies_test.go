package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestANodeDoesNotStartWithAWrongPolicy(t *testing.T) {
	folder := t.TempDir()
	write := func(text string) {
		if err := os.WriteFile(filepath.Join(folder, "house.cedar"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("@id(\"house\")\n@because(\"Why not.\")\nforbid (principal is Actor, action, resource)\nwhen { principal.colour == \"red\" };\n")
	if _, err := (&serveCommand{PolicyFolder: folder}).policies(); err == nil || !strings.Contains(err.Error(), "house.cedar:4:18: policy house: ") {
		t.Errorf("%v", err)
	}
	write("@id(\"house\")\n@because(\"Why not.\")\nforbid (principal is Actor, action, resource)\nwhen { principal.role == \"carrier\" };\n")
	found, err := (&serveCommand{PolicyFolder: folder}).policies()
	if err != nil || found.All()[len(found.All())-1].ID != "house" {
		t.Errorf("%v", err)
	}
	if _, err := (&serveCommand{}).policies(); err != nil {
		t.Errorf("the program's own: %v", err)
	}
}
