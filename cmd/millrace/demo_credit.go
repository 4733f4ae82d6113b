package main

import (
	"crypto/sha256"
	"fmt"
	"strings"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/credit"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/risk"
	"millrace/domain/screening"
	"millrace/edge/intake"
	lists "millrace/edge/screening"
	"millrace/engine"
)

// watchedNames is the list of the story: two versions, with one entry that is named much like a seller and is somebody else.
var watchedNames = [2]string{
	"key,person,names,born,countries,identifiers,note\n" +
		"D-0417,false,Schwarzeller Rohstoffhandel FZE|Schwarzeller Trading,,AE,,shipped under a false flag\n" +
		"D-0533,true,Ottokar Immerwien,1961-04-02,,,owner of D-0417\n",
	"key,person,names,born,countries,identifiers,note\n" +
		"D-0417,false,Schwarzeller Rohstoffhandel FZE|Schwarzeller Trading,,AE,,shipped under a false flag\n" +
		"D-0533,true,Ottokar Immerwien,1961-04-02,,,owner of D-0417\n" +
		"D-0608,false,Nordkamm Seefracht Ltd,,MH,,shipped under a false flag\n",
}

// watchedList names the list in the book.
const watchedList = "Sanctions list of the demo"

// screen imports a list of names, has everybody compared with it, and a person of compliance clear who is only named alike.
func (s *story) screen() error {
	officer, err := s.actor(s.operator, party.Compliance, "Compliance desk")
	if err != nil {
		return err
	}
	opened, err := s.compare(watchedNames[0])
	if err != nil {
		return err
	}
	if len(opened) != 1 || opened[0].Hit.Party != s.party("schwarzeller") {
		return fmt.Errorf("screening has opened %d alerts, of which one was to be", len(opened))
	}
	alert := opened[0]
	if err := s.tell("screening", "all parties compared with list %q: %s is named like an entry (%d of %d), and a person must look", watchedList,
		s.names[alert.Hit.Party], alert.Hit.Score, screening.ScoreMax); err != nil {
		return err
	}
	reason, err := s.intake.Store(s.ctx, intake.KindReason, []byte("Another company: founded in Duisburg in 1954 and never in the Emirates; LEI, register and owners are not those of the entry."))
	if err != nil {
		return err
	}
	if _, err := s.give(officer, "", &book.DecideAlert{Alert: alert.ID, Verdict: book.FalsePositive, Reason: reason}); err != nil {
		return err
	}
	return s.tell("cleared", "alert %s: another company of a like name, cleared with the reason on file", alert.ID)
}

// rescreen imports the next version of the list: everybody is compared again, and the pair that was cleared stays so.
func (s *story) rescreen() error {
	opened, err := s.compare(watchedNames[1])
	if err != nil {
		return err
	}
	if len(opened) != 0 {
		return fmt.Errorf("a version of the list that says nothing new has opened %d alerts", len(opened))
	}
	return s.tell("screening", "version 2 of list %q: all parties compared again, and who was cleared stays cleared", watchedList)
}

// compare imports a version of the list, and gives the alerts that a round of screening opens.
func (s *story) compare(content string) ([]screening.Alert, error) {
	c, err := lists.Prepare(s.ctx, s.intake, watchedList, screening.Sanctions, 0, []byte(content), sha256.Sum256([]byte(content)), s.date)
	if err != nil {
		return nil, err
	}
	if _, err := s.give(s.maker, "", c); err != nil {
		return nil, err
	}
	clerk, err := lists.NewClerk(lists.Options{Engine: s.engine, Actor: s.maker})
	if err != nil {
		return nil, err
	}
	before := s.engine.Head().Sequence
	if err := clerk.Round(s.ctx); err != nil {
		return nil, err
	}
	answer, err := s.since(before)
	if err != nil {
		return nil, err
	}
	if first[*book.Screened](answer) == nil {
		return nil, fmt.Errorf("nobody was screened")
	}
	var opened []screening.Alert
	for _, event := range answer.Events {
		if e, ok := event.(*book.AlertOpened); ok {
			opened = append(opened, e.Alert)
		}
	}
	return opened, nil
}

