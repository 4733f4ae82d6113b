package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"

	"millrace/edge/view"
)

// verifyCommand works results out again from what one party was given of them.
type verifyCommand struct {
	Auction verifyAuctionCommand `cmd:"" help:"Verify the result of an auction from the answer to GET /v1/auctions/{id}/view."`
}

type verifyAuctionCommand struct {
	File string `arg:"" help:"The answer, JSON." type:"existingfile"`
	JSON bool   `help:"Print one object."`
}

// auctionVerdict is what a sheet says and whether it can be right.
type auctionVerdict struct {
	Auction  string `json:"auction"`
	Bids     int    `json:"bids"`
	Complete bool   `json:"complete"` // the whole result was worked out, not only the bidder's own part
	Clearing int64  `json:"clearing_ppm"`
	Verified bool   `json:"verified"`
	Fault    string `json:"fault,omitempty"`
}

// Run checks the file: exit code 1 where it can't be right, 2 where it is no such answer.
func (c *verifyAuctionCommand) Run() error {
	content, err := os.ReadFile(c.File)
	if err != nil {
		return usage{err}
	}
	var sheet view.AuctionSheet
	decoder := json.NewDecoder(bytes.NewReader(content))
	if err := decoder.Decode(&sheet); err != nil {
		return usage{fmt.Errorf("%s: %w", c.File, err)}
	}
	if sheet.Format != view.SheetFormat {
		return usage{fmt.Errorf("%s: not of the format %q", c.File, view.SheetFormat)}
	}
	verdict := auctionVerdict{Auction: sheet.Rules.Auction, Bids: len(sheet.Bids), Complete: sheet.Complete, Clearing: sheet.Clearing, Verified: true}
	fault := sheet.Check()
	if fault != nil {
		verdict.Verified, verdict.Fault = false, fault.Error()
	}
	if c.JSON {
		if err := newLines(os.Stdout).write(verdict); err != nil {
			return err
		}
	} else if fault == nil {
		fmt.Println(verdict.sentence())
	}
	if fault != nil {
		return found{fmt.Errorf("the result can't be right: %w", fault)}
	}
	return nil
}

func (v auctionVerdict) sentence() string {
	part := "your own bids got what the rules give them"
	if v.Complete {
		part = "every bid got what the rules give it"
	}
	return fmt.Sprintf("%s is right: of %d bids, %s, at a clearing rate of %d ppm a year.", v.Auction, v.Bids, part, v.Clearing)
}
