package console

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/party"
	"millrace/edge/intake"
	"millrace/edge/problem"
	"millrace/edge/signin"
	"millrace/edge/view"
	"millrace/engine/people"
)

// peopleRoutes are the pages about a party's people, and about all sign-ins.
var peopleRoutes = []route{
	{"GET /people", "/people", "people", showPeople},
	{"POST /people/invitation", "/people", "people", invitePerson},
	{"POST /people/link", "/people", "people", linkPerson},
	{"POST /people/state", "/people", "people", movePerson},
	{"POST /people/administration", "/people", "people", moveAdministrator},
	{"POST /people/withdrawal", "/people", "people", withdrawLink},
	{"GET /sign-ins", "/people", "sign-ins", showSignIns},
}

// peoplePage lists who acts for a party, and who of them signs in.
type peoplePage struct {
	Party    *view.Ref
	Rows     []personRow
	Links    []people.Invitation
	Roles    []string
	Token    string
	Said     string
	Wrong    string
	Link     string // that was just made; shown this once
	For      string // for whom
	Operator bool
	Own      bool // the caller's own party
	Name     string
	Login    string
	Note     string
	Role     string
	code     int
	of       id.Party
}

type personRow struct {
	view.Actor
	Person   *people.Person // nil for a machine, and for somebody who has not set up access
	Last     time.Time
	Invited  bool
	Self     bool
	MayReset bool
}

// Called is how people call whoever acts: by the name with which access was set up.
func (r personRow) Called() string {
	if r.Person != nil && r.Person.Name != "" {
		return r.Person.Name
	}
	return cmp.Or(r.Name, r.ID)
}

func (p *peoplePage) title() string { return "People" }

func (p *peoplePage) status() int { return p.code }

func showPeople(v *visit) (any, error) { return v.people(http.StatusOK) }

// peopleOf is the party that a request is about; the error is of who does not administer its people.
func (v *visit) peopleOf() (id.Party, error) {
	of := v.caller.Party
	if named := v.request.FormValue("party"); named != "" {
		parsed, err := id.Parse[id.Party](named)
		if err != nil {
			return 0, view.ErrNotFound
		}
		of = parsed
	}
	if !v.caller.Administers(of) {
		return 0, problem.New("not_administrator", "the people of a party are for its administrators, and for those of the operator")
	}
	return of, nil
}

func (v *visit) people(status int) (*peoplePage, error) {
	of, err := v.peopleOf()
	if err != nil {
		return nil, err
	}
	shown, err := v.Party(v.caller, of)
	if err != nil {
		return nil, err
	}
	p := &peoplePage{
		Party: &view.Ref{ID: shown.ID, Name: shown.Name}, Token: v.console.token(v.request), Said: saidOf(v.request), code: status, of: of,
		Operator: v.caller.Role == party.Operator, Own: of == v.caller.Party,
	}
	p.Roles = append(slices.Clone([]string(shown.Roles)), party.Auditor.Names()...)
	if slices.Contains(shown.Roles, "operator") {
		p.Roles = append(p.Roles, party.Compliance.Names()...)
	}
	slices.Sort(p.Roles)
	p.Roles = slices.Compact(p.Roles)
	p.Role = p.Roles[0]
	if own := v.caller.Role.Names(); p.Own && len(own) > 0 {
		p.Role = own[0]
	}
	ctx, store := v.request.Context(), v.console.desk.Store()
	if p.Links, err = store.Invitations(ctx, of, v.console.desk.Now()); err != nil {
		return nil, err
	}
	for cursor := ""; ; {
		page, err := v.Actors(v.caller, view.Query{Party: of, Limit: rowsMax, Cursor: cursor})
		if err != nil {
			return nil, err
		}
		for _, actor := range page.Items {
			row, err := v.personRow(p, actor)
			if err != nil {
				return nil, err
			}
			p.Rows = append(p.Rows, row)
		}
		if cursor = page.Next; cursor == "" {
			return p, nil
		}
	}
}

func (v *visit) personRow(p *peoplePage, actor view.Actor) (personRow, error) {
	row := personRow{Actor: actor, Self: actor.ID == v.caller.Actor.String()}
	of, err := id.Parse[id.Actor](actor.ID)
	if err != nil {
		return row, err
	}
	row.Invited = slices.ContainsFunc(p.Links, func(i people.Invitation) bool { return i.Actor == of })
	ctx, desk := v.request.Context(), v.console.desk
	known, err := desk.Store().ByActor(ctx, of)
	if errors.Is(err, people.ErrNotFound) {
		return row, nil
	}
	if err != nil {
		return row, err
	}
	row.Person = &known
	if known.Suspended {
		return row, nil // by the operator's command line, which lets it in again too
	}
	if row.Last, err = desk.Store().LastSignIn(ctx, known.ID, signin.WordSignedIn); err != nil {
		return row, err
	}
	row.MayReset, err = v.mayReset(known.ID)
	return row, err
}

