package view

import (
	"cmp"
	"slices"

	"millrace/domain/calendar"
	"millrace/domain/credit"
	"millrace/domain/feature"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/screening"
	"millrace/edge/access"
	"millrace/edge/locale"
)

// Warning is something that has moved for the worse with a party of the portfolio.
type Warning struct {
	Kind     string       `json:"kind" enum:"listed,overdue,limit_near,review_opened,review_over,watch_list,grade_worse,dilution,late_payment,falling"`
	Grave    bool         `json:"grave,omitempty" doc:"it is looked at first"`
	Party    *Ref         `json:"party"`
	Sentence string       `json:"sentence"`
	Told     *locale.Text `json:"-"` // the sentence, in no language yet
	Since    string       `json:"since,omitempty"`
	Evidence string       `json:"evidence,omitempty" doc:"record that shows it; missing where the party's own page does"`
	Out      *Amount      `json:"out,omitempty" doc:"with the party in the portfolio, as who owes or has sold, in the currency of most"`
}

// The bounds from which a figure warns are presumed; a reviewer's own are in its review policy and open reviews by themselves. Shares are
// millionths.
const (
	warnDilutionRise = 20_000   // of what is invoiced
	warnLateRise     = 700      // hundredths of a day
	warnFall         = -300_000 // of what is invoiced, three months against the three before
	warnTakenTenths  = 950      // of a thousand, of a limit
	warnParties      = 500      // whose figures are looked at: those with most out
	warnGradeMonths  = 12       // for which a worse grade is told
	warnInvoicesMin  = 6        // of twelve months, so that a figure means something
)

// warned is what a party has in the portfolio.
type warned struct {
	party     id.Party
	out, late money.Minor // in the currency of most
	beyond    bool        // something is more than 30 days late
	currency  money.Currency
	counts    int
}

// Warnings are what has moved for the worse with those who owe or sell what is out, grave ones first, then by what is out. Who sees what is
// as for Portfolio: a funder is warned of its own, and of what the records show that it sees.
func (v *View) Warnings(c access.Caller) ([]Warning, error) {
	if _, sees := funds(c); !sees {
		return []Warning{}, nil
	}
	return v.warnings.of(v, reachOf(c), 0, func() ([]Warning, error) {
		w := warning{showing: &showing{View: v, caller: c}, found: []Warning{}}
		return w.all()
	})
}

// warning is a list of warnings that is being made.
type warning struct {
	*showing
	today   calendar.Date
	parties map[id.Party]*warned
	order   []*warned // those with most out first
	found   []Warning
}

func (w *warning) all() ([]Warning, error) {
	var err error
	if w.today, err = w.Date(); err != nil || w.today == 0 {
		return w.found, err
	}
	if err := w.exposed(); err != nil {
		return nil, err
	}
	for _, look := range []func() error{w.overdue, w.listed, w.limits, w.reviewed, w.graded, w.figures} {
		if err := look(); err != nil {
			return nil, err
		}
	}
	for i := range w.found {
		w.found[i].Sentence = w.found[i].Told.String()
	}
	slices.SortStableFunc(w.found, func(a, b Warning) int {
		return cmp.Or(-cmp.Compare(flagOf(a.Grave), flagOf(b.Grave)), cmp.Compare(outOf(&b), outOf(&a)))
	})
	return w.found, w.err
}

func flagOf(b bool) int {
	if b {
		return 1
	}
	return 0
}

func outOf(w *Warning) int64 {
	if w.Out == nil {
		return 0
	}
	return w.Out.Minor
}

// exposed finds who owes or has sold what is out.
func (w *warning) exposed() error {
	funder, _ := funds(w.caller)
	sums := map[id.Party]map[money.Currency]*tally{}
	a := &w.assets
	a.mutex.Lock()
	defer a.mutex.Unlock()
	if err := a.follow(w.View); err != nil {
		return err
	}
	for i := range a.keys {
		k, t := &a.keys[i], &a.tallies[i]
		if i == 0 || funder != 0 && k.funder != funder || t.count+t.asides == 0 {
			continue
		}
		for _, p := range slices.Compact([]id.Party{k.debtor, k.seller}) {
			if sums[p] == nil {
				sums[p] = map[money.Currency]*tally{}
			}
			sumInto(sums[p], k.currency, t)
		}
	}
	w.parties = map[id.Party]*warned{}
	for p, by := range sums {
		one := &warned{party: p}
		for currency, t := range by {
			if one.currency == 0 || t.out > one.out || t.out == one.out && currency < one.currency {
				late := t.late()
				one.out, one.late, one.currency, one.counts = t.out, late, currency, t.count
				one.beyond = late > t.buckets[lateFrom]
			}
		}
		w.parties[p] = one
		w.order = append(w.order, one)
	}
	slices.SortFunc(w.order, func(a, b *warned) int {
		return cmp.Or(cmp.Compare(b.out, a.out), cmp.Compare(a.party, b.party))
	})
	return nil
}

