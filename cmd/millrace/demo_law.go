package main

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/legal"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/edge/bank"
	"millrace/edge/bank/sandbox"
	"millrace/edge/intake"
	"millrace/edge/letter"
)

// ground is what the demo's programmes rest on: who sells to whom, and who funds it.
var ground = []struct {
	anchor           string
	sellers, funders []string
}{
	{"havelmark", []string{"rottmuehl", "traunfels", "morawin", "sazavin"}, []string{"ellernberg", "muehlgraben"}},
	{"rottmuehl", []string{"schwarzeller"}, []string{"muehlgraben"}},
	{"sazavin", []string{"turcava"}, []string{"muehlgraben"}},
}

// lawyer keeps what the act of signing needs.
type lawyer struct {
	*story
	templates map[legal.Kind]id.Template
	signed    map[string]bool
	notices   int
}

var agreementTexts = map[legal.Kind]string{
	legal.ReceivablesPurchase: "Receivables purchase agreement.\n1. The seller offers receivables on the platform; with the funder's acceptance they are sold and assigned.\n" +
		"2. The seller warrants that each receivable exists, is free of rights of others and has not been assigned before.\n3. What the seller receives in the funder's place it holds for the funder.",
	legal.AnchorAccession: "Accession of the anchor.\n1. The anchor accedes to the programme and its rules.\n2. It pays what it has confirmed into the collection account that the notices name.",
	legal.PaymentUndertaking: "Payment undertaking.\n1. What the anchor confirms irrevocably it pays on the due date, whatever becomes of the sale.\n" +
		"2. It waives set-off, counterclaim and defences against the funder.",
}

// signAgreements gives every party a signing key with a mandate, has the agreements signed, tells the anchors, and searches
// the registry against the sellers whose purchases have recourse.
func (s *story) signAgreements() error {
	l := &lawyer{story: s, templates: map[legal.Kind]id.Template{}, signed: map[string]bool{}}
	for _, g := range ground {
		for _, seller := range g.sellers {
			for _, funder := range g.funders {
				if err := l.agree(legal.ReceivablesPurchase, seller, funder, legal.Seller, legal.Funder); err != nil {
					return err
				}
				if err := l.notify(g.anchor, seller, funder); err != nil {
					return err
				}
			}
		}
	}
	for _, holder := range []string{"schwarzeller", "kesselbruck"} { // of certificates that travel down the tiers
		for _, funder := range ground[0].funders {
			if err := l.agree(legal.ReceivablesPurchase, holder, funder, legal.Seller, legal.Funder); err != nil {
				return err
			}
		}
	}
	if err := l.agree(legal.AnchorAccession, "havelmark", "muehlwehr", legal.Anchor, legal.Operator); err != nil {
		return err
	}
	for _, funder := range ground[0].funders {
		if err := l.agree(legal.PaymentUndertaking, "havelmark", funder, legal.Anchor, legal.Funder); err != nil {
			return err
		}
	}
	for _, seller := range []string{"schwarzeller", "turcava"} {
		if err := l.search(seller); err != nil {
			return err
		}
	}
	return s.tell("agreements", "%d agreements signed by their parties with keys of their own; %d notices served on the buyers as letters; a registry searched and clear", len(l.signed), l.notices)
}

// enrolled gives a party a signatory in the first of its roles that can have one.
func (l *lawyer) enrolled(who string) (*signer, error) {
	for _, role := range []party.Role{party.Operator, party.Funder, party.Seller, party.Buyer} {
		for _, p := range l.cast.Parties {
			if p.Key == who && p.roles()&role != 0 {
				return l.signerOf(who, role)
			}
		}
	}
	return nil, fmt.Errorf("nobody signs for %s", who)
}

func (l *lawyer) template(kind legal.Kind) (id.Template, error) {
	if known, found := l.templates[kind]; found {
		return known, nil
	}
	text := []byte(agreementTexts[kind])
	stored, err := l.intake.Store(l.ctx, intake.KindText, text)
	if err != nil {
		return 0, err
	}
	answer, err := l.give(l.maker, "", &book.ProposeTemplate{Name: kind.String(), About: kind, Law: "DE", TextHash: sha256.Sum256(text), Text: stored})
	if err != nil {
		return 0, err
	}
	l.templates[kind] = first[*book.TemplateProposed](answer).Template.ID
	_, err = l.give(l.checker, "", &book.ApproveTemplate{Template: l.templates[kind]})
	return l.templates[kind], err
}

