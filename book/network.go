package book

import (
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/network"
)

// network looks for the known patterns round a use of credit in which seller sells to buyer for an amount. Its work is bounded.
func (d *draft) network(seller, buyer id.Party, amount money.Amount) network.Finding {
	var found network.Finding
	found.Related = network.Relate(seller, buyer, d.stakesIn)
	return found
}

// stakesIn gives who owns a party: the head of its group.
func (d *draft) stakesIn(p id.Party, into []network.Stake) []network.Stake {
	if head := d.headOf(p); head != 0 {
		into = append(into, network.Stake{Owner: network.Owner{Party: head}, Share: money.RateOne})
	}
	return into
}
