package signin

import (
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"
)

// Work is what it costs to hash a password with Argon2id (RFC 9106).
type Work struct {
	MemoryKiB, Passes uint32
	Lanes             uint8
}

// DefaultWork is RFC 9106, section 4, second recommendation, on one lane: 64 MiB, three passes.
var DefaultWork = Work{MemoryKiB: 64 << 10, Passes: 3, Lanes: 1}

const (
	saltBytes     = 16
	hashBytes     = 32
	hashesAtOnce  = 4 // bounds the memory that signing in takes
	passwordRunes = 12
	passwordBytes = 1024
)

// hash gives a password's Argon2id as a PHC string, which holds its parameters.
func (d *Desk) hash(password string) (string, error) {
	salt, err := d.bytes(saltBytes)
	if err != nil {
		return "", err
	}
	return phc(d.work, salt, d.derive(password, salt, d.work, hashBytes)), nil
}

func phc(w Work, salt, hash []byte) string {
	encode := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, w.MemoryKiB, w.Passes, w.Lanes, encode(salt), encode(hash))
}

func (d *Desk) derive(password string, salt []byte, w Work, length uint32) []byte {
	d.hashing <- struct{}{}
	defer func() { <-d.hashing }()
	// The same letters typed on another keyboard may be composed otherwise.
	return argon2.IDKey(norm.NFKC.Bytes([]byte(password)), salt, w.Passes, w.MemoryKiB, w.Lanes, length)
}

// matches compares a password with its hash, and tells whether the hash was made with other parameters than today's.
func (d *Desk) matches(password, stored string) (same, outdated bool) {
	var version int
	var w Work
	parts := strings.Split(stored, "$")
	if len(parts) != 6 || parts[1] != "argon2id" {
		return false, false
	}
	if _, err := fmt.Sscanf(parts[2], "v=%d", &version); err != nil || version != argon2.Version {
		return false, false
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &w.MemoryKiB, &w.Passes, &w.Lanes); err != nil {
		return false, false
	}
	salt, saltErr := base64.RawStdEncoding.DecodeString(parts[4])
	want, wantErr := base64.RawStdEncoding.DecodeString(parts[5])
	if saltErr != nil || wantErr != nil || len(want) == 0 {
		return false, false
	}
	got := d.derive(password, salt, w, uint32(len(want)))
	return subtle.ConstantTimeCompare(got, want) == 1, w != d.work
}

// Weak says why a password is not to be had, in a sentence; "" for one that is. Length is what counts (NIST SP 800-63B,
// section 3.1.1.2): there is no rule about kinds of characters.
func Weak(password, login string) string {
	different := map[rune]bool{}
	for _, r := range password {
		different[r] = true
	}
	name, _, _ := strings.Cut(Login(login), "@")
	switch {
	case !utf8.ValidString(password) || len(password) > passwordBytes:
		return "The password is too long."
	case utf8.RuneCountInString(password) < passwordRunes:
		return fmt.Sprintf("The password has at least %d characters; a few words in a row are good ones.", passwordRunes)
	case len(different) < 5:
		return "The password repeats the same few characters."
	case len(name) >= 4 && strings.Contains(strings.ToLower(password), name):
		return "The password holds your name."
	}
	return ""
}
