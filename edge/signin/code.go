package signin

import (
	"context"
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // RFC 6238 and the authenticators that people have
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"net/url"
	"strings"
	"time"

	"millrace/engine/people"
)

const (
	codeSeconds    = 30
	codeDigits     = 6
	codeModulus    = 1_000_000
	codeWindow     = 1  // steps before and after the present one
	codeKeyBytes   = 20 // RFC 4226, section 4, R6
	recoveryCodes  = 10
	recoveryBytes  = 10
	recoveryLetter = 16
)

var letters = base32.StdEncoding.WithPadding(base32.NoPadding)

// codeAt is the one-time code of a time step (RFC 6238 over RFC 4226, section 5.3).
func codeAt(key []byte, step int64) string {
	mac := hmac.New(sha1.New, key)
	var counter [8]byte
	binary.BigEndian.PutUint64(counter[:], uint64(step))
	mac.Write(counter[:])
	sum := mac.Sum(nil)
	offset := sum[len(sum)-1] & 0xf
	return fmt.Sprintf("%0*d", codeDigits, (binary.BigEndian.Uint32(sum[offset:])&0x7fffffff)%codeModulus)
}

func stepOf(at time.Time) int64 { return at.Unix() / codeSeconds }

// stepWith finds the time step round now whose code it is; false for none.
func stepWith(key []byte, code string, now time.Time) (int64, bool) {
	code = digits(code)
	found, step := false, int64(0)
	for at := stepOf(now) - codeWindow; at <= stepOf(now)+codeWindow; at++ {
		if subtle.ConstantTimeCompare([]byte(codeAt(key, at)), []byte(code)) == 1 {
			found, step = true, at
		}
	}
	return step, found
}

func digits(text string) string {
	return strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' {
			return -1
		}
		return r
	}, strings.TrimSpace(text))
}

// CodeKey makes the shared secret of an authenticator.
func (d *Desk) CodeKey() ([]byte, error) { return d.bytes(codeKeyBytes) }

// KeyText is a shared secret as people type it into an authenticator, in groups of four.
func KeyText(key []byte) string {
	text := letters.EncodeToString(key)
	var groups []string
	for len(text) > 4 {
		groups, text = append(groups, text[:4]), text[4:]
	}
	return strings.Join(append(groups, text), " ")
}

// KeyAddress is what an authenticator reads from a QR code.
func KeyAddress(key []byte, login string) string {
	parameters := url.Values{"secret": {letters.EncodeToString(key)}, "issuer": {"Millrace"}, "algorithm": {"SHA1"}, "digits": {fmt.Sprint(codeDigits)}, "period": {fmt.Sprint(codeSeconds)}}
	return "otpauth://totp/" + url.PathEscape("Millrace:"+login) + "?" + parameters.Encode()
}

// newRecovery makes codes for the day on which the authenticator is lost: 80 random bits each, shown once.
func (d *Desk) newRecovery() (codes []string, hashes [][]byte, err error) {
	for range recoveryCodes {
		bytes, err := d.bytes(recoveryBytes)
		if err != nil {
			return nil, nil, err
		}
		text := strings.ToLower(letters.EncodeToString(bytes))
		codes = append(codes, text[:4]+"-"+text[4:8]+"-"+text[8:12]+"-"+text[12:])
		hashes = append(hashes, recoveryHash(text))
	}
	return codes, hashes, nil
}

func recoveryHash(code string) []byte {
	sum := sha256.Sum256([]byte(strings.ToLower(digits(code))))
	return sum[:]
}

// second tells whether a code is the person's: of its authenticator, which is taken once, or a recovery code that was not spent.
// The method says which.
func (d *Desk) second(ctx context.Context, p people.Person, code string) (method string, err error) {
	if len(digits(code)) == recoveryLetter {
		taken, err := d.store.TakeRecovery(ctx, p.ID, recoveryHash(code), d.now())
		if err == nil && !taken {
			err = ErrRefused
		}
		return ByRecovery, err
	}
	step, found := stepWith(p.Authenticator, code, d.now())
	if !found || p.Authenticator == nil {
		return ByPassword, ErrRefused
	}
	taken, err := d.store.TakeStep(ctx, p.ID, step)
	if err == nil && !taken {
		err = ErrRefused
	}
	return ByPassword, err
}
