package api

import (
	"context"
	"crypto/sha256"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/party"
	"millrace/edge/access"
	"millrace/edge/intake"
	"millrace/edge/problem"
	"millrace/edge/view"
	"millrace/edge/webhook"
	"millrace/engine"
	"millrace/engine/delivery"
)

// webhookRoutes are the rows of webhooks and of the events that they tell.
var webhookRoutes = []route{
	{"list_webhooks", get, "/v1/webhooks", ofOwn, "Webhooks"},
	{"get_webhook", get, "/v1/webhooks/{id}", ofOwn, "A webhook"},
	{"open_webhook", post, "/v1/webhooks", ofOwn, "Have what happens sent to an address; the secret is shown once"},
	{"change_webhook", post, "/v1/webhooks/{id}/change", ofOwn, "Change address, description and kinds"},
	{"rotate_webhook_secret", post, "/v1/webhooks/{id}/secret", ofOwn, "Sign by a new secret, which is shown once; the former one stands for some hours more"},
	{"pause_webhook", post, "/v1/webhooks/{id}/pause", ofOwn, "Send nothing for now"},
	{"resume_webhook", post, "/v1/webhooks/{id}/resumption", ofOwn, "Go on sending where it stopped"},
	{"end_webhook", post, "/v1/webhooks/{id}/ending", ofOwn, "End a webhook for good"},
	{"list_deliveries", get, "/v1/webhooks/{id}/deliveries", ofOwn, "How far a webhook has come, and every attempt"},
	{"replay_webhook", post, "/v1/webhooks/{id}/replay", ofOwn, "Go on after a cursor: what was sent since is sent again"},
	{"resend_message", post, "/v1/webhooks/{id}/resending", ofOwn, "Send one message once more, out of its turn"},
	{"test_webhook", post, "/v1/webhooks/{id}/test", ofOwn, "Send a message that says nothing"},
	{"list_events", get, "/v1/events", "what the stories of records tell that the caller sees", "What has happened since a cursor: the messages of webhooks, by asking"},
	{"list_event_kinds", get, "/v1/event-kinds", ofAll, "Kinds of messages"},
}

// Bodies of webhooks.
type (
	// WebhookBody opens a webhook.
	WebhookBody struct {
		Party       string   `json:"party,omitempty" doc:"missing: the caller's own"`
		URL         string   `json:"url" minLength:"1" maxLength:"2000" example:"https://example.com/webhooks"`
		Description string   `json:"description,omitempty" maxLength:"300"`
		Kinds       []string `json:"kinds,omitempty" maxItems:"100" doc:"of messages; missing: all"`
		Signature   string   `json:"signature,omitempty" enum:"v1,v1a" default:"v1" doc:"v1: HMAC-SHA256 under a shared secret; v1a: Ed25519, the answer shows the public key"`
	}
	// WebhookChangeBody changes a webhook. What is missing stays as it is.
	WebhookChangeBody struct {
		URL         string    `json:"url,omitempty" maxLength:"2000"`
		Description *string   `json:"description,omitempty" maxLength:"300"`
		Kinds       *[]string `json:"kinds,omitempty" maxItems:"100" doc:"of messages; an empty list: all"`
	}
	// RotationBody asks for a new secret.
	RotationBody struct {
		Hours int `json:"hours,omitempty" minimum:"0" maximum:"168" doc:"for which messages are signed under the former secret too; 0: it ends at once"`
	}
	// ReplayBody says from where a webhook goes on.
	ReplayBody struct {
		After string `json:"after" maxLength:"40" doc:"cursor: the messages after it are sent; 0: everything from the journal's beginning"`
	}
	// ResendBody names a message.
	ResendBody struct {
		Message string `json:"message" minLength:"1" maxLength:"100" doc:"its id"`
	}
)

// NewWebhook is a webhook and, this once, its secret.
type NewWebhook struct {
	view.Webhook
	Secret string `json:"secret,omitempty" doc:"whsec_… of v1, or the public key whpk_… of v1a; shown only in the first answer"`
}

