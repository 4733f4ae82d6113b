package main

import (
	"context"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/edge/bank/folder"
	"millrace/edge/console"
	"millrace/edge/productfile"
	lists "millrace/edge/screening"
	"millrace/lab/economy"
	"millrace/lab/load"
	"millrace/products"
)

// demoGrown is what the summary says of the economy that has grown round the story.
type demoGrown struct {
	Parties   int    `json:"parties"`
	Months    int    `json:"months"`
	Seed      uint64 `json:"seed"`
	Until     string `json:"until"`
	Documents int    `json:"documents"`
	Entries   uint64 `json:"entries"`
	Invoices  int    `json:"invoices"`
	Financed  int    `json:"financed"`
	Volume    string `json:"financed_volume"`
	Early     int    `json:"paid_early"`
	Breaches  int    `json:"breaches"`
	Seconds   string `json:"seconds"`
}

// economyOptions are those of a run with what comes with the program.
func economyOptions(parties, months int, seed uint64) (economy.Options, error) {
	o := economy.Options{Parties: parties, Months: months, Seed: seed}
	if err := o.Validate(); err != nil {
		return o, usage{err}
	}
	content, _ := products.File("dynamic-discounting")
	terms, problems := productfile.Read(content)
	if len(problems) > 0 {
		return o, errors.New("the product of dynamic discounting can't be read")
	}
	o.Early = &terms
	return o, nil
}

// grow lets an economy grow on the node of the story, round it and after it.
func (s *story) grow(o economy.Options) error {
	began := time.Now()
	o.Host = &economy.Host{
		Engine: s.engine, Now: s.clock.now, Morning: s.clock.reach, Operator: s.operator, Actor: s.maker, Name: s.names[s.operator],
		Evening: s.endBankDay,
	}
	e, err := economy.New(o)
	if err != nil {
		return err
	}
	s.living = e
	if err := s.screenAll(); err != nil {
		return err
	}
	if err := s.tell("economy", "%d parties begin to trade: anchors, three tiers of suppliers, distributors, warehouses and funders; they live through %d months", o.Parties, o.Months); err != nil {
		return err
	}
	bar := newGrowing(s.quiet)
	if err := e.Grow(bar.at); err != nil {
		return err
	}
	bar.end()
	s.host, s.date = o.Host, e.Date()
	r, err := e.Result()
	if err != nil {
		return err
	}
	if r.Breaches > 0 {
		return fmt.Errorf("the auditor has found %d breaches in what has grown", r.Breaches)
	}
	s.summary.Grown = &demoGrown{
		Parties: r.Parties, Months: r.Months, Seed: r.Seed, Until: r.Until, Documents: r.Documents, Entries: r.Entries, Invoices: r.Invoices, Financed: r.Financed,
		Volume: r.Volume.String(), Early: r.Early, Breaches: r.Breaches, Seconds: fmt.Sprintf("%.1f", time.Since(began).Seconds()),
	}
	return s.tell("economy", "%d documents, %d invoices over %s, %d financed with %s; %.1f %% paid late, %d defaults; every desk has its work before it",
		r.Documents, r.Invoices, r.Billed, r.Financed, r.Volume, r.LatePercent, r.Defaults)
}

// live lets the economy live on to noon of a business day on or after a date.
func (s *story) live(date calendar.Date) error {
	for s.date < date || !s.living.Afternoon() {
		if err := s.living.Turn(); err != nil {
			return err
		}
		s.date = s.living.Date()
	}
	return nil
}

// noon is where the story ends: compliance has new alerts, and what came in this morning is on the list of breaks, with suggestions. From here on the
// node goes on with the bank by itself.
func (s *story) noon() error {
	if s.living == nil {
		return nil
	}
	s.host.Evening = nil
	if err := s.suspect(s.living); err != nil {
		return err
	}
	_, err := s.match()
	return err
}

// nameBank writes down whose bank is behind the folder, now that there are other custodians.
func (s *story) nameBank() error {
	config := fmt.Sprintf(`{"sender": "Millrace demo", "bic": %q, "other_accounts": "sandbox", "custodian": %q}`+"\n", demoBIC, s.party("oderwerder"))
	return demoFiles.Put(filepath.Join(s.bankFolder, folder.ConfigFile), []byte(config))
}

