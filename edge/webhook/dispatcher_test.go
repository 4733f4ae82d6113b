package webhook_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/party"
	"millrace/edge/access"
	"millrace/edge/intake"
	"millrace/edge/view"
	"millrace/edge/webhook"
	"millrace/engine"
	"millrace/engine/delivery"
	"millrace/engine/vault"
	"millrace/lab/load"
)

// post is a message as its receiver gets it.
type post struct {
	id, at, signature string
	body              []byte
	message           webhook.Message
}

// desk is a node with a dispatcher, and a receiver that answers as it is told.
type desk struct {
	t        *testing.T
	engine   *engine.Engine
	world    *load.World
	submit   load.Submit
	sender   *webhook.Dispatcher
	log      *delivery.Log
	path     string
	now      time.Time
	receiver *httptest.Server

	mutex sync.Mutex
	posts []post
	serve func(w http.ResponseWriter, p *post) // nil: 204
}

const secretText = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{t: t, path: filepath.Join(t.TempDir(), delivery.File), now: time.Unix(1_800_000_000, 0)}
	options := load.Options("")
	options.Clock = func() int64 { return d.now.UnixMicro() }
	e, err := engine.Open(options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close(context.Background()) })
	d.engine, d.submit = e, load.SubmitTo(context.Background(), e)
	if d.world, err = load.NewWorld(d.submit, 2); err != nil {
		t.Fatal(err)
	}
	d.receiver = httptest.NewServer(http.HandlerFunc(d.receive))
	t.Cleanup(d.receiver.Close)
	d.open()
	t.Cleanup(func() { d.log.Close() })
	return d
}

// open starts a dispatcher over the log as it is on disk.
func (d *desk) open() {
	d.t.Helper()
	var err error
	if d.log, err = delivery.Open(d.path); err != nil {
		d.t.Fatal(err)
	}
	d.sender = &webhook.Dispatcher{
		Engine: d.engine, Reader: view.New(d.engine), Log: d.log, Actor: d.world.Maker, Reach: webhook.Private, Clock: func() time.Time { return d.now },
		Records: func(v *view.View, c access.Caller, of string) (string, any, error) {
			seen, err := v.Sees(c, of)
			if err == nil && !seen {
				err = view.ErrNotFound
			}
			return "/v1/records/" + of, map[string]string{"id": of}, err
		},
	}
}

func (d *desk) receive(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		d.t.Error(err)
	}
	p := post{id: r.Header.Get("Webhook-Id"), at: r.Header.Get("Webhook-Timestamp"), signature: r.Header.Get("Webhook-Signature"), body: body}
	if err := json.Unmarshal(body, &p.message); err != nil {
		d.t.Errorf("%v: %s", err, body)
	}
	d.mutex.Lock()
	d.posts = append(d.posts, p)
	serve := d.serve
	d.mutex.Unlock()
	if serve == nil {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	serve(w, &p)
}

func (d *desk) answer(serve func(w http.ResponseWriter, p *post)) {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	d.serve, d.posts = serve, nil
}

func (d *desk) give(actor id.Actor, c book.Command) []book.Event {
	d.t.Helper()
	events, err := d.submit(actor, "", c)
	if err != nil {
		d.t.Fatalf("%T: %v", c, err)
	}
	return events
}

func (d *desk) kept(text string) party.Reference {
	d.t.Helper()
	ref, err := intake.New(d.engine.Vault()).Store(context.Background(), intake.KindWebhook, []byte(text))
	if err != nil {
		d.t.Fatal(err)
	}
	return ref
}

// hook opens a webhook of the first seller.
func (d *desk) hook(kinds ...string) id.Webhook {
	d.t.Helper()
	c := &book.OpenWebhook{Party: d.world.Sellers[0], Address: d.kept(d.receiver.URL), Secret: d.kept(secretText), Scheme: party.WebhookSymmetric, Kinds: kinds}
	return d.give(d.world.SellerActors[0], c)[0].(*book.WebhookOpened).Webhook.ID
}

// life leads a receivable of the first seller through its first steps.
func (d *desk) life(number uint64, steps int) {
	d.t.Helper()
	l := d.world.NewLife(number)
	l.Seller = 0
	for i := range steps {
		step := l.Step(i)
		l.Answered(d.give(step.Actor, step.Command))
	}
}

