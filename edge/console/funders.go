package console

import (
	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/party"
	"millrace/edge/intake"
	"millrace/edge/view"
)

// funderDeeds are a seller's word on a placement, and on a lot that it withdraws.
var funderDeeds = []deed{
	{path: "/placements/{id}/acceptance", place: "/financings", roles: party.Seller, open: openPlacementAcceptance},
	{path: "/auctions/{id}/withdrawal", place: "/auctions", roles: party.Seller, open: openWithdrawal, fields: map[string]string{"reason_missing": "reason"}},
}

type placementPage struct {
	view.Placement
	Number   string // of the invoice
	Timeline []view.Entry
}

func (p placementPage) title() string { return "Placement " + p.ID }

// Acceptable tells whether the caller may accept what the funders have quoted.
func (p placementPage) Acceptable(f frame) bool {
	quoted := false
	for _, part := range p.Parts {
		if part.Financing != nil {
			quoted = quoted || part.Financing.State == "quoted"
			if part.Financing.State == "referred" {
				return false
			}
		}
	}
	return quoted && f.Caller.Role == party.Seller && f.Home != nil && p.Seller != nil && f.Home.ID == p.Seller.ID
}

func showPlacement(v *visit) (any, error) {
	of, err := identity[id.Placement](v)
	if err != nil {
		return nil, err
	}
	var p placementPage
	if p.Placement, err = v.View.Placement(v.caller, of); err != nil {
		return nil, err
	}
	if p.Number, err = v.numberOf(p.Receivable); err != nil {
		return nil, err
	}
	p.Timeline, _, err = v.chronicle(p.ID)
	return p, err
}

func openPlacementAcceptance(v *visit, f *deedForm) (*prepared, error) {
	of, err := identity[id.Placement](v)
	if err != nil {
		return nil, err
	}
	f.Heading, f.Give = "Accept the quotes of all funders", "Accept them"
	shown, err := v.Placement(v.caller, of)
	if err != nil {
		return nil, err
	}
	f.Back, f.BackName = "/placements/"+shown.ID, "Placement "+shown.ID
	f.fact("Amount", showAmount(shown.Amount))
	for _, part := range shown.Parts {
		if part.Financing == nil || part.Financing.State != "quoted" {
			continue
		}
		if price := part.Financing.Price; price != nil {
			f.fact(part.Funder.String(), showAmount(part.Financing.Amount)+escape(" at "+decimal(price.Rate)+" % a year: discount ")+showAmount(price.Discount)+
				escape(", fee ")+showAmount(price.Fee)+escape(", to you ")+showAmount(price.Net))
		}
	}
	f.fact("You receive", showAmount(shown.Net))
	f.fact("Not placed", showAmount(shown.Unplaced))
	f.Note = "All parts are accepted together, or none. Everything is checked again: evidence, each funder’s limit and money, and the day on which it was priced."
	return &prepared{
		with:  func([]book.Signature) book.Command { return &book.AcceptPlacement{Placement: of} },
		bound: v.caller.Party, after: f.Back, need: unsigned,
	}, nil
}

func openWithdrawal(v *visit, f *deedForm) (*prepared, error) {
	of, err := identity[id.Auction](v)
	if err != nil {
		return nil, err
	}
	f.Heading, f.Give = "Withdraw an auction", "Withdraw it"
	shown, err := v.Auction(v.caller, of)
	if err != nil {
		return nil, err
	}
	f.Back, f.BackName = "/auctions/"+shown.ID, "Auction "+shown.ID
	f.fact("State", showBadge(shown.State))
	f.fact("Lot", showAmount(shown.Volume))
	f.Note = "The funders of the programme read why. Bids that were handed in stay sealed."
	why := f.value(input{Name: "reason", Label: "Reason", Kind: "area"}, "")
	if !f.asked {
		return nil, nil
	}
	if why.Value == "" || len(why.Value) > reasonBytes {
		why.bad("Say it in 1 to %d characters.", reasonBytes)
	}
	if !f.complete() {
		return nil, nil
	}
	return &prepared{
		with: func([]book.Signature) book.Command { return &book.WithdrawAuction{Auction: of} },
		keep: func(c book.Command) error {
			kept, err := v.console.intake.Store(v.request.Context(), intake.KindReason, []byte(why.Value))
			c.(*book.WithdrawAuction).Reason = kept
			return err
		},
		bound: v.caller.Party, after: f.Back, need: unsigned,
	}, nil
}

// Withdrawable tells whether the caller may withdraw the lot: a seller that has put it up, before it knows of an open bid.
func (p auctionPage) Withdrawable(f frame) bool {
	return p.State == "open" && f.Caller.Role == party.Seller && f.Home != nil && p.Seller != nil && f.Home.ID == p.Seller.ID
}
