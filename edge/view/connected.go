package view

import (
	"millrace/book"
	"millrace/domain/credit"
	"millrace/domain/id"
	"millrace/domain/party"
	"millrace/edge/access"
	"millrace/edge/locale"
	"millrace/engine/vault"
)

// Dependence says that a party depends on another one for its living: they count as one risk.
type Dependence struct {
	ID       string         `json:"id"`
	Party    *Ref           `json:"party" doc:"that depends"`
	On       *Ref           `json:"on"`
	State    string         `json:"state" enum:"proposed,live,declined,ending,ended"`
	Reason   string         `json:"reason,omitempty"`
	Evidence string         `json:"evidence,omitempty"`
	Since    string         `json:"since,omitempty" doc:"business date on which a second person decided"`
	Ending   *DependenceEnd `json:"ending,omitempty" doc:"that waits for a second person, or has ended it"`
	Until    string         `json:"until,omitempty"`
	Maker    *Ref           `json:"maker,omitempty"`
	Checker  *Ref           `json:"checker,omitempty"`
	Entry    uint64         `json:"entry"`
}

// DependenceEnd is why a dependence is to count no more.
type DependenceEnd struct {
	By       *Ref   `json:"by,omitempty"`
	Reason   string `json:"reason,omitempty"`
	Evidence string `json:"evidence,omitempty"`
	Checker  *Ref   `json:"checker,omitempty"`
}

// Recommendation is a limit of its own that the operator recommends to a funder.
type Recommendation struct {
	ID        string `json:"id"`
	State     string `json:"state" enum:"open,taken,dismissed"`
	Terms     Limit  `json:"terms" doc:"of the limit that is recommended; nothing is used under it"`
	Reason    string `json:"reason,omitempty" doc:"of the operator"`
	Date      string `json:"date"`
	Limit     string `json:"limit,omitempty" doc:"that the funder has proposed; shown to the funder and to auditors"`
	Dismissal string `json:"dismissal,omitempty" doc:"why not; shown to the funder and to auditors"`
	Maker     *Ref   `json:"maker,omitempty"`
	Decider   *Ref   `json:"decider,omitempty" doc:"of the funder; shown to the funder and to auditors"`
	Entry     uint64 `json:"entry"`
}

var (
	dependences     = source[credit.Dependence]{table: "dependence", state: "state", parties: []string{"party", "depends_on"}}
	recommendations = source[credit.LimitRecommendation]{
		table: "limit_recommendation", state: "state", parties: []string{"owner"}, scope: shares(share{roles: party.Funder, sql: "owner = ?"}),
	}
)

// Dependences lists the dependences that the caller sees.
func (v *View) Dependences(c access.Caller, q Query) (Page[Dependence], error) {
	return many(v, &dependences, c, q, (*showing).showDependence)
}

// Dependence gives a dependence that the caller sees, else ErrNotFound.
func (v *View) Dependence(c access.Caller, of id.Dependence) (Dependence, error) {
	return one(v, &dependences, c, of.Number(), (*showing).showDependence)
}

// Recommendations lists the recommendations that the caller sees: the operator all, a funder those made to it.
func (v *View) Recommendations(c access.Caller, q Query) (Page[Recommendation], error) {
	return many(v, &recommendations, c, q, (*showing).showRecommendation)
}

// Recommendation gives a recommendation that the caller sees, else ErrNotFound.
func (v *View) Recommendation(c access.Caller, of id.Recommendation) (Recommendation, error) {
	return one(v, &recommendations, c, of.Number(), (*showing).showRecommendation)
}

// said reads a text of the vault; "" where there is none.
func (s *showing) said(of [32]byte) string {
	if of == [32]byte{} {
		return ""
	}
	text, err := s.text(vault.Ref(of))
	s.note(err)
	return text
}

