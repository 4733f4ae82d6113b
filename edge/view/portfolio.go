package view

import (
	"cmp"
	"slices"

	"millrace/domain/calendar"
	"millrace/domain/credit"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/edge/access"
)

// PortfolioBy are the ways in which a portfolio is broken down.
var PortfolioBy = []string{"debtor", "group", "seller", "funder", "programme", "product", "grade", "grade_at_start"}

// PortfolioQuery asks for a portfolio in one currency, broken down in one way.
type PortfolioQuery struct {
	Currency string // "" for that in which most is out
	By       string // one of PortfolioBy; "" for the first
	Most     int    // lines that are named; 0 for all
}

// Portfolio is what is out of a funder's money, or of all funders', on the business date.
type Portfolio struct {
	Date       string          `json:"date"`
	Currency   string          `json:"currency"`
	By         string          `json:"by"`
	Currencies []PortfolioLine `json:"currencies" doc:"each currency by itself, the one with most lines first"`
	Lines      []PortfolioLine `json:"lines" doc:"in the currency, the largest first"`
	Cut        int             `json:"cut,omitempty" doc:"lines that are left out"`
	Total      PortfolioLine   `json:"total"`
	Spread     Concentration   `json:"concentration" doc:"of the lines, those left out as well"`
	Watermark  uint64          `json:"watermark"`
}

// PortfolioLine is one line of a portfolio.
type PortfolioLine struct {
	Record    string `json:"record,omitempty" doc:"party, programme or product that it is about"`
	Name      string `json:"name"`
	Count     int    `json:"count" doc:"financings that are out"`
	Out       Amount `json:"out" doc:"principal that is owed"`
	Share     string `json:"share" doc:"of what is out in the currency, in per cent"`
	Running   string `json:"running_share" doc:"of it with all lines above, in per cent"`
	Aside     Amount `json:"set_aside" doc:"accepted, and not paid out"`
	Ahead90   Amount `json:"due_in_over_90_days"`
	Ahead60   Amount `json:"due_in_61_to_90_days"`
	Ahead30   Amount `json:"due_in_31_to_60_days"`
	Ahead     Amount `json:"due_in_0_to_30_days"`
	Over30    Amount `json:"overdue_1_to_30_days"`
	Over60    Amount `json:"overdue_31_to_60_days"`
	Over90    Amount `json:"overdue_61_to_90_days"`
	Beyond    Amount `json:"overdue_over_90_days"`
	Late      Amount `json:"overdue" doc:"past its due date"`
	LateShare string `json:"overdue_share" doc:"of what is out in the line, in per cent"`
}

// Concentration says how much of a portfolio lies with few. The index is the sum of the squared shares in per cent (Hirschman 1964, American
// Economic Review 54(5)): 10,000 where all lies with one, 10,000/n where it lies with n alike.
type Concentration struct {
	Names     int    `json:"names" doc:"with something out"`
	Index     int    `json:"index" doc:"Herfindahl and Hirschman's, 0 to 10,000"`
	Effective string `json:"effective_names" doc:"names of one size that would have the same index: 10,000 divided by it"`
	Largest   string `json:"largest" doc:"share of the largest, in per cent"`
	Largest5  string `json:"largest_5"`
	Largest10 string `json:"largest_10"`
}

// funds tells of whose money the caller sees the portfolio: a funder's own (its party), everybody's (0), or nobody's.
func funds(c access.Caller) (funder id.Party, sees bool) {
	switch {
	case c.SeesAll():
		return 0, true
	case c.Views()&party.Funder != 0:
		return c.Party, true
	}
	return 0, false
}

// portfolioKey is what a line adds up: a record, or a grade.
type portfolioKey struct {
	record uint64
	grade  uint8
}

// Portfolio gives what is out, to funders of their own money and to those who see all of all funders'; to others an empty one. It may be a
// little newer than the view.
func (v *View) Portfolio(c access.Caller, q PortfolioQuery) (Portfolio, error) {
	if !slices.Contains(PortfolioBy, q.By) {
		q.By = PortfolioBy[0]
	}
	shown := Portfolio{By: q.By, Currencies: []PortfolioLine{}, Lines: []PortfolioLine{}}
	funder, sees := funds(c)
	if !sees {
		shown.Watermark = v.Watermark()
		return shown, nil
	}
	var graded map[id.Party]uint8
	if q.By == "grade" {
		var err error
		if graded, err = v.gradesNow(c); err != nil {
			return shown, err
		}
	}
	currencies, lines, err := v.tallied(&shown, funder, q, graded)
	if err != nil {
		return shown, err
	}
	s := &showing{View: v, caller: c}
	s.portfolioLines(&shown, currencies, lines, q.Most)
	return shown, s.err
}

