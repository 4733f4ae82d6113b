package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestIngestNamesBrokenRules(t *testing.T) {
	content, err := os.ReadFile(filepath.Join("..", "..", "examples", "trade", "01-castings", "5-invoice.xml"))
	if err != nil {
		t.Fatal(err)
	}
	const sum = `<cbc:LineExtensionAmount currencyID="EUR">41414.00<`
	folder := t.TempDir()
	for name, text := range map[string]string{
		"a-right.xml": string(content), "b-wrong.xml": strings.Replace(strings.Replace(string(content), sum, strings.Replace(sum, "41414", "41415", 1), 1), "RE-2026-0914", "RE-2026-0915", 1),
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	lines := strings.Split(strings.TrimSpace(must(t, 0, "ingest", "--json", folder).stdout), "\n")
	if len(lines) != 3 || strings.Contains(lines[0], `"rules"`) {
		t.Fatal(lines)
	}
	for _, want := range []string{
		`"rules":[{"rule":"BR-CO-10","severity":"fatal","sentence":"The sum of the lines`, `"line":130,"where":"Invoice/cac:LegalMonetaryTotal/cbc:LineExtensionAmount"}`,
		`{"rule":"BR-CO-13","severity":"fatal"`,
	} {
		if !strings.Contains(lines[1], want) {
			t.Errorf("no %s in %s", want, lines[1])
		}
	}
	if text := must(t, 0, "ingest", folder).stdout; !strings.Contains(text, "  breaks BR-CO-10, BR-CO-13\n") {
		t.Error(text)
	}
}
