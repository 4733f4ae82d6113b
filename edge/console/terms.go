package console

import (
	"fmt"
	"html/template"
	"regexp"
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
			said, _ := t.In(w.Language)
			return w.explain(name, said)
		}
	}
	return "", fmt.Errorf("console: the glossary has no %q", name)
}

// labelTerms are labels that say a term in other words.
var labelTerms = map[string]string{
	"Financed, outstanding": "financing", "Financed": "financing", "Owed on stock": "financing", "Confirmed irrevocably, unpaid": "irrevocable",
	"The buyer’s undertaking": "undertaking", "Written off": "write-off", "Receivables open": "receivable",
	"Missing by counts": "discrepancy", "Lots in store": "warehouse receipt", "Alerts to decide": "screening",
}

var label = regexp.MustCompile(`<dt>([A-Z][^<{]*)</dt>`)

// explainLabels makes links of the labels in a template that are terms of the glossary.
func explainLabels(text string) string {
	return label.ReplaceAllStringFunc(text, func(found string) string {
		said := label.FindStringSubmatch(found)[1]
		name, known := labelTerms[said]
		if !known {
			name = strings.ToLower(said)
		}
		for i := range locale.Terms() {
			if locale.Terms()[i].Name == name {
				return fmt.Sprintf(`<dt>{{explain %q (t %q)}}</dt>`, name, said)
			}
		}
		return found
	})
}

// explain links a label to what its term means.
func (w wording) explain(name, said string) (template.HTML, error) {
	for i := range locale.Terms() {
		if t := &locale.Terms()[i]; t.Name == name {
			_, sentence := t.In(w.Language)
			return template.HTML(`<a class="term" href="/help/terms#` + anchorOf(name) + `" title="` + template.HTMLEscapeString(sentence) + `">` + template.HTMLEscapeString(said) + `</a>`), nil
		}
	}
	return "", fmt.Errorf("console: the glossary has no %q", name)
}
