package score

import (
	"fmt"
	"slices"
)

// KnownFact is a fact that the book can give a model: a number of so many decimals, or a category by its place in Categories.
type KnownFact struct {
	Name       string
	Unit       string
	Title      string
	Decimals   uint8
	Categories []string // none: a number
}

// Misfit says why a feature of a table can't be this fact; "" when it can.
func (k *KnownFact) Misfit(f *Feature) string {
	switch {
	case len(k.Categories) == 0 && len(f.Categories) > 0:
		return fmt.Sprintf("feature %q has categories, the book's fact is a number", f.Name)
	case len(k.Categories) > 0 && len(f.Categories) == 0:
		return fmt.Sprintf("feature %q is a number, the book's fact is a category", f.Name)
	}
	for _, c := range f.Categories {
		if !slices.Contains(k.Categories, c.Text) {
			return fmt.Sprintf("feature %q has the category %q, which the book does not know", f.Name, c.Text)
		}
	}
	return ""
}

// Codes gives, by the book's categories, the facts of a feature; nil for a number.
func (k *KnownFact) Codes(f *Feature) []int64 {
	if len(k.Categories) == 0 {
		return nil
	}
	codes := make([]int64, len(k.Categories))
	for i, text := range k.Categories {
		codes[i] = f.Otherwise
		if place := slices.IndexFunc(f.Categories, func(c Category) bool { return c.Text == text }); place >= 0 {
			codes[i] = f.Categories[place].Fact
		}
	}
	return codes
}
