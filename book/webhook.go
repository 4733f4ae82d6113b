package book

import (
	"slices"

	"millrace/domain/id"
	"millrace/domain/party"
)

func init() {
	registerCommand(func() act { return &OpenWebhook{} })
	registerCommand(func() act { return &ChangeWebhook{} })
	registerCommand(func() act { return &RotateWebhookSecret{} })
	registerCommand(func() act { return &PauseWebhook{} })
	registerCommand(func() act { return &ResumeWebhook{} })
	registerCommand(func() act { return &EndWebhook{} })
	registerEvent(func() fact { return &WebhookOpened{} })
	registerEvent(func() fact { return &WebhookChanged{} })
	registerEvent(func() fact { return &WebhookSecretRotated{} })
	registerEvent(func() fact { return &WebhookMoved{} })
	for kind := commandOpenWebhook; kind <= commandEndWebhook; kind++ {
		permitted[kind] = WebhookRoles
	}
}

// WebhookRoles may have messages sent to their own party: all but those who look at what is others'.
const WebhookRoles = party.Operator | party.Anchor | party.Seller | party.Buyer | party.Funder | party.Custodian | party.Bank | party.WarehouseKeeper | party.Carrier

// Bounds of webhooks.
const (
	WebhooksMax             = 20  // of a party that have not ended
	WebhookKindsMax         = 100 // that one webhook names
	webhookKindMax          = 64  // characters of one
	WebhookOverlapMax       = 168 // hours for which messages are signed under the former secret too
	microsPerHour     int64 = 3_600_000_000
)

// OpenWebhook has what happens from now on sent to an address of a party. The operator may do so for any party; then the party's records are
// seen through all its roles, else through the actor's own.
type OpenWebhook struct {
	Party       id.Party            `cbor:"1,keyasint"`
	Address     party.Reference     `cbor:"2,keyasint"` // the URL, in the vault
	Description party.Reference     `cbor:"3,keyasint,omitzero"`
	Kinds       []string            `cbor:"4,keyasint,omitempty"` // ascending; none: all
	Scheme      party.WebhookScheme `cbor:"5,keyasint"`
	Secret      party.Reference     `cbor:"6,keyasint"` // in the vault
}

// Kind names the stored form.
func (*OpenWebhook) Kind() uint16 { return commandOpenWebhook }

func (c *OpenWebhook) decide(d *draft) *Rejection {
	p := d.parties.at(c.Party.Number())
	if p == nil {
		return reject("party_unknown", "party", "there is no party %s", c.Party)
	}
	if rejection := d.own(c.Party, "party"); rejection != nil {
		return rejection
	}
	if p.State != party.Onboarded {
		return reject("party_not_onboarded", "party", "party %s is %s", c.Party, p.State)
	}
	if c.Address == (party.Reference{}) {
		return reject("webhook_address_missing", "url", "the address to which messages are sent is missing")
	}
	if rejection := kindsInOrder(c.Kinds); rejection != nil {
		return rejection
	}
	if c.Scheme != party.WebhookSymmetric && c.Scheme != party.WebhookAsymmetric {
		return reject("webhook_scheme_invalid", "signature", "messages are signed by v1 or v1a")
	}
	if c.Secret == (party.Reference{}) {
		return reject("webhook_secret_missing", "", "the secret by which messages are signed is missing")
	}
	if len(d.webhooksOf[c.Party]) >= WebhooksMax {
		return reject("webhooks_full", "party", "party %s has %d webhooks that have not ended", c.Party, WebhooksMax)
	}
	role := d.actor.Role
	if c.Party != d.by() {
		role = party.Auditor
	}
	d.emit(&WebhookOpened{Webhook: party.Webhook{
		ID: id.Make[id.Webhook](d.shard, d.number(tableWebhook, d.webhooks.count)), Party: c.Party, Role: role, Address: c.Address, Description: c.Description,
		Kinds: slices.Clone(c.Kinds), Scheme: c.Scheme, Secret: c.Secret, State: party.WebhookLive, Maker: d.header.Actor, Opened: d.header.Sequence,
	}})
	return nil
}

// kindsInOrder refuses kinds of messages that are no names, too many, or not ascending.
func kindsInOrder(kinds []string) *Rejection {
	if len(kinds) > WebhookKindsMax {
		return reject("webhook_kinds_invalid", "kinds", "a webhook names at most %d kinds; name none for all", WebhookKindsMax)
	}
	for i, kind := range kinds {
		if !isKind(kind) || i > 0 && kinds[i-1] >= kind {
			return reject("webhook_kinds_invalid", "kinds", "kinds are names like receivable.confirmed, each once, in order: %.64q", kind)
		}
	}
	return nil
}

