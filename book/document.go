package book

import (
	"encoding/binary"

	"millrace/domain/calendar"
	"millrace/domain/duplicate"
	"millrace/domain/feature"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/receivable"
	"millrace/domain/trade"
)

func init() {
	registerCommand(func() act { return &RecordDocument{} })
	registerEvent(func() fact { return &DocumentRecorded{} })
	registerEvent(func() fact { return &DuplicateFound{} })
	registerEvent(func() fact { return &TradeMatched{} })
	registerEvent(func() fact { return &ReceivableOpened{} })
	registerEvent(func() fact { return &ReceivableCredited{} })
	permitted[commandRecordDocument] = party.Operator | party.Seller | party.Buyer | party.Anchor
}

// RecordDocument keeps a document that was read. The tokens are made outside the book from the texts in it.
type RecordDocument struct {
	Document trade.Document  `cbor:"1,keyasint"`
	Number   trade.Token     `cbor:"2,keyasint"` // of its type and number, normalised
	Order    trade.Token     `cbor:"3,keyasint"` // of the order to which it refers, as that order's Number would be; zero for none
	Invoice  trade.Token     `cbor:"4,keyasint"` // credit note: likewise of the invoice
	Lines    trade.Token     `cbor:"5,keyasint"` // of order, lines and amounts, number and dates left out; invoices only
	Content  trade.Token     `cbor:"6,keyasint"` // of its bytes
	Stored   party.Reference `cbor:"7,keyasint"` // its bytes, in the vault
	Seller   party.Reference `cbor:"8,keyasint"` // profiles as the document gives them, in the vault, for parties not yet known
	Buyer    party.Reference `cbor:"9,keyasint"`
	Channel  string          `cbor:"10,keyasint"` // "folder", "api", "upload"

	Hash   [32]byte      `cbor:"30,keyasint,omitzero"`  // SHA-256 of its exact bytes, which a buyer that confirms signs
	Others []trade.Token `cbor:"11,keyasint,omitempty"` // of further orders that its lines name and of despatch advices; as those documents' Number would be

	Companions []Companion `cbor:"40,keyasint,omitempty"` // what came beside it in one bundle
}

// Kind names the stored form.
func (*RecordDocument) Kind() uint16 { return commandRecordDocument }

// LinesMax is the most lines of a document.
const LinesMax = 2000

func (c *RecordDocument) check() *Rejection {
	doc := &c.Document
	if doc.Type < trade.Order || doc.Type > trade.CreditNote {
		return reject("document_type", "type", "this type of document is not kept")
	}
	if doc.Number == "" || len(doc.Number) > 200 {
		return reject("number_invalid", "number", "a document has a number of 1 to 200 bytes")
	}
	if len(doc.Seller) == 0 || len(doc.Seller) > TokensMax || len(doc.Buyer) == 0 || len(doc.Buyer) > TokensMax {
		return reject("identifiers_invalid", "seller", "seller and buyer have 1 to %d identifiers each", TokensMax)
	}
	if len(doc.Lines) > LinesMax {
		return reject("lines_too_many", "lines", "%d lines; at most %d are kept", len(doc.Lines), LinesMax)
	}
	for _, line := range doc.Lines {
		if max(line.Quantity, line.Rejected) > trade.QuantityMax || min(line.Quantity, line.Rejected) < -trade.QuantityMax {
			return reject("quantity_invalid", "lines", "line %s: the quantity is too large", line.Number)
		}
	}
	if len(c.Others) > OthersMax {
		return reject("orders_too_many", "others", "it names %d further orders and despatch advices; at most %d are kept", len(c.Others), OthersMax)
	}
	if p := doc.Totals.Payable; p > money.MinorMax || p < -money.MinorMax {
		return reject("amount_invalid", "totals", "the payable amount is too large")
	}
	if doc.Currency != 0 && !doc.Currency.Known() {
		return reject("currency_unknown", "currency", "the currency is not in ISO 4217")
	}
	if c.Number.IsZero() || c.Content.IsZero() {
		return reject("token_missing", "", "the tokens of number and content are missing")
	}
	if len(c.Companions) > CompanionsMax {
		return reject("companions_too_many", "companions", "%d files beside the document; at most %d are kept", len(c.Companions), CompanionsMax)
	}
	for _, finding := range doc.Findings {
		if !trade.Known(finding.Code) {
			return reject("finding_unknown", "findings", "the finding %q is not known", finding.Code)
		}
	}
	return checkRules(doc.Rules)
}

