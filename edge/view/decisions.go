package view

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/certificate"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/receivable"
	"millrace/domain/risk"
	"millrace/domain/rule"
	"millrace/domain/trade"
	"millrace/edge/access"
	"millrace/edge/locale"
)

// Decision is what the rules said of one use of credit, or of a party, and on what.
type Decision struct {
	ID         string           `json:"id"`
	Purpose    string           `json:"purpose" enum:"quote,referral,acceptance,auction,review,early_payment"`
	Verdict    string           `json:"verdict" enum:"pass,refer,refuse"`
	Date       string           `json:"date" doc:"business date"`
	At         string           `json:"at"`
	Actor      *Ref             `json:"actor,omitempty"`
	Edition    int              `json:"edition" doc:"of the rules"`
	Policy     string           `json:"policy,omitempty" doc:"of the programme; missing: the thresholds of the edition"`
	Product    *Ref             `json:"product,omitempty" doc:"the version whose clauses were asked"`
	Programme  string           `json:"programme,omitempty"`
	Financing  string           `json:"financing,omitempty"`
	Receivable string           `json:"receivable,omitempty"`
	Holding    string           `json:"holding,omitempty"`
	Trade      string           `json:"trade,omitempty"`
	Seller     *Ref             `json:"seller,omitempty"`
	Buyer      *Ref             `json:"buyer,omitempty"`
	Party      *Ref             `json:"party,omitempty" doc:"that was reviewed"`
	Outcomes   []DecisionReason `json:"outcomes" doc:"the rules and clauses that did not pass"`
	Facts      []DecisionFact   `json:"facts" doc:"what was known; a fact that was not known is missing"`
	Scores     []DecisionScore  `json:"scores"`
	Review     *ReviewDecision  `json:"review,omitempty" doc:"of a party's credit"`
	Entry      uint64           `json:"entry"`
	Declined   bool             `json:"declined,omitempty" doc:"a person has declined the referral, or nobody has decided in time, whatever the rules say"`
	Early      string           `json:"early_payment,omitempty" doc:"in which the receivable was paid early"`
}

// ReviewDecision is what an application was reckoned on, and what came of it.
type ReviewDecision struct {
	Application string        `json:"application"`
	Funder      *Ref          `json:"funder,omitempty" doc:"missing: the operator's recommendation"`
	Facts       []NamedFigure `json:"facts"`
	Units       int64         `json:"units" doc:"of the score, the expert scorecard's where no model is champion"`
	Probability string        `json:"probability" doc:"of default within a year"`
	Grade       int           `json:"grade"`
	Scale       string        `json:"scale,omitempty" doc:"missing: the one that ships with the program"`
}

// DecisionReason is one rule or clause that did not pass, with why there is one.
type DecisionReason struct {
	Rule    string `json:"rule"`
	Verdict string `json:"verdict" enum:"refer,refuse"`
	Measure int64  `json:"measure" doc:"what was measured, in the rule's unit"`
	Bound   int64  `json:"bound"`
	Version int    `json:"version,omitempty"`
	Group   string `json:"group,omitempty"`
	Title   string `json:"title,omitempty"`
	Why     string `json:"why,omitempty"`
	Source  string `json:"source,omitempty"`
}

// DecisionFact is one fact as it stood.
type DecisionFact struct {
	Name  string `json:"name" doc:"as policies and models ask for it"`
	Value int64  `json:"value" doc:"as it is stored"`
	Unit  string `json:"unit"`
	Text  string `json:"text" doc:"for a person"`
	Title string `json:"title"`
}

// DecisionScore is what a model made of the facts.
type DecisionScore struct {
	Model  string  `json:"model"`
	Units  int64   `json:"units"`
	Shadow bool    `json:"shadow" doc:"of a challenger: nothing was decided by it"`
	Facts  []int64 `json:"facts" doc:"in the order in which the model names them; none where the caller does not see all that is known"`

	Explanation *ScoreExplanation `json:"explanation,omitempty" doc:"of one decision, for those who see the model"`
}

