package intake

import (
	"context"
	"encoding/json"

	"millrace/book"
	"millrace/domain/movement"
	"millrace/domain/party"
	"millrace/domain/trade"
	"millrace/edge/document"
	"millrace/edge/observation"
)

// The kinds of rows of the vault for movements.
const (
	KindMovements    = "movements"    // a file about goods, bytes as received
	KindObservations = "observations" // what was read from such a file: a JSON list of Seen
	KindStored       = "stored"       // texts of a warehouse receipt: Stored, JSON
)

// Seen is what a movement says in texts, as it stands in the vault.
type Seen struct {
	Identity   string      `json:"identity,omitempty"`
	Location   Identifier  `json:"location"`
	References []Mentioned `json:"references,omitempty"`
	Goods      []SeenGoods `json:"goods,omitempty"`
}

// Mentioned is a document that a movement names.
type Mentioned struct {
	Document string `json:"document"`
	Number   string `json:"number"`
}

// SeenGoods is one item of a movement.
type SeenGoods struct {
	Scheme   string `json:"scheme,omitempty"`
	Item     string `json:"item,omitempty"`
	Quantity string `json:"quantity"`
	Unit     string `json:"unit,omitempty"`
}

// Stored is what a warehouse receipt says in texts, as it stands in the vault.
type Stored struct {
	Number   string     `json:"number"` // the keeper's own
	Location Identifier `json:"location"`
	Item     Identifier `json:"item"` // scheme "standard", "seller", "buyer" or "name"
}

// StockTokens are the tokens of a receipt's number, place and goods: place and goods as counts of stock have them.
func (n *Intake) StockTokens(s Stored) (number, location, item [16]byte) {
	goods := document.Item{}
	switch s.Item.Scheme {
	case "standard":
		goods.Standard.Value = s.Item.Value
	case "buyer":
		goods.BuyerID = s.Item.Value
	case "name":
		goods.Name = s.Item.Value
	default:
		goods.SellerID = s.Item.Value
	}
	return n.vault.Token("warehouse_receipt", compact(s.Number)), n.vault.Token("location", canonicalScheme(s.Location.Scheme), compact(s.Location.Value)), n.item(&goods)
}

// PrepareMovements makes the commands that keep or retract the events of one file, in their order: its bytes and its texts are
// in the vault before it returns. Channel is "folder" or "api".
func (n *Intake) PrepareMovements(ctx context.Context, events []observation.Observation, bytes []byte, channel string) ([]book.Command, error) {
	seen := make([]Seen, len(events))
	for i := range events {
		seen[i] = seenOf(&events[i])
	}
	texts, err := json.Marshal(seen)
	if err != nil {
		return nil, err
	}
	stored, err := n.vault.Put(ctx, KindMovements, bytes)
	if err != nil {
		return nil, err
	}
	details, err := n.vault.Put(ctx, KindObservations, texts)
	if err != nil {
		return nil, err
	}
	commands := make([]book.Command, len(events))
	for i := range events {
		if commands[i], err = n.prepareMovement(ctx, &events[i], channel, party.Reference(stored), party.Reference(details)); err != nil {
			return nil, err
		}
	}
	return commands, nil
}

func (n *Intake) prepareMovement(ctx context.Context, o *observation.Observation, channel string, stored, details party.Reference) (book.Command, error) {
	content := movement.Token(n.vault.Token("movement", string(o.Content)))
	identity := content
	if o.Identity != "" {
		identity = n.vault.Token("event", o.Source.String(), o.Identity)
	}
	if o.Retraction != nil {
		return &book.RetractMovement{
			Identity: identity, Declared: o.Retraction.Declared, Reason: o.Retraction.Reason, Content: content, Stored: stored, Channel: channel,
		}, nil
	}
	c := &book.RecordMovement{
		Report: movement.Report{
			Kind: o.Kind, Source: o.Source, Observed: o.Observed, Offset: o.Offset, Step: o.Step, Disposition: o.Disposition,
		},
		Identity: identity, Content: content, Index: uint32(o.Index), Stored: stored, Details: details, Channel: channel,
	}
	if o.Location.Value != "" {
		c.Report.Location = n.vault.Token("location", canonicalScheme(o.Location.Scheme), compact(o.Location.Value))
	}
	for i := range o.Goods {
		goods := &o.Goods[i]
		c.Report.Goods = append(c.Report.Goods, movement.Goods{Item: movement.Token(n.item(&goods.Item)), Quantity: goods.Quantity, Unit: goods.Unit})
	}
	for _, reference := range o.References {
		c.References = append(c.References, book.DocumentNamed{To: reference.To, Number: n.number(paperType[reference.To], reference.Number)})
	}
	for _, side := range []struct {
		named   document.Party
		tokens  *[]party.Token
		profile *party.Reference
	}{{o.Seller, &c.Seller, &c.SellerProfile}, {o.Buyer, &c.Buyer, &c.BuyerProfile}, {o.Owner, &c.Owner, &c.OwnerProfile}} {
		profile := ProfileOf(side.named)
		if profile.Name == "" {
			profile.Country = "" // a country alone is nobody's name
		}
		if *side.tokens = n.PartyTokens(profile); len(*side.tokens) == 0 {
			continue
		}
		var err error
		if *side.profile, err = n.StoreProfile(ctx, profile); err != nil {
			return nil, err
		}
	}
	return c, nil
}

var paperType = [...]trade.Type{
	movement.Order: trade.Order, movement.DespatchAdvice: trade.DespatchAdvice, movement.ReceiptAdvice: trade.ReceiptAdvice, movement.Invoice: trade.Invoice,
}

// seenOf gives the texts of an event.
func seenOf(o *observation.Observation) Seen {
	s := Seen{Identity: o.Identity, Location: Identifier{Scheme: schemeName(o.Location.Scheme), Value: o.Location.Value}}
	for _, reference := range o.References {
		s.References = append(s.References, Mentioned{reference.To.String(), reference.Number})
	}
	for i := range o.Goods {
		goods, item := &o.Goods[i], &o.Goods[i].Item
		g := SeenGoods{Scheme: schemeName(item.Standard.Scheme), Item: item.Standard.Value, Quantity: goods.Quantity.String(), Unit: goods.Unit}
		for _, other := range []struct{ scheme, value string }{{"seller", item.SellerID}, {"buyer", item.BuyerID}, {"name", item.Name}} {
			if g.Item == "" {
				g.Scheme, g.Item = other.scheme, other.value
			}
		}
		s.Goods = append(s.Goods, g)
	}
	return s
}

// schemeName is the name by which people know a scheme.
func schemeName(scheme string) string {
	if scheme == observation.SchemeGTIN {
		return "GTIN"
	}
	return canonicalScheme(scheme)
}
