package view

import (
	"millrace/book"
	"millrace/domain/credit"
	"millrace/domain/feature"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/edge/access"
	"millrace/edge/locale"
)

// Application asks for a review of a party's credit, and says what has come of it.
type Application struct {
	ID         string           `json:"id"`
	Party      *Ref             `json:"party"`
	Side       string           `json:"side" enum:"buyer,seller"`
	Form       string           `json:"form,omitempty" enum:"company,sole_trader"`
	Funder     *Ref             `json:"funder,omitempty" doc:"whose decision it is; missing: the operator's recommendation"`
	Programme  string           `json:"programme,omitempty"`
	State      string           `json:"state" enum:"due,assessed,human_review,viewed,approved,refused,withdrawn"`
	Asked      Amount           `json:"asked"`
	TenorDays  int              `json:"tenor_days"`
	Causes     []ReviewCause    `json:"causes,omitempty" doc:"what has opened it by itself"`
	Statements []StatementShown `json:"statements,omitempty"`
	Bureaus    []BureauShown    `json:"bureaus,omitempty"`
	Reckoned   *Reckoned        `json:"reckoned,omitempty"`
	View       *AnalystView     `json:"view,omitempty"`
	Approvals  []Ref            `json:"approvals,omitempty"`
	Needed     int              `json:"needed,omitempty" doc:"while it waits for a decision: approvals that the tier of the view's limit asks for"`
	Left       int              `json:"left,omitempty" doc:"approvals that are missing"`
	Rank       string           `json:"rank,omitempty" enum:"officer,head,committee" doc:"that one of those who are missing must have, or a higher one; missing: anybody"`
	Untiered   bool             `json:"untiered,omitempty" doc:"the policy has nobody approve so much"`
	Approvers  []Ref            `json:"approvers,omitempty" doc:"who may still approve, to the reviewer's own people"`
	Opened     string           `json:"opened"`
	Decided    string           `json:"decided,omitempty"`
	Reason     string           `json:"reason,omitempty"`
	Review     string           `json:"review,omitempty"`
	Limit      string           `json:"limit,omitempty" doc:"proposed by it"`
	Maker      *Ref             `json:"maker,omitempty"`
	Entry      uint64           `json:"entry"`
}

// ReviewCause is why a review was opened by itself.
type ReviewCause struct {
	Kind  string `json:"kind" enum:"review_due,fact,news,condition_due"`
	Fact  string `json:"fact,omitempty"`
	Value string `json:"value,omitempty"`
	Bound string `json:"bound,omitempty"`
	News  string `json:"news,omitempty"`
	Date  string `json:"date"`
}

// StatementShown is the accounts of a period: amounts by line.
type StatementShown struct {
	From      string            `json:"from"`
	Until     string            `json:"until"`
	Currency  string            `json:"currency"`
	Standard  string            `json:"standard" enum:"ifrs,prc_gaap,local_gaap,us_gaap,tax_basis"`
	Assurance string            `json:"assurance" enum:"audited,reviewed,filed,unaudited"`
	Lines     map[string]string `json:"lines" doc:"decimal amounts by line; a line that is missing is unknown, not zero"`
}

// BureauShown is what a credit bureau has said.
type BureauShown struct {
	Source  string         `json:"source"`
	Date    string         `json:"date"`
	Figures []NamedFigure  `json:"figures,omitempty"`
	Adverse []AdverseShown `json:"adverse,omitempty"`
}

// AdverseShown is an event that a bureau reports.
type AdverseShown struct {
	Event   string `json:"event" enum:"insolvency,enforcement,judgment,dishonoured_bill,tax_arrears,payment_default,lawsuit"`
	Date    string `json:"date"`
	Settled bool   `json:"settled,omitempty"`
}

