package book

import (
	"slices"

	"millrace/domain/calendar"
	"millrace/domain/credit"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/money"
)

// indexes: what is derived from records says what the records say.
func (a *audit) indexes() {
	a.accountIndex()
	a.creditIndexes()
	a.partyIndexes()
	a.financingIndexes()
	a.owedIndexes()
	a.expiryIndexes()
}

func (a *audit) accountIndex() {
	b := a.b
	entries := 0
	var migrations []id.Account
	for n := uint64(1); n <= b.accounts.count; n++ {
		r := b.accounts.at(n)
		if r.Key.Code >= 998 { // of an own chart
			continue
		}
		entries++
		if r.Key.Code == ledger.Migration {
			migrations = append(migrations, r.ID)
		}
		if b.accountOf[r.Key] != r.ID {
			a.breach("index_accounts", r.ID.String(), "the index leads to %s instead of %s", b.accountOf[r.Key], r.ID)
		}
	}
	if len(b.accountOf) != entries {
		a.breach("index_accounts", "", "the index of accounts has %d entries, %d accounts have a key", len(b.accountOf), entries)
	}
	if !slices.Equal(migrations, b.migrations) {
		a.breach("index_migrations", "", "%d migration accounts are on record, %d in the index", len(migrations), len(b.migrations))
	}
}

func (a *audit) creditIndexes() {
	b := a.b
	limits, reviews := 0, 0
	for n := uint64(1); n <= b.limits.count; n++ {
		l := b.limits.at(n)
		if l.State != credit.Live {
			continue
		}
		limits++
		if b.limitOf[l.Key] != l.ID {
			a.breach("index_limits", l.ID.String(), "the index leads to %s instead of %s", b.limitOf[l.Key], l.ID)
		}
	}
	for n := uint64(1); n <= b.reviews.count; n++ {
		r := b.reviews.at(n)
		if r.State != credit.Live || r.Funder != 0 {
			continue
		}
		reviews++
		if b.reviewOf[r.Party] != r.ID {
			a.breach("index_reviews", r.ID.String(), "the index leads to %s instead of %s", b.reviewOf[r.Party], r.ID)
		}
	}
	if len(b.limitOf) != limits {
		a.breach("index_limits", "", "the index of limits has %d entries, %d are in force", len(b.limitOf), limits)
	}
	if len(b.reviewOf) != reviews {
		a.breach("index_reviews", "", "the index of reviews has %d entries, %d are in force", len(b.reviewOf), reviews)
	}
}

func (a *audit) partyIndexes() {
	b := a.b
	for n := uint64(1); n <= b.names.count; n++ {
		if r := b.names.at(n); b.partyOf[r.Token] != r.Party || b.parties.at(uint64(r.Party)>>16) == nil {
			a.breach("index_parties", r.Party.String(), "the index leads from an identifier to %s instead of %s", b.partyOf[r.Token], r.Party)
		}
	}
	if uint64(len(b.partyOf)) != b.names.count {
		a.breach("index_parties", "", "the index has %d identifiers, %d are on record", len(b.partyOf), b.names.count)
	}
	for n := uint64(1); n <= b.bankAccounts.count; n++ {
		if r := b.bankAccounts.at(n); b.bankTokens[r.Token] != r.ID {
			a.breach("index_bank_accounts", r.ID.String(), "the index leads to %s instead of %s", b.bankTokens[r.Token], r.ID)
		}
	}
	if uint64(len(b.bankTokens)) != b.bankAccounts.count {
		a.breach("index_bank_accounts", "", "the index has %d bank accounts, %d are on record", len(b.bankTokens), b.bankAccounts.count)
	}
	for n := uint64(1); n <= b.receipts.count; n++ {
		if r := b.receipts.at(n); b.receiptOf[r.Line] != r.ID {
			a.breach("index_receipts", r.ID.String(), "the index leads from a statement line to %s instead of %s", b.receiptOf[r.Line], r.ID)
		}
	}
	if uint64(len(b.receiptOf)) != b.receipts.count {
		a.breach("index_receipts", "", "the index has %d statement lines, %d receipts are on record", len(b.receiptOf), b.receipts.count)
	}
}

// financingIndexes: what falls due when, ascending.
func (a *audit) financingIndexes() {
	b := a.b
	var due tally[calendar.Date]
	for n := uint64(1); n <= b.financings.count; n++ {
		f := b.financings.at(n)
		if f.State != funding.Outstanding {
			continue
		}
		due.add(f.Due, 1)
		if _, found := slices.BinarySearch(b.dueOn[f.Due], f.ID); !found {
			a.breach("index_due", f.ID.String(), "%s is not among what falls due on %s", f.ID, f.Due)
		}
	}
	for i, date := range due.keys {
		if list := b.dueOn[date]; money.Minor(len(list)) != due.sums[i] || !slices.IsSorted(list) {
			a.breach("index_due", "", "%d financings fall due on %s, %d are in the index or out of order", due.sums[i], date, len(list))
		}
	}
	if len(b.dueOn) != len(due.keys) {
		a.breach("index_due", "", "the index has %d due dates, financings have %d", len(b.dueOn), len(due.keys))
	}
}

// expiryIndexes: every quote and every hold that ends has its timer.
func (a *audit) expiryIndexes() {
	b := a.b
	timers := func(heap expiries) map[expiry]struct{} {
		set := make(map[expiry]struct{}, len(heap))
		for _, e := range heap {
			set[e] = struct{}{}
		}
		return set
	}
	quotes, holds := timers(b.quoteExpiry), timers(b.holdExpiry)
	for n := uint64(1); n <= b.financings.count; n++ {
		if f := b.financings.at(n); f.State == funding.Quoted {
			if _, found := quotes[expiry{f.ValidUntil, n}]; !found {
				a.breach("index_expiries", f.ID.String(), "nothing ends quote %s", f.ID)
			}
		}
	}
	for n := uint64(1); n <= b.holds.count; n++ {
		if h := b.holds.at(n); h.State == ledger.Pending && h.Expires != 0 {
			if _, found := holds[expiry{h.Expires, n}]; !found {
				a.breach("index_expiries", h.ID.String(), "nothing ends hold %s", h.ID)
			}
		}
	}
}