var (
	decisions = source[risk.Decision]{
		table: "decision", state: "verdict", parties: []string{"seller", "buyer", "party"}, programme: "programme", received: "receivable", trade: "trade", kind: "purpose",
		scope: shares(share{roles: party.Funder, sql: fundedFinancing, few: financingOfFew},
			share{roles: party.Funder, sql: "purpose = 'review' AND party IN (SELECT party FROM application WHERE funder = ?)"}),
		keep: func(_ *View, c access.Caller, d *risk.Decision) bool {
			return d.Purpose != risk.AtReview || d.Funder == c.Party
		},
	}
	riskPolicies = source[risk.Policy]{table: "risk_policy", state: "state", programme: "programme"}
)

// Decision finds a decision, with the reasons of its scores.
func (v *View) Decision(c access.Caller, of id.Decision) (Decision, error) {
	return one(v, &decisions, c, of.Number(), (*showing).showExplained)
}

// DecisionRecord is a decision as the book keeps it.
func (v *View) DecisionRecord(c access.Caller, of id.Decision) (risk.Decision, error) {
	record, err := get(v, &decisions, c, of.Number())
	if err != nil {
		return risk.Decision{}, err
	}
	return *record, nil
}

// Reasons shows outcomes of rules as those of a decision.
func (v *View) Reasons(c access.Caller, d *risk.Decision, outcomes []rule.Outcome) ([]DecisionReason, error) {
	s := &showing{View: v, caller: c}
	var shown []DecisionReason
	for _, o := range outcomes {
		shown = append(shown, s.reason(d, o))
	}
	return shown, s.err
}

// Decisions lists decisions.
func (v *View) Decisions(c access.Caller, q Query) (Page[Decision], error) {
	return many(v, &decisions, c, q, (*showing).showDecision)
}

// DecisionsOn lists those on a financing, the oldest first, as far as the caller sees them.
func (v *View) DecisionsOn(c access.Caller, of id.Financing) ([]Decision, error) {
	s := &showing{View: v, caller: c}
	var all []Decision
	gather(s, &decisions, "financing = ?", []any{int64(of)}, func(d *risk.Decision) { all = append(all, s.showDecision(d)) })
	return all, s.err
}

func (s *showing) showDecision(d *risk.Decision) Decision {
	shown := Decision{
		ID: d.ID.String(), Purpose: d.Purpose.String(), Verdict: d.Verdict.String(), Date: day(d.Facts.Date), At: time.UnixMicro(d.At).UTC().Format(time.RFC3339Nano),
		Edition: int(d.Edition), Policy: d.Policy.String(), Programme: d.Programme.String(), Financing: d.Financing.String(),
		Receivable: d.Receivable.String(), Holding: d.Holding.String(), Trade: d.Trade.String(), Entry: d.Entry,
		Outcomes: []DecisionReason{}, Facts: []DecisionFact{}, Scores: []DecisionScore{},
	}
	shown.Declined = d.Declined
	if d.Early != 0 {
		shown.Early = d.Early.String()
	}
	shown.Actor, _ = s.people(d.Actor, 0)
	if d.Product != 0 {
		shown.Product = s.productRef(d.Product)
	}
	shown.Seller, shown.Buyer, shown.Party = s.known(d.Seller), s.known(d.Buyer), s.known(d.Party)
	for _, o := range d.Outcomes {
		shown.Outcomes = append(shown.Outcomes, s.reason(d, o))
	}
	if d.Edition != 0 {
		shown.Facts = FactsOf(&d.Facts, s.caller.SeesAll())
	}
	if d.Purpose == risk.AtReview {
		shown.Review = &ReviewDecision{
			Application: d.Application.String(), Funder: s.known(d.Funder), Facts: []NamedFigure{}, Units: d.Units, Probability: d.Probability.String(), Grade: int(d.Grade),
			Scale: printed(d.Scale),
		}
		for _, f := range d.Named {
			shown.Review.Facts = append(shown.Review.Facts, NamedFigure{f.Name, money.FormatScaled(f.Value, int(f.Decimals))})
		}
	}
	for _, scored := range d.Scored {
		score := DecisionScore{Model: scored.Model.String(), Units: scored.Units, Shadow: scored.Shadow, Facts: []int64{}}
		if s.caller.SeesAll() {
			score.Facts = scored.Facts
		}
		shown.Scores = append(shown.Scores, score)
	}
	return shown
}

