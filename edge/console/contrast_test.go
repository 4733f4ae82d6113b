package console_test

import (
	"math"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// Texts have a contrast of at least 4.5, and what has to be told apart without being read one of 3, in both colour schemes
// (WCAG 2.2, 1.4.3 and 1.4.11).
func TestColoursCanBeRead(t *testing.T) {
	style, err := os.ReadFile("assets/console.css")
	if err != nil {
		t.Fatal(err)
	}
	light, rest, found := strings.Cut(string(style), "@media (prefers-color-scheme: dark)")
	if !found {
		t.Fatal("there is no dark scheme")
	}
	dark, _, _ := strings.Cut(rest, "*, *::before")
	schemes := map[string]map[string]float64{"light": tokens(t, light), "dark": tokens(t, dark)}
	for scheme, of := range schemes {
		least := func(least float64, over string, inks ...string) {
			for _, ink := range inks {
				a, knownA := of[ink]
				b, knownB := of[over]
				if !knownA || !knownB {
					t.Fatalf("%s: there is no %s or %s", scheme, ink, over)
				}
				if contrast := (math.Max(a, b) + 0.05) / (math.Min(a, b) + 0.05); contrast < least {
					t.Errorf("%s: %s on %s has %.2f, want %.1f", scheme, ink, over, contrast, least)
				}
			}
		}
		for _, ground := range []string{"ground", "surface", "sunken"} {
			least(4.5, ground, "ink", "muted", "accent", "bad", "good", "wait", "info")
		}
		least(4.5, "accent", "accent-ink")
		least(4.5, "bar", "bar-ink", "bar-muted")
		least(4.5, "here", "here-ink")
		least(4.5, "mark", "ink")
		for _, tone := range []string{"good", "wait", "bad", "info", "quiet"} {
			least(4.5, tone+"-ground", tone)
		}
		least(3, "surface", "series-1", "series-2", "series-3", "series-4", "series-5", "series-6")
	}
}

var token = regexp.MustCompile(`--([a-z0-9-]+): #([0-9a-f]{6});`)

// tokens are the luminances of a scheme's colours (WCAG 2.2, relative luminance).
func tokens(t *testing.T, style string) map[string]float64 {
	t.Helper()
	of := map[string]float64{}
	for _, match := range token.FindAllStringSubmatch(style, -1) {
		luminance := 0.0
		for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
			value, err := strconv.ParseUint(match[2][2*i:2*i+2], 16, 8)
			if err != nil {
				t.Fatal(err)
			}
			part := float64(value) / 255
			if part <= 0.04045 {
				part /= 12.92
			} else {
				part = math.Pow((part+0.055)/1.055, 2.4)
			}
			luminance += weight * part
		}
		of[match[1]] = luminance
	}
	return of
}
