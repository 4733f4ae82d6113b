package modelfile

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"millrace/domain/score"
)

// section is lines of "key=value".
type section map[string]string

func (s section) numbers(key string, count int) ([]float64, error) {
	fields := strings.Fields(s[key])
	if len(fields) != count {
		return nil, fmt.Errorf("%s has %d numbers, not %d", key, len(fields), count)
	}
	numbers := make([]float64, count)
	for i, f := range fields {
		n, err := strconv.ParseFloat(f, 64)
		if err != nil && !errors.Is(err, strconv.ErrRange) {
			return nil, fmt.Errorf("%s: %q is no number", key, f)
		}
		numbers[i] = n
	}
	return numbers, nil
}

func (s section) integers(key string, count int) ([]int, error) {
	numbers, err := s.numbers(key, count)
	if err != nil {
		return nil, err
	}
	whole := make([]int, count)
	for i, n := range numbers {
		if n != math.Trunc(n) || math.Abs(n) > 1<<40 {
			return nil, fmt.Errorf("%s: %v is no whole number", key, n)
		}
		whole[i] = int(n)
	}
	return whole, nil
}

type lightGBM struct {
	digits  int
	sigmoid float64
	table   score.Table
}

// readLightGBM reads version 3 or 4 of the text form (LightGBM, src/io/tree.cpp and gbdt_model_text.cpp name its fields): one class,
// the objective binary or cross_entropy.
func readLightGBM(text string, digits int) (score.Table, error) {
	head, trees, categories := sections(text)
	l := &lightGBM{digits: digits, sigmoid: 1}
	l.table = score.Table{Name: "LightGBM", Scale: Scale(TreeUnits)}
	l.table.Base = UnitsAt(l.table.Scale, 0)
	if _, averaged := head["average_output"]; averaged {
		return l.table, errors.New("a forest that averages its trees can't be read; boosted trees can")
	}
	if head["num_class"] != "1" || head["num_tree_per_iteration"] != "1" {
		return l.table, errors.New("the model has more than one class")
	}
	objective := strings.Fields(head["objective"])
	if len(objective) == 0 || objective[0] != "binary" && objective[0] != "cross_entropy" {
		return l.table, fmt.Errorf("objective %q is not one that gives log odds: binary or cross_entropy", head["objective"])
	}
	for _, option := range objective[1:] {
		if value, is := strings.CutPrefix(option, "sigmoid:"); is {
			sigmoid, err := strconv.ParseFloat(value, 64)
			if err != nil || !(sigmoid > 0) {
				return l.table, fmt.Errorf("objective %q has no usable sigmoid", head["objective"])
			}
			l.sigmoid = sigmoid
		}
	}
	if err := l.features(head, categories); err != nil {
		return l.table, err
	}
	for i, s := range trees {
		nodes, err := l.tree(s)
		if err != nil {
			return l.table, fmt.Errorf("tree %d: %w", i+1, err)
		}
		l.table.Trees = append(l.table.Trees, score.Tree{Nodes: nodes})
	}
	if _, ended := head["end of trees"]; !ended {
		return l.table, errors.New("the file breaks off: \"end of trees\" is missing")
	}
	return l.table, nil
}

func sections(text string) (head section, trees []section, categories string) {
	head = section{}
	at := head
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		key, value, assigned := strings.Cut(line, "=")
		switch {
		case strings.HasPrefix(line, "Tree="):
			at = section{}
			trees = append(trees, at)
		case line == "end of trees":
			head[line] = ""
			at = section{}
		case strings.HasPrefix(line, "pandas_categorical:"):
			categories = strings.TrimPrefix(line, "pandas_categorical:")
		case assigned:
			at[key] = value
		case line != "":
			at[line] = ""
		}
	}
	return head, trees, categories
}

// features reads names, and for categories what they are called.
func (l *lightGBM) features(head section, categories string) error {
	names, infos := strings.Fields(head["feature_names"]), strings.Fields(head["feature_infos"])
	if len(names) == 0 || len(infos) != len(names) {
		return errors.New("the names of features and what is known of them do not fit together")
	}
	var called [][]any
	if categories != "" && categories != "null" {
		if err := json.Unmarshal([]byte(categories), &called); err != nil {
			return fmt.Errorf("pandas_categorical can't be read: %w", err)
		}
	}
	for i, name := range names {
		f := score.Feature{Name: name, Digits: uint8(l.digits)}
		if infos[i] != "none" && !strings.HasPrefix(infos[i], "[") {
			f.Digits, f.Otherwise = 0, -1
			var texts []any
			if len(called) > 0 {
				texts, called = called[0], called[1:]
			}
			for code, text := range texts {
				f.Categories = append(f.Categories, score.Category{Text: fmt.Sprint(text), Fact: int64(code)})
			}
			if texts == nil {
				for code := range strings.SplitSeq(infos[i], ":") {
					value, err := strconv.ParseInt(code, 10, 32)
					if err != nil {
						return fmt.Errorf("feature %s: %q is no category", name, code)
					}
					if value >= 0 {
						f.Categories = append(f.Categories, score.Category{Text: code, Fact: value})
					}
				}
			}
		}
		l.table.Features = append(l.table.Features, f)
	}
	return nil
}

