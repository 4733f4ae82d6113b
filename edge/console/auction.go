package console

import (
	"encoding/json"
	"errors"

	"millrace/domain/id"
	"millrace/edge/locale"
	"millrace/edge/problem"
	"millrace/edge/view"
)

type auctionList struct {
	list
	Items []view.Auction
}

// Rate writes a rate of the list, with as many digits as every other.
func (l auctionList) Rate(rate string) string {
	var all []string
	for i := range l.Items {
		all = append(all, l.Items[i].Reserve, l.Items[i].Clearing)
	}
	return withDigits(rate, digitsAlike(all))
}

func showAuctions(v *visit) (any, error) {
	var l auctionList
	var q view.Query
	l.list, q = v.list("Auctions", []string{"open", "sold", "unfilled", "void", "withdrawn"})
	page, err := v.Auctions(v.caller, q)
	if err != nil {
		return nil, err
	}
	l.Items = page.Items
	l.end(v, page.Next, len(page.Items))
	return l, nil
}

type auctionPage struct {
	view.Auction
	Own      []view.Bid         // those of its bids that the caller sees
	Sheet    *view.AuctionSheet // nil where the caller gets none
	Timeline []view.Entry
	now      int64 // stamp
}

func (p auctionPage) title() *locale.Text { return locale.Say("Auction %s", p.ID) }

// Shown writes a rate of the auction, with as many digits as every other.
func (p auctionPage) Shown(rate string) string {
	all := []string{p.Reserve, p.Clearing}
	for i := range p.Own {
		all = append(all, p.Own[i].Rate)
	}
	return withDigits(rate, digitsAlike(all))
}

// Why says in words why there is no quote for a receivable.
func (auctionPage) Why(code string) string {
	entry, _ := problem.Explain(code)
	return entry.Title
}

func showAuction(v *visit) (any, error) {
	of, err := identity[id.Auction](v)
	if err != nil {
		return nil, err
	}
	var p auctionPage
	if p.Auction, err = v.View.Auction(v.caller, of); err != nil {
		return nil, err
	}
	p.now = v.console.engine.Clock()
	if p.Own, err = v.BidsIn(v.caller, of); err != nil {
		return nil, err
	}
	sheet, err := v.AuctionSheet(v.caller, of)
	if err == nil {
		p.Sheet = &sheet
	} else if !errors.Is(err, view.ErrNotFound) {
		return nil, err
	}
	p.Timeline, _, err = v.chronicle(p.ID)
	return p, err
}

// showAuctionSheet gives the sheet as a file, to be verified anywhere.
func showAuctionSheet(v *visit) (any, error) {
	of, err := identity[id.Auction](v)
	if err != nil {
		return nil, err
	}
	sheet, err := v.AuctionSheet(v.caller, of)
	if err != nil {
		return nil, err
	}
	content, err := json.MarshalIndent(sheet, "", "  ")
	return file{name: of.String() + ".json", bytes: append(content, '\n')}, err
}

// bidOutcomes say what became of a bid.
var bidOutcomes = map[string]string{
	"won": "It has won.", "won_in_part": "It has won in part.", "above_clearing": "It asked for more than the rate at which the lot went.",
	"above_reserve": "It asked for more than the seller pays.", "no_volume_left": "An earlier bid at this rate took the lot.",
	"least_missed": "Too little was bid for in all.", "not_opened": "It was not opened in time.", "invalid": "It was not for the whole lot, or its rate is none.",
}