func (c *RecordDocument) decide(d *draft) *Rejection {
	if rejection := c.check(); rejection != nil {
		return rejection
	}
	doc := &c.Document
	seller, sellerNew := d.resolve(doc.Seller, c.Seller)
	buyer, buyerNew := d.resolve(doc.Buyer, c.Buyer)
	if !d.isOperator() && d.by() != seller && d.by() != buyer {
		return reject("other_party", "", "neither seller nor buyer of this document is the party of the actor")
	}
	if !d.isOperator() && !mayBeSent(doc.Type, d.by() == seller, d.by() == buyer) {
		return reject("document_issuer", "type", "the other side issues this type of document: nobody proves by it in the other's name")
	}
	if rejection := d.roomInTrade(c, seller, buyer); rejection != nil {
		return rejection
	}
	if rejection := d.setOffNow(d.creditedBy(c, seller, buyer), "invoice"); rejection != nil {
		return rejection
	}
	// Nothing refuses after this line.
	key := identity(seller, buyer, c.Number)
	earlier, seen := d.identities.get(key)
	if was := unpackIdentity(earlier); seen && was.kept && was.content == contentOf(c.Content) {
		d.emit(&DuplicateFound{Trade: d.tradeAt(was), Receivable: d.receivableAt(was), Type: doc.Type, Number: doc.Number})
		return nil
	}
	sellerNew.emit(d)
	buyerNew.emit(d)
	w := weighing{command: c, seller: seller, buyer: buyer, key: key, findings: doc.Findings}
	w.document = id.Make[id.Document](d.shard, d.documents+1)
	if was := unpackIdentity(earlier); seen && was.kept {
		w.repeats(d, was)
		return nil
	}
	w.keep(d)
	return nil
}

// mayBeSent tells who brings which evidence: the buyer its order and its receipt of the goods, the seller what it
// answers, ships and takes back. An invoice may come from either: it binds the seller, and the buyer owes it.
func mayBeSent(of trade.Type, bySeller, byBuyer bool) bool {
	switch of {
	case trade.Order, trade.ReceiptAdvice:
		return byBuyer
	case trade.OrderResponse, trade.OrderResponseSimple, trade.DespatchAdvice, trade.CreditNote:
		return bySeller
	case trade.Invoice:
		return true
	}
	return false
}

// TradeLinesMax and ProspectsMax bound a trade, so that no entry grows without bound.
const (
	TradeLinesMax = 5000
	ProspectsMax  = 200
)

// weighing is a document on its way into the book.
type weighing struct {
	command       *RecordDocument
	seller, buyer id.Party
	key           [16]byte
	document      id.Document
	findings      []trade.Finding
	match         duplicate.Match // invoices: what the index of claims says
	contents      [16]byte        // of the lines, where it has any
}

// repeats keeps a document that shares parties, type and number with an earlier one but not its bytes. It changes no
// trade and opens no receivable.
func (w *weighing) repeats(d *draft, was kept) {
	code := trade.FindingDuplicate
	if r := d.receivables.at(uint64(was.number)); was.isReceivable && r != nil {
		if doc := &w.command.Document; r.Face != face(doc) || r.Issued != doc.Issued || r.Currency != doc.Currency {
			code = trade.FindingNumberReused
		}
	}
	if w.command.Document.Type == trade.Invoice {
		row := w.row(d, d.tradeAt(was))
		claim := claimOf(&row)
		w.match = d.claims.Check(&claim, duplicate.Setting{})
		w.find(code, d.why(&row, w.match))
	} else {
		w.find(code, "")
	}
	w.record(d, d.tradeAt(was))
}

