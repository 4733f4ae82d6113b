package book

import (
	"slices"

	"millrace/domain/id"
	"millrace/domain/movement"
	"millrace/domain/party"
	"millrace/domain/trade"
)

func init() {
	registerCommand(func() act { return &RecordMovement{} })
	registerCommand(func() act { return &RetractMovement{} })
	registerEvent(func() fact { return &MovementRecorded{} })
	registerEvent(func() fact { return &MovementRepeated{} })
	registerEvent(func() fact { return &MovementsAttached{} })
	registerEvent(func() fact { return &MovementRetracted{} })
	const reporters = party.Operator | party.Seller | party.Buyer | party.Anchor | party.WarehouseKeeper | party.Carrier
	permitted[commandRecordMovement] = reporters
	permitted[commandRetractMovement] = reporters
}

// GoodsMax, ReferencesMax and WaitingMax bound a movement, and the movements that wait for one document.
const (
	GoodsMax      = 1000
	ReferencesMax = 50
	WaitingMax    = 100
)

// observedYears and observedAhead bound when a movement may have been: so long ago, and so far ahead of the stamp, which
// allows for clocks that differ.
const (
	observedYears = 20
	observedAhead = int64(24 * 3600 * 1_000_000)
)

// DocumentNamed is a document to which a movement refers.
type DocumentNamed struct {
	To     movement.Paper `cbor:"1,keyasint"`
	Number trade.Token    `cbor:"2,keyasint"` // as that document's Number would be in RecordDocument
}

// RecordMovement keeps an observation of goods. Its identity is the reporter's own: who reports can neither use up nor
// retract what another party reports.
type RecordMovement struct {
	Report        movement.Report `cbor:"1,keyasint"`
	Seller        []party.Token   `cbor:"2,keyasint,omitempty"` // identifiers of the sides of the deal, where told
	Buyer         []party.Token   `cbor:"3,keyasint,omitempty"`
	Owner         []party.Token   `cbor:"4,keyasint,omitempty"` // of goods in store
	References    []DocumentNamed `cbor:"5,keyasint,omitempty"`
	Identity      movement.Token  `cbor:"6,keyasint"` // of the event, as its reporter names it
	Content       movement.Token  `cbor:"7,keyasint"` // of the event's bytes
	Index         uint32          `cbor:"8,keyasint"` // which event of the stored file it is, from 1
	Stored        party.Reference `cbor:"9,keyasint"` // the file, in the vault
	Details       party.Reference `cbor:"10,keyasint"`
	SellerProfile party.Reference `cbor:"11,keyasint"` // in the vault, for parties not yet known
	BuyerProfile  party.Reference `cbor:"12,keyasint"`
	OwnerProfile  party.Reference `cbor:"13,keyasint"`
	Channel       string          `cbor:"14,keyasint"`
}

// Kind names the stored form.
func (*RecordMovement) Kind() uint16 { return commandRecordMovement }

func (c *RecordMovement) check(d *draft) *Rejection {
	r := &c.Report
	if !r.Kind.Known() || !r.Source.Known() {
		return reject("movement_kind", "kind", "there is no such kind of movement, or no such source")
	}
	if rejection := d.whenObserved(r.Observed, "observed"); rejection != nil {
		return rejection
	}
	if r.Offset < -18*60 || r.Offset > 18*60 {
		return reject("observed_invalid", "offset", "local time is at most 18 hours from UTC")
	}
	if !isWord(r.Step) || !isWord(r.Disposition) {
		return reject("word_invalid", "step", "step and disposition are words of a vocabulary: letters, digits and underscores, at most 40")
	}
	if len(r.Goods) > GoodsMax {
		return reject("lines_too_many", "goods", "%d items; at most %d are kept", len(r.Goods), GoodsMax)
	}
	for _, goods := range r.Goods {
		if goods.Quantity > movement.QuantityMax || goods.Quantity < -movement.QuantityMax || len(goods.Unit) > 3 || !isWord(goods.Unit) {
			return reject("quantity_invalid", "goods", "a quantity is too large, or its unit is no code of UN/ECE Recommendation 20")
		}
	}
	if len(c.References) > ReferencesMax {
		return reject("references_too_many", "references", "%d documents are named; at most %d are kept", len(c.References), ReferencesMax)
	}
	for _, named := range c.References {
		if named.To < movement.Order || named.To > movement.Invoice || named.Number.IsZero() {
			return reject("token_missing", "references", "a reference lacks the kind of the document or the token of its number")
		}
	}
	for _, tokens := range [...][]party.Token{c.Seller, c.Buyer, c.Owner} {
		if len(tokens) > TokensMax {
			return reject("identifiers_invalid", "seller", "a party has at most %d identifiers", TokensMax)
		}
	}
	if c.Identity.IsZero() || c.Content.IsZero() {
		return reject("token_missing", "", "the tokens of identity and content are missing")
	}
	return nil
}

