package webhook

import (
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strings"

	"millrace/domain/party"
)

// Prefixes of keys in Standard Webhooks 1.0: a shared secret, a private and a public key of Ed25519.
const (
	secretPrefix  = "whsec_"
	privatePrefix = "whsk_"
	publicPrefix  = "whpk_"
	secretBytes   = 32
)

var errSecret = errors.New("webhook: the secret in the vault is not of its form")

// NewSecret makes what messages of a webhook are signed by, as the vault keeps it, and what its receiver is shown once: the same secret, or the
// public key.
func NewSecret(scheme party.WebhookScheme, random io.Reader) (kept, shown string, err error) {
	bytes := make([]byte, secretBytes)
	if _, err := io.ReadFull(random, bytes); err != nil {
		return "", "", fmt.Errorf("webhook: %w", err)
	}
	if scheme == party.WebhookAsymmetric {
		private := ed25519.NewKeyFromSeed(bytes)
		return privatePrefix + base64.StdEncoding.EncodeToString(bytes), publicPrefix + base64.StdEncoding.EncodeToString(private.Public().(ed25519.PublicKey)), nil
	}
	kept = secretPrefix + base64.StdEncoding.EncodeToString(bytes)
	return kept, kept, nil
}

// Sign signs a message under each secret, for the header webhook-signature. At is in seconds since the Unix epoch.
func Sign(id string, at int64, body []byte, secrets ...string) (string, error) {
	signed := fmt.Appendf(nil, "%s.%d.%s", id, at, body)
	var signatures []string
	for _, secret := range secrets {
		prefix, text, _ := strings.Cut(secret, "_")
		key, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			return "", errSecret
		}
		switch prefix + "_" {
		case secretPrefix:
			mac := hmac.New(sha256.New, key)
			mac.Write(signed)
			signatures = append(signatures, "v1,"+base64.StdEncoding.EncodeToString(mac.Sum(nil)))
		case privatePrefix:
			if len(key) != ed25519.SeedSize {
				return "", errSecret
			}
			signatures = append(signatures, "v1a,"+base64.StdEncoding.EncodeToString(ed25519.Sign(ed25519.NewKeyFromSeed(key), signed)))
		default:
			return "", errSecret
		}
	}
	return strings.Join(signatures, " "), nil
}
