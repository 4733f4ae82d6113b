package houserules

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestNamesCatch(t *testing.T) {
	for _, name := range packageNameBans {
		expect(t, CheckNames(sample(t, "domain/"+name+"/a.go", "package "+name+"\n")), "package "+name)
		expect(t, CheckNames(sample(t, "domain/"+name+"/a_test.go", "package "+name+"_test\n")), "package "+name)
		expect(t, CheckNames(sample(t, "domain/"+name+"/party/a.go", "package party\n")), "folder "+name)
	}
	for _, name := range folderNameBans {
		expect(t, CheckNames(sample(t, name+"/party/a.go", "package party\n")), "folder "+name)
	}
	for _, suffix := range typeSuffixBans {
		expect(t, CheckNames(sample(t, "book/a.go", "package book\n\ntype Ledger"+suffix+" struct{}\n")), "type Ledger"+suffix)
		expect(t, CheckNames(sample(t, "book/a.go", "package book\n\nfunc f() {\n\ttype ledger"+suffix+" struct{}\n}\n")), "type ledger"+suffix)
	}
	expect(t, CheckNames(sample(t, "domain/party/a_test.go", "package party_test\n\ntype Managership struct{}\n")), "")
}

func TestDocCommentsCatch(t *testing.T) {
	const documented = "// Package book says so.\npackage book\n\n"
	for _, row := range []struct{ name, source, complaint string }{
		{"function", documented + "func F() {}", "F has no doc comment"},
		{"method", documented + "type t struct{}\n\n// T is.\ntype T struct{}\n\nfunc (T) M() {}", "M has no doc comment"},
		{"method of a generic type", documented + "// T is.\ntype T[K, V any] struct{}\n\nfunc (*T[K, V]) M() {}", "M has no doc comment"},
		{"type", documented + "type T struct{}", "T has no doc comment"},
		{"constant", documented + "const C = 1", "C has no doc comment"},
		{"constant in a group", documented + "const (\n\tC = 1\n)", "C has no doc comment"},
		{"variable", documented + "var V int", "V has no doc comment"},
		{"package", "package book", "the package has no comment"},
		{"documented group", documented + "// These are.\nconst (\n\tC = 1\n\tD = 2\n)", ""},
		{"documented in its line", documented + "const (\n\tC = 1 // is one\n)", ""},
		{"method of a hidden type", documented + "type t struct{}\n\nfunc (t) M() {}", ""},
		{"String", documented + "// T is.\ntype T int\n\nfunc (T) String() string { return \"\" }", ""},
		{"hidden", documented + "func f() {}\n\ntype t int\n\nconst c = 1", ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			expect(t, CheckDocComments(sample(t, "book/a.go", row.source+"\n")), row.complaint)
			expect(t, CheckDocComments(sample(t, "engine/a.go", row.source+"\n")), "")
			expect(t, CheckDocComments(sample(t, "book/a_test.go", row.source+"\n")), "")
		})
	}
}

func TestFunctionLinesAreMeasured(t *testing.T) {
	source := "package book\n\nfunc (b *Book) Long() {\n" + strings.Repeat("\t_ = 1\n", FunctionLinesMax-1) + "}\n\nfunc Short() {\n" + strings.Repeat("\t_ = 1\n", FunctionLinesMax-2) + "}\n"
	measured := MeasureFunctionLines(sample(t, "book/a.go", source))
	want := map[string]int{"book/a.go Book.Long": FunctionLinesMax + 1, "book/a.go Short": FunctionLinesMax}
	if diff := cmp.Diff(want, measured); diff != "" {
		t.Error(diff)
	}
	expect(t, FunctionLines.Check(measured, nil), "book/a.go Book.Long: 71 lines, more than 70")
	if measured := MeasureFunctionLines(sample(t, "book/a_test.go", source)); len(measured) != 0 {
		t.Errorf("functions of tests were measured: %v", measured)
	}
}

func TestBooleanParametersAreMeasured(t *testing.T) {
	source := `package book

func One(name string, force bool) {}
func Two(force, quiet bool) {}
func Unnamed(bool) {}
func Variadic(flags ...bool) {}
func (b *Book) Method(force bool) {}
func Result() bool { return true }
func hidden(force bool) {}
func (b hiddenType) Method(force bool) {}
`
	want := map[string]int{
		"book/a.go One": 1, "book/a.go Two": 2, "book/a.go Unnamed": 1, "book/a.go Variadic": 1, "book/a.go Book.Method": 1, "book/a.go Result": 0,
	}
	measured := MeasureBooleanParameters(sample(t, "book/a.go", source))
	if diff := cmp.Diff(want, measured); diff != "" {
		t.Error(diff)
	}
	if findings := BooleanParameters.Check(measured, nil); len(findings) != 5 {
		t.Errorf("%d findings, want 5: %v", len(findings), findings)
	}
	if measured := MeasureBooleanParameters(sample(t, "engine/a.go", source)); len(measured) != 0 {
		t.Errorf("the rule is for domain and book: %v", measured)
	}
}

