package book

import (
	"math/big"
	"slices"

	"millrace/domain/clearing"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/money"
	"millrace/domain/receivable"
)

// setOffs: runs of multilateral set-off say what their lines and members say; a debt is held where its line says so; and what was proposed,
// executed or written through keeps bounds and balances, and is as much as its certificate says.
func (a *audit) setOffs() {
	b := a.b
	var paid tally[id.Receivable]
	for n := uint64(1); n <= b.setOffRuns.count; n++ {
		r := b.setOffRuns.at(n)
		number(a, r.ID, n, r.Entry)
		if !a.setOffRange(r) {
			continue
		}
		a.setOffRun(r)
		recount := a.setOffMembers(r)
		a.setOffLines(r, recount, &paid)
		a.setOffProposal(r, recount)
		a.setOffCash(r, recount)
	}
	a.setOffHolds()
	a.cashLoans()
	for i, one := range paid.keys {
		if debt := b.receivables.at(uint64(one) >> 16); debt.Paid < paid.sums[i] {
			a.breach("set_off_paid", one.String(), "of %s %d was set off, and %d is paid", one, paid.sums[i], debt.Paid)
		}
	}
	a.setOffIndexes()
}

// setOffRange: the lines and members of a run are there, and no other run's.
func (a *audit) setOffRange(r *clearing.Run) bool {
	b := a.b
	there := r.Lines == 0 || r.LineFirst > 0 && r.LineFirst+r.Lines-1 <= b.setOffLines.count
	there = there && (r.Members == 0 || r.First > 0 && r.First+r.Members-1 <= b.setOffMembers.count)
	for n := uint64(0); there && n < r.Lines; n++ {
		l := b.setOffLines.at(r.LineFirst + n)
		inside := func(member uint64) bool { return member >= r.First && member < r.First+r.Members }
		there = l.Run == r.ID && inside(l.Debtor) && inside(l.Creditor) && b.receivables.at(uint64(l.Receivable)>>16) != nil
		number(a, l.ID, r.LineFirst+n, l.Entry)
	}
	for n := uint64(0); there && n < r.Members; n++ {
		m := b.setOffMembers.at(r.First + n)
		there = m.Run == r.ID && b.parties.at(uint64(m.Party)>>16) != nil
		number(a, m.ID, r.First+n, m.Entry)
	}
	if !there {
		a.breach("set_off_records", r.ID.String(), "%s has %d lines from %d and %d members from %d, and not all of them are its own", r.ID, r.Lines, r.LineFirst, r.Members, r.First)
	}
	return there
}

// setOffRun: dates and persons of a run.
func (a *audit) setOffRun(r *clearing.Run) {
	t := &r.Terms
	done := r.State == clearing.Executed || r.State == clearing.Written
	ended := done || r.State == clearing.Lapsing || r.State == clearing.Lapsed
	sound := t.Freeze <= t.Answer && t.Answer <= t.Value && t.Least >= 0 && t.Cash.Most >= 0 && (t.Cash.Programme == 0) == (t.Cash.Most == 0) && r.Announced <= t.Freeze && ended == (r.Ended != 0)
	switch {
	case r.State == 0 || r.State > clearing.Lapsed, r.Scanned > r.ScanUntil, r.Moved > r.Lines, r.Heard > r.Members:
		sound = false
	case r.State == clearing.Announced:
		sound = sound && r.Lines+r.Members+r.ScanUntil == 0
	case r.State == clearing.Freezing:
		sound = sound && r.Scanned < r.ScanUntil
	case !ended, done:
		sound = sound && r.Scanned == r.ScanUntil && (!done || r.Ended >= t.Freeze && r.Ended <= t.Value)
	}
	over := r.State == clearing.Written || r.State == clearing.Lapsed
	if over && r.Moved != r.Lines || !ended && r.Moved != 0 {
		sound = false
	}
	if !sound {
		a.breach("set_off_run", r.ID.String(), "%s is %s, and its dates or counts don't fit that", r.ID, r.State)
	}
	if done && r.Calendar == 0 && (r.Checker == 0 || r.Checker == r.Maker) {
		a.breach("second_person", r.ID.String(), "%s was executed on one person's word", r.ID)
	}
}

// setOffRecount is what lines say of a run and its members.
type setOffRecount struct {
	owes, owed     []money.Minor
	paid, received []money.Minor
	debt, cleared  money.Minor
	entered        uint64
	bound          big.Int
}

