// Package selection answers a seller who needs an amount by a day: which of its receivables, financed together, bring at least that
// amount at the least cost.
//
// The cost is money: discount and fees borne by the seller, as the quotes say them. What a set brings beyond the need is not
// free, since it was discounted too; a set that overshoots is chosen only where every set that overshoots less costs more. This is
// the covering form of the 0-1 knapsack problem. It is solved in integers by dynamic programming over an expanding core round the
// break item (D. Pisinger, "A minimal algorithm for the 0-1 knapsack problem", Operations Research 45, 1997), under a limit on the
// states that are looked at, so that the answer takes a bounded time; where the limit is reached the choice says how much cheaper
// another set could be at most.
package selection

import (
	"math/big"

	"millrace/domain/id"
	"millrace/domain/money"
)

// CandidatesMax is the most candidates of one selection.
const CandidatesMax = 16_000

// CostSumMax and NetSumMax bound the candidates' costs and net proceeds together, in minor units.
const (
	CostSumMax = money.Minor(1 << 48)
	NetSumMax  = money.Minor(1 << 62)
)

// Candidate is a receivable, or a holding of a certificate, that could be financed, priced as a whole. Amounts are in minor units
// of one currency. Whoever lists candidates leaves out what is paid by the day of the need anyway.
type Candidate struct {
	Receivable id.Receivable `cbor:"1,keyasint"`
	Holding    id.Holding    `cbor:"2,keyasint,omitempty"`
	Net        money.Minor   `cbor:"3,keyasint"`           // that the seller is paid; a candidate that brings nothing is never chosen
	Cost       money.Minor   `cbor:"4,keyasint"`           // discount and fees that the seller bears
	Fixed      money.Minor   `cbor:"5,keyasint,omitempty"` // the part of Cost that stays when only a part is financed
	Days       int32         `cbor:"6,keyasint,omitempty"` // from the payment to the due date
	Division   Division      `cbor:"7,keyasint,omitempty"`
}

// Division is whether a candidate may be financed in part.
type Division uint8

// The divisions. Of a divisible candidate a part that nets q costs Fixed + (Cost - Fixed) * q / Net, rounded up.
const (
	Indivisible Division = iota
	Divisible
)

// partCost is what a part costs that nets net.
func (c *Candidate) partCost(net money.Minor) money.Minor {
	quotient, rest := mulDiv(uint64(c.Cost-c.Fixed), uint64(net), uint64(c.Net))
	if rest > 0 {
		quotient++
	}
	return c.Fixed + money.Minor(quotient)
}

// Pick is a candidate that was chosen.
type Pick struct {
	Candidate int32       `cbor:"1,keyasint"` // its place in the list, from 0
	Net       money.Minor `cbor:"2,keyasint"` // less than the candidate's where it is taken in part: one pick at most
	Cost      money.Minor `cbor:"3,keyasint"`
}

// Proof is how much is known of a choice.
type Proof uint8

// The proofs.
const (
	ProvenWhole Proof = 1 + iota // no set costs less; of those that cost the same none has fewer picks; of those with as few none overshoots less
	ProvenCost                   // no set costs less; not all sets of the same cost were compared
	Bounded                      // no set costs less than Bound
	TooLittle                    // all candidates together do not bring what is needed; nothing is chosen
)

var proofNames = [...]string{"", "whole", "cost", "bounded", "too_little"}

// String is the name used in API and console.
func (p Proof) String() string {
	if int(p) < len(proofNames) {
		return proofNames[p]
	}
	return "unknown"
}

// MarshalText gives the name.
func (p Proof) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// Choice is a set of candidates whose net proceeds cover the need.
type Choice struct {
	Picks      []Pick      `cbor:"1,keyasint"` // in the order of the list
	Net        money.Minor `cbor:"2,keyasint"`
	Cost       money.Minor `cbor:"3,keyasint"`
	Overshoot  money.Minor `cbor:"4,keyasint"` // Net less the need
	Bound      money.Minor `cbor:"5,keyasint"` // no set of these candidates covers the need for less
	Missing    money.Minor `cbor:"6,keyasint"` // with TooLittle: what all candidates together fall short of the need
	AnnualCost money.Rate  `cbor:"7,keyasint"` // Cost * 365 / the sum of net * days, rounded half up: simple, a year of 365 days
	Proof      Proof       `cbor:"8,keyasint"`
}

// Gap is what another set could save at most, in minor units.
func (c *Choice) Gap() money.Minor { return c.Cost - c.Bound }

// Fault is what is wrong with a candidate list; 0: nothing.
type Fault uint8

// The faults.
const (
	CandidatesTooMany Fault = 1 + iota
	AmountOutOfRange        // a cost or a need is negative, a fixed part exceeds its cost, or costs or net proceeds together are too large
)

