package console

import (
	"fmt"
	"io"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/payment"
	"millrace/domain/reconciliation"
	"millrace/edge/intake"
	"millrace/edge/locale"
	"millrace/edge/report"
	"millrace/edge/view"
)

var breakDeeds = []deed{
	{path: "/breaks/{id}/owner", place: "/breaks", open: openBreakTaking},
	{path: "/breaks/{id}/note", place: "/breaks", fields: map[string]string{"note": "note"}, open: openBreakNote},
	{path: "/breaks/{id}/resolution", place: "/breaks", fields: map[string]string{"note": "note", "how": "how"}, open: openBreakResolution},
	{path: "/breaks/{id}/match", place: "/breaks", fields: map[string]string{"parts": "set", "amount": "set"}, open: openBreakMatch},
}

type breakList struct {
	list
	Items []view.Break
}

func showBreaks(v *visit) (any, error) {
	var l breakList
	var q view.Query
	l.list, q = v.list("Breaks", append(slices.Clone(payment.BreakStateNames[1:]), view.StateAll))
	page, err := v.Breaks(v.caller, q)
	l.Items = page.Items
	l.end(v, page.Next, len(page.Items))
	return l, err
}

type breakPage struct {
	view.Break
	Timeline []view.Entry
}

func (p breakPage) title() *locale.Text { return locale.Say("Break %s", p.ID) }

// Works tells whether the caller may work the break off.
func (p breakPage) Works(f frame) bool {
	return f.may("deed /breaks/{id}/resolution") && p.State != payment.BreakResolved.String()
}

func showBreak(v *visit) (any, error) {
	shown, _, err := v.breakAsked()
	if err != nil {
		return nil, err
	}
	timeline, _, err := v.chronicle(shown.ID)
	return breakPage{shown, timeline}, err
}

func (v *visit) breakAsked() (view.Break, id.Break, error) {
	of, err := identity[id.Break](v)
	if err != nil {
		return view.Break{}, 0, err
	}
	shown, err := v.Break(v.caller, of)
	return shown, of, err
}

// openBreak fills what is the same on the form of every deed on a break.
func (v *visit) openBreak(f *deedForm, heading, give string) (view.Break, id.Break, error) {
	f.Heading, f.Give = heading, give
	shown, of, err := v.breakAsked()
	f.Back, f.BackName = "/breaks/"+shown.ID, f.w.T("Break %s", shown.ID)
	if err == nil {
		f.fact("What", escape(f.w.T("%s: %s", locale.Capital(shown.Kind), locale.Word(shown.Code))))
		f.fact("Amount", f.w.amount(shown.Amount))
		f.fact("Open for", escape(f.w.Many(int64(shown.AgeDays), "day")))
	}
	return shown, of, err
}

func openBreakTaking(v *visit, f *deedForm) (*prepared, error) {
	_, of, err := v.openBreak(f, "Take a break on", "Take it on")
	if err != nil {
		return nil, err
	}
	f.Note = "You become the one who finds out what it is and closes it. Others may still write notes."
	return v.unsignedDeed(f, &book.AssignBreak{Break: of, Owner: v.caller.Actor}, nil), nil
}

// noted asks for a text; nil while it is missing.
func (f *deedForm) noted(label string) *input {
	text := f.value(input{Name: "note", Label: label, Kind: "area"}, "")
	if f.asked && (text.Value == "" || len(text.Value) > reasonBytes) {
		text.bad("Say it in 1 to %d characters.", reasonBytes)
	}
	return text
}

func (v *visit) keepNote(text *input, into *[32]byte) error {
	kept, err := v.console.intake.Store(v.request.Context(), intake.KindReason, []byte(text.Value))
	*into = kept
	return err
}

func openBreakNote(v *visit, f *deedForm) (*prepared, error) {
	_, of, err := v.openBreak(f, "Write down what was found out", "Write it down")
	if err != nil {
		return nil, err
	}
	text := f.noted("Note")
	if !f.complete() {
		return nil, nil
	}
	return v.unsignedDeed(f, &book.NoteBreak{Break: of}, func(c book.Command) error { return v.keepNote(text, &c.(*book.NoteBreak).Note) }), nil
}

