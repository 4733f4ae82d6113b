package authorisation

import (
	"context"
	"log/slog"

	"millrace/edge/access"
)

// Guard stands at one edge: it asks the policies, and notes every refusal.
type Guard struct {
	Policies *Policies
	Logger   *slog.Logger
	Seat     Seat
}

// Admit gives nil for what is permitted, else the problem. The log is told by which policy, to which role and for what kind of
// record: nothing about the person or the party.
func (g *Guard) Admit(ctx context.Context, r *Request) error {
	r.Seat = g.Seat
	d := g.Policies.Decide(r)
	if d.Permitted {
		return nil
	}
	told := d.Problem()
	kind := ""
	if r.Record != nil {
		kind = r.Record.Kind
	}
	g.Logger.InfoContext(ctx, "refused", "policy", told.Policy.ID, "code", told.Code, "action", r.Action, "seat", string(g.Seat),
		"role", nameOf(r.Caller.Role), "kind", kind, "command", r.Given != nil)
	return told
}

// Permits tells for each of several actions on no one record whether a caller may do it.
func (g *Guard) Permits(c access.Caller, actions []string) []bool {
	permitted := make([]bool, len(actions))
	f := g.Policies.facing(&Request{Caller: c, Seat: g.Seat})
	for i, action := range actions {
		f.request.Action = uidOfAction(action)
		permitted[i] = g.Policies.decide(&Request{Action: action}, f).Permitted
	}
	return permitted
}