// tallied adds the running totals up: by currency, and in the one that is asked for by what it is broken down.
func (v *View) tallied(shown *Portfolio, funder id.Party, q PortfolioQuery, graded map[id.Party]uint8) (map[money.Currency]*tally, map[portfolioKey]*tally, error) {
	a := &v.assets
	a.mutex.Lock()
	defer a.mutex.Unlock()
	if err := a.follow(v); err != nil {
		return nil, nil, err
	}
	shown.Date, shown.Watermark = day(a.today), a.at
	currencies := map[money.Currency]*tally{}
	for i := range a.keys {
		if k := &a.keys[i]; i > 0 && (funder == 0 || k.funder == funder) && a.tallies[i].count+a.tallies[i].asides > 0 {
			sumInto(currencies, k.currency, &a.tallies[i])
		}
	}
	chosen, known := money.ParseCurrency(q.Currency)
	if !known || currencies[chosen] == nil {
		chosen = 0
		for currency, t := range currencies {
			if most := currencies[chosen]; most == nil || t.count > most.count || t.count == most.count && currency.String() < chosen.String() {
				chosen = currency
			}
		}
	}
	lines := map[portfolioKey]*tally{}
	for i := range a.keys {
		if k := &a.keys[i]; i > 0 && k.currency == chosen && (funder == 0 || k.funder == funder) && a.tallies[i].count+a.tallies[i].asides > 0 {
			sumInto(lines, k.by(q.By, graded), &a.tallies[i])
		}
	}
	if chosen != 0 {
		shown.Currency = chosen.String()
	}
	return currencies, lines, nil
}

func sumInto[K comparable](sums map[K]*tally, key K, t *tally) {
	if sums[key] == nil {
		sums[key] = &tally{}
	}
	sums[key].add(t)
}

// by is the line under which a key is added up.
func (k *assetKey) by(what string, graded map[id.Party]uint8) portfolioKey {
	switch what {
	case "group":
		return portfolioKey{record: uint64(k.head)}
	case "seller":
		return portfolioKey{record: uint64(k.seller)}
	case "funder":
		return portfolioKey{record: uint64(k.funder)}
	case "programme":
		return portfolioKey{record: uint64(k.programme)}
	case "product":
		return portfolioKey{record: uint64(k.product)}
	case "grade":
		return portfolioKey{grade: graded[k.debtor]}
	case "grade_at_start":
		return portfolioKey{grade: k.grade}
	}
	return portfolioKey{record: uint64(k.debtor)}
}

// gradesNow are the grades of the reviews in force on which the caller relies: its own where it is a funder, else the operator's.
func (v *View) gradesNow(c access.Caller) (map[id.Party]uint8, error) {
	return v.grades.of(v, reachOf(c), 0, func() (map[id.Party]uint8, error) {
		own, graded := map[id.Party]uint8{}, map[id.Party]uint8{}
		err := eachSeen(v, &reviews, c, "state = 'live'", func(r *credit.Review) {
			switch {
			case r.Funder == 0:
				graded[r.Party] = r.Grade
			case !c.SeesAll() && r.Funder == c.Party:
				own[r.Party] = r.Grade
			}
		})
		for p, grade := range own {
			graded[p] = grade
		}
		return graded, err
	})
}

