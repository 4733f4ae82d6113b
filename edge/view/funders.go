package view

import (
	"millrace/book"
	"millrace/domain/discounting"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/edge/access"
	"millrace/edge/locale"
)

// Placement is one receivable that was offered to all funders of a programme. No funder sees it: each sees its own part, which is
// a financing.
type Placement struct {
	ID         string          `json:"id"`
	Receivable string          `json:"receivable"`
	Programme  string          `json:"programme"`
	Seller     *Ref            `json:"seller"`
	Amount     Amount          `json:"amount" doc:"of the receivable that was to be placed"`
	Unplaced   Amount          `json:"unplaced" doc:"what no funder takes; while funders still decide, what they would leave if all agreed"`
	Net        Amount          `json:"net" doc:"what the seller is paid for all parts that stand"`
	Parts      []PlacementPart `json:"parts"`
	Entry      uint64          `json:"entry"`
}

// PlacementPart is what came of one funder.
type PlacementPart struct {
	Funder    *Ref       `json:"funder,omitempty" doc:"to those who see all, and where it takes part"`
	Financing *Financing `json:"financing,omitempty"`
	Refusal   string     `json:"refusal,omitempty" doc:"code for which it has no part, to those who see all"`
}

// EarlyStep is one step of a schedule.
type EarlyStep struct {
	Days int    `json:"days" doc:"gained, from which the rate holds"`
	Rate string `json:"rate" doc:"per cent a year"`
}

// EarlyOffer is a buyer's word that it pays early out of its own cash. What is left of its cash and what that must earn, the buyer sees.
type EarlyOffer struct {
	ID          string      `json:"id"`
	Programme   string      `json:"programme"`
	Buyer       *Ref        `json:"buyer"`
	State       string      `json:"state" enum:"open,withdrawn"`
	Steps       []EarlyStep `json:"steps"`
	From        string      `json:"from"`
	Until       string      `json:"until" doc:"last day of payment"`
	Receivables []string    `json:"receivables,omitempty" doc:"for which it holds, to those who see them; missing: for all in the programme"`
	Named       bool        `json:"named,omitempty" doc:"it names receivables"`
	Budget      *Amount     `json:"budget,omitempty"`
	Spent       *Amount     `json:"spent,omitempty"`
	YieldLeast  string      `json:"yield_least,omitempty" doc:"per cent a year"`
	Entry       uint64      `json:"entry"`
}

// EarlyItem is one debt in an early payment.
type EarlyItem struct {
	Receivable string `json:"receivable"`
	Amount     Amount `json:"amount"`
	Discount   Amount `json:"discount"`
	Cash       Amount `json:"cash"`
	Rate       string `json:"rate" doc:"per cent a year, on the amount"`
	Days       int    `json:"days"`
}

// EarlyPayment is one payment of a buyer for debts that end with it.
type EarlyPayment struct {
	ID        string      `json:"id"`
	Offer     string      `json:"offer"`
	Programme string      `json:"programme"`
	Buyer     *Ref        `json:"buyer"`
	Seller    *Ref        `json:"seller"`
	State     string      `json:"state" enum:"paying,paid,not_paid,came_back"`
	Amount    Amount      `json:"amount" doc:"of the debts"`
	Discount  Amount      `json:"discount"`
	Cash      Amount      `json:"cash" doc:"that the seller is paid"`
	Fee       *Amount     `json:"fee,omitempty" doc:"of the buyer, to the operator"`
	Items     []EarlyItem `json:"items"`
	Payee     string      `json:"payee,omitempty"`
	Payment   string      `json:"payment,omitempty"`
	Priced    string      `json:"priced"`
	Value     string      `json:"value,omitempty"`
	Entry     uint64      `json:"entry"`
}

// Instruction is a seller's word in advance.
type Instruction struct {
	ID         string   `json:"id"`
	Seller     *Ref     `json:"seller"`
	State      string   `json:"state" enum:"live,over"`
	Programmes []string `json:"programmes"`
	Payee      string   `json:"payee"`
	AmountMost Amount   `json:"amount_most" doc:"of one receivable"`
	TotalMost  Amount   `json:"total_most" doc:"financed under it in all"`
	Financed   Amount   `json:"financed"`
	CostMost   string   `json:"cost_most" doc:"per cent a year: discount, fee and expected interest, by what is paid out, times 365/days"`
	PriceLeast string   `json:"price_least,omitempty" doc:"per cent of the amount that is paid out"`
	Until      string   `json:"until"`
	Waiting    []string `json:"waiting" doc:"receivables that are not financed yet"`
	Signatures []string `json:"keys" doc:"that have signed it"`
	Entry      uint64   `json:"entry"`
}