// keep puts a new document into its trade and opens what it proves.
func (w *weighing) keep(d *draft) {
	doc := &w.command.Document
	j := w.tradeOf(d)
	t := j.trade
	if doc.Type == trade.Invoice {
		w.ladder(d, &t)
		if trade.SetOf(w.findings)&repeats != 0 {
			w.contents = [16]byte{}
			w.record(d, t.ID)
			return
		}
	}
	t = t.Add(doc, uint32(w.document.Number()))
	w.attachMovements(d, &t)
	switch doc.Type {
	case trade.Invoice:
		if trade.SetOf(w.findings)&likenesses != 0 {
			t = t.Doubt(doc, w.document)
		}
		w.await(&t)
	case trade.CreditNote:
		w.creditProspect(d, &t)
	}
	w.record(d, t.ID)
	ready := earned(&t)
	if len(j.merged) > 0 {
		d.emit(&TradesMerged{Into: t.ID, From: j.merged})
	}
	d.emit(&TradeMatched{Trade: t, Fresh: j.fresh, Invoiced: t.Facts&^j.was&trade.Invoiced != 0})
	for _, p := range ready {
		d.openReceivable(&t, p)
	}
	if doc.Type == trade.CreditNote {
		w.credit(d)
	}
}

func (w *weighing) record(d *draft, t id.Trade) { d.emit(&DocumentRecorded{Document: w.row(d, t)}) }

// row is the row of the document as far as it has been weighed.
func (w *weighing) row(d *draft, t id.Trade) Document {
	c, doc := w.command, &w.command.Document
	row := Document{
		ID: w.document, Type: doc.Type, TypeCode: doc.TypeCode, Number: doc.Number, Trade: t, Seller: w.seller, Buyer: w.buyer,
		Issued: doc.Issued, Due: doc.Due, Currency: doc.Currency, Payable: doc.Totals.Payable, Findings: w.findings,
		Identity: w.key, Contents: w.contents, Content: contentOf(c.Content), Stored: c.Stored, Channel: c.Channel,
		Sender: d.header.Actor, At: d.header.At, Repeats: trade.SetOf(w.findings)&repeats != 0,
		Rules:      doc.Rules,
		Companions: c.Companions,
	}
	if !c.Order.IsZero() && doc.Type != trade.Order {
		row.Order = identity(w.seller, w.buyer, c.Order)
	}
	for _, other := range c.Others {
		row.Others = append(row.Others, identity(w.seller, w.buyer, other))
	}
	if doc.Type == trade.CreditNote && !c.Invoice.IsZero() {
		row.Others = append(row.Others, identity(w.seller, w.buyer, c.Invoice))
	}
	if doc.Type == trade.Invoice {
		row.Net, row.Goods, row.Match = netOf(&doc.Totals), goodsOf(doc.Lines), w.match
	}
	return row
}

// repeats are the findings of documents that change no trade and open no receivable.
var repeats = trade.BitOf(trade.FindingDuplicate) | trade.BitOf(trade.FindingNumberReused) | trade.BitOf(trade.FindingRenumbered)

func (d *draft) openReceivable(t *trade.Trade, p trade.Prospect) {
	number := d.number(tableReceivable, d.receivables.count)
	r := receivable.Receivable{
		ID: id.Make[id.Receivable](d.shard, number), Trade: t.ID, Document: p.Document, Seller: t.Seller, Buyer: t.Buyer,
		Face: p.Face, Credited: p.Credited, Issued: p.Issued, Due: p.Due, Currency: p.Currency, Findings: uint64(p.Findings | d.verdictOn(p.Document)),
		State: receivable.Open, Hash: p.Hash,
	}
	if r.Outstanding() == 0 {
		r.State = receivable.Closed
	}
	d.emit(&ReceivableOpened{Receivable: r, Identity: p.Identity})
	d.book(sellerKey(&r, ledger.TradeReceivables), sellerKey(&r, ledger.Sales), r.Owed())
	d.book(buyerKey(&r, ledger.Purchases), buyerKey(&r, ledger.TradePayables), r.Owed())
	d.deliver(t, &r, p.Prepaid)
}

