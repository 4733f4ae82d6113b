package economy

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strconv"

	"millrace/domain/calendar"
	"millrace/lab/duplicates"
)

// Parameters say how trade behaves. They are fitted to a ledger of payments.
type Parameters struct {
	SizeMean      float64 `json:"size_mean"`      // of the logarithm of an invoice's amount, net
	SizeDeviation float64 `json:"size_deviation"` // of the same
	SizeLeast     float64 `json:"size_least"`     // no invoice is smaller
	SizeOwn       float64 `json:"size_own"`       // share of the variance that lies between a supplier's own invoices; the rest is between suppliers

	ShareDeviation float64 `json:"share_deviation"` // of the logarithm of a supplier's number of invoices

	DelayMean      float64 `json:"delay_mean"` // of the logarithm of the days from an invoice's date to its payment
	DelayDeviation float64 `json:"delay_deviation"`

	Months   [12]float64 `json:"months"`   // invoices in a month, of a twelfth of the year's
	Weekdays [5]float64  `json:"weekdays"` // payments on a day from Monday on, of a fifth of the week's
}

// DelayTerm is the term of payment, in days, to which the ledger's delays are held: what public authorities had under the rules on late
// payment at the time (Directive 2011/7/EU, article 4).
const DelayTerm = 30

// sizeLeast is the amount from which councils publish what they spend.
const sizeLeast = 500

// delayMost is how many days an invoice may have waited; beyond it the date in its number is taken for something else.
const delayMost = 365

// Quantile is a share of the data, what the data say, and what the fit says.
type Quantile struct {
	Share  float64 `json:"share"`
	Data   float64 `json:"data"`
	Fitted float64 `json:"fitted"`
}

// Goodness is how well one distribution is met.
type Goodness struct {
	What      string     `json:"what"`
	Unit      string     `json:"unit"`
	Count     int        `json:"count"`     // values
	Distance  float64    `json:"distance"`  // the largest difference of both distribution functions (Kolmogorov and Smirnov)
	Quantiles []Quantile `json:"quantiles"` // or, of shares, points of the Lorenz curve
}

// Fitted is what a ledger says.
type Fitted struct {
	Parameters Parameters `json:"parameters"`
	Goodness   []Goodness `json:"goodness"`
	LatePer100 float64    `json:"late_percent"`        // of invoices with a date in their number, paid after DelayTerm days
	LateFitted float64    `json:"late_percent_fitted"` // the same of the fit
}

// weighted is one value of a sample in which not all count alike.
type weighted struct{ value, weight float64 }

// invoice is what was paid to a supplier under one number on one day.
type invoice struct {
	supplier uint32
	number   string
	date     calendar.Date
}

// Fit fits the parameters to a ledger.
func Fit(ledger *duplicates.Ledger) (*Fitted, error) {
	amounts := map[invoice]float64{}
	var order []invoice
	for i := range ledger.Invoices {
		of := &ledger.Invoices[i]
		key := invoice{of.Supplier, of.Number, of.Date}
		if _, known := amounts[key]; !known {
			order = append(order, key)
		}
		amounts[key] += float64(of.Pence) / 100
	}
	var sizes []weighted
	own := map[uint32][]float64{}
	counts := map[uint32]float64{}
	for _, key := range order {
		counts[key.supplier]++
		if a := amounts[key]; a >= sizeLeast {
			sizes = append(sizes, weighted{a, 1})
			own[key.supplier] = append(own[key.supplier], math.Log(a))
		}
	}
	waited := delays(order)
	if len(sizes) < 1000 || len(waited) < 50 || len(counts) < 50 {
		return nil, errors.New("the ledger is too small: a fit takes 1,000 invoices of 500 or more, 50 suppliers, and 50 invoices with a date in their number")
	}
	f := &Fitted{}
	size, delay := likeliest(sizes, sizeLeast), likeliest(waited, 0)
	p := &f.Parameters
	p.SizeMean, p.SizeDeviation, p.SizeLeast, p.SizeOwn = size.mean, size.deviation, size.least, ownShare(own)
	p.DelayMean, p.DelayDeviation = delay.mean, delay.deviation
	p.Months, p.Weekdays = seasons(order)
	shares := sortedShares(counts)
	p.ShareDeviation = concentration(shares)
	f.Goodness = []Goodness{
		goodness("size of an invoice", "currency units", sizes, size.share, size.at),
		goodness("delay of a payment", "days", waited, delay.share, delay.at),
		lorenz(shares, p.ShareDeviation),
	}
	f.LatePer100, f.LateFitted = 100*(1-belowOf(waited, DelayTerm)), 100*(1-delay.share(DelayTerm+0.5))
	return f, nil
}

