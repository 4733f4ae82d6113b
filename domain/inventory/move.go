package inventory

import (
	"millrace/domain/calendar"
	"millrace/domain/id"
)

// Step is what makes receipts out of others.
type Step uint8

// The steps. Issue makes a receipt out of goods that came into store; every other one conserves quantity.
const (
	Issue     Step = 1 + iota // by the keeper
	Split                     // by the controller
	Merge                     // by the controller, receipts alike in all but age and number
	Transfer                  // by the owner, to another
	Pledge                    // by the owner, to a lender
	Release                   // by the lender
	Reinstate                 // by the keeper: what was released is held free again
	Deliver                   // by the keeper, what is free or released
	Sell                      // by the lender, of pledged goods, to a purchaser
	Regrade                   // by the keeper: another quality after inspection
	Annul                     // by the keeper: lost, destroyed, or issued in error
)

var stepNames = [...]string{"", "issue", "split", "merge", "transfer", "pledge", "release", "reinstate", "deliver", "sell", "regrade", "annul"}

// String is the name used in API and console.
func (s Step) String() string {
	if int(s) < len(stepNames) {
		return stepNames[s]
	}
	return "unknown"
}

// MarshalText gives the name.
func (s Step) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// PartsMax is the most receipts that one step consumes or makes.
const PartsMax = 1000

// Move is one step. Which fields it uses depends on the step; the others are zero.
type Move struct {
	Step      Step          `cbor:"1,keyasint"`
	By        id.Party      `cbor:"2,keyasint"`           // whose word it is
	On        calendar.Date `cbor:"3,keyasint"`           // business date
	Parts     []Quantity    `cbor:"4,keyasint,omitempty"` // split: all parts; steps but issue, split and merge: the one part concerned, or none for the whole
	To        id.Party      `cbor:"5,keyasint,omitempty"` // transfer, sell: the new owner; pledge: the lender
	Financing id.Financing  `cbor:"6,keyasint,omitempty"` // pledge
	Quality   string        `cbor:"7,keyasint,omitempty"` // regrade: what it is now
}

// Refusal is why a step is not to be done; 0 says that it is.
type Refusal uint8

// The refusals, in the order in which they are looked for.
const (
	StepUnknown       Refusal = 1 + iota
	ReceiptsWrong             // none, more than PartsMax, or more than one where the step takes one
	ReceiptConsumed           // it does not stand any more
	ReceiptRepeated           // the same receipt twice in a merge
	StatusWrong               // the step does not start from where the receipt stands
	ControlElsewhere          // the step is for another party to take
	LotsDiffer                // merge: not alike in keeper, place, lot, owner, status, lender, financing or doubt
	LotIncomplete             // issue: no goods or no unit
	PartyMissing              // issue: no keeper or owner; transfer, sell, pledge: to nobody
	PartyUnchanged            // to who has it already
	FinancingMissing          // pledge: for no financing
	QualityUnchanged          // regrade to what it is
	QuantityOutside           // not above zero, or above QuantityMax
	PartsDontAddUp            // split: the parts are not the whole
	PartExceedsWhole          // more is to be moved than there is
	DateBeforeReceipt         // before the receipt was made
)

var refusalNames = [...]string{
	"", "step_unknown", "receipts_wrong", "receipt_consumed", "receipt_repeated", "status_wrong", "control_elsewhere", "lots_differ", "lot_incomplete",
	"party_missing", "party_unchanged", "financing_missing", "quality_unchanged", "quantity_outside", "parts_do_not_add_up", "part_exceeds_whole",
	"date_before_receipt",
}

// String is the code used in API and console; "" for none.
func (r Refusal) String() string {
	if int(r) < len(refusalNames) {
		return refusalNames[r]
	}
	return "unknown"
}

// MarshalText gives the code.
func (r Refusal) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

type role uint8

const (
	controller role = 1 + iota
	owner
	lender
	keeper
)

// transition is where a step starts, where it leads (0: nowhere else), and whose it is.
type transition struct {
	from []Status
	to   Status
	who  role
}

var transitions = [...]transition{
	Split:     {[]Status{Free, Pledged, Released}, 0, controller},
	Merge:     {[]Status{Free, Pledged, Released}, 0, controller},
	Transfer:  {[]Status{Free}, Free, owner},
	Pledge:    {[]Status{Free}, Pledged, owner},
	Release:   {[]Status{Pledged}, Released, lender},
	Reinstate: {[]Status{Released}, Free, keeper},
	Deliver:   {[]Status{Free, Released}, Delivered, keeper},
	Sell:      {[]Status{Pledged}, Free, lender},
	Regrade:   {[]Status{Free, Pledged, Released}, 0, keeper},
	Annul:     {[]Status{Free, Pledged, Released}, Void, keeper},
}

// Opening gives the receipt that a keeper issues for goods that came into store, or why not. The caller has seen that no
// other receipt of this keeper bears the number, sets identity and entry, and fills in what the receipt says.
func Opening(r Receipt) (Receipt, Refusal) {
	switch {
	case r.Lot.Goods == "" || r.Lot.Unit == "":
		return Receipt{}, LotIncomplete
	case r.Keeper == 0 || r.Owner == 0:
		return Receipt{}, PartyMissing
	case r.Quantity <= 0 || r.Quantity > QuantityMax:
		return Receipt{}, QuantityOutside
	case r.On < r.Stored:
		return Receipt{}, DateBeforeReceipt
	}
	return Receipt{
		ID: r.ID, Number: r.Number, Keeper: r.Keeper, Location: r.Location, Lot: r.Lot, Quantity: r.Quantity, Owner: r.Owner,
		Stored: r.Stored, Status: Free, By: Issue, On: r.On, Made: r.Made, Item: r.Item, Like: r.Like, Details: r.Details,
	}, 0
}