// NamedFigure is a figure by its name, as a decimal.
type NamedFigure struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Reckoned is what was reckoned from an application.
type Reckoned struct {
	Date        string          `json:"date"`
	Facts       []NamedFigure   `json:"facts" doc:"ratios, figures of bureaus, and what the book knows of its trade"`
	Findings    []StatementFlaw `json:"findings,omitempty" doc:"what does not add up in the accounts"`
	Model       string          `json:"model,omitempty" doc:"missing: the expert scorecard"`
	Units       int64           `json:"units"`
	Probability string          `json:"probability" doc:"of default within a year, in percent"`
	Grade       int             `json:"grade"`
	Lines       []LimitStep     `json:"lines" doc:"the arithmetic of the limit, line by line"`
	Limit       Amount          `json:"limit"`
	Refusal     []string        `json:"refusal,omitempty" doc:"why the reckoning refuses"`
	Decision    string          `json:"decision,omitempty"`
}

// StatementFlaw is something in accounts that does not add up.
type StatementFlaw struct {
	Code     string `json:"code"`
	Period   string `json:"period"`
	Line     string `json:"line,omitempty"`
	Stated   string `json:"stated,omitempty"`
	Expected string `json:"expected,omitempty"`
}

// LimitStep is a line of the arithmetic of a limit.
type LimitStep struct {
	Step   string `json:"step" enum:"share_of_equity,share_of_turnover,base,grade,insurer,group,asked,rounded"`
	Input  Amount `json:"input"`
	Factor string `json:"factor,omitempty" doc:"by which the input was multiplied, in percent"`
	Result Amount `json:"result"`
	Binds  bool   `json:"binds,omitempty" doc:"the limit came from this line"`
}

// AnalystView is what an analyst makes of an application.
type AnalystView struct {
	Text       string           `json:"text"`
	Refuses    bool             `json:"refuses,omitempty"`
	Grade      int              `json:"grade,omitempty"`
	Notches    int              `json:"notches,omitempty" doc:"from the grade that was reckoned; above zero: worse"`
	Override   string           `json:"override,omitempty"`
	Limit      Amount           `json:"limit"`
	Until      string           `json:"until,omitempty"`
	Next       string           `json:"next,omitempty"`
	Conditions []ConditionShown `json:"conditions,omitempty"`
	Actor      *Ref             `json:"actor"`
	Date       string           `json:"date"`
}

// ConditionShown is what a review asks of its party.
type ConditionShown struct {
	Kind  string `json:"kind" enum:"information,security,covenant,precedent"`
	Text  string `json:"text"`
	Due   string `json:"due"`
	State string `json:"state" enum:"open,met,waived"`
	Actor *Ref   `json:"actor,omitempty"`
	Date  string `json:"date,omitempty"`
	Note  string `json:"note,omitempty"`
}

// News is something that was heard of a party.
type News struct {
	ID       string `json:"id"`
	Party    *Ref   `json:"party"`
	Funder   *Ref   `json:"funder,omitempty" doc:"who keeps it for itself"`
	Source   string `json:"source"`
	Date     string `json:"date"`
	Severity string `json:"severity" enum:"minor,serious,grave"`
	Text     string `json:"text"`
	Entry    uint64 `json:"entry"`
}

// Watch is a party's place on a watch list.
type Watch struct {
	ID     string `json:"id"`
	Party  *Ref   `json:"party"`
	Funder *Ref   `json:"funder,omitempty" doc:"whose list it is; missing: the operator's"`
	Listed bool   `json:"listed"`
	Since  string `json:"since"`
	Reason string `json:"reason"`
	Actor  *Ref   `json:"actor"`
	Entry  uint64 `json:"entry"`
}

var (
	applications = source[credit.Application]{table: "application", state: "state", parties: []string{"party"}, scope: ofReviewer, keep: keepApplication}
	newsHeard    = source[credit.News]{table: "news", state: "severity", parties: []string{"party"}, scope: ofReviewer}
	watches      = source[credit.Watch]{table: "watch", parties: []string{"party"}, scope: ofReviewer}
)

