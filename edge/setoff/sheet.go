// Package setoff is the outside of runs of multilateral set-off: a clerk that solves what a run holds and proposes it to the book, the
// certificate by which anybody can check a proposal without learning whose debts it sets off, the report, and the notice that a party gets.
package setoff

import (
	"context"
	"fmt"

	"millrace/book"
	"millrace/domain/clearing"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/engine/table"
)

// Sheet is what a run holds: its members and lines, each in the order of their numbers.
type Sheet struct {
	Run     clearing.Run
	Members []clearing.Member
	Lines   []clearing.Line
}

// ReadSheet reads a run from the tables; the sheet's run has the number 0 where there is none.
func ReadSheet(ctx context.Context, v *table.View, of id.SetOffRun) (*Sheet, error) {
	s := &Sheet{}
	number := []any{int64(of.Number())}
	if err := each(ctx, v, "SELECT record FROM set_off_run WHERE number = ?", number, func(r *clearing.Run) { s.Run = *r }); err != nil || s.Run.ID == 0 {
		return s, err
	}
	s.Members, s.Lines = make([]clearing.Member, 0, s.Run.Members), make([]clearing.Line, 0, s.Run.Lines)
	members := []any{int64(s.Run.First), int64(s.Run.First + s.Run.Members)}
	err := each(ctx, v, "SELECT record FROM set_off_member WHERE number >= ? AND number < ? ORDER BY number", members, func(m *clearing.Member) { s.Members = append(s.Members, *m) })
	if err != nil {
		return nil, err
	}
	lines := []any{int64(s.Run.LineFirst), int64(s.Run.LineFirst + s.Run.Lines)}
	err = each(ctx, v, "SELECT record FROM set_off_line WHERE number >= ? AND number < ? ORDER BY number", lines, func(l *clearing.Line) { s.Lines = append(s.Lines, *l) })
	return s, err
}

// Debtor is who owes a line.
func (s *Sheet) Debtor(l *clearing.Line) *clearing.Member { return &s.Members[l.Debtor-s.Run.First] }

// Creditor is to whom a line is owed.
func (s *Sheet) Creditor(l *clearing.Line) *clearing.Member {
	return &s.Members[l.Creditor-s.Run.First]
}

// Counts tells whether a line is part of what is solved: the book still holds it, and both of its members take part.
func (s *Sheet) Counts(l *clearing.Line) bool {
	return l.State != clearing.LineDropped && s.Debtor(l).Consent != clearing.Out && s.Creditor(l).Consent != clearing.Out
}

// Published tells whether the run has a proposal that is proved, whether or not it is carried out already.
func Published(r *clearing.Run) bool {
	return r.State == clearing.Proposed || r.State == clearing.Executed || r.State == clearing.Written
}

// instance is what a solver has to solve. Lines that do not count stand in it with nothing to be set off, so that the places are those of the
// sheet.
func (s *Sheet) instance() clearing.Instance {
	in := clearing.Instance{Firms: len(s.Members), Debts: make([]clearing.Debt, len(s.Lines))}
	in.Liquidity = s.liquidity()
	for i := range s.Lines {
		l := &s.Lines[i]
		in.Debts[i] = clearing.Debt{Debtor: int32(l.Debtor - s.Run.First), Creditor: int32(l.Creditor - s.Run.First), Due: l.Due, Key: l.ID.Number()}
		if s.Counts(l) {
			in.Debts[i].Amount = l.Amount
		}
	}
	return in
}

// proposal is what has been entered for the run, from the records.
func (s *Sheet) proposal() clearing.Result {
	result := clearing.Result{Cleared: make([]money.Minor, len(s.Lines)), Potentials: make([]int32, len(s.Members)), Price: int32(s.Run.Price)}
	for i := range s.Lines {
		result.Cleared[i] = s.Lines[i].Proposed(s.Run.Attempt)
	}
	for i := range s.Members {
		if m := &s.Members[i]; m.Attempt == s.Run.Attempt {
			result.Potentials[i] = int32(m.Potential) // the book takes none further from zero than there are members
		}
	}
	return result
}

// each reads the records of a query.
func each[R any](ctx context.Context, v *table.View, query string, arguments []any, yield func(*R)) error {
	found, err := v.Tx.QueryContext(ctx, query, arguments...)
	if err != nil {
		return fmt.Errorf("set-off: %w", err)
	}
	defer found.Close()
	for found.Next() {
		var stored []byte
		var record R
		if err := found.Scan(&stored); err != nil {
			return fmt.Errorf("set-off: %w", err)
		}
		if err := book.DecodeRecord(stored, &record); err != nil {
			return fmt.Errorf("set-off: %w", err)
		}
		yield(&record)
	}
	return found.Err()
}
