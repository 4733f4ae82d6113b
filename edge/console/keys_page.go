package console

import (
	"crypto/rand"
	"net/http"
	"strings"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/party"
	"millrace/edge/access"
	"millrace/edge/problem"
	"millrace/edge/view"
	"millrace/engine"
)

// scopeOption is one part of what a key may do.
type scopeOption struct{ Name, Text string }

// scopeOptions are those that are offered: reading is in every key.
var scopeOptions = []scopeOption{
	{"documents", "Bring documents, tables and movements of goods"}, {"confirmations", "Confirm, dispute, and move certificates"},
	{"financing", "Ask for quotes, accept, bid and offer"}, {"money", "Pay, approve, record what the bank says, bank accounts"},
	{"credit", "Applications, reviews, limits and referrals"}, {"access", "Actors, keys, signing keys and mandates"}, {"settings", "Everything else: products, programmes, policies, days"},
}

// keyRoutes are the acts on a person's own API keys.
var keyRoutes = []route{
	{"POST /me/keys", "/me", "me", makeOwnKey},
	{"POST /me/keys/revocation", "/me", "me", revokeOwnKey},
}

// makeOwnKey makes a key of the actor as whom the person acts. Its secret is shown on the page that answers, and never again.
func makeOwnKey(v *visit) (any, error) {
	if elsewhere, err := v.changing(); elsewhere != nil || err != nil {
		return elsewhere, err
	}
	name := strings.Join(strings.Fields(strings.ToValidUTF8(v.request.PostFormValue("name"), "")), " ")
	if name == "" || len(name) > 64 {
		return v.refuseMine("name", "Say in 1 to 64 characters what the key is for.")
	}
	scopes := party.ScopeRead
	for _, chosen := range v.request.PostForm["scope"] {
		scopes |= party.ParseScope(chosen)
	}
	secret, hash, err := access.NewSecret(rand.Reader)
	if err != nil {
		return nil, err
	}
	if wrong, err := v.order(&book.AddKey{Actor: v.caller.Actor, Name: name, Hash: hash, Scopes: scopes}); wrong != nil || err != nil {
		if err != nil {
			return nil, err
		}
		return v.refuseMine("name", capital(wrong.Detail))
	}
	m, err := v.again().mine(http.StatusOK)
	if err == nil {
		m.Secret = secret
	}
	return m, err
}

func revokeOwnKey(v *visit) (any, error) {
	if err := v.posted(); err != nil {
		return nil, err
	}
	key, err := id.Parse[id.Key](v.request.PostFormValue("key"))
	if err != nil {
		return nil, view.ErrNotFound
	}
	shown, err := v.Key(v.caller, key)
	if err != nil {
		return nil, err
	}
	if shown.Actor == nil || shown.Actor.ID != v.caller.Actor.String() {
		return nil, view.ErrNotFound
	}
	if wrong, err := v.order(&book.RevokeKey{Key: key}); wrong != nil || err != nil {
		if err != nil {
			return nil, err
		}
		return v.refuseMine("key", capital(wrong.Detail))
	}
	return backToMine("key-revoked"), nil
}

// order gives a command that takes no form of terms. What refuses it is a problem.
func (v *visit) order(c book.Command) (*problem.Problem, error) {
	if err := v.allowed(c); err != nil {
		return translate(err), nil
	}
	answer, rejection, err := v.console.engine.Submit(v.request.Context(), engine.Request{Actor: v.caller.Actor, Key: "console-" + newOnce(), Command: c})
	switch {
	case err != nil:
		return nil, err
	case rejection != nil:
		return problem.OfRejection(rejection, ""), nil
	}
	v.events = append(v.events, answer.Events...)
	v.sequence = answer.Sequence
	return nil, nil
}

// again is the same visit with what it has just ordered in sight. The new view ends with the request.
func (v *visit) again() *visit {
	if v.sequence == 0 {
		return v
	}
	later, err := v.console.reader.At(v.request.Context(), v.sequence)
	if err != nil {
		return v
	}
	v.later = append(v.later, later)
	next := *v
	next.View = later
	return &next
}
