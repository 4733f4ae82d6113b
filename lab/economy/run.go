package economy

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"hash"
	"maps"
	"slices"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/edge/view"
)

// Count is how often something has happened.
type Count struct {
	What  string `json:"what"`
	Times int    `json:"times"`
}

// Result is what has come of a run. Amounts are in euros.
type Result struct {
	Parties   int    `json:"parties"`
	Months    int    `json:"months"`
	Seed      uint64 `json:"seed"`
	Until     string `json:"until"` // the last business date
	Entries   uint64 `json:"entries"`
	Journal   string `json:"journal"` // SHA-256 over all commands and events in their order: the same seed gives the same
	Documents int    `json:"documents"`
	Ties      int    `json:"ties"`

	Orders      int         `json:"orders"`
	Invoices    int         `json:"invoices"`
	Billed      view.Amount `json:"billed"`
	Confirmed   int         `json:"confirmed"`
	CreditNotes int         `json:"credit_notes"`
	Disputes    int         `json:"disputes"`

	Asked    int         `json:"asked"` // for a quote
	Declined int         `json:"declined"`
	Referred int         `json:"referred"`
	Financed int         `json:"financed"`
	Volume   view.Amount `json:"financed_volume"`
	PaidOut  view.Amount `json:"paid_out"`
	PaidOn   view.Amount `json:"paid_on"` // to funders and sellers, of what came in
	Payments int         `json:"payments"`
	SentBack int         `json:"payments_sent_back"`

	Early       int         `json:"paid_early"` // by buyers out of their own cash
	EarlyAmount view.Amount `json:"paid_early_amount"`
	StockLoans  int         `json:"stock_loans"`
	StockVolume view.Amount `json:"stock_volume"`

	Settled     int         `json:"invoices_paid"`
	Late        int         `json:"paid_late"`
	LatePercent float64     `json:"paid_late_percent"`
	Collected   view.Amount `json:"collected"`
	Closed      int         `json:"financings_closed"`
	Overdue     int         `json:"financings_overdue"` // at any time
	Recourse    int         `json:"recourse_called"`
	Defaults    int         `json:"defaults"`
	Defaulted   view.Amount `json:"defaulted_principal"`
	WrittenOff  int         `json:"written_off"`
	Recovered   view.Amount `json:"recovered"`
	Failed      int         `json:"firms_failed"`
	Frauds      int         `json:"frauds_tried"`
	FraudsPaid  int         `json:"frauds_paid"`

	Rules      []Count `json:"rules"`      // that spoke on requests for a quote
	Rejections []Count `json:"rejections"` // by command and code
	Breaches   int     `json:"breaches"`   // that the auditor has found
}

// tally counts while the economy lives.
type tally struct {
	hash                                                  hash.Hash
	scratch                                               []byte
	rejections, rules                                     map[string]int
	purchases                                             map[[2]id.Party]bool // who has signed to sell to whom
	entries                                               uint64
	documents, orders, invoices, confirmed                int
	creditNotes, disputes, asked, declined, referred      int
	financed, payments, sentBack, settled, late, closed   int
	overdue, recourse, defaults, writtenOff, failed       int
	frauds, fraudsPaid, early, stockLoans                 int
	earlyAmount, stockVolume                              money.Minor
	amount, volume, paidOut, paidOn, collected, defaulted money.Minor
	recovered                                             money.Minor
}

// entry takes an entry of the journal into the hash.
func (t *tally) entry(h *book.Header, c book.Command, events []book.Event) {
	if t.hash == nil {
		t.hash = sha256.New()
	}
	t.entries++
	if _, ok := c.(*book.RecordDocument); ok {
		t.documents++
	}
	t.scratch = binary.BigEndian.AppendUint64(t.scratch[:0], uint64(h.At))
	t.scratch = binary.BigEndian.AppendUint64(t.scratch, uint64(h.Actor))
	t.scratch = book.AppendCommand(t.scratch, c)
	for _, event := range events {
		t.scratch = book.AppendEvent(t.scratch, event)
	}
	t.hash.Write(t.scratch)
}

// Run lives through an economy on a book of its own. progress is told of days, and may be nil.
func Run(o Options, progress func(Progress)) (*Result, error) {
	e, err := New(o)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(e.Grow(progress), e.Close()); err != nil {
		return nil, err
	}
	return e.Result()
}

// Close releases what the economy has of its own: nothing on a node.
func (e *Economy) Close() error {
	if e.own == nil {
		return nil
	}
	return e.own.Close()
}

// inOrder are all loans in the order of their numbers.
func (e *Economy) inOrder() []*loan {
	var all []*loan
	for _, key := range slices.Sorted(maps.Keys(e.financings)) {
		all = append(all, e.financings[key])
	}
	return all
}

// Result says what has come of the economy so far. The auditor goes over the book.
func (e *Economy) Result() (*Result, error) {
	breaches, err := e.node.audit()
	if err != nil {
		return nil, err
	}
	t := &e.told
	shown := func(a money.Minor) view.Amount { return view.AmountOf(a, e.Currency) }
	r := &Result{
		Parties: e.options.Parties, Months: e.options.Months, Seed: e.options.Seed, Until: e.Today.String(), Entries: t.entries,
		Journal: hex.EncodeToString(t.hash.Sum(nil)), Documents: t.documents, Ties: len(e.ties),
		Orders: t.orders, Invoices: t.invoices, Billed: shown(t.amount), Confirmed: t.confirmed, CreditNotes: t.creditNotes, Disputes: t.disputes,
		Asked: t.asked, Declined: t.declined, Referred: t.referred, Financed: t.financed, Volume: shown(t.volume), PaidOut: shown(t.paidOut), PaidOn: shown(t.paidOn),
		Payments: t.payments, SentBack: t.sentBack, Early: t.early, EarlyAmount: shown(t.earlyAmount), StockLoans: t.stockLoans, StockVolume: shown(t.stockVolume), Settled: t.settled, Late: t.late, Collected: shown(t.collected), Closed: t.closed, Overdue: t.overdue,
		Recourse: t.recourse, Defaults: t.defaults, Defaulted: shown(t.defaulted), WrittenOff: t.writtenOff, Recovered: shown(t.recovered),
		Failed: t.failed, Frauds: t.frauds, FraudsPaid: t.fraudsPaid, Breaches: len(breaches), Rules: counted(t.rules), Rejections: counted(t.rejections),
	}
	if t.settled > 0 {
		r.LatePercent = float64((t.late*1000+t.settled/2)/t.settled) / 10
	}
	return r, nil
}

// counted lists counts, the most frequent first.
func counted(counts map[string]int) []Count {
	list := []Count{}
	for _, what := range slices.Sorted(maps.Keys(counts)) {
		list = append(list, Count{what, counts[what]})
	}
	slices.SortStableFunc(list, func(a, b Count) int { return cmp.Compare(b.Times, a.Times) })
	return list
}
