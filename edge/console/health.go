package console

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"time"

	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/edge/view"
	"millrace/engine"
	"millrace/engine/delivery"
)

// Node is the process round the console, as far as the engine does not know it. Its method may be called from any goroutine.
type Node interface {
	State() NodeState
}

// NodeState is how that process is.
type NodeState struct {
	Version      string
	PaymentsHeld bool // no payment goes out until a person has reconciled the node with the bank
}

var healthRoutes = []route{{"GET /health", "/health", "health", showHealth}}

func init() { routes = append(routes, healthRoutes...) }

// The states of what a node stands on, in order of gravity. What is not known is no fault, and no good news either.
const (
	healthGood    = "in_order"
	healthUnknown = "not_known"
	healthLook    = "worth_a_look"
	healthBad     = "wrong"
)

// healthItem is one thing that a node stands on.
type healthItem struct {
	Area  string `json:"area"`
	Name  string `json:"name"`
	State string `json:"state"`
	Value string `json:"value"`
	Do    string `json:"what_to_do"`
	Path  string `json:"-"` // where it is done; "" for outside of the console
}

// healthArea are things that belong together.
type healthArea struct {
	Name  string
	Items []healthItem
}

// healthPage is how the node is, thing by thing, with what to do about it.
type healthPage struct {
	list
	Rows      []healthItem
	Areas     []healthArea
	Bad, Look int
	At        string
	w         wording
	now       int64 // by the system's clock, microseconds since the Unix epoch
}

// Urgent are the things that want somebody, the gravest first.
func (p *healthPage) Urgent() []healthItem {
	var urgent []healthItem
	for _, state := range []string{healthBad, healthLook} {
		for _, item := range p.Rows {
			if item.State == state {
				urgent = append(urgent, item)
			}
		}
	}
	return urgent
}

// Tone is the class of the note on top.
func (p *healthPage) Tone() string {
	switch {
	case p.Bad > 0:
		return "bad"
	case p.Look > 0:
		return "wait"
	}
	return "good"
}

func (p *healthPage) add(area, name, state, value, do, path string) {
	item := healthItem{Area: area, Name: name, State: state, Value: value, Path: path}
	switch state {
	case healthBad:
		p.Bad++
		item.Do = do
	case healthLook:
		p.Look++
		item.Do = do
	case healthUnknown:
		item.Do = do
	default:
		item.Path = ""
	}
	p.Rows = append(p.Rows, item)
	if last := len(p.Areas) - 1; last < 0 || p.Areas[last].Name != area {
		p.Areas = append(p.Areas, healthArea{Name: area})
	}
	last := &p.Areas[len(p.Areas)-1]
	last.Items = append(last.Items, item)
}

func showHealth(v *visit) (any, error) {
	p := &healthPage{w: v.w, now: time.Now().UnixMicro()}
	p.list, _ = v.list("System health", nil)
	p.At = view.Time(p.now)
	c, err := v.console.engine.Condition()
	if err != nil {
		return nil, err
	}
	p.files(&c)
	p.journal(&c)
	today, err := v.Date()
	if err != nil {
		return nil, err
	}
	p.days(&c, today, v.console.stage)
	if err := p.clerks(v); err != nil {
		return nil, err
	}
	if err := p.webhooks(v); err != nil {
		return nil, err
	}
	if err := p.alarms(v); err != nil {
		return nil, err
	}
	p.process(&c, v.console.node)
	p.end(v, "", len(p.Rows))
	return p, nil
}

// choose is the state by whether something is bad, or else worth a look.
func choose(bad, look bool) string {
	switch {
	case bad:
		return healthBad
	case look:
		return healthLook
	}
	return healthGood
}

// span is a time that has passed, in its largest unit.
func (p *healthPage) span(micros int64) string {
	d := time.Duration(max(micros, 0)) * time.Microsecond
	switch {
	case d > 0 && d < time.Second:
		return p.w.T("less than 1 s")
	case d < time.Minute:
		return p.w.T("%d s", int(d.Seconds()))
	case d < time.Hour:
		return p.w.T("%d min", int(d.Minutes()))
	case d < 48*time.Hour:
		return p.w.T("%d h", int(d.Hours()))
	}
	return p.w.Many(int64(d.Hours()/24), "day")
}