// ofReviewer: a funder sees its own, and of the operator's those on parties whose reviews it sees. No funder sees another's.
func ofReviewer(v *View, c access.Caller) (clause, error) {
	if c.Views()&party.Funder == 0 {
		return where("0"), nil
	}
	shared, err := concerned(v, c)
	if err != nil {
		return clause{}, err
	}
	found := where("funder = ? OR funder = 0 AND ("+shared.sql+")", int64(c.Party))
	found.arguments = append(found.arguments, shared.arguments...)
	return found, nil
}

// keepApplication: of the operator's, a funder sees those that have led to a recommendation.
func keepApplication(_ *View, c access.Caller, a *credit.Application) bool {
	return a.Funder == c.Party || a.State == credit.Granted
}

// Application gives an application that the caller sees, else ErrNotFound.
func (v *View) Application(c access.Caller, of id.Application) (Application, error) {
	return one(v, &applications, c, of.Number(), (*showing).showApplication)
}

// Applications lists the applications that the caller sees.
func (v *View) Applications(c access.Caller, q Query) (Page[Application], error) {
	return many(v, &applications, c, q, (*showing).showApplication)
}

// OneNews gives news that the caller sees, else ErrNotFound.
func (v *View) OneNews(c access.Caller, of id.News) (News, error) {
	return one(v, &newsHeard, c, of.Number(), (*showing).showNews)
}

// News lists the news that the caller sees; their state is their severity.
func (v *View) News(c access.Caller, q Query) (Page[News], error) {
	return many(v, &newsHeard, c, q, (*showing).showNews)
}

// Watch gives a place on a watch list that the caller sees, else ErrNotFound.
func (v *View) Watch(c access.Caller, of id.Watch) (Watch, error) {
	return one(v, &watches, c, of.Number(), (*showing).showWatch)
}

// Watches lists the places on watch lists that the caller sees.
func (v *View) Watches(c access.Caller, q Query) (Page[Watch], error) {
	return many(v, &watches, c, q, (*showing).showWatch)
}

func (s *showing) wordsOf(of [32]byte) string {
	text, err := s.text(of)
	s.note(err)
	return text
}

// whose is a funder, or nil for the operator.
func (s *showing) whose(funder id.Party) *Ref {
	if funder == 0 {
		return nil
	}
	return s.party(funder)
}

func printed[I interface {
	~uint64
	String() string
}](of I) string {
	if of == 0 {
		return ""
	}
	return of.String()
}

func (s *showing) showApplication(a *credit.Application) Application {
	shown := Application{
		ID: a.ID.String(), Party: s.party(a.Party), Side: a.Side.String(), Form: a.Form.String(), Funder: s.whose(a.Funder), Programme: printed(a.Programme), State: a.State.String(),
		Asked: AmountOf(a.Asked, a.Currency), TenorDays: int(a.TenorDays), Opened: day(a.Opened), Decided: day(a.Decided), Reason: s.wordsOf(a.Reason),
		Review: printed(a.Review), Limit: printed(a.Limit), Entry: a.Entry,
	}
	for _, c := range a.Causes {
		cause := ReviewCause{Kind: c.Kind.String(), Fact: c.Fact, News: printed(c.News), Date: day(c.Date)}
		if c.Kind == credit.FactCrossed {
			cause.Value, cause.Bound = money.FormatScaled(c.Value, int(c.Decimals)), money.FormatScaled(c.Bound, int(c.Decimals))
		}
		shown.Causes = append(shown.Causes, cause)
	}
	for i := range a.Statements {
		shown.Statements = append(shown.Statements, statementShown(&a.Statements[i]))
	}
	for _, b := range a.Bureaus {
		one := BureauShown{Source: b.Source, Date: day(b.Date), Figures: figures(b.Figures)}
		for _, e := range b.Adverse {
			one.Adverse = append(one.Adverse, AdverseShown{e.Event.String(), day(e.Date), e.Settled})
		}
		shown.Bureaus = append(shown.Bureaus, one)
	}
	if a.Assessment.Date != 0 {
		shown.Reckoned = s.reckoned(a)
	}
	if a.View.Actor != 0 {
		shown.View = s.analystView(a)
	}
	for _, actor := range a.Approvals {
		if who := s.reviewerOf(a.Funder, actor); who != nil {
			shown.Approvals = append(shown.Approvals, *who)
		}
	}
	if a.State == credit.Viewed && s.ofReviewers(a.Funder) {
		s.approvalsOf(a, &shown)
	}
	shown.Maker = s.reviewerOf(a.Funder, a.Maker)
	return shown
}

