package view

import (
	"reflect"

	"millrace/book"
)

// Announces tells whether messages tell of an event.
func Announces(e book.Event) bool {
	_, known := announcedAs[reflect.TypeOf(e)]
	return known
}
