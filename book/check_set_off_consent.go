package book

import (
	"slices"

	"millrace/domain/clearing"
	"millrace/domain/id"
	"millrace/domain/party"
)

// consentsHold: parties consent by their own keys, once in a currency at a time, and say one last word on a run, by which they are in it; who
// is barred or suspended, or has refused, is a member of no run that may still be executed.
func (a *audit) consentsHold() {
	b := a.b
	live, answers := map[promiseKey]id.SetOffConsent{}, map[answerKey]id.SetOffConsent{}
	for n := uint64(1); n <= b.setOffConsents.count; n++ {
		p := b.setOffConsents.at(n)
		number(a, p.ID, n, p.Entry)
		a.consentSound(p)
		switch {
		case p.Run == 0 && p.State == clearing.PromiseLive:
			key := promiseKey{p.Party, p.Currency}
			if before := b.setOffConsents.at(uint64(live[key]) >> 16); before != nil && (before.Until == 0 || before.Until >= p.From) {
				a.breach("set_off_consent_twice", p.ID.String(), "%s and %s stand side by side", before.ID, p.ID)
			}
			live[key] = p.ID
		case p.Run != 0 && p.State != clearing.PromiseReplaced:
			key := answerKey{p.Run, p.Party}
			if answers[key] != 0 {
				a.breach("set_off_consent_twice", p.ID.String(), "%s and %s are both the last word of %s on run %s", answers[key], p.ID, p.Party, p.Run)
			}
			answers[key] = p.ID
		}
	}
	for n := uint64(1); n <= b.setOffConsents.count; n++ {
		p := b.setOffConsents.at(n)
		key := promiseKey{p.Party, p.Currency}
		if said := (answerKey{p.Run, p.Party}); live[key] == p.ID && b.promises[key] != p.ID || answers[said] == p.ID && b.answers[said] != p.ID {
			a.breach("index_set_off_consents", p.ID.String(), "the index does not lead to %s", p.ID)
		}
	}
	if len(b.promises) != len(live) || len(b.answers) != len(answers) {
		a.breach("index_set_off_consents", "", "%d consents stand and %d words on runs are the last ones, the index knows %d and %d", len(live), len(answers), len(b.promises), len(b.answers))
	}
	for n := uint64(1); n <= b.setOffMembers.count; n++ {
		a.memberStands(b.setOffMembers.at(n), answers)
	}
	a.barsHold()
	a.calendarsHold()
}

// consentSound: who consents is known, has signed by keys of its own, and its word has an end that comes after its beginning.
func (a *audit) consentSound(p *clearing.Promise) {
	b := a.b
	run := b.setOffRuns.at(uint64(p.Run) >> 16)
	sound := b.parties.at(uint64(p.Party)>>16) != nil && p.Currency.Known() && (p.Until == 0 || p.Until >= p.From) && p.State >= clearing.PromiseLive && p.State <= clearing.PromiseReplaced
	if p.Run == 0 {
		sound = sound && p.State <= clearing.PromiseRevoked && len(p.Keys) > 0
	} else {
		sound = sound && run != nil && run.Terms.Currency == p.Currency && p.State != clearing.PromiseRevoked
	}
	if !sound || p.Run != 0 && p.State == clearing.PromiseLive && len(p.Keys) == 0 || p.State == clearing.PromiseRefused && len(p.Keys) > 0 {
		a.breach("set_off_consent_invalid", p.ID.String(), "%s is no consent of a known party that it has signed, and no refusal", p.ID)
		return
	}
	for _, one := range p.Keys {
		if key := b.signingKeys.at(uint64(one) >> 16); key == nil || key.Party != p.Party {
			a.breach("set_off_consent_invalid", p.ID.String(), "%s was signed by key %s, which is none of %s", p.ID, one, p.Party)
		}
	}
}

// memberStands: a member is in its run by its own word, as long as nothing keeps it out.
func (a *audit) memberStands(m *clearing.Member, answers map[answerKey]id.SetOffConsent) {
	b := a.b
	run, p := b.setOffRuns.at(uint64(m.Run)>>16), b.parties.at(uint64(m.Party)>>16)
	if run == nil || p == nil {
		a.breach("set_off_member_consent", m.ID.String(), "%s is of no known party or run", m.ID)
		return
	}
	word := b.setOffConsents.at(uint64(m.Standing) >> 16)
	said := b.setOffConsents.at(uint64(answers[answerKey{m.Run, m.Party}]) >> 16)
	sound := word != nil && word.Party == m.Party && word.Currency == run.Terms.Currency
	switch m.Consent {
	case clearing.Asked:
		sound = m.Standing == 0 && run.Terms.Open
	case clearing.Standing:
		sound = sound && word.Run == 0
	case clearing.Given:
		sound = sound && word.Run == m.Run && slices.Equal(word.Keys, m.Keys)
	case clearing.Out:
		sound = m.Cause != 0
	}
	if !sound || (m.Cause != 0) != (m.Consent == clearing.Out) {
		a.breach("set_off_member_consent", m.ID.String(), "%s is %s in run %s, by %s", m.ID, m.Consent, m.Run, m.Standing)
		return
	}
	if m.Consent == clearing.Out || run.State > clearing.Proposed {
		return
	}
	if p.State == party.Suspended || len(b.setOffBarsOf[m.Party]) > 0 || said != nil && said.State == clearing.PromiseRefused || m.Consent == clearing.Standing && word.State != clearing.PromiseLive {
		a.breach("set_off_member_kept", m.ID.String(), "%s is suspended, barred, or has taken its word back, and is still in run %s", m.Party, m.Run)
	}
}

