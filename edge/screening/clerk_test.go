package screening_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"
	"testing"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/onboarding"
	"millrace/domain/party"
	listed "millrace/domain/screening"
	"millrace/edge/intake"
	"millrace/edge/screening"
	"millrace/engine"
	"millrace/lab/load"
)

// desk is a node with a clerk that screens.
type desk struct {
	t      *testing.T
	engine *engine.Engine
	world  *load.World
	submit load.Submit
	intake *intake.Intake
	clerk  *screening.Clerk
	today  calendar.Date
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	e, err := engine.Open(load.Options(""))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close(context.Background()) })
	d := &desk{t: t, engine: e, submit: load.SubmitTo(t.Context(), e), intake: intake.New(e.Vault())}
	if d.world, err = load.NewWorld(d.submit, 1); err != nil {
		t.Fatal(err)
	}
	d.today = d.world.Today
	d.sit()
	return d
}

// sit sits a new clerk down, as after a restart.
func (d *desk) sit() {
	d.t.Helper()
	var err error
	if d.clerk, err = screening.NewClerk(screening.Options{Engine: d.engine, Actor: d.world.Maker}); err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) give(actor id.Actor, c book.Command) []book.Event {
	d.t.Helper()
	events, err := d.submit(actor, "", c)
	if err != nil {
		d.t.Fatalf("%T: %v", c, err)
	}
	return events
}

// register puts a firm on record.
func (d *desk) register(name, country string) id.Party {
	d.t.Helper()
	profile := intake.Profile{Name: name, Country: country}
	kept, err := d.intake.StoreProfile(d.t.Context(), profile)
	if err != nil {
		d.t.Fatal(err)
	}
	tokens := []party.Token{party.Token(load.Token(name))}
	return d.give(d.world.Maker, &book.RegisterParty{Roles: party.Seller, Country: country, Profile: kept, Tokens: tokens})[0].(*book.PartyRegistered).Party.ID
}

// director puts a person on record who directs a firm, and gives its token.
func (d *desk) director(of id.Party, p intake.Person) party.Token {
	d.t.Helper()
	file := d.give(d.world.Maker, &book.OpenOnboardingFile{Party: of, Form: onboarding.Company, Risk: onboarding.LowRisk})[0].(*book.FileOpened).File.ID
	kept, err := d.intake.Store(d.t.Context(), intake.KindPerson, fmt.Appendf(nil, `{"name":%q,"born":%q}`, p.Name, p.Born))
	if err != nil {
		d.t.Fatal(err)
	}
	token := d.intake.PersonToken(p)
	d.give(d.world.Maker, &book.RecordTie{File: file, Link: onboarding.Director, Person: token, Profile: kept, From: d.today})
	return token
}

// publish imports a version of the list "own".
func (d *desk) publish(entries ...string) {
	d.t.Helper()
	content := []byte(`{"entries":[` + strings.Join(entries, ",") + `]}`)
	command, err := screening.Prepare(d.t.Context(), d.intake, "own", listed.Sanctions, 0, content, sha256.Sum256(content), d.today)
	if err != nil {
		d.t.Fatal(err)
	}
	d.give(d.world.Maker, command)
}

// round lets the clerk work, and tells how many commands it gave.
func (d *desk) round() int {
	d.t.Helper()
	before := d.engine.Head().Sequence
	if err := d.clerk.Round(d.t.Context()); err != nil {
		d.t.Fatal(err)
	}
	return int(d.engine.Head().Sequence - before)
}

func records[R any](d *desk, tableName string) []R {
	d.t.Helper()
	v, err := d.engine.Read(d.t.Context(), d.engine.Head().Sequence)
	if err != nil {
		d.t.Fatal(err)
	}
	defer v.Close()
	found, err := v.Tx.QueryContext(d.t.Context(), "SELECT record FROM "+tableName+" ORDER BY number")
	if err != nil {
		d.t.Fatal(err)
	}
	defer found.Close()
	var all []R
	for found.Next() {
		var stored []byte
		var record R
		if err := errors.Join(found.Scan(&stored), book.DecodeRecord(stored, &record)); err != nil {
			d.t.Fatal(err)
		}
		all = append(all, record)
	}
	return all
}

func (d *desk) alerts(want int) []listed.Alert {
	d.t.Helper()
	all := records[listed.Alert](d, "screening_alert")
	if len(all) != want {
		d.t.Fatalf("%d alerts, and not %d: %+v", len(all), want, all)
	}
	return all
}

