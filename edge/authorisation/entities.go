package authorisation

import (
	"sync"

	"github.com/cedar-policy/cedar-go"
	"github.com/cedar-policy/cedar-go/types"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/edge/access"
	"millrace/edge/view"
)

const (
	actorType   types.EntityType = "Actor"
	actionType  types.EntityType = "Action"
	partyType   types.EntityType = "Party"
	recordType  types.EntityType = "Record"
	roleType    types.EntityType = "Role"
	visitorType types.EntityType = "Visitor"

	noRecord = "none"
)

func uidOfAction(name string) types.EntityUID {
	return types.NewEntityUID(actionType, types.String(name))
}

// Given is what a command says that policies may ask about.
type Given struct {
	Amount  *money.Amount // nil: it names none, or several
	Books   []uint16      // that assigned the ids which it names, each once
	Parties []id.Party    // which it names, each once
}

// GivenBy reads a command.
func GivenBy(c book.Command) *Given {
	named := view.Named(c)
	return &Given{Amount: named.Amount, Books: named.Books, Parties: named.Parties}
}

// facing is a request as Cedar sees it: who asks, for what, to which record.
type facing struct {
	request   cedar.Request
	principal types.Entity
	resource  types.Entity
	actions   map[types.EntityUID]types.Entity
}

// Get implements types.EntityGetter.
func (f *facing) Get(uid types.EntityUID) (types.Entity, bool) {
	switch uid.Type {
	case actionType:
		found, known := f.actions[uid]
		return found, known
	case actorType, visitorType:
		if uid == f.principal.UID {
			return f.principal, true
		}
	case recordType:
		if uid == f.resource.UID {
			return f.resource, true
		}
	}
	return types.Entity{}, false
}

func (p *Policies) facing(r *Request) *facing {
	f := &facing{actions: p.actions, principal: p.callers.of(r.Caller), resource: resourceOf(r.Record)}
	f.request = cedar.Request{Principal: f.principal.UID, Action: uidOfAction(r.Action), Resource: f.resource.UID, Context: contextOf(r)}
	return f
}

var visitor = types.Entity{UID: types.NewEntityUID(visitorType, "anybody")}

// principals are callers as Cedar sees them, so that each is drawn up once. They depend on nothing but the caller.
type principals struct {
	mutex sync.Mutex
	known map[access.Caller]types.Entity // guarded by mutex
}

const principalsMax = 10_000

func (p *principals) of(c access.Caller) types.Entity {
	if c.Actor == 0 {
		return visitor
	}
	p.mutex.Lock()
	defer p.mutex.Unlock()
	found, is := p.known[c]
	if !is {
		if len(p.known) >= principalsMax || p.known == nil {
			p.known = map[access.Caller]types.Entity{}
		}
		found = principalOf(c)
		p.known[c] = found
	}
	return found
}

func principalOf(c access.Caller) types.Entity {
	home := types.NewEntityUID(partyType, types.String(c.Party.String()))
	parents := append(make([]types.EntityUID, 0, 3), home, roleOf(c.Role))
	switch c.Role {
	case party.Anchor:
		parents = append(parents, roleOf(party.Buyer))
	case party.Compliance:
		parents = append(parents, roleOf(party.Auditor))
	}
	return types.Entity{
		UID:     types.NewEntityUID(actorType, types.String(c.Actor.String())),
		Parents: types.NewEntityUIDSet(parents...),
		Attributes: types.NewRecord(types.RecordMap{
			"role": types.String(nameOf(c.Role)), "views": namesOf(c.Views()), "party": home, "book": types.Long(c.Actor.Shard()),
			"sees_all": types.Boolean(c.SeesAll()), "investigates": types.Boolean(c.Investigates()),
			"administrates": types.Boolean(c.Administers(c.Party)),
		}),
	}
}

func roleOf(r party.Role) types.EntityUID {
	return types.NewEntityUID(roleType, types.String(nameOf(r)))
}

func nameOf(r party.Role) string {
	if names := r.Names(); len(names) > 0 {
		return names[0]
	}
	return ""
}

func namesOf(r party.Role) types.Set {
	names := r.Names()
	values := make([]types.Value, len(names))
	for i, name := range names {
		values[i] = types.String(name)
	}
	return types.NewSet(values...)
}

var nothing = types.Entity{
	UID:        types.NewEntityUID(recordType, noRecord),
	Attributes: types.NewRecord(types.RecordMap{"kind": types.String(""), "parties": types.NewSet(), "makers": types.NewSet()}),
}

func resourceOf(f *view.Traits) types.Entity {
	if f == nil {
		return nothing
	}
	attributes := types.RecordMap{"kind": types.String(f.Kind), "seen": types.Boolean(f.Seen), "parties": setOf(partyType, f.Parties), "makers": setOf(actorType, f.Makers)}
	if f.Book != 0 {
		attributes["book"] = types.Long(f.Book)
	}
	if f.Amount != nil {
		attributes["amount"], attributes["currency"] = types.Long(f.Amount.Minor), types.String(f.Amount.Currency.String())
	}
	return types.Entity{UID: types.NewEntityUID(recordType, types.String(f.Record)), Attributes: types.NewRecord(attributes)}
}

func setOf[I interface{ String() string }](of types.EntityType, ids []I) types.Set {
	values := make([]types.Value, len(ids))
	for i, one := range ids {
		values[i] = types.NewEntityUID(of, types.String(one.String()))
	}
	return types.NewSet(values...)
}

var noBooks = types.NewSet()

func contextOf(r *Request) types.Record {
	said := types.RecordMap{"seat": types.String(r.Seat), "gives": types.Boolean(r.Given != nil), "books": noBooks, "parties": noBooks}
	if g := r.Given; g != nil {
		if g.Amount != nil {
			said["amount"], said["currency"] = types.Long(g.Amount.Minor), types.String(g.Amount.Currency.String())
		}
		books := make([]types.Value, len(g.Books))
		for i, b := range g.Books {
			books[i] = types.Long(b)
		}
		said["books"], said["parties"] = types.NewSet(books...), setOf(partyType, g.Parties)
	}
	return types.NewRecord(said)
}
