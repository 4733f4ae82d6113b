package console

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/party"
	"millrace/edge/access"
	"millrace/edge/locale"
	"millrace/edge/problem"
	"millrace/edge/view"
	"millrace/edge/webhook"
	"millrace/engine"
	"millrace/engine/delivery"
)

// webhookRoutes are the pages of webhooks, and what their forms ask for that is no command of the book.
var webhookRoutes = []route{
	{"GET /webhooks", "/webhooks", "webhooks", showWebhooks},
	{"GET /webhooks/{id}", "/webhooks", "webhook", showWebhook},
	{"POST /webhooks/{id}/test", "/webhooks", "webhook", askTest},
	{"POST /webhooks/{id}/retry", "/webhooks", "webhook", askRetry},
	{"POST /webhooks/{id}/replay", "/webhooks", "webhook", askReplay},
	{"POST /webhooks/{id}/messages", "/webhooks", "webhook", askMessage},
}

func init() { routes = append(routes, webhookRoutes...) }

// Tells tells whether the caller has messages sent by webhooks.
func (f frame) Tells() bool { return f.Caller.Role&book.WebhookRoles != 0 }

// webhookList is the page of all webhooks.
type webhookList struct {
	list
	Items []view.Webhook
}

func showWebhooks(v *visit) (any, error) {
	var l webhookList
	var q view.Query
	l.list, q = v.list("Webhooks", party.WebhookStateNames[1:])
	page, err := v.Webhooks(v.caller, q)
	if err != nil {
		return nil, err
	}
	l.Items = page.Items
	l.end(v, page.Next, len(page.Items))
	return l, nil
}

// webhookPage is one webhook: what it is told, how far it has come, and every attempt.
type webhookPage struct {
	view.Webhook
	Cursor   string
	Behind   uint64
	Tries    int
	Since    string
	NextTry  string
	Attempts []attempt
	Older    uint64 // number before which there are older attempts; 0 for none
	Paged    bool   // this is not the first part
	Waiting  int    // messages that were asked for out of their turn
	Secret   string // shown this once; "" for none
	Public   bool   // it is a public key
	Asked    string // what was asked for just now; "" for nothing
	Token    string
	Timeline []view.Entry
	Problem  *problem.Problem

	code int
}

// attempt is one line of the log.
type attempt struct {
	delivery.Attempt
	When   string
	Cursor string
	Said   string
	Again  bool // it can be sent once more
}

func (p *webhookPage) title() *locale.Text { return locale.Say("Webhook %s", p.ID) }

func (p *webhookPage) status() int { return p.code }

// attemptsShown is how many attempts one page shows.
const attemptsShown = 50

// askedFor says what happens next, by the name that a form's answer carries in its address.
var askedFor = map[string]string{
	"test":    "A test message is sent presently. Load this page again to see what became of it.",
	"retry":   "The message that waits is tried presently. Load this page again to see what became of it.",
	"replay":  "What was sent since that place is sent again, presently and in its order.",
	"message": "The message is sent once more, presently. Load this page again to see what became of it.",
}

func showWebhook(v *visit) (any, error) {
	of, err := identity[id.Webhook](v)
	if err != nil {
		return nil, err
	}
	return v.webhookPage(of)
}

func (v *visit) webhookPage(of id.Webhook) (*webhookPage, error) {
	shown, err := v.Webhook(v.caller, of)
	if err != nil {
		return nil, err
	}
	p := &webhookPage{Webhook: shown, Asked: askedFor[v.asked("asked")], Token: v.console.token(v.request), code: http.StatusOK}
	p.Secret = v.console.shown.show(of, v.caller.Actor)
	p.Public = strings.HasPrefix(p.Secret, "whpk_")
	if err := v.progressOf(of, p); err != nil {
		return nil, err
	}
	if err := v.attemptsOf(of, p); err != nil {
		return nil, err
	}
	story, err := v.Story(v.caller, shown.ID, view.Query{Limit: chronicleMax})
	p.Timeline = story.Items
	return p, err
}

func (v *visit) progressOf(of id.Webhook, p *webhookPage) error {
	at, known, err := v.console.deliveries.Progress(v.request.Context(), of.Number())
	if err != nil {
		return err
	}
	if !known {
		at.Place = delivery.Place{Sequence: p.Opened, Event: delivery.Whole}
	}
	p.Cursor, p.Tries = webhook.Cursor(at.Place), at.Tries
	if head := v.Watermark(); head > at.Place.Sequence {
		p.Behind = head - at.Place.Sequence
	}
	if at.Tries > 0 {
		p.Since, p.NextTry = view.Time(at.Since), view.Time(at.Next)
	}
	waiting, err := v.console.deliveries.Wanted(v.request.Context(), 1<<62)
	p.Waiting = len(slices.DeleteFunc(waiting, func(w delivery.Wanted) bool { return w.Subscriber != of.Number() }))
	return err
}