// Decide gives the receipts that a move makes out of others, without identity and entry, or why it is not to be done. The
// receipt that was moved comes first, and after it what is left of its parent. The parents' quantity is the children's;
// the caller consumes every parent.
func Decide(m Move, parents []Receipt) ([]Receipt, Refusal) {
	if refusal := m.admissible(parents); refusal != 0 {
		return nil, refusal
	}
	switch m.Step {
	case Split:
		return m.split(parents[0])
	case Merge:
		return m.merge(parents)
	}
	if refusal := m.refusedTo(&parents[0]); refusal != 0 {
		return nil, refusal
	}
	return m.shift(parents[0])
}

// admissible climbs what all steps have in common.
func (m Move) admissible(parents []Receipt) Refusal {
	if m.Step <= Issue || int(m.Step) >= len(transitions) {
		return StepUnknown
	}
	if len(parents) == 0 || len(parents) > PartsMax || len(parents) > 1 != (m.Step == Merge) {
		return ReceiptsWrong
	}
	seen := make(map[id.WarehouseReceipt]struct{}, len(parents))
	for i := range parents {
		p := &parents[i]
		if !p.Stands() {
			return ReceiptConsumed
		}
		if _, twice := seen[p.ID]; twice {
			return ReceiptRepeated
		}
		seen[p.ID] = struct{}{}
		if refusal := m.allowed(p); refusal != 0 {
			return refusal
		}
		if m.On < p.On {
			return DateBeforeReceipt
		}
	}
	return 0
}

func (m Move) allowed(p *Receipt) Refusal {
	t := transitions[m.Step]
	starts := false
	for _, s := range t.from {
		starts = starts || s == p.Status
	}
	if !starts {
		return StatusWrong
	}
	who := p.Controller()
	switch t.who {
	case owner:
		who = p.Owner
	case lender:
		who = p.Lender
	case keeper:
		who = p.Keeper
	}
	if m.By == 0 || m.By != who {
		return ControlElsewhere
	}
	return 0
}

// refusedTo is the part of the ladder about who and what the receipt goes to.
func (m Move) refusedTo(p *Receipt) Refusal {
	switch m.Step {
	case Transfer, Sell, Pledge:
		switch {
		case m.To == 0:
			return PartyMissing
		case m.To == p.Owner:
			return PartyUnchanged
		case m.Step == Pledge && m.Financing == 0:
			return FinancingMissing
		}
	case Regrade:
		if m.Quality == p.Lot.Quality {
			return QualityUnchanged
		}
	}
	return 0
}

func (m Move) split(p Receipt) ([]Receipt, Refusal) {
	if len(m.Parts) < 2 || len(m.Parts) > PartsMax {
		return nil, PartsDontAddUp
	}
	left := p.Quantity
	children := make([]Receipt, len(m.Parts))
	for i, part := range m.Parts {
		if part <= 0 || part > QuantityMax {
			return nil, QuantityOutside
		}
		if part > left {
			return nil, PartsDontAddUp
		}
		left -= part
		children[i] = m.child(p, part)
	}
	if left != 0 {
		return nil, PartsDontAddUp
	}
	return children, 0
}

func (m Move) merge(parents []Receipt) ([]Receipt, Refusal) {
	merged := m.child(parents[0], 0)
	for i := range parents {
		p := &parents[i]
		first := &parents[0]
		if p.Keeper != first.Keeper || p.Location != first.Location || p.Lot != first.Lot || p.Owner != first.Owner || p.Status != first.Status ||
			p.Lender != first.Lender || p.Financing != first.Financing || p.Item != first.Item || p.Like != first.Like || p.Cleared != first.Cleared {
			return nil, LotsDiffer
		}
		if p.Quantity > QuantityMax-merged.Quantity {
			return nil, QuantityOutside
		}
		merged.Quantity += p.Quantity
		merged.Stored = min(merged.Stored, p.Stored)
	}
	return []Receipt{merged}, 0
}

// shift moves a receipt, or one part of it, to where the step leads.
func (m Move) shift(p Receipt) ([]Receipt, Refusal) {
	part := p.Quantity
	switch {
	case len(m.Parts) > 1:
		return nil, PartsDontAddUp
	case len(m.Parts) == 1:
		part = m.Parts[0]
	}
	switch {
	case part <= 0 || part > QuantityMax:
		return nil, QuantityOutside
	case part > p.Quantity:
		return nil, PartExceedsWhole
	}
	moved := m.child(p, part)
	if to := transitions[m.Step].to; to != 0 {
		moved.Status = to
	}
	switch m.Step {
	case Transfer, Sell:
		moved.Owner, moved.Lender, moved.Financing = m.To, 0, 0
	case Reinstate:
		moved.Lender, moved.Financing = 0, 0
	case Pledge:
		moved.Lender, moved.Financing = m.To, m.Financing
	case Regrade:
		moved.Lot.Quality = m.Quality
	}
	if part == p.Quantity {
		return []Receipt{moved}, 0
	}
	return []Receipt{moved, m.child(p, p.Quantity-part)}, 0
}

// child is a receipt as its parent is, but for quantity, step and day.
func (m Move) child(p Receipt, quantity Quantity) Receipt {
	return Receipt{
		Number: p.Number, Keeper: p.Keeper, Location: p.Location, Lot: p.Lot, Quantity: quantity, Owner: p.Owner, Lender: p.Lender, Financing: p.Financing,
		Stored: p.Stored, Status: p.Status, By: m.Step, On: m.On, Item: p.Item, Like: p.Like, Cleared: p.Cleared, Details: p.Details,
	}
}
