package transport

import (
	"bytes"
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"millrace/domain/movement"
	"millrace/edge/document"
	"millrace/edge/observation"
)

// Read reads the events of one document, in their order. The name is used in errors only. The error is *document.Error for
// a rejected document and *document.Unsupported for one of another type. Read never panics, whatever the input, and may be
// called concurrently.
func Read(name string, input []byte, limits observation.Limits) ([]observation.Observation, error) {
	input = observation.WithoutMark(input)
	root, err := tree(input, limits.WithDefaults())
	if err == nil {
		r := reader{input: input, limits: limits.WithDefaults()}
		if r.read(root); r.failed == nil {
			return r.events, nil
		}
		err = r.failed
	}
	switch err := err.(type) {
	case *document.Error:
		err.File = name
	case *document.Unsupported:
		err.File = name
	}
	return nil, err
}

// Recognises tells whether a file seems to be a TransportationStatus: its first element has that name.
func Recognises(input []byte) bool {
	rest := input[:min(len(input), 4000)]
	for {
		at := bytes.IndexByte(rest, '<')
		if at < 0 || at+1 >= len(rest) {
			return false
		}
		switch rest = rest[at+1:]; {
		case bytes.HasPrefix(rest, []byte("!--")):
			end := bytes.Index(rest, []byte("-->"))
			if end < 0 {
				return false
			}
			rest = rest[end:]
		case rest[0] == '?' || rest[0] == '!':
		default:
			end := bytes.IndexAny(rest, " \t\r\n/>")
			if end < 0 {
				return false
			}
			name := string(rest[:end])
			return name == Root || strings.HasSuffix(name, ":"+Root)
		}
	}
}

// top are the children of the root: whether each is an aggregate, and whether it may repeat.
var top = map[string]struct{ aggregate, repeats bool }{
	"UBLVersionID": {}, "CustomizationID": {}, "ProfileID": {}, "ProfileExecutionID": {}, "ID": {}, "CarrierAssignedID": {}, "UUID": {},
	"IssueDate": {}, "IssueTime": {}, "Name": {}, "Description": {false, true}, "Note": {false, true}, "ShippingOrderID": {},
	"OtherInstruction": {}, "TransportationStatusTypeCode": {}, "TransportExecutionStatusCode": {}, "Consignment": {true, true},
	"TransportEvent": {true, true}, "DocumentReference": {true, true}, "Signature": {true, true}, "SenderParty": {aggregate: true},
	"ReceiverParty": {aggregate: true}, "TransportExecutionPlanDocumentReference": {aggregate: true},
	"UpdatedPickupTransportEvent": {aggregate: true}, "UpdatedDeliveryTransportEvent": {aggregate: true},
	"StatusLocation": {aggregate: true}, "StatusPeriod": {true, true},
}

// reader takes events from a tree until something fails.
type reader struct {
	input  []byte
	limits observation.Limits
	events []observation.Observation
	failed *document.Error
}

func (r *reader) fail(code, field string, at *element, value string) {
	if r.failed == nil {
		r.failed = Codes.Failure(code, at.line, Root+field, value)
	}
}

func (r *reader) read(root *element) {
	if root.name.Space != namespaceRoot {
		r.fail("namespace_wrong", "", root, root.name.Space)
	}
	seen := map[string]bool{}
	for _, c := range root.children {
		known, found := top[c.name.Local]
		switch space := c.name.Space; {
		case c.name.Local == "UBLExtensions" && space == namespaceExt:
			continue
		case !found:
			r.fail("element_unknown", "", c, c.name.Local)
		case known.aggregate && space != namespaceCac || !known.aggregate && space != namespaceCbc:
			r.fail("namespace_wrong", "/"+c.name.Local, c, space)
		case seen[c.name.Local] && !known.repeats:
			r.fail("element_repeated", "", c, c.name.Local)
		}
		seen[c.name.Local] = true
	}
	for _, name := range []string{"ID", "Consignment"} {
		if !seen[name] {
			r.fail("element_missing", "/"+name, root, "")
		}
	}
	for i, c := range root.all("Consignment") {
		if c.child("ID").value() == "" {
			r.fail("element_missing", "/Consignment["+strconv.Itoa(i+1)+"]/ID", c, "")
		}
	}
	if r.failed != nil {
		return
	}
	// What the document says of its consignment holds for its own events where there is one consignment alone.
	consignments := root.all("Consignment")
	var only *element
	if len(consignments) == 1 {
		only = consignments[0]
	}
	events := 0
	for i, e := range root.all("TransportEvent") {
		events++
		r.event(root, only, e, "/TransportEvent["+strconv.Itoa(i+1)+"]")
	}
	for i, c := range consignments {
		for k, e := range c.all("TransportEvent") {
			events++
			r.event(root, c, e, "/Consignment["+strconv.Itoa(i+1)+"]/TransportEvent["+strconv.Itoa(k+1)+"]")
		}
	}
	if events == 0 {
		r.event(root, only, nil, "")
	}
}

