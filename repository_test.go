// The rules of this repository, run over the whole tree; what they are and why is in package houserules.
package millrace_test

import (
	"testing"

	"millrace/houserules"
)

func TestRepository(t *testing.T) {
	tree, err := houserules.Load(".")
	if err != nil {
		t.Fatal(err)
	}
	if len(tree.Files) == 0 || len(tree.Texts) == 0 {
		t.Fatal("the tree was not read")
	}
	for _, rule := range []struct {
		name  string
		check func(houserules.Tree) []houserules.Finding
	}{
		{"imports keep to the layers", houserules.CheckImports},
		{"names say something", houserules.CheckNames},
		{"exported identifiers of domain and book are documented", houserules.CheckDocComments},
		{"texts speak of the thing", houserules.CheckWords},
		{"tests do not sleep", houserules.CheckSleep},
	} {
		t.Run(rule.name, func(t *testing.T) {
			report(t, rule.check(tree))
		})
	}
	t.Run("domain and book are deterministic", func(t *testing.T) {
		findings, err := houserules.CheckDeterministicFolders(tree)
		if err != nil {
			t.Fatal(err)
		}
		report(t, findings)
	})
	for _, ratchet := range []struct {
		name    string
		rule    houserules.Ratchet
		measure func(houserules.Tree) map[string]int
	}{
		{"functions stay short", houserules.FunctionLines, houserules.MeasureFunctionLines},
		{"no boolean parameters", houserules.BooleanParameters, houserules.MeasureBooleanParameters},
	} {
		t.Run(ratchet.name, func(t *testing.T) {
			exceptions, err := ratchet.rule.Read(tree.Root)
			if err != nil {
				t.Fatal(err)
			}
			report(t, ratchet.rule.Check(ratchet.measure(tree), exceptions))
		})
	}
}

func report(t *testing.T, findings []houserules.Finding) {
	t.Helper()
	for _, finding := range findings {
		t.Error(finding)
	}
}
