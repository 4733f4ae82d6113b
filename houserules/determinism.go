package houserules

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"strings"
)

// DeterministicFolders are the folders in which the same command on the same book must give the same events on every
// machine, for ever.
var DeterministicFolders = []string{"domain", "book"}

// ban is something that the deterministic folders do without.
type ban struct {
	what    string
	instead string
}

// importBans are import paths, each with everything below it.
var importBans = []ban{
	{"C", "pure Go: the program is built without cgo"},
	{"context", "nothing: a decision is short and is never cancelled half way"},
	{"crypto/rand", "a salt or number drawn outside and carried in by the command"},
	{"database/sql", "the book's own state; rows are the engine's copy of it"},
	{"expvar", "events; the engine counts them"},
	{"flag", "settings carried in by a command, so that the journal shows them"},
	{"hash/maphash", "a hash without a random seed, such as crypto/sha256 or hash/fnv"},
	{"io/fs", "bytes read outside and carried in by the command"},
	{"io/ioutil", "bytes read outside and carried in by the command"},
	{"log", "an event, a rejection with its reason, or a panic for a broken invariant"},
	{"math/cmplx", "integers"},
	{"math/rand", "numbers drawn outside and carried in by the command"},
	{"net", "facts fetched outside and carried in by the command; effects leave through the outbox"},
	{"os", "bytes and settings read outside and carried in by the command"},
	{"plugin", "code that is compiled in"},
	{"reflect", "code written out, or a table; reflection hides from these rules"},
	{"runtime", "nothing: no result may depend on the machine or the scheduler"},
	{"sync", "nothing: one goroutine owns the book"},
	{"syscall", "bytes and settings read outside and carried in by the command"},
	{"testing", "a _test.go file"},
	{"time", "calendar.Date for days, and the header's stamp in microseconds (int64) for instants"},
	{"unique", "a typed id"},
	{"unsafe", "ordinary conversions"},
	{"weak", "a typed id"},
}

// selectorBans are package-level names of packages that are otherwise welcome.
var selectorBans = map[string][]ban{
	"fmt": {
		{"Print", "an event or a rejection"}, {"Printf", "an event or a rejection"}, {"Println", "an event or a rejection"},
		{"Scan", "a command's field"}, {"Scanf", "a command's field"}, {"Scanln", "a command's field"},
	},
	"iter":     {{"Pull", "a range loop; Pull runs a coroutine"}, {"Pull2", "a range loop; Pull2 runs a coroutine"}},
	"maps":     {{"All", mapOrderInstead}, {"Keys", mapOrderInstead}, {"Values", mapOrderInstead}},
	"math/big": {{"Float", floatInstead}, {"NewFloat", floatInstead}, {"ParseFloat", floatInstead}},
}

const (
	floatInstead    = "scaled integers, as domain/money does; big.Int or bits.Mul64 for a wide product"
	mapOrderInstead = "slices.Sorted(maps.Keys(m)), or a slice or index kept in order"
	laneInstead     = "straight calls: the engine has the goroutines, and the book runs on one of them"
)

// MapOrderRemark begins the comment that allows a range over a map whose order reaches no result, on the line of the
// loop or on the line above; a reason follows.
const MapOrderRemark = "// map order does not reach a result: "

// CheckDeterminism holds the files of one type-checked package against the bans. Test files are not passed in.
func CheckDeterminism(set *token.FileSet, files []File, info *types.Info) []Finding {
	var findings []Finding
	for _, file := range files {
		checker := determinismChecker{
			tree:      Tree{Set: set},
			info:      info,
			remarks:   mapOrderRemarks(set, file.Syntax),
			sorted:    map[ast.Expr]struct{}{},
			complaint: map[string]struct{}{},
		}
		checker.checkImports(file.Syntax)
		ast.Inspect(file.Syntax, checker.visit)
		findings = append(findings, checker.findings...)
	}
	return findings
}

type determinismChecker struct {
	tree      Tree
	info      *types.Info
	remarks   map[int]string        // reason by line
	sorted    map[ast.Expr]struct{} // the maps.Keys of slices.Sorted(maps.Keys(m))
	complaint map[string]struct{}   // keeps one complaint of a kind to a line
	findings  []Finding
}

func (c *determinismChecker) report(position token.Pos, what, instead string) {
	finding := Finding{Where: c.tree.where(position), Message: what + " is banned here, as it makes a result depend on more than book and command; use " + instead}
	if _, told := c.complaint[finding.String()]; told {
		return
	}
	c.complaint[finding.String()] = struct{}{}
	c.findings = append(c.findings, finding)
}

func (c *determinismChecker) checkImports(file *ast.File) {
	for _, spec := range file.Imports {
		for _, banned := range importBans {
			if below(importPath(spec), banned.what) {
				c.report(spec.Pos(), "package "+importPath(spec), banned.instead)
			}
		}
	}
}

