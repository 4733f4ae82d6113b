package view_test

import (
	"context"
	"strings"
	"testing"

	"millrace/domain/id"
	"millrace/domain/party"
	"millrace/edge/access"
	"millrace/edge/view"
	"millrace/engine"
	"millrace/lab/load"
)

// Every entry of a run is told; and of who was left out, and why, only the party itself learns.
func TestSetOffRunsAreTold(t *testing.T) {
	ctx := context.Background()
	e, err := engine.Open(load.Options(""))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close(ctx) })
	submit := load.SubmitTo(ctx, e)
	requests, _ := load.SetOffRequests()
	for _, r := range requests {
		if _, err := submit(r.Actor, r.Key, r.Command); err != nil {
			t.Fatalf("%T: %v", r.Command, err)
		}
	}
	s := &site{t: t, engine: e, reader: view.New(e)}
	v := s.view()
	all := access.Caller{Actor: id.Make[id.Actor](1, 1), Party: id.Make[id.Party](1, 1), Role: party.Operator, PartyRoles: party.Operator}
	told := map[string]int{}
	page := view.Page[view.Entry]{}
	for q := (view.Query{Order: view.OldestFirst, Limit: 100}); ; q.Cursor = page.Next {
		if page, err = v.Entries(all, q, 0); err != nil {
			t.Fatal(err)
		}
		for _, entry := range page.Items {
			for _, event := range entry.Events {
				if event.Sentence == "" || strings.Contains(event.Sentence, "???") || strings.Contains(event.Sentence, "  ") {
					t.Errorf("entry %d: %+v", entry.Sequence, event)
				}
				told[event.Name]++
			}
		}
		if page.Next == "" {
			break
		}
	}
	for _, name := range []string{
		"set_off_run_announced", "set_off_frozen", "set_off_proposal_opened", "set_off_potentials_entered", "set_off_lines_entered", "set_off_proposal_closed",
		"set_off_cash_drawn", "set_off_member_left_out", "set_off_run_executed", "set_off_written", "set_off_run_ended",
	} {
		if told[name] == 0 {
			t.Errorf("%s was not told", name)
		}
	}
	lent, err := v.SetOffRun(all, id.Make[id.SetOffRun](1, 2))
	if err != nil || lent.Terms.Cash == nil || lent.Report.Cash == nil {
		t.Fatalf("%v: %+v", err, lent)
	}
	// 0.25 is set off with 0.15 of cash, lent at 4.8 % a year to one member, and taken out by two.
	if c := lent.Report.Cash; c.Used.String() != "EUR 0.15" || c.Ready.String() != "EUR 0.15" || c.Borrowers != 1 || c.Takers != 2 || c.Next != 0 || c.Loans != 1 || c.Rate != "4.8000" || lent.Report.LiquiditySaved.String() != "EUR 0.10" {
		t.Errorf("%+v, %v saved", c, lent.Report.LiquiditySaved)
	}
	parties, err := v.Parties(all, view.Query{Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	learned := 0
	for _, p := range parties.Items {
		of, err := id.Parse[id.Party](p.ID)
		if err != nil {
			t.Fatal(err)
		}
		caller := access.Caller{Party: of, Role: party.Seller, PartyRoles: party.Seller}
		story, err := v.Story(caller, id.Make[id.SetOffRun](1, 1).String(), view.Query{Limit: 100})
		if err != nil {
			t.Fatal(err)
		}
		executed, leftOut := false, false
		for _, entry := range story.Items {
			for _, event := range entry.Events {
				executed = executed || event.Name == "set_off_run_executed"
				leftOut = leftOut || event.Name == "set_off_member_left_out"
			}
		}
		if !executed {
			t.Errorf("%s does not learn that the run was executed", p.ID)
		}
		if leftOut {
			learned++
		}
	}
	if learned != 1 {
		t.Errorf("%d parties learn who was left out", learned)
	}
}
