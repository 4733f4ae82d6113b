package book

import (
	"millrace/domain/clearing"
	"millrace/domain/id"
)

// standingWord is a consent to every run that is live.
func (b *Book) standingWord() *clearing.Promise {
	return first(&b.setOffConsents, func(p *clearing.Promise) bool { return p.Run == 0 && p.State == clearing.PromiseLive })
}

// inRun is a member of a run that may still be executed, as it stands to it.
func (b *Book) inRun(consent clearing.Consent) *clearing.Member {
	return first(&b.setOffMembers, func(m *clearing.Member) bool {
		return m.Consent == consent && b.setOffRuns.at(m.Run.Number()).State <= clearing.Proposed
	})
}

func (b *Book) scheduled() *clearing.Calendar {
	return first(&b.setOffCalendars, func(k *clearing.Calendar) bool { return k.State == clearing.CalendarLive })
}

func init() {
	Corruptions = append(Corruptions,
		Corruption{"set_off_consent_twice", "a second consent beside one that stands", func(b *Book) {
			other := *b.standingWord()
			other.ID = id.Make[id.SetOffConsent](1, b.setOffConsents.count+1)
			b.setOffConsents.add(other.ID.Number(), other)
			b.indexSetOffConsent(&other)
		}},
		Corruption{"set_off_consent_invalid", "a consent that nobody has signed", func(b *Book) { b.standingWord().Keys = nil }},
		Corruption{"set_off_consent_invalid", "a consent signed for another party", func(b *Book) {
			p := b.standingWord()
			other := first(&b.setOffConsents, func(q *clearing.Promise) bool { return q.Party != p.Party && len(q.Keys) > 0 })
			p.Keys = other.Keys
		}},
		Corruption{"index_set_off_consents", "a consent that is not found", func(b *Book) {
			p := b.standingWord()
			delete(b.promises, promiseKey{p.Party, p.Currency})
		}},
		Corruption{"index_set_off_consents", "a word on a run that is not found", func(b *Book) {
			p := first(&b.setOffConsents, func(p *clearing.Promise) bool { return p.Run != 0 })
			delete(b.answers, answerKey{p.Run, p.Party})
		}},
		Corruption{"set_off_member_consent", "a member by another's consent", func(b *Book) {
			m := b.inRun(clearing.Standing)
			m.Standing = first(&b.setOffConsents, func(p *clearing.Promise) bool { return p.Party != m.Party }).ID
		}},
		Corruption{"set_off_member_consent", "a member left out for nothing", func(b *Book) { b.inRun(clearing.Out).Cause = 0 }},
		Corruption{"set_off_member_kept", "a barred party in a run", func(b *Book) {
			bar := first(&b.setOffBars, func(bar *clearing.Bar) bool { return bar.Lifted == 0 })
			remove(b.setOffBarsOf, bar.Party, bar.ID)
			bar.Party = b.inRun(clearing.Given).Party
			insert(b.setOffBarsOf, bar.Party, bar.ID)
		}},
		Corruption{"set_off_bar_invalid", "a bar lifted by nobody", func(b *Book) {
			first(&b.setOffBars, func(bar *clearing.Bar) bool { return bar.Lifted != 0 }).Checker = 0
		}},
		Corruption{"second_person", "a bar lifted by who recorded it", func(b *Book) {
			bar := first(&b.setOffBars, func(bar *clearing.Bar) bool { return bar.Lifted != 0 })
			bar.Checker = bar.Maker
		}},
		Corruption{"index_set_off_bars", "a bar that is not found", func(b *Book) {
			bar := first(&b.setOffBars, func(bar *clearing.Bar) bool { return bar.Lifted == 0 })
			remove(b.setOffBarsOf, bar.Party, bar.ID)
		}},
		Corruption{"second_person", "a calendar approved by who proposed it", func(b *Book) { b.scheduled().Checker = b.scheduled().Maker }},
		Corruption{"set_off_calendar_runs", "a calendar with a run that is not there", func(b *Book) {
			k := b.scheduled()
			k.Runs, k.Turns = k.Runs+1, k.Turns+1
			k.Terms = k.After(k.Turns)
		}},
		Corruption{"set_off_calendar_dates", "a calendar that has moved by a day", func(b *Book) { b.scheduled().Terms.Freeze++ }},
		Corruption{"index_set_off_calendars", "a calendar that nobody follows", func(b *Book) { b.followed = nil }},
	)
}