// setOffMembers: one member a party, and the counts of those left out and awaited.
func (a *audit) setOffMembers(r *clearing.Run) *setOffRecount {
	b := a.b
	seen := make(map[id.Party]struct{}, r.Members)
	out, asked, potentials := uint64(0), uint64(0), uint64(0)
	for n := uint64(0); n < r.Members; n++ {
		m := b.setOffMembers.at(r.First + n)
		seen[m.Party] = struct{}{}
		switch m.Consent {
		case clearing.Out:
			out++
		case clearing.Asked:
			asked++
		}
		if m.Attempt == r.Attempt && r.Attempt > 0 {
			potentials++
		}
		if m.Attempt > r.Attempt {
			a.breach("set_off_member", m.ID.String(), "%s has figures of attempt %d, and its run is at attempt %d", m.ID, m.Attempt, r.Attempt)
		}
	}
	if uint64(len(seen)) != r.Members || out != r.Voided || asked != r.Awaited || potentials != r.Potentials {
		a.breach("set_off_members", r.ID.String(), "%s has %d members of %d parties, of whom %d are left out, %d are awaited and %d have potentials; it says %d, %d and %d",
			r.ID, r.Members, len(seen), out, asked, potentials, r.Voided, r.Awaited, r.Potentials)
	}
	sums := func() []money.Minor { return make([]money.Minor, r.Members) }
	return &setOffRecount{owes: sums(), owed: sums(), paid: sums(), received: sums()}
}

// setOffLines: each line fits its debt and its place, and is counted.
func (a *audit) setOffLines(r *clearing.Run, c *setOffRecount, paid *tally[id.Receivable]) {
	b := a.b
	done := r.State == clearing.Executed || r.State == clearing.Written
	for n := uint64(0); n < r.Lines; n++ {
		l := b.setOffLines.at(r.LineFirst + n)
		debt, debtor, creditor := b.receivables.at(uint64(l.Receivable)>>16), b.setOffMembers.at(l.Debtor), b.setOffMembers.at(l.Creditor)
		if debt.Buyer != debtor.Party || debt.Seller != creditor.Party || debt.Currency != r.Terms.Currency || l.Amount <= 0 || l.Amount < r.Terms.Least {
			a.breach("set_off_line", l.ID.String(), "%s does not fit debt %s", l.ID, l.Receivable)
		}
		proposed := money.Minor(0)
		if l.Attempt == r.Attempt && r.Attempt > 0 {
			proposed, c.entered = l.Cleared, c.entered+1
		}
		able := l.Amount
		if l.State == clearing.LineDropped || debtor.Consent == clearing.Out || creditor.Consent == clearing.Out {
			able = 0
		}
		if proposed < 0 || proposed > able || l.Attempt > r.Attempt {
			a.breach("set_off_bounds", l.ID.String(), "%d of %d is proposed to be set off of %s", proposed, able, l.ID)
		}
		want := clearing.LineHeld
		switch {
		case n < r.Moved && done && proposed > 0:
			want = clearing.LineSetOff
			paid.add(l.Receivable, proposed)
		case n < r.Moved:
			want = clearing.LineReleased
		}
		if l.State != want && (l.State != clearing.LineDropped || want == clearing.LineSetOff) {
			a.breach("set_off_line", l.ID.String(), "%s is %s, and after %d of %d lines it is to be %s", l.ID, l.State, r.Moved, r.Lines, want)
		}
		c.add(r, l, able, proposed, big.NewInt(1-debtor.Potential+creditor.Potential))
	}
	if c.debt != r.Debt {
		a.breach("set_off_sums", r.ID.String(), "%s says that its debts are %d, its lines come to %d", r.ID, r.Debt, c.debt)
	}
}

// add counts one line. Slack is 1 - p(debtor) + p(creditor).
func (c *setOffRecount) add(r *clearing.Run, l *clearing.Line, able, proposed money.Minor, slack *big.Int) {
	debtor, creditor := l.Debtor-r.First, l.Creditor-r.First
	if l.State != clearing.LineDropped {
		c.debt += l.Amount
		c.owes[debtor] += l.Amount
		c.owed[creditor] += l.Amount
	}
	c.cleared += proposed
	c.paid[debtor] += proposed
	c.received[creditor] += proposed
	if l.Attempt == r.Attempt && r.Attempt > 0 && slack.Sign() > 0 {
		c.bound.Add(&c.bound, slack.Mul(slack, big.NewInt(int64(able))))
	}
}

