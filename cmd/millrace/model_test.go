package main

import (
	"os"
	"path/filepath"
	"testing"
)

func TestModelsAreCheckedBeforeTheyAreRegistered(t *testing.T) {
	dir := t.TempDir()
	write := func(name, content string) string {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	card := func(feature string) string {
		return `{"name":"card","scale":{"units_per_point":1,"points":600,"odds":50,"double_the_odds":20},"base":500,"features":[{"name":"` + feature +
			`","digits":0}],"characteristics":[{"feature":0,"upto":[30,90],"units":[60,20,-40],"missing":-10}]}`
	}
	good, unknown, broken := write("good.json", card("tenor_days")), write("unknown.json", card("moon")), write("broken.json", `{"table":{"base":NaN}}`)
	request := filepath.Join(dir, "request.json")
	for name, c := range map[string]struct {
		arguments []string
		code      int
	}{
		"a good one":          {[]string{"model", "check", good, "--purpose", "credit_use", "--name", "card", "--request", request}, exitDone},
		"as an object":        {[]string{"model", "check", good, "--json"}, exitDone},
		"an unknown fact":     {[]string{"model", "check", unknown, "--purpose", "credit_use"}, exitFound},
		"no model":            {[]string{"model", "check", broken}, exitUsage},
		"a request unnamed":   {[]string{"model", "check", good, "--request", request}, exitUsage},
		"facts":               {[]string{"model", "facts"}, exitDone},
		"facts, line by line": {[]string{"model", "facts", "--json"}, exitDone},
	} {
		if code := run(t.Context(), c.arguments); code != c.code {
			t.Errorf("%s: ends with %d", name, code)
		}
	}
	if info, err := os.Stat(request); err != nil || info.Size() == 0 {
		t.Error(err)
	}
}
