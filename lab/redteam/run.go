package redteam

import "math/rand/v2"

type attack struct{}

// honestly lives through a world in which nobody cheats.
func honestly(seed uint64, scale int) (*lab, error) {
	l, err := newLab(seed, scale)
	if err != nil {
		return nil, err
	}
	l.plan(rand.New(rand.NewPCG(seed, 1)))
	return l, l.live()
}
