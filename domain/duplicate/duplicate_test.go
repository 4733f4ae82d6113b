package duplicate_test

import (
	"crypto/sha256"
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"millrace/domain/calendar"
	"millrace/domain/duplicate"
	"millrace/domain/money"
)

func TestNormalise(t *testing.T) {
	same := [][]string{
		{"INV-001", "inv 1", "INV001", "Inv/0001"}, {"2016/01", "2016-1", "2016 001"}, {"0000065359", "65359", "65359 "}, {"A0B", "A-0-B", "a00b"},
	}
	hashes := map[uint32]int{}
	for i, group := range same {
		_, want := duplicate.Normalise(group[0])
		hashes[want]++
		for _, text := range group {
			if _, got := duplicate.Normalise(text); got != want {
				t.Errorf("%q is not %q", text, group[0])
			}
		}
		if hashes[want] > 1 {
			t.Errorf("group %d is another one's", i)
		}
	}
	for _, other := range [][2]string{{"12-1", "1-21"}, {"INV1", "INV10"}, {"2016/01", "201601"}, {"A0B", "AB"}, {"发票1", "1"}} {
		_, left := duplicate.Normalise(other[0])
		_, right := duplicate.Normalise(other[1])
		if left == right {
			t.Errorf("%q is %q", other[0], other[1])
		}
	}
}

func TestDistance(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want int
	}{
		{"INV-4711", "INV 4711", 0}, {"4711", "4712", 1}, {"4711", "47I1", 1}, {"4711", "4771", 1}, {"4711", "471", 1}, {"4711", "47111", 1},
		{"4711", "7411", 1}, {"4711", "4117", 2}, {"4711", "1234", 2}, {"", "1", 1}, {"AB", "BA", 1}, {"1234567890123456789012", "1234567890123456789012", 0},
	} {
		a, _ := duplicate.Normalise(test.a)
		b, _ := duplicate.Normalise(test.b)
		if got := duplicate.Distance(a, b); got != test.want {
			t.Errorf("%q and %q: %d, want %d", test.a, test.b, got, test.want)
		}
	}
}

// naive is the optimal string alignment distance by its table (Damerau 1964), up to 2.
func naive(a, b string) int {
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		for j := range rows[i] {
			switch {
			case i == 0 || j == 0:
				rows[i][j] = i + j
			default:
				cost := 1
				if a[i-1] == b[j-1] {
					cost = 0
				}
				rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+cost)
				if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
					rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
				}
			}
		}
	}
	return min(2, rows[len(a)][len(b)])
}

func TestDistanceAgreesWithTheTable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := rapid.StringMatching(`[0-2AO]{0,7}`).Draw(t, "a")
		b := rapid.StringMatching(`[0-2AO]{0,7}`).Draw(t, "b")
		left, _ := duplicate.Normalise(a)
		right, _ := duplicate.Normalise(b)
		if got := duplicate.Distance(left, right); got != naive(a, b) {
			t.Fatalf("%q and %q: %d, the table says %d", a, b, got, naive(a, b))
		}
	})
}

var eur, _ = money.ParseCurrency("EUR")

func day(n int) calendar.Date {
	d, _ := calendar.Of(2026, 1, 5)
	return d.AddDays(n)
}

// bill is an invoice of seller 1 to buyer 2, without lines or order.
func bill(document uint32, number string, amount money.Minor, on int, changes ...func(c *duplicate.Claim)) *duplicate.Claim {
	c := &duplicate.Claim{Seller: 1, Buyer: 2, Document: document, Amount: amount, Date: day(on), Currency: eur, Evidence: duplicate.Invoice}
	c.Number, c.Hash = duplicate.Normalise(number)
	for _, change := range changes {
		change(c)
	}
	return c
}

// history adds unlike invoices, one a week, so that the seller is known.
func history(x *duplicate.Index) uint32 {
	for i := range 40 {
		c := bill(uint32(i+1), fmt.Sprintf("R%04d", 4000+3*i), money.Minor(10_000+i*7_919), 7*i)
		x.Add(c, x.Check(c, duplicate.Setting{}))
	}
	return 40
}

