package book_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"millrace/book"
)

const catalogueFile = "../doc/REJECTIONS.md"

// ladders reads, from the sources, the codes with which each command can be refused, in the order of its ladder.
type ladders struct {
	functions map[string][]*ast.FuncDecl // by name
	receiver  map[*ast.FuncDecl]string
}

func readLadders(t *testing.T) *ladders {
	t.Helper()
	l := &ladders{functions: map[string][]*ast.FuncDecl{}, receiver: map[*ast.FuncDecl]string{}}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		syntax, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range syntax.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			if f.Recv != nil {
				of := f.Recv.List[0].Type
				if star, ok := of.(*ast.StarExpr); ok {
					of = star.X
				}
				if name, ok := of.(*ast.Ident); ok {
					l.receiver[f] = name.Name
				}
			}
			l.functions[f.Name.Name] = append(l.functions[f.Name.Name], f)
		}
	}
	return l
}

// refuses tells whether a function may give a rejection.
func refuses(f *ast.FuncDecl) bool {
	if f.Type.Results == nil {
		return false
	}
	for _, result := range f.Type.Results.List {
		if star, ok := result.Type.(*ast.StarExpr); ok {
			if name, ok := star.X.(*ast.Ident); ok && name.Name == "Rejection" {
				return true
			}
		}
	}
	return false
}

// codes lists what a function refuses with, those that it calls included, each once.
func (l *ladders) codes(f *ast.FuncDecl, commands map[string]struct{}, above []*ast.FuncDecl) []string {
	var found []string
	ast.Inspect(f.Body, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		name := ""
		switch called := call.Fun.(type) {
		case *ast.Ident:
			name = called.Name
		case *ast.SelectorExpr:
			name = called.Sel.Name
		}
		if name == "reject" {
			if literal, ok := call.Args[0].(*ast.BasicLit); ok {
				found = append(found, strings.Trim(literal.Value, `"`))
			}
			return true
		}
		for _, g := range l.functions[name] {
			_, isCommand := commands[l.receiver[g]]
			own := l.receiver[g] == l.receiver[f]
			if refuses(g) && !slices.Contains(above, g) && g != f && (!isCommand || own) {
				found = append(found, l.codes(g, commands, append(above, f))...)
			}
		}
		return true
	})
	return found
}

func unique(codes []string) []string {
	var once []string
	for _, code := range codes {
		if !slices.Contains(once, code) {
			once = append(once, code)
		}
	}
	return once
}

func catalogue(t *testing.T) string {
	l := readLadders(t)
	commands := map[string]struct{}{}
	var names []string
	for _, c := range book.CommandKinds() {
		name := strings.TrimPrefix(fmt.Sprintf("%T", c), "*book.")
		commands[name] = struct{}{}
		names = append(names, name)
	}
	var b strings.Builder
	b.WriteString("# Rejections\n\nA rejection refuses a command. It leaves no entry, changes nothing, and does not use up the command's key. Its code is\n" +
		"stable; its sentence says where and what. This page is made from the sources and the tests (`go test ./book -run\n" +
		"TestCatalogue -update`), and a test holds it to them.\n\n## Codes\n\n| code | what it means | what to do |\n| --- | --- | --- |\n")
	for _, r := range refusals {
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", r.code, r.means, r.remedy)
	}
	b.WriteString("\n## Ladders\n\nThe order in which each command is examined: the first rung that does not hold is the answer. Before the rungs of every\ncommand come those of authority: ")
	b.WriteString(quoted(unique(l.codes(l.functions["authorise"][0], commands, nil))))
	b.WriteString(". After\nthem comes `account_overflow`. A rung that stands behind a condition, or in a helper that several commands share, is\nlisted where it is first reached.\n\n| command | rungs |\n| --- | --- |\n")
	for _, name := range names {
		for _, f := range l.functions["decide"] {
			if l.receiver[f] == name {
				fmt.Fprintf(&b, "| `%s` | %s |\n", name, quoted(unique(l.codes(f, commands, nil))))
			}
		}
	}
	return b.String()
}

func quoted(codes []string) string {
	if len(codes) == 0 {
		return "none of its own"
	}
	return "`" + strings.Join(codes, "`, `") + "`"
}

func TestCatalogueOfRejectionsIsThatOfTheCode(t *testing.T) {
	want := catalogue(t)
	if *update {
		if err := os.MkdirAll(filepath.Dir(catalogueFile), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(catalogueFile, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(catalogueFile)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Error("doc/REJECTIONS.md is not that of the code: write it with -update")
	}
}
