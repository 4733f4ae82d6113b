package productfile

import (
	"encoding/json"
	"regexp"
	"strconv"
	"strings"

	"millrace/domain/legal"
	"millrace/domain/money"
	"millrace/domain/product"
	"millrace/domain/rule"
	"millrace/domain/trade"
)

// tree is what is written at one place: a text, a list, or keys. What is nil is left out.
type tree struct {
	text  string
	items []*tree
	keys  map[string]*tree
}

func word(text string) *tree { return &tree{text: text} }

func count[T ~int32 | ~uint8](n T) *tree { return word(strconv.Itoa(int(n))) }

func percentage(r money.Rate) *tree { return word(percentText(int64(r))) }

// percentageUnlessZero is nil for zero, which is what a missing key means.
func percentageUnlessZero(r money.Rate) *tree {
	if r == 0 {
		return nil
	}
	return percentage(r)
}

func words(texts ...string) *tree {
	t := &tree{items: []*tree{}}
	for _, text := range texts {
		t.items = append(t.items, word(text))
	}
	return t
}

// Write prints terms of the full form as the one canonical file that says them. Terms without defects that are written and
// read are the same again.
func Write(t *product.Terms) []byte {
	var b strings.Builder
	write(&b, file, treeOf(t), 0)
	return []byte(b.String())
}

func treeOf(t *product.Terms) *tree {
	disclosure, calendarName := 0, programme
	if t.Disclosed {
		disclosure = 1
	}
	if t.Calendar != 0 {
		calendarName = t.Calendar.String()
	}
	late := percentage(t.LateRate)
	if t.LateBase != "" {
		late = &tree{keys: map[string]*tree{"base": word(t.LateBase), "margin": percentage(t.LateRate)}}
	}
	waterfall := words()
	for _, tier := range t.Waterfall {
		waterfall.items = append(waterfall.items, word(tiers[tier]))
	}
	return &tree{keys: map[string]*tree{
		"format": word("1"), "name": word(t.Name), "technique": word(t.Technique), "currency": word(t.Currency.String()),
		"assignment": word(assignments[t.Assignment]), "disclosure": word(disclosures[disclosure]), "undertaking": word(undertakings[t.Undertaking]),
		"collection": word(product.CollectorNames[t.Collector]), "source_of_funds": word(product.SourceNames[t.Source]), "repayment": word(product.RepaymentNames[t.Repayment]),
		"recourse": {keys: map[string]*tree{
			"insolvency":         recourseTree(t.Recourse.Insolvency, t.Extents.Insolvency, 0),
			"protracted_default": recourseTree(t.Recourse.ProtractedDefault, t.Extents.ProtractedDefault, t.Recourse.DefaultAfterDays),
			"dispute":            recourseTree(t.Recourse.Dispute, t.Extents.Dispute, t.DisputeDays), "warranty": recourseTree(t.Recourse.Warranty, product.Extent{}, 0),
		}},
		"advance":      {keys: map[string]*tree{"rate": percentage(t.AdvanceRate), "reserve": percentageUnlessZero(t.ReserveRate), "reserve_days": unlessZero(t.ReserveDays)}},
		"credit_cover": coverTree(t), "pricing": pricingTree(t),
		"due": {keys: map[string]*tree{"convention": word(t.Convention.String()), "calendar": word(calendarName), "grace_days": count(t.GraceDays)}},
		"late": {keys: map[string]*tree{
			"rate": late, "counts_from": word(product.PenaltyStartNames[t.PenaltyFrom]), "ordinary_interest": word(product.OverdueNames[t.Overdue]), "borne_by": word(t.LatePayer.String()),
		}},
		"tenor":         {keys: map[string]*tree{"days_min": count(t.TenorDaysMin), "days_max": count(t.TenorDaysMax)}},
		"quote_seconds": count(t.QuoteSeconds), "waterfall": waterfall,
		"legal": {keys: map[string]*tree{
			"agreements": words(legal.KindSet(t.Agreements).Names()...), "notice": word(product.NoticeNames[t.Notice]),
			"registration": word(product.RegistrationNames[t.Registration]), "search_days_max": count(t.SearchDaysMax),
		}},
		"links": linksTree(t),
	}}
}

