package console

import (
	"slices"
	"strconv"
	"strings"

	"millrace/domain/calendar"
	"millrace/domain/inventory"
	"millrace/domain/money"
	"millrace/domain/screening"
	"millrace/edge/locale"
	"millrace/edge/view"
)

// happened is an entry among the latest events, with how often the same happened in a row.
type happened struct {
	view.Entry
	Told  []string
	Times int
	About []crumb // the records that its sentences speak of without naming them
}

const (
	readRecent  = 60 // entries that are read at once for the latest events: many of them say the same, or nothing to the reader
	pagesRecent = 5  // are read at most
	shownRecent = 6
	aboutMax    = 3 // records that are named of each
)

// Recent are the newest entries that tell something of records of the caller's. What says the same as the one before is counted with it.
func (f *front) Recent() ([]happened, error) {
	var shown []happened
	cursor := ""
	for range pagesRecent {
		entries, next, err := f.v.recent(cursor, readRecent)
		if err != nil {
			return nil, err
		}
		for _, entry := range entries {
			told := f.v.w.told(entry.Events)
			if len(told) == 0 {
				continue
			}
			if last := len(shown) - 1; last >= 0 && slices.Equal(shown[last].Told, told) && shown[last].Command == entry.Command {
				shown[last].Times++
				if err := f.name(&shown[last], entry.Events); err != nil {
					return nil, err
				}
				continue
			}
			if len(shown) == shownRecent {
				return shown, nil
			}
			one := happened{Entry: entry, Told: told, Times: 1}
			if err := f.name(&one, entry.Events); err != nil {
				return nil, err
			}
			shown = append(shown, one)
		}
		if cursor = next; cursor == "" {
			break
		}
	}
	return shown, nil
}

// stored are the goods in store in the caller's sight, read once.
func (f *front) stored() ([]view.StoredGoods, error) {
	if f.goods == nil {
		found, err := f.v.Stored(f.v.caller)
		if err != nil {
			return nil, err
		}
		f.goods = append([]view.StoredGoods{}, found...)
	}
	return f.goods, nil
}

// countsDueDays is after how many days pledged goods are to be counted again.
const countsDueDays = 30

// storeFigures are what a keeper answers for.
type storeFigures struct {
	Lots, Pledged, Released, Free, Uncounted int
	Value, Worth                             []view.Amount // of all, and of what counts have not found
	Short                                    int
}

// Store sums up the goods in store.
func (f *front) Store() (storeFigures, error) {
	goods, err := f.stored()
	if err != nil {
		return storeFigures{}, err
	}
	today, err := f.v.Date()
	sums := storeFigures{Lots: len(goods)}
	for _, g := range goods {
		switch g.State {
		case inventory.Pledged.String():
			sums.Pledged++
		case inventory.Released.String():
			sums.Released++
		default:
			sums.Free++
		}
		if g.Value != nil {
			sums.Value = withAmount(sums.Value, *g.Value)
		}
		if g.Short != "" {
			sums.Short++
			if g.Worth != nil {
				sums.Worth = withAmount(sums.Worth, *g.Worth)
			}
		}
		if countDue(g, today) {
			sums.Uncounted++
		}
	}
	return sums, err
}

// withAmount adds an amount to sums by currency.
func withAmount(sums []view.Amount, a view.Amount) []view.Amount {
	for i := range sums {
		if sums[i].Currency == a.Currency {
			sums[i] = plus(sums[i], a)
			return sums
		}
	}
	return append(sums, a)
}

// countDue tells whether pledged goods were not counted for too long.
func countDue(g view.StoredGoods, today calendar.Date) bool {
	if g.State != inventory.Pledged.String() {
		return false
	}
	since := g.Stored
	if g.Counted > since {
		since = g.Counted
	}
	last, ok := calendar.Parse(since)
	return ok && calendar.DaysBetween(last, today) > countsDueDays
}

// Locked are the goods that are pledged.
func (f *front) Locked() ([]view.StoredGoods, error) {
	goods, err := f.stored()
	return slices.DeleteFunc(slices.Clone(goods), func(g view.StoredGoods) bool { return g.State != inventory.Pledged.String() }), err
}

// Unlocked are the goods that nobody holds in pledge.
func (f *front) Unlocked() ([]view.StoredGoods, error) {
	goods, err := f.stored()
	return slices.DeleteFunc(slices.Clone(goods), func(g view.StoredGoods) bool { return g.State == inventory.Pledged.String() }), err
}