// mayReset tells whether the caller may give somebody a link to set up access anew: an administrator of the operator for everybody, of
// a party for those who act for nobody else, and nobody for itself.
func (v *visit) mayReset(person int64) (bool, error) {
	if person == v.caller.Person {
		return false, nil
	}
	actors, err := v.console.desk.Store().Actors(v.request.Context(), person)
	if err != nil {
		return false, err
	}
	for _, of := range actors {
		actor, err := v.Actor(v.caller, of)
		if errors.Is(err, view.ErrNotFound) {
			return false, nil // of a party that the caller does not see
		}
		if err != nil {
			return false, err
		}
		home, err := id.Parse[id.Party](actor.Party.ID)
		if err != nil || !v.caller.Administers(home) {
			return false, err
		}
	}
	return true, nil
}

// administering reads a form of these pages, of somebody who has just shown a second factor.
func (v *visit) administering() (any, id.Party, error) {
	if elsewhere, err := v.changing(); elsewhere != nil || err != nil {
		if elsewhere != nil {
			elsewhere = redirect{withQuery("/prove", "to", "/people?party="+v.request.PostFormValue("party"))}
		}
		return elsewhere, 0, err
	}
	of, err := v.peopleOf()
	return nil, of, err
}

func (v *visit) refusePeople(wrong string) (any, error) {
	p, err := v.again().people(http.StatusUnprocessableEntity)
	if err == nil {
		p.Wrong = wrong
		p.Name, p.Login, p.Note, p.Role = v.request.PostFormValue("name"), v.request.PostFormValue("login"), v.request.PostFormValue("note"), v.request.PostFormValue("role")
	}
	return p, err
}

// shownLink is the page with a link that was just made.
func (v *visit) shownLink(secret, name string) (any, error) {
	p, err := v.again().people(http.StatusOK)
	if err == nil {
		address := v.console.desk.OriginOf(origin(v.request))
		if address == "" {
			address = origin(v.request)
		}
		p.Link, p.For = address+"/set-up/"+secret, name
	}
	return p, err
}

// textOf reads a line of a form.
func (v *visit) textOf(name string) string {
	text := strings.Join(strings.Fields(strings.ToValidUTF8(v.request.PostFormValue(name), "")), " ")
	if len(text) > 2*nameBytes {
		return text[:strings.LastIndex(text[:2*nameBytes], " ")+1]
	}
	return text
}

// invitePerson registers an actor of the party in the book, and makes a link with which a person sets up access to act as it.
func invitePerson(v *visit) (any, error) {
	elsewhere, of, err := v.administering()
	if elsewhere != nil || err != nil {
		return elsewhere, err
	}
	name, login, role := v.textOf("name"), v.textOf("login"), party.ParseRole(v.request.PostFormValue("role"))
	if name == "" || role == 0 {
		return v.refusePeople("Write the person’s name and choose its role.")
	}
	profile, err := v.console.intake.Store(v.request.Context(), intake.KindActor, []byte(name))
	if err != nil {
		return nil, err
	}
	if wrong, err := v.order(&book.RegisterActor{Party: of, Role: role, Profile: profile}); wrong != nil || err != nil {
		if err != nil {
			return nil, err
		}
		return v.refusePeople(capital(wrong.Detail) + ".")
	}
	at := slices.IndexFunc(v.events, func(e book.Event) bool { _, is := e.(*book.ActorRegistered); return is })
	if at < 0 {
		return nil, errors.New("console: an actor was registered without an event")
	}
	actor := v.events[at].(*book.ActorRegistered).Actor.ID
	if v.request.PostFormValue("administrator") != "" && v.caller.Role == party.Operator {
		if wrong, err := v.order(&book.DecideAdministrator{Actor: actor, Administrator: true}); wrong != nil || err != nil {
			if err != nil {
				return nil, err
			}
			return v.refusePeople(capital(wrong.Detail) + ".")
		}
	}
	inviter, method, from := v.signedInBy()
	secret, err := v.console.desk.Invite(v.request.Context(), people.Invitation{
		Kind: people.Invited, Actor: actor, Party: of, Name: name, Login: login, Note: v.textOf("note"), Inviter: inviter,
	}, method, from)
	if err != nil {
		return nil, err
	}
	return v.shownLink(secret, name)
}

// actorOf is the actor of a form, who acts for the party.
func (v *visit) actorOf(of id.Party) (id.Actor, view.Actor, error) {
	actor, err := id.Parse[id.Actor](v.request.PostFormValue("actor"))
	if err != nil {
		return 0, view.Actor{}, view.ErrNotFound
	}
	shown, err := v.Actor(v.caller, actor)
	if err == nil && shown.Party.ID != of.String() {
		err = view.ErrNotFound
	}
	return actor, shown, err
}

