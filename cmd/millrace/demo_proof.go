package main

import (
	"errors"
	"fmt"

	"millrace/domain/calendar"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/edge/view"
)

// proofLine is the act that proves the funds of one programme.
type proofLine struct {
	storyLine
	Proof    view.ProofOfFunds `json:"proof"`    // of the last evening
	Evenings int               `json:"evenings"` // on which the bank's statements were there
	Proved   int               `json:"proved"`   // of these, with no difference
}

// print writes the sums under the sentence, and what stands between them.
func (l proofLine) print() error {
	if err := l.storyLine.print(); err != nil {
		return err
	}
	row := func(what string, amount view.Amount) error {
		_, err := fmt.Printf("%25s%-44s %20s\n", "", what, amount.String())
		return err
	}
	err := row("at the bank", l.Proof.Bank)
	for _, line := range l.Proof.Lines {
		if line.Part == "item" {
			err = errors.Join(err, row(fmt.Sprintf("  %s, %d days old", line.What, line.AgeDays), line.Amount))
		}
	}
	return errors.Join(err, row("items between bank and book", l.Proof.Items), row("by the book", l.Proof.Mirror), row("claims on it", l.Proof.Claims), row("difference", l.Proof.Difference))
}

// prove reckons the proof of funds of every programme on every evening of the story, and shows that of the last.
func (s *story) prove() (err error) {
	v, err := view.New(s.engine).Now(s.ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, v.Close()) }()
	programmes, err := (&proofOfFundsCommand{}).programmes(v)
	if err != nil {
		return err
	}
	for _, programme := range programmes {
		if err := s.proveOne(v, programme); err != nil {
			return err
		}
	}
	return nil
}

func (s *story) proveOne(v *view.View, programme id.Programme) error {
	line := proofLine{storyLine: storyLine{Date: s.date.String(), Act: "proof"}}
	var worst money.Minor
	for _, evening := range append(s.evenings, s.date) {
		proof, err := v.ProofOfFunds(everything, programme, evening)
		if err != nil {
			return err
		}
		if !hasStatement(&proof) {
			continue
		}
		line.Proof = proof
		line.Evenings++
		if proof.Difference.Minor == 0 {
			line.Proved++
		} else {
			worst = max(worst, money.Minor(max(proof.Difference.Minor, -proof.Difference.Minor)))
		}
	}
	p, err := recordOf[funding.Programme](s.giver, "programme", programme.Number())
	if err != nil {
		return err
	}
	line.Sentence = fmt.Sprintf("%s round %s: bank and book agree to the cent, on each of %d evenings with statements", programme, s.names[p.Anchor], line.Evenings)
	if line.Proved < line.Evenings {
		s.summary.ProofsOpen++
		line.Sentence = fmt.Sprintf("%s round %s: NOT PROVED on %d of %d evenings, by %s at most", programme, s.names[p.Anchor], line.Evenings-line.Proved, line.Evenings, s.text(worst))
	}
	s.summary.Proofs += line.Evenings
	return s.say(line)
}

// hasStatement tells whether a proof rests on a statement at all.
func hasStatement(p *view.ProofOfFunds) bool {
	for i := range p.Lines {
		if p.Lines[i].Part == "bank" {
			return true
		}
	}
	return false
}

// evening remembers a business date that ends.
func (s *story) evening(date calendar.Date) { s.evenings = append(s.evenings, date) }
