package houserules

import (
	"fmt"
	"path"
	"strings"
)

// layer is one row of the table of folders: what code below Folder may import of ours and of others.
type layer struct {
	folder   string
	ours     []string // folders; a layer that may import from itself names itself
	anyOurs  bool
	others   []string // modules; the standard library is always allowed here
	anyOther bool     // any module
	reason   string
}

// layers is searched from the top; the first folder that holds a file decides.
var layers = []layer{
	{
		folder:  "cmd",
		anyOurs: true, anyOther: true,
		reason: "the program wires everything together",
	},
	{
		folder: "lab",
		ours:   []string{"lab", "edge", "engine", "book", "domain", "solver", "proof"}, anyOther: true,
		reason: "the lab drives the same book as the program does, so it stands below cmd and above everything else",
	},
	{
		folder: "edge",
		ours:   []string{"edge", "engine", "book", "domain", "proof", "solver", "products"}, anyOther: true,
		reason: "an edge translates between the outside and commands or views; products are files that it offers as they are",
	},
	{
		folder: "engine",
		ours:   []string{"engine", "book", "domain"}, anyOther: true,
		reason: "the engine knows entries and bytes; it must run without any edge, and cmd hands it what it needs",
	},
	{
		folder: "book",
		ours:   []string{"book", "domain"}, others: []string{"github.com/fxamacker/cbor/v2"},
		reason: "the book is the pure state machine; what it needs from outside arrives in a command",
	},
	{
		folder: "domain",
		ours:   []string{"domain/id", "domain/money", "domain/calendar", "domain/rule"},
		reason: "nouns of the trade refer to each other by typed id and meet only in book; only id, money, calendar and rule are shared",
	},
	{
		folder: "solver",
		ours:   []string{"solver", "domain/clearing", "domain/id", "domain/money", "domain/calendar"},
		reason: "a solver proposes over clearing's own types, and the book checks what it proposes",
	},
	{
		folder: "proof",
		ours:   []string{"proof"}, others: []string{"golang.org/x/mod"},
		reason: "whoever verifies a proof must be able to do so without trusting or building the rest",
	},
	{
		folder: "client/generate",
		ours:   []string{"edge/api"},
		reason: "the generator asks the API for its description, and the client is made of that alone",
	},
	{
		folder: "client",
		reason: "whoever integrates imports the client, and nothing of the node with it",
	},
	{
		folder: "examples",
		ours:   []string{"examples"},
		reason: "the examples are documents from the outside; whoever reads them must not have written them",
	},
	{
		folder: "products",
		reason: "the products are texts that anybody may read; who reads them knows what they mean",
	},
	{
		folder: "houserules",
		reason: "the rules read the tree and must not depend on what they judge",
	},
}

// placeRule keeps a kind of import inside the folders that own it.
type placeRule struct {
	imports []string
	folders []string
	reason  string
}

var placeRules = []placeRule{
	{
		imports: []string{
			"database/sql", "modernc.org/sqlite", "github.com/ncruces/go-sqlite3", "github.com/jackc/pgx",
			"github.com/lib/pq", "github.com/mattn/go-sqlite3",
		},
		folders: []string{"engine", "cmd"},
		reason:  "rows and files belong to the engine; ask it for a view instead",
	},
	{
		imports: []string{"net/http", "github.com/danielgtaylor/huma"},
		folders: []string{"edge", "cmd", "lab", "client"},
		reason:  "the wire belongs to the edges; pass what was read as a command, and what is to be sent through the outbox",
	},
	{
		imports: []string{"github.com/alecthomas/kong"},
		folders: []string{"cmd"},
		reason:  "the command line belongs to the program; pass options as values",
	},
	{
		imports: []string{"cel.dev/cel-go"},
		folders: []string{"edge/policy"},
		reason:  "expressions are read once, at proposal; everybody else evaluates the stored rule.Program",
	},
	{
		imports: []string{"testing", "pgregory.net/rapid", "github.com/google/go-cmp", "github.com/anishathalye/porcupine"},
		folders: []string{"lab"},
		reason:  "test tools stay out of the program: put the code into a _test.go file, or into a package whose name ends in test",
	},
}

// testImportBans hold even for test files, which are free of the rules above.
var testImportBans = []placeRule{
	{
		imports: []string{module + "/engine", module + "/edge", module + "/cmd", module + "/lab"},
		folders: []string{"domain"},
		reason:  "a rule of the trade is tested by itself; what needs the machine is tested there",
	},
}

// CheckImports holds every file against the table of layers and the places of imports.
func CheckImports(tree Tree) []Finding {
	var findings []Finding
	for _, file := range tree.Files {
		for _, spec := range file.Syntax.Imports {
			if complaint := importComplaint(file, importPath(spec)); complaint != "" {
				findings = append(findings, Finding{Where: tree.where(spec.Pos()), Message: complaint})
			}
		}
	}
	return findings
}

// importComplaint returns what is wrong with one import of one file, or nothing.
func importComplaint(file File, imported string) string {
	folder := file.Folder()
	if file.IsTest() {
		for _, ban := range testImportBans {
			if belowAny(imported, ban.imports) && belowAny(folder, ban.folders) {
				return fmt.Sprintf("a test below %s may not import %s: %s", strings.Join(ban.folders, ", "), imported, ban.reason)
			}
		}
		return ""
	}
	for _, rule := range placeRules {
		if belowAny(imported, rule.imports) && !belowAny(folder, rule.folders) && !isTestPackage(folder, rule) {
			return fmt.Sprintf("%s may be imported only below %s: %s", imported, strings.Join(rule.folders, ", "), rule.reason)
		}
	}
	for _, l := range layers {
		if below(folder, l.folder) {
			return l.complaint(folder, imported)
		}
	}
	return fmt.Sprintf("code in folder %q, which is in no row of the table of layers: give it a row in houserules/imports.go", folder)
}

// isTestPackage admits conformance suites, which hold test code for other packages to call.
func isTestPackage(folder string, rule placeRule) bool {
	return rule.imports[0] == "testing" && strings.HasSuffix(path.Base(folder), "test")
}

func (l layer) complaint(folder, imported string) string {
	if below(imported, module) {
		target := strings.TrimPrefix(strings.TrimPrefix(imported, module), "/")
		if l.anyOurs || belowAny(target, l.ours) || sameNoun(folder, target) {
			return ""
		}
		return fmt.Sprintf("%s may not import %s: %s", l.folder, imported, l.reason)
	}
	standard := !strings.Contains(strings.SplitN(imported, "/", 2)[0], ".")
	if standard || l.anyOther || belowAny(imported, l.others) || isTestTool(folder, imported) {
		return ""
	}
	return fmt.Sprintf("%s may not import the module %s: %s", l.folder, imported, l.reason)
}

// sameNoun admits imports inside one noun's own folder, such as domain/risk/fixture importing domain/risk.
func sameNoun(folder, target string) bool {
	parts := strings.SplitN(folder, "/", 3)
	return len(parts) >= 2 && parts[0] == "domain" && below(target, parts[0]+"/"+parts[1])
}

// isTestTool admits the test libraries in a package whose name ends in test; placeRules keeps them out of others.
func isTestTool(folder, imported string) bool {
	return strings.HasSuffix(path.Base(folder), "test") && belowAny(imported, []string{"pgregory.net/rapid", "github.com/google/go-cmp"})
}