// storeTasks are what waits for a keeper: goods to hand out, findings, and counts that are due.
func (f *front) storeTasks(around frame) ([]task, error) {
	goods, err := f.stored()
	if err != nil {
		return nil, err
	}
	today, err := f.v.Date()
	l := f.v.w
	var tasks, due []task
	for _, g := range goods {
		what := l.T("%s %s of %s for %s", g.Quantity, locale.Unit(g.Lot.Unit), g.Lot.Goods, g.Owner.String())
		one := task{Name: what, Path: "/stock/" + g.ID, State: g.State, Acts: around.StockSteps(g.WarehouseReceipt), Amount: g.Value}
		one.Acts = one.Acts[:min(len(one.Acts), 2)]
		switch {
		case g.Short != "":
			one.Tone, one.Amount = toneBad, g.Worth
			one.Why = l.T("The count of %s found %s %s less than receipts say.", g.Counted, g.Short, locale.Unit(g.Unit))
			one.Next = l.T("Count again. Until a count finds enough, or the operator has cleared it, these goods go nowhere.")
			tasks = append(tasks, one)
		case g.Doubted:
			one.Tone = toneBad
			one.Why = l.T("It may be for the same goods as %s.", g.Like)
			one.Next = l.T("Show the operator that there are both. Until then these goods go nowhere.")
			tasks = append(tasks, one)
		case g.State == inventory.Released.String():
			one.Tone = toneWait
			one.Why = l.T("%s has released them from the pledge.", g.Lender.String())
			one.Next = l.T("Hand them out to their owner, or hold them free again if nobody fetches them.")
			tasks = append(tasks, one)
		case countDue(g, today):
			one.Why = l.T("Pledged, and not counted for more than %d days.", countsDueDays)
			one.Next = l.T("Count them: the lender relies on what you say is there.")
			one.Acts = slices.DeleteFunc(one.Acts, func(a act) bool { return a.Name != "Count" })
			due = append(due, one)
		}
	}
	return append(tasks, due...), err
}

// released is what a distributor's loan shows: the loan, and what a payment that was asked about would release.
type released struct {
	view.StockLoan
	Asked string // as it was written; the whole that is owed where nothing was
	Wrong string
	After []view.Leaving // nil: nothing was asked
	Left  view.Amount    // owed after it
}

// Loans are the loans that goods in store secure. With "loan" and "pay" in the address, what that payment would release.
func (f *front) Loans() ([]released, error) {
	loans, err := f.v.StockLoans(f.v.caller)
	shown := make([]released, len(loans))
	for i := range loans {
		shown[i] = released{StockLoan: loans[i], Asked: loans[i].Owed.Text}
		if f.v.asked("loan") != loans[i].Financing {
			continue
		}
		shown[i].Asked = f.v.asked("pay")
		currency, _ := money.ParseCurrency(loans[i].Owed.Currency)
		amount, err := money.Parse(shown[i].Asked, currency)
		if err != nil || amount < 0 {
			shown[i].Wrong = f.v.w.T("Write the amount in %s without grouping, like %s.", currency, money.Format(12_000_00, currency))
			continue
		}
		shown[i].After = shown[i].StockLoan.After(amount)
		shown[i].Left = view.AmountOf(money.Sub(money.Minor(loans[i].Owed.Minor), min(amount, money.Minor(loans[i].Owed.Minor))), currency)
	}
	return shown, err
}

// loanTasks are what waits for who owes on stock: loans that are due soon or late, and goods that it may fetch.
func (f *front) loanTasks() ([]task, error) {
	loans, err := f.v.StockLoans(f.v.caller)
	if err != nil {
		return nil, err
	}
	goods, err := f.stored()
	l := f.v.w
	var tasks []task
	for i := range loans {
		loan := &loans[i]
		one := task{Name: l.T("Repay %s by %s", loan.Lender.String(), loan.Due), Path: "/financings/" + loan.Financing, Amount: &loan.Owed, Tone: toneWait}
		switch {
		case loan.DueInDays < 0:
			one.Tone, one.Since = toneBad, l.T("%s late", l.Many(int64(-loan.DueInDays), "day"))
			one.Why, one.Next = l.T("It is past its due date: late interest runs, and the lender may sell the goods."), l.T("Pay, and the goods are released.")
		case loan.DueInDays <= dueSoonDays:
			one.Since = l.T("in %s", l.Many(int64(loan.DueInDays), "day"))
			one.Why, one.Next = l.T("It is due soon."), l.T("Pay the whole or a part; below is what each payment releases.")
		default:
			continue
		}
		tasks = append(tasks, one)
	}
	for _, g := range goods {
		if g.State == inventory.Released.String() {
			tasks = append(tasks, task{
				Name: l.T("Fetch %s %s of %s from %s", g.Quantity, locale.Unit(g.Lot.Unit), g.Lot.Goods, g.Keeper.String()), Path: "/stock/" + g.ID, Tone: toneInfo,
				Why: l.T("%s has released them from the pledge.", g.Lender.String()), Next: l.T("The keeper hands them out to you."), Amount: g.Value,
			})
		}
	}
	return tasks, err
}

const dueSoonDays = 30

// Asked are the payments that wait, each with why and on what it rests.
func (f *front) Asked() ([]view.Payment, error) { return f.v.waitingPayments() }

// Held are the newest of the supervised accounts in the caller's sight: the page links to all.
func (f *front) Held() ([]view.SupervisedAccount, error) {
	page, err := f.v.SupervisedAccounts(f.v.caller, view.Query{Limit: frontRows})
	return page.Items, err
}