// since gives the events of what machines have done after an entry.
func (s *story) since(before uint64) (answer engine.Answer, err error) {
	for sequence := before + 1; sequence <= s.engine.Head().Sequence; sequence++ {
		stored, err := s.engine.ReadEntry(sequence)
		if err != nil {
			return answer, err
		}
		answer.Events = append(answer.Events, stored.Events...)
	}
	return answer, nil
}

// seconding lets the programme round an anchor ask for two persons of the funder where a large amount was referred.
func (s *story) seconding() error {
	reason, err := s.intake.Store(s.ctx, intake.KindReason, []byte("What is so large that a person must look is looked at by two."))
	if err != nil {
		return err
	}
	bounds := *risk.Presumed(risk.Now)
	bounds.SecondAbove = 250_000_00
	answer, err := s.give(s.maker, "", &book.ProposeRiskPolicy{Programme: s.programmes[s.party("havelmark")], Thresholds: bounds, Reason: reason})
	if err != nil {
		return err
	}
	proposed := first[*book.RiskPolicyProposed](answer).Policy.ID
	if _, err := s.give(s.checker, "", &book.DecideRiskPolicy{Policy: proposed, Decision: book.Approve}); err != nil {
		return err
	}
	return s.tell("policy", "round %s: above %s it takes two persons of the funder to approve what rules have referred", s.names[s.party("havelmark")], s.text(money.Minor(bounds.SecondAbove)))
}

// refer takes a financing that rules have referred through its case: one person of the funder takes it and recommends, a second decides.
func (s *story) refer(f funding.Financing, opened funding.Referral) (funding.Financing, error) {
	s.summary.Referrals++
	if err := s.tell("referred", "rule %s: %s is above %s, a person of the funder must look until %s", f.Outcomes[0].Rule, s.text(money.Minor(f.Outcomes[0].Measure)),
		s.text(money.Minor(f.Outcomes[0].Bound)), opened.Deadline); err != nil {
		return f, err
	}
	colleague, err := s.actor(f.Funder, party.Funder, "Credit desk of "+s.names[f.Funder])
	if err != nil {
		return f, err
	}
	if _, err := s.give(colleague, "", &book.TakeReferral{Referral: opened.ID}); err != nil {
		return f, err
	}
	found, err := s.intake.Store(s.ctx, intake.KindReason, []byte("Order and machine beds seen on site, buyer graded 2, within all limits."))
	if err != nil {
		return f, err
	}
	if _, err := s.give(colleague, "", &book.AdviseReferral{Referral: opened.ID, Says: book.Approve, Text: found}); err != nil {
		return f, err
	}
	if err := s.tell("recommended", "%s: one person takes the case, and recommends to approve", s.names[f.Funder]); err != nil {
		return f, err
	}
	reason, err := s.intake.Store(s.ctx, intake.KindReason, []byte("As recommended; the order is a part of a series that the buyer has always paid."))
	if err != nil {
		return f, err
	}
	answer, err := s.give(s.actors[s.keyOf(f.Funder)+" funder"], "", &book.DecideReferral{Financing: f.ID, Decision: book.Approve, Reason: reason})
	if err != nil {
		return f, err
	}
	return first[*book.ReferralDecided](answer).Financing, s.tell("approved", "%s decides for itself: a second person has looked and approves, with the reason on file", s.names[f.Funder])
}

// reviewCredit takes an application with accounts from its reckoning to a review in force: what the score, the grade and the limit come to,
// what an analyst makes of it, and two others who approve. The limit goes up by it.
func (s *story) reviewCredit() error {
	anchor := s.party("havelmark")
	answer, err := s.give(s.maker, "", &book.OpenApplication{Party: anchor, Side: credit.AsBuyer, Request: book.ReviewRequest{
		Form: credit.Company, Programme: s.programmes[anchor], Asked: 2_400_000_00, Currency: s.currency, TenorDays: 60,
		Statements: s.accountsOf(), Bureaus: []credit.Bureau{{Source: "register_extract", Date: s.date.AddDays(-12)}},
	}})
	if err != nil {
		return err
	}
	a := first[*book.ApplicationOpened](answer).Application
	made := &a.Assessment
	if len(made.Findings) > 0 {
		return fmt.Errorf("the accounts do not add up: %v", made.Findings)
	}
	if err := s.tell("application", "%s asks for %s on accounts of two years: %d points on the expert scorecard, a probability of default of %s, grade %d", s.names[anchor],
		s.text(a.Asked), made.Units, percent(made.Probability), made.Grade); err != nil {
		return err
	}
	if err := s.tell("limit", "%s", s.arithmetic(made)); err != nil {
		return err
	}
	view, err := s.viewOf(&a)
	if err != nil {
		return err
	}
	if _, err := s.give(s.maker, "", view); err != nil {
		return err
	}
	if _, err := s.give(s.checker, "", &book.DecideApplication{Application: a.ID, Decision: book.Approve}); err != nil {
		return err
	}
	if answer, err = s.give(s.third, "", &book.DecideApplication{Application: a.ID, Decision: book.Approve}); err != nil {
		return err
	}
	granted := first[*book.ApplicationDecided](answer)
	if granted == nil || granted.State != credit.Granted {
		return fmt.Errorf("application %s was not granted by two", a.ID)
	}
	if _, err := s.give(s.checker, "", &book.ApproveLimit{Limit: granted.Limit}); err != nil {
		return err
	}
	return s.tell("reviewed", "approved by two beside the analyst: review %s of %s in force until %s with grade %d, one condition and a limit of %s", granted.Review, s.names[anchor],
		view.Until, view.Grade, s.text(view.Limit))
}