// showExplained adds what each score is made of, as far as the caller sees the model. Facts that are the operator's own are named only.
func (s *showing) showExplained(d *risk.Decision) Decision {
	shown := s.showDecision(d)
	for i, scored := range d.Scored {
		explained, err := s.ExplainScore(s.caller, scored.Model, scored.Facts)
		if errors.Is(err, ErrNotFound) {
			continue
		}
		s.note(err)
		for j := range explained.Reasons {
			if reason := &explained.Reasons[j]; !s.caller.SeesAll() && ofOperator[reason.Feature] {
				reason.Fact = ""
			}
		}
		shown.Scores[i].Explanation = &explained
	}
	return shown
}

// known is a party that is named; nil for none.
func (s *showing) known(p id.Party) *Ref {
	if p == 0 {
		return nil
	}
	return s.party(p)
}

// ofOperator are the facts that tell what the programme or another funder has agreed.
var ofOperator = map[string]bool{"refer_above": true, "seller_share_max": true, "programme_use": true, "seller_use": true, "seller_share": true, "dearest_rate": true, "limit_use": true, "duplicate_bound": true}

// FactsOf lists what is known of a use by name; those that are the operator's own only where the caller sees all.
func FactsOf(f *risk.Facts, all bool) []DecisionFact {
	facts := []DecisionFact{}
	for i := range risk.Listed {
		one := &risk.Listed[i]
		value, known := one.Value(f)
		if !known || !all && ofOperator[one.Name] {
			continue
		}
		facts = append(facts, DecisionFact{Name: one.Name, Value: value, Unit: string(one.Unit), Text: textOf(one, value, f.Currency), Title: one.Title})
	}
	return facts
}

// textOf writes a fact for a person.
func textOf(of *risk.Fact, value int64, currency money.Currency) string {
	switch of.Unit {
	case risk.Amount:
		return AmountOf(money.Minor(value), currency).String()
	case risk.Share, risk.Rate:
		return Percent(money.Rate(value)) + " %"
	case risk.Hundredths, risk.Bits:
		return money.FormatScaled(value, 2)
	case risk.OnDate:
		return calendar.Date(value).String()
	case risk.Flag:
		if value != 0 {
			return "yes"
		}
		return "no"
	case risk.Code:
		return codeOf(of.Name, value)
	}
	return fmt.Sprint(value)
}

// codeOf gives the name of a value that stands for one.
func codeOf(name string, value int64) string {
	switch name {
	case "currency":
		return money.Currency(value).String()
	case "buyer_country", "seller_country":
		return rule.CountryCode(value)
	case "undertaking":
		return receivable.Undertaking(value).String()
	case "trade_kind":
		return trade.Kind(value).String()
	case "subject":
		return risk.Subject(value).String()
	case "seller_state", "buyer_state":
		return party.State(value).String()
	}
	return fmt.Sprint(value)
}

// reason explains an outcome by the rule or the clause that it names.
func (s *showing) reason(d *risk.Decision, o rule.Outcome) DecisionReason {
	shown := DecisionReason{Rule: o.Rule, Verdict: o.Verdict.String(), Measure: o.Measure, Bound: o.Bound, Version: int(o.Version)}
	if r := risk.Find(d.Edition, o.Rule); r != nil {
		shown.Group, shown.Title, shown.Why, shown.Source = r.Group.String(), r.Title, r.Why, r.Source
		return shown
	}
	for i := range certificate.Rules {
		if r := &certificate.Rules[i]; r.Code == o.Rule {
			shown.Group, shown.Title, shown.Source = "law", r.Title, r.Citation
			return shown
		}
	}
	mark, name, _ := strings.Cut(o.Rule, ".")
	for _, c := range s.clausesOf(d, mark+".") {
		if c.Name == name {
			shown.Group, shown.Title, shown.Why, shown.Source = mark, c.Text, c.Reason, c.Citation
		}
	}
	return shown
}

