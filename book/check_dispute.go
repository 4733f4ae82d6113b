package book

import (
	"millrace/domain/dispute"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/receivable"
	"millrace/domain/trade"
)

// undertakings: a trade says confirmed if, and only if, one of its receivables is; a started confirmation waits for a
// second signatory of the buyer, and is the only one of its receivable.
func (a *audit) undertakings() {
	b := a.b
	var given tally[id.Trade]
	for n := uint64(1); n <= b.receivables.count; n++ {
		r := b.receivables.at(n)
		if r.Undertaking != receivable.NoUndertaking && r.Trade != 0 {
			given.add(a.whereItStands(r.Trade), 1)
		}
		if r.Undertaking == receivable.NoUndertaking && (r.Signatures != 0 || r.PaidBefore != 0) {
			a.breach("undertaking_without", r.ID.String(), "%s carries signatures or payments of an undertaking that it has not", r.ID)
		}
	}
	for n := uint64(1); n <= b.trades.count; n++ {
		t := b.trades.at(n)
		if want := given.of(t.ID); money.Minor(t.Undertakings) != want || (t.Facts&trade.Confirmed != 0) != (want > 0) {
			a.breach("trade_confirmed", t.ID.String(), "%s counts %d confirmed receivables, there are %d", t.ID, t.Undertakings, want)
		}
	}
	waiting := 0
	for n := uint64(1); n <= b.begun.count; n++ {
		c := b.begun.at(n)
		number(a, c.ID, n, c.Entry)
		r, k := b.receivables.at(uint64(c.Receivable)>>16), b.signingKeys.at(uint64(c.Key)>>16)
		if r == nil || k == nil || k.Party != r.Buyer || k.Public != c.Public || c.Amount <= 0 || c.Statement == [32]byte{} {
			a.breach("confirmation_invalid", c.ID.String(), "%s was not begun by a key of the buyer", c.ID)
		}
		if c.State != receivable.Started {
			continue
		}
		waiting++
		if b.startedFor[c.Receivable] != c.ID {
			a.breach("index_confirmations", c.ID.String(), "the index leads from %s to %s instead of %s", c.Receivable, b.startedFor[c.Receivable], c.ID)
		}
	}
	if len(b.startedFor) != waiting {
		a.breach("index_confirmations", "", "the index has %d confirmations that wait, %d are on record", len(b.startedFor), waiting)
	}
}

// disputes: what is disputed and lost is what the disputes say, and so is what is known of a pair.
func (a *audit) disputes() {
	b := a.b
	var standing, lost tally[id.Receivable]
	for n := uint64(1); n <= b.disputes.count; n++ {
		d := b.disputes.at(n)
		number(a, d.ID, n, d.Entry)
		r := b.receivables.at(uint64(d.Receivable) >> 16)
		if r == nil || d.Amount <= 0 || d.Accepted < 0 || d.Accepted > d.Amount || d.Credited < 0 || d.Credited > d.Amount ||
			d.Decision < 0 || d.Decision > d.Amount-d.Accepted {
			a.breach("dispute_amounts", d.ID.String(), "the amounts of %s don't fit one another", d.ID)
		}
		if d.State == dispute.Settled && (d.Checker == 0 || d.Checker == d.Maker) {
			a.breach("second_person", d.ID.String(), "%s is settled on one person's word", d.ID)
		}
		if d.State == dispute.Opened || d.State == dispute.Contested || d.State == dispute.Decided {
			standing.add(d.Receivable, d.Amount-d.Accepted)
		}
		lost.add(d.Receivable, d.Credited)
	}
	for n := uint64(1); n <= b.receivables.count; n++ {
		r := b.receivables.at(n)
		if r.Disputed != standing.of(r.ID) || r.Credited < lost.of(r.ID) {
			a.breach("receivable_disputed", r.ID.String(), "%d of %s is disputed and %d credited; its disputes say %d and at least %d",
				r.Disputed, r.ID, r.Credited, standing.of(r.ID), lost.of(r.ID))
		}
	}
	a.dilution(&lost)
}

// dilution: what a pair has lost by credit notes and disputes is what its receivables have.
func (a *audit) dilution(lost *tally[id.Receivable]) {
	type pairIn struct {
		pair     pairKey
		currency money.Currency
	}
	b := a.b
	var credited, disputed tally[pairIn]
	for n := uint64(1); n <= b.receivables.count; n++ {
		if r := b.receivables.at(n); r.Trade != 0 {
			key := pairIn{pairKey{r.Seller, r.Buyer}, r.Currency}
			credited.add(key, r.Credited-lost.of(r.ID))
			disputed.add(key, lost.of(r.ID))
		}
	}
	var all, known money.Minor
	for i, key := range credited.keys {
		all += credited.sums[i] + disputed.of(key)
	}
	for n := uint64(1); n <= b.pairs.count; n++ {
		p := b.pairs.at(n)
		for _, d := range p.Dilutions {
			known += d.Credited + d.Lost
			key := pairIn{pairKey{p.Seller, p.Buyer}, d.Currency}
			if d.Credited != credited.of(key) || d.Lost != disputed.of(key) {
				a.breach("pair_dilution", p.Seller.String(), "%s and %s have lost %d and %d by credit notes and disputes, on record are %d and %d",
					p.Seller, p.Buyer, credited.of(key), disputed.of(key), d.Credited, d.Lost)
			}
		}
	}
	if all != known {
		a.breach("pair_dilution", "", "receivables have lost %d by credit notes and disputes, pairs know of %d", all, known)
	}
}

// covers: what of a financing is not covered is not more than what is out beyond what the buyer will pay, and nothing
// where the buyer owes it irrevocably.
func (a *audit) covers() {
	b := a.b
	for n := uint64(1); n <= b.financings.count; n++ {
		f := b.financings.at(n)
		if f.Uncovered == 0 {
			continue
		}
		r := b.receivables.at(uint64(f.Receivable) >> 16)
		if r == nil || !moneyOut(f.State) || f.Uncovered < 0 || f.Uncovered > a.beyondCoverOf(f, r) {
			a.breach("financing_cover", f.ID.String(), "%d of %s is said to be without cover", f.Uncovered, f.ID)
		}
	}
}

// beyondCover is what is out beyond what the buyer still pays when every open dispute is lost.
func beyondCover(f *funding.Financing, r *receivable.Receivable) money.Minor {
	owed := r.Face - r.Credited - r.Released - r.Disputed
	if owed < 0 {
		owed = 0
	}
	if least := r.PaidBefore + r.Confirmed; r.Undertaking.Binds() && owed < least {
		owed = least
	}
	still := owed - r.Paid
	if still < 0 {
		still = 0
	}
	if out := f.Principal - f.Repaid - f.Written; out > still {
		return out - still
	}
	return 0
}
