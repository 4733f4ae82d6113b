package id

type webhookKind struct{}

func (webhookKind) Prefix() string { return "whk" }

// Webhook is the identity of a party's subscription to what happens.
type Webhook = Of[webhookKind]
