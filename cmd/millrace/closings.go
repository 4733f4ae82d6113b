package main

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"slices"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/money"
	"millrace/engine"
)

// closings adds the books up again from the journal's postings alone, day by day, and holds the trial balance of each evening
// that was closed against the digest in its closing.
type closings struct {
	accounts map[id.Account]ledger.Key
	holds    map[id.Hold]ledger.Transfer
	periods  map[id.Period]book.Period
	base     ledgerSums  // of the days before the first one below
	days     []ledgerDay // since the last closing
	wrong    []book.Breach
}

type ledgerDay struct {
	date  calendar.Date
	moved ledgerSums
}

// ledgerSums are debits less credits.
type ledgerSums map[ledgerLine]money.Minor

type ledgerLine struct {
	entity   id.Party
	currency money.Currency
	code     ledger.Code
}

func newClosings() *closings {
	return &closings{
		accounts: map[id.Account]ledger.Key{}, holds: map[id.Hold]ledger.Transfer{}, periods: map[id.Period]book.Period{}, base: ledgerSums{},
		days: []ledgerDay{{moved: ledgerSums{}}},
	}
}

// add takes one entry of the journal, in their order.
func (c *closings) add(entry engine.Entry) {
	for _, event := range entry.Events {
		switch e := event.(type) {
		case *book.AccountOpened:
			c.accounts[e.Account] = e.Key
		case *book.AccountsOpened:
			for i := range uint64(e.Count) {
				c.accounts[id.Make[id.Account](e.First.Shard(), e.First.Number()+i)] = e.Key
			}
		case *book.TransfersPosted:
			for _, t := range e.Transfers {
				c.post(t)
			}
		case *book.HoldPlaced:
			c.holds[e.Hold.ID] = e.Hold.Transfer
		case *book.HoldEnded:
			if e.State == ledger.Posted {
				c.post(c.holds[e.Hold])
			}
			delete(c.holds, e.Hold)
		case *book.DayOpened:
			c.days = append(c.days, ledgerDay{e.Date, ledgerSums{}})
		case *book.ClosingProposed:
			c.periods[e.Period.ID] = e.Period
		case *book.PeriodClosed:
			if e.State == book.Closed {
				c.hold(c.periods[e.Period])
			}
			delete(c.periods, e.Period)
		}
	}
}

func (c *closings) post(t ledger.Transfer) {
	moved := c.days[len(c.days)-1].moved
	debit, credit := lineOf(c.accounts[t.Debit]), lineOf(c.accounts[t.Credit])
	moved[debit] = money.Add(moved[debit], t.Amount)
	moved[credit] = money.Sub(moved[credit], t.Amount)
}

func lineOf(key ledger.Key) ledgerLine { return ledgerLine{key.Entity, key.Currency, key.Code} }

// hold compares the books on the evening on which a period ends with what its closing says.
func (c *closings) hold(p book.Period) {
	for len(c.days) > 1 && c.days[0].date <= p.Until {
		for key, amount := range c.days[0].moved {
			c.base[key] = money.Add(c.base[key], amount)
		}
		c.days = c.days[1:]
	}
	if digest := c.base.digest(); digest != p.Balance {
		c.wrong = append(c.wrong, book.Breach{
			Code: "balance_changed", Record: p.ID.String(), Sentence: fmt.Sprintf("the trial balance of %s is not the one that was closed", p.Until),
		})
	}
}

func (s ledgerSums) digest() [32]byte {
	keys := make([]ledgerLine, 0, len(s))
	for key, amount := range s {
		if amount != 0 {
			keys = append(keys, key)
		}
	}
	slices.SortFunc(keys, func(a, b ledgerLine) int {
		return cmp.Or(cmp.Compare(a.entity, b.entity), cmp.Compare(a.currency.String(), b.currency.String()), cmp.Compare(a.code, b.code))
	})
	hash := sha256.New()
	for _, key := range keys {
		fmt.Fprintf(hash, "%s %d %s %d\n", key.entity, key.code, key.currency, s[key])
	}
	return [32]byte(hash.Sum(nil))
}
