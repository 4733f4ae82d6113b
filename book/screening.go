package book

import (
	"slices"

	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/party"
	"millrace/domain/screening"
)

func init() {
	registerCommand(func() act { return &RecordScreeningList{} })
	registerCommand(func() act { return &RecordScreening{} })
	registerCommand(func() act { return &DecideAlert{} })
	registerEvent(func() fact { return &ScreeningListRecorded{} })
	registerEvent(func() fact { return &Screened{} })
	registerEvent(func() fact { return &AlertOpened{} })
	registerEvent(func() fact { return &AlertMoved{} })
	permitted[commandRecordScreeningList] = party.Operator | party.Compliance
	permitted[commandRecordScreening] = party.Operator | party.Compliance
	permitted[commandDecideAlert] = party.Operator | party.Compliance
	tables[tableScreeningList] = held("screening_list", func(b *Book) *shelf[screening.List] { return &b.lists },
		[]Column{ind("name", Text), col("kind", Text), col("live", Integer)},
		func(r *screening.List) []any { return []any{r.Name, r.Kind.String(), flag(r.Live)} })
	tables[tableScreeningRun] = held("screening_run", func(b *Book) *shelf[screening.Run] { return &b.runs },
		[]Column{col("date", Integer), col("done", Integer)}, func(r *screening.Run) []any { return []any{int64(r.Date), flag(r.Done)} })
	tables[tableScreeningAlert] = held("screening_alert", func(b *Book) *shelf[screening.Alert] { return &b.alerts },
		[]Column{ind("party", Integer), ind("state", Text), col("list", Integer), col("score", Integer)},
		func(r *screening.Alert) []any {
			return []any{int64(r.Hit.Party), r.State.String(), int64(r.Hit.List), int64(r.Hit.Score)}
		})
}

// hitPair is a subject and an entry, whatever the version of the list.
type hitPair struct {
	party  id.Party
	person [16]byte
	listed [16]byte
}

// RecordScreeningList puts a version of a list on record; from now on all is screened against it, and no longer against the one before.
type RecordScreeningList struct {
	Name      string          `cbor:"1,keyasint"`
	List      screening.Kind  `cbor:"2,keyasint"`
	Hash      [32]byte        `cbor:"3,keyasint"` // SHA-256 of the file
	Stored    party.Reference `cbor:"4,keyasint"` // its entries, in the vault
	Published calendar.Date   `cbor:"5,keyasint"`
	Entries   uint32          `cbor:"6,keyasint"`
	Threshold int16           `cbor:"7,keyasint,omitempty"` // 1 to 1000; 0: that of its kind
}

// Kind names the stored form.
func (*RecordScreeningList) Kind() uint16 { return commandRecordScreeningList }

func (c *RecordScreeningList) decide(d *draft) *Rejection {
	if c.Name == "" || len(c.Name) > screening.ListNameMax || c.List.String() == "" || c.Hash == [32]byte{} || c.Stored == (party.Reference{}) ||
		c.Published <= 0 || c.Entries == 0 || c.Threshold < 0 || c.Threshold > screening.ScoreMax {
		return reject("list_invalid", "name", "a list has a name of 1 to %d bytes, a kind, a hash, a date, entries in the vault, and a threshold of 1 to %d", screening.ListNameMax, screening.ScoreMax)
	}
	version := uint32(1)
	if was := d.lists.at(d.listOf[c.Name].Number()); was != nil {
		if was.Hash == c.Hash {
			return reject("list_known", "hash", "version %d of list %q is this file", was.Version, was.Name)
		}
		if was.Kind != c.List {
			return reject("list_invalid", "kind", "list %q is one of %s", was.Name, was.Kind)
		}
		if c.Published < was.Published {
			return reject("list_older", "published", "version %d of list %q is of %s", was.Version, was.Name, was.Published)
		}
		version = was.Version + 1
	}
	threshold := c.Threshold
	if threshold == 0 {
		threshold = screening.ThresholdOf(c.List)
	}
	d.emit(&ScreeningListRecorded{List: screening.List{
		ID: id.Make[id.ScreeningList](d.shard, d.number(tableScreeningList, d.lists.count)), Name: c.Name, Kind: c.List, Version: version, Hash: c.Hash, Stored: c.Stored,
		Published: c.Published, Entries: c.Entries, Threshold: threshold, Recorded: d.today(), Actor: d.header.Actor, Live: true,
	}})
	return nil
}

