package view

import (
	"slices"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/supervision"
	"millrace/edge/access"
	"millrace/edge/locale"
)

// MoneyRule is one of the rules that alone move supervised money.
type MoneyRule struct {
	Code       string         `json:"code"`
	Sentence   string         `json:"sentence"`
	Citations  []RuleCitation `json:"citations"`
	Rejections []string       `json:"rejections" doc:"codes with which what would break it is refused"`
	Partly     []string       `json:"rejections_partly,omitempty" doc:"codes that refuse such a thing, and others for other reasons"`
	Breaches   []string       `json:"breaches" doc:"codes with which the auditor names what breaks it"`
}

// RuleCitation is one text on which a money rule rests.
type RuleCitation struct {
	Origin string `json:"origin" enum:"law,standard,contract"`
	Text   string `json:"text" doc:"ends with a question mark where the wording wants checking"`
}

// MoneyRules lists the rules, in their order.
func MoneyRules() []MoneyRule {
	shown := make([]MoneyRule, len(supervision.MoneyRules))
	for i := range supervision.MoneyRules {
		r := &supervision.MoneyRules[i]
		shown[i] = MoneyRule{
			Code: r.Code, Sentence: r.Sentence, Rejections: append([]string{}, r.Rejections...), Partly: r.Partly, Breaches: append([]string{}, r.Breaches...),
		}
		for _, c := range r.Citations {
			shown[i].Citations = append(shown[i].Citations, RuleCitation{c.Origin.String(), c.Text})
		}
	}
	return shown
}

// Ladder is until when each part of a funder's money in a programme stays.
type Ladder struct {
	ID        string    `json:"id"`
	Programme string    `json:"programme"`
	Funder    *Ref      `json:"funder"`
	State     string    `json:"state" enum:"proposed,live,declined,replaced"`
	Tranches  []Tranche `json:"tranches" doc:"none: nothing is tied"`
	Maker     *Ref      `json:"maker,omitempty"`
	Checker   *Ref      `json:"checker,omitempty"`
	Entry     uint64    `json:"entry"`
}

// Tranche is a part of a funder's money.
type Tranche struct {
	Amount Amount `json:"amount"`
	Until  string `json:"until,omitempty" doc:"last day on which it stays; missing: it has no end"`
}

// Tenor holds what is due in a programme against the money that pays for it.
type Tenor struct {
	Programme  string        `json:"programme"`
	GapDaysMax int           `json:"gap_days_max" doc:"by which assets may be due after their funding ends"`
	Funders    []FunderTenor `json:"funders"`
}

// FunderTenor is one funder's part of that.
type FunderTenor struct {
	Funder *Ref         `json:"funder"`
	Ladder string       `json:"ladder,omitempty" doc:"in force; missing: nothing is tied"`
	Assets Amount       `json:"assets" doc:"principal that is out or set aside"`
	Stays  *Amount      `json:"stays,omitempty" doc:"of the funding: without an end"`
	Months []TenorMonth `json:"months" doc:"in which something is due, or funding ends"`
	Gaps   []TenorGap   `json:"gaps" doc:"dates after which more is due than stays; a bank that takes money back may make one"`
}

// TenorMonth is what is due in a month, and what of the funding ends in it.
type TenorMonth struct {
	Month string `json:"month" example:"2026-09"`
	Due   Amount `json:"due"`
	Ends  Amount `json:"ends"`
}

// TenorGap is by how much assets outlast their funding.
type TenorGap struct {
	After  string `json:"after,omitempty" doc:"missing: all of the assets against all of the funding"`
	Amount Amount `json:"amount"`
}

var ladders = source[funding.Ladder]{
	table: "ladder", state: "state", parties: []string{"funder"}, programme: "programme", scope: shares(share{roles: party.Funder, sql: "funder = ?"}),
}

// Ladders lists the maturity ladders that the caller sees.
func (v *View) Ladders(c access.Caller, q Query) (Page[Ladder], error) {
	return many(v, &ladders, c, q, (*showing).showLadder)
}

// Ladder gives a maturity ladder that the caller sees, else ErrNotFound.
func (v *View) Ladder(c access.Caller, of id.Ladder) (Ladder, error) {
	return one(v, &ladders, c, of.Number(), (*showing).showLadder)
}

func (s *showing) showLadder(r *funding.Ladder) Ladder {
	shown := Ladder{
		ID: r.ID.String(), Programme: r.Programme.String(), Funder: s.party(r.Funder), State: r.State.String(), Tranches: []Tranche{}, Entry: r.Entry,
	}
	currency := s.currencyIn(r.Programme)
	for _, t := range r.Tranches {
		shown.Tranches = append(shown.Tranches, Tranche{AmountOf(t.Amount, currency), day(t.Until)})
	}
	shown.Maker, shown.Checker = s.people(r.Maker, r.Checker)
	return shown
}

// currencyIn is the currency of a programme.
func (s *showing) currencyIn(p id.Programme) money.Currency {
	var currency money.Currency
	s.note(rows(s.View, "SELECT number, record FROM programme WHERE number = ?", []any{int64(p.Number())}, func(_ uint64, r *funding.Programme) error {
		currency = r.Currency
		return nil
	}))
	return currency
}

