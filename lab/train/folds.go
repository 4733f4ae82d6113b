package train

import (
	"fmt"
	"math/rand/v2"
)

// Folds gives each case its fold from 0: both outcomes are shuffled by the seed and dealt in turn, so that every fold has the same
// share of bads but for one case. There are at least two cases of each outcome in a fold.
func (d *Data) Folds(folds int, seed uint64) ([]int, error) {
	fewer := min(d.Bads, d.Rows()-d.Bads)
	if folds < 2 || fewer < 2*folds {
		return nil, fmt.Errorf("%d folds of %d cases, %d of them bad: a fold needs two of each outcome, and there are two folds at least", folds, d.Rows(), d.Bads)
	}
	return deal(d.Bad, folds, draws(seed, 0)), nil
}

func deal(bad []bool, folds int, random *rand.Rand) []int {
	fold, next := make([]int, len(bad)), 0
	for _, outcome := range []bool{false, true} {
		var places []int
		for i, b := range bad {
			if b == outcome {
				places = append(places, i)
			}
		}
		random.Shuffle(len(places), func(i, j int) { places[i], places[j] = places[j], places[i] })
		for _, place := range places {
			fold[place] = next % folds
			next++
		}
	}
	return fold
}

// draws is a source of its own for each purpose.
func draws(seed, purpose uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, purpose)) }
