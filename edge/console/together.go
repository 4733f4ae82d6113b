package console

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/mandate"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/receivable"
	"millrace/edge/problem"
	"millrace/edge/view"
	"millrace/engine"
)

// togetherRoutes confirm many receivables at once.
var togetherRoutes = []route{
	{"GET /confirmations/together", "/confirmations", "confirm-together", showTogether},
	{"POST /confirmations/together", "/confirmations", "confirm-together", giveTogether},
}

const togetherMax = 500 // receivables that are confirmed at once

// togetherPage is a batch of confirmations: chosen, looked at with its totals and statements, and given, each by itself.
type togetherPage struct {
	posting
	Undertaking string
	Rows        []togetherRow
	Lines       []lineLeft // of a file, that name no invoice which can be confirmed
	Totals      []view.Amount
	Keys        []keyChoice
	Given       bool
	Confirmed   int
	Most        int
	Wording     *receivable.Wording
	Signature   string
	Wrong       string
}

func (*togetherPage) title() string { return "Confirm many at once" }

func (p *togetherPage) scripted() bool { return p.Signs() }

// Signs tells whether the batch is signed here: it is looked at, and the undertaking takes signatures.
func (p *togetherPage) Signs() bool {
	return !p.Given && len(p.Rows) > 0 && p.Undertaking == receivable.Irrevocable.String()
}

// Ready tells whether the batch may be given.
func (p *togetherPage) Ready() bool { return !p.Given && len(p.Rows) > 0 }

// togetherRow is one receivable of a batch.
type togetherRow struct {
	receivableRow
	Statement string
	Hash      string
	Outcome   string // confirmed, started, refused; "" before it is given
	Said      string

	command book.Confirm
}

// lineLeft is a line of a file that leads to nothing.
type lineLeft struct {
	Line         int
	Number, Said string
}

func (v *visit) together() *togetherPage {
	return &togetherPage{posting: v.posting(), Undertaking: receivable.Soft.String(), Most: togetherMax}
}

func showTogether(v *visit) (any, error) { return v.together(), nil }

func giveTogether(v *visit) (any, error) {
	p := v.together()
	if !p.read(v, uploadBytesMax) {
		return p, nil
	}
	if v.request.PostFormValue("undertaking") == receivable.Irrevocable.String() {
		p.Undertaking, p.Wording = receivable.Irrevocable.String(), &receivable.Waiver
	}
	if err := v.choose(p); err != nil {
		return nil, err
	}
	if len(p.Rows)+len(p.Lines) == 0 {
		p.refuse(problem.New("request_invalid", "choose at least one invoice"))
		return p, nil
	}
	if err := v.totalOf(p); err != nil || v.request.PostFormValue("step") != "give" {
		return p, err
	}
	signatures, wrong := p.signatures(v)
	if wrong != "" {
		p.Wrong, p.code = wrong, http.StatusUnprocessableEntity
		return p, nil
	}
	return p, v.confirmAll(p, signatures)
}

// choose finds the receivables that were ticked, or named by the numbers of a file.
func (v *visit) choose(p *togetherPage) error {
	chosen := v.request.PostForm["receivable"]
	if v.request.MultipartForm != nil {
		chosen = v.request.MultipartForm.Value["receivable"]
	}
	seen := map[string]bool{}
	add := func(of string) error {
		if seen[of] || len(p.Rows) == togetherMax {
			return nil
		}
		seen[of] = true
		return v.addTogether(p, of)
	}
	for _, of := range chosen {
		if err := add(of); err != nil {
			return err
		}
	}
	for _, file := range v.files("numbers") {
		read, err := content(file, uploadBytesMax)
		if err != nil {
			return err
		}
		for i, line := range strings.Split(string(read), "\n") {
			number, _, _ := strings.Cut(strings.TrimPrefix(line, "\ufeff"), ",")
			if number, _, _ = strings.Cut(number, ";"); strings.Trim(number, " \"\r\t") == "" {
				continue
			}
			if err := v.ofNumber(p, i+1, strings.Trim(number, " \"\r\t"), add); err != nil {
				return err
			}
		}
	}
	return nil
}

// ofNumber finds the open invoice of a number, or says why there is none.
func (v *visit) ofNumber(p *togetherPage, line int, number string, add func(string) error) error {
	found, err := v.openInvoices(number)
	if err != nil {
		return err
	}
	left := lineLeft{Line: line, Number: number}
	switch {
	case len(found) == 1 && found[0].Undertaking == receivable.Irrevocable.String():
		left.Said = v.w.T("It is confirmed irrevocably already.")
	case len(found) == 1:
		return add(found[0].ID)
	case len(found) == 0:
		left.Said = v.w.T("You owe nothing open by an invoice of this number. Compare it with the invoice; a heading may be left out.")
	default:
		left.Said = v.w.T("Several open invoices have this number: tick the right one in the list.")
	}
	p.Lines = append(p.Lines, left)
	return nil
}

