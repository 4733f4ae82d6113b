package economy

import (
	"context"
	"fmt"

	"millrace/book"
	"millrace/domain/onboarding"
	"millrace/domain/party"
	"millrace/edge/intake"
	"millrace/lab/load"
)

// joinsEvery is how many days pass until the next firm asks to be let in.
const joinsEvery = 9

// arrive has a new supplier ask to be let in: a file is opened for it, and within days one person proposes a review and another approves it. It does not
// trade yet: nobody has ordered from it.
func (e *Economy) arrive() error {
	e.in(joinsEvery, e.arrive)
	e.newcomers++
	f := &firm{name: e.newcomer(third), vat: fmt.Sprintf("DE%09d", 300_000_000+e.newcomers*7), grade: uint8(e.random.between(2, 4))}
	profile, err := e.intake.StoreProfile(context.Background(), f.profile())
	if err != nil {
		return err
	}
	events, accepted, err := e.try(e.Maker, &book.RegisterParty{Roles: party.Seller, Country: "DE", Profile: profile, Tokens: e.intake.PartyTokens(f.profile())})
	if err != nil || !accepted {
		return err
	}
	made, _ := find[*book.PartyRegistered](events)
	f.id = made.Party.ID
	events, accepted, err = e.try(e.Maker, &book.OpenOnboardingFile{Party: f.id, Form: onboarding.Company, Risk: onboarding.LowRisk})
	if err != nil || !accepted {
		return err
	}
	opened, _ := find[*book.FileOpened](events)
	_, _, err = e.try(e.Maker, &book.RecordTie{
		File: opened.File.ID, Link: onboarding.BeneficialOwner, Person: party.Token(load.Token("owner of " + f.vat)), Profile: e.text(intake.KindPerson, `{"name":"Owner of `+f.name+`"}`),
		Share: 1_000_000, From: e.Today,
	})
	e.later(e.random.between(3, 6), func() error { return e.admitted(f) })
	return err
}

// admitted has a newcomer reviewed; a second person looks the next day.
func (e *Economy) admitted(f *firm) error {
	events, accepted, err := e.try(e.Maker, &book.ProposeReview{
		Party: f.id, Grade: f.grade, Until: e.Today.AddDays(reviewDays), File: e.text(intake.KindReason, "Annual accounts and payment record."),
	})
	if err != nil || !accepted {
		return err
	}
	made, _ := find[*book.ReviewProposed](events)
	e.later(1, func() error {
		_, _, err := e.try(e.Checker, &book.ApproveReview{Review: made.Review.ID})
		return err
	})
	return nil
}
