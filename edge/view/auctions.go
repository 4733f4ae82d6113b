package view

import (
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"time"

	"millrace/book"
	"millrace/domain/allocation"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/edge/access"
	"millrace/edge/locale"
)

// Auction is one lot for which the funders of a programme bid a rate. Who has won is told to the seller and to the winner, what
// it cleared at to every funder of the programme.
type Auction struct {
	ID         string        `json:"id"`
	Programme  string        `json:"programme"`
	Seller     *Ref          `json:"seller"`
	State      string        `json:"state" enum:"open,sold,unfilled,void,withdrawn" doc:"void: a bid has won, and nothing could be quoted any more"`
	Volume     Amount        `json:"volume" doc:"of the lot, which goes as a whole"`
	Reserve    string        `json:"reserve" doc:"the most that the seller pays, per cent a year"`
	Closes     string        `json:"closes" doc:"before then sealed bids are taken"`
	Reveals    string        `json:"reveals" doc:"and before then they are opened"`
	Disclosure string        `json:"disclosure" enum:"sealed,opened" doc:"what a bidder sees of the others' bids when it is over"`
	Items      []AuctionItem `json:"items"`
	Payee      string        `json:"payee,omitempty" doc:"to the seller"`
	Bids       *int          `json:"bids,omitempty" doc:"handed in; to funders when it is over"`
	Clearing   string        `json:"clearing,omitempty" doc:"per cent a year, when it is over and a bid has won"`
	Winner     *Ref          `json:"winner,omitempty" doc:"to the seller and to itself"`
	Awarded    string        `json:"awarded,omitempty"`
	Withdrawn  string        `json:"withdrawn,omitempty"`
	Reason     string        `json:"reason,omitempty" doc:"of its withdrawal"`
	Digest     string        `json:"digest,omitempty" doc:"SHA-256 over the commitments in their order: the same for everybody"`
	Entry      uint64        `json:"entry"`
}

// AuctionItem is one receivable of a lot, with what a funder has to know of it.
type AuctionItem struct {
	Receivable  string    `json:"receivable"`
	Buyer       *Ref      `json:"buyer"`
	Amount      Amount    `json:"amount"`
	Issued      string    `json:"issued"`
	Due         string    `json:"due"`
	Undertaking string    `json:"undertaking" enum:"none,soft,irrevocable,bank"`
	Outcomes    []Outcome `json:"outcomes" doc:"what the rules said when it was put up, those that did not pass: a bid takes them on"`
	Financing   string    `json:"financing,omitempty" doc:"the winner's quote, to those who see it"`
	Refusal     string    `json:"refusal,omitempty" doc:"code for which there is none, to those who know the winner"`
}

// Bid is one bid, to its bidder and to those who see all.
type Bid struct {
	ID         string  `json:"id"`
	Auction    string  `json:"auction"`
	Bidder     *Ref    `json:"bidder"`
	Commitment string  `json:"commitment" doc:"SHA-256 of what was sealed, hexadecimal"`
	At         string  `json:"at" doc:"when it was handed in; with the sequence, its place among equal rates"`
	Sequence   uint64  `json:"sequence"`
	Opened     string  `json:"opened,omitempty"`
	Rate       string  `json:"rate,omitempty" doc:"per cent a year"`
	Volume     *Amount `json:"volume,omitempty"`
	Reason     string  `json:"reason,omitempty" doc:"what it got and why: won, above_clearing, above_reserve, no_volume_left, not_opened, invalid"`
	Awarded    *Amount `json:"awarded,omitempty"`
	Entry      uint64  `json:"entry"`
}

// AuctionSheet is all that a bidder may see of an auction that is over, in the numbers of which commitments and results are made:
// rates in parts per million a year, volumes in minor units, stamps in microseconds since 1970. It can be checked anywhere.
type AuctionSheet struct {
	Format   string       `json:"format" enum:"millrace auction 1"`
	Rules    AuctionRules `json:"rules"`
	Bidder   string       `json:"bidder,omitempty" doc:"to whom it was given; missing where it shows all bids to one who bids not"`
	Complete bool         `json:"complete" doc:"every opened bid is shown, and the whole result can be worked out"`
	Clearing int64        `json:"clearing_ppm"`
	Filled   int64        `json:"filled"`
	Unfilled int64        `json:"unfilled"`
	Digest   string       `json:"digest" doc:"of the commitments below, in their order"`
	Bids     []SheetBid   `json:"bids"`
	Awards   []SheetAward `json:"awards"`
	Fault    string       `json:"fault,omitempty" doc:"what can't be right, as this node finds it; missing: nothing"`
}

