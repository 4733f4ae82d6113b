package console

import (
	"context"
	"errors"
	"html/template"
	"net/http"
	"strings"

	"millrace/domain/id"
	"millrace/edge/access"
	"millrace/edge/problem"
	"millrace/edge/signin"
	"millrace/engine/people"
)

// linkPage is where somebody whom a link lets in sets up access.
type linkPage struct {
	Link      string // path of the page
	Kind      string
	Heading   string
	Invites   bool   // a new person is made
	Party     string // for which the person is going to act
	Role      string
	Note      string
	Name      string
	Login     string
	KeyText   string // shared secret of the authenticator
	Square    template.HTML
	Passkey   *signin.Ceremony
	Issuers   []signin.Issuer
	Wrong     string
	WrongAt   string // field that is wrong
	SignedIn  string // name of the person whose session it is; "" for none
	MayJoin   bool
	Token     string
	Secure    bool
	MinLetter int
}

const nameBytes = 200

// link finds the link of a request. It answers itself where there is none.
func (c *Console) link(w http.ResponseWriter, r *http.Request) (people.Invitation, bool) {
	w.Header().Set("Referrer-Policy", "no-referrer") // the address is a secret
	err := c.desk.Admit(c.from(r))
	var i people.Invitation
	if err == nil {
		i, err = c.desk.Link(r.Context(), r.PathValue("link"))
	}
	if err == nil && i.Kind == people.Administrator {
		if err = c.access.Local(r); err != nil {
			err = problem.New("not_local", "the administrator is set up on the node's own machine; from afar, lead its port through ssh -L")
		}
	}
	switch {
	case errors.Is(err, signin.ErrOver):
		err = problem.New("link_over", "this link was used, was withdrawn, or has run out")
	case errors.Is(err, signin.ErrTooMany):
		err = problem.New("too_many_attempts", "too many attempts were made from your address")
	}
	if err != nil {
		c.fail(w, r, frame{}, err)
		return i, false
	}
	return i, true
}

// showLink shows what a link is for.
func (c *Console) showLink(w http.ResponseWriter, r *http.Request) {
	if i, good := c.link(w, r); good {
		c.linkPage(w, r, http.StatusOK, i, linkPage{Name: i.Name, Login: i.Login})
	}
}

func (c *Console) linkPage(w http.ResponseWriter, r *http.Request, status int, i people.Invitation, p linkPage) {
	p.Link, p.Kind, p.Note, p.Invites, p.Secure = "/set-up/"+r.PathValue("link"), i.Kind, i.Note, i.Person == 0, carriesSecrets(r)
	p.KeyText, p.Issuers = signin.KeyText(i.Authenticator), c.desk.Issuers()
	err := c.describeLink(r.Context(), i, &p)
	var prospect people.Person
	if err == nil && i.Person != 0 {
		prospect, err = c.desk.Store().Person(r.Context(), i.Person)
		p.Login, p.Name = prospect.Login, prospect.Name
	}
	if err == nil {
		label := p.Login
		if label == "" {
			label = "you"
		}
		p.Square, err = square(signin.KeyAddress(i.Authenticator, label))
	}
	if err != nil {
		c.fail(w, r, frame{}, err)
		return
	}
	if made, err := c.desk.Register(r.Context(), prospectOf(prospect, p), origin(r)); err == nil {
		p.Passkey = &made
		w.Header().Set("Content-Security-Policy", signingPolicy)
	}
	if _, session, err := c.caller(r); err == nil && session != nil && session.Person != 0 && i.Actor != 0 {
		if known, err := c.desk.Store().Person(r.Context(), session.Person); err == nil {
			p.SignedIn, p.MayJoin, p.Token = known.Name, true, c.token(r)
		}
	}
	if err := render(w, r, status, "set-up", frame{Title: languageOf(r).T(p.Heading), Content: p}); err != nil {
		c.fail(w, r, frame{}, err)
	}
}

// prospectOf is how an authenticator is to call whoever sets up access.
func prospectOf(known people.Person, p linkPage) people.Person {
	if known.ID == 0 {
		known.Login, known.Name = p.Login, p.Name
	}
	return known
}

// describeLink says for whom a link lets somebody act.
func (c *Console) describeLink(ctx context.Context, i people.Invitation, p *linkPage) error {
	p.Heading = map[string]string{people.Administrator: "Set up the administrator", people.Invited: "You are invited", people.Reset: "Set up your access anew"}[i.Kind]
	if i.Actor == 0 {
		return nil
	}
	v, err := c.reader.Now(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = v.Close() }() // it was only read
	caller, err := c.access.As(ctx, i.Actor)
	if errors.Is(err, access.ErrKeyUnknown) {
		return problem.New("link_over", "whom this link was made for is not active any more")
	}
	if err != nil {
		return err
	}
	home, err := v.Party(caller, caller.Party)
	if err != nil {
		return err
	}
	p.Party, p.Role = home.Name, strings.Join(caller.Role.Names(), ", ")
	return nil
}

func enrolmentOf(r *http.Request) signin.Enrolment {
	of := func(name string) string {
		text := strings.ToValidUTF8(strings.Join(strings.Fields(r.PostFormValue(name)), " "), "")
		return text[:min(len(text), nameBytes)]
	}
	return signin.Enrolment{Login: of("login"), Name: of("name"), Password: r.PostFormValue("password"), Code: r.PostFormValue("code")}
}