// since is how long ago something was; "never" for 0.
func (p *healthPage) since(at int64) string {
	if at == 0 {
		return p.w.T("never")
	}
	return p.w.T("%s ago", p.span(p.now-at))
}

// size prints bytes in decimal units, to one digit.
func size(bytes uint64) string {
	const kilo, mega, giga = 1_000, 1_000_000, 1_000_000_000
	tenths := func(unit uint64, name string) string {
		return fmt.Sprintf("%s.%d %s", grouped(bytes/unit), bytes%unit*10/unit, name)
	}
	switch {
	case bytes >= giga:
		return tenths(giga, "GB")
	case bytes >= mega:
		return tenths(mega, "MB")
	}
	return tenths(kilo, "kB")
}

const (
	diskLookShare = 10             // a disk is worth a look below a tenth
	lagLook       = 1_000          // entries
	lagBad        = 100_000        // entries
	backupLook    = 26 * time.Hour // a backup a day, and some time to make it
	backupBad     = 7 * 24 * time.Hour
	waitingLook   = 10_000 // commands
	behindLook    = 10_000 // entries that a webhook's receiver has not seen
)

func (p *healthPage) files(c *engine.Condition) {
	w, area := p.w, p.w.T("Storage")
	if len(c.Files) == 0 {
		p.add(area, w.T("Store"), healthLook, w.T("in memory only"), w.T("Everything is gone when the program ends: start the node with a data directory."), "")
	}
	var sum uint64
	for _, f := range c.Files {
		p.add(area, f.Name, healthGood, w.T("SQLite file, %s", size(uint64(f.Bytes))), "", "")
		sum += uint64(f.Bytes)
	}
	if c.Total == 0 {
		p.add(area, w.T("Free disk"), healthUnknown, w.T("The node has no disk that it could measure."), "", "")
		return
	}
	p.add(area, w.T("Free disk"), choose(c.DiskFull, c.Free < c.Total/diskLookShare || c.Free < sum/2), w.T("%s of %s, %d %%", size(c.Free), size(c.Total), int(c.Free*100/c.Total)),
		w.T("Give the disk more room or free some: below a fiftieth of it the node takes no commands."), "")
}

func (p *healthPage) journal(c *engine.Condition) {
	w, area := p.w, p.w.T("Journal and tables")
	p.add(area, w.T("Journal"), healthGood, w.T("Entry %s is the last, stamped %s.", grouped(c.Head.Sequence), shortTime(c.Stamped)), "", "")
	if c.Tables {
		lag := c.Head.Sequence - min(c.Watermark, c.Head.Sequence)
		p.add(area, w.T("Tables"), choose(lag > lagBad, lag > lagLook), w.T("%s entries behind the journal", grouped(lag)),
			w.T("Pages show less than is on record. If this grows, the disk is too slow or a write has failed: look into the node’s log, and start it again."), "")
		p.add(area, w.T("Snapshot"), choose(lag > lagBad, lag > lagLook), w.T("The tables are the snapshot: a start begins with entry %s, stamped %s.", grouped(c.Watermark), shortTime(c.Written)),
			w.T("A start takes longer the further it is behind."), "")
	} else {
		p.add(area, w.T("Tables"), healthUnknown, w.T("This node keeps none."), "", "")
	}
	p.add(area, w.T("Commands that wait"), choose(false, c.Waiting > waitingLook), grouped(c.Waiting), w.T("More comes in than the node decides: send less at a time, or give it a faster disk."), "")
	switch {
	case c.Restored:
		p.add(area, w.T("Commands"), healthBad, w.T("refused: the node was restored from a backup"), w.T("Reconcile it with the bank, then start it with --continue."), "")
	case c.ReadOnly:
		p.add(area, w.T("Commands"), healthLook, w.T("refused: the node is read-only"), w.T("It was opened to be looked at only. Open it to write where that is not meant."), "")
	case c.DiskFull:
		p.add(area, w.T("Commands"), healthBad, w.T("refused: the disk is nearly full"), w.T("Free some of it: commands are taken again by themselves."), "")
	default:
		p.add(area, w.T("Commands"), healthGood, w.T("commands are taken"), "", "")
	}
	if c.Backup == nil {
		p.add(area, w.T("Last backup"), healthLook, w.T("none that this node knows of"), w.T("Make one a day, also while the node runs, by the command millrace backup."), "")
	} else {
		age := time.Duration(p.now-c.Backup.At) * time.Microsecond
		p.add(area, w.T("Last backup"), choose(age > backupBad, age > backupLook), w.T("%s, up to entry %s", p.since(c.Backup.At), grouped(c.Backup.Sequence)), w.T("Make one a day, also while the node runs, by the command millrace backup."), "")
	}
	p.add(area, w.T("Standby"), healthUnknown, w.T("This node has none: what the last backup does not hold is lost with its disk."), "", "")
}