var faultNames = [...]string{"", "candidates_too_many", "amount_out_of_range"}

// String is the name used in codes of rejections.
func (f Fault) String() string { return faultNames[f] }

// Validate gives the first fault of a need and its candidates.
func Validate(need money.Minor, candidates []Candidate) Fault {
	if len(candidates) > CandidatesMax {
		return CandidatesTooMany
	}
	cost, net := money.Minor(0), money.Minor(0)
	for i := range candidates {
		c := &candidates[i]
		if c.Cost < 0 || c.Cost > CostSumMax || c.Fixed < 0 || c.Fixed > c.Cost || c.Net > NetSumMax {
			return AmountOutOfRange
		}
		cost += c.Cost
		if net += max(c.Net, 0); cost > CostSumMax || net > NetSumMax {
			return AmountOutOfRange
		}
	}
	if need < 0 || need > NetSumMax {
		return AmountOutOfRange
	}
	return 0
}

// Cheapest chooses the set that costs least; among sets of equal cost the one with the fewest picks, then the one that overshoots
// least. Candidates that are alike in net proceeds and cost are taken in the order of the list; between other sets that are equal in
// all three the same list always gives the same one. At most one divisible candidate is taken in part. It panics on what Validate
// finds at fault.
func Cheapest(need money.Minor, candidates []Candidate) Choice {
	if fault := Validate(need, candidates); fault != 0 {
		panic("selection: " + fault.String())
	}
	return cheapest(need, candidates, StatesMax)
}

func cheapest(need money.Minor, candidates []Candidate, statesMax int) Choice {
	p := newProblem(need, candidates)
	p.statesMax = statesMax
	if p.total < need {
		return Choice{Missing: need - p.total, Proof: TooLittle}
	}
	if need == 0 {
		return Choice{Proof: ProvenWhole}
	}
	p.start()
	proven := p.search(forCost)
	if proven == cut && p.leaves(p.bound) {
		proven = p.searchByCount()
	}
	bound := p.bound
	if p.parts {
		bound = p.searchParts()
	}
	if proven == complete && p.best.over > 0 && !p.parts {
		proven = p.search(forOvershoot)
	}
	choice := p.choice()
	if choice.Bound = min(choice.Cost, p.moneyOf(bound)); choice.Bound == choice.Cost {
		choice.Proof = ProvenCost
		if proven == complete && bound >= p.best.cost && (!p.parts || p.best.over == 0) {
			choice.Proof = ProvenWhole
		}
	} else {
		choice.Proof = Bounded
	}
	return choice
}

// choice writes the best set out, alike candidates in the order of the list.
func (p *problem) choice() Choice {
	taken := p.best.of.taken()
	p.orderAlike(taken)
	var choice Choice
	weighted := new(big.Int)
	for i := range p.candidates {
		c := &p.candidates[i]
		pick := Pick{int32(i), c.Net, c.Cost}
		if p.best.part == int32(i) {
			pick.Net = p.best.partNet
			pick.Cost = c.partCost(pick.Net)
		} else if !taken[i] {
			continue
		}
		choice.Picks = append(choice.Picks, pick)
		choice.Net += pick.Net
		choice.Cost += pick.Cost
		weighted.Add(weighted, new(big.Int).Mul(big.NewInt(int64(pick.Net)), big.NewInt(int64(c.Days))))
	}
	choice.Overshoot = choice.Net - p.need
	choice.AnnualCost = annual(choice.Cost, weighted)
	return choice
}

// annual is cost * 365 / weighted in parts per million, rounded half up; 0 where no money is had for any day.
func annual(cost money.Minor, weighted *big.Int) money.Rate {
	if weighted.Sign() <= 0 {
		return 0
	}
	twice := new(big.Int).Mul(big.NewInt(int64(cost)), big.NewInt(2*365*int64(money.RateOne)))
	twice.Add(twice, weighted)
	rate := twice.Quo(twice, new(big.Int).Lsh(weighted, 1))
	if !rate.IsInt64() {
		return money.Rate(1<<63 - 1)
	}
	return money.Rate(rate.Int64())
}

// orderAlike exchanges taken candidates for earlier ones of the same net proceeds and cost.
func (p *problem) orderAlike(taken []bool) {
	order := p.items // alike ones stand together, in the order of the list
	for from, to := 0, 0; from < len(order); from = to {
		count := 0
		for to = from; to < len(order) && order[to].net == order[from].net && order[to].cost == order[from].cost; to++ {
			if taken[order[to].candidate] {
				count++
			}
		}
		for _, it := range order[from:to] {
			taken[it.candidate] = count > 0 && it.candidate != p.best.part
			if taken[it.candidate] {
				count--
			}
		}
	}
}
