package stock

import (
	"slices"

	"millrace/edge/document"
	"millrace/edge/observation"
)

// Codes is every reason for which a file is rejected.
var Codes = slices.Concat(observation.Shared, observation.JSONReasons, document.Catalogue{
	{Code: "csv_malformed", Message: "is not a row of CSV as the first row announces", Sentence: "Every row has as many fields as the first one, and quotation marks in pairs."},
	{Code: "column_unknown", Message: "is not a column that is read", Sentence: "The columns are number, counted_at, location_scheme, location, owner_scheme, owner, item_scheme, item, quantity and unit."},
	{Code: "column_missing", Message: "is a column that is missing", Sentence: "A count needs at least number, counted_at, location, owner_scheme, owner, item and quantity."},
	{Code: "column_repeated", Message: "is given twice", Sentence: "The first row names one column twice."},
	{Code: "member_missing", Message: "is missing", Sentence: "A count needs this."},
	{Code: "member_shape", Message: "is not of the shape that belongs here", Sentence: "A text, a list or an object is expected in this place."},
	{Code: "member_unknown", Message: "is not a member that may stand here", Sentence: "Look the form up; a mistyped name would lose what it says."},
	{Code: "count_differs", Message: "differs from the first row of the same count", Sentence: "Rows of one number agree in time, place and owner."},
	{Code: "time_wrong", Message: "is not a time with a zone", Sentence: "A time is written like 2026-09-30T17:05:00+02:00 and must exist."},
	{Code: "quantity_wrong", Message: "is not a quantity that can be kept exactly", Sentence: "A quantity is a number of at least 0 with at most six digits after the point, up to a million million."},
	{Code: "unit_wrong", Message: "is not a unit code", Sentence: "A unit is a code of UN/ECE Recommendation 20, two or three capital letters and digits."},
	{Code: "item_repeated", Message: "is counted twice in one count", Sentence: "One count says of one item and unit how much there is, once."},
	{Code: "items_missing", Message: "lists no item", Sentence: "A count of nothing says quantity 0 of an item."},
	{Code: "events_too_many", Message: "counts are more than the limit", Sentence: "Split the file."},
})
