package console

import (
	"cmp"
	"slices"

	"millrace/domain/id"
	"millrace/edge/view"
)

// books are the accounts of one entity, those that stand at zero apart.
type books struct {
	Entity   *view.Ref
	Accounts []accountRow
	Idle     []accountRow
}

// Plain tells whether nothing is set aside in an account, so that all of its balance is available.
func (a accountRow) Plain() bool { return a.Held.Minor == 0 }

// shelve puts an account into the books of its entity.
func (l *accountList) shelve(row accountRow) {
	at := slices.IndexFunc(l.Books, func(b books) bool { return b.Entity.ID == row.Entity.ID })
	if at < 0 {
		at = len(l.Books)
		l.Books = append(l.Books, books{Entity: row.Entity})
	}
	into := &l.Books[at].Accounts
	if row.Balance.Minor == 0 && row.Plain() {
		into = &l.Books[at].Idle
	}
	*into = append(*into, row)
}

// sort puts the accounts in the order of the chart.
func (b books) sort() {
	byNumber := func(a, b accountRow) int { return cmp.Compare(a.Number, b.Number) }
	slices.SortStableFunc(b.Accounts, byNumber)
	slices.SortStableFunc(b.Idle, byNumber)
}

// exported are all accounts, in the order in which the page has them.
func (l accountList) exported() any {
	all := []accountRow{}
	for _, b := range l.Books {
		all = append(append(all, b.Accounts...), b.Idle...)
	}
	return all
}

// otherSide is the account on the other side of a movement, as far as the caller sees it.
type otherSide struct {
	Code  string
	Party *view.Ref
}

// Opposite is the account on the other side; nil where the caller does not see it.
func (p accountPage) Opposite(m view.Movement) *otherSide { return p.opposite[m.Other] }

// nameOthers reads the accounts on the other side of movements, each once.
func (v *visit) nameOthers(movements []view.Movement) map[string]*otherSide {
	named := map[string]*otherSide{}
	for _, m := range movements {
		if _, known := named[m.Other]; known {
			continue
		}
		named[m.Other] = nil
		of, err := id.Parse[id.Account](m.Other)
		if err != nil {
			continue
		}
		if shown, err := v.Account(v.caller, of); err == nil {
			named[m.Other] = &otherSide{shown.Code, shown.Counterparty}
		}
	}
	return named
}
