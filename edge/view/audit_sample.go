package view

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"math/bits"

	"millrace/domain/id"
	"millrace/edge/access"
	"millrace/engine/journal"
)

// SampleMost bounds a sample.
const SampleMost = 200

// Sampled is one record that was drawn for an auditor to look at.
type Sampled struct {
	ID     string
	Kind   string // of the record, as its list is named in addresses
	State  string
	Party  *Ref // whom it concerns most
	Amount *Amount
}

// population is what samples are drawn of. With an amount, each unit of the total has the same chance, so that large records are drawn more often
// (monetary unit sampling, systematic: ISA 530, appendix 4); without, each record has.
type population struct {
	table, amount, where string
	show                 func(v *View, c access.Caller, number uint64) (Sampled, error)
}

var populations = map[string]population{
	"payments": {"payment", "amount", "1", func(v *View, c access.Caller, number uint64) (Sampled, error) {
		p, err := v.Payment(c, id.Make[id.Payment](c.Actor.Shard(), number))
		return Sampled{ID: p.ID, State: p.State, Party: p.Payee, Amount: &p.Amount}, err
	}},
	"receivables": {"receivable", "outstanding", "state = 'open'", func(v *View, c access.Caller, number uint64) (Sampled, error) {
		r, err := v.Receivable(c, id.Make[id.Receivable](c.Actor.Shard(), number))
		return Sampled{ID: r.ID, State: r.State, Party: r.Buyer, Amount: &r.Outstanding}, err
	}},
	"financings": {"financing", "exposure", "state IN ('outstanding', 'overdue', 'in_recourse', 'defaulted')", func(v *View, c access.Caller, number uint64) (Sampled, error) {
		f, err := v.Financing(c, id.Make[id.Financing](c.Actor.Shard(), number))
		return Sampled{ID: f.ID, State: f.State, Party: f.Seller, Amount: &f.Outstanding}, err
	}},
	"overdue": {"financing", "exposure", "state IN ('overdue', 'in_recourse', 'defaulted')", func(v *View, c access.Caller, number uint64) (Sampled, error) {
		f, err := v.Financing(c, id.Make[id.Financing](c.Actor.Shard(), number))
		return Sampled{ID: f.ID, State: f.State, Party: f.Seller, Amount: &f.Outstanding}, err
	}},
	"decisions": {"decision", "", "1", func(v *View, c access.Caller, number uint64) (Sampled, error) {
		d, err := v.Decision(c, id.Make[id.Decision](c.Actor.Shard(), number))
		return Sampled{ID: d.ID, State: d.Verdict, Party: d.Seller}, err
	}},
}

// Populations are those of which samples are drawn.
var Populations = []string{"payments", "receivables", "financings", "overdue", "decisions"}

// Sample draws up to most records of a population, to those who see all. The same seed draws the same records of the same book.
func (v *View) Sample(c access.Caller, of string, most int, seed string) ([]Sampled, error) {
	p, known := populations[of]
	if !known || !c.SeesAll() || most < 1 || most > SampleMost {
		return nil, ErrNotFound
	}
	weight := p.amount
	if weight == "" {
		weight = "1"
	}
	var total uint64
	whole := fmt.Sprintf("SELECT coalesce(sum(%s), 0) FROM %s WHERE %s AND %s > 0", weight, p.table, p.where, weight)
	if err := v.view.Tx.QueryRowContext(v.ctx, whole).Scan(&total); err != nil {
		return nil, fmt.Errorf("view: %w", err)
	}
	if total == 0 {
		return nil, nil
	}
	drawn, err := v.hit(fmt.Sprintf("SELECT number, %s FROM %s WHERE %s AND %s > 0 ORDER BY number", weight, p.table, p.where, weight), total, uint64(most), seed)
	if err != nil {
		return nil, err
	}
	shown := make([]Sampled, 0, len(drawn))
	for _, number := range drawn {
		one, err := p.show(v, c, number)
		if err != nil {
			return nil, err
		}
		one.Kind = of
		shown = append(shown, one)
	}
	return shown, nil
}

// hit walks the weights and takes the records in which a point of an even grid lies, whose beginning the seed decides.
func (v *View) hit(query string, total, most uint64, seed string) ([]uint64, error) {
	step := max(1, total/most)
	hash := sha256.Sum256([]byte(seed))
	point, _ := bits.Mul64(binary.BigEndian.Uint64(hash[:]), step)
	found, err := v.view.Tx.QueryContext(v.ctx, query)
	if err != nil {
		return nil, fmt.Errorf("view: %w", err)
	}
	defer found.Close()
	var drawn []uint64
	var number, weight, passed uint64
	for found.Next() && uint64(len(drawn)) < most {
		if err := found.Scan(&number, &weight); err != nil {
			return nil, fmt.Errorf("view: %w", err)
		}
		if passed += weight; point >= passed {
			continue
		}
		drawn = append(drawn, number)
		for point < passed {
			point += step
		}
	}
	if err := found.Err(); err != nil {
		return nil, fmt.Errorf("view: %w", err)
	}
	return drawn, nil
}

// VerifyMost bounds how many entries are verified at once.
const VerifyMost = 50_000

// Verified is what came of verifying a part of the journal.
type Verified struct {
	From, To uint64
	Batches  int
	Entries  uint64
	Before   string // hash on which the first batch follows, hexadecimal
	Hash     string // of the last batch
	Wrong    string // what was found; "" for nothing
}

// VerifyJournal reads the batches that hold the entries from one to another, at most VerifyMost, to those who see all: of each that its bytes are what its
// hash says, and that it follows the one before.
func (v *View) VerifyJournal(c access.Caller, from, to uint64) (Verified, error) {
	if !c.SeesAll() || from == 0 || to < from || to > v.Watermark() {
		return Verified{}, ErrNotFound
	}
	told := Verified{From: from, To: min(to, from+VerifyMost-1)}
	err := v.engine.Journal().Read(from, func(b journal.Batch) error {
		if err := context.Cause(v.ctx); err != nil {
			return err
		}
		if told.Batches++; told.Batches == 1 {
			told.Before = hex.EncodeToString(b.Previous[:])
		}
		told.Hash = hex.EncodeToString(b.Hash[:])
		if b.First+uint64(b.Count) > told.To {
			return journal.ErrStop
		}
		return nil
	})
	if cause := context.Cause(v.ctx); cause != nil {
		return told, cause
	}
	switch {
	case errors.Is(err, journal.ErrMalformed) || errors.Is(err, journal.ErrOutOfOrder):
		told.Wrong = err.Error()
		return told, nil
	case err != nil:
		return told, fmt.Errorf("view: %w", err)
	}
	told.Entries = told.To - told.From + 1
	return told, nil
}
