package intake

// What the vault keeps of webhooks.
const (
	KindWebhook       = "webhook"        // an address or a description, text
	KindWebhookSecret = "webhook_secret" // by which messages are signed, text
)
