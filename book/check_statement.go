package book

import (
	"cmp"
	"slices"

	"millrace/domain/id"
	"millrace/domain/payment"
)

// statements: those of an account stand one behind the other, each says rightly whether something lies before it, and what receipts and
// payments say of statements is true.
func (a *audit) statements() {
	b := a.b
	of := map[payment.Supervised][]*payment.Statement{}
	seen := map[[16]byte]id.BankStatement{}
	var accounts []payment.Supervised
	for n := uint64(1); n <= b.statements.count; n++ {
		s := b.statements.at(n)
		number(a, s.ID, n, s.Entry)
		p := b.programmes.at(uint64(s.Account.Programme) >> 16)
		if p == nil || p.Currency != s.Currency || (s.Account.Kind == payment.FundingAccount) != (s.Account.Owner != 0) || seen[s.Identity] != 0 || int(s.Lines) < len(s.NotBooked) {
			a.breach("statement_invalid", s.ID.String(), "%s is of no account of its programme, or was recorded before as %s", s.ID, seen[s.Identity])
		}
		seen[s.Identity] = s.ID
		if b.statementOf[s.Identity] != s.ID {
			a.breach("index_statements", s.ID.String(), "the index does not lead to %s", s.ID)
		}
		if of[s.Account] == nil {
			accounts = append(accounts, s.Account)
		}
		of[s.Account] = append(of[s.Account], s)
	}
	for _, account := range accounts {
		list := of[account]
		slices.SortFunc(list, func(x, y *payment.Statement) int {
			return cmp.Or(cmp.Compare(x.Date, y.Date), cmp.Compare(x.Sequence, y.Sequence), cmp.Compare(x.ID, y.ID))
		})
		for i, s := range list {
			before, gap := id.BankStatement(0), payment.NoGap
			if i > 0 {
				before, gap = list[i-1].ID, gapBetween(list[i-1], s)
			}
			if s.Follows != before || s.Gap != gap {
				a.breach("statement_order", s.ID.String(), "%s says that it follows %s with gap %q, not %s with %q", s.ID, s.Follows, s.Gap, before, gap)
			}
		}
		if len(b.statementsOf[account]) != len(list) || !slices.EqualFunc(b.statementsOf[account], list, func(x id.BankStatement, y *payment.Statement) bool { return x == y.ID }) {
			a.breach("index_statements", list[0].ID.String(), "the index of the account of %s is not in the order of its statements", list[0].ID)
		}
	}
	if len(b.statementOf) != len(seen) || len(b.statementsOf) != len(of) || !slices.Equal(b.stated, accounts) {
		a.breach("index_statements", "", "%d statements of %d accounts are on record, the indexes know %d of %d", len(seen), len(of), len(b.statementOf), len(b.statementsOf))
	}
	a.shownOn()
	a.agreedStatements()
}

func gapBetween(before, s *payment.Statement) payment.Gap {
	if before.Closing != s.Opening {
		return payment.BalanceGap
	}
	counted := before.Sequence > 0 && s.Sequence > 0
	anew := s.Sequence == 1 && s.Date.String()[:4] > before.Date.String()[:4]
	if counted && before.Sequence+1 != s.Sequence && !anew {
		return payment.SequenceGap
	}
	return payment.NoGap
}

