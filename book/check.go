package book

import (
	"fmt"

	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/money"
	"millrace/domain/payment"
)

// Breach is one thing in the book that can't be true.
type Breach struct {
	Code     string `json:"code"`
	Sentence string `json:"sentence"`
	Record   string `json:"record,omitempty"` // printed identity of the record where it shows; "" for the book as a whole
}

// BreachesMax is the most breaches that Check lists: a broken rule tends to break thousands of records alike.
const BreachesMax = 1000

// Check audits the book as a stranger would: from the records alone it works out what every other record has to say, by
// its own arithmetic, and lists what differs; nothing for a sound book. It takes time in proportion to the records and
// changes nothing.
//
// What ImportBalance has brought is not on record account by account. In the books of an entity that has a migration
// account a balance may therefore lie above what the records imply, by what was imported at most, and never below.
func Check(b *Book) []Breach {
	a := &audit{b: b}
	a.numbers()
	a.clock()
	a.approvals()
	a.ledger()
	a.holds()
	a.receivables()
	a.loansOnTrades()
	a.conversions()
	a.crossings()
	a.creditLines()
	a.financings()
	a.payments()
	a.receipts()
	a.programmes()
	a.limits()
	a.certificates()
	a.trades()
	a.balances()
	a.identities()
	a.indexes()
	a.rules()
	a.movements()
	a.mandates()
	a.undertakings()
	a.disputes()
	a.covers()
	a.legal()
	a.duplicates()
	a.verifications()
	a.mappings()
	a.recordedFixings()
	a.closedPeriods()
	a.auctions()
	a.servicing()
	a.measures()
	a.security()
	a.impairments()
	a.billings()
	a.placements()
	a.early()
	a.instructions()
	a.supervisedAccounts()
	a.tenors()
	a.paidTo()
	a.payees()
	a.digital()
	a.statements()
	a.bankBreaks()
	a.referralsHold()
	a.recoveries()
	a.riskControl()
	a.features()
	a.onboarding()
	a.screened()
	a.creditReviews()
	a.models()
	a.setOffs()
	a.consentsHold()
	a.webhooksHold()
	return a.breaches
}

// audit is one run of Check.
type audit struct {
	b        *Book
	breaches []Breach
	expected tally[ledger.Key]
	fees     tally[id.Programme] // that collections have paid, to others than funders
	beyond   map[ledger.Key]span
}

// span is how far below and above the expected balance an account may truly stand.
type span struct{ below, above money.Minor }

func (a *audit) breach(code, record, format string, arguments ...any) {
	if len(a.breaches) < BreachesMax {
		a.breaches = append(a.breaches, Breach{Code: code, Sentence: fmt.Sprintf(format, arguments...), Record: record})
	}
}

// tally adds up amounts by key and remembers the order in which the keys came.
type tally[K comparable] struct {
	places map[K]int
	keys   []K
	sums   []money.Minor
}

func (t *tally[K]) add(key K, amount money.Minor) {
	at, found := t.places[key]
	if !found {
		if t.places == nil {
			t.places = map[K]int{}
		}
		at = len(t.keys)
		t.places[key] = at
		t.keys, t.sums = append(t.keys, key), append(t.sums, 0)
	}
	t.sums[at] += amount
}

func (t *tally[K]) of(key K) money.Minor {
	if at, found := t.places[key]; found {
		return t.sums[at]
	}
	return 0
}

