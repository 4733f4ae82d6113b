package train

import (
	"math"
	"math/bits"
	"math/rand/v2"
)

// Growth says how trees are grown. The defaults are those of Recipe, for every set of data the same.
type Growth struct {
	Trees        int
	Rate         float64 // share of a leaf's step that is taken
	Leaves       int     // at most, grown where the gain is largest
	Depth        int     // at most
	RowsLeast    int     // in a leaf
	L2           float64 // pull of a leaf towards nothing
	RowShare     float64 // drawn for each tree
	FeatureShare float64 // drawn for each question
	HessianLeast float64 // in a leaf
	Weight       float64 // of the ensemble in the score, against those of the others
	CasesHalf    float64 // at which the weight is half of that; none: always the whole
}

// cell is the sums of one class: the gradient, and the hessian below with the number of rows above. Integers make the sums the same in any
// order and on any processor.
type cell struct {
	gradient int64
	packed   uint64
}

const (
	countShift    = 40
	gradientScale = 1 << 32
)

type histogram [][256]cell

// growing is the work on one ensemble.
type growing struct {
	Growth
	data         *binned
	monotone     []int8
	random       *rand.Rand
	hessianScale float64
	hessianUnit  float64 // one over the scale, a power of two
	gradients    []cell  // by row
	rows         []int32
	spare        []int32
	gathered     []cell
	pool         []histogram
	features     []int
	allowed      []bool
}

// leaf is a node that may be split further.
type leaf struct {
	node     int
	from, to int // in rows
	depth    int
	sum      cell
	sums     histogram
	low, top float64 // bounds by monotone constraints
	best     split
}

type split struct {
	gain        float64
	feature     int
	class       int // up to and including goes left
	missingLeft bool
	left        cell
}

// branch is a node of a grown tree, by classes.
type branch struct {
	feature     int
	class       uint8
	missingLeft bool
	left, right int
	value       float64
	rows        int
}

func newGrowing(g Growth, data *binned, monotone []int8, random *rand.Rand) *growing {
	w := &growing{Growth: g, data: data, monotone: monotone, random: random}
	// Hessians are a quarter at most; all together stay below 2^40.
	w.hessianScale = math.Exp2(float64(countShift - bits.Len(uint(data.rows)) + 2))
	w.hessianUnit = 1 / w.hessianScale
	w.gradients = make([]cell, data.rows)
	w.rows, w.spare = make([]int32, 0, data.rows), make([]int32, data.rows)
	w.gathered = make([]cell, data.rows)
	for f, limits := range data.limits {
		if len(limits) > 0 || anyMissing(data.columns[f]) {
			w.features = append(w.features, f)
		}
	}
	w.allowed = make([]bool, len(data.columns))
	return w
}

func anyMissing(codes []uint8) bool {
	present := false
	missing := false
	for _, c := range codes {
		present, missing = present || c > 0, missing || c == 0
	}
	return present && missing
}

// set gives each row its gradient and hessian at the margins (log odds of bad).
func (w *growing) set(margins []float64, bad []bool) {
	for i, m := range margins {
		p := 1 / (1 + math.Exp(-m))
		g := p
		if bad[i] {
			g = p - 1
		}
		w.gradients[i] = cell{int64(math.Round(g * gradientScale)), uint64(math.Round(p*(1-p)*w.hessianScale)) | 1<<countShift}
	}
}

func (c cell) minus(d cell) cell { return cell{c.gradient - d.gradient, c.packed - d.packed} }
func (c cell) plus(d cell) cell  { return cell{c.gradient + d.gradient, c.packed + d.packed} }
func (c cell) rows() int         { return int(c.packed >> countShift) }

func (w *growing) parts(c cell) (gradient, hessian float64) {
	return float64(c.gradient) * (1.0 / gradientScale), float64(c.packed&(1<<countShift-1)) * w.hessianUnit
}

// value is the step of a leaf.
func (w *growing) value(c cell, low, top float64) float64 {
	g, h := w.parts(c)
	return math.Min(top, math.Max(low, -g/(h+w.L2)))
}