// datedNumber finds a date in an invoice number: day, month and year with separators between, or eight digits.
var datedNumber = regexp.MustCompile(`^(?:[A-Za-z ]*)(\d{2})[/.\-](\d{2})[/.\-](20\d{2}|\d{2})(?:[A-Za-z ]*)$|^(\d{2})(\d{2})(20\d{2})$`)

// delays are the days from the date that an invoice bears in its number to its payment; every supplier counts alike.
func delays(order []invoice) []weighted {
	of := map[uint32][]float64{}
	var suppliers []uint32
	for _, key := range order {
		parts := datedNumber.FindStringSubmatch(key.number)
		if parts == nil {
			continue
		}
		day, _ := strconv.Atoi(cmp.Or(parts[1], parts[4]))
		month, _ := strconv.Atoi(cmp.Or(parts[2], parts[5]))
		year, _ := strconv.Atoi(cmp.Or(parts[3], parts[6]))
		if year < 100 {
			year += 2000
		}
		issued, ok := calendar.Of(year, month, day)
		if !ok {
			continue
		}
		days := calendar.DaysBetween(issued, key.date)
		if days < 0 || days > delayMost {
			continue
		}
		if len(of[key.supplier]) == 0 {
			suppliers = append(suppliers, key.supplier)
		}
		of[key.supplier] = append(of[key.supplier], max(float64(days), 0.5)) // paid on the day: half a day
	}
	var all []weighted
	for _, supplier := range suppliers {
		for _, days := range of[supplier] {
			all = append(all, weighted{days, 1 / float64(len(of[supplier]))})
		}
	}
	return all
}

// ownShare is the share of the variance of logarithms that lies within suppliers, of those who have five invoices or more.
func ownShare(of map[uint32][]float64) float64 {
	within, free, middle, count := 0.0, 0.0, 0.0, 0.0
	var means []float64
	for _, supplier := range slices.Sorted(maps.Keys(of)) { // in order, so that sums of floats come out alike
		logs := of[supplier]
		if len(logs) < 5 {
			continue
		}
		mean := 0.0
		for _, l := range logs {
			mean += l / float64(len(logs))
		}
		for _, l := range logs {
			within += (l - mean) * (l - mean)
		}
		free += float64(len(logs) - 1)
		means, middle, count = append(means, mean), middle+mean, count+1
	}
	if free == 0 || count == 0 {
		return 1
	}
	between := 0.0
	for _, mean := range means {
		between += (mean - middle/count) * (mean - middle/count) / count
	}
	within /= free
	return within / (within + between)
}

// seasons are the months' and weekdays' factors, of years of which every month is there.
func seasons(order []invoice) (months [12]float64, weekdays [5]float64) {
	years := map[int]*[12]float64{}
	first, last := math.MaxInt, 0
	for _, key := range order {
		year, month := key.date.Year(), key.date.Month()
		if years[year] == nil {
			years[year] = &[12]float64{}
		}
		years[year][month-1]++
		first, last = min(first, year), max(last, year)
		if day := int(key.date.Weekday()+6) % 7; day < len(weekdays) {
			weekdays[day]++
		}
	}
	whole := 0.0
	for year := first; year <= last; year++ {
		of := years[year]
		if of == nil || slices.Contains(of[:], 0) {
			continue
		}
		sum := 0.0
		for _, n := range of {
			sum += n
		}
		for month, n := range of {
			months[month] += 12 * n / sum
		}
		whole++
	}
	for month := range months {
		if months[month] /= whole; whole == 0 {
			months[month] = 1
		}
	}
	sum := 0.0
	for _, n := range weekdays {
		sum += n
	}
	for day := range weekdays {
		weekdays[day] *= 5 / sum
	}
	return months, weekdays
}