// event takes one event of a consignment; for nil the status of the document itself.
func (r *reader) event(root, consignment, e *element, field string) {
	if r.failed != nil {
		return
	}
	o := observation.Observation{Index: len(r.events) + 1, Source: movement.TransportationStatus}
	if o.Index > r.limits.EventsMax {
		r.fail("events_too_many", field, root, strconv.Itoa(o.Index))
		return
	}
	o.Identity = cmp.Or(root.child("UUID").value(), root.child("ID").value()) + "/" + cmp.Or(e.child("IdentificationID").value(), strconv.Itoa(o.Index))
	whole := root
	if e != nil {
		whole = e
	}
	o.Content = bytes.Clone(r.input[whole.from:whole.to])
	r.when(root, e, field, &o)
	r.what(root, e, field, &o)
	place := e.child("Location")
	if place == nil {
		place = root.child("StatusLocation")
	}
	if at := place.child("ID"); at.value() != "" {
		o.Location = document.Identifier{Scheme: scheme(at), Value: at.value()}
	} else {
		o.Location = document.Identifier{Value: cmp.Or(place.child("Name").value(), place.child("Address", "CityName").value())}
	}
	o.Seller, o.Buyer = firstParty(consignment, "ConsignorParty", "ExporterParty"), firstParty(consignment, "ConsigneeParty", "ImporterParty")
	for _, reference := range root.all("DocumentReference") {
		if to := paperOf(reference); to != 0 && reference.child("ID").value() != "" {
			o.References = append(o.References, observation.Reference{To: to, Number: reference.child("ID").value()})
		}
	}
	r.goods(consignment, &o)
	if r.failed == nil {
		r.events = append(r.events, o)
	}
}

// when dates the event.
func (r *reader) when(root, e *element, field string, o *observation.Observation) {
	status := e.child("CurrentStatus")
	for _, at := range []struct {
		of         *element
		date, time string
		field      string
	}{{e, "OccurrenceDate", "OccurrenceTime", field}, {status, "ReferenceDate", "ReferenceTime", field + "/CurrentStatus"}, {root, "IssueDate", "IssueTime", ""}} {
		date, clock := at.of.child(at.date), at.of.child(at.time)
		if date == nil || r.failed != nil {
			continue
		}
		day, _, ok := zoned("2006-01-02", date.value())
		if !ok {
			r.fail("date_wrong", at.field+"/"+at.date, date, date.value())
			return
		}
		moment, offset := day, int16(0)
		if clock != nil {
			moment, offset, ok = zoned("2006-01-02T15:04:05", day.Format("2006-01-02")+"T"+clock.value())
			if !ok {
				r.fail("time_wrong", at.field+"/"+at.time, clock, clock.value())
				return
			}
		}
		o.Observed, o.Offset = moment.UnixMicro(), offset
		return
	}
	of := root
	if e != nil {
		of = e
	}
	r.fail("moment_missing", field, of, "")
}

// zoned reads a date or time with or without a zone; without one it is UTC.
func zoned(layout, text string) (time.Time, int16, bool) {
	for _, zone := range []string{"", "Z07:00"} {
		if t, err := time.Parse(layout+zone, text); err == nil && !strings.Contains(text, ",") {
			_, seconds := t.Zone()
			return t, int16(seconds / 60), true
		}
	}
	return time.Time{}, 0, false
}

var words = map[string]movement.Kind{
	"shipped": movement.Shipped, "shipment": movement.Shipped, "pickup": movement.Shipped, "collection": movement.Shipped,
	"departed": movement.Departed, "departure": movement.Departed, "arrived": movement.Arrived, "arrival": movement.Arrived,
	"delivered": movement.Received, "delivery": movement.Received, "received": movement.Received, "receipt": movement.Received,
	"stored": movement.Stored, "storage": movement.Stored, "inspected": movement.Inspected, "inspection": movement.Inspected,
	"lost": movement.Lost, "returned": movement.Returned, "return": movement.Returned, "31": movement.Departed,
}

