package economy

import (
	"context"
	"errors"
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
	"millrace/edge/reading"
	"millrace/edge/view"
	"millrace/engine/vault"
	"millrace/lab/load"
	"millrace/lab/paper"
)

// Options say what is simulated.
type Options struct {
	Parties int // PartiesMin to PartiesMax, operator and custodian among them
	Months  int // 1 to MonthsMax
	Seed    uint64

	Early *product.Terms // of dynamic discounting; nil: no buyer pays early
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

// opening is the business date on which every economy begins.
var opening = func() calendar.Date {
	d, ok := calendar.Of(2025, 9, 1)
	if !ok {
		panic("economy: no such date")
	}
	return d
}()

// economy is a book under way, with its clock.
type economy struct {
	*load.World
	*cast
	options    Options
	parameters Parameters
	node       *load.Bare
	vault      *vault.Vault
	intake     *intake.Intake
	random     source // of what befalls everybody
	third      id.Actor
	day, days  int
	agenda     [][]func() error
	serial     int
	demand     float64 // factor on orders
	copper     money.Minor
	shares     []share
	texts      map[[2]string][32]byte // in the vault already
	built      error                  // of the building of the world

	claims     map[id.Receivable]*claim
	financings map[id.Financing]*loan
	told       tally
}

// claim is an invoice that opened a receivable, as far as it matters for what people do next.
type claim struct {
	receivable.Receivable
	tie      *tie
	number   string
	paid     money.Minor
	credited money.Minor
	loan     *loan
	early    bool // the buyer has paid it out of its own cash
	bogus    bool // nothing was delivered
}

func (c *claim) outstanding() money.Minor { return c.Face - c.paid - c.credited }

// newEconomy gives an economy on its opening day: everybody is on board and nothing has been traded.
func newEconomy(o Options) (*economy, error) {
	if err := o.Validate(); err != nil {
		return nil, err
	}
	var key [32]byte
	for i := range 8 {
		key[i] = byte(o.Seed >> (8 * i))
	}
	v, err := vault.Open("", vault.Options{Random: rand.NewChaCha8(key)})
	if err != nil {
		return nil, err
	}
	e := &economy{
		World: &load.World{Today: opening, Templates: map[legal.Kind]id.Template{}}, options: o, parameters: Calderdale, node: load.NewBare(), vault: v,
		intake: intake.New(v), random: newSource(o.Seed, 2), demand: 1, days: calendar.DaysBetween(opening, opening.AddMonths(o.Months)),
		claims: map[id.Receivable]*claim{}, financings: map[id.Financing]*loan{}, texts: map[[2]string][32]byte{},
	}
	e.agenda = make([][]func() error, e.days+1)
	e.told.rejections, e.told.rules, e.told.purchases = map[string]int{}, map[string]int{}, map[[2]id.Party]bool{}
	e.node.Entered = e.entered
	e.Currency, _ = money.ParseCurrency("EUR")
	e.cast = populate(o.Parties, &e.parameters, newSource(o.Seed, 1))
	e.clock()
	e.build()
	return e, e.built
}

// submit gives a command.
func (e *economy) submit(actor id.Actor, c book.Command) ([]book.Event, error) {
	return e.node.Submit(actor, "", c)
}

func (e *economy) keyed(actor id.Actor, _ string, c book.Command) ([]book.Event, error) {
	return e.submit(actor, c)
}

// give is submit while the world is built: the first refusal ends it.
func (e *economy) give(actor id.Actor, c book.Command) []book.Event {
	if e.built != nil {
		return nil
	}
	var events []book.Event
	events, e.built = e.submit(actor, c)
	return events
}

// try gives a command that the book may refuse: then nothing has happened, and the code is counted.
func (e *economy) try(actor id.Actor, c book.Command) (events []book.Event, accepted bool, err error) {
	events, err = e.submit(actor, c)
	var rejection *book.Rejection
	if errors.As(err, &rejection) {
		e.told.rejections[view.CommandName(c)+" "+rejection.Code]++
		return nil, false, nil
	}
	return events, err == nil, err
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
func (e *economy) text(kind, text string) [32]byte {
	key := [2]string{kind, text}
	reference, found := e.texts[key]
	if found {
		return reference
	}
	reference, err := e.intake.Store(context.Background(), kind, []byte(text))
	if err != nil && e.built == nil {
		e.built = err // live ends by it
	}
	e.texts[key] = reference
	return reference
}

// in enters what happens so many days from today, on the next day that is worked on; what lies beyond the end does not happen.
func (e *economy) in(days int, act func() error) {
	at := e.day + max(days, 0)
	for opening.AddDays(at).IsWeekend() {
		at++
	}
	if at < len(e.agenda) {
		e.agenda[at] = append(e.agenda[at], act)
	}
}

// clock moves the clock to the morning of the business date.
func (e *economy) clock() {
	epoch, _ := calendar.Of(1970, 1, 1)
	const day, morning = 86_400_000_000, 8 * 3_600_000_000 // microseconds
	e.node.Wait(int64(calendar.DaysBetween(epoch, e.Today))*day + morning)
}

// live goes through the days that are worked on: orders first, then what was entered for the day, in that order.
func (e *economy) live(progress func(day, days int)) error {
	for ; e.day < e.days; e.day++ {
		date := opening.AddDays(e.day)
		if date.IsWeekend() {
			continue
		}
		if e.day > 0 {
			e.Today = date
			e.clock()
			if _, err := e.submit(e.Maker, &book.OpenDay{Date: date}); err != nil {
				return err
			}
		}
		if err := e.orders(); err != nil {
			return err
		}
		for i := 0; i < len(e.agenda[e.day]); i++ {
			if err := e.agenda[e.day][i](); err != nil {
				return fmt.Errorf("%s: %w", date, err)
			}
		}
		e.agenda[e.day] = nil
		if progress != nil {
			progress(e.day+1, e.days)
		}
	}
	return e.built
}

// bytesMax bounds a document; the simulation writes them itself.
const bytesMax = 1 << 20

// send writes a document, reads it as any other file, and records it.
func (e *economy) send(s *paper.Sheet) ([]book.Event, error) {
	content := s.Bytes()
	read, err := reading.Read(s.Number+".xml", content, reading.Limits{BytesMax: bytesMax})
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", s.Kind, s.Number, err)
	}
	c, err := e.intake.PrepareReading(context.Background(), &read, content, "folder")
	if err != nil {
		return nil, err
	}
	events, _, err := e.try(e.Maker, c)
	return events, err
}
