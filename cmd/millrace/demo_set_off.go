package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"millrace/book"
	"millrace/domain/clearing"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/edge/access"
	"millrace/edge/setoff"
	"millrace/edge/view"
	"millrace/engine"
	proof "millrace/proof/clearing"
)

// proposeSetOffs sets a clerk to the runs of multilateral set-off whose debts are held, until ctx ends.
func proposeSetOffs(ctx context.Context, e *engine.Engine) error {
	if e.ReadOnly() {
		return nil
	}
	machine, err := machineNamed(ctx, e, setOffMachine)
	if err != nil {
		return err
	}
	clerk, err := setoff.NewClerk(setoff.Options{Engine: e, Actor: machine, Logger: slog.Default()})
	if err != nil {
		return err
	}
	go func() { _ = clerk.Run(ctx, 5*time.Second) }() // it ends with ctx, or with the engine, which says why itself
	return nil
}

// demoSetOff is what the summary says of the run.
type demoSetOff struct {
	Run      string `json:"run"`
	Debt     string `json:"debt"`
	Cleared  string `json:"cleared"`
	Percent  string `json:"percent"`
	Lines    uint64 `json:"lines"`
	Members  uint64 `json:"members"`
	Optimal  bool   `json:"optimal"`
	Verified bool   `json:"verified"` // the certificate, by code that shares nothing with the solver

	Cash demoCash `json:"cash"`
}

// neighbours are firms round the anchor that sell to each other and have nothing financed.
var neighbours = []castParty{
	{Key: "kesselbruch", Name: "Kesselbruch Energie GmbH", Country: "DE", Street: "Am Umspannwerk 2", City: "Brandenburg an der Havel", PostalCode: "14772", LEI: "999000KESSELB3M8W149", VAT: "DE999417733"},
	{Key: "lindwehr", Name: "Lindwehr Spedition GmbH", Country: "DE", Street: "Hafenring 17", City: "Magdeburg", PostalCode: "39126", LEI: "999000LINDWEH6T2R083", VAT: "DE999428846"},
	{Key: "wiesenau", Name: "Wiesenau Blechbau GmbH", Country: "DE", Street: "Am Walzwerk 11", City: "Nauen", PostalCode: "14641", LEI: "999000WSENAUB7Q5N228", VAT: "DE999451074"},
	{Key: "prignitz", Name: "Prignitz Kranverleih GmbH", Country: "DE", Street: "Gleisdreieck 3", City: "Wittenberge", PostalCode: "19322", LEI: "999000PRGNTZK9D4X571", VAT: "DE999462185", IBAN: "DE31999900990000771203", BIC: "XRMBDEX1"},
	{Key: "ostfurt", Name: "Ostfurt Werkzeugbau GmbH", Country: "DE", Street: "Dreherweg 9", City: "Rathenow", PostalCode: "14712", LEI: "999000STFURTW4K1P962", VAT: "DE999439951"},
}

// owedAround is who owes whom how much among them. To set off the pair of the first two first, which is nearest at hand, clears less than can be.
var owedAround = []struct {
	debtor, creditor, invoice string
	amount                    money.Minor
	dueDays                   int // from the business date
}{
	{"havelmark", "kesselbruch", "KE-2026-0731", 18_400_00, -12},
	{"kesselbruch", "havelmark", "HW-77120", 18_400_00, -5},
	{"havelmark", "lindwehr", "LS 4417", 16_250_00, -9},
	{"lindwehr", "ostfurt", "OW-26/0912", 17_800_00, -3},
	{"ostfurt", "kesselbruch", "KE-2026-0744", 21_300_00, -1},
	{"ostfurt", "lindwehr", "LS 4420", 2_940_00, 0},
	{"havelmark", "wiesenau", "WB 2026-188", 13_500_00, -7}, // no circle: only cash clears what lies on this chain
	{"wiesenau", "prignitz", "PK-30091", 11_800_00, -2},
	{"lindwehr", "havelmark", "HW-77134", 5_600_00, 60}, // not due yet: it stays out
}

// setOff has firms that owe each other in circles set off the most that can be: with their signed consents, executed by a second person.
func (s *story) setOff() error {
	debt, err := s.meetNeighbours()
	if err != nil {
		return err
	}
	if err := s.tell("circle", "%d firms owe each other %s, over the cross; each consents in writing, in advance, to set it off", len(neighbours)+1, s.text(debt)); err != nil {
		return err
	}
	cash := &setOffCash{story: s, lender: "muehlgraben", borrower: "havelmark", taker: "prignitz"}
	if err := cash.lend(); err != nil {
		return err
	}
	terms := clearing.Terms{Currency: s.currency, Rule: clearing.OldestFirst, Freeze: s.date, Answer: s.date, Value: s.date.AddDays(10), Cash: clearing.Cash{Programme: cash.programme, Most: 20_000_00}}
	answer, err := s.give(s.maker, "", &book.AnnounceSetOffRun{Terms: terms})
	if err != nil {
		return err
	}
	of := first[*book.SetOffRunAnnounced](answer).Run.ID
	run, err := s.runStands(of, clearing.Frozen)
	if err != nil {
		return err
	}
	if err := cash.borrow(&run, 15_000_00); err != nil {
		return err
	}
	machine, err := machineNamed(s.ctx, s.engine, setOffMachine)
	if err != nil {
		return err
	}
	clerk, err := setoff.NewClerk(setoff.Options{Engine: s.engine, Actor: machine})
	if err != nil {
		return err
	}
	if _, err := clerk.Step(s.ctx); err != nil {
		return err
	}
	if run, err = s.runStands(of, clearing.Proposed); err != nil {
		return err
	}
	if err := s.tell("set-off", "run %s holds %s in %d invoices; the clerk proposes to clear %s with %s of cash, and the book proves: it balances for every firm, and no more is possible", of, s.text(run.Debt), run.Lines, s.text(run.Cleared),
		s.text(run.Cash)); err != nil {
		return err
	}
	if _, err := s.give(s.checker, "", &book.ExecuteSetOffRun{Run: of, Attempt: run.Attempt}); err != nil {
		return err
	}
	if run, err = s.runStands(of, clearing.Written); err != nil {
		return err
	}
	if err := s.verifySetOff(run); err != nil {
		return err
	}
	if err := cash.payOut(); err != nil {
		return err
	}
	return cash.repay()
}

