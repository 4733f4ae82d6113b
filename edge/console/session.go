package console

import (
	"crypto/rand"
	"errors"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"millrace/edge/access"
)

const (
	sessionSpan  = 8 * time.Hour    // from signing in
	idleSpan     = 30 * time.Minute // since the last page
	sessionsMax  = 10_000
	cookieName   = "millrace_session"
	signInBytes  = 4096
	addressBytes = 2048 // of the page to which a person returns after signing in
)

// session is one person at one browser. The key's secret stays on the node; the browser has a random name for it.
type session struct {
	secret string
	begun  time.Time
	seen   time.Time
}

// sessions are in memory: a restart signs everybody out.
type sessions struct {
	now   func() time.Time
	mutex sync.Mutex
	open  map[string]session // guarded by mutex
}

func newSessions(now func() time.Time) *sessions {
	return &sessions{now: now, open: map[string]session{}}
}

func (s session) over(now time.Time) bool {
	return now.Sub(s.begun) >= sessionSpan || now.Sub(s.seen) >= idleSpan
}

// begin gives the name of a new session. When there are too many, those that are over go first, then any.
func (s *sessions) begin(secret string) string {
	now, name := s.now(), rand.Text()
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if len(s.open) >= sessionsMax {
		for other, known := range s.open {
			if known.over(now) {
				delete(s.open, other)
			}
		}
	}
	for other := range s.open {
		if len(s.open) < sessionsMax {
			break
		}
		delete(s.open, other)
	}
	s.open[name] = session{secret, now, now}
	return name
}

// secret gives the secret of a session that is not over, and notes that it was used.
func (s *sessions) secret(name string) (string, bool) {
	now := s.now()
	s.mutex.Lock()
	defer s.mutex.Unlock()
	known, found := s.open[name]
	if !found || known.over(now) {
		delete(s.open, name)
		return "", false
	}
	known.seen = now
	s.open[name] = known
	return known.secret, true
}

// peek gives the secret of a session that is not over, without using it.
func (s *sessions) peek(name string) (string, bool) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	known, found := s.open[name]
	return known.secret, found && !known.over(s.now())
}

func (s *sessions) end(name string) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	delete(s.open, name)
}

// session is the name of the request's session, "" for none.
func (c *Console) session(r *http.Request) string {
	cookie, err := r.Cookie(cookieName)
	if err != nil {
		return ""
	}
	return cookie.Value
}

// caller finds who is asking: by a session, else as the API does.
func (c *Console) caller(r *http.Request) (access.Caller, error) {
	if name := c.session(r); name != "" && !c.access.IsOpen() {
		if secret, known := c.sessions.secret(name); known {
			return c.access.Identify(r.Context(), secret)
		}
	}
	return c.access.Authenticate(r)
}

// signInForm is what the page of signing in shows.
type signInForm struct {
	To     string
	Wrong  bool // the key that was sent is not valid
	Secure bool // a browser will keep the session
}

func (c *Console) showSignIn(w http.ResponseWriter, r *http.Request) {
	c.askForKey(w, r, http.StatusOK, signInForm{To: localAddress(r.FormValue("to")), Secure: carriesSecrets(r)})
}

func (c *Console) askForKey(w http.ResponseWriter, r *http.Request, status int, form signInForm) {
	if c.access.IsOpen() {
		http.Redirect(w, r, "/", http.StatusSeeOther)
		return
	}
	if err := render(w, r, status, "sign-in", frame{Title: languageOf(r).T("Sign in"), Content: form}); err != nil {
		c.fail(w, r, frame{}, err)
	}
}

func (c *Console) signIn(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, signInBytes)
	secret, to := strings.TrimSpace(r.PostFormValue("key")), localAddress(r.PostFormValue("to"))
	_, err := c.access.Identify(r.Context(), secret)
	switch {
	case errors.Is(err, access.ErrNoKey) || errors.Is(err, access.ErrKeyUnknown):
		c.askForKey(w, r, http.StatusUnauthorized, signInForm{To: to, Wrong: true, Secure: carriesSecrets(r)})
		return
	case err != nil:
		c.fail(w, r, frame{}, err)
		return
	}
	c.sessions.end(c.session(r))
	http.SetCookie(w, cookie(c.sessions.begin(secret), int(sessionSpan/time.Second), !local(r)))
	http.Redirect(w, r, to, http.StatusSeeOther)
}

func (c *Console) signOut(w http.ResponseWriter, r *http.Request) {
	if name := c.session(r); name != "" {
		c.streams.endOf(name)
	}
	c.sessions.end(c.session(r))
	http.SetCookie(w, cookie("", -1, !local(r)))
	http.Redirect(w, r, "/sign-in", http.StatusSeeOther)
}

func cookie(value string, seconds int, secure bool) *http.Cookie {
	return &http.Cookie{Name: cookieName, Value: value, Path: "/", MaxAge: seconds, HttpOnly: true, Secure: secure, SameSite: http.SameSiteStrictMode}
}

// localAddress lets a person return only to a page of this console.
func localAddress(to string) string {
	if len(to) > addressBytes || !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.ContainsAny(to, "\\\r\n\t") ||
		strings.HasPrefix(to, "/sign-") {
		return "/"
	}
	return to
}

// local tells whether the browser asked this machine under a local name: nothing crosses a wire then.
func local(r *http.Request) bool {
	name := r.Host
	if host, _, err := net.SplitHostPort(r.Host); err == nil {
		name = host
	}
	address := net.ParseIP(strings.Trim(name, "[]"))
	return name == "localhost" || address != nil && address.IsLoopback()
}

// carriesSecrets tells whether a browser will keep the session: over TLS, also before a proxy that ends it, or locally.
func carriesSecrets(r *http.Request) bool {
	return r.TLS != nil || local(r) || strings.EqualFold(r.Header.Get("X-Forwarded-Proto"), "https")
}