var (
	placements  = source[funding.Placement]{table: "placement", programme: "programme", received: "receivable", scope: sellersPlacements}
	earlyOffers = source[discounting.Offer]{table: "early_offer", state: "state", programme: "programme", scope: offersSeen}
	earlyPaid   = source[discounting.Payment]{
		table: "early_payment", state: "state", parties: []string{"seller"},
		scope: shares(share{roles: party.Seller, sql: "seller = ?"}, share{roles: party.Buyer | party.Anchor, sql: "offer >> 16 IN (SELECT number FROM early_offer WHERE programme >> 16 IN (SELECT number FROM programme WHERE anchor = ?))"}),
	}
	instructions = source[book.Instruction]{
		table: "instruction", state: "state", parties: []string{"seller"}, scope: shares(share{roles: party.Seller, sql: "seller = ?"}),
	}
	sellersPlacements = shares(share{roles: party.Seller, sql: "receivable >> 16 IN (SELECT number FROM receivable WHERE seller = ?)"})
)

// offersSeen: a buyer sees its own, a seller those of the buyers to which it sells.
func offersSeen(v *View, c access.Caller) (clause, error) {
	found, err := v.among(c, "programme", party.Buyer|party.Anchor, whole)
	if err == nil && c.Views()&party.Seller != 0 {
		found.sql += " OR programme >> 16 IN (SELECT number FROM programme WHERE anchor IN (SELECT buyer FROM receivable WHERE seller = ?))"
		found.arguments = append(found.arguments, int64(c.Party))
	}
	return found, err
}

// Placement gives a placement that the caller sees, else ErrNotFound.
func (v *View) Placement(c access.Caller, of id.Placement) (Placement, error) {
	return one(v, &placements, c, of.Number(), (*showing).showPlacement)
}

// Placements lists the placements that the caller sees.
func (v *View) Placements(c access.Caller, q Query) (Page[Placement], error) {
	return many(v, &placements, c, q, (*showing).showPlacement)
}

// EarlyOffer gives an offer that the caller sees, else ErrNotFound.
func (v *View) EarlyOffer(c access.Caller, of id.EarlyOffer) (EarlyOffer, error) {
	return one(v, &earlyOffers, c, of.Number(), (*showing).showEarlyOffer)
}

// EarlyOffers lists the offers that the caller sees.
func (v *View) EarlyOffers(c access.Caller, q Query) (Page[EarlyOffer], error) {
	return many(v, &earlyOffers, c, q, (*showing).showEarlyOffer)
}

// EarlyPayment gives an early payment that the caller sees, else ErrNotFound.
func (v *View) EarlyPayment(c access.Caller, of id.EarlyPayment) (EarlyPayment, error) {
	return one(v, &earlyPaid, c, of.Number(), (*showing).showEarlyPayment)
}

// EarlyPayments lists the early payments that the caller sees.
func (v *View) EarlyPayments(c access.Caller, q Query) (Page[EarlyPayment], error) {
	return many(v, &earlyPaid, c, q, (*showing).showEarlyPayment)
}

// Instruction gives an instruction that the caller sees, else ErrNotFound.
func (v *View) Instruction(c access.Caller, of id.Instruction) (Instruction, error) {
	return one(v, &instructions, c, of.Number(), (*showing).showInstruction)
}

// Instructions lists the instructions that the caller sees.
func (v *View) Instructions(c access.Caller, q Query) (Page[Instruction], error) {
	return many(v, &instructions, c, q, (*showing).showInstruction)
}

func (s *showing) showPlacement(r *funding.Placement) Placement {
	shown := Placement{
		ID: r.ID.String(), Receivable: r.Receivable.String(), Programme: r.Programme.String(), Seller: s.party(r.Seller), Amount: AmountOf(r.Amount, r.Currency),
		Unplaced: AmountOf(r.Unplaced, r.Currency), Parts: []PlacementPart{}, Entry: r.Entry,
	}
	net := money.Minor(0)
	for _, part := range r.Parts {
		one := PlacementPart{}
		if part.Financing != 0 {
			f, err := s.View.Financing(s.caller, part.Financing)
			if s.note(err); err == nil {
				one.Financing, one.Funder = &f, s.party(part.Funder)
				if f.Price != nil && f.State != funding.Declined.String() && f.State != funding.Lapsed.String() && f.State != funding.Cancelled.String() {
					net += money.Minor(f.Price.Net.Minor)
				}
			}
		}
		if s.caller.SeesAll() {
			one.Funder, one.Refusal = s.party(part.Funder), part.Refusal
		}
		if one != (PlacementPart{}) {
			shown.Parts = append(shown.Parts, one)
		}
	}
	shown.Net = AmountOf(net, r.Currency)
	return shown
}

