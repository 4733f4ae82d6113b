package client

import (
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// WebhookTolerance is how far the time of a message may be from the receiver's clock: an older one may be a recording.
const WebhookTolerance = 5 * time.Minute

const webhookBytesMax = 1 << 20

var (
	// ErrSignature is returned for a message that is not signed under any of the secrets.
	ErrSignature = errors.New("client: the message is not signed by the node")
	// ErrTimestamp is returned for a message whose time is too far from now.
	ErrTimestamp = errors.New("client: the message was signed too long ago, or the clocks differ")
	// ErrSecret is returned for a secret that is none: it begins with whsec_ or whpk_.
	ErrSecret = errors.New("client: the webhook's secret is not of its form")
)

// VerifyWebhook verifies a message after Standard Webhooks 1.0 and gives it. The secrets are what the node has shown when the webhook was opened
// or its secret rotated: whsec_… (HMAC-SHA256) or whpk_… (Ed25519); one of them has to fit. The body is that of the request, byte for byte.
//
// A message may come more than once, always under the same Message.ID: whoever acts on it keeps that, and acts once.
func VerifyWebhook(header http.Header, body []byte, now time.Time, secrets ...string) (*Message, error) {
	id, at := header.Get("Webhook-Id"), header.Get("Webhook-Timestamp")
	seconds, err := strconv.ParseInt(at, 10, 64)
	if id == "" || err != nil {
		return nil, ErrSignature
	}
	signed := fmt.Appendf(nil, "%s.%s.%s", id, at, body)
	fits := false
	for _, secret := range secrets {
		ok, err := signedUnder(secret, signed, strings.Fields(header.Get("Webhook-Signature")))
		if err != nil {
			return nil, err
		}
		fits = fits || ok
	}
	if !fits {
		return nil, ErrSignature
	}
	if apart := now.Sub(time.Unix(seconds, 0)); apart > WebhookTolerance || apart < -WebhookTolerance {
		return nil, ErrTimestamp
	}
	m := new(Message)
	if err := json.Unmarshal(body, m); err != nil {
		return nil, fmt.Errorf("client: the message is not of its form: %w", err)
	}
	return m, nil
}

// signedUnder tells whether one of the signatures is one under the secret.
func signedUnder(secret string, signed []byte, signatures []string) (bool, error) {
	kind, text, _ := strings.Cut(secret, "_")
	key, err := base64.StdEncoding.DecodeString(text)
	if err != nil || kind != "whsec" && (kind != "whpk" || len(key) != ed25519.PublicKeySize) || len(key) == 0 {
		return false, ErrSecret
	}
	for _, signature := range signatures {
		scheme, text, _ := strings.Cut(signature, ",")
		given, err := base64.StdEncoding.DecodeString(text)
		switch {
		case err != nil:
		case kind == "whsec" && scheme == "v1":
			mac := hmac.New(sha256.New, key)
			mac.Write(signed)
			if hmac.Equal(given, mac.Sum(nil)) {
				return true, nil
			}
		case kind == "whpk" && scheme == "v1a":
			if ed25519.Verify(key, signed, given) {
				return true, nil
			}
		}
	}
	return false, nil
}

// ReceiveWebhook reads a request to the receiver's address and verifies it as VerifyWebhook does.
func ReceiveWebhook(r *http.Request, secrets ...string) (*Message, error) {
	body, err := io.ReadAll(io.LimitReader(r.Body, webhookBytesMax+1))
	if err != nil {
		return nil, fmt.Errorf("client: the message broke off: %w", err)
	}
	if len(body) > webhookBytesMax {
		return nil, fmt.Errorf("client: the message has more than %d bytes", webhookBytesMax)
	}
	return VerifyWebhook(r.Header, body, time.Now(), secrets...)
}
