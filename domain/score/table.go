// Package score reckons scores from integer tables: scorecards and ensembles of trees, alone or added up. A score is the same
// on every processor, since nothing in here is anything but an integer; the reasons for a score add up to it.
package score

import (
	"fmt"
	"math"
	"slices"
)

// Missing is the fact that there is none.
const Missing int64 = math.MinInt64

// The bounds of a table, so that one read from a file can neither overflow a score nor take a long time.
const (
	FeaturesMax = 10_000
	TreesMax    = 5_000
	NodesMax    = 2_000_000
	DepthMax    = 30      // also the most features on one path, for which the parts of reasons still fit
	UnitsMax    = 1 << 29 // the largest amount of a leaf, a base or an attribute
)

// Table is a model as it is registered: what facts it asks for, and integers that make a score of them. The score counts in
// units; Scale says how many units are a point and what a point means. A higher score is a better risk.
type Table struct {
	Name            string           `cbor:"1,keyasint" json:"name"`
	Features        []Feature        `cbor:"2,keyasint" json:"features"`
	Scale           Scale            `cbor:"3,keyasint" json:"scale"`
	Base            int64            `cbor:"4,keyasint" json:"base"` // units that everybody gets
	Characteristics []Characteristic `cbor:"5,keyasint,omitempty" json:"characteristics,omitempty"`
	Trees           []Tree           `cbor:"6,keyasint,omitempty" json:"trees,omitempty"`
	Sets            [][]uint64       `cbor:"7,keyasint,omitempty" json:"sets,omitempty"` // bits of categories that nodes cite
}

// Scale says what a score means: so many points at these odds of good to bad, and so many more that double the odds. It follows
// the usual form of scorecards (N. Siddiqi, Credit Risk Scorecards, 2006, chapter 6: score = offset + factor × ln odds).
type Scale struct {
	UnitsPerPoint int64 `cbor:"1,keyasint" json:"units_per_point"` // above zero
	Points        int64 `cbor:"2,keyasint" json:"points"`
	Odds          int64 `cbor:"3,keyasint" json:"odds"`            // good to one bad, above zero
	DoubleOdds    int64 `cbor:"4,keyasint" json:"double_the_odds"` // points, above zero
}

// Feature is one fact that a table asks for, in the order of the facts. A number is kept as an integer of Digits decimals; a
// category as the integer of its name.
type Feature struct {
	Name       string     `cbor:"1,keyasint" json:"name"`
	Digits     uint8      `cbor:"2,keyasint" json:"digits"`                         // decimals of a number, 0 to 9
	Categories []Category `cbor:"3,keyasint,omitempty" json:"categories,omitempty"` // none: a number
	Otherwise  int64      `cbor:"4,keyasint,omitempty" json:"otherwise,omitempty"`  // fact of a category not listed, for whoever wants to go on
}

// Category is a name that a feature may have, and the fact that stands for it. Better and worse categories are ordered by it.
type Category struct {
	Text string `cbor:"1,keyasint" json:"text"`
	Fact int64  `cbor:"2,keyasint" json:"fact"`
}

// Characteristic is one line of a scorecard: a feature cut into attributes. Attribute i holds the facts above Upto[i-1] up to and
// including Upto[i]; the last holds what is above all of them. Points has one number more than Upto.
type Characteristic struct {
	Feature int     `cbor:"1,keyasint" json:"feature"`
	Upto    []int64 `cbor:"2,keyasint" json:"upto"`
	Units   []int64 `cbor:"3,keyasint" json:"units"`
	Missing int64   `cbor:"4,keyasint" json:"missing"` // units when there is no fact
}

// Tree is nodes of which the first is the root.
type Tree struct {
	Nodes []Node `cbor:"1,keyasint" json:"nodes"`
}

// Node is a question or, when Left is 0, a leaf. A fact up to and including Limit goes left. With a Set, numbered from 1, it goes
// left when it is a place of a bit that is set there, and Limit means nothing.
type Node struct {
	Feature     int   `cbor:"1,keyasint,omitempty" json:"feature,omitempty"`
	Limit       int64 `cbor:"2,keyasint,omitempty" json:"limit,omitempty"`
	Left        int   `cbor:"3,keyasint,omitempty" json:"left,omitempty"`
	Right       int   `cbor:"4,keyasint,omitempty" json:"right,omitempty"`
	MissingLeft bool  `cbor:"5,keyasint,omitempty" json:"missing_left,omitempty"`
	Set         int   `cbor:"6,keyasint,omitempty" json:"set,omitempty"`
	Cover       int64 `cbor:"7,keyasint" json:"cover"`                     // how much of the sample came here, at least 1
	Units       int64 `cbor:"8,keyasint,omitempty" json:"units,omitempty"` // of a leaf
}

// Leaf says whether the node asks nothing.
func (n *Node) Leaf() bool { return n.Left == 0 }

// Fault says what is wrong with a table.
type Fault struct {
	Where string // such as "tree 3, node 7"
	What  string
}

// Error says where and what.
func (f *Fault) Error() string { return f.Where + ": " + f.What }

func fault(what string, where string, values ...any) error {
	return &Fault{Where: fmt.Sprintf(where, values...), What: what}
}