func (s *showing) showEarlyOffer(r *discounting.Offer) EarlyOffer {
	shown := EarlyOffer{
		ID: r.ID.String(), Programme: r.Schedule.Programme.String(), Buyer: s.party(r.Schedule.Buyer), State: r.State.String(), Steps: []EarlyStep{},
		From: day(r.From), Until: day(r.Until), Named: len(r.Receivables) > 0, Entry: r.Entry,
	}
	for _, step := range r.Schedule.Steps {
		shown.Steps = append(shown.Steps, EarlyStep{Days: int(step.Days), Rate: Percent(step.Rate)})
	}
	for _, one := range r.Receivables {
		if s.seesReceivable(one) {
			shown.Receivables = append(shown.Receivables, one.String())
		}
	}
	if s.caller.SeesAll() || s.caller.Party == r.Schedule.Buyer {
		budget, spent := AmountOf(r.Budget, r.Schedule.Currency), AmountOf(r.Spent, r.Schedule.Currency)
		shown.Budget, shown.Spent, shown.YieldLeast = &budget, &spent, Percent(r.Schedule.YieldLeast)
	}
	return shown
}

// seesReceivable tells whether the caller sees a receivable.
func (s *showing) seesReceivable(r id.Receivable) bool { return sees(s, &receivables, r.Number()) }

// sees tells whether the caller sees a record.
func sees[R any](s *showing, from *source[R], number uint64) bool {
	if s.caller.SeesAll() {
		return true
	}
	_, err := get(s.View, from, s.caller, number)
	if err == ErrNotFound {
		return false
	}
	s.note(err)
	return err == nil
}

func (s *showing) showEarlyPayment(r *discounting.Payment) EarlyPayment {
	c := r.Currency
	shown := EarlyPayment{
		ID: r.ID.String(), Offer: r.Offer.String(), Programme: r.Programme.String(), Buyer: s.party(r.Buyer), Seller: s.party(r.Seller), State: r.State.String(),
		Amount: AmountOf(r.Amount, c), Discount: AmountOf(r.Discount, c), Cash: AmountOf(r.Cash, c), Items: []EarlyItem{}, Priced: day(r.Priced), Value: day(r.Value), Entry: r.Entry,
	}
	for i := range r.Items {
		item := &r.Items[i]
		shown.Items = append(shown.Items, EarlyItem{
			Receivable: item.Receivable.String(), Amount: AmountOf(item.Amount, c), Discount: AmountOf(item.Quote.Discount, c), Cash: AmountOf(item.Quote.Cash, c),
			Rate: Percent(item.Quote.Rate), Days: int(item.Quote.Days),
		})
	}
	if s.caller.SeesAll() || s.caller.Party == r.Buyer {
		fee := AmountOf(r.Fee, c)
		shown.Fee = &fee
	}
	if s.caller.SeesAll() || s.caller.Party == r.Seller {
		shown.Payee, shown.Payment = r.Payee.String(), r.Payment.String()
	}
	return shown
}

func (s *showing) showInstruction(r *book.Instruction) Instruction {
	t := &r.Terms
	shown := Instruction{
		ID: r.ID.String(), Seller: s.party(r.Seller), State: r.State.String(), Programmes: []string{}, Payee: t.Payee.String(), AmountMost: AmountOf(t.AmountMost, t.Currency),
		TotalMost: AmountOf(t.TotalMost, t.Currency), Financed: AmountOf(r.Financed, t.Currency), CostMost: Percent(t.CostMost), Until: day(t.Until),
		Waiting: []string{}, Signatures: []string{}, Entry: r.Entry,
	}
	if t.PriceLeast != 0 {
		shown.PriceLeast = Percent(t.PriceLeast)
	}
	for _, p := range t.Programmes {
		shown.Programmes = append(shown.Programmes, p.String())
	}
	for _, one := range r.Waiting {
		shown.Waiting = append(shown.Waiting, one.String())
	}
	for _, key := range r.Keys {
		shown.Signatures = append(shown.Signatures, key.String())
	}
	return shown
}

