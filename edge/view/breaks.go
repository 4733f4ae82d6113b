package view

import (
	"encoding/hex"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/party"
	"millrace/domain/payment"
	"millrace/domain/reconciliation"
	"millrace/edge/access"
	"millrace/edge/locale"
)

// MatchPart is what of a receipt pays a receivable.
type MatchPart struct {
	Receivable string `json:"receivable"`
	Amount     Amount `json:"amount"`
}

// Match is what a receipt was allocated to as a whole, and why.
type Match struct {
	Parts    []MatchPart `json:"parts"`
	Charge   Amount      `json:"charge" doc:"what a bank kept: it stays owed"`
	Evidence []string    `json:"evidence"`
	Actor    *Ref        `json:"actor,omitempty"`
}

// BankStatement is one statement of one supervised account, as the bank closed it.
type BankStatement struct {
	ID        string `json:"id"`
	Programme string `json:"programme"`
	Account   string `json:"account" enum:"funding,collection,fees"`
	Owner     *Ref   `json:"owner,omitempty" doc:"of a funding account"`
	Sequence  uint64 `json:"sequence,omitempty" doc:"in the bank's series"`
	Date      string `json:"date"`
	Opening   Amount `json:"opening"`
	Closing   Amount `json:"closing"`
	Lines     int    `json:"lines"`
	NotBooked int    `json:"not_booked" doc:"lines that nothing in the book explains so far"`
	Follows   string `json:"follows,omitempty"`
	Gap       string `json:"gap,omitempty" enum:"sequence,balance" doc:"what is wrong between it and the one before"`
	Hash      string `json:"sha256,omitempty" doc:"of the bank's file"`
	Entry     uint64 `json:"entry"`
}

// Suggested is a set of receivables that a receipt may be for.
type Suggested struct {
	Receivables []string `json:"receivables"`
	Evidence    []string `json:"evidence"`
	Off         Amount   `json:"off" doc:"what the receipt is short of them; below zero: beyond them"`
}

// Break is a difference between bank and book that a person works off.
type Break struct {
	ID          string      `json:"id"`
	Kind        string      `json:"kind" enum:"line,payment,statement_gap,statement_missing,receipt,balance,statement"`
	Programme   string      `json:"programme"`
	Account     string      `json:"account,omitempty" enum:"funding,collection,fees"`
	Amount      Amount      `json:"amount" doc:"below zero: missing, or left"`
	Code        string      `json:"code" doc:"why, in short"`
	Detail      string      `json:"detail,omitempty" doc:"in the bank's words"`
	Payment     string      `json:"payment,omitempty"`
	Receipt     string      `json:"receipt,omitempty"`
	Statement   string      `json:"statement,omitempty"`
	Suggestions []Suggested `json:"suggestions,omitempty"`
	Opened      string      `json:"opened"`
	AgeDays     int         `json:"age_days"`
	State       string      `json:"state" enum:"open,assigned,resolved"`
	Owner       *Ref        `json:"owner,omitempty" doc:"who works it off"`
	How         string      `json:"how,omitempty" enum:"gone,matched,given_back,explained"`
	Note        string      `json:"note,omitempty"`
	Ended       string      `json:"ended,omitempty"`
	By          *Ref        `json:"by,omitempty" doc:"who resolved it; missing where it ended by itself"`
	Entry       uint64      `json:"entry"`
}

var (
	bankStatements = source[payment.Statement]{table: "bank_statement", state: "gap", programme: "programme", scope: supervisedBy, keep: keepStatement}
	bankBreaks     = source[payment.Break]{table: "bank_break", state: "state", ended: payment.BreakResolved.String(), programme: "programme", kind: "kind", scope: supervisedBy, keep: keepBreak}
)

func supervisedBy(v *View, c access.Caller) (clause, error) {
	return v.among(c, "programme", party.Custodian|party.Funder, whole)
}

