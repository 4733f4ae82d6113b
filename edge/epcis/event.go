package epcis

import (
	"bytes"
	"strconv"
	"strings"

	"millrace/domain/movement"
	"millrace/edge/document"
	"millrace/edge/observation"
)

// eventType says what a type of event holds beside what every event may hold.
type eventType struct {
	objects, classes string   // members that list the objects and the classes with quantities that are seen after it
	members          []string // all further members that it may have
	bare             bool     // it has no action
	parted           bool     // with the action DELETE it may name none of its goods: all of them are meant
	sensed           bool     // sensor data may stand in place of goods
}

var common = strings.Fields(`@context type eventTime recordTime eventTimeZoneOffset eventID certificationInfo errorDeclaration bizStep
	disposition readPoint bizLocation bizTransactionList sourceList destinationList sensorElementList persistentDisposition`)

var eventTypes = map[string]*eventType{
	"ObjectEvent":         {objects: "epcList", classes: "quantityList", members: strings.Fields("action epcList quantityList ilmd"), sensed: true},
	"AggregationEvent":    {objects: "childEPCs", classes: "childQuantityList", members: strings.Fields("action parentID childEPCs childQuantityList"), parted: true},
	"AssociationEvent":    {objects: "childEPCs", classes: "childQuantityList", members: strings.Fields("action parentID childEPCs childQuantityList"), parted: true},
	"TransactionEvent":    {objects: "epcList", classes: "quantityList", members: strings.Fields("action parentID epcList quantityList"), parted: true},
	"TransformationEvent": {objects: "outputEPCList", classes: "outputQuantityList", members: strings.Fields("inputEPCList inputQuantityList outputEPCList outputQuantityList transformationID ilmd"), bare: true},
}

// event takes one event.
func (r *reader) event(e *observation.Value, path string, index int) {
	if e.Shape != observation.Object {
		r.fail("member_shape", path, e)
		return
	}
	kind := r.need(e, path, "type", observation.Text)
	if kind == nil {
		return
	}
	t := eventTypes[kind.Text]
	if t == nil {
		r.fail("event_type_unknown", below(path, "type"), kind)
		return
	}
	r.only(e, path, append(common[:len(common):len(common)], t.members...))
	o := observation.Observation{Index: index, Content: bytes.Clone(r.input[e.From:e.To]), Source: movement.EPCIS}
	r.when(e, path, &o)
	action := r.action(e, path, t)
	o.Step = r.word(e, path, "bizStep", &bizSteps)
	o.Disposition = r.word(e, path, "disposition", &dispositions)
	o.Kind = kindOf(o.Step, o.Disposition)
	r.where(e, path, &o)
	r.sides(e, path, &o)
	r.references(e, path, &o, kind.Text == "TransactionEvent")
	r.goods(e, path, t, action, &o)
	for _, other := range []string{"inputEPCList", "inputQuantityList"} { // what goes in is checked and not seen afterwards
		r.listed(e, path, other, &observation.Observation{})
	}
	r.retraction(e, path, &o)
	if r.failed == nil {
		r.events = append(r.events, o)
	}
}

// when takes identity and time.
func (r *reader) when(e *observation.Value, path string, o *observation.Observation) {
	o.Identity = r.uri(e, path, "eventID")
	if v := r.need(e, path, "eventTime", observation.Text); v != nil {
		var ok bool
		if o.Observed, o.Offset, ok = observation.Time(v.Text); !ok {
			r.fail("time_wrong", below(path, "eventTime"), v)
		}
	}
	if v := r.may(e, path, "recordTime", observation.Text); v != nil {
		if _, _, ok := observation.Time(v.Text); !ok {
			r.fail("time_wrong", below(path, "recordTime"), v)
		}
	}
	if v := r.need(e, path, "eventTimeZoneOffset", observation.Text); v != nil {
		offset, ok := observation.Offset(v.Text)
		if !ok || v.Text == "Z" {
			r.fail("offset_wrong", below(path, "eventTimeZoneOffset"), v)
		}
		o.Offset = offset
	}
}

