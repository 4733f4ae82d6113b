package console

import (
	"errors"

	"millrace/domain/id"
	"millrace/edge/view"
)

// factsOf gives the rolling facts of a party; none to those who may not see them.
func (v *visit) factsOf(p id.Party) ([]view.FactsAbout, error) {
	facts, err := v.Facts(v.caller, p)
	if errors.Is(err, view.ErrNotFound) {
		return nil, nil
	}
	return facts.Subjects, err
}
