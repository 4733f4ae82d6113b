package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"millrace/book"
	"millrace/domain/id"
	"millrace/edge/access"
	"millrace/edge/console"
	"millrace/edge/intake"
	"millrace/edge/view"
	"millrace/engine"
	"millrace/lab/load"
)

// pageSpan is how long one page took, by what kind of page it is and whose.
type pageSpan struct {
	Kind  string `json:"page"`
	Who   string `json:"who"`
	P50Us int64  `json:"p50_us"`
	P95Us int64  `json:"p95_us"`
	Bytes int    `json:"gzip_bytes"` // of the page, without what it loads
}

// console asks every kind of page that the navigation of an operator, a seller, a buyer and a funder leads to, and one
// record of each list, over a book of so many live receivables.
func (c *benchCommand) console(ctx context.Context, f *figures) error {
	return c.inTemporary(func(dir string) error {
		e, err := engine.Open(load.Options(dir))
		if err != nil {
			return err
		}
		w, err := load.NewWorld(load.SubmitTo(ctx, e), 1000)
		if err == nil {
			shown := newProgress("live receivables")
			err = w.Portfolio(ctx, e, c.Receivables, func(done uint64) { shown.at(done, c.Receivables) })
			shown.end()
		}
		if err == nil {
			err = c.pages(ctx, e, w, f)
		}
		return errors.Join(err, e.Close(ctx))
	})
}

func (c *benchCommand) pages(ctx context.Context, e *engine.Engine, w *load.World, f *figures) error {
	handler := console.New(console.Options{Engine: e, Reader: view.New(e), Access: access.New(e), Intake: intake.New(e.Vault())})
	submit := load.SubmitTo(ctx, e)
	var all []time.Duration
	for _, who := range []struct {
		name  string
		actor id.Actor
	}{{"operator", w.Maker}, {"seller", w.SellerActors[0]}, {"buyer", w.Buyer}, {"funder", w.FunderActor}} {
		secret, hash, err := access.NewSecret(rand.Reader)
		if err != nil {
			return err
		}
		if _, err := submit(w.Maker, "console-"+who.name, &book.AddKey{Actor: who.actor, Name: "bench", Hash: hash}); err != nil {
			return err
		}
		v := &visitor{handler: handler, secret: secret}
		for _, address := range v.addresses() {
			spans, size := v.times(address)
			all = append(all, spans...)
			half, most := percentilesOf(spans, 95)
			f.Pages = append(f.Pages, pageSpan{kindOfPage(address), who.name, half, most, size})
		}
	}
	f.PageP50Us, f.PageP95Us = percentilesOf(all, 95)
	slices.SortFunc(f.Pages, func(a, b pageSpan) int { return int(b.P95Us - a.P95Us) })
	t := tabwriter.NewWriter(os.Stderr, 0, 0, 2, ' ', tabwriter.AlignRight)
	for _, page := range f.Pages {
		fmt.Fprintf(t, "%s\t%s\t%d µs\t%d µs\t%d bytes\t\n", page.Who, page.Kind, page.P50Us, page.P95Us, page.Bytes)
	}
	return t.Flush()
}

// percentilesOf gives the median and another percentile in microseconds, rounded up.
func percentilesOf(spans []time.Duration, most int) (half, other int64) {
	slices.Sort(spans)
	at := func(share int) int64 {
		return (spans[min(len(spans)-1, len(spans)*share/100)] + time.Microsecond - 1).Microseconds()
	}
	return at(50), at(most)
}

// visitor asks a console without a network.
type visitor struct {
	handler http.Handler
	secret  string
}

// answer keeps what a handler writes.
type answer struct {
	header http.Header
	status int
	body   bytes.Buffer
}

// Header implements http.ResponseWriter.
func (a *answer) Header() http.Header { return a.header }

// Write implements http.ResponseWriter.
func (a *answer) Write(p []byte) (int, error) { return a.body.Write(p) }

// WriteHeader implements http.ResponseWriter.
func (a *answer) WriteHeader(status int) { a.status = status }

func (v *visitor) ask(address, encoding string) (*answer, error) {
	to, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	r := &http.Request{
		Method: http.MethodGet, URL: to, Host: "localhost", RemoteAddr: "127.0.0.1:40000", RequestURI: address, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{"Authorization": {"Bearer " + v.secret}, "Accept-Encoding": {encoding}}, Body: http.NoBody,
	}
	a := &answer{header: http.Header{}, status: http.StatusOK}
	v.handler.ServeHTTP(a, r.WithContext(context.Background()))
	if a.status != http.StatusOK {
		return a, fmt.Errorf("%s: status %d", address, a.status)
	}
	return a, nil
}

// times asks for a page often enough for a 95th percentile, after once without counting; for one that takes long, once. A page
// that is refused, because it took too long, counts with its time and has no bytes.
func (v *visitor) times(address string) (spans []time.Duration, size int) {
	const often, long = 20, time.Second
	for i := range often + 1 {
		began := time.Now()
		a, err := v.ask(address, "gzip")
		span := time.Since(began)
		if i > 0 || span > long {
			spans = append(spans, span)
		}
		if err == nil {
			size = a.body.Len()
		}
		if err != nil || span > long {
			break
		}
	}
	return spans, size
}

var (
	pageLink   = regexp.MustCompile(`href="(/[^"#]*)"`)
	recordPath = regexp.MustCompile(`[a-z]{3}_[0-9]+-[0-9]+-[0-9A-Z]|/[0-9]+\b`)
)

func kindOfPage(address string) string { return recordPath.ReplaceAllString(address, "…") }

// addresses are one of each kind that the first page and the lists on it lead to, besides files and forms.
func (v *visitor) addresses() []string {
	known := map[string]bool{"/": true}
	found := []string{"/", "/search?q=INV-1", "/search?q=12%2C340.50+EUR", "/search?q=seller"}
	for i, depth := 0, 0; i < len(found) && depth < 2; depth++ {
		for end := len(found); i < end; i++ {
			a, err := v.ask(found[i], "")
			if err != nil {
				continue // it is measured all the same
			}
			for _, link := range pageLink.FindAllStringSubmatch(a.body.String(), -1) {
				address := strings.ReplaceAll(link[1], "&amp;", "&")
				path, query, _ := strings.Cut(address, "?")
				kind := kindOfPage(path)
				parts := strings.Count(path, "/")
				if known[kind] || query != "" || parts > 2 || strings.HasPrefix(path, "/assets/") || strings.HasPrefix(path, "/desk/") || strings.HasPrefix(path, "/reports/") ||
					strings.HasSuffix(path, "/new") || parts == 2 && kind == path {
					continue
				}
				known[kind] = true
				found = append(found, address)
			}
		}
	}
	return found
}
