package console

import (
	"crypto/rand"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/party"
	"millrace/edge/intake"
	"millrace/edge/view"
	"millrace/edge/webhook"
	"millrace/engine"
)

// webhookDeeds are the acts on webhooks.
var webhookDeeds = []deed{
	{path: "/webhooks/new", place: "/webhooks", open: openWebhook},
	{path: "/webhooks/{id}/change", place: "/webhooks", open: openWebhookChange},
	{path: "/webhooks/{id}/secret", place: "/webhooks", fields: map[string]string{"webhook_overlap_invalid": "hours"}, open: openRotation},
	{path: "/webhooks/{id}/pause", place: "/webhooks", open: openWebhookPause},
	{path: "/webhooks/{id}/resumption", place: "/webhooks", open: openWebhookResumption},
	{path: "/webhooks/{id}/ending", place: "/webhooks", open: openWebhookEnding},
}

func init() { deeds = append(deeds, webhookDeeds...) }

// shownSpan is how long a new secret is shown to who has made it.
const shownSpan = 10 * time.Minute

// newSecrets are those that were made a moment ago, in memory alone: after shownSpan, or a restart, they are shown to nobody.
type newSecrets struct {
	mutex sync.Mutex
	of    map[id.Webhook]newSecret // guarded by mutex
}

type newSecret struct {
	text  string
	maker id.Actor
	until time.Time
}

func (s *newSecrets) keep(of id.Webhook, text string, maker id.Actor) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	now := time.Now()
	for other, secret := range s.of {
		if now.After(secret.until) {
			delete(s.of, other)
		}
	}
	if s.of == nil {
		s.of = map[id.Webhook]newSecret{}
	}
	s.of[of] = newSecret{text, maker, now.Add(shownSpan)}
}

func (s *newSecrets) show(of id.Webhook, to id.Actor) string {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	secret, known := s.of[of]
	if !known || secret.maker != to || time.Now().After(secret.until) {
		return ""
	}
	return secret.text
}

// webhookTerms are what a person says of a webhook.
type webhookTerms struct {
	url, description, kinds *input
}

// asksWebhook asks for them, with what stands as presets.
func (v *visit) asksWebhook(f *deedForm, w *view.Webhook) webhookTerms {
	hint := "By https:// to a public address. Every message is sent there by POST."
	if v.console.reach == webhook.Private {
		hint = "This node also sends without TLS and to private networks."
	}
	return webhookTerms{
		url:         f.value(input{Name: "url", Label: "Address", Kind: "text", Hint: hint}, w.URL),
		description: f.value(input{Name: "description", Label: "What it is for", Kind: "text", Hint: "For your own people: “ERP, live”.", Optional: true}, w.Description),
		kinds: f.value(input{Name: "kinds", Label: "Kinds of messages", Kind: "area", Hint: "One a line, like receivable.confirmed; the list is at /v1/event-kinds. Empty for all.", Optional: true},
			strings.Join(w.Kinds, "\n")),
	}
}

// check looks at the address and gives the kinds in order.
func (t *webhookTerms) check(reach webhook.Reach) []string {
	if err := webhook.CheckAddress(t.url.Value, reach); err != nil {
		t.url.bad("The address %v.", err)
	}
	if len(t.description.Value) > 300 {
		t.description.bad("Say it in 300 characters.")
	}
	kinds := strings.FieldsFunc(t.kinds.Value, func(r rune) bool { return r == '\n' || r == '\r' || r == ',' || r == ' ' || r == ';' })
	slices.Sort(kinds)
	kinds = slices.Compact(kinds)
	all := view.Kinds()
	for _, kind := range kinds {
		if !slices.ContainsFunc(all, func(k view.Kind) bool { return k.Kind == kind }) {
			t.kinds.bad("%q is not a kind of messages.", kind)
		}
	}
	return kinds
}

// keepTerms puts address and description into the vault.
func (v *visit) keepTerms(t *webhookTerms, address, description *party.Reference) error {
	if err := v.keepAs(intake.KindWebhook, t.url, (*[32]byte)(address)); err != nil || t.description.Value == "" {
		return err
	}
	return v.keepAs(intake.KindWebhook, t.description, (*[32]byte)(description))
}

// newSecret makes a secret for a webhook, puts it into the vault, and gives what shows it once the command is answered.
func (v *visit) newSecret(scheme party.WebhookScheme, into *party.Reference) (shown string, err error) {
	kept, shown, err := webhook.NewSecret(scheme, rand.Reader)
	if err != nil {
		return "", err
	}
	return shown, v.keepAs(intake.KindWebhookSecret, &input{Value: kept}, (*[32]byte)(into))
}

