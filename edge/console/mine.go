package console

import (
	"encoding/base64"
	"errors"
	"html/template"
	"net/http"
	"slices"
	"strings"
	"time"

	"millrace/domain/id"
	"millrace/edge/problem"
	"millrace/edge/signin"
	"millrace/edge/view"
	"millrace/engine/people"
)

// accessRoutes are the pages about who signs in.
var accessRoutes = []route{
	{"GET /me", "/me", "me", showMine},
	{"POST /me/password", "/me", "me", changePassword},
	{"GET /me/authenticator", "/me", "authenticator", showAuthenticator},
	{"POST /me/authenticator", "/me", "authenticator", changeAuthenticator},
	{"POST /me/recovery", "/me", "codes", changeRecovery},
	{"POST /me/passkey", "/me", "me", addPasskey},
	{"POST /me/passkey/removal", "/me", "me", dropPasskey},
	{"POST /me/sign-on/removal", "/me", "me", dropSignOn},
	{"POST /me/session/end", "/me", "me", endSession},
	{"POST /me/sessions/end", "/me", "me", endSessions},
	{"POST /me/acting", "/me", "me", changeActing},
	{"GET /prove", "/me", "sign-in", showProve},
	{"POST /prove", "/me", "sign-in", prove},
	{"POST /prove/passkey", "/me", "sign-in", provePasskey},
}

// mine is the page of a person's own access.
type mine struct {
	Open     bool           // the node asks nobody
	Person   *people.Person // nil for a machine's key, and on an open node
	Acting   []acting
	Left     int // recovery codes
	Passkeys []minePasskey
	SignOns  []mineSignOn
	Sessions []mineSession
	Keys     []view.Key
	SignIns  []people.SignIn
	Passkey  *signin.Ceremony
	Fresh    bool
	Token    string
	Said     string
	Wrong    string
	WrongAt  string
	Secret   string // of a key that was just made
	Scopes   []scopeOption
	code     int
}

type acting struct {
	Actor, Name, Party, Role string
	Current                  bool
}

type minePasskey struct {
	people.Passkey
	Mark string
}

type mineSignOn struct {
	signin.Issuer
	Connected bool
}

type mineSession struct {
	people.Session
	Current bool
}

func (m *mine) title() string { return "My access" }

func (m *mine) status() int { return m.code }

func (m *mine) scripted() bool { return m.Passkey != nil }

// stamped shows a time of the store.
func stamped(at time.Time) template.HTML {
	if at.IsZero() {
		return dash
	}
	return showTime(at.UTC().Format(time.RFC3339))
}

// browserOf names a browser by what it says of itself.
func browserOf(agent string) string {
	for _, one := range []struct{ sign, name string }{{"Edg/", "Edge"}, {"Firefox/", "Firefox"}, {"Chrome/", "Chrome or Chromium"}, {"Safari/", "Safari"}} {
		if strings.Contains(agent, one.sign) {
			for _, system := range []string{"Android", "iPhone", "iPad", "Windows", "Mac OS", "Linux"} {
				if strings.Contains(agent, system) {
					return one.name + " on " + system
				}
			}
			return one.name
		}
	}
	if agent == "" {
		return "–"
	}
	return agent[:min(len(agent), 40)]
}

func showMine(v *visit) (any, error) { return v.mine(http.StatusOK) }

// mine gathers the page.
func (v *visit) mine(status int) (*mine, error) {
	m := &mine{Open: v.console.access.IsOpen(), Token: v.console.token(v.request), Said: saidOf(v.request), Scopes: scopeOptions, code: status}
	if err := v.ownKeys(m); err != nil {
		return nil, err
	}
	if v.session == nil || v.session.Person == 0 {
		return m, nil
	}
	ctx, desk := v.request.Context(), v.console.desk
	p, err := desk.Store().Person(ctx, v.session.Person)
	if err != nil {
		return nil, err
	}
	m.Person, m.Fresh = &p, v.proven()
	if err := v.ownActing(m); err != nil {
		return nil, err
	}
	passkeys, passkeyErr := desk.Store().Passkeys(ctx, p.ID)
	for _, k := range passkeys {
		m.Passkeys = append(m.Passkeys, minePasskey{k, base64.RawURLEncoding.EncodeToString(k.ID)})
	}
	subjects, subjectErr := desk.Store().Subjects(ctx, p.ID)
	for _, issuer := range desk.Issuers() {
		connected := slices.ContainsFunc(subjects, func(b people.Subject) bool { return b.Issuer == issuer.Issuer })
		m.SignOns = append(m.SignOns, mineSignOn{issuer, connected})
	}
	sessions, sessionErr := desk.Store().Sessions(ctx, p.ID)
	for _, s := range sessions {
		m.Sessions = append(m.Sessions, mineSession{s, s.Hash == v.session.Hash})
	}
	var leftErr, signInErr error
	m.Left, leftErr = desk.Store().RecoveryLeft(ctx, p.ID)
	m.SignIns, signInErr = desk.Store().SignIns(ctx, p.ID, 30)
	if err := errors.Join(passkeyErr, subjectErr, sessionErr, leftErr, signInErr); err != nil {
		return nil, err
	}
	if made, err := desk.Register(ctx, p, origin(v.request)); err == nil {
		m.Passkey = &made
	}
	return m, nil
}

