// Package clearing makes networks of debts to measure and test multilateral set-off on: families.go draws them by a seed, ripple.go
// takes one from the trust lines of the Ripple network, and compare/ measures the solver beside others.
package clearing

import (
	"bufio"
	"fmt"
	"io"
	"math/bits"
	"math/rand/v2"
	"strconv"
	"strings"
)

// Family is a shape of network.
type Family string

// The families.
const (
	ScaleFree Family = "scale-free" // few firms with many debts: who joins owes, or is owed by, firms that have many already
	Uniform   Family = "uniform"    // any two firms
	Ring      Family = "ring"       // each firm owes the next ones; the last ones owe the first
	Path      Family = "path"       // each firm owes the next ones, and one debt in a hundred goes back, however far
	Grid      Family = "grid"       // firms on a square owe, or are owed by, the firms next to them
	Star      Family = "star"       // a few firms in the middle owe, and are owed by, all others
)

// Families are all of them.
var Families = []Family{ScaleFree, Uniform, Ring, Path, Grid, Star}

// Spec says what is drawn. The same spec gives the same debts on every machine.
type Spec struct {
	Family Family
	Firms  int // 3 to FirmsMax
	Debts  int // Firms to DebtsMax
	Seed   uint64
}

// Bounds of a spec.
const (
	FirmsMax = 50_000_000
	DebtsMax = 100_000_000
)

// Edge is one debt: firms from 0, the amount in minor units, at least 1.
type Edge struct {
	Debtor, Creditor int32
	Amount           int64
}

// Validate says what is wrong with the spec.
func (s Spec) Validate() error {
	if s.Firms < 3 || s.Firms > FirmsMax {
		return fmt.Errorf("firms are 3 to %d", FirmsMax)
	}
	if s.Debts < s.Firms || s.Debts > DebtsMax {
		return fmt.Errorf("debts are at least as many as firms, and at most %d", DebtsMax)
	}
	for _, f := range Families {
		if f == s.Family {
			return nil
		}
	}
	return fmt.Errorf("the family %q is not among %v", s.Family, Families)
}

// drawing is a network on its way.
type drawing struct {
	*rand.Rand
	spec  Spec
	edges []Edge
}

// Draw draws the debts. Firms' numbers and the order of debts carry no information on where in the network they stand.
func Draw(spec Spec) ([]Edge, error) {
	if err := spec.Validate(); err != nil {
		return nil, err
	}
	d := &drawing{Rand: rand.New(rand.NewPCG(spec.Seed, 74_207_281)), spec: spec, edges: make([]Edge, 0, spec.Debts)}
	switch spec.Family {
	case ScaleFree:
		d.scaleFree()
	case Uniform:
		for len(d.edges) < spec.Debts {
			d.owe(d.IntN(spec.Firms), d.IntN(spec.Firms))
		}
	case Ring:
		for i := range spec.Debts {
			step := 1 + i/spec.Firms%(spec.Firms-1)
			d.owe(i%spec.Firms, (i+step)%spec.Firms)
		}
	case Path:
		d.path()
	case Grid:
		d.grid()
	case Star:
		d.star()
	}
	d.price()
	d.scramble()
	return d.edges, nil
}

// owe adds a debt unless it is a firm's own.
func (d *drawing) owe(debtor, creditor int) {
	if debtor != creditor {
		d.edges = append(d.edges, Edge{Debtor: int32(debtor), Creditor: int32(creditor)})
	}
}

// scaleFree lets firms join one by one, spread evenly over all debts, between which firms that are there owe each other. An end is
// that of a debt drawn from all before it, so that debts come to those who have debts, or, one time in six, any firm.
func (d *drawing) scaleFree() {
	d.owe(0, 1)
	d.owe(1, 2)
	d.owe(2, 0)
	joined := 3
	debtor := func() int { return int(d.edges[d.IntN(len(d.edges))].Debtor) }
	creditor := func() int { return int(d.edges[d.IntN(len(d.edges))].Creditor) }
	for len(d.edges) < d.spec.Debts {
		var ends [2]int
		for i, pick := range []func() int{debtor, creditor} {
			if ends[i] = pick(); d.IntN(6) == 0 {
				ends[i] = d.IntN(joined)
			}
		}
		if d.IntN(d.spec.Debts-len(d.edges)) < d.spec.Firms-joined {
			ends[d.IntN(2)] = joined
			joined++
		}
		d.owe(ends[0], ends[1])
	}
}

