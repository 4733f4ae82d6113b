package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"runtime/pprof"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/party"
	"millrace/edge/access"
	"millrace/edge/console"
	"millrace/edge/intake"
	"millrace/edge/view"
	"millrace/engine"
	"millrace/lab/load"
)

// pageSpan is how long one page took, by what kind of page it is and whose.
type pageSpan struct {
	Kind    string `json:"page"`
	Who     string `json:"who"`
	FirstUs int64  `json:"first_us"` // asked for the first time
	BestUs  int64  `json:"best_us"`  // of the times after that, as all below
	P50Us   int64  `json:"p50_us"`
	P95Us   int64  `json:"p95_us"`
	Bytes   int    `json:"gzip_bytes"` // of the page, without what it loads
	Refused bool   `json:"refused,omitempty"`
}

// console asks pages of the console as the people of each desk would, over a book of so many receivables at every stage. With --book
// the book is kept in that directory and found again.
func (c *benchCommand) console(ctx context.Context, f *figures) error {
	if c.Book == "" {
		return c.inTemporary(func(dir string) error { return c.consoleIn(ctx, f, dir) })
	}
	return c.consoleIn(ctx, f, c.Book)
}

func (c *benchCommand) consoleIn(ctx context.Context, f *figures, dir string) error {
	began := time.Now()
	e, err := engine.Open(load.Options(dir))
	if err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "opened in %.1f s\n", time.Since(began).Seconds())
	cast := &benchCast{}
	if e.Head().Sequence == 0 {
		if err = cast.enter(ctx, e); err == nil {
			shown := newProgress("receivables")
			err = cast.Trading(ctx, e, c.Receivables, func(done uint64) { shown.at(done, c.Receivables) })
			shown.end()
		}
	} else { // the same commands give the same ids in any book
		var scratch *engine.Engine
		if scratch, err = engine.Open(load.Options("")); err == nil {
			err = errors.Join(cast.enter(ctx, scratch), scratch.Close(ctx))
		}
	}
	if err == nil {
		err = c.profiled(func() error { return c.pages(ctx, e, cast, f) })
	}
	return errors.Join(err, e.Close(ctx))
}

// profiled keeps a profile of what is done, where one is asked for.
func (c *benchCommand) profiled(do func() error) error {
	if c.Profile == "" {
		return do()
	}
	kept, err := os.Create(c.Profile)
	if err != nil {
		return err
	}
	if err := pprof.StartCPUProfile(kept); err != nil {
		return errors.Join(err, kept.Close())
	}
	err = do()
	pprof.StopCPUProfile()
	return errors.Join(err, kept.Close())
}

// benchCast is a world with somebody for each desk.
type benchCast struct {
	*load.World
	auditor, compliance id.Actor
}

// enter makes the world in an empty book.
func (c *benchCast) enter(ctx context.Context, e *engine.Engine) error {
	submit := load.SubmitTo(ctx, e)
	var err error
	if c.World, err = load.NewWorld(submit, 1000); err != nil {
		return err
	}
	for _, one := range []struct {
		to   *id.Actor
		role party.Role
	}{{&c.auditor, party.Auditor}, {&c.compliance, party.Compliance}} {
		events, err := submit(c.Maker, "", &book.RegisterActor{Party: c.Operator, Role: one.role, Profile: sha256.Sum256([]byte("actor"))})
		if err != nil {
			return err
		}
		for _, event := range events {
			if registered, ok := event.(*book.ActorRegistered); ok {
				*one.to = registered.Actor.ID
			}
		}
	}
	return nil
}

// pages asks as each desk: its first page, one page of each kind that this and the lists on it lead to, the second part of each list, one
// narrowed list of each kind that is linked, and searches. All count alike.
func (c *benchCommand) pages(ctx context.Context, e *engine.Engine, w *benchCast, f *figures) error {
	handler := console.New(console.Options{Engine: e, Reader: view.New(e), Access: access.New(e), Intake: intake.New(e.Vault())})
	submit := load.SubmitTo(ctx, e)
	var all []time.Duration
	run := fmt.Sprint(time.Now().UnixNano())
	for _, who := range []struct {
		name  string
		actor id.Actor
		desks []string // at which it sits besides
	}{
		{"operator", w.Maker, []string{"credit", "treasury"}}, {"seller", w.SellerActors[0], []string{"distributor"}}, {"buyer", w.Buyer, nil},
		{"funder", w.FunderActor, []string{"credit"}}, {"custodian", w.Bank, nil}, {"auditor", w.auditor, nil}, {"compliance", w.compliance, nil},
	} {
		if c.Desk != "" && !strings.Contains(","+c.Desk+",", ","+who.name+",") {
			continue
		}
		secret, hash, err := access.NewSecret(rand.Reader)
		if err != nil {
			return err
		}
		if _, err := submit(w.Maker, "console-"+who.name+run, &book.AddKey{Actor: who.actor, Name: "bench", Hash: hash}); err != nil {
			return err
		}
		v := &visitor{handler: handler, secret: secret, first: map[string]time.Duration{}}
		for _, address := range v.addresses() {
			f.Pages = append(f.Pages, v.times(who.name, address, &all))
		}
		for _, v.desk = range who.desks {
			f.Pages = append(f.Pages, v.times(who.name+", "+v.desk, "/", &all))
		}
	}
	f.Asked = len(all)
	if f.Asked == 0 {
		return errors.New("no page was asked for")
	}
	f.PageP50Us, f.PageP95Us, f.PageP99Us, f.PageMostUs = percentileOf(all, 50), percentileOf(all, 95), percentileOf(all, 99), percentileOf(all, 100)
	slices.SortFunc(f.Pages, func(a, b pageSpan) int { return int(b.P50Us - a.P50Us) })
	t := tabwriter.NewWriter(os.Stderr, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "who\tpage\tfirst\tbest\tp50\tp95\tbytes\t")
	for _, page := range f.Pages {
		f.PageBytesMost = max(f.PageBytesMost, page.Bytes)
		fmt.Fprintf(t, "%s\t%s\t%d µs\t%d µs\t%d µs\t%d µs\t%d\t\n", page.Who, page.Kind, page.FirstUs, page.BestUs, page.P50Us, page.P95Us, page.Bytes)
	}
	return t.Flush()
}

