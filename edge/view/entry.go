package view

import (
	"encoding/hex"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"unicode"

	"millrace/book"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/mandate"
	"millrace/domain/party"
	"millrace/domain/trade"
	"millrace/edge/access"
	"millrace/edge/locale"
	"millrace/engine"
	"millrace/engine/journal"
)

// Event is one event of an entry: its name, what it says to a person, and its content where the caller sees all.
type Event struct {
	Name     string         `json:"event"`
	Sentence string         `json:"sentence,omitempty"`
	Told     *locale.Text   `json:"-"` // the sentence, in no language yet
	About    string         `json:"-"` // the record that the sentence speaks of without naming it; "" for none
	Body     map[string]any `json:"body,omitempty"`
}

// Entry is one entry of the journal.
type Entry struct {
	Sequence uint64         `json:"sequence"`
	At       string         `json:"at"`
	Actor    *Ref           `json:"actor,omitempty" doc:"missing for the node itself, and where the caller does not see who it was"`
	Party    *Ref           `json:"party,omitempty" doc:"for which the actor acts"`
	Command  string         `json:"command"`
	Body     map[string]any `json:"body,omitempty" doc:"of the command"`
	Events   []Event        `json:"events"`
	Leaf     string         `json:"leaf" doc:"hash in the log, hexadecimal"`
}

// Entry gives one entry, to those who see all; else ErrNotFound.
func (v *View) Entry(c access.Caller, sequence uint64) (Entry, error) {
	if !c.SeesAll() || sequence == 0 {
		return Entry{}, ErrNotFound
	}
	return v.entry(c, sequence, nil)
}

// Entries lists entries, to those who see all; from, if not 0, is the first sequence of the list.
func (v *View) Entries(c access.Caller, q Query, from uint64) (Page[Entry], error) {
	page := Page[Entry]{Items: []Entry{}, Watermark: v.Watermark()}
	limit, last, err := q.start("entry")
	if err != nil || !c.SeesAll() {
		return page, err
	}
	if q.Cursor == "" && from != 0 {
		if last = from - 1; q.Order == NewestFirst {
			last = from + 1
		}
	}
	var sequences []uint64
	if q.Order == NewestFirst {
		for s := min(last-1, v.Watermark()); s > 0 && len(sequences) <= limit; s-- {
			sequences = append(sequences, s)
		}
	} else {
		for s := last + 1; s <= v.Watermark() && len(sequences) <= limit; s++ {
			sequences = append(sequences, s)
		}
	}
	return page, v.fill(&page, &q, "entry", sequences, limit, c, nil)
}

// fill turns the sequences of a page, and one more if there is a next page, into entries.
func (v *View) fill(page *Page[Entry], q *Query, table string, sequences []uint64, limit int, c access.Caller, about *subject) error {
	if len(sequences) > limit {
		sequences = sequences[:limit]
		page.Next = q.cursor(table, sequences[limit-1])
	}
	for _, sequence := range sequences {
		entry, err := v.entry(c, sequence, about)
		if err != nil {
			return err
		}
		if !entry.untold(c, about) {
			page.Items = append(page.Items, entry)
		}
	}
	return nil
}

// subject is the record whose story is told.
type subject struct {
	table  string
	number uint64
	value  any // its id, typed
	record any // pointer to it
}

// entry shows one entry. To a caller who does not see all, it shows what the entry says about the subject.
func (v *View) entry(c access.Caller, sequence uint64, about *subject) (Entry, error) {
	stored, err := v.engine.ReadEntry(sequence)
	if errors.Is(err, journal.ErrNotFound) {
		return Entry{}, ErrNotFound
	}
	if err != nil {
		return Entry{}, err
	}
	s := &showing{View: v, caller: c}
	if !c.Investigates() {
		if suspects(stored.Command) {
			return Entry{Sequence: sequence, At: Time(stored.Header.At), Command: "withheld", Events: []Event{}, Leaf: hex.EncodeToString(stored.Leaf[:])}, nil
		}
		stored.Events = slices.DeleteFunc(slices.Clone(stored.Events), suspicion)
	}
	shown := Entry{
		Sequence: sequence, At: Time(stored.Header.At), Command: commandTold(c, stored.Command), Events: []Event{}, Leaf: hex.EncodeToString(stored.Leaf[:]),
	}
	s.signed(&shown, &stored)
	for _, event := range stored.Events {
		if !c.SeesAll() && !s.tells(event, about) {
			continue
		}
		told := s.sentence(event)
		one := Event{Name: EventName(event), Sentence: told.String(), Told: told, About: speaksOf(event)}
		if c.SeesAll() {
			one.Body, _ = plain(reflect.ValueOf(event)).(map[string]any)
			keepOwn(c, event, &one)
		}
		shown.Events = append(shown.Events, one)
	}
	if c.SeesAll() {
		if shown.Body, _ = plain(reflect.ValueOf(stored.Command)).(map[string]any); ofFunderOnly(c, stored.Command) {
			shown.Body = nil
		}
	}
	return shown, s.err
}

