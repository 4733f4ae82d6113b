package view

import (
	"encoding/hex"
	"encoding/json"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/screening"
	"millrace/edge/access"
	"millrace/edge/locale"
)

// ScreeningList is one version of a list of names.
type ScreeningList struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	Kind      string `json:"kind" enum:"sanctions,politically_exposed,adverse"`
	Version   int    `json:"version"`
	Hash      string `json:"sha256" doc:"of the file"`
	Published string `json:"published"`
	Recorded  string `json:"recorded"`
	Entries   int    `json:"entries"`
	Threshold int    `json:"threshold" doc:"score from which an alert is opened"`
	Live      bool   `json:"live"`
	Actor     *Ref   `json:"actor,omitempty"`
	Entry     uint64 `json:"entry"`
}

// HitDetails are the names that were compared, as the vault keeps them.
type HitDetails struct {
	Subject   string   `json:"subject"`
	Name      string   `json:"name"`
	Names     []string `json:"names,omitempty"`
	Key       string   `json:"key"`
	Born      []string `json:"born,omitempty"`
	Countries []string `json:"countries,omitempty"`
	Note      string   `json:"note,omitempty"`
}

// ScreeningAlert is a party, or a person of it, that is like an entry of a list.
type ScreeningAlert struct {
	ID      string      `json:"id"`
	Party   *Ref        `json:"party"`
	Person  string      `json:"person,omitempty" doc:"token of the person linked to the party; missing: the party itself"`
	List    string      `json:"list"`
	Kind    string      `json:"kind" enum:"sanctions,politically_exposed,adverse"`
	Score   int         `json:"score" doc:"1 to 1000"`
	Why     []string    `json:"why"`
	Details *HitDetails `json:"details,omitempty"`
	State   string      `json:"state" enum:"open,taken_for_true,cleared,confirmed"`
	Doubted bool        `json:"doubted,omitempty" doc:"confirmed, and one person now says that it is not"`
	Opened  string      `json:"opened"`
	First   *Ref        `json:"first,omitempty"`
	Decider *Ref        `json:"decider,omitempty"`
	Decided string      `json:"decided,omitempty"`
	Reason  string      `json:"reason,omitempty"`
	Entry   uint64      `json:"entry"`
}

// CaseFact is something that was found out.
type CaseFact struct {
	Text  string `json:"text"`
	Actor *Ref   `json:"actor"`
	Date  string `json:"date"`
}

// Case is a suspicion that is looked into.
type Case struct {
	ID        string     `json:"id"`
	Party     *Ref       `json:"party"`
	Cause     string     `json:"cause" enum:"person,alert,rule"`
	Alert     string     `json:"alert,omitempty"`
	Finding   string     `json:"finding,omitempty" doc:"of a case that a rule has opened: circular_trade_of_related_parties, double_pledge, forged_undertaking"`
	Decision  string     `json:"decision,omitempty" doc:"that has the finding"`
	Facts     []CaseFact `json:"facts"`
	Due       string     `json:"due"`
	Overdue   bool       `json:"overdue,omitempty"`
	State     string     `json:"state" enum:"open,proposed,closed"`
	Outcome   string     `json:"outcome,omitempty" enum:"no_action,reported,relation_ended"`
	Reference string     `json:"reference,omitempty"`
	Reason    string     `json:"reason,omitempty"`
	Maker     *Ref       `json:"maker,omitempty"`
	Checker   *Ref       `json:"checker,omitempty"`
	Opened    string     `json:"opened"`
	Closed    string     `json:"closed,omitempty"`
	Entry     uint64     `json:"entry"`
}

// Nobody but those who see all sees lists and alerts; nobody but compliance sees cases.
var (
	screeningLists  = source[screening.List]{table: "screening_list", kind: "kind"}
	screeningAlerts = source[screening.Alert]{table: "screening_alert", state: "state", parties: []string{"party"}}
	suspicions      = source[screening.Case]{table: "suspicion", state: "state", parties: []string{"party"}}
)

