package console

import (
	"cmp"
	"slices"
	"strings"

	"millrace/edge/view"
)

// tickedMost is how many records stand on a form to be ticked.
const tickedMost = 40

// several asks for any of some records, and by their ids where there are none to tick, or too many. Those that are named already stand among them.
func (f *deedForm) several(i input, records []option, preset string) *input {
	named := preset
	if f.asked {
		named = f.values.Get(i.Name)
	}
	for _, record := range strings.Fields(strings.ReplaceAll(named, ",", " ")) {
		if !slices.ContainsFunc(records, func(o option) bool { return o.Value == record }) {
			records = append(records, option{record, record, ""})
		}
	}
	if i.Kind = "area"; len(records) > 0 && len(records) <= tickedMost {
		i.Kind, i.Choices, i.Hint = "several", records, ""
	}
	return f.value(i, preset)
}

// Ticked tells whether a record is among those that were named.
func (i *input) Ticked(record string) bool {
	return slices.Contains(strings.Fields(strings.ReplaceAll(i.Value, ",", " ")), record)
}

// tickable are receivables as they stand on a form: by the number of the invoice, with who owes it.
func (v *visit) tickable(items []view.Receivable) ([]option, error) {
	rows, err := v.receivableRows(items)
	var all []option
	for _, r := range rows {
		label := v.w.T("Invoice %s", cmp.Or(r.Number, r.ID))
		if r.Buyer != nil {
			label += ", " + r.Buyer.String()
		}
		all = append(all, option{r.ID, label, v.w.T("%s, due %s; %s", r.Outstanding, cmp.Or(r.Due, "–"), r.ID)})
	}
	return all, err
}

// free are the caller's own open receivables that nothing else is on, and that are not due: those which are due last first.
func (v *visit) free() ([]view.Receivable, error) {
	today, err := v.Date()
	if err != nil {
		return nil, err
	}
	page, err := v.Receivables(v.caller, view.Query{State: "open", Limit: view.LimitMax})
	own := v.caller.Party.String()
	items := slices.DeleteFunc(page.Items, func(r view.Receivable) bool {
		return r.Seller == nil || r.Seller.ID != own || bound(r) || r.Due <= today.String()
	})
	slices.SortStableFunc(items, func(a, b view.Receivable) int { return cmp.Compare(b.Due, a.Due) })
	return items, err
}

// bound tells whether something is on a receivable that keeps its seller from giving it away.
func bound(r view.Receivable) bool {
	return r.Financing != "" || r.Certificate != "" || r.SetOff != "" || r.Disputed.Minor != 0 || len(r.Findings) > 0
}