// signed says who gave the command. People of another party are not named.
func (s *showing) signed(shown *Entry, stored *engine.Entry) {
	if stored.Header.Actor == 0 {
		return
	}
	actor, err := s.actorRecord(stored.Header.Actor)
	s.note(err)
	shown.Party = s.party(actor.Party)
	if s.caller.SeesAll() || actor.Party == s.caller.Party {
		shown.Actor = s.actor(stored.Header.Actor)
	}
}

// tells whether an event is part of what the caller may know about the subject.
func (s *showing) tells(event book.Event, about *subject) bool {
	if about == nil {
		return false
	}
	if screens(event) {
		return false
	}
	if moved, ok := event.(*book.HoldingsMoved); ok && !s.concerns(moved) || s.conceals(event) {
		return false
	}
	if !s.entitledTo(event) || !s.entitledToDigital(event) || !s.entitledToReferral(event) || !s.entitledToConsent(event) || !s.entitledToSetOff(event) || !s.entitledToWebhook(event) {
		return false
	}
	financing := financingOf(event)
	if !mentions(reflect.ValueOf(event), about.value) && !s.claims(financing, about) {
		return false
	}
	return financing == 0 || s.seesFinancing(financing)
}

// claims tells whether a financing is one of the receivable that the story is about.
func (s *showing) claims(financing id.Financing, about *subject) bool {
	if financing == 0 || about.table != receivables.table {
		return false
	}
	found := false
	s.note(rows(s.View, "SELECT number, record FROM financing WHERE number = ?", []any{int64(financing.Number())}, func(_ uint64, f *funding.Financing) error {
		found = f.Receivable == about.value
		return nil
	}))
	return found
}

// speaksOf is the record that the sentence of an event is about; "" for events that name it, and for those of several records.
func speaksOf(event book.Event) string {
	if financing := financingOf(event); financing != 0 {
		return financing.String()
	}
	switch e := event.(type) {
	case *book.ReceivableOpened:
		return e.Receivable.ID.String()
	case *book.ReceivableCredited:
		return e.Receivable.String()
	case *book.ReceivableConfirmed:
		return e.Receivable.String()
	case *book.ReceivablePaid:
		return e.Receivable.String()
	case *book.ReceivableUnpaid:
		return e.Receivable.String()
	case *book.AgentCollected:
		return e.Receivable.String()
	case *book.BankUndertook:
		return e.Receivable.String()
	case *book.PaymentOpened:
		return e.Payment.ID.String()
	case *book.ReceiptRecorded:
		return e.Receipt.ID.String()
	case *book.BreakOpened:
		return e.Break.ID.String()
	}
	return ""
}

// financingOf is the financing that an event is about; 0 for none.
func financingOf(event book.Event) id.Financing {
	switch e := event.(type) {
	case *book.FinancingOpened:
		return e.Financing.ID
	case *book.FinancingAccepted:
		return e.Financing
	case *book.FinancingMoved:
		return e.Financing
	case *book.ReferralDecided:
		return e.Financing.ID
	case *book.FinancingRepaid:
		return e.Financing
	case *book.FinancingServiced:
		return e.Financing
	case *book.CoverMoved:
		return e.Financing
	case *book.ReceivableReassigned:
		return e.Reassignment.Financing
	case *book.MeasureProposed:
		return e.Measure.Financing
	case *book.ConversionsPlanned:
		return e.Financing
	case *book.SetOffCashDrawn:
		return e.Financing
	}
	return 0
}