func openBreakResolution(v *visit, f *deedForm) (*prepared, error) {
	_, of, err := v.openBreak(f, "Close a break", "Close the break")
	if err != nil {
		return nil, err
	}
	f.Note = "What bank and book differ by stays named on the proof of funds until the book has it."
	how := f.value(input{Name: "how", Label: "How it was dealt with", Choices: []option{
		{"explained", "Explained", "It is known what it is."}, {"given_back", "Given back", "What came in went back."}, {"matched", "Matched", "It is booked otherwise."},
	}}, "explained")
	text := f.noted("On which evidence")
	if !f.asked {
		return nil, nil
	}
	chosen := how.chosen()
	if !f.complete() {
		return nil, nil
	}
	resolution := []payment.Resolution{payment.Explained, payment.GivenBack, payment.Matched}[chosen]
	return v.unsignedDeed(f, &book.ResolveBreak{Break: of, How: resolution}, func(c book.Command) error { return v.keepNote(text, &c.(*book.ResolveBreak).Note) }), nil
}

// openBreakMatch allocates a receipt to a set that was suggested: each receivable by what is owed on it, the last by what is left.
func openBreakMatch(v *visit, f *deedForm) (*prepared, error) {
	shown, _, err := v.openBreak(f, "Match a receipt", "Allocate it")
	if err != nil {
		return nil, err
	}
	if shown.Receipt == "" || len(shown.Suggestions) == 0 {
		return nil, view.ErrNotFound
	}
	var choices []option
	for i, s := range shown.Suggestions {
		choices = append(choices, option{strconv.Itoa(i), strings.Join(s.Receivables, ", "), f.w.Word(strings.Join(s.Evidence, ", "))})
	}
	set := f.value(input{Name: "set", Label: "What it is for", Choices: choices}, "0")
	if !f.asked {
		return nil, nil
	}
	chosen := set.chosen()
	if !f.complete() {
		return nil, nil
	}
	command, err := v.matchOf(shown, chosen)
	if err != nil {
		return nil, err
	}
	for _, part := range command.Parts {
		currency, _ := money.ParseCurrency(shown.Amount.Currency)
		f.fact(part.Receivable.String(), f.w.amount(view.AmountOf(part.Amount, currency)))
	}
	return v.unsignedDeed(f, command, nil), nil
}

func (v *visit) matchOf(shown view.Break, chosen int) (*book.ReconcileReceipt, error) {
	receipt, err := id.Parse[id.Receipt](shown.Receipt)
	if err != nil {
		return nil, err
	}
	record, err := v.Receipt(v.caller, receipt)
	if err != nil {
		return nil, err
	}
	s, left := shown.Suggestions[chosen], money.Minor(record.Left.Minor)
	command := &book.ReconcileReceipt{Receipt: receipt, Charge: max(0, money.Minor(s.Off.Minor)), Evidence: uint16(reconciliation.EvidenceOf(s.Evidence))}
	for _, text := range s.Receivables {
		of, err := id.Parse[id.Receivable](text)
		if err != nil {
			return nil, err
		}
		owed, err := v.Receivable(v.caller, of)
		if err != nil {
			return nil, err
		}
		amount := min(left, money.Minor(owed.Outstanding.Minor))
		if amount <= 0 {
			continue
		}
		left = money.Sub(left, amount)
		command.Parts = append(command.Parts, payment.MatchPart{Receivable: of, Amount: amount})
	}
	return command, nil
}

// proofPage is the proof of funds of a programme on a date.
type proofPage struct {
	Programmes []view.Programme
	Programme  string
	Date       string
	Proof      *view.ProofOfFunds
	Parts      []proofPart
	Note       string
	Before     bool // the evenings before are asked for
	Evenings   []view.ProofEvening
}

// eveningsMost is how many evenings are listed at once.
const eveningsMost = 10

// Earlier is the page of the evenings before those that are listed; "" where there are no more.
func (p proofPage) Earlier() string {
	if len(p.Evenings) < eveningsMost {
		return ""
	}
	oldest, _ := calendar.Parse(p.Evenings[len(p.Evenings)-1].Date)
	return p.Listed(oldest.AddDays(-1).String())
}

// Listed is the page that lists the evenings up to a date.
func (p proofPage) Listed(until string) string {
	return "/proof?" + url.Values{"programme": {p.Programme}, "date": {until}, "evenings": {"all"}}.Encode()
}

// On is the page of the proof on one evening.
func (p proofPage) On(date string) string {
	return "/proof?" + url.Values{"programme": {p.Programme}, "date": {date}}.Encode()
}

// proofPart is one part of the equation.
type proofPart struct {
	Heading, Code string
	Lines         []view.ProofLine
	Sum           view.Amount
	Cut           bool // further lines are in the file
}

// Referring, OfParties, Dated and Owned tell whether a line of the part says anything in that column.
func (p proofPart) Referring() bool {
	return slices.ContainsFunc(p.Lines, func(l view.ProofLine) bool { return l.Reference != "" })
}

// OfParties likewise.
func (p proofPart) OfParties() bool {
	return slices.ContainsFunc(p.Lines, func(l view.ProofLine) bool { return l.Party != nil })
}

