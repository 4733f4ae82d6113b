package webhook

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/party"
	"millrace/edge/access"
	"millrace/edge/view"
	"millrace/engine"
	"millrace/engine/delivery"
	"millrace/engine/vault"
)

// Dispatcher sends messages to all webhooks of a node. Each webhook gets its messages one after another, in the order of the journal; a
// message that is not taken is sent again, with growing waits, before any later one. After three days the webhook is paused.
type Dispatcher struct {
	Engine  *engine.Engine
	Reader  *view.Reader
	Log     *delivery.Log
	Records Records
	Actor   id.Actor // of the operator; a machine of its own
	Reach   Reach
	Clock   func() time.Time // nil: the system's
	Trust   *tls.Config      // nil: the system's certificates
	Logger  *slog.Logger     // nil: none

	client *http.Client
	once   sync.Once
	group  sync.WaitGroup
	slots  chan struct{}

	mutex sync.Mutex
	busy  map[id.Webhook]bool   // being worked on; guarded by mutex
	seen  map[id.Webhook]looked // guarded by mutex
}

// looked is how far a webhook was looked through, from a place that is on record.
type looked struct {
	from, to delivery.Place
	changes  uint64 // of the log, when it was
}

const (
	// GiveUp is how long a message is tried before its webhook is paused.
	GiveUp = 3 * 24 * time.Hour
	// TriesOutOfTurn is how often a test, or a message that was asked for again, is tried.
	TriesOutOfTurn = 3

	workersMax  = 16
	batchMax    = 50    // messages that are made at once
	scanMax     = 2_000 // entries that are looked through at once
	waitMax     = 8 * time.Hour
	roundEvery  = 500 * time.Millisecond
	keepPlaceAt = 1_000 // entries after which a place without messages is kept
)

// waits are those before the second and every later try.
var waits = [...]time.Duration{
	5 * time.Second, 30 * time.Second, 2 * time.Minute, 10 * time.Minute, 30 * time.Minute, time.Hour, 2 * time.Hour, 4 * time.Hour, waitMax,
}

// waitAfter is the wait after so many failed tries: that of the table, or longer where the receiver asks for it, and at most eight hours.
func waitAfter(tries int, asked time.Duration) time.Duration {
	return min(max(waits[min(tries-1, len(waits)-1)], asked), waitMax)
}

func (d *Dispatcher) prepare() {
	d.once.Do(func() {
		if d.Clock == nil {
			d.Clock = time.Now
		}
		if d.Logger == nil {
			d.Logger = slog.New(slog.DiscardHandler)
		}
		d.client = NewClient(d.Reach, d.Trust)
		d.busy, d.seen, d.slots = map[id.Webhook]bool{}, map[id.Webhook]looked{}, make(chan struct{}, workersMax)
	})
}

// Run sends until ctx ends or the engine stops, and returns why; what is on its way is waited for.
func (d *Dispatcher) Run(ctx context.Context) error {
	d.prepare()
	defer d.group.Wait()
	return d.Engine.Every(ctx, "webhooks", roundEvery, d.start, func(err error) { d.Logger.ErrorContext(ctx, "webhooks", "cause", err) })
}

// Round sends what is due now and waits until it is sent.
func (d *Dispatcher) Round(ctx context.Context) error {
	d.prepare()
	err := d.start(ctx)
	d.group.Wait()
	return err
}

// start sets a worker to every webhook that nobody works on.
func (d *Dispatcher) start(ctx context.Context) error {
	v, err := d.Reader.Now(ctx)
	if err != nil {
		return err
	}
	receivers, err := v.Receivers()
	if err := errors.Join(err, v.Close()); err != nil {
		return err
	}
	wanted, err := d.Log.Wanted(ctx, d.Clock().UnixMicro())
	if err != nil {
		return err
	}
	wantedBy := map[uint64][]delivery.Wanted{}
	for _, w := range wanted {
		wantedBy[w.Subscriber] = append(wantedBy[w.Subscriber], w)
	}
	for _, r := range receivers {
		due := wantedBy[r.Webhook.ID.Number()]
		delete(wantedBy, r.Webhook.ID.Number())
		if len(due) == 0 && (r.Webhook.State != party.WebhookLive || d.idle(r.Webhook.ID)) || !d.take(r.Webhook.ID) {
			continue
		}
		d.group.Go(func() {
			defer d.leave(r.Webhook.ID)
			if err := d.work(ctx, &r, due); err != nil && ctx.Err() == nil {
				d.Logger.ErrorContext(ctx, "webhook", "webhook", r.Webhook.ID, "cause", err)
			}
		})
	}
	return d.forget(ctx, wantedBy)
}

