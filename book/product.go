package book

import (
	"millrace/domain/id"
	"millrace/domain/party"
	"millrace/domain/product"
)

func init() {
	registerCommand(func() act { return &ProposeProduct{} })
	registerCommand(func() act { return &ApproveProduct{} })
	registerEvent(func() fact { return &ProductProposed{} })
	registerEvent(func() fact { return &ProductApproved{} })
	permitted[commandProposeProduct] = party.Operator
	permitted[commandApproveProduct] = party.Operator
}

// ProposeProduct proposes one version of the terms of a financing.
type ProposeProduct struct {
	Terms product.Terms `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*ProposeProduct) Kind() uint16 { return commandProposeProduct }

func (c *ProposeProduct) decide(d *draft) *Rejection {
	for _, defect := range c.Terms.Defects() {
		return reject("product_defective", "terms."+defect.Field, "%s %s", defect.Field, defect.Reason)
	}
	number := d.number(tableProduct, d.products.count)
	d.emit(&ProductProposed{Product: product.Product{
		ID: id.Make[id.Product](d.shard, number), State: product.Proposed, Terms: c.Terms, Maker: d.header.Actor,
	}})
	return nil
}

// ApproveProduct makes a proposed product live.
type ApproveProduct struct {
	Product id.Product `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*ApproveProduct) Kind() uint16 { return commandApproveProduct }

func (c *ApproveProduct) decide(d *draft) *Rejection {
	p := d.products.at(c.Product.Number())
	if p == nil {
		return reject("product_unknown", "product", "there is no product %s", c.Product)
	}
	if p.State != product.Proposed {
		return reject("product_state", "product", "product %s is %s", c.Product, p.State)
	}
	if rejection := d.second(p.Maker); rejection != nil {
		return rejection
	}
	d.emit(&ProductApproved{Product: c.Product, Checker: d.header.Actor})
	return nil
}

// ProductProposed says that terms were proposed.
type ProductProposed struct {
	Product product.Product `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*ProductProposed) Kind() uint16 { return eventProductProposed }

func (e *ProductProposed) fold(b *Book) {
	number := e.Product.ID.Number()
	b.products.add(number, e.Product)
	b.touched(tableProduct, number, &b.products.at(number).Entry)
}

// ProductApproved says that a product is live.
type ProductApproved struct {
	Product id.Product `cbor:"1,keyasint"`
	Checker id.Actor   `cbor:"2,keyasint"`
}

// Kind names the stored form.
func (*ProductApproved) Kind() uint16 { return eventProductApproved }

func (e *ProductApproved) fold(b *Book) {
	p := b.products.at(e.Product.Number())
	p.State, p.Checker = product.Live, e.Checker
	b.touched(tableProduct, e.Product.Number(), &p.Entry)
}