// barsHold: a bar has its cause, two persons where it was lifted, and its place in the index as long as it was not.
func (a *audit) barsHold() {
	b := a.b
	open := 0
	for n := uint64(1); n <= b.setOffBars.count; n++ {
		bar := b.setOffBars.at(n)
		number(a, bar.ID, n, bar.Entry)
		if b.parties.at(uint64(bar.Party)>>16) == nil || bar.Cause != clearing.Insolvency && bar.Cause != clearing.Attachment || bar.Evidence == [32]byte{} || (bar.Lifted == 0) != (bar.Checker == 0) {
			a.breach("set_off_bar_invalid", bar.ID.String(), "%s is about nobody, for no cause, without evidence, or lifted by nobody", bar.ID)
		}
		if bar.Lifted != 0 && bar.Checker == bar.Maker {
			a.breach("second_person", bar.ID.String(), "%s was lifted by who recorded it", bar.ID)
		}
		if slices.Contains(b.setOffBarsOf[bar.Party], bar.ID) != (bar.Lifted == 0) {
			a.breach("index_set_off_bars", bar.ID.String(), "the index leads to %s, or does not, against what it says of itself", bar.ID)
		}
		if bar.Lifted == 0 {
			open++
		}
	}
	known := 0
	for n := uint64(1); n <= b.parties.count; n++ {
		known += len(b.setOffBarsOf[b.parties.at(n).ID])
	}
	if known != open {
		a.breach("index_set_off_bars", "", "%d bars are not lifted, the index knows %d", open, known)
	}
}

// calendarsHold: a calendar was decided on by two persons, its next run is as many periods after the first as have passed, and the runs that
// it has announced are there.
func (a *audit) calendarsHold() {
	b := a.b
	announced := map[id.SetOffCalendar]uint32{}
	for n := uint64(1); n <= b.setOffRuns.count; n++ {
		if run := b.setOffRuns.at(n); run.Calendar != 0 {
			announced[run.Calendar]++
		}
	}
	var followed []id.SetOffCalendar
	for n := uint64(1); n <= b.setOffCalendars.count; n++ {
		k := b.setOffCalendars.at(n)
		number(a, k.ID, n, k.Entry)
		decided := k.State == clearing.CalendarLive || k.State == clearing.CalendarRefused
		if k.Checker == k.Maker || decided && k.Checker == 0 {
			a.breach("second_person", k.ID.String(), "%s is %s without a second person", k.ID, k.State)
		}
		if k.Runs > k.Turns || k.Runs != announced[k.ID] {
			a.breach("set_off_calendar_runs", k.ID.String(), "%s has announced %d runs in %d periods, and %d are there", k.ID, k.Runs, k.Turns, announced[k.ID])
		}
		a.calendarDates(k)
		if k.State == clearing.CalendarLive {
			followed = append(followed, k.ID)
		}
	}
	if !slices.Equal(followed, b.followed) {
		a.breach("index_set_off_calendars", "", "%d calendars are live, the index knows %d", len(followed), len(b.followed))
	}
}

// calendarDates: the dates of the next run are reckoned from those of the first one.
func (a *audit) calendarDates(k *clearing.Calendar) {
	next := k.First
	months, days := int(k.Months)*int(k.Turns), int(k.Days)*int(k.Turns)
	if (k.Months == 0) == (k.Days == 0) {
		a.breach("set_off_calendar_dates", k.ID.String(), "%s comes again after months and days, or never", k.ID)
		return
	}
	next.Freeze = next.Freeze.AddMonths(months).AddDays(days)
	next.Answer = next.Answer.AddMonths(months).AddDays(days)
	next.Value = next.Value.AddMonths(months).AddDays(days)
	if next != k.Terms {
		a.breach("set_off_calendar_dates", k.ID.String(), "the next run of %s is not %d periods after its first", k.ID, k.Turns)
	}
}
