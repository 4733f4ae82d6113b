package book_test

import (
	"millrace/book"
	"millrace/domain/funding"
	"millrace/domain/id"
)

func init() { refusals = append(refusals, referralRefusals...) }

// referral is the case of a use that is larger than the programme lets pass.
func (s *scene) referral() id.Referral {
	s.t.Helper()
	s.live(5, amounting(260_000_00))
	s.give(s.SellerActors[0], s.quote())
	return latest[id.Referral](s, "referral")
}

var referralRefusals = []refusal{
	{"referral_unknown", "There is no such referral.", "Look up its identity.", func(s *scene) (id.Actor, book.Command) {
		return s.FunderActor, &book.TakeReferral{Referral: beyond[id.Referral](s, "referral")}
	}},
	{"referral_state", "The referral is decided, or is yours already.", "Nothing.", func(s *scene) (id.Actor, book.Command) {
		r := s.referral()
		s.give(s.FunderActor, &book.TakeReferral{Referral: r})
		return s.FunderActor, &book.TakeReferral{Referral: r}
	}},
	{"advices_too_many", "A referral has so many notes at most.", "Decide it.", func(s *scene) (id.Actor, book.Command) {
		c := &book.AdviseReferral{Referral: s.referral(), Text: load32("a note")}
		for range funding.AdvicesMax {
			s.give(s.FunderActor, c)
		}
		return s.FunderActor, c
	}},
}
