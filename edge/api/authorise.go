package api

import (
	"context"
	"log/slog"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"millrace/book"
	"millrace/domain/party"
	"millrace/edge/access"
	"millrace/edge/authorisation"
	"millrace/edge/problem"
	"millrace/edge/view"
)

// admission is a request that the policies have let in.
type admission struct {
	caller access.Caller
	action string
	record *view.Traits // that the path names; nil where it names none
}

type admissionKey struct{}

func admissionOf(ctx context.Context) admission {
	let, ok := ctx.Value(admissionKey{}).(admission)
	if !ok {
		panic("api: a request came past the policies")
	}
	return let
}

func callerOf(ctx context.Context) access.Caller { return admissionOf(ctx).caller }

func newGuard(policies *authorisation.Policies, logger *slog.Logger) *authorisation.Guard {
	if policies == nil {
		policies = authorisation.Builtin()
	}
	return &authorisation.Guard{Policies: policies, Logger: logger, Seat: authorisation.API}
}

// authorise finds who is asking and lets nobody pass whom the policies do not permit the operation, on the record of its path.
func (s *server) authorise(ctx huma.Context, next func(huma.Context)) {
	r, w := humago.Unwrap(ctx)
	row, known := routeByName[ctx.Operation().OperationID]
	if !known {
		problem.Write(w, problem.New("not_found", "there is nothing here"))
		return
	}
	let := admission{action: row.name}
	if !s.guard.Policies.Public(row.name) {
		var err error
		if let.caller, err = s.Access.Authenticate(r); err == nil && strings.Contains(row.path, "{id}") {
			let.record, err = s.traits(r.Context(), let.caller, ctx.Param("id"))
		}
		if err != nil {
			s.fail(w, r, err)
			return
		}
	}
	if err := s.guard.Admit(r.Context(), &authorisation.Request{Caller: let.caller, Action: let.action, Record: let.record}); err != nil {
		s.fail(w, r, err)
		return
	}
	if let.caller.Scopes == party.ScopeRead && row.method == post && row.name != "make_statement" {
		problem.Write(w, s.problemOf(r.Context(), access.ErrScope))
		return
	}
	next(huma.WithValue(ctx, admissionKey{}, let))
}

// described lets read the description of the API who may.
func (s *server) described(w http.ResponseWriter, r *http.Request) bool {
	err := s.guard.Admit(r.Context(), &authorisation.Request{Action: "read_description"})
	if err != nil {
		s.fail(w, r, err)
	}
	return err == nil
}

// traits are what the policies may ask about the record of an id.
func (s *server) traits(ctx context.Context, c access.Caller, of string) (*view.Traits, error) {
	v, err := s.Reader.Now(ctx)
	if err != nil {
		return nil, err
	}
	defer v.Close()
	return v.Traits(c, of)
}

// allowed tells whether the caller's key is for a command that is about to be given, and whether the policies permit it.
func (x *call) allowed(c book.Command) error {
	if err := x.caller.Allow(c); err != nil {
		return err
	}
	return x.may(c)
}

// may asks the policies about a command that is about to be given.
func (x *call) may(c book.Command) error {
	return x.server.guard.Admit(x.ctx, &authorisation.Request{Caller: x.caller, Action: x.action, Record: x.record, Given: authorisation.GivenBy(c)})
}

// mayInstead asks the policies whether the caller may do another operation than that of the route, on the record of an id; "" for none.
func (x *call) mayInstead(action, of string) error {
	x.action, x.record = action, nil
	if of != "" {
		v, err := x.view()
		if err != nil {
			return err
		}
		if x.record, err = v.Traits(x.caller, of); err != nil {
			return err
		}
	}
	err := x.server.guard.Admit(x.ctx, &authorisation.Request{Caller: x.caller, Action: x.action, Record: x.record})
	if refused, is := err.(*problem.Problem); is && refused.Code == "role_forbidden" {
		refused.Field, refused.Value = "command", action
	}
	return err
}
