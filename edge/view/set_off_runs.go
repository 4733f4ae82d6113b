package view

import (
	"encoding/hex"
	"fmt"
	"math/bits"

	"millrace/book"
	"millrace/domain/clearing"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/receivable"
	"millrace/edge/access"
	"millrace/edge/setoff"
)

// SetOffTerms are what is announced of a run of multilateral set-off.
type SetOffTerms struct {
	Currency string  `json:"currency"`
	Group    *Ref    `json:"group,omitempty" doc:"head of the group whose firms take part; missing where everybody may"`
	Least    *Amount `json:"least,omitempty" doc:"debts of which less is outstanding are left out"`
	Rule     string  `json:"rule" enum:"oldest_first,proportional" doc:"who comes first where several ways set off the same total"`
	Open     bool    `json:"open" doc:"parties without a standing consent are asked; else they are left out"`
	Freeze   string  `json:"freeze" doc:"business date from which debts are held"`
	Answer   string  `json:"answer" doc:"last business date for consents"`
	Value    string  `json:"value" doc:"debts due on or before it take part; the last business date on which the run can be executed"`

	Cash *SetOffCashTerms `json:"cash,omitempty" doc:"of funders, that members may borrow for the run; missing where none is lent"`
}

// SetOffReport is what a run comes to. It is there once debts are held, for members and those who see all.
type SetOffReport struct {
	DebtBefore      Amount            `json:"debt_before" doc:"all debts that are held"`
	Cleared         Amount            `json:"cleared" doc:"of them, by what is proposed or executed; zero before"`
	DebtAfter       Amount            `json:"debt_after"`
	Percent         string            `json:"percent" doc:"of the debt that is cleared"`
	NetInternalDebt Amount            `json:"net_internal_debt" doc:"what members owe more than they are owed, over all members: so much remains at least without cash"`
	LiquiditySaved  Amount            `json:"liquidity_saved" doc:"debt that is cleared, less the cash put in: so much need not be paid by anybody"`
	Members         uint64            `json:"members"`
	LeftOut         uint64            `json:"left_out" doc:"members that take no part any more"`
	Awaited         uint64            `json:"awaited" doc:"members that have neither consented nor are left out"`
	Lines           uint64            `json:"lines"`
	Omitted         map[string]uint64 `json:"omitted,omitempty" doc:"debts that are not held, by reason; for those who see all"`
	Cash            *SetOffCash       `json:"cash,omitempty" doc:"that is put in; missing where none is lent"`
}

// SetOffRun is a run of multilateral set-off.
type SetOffRun struct {
	ID        string        `json:"id"`
	State     string        `json:"state" enum:"announced,freezing,frozen,entering,proposed,executed,written,lapsing,lapsed"`
	Terms     SetOffTerms   `json:"terms"`
	Calendar  string        `json:"calendar,omitempty" doc:"that has announced it"`
	Maker     *Ref          `json:"maker,omitempty" doc:"missing for parties"`
	Checker   *Ref          `json:"checker,omitempty" doc:"who has executed or ended it; missing for parties"`
	Reason    string        `json:"reason,omitempty" doc:"for which it was ended; missing for parties"`
	Announced string        `json:"announced"`
	Ended     string        `json:"ended,omitempty" doc:"on which it was executed or ended: the value date of what was set off"`
	Attempt   uint32        `json:"attempt" doc:"of proposals; an executed run is the last one"`
	Optimal   bool          `json:"optimal" doc:"the book has proved that no more can be set off"`
	Hash      string        `json:"hash,omitempty" doc:"SHA-256 of the certificate's manifest, hexadecimal"`
	Report    *SetOffReport `json:"report,omitempty"`
	Own       *SetOffMember `json:"own,omitempty" doc:"the caller's own part"`
	Entry     uint64        `json:"entry"`
}

// SetOffMember is a party's part in a run.
type SetOffMember struct {
	ID      string `json:"id"`
	Run     string `json:"run"`
	Party   *Ref   `json:"party"`
	Consent string `json:"consent" enum:"asked,standing,given,out"`
	Cause   string `json:"cause,omitempty" enum:"insolvency,attachment,suspended,refused,silent,ceded" doc:"for which it is left out"`
	Owes    Amount `json:"owes" doc:"of the debts that are held"`
	Owed    Amount `json:"owed"`
	SetOff  Amount `json:"set_off" doc:"of what it owes"`
	ToPay   Amount `json:"to_pay" doc:"what is left of what it owes"`
	ToGet   Amount `json:"to_get"`
	Relief  string `json:"relief" doc:"share of what it owes that is set off, in percent"`

	ClaimsSetOff Amount         `json:"claims_set_off" doc:"of what it is owed: the same as of what it owes, but for cash"`
	Cash         *SetOffOwnCash `json:"cash,omitempty" doc:"that it may draw, draws or takes out; missing where none is lent"`
	Entry        uint64         `json:"entry"`
}

