package redteam

import "math/rand/v2"

// honestly lives through a world in which nobody cheats.
func honestly(seed uint64, scale int) (*lab, error) {
	l, err := newLab(seed, scale)
	if err != nil {
		return nil, err
	}
	l.plan(rand.New(rand.NewPCG(seed, 1)))
	return l, l.live()
}

// attacked lives through the same world with the patterns put in.
func attacked(seed uint64, scale int) (*lab, error) {
	l, err := newLab(seed, scale)
	if err != nil {
		return nil, err
	}
	l.plan(rand.New(rand.NewPCG(seed, 1)))
	l.inject(seed, scale)
	return l, l.live()
}