// numbers: a record stands where its identity says, and no record knows of an entry that has not been.
func (a *audit) numbers() {
	b := a.b
	for n := uint64(1); n <= b.actors.count; n++ {
		number(a, b.actors.at(n).ID, n, b.actors.at(n).Entry)
	}
	for n := uint64(1); n <= b.keys.count; n++ {
		number(a, b.keys.at(n).ID, n, b.keys.at(n).Entry)
	}
	for n := uint64(1); n <= b.parties.count; n++ {
		number(a, b.parties.at(n).ID, n, b.parties.at(n).Entry)
	}
	for n := uint64(1); n <= b.bankAccounts.count; n++ {
		number(a, b.bankAccounts.at(n).ID, n, b.bankAccounts.at(n).Entry)
	}
	for n := uint64(1); n <= b.products.count; n++ {
		number(a, b.products.at(n).ID, n, b.products.at(n).Entry)
	}
	for n := uint64(1); n <= b.programmes.count; n++ {
		number(a, b.programmes.at(n).ID, n, b.programmes.at(n).Entry)
	}
	for n := uint64(1); n <= b.reviews.count; n++ {
		number(a, b.reviews.at(n).ID, n, b.reviews.at(n).Entry)
	}
	for n := uint64(1); n <= b.limits.count; n++ {
		number(a, b.limits.at(n).ID, n, b.limits.at(n).Entry)
	}
	for n := uint64(1); n <= b.trades.count; n++ {
		number(a, b.trades.at(n).ID, n, b.trades.at(n).Entry)
	}
	for n := uint64(1); n <= b.receivables.count; n++ {
		number(a, b.receivables.at(n).ID, n, b.receivables.at(n).Entry)
	}
	for n := uint64(1); n <= b.financings.count; n++ {
		number(a, b.financings.at(n).ID, n, b.financings.at(n).Entry)
	}
	for n := uint64(1); n <= b.accounts.count; n++ {
		number(a, b.accounts.at(n).ID, n, b.accounts.at(n).Entry)
	}
	for n := uint64(1); n <= b.holds.count; n++ {
		number(a, b.holds.at(n).ID, n, b.holds.at(n).Entry)
	}
	for n := uint64(1); n <= b.payments.count; n++ {
		number(a, b.payments.at(n).ID, n, b.payments.at(n).Entry)
	}
	for n := uint64(1); n <= b.receipts.count; n++ {
		number(a, b.receipts.at(n).ID, n, b.receipts.at(n).Entry)
	}
	for n := uint64(1); n <= b.certificates.count; n++ {
		number(a, b.certificates.at(n).ID, n, b.certificates.at(n).Entry)
	}
	for n := uint64(1); n <= b.holdings.count; n++ {
		number(a, b.holdings.at(n).ID, n, b.holdings.at(n).Entry)
	}
	for n := uint64(1); n <= b.standings.count; n++ {
		number(a, b.standings.at(n).ID, n, b.standings.at(n).Entry)
	}
}

type identified interface {
	~uint64
	String() string
}

func number[I identified](a *audit, identity I, position, entry uint64) {
	if uint64(identity) != position<<16|uint64(a.b.shard) {
		a.breach("number_differs", identity.String(), "the record at place %d calls itself %s", position, identity)
	}
	if entry == 0 || entry > a.b.sequence {
		a.breach("entry_unknown", identity.String(), "%s names entry %d, the last one is %d", identity, entry, a.b.sequence)
	}
}

// clock: the work of opening a day lies between the day before and the day.
func (a *audit) clock() {
	c := a.b.clock
	if c.From > c.Date || c.Date < 0 || (a.b.sequence > 0) != (c.Date > 0) {
		a.breach("business_date", "", "the business date is %s, and days from %s on are still to be worked through", c.Date, c.From)
	}
}

// approvals: what takes effect by a second person's word has had one.
func (a *audit) approvals() {
	b := a.b
	check := func(record fmt.Stringer, inForce bool, maker, checker id.Actor) {
		if inForce && (checker == 0 || checker == maker) {
			a.breach("second_person", record.String(), "%s is in force on one person's word", record)
		}
	}
	for n := uint64(1); n <= b.bankAccounts.count; n++ {
		r := b.bankAccounts.at(n)
		check(r.ID, r.State == 2, r.Maker, r.Checker)
	}
	for n := uint64(1); n <= b.products.count; n++ {
		r := b.products.at(n)
		check(r.ID, r.State >= 2, r.Maker, r.Checker)
		check(r.ID, r.State == 3, r.Maker, r.Retirer)
	}
	for n := uint64(1); n <= b.programmes.count; n++ {
		r := b.programmes.at(n)
		check(r.ID, r.State == funding.Live, r.Maker, r.Checker)
	}
	for n := uint64(1); n <= b.reviews.count; n++ {
		r := b.reviews.at(n)
		check(r.ID, r.State >= 2, r.Maker, r.Checker)
	}
	for n := uint64(1); n <= b.limits.count; n++ {
		r := b.limits.at(n)
		check(r.ID, r.State >= 2, r.Maker, r.Checker)
	}
	for n := uint64(1); n <= b.payments.count; n++ {
		r := b.payments.at(n)
		p := b.programmes.at(uint64(r.Programme) >> 16)
		sent := r.State == payment.Instructed || r.State == payment.InDoubt || r.State == payment.Executed || r.State == payment.Returned
		check(r.ID, p != nil && (r.Amount > p.ApproveAbove || needsSecond(r.Purpose)) && sent, r.Maker, r.Checker)
	}
}

