package book

import (
	"millrace/domain/clearing"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/party"
)

func init() {
	registerCommand(func() act { return &OpenSetOffProposal{} })
	registerCommand(func() act { return &EnterSetOffPotentials{} })
	registerCommand(func() act { return &EnterSetOffLines{} })
	registerCommand(func() act { return &CloseSetOffProposal{} })
	registerEvent(func() fact { return &SetOffProposalOpened{} })
	registerEvent(func() fact { return &SetOffPotentialsEntered{} })
	registerEvent(func() fact { return &SetOffLinesEntered{} })
	registerEvent(func() fact { return &SetOffProposalClosed{} })
	permitted[commandOpenSetOffProposal] = party.Operator
	permitted[commandEnterSetOffPotentials] = party.Operator
	permitted[commandEnterSetOffLines] = party.Operator
	permitted[commandCloseSetOffProposal] = party.Operator
}

// SetOffSliceMax is the most figures that one command of a proposal brings.
const SetOffSliceMax = 1_000

// OpenSetOffProposal begins a proposal for a run that is frozen. One that was begun and not closed, and one that is published, make room for it.
type OpenSetOffProposal struct {
	Run id.SetOffRun `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*OpenSetOffProposal) Kind() uint16 { return commandOpenSetOffProposal }

func (c *OpenSetOffProposal) decide(d *draft) *Rejection {
	run, rejection := d.setOffRun(c.Run, clearing.Frozen, clearing.Entering, clearing.Proposed)
	if rejection != nil {
		return rejection
	}
	d.emit(&SetOffProposalOpened{Run: run.ID, Attempt: run.Attempt + 1, Actor: d.header.Actor})
	return nil
}

// entered finds the run to which figures of an attempt come.
func (d *draft) entered(number id.SetOffRun, attempt uint32) (*clearing.Run, *Rejection) {
	run, rejection := d.setOffRun(number, clearing.Entering)
	if rejection != nil {
		return nil, rejection
	}
	if run.Attempt != attempt {
		return nil, reject("set_off_attempt", "attempt", "the proposal that is open for run %s is attempt %d, and these figures are of attempt %d", run.ID, run.Attempt, attempt)
	}
	return run, nil
}

// inTurn refuses figures that are not the next ones.
func inTurn(from, entered, count uint64, figures int) *Rejection {
	if from != entered {
		return reject("set_off_turn", "from", "%d are entered: the next figures are from there, and not from %d", entered, from)
	}
	if figures == 0 || figures > SetOffSliceMax || uint64(figures) > count-entered {
		return reject("set_off_turn", "from", "%d figures come, and from 1 to %d are awaited", figures, min(SetOffSliceMax, count-entered))
	}
	return nil
}

// EnterSetOffPotentials brings the potentials of the next members, in their order: the certificate of the proposal.
type EnterSetOffPotentials struct {
	Run        id.SetOffRun `cbor:"1,keyasint"`
	Attempt    uint32       `cbor:"2,keyasint"`
	From       uint64       `cbor:"3,keyasint"` // how many have been entered before
	Potentials []int64      `cbor:"4,keyasint"`
}

// Kind names the stored form.
func (*EnterSetOffPotentials) Kind() uint16 { return commandEnterSetOffPotentials }

func (c *EnterSetOffPotentials) decide(d *draft) *Rejection {
	run, rejection := d.entered(c.Run, c.Attempt)
	if rejection != nil {
		return rejection
	}
	if rejection := inTurn(c.From, run.Potentials, run.Members, len(c.Potentials)); rejection != nil {
		return rejection
	}
	for i, p := range c.Potentials {
		if p < -int64(run.Members) || p > int64(run.Members) {
			m := d.setOffMembers.at(run.First + c.From + uint64(i))
			return reject("set_off_potential", "potentials", "the potential of member %s is %d: with %d members none lies further from zero than that", m.ID, p, run.Members)
		}
	}
	rooms, rejection := c.cashRoom(d, run)
	if rejection != nil {
		return rejection
	}
	d.emit(&SetOffPotentialsEntered{Run: run.ID, From: c.From, Potentials: c.Potentials, Rooms: rooms})
	return nil
}

// EnterSetOffLines brings what the proposal sets off of the next lines, in their order, once all potentials are in.
type EnterSetOffLines struct {
	Run     id.SetOffRun  `cbor:"1,keyasint"`
	Attempt uint32        `cbor:"2,keyasint"`
	From    uint64        `cbor:"3,keyasint"` // how many have been entered before
	Cleared []money.Minor `cbor:"4,keyasint"` // 0 for a line of which nothing is set off
}

// Kind names the stored form.
func (*EnterSetOffLines) Kind() uint16 { return commandEnterSetOffLines }

func (c *EnterSetOffLines) decide(d *draft) *Rejection {
	run, rejection := d.entered(c.Run, c.Attempt)
	if rejection != nil {
		return rejection
	}
	if run.Potentials != run.Members {
		return reject("set_off_turn", "cleared", "of %d potentials %d are entered: they come before the lines", run.Members, run.Potentials)
	}
	if rejection := inTurn(c.From, run.Entered, run.Lines, len(c.Cleared)); rejection != nil {
		return rejection
	}
	proof := proving{d: d, bound: boundOf(run), told: SetOffLinesEntered{
		Run: run.ID, From: c.From, Cleared: c.Cleared, Unbalanced: run.Unbalanced, Total: run.Cleared, Cash: run.Cash,
	}, run: run, balances: map[uint64]money.Minor{}}
	for i, cleared := range c.Cleared {
		if rejection := proof.add(d.setOffLines.at(run.LineFirst+c.From+uint64(i)), cleared); rejection != nil {
			return rejection
		}
	}
	proof.told.Bound = [2]uint64{proof.bound.High, proof.bound.Low}
	d.emit(&proof.told)
	return nil
}

// boundOf is B(p) of the lines of a run that are entered.
func boundOf(run *clearing.Run) clearing.Bound {
	return clearing.Bound{High: run.Bound[0], Low: run.Bound[1]}
}

// proving checks one slice of a proposal, line by line.
type proving struct {
	d        *draft
	bound    clearing.Bound // B(p) of all lines so far
	told     SetOffLinesEntered
	run      *clearing.Run
	balances map[uint64]money.Minor // what members have paid less what they have received, where the slice changes it
}

// able is how much of a line can be set off: all of it, or nothing where one of its members is left out or the debt is no longer held as it was.
func (d *draft) able(l *clearing.Line) money.Minor {
	r := d.receivables.at(l.Receivable.Number())
	sound := l.State == clearing.LineHeld && r.SetOff == l.ID && r.Disputed == 0 && r.Outstanding() >= l.Amount
	if !sound || d.setOffMembers.at(l.Debtor).Consent == clearing.Out || d.setOffMembers.at(l.Creditor).Consent == clearing.Out {
		return 0
	}
	return l.Amount
}

// add takes one line: 0 ≤ f ≤ a, and its share in B(p) = Σ a · max(0, 1 − p(debtor) + p(creditor)), by which no set-off is ever exceeded.
func (p *proving) add(l *clearing.Line, cleared money.Minor) *Rejection {
	most := p.d.able(l)
	if cleared < 0 || cleared > most {
		return reject("set_off_oversteps", "cleared", "of line %s at most %d can be set off, in minor units, and the proposal sets off %d", l.ID, most, cleared)
	}
	debtor, creditor := p.d.setOffMembers.at(l.Debtor), p.d.setOffMembers.at(l.Creditor)
	if slack := 1 - debtor.Potential + creditor.Potential; slack > 0 {
		p.bound = p.bound.Plus(most, slack)
	}
	p.told.Total = money.Add(p.told.Total, cleared)
	p.move(debtor, cleared)
	p.move(creditor, -cleared)
	return nil
}

// move changes a member's balance, and counts whether it is out of balance by that, or no longer.
func (p *proving) move(m *clearing.Member, amount money.Minor) {
	was, known := p.balances[m.ID.Number()]
	if !known {
		was = money.Sub(m.Paid, m.Received)
	}
	is := money.Add(was, amount)
	p.balances[m.ID.Number()] = is
	if p.run.Terms.Cash.Most > 0 {
		p.told.Cash = money.Add(p.told.Cash, money.Sub(max(0, is), max(0, was)))
	}
	before, after := m.Amiss(was), m.Amiss(is)
	switch {
	case !before && after:
		p.told.Unbalanced++
	case before && !after:
		p.told.Unbalanced--
	}
}

// CloseSetOffProposal ends a proposal, and publishes it: everything is entered, every member pays as much as it receives, the total is what is
// said, and where the proposal claims that no more can be set off, the bound B(p) of its potentials proves it.
type CloseSetOffProposal struct {
	Run     id.SetOffRun `cbor:"1,keyasint"`
	Attempt uint32       `cbor:"2,keyasint"`
	Cleared money.Minor  `cbor:"3,keyasint"`
	Optimal bool         `cbor:"4,keyasint,omitempty"`
	Hash    [32]byte     `cbor:"5,keyasint"`             // SHA-256 of the certificate with blinded ids that anybody can check
	Price   int64        `cbor:"260,keyasint,omitempty"` // of the certificate: the debt that one more unit of cash would set off; 0 where no cash is lent
}

// Kind names the stored form.
func (*CloseSetOffProposal) Kind() uint16 { return commandCloseSetOffProposal }

func (c *CloseSetOffProposal) decide(d *draft) *Rejection {
	run, rejection := d.entered(c.Run, c.Attempt)
	if rejection != nil {
		return rejection
	}
	if run.Potentials != run.Members || run.Entered != run.Lines {
		return reject("set_off_incomplete", "run", "of %d potentials %d are entered, of %d lines %d", run.Members, run.Potentials, run.Lines, run.Entered)
	}
	if run.Unbalanced != 0 {
		m := d.unbalanced(run)
		return reject("set_off_unbalanced", "run", "the proposal takes %d from what member %s owes and %d from what it is owed, in minor units, and the member may draw %d in cash and be left with %s; %d members are out of balance",
			m.Paid, m.ID, m.Received, m.Cap, mayKeep(m), run.Unbalanced)
	}
	if rejection := c.cashUnproved(run); rejection != nil {
		return rejection
	}
	if run.Cleared != c.Cleared {
		return reject("set_off_total", "cleared", "the lines add up to %d, in minor units, and not to %d", run.Cleared, c.Cleared)
	}
	bound := d.boundWithCash(run, c.Price)
	if c.Optimal && !bound.Equal(run.Cleared) {
		return reject("set_off_not_optimal", "optimal", "the potentials bound every set-off by %s, in minor units, and the proposal sets off %d: that no more can be set off is not proved", bound, run.Cleared)
	}
	if c.Hash == [32]byte{} {
		return reject("set_off_certificate", "hash", "the hash of the certificate is missing")
	}
	told := &SetOffProposalClosed{Run: run.ID, Optimal: c.Optimal, Hash: c.Hash, Price: c.Price}
	if bound != boundOf(run) {
		told.Bound = [2]uint64{bound.High, bound.Low}
	}
	d.emit(told)
	return nil
}

// mayKeep says what a member may be left with.
func mayKeep(m *clearing.Member) string {
	if m.Keeps {
		return "any"
	}
	return "none"
}

// unbalanced is the first member that pays more or less than it receives, by more than its cash allows.
func (d *draft) unbalanced(run *clearing.Run) *clearing.Member {
	for number := run.First; ; number++ {
		if m := d.setOffMembers.at(number); m.Amiss(money.Sub(m.Paid, m.Received)) {
			return m
		}
	}
}

// SetOffProposalOpened says that a proposal comes in; what was proposed before is void.
type SetOffProposalOpened struct {
	Run     id.SetOffRun `cbor:"1,keyasint"`
	Attempt uint32       `cbor:"2,keyasint"`
	Actor   id.Actor     `cbor:"3,keyasint"`
}

// Kind names the stored form.
func (*SetOffProposalOpened) Kind() uint16 { return eventSetOffProposalOpened }

func (e *SetOffProposalOpened) fold(b *Book) {
	run := b.setOffRuns.at(e.Run.Number())
	run.Void()
	run.State, run.Attempt, run.Proposer = clearing.Entering, e.Attempt, e.Actor
	b.touched(tableSetOffRun, e.Run.Number(), &run.Entry)
}

// SetOffPotentialsEntered says what the potentials of some members are.
type SetOffPotentialsEntered struct {
	Run        id.SetOffRun `cbor:"1,keyasint"`
	From       uint64       `cbor:"2,keyasint"`
	Potentials []int64      `cbor:"3,keyasint"`

	Rooms []clearing.Room `cbor:"260,keyasint,omitempty"` // of those that may draw or keep cash
}

// Kind names the stored form.
func (*SetOffPotentialsEntered) Kind() uint16 { return eventSetOffPotentialsEntered }

func (e *SetOffPotentialsEntered) fold(b *Book) {
	run := b.setOffRuns.at(e.Run.Number())
	for i, potential := range e.Potentials {
		number := run.First + e.From + uint64(i)
		m := b.setOffMembers.at(number)
		m.Potential, m.Paid, m.Received, m.Attempt = potential, 0, 0, run.Attempt
		m.Cap, m.Keeps = 0, false
		b.touched(tableSetOffMember, number, &m.Entry)
	}
	for _, room := range e.Rooms {
		m := b.setOffMembers.at(run.First + e.From + room.Place)
		m.Cap, m.Keeps = room.Cap, room.Keeps
	}
	run.Potentials += uint64(len(e.Potentials))
	b.touched(tableSetOffRun, e.Run.Number(), &run.Entry)
}

// SetOffLinesEntered says what is proposed for some lines, and how the whole proposal stands with them.
type SetOffLinesEntered struct {
	Run        id.SetOffRun  `cbor:"1,keyasint"`
	From       uint64        `cbor:"2,keyasint"`
	Cleared    []money.Minor `cbor:"3,keyasint"`
	Unbalanced uint64        `cbor:"4,keyasint"` // members, so far
	Total      money.Minor   `cbor:"5,keyasint"` // set off so far
	Bound      [2]uint64     `cbor:"6,keyasint"` // B(p) so far: high and low word

	Cash money.Minor `cbor:"260,keyasint,omitempty"` // put in so far
}

// Kind names the stored form.
func (*SetOffLinesEntered) Kind() uint16 { return eventSetOffLinesEntered }

func (e *SetOffLinesEntered) fold(b *Book) {
	run := b.setOffRuns.at(e.Run.Number())
	for i, cleared := range e.Cleared {
		number := run.LineFirst + e.From + uint64(i)
		l := b.setOffLines.at(number)
		l.Cleared, l.Attempt = cleared, run.Attempt
		b.touched(tableSetOffLine, number, &l.Entry)
		if cleared == 0 {
			continue
		}
		debtor, creditor := b.setOffMembers.at(l.Debtor), b.setOffMembers.at(l.Creditor)
		debtor.Paid, creditor.Received = money.Add(debtor.Paid, cleared), money.Add(creditor.Received, cleared)
		b.touched(tableSetOffMember, l.Debtor, &debtor.Entry)
		b.touched(tableSetOffMember, l.Creditor, &creditor.Entry)
	}
	run.Entered += uint64(len(e.Cleared))
	run.Unbalanced, run.Cleared, run.Bound = e.Unbalanced, e.Total, e.Bound
	run.Cash = e.Cash
	b.touched(tableSetOffRun, e.Run.Number(), &run.Entry)
}

// SetOffProposalClosed says that a proposal is proved and published.
type SetOffProposalClosed struct {
	Run     id.SetOffRun `cbor:"1,keyasint"`
	Optimal bool         `cbor:"2,keyasint,omitempty"`
	Hash    [32]byte     `cbor:"3,keyasint"`

	Price int64     `cbor:"260,keyasint,omitempty"`
	Bound [2]uint64 `cbor:"261,keyasint,omitzero"` // B(p) with what cash can add; zero where it adds nothing
}

// Kind names the stored form.
func (*SetOffProposalClosed) Kind() uint16 { return eventSetOffProposalClosed }

func (e *SetOffProposalClosed) fold(b *Book) {
	run := b.setOffRuns.at(e.Run.Number())
	run.State, run.Optimal, run.Hash = clearing.Proposed, e.Optimal, e.Hash
	if run.Price = e.Price; e.Bound != [2]uint64{} {
		run.Bound = e.Bound
	}
	b.touched(tableSetOffRun, e.Run.Number(), &run.Entry)
}