// forget drops what was asked for of webhooks to which nothing is sent any more.
func (d *Dispatcher) forget(ctx context.Context, left map[uint64][]delivery.Wanted) error {
	for _, all := range left {
		for _, w := range all {
			if err := d.Log.Forget(ctx, w); err != nil {
				return err
			}
		}
	}
	return nil
}

// idle tells whether a webhook was looked through to the end of the journal, and nobody has moved it since.
func (d *Dispatcher) idle(of id.Webhook) bool {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	seen := d.seen[of]
	return d.ended(seen.to) && seen.changes == d.Log.Changes()
}

func (d *Dispatcher) ended(at delivery.Place) bool {
	return at.Event == delivery.Whole && at.Sequence >= d.Engine.Head().Sequence
}

func (d *Dispatcher) take(of id.Webhook) bool {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	if d.busy[of] {
		return false
	}
	d.busy[of] = true
	return true
}

func (d *Dispatcher) leave(of id.Webhook) {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	delete(d.busy, of)
}

// work sends what is wanted out of turn, then the messages that are next, as long as they are taken.
func (d *Dispatcher) work(ctx context.Context, r *view.Receiver, wanted []delivery.Wanted) error {
	d.slots <- struct{}{}
	defer func() { <-d.slots }()
	for _, w := range wanted {
		if err := d.sendWanted(ctx, r, w); err != nil {
			return err
		}
	}
	if r.Webhook.State != party.WebhookLive {
		return nil
	}
	for {
		if done, err := d.turn(ctx, r); done || err != nil {
			return err
		}
	}
}

// turn sends the next messages of a webhook, and tells whether there are no more for now.
func (d *Dispatcher) turn(ctx context.Context, r *view.Receiver) (done bool, err error) {
	changes := d.Log.Changes()
	p, err := d.progress(ctx, r)
	if err != nil || p.Next > d.Clock().UnixMicro() {
		return true, err
	}
	batch, reached, err := d.batch(ctx, r, d.from(r.Webhook.ID, p.Place))
	if err != nil {
		return true, err
	}
	for i := range batch {
		next, moved, err := d.deliver(ctx, r, &batch[i], p)
		if err != nil || next.Tries > 0 {
			return true, err
		}
		if p = next; !moved {
			return false, nil // somebody has had it go on from another place
		}
	}
	return d.pass(ctx, r.Webhook.ID, p.Place, reached, changes, len(batch) > 0)
}

// progress is where a webhook stands. Whoever has changed it has mended it: it is tried at once, as if it had not failed.
func (d *Dispatcher) progress(ctx context.Context, r *view.Receiver) (delivery.Progress, error) {
	w := &r.Webhook
	p, known, err := d.Log.Progress(ctx, w.ID.Number())
	if err != nil {
		return p, err
	}
	changed := !known
	if !known {
		p.Place = delivery.Place{Sequence: w.Opened, Event: delivery.Whole}
	}
	if head := d.Engine.Head().Sequence; p.Place.Sequence > head {
		// The journal was taken back to an earlier time.
		p.Place, changed = delivery.Place{Sequence: head, Event: delivery.Whole}, true
	}
	if p.Tries > 0 && p.Entry != w.Entry {
		p.Tries, p.Since, p.Next, changed = 0, 0, 0, true
	}
	if changed {
		err = d.Log.Move(ctx, w.ID.Number(), p)
	}
	return p, err
}

// from is the place from which to look: further than the one on record where nothing was found up to there.
func (d *Dispatcher) from(of id.Webhook, kept delivery.Place) delivery.Place {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	if seen := d.seen[of]; seen.from == kept && kept.Before(seen.to) {
		return seen.to
	}
	return kept
}