// credit takes a credit note off the receivable that it names, down to nothing and no further. What is irrevocably
// confirmed does not shrink.
func (w *weighing) credit(d *draft) {
	r := d.creditedBy(w.command, w.seller, w.buyer)
	if r == nil {
		return
	}
	amount := min(face(&w.command.Document), r.Creditable())
	if amount == 0 {
		return
	}
	d.releaseHeld(r)
	d.creditBy(r, *r, &ReceivableCredited{Receivable: r.ID, Document: w.document, Amount: amount})
}

// creditedBy finds the receivable that a credit note names; nil for none, and for any other document.
func (d *draft) creditedBy(c *RecordDocument, seller, buyer id.Party) *receivable.Receivable {
	if c.Document.Type != trade.CreditNote || c.Invoice.IsZero() {
		return nil
	}
	packed, found := d.identities.get(identity(seller, buyer, c.Invoice))
	was := unpackIdentity(packed)
	r := d.receivables.at(uint64(was.number))
	if !found || !was.isReceivable || r == nil || c.Document.Currency != r.Currency {
		return nil
	}
	return r
}

func sellerKey(r *receivable.Receivable, code ledger.Code) ledger.Key {
	key := ledger.Key{Entity: r.Seller, Code: code, Currency: r.Currency}
	if code == ledger.TradeReceivables {
		key.Counterparty = r.Buyer
	}
	return key
}

func buyerKey(r *receivable.Receivable, code ledger.Code) ledger.Key {
	key := ledger.Key{Entity: r.Buyer, Code: code, Currency: r.Currency}
	if code == ledger.TradePayables || code == ledger.ConfirmedPayables {
		key.Counterparty = r.Seller
	}
	return key
}

// resolve finds the party to which the first known identifier belongs. A party that nobody has named before is new, as
// are further identifiers of one that is known from documents only.
func (d *draft) resolve(tokens []trade.Token, profile party.Reference) (id.Party, sighting) {
	identifiers := make([]party.Token, len(tokens))
	for i, token := range tokens {
		identifiers[i] = party.Token(token)
	}
	for _, token := range identifiers {
		if known, found := d.partyOf[token]; found {
			if p := d.parties.at(known.Number()); p.State == party.Provisional {
				if fresh := d.unknown(identifiers); len(fresh) > 0 {
					return known, sighting{party: party.Party{ID: known}, tokens: fresh}
				}
			}
			return known, sighting{}
		}
	}
	number := d.number(tableParty, d.parties.count)
	seen := id.Make[id.Party](d.shard, number)
	return seen, sighting{party: party.Party{ID: seen, State: party.Provisional, Profile: profile}, tokens: identifiers}
}

type sighting struct {
	party  party.Party
	tokens []party.Token
}

func (s sighting) emit(d *draft) {
	if s.party.ID != 0 {
		d.emit(&PartySeen{Party: s.party, Tokens: s.tokens})
	}
}

// identity makes the token of something between a seller and a buyer: different pairs give different tokens.
func identity(seller, buyer id.Party, token trade.Token) [16]byte {
	var key [16]byte
	binary.BigEndian.PutUint64(key[:8], binary.BigEndian.Uint64(token[:8])^mix(seller.Number()*2))
	binary.BigEndian.PutUint64(key[8:], binary.BigEndian.Uint64(token[8:])^mix(buyer.Number()*2+1))
	return key
}

// kept is what the index of identities says of one: the trade, or the receivable once there is one, and a part of the
// token of its bytes. An order that other documents name before it came is not kept yet.
type kept struct {
	number       uint32
	content      uint32 // 22 bits
	isReceivable bool
	kept         bool
}

