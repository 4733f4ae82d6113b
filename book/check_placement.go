package book

import (
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/product"
	"millrace/domain/receivable"
)

// partsOfOne tells whether two financings are parts of one placement.
func (a *audit) partsOfOne(x, y id.Financing) bool {
	f, g := a.b.financings.at(uint64(x)>>16), a.b.financings.at(uint64(y)>>16)
	return f != nil && g != nil && f.Placement != 0 && f.Placement == g.Placement
}

// placements: each part is a financing of the programme's funder on the placement's receivable, none twice; what the parts finance and
// what is unplaced is the whole, and the receivable stands for the first that holds its claim.
func (a *audit) placements() {
	b := a.b
	var members tally[id.Placement]
	for n := uint64(1); n <= b.financings.count; n++ {
		if f := b.financings.at(n); f.Placement != 0 {
			members.add(f.Placement, 1)
		}
	}
	for n := uint64(1); n <= b.placements.count; n++ {
		p := b.placements.at(n)
		number(a, p.ID, n, p.Entry)
		k := b.programmes.at(uint64(p.Programme) >> 16)
		r := b.receivables.at(uint64(p.Receivable) >> 16)
		if k == nil || r == nil || k.Sharing != funding.ProRata || r.Seller != p.Seller || r.Buyer != k.Anchor || len(p.Parts) != len(k.Funders) || p.Amount <= 0 {
			a.breach("placement_of_other", p.ID.String(), "%s does not fit its programme or receivable", p.ID)
			continue
		}
		a.placed(p, k, int64(members.of(p.ID)), r)
	}
	if len(members.keys) > int(b.placements.count) {
		a.breach("placement_of_other", "", "financings name %d placements, there are %d", len(members.keys), b.placements.count)
	}
}

func (a *audit) placed(p *funding.Placement, k *funding.Programme, members int64, r *receivable.Receivable) {
	sum, first, waiting := money.Minor(0), id.Financing(0), false
	for i, part := range p.Parts {
		f := a.b.financings.at(uint64(part.Financing) >> 16)
		if part.Funder != k.Funders[i].Party || f == nil && part.Refusal == "" {
			a.breach("placement_parts", p.ID.String(), "%s names another than the programme's funder %d, or neither a financing nor a reason", p.ID, i+1)
			return
		}
		if f == nil {
			continue
		}
		members--
		if f.Placement != p.ID || f.Funder != part.Funder || f.Receivable != p.Receivable || f.Programme != p.Programme || f.Holding != 0 {
			a.breach("placement_parts", p.ID.String(), "%s is not the part of %s in %s", f.ID, part.Funder, p.ID)
			return
		}
		switch {
		case f.State == funding.Referred:
			waiting = true
		case f.State != funding.Declined:
			sum += f.Amount
			if first == 0 && (claiming(f.State) || f.State == funding.ClosedState) {
				first = f.ID
			}
		}
	}
	if members != 0 {
		a.breach("placement_parts", p.ID.String(), "%d financings name %s besides its parts", members, p.ID)
	}
	if !waiting && (p.Unplaced < 0 || sum+p.Unplaced != p.Amount) {
		a.breach("placement_shares", p.ID.String(), "the parts of %s come to %d and %d are unplaced, of %d", p.ID, sum, p.Unplaced, p.Amount)
	}
	if held := a.b.financings.at(uint64(r.Financing) >> 16); held != nil && held.Placement == p.ID && held.ID != first {
		a.breach("placement_claim", p.ID.String(), "%s stands for %s, and %s is the first that holds its claim", r.ID, held.ID, first)
	}
}

// beyondCoverOf is what is out on a financing beyond what the buyer still pays; of the parts of a placement, what is out on all of
// them, as far as this one reaches.
func (a *audit) beyondCoverOf(f *funding.Financing, r *receivable.Receivable) money.Minor {
	p := a.b.placements.at(uint64(f.Placement) >> 16)
	if p == nil {
		return beyondCover(f, r)
	}
	all, said := funding.Financing{}, money.Minor(0)
	for _, part := range p.Parts {
		if other := a.b.financings.at(uint64(part.Financing) >> 16); other != nil && moneyOut(other.State) {
			all.Principal, all.Repaid = all.Principal+other.Principal, all.Repaid+other.Repaid
			said += other.Uncovered
		}
	}
	if most := beyondCover(&all, r); said > most {
		return most - said
	}
	return f.Principal - f.Repaid
}