// agree drafts an agreement between two parties and has both sign it, once.
func (l *lawyer) agree(kind legal.Kind, one, two string, oneAs, twoAs legal.Role) error {
	name := fmt.Sprint(kind, one, two)
	if l.signed[name] {
		return nil
	}
	l.signed[name] = true
	template, err := l.template(kind)
	if err != nil {
		return err
	}
	const most = money.Minor(2_000_000_00)
	terms := fmt.Sprintf("Between %s and %s. Most that may be outstanding: %s.", l.names[l.party(one)], l.names[l.party(two)], l.text(most))
	stored, err := l.intake.Store(l.ctx, intake.KindText, []byte(terms))
	if err != nil {
		return err
	}
	answer, err := l.give(l.maker, "", &book.DraftAgreement{
		Template: template, Parties: []legal.Signatory{{Party: l.party(one), Role: oneAs}, {Party: l.party(two), Role: twoAs}},
		Effective: l.date, Until: l.date.AddDays(730), TermsHash: sha256.Sum256([]byte(terms)), Terms: stored, Amount: most, Currency: l.currency,
	})
	if err != nil {
		return err
	}
	drafted := first[*book.AgreementDrafted](answer).Agreement
	for _, who := range []string{one, two} {
		s, err := l.enrolled(who)
		if err != nil {
			return err
		}
		c := &book.SignAgreement{Agreement: drafted.ID, Party: l.party(who), Deed: drafted.Deed}
		c.Signatures = []book.Signature{s.sign(c.Statement())}
		if _, err := l.give(l.maker, "", c); err != nil {
			return err
		}
	}
	return nil
}

// notify writes the letter to an anchor, and has it served by courier and acknowledged by the anchor.
func (l *lawyer) notify(anchor, seller, funder string) error {
	programme := l.programmes[l.party(anchor)]
	number, err := sandbox.IBAN(bank.Account{Kind: bank.Collection, Programme: programme})
	if err != nil {
		return err
	}
	account := intake.BankDetails{IBAN: number, BIC: demoBIC, Holder: l.names[l.operator]} // as it is on record
	pdf, err := letter.Write(letter.Notice{
		Kind: legal.Assignment, Date: l.date, Reference: programme.String() + " " + l.party(seller).String(), Assignor: l.addressee(seller),
		Assignee: l.addressee(funder), Debtor: l.addressee(anchor), Account: letter.Account(account), Law: "DE",
	})
	if err != nil {
		return err
	}
	encoded, err := json.Marshal(account)
	if err != nil {
		return err
	}
	c := &book.DraftNotice{
		About: legal.Assignment, Seller: l.party(seller), Funder: l.party(funder), Programme: programme, Law: "DE", LetterHash: sha256.Sum256(pdf),
	}
	if c.Account, err = l.intake.Store(l.ctx, intake.KindAccount, encoded); err != nil {
		return err
	}
	if c.Letter, err = l.intake.Store(l.ctx, intake.KindLetter, pdf); err != nil {
		return err
	}
	answer, err := l.give(l.maker, "", c)
	if err != nil {
		return err
	}
	notice := first[*book.NoticeDrafted](answer).Notice
	l.notices++
	waybill, err := l.intake.Store(l.ctx, intake.KindProof, []byte(fmt.Sprintf("Waybill %d, handed over at the gate", 7000+l.notices)))
	if err != nil {
		return err
	}
	if _, err := l.give(l.maker, "", &book.AdvanceNotice{Notice: notice.ID, State: legal.NoticeServed, Date: l.date, Method: legal.Courier, Proof: waybill}); err != nil {
		return err
	}
	if anchor != "havelmark" { // the others have received it, and have not answered
		return nil
	}
	_, err = l.give(l.actors[anchor+" buyer"], "", &book.AdvanceNotice{Notice: notice.ID, State: legal.NoticeAcknowledged, Date: l.date, LetterHash: notice.LetterHash})
	return err
}

func (l *lawyer) addressee(who string) letter.Party {
	for _, p := range l.cast.Parties {
		if p.Key == who {
			return letter.Party{Name: p.Name, Street: p.Street, PostalCode: p.PostalCode, City: p.City, Country: p.Country}
		}
	}
	return letter.Party{}
}

func (l *lawyer) search(seller string) error {
	certificate, err := l.intake.Store(l.ctx, intake.KindText, []byte("Extract: no entries against "+l.names[l.party(seller)]))
	if err != nil {
		return err
	}
	_, err = l.give(l.maker, "", &book.RecordSearch{Registry: "national pledge registry", Against: l.party(seller), Date: l.date, Certificate: certificate})
	return err
}