func (d *desk) round() {
	d.t.Helper()
	if err := d.sender.Round(context.Background()); err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) types() []string {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	var types []string
	for _, p := range d.posts {
		types = append(types, p.message.Type)
	}
	return types
}

func (d *desk) state(of id.Webhook) view.Receiver {
	d.t.Helper()
	v, err := view.New(d.engine).Now(context.Background())
	if err != nil {
		d.t.Fatal(err)
	}
	defer v.Close()
	r, err := v.Receiver(of)
	if err != nil {
		d.t.Fatal(err)
	}
	return r
}

// verify reckons the signature as the standard says, with nothing of ours.
func verify(t *testing.T, p *post, secret string) bool {
	t.Helper()
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	if err != nil {
		t.Fatal(err)
	}
	mac := hmac.New(sha256.New, key)
	fmt.Fprintf(mac, "%s.%s.%s", p.id, p.at, p.body)
	return slices.Contains(strings.Fields(p.signature), "v1,"+base64.StdEncoding.EncodeToString(mac.Sum(nil)))
}

func TestMessagesComeInOrderOnceAndSigned(t *testing.T) {
	d := newDesk(t)
	d.life(1, 3) // before there is a webhook
	d.hook()
	d.life(2, 9)
	d.round()
	d.round()
	place, ids := uint64(0), map[string]bool{}
	for i := range d.posts {
		p := &d.posts[i]
		if !verify(t, p, secretText) || p.id != p.message.ID || p.at != "1800000000" {
			t.Errorf("%s: signature %q at %s", p.id, p.signature, p.at)
		}
		if ids[p.id] || p.message.Sequence < place {
			t.Errorf("%s at %s comes twice or late", p.id, p.message.Cursor)
		}
		ids[p.id], place = true, p.message.Sequence
		if p.message.Data.ID == "" || p.message.Data.Path != "/v1/records/"+p.message.Data.ID || len(p.message.Data.Record) == 0 {
			t.Errorf("%+v", p.message.Data)
		}
	}
	got := d.types()
	for _, want := range []string{"document.recorded", "receivable.opened", "receivable.confirmed", "financing.opened", "payment.moved"} {
		at := slices.Index(got, want)
		if at < 0 {
			t.Fatalf("%s does not come in its order: %v", want, d.types())
		}
		got = got[at+1:]
	}
}

func TestOnlyTheKindsAsked(t *testing.T) {
	d := newDesk(t)
	d.hook("receivable.confirmed")
	d.life(1, 9)
	d.round()
	if got := d.types(); !slices.Equal(got, []string{"receivable.confirmed"}) {
		t.Errorf("%v", got)
	}
}

// A message that is not taken is sent again after growing waits, under the same name, and no later one comes before it.
func TestARefusedMessageHoldsTheOthersBack(t *testing.T) {
	d := newDesk(t)
	d.answer(func(w http.ResponseWriter, _ *post) {
		http.Error(w, "closed for repairs", http.StatusInternalServerError)
	})
	of := d.hook("receivable.confirmed", "receivable.opened")
	d.life(1, 5)
	d.round()
	for _, wait := range []time.Duration{5 * time.Second, 30 * time.Second, 2 * time.Minute} {
		d.now = d.now.Add(wait - time.Millisecond)
		d.round()
		sent := len(d.types())
		d.now = d.now.Add(time.Millisecond)
		d.round()
		d.round()
		if len(d.types()) != sent+1 {
			t.Errorf("after %s it was sent %d times, then %d times", wait, sent, len(d.types()))
		}
	}
	first := d.posts[0].id
	if slices.ContainsFunc(d.posts, func(p post) bool { return p.id != first || p.message.Type != "receivable.opened" }) {
		t.Errorf("another message overtakes: %v", d.types())
	}
	attempts, err := d.log.Attempts(context.Background(), of.Number(), 0, 10)
	if err != nil || len(attempts) != 4 || attempts[0].Status != 500 || string(attempts[0].Answer) != "closed for repairs\n" || attempts[0].Failure == "" {
		t.Errorf("%v %+v", err, attempts)
	}
	d.answer(nil)
	d.now = d.now.Add(time.Hour)
	d.round()
	if got := d.types(); !slices.Equal(got, []string{"receivable.opened", "receivable.confirmed"}) || d.posts[0].id != first {
		t.Errorf("%v", got)
	}
}

