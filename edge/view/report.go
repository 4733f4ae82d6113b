package view

import (
	"cmp"
	"iter"
	"slices"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/certificate"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/money"
	"millrace/domain/receivable"
	"millrace/edge/access"
)

// BalanceLine is one line of a trial balance: an account of the chart in one entity's books, summed over counterparties and
// programmes. One of Debit and Credit is zero.
type BalanceLine struct {
	Entity *Ref   `json:"entity" doc:"whose books"`
	Number int    `json:"number" doc:"in the chart of accounts"`
	Code   string `json:"code"`
	Debit  Amount `json:"debit"`
	Credit Amount `json:"credit"`
}

// TrialBalance is the trial balance of each entity and currency on the evening of a business date. Debits equal credits for each.
type TrialBalance struct {
	Until     string        `json:"until" doc:"business date up to whose evening everything is counted"`
	Lines     []BalanceLine `json:"lines"`
	Watermark uint64        `json:"watermark"`
}

// lineKey groups accounts to the lines of a trial balance.
type lineKey struct {
	entity   id.Party
	currency money.Currency
	code     ledger.Code
}

// TrialBalance adds up the accounts that the caller sees, of one entity or (0) of all, as they stood on the evening of a
// business date; 0 is today. What was posted later is taken off again, so a balance of a day that is over never changes.
func (v *View) TrialBalance(c access.Caller, entity id.Party, until calendar.Date) (TrialBalance, error) {
	today, err := v.Date()
	if err != nil {
		return TrialBalance{}, err
	}
	if until == 0 || until > today {
		until = today
	}
	shown := TrialBalance{Until: until.String(), Lines: []BalanceLine{}, Watermark: v.Watermark()}
	days, err := v.daysSince(until)
	if err != nil {
		return shown, err
	}
	last := v.evening(days, until)
	sums := map[lineKey]money.Minor{} // debits less credits
	err = v.eachAccount(c, entity, func(a *ledger.Account) error {
		sum := money.Sub(a.DebitsPosted, a.CreditsPosted)
		later, err := v.postedAfter(a, last)
		if err != nil {
			return err
		}
		key := lineKey{a.Key.Entity, a.Key.Currency, a.Key.Code}
		sums[key] = money.Add(sums[key], money.Sub(sum, later))
		return nil
	})
	if err != nil {
		return shown, err
	}
	keys := make([]lineKey, 0, len(sums))
	for key := range sums {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(a, b lineKey) int {
		return cmp.Or(cmp.Compare(a.entity, b.entity), cmp.Compare(a.currency.String(), b.currency.String()), cmp.Compare(a.code, b.code))
	})
	for _, key := range keys {
		if sums[key] == 0 {
			continue
		}
		name, err := v.party(key.entity)
		if err != nil {
			return shown, err
		}
		shown.Lines = append(shown.Lines, BalanceLine{
			Entity: name, Number: int(key.code), Code: key.code.String(),
			Debit: AmountOf(max(sums[key], 0), key.currency), Credit: AmountOf(max(-sums[key], 0), key.currency),
		})
	}
	return shown, nil
}

// eachAccount visits the accounts in one entity's books, or in everybody's, that the caller sees: a party sees books of its own.
func (v *View) eachAccount(c access.Caller, entity id.Party, yield func(*ledger.Account) error) error {
	condition, arguments := "1", []any(nil)
	if !c.SeesAll() {
		condition, arguments = "entity = ?", []any{int64(c.Party)}
	}
	if entity != 0 {
		condition, arguments = condition+" AND entity = ?", append(arguments, int64(entity))
	}
	return rows(v, "SELECT number, record FROM account WHERE "+condition, arguments, func(_ uint64, a *ledger.Account) error { return yield(a) })
}

// dayBegun is the entry with which a business date began.
type dayBegun struct {
	first uint64
	date  calendar.Date
}

// daysSince lists, in their order, the business dates from the one on which a date lies.
func (v *View) daysSince(date calendar.Date) ([]dayBegun, error) {
	story, err := v.view.Story(v.ctx, book.TableIndex("clock"), 1)
	if err != nil {
		return nil, err
	}
	var days []dayBegun
	for i := len(story) - 1; i >= 0 && (len(days) == 0 || days[len(days)-1].date > date); i-- {
		stored, err := v.engine.ReadEntry(story[i])
		if err != nil {
			return nil, err
		}
		for _, event := range stored.Events {
			if opened, ok := event.(*book.DayOpened); ok {
				days = append(days, dayBegun{story[i], opened.Date})
			}
		}
	}
	slices.Reverse(days)
	return days, nil
}

