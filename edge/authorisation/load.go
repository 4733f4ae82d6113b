package authorisation

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/cedar-policy/cedar-go"
	"github.com/cedar-policy/cedar-go/types"
	"github.com/cedar-policy/cedar-go/x/exp/ast"
	"github.com/cedar-policy/cedar-go/x/exp/schema"
	"github.com/cedar-policy/cedar-go/x/exp/schema/resolved"
	"github.com/cedar-policy/cedar-go/x/exp/schema/validate"

	"millrace/domain/id"
	"millrace/domain/party"
	"millrace/edge/problem"
)

//go:embed policies
var embedded embed.FS

const (
	suffix       = ".cedar"
	schemaFile   = "schema.cedarschema"
	folder       = "policies"
	fileBytesMax = 1 << 20 // of a node's own file
)

// Schema is the text of the schema: who writes policies gives it to an editor or another validator.
func Schema() []byte {
	text, err := embedded.ReadFile(path.Join(folder, schemaFile))
	if err != nil {
		panic(err) // it is part of the program
	}
	return text
}

// readSchema reads the schema, which is part of the program: what is wrong with it is a mistake there.
var readSchema = sync.OnceValue(func() *resolved.Schema {
	var s schema.Schema
	s.SetFilename(schemaFile)
	if err := s.UnmarshalCedar(Schema()); err != nil {
		panic("authorisation: " + err.Error())
	}
	found, err := s.Resolve()
	if err != nil {
		panic("authorisation: " + err.Error())
	}
	return found
})

// Builtin are the policies that come with the program.
var Builtin = sync.OnceValue(func() *Policies {
	p, err := load(embedded, folder)
	if err != nil {
		panic("authorisation: " + err.Error())
	}
	return p
})

// Load are the policies of the program and those of a node's own directory: every file there whose name ends in .cedar.
// They are held against the schema first. The error joins one *Error for each thing that is wrong, in the order of the files.
func Load(directory string) (*Policies, error) {
	own, err := readFolder(os.DirFS(directory), ".", filepath.ToSlash(directory))
	if err != nil {
		return nil, err
	}
	builtin := Builtin()
	var wrong []error
	validator := validate.New(readSchema())
	known := map[string]*Policy{}
	for _, p := range builtin.all {
		known[p.ID] = p
	}
	for _, p := range own {
		p.Own = true
		if err := named(p, known); err != nil {
			wrong = append(wrong, err)
			continue
		}
		known[p.ID] = p
		wrong = append(wrong, fitted(validator, p)...)
	}
	if len(wrong) > 0 {
		return nil, errors.Join(wrong...)
	}
	return arranged(slices.Concat(builtin.all, own)), nil
}

// fitted holds a policy against the schema.
func fitted(validator *validate.Validator, p *Policy) []error {
	wrong := strangers(p)
	if err := validator.Policy("", (*ast.Policy)(p.cedar.AST())); err != nil {
		wrong = append(wrong, misfits(p, err)...)
	}
	return wrong
}

// Error is what is wrong with a policy of a node's own.
type Error struct {
	File         string
	Line, Column int // from 1; 0 where it is about the file as a whole
	Policy       string
	Message      string
}

// Error implements error.
func (e *Error) Error() string {
	where := e.File
	if e.Line > 0 {
		where += fmt.Sprintf(":%d:%d", e.Line, e.Column)
	}
	if e.Policy != "" {
		where += ": policy " + e.Policy
	}
	return where + ": " + e.Message
}

func load(from fs.FS, directory string) (*Policies, error) {
	all, err := readFolder(from, directory, "")
	if err != nil {
		return nil, err
	}
	known := map[string]*Policy{}
	for _, p := range all {
		if err := named(p, known); err != nil {
			return nil, err
		}
		known[p.ID] = p
	}
	return arranged(all), nil
}

