package economy

import (
	"context"
	"fmt"
	"math/rand/v2"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/legal"
	"millrace/domain/money"
	"millrace/domain/product"
	"millrace/domain/receivable"
	"millrace/edge/intake"
	"millrace/engine"
	"millrace/engine/vault"
	"millrace/lab/load"
)

// Options say what is simulated.
type Options struct {
	Parties int // PartiesMin to PartiesMax, operator and custodian among them
	Months  int // 1 to MonthsMax
	Seed    uint64

	Early *product.Terms // of dynamic discounting; nil: no buyer pays early

	Host *Host // the node on which it lives; nil is a book of its own in memory
}

// Host is a node for an economy. Where its book is empty, the economy founds it; else it comes on board with people of its own.
type Host struct {
	Engine  *engine.Engine
	Now     func() int64   // the engine's clock, microseconds since 1970
	Morning func(at int64) // moves that clock on to a moment; it never goes back

	Evening func(next calendar.Date) error // ends the day of other banks of the node before a business date opens; nil where there are none

	Operator id.Party // of a book that was founded; zero in an empty one
	Actor    id.Actor // of the operator, who lets the others in
	Name     string   // of the operator
}

// Validate says what is wrong with options; nil where nothing is.
func (o *Options) Validate() error {
	if o.Parties < PartiesMin || o.Parties > PartiesMax {
		return fmt.Errorf("parties are %d to %d, not %d", PartiesMin, PartiesMax, o.Parties)
	}
	if o.Months < 1 || o.Months > MonthsMax {
		return fmt.Errorf("months are 1 to %d, not %d", MonthsMax, o.Months)
	}
	return nil
}

// opening is the business date on which an economy begins whose book is empty.
var opening = func() calendar.Date {
	d, ok := calendar.Of(2025, 9, 1)
	if !ok {
		panic("economy: no such date")
	}
	return d
}()

// Economy is one under way.
type Economy struct {
	*load.World
	*cast
	options    Options
	parameters Parameters
	node       node
	morning    func(at int64) // moves the clock
	own        *vault.Vault   // of a book in memory; nil on a node, which has its own
	intake     *intake.Intake
	random     source // of what befalls everybody
	third      id.Actor
	people     []Person
	names      int // given out
	newcomers  int
	opening    calendar.Date
	opened     calendar.Date // the book's business date
	day, days  int
	half       turn
	agenda     map[turn][]act
	running    *lane // nil between acts
	serial     int
	demand     float64 // factor on orders
	copper     money.Minor
	shares     []share
	texts      map[[2]string][32]byte // in the vault already
	built      error                  // of the building of the world
	founded    bool                   // it is built

	claims     map[id.Receivable]*claim
	financings map[id.Financing]*loan
	stored     map[id.WarehouseReceipt]*claim // on which somebody asks for a loan
	payments   map[id.Payment]*order
	programmes map[id.Programme]bool // of this economy
	pairs      map[[2]id.Party]*tie  // of seller and buyer
	disputes   map[id.Dispute]bool   // that are seen to
	bank       custody
	shelves    []shelf           // that may be counted
	auctioned  int               // day of the last auction
	sent       map[[32]byte]bool // documents of this economy that have not come back as a debt, by their hash
	told       tally
}

// claim is an invoice that opened a receivable, as far as it matters for what people do next.
type claim struct {
	receivable.Receivable
	tie      *tie
	lane     any
	number   string
	paid     money.Minor
	credited money.Minor
	loan     *loan
	keeper   *firm // of goods in store, where it is no invoice
	wants    bool  // its seller would have money on it
	again    bool  // and has asked for it once more
	early    bool  // the buyer has paid it out of its own cash
	bogus    bool  // nothing was delivered
}

func (c *claim) outstanding() money.Minor { return c.Face - c.paid - c.credited }

// New gives an economy on its opening day: everybody is on board and nothing has been traded.
func New(o Options) (*Economy, error) {
	if err := o.Validate(); err != nil {
		return nil, err
	}
	e := &Economy{
		World: &load.World{Today: opening, Templates: map[legal.Kind]id.Template{}}, options: o, parameters: Calderdale, random: newSource(o.Seed, 2), demand: 1,
		claims: map[id.Receivable]*claim{}, financings: map[id.Financing]*loan{}, texts: map[[2]string][32]byte{}, agenda: map[turn][]act{},
		stored: map[id.WarehouseReceipt]*claim{}, payments: map[id.Payment]*order{}, programmes: map[id.Programme]bool{}, disputes: map[id.Dispute]bool{}, bank: newCustody(), sent: map[[32]byte]bool{},
	}
	e.told.rejections, e.told.rules, e.told.purchases = map[string]int{}, map[string]int{}, map[[2]id.Party]bool{}
	e.Currency, _ = money.ParseCurrency("EUR")
	if err := e.settleOn(o.Host); err != nil {
		return nil, err
	}
	e.opening, e.opened, e.days = e.Today, e.Today, calendar.DaysBetween(e.Today, e.Today.AddMonths(o.Months))
	e.cast = populate(o.Parties, &e.parameters, newSource(o.Seed, 1))
	e.clock()
	e.build()
	e.pairs = map[[2]id.Party]*tie{}
	for _, t := range e.ties {
		e.pairs[[2]id.Party{t.seller.id, t.buyer.id}] = t
	}
	e.shocks()
	e.founded = true
	return e, e.built
}