// Deliveries are how far a webhook has come, and its attempts, newest first.
type Deliveries struct {
	Cursor  string     `json:"cursor" doc:"place up to which everything was taken"`
	Behind  uint64     `json:"behind" doc:"entries of the journal after it; not all of them have messages"`
	Tries   int        `json:"tries" doc:"of the next message that have failed"`
	Since   string     `json:"failing_since,omitempty"`
	NextTry string     `json:"next_try,omitempty" doc:"of a message that has failed"`
	Items   []Delivery `json:"items"`
	Next    uint64     `json:"next,omitempty" doc:"number to ask for the page after this one with before; missing on the last one"`
}

// Delivery is one attempt.
type Delivery struct {
	Number  uint64 `json:"number"`
	Message string `json:"message" doc:"id"`
	Type    string `json:"type"`
	Cursor  string `json:"cursor,omitempty" doc:"place of the message; missing for a test"`
	At      string `json:"at"`
	Millis  int64  `json:"duration_ms"`
	Status  int    `json:"status,omitempty" doc:"of HTTP; missing where there was no answer"`
	Answer  string `json:"answer,omitempty" doc:"its first bytes"`
	Taken   bool   `json:"taken"`
	Failure string `json:"failure,omitempty" doc:"why it was not taken"`
}

// Events are a page of messages, oldest first.
type Events struct {
	Items     []webhook.Message `json:"items"`
	Cursor    string            `json:"cursor" doc:"to ask for what comes after this page, now or later"`
	More      bool              `json:"more" doc:"there may be more by now"`
	Watermark uint64            `json:"watermark"`
}

// EventKinds are all kinds of messages.
type EventKinds struct {
	Items []view.Kind `json:"items"`
}

// Wished says that something will be done presently.
type Wished struct {
	Message string `json:"message,omitempty" doc:"id of the message that will be sent"`
	Cursor  string `json:"cursor,omitempty" doc:"after which the webhook goes on"`
}

func (s *server) registerWebhooks() {
	getter(s, "get_webhook", (*view.View).Webhook)
	lister(s, "list_webhooks", (*view.View).Webhooks, "state", "party")
	register(s, act[WebhookBody, NewWebhook]{
		name: "open_webhook", status: http.StatusCreated, build: buildWebhook,
		show: func(x *call, v *view.View, a *engine.Answer, _ book.Command) (NewWebhook, error) {
			shown, err := v.Webhook(x.caller, event[*book.WebhookOpened](a).Webhook.ID)
			return NewWebhook{shown, x.secret}, err
		},
	})
	register(s, act[WebhookChangeBody, view.Webhook]{
		name: "change_webhook", addressed: "webhook", status: http.StatusOK, build: buildWebhookChange,
		show: shown(func(c *book.ChangeWebhook, _ *engine.Answer) id.Webhook { return c.Webhook }, (*view.View).Webhook),
	})
	register(s, act[RotationBody, NewWebhook]{
		name: "rotate_webhook_secret", addressed: "webhook", status: http.StatusOK, loose: true,
		build: func(x *call, of string, body *RotationBody) (book.Command, error) {
			found, record, err := addressed(x, of, (*view.View).Webhook)
			if err != nil {
				return nil, err
			}
			c := &book.RotateWebhookSecret{Webhook: found, Hours: uint16(body.Hours)}
			c.Secret, err = x.newWebhookSecret(party.WebhookScheme(x.choice("signature", record.Signature, party.WebhookSchemeNames[:])))
			return c, err
		},
		show: func(x *call, v *view.View, _ *engine.Answer, c book.Command) (NewWebhook, error) {
			shown, err := v.Webhook(x.caller, c.(*book.RotateWebhookSecret).Webhook)
			return NewWebhook{shown, x.secret}, err
		},
	})
	onWebhook(s, "pause_webhook", func(of id.Webhook) *book.PauseWebhook {
		return &book.PauseWebhook{Webhook: of, Cause: party.WebhookByHand}
	},
		func(c *book.PauseWebhook) id.Webhook { return c.Webhook })
	onWebhook(s, "resume_webhook", func(of id.Webhook) *book.ResumeWebhook { return &book.ResumeWebhook{Webhook: of} },
		func(c *book.ResumeWebhook) id.Webhook { return c.Webhook })
	onWebhook(s, "end_webhook", func(of id.Webhook) *book.EndWebhook { return &book.EndWebhook{Webhook: of, Cause: party.WebhookByHand} },
		func(c *book.EndWebhook) id.Webhook { return c.Webhook })
	s.registerDeliveries()
	s.registerEvents()
}