// named tells what a policy lacks besides what Cedar asks.
func named(p *Policy, known map[string]*Policy) error {
	at := p.cedar.Position()
	wrong := func(format string, arguments ...any) error {
		return &Error{File: p.File, Line: at.Line, Column: at.Column, Policy: p.ID, Message: fmt.Sprintf(format, arguments...)}
	}
	switch {
	case p.ID == "":
		return wrong(`it has no @id("…"), by which refusals name it`)
	case p.Because == "":
		return wrong(`it has no @because("…"), the sentence for who is refused`)
	case known[p.ID] != nil:
		return wrong("another policy has this @id: %s, line %d", known[p.ID].File, known[p.ID].Line)
	}
	if _, is := problem.Explain(p.code); !is {
		return wrong("@code(%q) is no code of the catalogue of problems; leave it out for role_forbidden", p.code)
	}
	return nil
}

// readFolder reads every policy below a folder, file by file; shown is how the folder is named in errors.
func readFolder(from fs.FS, directory, shown string) ([]*Policy, error) {
	entries, err := fs.ReadDir(from, directory)
	if err != nil {
		return nil, fmt.Errorf("policies: %w", err)
	}
	var all []*Policy
	var wrong []error
	for _, entry := range entries {
		if entry.IsDir() || !strings.HasSuffix(entry.Name(), suffix) {
			continue
		}
		name := path.Join(shown, entry.Name())
		if info, err := entry.Info(); err == nil && info.Size() > fileBytesMax {
			wrong = append(wrong, &Error{File: name, Message: fmt.Sprintf("it is larger than %d bytes", fileBytesMax)})
			continue
		}
		text, err := fs.ReadFile(from, path.Join(directory, entry.Name()))
		if err != nil {
			wrong = append(wrong, fmt.Errorf("policies: %w", err))
			continue
		}
		policies, err := read(name, text)
		if err != nil {
			wrong = append(wrong, err)
		}
		all = append(all, policies...)
	}
	return all, errors.Join(wrong...)
}

func read(name string, text []byte) ([]*Policy, error) {
	list, err := cedar.NewPolicyListFromBytes(name, text)
	if err != nil {
		return nil, misread(name, err)
	}
	all := make([]*Policy, len(list))
	for i, one := range list {
		annotations, at := one.Annotations(), one.Position()
		end := len(text)
		if i+1 < len(list) {
			end = list[i+1].Position().Offset
		}
		all[i] = &Policy{
			ID: string(annotations["id"]), Theme: strings.TrimSuffix(path.Base(name), suffix), Because: string(annotations["because"]),
			Permits: one.Effect() == cedar.Permit, File: name, Line: at.Line, Text: statement(text[at.Offset:end]),
			code: string(annotations["code"]), cedar: one,
		}
		if all[i].code == "" {
			all[i].code = "role_forbidden"
		}
	}
	return all, nil
}

// statement cuts off what stands behind a policy: blanks, and comments on the next one.
func statement(text []byte) string {
	if end := bytes.Index(text, []byte(";\n")); end >= 0 {
		return string(text[:end+1])
	}
	return string(bytes.TrimSpace(text))
}

var parsePlace = regexp.MustCompile(`^(?:parser error: )?parse error at (?:[^:]*:)?(\d+):(\d+) (.*)$`)

// misread is the error of a file that is not Cedar.
func misread(name string, err error) error {
	e := &Error{File: name, Message: err.Error()}
	if found := parsePlace.FindStringSubmatch(err.Error()); found != nil {
		// The pattern holds digits only; what does not fit an int stays 0.
		e.Line, _ = strconv.Atoi(found[1])
		e.Column, _ = strconv.Atoi(found[2])
		e.Message = "this is not Cedar: " + found[3]
	}
	return e
}

var quotedName = regexp.MustCompile("`([^`]+)`|\"([^\"]+)\"")