// ScreeningList gives a list, to those who see all.
func (v *View) ScreeningList(c access.Caller, of id.ScreeningList) (ScreeningList, error) {
	return one(v, &screeningLists, c, of.Number(), (*showing).showList)
}

// ScreeningLists lists the lists, to those who see all.
func (v *View) ScreeningLists(c access.Caller, q Query) (Page[ScreeningList], error) {
	return many(v, &screeningLists, c, q, (*showing).showList)
}

// ScreeningAlert gives an alert, to those who see all.
func (v *View) ScreeningAlert(c access.Caller, of id.ScreeningAlert) (ScreeningAlert, error) {
	return one(v, &screeningAlerts, c, of.Number(), (*showing).showAlert)
}

// ScreeningAlerts lists the alerts, to those who see all.
func (v *View) ScreeningAlerts(c access.Caller, q Query) (Page[ScreeningAlert], error) {
	return many(v, &screeningAlerts, c, q, (*showing).showAlert)
}

// Case gives a case to compliance; to everybody else there is none.
func (v *View) Case(c access.Caller, of id.Case) (Case, error) {
	if !c.Investigates() {
		return Case{}, ErrNotFound
	}
	return one(v, &suspicions, c, of.Number(), (*showing).showCase)
}

// Cases lists the cases to compliance; to everybody else there are none.
func (v *View) Cases(c access.Caller, q Query) (Page[Case], error) {
	if !c.Investigates() {
		return Page[Case]{Items: []Case{}, Watermark: v.Watermark()}, nil
	}
	return many(v, &suspicions, c, q, (*showing).showCase)
}

func (s *showing) showList(r *screening.List) ScreeningList {
	shown := ScreeningList{
		ID: r.ID.String(), Name: r.Name, Kind: r.Kind.String(), Version: int(r.Version), Hash: hex.EncodeToString(r.Hash[:]), Published: day(r.Published),
		Recorded: day(r.Recorded), Entries: int(r.Entries), Threshold: int(r.Threshold), Live: r.Live, Entry: r.Entry,
	}
	shown.Actor, _ = s.people(r.Actor, 0)
	return shown
}

func (s *showing) showAlert(r *screening.Alert) ScreeningAlert {
	shown := ScreeningAlert{
		ID: r.ID.String(), Party: s.party(r.Hit.Party), List: r.Hit.List.String(), Score: int(r.Hit.Score), Why: r.Hit.Why.Names(), State: r.State.String(), Doubted: r.Doubted,
		Opened: day(r.Opened), Decided: day(r.Decided), Reason: s.told(r.Reason), Entry: r.Entry,
	}
	if r.Hit.Person != [16]byte{} {
		shown.Person = hex.EncodeToString(r.Hit.Person[:])
	}
	s.note(rows(s.View, "SELECT number, record FROM screening_list WHERE number = ?", []any{int64(r.Hit.List.Number())}, func(_ uint64, l *screening.List) error {
		shown.Kind = l.Kind.String()
		return nil
	}))
	if bytes, err := s.kept(r.Hit.Details); err == nil {
		var details HitDetails
		if json.Unmarshal(bytes, &details) == nil {
			shown.Details = &details
		}
	} else {
		s.note(err)
	}
	shown.First, shown.Decider = s.people(r.First, r.Decider)
	return shown
}

func (s *showing) showCase(r *screening.Case) Case {
	today, err := s.Date()
	s.note(err)
	shown := Case{
		ID: r.ID.String(), Party: s.party(r.Party), Cause: r.Cause.String(), Facts: []CaseFact{}, Due: day(r.Due), Overdue: r.Overdue(today), State: r.State.String(),
		Outcome: r.Outcome.String(), Reference: s.told(r.Reference), Reason: s.told(r.Reason), Opened: day(r.Opened), Closed: day(r.Closed), Entry: r.Entry,
	}
	if r.Alert != 0 {
		shown.Alert = r.Alert.String()
	}
	if shown.Finding = r.Finding.String(); r.Decision != 0 {
		shown.Decision = r.Decision.String()
	}
	for _, f := range r.Facts {
		shown.Facts = append(shown.Facts, CaseFact{Text: s.told(f.Text), Actor: s.actor(f.Actor), Date: day(f.Date)})
	}
	shown.Maker, shown.Checker = s.people(r.Maker, r.Checker)
	return shown
}

