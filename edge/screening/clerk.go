package screening

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/onboarding"
	"millrace/domain/party"
	"millrace/domain/screening"
	"millrace/edge/intake"
	"millrace/engine"
	"millrace/engine/table"
	"millrace/engine/vault"
)

// Options of NewClerk. Engine and Actor are required.
type Options struct {
	Engine *engine.Engine
	Actor  id.Actor // a machine of the operator
	Logger *slog.Logger
}

// Clerk screens all parties and the persons linked to them, beside the book, whenever lists have changed and once on every business date, and those
// that come or change in between as soon as they are on record.
// There must be one a node.
type Clerk struct {
	options Options
	intake  *intake.Intake

	round sync.Mutex // one round at a time; guards all below
	lists []screening.List
	index *Index
}

// slicePartiesMax is how many parties one command tells of, and slicesMax how many commands one round gives.
const (
	slicePartiesMax = 500
	slicesMax       = 20
)

// NewClerk gives a clerk.
func NewClerk(o Options) (*Clerk, error) {
	if o.Engine == nil || o.Actor == 0 {
		return nil, errors.New("screening: clerk without engine or actor")
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return &Clerk{options: o, intake: intake.New(o.Engine.Vault())}, nil
}

// Round goes on where the last run stands, or begins one where lists have changed or a day has passed since, and then screens parties that have come
// or changed since. It fails with the engine's
// errors only; a list that can't be read from the vault is logged, and nothing is screened without it.
func (c *Clerk) Round(ctx context.Context) error {
	c.round.Lock()
	defer c.round.Unlock()
	if c.options.Engine.ReadOnly() {
		return engine.ErrReadOnly
	}
	for range slicesMax {
		more, err := c.slice(ctx)
		if err != nil || !more {
			return err
		}
	}
	return ctx.Err()
}

// standing is what the tables say of screening.
type standing struct {
	lists   []screening.List // in force, ascending
	run     screening.Run    // the last one
	today   calendar.Date
	last    uint64     // number of the last party
	changed []id.Party // some that have changed since they were screened, ascending
}

// next is what is to be screened next: the rest of a run, a new one, or parties by name, of which From is 0; nil for nothing.
func (s *standing) next() *book.RecordScreening {
	command := &book.RecordScreening{From: 1}
	for i := range s.lists {
		command.Lists = append(command.Lists, s.lists[i].ID)
	}
	switch same := slices.Equal(s.run.Lists, command.Lists); {
	case same && (!s.run.Done || s.run.Date >= s.today && s.run.Through < s.last):
		command.From = s.run.Through + 1
	case same && s.run.Date >= s.today && len(s.changed) > 0:
		command.From = 0
		return command
	case same && s.run.Date >= s.today:
		return nil
	}
	command.Through = min(s.last, command.From+slicePartiesMax-1)
	return command
}

// slice screens one stretch of parties; more is false when nothing is left to do.
func (c *Clerk) slice(ctx context.Context) (more bool, err error) {
	v, err := c.options.Engine.Read(ctx, c.options.Engine.Head().Sequence)
	if err != nil {
		return false, fmt.Errorf("screening: %w", err)
	}
	defer func() { err = errors.Join(err, v.Close()) }()
	at, err := stand(ctx, v)
	if err != nil || len(at.lists) == 0 || at.last == 0 {
		return false, err
	}
	command := at.next()
	if command == nil {
		return false, nil
	}
	if command.Seen = v.Watermark; command.From == 0 {
		command.Parties = at.changed
	}
	if loaded, err := c.load(ctx, at.lists); err != nil || !loaded {
		return false, err
	}
	if err := c.screen(ctx, v, command); err != nil {
		return false, err
	}
	_, rejection, err := c.options.Engine.Submit(ctx, engine.Request{Actor: c.options.Actor, Command: command})
	if err != nil {
		return false, err
	}
	if rejection != nil {
		c.options.Logger.Warn("screening not recorded", "code", rejection.Code, "sentence", rejection.Sentence)
		return false, nil
	}
	return true, nil
}

// each reads the records of a query.
func each[R any](ctx context.Context, v *table.View, query string, arguments []any, yield func(*R)) error {
	found, err := v.Tx.QueryContext(ctx, query, arguments...)
	if err != nil {
		return fmt.Errorf("screening: %w", err)
	}
	defer found.Close()
	for found.Next() {
		var stored []byte
		var record R
		if err := found.Scan(&stored); err != nil {
			return fmt.Errorf("screening: %w", err)
		}
		if err := book.DecodeRecord(stored, &record); err != nil {
			return fmt.Errorf("screening: %w", err)
		}
		yield(&record)
	}
	return found.Err()
}

func stand(ctx context.Context, v *table.View) (standing, error) {
	var at standing
	err := errors.Join(
		each(ctx, v, "SELECT record FROM screening_list WHERE live = 1 ORDER BY number", nil, func(l *screening.List) { at.lists = append(at.lists, *l) }),
		each(ctx, v, "SELECT record FROM screening_run ORDER BY number DESC LIMIT 1", nil, func(r *screening.Run) { at.run = *r }),
		each(ctx, v, "SELECT record FROM clock", nil, func(k *book.Clock) { at.today = k.Date }),
		each(ctx, v, "SELECT record FROM party ORDER BY number DESC LIMIT 1", nil, func(p *party.Party) { at.last = p.ID.Number() }),
		each(ctx, v, "SELECT record FROM party WHERE unscreened = 1 ORDER BY number LIMIT ?", []any{screening.NamedMax}, func(p *party.Party) { at.changed = append(at.changed, p.ID) }),
	)
	return at, err
}

// load makes the index of the lists in force, unless it is made.
func (c *Clerk) load(ctx context.Context, lists []screening.List) (bool, error) {
	if c.index != nil && slices.EqualFunc(c.lists, lists, func(a, b screening.List) bool { return a.ID == b.ID }) {
		return true, nil
	}
	all := make([][]Entry, len(lists))
	for i := range lists {
		found, err := c.kept(ctx, lists[i].Stored, &all[i])
		if err != nil {
			return false, err
		}
		if !found {
			c.options.Logger.Error("a list in force can't be read from the vault", "list", lists[i].ID.String())
			return false, nil
		}
	}
	c.lists, c.index = lists, New(all...)
	return true, nil
}

// kept reads a row of the vault; found is false where it was erased or can't be read.
func (c *Clerk) kept(ctx context.Context, reference [32]byte, into any) (found bool, err error) {
	_, stored, err := c.options.Engine.Vault().Get(ctx, vault.Ref(reference))
	if errors.Is(err, vault.ErrNotFound) || errors.Is(err, vault.ErrDamaged) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return json.Unmarshal(stored, into) == nil, nil
}

// screen compares a stretch of parties and their persons with the lists, and adds the hits to the command. Where there are more hits than
// one command brings, the stretch ends before the party with which they would be too many.
func (c *Clerk) screen(ctx context.Context, v *table.View, command *book.RecordScreening) error {
	var parties []party.Party
	query, arguments := "SELECT record FROM party WHERE number BETWEEN ? AND ? ORDER BY number", []any{int64(command.From), int64(command.Through)}
	if len(command.Parties) > 0 {
		query, arguments = "SELECT record FROM party WHERE unscreened = 1 ORDER BY number LIMIT ?", []any{len(command.Parties)}
	}
	if err := each(ctx, v, query, arguments, func(p *party.Party) { parties = append(parties, *p) }); err != nil {
		return err
	}
	for i := range parties {
		p := &parties[i]
		subjects, hits, err := c.about(ctx, v, p)
		if err != nil {
			return err
		}
		if len(hits) > screening.HitsMax {
			c.options.Logger.Warn("a party is like more entries than are recorded", "party", p.ID.String(), "hits", len(hits))
			slices.SortStableFunc(hits, func(a, b screening.Hit) int { return int(b.Score) - int(a.Score) })
			hits = hits[:screening.HitsMax]
		}
		if len(command.Hits)+len(hits) > screening.HitsMax {
			if command.Parties = command.Parties[:min(i, len(command.Parties))]; command.From > 0 {
				command.Through = p.ID.Number() - 1
			}
			return nil
		}
		command.Subjects += subjects
		command.Hits = append(command.Hits, hits...)
	}
	return nil
}

// about screens a party and the persons linked to it.
func (c *Clerk) about(ctx context.Context, v *table.View, p *party.Party) (subjects uint32, hits []screening.Hit, err error) {
	var profile intake.Profile
	if found, err := c.kept(ctx, p.Profile, &profile); err != nil {
		return 0, nil, err
	} else if found && profile.Name != "" {
		s := Subject{Name: profile.Name, Countries: countriesOf(p.Country, profile.Country)}
		for _, one := range profile.Identifiers {
			s.Identifiers = append(s.Identifiers, one.Value)
		}
		subjects++
		if hits, err = c.search(ctx, hits, p.ID, party.Token{}, &s); err != nil {
			return 0, nil, err
		}
	}
	var file *onboarding.File
	if err := each(ctx, v, "SELECT record FROM onboarding_file WHERE party = ?", []any{int64(p.ID)}, func(f *onboarding.File) { file = f }); err != nil || file == nil {
		return subjects, hits, err
	}
	seen := map[[16]byte]bool{}
	for i := range file.Ties {
		t := &file.Ties[i]
		if t.Party != 0 || t.Until != 0 || seen[t.Person] {
			continue
		}
		seen[t.Person] = true
		var person intake.Person
		if found, err := c.kept(ctx, t.Profile, &person); err != nil {
			return 0, nil, err
		} else if !found {
			continue
		}
		s := Subject{Name: person.Name, Person: true, Born: person.Born, Countries: countriesOf(person.Countries...)}
		for _, one := range person.Identifiers {
			s.Identifiers = append(s.Identifiers, one.Value)
		}
		subjects++
		if hits, err = c.search(ctx, hits, p.ID, t.Person, &s); err != nil {
			return 0, nil, err
		}
	}
	return subjects, hits, nil
}

// countriesOf lists codes of countries, each once.
func countriesOf(codes ...string) []string {
	var all []string
	for _, c := range codes {
		if c != "" && !slices.Contains(all, c) {
			all = append(all, c)
		}
	}
	return all
}

// search adds the hits of one subject.
func (c *Clerk) search(ctx context.Context, hits []screening.Hit, p id.Party, person party.Token, s *Subject) ([]screening.Hit, error) {
	from := screening.ScoreMax
	for i := range c.lists {
		from = min(from, int(c.lists[i].Threshold))
	}
	for _, found := range c.index.Search(s, from) {
		l := &c.lists[found.List]
		if found.Score < int(l.Threshold) {
			continue
		}
		e := found.Entry
		details, err := json.Marshal(details{s.Name, found.Name, e.Names, e.Key, e.Born, e.Countries, e.Note})
		if err != nil {
			return nil, err
		}
		h := screening.Hit{
			Party: p, Person: person, List: l.ID, Listed: c.intake.ScreeningToken("entry", l.Name, e.Key), Listing: c.intake.ScreeningToken("listing", e.said()...),
			Subject: c.intake.ScreeningToken("subject", s.said()...), Score: int16(found.Score), Why: found.Why,
		}
		if h.Details, err = c.intake.Store(ctx, intake.KindHit, details); err != nil {
			return nil, err
		}
		hits = append(hits, h)
	}
	return hits, nil
}

// details are what a person is shown of a hit.
type details struct {
	Subject   string   `json:"subject"`
	Name      string   `json:"name"`
	Names     []string `json:"names,omitempty"`
	Key       string   `json:"key"`
	Born      []string `json:"born,omitempty"`
	Countries []string `json:"countries,omitempty"`
	Note      string   `json:"note,omitempty"`
}

// said is all that an entry says, but for its note, in whatever order its list says it.
func (e *Entry) said() []string {
	return []string{inOrder(e.Names), inOrder(e.Born), inOrder(e.Countries), inOrder(e.Identifiers)}
}

func inOrder(texts []string) string { return strings.Join(slices.Sorted(slices.Values(texts)), "\n") }

// said is all that is known of a subject.
func (s *Subject) said() []string {
	return []string{s.Name, s.Born, inOrder(s.Countries), inOrder(s.Identifiers)}
}

// Prepare makes the command that imports a list: its entries are in the vault before it returns. published counts where the file doesn't
// say when it was.
func Prepare(ctx context.Context, n *intake.Intake, name string, kind screening.Kind, threshold int16, content []byte, hash [32]byte, published calendar.Date) (*book.RecordScreeningList, error) {
	l, err := Read(content)
	if err != nil {
		return nil, err
	}
	encoded, err := json.Marshal(l.Entries)
	if err != nil {
		return nil, err
	}
	if l.Published == 0 {
		l.Published = published
	}
	c := &book.RecordScreeningList{Name: name, List: kind, Hash: hash, Published: l.Published, Entries: uint32(len(l.Entries)), Threshold: threshold}
	c.Stored, err = n.Store(ctx, intake.KindList, encoded)
	return c, err
}

// Run makes a round at every interval until ctx ends or the engine stops, and returns why.
func (c *Clerk) Run(ctx context.Context, interval time.Duration) error {
	return c.options.Engine.Every(ctx, "screening", interval, c.Round, func(err error) {
		c.options.Logger.Error("round of screening", "cause", err)
	})
}