func (r *reader) action(e *observation.Value, path string, t *eventType) string {
	if t.bare {
		return ""
	}
	v := r.need(e, path, "action", observation.Text)
	if v == nil {
		return ""
	}
	switch v.Text {
	case "ADD", "OBSERVE", "DELETE":
	default:
		r.fail("action_wrong", below(path, "action"), v)
	}
	return v.Text
}

// where takes the place: where goods are from then on for what stays there, else where they were seen.
func (r *reader) where(e *observation.Value, path string, o *observation.Observation) {
	at := func(name string) string {
		v := r.may(e, path, name, observation.Object)
		if v == nil {
			return ""
		}
		r.only(v, below(path, name), []string{"id", "@id"})
		uri := r.uri(v, below(path, name), "id")
		if uri == "" {
			r.missing(below(path, name), "id", v)
		}
		return uri
	}
	read, stays := at("readPoint"), at("bizLocation")
	place := read
	switch o.Kind {
	case movement.Received, movement.Stored, movement.Counted, movement.Inspected:
		if stays != "" {
			place = stays
		}
	}
	if place == "" {
		place = stays
	}
	o.Location = observation.Place(place)
}

// sides takes the owning parties: goods go from the seller's ownership to the buyer's.
func (r *reader) sides(e *observation.Value, path string, o *observation.Observation) {
	for _, side := range []struct {
		list, member string
		party        *document.Party
	}{{"sourceList", "source", &o.Seller}, {"destinationList", "destination", &o.Buyer}} {
		list := r.may(e, path, side.list, observation.List)
		if list == nil {
			continue
		}
		for i, v := range list.Members {
			at := below(path, side.list) + "[" + strconv.Itoa(i+1) + "]"
			if v.Shape != observation.Object {
				r.fail("member_shape", at, v)
				return
			}
			r.only(v, at, []string{"type", side.member})
			if r.need(v, at, "type", observation.Text) == nil || r.need(v, at, side.member, observation.Text) == nil {
				return
			}
			kind, uri := r.word(v, at, "type", &sideTypes), r.uri(v, at, side.member)
			if kind == "owning_party" && len(side.party.Identifiers) == 0 {
				side.party.Identifiers = []document.Identifier{observation.Party(uri)}
			}
		}
	}
}

// references takes the business transactions that are documents. The party whose number one carries is its issuer, and so
// tells a side of the deal that the event does not name.
func (r *reader) references(e *observation.Value, path string, o *observation.Observation, demanded bool) {
	list := r.may(e, path, "bizTransactionList", observation.List)
	if demanded && (list == nil || len(list.Members) == 0) {
		r.fail("references_missing", path, e)
	}
	if list == nil {
		return
	}
	for i, v := range list.Members {
		at := below(path, "bizTransactionList") + "[" + strconv.Itoa(i+1) + "]"
		if v.Shape != observation.Object {
			r.fail("member_shape", at, v)
			return
		}
		r.only(v, at, []string{"type", "bizTransaction"})
		if r.need(v, at, "bizTransaction", observation.Text) == nil {
			return
		}
		to, known := papers[r.word(v, at, "type", &transactionTypes)]
		uri := r.uri(v, at, "bizTransaction")
		number, issuer := observation.Transaction(uri)
		if !known || number == "" || r.failed != nil {
			continue
		}
		o.References = append(o.References, observation.Reference{To: to, Number: number})
		side := &o.Seller
		if to == movement.Order || to == movement.ReceiptAdvice {
			side = &o.Buyer
		}
		if issuer != "" && len(side.Identifiers) == 0 {
			side.Identifiers = []document.Identifier{{Kind: document.IdentifierParty, Scheme: observation.SchemeGLN, Value: issuer}}
		}
	}
}

