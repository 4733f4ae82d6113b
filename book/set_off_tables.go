package book

import (
	"slices"

	"millrace/domain/clearing"
	"millrace/domain/id"
)

func init() {
	tables[tableSetOffRun] = held("set_off_run", func(b *Book) *shelf[clearing.Run] { return &b.setOffRuns },
		[]Column{ind("state", Text), col("currency", Text), ind("head", Integer), col("calendar", Integer), col("freeze", Integer), col("value", Integer), col("debt", Integer), col("cleared", Integer)},
		func(r *clearing.Run) []any {
			return []any{r.State.String(), r.Terms.Currency.String(), int64(r.Terms.Group), int64(r.Calendar), int64(r.Terms.Freeze), int64(r.Terms.Value), int64(r.Debt), int64(r.Cleared)}
		})
	tables[tableSetOffLine] = held("set_off_line", func(b *Book) *shelf[clearing.Line] { return &b.setOffLines },
		[]Column{ind("run", Integer), ind("receivable", Integer), ind("debtor", Integer), ind("creditor", Integer), col("state", Text), col("amount", Integer), col("attempt", Integer), col("cleared", Integer)},
		func(r *clearing.Line) []any {
			return []any{int64(r.Run), int64(r.Receivable), int64(r.Debtor), int64(r.Creditor), r.State.String(), int64(r.Amount), int64(r.Attempt), int64(r.Cleared)}
		})
	tables[tableSetOffMember] = held("set_off_member", func(b *Book) *shelf[clearing.Member] { return &b.setOffMembers },
		[]Column{ind("run", Integer), ind("party", Integer), col("consent", Text), col("attempt", Integer), col("owes", Integer), col("owed", Integer), col("paid", Integer), col("received", Integer), col("financing", Integer)},
		func(r *clearing.Member) []any {
			return []any{int64(r.Run), int64(r.Party), r.Consent.String(), int64(r.Attempt), int64(r.Owes), int64(r.Owed), int64(r.Paid), int64(r.Received), int64(r.Financing.Number())}
		})
	tables[tableSetOffConsent] = held("set_off_consent", func(b *Book) *shelf[clearing.Promise] { return &b.setOffConsents },
		[]Column{ind("party", Integer), ind("run", Integer), col("state", Text), col("currency", Text)},
		func(r *clearing.Promise) []any {
			return []any{int64(r.Party), int64(r.Run), r.State.String(), r.Currency.String()}
		})
	tables[tableSetOffBar] = held("set_off_bar", func(b *Book) *shelf[clearing.Bar] { return &b.setOffBars },
		[]Column{ind("party", Integer), col("cause", Text), col("lifted", Integer)},
		func(r *clearing.Bar) []any { return []any{int64(r.Party), r.Cause.String(), int64(r.Lifted)} })
	tables[tableSetOffCalendar] = held("set_off_calendar", func(b *Book) *shelf[clearing.Calendar] { return &b.setOffCalendars },
		[]Column{col("currency", Text), col("head", Integer), col("state", Text), col("freeze", Integer)},
		func(r *clearing.Calendar) []any {
			return []any{r.Terms.Currency.String(), int64(r.Terms.Group), r.State.String(), int64(r.Terms.Freeze)}
		})
}

// clearBook makes the indexes of a new book about multilateral set-off.
func (b *Book) clearBook() {
	b.setOffMemberOf = map[id.SetOffRun]map[id.Party]id.SetOffMember{}
	b.promises, b.answers = map[promiseKey]id.SetOffConsent{}, map[answerKey]id.SetOffConsent{}
	b.setOffBarsOf = map[id.Party][]id.SetOffBar{}
	b.setOffCash = map[id.SetOffRun][]id.Financing{}
	b.registeredBy = map[registrationKey][]id.Registration{}
}

// loadedSetOff builds what is derived from the tables of multilateral set-off.
func (b *Book) loadedSetOff() {
	b.setOffRuns.each(b.indexSetOffRun)
	b.setOffMembers.each(b.indexSetOffMember)
	b.setOffConsents.each(b.indexSetOffConsent)
	b.setOffBars.each(b.indexSetOffBar)
	b.setOffCalendars.each(b.indexSetOffCalendar)
}

// indexSetOffRun: setOffOpen, ascending, and room in setOffMemberOf, from table set_off_run.
func (b *Book) indexSetOffRun(r *clearing.Run) {
	if r.Open() {
		b.setOffOpen = append(b.setOffOpen, r.ID)
		b.setOffMemberOf[r.ID] = map[id.Party]id.SetOffMember{}
	}
}

// unindexSetOffRun takes a run that is over out of the indexes.
func (b *Book) unindexSetOffRun(r *clearing.Run) {
	b.setOffOpen = slices.DeleteFunc(b.setOffOpen, func(one id.SetOffRun) bool { return one == r.ID })
	delete(b.setOffMemberOf, r.ID)
}

// indexSetOffMember: setOffMemberOf, of runs that are open, from table set_off_member.
func (b *Book) indexSetOffMember(m *clearing.Member) {
	if of, open := b.setOffMemberOf[m.Run]; open {
		of[m.Party] = m.ID
	}
}

// indexSetOffBar: setOffBarsOf, ascending, from table set_off_bar: those that are not lifted.
func (b *Book) indexSetOffBar(r *clearing.Bar) {
	if r.Lifted == 0 {
		insert(b.setOffBarsOf, r.Party, r.ID)
	}
}
