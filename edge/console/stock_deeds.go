package console

import (
	"encoding/json"
	"html/template"
	"slices"
	"strings"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/inventory"
	"millrace/domain/money"
	"millrace/domain/movement"
	"millrace/edge/document"
	"millrace/edge/intake"
	"millrace/edge/observation"
	"millrace/edge/view"
)

// stockDeeds are the words of keepers on goods, of lenders on what they hold in pledge, and of the operator on findings.
var stockDeeds = []deed{
	{path: "/stock/new", place: "/stock", open: openArrival, fields: map[string]string{
		"receipt_number_used": "number", "party_unknown": "owner", "party_not_onboarded": "owner", "keeper_not_apart": "owner", "date_invalid": "stored",
		"quantity_invalid": "quantity", "lot_invalid": "goods",
	}},
	{path: "/stock/{id}/delivery", place: "/stock", open: openDelivery, fields: stockFields},
	{path: "/stock/{id}/reinstatement", place: "/stock", open: openReinstatement, fields: stockFields},
	{path: "/stock/{id}/release", place: "/stock", open: openGoodsRelease, fields: stockFields},
	{path: "/stock/{id}/annulment", place: "/stock", open: openAnnulment, fields: stockFields},
	{path: "/stock/{id}/count", place: "/stock", open: openCount, fields: map[string]string{"quantity_invalid": "quantity", "observed_invalid": "date"}},
	{path: "/stock/{id}/clearance", place: "/stock", open: openGoodsClearance, fields: map[string]string{"reason_missing": "note", "second_person": "note"}},
}

var stockFields = map[string]string{"release_exceeded": "quantity", "warehouse_step_refused": "quantity", "reason_missing": "note"}

// StockSteps are the deeds that are open to the caller on goods in store, the likeliest first.
func (f frame) StockSteps(r view.WarehouseReceipt) []act {
	if !r.Stands {
		return nil
	}
	own := func(of *view.Ref) bool { return of != nil && f.Home != nil && of.ID == f.Home.ID }
	var acts []act
	add := func(name, step string, may bool) {
		if may && f.may("deed /stock/{id}/"+step) {
			acts = append(acts, act{Name: name, Path: "/stock/" + r.ID + "/" + step, Plain: len(acts) > 0})
		}
	}
	keeps, stored := own(r.Keeper), r.State == inventory.Free.String() || r.State == inventory.Pledged.String() || r.State == inventory.Released.String()
	add("Hand out", "delivery", keeps && r.State == inventory.Released.String())
	add("Release", "release", own(r.Lender) && r.State == inventory.Pledged.String())
	add("Clear the finding", "clearance", r.Doubted)
	add("Count", "count", keeps && stored)
	add("Hand out", "delivery", keeps && r.State == inventory.Free.String())
	add("Hold free again", "reinstatement", keeps && r.State == inventory.Released.String())
	add("Annul", "annulment", keeps && stored)
	return acts
}

// MayReceive tells whether the caller may say that goods came into its store.
func (f frame) MayReceive() bool { return f.may("deed /stock/new") }