// ofReviewers tells whether the caller is of those who review for a funder, or for the operator (0), or sees all.
func (s *showing) ofReviewers(funder id.Party) bool {
	return s.caller.SeesAll() || funder != 0 && funder == s.caller.Party
}

// reviewerOf names a person of a credit department to its own people and to those who see all; nil to others.
func (s *showing) reviewerOf(funder id.Party, of id.Actor) *Ref {
	if !s.ofReviewers(funder) {
		return nil
	}
	return s.actor(of)
}

func statementShown(r *credit.Statement) StatementShown {
	shown := StatementShown{
		From: day(r.From), Until: day(r.Until), Currency: r.Currency.String(), Standard: r.Standard.String(), Assurance: r.Assurance.String(), Lines: map[string]string{},
	}
	for _, f := range r.Figures {
		shown.Lines[f.Line.String()] = money.Format(f.Amount, r.Currency)
	}
	return shown
}

func figures(facts []credit.Fact) []NamedFigure {
	shown := make([]NamedFigure, len(facts))
	for i, f := range facts {
		shown[i] = NamedFigure{f.Name, money.FormatScaled(f.Value, int(f.Decimals))}
	}
	return shown
}

func (s *showing) reckoned(a *credit.Application) *Reckoned {
	r, c := &a.Assessment, a.Currency
	shown := &Reckoned{
		Date: day(r.Date), Facts: figures(r.Facts), Model: printed(r.Model), Units: r.Units, Probability: r.Probability.String(), Grade: int(r.Grade),
		Limit: AmountOf(r.Limit, c), Decision: printed(r.Decision),
	}
	for _, f := range r.Findings {
		flaw := StatementFlaw{Code: f.Code.String(), Period: day(f.Period)}
		if f.Line != 0 {
			flaw.Line, flaw.Stated, flaw.Expected = f.Line.String(), money.Format(f.Stated, c), money.Format(f.Expected, c)
		}
		shown.Findings = append(shown.Findings, flaw)
	}
	for _, l := range r.Lines {
		step := LimitStep{Step: l.Step.String(), Input: AmountOf(l.Input, c), Result: AmountOf(l.Result, c), Binds: l.Binds}
		if l.Factor != 0 || l.Step == credit.ByGrade {
			step.Factor = l.Factor.String()
		}
		shown.Lines = append(shown.Lines, step)
	}
	for _, reason := range r.Refusal {
		shown.Refusal = append(shown.Refusal, reason.String())
	}
	return shown
}

func (s *showing) analystView(a *credit.Application) *AnalystView {
	r := &a.View
	shown := &AnalystView{
		Text: s.wordsOf(r.Text), Refuses: r.Refuses, Grade: int(r.Grade), Notches: int(r.Notches), Override: s.wordsOf(r.Override), Limit: AmountOf(r.Limit, a.Currency),
		Until: day(r.Until), Next: day(r.Next), Conditions: s.conditions(a.Funder, r.Conditions), Date: day(r.Date),
	}
	shown.Actor = s.reviewerOf(a.Funder, r.Actor)
	return shown
}

func (s *showing) conditions(funder id.Party, of []credit.Condition) []ConditionShown {
	var shown []ConditionShown
	for _, c := range of {
		one := ConditionShown{Kind: c.Kind.String(), Text: s.wordsOf(c.Text), Due: day(c.Due), State: c.State.String(), Date: day(c.Date), Note: s.wordsOf(c.Note)}
		one.Actor = s.reviewerOf(funder, c.Actor)
		shown = append(shown, one)
	}
	return shown
}

