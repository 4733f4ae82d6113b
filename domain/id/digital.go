package id

// Digital money.
type (
	digitalAssetKind    struct{}
	walletKind          struct{}
	digitalTransferKind struct{}
	boundMoneyKind      struct{}
	boundUseKind        struct{}
	exchangeKind        struct{}
)

func (digitalAssetKind) Prefix() string    { return "das" }
func (walletKind) Prefix() string          { return "wal" }
func (digitalTransferKind) Prefix() string { return "dgt" }
func (boundMoneyKind) Prefix() string      { return "pbm" }
func (boundUseKind) Prefix() string        { return "pbu" }
func (exchangeKind) Prefix() string        { return "dvp" }

// The identities of the records.
type (
	DigitalAsset    = Of[digitalAssetKind]    // digital currency or tokenised deposits, of one issuer in one currency
	Wallet          = Of[walletKind]          // of a party, in the books of a holder of record
	DigitalTransfer = Of[digitalTransferKind] // of digital money: in, out, or between wallets
	BoundMoney      = Of[boundMoneyKind]      // digital money in a wrapper with conditions
	BoundUse        = Of[boundUseKind]        // of bound money, which became plain money of a payee
	Exchange        = Of[exchangeKind]        // of a certificate's holding against digital money
)