// shortTime prints a stamp to the second, in UTC.
func shortTime(at int64) string {
	if at == 0 {
		return "–"
	}
	return time.UnixMicro(at).UTC().Format("2006-01-02 15:04:05")
}

func (p *healthPage) days(c *engine.Condition, today calendar.Date, stage Stage) {
	w, area := p.w, p.w.T("Time")
	ahead := c.Stamped - c.Clock
	p.add(area, w.T("Clock"), choose(c.ClockStop || ahead > time.Minute.Microseconds(), ahead > 0), shortTime(c.Clock),
		w.T("It disagrees with the last entry’s stamp of %s. Set the machine’s clock right, and start the node again.", shortTime(c.Stamped)), "")
	if stage != nil {
		p.add(area, w.T("Business date"), healthGood, w.T("%s; a demo’s days go by their own clock", today.String()), "", "")
		p.add(area, w.T("The demo’s economy"), choose(stage.State().Stopped, false), map[bool]string{true: w.T("has stopped"), false: w.T("goes on, or is paused")}[stage.State().Stopped], w.T("The node’s log says why; start the demo again."), "")
		return
	}
	if today.IsZero() {
		p.add(area, w.T("Business date"), healthUnknown, w.T("No day was opened yet."), w.T("Open the first business day."), "")
		return
	}
	real, _ := calendar.Parse(time.UnixMicro(c.Clock).UTC().Format("2006-01-02"))
	behind := calendar.DaysBetween(today, real)
	p.add(area, w.T("Business date"), choose(behind > 4 || behind < -1, behind > 1 || behind < 0), w.T("%s; the calendar says %s", today.String(), real.String()),
		w.T("Open the business days that are missing: what falls due waits for them. One that lies ahead was opened too early."), "")
}

// clerkName is what a clerk is called.
func (p *healthPage) clerkName(v *visit, code string) (string, error) {
	w := p.w
	kind, of, found := strings.Cut(code, " ")
	if found {
		name, err := v.nameOf(of)
		return w.T("Bank connection of %s", name), err
	}
	switch kind {
	case "webhooks":
		return w.T("Sends webhooks"), nil
	case "screening":
		return w.T("Screens parties"), nil
	case "tax_bureau":
		return w.T("Asks the tax bureau"), nil
	case "payees":
		return w.T("Asks banks about payees"), nil
	case "digital_money":
		return w.T("Moves digital money"), nil
	case "set_off":
		return w.T("Proposes set-offs"), nil
	case "receipts":
		return w.T("Matches receipts"), nil
	}
	return w.Word(kind), nil
}

// nameOf is the name of a party by its printed id; the id itself where the caller does not see the party.
func (v *visit) nameOf(printed string) (string, error) {
	found, _, err := v.partiesOf(printed)
	if err != nil || len(found) != 1 {
		return printed, err
	}
	shown, err := v.Party(v.caller, found[0])
	if err != nil {
		return printed, err
	}
	return shown.Name, nil
}