func (s *showing) showNews(r *credit.News) News {
	return News{
		ID: r.ID.String(), Party: s.party(r.Party), Funder: s.whose(r.Funder), Source: r.Source, Date: day(r.Date), Severity: r.Severity.String(), Text: s.wordsOf(r.Text), Entry: r.Entry,
	}
}

func (s *showing) showWatch(r *credit.Watch) Watch {
	shown := Watch{ID: r.ID.String(), Party: s.party(r.Party), Funder: s.whose(r.Funder), Listed: r.On, Since: day(r.Since), Reason: s.wordsOf(r.Reason), Entry: r.Entry}
	shown.Actor = s.reviewerOf(r.Funder, r.Actor)
	return shown
}

// ofReviews tells of credit reviews and what opens them.
func (s *showing) ofReviews(e book.Event) *locale.Text {
	switch e := e.(type) {
	case *book.MasterScaleProposed:
		return locale.Say("Master scale %s was proposed.", e.Scale.ID)
	case *book.MasterScaleApproved:
		return locale.Say("Master scale %s is in force.", e.Scale)
	case *book.ReviewPolicyProposed:
		return locale.Say("Review policy %s was proposed.", e.Policy.ID)
	case *book.ReviewPolicyApproved:
		return locale.Say("Review policy %s is in force.", e.Policy)
	case *book.ApplicationOpened:
		a := &e.Application
		if a.State == credit.Due {
			var causes *locale.Text
			for i, c := range a.Causes {
				if i > 0 {
					causes.And(", ")
				}
				causes = causes.And("%s", causeWords(&c))
			}
			return locale.Say("A review of %s as %s was opened: %s.", s.name(a.Party), a.Side, causes)
		}
		return locale.Say("A review of %s as %s was asked for: grade %d, limit %s.", s.name(a.Party), a.Side, a.Assessment.Grade, AmountOf(a.Assessment.Limit, a.Currency))
	case *book.ApplicationSupplemented:
		return locale.Say("Application %s has other grounds: grade %d, limit %s.", e.Application, e.Assessment.Grade, AmountOf(e.Assessment.Limit, e.Request.Currency))
	case *book.ApplicationViewed:
		if e.View.Refuses {
			return locale.Say("An analyst would refuse application %s.", e.Application)
		}
		return locale.Say("An analyst gives application %s grade %d.", e.Application, e.View.Grade)
	case *book.ApplicationApproved:
		return locale.Say("One of several persons has approved application %s.", e.Application)
	case *book.ApplicationDecided:
		if e.State.Open() {
			return locale.Say("Application %s went back to the analysts.", e.Application)
		}
		return locale.Say("Application %s is %s.", e.Application, e.State)
	case *book.ApplicationCaused:
		return locale.Say("More speaks for the review %s.", e.Application)
	case *book.ConditionSettled:
		return locale.Say("Condition %d of review %s is %s.", e.Condition, e.Review, e.State)
	case *book.PartyWatched:
		if e.Watch.On {
			return locale.Say("%s was put on a watch list.", s.name(e.Watch.Party))
		}
		return locale.Say("%s was taken off a watch list.", s.name(e.Watch.Party))
	case *book.NewsRecorded:
		return locale.Say("News of %s were recorded (%s).", s.name(e.News.Party), e.News.Severity)
	case *book.ReviewsAdvanced:
		return locale.Say("Reviews in force were looked through.")
	}
	return nil
}

func causeWords(c *credit.Cause) *locale.Text {
	switch c.Kind {
	case credit.FactCrossed:
		title := c.Fact
		if f := feature.Find(c.Fact); f != nil {
			title = f.Title
		}
		return locale.Say("%s is %s, the bound is %s", say(title), money.FormatScaled(c.Value, int(c.Decimals)), money.FormatScaled(c.Bound, int(c.Decimals)))
	case credit.NewsReported:
		return locale.Say("news")
	case credit.ConditionDue:
		return locale.Say("a condition is past its day")
	}
	return locale.Say("its date has come")
}
