package view

import (
	"fmt"

	"millrace/domain/id"
	"millrace/domain/receivable"
	"millrace/edge/access"
)

// Unconfirmed lists the open receivables which the caller's party owes and on which it has undertaken nothing, nor begun to;
// nothing for those who see all.
func (v *View) Unconfirmed(c access.Caller, q Query) (Page[Receivable], error) {
	if c.SeesAll() {
		return Page[Receivable]{Items: []Receivable{}, Watermark: v.Watermark()}, nil
	}
	return many(v, v.unconfirmed(c, -1), c, q, (*showing).showReceivable)
}

// unconfirmed are the receivables on which a caller has undertaken nothing, at most so many; -1 for all.
func (v *View) unconfirmed(c access.Caller, most int) *source[receivable.Receivable] {
	table := "(SELECT * FROM receivable INDEXED BY receivable_by_to_confirm WHERE " + among("to_confirm", []id.Party{c.Party}) +
		" AND number NOT IN (SELECT receivable >> 16 FROM confirmation WHERE state = 'started')"
	if most >= 0 {
		table += fmt.Sprintf(" LIMIT %d", most)
	}
	return from(receivables, table+")")
}

// Controlled lists the live holdings that the caller's party holds or controls; for those who see all, everybody's.
func (v *View) Controlled(c access.Caller, q Query) (Page[Holding], error) {
	narrowed := holdings
	narrowed.table = "(SELECT * FROM holding WHERE live = 1)"
	narrowed.state = "status"
	return many(v, &narrowed, c, q, (*showing).showHolding)
}
