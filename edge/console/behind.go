package console

import (
	"fmt"

	"millrace/edge/view"
)

// beingMade stands in the place of a page whose figures are still being read from a large book.
type beingMade struct {
	name  string
	Asked string // the address, to load again
}

func (p beingMade) title() string { return p.name }

// template is the page of what is being made.
func (beingMade) template() string { return "being-made" }

// behind reads what a page shows, in the background where that takes long. While it is not ready there is a page that says so, and no value.
func behind[T any](v *visit, name, what string, read func(*visit) (T, error)) (value T, notYet any, err error) {
	own := *v
	value, ready, err := view.Behind(v.View, v.caller, what, func(later *view.View) (T, error) {
		reading := own
		reading.View = later
		return read(&reading)
	})
	if err != nil || ready {
		return value, nil, err
	}
	return value, beingMade{name, v.request.URL.RequestURI()}, nil
}

// whole names reports with all that they depend on besides the caller.
func (a *reportsAsked) whole() string {
	return fmt.Sprint("reports ", a.entity, " ", a.From, " ", a.Until, " ", a.Standard)
}