// growing shows how far an economy has grown: to a person as a bar, else as a line a month.
type growing struct {
	person, quiet bool
	last          time.Time
	month         calendar.Date // of the last line
}

func newGrowing(quiet bool) *growing {
	info, err := os.Stderr.Stat()
	return &growing{person: err == nil && info.Mode()&os.ModeCharDevice != 0, quiet: quiet}
}

// barWidth is how many characters the bar has.
const barWidth = 30

func (g *growing) at(p economy.Progress) {
	month, _ := calendar.Of(p.Date.Year(), int(p.Date.Month()), 1)
	switch {
	case g.person:
		if time.Since(g.last) < 100*time.Millisecond {
			return
		}
		g.last = time.Now()
		done := barWidth * p.Day / max(p.Days, 1)
		fmt.Fprintf(os.Stderr, "\r[%-*s] %3d %%  %04d-%02d  %7d documents  %8d entries ", barWidth, bars[:done], 100*p.Day/max(p.Days, 1), p.Date.Year(), p.Date.Month(), p.Documents, p.Entries)
	case !g.quiet && month != g.month:
		g.month = month
		fmt.Fprintf(os.Stderr, "%04d-%02d: %d documents, %d entries\n", p.Date.Year(), p.Date.Month(), p.Documents, p.Entries)
	}
}

var bars = "##############################"

func (g *growing) end() {
	if g.person && !g.last.IsZero() {
		fmt.Fprintf(os.Stderr, "\r%*s\r", barWidth+70, "")
	}
}

// scenesDesk names the people of the scenes.
const scenesDesk = "Scenes"

// scenePerson is one of the cast of the scenes, with the key that was made for it; nil for none.
type scenePerson struct {
	console.StagePerson
	private ed25519.PrivateKey
}

// ensemble is everybody who acts in the scenes, by firm.
func (s *story) ensemble() []scenePerson {
	var all []scenePerson
	for _, key := range slices.Sorted(maps.Keys(s.actors)) {
		firm, role, found := strings.Cut(key, " ")
		if !found {
			continue
		}
		one := scenePerson{StagePerson: console.StagePerson{Actor: s.actors[key], Name: "Desk of the " + strings.ReplaceAll(role, "_", " "), Desk: scenesDesk, Firm: s.names[s.party(firm)]}}
		for _, signer := range s.signatories[s.party(firm)] {
			if signer.actor == one.Actor {
				one.private, one.Signs = signer.private, true
			}
		}
		all = append(all, one)
	}
	return all
}

// The paces of a living demo: a business day takes so long.
var paces = []time.Duration{2 * time.Minute, time.Minute, 30 * time.Second, 20 * time.Second, 10 * time.Second, 5 * time.Second, 2 * time.Second, time.Second}

// living lets an economy go on, turn by turn, at the pace that a person chooses.
type living struct {
	economy *economy.Economy
	scenes  []scenePerson // the cast of the scenes, never changed

	mutex   sync.Mutex
	pace    time.Duration // of a business day; guarded by mutex
	paused  bool          // guarded by mutex
	stopped error         // why it has ended; guarded by mutex
	next    time.Time     // of the next turn; guarded by mutex
	wake    chan struct{}
}

// speedUsual is the speed at which a demo begins that was started paused, and is played.
const speedUsual = 6

// newLiving takes an economy on; a pace of 0 is paused.
func newLiving(s *story, pace time.Duration) *living {
	l := &living{economy: s.living, scenes: s.ensemble(), pace: pace, paused: pace == 0, wake: make(chan struct{}, 1)}
	if l.paused {
		l.pace = paceOf(speedUsual)
	}
	l.next = time.Now().Add(l.pace / 2)
	return l
}

// run lives until ctx ends.
func (l *living) run(ctx context.Context) {
	for {
		l.mutex.Lock()
		wait := time.Until(l.next)
		resting := l.paused || l.stopped != nil
		if !resting && wait <= 0 {
			l.turn()
			wait = time.Until(l.next)
		}
		l.mutex.Unlock()
		if resting {
			wait = time.Hour
		}
		timer := time.NewTimer(max(wait, time.Millisecond))
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-l.wake:
		case <-timer.C:
		}
		timer.Stop()
	}
}

