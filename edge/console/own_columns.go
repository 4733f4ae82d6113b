package console

import (
	"reflect"
	"strings"

	"millrace/edge/view"
)

// Mine tells whether one side of all rows, a *view.Ref field of that name, is the caller's own party: such a column would say the same in each of them.
// Who sees all sees it.
func (f frame) Mine(rows any, side string) bool {
	if f.Home == nil || f.Caller.SeesAll() {
		return false
	}
	all := reflect.ValueOf(rows)
	for i := range all.Len() {
		named, _ := all.Index(i).FieldByName(side).Interface().(*view.Ref)
		if named == nil || named.ID != f.Home.ID {
			return false
		}
	}
	return all.Len() > 0
}

// ForOther tells whether a party has still to be said beside who acts for it: the names of many machines and people end with it.
func (frame) ForOther(actor, party *view.Ref) bool {
	return actor != nil && party != nil && !strings.HasSuffix(actor.String(), party.String())
}
