package book

import "millrace/domain/party"

func (b *Book) hook(state party.WebhookState) *party.Webhook {
	return first(&b.webhooks, func(w *party.Webhook) bool { return w.State == state })
}

func init() {
	Corruptions = append(Corruptions,
		Corruption{"webhook_invalid", "messages that are not signed", func(b *Book) { b.hook(party.WebhookLive).Secret = party.Reference{} }},
		Corruption{"webhook_invalid", "a former secret without an end", func(b *Book) { b.hook(party.WebhookLive).FormerUntil = 0 }},
		Corruption{"webhook_cause", "a webhook paused for nothing", func(b *Book) { b.hook(party.WebhookPaused).Cause = 0 }},
		Corruption{"index_webhooks", "a webhook that is not found", func(b *Book) { w := b.hook(party.WebhookLive); remove(b.webhooksOf, w.Party, w.ID) }},
		Corruption{"index_webhooks", "a webhook that has ended and is found", func(b *Book) { w := b.hook(party.WebhookEnded); insert(b.webhooksOf, w.Party, w.ID) }},
	)
}