// AuctionRules are the rules of an auction in a sheet.
type AuctionRules struct {
	Auction    string `json:"auction"`
	Programme  string `json:"programme"`
	Seller     string `json:"seller"`
	Currency   string `json:"currency"`
	Volume     int64  `json:"volume"`
	Lot        int64  `json:"lot"`
	Least      int64  `json:"least"`
	Reserve    int64  `json:"reserve_ppm"`
	Closes     int64  `json:"closes"`
	Reveals    int64  `json:"reveals"`
	Margin     string `json:"margin" enum:"by_time,pro_rata,whole"`
	Disclosure string `json:"disclosure" enum:"sealed,opened"`
}

// SheetBid is a bid in a sheet. Of others' sealed bids it has the commitment, its time and its sequence.
type SheetBid struct {
	Bid        string `json:"bid"`
	Bidder     string `json:"bidder,omitempty"`
	Commitment string `json:"commitment"`
	At         int64  `json:"at"`
	Sequence   uint64 `json:"sequence"`
	Opened     int64  `json:"opened,omitempty"`
	Rate       int64  `json:"rate_ppm,omitempty"`
	Volume     int64  `json:"volume,omitempty"`
	Nonce      string `json:"nonce,omitempty"`
}

// SheetAward is what a bid got, in a sheet.
type SheetAward struct {
	Bid    string `json:"bid"`
	Bidder string `json:"bidder"`
	Volume int64  `json:"volume"`
	Before int64  `json:"before"`
	Reason string `json:"reason"`
}

// SheetFormat is the format of sheets.
const SheetFormat = "millrace auction 1"

var (
	auctions = source[book.Auction]{
		table: "auction", state: "state", parties: []string{"seller"}, programme: "programme", scope: auctionsSeen,
	}
	bids = source[allocation.Bid]{table: "bid", scope: shares(share{roles: party.Funder, sql: "bidder = ?"})}
)

// auctionsSeen: a seller sees its own, a funder those of its programmes.
func auctionsSeen(v *View, c access.Caller) (clause, error) {
	found, err := v.among(c, "programme", party.Funder, whole)
	if err == nil && c.Views()&party.Seller != 0 {
		found.sql += " OR seller = ?"
		found.arguments = append(found.arguments, int64(c.Party))
	}
	return found, err
}

// Auction gives an auction that the caller sees, else ErrNotFound.
func (v *View) Auction(c access.Caller, of id.Auction) (Auction, error) {
	return one(v, &auctions, c, of.Number(), (*showing).showAuction)
}

// Auctions lists the auctions that the caller sees.
func (v *View) Auctions(c access.Caller, q Query) (Page[Auction], error) {
	return many(v, &auctions, c, q, (*showing).showAuction)
}

// Bid gives a bid that the caller sees, else ErrNotFound.
func (v *View) Bid(c access.Caller, of id.Bid) (Bid, error) {
	return one(v, &bids, c, of.Number(), (*showing).showBid)
}

// Bids lists the bids that the caller sees.
func (v *View) Bids(c access.Caller, q Query) (Page[Bid], error) {
	return many(v, &bids, c, q, (*showing).showBid)
}

// BidsIn lists the bids in one auction that the caller sees, in their order.
func (v *View) BidsIn(c access.Caller, of id.Auction) ([]Bid, error) {
	visible, err := bids.visible(v, c)
	if err != nil {
		return nil, err
	}
	s, shown := &showing{View: v, caller: c}, []Bid{}
	err = rows(v, "SELECT number, record FROM bid WHERE auction = ? AND ("+visible.sql+") ORDER BY number", append([]any{int64(of)}, visible.arguments...),
		func(_ uint64, b *allocation.Bid) error {
			shown = append(shown, s.showBid(b))
			return nil
		})
	return shown, errors.Join(err, s.err)
}

// knowsWinner tells who is told the winner's name, and what became of each receivable.
func (s *showing) knowsWinner(r *book.Auction) bool {
	return s.ofSeller(r) || r.Winner != 0 && r.Winner == s.caller.Party && s.caller.Views()&party.Funder != 0
}

func (s *showing) ofSeller(r *book.Auction) bool {
	return s.caller.SeesAll() || r.Rules.Seller == s.caller.Party && s.caller.Views()&party.Seller != 0
}