func (s *showing) showDependence(r *credit.Dependence) Dependence {
	shown := Dependence{
		ID: r.ID.String(), Party: s.party(r.Party), On: s.party(r.On), State: r.State.String(), Reason: s.said(r.Reason), Evidence: s.said(r.Evidence), Entry: r.Entry,
	}
	if r.Since != 0 {
		shown.Since = day(r.Since)
	}
	if r.Until != 0 {
		shown.Until = day(r.Until)
	}
	if r.Ending.Maker != 0 {
		shown.Ending = &DependenceEnd{Reason: s.said(r.Ending.Reason), Evidence: s.said(r.Ending.Evidence)}
		shown.Ending.By, shown.Ending.Checker = s.people(r.Ending.Maker, r.Ending.Checker)
	}
	shown.Maker, shown.Checker = s.people(r.Maker, r.Checker)
	return shown
}

func (s *showing) showRecommendation(r *credit.LimitRecommendation) Recommendation {
	t := &r.Terms
	shown := Recommendation{
		ID: r.ID.String(), State: r.State.String(), Reason: s.said(r.Reason), Date: day(r.Date), Entry: r.Entry,
		Terms: s.showLimit(&credit.Limit{
			Key: t.Key, State: credit.Proposed, Amount: t.Amount, Expires: t.Expires, Renewal: t.Renewal, Commitment: t.Commitment, Strictness: t.Strictness, Insurance: t.Insurance,
		}),
	}
	shown.Maker, _ = s.people(r.Maker, 0)
	if s.caller.Party == t.Key.Owner || !s.caller.OfOperator() {
		shown.Limit, shown.Dismissal = r.Limit.String(), s.said(r.Dismissal)
		shown.Decider, _ = s.people(r.Decider, 0)
	}
	return shown
}

// ofConnected says who is connected with whom, and what was recommended, withdrawn and found beyond its amount.
func (s *showing) ofConnected(e book.Event) *locale.Text {
	switch e := e.(type) {
	case *book.DependenceProposed:
		return locale.Say("%s was said to depend on %s for its living; a second person decides.", s.name(e.Dependence.Party), s.name(e.Dependence.On))
	case *book.DependenceMoved:
		return s.ofDependence(e)
	case *book.LimitsRecounted:
		return locale.Say("Others are connected by now: the use of %d limits was counted again.", len(e.Limits))
	case *book.LimitRecommended:
		t := &e.Recommendation.Terms
		return locale.Say("A %s limit of %s was recommended to %s; its own people decide.", t.Key.Kind, AmountOf(t.Amount, t.Key.Currency), s.name(t.Key.Owner))
	case *book.RecommendationDecided:
		if e.State == credit.RecommendationTaken {
			return locale.Say("Recommendation %s was taken up: limit %s is proposed.", e.Recommendation, e.Limit)
		}
		return locale.Say("Recommendation %s was dismissed.", e.Recommendation)
	case *book.WithdrawalProposed:
		return locale.Say("%s wants limit %s to bind no more; it binds until a second person agrees.", s.decider(e.Actor), e.Limit)
	case *book.WithdrawalDecided:
		if e.Decision == book.Decline {
			return locale.Say("Limit %s was not withdrawn: it goes on to bind.", e.Limit)
		}
		return locale.Say("Limit %s was withdrawn: it no longer binds.", e.Limit)
	case *book.LimitOvershot:
		return locale.Say("At the close of %s limit %s was beyond its amount, since the close of %s.", e.Alarm.Seen, e.Limit, e.Alarm.Since)
	case *book.LimitRestored:
		return locale.Say("At the close of %s limit %s was within its amount again.", e.On, e.Limit)
	}
	return nil
}

func (s *showing) ofDependence(e *book.DependenceMoved) *locale.Text {
	switch e.State {
	case credit.DependenceLive:
		return locale.Say("Dependence %s is in force, by %s: its parties count as one risk.", e.Dependence, s.decider(e.Actor))
	case credit.DependenceDeclined:
		return locale.Say("Dependence %s was declined by %s.", e.Dependence, s.decider(e.Actor))
	case credit.DependenceEnding:
		return locale.Say("%s wants dependence %s to count no more; it counts until a second person agrees.", s.decider(e.Actor), e.Dependence)
	}
	return locale.Say("Dependence %s ended, by %s.", e.Dependence, s.decider(e.Actor))
}