// keepStatement: a custodian sees all statements of its programmes, a funder those of its own account.
func keepStatement(v *View, c access.Caller, s *payment.Statement) bool {
	return v.partIn(c, s.Account.Programme)&party.Custodian != 0 || s.Account.Owner == c.Party
}

func keepBreak(v *View, c access.Caller, k *payment.Break) bool {
	return v.partIn(c, k.Programme)&party.Custodian != 0
}

// BankStatement gives a statement that the caller sees, else ErrNotFound.
func (v *View) BankStatement(c access.Caller, of id.BankStatement) (BankStatement, error) {
	return one(v, &bankStatements, c, of.Number(), (*showing).showStatement)
}

// BankStatements lists the statements that the caller sees; their state is their gap.
func (v *View) BankStatements(c access.Caller, q Query) (Page[BankStatement], error) {
	return many(v, &bankStatements, c, q, (*showing).showStatement)
}

// Break gives a break that the caller sees, else ErrNotFound.
func (v *View) Break(c access.Caller, of id.Break) (Break, error) {
	return one(v, &bankBreaks, c, of.Number(), (*showing).showBreak)
}

// Breaks lists the breaks that the caller sees: without a state those that are not resolved, with StateAll all of them.
func (v *View) Breaks(c access.Caller, q Query) (Page[Break], error) {
	return many(v, &bankBreaks, c, q, (*showing).showBreak)
}

func (s *showing) showStatement(r *payment.Statement) BankStatement {
	shown := BankStatement{
		ID: r.ID.String(), Programme: r.Account.Programme.String(), Account: r.Account.Kind.String(), Sequence: r.Sequence, Date: day(r.Date),
		Opening: AmountOf(r.Opening, r.Currency), Closing: AmountOf(r.Closing, r.Currency), Lines: int(r.Lines), NotBooked: len(r.NotBooked), Gap: r.Gap.String(), Entry: r.Entry,
	}
	if r.Account.Owner != 0 {
		shown.Owner = s.party(r.Account.Owner)
	}
	if r.Follows != 0 {
		shown.Follows = r.Follows.String()
	}
	if r.Hash != [32]byte{} {
		shown.Hash = hex.EncodeToString(r.Hash[:])
	}
	return shown
}

func (s *showing) showBreak(r *payment.Break) Break {
	today, err := s.Date()
	s.note(err)
	shown := Break{
		ID: r.ID.String(), Kind: r.Kind.String(), Programme: r.Programme.String(), Account: r.Account.Kind.String(), Amount: AmountOf(r.Amount, r.Currency), Code: r.Code,
		Opened: day(r.Opened), AgeDays: r.AgeDays(today), State: r.State.String(), Ended: day(r.Ended), Entry: r.Entry,
	}
	if r.How != 0 {
		shown.How = r.How.String()
	}
	for _, one := range []struct {
		into *string
		ref  [32]byte
	}{{&shown.Detail, r.Detail}, {&shown.Note, r.Note}} {
		text, err := s.text(one.ref)
		s.note(err)
		*one.into = text
	}
	if r.Payment != 0 {
		shown.Payment = r.Payment.String()
	}
	if r.Receipt != 0 {
		shown.Receipt = r.Receipt.String()
	}
	if r.Statement != 0 {
		shown.Statement = r.Statement.String()
	}
	for _, suggestion := range r.Suggestions {
		one := Suggested{Evidence: reconciliation.Evidence(suggestion.Evidence).Names(), Off: AmountOf(suggestion.Off, r.Currency)}
		for _, receivable := range suggestion.Receivables {
			one.Receivables = append(one.Receivables, receivable.String())
		}
		shown.Suggestions = append(shown.Suggestions, one)
	}
	shown.Owner, shown.By = s.people(r.Owner, r.By)
	return shown
}

