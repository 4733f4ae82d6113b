package book

import (
	"cmp"
	"slices"

	"millrace/domain/calendar"
	"millrace/domain/funding"
	"millrace/domain/money"
)

// indexLadder: ladderOf, from table ladder.
func (b *Book) indexLadder(l *funding.Ladder) {
	if l.State == funding.LadderLive {
		b.ladderOf[useKey{l.Programme, l.Funder}] = l.ID
	}
}

// addMaturing: maturing, from table financing.
func (b *Book) addMaturing(f *funding.Financing, amount money.Minor) {
	key := useKey{f.Programme, f.Funder}
	assets, at, found := b.maturing[key], 0, false
	if at, found = maturesAt(assets, f.Due); found {
		if assets[at].Amount = money.Add(assets[at].Amount, amount); assets[at].Amount == 0 {
			assets = slices.Delete(assets, at, at+1)
		}
	} else if amount != 0 {
		assets = slices.Insert(assets, at, funding.Maturity{Due: f.Due, Amount: amount})
	}
	if len(assets) == 0 {
		delete(b.maturing, key)
		return
	}
	b.maturing[key] = assets
}

func maturesAt(assets []funding.Maturity, due calendar.Date) (int, bool) {
	return slices.BinarySearchFunc(assets, due, func(m funding.Maturity, due calendar.Date) int { return cmp.Compare(m.Due, due) })
}

// moved gives assets of which one has changed; the given ones stay as they are.
func moved(assets []funding.Maturity, due calendar.Date, by money.Minor) []funding.Maturity {
	changed := slices.Clone(assets)
	if at, found := maturesAt(changed, due); found {
		changed[at].Amount = money.Add(changed[at].Amount, by)
	}
	return changed
}