// onWebhook registers a command that says it all by the webhook it is on.
func onWebhook[C book.Command](s *server, name string, build func(id.Webhook) C, of func(C) id.Webhook) {
	register(s, act[nothing, view.Webhook]{
		name: name, addressed: "webhook", status: http.StatusOK,
		build: func(x *call, text string, _ *nothing) (book.Command, error) {
			found, _, err := addressed(x, text, (*view.View).Webhook)
			return build(found), err
		},
		show: shown(func(c C, _ *engine.Answer) id.Webhook { return of(c) }, (*view.View).Webhook),
	})
}

func buildWebhook(x *call, _ string, body *WebhookBody) (book.Command, error) {
	c := &book.OpenWebhook{Party: x.caller.Party, Scheme: party.WebhookSymmetric, Kinds: x.eventKinds(body.Kinds)}
	if body.Party != "" {
		c.Party = required[id.Party](x.fields, "party", body.Party)
	}
	if body.Signature != "" {
		c.Scheme = party.WebhookScheme(x.choice("signature", body.Signature, party.WebhookSchemeNames[:]))
	}
	var err error
	if c.Address, err = x.webhookAddress(body.URL); err != nil {
		return nil, err
	}
	if body.Description != "" {
		if c.Description, err = x.keep(intake.KindWebhook, body.Description); err != nil {
			return nil, err
		}
	}
	c.Secret, err = x.newWebhookSecret(c.Scheme)
	return c, err
}

func buildWebhookChange(x *call, of string, body *WebhookChangeBody) (book.Command, error) {
	found, record, err := addressed(x, of, (*view.View).Webhook)
	if err != nil {
		return nil, err
	}
	c := &book.ChangeWebhook{Webhook: found, Kinds: record.Kinds}
	if body.Kinds != nil {
		c.Kinds = x.eventKinds(*body.Kinds)
	}
	if body.URL != "" {
		record.URL = body.URL
	}
	if c.Address, err = x.webhookAddress(record.URL); err != nil {
		return nil, err
	}
	if body.Description != nil {
		record.Description = *body.Description
	}
	if record.Description != "" {
		c.Description, err = x.keep(intake.KindWebhook, record.Description)
	}
	return c, err
}

// webhookAddress keeps the URL of a webhook, if messages may go there.
func (x *call) webhookAddress(text string) ([32]byte, error) {
	if err := webhook.CheckAddress(text, x.server.Reach); err != nil {
		x.bad("url", text, "%v", err)
	}
	return x.keep(intake.KindWebhook, text)
}

// newWebhookSecret makes a secret, keeps it, and holds ready what the receiver is shown of it.
func (x *call) newWebhookSecret(scheme party.WebhookScheme) ([32]byte, error) {
	if len(x.wrong) > 0 { // the command will not be sent
		return [32]byte{}, nil
	}
	kept, shown, err := webhook.NewSecret(scheme, x.server.Random)
	if err != nil {
		return [32]byte{}, err
	}
	x.secret = shown
	return x.keep(intake.KindWebhookSecret, kept)
}

// eventKinds reads kinds of messages, each once, in order.
func (f *fields) eventKinds(asked []string) []string {
	all := view.Kinds()
	for _, kind := range asked {
		if !slices.ContainsFunc(all, func(k view.Kind) bool { return k.Kind == kind }) {
			f.bad("kinds", kind, "is not a kind of messages; GET /v1/event-kinds lists them")
		}
	}
	kinds := slices.Clone(asked)
	slices.Sort(kinds)
	return slices.Compact(kinds)
}

type deliveriesInput struct {
	Addressed
	Before uint64 `query:"before" doc:"number of an attempt: those before it; missing: the newest"`
	Limit  int    `query:"limit" minimum:"0" maximum:"500" doc:"0 is 50"`
}

type replayInput struct {
	Keyed
	Addressed
	Body ReplayBody
}

type resendInput struct {
	Keyed
	Addressed
	Body ResendBody
}

