// Package modelfile reads models that others trained into integer tables: LightGBM's text form, XGBoost's JSON, and the table's own JSON.
// It also holds what ties a table's units to odds and probabilities, which needs the real numbers that a table does without.
package modelfile

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"math/big"

	"millrace/domain/score"
)

// The scale of every table made here: 600 points are odds of 50 good to one bad, 20 more double them.
const (
	scalePoints = 600
	scaleOdds   = 50
	scaleDouble = 20
)

// TreeUnits is how many units a point has in a table of trees.
const TreeUnits = 1000

// DigitsDefault is how many decimals of a number an imported model sees.
const DigitsDefault = 6

// Scale is the scale of a table with so many units to a point.
func Scale(unitsPerPoint int64) score.Scale {
	return score.Scale{UnitsPerPoint: unitsPerPoint, Points: scalePoints, Odds: scaleOdds, DoubleOdds: scaleDouble}
}

// UnitsPerLogOdds is how many units one unit of log odds of good is.
func UnitsPerLogOdds(s score.Scale) float64 {
	return float64(s.UnitsPerPoint) * float64(s.DoubleOdds) / math.Ln2
}

// UnitsAt is the score of these log odds of bad.
func UnitsAt(s score.Scale, margin float64) int64 {
	return int64(math.Round(float64(s.Points*s.UnitsPerPoint) - UnitsPerLogOdds(s)*(math.Log(float64(s.Odds))+margin)))
}

// Probability is the chance of bad that a score stands for.
func Probability(s score.Scale, units int64) float64 {
	odds := (float64(units)-float64(s.Points*s.UnitsPerPoint))/UnitsPerLogOdds(s) + math.Log(float64(s.Odds))
	return 1 / (1 + math.Exp(odds))
}

// Read reads a model in any of the three forms, told apart by their content. digits is how many decimals of numbers an imported model
// is to see, 0 to 9; a table says so itself. The table that it returns has passed its check.
func Read(content []byte, digits int) (score.Table, error) {
	if digits < 0 || digits > 9 {
		return score.Table{}, errors.New("decimals are 0 to 9")
	}
	var t score.Table
	var err error
	head := bytes.TrimSpace(content)
	switch {
	case bytes.HasPrefix(head, []byte("tree")):
		t, err = readLightGBM(string(content), digits)
	case bytes.HasPrefix(head, []byte("{")) && bytes.Contains(content, []byte(`"learner"`)):
		t, err = readXGBoost(content, digits)
	case bytes.HasPrefix(head, []byte("{")):
		t, err = readTable(content)
	default:
		err = errors.New("this is neither LightGBM's text form nor XGBoost's JSON nor a table")
	}
	if err != nil {
		return score.Table{}, err
	}
	return t, t.Check()
}

func readTable(content []byte) (score.Table, error) {
	var t score.Table
	decoder := json.NewDecoder(bytes.NewReader(content))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&t); err != nil {
		return t, fmt.Errorf("the table can't be read: %w", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return t, errors.New("something stands after the table")
	}
	return t, nil
}

// units turns a leaf's log odds of bad into units; what is no number or too large is an error.
func units(s score.Scale, value float64) (int64, error) {
	scaled := -UnitsPerLogOdds(s) * value
	if math.IsNaN(scaled) || math.Abs(scaled) > score.UnitsMax {
		return 0, fmt.Errorf("a leaf's value %v is out of range", value)
	}
	return int64(math.Round(scaled)), nil
}

// floorScaled is the largest integer that, taken with so many decimals, is not above a threshold: exact for every number of so many
// decimals.
func floorScaled(threshold float64, digits int) (int64, error) {
	if math.IsNaN(threshold) {
		return 0, errors.New("a threshold is not a number")
	}
	power := math.Pow10(digits)
	if math.Abs(threshold)*power >= math.MaxInt64/4 {
		if threshold < 0 {
			return -math.MaxInt64, nil
		}
		return math.MaxInt64, nil
	}
	exact := new(big.Rat).SetFloat64(threshold)
	exact.Mul(exact, new(big.Rat).SetFloat64(power))
	floor := new(big.Int).Div(exact.Num(), exact.Denom())
	return floor.Int64(), nil
}

// shape is a tree as files give it, by number of the node.
type shape struct {
	nodes []score.Node // Left and Right are numbers of nodes; both 0 in a leaf
	root  int
}

// ordered gives the nodes from the root on, children after parents, and fails when it is no tree.
func (s *shape) ordered() ([]score.Node, error) {
	order, seen := []int{s.root}, make([]bool, len(s.nodes))
	result := make([]score.Node, 0, len(s.nodes))
	for i := 0; i < len(order); i++ {
		at := order[i]
		if at < 0 || at >= len(s.nodes) || seen[at] {
			return nil, errors.New("the nodes are no tree")
		}
		seen[at] = true
		n := s.nodes[at]
		if n.Left != n.Right {
			order = append(order, n.Left, n.Right)
			n.Left, n.Right = len(order)-2, len(order)-1
		}
		result = append(result, n)
	}
	return result, nil
}

func setOf(values []int64) ([]uint64, error) {
	var bits []uint64
	for _, v := range values {
		if v < 0 || v >= 1<<20 {
			return nil, fmt.Errorf("category %d is out of range", v)
		}
		for int64(len(bits)) <= v/64 {
			bits = append(bits, 0)
		}
		bits[v/64] |= 1 << (v % 64)
	}
	return bits, nil
}
