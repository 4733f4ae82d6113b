package view_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"millrace/book"
	"millrace/domain/certificate"
	"millrace/domain/clearing"
	"millrace/domain/id"
	"millrace/domain/party"
	"millrace/edge/access"
	"millrace/edge/view"
	"millrace/engine"
	"millrace/lab/load"
)

// Everybody sees a run; who refuses it, and what keeps another one out, nobody else learns from its story, nor whose act that was.
func TestTheStoryOfARunIsSilentAboutOthers(t *testing.T) {
	s := newSite(t, 0)
	w, submit := s.world, load.SubmitTo(context.Background(), s.engine)
	circle, err := w.Circle(submit, 1, certificate.NoLaw)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := circle.Debt(0, load.SellerName(1), 100_00, w.Today); err != nil {
		t.Fatal(err)
	}
	run, bar := id.Make[id.SetOffRun](1, 1), id.Make[id.SetOffBar](1, 1)
	terms := clearing.Terms{Currency: w.Currency, Rule: clearing.OldestFirst, Open: true, Freeze: w.Today, Answer: w.Today, Value: w.Today.AddDays(5)}
	for _, step := range []load.Step{
		{Actor: w.Maker, Command: &book.AnnounceSetOffRun{Terms: terms}},
		{Actor: w.SellerActors[0], Command: &book.RefuseSetOffRun{Run: run}},
		{Actor: w.Maker, Command: &book.RecordSetOffBar{Party: w.Sellers[1], Cause: clearing.Attachment, From: w.Today, Evidence: [32]byte{1}}},
	} {
		if _, err := submit(step.Actor, "", step.Command); err != nil {
			t.Fatalf("%T: %v", step.Command, err)
		}
	}
	v := s.view()
	told := func(c access.Caller) string {
		story, err := v.Story(c, run.String(), view.Query{Order: view.OldestFirst})
		if err != nil {
			t.Fatal(err)
		}
		var lines []string
		for _, entry := range story.Items {
			lines = append(lines, entry.Command)
			for _, event := range entry.Events {
				lines = append(lines, event.Sentence)
			}
		}
		return strings.Join(lines, "\n")
	}
	first := access.Caller{Party: w.Sellers[0], Role: party.Seller, PartyRoles: party.Seller}
	second := access.Caller{Party: w.Sellers[1], Role: party.Seller, PartyRoles: party.Seller}
	for _, test := range []struct {
		caller access.Caller
		yes    []string
		no     []string
	}{
		{first, []string{"was announced", "refuse_set_off_run", "does not consent"}, []string{"attached", "record_set_off_bar"}},
		{second, []string{"was announced", "record_set_off_bar", "claims are attached"}, []string{"refuse", "consent"}},
		{s.operator(), []string{"does not consent", "claims are attached"}, nil},
	} {
		text := told(test.caller)
		for _, wanted := range test.yes {
			if !strings.Contains(text, wanted) {
				t.Errorf("%s is not told %q in\n%s", test.caller.Party, wanted, text)
			}
		}
		for _, unwanted := range test.no {
			if strings.Contains(text, unwanted) {
				t.Errorf("%s is told %q in\n%s", test.caller.Party, unwanted, text)
			}
		}
	}
	if _, err := v.Story(second, bar.String(), view.Query{}); err != nil {
		t.Error(err)
	}
	if _, err := v.Story(first, bar.String(), view.Query{}); !errors.Is(err, view.ErrNotFound) {
		t.Error(err)
	}
}

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
		"set_off_member_left_out", "set_off_run_executed", "set_off_written", "set_off_run_ended",
	} {
		if told[name] == 0 {
			t.Errorf("%s was not told", name)
		}
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
