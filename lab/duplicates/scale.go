package duplicates

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"time"

	"millrace/domain/calendar"
	"millrace/domain/duplicate"
	"millrace/domain/money"
)

// Cost is what one check costs with so many claims in the index.
type Cost struct {
	Invoices      int     `json:"invoices"`
	CheckP50Us    float64 `json:"check_p50_us"`
	CheckP99Us    float64 `json:"check_p99_us"`
	AddP50Us      float64 `json:"add_p50_us"`
	AddP99Us      float64 `json:"add_p99_us"`
	Bytes         float64 `json:"bytes_per_invoice"`      // as the index counts its own
	HeapBytes     float64 `json:"heap_bytes_per_invoice"` // as the runtime counts
	ResidentBytes float64 `json:"resident_bytes_per_invoice"`
}

// scaleSamples are the checks and additions that are timed at each size, the last ones before it is reached.
const scaleSamples = 100_000

// Scale fills an index with claims of many pairs and measures the cost of the last ones before each size, ascending. The
// claims are like those of a platform: each names an order and lists goods; pairs differ in size as ranks do (Zipf), a
// quarter of the amounts recur, and numbers follow one another.
func Scale(sizes []int, seed uint64, resident func() int64) []Cost {
	random := rand.New(rand.NewPCG(seed, 1))
	most := slices.Max(sizes)
	pairs := rand.NewZipf(random, 1.1, 50, uint64(max(10, most/50)))
	numbers := map[uint64]int{}
	x := &duplicate.Index{}
	first, _ := calendar.Of(2020, 1, 1)
	before, was := heap(), resident()
	var costs []Cost
	next := 0
	for _, size := range sizes {
		checks, adds := make([]int64, 0, scaleSamples), make([]int64, 0, scaleSamples)
		for ; next < size; next++ {
			pair := pairs.Uint64()
			numbers[pair]++
			c := duplicate.Claim{
				Seller: uint32(pair%100_000 + 1), Buyer: uint32(pair/7 + 1), Document: uint32(next + 1), Currency: sterling, Evidence: duplicate.Invoice,
				Date: first.AddDays(next * 1000 / most), Amount: amount(random), Goods: random.Uint32() | 1, Order: random.Uint32() | 1,
			}
			c.Net = c.Amount * 5 / 6
			c.Number, c.Hash = duplicate.Normalise(fmt.Sprintf("INV-%06d", numbers[pair]))
			began := time.Now()
			m := x.Check(&c, duplicate.Setting{})
			checked := time.Now()
			x.Add(&c, m)
			added := time.Now()
			if size-next <= scaleSamples {
				checks, adds = append(checks, checked.Sub(began).Nanoseconds()), append(adds, added.Sub(checked).Nanoseconds())
			}
		}
		costs = append(costs, Cost{
			Invoices: size, CheckP50Us: quantile(checks, 50), CheckP99Us: quantile(checks, 99), AddP50Us: quantile(adds, 50), AddP99Us: quantile(adds, 99),
			Bytes: float64(x.Bytes()) / float64(size), HeapBytes: float64(heap()-before) / float64(size),
			ResidentBytes: float64(resident()-was) / float64(size),
		})
	}
	runtime.KeepAlive(x)
	return costs
}

// amount is one of a hundred round sums in a quarter of the cases, else any from 10 to 100,000.
func amount(random *rand.Rand) money.Minor {
	if random.IntN(4) == 0 {
		return money.Minor(1+random.Int64N(100)) * 10_000
	}
	return money.Minor(1_000 + random.Int64N(10_000_000))
}

func quantile(nanos []int64, percent int) float64 {
	if len(nanos) == 0 {
		return 0
	}
	slices.Sort(nanos)
	return float64(nanos[len(nanos)*percent/100]) / 1000
}

func heap() int64 {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return int64(stats.HeapAlloc)
}

// GoodsCost is what holding a claim against its goods costs, with so many accounts of goods.
type GoodsCost struct {
	Goods      int     `json:"goods"`
	CoverP50Us float64 `json:"cover_p50_us"` // of a claim with three lines
	CoverP99Us float64 `json:"cover_p99_us"`
	Bytes      float64 `json:"bytes_per_good"`
	HeapBytes  float64 `json:"heap_bytes_per_good"`
}

// ScaleGoods fills accounts of goods and measures what a look at three of them costs at each size, ascending.
func ScaleGoods(sizes []int, seed uint64) []GoodsCost {
	random := rand.New(rand.NewPCG(seed, 4))
	g := &duplicate.Goods{}
	was := heap()
	good := func(n int) duplicate.Good {
		return duplicate.GoodOf(uint32(n%100_000+1), uint32(n/700_000+1), uint64(n), 1)
	}
	var costs []GoodsCost
	next := 0
	for _, size := range sizes {
		for ; next < size; next++ {
			g.Add(good(next), duplicate.Movement{Ordered: 20, Arrived: 10, Billed: 10})
		}
		nanos := make([]int64, 0, scaleSamples)
		var billed [3]duplicate.Billing
		for range scaleSamples {
			for i := range billed {
				billed[i] = duplicate.Billing{Good: good(random.IntN(size)), Quantity: 10}
			}
			began := time.Now()
			g.Cover(billed[:])
			nanos = append(nanos, time.Since(began).Nanoseconds())
		}
		costs = append(costs, GoodsCost{
			Goods: size, CoverP50Us: quantile(nanos, 50), CoverP99Us: quantile(nanos, 99), Bytes: float64(g.Bytes()) / float64(size),
			HeapBytes: float64(heap()-was) / float64(size),
		})
	}
	runtime.KeepAlive(g)
	return costs
}
