package economy

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/payment"
	"millrace/domain/supervision"
	"millrace/edge/intake"
)

// agreementOf is the account-control agreement on a programme's accounts: whoever signs for the operator signs with a second person.
const agreementOf = "Account-control agreement on the accounts of programme %s at %s: orders of two signatories of the operator together, and no other; " +
	"no charge, set-off or lien on money of others."

// supervise puts a programme's accounts at the custodian on record, each approved by a second person: the deposit of who pays in, the collections on
// open trust, and the operator's own for its fees.
func (e *Economy) supervise(p id.Programme, payer *firm) {
	text := fmt.Sprintf(agreementOf, p, custodianName)
	for _, c := range []book.ProposeSupervisedAccount{
		{Place: supervision.Place{Programme: p, Kind: supervision.Funding, Funder: payer.id}, Owner: payer.id, Beneficiary: payer.id, Protection: supervision.OwnMoney},
		{Place: supervision.Place{Programme: p, Kind: supervision.Collection}, Owner: e.Operator, Protection: supervision.GermanTrust},
		{Place: supervision.Place{Programme: p, Kind: supervision.Fees}, Owner: e.Operator, Beneficiary: e.Operator, Protection: supervision.OwnMoney},
	} {
		details := intake.BankDetails{Number: fmt.Sprintf("%s %s", p, c.Place.Kind), Holder: custodianName}
		encoded, err := json.Marshal(details)
		if err != nil {
			e.built = err
			return
		}
		c.Since, c.MandateHash, c.Mandate = e.Today, sha256.Sum256([]byte(text)), e.text(intake.KindText, text)
		c.Signatories, c.Together = []supervision.Signatory{{Actor: e.Maker}, {Actor: e.Checker}, {Actor: e.third}}, 2
		c.Token, c.Details = e.intake.AccountToken(details), e.text(intake.KindAccount, string(encoded))
		if made, found := find[*book.SupervisedAccountProposed](e.give(e.Maker, &c)); found {
			e.give(e.Checker, &book.DecideSupervisedAccount{Account: made.Account.ID, Decision: book.Approve})
			e.bank.keep(payment.Supervised{Kind: payment.AccountKind(c.Place.Kind), Programme: p, Owner: c.Place.Funder})
		}
	}
}
