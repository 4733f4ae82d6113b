package console

import (
	"slices"

	"millrace/domain/certificate"
	"millrace/domain/id"
	"millrace/domain/product"
	"millrace/edge/locale"
	"millrace/edge/view"
)

type programmeList struct {
	list
	Items []view.Programme
}

func showProgrammes(v *visit) (any, error) {
	var l programmeList
	var q view.Query
	l.list, q = v.list("Programmes", []string{"proposed", "live"})
	page, err := v.Programmes(v.caller, q)
	l.Items = page.Items
	l.end(v, page.Next, len(page.Items))
	return l, err
}

// programmePage is a programme with all its terms, and those of its product.
type programmePage struct {
	view.Programme
	Offered  *view.Product
	Terms    *product.Terms // of the product; nil where the caller does not see it
	Limits   []view.Limit
	Tenor    []view.FunderTenor
	Timeline []view.Entry
	Lacks    []act // before anything is financed in it
}

func (p programmePage) title() *locale.Text { return locale.Say("Programme %s", p.ID) }

// LawRules are the rules of law that its certificates are held against.
func (p programmePage) LawRules() []certificate.Rule {
	law, known := certificate.ParseLaw(p.Law)
	if !known || law == certificate.NoLaw {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(certificate.Rules), func(r certificate.Rule) bool { return r.Law != law })
}

func showProgramme(v *visit) (any, error) {
	of, err := identity[id.Programme](v)
	if err != nil {
		return nil, err
	}
	shown, err := v.Programme(v.caller, of)
	if err != nil {
		return nil, err
	}
	p := programmePage{Programme: shown}
	if shown.Product != nil {
		if number, err := id.Parse[id.Product](shown.Product.ID); err == nil {
			offered, err := v.Product(v.caller, number)
			if err != nil && err != view.ErrNotFound {
				return nil, err
			}
			if err == nil {
				p.Offered = &offered
				terms, err := v.ProductTerms(v.caller, number)
				if err != nil {
					return nil, err
				}
				p.Terms = &terms
			}
		}
	}
	limits, err := v.Limits(v.caller, view.Query{Programme: of, Limit: rowsMax})
	if err != nil {
		return nil, err
	}
	p.Limits = limits.Items
	tenor, err := v.Tenor(v.caller, of)
	if err != nil {
		return nil, err
	}
	p.Tenor = tenor.Funders
	if p.Lacks, err = v.lacks(&p); err != nil {
		return nil, err
	}
	p.Timeline, _, err = v.chronicle(shown.ID)
	return p, err
}

// laws say under which law certificates are issued.
var laws = map[string]string{"CN": "China", "EU": "European Union"}

// lawTitle says which law a code stands for; an empty one is the house's rules only.
func (w wording) law(code string) string {
	if title, known := laws[code]; known {
		return w.T(title)
	}
	if code == "" {
		return w.T("The house’s rules only")
	}
	return code
}

// handlings say what is done with what may have been seen before.
var handlings = map[string]string{
	"block": "Refused", "refer": "A person looks", "note": "Noted only",
}

func (w wording) handling(code string) string {
	if title, known := handlings[code]; known {
		return w.T(title)
	}
	return w.capitalWord(code)
}