// RecordScreening says what came of comparing a stretch of parties, and the persons linked to them, with all lists in force. Stretches of
// one run follow one another; a run begins anew when lists have changed, and one that was done goes on with parties that came after it. Beside
// runs, parties are screened by name that have changed since. A pair that was cleared stays so while both sides are the same.
type RecordScreening struct {
	Lists    []id.ScreeningList `cbor:"1,keyasint"` // all that are in force, ascending
	From     uint64             `cbor:"2,keyasint"` // number of the first party
	Through  uint64             `cbor:"3,keyasint"` // and of the last
	Subjects uint32             `cbor:"4,keyasint"` // parties and persons that were compared
	Hits     []screening.Hit    `cbor:"5,keyasint,omitempty"`
	Parties  []id.Party         `cbor:"220,keyasint,omitempty"` // ascending, beside runs: From and Through are 0
	Seen     uint64             `cbor:"221,keyasint,omitempty"` // entry up to which the records were read; 0: all that there are
}

// Kind names the stored form.
func (*RecordScreening) Kind() uint16 { return commandRecordScreening }

func (c *RecordScreening) decide(d *draft) *Rejection {
	if len(c.Lists) == 0 || !slices.Equal(c.Lists, d.listsLive()) {
		return reject("screening_stale", "lists", "these are not the lists in force")
	}
	if len(c.Parties) > 0 {
		return c.named(d)
	}
	last := d.runs.at(d.runs.count)
	same := last != nil && slices.Equal(last.Lists, c.Lists)
	fresh := !same || last.Done && c.From == 1
	from := uint64(1)
	if !fresh {
		from = last.Through + 1
	}
	if c.From != from || c.Through < c.From || c.Through > d.parties.count {
		return reject("screening_order", "from", "the next stretch of parties begins at %d, and there are %d", from, d.parties.count)
	}
	if rejection := c.sound(func(p id.Party) bool { return p.Number() >= c.From && p.Number() <= c.Through }); rejection != nil {
		return rejection
	}
	run := &Screened{Run: d.runs.count, Through: c.Through, Subjects: c.Subjects, Done: c.Through == d.parties.count, Seen: c.Seen}
	if fresh {
		run.Run, run.Lists, run.Date = d.runs.count+1, c.Lists, d.today()
	}
	run.Hits = d.alert(c.Hits)
	d.emit(run)
	return nil
}

// named records the screening of parties beside runs.
func (c *RecordScreening) named(d *draft) *Rejection {
	if len(c.Parties) > screening.NamedMax || c.From != 0 || c.Through != 0 {
		return reject("screening_invalid", "parties", "beside a run up to %d parties are screened by name", screening.NamedMax)
	}
	for i, p := range c.Parties {
		if d.parties.at(p.Number()) == nil || i > 0 && p <= c.Parties[i-1] {
			return reject("screening_invalid", "parties", "parties that are screened are on record, ascending, each once")
		}
	}
	if rejection := c.sound(func(p id.Party) bool { return slices.Contains(c.Parties, p) }); rejection != nil {
		return rejection
	}
	d.emit(&Screened{Parties: c.Parties, Subjects: c.Subjects, Seen: c.Seen, Hits: d.alert(c.Hits)})
	return nil
}

// sound refuses hits that are not of the parties that were screened, or not of a list in force.
func (c *RecordScreening) sound(screened func(id.Party) bool) *Rejection {
	if len(c.Hits) > screening.HitsMax {
		return reject("screening_invalid", "hits", "one stretch brings %d hits at most", screening.HitsMax)
	}
	for i := range c.Hits {
		h := &c.Hits[i]
		if !screened(h.Party) || !slices.Contains(c.Lists, h.List) || h.Listed == [16]byte{} || h.Score < 1 || h.Score > screening.ScoreMax {
			return reject("screening_invalid", "hits", "a hit is of a party of the stretch and an entry of a list in force, with a score of 1 to %d", screening.ScoreMax)
		}
	}
	return nil
}

// alert opens alerts for hits that are new, or of which a side has changed, and tells how many.
func (d *draft) alert(hits []screening.Hit) uint32 {
	opened, seen := uint32(0), map[hitPair]bool{}
	for i := range hits {
		h := &hits[i]
		pair := hitPair{h.Party, h.Person, h.Listed}
		if seen[pair] {
			continue
		}
		seen[pair] = true
		if was := d.alerts.at(d.alertOf[pair].Number()); was != nil && (was.Stands() || was.Hit.Listing == h.Listing && was.Hit.Subject == h.Subject) {
			continue
		}
		d.emit(&AlertOpened{Alert: screening.Alert{
			ID: id.Make[id.ScreeningAlert](d.shard, d.number(tableScreeningAlert, d.alerts.count)), Hit: *h, State: screening.Open, Opened: d.today(),
		}})
		opened++
	}
	return opened
}

