package view

import (
	"fmt"

	"millrace/book"
	"millrace/domain/money"
)

// ofLimits says what came of limits besides their proposal and approval, and what funders say in advance about their own money.
func (s *showing) ofLimits(e book.Event) string {
	switch e := e.(type) {
	case *book.LimitSuspended:
		if e.Actor == 0 {
			return fmt.Sprintf("Limit %s was suspended on a warning: nothing new is used under it.", e.Limit)
		}
		return fmt.Sprintf("Limit %s was suspended by %s: nothing new is used under it.", e.Limit, s.decider(e.Actor))
	case *book.LimitLifted:
		if e.First == 0 {
			return fmt.Sprintf("%s wants the suspension of limit %s to end; a second person has to say so too.", s.decider(e.Actor), e.Limit)
		}
		return fmt.Sprintf("The suspension of limit %s was lifted by %s and %s.", e.Limit, s.decider(e.First), s.decider(e.Actor))
	case *book.FunderPolicyProposed:
		return fmt.Sprintf("%s said anew on what it lends its money, in %d clauses; a second person decides.", s.name(e.Policy.Funder), len(e.Policy.Clauses))
	case *book.FunderPolicyDecided:
		return fmt.Sprintf("Policy %s is %s, by %s.", e.Policy, e.State, s.decider(e.Actor))
	case *book.AuthorityGiven:
		t := &e.Authority.Terms
		return fmt.Sprintf("%s lends without its people, up to %s a use and %s in all, until %s.", s.name(t.Funder), money.Amount{Minor: t.AmountMost, Currency: t.Currency},
			money.Amount{Minor: t.TotalMost, Currency: t.Currency}, t.Until)
	case *book.AuthorityRevoked:
		return fmt.Sprintf("Standing authority %s was revoked: nothing is accepted under it any more.", e.Authority)
	}
	return ""
}
