package houserules

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/importer"
	"go/token"
	"go/types"
	"io"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strings"
)

// CheckDeterministicFolders type-checks the packages below DeterministicFolders and holds them against the bans. The
// types of what they import are taken from the compiler's own export data, which the go command provides.
func CheckDeterministicFolders(tree Tree) ([]Finding, error) {
	packages := map[string][]File{}
	for _, file := range tree.Files {
		if !file.IsTest() && belowAny(file.Folder(), DeterministicFolders) {
			packages[file.Folder()] = append(packages[file.Folder()], file)
		}
	}
	if len(packages) == 0 {
		return nil, nil
	}
	folders := slices.Sorted(maps.Keys(packages))
	patterns := make([]string, len(folders))
	for i, folder := range folders {
		patterns[i] = module + "/" + folder
	}
	exports, err := exportFiles(tree.Root, patterns)
	if err != nil {
		return nil, err
	}
	imports := exportDataImporter(tree.Set, exports)
	var findings []Finding
	for _, folder := range folders {
		info, complaints := typeCheck(tree.Set, module+"/"+folder, packages[folder], imports)
		findings = append(findings, complaints...)
		findings = append(findings, CheckDeterminism(tree.Set, packages[folder], info)...)
	}
	return findings, nil
}

// typeCheck returns what the type checker knows, and a finding for each error: a package that does not compile is not
// known to keep the rules.
func typeCheck(set *token.FileSet, name string, files []File, imports types.Importer) (*types.Info, []Finding) {
	info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Uses: map[*ast.Ident]types.Object{}, Defs: map[*ast.Ident]types.Object{}}
	var findings []Finding
	config := types.Config{Importer: imports, Error: func(err error) {
		findings = append(findings, Finding{Where: name, Message: "does not compile: " + err.Error()})
	}}
	syntax := make([]*ast.File, len(files))
	for i, file := range files {
		syntax[i] = file.Syntax
	}
	// Every error has reached config.Error already.
	_, _ = config.Check(name, set, syntax, info)
	return info, findings
}

// exportFiles lets the go command compile the packages with everything they import, mostly out of its cache, and
// returns the file of export data by import path.
func exportFiles(root string, patterns []string) (map[string]string, error) {
	arguments := append([]string{"list", "-e", "-deps", "-export", "-f", "{{if .Export}}{{.ImportPath}}\t{{.Export}}{{end}}"}, patterns...)
	command := exec.Command("go", arguments...)
	command.Dir = root
	var failure bytes.Buffer
	command.Stderr = &failure
	output, err := command.Output()
	if err != nil {
		return nil, fmt.Errorf("go list of the packages to type-check: %w\n%s", err, failure.String())
	}
	exports := map[string]string{}
	for line := range strings.Lines(string(output)) {
		if name, file, ok := strings.Cut(strings.TrimSpace(line), "\t"); ok {
			exports[name] = file
		}
	}
	return exports, nil
}

func exportDataImporter(set *token.FileSet, exports map[string]string) types.Importer {
	return importer.ForCompiler(set, "gc", func(name string) (io.ReadCloser, error) {
		file, ok := exports[name]
		if !ok {
			return nil, fmt.Errorf("no export data for %s: it does not compile", name)
		}
		return os.Open(file)
	})
}