func unlessZero(n int32) *tree {
	if n == 0 {
		return nil
	}
	return count(n)
}

func recourseTree(given bool, e product.Extent, days int32) *tree {
	switch {
	case !given:
		return word("none")
	case days == 0 && e == product.Extent{}:
		return word("full")
	}
	return &tree{keys: map[string]*tree{"after_days": unlessZero(days), "share": percentageUnlessZero(e.Share), "first_loss": percentageUnlessZero(e.FirstLoss)}}
}

func coverTree(t *product.Terms) *tree {
	if t.Cover == (product.Cover{}) {
		return word("none")
	}
	return &tree{keys: map[string]*tree{"share": percentage(t.Cover.Share), "limit": amountTree(t, t.Cover.Limit), "waiting_days": count(t.Cover.WaitingDays)}}
}

// amountTree is nil for zero, which is what a missing key means.
func amountTree(t *product.Terms, minor money.Minor) *tree {
	if minor == 0 {
		return nil
	}
	return word(money.Format(minor, t.Currency))
}

func pricingTree(t *product.Terms) *tree {
	rate := word("funder")
	switch t.Rate.Kind {
	case product.RateFixed:
		rate = percentage(t.Rate.Fixed)
	case product.RateFloating:
		rows := &tree{items: []*tree{}}
		for _, row := range t.Rate.Margins {
			rows.items = append(rows.items, &tree{keys: map[string]*tree{"grade": count(row.Grade), "days": count(row.TenorDays), "rate": percentage(row.Rate)}})
		}
		rate = &tree{keys: map[string]*tree{"base": word(t.Rate.Base), "margin": rows}}
		if t.Rate.Floored == product.IsFloored {
			rate.keys["floor"] = percentage(t.Rate.Floor)
		}
	}
	fees := &tree{items: []*tree{}}
	for i := range t.Fees {
		f := &t.Fees[i]
		fee := &tree{keys: map[string]*tree{
			"name": word(f.Name), "payer": word(f.Payer.String()), "to": word(f.To.String()), "basis": word(product.FeeBasisNames[f.Basis]), "when": word(product.WhenNames[f.When]),
			"rate": percentageUnlessZero(f.Rate), "amount": amountTree(t, f.Amount), "minimum": amountTree(t, f.Minimum), "maximum": amountTree(t, f.Maximum),
		}}
		if f.Per != product.Once {
			fee.keys["per"] = word(product.PerNames[f.Per])
		}
		if f.TaxRate != 0 {
			fee.keys["tax"] = &tree{keys: map[string]*tree{"name": word(f.TaxName), "rate": percentage(f.TaxRate)}}
		}
		fees.items = append(fees.items, fee)
	}
	pricing := &tree{keys: map[string]*tree{
		"rate": rate, "interest": word(timings[t.Timing]), "basis": word(product.BasisNames[t.Basis]), "borne_by": word(t.InterestPayer.String()),
		"accrual": word(product.AccrualNames[t.Accrual]), "unearned_discount": word(product.UnearnedNames[t.Unearned]),
		"day_count": word(t.DayCount.String()), "rounding": word(product.RoundingNames[t.Rounding]), "fees": fees,
	}}
	if t.CostMax != 0 || t.FeesMax != 0 {
		pricing.keys["caps"] = &tree{keys: map[string]*tree{"annual_cost": percentageUnlessZero(t.CostMax), "fees": percentageUnlessZero(t.FeesMax)}}
	}
	return pricing
}

