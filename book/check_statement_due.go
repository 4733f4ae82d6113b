package book

import (
	"slices"

	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/payment"
	"millrace/domain/supervision"
)

// agreedStatements: what is agreed on statements is found, the days of which the book knows movements that none shows are those of the records, and
// no alarm about a missing statement outlasts the statement.
func (a *audit) agreedStatements() {
	b := a.b
	agreed := map[payment.Supervised]id.SupervisedAccount{}
	for n := uint64(1); n <= b.supervised.count; n++ {
		r := b.supervised.at(n)
		if r.Statements > supervision.WhenMoved {
			a.breach("statement_rhythm", r.ID.String(), "%s has statements in a rhythm that there is not: %d", r.ID, r.Statements)
		}
		if r.Checker != 0 && r.State != supervision.Declined {
			agreed[payment.Supervised{Kind: payment.AccountKind(r.Place.Kind), Programme: r.Place.Programme, Owner: r.Place.Funder}] = r.ID
		}
	}
	for n := uint64(1); n <= b.supervised.count; n++ {
		r := b.supervised.at(n)
		at := payment.Supervised{Kind: payment.AccountKind(r.Place.Kind), Programme: r.Place.Programme, Owner: r.Place.Funder}
		if b.agreedOn[at] != agreed[at] {
			a.breach("index_agreed", r.ID.String(), "the index leads from the account of %s to %s, not to %s", r.ID, b.agreedOn[at], agreed[at])
		}
	}
	if len(b.agreedOn) != len(agreed) {
		a.breach("index_agreed", "", "something is agreed on %d accounts, the index has %d", len(agreed), len(b.agreedOn))
	}
	a.unshownDays()
	for n := uint64(1); n <= b.breaks.count; n++ {
		k := b.breaks.at(n)
		list := b.statementsOf[k.Account]
		if k.Kind != payment.MissingBreak || k.State == payment.BreakResolved || len(list) == 0 {
			continue
		}
		if last := b.statements.at(uint64(list[len(list)-1]) >> 16); last != nil && last.Date+1 >= k.Opened {
			a.breach("break_groundless", k.ID.String(), "%s says that a statement is missing, and %s is of that day or later", k.ID, last.ID)
		}
	}
}

// unshownDays counts anew what no statement shows, day by day.
func (a *audit) unshownDays() {
	b := a.b
	found := map[payment.Supervised][]calendar.Date{}
	var accounts []payment.Supervised
	note := func(at payment.Supervised, day calendar.Date, shown bool) {
		if shown || day == 0 || at.Kind == 0 {
			return
		}
		if found[at] == nil {
			accounts = append(accounts, at)
		}
		found[at] = append(found[at], day)
	}
	for n := uint64(1); n <= b.receipts.count; n++ {
		r := b.receipts.at(n)
		at := payment.Supervised{Kind: payment.CollectionAccount, Programme: r.Programme, Owner: r.Funder}
		if r.Funder != 0 {
			at.Kind = payment.FundingAccount
		}
		note(at, r.Booking, r.CameInOn != 0 || r.SetOff != 0)
		note(at, r.Back, r.TakenBackOn != 0 || r.SetOff != 0 || r.State != payment.Reversed)
	}
	for n := uint64(1); n <= b.charges.count; n++ {
		c := b.charges.at(n)
		note(payment.Supervised{Kind: payment.AccountKind(c.Account), Programme: c.Programme, Owner: c.Funder}, c.Booking, c.ShownOn != 0)
	}
	for n := uint64(1); n <= b.payments.count; n++ {
		p := b.payments.at(n)
		back := p.State == payment.Returned
		if p.State != payment.Executed && !back {
			continue
		}
		from, at := a.sidesAtBank(p)
		note(from, p.Value, p.LeftOn != 0 && (!back || p.CameBackOn != 0))
		note(at, p.Value, p.ArrivedOn != 0 && (!back || p.ArrivedBackOn != 0))
	}
	for _, at := range accounts {
		days := found[at]
		slices.Sort(days)
		var indexed []calendar.Date
		for _, one := range b.unshown[at] {
			indexed = append(indexed, slices.Repeat([]calendar.Date{one.day}, min(int(one.count), len(days)+1))...)
		}
		if !slices.Equal(days, indexed) {
			a.breach("index_unshown", at.Programme.String(), "of the %s account of %s the index of days with movements that no statement shows is not that of the records", at.Kind, at.Programme)
		}
	}
	if len(b.unshown) != len(accounts) {
		a.breach("index_unshown", "", "of %d accounts something is on no statement, the index has %d", len(accounts), len(b.unshown))
	}
}

// sidesAtBank are the accounts that a payment leaves and in which a part of it stays, from what it is for.
func (a *audit) sidesAtBank(p *payment.Payment) (from, at payment.Supervised) {
	account := func(kind payment.AccountKind, owner id.Party) payment.Supervised {
		return payment.Supervised{Kind: kind, Programme: p.Programme, Owner: owner}
	}
	from = account(payment.CollectionAccount, 0)
	switch p.Purpose {
	case payment.Sweep:
		at = account(payment.FundingAccount, p.Payee)
	case payment.Withdrawal:
		from = account(payment.FundingAccount, p.Payee)
	case payment.InternalTransfer:
		from, at = p.From, p.At
	case payment.OperatorsFees, payment.OthersFees:
		if !p.Collected {
			from = account(payment.FeesAccount, 0)
		}
	case payment.EarlyPayment:
		e := a.b.earlyPayments.at(uint64(p.Early) >> 16)
		if e == nil {
			return
		}
		if from = account(payment.FundingAccount, e.Buyer); e.Fee != 0 {
			at = account(payment.FeesAccount, 0)
		}
	case payment.Disbursement:
		f := a.b.financings.at(uint64(p.Financing) >> 16)
		if f == nil {
			return
		}
		from = account(payment.FundingAccount, f.Funder)
		if a.left(f) != f.Net {
			at = account(payment.FeesAccount, 0)
		}
	}
	return from, at
}
