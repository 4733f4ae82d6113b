package console

import (
	"slices"

	"millrace/domain/id"
	"millrace/edge/view"
)

// name adds to what happened the records that events speak of, as people call them; a financing stands for the payment that it caused.
func (f *front) name(h *happened, events []view.Event) error {
	financed := slices.ContainsFunc(events, func(e view.Event) bool { return id.PrefixOf(e.About) == id.Financing(0).Prefix() })
	for _, event := range events {
		prefix := id.PrefixOf(event.About)
		if event.About == "" || event.Told == nil || len(h.About) == aboutMax || financed && prefix != id.Financing(0).Prefix() {
			continue
		}
		path := pathOf(event.About)
		if slices.ContainsFunc(h.About, func(c crumb) bool { return c.Path == path }) {
			continue
		}
		seen, err := f.v.Sees(f.v.caller, event.About)
		if err != nil {
			return err
		}
		if !seen || path == "" {
			continue
		}
		name, err := f.called(event.About)
		if err != nil {
			return err
		}
		h.About = append(h.About, crumb{path, name})
	}
	return nil
}

// called is how people call a record: by the number of its invoice, where it has one.
func (f *front) called(record string) (string, error) {
	w := f.v.w
	switch id.PrefixOf(record) {
	case id.Receivable(0).Prefix():
		number, err := f.v.numberOf(record)
		if err != nil || number == "" {
			return record, err
		}
		return w.T("Invoice %s", number), nil
	case id.Financing(0).Prefix():
		of, err := id.Parse[id.Financing](record)
		if err != nil {
			return record, nil
		}
		shown, err := f.v.View.Financing(f.v.caller, of)
		if err != nil {
			return record, err
		}
		if number, err := f.v.numberOf(shown.Receivable); err != nil || number != "" {
			return w.T("Financing of invoice %s", number), err
		}
		return w.T("Financing %s", record), nil
	case id.Break(0).Prefix():
		return w.T("Break %s", record), nil
	case id.Payment(0).Prefix():
		return w.T("Payment %s", record), nil
	case id.Receipt(0).Prefix():
		return w.T("Receipt %s", record), nil
	}
	return record, nil
}
