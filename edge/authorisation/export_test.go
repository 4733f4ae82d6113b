package authorisation

import (
	"errors"

	"github.com/cedar-policy/cedar-go/x/exp/schema/validate"
)

// CheckBuiltin holds the policies of the program against their schema.
func CheckBuiltin() error {
	validator := validate.New(readSchema())
	var wrong []error
	for _, p := range Builtin().all {
		wrong = append(wrong, fitted(validator, p)...)
	}
	return errors.Join(wrong...)
}
