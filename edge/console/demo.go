package console

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"millrace/domain/id"
	"millrace/edge/access"
	"millrace/edge/locale"
	"millrace/edge/problem"
	"millrace/edge/view"
)

// Stage is a demo's economy: it goes on by itself at a pace that a person chooses, and has people through whose eyes one may look. Its methods may be
// called from any goroutine.
type Stage interface {
	// State is how it goes on.
	State() StageState
	// Give changes that: "pause", "play", "faster", "slower", or "day" for one business day at once; false for anything else.
	Give(act string) bool
	// People are those who may be chosen, by desk.
	People() []StagePerson
	// Key is the PEM file of a person's signing key, which is no secret in a demo; nil for one who signs nothing.
	Key(actor id.Actor) []byte
}

// StageState is how a demo's economy goes on.
type StageState struct {
	Paused    bool
	Stopped   bool          // it can't go on; the log says why
	Pace      time.Duration // that a business day takes
	Left      time.Duration // to the next half day; 0 while it is paused
	Afternoon bool          // the morning of the business date is over
	Fastest   bool
	Slowest   bool
}

// StagePerson is somebody through whose eyes one may look.
type StagePerson struct {
	Actor id.Actor
	Name  string
	Desk  string
	Firm  string
	Signs bool // has a signing key
}

// The demo's own addresses.
const (
	stagePath  = "/demo"
	eyesCookie = "millrace_eyes"
)

// stageBar is what every page of a demo shows of it.
type stageBar struct {
	StageState
	Who  *StagePerson // through whose eyes the page is seen; nil for the operator's first actor
	Back string       // the page to which a person returns
}

// Half names the half of the day.
func (b stageBar) Half() string {
	if b.Afternoon {
		return "noon"
	}
	return "evening"
}

// Pace says how fast it goes.
func (b stageBar) Pace() *locale.Text {
	seconds := int(b.StageState.Pace.Round(time.Second) / time.Second)
	if seconds == 1 {
		return locale.Say("a business day a second")
	}
	if seconds%60 == 0 && seconds > 60 {
		return locale.Say("a business day in %d minutes", seconds/60)
	}
	if seconds == 60 {
		return locale.Say("a business day a minute")
	}
	return locale.Say("a business day in %d seconds", seconds)
}

// Turn is how long the hand of the clock takes once round: half a business day.
func (b stageBar) Turn() string { return seconds(b.StageState.Pace / 2) }

// Begun is how long before now the hand has set out, as the time at which an animation begins.
func (b stageBar) Begun() string { return "-" + seconds(max(b.StageState.Pace/2-b.Left, 0)) }

func seconds(d time.Duration) string { return fmt.Sprintf("%.2fs", d.Seconds()) }

// stage is what a page shows of the demo; nil on a node that is none.
func (v *visit) stage() *stageBar {
	c := v.console
	if c.stage == nil {
		return nil
	}
	b := &stageBar{StageState: c.stage.State(), Back: localAddress(v.request.URL.RequestURI())}
	if v.request.Method != http.MethodGet {
		b.Back = stagePath
	}
	if actor, chosen := c.eyes(v.request); chosen {
		for _, p := range c.stage.People() {
			if p.Actor == actor {
				b.Who = &p
			}
		}
	}
	return b
}

// eyes is the actor through whose eyes the request looks.
func (c *Console) eyes(r *http.Request) (id.Actor, bool) {
	if c.stage == nil {
		return 0, false
	}
	cookie, err := r.Cookie(eyesCookie)
	if err != nil {
		return 0, false
	}
	text, _, _ := strings.Cut(cookie.Value, ".")
	actor, err := id.Parse[id.Actor](text)
	if err != nil || !hmac.Equal([]byte(cookie.Value), []byte(c.eyesOf(actor))) {
		return 0, false
	}
	return actor, true
}

// eyesOf is what a browser keeps of a choice. Only this node can write it.
func (c *Console) eyesOf(actor id.Actor) string {
	mac := hmac.New(sha256.New, c.secret[:])
	fmt.Fprintf(mac, "eyes of %s", actor)
	return actor.String() + "." + hex.EncodeToString(mac.Sum(nil)[:16])
}

// looking is the caller through whose eyes a request of a demo looks. The request has been authenticated: it comes from this machine.
func (c *Console) looking(r *http.Request, first access.Caller) (access.Caller, error) {
	actor, chosen := c.eyes(r)
	if !chosen || !c.access.IsOpen() {
		return first, nil
	}
	caller, err := c.access.As(r.Context(), actor)
	if errors.Is(err, access.ErrKeyUnknown) { // who is gone is nobody's eyes
		return first, nil
	}
	return caller, err
}

