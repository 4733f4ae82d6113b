package console

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"millrace/book"
	"millrace/domain/id"
)

// A form is answered once: its key tells a second press of the button from a second act.
var oncePattern = regexp.MustCompile(`^[A-Z2-7]{26}$`)

func newOnce() string { return rand.Text() }

// token belongs to the session of a request, or to the node where it asks for no keys. A page of another site can't know it.
func (c *Console) token(r *http.Request) string {
	mac := hmac.New(sha256.New, c.secret[:])
	mac.Write([]byte(c.session(r)))
	return hex.EncodeToString(mac.Sum(nil))
}

// owns tells whether a form was made for the session that sends it.
func (c *Console) owns(r *http.Request, token string) bool {
	return hmac.Equal([]byte(token), []byte(c.token(r)))
}

// mark tells the page to which a person returns which entry it has just made. Only this node can write it, for this session.
func (c *Console) mark(r *http.Request, sequence uint64) string {
	mac := hmac.New(sha256.New, c.secret[:])
	fmt.Fprintf(mac, "%s done %d", c.session(r), sequence)
	return fmt.Sprintf("%d-%x", sequence, mac.Sum(nil)[:12])
}

// done is the entry that a mark names; 0 for none.
func (c *Console) done(r *http.Request) uint64 {
	mark := r.URL.Query().Get("done")
	number, _, _ := strings.Cut(mark, "-")
	sequence, err := strconv.ParseUint(number, 10, 63)
	if err != nil || !hmac.Equal([]byte(mark), []byte(c.mark(r, sequence))) {
		return 0
	}
	return sequence
}

func readAll(r io.ReadCloser) (string, error) {
	content, err := io.ReadAll(io.LimitReader(r, deedBytesMax))
	return string(content), errors.Join(err, r.Close())
}

var (
	signatureText = regexp.MustCompile(`(?i)\b[0-9a-f]{128}\b`)
	publicText    = regexp.MustCompile(`(?i)\b[0-9a-f]{64}\b`)
)

// signatures reads the one signature that was pasted, made in the browser, or sent as the signing command's output. The key is
// the one that was chosen, else the one whose public half stands beside the signature. What is wrong is a sentence.
func (s *sent) signatures(f *deedForm) ([]book.Signature, string) {
	text := s.signature
	if text == "" {
		text = s.file
	}
	if strings.TrimSpace(text) == "" {
		if f.need == signed {
			return nil, "Sign the statement first: with a key file in this browser, or with the signing command."
		}
		return nil, ""
	}
	if f.need == unsigned {
		return nil, ""
	}
	found := signatureText.FindAllString(text, -1)
	if len(found) != 1 {
		return nil, "Give one signature: 128 characters of hexadecimal, alone or as the signing command prints it."
	}
	at := slices.IndexFunc(f.Keys, func(k keyChoice) bool { return k.ID == s.key })
	if s.key == "" {
		beside := publicText.FindAllString(strings.ToLower(text), -1)
		at = slices.IndexFunc(f.Keys, func(k keyChoice) bool { return slices.Contains(beside, k.Public) })
	}
	if at < 0 {
		return nil, "Choose the key that made the signature."
	}
	key, err := id.Parse[id.SigningKey](f.Keys[at].ID)
	if err != nil {
		return nil, "Choose the key that made the signature."
	}
	f.Key = f.Keys[at].ID
	one := book.Signature{Key: key}
	public, publicErr := hex.DecodeString(f.Keys[at].Public)
	bytes, err := hex.DecodeString(found[0])
	if errors.Join(publicErr, err) != nil || copy(one.Public[:], public) != len(one.Public) || copy(one.Bytes[:], bytes) != len(one.Bytes) {
		return nil, "The signature can't be read."
	}
	return []book.Signature{one}, ""
}
