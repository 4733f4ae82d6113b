package houserules

import (
	"fmt"
	"go/ast"
	"path"
	"slices"
	"strings"
)

// packageNameBans are names that say nothing about what a package holds.
var packageNameBans = []string{
	"base", "common", "controller", "controllers", "core", "dto", "entities", "entity", "helper", "helpers", "impl",
	"manager", "managers", "misc", "model", "models", "repositories", "repository", "service", "services", "shared",
	"types", "util", "utils",
}

// folderNameBans would hide the architecture behind one more level.
var folderNameBans = []string{"internal", "pkg", "src"}

// typeSuffixBans are endings that a type gets when nobody knows what it is.
var typeSuffixBans = []string{"Controller", "Helper", "Impl", "Manager"}

// CheckNames looks at the names of packages, folders and types, those of tests included.
func CheckNames(tree Tree) []Finding {
	var findings []Finding
	for _, file := range tree.Files {
		name := strings.TrimSuffix(file.Syntax.Name.Name, "_test")
		if slices.Contains(packageNameBans, name) {
			findings = append(findings, Finding{file.Path, fmt.Sprintf("package %s: the name holds anything and so says nothing; name it after the noun or the work it holds", name)})
		}
		for _, element := range strings.Split(file.Folder(), "/") {
			if slices.Contains(packageNameBans, element) && element != name {
				findings = append(findings, Finding{file.Path, fmt.Sprintf("folder %s: the name holds anything and so says nothing; name it after the noun or the work it holds", element)})
			}
			if slices.Contains(folderNameBans, element) {
				findings = append(findings, Finding{file.Path, fmt.Sprintf("folder %s: the root listing is the architecture; put the package into a layer", element)})
			}
		}
		findings = append(findings, typeNameFindings(tree, file)...)
	}
	return findings
}

func typeNameFindings(tree Tree, file File) []Finding {
	var findings []Finding
	ast.Inspect(file.Syntax, func(node ast.Node) bool {
		spec, ok := node.(*ast.TypeSpec)
		if !ok {
			return true
		}
		for _, suffix := range typeSuffixBans {
			if strings.HasSuffix(spec.Name.Name, suffix) {
				findings = append(findings, Finding{tree.where(spec.Pos()), fmt.Sprintf("type %s: %q says nothing; name the type after what it is", spec.Name.Name, suffix)})
			}
		}
		return true
	})
	return findings
}

// selfExplaining are methods whose name and interface say everything; they may go without a comment.
var selfExplaining = []string{"Error", "Len", "Less", "String", "Swap", "Unwrap"}

// CheckDocComments asks for a doc comment on every exported identifier of the deterministic folders. A comment on a group
// of constants or variables stands for its members.
func CheckDocComments(tree Tree) []Finding {
	var findings []Finding
	documented := map[string]bool{}
	for _, file := range tree.Files {
		if file.IsTest() || !belowAny(file.Folder(), DeterministicFolders) {
			continue
		}
		documented[file.Folder()] = documented[file.Folder()] || file.Syntax.Doc != nil
		for _, declaration := range file.Syntax.Decls {
			for _, name := range undocumented(declaration) {
				findings = append(findings, Finding{
					tree.where(name.Pos()),
					name.Name + " has no doc comment: give its shape, units, range, errors, and the source of a rule or formula",
				})
			}
		}
	}
	for _, file := range tree.Files {
		if has, known := documented[file.Folder()]; known && !has {
			findings = append(findings, Finding{file.Folder(), "the package has no comment: say in a few sentences what it holds, in doc.go or above a package clause"})
			documented[file.Folder()] = true
		}
	}
	return findings
}

func undocumented(declaration ast.Decl) []*ast.Ident {
	switch d := declaration.(type) {
	case *ast.FuncDecl:
		if d.Doc != nil || !isExportedFunction(d) || (d.Recv != nil && slices.Contains(selfExplaining, d.Name.Name)) {
			return nil
		}
		return []*ast.Ident{d.Name}
	case *ast.GenDecl:
		var names []*ast.Ident
		for _, spec := range d.Specs {
			names = append(names, undocumentedInSpec(spec, d.Doc)...)
		}
		return names
	}
	return nil
}

func undocumentedInSpec(spec ast.Spec, group *ast.CommentGroup) []*ast.Ident {
	var names []*ast.Ident
	switch s := spec.(type) {
	case *ast.TypeSpec:
		if s.Name.IsExported() && s.Doc == nil && s.Comment == nil && group == nil {
			names = append(names, s.Name)
		}
	case *ast.ValueSpec:
		for _, name := range s.Names {
			if name.IsExported() && s.Doc == nil && s.Comment == nil && group == nil {
				names = append(names, name)
			}
		}
	}
	return names
}

// isExportedFunction reports whether other packages can call it: a method counts only on an exported type.
func isExportedFunction(function *ast.FuncDecl) bool {
	if !function.Name.IsExported() {
		return false
	}
	receiver := receiverName(function)
	return receiver == "" || ast.IsExported(receiver)
}

// receiverName returns the name of a method's type, without pointer and type parameters; empty for a function.
func receiverName(function *ast.FuncDecl) string {
	if function.Recv == nil || len(function.Recv.List) == 0 {
		return ""
	}
	receiver := function.Recv.List[0].Type
	for {
		switch r := receiver.(type) {
		case *ast.StarExpr:
			receiver = r.X
		case *ast.IndexExpr:
			receiver = r.X
		case *ast.IndexListExpr:
			receiver = r.X
		case *ast.Ident:
			return r.Name
		default:
			return ""
		}
	}
}

// functionKey names a function in a ratchet file: file, and receiver and name.
func functionKey(file File, function *ast.FuncDecl) string {
	name := function.Name.Name
	if receiver := receiverName(function); receiver != "" {
		name = receiver + "." + name
	}
	return path.Clean(file.Path) + " " + name
}
