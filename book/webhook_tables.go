package book

import "millrace/domain/party"

func init() {
	tables[tableWebhook] = held("webhook", func(b *Book) *shelf[party.Webhook] { return &b.webhooks },
		[]Column{ind("party", Integer), ind("state", Text), col("cause", Text)},
		func(w *party.Webhook) []any { return []any{int64(w.Party), w.State.String(), w.Cause.String()} })
}

// indexWebhook: webhooksOf, ascending, from table webhook: those that have not ended.
func (b *Book) indexWebhook(w *party.Webhook) {
	if w.State != party.WebhookEnded {
		insert(b.webhooksOf, w.Party, w.ID)
	}
}
