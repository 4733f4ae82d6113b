package book_test

import (
	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/party"
	"millrace/domain/trade"
	"millrace/lab/load"
)

func init() { refusals = append(refusals, featureRefusals...) }

var featureRefusals = []refusal{
	{"group_circular", "The head that is named belongs to the party's own group.", "Name the head of the whole group, or none.", func(s *scene) (id.Actor, book.Command) {
		l := s.NewLife(700)
		d := l.Step(0).Command.(*book.RecordDocument)
		d.Document.Seller = []trade.Token{trade.Token(load.Token("party above"))}
		var above id.Party
		for _, e := range s.node.giver()(s.Maker, d) {
			if seen, is := e.(*book.PartySeen); is {
				above = seen.Party.ID
			}
		}
		register := func(name string, head id.Party) *book.RegisterParty {
			return &book.RegisterParty{Roles: party.Seller, Country: "DE", Tokens: []party.Token{party.Token(load.Token("party " + name))}, Group: head}
		}
		below := s.node.giver()(s.Maker, register("below", above))[0].(*book.PartyRegistered).Party.ID
		return s.Maker, register("above", below)
	}},
}
