package inventory

import (
	"slices"

	"millrace/domain/id"
)

// Fault is what the auditor can find.
type Fault uint8

// The faults.
const (
	QuantityNotAboveZero Fault = 1 + iota
	ChildMissing               // a consumed receipt names receipts that are not there, or were made before it
	QuantityNotConserved       // what a step made is not what it consumed
	MadeFromNothing            // no step made it, and the keeper did not issue it
	MadeTwice                  // two steps claim to have made it
	ConsumedAfterLeaving       // delivered or void, and yet consumed
	GoodsExchanged             // a step changed keeper, place, goods or unit; or the quality, without regrading
	StatusNotFollowing         // the step does not lead from one status to the other
	NumberTwice                // a keeper has issued two receipts of one number
	PledgeIncomplete           // pledged to nobody, or for no financing
	PledgeChanged              // to another lender or financing, without having been free
	TotalNotConserved          // issued in all is not what stands, was delivered and was voided
)

var faultNames = [...]string{
	"", "quantity_not_above_zero", "child_missing", "quantity_not_conserved", "made_from_nothing", "made_twice", "consumed_after_leaving", "goods_exchanged",
	"status_not_following", "number_twice", "pledge_incomplete", "pledge_changed", "total_not_conserved",
}

// String is the code used in reports.
func (f Fault) String() string { return faultNames[f] }

// Breach is one finding of the auditor.
type Breach struct {
	Fault   Fault
	Receipt id.WarehouseReceipt // 0 for a total
	Want    int64               // quantity, where the fault is about one
	Got     int64
}

// Audit derives from all receipts of a book, consumed ones included and sorted by identity, what must hold of them, and
// gives what does not. It shares nothing with Decide.
func Audit(receipts []Receipt) []Breach {
	a := auditor{receipts: receipts, makers: make([]int32, len(receipts))}
	for i := range receipts {
		a.single(&receipts[i])
	}
	a.numbers()
	a.steps()
	for i := range receipts {
		r := &receipts[i]
		switch {
		case r.By != Issue && a.makers[i] == 0:
			a.add(MadeFromNothing, r.ID, 0, 0)
		case r.By == Issue && a.makers[i] != 0, a.makers[i] > 1:
			a.add(MadeTwice, r.ID, 0, 0)
		}
	}
	a.totals()
	return a.breaches
}

type auditor struct {
	receipts []Receipt
	makers   []int32 // how many groups claim to have made each
	breaches []Breach
}

func (a *auditor) add(f Fault, receipt id.WarehouseReceipt, want, got int64) {
	a.breaches = append(a.breaches, Breach{f, receipt, want, got})
}

func (a *auditor) single(r *Receipt) {
	if r.Quantity <= 0 {
		a.add(QuantityNotAboveZero, r.ID, 1, int64(r.Quantity))
	}
	if (r.Status == Delivered || r.Status == Void) && r.End != 0 {
		a.add(ConsumedAfterLeaving, r.ID, 0, 0)
	}
	if r.Status == Pledged && (r.Lender == 0 || r.Financing == 0) {
		a.add(PledgeIncomplete, r.ID, 0, 0)
	}
}

func (a *auditor) numbers() {
	type number struct {
		keeper id.Party
		number Token
	}
	seen := map[number]struct{}{}
	for i := range a.receipts {
		r := &a.receipts[i]
		if r.By != Issue {
			continue
		}
		key := number{r.Keeper, r.Number}
		if _, twice := seen[key]; twice {
			a.add(NumberTwice, r.ID, 0, 0)
		}
		seen[key] = struct{}{}
	}
}

// steps sorts consumed receipts by the first receipt that was made of them, so that those of one step stand together, and
// weighs every step.
func (a *auditor) steps() {
	var consumed []int
	for i := range a.receipts {
		if a.receipts[i].End != 0 {
			consumed = append(consumed, i)
		}
	}
	slices.SortStableFunc(consumed, func(x, y int) int {
		switch into, other := a.receipts[x].Into, a.receipts[y].Into; {
		case into.Number() < other.Number():
			return -1
		case into.Number() > other.Number():
			return 1
		}
		return 0
	})
	for from := 0; from < len(consumed); {
		until := from + 1
		for until < len(consumed) && a.receipts[consumed[until]].Into == a.receipts[consumed[from]].Into {
			until++
		}
		a.step(consumed[from:until])
		from = until
	}
}

func (a *auditor) step(parents []int) {
	first := &a.receipts[parents[0]]
	start, found := slices.BinarySearchFunc(a.receipts, first.Into.Number(), func(r Receipt, n uint64) int {
		return int(int64(r.ID.Number()) - int64(n))
	})
	if !found || start+int(first.Children) > len(a.receipts) || first.Children == 0 {
		a.add(ChildMissing, first.ID, 0, 0)
		return
	}
	in, out := int64(0), int64(0)
	for _, p := range parents {
		parent := &a.receipts[p]
		in += int64(parent.Quantity)
		if parent.Children != first.Children || parent.End != first.End || p >= start || (len(parents) > 1 && parent.End != Merge) {
			a.add(ChildMissing, parent.ID, 0, 0)
		}
	}
	for i := range int(first.Children) {
		child := &a.receipts[start+i]
		a.makers[start+i]++
		out += int64(child.Quantity)
		if child.ID.Number() != first.Into.Number()+uint64(i) {
			a.add(ChildMissing, first.ID, 0, 0)
		}
		for _, p := range parents {
			a.follows(&a.receipts[p], child, i)
		}
	}
	if in != out {
		a.add(QuantityNotConserved, first.ID, in, out)
	}
}

// follows weighs one child against one parent; what is not the first child of a step that moves something is left over.
func (a *auditor) follows(parent, child *Receipt, place int) {
	same := parent.Keeper == child.Keeper && parent.Location == child.Location && parent.Lot.Goods == child.Lot.Goods && parent.Lot.Unit == child.Lot.Unit
	graded := child.By == Regrade && place == 0
	if !same || (parent.Lot.Quality != child.Lot.Quality && !graded) || child.By != parent.End {
		a.add(GoodsExchanged, child.ID, 0, 0)
	}
	want := parent.Status
	if place == 0 {
		switch child.By {
		case Pledge:
			want = Pledged
		case Release:
			want = Released
		case Deliver:
			want = Delivered
		case Annul:
			want = Void
		case Reinstate, Sell, Transfer:
			want = Free
		}
	}
	if child.Status == Pledged && parent.Status == Pledged && (child.Lender != parent.Lender || child.Financing != parent.Financing) {
		a.add(PledgeChanged, child.ID, 0, 0)
	}
	moves := place == 0 && (child.By == Transfer || child.By == Sell)
	if child.Status != want || (parent.Owner != child.Owner && !moves) {
		a.add(StatusNotFollowing, child.ID, 0, 0)
	}
}

func (a *auditor) totals() {
	type store struct {
		keeper      id.Party
		location    Token
		goods, unit string
	}
	balance := map[store]int64{}
	var order []store
	for i := range a.receipts {
		r := &a.receipts[i]
		key := store{r.Keeper, r.Location, r.Lot.Goods, r.Lot.Unit}
		if _, known := balance[key]; !known {
			order = append(order, key)
		}
		change := int64(0)
		if r.By == Issue {
			change += int64(r.Quantity)
		}
		if r.End == 0 {
			change -= int64(r.Quantity)
		}
		balance[key] += change
	}
	for _, key := range order {
		if balance[key] != 0 {
			a.add(TotalNotConserved, 0, 0, balance[key])
		}
	}
}
