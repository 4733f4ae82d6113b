package verification

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"

	"millrace/domain/money"
)

// Options configure a Client.
type Options struct {
	Endpoint string        // absolute URL; https, or http to a loopback address
	Key      string        // sent as "Authorization: Bearer …"; "" sends none
	Timeout  time.Duration // of one question; default 10 s
}

// Client asks a bureau, or an operator that is licensed to ask it, by one POST of JSON a question. Requests and answers are the types
// below. It follows no redirect: a question names two parties and goes where it was configured to go.
type Client struct {
	endpoint string
	key      string
	http     *http.Client
}

// answerBytesMax bounds what is read of an answer.
const answerBytesMax = 64 << 10

// NewClient checks the options.
func NewClient(o Options) (*Client, error) {
	endpoint, err := url.Parse(o.Endpoint)
	switch {
	case err != nil:
		return nil, fmt.Errorf("endpoint of the tax bureau: %s", reason(err))
	case endpoint.Host == "" || endpoint.User != nil || endpoint.Fragment != "":
		return nil, fmt.Errorf("endpoint of the tax bureau: %q is not an absolute URL without user and fragment", endpoint.Redacted())
	case endpoint.Scheme != "https" && (endpoint.Scheme != "http" || !loopback(endpoint.Hostname())):
		return nil, fmt.Errorf("endpoint of the tax bureau: %q must be https", endpoint.Redacted())
	case o.Timeout < 0:
		return nil, fmt.Errorf("timeout of the tax bureau: %v is negative", o.Timeout)
	case o.Timeout == 0:
		o.Timeout = 10 * time.Second
	}
	return &Client{
		endpoint: endpoint.String(), key: o.Key,
		http: &http.Client{
			Timeout:       o.Timeout,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}, nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// Question is the body of a request.
type Question struct {
	Number string `json:"number"`
	Issued string `json:"issued"` // 2026-11-22
	Total  string `json:"total"`  // yuan with two digits after the point
	Seller string `json:"seller,omitempty"`
	Buyer  string `json:"buyer,omitempty"`
}

// Reply is the body of an answer. Number repeats the question's, so that an answer can't be taken for another's.
type Reply struct {
	Number    string    `json:"number"`
	Status    Status    `json:"status"`
	At        time.Time `json:"at"`
	Reference string    `json:"reference"`
}

// Verify asks once; it never asks again by itself.
func (c *Client) Verify(ctx context.Context, q Query) (Answer, error) {
	body, err := json.Marshal(Question{Number: q.Number, Issued: q.Issued.String(), Total: money.FormatScaled(int64(q.Total), 2), Seller: q.SellerCode, Buyer: q.BuyerCode})
	if err != nil {
		return Answer{}, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.endpoint, bytes.NewReader(body))
	if err != nil {
		return Answer{}, err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", "application/json")
	if c.key != "" {
		request.Header.Set("Authorization", "Bearer "+c.key)
	}
	response, err := c.http.Do(request)
	if err != nil {
		return Answer{}, &Unavailable{Reason: reason(err), Err: err}
	}
	content, err := io.ReadAll(io.LimitReader(response.Body, answerBytesMax+1))
	if err = errors.Join(err, response.Body.Close()); err != nil {
		return Answer{}, &Unavailable{Reason: reason(err), Err: err}
	}
	if err := judgeStatus(response.StatusCode); err != nil {
		return Answer{}, err
	}
	return judge(q, content)
}

// reason leaves out the endpoint, which can hold a secret in its query.
func reason(err error) string {
	var outer *url.Error
	if errors.As(err, &outer) {
		if outer.Timeout() {
			return "it took too long"
		}
		err = outer.Err
	}
	return err.Error()
}

func judgeStatus(code int) error {
	switch {
	case code == http.StatusOK:
		return nil
	case code == http.StatusTooManyRequests || code == http.StatusRequestTimeout || code >= 500:
		return &Unavailable{Reason: fmt.Sprintf("it said %d %s", code, http.StatusText(code))}
	}
	return &Refused{Reason: fmt.Sprintf("it said %d %s", code, http.StatusText(code))}
}

// judge takes an answer only when it is whole, and is about what was asked.
func judge(q Query, content []byte) (Answer, error) {
	var reply Reply
	switch err := json.Unmarshal(content, &reply); {
	case len(content) > answerBytesMax:
		return Answer{}, &Refused{Reason: fmt.Sprintf("it is longer than %d bytes", answerBytesMax)}
	case err != nil:
		return Answer{}, &Refused{Reason: "it is no JSON of the agreed form"}
	case reply.Number != q.Number:
		return Answer{}, &Refused{Reason: fmt.Sprintf("it is about %q, asked was %q", clipped(reply.Number), q.Number)}
	case !reply.Status.Known():
		return Answer{}, &Refused{Reason: fmt.Sprintf("%q is no status", clipped(string(reply.Status)))}
	case reply.At.IsZero():
		return Answer{}, &Refused{Reason: "it names no time"}
	case len(reply.Reference) > 200:
		return Answer{}, &Refused{Reason: "its reference is longer than 200 bytes"}
	}
	return Answer{Status: reply.Status, At: reply.At, Reference: reply.Reference}, nil
}

func clipped(text string) string { return text[:min(len(text), 40)] }
