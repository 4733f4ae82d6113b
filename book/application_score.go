package book

import (
	"millrace/domain/credit"
	"millrace/domain/feature"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/risk"
	"millrace/domain/score"
)

func init() {
	source := factSource{purposes: []score.Purpose{score.BuyerReview, score.SellerReview}}
	for i := range credit.Named {
		r := &credit.Named[i]
		source.facts = append(source.facts, score.KnownFact{Name: r.Name, Unit: r.Unit, Title: r.Title, Decimals: r.Decimals})
	}
	for _, f := range credit.BureauNamed {
		source.facts = append(source.facts, score.KnownFact{Name: f.Name, Unit: f.Unit, Title: f.Title})
	}
	for i := range feature.Named {
		f := &feature.Named[i]
		known := score.KnownFact{Name: f.Name, Unit: string(f.Unit), Title: f.Title, Decimals: f.Decimals}
		if f.Unit == feature.Minor {
			known.Unit, known.Decimals = string(risk.Amount), amountDecimals
		}
		source.facts = append(source.facts, known)
	}
	factSources = append(factSources, source)
}

// expert is the scorecard that ships with the program, made ready.
var expert = func() *score.Scorer {
	made, err := score.New(score.Expert())
	if err != nil {
		panic("book: " + err.Error())
	}
	return made
}()

// rate scores an application by the champion of its side, or by the expert scorecard where there is none, and gives the probability of
// default that the score means. It returns what all models that were asked have said.
func (d *draft) rate(a *credit.Application, made *credit.Assessment) []risk.Scored {
	purpose := score.SellerReview
	if a.Side == credit.AsBuyer {
		purpose = score.BuyerReview
	}
	known := func(name string) (int64, uint8, bool) {
		f, found := made.Fact(name)
		return f.Value, f.Decimals, found
	}
	scored := d.scored(purpose, a.Funder, known)
	table := expert.Table()
	if len(scored) > 0 && !scored[0].Shadow {
		made.Model, made.Units = scored[0].Model, scored[0].Units
		table = d.readers[made.Model].scorer.Table()
	} else {
		made.Units = expertUnits(known)
	}
	made.Probability = probability(made.Units, &table.Scale)
	return scored
}

// expertUnits is the score of the expert scorecard.
func expertUnits(known func(name string) (value int64, decimals uint8, ok bool)) int64 {
	features := expert.Table().Features
	asked := make([]int64, len(features))
	for i := range features {
		f := modelFeature{name: features[i].Name, digits: int(features[i].Digits)}
		asked[i] = f.fact(known)
	}
	return expert.Score(asked)
}

// probability is what a score means on the scale of its table, in millionths.
func probability(units int64, s *score.Scale) money.Rate {
	return credit.Odds{Units: units, Points: s.Points * s.UnitsPerPoint, Odds: min(s.Odds, credit.OddsMax), Double: s.DoubleOdds * s.UnitsPerPoint}.Probability()
}

// tradeHistory is what the book itself knows of a party's trade on one side, by name: in a currency, or for currency 0 the most of each
// figure over all currencies.
func (b *Book) tradeHistory(p id.Party, side credit.Side, currency money.Currency) []credit.Fact {
	kind := feature.Seller
	if side == credit.AsBuyer {
		kind = feature.Buyer
	}
	currencies := []money.Currency{currency}
	if currency == 0 {
		currencies = b.featured
	}
	var facts []credit.Fact
	places := map[string]int{}
	for _, in := range currencies {
		var known feature.Rolling
		b.rolling(&known, feature.Subject{Kind: kind, Party: p, Currency: in})
		for i := range feature.Named {
			f := &feature.Named[i]
			value, found := f.Value(&known, b.clock.Date)
			if !found {
				continue
			}
			decimals := f.Decimals
			if f.Unit == feature.Minor {
				decimals = uint8(in.Digits())
			}
			at, had := places[f.Name]
			if !had {
				places[f.Name] = len(facts)
				facts = append(facts, credit.Fact{Name: f.Name, Value: value, Decimals: decimals})
				continue
			}
			facts[at].Value = max(facts[at].Value, value)
		}
	}
	return facts
}

// isHistory tells whether there is a rolling fact of that name.
func isHistory(name string) bool { return feature.Find(name) != nil }

// sideOf is as what a review looks at its party: as it says, else by the party's roles.
func (b *Book) sideOf(r *credit.Review) credit.Side {
	switch {
	case r.Side != 0:
		return r.Side
	case b.parties.at(r.Party.Number()).Roles&(party.Anchor|party.Buyer) != 0:
		return credit.AsBuyer
	default:
		return credit.AsSeller
	}
}