func (v *visit) attemptsOf(of id.Webhook, p *webhookPage) error {
	before := numberAsked(v.asked("before"))
	p.Paged = before != 0
	attempts, err := v.console.deliveries.Attempts(v.request.Context(), of.Number(), before, attemptsShown+1)
	if err != nil {
		return err
	}
	if len(attempts) > attemptsShown {
		attempts = attempts[:attemptsShown]
		p.Older = attempts[attemptsShown-1].Number
	}
	for _, a := range attempts {
		line := attempt{Attempt: a, When: view.Time(a.At), Said: strings.ToValidUTF8(string(a.Answer), "�")}
		if line.Again = a.Place != (delivery.Place{}) && p.State != party.WebhookEnded.String(); a.Place != (delivery.Place{}) {
			line.Cursor = webhook.Cursor(a.Place)
		}
		p.Attempts = append(p.Attempts, line)
	}
	return nil
}

// numberAsked reads a number in an address; 0 for none.
func numberAsked(text string) uint64 {
	place, ok := webhook.ParseCursor(text)
	if !ok || place.Event != delivery.Whole {
		return 0
	}
	return place.Sequence
}

// asking is what a form of a webhook's page asks for.
type asking struct {
	of   id.Webhook
	page *webhookPage
	form func(name string) string
}

// askOf reads a form of a webhook's page, by somebody who has messages sent by it. A problem stands on the page that comes back.
func askOf(v *visit, name string, do func(a *asking) error) (any, error) {
	of, err := identity[id.Webhook](v)
	if err != nil {
		return nil, err
	}
	if v.caller.Role&book.WebhookRoles == 0 {
		return nil, problem.New("role_forbidden", v.w.T("this is for the roles %s", locale.List(book.WebhookRoles.Names())))
	}
	if v.caller.Scopes == party.ScopeRead {
		return nil, access.ErrScope
	}
	page, err := v.webhookPage(of)
	if err != nil {
		return nil, err
	}
	a := &asking{of: of, page: page, form: func(name string) string { return strings.TrimSpace(v.request.PostFormValue(name)) }}
	v.request.Body = http.MaxBytesReader(nil, v.request.Body, deedBytesMax)
	switch err := v.request.ParseForm(); {
	case err != nil:
		err = problem.New("request_malformed", "what was sent is no form of this page, or is larger than one")
		return page.refuse(err), nil
	case !v.console.owns(v.request, a.form("token")):
		return page.refuse(problem.New("form_expired", "the form was made for another session, or before the node was started again; send it once more")), nil
	case page.State == party.WebhookEnded.String():
		return page.refuse(problem.New("webhook_ended", "this webhook has ended")), nil
	}
	if err := do(a); err != nil {
		var known *problem.Problem
		if errors.As(err, &known) {
			return page.refuse(known), nil
		}
		return nil, err
	}
	return redirect{"/webhooks/" + page.ID + "?asked=" + name}, nil
}

func (p *webhookPage) refuse(err error) *webhookPage {
	p.Problem = translate(err)
	p.code = p.Problem.Status
	return p
}

func askTest(v *visit) (any, error) {
	return askOf(v, "test", func(a *asking) error {
		// Pressed twice within a second, it is one test.
		var key [16]byte
		copy(key[:], time.Now().UTC().Format("060102150405"))
		return v.console.deliveries.Want(v.request.Context(), delivery.Wanted{Subscriber: a.of.Number(), Message: webhook.TestID(key)})
	})
}

func askRetry(v *visit) (any, error) {
	return askOf(v, "retry", func(a *asking) error { return webhook.TryNow(v.request.Context(), v.console.deliveries, a.of) })
}

func askReplay(v *visit) (any, error) {
	return askOf(v, "replay", func(a *asking) error {
		place, ok := webhook.ParseCursor(a.form("after"))
		if !ok || a.form("after") == "" || place.Sequence > v.Watermark() {
			return problem.At("cursor_invalid", "after", a.form("after"), "a cursor is a place in the journal that a message has named, like 4711.2, or the number of an entry; 0 is the beginning")
		}
		return webhook.Replay(v.request.Context(), v.console.deliveries, a.of, place)
	})
}

func askMessage(v *visit) (any, error) {
	return askOf(v, "message", func(a *asking) error {
		receiver, err := v.Receiver(a.of)
		if err != nil {
			return err
		}
		told, err := webhook.Find(v.View, receiver.Caller, a.form("message"))
		if errors.Is(err, view.ErrNotFound) {
			return problem.At("not_found", "message", a.form("message"), "the webhook’s party is told no message of this id any more")
		}
		if err != nil {
			return err
		}
		return v.console.deliveries.Want(v.request.Context(), delivery.Wanted{
			Subscriber: a.of.Number(), Message: a.form("message"), Place: delivery.Place{Sequence: told.Sequence, Event: told.Event},
		})
	})
}

// opened is the webhook that an answer is about.
func webhookOf(a *engine.Answer) id.Webhook {
	for _, e := range a.Events {
		switch e := e.(type) {
		case *book.WebhookOpened:
			return e.Webhook.ID
		case *book.WebhookSecretRotated:
			return e.Webhook
		}
	}
	return 0
}
