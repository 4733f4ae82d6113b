package houserules

import (
	"fmt"
	"go/ast"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
)

// FunctionLinesMax is the length from which a function wants a second look, from its first line to its last.
const FunctionLinesMax = 70

// Ratchet is a rule with a list of the exceptions that stand today. The list may only shrink: a new exception fails,
// one that grows fails, and one that shrinks fails until its number in the file follows.
type Ratchet struct {
	File   string // from the module's root
	Limit  int    // what needs no exception
	Unit   string
	Advice string
}

// FunctionLines limits the length of functions outside tests, whose tables may be long.
var FunctionLines = Ratchet{
	File: "houserules/ratchet/function_lines.txt", Limit: FunctionLinesMax, Unit: "lines",
	Advice: "split it where a reader would pause",
}

// BooleanParameters limits the boolean parameters of what the deterministic folders export.
var BooleanParameters = Ratchet{
	File: "houserules/ratchet/boolean_parameters.txt", Limit: 0, Unit: "boolean parameters",
	Advice: "at the call nobody can tell what true means: take a named type with named values, or make two functions",
}

// MeasureFunctionLines returns the lines of every function outside tests.
func MeasureFunctionLines(tree Tree) map[string]int {
	lines := map[string]int{}
	for _, file := range tree.Files {
		if file.IsTest() {
			continue
		}
		for _, declaration := range file.Syntax.Decls {
			if function, ok := declaration.(*ast.FuncDecl); ok {
				lines[functionKey(file, function)] = tree.Set.Position(function.End()).Line - tree.Set.Position(function.Pos()).Line + 1
			}
		}
	}
	return lines
}

// MeasureBooleanParameters returns the number of boolean parameters of every exported function and method below the
// deterministic folders.
func MeasureBooleanParameters(tree Tree) map[string]int {
	parameters := map[string]int{}
	for _, file := range tree.Files {
		if file.IsTest() || !belowAny(file.Folder(), DeterministicFolders) {
			continue
		}
		for _, declaration := range file.Syntax.Decls {
			if function, ok := declaration.(*ast.FuncDecl); ok && isExportedFunction(function) {
				parameters[functionKey(file, function)] = booleanParameters(function)
			}
		}
	}
	return parameters
}

func booleanParameters(function *ast.FuncDecl) int {
	count := 0
	for _, field := range function.Type.Params.List {
		parameter := field.Type
		if variadic, ok := parameter.(*ast.Ellipsis); ok {
			parameter = variadic.Elt
		}
		if name, ok := parameter.(*ast.Ident); ok && name.Name == "bool" {
			count += max(1, len(field.Names))
		}
	}
	return count
}

// Read returns the exceptions of the ratchet's file: "file function number" a line, and comments after #.
func (r Ratchet) Read(root string) (map[string]int, error) {
	source, err := os.ReadFile(root + "/" + r.File)
	if err != nil {
		return nil, fmt.Errorf("read the list of exceptions: %w", err)
	}
	exceptions := map[string]int{}
	for line := range strings.Lines(string(source)) {
		line, _, _ = strings.Cut(line, "#")
		fields := strings.Fields(line)
		if len(fields) == 0 {
			continue
		}
		number, err := strconv.Atoi(fields[len(fields)-1])
		if len(fields) != 3 || err != nil {
			return nil, fmt.Errorf("%s: %q is not of the form: file function number", r.File, strings.TrimSpace(line))
		}
		exceptions[fields[0]+" "+fields[1]] = number
	}
	return exceptions, nil
}

// Check compares what was measured with the exceptions, in the order of their names.
func (r Ratchet) Check(measured, exceptions map[string]int) []Finding {
	var findings []Finding
	for _, key := range slices.Sorted(maps.Keys(measured)) {
		number := measured[key]
		allowed, listed := exceptions[key]
		switch {
		case number > max(r.Limit, allowed) && listed:
			findings = append(findings, Finding{key, fmt.Sprintf("grew from %d to %d %s: %s", allowed, number, r.Unit, r.Advice)})
		case number > r.Limit && !listed:
			findings = append(findings, Finding{key, fmt.Sprintf("%d %s, more than %d: %s", number, r.Unit, r.Limit, r.Advice)})
		case listed && number <= r.Limit:
			findings = append(findings, Finding{key, fmt.Sprintf("down to %d %s, well done: remove its line from %s", number, r.Unit, r.File)})
		case listed && number < allowed:
			findings = append(findings, Finding{key, fmt.Sprintf("down to %d %s, well done: write %q into %s", number, r.Unit, fmt.Sprintf("%s %d", key, number), r.File)})
		}
	}
	for _, key := range slices.Sorted(maps.Keys(exceptions)) {
		if _, exists := measured[key]; !exists {
			findings = append(findings, Finding{key, "is gone: remove its line from " + r.File})
		}
	}
	return findings
}