// percentileOf gives a percentile in microseconds, rounded up; it sorts.
func percentileOf(spans []time.Duration, share int) int64 {
	slices.Sort(spans)
	return (spans[min(len(spans)-1, len(spans)*share/100)] + time.Microsecond - 1).Microseconds()
}

// visitor asks a console without a network.
type visitor struct {
	handler http.Handler
	secret  string
	desk    string // at which it sits; "" for the first
	first   map[string]time.Duration
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
	if v.desk != "" {
		r.AddCookie(&http.Cookie{Name: "millrace_desk", Value: v.desk})
	}
	a := &answer{header: http.Header{}, status: http.StatusOK}
	pprof.Do(context.Background(), pprof.Labels("page", v.desk+kindOfPage(address)), func(ctx context.Context) { v.handler.ServeHTTP(a, r.WithContext(ctx)) })
	if a.status != http.StatusOK {
		return a, fmt.Errorf("%s: status %d", address, a.status)
	}
	return a, nil
}

// times asks for a page often enough for a 95th percentile, after once without counting; for one that takes long, less often. A page
// that is refused, because it took too long, counts with its time and has no bytes.
func (v *visitor) times(who, address string, all *[]time.Duration) pageSpan {
	const often, long = 20, time.Second
	page := pageSpan{Kind: kindOfPage(address), Who: who}
	var spans []time.Duration
	for i := range often + 1 {
		began := time.Now()
		a, err := v.ask(address, "gzip")
		span := time.Since(began)
		if i == 0 {
			first, known := v.first[address]
			if !known {
				first = span
			}
			page.FirstUs = first.Microseconds()
		} else {
			spans = append(spans, span)
		}
		if page.Refused = err != nil; err == nil {
			page.Bytes = a.body.Len()
		}
		if len(spans) > 0 && (err != nil || span > long) {
			break
		}
	}
	*all = append(*all, spans...)
	page.P50Us, page.P95Us = percentileOf(spans, 50), percentileOf(spans, 95)
	page.BestUs = percentileOf(spans, 0)
	return page
}

var (
	pageLink   = regexp.MustCompile(`href="(/[^"#]*)"`)
	recordPath = regexp.MustCompile(`[a-z]{3}_[0-9]+-[0-9]+-[0-9A-Z]|/[0-9]+\b`)
	cursorText = regexp.MustCompile(`(cursor=|from=)[^&]*`)
)

func kindOfPage(address string) string {
	return cursorText.ReplaceAllString(recordPath.ReplaceAllString(address, "…"), "${1}…")
}

// addresses are one of each kind that the first page and the lists on it lead to, besides files and forms.
func (v *visitor) addresses() []string {
	known := map[string]bool{"/": true}
	found := []string{"/", "/search?q=invoice-2199", "/search?q=12%2C340.50+EUR", "/search?q=seller"}
	for i, depth := 0, 0; i < len(found) && depth < 2; depth++ {
		for end := len(found); i < end; i++ {
			began := time.Now()
			a, err := v.ask(found[i], "")
			v.first[found[i]] = time.Since(began)
			if err != nil {
				continue // it is measured all the same
			}
			for _, link := range pageLink.FindAllStringSubmatch(a.body.String(), -1) {
				address := strings.ReplaceAll(link[1], "&amp;", "&")
				path, query, _ := strings.Cut(address, "?")
				kind := kindOfPage(address)
				parts := strings.Count(path, "/")
				if known[kind] || parts > 2 || strings.HasPrefix(path, "/assets/") || strings.HasPrefix(path, "/desk/") || strings.HasPrefix(path, "/reports/") ||
					strings.Contains(query, "format=") || strings.HasSuffix(path, "/new") || parts == 2 && kindOfPage(path) == path {
					continue
				}
				known[kind] = true
				found = append(found, address)
			}
		}
	}
	return found
}
