package houserules

import (
	"path"
	"testing"
)

func TestLayers(t *testing.T) {
	for _, row := range []struct {
		file, imported string
		complaint      string // empty: allowed
	}{
		{"domain/receivable/face.go", "millrace/domain/money", ""},
		{"domain/receivable/face.go", "millrace/domain/id", ""},
		{"domain/receivable/face.go", "errors", ""},
		{"domain/risk/fixture/good.go", "millrace/domain/risk", ""},
		{"domain/receivable/face.go", "millrace/domain/party", "domain may not import millrace/domain/party"},
		{"domain/money/amount.go", "millrace/domain/monetary", "domain may not import millrace/domain/monetary"},
		{"domain/receivable/face.go", "millrace/book", "domain may not import millrace/book"},
		{"domain/money/amount.go", "github.com/shopspring/decimal", "domain may not import the module"},
		{"book/decide.go", "millrace/domain/ledger", ""},
		{"book/encode.go", "github.com/fxamacker/cbor/v2", ""},
		{"book/decide.go", "millrace/engine/journal", "book may not import millrace/engine/journal"},
		{"book/decide.go", "millrace/solver", "book may not import millrace/solver"},
		{"book/decide.go", "modernc.org/mathutil", "book may not import the module"},
		{"engine/sequencer/run.go", "millrace/book", ""},
		{"engine/sequencer/run.go", "millrace/engine/journal", ""},
		{"engine/journal/sqlite/open.go", "modernc.org/sqlite", ""},
		{"engine/sequencer/run.go", "millrace/edge/api", "engine may not import millrace/edge/api"},
		{"engine/sequencer/run.go", "millrace/proof", "engine may not import millrace/proof"},
		{"edge/api/route.go", "millrace/engine", ""},
		{"edge/api/route.go", "millrace/edge/problem", ""},
		{"edge/api/route.go", "millrace/proof", ""},
		{"edge/api/route.go", "github.com/danielgtaylor/huma/v2", ""},
		{"edge/api/route.go", "millrace/lab/economy", "edge may not import millrace/lab/economy"},
		{"edge/api/route.go", "millrace/cmd/millrace", "edge may not import millrace/cmd/millrace"},
		{"solver/setoff.go", "millrace/domain/clearing", ""},
		{"solver/setoff.go", "millrace/domain/funding", "solver may not import millrace/domain/funding"},
		{"solver/setoff.go", "millrace/book", "solver may not import millrace/book"},
		{"proof/verify/tree.go", "golang.org/x/mod/sumdb/tlog", ""},
		{"proof/verify/tree.go", "millrace/domain/id", "proof may not import millrace/domain/id"},
		{"proof/verify/tree.go", "github.com/fxamacker/cbor/v2", "proof may not import the module"},
		{"lab/load/run.go", "millrace/edge/api", ""},
		{"lab/load/run.go", "millrace/cmd/millrace", "lab may not import millrace/cmd/millrace"},
		{"cmd/millrace/main.go", "millrace/edge/api", ""},
		{"cmd/millrace/main.go", "github.com/alecthomas/kong", ""},
		{"examples/generate/main.go", "millrace/examples", ""},
		{"examples/generate/main.go", "millrace/edge/ubl", "examples may not import millrace/edge/ubl"},
		{"houserules/names.go", "millrace/domain/id", "houserules may not import"},
		{"attic/old.go", "errors", "no row of the table of layers"},
	} {
		tree := sample(t, row.file, "package "+path.Base(path.Dir(row.file))+"\n\nimport _ \""+row.imported+"\"\n")
		t.Run(row.file+" imports "+row.imported, func(t *testing.T) {
			expect(t, CheckImports(tree), row.complaint)
		})
	}
}

func TestPlacesOfImports(t *testing.T) {
	for _, rule := range placeRules {
		for _, imported := range rule.imports {
			t.Run(imported, func(t *testing.T) {
				bad := sample(t, "book/journal.go", "package book\n\nimport _ \""+imported+"/v9\"\n")
				expect(t, CheckImports(bad), "may be imported only below")
				good := sample(t, rule.folders[0]+"/good.go", "package good\n\nimport _ \""+imported+"\"\n")
				expect(t, CheckImports(good), "")
			})
		}
	}
	suite := "package journaltest\n\nimport _ \"testing\"\nimport _ \"pgregory.net/rapid\"\n"
	tree := sample(t, "engine/journal/journaltest/suite.go", suite)
	findings := CheckImports(tree)
	expect(t, findings, "")
}

func TestImportsOfTests(t *testing.T) {
	for _, row := range []struct{ file, imported, complaint string }{
		{"domain/ledger/post_test.go", "millrace/domain/party", ""},
		{"domain/ledger/post_test.go", "time", ""},
		{"domain/ledger/post_test.go", "millrace/engine/journal/mem", "a test below domain may not import"},
		{"domain/ledger/post_test.go", "millrace/edge/api", "a test below domain may not import"},
		{"book/decide_test.go", "millrace/engine/journal/mem", ""},
		{"repository_test.go", "millrace/houserules", ""},
	} {
		tree := sample(t, row.file, "package p\n\nimport _ \""+row.imported+"\"\n")
		t.Run(row.file+" imports "+row.imported, func(t *testing.T) {
			expect(t, CheckImports(tree), row.complaint)
		})
	}
}
