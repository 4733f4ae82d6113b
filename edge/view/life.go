package view

import (
	"fmt"
	"slices"

	"millrace/book"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/servicing"
	"millrace/edge/access"
	"millrace/edge/locale"
)

// Measure is a step in the life of a financing that people decide on.
type Measure struct {
	ID        string  `json:"id"`
	Programme string  `json:"programme"`
	Financing string  `json:"financing,omitempty" doc:"missing where it is about a programme"`
	Kind      string  `json:"kind" enum:"extension,recourse,default,provision,write_off,stop_lift,settlement,made_good,cover_claim"`
	State     string  `json:"state" enum:"waiting,offered,done,declined" doc:"waiting for a second person; offered to the seller"`
	Cause     string  `json:"cause,omitempty" enum:"insolvency,protracted_default,dispute,warranty" doc:"of a recourse"`
	Since     string  `json:"since,omitempty" doc:"by the evidence"`
	Due       string  `json:"due,omitempty" doc:"of an extension"`
	Amount    *Amount `json:"amount,omitempty" doc:"the allowance; what was written off; what the seller owed when it was called"`
	Reason    string  `json:"reason,omitempty" doc:"or the evidence"`
	ByRule    bool    `json:"by_rule,omitempty" doc:"a rule has proposed it; it takes two people"`
	Party     *Ref    `json:"party,omitempty" doc:"whose shortfall is settled"`
	Receipt   string  `json:"receipt,omitempty" doc:"by which it is settled; missing where it is set off"`
	Date      string  `json:"date" doc:"business date on which it came to its state"`
	Maker     *Ref    `json:"maker,omitempty"`
	Checker   *Ref    `json:"checker,omitempty"`
	Accepted  *Ref    `json:"accepted_by,omitempty" doc:"for the seller"`
	Entry     uint64  `json:"entry"`
}

// LifeLine is one dated fact in the life of a financing, and what is owed after it.
type LifeLine struct {
	Value      string  `json:"value" doc:"from when it counts"`
	Booking    string  `json:"booking" doc:"business date on which it was entered"`
	Fact       string  `json:"fact"`
	Party      string  `json:"party,omitempty" doc:"whose money it was"`
	Cause      string  `json:"cause,omitempty"`
	Due        string  `json:"due,omitempty" doc:"of an extension"`
	Amount     *Amount `json:"amount,omitempty"`
	Owed       Amount  `json:"owed" doc:"to funder and operator, by all that was known on the day of booking"`
	SellerOwes Amount  `json:"seller_owes" doc:"of that"`
}

// Owing is what the seller owes, and why.
type Owing struct {
	Amount  Amount   `json:"amount"`
	Reasons []string `json:"reasons"`
}

// The seller is asked to accept an extension, and told why it is called; what its funder thinks of the rest is the funder's.
var measures = source[book.Measure]{
	table: "measure", state: "state", kind: "kind", programme: "programme",
	scope: shares(share{roles: party.Seller, sql: "kind IN ('extension', 'recourse') AND " + soldFinancing},
		share{roles: party.Funder, sql: fundedFinancing}),
}

// Measure gives a measure that the caller sees, else ErrNotFound.
func (v *View) Measure(c access.Caller, of id.Measure) (Measure, error) {
	return one(v, &measures, c, of.Number(), (*showing).showMeasure)
}

// Measures lists the measures that the caller sees.
func (v *View) Measures(c access.Caller, q Query) (Page[Measure], error) {
	return many(v, &measures, c, q, (*showing).showMeasure)
}

// MeasuresOn lists those on a financing, the oldest first, as far as the caller sees them.
func (v *View) MeasuresOn(c access.Caller, of id.Financing) ([]Measure, error) {
	s := &showing{View: v, caller: c}
	var all []Measure
	gather(s, &measures, "financing = ?", []any{int64(of)}, func(m *book.Measure) { all = append(all, s.showMeasure(m)) })
	return all, s.err
}

func (s *showing) showMeasure(r *book.Measure) Measure {
	shown := Measure{
		ID: r.ID.String(), Programme: r.Programme.String(), Financing: r.Financing.String(), Kind: r.Kind.String(), State: r.State.String(),
		Cause: r.Cause.String(), Since: day(r.Since), Due: day(r.Due), ByRule: r.Reason == [32]byte{} && r.Kind == book.Default, Date: r.Date.String(), Entry: r.Entry,
	}
	shown.Party, shown.Receipt = s.party(r.Party), r.Receipt.String()
	if r.Amount != 0 || r.Kind == book.Impairment {
		amount := AmountOf(r.Amount, s.currencyOfMeasure(r))
		shown.Amount = &amount
	}
	text, err := s.text(r.Reason)
	s.note(err)
	shown.Reason = text
	if shown.Maker, shown.Checker = s.people(r.Maker, r.Checker); shown.Maker == nil && r.Maker == s.caller.Actor && r.Maker != 0 {
		shown.Maker = s.actor(r.Maker) // who is to know that it decides nothing here
	}
	shown.Accepted, _ = s.people(r.Seller, 0)
	return shown
}

