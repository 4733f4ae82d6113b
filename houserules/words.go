package houserules

import (
	"go/ast"
	"regexp"
)

// wordBan is a wording that does not belong into what others read.
type wordBan struct {
	pattern *regexp.Regexp
	reason  string
}

// wordBans are written with character classes, so that this file does not match itself. "Session" alone is not among
// them: people who log in have sessions.
var wordBans = []wordBan{
	{regexp.MustCompile(`\b(T[O]DO|F[I]XME|X[X]X|H[A]CK)\b`), "finish it, or leave it out and write an issue"},
	{regexp.MustCompile(`(?i)\bassistan[t]s?\b`), "say what the code does, not who wrote it"},
	{regexp.MustCompile(`(?i)\b(previous|earlier|coding|working|agen[t]) session[s]?\b`), "the code does not know when it was written"},
	{regexp.MustCompile(`(?i)\b(languag[e] model|AI[ -](generate[d]|agen[t]))s?\b`), "say what the code does, not who wrote it"},
	{regexp.MustCompile(`(?i)\bissu[e] #?[0-9]+\b`), "give the reason itself: a reader has no other place to look it up"},
	{regexp.MustCompile(`(?i)\b(simplifie[d] for now|for now,? (we|i)t?|not (yet )?implemente[d])\b`), "finish it, or leave it out"},
	{regexp.MustCompile(`(^|[^\w.])/(wor[k]|roo[t]|hom[e]|User[s])/[\w.]`), "a path of one machine: find the folder from the module's root"},
}

// CheckWords looks for wordings in Go and Markdown files that speak of the work instead of the thing.
func CheckWords(tree Tree) []Finding {
	var findings []Finding
	for _, text := range tree.Texts {
		for number, line := range text.Lines {
			for _, banned := range wordBans {
				if found := banned.pattern.FindString(line); found != "" {
					findings = append(findings, Finding{lineOf(text.Path, number+1), "\"" + found + "\": " + banned.reason})
				}
			}
		}
	}
	return findings
}

// CheckSleep looks for time.Sleep in tests.
func CheckSleep(tree Tree) []Finding {
	var findings []Finding
	for _, file := range tree.Files {
		if !file.IsTest() {
			continue
		}
		name := importedAs(file, "time")
		ast.Inspect(file.Syntax, func(node ast.Node) bool {
			selector, ok := node.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if left, ok := selector.X.(*ast.Ident); ok && left.Name == name && selector.Sel.Name == "Sleep" {
				findings = append(findings, Finding{
					tree.where(selector.Pos()),
					"a test that sleeps is slow and fails by chance: wait for the event itself, or bring a clock of your own (testing/synctest)",
				})
			}
			return true
		})
	}
	return findings
}

// importedAs returns the name under which a file uses a package of the standard library, or nothing.
func importedAs(file File, standard string) string {
	for _, spec := range file.Syntax.Imports {
		if importPath(spec) != standard {
			continue
		}
		if spec.Name != nil {
			return spec.Name.Name
		}
		return standard
	}
	return ""
}