// ownActing lists as whom the person may act.
func (v *visit) ownActing(m *mine) error {
	actors, err := v.console.desk.Store().Actors(v.request.Context(), m.Person.ID)
	if err != nil {
		return err
	}
	for _, of := range actors {
		caller, err := v.console.access.As(v.request.Context(), of)
		if err != nil {
			continue // it is not active any more
		}
		shown, err := v.Actor(caller, of)
		if err != nil {
			return err
		}
		m.Acting = append(m.Acting, acting{shown.ID, shown.Name, shown.Party.String(), shown.Role, of == v.caller.Actor})
	}
	return nil
}

// ownKeys lists the API keys of the actor as whom the caller acts.
func (v *visit) ownKeys(m *mine) error {
	page, err := v.Keys(v.caller, view.Query{Limit: rowsMax})
	if err != nil {
		return err
	}
	for _, k := range page.Items {
		if k.Actor != nil && k.Actor.ID == v.caller.Actor.String() {
			m.Keys = append(m.Keys, k)
		}
	}
	return nil
}

// proven tells whether the caller may do what asks for a second factor: it was shown not long ago, or there is none to show, as for a
// machine's key and on a node that asks nobody.
func (v *visit) proven() bool {
	return v.session == nil || v.session.Person == 0 || v.console.desk.Fresh(v.session)
}

// posted reads a form of these pages. The error is of a form of another session, or of somebody who is no person.
func (v *visit) posted() error {
	v.request.Body = http.MaxBytesReader(nil, v.request.Body, signInBytes)
	if err := v.request.ParseForm(); err != nil {
		return problem.New("request_malformed", "what was sent is no form of this page, or is larger than one")
	}
	if v.session == nil || v.session.Person == 0 {
		return problem.New("role_forbidden", "this is for people who have signed in, and you came with a key")
	}
	if !v.console.owns(v.request, v.request.PostFormValue("token")) {
		return problem.New("form_expired", "the form was made for another session, or before the node was started again; send it once more")
	}
	return nil
}

// changing is posted, for what may only be changed by somebody who has just shown a second factor. It gives where to show it, nil for
// one that was shown. Who has none yet may make the first.
func (v *visit) changing() (any, error) {
	if err := v.posted(); err != nil {
		return nil, err
	}
	if v.proven() {
		return nil, nil
	}
	if v.console.factorless(v.request, v.session) {
		return nil, nil
	}
	return redirect{withQuery("/prove", "to", "/me")}, nil
}

// backToMine is the page after something was done.
func backToMine(word string) any { return redirect{withQuery("/me", "said", word)} }

// refuse shows the page again with what is wrong.
func (v *visit) refuseMine(at, wrong string) (any, error) {
	m, err := v.mine(http.StatusUnprocessableEntity)
	if err == nil {
		m.Wrong, m.WrongAt = wrong, at
	}
	return m, err
}

func changePassword(v *visit) (any, error) {
	if elsewhere, err := v.changing(); elsewhere != nil || err != nil {
		return elsewhere, err
	}
	ctx, desk, from := v.request.Context(), v.console.desk, v.console.from(v.request)
	p, err := desk.Store().Person(ctx, v.session.Person)
	if err != nil {
		return nil, err
	}
	if p.Password != "" {
		if err := desk.Confirm(ctx, p, v.request.PostFormValue("current"), from); err != nil {
			if wrong, _ := attemptFailed(err, "Your present password is another one."); wrong != "" {
				return v.refuseMine("current", wrong)
			}
			return nil, err
		}
	}
	password := v.request.PostFormValue("password")
	if password != v.request.PostFormValue("again") {
		return v.refuseMine("password", "The two passwords differ.")
	}
	switch err := desk.SetPassword(ctx, v.session, password, from); {
	case errors.Is(err, signin.ErrWeak):
		return v.refuseMine("password", signin.Weak(password, p.Login))
	case err != nil:
		return nil, err
	}
	return backToMine("password"), nil
}

// authenticatorPage shows the shared secret of a new authenticator and asks for its first code.
type authenticatorPage struct {
	Step, KeyText, Token, Wrong string
	Square                      template.HTML
	Has                         bool // another one is replaced
}

