package book

import (
	"crypto/sha256"
	"slices"

	"millrace/domain/id"
	"millrace/domain/party"
	"millrace/domain/score"
)

func init() {
	registerCommand(func() act { return &RegisterModel{} })
	registerCommand(func() act { return &ValidateModel{} })
	registerCommand(func() act { return &PromoteModel{} })
	registerCommand(func() act { return &RetireModel{} })
	registerEvent(func() fact { return &ModelRegistered{} })
	registerEvent(func() fact { return &ModelValidated{} })
	registerEvent(func() fact { return &ModelPromoted{} })
	registerEvent(func() fact { return &ModelRetired{} })
	permitted[commandRegisterModel] = party.Operator | party.Funder
	permitted[commandValidateModel] = party.Operator | party.Funder
	permitted[commandPromoteModel] = party.Operator | party.Funder
	permitted[commandRetireModel] = party.Operator | party.Funder
	tables[tableModel] = held("model", func(b *Book) *shelf[score.Model] { return &b.models },
		[]Column{ind("purpose", Text), ind("funder", Integer), ind("state", Text), col("name", Text), col("version", Integer)},
		func(r *score.Model) []any {
			return []any{r.Purpose.String(), int64(r.Funder), r.State.String(), r.Name, int64(r.Version)}
		})
}

// ModelBytesMax is the longest packed table that is registered: an entry holds it twice, in what was asked and in what came of it, beside
// the rest, and is at most 1 MiB.
const ModelBytesMax = 480 << 10

// ChallengersMax is how many models score in the shadow of one champion, so that the work at each use stays bounded.
const ChallengersMax = 4

// RegisterModel puts a table on record. It scores nothing before a second person has validated it.
type RegisterModel struct {
	Name      string          `cbor:"1,keyasint"`
	Purpose   score.Purpose   `cbor:"2,keyasint"`
	Funder    id.Party        `cbor:"3,keyasint,omitempty"` // 0: for every funder that has no champion of its own
	Packed    []byte          `cbor:"4,keyasint"`           // the table, as score.Table.Pack gives it
	Card      [32]byte        `cbor:"5,keyasint,omitzero"`  // card or report, in the vault
	Training  score.Training  `cbor:"6,keyasint"`
	Reference score.Reference `cbor:"7,keyasint,omitzero"`
}

// Kind names the stored form.
func (*RegisterModel) Kind() uint16 { return commandRegisterModel }

func (c *RegisterModel) decide(d *draft) *Rejection {
	if c.Purpose < score.BuyerReview || c.Purpose > score.CreditUse {
		return reject("model_purpose", "purpose", "a model is for the review of a buyer or a seller, or for the use of credit")
	}
	if rejection := d.ofFunder(c.Funder); rejection != nil {
		return rejection
	}
	if !mappingName(c.Name) || len(c.Name) > score.NameMax {
		return reject("model_name", "name", "a model's name has 1 to %d letters, digits, points, hyphens and underscores of ASCII", score.NameMax)
	}
	if rejection := c.sound(); rejection != nil {
		return rejection
	}
	version := uint32(1)
	if latest := d.models.at(d.modelVersions[modelName{c.Purpose, c.Funder, c.Name}].Number()); latest != nil {
		version = latest.Version + 1
	}
	d.emit(&ModelRegistered{Model: score.Model{
		ID: id.Make[id.Model](d.shard, d.number(tableModel, d.models.count)), Name: c.Name, Purpose: c.Purpose, Funder: c.Funder, Version: version,
		State: score.Registered, Packed: c.Packed, Hash: sha256.Sum256(c.Packed), Card: c.Card, Training: c.Training, Reference: c.Reference,
		Maker: d.header.Actor, Entered: d.today(),
	}})
	return nil
}

// ofFunder refuses an actor that may not speak for a funder's models: the operator's are for all, a funder's are its own.
func (d *draft) ofFunder(funder id.Party) *Rejection {
	if funder == 0 {
		if d.isOperator() {
			return nil
		}
		return reject("other_party", "funder", "a model for all funders is the operator's")
	}
	if rejection := d.onboarded(funder, party.Funder, "funder"); rejection != nil {
		return rejection
	}
	return d.own(funder, "funder")
}