// enrolled shows why access was not set up, or lets the person in.
func (c *Console) enrolled(w http.ResponseWriter, r *http.Request, i people.Invitation, e signin.Enrolment, made signin.Enrolled, err error) {
	p := linkPage{Name: e.Name, Login: e.Login}
	switch {
	case errors.Is(err, signin.ErrWeak):
		p.Wrong, p.WrongAt = signin.Weak(e.Password, e.Login), "password"
	case errors.Is(err, signin.ErrTaken):
		p.Wrong, p.WrongAt = "Somebody signs in under this name already. If it is you, sign in first and open the link again; else choose another name.", "login"
	case errors.Is(err, signin.ErrRefused) && (signin.Login(e.Login) == "" || e.Name == "") && i.Person == 0:
		p.Wrong, p.WrongAt = "Write your name, and the name or e-mail address under which you are going to sign in.", "login"
	case errors.Is(err, signin.ErrRefused):
		p.Wrong, p.WrongAt = "The code is not the one that the authenticator shows now. Add the code below to it first, and mind that its clock is right.", "code"
	case errors.Is(err, signin.ErrTooMany):
		p.Wrong = tooMany
	case errors.Is(err, signin.ErrOver):
		p.Wrong = stepOver
	case err != nil:
		c.fail(w, r, frame{}, err)
		return
	}
	if p.Wrong != "" {
		c.linkPage(w, r, http.StatusUnprocessableEntity, i, p)
		return
	}
	c.shutIfSetUp(r)
	c.keep(w, r, made.Session)
	if len(made.Codes) == 0 {
		http.Redirect(w, r, firstPage(i), http.StatusSeeOther)
		return
	}
	if err := render(w, r, http.StatusOK, "codes", frame{Title: languageOf(r).T("Recovery codes"), Content: codesPage{made.Codes, firstPage(i)}}); err != nil {
		c.fail(w, r, frame{}, err)
	}
}

// firstPage is where somebody begins who has set up access.
func firstPage(i people.Invitation) string {
	switch i.Kind {
	case people.Administrator:
		return "/first-steps"
	case people.Invited:
		return "/"
	default:
		return "/me"
	}
}

// shutIfSetUp ends that a node asks nobody to sign in, as soon as somebody can.
func (c *Console) shutIfSetUp(r *http.Request) {
	if count, err := c.desk.Store().Count(r.Context()); err == nil && count > 0 {
		c.access.Shut()
	}
}

func (c *Console) enrol(w http.ResponseWriter, r *http.Request) {
	i, good := c.link(w, r)
	if !good {
		return
	}
	entering(w, r)
	e := enrolmentOf(r)
	if r.PostFormValue("password") != r.PostFormValue("again") {
		c.linkPage(w, r, http.StatusUnprocessableEntity, i, linkPage{Name: e.Name, Login: e.Login, Wrong: "The two passwords differ.", WrongAt: "password"})
		return
	}
	made, err := c.desk.Enrol(r.Context(), r.PathValue("link"), e, c.from(r))
	c.enrolled(w, r, i, e, made, err)
}

func (c *Console) enrolPasskey(w http.ResponseWriter, r *http.Request) {
	i, good := c.link(w, r)
	if !good {
		return
	}
	entering(w, r)
	e := enrolmentOf(r)
	made, err := c.desk.EnrolPasskey(r.Context(), r.PathValue("link"), e, r.PostFormValue("step"), r.PostFormValue("response"), origin(r), c.from(r))
	if errors.Is(err, signin.ErrRefused) && e.Login != "" && e.Name != "" {
		err = signin.ErrOver
	}
	c.enrolled(w, r, i, e, made, err)
}

func (c *Console) enrolByIssuer(w http.ResponseWriter, r *http.Request) {
	i, good := c.link(w, r)
	if !good {
		return
	}
	entering(w, r)
	e := enrolmentOf(r)
	if i.Person == 0 && (signin.Login(e.Login) == "" || e.Name == "") {
		c.enrolled(w, r, i, e, signin.Enrolled{}, signin.ErrRefused)
		return
	}
	e.Password, e.Code = "", ""
	journey, err := c.desk.Leave(r.Context(), signin.Leaving{
		Issuer: r.PathValue("issuer"), Origin: localOrigin(r), Link: r.PathValue("link"), Enrolment: e, To: firstPage(i),
	}, c.from(r))
	if err != nil {
		c.journeyFailed(w, r, err, "/")
		return
	}
	c.depart(w, r, journey)
	// A form may lead to this node only, so a page leads on.
	c.onward(w, r, journey.Address, "Single sign-on", "You are sent to your single sign-on.")
}

// join lets somebody who is signed in act for one party more.
func (c *Console) join(w http.ResponseWriter, r *http.Request) {
	if _, good := c.link(w, r); !good {
		return
	}
	_, session, err := c.caller(r)
	if err == nil && (session == nil || session.Person == 0 || !c.owns(r, r.PostFormValue("token"))) {
		err = problem.New("form_expired", "sign in and open the link again")
	}
	var actor id.Actor
	if err == nil {
		actor, err = c.desk.Join(r.Context(), r.PathValue("link"), session, c.from(r))
	}
	if err != nil || actor == 0 {
		c.fail(w, r, frame{}, err)
		return
	}
	http.Redirect(w, r, withQuery("/me", "said", "joined"), http.StatusSeeOther)
}
