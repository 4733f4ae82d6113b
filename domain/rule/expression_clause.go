package rule

import (
	"fmt"
	"slices"
)

// Clause is one condition of a policy: what must hold, what follows where it does not, and why. Eligibility and risk
// policy are lists of clauses.
type Clause struct {
	Name      string  `cbor:"1,keyasint" json:"name"`                         // stable: outcomes name it
	Text      string  `cbor:"2,keyasint" json:"text"`                         // as it was written and approved
	Program   Program `cbor:"3,keyasint" json:"-"`                            // what is evaluated
	Otherwise Verdict `cbor:"4,keyasint" json:"otherwise"`                    // Refer or Refuse, where the program is false
	Reason    string  `cbor:"5,keyasint" json:"reason"`                       // for whom it stops
	Citation  string  `cbor:"6,keyasint,omitempty" json:"citation,omitempty"` // where it comes from
}

// The bounds of a clause's texts, in bytes.
const (
	ClauseTextMax     = 4096
	ClauseReasonMax   = 400
	ClauseCitationMax = 200
	ClauseNameMax     = 64
	ClausesMax        = 64 // in one policy
)

// ValidClauseName tells whether a text can be the name of a clause: a small letter, then small letters, digits and
// underscores, 64 bytes at most.
func ValidClauseName(name string) bool {
	if name == "" || len(name) > ClauseNameMax || name[0] < 'a' || name[0] > 'z' {
		return false
	}
	for i := range len(name) {
		if c := name[i]; (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_' {
			return false
		}
	}
	return true
}

// Valid tells what keeps the clause from being judged over the known facts; nil where nothing does.
func (c *Clause) Valid(known []Fact) error {
	switch {
	case !ValidClauseName(c.Name):
		return fmt.Errorf("%q is not the name of a clause", c.Name)
	case c.Otherwise != Refer && c.Otherwise != Refuse:
		return fmt.Errorf("clause %s: otherwise is %s", c.Name, c.Otherwise)
	case c.Reason == "" || len(c.Reason) > ClauseReasonMax || len(c.Citation) > ClauseCitationMax || len(c.Text) > ClauseTextMax:
		return fmt.Errorf("clause %s: text, reason or citation is missing or too long", c.Name)
	case c.Program.Result != Type{Kind: Bool}:
		return fmt.Errorf("clause %s: the result is %s", c.Name, c.Program.Result)
	}
	if err := c.Program.Valid(known); err != nil {
		return fmt.Errorf("clause %s: %w", c.Name, err)
	}
	return nil
}

// ValidClauses tells what keeps a policy's clauses from being judged over the known facts: too many, one that is not valid, or two of one
// name; nil where nothing does.
func ValidClauses(clauses []Clause, known []Fact) error {
	if len(clauses) > ClausesMax {
		return fmt.Errorf("a policy has %d clauses at most", ClausesMax)
	}
	for i := range clauses {
		if err := clauses[i].Valid(known); err != nil {
			return err
		}
		if slices.ContainsFunc(clauses[:i], func(other Clause) bool { return other.Name == clauses[i].Name }) {
			return fmt.Errorf("two clauses are named %s", clauses[i].Name)
		}
	}
	return nil
}

// Judge is the clause's verdict: Pass where its program is true, Otherwise where it is false, Refer where it ends with a
// fault. It allocates nothing.
func (c *Clause) Judge(facts []int64) Verdict {
	value, fault := c.Program.Eval(facts)
	switch {
	case fault != NoFault:
		return fault.Verdict()
	case value == 0:
		return c.Otherwise
	}
	return Pass
}

// Finding is a clause that does not pass, with what decided.
type Finding struct {
	Outcome  Outcome  `json:"outcome"`
	Fault    Fault    `json:"fault"`
	Reasons  []Reason `json:"reasons"`
	Reason   string   `json:"reason"`
	Citation string   `json:"citation,omitempty"`
}

// Judge applies every clause and gives a finding for each that does not pass, in order. Measure and bound of an outcome
// are those of the comparison that decided first.
func Judge(clauses []Clause, facts []int64) []Finding {
	var findings []Finding
	for i := range clauses {
		clause := &clauses[i]
		verdict := clause.Judge(facts)
		if verdict == Pass {
			continue
		}
		explanation := clause.Program.Explain(facts)
		found := Finding{Outcome: Outcome{Rule: clause.Name, Verdict: verdict}, Fault: explanation.Fault, Reasons: explanation.Reasons, Reason: clause.Reason, Citation: clause.Citation}
		if len(explanation.Reasons) > 0 {
			found.Outcome.Measure, found.Outcome.Bound = explanation.Reasons[0].Measure, explanation.Reasons[0].Bound
		}
		findings = append(findings, found)
	}
	return findings
}