// evening is the last entry of a business date, or of one before it.
func (v *View) evening(days []dayBegun, date calendar.Date) uint64 {
	for _, d := range days {
		if d.date > date {
			return d.first - 1
		}
	}
	return v.Watermark()
}

// postedAfter is what was posted on an account after an entry, debits less credits.
func (v *View) postedAfter(a *ledger.Account, last uint64) (money.Minor, error) {
	if a.Entry <= last {
		return 0, nil
	}
	story, err := v.view.Story(v.ctx, book.TableIndex("account"), a.ID.Number())
	if err != nil {
		return 0, err
	}
	sum := money.Minor(0)
	for _, sequence := range story[below(story, last+1):] {
		postings, err := v.postings(sequence)
		if err != nil {
			return 0, err
		}
		for _, t := range postings {
			if t.Debit == a.ID {
				sum = money.Add(sum, t.Amount)
			}
			if t.Credit == a.ID {
				sum = money.Sub(sum, t.Amount)
			}
		}
	}
	return sum, nil
}

// postings are the transfers that an entry has posted.
func (v *View) postings(sequence uint64) ([]ledger.Transfer, error) {
	stored, err := v.engine.ReadEntry(sequence)
	if err != nil {
		return nil, err
	}
	var posted []ledger.Transfer
	for _, event := range stored.Events {
		switch e := event.(type) {
		case *book.TransfersPosted:
			posted = append(posted, e.Transfers...)
		case *book.HoldEnded:
			if e.State != ledger.Posted {
				continue
			}
			err := rows(v, "SELECT number, record FROM hold WHERE number = ?", []any{int64(e.Hold.Number())}, func(_ uint64, h *ledger.Hold) error {
				posted = append(posted, h.Transfer)
				return nil
			})
			if err != nil {
				return nil, err
			}
		}
	}
	return posted, nil
}

// LedgerLine is one posting on one account: a line of the general ledger. One of Debit and Credit is zero.
type LedgerLine struct {
	Sequence     uint64 `json:"sequence" doc:"of the entry that posted it"`
	Date         string `json:"date" doc:"business date"`
	Command      string `json:"command"`
	Entity       *Ref   `json:"entity" doc:"whose books"`
	Account      string `json:"account"`
	Number       int    `json:"number" doc:"in the chart of accounts"`
	Code         string `json:"code"`
	Counterparty *Ref   `json:"counterparty,omitempty"`
	Programme    string `json:"programme,omitempty"`
	Debit        Amount `json:"debit"`
	Credit       Amount `json:"credit"`
	Contra       string `json:"contra" doc:"the account on the other side"`
}

// GeneralLedger gives every posting in the books that the caller sees, of one entity or (0) of all, between two business
// dates, both included, in the order in which they were posted.
func (v *View) GeneralLedger(c access.Caller, entity id.Party, from, until calendar.Date) iter.Seq2[LedgerLine, error] {
	return func(yield func(LedgerLine, error) bool) {
		books, err := v.openBooks(c, entity, from, until)
		if err != nil {
			yield(LedgerLine{}, err)
			return
		}
		for _, sequence := range books.entries {
			if !books.lines(v, sequence, yield) {
				return
			}
		}
	}
}

// dayBefore is the day before a date; the first of all days has none.
func dayBefore(d calendar.Date) calendar.Date { return max(d, calendar.DateMin+1) - 1 }

// books are accounts and the entries that moved them.
type books struct {
	accounts map[id.Account]*ledger.Account
	entries  []uint64
	days     []dayBegun
}

func (v *View) openBooks(c access.Caller, entity id.Party, from, until calendar.Date) (*books, error) {
	days, err := v.daysSince(dayBefore(from))
	if err != nil {
		return nil, err
	}
	b := &books{accounts: map[id.Account]*ledger.Account{}, days: days}
	after, last := v.evening(days, dayBefore(from)), v.evening(days, until)
	err = v.eachAccount(c, entity, func(a *ledger.Account) error {
		if a.Entry <= after {
			return nil
		}
		story, err := v.view.Story(v.ctx, book.TableIndex("account"), a.ID.Number())
		if err != nil {
			return err
		}
		b.accounts[a.ID] = a
		b.entries = append(b.entries, story[below(story, after+1):below(story, last+1)]...)
		return nil
	})
	slices.Sort(b.entries)
	b.entries = slices.Compact(b.entries)
	return b, err
}