// ledger: debits equal credits in each currency of each entity's books, and nothing that must not be is overdrawn.
func (a *audit) ledger() {
	type books struct {
		entity   id.Party
		currency money.Currency
	}
	var posted, pending tally[books]
	for n := uint64(1); n <= a.b.accounts.count; n++ {
		r := a.b.accounts.at(n)
		key := books{r.Key.Entity, r.Key.Currency}
		posted.add(key, r.DebitsPosted-r.CreditsPosted)
		pending.add(key, r.DebitsPending-r.CreditsPending)
		if r.DebitsPosted < 0 || r.CreditsPosted < 0 || r.DebitsPending < 0 || r.CreditsPending < 0 {
			a.breach("account_negative_sum", r.ID.String(), "a sum of account %s is below zero", r.ID)
		}
		if code := r.Key.Code; guarded(code) {
			balance := r.CreditsPosted - r.DebitsPosted
			if free := balance - r.DebitsPending; balance < 0 || free < 0 {
				a.breach("account_below_zero", r.ID.String(), "account %s (%s) stands at %d with %d free", r.ID, code, balance, free)
			}
		}
	}
	for i, key := range posted.keys {
		if posted.sums[i] != 0 || pending.sums[i] != 0 {
			a.breach("debits_differ_from_credits", key.entity.String(), "in %s, debits less credits of %s are %d posted and %d pending",
				key.currency, key.entity, posted.sums[i], pending.sums[i])
		}
	}
}

// guarded tells which accounts no command of ours takes below zero: money in supervised accounts, and the accounts of an
// own chart that are no source.
func guarded(code ledger.Code) bool {
	switch code {
	case ledger.Funding, ledger.CollectionUnallocated, ledger.CollectionForFunder, ledger.CollectionForSeller, ledger.OperatorFees, ledger.General,
		ledger.HeldBack, ledger.ForInsurer, ledger.FeesForOthers, ledger.OperatorFeesCollected, ledger.OthersFeesCollected:
		return true
	}
	return false
}

// holds: what is pending on an account is what live holds say, and every live hold on a supervised account belongs to one
// financing or payment.
func (a *audit) holds() {
	b := a.b
	var debits, credits tally[id.Account]
	owners := map[id.Hold]int{}
	for n := uint64(1); n <= b.financings.count; n++ {
		if f := b.financings.at(n); f.State == funding.Accepted {
			owners[f.Hold]++
		}
	}
	for n := uint64(1); n <= b.payments.count; n++ {
		if p := b.payments.at(n); underway(p.State) && p.Hold != 0 {
			owners[p.Hold]++
		}
	}
	a.holdDigital(owners)
	for n := uint64(1); n <= b.holds.count; n++ {
		h := b.holds.at(n)
		from, to := b.accounts.at(uint64(h.Transfer.Debit)>>16), b.accounts.at(uint64(h.Transfer.Credit)>>16)
		if from == nil || to == nil || h.Transfer.Amount <= 0 || from == to || from.Key.Entity != to.Key.Entity || from.Key.Currency != to.Key.Currency {
			a.breach("hold_invalid", h.ID.String(), "hold %s is not between two accounts of one entity and currency", h.ID)
			continue
		}
		if h.State != ledger.Pending {
			continue
		}
		debits.add(h.Transfer.Debit, h.Transfer.Amount)
		credits.add(h.Transfer.Credit, h.Transfer.Amount)
		if from.Key.Code < 900 && owners[h.ID] != 1 {
			a.breach("hold_without_owner", h.ID.String(), "%d financings and payments rely on hold %s", owners[h.ID], h.ID)
		}
	}
	for n := uint64(1); n <= b.accounts.count; n++ {
		r := b.accounts.at(n)
		if d, c := debits.of(r.ID), credits.of(r.ID); r.DebitsPending != d || r.CreditsPending != c {
			a.breach("pending_differs", r.ID.String(), "account %s has %d and %d pending, its holds say %d and %d", r.ID, r.DebitsPending, r.CreditsPending, d, c)
		}
	}
}

// underway tells whether a payment may still leave.
func underway(s payment.State) bool {
	return s == payment.AwaitingApproval || s == payment.Instructed || s == payment.InDoubt
}