func TestAfterThreeDaysAWebhookIsPausedAndGoesOnWhereItStopped(t *testing.T) {
	d := newDesk(t)
	d.answer(func(w http.ResponseWriter, _ *post) { w.WriteHeader(http.StatusBadGateway) })
	of := d.hook("receivable.opened")
	d.life(1, 5)
	began := d.now
	for d.state(of).Webhook.State == party.WebhookLive && d.now.Sub(began) < 10*24*time.Hour {
		d.round()
		d.now = d.now.Add(time.Hour)
	}
	if w := d.state(of).Webhook; w.Cause != party.WebhookFailing || d.now.Sub(began) < webhook.GiveUp || d.now.Sub(began) > webhook.GiveUp+9*time.Hour {
		t.Fatalf("%s by %s after %s", w.State, w.Cause, d.now.Sub(began))
	}
	d.answer(nil)
	d.round()
	if len(d.types()) != 0 {
		t.Fatal("a paused webhook is sent messages")
	}
	d.give(d.world.SellerActors[0], &book.ResumeWebhook{Webhook: of})
	d.round()
	if got := d.types(); !slices.Equal(got, []string{"receivable.opened"}) {
		t.Errorf("%v", got)
	}
}

func TestAReceiverThatIsGoneEndsItsWebhook(t *testing.T) {
	d := newDesk(t)
	d.answer(func(w http.ResponseWriter, _ *post) { w.WriteHeader(http.StatusGone) })
	of := d.hook("receivable.opened")
	d.life(1, 5)
	d.round()
	if w := d.state(of).Webhook; w.State != party.WebhookEnded || w.Cause != party.WebhookGone {
		t.Errorf("%s by %s", w.State, w.Cause)
	}
}

func TestARedirectIsNotFollowedAndRetryAfterIsKept(t *testing.T) {
	d := newDesk(t)
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the redirect was followed") }))
	defer elsewhere.Close()
	d.answer(func(w http.ResponseWriter, _ *post) {
		w.Header().Set("Retry-After", "600")
		w.Header().Set("Location", elsewhere.URL)
		w.WriteHeader(http.StatusTemporaryRedirect)
	})
	of := d.hook("receivable.opened")
	d.life(1, 5)
	d.round()
	p, _, err := d.log.Progress(context.Background(), of.Number())
	if err != nil || p.Tries != 1 || p.Next != d.now.Add(10*time.Minute).UnixMicro() {
		t.Errorf("%v %+v", err, p)
	}
}

// The node stops after a message was taken and before that was noted: the message comes once more, under the same name, and none is lost.
func TestAStopBetweenSendingAndNotingRepeatsAndLosesNothing(t *testing.T) {
	d := newDesk(t)
	d.hook("receivable.confirmed", "receivable.opened")
	d.life(1, 5)
	d.answer(func(w http.ResponseWriter, _ *post) {
		if err := d.log.Close(); err != nil {
			t.Error(err)
		}
		w.WriteHeader(http.StatusOK)
	})
	_ = d.sender.Round(context.Background()) // it fails, as its log is gone
	taken := slices.Clone(d.posts)
	if len(taken) != 1 {
		t.Fatalf("%d messages were sent", len(taken))
	}
	d.answer(nil)
	d.open()
	d.round()
	if got := d.types(); !slices.Equal(got, []string{"receivable.opened", "receivable.confirmed"}) || d.posts[0].id != taken[0].id || string(d.posts[0].body) != string(taken[0].body) {
		t.Errorf("after the stop %v", got)
	}
}

