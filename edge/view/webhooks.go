package view

import (
	"fmt"
	"strings"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/party"
	"millrace/edge/access"
	"millrace/edge/locale"
)

var webhooks = source[party.Webhook]{
	table: "webhook", state: "state", parties: []string{"party"}, scope: shares(share{roles: anyRole, sql: "party = ?"}),
}

// Webhook is a party's standing wish to be told what happens. Its secret is shown once, when it is made.
type Webhook struct {
	ID          string   `json:"id"`
	Party       *Ref     `json:"party"`
	Role        string   `json:"role" doc:"through which the party's records are seen; auditor: through all roles of the party"`
	URL         string   `json:"url,omitempty" doc:"missing where it was erased"`
	Description string   `json:"description,omitempty"`
	Kinds       []string `json:"kinds" doc:"of messages; none: all"`
	Signature   string   `json:"signature" enum:"v1,v1a" doc:"v1: HMAC-SHA256 under a secret that both sides hold; v1a: Ed25519"`
	State       string   `json:"state" enum:"live,paused,ended"`
	Cause       string   `json:"cause,omitempty" enum:"by_hand,failing,gone" doc:"of a webhook that is not live"`
	FormerUntil string   `json:"former_until,omitempty" doc:"until when messages are signed under the former secret too"`
	Maker       *Ref     `json:"maker,omitempty" doc:"for the party's own people, and those who see all"`
	Opened      uint64   `json:"opened" doc:"entry that opened it: what came later is sent"`
	Entry       uint64   `json:"entry"`
}

// Webhook gives a webhook that the caller sees, else ErrNotFound.
func (v *View) Webhook(c access.Caller, of id.Webhook) (Webhook, error) {
	return one(v, &webhooks, c, of.Number(), (*showing).showWebhook)
}

// Webhooks lists the webhooks that the caller sees.
func (v *View) Webhooks(c access.Caller, q Query) (Page[Webhook], error) {
	return many(v, &webhooks, c, q, (*showing).showWebhook)
}

func (s *showing) showWebhook(r *party.Webhook) Webhook {
	shown := Webhook{
		ID: r.ID.String(), Party: s.party(r.Party), Role: strings.Join(r.Role.Names(), ", "), URL: s.stored(r.Address), Description: s.stored(r.Description),
		Kinds: append([]string{}, r.Kinds...), Signature: r.Scheme.String(), State: r.State.String(), Cause: r.Cause.String(), Opened: r.Opened, Entry: r.Entry,
	}
	if r.FormerUntil != 0 {
		shown.FormerUntil = Time(r.FormerUntil)
	}
	if maker, err := s.actorRecord(r.Maker); err != nil {
		s.note(err)
	} else if s.caller.SeesAll() || maker.Party == s.caller.Party {
		shown.Maker = s.actor(r.Maker)
	}
	return shown
}

// Receiver is a webhook as the node's machine needs it, with whoever it is sent for.
type Receiver struct {
	Webhook party.Webhook
	Caller  access.Caller // who would see what it is sent
}

// Receivers gives the webhooks to which messages may be sent: those that have not ended, of parties that are not suspended, by number.
func (v *View) Receivers() ([]Receiver, error) {
	var found []Receiver
	err := rows(v, "SELECT number, record FROM webhook WHERE state <> 'ended' ORDER BY number", nil, func(_ uint64, w *party.Webhook) error {
		found = append(found, Receiver{Webhook: *w})
		return nil
	})
	if err != nil {
		return nil, err
	}
	kept := found[:0]
	for _, r := range found {
		home, err := v.partyRecord(r.Webhook.Party)
		if err != nil {
			return nil, err
		}
		if home.State != party.Suspended {
			kept = append(kept, receiverOf(&r.Webhook, &home))
		}
	}
	return kept, nil
}

// Receiver gives one webhook, whatever its state; ErrNotFound for one that is not there.
func (v *View) Receiver(of id.Webhook) (Receiver, error) {
	w, err := get(v, &webhooks, access.Caller{Role: party.Operator}, of.Number())
	if err != nil {
		return Receiver{}, err
	}
	home, err := v.partyRecord(w.Party)
	return receiverOf(w, &home), err
}

func receiverOf(w *party.Webhook, home *party.Party) Receiver {
	return Receiver{*w, access.Caller{Actor: w.Maker, Party: w.Party, Role: w.Role, PartyRoles: home.Roles}}
}

// Failing counts the webhooks in the caller's sight that are paused because nobody takes their messages.
func (v *View) Failing(c access.Caller) (int, error) {
	visible, err := webhooks.visible(v, c)
	if err != nil {
		return 0, err
	}
	var count int
	err = v.view.Tx.QueryRowContext(v.ctx, "SELECT count(*) FROM webhook WHERE state = 'paused' AND cause = 'failing' AND ("+visible.sql+")", visible.arguments...).Scan(&count)
	if err != nil {
		return 0, fmt.Errorf("view: %w", err)
	}
	return count, nil
}

// entitledToWebhook tells whether an event is the caller's to know: what a party is told, and where, is its own business.
func (s *showing) entitledToWebhook(event book.Event) bool {
	switch e := event.(type) {
	case *book.WebhookOpened:
		return sees(s, &webhooks, e.Webhook.ID.Number())
	case *book.WebhookChanged:
		return sees(s, &webhooks, e.Webhook.Number())
	case *book.WebhookSecretRotated:
		return sees(s, &webhooks, e.Webhook.Number())
	case *book.WebhookMoved:
		return sees(s, &webhooks, e.Webhook.Number())
	}
	return true
}

// ofWebhooks tells of webhooks.
func (s *showing) ofWebhooks(event book.Event) *locale.Text {
	switch e := event.(type) {
	case *book.WebhookOpened:
		return locale.Say("What %s may know is sent to a webhook from now on.", s.name(e.Webhook.Party))
	case *book.WebhookChanged:
		return locale.Say("Address, description or kinds of webhook %s were changed.", e.Webhook)
	case *book.WebhookSecretRotated:
		if e.FormerUntil == 0 {
			return locale.Say("Webhook %s signs by a new secret; the former one has ended.", e.Webhook)
		}
		return locale.Say("Webhook %s signs by a new secret, and until %s by the former one too.", e.Webhook, Time(e.FormerUntil))
	case *book.WebhookMoved:
		switch {
		case e.State == party.WebhookLive:
			return locale.Say("Webhook %s goes on.", e.Webhook)
		case e.Cause == party.WebhookFailing:
			return locale.Say("Webhook %s is paused: nobody has taken a message for three days.", e.Webhook)
		case e.Cause == party.WebhookGone:
			return locale.Say("Webhook %s has ended: its receiver says that it is gone.", e.Webhook)
		case e.State == party.WebhookPaused:
			return locale.Say("Webhook %s is paused.", e.Webhook)
		}
		return locale.Say("Webhook %s has ended.", e.Webhook)
	}
	return nil
}