// sortedShares are what suppliers have of all invoices, the largest first.
func sortedShares(counts map[uint32]float64) []float64 {
	sum := 0.0
	var shares []float64
	for _, n := range counts {
		shares, sum = append(shares, n), sum+n // whole numbers: the order does not show
	}
	slices.SortFunc(shares, func(a, b float64) int { return cmp.Compare(b, a) })
	for i := range shares {
		shares[i] /= sum
	}
	return shares
}

// lorenzPoints are the parts of suppliers whose shares are compared.
var lorenzPoints = [...]float64{0.01, 0.05, 0.1, 0.2, 0.5}

func top(shares []float64, part float64) float64 {
	sum := 0.0
	for _, share := range shares[:max(1, int(part*float64(len(shares))))] {
		sum += share
	}
	return sum
}

// topFitted is what the largest part of suppliers has where numbers of invoices are log-normal.
func topFitted(deviation, part float64) float64 { return below(deviation + deviate(part)) }

// concentration is the deviation whose Lorenz curve comes closest to the data's at the points.
func concentration(shares []float64) float64 {
	best, least := 0.0, math.Inf(1)
	for deviation := 0.05; deviation < 5; deviation += 0.005 {
		square := 0.0
		for _, part := range lorenzPoints {
			difference := topFitted(deviation, part) - top(shares, part)
			square += difference * difference
		}
		if square < least {
			best, least = deviation, square
		}
	}
	return best
}

func lorenz(shares []float64, deviation float64) Goodness {
	g := Goodness{What: "share of the largest suppliers in all invoices", Unit: "of 1", Count: len(shares)}
	for _, part := range lorenzPoints {
		q := Quantile{part, top(shares, part), topFitted(deviation, part)}
		g.Quantiles = append(g.Quantiles, q)
		g.Distance = max(g.Distance, math.Abs(q.Data-q.Fitted))
	}
	return g
}

// belowOf is the weight of values up to a bound.
func belowOf(values []weighted, bound float64) float64 {
	part, sum := 0.0, 0.0
	for _, v := range values {
		sum += v.weight
		if v.value <= bound {
			part += v.weight
		}
	}
	return part / sum
}

// goodness holds a fit against the data. It sorts the values.
func goodness(what, unit string, values []weighted, share, at func(float64) float64) Goodness {
	g := Goodness{What: what, Unit: unit, Count: len(values)}
	slices.SortFunc(values, func(a, b weighted) int { return cmp.Compare(a.value, b.value) })
	sum := 0.0
	for _, v := range values {
		sum += v.weight
	}
	wanted := []float64{0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99}
	reached := 0.0
	for i, v := range values {
		before := reached / sum
		reached += v.weight
		for len(wanted) > 0 && reached >= wanted[0]*sum {
			g.Quantiles = append(g.Quantiles, Quantile{wanted[0], v.value, at(wanted[0])})
			wanted = wanted[1:]
		}
		if i+1 == len(values) || values[i+1].value != v.value { // of equal values the whole step
			g.Distance = max(g.Distance, math.Abs(share(v.value)-reached/sum))
		}
		if i == 0 || values[i-1].value != v.value {
			g.Distance = max(g.Distance, math.Abs(share(v.value)-before))
		}
	}
	return g
}

// Source writes the parameters as they stand in the package.
func (p *Parameters) Source() string {
	text := fmt.Sprintf("SizeMean: %.4f, SizeDeviation: %.4f, SizeLeast: %.0f, SizeOwn: %.4f,\nShareDeviation: %.3f,\nDelayMean: %.4f, DelayDeviation: %.4f,\n",
		p.SizeMean, p.SizeDeviation, p.SizeLeast, p.SizeOwn, p.ShareDeviation, p.DelayMean, p.DelayDeviation)
	list := func(name string, values []float64) {
		text += name + ": {"
		for i, v := range values {
			if i > 0 {
				text += ", "
			}
			text += strconv.FormatFloat(v, 'f', 3, 64)
		}
		text += "},\n"
	}
	list("Months", p.Months[:])
	list("Weekdays", p.Weekdays[:])
	return text
}