func (*authenticatorPage) title() string { return "Authenticator" }

func (p *authenticatorPage) status() int {
	if p.Wrong != "" {
		return http.StatusUnprocessableEntity
	}
	return http.StatusOK
}

func showAuthenticator(v *visit) (any, error) {
	if v.session == nil || v.session.Person == 0 {
		return nil, problem.New("role_forbidden", "this is for people who have signed in, and you came with a key")
	}
	step, key, err := v.console.desk.ShowAuthenticator(v.session)
	if err != nil {
		return nil, err
	}
	return v.authenticator(step, key)
}

func (v *visit) authenticator(step string, key []byte) (*authenticatorPage, error) {
	p, err := v.console.desk.Store().Person(v.request.Context(), v.session.Person)
	if err != nil {
		return nil, err
	}
	page := &authenticatorPage{Step: step, KeyText: signin.KeyText(key), Token: v.console.token(v.request), Has: p.Authenticator != nil}
	page.Square, err = square(signin.KeyAddress(key, p.Login))
	return page, err
}

func changeAuthenticator(v *visit) (any, error) {
	if elsewhere, err := v.changing(); elsewhere != nil || err != nil {
		return elsewhere, err
	}
	step := v.request.PostFormValue("step")
	codes, err := v.console.desk.SetAuthenticator(v.request.Context(), v.session, step, v.request.PostFormValue("code"), v.console.from(v.request))
	if err == nil {
		return codesPage{codes, "/me"}, nil
	}
	key, waits := v.console.desk.AgainAuthenticator(step)
	if !waits {
		if step, key, err = v.console.desk.ShowAuthenticator(v.session); err != nil {
			return nil, err
		}
	}
	page, pageErr := v.authenticator(step, key)
	if pageErr != nil {
		return nil, pageErr
	}
	if page.Wrong, _ = attemptFailed(err, wrongCode); page.Wrong == "" && waits {
		return nil, err
	}
	if !waits {
		page.Wrong = "That took too long, or was tried too often. Here is another secret: add it in place of the one before."
	}
	return page, nil
}

// codesPage shows recovery codes, once.
type codesPage struct {
	Codes []string
	Next  string // page to which it leads
}

func (codesPage) title() string { return "Recovery codes" }

func (codesPage) template() string { return "codes" }

func changeRecovery(v *visit) (any, error) {
	if elsewhere, err := v.changing(); elsewhere != nil || err != nil {
		return elsewhere, err
	}
	codes, err := v.console.desk.NewRecovery(v.request.Context(), v.session, v.console.from(v.request))
	return codesPage{codes, "/me"}, err
}

func addPasskey(v *visit) (any, error) {
	if elsewhere, err := v.changing(); elsewhere != nil || err != nil {
		return elsewhere, err
	}
	name := strings.Join(strings.Fields(strings.ToValidUTF8(v.request.PostFormValue("name"), "")), " ")
	err := v.console.desk.AddPasskey(v.request.Context(), v.session, v.request.PostFormValue("step"), v.request.PostFormValue("response"),
		name[:min(len(name), nameBytes)], origin(v.request), v.console.from(v.request))
	switch {
	case errors.Is(err, signin.ErrTaken):
		return v.refuseMine("passkey", "This passkey is somebody’s already.")
	case errors.Is(err, signin.ErrRefused) || errors.Is(err, signin.ErrOver):
		return v.refuseMine("passkey", "The passkey was not made. Try again on this page.")
	case err != nil:
		return nil, err
	}
	return backToMine("passkey"), nil
}

// remains tells whether somebody can still sign in after one way was taken away.
func (v *visit) remains(without string) (bool, error) {
	store, ctx := v.console.desk.Store(), v.request.Context()
	p, err := store.Person(ctx, v.session.Person)
	if err != nil {
		return false, err
	}
	passkeys, err := store.Passkeys(ctx, p.ID)
	if err != nil {
		return false, err
	}
	subjects, err := store.Subjects(ctx, p.ID)
	ways := len(passkeys) + len(subjects) - 1
	if p.Password != "" && p.Authenticator != nil {
		ways++
	}
	return ways > 0 || without == "", err
}

func dropPasskey(v *visit) (any, error) { return v.drop("passkey", "passkey-removed") }

func dropSignOn(v *visit) (any, error) { return v.drop("issuer", "disconnected") }

