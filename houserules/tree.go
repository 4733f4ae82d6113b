package houserules

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// module is the module's path; an import below it is one of ours.
const module = "millrace"

// Finding is one breach of one rule.
type Finding struct {
	Where   string // file and line, or a folder
	Message string // what is wrong, why it matters, and what to do instead
}

// String returns the finding as one line.
func (f Finding) String() string {
	return f.Where + ": " + f.Message
}

// File is one parsed Go file.
type File struct {
	Path   string // from the module's root, with slashes
	Syntax *ast.File
}

// Folder returns the file's folder from the module's root, "." for the root itself.
func (f File) Folder() string {
	return path.Dir(f.Path)
}

// IsTest reports whether the file is compiled for tests only.
func (f File) IsTest() bool {
	return strings.HasSuffix(f.Path, "_test.go")
}

// Text is one Go or Markdown file as it lies on disk.
type Text struct {
	Path  string // from the module's root, with slashes
	Lines []string
}

// Tree is the module's source: every Go file parsed, and every Go and Markdown file as text.
type Tree struct {
	Root  string // the folder of go.mod
	Set   *token.FileSet
	Files []File
	Texts []Text
}

// Load reads the tree below root. Folders that Go or git leave alone, and those that builds write to, are skipped.
func Load(root string) (Tree, error) {
	tree := Tree{Root: root, Set: token.NewFileSet()}
	err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if name != root && skippedFolder(entry.Name()) {
				return filepath.SkipDir
			}
			return nil
		}
		relative, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		return tree.read(filepath.ToSlash(relative))
	})
	if err != nil {
		return Tree{}, fmt.Errorf("read the source tree: %w", err)
	}
	return tree, nil
}

func skippedFolder(name string) bool {
	return strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") ||
		slices.Contains([]string{"bin", "build", "vendor", "testdata"}, name)
}

func (t *Tree) read(name string) error {
	extension := path.Ext(name)
	if extension != ".go" && extension != ".md" {
		return nil
	}
	source, err := os.ReadFile(filepath.Join(t.Root, filepath.FromSlash(name)))
	if err != nil {
		return err
	}
	t.Texts = append(t.Texts, Text{Path: name, Lines: strings.Split(string(source), "\n")})
	if extension == ".md" {
		return nil
	}
	syntax, err := parser.ParseFile(t.Set, name, source, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	t.Files = append(t.Files, File{Path: name, Syntax: syntax})
	return nil
}

// where returns "file:line" of a position.
func (t *Tree) where(position token.Pos) string {
	at := t.Set.Position(position)
	return lineOf(at.Filename, at.Line)
}

// below reports whether an import path or a folder is prefix itself or lies below it.
func below(name, prefix string) bool {
	return name == prefix || strings.HasPrefix(name, prefix+"/")
}

func belowAny(name string, prefixes []string) bool {
	return slices.ContainsFunc(prefixes, func(prefix string) bool { return below(name, prefix) })
}

func importPath(spec *ast.ImportSpec) string {
	return strings.Trim(spec.Path.Value, "\"`")
}

func lineOf(name string, line int) string {
	return fmt.Sprintf("%s:%d", name, line)
}
