package console

import (
	"errors"

	"millrace/domain/id"
	"millrace/edge/view"
)

// promised is what a buyer has undertaken on a receivable, what waits for a second signatory, and what it disputes.
type promised struct {
	Started  []view.Confirmation
	Disputes []view.Dispute
}

// records are those whose stories belong to the receivable's.
func (p *promised) records() []string {
	var records []string
	for i := range p.Started {
		records = append(records, p.Started[i].ID)
	}
	for i := range p.Disputes {
		records = append(records, p.Disputes[i].ID)
	}
	return records
}

func (v *visit) promised(of id.Receivable) (promised, error) {
	q := view.Query{Receivable: of, Order: view.OldestFirst, Limit: rowsMax}
	started, err := v.Confirmations(v.caller, q)
	disputes, disputesErr := v.Disputes(v.caller, q)
	return promised{started.Items, disputes.Items}, errors.Join(err, disputesErr)
}

// signatoryKey is a signing key with what it may sign.
type signatoryKey struct {
	view.SigningKey
	Mandates []view.Mandate
}

func (v *visit) signingKeys(of id.Party) ([]signatoryKey, error) {
	keys, err := v.SigningKeys(v.caller, view.Query{Party: of, Limit: rowsMax})
	if err != nil {
		return nil, err
	}
	shown := make([]signatoryKey, len(keys.Items))
	for i, key := range keys.Items {
		number, err := id.Parse[id.SigningKey](key.ID)
		if err != nil {
			return nil, err
		}
		mandates, err := v.MandatesOf(v.caller, number)
		if err != nil {
			return nil, err
		}
		shown[i] = signatoryKey{key, mandates.Items}
	}
	return shown, nil
}