func (d *drawing) path() {
	for i := 0; len(d.edges) < d.spec.Debts; i++ {
		firm, step := i%d.spec.Firms, 1+i/d.spec.Firms
		next := (firm + step) % d.spec.Firms
		if next < firm || i%100 == 99 {
			next = d.IntN(firm + 1)
		}
		d.owe(firm, next)
	}
}

func (d *drawing) grid() {
	side := 1
	for side*side < d.spec.Firms {
		side++
	}
	for i := 0; len(d.edges) < d.spec.Debts; i++ {
		firm, way := i%d.spec.Firms, i/d.spec.Firms
		next := firm + 1
		if way%2 == 1 {
			next = firm + side
		} else if next%side == 0 {
			next = firm - 1
		}
		if next >= d.spec.Firms {
			next = firm - side
		}
		if next < 0 {
			next = firm + 1
		}
		if d.IntN(2) == 0 {
			d.owe(firm, next)
		} else {
			d.owe(next, firm)
		}
	}
}

func (d *drawing) star() {
	middle := min(d.spec.Firms/2, 1+d.spec.Debts/(2*d.spec.Firms))
	for i := 0; len(d.edges) < d.spec.Debts; i++ {
		outer := middle + i%(d.spec.Firms-middle)
		inner := i / (d.spec.Firms - middle) % (2 * middle)
		if inner < middle {
			d.owe(outer, inner)
		} else {
			d.owe(inner-middle, outer)
		}
	}
}

// price gives each debt its amount: two to the power of a bell-shaped number, times the fourth root of the product of how many debts its
// debtor and its creditor have, so that large firms tend to have large debts.
func (d *drawing) price() {
	owes, owed := make([]int32, d.spec.Firms), make([]int32, d.spec.Firms)
	for _, e := range d.edges {
		owes[e.Debtor]++
		owed[e.Creditor]++
	}
	for i := range d.edges {
		e := &d.edges[i]
		bell := uint64(0) // twelve times 16 bits, so 6 * 2^16 in the middle and 2^16 to one deviation
		for range 3 {
			for word := d.Uint64(); word > 0; word >>= 16 {
				bell += word & 0xffff
			}
		}
		// A deviation is two powers, a factor of 4; the middle is 17 powers, 131,072 minor units.
		power := 5<<16 + 2*bell
		power += (logarithm(uint64(owes[e.Debtor])+1) + logarithm(uint64(owed[e.Creditor])+1)) / 4
		amount := (1<<16 + power&0xffff) << (power >> 16) >> 16
		e.Amount = int64(amount) + 1
	}
}

// logarithm is that of a number to the base two, in parts of 2^16, on straight lines between powers of two.
func logarithm(n uint64) uint64 {
	whole := bits.Len64(n) - 1
	return uint64(whole)<<16 + (n<<16)>>whole - 1<<16
}

func (d *drawing) scramble() {
	numbers := d.Perm(d.spec.Firms)
	for i := range d.edges {
		e := &d.edges[i]
		e.Debtor, e.Creditor = int32(numbers[e.Debtor]), int32(numbers[e.Creditor])
	}
	d.Shuffle(len(d.edges), func(i, j int) { d.edges[i], d.edges[j] = d.edges[j], d.edges[i] })
}

// Write writes debts as plain lines, with the spec above them.
func Write(w io.Writer, spec Spec, edges []Edge) error {
	out := bufio.NewWriterSize(w, 1<<16)
	line := fmt.Appendf(nil, "# %s, %d firms, %d debts, seed %d: debtor, creditor, amount\n", spec.Family, spec.Firms, len(edges), spec.Seed)
	for _, e := range edges {
		if _, err := out.Write(line); err != nil {
			return err
		}
		line = strconv.AppendInt(line[:0], int64(e.Debtor), 10)
		line = strconv.AppendInt(append(line, ' '), int64(e.Creditor), 10)
		line = append(strconv.AppendInt(append(line, ' '), e.Amount, 10), '\n')
	}
	if _, err := out.Write(line); err != nil {
		return err
	}
	return out.Flush()
}

// Names are the families, with commas between.
func Names() string {
	var names []string
	for _, f := range Families {
		names = append(names, string(f))
	}
	return strings.Join(names, ", ")
}
