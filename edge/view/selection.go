package view

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/credit"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/product"
	"millrace/domain/receivable"
	"millrace/domain/rule"
	"millrace/domain/selection"
	"millrace/domain/trade"
	"millrace/edge/access"
)

// Need is an amount that a seller needs by a day, from receivables on a programme's anchor.
type Need struct {
	Programme id.Programme
	Payee     id.BankAccount // the seller's; it says whose receivables are looked at
	Amount    money.Minor    // in the programme's currency
	Day       calendar.Date
}

// SelectionPick is a receivable of the set that was found.
type SelectionPick struct {
	Receivable string `json:"receivable"`
	Document   string `json:"document,omitempty"`
	Due        string `json:"due" doc:"after the product's business-day rule"`
	Days       int    `json:"days" doc:"from the payment to the due date"`
	Amount     Amount `json:"amount" doc:"that is financed"`
	Discount   Amount `json:"discount"`
	Interest   Amount `json:"interest" doc:"in arrears, to be expected"`
	Fee        Amount `json:"fee" doc:"with its tax"`
	Net        Amount `json:"net" doc:"what the seller receives"`
	Cost       Amount `json:"cost" doc:"discount, interest and fee"`
}

// SelectionLeft is a receivable that could not be included.
type SelectionLeft struct {
	Receivable string `json:"receivable"`
	Document   string `json:"document,omitempty"`
	Code       string `json:"code" doc:"that of the rejection which a quote would meet; due_by_then, tenor_outside, too_many and nothing_left besides"`
	Reason     string `json:"reason"`
}

// Selection is the cheapest set of receivables that brings an amount. The book decides finally, when quotes are asked for.
type Selection struct {
	Programme  string          `json:"programme"`
	Payee      string          `json:"payee"`
	Need       Amount          `json:"need"`
	Day        string          `json:"day" doc:"by which the money is needed"`
	Priced     string          `json:"priced" doc:"business date on which it is priced, and would be paid"`
	Picks      []SelectionPick `json:"picks" doc:"the set; request a quote for each"`
	Net        Amount          `json:"net" doc:"what the set brings"`
	Cost       Amount          `json:"cost" doc:"what it costs the seller"`
	Above      Amount          `json:"above" doc:"what it brings beyond the need"`
	AnnualCost string          `json:"annual_cost" doc:"per cent a year, simple: cost * 365 / the sum of net * days"`
	Proof      string          `json:"proof" enum:"whole,cost,bounded,too_little" doc:"whole: no set costs less, none as cheap has fewer picks or overshoots less; cost: no set costs less; bounded: see gap; too_little: all together bring less than is needed"`
	Gap        Amount          `json:"gap" doc:"what another set could save at most"`
	Missing    *Amount         `json:"missing,omitempty" doc:"what all candidates together fall short of the need"`
	Candidates int             `json:"candidates" doc:"receivables among which was chosen"`
	LeftOut    []SelectionLeft `json:"left_out" doc:"what could not be included and why; at most 500 are listed"`
	LeftOutOf  int             `json:"left_out_count"`
	Watermark  uint64          `json:"watermark" doc:"sequence of the last entry that was looked at"`
}

const leftOutMax = 500

// Select answers a need from the receivables of the payee's party that can be financed today in the programme, as far as the
// tables tell. A need that can't be asked is a *book.Rejection.
func (v *View) Select(c access.Caller, need Need) (Selection, error) {
	s, err := v.selecting(c, &need)
	if err != nil {
		return Selection{}, err
	}
	if err := s.read(v); err != nil {
		return Selection{}, err
	}
	s.price()
	return s.choose(v.Watermark())
}

// selecting is a need that is being answered.
type selecting struct {
	need      Need
	programme *funding.Programme
	terms     *product.Terms
	seller    id.Party
	today     calendar.Date
	fixings   []product.Fixing // of the base rate, the newest that is not too old
	grade     uint8            // of the anchor

	found    []receivable.Receivable
	evidence map[id.Trade]proof
	broken   map[id.Document]string // fatal rules that nobody has cleared
	verified map[id.Document]string // the newest answer of a tax bureau

	priced     []pricedReceivable
	candidates []selection.Candidate
	left       []SelectionLeft
	leftOf     int
	reasons    []leftReason // by their first appearance
}

