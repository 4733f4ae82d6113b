package stock

import "millrace/edge/observation"

// Codes is every reason for which a file is rejected.
var Codes = append(append(append([]observation.Reason(nil), observation.Shared...), observation.JSONReasons...), []observation.Reason{
	observation.Explain("csv_malformed", "is not a row of CSV as the first row announces", "Every row has as many fields as the first one, and quotation marks in pairs."),
	observation.Explain("column_unknown", "is not a column that is read", "The columns are number, counted_at, location_scheme, location, owner_scheme, owner, item_scheme, item, quantity and unit."),
	observation.Explain("column_missing", "is a column that is missing", "A count needs at least number, counted_at, location, owner_scheme, owner, item and quantity."),
	observation.Explain("column_repeated", "is given twice", "The first row names one column twice."),
	observation.Explain("member_missing", "is missing", "A count needs this."),
	observation.Explain("member_shape", "is not of the shape that belongs here", "A text, a list or an object is expected in this place."),
	observation.Explain("member_unknown", "is not a member that may stand here", "Look the form up; a mistyped name would lose what it says."),
	observation.Explain("count_differs", "differs from the first row of the same count", "Rows of one number agree in time, place and owner."),
	observation.Explain("time_wrong", "is not a time with a zone", "A time is written like 2026-09-30T17:05:00+02:00 and must exist."),
	observation.Explain("quantity_wrong", "is not a quantity that can be kept exactly", "A quantity is a number of at least 0 with at most six digits after the point, up to a million million."),
	observation.Explain("unit_wrong", "is not a unit code", "A unit is a code of UN/ECE Recommendation 20, two or three capital letters and digits."),
	observation.Explain("item_repeated", "is counted twice in one count", "One count says of one item and unit how much there is, once."),
	observation.Explain("items_missing", "lists no item", "A count of nothing says quantity 0 of an item."),
	observation.Explain("events_too_many", "counts are more than the limit", "Split the file."),
}...)