// isKind tells whether a text is the name of a kind: small letters and underscores round one point.
func isKind(text string) bool {
	points := 0
	for i := range len(text) {
		switch c := text[i]; {
		case c == '.':
			points++
		case c != '_' && (c < 'a' || c > 'z'):
			return false
		}
	}
	return points == 1 && text[0] != '.' && text[len(text)-1] != '.' && len(text) <= webhookKindMax
}

// webhook finds a webhook that has not ended and is the actor's to change.
func (d *draft) webhook(of id.Webhook) (*party.Webhook, *Rejection) {
	w := d.webhooks.at(of.Number())
	if w == nil {
		return nil, reject("webhook_unknown", "webhook", "there is no webhook %s", of)
	}
	if rejection := d.own(w.Party, "webhook"); rejection != nil {
		return nil, rejection
	}
	if w.State == party.WebhookEnded {
		return nil, reject("webhook_ended", "webhook", "webhook %s has ended", of)
	}
	return w, nil
}

// ChangeWebhook puts address, description and kinds in the place of those of before.
type ChangeWebhook struct {
	Webhook     id.Webhook      `cbor:"1,keyasint"`
	Address     party.Reference `cbor:"2,keyasint"`
	Description party.Reference `cbor:"3,keyasint,omitzero"`
	Kinds       []string        `cbor:"4,keyasint,omitempty"` // ascending; none: all
}

// Kind names the stored form.
func (*ChangeWebhook) Kind() uint16 { return commandChangeWebhook }

func (c *ChangeWebhook) decide(d *draft) *Rejection {
	w, rejection := d.webhook(c.Webhook)
	if rejection != nil {
		return rejection
	}
	if c.Address == (party.Reference{}) {
		return reject("webhook_address_missing", "url", "the address to which messages are sent is missing")
	}
	if rejection := kindsInOrder(c.Kinds); rejection != nil {
		return rejection
	}
	d.emit(&WebhookChanged{Webhook: w.ID, Address: c.Address, Description: c.Description, Kinds: slices.Clone(c.Kinds)})
	return nil
}

// RotateWebhookSecret puts a secret in the place of the one of before, under which messages are signed for some hours more, so that the receiver
// can change over without losing one.
type RotateWebhookSecret struct {
	Webhook id.Webhook      `cbor:"1,keyasint"`
	Secret  party.Reference `cbor:"2,keyasint"` // in the vault
	Hours   uint16          `cbor:"3,keyasint"` // 0: the former secret ends at once
}

// Kind names the stored form.
func (*RotateWebhookSecret) Kind() uint16 { return commandRotateWebhookSecret }

func (c *RotateWebhookSecret) decide(d *draft) *Rejection {
	w, rejection := d.webhook(c.Webhook)
	if rejection != nil {
		return rejection
	}
	if c.Secret == (party.Reference{}) {
		return reject("webhook_secret_missing", "", "the secret by which messages are signed is missing")
	}
	if c.Hours > WebhookOverlapMax {
		return reject("webhook_overlap_invalid", "hours", "two secrets overlap for at most %d hours", WebhookOverlapMax)
	}
	e := &WebhookSecretRotated{Webhook: w.ID, Secret: c.Secret}
	if c.Hours > 0 {
		e.Former, e.FormerUntil = w.Secret, d.header.At+int64(c.Hours)*microsPerHour
	}
	d.emit(e)
	return nil
}

// PauseWebhook stops sending. Failing is the word of the node's own machine: nobody has taken a message for days.
type PauseWebhook struct {
	Webhook id.Webhook         `cbor:"1,keyasint"`
	Cause   party.WebhookCause `cbor:"2,keyasint"`
}

// Kind names the stored form.
func (*PauseWebhook) Kind() uint16 { return commandPauseWebhook }

func (c *PauseWebhook) decide(d *draft) *Rejection {
	w, rejection := d.webhook(c.Webhook)
	if rejection != nil {
		return rejection
	}
	if w.State != party.WebhookLive {
		return reject("webhook_state", "webhook", "webhook %s is %s", w.ID, w.State)
	}
	if c.Cause != party.WebhookByHand && (c.Cause != party.WebhookFailing || !d.isOperator()) {
		return reject("webhook_cause_invalid", "cause", "a person pauses a webhook by hand; that it fails is for the node to say")
	}
	d.emit(&WebhookMoved{Webhook: w.ID, State: party.WebhookPaused, Cause: c.Cause})
	return nil
}

