package console

import (
	"millrace/domain/legal"
	"millrace/edge/view"
)

type misdirectedList struct {
	list
	Items []view.Misdirected
}

// showMisdirected lists payments that went to another account than the one to pay, by how far their recovery has come.
func showMisdirected(v *visit) (any, error) {
	var l misdirectedList
	var q view.Query
	l.list, q = v.list("Misdirected payments", legal.RecoveryStateNames)
	q.Type, q.State = q.State, ""
	page, err := v.Misdirections(v.caller, q)
	l.Items = page.Items
	l.end(v, page.Next, len(page.Items))
	return l, err
}