// SetOffLine is a debt in a run.
type SetOffLine struct {
	ID         string `json:"id" doc:"also the settlement reference of what is set off of it"`
	Run        string `json:"run"`
	Receivable string `json:"receivable"`
	Invoice    string `json:"invoice,omitempty" doc:"number of its invoice"`
	Debtor     *Ref   `json:"debtor"`
	Creditor   *Ref   `json:"creditor"`
	Due        string `json:"due,omitempty"`
	Amount     Amount `json:"amount" doc:"outstanding when it was held"`
	SetOff     Amount `json:"set_off" doc:"by what is proposed or executed"`
	Left       Amount `json:"left"`
	State      string `json:"state" enum:"held,set_off,released,dropped"`
	Entry      uint64 `json:"entry"`
}

// settingOff are the roles of those whose debts and claims are set off.
const settingOff = party.Seller | party.Buyer | party.Anchor

// setOffRunSeen: those for everybody, those for a group to which the party belongs, and those in which it is a member.
func setOffRunSeen(v *View, c access.Caller, r *clearing.Run) bool {
	p := c.Party
	for range groupsMax {
		if r.Terms.Group == 0 || p == r.Terms.Group {
			return true
		}
		record, err := v.partyRecord(p)
		if err != nil || record.Group == p || record.Group == 0 {
			break
		}
		p = record.Group
	}
	return (&showing{View: v, caller: c}).ownSetOffMember(r.ID) != nil
}

// groupsMax is how far groups within groups are climbed, as the book does.
const groupsMax = 16

// SetOffRun gives a run that the caller sees, else ErrNotFound.
func (v *View) SetOffRun(c access.Caller, of id.SetOffRun) (SetOffRun, error) {
	return one(v, &setOffRuns, c, of.Number(), (*showing).showSetOffRun)
}

// SetOffRuns lists the runs that the caller sees.
func (v *View) SetOffRuns(c access.Caller, q Query) (Page[SetOffRun], error) {
	return many(v, &setOffRuns, c, q, (*showing).showSetOffRun)
}

// SetOffMembers lists the members of a run: to a party, itself.
func (v *View) SetOffMembers(c access.Caller, of id.SetOffRun, q Query) (Page[SetOffMember], error) {
	if _, err := get(v, &setOffRuns, c, of.Number()); err != nil {
		return Page[SetOffMember]{}, err
	}
	narrowed := setOffMembers
	narrowed.table = fmt.Sprintf("(SELECT * FROM set_off_member WHERE run = %d)", uint64(of))
	return many(v, &narrowed, c, q, (*showing).showSetOffMember)
}

// SetOffLines lists the debts of a run: to a party, those that it owes or is owed.
func (v *View) SetOffLines(c access.Caller, of id.SetOffRun, q Query) (Page[SetOffLine], error) {
	if _, err := get(v, &setOffRuns, c, of.Number()); err != nil {
		return Page[SetOffLine]{}, err
	}
	narrowed := setOffLines
	narrowed.table = fmt.Sprintf("(SELECT * FROM set_off_line WHERE run = %d)", uint64(of))
	return many(v, &narrowed, c, q, (*showing).showSetOffLine)
}

func (s *showing) setOffTerms(t *clearing.Terms) SetOffTerms {
	shown := SetOffTerms{
		Currency: t.Currency.String(), Rule: t.Rule.String(), Open: t.Open, Freeze: day(t.Freeze), Answer: day(t.Answer), Value: day(t.Value),
	}
	if t.Group != 0 {
		shown.Group = s.party(t.Group)
	}
	if t.Least > 0 {
		least := AmountOf(t.Least, t.Currency)
		shown.Least = &least
	}
	shown.Cash = s.cashTerms(t)
	return shown
}

func (s *showing) showSetOffRun(r *clearing.Run) SetOffRun {
	shown := SetOffRun{
		ID: r.ID.String(), State: r.State.String(), Terms: s.setOffTerms(&r.Terms), Calendar: r.Calendar.String(), Announced: day(r.Announced), Ended: day(r.Ended),
		Attempt: r.Attempt, Optimal: r.Optimal, Entry: r.Entry,
	}
	if setoff.Published(r) {
		shown.Hash = hex.EncodeToString(r.Hash[:])
	}
	if s.caller.SeesAll() {
		shown.Maker, shown.Checker, shown.Reason = s.actor(r.Maker), s.actor(r.Checker), s.stored(r.Reason)
	} else if m := s.ownSetOffMember(r.ID); m != nil {
		own := s.showSetOffMember(m)
		shown.Own = &own
	} else {
		return shown
	}
	if r.State > clearing.Freezing {
		shown.Report = s.setOffReport(r)
	}
	return shown
}

