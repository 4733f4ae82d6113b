package houserules

import (
	"go/parser"
	"go/token"
	"strings"
	"testing"
)

// sample makes a tree of one Go file, or of one Markdown file.
func sample(t *testing.T, name, source string) Tree {
	t.Helper()
	tree := Tree{Root: ".", Set: token.NewFileSet()}
	tree.Texts = []Text{{Path: name, Lines: strings.Split(source, "\n")}}
	if strings.HasSuffix(name, ".md") {
		return tree
	}
	syntax, err := parser.ParseFile(tree.Set, name, source, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		t.Fatalf("sample %s: %v\n%s", name, err, source)
	}
	tree.Files = []File{{Path: name, Syntax: syntax}}
	return tree
}

// expect asks for exactly one finding that holds the words, or for none where words is empty.
func expect(t *testing.T, findings []Finding, words string) {
	t.Helper()
	switch {
	case words == "" && len(findings) > 0:
		t.Errorf("a good sample was complained about: %v", findings)
	case words != "" && len(findings) != 1:
		t.Errorf("%d findings, want one about %q: %v", len(findings), words, findings)
	case words != "" && !strings.Contains(findings[0].String(), words):
		t.Errorf("got %q, want it to speak of %q", findings[0], words)
	}
}