// whenObserved refuses a time that can't be when somebody saw something.
func (d *draft) whenObserved(at int64, field string) *Rejection {
	const year = int64(366 * 24 * 3600 * 1_000_000)
	if at > d.header.At+observedAhead || at < d.header.At-observedYears*year {
		return reject("observed_invalid", field, "what was seen lies in the last %d years, and not in the future", observedYears)
	}
	return nil
}

func isWord(text string) bool {
	if len(text) > 40 {
		return false
	}
	for _, c := range []byte(text) {
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '_' {
			return false
		}
	}
	return true
}

func (c *RecordMovement) decide(d *draft) *Rejection {
	if rejection := c.check(d); rejection != nil {
		return rejection
	}
	s := d.sides(c)
	reporter, rejection := d.reporter(&s)
	if rejection != nil {
		return rejection
	}
	if c.Report.Kind == movement.Counted && (s.owner == 0 || c.Report.Location.IsZero()) {
		return reject("count_incomplete", "owner", "a stock count names whose goods were counted, and where")
	}
	key := identity(d.by(), 0, trade.Token(c.Identity))
	if number, found := d.movementOf.get(key); found {
		earlier := d.movements.at(number)
		d.emit(&MovementRepeated{Movement: earlier.ID, Differs: earlier.Content != c.Content})
		return nil
	}
	m, references := c.movement(d, &s, reporter, key)
	for i := range references {
		if r := &references[i]; r.Trade == 0 && len(d.waiting[r.Identity]) >= WaitingMax {
			return reject("movements_waiting", "references", "%d movements wait for the same document: it takes no more until that has come", WaitingMax)
		}
	}
	// Nothing refuses after this line.
	for _, sighting := range s.seen {
		sighting.emit(d)
	}
	d.emit(&MovementRecorded{Movement: m, References: references, Goods: c.Report.Goods})
	d.countStock(&m, c.Report.Goods)
	for i := range references {
		if t := references[i].Trade; t != 0 && !slices.ContainsFunc(references[:i], func(r movement.Reference) bool { return r.Trade == t }) {
			d.proveByMovement(t, m.Proves)
		}
	}
	return nil
}

// sides are the parties of a movement.
type sides struct {
	seller, buyer, owner id.Party
	seen                 []sighting
}

// namedParty is a party as a movement names it.
type namedParty struct {
	tokens  []party.Token
	profile party.Reference
	found   *id.Party
}

// shares tells whether two descriptions have an identifier in common, and so are of one party.
func (n namedParty) shares(other namedParty) bool {
	return slices.ContainsFunc(other.tokens, func(t party.Token) bool { return slices.Contains(n.tokens, t) })
}

// sides finds or notes the parties that a movement names. One side of a deal that is not told is the reporter's own, and
// goods without a deal are those of who reports them. Where seller and buyer are one party, goods were moved inside it.
func (d *draft) sides(c *RecordMovement) sides {
	var s sides
	named := [...]namedParty{{c.Seller, c.SellerProfile, &s.seller}, {c.Buyer, c.BuyerProfile, &s.buyer}, {c.Owner, c.OwnerProfile, &s.owner}}
	for i, n := range named {
		if len(n.tokens) == 0 {
			continue
		}
		same := slices.IndexFunc(named[:], n.shares)
		if same < i {
			*n.found = *named[same].found
			continue
		}
		tokens := make([]trade.Token, len(n.tokens))
		for k, token := range n.tokens {
			tokens[k] = trade.Token(token)
		}
		var seen sighting
		*n.found, seen = d.resolve(tokens, n.profile)
		s.seen = append(s.seen, seen)
	}
	if s.seller == s.buyer {
		if s.owner == 0 {
			s.owner = s.seller
		}
		s.seller, s.buyer = 0, 0
	}
	if side := d.actor.Role & (party.Seller | party.Buyer | party.Anchor); side != 0 {
		switch {
		case s.seller == 0 && s.buyer == 0 && s.owner == 0:
			s.owner = d.by()
		case side == party.Seller && s.seller == 0 && s.buyer != 0 && s.buyer != d.by():
			s.seller = d.by()
		case side != party.Seller && s.buyer == 0 && s.seller != 0 && s.seller != d.by():
			s.buyer = d.by()
		}
	}
	return s
}