// shownOn: a statement that shows a receipt, a payment or a charge is there, and of the same programme; money that went back is shown only where it did.
func (a *audit) shownOn() {
	b := a.b
	is := func(on id.BankStatement, programme id.Programme, record string) {
		if on == 0 {
			return
		}
		if s := b.statements.at(uint64(on) >> 16); s == nil || s.Account.Programme != programme {
			a.breach("statement_shows", record, "%s is not on %s, or there is no such statement", record, on)
		}
	}
	for n := uint64(1); n <= b.receipts.count; n++ {
		r := b.receipts.at(n)
		is(r.CameInOn, r.Programme, r.ID.String())
		is(r.TakenBackOn, r.Programme, r.ID.String())
		if r.TakenBackOn != 0 && r.State != payment.Reversed {
			a.breach("statement_shows", r.ID.String(), "%s shows that %s was taken back, and it was not", r.TakenBackOn, r.ID)
		}
		if sum := r.Match.Charge; len(r.Match.Parts) > 0 {
			sum = 0
			for _, part := range r.Match.Parts {
				sum += part.Amount
			}
			if sum > r.Amount || r.Match.Charge < 0 {
				a.breach("receipt_match", r.ID.String(), "what %s was matched to comes to more than it", r.ID)
			}
		}
	}
	for n := uint64(1); n <= b.payments.count; n++ {
		p := b.payments.at(n)
		at := p.Programme
		if p.Purpose == payment.InternalTransfer {
			at = p.At.Programme
		}
		for i, on := range [...]id.BankStatement{p.LeftOn, p.CameBackOn, p.ArrivedOn, p.ArrivedBackOn} {
			is(on, [...]id.Programme{p.Programme, at}[i/2], p.ID.String())
		}
		if p.LeftOn != 0 && p.State != payment.Executed && p.State != payment.Returned || p.CameBackOn != 0 && p.State != payment.Returned {
			a.breach("statement_shows", p.ID.String(), "a statement shows what payment %s, which is %s, has not done", p.ID, p.State)
		}
	}
	for n := uint64(1); n <= b.charges.count; n++ {
		c := b.charges.at(n)
		is(c.ShownOn, c.Programme, c.ID.String())
		if s := b.statements.at(uint64(c.ShownOn) >> 16); s != nil && (uint8(s.Account.Kind) != c.Account || s.Account.Owner != c.Funder) {
			a.breach("statement_shows", c.ID.String(), "%s, which shows charge %s, is of another account", s.ID, c.ID)
		}
	}
}

// bankBreaks: a break is open, with somebody, or ended with a reason; a gap or an unallocated receipt is never without what it says.
func (a *audit) bankBreaks() {
	b := a.b
	latest := map[[16]byte]id.Break{}
	for n := uint64(1); n <= b.breaks.count; n++ {
		k := b.breaks.at(n)
		number(a, k.ID, n, k.Entry)
		ended := k.State == payment.BreakResolved
		if k.Kind == 0 || int(k.Kind) >= len(payment.BreakKindNames) || b.programmes.at(uint64(k.Programme)>>16) == nil || k.State == 0 ||
			ended != (k.How != 0) || ended != (k.Ended != 0) || (k.State == payment.BreakAssigned) && k.Owner == 0 || k.State == payment.BreakOpen && k.Owner != 0 {
			a.breach("break_state", k.ID.String(), "break %s is %s, with %s, ended %q on %s", k.ID, k.State, k.Owner, k.How, k.Ended)
		}
		if before := b.breaks.at(uint64(latest[k.Key]) >> 16); before != nil && before.State != payment.BreakResolved {
			a.breach("break_twice", k.ID.String(), "%s is about the same as %s, which is open", k.ID, before.ID)
		}
		latest[k.Key] = k.ID
		switch s, r := b.statements.at(uint64(k.Statement)>>16), b.receipts.at(uint64(k.Receipt)>>16); {
		case ended:
		case k.Kind == payment.GapBreak && (s == nil || s.Gap == payment.NoGap):
			a.breach("break_groundless", k.ID.String(), "%s says that statements are missing before %s, and none are", k.ID, k.Statement)
		case k.Kind == payment.ReceiptBreak && (r == nil || r.State != payment.Unallocated):
			a.breach("break_groundless", k.ID.String(), "%s is about receipt %s, of which nothing is left", k.ID, k.Receipt)
		}
	}
	for n := uint64(1); n <= b.statements.count; n++ {
		s := b.statements.at(n)
		if found := b.breaks.at(uint64(latest[breakKey(payment.GapBreak, uint64(s.ID))]) >> 16); s.Gap != payment.NoGap && (found == nil || found.How == payment.Gone) {
			a.breach("break_missing", s.ID.String(), "something is missing before %s, and no break says so", s.ID)
		}
	}
	for n := uint64(1); n <= b.breaks.count; n++ {
		if k := b.breaks.at(n); latest[k.Key] == k.ID && b.breakOf[k.Key] != k.ID {
			a.breach("index_breaks", k.ID.String(), "the index does not lead to %s", k.ID)
		}
	}
	if len(b.breakOf) != len(latest) {
		a.breach("index_breaks", "", "breaks are about %d things, %d are in the index", len(latest), len(b.breakOf))
	}
}
