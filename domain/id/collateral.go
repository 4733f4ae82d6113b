package id

// Goods in store and pools of receivables as security.
type (
	warehouseReceiptKind struct{}
	marginCallKind       struct{}
	stockPriceKind       struct{}
	stockCountKind       struct{}
	collateralKind       struct{}
	baseKind             struct{}
	poolKind             struct{}
)

func (warehouseReceiptKind) Prefix() string { return "whr" }
func (marginCallKind) Prefix() string       { return "mcl" }
func (stockPriceKind) Prefix() string       { return "spr" }
func (stockCountKind) Prefix() string       { return "stc" }
func (collateralKind) Prefix() string       { return "clt" }
func (baseKind) Prefix() string             { return "bas" }
func (poolKind) Prefix() string             { return "pol" }

// The identities of the records.
type (
	WarehouseReceipt = Of[warehouseReceiptKind] // goods under a keeper's control
	MarginCall       = Of[marginCallKind]       // a demand to bring a loan against goods back to its target
	StockPrice       = Of[stockPriceKind]       // what goods cost on a day
	StockCount       = Of[stockCountKind]       // goods counted, held against receipts
	Collateral       = Of[collateralKind]       // terms on which a programme lends against stock or a pool
	Base             = Of[baseKind]             // a borrowing base on a day
	Pool             = Of[poolKind]             // a seller's receivables that secure what it has drawn in a programme
)
