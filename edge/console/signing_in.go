package console

import (
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"strings"

	"github.com/boombuler/barcode/qr"

	"millrace/edge/access"
	"millrace/edge/problem"
	"millrace/edge/signin"
	"millrace/engine/people"
)

// signInPage is what the pages of signing in show.
type signInPage struct {
	To       string
	Wrong    string // why it did not work
	Login    string // as it was sent
	Step     string // name of the step that waits for a code; "" at the beginning
	Secure   bool   // a browser will keep the session
	People   bool   // somebody has set up access
	Passkey  *signin.Ceremony
	Issuers  []signin.Issuer
	WithKey  bool // the key's form is what was sent
	Proving  bool // the person is signed in, and shows a second factor again
	Code     bool // the person has an authenticator
	Token    string
	Returned string // where the form of the page is sent
}

// The answers to what was tried in vain. They say the same of a name that nobody has.
const (
	wrongPassword = "Name and password do not belong together, or too many attempts have locked the name for a while. Try again in a minute; after that, wait longer."
	wrongCode     = "The code is not valid, or it was used before. Wait for the next one."
	wrongPasskey  = "The passkey was not accepted here. Sign in another way, or ask who administers your access for a new link."
	wrongSignOn   = "The issuer’s answer opens nothing here. Ask who administers your access for an invitation."
	wrongKey      = "This key is not valid. It is mistyped, unknown or revoked, or its actor is not active. Ask the operator for a new one."
	tooMany       = "Too many attempts were made from your address. Wait a minute."
	stepOver      = "That took too long, or it was done already. Begin again."
)

// sentence says what came of an attempt; "" for an error that is not the person's.
func attemptFailed(err error, refused string) (string, int) {
	switch {
	case errors.Is(err, signin.ErrTooMany):
		return tooMany, http.StatusTooManyRequests
	case errors.Is(err, signin.ErrOver):
		return stepOver, http.StatusUnauthorized
	case errors.Is(err, signin.ErrRefused):
		return refused, http.StatusUnauthorized
	}
	return "", 0
}

// signInRoutes are the pages that somebody sees who is not signed in.
var signInRoutes = map[string]func(*Console, http.ResponseWriter, *http.Request){
	"GET /sign-in": (*Console).showSignIn, "POST /sign-in": (*Console).signInWithKey, "POST /sign-in/password": (*Console).signInWithPassword,
	"POST /sign-in/code": (*Console).signInWithCode, "POST /sign-in/passkey": (*Console).signInWithPasskey,
	"GET /sign-in/with/{issuer}": (*Console).leaveForIssuer, "GET /sign-in/back": (*Console).returnFromIssuer, "POST /sign-out": (*Console).signOut,
	"GET /set-up/{link}": (*Console).showLink, "POST /set-up/{link}": (*Console).enrol, "POST /set-up/{link}/passkey": (*Console).enrolPasskey,
	"POST /set-up/{link}/with/{issuer}": (*Console).enrolByIssuer, "POST /set-up/{link}/join": (*Console).join,
}

func (c *Console) showSignIn(w http.ResponseWriter, r *http.Request) {
	c.askWho(w, r, http.StatusOK, signInPage{To: localAddress(r.FormValue("to"))})
}

// askWho shows the page of signing in.
func (c *Console) askWho(w http.ResponseWriter, r *http.Request, status int, p signInPage) {
	if c.access.IsOpen() {
		http.Redirect(w, r, "/", http.StatusSeeOther)
		return
	}
	count, err := c.desk.Store().Count(r.Context())
	if err != nil {
		c.fail(w, r, frame{}, err)
		return
	}
	p.Secure, p.People, p.Issuers = carriesSecrets(r), count > 0, c.desk.Issuers()
	if p.People && p.Step == "" {
		p.Passkey = c.ceremony(r, w)
	}
	c.signInPage(w, r, status, p)
}

// ceremony begins to ask for a passkey, where they have an address to belong to.
func (c *Console) ceremony(r *http.Request, w http.ResponseWriter) *signin.Ceremony {
	asked, err := c.desk.Ask(origin(r))
	if err != nil {
		return nil
	}
	w.Header().Set("Content-Security-Policy", signingPolicy)
	return &asked
}

func (c *Console) signInPage(w http.ResponseWriter, r *http.Request, status int, p signInPage) {
	if status == http.StatusTooManyRequests {
		w.Header().Set("Retry-After", "60")
	}
	if err := render(w, r, status, "sign-in", frame{Title: languageOf(r).T("Sign in"), Content: p}); err != nil {
		c.fail(w, r, frame{}, err)
	}
}

// entering reads a form of signing in, and the page to which the person returns.
func entering(w http.ResponseWriter, r *http.Request) (to string) {
	r.Body = http.MaxBytesReader(w, r.Body, signInBytes)
	return localAddress(r.PostFormValue("to"))
}