// Check returns the first Fault of a table, or nil: then every list of as many facts as features has a score.
func (t *Table) Check() error {
	if t.Scale.UnitsPerPoint < 1 || t.Scale.Odds < 1 || t.Scale.DoubleOdds < 1 || t.Scale.UnitsPerPoint > 1_000_000 {
		return fault("units per point, odds and the points that double them are above zero", "scale")
	}
	if len(t.Features) == 0 || len(t.Features) > FeaturesMax {
		return fault(fmt.Sprintf("there are %d; 1 to %d are possible", len(t.Features), FeaturesMax), "features")
	}
	names := make([]string, len(t.Features))
	for i := range t.Features {
		if err := t.Features[i].check(i); err != nil {
			return err
		}
		names[i] = t.Features[i].Name
	}
	slices.Sort(names)
	for i := 1; i < len(names); i++ {
		if names[i] == names[i-1] {
			return fault("stands twice", "feature %q", names[i])
		}
	}
	if len(t.Characteristics) == 0 && len(t.Trees) == 0 {
		return fault("there are neither characteristics nor trees", "table")
	}
	if !bounded(t.Base) {
		return fault("is out of range", "base")
	}
	if err := t.checkCharacteristics(); err != nil {
		return err
	}
	return t.checkTrees()
}

func bounded(units int64) bool { return -UnitsMax <= units && units <= UnitsMax }

func (f *Feature) check(place int) error {
	if f.Name == "" {
		return fault("has no name", "feature %d", place+1)
	}
	if f.Digits > 9 {
		return fault("has more than 9 decimals", "feature %q", f.Name)
	}
	texts := make([]string, len(f.Categories))
	for i, c := range f.Categories {
		if c.Fact == Missing {
			return fault("category "+c.Text+" stands for a missing fact", "feature %q", f.Name)
		}
		texts[i] = c.Text
	}
	slices.Sort(texts)
	for i := 1; i < len(texts); i++ {
		if texts[i] == texts[i-1] {
			return fault("category "+texts[i]+" stands twice", "feature %q", f.Name)
		}
	}
	return nil
}

func (t *Table) checkCharacteristics() error {
	if len(t.Characteristics) > FeaturesMax {
		return fault("there are too many", "characteristics")
	}
	for i := range t.Characteristics {
		c := &t.Characteristics[i]
		switch {
		case c.Feature < 0 || c.Feature >= len(t.Features):
			return fault("asks for a feature that is not there", "characteristic %d", i+1)
		case len(c.Units) != len(c.Upto)+1:
			return fault("needs units for one attribute more than it has bounds", "characteristic %d", i+1)
		case !bounded(c.Missing) || slices.ContainsFunc(c.Units, func(u int64) bool { return !bounded(u) }):
			return fault("has units out of range", "characteristic %d", i+1)
		}
		for k, upto := range c.Upto {
			if upto == Missing || k > 0 && upto <= c.Upto[k-1] {
				return fault("its bounds do not ascend", "characteristic %d", i+1)
			}
		}
	}
	return nil
}

func (t *Table) checkTrees() error {
	if len(t.Trees) > TreesMax {
		return fault(fmt.Sprintf("there are %d; at most %d are possible", len(t.Trees), TreesMax), "trees")
	}
	total := 0
	for i := range t.Trees {
		nodes := t.Trees[i].Nodes
		if total += len(nodes); total > NodesMax {
			return fault("there are too many nodes", "tree %d", i+1)
		}
		if len(nodes) == 0 {
			return fault("has no nodes", "tree %d", i+1)
		}
		if err := t.checkNodes(i, nodes); err != nil {
			return err
		}
	}
	return nil
}

// checkNodes holds that a node's two children come after it and that each node but the first has one parent: then it is a tree.
func (t *Table) checkNodes(tree int, nodes []Node) error {
	depths, parents := make([]int, len(nodes)), make([]int, len(nodes))
	for i := range nodes {
		n := &nodes[i]
		if i > 0 && parents[i] != 1 {
			return fault("is nobody's child, or of two", "tree %d, node %d", tree+1, i)
		}
		if n.Cover < 1 || n.Cover > 1<<40 {
			return fault("its cover is out of range", "tree %d, node %d", tree+1, i)
		}
		if n.Leaf() {
			if n.Right != 0 || !bounded(n.Units) {
				return fault("is no leaf, or has units out of range", "tree %d, node %d", tree+1, i)
			}
			continue
		}
		switch {
		case n.Left <= i || n.Right <= i || n.Left == n.Right || n.Left >= len(nodes) || n.Right >= len(nodes):
			return fault("its children are not two that come after it", "tree %d, node %d", tree+1, i)
		case n.Feature < 0 || n.Feature >= len(t.Features):
			return fault("asks for a feature that is not there", "tree %d, node %d", tree+1, i)
		case n.Set < 0 || n.Set > len(t.Sets):
			return fault("asks for a set that is not there", "tree %d, node %d", tree+1, i)
		case n.Set == 0 && n.Limit == Missing:
			return fault("its limit is a missing fact", "tree %d, node %d", tree+1, i)
		case depths[i] == DepthMax:
			return fault(fmt.Sprintf("is deeper than %d", DepthMax), "tree %d, node %d", tree+1, i)
		}
		for _, child := range []int{n.Left, n.Right} {
			depths[child], parents[child] = depths[i]+1, parents[child]+1
		}
	}
	return nil
}