const (
	firmListed   = `{"key":"F","names":["Orlavent Maritime Trading"],"countries":["AE","PA"]}`
	personListed = `{"key":"P","person":true,"names":["Ramon Quintavel"],"born":["1961-04-05"]}`
	otherListed  = `{"key":"O","names":["Briskanna Foundation"]}`
)

func TestAllPartiesAndTheirPersonsAreScreened(t *testing.T) {
	d := newDesk(t)
	d.register("Nordvik Kessel Werke GmbH", "DE")
	firm := d.register("ORLAVENT Maritime Trading LLC", "AE")
	of := d.register("Havelmark Gusswerk GmbH", "DE")
	person := d.director(of, intake.Person{Name: "Quintavel, Ramón", Born: "1961-04-05"})
	if d.round() != 0 {
		t.Error("screened against nothing")
	}
	d.publish(firmListed, personListed, otherListed)
	if d.round() != 1 {
		t.Error("not one command")
	}
	alerts := d.alerts(2)
	if a := alerts[0]; a.Hit.Party != firm || a.Hit.Person != [16]byte{} || a.Hit.Score != 1000 || a.Hit.Why&listed.SameName == 0 || a.Hit.Why&listed.CountryAgrees == 0 || a.State != listed.Open {
		t.Errorf("%+v", a)
	}
	if a := alerts[1]; a.Hit.Party != of || party.Token(a.Hit.Person) != person || a.Hit.Why&(listed.BirthAgrees|listed.OtherOrder) != listed.BirthAgrees|listed.OtherOrder {
		t.Errorf("%+v", a)
	}
	runs := records[listed.Run](d, "screening_run")
	if len(runs) != 1 || !runs[0].Done || runs[0].Through != of.Number() || runs[0].Subjects != 4 || runs[0].Hits != 2 {
		t.Errorf("%+v", runs)
	}
	if d.round() != 0 {
		t.Error("screened twice on a day")
	}
	d.sit()
	if d.round() != 0 {
		t.Error("a restart screens again")
	}
	d.today = d.today.AddDays(1)
	d.give(d.world.Maker, &book.OpenDay{Date: d.today})
	if d.round() != 1 {
		t.Error("not screened on the next day")
	}
	d.alerts(2)
}

func TestAPairThatWasClearedStaysClearedWhileBothSidesAreTheSame(t *testing.T) {
	d := newDesk(t)
	d.register("ORLAVENT Maritime Trading LLC", "AE")
	d.publish(firmListed, personListed)
	d.round()
	cleared := d.alerts(1)[0].ID
	d.give(d.world.Maker, &book.DecideAlert{Alert: cleared, Verdict: book.FalsePositive, Reason: party.Reference{1}})

	// A newer version says the same of it in another order, and has more entries.
	d.publish(otherListed, `{"key":"F","names":["Orlavent Maritime Trading"],"countries":["Panama","ae"],"note":"report of March"}`)
	if d.round() != 1 {
		t.Error("a new list is not screened against")
	}
	if a := d.alerts(1)[0]; a.State != listed.Cleared {
		t.Errorf("%+v", a)
	}
	// Another firm of that name was never looked at.
	d.register("Orlavent Maritime Trading Ltd", "AE")
	d.today = d.today.AddDays(1)
	d.give(d.world.Maker, &book.OpenDay{Date: d.today})
	d.round()
	if a := d.alerts(2); a[0].State != listed.Cleared || a[1].State != listed.Open || a[1].Hit.Party == a[0].Hit.Party {
		t.Errorf("%+v", a)
	}
	// The entry says more: somebody has to look again. What is open already stays the one alert.
	d.publish(`{"key":"F","names":["Orlavent Maritime Trading","Orlavent Shipping"],"countries":["AE","PA"]}`)
	d.round()
	if a := d.alerts(3)[2]; a.State != listed.Open || a.Hit.Party != d.alerts(3)[0].Hit.Party {
		t.Errorf("%+v", a)
	}
	d.give(d.world.Maker, &book.DecideAlert{Alert: d.alerts(3)[2].ID, Verdict: book.FalsePositive, Reason: party.Reference{1}})
	// An entry that goes and comes back as it was is the same one.
	d.publish(otherListed)
	d.round()
	d.publish(otherListed, `{"key":"F","names":["Orlavent Maritime Trading","Orlavent Shipping"],"countries":["AE","PA"]}`)
	d.round()
	d.alerts(3)
}

