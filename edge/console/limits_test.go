package console_test

import (
	"strings"
	"testing"
)

// The page of limits says what is taken of each, in numbers and in a colour, and who owes how much.
func TestThePageOfLimits(t *testing.T) {
	s := newStage(t)
	for name, c := range map[string]struct {
		secret string
		wants  []string
	}{
		"operator": {s.key(s.maker), []string{"The house", "Buyer", "Programme", "Funder", "badge good", "Available"}},
	} {
		shown := (&browser{t: t, handler: s.handler, secret: c.secret}).page("/limits", 200)
		for _, want := range c.wants {
			if !strings.Contains(shown, want) {
				t.Errorf("%s: the page does not say %q", name, want)
			}
		}
	}
}
