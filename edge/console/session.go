package console

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"strings"

	"millrace/edge/access"
	"millrace/edge/signin"
	"millrace/engine/people"
)

const (
	cookieName   = "millrace_session"
	signOnCookie = "millrace_sign_on" // while a person is at an issuer
	hostPrefix   = "__Host-"          // a browser takes such a cookie over TLS only, and from this host only (RFC 6265bis, section 4.1.3)
	signOnSpan   = 300                // seconds
	signInBytes  = 64 << 10           // an authenticator's answer is part of it
	addressBytes = 2048               // of the page to which a person returns after signing in
)

// cookieOf is a cookie's name on the connection of a request.
func cookieOf(r *http.Request, name string) string {
	if inTheClear(r) {
		return name
	}
	return hostPrefix + name
}

// inTheClear tells whether a request came without TLS, and may: it has not left this machine.
func inTheClear(r *http.Request) bool { return r.TLS == nil && local(r) }

// kept is what the browser keeps under a name; "" for nothing.
func kept(r *http.Request, name string) string {
	cookie, err := r.Cookie(cookieOf(r, name))
	if err != nil {
		return ""
	}
	return cookie.Value
}

// session is what the browser of a request keeps of its session, "" for none.
func (c *Console) session(r *http.Request) string { return kept(r, cookieName) }

// keep gives the browser what it keeps of its session.
func (c *Console) keep(w http.ResponseWriter, r *http.Request, secret string) {
	http.SetCookie(w, cookie(r, cookieName, secret, signin.SessionSeconds, http.SameSiteStrictMode))
}

func cookie(r *http.Request, name, value string, seconds int, site http.SameSite) *http.Cookie {
	return &http.Cookie{Name: cookieOf(r, name), Value: value, Path: "/", MaxAge: seconds, HttpOnly: true, Secure: !inTheClear(r), SameSite: site}
}

// caller finds who is asking: by a session, else as the API does. The session is nil where there is none.
func (c *Console) caller(r *http.Request) (access.Caller, *people.Session, error) {
	secret := c.session(r)
	if secret == "" || c.access.IsOpen() {
		caller, err := c.unsessioned(r)
		return caller, nil, err
	}
	s, err := c.desk.Session(r.Context(), secret)
	switch {
	case errors.Is(err, signin.ErrOver):
		caller, err := c.unsessioned(r)
		return caller, nil, err
	case err != nil:
		return access.Caller{}, nil, err
	}
	caller, err := c.within(r.Context(), &s)
	if errors.Is(err, access.ErrKeyUnknown) && s.Person != 0 {
		caller, err = c.otherwise(r, &s)
		caller.Person = s.Person
	}
	return caller, &s, err
}

// within is the caller of a session: a machine by its key, or a person as the actor that it has chosen.
func (c *Console) within(ctx context.Context, s *people.Session) (access.Caller, error) {
	if s.Person == 0 && len(s.Key) == 32 {
		return c.access.ByHash(ctx, [32]byte(s.Key))
	}
	caller, err := c.access.As(ctx, s.Actor)
	caller.Person = s.Person
	return caller, err
}

// unsessioned finds a caller without a session, through whose eyes a demo may look.
func (c *Console) unsessioned(r *http.Request) (access.Caller, error) {
	caller, err := c.access.Authenticate(r)
	if err != nil {
		return caller, err
	}
	return c.looking(r, caller)
}

// otherwise lets a person whose actor may act no more go on as another one of its actors.
func (c *Console) otherwise(r *http.Request, s *people.Session) (access.Caller, error) {
	actors, err := c.desk.Store().Actors(r.Context(), s.Person)
	if err != nil {
		return access.Caller{}, err
	}
	for _, actor := range actors {
		if caller, err := c.access.As(r.Context(), actor); err == nil {
			s.Actor = actor
			return caller, c.desk.Store().ActAs(r.Context(), s.Hash, actor)
		}
	}
	return access.Caller{}, access.ErrKeyUnknown
}

// from says where a request comes from. Behind a proxy that the node was told of, it is the last address that is not a proxy's.
func (c *Console) from(r *http.Request) signin.From {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	chain := append(strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ","), host)
	at := len(chain) - 1
	for at > 0 && c.proxied(chain[at]) && strings.TrimSpace(chain[at-1]) != "" {
		at--
	}
	return signin.From{Address: strings.TrimSpace(chain[at]), Agent: r.UserAgent()}
}

func (c *Console) proxied(address string) bool {
	at, err := netip.ParseAddr(strings.TrimSpace(address))
	if err != nil {
		return false
	}
	for _, proxies := range c.proxies {
		if proxies.Contains(at.Unmap()) {
			return true
		}
	}
	return false
}

// origin is the address under which a request was sent.
func origin(r *http.Request) string {
	if r.TLS != nil {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

// localOrigin is the origin of a request under a local name, "" for any other: a Host that somebody sends must not become an
// address to which issuers send people back.
func localOrigin(r *http.Request) string {
	if local(r) {
		return origin(r)
	}
	return ""
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