func (b *books) dateOf(sequence uint64) calendar.Date {
	at, found := slices.BinarySearchFunc(b.days, sequence, func(d dayBegun, s uint64) int { return cmp.Compare(d.first, s) })
	if !found {
		at--
	}
	if at < 0 {
		return 0
	}
	return b.days[at].date
}

// lines yields both sides of every posting of an entry, as far as they are in these books.
func (b *books) lines(v *View, sequence uint64, yield func(LedgerLine, error) bool) bool {
	stored, err := v.engine.ReadEntry(sequence)
	if err != nil {
		return yield(LedgerLine{}, err)
	}
	posted, err := v.postings(sequence)
	if err != nil {
		return yield(LedgerLine{}, err)
	}
	for _, t := range posted {
		for _, side := range [...]ledger.Side{ledger.Debit, ledger.Credit} {
			on, contra := t.Debit, t.Credit
			if side == ledger.Credit {
				on, contra = contra, on
			}
			a := b.accounts[on]
			if a == nil {
				continue
			}
			line, err := v.ledgerLine(a, side, t.Amount)
			if err != nil {
				return yield(LedgerLine{}, err)
			}
			line.Sequence, line.Date, line.Command, line.Contra = sequence, day(b.dateOf(sequence)), CommandName(stored.Command), contra.String()
			if !yield(line, nil) {
				return false
			}
		}
	}
	return true
}

func (v *View) ledgerLine(a *ledger.Account, side ledger.Side, amount money.Minor) (LedgerLine, error) {
	key := a.Key
	line := LedgerLine{Account: a.ID.String(), Number: int(key.Code), Code: key.Code.String(), Debit: AmountOf(0, key.Currency), Credit: AmountOf(0, key.Currency)}
	if key.Programme != 0 {
		line.Programme = key.Programme.String()
	}
	if side == ledger.Debit {
		line.Debit = AmountOf(amount, key.Currency)
	} else {
		line.Credit = AmountOf(amount, key.Currency)
	}
	var err error
	if line.Entity, err = v.party(key.Entity); err != nil {
		return line, err
	}
	if key.Counterparty != 0 {
		line.Counterparty, err = v.party(key.Counterparty)
	}
	return line, err
}

// AgeingBuckets are the upper ends of the buckets of an ageing, in days past due; what is older is in the last.
var AgeingBuckets = [...]int{0, 30, 60, 90}

// AgeingLine is what one party owes another in one currency, by days past due.
type AgeingLine struct {
	Claim    string `json:"claim" enum:"receivable,holding,financing" doc:"what is owed: on invoices, on certificates, or of what was advanced"`
	Creditor *Ref   `json:"creditor,omitempty" doc:"missing for the holders of a certificate, of whom its issuer is not told"`
	Debtor   *Ref   `json:"debtor"`
	Count    int    `json:"count"`
	NotDue   Amount `json:"not_due"`
	To30     Amount `json:"days_1_to_30"`
	To60     Amount `json:"days_31_to_60"`
	To90     Amount `json:"days_61_to_90"`
	Beyond   Amount `json:"days_over_90"`
	Total    Amount `json:"total"`
}

// Ageing is what is owed on a business date, by how long it is overdue.
type Ageing struct {
	Date      string       `json:"date"`
	Lines     []AgeingLine `json:"lines"`
	Watermark uint64       `json:"watermark"`
}

type ageingKey struct {
	claim            string
	creditor, debtor id.Party
	currency         money.Currency
}

type ageingSums struct {
	count   int
	buckets [len(AgeingBuckets) + 1]money.Minor
}