func (s *showing) portfolioLines(shown *Portfolio, currencies map[money.Currency]*tally, lines map[portfolioKey]*tally, most int) {
	of := make([]money.Currency, 0, len(currencies))
	for currency := range currencies {
		of = append(of, currency)
	}
	slices.SortFunc(of, func(a, b money.Currency) int {
		return cmp.Or(cmp.Compare(currencies[b].count, currencies[a].count), cmp.Compare(a.String(), b.String()))
	})
	for _, currency := range of {
		line := portfolioLine(currencies[currency], currency, currencies[currency].out, 0)
		line.Name, line.Running = currency.String(), ""
		shown.Currencies = append(shown.Currencies, line)
	}
	currency, known := money.ParseCurrency(shown.Currency)
	if !known {
		return
	}
	whole := currencies[currency]
	shown.Total = portfolioLine(whole, currency, whole.out, 0)
	keys := make([]portfolioKey, 0, len(lines))
	for key := range lines {
		keys = append(keys, key)
	}
	grades := shown.By == "grade" || shown.By == "grade_at_start"
	slices.SortFunc(keys, func(a, b portfolioKey) int {
		if grades {
			return cmp.Compare(a.grade-1, b.grade-1) // without a grade last
		}
		return cmp.Or(cmp.Compare(lines[b].out, lines[a].out), cmp.Compare(lines[b].aside, lines[a].aside), cmp.Compare(a.record, b.record))
	})
	shown.Spread = spreadOf(keys, lines, whole.out)
	above := money.Minor(0)
	for i, key := range keys {
		if most > 0 && i >= most {
			shown.Cut = len(keys) - i
			break
		}
		line := portfolioLine(lines[key], currency, whole.out, above)
		line.Record, line.Name = s.lineName(shown.By, key)
		above = money.Add(above, lines[key].out)
		shown.Lines = append(shown.Lines, line)
	}
}

// lineName is what a line is about.
func (s *showing) lineName(by string, key portfolioKey) (record, name string) {
	switch by {
	case "grade", "grade_at_start":
		if key.grade != 0 {
			name = money.FormatScaled(int64(key.grade), 0)
		}
		return "", name
	case "programme":
		of := id.Programme(key.record)
		return of.String(), s.programmeTitle(of)
	case "product":
		ref := s.productRef(id.Product(key.record))
		return "", ref.String()
	}
	ref := s.party(id.Party(key.record))
	return ref.ID, ref.Name
}

// programmeTitle names a programme by its product and anchor.
func (s *showing) programmeTitle(of id.Programme) string {
	p, err := s.programme(of)
	s.note(err)
	if p == nil {
		return of.String()
	}
	return s.productRef(p.Product).String() + " · " + s.party(p.Anchor).String()
}

// millionths is a part of a whole; 0 where there is no whole.
func millionths(part, whole money.Minor) int64 {
	if whole <= 0 {
		return 0
	}
	return money.PartOf(part, whole, int64(money.RateOne))
}

// perCent prints a part of a whole with two digits, "0" where there is none.
func perCent(part, whole money.Minor) string {
	return money.FormatScaled((millionths(part, whole)+50)/100, 2)
}

func portfolioLine(t *tally, currency money.Currency, whole, above money.Minor) PortfolioLine {
	of := func(amount money.Minor) Amount { return AmountOf(amount, currency) }
	b := &t.buckets
	return PortfolioLine{
		Count: t.count, Out: of(t.out), Share: perCent(t.out, whole), Running: perCent(money.Add(above, t.out), whole), Aside: of(t.aside),
		Ahead90: of(b[0]), Ahead60: of(b[1]), Ahead30: of(b[2]), Ahead: of(b[3]), Over30: of(b[4]), Over60: of(b[5]), Over90: of(b[6]), Beyond: of(b[7]),
		Late: of(t.late()), LateShare: perCent(t.late(), t.out),
	}
}

func spreadOf(keys []portfolioKey, lines map[portfolioKey]*tally, whole money.Minor) Concentration {
	shares := make([]int64, 0, len(keys))
	for _, key := range keys {
		if lines[key].out > 0 {
			shares = append(shares, millionths(lines[key].out, whole))
		}
	}
	slices.SortFunc(shares, func(a, b int64) int { return cmp.Compare(b, a) })
	squares, sum := int64(0), int64(0)
	found := Concentration{Names: len(shares), Effective: "0"}
	tops := map[int]*string{0: &found.Largest, 4: &found.Largest5, 9: &found.Largest10}
	for i, share := range shares {
		squares, sum = squares+share*share, sum+share
		if into := tops[i]; into != nil {
			*into = money.FormatScaled((min(sum, int64(money.RateOne))+50)/100, 2)
		}
	}
	all := "100"
	if len(shares) == 0 {
		all = "0"
	}
	for _, into := range tops {
		if *into == "" {
			*into = all
		}
	}
	found.Index = int((squares + 50_000_000) / 100_000_000)
	if squares > 0 {
		found.Effective = money.FormatScaled((10_000_000_000_000+squares/2)/squares, 1)
	}
	return found
}