// internal tells whether a caller is not told what the funder expects of a financing.
func (s *showing) internal(f *funding.Financing) bool {
	return !s.caller.SeesAll() && s.caller.Party != f.Funder
}

// conceals tells whether an event is about a measure or an allowance of which the caller is not told.
func (s *showing) conceals(event book.Event) bool {
	if s.caller.SeesAll() {
		return false
	}
	var of id.Measure
	switch e := event.(type) {
	case *book.MeasureProposed:
		of = e.Measure.ID
	case *book.MeasureMoved:
		of = e.Measure
	case *book.FinancingServiced:
		if e.Fact.Kind != servicing.Provisioned {
			return false
		}
		record, err := get(s.View, &financings, s.caller, e.Financing.Number())
		return err != nil || s.internal(record)
	default:
		return false
	}
	_, err := get(s.View, &measures, s.caller, of.Number())
	return err != nil
}

// life is the facts of a financing in their canonical order, the disbursement first.
func (s *showing) life(f *funding.Financing) []LifeLine {
	var facts []book.FinancingFact
	s.note(rows(s.View, "SELECT number, record FROM financing_fact WHERE financing = ?", []any{int64(f.ID)}, func(_ uint64, r *book.FinancingFact) error {
		if r.Fact.Kind == servicing.Provisioned && s.internal(f) {
			return nil
		}
		facts = append(facts, *r)
		return nil
	}))
	slices.SortFunc(facts, func(a, b book.FinancingFact) int { return servicing.Compare(a.Fact, b.Fact) })
	lines := make([]LifeLine, 0, len(facts))
	for i := range facts {
		r := &facts[i]
		line := LifeLine{
			Value: day(r.Fact.Value), Booking: day(r.Fact.Booking), Fact: r.Fact.Kind.String(), Party: r.Fact.Party.String(), Cause: r.Fact.Cause.String(), Due: day(r.Fact.Due),
			Owed: AmountOf(r.Owed, f.Currency), SellerOwes: AmountOf(r.SellerOwes, f.Currency),
		}
		if r.Fact.Amount != 0 || r.Fact.Kind == servicing.Provisioned {
			amount := AmountOf(r.Fact.Amount, f.Currency)
			line.Amount = &amount
		}
		lines = append(lines, line)
	}
	return lines
}

var causeReasons = map[servicing.Cause]string{
	servicing.Insolvency: "the buyer is insolvent", servicing.ProtractedDefault: "the buyer has not paid for too long",
	servicing.Dispute: "disputes and credit notes leave principal without cover", servicing.Warranty: "a warranty was broken",
}

// sellerOwes is what the seller owes by the newest fact, with the causes for which it was called.
func (s *showing) sellerOwes(f *funding.Financing) *Owing {
	if !f.State.PaidOut() {
		return nil
	}
	owed, reasons := money.Minor(0), []string{}
	s.note(rows(s.View, "SELECT number, record FROM financing_fact WHERE financing = ? ORDER BY number", []any{int64(f.ID)}, func(_ uint64, r *book.FinancingFact) error {
		owed = r.SellerOwes
		return nil
	}))
	s.note(rows(s.View, "SELECT number, record FROM measure WHERE financing = ? AND kind = 'recourse' ORDER BY number", []any{int64(f.ID)}, func(_ uint64, m *book.Measure) error {
		reason := causeReasons[m.Cause]
		if m.Since != 0 {
			reason += fmt.Sprintf(", %s", m.Since)
		}
		reasons = append(reasons, fmt.Sprintf("%s; called on %s", reason, m.Date))
		return nil
	}))
	if f.State == funding.InRecourse && len(reasons) == 0 { // called before causes were kept
		owed, reasons = f.Claim(), append(reasons, causeReasons[servicing.ProtractedDefault])
	}
	if f.Uncovered > owed && s.bearer(f) == "seller" {
		owed = f.Uncovered
		if len(reasons) == 0 {
			reasons = append(reasons, causeReasons[servicing.Dispute])
		}
	}
	if owed == 0 {
		return nil
	}
	return &Owing{Amount: AmountOf(owed, f.Currency), Reasons: reasons}
}

