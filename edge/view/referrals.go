package view

import (
	"fmt"
	"slices"

	"millrace/book"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/party"
	"millrace/edge/access"
	"millrace/edge/locale"
)

// Advice is what somebody says of a referral who does not decide it, or not alone.
type Advice struct {
	By    *Ref   `json:"by,omitempty" doc:"missing where it is somebody of another party"`
	Party *Ref   `json:"party"`
	At    string `json:"at"`
	Says  string `json:"says,omitempty" enum:"approve,decline" doc:"missing: a note"`
	Text  string `json:"text"`
}

// Referral is the case that a funder's people decide when a rule has referred a use of its money.
type Referral struct {
	ID        string   `json:"id"`
	Financing string   `json:"financing"`
	Programme string   `json:"programme"`
	Funder    *Ref     `json:"funder"`
	Seller    *Ref     `json:"seller"`
	Buyer     *Ref     `json:"buyer,omitempty"`
	Amount    Amount   `json:"amount" doc:"asked for"`
	State     string   `json:"state" enum:"open,taken,approved,declined,lapsed"`
	Rules     []string `json:"rules" doc:"that referred it"`
	Seconded  bool     `json:"takes_two" doc:"approving takes a recommendation by one and the decision of another"`
	Opened    string   `json:"opened"`
	OpenedAt  string   `json:"opened_at"`
	AgeDays   int      `json:"age_days"`
	Deadline  string   `json:"deadline" doc:"last day on which it is decided in time"`
	Lapses    string   `json:"lapses" doc:"last day on which it is decided at all; after it nobody's word is a refusal"`
	Late      bool     `json:"late"`
	Holder    *Ref     `json:"holder,omitempty" doc:"who works on it"`
	Advices   []Advice `json:"advices"`
	Decider   *Ref     `json:"decider,omitempty"`
	Reason    string   `json:"reason,omitempty"`
	Ended     string   `json:"ended,omitempty"`
	Entry     uint64   `json:"entry"`
}

// PastReferral is a referral that ended, alike to another, with what became of the financing.
type PastReferral struct {
	Referral
	Alike   int      `json:"alike" minimum:"30" maximum:"140" doc:"points: 30 a rule in common (90 at most), 40 the same seller and buyer or 20 one of them, 10 an amount within twice"`
	Common  []string `json:"common" doc:"rules in common"`
	Outcome string   `json:"outcome" doc:"state of the financing today"`
}

var referrals = source[funding.Referral]{
	table: "referral", state: "state", parties: []string{"seller", "buyer", "funder"}, programme: "programme", scope: shares(share{roles: party.Funder, sql: "funder = ?"}),
}

// Referral gives a referral that the caller sees, else ErrNotFound.
func (v *View) Referral(c access.Caller, of id.Referral) (Referral, error) {
	return one(v, &referrals, c, of.Number(), (*showing).showReferral)
}

// Referrals lists the referrals that the caller sees.
func (v *View) Referrals(c access.Caller, q Query) (Page[Referral], error) {
	return many(v, &referrals, c, q, (*showing).showReferral)
}

// Bounds of what is looked through for cases that are alike.
const (
	alikeRead  = 500 // of the seller or the buyer, and as many of the programme, the youngest first
	alikeShown = 10
)