// reporter tells on whose side the actor stands. A carrier or warehouse keeper that is itself a side of the deal reports as
// that side.
func (d *draft) reporter(s *sides) (movement.Reporter, *Rejection) {
	switch {
	case d.isOperator():
		return movement.ByOperator, nil
	case d.by() == s.seller:
		return movement.BySeller, nil
	case d.by() == s.buyer:
		return movement.ByBuyer, nil
	case d.by() == s.owner:
		return movement.ByOwner, nil
	case d.actor.Role == party.Carrier:
		return movement.ByCarrier, nil
	case d.actor.Role == party.WarehouseKeeper:
		return movement.ByWarehouseKeeper, nil
	}
	return 0, reject("other_party", "", "the actor's party is neither a side of this deal nor the owner of these goods")
}

// movement makes the records of a movement that is not known yet.
func (c *RecordMovement) movement(d *draft, s *sides, reporter movement.Reporter, key [16]byte) (movement.Movement, []movement.Reference) {
	r := &c.Report
	m := movement.Movement{
		ID: id.Make[id.Movement](d.shard, d.number(tableMovement, d.movements.count)), Kind: r.Kind, Source: r.Source,
		State: movement.Standing, Reporter: reporter, Proves: movement.Proves(r.Kind, reporter), Party: d.by(),
		Seller: s.seller, Buyer: s.buyer, Owner: s.owner, Observed: r.Observed, Offset: r.Offset, Recorded: d.header.At,
		Location: r.Location, Step: r.Step, Disposition: r.Disposition, Goods: uint16(len(r.Goods)), Identity: key,
		Content: c.Content, Index: c.Index, Stored: c.Stored, Details: c.Details, Channel: c.Channel, Sender: d.header.Actor,
	}
	var references []movement.Reference
	for _, named := range c.References {
		if s.seller == 0 || s.buyer == 0 {
			m.Unplaced++
			continue
		}
		of := identity(s.seller, s.buyer, named.Number)
		if slices.ContainsFunc(references, func(r movement.Reference) bool { return r.Identity == of }) {
			continue
		}
		references = append(references, movement.Reference{Movement: m.ID, To: named.To, Identity: of, Trade: d.tradeIdentified(of)})
	}
	if len(references) > 0 {
		m.First, m.References = d.movementReferences.count+1, uint16(len(references))
	}
	return m, references
}

// tradeIdentified gives the trade to which the document of an identity belongs; 0 where none is known.
func (d *draft) tradeIdentified(of [16]byte) id.Trade {
	packed, found := d.identities.get(of)
	if was := unpackIdentity(packed); found && was.number != 0 {
		return d.tradeAt(was)
	}
	return 0
}

// factsOf gives the facts of a trade that movements prove.
func factsOf(p movement.Proof) trade.Fact {
	var facts trade.Fact
	if p&movement.OfShipment != 0 {
		facts |= trade.Shipped
	}
	if p&movement.OfReceipt != 0 {
		facts |= trade.Received
	}
	return facts
}

// proveByMovement gives a trade what a movement proves. A trade that is performed by it turns its waiting invoices into
// receivables, as a document would.
func (d *draft) proveByMovement(of id.Trade, proof movement.Proof) {
	t := *d.standing(of)
	if !t.ProveByMovement(factsOf(proof)) {
		return
	}
	ready := earned(&t)
	d.emit(&TradeMatched{Trade: t})
	for _, p := range ready {
		d.openReceivable(&t, p)
	}
}