// suspects tells whether a command is about a case.
func suspects(c book.Command) bool {
	switch c.(type) {
	case *book.OpenCase, *book.AddCaseFact, *book.DecideCase:
		return true
	}
	return false
}

// suspicion tells whether an event is about a case.
func suspicion(e book.Event) bool {
	switch e.(type) {
	case *book.CaseOpened, *book.CaseMoved:
		return true
	}
	return false
}

// screens tells whether an event is about screening, of which a party is not told.
func screens(e book.Event) bool {
	switch e.(type) {
	case *book.ScreeningListRecorded, *book.Screened, *book.AlertOpened, *book.AlertMoved:
		return true
	}
	return suspicion(e)
}

// commandTold is the name of a command as a caller is told it: that a suspension came of screening is not the party's to know.
func commandTold(c access.Caller, command book.Command) string {
	if _, decided := command.(*book.DecideAlert); decided && !c.SeesAll() {
		return CommandName(&book.SuspendParty{})
	}
	return CommandName(command)
}

// ofScreening tells of lists, alerts and cases.
func (s *showing) ofScreening(e book.Event) *locale.Text {
	switch e := e.(type) {
	case *book.ScreeningListRecorded:
		return locale.Say("Version %d of the list %q was imported: %d entries.", e.List.Version, e.List.Name, e.List.Entries)
	case *book.Screened:
		if e.Run == 0 {
			return locale.Say("%d parties that have changed were screened with their persons: %d new alerts.", len(e.Parties), e.Hits)
		}
		return locale.Say("Parties and their persons up to number %d were screened: %d new alerts.", e.Through, e.Hits)
	case *book.AlertOpened:
		return locale.Say("Alert %s was opened about %s, with a score of %d.", e.Alert.ID, s.name(e.Alert.Hit.Party), e.Alert.Hit.Score)
	case *book.AlertMoved:
		return locale.Say("Alert %s is %s, by %s.", e.Alert, locale.Word(e.State.String()), s.decider(e.Decider))
	case *book.CaseOpened:
		if e.Case.Finding != 0 {
			return locale.Say("Case %s was opened about %s by a rule: %s, in decision %s.", e.Case.ID, s.name(e.Case.Party), locale.Word(e.Case.Finding.String()), e.Case.Decision)
		}
		return locale.Say("Case %s was opened about %s.", e.Case.ID, s.name(e.Case.Party))
	case *book.CaseMoved:
		return locale.Say("Case %s is %s.", e.Case, e.State)
	}
	return nil
}

// findKnown finds what is known of parties, and what they are screened for.
func (v *View) findKnown(c access.Caller, text string) (*subject, error) {
	switch id.PrefixOf(text) {
	case id.OnboardingFile(0).Prefix():
		f, err := id.Parse[id.OnboardingFile](text)
		if err != nil {
			return nil, ErrNotFound
		}
		if record, err := get(v, &onboardingFiles, c, f.Number()); err != nil || !c.SeesAll() && record.Party != c.Party {
			return nil, ErrNotFound // a funder's word that it exists is no story
		}
		return seen[id.OnboardingFile](v, c, &onboardingFiles, text)
	case id.Checklist(0).Prefix():
		return seen[id.Checklist](v, c, &checklists, text)
	case id.Consent(0).Prefix():
		return seen[id.Consent](v, c, &consents, text)
	case id.FileReading(0).Prefix():
		return seen[id.FileReading](v, c, &readings, text)
	case id.ScreeningList(0).Prefix():
		return seen[id.ScreeningList](v, c, &screeningLists, text)
	case id.ScreeningAlert(0).Prefix():
		return seen[id.ScreeningAlert](v, c, &screeningAlerts, text)
	case id.Case(0).Prefix():
		if c.Investigates() {
			return seen[id.Case](v, c, &suspicions, text)
		}
	}
	return nil, ErrNotFound
}
