// Package registry connects the book to public registries of assignments and pledges. What a person has proposed to file,
// renew or discharge waits in the book; a clerk does it at the registry and brings the answer. An adapter speaks with one
// registry; package sandbox is such a registry in this process, and fails on demand.
package registry

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/legal"
	"millrace/domain/party"
	"millrace/edge/access"
	"millrace/edge/intake"
	"millrace/edge/view"
	"millrace/engine"
)

// Adapter speaks with one registry. What is asked under a key is done once, however often it is asked: after an error
// nobody knows whether it was done, and the same is asked again under the same key. Its methods are called from one
// goroutine at a time, and should end with ctx. A Refusal is final.
type Adapter interface {
	// Name is the short name under which registrations and searches are recorded.
	Name() string

	// File enters an assignment.
	File(ctx context.Context, key string, f Filing) (Receipt, error)

	// Renew moves the last day of an entry.
	Renew(ctx context.Context, key, number string, until calendar.Date) (Receipt, error)

	// Discharge ends an entry.
	Discharge(ctx context.Context, key, number string) (Receipt, error)

	// Search lists the entries against a grantor by rank. It changes nothing.
	Search(ctx context.Context, grantor intake.Profile) (Extract, error)
}

// Filing is what is entered.
type Filing struct {
	Grantor     intake.Profile
	Secured     intake.Profile
	Description string
	Until       calendar.Date // last day
}

// Receipt is what a registry has done.
type Receipt struct {
	Number string
	Date   calendar.Date // on which it was done
	Until  calendar.Date // last day of the entry
}

// Extract is what stands in a registry against a grantor on a day.
type Extract struct {
	Date        calendar.Date
	Certificate string // the registry's own words
	Entries     []Standing
}

// Standing is one entry of an extract. Our own are among them.
type Standing struct {
	Number     string
	Secured    string // name of who is secured
	Assigned   calendar.Date
	Registered calendar.Date
}

// Refusal says that a registry will not do what it was asked.
type Refusal struct{ Reason string }

// Error implements error.
func (r *Refusal) Error() string { return "registry: refused: " + r.Reason }

// Clerk does at a registry what waits for it in the book. It acts as the second person, so whoever proposed is another.
type Clerk struct {
	Engine  *engine.Engine
	Reader  *view.Reader
	Intake  *intake.Intake
	Adapter Adapter
	Actor   id.Actor // of the operator; a machine of its own
	Party   id.Party // the operator
}

func (c *Clerk) caller() access.Caller {
	return access.Caller{Actor: c.Actor, Party: c.Party, Role: party.Operator, PartyRoles: party.Operator}
}

// Step does everything that waits, and returns how many acts it has brought home. What fails without a refusal waits for
// the next step, the rest is done all the same.
func (c *Clerk) Step(ctx context.Context) (done int, err error) {
	v, err := c.Reader.Now(ctx)
	if err != nil {
		return 0, err
	}
	defer v.Close()
	for _, act := range legal.ActNames[1:] {
		for q := (view.Query{Type: act, Order: view.OldestFirst}); ; {
			page, err2 := v.Registrations(c.caller(), q)
			if err2 != nil {
				return done, errors.Join(err, err2)
			}
			for i := range page.Items {
				r := &page.Items[i]
				if r.Registry != c.Adapter.Name() || r.Pending == "file" && r.Number != "" {
					continue // another's, or entered by hand
				}
				if err2 := c.act(ctx, v, r); err2 != nil {
					err = errors.Join(err, fmt.Errorf("registration %s: %w", r.ID, err2))
					continue
				}
				done++
			}
			if q.Cursor = page.Next; q.Cursor == "" {
				break
			}
		}
	}
	return done, err
}

