package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/risk"
	"millrace/domain/rule"
	"millrace/edge/view"
	"millrace/engine/journal"
)

// decisionCommand shows decisions of risk control and takes them again.
type decisionCommand struct {
	Show   decisionShowCommand   `cmd:"" help:"Show a decision: facts, versions, score, and every rule that did not pass, with why."`
	Replay decisionReplayCommand `cmd:"" help:"Take a decision again from the facts stored with it, and compare. Exit 0 or 1."`
}

type decisionShowCommand struct {
	dataFlag
	ID   string `arg:"" name:"id" help:"As printed: dec_…, or fin_… for the decisions on a financing."`
	JSON bool   `help:"Print one object a decision."`
}

// Run reads the decision from the tables.
func (c *decisionShowCommand) Run(ctx context.Context) error {
	return readTables(ctx, c.Data, func(v *view.View) error {
		all, err := c.find(v)
		if errors.Is(err, view.ErrNotFound) {
			return usage{fmt.Errorf("there is no decision %q", c.ID)}
		}
		if err != nil {
			return err
		}
		for i := range all {
			if err := c.print(v, &all[i]); err != nil {
				return err
			}
		}
		return nil
	})
}

// decisionShown is a decision, and for one on a review what the party was graded by.
type decisionShown struct {
	view.Decision
	Review *view.ReviewBasis `json:"review,omitempty"`
}

func (c *decisionShowCommand) print(v *view.View, d *view.Decision) error {
	shown := decisionShown{Decision: *d}
	of, err := id.Parse[id.Decision](d.ID)
	if err != nil {
		return err
	}
	basis, is, err := v.ReviewBasis(everything, of)
	if err != nil {
		return err
	}
	if is {
		shown.Review = &basis
	}
	if c.JSON {
		return newLines(os.Stdout).write(shown)
	}
	text := textOfDecision(d)
	if is {
		text = textOfReview(d, &basis)
	}
	_, err = fmt.Print(text)
	return err
}

// textOfReview is a decision on a review on a page.
func textOfReview(d *view.Decision, r *view.ReviewBasis) string {
	var b strings.Builder
	b.WriteString(textOfDecision(d))
	for _, f := range r.Facts {
		fmt.Fprintf(&b, "  %-22s %-24s %s\n", f.Name, f.Text, f.Title)
	}
	fmt.Fprintf(&b, "\ngraded\n  %-22s %s\n  %-22s %d units\n  %-22s %s\n  %-22s %d\n", "application", r.Application, "score", r.Units, "probability", r.Probability, "grade", r.Grade)
	return b.String()
}

func (c *decisionShowCommand) find(v *view.View) ([]view.Decision, error) {
	if id.PrefixOf(c.ID) == id.Financing(0).Prefix() {
		of, err := id.Parse[id.Financing](c.ID)
		if err != nil {
			return nil, usage{err}
		}
		all, err := v.DecisionsOn(everything, of)
		if err == nil && len(all) == 0 {
			err = view.ErrNotFound
		}
		return all, err
	}
	of, err := id.Parse[id.Decision](c.ID)
	if err != nil {
		return nil, usage{err}
	}
	one, err := v.Decision(everything, of)
	return []view.Decision{one}, err
}

// textOfDecision is a decision on a page.
func textOfDecision(d *view.Decision) string {
	var b strings.Builder
	row := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&b, "  %-22s %s\n", name, value)
		}
	}
	named := func(r *view.Ref) string {
		if r == nil {
			return ""
		}
		return strings.TrimSpace(r.ID + " " + r.Name)
	}
	fmt.Fprintf(&b, "%s: %s, at %s on %s\n", d.ID, d.Verdict, d.Purpose, d.Date)
	row("stamp", d.At)
	row("entry", fmt.Sprint(d.Entry))
	if d.Declined {
		row("referral", "declined, whatever the rules say")
	}
	row("early payment", d.Early)
	row("actor", named(d.Actor))
	row("rules", fmt.Sprintf("edition %d", d.Edition))
	row("policy", d.Policy)
	row("product", named(d.Product))
	row("programme", d.Programme)
	row("financing", d.Financing)
	row("receivable", d.Receivable)
	row("holding", d.Holding)
	row("trade", d.Trade)
	row("seller", named(d.Seller))
	row("buyer", named(d.Buyer))
	row("party", named(d.Party))
	b.WriteString("\nwhat did not pass\n")
	if len(d.Outcomes) == 0 {
		b.WriteString("  nothing\n")
	}
	for _, o := range d.Outcomes {
		fmt.Fprintf(&b, "  %s (%s, version %d): %s, measured %d, bound %d\n", o.Rule, o.Group, o.Version, o.Verdict, o.Measure, o.Bound)
		for _, line := range []string{o.Title, o.Why, o.Source} {
			if line != "" {
				fmt.Fprintf(&b, "      %s\n", line)
			}
		}
	}
	b.WriteString("\nscores\n")
	if len(d.Scores) == 0 {
		b.WriteString("  no model was asked\n")
	}
	for _, s := range d.Scores {
		shadow := ""
		if s.Shadow {
			shadow = ", in shadow"
		}
		fmt.Fprintf(&b, "  %s: %d units%s, of %v\n", s.Model, s.Units, shadow, s.Facts)
	}
	b.WriteString("\nfacts\n")
	for _, f := range d.Facts {
		fmt.Fprintf(&b, "  %-22s %-24s %s\n", f.Name, f.Text, f.Title)
	}
	return b.String()
}

type decisionReplayCommand struct {
	dataFlag
	ID   string `arg:"" optional:"" name:"id" help:"As printed: dec_…"`
	All  bool   `help:"Every decision in the data directory."`
	JSON bool   `help:"Print one object a difference and a summary."`
}

