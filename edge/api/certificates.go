package api

import (
	"net/http"
	"time"

	"millrace/book"
	"millrace/domain/certificate"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/edge/intake"
	"millrace/edge/view"
	"millrace/engine"
)

func init() {
	signable = append(signable, "issue_certificate", "set_standing", "move_holdings", "cancel_certificate", "accept_quote")
}

// Bodies of what is done with certificates.
type (
	// IssueBody issues a certificate on the whole undertaking that is open.
	IssueBody struct {
		Programme     string          `json:"programme" doc:"under whose rules it moves"`
		Justification string          `json:"justification,omitempty" maxLength:"20000" doc:"why the tenor is long, where a law asks for it; the signatures cover the SHA-256 of this text"`
		Signatures    []SignatureBody `json:"signatures,omitempty" maxItems:"4" doc:"of the issuer's signatories"`
	}
	// StandingBody accepts certificates in advance.
	StandingBody struct {
		Party      string          `json:"party"`
		Programme  string          `json:"programme"`
		Until      string          `json:"until" doc:"last business date; one that is past withdraws it"`
		Signatures []SignatureBody `json:"signatures,omitempty" maxItems:"4" doc:"of the payee's signatories"`
	}
	// MoveBody is one step with one holding.
	MoveBody struct {
		Step      string  `json:"step" enum:"split,transfer,accept,decline,withdraw,pledge,release"`
		Holding   string  `json:"holding" doc:"once consumed in the same list, its remainder"`
		Amount    *Amount `json:"amount,omitempty" doc:"of split, transfer, pledge; missing: all of it"`
		To        string  `json:"to,omitempty" doc:"of transfer and pledge"`
		Debt      string  `json:"debt,omitempty" doc:"of a transfer: the receivable of the payee on the holder that it pays"`
		Discharge string  `json:"discharge,omitempty" enum:"at_once,on_redemption" doc:"of a transfer: when the debt is discharged"`
		Expires   string  `json:"expires,omitempty" doc:"of a transfer: when an offer ends, RFC 3339, within 90 days"`
	}
	// MovesBody is an ordered list of moves by one controller, made together or not at all.
	MovesBody struct {
		Party      string          `json:"party" doc:"who controls the holdings"`
		Moves      []MoveBody      `json:"moves" minItems:"1" maxItems:"1000"`
		Signatures []SignatureBody `json:"signatures,omitempty" maxItems:"4" doc:"of its signatories, over the whole list"`
	}
	// ConsentSignatureBody is a signature by a key that whoever brings it need not see.
	ConsentSignatureBody struct {
		SignatureBody
		Public string `json:"public" minLength:"64" maxLength:"64" doc:"the key's public half, hexadecimal"`
	}
	// ConsentBody is the word of one holder.
	ConsentBody struct {
		Party      string                 `json:"party"`
		Signatures []ConsentSignatureBody `json:"signatures" maxItems:"4"`
	}
	// CertificateCancellationBody ends a certificate by the word of every holder.
	CertificateCancellationBody struct {
		Outstanding Amount        `json:"outstanding" doc:"of the certificate"`
		Consents    []ConsentBody `json:"consents,omitempty" maxItems:"1000"`
	}
	// AcceptanceBody accepts a quote. One on a holding is signed by its controller; one on a receivable has no body.
	AcceptanceBody struct {
		Signatures []SignatureBody `json:"signatures,omitempty" maxItems:"4"`

		Payee            string `json:"payee,omitempty" doc:"a verified bank account of the borrower's supplier, where the programme pays suppliers"`
		SupplyTrade      string `json:"supply_trade,omitempty" doc:"the borrower's order that is paid in advance"`
		SupplyReceivable string `json:"supply_receivable,omitempty" doc:"or its debt that is paid"`
	}
	// Moved is what a list of moves has made.
	Moved struct {
		Holdings []view.Holding `json:"holdings" doc:"that it made, as far as the caller sees them, in their order"`
	}
	// Accepts is what a payee accepts in advance.
	Accepts struct {
		ID        string `json:"id"`
		Party     string `json:"party"`
		Programme string `json:"programme"`
		Until     string `json:"until"`
	}
)

