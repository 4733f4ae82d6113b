package console

import (
	"crypto/ed25519"
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

// hexText is a signature, or the public half of a key, or a hash.
var hexText = regexp.MustCompile(`(?i)\b(?:[0-9a-f]{128}|[0-9a-f]{64})\b`)

// signatures reads what was pasted, made in the browser, or sent as the signing command's output: one signature, or several. Each
// belongs to the key whose public half stands before it, else to the one that was chosen. What is wrong is a sentence.
func (s *sent) signatures(f *deedForm) ([]book.Signature, string) {
	text := s.signature
	if text == "" {
		text = s.file
	}
	if strings.TrimSpace(text) == "" {
		if f.need == signed {
			return nil, f.w.T("Sign the statement first: with a key file in this browser, or with the signing command.")
		}
		return nil, ""
	}
	if f.need == unsigned {
		return nil, ""
	}
	chosen := slices.IndexFunc(f.Keys, func(k keyChoice) bool { return k.ID == s.key })
	var all []book.Signature
	for _, word := range hexText.FindAllString(text, -1) {
		word = strings.ToLower(word)
		if len(word) == 2*ed25519.PublicKeySize {
			if named := slices.IndexFunc(f.Keys, func(k keyChoice) bool { return k.Public == word }); named >= 0 {
				chosen = named
			}
			continue
		}
		if chosen < 0 {
			return nil, f.w.T("Choose the key that made the signature.")
		}
		one, err := signatureBy(&f.Keys[chosen], word)
		if err != nil {
			return nil, f.w.T("Signature %d can’t be read.", len(all)+1)
		}
		all = append(all, one)
	}
	if len(all) == 0 || len(all) > book.SignaturesMax {
		return nil, f.w.T("Give a signature: 128 characters of hexadecimal, alone or as the signing command prints it.")
	}
	return all, ""
}

func signatureBy(key *keyChoice, text string) (book.Signature, error) {
	var one book.Signature
	var err, publicErr, textErr error
	if key.ID != "" { // else it is being brought
		one.Key, err = id.Parse[id.SigningKey](key.ID)
	}
	_, publicErr = hex.Decode(one.Public[:], []byte(key.Public))
	_, textErr = hex.Decode(one.Bytes[:], []byte(text))
	return one, errors.Join(err, publicErr, textErr)
}
