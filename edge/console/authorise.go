package console

import (
	"log/slog"
	"net/http"
	"strings"

	"millrace/book"
	"millrace/edge/authorisation"
)

func newGuard(policies *authorisation.Policies, logger *slog.Logger) *authorisation.Guard {
	if policies == nil {
		policies = authorisation.Builtin()
	}
	return &authorisation.Guard{Policies: policies, Logger: logger, Seat: authorisation.Console}
}

// actionOf is by what the policies know the page of a pattern.
func actionOf(pattern string) string {
	_, path, _ := strings.Cut(pattern, " ")
	switch path {
	case "/":
		path = "/{elsewhere}"
	case "/{$}":
		path = "/"
	}
	return "page " + path
}

// public serves what is for everybody, as far as the policies say so.
func (c *Console) public(pattern string, handler http.HandlerFunc) {
	request := authorisation.Request{Action: actionOf(pattern)}
	c.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		asked := request
		if err := c.guard.Admit(r.Context(), &asked); err != nil {
			c.fail(w, r, frame{}, err)
			return
		}
		handler(w, r)
	})
}

// admit lets nobody see a page whom the policies do not permit it, with the record of its address.
func (v *visit) admit() error {
	if of := v.request.PathValue("id"); of != "" {
		var err error
		if v.record, err = v.Traits(v.caller, of); err != nil {
			return err
		}
	}
	return v.console.guard.Admit(v.request.Context(), &authorisation.Request{Caller: v.caller, Action: v.action, Record: v.record})
}

// allowed tells whether the caller's key is for a command that is about to be given, and whether the policies permit it.
func (v *visit) allowed(c book.Command) error {
	if err := v.caller.Allow(c); err != nil {
		return err
	}
	return v.may(c)
}

// may asks the policies about a command that is about to be given.
func (v *visit) may(c book.Command) error {
	return v.console.guard.Admit(v.request.Context(), &authorisation.Request{Caller: v.caller, Action: v.action, Record: v.record, Given: authorisation.GivenBy(c)})
}