func (k kept) pack() uint64 {
	packed := uint64(k.number)<<24 | uint64(k.content)<<2
	if k.isReceivable {
		packed |= 2
	}
	if k.kept {
		packed |= 1
	}
	return packed
}

func unpackIdentity(packed uint64) kept {
	return kept{number: uint32(packed >> 24), content: uint32(packed) >> 2 & contentMask, isReceivable: packed&2 != 0, kept: packed&1 != 0}
}

const contentMask = 1<<22 - 1

func contentOf(token trade.Token) uint32 { return binary.BigEndian.Uint32(token[:4]) & contentMask }

func (d *draft) receivableAt(k kept) id.Receivable {
	if !k.isReceivable {
		return 0
	}
	return id.Make[id.Receivable](d.shard, uint64(k.number))
}

func (d *draft) tradeAt(k kept) id.Trade {
	of := id.Make[id.Trade](d.shard, uint64(k.number))
	if k.isReceivable {
		of = d.receivables.at(uint64(k.number)).Trade
	}
	if t := d.standing(of); t != nil {
		return t.ID
	}
	return of
}

// Document is the row of a document that was kept; the book itself holds only its identity.
type Document struct {
	ID       id.Document     `cbor:"1,keyasint"`
	Type     trade.Type      `cbor:"2,keyasint"`
	TypeCode string          `cbor:"3,keyasint,omitempty"`
	Number   string          `cbor:"4,keyasint"`
	Trade    id.Trade        `cbor:"5,keyasint"`
	Seller   id.Party        `cbor:"6,keyasint"`
	Buyer    id.Party        `cbor:"7,keyasint"`
	Issued   calendar.Date   `cbor:"8,keyasint"`
	Due      calendar.Date   `cbor:"9,keyasint,omitempty"`
	Currency money.Currency  `cbor:"10,keyasint,omitempty"`
	Payable  money.Minor     `cbor:"11,keyasint,omitempty"`
	Findings []trade.Finding `cbor:"12,keyasint,omitempty"`
	Identity [16]byte        `cbor:"13,keyasint,omitzero"`
	Order    [16]byte        `cbor:"14,keyasint,omitzero"`
	Contents [16]byte        `cbor:"15,keyasint,omitzero"`
	Content  uint32          `cbor:"16,keyasint,omitzero"`
	Stored   party.Reference `cbor:"17,keyasint"`
	Channel  string          `cbor:"18,keyasint"`
	Sender   id.Actor        `cbor:"19,keyasint"`
	At       int64           `cbor:"20,keyasint"`
	Repeats  bool            `cbor:"21,keyasint,omitempty"` // changes no trade and opens no receivable
	Others   [][16]byte      `cbor:"22,keyasint,omitempty"` // of what it names beside its order
	Net      money.Minor     `cbor:"25,keyasint,omitempty"` // invoices: of the payable amount, without tax; 0 when not known
	Goods    uint32          `cbor:"23,keyasint,omitempty"` // invoices: hash of items, units and quantities; 0 without lines
	Match    duplicate.Match `cbor:"24,keyasint,omitzero"`  // invoices: what the index of claims said when it came

	Rules []trade.RuleBreach `cbor:"30,keyasint,omitempty"` // of EN 16931 that it breaks, and where

	Companions []Companion `cbor:"40,keyasint,omitempty"`
}