// what tells what happened.
func (r *reader) what(root, e *element, field string, o *observation.Observation) {
	step := e.child("TransportEventTypeCode").value()
	condition := cmp.Or(e.child("CurrentStatus", "ConditionCode").value(), root.child("TransportExecutionStatusCode").value())
	o.Kind = words[strings.ToLower(step)]
	if o.Kind == 0 {
		o.Kind = words[strings.ToLower(condition)]
	}
	if o.Kind == 0 {
		o.Kind = movement.Other
	}
	if done := e.child("CompletionIndicator"); done != nil {
		switch done.value() {
		case "true", "1":
		case "false", "0":
			o.Kind = movement.Other
		default:
			r.fail("indicator_wrong", field+"/CompletionIndicator", done, done.value())
		}
	}
	o.Step, o.Disposition = code(step), code(condition)
}

// code is a code as the book keeps it; "" for what is no single word.
func code(text string) string {
	const characters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"
	if len(text) > 40 || strings.Trim(text, characters) != "" {
		return ""
	}
	return text
}

func paperOf(reference *element) movement.Paper {
	switch cmp.Or(reference.child("DocumentTypeCode").value(), reference.child("DocumentType").value()) {
	case "220", "Order":
		return movement.Order
	case "351", "DespatchAdvice":
		return movement.DespatchAdvice
	case "632", "ReceiptAdvice":
		return movement.ReceiptAdvice
	case "380", "Invoice":
		return movement.Invoice
	}
	return 0
}

// goods takes the goods items of the consignment's handling units.
func (r *reader) goods(consignment *element, o *observation.Observation) {
	for i, unit := range consignment.all("TransportHandlingUnit") {
		for k, item := range unit.all("GoodsItem") {
			field := "/Consignment/TransportHandlingUnit[" + strconv.Itoa(i+1) + "]/GoodsItem[" + strconv.Itoa(k+1) + "]/Quantity"
			g := observation.Goods{Item: itemOf(item)}
			if q := item.child("Quantity"); q != nil {
				var ok bool
				if g.Quantity, ok = observation.Quantity(strings.TrimPrefix(q.value(), "+")); !ok {
					r.fail("quantity_wrong", field, q, q.value())
					return
				}
				if unit := q.attribute("unitCode"); observation.IsUnit(unit) {
					g.Unit = unit
				}
			}
			o.Goods = append(o.Goods, g)
		}
	}
}

func itemOf(goods *element) document.Item {
	item := goods.child("Item")
	standard := item.child("StandardItemIdentification", "ID")
	return document.Item{
		Standard: document.Identifier{Scheme: standard.attribute("schemeID"), Value: standard.value()},
		SellerID: item.child("SellersItemIdentification", "ID").value(), BuyerID: item.child("BuyersItemIdentification", "ID").value(),
		Name: cmp.Or(item.child("Name").value(), goods.child("Description").value()),
	}
}

func scheme(e *element) string { return cmp.Or(e.attribute("schemeID"), e.attribute("schemeAgencyID")) }

// firstParty is the first party of those roles that the consignment names.
func firstParty(consignment *element, roles ...string) document.Party {
	at := slices.IndexFunc(roles, func(role string) bool { return consignment.child(role) != nil })
	if at < 0 {
		return document.Party{}
	}
	e := consignment.child(roles[at])
	p := document.Party{
		Name: e.child("PartyName", "Name").value(), LegalName: e.child("PartyLegalEntity", "RegistrationName").value(),
		Country: e.child("PostalAddress", "Country", "IdentificationCode").value(),
	}
	add := func(kind document.IdentifierKind, id *element, name string) {
		if id.value() != "" {
			p.Identifiers = append(p.Identifiers, document.Identifier{Kind: kind, Scheme: name, Value: id.value()})
		}
	}
	add(document.IdentifierLegal, e.child("PartyLegalEntity", "CompanyID"), e.child("PartyLegalEntity", "CompanyID").attribute("schemeID"))
	tax := e.child("PartyTaxScheme")
	add(document.IdentifierTax, tax.child("CompanyID"), tax.child("TaxScheme", "ID").value())
	for _, identification := range e.all("PartyIdentification") {
		add(document.IdentifierParty, identification.child("ID"), identification.child("ID").attribute("schemeID"))
	}
	add(document.IdentifierEndpoint, e.child("EndpointID"), e.child("EndpointID").attribute("schemeID"))
	return p
}