// leftReason adds up what is left out under one code; the rest is of the first.
type leftReason struct {
	SelectionLeft
	count       int
	outstanding money.Minor
}

// proof is what the documents of a trade prove.
type proof struct {
	facts  trade.Fact
	kind   trade.Kind
	merged id.Trade
	lent   id.Financing // that its goods secure before they are billed; 0 for none
}

type pricedReceivable struct {
	of    int // place in found
	price product.Price
	due   calendar.Date
}

func refused(code, field, format string, arguments ...any) *book.Rejection {
	return &book.Rejection{Code: code, Field: field, Sentence: fmt.Sprintf(format, arguments...)}
}

// Financed are those of some programmes in which funders finance receivables, and no buyer pays early out of its own cash.
func (v *View) Financed(c access.Caller, shown []Programme) ([]Programme, error) {
	var kept []Programme
	for _, one := range shown {
		of, err := id.Parse[id.Programme](one.ID)
		if err != nil {
			return nil, err
		}
		p, err := get(v, &programmes, c, of.Number())
		if err != nil {
			return nil, err
		}
		if len(p.Funders) > 0 {
			kept = append(kept, one)
		}
	}
	return kept, nil
}

// selecting finds what a need is about, and refuses what no quote could be asked with.
func (v *View) selecting(c access.Caller, need *Need) (*selecting, error) {
	p, err := get(v, &programmes, c, need.Programme.Number())
	if err == ErrNotFound {
		return nil, refused("programme_unknown", "programme", "there is no programme %s, or it is not open to the caller", need.Programme)
	}
	if err != nil {
		return nil, err
	}
	account, err := get(v, &bankAccounts, c, need.Payee.Number())
	if err == ErrNotFound {
		return nil, refused("bank_account_unknown", "payee", "there is no bank account %s, or it is another party's", need.Payee)
	}
	if err != nil {
		return nil, err
	}
	today, err := v.Date()
	if err != nil {
		return nil, err
	}
	switch {
	case p.State != funding.Live:
		return nil, refused("programme_state", "programme", "programme %s is %s", p.ID, p.State)
	case p.Stopped:
		return nil, refused("programme_stopped", "programme", "programme %s is stopped: a shortfall is open", p.ID)
	case len(p.Funders) == 0:
		return nil, refused("funder_unknown", "programme", "programme %s has no funder: its buyer pays early, out of its own cash", p.ID)
	case account.State != party.AccountVerified:
		return nil, refused("bank_account_state", "payee", "bank account %s is %s, not verified", account.ID, account.State)
	case account.Currency != p.Currency:
		return nil, refused("currency_differs", "payee", "bank account %s is in %s, the programme in %s", account.ID, account.Currency, p.Currency)
	case need.Amount <= 0:
		return nil, refused("amount_invalid", "amount", "an amount that is needed is above zero")
	case need.Day < today:
		return nil, refused("date_invalid", "day", "the business date is %s: money can't be had by %s", today, need.Day)
	}
	terms, err := v.terms(p.Product)
	if err == nil && terms == nil {
		err = ErrNotFound
	}
	return &selecting{need: *need, programme: p, terms: terms, seller: account.Party, today: today}, err
}

