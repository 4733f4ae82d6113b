package credittransfer

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"millrace/edge/document/documenttest"
	"millrace/edge/markup"
)

// Every real message, and our own answers: what it is, or why it is none of these.
func TestSummaries(t *testing.T) {
	paths, err := filepath.Glob(filepath.Join(documenttest.Data(t, "bank"), "*+*", "*pain*"))
	more, _ := filepath.Glob(filepath.Join(documenttest.Data(t, "bank"), "*+*", "*pacs*"))
	own, _ := filepath.Glob("testdata/answers/*.xml")
	paths = append(append(append(paths, more...), own...), instructionFiles(t)...)
	if err != nil || len(paths) < 20 {
		t.Fatal(err, len(paths))
	}
	slices.Sort(paths)
	var b strings.Builder
	for _, path := range slices.Compact(paths) {
		s, err := Summarise(filepath.Base(path), read1(t, path), markup.Limits{})
		if err != nil {
			fmt.Fprintln(&b, err)
			continue
		}
		agrees := ""
		if s.Agrees != nil {
			agrees = fmt.Sprintf(", number and sum are told rightly: %t", *s.Agrees)
		}
		fmt.Fprintf(&b, "%s: %s, %s %q: %d payments %v%s\n", filepath.Base(path), s.Format, s.Kind, s.Message, s.Payments, s.Statuses, agrees)
	}
	documenttest.Golden(t, "testdata/summaries.golden", b.String())
}
