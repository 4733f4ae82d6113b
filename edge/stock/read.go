package stock

import (
	"bytes"
	"slices"
	"strconv"
	"strings"

	"millrace/domain/movement"
	"millrace/edge/document"
	"millrace/edge/observation"
)

const (
	typeCount      = "StockCount"
	typeRetraction = "StockCountRetraction"
)

// ReadJSON reads the counts of one file of JSON, in their order. The name is used in errors only. The error is
// *document.Error for a rejected file and *document.Unsupported for JSON that is of another type.
func ReadJSON(name string, input []byte, limits observation.Limits) ([]observation.Observation, error) {
	r := reader{input: observation.WithoutMark(input), limits: limits.WithDefaults()}
	root, failed := observation.ParseJSON(r.input, r.limits)
	if failed == nil {
		if !Recognises(root) {
			return nil, &document.Unsupported{File: name, Type: "JSON"}
		}
		r.read(root)
		failed = r.failed
	}
	if failed != nil {
		failed.File = name
		return nil, failed
	}
	return r.counts, nil
}

// Recognises tells whether a value, the whole of a file, is a count or a list that begins with one.
func Recognises(root *observation.Value) bool {
	if root.Shape == observation.List && len(root.Members) > 0 {
		root = root.Members[0]
	}
	kind := root.Member("type")
	return kind != nil && (kind.Text == typeCount || kind.Text == typeRetraction)
}

// reader takes counts from a file until something fails.
type reader struct {
	input  []byte
	limits observation.Limits
	counts []observation.Observation
	failed *document.Error
}

func (r *reader) fail(code, path string, v *observation.Value, value string) {
	if r.failed == nil {
		r.failed = Codes.Failure(code, observation.LineAt(r.input, v.From), path, value)
	}
}

// member gives a member of a shape; nil where there is none and after a failure.
func (r *reader) member(of *observation.Value, path, name string, shape observation.Shape) *observation.Value {
	v := of.Member(name)
	if v == nil || r.failed != nil {
		return nil
	}
	if v.Shape != shape {
		r.fail("member_shape", path+name, v, v.Text)
		return nil
	}
	return v
}

// text gives a text that must be there and not be empty.
func (r *reader) text(of *observation.Value, path, name string) (string, *observation.Value) {
	v := r.member(of, path, name, observation.Text)
	if v == nil || v.Text == "" {
		r.fail("member_missing", path+name, of, "")
		return "", of
	}
	return v.Text, v
}

func (r *reader) may(of *observation.Value, path, name string) string {
	if v := r.member(of, path, name, observation.Text); v != nil {
		return v.Text
	}
	return ""
}

func (r *reader) only(of *observation.Value, path string, names ...string) {
	for i, name := range of.Names {
		if !slices.Contains(names, name) {
			r.fail("member_unknown", strings.TrimSuffix(path, "/"), of.Members[i], name)
		}
	}
}

func (r *reader) read(root *observation.Value) {
	if root.Shape == observation.Object {
		r.count(root, "", 1)
		return
	}
	if len(root.Members) > r.limits.EventsMax {
		r.fail("events_too_many", "", root, strconv.Itoa(len(root.Members)))
	}
	for i, v := range root.Members {
		path := "[" + strconv.Itoa(i+1) + "]/"
		if r.failed != nil {
			return
		}
		if v.Shape != observation.Object {
			r.fail("member_shape", strings.TrimSuffix(path, "/"), v, v.Text)
			return
		}
		r.count(v, path, i+1)
	}
}

// count takes one count, or the retraction of one.
func (r *reader) count(v *observation.Value, path string, index int) {
	o := observation.Observation{Index: index, Content: bytes.Clone(r.input[v.From:v.To]), Kind: movement.Counted, Source: movement.StockCount}
	kind, at := r.text(v, path, "type")
	number, _ := r.text(v, path, "number")
	o.Identity = number
	switch {
	case r.failed != nil:
	case kind == typeRetraction:
		r.only(v, path, "type", "number", "retracted_at")
		o.Retraction = &observation.Retraction{}
		o.Retraction.Declared, o.Offset = r.time(v, path, "retracted_at")
		o.Observed = o.Retraction.Declared
	case kind == typeCount:
		r.only(v, path, "type", "number", "counted_at", "location", "owner", "items")
		o.Observed, o.Offset = r.time(v, path, "counted_at")
		r.location(v, path, &o)
		r.owner(v, path, &o)
		r.items(v, path, &o)
	default:
		r.fail("member_shape", path+"type", at, kind)
	}
	if r.failed == nil {
		r.counts = append(r.counts, o)
	}
}

