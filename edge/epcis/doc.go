// Package epcis reads events of GS1 EPCIS 2.0 in JSON and JSON-LD: an EPCISDocument, an EPCISQueryDocument or one event by
// itself, with ObjectEvent, AggregationEvent, AssociationEvent, TransactionEvent and TransformationEvent.
//
// Reading gives one verdict on the file. What the standard demands of an event is demanded here, and one event that breaks
// it rejects the file, naming the event, the member and the value; Codes lists every reason. Words of the Core Business
// Vocabulary are understood bare, as urn:epcglobal:cbv:… and as https://ref.gs1.org/cbv/… alike. A URI of somebody's own
// vocabulary is allowed, and says nothing here.
//
// What an event says of goods is what was seen after it: of an aggregation its children, of a transformation its outputs.
// Objects with a serial number are counted by their trade item. Quantities are exact decimals; one that is not given is 0.
//
// Not read: sensor data, instance master data, persistent dispositions, certification, and members of other namespaces,
// which are skipped whatever they hold. The JSON-LD context is not resolved: members go by the names of the standard's own.
//
// Sources: GS1 EPCIS 2.0 and Core Business Vocabulary 2.0 (2022), the JSON schema that goes with them, RFC 3339.
package epcis
