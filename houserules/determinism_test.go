package houserules

import (
	"go/types"
	"strings"
	"sync"
	"testing"
)

// standardExports serves what the samples below import.
var standardExports = sync.OnceValues(func() (map[string]string, error) {
	return exportFiles(".", []string{"fmt", "iter", "maps", "math", "math/big", "math/bits", "slices", "strconv"})
})

func checkTypes(t *testing.T, tree Tree) (*types.Info, []Finding) {
	t.Helper()
	exports, err := standardExports()
	if err != nil {
		t.Fatal(err)
	}
	return typeCheck(tree.Set, "millrace/book", tree.Files, exportDataImporter(tree.Set, exports))
}

func TestImportBansCatch(t *testing.T) {
	for _, banned := range importBans {
		for _, imported := range []string{banned.what, banned.what + "/deeper"} {
			tree := sample(t, "book/sample.go", "package book\n\nimport _ \""+imported+"\"\n")
			expect(t, CheckDeterminism(tree.Set, tree.Files, &types.Info{}), "package "+imported+" is banned here")
		}
	}
	tree := sample(t, "book/sample.go", "package book\n\nimport (\n\t_ \"timetable\"\n\t_ \"slices\"\n\t_ \"crypto/sha256\"\n)\n")
	expect(t, CheckDeterminism(tree.Set, tree.Files, &types.Info{}), "")
}