func TestReplayResendAndTest(t *testing.T) {
	d, ctx := newDesk(t), context.Background()
	of := d.hook("receivable.confirmed", "receivable.opened")
	d.life(1, 5)
	d.round()
	first := d.posts[0]
	d.answer(nil)
	if err := webhook.Replay(ctx, d.log, of, delivery.Place{Event: delivery.Whole}); err != nil {
		t.Fatal(err)
	}
	d.round()
	if got := d.types(); !slices.Equal(got, []string{"receivable.opened", "receivable.confirmed"}) || d.posts[0].id != first.id {
		t.Errorf("replayed %v", got)
	}
	d.answer(nil)
	test := webhook.TestID([16]byte{1})
	for _, message := range []string{first.id, first.id, test, "evt_1_1_000000000000"} {
		if err := d.log.Want(ctx, delivery.Wanted{Subscriber: of.Number(), Message: message}); err != nil {
			t.Fatal(err)
		}
	}
	d.round()
	d.round()
	got := d.types()
	slices.Sort(got)
	if !slices.Equal(got, []string{"receivable.opened", webhook.TestKind}) {
		t.Errorf("out of turn %v", got)
	}
	if wanted, err := d.log.Wanted(ctx, 1<<62); err != nil || len(wanted) != 0 {
		t.Errorf("still wanted: %v %v", wanted, err)
	}
}

// While two secrets overlap, either verifies; afterwards the new one alone.
func TestSecretsOverlap(t *testing.T) {
	d := newDesk(t)
	of := d.hook("receivable.confirmed", "receivable.opened")
	const other = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
	d.give(d.world.SellerActors[0], &book.RotateWebhookSecret{Webhook: of, Secret: d.kept(other), Hours: 1})
	d.life(1, 4)
	d.round()
	if !verify(t, &d.posts[0], secretText) || !verify(t, &d.posts[0], other) {
		t.Errorf("%q", d.posts[0].signature)
	}
	d.now = d.now.Add(time.Hour)
	if err := webhook.Replay(context.Background(), d.log, of, delivery.Place{Event: delivery.Whole}); err != nil {
		t.Fatal(err)
	}
	d.answer(nil)
	d.round()
	if verify(t, &d.posts[0], secretText) || !verify(t, &d.posts[0], other) {
		t.Errorf("%q", d.posts[0].signature)
	}
}

func TestASuspendedPartyIsSentNothing(t *testing.T) {
	d := newDesk(t)
	d.hook()
	d.life(1, 5)
	d.give(d.world.Maker, &book.SuspendParty{Party: d.world.Sellers[0], Reason: d.kept("why")})
	d.round()
	if got := d.types(); len(got) != 0 {
		t.Errorf("%v", got)
	}
}

// A name that leads to this machine is refused when it is dialled, whatever it was checked for.
func TestNoMessageGoesToThisMachine(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("it was reached") }))
	defer server.Close()
	for _, host := range []string{"127.0.0.1", "localhost"} {
		address := strings.Replace(server.URL, "127.0.0.1", host, 1)
		answer, err := webhook.NewClient(webhook.Public, nil).Get(address)
		if err == nil {
			answer.Body.Close()
			t.Fatalf("%s was asked", host)
		}
		if !strings.Contains(err.Error(), "no public address") {
			t.Errorf("%s: %v", host, err)
		}
	}
}

// An address that was erased is a failure like any other: it stands in the log, and mending it is enough.
func TestAnErasedAddressFailsAndIsMended(t *testing.T) {
	d, ctx := newDesk(t), context.Background()
	of := d.hook("receivable.opened")
	if err := d.engine.Vault().Erase(ctx, vault.Ref(d.state(of).Webhook.Address)); err != nil {
		t.Fatal(err)
	}
	d.life(1, 5)
	d.round()
	attempts, err := d.log.Attempts(ctx, of.Number(), 0, 10)
	if err != nil || len(attempts) != 1 || !strings.Contains(attempts[0].Failure, "erased") {
		t.Fatalf("%v %+v", err, attempts)
	}
	d.give(d.world.SellerActors[0], &book.ChangeWebhook{Webhook: of, Address: d.kept(d.receiver.URL), Kinds: []string{"receivable.opened"}})
	d.round()
	if got := d.types(); !slices.Equal(got, []string{"receivable.opened"}) {
		t.Errorf("%v", got)
	}
}

// A running dispatcher sends what happens by itself, and ends with its context.
func TestADispatcherRuns(t *testing.T) {
	d := newDesk(t)
	got := make(chan string, 10)
	d.answer(func(w http.ResponseWriter, p *post) {
		w.WriteHeader(http.StatusAccepted)
		got <- p.message.Type
	})
	d.hook("receivable.opened")
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- d.sender.Run(ctx) }()
	d.life(1, 5)
	if kind := <-got; kind != "receivable.opened" {
		t.Errorf("it has sent %s", kind)
	}
	stop()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("it ends with %v", err)
	}
}
