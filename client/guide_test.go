package client_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The programs in the guide are those that are compiled here.
func TestTheGuidesProgramsAreThoseOfTheExamples(t *testing.T) {
	read := func(path string) string {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	plain := func(text string) string { return strings.Join(strings.Fields(text), " ") }
	examples := plain(read("example_test.go"))
	blocks := regexp.MustCompile("(?s)```go\n(.*?)```").FindAllStringSubmatch(read(filepath.Join("..", "doc", "INTEGRATION.md")), -1)
	if len(blocks) != 3 {
		t.Fatalf("%d programs in the guide", len(blocks))
	}
	for _, block := range blocks {
		if !strings.Contains(examples, plain(block[1])) {
			t.Errorf("not in example_test.go:\n%s", block[1])
		}
	}
}