// pass notes how far a webhook was looked through, and tells whether that is the end. Places without messages are written down now and then
// only: who loses some looks again.
func (d *Dispatcher) pass(ctx context.Context, of id.Webhook, kept, reached delivery.Place, changes uint64, sent bool) (done bool, err error) {
	seen := looked{kept, reached, changes}
	if sent || reached.Sequence-kept.Sequence >= keepPlaceAt {
		moved, err := d.Log.Advance(ctx, of.Number(), kept, reached)
		if err != nil || !moved {
			return false, err
		}
		seen.from = reached
	}
	d.mutex.Lock()
	defer d.mutex.Unlock()
	d.seen[of] = seen
	return d.ended(reached), nil
}

// Replay has a webhook go on after a place: what was sent since is sent again.
func Replay(ctx context.Context, log *delivery.Log, of id.Webhook, after delivery.Place) error {
	return log.Move(ctx, of.Number(), delivery.Progress{Place: after})
}

// parcel is a message ready to be sent.
type parcel struct {
	id, kind string
	place    delivery.Place
	body     []byte
}

// batch makes the next messages of a webhook.
func (d *Dispatcher) batch(ctx context.Context, r *view.Receiver, after delivery.Place) (parcels []parcel, reached delivery.Place, err error) {
	v, err := d.Reader.Now(ctx)
	if err != nil {
		return nil, after, err
	}
	defer func() { err = errors.Join(err, v.Close()) }()
	told, reached, err := Scan(v, r.Caller, after, r.Webhook.Kinds, batchMax, scanMax)
	if err != nil {
		return nil, after, err
	}
	for i := range told {
		one, err := d.pack(v, r.Caller, &told[i])
		if err != nil {
			return nil, after, err
		}
		parcels = append(parcels, one)
	}
	return parcels, reached, nil
}

func (d *Dispatcher) pack(v *view.View, c access.Caller, t *view.Told) (parcel, error) {
	m, err := Compose(v, c, t, d.Records)
	if err != nil {
		return parcel{}, err
	}
	body, err := json.Marshal(m)
	return parcel{m.ID, m.Type, delivery.Place{Sequence: t.Sequence, Event: t.Event}, body}, err
}

// deliver sends one message in its turn and notes what became of it; moved is false where somebody has had the webhook go on from another place
// meanwhile. A stop before the note loses it: then the message is sent once more, under the same name.
func (d *Dispatcher) deliver(ctx context.Context, r *view.Receiver, m *parcel, p delivery.Progress) (next delivery.Progress, moved bool, err error) {
	w := &r.Webhook
	at := d.Clock().UnixMicro()
	o, err := d.send(ctx, w, m)
	if err != nil {
		return p, false, err
	}
	if ctx.Err() != nil && !o.taken() {
		return p, false, ctx.Err() // the node stops: nobody has refused anything
	}
	next = delivery.Progress{Place: m.place}
	if !o.taken() {
		next = delivery.Progress{Place: p.Place, Tries: p.Tries + 1, Since: p.Since, Entry: w.Entry}
		if next.Since == 0 {
			next.Since = at
		}
		next.Next = d.Clock().Add(waitAfter(next.Tries, o.wait)).UnixMicro()
	}
	if moved, err = d.Log.Note(context.WithoutCancel(ctx), d.attempt(w, m, at, &o), p.Place, next); err != nil || !moved {
		return p, moved, err
	}
	if !o.taken() {
		err = d.giveUp(ctx, w, &o, &next)
	}
	return next, true, err
}

func (d *Dispatcher) attempt(w *party.Webhook, m *parcel, at int64, o *outcome) delivery.Attempt {
	return delivery.Attempt{
		Subscriber: w.ID.Number(), Message: m.id, Kind: m.kind, Place: m.place, At: at, Millis: o.took.Milliseconds(), Status: o.status, Answer: o.answer, Failure: o.failure,
	}
}

