package id

// Goods in store as security.
type (
	warehouseReceiptKind struct{}
	marginCallKind       struct{}
)

func (warehouseReceiptKind) Prefix() string { return "whr" }
func (marginCallKind) Prefix() string       { return "mcl" }

// The identities of the records.
type (
	WarehouseReceipt = Of[warehouseReceiptKind] // goods under a keeper's control
	MarginCall       = Of[marginCallKind]       // a demand to bring a loan against goods back to its target
)