// Alerts are the alerts that wait for a word, the most alike first.
func (f *front) Alerts() ([]view.ScreeningAlert, error) {
	var open []view.ScreeningAlert
	for _, state := range []screening.AlertState{screening.TakenForTrue, screening.Open} {
		page, err := f.v.ScreeningAlerts(f.v.caller, view.Query{State: state.String(), Limit: frontRows, Order: view.OldestFirst})
		if err != nil {
			return nil, err
		}
		open = append(open, page.Items...)
	}
	slices.SortStableFunc(open, func(a, b view.ScreeningAlert) int { return b.Score - a.Score })
	return open, nil
}

// Age is for how many days something has been there.
func (f *front) Age(since string) (int, error) {
	today, err := f.v.Date()
	from, ok := calendar.Parse(since)
	if !ok {
		return 0, err
	}
	return max(0, calendar.DaysBetween(from, today)), err
}

// Cases are those that are looked into, by their last days.
func (f *front) Cases() ([]view.Case, error) {
	var open []view.Case
	for _, state := range []screening.CaseState{screening.CaseOpen, screening.CaseProposed} {
		page, err := f.v.Cases(f.v.caller, view.Query{State: state.String(), Limit: rowsMax, Order: view.OldestFirst})
		if err != nil {
			return nil, err
		}
		open = append(open, page.Items...)
	}
	slices.SortStableFunc(open, func(a, b view.Case) int { return strings.Compare(a.Due, b.Due) })
	return open, nil
}

// Lists are the lists in force.
func (f *front) Lists() ([]view.ScreeningList, error) {
	page, err := f.v.ScreeningLists(f.v.caller, view.Query{Limit: view.LimitMax})
	return slices.DeleteFunc(page.Items, func(l view.ScreeningList) bool { return !l.Live }), err
}

// Screened sums up what has become of alerts.
func (f *front) Screened() (view.AlertCounts, error) { return f.v.AlertCounts(f.v.caller) }

// checkPage is a verified part of the journal, as an auditor asked for it.
type checkPage struct {
	From, To string
	Wrong    string
	Found    *view.Verified
}

// Check verifies the part of the journal that the address asks for.
func (f *front) Check() (checkPage, error) {
	last := f.v.Watermark()
	first := uint64(1)
	if last > 1000 {
		first = last - 999
	}
	p := checkPage{From: strconv.FormatUint(first, 10), To: strconv.FormatUint(last, 10)}
	if f.v.asked("from") == "" {
		return p, nil
	}
	p.From, p.To = f.v.asked("from"), f.v.asked("to")
	from, wrongFrom := strconv.ParseUint(p.From, 10, 63)
	to, wrongTo := strconv.ParseUint(p.To, 10, 63)
	if wrongFrom != nil || wrongTo != nil || from == 0 || to < from || to > last {
		p.Wrong = f.v.w.T("Write two entries from 1 to %s, the first one first.", grouped(last))
		return p, nil
	}
	found, err := f.v.VerifyJournal(f.v.caller, from, to)
	p.Found = &found
	return p, err
}

// samplePage is a sample that was drawn.
type samplePage struct {
	list
	Items       []view.Sampled
	Of          string
	Populations []option
	Number      string
	Seed        string
	Wrong       string
}

// populationNames say what is drawn of.
var populationNames = map[string]string{
	"payments": "Payments, by amount", "receivables": "Open receivables, by what is outstanding", "financings": "Financings that are out, by principal",
	"overdue": "Financings overdue or in default, by principal", "decisions": "Decisions of risk control, each alike",
}

// Draw is the form of a sample as it begins.
func (f *front) Draw() (samplePage, error) { return f.v.sampleForm() }

func (v *visit) sampleForm() (samplePage, error) {
	today, err := v.Date()
	p := samplePage{Of: view.Populations[0], Number: "25", Seed: today.String()}
	for _, of := range view.Populations {
		p.Populations = append(p.Populations, option{Value: of, Label: populationNames[of]})
	}
	return p, err
}

// showSample draws records for an auditor.
func showSample(v *visit) (any, error) {
	p, err := v.sampleForm()
	p.list, _ = v.list("Sample", nil)
	if v.asked("of") == "" || err != nil {
		return p, err
	}
	p.Of, p.Number, p.Seed = v.asked("of"), v.asked("number"), v.asked("seed")
	number, err := strconv.Atoi(p.Number)
	if err != nil || number < 1 || number > view.SampleMost || !slices.Contains(view.Populations, p.Of) {
		p.Wrong = v.w.T("Write how many, 1 to %d.", view.SampleMost)
		return p, nil
	}
	p.Items, err = v.Sample(v.caller, p.Of, number, p.Seed)
	p.end(v, "", len(p.Items))
	return p, err
}

// Drawn says what was drawn, so that somebody else can draw the same.
func (p samplePage) Drawn() *locale.Text {
	return locale.Say("%d drawn with the seed “%s”. The same seed draws the same records of the same book.", len(p.Items), p.Seed)
}

// percent rounds a figure in per cent to two digits, half up: for what is reckoned and not agreed.
func percent(text string) string {
	scaled, err := money.ParseScaled(strings.TrimSuffix(text, " %"), 4)
	if err != nil {
		return text
	}
	return money.FormatScaled((scaled+50)/100, 2) + " %"
}
