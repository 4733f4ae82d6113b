package console

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/edge/problem"
	"millrace/edge/view"
	"millrace/engine"
)

const (
	needDays  = 7   // by which money is needed unless the seller says otherwise
	needChunk = 512 // quotes that are asked for together
)

// needPage asks a seller for an amount and a day, and shows the cheapest set that brings it.
type needPage struct {
	deedForm
	Found   *view.Selection
	Rows    []needRow
	Left    []view.SelectionLeft
	Set     string // what was shown: hash of the need and its picks
	Given   int
	Refused []needRefusal

	need view.Need
}

// needRow is a pick with the number of its invoice.
type needRow struct {
	view.SelectionPick
	Number string
}

// needRefusal is a pick for which no quote could be had.
type needRefusal struct{ Receivable, Code, Reason string }

func (p *needPage) title() string { return "Need" }

func (p *needPage) scripted() bool { return false }

// refuse puts a problem on the page.
func (p *needPage) refuse(found *problem.Problem) *needPage {
	entry, _ := problem.Explain(found.Code)
	p.Problem, p.Meaning, p.code = found, entry.Meaning, found.Status
	return p
}

func showNeed(v *visit) (any, error) { return v.needed() }

// needed opens the page by its address alone.
func (v *visit) needed() (*needPage, error) {
	p := &needPage{deedForm: deedForm{w: v.w, told: v.told, values: url.Values{}, code: http.StatusOK, Once: newOnce(), Token: v.console.token(v.request), Action: v.request.URL.RequestURI()}}
	asked := v.request.URL.Query()
	for _, name := range []string{termsMark, "programme", "payee", "amount", "day"} {
		if text := asked.Get(name); asked.Has(name) {
			p.values.Set(name, strings.ToValidUTF8(text[:min(len(text), termBytesMax)], ""))
		}
	}
	p.asked = p.values.Has(termsMark)
	if err := v.askNeed(p); err != nil || !p.asked || !p.complete() || p.Note != "" {
		if p.asked && !p.complete() {
			p.code = http.StatusUnprocessableEntity
		}
		return p, err
	}
	found, err := v.Select(v.caller, p.need)
	if err != nil {
		if translated := translate(err); translated.Status < 500 {
			return p.refuse(translated), nil
		}
		return nil, err
	}
	p.Found, p.Left = &found, found.LeftOut[:min(len(found.LeftOut), rowsMax)]
	encoded, err := json.Marshal([]any{found.Programme, found.Payee, found.Need, found.Priced, found.Picks})
	if err != nil {
		return nil, err
	}
	hash := sha256.Sum256(encoded)
	p.Set = hex.EncodeToString(hash[:])
	for _, pick := range found.Picks[:min(len(found.Picks), 4*rowsMax)] {
		row := needRow{SelectionPick: pick}
		if row.Number, err = v.invoiceNumber(pick.Document); err != nil {
			return nil, err
		}
		p.Rows = append(p.Rows, row)
	}
	return p, nil
}

// askNeed reads the need.
func (v *visit) askNeed(p *needPage) error {
	live, err := v.Programmes(v.caller, view.Query{State: "live", Limit: rowsMax})
	if err != nil {
		return err
	}
	offered, err := v.Financed(v.caller, live.Items)
	if err != nil {
		return err
	}
	accounts, err := v.BankAccounts(v.caller, view.Query{State: "verified", Limit: rowsMax})
	if err != nil {
		return err
	}
	if len(offered) == 0 || len(accounts.Items) == 0 {
		p.Note = "You need a programme of one of your buyers, and a bank account of yours that was verified."
		return nil
	}
	today, err := v.Date()
	if err != nil {
		return err
	}
	var programmes, payees []option
	for _, one := range offered {
		programmes = append(programmes, option{one.ID, one.Anchor.String(), v.w.T("%s, in %s; %s", one.Product, one.Currency, one.ID)})
	}
	for _, one := range accounts.Items {
		label := cmp.Or(one.IBAN+one.Number, one.ID)
		payees = append(payees, option{one.ID, label, v.w.T("in %s", one.Currency)})
	}
	amount := p.value(input{Name: "amount", Label: "Amount that you need", Kind: "text", Hint: "After discount and fees, in the programme’s currency, like 250000.00"}, "")
	by := p.value(input{Name: "day", Label: "By the day", Kind: "date", Hint: "What is due by then is left alone. Quotes are priced for payment today."}, today.AddDays(needDays).String())
	programme := p.value(input{Name: "programme", Label: "Programme", Choices: programmes}, programmes[0].Value)
	payee := p.value(input{Name: "payee", Label: "To be paid to", Choices: payees}, payees[0].Value)
	if !p.asked {
		return nil
	}
	p.need.Day = by.date()
	payee.chosen()
	if at := programme.chosen(); at >= 0 {
		currency, _ := money.ParseCurrency(offered[at].Currency)
		p.need.Amount = amount.minor(currency)
	}
	if p.complete() {
		if p.need.Programme, err = id.Parse[id.Programme](programme.Value); err == nil {
			p.need.Payee, err = id.Parse[id.BankAccount](payee.Value)
		}
	}
	return err
}

// giveNeed asks for a quote on every pick of the set that was shown. Sent twice, it is done once.
func giveNeed(v *visit) (any, error) {
	p, err := v.needed()
	if err != nil || p.Found == nil {
		return p, err
	}
	sent, err := readSent(v.request)
	switch {
	case err != nil:
		return p.refuse(problem.New("request_malformed", "what was sent is no form of this page, or is larger than one")), nil
	case !v.console.owns(v.request, sent.token):
		return p.refuse(problem.New("form_expired", "the form was made for another session, or before the node was started again; send it once more")), nil
	case sent.hash != p.Set:
		return p.refuse(problem.New("set_changed", "the set has changed since this page was shown; read it again")), nil
	}
	if sent.once != "" {
		p.Once = sent.once
	}
	requests := make([]engine.Request, len(p.Found.Picks))
	for i, pick := range p.Found.Picks {
		of, err := id.Parse[id.Receivable](pick.Receivable)
		if err != nil {
			return nil, err
		}
		requests[i] = engine.Request{
			Actor: v.caller.Actor, Key: fmt.Sprintf("console-%s-%d", p.Once, i),
			Command: &book.RequestQuote{Receivable: of, Programme: p.need.Programme, Payee: p.need.Payee},
		}
	}
	for i := range requests {
		if err := v.allowed(requests[i].Command); err != nil {
			return p.refuse(translate(err)), nil
		}
	}
	var results []engine.Result
	for chunk := range slices.Chunk(requests, needChunk) {
		answered, err := v.console.engine.SubmitAll(v.request.Context(), chunk)
		if err != nil {
			return p.refuse(translate(err)), nil
		}
		results = append(results, answered...)
	}
	last := uint64(0)
	for i := range results {
		if rejection := results[i].Rejection; rejection != nil {
			p.Refused = append(p.Refused, needRefusal{p.Found.Picks[i].Receivable, rejection.Code, rejection.Sentence})
			continue
		}
		p.Given++
		last = max(last, results[i].Answer.Sequence)
	}
	if len(p.Refused) > 0 || p.Given == 0 {
		return p, nil
	}
	return redirect{"/financings?done=" + v.console.mark(v.request, last)}, nil
}
