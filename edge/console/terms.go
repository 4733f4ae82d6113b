package console

import (
	"fmt"
	"html/template"
	"strings"

	"millrace/edge/locale"
)

// termsPage explains the words of the trade.
type termsPage struct {
	Terms []termShown
}

type termShown struct {
	Anchor, Name, Sentence string
	Other                  string // the term in the other language
	OtherLanguage          string
}

func (termsPage) title() string { return "Terms of the trade" }

func showTerms(v *visit) (any, error) {
	p := termsPage{}
	for i := range locale.Terms() {
		t := &locale.Terms()[i]
		name, sentence := t.In(v.w.Language)
		other := locale.Chinese
		if v.w.Language == locale.Chinese {
			other = locale.English
		}
		otherName, _ := t.In(other)
		p.Terms = append(p.Terms, termShown{anchorOf(t.Name), name, sentence, otherName, other.Tag})
	}
	return p, nil
}

func anchorOf(term string) string { return strings.ReplaceAll(term, " ", "-") }

// term is a word of the trade that leads to its explanation. A word that the glossary does not have is a mistake in a page.
func (w wording) term(name string) (template.HTML, error) {
	for i := range locale.Terms() {
		if t := &locale.Terms()[i]; t.Name == name {
			said, sentence := t.In(w.Language)
			return template.HTML(`<a class="term" href="/help/terms#` + anchorOf(name) + `" title="` + template.HTMLEscapeString(sentence) + `">` + template.HTMLEscapeString(said) + `</a>`), nil
		}
	}
	return "", fmt.Errorf("console: the glossary has no %q", name)
}