// worth is by how much a leaf with this value betters the loss.
func (w *growing) worth(c cell, value float64) float64 {
	g, h := w.parts(c)
	return -(2*g*value + (h+w.L2)*value*value)
}

// draw takes the rows of the next tree.
func (w *growing) draw() {
	w.rows = w.rows[:0]
	for i := range w.data.rows {
		if w.RowShare >= 1 || w.random.Float64() < w.RowShare {
			w.rows = append(w.rows, int32(i))
		}
	}
}

// tree grows one tree on the rows drawn.
func (w *growing) tree() []branch {
	w.draw()
	nodes := []branch{{}}
	root := &leaf{to: len(w.rows), low: math.Inf(-1), top: math.Inf(1)}
	for _, r := range w.rows {
		root.sum = root.sum.plus(w.gradients[r])
	}
	nodes[0] = branch{value: w.value(root.sum, root.low, root.top), rows: root.sum.rows()}
	root.sums = w.take()
	w.fill(root)
	w.search(root)
	leaves := []*leaf{root}
	for len(leaves) < w.Leaves {
		best := -1
		for i, l := range leaves {
			if l.best.gain > 0 && (best < 0 || l.best.gain > leaves[best].best.gain) {
				best = i
			}
		}
		if best < 0 {
			break
		}
		left, right := w.split(leaves[best], &nodes)
		leaves[best] = left
		leaves = append(leaves, right)
	}
	for _, l := range leaves {
		if l.sums != nil {
			w.pool = append(w.pool, l.sums)
		}
	}
	return nodes
}

func (w *growing) take() histogram {
	if n := len(w.pool); n > 0 {
		h := w.pool[n-1]
		w.pool = w.pool[:n-1]
		return h
	}
	return make(histogram, len(w.data.columns))
}

// fill sums a leaf's rows by class.
func (w *growing) fill(l *leaf) {
	rows := w.rows[l.from:l.to]
	gathered := w.gathered[:len(rows)]
	for i, r := range rows {
		gathered[i] = w.gradients[r]
	}
	for _, f := range w.features {
		sums, codes := &l.sums[f], w.data.columns[f]
		clear(sums[:len(w.data.limits[f])+2])
		for i, r := range rows {
			c := &sums[codes[r]]
			c.gradient += gathered[i].gradient
			c.packed += gathered[i].packed
		}
	}
}

// split divides a leaf by its best question. The smaller child is summed, the larger is what is left.
func (w *growing) split(l *leaf, nodes *[]branch) (left, right *leaf) {
	b := l.best
	middle := w.partition(l)
	left = &leaf{from: l.from, to: middle, depth: l.depth + 1, sum: b.left, low: l.low, top: l.top}
	right = &leaf{from: middle, to: l.to, depth: l.depth + 1, sum: l.sum.minus(b.left), low: l.low, top: l.top}
	if direction := w.direction(b.feature); direction != 0 {
		between := (w.value(left.sum, l.low, l.top) + w.value(right.sum, l.low, l.top)) / 2
		if direction > 0 {
			left.top, right.low = between, between
		} else {
			left.low, right.top = between, between
		}
	}
	left.node, right.node = len(*nodes), len(*nodes)+1
	for _, child := range []*leaf{left, right} {
		*nodes = append(*nodes, branch{value: w.value(child.sum, child.low, child.top), rows: child.sum.rows()})
	}
	parent := &(*nodes)[l.node]
	parent.feature, parent.class, parent.missingLeft, parent.left, parent.right = b.feature, uint8(b.class), b.missingLeft, left.node, right.node
	small, large := left, right
	if small.to-small.from > large.to-large.from {
		small, large = large, small
	}
	if l.depth+1 >= w.Depth || large.sum.rows() < 2*w.RowsLeast {
		w.pool = append(w.pool, l.sums)
		l.sums = nil
		return left, right
	}
	small.sums, large.sums = w.take(), l.sums
	w.fill(small)
	for _, f := range w.features {
		from, less := &large.sums[f], &small.sums[f]
		for k := range len(w.data.limits[f]) + 2 {
			from[k] = from[k].minus(less[k])
		}
	}
	w.search(left)
	w.search(right)
	return left, right
}

