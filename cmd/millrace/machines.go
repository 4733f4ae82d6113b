package main

import (
	"context"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/party"
	"millrace/edge/intake"
	"millrace/edge/view"
	"millrace/engine"
	"millrace/engine/vault"
)

// The machines of the operator, by the names under which they are registered. Each is an actor of its own: what a machine has recorded any person may
// decide on, and nobody is taken for it.
const (
	matchingMachine = view.MachinePrefix + "matches receipts"
	payeeMachine    = view.MachinePrefix + "asks banks about payees"
	setOffMachine   = view.MachinePrefix + "proposes set-offs"
)

// machineNamed finds the operator's active machine of a name, and registers it where there is none.
func machineNamed(ctx context.Context, e *engine.Engine, name string) (id.Actor, error) {
	g := giver{e, ctx}
	first, err := recordOf[party.Actor](g, "actor", 1)
	if err != nil {
		return 0, err
	}
	known, err := actorNamed(ctx, e, first.Party, name)
	if err != nil || known != 0 || e.ReadOnly() {
		return known, err
	}
	profile, err := intake.New(e.Vault()).Store(ctx, intake.KindActor, []byte(name))
	if err != nil {
		return 0, err
	}
	answer, err := g.give(first.ID, "", &book.RegisterActor{Party: first.Party, Role: party.Operator, Profile: profile})
	if err != nil {
		return 0, err
	}
	for _, event := range answer.Events {
		if registered, ok := event.(*book.ActorRegistered); ok {
			return registered.Actor.ID, nil
		}
	}
	return 0, nil
}

// actorNamed finds an active actor of the operator by the name that the vault has of it; 0 for none.
func actorNamed(ctx context.Context, e *engine.Engine, operator id.Party, name string) (id.Actor, error) {
	v, err := e.Read(ctx, e.Head().Sequence)
	if err != nil {
		return 0, err
	}
	defer v.Close()
	rows, err := v.Tx.QueryContext(ctx, "SELECT record FROM actor WHERE role = ? ORDER BY number", int64(party.Operator))
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	for rows.Next() {
		var stored []byte
		var a party.Actor
		if err := rows.Scan(&stored); err != nil {
			return 0, err
		}
		if err := book.DecodeRecord(stored, &a); err != nil {
			return 0, err
		}
		if !a.Active || a.Party != operator {
			continue
		}
		// A name that was erased is no machine's.
		if _, text, err := e.Vault().Get(ctx, vault.Ref(a.Profile)); err == nil && string(text) == name {
			return a.ID, nil
		}
	}
	return 0, rows.Err()
}