// Tenor reports on a programme that the caller sees, else ErrNotFound: a funder on its own part, those who see all on all.
func (v *View) Tenor(c access.Caller, of id.Programme) (Tenor, error) {
	return one(v, &programmes, c, of.Number(), func(s *showing, p *funding.Programme) Tenor {
		shown := Tenor{Programme: p.ID.String(), GapDaysMax: int(p.TenorGapDaysMax), Funders: []FunderTenor{}}
		for _, f := range p.Funders {
			if c.SeesAll() || f.Party == c.Party && c.Views()&party.Funder != 0 {
				shown.Funders = append(shown.Funders, s.tenorOf(p, f.Party))
			}
		}
		return shown
	})
}

// claiming are the states in which a financing has principal out or set aside (funding.FinancingState.Claims).
const claiming = "'accepted', 'disbursing', 'outstanding', 'overdue', 'in_recourse', 'defaulted', 'written_off'"

func (s *showing) tenorOf(p *funding.Programme, funder id.Party) FunderTenor {
	due, assets := map[calendar.Date]money.Minor{}, money.Minor(0)
	found, err := s.view.Tx.QueryContext(s.ctx, "SELECT due, sum(exposure) FROM financing_sum WHERE programme = ? AND funder = ? AND state IN ("+claiming+") GROUP BY due", int64(p.ID), int64(funder))
	if err != nil {
		s.note(err)
		return FunderTenor{}
	}
	defer found.Close()
	for found.Next() {
		var on, amount int64
		s.note(found.Scan(&on, &amount))
		due[calendar.Date(on)] = money.Minor(amount)
		assets = money.Add(assets, money.Minor(amount))
	}
	s.note(found.Err())
	shown := FunderTenor{Funder: s.party(funder), Assets: AmountOf(assets, p.Currency), Months: []TenorMonth{}, Gaps: []TenorGap{}}
	var tranches []funding.Tranche
	s.note(rows(s.View, "SELECT number, record FROM ladder WHERE programme = ? AND funder = ? AND state = 'live'", []any{int64(p.ID), int64(funder)}, func(_ uint64, l *funding.Ladder) error {
		tranches, shown.Ladder = l.Tranches, l.ID.String()
		return nil
	}))
	var maturing []funding.Maturity
	months, ends := map[string]money.Minor{}, map[string]money.Minor{}
	for date, amount := range due {
		if amount != 0 {
			maturing = append(maturing, funding.Maturity{Due: date, Amount: amount})
			months[date.String()[:7]] = money.Add(months[date.String()[:7]], amount)
		}
	}
	slices.SortFunc(maturing, func(x, y funding.Maturity) int { return int(x.Due) - int(y.Due) })
	for _, t := range tranches {
		if t.Until == 0 {
			stays := AmountOf(t.Amount, p.Currency)
			shown.Stays = &stays
			continue
		}
		ends[t.Until.String()[:7]] = money.Add(ends[t.Until.String()[:7]], t.Amount)
	}
	for month := range ends {
		months[month] += 0
	}
	for month, amount := range months {
		shown.Months = append(shown.Months, TenorMonth{month, AmountOf(amount, p.Currency), AmountOf(ends[month], p.Currency)})
	}
	slices.SortFunc(shown.Months, func(x, y TenorMonth) int {
		if x.Month < y.Month {
			return -1
		}
		return 1
	})
	for _, gap := range funding.Gaps(tranches, maturing, int(p.TenorGapDaysMax)) {
		shown.Gaps = append(shown.Gaps, TenorGap{day(gap.After), AmountOf(gap.Amount, p.Currency)})
	}
	return shown
}

// ofRules says what money rules are given and what came of them.
func (s *showing) ofRules(e book.Event) *locale.Text {
	switch e := e.(type) {
	case *book.LadderProposed:
		return locale.Say("%s said anew until when its money in %s stays, in %d tranches; a second person decides.", s.name(e.Ladder.Funder), s.programmeName(e.Ladder.Programme), len(e.Ladder.Tranches))
	case *book.LadderDecided:
		return locale.Say("Ladder %s is %s, by %s.", e.Ladder, e.State, s.decider(e.Actor))
	case *book.SupplySetOff:
		currency := s.currencyOf(e.Financing)
		if e.SetOff.Deducted > 0 {
			return locale.Say("Of what was paid to the supplier %s has paid its invoice, and %s that the invoice deducts.", AmountOf(e.SetOff.Amount, currency), AmountOf(e.SetOff.Deducted, currency))
		}
		return locale.Say("Of what was paid to the supplier %s has paid %s.", AmountOf(e.SetOff.Amount, currency), e.SetOff.Receivable)
	case *book.SupplyBilled:
		return locale.Say("Receivable %s was billed while %s is at the bank: what it pays in advance is set off once it is paid.", e.Billed.Receivable, e.Payment)
	case *book.SupplyReturned:
		return locale.Say("The supplier has not got the money after all: what it had paid is owed again.")
	}
	return nil
}
