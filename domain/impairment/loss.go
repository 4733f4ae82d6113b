package impairment

import (
	"millrace/domain/calendar"
	"millrace/domain/money"
)

// Period is a part of a financing's remaining life. The loss of a default within it is taken at its end.
type Period struct {
	Until      calendar.Date `cbor:"1,keyasint"` // its last day; the next one begins after it
	Drawn      money.Minor   `cbor:"2,keyasint"` // expected to be owed, interest included
	Undrawn    money.Minor   `cbor:"3,keyasint,omitempty"`
	Conversion money.Rate    `cbor:"4,keyasint,omitempty"` // share of Undrawn that is drawn by a default (IFRS 9, 5.5.15, B5.5.31)
}

// Exposure is what would be owed at a default: drawn, and of the undrawn its conversion rounded half up.
func (p *Period) Exposure() money.Minor {
	return money.Add(p.Drawn, money.Share(p.Undrawn, p.Conversion))
}

// Scenario is one of the futures that are weighed (5.5.17(a), B5.5.41).
type Scenario struct {
	Weight  money.Rate   `cbor:"1,keyasint"` // of all scenarios together 100 %
	Default []money.Rate `cbor:"2,keyasint"` // of each period: probability that default happens in it, seen from today
	Loss    money.Rate   `cbor:"3,keyasint"` // given default, of what no cover bears
}

// Cover is what bears a part of the loss and belongs to the terms of the financing (B5.5.55): credit insurance, a
// guarantee, recourse to the seller, collateral.
type Cover struct {
	Share   money.Rate  `cbor:"1,keyasint"`           // of the exposure that covers before it leave
	Limit   money.Minor `cbor:"2,keyasint,omitempty"` // most that it bears; 0: no bound
	Failure money.Rate  `cbor:"3,keyasint"`           // share of what it should bear that it is expected not to
}

// Case is one financing on a reporting date.
type Case struct {
	On        calendar.Date `cbor:"1,keyasint"`
	Periods   []Period      `cbor:"2,keyasint"`
	Scenarios []Scenario    `cbor:"3,keyasint"`
	Covers    []Cover       `cbor:"4,keyasint,omitempty"` // in the order in which they bear
	Daily     Factor        `cbor:"5,keyasint"`           // over a day at the effective interest
}

// Horizon is how much of the life is looked at.
type Horizon uint8

// The horizons.
const (
	TwelveMonths Horizon = 1 + iota // stage 1 (5.5.5)
	Lifetime                        // stage 2 (5.5.3), and trade receivables (5.5.15)
)

// HorizonOf is what a stage other than Impaired looks at.
func HorizonOf(s Stage) Horizon {
	if s == Performing {
		return TwelveMonths
	}
	return Lifetime
}

// Term is one line of a calculation: a period in a scenario.
type Term struct {
	Scenario  int
	Until     calendar.Date
	Days      int32 // discounted
	Exposure  money.Minor
	Uncovered money.Minor // of it
	Default   money.Rate
	Loss      money.Rate
}

// Defects gives what is wrong with a case; none for one that can be computed.
func (c *Case) Defects(h Horizon) []string {
	var defects []string
	check := func(holds bool, what string) {
		if !holds {
			defects = append(defects, what)
		}
	}
	year, before, reached := c.On.AddMonths(12), c.On, false
	for _, p := range c.Periods {
		check(p.Until > before, "periods end one after the other, after the reporting date")
		check(p.Drawn >= 0 && p.Undrawn >= 0 && p.Drawn <= money.MinorMax/2 && p.Undrawn <= money.MinorMax/2, "exposures are not below 0 nor beyond what can be counted")
		check(isShare(p.Conversion), "conversion is between 0 and 100 %")
		reached = reached || p.Until == year
		before = p.Until
	}
	check(h != TwelveMonths || before <= year || reached, "a period ends twelve months after the reporting date")
	weights := money.Rate(0)
	for _, s := range c.Scenarios {
		weights += s.Weight
		total := money.Rate(0)
		for _, d := range s.Default {
			check(isShare(d), "probabilities are between 0 and 100 %")
			total += d
		}
		check(isShare(s.Weight) && isShare(s.Loss), "weights and losses are between 0 and 100 %")
		check(total <= money.RateOne, "probabilities of one scenario are at most 100 % together")
		check(len(s.Default) == len(c.Periods), "each period has a probability")
	}
	check(weights == money.RateOne, "weights are 100 % together")
	for _, k := range c.Covers {
		check(isShare(k.Share) && isShare(k.Failure) && k.Limit >= 0, "covers bear between 0 and 100 %, up to a limit not below 0")
	}
	check(c.Daily[0] < 1<<63 || c.Daily == One, "the factor is at most 1")
	return defects
}

