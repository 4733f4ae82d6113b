package train

import (
	"fmt"
	"math"
	"runtime"
	"slices"
	"sync"
	"time"

	"millrace/domain/score"
	"millrace/edge/modelfile"
)

// Form is the kind of table to make.
type Form string

// The forms.
const (
	Scorecard Form = "scorecard"
	Trees     Form = "trees"
)

// Plan says what is made and how it is measured.
type Plan struct {
	Form     Form
	Folds    int
	Seed     uint64
	Monotone map[string]int // by column: 1, the risk may only rise with it; -1, only fall
	Recipe   []Growth       // of trees; none: Recipe's default
}

// Fold is what one fold was measured at by a table that was fitted to the others.
type Fold struct {
	Cases      int     `json:"cases"`
	Bads       int     `json:"bads"`
	AUC        float64 `json:"auc"`
	Gini       float64 `json:"gini"`
	KS         float64 `json:"ks"`
	LogLoss    float64 `json:"log_loss"`
	Stability  float64 `json:"psi"` // of the scores, fitted cases against these
	FitSeconds float64 `json:"fit_seconds"`
	Curve      Curve   `json:"-"`
}

// Outcome is a cross-validation: means over the folds, and standard deviations that divide by their number.
type Outcome struct {
	Form      Form    `json:"model"`
	Cases     int     `json:"cases"`
	Bads      int     `json:"bads"`
	Features  int     `json:"features"`
	Missing   int     `json:"missing_cells"`
	Seed      uint64  `json:"seed"`
	Folds     []Fold  `json:"folds"`
	Brier     float64 `json:"brier"`
	LogLoss   float64 `json:"log_loss"`
	Foretold  float64 `json:"foretold_over_came"`
	TenthsOff float64 `json:"calibration_error"`
	LiftTenth float64 `json:"lift_tenth"`
	Stability float64 `json:"psi"`
	AUC       float64 `json:"auc"`
	AUCSpread float64 `json:"auc_sd"`
	KS        float64 `json:"ks"`
	Gini      float64 `json:"gini"`
	Seconds   float64 `json:"seconds"`

	Place  []int       `json:"-"` // fold by case
	Scores []int64     `json:"-"` // by case, from the table that was not fitted to it, in units
	Scale  score.Scale `json:"-"`
	Tenths []Group     `json:"-"`
}

// fit makes the table of a plan from rows.
func (p *Plan) fit(d *Data, rows []int) (*fitted, error) {
	monotone, err := directions(d, p.Monotone)
	if err != nil {
		return nil, err
	}
	if p.Form == Scorecard {
		return scorecard(d, rows, 1, monotone, p.Seed)
	}
	recipe := p.Recipe
	if len(recipe) == 0 {
		recipe = Recipe()
	}
	return boost(d, rows, recipe, monotone, p.Seed)
}

// Evaluate measures a plan by cross-validation. Binning, statistics of categories and fits see nothing of the fold that they are
// measured on. Folds are worked on side by side; the result does not depend on it.
func Evaluate(d *Data, p Plan) (*Outcome, error) {
	start := time.Now()
	place, err := d.Folds(p.Folds, p.Seed)
	if err != nil {
		return nil, err
	}
	o := &Outcome{Form: p.Form, Cases: d.Rows(), Bads: d.Bads, Features: len(d.Columns), Missing: d.Missing, Seed: p.Seed,
		Folds: make([]Fold, p.Folds), Place: place, Scores: make([]int64, d.Rows())}
	failures := make([]error, p.Folds)
	var work sync.WaitGroup
	lanes := make(chan struct{}, max(1, runtime.GOMAXPROCS(0)))
	for k := range p.Folds {
		work.Add(1)
		lanes <- struct{}{}
		go func() {
			defer func() { <-lanes; work.Done() }()
			failures[k] = o.measure(d, &p, k)
		}()
	}
	work.Wait()
	for _, err := range failures {
		if err != nil {
			return nil, err
		}
	}
	o.Scale = modelfile.Scale(1)
	if p.Form == Trees {
		o.Scale = modelfile.Scale(modelfile.TreeUnits)
	}
	o.summarise(d)
	o.Seconds = time.Since(start).Seconds()
	return o, nil
}

