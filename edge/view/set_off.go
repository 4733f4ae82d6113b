package view

import (
	"millrace/book"
	"millrace/domain/clearing"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/edge/access"
	"millrace/edge/locale"
)

const ownSetOffMembers = "SELECT number FROM set_off_member WHERE party = ?"

// Every party that may take part in a run sees it; of members and lines a party sees its own.
var (
	setOffRuns = source[clearing.Run]{
		table: "set_off_run", state: "state", scope: shares(share{roles: settingOff, sql: "1"}), keep: setOffRunSeen,
	}
	setOffMembers = source[clearing.Member]{
		table: "set_off_member", state: "consent", parties: []string{"party"}, scope: shares(share{roles: settingOff, sql: "party = ?"}),
	}
	setOffLines = source[clearing.Line]{
		table: "set_off_line", state: "state", received: "receivable",
		scope: shares(share{roles: settingOff, sql: "debtor IN (" + ownSetOffMembers + ") OR creditor IN (" + ownSetOffMembers + ")"}),
	}
)

// findSetOff finds runs of multilateral set-off with their lines and members.
func (v *View) findSetOff(c access.Caller, text string) (*subject, error) {
	switch id.PrefixOf(text) {
	case id.SetOffRun(0).Prefix():
		return seen[id.SetOffRun](v, c, &setOffRuns, text)
	case id.SetOffMember(0).Prefix():
		return seen[id.SetOffMember](v, c, &setOffMembers, text)
	case id.SetOffLine(0).Prefix():
		return seen[id.SetOffLine](v, c, &setOffLines, text)
	}
	return v.findSetOffConsent(c, text)
}

// entitledToSetOff tells whether an event of a run is the caller's to know: who was left out, and why, and which debts were held or dropped,
// only those learn whom it concerns.
func (s *showing) entitledToSetOff(event book.Event) bool {
	switch e := event.(type) {
	case *book.SetOffFrozen, *book.SetOffPotentialsEntered, *book.SetOffLinesEntered: // of all members together
		return s.caller.SeesAll()
	case *book.SetOffMemberLeftOut:
		return sees(s, &setOffMembers, e.Member.Number())
	case *book.SetOffLineDropped:
		return sees(s, &setOffLines, e.Line.Number())
	}
	return true
}

// ofSetOff tells of runs of multilateral set-off.
func (s *showing) ofSetOff(e book.Event) *locale.Text {
	switch e := e.(type) {
	case *book.SetOffRunAnnounced:
		t := &e.Run.Terms
		told := locale.Say("Set-off run %s in %s was announced%s", e.Run.ID, t.Currency, s.ofGroup(t.Group))
		return locale.Say("%s: it holds debts from %s, and sets off those that are due by %s.%s", told, t.Freeze, t.Value, s.cashOffered(t))
	case *book.SetOffFrozen:
		told := locale.Say("Set-off run %s looked at debts up to %d of %d", e.Run, e.Scanned, e.Until)
		return locale.Say("%s, and holds %d more of them.", told, len(e.Lines))
	case *book.SetOffMemberLeftOut:
		m := raw[clearing.Member](s, setOffMembers.table, e.Member.Number())
		return locale.Say("%s takes no part in set-off run %s any more: %s. Whatever was proposed is void.", s.name(m.Party), e.Run, causeText(e.Cause))
	case *book.SetOffLineDropped:
		return locale.Say("Line %s was taken out of set-off run %s, because something has happened to its debt. Whatever was proposed is void.", e.Line, e.Run)
	case *book.SetOffAnswersHeard:
		return locale.Say("The last day for answers to set-off run %s is over; %d members were looked through.", e.Run, e.Heard)
	case *book.SetOffRunExecuted:
		if e.Actor == 0 {
			return locale.Say("Set-off run %s was executed by its calendar: from now on what was proposed is set off.", e.Run)
		}
		return locale.Say("Set-off run %s was executed by %s: from now on what was proposed is set off.", e.Run, s.decider(e.Actor))
	case *book.SetOffRunEnded:
		if e.Actor == 0 {
			return locale.Say("Set-off run %s has lapsed: its value date is over. Nothing is set off.", e.Run)
		}
		return locale.Say("Set-off run %s was ended by %s. Nothing is set off.", e.Run, s.decider(e.Actor))
	case *book.SetOffWritten:
		return locale.Say("%d lines of set-off run %s are dealt with, and their debts released.", e.Moved, e.Run)
	}
	return s.ofSetOffProposal(e)
}

// ofSetOffProposal tells of what is proposed for a run.
func (s *showing) ofSetOffProposal(e book.Event) *locale.Text {
	switch e := e.(type) {
	case *book.SetOffProposalOpened:
		return locale.Say("A proposal for set-off run %s is coming in, attempt %d.", e.Run, e.Attempt)
	case *book.SetOffPotentialsEntered:
		return locale.Say("Potentials of %d members came in for set-off run %s.", len(e.Potentials), e.Run)
	case *book.SetOffLinesEntered:
		return locale.Say("What is to be set off of %d lines came in for set-off run %s; so far it is %s%s.", len(e.Cleared), e.Run, s.inRun(e.Run, e.Total), s.cashPut(e.Run, e.Cash))
	case *book.SetOffProposalClosed:
		if e.Optimal {
			return locale.Say("The proposal for set-off run %s is published: it is balanced, and it is proved that no more can be set off.", e.Run)
		}
		return locale.Say("The proposal for set-off run %s is published: it is balanced. That no more can be set off is not claimed.", e.Run)
	}
	return nil
}

// inRun prints an amount in the currency of a run.
func (s *showing) inRun(run id.SetOffRun, amount money.Minor) string {
	return AmountOf(amount, raw[clearing.Run](s, setOffRuns.table, run.Number()).Terms.Currency).String()
}

func (s *showing) ofGroup(head id.Party) *locale.Text {
	if head == 0 {
		return nil
	}
	return locale.Say(" for the group of %s", s.name(head))
}

// causeText says why a party takes no part.
func causeText(c clearing.Cause) *locale.Text {
	switch c {
	case clearing.Insolvency:
		return locale.Say("it is insolvent")
	case clearing.Attachment:
		return locale.Say("its claims are attached")
	case clearing.Suspended:
		return locale.Say("it is suspended")
	case clearing.Refused:
		return locale.Say("it does not consent")
	case clearing.Silent:
		return locale.Say("it has not answered in time")
	case clearing.Ceded:
		return locale.Say("its claims were assigned or charged in bulk")
	}
	return say(c.String())
}
