package view

import (
	"cmp"
	"encoding/json"
	"slices"
	"time"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/movement"
	"millrace/domain/party"
	"millrace/edge/access"
	"millrace/edge/intake"
	"millrace/edge/locale"
	"millrace/engine/vault"
)

// GoodsMovement is an observation of goods: dated, sourced evidence beside the documents of a trade.
type GoodsMovement struct {
	ID          string             `json:"id"`
	Kind        string             `json:"kind" enum:"shipped,departed,arrived,received,stored,inspected,counted,lost,returned,other"`
	Source      string             `json:"source" enum:"epcis,transportation_status,stock_count"`
	State       string             `json:"state" enum:"standing,retracted"`
	Reporter    *Ref               `json:"reporter" doc:"the party that reported it"`
	As          string             `json:"reported_as" enum:"operator,seller,buyer,carrier,warehouse_keeper,owner" doc:"its side of the deal"`
	Seller      *Ref               `json:"seller,omitempty"`
	Buyer       *Ref               `json:"buyer,omitempty"`
	Owner       *Ref               `json:"owner,omitempty" doc:"of goods in store"`
	Observed    string             `json:"observed" doc:"when it happened, as the source says, in local time with its offset"`
	Recorded    string             `json:"recorded" doc:"when this node was told"`
	Step        string             `json:"step,omitempty" doc:"word of the source's vocabulary"`
	Disposition string             `json:"disposition,omitempty" doc:"likewise"`
	Location    *intake.Identifier `json:"location,omitempty"`
	Goods       []intake.SeenGoods `json:"goods,omitempty"`
	References  []GoodsReference   `json:"references,omitempty" doc:"documents that it names"`
	Unplaced    int                `json:"references_unplaced" doc:"documents that it names without saying between whom: they lead to no trade"`
	Proves      []string           `json:"proves" doc:"facts of its trades which rest on it where no document proves them"`
	Identity    string             `json:"event,omitempty" doc:"as its reporter names it"`
	Retracted   string             `json:"retracted,omitempty"`
	Reason      string             `json:"retraction_reason,omitempty"`
	Channel     string             `json:"channel"`
	Sender      *Ref               `json:"sender,omitempty"`
	Entry       uint64             `json:"entry" doc:"last entry that changed it"`

	at int64
}

// ByTime puts movements in the order in which they happened.
func ByTime(movements []GoodsMovement) {
	slices.SortStableFunc(movements, func(a, b GoodsMovement) int { return cmp.Compare(a.at, b.at) })
}

// GoodsReference is a document that a movement names, and the trade where it is known.
type GoodsReference struct {
	Document string `json:"document" enum:"order,despatch_advice,receipt_advice,invoice"`
	Trade    string `json:"trade,omitempty" doc:"missing while no such document is known"`
}

var goodsMovements = source[movement.Movement]{
	table: "movement", state: "state", parties: []string{"seller", "buyer", "owner", "reporter"}, kind: "kind",
	tied: "number IN (SELECT movement >> 16 FROM movement_reference WHERE trade IN (" + sameTrade("SELECT ?") + "))",
	scope: shares(share{roles: anyRole, sql: "reporter = ?"}, share{roles: party.Seller, sql: "seller = ? OR owner = ?"}, share{roles: party.Buyer, sql: "buyer = ? OR owner = ?"},
		share{roles: party.Funder, sql: "EXISTS (SELECT 1 FROM (SELECT movement AS its_movement, trade AS its_trade FROM movement_reference) WHERE its_movement = " + ownID + " AND " + fundedTrade("its_trade") + ")"}),
}

// GoodsMovement gives a movement that the caller sees, else ErrNotFound.
func (v *View) GoodsMovement(c access.Caller, of id.Movement) (GoodsMovement, error) {
	return one(v, &goodsMovements, c, of.Number(), (*showing).showGoodsMovement)
}

// GoodsMovements lists the movements that the caller sees.
func (v *View) GoodsMovements(c access.Caller, q Query) (Page[GoodsMovement], error) {
	return many(v, &goodsMovements, c, q, (*showing).showGoodsMovement)
}

