package view

import (
	"slices"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/edge/access"
)

// Movement is one change of an account.
type Movement struct {
	Sequence uint64 `json:"sequence"`
	At       string `json:"at"`
	Command  string `json:"command"`
	Kind     string `json:"kind" enum:"posted,held,released" doc:"posted moves the balance; held and released move what is available"`
	Side     string `json:"side" enum:"debit,credit"`
	Amount   Amount `json:"amount"`
	Other    string `json:"other" doc:"the account on the other side"`
}

// Movements lists the changes of an account that the caller sees, a page of entries at a time: an entry may move an
// account several times.
func (v *View) Movements(c access.Caller, of id.Account, q Query) (Page[Movement], error) {
	page := Page[Movement]{Items: []Movement{}, Watermark: v.Watermark()}
	account, err := get(v, &accounts, c, of.Number())
	if err != nil {
		return page, err
	}
	limit, last, err := q.start("movement" + of.String())
	if err != nil {
		return page, err
	}
	story, err := v.view.Story(v.ctx, book.TableIndex("account"), of.Number())
	if err != nil {
		return page, err
	}
	if q.Order == NewestFirst {
		story = story[:below(story, last)]
		story = slices.Clone(story[max(0, len(story)-limit-1):])
		slices.Reverse(story)
	} else {
		story = story[below(story, last+1):]
		story = story[:min(len(story), limit+1)]
	}
	if len(story) > limit {
		story = story[:limit]
		page.Next = q.cursor("movement"+of.String(), story[limit-1])
	}
	for _, sequence := range story {
		stored, err := v.engine.ReadEntry(sequence)
		if err != nil {
			return page, err
		}
		from := len(page.Items)
		for _, event := range stored.Events {
			if err := v.moves(&page.Items, account, event); err != nil {
				return page, err
			}
		}
		for i := range page.Items[from:] {
			m := &page.Items[from+i]
			m.Sequence, m.At, m.Command = sequence, Time(stored.Header.At), CommandName(stored.Command)
		}
	}
	return page, nil
}

// moves appends what an event moves on the account.
func (v *View) moves(movements *[]Movement, account *ledger.Account, event book.Event) error {
	add := func(kind string, t *ledger.Transfer) {
		m := Movement{Kind: kind, Amount: AmountOf(t.Amount, account.Key.Currency)}
		switch account.ID {
		case t.Debit:
			m.Side, m.Other = "debit", t.Credit.String()
		case t.Credit:
			m.Side, m.Other = "credit", t.Debit.String()
		default:
			return
		}
		*movements = append(*movements, m)
	}
	switch e := event.(type) {
	case *book.TransfersPosted:
		for i := range e.Transfers {
			add("posted", &e.Transfers[i])
		}
	case *book.HoldPlaced:
		add("held", &e.Hold.Transfer)
	case *book.HoldEnded:
		var hold *ledger.Hold
		err := rows(v, "SELECT number, record FROM hold WHERE number = ?", []any{int64(e.Hold.Number())}, func(_ uint64, record *ledger.Hold) error {
			hold = record
			return nil
		})
		if err != nil || hold == nil {
			return err
		}
		add("released", &hold.Transfer)
		if e.State == ledger.Posted {
			add("posted", &hold.Transfer)
		}
	}
	return nil
}
