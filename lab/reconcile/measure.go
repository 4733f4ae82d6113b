package reconcile

import (
	"time"

	"millrace/domain/reconciliation"
)

// Figures are what a measurement ends with.
type Figures struct {
	Lines        int     `json:"lines"`
	Items        int     `json:"items"`
	Payable      int     `json:"payable_lines"`  // that pay something known
	MatchedShare float64 `json:"matched_share"`  // of these, assigned to exactly what is true
	WrongPer100k float64 `json:"wrong_per_100k"` // of all lines, assigned to anything else
	Left         int     `json:"left_to_people"`
	Suggested    float64 `json:"suggested_share"` // of what is left and pays something, where the truth is among the suggestions
	Seconds      float64 `json:"seconds"`
}

// Measure matches a case and holds the result against the truth. wrong is told of each line that was assigned otherwise; it may be nil.
func Measure(c *Case, policy reconciliation.Policy, wrong func(a *reconciliation.Assignment)) (Figures, reconciliation.Result) {
	began := time.Now()
	result := reconciliation.Match(c.Lines, c.Items, c.Parties, policy)
	f := Figures{Lines: len(c.Lines), Items: len(c.Items), Left: len(result.Breaks), Seconds: time.Since(began).Seconds()}
	for i := range c.Lines {
		if len(c.Truth[i]) > 0 {
			f.Payable++
		}
	}
	right, wrongs := 0, 0
	for i := range result.Assignments {
		a := &result.Assignments[i]
		if exactly(a, c.Truth[a.Line]) {
			right++
			continue
		}
		wrongs++
		if wrong != nil {
			wrong(a)
		}
	}
	left, suggested := 0, 0
	for i := range result.Breaks {
		b := &result.Breaks[i]
		if truth := c.Truth[b.Line]; len(truth) > 0 {
			left++
			if contains(b, truth) {
				suggested++
			}
		}
	}
	f.MatchedShare, f.WrongPer100k = float64(right)/float64(max(1, f.Payable)), float64(wrongs)*100_000/float64(max(1, f.Lines))
	f.Suggested = float64(suggested) / float64(max(1, left))
	return f, result
}

func exactly(a *reconciliation.Assignment, truth map[int]bool) bool {
	if len(a.Parts) != len(truth) {
		return false
	}
	for _, part := range a.Parts {
		if !truth[part.Item] {
			return false
		}
	}
	return true
}

func contains(b *reconciliation.Break, truth map[int]bool) bool {
	for _, s := range b.Suggestions {
		same := len(s.Items) == len(truth)
		for _, item := range s.Items {
			same = same && truth[item]
		}
		if same {
			return true
		}
	}
	return false
}
