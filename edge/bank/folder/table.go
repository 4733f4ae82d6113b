package folder

import (
	"context"
	"errors"
	"fmt"
	"reflect"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/party"
	"millrace/edge/sheet"
	"millrace/edge/statement"
	"millrace/engine"
	"millrace/engine/vault"
)

// Tables reads what a bank sends, also tables of bookings (CSV, XLSX), by the mappings that are kept for the custodian.
type Tables struct {
	Engine    *engine.Engine
	Custodian id.Party
}

// errMapping is wrapped where a table was not read for want of a mapping: the file is looked at again, since one may be saved meanwhile.
var errMapping = errors.New("no mapping of the custodian reads it")

// Read gives what statement.Read gives, and reads a file of no such format as a table: by the one active mapping of the custodian that fits it.
// Nothing is guessed: where none does, or two read it differently, the error says so.
func (t *Tables) Read(name string, content []byte) (*statement.File, error) {
	if statement.Recognises(content) {
		return statement.Read(name, content, statement.Limits{})
	}
	mappings, err := t.mappings(context.Background())
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errMapping, err)
	}
	var found *statement.File
	by := ""
	failures := []error{errMapping}
	for _, m := range mappings {
		f, err := sheet.ReadStatement(name, content, m.mapping, sheet.Limits{})
		switch {
		case err != nil:
			failures = append(failures, fmt.Errorf("%s: %w", m.name, err))
		case found != nil && !reflect.DeepEqual(found.Statements, f.Statements):
			return nil, fmt.Errorf("%w: %s and %s read it differently", errMapping, by, m.name)
		default:
			found, by = f, m.name
		}
	}
	if found == nil {
		return nil, errors.Join(failures...)
	}
	return found, nil
}

// mapped is a mapping by its name.
type mapped struct {
	name    string
	mapping sheet.StatementMapping
}

// mappings reads the custodian's mappings of statements as they are now; one that was erased is left out.
func (t *Tables) mappings(ctx context.Context) ([]mapped, error) {
	v, err := t.Engine.Read(ctx, t.Engine.Head().Sequence)
	if err != nil {
		return nil, err
	}
	defer v.Close()
	rows, err := v.Tx.QueryContext(ctx, "SELECT record FROM mapping WHERE party = ? AND active = 1 ORDER BY name", int64(t.Custodian))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []mapped
	for rows.Next() {
		var stored []byte
		var m book.Mapping
		if err := rows.Scan(&stored); err != nil {
			return nil, err
		}
		if err := book.DecodeRecord(stored, &m); err != nil {
			return nil, err
		}
		text, err := t.text(ctx, m.Stored)
		if err != nil {
			return nil, err
		}
		if !sheet.IsStatementMapping(text) {
			continue
		}
		parsed, err := sheet.ParseStatementMapping(text)
		if err != nil {
			return nil, fmt.Errorf("mapping %s: %w", m.Name, err)
		}
		all = append(all, mapped{m.Name, parsed})
	}
	return all, rows.Err()
}

// text is a mapping as it is kept; nil where it was erased.
func (t *Tables) text(ctx context.Context, stored party.Reference) ([]byte, error) {
	_, text, err := t.Engine.Vault().Get(ctx, vault.Ref(stored))
	if errors.Is(err, vault.ErrNotFound) || errors.Is(err, vault.ErrDamaged) {
		return nil, nil
	}
	return text, err
}
