package bank_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"millrace/book"
	"millrace/domain/party"
	"millrace/domain/payment"
	"millrace/edge/bank"
	"millrace/edge/bank/folder"
	"millrace/edge/bank/sandbox"
	"millrace/edge/intake"
)

// tabular is a rig whose bank gives tables into a folder.
func tabular(t *testing.T) (*rig, func(name, content string)) {
	t.Helper()
	r := newRig(t, both)
	dir := t.TempDir()
	r.adapt = func(bank.Adapter) bank.Adapter {
		a, err := folder.Open(folder.Options{
			Dir: dir, Sender: "Node", Derive: sandbox.IBAN, Resolve: sandbox.AccountOf, Read: (&folder.Tables{Engine: r.engine, Custodian: r.world.Custodian}).Read,
		})
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	r.connect()
	return r, func(name, content string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, "out", name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func (r *rig) mapping(name, text string) {
	r.t.Helper()
	stored, err := r.engine.Vault().Put(context.Background(), intake.KindMapping, []byte(text))
	if err != nil {
		r.t.Fatal(err)
	}
	r.must(r.world.Maker, &book.SetMapping{Party: r.world.Custodian, Name: name, Stored: party.Reference(stored)})
}

const bookings = `{
	"document": "statement", "date_format": "YYYY-MM-DD", "decimal_mark": ".", "currency": "EUR",
	"cells": [{"field": "account", "label": "IBAN"}, {"field": "opening", "label": "Opening"}, {"field": "closing", "label": "Closing"}, {"field": "number", "label": "Number"}],
	"columns": [{"header": "Booked", "field": "booking_date"}, {"header": "Amount", "field": "amount"}, {"header": "Text", "field": "text"}, {"header": "Payer", "field": "name"},
		{"header": "From", "field": "account"}, {"header": "End to end", "field": "end_to_end"}, {"header": "Reference", "field": "reference"}]
}`

func (r *rig) table(account bank.Account, closing string) string {
	r.t.Helper()
	number, err := sandbox.IBAN(account)
	if err != nil {
		r.t.Fatal(err)
	}
	return fmt.Sprintf("IBAN;%s\nNumber;1\nOpening;0.00\nClosing;%s\nBooked;Amount;Text;Payer;From;End to end;Reference\n"+
		"2026-09-01;120.50;invoice 17;Anchor AG;DE02120300000000202051;E2E-1;B1\n", number, closing)
}

// A table waits for its mapping as a problem, is booked with its statement once one is saved, and is the same after a restart.
func TestATableIsBookedByTheSavedMapping(t *testing.T) {
	r, give := tabular(t)
	account := r.collection(r.world.Payables)
	give("1.csv", r.table(account, "120.50"))
	r.rounds(2)
	if breaks := r.connection.Breaks(); len(breaks) != 1 || breaks[0].Code != folder.CodeMapping || breaks[0].File != "1.csv" {
		t.Fatalf("%+v", breaks)
	}
	r.mapping("documents", `{"columns": []}`)
	r.mapping("daily", bookings)
	for range 2 {
		r.rounds(2)
		r.noBreaks()
		if receipts, statements := r.count("SELECT count(*) FROM receipt")-2, r.count("SELECT count(*) FROM bank_statement"); receipts != 1 || statements != 1 {
			t.Fatalf("%d receipts and %d statements", receipts, statements)
		}
		r.restart()
	}
	if came := r.latestReceipt(); came.Amount != 120_50 || came.CameInOn == 0 || came.Value != r.world.Today {
		t.Errorf("%+v", came)
	}
}

// Two mappings that read a table differently are a question to people.
func TestATableThatTwoMappingsReadDifferently(t *testing.T) {
	r, give := tabular(t)
	r.mapping("daily", bookings)
	r.mapping("yearly", `{"document": "statement", "currency": "EUR", "cells": [{"field": "account", "label": "IBAN"}],
		"columns": [{"header": "Booked", "field": "booking_date"}, {"header": "Amount", "field": "amount"}]}`)
	give("1.csv", r.table(r.collection(r.world.Payables), "120.50"))
	r.rounds(2)
	if breaks := r.connection.Breaks(); len(breaks) != 1 || breaks[0].Code != folder.CodeMapping {
		t.Fatalf("%+v", breaks)
	}
}

// What a bank sent of a known account and can't be booked is a break on record, the same one after a restart, that ends when the file is mended.
func TestAFileThatCantBeBookedIsABreak(t *testing.T) {
	r, give := tabular(t)
	r.mapping("daily", `{"document": "statement", "currency": "EUR", "cells": [{"field": "account", "label": "IBAN"}, {"field": "opening", "label": "Opening"}, {"field": "closing", "label": "Closing"}],
		"columns": [{"header": "Booked", "field": "booking_date"}, {"header": "Amount", "field": "amount"}]}`)
	account := r.collection(r.world.Payables)
	give("1.csv", r.table(account, "120.51"))
	for range 2 {
		r.rounds(2)
		if n := r.count("SELECT count(*) FROM bank_break"); n != 1 {
			t.Fatalf("%d breaks are on record: %+v", n, r.connection.Breaks())
		}
		r.restart()
	}
	r.rounds(1)
	var k payment.Break
	if r.row("SELECT record FROM bank_break WHERE number = ?", 1, &k); k.Kind != payment.StatementBreak || k.Code != folder.CodeUnbalanced || k.Account != account.Record() || k.State != payment.BreakOpen || k.Detail == [32]byte{} {
		t.Fatalf("%+v", k)
	}
	give("1.csv", r.table(account, "120.50"))
	r.rounds(2)
	r.noBreaks()
	if r.row("SELECT record FROM bank_break WHERE number = ?", 1, &k); k.How != payment.Gone {
		t.Errorf("%+v", k)
	}
}
