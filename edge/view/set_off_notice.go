package view

import (
	"encoding/hex"
	"fmt"

	"millrace/domain/clearing"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/edge/access"
	"millrace/edge/intake"
	"millrace/edge/letter"
	"millrace/edge/setoff"
)

// SetOffNotice is what a party is told of a run that was executed: the caller's own, or for those who see all any member. ErrNotFound where
// there is none.
func (v *View) SetOffNotice(c access.Caller, of id.SetOffRun, about id.Party) (letter.SetOff, error) {
	run, err := get(v, &setOffRuns, c, of.Number())
	if err != nil {
		return letter.SetOff{}, err
	}
	if about == 0 {
		about = c.Party
	}
	if run.State != clearing.Executed && run.State != clearing.Written || about != c.Party && !c.SeesAll() {
		return letter.SetOff{}, ErrNotFound
	}
	s := &showing{View: v, caller: c}
	wanted := []any{int64(of), int64(about)}
	var m *clearing.Member
	s.note(rows(v, "SELECT number, record FROM set_off_member WHERE run = ? AND party = ?", wanted, func(_ uint64, found *clearing.Member) error {
		m = found
		return nil
	}))
	if s.err != nil || m == nil || m.Consent == clearing.Out {
		return letter.SetOff{}, firstError(s.err, ErrNotFound)
	}
	currency := run.Terms.Currency
	n := letter.SetOff{
		Date: run.Ended, Run: of.String(), Operator: s.addressee(id.Make[id.Party](of.Shard(), 1)), Party: s.addressee(about), PartyID: about.String(),
		Currency: currency.String(), Total: AmountOf(m.Paid, currency).plain(), Hash: hex.EncodeToString(run.Hash[:]), Name: setoff.Blinds{Vault: v.vault}.Party(of, about),
	}
	switch m.Consent {
	case clearing.Standing:
		n.Consent, n.Standing = m.Standing.String(), true
	case clearing.Given:
		n.Consent = m.Standing.String()
	}
	s.noticeCash(&n, run, m)
	s.note(rows(v, "SELECT number, record FROM set_off_line WHERE debtor = ?1 OR creditor = ?1 ORDER BY number", []any{int64(m.ID.Number())}, func(_ uint64, l *clearing.Line) error {
		if l.Proposed(run.Attempt) == 0 {
			return nil
		}
		if l.Debtor == m.ID.Number() {
			n.Debts = append(n.Debts, s.noticed(l, l.Creditor, run))
		} else {
			n.Claims = append(n.Claims, s.noticed(l, l.Debtor, run))
		}
		return nil
	}))
	return n, s.err
}

// noticed is a line as it stands in a notice.
func (s *showing) noticed(l *clearing.Line, with uint64, run *clearing.Run) letter.SetOffEntry {
	shown, currency, cleared := s.showSetOffLine(l), run.Terms.Currency, l.Proposed(run.Attempt)
	other := raw[clearing.Member](s, "set_off_member", with).Party
	return letter.SetOffEntry{
		Reference: l.ID.String(), With: s.addressee(other).Name, WithID: other.String(), Invoice: shown.Invoice, Due: day(l.Due),
		Amount: AmountOf(l.Amount, currency).plain(), SetOff: AmountOf(cleared, currency).plain(), Left: AmountOf(money.Sub(l.Amount, cleared), currency).plain(),
	}
}

func (s *showing) addressee(of id.Party) letter.Party {
	p, err := s.Addressee(of)
	s.note(err)
	return addressOf(p)
}

func addressOf(p intake.Profile) letter.Party {
	return letter.Party{Name: p.Name, Street: p.Street, PostalCode: p.PostalCode, City: p.City, Country: p.Country}
}

// plain prints an amount without its currency: "12,000.00".
func (a Amount) plain() string { return a.String()[len(a.Currency)+1:] }

// SetOffFirm is a firm in the picture of a run, or all that have no place of their own in it.
type SetOffFirm struct {
	Party  *Ref   // nil: the others
	Count  int    // of firms; 1 but for the others
	Before Amount // that it owes
	After  Amount
	Owed   Amount // that it is owed, before
}

// SetOffEdge is what one firm of a picture owes another, by their places in it.
type SetOffEdge struct {
	From, To      int
	Before, After Amount
}

// SetOffPicture is the network of a run before and after.
type SetOffPicture struct {
	Firms []SetOffFirm
	Edges []SetOffEdge // between different firms, the largest first
	Among Amount       // debts of the others among themselves, before
	Left  Amount       // and after
	Final bool         // after is what a published proposal leaves; else nothing is set off yet
}

// PictureFirmsMax is how many firms have a place of their own in a picture.
const PictureFirmsMax = 40

// SetOffPicture draws a run's debts together: for those who see all those of the largest firms, for a member what it owes and is owed. ErrNotFound
// where the run holds nothing yet, or the caller takes no part.
func (v *View) SetOffPicture(c access.Caller, of id.SetOffRun) (*SetOffPicture, error) {
	run, err := get(v, &setOffRuns, c, of.Number())
	if err != nil {
		return nil, err
	}
	s := &showing{View: v, caller: c}
	var own uint64
	if !c.SeesAll() {
		m := s.ownSetOffMember(of)
		if m == nil || s.err != nil {
			return nil, firstError(s.err, ErrNotFound)
		}
		own = m.ID.Number()
	}
	if run.State <= clearing.Freezing || run.Lines == 0 {
		return nil, ErrNotFound
	}
	sheet, err := setoff.ReadSheet(v.ctx, v.view, of)
	if err != nil {
		return nil, err
	}
	return s.picture(sheet, own), s.err
}

// picture gathers the lines of a sheet; own is the member whose lines alone are shown, 0 for all.
func (s *showing) picture(sheet *setoff.Sheet, own uint64) *SetOffPicture {
	drawing := sheet.Draw(own, PictureFirmsMax)
	currency := sheet.Run.Terms.Currency
	shown := &SetOffPicture{Among: AmountOf(drawing.Among.Before, currency), Left: AmountOf(drawing.Among.After, currency), Final: setoff.Published(&sheet.Run)}
	for _, f := range drawing.Firms {
		firm := SetOffFirm{Count: f.Count, Before: AmountOf(f.Owes.Before, currency), After: AmountOf(f.Owes.After, currency), Owed: AmountOf(f.Owed.Before, currency)}
		if f.Party != 0 {
			firm.Party = s.party(f.Party)
		}
		shown.Firms = append(shown.Firms, firm)
	}
	for _, e := range drawing.Edges {
		shown.Edges = append(shown.Edges, SetOffEdge{From: e.From, To: e.To, Before: AmountOf(e.Before, currency), After: AmountOf(e.After, currency)})
	}
	return shown
}

// String names a firm of a picture.
func (f *SetOffFirm) String() string {
	if f.Party == nil {
		return fmt.Sprintf("%d others", f.Count)
	}
	return f.Party.String()
}