func (r *reader) time(of *observation.Value, path, name string) (int64, int16) {
	text, v := r.text(of, path, name)
	at, offset, ok := observation.Time(text)
	if !ok {
		r.fail("time_wrong", path+name, v, text)
	}
	return at, offset
}

func (r *reader) location(v *observation.Value, path string, o *observation.Observation) {
	place := r.member(v, path, "location", observation.Object)
	if place == nil {
		r.fail("member_missing", path+"location", v, "")
		return
	}
	path += "location/"
	r.only(place, path, "scheme", "value")
	value, _ := r.text(place, path, "value")
	o.Location = document.Identifier{Scheme: scheme(r.may(place, path, "scheme")), Value: value}
}

func (r *reader) owner(v *observation.Value, path string, o *observation.Observation) {
	owner := r.member(v, path, "owner", observation.Object)
	if owner == nil {
		r.fail("member_missing", path+"owner", v, "")
		return
	}
	path += "owner/"
	r.only(owner, path, "name", "country", "identifiers")
	o.Owner = document.Party{Name: r.may(owner, path, "name"), Country: r.may(owner, path, "country")}
	if list := r.member(owner, path, "identifiers", observation.List); list != nil {
		for i, identifier := range list.Members {
			at := path + "identifiers[" + strconv.Itoa(i+1) + "]/"
			if identifier.Shape != observation.Object {
				r.fail("member_shape", strings.TrimSuffix(at, "/"), identifier, identifier.Text)
				return
			}
			r.only(identifier, at, "scheme", "value")
			name, _ := r.text(identifier, at, "scheme")
			value, _ := r.text(identifier, at, "value")
			o.Owner.Identifiers = append(o.Owner.Identifiers, partyIdentifier(name, value))
		}
	}
	if len(o.Owner.Identifiers) == 0 && o.Owner.Name == "" {
		r.fail("member_missing", path+"identifiers", owner, "")
	}
}

func (r *reader) items(v *observation.Value, path string, o *observation.Observation) {
	list := r.member(v, path, "items", observation.List)
	if list == nil {
		r.fail("member_missing", path+"items", v, "")
		return
	}
	if len(list.Members) == 0 {
		r.fail("items_missing", path+"items", list, "")
	}
	seen := map[observation.Goods]bool{}
	for i, item := range list.Members {
		at := path + "items[" + strconv.Itoa(i+1) + "]/"
		if item.Shape != observation.Object {
			r.fail("member_shape", strings.TrimSuffix(at, "/"), item, item.Text)
			return
		}
		r.only(item, at, "scheme", "item", "quantity", "unit")
		name, _ := r.text(item, at, "item")
		quantity := item.Member("quantity")
		if quantity == nil {
			r.fail("member_missing", at+"quantity", item, "")
			return
		}
		if quantity.Shape != observation.Text && quantity.Shape != observation.Number {
			r.fail("member_shape", at+"quantity", quantity, quantity.Text)
		}
		goods, code, value := goodsOf(r.may(item, at, "scheme"), name, quantity.Text, r.may(item, at, "unit"))
		if code != "" {
			r.fail(code, at+strings.TrimSuffix(code, "_wrong"), item, value)
		}
		key := goods
		key.Quantity = 0
		if seen[key] {
			r.fail("item_repeated", at+"item", item, name)
		}
		seen[key] = true
		o.Goods = append(o.Goods, goods)
	}
}

// goodsOf reads one item of a count; code is that of the failure, "" for none, and value what was found.
func goodsOf(schemeName, item, quantity, unit string) (goods observation.Goods, code, value string) {
	q, ok := observation.Quantity(quantity)
	if !ok || q < 0 {
		return goods, "quantity_wrong", quantity
	}
	if unit != "" && !observation.IsUnit(unit) {
		return goods, "unit_wrong", unit
	}
	identifier := document.Identifier{Scheme: schemeName, Value: item}
	if strings.EqualFold(schemeName, "GTIN") && len(item) < 14 {
		identifier.Value = strings.Repeat("0", 14-len(item)) + item
	}
	if strings.EqualFold(schemeName, "GTIN") {
		identifier.Scheme = observation.SchemeGTIN
	}
	return observation.Goods{Item: document.Item{Standard: identifier}, Quantity: q, Unit: unit}, "", ""
}

func scheme(name string) string {
	if strings.EqualFold(name, "GLN") {
		return observation.SchemeGLN
	}
	return name
}

func partyIdentifier(name, value string) document.Identifier {
	kind := document.IdentifierParty
	if strings.EqualFold(name, "VAT") {
		kind = document.IdentifierTax
	}
	return document.Identifier{Kind: kind, Scheme: scheme(name), Value: value}
}
