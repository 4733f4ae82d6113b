package train

import (
	"math"
	"slices"

	"millrace/domain/score"
)

// design is the inputs of a logistic regression on bins. Each line has one weight for missing facts and one for every bin but the
// first: the step of the evidence from the bin before is taken so many times. Equal weights in a line would be the plain regression on
// weights of evidence. The weights of a line that is held to a direction are never below zero, so that effects go the way that the
// evidence goes.
type design struct {
	bad   []bool
	codes [][]uint8   // by line: 0 is missing, from 1 the bins
	steps [][]float64 // by line: of the evidence, for missing facts and each bin but the first
	from  []int       // by line: its first weight; one more for the end
	held  []bool      // by weight: never below zero
}

func (g *design) add(l *line, values []int64, direction int8) {
	codes, limits := make([]uint8, len(values)), make([]int64, len(l.bins)-1)
	for k := range limits {
		limits[k] = l.bins[k].Upto
	}
	for i, v := range values {
		if v != score.Missing {
			codes[i] = uint8(1 + place(limits, v))
		}
	}
	steps := []float64{l.missing.Evidence - l.bins[0].Evidence}
	if l.missing.Goods+l.missing.Bads == 0 {
		steps[0] = 0
	}
	for k := range limits {
		steps = append(steps, l.bins[k+1].Evidence-l.bins[k].Evidence)
	}
	if len(g.from) == 0 {
		g.from = []int{0}
	}
	g.codes, g.steps = append(g.codes, codes), append(g.steps, steps)
	g.held = append(g.held, slices.Repeat([]bool{direction != 0}, len(steps))...)
	g.from = append(g.from, g.from[len(g.from)-1]+len(steps))
}

// fit finds the greatest likelihood less half the ridge times the squares of the weights: Newton's steps, each solved by coordinate
// descent and halved until the loss falls.
func (g *design) fit(ridge float64) (weights []float64, intercept float64) {
	if len(g.from) == 0 {
		g.from = []int{0}
	}
	m, bads := g.from[len(g.from)-1], 0
	for _, b := range g.bad {
		if b {
			bads++
		}
	}
	at := make([]float64, m+1) // the last is the intercept
	at[m] = math.Log(float64(bads) / float64(len(g.bad)-bads))
	margins := g.margins(at)
	loss := lossAt(margins, g.bad, at[:m], ridge)
	for range 50 {
		slopes, curve := g.derivatives(margins, at[:m], ridge)
		moves := descend(curve, slopes, at[:m], g.held)
		fell := 0.0
		for share := 1.0; share > 1e-4; share /= 2 {
			tried := make([]float64, m+1)
			for j := range tried {
				tried[j] = at[j] + share*moves[j]
			}
			triedMargins := g.margins(tried)
			if triedLoss := lossAt(triedMargins, g.bad, tried[:m], ridge); triedLoss < loss {
				fell = loss - triedLoss
				at, margins, loss = tried, triedMargins, triedLoss
				break
			}
		}
		if fell < 1e-3 {
			break
		}
	}
	return at[:m], at[m]
}

func (g *design) margins(at []float64) []float64 {
	margins := make([]float64, len(g.bad))
	for i := range margins {
		margins[i] = at[len(at)-1]
	}
	for j, codes := range g.codes {
		steps, weights := g.steps[j], at[g.from[j]:g.from[j+1]]
		effects := make([]float64, len(steps)+1)
		effects[0] = steps[0] * weights[0]
		for k := 1; k < len(steps); k++ {
			effects[k+1] = effects[k] + steps[k]*weights[k]
		}
		for i, code := range codes {
			margins[i] += effects[code]
		}
	}
	return margins
}

func lossAt(margins []float64, bad []bool, weights []float64, ridge float64) float64 {
	loss := 0.0
	for i, z := range margins {
		if bad[i] {
			z = -z
		}
		// ln(1 + e^z) without overflow
		loss += math.Max(z, 0) + math.Log1p(math.Exp(-math.Abs(z)))
	}
	for _, w := range weights {
		loss += ridge * w * w / 2
	}
	return loss
}

