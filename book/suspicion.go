package book

import (
	"slices"

	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/party"
	"millrace/domain/risk"
	"millrace/domain/screening"
)

func init() {
	registerCommand(func() act { return &OpenCase{} })
	registerCommand(func() act { return &AddCaseFact{} })
	registerCommand(func() act { return &DecideCase{} })
	registerEvent(func() fact { return &CaseOpened{} })
	registerEvent(func() fact { return &CaseMoved{} })
	permitted[commandOpenCase] = party.Compliance
	permitted[commandAddCaseFact] = party.Compliance
	permitted[commandDecideCase] = party.Compliance
	tables[tableSuspicion] = held("suspicion", func(b *Book) *shelf[screening.Case] { return &b.cases },
		[]Column{ind("party", Integer), ind("state", Text), col("due", Integer)},
		func(r *screening.Case) []any { return []any{int64(r.Party), r.State.String(), int64(r.Due)} })
}

// Cases are known to compliance alone: no command about one changes a record that anybody else sees, so that neither a state nor the entry
// of a change gives away that there is one. Where business with a party ends, that is a command of its own (SuspendParty).

// OpenCase begins to look into a suspicion.
type OpenCase struct {
	Party id.Party        `cbor:"1,keyasint"`
	Fact  party.Reference `cbor:"2,keyasint"` // the first one, in the vault
	Due   calendar.Date   `cbor:"3,keyasint"` // last day for a decision
}

// Kind names the stored form.
func (*OpenCase) Kind() uint16 { return commandOpenCase }

func (c *OpenCase) decide(d *draft) *Rejection {
	if d.parties.at(c.Party.Number()) == nil {
		return reject("party_unknown", "party", "there is no party %s", c.Party)
	}
	if c.Fact == (party.Reference{}) {
		return reject("reason_missing", "fact", "say what is suspected, and why")
	}
	if c.Due < d.today() || c.Due > d.today().AddDays(366) {
		return reject("due_date_invalid", "due", "a case is decided within a year")
	}
	d.emit(&CaseOpened{Case: screening.Case{
		ID: d.newCase(), Party: c.Party, Cause: screening.ByPerson, Facts: []screening.CaseFact{{Text: c.Fact, Actor: d.header.Actor, Date: d.today()}},
		Due: c.Due, State: screening.CaseOpen, Opener: d.header.Actor, Opened: d.today(),
	}})
	return nil
}

func (d *draft) newCase() id.Case {
	return id.Make[id.Case](d.shard, d.number(tableSuspicion, d.cases.count))
}

// suspect opens a case by itself, unless one about the party is open.
func (d *draft) suspect(p id.Party, cause screening.Cause, alert id.ScreeningAlert) {
	if d.suspectedIn[p] != 0 {
		return
	}
	d.emit(&CaseOpened{Case: screening.Case{
		ID: d.newCase(), Party: p, Cause: cause, Alert: alert, Due: d.today().AddDays(screening.CaseDaysDefault), State: screening.CaseOpen,
		Opener: d.header.Actor, Opened: d.today(),
	}})
}

// foundKey is a party and what was found about it.
type foundKey struct {
	party   id.Party
	finding screening.Finding
}

// suspectUse opens cases by itself where the rules have found what only fraud explains: one for a party and a finding in so many days. Nobody
// has opened them, and neither whoever asked for the use nor the party sees them.
func (d *draft) suspectUse(made *risk.Decision, seller, buyer id.Party) {
	screening.Suspect(made.Outcomes, func(f screening.Finding, sides screening.Sides) {
		d.found(foundKey{seller, f}, made.ID)
		if sides == screening.BothSides {
			d.found(foundKey{buyer, f}, made.ID)
		}
	})
}

func (d *draft) found(key foundKey, decision id.Decision) {
	if last, known := d.foundOn[key]; known && d.today() < last.AddDays(screening.FindingDays) {
		return
	}
	for _, e := range d.events {
		if opened, is := e.(*CaseOpened); is && opened.Case.Party == key.party && opened.Case.Finding == key.finding {
			return
		}
	}
	d.emit(&CaseOpened{Case: screening.Case{
		ID: d.newCase(), Party: key.party, Cause: screening.ByRule, Finding: key.finding, Decision: decision, Due: d.today().AddDays(screening.CaseDaysDefault),
		State: screening.CaseOpen, Opened: d.today(),
	}})
}

// openCase finds a case that is not closed.
func (d *draft) openCase(of id.Case) (*screening.Case, *Rejection) {
	k := d.cases.at(of.Number())
	if k == nil {
		return nil, reject("case_unknown", "case", "there is no case %s", of)
	}
	if k.State == screening.CaseClosed {
		return nil, reject("case_state", "case", "case %s is closed", of)
	}
	return k, nil
}

// AddCaseFact adds what was found out.
type AddCaseFact struct {
	Case id.Case         `cbor:"1,keyasint"`
	Fact party.Reference `cbor:"2,keyasint"` // in the vault
}

// Kind names the stored form.
func (*AddCaseFact) Kind() uint16 { return commandAddCaseFact }