// linkPerson makes another link: for somebody who has not set up access yet, or to set it up anew.
func linkPerson(v *visit) (any, error) {
	elsewhere, of, err := v.administering()
	if elsewhere != nil || err != nil {
		return elsewhere, err
	}
	actor, shown, err := v.actorOf(of)
	if err != nil {
		return nil, err
	}
	inviter, method, from := v.signedInBy()
	link := people.Invitation{Kind: people.Invited, Actor: actor, Party: of, Name: shown.Name, Inviter: inviter}
	known, err := v.console.desk.Store().ByActor(v.request.Context(), actor)
	switch {
	case err == nil:
		may, err := v.mayReset(known.ID)
		if err != nil {
			return nil, err
		}
		if !may || known.Suspended {
			return v.refusePeople("This person acts for others too, or is yourself: an administrator of the operator makes the link.")
		}
		link = people.Invitation{Kind: people.Reset, Person: known.ID, Party: of, Name: known.Name, Inviter: inviter}
	case !errors.Is(err, people.ErrNotFound):
		return nil, err
	}
	secret, err := v.console.desk.Invite(v.request.Context(), link, method, from)
	if err != nil {
		return nil, err
	}
	return v.shownLink(secret, shown.Name)
}

// movePerson suspends an actor, in the book and so for all its ways in, or lets it act again.
func movePerson(v *visit) (any, error) {
	elsewhere, of, err := v.administering()
	if elsewhere != nil || err != nil {
		return elsewhere, err
	}
	actor, _, err := v.actorOf(of)
	if err != nil {
		return nil, err
	}
	active := v.request.PostFormValue("active") == "yes"
	if wrong, err := v.order(&book.DecideActor{Actor: actor, Active: active}); wrong != nil || err != nil {
		if err != nil {
			return nil, err
		}
		return v.refusePeople(capital(wrong.Detail) + ".")
	}
	word, answer := signin.WordSuspended, "suspended"
	if active {
		word, answer = signin.WordAdmitted, "reinstated"
	}
	if known, err := v.console.desk.Store().ByActor(v.request.Context(), actor); err == nil {
		_, method, from := v.signedInBy()
		if err := v.console.desk.Note(v.request.Context(), known.ID, actor, word, method, fmt.Sprintf("by %s", v.caller.Actor), from); err != nil {
			return nil, err
		}
	}
	return v.backToPeople(of, answer), nil
}

func (v *visit) backToPeople(of id.Party, word string) any {
	return redirect{withQuery("/people", "party", of.String(), "said", word)}
}

func moveAdministrator(v *visit) (any, error) {
	elsewhere, of, err := v.administering()
	if elsewhere != nil || err != nil {
		return elsewhere, err
	}
	actor, _, err := v.actorOf(of)
	if err != nil {
		return nil, err
	}
	if wrong, err := v.order(&book.DecideAdministrator{Actor: actor, Administrator: v.request.PostFormValue("administrator") == "yes"}); wrong != nil || err != nil {
		if err != nil {
			return nil, err
		}
		return v.refusePeople(capital(wrong.Detail) + ".")
	}
	return v.backToPeople(of, ""), nil
}

func withdrawLink(v *visit) (any, error) {
	elsewhere, of, err := v.administering()
	if elsewhere != nil || err != nil {
		return elsewhere, err
	}
	err = v.console.desk.Store().Withdraw(v.request.Context(), of, v.request.PostFormValue("link"), v.console.desk.Now())
	if errors.Is(err, people.ErrNotFound) {
		return nil, view.ErrNotFound
	}
	return v.backToPeople(of, "withdrawn"), err
}

// signInsPage is the journal of everybody's sign-ins.
type signInsPage struct {
	Lines []signInLine
	Next  int64
}

func (signInsPage) title() string { return "Sign-ins" }

// signInLine is a line with who it was, where no name was given to sign in with.
type signInLine struct {
	people.SignIn
	Named string
}

const signInLines = 100

func showSignIns(v *visit) (any, error) {
	if !v.caller.OfOperator() && !v.caller.SeesAll() || !v.caller.Administers(v.caller.Party) && v.caller.Role != party.Auditor {
		return nil, problem.New("not_administrator", "the journal of all sign-ins is for the operator's administrators and auditors")
	}
	var before int64
	if text := v.request.URL.Query().Get("before"); text != "" {
		if _, err := fmt.Sscanf(text, "%d", &before); err != nil || before < 1 {
			return nil, view.ErrCursor
		}
	}
	lines, err := v.console.desk.Store().AllSignIns(v.request.Context(), before, signInLines+1)
	if err != nil {
		return nil, err
	}
	page := signInsPage{}
	names := map[id.Actor]string{}
	for _, line := range lines[:min(len(lines), signInLines)] {
		if _, known := names[line.Actor]; !known && line.Login == "" && line.Actor != 0 {
			actor, err := v.Actor(v.caller, line.Actor)
			if err != nil && !errors.Is(err, view.ErrNotFound) {
				return nil, err
			}
			names[line.Actor] = cmp.Or(actor.Name, line.Actor.String())
		}
		page.Lines = append(page.Lines, signInLine{line, names[line.Actor]})
	}
	if len(lines) > signInLines {
		page.Next = lines[signInLines-1].ID
	}
	return page, nil
}