// drop takes a way of signing in away, unless it is the last.
func (v *visit) drop(field, word string) (any, error) {
	if elsewhere, err := v.changing(); elsewhere != nil || err != nil {
		return elsewhere, err
	}
	named := v.request.PostFormValue(field)
	if left, err := v.remains(named); err != nil || !left {
		if err != nil {
			return nil, err
		}
		return v.refuseMine(field, "This is the last way in which you can sign in. Add another one first.")
	}
	ctx, store := v.request.Context(), v.console.desk.Store()
	note, err := signin.WordParted, error(nil)
	if field == "passkey" {
		key, _ := base64.RawURLEncoding.DecodeString(named)
		note, err = signin.WordDropped, store.DropPasskey(ctx, v.session.Person, key)
	} else {
		err = store.DropSubject(ctx, v.session.Person, named)
	}
	if errors.Is(err, people.ErrNotFound) {
		return nil, view.ErrNotFound
	}
	if err == nil {
		err = v.console.desk.Note(ctx, v.session.Person, v.caller.Actor, note, v.session.Method, "", v.console.from(v.request))
	}
	return backToMine(word), err
}

func endSession(v *visit) (any, error) {
	if err := v.posted(); err != nil {
		return nil, err
	}
	err := v.console.desk.Store().EndByID(v.request.Context(), v.session.Person, v.request.PostFormValue("session"))
	if errors.Is(err, people.ErrNotFound) {
		return nil, view.ErrNotFound
	}
	if err == nil {
		err = v.noteMine(signin.WordEnded, "one")
	}
	return backToMine("session"), err
}

func endSessions(v *visit) (any, error) {
	if err := v.posted(); err != nil {
		return nil, err
	}
	err := v.console.desk.Store().EndOthers(v.request.Context(), v.session.Person, v.session.Hash)
	if err == nil {
		err = v.noteMine(signin.WordEnded, "all others")
	}
	return backToMine("sessions"), err
}

func (v *visit) noteMine(word, note string) error {
	return v.console.desk.Note(v.request.Context(), v.session.Person, v.caller.Actor, word, v.session.Method, note, v.console.from(v.request))
}

func changeActing(v *visit) (any, error) {
	if err := v.posted(); err != nil {
		return nil, err
	}
	of, err := id.Parse[id.Actor](v.request.PostFormValue("actor"))
	if err != nil {
		return nil, view.ErrNotFound
	}
	store, ctx := v.console.desk.Store(), v.request.Context()
	is, err := store.ActsAs(ctx, v.session.Person, of)
	if err != nil {
		return nil, err
	}
	if !is {
		return nil, view.ErrNotFound
	}
	if _, err := v.console.access.As(ctx, of); err != nil {
		return nil, view.ErrNotFound
	}
	return redirect{"/"}, store.ActAs(ctx, v.session.Hash, of)
}

// showProve asks somebody who is signed in for a second factor again.
func showProve(v *visit) (any, error) { return v.proving(http.StatusOK, "") }

// provingPage is the page of signing in, inside of the frame.
type provingPage struct {
	signInPage
	code int
}

func (provingPage) title() string { return "Show your second factor" }

func (p provingPage) status() int { return p.code }

func (p provingPage) scripted() bool { return p.Passkey != nil }

func (v *visit) proving(status int, wrong string) (any, error) {
	to := localAddress(v.request.FormValue("to"))
	if v.session == nil || v.session.Person == 0 {
		return redirect{to}, nil
	}
	p, err := v.console.desk.Store().Person(v.request.Context(), v.session.Person)
	if err != nil {
		return nil, err
	}
	page := signInPage{To: to, Wrong: wrong, Proving: true, Secure: true, People: true, Code: p.Authenticator != nil, Token: v.console.token(v.request)}
	for _, issuer := range v.console.desk.Issuers() {
		if issuer.SecondFactor {
			page.Issuers = append(page.Issuers, issuer)
		}
	}
	if asked, err := v.console.desk.Ask(origin(v.request)); err == nil {
		page.Passkey = &asked
	}
	return provingPage{page, status}, nil
}

func prove(v *visit) (any, error) {
	if err := v.posted(); err != nil {
		return nil, err
	}
	return v.provedBy(v.console.desk.Prove(v.request.Context(), v.session, v.request.PostFormValue("code"), v.console.from(v.request)), wrongCode)
}

func provePasskey(v *visit) (any, error) {
	if err := v.posted(); err != nil {
		return nil, err
	}
	return v.provedBy(v.console.desk.ProvePasskey(v.request.Context(), v.session, v.request.PostFormValue("step"), v.request.PostFormValue("response"),
		origin(v.request), v.console.from(v.request)), wrongPasskey)
}

func (v *visit) provedBy(err error, refused string) (any, error) {
	if wrong, status := attemptFailed(err, refused); wrong != "" {
		return v.proving(status, wrong)
	}
	return redirect{localAddress(v.request.PostFormValue("to"))}, err
}
