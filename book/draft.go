package book

import (
	"fmt"

	"millrace/domain/calendar"
	"millrace/domain/feature"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/money"
	"millrace/domain/network"
	"millrace/domain/party"
	"millrace/domain/payment"
)

// draft is what a decision would change: its events, and the net effect of those on accounts, limits and numbers, so
// that later steps of one decision see earlier ones. A rejection drops it.
type draft struct {
	*Book
	header    *Header
	actor     *party.Actor // nil for the node itself
	events    []Event
	transfers []ledger.Transfer
	moved     map[id.Account]money.Minor // money set in motion out of (-) or into (+) an account that grows by credit
	opened    map[ledger.Key]id.Account
	numbers   [tableCount]uint64 // records opened by this draft
	// What certificates have paid on debts in this draft.
	discharged map[id.Receivable]money.Minor
	delivered  map[id.Financing]money.Minor // set off in this draft of what was paid in advance
	spent      money.Minor                  // of the receipt that this draft allocates part by part
	decisions  uint64                       // made by this draft
	walk       network.Walk                 // room for searches in the graph
	behaviour  [3]feature.Rolling           // room for the facts of seller, buyer and pair
	crossed    []payment.Payment            // between supervised accounts: one from and to each, to be opened in the end
}

func (d *draft) reset(b *Book, h *Header) {
	d.Book, d.header, d.actor = b, h, nil
	d.events, d.transfers = d.events[:0], nil
	clear(d.moved)
	clear(d.opened)
	clear(d.discharged)
	clear(d.delivered)
	d.numbers = [tableCount]uint64{}
	d.spent = 0
	d.crossed = nil
	d.decisions = 0
}

func (d *draft) emit(e Event) { d.events = append(d.events, e) }

// number gives the next number of a kind of record whose shelf holds count.
func (d *draft) number(table int, count uint64) uint64 {
	d.numbers[table]++
	return count + d.numbers[table]
}

// account finds the account of a key, or opens it.
func (d *draft) account(key ledger.Key) id.Account {
	if account, found := d.accountOf[key]; found {
		return account
	}
	if account, found := d.opened[key]; found {
		return account
	}
	account := id.Make[id.Account](d.shard, d.number(tableAccount, d.accounts.count))
	d.opened[key] = account
	d.emit(&AccountOpened{Account: account, Key: key})
	return account
}

// available is what may leave a supervised account, with what the draft has moved already.
func (d *draft) available(key ledger.Key) money.Minor {
	account, found := d.accountOf[key]
	if !found {
		return d.moved[d.opened[key]]
	}
	return money.Add(d.accounts.at(account.Number()).Available(), d.moved[account])
}

// transfer moves money inside one entity's books; a zero amount moves nothing. A supervised account is never taken below
// zero: the ladder has seen to that, and here it is an invariant.
func (d *draft) transfer(debit, credit ledger.Key, amount money.Minor) {
	if amount == 0 {
		return
	}
	if debit.Code.Supervised() && d.available(debit) < amount {
		panic(fmt.Sprintf("book: %s would fall below zero", debit.Code))
	}
	d.book(debit, credit, amount)
}

// book records a transfer that is a fact: what a bank has done may take an account below zero.
func (d *draft) book(debit, credit ledger.Key, amount money.Minor) {
	if amount < 0 || debit.Entity != credit.Entity || debit.Currency != credit.Currency {
		panic(fmt.Sprintf("book: transfer of %d from %v to %v", amount, debit, credit))
	}
	if amount == 0 {
		return
	}
	from, to := d.account(debit), d.account(credit)
	d.transfers = append(d.transfers, ledger.Transfer{Debit: from, Credit: to, Amount: amount})
	d.moved[from] = money.Sub(d.moved[from], amount)
	d.moved[to] = money.Add(d.moved[to], amount)
}

// hold sets money of a supervised account aside.
func (d *draft) hold(debit, credit ledger.Key, amount money.Minor, expires int64) id.Hold {
	from, to := d.account(debit), d.account(credit)
	if d.available(debit) < amount {
		panic(fmt.Sprintf("book: hold on %s beyond what is available", debit.Code))
	}
	hold := id.Make[id.Hold](d.shard, d.number(tableHold, d.holds.count))
	d.moved[from] = money.Sub(d.moved[from], amount)
	d.emit(&HoldPlaced{Hold: ledger.Hold{
		ID: hold, Transfer: ledger.Transfer{Debit: from, Credit: to, Amount: amount}, Expires: expires, State: ledger.Pending,
	}})
	return hold
}

// void gives back what a hold has set aside.
func (d *draft) void(hold id.Hold) {
	h := d.holds.at(hold.Number())
	if h == nil || h.State != ledger.Pending {
		panic(fmt.Sprintf("book: hold %s is not pending", hold))
	}
	d.moved[h.Transfer.Debit] = money.Add(d.moved[h.Transfer.Debit], h.Transfer.Amount)
	d.emit(&HoldEnded{Hold: hold, State: ledger.Voided})
}

// flush writes the transfers, in their order, as one event.
func (d *draft) flush() {
	if len(d.transfers) > 0 {
		d.emit(&TransfersPosted{Transfers: d.transfers})
	}
}

// sumMax is the most that an account's debits or credits add up to, with room for what is pending.
const sumMax = money.MinorMax * 40

// overflow refuses what would take the sums of an account beyond what they can hold: folding an event must not fail.
func (d *draft) overflow(transfers []ledger.Transfer) *Rejection {
	total := money.Minor(0)
	for i := range transfers {
		if total += transfers[i].Amount; total > sumMax {
			return reject("account_overflow", "", "these amounts add up to more than an account can hold")
		}
	}
	for i := range transfers {
		for _, account := range [...]id.Account{transfers[i].Debit, transfers[i].Credit} {
			a := d.accounts.at(account.Number())
			if a == nil { // opened by this draft
				continue
			}
			if most := sumMax - total; a.DebitsPosted > most || a.CreditsPosted > most || a.DebitsPending > most || a.CreditsPending > most {
				return reject("account_overflow", "", "account %s holds the most that an account can hold", account)
			}
		}
	}
	return nil
}

// today is the business date.
func (d *draft) today() calendar.Date { return d.clock.Date }

// nearDays bounds how far a bank's date may lie from the business date: interest over such a time stays far from overflow.
const nearDays = 3660

// near tells whether a date lies within ten years of the business date.
func (d *draft) near(date calendar.Date) bool {
	distance := int64(date) - int64(d.today())
	return -nearDays <= distance && distance <= nearDays
}

// by is the party for which the actor acts; 0 for the node.
func (d *draft) by() id.Party {
	if d.actor == nil {
		return 0
	}
	return d.actor.Party
}

func reject(code, field, format string, arguments ...any) *Rejection {
	return &Rejection{Code: code, Field: field, Sentence: fmt.Sprintf(format, arguments...)}
}