func (c *AddCaseFact) decide(d *draft) *Rejection {
	k, rejection := d.openCase(c.Case)
	if rejection != nil {
		return rejection
	}
	if c.Fact == (party.Reference{}) {
		return reject("reason_missing", "fact", "say what was found out")
	}
	if len(k.Facts) >= screening.FactsMax {
		return reject("case_full", "case", "case %s has %d facts, and no more are kept", k.ID, screening.FactsMax)
	}
	d.emit(&CaseMoved{
		Case: k.ID, State: k.State, Outcome: k.Outcome, Reference: k.Reference, Reason: k.Reason, Maker: k.Maker,
		Fact: screening.CaseFact{Text: c.Fact, Actor: d.header.Actor, Date: d.today()},
	})
	return nil
}

// DecideCase says what comes of a case. The first person proposes; a second one who says the same closes it, and one who says something
// else proposes that instead.
type DecideCase struct {
	Case      id.Case           `cbor:"1,keyasint"`
	Outcome   screening.Outcome `cbor:"2,keyasint"`
	Reference party.Reference   `cbor:"3,keyasint,omitzero"` // of the report to the authority, in the vault
	Reason    party.Reference   `cbor:"4,keyasint"`          // in the vault
}

// Kind names the stored form.
func (*DecideCase) Kind() uint16 { return commandDecideCase }

func (c *DecideCase) decide(d *draft) *Rejection {
	k, rejection := d.openCase(c.Case)
	if rejection != nil {
		return rejection
	}
	if c.Outcome.String() == "" {
		return reject("decision_invalid", "outcome", "a case ends in no action, in a report, or with the end of the relation")
	}
	if c.Reason == (party.Reference{}) {
		return reject("reason_missing", "reason", "say what the decision rests on")
	}
	closes := k.State == screening.CaseProposed && k.Outcome == c.Outcome
	if closes {
		if rejection := d.second(k.Maker); rejection != nil {
			return rejection
		}
	}
	moved := &CaseMoved{Case: k.ID, State: screening.CaseProposed, Outcome: c.Outcome, Reference: c.Reference, Reason: c.Reason, Maker: d.header.Actor}
	if closes {
		moved.State, moved.Maker, moved.Checker, moved.Closed = screening.CaseClosed, k.Maker, d.header.Actor, d.today()
		if moved.Reference == (party.Reference{}) {
			moved.Reference = k.Reference
		}
	}
	if c.Outcome == screening.Reported && moved.Reference == (party.Reference{}) {
		return reject("record_missing", "reference", "name the report by the authority's reference")
	}
	d.emit(moved)
	return nil
}

// CaseOpened says that a suspicion is looked into.
type CaseOpened struct {
	Case screening.Case `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*CaseOpened) Kind() uint16 { return eventCaseOpened }

func (e *CaseOpened) fold(b *Book) {
	number := e.Case.ID.Number()
	b.cases.add(number, e.Case)
	b.indexCase(b.cases.at(number))
	b.touched(tableSuspicion, number, &b.cases.at(number).Entry)
}

// indexCase: suspectedIn and foundOn, from table suspicion.
func (b *Book) indexCase(k *screening.Case) {
	if k.Finding != 0 {
		b.foundOn[foundKey{k.Party, k.Finding}] = k.Opened
	}
	if k.State != screening.CaseClosed {
		b.suspectedIn[k.Party]++
	}
}

// CaseMoved says what was found out, or what comes of a case.
type CaseMoved struct {
	Case      id.Case             `cbor:"1,keyasint"`
	State     screening.CaseState `cbor:"2,keyasint"`
	Outcome   screening.Outcome   `cbor:"3,keyasint,omitempty"`
	Reference party.Reference     `cbor:"4,keyasint,omitzero"`
	Reason    party.Reference     `cbor:"5,keyasint,omitzero"`
	Maker     id.Actor            `cbor:"6,keyasint,omitempty"`
	Checker   id.Actor            `cbor:"7,keyasint,omitempty"`
	Closed    calendar.Date       `cbor:"8,keyasint,omitempty"`
	Fact      screening.CaseFact  `cbor:"9,keyasint,omitzero"`
}

// Kind names the stored form.
func (*CaseMoved) Kind() uint16 { return eventCaseMoved }

func (e *CaseMoved) fold(b *Book) {
	k := b.cases.at(e.Case.Number())
	k.State, k.Outcome, k.Reference, k.Reason, k.Maker, k.Checker, k.Closed = e.State, e.Outcome, e.Reference, e.Reason, e.Maker, e.Checker, e.Closed
	if e.Fact != (screening.CaseFact{}) {
		k.Facts = append(slices.Clone(k.Facts), e.Fact)
	}
	if e.State == screening.CaseClosed {
		if b.suspectedIn[k.Party]--; b.suspectedIn[k.Party] == 0 {
			delete(b.suspectedIn, k.Party)
		}
	}
	b.touched(tableSuspicion, e.Case.Number(), &k.Entry)
}
