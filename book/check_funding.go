package book

import (
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/money"
	"millrace/domain/payment"
	"millrace/domain/receivable"
)

func claiming(s funding.FinancingState) bool {
	return s == funding.Accepted || s == funding.Disbursing || s == funding.WrittenOff || moneyOut(s)
}

func moneyOut(s funding.FinancingState) bool {
	return s == funding.Outstanding || s == funding.Overdue || s == funding.InRecourse || s == funding.Defaulted
}

// over tells whether money was out and no more is expected on a financing.
func over(s funding.FinancingState) bool {
	return s == funding.ClosedState || s == funding.BoughtBack || s == funding.WrittenOff
}

// takenOver tells whether a financing came with an imported portfolio: its money went out before the book began.
func takenOver(f *funding.Financing) bool {
	return f.Payment == 0 && f.Hold == 0 && (moneyOut(f.State) || over(f.State))
}

// owing is what a receivable says by itself: what is owed in all, what is open, and how much of that is irrevocable.
func owing(r *receivable.Receivable) (owed, open, irrevocable money.Minor) {
	owed = r.Face - r.Credited - r.Released
	if r.Undertaking.Binds() {
		if least := r.PaidBefore + r.Confirmed; owed < least {
			owed = least
		}
		if irrevocable = r.PaidBefore + r.Confirmed - r.Paid; irrevocable < 0 {
			irrevocable = 0
		}
	}
	if open = owed - r.Paid; open < 0 {
		open = 0
	}
	return owed, open, irrevocable
}

// receivables: amounts fit one another, nothing is open on a closed one, and the claim on the evidence is single and
// mutual.
func (a *audit) receivables() {
	b := a.b
	claims := map[id.Receivable]id.Financing{}
	for n := uint64(1); n <= b.financings.count; n++ {
		f := b.financings.at(n)
		if !claiming(f.State) || f.Holding != 0 || f.Receivable == 0 {
			continue
		}
		if other, found := claims[f.Receivable]; found && a.partsOfOne(other, f.ID) {
			continue
		} else if found {
			a.breach("evidence_financed_twice", f.Receivable.String(), "%s and %s both finance %s", other, f.ID, f.Receivable)
			continue
		}
		claims[f.Receivable] = f.ID
	}
	for n := uint64(1); n <= b.receivables.count; n++ {
		r := b.receivables.at(n)
		_, open, _ := owing(r)
		if r.Face < 0 || r.Credited < 0 || r.Credited > r.Face || r.Paid < 0 || r.PaidBefore < 0 || r.PaidBefore > r.Paid ||
			r.Confirmed < 0 || r.Confirmed > r.Face || r.Released < 0 || r.Released > r.Face || (r.Confirmed > 0) != (r.Undertaking != receivable.NoUndertaking) {
			a.breach("receivable_amounts", r.ID.String(), "the amounts of %s don't fit one another", r.ID)
		}
		if (r.State == receivable.Closed) != (open == 0) {
			a.breach("receivable_state", r.ID.String(), "%s is %s with %d open", r.ID, r.State, open)
		}
		a.claim(r, claims[r.ID])
	}
}

// claim: the receivable names the financing that claims it, or one that is closed and has kept it.
func (a *audit) claim(r *receivable.Receivable, claimed id.Financing) {
	if claimed == r.Financing || claimed != 0 && a.partsOfOne(claimed, r.Financing) {
		return
	}
	f := a.b.financings.at(uint64(r.Financing) >> 16)
	if claimed != 0 || f == nil || f.Receivable != r.ID || f.State != funding.ClosedState {
		a.breach("claim_differs", r.ID.String(), "%s says it is financed by %s, financings say by %s", r.ID, r.Financing, claimed)
	}
}

// financings: amounts fit one another, and what a state says has happened is on record.
func (a *audit) financings() {
	b := a.b
	for n := uint64(1); n <= b.financings.count; n++ {
		f := b.financings.at(n)
		r := b.receivables.at(uint64(f.Receivable) >> 16)
		if f.SetOffRun != 0 {
			a.loanInRun(f)
		} else if f.Collateral != 0 {
			a.loanOnSecurity(f)
		} else if f.Receivable == 0 {
			a.loanOnTrade(f)
		} else if r == nil || r.Seller != f.Seller && f.Holding == 0 || r.Buyer != f.Buyer || r.Currency != f.Currency {
			a.breach("financing_of_other", f.ID.String(), "%s does not fit receivable %s", f.ID, f.Receivable)
		}
		if f.State == funding.Declined {
			continue
		}
		if f.Net != f.Principal-discountOfSeller(f)-f.Fee || f.Besides.FeesDue < 0 || f.Besides.FeesPaid < 0 || f.Besides.Held < 0 || f.Besides.Held > f.Reserve || f.Net <= 0 || f.Discount < 0 || f.Fee < 0 || f.Principal > f.Amount ||
			f.Repaid < 0 || f.Repaid+f.Written > f.Principal || f.Written < 0 || f.Allowance < 0 || f.Recovered < 0 || f.Due < f.FirstDue || f.Earned < 0 || f.Earned > f.Discount ||
			f.InterestDue < 0 || f.LateDue < 0 || f.InterestPaid < 0 || f.LatePaid < 0 {
			a.breach("financing_amounts", f.ID.String(), "the amounts of %s don't fit one another", f.ID)
		}
		if text := a.stateOf(f); text != "" {
			a.breach("financing_state", f.ID.String(), "%s is %s, and %s", f.ID, f.State, text)
		}
	}
}