// turn lives through half a day. The mutex is held.
func (l *living) turn() {
	l.next = time.Now().Add(l.pace / 2)
	if err := l.economy.Turn(); err != nil {
		l.stopped = err
		slog.Error("the demo's economy has stopped", "cause", err)
	}
}

// State is what the console shows of the demo.
func (l *living) State() console.StageState {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	s := console.StageState{Paused: l.paused, Stopped: l.stopped != nil, Pace: l.pace, Afternoon: l.economy.Afternoon(), Fastest: l.pace <= paces[len(paces)-1], Slowest: l.pace >= paces[0]}
	if !l.paused {
		s.Left = max(time.Until(l.next), 0)
	}
	return s
}

// Give carries out what a person wants of the pace; false for what there is not.
func (l *living) Give(act string) bool {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	switch act {
	case "pause":
		l.paused = true
	case "play":
		l.paused, l.next = false, time.Now().Add(l.pace/2)
	case "faster":
		l.change(1)
	case "slower":
		l.change(-1)
	case "day":
		for range 2 {
			if l.stopped == nil {
				l.turn()
			}
		}
	default:
		return false
	}
	select {
	case l.wake <- struct{}{}:
	default:
	}
	return true
}

// change takes the next pace in a direction.
func (l *living) change(by int) {
	at := len(paces) - 1
	for at > 0 && paces[at] < l.pace {
		at--
	}
	l.pace = paces[min(max(at+by, 0), len(paces)-1)]
	l.next = time.Now().Add(l.pace / 2)
}

// People are those through whose eyes a person may look.
func (l *living) People() []console.StagePerson {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	var all []console.StagePerson
	for _, desk := range economy.Desks {
		for _, p := range l.economy.People() {
			if p.Desk == desk {
				all = append(all, console.StagePerson{Actor: p.Actor, Name: p.Name, Desk: p.Desk, Firm: p.Firm, Signs: p.Key != ""})
			}
		}
	}
	for i := range l.scenes {
		all = append(all, l.scenes[i].StagePerson)
	}
	return all
}

// Key is the signing key of a person, as a PEM file; nil for one who signs nothing. Keys of the demo are no secret.
func (l *living) Key(actor id.Actor) []byte {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	for _, p := range l.economy.People() {
		if p.Actor == actor && p.Key != "" {
			return pemOf(load.PrivateKey(p.Key))
		}
	}
	for _, p := range l.scenes {
		if p.Actor == actor && p.private != nil {
			return pemOf(p.private)
		}
	}
	return nil
}

// pemOf is a private key as a PEM file.
func pemOf(private ed25519.PrivateKey) []byte {
	encoded, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return nil
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: encoded})
}

// screenAll has everybody who has come on board compared with the lists: rules refer who was not.
func (s *story) screenAll() error {
	clerk, err := lists.NewClerk(lists.Options{Engine: s.engine, Actor: s.maker})
	if err != nil {
		return err
	}
	for before := uint64(0); before != s.engine.Head().Sequence; { // until a round adds nothing
		before = s.engine.Head().Sequence
		if err := clerk.Round(s.ctx); err != nil {
			return err
		}
	}
	return nil
}

// suspect imports a version of the list that names two firms much like ones that trade here: compliance has their alerts before it.
func (s *story) suspect(e *economy.Economy) error {
	content, named := watchedNames[1], 0
	for i, p := range slices.Backward(e.People()) { // of those who sell little: until somebody has looked, all that they ask for is referred
		if p.Desk != economy.SellerDesk || i%3 != 0 || named == 2 {
			continue
		}
		named++
		content += fmt.Sprintf("D-07%02d,false,%s FZE|%[2]s,,AE,,shipped under a false flag\n", named, strings.TrimSuffix(p.Firm, " GmbH"))
	}
	opened, err := s.compare(content)
	if err != nil {
		return err
	}
	return s.tell("screening", "version 3 of list %q: %d of those who trade are named like an entry; compliance has the alerts before it", watchedList, len(opened))
}