// ownSetOffMember is the caller's party in a run; nil where it is not in it.
func (s *showing) ownSetOffMember(of id.SetOffRun) *clearing.Member {
	var own *clearing.Member
	s.note(rows(s.View, "SELECT number, record FROM set_off_member WHERE run = ? AND party = ?", []any{int64(of), int64(s.caller.Party)}, func(_ uint64, m *clearing.Member) error {
		own = m
		return nil
	}))
	return own
}

func (s *showing) setOffReport(r *clearing.Run) *SetOffReport {
	currency, cleared := r.Terms.Currency, money.Minor(0)
	if setoff.Published(r) {
		cleared = r.Cleared
	}
	var net int64
	s.note(s.view.Tx.QueryRowContext(s.ctx, "SELECT coalesce(sum(max(owes - owed, 0)), 0) FROM set_off_member WHERE run = ?", int64(r.ID)).Scan(&net))
	report := &SetOffReport{
		DebtBefore: AmountOf(r.Debt, currency), Cleared: AmountOf(cleared, currency), DebtAfter: AmountOf(money.Sub(r.Debt, cleared), currency),
		Percent: shareText(cleared, r.Debt), NetInternalDebt: AmountOf(money.Minor(net), currency), LiquiditySaved: AmountOf(cleared, currency), Cash: s.setOffCash(r),
		Members: r.Members, LeftOut: r.Voided, Awaited: r.Awaited, Lines: r.Lines,
	}
	if setoff.Published(r) {
		report.LiquiditySaved = AmountOf(money.Sub(cleared, r.Cash), currency)
	}
	if s.caller.SeesAll() {
		for reason, count := range r.Omitted {
			if count > 0 {
				if report.Omitted == nil {
					report.Omitted = map[string]uint64{}
				}
				report.Omitted[clearing.OmissionNames[reason]] = count
			}
		}
	}
	return report
}

// shareText is a share in percent with two digits, rounded down, so that only the whole is 100.00; "0.00" of nothing. A part is never more than the
// whole.
func shareText(part, whole money.Minor) string {
	if whole == 0 {
		return "0.00"
	}
	high, low := bits.Mul64(uint64(part), 10_000)
	share, _ := bits.Div64(high, low, uint64(whole))
	return fmt.Sprintf("%d.%02d", share/100, share%100)
}

func (s *showing) showSetOffMember(m *clearing.Member) SetOffMember {
	run := raw[clearing.Run](s, "set_off_run", m.Run.Number())
	currency, paid, received := run.Terms.Currency, money.Minor(0), money.Minor(0)
	if setoff.Published(&run) && m.Attempt == run.Attempt {
		paid, received = m.Paid, m.Received
	}
	return SetOffMember{
		ID: m.ID.String(), Run: m.Run.String(), Party: s.party(m.Party), Consent: m.Consent.String(), Cause: m.Cause.String(), Owes: AmountOf(m.Owes, currency),
		Owed: AmountOf(m.Owed, currency), SetOff: AmountOf(paid, currency), ToPay: AmountOf(money.Sub(m.Owes, paid), currency), ToGet: AmountOf(money.Sub(m.Owed, received), currency),
		Relief: shareText(paid, m.Owes), ClaimsSetOff: AmountOf(received, currency), Cash: s.ownCash(&run, m), Entry: m.Entry,
	}
}

func (s *showing) showSetOffLine(l *clearing.Line) SetOffLine {
	run := raw[clearing.Run](s, "set_off_run", l.Run.Number())
	currency, cleared := run.Terms.Currency, money.Minor(0)
	if setoff.Published(&run) {
		cleared = l.Proposed(run.Attempt)
	}
	shown := SetOffLine{
		ID: l.ID.String(), Run: l.Run.String(), Receivable: l.Receivable.String(), Debtor: s.party(raw[clearing.Member](s, "set_off_member", l.Debtor).Party),
		Creditor: s.party(raw[clearing.Member](s, "set_off_member", l.Creditor).Party), Due: day(l.Due), Amount: AmountOf(l.Amount, currency),
		SetOff: AmountOf(cleared, currency), Left: AmountOf(money.Sub(l.Amount, cleared), currency), State: l.State.String(), Entry: l.Entry,
	}
	// Who sees the line owes the debt or is owed it, so that its invoice is no secret, in whichever of its roles the party asks.
	if r := raw[receivable.Receivable](s, "receivable", l.Receivable.Number()); r.Document != 0 {
		shown.Invoice = raw[book.Document](s, "document", r.Document.Number()).Number
	}
	return shown
}