// VintageLine is what was drawn in one month, and what became of it until the business date.
type VintageLine struct {
	Month     string `json:"month" example:"2026-09"`
	Count     int    `json:"count" doc:"financings that were paid out"`
	Drawn     Amount `json:"drawn"`
	Repaid    Amount `json:"repaid"`
	Out       Amount `json:"out"`
	Late      Amount `json:"overdue" doc:"of what is out"`
	Over30    Amount `json:"ever_30_days_overdue" doc:"what was owed of financings 30 days past due, on that day"`
	Over60    Amount `json:"ever_60_days_overdue"`
	Over90    Amount `json:"ever_90_days_overdue"`
	Written   Amount `json:"written_off"`
	Recovered Amount `json:"recovered" doc:"of what was written off"`

	RepaidShare string `json:"repaid_share" doc:"of what was drawn, in per cent; likewise the following"`
	Over30Share string `json:"ever_30_share"`
	Over60Share string `json:"ever_60_share"`
	Over90Share string `json:"ever_90_share"`
	LostShare   string `json:"written_off_share"`

	Curve []string `json:"curve" doc:"share of what was drawn, in per cent, by months since that of the draw, of the measure that was asked for"`
}

// VintageMeasures are what is followed by age.
var VintageMeasures = []string{"overdue_30", "overdue_60", "overdue_90", "written_off", "repaid"}

var flowOfMeasure = map[string]int{"overdue_30": flowOver30, "overdue_60": flowOver60, "overdue_90": flowOver90, "written_off": flowLost, "repaid": flowRepaid}

// Vintages is a portfolio by month of draw, the newest first.
type Vintages struct {
	Date      string        `json:"date"`
	Currency  string        `json:"currency"`
	Measure   string        `json:"measure"`
	Lines     []VintageLine `json:"lines"`
	Watermark uint64        `json:"watermark"`
}

// Vintages gives what was drawn by month in a currency ("": that of most), and a measure ("": the first) by age. Who sees what is as for Portfolio.
func (v *View) Vintages(c access.Caller, currency, measure string) (Vintages, error) {
	if _, known := flowOfMeasure[measure]; !known {
		measure = VintageMeasures[0]
	}
	shown := Vintages{Currency: currency, Measure: measure, Lines: []VintageLine{}}
	funder, sees := funds(c)
	chosen, known := money.ParseCurrency(currency)
	if !sees || !known {
		shown.Watermark = v.Watermark()
		return shown, nil
	}
	a := &v.assets
	a.mutex.Lock()
	defer a.mutex.Unlock()
	if err := a.follow(v); err != nil {
		return shown, err
	}
	shown.Date, shown.Watermark = day(a.today), a.at
	months := map[calendar.Date]*vintage{}
	for key, t := range a.vintages {
		if key.currency != chosen || funder != 0 && key.funder != funder {
			continue
		}
		if months[key.month] == nil {
			months[key.month] = &vintage{}
		}
		months[key.month].add(t)
	}
	order := make([]calendar.Date, 0, len(months))
	for month := range months {
		order = append(order, month)
	}
	slices.SortFunc(order, func(a, b calendar.Date) int { return cmp.Compare(b, a) })
	for _, month := range order {
		shown.Lines = append(shown.Lines, vintageLine(month, months[month], chosen, flowOfMeasure[measure], ageOf(month, a.today)))
	}
	return shown, nil
}

func vintageLine(month calendar.Date, t *vintage, currency money.Currency, measure, age int) VintageLine {
	sum := func(flow int) money.Minor {
		all := money.Minor(0)
		for _, amount := range t.flows[flow] {
			all = money.Add(all, amount)
		}
		return all
	}
	of := func(amount money.Minor) Amount { return AmountOf(amount, currency) }
	line := VintageLine{
		Month: month.String()[:7], Count: t.count, Drawn: of(t.drawn), Repaid: of(sum(flowRepaid)), Out: of(t.out), Late: of(t.late),
		Over30: of(sum(flowOver30)), Over60: of(sum(flowOver60)), Over90: of(sum(flowOver90)), Written: of(sum(flowLost)), Recovered: of(t.other),
		RepaidShare: perCent(sum(flowRepaid), t.drawn), Over30Share: perCent(sum(flowOver30), t.drawn), Over60Share: perCent(sum(flowOver60), t.drawn),
		Over90Share: perCent(sum(flowOver90), t.drawn), LostShare: perCent(sum(flowLost), t.drawn), Curve: []string{},
	}
	reached := money.Minor(0)
	for at := range age + 1 {
		reached = money.Add(reached, t.flows[measure][at])
		line.Curve = append(line.Curve, perCent(reached, t.drawn))
	}
	return line
}
