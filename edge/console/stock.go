package console

import (
	"cmp"

	"millrace/domain/id"
	"millrace/edge/locale"
	"millrace/edge/view"
)

type stockList struct {
	list
	Items []view.WarehouseReceipt
	Calls []view.MarginCall // that are open, or have lapsed
}

func showStock(v *visit) (any, error) {
	var l stockList
	var q view.Query
	l.list, q = v.list("Stock", []string{"free", "pledged", "released", "delivered", "void"})
	page, err := v.StandingReceipts(v.caller, q)
	if err != nil {
		return nil, err
	}
	l.Items = page.Items
	l.end(v, page.Next, len(page.Items))
	for _, state := range []string{"open", "lapsed"} {
		calls, err := v.MarginCalls(v.caller, view.Query{State: state, Limit: rowsMax, Order: view.OldestFirst})
		if err != nil {
			return nil, err
		}
		l.Calls = append(l.Calls, calls.Items...)
	}
	return l, nil
}

type storedPage struct {
	view.WarehouseReceipt
	Timeline []view.Entry
}

func (p storedPage) title() *locale.Text {
	return locale.Say("Warehouse receipt %s", cmp.Or(p.Number, p.ID))
}

func showStored(v *visit) (any, error) {
	of, err := identity[id.WarehouseReceipt](v)
	if err != nil {
		return nil, err
	}
	var p storedPage
	if p.WarehouseReceipt, err = v.View.WarehouseReceipt(v.caller, of); err != nil {
		return nil, err
	}
	p.Timeline, _, err = v.chronicle(p.ID)
	return p, err
}

type baseList struct {
	list
	Items []view.Base
	Pools []view.Pool
}

func showBases(v *visit) (any, error) {
	var l baseList
	var q view.Query
	l.list, q = v.list("Borrowing bases", nil)
	page, err := v.Bases(v.caller, q)
	if err != nil {
		return nil, err
	}
	l.Items = page.Items
	l.end(v, page.Next, len(page.Items))
	pools, err := v.Pools(v.caller, view.Query{Limit: rowsMax})
	l.Pools = pools.Items
	return l, err
}

type basePage struct {
	view.Base
	Included []view.BaseItem
	Excluded []view.BaseItem
	Timeline []view.Entry
}

func (p basePage) title() *locale.Text { return locale.Say("Borrowing base of %s", p.On) }

func showBase(v *visit) (any, error) {
	of, err := identity[id.Base](v)
	if err != nil {
		return nil, err
	}
	var p basePage
	if p.Base, err = v.View.Base(v.caller, of); err != nil {
		return nil, err
	}
	for _, item := range p.Items {
		if item.Counts {
			p.Included = append(p.Included, item)
		} else {
			p.Excluded = append(p.Excluded, item)
		}
	}
	p.Timeline, _, err = v.chronicle(p.Pool)
	return p, err
}