// read finds the seller's open receivables on the anchor, and what stands for and against them. The signs "+" keep SQLite at what is the seller's: of an
// anchor, or open, is far more.
func (s *selecting) read(v *View) error {
	pair := []any{int64(s.seller), int64(s.programme.Anchor)}
	err := rows(v, "SELECT number, record FROM receivable WHERE seller = ? AND +buyer = ? AND +state = 'open' ORDER BY due, number", pair, func(_ uint64, r *receivable.Receivable) error {
		if r.Currency == s.programme.Currency {
			s.found = append(s.found, *r)
		}
		return nil
	})
	if err != nil {
		return err
	}
	s.evidence, s.broken, s.verified = map[id.Trade]proof{}, map[id.Document]string{}, map[id.Document]string{}
	err = rows(v, "SELECT number, record FROM trade WHERE seller = ? AND +buyer = ?", pair, func(_ uint64, t *trade.Trade) error {
		s.evidence[t.ID] = proof{facts: t.Facts, kind: t.Kind, merged: t.MergedInto}
		return nil
	})
	if err == nil {
		err = s.readLoans(v, pair)
	}
	if err != nil {
		return err
	}
	const open = "document IN (SELECT document FROM receivable WHERE seller = ? AND +buyer = ? AND +state = 'open')"
	err = rows(v, "SELECT number, record FROM rule_breach WHERE "+open, pair, func(_ uint64, r *book.RuleBreaches) error {
		var fatal []string
		for _, one := range r.Rules {
			if one.Cleared == 0 && s.programme.Severities.Severity(one.Rule, one.Severity) == rule.Fatal {
				fatal = append(fatal, one.Rule)
			}
		}
		s.broken[r.Document] = strings.Join(fatal, ", ")
		return nil
	})
	if err == nil {
		err = s.readRate(v)
	}
	if err != nil || !s.programme.VerifiedInvoices {
		return err
	}
	return rows(v, "SELECT number, record FROM verification WHERE "+open+" ORDER BY at, number", pair, func(_ uint64, r *book.Verification) error {
		s.verified[r.Document] = r.Status.String()
		return nil
	})
}

// readLoans finds what is lent on goods before they are billed.
func (s *selecting) readLoans(v *View, pair []any) error {
	return rows(v, "SELECT number, record FROM financing WHERE seller = ? AND +buyer = ? AND +trade <> 0", pair, func(_ uint64, f *funding.Financing) error {
		of := f.Trade
		for s.evidence[of].merged != 0 {
			of = s.evidence[of].merged
		}
		if found := s.evidence[of]; f.State.Claims() {
			found.lent = f.ID
			s.evidence[of] = found
		}
		return nil
	})
}

// readRate finds what a floating rate is made of: the newest fixing that is not too old, and the anchor's grade.
func (s *selecting) readRate(v *View) error {
	if s.terms.Rate.Kind != product.RateFloating {
		return nil
	}
	err := rows(v, "SELECT number, record FROM fixing WHERE base = ? AND date BETWEEN ? AND ? ORDER BY date DESC, number DESC LIMIT 1",
		[]any{s.terms.Rate.Base, int64(s.today.AddDays(-book.FixingAgeDaysMax)), int64(s.today)}, func(_ uint64, r *book.Fixing) error {
			s.fixings = []product.Fixing{{Name: r.Base, Rate: r.Rate}}
			return nil
		})
	if err != nil {
		return err
	}
	return rows(v, "SELECT number, record FROM review WHERE party = ? AND +state = 'live' ORDER BY number DESC LIMIT 1", []any{int64(s.programme.Anchor)}, func(_ uint64, r *credit.Review) error {
		s.grade = r.Grade
		return nil
	})
}

func (s *selecting) leave(r *receivable.Receivable, code, format string, arguments ...any) {
	s.leftOf++
	at := slices.IndexFunc(s.reasons, func(one leftReason) bool { return one.Code == code })
	if first := at < 0; first || len(s.left) < leftOutMax {
		told := SelectionLeft{r.ID.String(), r.Document.String(), code, fmt.Sprintf(format, arguments...)}
		if first {
			at = len(s.reasons)
			s.reasons = append(s.reasons, leftReason{SelectionLeft: told})
		}
		if len(s.left) < leftOutMax {
			s.left = append(s.left, told)
		}
	}
	s.reasons[at].count++
	s.reasons[at].outstanding = money.Add(s.reasons[at].outstanding, r.Outstanding())
}

// price makes a candidate of each receivable that can be financed.
func (s *selecting) price() {
	for i := range s.found {
		r := &s.found[i]
		if !s.eligible(r) {
			continue
		}
		price, due, answer := s.priceOf(r)
		if answer != product.Priced {
			s.leave(r, answer.String(), "%s", answer.Reason())
			continue
		}
		s.priced = append(s.priced, pricedReceivable{i, price, due})
		s.candidates = append(s.candidates, selection.Candidate{
			Receivable: r.ID, Net: price.Net, Cost: costOf(&price), Days: price.Days,
		})
	}
	s.bound()
}