// setOffProposal: the sums of run and members, their balance, and the bound of the certificate.
func (a *audit) setOffProposal(r *clearing.Run, c *setOffRecount) {
	unbalanced := uint64(0)
	for n := uint64(0); n < r.Members; n++ {
		m := a.b.setOffMembers.at(r.First + n)
		if m.Attempt == r.Attempt && (c.paid[n]-c.received[n] > m.Cap || c.paid[n] < c.received[n] && !m.Keeps) {
			unbalanced++
		}
		current := m.Attempt == r.Attempt
		if m.Owes != c.owes[n] || m.Owed != c.owed[n] || current && (m.Paid != c.paid[n] || m.Received != c.received[n]) {
			a.breach("set_off_sums", m.ID.String(), "%s owes %d, is owed %d, pays %d and receives %d; its lines say %d, %d, %d and %d",
				m.ID, m.Owes, m.Owed, m.Paid, m.Received, c.owes[n], c.owed[n], c.paid[n], c.received[n])
		}
	}
	published := r.State == clearing.Proposed || r.State == clearing.Executed || r.State == clearing.Written
	if published {
		a.boundOfCash(r, &c.bound)
	}
	stored := new(big.Int).SetUint64(r.Bound[0])
	stored.Add(stored.Lsh(stored, 64), new(big.Int).SetUint64(r.Bound[1]))
	if c.cleared != r.Cleared || c.entered != r.Entered || unbalanced != r.Unbalanced || c.bound.Cmp(stored) != 0 {
		a.breach("set_off_proposal", r.ID.String(), "%s says that %d lines set off %d, with %d members out of balance and the bound %s; recounted they are %d, %d, %d and %s",
			r.ID, r.Entered, r.Cleared, r.Unbalanced, stored, c.entered, c.cleared, unbalanced, &c.bound)
	}
	if published && (unbalanced != 0 || r.Entered != r.Lines || r.Potentials != r.Members || r.Hash == [32]byte{}) {
		a.breach("set_off_unproved", r.ID.String(), "%s is %s without a whole and balanced proposal", r.ID, r.State)
	}
	if r.Optimal && (!published || !c.bound.IsInt64() || money.Minor(c.bound.Int64()) != c.cleared) {
		a.breach("set_off_unproved", r.ID.String(), "%s claims that no more than %d can be set off, and its potentials prove %s", r.ID, r.Cleared, &c.bound)
	}
	if !published && r.State != clearing.Entering && (r.Entered != 0 || r.Potentials != 0) {
		a.breach("set_off_unproved", r.ID.String(), "%s is %s, and a proposal is open", r.ID, r.State)
	}
}

// setOffHolds: a debt names the line that holds it, and a line holds its debt, as it was.
func (a *audit) setOffHolds() {
	b := a.b
	for n := uint64(1); n <= b.setOffLines.count; n++ {
		l := b.setOffLines.at(n)
		r := b.receivables.at(uint64(l.Receivable) >> 16)
		if r == nil || l.State != clearing.LineHeld {
			continue
		}
		owed, _, _ := owing(r)
		if r.SetOff != l.ID || r.State != receivable.Open || owed-r.Paid < l.Amount || r.Disputed != 0 || r.Undertaking > receivable.Soft {
			a.breach("set_off_hold", r.ID.String(), "%s is held by %s with %d; it is %s, owes %d, is disputed by %d, undertaken %s, and names %s",
				r.ID, l.ID, l.Amount, r.State, owed-r.Paid, r.Disputed, r.Undertaking, r.SetOff)
		}
	}
	for n := uint64(1); n <= b.receivables.count; n++ {
		r := b.receivables.at(n)
		l := b.setOffLines.at(uint64(r.SetOff) >> 16)
		if r.SetOff != 0 && (l == nil || l.Receivable != r.ID || l.State != clearing.LineHeld) {
			a.breach("set_off_hold", r.ID.String(), "%s says that %s holds it, which it does not", r.ID, r.SetOff)
		}
	}
}

// expectSetOffs: what was written through of a run leaves in the books of each member what it still has to pay or to receive in it.
func (a *audit) expectSetOffs() {
	b := a.b
	for n := uint64(1); n <= b.setOffLines.count; n++ {
		l := b.setOffLines.at(n)
		r := b.receivables.at(uint64(l.Receivable) >> 16)
		if r == nil || l.State != clearing.LineSetOff {
			continue
		}
		a.expect(r.Buyer, 0, 0, ledger.SetOffClearing, r.Currency, -l.Cleared)
		a.expect(r.Seller, 0, 0, ledger.SetOffClearing, r.Currency, l.Cleared)
	}
	a.expectCash()
}

// setOffIndexes: the runs that are open with their members, and registrations by who has given the security.
func (a *audit) setOffIndexes() {
	b := a.b
	var open []id.SetOffRun
	for n := uint64(1); n <= b.setOffRuns.count; n++ {
		if r := b.setOffRuns.at(n); r.State != clearing.Written && r.State != clearing.Lapsed {
			open = append(open, r.ID)
			if uint64(len(b.setOffMemberOf[r.ID])) != r.Members {
				a.breach("index_set_off", r.ID.String(), "%s has %d members, %d are found", r.ID, r.Members, len(b.setOffMemberOf[r.ID]))
			}
		}
	}
	if !slices.Equal(open, b.setOffOpen) || len(b.setOffMemberOf) != len(open) {
		a.breach("index_set_off", "", "%d runs are open, %d are looked at, members of %d are found", len(open), len(b.setOffOpen), len(b.setOffMemberOf))
	}
	for n := uint64(1); n <= b.setOffMembers.count; n++ {
		m := b.setOffMembers.at(n)
		if of, found := b.setOffMemberOf[m.Run]; found && of[m.Party] != m.ID {
			a.breach("index_set_off", m.ID.String(), "%s leads to %s instead of %s", m.Party, of[m.Party], m.ID)
		}
	}
	for n := uint64(1); n <= b.registrations.count; n++ {
		if r := b.registrations.at(n); !slices.Contains(b.registeredBy[registrationKey{grantor: r.Grantor, receivable: r.Receivable}], r.ID) {
			a.breach("index_registrations", r.ID.String(), "what %s has given as security does not lead to %s", r.Grantor, r.ID)
		}
	}
}
