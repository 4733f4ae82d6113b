package bank

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"
	_ "time/tzdata" // a node may run where the system has none

	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/party"
	"millrace/edge/intake"
	"millrace/engine/table"
	"millrace/engine/vault"
)

// CutOff is until when a bank executes what it is told on the same day.
type CutOff struct {
	Calendar calendar.Code // of the days on which the bank works; 0: every day
	Minute   int           // of the bank's day, 0 to 1439, from which it is too late; negative: never
	Zone     *time.Location
	Now      func() time.Time // nil for the machine's clock
}

// NewCutOff reads a time such as "15:30" (empty: never too late), an IANA time zone (empty: UTC), and a calendar's name
// (empty: every day).
func NewCutOff(clock, zone, days string) (*CutOff, error) {
	c := &CutOff{Minute: -1}
	if clock != "" {
		at, err := time.Parse("15:04", clock)
		if err != nil {
			return nil, fmt.Errorf("cut-off time %q: write it as 15:30", clock)
		}
		c.Minute = at.Hour()*60 + at.Minute()
	}
	var err error
	if c.Zone, err = time.LoadLocation(zone); err != nil {
		return nil, fmt.Errorf("time zone %q is not known", zone)
	}
	if days != "" {
		var known bool
		if c.Calendar, known = calendar.ParseCode(days); !known {
			return nil, fmt.Errorf("calendar %q is not known", days)
		}
	}
	return c, nil
}

// Late tells whether it is too late for the same day now.
func (c *CutOff) Late() bool {
	now := time.Now
	if c.Now != nil {
		now = c.Now
	}
	at := now().In(c.Zone)
	return c.Minute >= 0 && at.Hour()*60+at.Minute() >= c.Minute
}

// OpenFrom gives the first day from a date on which the bank works; the date itself where the calendar does not reach so far.
func (c *CutOff) OpenFrom(date calendar.Date) calendar.Date {
	if open, covered := c.Calendar.Adjust(date, calendar.Following); covered {
		return open
	}
	return date
}

// date is the day for which a payment is instructed, on a business day of the book.
func (c *CutOff) date(today calendar.Date) calendar.Date {
	if c == nil {
		return today
	}
	if c.Late() && c.OpenFrom(today) == today {
		today = today.AddDays(1)
	}
	return c.OpenFrom(today)
}

// address is where a party has its seat, by its profile; the zero value where that is not known, or has been erased.
func (g *outgoing) address(ctx context.Context, of id.Party) (Address, error) {
	var known *party.Party
	err := g.read(ctx, func(v *table.View) (err error) {
		known, err = record[party.Party](ctx, v, "party", of.Number())
		return err
	})
	if err != nil || known == nil {
		return Address{}, err
	}
	_, stored, err := g.options.Engine.Vault().Get(ctx, vault.Ref(known.Profile))
	if errors.Is(err, vault.ErrNotFound) || errors.Is(err, vault.ErrDamaged) {
		return Address{}, nil
	}
	if err != nil {
		return Address{}, err
	}
	var p intake.Profile
	if json.Unmarshal(stored, &p) != nil || p.City == "" || len(p.Country) != 2 {
		return Address{}, nil
	}
	return Address{Street: p.Street, PostCode: p.PostalCode, Town: p.City, Country: p.Country}, nil
}
