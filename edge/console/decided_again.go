package console

import (
	"fmt"
	"slices"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/risk"
	"millrace/domain/rule"
	"millrace/edge/view"
	"millrace/engine"
)

// decider takes a decision again from the facts that it keeps.
type decider interface {
	Again(made *risk.Decision) ([]rule.Outcome, bool)
	AgainReview(made *risk.Decision) (said, again book.ReviewOutcome, known bool)
}

// decidedAgain is what a decision comes to when it is taken again, held against what was decided.
type decidedAgain struct {
	Known   bool // the book and the program have what it was decided under
	Same    bool // to the last bit
	Verdict string
	Gone    []view.DecisionReason // that were said, and are not any more
	Come    []view.DecisionReason // that are said now, and were not
	Was, Is *reckoned             // of a review
}

// reckoned is what a review comes to.
type reckoned struct {
	Units, Probability string
	Grade              int
}

// MayDecideAgain tells whether the caller may have a decision taken again: who sees the records of all, and changes nothing by it.
func (f frame) MayDecideAgain() bool { return f.Caller.SeesAll() }

// decideAgain takes the decision of a page again, where the address asks for it; nil where it does not.
func (v *visit) decideAgain(of id.Decision) (*decidedAgain, error) {
	if v.asked("again") == "" || !v.caller.SeesAll() {
		return nil, nil
	}
	made, err := v.DecisionRecord(v.caller, of)
	if err != nil {
		return nil, err
	}
	var found decidedAgain
	var outcomes []rule.Outcome
	err = v.console.engine.Do(v.request.Context(), func(m engine.Machine) {
		b, is := m.(decider)
		if !is {
			return
		}
		if made.Purpose == risk.AtReview {
			found.review(b, &made)
			return
		}
		outcomes, found.Known = b.Again(&made)
	})
	if err != nil || !found.Known || made.Purpose == risk.AtReview {
		return &found, err
	}
	found.Verdict = rule.Worst(outcomes).String()
	found.Same = slices.Equal(outcomes, made.Outcomes) && rule.Worst(outcomes) == made.Verdict
	found.Gone, err = v.Reasons(v.caller, &made, without(made.Outcomes, outcomes))
	if err == nil {
		found.Come, err = v.Reasons(v.caller, &made, without(outcomes, made.Outcomes))
	}
	return &found, err
}

// review reckons a review again.
func (d *decidedAgain) review(b decider, made *risk.Decision) {
	said, now, known := b.AgainReview(made)
	if d.Known = known; !known {
		return
	}
	d.Verdict, d.Same = made.Verdict.String(), said.Same(&now)
	show := func(o *book.ReviewOutcome) *reckoned {
		return &reckoned{Units: fmt.Sprint(o.Units), Probability: decimal(view.Percent(o.Probability)) + " %", Grade: int(o.Grade)}
	}
	d.Was, d.Is = show(&said), show(&now)
}

// without are the outcomes that stand in one list and not in another.
func without(all, others []rule.Outcome) (left []rule.Outcome) {
	for _, o := range all {
		if !slices.Contains(others, o) {
			left = append(left, o)
		}
	}
	return left
}