func TestLadder(t *testing.T) {
	ordered := func(c *duplicate.Claim) { c.Order, c.Goods = 7, 9 }
	const on = 7 * 40
	for _, test := range []struct {
		name  string
		first *duplicate.Claim
		again *duplicate.Claim
		room  duplicate.Room
		want  duplicate.Kind
		acts  bool // the weight reaches what sends it to a person
	}{
		{"the same identity", bill(50, "R4130", 999_00, on), bill(51, "r-04130", 999_00, on), 0, duplicate.Exact, true},
		{"exact comes before the same goods", bill(50, "R4130", 999_00, on, ordered), bill(51, "R4130", 999_00, on, ordered), duplicate.RoomNone, duplicate.Exact, true},
		{"another seller", bill(50, "R4130", 999_00, on), bill(51, "R4130", 999_00, on, func(c *duplicate.Claim) { c.Seller = 3 }), 0, duplicate.Unique, false},
		{"another currency", bill(50, "R4130", 999_00, on), bill(51, "R4133", 999_00, on, func(c *duplicate.Claim) { c.Currency++ }), 0, duplicate.Unique, false},
		{"the same goods of one order, none left", bill(50, "R4130", 999_00, on, ordered), bill(51, "R4180", 999_00, on+20, ordered), duplicate.RoomNone, duplicate.Renumbered, true},
		{"the same goods of one order, nothing proved", bill(50, "R4130", 999_00, on, ordered), bill(51, "R4133", 999_00, on+7, ordered), duplicate.RoomOrdered, duplicate.Renumbered, true},
		{"the same goods of one order, both delivered", bill(50, "R4119", 999_00, on, ordered), bill(51, "R4122", 999_00, on+7, ordered), duplicate.RoomDelivered, duplicate.Renumbered, false},
		{"the same number on another day", bill(50, "R4130", 999_00, on), bill(51, "R4130", 999_00, on+40), 0, duplicate.Near, true},
		{"a misread number, amount and date a little off", bill(50, "R4130", 999_00, on), bill(51, "R413O", 1_002_00, on+6), 0, duplicate.Near, true},
		{"the next number, nearly the same amount", bill(50, "R4130", 999_00, on), bill(51, "R4133", 1_002_00, on+7), 0, duplicate.Near, false},
		{"amounts too far apart", bill(50, "R4130", 999_00, on), bill(51, "R413O", 1_020_00, on+6), 0, duplicate.Unique, false},
		{"dates too far apart", bill(50, "R4130", 999_00, on), bill(51, "R413O", 1_002_00, on+16), 0, duplicate.Unique, false},
		{"self-billed and billed, one order", bill(50, "SB1", 999_00, on, ordered, func(c *duplicate.Claim) { c.Evidence, c.Goods = duplicate.SelfBilled, 0 }),
			bill(51, "R4130", 1_000_00, on+30, ordered), 0, duplicate.CrossType, true},
		{"a one-off amount under a number out of sequence", bill(50, "R4130", 999_00, on), bill(51, "R9724", 999_00, on+11), 0, duplicate.SameAmount, true},
		{"a one-off amount, later than the window", bill(50, "R4130", 999_00, on), bill(51, "R9724", 999_00, on+91), 0, duplicate.Unique, false},
	} {
		x := &duplicate.Index{}
		history(x)
		first := x.Add(test.first, x.Check(test.first, duplicate.Setting{}))
		got := x.Check(test.again, duplicate.Setting{Room: test.room})
		if got.Kind != test.want || got.Kind != duplicate.Unique && got.Other != first || test.acts != (got.Kind != duplicate.Unique && got.Score >= duplicate.ReferFrom) {
			t.Errorf("%s: %s of %d with %d, want %s of %d", test.name, got.Kind, got.Other, got.Score, test.want, first)
		}
	}
}

func TestARentIsNoRepeat(t *testing.T) {
	x := &duplicate.Index{}
	document := history(x)
	for month := range 12 {
		document++
		c := bill(document, fmt.Sprintf("R%04d", 4120+month), 850_00, 7*40+28*month)
		m := x.Check(c, duplicate.Setting{})
		if month > 2 && m.Score >= duplicate.ReferFrom {
			t.Errorf("month %d: %s with %d", month, m.Kind, m.Score)
		}
		x.Add(c, m)
	}
	c := bill(document+1, "R7777", 850_00, 7*40+28*11+3)
	if m := x.Check(c, duplicate.Setting{}); m.Kind != duplicate.SameAmount || m.Score < duplicate.ReferFrom {
		t.Errorf("the rent a second time, three days later: %s with %d", m.Kind, m.Score)
	}
}

func TestPartsOfOneDocumentAreNotCompared(t *testing.T) {
	x := &duplicate.Index{}
	history(x)
	for range 5 {
		c := bill(50, "R4130", 10_00, 300)
		if m := x.Check(c, duplicate.Setting{}); m.Kind != duplicate.Unique {
			t.Fatalf("%s", m.Kind)
		}
		x.Add(c, duplicate.Match{})
	}
	c := bill(51, "R4130", 10_00, 300)
	if m := x.Check(c, duplicate.Setting{}); m.Kind != duplicate.Exact {
		t.Errorf("the posting again: %s", m.Kind)
	}
}

func TestAHabitOfRepeatingIdentitiesIsToldApart(t *testing.T) {
	x := &duplicate.Index{}
	for i := range 8 {
		c := bill(uint32(i+1), "MONTHLY", 10_00, 0)
		m := x.Check(c, duplicate.Setting{})
		if i > 0 && (m.Kind != duplicate.Exact || m.Habit != (i > duplicate.HabitMin)) {
			t.Errorf("claim %d: %s, habit %t", i, m.Kind, m.Habit)
		}
		x.Add(c, m)
	}
}

