package console

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"text/template/parse"

	"millrace/domain/certificate"
	"millrace/domain/clearing"
	"millrace/domain/credit"
	"millrace/domain/feature"
	"millrace/domain/product"
	"millrace/domain/risk"
	"millrace/domain/supervision"
	"millrace/edge/en16931"
	"millrace/edge/locale"
	"millrace/edge/problem"
)

// keys are the texts of the program, each with where it was found first.
type keys map[string]string

func (k keys) add(where, key string) {
	if _, known := k[key]; !known && key != "" {
		k[key] = where
	}
}

// inTemplates finds the texts of the pages, and the strings in their actions.
func (k keys) inTemplates() {
	for name, page := range loadTemplates(locale.English, func(file, key string) { k.add(file, key) }) {
		for _, one := range page.Templates() {
			if one.Tree != nil {
				k.inNode(name, one.Tree.Root)
			}
		}
	}
}

// inNode finds what is handed to functions that translate.
func (k keys) inNode(where string, node parse.Node) {
	value := reflect.ValueOf(node)
	if !value.IsValid() || value.IsNil() {
		return
	}
	switch node := node.(type) {
	case *parse.ListNode:
		for _, one := range node.Nodes {
			k.inNode(where, one)
		}
	case *parse.ActionNode:
		k.inNode(where, node.Pipe)
	case *parse.TemplateNode:
		k.inNode(where, node.Pipe)
	case *parse.IfNode:
		k.inBranch(where, &node.BranchNode)
	case *parse.RangeNode:
		k.inBranch(where, &node.BranchNode)
	case *parse.WithNode:
		k.inBranch(where, &node.BranchNode)
	case *parse.PipeNode:
		for _, command := range node.Cmds {
			k.inCommand(where, command)
		}
	}
}

func (k keys) inBranch(where string, b *parse.BranchNode) {
	k.inNode(where, b.Pipe)
	k.inNode(where, b.List)
	k.inNode(where, b.ElseList)
}

func (k keys) inCommand(where string, command *parse.CommandNode) {
	function := ""
	for i, argument := range command.Args {
		switch argument := argument.(type) {
		case *parse.IdentifierNode:
			if i == 0 {
				function = argument.Ident
			}
		case *parse.PipeNode:
			k.inNode(where, argument)
		case *parse.StringNode:
			switch function {
			case "t", "say":
				k.add(where, argument.Text)
			case "many":
				k.add(where, "{n} "+argument.Text)
			case "badge", "words":
				k.add(where, strings.ReplaceAll(argument.Text, "_", " "))
			}
		}
	}
}

// passed are the functions whose texts nobody reads on a page, or which are no texts.
var passed = regexp.MustCompile(`^(errors\.New|fmt\.Errorf|fmt\.Sprintf|panic|regexp\.MustCompile|h\.Set|.*\.Set|.*\.Error|.*\.Has|.*\.Get|w\.Header|slices\.Contains|strings\.\w+|http\.\w+|url\.\w+|template\.\w+|rows|raw\[.*|.*\.rows|.*\.asked|csvFile|fmt\.Fprintf)$`)

// speaks tells a text for a person from a name, a path or a query.
func speaks(text string) bool {
	if exempt.MatchString(text) || !strings.ContainsFunc(text, func(r rune) bool { return r >= 'a' && r <= 'z' }) || strings.ContainsAny(text, "<>={}\\\x00") || strings.HasPrefix(text, "/") || queries.MatchString(text) {
		return false
	}
	return strings.Contains(strings.TrimSpace(text), " ") || text[0] >= 'A' && text[0] <= 'Z' && len(text) > 1 && text[1] >= 'a' && text[1] <= 'z' && !strings.ContainsAny(text, "-/:")
}

// exempt are policies of content, places in standards, and what stands in the detail of a refusal beside what was found.
var exempt = regexp.MustCompile(`'(self|none)'|^(IAS|IFRS|ASC) [0-9]|^This list can't be filtered by $|\n\n$|^(deed|page) /`)

var queries = regexp.MustCompile(`SELECT|INSERT|JOIN| FROM | WHERE |WITH RECURSIVE|ORDER BY| AND |^(GET|POST) |COALESCE|\b[a-z_]+\.[a-z_]+ IN`)

