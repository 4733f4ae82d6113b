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
