package policy

import (
	"millrace/domain/rule"
)

// Rule is a clause of eligibility or of risk policy as people write it into a product.
type Rule struct {
	Name      string `json:"name" yaml:"name"`                             // stable; outcomes name it
	Text      string `json:"text" yaml:"text"`                             // what must hold
	Otherwise string `json:"otherwise" yaml:"otherwise"`                   // "refer" or "refuse", where it does not
	Reason    string `json:"reason" yaml:"reason"`                         // for whom it stops
	Citation  string `json:"citation,omitempty" yaml:"citation,omitempty"` // where it comes from
}

// Clauses compiles the rules of one policy. It tells all that is wrong with any of them; then there are no clauses.
func Clauses(rules []Rule, environment Environment) ([]rule.Clause, []Problem) {
	if len(rules) > rule.ClausesMax {
		p := problem("clauses_too_many", "", "the policy has %d clauses, more than %d", len(rules), rule.ClausesMax)
		p.Field = ""
		return nil, []Problem{p}
	}
	var clauses []rule.Clause
	var problems []Problem
	names := map[string]int{}
	for i, written := range rules {
		clause, wrong := written.compile(environment)
		if first, repeated := names[written.Name]; repeated {
			p := problem("name_repeated", written.Name, "is the name of clause %d already", first)
			p.Field = "name"
			wrong = append([]Problem{p}, wrong...)
		} else {
			names[written.Name] = i + 1
		}
		for _, p := range wrong {
			p.Clause, p.Name = i+1, excerpt(written.Name)
			problems = append(problems, p)
		}
		clauses = append(clauses, clause)
	}
	if len(problems) > 0 {
		return nil, problems
	}
	return clauses, nil
}

func (r Rule) compile(environment Environment) (rule.Clause, []Problem) {
	var problems []Problem
	wrong := func(code, field, text, reason string, arguments ...any) {
		p := problem(code, text, reason, arguments...)
		p.Field = field
		problems = append(problems, p)
	}
	if !rule.ValidClauseName(r.Name) {
		wrong("name_malformed", "name", r.Name, "is not a name of small letters, digits and underscores that begins with a letter")
	}
	program, inText := Compile(r.Text, environment)
	problems = append(problems, inText...)
	if len(inText) == 0 && program.Result.Kind != rule.Bool {
		problems = append(problems, problem("result_not_bool", r.Text, "is %s, where a clause is true or false", inWords(program.Result.String())).at(1, 1))
	}
	if len(inText) == 0 && len(program.Facts) == 0 {
		problems = append(problems, problem("facts_unused", r.Text, "looks at no fact").at(1, 1))
	}
	otherwise := map[string]rule.Verdict{rule.Refer.String(): rule.Refer, rule.Refuse.String(): rule.Refuse}[r.Otherwise]
	if otherwise == rule.Pass {
		wrong("otherwise_unknown", "otherwise", r.Otherwise, "is not refer or refuse%s", meant(r.Otherwise, []string{"refer", "refuse"}))
	}
	switch {
	case r.Reason == "":
		wrong("reason_missing", "reason", "", "is missing: whoever is stopped is told why")
	case len(r.Reason) > rule.ClauseReasonMax:
		wrong("reason_too_long", "reason", r.Reason, "is longer than %d bytes", rule.ClauseReasonMax)
	}
	if len(r.Citation) > rule.ClauseCitationMax {
		wrong("citation_too_long", "citation", r.Citation, "is longer than %d bytes", rule.ClauseCitationMax)
	}
	return rule.Clause{Name: r.Name, Text: r.Text, Program: program, Otherwise: otherwise, Reason: r.Reason, Citation: r.Citation}, problems
}
