package book_test

import (
	"bytes"
	"testing"

	"millrace/book"
	"millrace/domain/risk"
)

// What was decided under an edition of before is decided again as it was made, byte for byte: by its rules, and on the facts that were gathered for it.
func TestAnEarlierEditionDecidesAgainAsItDid(t *testing.T) {
	s := newScene(t)
	s.live(9, dueIn30) // the buyer owes something in the programme: edition 4 asks how much
	s.live(5, dueIn30)
	ask := func(e risk.Edition) (risk.Decision, []byte) {
		s.book.DecideUnder(e)
		h := book.Header{Sequence: s.book.Sequence() + 1, At: s.at + 1, Actor: s.SellerActors[0]}
		events, rejection := book.PrepareAndDecide(s.book, &h, s.quote())
		if rejection != nil {
			t.Fatal(rejection)
		}
		stored := []byte(nil)
		for _, event := range events {
			stored = book.AppendEvent(stored, event)
			if made, is := event.(*book.DecisionMade); is {
				if of := book.EditionOf(events); of != made.Decision.Edition {
					t.Errorf("the entry is of edition %d, its decision of %d", of, made.Decision.Edition)
				}
				return made.Decision, stored
			}
		}
		t.Fatal("no decision was made")
		return risk.Decision{}, nil
	}
	now, first := ask(0)
	third, _ := ask(3)
	if now.Edition != risk.Now || third.Edition != 3 {
		t.Errorf("editions %d and %d", now.Edition, third.Edition)
	}
	if now.Facts.BuyerOpen == 0 || third.Facts.BuyerOpen != 0 {
		t.Errorf("the buyer owes %d, and %d by what edition 3 knew", now.Facts.BuyerOpen, third.Facts.BuyerOpen)
	}
	if _, again := ask(now.Edition); !bytes.Equal(first, again) {
		t.Error("the same edition decides otherwise")
	}
}
