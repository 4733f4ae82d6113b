package network

import (
	"millrace/domain/id"
	"millrace/domain/money"
)

// Stakes appends who owns a party.
type Stakes func(of id.Party, into []Stake) []Stake

// step is an owner that was reached, over which other and with what share.
type step struct {
	owner Owner
	share money.Rate // of the one at the start, along the path
	from  int16      // step before it; -1 for the start
	depth uint8
}

// climb collects the owners of a party, and theirs, nearest first, each once by its shortest path, and of those by the one found first. It goes up
// OwnersDepthMax steps and stops when work is used up.
func climb(start id.Party, stakes Stakes, steps []step, work *Work) []step {
	steps = append(steps, step{owner: Owner{Party: start}, share: money.RateOne, from: -1})
	var buffer [16]Stake
	for at := 0; at < len(steps); at++ {
		s := steps[at]
		if s.owner.Party == 0 || s.depth == OwnersDepthMax {
			continue
		}
		for _, stake := range stakes(s.owner.Party, buffer[:0]) {
			if work.Visited == work.Most {
				work.Cut = true
				return steps
			}
			work.Visited++
			if reached(steps, stake.Owner) < 0 {
				steps = append(steps, step{owner: stake.Owner, share: money.Rate(money.Share(money.Minor(s.share), stake.Share)), from: int16(at), depth: s.depth + 1})
			}
		}
	}
	return steps
}

func reached(steps []step, owner Owner) int {
	for i := range steps {
		if steps[i].owner == owner {
			return i
		}
	}
	return -1
}

// Relate looks for an owner whom seller and buyer have in common; where there are several, the one with the shortest path, of these the
// first that is reached from the seller. Each side visits at most half of OwnersNodesMax.
func Relate(seller, buyer id.Party, stakes Stakes) Relation {
	var ofSeller, ofBuyer [OwnersNodesMax/2 + 1]step
	half := Work{Most: OwnersNodesMax / 2}
	other := half
	up, down := climb(seller, stakes, ofSeller[:0], &half), climb(buyer, stakes, ofBuyer[:0], &other)
	found := Relation{Work: Work{Visited: half.Visited + other.Visited, Most: OwnersNodesMax, Cut: half.Cut || other.Cut}}
	best, left, right := 255, 0, 0
	for i := range up {
		if j := reached(down, up[i].owner); j >= 0 && int(up[i].depth)+int(down[j].depth) < best {
			best, left, right = int(up[i].depth)+int(down[j].depth), i, j
		}
	}
	if best == 255 {
		return found
	}
	found.Found, found.Common, found.Length = true, up[left].owner, uint8(best+1)
	found.SellerShare, found.BuyerShare = up[left].share, down[right].share
	at := int(up[left].depth)
	for i := left; i >= 0; i = int(up[i].from) {
		found.Path[at] = up[i].owner
		at--
	}
	at = int(up[left].depth) + 1
	for j := int(down[right].from); j >= 0; j = int(down[j].from) {
		found.Path[at] = down[j].owner
		at++
	}
	return found
}
