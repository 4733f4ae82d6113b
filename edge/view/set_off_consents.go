package view

import (
	"millrace/book"
	"millrace/domain/clearing"
	"millrace/domain/id"
	"millrace/edge/access"
	"millrace/edge/locale"
)

var (
	setOffConsents = source[clearing.Promise]{
		table: "set_off_consent", state: "state", parties: []string{"party"}, scope: shares(share{roles: anyRole, sql: "party = ?"}),
	}
	setOffBars = source[clearing.Bar]{
		table: "set_off_bar", parties: []string{"party"}, scope: shares(share{roles: anyRole, sql: "party = ?"}),
	}
	setOffCalendars = source[clearing.Calendar]{
		table: "set_off_calendar", state: "state", scope: shares(share{roles: anyRole, sql: "state IN ('live', 'ended')"}),
	}
)

// findSetOffConsent finds consents to runs of multilateral set-off, what keeps parties out of them, and calendars of runs.
func (v *View) findSetOffConsent(c access.Caller, text string) (*subject, error) {
	switch id.PrefixOf(text) {
	case id.SetOffConsent(0).Prefix():
		return seen[id.SetOffConsent](v, c, &setOffConsents, text)
	case id.SetOffBar(0).Prefix():
		return seen[id.SetOffBar](v, c, &setOffBars, text)
	case id.SetOffCalendar(0).Prefix():
		return seen[id.SetOffCalendar](v, c, &setOffCalendars, text)
	}
	return nil, nil
}

// entitledToConsent tells whether an event is the caller's to know: what a party has said of a run, and what keeps it out, no other party
// learns from the run's story.
func (s *showing) entitledToConsent(event book.Event) bool {
	switch e := event.(type) {
	case *book.SetOffConsentGiven:
		return sees(s, &setOffConsents, e.Consent.ID.Number())
	case *book.SetOffConsentRevoked:
		return sees(s, &setOffConsents, e.Consent.Number())
	case *book.SetOffRunAnswered:
		return sees(s, &setOffConsents, e.Answer.ID.Number())
	case *book.SetOffBarRecorded:
		return sees(s, &setOffBars, e.Bar.ID.Number())
	case *book.SetOffBarLifted:
		return sees(s, &setOffBars, e.Bar.Number())
	}
	return true
}

// ofSetOffConsents tells of consents to runs, of what keeps parties out of them, and of calendars.
func (s *showing) ofSetOffConsents(event book.Event) *locale.Text {
	switch e := event.(type) {
	case *book.SetOffConsentGiven:
		p := &e.Consent
		until := locale.Say("until it is revoked")
		if p.Until != 0 {
			until = locale.Say("until %s", day(p.Until))
		}
		told := locale.Say("%s consents to set-off runs in %s from %s %s", s.name(p.Party), p.Currency, day(p.From), until)
		if p.BeforeDue {
			told.And(", as creditor also with debts that are not due yet")
		}
		return told.And(".")
	case *book.SetOffConsentRevoked:
		return locale.Say("Consent %s to set-off runs was revoked.", e.Consent)
	case *book.SetOffRunAnswered:
		if e.Answer.State == clearing.PromiseRefused {
			return locale.Say("%s takes no part in set-off run %s.", s.name(e.Answer.Party), e.Answer.Run)
		}
		told := locale.Say("%s consents to set-off run %s", s.name(e.Answer.Party), e.Answer.Run)
		if e.Answer.BeforeDue {
			told.And(", as creditor also with debts that are not due yet")
		}
		return told.And(".")
	case *book.SetOffBarRecorded:
		return locale.Say("%s takes part in no set-off run: %s since %s.", s.name(e.Bar.Party), e.Bar.Cause, day(e.Bar.From))
	case *book.SetOffBarLifted:
		return locale.Say("%s was lifted by %s: the party may take part in set-off runs again.", e.Bar, s.decider(e.Actor))
	case *book.SetOffCalendarProposed:
		return locale.Say("A calendar of set-off runs in %s was proposed, the first to hold debts on %s.", e.Calendar.Terms.Currency, day(e.Calendar.Terms.Freeze))
	case *book.SetOffCalendarMoved:
		switch e.State {
		case clearing.CalendarLive:
			return locale.Say("Calendar %s was approved by %s.", e.Calendar, s.decider(e.Actor))
		case clearing.CalendarRefused:
			return locale.Say("Calendar %s was declined by %s.", e.Calendar, s.decider(e.Actor))
		}
		return locale.Say("Calendar %s was ended by %s.", e.Calendar, s.decider(e.Actor))
	case *book.SetOffCalendarTurned:
		if e.Run == 0 {
			return locale.Say("Calendar %s passed a run over: its notice was over while it could not be announced.", e.Calendar)
		}
		return locale.Say("Calendar %s announced set-off run %s.", e.Calendar, e.Run)
	}
	return nil
}