// misfits are the errors of a policy that does not fit the schema, each once though Cedar finds it for every action.
func misfits(p *Policy, err error) []error {
	var messages []string
	var flatten func(error)
	flatten = func(err error) {
		if several, is := err.(interface{ Unwrap() []error }); is {
			for _, one := range several.Unwrap() {
				flatten(one)
			}
			return
		}
		message, _, _ := strings.Cut(err.Error(), " for Action::")
		// That no action is left follows from one that is not known.
		if follows := strings.HasPrefix(message, "unable to find an applicable action") && len(messages) > 0; !follows && !slices.Contains(messages, message) {
			messages = append(messages, message)
		}
	}
	flatten(err)
	all := make([]error, len(messages))
	for i, message := range messages {
		all[i] = p.misfit(statementPlace(p.Text, message), message)
	}
	return all
}

// statementPlace is where a policy holds the first name that a message quotes, or where the policy begins.
func statementPlace(text, message string) int {
	begin := max(strings.Index(text, "\nforbid"), strings.Index(text, "\npermit"), 0)
	for _, found := range quotedName.FindAllStringSubmatch(message, -1) {
		name := found[1] + found[2]
		if at := strings.Index(text[begin:], "."+name); at >= 0 {
			return begin + at + 1
		}
		if at := strings.Index(text[begin:], name); at >= 0 {
			return begin + at
		}
	}
	return 0
}

// misfit is an error at an offset of the policy's text.
func (p *Policy) misfit(offset int, message string) error {
	at := p.cedar.Position()
	e := &Error{File: p.File, Line: at.Line, Column: at.Column + offset, Policy: p.ID, Message: message}
	if lines := strings.Count(p.Text[:offset], "\n"); lines > 0 {
		e.Line, e.Column = at.Line+lines, offset-strings.LastIndexByte(p.Text[:offset], '\n')
	}
	return e
}

var entityLiteral = regexp.MustCompile(`\b(Role|Party|Actor)::"([^"]*)"`)

// strangers are the roles that no caller has, and ids that are none: Cedar takes every text for an entity's name.
func strangers(p *Policy) []error {
	var wrong []error
	for _, found := range entityLiteral.FindAllStringSubmatchIndex(p.Text, -1) {
		name := p.Text[found[4]:found[5]]
		var err error
		switch p.Text[found[2]:found[3]] {
		case string(roleType):
			if party.ParseRole(name) == 0 {
				err = fmt.Errorf("there is no role %q; the roles are %s", name, strings.Join((^party.Role(0)).Names(), ", "))
			}
		case string(partyType):
			_, err = id.Parse[id.Party](name)
		default:
			_, err = id.Parse[id.Actor](name)
		}
		if err != nil {
			wrong = append(wrong, p.misfit(found[4], err.Error()))
		}
	}
	return wrong
}

// arranged makes policies ready to be asked: for every action, those whose scope holds it.
func arranged(all []*Policy) *Policies {
	p := &Policies{all: all, byID: map[cedar.PolicyID]*Policy{}, byAction: map[string]candidates{}, actions: map[types.EntityUID]types.Entity{}}
	for _, one := range all {
		p.byID[cedar.PolicyID(one.ID)] = one
	}
	for uid, action := range readSchema().Actions {
		p.actions[uid] = action.Entity
		if action.AppliesTo == nil {
			continue // a group
		}
		name := string(uid.ID)
		p.names = append(p.names, name)
		for _, one := range all {
			if inScope(one.cedar, uid, action.Entity.Parents) {
				p.byAction[name] = append(p.byAction[name], one)
			}
		}
	}
	slices.Sort(p.names)
	return p
}

// inScope tells whether a policy's scope holds an action. The groups have no groups themselves.
func inScope(p *cedar.Policy, action types.EntityUID, groups types.EntityUIDSet) bool {
	in := func(scope types.EntityUID) bool { return scope == action || groups.Contains(scope) }
	switch scope := (*ast.Policy)(p.AST()).Action.(type) {
	case ast.ScopeTypeEq:
		return scope.Entity == action
	case ast.ScopeTypeIn:
		return in(scope.Entity)
	case ast.ScopeTypeInSet:
		return slices.ContainsFunc(scope.Entities, in)
	}
	return true
}
