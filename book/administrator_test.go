package book_test

import (
	"testing"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/party"
)

func init() { refusals = append(refusals, administratorRefusals...) }

var administratorRefusals = []refusal{
	{"not_administrator", "This is for who administers the access of the party's people.", "Ask the party's administrator, or the operator.", func(s *scene) (id.Actor, book.Command) {
		return s.Buyer, &book.RegisterActor{Party: s.Anchor, Role: party.Buyer}
	}},
	{"actor_self", "Nobody suspends or reinstates itself.", "Ask another administrator.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, &book.DecideActor{Actor: s.Maker}
	}},
	{"actor_state", "The actor is in that state already.", "Nothing.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, &book.DecideActor{Actor: s.Buyer, Active: true}
	}},
	{"scope_invalid", "A key is narrowed to a scope that there is not.", "Name scopes of the list.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, &book.AddKey{Actor: s.Buyer, Name: "erp", Hash: load32("secret"), Scopes: party.ScopesAll + 1}
	}},
}

// An administrator lets people of its own party act, and nobody else's; who is suspended gives no command and keeps no key.
func TestAnAdministratorKeepsToItsParty(t *testing.T) {
	s := newScene(t)
	refused := func(actor id.Actor, c book.Command, code string) {
		t.Helper()
		if _, err := s.submit(actor, "", c); err == nil || s.rejected.Code != code {
			t.Errorf("%T is answered with %v, want %s", c, err, code)
		}
	}
	refused(s.Buyer, &book.DecideAdministrator{Actor: s.Buyer, Administrator: true}, "not_permitted")
	s.give(s.Maker, &book.DecideAdministrator{Actor: s.Buyer, Administrator: true})
	refused(s.Maker, &book.DecideAdministrator{Actor: s.Buyer, Administrator: true}, "actor_state")
	s.give(s.Buyer, &book.RegisterActor{Party: s.Anchor, Role: party.Buyer})
	colleague := latest[id.Actor](s, "actor")
	refused(s.Buyer, &book.RegisterActor{Party: s.Anchor, Role: party.Funder}, "role_not_of_party")
	refused(s.Buyer, &book.RegisterActor{Party: s.Sellers[0], Role: party.Seller}, "other_party")
	refused(s.Buyer, &book.DecideActor{Actor: s.SellerActors[0]}, "other_party")
	refused(s.Buyer, &book.AddKey{Actor: s.SellerActors[0], Name: "erp", Hash: load32("secret")}, "other_party")
	s.give(s.Buyer, &book.AddKey{Actor: colleague, Name: "erp", Hash: load32("secret"), Scopes: party.ScopeRead | party.ScopeDocuments})
	refused(colleague, &book.AddKey{Actor: s.Buyer, Name: "erp", Hash: load32("another")}, "not_administrator")
	s.give(colleague, &book.AddKey{Actor: colleague, Name: "own", Hash: load32("own")})
	s.give(colleague, &book.RevokeKey{Key: latest[id.Key](s, "actor_key")})
	s.give(s.Buyer, &book.DecideActor{Actor: colleague})
	refused(colleague, &book.AddKey{Actor: colleague, Name: "later", Hash: load32("later")}, "actor_inactive")
	s.give(s.Buyer, &book.DecideActor{Actor: colleague, Active: true})
	s.give(colleague, &book.AddKey{Actor: colleague, Name: "later", Hash: load32("later")})
	s.give(s.Maker, &book.DecideAdministrator{Actor: s.Buyer})
	refused(s.Buyer, &book.DecideActor{Actor: colleague}, "not_administrator")
	s.stands(nil)
}
