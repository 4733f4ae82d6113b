package book

import "millrace/domain/risk"

// DecideUnder has the commands that come decided by an edition of the rules of risk control, on the facts that were gathered for it: so an entry of before
// another edition is decided again. 0 is the edition in force. It is no part of the state, and changes no record.
func (b *Book) DecideUnder(e risk.Edition) { b.edition = e }

// rules is the edition by which uses of credit are decided.
func (b *Book) rules() risk.Edition {
	if b.edition == 0 {
		return risk.Now
	}
	return b.edition
}

// EditionOf is the edition under which events were decided; 0 where none of them says.
func EditionOf(events []Event) risk.Edition {
	for _, event := range events {
		if made, is := event.(*DecisionMade); is && made.Decision.Edition != 0 {
			return made.Decision.Edition
		}
	}
	return 0
}
