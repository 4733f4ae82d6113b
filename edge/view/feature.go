package view

import (
	"fmt"

	"millrace/domain/calendar"
	"millrace/domain/feature"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/edge/access"
)

// PartyFacts are the rolling facts of a party: as seller, as buyer, and of the group of which it is the head.
type PartyFacts struct {
	Party    *Ref         `json:"party"`
	Date     string       `json:"date" doc:"business date on which they are reckoned"`
	Subjects []FactsAbout `json:"subjects"`
}

// FactsAbout is what is known of one subject in one currency.
type FactsAbout struct {
	Kind     string `json:"kind" enum:"seller,buyer,seller_group,buyer_group"`
	Currency string `json:"currency"`
	Facts    []Fact `json:"facts" doc:"what can be reckoned; a figure without anything to reckon it from is missing"`
}

// Fact is one figure.
type Fact struct {
	Name  string `json:"name"`
	Title string `json:"title"`
	Unit  string `json:"unit" enum:"count,minor units,days,share"`
	Value string `json:"value" doc:"a decimal number; amounts are in the currency"`
}

// Facts gives the rolling facts of a party to those who see all; to a funder those of trade, of parties whose receivables it has been asked
// to finance: what others finance is not its business. Else ErrNotFound.
func (v *View) Facts(c access.Caller, of id.Party) (PartyFacts, error) {
	if !c.SeesAll() {
		var asked bool
		const query = "SELECT EXISTS (SELECT 1 FROM financing_parties WHERE seller = ?1 AND funder = ?2) OR EXISTS (SELECT 1 FROM financing_parties WHERE buyer = ?1 AND +funder = ?2)"
		if err := v.view.Tx.QueryRowContext(v.ctx, query, int64(of), int64(c.Party)).Scan(&asked); err != nil {
			return PartyFacts{}, fmt.Errorf("view: %w", err)
		}
		if c.Views()&party.Funder == 0 || c.Party == 0 || !asked {
			return PartyFacts{}, ErrNotFound
		}
	} else if _, err := get(v, &parties, c, of.Number()); err != nil {
		return PartyFacts{}, err
	}
	today, err := v.Date()
	if err != nil {
		return PartyFacts{}, err
	}
	s := &showing{View: v, caller: c}
	shown := PartyFacts{Party: s.party(of), Date: today.String(), Subjects: []FactsAbout{}}
	var found []featureRow
	const query = "SELECT number, record FROM feature WHERE party = ? AND kind IN ('seller', 'buyer', 'seller_group', 'buyer_group') ORDER BY kind DESC, currency"
	if err := rows(v, query, []any{int64(of)}, func(number uint64, r *feature.Record) error {
		found = append(found, featureRow{number, *r})
		return nil
	}); err != nil {
		return PartyFacts{}, err
	}
	for i := range found {
		about, err := v.factsAbout(&found[i], today, c)
		if err != nil {
			return PartyFacts{}, err
		}
		shown.Subjects = append(shown.Subjects, about)
	}
	return shown, s.err
}

type featureRow struct {
	number uint64
	record feature.Record
}

func (v *View) factsAbout(of *featureRow, today calendar.Date, c access.Caller) (FactsAbout, error) {
	var r feature.Rolling
	r.Take(&of.record)
	err := rows(v, "SELECT number, record FROM feature_month WHERE feature = ?", []any{int64(of.number)}, func(_ uint64, m *feature.Month) error {
		r.TakeMonth(m, today)
		return nil
	})
	about := FactsAbout{Kind: r.Subject.Kind.String(), Currency: r.Subject.Currency.String(), Facts: []Fact{}}
	for i := range feature.Named {
		f := &feature.Named[i]
		value, known := f.Value(&r, today)
		if !known || f.OfFinancing() && !c.SeesAll() {
			continue
		}
		about.Facts = append(about.Facts, Fact{Name: f.Name, Title: f.Title, Unit: string(f.Unit), Value: factText(f, value, r.Subject.Currency)})
	}
	return about, err
}

func factText(f *feature.Figure, value int64, currency money.Currency) string {
	if f.Unit == feature.Minor {
		return money.Format(money.Minor(value), currency)
	}
	return money.FormatScaled(value, int(f.Decimals))
}
