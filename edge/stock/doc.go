// Package stock reads stock counts in Millrace's own form: how much of which item a keeper found at a place, when, and whose
// it is. The form exists as JSON, one count or a list of counts in a file, and as CSV, one row an item.
//
// JSON:
//
//	{"type": "StockCount", "number": "2026-09-30/4", "counted_at": "2026-09-30T17:05:00+02:00",
//	 "location": {"scheme": "GLN", "value": "4012345000016"},
//	 "owner": {"name": "…", "country": "DE", "identifiers": [{"scheme": "LEI", "value": "…"}]},
//	 "items": [{"scheme": "GTIN", "item": "04012345111118", "quantity": "12.5", "unit": "KGM"}]}
//
// A count is retracted by the same object with "type": "StockCountRetraction", its number, and "retracted_at".
//
// CSV: a first row with the names number, counted_at, location_scheme, location, owner_scheme, owner, item_scheme, item,
// quantity, unit, in any order; rows of one number are one count and agree in all but item, quantity and unit.
//
// Quantities are exact decimals with at most six digits after the point; in JSON they are texts or numbers. The unit is a
// code of UN/ECE Recommendation 20; without one, pieces are counted. The schemes are GLN, GTIN, LEI, VAT or any other name
// by which identifiers are told apart; location and item need none.
package stock
