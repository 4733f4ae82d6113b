package productfile_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
	"pgregory.net/rapid"

	"millrace/domain/money"
	"millrace/domain/product"
	"millrace/edge/productfile"
	"millrace/products"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares with a file, or writes it.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(name, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

func wrongFiles(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("testdata/wrong/*.yaml")
	if err != nil || len(files) < 40 {
		t.Fatalf("%d files: %v", len(files), err)
	}
	return files
}

func TestWrongFiles(t *testing.T) {
	met := map[string]bool{"too_large": true} // below, as no such file is kept
	for _, name := range wrongFiles(t) {
		t.Run(filepath.Base(name), func(t *testing.T) {
			content, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			terms, problems := productfile.Read(content)
			if len(problems) == 0 || terms.Name != "" {
				t.Fatal("is taken for right")
			}
			var lines strings.Builder
			for _, p := range problems {
				met[p.Code] = true
				fmt.Fprintln(&lines, p)
			}
			golden(t, strings.TrimSuffix(name, ".yaml")+".txt", []byte(lines.String()))
		})
	}
	for _, entry := range productfile.Catalogue {
		if !met[entry.Code] && !strings.HasPrefix(entry.Code, "text.") { // those of texts have their reproducers in package policy
			t.Errorf("no file causes %s", entry.Code)
		}
		delete(met, entry.Code)
	}
	for code := range met {
		t.Errorf("%s is in no catalogue", code)
	}
}

func TestTooLarge(t *testing.T) {
	content, _ := products.File("factoring")
	content = append(slices.Clone(content), bytes.Repeat([]byte("#\n"), productfile.BytesMax)...)
	_, problems := productfile.Read(content)
	if len(problems) != 1 || problems[0].Code != "too_large" {
		t.Error(problems)
	}
}

func TestSchemaIsPublished(t *testing.T) {
	golden(t, "../../doc/product.schema.json", productfile.Schema())
}

// invisible are the codes of errors that a schema can't tell, or that keep a file from becoming the JSON that it looks at.
var invisible = map[string]bool{
	"anchor": true, "tag": true, "key_not_text": true, "duplicate_key": true, "yaml_syntax": true, "empty_file": true, "not_text": true, "several_documents": true,
	"not_a_currency": true, "not_an_amount": true, // which have more letters and digits than the pattern can count
	"term_missing": true, "term_range": true, "term_contradiction": true, "technique_differs": true, "link_weakened": true, "link_bypassed": true, "margin_hole": true,
	"fee_incomplete": true, "waterfall_incomplete": true, "link_missing": true,
}

func TestSchemaAgreesWithReader(t *testing.T) {
	var schema map[string]any
	if err := json.Unmarshal(productfile.Schema(), &schema); err != nil {
		t.Fatal(err)
	}
	for _, name := range products.Names() {
		content, _ := products.File(name)
		for _, complaint := range against(schema, decoded(t, content), "") {
			t.Errorf("%s: %s", name, complaint)
		}
	}
	for _, name := range wrongFiles(t) {
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		_, problems := productfile.Read(content)
		wanted, decodable := false, true
		for _, p := range problems {
			wanted = wanted || !invisible[p.Code] && !strings.HasPrefix(p.Code, "text.")
			switch p.Code {
			case "yaml_syntax", "empty_file", "not_text", "several_documents", "anchor", "tag", "key_not_text", "duplicate_key":
				decodable = false
			}
		}
		if !decodable {
			continue
		}
		if complaints := against(schema, decoded(t, content), ""); wanted && len(complaints) == 0 {
			t.Errorf("%s: the schema has nothing against it, the reader has %v", name, problems)
		}
	}
}

func decoded(t *testing.T, content []byte) any {
	t.Helper()
	var file any
	if err := yaml.Unmarshal(content, &file); err != nil {
		t.Fatal(err)
	}
	return file
}

// against holds a value against the part of JSON Schema that Schema uses.
func against(schema map[string]any, value any, path string) []string {
	var complaints []string
	bad := func(format string, values ...any) {
		complaints = append(complaints, path+": "+fmt.Sprintf(format, values...))
	}
	if alternatives, ok := schema["anyOf"].([]any); ok {
		for _, one := range alternatives {
			if len(against(one.(map[string]any), value, path)) == 0 {
				return nil
			}
		}
		bad("is none of the alternatives")
		return complaints
	}
	if wanted := schema["type"]; wanted != nil && !ofType(wanted, value) {
		bad("is %T", value)
		return complaints
	}
	if words, ok := schema["enum"].([]any); ok && !slices.Contains(words, value) {
		bad("%v is not a word of the list", value)
	}
	if pattern, ok := schema["pattern"].(string); ok {
		if text, isText := value.(string); isText && !regexp.MustCompile(pattern).MatchString(text) {
			bad("%q is not of the form", text)
		}
	}
	bounded := func(least, most string, n float64) {
		if l, ok := schema[least].(float64); ok && n < l {
			bad("%v is below %v", n, l)
		}
		if m, ok := schema[most].(float64); ok && n > m {
			bad("%v is above %v", n, m)
		}
	}
	switch v := value.(type) {
	case int:
		bounded("minimum", "maximum", float64(v))
	case string:
		bounded("minLength", "maxLength", float64(len([]rune(v))))
	case []any:
		bounded("minItems", "maxItems", float64(len(v)))
		for i, item := range v {
			complaints = append(complaints, against(schema["items"].(map[string]any), item, fmt.Sprintf("%s[%d]", path, i))...)
			if schema["uniqueItems"] == true && slices.Contains(v[:i], item) {
				bad("%v stands twice", item)
			}
		}
	case map[string]any:
		properties := schema["properties"].(map[string]any)
		for key, child := range v {
			if of, known := properties[key].(map[string]any); known {
				complaints = append(complaints, against(of, child, path+"."+key)...)
			} else {
				bad("key %s is unknown", key)
			}
		}
		needed, _ := schema["required"].([]any)
		for _, key := range needed {
			if _, there := v[key.(string)]; !there {
				bad("key %s is missing", key)
			}
		}
	}
	return complaints
}

func ofType(wanted, value any) bool {
	if several, ok := wanted.([]any); ok {
		return slices.ContainsFunc(several, func(one any) bool { return ofType(one, value) })
	}
	switch value.(type) {
	case string:
		return wanted == "string"
	case int:
		return wanted == "integer" || wanted == "number"
	case float64:
		return wanted == "number"
	case bool:
		return wanted == "boolean"
	case []any:
		return wanted == "array"
	case map[string]any:
		return wanted == "object"
	}
	return false
}

func FuzzRead(f *testing.F) {
	for _, name := range products.Names() {
		content, _ := products.File(name)
		f.Add(content)
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		terms, problems := productfile.Read(content)
		if len(problems) > 0 {
			return
		}
		again, problems := productfile.Read(productfile.Write(&terms))
		if len(problems) > 0 {
			t.Fatalf("%s\n%v", productfile.Write(&terms), problems)
		}
		if diff := cmp.Diff(terms, again); diff != "" {
			t.Fatal(diff)
		}
	})
}