// entitledTo tells whether an event is the caller's to know besides what the subject of a story says: what concerns several
// funders or a party's own arrangements shows to those who see that record.
func (s *showing) entitledTo(event book.Event) bool {
	switch e := event.(type) {
	case *book.PlacementOpened:
		return sees(s, &placements, e.Placement.ID.Number())
	case *book.PlacementShared:
		return sees(s, &placements, e.Placement.Number())
	case *book.EarlyOfferOpened:
		return sees(s, &earlyOffers, e.Offer.ID.Number())
	case *book.EarlyPaymentOpened:
		return sees(s, &earlyPaid, e.Payment.ID.Number())
	case *book.EarlyPaymentMoved:
		return sees(s, &earlyPaid, e.Payment.Number())
	case *book.InstructionGiven:
		return sees(s, &instructions, e.Instruction.ID.Number())
	case *book.InstructionFollowed:
		return sees(s, &instructions, e.Instruction.Number())
	case *book.ReturnProposed:
		return sees(s, &returns, e.Return.ID.Number())
	case *book.ReturnMoved:
		return sees(s, &returns, e.Return.Number())
	case *book.ChargeRecorded:
		return sees(s, &charges, e.Charge.ID.Number())
	case *book.LimitProposed:
		return sees(s, &limits, e.Limit.ID.Number())
	case *book.LimitOvershot:
		return sees(s, &limits, e.Limit.Number())
	case *book.LimitRestored:
		return sees(s, &limits, e.Limit.Number())
	case *book.LimitRecommended:
		return sees(s, &recommendations, e.Recommendation.ID.Number())
	case *book.RecommendationDecided:
		return sees(s, &recommendations, e.Recommendation.Number())
	case *book.DependenceProposed, *book.DependenceMoved:
		return s.caller.SeesAll()
	case *book.FunderPolicyProposed:
		return sees(s, &funderPolicies, e.Policy.ID.Number())
	case *book.AuthorityGiven:
		return sees(s, &authorities, e.Authority.ID.Number())
	case *book.AuctionOpened:
		return sees(s, &auctions, e.Auction.Rules.ID.Number())
	case *book.AuctionAwarded:
		return sees(s, &auctions, e.Auction.Number())
	case *book.AuctionCalledOff:
		return sees(s, &auctions, e.Auction.Number())
	case *book.DecisionMade:
		return sees(s, &decisions, e.Decision.ID.Number())
	}
	return true
}

// ofFunders tells of placements, early payments and instructions.
func (s *showing) ofFunders(e book.Event) *locale.Text {
	switch e := e.(type) {
	case *book.PlacementOpened:
		p, asked := &e.Placement, 0
		for _, part := range p.Parts {
			if part.Financing != 0 {
				asked++
			}
		}
		return locale.Say("%s was offered to the %d funders of %s at once: %d take part, and %s is not placed.", AmountOf(p.Amount, p.Currency), len(p.Parts),
			s.programmeName(p.Programme), asked, AmountOf(p.Unplaced, p.Currency))
	case *book.PlacementShared:
		quoted := 0
		for i := range e.Financings {
			if e.Financings[i].State == funding.Quoted {
				quoted++
			}
		}
		return locale.Say("Every funder has decided: %d share it.", quoted)
	case *book.EarlyOfferOpened:
		o := &e.Offer
		first, last := o.Schedule.Steps[0].Rate, o.Schedule.Steps[len(o.Schedule.Steps)-1].Rate
		return locale.Say("%s offers to pay early from %s to %s, at %s to %s %% a year.", s.name(o.Schedule.Buyer), day(o.From), day(o.Until), percentSaid(first), percentSaid(last))
	case *book.EarlyOfferEnded:
		return locale.Say("Offer %s to pay early was withdrawn.", e.Offer)
	case *book.EarlyPaymentOpened:
		p := &e.Payment
		return locale.Say("%s accepts %s now for %s that %s owes later: a discount of %s on %d receivables.", s.name(p.Seller), AmountOf(p.Cash, p.Currency), AmountOf(p.Amount, p.Currency),
			s.name(p.Buyer), AmountOf(p.Discount, p.Currency), len(p.Items))
	case *book.EarlyPaymentMoved:
		return map[discounting.PaymentState]*locale.Text{
			discounting.PaidEarly: locale.Say("The buyer has paid early, and the debts have ended."), discounting.NotPaid: locale.Say("The early payment was not made: the debts stand as before."),
			discounting.CameBack: locale.Say("The bank returned the early payment: the debts are owed again."),
		}[e.State]
	case *book.InstructionGiven:
		t := &e.Instruction.Terms
		return locale.Say("%s signed that what comes is financed for it until %s: %s in all, at %s %% a year at most.", s.name(t.Seller), day(t.Until), AmountOf(t.TotalMost, t.Currency), percentSaid(t.CostMost))
	case *book.InstructionRevoked:
		return locale.Say("Instruction %s is over.", e.Instruction)
	case *book.InstructionFollowed:
		if e.Financed != 0 {
			return locale.Say("Under instruction %s, %s of %s was financed.", e.Instruction, s.amountOn(e.Receivable, e.Financed), e.Receivable)
		}
		return locale.Say("Under instruction %s, %d receivables were tried, and none was financed.", e.Instruction, len(e.Refused))
	case *book.AuctionCalledOff:
		why, err := s.text(e.Reason)
		s.note(err)
		return locale.Say("Who had put the lot up withdrew it before a bid was open: %s", why)
	}
	return nil
}
