package book

import (
	"millrace/domain/clearing"
	"millrace/domain/ledger"
	"millrace/domain/receivable"
)

func init() { Corruptions = append(Corruptions, setOffCorruptions...) }

func (b *Book) runAs(state clearing.RunState) *clearing.Run {
	return first(&b.setOffRuns, func(r *clearing.Run) bool { return r.State == state && r.Lines > 0 && r.Cash == 0 })
}

// lineOf is the first line of a run in a state.
func (b *Book) lineOf(state clearing.RunState) *clearing.Line {
	return b.setOffLines.at(b.runAs(state).LineFirst)
}

var setOffCorruptions = []Corruption{
	{"set_off_run", "executed after its value date", func(b *Book) { r := b.runAs(clearing.Written); r.Ended = r.Terms.Value + 1 }},
	{"set_off_run", "published while debts are still looked at", func(b *Book) { b.runAs(clearing.Proposed).ScanUntil++ }},
	{"second_person", "a run executed by who has announced it", func(b *Book) { r := b.runAs(clearing.Written); r.Checker = r.Maker }},
	{"set_off_records", "a line of another run", func(b *Book) { b.lineOf(clearing.Lapsed).Run++ }},
	{"set_off_records", "a member of another run", func(b *Book) { b.setOffMembers.at(b.runAs(clearing.Lapsed).First).Run++ }},
	{"set_off_member", "figures of a proposal to come", func(b *Book) {
		r := b.runAs(clearing.Lapsed)
		b.setOffMembers.at(r.First).Attempt = r.Attempt + 1
	}},
	{"set_off_members", "one more left out", func(b *Book) { b.runAs(clearing.Written).Voided++ }},
	{"set_off_members", "somebody awaited who has consented", func(b *Book) { b.runAs(clearing.Proposed).Awaited++ }},
	{"set_off_line", "a debt of others", func(b *Book) {
		l := b.lineOf(clearing.Lapsed)
		was := b.receivables.at(l.Receivable.Number())
		l.Receivable = first(&b.receivables, func(r *receivable.Receivable) bool { return r.Seller != was.Seller }).ID
	}},
	{"set_off_line", "a line that was set off in a run that has lapsed", func(b *Book) {
		l := b.lineOf(clearing.Lapsed)
		l.State, l.Cleared = clearing.LineSetOff, 0
	}},
	{"set_off_bounds", "a figure of a proposal to come", func(b *Book) { b.lineOf(clearing.Lapsed).Attempt = b.runAs(clearing.Lapsed).Attempt + 1 }},
	{"set_off_bounds", "something set off of a line whose debtor is left out", func(b *Book) {
		r := b.runAs(clearing.Written)
		m := b.setOffMembers.at(b.setOffLines.at(r.LineFirst).Debtor)
		m.Consent, m.Cause = clearing.Out, clearing.Suspended
		r.Voided++
		r.Optimal, r.Bound = false, [2]uint64{}
	}},
	{"set_off_sums", "a cent more of debt", func(b *Book) { b.runAs(clearing.Proposed).Debt++ }},
	{"set_off_sums", "a member that owes more", func(b *Book) { b.setOffMembers.at(b.runAs(clearing.Proposed).First).Owes++ }},
	{"set_off_sums", "a member that pays and does not say so", func(b *Book) { b.setOffMembers.at(b.runAs(clearing.Written).First).Paid++ }},
	{"set_off_proposal", "a total that the lines don't make", func(b *Book) { b.runAs(clearing.Proposed).Cleared++ }},
	{"set_off_proposal", "a bound that the potentials don't give", func(b *Book) { b.runAs(clearing.Proposed).Bound[1]++ }},
	{"set_off_unproved", "a proposal without its certificate", func(b *Book) { b.runAs(clearing.Proposed).Hash = [32]byte{} }},
	{"set_off_unproved", "a claim in a run that sets off nothing", func(b *Book) { b.runAs(clearing.Lapsed).Optimal = true }},
	{"set_off_hold", "a debt that has forgotten what holds it", func(b *Book) {
		b.receivables.at(b.lineOf(clearing.Proposed).Receivable.Number()).SetOff = 0
	}},
	{"set_off_hold", "a debt that a line of the past holds", func(b *Book) {
		l := b.lineOf(clearing.Lapsed)
		b.receivables.at(b.setOffLines.at(l.ID.Number() + 1).Receivable.Number()).SetOff = l.ID
	}},
	{"set_off_clearing", "a cent between two debts", func(b *Book) {
		a := first(&b.accounts, func(r *ledger.Account) bool { return r.Key.Code == ledger.SetOffClearing })
		a.DebitsPosted++
		first(&b.accounts, func(r *ledger.Account) bool { return r.Key.Code == ledger.Purchases && r.Key.Entity == a.Key.Entity }).CreditsPosted++
	}},
	{"index_set_off", "an open run that is forgotten", func(b *Book) { b.setOffOpen = b.setOffOpen[1:] }},
	{"index_set_off", "a member that is not found", func(b *Book) {
		r := b.runAs(clearing.Proposed)
		delete(b.setOffMemberOf[r.ID], b.setOffMembers.at(r.First).Party)
	}},
	{"index_registrations", "security that nobody has given", func(b *Book) {
		r := b.registrations.at(1)
		delete(b.registeredBy, registrationKey{grantor: r.Grantor, receivable: r.Receivable})
	}},
	{"set_off_paid", "a debt that was set off and is not paid", func(b *Book) {
		part := func(l *clearing.Line) bool { return l.State == clearing.LineSetOff && l.Cleared < l.Amount }
		l := first(&b.setOffLines, part)
		other := first(&b.setOffLines, func(o *clearing.Line) bool { return part(o) && o.ID != l.ID })
		b.receivables.at(l.Receivable.Number()).Paid--
		b.receivables.at(other.Receivable.Number()).Paid++
	}},
}
