package economy

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/edge/intake"
	"millrace/lab/load"
	"millrace/lab/paper"
)

// The bounds of a run.
const (
	PartiesMin = 10
	PartiesMax = 5_000
	MonthsMax  = 120
)

// tier says where in the chain a firm stands.
type tier uint8

const (
	anchor      tier = iota // makes what is sold in the end
	first                   // delivers to anchors
	second                  // delivers to the first tier
	third                   // delivers to the second
	distributor             // buys from anchors
	lender                  // has the money
	keeper                  // keeps goods of others
)

// firm is one who trades.
type firm struct {
	name, vat       string
	tier            tier
	id              id.Party
	selling, buying id.Actor
	account         id.BankAccount
	signer          load.Signatory
	invoices        int
	catalogue       []paper.Ware // pieces is 0: one piece and its list price

	grade     uint8
	payday    int     // day of the week on which it pays, 0 is Monday
	slowness  float64 // factor on its delays
	insolvent int     // from this day; never where 0
	market    *market // in which it is the buyer; nil where it buys from nobody
}

func (f *firm) profile() intake.Profile {
	return intake.Profile{Name: f.name, Country: "DE", Identifiers: []intake.Identifier{{Scheme: "VAT", Value: f.vat}}}
}

func (f *firm) onPaper() paper.Party { return paper.Party{Name: f.name, Country: "DE", VAT: f.vat} }

// number gives the firm's next invoice number.
func (f *firm) number() string {
	f.invoices++
	return fmt.Sprintf("%s-%06d", f.vat[len(f.vat)-4:], 100_000+f.invoices)
}

// market is a buyer with the programmes round it.
type market struct {
	buyer     *firm
	confirmed id.Programme // payables finance: what the buyer has undertaken irrevocably
	open      id.Programme // receivables discounting on matched papers
	early     id.Programme // dynamic discounting out of the buyer's own cash
	stock     id.Programme // loans on goods in store
	offer     id.EarlyOffer
	asks      bool       // for a higher limit
	lender    *funder    // of stock
	funders   [2]*funder // of confirmed and open
	rivals    bool       // both lend in open, and bid against each other
	ties      []*tie
	means     money.Minor // what lies ready in each of its programmes
}

// tie is what one seller delivers to one buyer.
type tie struct {
	seller, buyer *firm
	rate          float64 // orders a working day, on the mean
	size          float64 // standard deviate of its amounts among all
	term          int     // days
	eager         int     // per mille of its claims that it wants to turn into cash
	confirmed     bool    // in the programme of payables finance
	crooked       bool    // cheats now and then
	random        source
}

// funder is a lender with two people, of whom one decides what the other has proposed.
type funder struct {
	*firm
	second id.Actor
}

// cast is everybody.
type cast struct {
	funders      []*funder
	keepers      []*firm
	anchors      []*firm
	suppliers    []*firm // of all tiers, in the order of the tiers
	distributors []*firm
	ties         []*tie
	newcomer     func(tier) string // names of firms that nobody bears yet
}

// tradesPerMonth is what a party adds to the orders of an average month.
const tradesPerMonth = 8.5

// daysPerMonth is how many days of an average month are worked on.
const daysPerMonth = 21.7

// populate draws who there is and who trades with whom. Operator and custodian are among the parties.
func populate(parties int, p *Parameters, random source) *cast {
	c := &cast{}
	part := func(of, least int) int { return max(least, parties/of) }
	names := namesOf(random)
	c.newcomer = names
	vat := 0
	make := func(t tier) *firm {
		vat++
		return &firm{name: names(t), vat: fmt.Sprintf("DE%09d", 200_000_000+vat*7), tier: t, payday: weekdayOf(p, random.Float64()), slowness: 1, grade: uint8(random.between(2, 4))}
	}
	for range part(20, 2) {
		c.funders = append(c.funders, &funder{firm: make(lender)})
	}
	for range part(30, 1) {
		c.keepers = append(c.keepers, make(keeper))
	}
	for range part(12, 1) {
		c.anchors = append(c.anchors, make(anchor))
	}
	for range part(8, 1) {
		c.distributors = append(c.distributors, make(distributor))
	}
	rest := parties - 2 - len(c.funders) - len(c.keepers) - len(c.anchors) - len(c.distributors)
	for i := range rest {
		of := first
		switch {
		case i >= rest*88/100 && rest > 2:
			of = third
		case i >= rest*60/100 && rest > 1:
			of = second
		}
		c.suppliers = append(c.suppliers, make(of))
	}
	c.connect(p, random)
	c.weigh(float64(parties)*tradesPerMonth/daysPerMonth, p, random)
	c.provide(p)
	c.tempt()
	return c
}

func weekdayOf(p *Parameters, share float64) int {
	for day, factor := range p.Weekdays {
		if share -= factor / 5; share < 0 {
			return day
		}
	}
	return len(p.Weekdays) - 1
}

// connect draws who delivers to whom: the larger a buyer is by its place, the more sellers it has.
func (c *cast) connect(p *Parameters, random source) {
	ofTier := func(t tier) []*firm {
		return slices.DeleteFunc(slices.Clone(c.suppliers), func(f *firm) bool { return f.tier != t })
	}
	customers := map[tier][]*firm{first: c.anchors, second: ofTier(first), third: ofTier(second)}
	for _, seller := range c.suppliers {
		of := customers[seller.tier]
		if len(of) == 0 {
			of = c.anchors
		}
		for range 1 + random.IntN(2) {
			c.tie(seller, of[skewed(len(of), random)], random)
		}
	}
	for _, buyer := range c.distributors {
		for range 1 + random.IntN(2) {
			c.tie(c.anchors[skewed(len(c.anchors), random)], buyer, random)
		}
	}
}