func linksTree(t *product.Terms) *tree {
	links := &tree{keys: map[string]*tree{}}
	for i, name := range product.LinkNames {
		l := &t.Links[i]
		bypasses := word("none")
		if len(l.Bypasses) > 0 {
			bypasses = words(l.Bypasses...)
		}
		links.keys[name] = &tree{keys: map[string]*tree{"control": word(l.Control), "owner": word(l.Owner.String()), "minutes": count(l.Minutes), "bypasses": bypasses}}
	}
	for kind, name := range product.TradeKindNames {
		if set := t.Evidence[kind]; set != 0 {
			links.keys["trade_evidence"].keys[name] = words(trade.Fact(set).Names()...)
		}
	}
	ladder := words()
	for i, rung := range product.RungNames {
		if t.Ladder&(1<<i) != 0 {
			ladder.items = append(ladder.items, word(rung))
		}
	}
	links.keys["one_financing_per_evidence"].keys["ladder"] = ladder
	review, limit := words(), "none"
	if t.BuyerReview {
		review.items = append(review.items, word("buyer"))
	}
	if t.SellerReview {
		review.items = append(review.items, word("seller"))
	}
	if t.SellerLimit {
		limit = "used"
	}
	links.keys["credit_review"].keys["reviewed"], links.keys["credit_review"].keys["seller_limit"] = review, word(limit)
	risk := links.keys["risk_control"].keys
	if len(t.Eligibility) > 0 {
		risk["eligibility"] = conditionsTree(t.Eligibility)
	}
	risk["policy"] = conditionsTree(t.Policy)
	supervision := links.keys["funds_supervision"].keys
	supervision["payee"], supervision["tenor"] = word("any_account"), word("free")
	if t.VerifiedPayee {
		supervision["payee"] = word("verified_account")
	}
	if t.TiedTenor {
		supervision["tenor"] = word("tied")
	}
	dunning := words()
	for _, day := range t.DunningDays {
		dunning.items = append(dunning.items, count(day))
	}
	links.keys["after_care"].keys["monitoring_days"], links.keys["after_care"].keys["dunning_days"] = count(t.MonitoringDays), dunning
	return links
}

func conditionsTree(list []rule.Clause) *tree {
	t := &tree{items: []*tree{}}
	for i := range list {
		c := &list[i]
		item := &tree{keys: map[string]*tree{"name": word(c.Name), "text": word(c.Text), "otherwise": word(verdicts[c.Otherwise]), "reason": word(c.Reason)}}
		if c.Citation != "" {
			item.keys["citation"] = word(c.Citation)
		}
		t.items = append(t.items, item)
	}
	return t
}

// write prints a tree, whose first line continues the line that stands already.
func write(b *strings.Builder, s *shape, t *tree, indent int) {
	margin := strings.Repeat("  ", indent)
	switch {
	case t.keys != nil:
		s = alternative(s, object)
		first := true
		for _, f := range s.fields {
			child := t.keys[f.name]
			if child == nil {
				continue
			}
			if !first {
				b.WriteString(margin)
			}
			first = false
			b.WriteString(f.name + ":")
			if child.keys != nil {
				b.WriteString("\n" + margin + "  ")
				write(b, f.shape, child, indent+1)
				continue
			}
			write(b, f.shape, child, indent+1)
		}
	case t.items != nil && len(t.items) > 0 && t.items[0].keys != nil:
		s = alternative(s, list)
		b.WriteString("\n")
		for _, item := range t.items {
			b.WriteString(margin + "- ")
			write(b, s.item, item, indent+1)
		}
	case t.items != nil:
		var texts []string
		for _, item := range t.items {
			texts = append(texts, scalar(item.text))
		}
		b.WriteString(" [" + strings.Join(texts, ", ") + "]\n")
	default:
		b.WriteString(" " + scalar(t.text) + "\n")
	}
}

// alternative finds the shape of a kind among several.
func alternative(s *shape, k kind) *shape {
	if s.kind != either {
		return s
	}
	for _, one := range s.either {
		if one.kind == k {
			return one
		}
	}
	return s
}

var plain = regexp.MustCompile(`^[\pL\pN/][\pL\pN /.%_;()-]*$`)

var single = regexp.MustCompile(`^[\pL\pN\pP\pS ]+$`)

// scalar quotes a text where it could be taken for something else. JSON's strings are YAML's.
func scalar(text string) string {
	if plain.MatchString(text) && !strings.HasSuffix(text, " ") && !strings.EqualFold(text, "null") {
		return text
	}
	if strings.Contains(text, `"`) && !strings.Contains(text, "'") && single.MatchString(text) {
		return "'" + text + "'"
	}
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(text); err != nil {
		panic("productfile: a text that can't be written: " + err.Error())
	}
	return strings.TrimSuffix(b.String(), "\n")
}