// giveUp ends a webhook whose receiver is gone, and pauses one that has taken nothing for days, with an alarm.
func (d *Dispatcher) giveUp(ctx context.Context, w *party.Webhook, o *outcome, p *delivery.Progress) error {
	var c book.Command
	switch {
	case o.gone:
		c = &book.EndWebhook{Webhook: w.ID, Cause: party.WebhookGone}
	case d.Clock().UnixMicro()-p.Since >= GiveUp.Microseconds():
		c = &book.PauseWebhook{Webhook: w.ID, Cause: party.WebhookFailing}
	default:
		return nil
	}
	d.Logger.ErrorContext(ctx, "a webhook is given up", "webhook", w.ID, "party", w.Party, "failure", o.failure)
	_, rejection, err := d.Engine.Submit(ctx, engine.Request{Actor: d.Actor, Command: c})
	if err == nil && rejection != nil && rejection.Code != "webhook_state" && rejection.Code != "webhook_ended" {
		return rejection
	}
	return err
}

// opened takes a webhook's address and the secrets under which it signs now out of the vault.
func (d *Dispatcher) opened(ctx context.Context, w *party.Webhook) (address string, secrets []string, err error) {
	text := func(ref party.Reference) (string, error) {
		_, bytes, err := d.Engine.Vault().Get(ctx, vault.Ref(ref))
		return string(bytes), err
	}
	if address, err = text(w.Address); err != nil {
		return "", nil, fmt.Errorf("webhook: address: %w", err)
	}
	refs := []party.Reference{w.Secret}
	if w.FormerUntil > d.Clock().UnixMicro() {
		refs = append(refs, w.Former)
	}
	for _, ref := range refs {
		secret, err := text(ref)
		if err != nil {
			return "", nil, fmt.Errorf("webhook: secret: %w", err)
		}
		secrets = append(secrets, secret)
	}
	return address, secrets, nil
}

// sendWanted sends what somebody has asked for out of its turn.
func (d *Dispatcher) sendWanted(ctx context.Context, r *view.Receiver, w delivery.Wanted) error {
	m, err := d.again(ctx, r, w)
	if errors.Is(err, view.ErrNotFound) {
		return d.Log.Forget(ctx, w)
	}
	if err != nil {
		return err
	}
	at := d.Clock().UnixMicro()
	o, err := d.send(ctx, &r.Webhook, &m)
	if err != nil {
		return err
	}
	if ctx.Err() != nil && !o.taken() {
		return ctx.Err()
	}
	var later *delivery.Wanted
	if w.Tries++; !o.taken() && w.Tries < TriesOutOfTurn {
		w.Next = d.Clock().Add(waitAfter(w.Tries, o.wait)).UnixMicro()
		later = &w
	}
	return d.Log.Sent(context.WithoutCancel(ctx), d.attempt(&r.Webhook, &m, at, &o), later)
}

// again makes a message anew by its name; view.ErrNotFound where the webhook's party is no longer told it.
func (d *Dispatcher) again(ctx context.Context, r *view.Receiver, w delivery.Wanted) (m parcel, err error) {
	if strings.HasPrefix(w.Message, testPrefix) {
		body, err := json.Marshal(TestMessage(w.Message, view.Time(d.Clock().UnixMicro())))
		return parcel{id: w.Message, kind: TestKind, body: body}, err
	}
	v, err := d.Reader.Now(ctx)
	if err != nil {
		return m, err
	}
	defer func() { err = errors.Join(err, v.Close()) }()
	t, err := Find(v, r.Caller, w.Message)
	if err != nil {
		return m, err
	}
	return d.pack(v, r.Caller, t)
}

// Find gives what a caller is told by the message of a name; view.ErrNotFound for one that it is not told.
func Find(v *view.View, c access.Caller, message string) (*view.Told, error) {
	place, known := placeOfID(message)
	if !known {
		return nil, view.ErrNotFound
	}
	told, err := v.Told(c, place.Sequence)
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(told, func(t view.Told) bool { return IDOf(&t) == message })
	if at < 0 {
		return nil, view.ErrNotFound
	}
	return &told[at], nil
}

// TryNow has the message that waits be tried at once.
func TryNow(ctx context.Context, log *delivery.Log, of id.Webhook) error {
	p, known, err := log.Progress(ctx, of.Number())
	if err != nil || !known || p.Tries == 0 {
		return err
	}
	p.Next = 0
	return log.Move(ctx, of.Number(), p)
}