func openArrival(v *visit, f *deedForm) (*prepared, error) {
	f.Heading, f.Give, f.Back, f.BackName = "Receive goods", "Issue the receipt", "/stock", "Stock"
	f.Note = "You say that these goods are in your store, and answer for them. Their owner may borrow on the receipt; what is pledged leaves only when its lender has released it."
	today, err := v.Date()
	if err != nil {
		return nil, err
	}
	owner := f.value(input{Name: "owner", Label: "Whose goods", Hint: "The name of an owner whose goods you keep already, or the party’s id."}, "")
	number := f.value(input{Name: "number", Label: "Number of the receipt", Hint: "Your own; each once."}, "")
	place := f.value(input{Name: "place", Label: "Place", Hint: "As your counts name it: hall, bay, tank."}, "")
	goods := f.value(input{Name: "goods", Label: "Goods", Hint: "A code without spaces, as the programme names them, like CU-CATHODE."}, "")
	quality := f.value(input{Name: "quality", Label: "Quality", Optional: true}, "")
	quantity := f.value(input{Name: "quantity", Label: "Quantity"}, "")
	unit := f.value(input{Name: "unit", Label: "Unit", Hint: "UN/ECE Recommendation 20: TNE tonnes, KGM kilograms, MTR metres, C62 pieces."}, "TNE")
	stored := f.value(input{Name: "stored", Label: "In store since", Kind: "date"}, today.String())
	if !f.asked {
		return nil, nil
	}
	whose, err := v.ownerOf(owner)
	if err != nil {
		return nil, err
	}
	much, since := quantity.quantity(), stored.date()
	for _, text := range []*input{number, place} {
		if text.Value == "" || len(text.Value) > 80 {
			text.bad("Say it in 1 to %d characters.", 80)
		}
	}
	if !f.complete() {
		return nil, nil
	}
	said := intake.Stored{Number: number.Value, Location: intake.Identifier{Value: place.Value}, Item: intake.Identifier{Scheme: "seller", Value: goods.Value}}
	c := &book.IssueWarehouseReceipt{Lot: inventory.Lot{Goods: goods.Value, Quality: quality.Value, Unit: unit.Value}, Quantity: much, Owner: whose, Stored: since}
	c.Number, c.Location, c.Item = v.console.intake.StockTokens(said)
	return v.unsignedDeed(f, c, func(given book.Command) error {
		text, err := json.Marshal(said)
		if err != nil {
			return err
		}
		kept, err := v.console.intake.Store(v.request.Context(), intake.KindStored, text)
		given.(*book.IssueWarehouseReceipt).Details = kept
		return err
	}), nil
}

// ownerOf is whose goods an input means: who has goods with the caller already goes by its name, anybody else as the caller may know it.
func (v *visit) ownerOf(i *input) (id.Party, error) {
	goods, err := v.Stored(v.caller)
	if err != nil {
		return 0, err
	}
	named := map[string]bool{}
	last := ""
	for _, g := range goods {
		if g.Owner != nil && strings.EqualFold(g.Owner.Name, i.Value) {
			named[g.Owner.ID], last = true, g.Owner.ID
		}
	}
	if len(named) == 1 {
		return id.Parse[id.Party](last)
	}
	return v.onlyParty(i)
}

// ofStored opens a form about goods in store.
func (v *visit) ofStored(f *deedForm, heading, give, note string) (view.WarehouseReceipt, id.WarehouseReceipt, error) {
	of, err := identity[id.WarehouseReceipt](v)
	if err != nil {
		return view.WarehouseReceipt{}, 0, err
	}
	r, err := v.View.WarehouseReceipt(v.caller, of)
	if err != nil {
		return r, 0, err
	}
	f.Heading, f.Give, f.Note = heading, give, note
	f.Back, f.BackName = "/stock/"+r.ID, f.w.T("Warehouse receipt %s", r.ID)
	f.fact("Goods", escape(r.Lot.Goods+" "+r.Lot.Quality))
	f.fact("Quantity", escape(r.Quantity+" "+f.w.Unit(r.Lot.Unit)))
	f.fact("Owner", escape(r.Owner.String()))
	f.fact("Keeper", escape(r.Keeper.String()))
	if r.Lender != nil {
		f.fact("Lender", escape(r.Lender.String()))
		f.fact("Secures", template.HTML(`<span class="id">`+template.HTMLEscapeString(r.Financing)+`</span>`))
	}
	f.fact("State", f.w.badge(r.State))
	return r, of, nil
}

// quantity reads a quantity of goods above zero.
func (i *input) quantity() inventory.Quantity {
	quantity, err := money.ParseScaled(i.Value, inventory.QuantityDigits)
	if err != nil || quantity <= 0 || inventory.Quantity(quantity) > inventory.QuantityMax {
		i.bad("Write a quantity above zero, like 12.5.")
	}
	return inventory.Quantity(quantity)
}