// listsLive are the lists in force, ascending.
func (b *Book) listsLive() []id.ScreeningList {
	var live []id.ScreeningList
	for n := uint64(1); n <= b.lists.count; n++ {
		if l := b.lists.at(n); l.Live {
			live = append(live, l.ID)
		}
	}
	return live
}

// Verdict is what a person says of an alert.
type Verdict uint8

// The verdicts.
const (
	FalsePositive Verdict = 1 + iota
	TrueMatch
)

// DecideAlert is a person's word on an alert. One clears a false positive; a true match takes two. Once the second one has confirmed it the
// party is suspended, and so is what it or the person owns or controls, and all that is about to be paid to them is withheld. What two have confirmed two must take back.
type DecideAlert struct {
	Alert   id.ScreeningAlert `cbor:"1,keyasint"`
	Verdict Verdict           `cbor:"2,keyasint"`
	Reason  party.Reference   `cbor:"3,keyasint"` // in the vault
}

// Kind names the stored form.
func (*DecideAlert) Kind() uint16 { return commandDecideAlert }

func (c *DecideAlert) decide(d *draft) *Rejection {
	a := d.alerts.at(c.Alert.Number())
	if a == nil {
		return reject("alert_unknown", "alert", "there is no alert %s", c.Alert)
	}
	if c.Verdict != FalsePositive && c.Verdict != TrueMatch {
		return reject("decision_invalid", "verdict", "an alert is a false positive or a true match")
	}
	if a.State == screening.Cleared || a.State == screening.Confirmed && c.Verdict == TrueMatch && !a.Doubted {
		return reject("alert_state", "alert", "alert %s is %s", a.ID, a.State)
	}
	if c.Reason == (party.Reference{}) {
		return reject("reason_missing", "reason", "say what the decision rests on")
	}
	moved := &AlertMoved{Alert: a.ID, First: a.First, Decider: d.header.Actor, Reason: c.Reason, Date: d.today()}
	switch {
	case a.State == screening.Open && c.Verdict == FalsePositive:
		moved.State = screening.Cleared
	case a.State == screening.Open:
		moved.State, moved.First = screening.TakenForTrue, d.header.Actor
	case a.State == screening.TakenForTrue, a.Doubted:
		if rejection := d.second(a.First); rejection != nil {
			return rejection
		}
		moved.State = screening.Cleared
		if c.Verdict == TrueMatch {
			moved.State = screening.Confirmed
		}
	default: // confirmed, and now the first one says that it is not
		moved.State, moved.First, moved.Doubted = screening.Confirmed, d.header.Actor, true
	}
	d.emit(moved)
	switch {
	case moved.State == screening.TakenForTrue:
		d.suspect(a.Hit.Party, screening.ByAlert, a.ID)
	case moved.State == screening.Confirmed && a.State != screening.Confirmed:
		d.suspend(a.Hit.Party, c.Reason)
		d.suspendOwned(subjectOf(a.Hit.Party, a.Hit.Person), c.Reason)
	}
	return nil
}

