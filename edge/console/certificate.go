package console

import (
	"slices"

	"millrace/domain/id"
	"millrace/edge/locale"
	"millrace/edge/view"
)

// nodesShown is how many nodes of a tree a page shows.
const nodesShown = 100

type certificateList struct {
	list
	Items  []view.Certificate
	Offers []holdingRow // that wait for the caller; for those who see all, everybody's
}

func showCertificates(v *visit) (any, error) {
	var l certificateList
	var q view.Query
	l.list, q = v.list("Certificates", []string{"live", "redeemed", "cancelled"})
	page, err := v.Certificates(v.caller, q)
	if err != nil {
		return nil, err
	}
	l.Items = page.Items
	l.end(v, page.Next, len(page.Items))
	var offers view.Page[view.Holding]
	if waiting := (view.Query{Limit: rowsMax, Order: view.OldestFirst}); v.caller.SeesAll() {
		waiting.State = "offered"
		offers, err = v.Holdings(v.caller, waiting)
	} else {
		offers, err = v.Offers(v.caller, waiting)
	}
	l.Offers = v.holdingRows(offers.Items)
	return l, err
}

type certificatePage struct {
	view.Tree
	Hands    []hand
	Shown    int
	Timeline []view.Entry
}

// Cut tells whether nodes of the tree are left out.
func (p certificatePage) Cut() bool { return !p.Complete || p.Shown < len(p.Nodes) }

func (p certificatePage) title() *locale.Text { return locale.Say("Certificate %s", p.Certificate.ID) }

// hand is a holding, and what went from it into other hands. What its holder has split off or got back stands beside it.
type hand struct {
	view.Node
	Passed []hand
}

// Signers names the keys by which a step was signed.
func (h hand) Signers() *locale.Text {
	if h.Made == nil || len(h.Made.Signatures) == 0 {
		return nil
	}
	var names *locale.Text
	for i, s := range h.Made.Signatures {
		if i > 0 {
			names.And(", ")
		}
		if s.Party != nil {
			names = names.And("%s of %s", s.Key, s.Party)
		} else {
			names = names.And("%s", s.Key)
		}
	}
	return names
}

// Doing says in words how a holding came about.
func (h hand) Doing() string {
	if told, known := doings[h.Step]; known {
		return told
	}
	return capital(h.Step)
}

var doings = map[string]string{
	"issue": "Issued", "split": "What is left, or was split off", "transfer": "Taken in payment", "offer": "Offered", "accept": "Accepted", "decline": "Back: declined",
	"withdraw": "Back: withdrawn", "expire": "Back: not taken in time", "pledge": "Pledged", "release": "Released", "finance": "Financed",
	"return": "Back: the financing has ended", "redeem": "Left after a redemption in part",
}

// handsOf arranges the nodes of a tree, parents before children, by the hands through which they went.
func handsOf(nodes []view.Node) []hand {
	shown := map[string]bool{}
	children := map[string][]int{}
	var roots []int
	for i := range nodes {
		shown[nodes[i].ID] = true
		if shown[nodes[i].Parent] {
			children[nodes[i].Parent] = append(children[nodes[i].Parent], i)
		} else {
			roots = append(roots, i)
		}
	}
	var arrange func(places []int) []hand
	arrange = func(places []int) []hand {
		var hands []hand
		for waiting := slices.Clone(places); len(waiting) > 0; {
			at := waiting[0]
			waiting = waiting[1:]
			var passed, kept []int
			for _, child := range children[nodes[at].ID] {
				if nodes[child].Tier == nodes[at].Tier {
					kept = append(kept, child)
				} else {
					passed = append(passed, child)
				}
			}
			hands = append(hands, hand{nodes[at], arrange(passed)})
			waiting = append(kept, waiting...)
		}
		return hands
	}
	return arrange(roots)
}

func showCertificate(v *visit) (any, error) {
	of, err := identity[id.Certificate](v)
	if err != nil {
		return nil, err
	}
	tree, err := v.CertificateTree(v.caller, of)
	if err != nil {
		return nil, err
	}
	p := certificatePage{Tree: tree, Shown: min(len(tree.Nodes), nodesShown)}
	p.Hands = handsOf(tree.Nodes[:p.Shown])
	p.Timeline, _, err = v.chronicle(tree.Certificate.ID)
	return p, err
}
