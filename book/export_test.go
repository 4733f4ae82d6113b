package book

import (
	"slices"

	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/money"
	"millrace/domain/party"
)

// PrepareAndDecide verifies signatures and decides, as the engine does.
func PrepareAndDecide(b *Book, h *Header, c Command) ([]Event, *Rejection) {
	if rejection := Prepare(c); rejection != nil {
		return nil, rejection
	}
	return b.Decide(h, c)
}

// Predicted copies what the last decision would set in motion, account by account.
func Predicted(b *Book) map[id.Account]money.Minor {
	moved := map[id.Account]money.Minor{}
	for account, amount := range b.draft.moved {
		moved[account] = amount
	}
	return moved
}

// Free is what stands to the credit of an account less what is set aside in it; 0 for one that is not there. rules tells
// whether only rules move it.
func Free(b *Book, account id.Account) (free money.Minor, rules bool) {
	a := b.accounts.at(account.Number())
	if a == nil {
		return 0, true
	}
	return a.CreditsPosted - a.DebitsPosted - a.DebitsPending, a.Key.Code < ledger.Source
}

// LimitUse is what is reserved and used under a limit.
func LimitUse(b *Book, limit id.Limit) [2]money.Minor {
	l := b.limits.at(limit.Number())
	return [2]money.Minor{l.Reserved, l.Used}
}

// BalanceOf is the balance of a key's account; 0 where there is none.
func BalanceOf(b *Book, key ledger.Key) money.Minor {
	if a := b.accounts.at(b.accountOf[key].Number()); a != nil {
		return a.Balance()
	}
	return 0
}

// Counts are the records of each table that stand on shelves, and documents.
func Counts(b *Book) map[string]uint64 {
	counts := map[string]uint64{}
	for i := range tables {
		if tables[i].count != nil {
			counts[tables[i].Name] = tables[i].count(b)
		}
	}
	return counts
}

// Record is a copy of a record by its table's name and number.
func Record(b *Book, table string, number uint64) any {
	return tables[TableIndex(table)].record(b, number)
}

// Suspend and Deactivate do what no command does.
func Deactivate(b *Book, a id.Actor) { b.actors.at(a.Number()).Active = false }

// Provisional and Stop set what takes a long story to reach.
func Provisional(b *Book, p id.Party) { b.parties.at(p.Number()).State = party.Provisional }
func Stop(b *Book, p id.Programme)    { b.programmes.at(p.Number()).Stopped = true }

// CommandKinds and EventKinds list what can be stored, by kind.
func CommandKinds() []Command {
	var kinds []uint16
	for kind := range commandKinds {
		kinds = append(kinds, kind)
	}
	slices.Sort(kinds)
	commands := make([]Command, len(kinds))
	for i, kind := range kinds {
		commands[i] = commandKinds[kind]()
	}
	return commands
}

func EventKinds() []Event {
	var kinds []uint16
	for kind := range eventKinds {
		kinds = append(kinds, kind)
	}
	slices.Sort(kinds)
	events := make([]Event, len(kinds))
	for i, kind := range kinds {
		events[i] = eventKinds[kind]()
	}
	return events
}

// TableNames gives the names of the tables, by number.
func TableNames() []string {
	var names []string
	for i := range tables {
		names = append(names, tables[i].Name)
	}
	return names
}

// AuditedCodes are the breaches of accounts whose balance the records imply.
func AuditedCodes() []string {
	var codes []string
	for _, code := range audited {
		codes = append(codes, code)
	}
	slices.Sort(codes)
	return codes
}

// DrawnOn is what the financings of a line take of it.
func DrawnOn(b *Book, l id.Line) money.Minor { return b.drawnOn[l] }