// mentions tells whether a value holds a typed id anywhere.
func mentions(v reflect.Value, wanted any) bool {
	switch v.Kind() {
	case reflect.Pointer:
		return !v.IsNil() && mentions(v.Elem(), wanted)
	case reflect.Struct:
		for i := range v.NumField() {
			if mentions(v.Field(i), wanted) {
				return true
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			if mentions(v.Index(i), wanted) {
				return true
			}
		}
	case reflect.Uint64:
		return v.Type() == reflect.TypeOf(wanted) && v.Uint() == reflect.ValueOf(wanted).Uint()
	}
	return false
}

// Story lists the entries that changed a record, named by its printed id. ErrNotFound for a record that the caller does not see.
func (v *View) Story(c access.Caller, of string, q Query) (Page[Entry], error) {
	page := Page[Entry]{Items: []Entry{}, Watermark: v.Watermark()}
	about, err := v.find(c, of)
	if err != nil {
		return page, err
	}
	name := about.table + of
	limit, last, err := q.start(name)
	if err != nil {
		return page, err
	}
	story, err := v.view.Story(v.ctx, book.TableIndex(about.table), about.number)
	if err != nil {
		return page, err
	}
	if q.Order == NewestFirst {
		story = story[:below(story, last)]
		story = slices.Clone(story[max(0, len(story)-limit-1):])
		slices.Reverse(story)
	} else {
		story = story[below(story, last+1):]
		story = story[:min(len(story), limit+1)]
	}
	return page, v.fill(&page, &q, name, story, limit, c, about)
}

// below is how many sequences are less than a bound.
func below(story []uint64, bound uint64) int {
	at, _ := slices.BinarySearch(story, bound)
	return at
}

// seen finds a record that the caller sees by the text of its id.
func seen[I interface {
	~uint64
	Prefix() string
	Number() uint64
}, R any](v *View, c access.Caller, s *source[R], text string) (*subject, error) {
	parsed, err := id.Parse[I](text)
	if err != nil {
		return nil, ErrNotFound
	}
	record, err := get(v, s, c, parsed.Number())
	if err != nil {
		return nil, err
	}
	return &subject{s.table, parsed.Number(), parsed, record}, nil
}

func (v *View) find(c access.Caller, text string) (*subject, error) {
	switch id.PrefixOf(text) {
	case id.Ladder(0).Prefix():
		return seen[id.Ladder](v, c, &ladders, text)
	case id.Party(0).Prefix():
		return seen[id.Party](v, c, &parties, text)
	case id.Actor(0).Prefix():
		return seen[id.Actor](v, c, &actors, text)
	case id.Key(0).Prefix():
		return seen[id.Key](v, c, &keys, text)
	case id.BankAccount(0).Prefix():
		return seen[id.BankAccount](v, c, &bankAccounts, text)
	case id.Product(0).Prefix():
		return seen[id.Product](v, c, &products, text)
	case id.Programme(0).Prefix():
		return seen[id.Programme](v, c, &programmes, text)
	case id.Review(0).Prefix():
		return seen[id.Review](v, c, &reviews, text)
	case id.Limit(0).Prefix():
		return seen[id.Limit](v, c, &limits, text)
	case id.Dependence(0).Prefix():
		return seen[id.Dependence](v, c, &dependences, text)
	case id.Recommendation(0).Prefix():
		return seen[id.Recommendation](v, c, &recommendations, text)
	case id.FunderPolicy(0).Prefix():
		return seen[id.FunderPolicy](v, c, &funderPolicies, text)
	case id.Authority(0).Prefix():
		return seen[id.Authority](v, c, &authorities, text)
	}
	return v.findReviewed(c, text)
}

func (v *View) findReviewed(c access.Caller, text string) (*subject, error) {
	switch id.PrefixOf(text) {
	case id.Application(0).Prefix():
		return seen[id.Application](v, c, &applications, text)
	case id.News(0).Prefix():
		return seen[id.News](v, c, &newsHeard, text)
	case id.Watch(0).Prefix():
		return seen[id.Watch](v, c, &watches, text)
	case id.ReviewPolicy(0).Prefix():
		return seen[id.ReviewPolicy](v, c, &reviewPolicies, text)
	case id.MasterScale(0).Prefix():
		return seen[id.MasterScale](v, c, &masterScales, text)
	case id.Referral(0).Prefix():
		return seen[id.Referral](v, c, &referrals, text)
	}
	return v.findMoney(c, text)
}

func (v *View) findMoney(c access.Caller, text string) (*subject, error) {
	switch id.PrefixOf(text) {
	case id.Document(0).Prefix():
		return seen[id.Document](v, c, &documents, text)
	case id.Trade(0).Prefix():
		return seen[id.Trade](v, c, &trades, text)
	case id.Receivable(0).Prefix():
		return seen[id.Receivable](v, c, &receivables, text)
	case id.Financing(0).Prefix():
		return seen[id.Financing](v, c, &financings, text)
	case id.Payment(0).Prefix():
		return seen[id.Payment](v, c, &payments, text)
	case id.Receipt(0).Prefix():
		return seen[id.Receipt](v, c, &receipts, text)
	case id.Account(0).Prefix():
		return seen[id.Account](v, c, &accounts, text)
	case id.Hold(0).Prefix():
		return seen[id.Hold](v, c, &holds, text)
	case id.Measure(0).Prefix():
		return seen[id.Measure](v, c, &measures, text)
	case id.Period(0).Prefix():
		return seen[id.Period](v, c, &periods, text)
	case id.Fixing(0).Prefix():
		return seen[id.Fixing](v, c, &fixings, text)
	case id.Mapping(0).Prefix():
		return seen[id.Mapping](v, c, &mappings, text)
	case id.Movement(0).Prefix():
		return seen[id.Movement](v, c, &goodsMovements, text)
	case id.SigningKey(0).Prefix():
		return seen[id.SigningKey](v, c, &signingKeys, text)
	case id.Mandate(0).Prefix():
		return seen[id.Mandate](v, c, &mandates, text)
	case id.Confirmation(0).Prefix():
		return seen[id.Confirmation](v, c, &confirmations, text)
	case id.Dispute(0).Prefix():
		return seen[id.Dispute](v, c, &disputes, text)
	case id.Certificate(0).Prefix():
		return seen[id.Certificate](v, c, &certificates, text)
	case id.Holding(0).Prefix():
		return seen[id.Holding](v, c, &holdings, text)
	case id.Auction(0).Prefix():
		return seen[id.Auction](v, c, &auctions, text)
	case id.Bid(0).Prefix():
		return seen[id.Bid](v, c, &bids, text)
	case id.Line(0).Prefix():
		return seen[id.Line](v, c, &creditLines, text)
	}
	return v.findEconomics(c, text)
}

// findEconomics finds what money costs and brings, early payment, stock, and what banks say.
func (v *View) findEconomics(c access.Caller, text string) (*subject, error) {
	switch id.PrefixOf(text) {
	case id.Estimates(0).Prefix():
		return seen[id.Estimates](v, c, &estimates, text)
	case id.Assessment(0).Prefix():
		return seen[id.Assessment](v, c, &assessments, text)
	case id.Tariff(0).Prefix():
		return seen[id.Tariff](v, c, &tariffs, text)
	case id.Billing(0).Prefix():
		return seen[id.Billing](v, c, &billings, text)
	case id.Bill(0).Prefix():
		return seen[id.Bill](v, c, &bills, text)
	case id.Placement(0).Prefix():
		return seen[id.Placement](v, c, &placements, text)
	case id.EarlyOffer(0).Prefix():
		return seen[id.EarlyOffer](v, c, &earlyOffers, text)
	case id.EarlyPayment(0).Prefix():
		return seen[id.EarlyPayment](v, c, &earlyPaid, text)
	case id.Instruction(0).Prefix():
		return seen[id.Instruction](v, c, &instructions, text)
	}
	if found, err := v.findStock(c, text); found != nil || err != nil {
		return found, err
	}
	if found, err := v.findSetOff(c, text); found != nil || err != nil {
		return found, err
	}
	return v.findBank(c, text)
}

// CommandName is the stable name of a command: "record_document".
func CommandName(c book.Command) string { return snake(reflect.TypeOf(c).Elem().Name()) }

// EventName is the stable name of an event: "receivable_confirmed".
func EventName(e book.Event) string { return snake(reflect.TypeOf(e).Elem().Name()) }

func snake(name string) string {
	var out strings.Builder
	for i, r := range name {
		if unicode.IsUpper(r) && i > 0 {
			if before := rune(name[i-1]); unicode.IsLower(before) || i+1 < len(name) && unicode.IsLower(rune(name[i+1])) {
				out.WriteByte('_')
			}
		}
		out.WriteRune(unicode.ToLower(r))
	}
	return out.String()
}

// plain turns a stored value into what JSON shows: ids, dates and states as text, tokens and hashes in hexadecimal, sets as
// lists, amounts in minor units. What is empty is left out.
func plain(v reflect.Value) any {
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return nil
		}
		v = v.Elem()
	}
	switch value := v.Interface().(type) {
	case trade.FindingSet:
		return value.Codes()
	case trade.Fact:
		return value.Names()
	case trade.Difference:
		return value.Names()
	case party.Role:
		return value.Names()
	case mandate.Act:
		return value.Names()
	case fmt.Stringer:
		return value.String()
	}
	switch v.Kind() {
	case reflect.Struct:
		members := map[string]any{}
		for i := range v.NumField() {
			if field := v.Field(i); !field.IsZero() && v.Type().Field(i).IsExported() {
				members[snake(v.Type().Field(i).Name)] = plain(field)
			}
		}
		return members
	case reflect.Slice:
		items := make([]any, v.Len())
		for i := range items {
			items[i] = plain(v.Index(i))
		}
		return items
	case reflect.Array:
		if v.Type().Elem().Kind() != reflect.Uint8 {
			items := make([]any, v.Len())
			for i := range items {
				items[i] = plain(v.Index(i))
			}
			return items
		}
		bytes := make([]byte, v.Len())
		reflect.Copy(reflect.ValueOf(bytes), v)
		return hex.EncodeToString(bytes)
	}
	return v.Interface()
}

// programmeName names a programme by its anchor.
func (s *showing) programmeName(p id.Programme) *locale.Text {
	all, err := s.allProgrammes()
	s.note(err)
	at := slices.IndexFunc(all, func(one funding.Programme) bool { return one.ID == p })
	if at < 0 {
		return locale.Say("%s", p)
	}
	return locale.Say("the programme of %s", s.party(all[at].Anchor))
}
