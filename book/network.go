package book

import (
	"millrace/domain/feature"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/network"
	"millrace/domain/receivable"
)

// network looks for the known patterns round a use of credit in which seller sells to buyer for an amount. Its work is bounded, however large
// the book is; where a bound has cut it off the finding says so.
func (d *draft) network(seller, buyer id.Party, amount money.Amount) network.Finding {
	v := network.View{Graph: d.graph, Bounds: network.Presumed, Today: d.today(), Amount: amount}
	own, bought := d.traded(feature.Seller, seller, 0, amount.Currency), d.traded(feature.Buyer, buyer, 0, amount.Currency)
	between := d.traded(feature.Pair, seller, buyer, amount.Currency)
	return network.Finding{
		Circle: v.Circle(&d.walk, seller, buyer), Swap: v.Swap(seller, buyer),
		SellerBurst: v.Burst(seller, buyer, own, between, bought), BuyerBurst: v.Burst(buyer, seller, bought, between, own),
		BuyerFunnel: v.BuyerFunnel(buyer), SellerFunnel: v.SellerFunnel(seller),
		Related: network.Relate(seller, buyer, d.stakesIn),
	}
}

// traded is what was invoiced of a subject over its life.
func (b *Book) traded(kind feature.Kind, p, other id.Party, currency money.Currency) network.Trade {
	r := b.features.at(uint64(b.featureOf[feature.Subject{Kind: kind, Party: p, Other: other, Currency: currency}]))
	if r == nil {
		return network.Trade{}
	}
	return network.Trade{Count: r.Life.Counts[feature.Invoices], Amount: r.Life.Amounts[feature.Invoices], Counterparties: r.Counterparties}
}

// stakesIn appends who owns a party: the head of its group, and the owners in its onboarding file. Who controls it without a share, or with
// less than all, counts for a whole.
func (d *draft) stakesIn(p id.Party, into []network.Stake) []network.Stake {
	if head := d.headOf(p); head != 0 {
		into = append(into, network.Stake{Owner: network.Owner{Party: head}, Share: money.RateOne})
	}
	for _, o := range d.ownersOf(p) {
		stake := network.Stake{Owner: network.Owner{Party: o.Party, Person: o.Person}, Share: money.Rate(o.Share)}
		if o.Control {
			stake.Share = money.RateOne
		}
		into = append(into, stake)
	}
	return into
}

// indexDeal: graph, from table receivable.
func (b *Book) indexDeal(r *receivable.Receivable) {
	b.graph.Add(network.Deal{Seller: r.Seller, Buyer: r.Buyer, Receivable: r.ID, Amount: r.Face, Date: r.Opened}, r.Currency)
}
