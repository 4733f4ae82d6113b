package receivable

import "crypto/sha256"

// Wording is a text that a signature binds its signatory to. A version is never changed, only followed by the next.
type Wording struct {
	Name    string
	Version int
	Text    string
}

// Hash is SHA-256 over the text.
func (w *Wording) Hash() [32]byte { return sha256.Sum256([]byte(w.Text)) }

// Waiver is what a buyer says with an irrevocable undertaking.
var Waiver = Wording{
	Name: "irrevocable_undertaking", Version: 1,
	Text: `We undertake irrevocably to pay the amount that is confirmed on its due date, in its currency and without any deduction, to
whoever is then entitled to the receivable. This undertaking is independent of the sale, the work or the service from
which the receivable arises. We waive every set-off, counterclaim and defence, those of them that are not yet known
included, against whoever is entitled to the receivable; what we may claim from the seller we settle with the seller
alone. No credit note and no dispute reduces the amount that is confirmed.
`,
}
