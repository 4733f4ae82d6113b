package clearing

import "crypto/sha256"

// ConsentVersion is that of ConsentText. A version is never changed, only followed by the next.
const ConsentVersion = 1

// ConsentText is what a party says with a consent, standing or to one run. A circle of set-offs rests on the agreement of all in it, and
// not on set-off by statute.
const ConsentText = `We consent that debts which we owe and claims which are owed to us are set off in runs of multilateral set-off, with those
of other parties that have consented likewise, and that we thereby lose claims on one party as we are freed of debts to another, by
the same amount in each run. A debt takes part as far as it is undisputed, free of rights of others, and due on the run's value date;
one that is not due yet only where its creditor has said so. We consent to the result of a run as a whole, whatever it is, as the
run's certificate proves it; nothing is set off in part. What a run holds is neither paid, assigned nor pledged until the run is over.
Invoices and the tax on them stay as they are: a set-off is a payment without cash.
`

// ConsentHash is SHA-256 over the text.
func ConsentHash() [32]byte { return sha256.Sum256([]byte(ConsentText)) }