// derivatives gives the first and second derivatives of the loss. Two lines meet in a table of their bins, so that the work grows with
// the rows times the pairs of lines, not of weights.
func (g *design) derivatives(margins, weights []float64, ridge float64) (slopes []float64, curve [][]float64) {
	m := len(weights)
	slopes, curve = make([]float64, m+1), make([][]float64, m+1)
	for j := range curve {
		curve[j] = make([]float64, m+1)
	}
	errors, bends := make([]float64, len(margins)), make([]float64, len(margins))
	for i, z := range margins {
		p := 1 / (1 + math.Exp(-z))
		bends[i] = math.Max(p*(1-p), 1e-9)
		if errors[i] = p; g.bad[i] {
			errors[i] = p - 1
		}
		slopes[m] += errors[i]
		curve[m][m] += bends[i]
	}
	for j, codes := range g.codes {
		first, from := make([]float64, len(g.steps[j])+1), g.from[j]
		for i, code := range codes {
			first[code] += errors[i]
		}
		g.stack(j, first)
		for k, step := range g.steps[j] {
			slopes[from+k] = first[k]*step + ridge*weights[from+k]
		}
		for l := j; l < len(g.codes); l++ {
			g.meet(j, l, bends, curve)
		}
		for k := range g.steps[j] {
			curve[from+k][from+k] += ridge
		}
	}
	return slopes, curve
}

// stack turns sums by bin into sums by weight: place 0 stays, place k becomes the sum of the bins behind the k-th.
func (g *design) stack(line int, sums []float64) {
	for k := len(sums) - 2; k >= 1; k-- {
		sums[k] += sums[k+1]
	}
	copy(sums[1:], sums[2:])
}

func (g *design) meet(j, l int, bends []float64, curve [][]float64) {
	rows, columns := len(g.steps[j])+1, len(g.steps[l])+1
	table := make([]float64, rows*columns)
	other := g.codes[l]
	for i, code := range g.codes[j] {
		table[int(code)*columns+int(other[i])] += bends[i]
	}
	m := len(curve) - 1
	if j == l {
		own := make([]float64, rows)
		for k := range own {
			own[k] = table[k*columns+k]
		}
		g.stack(j, own)
		for k, step := range g.steps[j] {
			curve[g.from[j]+k][m] = own[k] * step
			curve[m][g.from[j]+k] = own[k] * step
		}
	}
	for k := range rows {
		g.stack(l, table[k*columns:(k+1)*columns])
	}
	column := make([]float64, rows)
	for b, stepB := range g.steps[l] {
		for k := range rows {
			column[k] = table[k*columns+b]
		}
		g.stack(j, column)
		for a, stepA := range g.steps[j] {
			value := column[a] * stepA * stepB
			curve[g.from[j]+a][g.from[l]+b], curve[g.from[l]+b][g.from[j]+a] = value, value
		}
	}
}

// descend finds the moves that make slopes × moves + moves × curve × moves ÷ 2 least while no coefficient that is held falls below
// zero; the last move is that of the intercept.
func descend(curve [][]float64, slopes, coefficients []float64, held []bool) []float64 {
	moves := make([]float64, len(slopes))
	residual := append([]float64(nil), slopes...) // slopes + curve × moves
	for range 1000 {
		largest := 0.0
		for j := range moves {
			to := moves[j] - residual[j]/curve[j][j]
			if j < len(coefficients) && held[j] {
				to = math.Max(to, -coefficients[j])
			}
			if change := to - moves[j]; change != 0 {
				moves[j] = to
				for k := range residual {
					residual[k] += change * curve[k][j]
				}
				largest = math.Max(largest, math.Abs(change))
			}
		}
		if largest < 1e-9 {
			break
		}
	}
	return moves
}
