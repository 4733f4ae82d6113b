package book_test

import (
	"slices"
	"testing"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/party"
	"millrace/lab/load"
)

func init() { refusals = append(refusals, webhookRefusals...) }

// hook is a webhook of the first seller.
func hook(w *load.World, kinds ...string) *book.OpenWebhook {
	return &book.OpenWebhook{Party: w.Sellers[0], Address: load32("https://example.com"), Kinds: kinds, Scheme: party.WebhookSymmetric, Secret: load32("whsec")}
}

// hooked opens one and gives its identity.
func (s *scene) hooked(kinds ...string) id.Webhook {
	s.t.Helper()
	s.give(s.SellerActors[0], hook(s.World, kinds...))
	return latest[id.Webhook](s, "webhook")
}

// hooksHeld leaves webhooks in every state.
func hooksHeld(n *node, w *load.World) {
	n.t.Helper()
	seller := w.SellerActors[0]
	open := func() id.Webhook {
		return must[*book.WebhookOpened](n, seller, hook(w, "receivable.confirmed")).Webhook.ID
	}
	live := open()
	must[*book.WebhookChanged](n, w.Maker, &book.ChangeWebhook{Webhook: live, Address: load32("https://example.org"), Description: load32("ERP")})
	must[*book.WebhookSecretRotated](n, seller, &book.RotateWebhookSecret{Webhook: live, Secret: load32("other"), Hours: 24})
	must[*book.WebhookMoved](n, w.Maker, &book.PauseWebhook{Webhook: open(), Cause: party.WebhookFailing})
	must[*book.WebhookMoved](n, w.Maker, &book.EndWebhook{Webhook: open(), Cause: party.WebhookGone})
}

var webhookRefusals = []refusal{
	{"webhook_address_missing", "The address to which messages are sent is missing.", "Give it.", func(s *scene) (id.Actor, book.Command) {
		c := hook(s.World)
		c.Address = party.Reference{}
		return s.SellerActors[0], c
	}},
	{"webhook_kinds_invalid", "The kinds of messages are not names in order.", "Name each once, as the list of kinds has it; none for all.", func(s *scene) (id.Actor, book.Command) {
		return s.SellerActors[0], hook(s.World, "receivable.paid", "receivable.opened")
	}},
	{"webhook_scheme_invalid", "There is no such way to sign messages.", "Name v1 or v1a.", func(s *scene) (id.Actor, book.Command) {
		c := hook(s.World)
		c.Scheme = 0
		return s.SellerActors[0], c
	}},
	{"webhook_secret_missing", "The secret by which messages are signed is missing.", "Make one.", func(s *scene) (id.Actor, book.Command) {
		c := hook(s.World)
		c.Secret = party.Reference{}
		return s.SellerActors[0], c
	}},
	{"webhooks_full", "The party has as many webhooks as it can have.", "End one.", func(s *scene) (id.Actor, book.Command) {
		for range book.WebhooksMax {
			s.hooked()
		}
		return s.SellerActors[0], hook(s.World)
	}},
	{"webhook_unknown", "There is no such webhook.", "Look up its identity.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, &book.ResumeWebhook{Webhook: beyond[id.Webhook](s, "webhook")}
	}},
	{"webhook_ended", "The webhook has ended.", "Open another one.", func(s *scene) (id.Actor, book.Command) {
		of := s.hooked()
		s.give(s.SellerActors[0], &book.EndWebhook{Webhook: of, Cause: party.WebhookByHand})
		return s.SellerActors[0], &book.ResumeWebhook{Webhook: of}
	}},
	{"webhook_overlap_invalid", "The former secret would stand too long.", "Let it overlap for a week at most.", func(s *scene) (id.Actor, book.Command) {
		return s.SellerActors[0], &book.RotateWebhookSecret{Webhook: s.hooked(), Secret: load32("other"), Hours: book.WebhookOverlapMax + 1}
	}},
	{"webhook_state", "The webhook is paused already, or is not paused.", "Look up its state.", func(s *scene) (id.Actor, book.Command) {
		return s.SellerActors[0], &book.ResumeWebhook{Webhook: s.hooked()}
	}},
	{"webhook_cause_invalid", "The cause is for the node's own machine to say.", "Pause or end it by hand.", func(s *scene) (id.Actor, book.Command) {
		return s.SellerActors[0], &book.PauseWebhook{Webhook: s.hooked(), Cause: party.WebhookFailing}
	}},
}

func (s *scene) hookOf(of id.Webhook) party.Webhook {
	return book.Record(s.book, "webhook", of.Number()).(party.Webhook)
}

func TestAWebhookIsItsPartysOwn(t *testing.T) {
	s := newScene(t)
	of := s.hooked("receivable.confirmed")
	if w := s.hookOf(of); w.Role != party.Seller || w.State != party.WebhookLive || w.Opened != w.Entry {
		t.Errorf("%+v", w)
	}
	s.refused("other_party", s.SellerActors[1], &book.EndWebhook{Webhook: of, Cause: party.WebhookByHand})
	s.refused("other_party", s.Buyer, hook(s.World))
	s.refused("webhook_cause_invalid", s.SellerActors[0], &book.EndWebhook{Webhook: of, Cause: party.WebhookGone})
	// For another party the operator sees through all of that party's roles, and not through its own.
	s.give(s.Maker, hook(s.World))
	if w := s.hookOf(latest[id.Webhook](s, "webhook")); w.Role != party.Auditor {
		t.Errorf("the operator's webhook for a seller sees as %s", w.Role.Names())
	}
	s.stands(nil)
}

func TestAFormerSecretStandsForItsHours(t *testing.T) {
	s := newScene(t)
	of := s.hooked()
	s.give(s.SellerActors[0], &book.RotateWebhookSecret{Webhook: of, Secret: load32("second"), Hours: 2})
	w := s.hookOf(of)
	if w.Secret != load32("second") || w.Former != load32("whsec") || w.FormerUntil != s.at+2*3_600_000_000 {
		t.Errorf("%+v at %d", w, s.at)
	}
	s.give(s.SellerActors[0], &book.RotateWebhookSecret{Webhook: of, Secret: load32("third")})
	if w := s.hookOf(of); w.Former != (party.Reference{}) || w.FormerUntil != 0 {
		t.Errorf("a secret that ends at once stands: %+v", w)
	}
	s.stands(nil)
}

func TestAnEndedWebhookMakesRoom(t *testing.T) {
	s := newScene(t)
	for range book.WebhooksMax {
		s.hooked()
	}
	s.refused("webhooks_full", s.SellerActors[0], hook(s.World))
	s.give(s.Maker, &book.EndWebhook{Webhook: latest[id.Webhook](s, "webhook"), Cause: party.WebhookGone})
	of := s.hooked("a.b")
	s.give(s.SellerActors[0], &book.PauseWebhook{Webhook: of, Cause: party.WebhookByHand})
	s.give(s.SellerActors[0], &book.ResumeWebhook{Webhook: of})
	s.give(s.SellerActors[0], &book.ChangeWebhook{Webhook: of, Address: load32("elsewhere"), Kinds: []string{"payment.moved", "receivable.opened"}})
	if w := s.hookOf(of); w.State != party.WebhookLive || w.Cause != 0 || !slices.Equal(w.Kinds, []string{"payment.moved", "receivable.opened"}) {
		t.Errorf("%+v", w)
	}
	s.stands(nil)
}