func openWebhook(v *visit, f *deedForm) (*prepared, error) {
	f.Heading, f.Give, f.Back, f.BackName = "Open a webhook", "Open it", "/webhooks", "Webhooks"
	f.Note = "What happens from now on to the records that you see is sent to an address of yours, in order, each message signed. Whoever receives it sees what you see."
	home, err := v.Party(v.caller, v.caller.Party)
	if err != nil {
		return nil, err
	}
	f.fact("For", escape(home.Name))
	f.fact("Seen as", escape(capital(v.w.Word(strings.Join(v.caller.Role.Names(), ", ")))))
	terms := v.asksWebhook(f, &view.Webhook{})
	scheme := f.value(input{Name: "signature", Label: "Signed by", Choices: []option{
		{"v1", "A shared secret (HMAC-SHA256)", "What most libraries for Standard Webhooks take."}, {"v1a", "A key of this node alone (Ed25519)", "The receiver has the public key, by which nobody can sign."},
	}}, "v1")
	if !f.asked {
		return nil, nil
	}
	c := &book.OpenWebhook{Party: v.caller.Party, Kinds: terms.check(v.console.reach), Scheme: party.WebhookSymmetric + party.WebhookScheme(max(scheme.chosen(), 0))}
	if !f.complete() {
		return nil, nil
	}
	shown := ""
	p := v.unsignedDeed(f, c, func(book.Command) (err error) {
		if err := v.keepTerms(&terms, &c.Address, &c.Description); err != nil {
			return err
		}
		shown, err = v.newSecret(c.Scheme, &c.Secret)
		return err
	})
	p.then = func(a *engine.Answer) { p.after = v.showSecret(a, shown) }
	return p, nil
}

// showSecret lets who has made a secret see it on the webhook's page, and gives the page.
func (v *visit) showSecret(a *engine.Answer, secret string) string {
	of := webhookOf(a)
	if !a.Repeat {
		v.console.shown.keep(of, secret, v.caller.Actor)
	}
	return "/webhooks/" + of.String()
}

// webhookAddressed begins the form of an act on one webhook.
func (v *visit) webhookAddressed(f *deedForm, heading, give string) (id.Webhook, *view.Webhook, error) {
	of, err := identity[id.Webhook](v)
	if err != nil {
		return 0, nil, err
	}
	w, err := v.Webhook(v.caller, of)
	if err != nil {
		return 0, nil, err
	}
	f.Heading, f.Give, f.Back, f.BackName = heading, give, "/webhooks/"+w.ID, f.w.T("Webhook %s", w.ID)
	f.fact("For", named(w.Party))
	f.fact("Address", escape(w.URL))
	f.fact("State", v.w.badge(w.State))
	return of, &w, nil
}

func openWebhookChange(v *visit, f *deedForm) (*prepared, error) {
	of, w, err := v.webhookAddressed(f, "Change a webhook", "Change it")
	if err != nil {
		return nil, err
	}
	terms := v.asksWebhook(f, w)
	if !f.asked {
		return nil, nil
	}
	c := &book.ChangeWebhook{Webhook: of, Kinds: terms.check(v.console.reach)}
	if !f.complete() {
		return nil, nil
	}
	return v.unsignedDeed(f, c, func(book.Command) error { return v.keepTerms(&terms, &c.Address, &c.Description) }), nil
}

func openRotation(v *visit, f *deedForm) (*prepared, error) {
	of, w, err := v.webhookAddressed(f, "Sign by a new secret", "Make a new secret")
	if err != nil {
		return nil, err
	}
	f.Note = "The new secret is shown once, on the page that follows. Until the hours are over every message carries two signatures, so that the receiver changes over without losing one."
	hours := f.value(input{Name: "hours", Label: "Hours for which the former secret stands", Kind: "text", Hint: "0 to 168; 0 where it is known to somebody who should not know it."}, "24")
	if !f.asked {
		return nil, nil
	}
	n, err := strconv.ParseUint(hours.Value, 10, 16)
	if err != nil || n > book.WebhookOverlapMax {
		hours.bad("Write a whole number of hours, 0 to %d.", book.WebhookOverlapMax)
	}
	if !f.complete() {
		return nil, nil
	}
	c := &book.RotateWebhookSecret{Webhook: of, Hours: uint16(n)}
	scheme := party.WebhookScheme(slices.Index(party.WebhookSchemeNames[:], w.Signature))
	shown := ""
	p := v.unsignedDeed(f, c, func(book.Command) (err error) {
		shown, err = v.newSecret(scheme, &c.Secret)
		return err
	})
	p.then = func(a *engine.Answer) { p.after = v.showSecret(a, shown) }
	return p, nil
}

func openWebhookPause(v *visit, f *deedForm) (*prepared, error) {
	of, _, err := v.webhookAddressed(f, "Pause a webhook", "Pause it")
	if err != nil {
		return nil, err
	}
	f.Note = "Nothing is sent until it is resumed. Then it goes on where it stopped: no message is lost."
	return v.unsignedDeed(f, &book.PauseWebhook{Webhook: of, Cause: party.WebhookByHand}, nil), nil
}

func openWebhookResumption(v *visit, f *deedForm) (*prepared, error) {
	of, _, err := v.webhookAddressed(f, "Resume a webhook", "Resume it")
	if err != nil {
		return nil, err
	}
	f.Note = "It goes on where it stopped: what has happened meanwhile is sent now, in its order."
	return v.unsignedDeed(f, &book.ResumeWebhook{Webhook: of}, nil), nil
}

func openWebhookEnding(v *visit, f *deedForm) (*prepared, error) {
	of, _, err := v.webhookAddressed(f, "End a webhook", "End it for good")
	if err != nil {
		return nil, err
	}
	f.Note = "Nothing is sent any more, and it can’t be taken up again. To stop for a while, pause it."
	return v.unsignedDeed(f, &book.EndWebhook{Webhook: of, Cause: party.WebhookByHand}, nil), nil
}
