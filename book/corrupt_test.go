package book

import (
	"slices"

	"millrace/domain/credit"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/payment"
	"millrace/domain/product"
	"millrace/domain/receivable"
	"millrace/domain/trade"
)

// Corruption breaks one thing in a sound book, and names the breach by which Check must know it.
type Corruption struct {
	Code  string
	What  string
	Break func(b *Book)
}

func first[T any](s *shelf[T], wanted func(r *T) bool) *T {
	for n := uint64(1); n <= s.count; n++ {
		if r := s.at(n); wanted(r) {
			return r
		}
	}
	panic("book: the book to be broken has no such record")
}

func (b *Book) coded(code ledger.Code) *ledger.Account {
	return first(&b.accounts, func(r *ledger.Account) bool {
		return r.Key.Code == code && (r.DebitsPosted != r.CreditsPosted || code == ledger.Shortfall)
	})
}

// shift moves a cent between two accounts of one entity, so that debits still equal credits: the other one is an account
// on which no expectation rests.
func shift(from, to ledger.Code) func(b *Book) {
	return func(b *Book) {
		debit := b.coded(from)
		credit := first(&b.accounts, func(r *ledger.Account) bool {
			return r.Key.Code == to && r.Key.Entity == debit.Key.Entity && r.Key.Currency == debit.Key.Currency
		})
		debit.DebitsPosted++
		credit.CreditsPosted++
	}
}

func (b *Book) financed(state funding.FinancingState) *funding.Financing {
	return first(&b.financings, func(r *funding.Financing) bool { return r.State == state })
}