// Dated likewise.
func (p proofPart) Dated() bool {
	return slices.ContainsFunc(p.Lines, func(l view.ProofLine) bool { return l.Date != "" })
}

// Owned likewise.
func (p proofPart) Owned() bool {
	return slices.ContainsFunc(p.Lines, func(l view.ProofLine) bool { return l.Owner != "" })
}

// Columns counts those before the amount.
func (p proofPart) Columns() int {
	count := 1
	for _, said := range []bool{p.Referring(), p.OfParties(), p.Dated(), p.Owned()} {
		if said {
			count++
		}
	}
	return count
}

func (proofPage) title() string { return "Proof of funds" }

func showProof(v *visit) (any, error) {
	p := proofPage{Programme: v.asked("programme"), Date: v.asked("date")}
	page, err := v.Programmes(v.caller, view.Query{Order: view.OldestFirst, Limit: rowsMax})
	if err != nil {
		return nil, err
	}
	p.Programmes = page.Items
	if p.Programme == "" && len(page.Items) > 0 {
		p.Programme = page.Items[0].ID
	}
	of, err := id.Parse[id.Programme](p.Programme)
	if err != nil {
		p.Note = "Choose a programme."
		return p, nil
	}
	date, ok := calendar.Parse(p.Date)
	if p.Date != "" && !ok {
		p.Note = "A date looks like 2026-11-22; the proof is of today."
	}
	if p.Before = v.asked("evenings") == "all"; p.Before {
		return p.evenings(v, of, date)
	}
	proof, notYet, err := behind(v, "Proof of funds", fmt.Sprint("proof ", of, " ", date), func(v *visit) (view.ProofOfFunds, error) { return v.ProofOfFunds(v.caller, of, date) })
	if notYet != nil {
		return notYet, err
	}
	if err == view.ErrNotFound {
		p.Note = "The proof is for the operator, the auditor, the custodian and the programme’s funders."
		return p, nil
	}
	if err != nil {
		return nil, err
	}
	p.Proof, p.Date = &proof, proof.Date
	p.parts()
	return p, nil
}

// evenings lists the proofs of the last evenings.
func (p proofPage) evenings(v *visit, of id.Programme, until calendar.Date) (any, error) {
	listed, notYet, err := behind(v, "Proof of funds", fmt.Sprint("proofs ", of, " ", until), func(v *visit) ([]view.ProofEvening, error) {
		return v.ProofEvenings(v.caller, of, until, eveningsMost)
	})
	switch {
	case notYet != nil:
		return notYet, err
	case err == view.ErrNotFound:
		p.Note = "The proof is for the operator, the auditor, the custodian and the programme’s funders."
	case err != nil:
		return nil, err
	}
	p.Evenings = listed
	return p, nil
}

func (p *proofPage) parts() {
	sums := map[string]view.Amount{"bank": p.Proof.Bank, "item": p.Proof.Items, "mirror": p.Proof.Mirror, "claim": p.Proof.Claims}
	for _, part := range []proofPart{
		{Heading: "Held by the bank, by its last statements", Code: "bank"}, {Heading: "Items between bank and book", Code: "item"},
		{Heading: "Held by the book", Code: "mirror"}, {Heading: "Whose it is", Code: "claim"}, {Heading: "Of that unidentified: owed to its senders, and never used", Code: "unidentified"},
	} {
		for _, line := range p.Proof.Lines {
			if line.Part == part.Code {
				part.Lines = append(part.Lines, line)
			}
		}
		part.Sum = sums[part.Code]
		if part.Code == "unidentified" {
			part.Sum = view.Amount{Currency: p.Proof.Claims.Currency}
			for _, line := range part.Lines {
				part.Sum = plus(part.Sum, line.Amount)
			}
		}
		if part.Cut = len(part.Lines) > reportLinesMax; part.Cut {
			part.Lines = part.Lines[:reportLinesMax]
		}
		p.Parts = append(p.Parts, part)
	}
}

func showProofFile(v *visit) (any, error) {
	of, err := id.Parse[id.Programme](v.asked("programme"))
	if err != nil {
		return nil, view.ErrNotFound
	}
	date, _ := calendar.Parse(v.asked("date"))
	proof, notYet, err := behind(v, "Proof of funds", fmt.Sprint("proof ", of, " ", date), func(v *visit) (view.ProofOfFunds, error) { return v.ProofOfFunds(v.caller, of, date) })
	if notYet != nil || err != nil {
		return notYet, err
	}
	return csvFile(fmt.Sprintf("proof-of-funds-%s-%s", proof.Programme, proof.Date), func(w io.Writer) error { return report.CSV(w, report.Rows(proof.Lines)) })
}
