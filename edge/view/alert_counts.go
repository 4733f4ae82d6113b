package view

import (
	"fmt"

	"millrace/domain/money"
	"millrace/domain/screening"
	"millrace/edge/access"
)

// AlertCounts are how many alerts of screening there are by what has become of them.
type AlertCounts struct {
	Open, Cleared, Confirmed int
	FalsePositives           string // of those that were decided, per cent; "" where none was
}

// AlertCounts counts the alerts, for those who see all.
func (v *View) AlertCounts(c access.Caller) (AlertCounts, error) {
	var counts AlertCounts
	if !c.SeesAll() {
		return counts, nil
	}
	found, err := v.view.Tx.QueryContext(v.ctx, "SELECT state, count(*) FROM screening_alert GROUP BY 1")
	if err != nil {
		return counts, fmt.Errorf("view: %w", err)
	}
	defer found.Close()
	for found.Next() {
		var state string
		var n int
		if err := found.Scan(&state, &n); err != nil {
			return counts, fmt.Errorf("view: %w", err)
		}
		switch state {
		case screening.Cleared.String():
			counts.Cleared = n
		case screening.Confirmed.String():
			counts.Confirmed = n
		default:
			counts.Open += n
		}
	}
	if decided := counts.Cleared + counts.Confirmed; decided > 0 {
		counts.FalsePositives = Percent(money.RateOne * money.Rate(counts.Cleared) / money.Rate(decided))
	}
	return counts, found.Err()
}
