package view

import (
	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/legal"
	"millrace/edge/access"
	"millrace/edge/locale"
)

// Recovery is how the money of a misdirected payment comes to where it belongs.
type Recovery struct {
	Place       string       `json:"place" enum:"seller,funder,programme" doc:"where the money lies"`
	Holder      *Ref         `json:"holder" doc:"who has it; of another programme its custodian"`
	Other       string       `json:"other,omitempty" doc:"the other programme into which it came"`
	Programme   string       `json:"programme,omitempty" doc:"to which it belongs; missing: nobody but the seller claimed it"`
	State       string       `json:"state" enum:"noticed,demanded,whole,dropped"`
	Demanded    string       `json:"demanded,omitempty" doc:"for the last time"`
	Due         string       `json:"due,omitempty" doc:"last day to pay over"`
	Demands     uint16       `json:"demands"`
	Letter      string       `json:"letter,omitempty" doc:"the last demand"`
	Overdue     bool         `json:"overdue"`
	Left        Amount       `json:"left" doc:"still to come"`
	Settlements []Settlement `json:"settlements"`
	Proposed    *Amount      `json:"proposed,omitempty" doc:"to be set off: waits for a second person"`
	Reason      string       `json:"reason,omitempty" doc:"why it was dropped"`
}

// Settlement is a part of a misdirected payment that has come.
type Settlement struct {
	How     string `json:"how" enum:"paid_over,set_off"`
	Receipt string `json:"receipt"`
	Amount  Amount `json:"amount"`
	Value   string `json:"value"`
}

func (s *showing) showRecovery(m *legal.Misdirected) Recovery {
	r := &m.Recovery
	shown := Recovery{
		Place: r.Place.String(), Holder: s.party(r.Holder), Other: r.Other.String(), Programme: r.Programme.String(), State: r.State.String(),
		Demanded: day(r.Demanded), Due: day(r.Due), Demands: r.Demands, Letter: s.stored(r.Letter), Overdue: m.Overdue(s.businessDate()),
		Settlements: []Settlement{}, Reason: s.stored(r.Reason),
	}
	record := s.receivableRecord(m.Receivable)
	if record == nil {
		return shown
	}
	if r.Holder == 0 { // recorded before recoveries were
		shown.Holder = s.party(record.Seller)
	}
	shown.Left = AmountOf(m.Left(), record.Currency)
	if r.Proposed != 0 {
		proposed := AmountOf(r.Proposed, record.Currency)
		shown.Proposed = &proposed
	}
	for _, part := range r.Settlements {
		how := "paid_over"
		if part.Checker != 0 {
			how = "set_off"
		}
		shown.Settlements = append(shown.Settlements, Settlement{How: how, Receipt: part.Receipt.String(), Amount: AmountOf(part.Amount, record.Currency), Value: day(part.Value)})
	}
	return shown
}

// businessDate is the business date; an error is noted.
func (s *showing) businessDate() calendar.Date {
	date, err := s.Date()
	s.note(err)
	return date
}

// OverdueRecoveries counts the misdirected payments in the caller's sight that were demanded and have not come in time.
func (v *View) OverdueRecoveries(c access.Caller) (int, error) {
	s := &showing{View: v, caller: c}
	count, today := 0, s.businessDate()
	gather(s, &misdirections, "recovery = 'demanded' AND due < ?", []any{int64(today)}, func(*legal.Misdirected) { count++ })
	return count, s.err
}

// MisdirectedTo lists what a party was paid by mistake, as far as the caller sees it.
func (v *View) MisdirectedTo(c access.Caller, of id.Party) ([]Misdirected, error) {
	s := &showing{View: v, caller: c}
	var all []Misdirected
	gather(s, &misdirections, "holder = ?", []any{int64(of)}, func(m *legal.Misdirected) { all = append(all, s.showMisdirected(m)) })
	return all, s.err
}

// MisdirectedOf lists what was misdirected of a receivable, as far as the caller sees it.
func (v *View) MisdirectedOf(c access.Caller, of id.Receivable) ([]Misdirected, error) {
	s := &showing{View: v, caller: c}
	var all []Misdirected
	gather(s, &misdirections, "receivable = ?", []any{int64(of)}, func(m *legal.Misdirected) { all = append(all, s.showMisdirected(m)) })
	return all, s.err
}

// ofRecoveries tells of what becomes of misdirected payments.
func (s *showing) ofRecoveries(e book.Event) *locale.Text {
	moved, is := e.(*book.RecoveryMoved)
	if !is {
		return nil
	}
	r := &moved.Recovery
	switch {
	case r.State == legal.Whole:
		return locale.Say("All of misdirected payment %s has come to where it belongs.", moved.Payment)
	case r.State == legal.Dropped:
		return locale.Say("The recovery of misdirected payment %s was ended by %s.", moved.Payment, s.decider(r.EndedBy))
	case r.Proposed != 0:
		return locale.Say("A set-off against misdirected payment %s was proposed; it waits for a second person.", moved.Payment)
	case r.State == legal.Demanded:
		return locale.Say("Misdirected payment %s is demanded from %s by %s; it has come in %d parts so far.", moved.Payment, s.name(r.Holder), r.Due, len(r.Settlements))
	}
	return locale.Say("Misdirected payment %s has come in %d parts so far.", moved.Payment, len(r.Settlements))
}