func (s *showing) showAuction(r *book.Auction) Auction {
	rules := &r.Rules
	shown := Auction{
		ID: rules.ID.String(), Programme: rules.Programme.String(), Seller: s.party(rules.Seller), State: r.State.String(), Volume: AmountOf(rules.Volume, rules.Currency),
		Reserve: Percent(rules.Reserve), Closes: Time(rules.Closes), Reveals: Time(rules.Reveals), Disclosure: rules.Disclosure.String(), Items: []AuctionItem{}, Entry: rules.Entry,
	}
	over := r.State != book.AuctionOpen
	if s.ofSeller(r) || over {
		count := len(s.bidRecords(rules.ID))
		shown.Bids = &count
	}
	if s.ofSeller(r) {
		shown.Payee = r.Payee.String()
	}
	if r.State == book.AuctionWithdrawn {
		why, err := s.text(r.Reason)
		s.note(err)
		shown.Withdrawn, shown.Reason = Time(r.Ended), why
	} else if over {
		shown.Awarded, shown.Digest = Time(r.Awarded), hex.EncodeToString(r.Result.Bids[:])
		if r.Winner != 0 {
			shown.Clearing = Percent(r.Result.Clearing)
		}
	}
	if s.knowsWinner(r) {
		shown.Winner = s.party(r.Winner)
	}
	for i := range r.Items {
		shown.Items = append(shown.Items, s.auctionItem(r, &r.Items[i]))
	}
	return shown
}

func (s *showing) auctionItem(r *book.Auction, item *book.AuctionItem) AuctionItem {
	measured := s.caller.SeesAll() || s.caller.Views()&party.Funder != 0
	shown := AuctionItem{Receivable: item.Receivable.String(), Amount: AmountOf(item.Amount, r.Rules.Currency)}
	programme, err := s.programmeOf(r.Rules.Programme)
	if s.note(err); programme != nil {
		shown.Outcomes = s.outcomes(item.Outcomes, s.terms(programme.Product), measured)
	}
	if record := s.receivableRecord(item.Receivable); record != nil {
		shown.Buyer, shown.Issued, shown.Due, shown.Undertaking = s.party(record.Buyer), day(record.Issued), day(record.Due), Undertakings[record.Undertaking]
	}
	if s.knowsWinner(r) {
		shown.Refusal = item.Refusal
		if item.Financing != 0 && s.seesFinancing(item.Financing) {
			shown.Financing = item.Financing.String()
		}
	}
	return shown
}

func (s *showing) bidRecords(of id.Auction) []allocation.Bid {
	var found []allocation.Bid
	s.note(rows(s.View, "SELECT number, record FROM bid WHERE auction = ? ORDER BY number", []any{int64(of)}, func(_ uint64, b *allocation.Bid) error {
		found = append(found, *b)
		return nil
	}))
	return found
}

func (s *showing) auctionRecord(of id.Auction) *book.Auction {
	found := &book.Auction{}
	s.note(rows(s.View, "SELECT number, record FROM auction WHERE number = ?", []any{int64(of.Number())}, func(_ uint64, r *book.Auction) error {
		found = r
		return nil
	}))
	return found
}

func (s *showing) showBid(b *allocation.Bid) Bid {
	a := s.auctionRecord(b.Auction)
	shown := Bid{
		ID: b.ID.String(), Auction: b.Auction.String(), Bidder: s.party(b.Bidder), Commitment: hex.EncodeToString(b.Commitment[:]), At: Time(b.At),
		Sequence: b.Sequence, Entry: b.Entry,
	}
	if b.Opened != 0 {
		volume := AmountOf(b.Volume, a.Rules.Currency)
		shown.Opened, shown.Rate, shown.Volume = Time(b.Opened), Percent(b.Rate), &volume
	}
	for _, award := range a.Result.Awards {
		if award.Bid == b.ID {
			volume := AmountOf(award.Volume, a.Rules.Currency)
			shown.Reason, shown.Awarded = award.Reason.String(), &volume
		}
	}
	return shown
}