func (s *server) registerCertificates() {
	getter(s, "get_certificate", (*view.View).Certificate)
	lister(s, "list_certificates", (*view.View).Certificates, "state", "party", "programme", "receivable")
	getter(s, "get_holding", (*view.View).Holding)
	lister(s, "list_holdings", (*view.View).Holdings, "state", "party")
	getter(s, "get_certificate_tree", (*view.View).CertificateTree)
	register(s, act[IssueBody, view.Certificate]{
		name: "issue_certificate", addressed: "receivable", status: http.StatusCreated, build: buildIssue,
		show: shown(func(_ *book.IssueCertificate, a *engine.Answer) id.Certificate {
			return event[*book.CertificateIssued](a).Certificate.ID
		}, (*view.View).Certificate),
	})
	register(s, act[StandingBody, Accepts]{
		name: "set_standing", status: http.StatusCreated, build: buildStanding,
		show: func(_ *call, _ *view.View, a *engine.Answer, _ book.Command) (Accepts, error) {
			r := &event[*book.StandingSet](a).Standing
			return Accepts{r.ID.String(), r.Party.String(), r.Programme.String(), r.Until.String()}, nil
		},
	})
	register(s, act[MovesBody, Moved]{
		name: "move_holdings", status: http.StatusCreated, build: buildMoves,
		show: func(x *call, v *view.View, a *engine.Answer, _ book.Command) (Moved, error) {
			moved := Moved{Holdings: []view.Holding{}}
			for _, made := range event[*book.HoldingsMoved](a).Made {
				h, err := v.Holding(x.caller, made.ID)
				if err == view.ErrNotFound {
					continue // another's by now
				}
				if err != nil {
					return moved, err
				}
				moved.Holdings = append(moved.Holdings, h)
			}
			return moved, nil
		},
	})
	register(s, act[CertificateCancellationBody, view.Certificate]{
		name: "cancel_certificate", addressed: "certificate", status: http.StatusOK, build: buildCertificateCancellation,
		show: shown(func(c *book.CancelCertificate, _ *engine.Answer) id.Certificate { return c.Certificate }, (*view.View).Certificate),
	})
}

// buildIssue takes amount, currency and due date from the receivable: a certificate is issued on all that is undertaken.
func buildIssue(x *call, of string, body *IssueBody) (book.Command, error) {
	number, record, err := addressed(x, of, (*view.View).ReceivableRecord)
	if err != nil {
		return nil, err
	}
	c := &book.IssueCertificate{
		Receivable: number, Programme: required[id.Programme](x.fields, "programme", body.Programme),
		Amount: min(record.Undertaken(), record.Outstanding()), Currency: record.Currency, Due: record.Due,
	}
	if c.Signatures, err = x.signatures(body.Signatures); err != nil || body.Justification == "" {
		return c, err
	}
	c.Justify(body.Justification)
	c.Justification, err = x.keep(intake.KindReason, x.text("justification", body.Justification, 20_000))
	return c, err
}

func buildStanding(x *call, _ string, body *StandingBody) (book.Command, error) {
	c := &book.SetStanding{
		Party: required[id.Party](x.fields, "party", body.Party), Programme: required[id.Programme](x.fields, "programme", body.Programme),
		Until: x.date("until", body.Until),
	}
	var err error
	c.Signatures, err = x.signatures(body.Signatures)
	return c, err
}