// attachMovements gives the trade of a new document the movements that waited for it or for its order, with what they prove.
func (w *weighing) attachMovements(d *draft, t *trade.Trade) {
	keys := [][16]byte{w.key}
	if order := w.command.Order; !order.IsZero() && w.command.Document.Type != trade.Order {
		keys = append(keys, identity(w.seller, w.buyer, order))
	}
	for _, named := range append(slices.Clone(w.command.Others), w.command.Invoice) {
		if key := identity(w.seller, w.buyer, named); !named.IsZero() && !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	for _, key := range keys {
		waiting := d.waiting[key]
		if len(waiting) == 0 {
			continue
		}
		d.emit(&MovementsAttached{Trade: t.ID, Identity: key, References: slices.Clone(waiting)})
		for _, number := range waiting {
			if m := d.movements.at(d.movementReferences.at(number).Movement.Number()); m.State == movement.Standing {
				t.ProveByMovement(factsOf(m.Proves))
			}
		}
	}
}

// RetractMovement says that an event which was reported did not happen, or not so: its reporter declares it an error.
type RetractMovement struct {
	Identity movement.Token  `cbor:"1,keyasint"` // of the event, as in RecordMovement
	Declared int64           `cbor:"2,keyasint"` // when the error was declared, in microseconds since the Unix epoch
	Reason   string          `cbor:"3,keyasint,omitempty"`
	Content  movement.Token  `cbor:"4,keyasint"` // of the declaration's bytes
	Stored   party.Reference `cbor:"5,keyasint"`
	Channel  string          `cbor:"6,keyasint"`
}

// Kind names the stored form.
func (*RetractMovement) Kind() uint16 { return commandRetractMovement }

func (c *RetractMovement) decide(d *draft) *Rejection {
	if rejection := d.whenObserved(c.Declared, "declared"); rejection != nil {
		return rejection
	}
	if !isWord(c.Reason) {
		return reject("word_invalid", "reason", "a reason is a word of a vocabulary: letters, digits and underscores, at most 40")
	}
	number, found := d.movementOf.get(identity(d.by(), 0, trade.Token(c.Identity)))
	if !found {
		return reject("movement_unknown", "identity", "the party of the actor has reported no such event")
	}
	// Nothing refuses after this line.
	m := d.movements.at(number)
	if m.State == movement.Retracted {
		d.emit(&MovementRepeated{Movement: m.ID})
		return nil
	}
	d.emit(&MovementRetracted{Movement: m.ID, At: d.header.At, Declared: c.Declared, Reason: c.Reason})
	for _, of := range d.tradesOf(m) {
		p, gone := d.provers[of], trade.Fact(0)
		if m.Proves&movement.OfShipment != 0 && p.shipped == 1 {
			gone |= trade.Shipped
		}
		if m.Proves&movement.OfReceipt != 0 && p.received == 1 {
			gone |= trade.Received
		}
		t := *d.standing(of)
		if t.Unprove(gone) {
			d.emit(&TradeMatched{Trade: t})
		}
	}
	return nil
}

// tradesOf lists the trades to which a movement belongs, as they stand, each once, in the order of its references.
func (b *Book) tradesOf(m *movement.Movement) []id.Trade {
	var found []id.Trade
	for number := m.First; number < m.First+uint64(m.References); number++ {
		of := b.movementReferences.at(number).Trade
		if t := b.standing(of); t != nil {
			of = t.ID
		}
		if of != 0 && !slices.Contains(found, of) {
			found = append(found, of)
		}
	}
	return found
}

// provers counts the standing movements that prove something of a trade.
type provers struct{ shipped, received uint32 }

// mergeProvers counts the provers of a trade for the one that took its documents. A movement that belongs to both counts
// once, so where both have some, all movements are counted anew.
func (b *Book) mergeProvers(from, into id.Trade) {
	p, found := b.provers[from]
	if !found {
		return
	}
	delete(b.provers, from)
	if _, both := b.provers[into]; !both {
		b.provers[into] = p
		return
	}
	delete(b.provers, into)
	for number := uint64(1); number <= b.movements.count; number++ {
		if m := b.movements.at(number); m.State == movement.Standing && slices.Contains(b.tradesOf(m), into) {
			b.countProver(into, m.Proves, 1)
		}
	}
}

// countProver adds or, with -1, takes away a movement of a trade.
func (b *Book) countProver(of id.Trade, proof movement.Proof, by int32) {
	if proof == 0 {
		return
	}
	p := b.provers[of]
	if proof&movement.OfShipment != 0 {
		p.shipped += uint32(by)
	}
	if proof&movement.OfReceipt != 0 {
		p.received += uint32(by)
	}
	if b.provers[of] = p; p == (provers{}) {
		delete(b.provers, of)
	}
}

// indexMovement: movementOf, waiting and provers, from tables movement and movement_reference.
func (b *Book) indexMovement(m *movement.Movement) {
	b.movementOf.put(m.Identity, m.ID.Number())
	for number := m.First; number < m.First+uint64(m.References); number++ {
		if r := b.movementReferences.at(number); r.Trade == 0 {
			b.waiting[r.Identity] = append(b.waiting[r.Identity], number)
		}
	}
	if m.State == movement.Standing {
		for _, of := range b.tradesOf(m) {
			b.countProver(of, m.Proves, 1)
		}
	}
}

// MovementRecorded says that a movement was kept.
type MovementRecorded struct {
	Movement   movement.Movement    `cbor:"1,keyasint"`
	References []movement.Reference `cbor:"2,keyasint,omitempty"`
	Goods      []movement.Goods     `cbor:"3,keyasint,omitempty"`
}

// Kind names the stored form.
func (*MovementRecorded) Kind() uint16 { return eventMovementRecorded }

func (e *MovementRecorded) fold(b *Book) {
	number := e.Movement.ID.Number()
	b.movements.add(number, e.Movement)
	b.touched(tableMovement, number, &b.movements.at(number).Entry)
	for i := range e.References {
		at := b.movementReferences.count + 1
		b.movementReferences.add(at, e.References[i])
		b.touched(tableMovementReference, at, &b.movementReferences.at(at).Entry)
	}
	for _, goods := range e.Goods {
		b.goodsSeen++
		b.write(tableMovementGoods, b.goodsSeen, movement.Seen{
			Movement: e.Movement.ID, Owner: e.Movement.Owner, Kind: e.Movement.Kind, Observed: e.Movement.Observed,
			Location: e.Movement.Location, Goods: goods,
		})
	}
	b.indexMovement(b.movements.at(number))
}

// MovementRepeated says that an event was reported again. It is not kept twice.
type MovementRepeated struct {
	Movement id.Movement `cbor:"1,keyasint"`
	Differs  bool        `cbor:"2,keyasint,omitempty"` // under the same identity it says something else
}

// Kind names the stored form.
func (*MovementRepeated) Kind() uint16 { return eventMovementRepeated }

func (e *MovementRepeated) fold(*Book) {}

// MovementsAttached says that movements which waited for a document belong to its trade.
type MovementsAttached struct {
	Trade      id.Trade `cbor:"1,keyasint"`
	Identity   [16]byte `cbor:"2,keyasint"`
	References []uint64 `cbor:"3,keyasint"`
}

// Kind names the stored form.
func (*MovementsAttached) Kind() uint16 { return eventMovementsAttached }

func (e *MovementsAttached) fold(b *Book) {
	delete(b.waiting, e.Identity)
	for _, number := range e.References {
		r := b.movementReferences.at(number)
		m := b.movements.at(r.Movement.Number())
		if m.State == movement.Standing && !slices.Contains(b.tradesOf(m), e.Trade) {
			b.countProver(e.Trade, m.Proves, 1)
		}
		r.Trade = e.Trade
		b.touched(tableMovementReference, number, &r.Entry)
		b.touched(tableMovement, m.ID.Number(), &m.Entry)
	}
}

// MovementRetracted says that a movement's reporter has declared it an error. It stays on record and proves nothing more.
type MovementRetracted struct {
	Movement id.Movement `cbor:"1,keyasint"`
	At       int64       `cbor:"2,keyasint"`
	Declared int64       `cbor:"3,keyasint"`
	Reason   string      `cbor:"4,keyasint,omitempty"`
}

// Kind names the stored form.
func (*MovementRetracted) Kind() uint16 { return eventMovementRetracted }

func (e *MovementRetracted) fold(b *Book) {
	m := b.movements.at(e.Movement.Number())
	for _, of := range b.tradesOf(m) {
		b.countProver(of, m.Proves, -1)
	}
	m.State, m.Withdrawn, m.Reason = movement.Retracted, e.At, e.Reason
	b.touched(tableMovement, m.ID.Number(), &m.Entry)
}