func TestPersonsAreScreenedWhileTheyAreLinked(t *testing.T) {
	for _, ended := range []int{0, 1} {
		d := newDesk(t)
		of := d.register("Havelmark Gusswerk GmbH", "DE")
		d.director(of, intake.Person{Name: "Ramon Quintavel", Born: "1961-04-05"})
		d.give(d.world.Maker, &book.OpenDay{Date: d.today.AddDays(1)})
		if ended == 1 {
			d.give(d.world.Maker, &book.EndTie{File: records[onboarding.File](d, "onboarding_file")[0].ID, Tie: 1, Until: d.today})
		}
		d.publish(personListed)
		d.round()
		d.alerts(1 - ended)
	}
}

// A party that comes after the day's run, one that changes, and a person who is linked later are screened in the next round.
func TestWhoComesAfterTheDaysRunIsScreenedAtOnce(t *testing.T) {
	d := newDesk(t)
	d.register("Havelmark Gusswerk GmbH", "DE")
	d.publish(firmListed, personListed)
	d.round()
	d.alerts(0)
	if got := d.round(); got != 0 {
		t.Errorf("%d commands with nothing to do", got)
	}
	d.register("ORLAVENT Maritime Trading LLC", "AE")
	if got := d.round(); got != 1 {
		t.Errorf("%d commands for one party", got)
	}
	d.alerts(1)
	of := d.register("Bruchtal Presswerk GmbH", "DE")
	d.round()
	d.director(of, intake.Person{Name: "Ramon Quintavel", Born: "1961-04-05"})
	d.round()
	d.alerts(2)
	for _, p := range records[party.Party](d, "party") {
		if p.Unscreened {
			t.Errorf("%s is not screened", p.ID)
		}
	}
	if runs := records[listed.Run](d, "screening_run"); len(runs) != 1 || !runs[0].Done {
		t.Errorf("%+v", runs)
	}
	if got := d.round(); got != 0 {
		t.Errorf("%d commands with nothing to do", got)
	}
}

func TestMoreHitsThanOneCommandBringsComeInSeveral(t *testing.T) {
	d := newDesk(t)
	var entries []string
	for n := range 150 {
		entries = append(entries, fmt.Sprintf(`{"key":"%03d","names":["Orlavent Maritime Trading"]}`, n))
	}
	first, second := d.register("Orlavent Maritime Trading LLC", "AE"), d.register("Orlavent Maritime Trading Ltd", "AE")
	d.publish(entries...)
	if got := d.round(); got != 2 {
		t.Errorf("%d commands", got)
	}
	all := d.alerts(300)
	if all[149].Hit.Party != first || all[150].Hit.Party != second || !records[listed.Run](d, "screening_run")[0].Done {
		t.Errorf("%+v", all[149:151])
	}
}

func TestAPartyLikeVeryMuchHasItsBestHits(t *testing.T) {
	d := newDesk(t)
	var entries []string
	for n := range 300 {
		name := "Orlavent Maritime Tradink" // less alike
		if n >= 100 {
			name = "Orlavent Maritime Trading"
		}
		entries = append(entries, fmt.Sprintf(`{"key":"%03d","names":[%q]}`, n, name))
	}
	d.register("Orlavent Maritime Trading LLC", "AE")
	d.publish(entries...)
	d.round()
	best := 0
	for _, a := range d.alerts(listed.HitsMax) {
		if a.Hit.Score == 1000 {
			best++
		}
	}
	if best != 200 {
		t.Errorf("%d of the best", best)
	}
}

func TestAListThatIsNotInTheVaultScreensNothing(t *testing.T) {
	d := newDesk(t)
	d.register("ORLAVENT Maritime Trading LLC", "AE")
	d.give(d.world.Maker, &book.RecordScreeningList{Name: "own", List: listed.Sanctions, Hash: [32]byte{1}, Stored: party.Reference{1}, Published: d.today, Entries: 1})
	if d.round() != 0 {
		t.Error("screened without its list")
	}
	d.publish(firmListed)
	d.round()
	d.alerts(1)
}

func TestAClerkNeedsItsEngineAndItsActor(t *testing.T) {
	if _, err := screening.NewClerk(screening.Options{}); err == nil {
		t.Error("a clerk without anything")
	}
}
