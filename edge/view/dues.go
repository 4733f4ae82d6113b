package view

import (
	"cmp"
	"slices"

	"millrace/domain/calendar"
	"millrace/domain/certificate"
	"millrace/domain/id"
	"millrace/domain/legal"
	"millrace/domain/receivable"
	"millrace/edge/access"
)

// Due is an open debt of a buyer: when it is due, and to whom it is owed by now.
type Due struct {
	Receivable  string `json:"receivable"`
	Document    string `json:"document,omitempty"`
	Number      string `json:"number,omitempty" doc:"of the invoice"`
	Seller      *Ref   `json:"seller"`
	Due         string `json:"due,omitempty"`
	Outstanding Amount `json:"outstanding"`
	Undertaking string `json:"undertaking" enum:"none,soft,irrevocable,bank"`
	Disputed    Amount `json:"disputed"`
	Owed        *Ref   `json:"owed" doc:"to whom: the seller, or whom a notice of assignment that was served names"`
	IBAN        string `json:"iban,omitempty" doc:"of the account that the notice names"`
	Notice      string `json:"notice,omitempty"`
	Whole       bool   `json:"whole,omitempty" doc:"the notice is of all that the seller has assigned in a programme, and not of this debt alone"`
	Certificate string `json:"certificate,omitempty" doc:"in which it travels: its holders are paid when it is redeemed"`
	Holders     int    `json:"holders,omitempty"`
}

// Dues lists the debts of the caller's party that are due first, overdue ones before them, at most most of them; debts without a due date come last.
func (v *View) Dues(c access.Caller, most int) ([]Due, error) {
	told := []notice{}
	err := rows(v, "SELECT number, record FROM notice WHERE debtor = ? AND state <> 'drafted' ORDER BY number", []any{int64(c.Party)}, func(_ uint64, n *legal.Notice) error {
		told = append(told, notice{n.ID, n.Seller, n.Receivable, n.Served})
		return nil
	})
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(told, func(a, b notice) int { return cmp.Compare(b.served, a.served) })
	var found []receivable.Receivable
	const next = "SELECT number, record FROM receivable INDEXED BY receivable_by_buyer_owed_due WHERE buyer = ? AND owed_due > 0 ORDER BY owed_due, number LIMIT ?"
	if err := rows(v, next, []any{int64(c.Party), most}, func(_ uint64, r *receivable.Receivable) error {
		found = append(found, *r)
		return nil
	}); err != nil {
		return nil, err
	}
	s := &showing{View: v, caller: c}
	dues := make([]Due, len(found))
	for i := range found {
		if err := s.due(&dues[i], &found[i], told); err != nil {
			return nil, err
		}
	}
	return dues, s.err
}

// notice is what a debtor has been told, the newest first: of one debt, or of all that a seller has assigned in a programme.
type notice struct {
	of         id.Notice
	seller     id.Party
	receivable id.Receivable
	served     calendar.Date
}

func (s *showing) due(d *Due, r *receivable.Receivable, told []notice) error {
	*d = Due{
		Receivable: r.ID.String(), Document: r.Document.String(), Seller: s.party(r.Seller), Due: day(r.Due), Outstanding: AmountOf(r.Outstanding(), r.Currency),
		Undertaking: r.Undertaking.String(), Disputed: AmountOf(r.Disputed, r.Currency), Owed: s.party(r.Seller),
	}
	if r.Document != 0 {
		document, err := s.Document(s.caller, r.Document)
		if err != nil && err != ErrNotFound {
			return err
		}
		d.Number = document.Number
	}
	if r.Certificate != 0 {
		d.Certificate = r.Certificate.String()
		return rows(s.View, "SELECT number, record FROM holding WHERE certificate = ? AND live = 1", []any{int64(r.Certificate)}, func(uint64, *certificate.Holding) error {
			d.Holders++
			return nil
		})
	}
	at := slices.IndexFunc(told, func(n notice) bool { return n.receivable == r.ID })
	if at < 0 {
		at = slices.IndexFunc(told, func(n notice) bool { return n.receivable == 0 && n.seller == r.Seller })
	}
	if at < 0 {
		return nil
	}
	n, err := s.Notice(s.caller, told[at].of)
	if err != nil {
		return err
	}
	d.Owed, d.Notice, d.Whole = n.Claimant, n.ID, n.Receivable == ""
	if d.IBAN = n.IBAN; d.IBAN == "" {
		d.IBAN = n.Number
	}
	return nil
}
