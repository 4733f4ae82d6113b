package registry_test

import (
	"context"
	"errors"
	"testing"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/legal"
	"millrace/domain/party"
	"millrace/edge/access"
	"millrace/edge/intake"
	"millrace/edge/registry"
	"millrace/edge/registry/sandbox"
	"millrace/edge/view"
	"millrace/engine"
	"millrace/lab/load"
)

// desk is a node with a world, a registry, and the clerk between them.
type desk struct {
	t        *testing.T
	world    *load.World
	submit   load.Submit
	registry *sandbox.Registry
	clerk    *registry.Clerk
	seller   id.Party
}

var northern = intake.Profile{Name: "Gießerei Rottmühl GmbH", Country: "DE", Identifiers: []intake.Identifier{{Scheme: "LEI", Value: "529900T8BM49AURSDO55"}}}

func newDesk(t *testing.T) *desk {
	ctx := context.Background()
	e, err := engine.Open(load.Options(""))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close(ctx) })
	d := &desk{t: t, submit: load.SubmitTo(ctx, e)}
	if d.world, err = load.NewWorld(d.submit, 1); err != nil {
		t.Fatal(err)
	}
	d.registry = sandbox.New("national", func() calendar.Date { return d.world.Today })
	d.clerk = &registry.Clerk{Engine: e, Reader: view.New(e), Intake: intake.New(e.Vault()), Adapter: d.registry, Actor: d.world.Checker, Party: d.world.Operator}
	profile, err := d.clerk.Intake.StoreProfile(ctx, northern)
	if err != nil {
		t.Fatal(err)
	}
	d.seller = d.give(&book.RegisterParty{Roles: party.Seller, Country: "DE", Profile: profile, Tokens: d.clerk.Intake.PartyTokens(northern)})[0].(*book.PartyRegistered).Party.ID
	return d
}

func (d *desk) give(c book.Command) []book.Event {
	d.t.Helper()
	events, err := d.submit(d.world.Maker, "", c)
	if err != nil {
		d.t.Fatalf("%T: %v", c, err)
	}
	return events
}

func (d *desk) file() id.Registration {
	return d.give(&book.FileRegistration{
		Act: legal.File, Registry: "national", Grantor: d.seller, Secured: d.world.Funder, Description: [32]byte{1}, Expires: d.world.Today.AddDays(365),
	})[0].(*book.RegistrationProposed).Registration.ID
}

func (d *desk) shown(r id.Registration) view.Registration {
	d.t.Helper()
	v, err := d.clerk.Reader.Now(context.Background())
	if err != nil {
		d.t.Fatal(err)
	}
	defer v.Close()
	got, err := v.Registration(access.Caller{Actor: d.world.Maker, Party: d.world.Operator, Role: party.Operator, PartyRoles: party.Operator}, r)
	if err != nil {
		d.t.Fatal(err)
	}
	return got
}

func (d *desk) step(want int) error {
	d.t.Helper()
	done, err := d.clerk.Step(context.Background())
	if done != want {
		d.t.Errorf("%d acts, want %d: %v", done, want, err)
	}
	return err
}

// Whatever fails on the way, each act is done once at the registry and once in the book.
func TestActsAreDoneOnceWhateverFails(t *testing.T) {
	for _, failure := range []sandbox.Failure{sandbox.None, sandbox.Before, sandbox.After} {
		d := newDesk(t)
		r := d.file()
		bring := func() {
			d.t.Helper()
			d.registry.Fail(failure)
			if failure != sandbox.None {
				if err := d.step(0); !errors.Is(err, sandbox.ErrNoAnswer) {
					t.Fatal(err)
				}
			}
			if err := d.step(1); err != nil {
				t.Fatal(err)
			}
			if err := d.step(0); err != nil { // nothing waits any more
				t.Fatal(err)
			}
		}
		bring()
		if got := d.shown(r); got.State != "live" || got.Number != "NATIONAL-000001" || got.Filed != d.world.Today.String() || d.registry.Entries() != 1 {
			t.Errorf("%+v", got)
		}
		d.give(&book.FileRegistration{Registration: r, Act: legal.Renew, Expires: d.world.Today.AddDays(730)})
		bring()
		if got := d.shown(r); got.Renewals != 1 || got.Expires != d.world.Today.AddDays(730).String() {
			t.Errorf("%+v", got)
		}
		d.give(&book.FileRegistration{Registration: r, Act: legal.Discharge})
		bring()
		if got := d.shown(r); got.State != "discharged" || d.registry.Entries() != 0 {
			t.Errorf("%+v", got)
		}
	}
}

func TestARefusalIsFinal(t *testing.T) {
	d := newDesk(t)
	r := d.file()
	d.registry.Fail(sandbox.Refuse)
	if err := d.step(1); err != nil {
		t.Fatal(err)
	}
	if got := d.shown(r); got.State != "refused" || d.registry.Entries() != 0 {
		t.Errorf("%+v", got)
	}
}

func TestWhatWasEnteredByHandIsLeftToPeople(t *testing.T) {
	d := newDesk(t)
	d.give(&book.FileRegistration{
		Act: legal.File, Registry: "national", Number: "N-1", Filed: d.world.Today, Grantor: d.seller, Secured: d.world.Funder, Description: [32]byte{1},
		Expires: d.world.Today.AddDays(365),
	})
	if err := d.step(0); err != nil {
		t.Fatal(err)
	}
}

func TestASearchFindsOthersAndNotOurselves(t *testing.T) {
	d := newDesk(t)
	d.file()
	if err := d.step(1); err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	d.registry.Fail(sandbox.Before)
	if _, err := d.clerk.Search(ctx, d.seller); !errors.Is(err, sandbox.ErrNoAnswer) {
		t.Fatal(err)
	}
	clear, err := d.clerk.Search(ctx, d.seller)
	if err != nil {
		t.Fatal(err)
	}
	d.registry.Stand("X-7", northern, "Bank Nord", d.world.Today.AddDays(-40), d.world.Today.AddDays(400))
	encumbered, err := d.clerk.Search(ctx, d.seller)
	if err != nil {
		t.Fatal(err)
	}
	v, err := d.clerk.Reader.Now(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	operator := access.Caller{Actor: d.world.Maker, Party: d.world.Operator, Role: party.Operator, PartyRoles: party.Operator}
	if got, err := v.Search(operator, clear); err != nil || !got.Clear || got.Certificate == "" {
		t.Errorf("%+v %v", got, err)
	}
	got, err := v.Search(operator, encumbered)
	if err != nil || got.Clear || len(got.Encumbrances) != 1 {
		t.Fatalf("%+v %v", got, err)
	}
	one, err := id.Parse[id.Encumbrance](got.Encumbrances[0])
	if err != nil {
		t.Fatal(err)
	}
	if found, err := v.Encumbrance(operator, one); err != nil || found.Holder != "Bank Nord" || found.State != "standing" || !found.Blanket {
		t.Errorf("%+v %v", found, err)
	}
}