// costOf is what the seller bears.
func costOf(p *product.Price) money.Minor {
	return money.Add(money.Add(p.Discount, p.Interest), p.Fee)
}

// bound keeps of too many candidates those that cost least for what they bring.
func (s *selecting) bound() {
	if len(s.candidates) <= selection.CandidatesMax {
		return
	}
	order := make([]int, len(s.candidates))
	unit := make([]money.Minor, len(s.candidates))
	for i := range order {
		order[i], unit[i] = i, money.MulDiv(s.candidates[i].Cost, int64(money.RateOne), int64(s.candidates[i].Net))
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(unit[a], unit[b]) })
	for _, at := range order[selection.CandidatesMax:] {
		s.leave(&s.found[s.priced[at].of], "too_many", "it is not among the %d receivables that cost least for what they bring", selection.CandidatesMax)
	}
	kept := order[:selection.CandidatesMax]
	slices.Sort(kept)
	for i, at := range kept {
		s.priced[i], s.candidates[i] = s.priced[at], s.candidates[at]
	}
	s.priced, s.candidates = s.priced[:len(kept)], s.candidates[:len(kept)]
}

// eligible climbs the part of the ladder of a quote that the tables show.
func (s *selecting) eligible(r *receivable.Receivable) bool {
	found := s.proofOf(r)
	required := trade.Fact(s.terms.EvidenceOf(uint8(found.kind)))
	missing := required &^ found.facts
	answer := s.verified[r.Document]
	switch fatal := s.broken[r.Document]; {
	case r.Financing != 0:
		s.leave(r, "already_financed", "it is financed already")
	case r.Certificate != 0:
		s.leave(r, "certificated", "it travels in a certificate: finance a holding of it")
	case found.lent != 0:
		s.leave(r, "goods_financed", "what is lent on its goods, %s, is repaid out of it first: ask for a quote on it", found.lent)
	case r.Claimed != 0:
		s.leave(r, "debt_claimed", "it is being paid by a certificate")
	case trade.FindingSet(r.Findings)&^trade.Informative != 0:
		s.leave(r, "findings_open", "findings on the invoice must be cleared first: %s", strings.Join((trade.FindingSet(r.Findings)&^trade.Informative).Codes(), ", "))
	case s.programme.VerifiedInvoices && answer != trade.VerifiedValid.String():
		s.leave(r, "verification_missing", "the tax bureau has not called the invoice valid")
	case required == 0:
		s.leave(r, "trade_kind_excluded", "the product finances no trade of the kind %s", found.kind)
	case missing != 0:
		s.leave(r, "evidence_missing", "the product asks for evidence that is missing: %s", strings.Join(missing.Names(), ", "))
	case uint8(r.Undertaking) < uint8(s.terms.Undertaking):
		s.leave(r, "undertaking_missing", "the buyer’s undertaking is %s, the product asks for more", r.Undertaking)
	case r.Financeable() <= 0:
		s.leave(r, "nothing_outstanding", "nothing that can be financed is outstanding")
	case fatal != "":
		s.leave(r, "rules_breached", "the invoice breaks rules of EN 16931 that are fatal in the programme: %s", fatal)
	case r.Due == 0:
		s.leave(r, "due_date_invalid", "it has no due date")
	case r.Due <= s.need.Day:
		s.leave(r, "due_by_then", "it is due on %s, by the day of the need", r.Due)
	default:
		return true
	}
	return false
}

func (s *selecting) proofOf(r *receivable.Receivable) proof {
	found := s.evidence[r.Trade]
	for found.merged != 0 {
		found = s.evidence[found.merged]
	}
	if found.facts &^= trade.Confirmed; r.Undertaking != receivable.NoUndertaking {
		found.facts |= trade.Confirmed // of this receivable
	}
	return found
}