// stateOf says what contradicts the state of a financing; "" for nothing.
func (a *audit) stateOf(f *funding.Financing) string {
	p := a.b.payments.at(uint64(f.Payment) >> 16)
	h := a.b.holds.at(uint64(f.Hold) >> 16)
	switch {
	case f.Payment != 0 && (p == nil || p.Financing != f.ID || p.Purpose != payment.Disbursement || p.Amount != f.Net-convertedBy(f) || p.Hold != f.Hold):
		return "its payment is another's"
	case f.State == funding.Accepted && (h == nil || h.State != ledger.Pending || h.Transfer.Amount != a.left(f) || f.Payment != 0):
		return "its money is not set aside"
	case f.State == funding.Disbursing && (p == nil || !underway(p.State)):
		return "no payment is under way"
	case moneyOut(f.State) && !takenOver(f) && f.SetOffRun == 0 && convertedBy(f) != f.Net && (p == nil || p.State != payment.Executed):
		return "its payment was not executed"
	case f.State == funding.Cancelled && p != nil && p.State != payment.Refused && p.State != payment.Returned:
		return "its payment was neither refused nor returned"
	case f.State == funding.Cancelled && p == nil && (h == nil || h.State != ledger.Voided):
		return "it was cancelled before it was instructed, and its money is not free"
	case f.State == funding.WrittenOff && (f.Repaid+f.Written != f.Principal || f.InterestDue != 0 || f.LateDue != 0 || f.Allowance != 0):
		return "something of it is not written off"
	case (f.State == funding.ClosedState || f.State == funding.BoughtBack) && (f.Repaid != f.Principal || f.InterestDue != 0 || f.LateDue != 0 || f.Earned+f.Besides.GivenBack != f.Discount || f.Besides.FeesDue != 0 || f.Besides.Held != 0):
		return "something is owed on it"
	case f.State <= funding.Accepted && (f.Repaid != 0 || f.InterestPaid != 0 || f.LatePaid != 0):
		return "something was repaid on it"
	case f.State == funding.Outstanding && f.Due < min(a.b.clock.From, a.b.clock.Date):
		return "its due date has been worked through"
	}
	return ""
}

// payments: money is set aside while a payment is under way and not after, and a disbursement and its financing agree.
func (a *audit) payments() {
	b := a.b
	for n := uint64(1); n <= b.payments.count; n++ {
		p := b.payments.at(n)
		h := b.holds.at(uint64(p.Hold) >> 16)
		if p.Purpose == payment.InternalTransfer { // has an auditor of its own
			continue
		}
		if h == nil || underway(p.State) != (h.State == ledger.Pending) || p.Amount <= 0 || p.Amount > h.Transfer.Amount {
			a.breach("payment_state", p.ID.String(), "%s is %s, and its hold %s is not in step", p.ID, p.State, p.Hold)
		}
		if (p.Attempts == 0) != (p.State == payment.AwaitingApproval) && p.State != payment.Refused {
			a.breach("payment_attempts", p.ID.String(), "%s is %s after %d attempts", p.ID, p.State, p.Attempts)
		}
		if f := b.financings.at(uint64(p.Financing) >> 16); p.Purpose == payment.Disbursement && (f == nil || f.Payment != p.ID) {
			a.breach("payment_of_other", p.ID.String(), "%s pays for %s, which does not name it", p.ID, p.Financing)
		}
	}
}

// receipts: no more is allocated than came in.
func (a *audit) receipts() {
	b := a.b
	for n := uint64(1); n <= b.receipts.count; n++ {
		r := b.receipts.at(n)
		all := r.Used == r.Amount
		if r.Amount <= 0 || r.Used < 0 || r.Used > r.Amount || r.State == payment.Allocated && !all || r.State == payment.Unallocated && all || r.Funder != 0 && !all || r.Returning < 0 || r.Returned < 0 || r.Used+r.Returning > r.Amount || r.Returned > r.Used {
			a.breach("receipt_amounts", r.ID.String(), "of %s, which is %s, %d of %d are used", r.ID, r.State, r.Used, r.Amount)
		}
	}
}

// programmes: a programme is stopped where a shortfall is on the books.
func (a *audit) programmes() {
	b := a.b
	var short tally[id.Programme]
	for n := uint64(1); n <= b.accounts.count; n++ {
		if r := b.accounts.at(n); r.Key.Code == ledger.Shortfall || r.Key.Code == ledger.PartyShortfall || r.Key.Code >= 133 && r.Key.Code <= 135 {
			short.add(r.Key.Programme, r.DebitsPosted-r.CreditsPosted)
		}
	}
	for n := uint64(1); n <= b.programmes.count; n++ {
		p := b.programmes.at(n)
		missing := short.of(p.ID)
		if p.Stopped != (missing > 0) && !(p.Stopped && a.settled(p.ID)) && a.imported(p.Custodian, p.Currency) == (imports{}) {
			a.breach("programme_stopped", p.ID.String(), "%s: stopped is %t, and its shortfall is %d", p.ID, p.Stopped, missing)
		}
	}
}
