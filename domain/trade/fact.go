package trade

// Fact is something that the documents of a trade prove. A set of facts is a sum of them.
type Fact uint16

// The facts.
const (
	Ordered    Fact = 1 << iota // by an order
	Agreed                      // by an order response that accepts
	Shipped                     // by a despatch advice that names goods
	Received                    // by a receipt advice that takes goods
	Invoiced                    // by an invoice
	Confirmed                   // by the buyer's undertaking
	Accepted                    // services: by a receipt advice that takes hours or a milestone
	SelfBilled                  // by an invoice that the buyer itself issued; no confirmation
	Prepaid                     // by an invoice that asks for, or takes off, a payment before delivery
)

var factNames = [...]string{"ordered", "agreed", "shipped", "received", "invoiced", "confirmed", "accepted", "self_billed", "prepaid"}

// Names lists the facts in the set.
func (f Fact) Names() []string {
	var names []string
	for i, name := range factNames {
		if f&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return names
}

// Has tells whether the set holds all the wanted facts.
func (f Fact) Has(wanted Fact) bool { return f&wanted == wanted }

// Performed tells whether goods have left the seller or reached the buyer: before that an invoice is a prospective claim
// and no receivable. For services ask Trade.Performed.
func (f Fact) Performed() bool { return f&(Shipped|Received) != 0 }

// Matched tells whether order, delivery and invoice have met in one trade.
func (f Fact) Matched() bool { return f.Has(Ordered|Invoiced) && f.Performed() }

// Grade is the strength of the evidence for a trade in goods; Trade.Grade asks for the kind of the trade.
func (f Fact) Grade() int { return Goods.Grade(f) }

// Kind is the kind of a trade. It follows from the documents.
type Kind uint8

// The kinds of trade.
const (
	Goods            Kind = iota
	Services              // what is ordered is work: every line is in units of time, jobs or lump sums
	EvaluatedReceipt      // the buyer bills itself: what it has received at the price of the order
	Advance               // paid in part or whole before delivery; what was prepaid is no part of the receivable
)

var kindNames = [...]string{"goods", "services", "evaluated_receipt", "prepaid"}

// String is the name used in API and console.
func (k Kind) String() string { return kindNames[k] }

// MarshalText gives the name.
func (k Kind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// GradeMax is the strongest evidence that a trade can have.
const GradeMax = 5

// Points says what a fact adds to the grade where the facts beside it are proved as well.
type Points struct {
	Fact, Beside Fact
	Points       int
}

// Grades are the tables by which facts make a grade, by Kind; each adds up to GradeMax.
var Grades = [...][]Points{
	Goods:    {{Ordered, 0, 1}, {Shipped, 0, 1}, {Received, 0, 1}, {Invoiced, 0, 1}, {Confirmed, 0, 1}},
	Services: {{Ordered, 0, 1}, {Accepted, 0, 2}, {Invoiced, 0, 1}, {Confirmed, 0, 1}},
	EvaluatedReceipt: {
		{Ordered, 0, 1}, {Shipped, 0, 1}, {Received, 0, 1}, {Invoiced, Received, 1}, {Confirmed, 0, 1},
	},
	Advance: {{Ordered, 0, 1}, {Shipped, 0, 1}, {Received, 0, 1}, {Invoiced, 0, 1}, {Confirmed, 0, 1}},
}

// Grade is the strength of the evidence, 0 (nothing) to GradeMax.
func (k Kind) Grade(f Fact) int {
	grade := 0
	for _, p := range Grades[k] {
		if f&p.Fact != 0 && f.Has(p.Beside) {
			grade += p.Points
		}
	}
	return grade
}

// Performed tells whether the seller has earned what it bills. Goods must have left it or reached the buyer; services
// must have been accepted by the buyer.
func (k Kind) Performed(f Fact) bool {
	if k == Services {
		return f&Accepted != 0
	}
	return f.Performed()
}
