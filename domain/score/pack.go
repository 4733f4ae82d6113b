package score

import (
	"bytes"
	"encoding/binary"
	"errors"
)

// packedForm is the first byte of a packed table.
const packedForm = 1

// ErrPacked says that bytes are no packed table.
var ErrPacked = errors.New("these bytes are no packed table")

// Pack is a table in a tenth of the bytes of its JSON, always the same for the same table: integers of variable length (those of
// encoding/binary), texts and lists after their length.
func (t *Table) Pack() []byte {
	p := packer{packedForm}
	p.text(t.Name)
	p.count(len(t.Features))
	for i := range t.Features {
		f := &t.Features[i]
		p.text(f.Name)
		p.count(int(f.Digits))
		p.count(len(f.Categories))
		for _, c := range f.Categories {
			p.text(c.Text)
			p.integer(c.Fact)
		}
		p.integer(f.Otherwise)
	}
	for _, of := range [...]int64{t.Scale.UnitsPerPoint, t.Scale.Points, t.Scale.Odds, t.Scale.DoubleOdds, t.Base} {
		p.integer(of)
	}
	p.count(len(t.Characteristics))
	for i := range t.Characteristics {
		c := &t.Characteristics[i]
		p.count(c.Feature)
		p.integers(c.Upto)
		p.integers(c.Units)
		p.integer(c.Missing)
	}
	p.count(len(t.Sets))
	for _, set := range t.Sets {
		p.count(len(set))
		for _, bits := range set {
			p = binary.AppendUvarint(p, bits)
		}
	}
	p.count(len(t.Trees))
	for i := range t.Trees {
		p.count(len(t.Trees[i].Nodes))
		for at := range t.Trees[i].Nodes {
			p.node(at, &t.Trees[i].Nodes[at])
		}
	}
	return p
}

type packer []byte

func (p *packer) count(n int)     { *p = binary.AppendUvarint(*p, uint64(n)) }
func (p *packer) integer(n int64) { *p = binary.AppendVarint(*p, n) }
func (p *packer) text(s string) {
	p.count(len(s))
	*p = append(*p, s...)
}

func (p *packer) integers(all []int64) {
	p.count(len(all))
	for _, n := range all {
		p.integer(n)
	}
}

// A node begins with a number of which the lowest bit says that it is a question, the next where a missing fact goes, and the rest
// gives the feature.
func (p *packer) node(at int, n *Node) {
	if n.Leaf() {
		p.count(0)
		p.integer(n.Cover)
		p.integer(n.Units)
		return
	}
	head := 1 | n.Feature<<2
	if n.MissingLeft {
		head |= 2
	}
	p.count(head)
	p.count(n.Set)
	p.integer(n.Limit)
	p.count(n.Left - at)
	p.count(n.Right - at)
	p.integer(n.Cover)
}

// Unpack reads a packed table, and fails with ErrPacked or the table's Fault: what it gives has passed its check, and packs to the
// same bytes.
func Unpack(packed []byte) (Table, error) {
	u := &unpacker{rest: packed}
	t := u.table()
	if u.failed || len(u.rest) > 0 {
		return Table{}, ErrPacked
	}
	if err := t.Check(); err != nil {
		return Table{}, err
	}
	if !bytes.Equal(t.Pack(), packed) {
		return Table{}, ErrPacked
	}
	return t, nil
}

// unpacker reads as long as nothing has failed; then it gives zeros.
type unpacker struct {
	rest   []byte
	failed bool
}

func (u *unpacker) fail() uint64 {
	u.failed, u.rest = true, nil
	return 0
}

func (u *unpacker) unsigned() uint64 {
	value, size := binary.Uvarint(u.rest)
	if size <= 0 {
		return u.fail()
	}
	u.rest = u.rest[size:]
	return value
}

func (u *unpacker) integer() int64 {
	value, size := binary.Varint(u.rest)
	if size <= 0 {
		return int64(u.fail())
	}
	u.rest = u.rest[size:]
	return value
}

// small is a number that a bound of tables keeps small; what it counts takes at least a byte each.
func (u *unpacker) small() int {
	value := u.unsigned()
	if value > 1<<30 {
		return int(u.fail())
	}
	return int(value)
}

func (u *unpacker) count() int {
	value := u.small()
	if value > len(u.rest) {
		return int(u.fail())
	}
	return value
}

func (u *unpacker) text() string {
	size := u.count()
	s := string(u.rest[:size])
	u.rest = u.rest[size:]
	return s
}

func (u *unpacker) integers() []int64 {
	var all []int64
	for range u.count() {
		all = append(all, u.integer())
	}
	return all
}

func (u *unpacker) table() Table {
	if u.unsigned() != packedForm {
		u.fail()
	}
	t := Table{Name: u.text()}
	for range u.count() {
		f := Feature{Name: u.text(), Digits: uint8(min(u.small(), 255))}
		for range u.count() {
			f.Categories = append(f.Categories, Category{Text: u.text(), Fact: u.integer()})
		}
		f.Otherwise = u.integer()
		t.Features = append(t.Features, f)
	}
	for _, into := range [...]*int64{&t.Scale.UnitsPerPoint, &t.Scale.Points, &t.Scale.Odds, &t.Scale.DoubleOdds, &t.Base} {
		*into = u.integer()
	}
	for range u.count() {
		t.Characteristics = append(t.Characteristics, Characteristic{Feature: u.small(), Upto: u.integers(), Units: u.integers(), Missing: u.integer()})
	}
	for range u.count() {
		var set []uint64
		for range u.count() {
			set = append(set, u.unsigned())
		}
		t.Sets = append(t.Sets, set)
	}
	for range u.count() {
		nodes := make([]Node, u.count())
		for at := range nodes {
			nodes[at] = u.node(at)
		}
		t.Trees = append(t.Trees, Tree{Nodes: nodes})
	}
	return t
}

func (u *unpacker) node(at int) Node {
	head := u.small()
	if head&1 == 0 {
		return Node{Cover: u.integer(), Units: u.integer()}
	}
	return Node{
		Feature: head >> 2, MissingLeft: head&2 != 0, Set: u.small(), Limit: u.integer(), Left: at + u.small(), Right: at + u.small(), Cover: u.integer(),
	}
}
