package main

import (
	"time"

	"millrace/book"
	"millrace/domain/billing"
	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/impairment"
	"millrace/domain/money"
)

// demoServices are the operator's prices of the demo, with 19 % of tax.
var demoServices = []billing.Terms{
	{Service: billing.DocumentRead, Payer: billing.SellerPays, Basis: billing.PerPiece, Tiers: []billing.Tier{{Price: 45}, {From: 10, Price: 30}}},
	{Service: billing.Financing, Payer: billing.FunderPays, Basis: billing.PerAmount, Tiers: []billing.Tier{{Price: 150}}},
	{Service: billing.CertificateTransfer, Payer: billing.SellerPays, Basis: billing.PerPiece, Tiers: []billing.Tier{{Price: 2_50}}},
}

// demoEstimates are a funder's: grade g defaults within a year with g tenths of a per cent, in a bad year with twice that.
func demoEstimates() impairment.Estimates {
	weights := []money.Rate{700_000, 300_000}
	e := impairment.Estimates{
		Policy: impairment.Presumed, Weights: weights, Months: []uint16{3, 12, 24}, Conversion: 750_000, OverdueDays: 30, RecoveryDays: 365, Ungraded: 6,
		Losses: []impairment.Severity{{Rates: []money.Rate{400_000, 550_000}}},
		Matrix: impairment.Matrix{Weights: weights, Buckets: []impairment.Bucket{
			{Rates: []money.Rate{3_000, 6_000}}, {FromDays: 1, Rates: []money.Rate{10_000, 20_000}}, {FromDays: 31, Rates: []money.Rate{50_000, 90_000}},
		}},
	}
	for grade := money.Rate(1); grade <= impairment.GradesMax; grade++ {
		for s := money.Rate(0); s < 2; s++ {
			year := 1_000 * grade * (s + 1)
			e.Defaults = append(e.Defaults, impairment.Likelihood{Grade: uint8(grade), Scenario: uint8(s), Cumulative: []money.Rate{year / 4, year, year * 7 / 4}})
		}
	}
	return e
}

// funders are the parties that fund programmes, in the order of their keys in the cast.
func (s *story) funders() []id.Party {
	var found []id.Party
	for _, p := range s.cast.Parties {
		for _, role := range p.Roles {
			if role == "funder" {
				found = append(found, s.parties[p.Key])
			}
		}
	}
	return found
}

// setPrices has two people approve what services cost, and what funders expect of their debtors.
func (s *story) setPrices() error {
	from, _ := calendar.Of(2026, 9, 1)
	for _, terms := range demoServices {
		terms.Currency, terms.TaxName, terms.TaxRate, terms.From = s.currency, "VAT", 190_000, from
		answer, err := s.give(s.maker, "", &book.ProposeTariff{Terms: terms})
		if err != nil {
			return err
		}
		for _, event := range answer.Events {
			if proposed, ok := event.(*book.TariffProposed); ok {
				if _, err := s.give(s.checker, "", &book.DecideTariff{Tariff: proposed.Tariff.ID, Decision: book.Approve}); err != nil {
					return err
				}
			}
		}
	}
	for _, funder := range s.funders() {
		answer, err := s.give(s.maker, "", &book.ProposeEstimates{Entity: funder, From: from, Estimates: demoEstimates()})
		if err != nil {
			return err
		}
		for _, event := range answer.Events {
			if proposed, ok := event.(*book.EstimatesProposed); ok {
				if _, err := s.give(s.checker, "", &book.DecideEstimates{Estimates: proposed.Estimates.ID, Decision: book.Approve}); err != nil {
					return err
				}
			}
		}
	}
	return s.tell("prices", "%d services have a price, and %d funders have said what they expect of their debtors", len(demoServices), len(s.funders()))
}

// assess reckons what the funders are expected to lose of what is out.
func (s *story) assess() error {
	for _, funder := range s.funders() {
		answer, err := s.give(s.maker, "", &book.AssessLosses{Entity: funder})
		if err != nil {
			return err
		}
		var made id.Assessment
		for _, event := range answer.Events {
			if begun, ok := event.(*book.AssessmentBegun); ok {
				made = begun.Assessment.ID
			}
		}
		a, err := recordOf[book.Assessment](s.giver, "assessment", made.Number())
		for err == nil && a.State != book.AssessmentFinished {
			time.Sleep(time.Millisecond)
			a, err = recordOf[book.Assessment](s.giver, "assessment", made.Number())
		}
		if err != nil {
			return err
		}
		count, held := uint32(0), money.Minor(0)
		for i := range a.Stages {
			count, held = count+a.Stages[i].Financings, money.Add(held, a.Stages[i].Closing())
		}
		if err := s.tell("losses", "%s holds %s for losses expected of %d financings", s.names[funder], s.text(held), count); err != nil {
			return err
		}
	}
	return nil
}

// bill bills every month that is over.
func (s *story) bill() error {
	month, _ := calendar.Of(2026, 9, 1)
	number := uint64(0)
	for ; month.AddMonths(1) <= s.date; month = month.AddMonths(1) {
		if _, err := s.give(s.maker, "", &book.RunBilling{Month: month}); err != nil {
			return err
		}
		number++
		run, err := recordOf[book.Billing](s.giver, "billing", number)
		for err == nil && !run.Finished() {
			time.Sleep(time.Millisecond)
			run, err = recordOf[book.Billing](s.giver, "billing", number)
		}
		if err != nil {
			return err
		}
		if run.Bills == 0 {
			continue
		}
		if err := s.tell("bills", "%d bills are written for the month of %s, the last with number %d", run.Bills, month.String()[:7], run.Last); err != nil {
			return err
		}
	}
	return nil
}