// world draws a small world in which everything comes close to everything.
func world(t *rapid.T) []*duplicate.Claim {
	n := rapid.IntRange(1, 60).Draw(t, "claims")
	claims := make([]*duplicate.Claim, n)
	for i := range claims {
		c := bill(uint32(i+1), rapid.SampledFrom([]string{"A1", "A2", "A12", "AI2", "A-002", "B7", "77", "78", "87"}).Draw(t, "number"),
			money.Minor(rapid.SampledFrom([]int64{10_000, 10_040, 10_200, 50_000, 3, -10_000}).Draw(t, "amount")), rapid.IntRange(0, 60).Draw(t, "day"))
		c.Seller, c.Buyer = uint32(rapid.IntRange(1, 2).Draw(t, "seller")), uint32(rapid.IntRange(1, 2).Draw(t, "buyer"))
		c.Order, c.Goods = uint32(rapid.IntRange(0, 2).Draw(t, "order")), uint32(rapid.IntRange(0, 2).Draw(t, "goods"))
		c.Evidence = duplicate.Evidence(rapid.IntRange(1, 2).Draw(t, "evidence"))
		claims[i] = c
	}
	return claims
}

// candidates compares a claim with every earlier one and tells on which rungs one stands, by the words of the ladder.
func candidates(c *duplicate.Claim, earlier []*duplicate.Claim) map[duplicate.Kind]bool {
	found := map[duplicate.Kind]bool{}
	abs := func(v int64) int64 { return max(v, -v) }
	for _, o := range earlier {
		if o.Seller != c.Seller || o.Buyer != c.Buyer || o.Currency != c.Currency {
			continue
		}
		days := abs(int64(calendar.DaysBetween(o.Date, c.Date)))
		sameNumber, sameAmount := o.Hash == c.Hash, o.Amount == c.Amount
		off := abs(int64(o.Amount - c.Amount))
		nearly := (o.Amount < 0) == (c.Amount < 0) && off <= max(1, (abs(int64(c.Amount))*10_000+500_000)/1_000_000)
		switch {
		case sameNumber && sameAmount && days == 0:
			found[duplicate.Exact] = true
		case sameNumber && nearly:
			found[duplicate.Near] = true
		}
		if !sameNumber && nearly && days <= 10 && duplicate.Distance(o.Number, c.Number) == 1 {
			found[duplicate.Near] = true
		}
		if o.Order != 0 && o.Order == c.Order && o.Evidence != c.Evidence && nearly {
			found[duplicate.CrossType] = true
		}
		if !sameNumber && sameAmount && o.Goods != 0 && o.Goods == c.Goods {
			found[duplicate.Renumbered], found[duplicate.CrossType] = true, found[duplicate.CrossType] || o.Evidence != c.Evidence
		}
		if !sameNumber && sameAmount && days <= duplicate.WindowDays {
			found[duplicate.SameAmount], found[duplicate.CrossType] = true, found[duplicate.CrossType] || o.Evidence != c.Evidence
		}
	}
	return found
}

func TestTheIndexFindsWhatComparingAllFinds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := &duplicate.Index{}
		claims := world(t)
		for i, c := range claims {
			m := x.Check(c, duplicate.Setting{})
			found := candidates(c, claims[:i])
			if (m.Kind == duplicate.Exact) != found[duplicate.Exact] {
				t.Fatalf("claim %d is %s; exact: %t", i, m.Kind, found[duplicate.Exact])
			}
			if (m.Kind == duplicate.Unique) != (len(found) == 0) || m.Kind != duplicate.Unique && !found[m.Kind] {
				t.Fatalf("claim %d is %s of %d; comparing all finds %v", i, m.Kind, m.Other, found)
			}
			if m.Kind == duplicate.Near {
				other := claims[m.Other-1]
				if other.Hash != c.Hash && duplicate.Distance(other.Number, c.Number) != 1 {
					t.Fatalf("claim %d is near %d", i, m.Other)
				}
			}
			if place := x.Add(c, m); place != uint32(i+1) || x.OfDocument(c.Document) != place {
				t.Fatalf("claim %d stands at %d", i, place)
			}
		}
		for place := uint32(1); place <= x.Count(); place++ {
			later := map[uint32]bool{}
			x.Later(place, func(at uint32, _ *duplicate.Entry) bool {
				later[at] = true
				return true
			})
			for at := place + 1; at <= x.Count(); at++ {
				if (x.At(at).Match().Other == place) != later[at] {
					t.Fatalf("%d was matched with %d: %t, and is among the later ones: %t", at, x.At(at).Match().Other, x.At(at).Match().Other == place, later[at])
				}
			}
		}
	})
}

func TestAnIndexBuiltAnewIsTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, again := &duplicate.Index{}, &duplicate.Index{}
		for _, c := range world(t) {
			x.Add(c, x.Check(c, duplicate.Setting{}))
		}
		for place := uint32(1); place <= x.Count(); place++ {
			again.Add(&x.At(place).Claim, x.At(place).Match())
		}
		one, two := sha256.New(), sha256.New()
		x.Digest(one)
		again.Digest(two)
		if [32]byte(one.Sum(nil)) != [32]byte(two.Sum(nil)) {
			t.Fatal("they differ")
		}
	})
}

func BenchmarkCheck(b *testing.B) {
	x := &duplicate.Index{}
	document := history(x)
	c := bill(document+1, "R9724", 17_919, 290)
	for b.Loop() {
		x.Check(c, duplicate.Setting{})
	}
}