// addTogether adds one receivable with what is to be signed.
func (v *visit) addTogether(p *togetherPage, text string) error {
	of, err := id.Parse[id.Receivable](text)
	if err != nil {
		return view.ErrNotFound
	}
	record, err := v.ReceivableRecord(v.caller, of)
	if err != nil {
		return err
	}
	shown, err := v.Receivable(v.caller, of)
	if err != nil {
		return err
	}
	rows, err := v.receivableRows([]view.Receivable{shown})
	if err != nil {
		return err
	}
	row := togetherRow{receivableRow: rows[0], command: v.confirmation(&record)}
	row.command.Amount, row.command.Undertaking = money.Minor(shown.Outstanding.Minor), receivable.Soft
	if p.Undertaking == receivable.Irrevocable.String() {
		row.command.Undertaking = receivable.Irrevocable
	}
	statement := row.command.Statement()
	hash := sha256.Sum256(statement)
	row.Statement, row.Hash = string(statement), hex.EncodeToString(hash[:])
	p.Rows = append(p.Rows, row)
	return nil
}

// totalOf adds the batch up by currency and lists the keys that may sign all of it.
func (v *visit) totalOf(p *togetherPage) (err error) {
	sums, largest := map[money.Currency]money.Minor{}, money.Amount{}
	var order []money.Currency
	for i := range p.Rows {
		c := &p.Rows[i].command
		if _, known := sums[c.Currency]; !known {
			order = append(order, c.Currency)
		}
		sums[c.Currency] = money.Add(sums[c.Currency], c.Amount)
		if c.Amount > largest.Minor {
			largest = money.Amount{Minor: c.Amount, Currency: c.Currency}
		}
	}
	for _, currency := range order {
		p.Totals = append(p.Totals, view.AmountOf(sums[currency], currency))
	}
	if p.Signs() {
		p.Keys, err = v.keysFor(&prepared{bound: v.caller.Party, acts: mandate.Confirm, amount: largest}, nil)
	}
	return err
}

// signatures reads, for each receivable that takes one, the line that begins with its id.
func (p *togetherPage) signatures(v *visit) (map[string][]book.Signature, string) {
	if p.Undertaking != receivable.Irrevocable.String() {
		return nil, ""
	}
	p.Signature = strings.TrimSpace(v.request.PostFormValue("signature"))
	at := slices.IndexFunc(p.Keys, func(k keyChoice) bool { return k.ID == v.request.PostFormValue("key") })
	if at < 0 {
		return nil, v.w.T("Choose the key that made the signature.")
	}
	made := map[string][]book.Signature{}
	for line := range strings.Lines(p.Signature) {
		words := strings.Fields(line)
		if len(words) != 2 {
			return nil, v.w.T("Each line is the id of a receivable and the signature over its statement.")
		}
		one, err := signatureBy(&p.Keys[at], words[1])
		if err != nil {
			return nil, v.w.T("The signature for %s can’t be read.", words[0])
		}
		made[words[0]] = []book.Signature{one}
	}
	for i := range p.Rows {
		if len(made[p.Rows[i].ID]) == 0 {
			return nil, v.w.T("The signature for %s is missing: sign the batch first.", p.Rows[i].ID)
		}
	}
	return made, ""
}

// confirmAll gives each confirmation by itself: one that is refused keeps no other out.
func (v *visit) confirmAll(p *togetherPage, signatures map[string][]book.Signature) error {
	p.Given = true
	for i := range p.Rows {
		row := &p.Rows[i]
		c := row.command
		c.Signatures = signatures[row.ID]
		if err := v.may(&c); err != nil {
			row.Outcome, row.Said = "refused", v.w.refusal(translate(err))
			continue
		}
		key := fmt.Sprintf("console-%s-%d", p.Once, i)
		_, rejection, err := v.console.engine.Submit(v.request.Context(), engine.Request{Actor: v.caller.Actor, Key: key, Command: &c})
		row.Outcome = "confirmed"
		if err == nil && rejection != nil && rejection.Code == "second_signature_missing" && len(c.Signatures) == 1 {
			row.Outcome = "started"
			_, rejection, err = v.console.engine.Submit(v.request.Context(), engine.Request{Actor: v.caller.Actor, Key: key + "-first", Command: &book.StartConfirmation{Confirm: c, Days: secondDays}})
		}
		switch {
		case err != nil:
			return err
		case rejection != nil:
			row.Outcome, row.Said = "refused", v.w.refusal(problem.OfRejection(rejection, ""))
		default:
			p.Confirmed++
		}
	}
	return nil
}

// ConfirmsMany tells whether the caller confirms for its own party.
func (f frame) ConfirmsMany() bool {
	return f.may("page /confirmations/together") && f.Caller.Role != party.Operator
}