// arithmetic is how a limit was reckoned, in one sentence.
func (s *story) arithmetic(a *credit.Assessment) string {
	var steps []string
	for _, l := range a.Lines {
		step := fmt.Sprintf("%s %s", strings.ReplaceAll(l.Step.String(), "_", " "), s.text(l.Result))
		if l.Factor != 0 {
			step += fmt.Sprintf(" (%s of %s)", percent(l.Factor), s.text(l.Input))
		}
		if l.Binds {
			step += " which binds"
		}
		steps = append(steps, step)
	}
	return strings.Join(steps, "; ")
}

// viewOf is what the analyst makes of an application: as reckoned, on one condition.
func (s *story) viewOf(a *credit.Application) (*book.ViewApplication, error) {
	text, err := s.intake.Store(s.ctx, intake.KindReason, []byte("Solid equity, little debt, two years of growth; pays on the day. The machine series runs until 2028."))
	if err != nil {
		return nil, err
	}
	wanted, err := s.intake.Store(s.ctx, intake.KindText, []byte("Interim accounts of the first half of the year, within ninety days."))
	if err != nil {
		return nil, err
	}
	return &book.ViewApplication{
		Application: a.ID, Text: text, Grade: a.Assessment.Grade, Limit: a.Assessment.Limit, Until: s.date.AddDays(360), Next: s.date.AddDays(330),
		Conditions: []credit.Condition{{Kind: credit.Information, Text: wanted, Due: s.date.AddDays(90)}},
	}, nil
}

// accountsOf are the anchor's audited accounts of two years.
func (s *story) accountsOf() []credit.Statement {
	// Thousands of euros in the order of credit.Lines.
	thousands := [2][]money.Minor{
		{2_400, 4_300, 3_900, 10_700, 9_100, 500, 20_300, 3_500, 800, 6_200, 3_200, 12_100, 4_400, 8_200,
			41_500, 34_600, 6_900, 1_300, 2_600, 230, 2_370, 710, 1_660, 2_900, -1_900, -700},
		{2_900, 4_800, 4_100, 11_900, 9_600, 500, 22_000, 3_600, 700, 6_300, 2_700, 12_600, 5_600, 9_400,
			46_000, 38_000, 8_000, 1_400, 3_100, 200, 2_900, 870, 2_030, 3_500, -2_100, -900},
	}
	var all []credit.Statement
	for i, figures := range thousands {
		from, _ := calendar.Of(2024+i, 1, 1)
		until, _ := calendar.Of(2024+i, 12, 31)
		one := credit.Statement{From: from, Until: until, Currency: s.currency, Standard: credit.LocalGAAP, Assurance: credit.Audited}
		for at, line := range credit.Lines() {
			one.Figures = append(one.Figures, credit.Figure{Line: line, Amount: figures[at] * 1_000_00})
		}
		all = append(all, one)
	}
	return all
}

// caseOf finds the case of a financing that was referred.
func caseOf(answer engine.Answer, of id.Financing) funding.Referral {
	for _, event := range answer.Events {
		if e, ok := event.(*book.ReferralOpened); ok && e.Referral.Financing == of {
			return e.Referral
		}
	}
	return funding.Referral{}
}
