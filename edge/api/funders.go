package api

import (
	"net/http"

	"millrace/book"
	"millrace/domain/discounting"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/edge/intake"
	"millrace/edge/view"
	"millrace/engine"
)

// Bodies of placements, early payments and instructions.
type (
	// EarlyStepBody is one step of a schedule.
	EarlyStepBody struct {
		Days int    `json:"days" minimum:"1" maximum:"3650" doc:"gained, from which the rate holds"`
		Rate string `json:"rate" doc:"per cent a year" example:"6.0000"`
	}
	// EarlyOfferBody offers to pay early.
	EarlyOfferBody struct {
		Programme   string          `json:"programme" doc:"of dynamic discounting, of which the party is the anchor"`
		Steps       []EarlyStepBody `json:"steps" minItems:"1" maxItems:"32" doc:"in rising order of days"`
		YieldLeast  string          `json:"yield_least,omitempty" doc:"that the cash must earn, per cent a year"`
		Budget      Amount          `json:"budget" doc:"cash in all"`
		From        string          `json:"from" doc:"first day of payment"`
		Until       string          `json:"until" doc:"last day of payment"`
		Receivables []string        `json:"receivables,omitempty" maxItems:"500" doc:"missing: it stands for all in the programme"`
	}
	// EarlyAcceptanceBody accepts to be paid early.
	EarlyAcceptanceBody struct {
		Receivables  []string `json:"receivables" minItems:"1" maxItems:"50"`
		Payee        string   `json:"payee" doc:"a verified bank account of the seller"`
		DiscountMost Amount   `json:"discount_most" doc:"for all together: the seller gives no more"`
	}
	// InstructionBody instructs in advance.
	InstructionBody struct {
		Seller     string          `json:"seller" doc:"the party itself"`
		Programmes []string        `json:"programmes" minItems:"1" maxItems:"16" doc:"tried in this order"`
		Payee      string          `json:"payee" doc:"a verified bank account of the seller"`
		AmountMost Amount          `json:"amount_most" doc:"of one receivable"`
		TotalMost  Amount          `json:"total_most" doc:"financed under it in all"`
		CostMost   string          `json:"cost_most" doc:"per cent a year" example:"6.0000"`
		PriceLeast string          `json:"price_least,omitempty" doc:"per cent of the amount that is paid out" example:"98.0000"`
		Until      string          `json:"until" doc:"last business date"`
		Signatures []SignatureBody `json:"signatures,omitempty" maxItems:"4"`
	}
)

func (s *server) registerFunders() {
	getter(s, "get_placement", (*view.View).Placement)
	lister(s, "list_placements", (*view.View).Placements, "programme", "receivable")
	getter(s, "get_early_offer", (*view.View).EarlyOffer)
	lister(s, "list_early_offers", (*view.View).EarlyOffers, "state", "programme")
	getter(s, "get_early_payment", (*view.View).EarlyPayment)
	lister(s, "list_early_payments", (*view.View).EarlyPayments, "state", "party")
	getter(s, "get_instruction", (*view.View).Instruction)
	lister(s, "list_instructions", (*view.View).Instructions, "state", "party")
	onPlacement(s, "accept_placement", func(p id.Placement) *book.AcceptPlacement { return &book.AcceptPlacement{Placement: p} },
		func(c *book.AcceptPlacement) id.Placement { return c.Placement })
	onPlacement(s, "disburse_placement", func(p id.Placement) *book.DisbursePlacement { return &book.DisbursePlacement{Placement: p} },
		func(c *book.DisbursePlacement) id.Placement { return c.Placement })
	s.registerEarly()
	s.registerInstructions()
	register(s, act[ReasonBody, view.Auction]{
		name: "withdraw_auction", addressed: "auction", status: http.StatusOK,
		build: func(x *call, of string, body *ReasonBody) (book.Command, error) {
			auction, _, err := addressed(x, of, (*view.View).Auction)
			if err != nil {
				return nil, err
			}
			c := &book.WithdrawAuction{Auction: auction}
			c.Reason, err = x.keep(intake.KindReason, x.text("reason", body.Reason, 20_000))
			return c, err
		},
		show: shown(func(c *book.WithdrawAuction, _ *engine.Answer) id.Auction { return c.Auction }, (*view.View).Auction),
	})
}

// onPlacement registers a command that says all by the placement that it names.
func onPlacement[C book.Command](s *server, name string, command func(id.Placement) C, of func(C) id.Placement) {
	register(s, act[nothing, view.Placement]{
		name: name, addressed: "placement", status: http.StatusOK,
		build: func(x *call, text string, _ *nothing) (book.Command, error) {
			p, _, err := addressed(x, text, (*view.View).Placement)
			return command(p), err
		},
		show: shown(func(c C, _ *engine.Answer) id.Placement { return of(c) }, (*view.View).Placement),
	})
}

