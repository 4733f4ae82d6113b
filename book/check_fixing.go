package book

import "millrace/domain/id"

// recordedFixings: each puts right the one before it of its base and day, and the last one counts.
func (a *audit) recordedFixings() {
	b := a.b
	last := map[fixingKey]id.Fixing{}
	for n := uint64(1); n <= b.fixings.count; n++ {
		f := b.fixings.at(n)
		number(a, f.ID, n, f.Entry)
		key := fixingKey{f.Base, f.Date}
		if f.Replaces != last[key] {
			a.breach("fixing_order", f.ID.String(), "%s of %s replaces %s, before it came %s", f.Base, f.Date, f.Replaces, last[key])
		}
		last[key] = f.ID
	}
	if len(last) != len(b.fixingOf) {
		a.breach("index_fixings", "", "%d base rates and days are fixed, %d are in the index", len(last), len(b.fixingOf))
	}
	for n := uint64(1); n <= b.fixings.count; n++ {
		if f := b.fixings.at(n); last[fixingKey{f.Base, f.Date}] == f.ID && b.fixingOf[fixingKey{f.Base, f.Date}] != f.ID {
			a.breach("index_fixings", f.ID.String(), "the index leads to %s instead of %s", b.fixingOf[fixingKey{f.Base, f.Date}], f.ID)
		}
	}
	for n := uint64(1); n <= b.financings.count; n++ {
		if f := b.financings.at(n); f.Fixing != 0 && b.fixings.at(f.Fixing.Number()) == nil {
			a.breach("fixing_unknown", f.ID.String(), "priced with %s, which there is not", f.Fixing)
		}
	}
}