// stageRoutes are the demo's pages: none on a node that is none.
func (c *Console) stageRoutes() []route {
	if c.stage == nil {
		return nil
	}
	return []route{
		{"GET " + stagePath, stagePath, "demo", showStage},
		{"POST " + stagePath, stagePath, "demo", giveStage},
		{"GET " + stagePath + "/keys/{id}", stagePath, "", showStageKey},
	}
}

// stagePage is the page on which one chooses through whose eyes to look.
type stagePage struct {
	Token string
	Desks []stageDesk
	Self  string // the actor who is chosen; "" for none
}

func (stagePage) title() string { return "Through whose eyes" }

// stageDesk are the people of one desk.
type stageDesk struct {
	Name   string
	About  string
	People []StagePerson
}

// deskFirst is how many people of a desk are shown at once.
const deskFirst = 4

// First are the people who are shown at once.
func (d stageDesk) First() []StagePerson { return d.People[:min(deskFirst, len(d.People))] }

// Rest are the people who are shown on demand.
func (d stageDesk) Rest() []StagePerson { return d.People[min(deskFirst, len(d.People)):] }

// deskAbout says what one finds at a desk.
var deskAbout = map[string]string{
	"Operations":      "Sees the whole node: programmes, documents, payments, what waits anywhere.",
	"Credit and risk": "Reviews firms, sets limits, watches exposures.",
	"Treasury":        "Approves payments, looks after breaks and the proof of funds.",
	"Compliance":      "Looks into screening alerts, and alone sees cases.",
	"Audit":           "Sees everything and changes nothing.",
	"Buyer":           "Confirms what it owes, offers to pay early, disputes.",
	"Seller":          "Turns invoices into cash, answers disputes, sees what it will be paid.",
	"Funder":          "Decides on referrals, sees its portfolio and the evidence behind it.",
	"Distributor":     "Borrows on goods in store, and pays to have them released.",
	"Warehouse":       "Keeps goods of others, counts and hands out.",
	"Custody":         "The bank that holds the supervised accounts.",
	"Scenes":          "The cast of the scenes that the demo has told: an auction, certificates, a line of credit, set-off.",
}

func showStage(v *visit) (any, error) {
	page := stagePage{Token: v.console.token(v.request)}
	if actor, chosen := v.console.eyes(v.request); chosen {
		page.Self = actor.String()
	}
	for _, p := range v.console.stage.People() {
		if len(page.Desks) == 0 || page.Desks[len(page.Desks)-1].Name != p.Desk {
			page.Desks = append(page.Desks, stageDesk{Name: p.Desk, About: deskAbout[p.Desk]})
		}
		last := &page.Desks[len(page.Desks)-1]
		last.People = append(last.People, p)
	}
	return page, nil
}

// giveStage changes the pace, or through whose eyes one looks, and leads back.
func giveStage(v *visit) (any, error) {
	r, c := v.request, v.console
	if !c.owns(r, r.PostFormValue("token")) {
		return nil, problem.New("role_forbidden", "the form is not of this session; load the page again")
	}
	if text := r.PostFormValue("eyes"); text != "" {
		return c.choose(text)
	}
	if !c.stage.Give(r.PostFormValue("act")) {
		return nil, problem.At("request_malformed", "act", "", "The demo can be paused, played, made faster or slower, or moved on by a day.")
	}
	return redirect{localAddress(r.PostFormValue("to"))}, nil
}

// chosenEyes is returned in place of a page by the choice of a person: the browser keeps it and begins at its first page.
type chosenEyes struct{ cookie *http.Cookie }

// choose has a person look through somebody's eyes from now on; "first" is the operator's first actor again.
func (c *Console) choose(text string) (any, error) {
	none := &http.Cookie{Name: eyesCookie, Path: "/", MaxAge: -1, HttpOnly: true, SameSite: http.SameSiteStrictMode}
	if text == "first" {
		return chosenEyes{none}, nil
	}
	for _, p := range c.stage.People() {
		if p.Actor.String() == text {
			return chosenEyes{&http.Cookie{Name: eyesCookie, Value: c.eyesOf(p.Actor), Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode}}, nil
		}
	}
	return nil, view.ErrNotFound
}

func showStageKey(v *visit) (any, error) {
	actor, err := id.Parse[id.Actor](v.request.PathValue("id"))
	if err != nil {
		return nil, view.ErrNotFound
	}
	key := v.console.stage.Key(actor)
	if key == nil {
		return nil, view.ErrNotFound
	}
	return file{name: "demo-key-" + actor.String() + ".pem", bytes: key}, nil
}