// The bits of decision_type.
const (
	decisionCategory    = 1
	decisionDefaultLeft = 2
	decisionMissing     = 12 // 0: taken as zero, 4: zeros are missing too, 8: NaN
)

func (l *lightGBM) tree(s section) ([]score.Node, error) {
	leaves, err := strconv.Atoi(s["num_leaves"])
	if err != nil || leaves < 1 || leaves > score.NodesMax {
		return nil, fmt.Errorf("num_leaves %q is no number of leaves", s["num_leaves"])
	}
	values, err := s.numbers("leaf_value", leaves)
	if err != nil {
		return nil, err
	}
	if s["is_linear"] == "1" {
		return nil, errors.New("its leaves are linear")
	}
	tree := shape{nodes: make([]score.Node, 2*leaves-1)}
	counts := make([]int, leaves)
	if leaves > 1 {
		if counts, err = s.integers("leaf_count", leaves); err != nil {
			return nil, err
		}
	}
	for i, v := range values {
		n := &tree.nodes[leaves-1+i]
		n.Cover = int64(max(1, counts[i]))
		if n.Units, err = units(l.table.Scale, v*l.sigmoid); err != nil {
			return nil, err
		}
	}
	if leaves > 1 {
		if err := l.questions(s, leaves, &tree); err != nil {
			return nil, err
		}
	}
	return tree.ordered()
}

// questions fills the nodes that ask. A leaf's number stands in the file as its complement.
func (l *lightGBM) questions(s section, leaves int, tree *shape) error {
	count := leaves - 1
	lists := map[string][]int{}
	for _, key := range []string{"split_feature", "decision_type", "left_child", "right_child", "internal_count"} {
		list, err := s.integers(key, count)
		if err != nil {
			return err
		}
		lists[key] = list
	}
	thresholds, err := s.numbers("threshold", count)
	if err != nil {
		return err
	}
	place := func(child int) int {
		if child < 0 {
			return leaves - 1 + ^child
		}
		return child
	}
	for i := range count {
		n := &tree.nodes[i]
		n.Feature, n.Cover = lists["split_feature"][i], int64(max(1, lists["internal_count"][i]))
		n.Left, n.Right = place(lists["left_child"][i]), place(lists["right_child"][i])
		if n.Feature < 0 || n.Feature >= len(l.table.Features) {
			return errors.New("it asks for a feature that is not there")
		}
		if err := l.question(n, s, lists["decision_type"][i], thresholds[i]); err != nil {
			return err
		}
	}
	return nil
}

func (l *lightGBM) question(n *score.Node, s section, decision int, threshold float64) error {
	missing := decision & decisionMissing
	if missing == 4 {
		return errors.New("zeros count as missing, which a table has no way to say")
	}
	if decision&decisionCategory != 0 {
		bits, err := categoriesOf(s, int(threshold))
		if err != nil {
			return err
		}
		l.table.Sets = append(l.table.Sets, bits)
		n.Set = len(l.table.Sets)
		n.MissingLeft = missing == 0 && len(bits) > 0 && bits[0]&1 == 1
		return nil
	}
	limit, err := floorScaled(threshold, int(l.table.Features[n.Feature].Digits))
	n.Limit, n.MissingLeft = limit, decision&decisionDefaultLeft != 0
	if missing == 0 {
		n.MissingLeft = 0 <= threshold
	}
	return err
}

// categoriesOf reads one bit set of a tree.
func categoriesOf(s section, place int) ([]uint64, error) {
	bounds, err := s.integers("cat_boundaries", len(strings.Fields(s["cat_boundaries"])))
	if err != nil {
		return nil, err
	}
	words, err := s.integers("cat_threshold", len(strings.Fields(s["cat_threshold"])))
	if err != nil {
		return nil, err
	}
	if place < 0 || place+1 >= len(bounds) || bounds[place] < 0 || bounds[place] > bounds[place+1] || bounds[place+1] > len(words) {
		return nil, errors.New("its sets of categories do not fit together")
	}
	var bits []uint64
	for i, word := range words[bounds[place]:bounds[place+1]] {
		if i%2 == 0 {
			bits = append(bits, 0)
		}
		bits[i/2] |= uint64(uint32(word)) << (32 * (i % 2))
	}
	return bits, nil
}