// tried shows why an attempt has failed.
func (c *Console) tried(w http.ResponseWriter, r *http.Request, err error, refused string, p signInPage) {
	wrong, status := attemptFailed(err, refused)
	if wrong == "" {
		c.fail(w, r, frame{}, err)
		return
	}
	if p.Wrong = wrong; errors.Is(err, signin.ErrOver) {
		p.Step = ""
	}
	c.askWho(w, r, status, p)
}

// entered gives a new session in place of the browser's own.
func (c *Console) entered(w http.ResponseWriter, r *http.Request, secret, to string) {
	if err := c.desk.SignOut(r.Context(), c.session(r), c.from(r)); err != nil {
		c.fail(w, r, frame{}, err)
		return
	}
	c.keep(w, r, secret)
	http.Redirect(w, r, to, http.StatusSeeOther)
}

func (c *Console) signInWithKey(w http.ResponseWriter, r *http.Request) {
	p := signInPage{To: entering(w, r), WithKey: true}
	if err := c.desk.Admit(c.from(r)); err != nil {
		c.tried(w, r, err, "", p)
		return
	}
	secret := strings.TrimSpace(r.PostFormValue("key"))
	caller, err := c.access.Identify(r.Context(), secret)
	switch {
	case errors.Is(err, access.ErrNoKey) || errors.Is(err, access.ErrKeyUnknown):
		c.tried(w, r, signin.ErrRefused, wrongKey, p)
		return
	case err != nil:
		c.fail(w, r, frame{}, err)
		return
	}
	session, err := c.desk.BeginWithKey(r.Context(), access.HashOf(secret), caller.Actor, c.from(r))
	if err != nil {
		c.fail(w, r, frame{}, err)
		return
	}
	c.entered(w, r, session, p.To)
}

func (c *Console) signInWithPassword(w http.ResponseWriter, r *http.Request) {
	p := signInPage{To: entering(w, r), Login: r.PostFormValue("login")}
	step, err := c.desk.Password(r.Context(), p.Login, r.PostFormValue("password"), c.from(r))
	if err != nil {
		c.tried(w, r, err, wrongPassword, p)
		return
	}
	p.Step = step
	c.askWho(w, r, http.StatusOK, p)
}

func (c *Console) signInWithCode(w http.ResponseWriter, r *http.Request) {
	p := signInPage{To: entering(w, r), Step: r.PostFormValue("step")}
	session, err := c.desk.Code(r.Context(), p.Step, r.PostFormValue("code"), c.from(r))
	if err != nil {
		c.tried(w, r, err, wrongCode, p)
		return
	}
	c.entered(w, r, session, p.To)
}

func (c *Console) signInWithPasskey(w http.ResponseWriter, r *http.Request) {
	p := signInPage{To: entering(w, r)}
	session, err := c.desk.Passkey(r.Context(), r.PostFormValue("step"), r.PostFormValue("response"), origin(r), c.from(r))
	if err != nil {
		c.tried(w, r, err, wrongPasskey, p)
		return
	}
	c.entered(w, r, session, p.To)
}

func (c *Console) signOut(w http.ResponseWriter, r *http.Request) {
	if name := c.session(r); name != "" {
		c.streams.endOf(name)
	}
	if err := c.desk.SignOut(r.Context(), c.session(r), c.from(r)); err != nil {
		c.fail(w, r, frame{}, err)
		return
	}
	http.SetCookie(w, cookie(r, cookieName, "", -1, http.SameSiteStrictMode))
	http.Redirect(w, r, "/sign-in", http.StatusSeeOther)
}

// leaveForIssuer sends a browser to an issuer: to sign in, once more of somebody who is signed in, or to connect the issuer to it.
func (c *Console) leaveForIssuer(w http.ResponseWriter, r *http.Request) {
	leaving := signin.Leaving{Issuer: r.PathValue("issuer"), Origin: localOrigin(r), To: localAddress(r.FormValue("to"))}
	if _, session, err := c.caller(r); err == nil && session != nil && session.Person != 0 {
		leaving.Again = true
		if r.FormValue("connect") != "" {
			leaving.Person = session.Person
			if !c.desk.Fresh(session) && !c.factorless(r, session) {
				http.Redirect(w, r, withQuery("/prove", "to", "/me"), http.StatusSeeOther)
				return
			}
		}
	}
	journey, err := c.desk.Leave(r.Context(), leaving, c.from(r))
	if err != nil {
		c.journeyFailed(w, r, err, leaving.To)
		return
	}
	c.depart(w, r, journey)
	http.Redirect(w, r, journey.Address, http.StatusSeeOther)
}

// factorless tells whether somebody has no second factor that it could show.
func (c *Console) factorless(r *http.Request, s *people.Session) bool {
	p, err := c.desk.Store().Person(r.Context(), s.Person)
	if err != nil || p.Authenticator != nil {
		return false
	}
	keys, err := c.desk.Store().Passkeys(r.Context(), s.Person)
	return err == nil && len(keys) == 0
}