// instructions: what was financed under one is inside its terms, and adds up; the indexes lead to what is live and has work.
func (a *audit) instructions() {
	b := a.b
	var under tally[id.Instruction]
	for n := uint64(1); n <= b.financings.count; n++ {
		f := b.financings.at(n)
		if f.Instruction == 0 {
			continue
		}
		i := b.instructions.at(uint64(f.Instruction) >> 16)
		if i == nil || !a.inside(i, f) {
			a.breach("instruction_terms", f.ID.String(), "%s is not inside the terms of %s", f.ID, f.Instruction)
		}
		if claiming(f.State) || f.State == funding.ClosedState {
			under.add(f.Instruction, f.Amount)
		}
	}
	live, busy := 0, 0
	for n := uint64(1); n <= b.instructions.count; n++ {
		i := b.instructions.at(n)
		number(a, i.ID, n, i.Entry)
		if i.Financed != under.of(i.ID) || i.Financed > i.Terms.TotalMost || len(i.Keys) == 0 {
			a.breach("instruction_total", i.ID.String(), "under %s, %d is financed of %d at most; it says %d", i.ID, under.of(i.ID), i.Terms.TotalMost, i.Financed)
		}
		if i.State == InstructionLive {
			if live++; b.instructionOf[i.Seller] != i.ID {
				a.breach("index_instructions", i.ID.String(), "the index leads from %s to %s instead of %s", i.Seller, b.instructionOf[i.Seller], i.ID)
			}
			works := i.Scanned < i.ScanUntil && len(i.Waiting) < instructionWaitingMax || len(i.Waiting) > int(i.Next) || len(i.Waiting) > 0 && i.Tried < b.clock.Date
			if works {
				if busy++; busy > len(b.busy) || b.busy[busy-1] != i.ID {
					a.breach("index_instructions", i.ID.String(), "%s has work to do, and the index does not say so", i.ID)
				}
			}
		}
	}
	if live != len(b.instructionOf) || busy != len(b.busy) {
		a.breach("index_instructions", "", "%d instructions are live and %d have work; the indexes have %d and %d", live, busy, len(b.instructionOf), len(b.busy))
	}
}

// inside: seller, account, programme, amount, cost a year and price are those that were signed.
func (a *audit) inside(i *Instruction, f *funding.Financing) bool {
	t, named := &i.Terms, false
	for _, p := range t.Programmes {
		named = named || p == f.Programme
	}
	p := a.b.products.at(uint64(f.Product) >> 16)
	if !named || p == nil || f.Seller != t.Seller || f.Amount > t.AmountMost || f.Maker != i.Maker || f.Holding != 0 {
		return false
	}
	if f.State == funding.Quoted || f.State == funding.Lapsed || claiming(f.State) && f.Payment == 0 && f.Payee != t.Payee {
		return false // a quote under an instruction is accepted in the same entry, and paid where it says
	}
	cost := f.Discount + f.Fee
	if p.Terms.Timing == product.InAdvance && f.Payment == 0 { // afterwards the value date is the bank's
		days := int64(f.Due - f.Value)
		if days < 1 {
			days = 1
		}
		// cost * 365 / (net * days) <= most, in whole numbers
		left, right := wide{}, wide{}
		left.add(cost*365, 1_000_000)
		right.add(f.Net*money.Minor(days), int64(t.CostMost))
		if right.high < left.high || right.high == left.high && right.low < left.low {
			return false
		}
	}
	left, right := wide{}, wide{}
	left.add(f.Net, 1_000_000)
	right.add(f.Amount, int64(t.PriceLeast))
	return left.high > right.high || left.high == right.high && left.low >= right.low
}