// divergence is a decision that comes out otherwise than it was stored.
type divergence struct {
	Decision string         `json:"decision"`
	Stored   []rule.Outcome `json:"stored"`
	Again    []rule.Outcome `json:"again"`
	Verdict  rule.Verdict   `json:"stored_verdict"`
	Now      rule.Verdict   `json:"verdict"`
	Reason   string         `json:"reason,omitempty"`
	Review   *reviewChange  `json:"review,omitempty"`
}

// reviewChange is what a review was reckoned to, and what it comes to now.
type reviewChange struct {
	Stored book.ReviewOutcome `json:"stored"`
	Again  book.ReviewOutcome `json:"again"`
}

type replaySummary struct {
	Decisions   int    `json:"decisions"`
	Reviews     int    `json:"reviews"` // of parties, among them
	Differences int    `json:"differences"`
	Replay      string `json:"replay"` // "same" or "differs"
}

// Run folds the journal, takes decisions again as they come, and compares what comes out bit for bit.
func (c *decisionReplayCommand) Run(ctx context.Context) error {
	wanted := id.Decision(0)
	if c.All == (c.ID != "") {
		return usage{errors.New("name a decision, or --all")}
	}
	if !c.All {
		parsed, err := id.Parse[id.Decision](c.ID)
		if err != nil {
			return usage{err}
		}
		wanted = parsed
	}
	summary, out := replaySummary{Replay: "same"}, newLines(os.Stdout)
	err := eachDecision(ctx, c.Data, func(b *book.Book, d *risk.Decision) error {
		if wanted != 0 && d.ID != wanted {
			return nil
		}
		summary.Decisions++
		if d.Purpose == risk.AtReview {
			summary.Reviews++
		}
		found := takeAgain(b, d)
		if found == nil {
			return nil
		}
		summary.Differences++
		if c.JSON {
			return out.write(found)
		}
		_, err := fmt.Print(found.text())
		return err
	})
	if err != nil {
		return err
	}
	if wanted != 0 && summary.Decisions == 0 {
		return usage{fmt.Errorf("there is no decision %s", wanted)}
	}
	if summary.Differences > 0 {
		summary.Replay = "differs"
	}
	if c.JSON {
		err = out.write(summary)
	} else {
		_, err = fmt.Printf("%d decisions taken again, %d differ\n", summary.Decisions, summary.Differences)
	}
	if err == nil && summary.Differences > 0 {
		err = found{fmt.Errorf("%d decisions differ", summary.Differences)}
	}
	return err
}

// takeAgain compares a decision with what comes out now; nil where it is the same to the last bit.
func takeAgain(b *book.Book, d *risk.Decision) *divergence {
	unknown := &divergence{Decision: d.ID.String(), Stored: d.Outcomes, Verdict: d.Verdict, Reason: "the book does not know what it names"}
	if d.Purpose == risk.AtReview {
		said, now, can := b.AgainReview(d)
		if !can {
			return unknown
		}
		if said.Same(&now) {
			return nil
		}
		return &divergence{Decision: d.ID.String(), Stored: d.Outcomes, Again: d.Outcomes, Verdict: d.Verdict, Now: d.Verdict,
			Reason: "the reckoning of the review differs", Review: &reviewChange{said, now}}
	}
	again, can := b.Again(d)
	if !can {
		return unknown
	}
	if slices.Equal(again, d.Outcomes) && rule.Worst(again) == d.Verdict {
		return nil
	}
	return &divergence{Decision: d.ID.String(), Stored: d.Outcomes, Again: again, Verdict: d.Verdict, Now: rule.Worst(again)}
}

// text is a difference line by line.
func (d *divergence) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: stored %s, comes out %s", d.Decision, d.Verdict, d.Now)
	if d.Reason != "" {
		b.WriteString(": " + d.Reason)
	}
	b.WriteString("\n")
	lines := func(sign string, all, others []rule.Outcome) {
		for _, o := range all {
			if !slices.Contains(others, o) {
				fmt.Fprintf(&b, "%s %s version %d: %s, measured %d, bound %d\n", sign, o.Rule, o.Version, o.Verdict, o.Measure, o.Bound)
			}
		}
	}
	lines("-", d.Stored, d.Again)
	lines("+", d.Again, d.Stored)
	if r := d.Review; r != nil {
		for _, one := range [...]struct {
			sign string
			said *book.ReviewOutcome
		}{{"-", &r.Stored}, {"+", &r.Again}} {
			fmt.Fprintf(&b, "%s models %v, %d units, probability %s, grade %d\n", one.sign, one.said.Scored, one.said.Units, percent(one.said.Probability), one.said.Grade)
		}
	}
	return b.String()
}

// eachDecision folds a journal and yields every decision with the book as it stood when it was made.
func eachDecision(ctx context.Context, dir string, yield func(*book.Book, *risk.Decision) error) error {
	j, err := openJournal(dir)
	if err != nil {
		return err
	}
	defer j.Close()
	b := book.New(shard)
	shown := newProgress("reading decisions")
	defer shown.end()
	return j.Read(1, func(batch journal.Batch) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		for stored := range batch.Entries() {
			raw, err := journal.DecodeEntry(stored.Bytes)
			if err != nil {
				return fmt.Errorf("entry %d: %w", stored.Sequence, err)
			}
			entry, err := codec.DecodeEntry(raw, stored.Leaf)
			if err != nil {
				return err
			}
			b.Begin(&entry.Header)
			for _, event := range entry.Events {
				b.Apply(event)
			}
			shown.at(stored.Sequence, 0)
			b.Drain(func(row book.Row) {
				if made, is := row.Record.(risk.Decision); is && err == nil {
					err = yield(b, &made)
				}
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
}