// ScreeningListRecorded says that a version of a list is in force.
type ScreeningListRecorded struct {
	List screening.List `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*ScreeningListRecorded) Kind() uint16 { return eventScreeningListRecorded }

func (e *ScreeningListRecorded) fold(b *Book) {
	if was := b.lists.at(b.listOf[e.List.Name].Number()); was != nil {
		was.Live = false
		b.touched(tableScreeningList, was.ID.Number(), &was.Entry)
	}
	number := e.List.ID.Number()
	b.screenedTo = 0
	b.lists.add(number, e.List)
	b.indexList(b.lists.at(number))
	b.touched(tableScreeningList, number, &b.lists.at(number).Entry)
}

// indexList: listOf, from table screening_list.
func (b *Book) indexList(l *screening.List) {
	if l.Live {
		b.listOf[l.Name] = l.ID
	}
}

// Screened says that a stretch of parties was compared with all lists in force.
type Screened struct {
	Run      uint64             `cbor:"1,keyasint"`
	Lists    []id.ScreeningList `cbor:"2,keyasint,omitempty"` // of a run that begins
	Date     calendar.Date      `cbor:"3,keyasint,omitempty"` // likewise
	Through  uint64             `cbor:"4,keyasint"`
	Subjects uint32             `cbor:"5,keyasint"`
	Hits     uint32             `cbor:"6,keyasint,omitempty"` // new alerts
	Done     bool               `cbor:"7,keyasint,omitempty"`
	Parties  []id.Party         `cbor:"220,keyasint,omitempty"` // beside runs; then Run and Through are 0
	Seen     uint64             `cbor:"221,keyasint,omitempty"` // entry up to which the records were read; 0: all before
}

// Kind names the stored form.
func (*Screened) Kind() uint16 { return eventScreened }

func (e *Screened) fold(b *Book) {
	for _, p := range e.Parties {
		b.compared(p.Number(), e.Seen)
	}
	if e.Run == 0 {
		return
	}
	if e.Run > b.runs.count {
		b.runs.add(e.Run, screening.Run{Number: e.Run, Lists: e.Lists, Date: e.Date})
	}
	r := b.runs.at(e.Run)
	for n := r.Through + 1; n <= e.Through; n++ {
		b.compared(n, e.Seen)
	}
	r.Through, r.Subjects, r.Hits, r.Done = e.Through, r.Subjects+uint64(e.Subjects), r.Hits+uint64(e.Hits), e.Done
	b.indexRun(r)
	b.touched(tableScreeningRun, e.Run, &r.Entry)
}

// compared notes that a party was screened as it was on record at an entry; 0: as it is.
func (b *Book) compared(number, seen uint64) {
	if p := b.parties.at(number); p.Unscreened && (seen == 0 || p.Entry <= seen) {
		p.Unscreened = false
		b.touched(tableParty, number, &p.Entry)
	}
}

// indexRun: screenedTo, from tables screening_run and screening_list.
func (b *Book) indexRun(r *screening.Run) {
	if slices.Equal(r.Lists, b.listsLive()) {
		b.screenedTo = max(b.screenedTo, r.Through)
	}
}

// AlertOpened says that a subject is like an entry of a list.
type AlertOpened struct {
	Alert screening.Alert `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*AlertOpened) Kind() uint16 { return eventAlertOpened }

func (e *AlertOpened) fold(b *Book) {
	number := e.Alert.ID.Number()
	b.alerts.add(number, e.Alert)
	b.indexAlert(b.alerts.at(number))
	b.touched(tableScreeningAlert, number, &b.alerts.at(number).Entry)
}

// AlertMoved says what persons have decided on an alert.
type AlertMoved struct {
	Alert   id.ScreeningAlert    `cbor:"1,keyasint"`
	State   screening.AlertState `cbor:"2,keyasint"`
	First   id.Actor             `cbor:"3,keyasint,omitempty"`
	Decider id.Actor             `cbor:"4,keyasint"`
	Reason  party.Reference      `cbor:"5,keyasint"`
	Date    calendar.Date        `cbor:"6,keyasint"`
	Doubted bool                 `cbor:"7,keyasint,omitempty"`
}

// Kind names the stored form.
func (*AlertMoved) Kind() uint16 { return eventAlertMoved }

func (e *AlertMoved) fold(b *Book) {
	a := b.alerts.at(e.Alert.Number())
	b.countHit(a, -1)
	a.State, a.First, a.Decider, a.Reason, a.Decided, a.Doubted = e.State, e.First, e.Decider, e.Reason, e.Date, e.Doubted
	b.countHit(a, 1)
	b.touched(tableScreeningAlert, e.Alert.Number(), &a.Entry)
}

// indexAlert: alertOf and hitsOf, from table screening_alert.
func (b *Book) indexAlert(a *screening.Alert) {
	b.alertOf[hitPair{a.Hit.Party, a.Hit.Person, a.Hit.Listed}] = a.ID
	b.countHit(a, 1)
}

// countHit: hitsOf and struck, from table screening_alert.
func (b *Book) countHit(a *screening.Alert, by int32) {
	of, subject := b.hitsOf[a.Hit.Party], subjectOf(a.Hit.Party, a.Hit.Person)
	whoever := b.struck[subject]
	for _, hits := range [...]*hitCount{&of, &whoever} {
		switch a.State {
		case screening.Open:
			hits.open += uint32(by)
		case screening.Confirmed:
			hits.confirmed += uint32(by)
			hits.trueOnes += uint32(by)
		case screening.TakenForTrue:
			hits.trueOnes += uint32(by)
		}
	}
	if b.hitsOf[a.Hit.Party] = of; of == (hitCount{}) {
		delete(b.hitsOf, a.Hit.Party)
	}
	if b.struck[subject] = whoever; whoever == (hitCount{}) {
		delete(b.struck, subject)
	}
}

// confirmedHit tells whether an alert about a party, or a person of its file, is confirmed.
func (b *Book) confirmedHit(p id.Party) bool { return b.hitsOf[p].confirmed > 0 }
