package view

import (
	"fmt"

	"millrace/domain/id"
	"millrace/domain/legal"
	"millrace/domain/mandate"
	"millrace/domain/party"
	"millrace/edge/access"
)

// decisionsOfOthers are proposals that wait for a second person: they are counted by who has made them, as nobody decides on an own one.
var decisionsOfOthers = []struct {
	name   string
	makers func(v *View, c access.Caller) (map[id.Actor]int, error)
}{
	{"signing_keys", func(v *View, c access.Caller) (map[id.Actor]int, error) {
		return proposedBy(v, c, &signingKeys, func(r *mandate.SigningKey) (id.Actor, error) { return r.Maker, nil })
	}},
	{"mandates", func(v *View, c access.Caller) (map[id.Actor]int, error) {
		from, err := v.mandatesIn(c)
		if err != nil || from == nil {
			return nil, err
		}
		return proposedBy(v, c, from, func(r *mandate.Mandate) (id.Actor, error) {
			able, err := v.mayComplete(c, r)
			if !able {
				return 0, err
			}
			return r.Maker, err
		})
	}},
	{"templates", func(v *View, c access.Caller) (map[id.Actor]int, error) {
		return proposedBy(v, c, &templates, func(r *legal.Template) (id.Actor, error) { return r.Maker, nil })
	}},
}

// proposedBy counts what is proposed in the caller's sight by its maker, errandsMost at most; a maker of 0 leaves one out. These tables are small.
func proposedBy[R any](v *View, c access.Caller, s *source[R], maker func(*R) (id.Actor, error)) (map[id.Actor]int, error) {
	visible, err := s.visible(v, c)
	if err != nil {
		return nil, err
	}
	var proposed []*R
	query := fmt.Sprintf("SELECT number, record FROM %s WHERE state = 'proposed' AND (%s) ORDER BY number LIMIT %d", s.table, visible.sql, errandsMost)
	err = rows(v, query, visible.arguments, func(_ uint64, r *R) error {
		proposed = append(proposed, r)
		return nil
	})
	if err != nil {
		return nil, err
	}
	found := map[id.Actor]int{}
	for _, r := range proposed {
		by, err := maker(r)
		if err != nil {
			return nil, err
		}
		if by != 0 {
			found[by]++
		}
	}
	return found, nil
}

// mandatesIn are the mandates of the keys that the caller sees, found by these keys where it does not see all; nil where there are none.
func (v *View) mandatesIn(c access.Caller) (*source[mandate.Mandate], error) {
	narrowed := mandates
	if c.SeesAll() {
		return &narrowed, nil
	}
	var keys []id.SigningKey
	err := rows(v, "SELECT number, record FROM signing_key WHERE party = ?", []any{int64(c.Party)}, func(_ uint64, r *mandate.SigningKey) error {
		keys = append(keys, r.ID)
		return nil
	})
	if err != nil || len(keys) == 0 {
		return nil, err
	}
	narrowed.table = "(SELECT * FROM mandate WHERE " + among("signing_key", keys) + ")"
	return &narrowed, nil
}

// mayComplete tells whether a second person of the caller's party can approve a mandate: of the two one acts for the party that it binds.
func (v *View) mayComplete(c access.Caller, m *mandate.Mandate) (bool, error) {
	var bound, makers id.Party
	err := rows(v, "SELECT number, record FROM signing_key WHERE number = ?", []any{int64(m.Key.Number())}, func(_ uint64, r *mandate.SigningKey) error {
		bound = r.Party
		return nil
	})
	if err != nil || bound == c.Party {
		return err == nil, err
	}
	err = rows(v, "SELECT number, record FROM actor WHERE number = ?", []any{int64(m.Maker.Number())}, func(_ uint64, r *party.Actor) error {
		makers = r.Party
		return nil
	})
	return makers == bound, err
}

// unsigned counts the drafted agreements that lack the signature of the caller's own party.
func (v *View) unsigned(c access.Caller) (n int, err error) {
	if c.Party == 0 {
		return 0, nil
	}
	query := fmt.Sprintf("SELECT number, record FROM agreement WHERE (first = ? OR second = ?) AND state = 'drafted' LIMIT %d", errandsMost)
	err = rows(v, query, []any{int64(c.Party), int64(c.Party)}, func(_ uint64, r *legal.Agreement) error {
		for i, p := range r.Deed.Parties {
			if p.Party == c.Party && r.Executions[i].Date == 0 {
				n++
				break
			}
		}
		return nil
	})
	return n, err
}

// keyless is 1 for a seller, buyer or funder whose party has no signing key that lives or waits for its second person: it can sign nothing.
func (v *View) keyless(c access.Caller) (n int, err error) {
	if c.SeesAll() || c.Views()&(party.Seller|party.Buyer|party.Anchor|party.Funder) == 0 {
		return 0, nil
	}
	err = v.view.Tx.QueryRowContext(v.ctx, "SELECT NOT EXISTS (SELECT 1 FROM signing_key WHERE party = ? AND state IN ('proposed', 'live'))", int64(c.Party)).Scan(&n)
	return n, err
}

// ToComplete gives the party whose key or mandate, or the text, waits longest for somebody other than the caller: the record on whose page it is decided; "" for none.
func (v *View) ToComplete(c access.Caller, name string) (record string, err error) {
	var keys []id.SigningKey
	switch name {
	case "signing_keys":
		_, err = proposedBy(v, c, &signingKeys, func(r *mandate.SigningKey) (id.Actor, error) {
			if record == "" && r.Maker != c.Actor {
				record = r.Party.String()
			}
			return 0, nil
		})
	case "mandates":
		from, missing := v.mandatesIn(c)
		if missing != nil || from == nil {
			return "", missing
		}
		_, err = proposedBy(v, c, from, func(r *mandate.Mandate) (id.Actor, error) {
			able, err := v.mayComplete(c, r)
			if len(keys) == 0 && able && r.Maker != c.Actor {
				keys = append(keys, r.Key)
			}
			return 0, err
		})
	case "templates":
		_, err = proposedBy(v, c, &templates, func(r *legal.Template) (id.Actor, error) {
			if record == "" && r.Maker != c.Actor {
				record = r.ID.String()
			}
			return 0, nil
		})
	}
	if err != nil || len(keys) == 0 {
		return record, err
	}
	key, err := v.SigningKey(c, keys[0])
	if err == nil {
		record = key.Party.ID
	}
	return record, err
}
