// Package transport reads the events of a UBL 2.1 TransportationStatus: what a carrier says of a consignment under way.
//
// The document must be well-formed XML in UTF-8 without a DOCTYPE, of UBL's namespace, with the elements that the schema
// demands and none at its top that the schema does not know. Dates, times, indicators and quantities that are read must be
// of their lexical form. Deeper elements that are not read are passed over.
//
// The consignor is taken for the seller and the consignee for the buyer, in want of these exporter and importer. An event
// is dated by its occurrence, else by the reference date of its status, else by the document's issue; a time of day without
// a zone is UTC, and a date without a time of day is its first moment. Where a document has no event, its own status is one.
//
// What happened is read from the event's type code: words such as "departure" or "arrival", or the condition code 31 of
// UN/ECE Recommendation 24 (en route). Any other code is kept as written and says nothing by itself; so is an event that is
// marked as not completed. Documents are referred to by type code 220 (order), 351 (despatch advice), 632 (goods receipt)
// and 380 (invoice) of UNTDID 1001, or by the name of the UBL document type.
//
// Sources: OASIS UBL 2.1 (2013), UN/ECE Recommendation 24, UNTDID 1001.
package transport