// priceOf is the price with the funder that is asked first, for payment today. The annual cost is solved for only where it
// could be above the product's cap.
func (s *selecting) priceOf(r *receivable.Receivable) (product.Price, calendar.Date, product.Answer) {
	convention, code := calendar.Following, s.programme.Calendar
	if s.terms.Form == product.Full {
		if convention = s.terms.Convention; s.terms.Calendar != 0 {
			code = s.terms.Calendar
		}
	}
	due, covered := code.Adjust(r.Due, convention)
	if !covered {
		return product.Price{}, due, product.DueNotCovered
	}
	deal := product.Deal{Amount: r.Financeable(), Invoices: 1, Funder: s.programme.Funders[0].Rate, From: s.today, Due: r.Due, Calendar: s.programme.Calendar,
		Fixings: s.fixings, Grade: s.grade}
	days := int32(calendar.DaysBetween(s.today, due))
	if days <= 0 || days < s.terms.TenorDaysMin || days > s.terms.TenorDaysMax {
		return product.Price{}, due, product.TenorOutside
	}
	if deal.Amount > product.DealAmountMost {
		return product.Price{}, due, product.DealInvalid
	}
	rate, answer := s.terms.RateFor(&deal, days)
	if answer != product.Priced {
		return product.Price{}, due, answer
	}
	price := s.terms.PriceOf(deal.Amount, rate, s.today, due)
	if price.Net <= 0 {
		return price, due, product.NothingLeft
	}
	if s.terms.FeesMax > 0 && price.Fee > money.Share(deal.Amount, s.terms.FeesMax) {
		return price, due, product.FeesAboveCap
	}
	if s.terms.CostMax > 0 && !cheap(&price, s.terms.CostMax) {
		quotation, answer := s.terms.Quote(&deal, product.Quotation{})
		return quotation.Price, due, answer
	}
	return price, due, product.Priced
}

// cheap tells that the annual cost of a price is below a cap for certain. For one payment and one repayment 1 + r is at most
// e^s, with s the simple yearly rate, and ln(1 + c) is at least c / (1 + c).
func cheap(p *product.Price, most money.Rate) bool {
	const netMost = 1 << 50 // so that its product with the days fits
	if p.Net > netMost {
		return false
	}
	simple := money.MulDiv(costOf(p)+1, 365*int64(money.RateOne), int64(p.Net)*int64(p.Days)) + 1
	return simple < money.MulDiv(money.Minor(most), int64(money.RateOne), int64(money.RateOne)+int64(most))
}

// choose finds the cheapest set, and shows it.
func (s *selecting) choose(watermark uint64) (Selection, error) {
	if fault := selection.Validate(s.need.Amount, s.candidates); fault != 0 {
		return Selection{}, refused("amount_invalid", "amount", "the amounts are too large to choose among: %s", strings.ReplaceAll(fault.String(), "_", " "))
	}
	choice, c := selection.Cheapest(s.need.Amount, s.candidates), s.programme.Currency
	shown := Selection{
		Programme: s.programme.ID.String(), Payee: s.need.Payee.String(), Need: AmountOf(s.need.Amount, c), Day: day(s.need.Day), Priced: day(s.today),
		Picks: []SelectionPick{}, Net: AmountOf(choice.Net, c), Cost: AmountOf(choice.Cost, c), Above: AmountOf(choice.Overshoot, c),
		AnnualCost: Percent(choice.AnnualCost), Proof: choice.Proof.String(), Gap: AmountOf(choice.Gap(), c), Candidates: len(s.candidates),
		LeftOut: s.left, LeftOutOf: s.leftOf, Watermark: watermark,
	}
	if s.left == nil {
		shown.LeftOut = []SelectionLeft{}
	}
	if choice.Proof == selection.TooLittle {
		missing := AmountOf(choice.Missing, c)
		shown.Missing = &missing
	}
	for _, pick := range choice.Picks {
		chosen := &s.priced[pick.Candidate]
		r, p := &s.found[chosen.of], &chosen.price
		shown.Picks = append(shown.Picks, SelectionPick{
			Receivable: r.ID.String(), Document: r.Document.String(), Due: day(chosen.due), Days: int(p.Days), Amount: AmountOf(p.Amount, c),
			Discount: AmountOf(p.Discount, c), Interest: AmountOf(p.Interest, c), Fee: AmountOf(p.Fee, c), Net: AmountOf(pick.Net, c), Cost: AmountOf(pick.Cost, c),
		})
	}
	return shown, nil
}