// inGo finds the texts of the Go files of a folder: with all set every string that speaks, else those that are said.
func (k keys) inGo(t *testing.T, folder string, all everything) {
	files, err := filepath.Glob(folder)
	if err != nil || len(files) == 0 {
		t.Fatal(folder, err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		where := filepath.Base(filepath.Dir(file)) + "/" + filepath.Base(file)
		ast.Inspect(parsed, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.ImportSpec:
				return false
			case *ast.Field:
				return false
			case *ast.CallExpr:
				name := nameOf(n.Fun)
				if name == "locale.Say" || name == "say" || strings.HasSuffix(name, ".T") || strings.HasSuffix(name, ".And") || strings.HasSuffix(name, ".markup") {
					ast.Inspect(n.Args[0], func(n ast.Node) bool {
						if text, is := literal(n); is && strings.TrimSpace(holePattern.ReplaceAllString(text, "")) != "" {
							k.add(where, text)
						}
						return true
					})
				}
				if strings.HasSuffix(name, ".Many") && len(n.Args) == 2 {
					if text, is := literal(n.Args[1]); is {
						k.add(where, "{n} "+text)
					}
					return false
				}
				if name == "locale.Say" || strings.HasSuffix(name, ".And") {
					for _, argument := range n.Args[1:] {
						ast.Inspect(argument, func(n ast.Node) bool { k.inCount(where, n); return true })
					}
					return all == every
				}
				return !passed.MatchString(name)
			case *ast.CompositeLit:
				k.inCount(where, n)
				if all == phrases && nameOf(n.Type) == "Phrase" || all == phrases && n.Type == nil || all == phrases && isPhrases(n.Type) {
					for _, element := range n.Elts {
						if pair, is := element.(*ast.KeyValueExpr); is {
							element = pair.Value
						}
						k.inLiteral(where, element)
					}
				}
				if _, is := n.Type.(*ast.MapType); is && all == whatIsSaid {
					for _, element := range n.Elts {
						if pair, is := element.(*ast.KeyValueExpr); is {
							k.inLiteral(where, pair.Value)
						}
					}
				}
			case *ast.BasicLit:
				if all == every {
					k.inLiteral(where, n)
				}
			}
			return true
		})
	}
}

func isPhrases(n ast.Expr) bool {
	list, is := n.(*ast.ArrayType)
	return is && nameOf(list.Elt) == "Phrase"
}

// inCount finds the things of a number of things.
func (k keys) inCount(where string, n ast.Node) {
	if c, is := n.(*ast.CompositeLit); is && nameOf(c.Type) == "locale.Count" {
		for _, element := range c.Elts {
			if pair, is := element.(*ast.KeyValueExpr); is {
				if text, is := literal(pair.Value); is {
					k.add(where, "{n} "+text)
				}
			}
		}
	}
}

func (k keys) inLiteral(where string, n ast.Node) {
	if text, is := literal(n); is && speaks(text) {
		k.add(where, text)
	}
}

func literal(n ast.Node) (string, bool) {
	l, is := n.(*ast.BasicLit)
	if !is || l.Kind != token.STRING {
		return "", false
	}
	text, err := strconv.Unquote(l.Value)
	return text, err == nil
}

func nameOf(n ast.Expr) string {
	switch n := n.(type) {
	case *ast.Ident:
		return n.Name
	case *ast.SelectorExpr:
		return nameOf(n.X) + "." + n.Sel.Name
	case *ast.IndexExpr:
		return nameOf(n.X) + "[]"
	case *ast.CallExpr:
		return nameOf(n.Fun)
	}
	return ""
}

type everything uint8

const (
	whatIsSaid everything = iota
	every
	phrases // whose type is Phrase
)

// inData finds the texts that rules, figures and refusals carry with them.
func (k keys) inData() {
	for _, entry := range problem.Catalogue {
		k.add("problem/catalogue.go", entry.Title)
		k.add("problem/catalogue.go", entry.Meaning)
	}
	for edition := risk.Edition(1); edition <= risk.Now; edition++ {
		for _, rule := range risk.Rules(edition) {
			k.add("risk", rule.Title)
			k.add("risk", rule.Why)
			k.add("risk", strings.ReplaceAll(rule.Code, "_", " "))
		}
	}
	for i := range risk.Listed {
		k.add("risk", risk.Listed[i].Title)
		k.add("risk", string(risk.Listed[i].Unit))
	}
	for i := range credit.Named {
		k.add("credit", strings.ReplaceAll(credit.Named[i].Name, "_", " "))
	}
	for answer := product.Priced; answer <= product.FeesAboveCap; answer++ {
		k.add("product", answer.Reason())
	}
	for i := range risk.Named {
		k.add("risk", risk.Named[i].Title)
	}
	for i := range certificate.Rules {
		k.add("certificate", certificate.Rules[i].Title)
	}
	for _, rule := range supervision.MoneyRules {
		k.add("supervision", rule.Sentence)
		k.add("supervision", strings.ReplaceAll(rule.Code, "_", " "))
		for _, citation := range rule.Citations {
			k.add("supervision", citation.Text)
		}
	}
	k.add("clearing", clearing.ConsentText)
	for i := range feature.Named {
		k.add("feature", strings.ReplaceAll(feature.Named[i].Name, "_", " "))
		k.add("feature", feature.Named[i].Title)
		k.add("feature", string(feature.Named[i].Unit))
	}
	for _, rule := range en16931.Rules {
		k.add("en16931", rule.Sentence)
	}
}

var holePattern = regexp.MustCompile(`%(\[[0-9]+\])?[a-z]`)