// sound refuses what can't be scored, or asks for what the book does not know.
func (c *RegisterModel) sound() *Rejection {
	if len(c.Packed) > ModelBytesMax {
		return reject("model_too_large", "table", "the packed table has %d bytes; at most %d are possible: train fewer or smaller trees", len(c.Packed), ModelBytesMax)
	}
	table, err := score.Unpack(c.Packed)
	if err != nil {
		return defective("table", err)
	}
	if err := c.Training.Check(); err != nil {
		return defective("training", err)
	}
	if err := c.Reference.Check(len(table.Features)); err != nil {
		return defective("reference", err)
	}
	if unknown := FactsMissing(c.Purpose, &table); len(unknown) > 0 {
		return reject("model_fact", "table", "%s", unknown[0])
	}
	return nil
}

func defective(field string, err error) *Rejection {
	return reject("model_defective", field, "%s can't be registered: %v", field, err)
}

// ValidateModel is a second person's word that a model does what it is for.
type ValidateModel struct {
	Model id.Model `cbor:"1,keyasint"`
	Note  [32]byte `cbor:"2,keyasint"` // of the validation, in the vault
}

// Kind names the stored form.
func (*ValidateModel) Kind() uint16 { return commandValidateModel }

func (c *ValidateModel) decide(d *draft) *Rejection {
	m, rejection := d.model(c.Model, score.Registered)
	if rejection != nil {
		return rejection
	}
	if rejection := d.second(m.Maker); rejection != nil {
		return rejection
	}
	if c.Note == [32]byte{} {
		return reject("reason_missing", "note", "say what was looked at and what was found")
	}
	d.emit(&ModelValidated{Model: m.ID, Note: c.Note, Actor: d.header.Actor})
	return nil
}

// model finds a model that the actor may act on, in one of the states, or refuses.
func (d *draft) model(wanted id.Model, states ...score.State) (*score.Model, *Rejection) {
	m := d.models.at(wanted.Number())
	if m == nil {
		return nil, reject("model_unknown", "model", "there is no model %s", wanted)
	}
	if rejection := d.ofFunder(m.Funder); rejection != nil {
		return nil, rejection
	}
	if !slices.Contains(states, m.State) {
		return nil, reject("model_state", "model", "model %s is %s", wanted, m.State)
	}
	return m, nil
}

// PromoteModel makes a validated model or a challenger the champion of its purpose and funder, or a validated one a challenger. The
// champion before it becomes a challenger or retires.
type PromoteModel struct {
	Model  id.Model    `cbor:"1,keyasint"`
	To     score.State `cbor:"2,keyasint"`           // Challenger or Champion
	Former score.State `cbor:"3,keyasint,omitempty"` // what the champion before becomes: Challenger or Retired; 0 where there is none
}

// Kind names the stored form.
func (*PromoteModel) Kind() uint16 { return commandPromoteModel }

func (c *PromoteModel) decide(d *draft) *Rejection {
	states := []score.State{score.Validated, score.Challenger}
	if c.To == score.Challenger {
		states = states[:1]
	}
	m, rejection := d.model(c.Model, states...)
	if rejection != nil {
		return rejection
	}
	if !c.To.Scores() {
		return reject("model_role", "to", "a model becomes challenger or champion")
	}
	if rejection := d.second(m.Maker); rejection != nil {
		return rejection
	}
	role := modelRole{m.Purpose, m.Funder}
	former := id.Model(0)
	if c.To == score.Champion {
		former = d.championOf[role]
	}
	if (former != 0) != (c.Former == score.Challenger || c.Former == score.Retired) || former == 0 && c.Former != 0 {
		return reject("model_former", "former", "say what becomes of the champion before, where there is one: challenger or retired")
	}
	challengers := len(d.challengersOf[role])
	if c.To == score.Challenger || c.Former == score.Challenger {
		challengers++
	}
	if m.State == score.Challenger {
		challengers--
	}
	if challengers > ChallengersMax {
		return reject("challengers_many", "model", "%d models score in the shadow already; at most %d may", len(d.challengersOf[role]), ChallengersMax)
	}
	d.emit(&ModelPromoted{Model: m.ID, To: c.To, Former: former, FormerTo: c.Former, Actor: d.header.Actor})
	return nil
}

