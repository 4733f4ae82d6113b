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

// supervise puts a programme's accounts at the custodian on record, each approved by a second person: the deposits of its funders, the collections on
// open trust, and the operator's own for its fees.
func (e *Economy) supervise(p id.Programme, by *funder, others ...*funder) {
	deposits := []id.Party{by.id}
	for _, other := range others {
		deposits = append(deposits, other.id)
	}
	e.superviseFor(p, deposits...)
}

func (e *Economy) superviseFor(p id.Programme, deposits ...id.Party) {
	text := fmt.Sprintf(agreementOf, p, custodianName)
	places := []book.ProposeSupervisedAccount{
		{Place: supervision.Place{Programme: p, Kind: supervision.Collection}, Owner: e.Operator, Protection: supervision.GermanTrust},
		{Place: supervision.Place{Programme: p, Kind: supervision.Fees}, Owner: e.Operator, Beneficiary: e.Operator, Protection: supervision.OwnMoney},
	}
	for _, of := range deposits {
		places = append(places, book.ProposeSupervisedAccount{
			Place: supervision.Place{Programme: p, Kind: supervision.Funding, Funder: of}, Owner: of, Beneficiary: of, Protection: supervision.OwnMoney,
		})
	}
	for _, c := range places {
		c.Statements = supervision.WhenMoved
		details := intake.BankDetails{Number: fmt.Sprint(p, " ", c.Place.Kind, " ", c.Place.Funder), Holder: custodianName}
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
