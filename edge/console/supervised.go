package console

import (
	"millrace/domain/id"
	"millrace/edge/locale"
	"millrace/edge/view"
)

// supervisedList is the accounts at custodians, those that are not on record after the others.
type supervisedList struct {
	list
	Items   []view.SupervisedAccount
	Missing []view.SupervisedAccount
}

func showSupervised(v *visit) (any, error) {
	var l supervisedList
	var q view.Query
	l.list, q = v.list("Supervised accounts", []string{"proposed", "live", "declined", "closed"})
	page, err := v.SupervisedAccounts(v.caller, q)
	if err != nil {
		return nil, err
	}
	l.Items = page.Items
	if q.Cursor == "" && q.State == "" {
		if l.Missing, err = v.NotOnRecord(v.caller); err != nil {
			return nil, err
		}
	}
	l.end(v, page.Next, len(page.Items))
	return l, nil
}

type supervisedPage struct {
	view.SupervisedAccount
	Timeline []view.Entry
	Postings []view.Posting
}

func (p supervisedPage) title() *locale.Text { return locale.Say("Supervised account %s", p.ID) }

func showSupervisedAccount(v *visit) (any, error) {
	of, err := identity[id.SupervisedAccount](v)
	if err != nil {
		return nil, err
	}
	shown, err := v.SupervisedAccount(v.caller, of)
	if err != nil {
		return nil, err
	}
	timeline, postings, err := v.chronicle(shown.ID)
	return supervisedPage{shown, timeline, postings}, err
}
