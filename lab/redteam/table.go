package redteam

import (
	"fmt"
	"strings"
)

// Markdown writes the result as the tables of doc/REDTEAM.md.
func (r *Result) Markdown() string {
	var b strings.Builder
	b.WriteString("| pattern | way | tried | per 1,000 | at least | caught | rejected | refused | referred | would have gone out | has gone out | stopped first by | all that spoke |\n")
	b.WriteString("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- | --- |\n")
	for i := range r.Patterns {
		p := &r.Patterns[i]
		caught := fmt.Sprintf("%d", p.Caught)
		if p.Caught < p.Injected {
			caught = fmt.Sprintf("**%d of %d**", p.Caught, p.Injected)
		}
		referred := fmt.Sprint(p.Referred)
		if p.Converted > 0 {
			referred = fmt.Sprintf("%d, %d converted", p.Referred, p.Converted)
		}
		first := joined(p.First)
		if p.Caught == 0 {
			first = "**nothing**"
		}
		fmt.Fprintf(&b, "| %s | %s | %d | %.1f | %d %% | %s | %d | %d | %s | %s | %s | %s | %s |\n", p.Pattern, p.Way, p.Injected, p.PerMille, p.LeastPercent, caught, p.Rejected, p.Refused, referred,
			whole(p.Asked.Minor), whole(p.Paid.Minor), first, joined(p.All))
	}
	t := &r.Totals
	fmt.Fprintf(&b, "| all | | %d | | | %d, %.2f %% | | | | %s | %s | | |\n", t.Injected, t.Caught, t.CaughtPercent, whole(t.Asked.Minor), whole(t.Paid.Minor))
	b.WriteString("\n| honest uses | alone | beside the frauds |\n| --- | ---: | ---: |\n")
	row := func(name string, of func(h *HonestResult) string) {
		fmt.Fprintf(&b, "| %s | %s | %s |\n", name, of(&r.Honest), of(&r.Beside))
	}
	row("asked for", func(h *HonestResult) string { return fmt.Sprint(h.Uses) })
	row("paid at once", func(h *HonestResult) string { return fmt.Sprint(h.Paid) })
	row("referred", func(h *HonestResult) string { return fmt.Sprint(h.Referred) })
	row("refused", func(h *HonestResult) string { return fmt.Sprint(h.Refused) })
	row("rejected", func(h *HonestResult) string { return fmt.Sprint(h.Rejected) })
	row("not paid at once, of 100", func(h *HonestResult) string { return fmt.Sprintf("%.2f", h.AlarmPercent) })
	for _, code := range union(r.Honest.Alarms, r.Beside.Alarms) {
		row(code, func(h *HonestResult) string { return fmt.Sprint(timesOf(h.Alarms, code)) })
	}
	b.WriteString("\n| honest relation | uses | not paid at once |\n| --- | ---: | ---: |\n")
	for _, h := range r.Honest.Habits {
		fmt.Fprintf(&b, "| %s | %d | %d |\n", h.Habit, h.Uses, h.Alarms)
	}
	return b.String()
}

// joined lists counts: "request_quote already_financed 4".
func joined(counts []Count) string {
	var parts []string
	for _, c := range counts {
		parts = append(parts, fmt.Sprintf("%s %d", c.Code, c.Times))
	}
	return strings.Join(parts, ", ")
}

// whole prints an amount in whole euros, with commas.
func whole(minor int64) string {
	text := fmt.Sprint((minor + 50) / 100)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

func union(lists ...[]Count) []string {
	var codes []string
	seen := map[string]bool{}
	for _, list := range lists {
		for _, c := range list {
			if !seen[c.Code] {
				seen[c.Code] = true
				codes = append(codes, c.Code)
			}
		}
	}
	return codes
}

func timesOf(list []Count, code string) int {
	for _, c := range list {
		if c.Code == code {
			return c.Times
		}
	}
	return 0
}