// Corruptions has one or more for every breach.
var Corruptions = []Corruption{
	{"number_differs", "a record calls itself another", func(b *Book) { b.keys.at(1).ID += 1 << 16 }},
	{"entry_unknown", "a record names an entry to come", func(b *Book) { b.trades.at(1).Entry = b.sequence + 1 }},
	{"business_date", "more days to work through than there are", func(b *Book) { b.clock.From = b.clock.Date + 1 }},
	{"second_person", "a review approved by its maker", func(b *Book) { b.reviews.at(1).Checker = b.reviews.at(1).Maker }},
	{"second_person", "a product retired by its maker", func(b *Book) {
		p := b.products.at(1)
		p.State, p.Retirer = product.Retired, p.Maker
	}},
	{"second_person", "a large payment that nobody approved", func(b *Book) {
		p := first(&b.payments, func(p *payment.Payment) bool { return p.State == payment.Executed && p.Checker != 0 })
		p.Checker = 0
	}},
	{"debits_differ_from_credits", "a cent too much", func(b *Book) { b.coded(ledger.Outside).DebitsPosted++ }},
	{"account_below_zero", "an own account overdrawn", func(b *Book) {
		general := first(&b.accounts, func(r *ledger.Account) bool { return r.Key.Code == ledger.General })
		source := first(&b.accounts, func(r *ledger.Account) bool {
			return r.Key.Code == ledger.Source && r.Key.Entity == general.Key.Entity
		})
		amount := general.CreditsPosted - general.DebitsPosted + 1
		general.DebitsPosted += amount
		source.CreditsPosted += amount
	}},
	{"account_negative_sum", "debits below zero", func(b *Book) {
		source := first(&b.accounts, func(r *ledger.Account) bool { return r.Key.Code == ledger.Source })
		source.DebitsPosted -= 1 << 40
		source.CreditsPosted -= 1 << 40
	}},
	{"pending_differs", "more pending than held", func(b *Book) {
		b.coded(ledger.Funding).DebitsPending++
		b.coded(ledger.Outside).CreditsPending++
	}},
	{"hold_invalid", "a hold of nothing", func(b *Book) {
		first(&b.holds, func(h *ledger.Hold) bool {
			return h.State == ledger.Voided && b.accounts.at(h.Transfer.Debit.Number()).Key.Code == ledger.General
		}).Transfer.Amount = 0
	}},
	{"hold_without_owner", "a live hold that nobody needs", func(b *Book) {
		account, outside := b.coded(ledger.Funding), b.coded(ledger.Outside)
		hold := *b.holds.at(1)
		hold.ID = id.Make[id.Hold](1, b.holds.count+1)
		hold.State, hold.Expires = ledger.Pending, 0
		hold.Transfer = ledger.Transfer{Debit: account.ID, Credit: outside.ID, Amount: 1}
		b.holds.add(hold.ID.Number(), hold)
		account.DebitsPending++
		outside.CreditsPending++
	}},
	{"evidence_financed_twice", "a quote that claims as well", func(b *Book) {
		out, quote := first(&b.financings, func(f *funding.Financing) bool { return f.State == funding.Outstanding && f.LastFact == 0 }), b.financed(funding.Quoted)
		other := *out
		other.ID, other.Entry, other.Loss = quote.ID, quote.Entry, 0
		other.Hold = 0
		other.Payment, other.Principal, other.Repaid, other.Amount, other.Net, other.Fee, other.Discount, other.Earned = 0, 1, 0, 1, 1, 0, 0, 0
		*quote = other
		b.indexFinancing(quote)
		b.countFinanced(quote, 1)
		b.lift(quote)
		b.learnFinancing(quote, 0)
	}},
	{"claim_differs", "a receivable that has forgotten its financing", func(b *Book) {
		b.receivables.at(b.financed(funding.Outstanding).Receivable.Number()).Financing = 0
	}},
	{"receivable_amounts", "an undertaking of nothing", func(b *Book) {
		first(&b.receivables, func(r *receivable.Receivable) bool { return r.Undertaking == 0 && r.State == receivable.Open }).Confirmed = 1
	}},
	{"receivable_state", "a closed one with money open", func(b *Book) {
		first(&b.receivables, func(r *receivable.Receivable) bool { return r.State == receivable.Open }).State = receivable.Closed
	}},
	{"receivable_evidence", "two receivables on one invoice", func(b *Book) { b.receivables.at(2).Document = b.receivables.at(1).Document }},
	{"receivable_trade", "another's trade", func(b *Book) {
		r := first(&b.receivables, func(r *receivable.Receivable) bool { return r.Undertaking == 0 })
		own := r.Trade
		r.Trade = first(&b.trades, func(t *trade.Trade) bool { return t.Seller != r.Seller }).ID
		b.financedOn[r.Trade] += b.financedOn[own]
		delete(b.financedOn, own)
	}},
	{"financing_of_other", "a quote for another seller", func(b *Book) { b.financed(funding.Quoted).Seller = b.financed(funding.Quoted).Buyer }},
	{"financing_amounts", "a quote that does not add up", func(b *Book) { b.financed(funding.Quoted).Net++ }},
	{"financing_state", "closed with interest due", func(b *Book) { b.financed(funding.ClosedState).InterestDue = 1 }},
	{"financing_state", "repaid before it was paid out", func(b *Book) { b.financed(funding.Lapsed).LatePaid = 1 }},
	{"payment_state", "a payment of more than is set aside", func(b *Book) {
		p := first(&b.payments, func(p *payment.Payment) bool { return p.Purpose == payment.PayOut && p.State == payment.Instructed })
		p.Amount++
	}},
	{"payment_attempts", "sent without an attempt", func(b *Book) {
		first(&b.payments, func(p *payment.Payment) bool { return p.State == payment.Executed }).Attempts = 0
	}},
	{"payment_of_other", "a payment for a financing that does not name it", func(b *Book) {
		p := first(&b.payments, func(p *payment.Payment) bool { return p.Purpose == payment.PayOut && p.State == payment.Instructed })
		p.Purpose, p.Financing = payment.Disbursement, first(&b.financings, func(f *funding.Financing) bool { return f.Seller == p.Payee && f.Supply.Supplier == 0 }).ID
	}},
	{"receipt_amounts", "all of it allocated and open", func(b *Book) {
		first(&b.receipts, func(r *payment.Receipt) bool { return r.State == payment.Allocated && r.Funder == 0 }).State = payment.Unallocated
	}},
	{"programme_stopped", "stopped without a shortfall", func(b *Book) {
		first(&b.programmes, func(p *funding.Programme) bool { return !p.Stopped }).Stopped = true
	}},
	{"limit_use", "a cent more used", func(b *Book) {
		first(&b.limits, func(l *credit.Limit) bool { return l.State == credit.Live && l.Used > 0 }).Used++
	}},
	{"limit_use", "a replaced limit that still holds", func(b *Book) {
		first(&b.limits, func(l *credit.Limit) bool { return l.State == credit.Replaced }).Reserved++
	}},
	{"trade_differences", "a difference that the lines don't make", func(b *Book) { b.trades.at(1).Differences ^= trade.PriceAboveOrder }},
	{"trade_prospects", "an invoice that waits for what has come", func(b *Book) {
		t := first(&b.trades, func(t *trade.Trade) bool { return len(t.Prospects) > 0 })
		t.Facts |= trade.Shipped
	}},
	{"pair_trades", "one trade more", func(b *Book) { b.pairs.at(1).Trades++ }},
	{"funder_claims", "a claim too high", shift(ledger.PurchasedReceivables, ledger.InterestIncome)},
	{"unearned_discount", "a discount earned too early", shift(ledger.UnearnedDiscount, ledger.InterestIncome)},
	{"funds_at_custodian", "money that is not there", shift(ledger.FundsAtCustodian, ledger.InterestIncome)},
	{"funds_provided", "a deposit unknown", shift(ledger.FundsProvided, ledger.InterestIncome)},
	{"borrowings", "a borrowing forgotten", shift(ledger.Borrowings, ledger.Sales)},
	{"trade_receivables", "a debt too high", shift(ledger.TradeReceivables, ledger.Sales)},
	{"collections_held", "money that the custodian does not owe", shift(ledger.CollectionsHeld, ledger.Sales)},
	{"trade_payables", "a debt too low", shift(ledger.TradePayables, ledger.BuyerBank)},
	{"confirmed_payables", "an undertaking forgotten", shift(ledger.ConfirmedPayables, ledger.BuyerBank)},
	{"collection_unallocated", "money used that was not allocated", shift(ledger.CollectionUnallocated, ledger.Outside)},
	{"collections_shared", "money gone between funder and seller", func(b *Book) {
		account := first(&b.accounts, func(r *ledger.Account) bool {
			return r.Key.Code == ledger.CollectionForSeller && r.CreditsPosted > r.DebitsPosted
		})
		held := first(&b.accounts, func(r *ledger.Account) bool {
			return r.Key.Code == ledger.CollectionsHeld && r.Key.Entity == account.Key.Counterparty
		})
		account.CreditsPosted++
		b.coded(ledger.Outside).DebitsPosted++
		held.DebitsPosted++
		first(&b.accounts, func(r *ledger.Account) bool { return r.Key.Code == ledger.Sales && r.Key.Entity == held.Key.Entity }).CreditsPosted++
	}},
	{"collection_for_funder", "a collection moved to the seller", func(b *Book) {
		other := b.coded(ledger.CollectionForSeller)
		account := first(&b.accounts, func(r *ledger.Account) bool {
			return r.Key.Code == ledger.CollectionForFunder && r.Key.Programme == other.Key.Programme
		})
		b.mirror(account)
		account.DebitsPosted++
		other.CreditsPosted++
		held := first(&b.accounts, func(r *ledger.Account) bool {
			return r.Key.Code == ledger.CollectionsHeld && r.Key.Entity == other.Key.Counterparty
		})
		held.DebitsPosted++
		first(&b.accounts, func(r *ledger.Account) bool { return r.Key.Code == ledger.Sales && r.Key.Entity == held.Key.Entity }).CreditsPosted++
	}},
	{"funding", "a deposit gone", func(b *Book) {
		account := b.coded(ledger.Funding)
		account.DebitsPosted++
		b.coded(ledger.Outside).CreditsPosted++
		b.mirror(account)
	}},
	{"operator_fees", "a fee taken twice", shift(ledger.OperatorFees, ledger.Outside)},
	{"operator_account", "a fee that nobody paid", shift(ledger.OperatorAccount, ledger.Source)},
	{"fee_income", "a fee not booked", shift(ledger.FeeIncome, ledger.Source)},
	{"shortfall", "a shortfall too high", func(b *Book) {
		first(&b.accounts, func(r *ledger.Account) bool { return r.Key.Code == ledger.Shortfall }).DebitsPosted++
		b.coded(ledger.Outside).CreditsPosted++
	}},
	{"index_identities", "an invoice that may come twice", func(b *Book) {
		for p := range b.identities.parts {
			for i := range b.identities.parts[p].slots {
				if slot := &b.identities.parts[p].slots[i]; slot.value()&2 != 0 {
					slot.set(1<<24 | 1)
					return
				}
			}
		}
	}},
	{"index_contents", "a content without a document", func(b *Book) { b.contents.put([16]byte{1}, b.documents+1) }},
	{"index_accounts", "a key without an account", func(b *Book) { b.accountOf[ledger.Key{Code: ledger.Sales}] = 1 << 16 }},
	{"index_migrations", "an account that is no migration", func(b *Book) { b.migrations = append(b.migrations, b.accounts.at(1).ID) }},
	{"index_limits", "a limit not found", func(b *Book) {
		delete(b.limitOf, first(&b.limits, func(l *credit.Limit) bool { return l.State == credit.Live }).Key)
	}},
	{"index_reviews", "a review not found", func(b *Book) { delete(b.reviewOf, b.reviews.at(1).Party) }},
	{"index_parties", "an identifier of another", func(b *Book) { b.partyOf[b.names.at(1).Token] = b.parties.at(2).ID }},
	{"index_bank_accounts", "an account not found", func(b *Book) { delete(b.bankTokens, b.bankAccounts.at(1).Token) }},
	{"index_receipts", "a statement line not found", func(b *Book) { delete(b.receiptOf, b.receipts.at(1).Line) }},
	{"index_pairs", "a pair not found", func(b *Book) { delete(b.pairOf, pairKey{b.pairs.at(1).Seller, b.pairs.at(1).Buyer}) }},
	{"index_due", "nothing falls due", func(b *Book) { delete(b.dueOn, b.financed(funding.Outstanding).Due) }},
	{"index_overdue", "a buyer late with a cent more", func(b *Book) {
		f := b.financed(funding.Overdue)
		b.owing[overdueKey{f.Programme, f.Buyer}].late[0].amount++
	}},
	{"index_overdue", "a buyer late once more", func(b *Book) {
		f := b.financed(funding.Overdue)
		b.owing[overdueKey{f.Programme, f.Buyer}].late[0].financings++
	}},
	{"index_overdue", "late since another day", func(b *Book) {
		f := b.financed(funding.Overdue)
		b.owing[overdueKey{f.Programme, f.Buyer}].late[0].due--
	}},
	{"index_overdue", "a buyer that is late with nothing", func(b *Book) {
		f := b.financed(funding.Overdue)
		key := overdueKey{f.Programme, f.Buyer}
		o := b.owing[key]
		o.late = nil
		b.owing[key] = o
	}},
	{"index_owed", "a buyer that owes a cent more", func(b *Book) {
		f := b.financed(funding.Outstanding)
		key := overdueKey{f.Programme, f.Buyer}
		o := b.owing[key]
		o.open++
		b.owing[key] = o
	}},
	{"index_owed", "a buyer that owes in no programme", func(b *Book) { b.owing[overdueKey{}] = indebted{financings: 1} }},
	{"index_in_use", "use that nobody has", func(b *Book) { b.inUse[useKey{0, 0}] = 1 }},
	{"index_in_use", "a cent too much", func(b *Book) { b.inUse[useKey{b.financed(funding.Outstanding).Programme, 0}]++ }},
	{"index_expiries", "a quote without an end", func(b *Book) { b.quoteExpiry = nil }},
}