// goods takes what was seen.
func (r *reader) goods(e *observation.Value, path string, t *eventType, action string, o *observation.Observation) {
	r.listed(e, path, t.objects, o)
	r.listed(e, path, t.classes, o)
	r.uri(e, path, "parentID")
	sensors := r.may(e, path, "sensorElementList", observation.List)
	named := len(o.Goods) > 0 || e.Member(t.objects) != nil && t.sensed
	sensed := t.sensed && sensors != nil && len(sensors.Members) > 0
	retracted := e.Member("errorDeclaration") != nil
	if !named && !sensed && !retracted && !(t.parted && action == "DELETE") && !(t.bare && e.Member("transformationID") != nil) {
		r.fail("goods_missing", path, e)
	}
}

// listed takes a list of objects (texts) or of classes with quantities (objects). What is of one trade item and unit is
// counted together.
func (r *reader) listed(e *observation.Value, path, name string, o *observation.Observation) {
	list := r.may(e, path, name, observation.List)
	if list == nil {
		return
	}
	places := map[string]int{}
	add := func(uri string, quantity movement.Quantity, unit string) bool {
		item := observation.Item(uri)
		key := item.Standard.Scheme + " " + item.Standard.Value + " " + unit
		at, found := places[key]
		if !found {
			at = len(o.Goods)
			places[key] = at
			o.Goods = append(o.Goods, observation.Goods{Item: item, Unit: unit})
		}
		sum := o.Goods[at].Quantity + quantity // both are far from where integers end
		o.Goods[at].Quantity = sum
		return sum <= movement.QuantityMax && sum >= -movement.QuantityMax
	}
	classes := strings.HasSuffix(name, "uantityList")
	for i, v := range list.Members {
		at := below(path, name) + "[" + strconv.Itoa(i+1) + "]"
		if r.failed != nil {
			return
		}
		if !classes {
			if v.Shape != observation.Text {
				r.fail("member_shape", at, v)
			} else if !isURI(v.Text) {
				r.fail("uri_wrong", at, v)
			} else if !add(v.Text, 1_000_000, "") {
				r.fail("quantity_wrong", at, v)
			}
			continue
		}
		if v.Shape != observation.Object {
			r.fail("member_shape", at, v)
			return
		}
		r.only(v, at, []string{"epcClass", "quantity", "uom"})
		if r.need(v, at, "epcClass", observation.Text) == nil {
			return
		}
		uri := r.uri(v, at, "epcClass")
		quantity, unit := r.quantity(v, at)
		if r.failed == nil && !add(uri, quantity, unit) {
			r.fail("quantity_wrong", below(at, "quantity"), v.Member("quantity"))
		}
	}
}

func (r *reader) quantity(v *observation.Value, at string) (movement.Quantity, string) {
	number, unit := r.may(v, at, "quantity", observation.Number), r.may(v, at, "uom", observation.Text)
	if unit != nil {
		if !observation.IsUnit(unit.Text) {
			r.fail("unit_wrong", below(at, "uom"), unit)
		}
		if number == nil {
			r.fail("unit_alone", below(at, "uom"), unit)
		}
	}
	if number == nil {
		return 0, ""
	}
	quantity, ok := observation.Quantity(number.Text)
	if !ok {
		r.fail("quantity_wrong", below(at, "quantity"), number)
	}
	if unit == nil {
		return quantity, ""
	}
	return quantity, unit.Text
}

// retraction takes the declaration that the event is an error.
func (r *reader) retraction(e *observation.Value, path string, o *observation.Observation) {
	v := r.may(e, path, "errorDeclaration", observation.Object)
	if v == nil {
		return
	}
	path = below(path, "errorDeclaration")
	r.only(v, path, []string{"declarationTime", "reason", "correctiveEventIDs"})
	r.may(v, path, "correctiveEventIDs", observation.List)
	o.Retraction = &observation.Retraction{Reason: r.word(v, path, "reason", &errorReasons)}
	if declared := r.need(v, path, "declarationTime", observation.Text); declared != nil {
		var ok bool
		if o.Retraction.Declared, _, ok = observation.Time(declared.Text); !ok {
			r.fail("time_wrong", below(path, "declarationTime"), declared)
		}
	}
	if o.Identity == "" {
		r.fail("identity_missing", path, v)
	}
}
