package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/party"
	"millrace/edge/intake"
	"millrace/engine"
	"millrace/engine/vault"
)

// founder is who a book begins with; where a name is empty it is called by what it does.
type founder struct {
	operator      string // firm that operates the node
	administrator string // its first person
}

// founded makes sure that the book has begun, and gives the operator's first actor. The names of a book that has begun stay as they are.
func founded(ctx context.Context, e *engine.Engine, by founder, date calendar.Date) (id.Actor, error) {
	first := id.Make[id.Actor](shard, 1)
	if e.Head().Sequence > 0 {
		return first, nil
	}
	n := intake.New(e.Vault())
	profile := intake.Profile{Name: cmp.Or(by.operator, "Operator of this node")}
	reference, err := n.StoreProfile(ctx, profile)
	if err != nil {
		return 0, err
	}
	name, err := n.Store(ctx, intake.KindActor, []byte(cmp.Or(by.administrator, "Operator")))
	if err != nil {
		return 0, err
	}
	_, err = giver{e, ctx}.give(0, "", &book.Found{
		Operator: reference, Country: "", Tokens: n.PartyTokens(profile), Actor: name, Date: date,
	})
	return first, err
}

// same tells whether a book that has begun says the names that are told again, as a unit file does at each start.
func (f founder) same(ctx context.Context, e *engine.Engine) error {
	known, err := founderOf(ctx, e)
	if err != nil {
		return err
	}
	for _, told := range []struct{ flag, name, known string }{{"--operator", f.operator, known.operator}, {"--administrator", f.administrator, known.administrator}} {
		if told.name != "" && told.name != told.known {
			return usage{fmt.Errorf("%s %q: at its first start the node was told %q, which stands in its journal; leave the flag out", told.flag, told.name, told.known)}
		}
	}
	return nil
}

// founderOf reads from the vault who a book began with.
func founderOf(ctx context.Context, e *engine.Engine) (founder, error) {
	g := giver{e, ctx}
	home, err := recordOf[party.Party](g, "party", 1)
	if err != nil {
		return founder{}, err
	}
	first, err := recordOf[party.Actor](g, "actor", 1)
	if err != nil {
		return founder{}, err
	}
	_, encoded, err := e.Vault().Get(ctx, vault.Ref(home.Profile))
	if err != nil {
		return founder{}, err
	}
	var profile intake.Profile
	if err := json.Unmarshal(encoded, &profile); err != nil {
		return founder{}, err
	}
	_, name, err := e.Vault().Get(ctx, vault.Ref(first.Profile))
	return founder{profile.Name, string(name)}, err
}