// ResumeWebhook goes on sending where it stopped.
type ResumeWebhook struct {
	Webhook id.Webhook `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*ResumeWebhook) Kind() uint16 { return commandResumeWebhook }

func (c *ResumeWebhook) decide(d *draft) *Rejection {
	w, rejection := d.webhook(c.Webhook)
	if rejection != nil {
		return rejection
	}
	if w.State != party.WebhookPaused {
		return reject("webhook_state", "webhook", "webhook %s is %s", w.ID, w.State)
	}
	d.emit(&WebhookMoved{Webhook: w.ID, State: party.WebhookLive})
	return nil
}

// EndWebhook ends a webhook for good. Gone is the word of the node's own machine: the receiver has answered that it is gone.
type EndWebhook struct {
	Webhook id.Webhook         `cbor:"1,keyasint"`
	Cause   party.WebhookCause `cbor:"2,keyasint"`
}

// Kind names the stored form.
func (*EndWebhook) Kind() uint16 { return commandEndWebhook }

func (c *EndWebhook) decide(d *draft) *Rejection {
	w, rejection := d.webhook(c.Webhook)
	if rejection != nil {
		return rejection
	}
	if c.Cause != party.WebhookByHand && (c.Cause != party.WebhookGone || !d.isOperator()) {
		return reject("webhook_cause_invalid", "cause", "a person ends a webhook by hand; that its receiver is gone is for the node to say")
	}
	d.emit(&WebhookMoved{Webhook: w.ID, State: party.WebhookEnded, Cause: c.Cause})
	return nil
}

// WebhookOpened says that messages are sent from now on.
type WebhookOpened struct {
	Webhook party.Webhook `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*WebhookOpened) Kind() uint16 { return eventWebhookOpened }

func (e *WebhookOpened) fold(b *Book) {
	number := e.Webhook.ID.Number()
	b.webhooks.add(number, e.Webhook)
	b.indexWebhook(b.webhooks.at(number))
	b.touched(tableWebhook, number, &b.webhooks.at(number).Entry)
}

// WebhookChanged says where messages go from now on, and of which kinds.
type WebhookChanged struct {
	Webhook     id.Webhook      `cbor:"1,keyasint"`
	Address     party.Reference `cbor:"2,keyasint"`
	Description party.Reference `cbor:"3,keyasint,omitzero"`
	Kinds       []string        `cbor:"4,keyasint,omitempty"`
}

// Kind names the stored form.
func (*WebhookChanged) Kind() uint16 { return eventWebhookChanged }

func (e *WebhookChanged) fold(b *Book) {
	w := b.webhooks.at(e.Webhook.Number())
	w.Address, w.Description, w.Kinds = e.Address, e.Description, e.Kinds
	b.touched(tableWebhook, e.Webhook.Number(), &w.Entry)
}

// WebhookSecretRotated says under which secret messages are signed, and until when under the former one too.
type WebhookSecretRotated struct {
	Webhook     id.Webhook      `cbor:"1,keyasint"`
	Secret      party.Reference `cbor:"2,keyasint"`
	Former      party.Reference `cbor:"3,keyasint,omitzero"`
	FormerUntil int64           `cbor:"4,keyasint,omitzero"` // stamp
}

// Kind names the stored form.
func (*WebhookSecretRotated) Kind() uint16 { return eventWebhookSecretRotated }

func (e *WebhookSecretRotated) fold(b *Book) {
	w := b.webhooks.at(e.Webhook.Number())
	w.Secret, w.Former, w.FormerUntil = e.Secret, e.Former, e.FormerUntil
	b.touched(tableWebhook, e.Webhook.Number(), &w.Entry)
}

// WebhookMoved says that a webhook is paused, goes on, or has ended.
type WebhookMoved struct {
	Webhook id.Webhook         `cbor:"1,keyasint"`
	State   party.WebhookState `cbor:"2,keyasint"`
	Cause   party.WebhookCause `cbor:"3,keyasint,omitzero"`
}

// Kind names the stored form.
func (*WebhookMoved) Kind() uint16 { return eventWebhookMoved }

func (e *WebhookMoved) fold(b *Book) {
	w := b.webhooks.at(e.Webhook.Number())
	w.State, w.Cause = e.State, e.Cause
	if w.State == party.WebhookEnded {
		remove(b.webhooksOf, w.Party, w.ID)
	}
	b.touched(tableWebhook, e.Webhook.Number(), &w.Entry)
}
