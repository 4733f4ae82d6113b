// Package sandbox is a tax bureau for tests and rehearsals: it knows the invoices that it was told of, and misbehaves on demand.
package sandbox

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"millrace/domain/money"
	"millrace/edge/efapiao/verification"
)

// Fault is a way to misbehave.
type Fault uint8

// The faults.
const (
	None        Fault = iota
	Silent            // the connection stays open without an answer until the client goes away
	Dropped           // the connection is closed in the middle of an answer
	Broken            // 500
	Busy              // 503
	Limited           // 429
	Denied            // 401
	Moved             // a redirect to another place
	Garbage           // no JSON
	Endless           // more than anybody should read
	OtherNumber       // an answer about another invoice
	OtherStatus       // a status that nobody agreed on
	Timeless          // no time
	AlwaysValid       // valid, whatever was asked: the answer that no client can see through
	faultsNumber
)

// Faults lists all faults.
func Faults() []Fault {
	var all []Fault
	for fault := Silent; fault < faultsNumber; fault++ {
		all = append(all, fault)
	}
	return all
}

// Bureau is a tax bureau. It serves loopback clients only.
type Bureau struct {
	key string
	now func() time.Time

	mu       sync.Mutex
	invoices map[string]invoice
	faults   []Fault
	asked    int
}

type invoice struct {
	query  verification.Query
	status verification.Status
}

// New gives a bureau that expects this key ("" expects none) and stamps its answers with this clock.
func New(key string, now func() time.Time) *Bureau {
	return &Bureau{key: key, now: now, invoices: map[string]invoice{}}
}

// Issue tells the bureau of an invoice, or of its new status.
func (b *Bureau) Issue(query verification.Query, status verification.Status) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.invoices[query.Number] = invoice{query, status}
}

// Misbehave sets the faults of the next answers, one each; after them it behaves.
func (b *Bureau) Misbehave(faults ...Fault) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.faults = append(b.faults, faults...)
}

// Asked counts the questions so far.
func (b *Bureau) Asked() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.asked
}

// ServeHTTP answers one question.
func (b *Bureau) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if ip := net.ParseIP(host); err != nil || ip == nil || !ip.IsLoopback() {
		http.Error(w, "this bureau is a sandbox", http.StatusForbidden)
		return
	}
	if b.key != "" && r.Header.Get("Authorization") != "Bearer "+b.key {
		http.Error(w, "unknown key", http.StatusUnauthorized)
		return
	}
	var question verification.Question
	if err := json.NewDecoder(io.LimitReader(r.Body, 1<<16)).Decode(&question); err != nil || r.Method != http.MethodPost {
		http.Error(w, "a question is a POST of JSON", http.StatusBadRequest)
		return
	}
	reply, fault := b.answer(question)
	if misbehave(w, r, fault) {
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(reply) // a client that went away is no matter of the bureau's
}

func (b *Bureau) answer(question verification.Question) (verification.Reply, Fault) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.asked++
	fault := None
	if len(b.faults) > 0 {
		fault, b.faults = b.faults[0], b.faults[1:]
	}
	reply := verification.Reply{Number: question.Number, Status: verification.StatusUnknown, At: b.now(), Reference: fmt.Sprintf("sandbox-%d", b.asked)}
	if known, found := b.invoices[question.Number]; found {
		reply.Status = known.status
		q := known.query
		if q.Issued.String() != question.Issued || money.FormatScaled(int64(q.Total), 2) != question.Total ||
			q.SellerCode != question.Seller || q.BuyerCode != question.Buyer {
			reply.Status = verification.StatusDiffers
		}
	}
	switch fault {
	case OtherNumber:
		reply.Number = strings.Repeat("9", 20)
	case OtherStatus:
		reply.Status = "fine"
	case Timeless:
		reply.At = time.Time{}
	case AlwaysValid:
		reply.Status = verification.StatusValid
	}
	return reply, fault
}

// misbehave tells whether the fault took the place of the answer.
func misbehave(w http.ResponseWriter, r *http.Request, fault Fault) bool {
	switch fault {
	case Silent:
		<-r.Context().Done()
	case Dropped:
		w.Header().Set("Content-Length", "100")
		_, _ = io.WriteString(w, `{"number":`)
		panic(http.ErrAbortHandler) // closes the connection
	case Broken:
		w.WriteHeader(http.StatusInternalServerError)
	case Busy:
		w.WriteHeader(http.StatusServiceUnavailable)
	case Limited:
		w.WriteHeader(http.StatusTooManyRequests)
	case Denied:
		w.WriteHeader(http.StatusUnauthorized)
	case Moved:
		http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
	case Garbage:
		_, _ = io.WriteString(w, "<html>please log in</html>")
	case Endless:
		_, _ = io.WriteString(w, `{"number":"`+strings.Repeat("1", 1<<20)+`"}`)
	default:
		return false
	}
	return true
}
