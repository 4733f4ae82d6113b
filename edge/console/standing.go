package console

import (
	"strconv"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/mandate"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/edge/view"
)

// standingDeeds are a seller's word in advance, a buyer's soft one taken back, and a bank's own undertaking.
var standingDeeds = []deed{
	{path: "/instructions/new", place: "/instructions", open: openInstruction, fields: map[string]string{
		"programmes": "programme-1", "amount_most": "amount", "total_most": "total", "cost_most": "cost", "price_least": "price",
	}},
	{path: "/instructions/{id}/revocation", place: "/instructions", open: openInstructionEnd},
	{path: "/receivables/{id}/withdrawal", place: "/receivables", open: openConfirmationWithdrawal, fields: map[string]string{"reason": "note"}},
	{path: "/receivables/{id}/undertaking", place: "/receivables", open: openUndertaking, fields: map[string]string{"bank": "bank"}},
}

var standingRoutes = []route{{"GET /instructions", "/instructions", "instructions", showInstructions}}

type instructionList struct {
	list
	Items []view.Instruction
}

// showInstructions lists what sellers have instructed in advance.
func showInstructions(v *visit) (any, error) {
	var l instructionList
	var q view.Query
	l.list, q = v.list("Standing instructions", book.InstructionStateNames[1:])
	page, err := v.Instructions(v.caller, q)
	l.Items = page.Items
	l.end(v, page.Next, len(page.Items))
	return l, err
}

// MayInstruct tells whether the caller may instruct in advance.
func (f frame) MayInstruct() bool { return f.may("deed /instructions/new") }

// Revokes tells whether the caller may end an instruction.
func (f frame) Revokes(i view.Instruction) bool {
	own := f.Home != nil && i.Seller != nil && f.Home.ID == i.Seller.ID
	return i.State == book.InstructionLive.String() && (own || f.Operates()) && f.may("deed /instructions/{id}/revocation")
}

const (
	instructionProgrammes = 4  // that one form takes
	instructionDays       = 90 // that an instruction stands unless the seller says otherwise
)

func openInstruction(v *visit, f *deedForm) (*prepared, error) {
	today, err := v.Date()
	if err != nil {
		return nil, err
	}
	f.Heading, f.Give, f.Back, f.BackName = "Instruct in advance", "Give the instruction", "/instructions", "Standing instructions"
	f.Note = "What comes within these bounds is quoted and accepted for you, without anybody asking again. It takes a signature, under mandates for the whole amount. You may revoke it at once, at any time."
	programmes, err := v.liveProgrammes()
	if err != nil {
		return nil, err
	}
	var tried [instructionProgrammes]*input
	for n := range tried {
		number, choices := strconv.Itoa(n+1), programmes
		if n > 0 {
			choices = f.orNothing("None", programmes)
		}
		tried[n] = f.value(input{Name: "programme-" + number, Label: f.w.T("Programme %s, in the order in which they are tried", number), Kind: "select", Choices: choices}, "")
	}
	payee, err := v.askPayee(f)
	if err != nil {
		return nil, err
	}
	currency := f.line("currency", "Currency", "Three letters, like EUR.", "EUR")
	amount := f.line("amount", "Most of one receivable", "Without grouping, like 50000.00.", "")
	total := f.line("total", "Most in all", "What is financed under it altogether.", "")
	cost := f.line("cost", "Most that the money costs a year", "In per cent, like 6.00: discount, fee and expected interest.", "")
	price := f.perhaps("price", "Least of the amount that is paid out", "In per cent, like 98.00. Empty for no bound.", "")
	until := f.value(input{Name: "until", Label: "Last day", Kind: "date"}, today.AddDays(instructionDays).String())
	if !f.asked {
		return nil, nil
	}
	c := book.GiveInstruction{Terms: book.InstructionTerms{
		Seller: v.caller.Party, Payee: oneID[id.BankAccount](payee), Currency: currency.currency(), CostMost: cost.percent(1, money.RateOne), Until: until.date(),
	}}
	t := &c.Terms
	for n, one := range tried {
		if n == 0 || one.Value != "" && one.Value != noChoice {
			t.Programmes = append(t.Programmes, oneID[id.Programme](one))
		}
	}
	if currency.Wrong == "" {
		t.AmountMost, t.TotalMost = amount.minor(t.Currency), total.minor(t.Currency)
	}
	if price.Value != "" {
		t.PriceLeast = price.percent(1, money.RateOne)
	}
	if !f.complete() {
		return nil, nil
	}
	return &prepared{
		with: func(s []book.Signature) book.Command {
			one := c
			one.Signatures = s
			return &one
		},
		bound: t.Seller, acts: mandate.Dispose, amount: money.Amount{Minor: t.TotalMost, Currency: t.Currency}, after: f.Back,
	}, nil
}