// RetireModel ends a model. One that scores is retired by somebody else than who registered it.
type RetireModel struct {
	Model id.Model `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*RetireModel) Kind() uint16 { return commandRetireModel }

func (c *RetireModel) decide(d *draft) *Rejection {
	m, rejection := d.model(c.Model, score.Registered, score.Validated, score.Challenger, score.Champion)
	if rejection != nil {
		return rejection
	}
	if m.State.Scores() {
		if rejection := d.second(m.Maker); rejection != nil {
			return rejection
		}
	}
	d.emit(&ModelRetired{Model: m.ID, Actor: d.header.Actor})
	return nil
}

// ModelRegistered says that a table is on record.
type ModelRegistered struct {
	Model score.Model `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*ModelRegistered) Kind() uint16 { return eventModelRegistered }

func (e *ModelRegistered) fold(b *Book) {
	number := e.Model.ID.Number()
	b.models.add(number, e.Model)
	b.indexModel(b.models.at(number))
	b.touched(tableModel, number, &b.models.at(number).Entry)
}

// ModelValidated says that a second person has looked at a model.
type ModelValidated struct {
	Model id.Model `cbor:"1,keyasint"`
	Note  [32]byte `cbor:"2,keyasint"`
	Actor id.Actor `cbor:"3,keyasint"`
}

// Kind names the stored form.
func (*ModelValidated) Kind() uint16 { return eventModelValidated }

func (e *ModelValidated) fold(b *Book) {
	m := b.models.at(e.Model.Number())
	m.State, m.Note, m.Validator, m.Checked = score.Validated, e.Note, e.Actor, b.clock.Date
	b.touched(tableModel, e.Model.Number(), &m.Entry)
}

// ModelPromoted says that a model scores from now on, and what has become of the champion that it replaces.
type ModelPromoted struct {
	Model    id.Model    `cbor:"1,keyasint"`
	To       score.State `cbor:"2,keyasint"`
	Former   id.Model    `cbor:"3,keyasint,omitempty"`
	FormerTo score.State `cbor:"4,keyasint,omitempty"`
	Actor    id.Actor    `cbor:"5,keyasint"`
}

// Kind names the stored form.
func (*ModelPromoted) Kind() uint16 { return eventModelPromoted }

func (e *ModelPromoted) fold(b *Book) {
	if e.Former != 0 {
		b.moveModel(e.Former, e.FormerTo, e.Actor)
	}
	b.moveModel(e.Model, e.To, e.Actor)
}

// ModelRetired says that a model is asked no longer.
type ModelRetired struct {
	Model id.Model `cbor:"1,keyasint"`
	Actor id.Actor `cbor:"2,keyasint"`
}

// Kind names the stored form.
func (*ModelRetired) Kind() uint16 { return eventModelRetired }

func (e *ModelRetired) fold(b *Book) { b.moveModel(e.Model, score.Retired, e.Actor) }

// moveModel brings a model to a state and keeps who did so.
func (b *Book) moveModel(of id.Model, to score.State, by id.Actor) {
	m := b.models.at(of.Number())
	b.unindexModel(m)
	m.State, m.Since = to, b.clock.Date
	if to == score.Retired {
		m.Retirer = by
	} else {
		m.Promoter = by
	}
	b.indexModel(m)
	b.touched(tableModel, of.Number(), &m.Entry)
}

type modelName struct {
	purpose score.Purpose
	funder  id.Party
	name    string
}

type modelRole struct {
	purpose score.Purpose
	funder  id.Party
}

func (b *Book) newModelIndexes() {
	b.modelVersions, b.championOf, b.challengersOf = map[modelName]id.Model{}, map[modelRole]id.Model{}, map[modelRole][]id.Model{}
	b.readers, b.modelMonthOf = map[id.Model]*modelReader{}, map[modelMonth]uint64{}
}

// indexModel: modelVersions, championOf, challengersOf and readers, from table model.
func (b *Book) indexModel(m *score.Model) {
	name := modelName{m.Purpose, m.Funder, m.Name}
	b.modelVersions[name] = max(b.modelVersions[name], m.ID)
	if !m.State.Scores() {
		return
	}
	role := modelRole{m.Purpose, m.Funder}
	if m.State == score.Champion {
		b.championOf[role] = m.ID
	} else {
		insert(b.challengersOf, role, m.ID)
	}
	b.readers[m.ID] = newModelReader(m)
}

// unindexModel takes a model out of those that are asked.
func (b *Book) unindexModel(m *score.Model) {
	role := modelRole{m.Purpose, m.Funder}
	if b.championOf[role] == m.ID {
		delete(b.championOf, role)
	}
	remove(b.challengersOf, role, m.ID)
	delete(b.readers, m.ID)
}