// AlikeReferrals are past cases of the same funder, the most alike first, equal ones by age, the youngest first. No other funder's are among them.
func (v *View) AlikeReferrals(c access.Caller, of id.Referral) ([]PastReferral, error) {
	record, err := get(v, &referrals, c, of.Number())
	if err != nil {
		return nil, err
	}
	type candidate struct {
		funding.Referral
		points int
	}
	var found []candidate
	seen := map[id.Referral]bool{record.ID: true}
	for _, among := range []struct {
		sql       string
		arguments []any
	}{
		{"(seller = ? OR buyer = ?)", []any{int64(record.Seller), int64(record.Buyer)}},
		{"programme = ?", []any{int64(record.Programme)}},
	} {
		arguments := append([]any{int64(record.Funder)}, among.arguments...)
		query := fmt.Sprintf("SELECT number, record FROM referral WHERE funder = ? AND state IN ('approved', 'declined', 'lapsed') AND %s ORDER BY number DESC LIMIT %d", among.sql, alikeRead)
		if err := rows(v, query, arguments, func(_ uint64, r *funding.Referral) error {
			if points := record.Alike(r); points > 0 && !seen[r.ID] {
				seen[r.ID] = true
				found = append(found, candidate{*r, points})
			}
			return nil
		}); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(found, func(a, b candidate) int {
		if a.points != b.points {
			return b.points - a.points
		}
		return int(b.ID.Number()) - int(a.ID.Number())
	})
	s := &showing{View: v, caller: c}
	past := []PastReferral{}
	for i := range found[:min(len(found), alikeShown)] {
		r := &found[i].Referral
		one := PastReferral{Referral: s.showReferral(r), Alike: found[i].points, Common: []string{}}
		for _, code := range r.Rules {
			if slices.Contains(record.Rules, code) {
				one.Common = append(one.Common, code)
			}
		}
		f, err := get(v, &financings, c, r.Financing.Number())
		if err != nil {
			return nil, err
		}
		one.Outcome = f.State.String()
		past = append(past, one)
	}
	return past, s.err
}

func (s *showing) showReferral(r *funding.Referral) Referral {
	today, err := s.Date()
	s.note(err)
	programme, err := s.programme(r.Programme)
	s.note(err)
	shown := Referral{
		ID: r.ID.String(), Financing: r.Financing.String(), Programme: r.Programme.String(), Funder: s.party(r.Funder), Seller: s.party(r.Seller),
		Amount: AmountOf(r.Amount, programme.Currency), State: r.State.String(), Rules: append([]string{}, r.Rules...), Seconded: r.Seconded, Opened: day(r.Opened),
		OpenedAt: Time(r.OpenedAt), Deadline: day(r.Deadline), Lapses: day(r.Lapses), Late: r.Late(today), Ended: day(r.Ended), Advices: []Advice{}, Entry: r.Entry,
	}
	if r.Buyer != 0 {
		shown.Buyer = s.party(r.Buyer)
	}
	until := today
	if r.Ended != 0 {
		until = r.Ended
	}
	shown.AgeDays = int(until - r.Opened)
	for _, a := range r.Advices {
		actor, err := s.actorRecord(a.Actor)
		s.note(err)
		one := Advice{By: s.colleague(a.Actor), Party: s.party(actor.Party), At: Time(a.At)}
		if a.Says != 0 {
			one.Says = [...]string{"", "approve", "decline"}[a.Says]
		}
		one.Text, err = s.text(a.Text)
		s.note(err)
		shown.Advices = append(shown.Advices, one)
	}
	shown.Holder, shown.Decider = s.colleague(r.Holder), s.colleague(r.Decider)
	text, err := s.text(r.Reason)
	s.note(err)
	shown.Reason = text
	return shown
}

// colleague names a person of the caller's own party, and anybody to those who see all.
func (s *showing) colleague(a id.Actor) *Ref {
	if a == 0 {
		return nil
	}
	record, err := s.actorRecord(a)
	s.note(err)
	if !s.caller.SeesAll() && record.Party != s.caller.Party {
		return nil
	}
	return s.actor(a)
}

// entitledToReferral tells whether an event is the caller's to know: what a funder's people discuss is theirs and the operator's.
func (s *showing) entitledToReferral(event book.Event) bool {
	switch e := event.(type) {
	case *book.ReferralOpened:
		return sees(s, &referrals, e.Referral.ID.Number())
	case *book.ReferralTaken:
		return sees(s, &referrals, e.Referral.Number())
	case *book.ReferralAdvised:
		return sees(s, &referrals, e.Referral.Number())
	case *book.ReferralEnded:
		return sees(s, &referrals, e.Referral.Number())
	}
	return true
}

func (s *showing) ofReferrals(event book.Event) *locale.Text {
	switch e := event.(type) {
	case *book.ReferralOpened:
		told := locale.Say("It waits for a person until %s because of %s", day(e.Referral.Deadline), locale.Words(e.Referral.Rules))
		if e.Referral.Seconded {
			told.And("; approving takes two")
		}
		return told.And(".")
	case *book.ReferralTaken:
		return locale.Say("%s works on it.", s.decider(e.Holder))
	case *book.ReferralAdvised:
		what := say([...]string{"noted something", "recommends to approve it", "recommends to decline it"}[e.Advice.Says])
		return locale.Say("%s %s.", s.decider(e.Advice.Actor), what)
	case *book.ReferralEnded:
		if e.State == funding.ReferralLapsed {
			return locale.Say("Nobody decided in time: it counts as declined.")
		}
		return locale.Say("The case ended: %s.", e.State)
	}
	return nil
}