// lift raises by a cent the use and the balances in which one more financing would show, so that only the claim is wrong.
func (b *Book) lift(f *funding.Financing) {
	a := &audit{b: b}
	r := a.relate()
	keys := append(boundBy(f), r.boundBy(f, a.connectedLimits(r))...)
	for n := uint64(1); n <= b.limits.count; n++ {
		l := b.limits.at(n)
		if l.State == credit.Live && slices.Contains(keys, l.Key) {
			l.Used++
		}
	}
	for n := uint64(1); n <= b.accounts.count; n++ {
		a := b.accounts.at(n)
		switch {
		case a.Key.Currency != f.Currency:
		case a.Key.Code == ledger.PurchasedReceivables && a.Key.Programme == f.Programme && a.Key.Entity == f.Funder:
			a.DebitsPosted++
		case a.Key.Code == ledger.InterestIncome && a.Key.Programme == f.Programme && a.Key.Entity == f.Funder:
			a.CreditsPosted++
		case a.Key.Code == ledger.TradeReceivables && a.Key.Entity == f.Seller && a.Key.Counterparty == f.Buyer:
			a.CreditsPosted++
		case a.Key.Code == ledger.SellerBank && a.Key.Entity == f.Seller:
			a.DebitsPosted++
		}
	}
}

// mirror takes a cent from a funder's money at the custodian what was taken from its account there.
func (b *Book) mirror(account *ledger.Account) {
	for n := uint64(1); n <= b.accounts.count; n++ {
		a := b.accounts.at(n)
		if a.Key.Entity != account.Key.Counterparty || a.Key.Programme != account.Key.Programme {
			continue
		}
		switch a.Key.Code {
		case ledger.FundsAtCustodian:
			a.CreditsPosted++
		case ledger.InterestIncome:
			a.DebitsPosted++
		}
	}
}