// warn adds a warning on a party of the portfolio; of others nothing is said.
func (w *warning) warn(p id.Party, one Warning) {
	of := w.parties[p]
	if of == nil {
		return
	}
	one.Party = w.party(p)
	if of.out > 0 {
		amount := AmountOf(of.out, of.currency)
		one.Out = &amount
	}
	w.found = append(w.found, one)
}

func (w *warning) overdue() error {
	for _, p := range w.order {
		if p.late > 0 {
			told := locale.Say("%s of what is out is past its due date", AmountOf(p.late, p.currency))
			if p.beyond {
				told.And(", some of it by more than 30 days")
			}
			w.warn(p.party, Warning{Kind: "overdue", Grave: p.beyond, Told: told.And(".")})
		}
	}
	return nil
}

// listed tells of names like those on a list, to those who see alerts.
func (w *warning) listed() error {
	return eachSeen(w.View, &screeningAlerts, w.caller, "state <> 'cleared'", func(a *screening.Alert) {
		told := locale.Say("It is like an entry of a list that parties are screened against; nobody has decided yet.")
		if a.State == screening.Confirmed {
			told = locale.Say("It is on a list that parties are screened against: this was confirmed.")
		}
		w.warn(a.Hit.Party, Warning{Kind: "listed", Grave: true, Told: told, Since: day(a.Opened), Evidence: a.ID.String()})
	})
}

// limits tells of those that are nearly or more than full.
func (w *warning) limits() error {
	live, err := w.liveLimits(w.caller)
	if err != nil {
		return err
	}
	for _, l := range live {
		over := l.Overshoot()
		if l.Amount <= 0 || over == 0 && int64(money.MulDiv(min(l.Taken(), money.MinorMax/1000), 1000, int64(l.Amount))) < warnTakenTenths {
			continue
		}
		taken, _ := takenOf(l)
		told := locale.Say("Of its %s limit of %s, %s %% is taken.", locale.Word(l.Key.Kind.String()), AmountOf(l.Amount, l.Key.Currency), taken)
		if over > 0 {
			told = locale.Say("Its %s limit of %s is exceeded by %s.", locale.Word(l.Key.Kind.String()), AmountOf(l.Amount, l.Key.Currency), AmountOf(over, l.Key.Currency))
		}
		w.warn(l.Key.Party, Warning{Kind: "limit_near", Grave: over > 0, Told: told, Evidence: l.ID.String()})
	}
	return nil
}

// reviewed tells of reviews that were opened by themselves, that have run out, and of the watch list.
func (w *warning) reviewed() error {
	err := eachSeen(w.View, &applications, w.caller, "state IN ('due', 'assessed', 'human_review', 'viewed') AND caused > 0", func(a *credit.Application) {
		told := locale.Say("A review was opened by itself, for %s.", locale.Words{a.Causes[0].Kind.String()})
		if first := a.Causes[0]; first.Fact != "" {
			told = locale.Say("A review was opened by itself: %s has come to %s, where %s is the bound.", locale.Word(first.Fact), money.FormatScaled(first.Value, int(first.Decimals)),
				money.FormatScaled(first.Bound, int(first.Decimals)))
		}
		w.warn(a.Party, Warning{Kind: "review_opened", Told: told, Since: day(a.Opened), Evidence: a.ID.String()})
	})
	if err == nil {
		err = eachSeen(w.View, &reviews, w.caller, "state = 'live'", func(r *credit.Review) {
			if r.Until < w.today {
				w.warn(r.Party, Warning{Kind: "review_over", Grave: true, Told: locale.Say("Its review could be relied on until %s.", day(r.Until)), Since: day(r.Until), Evidence: r.ID.String()})
			} else if r.Overdue(w.today) {
				w.warn(r.Party, Warning{Kind: "review_over", Told: locale.Say("A condition of its review is past its day."), Evidence: r.ID.String()})
			}
		})
	}
	if err == nil {
		err = eachSeen(w.View, &watches, w.caller, "listed = 1", func(r *credit.Watch) {
			w.warn(r.Party, Warning{Kind: "watch_list", Told: locale.Say("It is on the watch list: every use waits for a person."), Since: day(r.Since)})
		})
	}
	return err
}