func (p *healthPage) clerks(v *visit) error {
	w, area := p.w, p.w.T("Machines and clerks")
	all := v.console.engine.Clerks()
	if len(all) == 0 {
		p.add(area, w.T("All"), healthUnknown, w.T("No clerk runs in this process."), w.T("Receipts, set-offs, screening and webhooks wait until one does: serve the node with its bank connected."), "")
	}
	for _, c := range all {
		name, err := p.clerkName(v, c.Name)
		if err != nil {
			return err
		}
		value := w.T("last round %s, %s in all, every %s", p.since(c.Ended), grouped(c.Rounds), p.span(c.Interval.Microseconds()))
		if c.Failures > 0 {
			value += "; " + w.T("%s failed, the last %s: %s", grouped(c.Failures), p.since(c.Failed), c.Failure)
		}
		p.add(area, name, choose(c.Gone || c.Failing(), c.Late(p.now)), value, w.T("It tries again by itself. If that lasts: look into the node’s log, mend what the error names, and start the node again."), "")
	}
	return nil
}

func (p *healthPage) webhooks(v *visit) error {
	w, area := p.w, p.w.T("Webhooks")
	page, err := v.Webhooks(v.caller, view.Query{Limit: view.LimitMax})
	if err != nil {
		return err
	}
	waiting, err := v.console.deliveries.Wanted(v.request.Context(), 1<<62)
	if err != nil {
		return err
	}
	shown := 0
	for _, hook := range page.Items {
		if hook.State == "ended" {
			continue
		}
		shown++
		if err := p.webhook(v, &hook, waiting); err != nil {
			return err
		}
	}
	if shown == 0 {
		p.add(area, w.T("All"), healthGood, w.T("Nobody has opened one."), "", "")
	}
	return nil
}

func (p *healthPage) webhook(v *visit, hook *view.Webhook, waiting []delivery.Wanted) error {
	w := p.w
	wp := webhookPage{Webhook: *hook}
	of, err := id.Parse[id.Webhook](hook.ID)
	if err != nil {
		return err
	}
	if err := v.progressOf(of, &wp); err != nil {
		return err
	}
	asked := 0
	for _, wanted := range waiting {
		if wanted.Subscriber == of.Number() {
			asked++
		}
	}
	value := w.T("%s entries to look through, %s asked for again", grouped(wp.Behind), grouped(asked))
	if wp.Tries > 0 {
		value += "; " + w.T("the message in front was refused %s times", grouped(wp.Tries))
	}
	if hook.State == "paused" {
		value = w.T("paused") + "; " + value
	}
	p.add(w.T("Webhooks"), hook.ID, choose(hook.Cause == "failing" || hook.Cause == "gone", hook.State == "paused" || wp.Tries > 0 || wp.Behind > behindLook), value,
		w.T("See what its receiver has answered, have that mended, and send again."), "/webhooks/"+hook.ID)
	return nil
}

// alarmsBad are errands at which money or its proof stands still; the others want somebody, and no hurry.
var alarmsBad = []string{"in_doubt", "transfers_in_doubt"}

var alarmsLook = []string{"breaks", "unallocated", "alerts", "margin_calls", "late_recoveries"}

func (p *healthPage) alarms(v *visit) error {
	w, area := p.w, p.w.T("Alarms")
	names := slices.Concat(alarmsBad, alarmsLook)
	counts, err := v.Errands(v.caller, names...)
	if err != nil {
		return err
	}
	for i, name := range names {
		known, described := errands[name]
		if !described {
			continue
		}
		n := counts[name]
		p.add(area, w.T(known.name), choose(n > 0 && i < len(alarmsBad), n > 0), grouped(n), w.T(known.next), known.path)
	}
	return nil
}

func (p *healthPage) process(c *engine.Condition, node Node) {
	w, area := p.w, p.w.T("Process")
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	p.add(area, w.T("Running since"), healthGood, w.T("%s, for %s", shortTime(c.Opened), p.span(p.now-c.Opened)), "", "")
	p.add(area, w.T("Memory"), healthGood, w.T("%s from the system, %s of it in use", size(memory.Sys), size(memory.HeapAlloc)), "", "")
	if node == nil {
		p.add(area, w.T("Version"), healthUnknown, w.T("The process does not say."), "", "")
		return
	}
	state := node.State()
	p.add(area, w.T("Version"), healthGood, state.Version, "", "")
	p.add(area, w.T("Payments"), choose(state.PaymentsHeld, false), map[bool]string{true: w.T("held since the node was continued from a backup"), false: w.T("go out")}[state.PaymentsHeld],
		w.T("Reconcile the node with the bank, then start it with --release-payments."), "")
}
