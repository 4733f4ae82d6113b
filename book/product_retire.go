package book

import (
	"millrace/domain/id"
	"millrace/domain/party"
	"millrace/domain/product"
)

func init() {
	registerCommand(func() act { return &RetireProduct{} })
	registerEvent(func() fact { return &ProductRetired{} })
	permitted[commandRetireProduct] = party.Operator
}

// RetireProduct ends the use of a live product for new programmes. Programmes that run on it go on, and financings keep the version
// under which they were made.
type RetireProduct struct {
	Product id.Product `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*RetireProduct) Kind() uint16 { return commandRetireProduct }

func (c *RetireProduct) decide(d *draft) *Rejection {
	p := d.products.at(c.Product.Number())
	if p == nil {
		return reject("product_unknown", "product", "there is no product %s", c.Product)
	}
	if p.State != product.Live {
		return reject("product_state", "product", "product %s is %s", c.Product, p.State)
	}
	if p.Maker == d.header.Actor {
		return reject("second_person", "", "who proposed the product does not retire it: a second person does")
	}
	d.emit(&ProductRetired{Product: c.Product, Actor: d.header.Actor})
	return nil
}

// ProductRetired says that no new programme uses a product.
type ProductRetired struct {
	Product id.Product `cbor:"1,keyasint"`
	Actor   id.Actor   `cbor:"2,keyasint"`
}

// Kind names the stored form.
func (*ProductRetired) Kind() uint16 { return eventProductRetired }

func (e *ProductRetired) fold(b *Book) {
	p := b.products.at(e.Product.Number())
	p.State, p.Retirer = product.Retired, e.Actor
	b.touched(tableProduct, e.Product.Number(), &p.Entry)
}