func TestCodeBansCatch(t *testing.T) {
	for _, row := range []struct {
		name      string
		source    string // after the package clause
		complaint string // empty: allowed
	}{
		{"go statement", "func f() { go f() }", "a go statement"},
		{"channel type", "var c chan int", "a channel"},
		{"channel parameter", "func f(c <-chan int) {}", "a channel"},
		{"send", "type lane = interface{ ~chan int }\nfunc f[C lane](c C) {\n\n\tc <- 1\n}", "sample.go:6: a channel"},
		{"receive", "type lane = interface{ ~chan int }\nfunc f[C lane](c C) {\n\n\t<-c\n}", "sample.go:6: a channel"},
		{"range over a channel", "type lane chan int\nfunc f(c lane) {\n\n\tfor range c {\n\t}\n}", "sample.go:6: a channel"},
		{"select", "func f() {\n\tselect {}\n}", "select"},
		{"float64 field", "type price struct{ value float64 }", "floating point"},
		{"float32 parameter", "func f(x float32) {}", "floating point"},
		{"complex", "var z complex128", "floating point"},
		{"float literal", "var x = 0.5", "floating"},
		{"float literal that is a whole number", "const million int64 = 1e6", "a floating-point literal"},
		{"named float", "type rate float64", "floating point"},
		{"float result of a call", "import \"strconv\"\nfunc f() { _, _ = strconv.ParseFloat(\"1\", 64) }", "floating point"},
		{"float method of a big number", "import \"math/big\"\nfunc f(x *big.Int) { _, _ = x.Float64() }", "floating point"},
		{"float division", "func f(a, b int) int { return int(float64(a) / float64(b)) }", "floating point"},
		{"math function", "import \"math\"\nvar f = math.Sqrt", "math.Sqrt"},
		{"math constant", "import \"math\"\nvar most int64 = math.MaxInt64", ""},
		{"big float", "import \"math/big\"\nvar x big.Float", "math/big.Float"},
		{"big integer", "import \"math/big\"\nvar x big.Int", ""},
		{"wide product", "import \"math/bits\"\nfunc f(a, b uint64) (uint64, uint64) { return bits.Mul64(a, b) }", ""},
		{"range over a map", "func f(m map[string]int) {\n\tfor range m {\n\t}\n}", "a range over a map"},
		{"range over a named map", "type book map[string]int\nfunc f(m book) {\n\tfor range m {\n\t}\n}", "a range over a map"},
		{"range over a map by type parameter", "func f[M ~map[string]int](m M) {\n\tfor range m {\n\t}\n}", "a range over a map"},
		{"range over a map in a field", "type s struct{ m map[int]int }\nfunc f(x *s) {\n\tfor range x.m {\n\t}\n}", "a range over a map"},
		{"range over a map that a call returns", "func g() map[int]int { return nil }\nfunc f() {\n\tfor range g() {\n\t}\n}", "a range over a map"},
		{"range over a slice", "func f(s []int) {\n\tfor range s {\n\t}\n}", ""},
		{"range over a slice by type parameter", "func f[S ~[]int](s S) {\n\tfor range s {\n\t}\n}", ""},
		{"remark above", "func f(m map[string]int) {\n\t" + MapOrderRemark + "it only counts\n\tfor range m {\n\t}\n}", ""},
		{"remark beside", "func f(m map[string]int) {\n\tfor range m { " + MapOrderRemark + "it only counts\n\t}\n}", ""},
		{"remark without reason", "func f(m map[string]int) {\n\t" + MapOrderRemark + "\n\tfor range m {\n\t}\n}", "a range over a map"},
		{"remark elsewhere", "func f(m map[string]int) {\n\t" + MapOrderRemark + "it only counts\n\n\tfor range m {\n\t}\n}", "a range over a map"},
		{"maps.Keys", "import \"maps\"\nfunc f(m map[string]int) {\n\tfor range maps.Keys(m) {\n\t}\n}", "maps.Keys"},
		{"maps.Values", "import \"maps\"\nfunc f(m map[string]int) {\n\tfor range maps.Values(m) {\n\t}\n}", "maps.Values"},
		{"maps.All", "import \"maps\"\nfunc f(m map[string]int) {\n\tfor range maps.All(m) {\n\t}\n}", "maps.All"},
		{"maps.Keys as a value", "import \"maps\"\nvar keys = maps.Keys[map[string]int]", "maps.Keys"},
		{"maps.Keys renamed", "import m \"maps\"\nfunc f(x map[string]int) {\n\tfor range m.Keys(x) {\n\t}\n}", "maps.Keys"},
		{"maps.Keys spelled out", "import \"maps\"\nfunc f(m map[string]int) { _ = maps.Keys[map[string]int](m) }", "maps.Keys"},
		{"sorted keys", "import (\n\t\"maps\"\n\t\"slices\"\n)\nfunc f(m map[string]int) []string { return slices.Sorted(maps.Keys(m)) }", ""},
		{"maps.Clone", "import \"maps\"\nfunc f(m map[string]int) map[string]int { return maps.Clone(m) }", ""},
		{"fmt.Print", "import \"fmt\"\nfunc f() { fmt.Print(1) }", "fmt.Print "},
		{"fmt.Printf", "import \"fmt\"\nfunc f() { fmt.Printf(\"\") }", "fmt.Printf"},
		{"fmt.Println", "import \"fmt\"\nfunc f() { fmt.Println() }", "fmt.Println"},
		{"fmt.Scan", "import \"fmt\"\nfunc f() { fmt.Scan() }", "fmt.Scan "},
		{"fmt.Scanf", "import \"fmt\"\nfunc f() { fmt.Scanf(\"\") }", "fmt.Scanf"},
		{"fmt.Scanln", "import \"fmt\"\nfunc f() { fmt.Scanln() }", "fmt.Scanln"},
		{"fmt.Sprintf", "import \"fmt\"\nfunc f() string { return fmt.Sprintf(\"%d\", 1) }", ""},
		{"println", "func f() { println(1) }", "println"},
		{"iter.Pull", "import \"iter\"\nfunc f(s iter.Seq[int]) { iter.Pull(s) }", "iter.Pull "},
		{"iter.Pull2", "import \"iter\"\nfunc f(s iter.Seq2[int, int]) { iter.Pull2(s) }", "iter.Pull2"},
		{"big.NewFloat", "import \"math/big\"\nvar _ = big.NewFloat", "math/big.NewFloat"},
		{"big.ParseFloat", "import \"math/big\"\nvar _ = big.ParseFloat", "math/big.ParseFloat"},
		{"a package of ours called maps", "type m struct{ Keys int }\nfunc f() int { maps := m{}; return maps.Keys }", ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			tree := sample(t, "book/sample.go", "package book\n\n"+row.source+"\n")
			info, errors := checkTypes(t, tree)
			if len(errors) > 0 {
				t.Fatalf("the sample does not compile: %v", errors)
			}
			findings := CheckDeterminism(tree.Set, tree.Files, info)
			if row.complaint == "" {
				expect(t, findings, "")
				return
			}
			if !mentions(findings, row.complaint) {
				t.Errorf("want a finding about %q, got %v", row.complaint, findings)
			}
		})
	}
}

func mentions(findings []Finding, words string) bool {
	for _, finding := range findings {
		if strings.Contains(finding.String(), words) {
			return true
		}
	}
	return false
}

func TestPackageThatDoesNotCompileIsNamed(t *testing.T) {
	tree := sample(t, "book/sample.go", "package book\n\nvar x int = \"text\"\n")
	_, findings := checkTypes(t, tree)
	expect(t, findings, "does not compile")
}