// published reads a run with all that it holds, once a proposal is published, for its members and those who see all; else ErrNotFound.
func (v *View) published(c access.Caller, of id.SetOffRun) (*setoff.Sheet, error) {
	run, err := get(v, &setOffRuns, c, of.Number())
	if err != nil {
		return nil, err
	}
	s := &showing{View: v, caller: c}
	if !c.SeesAll() && s.ownSetOffMember(of) == nil || s.err != nil || !setoff.Published(run) {
		return nil, firstError(s.err, ErrNotFound)
	}
	return setoff.ReadSheet(v.ctx, v.view, of)
}

func firstError(err, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}

// SetOffCertificate gives the certificate of what is proposed or executed, to members and those who see all; else ErrNotFound.
func (v *View) SetOffCertificate(c access.Caller, of id.SetOffRun) (*setoff.Certificate, error) {
	sheet, err := v.published(c, of)
	if err != nil {
		return nil, err
	}
	certificate, err := setoff.Certify(sheet, setoff.Blinds{Vault: v.vault})
	if err == nil && certificate.Hash() != sheet.Run.Hash { // it was entered by hand, with a certificate that is not made here
		return nil, ErrNotFound
	}
	return certificate, err
}

// SetOffOpening is by what a party finds itself in a certificate: whoever has the salt can compute the name.
type SetOffOpening struct {
	Run   string             `json:"run"`
	Party string             `json:"party"`
	Name  string             `json:"name" doc:"of the party in the certificate"`
	Salt  string             `json:"salt" doc:"hexadecimal; the name is the first 20 bytes of SHA-256 over \"millrace set-off name\", run, party or line, and salt, each with a line end"`
	Lines []SetOffOpenedLine `json:"lines" doc:"that the party owes or is owed"`
}

// SetOffOpenedLine is by what a party finds one of its lines.
type SetOffOpenedLine struct {
	Line string `json:"line"`
	Name string `json:"name" doc:"of the line in the certificate"`
	Salt string `json:"salt"`
}

// SetOffOpening gives the caller's party what it finds itself by; ErrNotFound where it is not in the run.
func (v *View) SetOffOpening(c access.Caller, of id.SetOffRun) (SetOffOpening, error) {
	s := &showing{View: v, caller: c}
	if _, err := get(v, &setOffRuns, c, of.Number()); err != nil {
		return SetOffOpening{}, err
	}
	m := s.ownSetOffMember(of)
	if m == nil {
		return SetOffOpening{}, firstError(s.err, ErrNotFound)
	}
	blinds := setoff.Blinds{Vault: v.vault}
	salt := blinds.Salt(of, m.Party.String())
	opening := SetOffOpening{
		Run: of.String(), Party: m.Party.String(), Name: blinds.Party(of, m.Party), Salt: hex.EncodeToString(salt[:]), Lines: []SetOffOpenedLine{},
	}
	err := rows(v, "SELECT number, record FROM set_off_line WHERE debtor = ?1 OR creditor = ?1 ORDER BY number", []any{int64(m.ID.Number())}, func(_ uint64, l *clearing.Line) error {
		salt := blinds.Salt(of, l.ID.String())
		opening.Lines = append(opening.Lines, SetOffOpenedLine{Line: l.ID.String(), Name: blinds.Line(of, l.ID), Salt: hex.EncodeToString(salt[:])})
		return nil
	})
	return opening, err
}

// SetOffConsent is a party's word that its debts and claims may be set off.
type SetOffConsent struct {
	ID        string   `json:"id"`
	Party     *Ref     `json:"party"`
	Run       string   `json:"run,omitempty" doc:"on which alone the word is; missing where it stands for every run"`
	Currency  string   `json:"currency"`
	BeforeDue bool     `json:"before_due" doc:"as creditor also of debts that are not due yet"`
	From      string   `json:"from"`
	Until     string   `json:"until,omitempty" doc:"last day; missing where it stands until it is revoked"`
	Keys      []string `json:"keys" doc:"that have signed"`
	State     string   `json:"state" enum:"live,revoked,refused,replaced"`
	Entry     uint64   `json:"entry"`
}

// SetOffConsent gives a consent that the caller sees, else ErrNotFound.
func (v *View) SetOffConsent(c access.Caller, of id.SetOffConsent) (SetOffConsent, error) {
	return one(v, &setOffConsents, c, of.Number(), (*showing).showSetOffConsent)
}