func buildMoves(x *call, _ string, body *MovesBody) (book.Command, error) {
	c := &book.MoveHoldings{Party: required[id.Party](x.fields, "party", body.Party), Moves: make([]book.Move, len(body.Moves))}
	currencies := map[id.Holding]money.Currency{}
	for i := range body.Moves {
		b, m := &body.Moves[i], &c.Moves[i]
		*m = book.Move{
			Step: certificate.ParseStep(b.Step), Holding: required[id.Holding](x.fields, "moves.holding", b.Holding), To: optional[id.Party](x.fields, "moves.to", b.To),
			Debt: optional[id.Receivable](x.fields, "moves.debt", b.Debt),
		}
		if b.Discharge != "" {
			m.Discharge = certificate.Discharge(x.choice("moves.discharge", b.Discharge, discharges))
		}
		if b.Expires != "" {
			m.Expires = x.stamp("moves.expires", b.Expires)
		}
		if b.Amount == nil || m.Holding == 0 {
			continue
		}
		currency, known := currencies[m.Holding]
		if !known {
			_, record, err := named(x, "moves.holding", b.Holding, (*view.View).Holding)
			if err != nil {
				return nil, err
			}
			currency = currencyOf(record.Amount)
			currencies[m.Holding] = currency
		}
		if m.Amount = x.amountIn("moves.amount", *b.Amount, currency); m.Amount == 0 {
			x.bad("moves.amount", b.Amount.Text, "is left out where all of it is meant")
		}
	}
	var err error
	c.Signatures, err = x.signatures(body.Signatures)
	return c, err
}

var discharges = []string{"", certificate.AtOnce.String(), certificate.OnRedemption.String()}

// stamp reads a time as microseconds since the Unix epoch.
func (f *fields) stamp(field, text string) int64 {
	at, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		f.bad(field, text, "is not a time of the form 2026-11-22T12:00:00Z")
		return 0
	}
	return at.UnixMicro()
}

func buildCertificateCancellation(x *call, of string, body *CertificateCancellationBody) (book.Command, error) {
	number, record, err := addressed(x, of, (*view.View).Certificate)
	if err != nil {
		return nil, err
	}
	c := &book.CancelCertificate{Certificate: number, Outstanding: x.amountIn("outstanding", body.Outstanding, currencyOf(record.Amount))}
	for i := range body.Consents {
		consent := book.Consent{Party: required[id.Party](x.fields, "consents.party", body.Consents[i].Party)}
		for _, given := range body.Consents[i].Signatures {
			one := book.Signature{Key: required[id.SigningKey](x.fields, "consents.signatures.key", given.Key)}
			x.hexadecimal("consents.signatures.public", given.Public, one.Public[:])
			x.hexadecimal("consents.signatures.signature", given.Signature, one.Bytes[:])
			consent.Signatures = append(consent.Signatures, one)
		}
		c.Consents = append(c.Consents, consent)
	}
	return c, nil
}

// ofHolding asks for a quote on a holding, or a part of it.
func (x *call) ofHolding(c *book.RequestQuote, body *QuoteBody) error {
	if body.Receivable != "" {
		x.bad("receivable", body.Receivable, "is left out where a holding is financed")
	}
	number, record, err := named(x, "holding", body.Holding, (*view.View).Holding)
	if err != nil {
		return err
	}
	c.Holding = number
	if body.Amount != nil {
		c.Amount = x.amountIn("amount", *body.Amount, currencyOf(record.Amount))
	}
	return nil
}

// buildAcceptance repeats the terms of a quote on a holding, which are what its controller signs.
func buildAcceptance(x *call, of string, body *AcceptanceBody) (book.Command, error) {
	number, record, err := addressed(x, of, (*view.View).FinancingRecord)
	if err != nil {
		return nil, err
	}
	c := &book.AcceptQuote{
		Financing: number, Payee: optional[id.BankAccount](x.fields, "payee", body.Payee), SupplyTrade: optional[id.Trade](x.fields, "supply_trade", body.SupplyTrade),
		SupplyReceivable: optional[id.Receivable](x.fields, "supply_receivable", body.SupplyReceivable),
	}
	if record.Holding != 0 {
		c.Holding, c.Amount, c.Net = record.Holding, record.Amount, record.Net
	}
	c.Signatures, err = x.signatures(body.Signatures)
	return c, err
}
