package book

import (
	"fmt"

	"millrace/domain/movement"
)

// movementTables describes the tables of movements. The goods are written once and not held: what was seen stays as it was.
func movementTables() {
	tables[tableMovement] = held("movement", func(b *Book) *shelf[movement.Movement] { return &b.movements },
		[]Column{col("kind", Text), col("state", Text), ind("seller", Integer), ind("buyer", Integer), ind("owner", Integer), ind("reporter", Integer), col("observed", Integer)},
		func(r *movement.Movement) []any {
			return []any{r.Kind.String(), r.State.String(), int64(r.Seller), int64(r.Buyer), int64(r.Owner), int64(r.Party), r.Observed}
		})
	tables[tableMovementReference] = held("movement_reference", func(b *Book) *shelf[movement.Reference] { return &b.movementReferences },
		[]Column{ind("movement", Integer), ind("trade", Integer), col("paper", Text)},
		func(r *movement.Reference) []any { return []any{int64(r.Movement), int64(r.Trade), r.To.String()} })
	tables[tableMovementGoods] = mirror{
		Table: Table{
			Name: "movement_goods",
			Columns: []Column{ind("movement", Integer), ind("owner", Integer), col("kind", Text), col("observed", Integer), col("location", Blob),
				col("item", Blob), col("quantity", Integer), col("unit", Text)},
			Values: func(record any) []any {
				r := record.(movement.Seen)
				return []any{int64(r.Movement), int64(r.Owner), r.Kind.String(), r.Observed, r.Location[:], r.Goods.Item[:], int64(r.Goods.Quantity), r.Goods.Unit}
			},
			Encode: func(dst []byte, record any) []byte { return appendValue(dst, record) },
			Live:   true,
		},
		count: func(b *Book) uint64 { return b.goodsSeen },
		load: func(b *Book, number uint64, _ []byte) error {
			if number != b.goodsSeen+1 {
				return fmt.Errorf("table movement_goods: row %d follows row %d", number, b.goodsSeen)
			}
			b.goodsSeen++
			return nil
		},
	}
}