// settleOn takes the node on which the economy lives.
func (e *Economy) settleOn(host *Host) error {
	if host == nil {
		var key [32]byte
		for i := range 8 {
			key[i] = byte(e.options.Seed >> (8 * i))
		}
		v, err := vault.Open("", vault.Options{Random: rand.NewChaCha8(key)})
		if err != nil {
			return err
		}
		b := load.NewBare()
		b.Entered = e.entered
		e.node, e.morning, e.own, e.intake = bare{b}, b.Wait, v, intake.New(v)
		return nil
	}
	n := &served{engine: host.Engine, now: host.Now, follow: e.entered, seen: host.Engine.Head().Sequence}
	e.node, e.morning, e.intake = n, host.Morning, intake.New(host.Engine.Vault())
	if host.Operator == 0 {
		return nil
	}
	return host.Engine.Do(context.Background(), func(m engine.Machine) {
		if b, ok := m.(*book.Book); ok {
			e.Today = b.Date()
		}
	})
}

func (e *Economy) keyed(actor id.Actor, _ string, c book.Command) ([]book.Event, error) {
	return e.submit(actor, c)
}

// give is submit while the world is built: the first refusal ends it. After that it is try, and who is refused does without.
func (e *Economy) give(actor id.Actor, c book.Command) (events []book.Event) {
	if e.built != nil {
		return nil
	}
	if e.founded {
		events, _, e.built = e.try(actor, c)
		return events
	}
	events, e.built = e.submit(actor, c)
	return events
}

// find gives the first event of type E.
func find[E book.Event](events []book.Event) (E, bool) {
	var none E
	for _, e := range events {
		if found, ok := e.(E); ok {
			return found, true
		}
	}
	return none, false
}

// text puts a text into the vault and gives its reference; the same text twice is stored once.
func (e *Economy) text(kind, text string) [32]byte {
	key := [2]string{kind, text}
	reference, found := e.texts[key]
	if found {
		return reference
	}
	reference, err := e.intake.Store(context.Background(), kind, []byte(text))
	if err != nil && e.built == nil {
		e.built = err // the turn ends by it
	}
	e.texts[key] = reference
	return reference
}

// clock moves the clock to the morning or the afternoon of the business date.
func (e *Economy) clock() { e.morning(e.stamp(e.turn())) }

// stamp is when a turn begins, in microseconds since 1970.
func (e *Economy) stamp(of turn) int64 {
	epoch, _ := calendar.Of(1970, 1, 1)
	const day, first, second = 86_400_000_000, 8 * 3_600_000_000, 14 * 3_600_000_000 // microseconds
	at := int64(calendar.DaysBetween(epoch, e.date(int(of/turns))))*day + first
	if of%turns == afternoon {
		at += second - first
	}
	return at
}

// Grow lives through the months that were asked for, up to noon of the last working day: then every desk has its work before it. progress is told
// of days, and may be nil.
func (e *Economy) Grow(progress func(p Progress)) error {
	for {
		if err := e.Turn(); err != nil {
			return err
		}
		if progress != nil && e.half == afternoon {
			progress(Progress{Day: min(e.next(), e.days), Days: e.days, Date: e.Today, Documents: e.told.documents, Entries: e.told.entries})
		}
		if e.half == afternoon && e.next() >= e.days {
			return nil
		}
	}
}

// Progress is how far an economy has grown.
type Progress struct {
	Day, Days int // calendar days, of so many
	Date      calendar.Date
	Documents int
	Entries   uint64
}

// forgetEvery is on which days what has come to its end is dropped.
const forgetEvery = 5

// Turn lives through half a business day: a morning, which opens the day, or an afternoon. Others may have worked on the node since the last: what they
// did is taken as it is.
func (e *Economy) Turn() error {
	if e.half == morning {
		if err := e.dawn(); err != nil {
			return err
		}
	} else {
		e.clock()
	}
	if _, err := e.node.together(nil); err != nil {
		return err
	}
	if err := e.work(); err != nil {
		return err
	}
	if e.half == morning {
		e.half = afternoon
	} else {
		e.half, e.day = morning, e.next()
		if e.day%forgetEvery == 0 {
			e.forget()
		}
	}
	return e.built
}

// CatchUp lives on until the economy has come, at noon, to the day that others have opened.
func (e *Economy) CatchUp() error {
	if _, err := e.node.together(nil); err != nil {
		return err
	}
	for e.Today < e.opened {
		if err := e.Turn(); err != nil {
			return err
		}
	}
	return nil
}

// dawn opens the day, unless somebody else has, and draws its orders.
func (e *Economy) dawn() error {
	if _, err := e.node.together(nil); err != nil {
		return err
	}
	for e.date(e.day).IsWeekend() || e.date(e.day) < e.opened { // what was to be done on a day that was skipped is done on this one
		next := e.turn() + turns
		for half := range turn(turns) {
			e.agenda[next] = append(e.agenda[next], e.agenda[e.turn()+half]...)
			delete(e.agenda, e.turn()+half)
		}
		e.day++
	}
	e.Today = e.date(e.day)
	if err := e.evening(); err != nil {
		return err
	}
	e.clock()
	if e.Today > e.opened {
		if _, _, err := e.try(e.Maker, &book.OpenDay{Date: e.Today}); err != nil {
			return err
		}
	}
	e.orders()
	return nil
}

func (e *Economy) date(day int) calendar.Date { return e.opening.AddDays(day) }

// next is the working day after the one under way.
func (e *Economy) next() int {
	day := e.day + 1
	for e.date(day).IsWeekend() {
		day++
	}
	return day
}

// Date is the business date.
func (e *Economy) Date() calendar.Date { return e.opened }

// Afternoon tells whether the morning of the business date is over.
func (e *Economy) Afternoon() bool { return e.half == afternoon }