func (w *growing) direction(feature int) int8 {
	if w.monotone == nil {
		return 0
	}
	return w.monotone[feature]
}

// partition puts the rows that go left before the others, each in their order.
func (w *growing) partition(l *leaf) int {
	codes, class := w.data.columns[l.best.feature], uint8(l.best.class)
	rows, spare := w.rows[l.from:l.to], w.spare[:0]
	kept := 0
	for _, r := range rows {
		if goesLeft(codes[r], class, l.best.missingLeft) {
			rows[kept] = r
			kept++
		} else {
			spare = append(spare, r)
		}
	}
	copy(rows[kept:], spare)
	return l.from + kept
}

func goesLeft(code, class uint8, missingLeft bool) bool {
	if code == 0 {
		return missingLeft
	}
	return code <= class
}

// search finds the best question for a leaf among features drawn.
func (w *growing) search(l *leaf) {
	l.best = split{}
	if l.sum.rows() < 2*w.RowsLeast {
		return
	}
	w.choose()
	own := w.worth(l.sum, w.value(l.sum, l.low, l.top))
	for _, f := range w.features {
		if w.allowed[f] {
			w.searchFeature(l, f, own)
		}
	}
}

// choose draws the features that may be asked for.
func (w *growing) choose() {
	count := len(w.features)
	if w.FeatureShare < 1 {
		count = max(1, int(math.Ceil(w.FeatureShare*float64(len(w.features)))))
	}
	left := count
	for i, f := range w.features {
		w.allowed[f] = left > 0 && (count == len(w.features) || w.random.IntN(len(w.features)-i) < left)
		if w.allowed[f] {
			left--
		}
	}
}

func (w *growing) searchFeature(l *leaf, f int, own float64) {
	sums, classes := &l.sums[f], len(w.data.limits[f])+1
	missing := sums[0]
	var up cell
	for class := 0; class <= classes; class++ {
		if class > 0 {
			up = up.plus(sums[class])
			if sums[class].packed == 0 && class < classes {
				continue
			}
		}
		// Missing facts to the right; class 0 would leave nothing on the left.
		if class > 0 && (class < classes || missing.rows() > 0) {
			w.weigh(l, f, class, up, missing.rows() == 0 && 2*up.rows() >= l.sum.rows(), own)
		}
		// Missing facts to the left.
		if missing.rows() > 0 && class > 0 && class < classes {
			w.weigh(l, f, class, up.plus(missing), true, own)
		}
	}
}

// weigh keeps a question when it is the best so far.
func (w *growing) weigh(l *leaf, f, class int, left cell, missingLeft bool, own float64) {
	right := l.sum.minus(left)
	if left.rows() < w.RowsLeast || right.rows() < w.RowsLeast {
		return
	}
	leftGradient, leftHessian := w.parts(left)
	rightGradient, rightHessian := w.parts(right)
	if leftHessian < w.HessianLeast || rightHessian < w.HessianLeast {
		return
	}
	var gain float64
	if w.monotone == nil {
		// Without bounds a leaf is worth this at its best value.
		gain = leftGradient*leftGradient/(leftHessian+w.L2) + rightGradient*rightGradient/(rightHessian+w.L2) - own
	} else {
		leftValue, rightValue := w.value(left, l.low, l.top), w.value(right, l.low, l.top)
		if float64(w.monotone[f])*(rightValue-leftValue) < 0 {
			return
		}
		gain = w.worth(left, leftValue) + w.worth(right, rightValue) - own
	}
	if gain > l.best.gain+1e-12 {
		l.best = split{gain: gain, feature: f, class: class, missingLeft: missingLeft, left: left}
	}
}

// reach is the leaf of a row.
func (b *binned) reach(nodes []branch, row int) int {
	at := 0
	for nodes[at].left != 0 {
		n := &nodes[at]
		if goesLeft(b.columns[n.feature][row], n.class, n.missingLeft) {
			at = n.left
		} else {
			at = n.right
		}
	}
	return at
}
