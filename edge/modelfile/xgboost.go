package modelfile

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"sort"
	"strconv"
	"strings"

	"millrace/domain/score"
)

// xgboostFile is what is read of XGBoost's JSON (its schema is doc/model.schema of that project).
type xgboostFile struct {
	Learner struct {
		Names []string `json:"feature_names"`
		Types []string `json:"feature_types"`
		Param struct {
			Base     string `json:"base_score"`
			Classes  string `json:"num_class"`
			Features string `json:"num_feature"`
		} `json:"learner_model_param"`
		Objective struct {
			Name string `json:"name"`
		} `json:"objective"`
		Booster struct {
			Name  string `json:"name"`
			Model struct {
				Trees []xgboostTree `json:"trees"`
				Cats  struct {
					Names []xgboostNames `json:"enc"` // by feature
				} `json:"cats"`
			} `json:"model"`
		} `json:"gradient_booster"`
	} `json:"learner"`
}

// xgboostNames is the names of a feature's categories, one after another in bytes, cut at the offsets.
type xgboostNames struct {
	Offsets []int `json:"offsets"`
	Values  []int `json:"values"`
}

func (x *xgboostNames) categories() ([]score.Category, error) {
	var result []score.Category
	for i := 1; i < len(x.Offsets); i++ {
		from, to := x.Offsets[i-1], x.Offsets[i]
		if from < 0 || from > to || to > len(x.Values) {
			return nil, errors.New("the names of categories do not fit together")
		}
		var text []byte
		for _, b := range x.Values[from:to] {
			text = append(text, byte(b))
		}
		result = append(result, score.Category{Text: string(text), Fact: int64(i - 1)})
	}
	return result, nil
}

type xgboostTree struct {
	Left       []int     `json:"left_children"`
	Right      []int     `json:"right_children"`
	Features   []int     `json:"split_indices"`
	Conditions []float64 `json:"split_conditions"` // of a leaf: its value
	Default    []flag    `json:"default_left"`
	Hessians   []float64 `json:"sum_hessian"`
	Types      []int     `json:"split_type"` // 1: categories
	Categories []int64   `json:"categories"`
	Nodes      []int     `json:"categories_nodes"`
	Segments   []int     `json:"categories_segments"`
	Sizes      []int     `json:"categories_sizes"`
}

// flag is a boolean that older files write as a number.
type flag bool

// UnmarshalJSON reads true, false, 1 or 0.
func (f *flag) UnmarshalJSON(text []byte) error {
	switch string(text) {
	case "true", "1":
		*f = true
	case "false", "0":
		*f = false
	default:
		return fmt.Errorf("%s is neither true nor false", text)
	}
	return nil
}

// readXGBoost reads gbtree models with the objectives binary:logistic, binary:logitraw and reg:logistic.
func readXGBoost(content []byte, digits int) (score.Table, error) {
	t := score.Table{Name: "XGBoost", Scale: Scale(TreeUnits)}
	var file xgboostFile
	if err := json.Unmarshal(content, &file); err != nil {
		return t, fmt.Errorf("the model can't be read: %w", err)
	}
	learner := &file.Learner
	if learner.Booster.Name != "gbtree" {
		return t, fmt.Errorf("booster %q can't be read; gbtree can", learner.Booster.Name)
	}
	base, err := strconv.ParseFloat(strings.Trim(learner.Param.Base, "[]"), 64)
	if err != nil {
		return t, fmt.Errorf("base_score %q is no number", learner.Param.Base)
	}
	switch learner.Objective.Name {
	case "binary:logistic", "reg:logistic":
		if !(base > 0 && base < 1) {
			return t, fmt.Errorf("base_score %v is no probability", base)
		}
		base = math.Log(base / (1 - base))
	case "binary:logitraw":
	default:
		return t, fmt.Errorf("objective %q is not one that gives log odds: binary:logistic, binary:logitraw or reg:logistic", learner.Objective.Name)
	}
	if _, err := units(t.Scale, base); err != nil {
		return t, err
	}
	t.Base = UnitsAt(t.Scale, base)
	count, err := strconv.Atoi(learner.Param.Features)
	if err != nil || count < 1 || count > score.FeaturesMax || len(learner.Names) != 0 && len(learner.Names) != count {
		return t, errors.New("the number of features and their names do not fit together")
	}
	for i := range count {
		f := score.Feature{Name: "f" + strconv.Itoa(i), Digits: uint8(digits), Otherwise: -1}
		if len(learner.Names) > 0 {
			f.Name = learner.Names[i]
		}
		if i < len(learner.Types) && learner.Types[i] == "c" {
			f.Digits = 0 // without names a category is given by its code
			if names := learner.Booster.Model.Cats.Names; i < len(names) {
				if f.Categories, err = names[i].categories(); err != nil {
					return t, fmt.Errorf("feature %s: %w", f.Name, err)
				}
			}
		}
		t.Features = append(t.Features, f)
	}
	for i := range learner.Booster.Model.Trees {
		nodes, err := learner.Booster.Model.Trees[i].nodes(&t)
		if err != nil {
			return t, fmt.Errorf("tree %d: %w", i+1, err)
		}
		t.Trees = append(t.Trees, score.Tree{Nodes: nodes})
	}
	return t, nil
}