func isShare(r money.Rate) bool { return r >= 0 && r <= money.RateOne }

// borne splits an exposure: what no cover bears in minor units, and of what covers bear the part expected to fail, in
// millionths of a minor unit.
func (c *Case) borne(exposure money.Minor) (money.Minor, wide) {
	var failing wide
	left := exposure
	for _, k := range c.Covers {
		covered := money.Minor(int64(left) / int64(money.RateOne) * int64(k.Share))
		covered += money.Minor(int64(left) % int64(money.RateOne) * int64(k.Share) / int64(money.RateOne))
		if k.Limit > 0 {
			covered = min(covered, k.Limit)
		}
		left -= covered
		part := wide{uint64(covered)}
		part.multiply(uint64(k.Failure))
		failing.add(&part)
	}
	return left, failing
}

// Expected is the loss to be expected of a case without defects, over twelve months or the lifetime:
//
//	sum over scenarios and periods of weight * default * loss * (uncovered + covered * failure) * factor ^ days
//
// with exposures and covered parts in minor units (covered rounded down), everything else exact, rounded half up at the
// end (IFRS 9, 5.5.17, B5.5.28-B5.5.33, B5.5.44). Each term is reported to the watcher, if there is one.
func (c *Case) Expected(h Horizon, watch func(Term)) money.Minor {
	end := c.On.AddMonths(12)
	var total wide
	for place := range c.Periods {
		p := &c.Periods[place]
		if h == TwelveMonths && p.Until > end {
			break
		}
		exposure := p.Exposure()
		uncovered, failing := c.borne(exposure)
		at := wide{uint64(uncovered)}
		at.multiply(uint64(money.RateOne))
		at.add(&failing)
		days := int32(calendar.DaysBetween(c.On, p.Until))
		share := uint64(0) // weight * default * loss over all scenarios: at most 10^18
		for i := range c.Scenarios {
			s := &c.Scenarios[i]
			share += uint64(s.Weight) * uint64(s.Default[place]) * uint64(s.Loss)
			if watch != nil {
				watch(Term{Scenario: i, Until: p.Until, Days: days, Exposure: exposure, Uncovered: uncovered, Default: s.Default[place], Loss: s.Loss})
			}
		}
		at.multiply(share)
		at.discount(c.Daily.Power(days))
		total.add(&at)
	}
	return total.whole(4)
}

// Recovery is a future of what is already impaired: what is expected to come in, and when.
type Recovery struct {
	Weight money.Rate `cbor:"1,keyasint"` // of all together 100 %
	Flows  []Flow     `cbor:"2,keyasint"` // days after the reporting date
}

// ExpectedImpaired is the loss to be expected in stage 3: gross carrying amount less the weighted worth of the recoveries
// at the effective interest, rounded half up; not below 0 (B5.5.33).
func ExpectedImpaired(gross money.Minor, recoveries []Recovery, daily Factor) money.Minor {
	var total wide
	for _, r := range recoveries {
		worth := present(r.Flows, daily, 0)
		worth.multiply(uint64(r.Weight))
		total.add(&worth)
	}
	// The difference is rounded, not the worth: both times 2^127 * 10^6.
	owed := wide{uint64(gross)}
	owed.discount(One)
	owed.multiply(uint64(money.RateOne))
	if owed.compare(&total) <= 0 {
		return 0
	}
	owed.subtract(&total)
	return owed.whole(1)
}

// Marginal turns probabilities of default up to the end of each period into those within each; the former never fall.
func Marginal(cumulative []money.Rate) []money.Rate {
	marginal := make([]money.Rate, len(cumulative))
	before := money.Rate(0)
	for i, c := range cumulative {
		marginal[i] = max(0, c-before)
		before = max(before, c)
	}
	return marginal
}
