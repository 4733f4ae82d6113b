package book

import (
	"strings"

	"millrace/domain/id"
	"millrace/domain/party"
)

func init() {
	registerCommand(func() act { return &SetMapping{} })
	registerEvent(func() fact { return &MappingSet{} })
	permitted[commandSetMapping] = party.Operator | party.Seller | party.Buyer | party.Anchor | party.Custodian
	tables[tableMapping] = held("mapping", func(b *Book) *shelf[Mapping] { return &b.mappings },
		[]Column{ind("party", Integer), col("name", Text), col("version", Integer), col("active", Integer)},
		func(r *Mapping) []any {
			return []any{int64(r.Party), r.Name, int64(r.Version), flag(r.Active)}
		})
}

// SetMapping says how tables of a party are read from now on: its documents, or, of a custodian, its statements. The version before it stays
// on record.
type SetMapping struct {
	Party  id.Party        `cbor:"1,keyasint"`
	Name   string          `cbor:"2,keyasint"` // what the party calls tables of this form
	Stored party.Reference `cbor:"3,keyasint"` // the mapping in JSON, in the vault
}

// MappingNameMax is the longest name of a mapping, in bytes.
const MappingNameMax = 64

// Kind names the stored form.
func (*SetMapping) Kind() uint16 { return commandSetMapping }

func (c *SetMapping) decide(d *draft) *Rejection {
	if d.parties.at(c.Party.Number()) == nil {
		return reject("party_unknown", "party", "there is no party %s", c.Party)
	}
	if rejection := d.own(c.Party, "party"); rejection != nil {
		return rejection
	}
	if !mappingName(c.Name) {
		return reject("mapping_invalid", "name", "a mapping's name has 1 to %d letters, digits, points, hyphens and underscores of ASCII", MappingNameMax)
	}
	if c.Stored == (party.Reference{}) {
		return reject("mapping_invalid", "mapping", "the mapping itself is missing")
	}
	version := uint32(1)
	if active := d.mappings.at(d.mappingOf[mappingKey{c.Party, c.Name}].Number()); active != nil {
		version = active.Version + 1
	}
	d.emit(&MappingSet{Mapping: Mapping{
		ID: id.Make[id.Mapping](d.shard, d.number(tableMapping, d.mappings.count)), Party: c.Party, Name: c.Name, Version: version,
		Stored: c.Stored, Active: true, Actor: d.header.Actor,
	}})
	return nil
}

func mappingName(name string) bool {
	return name != "" && len(name) <= MappingNameMax && !strings.ContainsFunc(name, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '.' && r != '-' && r != '_'
	})
}

// Mapping is one version of how tables of a party are read.
type Mapping struct {
	ID      id.Mapping      `cbor:"1,keyasint"`
	Party   id.Party        `cbor:"2,keyasint"`
	Name    string          `cbor:"3,keyasint"`
	Version uint32          `cbor:"4,keyasint"` // from 1, by party and name
	Stored  party.Reference `cbor:"5,keyasint"`
	Active  bool            `cbor:"6,keyasint"` // the latest version
	Actor   id.Actor        `cbor:"7,keyasint"` // who set it
	Entry   uint64          `cbor:"8,keyasint"`
}

type mappingKey struct {
	party id.Party
	name  string
}

// MappingSet says that a mapping has a new version, or its first one.
type MappingSet struct {
	Mapping Mapping `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*MappingSet) Kind() uint16 { return eventMappingSet }

func (e *MappingSet) fold(b *Book) {
	if before := b.mappings.at(b.mappingOf[mappingKey{e.Mapping.Party, e.Mapping.Name}].Number()); before != nil {
		before.Active = false
		b.touched(tableMapping, before.ID.Number(), &before.Entry)
	}
	number := e.Mapping.ID.Number()
	b.mappings.add(number, e.Mapping)
	b.indexMapping(b.mappings.at(number))
	b.touched(tableMapping, number, &b.mappings.at(number).Entry)
}

// indexMapping: mappingOf, from table mapping.
func (b *Book) indexMapping(m *Mapping) {
	if m.Active {
		b.mappingOf[mappingKey{m.Party, m.Name}] = m.ID
	}
}
