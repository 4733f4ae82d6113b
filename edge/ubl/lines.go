package ubl

import (
	"millrace/domain/trade"
	"millrace/edge/document"
	"millrace/edge/extract"
	"millrace/edge/markup"
)

func (r *extraction) takeLines() {
	d := &r.Document
	for c := r.Nodes[0].Child; c != 0 && r.Failed == nil; c = r.Nodes[c].Next {
		switch r.Nodes[c].Element {
		case cacOrderLine:
			var line document.Line
			facts := r.takeLine(&line, r.Find(c, cacLineItem))
			if reference := r.Find(c, cacOrderLineReference); reference != 0 {
				r.orderLine(&line, reference)
			}
			r.KeepLine(line, facts)
		case cacDespatchLine, cacReceiptLine, cacInvoiceLine, cacCreditNoteLine:
			var line document.Line
			facts := r.takeLine(&line, c)
			r.KeepLine(line, facts)
		}
	}
	r.TakeOrderFromLines()
	if len(d.InvoiceNumbers) > 0 {
		d.InvoiceNumber = d.InvoiceNumbers[0]
	}
	if d.Type == trade.Order {
		d.OrderNumber = d.Number
	}
}

// takeLine reads a line of any document, or an order line's LineItem.
func (r *extraction) takeLine(line *document.Line, index int32) extract.LineFacts {
	facts := extract.LineFacts{Index: index, Base: extract.One, Factor: extract.One}
	for c := r.Nodes[index].Child; c != 0; c = r.Nodes[c].Next {
		switch r.Nodes[c].Element {
		case cbcID:
			line.Number = r.TextOf(c)
		case cbcLineStatusCode:
			line.Status = r.TextOf(c)
		case cbcQuantity, cbcDeliveredQuantity, cbcReceivedQuantity, cbcInvoicedQuantity, cbcCreditedQuantity:
			line.Quantity = r.quantity(line, c)
			facts.Quantity = c
		case cbcRejectedQuantity:
			line.Rejected = r.quantity(line, c)
		case cbcShortQuantity:
			line.Short = r.quantity(line, c)
		case cbcLineExtensionAmount:
			facts.Amount = r.Amount(c)
			line.Amount = facts.Amount.Value
		case cacOrderLineReference:
			if line.OrderLine == "" {
				r.orderLine(line, c)
			}
		case cacDespatchLineReference:
			if line.DespatchLine == "" {
				line.DespatchLine = r.TextAt(c, cbcLineID)
				line.DespatchNumber = r.TextAt(c, cacDocumentReference, cbcID)
			}
		case cacBillingReference:
			r.takeReference(c, cacBillingReference)
		case cacItem:
			if line.Item == (document.Item{}) {
				line.Item = r.item(c)
			}
		case cacPrice:
			r.takePrice(line, &facts, c)
		case cacDelivery:
			r.takeDelivery(c)
		case cacAllowanceCharge:
			r.takeAllowance(&facts, c)
		}
	}
	return facts
}

func (r *extraction) quantity(line *document.Line, index int32) trade.Quantity {
	if line.Unit == "" {
		line.Unit = markup.Collapse(r.Attribute(index, "unitCode"))
	}
	return trade.Quantity(r.Scaled(index, trade.QuantityDigits, markup.CodeQuantityRange))
}

func (r *extraction) orderLine(line *document.Line, reference int32) {
	line.OrderLine = orderNumber(r.TextAt(reference, cbcLineID))
	if number := orderNumber(r.TextAt(reference, cacOrderReference, cbcID)); number != "" {
		line.OrderNumber = number
	}
}

func (r *extraction) item(index int32) document.Item {
	var item document.Item
	for c := r.Nodes[index].Child; c != 0; c = r.Nodes[c].Next {
		switch r.Nodes[c].Element {
		case cbcName:
			item.Name = r.TextOf(c)
		case cbcDescription:
			if item.Description == "" {
				item.Description = r.TextOf(c)
			}
		case cacBuyersItemIdentification:
			item.BuyerID = r.TextAt(c, cbcID)
		case cacSellersItemIdentification:
			item.SellerID = r.TextAt(c, cbcID)
		case cacManufacturersItemIdentification:
			item.ManufacturerID = r.TextAt(c, cbcID)
		case cacStandardItemIdentification:
			id := r.Find(c, cbcID)
			item.Standard = document.Identifier{Scheme: markup.Collapse(r.Attribute(id, "schemeID")), Value: r.TextOf(id)}
		}
	}
	return item
}

func (r *extraction) takePrice(line *document.Line, facts *extract.LineFacts, index int32) {
	if base := r.Find(index, cbcBaseQuantity); base != 0 {
		facts.Base = r.Positive(base)
	}
	if factor := r.Find(index, cbcOrderableUnitFactorRate); factor != 0 {
		facts.Factor = r.Positive(factor)
	}
	r.TakePrice(line, facts, r.Find(index, cbcPriceAmount))
}

func (r *extraction) takeAllowance(facts *extract.LineFacts, index int32) {
	stated := r.AmountAt(index, cbcAmount)
	if stated.Alien {
		facts.Mixed = true
		return
	}
	value := stated.Value
	if indicator := r.TextAt(index, cbcChargeIndicator); indicator == "false" || indicator == "0" {
		value = -value
	}
	facts.Added = r.Sum(facts.Added, value, index)
}
