package console

import (
	"millrace/book"
	"millrace/domain/party"
	"millrace/edge/access"
	"millrace/edge/problem"
	"millrace/edge/signin"
)

// weighty tells whether an act asks that a second factor was shown not long ago: it takes a signature, moves money or decides where
// it goes, or lets somebody act.
func weighty(p *prepared) bool {
	if p.need != unsigned {
		return true
	}
	command := p.with(nil)
	return command != nil && weightyCommand(command)
}

func weightyCommand(c book.Command) bool {
	return access.ScopeOf(c)&(party.ScopeMoney|party.ScopeAccess) != 0
}

// askFactor puts on the form that a second factor has to be shown again.
func (v *visit) askFactor(f *deedForm, p *prepared) error {
	if p == nil || v.proven() || !weighty(p) {
		return nil
	}
	known, err := v.console.desk.Store().Person(v.request.Context(), v.session.Person)
	f.Stale, f.Codes = true, known.Authenticator != nil
	f.Prove = withQuery("/prove", "to", v.request.URL.RequestURI())
	return err
}

// showFactor takes the code that a form brings. The problem is nil where none has to be shown.
func (v *visit) showFactor(f *deedForm, code string) (*problem.Problem, error) {
	if !f.Stale {
		return nil, nil
	}
	if code == "" {
		return problem.At("factor_stale", "code", "", "show your second factor again"), nil
	}
	err := v.console.desk.Prove(v.request.Context(), v.session, code, v.console.from(v.request))
	if wrong, _ := attemptFailed(err, wrongCode); wrong != "" {
		return problem.At("factor_stale", "code", "", wrong), nil
	}
	if err != nil {
		return nil, err
	}
	f.Stale = false
	v.session.Proven = v.console.desk.Now()
	return nil, nil
}

// signedInBy says how the caller has signed in, for a note in the journal of sign-ins.
func (v *visit) signedInBy() (int64, string, signin.From) {
	from := v.console.from(v.request)
	if v.session == nil {
		return 0, signin.ByKey, from
	}
	return v.session.Person, v.session.Method, from
}