// graded tells of grades that are worse than by the review before.
func (w *warning) graded() error {
	chains, err := w.relied(w.caller)
	if err != nil {
		return err
	}
	days, err := w.daysSince(w.today.AddMonths(-warnGradeMonths))
	if err != nil {
		return err
	}
	since := uint64(0)
	if len(days) > 0 {
		since = days[0].first
	}
	for _, r := range chains {
		last := len(r.chain) - 1
		if last < 1 || r.chain[last].with < since || r.chain[last].Grade <= r.chain[last-1].Grade {
			continue
		}
		before, now := r.chain[last-1], r.chain[last]
		w.warn(r.party, Warning{
			Kind: "grade_worse", Grave: now.Grade-before.Grade > 1, Evidence: now.ID.String(),
			Told: locale.Say("Its grade has gone from %d to %d.", before.Grade, now.Grade),
		})
	}
	return nil
}

// figures tells of what the rolling facts of trade show.
func (w *warning) figures() error {
	for _, p := range w.order[:min(len(w.order), warnParties)] {
		const query = "SELECT number, record FROM feature WHERE party = ? AND kind IN ('seller', 'buyer')"
		var found []featureRow
		if err := rows(w.View, query, []any{int64(p.party)}, func(number uint64, r *feature.Record) error {
			found = append(found, featureRow{number, *r})
			return nil
		}); err != nil {
			return err
		}
		for i := range found {
			if err := w.figuresOf(p, &found[i]); err != nil {
				return err
			}
		}
	}
	return nil
}

var (
	figureDilution = feature.Find("dilution_rise")
	figureDiluted  = feature.Find("dilution_3m")
	figureLate     = feature.Find("late_days_rise")
	figureLateNow  = feature.Find("late_days_3m")
	figureGrowth   = feature.Find("growth")
	figureInvoices = feature.Find("invoices_12m")
)

func (w *warning) figuresOf(p *warned, of *featureRow) error {
	if of.record.Subject.Currency != p.currency {
		return nil
	}
	var r feature.Rolling
	r.Take(&of.record)
	err := rows(w.View, "SELECT number, record FROM feature_month WHERE feature = ?", []any{int64(of.number)}, func(_ uint64, m *feature.Month) error {
		r.TakeMonth(m, w.today)
		return nil
	})
	if err != nil {
		return err
	}
	ask := func(f *feature.Figure) (int64, bool) { return f.Value(&r, w.today) }
	if invoices, _ := ask(figureInvoices); invoices < warnInvoicesMin {
		return nil
	}
	sells := of.record.Subject.Kind == feature.Seller
	share := func(millionths int64) string { return money.FormatScaled((millionths+500)/1000, 1) }
	if rise, known := ask(figureDilution); known && rise >= warnDilutionRise && sells {
		now, _ := ask(figureDiluted)
		w.warn(p.party, Warning{Kind: "dilution", Told: locale.Say("Credit notes and lost disputes took %s %% of what it invoiced in three months, %s points more than in the three before.", share(now), share(rise))})
	}
	if rise, known := ask(figureLate); known && rise >= warnLateRise && !sells {
		now, _ := ask(figureLateNow)
		w.warn(p.party, Warning{Kind: "late_payment", Told: locale.Say("In three months it paid %s days late by amount, %s days more than in the three before.", money.FormatScaled(now/10, 1), money.FormatScaled(rise/10, 1))})
	}
	if growth, known := ask(figureGrowth); known && growth <= warnFall {
		what := "What it invoiced in three months is %s %% less than in the three before."
		if !sells {
			what = "What it was invoiced in three months is %s %% less than in the three before."
		}
		w.warn(p.party, Warning{Kind: "falling", Grave: growth <= 2*warnFall, Told: locale.Say(what, share(-growth))})
	}
	return nil
}