func (c *determinismChecker) visit(node ast.Node) bool {
	switch n := node.(type) {
	case *ast.GoStmt:
		c.report(n.Pos(), "a go statement", laneInstead)
	case *ast.SelectStmt:
		c.report(n.Pos(), "select", laneInstead)
	case *ast.ChanType:
		c.report(n.Pos(), "a channel", laneInstead)
	case *ast.SendStmt:
		c.report(n.Pos(), "a channel", laneInstead)
	case *ast.UnaryExpr:
		if n.Op == token.ARROW {
			c.report(n.Pos(), "a channel", laneInstead)
		}
	case *ast.BasicLit:
		if n.Kind == token.FLOAT || n.Kind == token.IMAG {
			c.report(n.Pos(), "a floating-point literal", floatInstead)
		}
	case *ast.RangeStmt:
		c.checkRange(n)
	case *ast.CallExpr:
		c.checkCall(n)
	case *ast.SelectorExpr:
		c.checkSelector(n)
	}
	if expression, ok := node.(ast.Expr); ok && holdsFloat(c.info.TypeOf(expression)) {
		c.report(expression.Pos(), "floating point", floatInstead)
	}
	return true
}

func (c *determinismChecker) checkRange(loop *ast.RangeStmt) {
	ranged := c.info.TypeOf(loop.X)
	if ranged == nil {
		return
	}
	if _, isChannel := ranged.Underlying().(*types.Chan); isChannel {
		c.report(loop.Pos(), "a channel", laneInstead)
	}
	if !rangesOverMap(ranged) {
		return
	}
	line := c.tree.Set.Position(loop.Pos()).Line
	if c.remarks[line] == "" && c.remarks[line-1] == "" {
		c.report(loop.Pos(), "a range over a map",
			mapOrderInstead+"; where no order can reach a result, say so above the loop: "+MapOrderRemark+"<reason>")
	}
}

// rangesOverMap sees through named types and through type parameters that admit a map.
func rangesOverMap(ranged types.Type) bool {
	if parameter, ok := ranged.(*types.TypeParam); ok {
		return constraintAdmitsMap(parameter.Constraint().Underlying())
	}
	_, isMap := ranged.Underlying().(*types.Map)
	return isMap
}

func constraintAdmitsMap(constraint types.Type) bool {
	switch t := constraint.(type) {
	case *types.Map:
		return true
	case *types.Interface:
		for i := range t.NumEmbeddeds() {
			if constraintAdmitsMap(t.EmbeddedType(i)) {
				return true
			}
		}
	case *types.Union:
		for i := range t.Len() {
			if constraintAdmitsMap(t.Term(i).Type().Underlying()) {
				return true
			}
		}
	case *types.Named:
		return constraintAdmitsMap(t.Underlying())
	}
	return false
}

func (c *determinismChecker) checkCall(call *ast.CallExpr) {
	if name, ok := call.Fun.(*ast.Ident); ok {
		if builtin, ok := c.info.Uses[name].(*types.Builtin); ok && strings.HasPrefix(builtin.Name(), "print") {
			c.report(call.Pos(), builtin.Name(), "an event or a rejection")
		}
	}
	// slices.Sorted(maps.Keys(m)) puts the order right before anybody sees it.
	if selector, ok := call.Fun.(*ast.SelectorExpr); ok && c.packageOf(selector) == "slices" && strings.HasPrefix(selector.Sel.Name, "Sorted") && len(call.Args) > 0 {
		if inner, ok := call.Args[0].(*ast.CallExpr); ok {
			c.sorted[inner.Fun] = struct{}{}
		}
	}
}

func (c *determinismChecker) checkSelector(selector *ast.SelectorExpr) {
	switch c.packageOf(selector) {
	case "":
	case "math":
		integer, ok := c.info.Uses[selector.Sel].(*types.Const)
		if !ok || integer.Val().Kind() != constant.Int {
			c.report(selector.Pos(), "math."+selector.Sel.Name, floatInstead)
		}
	default:
		if _, inOrder := c.sorted[selector]; !inOrder {
			c.checkBannedName(selector)
		}
	}
}

func (c *determinismChecker) checkBannedName(selector *ast.SelectorExpr) {
	for _, banned := range selectorBans[c.packageOf(selector)] {
		if banned.what == selector.Sel.Name {
			c.report(selector.Pos(), c.packageOf(selector)+"."+banned.what, banned.instead)
		}
	}
}

// packageOf returns the import path that a selector's left side names, or nothing when it is a value.
func (c *determinismChecker) packageOf(selector *ast.SelectorExpr) string {
	name, ok := selector.X.(*ast.Ident)
	if !ok {
		return ""
	}
	imported, ok := c.info.Uses[name].(*types.PkgName)
	if !ok {
		return ""
	}
	return imported.Imported().Path()
}

func holdsFloat(t types.Type) bool {
	if t == nil {
		return false
	}
	if results, ok := t.(*types.Tuple); ok {
		for i := range results.Len() {
			if holdsFloat(results.At(i).Type()) {
				return true
			}
		}
		return false
	}
	if _, isParameter := t.(*types.TypeParam); isParameter {
		return false
	}
	basic, ok := t.Underlying().(*types.Basic)
	return ok && basic.Info()&(types.IsFloat|types.IsComplex) != 0
}

func mapOrderRemarks(set *token.FileSet, file *ast.File) map[int]string {
	remarks := map[int]string{}
	for _, group := range file.Comments {
		for _, comment := range group.List {
			if reason, ok := strings.CutPrefix(comment.Text, MapOrderRemark); ok {
				remarks[set.Position(comment.End()).Line] = strings.TrimSpace(reason)
			}
		}
	}
	return remarks
}