func (x *xgboostTree) nodes(t *score.Table) ([]score.Node, error) {
	n := len(x.Left)
	for _, other := range []int{len(x.Right), len(x.Features), len(x.Conditions), len(x.Default), len(x.Hessians)} {
		if other != n || n == 0 {
			return nil, errors.New("its lists are not of one length")
		}
	}
	tree := shape{nodes: make([]score.Node, n)}
	for i := range n {
		node := &tree.nodes[i]
		node.Cover = int64(math.Round(math.Min(1e9, math.Max(0.001, x.Hessians[i])) * 1000))
		var err error
		switch {
		case x.Left[i] == -1:
			node.Units, err = units(t.Scale, x.Conditions[i])
		case x.Left[i] < 0 || x.Right[i] < 0 || x.Left[i] == x.Right[i]:
			err = errors.New("the nodes are no tree")
		case x.Features[i] < 0 || x.Features[i] >= len(t.Features):
			err = errors.New("it asks for a feature that is not there")
		default:
			node.Left, node.Right, node.Feature, node.MissingLeft = x.Left[i], x.Right[i], x.Features[i], bool(x.Default[i])
			if i < len(x.Types) && x.Types[i] == 1 {
				err = x.category(i, node, t)
			} else {
				node.Limit, err = below(x.Conditions[i], int(t.Features[node.Feature].Digits))
			}
		}
		if err != nil {
			return nil, err
		}
	}
	return tree.ordered()
}

// category turns a question about categories around: the file lists those that go right.
func (x *xgboostTree) category(i int, node *score.Node, t *score.Table) error {
	place := -1
	for k, of := range x.Nodes {
		if of == i {
			place = k
		}
	}
	if place < 0 || place >= len(x.Segments) || place >= len(x.Sizes) {
		return errors.New("a question about categories has none")
	}
	from, size := x.Segments[place], x.Sizes[place]
	if from < 0 || size < 0 || from+size > len(x.Categories) {
		return errors.New("its sets of categories do not fit together")
	}
	bits, err := setOf(x.Categories[from : from+size])
	if err != nil {
		return err
	}
	t.Sets = append(t.Sets, bits)
	node.Set = len(t.Sets)
	node.Left, node.Right, node.MissingLeft = node.Right, node.Left, !node.MissingLeft
	return nil
}

// below is the largest integer that, taken with so many decimals and rounded to 32 bits as XGBoost does, is below a condition.
func below(condition float64, digits int) (int64, error) {
	threshold := float32(condition)
	power := math.Pow10(digits)
	low, err := floorScaled(float64(math.Nextafter32(threshold, float32(math.Inf(-1)))), digits)
	if err != nil || low == math.MaxInt64 || low == -math.MaxInt64 {
		return low, err
	}
	high, err := floorScaled(float64(math.Nextafter32(threshold, float32(math.Inf(1)))), digits)
	if err != nil || high == math.MaxInt64 {
		return high, err
	}
	low--
	above := sort.Search(int(high-low)+2, func(i int) bool { return float32(float64(low+int64(i))/power) >= threshold })
	return low + int64(above) - 1, nil
}