// AuctionSheet gives what the caller may see of an auction that is over, to one that has bid in it and to those who see all; else
// ErrNotFound.
func (v *View) AuctionSheet(c access.Caller, of id.Auction) (AuctionSheet, error) {
	record, err := get(v, &auctions, c, of.Number())
	if err != nil {
		return AuctionSheet{}, err
	}
	s := &showing{View: v, caller: c}
	all := s.bidRecords(of)
	hasBid := slices.ContainsFunc(all, func(b allocation.Bid) bool { return b.Bidder == c.Party }) && c.Views()&party.Funder != 0
	if record.State == book.AuctionOpen || record.State == book.AuctionWithdrawn || s.err != nil || !c.SeesAll() && !hasBid {
		return AuctionSheet{}, errors.Join(s.err, ErrNotFound)
	}
	shown := allocation.ViewFor(c.Party, &record.Rules, all, &record.Result)
	complete := record.Rules.Disclosure == allocation.DiscloseOpened
	if c.SeesAll() {
		whole := record.Rules
		whole.Disclosure = allocation.DiscloseOpened
		shown = allocation.ViewFor(0, &whole, all, &record.Result)
		shown.Auction.Disclosure, complete = record.Rules.Disclosure, true
	}
	return sheetOf(&shown, complete), nil
}

// SheetOf writes what a bidder may see as a sheet, and checks it.
func SheetOf(v allocation.View) AuctionSheet {
	return sheetOf(&v, v.Auction.Disclosure == allocation.DiscloseOpened)
}

func sheetOf(v *allocation.View, complete bool) AuctionSheet {
	rules := &v.Auction
	sheet := AuctionSheet{
		Format: SheetFormat, Bidder: v.Bidder.String(), Complete: complete, Clearing: int64(v.Clearing), Filled: int64(v.Filled), Unfilled: int64(v.Unfilled),
		Digest: hex.EncodeToString(v.Digest[:]), Bids: []SheetBid{}, Awards: []SheetAward{},
		Rules: AuctionRules{
			Auction: rules.ID.String(), Programme: rules.Programme.String(), Seller: rules.Seller.String(), Currency: rules.Currency.String(), Volume: int64(rules.Volume),
			Lot: int64(rules.Lot), Least: int64(rules.Least), Reserve: int64(rules.Reserve), Closes: rules.Closes, Reveals: rules.Reveals,
			Margin: rules.Margin.String(), Disclosure: rules.Disclosure.String(),
		},
	}
	for i := range v.Bids {
		b := &v.Bids[i]
		shown := SheetBid{
			Bid: b.ID.String(), Bidder: b.Bidder.String(), Commitment: hex.EncodeToString(b.Commitment[:]), At: b.At, Sequence: b.Sequence, Opened: b.Opened,
			Rate: int64(b.Rate), Volume: int64(b.Volume),
		}
		if b.Opened != 0 {
			shown.Nonce = hex.EncodeToString(b.Nonce[:])
		}
		sheet.Bids = append(sheet.Bids, shown)
	}
	for _, a := range v.Awards {
		sheet.Awards = append(sheet.Awards, SheetAward{a.Bid.String(), a.Bidder.String(), int64(a.Volume), int64(a.Before), a.Reason.String()})
	}
	if err := sheet.Check(); err != nil {
		sheet.Fault = err.Error()
	}
	return sheet
}

// Check reads a sheet and tells what in it can't be right; nil: nothing is wrong. It needs nothing but the sheet.
func (s *AuctionSheet) Check() error {
	v, err := s.read()
	if err != nil {
		return err
	}
	return v.Check()
}

// read makes the view of which a sheet tells.
func (s *AuctionSheet) read() (*allocation.View, error) {
	r := &sheetReader{}
	v := &allocation.View{Clearing: money.Rate(s.Clearing), Filled: money.Minor(s.Filled), Unfilled: money.Minor(s.Unfilled)}
	currency, known := money.ParseCurrency(s.Rules.Currency)
	if s.Format != SheetFormat || !known {
		return nil, fmt.Errorf("this is no sheet of the format %q in a known currency", SheetFormat)
	}
	v.Auction = allocation.Auction{
		ID: parsed[id.Auction](r, s.Rules.Auction), Programme: parsed[id.Programme](r, s.Rules.Programme), Seller: parsed[id.Party](r, s.Rules.Seller),
		Volume: money.Minor(s.Rules.Volume), Lot: money.Minor(s.Rules.Lot), Least: money.Minor(s.Rules.Least), Reserve: money.Rate(s.Rules.Reserve),
		Closes: s.Rules.Closes, Reveals: s.Rules.Reveals, Currency: currency,
		Margin: numbered(r, "margin", s.Rules.Margin, allocation.MarginByTime, allocation.MarginWhole), Disclosure: allocation.DiscloseSealed,
	}
	numbered(r, "disclosure", s.Rules.Disclosure, allocation.DiscloseSealed, allocation.DiscloseOpened)
	if s.Complete {
		v.Auction.Disclosure = allocation.DiscloseOpened // all is here, whatever others were shown
	}
	if s.Bidder != "" {
		v.Bidder = parsed[id.Party](r, s.Bidder)
	}
	r.hexadecimal(s.Digest, &v.Digest)
	for i := range s.Bids {
		v.Bids = append(v.Bids, r.bid(v.Auction.ID, &s.Bids[i]))
	}
	for i := range s.Awards {
		a := &s.Awards[i]
		v.Awards = append(v.Awards, allocation.Award{
			Bid: parsed[id.Bid](r, a.Bid), Bidder: parsed[id.Party](r, a.Bidder), Volume: money.Minor(a.Volume), Before: money.Minor(a.Before),
			Reason: numbered(r, "reason", a.Reason, allocation.Won, allocation.Invalid),
		})
	}
	if r.err == nil && v.Auction.Validate() != 0 {
		r.err = fmt.Errorf("the auction's rules are not in order: %s", v.Auction.Validate())
	}
	return v, r.err
}