// measure fits all folds but one and measures that one.
func (o *Outcome) measure(d *Data, p *Plan, k int) error {
	var fitRows, testRows []int
	for row, fold := range o.Place {
		if fold == k {
			testRows = append(testRows, row)
		} else {
			fitRows = append(fitRows, row)
		}
	}
	start := time.Now()
	f, err := p.fit(d, fitRows)
	if err != nil {
		return err
	}
	seconds := time.Since(start).Seconds()
	before, err := f.score(d, fitRows)
	if err != nil {
		return err
	}
	scores, err := f.score(d, testRows)
	if err != nil {
		return err
	}
	bad := make([]bool, len(testRows))
	for i, row := range testRows {
		bad[i] = d.Bad[row]
		o.Scores[row] = scores[i]
	}
	all := rank(scores, bad)
	strength, curve := power(all)
	foretold := func(units int64) float64 { return modelfile.Probability(f.table.Scale, units) }
	calibration := calibrate(all, groups(all, foretold), foretold)
	bounds := tenthsOf(before)
	fold := Fold{Cases: len(testRows), AUC: strength.AUC, Gini: strength.Gini, KS: strength.KS, Curve: curve, LogLoss: calibration.LogLoss,
		Stability: stability(countBy(bounds, before), countBy(bounds, scores)), FitSeconds: seconds}
	for _, b := range bad {
		if b {
			fold.Bads++
		}
	}
	o.Folds[k] = fold
	return nil
}

func (o *Outcome) summarise(d *Data) {
	n := float64(len(o.Folds))
	for _, f := range o.Folds {
		o.AUC += f.AUC / n
		o.KS += f.KS / n
		o.Stability += f.Stability / n
	}
	for _, f := range o.Folds {
		o.AUCSpread += (f.AUC - o.AUC) * (f.AUC - o.AUC) / n
	}
	o.AUCSpread = math.Sqrt(o.AUCSpread)
	o.Gini = 2*o.AUC - 1
	all := rank(o.Scores, d.Bad)
	foretold := func(units int64) float64 { return modelfile.Probability(o.Scale, units) }
	o.Tenths = groups(all, foretold)
	c := calibrate(all, o.Tenths, foretold)
	o.Brier, o.LogLoss, o.Foretold, o.TenthsOff = c.Brier, c.LogLoss, c.Ratio, c.TenthsError
	o.LiftTenth = o.Tenths[0].Lift
}

// Fitted is a table fitted to all cases, and what was learnt of each feature on the way.
type Fitted struct {
	Table score.Table
	Lines []Line

	fitted *fitted
}

// Line is a feature as a scorecard sees it; Bins without a limit are the last.
type Line struct {
	Name        string
	Column      int
	Bins        []Bin
	Missing     Bin
	Information float64 // value of information in the bins
}

// Fit makes the table of a plan from all cases. Lines are those of a scorecard for either form, by falling information.
func Fit(d *Data, p Plan) (*Fitted, error) {
	rows := make([]int, d.Rows())
	for i := range rows {
		rows[i] = i
	}
	f, err := p.fit(d, rows)
	if err != nil {
		return nil, err
	}
	if _, err := score.New(f.table); err != nil {
		return nil, fmt.Errorf("the table is not sound: %w", err)
	}
	result := &Fitted{Table: f.table, fitted: f}
	for _, l := range f.lines {
		line := Line{Name: d.Columns[l.feature].Name, Column: l.feature, Bins: l.bins, Missing: l.missing, Information: l.value}
		result.Lines = append(result.Lines, line)
	}
	slices.SortStableFunc(result.Lines, func(a, b Line) int {
		switch {
		case a.Information > b.Information:
			return -1
		case a.Information < b.Information:
			return 1
		}
		return a.Column - b.Column
	})
	return result, nil
}
