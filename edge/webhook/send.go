package webhook

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"millrace/domain/party"
	"millrace/engine/delivery"
	"millrace/engine/vault"
)

const (
	sendTimeout    = 15 * time.Second
	answerBytesMax = 64 << 10 // that are read, so that the connection can be used again
)

// outcome is what became of one sending.
type outcome struct {
	status  int
	answer  []byte
	failure string
	gone    bool          // the receiver wants no more messages at all
	wait    time.Duration // for which it has asked
	took    time.Duration
}

func (o *outcome) taken() bool { return o.failure == "" }

// send posts one message and reads the beginning of the answer. A webhook whose address or secret was erased is one that fails.
func (d *Dispatcher) send(ctx context.Context, w *party.Webhook, m *parcel) (outcome, error) {
	address, secrets, err := d.opened(ctx, w)
	if errors.Is(err, vault.ErrNotFound) {
		return outcome{failure: "The webhook’s address or secret was erased. Change the address, or have it sign by a new secret."}, nil
	}
	if err != nil {
		return outcome{}, err
	}
	began := d.Clock()
	o := d.post(ctx, address, m.id, m.body, secrets)
	o.took = d.Clock().Sub(began)
	return o, nil
}

func (d *Dispatcher) post(ctx context.Context, address, id string, body []byte, secrets []string) outcome {
	// The rules for addresses may have become stricter since the webhook was opened.
	if err := CheckAddress(address, d.Reach); err != nil {
		return outcome{failure: "The address " + err.Error() + "."}
	}
	at := d.Clock().Unix()
	signature, err := Sign(id, at, body, secrets...)
	if err != nil {
		return outcome{failure: "The message can't be signed: " + err.Error() + "."}
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return outcome{failure: "The address is not one that can be asked."}
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("User-Agent", "Millrace-Webhooks/1.0")
	request.Header.Set("Webhook-Id", id)
	request.Header.Set("Webhook-Timestamp", strconv.FormatInt(at, 10))
	request.Header.Set("Webhook-Signature", signature)
	answer, err := d.client.Do(request)
	if err != nil {
		return outcome{failure: "There was no answer: " + cause(err) + "."}
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(io.LimitReader(answer.Body, answerBytesMax))
	o := outcome{status: answer.StatusCode, answer: text[:min(len(text), delivery.AnswerBytesMax)], wait: d.asked(answer.Header.Get("Retry-After"))}
	switch {
	case answer.StatusCode == http.StatusGone:
		o.gone, o.failure = true, "The receiver answers that it is gone (410)."
	case answer.StatusCode >= 300 && answer.StatusCode < 400:
		o.failure = fmt.Sprintf("The answer was %d, which leads elsewhere: redirects are not followed. Change the address.", answer.StatusCode)
	case answer.StatusCode < 200 || answer.StatusCode >= 300:
		o.failure = fmt.Sprintf("The answer was %d %s; a message is taken by an answer from 200 to 299.", answer.StatusCode, http.StatusText(answer.StatusCode))
	case err != nil:
		o.failure = "The answer broke off: " + cause(err) + "."
	}
	return o
}

// cause says in a few words why there was no answer.
func cause(err error) string {
	var reach errReach
	var late interface{ Timeout() bool }
	switch {
	case errors.As(err, &reach):
		return reach.Error()
	case errors.As(err, &late) && late.Timeout():
		return fmt.Sprintf("none within %d seconds", int(sendTimeout.Seconds()))
	}
	for inner := errors.Unwrap(err); inner != nil; inner = errors.Unwrap(err) {
		err = inner
	}
	const bytesMax = 300
	text := err.Error()
	return strings.ToValidUTF8(text[:min(len(text), bytesMax)], "")
}

// asked reads Retry-After: seconds, or a date.
func (d *Dispatcher) asked(text string) time.Duration {
	if seconds, err := strconv.ParseUint(text, 10, 20); err == nil {
		return time.Duration(seconds) * time.Second
	}
	if at, err := http.ParseTime(text); err == nil {
		return max(at.Sub(d.Clock()), 0)
	}
	return 0
}
