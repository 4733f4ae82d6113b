package clearing

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"millrace/domain/clearing"
	"millrace/domain/money"
	"millrace/edge/edgelist"
	"millrace/solver"
)

// Each family has what its spec says, is the same for the same seed, and is solved.
func TestFamilies(t *testing.T) {
	for _, family := range Families {
		t.Run(string(family), func(t *testing.T) {
			spec := Spec{Family: family, Firms: 300, Debts: 1500, Seed: 7}
			edges := draw(t, spec)
			if len(edges) != spec.Debts {
				t.Fatalf("%d debts", len(edges))
			}
			met := make([]bool, spec.Firms)
			for _, e := range edges {
				if e.Debtor == e.Creditor || e.Amount < 1 || e.Amount > 1<<50 {
					t.Fatalf("%+v", e)
				}
				met[e.Debtor], met[e.Creditor] = true, true
			}
			if missing := slices.Index(met, false); missing >= 0 && family != Uniform {
				t.Errorf("firm %d has no debt", missing)
			}
			if !slices.Equal(edges, draw(t, spec)) {
				t.Error("another network for the same seed")
			}
			spec.Seed++
			if slices.Equal(edges, draw(t, spec)) {
				t.Error("the same network for another seed")
			}
			in := clearing.Instance{Firms: spec.Firms}
			for i, e := range edges {
				in.Debts = append(in.Debts, clearing.Debt{Debtor: e.Debtor, Creditor: e.Creditor, Amount: money.Minor(e.Amount), Key: uint64(i)})
			}
			result, err := solver.Maximise(in, solver.Options{})
			if err != nil || result.Verdict.Cleared == 0 || !clearing.Check(in, result.Result).Optimal() {
				t.Errorf("%v %v", result.Verdict, err)
			}
		})
	}
}

func draw(t *testing.T, spec Spec) []Edge {
	t.Helper()
	edges, err := Draw(spec)
	if err != nil {
		t.Fatal(err)
	}
	return edges
}

// The smallest and the densest specs end, too.
func TestDrawAtTheBounds(t *testing.T) {
	for _, family := range Families {
		for _, firms := range []int{3, 4, 5, 7} {
			for _, debts := range []int{firms, 10 * firms} {
				if edges := draw(t, Spec{family, firms, debts, 1}); len(edges) != debts {
					t.Errorf("%s of %d firms: %d debts, want %d", family, firms, len(edges), debts)
				}
			}
		}
	}
	for _, bad := range []Spec{{Ring, 2, 5, 1}, {Ring, 5, 4, 1}, {"round", 5, 5, 1}, {Ring, FirmsMax + 1, DebtsMax, 1}} {
		if _, err := Draw(bad); err == nil {
			t.Errorf("%+v was drawn", bad)
		}
	}
}

// Few firms of a scale-free network have many debts; of a uniform one none has.
func TestScaleFreeHasHubs(t *testing.T) {
	most := func(family Family) int {
		degrees := make([]int, 3000)
		for _, e := range draw(t, Spec{family, 3000, 15_000, 1}) {
			degrees[e.Debtor]++
			degrees[e.Creditor]++
		}
		return slices.Max(degrees)
	}
	if hub, none := most(ScaleFree), most(Uniform); hub < 150 || none > 50 {
		t.Errorf("the largest firms have %d and %d debts", hub, none)
	}
}

func TestWrite(t *testing.T) {
	spec := Spec{Star, 50, 100, 1}
	edges := draw(t, spec)
	var out bytes.Buffer
	if err := Write(&out, spec, edges); err != nil {
		t.Fatal(err)
	}
	list, err := edgelist.Read(&out, edgelist.Options{Scale: edgelist.ScaleFound})
	if err != nil {
		t.Fatal(err)
	}
	for i, d := range list.Debts {
		if edges[i] != (Edge{d.Debtor, d.Creditor, int64(d.Amount)}) {
			t.Fatalf("line %d: %+v, want %+v", list.Line(i), d, edges[i])
		}
	}
}

func TestReadTrust(t *testing.T) {
	const links = "u,v,lower,balance,upper\n1,2,-5,1.5,9\n1,3,-1.1e+41,-2.0000019,0\n2,3,0,-0,0\n3,4,0,7.2323e+17,8e17\n4,5,-1,-1.2e-09,0\n"
	trust, err := ReadTrust(strings.NewReader(links), 250)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := trust.Write(&out); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("debtor,creditor,amount\n2,1,1.500000\n1,3,2.000001\n", out.String()); diff != "" {
		t.Error(diff)
	}
	if trust.Links != 5 || trust.Idle != 1 || len(trust.Trimmed) != 1 || trust.Trimmed[0].U != "3" || trust.Lost != 1 {
		t.Errorf("%+v", trust)
	}
	for _, bad := range []string{"", "u,v\n", "u,v,lower,balance,upper\n1,2,0,x,0\n", "u,v,lower,balance,upper\n1,2,0,1e999999999,0\n", "u,v,lower,balance,upper\n1,2\n"} {
		if _, err := ReadTrust(strings.NewReader(bad), 0); err == nil {
			t.Errorf("%q was read", bad)
		}
	}
}
