package book_test

import (
	"fmt"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/movement"
	"millrace/lab/load"
)

// moving is a movement of the first seller's goods that may be refused.
func (s *scene) moving(change func(c *book.RecordMovement)) *book.RecordMovement {
	l := s.NewLife(9000)
	c := moved(s.World, &l, movement.Shipped, "refused", s.at)
	change(c)
	return c
}

var movementRefusals = []refusal{
	{"count_incomplete", "A stock count does not say whose goods were counted, or where.", "Name the owner and the location.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, s.moving(func(c *book.RecordMovement) { c.Report.Kind = movement.Counted })
	}},
	{"movement_kind", "There is no such kind of movement, or no such source of one.", "Use a kind from the list.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, s.moving(func(c *book.RecordMovement) { c.Report.Kind = 99 })
	}},
	{"movement_unknown", "The party of the actor has reported no event of this identity, so there is nothing for it to retract.", "Send the event first, or let the party that reported it retract it.", func(s *scene) (id.Actor, book.Command) {
		s.give(s.SellerActors[0], s.moving(func(*book.RecordMovement) {}))
		return s.Buyer, &book.RetractMovement{Identity: movement.Token(load.Token("event refused")), Declared: s.at}
	}},
	{"movements_waiting", "Too many movements wait for a document that has not come.", "Send the order or other document that they name; then they find their trade.", func(s *scene) (id.Actor, book.Command) {
		for i := range book.WaitingMax {
			s.give(s.Maker, s.moving(func(c *book.RecordMovement) { c.Identity = movement.Token(load.Token(fmt.Sprint("event ", i))) }))
		}
		return s.Maker, s.moving(func(*book.RecordMovement) {})
	}},
	{"observed_invalid", "The time of the event is in the future, or too long ago, or its local time is no local time.", "Correct the time and its offset.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, s.moving(func(c *book.RecordMovement) { c.Report.Observed = s.at + 48*3600*1_000_000 })
	}},
	{"references_too_many", "The movement names more documents than are kept.", "Split the event.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, s.moving(func(c *book.RecordMovement) { c.References = make([]book.DocumentNamed, book.ReferencesMax+1) })
	}},
	{"word_invalid", "A word is not of the form of a vocabulary's.", "Use the word of the vocabulary: letters, digits and underscores.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, s.moving(func(c *book.RecordMovement) { c.Report.Step = "on its way" })
	}},
}

func init() { refusals = append(refusals, movementRefusals...) }
