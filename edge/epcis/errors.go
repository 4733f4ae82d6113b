package epcis

import (
	"slices"

	"millrace/edge/document"
	"millrace/edge/observation"
)

// Codes is every reason for which a file is rejected.
var Codes = slices.Concat(observation.Shared, observation.JSONReasons, document.Catalogue{
	{Code: "member_missing", Message: "is missing", Sentence: "The standard demands this member here."},
	{Code: "member_shape", Message: "is not of the shape that belongs here", Sentence: "A text, a number, a list or an object is expected in this place."},
	{Code: "member_unknown", Message: "is not a member that may stand here", Sentence: "Members of your own carry a prefix with a colon; the standard has none of this name for this type of event."},
	{Code: "version_unsupported", Message: "is not a version that is read", Sentence: "Send EPCIS 2.0; older versions exist in XML only."},
	{Code: "event_type_unknown", Message: "is not a type of event", Sentence: "An event is an ObjectEvent, AggregationEvent, AssociationEvent, TransactionEvent or TransformationEvent."},
	{Code: "events_too_many", Message: "events are more than the limit", Sentence: "Split the file."},
	{Code: "time_wrong", Message: "is not a time with a zone", Sentence: "A time is written like 2026-09-20T17:05:00.000+02:00 and must exist."},
	{Code: "offset_wrong", Message: "is not an offset from UTC", Sentence: "An offset is written like +02:00 or -05:30, at most 14 hours."},
	{Code: "action_wrong", Message: "is not an action", Sentence: "The action is ADD, OBSERVE or DELETE."},
	{Code: "word_unknown", Message: "is neither a word of the vocabulary nor a URI", Sentence: "Use a word of the Core Business Vocabulary, bare or as its URI, or a URI of your own vocabulary."},
	{Code: "uri_wrong", Message: "is not a URI", Sentence: "Identifiers of events, objects, places and parties are URIs."},
	{Code: "quantity_wrong", Message: "is not a quantity that can be kept exactly", Sentence: "A quantity is a number with at most six digits after the point, up to a million million."},
	{Code: "unit_wrong", Message: "is not a unit code", Sentence: "A unit is a code of UN/ECE Recommendation 20, two or three capital letters and digits."},
	{Code: "unit_alone", Message: "stands without a quantity", Sentence: "A unit says of what the quantity is so many; give the quantity."},
	{Code: "goods_missing", Message: "names no goods", Sentence: "The event must list what was seen: objects, classes with quantities, or, where the standard allows it, sensor data."},
	{Code: "references_missing", Message: "names no business transaction", Sentence: "A TransactionEvent ties goods to at least one business transaction."},
	{Code: "identity_missing", Message: "cannot be retracted without its identity", Sentence: "An error declaration repeats the eventID of the event that it declares to be wrong."},
})