// meetNeighbours registers the firms, takes over what they owe each other, and has them consent; it gives the debt.
func (s *story) meetNeighbours() (money.Minor, error) {
	for _, p := range neighbours {
		reference, err := s.intake.StoreProfile(s.ctx, p.profile())
		if err != nil {
			return 0, err
		}
		answer, err := s.give(s.maker, "", &book.RegisterParty{Roles: party.Seller | party.Buyer, Country: p.Country, Profile: reference, Tokens: s.intake.PartyTokens(p.profile())})
		if err != nil {
			return 0, err
		}
		known := first[*book.PartyRegistered](answer).Party.ID
		s.parties[p.Key], s.names[known] = known, p.Name
		desk, err := s.actor(known, party.Seller, "Desk of "+p.Name)
		if err != nil {
			return 0, err
		}
		if err := s.bringKey(known, desk); err != nil {
			return 0, err
		}
	}
	debt := money.Minor(0)
	for _, d := range owedAround {
		due := s.date.AddDays(d.dueDays)
		if _, err := s.give(s.maker, "", &book.ImportReceivable{
			Seller: s.party(d.creditor), Buyer: s.party(d.debtor), NumberText: d.invoice, Number: s.intake.InvoiceToken(d.invoice), Face: d.amount,
			Issued: due.AddDays(-30), Due: due, Currency: s.currency,
		}); err != nil {
			return 0, err
		}
		debt = money.Add(debt, d.amount)
	}
	for _, key := range []string{"havelmark", "kesselbruch", "lindwehr", "ostfurt", "wiesenau", "prignitz"} {
		who := &s.signatories[s.party(key)][0]
		c := &book.GiveSetOffConsent{Party: s.party(key), Currency: s.currency, From: s.date}
		c.Signatures = []book.Signature{who.sign(c.Statement())}
		if _, err := s.give(who.actor, "", c); err != nil {
			return 0, err
		}
	}
	return debt, nil
}

// runStands waits until the node has brought a run into a state.
func (s *story) runStands(of id.SetOffRun, state clearing.RunState) (clearing.Run, error) {
	for {
		run, err := recordOf[clearing.Run](s.giver, "set_off_run", of.Number())
		if err != nil || run.State == state {
			return run, err
		}
		if run.State == clearing.Lapsing || run.State == clearing.Lapsed || run.State > state {
			return run, fmt.Errorf("run %s is %s and not %s", of, run.State, state)
		}
		if err := s.engine.Cause(); err != nil {
			return run, err
		}
		time.Sleep(time.Millisecond)
	}
}

// verifySetOff verifies the certificate as anybody can who has its files, and has the notices written.
func (s *story) verifySetOff(run clearing.Run) error {
	v, err := view.New(s.engine).Now(s.ctx)
	if err != nil {
		return err
	}
	defer v.Close()
	desk := access.Caller{Actor: s.maker, Party: s.operator, Role: party.Operator, PartyRoles: party.Operator}
	certificate, err := v.SetOffCertificate(desk, run.ID)
	if err != nil {
		return err
	}
	verified, err := proof.Verify(bytes.NewReader(certificate.List), bytes.NewReader(certificate.Result), bytes.NewReader(certificate.Proof))
	if err != nil {
		return err
	}
	shown, err := v.SetOffRun(desk, run.ID)
	if err != nil {
		return err
	}
	s.summary.SetOff = demoSetOff{
		Run: run.ID.String(), Debt: s.text(run.Debt), Cleared: s.text(run.Cleared), Percent: shown.Report.Percent, Lines: run.Lines, Members: run.Members,
		Optimal: run.Optimal && verified.Optimal, Verified: verified.Cleared.IsInt64() && verified.Cleared.Int64() == int64(run.Cleared),
	}
	curve, err := v.SetOffCurve(desk, run.ID)
	if err != nil {
		return err
	}
	s.summary.SetOff.Cash = demoCash{Used: s.text(run.Cash), Cleared: curve.ByCash.String(), PerUnit: curve.PerUnit}
	if !verified.Cash.IsInt64() || verified.Cash.Int64() != int64(run.Cash) {
		return errors.New("the certificate of the set-off run tells of other cash than was put in")
	}
	if !s.summary.SetOff.Verified || !s.summary.SetOff.Optimal {
		return errors.New("the certificate of the set-off run is not that of what was set off")
	}
	notice, err := v.SetOffNotice(desk, run.ID, s.party("havelmark"))
	if err != nil {
		return err
	}
	return s.tell("set-off", "executed by a second person: %s of debt is gone (%s %%), %s of it only by %s of cash; the certificate is verified apart; %s has its notice, line by line: %d of what it owed, %d of what it was owed",
		s.text(run.Cleared), shown.Report.Percent, curve.ByCash, s.text(run.Cash), s.names[s.party("havelmark")], len(notice.Debts), len(notice.Claims))
}