// act does one act and confirms it in the book, or says there that it was refused.
func (c *Clerk) act(ctx context.Context, v *view.View, r *view.Registration) error {
	of, err := id.Parse[id.Registration](r.ID)
	if err != nil {
		return err
	}
	// The key names the act: a registration is filed once, and renewed once for each of its renewals.
	key := r.ID + " " + r.Pending + " " + strconv.Itoa(r.Renewals) + " " + strconv.FormatUint(r.Entry, 10)
	var receipt Receipt
	switch r.Pending {
	case "file":
		receipt, err = c.file(ctx, v, key, r)
	case "renew":
		until, found := calendar.Parse(r.PendingTo)
		if !found {
			return fmt.Errorf("no day to renew to: %q", r.PendingTo)
		}
		receipt, err = c.Adapter.Renew(ctx, key, r.Number, until)
	case "discharge":
		receipt, err = c.Adapter.Discharge(ctx, key, r.Number)
	}
	confirm := &book.ConfirmRegistration{Registration: of, Decision: book.Approve, Date: receipt.Date, Expires: receipt.Until}
	if r.Pending == "file" {
		confirm.Number = receipt.Number
	}
	var refusal *Refusal
	switch {
	case errors.As(err, &refusal):
		confirm = &book.ConfirmRegistration{Registration: of, Decision: book.Decline}
	case err != nil:
		return err
	}
	_, rejection, err := c.Engine.Submit(ctx, engine.Request{Actor: c.Actor, Key: "registry " + key, Command: confirm})
	if err == nil && rejection != nil {
		err = rejection
	}
	return err
}

func (c *Clerk) file(ctx context.Context, v *view.View, key string, r *view.Registration) (Receipt, error) {
	f := Filing{Description: r.Description}
	for _, p := range []struct {
		ref *view.Ref
		in  *intake.Profile
	}{{r.Grantor, &f.Grantor}, {r.Secured, &f.Secured}} {
		of, err := id.Parse[id.Party](p.ref.ID)
		if err != nil {
			return Receipt{}, err
		}
		if *p.in, err = v.Addressee(of); err != nil {
			return Receipt{}, err
		}
	}
	f.Until, _ = calendar.Parse(r.Expires)
	return c.Adapter.File(ctx, key, f)
}

// Search asks the registry about a seller and records what it says. What stands there for one of our own registrations is
// left out: it is no one else's right.
func (c *Clerk) Search(ctx context.Context, seller id.Party) (id.Search, error) {
	v, err := c.Reader.Now(ctx)
	if err != nil {
		return 0, err
	}
	defer v.Close()
	profile, err := v.Addressee(seller)
	if err != nil {
		return 0, err
	}
	extract, err := c.Adapter.Search(ctx, profile)
	if err != nil {
		return 0, err
	}
	own, err := c.own(v, seller)
	if err != nil {
		return 0, err
	}
	command := &book.RecordSearch{Registry: c.Adapter.Name(), Against: seller, Date: extract.Date}
	if command.Certificate, err = c.Intake.Store(ctx, intake.KindText, []byte(extract.Certificate)); err != nil {
		return 0, err
	}
	for _, entry := range extract.Entries {
		if own[entry.Number] {
			continue
		}
		found := book.Finding{Number: entry.Number, Assigned: entry.Assigned, Registered: entry.Registered}
		if found.Holder, err = c.Intake.Store(ctx, intake.KindText, []byte(entry.Secured)); err != nil {
			return 0, err
		}
		command.Found = append(command.Found, found)
	}
	answer, rejection, err := c.Engine.Submit(ctx, engine.Request{Actor: c.Actor, Command: command})
	if err != nil {
		return 0, err
	}
	if rejection != nil {
		return 0, rejection
	}
	return answer.Events[0].(*book.SearchRecorded).Search.ID, nil
}

// own gives the numbers of this node's registrations of a seller in this registry.
func (c *Clerk) own(v *view.View, seller id.Party) (map[string]bool, error) {
	numbers := map[string]bool{}
	for q := (view.Query{Party: seller, Limit: view.LimitMax}); ; {
		page, err := v.Registrations(c.caller(), q)
		if err != nil {
			return nil, err
		}
		for _, r := range page.Items {
			if r.Registry == c.Adapter.Name() && r.Number != "" {
				numbers[r.Number] = true
			}
		}
		if q.Cursor = page.Next; q.Cursor == "" {
			return numbers, nil
		}
	}
}
