package train

import (
	"fmt"
	"math"
	"slices"

	"millrace/domain/score"
	"millrace/edge/modelfile"
)

// Recipe is the default: two ensembles, one deep and fine, one of small trees on few features and cases, which is steadier where there
// are few cases and weighs more there. Each is fitted by itself; the score is their weighted mean with a scorecard.
func Recipe() []Growth {
	return []Growth{
		{Trees: 200, Rate: 0.045, Leaves: 31, Depth: 16, RowsLeast: 20, L2: 0.001, RowShare: 1, FeatureShare: 0.5, HessianLeast: 0.001, Weight: 0.6, CasesHalf: 2500},
		{Trees: 250, Rate: 0.035, Leaves: 16, Depth: 6, RowsLeast: 10, L2: 1, RowShare: 0.6, FeatureShare: 0.25, HessianLeast: 0.001, Weight: 0.4},
	}
}

// weight is what the ensemble counts for when it is fitted to so many cases: with few of them deep trees find what is not there.
func (g *Growth) weight(cases int) float64 {
	n := float64(cases)
	return g.Weight * n * n / (n*n + g.CasesHalf*g.CasesHalf)
}

// Share is what the ensemble makes up of the trees' part of a score when the recipe is fitted to so many cases.
func (g *Growth) Share(cases int, recipe []Growth) float64 {
	weights := 0.0
	for i := range recipe {
		weights += recipe[i].weight(cases)
	}
	return g.weight(cases) / weights
}

// cardCases is at how many cases a scorecard, in which features stand by themselves, makes up half of a score of trees; the more
// cases there are, the more trees can tell.
const cardCases = 600.0

// cardShare is the share of the scorecard in a score of trees that so many cases are fitted to.
func cardShare(cases int) float64 { return cardCases / (cardCases + float64(cases)) }

// fitted is what one fit of rows has learnt: a table, and how to ask it.
type fitted struct {
	table    score.Table
	encoders []encoder
	lines    []line // of a scorecard
}

// score gives the scores of rows.
func (f *fitted) score(d *Data, rows []int) ([]int64, error) {
	scorer, err := score.New(f.table)
	if err != nil {
		return nil, err
	}
	scores, facts := make([]int64, len(rows)), make([]int64, len(d.Columns))
	for i, row := range rows {
		for c := range d.Columns {
			facts[c] = f.encoders[c].fact(d.Columns[c].Values[row])
		}
		scores[i] = scorer.Score(facts)
	}
	return scores, nil
}

// directions reads monotone constraints by name of column.
func directions(d *Data, monotone map[string]int) ([]int8, error) {
	if len(monotone) == 0 {
		return nil, nil
	}
	result, seen := make([]int8, len(d.Columns)), 0
	for i := range d.Columns {
		if direction, there := monotone[d.Columns[i].Name]; there {
			if len(d.Columns[i].Categories) > 0 {
				return nil, fmt.Errorf("column %q holds categories, which neither rise nor fall", d.Columns[i].Name)
			}
			result[i] = int8(direction)
			seen++
		}
	}
	if seen != len(monotone) {
		return nil, fmt.Errorf("one of the columns with a direction is not among the features")
	}
	return result, nil
}

// boost fits ensembles to rows, each by itself, and adds them up with a scorecard by their weights.
func boost(d *Data, rows []int, recipe []Growth, monotone []int8, seed uint64) (*fitted, error) {
	f := &fitted{encoders: make([]encoder, len(d.Columns))}
	values, bad := make([][]int64, len(d.Columns)), make([]bool, len(rows))
	bads := 0
	for i, row := range rows {
		if bad[i] = d.Bad[row]; bad[i] {
			bads++
		}
	}
	if bads == 0 || bads == len(rows) {
		return nil, fmt.Errorf("all %d cases have one outcome", len(rows))
	}
	features := make([]score.Feature, len(d.Columns))
	for c := range d.Columns {
		f.encoders[c], values[c] = encode(&d.Columns[c], d.Bad, rows, draws(seed, 1000+uint64(c)))
		features[c] = f.encoders[c].feature
	}
	data := bin(values)
	prior := math.Log(float64(bads) / float64(len(rows)-bads))
	card, err := scorecard(d, rows, modelfile.TreeUnits, monotone, seed)
	if err != nil {
		return nil, err
	}
	f.lines = card.lines
	f.table = score.Table{Name: "trees", Features: features, Scale: modelfile.Scale(modelfile.TreeUnits)}
	f.table.Base = modelfile.UnitsAt(f.table.Scale, prior)
	carded := cardShare(len(rows))
	f.share(&card.table, carded)
	for k, growth := range recipe {
		w := newGrowing(growth, data, monotone, draws(seed, 1+uint64(k)))
		margins := slices.Repeat([]float64{prior}, len(rows))
		for range growth.Trees {
			w.set(margins, bad)
			nodes := w.tree()
			if len(nodes) == 1 {
				continue
			}
			for row := range margins {
				margins[row] += growth.Rate * nodes[data.reach(nodes, row)].value
			}
			f.table.Trees = append(f.table.Trees, f.export(data, nodes, growth.Rate*(1-carded)*growth.Share(len(rows), recipe)))
		}
	}
	if len(f.table.Trees) == 0 {
		f.table.Trees = []score.Tree{{Nodes: []score.Node{{Cover: int64(len(rows))}}}}
	}
	return f, nil
}

// share puts a scorecard into the table with this share of its units, and of its base.
func (f *fitted) share(card *score.Table, share float64) {
	part := func(units int64) int64 { return int64(math.Round(share * float64(units))) }
	f.table.Base += part(card.Base - f.table.Base)
	for _, c := range card.Characteristics {
		c.Units, c.Missing = slices.Clone(c.Units), part(c.Missing)
		for i, u := range c.Units {
			c.Units[i] = part(u)
		}
		f.table.Characteristics = append(f.table.Characteristics, c)
	}
}

// export turns a grown tree into one of facts and units.
func (f *fitted) export(data *binned, nodes []branch, weight float64) score.Tree {
	tree := score.Tree{Nodes: make([]score.Node, len(nodes))}
	perLogOdds := modelfile.UnitsPerLogOdds(f.table.Scale)
	for i := range nodes {
		n, to := &nodes[i], &tree.Nodes[i]
		to.Cover = int64(max(1, n.rows))
		if n.left == 0 {
			to.Units = int64(math.Round(-perLogOdds * weight * n.value))
			continue
		}
		to.Feature, to.Left, to.Right, to.MissingLeft = n.feature, n.left, n.right, n.missingLeft
		to.Limit = math.MaxInt64
		if limits := data.limits[n.feature]; int(n.class) <= len(limits) {
			to.Limit = f.encoders[n.feature].limit(limits[n.class-1])
		}
	}
	return tree
}