func (s *server) registerDeliveries() {
	o := s.operation("list_deliveries")
	huma.Register(s.huma, o, func(ctx context.Context, in *deliveriesInput) (*output[Deliveries], error) {
		of, _, err := read(ctx, s, in.ID, 0, (*view.View).Webhook)
		if err != nil {
			return nil, err
		}
		shown, err := s.deliveries(ctx, of, in.Before, in.Limit)
		if err != nil {
			return nil, s.problemOf(ctx, err)
		}
		return &output[Deliveries]{shown}, nil
	})
	huma.Register(s.huma, s.operation("replay_webhook"), func(ctx context.Context, in *replayInput) (*output[Wished], error) {
		of, err := s.ownWebhook(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		place, err := s.place("body.after", in.Body.After)
		if err != nil {
			return nil, err
		}
		if err := webhook.Replay(ctx, s.Deliveries, of, place); err != nil {
			return nil, s.problemOf(ctx, err)
		}
		return &output[Wished]{Wished{Cursor: webhook.Cursor(place)}}, nil
	})
	huma.Register(s.huma, s.operation("resend_message"), func(ctx context.Context, in *resendInput) (*output[Wished], error) {
		return s.resend(ctx, in.ID, in.Body.Message)
	})
	huma.Register(s.huma, s.operation("test_webhook"), func(ctx context.Context, in *bareInput) (*output[Wished], error) {
		of, err := s.ownWebhook(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		hash := sha256.Sum256([]byte(callerOf(ctx).Actor.String() + " " + in.ID + " " + in.Key))
		w := delivery.Wanted{Subscriber: of.Number(), Message: webhook.TestID([16]byte(hash[:16]))}
		if err := s.Deliveries.Want(ctx, w); err != nil {
			return nil, s.problemOf(ctx, err)
		}
		return &output[Wished]{Wished{Message: w.Message}}, nil
	})
}

// ownWebhook finds a webhook that has not ended and is the caller's to have messages sent by.
func (s *server) ownWebhook(ctx context.Context, text string) (id.Webhook, error) {
	of, record, err := read(ctx, s, text, 0, (*view.View).Webhook)
	if err == nil && record.State == party.WebhookEnded.String() {
		err = problem.New("webhook_ended", "webhook "+text+" has ended")
	}
	return of, err
}

// place reads a cursor that the journal has reached.
func (s *server) place(field, text string) (delivery.Place, error) {
	place, ok := webhook.ParseCursor(text)
	if !ok || place.Sequence > s.Engine.Head().Sequence {
		return place, problem.At("cursor_invalid", field, text, "a cursor is a place in the journal that a message has named, like 4711.2, or the number of an entry")
	}
	return place, nil
}

func (s *server) resend(ctx context.Context, of, message string) (*output[Wished], error) {
	found, err := s.ownWebhook(ctx, of)
	if err != nil {
		return nil, err
	}
	v, err := s.Reader.Now(ctx)
	if err != nil {
		return nil, s.problemOf(ctx, err)
	}
	defer v.Close()
	receiver, err := v.Receiver(found)
	if err != nil {
		return nil, s.problemOf(ctx, err)
	}
	t, err := webhook.Find(v, receiver.Caller, message)
	if err != nil {
		if errors.Is(err, view.ErrNotFound) {
			return nil, problem.At("not_found", "message", message, "the webhook's party is told no message of this id")
		}
		return nil, s.problemOf(ctx, err)
	}
	w := delivery.Wanted{Subscriber: found.Number(), Message: message, Place: delivery.Place{Sequence: t.Sequence, Event: t.Event}}
	if err := s.Deliveries.Want(ctx, w); err != nil {
		return nil, s.problemOf(ctx, err)
	}
	return &output[Wished]{Wished{Message: message}}, nil
}

// deliveries shows how far a webhook has come.
func (s *server) deliveries(ctx context.Context, of id.Webhook, before uint64, limit int) (Deliveries, error) {
	if limit == 0 {
		limit = view.LimitDefault
	}
	shown := Deliveries{Items: []Delivery{}}
	v, err := s.Reader.Now(ctx)
	if err != nil {
		return shown, err
	}
	record, err := v.Webhook(callerOf(ctx), of)
	if err := errors.Join(err, v.Close()); err != nil {
		return shown, err
	}
	p, known, err := s.Deliveries.Progress(ctx, of.Number())
	if err != nil {
		return shown, err
	}
	if !known {
		p.Place = delivery.Place{Sequence: record.Opened, Event: delivery.Whole}
	}
	shown.Cursor, shown.Tries = webhook.Cursor(p.Place), p.Tries
	if head := s.Engine.Head().Sequence; head > p.Place.Sequence {
		shown.Behind = head - p.Place.Sequence
	}
	if p.Tries > 0 {
		shown.Since, shown.NextTry = view.Time(p.Since), view.Time(p.Next)
	}
	attempts, err := s.Deliveries.Attempts(ctx, of.Number(), before, limit+1)
	if err != nil {
		return shown, err
	}
	if len(attempts) > limit {
		attempts = attempts[:limit]
		shown.Next = attempts[limit-1].Number
	}
	for i := range attempts {
		shown.Items = append(shown.Items, deliveryOf(&attempts[i]))
	}
	return shown, nil
}

func deliveryOf(a *delivery.Attempt) Delivery {
	d := Delivery{
		Number: a.Number, Message: a.Message, Type: a.Kind, At: view.Time(a.At), Millis: a.Millis, Status: a.Status, Answer: strings.ToValidUTF8(string(a.Answer), "�"),
		Taken: a.Failure == "", Failure: a.Failure,
	}
	if a.Place != (delivery.Place{}) {
		d.Cursor = webhook.Cursor(a.Place)
	}
	return d
}

type eventsInput struct {
	After string   `query:"after" maxLength:"40" doc:"cursor of the page or message before; missing: from the beginning"`
	Kinds []string `query:"kinds" maxItems:"100" doc:"of messages, separated by commas; missing: all"`
	Limit int      `query:"limit" minimum:"0" maximum:"500" doc:"0 is 50"`
}

// eventEntriesMax is how many entries one request looks through.
const eventEntriesMax = 2_000

func (s *server) registerEvents() {
	huma.Register(s.huma, s.operation("list_events"), func(ctx context.Context, in *eventsInput) (*output[Events], error) {
		place, err := s.place("query.after", in.After)
		if err != nil {
			return nil, err
		}
		f := &fields{}
		kinds := f.eventKinds(in.Kinds)
		if err := f.problem(); err != nil {
			return nil, err
		}
		page, err := s.events(ctx, callerOf(ctx), place, kinds, in.Limit)
		if err != nil {
			return nil, s.problemOf(ctx, err)
		}
		return &output[Events]{page}, nil
	})
	huma.Register(s.huma, s.operation("list_event_kinds"), func(context.Context, *struct{}) (*output[EventKinds], error) {
		return &output[EventKinds]{EventKinds{view.Kinds()}}, nil
	})
}

func (s *server) events(ctx context.Context, c access.Caller, after delivery.Place, kinds []string, limit int) (Events, error) {
	if limit == 0 {
		limit = view.LimitDefault
	}
	page := Events{Items: []webhook.Message{}}
	v, err := s.Reader.Now(ctx)
	if err != nil {
		return page, err
	}
	defer v.Close()
	found, reached, err := webhook.Scan(v, c, after, kinds, limit, eventEntriesMax)
	if err != nil {
		return page, err
	}
	for i := range found {
		m, err := webhook.Compose(v, c, &found[i], s.record)
		if err != nil {
			return page, err
		}
		page.Items = append(page.Items, m)
	}
	page.Cursor, page.Watermark = webhook.Cursor(reached), v.Watermark()
	page.More = reached.Before(delivery.Place{Sequence: v.Watermark(), Event: delivery.Whole})
	return page, nil
}

// shownAs is how the API shows the records of one kind.
type shownAs struct {
	route route
	find  func(v *view.View, c access.Caller, text string) (any, error)
}

// record shows any record by its id, as the API shows it to a caller.
func (s *server) record(v *view.View, c access.Caller, text string) (path string, record any, err error) {
	shown, known := s.records[id.PrefixOf(text)]
	if !known || !s.guard.Permits(c, []string{shown.route.name})[0] {
		return "", nil, view.ErrNotFound
	}
	record, err = shown.find(v, c, text)
	return strings.Replace(shown.route.path, "{id}", text, 1), record, err
}