func (s *server) registerEarly() {
	register(s, act[EarlyOfferBody, view.EarlyOffer]{
		name: "open_early_offer", status: http.StatusCreated, build: buildEarlyOffer,
		show: shown(func(_ *book.OpenEarlyOffer, a *engine.Answer) id.EarlyOffer {
			return event[*book.EarlyOfferOpened](a).Offer.ID
		}, (*view.View).EarlyOffer),
	})
	register(s, act[nothing, view.EarlyOffer]{
		name: "withdraw_early_offer", addressed: "offer", status: http.StatusOK,
		build: func(x *call, of string, _ *nothing) (book.Command, error) {
			offer, _, err := addressed(x, of, (*view.View).EarlyOffer)
			return &book.WithdrawEarlyOffer{Offer: offer}, err
		},
		show: shown(func(c *book.WithdrawEarlyOffer, _ *engine.Answer) id.EarlyOffer { return c.Offer }, (*view.View).EarlyOffer),
	})
	register(s, act[EarlyAcceptanceBody, view.EarlyPayment]{
		name: "accept_early_payment", addressed: "offer", status: http.StatusCreated,
		build: func(x *call, of string, body *EarlyAcceptanceBody) (book.Command, error) {
			offer, shown, err := addressed(x, of, (*view.View).EarlyOffer)
			if err != nil {
				return nil, err
			}
			currency, err := x.currencyIn(shown.Programme)
			c := &book.AcceptEarlyPayment{
				Offer: offer, Payee: required[id.BankAccount](x.fields, "payee", body.Payee), DiscountMost: x.amountIn("discount_most", body.DiscountMost, currency),
			}
			for _, r := range body.Receivables {
				c.Receivables = append(c.Receivables, required[id.Receivable](x.fields, "receivables", r))
			}
			return c, err
		},
		show: shown(func(_ *book.AcceptEarlyPayment, a *engine.Answer) id.EarlyPayment {
			return event[*book.EarlyPaymentOpened](a).Payment.ID
		}, (*view.View).EarlyPayment),
	})
}

// currencyIn is the currency of a programme that the caller sees.
func (x *call) currencyIn(programme string) (money.Currency, error) {
	_, shown, err := named(x, "programme", programme, (*view.View).Programme)
	if err != nil {
		return 0, err
	}
	currency, _ := money.ParseCurrency(shown.Currency)
	return currency, nil
}

func buildEarlyOffer(x *call, _ string, body *EarlyOfferBody) (book.Command, error) {
	currency, err := x.currencyIn(body.Programme)
	if err != nil {
		return nil, err
	}
	c := &book.OpenEarlyOffer{
		Programme: required[id.Programme](x.fields, "programme", body.Programme), Budget: x.amountIn("budget", body.Budget, currency),
		From: x.date("from", body.From), Until: x.date("until", body.Until),
	}
	if body.YieldLeast != "" {
		c.YieldLeast = x.percent("yield_least", body.YieldLeast)
	}
	for _, step := range body.Steps {
		c.Steps = append(c.Steps, discounting.Step{Days: int32(step.Days), Rate: x.percent("steps.rate", step.Rate)})
	}
	for _, r := range body.Receivables {
		c.Receivables = append(c.Receivables, required[id.Receivable](x.fields, "receivables", r))
	}
	return c, nil
}

func (s *server) registerInstructions() {
	register(s, act[InstructionBody, view.Instruction]{
		name: "give_instruction", status: http.StatusCreated, build: buildInstruction,
		show: shown(func(_ *book.GiveInstruction, a *engine.Answer) id.Instruction {
			return event[*book.InstructionGiven](a).Instruction.ID
		}, (*view.View).Instruction),
	})
	register(s, act[nothing, view.Instruction]{
		name: "revoke_instruction", addressed: "instruction", status: http.StatusOK,
		build: func(x *call, of string, _ *nothing) (book.Command, error) {
			i, _, err := addressed(x, of, (*view.View).Instruction)
			return &book.RevokeInstruction{Instruction: i}, err
		},
		show: shown(func(c *book.RevokeInstruction, _ *engine.Answer) id.Instruction { return c.Instruction }, (*view.View).Instruction),
	})
}

func buildInstruction(x *call, _ string, body *InstructionBody) (book.Command, error) {
	c := &book.GiveInstruction{Terms: book.InstructionTerms{
		Seller: required[id.Party](x.fields, "seller", body.Seller), Payee: required[id.BankAccount](x.fields, "payee", body.Payee),
		Currency: x.currency("amount_most", body.AmountMost.Currency), CostMost: x.percent("cost_most", body.CostMost), Until: x.date("until", body.Until),
	}}
	t := &c.Terms
	t.AmountMost, t.TotalMost = x.amountIn("amount_most", body.AmountMost, t.Currency), x.amountIn("total_most", body.TotalMost, t.Currency)
	if body.PriceLeast != "" {
		t.PriceLeast = x.percent("price_least", body.PriceLeast)
	}
	for _, p := range body.Programmes {
		t.Programmes = append(t.Programmes, required[id.Programme](x.fields, "programmes", p))
	}
	var err error
	c.Signatures, err = x.signatures(body.Signatures)
	return c, err
}

// sharing reads how a programme's funders share a receivable.
func (x *call) sharing(c *book.ProposeProgramme, body *ProgrammeBody) {
	if body.Sharing != "" {
		c.Sharing = funding.Sharing(x.choice("sharing", body.Sharing, funding.SharingNames))
	}
	if body.Dropped != "" {
		c.Dropped = funding.Dropped(x.choice("dropped", body.Dropped, funding.DroppedNames))
	}
}
