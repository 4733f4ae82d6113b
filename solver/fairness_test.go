package solver

import (
	"math/big"
	"math/rand/v2"
	"testing"

	"millrace/domain/calendar"
	"millrace/domain/clearing"
	"millrace/domain/money"
)

// foremost is a gain beside which no weight counts.
const foremost = 1 << 30

// gained is what a result gains in all.
func gained(in clearing.Instance, cleared []money.Minor, gain func(clearing.Debt) int64) *big.Int {
	sum := new(big.Int)
	for i, d := range in.Debts {
		sum.Add(sum, new(big.Int).Mul(big.NewInt(int64(cleared[i])), big.NewInt(gain(d))))
	}
	return sum
}

// TestOldestFirst holds the result against cycle cancelling: among all that clear as much, the sum of amount times due date is the
// least, where debts without due date come a day after the latest.
func TestOldestFirst(t *testing.T) {
	random := rand.New(rand.NewPCG(2, 20261122))
	for range *graphs / 10 {
		in := clearing.Instance{Firms: 2 + random.IntN(5)}
		span := 1 + random.IntN(60)
		latest := calendar.Date(0)
		for range 1 + random.IntN(16) {
			due := calendar.Date(random.IntN(span))
			latest = max(latest, due)
			in.Debts = append(in.Debts, clearing.Debt{Debtor: int32(random.IntN(in.Firms)), Creditor: int32(random.IntN(in.Firms)),
				Amount: money.Minor(random.IntN(9)), Due: due, Key: uint64(len(in.Debts))})
		}
		gain := func(d clearing.Debt) int64 {
			if d.Due.IsZero() {
				return foremost - int64(latest) - 1
			}
			return foremost - int64(d.Due)
		}
		got := solved(t, in, Options{})
		if sum, want := gained(in, got.Cleared, gain), best(in, gain); sum.Cmp(want) != 0 || !got.Fairest {
			t.Fatalf("%+v: %v gains %v, %v could be", in, got.Cleared, sum, want)
		}
	}
}

// sliced divides each direction of an instance into the slices by which shares are told apart; the key says which slice it is.
func sliced(in clearing.Instance) clearing.Instance {
	sum := map[[2]int32]money.Minor{}
	for _, d := range in.Debts {
		sum[[2]int32{d.Debtor, d.Creditor}] += d.Amount
	}
	out := clearing.Instance{Firms: in.Firms}
	for u := range int32(in.Firms) {
		for v := range int32(in.Firms) {
			for i := money.Minor(1); i <= shares; i++ {
				amount := sum[[2]int32{u, v}]*i/shares - sum[[2]int32{u, v}]*(i-1)/shares
				if amount > 0 {
					out.Debts = append(out.Debts, clearing.Debt{Debtor: u, Creditor: v, Amount: amount, Key: uint64(i)})
				}
			}
		}
	}
	return out
}

// TestProportional holds the result against cycle cancelling: among all that clear as much, the sum over slices of each direction,
// counted from 1, is the least.
func TestProportional(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 20261122))
	gain := func(d clearing.Debt) int64 { return foremost - int64(d.Key) }
	for range *graphs / 200 {
		in := clearing.Instance{Firms: 5 + random.IntN(3)}
		for range 8 + random.IntN(14) {
			in.Debts = append(in.Debts, clearing.Debt{Debtor: int32(random.IntN(in.Firms)), Creditor: int32(random.IntN(in.Firms)),
				Amount: money.Minor(random.IntN(100)), Key: uint64(len(in.Debts))})
		}
		got := solved(t, in, Options{Fairness: Proportional})
		cleared := map[[2]int32]money.Minor{}
		for i, d := range in.Debts {
			cleared[[2]int32{d.Debtor, d.Creditor}] += got.Cleared[i]
		}
		parts := sliced(in)
		filled := make([]money.Minor, len(parts.Debts))
		for i, d := range parts.Debts {
			direction := [2]int32{d.Debtor, d.Creditor}
			filled[i] = min(d.Amount, cleared[direction])
			cleared[direction] -= filled[i]
		}
		if sum, want := gained(parts, filled, gain), best(parts, gain); sum.Cmp(want) != 0 || !got.Fairest {
			t.Fatalf("%+v: %v gains %v, %v could be", in, got.Cleared, sum, want)
		}
	}
}

func TestWholeCirclesOfOneLength(t *testing.T) {
	// 0 -> 1 is enough for one of two circles of three: over 2 or over 3.
	in := clearing.Instance{Firms: 4, Debts: []clearing.Debt{
		{Debtor: 0, Creditor: 1, Amount: 1600, Key: 1, Due: 9}, {Debtor: 1, Creditor: 2, Amount: 1600, Key: 2, Due: 30}, {Debtor: 2, Creditor: 0, Amount: 1600, Key: 3, Due: 10},
		{Debtor: 1, Creditor: 3, Amount: 1600, Key: 4, Due: 20}, {Debtor: 3, Creditor: 0, Amount: 1600, Key: 5, Due: 19},
	}}
	for range 2 {
		older := 3 // 39 days against 40
		if in.Debts[4].Due > 20 {
			older = 1
		}
		oldest, shared := solved(t, in, Options{}), solved(t, in, Options{Fairness: Proportional})
		if oldest.Cleared[older] != 1600 || oldest.Cleared[4-older] != 0 {
			t.Errorf("oldest first clears %v", oldest.Cleared)
		}
		if shared.Cleared[1] != 800 || shared.Cleared[3] != 800 {
			t.Errorf("shares are %v", shared.Cleared)
		}
		in.Debts[4].Due = 21
	}
}

// TestWorkIsBounded stops weighing at every point; what is left is balanced and clears as much, and ends with the least weight.
func TestWorkIsBounded(t *testing.T) {
	for _, name := range families {
		in := family(name, 200, 5)
		for i := range in.Debts {
			in.Debts[i].Due = calendar.Date(1 + in.Debts[i].Amount%365)
		}
		m := newMeasure(&in, OldestFirst)
		for effort := 0; effort < 400_000; effort += 7919 {
			s := settle(in)
			proved := s.choose(&m, effort)
			if effort == 0 && proved {
				t.Errorf("%s: proved without any work", name)
			}
			s.prune(&m)
			if verdict := clearing.Check(in, s.result(&m)); !verdict.Optimal() {
				t.Fatalf("%s, effort %d: %v", name, effort, verdict)
			}
		}
	}
}