var computed = regexp.MustCompile(`(?s)(<!-- computed: (\w+) -->\n).*?(<!-- end -->)`)

func TestManualIsCurrent(t *testing.T) {
	const manual = "../../doc/PRODUCTS.md"
	before, err := os.ReadFile(manual)
	if err != nil {
		t.Fatal(err)
	}
	keys, codes := productfile.Reference()
	after := computed.ReplaceAllStringFunc(string(before), func(old string) string {
		parts := computed.FindStringSubmatch(old)
		return parts[1] + map[string]string{"keys": keys, "codes": codes}[parts[2]] + parts[3]
	})
	golden(t, manual, []byte(after))
}

// TestWhatIsWrittenIsRead varies the products that come with the program: whatever has no defects comes back as it was.
func TestWhatIsWrittenIsRead(t *testing.T) {
	var all []product.Terms
	for _, name := range products.Names() {
		content, _ := products.File(name)
		terms, problems := productfile.Read(content)
		if len(problems) > 0 {
			t.Fatal(name, problems)
		}
		all = append(all, terms)
	}
	kept := 0
	rapid.Check(t, func(t *rapid.T) {
		terms := all[rapid.IntRange(0, len(all)-1).Draw(t, "product")]
		rate := func(name string, most int64) money.Rate { return money.Rate(rapid.Int64Range(0, most).Draw(t, name)) }
		days := func(name string, most int) int32 { return int32(rapid.IntRange(0, most).Draw(t, name)) }
		terms.Name = rapid.StringMatching(`[ -~äöüß€株]{1,30}`).Draw(t, "name")
		terms.AdvanceRate, terms.LateRate, terms.CostMax, terms.FeesMax = rate("advance", 1_000_000), rate("late", 400_000), rate("cost", 1e9), rate("fees", 1_000_000)
		terms.GraceDays, terms.TenorDaysMin, terms.QuoteSeconds, terms.SearchDaysMax = days("grace", 90), 1+days("least", 4), 60+days("quote", 9000), days("search", 366)
		terms.Recourse.Insolvency = rapid.Bool().Draw(t, "insolvency")
		if terms.Extents.Insolvency = (product.Extent{}); terms.Recourse.Insolvency {
			terms.Extents.Insolvency.Share = rate("share", 2)
		}
		if rapid.Bool().Draw(t, "covered") {
			terms.Cover = product.Cover{Share: rate("cover", 1_000_000), Limit: money.Minor(rapid.Int64Range(1, 1e9).Draw(t, "limit")), WaitingDays: days("waiting", 366)}
		}
		terms.Fees = slices.Clone(terms.Fees)
		for i := range terms.Fees {
			f := &terms.Fees[i]
			f.Minimum, f.TaxRate = money.Minor(days("minimum", 5000)), rate("tax", 300_000)
			f.Maximum = f.Minimum + money.Minor(days("above", 9000))
			if f.TaxName = ""; f.TaxRate > 0 {
				f.TaxName = "MWSt."
			}
		}
		if terms.Rate.Kind == product.RateFloating {
			terms.Rate.Margins = slices.Clone(terms.Rate.Margins)
			for i := range terms.Rate.Margins {
				terms.Rate.Margins[i].Rate = rate("margin", 100_000) - 50_000
			}
			if terms.Rate.Floored, terms.Rate.Floor = product.NotFloored, 0; rapid.Bool().Draw(t, "floored") {
				terms.Rate.Floored, terms.Rate.Floor = product.IsFloored, rate("floor", 20_000)-10_000
			}
		}
		terms.Policy = slices.Clone(terms.Policy)
		terms.Policy[0].Reason = rapid.StringMatching(`[ -~"'\\:#\n-]{1,40}`).Draw(t, "reason")
		if terms.Name != strings.TrimSpace(terms.Name) || terms.Policy[0].Reason != strings.TrimSpace(terms.Policy[0].Reason) || len(terms.Defects()) > 0 {
			return
		}
		kept++
		written := productfile.Write(&terms)
		again, problems := productfile.Read(written)
		if len(problems) > 0 {
			t.Fatalf("%s\n%v", written, problems)
		}
		if diff := cmp.Diff(terms, again); diff != "" {
			t.Fatalf("%s\n%s", written, diff)
		}
	})
	t.Logf("%d variations without defects", kept)
	if kept == 0 {
		t.Error("every variation has defects")
	}
}