// DocumentRecorded says that a document was kept.
type DocumentRecorded struct {
	Document Document `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*DocumentRecorded) Kind() uint16 { return eventDocumentRecorded }

func (e *DocumentRecorded) fold(b *Book) {
	b.documents++
	b.indexDocument(&e.Document)
	b.keepBreaches(&e.Document)
	b.countDocument(&e.Document)
	b.write(tableDocument, e.Document.ID.Number(), e.Document)
}

// DuplicateFound says that a document was sent again, byte for byte. It is not kept twice.
type DuplicateFound struct {
	Trade      id.Trade      `cbor:"1,keyasint"`
	Receivable id.Receivable `cbor:"2,keyasint"`
	Type       trade.Type    `cbor:"3,keyasint"`
	Number     string        `cbor:"4,keyasint"`
}

// Kind names the stored form.
func (*DuplicateFound) Kind() uint16 { return eventDuplicateFound }

func (e *DuplicateFound) fold(*Book) {}

// TradeMatched says how a trade stands with one more document.
type TradeMatched struct {
	Trade    trade.Trade `cbor:"1,keyasint"`
	Fresh    bool        `cbor:"2,keyasint"` // it begins with this document
	Invoiced bool        `cbor:"3,keyasint"` // it has its first invoice
}

// Kind names the stored form.
func (*TradeMatched) Kind() uint16 { return eventTradeMatched }

func (e *TradeMatched) fold(b *Book) {
	number := e.Trade.ID.Number()
	if e.Fresh {
		b.trades.add(number, e.Trade)
		b.regoods(nil, &e.Trade)
	} else {
		was := *b.trades.at(number)
		b.regoods(&was, &e.Trade)
		*b.trades.at(number) = e.Trade
		b.trades.at(number).Entry, b.trades.at(number).NextMerged = was.Entry, was.NextMerged
	}
	b.touched(tableTrade, number, &b.trades.at(number).Entry)
	if e.Invoiced {
		b.countTrade(pairKey{e.Trade.Seller, e.Trade.Buyer})
	}
}

func (b *Book) countTrade(key pairKey) {
	number, found := b.pairOf[key]
	if !found {
		number = b.pairs.count + 1
		b.pairs.add(number, Pair{Seller: key.seller, Buyer: key.buyer})
		b.pairOf[key] = number
	}
	pair := b.pairs.at(number)
	pair.Trades++
	b.touched(tablePair, number, &pair.Entry)
}

// ReceivableOpened says that a debt was earned and invoiced.
type ReceivableOpened struct {
	Receivable receivable.Receivable `cbor:"1,keyasint"`
	Identity   [16]byte              `cbor:"2,keyasint"` // of its invoice
}

// Kind names the stored form.
func (*ReceivableOpened) Kind() uint16 { return eventReceivableOpened }

func (e *ReceivableOpened) fold(b *Book) {
	number := e.Receivable.ID.Number()
	b.receivables.add(number, e.Receivable)
	b.receivables.at(number).Opened = b.openedOn(&e.Receivable)
	b.indexReceivable(e.Identity, number)
	b.learnInvoice(b.receivables.at(number))
	b.indexDeal(b.receivables.at(number))
	b.dilute(&e.Receivable, Dilution{CreditNotes: 1, Credited: e.Receivable.Credited})
	b.touched(tableReceivable, number, &b.receivables.at(number).Entry)
	b.stir(b.receivables.at(number))
}

// ReceivableCredited says that a credit note was issued against a receivable.
type ReceivableCredited struct {
	Receivable id.Receivable `cbor:"1,keyasint"`
	Document   id.Document   `cbor:"2,keyasint"`
	Amount     money.Minor   `cbor:"3,keyasint"`

	Dispute id.Dispute `cbor:"4,keyasint,omitempty"` // that was lost, instead of a document
}

// Kind names the stored form.
func (*ReceivableCredited) Kind() uint16 { return eventReceivableCredited }

func (e *ReceivableCredited) fold(b *Book) {
	r := b.receivables.at(e.Receivable.Number())
	r.Credited = money.Add(r.Credited, e.Amount)
	if e.Dispute != 0 {
		lost := Dilution{Lost: e.Amount}
		if b.disputes.at(e.Dispute.Number()).Credited == e.Amount { // the first credit by this dispute
			lost.Disputes = 1
		}
		b.dilute(r, lost)
		b.learnOf(r, feature.Lost, e.Amount)
	} else {
		b.dilute(r, Dilution{CreditNotes: 1, Credited: e.Amount})
		b.learnOf(r, feature.Credited, e.Amount)
	}
	b.closeIfPaid(r)
	b.touched(tableReceivable, e.Receivable.Number(), &r.Entry)
}