// crookedEvery of the ties, by their number of orders, has a seller that cheats now and then.
const crookedEvery = 20

// tempt says who cheats: it follows from the order of the ties by their number of orders.
func (c *cast) tempt() {
	byRate := slices.Clone(c.ties)
	slices.SortStableFunc(byRate, func(a, b *tie) int { return cmp.Compare(b.rate, a.rate) })
	for i, t := range byRate {
		t.crooked = i%crookedEvery == crookedEvery/4 && t.seller.tier != anchor
	}
}

// skewed draws a place of so many: the first of them the most often.
func skewed(count int, random source) int {
	return int(float64(count) * math.Pow(random.Float64(), 2))
}

func (c *cast) tie(seller, buyer *firm, random source) {
	if slices.ContainsFunc(c.ties, func(t *tie) bool { return t.seller == seller && t.buyer == buyer }) {
		return
	}
	if buyer.market == nil {
		buyer.market = &market{buyer: buyer}
	}
	t := &tie{
		seller: seller, buyer: buyer, size: random.NormFloat64(), term: []int{30, 30, 30, 45, 60}[random.IntN(5)], eager: random.between(300, 950),
		confirmed: buyer.tier == anchor && random.chance(650), random: source{random.Rand}, // its own stream comes when it is weighed
	}
	buyer.market.ties = append(buyer.market.ties, t)
	c.ties = append(c.ties, t)
}

// weigh shares the orders of a day out: numbers are log-normal with the deviation of the ledger, at evenly spread quantiles so that few ties
// do as well as many; each tie gets its own stream of draws, and each seller a catalogue of the size of its bills.
func (c *cast) weigh(perDay float64, p *Parameters, random source) {
	weights, sum := make([]float64, len(c.ties)), 0.0
	for i := range weights {
		weights[i] = math.Exp(p.ShareDeviation * deviate((float64(i)+0.5)/float64(len(weights))))
		sum += weights[i]
	}
	random.Shuffle(len(weights), func(i, j int) { weights[i], weights[j] = weights[j], weights[i] })
	for i, t := range c.ties {
		t.rate = perDay * weights[i] / sum
		t.random = newSource(random.Uint64(), random.Uint64())
		if t.seller.catalogue == nil {
			typical := p.sizes().at(below(t.size))
			for n := range 8 {
				price := money.Minor(max(2, typical*100/float64(random.between(20, 400))))
				t.seller.catalogue = append(t.seller.catalogue, paper.Ware{Article: fmt.Sprintf("%s-%c", t.seller.vat, 'A'+n), Price: price})
			}
		}
	}
}

func (p *Parameters) sizes() logNormal { return logNormal{p.SizeMean, p.SizeDeviation, p.SizeLeast} }

func (p *Parameters) delays() logNormal { return logNormal{p.DelayMean, p.DelayDeviation, 0} }

// sizeShareMax cuts the largest bills off: of a thousand one would outweigh all others of a small run.
const sizeShareMax = 0.995

// amount draws what one bill of a tie comes to, net, in cents.
func (t *tie) amount(p *Parameters) money.Minor {
	z := math.Sqrt(1-p.SizeOwn)*t.size + math.Sqrt(p.SizeOwn)*t.random.NormFloat64()
	return money.Minor(p.sizes().at(min(below(z), sizeShareMax)) * 100)
}

// draw is what a buyer orders: one to four articles that come to about the amount.
func (t *tie) draw(p *Parameters) []paper.Ware {
	amount, count := t.amount(p), 1+t.random.IntN(4)
	start := t.random.IntN(len(t.seller.catalogue))
	wares := make([]paper.Ware, count)
	for i := range wares {
		wares[i] = t.seller.catalogue[(start+i)%len(t.seller.catalogue)]
		wares[i].Pieces = max(1, int64(amount)/int64(count)/int64(wares[i].Price))
	}
	return wares
}

// namesOf gives names of firms that nobody bears, each once.
func namesOf(random source) func(tier) string {
	heads := []string{"Ahren", "Birken", "Dorn", "Eichel", "Falken", "Gersten", "Hasel", "Iller", "Kiefer", "Linden", "Mohn", "Nessel", "Ottern", "Pappel", "Quendel", "Raben", "Salwei", "Tannen", "Ulmen", "Weiden"}
	tails := []string{"bach", "brunn", "dorf", "eck", "feld", "furt", "grund", "hain", "kamm", "luch", "mark", "rode", "stein", "tal", "werder", "zell"}
	trades := []string{"Metallbau", "Kunststoffe", "Antriebe", "Guss", "Elektrik", "Verpackung", "Werkzeuge", "Dichtungen", "Blechteile", "Federn", "Lacke"}
	used := map[string]int{}
	return func(of tier) string {
		place := heads[random.IntN(len(heads))] + tails[random.IntN(len(tails))]
		name := place + " " + trades[random.IntN(len(trades))]
		if shapes := shapesOf[of]; len(shapes) > 0 {
			name = fmt.Sprintf(shapes[random.IntN(len(shapes))], place)
		}
		if used[name]++; used[name] > 1 {
			name = fmt.Sprintf("%s %d", name, used[name])
		}
		if of == lender {
			return name + " AG"
		}
		return name + " GmbH"
	}
}

// shapesOf are how firms are called whose trade is not that of a maker.
var shapesOf = map[tier][]string{
	lender:      {"Bankhaus %s", "%s Factoring", "Handelsbank %s"},
	keeper:      {"Lagerhaus %s", "%s Lagerei"},
	distributor: {"%s Handel", "%s Grosshandel", "%s Vertrieb"},
}