// stockStep is a step with all or a part of a receipt.
func (v *visit) stockStep(f *deedForm, of id.WarehouseReceipt, r *view.WarehouseReceipt, step inventory.Step, preset string) (*prepared, error) {
	part := f.value(input{Name: "quantity", Label: f.w.T("How much, in %s", f.w.Unit(r.Lot.Unit))}, preset)
	if !f.asked {
		return nil, nil
	}
	quantity := part.quantity()
	if !f.complete() {
		return nil, nil
	}
	c := &book.MoveWarehouseReceipts{Step: step, Receipts: []id.WarehouseReceipt{of}}
	if quantity.String() != r.Quantity {
		c.Parts = []inventory.Quantity{quantity}
	}
	p := v.unsignedDeed(f, c, nil)
	p.after = "/stock"
	return p, nil
}

func openDelivery(v *visit, f *deedForm) (*prepared, error) {
	r, of, err := v.ofStored(f, "Hand out goods", "They were handed out", "Make sure who fetches them. From then on they are out of your store, and you do not answer for them any more.")
	if err != nil {
		return nil, err
	}
	return v.stockStep(f, of, &r, inventory.Deliver, r.Quantity)
}

func openReinstatement(v *visit, f *deedForm) (*prepared, error) {
	r, of, err := v.ofStored(f, "Hold goods free again", "Hold them free", "They were released and not fetched: they stay in your store, at their owner’s free disposal.")
	if err != nil {
		return nil, err
	}
	return v.stockStep(f, of, &r, inventory.Reinstate, r.Quantity)
}

func openGoodsRelease(v *visit, f *deedForm) (*prepared, error) {
	r, of, err := v.ofStored(f, "Release goods from the pledge", "Release them", "The keeper may hand them out from then on. What is left has to bear what is still owed: more than that is refused, with what has to be paid first.")
	if err != nil {
		return nil, err
	}
	loans, err := v.StockLoans(v.caller)
	if err != nil {
		return nil, err
	}
	preset := r.Quantity
	for i := range loans {
		at := slices.IndexFunc(loans[i].Lots, func(l view.PledgedLot) bool { return l.Receipt == r.ID })
		if at < 0 {
			continue
		}
		lot := &loans[i].Lots[at]
		f.fact("Owed today", f.w.amount(loans[i].Owed))
		f.fact("May leave now", escape(lot.Free+" "+f.w.Unit(lot.Lot.Unit)))
		f.fact("To pay for all of it", f.w.amount(lot.ForAll))
		if lot.Free != "0" {
			preset = lot.Free
		}
	}
	return v.stockStep(f, of, &r, inventory.Release, preset)
}

func openAnnulment(v *visit, f *deedForm) (*prepared, error) {
	_, of, err := v.ofStored(f, "Annul a receipt", "Annul it", "The goods are lost or destroyed, or the receipt should not have been. A loan that they secure loses that security at once, and its lender is told.")
	if err != nil {
		return nil, err
	}
	text := f.noted("What happened")
	if !f.complete() {
		return nil, nil
	}
	return v.unsignedDeed(f, &book.MoveWarehouseReceipts{Step: inventory.Annul, Receipts: []id.WarehouseReceipt{of}}, func(c book.Command) error {
		return v.keepNote(text, &c.(*book.MoveWarehouseReceipts).Reason)
	}), nil
}