func (s *showing) showGoodsMovement(r *movement.Movement) GoodsMovement {
	shown := GoodsMovement{
		ID: r.ID.String(), Kind: r.Kind.String(), Source: r.Source.String(), State: r.State.String(), Reporter: s.party(r.Party), As: r.Reporter.String(),
		Observed: localTime(r.Observed, r.Offset), Recorded: Time(r.Recorded), Step: r.Step, Disposition: r.Disposition, Unplaced: int(r.Unplaced),
		Proves: []string{}, Reason: r.Reason, Channel: r.Channel, Entry: r.Entry,
		at: r.Observed,
	}
	for _, side := range []struct {
		of    id.Party
		shown **Ref
	}{{r.Seller, &shown.Seller}, {r.Buyer, &shown.Buyer}, {r.Owner, &shown.Owner}} {
		if side.of != 0 {
			*side.shown = s.party(side.of)
		}
	}
	if r.State == movement.Standing && r.Proves&movement.OfShipment != 0 {
		shown.Proves = append(shown.Proves, "shipped")
	}
	if r.State == movement.Standing && r.Proves&movement.OfReceipt != 0 {
		shown.Proves = append(shown.Proves, "received")
	}
	if r.Withdrawn != 0 {
		shown.Retracted = Time(r.Withdrawn)
	}
	if r.References > 0 {
		s.note(rows(s.View, "SELECT number, record FROM movement_reference WHERE movement = ? ORDER BY number", []any{int64(r.ID)}, func(_ uint64, reference *movement.Reference) error {
			shown.References = append(shown.References, GoodsReference{reference.To.String(), reference.Trade.String()})
			return nil
		}))
	}
	texts := s.seen(r)
	shown.Goods, shown.Identity = texts.Goods, texts.Identity
	if texts.Location.Value != "" {
		shown.Location = &texts.Location
	}
	if s.caller.SeesAll() || r.Party == s.caller.Party {
		shown.Sender, _ = s.people(r.Sender, 0)
	}
	return shown
}

// seen gives a movement's texts; none where they were erased.
func (s *showing) seen(r *movement.Movement) intake.Seen {
	bytes, err := s.kept(vault.Ref(r.Details))
	s.note(err)
	var all []intake.Seen
	if json.Unmarshal(bytes, &all) != nil || r.Index == 0 || int(r.Index) > len(all) {
		return intake.Seen{}
	}
	return all[r.Index-1]
}

// localTime prints a time as it was where it happened.
func localTime(at int64, offset int16) string {
	return time.UnixMicro(at).In(time.FixedZone("", int(offset)*60)).Format("2006-01-02T15:04:05Z07:00")
}

// StockCount is the latest count of one item at one place.
type StockCount struct {
	Movement string `json:"movement"`
	Owner    *Ref   `json:"owner"`
	Counted  string `json:"counted" doc:"when, UTC"`
	Quantity string `json:"quantity"`
	Unit     string `json:"unit,omitempty"`
}

// LatestCounts lists, for each item that was counted at each place for an owner, its latest count that stands; at most
// LimitMax of them, latest first. ErrNotFound for a party whose goods the caller does not see.
func (v *View) LatestCounts(c access.Caller, owner id.Party) ([]StockCount, error) {
	if !c.SeesAll() && c.Party != owner {
		return nil, ErrNotFound
	}
	s := &showing{View: v, caller: c}
	found := []StockCount{}
	err := rows(v, `SELECT number, record FROM (
		SELECT g.number, g.record, g.observed, row_number() OVER (PARTITION BY g.location, g.item, g.unit ORDER BY g.observed DESC, g.number DESC) AS latest
		FROM movement_goods g JOIN movement m ON m.number = g.movement >> 16
		WHERE g.owner = ? AND g.kind = 'counted' AND m.state = 'standing') WHERE latest = 1 ORDER BY observed DESC, number DESC LIMIT ?`,
		[]any{int64(owner), LimitMax}, func(_ uint64, seen *movement.Seen) error {
			found = append(found, StockCount{
				Movement: seen.Movement.String(), Owner: s.party(seen.Owner), Counted: Time(seen.Observed), Quantity: seen.Goods.Quantity.String(), Unit: seen.Goods.Unit,
			})
			return nil
		})
	if err == nil {
		err = s.err
	}
	return found, err
}

var movementSentences = map[movement.Kind]string{
	movement.Shipped: "Goods were sent", movement.Departed: "Goods departed", movement.Arrived: "Goods arrived", movement.Received: "Goods were received",
	movement.Stored: "Goods were put into store", movement.Inspected: "Goods were inspected", movement.Counted: "Stock was counted",
	movement.Lost: "Goods were lost", movement.Returned: "Goods were returned", movement.Other: "Goods were seen",
}

func (s *showing) ofGoods(e book.Event) *locale.Text {
	switch e := e.(type) {
	case *book.MovementRecorded:
		m := &e.Movement
		told := locale.Say("%s on %s, says %s (%s)", say(movementSentences[m.Kind]), localTime(m.Observed, m.Offset), s.name(m.Party), m.Reporter)
		for _, reference := range e.References {
			if reference.Trade == 0 {
				return told.And("; it waits for a document that it names.")
			}
		}
		return told.And(".")
	case *book.MovementRepeated:
		if e.Differs {
			return locale.Say("The event of movement %s came again and says something else; it was not kept.", e.Movement)
		}
		return locale.Say("The event of movement %s came again and was not kept twice.", e.Movement)
	case *book.MovementsAttached:
		return locale.Say("Movements that waited for this document belong to %s: %d.", e.Trade, len(e.References))
	case *book.MovementRetracted:
		return locale.Say("Movement %s was declared an error by who reported it; it proves nothing any more.", e.Movement)
	}
	return nil
}