// kindsIn are the names of commands and events, as the journal shows them.
func (k keys) kindsIn(t *testing.T, root string) {
	content, err := os.ReadFile(filepath.Join(root, "book", "kinds.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, found := range kindPattern.FindAllStringSubmatch(string(content), -1) {
		k.add("book/kinds.go", strings.ToLower(boundary.ReplaceAllString(found[1], "$1 $2")))
	}
}

var (
	kindPattern = regexp.MustCompile(`(?m)^\s+(?:command|event)([A-Z]\w*)`)
	boundary    = regexp.MustCompile(`([a-z])([A-Z])`)
)

var codePattern = regexp.MustCompile(`^[a-z][a-z0-9]*(_[a-z0-9]+)*$`)

// codesIn finds the names of enumerations in domain and book: lists of strings that are all codes.
func codesIn(t *testing.T, root string) keys {
	found := keys{}
	for _, folder := range []string{"domain", "book"} {
		err := filepath.WalkDir(filepath.Join(root, folder), func(path string, entry os.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			parsed, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			ast.Inspect(parsed, func(n ast.Node) bool {
				list, is := n.(*ast.CompositeLit)
				if !is {
					return true
				}
				array, is := list.Type.(*ast.ArrayType)
				if !is || nameOf(array.Elt) != "string" {
					return true
				}
				for _, element := range list.Elts {
					if pair, is := element.(*ast.KeyValueExpr); is {
						element = pair.Value
					}
					if text, is := literal(element); is && codePattern.MatchString(text) {
						found.add(path, strings.ReplaceAll(text, "_", " "))
					}
				}
				return true
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return found
}

// moduleRoot is the folder above in which the module lies.
func moduleRoot(t *testing.T) string {
	folder, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(folder, "go.mod")); err == nil {
			return folder
		}
		folder = filepath.Dir(folder)
	}
}

func allKeys(t *testing.T) keys {
	root := moduleRoot(t)
	k := keys{}
	k.inTemplates()
	k.inGo(t, filepath.Join(root, "edge", "console", "*.go"), every)
	k.inGo(t, filepath.Join(root, "edge", "view", "*.go"), whatIsSaid)
	k.inGo(t, filepath.Join(root, "edge", "letter", "*.go"), whatIsSaid)
	k.inGo(t, filepath.Join(root, "edge", "locale", "text.go"), whatIsSaid)
	k.inData()
	k.inGo(t, filepath.Join(root, "domain", "disclosure", "tables.go"), every)
	k.inGo(t, filepath.Join(root, "domain", "product", "*.go"), phrases)
	k.kindsIn(t, root)
	for code, where := range codesIn(t, root) {
		k.add(where, code)
	}
	return k
}

// TestEveryTextHasItsChinese holds the catalogues against the texts of the program, both ways.
func TestEveryTextHasItsChinese(t *testing.T) {
	all, words := allKeys(t), 0
	for key, where := range all {
		if !locale.Chinese.Has(key) {
			t.Errorf("%s: %q has no Chinese: add it to a file of edge/locale/zh-Hans", where, key)
		}
	}
	seen := map[string]string{}
	for _, file := range locale.Files(locale.Chinese.Tag) {
		for key, message := range locale.Read(file) {
			if before, twice := seen[key]; twice {
				t.Errorf("%s: %q stands in %s too", file, key, before)
			}
			seen[key] = file
			_, template, _ := strings.Cut(key, ": ")
			if _, used := all[key]; !used && all[template] == "" && !inRecords[filepath.Base(file)] {
				t.Errorf("%s: no page says %q any more", file, key)
			}
			for form, text := range message {
				words++
				if got, want := locale.Holes(text), locale.Holes(key); !slices.Equal(got, want) {
					t.Errorf("%s: %q has the holes %q in form %q, want %q", file, key, got, form, want)
				}
				for _, wrong := range []string{"帐", "抵消", "的的", "，，", "。。", "应收款项"} {
					if strings.Contains(text, wrong) {
						t.Errorf("%s: %q is written %q", file, key, wrong)
					}
				}
			}
		}
	}
	if words < 5000 {
		t.Errorf("%d messages, want at least 5,000", words)
	}
}

// inRecords are the catalogues of words that stand in records and policies, and not in the program's text.
var inRecords = map[string]bool{"general.json": true, "words.json": true, "overrides.json": true, "policies.json": true}

// TestTermsAreSaidInOneWay holds what is a term by itself against the glossary.
func TestTermsAreSaidInOneWay(t *testing.T) {
	also := map[string][]string{"certificate": {"应收账款电子凭证"}, "line": {"项目", "明细行"}, "dilution": {"稀释率"}, "referral": {"转审事项"}, "allowance": {"折让"}}
	for i := range locale.Terms() {
		term := &locale.Terms()[i]
		if term.English == "" || term.ChineseSentence == "" || !strings.HasSuffix(term.English, ".") || !strings.HasSuffix(term.ChineseSentence, "。") {
			t.Errorf("%s is not explained by sentences in both languages", term.Name)
		}
		for _, key := range []string{term.Name, locale.Upper(term.Name), term.Name + "s", locale.Upper(term.Name) + "s"} {
			if said, known := locale.Chinese.Find(key); known && said != term.Chinese && !slices.Contains(also[term.Name], said) {
				t.Errorf("%q is said %q, and %q in the glossary", key, said, term.Chinese)
			}
		}
	}
}
