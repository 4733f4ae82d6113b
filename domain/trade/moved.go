package trade

// Documented are the facts that a document proves. The others rest on movements alone, which say that goods were seen and
// not how many of which line: where quantities are compared, only what is documented counts.
func (t *Trade) Documented() Fact { return t.Facts &^ t.Moved }

// ProveByMovement adds what a movement proves, and tells whether any of it is new to the trade.
func (t *Trade) ProveByMovement(proved Fact) bool {
	fresh := proved & (Shipped | Received) &^ t.Facts
	t.Facts |= fresh
	t.Moved |= fresh
	return fresh != 0
}

// Unprove takes back what movements alone have proved, and tells whether there was any of it.
func (t *Trade) Unprove(proved Fact) bool {
	gone := proved & t.Moved
	t.Facts &^= gone
	t.Moved &^= gone
	return gone != 0
}

// provedBy is what a document of a type proves about the goods.
func provedBy(of Type) Fact {
	switch of {
	case DespatchAdvice:
		return Shipped
	case ReceiptAdvice:
		return Received
	default:
		return 0
	}
}
