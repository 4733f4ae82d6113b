package console

import (
	"slices"
	"strconv"
	"strings"

	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/edge/locale"
	"millrace/edge/view"
)

// standingOf is what is known of one side of a use: its review, and how it trades.
type standingOf struct {
	Party  *view.Ref
	Side   string // "Seller" or "Buyer"
	Review *view.Review
	Facts  []view.Fact

	currency string // of its amounts
}

// toldFacts are the rolling facts that are shown beside a case, of a seller and of a buyer.
var toldFacts = map[string][]string{
	"seller": {"invoiced_12m", "growth", "dilution_12m", "disputes_12m", "largest_share", "age_days"},
	"buyer":  {"invoiced_12m", "growth", "late_share_12m", "late_days_12m", "disputes_12m", "concentration"},
}

// standings gathers what the caller sees of the sides of a use, in the currency in which they trade most.
func (v *visit) standings(seller, buyer *view.Ref) ([]standingOf, error) {
	var found []standingOf
	for _, side := range []struct {
		name, kind string
		party      *view.Ref
	}{{"Seller", "seller", seller}, {"Buyer", "buyer", buyer}} {
		if side.party == nil {
			continue
		}
		of, err := id.Parse[id.Party](side.party.ID)
		if err != nil {
			return nil, err
		}
		one := standingOf{Party: side.party, Side: side.name}
		reviews, err := v.Reviews(v.caller, view.Query{Party: of, State: "live", Limit: rowsMax})
		if err != nil {
			return nil, err
		}
		for i := range reviews.Items { // the caller's own before the operator's
			if r := &reviews.Items[i]; one.Review == nil || one.Review.Funder == nil && r.Funder != nil {
				one.Review = r
			}
		}
		facts, err := v.Facts(v.caller, of)
		if err != nil && err != view.ErrNotFound {
			return nil, err
		}
		for _, about := range facts.Subjects {
			if about.Kind != side.kind || len(one.Facts) > 0 {
				continue
			}
			one.currency = about.Currency
			for _, f := range about.Facts {
				if slices.Contains(toldFacts[side.kind], f.Name) {
					one.Facts = append(one.Facts, f)
				}
			}
		}
		found = append(found, one)
	}
	return found, nil
}

// Shown is a fact with its unit.
func (s standingOf) Shown(f view.Fact) any {
	switch f.Unit {
	case "minor units":
		return groupedDecimal(f.Value) + " " + s.currency
	case "share":
		return perCentOf(f.Value) + " %"
	case "days":
		return locale.Say("%s days", decimal(f.Value))
	}
	return groupedDecimal(f.Value)
}

// groupedDecimal writes a decimal number with its digits before the point in groups.
func groupedDecimal(text string) string {
	whole, part, split := strings.Cut(decimal(text), ".")
	number, err := strconv.ParseInt(whole, 10, 64)
	if err != nil {
		return decimal(text)
	}
	whole = locale.Grouped(number)
	if split {
		return whole + "." + part
	}
	return whole
}

// perCentOf writes a share of at most six digits behind the point in per cent, with one.
func perCentOf(share string) string {
	millionths, err := money.ParseScaled(strings.TrimPrefix(share, "-"), 6)
	if err != nil {
		return share
	}
	text := money.FormatScaled((millionths+500)/1000, 1)
	if strings.HasPrefix(share, "-") && text != "0.0" {
		return "−" + text
	}
	return text
}

// Latest is the last decision of the rules on the case, with what it rests on; nil for none.
func (p referralPage) Latest() *decisionPage {
	if len(p.Decisions) == 0 {
		return nil
	}
	return &decisionPage{Decision: p.Decisions[len(p.Decisions)-1]}
}