// SetOffConsents lists the consents that the caller sees.
func (v *View) SetOffConsents(c access.Caller, q Query) (Page[SetOffConsent], error) {
	return many(v, &setOffConsents, c, q, (*showing).showSetOffConsent)
}

func (s *showing) showSetOffConsent(r *clearing.Promise) SetOffConsent {
	shown := SetOffConsent{
		ID: r.ID.String(), Party: s.party(r.Party), Run: r.Run.String(), Currency: r.Currency.String(), BeforeDue: r.BeforeDue, From: day(r.From), Until: day(r.Until),
		Keys: []string{}, State: r.State.String(), Entry: r.Entry,
	}
	for _, key := range r.Keys {
		shown.Keys = append(shown.Keys, key.String())
	}
	return shown
}

// SetOffBar keeps a party out of every run.
type SetOffBar struct {
	ID       string `json:"id"`
	Party    *Ref   `json:"party"`
	Cause    string `json:"cause" enum:"insolvency,attachment"`
	From     string `json:"from"`
	Evidence string `json:"evidence,omitempty" doc:"for those who see all"`
	Lifted   string `json:"lifted,omitempty"`
	Grounds  string `json:"grounds,omitempty" doc:"on which it was lifted, for those who see all"`
	Maker    *Ref   `json:"maker,omitempty" doc:"for those who see all"`
	Entry    uint64 `json:"entry"`
}

// SetOffBar gives a bar that the caller sees, else ErrNotFound.
func (v *View) SetOffBar(c access.Caller, of id.SetOffBar) (SetOffBar, error) {
	return one(v, &setOffBars, c, of.Number(), (*showing).showSetOffBar)
}

// SetOffBars lists the bars that the caller sees.
func (v *View) SetOffBars(c access.Caller, q Query) (Page[SetOffBar], error) {
	return many(v, &setOffBars, c, q, (*showing).showSetOffBar)
}

func (s *showing) showSetOffBar(r *clearing.Bar) SetOffBar {
	shown := SetOffBar{ID: r.ID.String(), Party: s.party(r.Party), Cause: r.Cause.String(), From: day(r.From), Lifted: day(r.Lifted), Entry: r.Entry}
	if s.caller.SeesAll() {
		shown.Evidence, shown.Grounds, shown.Maker = s.stored(r.Evidence), s.stored(r.Grounds), s.actor(r.Maker)
	}
	return shown
}

// SetOffCalendar announces runs again and again.
type SetOffCalendar struct {
	ID         string      `json:"id"`
	State      string      `json:"state" enum:"proposed,live,refused,ended"`
	Terms      SetOffTerms `json:"terms" doc:"of its next run"`
	Months     int         `json:"months,omitempty" doc:"after which runs follow one another"`
	Days       int         `json:"days,omitempty" doc:"likewise, where not by months"`
	NoticeDays int         `json:"notice_days" doc:"from announcement until debts are held"`
	Announces  string      `json:"announces,omitempty" doc:"from when the next run is announced"`
	Runs       int         `json:"runs" doc:"that it has announced"`
	Reason     string      `json:"reason,omitempty" doc:"for which it was declined or ended, for those who see all"`
	Maker      *Ref        `json:"maker,omitempty" doc:"for those who see all"`
	Entry      uint64      `json:"entry"`
}

// SetOffCalendar gives a calendar that the caller sees, else ErrNotFound.
func (v *View) SetOffCalendar(c access.Caller, of id.SetOffCalendar) (SetOffCalendar, error) {
	return one(v, &setOffCalendars, c, of.Number(), (*showing).showSetOffCalendar)
}

// SetOffCalendars lists the calendars that the caller sees.
func (v *View) SetOffCalendars(c access.Caller, q Query) (Page[SetOffCalendar], error) {
	return many(v, &setOffCalendars, c, q, (*showing).showSetOffCalendar)
}

func (s *showing) showSetOffCalendar(r *clearing.Calendar) SetOffCalendar {
	shown := SetOffCalendar{
		ID: r.ID.String(), State: r.State.String(), Terms: s.setOffTerms(&r.Terms), Months: int(r.Months), Days: int(r.Days), NoticeDays: int(r.NoticeDays), Runs: int(r.Runs), Entry: r.Entry,
	}
	if r.State == clearing.CalendarProposed || r.State == clearing.CalendarLive {
		shown.Announces = day(r.Announces())
	}
	if s.caller.SeesAll() {
		shown.Reason, shown.Maker = s.stored(r.Reason), s.actor(r.Maker)
	}
	return shown
}