// clausesOf are the clauses of the product or of the programme's policy under which a decision was made.
func (s *showing) clausesOf(d *risk.Decision, mark string) []rule.Clause {
	switch mark {
	case risk.ProductMark:
		if terms := s.terms(d.Product); terms != nil {
			return append(terms.Eligibility[:len(terms.Eligibility):len(terms.Eligibility)], terms.Policy...)
		}
	case risk.ClauseMark:
		policy, err := get(s.View, &riskPolicies, access.Caller{Role: party.Operator}, d.Policy.Number())
		if err == nil {
			return policy.Clauses
		}
	}
	return nil
}

// RiskPolicy is what a programme asks of each use besides its product.
type RiskPolicy struct {
	ID         string           `json:"id"`
	Programme  string           `json:"programme"`
	State      string           `json:"state" enum:"proposed,live,replaced,declined"`
	Thresholds map[string]int64 `json:"thresholds" doc:"by name; a rule whose threshold is missing does not ask"`
	Refused    []string         `json:"refused_countries"`
	Referred   []string         `json:"referred_countries"`
	Clauses    []rule.Clause    `json:"clauses"`
	Reason     string           `json:"reason,omitempty"`
	Maker      *Ref             `json:"maker,omitempty"`
	Checker    *Ref             `json:"checker,omitempty"`
	Entry      uint64           `json:"entry"`
}

// RiskPolicy finds a policy of a programme.
func (v *View) RiskPolicy(c access.Caller, of id.RiskPolicy) (RiskPolicy, error) {
	return one(v, &riskPolicies, c, of.Number(), (*showing).showRiskPolicy)
}

// RiskPolicies lists the policies of programmes.
func (v *View) RiskPolicies(c access.Caller, q Query) (Page[RiskPolicy], error) {
	return many(v, &riskPolicies, c, q, (*showing).showRiskPolicy)
}

func (s *showing) showRiskPolicy(r *risk.Policy) RiskPolicy {
	shown := RiskPolicy{
		ID: r.ID.String(), Programme: r.Programme.String(), State: r.State.String(), Thresholds: map[string]int64{}, Refused: []string{}, Referred: []string{},
		Clauses: append([]rule.Clause{}, r.Clauses...), Reason: s.stored(r.Reason), Entry: r.Entry,
	}
	for _, t := range risk.Named {
		if value := *t.Of(&r.Thresholds); value != 0 {
			shown.Thresholds[t.Name] = value
		}
	}
	for _, c := range r.Thresholds.Refused {
		shown.Refused = append(shown.Refused, rule.CountryCode(int64(c)))
	}
	for _, c := range r.Thresholds.Referred {
		shown.Referred = append(shown.Referred, rule.CountryCode(int64(c)))
	}
	shown.Maker, shown.Checker = s.people(r.Maker, r.Checker)
	return shown
}

// ofDecisions tells of decisions and policies.
func (s *showing) ofDecisions(e book.Event) *locale.Text {
	switch e := e.(type) {
	case *book.DecisionMade:
		d := &e.Decision
		if d.Declined && d.Actor == 0 {
			return locale.Say("Nobody has decided the referral in time: decision %s, of what the rules say on that day.", d.ID)
		}
		if d.Declined {
			return locale.Say("The referral was declined, by %s: decision %s, of what the rules say on that day.", s.decider(d.Actor), d.ID)
		}
		if len(d.Outcomes) == 0 {
			return locale.Say("The rules (edition %d) have nothing against it: decision %s (%s).", d.Edition, d.ID, d.Purpose)
		}
		if d.Verdict == rule.Refer {
			return locale.Say("The rules (edition %d) want a person to decide: decision %s (%s).", d.Edition, d.ID, d.Purpose)
		}
		return locale.Say("The rules (edition %d) say %s: decision %s (%s).", d.Edition, d.Verdict, d.ID, d.Purpose)
	case *book.RiskPolicyProposed:
		return locale.Say("Risk policy %s of programme %s was proposed; it waits for a second person.", e.Policy.ID, e.Policy.Programme)
	case *book.RiskPolicyDecided:
		if e.State == risk.PolicyLive {
			return locale.Say("Risk policy %s is in force, by %s.", e.Policy, s.decider(e.Checker))
		}
		return locale.Say("Risk policy %s was declined by %s.", e.Policy, s.decider(e.Checker))
	}
	return nil
}