func openInstructionEnd(v *visit, f *deedForm) (*prepared, error) {
	of, err := identity[id.Instruction](v)
	if err != nil {
		return nil, err
	}
	shown, err := v.Instruction(v.caller, of)
	if err != nil {
		return nil, err
	}
	f.Heading, f.Give, f.Back, f.BackName = "Revoke a standing instruction", "Revoke it", "/instructions", "Standing instructions"
	f.Note = "At once nothing is quoted or accepted under it any more. What it has financed stays financed."
	f.fact("Instruction", escape(shown.ID))
	f.fact("Seller", named(shown.Seller))
	f.fact("State", f.w.badge(shown.State))
	f.fact("Most in all", f.w.amount(shown.TotalMost))
	f.fact("Financed under it", f.w.amount(shown.Financed))
	return v.unsignedDeed(f, &book.RevokeInstruction{Instruction: of}, nil), nil
}

// TakesBack tells whether the caller, as its buyer, may take a soft confirmation back, and Undertakes whether it may join an irrevocable one
// as a bank.
func (p receivablePage) TakesBack(f frame) bool {
	return p.State == "open" && p.Undertaking == "soft" && f.Home != nil && p.Buyer != nil && f.Home.ID == p.Buyer.ID
}

// Undertakes is explained there.
func (p receivablePage) Undertakes(f frame) bool {
	return p.State == "open" && p.Undertaking == "irrevocable" && p.Certificate == "" && p.Financing == "" && (f.Operates() || f.Caller.Role == party.Funder)
}

func openConfirmationWithdrawal(v *visit, f *deedForm) (*prepared, error) {
	of, err := identity[id.Receivable](v)
	if err != nil {
		return nil, err
	}
	f.Heading, f.Give = "Take a confirmation back", "Take it back"
	if _, _, err = v.debt(f, of); err != nil {
		return nil, err
	}
	f.Note = "Only a soft confirmation can be taken back, and only while nothing was financed on it. The seller reads why."
	text := f.noted("Why")
	if !f.complete() {
		return nil, nil
	}
	c := &book.WithdrawConfirmation{Receivable: of}
	return v.measure(f, c, text, &c.Reason), nil
}

func openUndertaking(v *visit, f *deedForm) (*prepared, error) {
	of, err := identity[id.Receivable](v)
	if err != nil {
		return nil, err
	}
	f.Heading, f.Give = "Undertake to pay, as a bank", "Give the undertaking"
	record, _, err := v.debt(f, of)
	if err != nil {
		return nil, err
	}
	f.Note = "You become the first debtor of all that the buyer has irrevocably undertaken and not paid. Nothing takes it back."
	c := book.UndertakeAsBank{
		Receivable: of, Bank: v.caller.Party, Amount: record.Undertaken(), Document: record.Hash, Seller: record.Seller, Buyer: record.Buyer, Currency: record.Currency, Due: record.Due,
	}
	if v.caller.Role == party.Operator {
		bank := f.line("bank", "Bank", "Its id, or its name: whose signed undertaking you relay.", "")
		if !f.asked {
			return nil, nil
		}
		if c.Bank, err = v.onlyParty(bank); err != nil || !f.complete() {
			return nil, err
		}
	}
	f.fact("To be undertaken", f.w.amount(view.AmountOf(c.Amount, c.Currency)))
	return &prepared{
		with: func(s []book.Signature) book.Command {
			one := c
			one.Signatures = s
			return &one
		},
		bound: c.Bank, acts: mandate.Confirm, amount: money.Amount{Minor: c.Amount, Currency: c.Currency}, after: f.Back,
	}, nil
}
