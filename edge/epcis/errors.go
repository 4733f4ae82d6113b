package epcis

import "millrace/edge/observation"

// Codes is every reason for which a file is rejected.
var Codes = append(append(append([]observation.Reason(nil), observation.Shared...), observation.JSONReasons...), []observation.Reason{
	observation.Explain("member_missing", "is missing", "The standard demands this member here."),
	observation.Explain("member_shape", "is not of the shape that belongs here", "A text, a number, a list or an object is expected in this place."),
	observation.Explain("member_unknown", "is not a member that may stand here", "Members of your own carry a prefix with a colon; the standard has none of this name for this type of event."),
	observation.Explain("version_unsupported", "is not a version that is read", "Send EPCIS 2.0; older versions exist in XML only."),
	observation.Explain("event_type_unknown", "is not a type of event", "An event is an ObjectEvent, AggregationEvent, AssociationEvent, TransactionEvent or TransformationEvent."),
	observation.Explain("events_too_many", "events are more than the limit", "Split the file."),
	observation.Explain("time_wrong", "is not a time with a zone", "A time is written like 2026-09-20T17:05:00.000+02:00 and must exist."),
	observation.Explain("offset_wrong", "is not an offset from UTC", "An offset is written like +02:00 or -05:30, at most 14 hours."),
	observation.Explain("action_wrong", "is not an action", "The action is ADD, OBSERVE or DELETE."),
	observation.Explain("word_unknown", "is neither a word of the vocabulary nor a URI", "Use a word of the Core Business Vocabulary, bare or as its URI, or a URI of your own vocabulary."),
	observation.Explain("uri_wrong", "is not a URI", "Identifiers of events, objects, places and parties are URIs."),
	observation.Explain("quantity_wrong", "is not a quantity that can be kept exactly", "A quantity is a number with at most six digits after the point, up to a million million."),
	observation.Explain("unit_wrong", "is not a unit code", "A unit is a code of UN/ECE Recommendation 20, two or three capital letters and digits."),
	observation.Explain("unit_alone", "stands without a quantity", "A unit says of what the quantity is so many; give the quantity."),
	observation.Explain("goods_missing", "names no goods", "The event must list what was seen: objects, classes with quantities, or, where the standard allows it, sensor data."),
	observation.Explain("references_missing", "names no business transaction", "A TransactionEvent ties goods to at least one business transaction."),
	observation.Explain("identity_missing", "cannot be retracted without its identity", "An error declaration repeats the eventID of the event that it declares to be wrong."),
}...)
