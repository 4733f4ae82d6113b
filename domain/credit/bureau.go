package credit

import (
	"slices"

	"millrace/domain/calendar"
	"millrace/domain/money"
)

// Bureau is what a credit bureau has said of a party.
type Bureau struct {
	Source   string        `cbor:"1,keyasint"` // short name of the bureau: lower case, digits, underscores
	Date     calendar.Date `cbor:"2,keyasint"` // of its report
	Figures  []Fact        `cbor:"3,keyasint,omitempty"`
	Adverse  []Adverse     `cbor:"4,keyasint,omitempty"`
	Document [32]byte      `cbor:"5,keyasint"` // the report, in the vault; zero for none
}

// Adverse is an event that a bureau reports.
type Adverse struct {
	Event    AdverseEvent   `cbor:"1,keyasint"`
	Date     calendar.Date  `cbor:"2,keyasint"`
	Amount   money.Minor    `cbor:"3,keyasint,omitempty"` // 0 where not stated
	Currency money.Currency `cbor:"4,keyasint,omitempty"`
	Settled  bool           `cbor:"5,keyasint,omitempty"`
}

// AdverseEvent is what kind of event it is.
type AdverseEvent uint8

// The adverse events, the gravest first.
const (
	Insolvency AdverseEvent = 1 + iota
	Enforcement
	Judgment
	DishonouredBill
	TaxArrears
	PaymentDefault
	Lawsuit
)

// AdverseEvents are the names used in API and console.
var AdverseEvents = [...]string{"", "insolvency", "enforcement", "judgment", "dishonoured_bill", "tax_arrears", "payment_default", "lawsuit"}

// String is the name used in API and console.
func (e AdverseEvent) String() string { return AdverseEvents[e] }

// Bounds of bureau input.
const (
	BureauFiguresMax = 64
	BureauAdverseMax = 64
	NameBytesMax     = 40
)

// IsName tells whether a text is a short name: lower-case letters, digits, underscores, a letter first.
func IsName(text string) bool {
	if text == "" || len(text) > NameBytesMax || text[0] < 'a' || text[0] > 'z' {
		return false
	}
	for _, c := range []byte(text) {
		if c != '_' && (c < 'a' || c > 'z') && (c < '0' || c > '9') {
			return false
		}
	}
	return true
}

// Flaw says why the input can't be taken; "" for one that can.
func (b *Bureau) Flaw() string {
	if !IsName(b.Source) || len(b.Figures) > BureauFiguresMax || len(b.Adverse) > BureauAdverseMax {
		return "its source is no short name, or it says too much"
	}
	for i, f := range b.Figures {
		if !IsName(f.Name) || f.Decimals > 9 || f.Value > RatioMax || f.Value < -RatioMax || i > 0 && f.Name <= b.Figures[i-1].Name {
			return "figures have short names in ascending order, each once, and 9 decimals at most"
		}
	}
	for _, a := range b.Adverse {
		if a.Event == 0 || int(a.Event) >= len(AdverseEvents) || a.Date > b.Date || a.Amount < 0 || a.Amount > FigureMax {
			return "an adverse event is not known, lies after the report, or has an amount out of range"
		}
	}
	return ""
}

// BureauFact describes a figure that is reckoned from what bureaus report.
type BureauFact struct{ Name, Title, Unit string }

// BureauNamed are the figures that are reckoned from what bureaus report; figures that a bureau names itself are "bureau_" and that name.
var BureauNamed = []BureauFact{
	{"bureau_age_days", "Age of the newest report", "days"},
	{"bureau_adverse_open", "Adverse events of three years that are not settled", "count"},
	{"bureau_adverse_year", "Adverse events of the last 365 days", "count"},
	{"bureau_grave_open", "Insolvency, enforcement or judgment of three years that is not settled", "count"},
}

// BureauFacts are the figures of reports as on a day: those of BureauNamed, and those that the newest report of each name gives.
// None for no report.
func BureauFacts(reports []Bureau, today calendar.Date) []Fact {
	if len(reports) == 0 {
		return nil
	}
	newest := reports[0].Date
	var open, year, grave int64
	named := []Fact{}
	dated := map[string]calendar.Date{}
	for i := range reports {
		b := &reports[i]
		newest = max(newest, b.Date)
		for _, a := range b.Adverse {
			age := calendar.DaysBetween(a.Date, today)
			if age <= yearDays {
				year++
			}
			if age <= 3*yearDays && !a.Settled {
				open++
				if a.Event <= Judgment {
					grave++
				}
			}
		}
		for _, f := range b.Figures {
			name := "bureau_" + f.Name
			if date, has := dated[name]; has && date >= b.Date {
				continue
			}
			dated[name] = b.Date
			named = slices.DeleteFunc(named, func(o Fact) bool { return o.Name == name })
			named = append(named, Fact{Name: name, Value: f.Value, Decimals: f.Decimals})
		}
	}
	return append([]Fact{
		{Name: "bureau_age_days", Value: int64(calendar.DaysBetween(newest, today))}, {Name: "bureau_adverse_open", Value: open},
		{Name: "bureau_adverse_year", Value: year}, {Name: "bureau_grave_open", Value: grave},
	}, named...)
}