// depart lets the browser keep what it has to show when it comes back. Coming from the issuer's page it would not send a strict cookie.
func (c *Console) depart(w http.ResponseWriter, r *http.Request, j signin.Journey) {
	http.SetCookie(w, cookie(r, signOnCookie, j.Browser, signOnSpan, http.SameSiteLaxMode))
}

func (c *Console) journeyFailed(w http.ResponseWriter, r *http.Request, err error, to string) {
	if errors.Is(err, signin.ErrNoOrigin) {
		c.fail(w, r, frame{}, problem.New("sign_on_unavailable", "this node does not know the address under which people reach it; start it with --public-url"))
		return
	}
	if wrong, _ := attemptFailed(err, wrongSignOn); wrong == "" && !errors.Is(err, signin.ErrTaken) {
		c.logger.Error("console", "path", r.URL.Path, "error", err)
		c.fail(w, r, frame{}, problem.New("sign_on_unavailable", "the issuer does not answer, or not as it should"))
		return
	}
	if errors.Is(err, signin.ErrTaken) {
		err = signin.ErrRefused
	}
	c.tried(w, r, err, wrongSignOn, signInPage{To: to})
}

// returnFromIssuer takes the issuer's answer. The page that follows is asked for by a page of ours: a browser that is still on its way
// from the issuer's would not send the new session with it.
func (c *Console) returnFromIssuer(w http.ResponseWriter, r *http.Request) {
	browser := kept(r, signOnCookie)
	http.SetCookie(w, cookie(r, signOnCookie, "", -1, http.SameSiteLaxMode))
	state, code := r.FormValue("state"), r.FormValue("code")
	arrival, err := c.desk.Return(r.Context(), state, code, browser, c.from(r))
	if err != nil {
		c.journeyFailed(w, r, err, "/")
		return
	}
	if arrival.Step != "" {
		c.askWho(w, r, http.StatusOK, signInPage{To: arrival.To, Step: arrival.Step})
		return
	}
	if arrival.Session != "" {
		c.keep(w, r, arrival.Session)
		c.shutIfSetUp(r)
	}
	c.onward(w, r, arrival.To, "Signed in", "You are signed in.")
}

// onward shows a page that leads on by itself.
func (c *Console) onward(w http.ResponseWriter, r *http.Request, to, title, text string) {
	w.Header().Set("Refresh", "0;url="+to)
	if err := render(w, r, http.StatusOK, "onward", frame{Title: languageOf(r).T(title), Content: map[string]string{"To": to, "Text": text}}); err != nil {
		c.fail(w, r, frame{}, err)
	}
}

// square draws a QR code (ISO/IEC 18004) as a picture of one path, with the quiet zone of four modules that readers need.
func square(text string) (template.HTML, error) {
	code, err := qr.Encode(text, qr.M, qr.Unicode)
	if err != nil {
		return "", fmt.Errorf("console: %w", err)
	}
	const quiet = 4
	size := code.Bounds().Dx()
	var path strings.Builder
	for y := range size {
		for x := 0; x < size; x++ {
			run := x
			for run < size && dark(code.At(run, y).RGBA()) {
				run++
			}
			if run > x {
				fmt.Fprintf(&path, "M%d %dh%dv1h-%dz", x+quiet, y+quiet, run-x, run-x)
				x = run
			}
		}
	}
	return template.HTML(fmt.Sprintf(`<svg class="square" viewBox="0 0 %d %d" role="img" aria-label="QR code for your authenticator"><rect width="100%%" height="100%%" fill="#fff"/><path fill="#000" d="%s"/></svg>`,
		size+2*quiet, size+2*quiet, path.String())), nil
}

func dark(red, green, blue, _ uint32) bool { return red+green+blue < 3*0x8000 }

// answers are the sentences with which a page answers after something was done, by the word in its address.
var answers = map[string]string{
	"password": "Your password is changed, and all your other sessions have ended.", "passkey": "The passkey is yours now.", "passkey-removed": "The passkey is removed.",
	"session": "The session has ended.", "sessions": "All your other sessions have ended.", "proved": "Thank you; go on.", "acting": "You act as somebody else now.",
	"connected": "The single sign-on is connected.", "disconnected": "The single sign-on is disconnected.", "key-revoked": "The key is revoked: nothing that is sent with it is taken any more.",
	"suspended": "The access is suspended, and the sessions have ended.", "reinstated": "The access is open again.", "withdrawn": "The link opens nothing any more.",
	"joined": "From now on you may act for this party too.",
}

// saidOf is the sentence of a page's address.
func saidOf(r *http.Request) string { return answers[r.URL.Query().Get("said")] }

func withQuery(path string, namesAndValues ...string) string {
	query := url.Values{}
	for i := 0; i+1 < len(namesAndValues); i += 2 {
		query.Set(namesAndValues[i], namesAndValues[i+1])
	}
	return path + "?" + query.Encode()
}
