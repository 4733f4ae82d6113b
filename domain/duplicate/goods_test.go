package duplicate_test

import (
	"crypto/sha256"
	"testing"

	"pgregory.net/rapid"

	"millrace/domain/duplicate"
)

func TestCover(t *testing.T) {
	steel, oil := duplicate.GoodOf(1, 2, 3, 4), duplicate.GoodOf(1, 2, 5, 4)
	for _, test := range []struct {
		name       string
		steel      duplicate.Movement
		billed     []duplicate.Billing
		now, again duplicate.Cover
	}{
		{"nothing is on record", duplicate.Movement{}, []duplicate.Billing{{Good: steel, Quantity: 10}}, duplicate.CoverUnknown, duplicate.CoverUnknown},
		{"what has arrived is billed", duplicate.Movement{Ordered: 10, Arrived: 10}, []duplicate.Billing{{Good: steel, Quantity: 10}}, duplicate.CoverArrived, duplicate.CoverNone},
		{"and billed again", duplicate.Movement{Ordered: 10, Arrived: 10, Billed: 10}, []duplicate.Billing{{Good: steel, Quantity: 10}}, duplicate.CoverNone, duplicate.CoverNone},
		{"the next box is ordered", duplicate.Movement{Ordered: 20, Arrived: 10, Billed: 10}, []duplicate.Billing{{Good: steel, Quantity: 10}}, duplicate.CoverOrdered, duplicate.CoverNone},
		{"no order is on record", duplicate.Movement{Arrived: 10, Billed: 10}, []duplicate.Billing{{Good: steel, Quantity: 10}}, duplicate.CoverNone, duplicate.CoverNone},
		{"less than half is missing", duplicate.Movement{Arrived: 16, Billed: 10}, []duplicate.Billing{{Good: steel, Quantity: 10}}, duplicate.CoverArrived, duplicate.CoverNone},
		{"one good on two lines", duplicate.Movement{Arrived: 10}, []duplicate.Billing{{Good: steel, Quantity: 9}, {Good: steel, Quantity: 20}}, duplicate.CoverNone, duplicate.CoverNone},
		{"taken back", duplicate.Movement{Arrived: 10}, []duplicate.Billing{{Good: steel, Quantity: 30}, {Good: steel, Quantity: -25}}, duplicate.CoverArrived, duplicate.CoverArrived},
		{"another good of which nothing is known", duplicate.Movement{Arrived: 10}, []duplicate.Billing{{Good: steel, Quantity: 10}, {Good: oil, Quantity: 1}}, duplicate.CoverUnknown, duplicate.CoverUnknown},
		{"and one that never came", duplicate.Movement{Arrived: 10, Billed: 10}, []duplicate.Billing{{Good: steel, Quantity: 10}, {Good: oil, Quantity: 1}}, duplicate.CoverNone, duplicate.CoverNone},
		{"no line bills anything", duplicate.Movement{Arrived: 10}, []duplicate.Billing{{Good: steel, Quantity: -1}}, duplicate.CoverUnknown, duplicate.CoverUnknown},
	} {
		g := &duplicate.Goods{}
		g.Add(steel, test.steel)
		if got := g.Cover(test.billed); got.Now() != test.now || got.Again() != test.again {
			t.Errorf("%s: %s and then %s, want %s and %s", test.name, got.Now(), got.Again(), test.now, test.again)
		}
	}
}

// Whatever is added and taken back, an account says what a map says, and the digest does not tell how it came about.
func TestGoodsAgreeWithAMap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g, plain := &duplicate.Goods{}, map[duplicate.Good]duplicate.Movement{}
		for range rapid.IntRange(0, 300).Draw(t, "movements") {
			good := duplicate.GoodOf(1, rapid.Uint32Range(1, 3).Draw(t, "buyer"), rapid.Uint64Range(1, 60).Draw(t, "item"), 7)
			m := duplicate.Movement{
				Ordered: rapid.Int64Range(-2, 2).Draw(t, "ordered"), Arrived: rapid.Int64Range(-2, 2).Draw(t, "arrived"), Billed: rapid.Int64Range(-2, 2).Draw(t, "billed"),
			}
			was := plain[good]
			plain[good] = duplicate.Movement{Ordered: was.Ordered + m.Ordered, Arrived: was.Arrived + m.Arrived, Billed: was.Billed + m.Billed}
			if rapid.Bool().Draw(t, "at once") {
				g.Add(good, m)
			} else {
				g.Remove(good, duplicate.Movement{Ordered: -m.Ordered, Arrived: -m.Arrived, Billed: -m.Billed})
			}
		}
		fresh, standing := &duplicate.Goods{}, 0
		for good, want := range plain {
			if got := g.At(good); got != want {
				t.Fatalf("%v, want %v", got, want)
			}
			if want != (duplicate.Movement{}) {
				standing++
				fresh.Add(good, want)
			}
		}
		if got := g.Count(); got != standing {
			t.Fatalf("%d goods, want %d", got, standing)
		}
		first, second := sha256.New(), sha256.New()
		g.Digest(first)
		fresh.Digest(second)
		if [32]byte(first.Sum(nil)) != [32]byte(second.Sum(nil)) {
			t.Fatal("the digests differ")
		}
	})
}

// A standing order with the same lines each week: the invoice for the next box is none, the last one under another number is.
func TestGoodsTellARepeatFromTheNextBox(t *testing.T) {
	x, g := &duplicate.Index{}, &duplicate.Goods{}
	box := []duplicate.Billing{{Good: duplicate.GoodOf(1, 2, 3, 4), Quantity: 10}}
	lines := func(c *duplicate.Claim) { c.Goods = 9 }
	come := func(c *duplicate.Claim) duplicate.Match {
		m := x.Check(c, duplicate.Setting{Covers: g.Cover(box)})
		x.Add(c, m)
		if m.Kind == duplicate.Unique || m.Score < duplicate.ReferFrom {
			g.Add(box[0].Good, duplicate.Movement{Billed: 10})
		}
		return m
	}
	for week := range 20 {
		g.Add(box[0].Good, duplicate.Movement{Ordered: 10, Arrived: 10})
		if m := come(bill(uint32(week+1), numbered(week), 500_00, 7*week, lines)); m.Kind != duplicate.Unique && m.Score >= duplicate.ReferFrom {
			t.Errorf("the box of week %d: %s with %d", week, m.Kind, m.Score)
		}
	}
	// With the number that comes next: without the accounts this is no repeat.
	again := bill(30, numbered(20), 500_00, 7*20-3, lines)
	if m := x.Check(again, duplicate.Setting{}); m.Score >= duplicate.ReferFrom {
		t.Errorf("without accounts: %d", m.Score)
	}
	if m := come(again); m.Kind != duplicate.Renumbered || m.Score < duplicate.ReferFrom || m.Score >= duplicate.ScoreNoRoom {
		t.Errorf("the last box again: %s with %d", m.Kind, m.Score)
	}
	g.Add(box[0].Good, duplicate.Movement{Ordered: 10, Arrived: 10})
	if m := come(bill(31, numbered(21), 500_00, 7*20, lines)); m.Score >= duplicate.ReferFrom {
		t.Errorf("the box itself, a day late: %s with %d", m.Kind, m.Score)
	}
}

func numbered(n int) string { return "R" + string([]byte{'4', byte('0' + n/10), byte('0' + n%10)}) }