// sheetReader reads the texts of a sheet and keeps the first that is wrong.
type sheetReader struct{ err error }

func (r *sheetReader) bid(auction id.Auction, b *SheetBid) allocation.Bid {
	read := allocation.Bid{
		ID: parsed[id.Bid](r, b.Bid), Auction: auction, At: b.At, Sequence: b.Sequence, Opened: b.Opened, Rate: money.Rate(b.Rate), Volume: money.Minor(b.Volume),
	}
	if b.Bidder != "" {
		read.Bidder = parsed[id.Party](r, b.Bidder)
	}
	r.hexadecimal(b.Commitment, &read.Commitment)
	if b.Nonce != "" {
		r.hexadecimal(b.Nonce, &read.Nonce)
	}
	return read
}

func (r *sheetReader) hexadecimal(text string, into *[32]byte) {
	bytes, err := hex.DecodeString(text)
	if (err != nil || len(bytes) != len(into)) && r.err == nil {
		r.err = fmt.Errorf("%q is not 64 hexadecimal digits", text)
		return
	}
	copy(into[:], bytes)
}

func parsed[I interface {
	~uint64
	Prefix() string
}](r *sheetReader, text string) I {
	of, err := id.Parse[I](text)
	if err != nil && r.err == nil {
		r.err = err
	}
	return of
}

// numbered finds the value whose name a text is.
func numbered[T interface {
	~uint8
	String() string
}](r *sheetReader, what, text string, from, to T) T {
	for value := from; value <= to; value++ {
		if value.String() == text {
			return value
		}
	}
	if r.err == nil {
		r.err = fmt.Errorf("%q is no %s of an auction", text, what)
	}
	return 0
}

func (s *showing) ofAuctions(e book.Event) *locale.Text {
	switch e := e.(type) {
	case *book.AuctionOpened:
		rules := &e.Auction.Rules
		return locale.Say("%s put up %s as one lot, at %s %% a year at most; bids are taken until %s UTC.", s.name(rules.Seller), AmountOf(rules.Volume, rules.Currency),
			percentSaid(rules.Reserve), time.UnixMicro(rules.Closes).UTC().Format("2006-01-02 15:04:05"))
	case *book.BidPlaced:
		return locale.Say("%s handed in a sealed bid.", s.name(e.Bid.Bidder))
	case *book.BidOpened:
		return locale.Say("The bid was opened: it asks for %s %% a year.", percentSaid(e.Opening.Rate))
	case *book.AuctionAwarded:
		return s.awarded(e)
	}
	return nil
}

// awarded names the winner to those who may know it.
func (s *showing) awarded(e *book.AuctionAwarded) *locale.Text {
	record := s.auctionRecord(e.Auction)
	opened := 0
	for _, award := range e.Result.Awards {
		if award.Reason != allocation.NotOpened {
			opened++
		}
	}
	told := locale.Say("The auction is over: %d bids, %d of them opened. ", len(e.Result.Awards), opened)
	winner := locale.Say("the winner")
	if s.knowsWinner(record) && e.Winner != 0 {
		winner = locale.Say("%s", s.name(e.Winner))
	}
	switch e.State {
	case book.AuctionSold:
		return told.And("It cleared at %s %% a year; %s has quoted.", percentSaid(e.Result.Clearing), winner)
	case book.AuctionVoid:
		return told.And("It cleared at %s %% a year, and nothing could be quoted any more.", percentSaid(e.Result.Clearing))
	}
	return told.And("None has won.")
}
