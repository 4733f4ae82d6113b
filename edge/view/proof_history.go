package view

import (
	"slices"

	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/edge/access"
)

// ProofEvening is the sums of a proof of funds on one evening.
type ProofEvening struct {
	Date       string `json:"date"`
	Bank       Amount `json:"bank"`
	Items      Amount `json:"items" doc:"between bank and book"`
	Mirror     Amount `json:"mirror" doc:"held by the book"`
	Difference Amount `json:"difference" doc:"bank and items less the mirror; 0 where all is proved"`
	Count      int    `json:"count" doc:"items between bank and book"`
}

// ProofEvenings gives the proofs of a programme on the last so many business dates up to one, the newest first; 0 is today. Each is reckoned
// from the entries as ProofOfFunds does, so that a statement that came later counts. Who sees them, and ErrNotFound, are those of ProofOfFunds.
func (v *View) ProofEvenings(c access.Caller, programme id.Programme, until calendar.Date, most int) ([]ProofEvening, error) {
	today, err := v.Date()
	if err != nil {
		return nil, err
	}
	if until == 0 || until > today {
		until = today
	}
	days, err := v.daysSince(until.AddDays(-2 * most)) // weekends and holidays are no business dates
	if err != nil {
		return nil, err
	}
	evenings := []ProofEvening{}
	for _, day := range slices.Backward(days) {
		if day.date > until || len(evenings) == most {
			continue
		}
		made, err := v.ProofOfFunds(c, programme, day.date)
		if err != nil {
			return nil, err
		}
		one := ProofEvening{Date: made.Date, Bank: made.Bank, Items: made.Items, Mirror: made.Mirror, Difference: made.Difference}
		for i := range made.Lines {
			if made.Lines[i].Part == "item" {
				one.Count++
			}
		}
		evenings = append(evenings, one)
	}
	return evenings, nil
}