// matched adds why a receipt was allocated as it was, for those who see the receipt's text.
func (s *showing) matched(shown *Receipt, r *payment.Receipt) {
	if r.CameInOn != 0 {
		shown.Statement = r.CameInOn.String()
	}
	if len(r.Match.Parts) == 0 || !s.caller.SeesAll() && s.partIn(s.caller, r.Programme)&party.Custodian == 0 {
		return
	}
	m := &Match{Charge: AmountOf(r.Match.Charge, r.Currency), Evidence: reconciliation.Evidence(r.Match.Evidence).Names()}
	for _, part := range r.Match.Parts {
		m.Parts = append(m.Parts, MatchPart{part.Receivable.String(), AmountOf(part.Amount, r.Currency)})
	}
	m.Actor, _ = s.people(r.Match.Actor, 0)
	shown.Match = m
}

var breakSentences = map[payment.Resolution]string{
	payment.Gone: "bank and book agree by now", payment.Matched: "what came in is allocated", payment.GivenBack: "what came in was given back",
	payment.Explained: "a person has explained it",
}

// ofStatements tells of statements, breaks and matches.
func (s *showing) ofStatements(e book.Event) *locale.Text {
	switch e := e.(type) {
	case *book.StatementRecorded:
		r := &e.Statement
		told := locale.Say("The statement of the %s account of %s of %s was recorded: it goes from %s to %s in %s", r.Account.Kind, s.programmeName(r.Account.Programme),
			r.Date, AmountOf(r.Opening, r.Currency), AmountOf(r.Closing, r.Currency), locale.Count{Number: int64(r.Lines), Thing: "statement line"})
		if r.Gap != payment.NoGap {
			told.And(", and something is missing before it")
		}
		return told.And(".")
	case *book.StatementRepeated:
		if len(e.Lines) == 0 {
			return locale.Say("Statement %s came again and was not recorded twice.", e.Statement)
		}
		return locale.Say("%d lines of statement %s are booked by now.", len(e.Lines), e.Statement)
	case *book.StatementFollowed:
		if e.Gap == payment.NoGap {
			return locale.Say("Nothing is missing before statement %s any more.", e.Statement)
		}
		return locale.Say("Something is missing before statement %s.", e.Statement)
	case *book.BreakOpened:
		return locale.Say("A difference with the bank was found (%s): %s.", locale.Word(e.Break.Kind.String()), locale.Word(e.Break.Code))
	case *book.BreakChanged:
		return locale.Say("Of break %s it is known by now: %s.", e.Break, locale.Word(e.Code))
	case *book.BreakMoved:
		switch {
		case e.State == payment.BreakResolved:
			return locale.Say("Break %s ended: %s.", e.Break, say(breakSentences[e.How]))
		case e.Owner != 0:
			return locale.Say("Break %s is with %s.", e.Break, s.decider(e.Owner))
		}
		return locale.Say("Break %s is with nobody.", e.Break)
	case *book.ReceiptReconciled:
		told := locale.Say("Receipt %s pays %d receivables; the evidence: %s", e.Receipt, len(e.Match.Parts),
			locale.Words(reconciliation.Evidence(e.Match.Evidence).Names()))
		if e.Match.Charge > 0 {
			told.And("; a bank kept a charge, which stays owed")
		}
		return told.And(".")
	}
	return nil
}

// findBank finds what is between bank and book, and what the law knows of.
func (v *View) findBank(c access.Caller, text string) (*subject, error) {
	switch id.PrefixOf(text) {
	case id.BankStatement(0).Prefix():
		return seen[id.BankStatement](v, c, &bankStatements, text)
	case id.Break(0).Prefix():
		return seen[id.Break](v, c, &bankBreaks, text)
	case id.SupervisedAccount(0).Prefix():
		return seen[id.SupervisedAccount](v, c, &supervisedAccounts, text)
	case id.Return(0).Prefix():
		return seen[id.Return](v, c, &returns, text)
	case id.Charge(0).Prefix():
		return seen[id.Charge](v, c, &charges, text)
	case id.Model(0).Prefix():
		return seen[id.Model](v, c, &models, text)
	case id.Webhook(0).Prefix():
		return seen[id.Webhook](v, c, &webhooks, text)
	}
	return v.findDigital(c, text)
}