func openGoodsClearance(v *visit, f *deedForm) (*prepared, error) {
	r, of, err := v.ofStored(f, "Clear a finding about goods", "Clear it", "Go and see, or have somebody see: from then on these goods may be pledged, released and handed out again.")
	if err != nil {
		return nil, err
	}
	counting, err := v.Counting(v.caller, of)
	if err != nil {
		return nil, err
	}
	c := &book.ClearStockFinding{Receipt: of}
	switch {
	case r.Doubted:
		f.fact("Finding", escape(f.w.T("It may be for the same goods as %s.", r.Like)))
	case counting.Short != 0:
		c = &book.ClearStockFinding{Count: counting.Short}
		count, err := v.HeldCount(v.caller, counting.Short)
		if err != nil {
			return nil, err
		}
		f.fact("Finding", escape(f.w.T("A count found %s %s where receipts say %s.", count.Counted, f.w.Unit(count.Unit), count.Receipted)))
	default:
		return nil, view.ErrNotFound
	}
	text := f.noted("What was seen")
	if !f.complete() {
		return nil, nil
	}
	return v.unsignedDeed(f, c, func(c book.Command) error { return v.keepNote(text, &c.(*book.ClearStockFinding).Reason) }), nil
}

func openCount(v *visit, f *deedForm) (*prepared, error) {
	r, of, err := v.ofStored(f, "Count goods", "Record the count", "Count all goods of this kind of this owner at this place, whatever receipt they are on. If it is less than receipts say, none of them goes anywhere until the operator has cleared it.")
	if err != nil {
		return nil, err
	}
	today, err := v.Date()
	if err != nil {
		return nil, err
	}
	if r.Location != nil {
		f.fact("Place", escape(r.Location.Value))
	}
	found := f.value(input{Name: "quantity", Label: f.w.T("How much there is, in %s", f.w.Unit(r.Lot.Unit)), Hint: "0 where nothing is there."}, "")
	on := f.value(input{Name: "date", Label: "Counted on", Kind: "date"}, today.String())
	if !f.asked {
		return nil, nil
	}
	quantity, parsed := money.ParseScaled(found.Value, inventory.QuantityDigits)
	if parsed != nil || quantity < 0 || inventory.Quantity(quantity) > inventory.QuantityMax {
		found.bad("Write a quantity, 0 or above, like 12.5.")
	}
	counted := on.date()
	if counted > today {
		on.bad("It was counted on the business date %s or before.", today)
	}
	counting, err := v.Counting(v.caller, of)
	if err != nil || !f.complete() {
		return nil, err
	}
	return v.unsignedDeed(f, &book.RecordMovement{}, func(c book.Command) error {
		made, err := v.countOf(&r, &counting, movement.Quantity(quantity), counted)
		if err == nil {
			*c.(*book.RecordMovement) = *made
		}
		return err
	}), nil
}

// countOf is a count of goods as a movement that their keeper reports. What was said is kept as a file of its own.
func (v *visit) countOf(r *view.WarehouseReceipt, counting *view.Counting, quantity movement.Quantity, on calendar.Date) (*book.RecordMovement, error) {
	const noon = int64(12 * 3600 * 1_000_000)
	said, err := json.Marshal(struct {
		Receipt, Counted, Unit, On string
		After                      uint64 // so that the same count again is another one
	}{r.ID, quantity.String(), counting.Unit, on.String(), v.Watermark()})
	if err != nil {
		return nil, err
	}
	o := observation.Observation{Index: 1, Content: said, Kind: movement.Counted, Source: movement.StockCount, Observed: int64(on)*2*noon + noon,
		Goods: []observation.Goods{{Item: document.Item{SellerID: r.Lot.Goods}, Quantity: quantity, Unit: counting.Unit}}}
	if r.Location != nil {
		o.Location = document.Identifier{Scheme: r.Location.Scheme, Value: r.Location.Value}
	}
	made, err := v.console.intake.PrepareMovements(v.request.Context(), []observation.Observation{o}, said, "console")
	if err != nil {
		return nil, err
	}
	c := made[0].(*book.RecordMovement)
	c.Owner, c.OwnerProfile = v.console.intake.PartyTokens(counting.Owner), counting.Profile
	c.Report.Location, c.Report.Goods[0].Item = movement.Token(counting.Location), movement.Token(counting.Item)
	return c, nil
}