// ofLife tells what became of financings and of shortfalls.
func (s *showing) ofLife(e book.Event) *locale.Text {
	switch e := e.(type) {
	case *book.MeasureProposed:
		return s.proposed(&e.Measure)
	case *book.MeasureMoved:
		return s.decided(e)
	case *book.StopLifted:
		return locale.Say("Payments leave %s again.", s.programmeName(e.Programme))
	}
	return nil
}

// currencyOfMeasure is that of its financing, or of its programme.
func (s *showing) currencyOfMeasure(m *book.Measure) money.Currency {
	if m.Financing != 0 {
		return s.currencyOf(m.Financing)
	}
	programmes, err := s.allProgrammes()
	s.note(err)
	for i := range programmes {
		if programmes[i].ID == m.Programme {
			return programmes[i].Currency
		}
	}
	return 0
}

func (s *showing) proposed(m *book.Measure) *locale.Text {
	currency := s.currencyOfMeasure(m)
	switch m.Kind {
	case book.Extension:
		return locale.Say("It is to be due on %s instead; a second person decides.", m.Due)
	case book.RecourseDue:
		return locale.Say("The seller was called, for %s: it owes %s.", say(causeReasons[m.Cause]), AmountOf(m.Amount, currency))
	case book.Default:
		if m.Maker == 0 {
			return locale.Say("It is 90 days past its due date: its default is proposed, and two people decide.")
		}
		return locale.Say("Its default was proposed; a second person decides.")
	case book.Impairment:
		return locale.Say("An allowance of %s was proposed; a second person decides.", AmountOf(m.Amount, currency))
	case book.Loss:
		return locale.Say("To write it off was proposed; a second person decides.")
	case book.CoverClaim:
		return locale.Say("%s was claimed on the credit cover.", AmountOf(m.Amount, currency))
	case book.Settlement, book.MadeGood:
		how := locale.Say("by money received")
		if m.Receipt == 0 {
			how = locale.Say("out of what was collected for it")
		}
		if m.Party == 0 {
			return locale.Say("A shortfall of %s was made good %s.", AmountOf(m.Amount, currency), how)
		}
		return locale.Say("%s settled a shortfall of %s %s.", s.name(m.Party), AmountOf(m.Amount, currency), how)
	}
	return locale.Say("To let %s pay again was proposed; a second person decides.", s.programmeName(m.Programme))
}

func (s *showing) decided(e *book.MeasureMoved) *locale.Text {
	switch e.State {
	case book.MeasureOffered:
		return locale.Say("%s was approved by %s and offered to the seller.", e.Measure, s.decider(e.Checker))
	case book.MeasureDeclined:
		return locale.Say("%s was declined.", e.Measure)
	case book.MeasureWaits:
		return locale.Say("%s, which a rule had proposed, was taken up by %s; a second person decides.", e.Measure, s.decider(e.Maker))
	}
	if e.Seller != 0 {
		return locale.Say("The seller accepted %s.", e.Measure)
	}
	return locale.Say("%s was approved by %s.", e.Measure, s.decider(e.Checker))
}

// lived says what a dated fact that is not a collection has done.
func (s *showing) lived(e *book.FinancingServiced) *locale.Text {
	currency := s.currencyOf(e.Financing)
	switch e.Fact.Kind {
	case servicing.Extended:
		return locale.Say("It is due on %s now.", e.Fact.Due)
	case servicing.Recoursed:
		return locale.Say("From %s on its seller answers: %s.", e.Fact.Value, say(causeReasons[e.Fact.Cause]))
	case servicing.BoughtBack:
		return locale.Say("The seller bought it back for %s, value %s.", AmountOf(e.Fact.Amount, currency), e.Fact.Value)
	case servicing.Recovered:
		return locale.Say("%s came in, value %s: %s of what was written off is recovered.", AmountOf(e.Fact.Amount, currency), e.Fact.Value, AmountOf(e.Standing.Recovered, currency))
	case servicing.Claimed:
		return locale.Say("From %s on the credit insurer is to pay.", e.Fact.Value)
	case servicing.PaidOnCover:
		return locale.Say("The credit insurer paid %s, value %s; of what the buyer pays from then on it has its share.", AmountOf(e.Fact.Amount, currency), e.Fact.Value)
	case servicing.Defaulted:
		return locale.Say("It is in default.")
	case servicing.Provisioned:
		return locale.Say("The allowance for losses stands at %s.", AmountOf(e.Standing.Allowance, currency))
	case servicing.WrittenOff:
		return locale.Say("%s was written off.", AmountOf(e.Fact.Amount, currency))
	}
	return nil
}
