package sandbox

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"millrace/domain/calendar"
	"millrace/domain/money"
	"millrace/edge/bank"
)

// endOfDay closes the statements of the day that is open: of accounts on which something moved, and of all where the bank gives
// them daily, or the day is the last open one of its month.
func (s *state) endOfDay() {
	if s.hours.OpenFrom(s.Day) != s.Day {
		return
	}
	type sum struct {
		amount money.Minor
		lines  int
	}
	moved := map[string]sum{}
	for _, l := range s.Lines[s.Stated:] {
		if l.Copy {
			continue
		}
		key := l.Account + " " + l.Currency
		moved[key] = sum{money.Add(moved[key].amount, l.Amount), moved[key].lines + 1}
	}
	keys := slices.Collect(maps.Keys(moved))
	if s.profile.Statements == "daily" || s.Day == s.monthEnd(s.Day) {
		for key := range s.Balances { // sorted below
			if !strings.HasPrefix(key, outsidePrefix) {
				keys = append(keys, key)
			}
		}
	}
	slices.Sort(keys)
	for _, key := range slices.Compact(keys) {
		account, currency, _ := strings.Cut(key, " ")
		before := s.Series[key]
		opening := money.Sub(s.Balances[key], moved[key].amount)
		s.Closings = append(s.Closings, closing{
			Account: account, Currency: currency, Number: before.Number + 1, Date: s.Day, Opening: opening, Closing: s.Balances[key],
			From: s.Stated, To: len(s.Lines), Lines: moved[key].lines,
		})
		s.Series[key] = series{before.Number + 1, s.Balances[key]}
		s.changed = true
	}
	s.Stated = len(s.Lines)
}

// nextDay is the day after the one that is open: the next on which statements are closed, or the one that it is now.
func (s *state) nextDay(today calendar.Date) calendar.Date {
	if s.profile.Statements == "daily" {
		return min(today, s.hours.OpenFrom(s.Day.AddDays(1)))
	}
	if end := s.monthEnd(s.Day); s.Day < end {
		return min(today, end)
	}
	return min(today, s.monthEnd(s.Day.EndOfMonth().AddDays(1)))
}

// monthEnd is the last open day of a day's month; the month's last day where none is open.
func (s *state) monthEnd(of calendar.Date) calendar.Date {
	end := of.EndOfMonth()
	for day := end; day.Month() == end.Month(); day-- {
		if s.hours.OpenFrom(day) == day {
			return day
		}
	}
	return end
}

// executionDay is the first day on which an instruction can be executed that is asked for on a day and arrives now.
func (s *state) executionDay(requested calendar.Date) calendar.Date {
	day := max(requested, s.today)
	if day == s.today && s.late {
		day = day.AddDays(1)
	}
	return s.hours.OpenFrom(day)
}

func (c *closing) id() string { return fmt.Sprintf("%s-%d-%s", c.Date, c.Number, c.Currency) }

// read gives a statement as the connection takes it.
func (c *closing) read() (bank.Closing, error) {
	account, err := bank.ParseAccount(c.Account)
	currency, known := money.ParseCurrency(c.Currency)
	if err != nil || !known {
		return bank.Closing{}, errors.Join(fmt.Errorf("sandbox: the statement %d of %q is not readable", c.Number, c.Account), err)
	}
	return bank.Closing{
		Account: account, ID: c.Account + " " + c.id(), Sequence: c.Number, Date: c.Date, Opening: c.Opening, Closing: c.Closing, Currency: currency,
		Lines: uint32(c.Lines),
	}, nil
}