// Ageing adds up open receivables, and the principal of financings that are paid out, by creditor and debtor, as they stand
// today. A caller sees what it sees of the records themselves; entity (0 for all) is creditor or debtor.
func (v *View) Ageing(c access.Caller, entity id.Party) (Ageing, error) {
	today, err := v.Date()
	if err != nil {
		return Ageing{}, err
	}
	sums := map[ageingKey]*ageingSums{}
	add := func(key ageingKey, due calendar.Date, amount money.Minor) {
		if amount == 0 || entity != 0 && key.creditor != entity && key.debtor != entity {
			return
		}
		if sums[key] == nil {
			sums[key] = &ageingSums{}
		}
		late, bucket := calendar.DaysBetween(due, today), 0
		for bucket < len(AgeingBuckets) && late > AgeingBuckets[bucket] {
			bucket++
		}
		sums[key].count++
		sums[key].buckets[bucket] = money.Add(sums[key].buckets[bucket], amount)
	}
	certified := map[id.Certificate]*certificate.Certificate{}
	err = rowsOf(v, "certificate", "state = 'live'", func(k *certificate.Certificate) { certified[k.ID] = k })
	if err != nil {
		return Ageing{}, err
	}
	err = eachSeen(v, &receivables, c, "state = 'open'", func(r *receivable.Receivable) {
		left := r.Outstanding()
		if k := certified[r.Certificate]; k != nil { // its holders are owed so much of it
			left = money.Sub(left, k.Outstanding)
		}
		add(ageingKey{"receivable", r.Seller, r.Buyer, r.Currency}, r.Due, left)
	})
	if err != nil {
		return Ageing{}, err
	}
	err = eachSeen(v, &holdings, c, "live = 1", func(h *certificate.Holding) {
		k := certified[h.Certificate]
		add(ageingKey{"holding", h.Holder, k.Issuer, k.Currency}, k.Due, h.Amount)
	})
	if err != nil {
		return Ageing{}, err
	}
	for _, k := range certified { // an issuer is not told who holds
		if k.Issuer == c.Party && !c.SeesAll() {
			add(ageingKey{"holding", 0, k.Issuer, k.Currency}, k.Due, k.Outstanding)
		}
	}
	err = eachSeen(v, &financings, c, "state IN ('outstanding', 'overdue', 'in_recourse', 'defaulted')", func(f *funding.Financing) {
		add(ageingKey{"financing", f.Funder, f.Seller, f.Currency}, f.Due, f.Exposure())
	})
	if err != nil {
		return Ageing{}, err
	}
	return v.showAgeing(today, sums)
}

func (v *View) showAgeing(today calendar.Date, sums map[ageingKey]*ageingSums) (Ageing, error) {
	shown := Ageing{Date: today.String(), Lines: []AgeingLine{}, Watermark: v.Watermark()}
	keys := make([]ageingKey, 0, len(sums))
	for key := range sums {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(a, b ageingKey) int {
		return cmp.Or(-cmp.Compare(a.claim, b.claim), cmp.Compare(a.creditor, b.creditor), cmp.Compare(a.debtor, b.debtor), cmp.Compare(a.currency.String(), b.currency.String()))
	})
	for _, key := range keys {
		s, total := sums[key], money.Minor(0)
		for _, amount := range s.buckets {
			total = money.Add(total, amount)
		}
		of := func(bucket int) Amount { return AmountOf(s.buckets[bucket], key.currency) }
		line := AgeingLine{
			Claim: key.claim, Count: s.count, NotDue: of(0), To30: of(1), To60: of(2), To90: of(3), Beyond: of(4), Total: AmountOf(total, key.currency),
		}
		var err error
		if key.creditor != 0 {
			if line.Creditor, err = v.party(key.creditor); err != nil {
				return shown, err
			}
		}
		if line.Debtor, err = v.party(key.debtor); err != nil {
			return shown, err
		}
		shown.Lines = append(shown.Lines, line)
	}
	return shown, nil
}

// eachSeen visits all records of a source that meet a condition and that the caller sees.
func eachSeen[R any](v *View, s *source[R], c access.Caller, condition string, visit func(*R)) error {
	visible, err := s.visible(v, c)
	if err != nil {
		return err
	}
	return rows(v, "SELECT number, record FROM "+s.table+" WHERE ("+condition+") AND ("+visible.sql+")", visible.arguments, func(_ uint64, record *R) error {
		if c.SeesAll() || s.keep == nil || s.keep(v, c, record) {
			visit(record)
		}
		return nil
	})
}

// rowsOf visits all records of a table that meet a condition, whoever asks.
func rowsOf[R any](v *View, table, condition string, visit func(*R)) error {
	return rows(v, "SELECT number, record FROM "+table+" WHERE "+condition, nil, func(_ uint64, record *R) error {
		visit(record)
		return nil
	})
}
