package book

import (
	"slices"

	"millrace/domain/party"
)

// webhooksHold: a webhook belongs to a party, is signed, says why it is not live, and has its place in the index until it has ended.
func (a *audit) webhooksHold() {
	b := a.b
	open := 0
	for n := uint64(1); n <= b.webhooks.count; n++ {
		w := b.webhooks.at(n)
		number(a, w.ID, n, w.Entry)
		nobody := b.parties.at(w.Party.Number()) == nil || b.actors.at(w.Maker.Number()) == nil || len(w.Role.Names()) != 1
		unsigned := w.Secret == party.Reference{} || w.Scheme < party.WebhookSymmetric || w.Scheme > party.WebhookAsymmetric || (w.Former == party.Reference{}) != (w.FormerUntil == 0)
		if nobody || unsigned || w.Address == (party.Reference{}) || w.Opened == 0 || w.Opened > w.Entry || !slices.IsSorted(w.Kinds) {
			a.breach("webhook_invalid", w.ID.String(), "%s is nobody's, leads nowhere, or its messages are not signed", w.ID)
		}
		if w.State < party.WebhookLive || w.State > party.WebhookEnded || (w.State == party.WebhookLive) != (w.Cause == 0) {
			a.breach("webhook_cause", w.ID.String(), "%s is %d for the cause %d", w.ID, w.State, w.Cause)
		}
		ended := w.State == party.WebhookEnded
		if slices.Contains(b.webhooksOf[w.Party], w.ID) == ended {
			a.breach("index_webhooks", w.ID.String(), "the index leads to %s, or does not, against what it says of itself", w.ID)
		}
		if !ended {
			open++
		}
	}
	known := 0
	for n := uint64(1); n <= b.parties.count; n++ {
		known += len(b.webhooksOf[b.parties.at(n).ID])
	}
	if known != open {
		a.breach("index_webhooks", "", "%d webhooks have not ended, the index knows %d", open, known)
	}
}
