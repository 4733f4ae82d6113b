package party

import "millrace/domain/id"

// WebhookState is where a webhook stands.
type WebhookState uint8

// The states of a webhook.
const (
	WebhookLive   WebhookState = 1 + iota // messages are sent
	WebhookPaused                         // nothing is sent; it goes on where it stopped
	WebhookEnded                          // for good
)

// WebhookStateNames are the names used in API and console, by state.
var WebhookStateNames = [...]string{"", "live", "paused", "ended"}

// String is the name used in API and console.
func (s WebhookState) String() string { return WebhookStateNames[s] }

// WebhookCause says why a webhook is paused or has ended.
type WebhookCause uint8

// The causes.
const (
	WebhookByHand  WebhookCause = 1 + iota // a person has said so
	WebhookFailing                         // nobody has taken a message for days
	WebhookGone                            // its receiver says that it is gone for good
)

// WebhookCauseNames are the names used in API and console, by cause.
var WebhookCauseNames = [...]string{"", "by_hand", "failing", "gone"}

// String is the name used in API and console.
func (c WebhookCause) String() string { return WebhookCauseNames[c] }

// WebhookScheme is how messages are signed.
type WebhookScheme uint8

// The schemes, by their names in Standard Webhooks 1.0.
const (
	WebhookSymmetric  WebhookScheme = 1 + iota // "v1": HMAC-SHA256 under a secret that both sides hold
	WebhookAsymmetric                          // "v1a": Ed25519 under a key that only this node holds
)

// WebhookSchemeNames are the names used in API and console, by scheme.
var WebhookSchemeNames = [...]string{"", "v1", "v1a"}

// String is the name used in API and console.
func (s WebhookScheme) String() string { return WebhookSchemeNames[s] }

// Webhook is a party's standing wish to be told what happens, as signed messages to an address of its own. What was sent, and how far it
// has come, is not part of the book.
type Webhook struct {
	ID          id.Webhook    `cbor:"1,keyasint"`
	Party       id.Party      `cbor:"2,keyasint"`
	Role        Role          `cbor:"3,keyasint"` // through which the party's records are seen; Auditor: through all roles of the party
	Address     Reference     `cbor:"4,keyasint"` // the URL, in the vault: it may hold a secret
	Description Reference     `cbor:"5,keyasint,omitzero"`
	Kinds       []string      `cbor:"6,keyasint,omitempty"` // of messages, ascending; none: all. Never changed in place
	Scheme      WebhookScheme `cbor:"7,keyasint"`
	Secret      Reference     `cbor:"8,keyasint"`           // under which messages are signed, in the vault
	Former      Reference     `cbor:"9,keyasint,omitzero"`  // the secret before it, in the vault
	FormerUntil int64         `cbor:"10,keyasint,omitzero"` // stamp until which messages are signed under both
	State       WebhookState  `cbor:"11,keyasint"`
	Cause       WebhookCause  `cbor:"12,keyasint,omitzero"` // of a webhook that is not live
	Maker       id.Actor      `cbor:"13,keyasint"`
	Opened      uint64        `cbor:"14,keyasint"` // entry that opened it: what came later is sent
	Entry       uint64        `cbor:"15,keyasint"`
}