func TestRatchetOnlyShrinks(t *testing.T) {
	r := Ratchet{File: "list.txt", Limit: 70, Unit: "lines", Advice: "split it"}
	for _, row := range []struct {
		name                 string
		measured, exceptions map[string]int
		complaint            string
	}{
		{"within the limit", map[string]int{"a.go F": 70}, nil, ""},
		{"as listed", map[string]int{"a.go F": 90}, map[string]int{"a.go F": 90}, ""},
		{"new", map[string]int{"a.go F": 71}, nil, "a.go F: 71 lines, more than 70: split it"},
		{"grown", map[string]int{"a.go F": 91}, map[string]int{"a.go F": 90}, "grew from 90 to 91 lines"},
		{"shrunk", map[string]int{"a.go F": 80}, map[string]int{"a.go F": 90}, `write "a.go F 80" into list.txt`},
		{"mended", map[string]int{"a.go F": 70}, map[string]int{"a.go F": 90}, "remove its line"},
		{"gone", nil, map[string]int{"a.go F": 90}, "is gone: remove its line"},
	} {
		t.Run(row.name, func(t *testing.T) {
			expect(t, r.Check(row.measured, row.exceptions), row.complaint)
		})
	}
}

func TestRatchetFile(t *testing.T) {
	root := t.TempDir()
	write := func(text string) {
		if err := os.WriteFile(filepath.Join(root, "list.txt"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	r := Ratchet{File: "list.txt"}
	write("# why\n\nbook/a.go Book.F 90 # a table\nbook/b.go G 71\n")
	exceptions, err := r.Read(root)
	if diff := cmp.Diff(map[string]int{"book/a.go Book.F": 90, "book/b.go G": 71}, exceptions); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
	for _, bad := range []string{"book/a.go 90\n", "book/a.go F many\n", "book/a.go F 90 lines\n"} {
		write(bad)
		if _, err := r.Read(root); err == nil {
			t.Errorf("%q was read", bad)
		}
	}
}

func TestWordsCatch(t *testing.T) {
	for _, bad := range []string{
		"TO" + "DO: later", "// FIX" + "ME", "XX" + "X", "HA" + "CK around it", "an assist" + "ant wrote this", "in a previous sess" + "ion",
		"coding sess" + "ions", "AI-gener" + "ated", "a langua" + "ge model", "see issu" + "e 12", "see issu" + "e #12", "not imple" + "mented",
		"simpli" + "fied for now", "for now, " + "we skip it", "cd /wor" + "k/main", "(/hom" + "e/me/x)", "`/roo" + "t/.cache`",
	} {
		for _, name := range []string{"doc/GUIDE.md", "book/a.go"} {
			source := "# Guide\n\n" + bad + "\n"
			if strings.HasSuffix(name, ".go") {
				source = "package book\n\n// " + bad + "\n"
			}
			expect(t, CheckWords(sample(t, name, source)), name+":3: ")
		}
	}
	for _, good := range []string{
		"a session ends when the person logs out", "hold the session's cookie", "issue date", "issue of 5 certificates", "the issuer",
		"http.StatusNotImplemented", "a todo list", "the work/main folder", "https://example.org/home/page", "for now is a time",
	} {
		expect(t, CheckWords(sample(t, "doc/GUIDE.md", good+"\n")), "")
	}
}

func TestEveryWordBanCatchesSomething(t *testing.T) {
	samples := []string{
		"TO" + "DO", "assist" + "ant", "earlier sess" + "ion", "AI agen" + "t", "issu" + "e 7", "not yet imple" + "mented", "/Use" + "rs/me",
	}
	for i, banned := range wordBans {
		if !banned.pattern.MatchString(samples[i]) {
			t.Errorf("%s does not catch %q", banned.pattern, samples[i])
		}
	}
	if len(samples) != len(wordBans) {
		t.Errorf("%d samples for %d bans", len(samples), len(wordBans))
	}
}

func TestSleepIsCaught(t *testing.T) {
	const body = "\n\nfunc f() {\n\ttime.Sleep(1)\n}\n"
	expect(t, CheckSleep(sample(t, "engine/a_test.go", "package engine\n\nimport \"time\""+body)), "a test that sleeps")
	expect(t, CheckSleep(sample(t, "engine/a_test.go", "package engine\n\nimport clock \"time\"\n\nvar f = clock.Sleep\n")), "a test that sleeps")
	expect(t, CheckSleep(sample(t, "engine/a.go", "package engine\n\nimport \"time\""+body)), "")
	expect(t, CheckSleep(sample(t, "engine/a_test.go", "package engine"+body)), "")
}

func TestLoadSkipsWhatBuildsWrite(t *testing.T) {
	root := t.TempDir()
	for name, source := range map[string]string{
		"book/a.go": "package book\n", "README.md": "# Read\n", "build/b.go": "package b\n", ".git/c.go": "broken", "bin/d.md": "x",
		"edge/testdata/e.go": "broken", "edge/f.txt": "x",
	} {
		file := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(source), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	tree, err := Load(root)
	if err != nil {
		t.Fatal(err)
	}
	var files, texts []string
	for _, file := range tree.Files {
		files = append(files, file.Path)
	}
	for _, text := range tree.Texts {
		texts = append(texts, text.Path)
	}
	if diff := cmp.Diff([]string{"book/a.go"}, files); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"README.md", "book/a.go"}, texts); diff != "" {
		t.Error(diff)
	}
}
