package view

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"

	"millrace/book"
	"millrace/domain/certificate"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/mandate"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/edge/access"
	"millrace/edge/locale"
)

// Certificate is a confirmed receivable in transferable form: an assignable claim, and no negotiable instrument.
type Certificate struct {
	ID            string `json:"id"`
	Receivable    string `json:"receivable,omitempty" doc:"on which it stands, to those who see it"`
	Programme     string `json:"programme"`
	Issuer        *Ref   `json:"issuer" doc:"who owes it"`
	Payee         *Ref   `json:"payee" doc:"the first holder"`
	State         string `json:"state" enum:"live,redeemed,cancelled"`
	Amount        Amount `json:"amount" doc:"as issued"`
	Outstanding   Amount `json:"outstanding" doc:"the sum of its live holdings"`
	Holdings      *int   `json:"holdings,omitempty" doc:"how many are alive, to those who see all"`
	Issued        string `json:"issued"`
	Due           string `json:"due"`
	Law           string `json:"law,omitempty" doc:"whose rules held on the day of its issue"`
	TiersMax      int    `json:"tiers_max" doc:"through how many hands it may go"`
	Statement     string `json:"statement_sha256" doc:"of what the issuer has signed"`
	Justification string `json:"justification,omitempty" doc:"why the tenor is long, to those who see all"`
	Entry         uint64 `json:"entry"`
}

// Holding is a part of a certificate in one hand. It is made by one step and consumed by another.
type Holding struct {
	ID          string `json:"id"`
	Certificate string `json:"certificate"`
	Parent      string `json:"parent,omitempty" doc:"out of which it was made"`
	Issuer      *Ref   `json:"issuer" doc:"who owes it"`
	Holder      *Ref   `json:"holder" doc:"to whom it is owed"`
	State       string `json:"state" enum:"free,offered,pledged,financed,spent"`
	Amount      Amount `json:"amount"`
	Due         string `json:"due"`
	Tier        int    `json:"tier" doc:"1 for the first holder"`
	Step        string `json:"step" doc:"that made it"`
	End         string `json:"end,omitempty" doc:"step that consumed it"`
	To          *Ref   `json:"to,omitempty" doc:"to whom it is offered or pledged, or who finances it: that party controls it"`
	Debt        string `json:"debt,omitempty" doc:"receivable that it pays"`
	Discharge   string `json:"discharge,omitempty" enum:"at_once,on_redemption" doc:"of the debt"`
	Financing   string `json:"financing,omitempty" doc:"to those who see it"`
	Expires     string `json:"expires,omitempty" doc:"when the offer ends"`
	Made        uint64 `json:"made" doc:"entry that made it"`
	Spent       uint64 `json:"spent,omitempty" doc:"entry that consumed it"`
	Entry       uint64 `json:"entry"`
}

// Signed is a signature as it stands in the journal.
type Signed struct {
	Key       string `json:"key"`
	Party     *Ref   `json:"party,omitempty" doc:"whom it binds"`
	Public    string `json:"public" doc:"Ed25519, hexadecimal"`
	Signature string `json:"signature" doc:"over the statement, hexadecimal"`
}

// Deed is the entry by which a step was taken, with what was signed for it.
type Deed struct {
	Entry      uint64   `json:"entry"`
	At         string   `json:"at"`
	Command    string   `json:"command"`
	Hash       string   `json:"statement_sha256,omitempty"`
	Statement  string   `json:"statement,omitempty" doc:"missing where it also tells of what the caller does not see"`
	Signatures []Signed `json:"signatures,omitempty"`
}

// Node is one holding in the tree of a certificate.
type Node struct {
	Holding
	Made  *Deed `json:"made_by"`
	Ended *Deed `json:"ended_by,omitempty" doc:"of what was redeemed or cancelled; any other step shows in what it made"`
}

// Tree is a certificate from its issue to its redemption, as far as the caller sees it. Every node comes after its parent.
type Tree struct {
	Certificate Certificate `json:"certificate"`
	Nodes       []Node      `json:"nodes"`
	Complete    bool        `json:"complete" doc:"false where there are more nodes than are shown"`
	Watermark   uint64      `json:"watermark"`
}

// nodesMax is the most nodes of a tree that are shown.
const nodesMax = 2000

const (
	heldBy     = "SELECT certificate >> 16 FROM holding WHERE holder = ? OR counterparty = ?"
	controlled = "SELECT certificate >> 16 FROM holding WHERE counterparty = ?"
)

var (
	certificates = source[certificate.Certificate]{
		table: "certificate", state: "state", parties: []string{"issuer", "payee"}, programme: "programme", received: "receivable",
		scope: shares(share{roles: party.Buyer | party.Anchor, sql: "issuer = ?"}, share{roles: party.Seller, sql: "number IN (" + heldBy + ")"},
			share{roles: party.Funder, sql: "number IN (" + controlled + ")"}),
	}
	holdings = source[certificate.Holding]{
		table: "holding", parties: []string{"holder", "counterparty"},
		scope: shares(share{roles: party.Seller, sql: "holder = ? OR counterparty = ?"}, share{roles: party.Funder, sql: "counterparty = ?"}),
	}
)

// Certificate gives a certificate that the caller sees, else ErrNotFound.
func (v *View) Certificate(c access.Caller, of id.Certificate) (Certificate, error) {
	return one(v, &certificates, c, of.Number(), (*showing).showCertificate)
}

// Certificates lists the certificates that the caller sees.
func (v *View) Certificates(c access.Caller, q Query) (Page[Certificate], error) {
	return many(v, &certificates, c, q, (*showing).showCertificate)
}

// Holding gives a holding that the caller sees, else ErrNotFound.
func (v *View) Holding(c access.Caller, of id.Holding) (Holding, error) {
	return one(v, &holdings, c, of.Number(), (*showing).showHolding)
}

// Holdings lists the holdings that the caller sees. As a state, "spent" is what any step has consumed.
func (v *View) Holdings(c access.Caller, q Query) (Page[Holding], error) {
	narrowed := holdings
	narrowed.table = "(SELECT *, CASE live WHEN 0 THEN 'spent' ELSE status END AS standing FROM holding)"
	narrowed.state = "standing"
	return many(v, &narrowed, c, q, (*showing).showHolding)
}

// Offers lists what is offered to the caller's party and waits for its word.
func (v *View) Offers(c access.Caller, q Query) (Page[Holding], error) {
	narrowed := holdings
	narrowed.table = "(SELECT * FROM holding WHERE live = 1 AND status = 'offered' AND " + among("counterparty", []id.Party{c.Party}) + ")"
	return many(v, &narrowed, c, q, (*showing).showHolding)
}

// FinancingRecord gives a financing that the caller sees as it is stored, else ErrNotFound: what is signed is made of it.
func (v *View) FinancingRecord(c access.Caller, of id.Financing) (funding.Financing, error) {
	record, err := get(v, &financings, c, of.Number())
	if err != nil {
		return funding.Financing{}, err
	}
	return *record, nil
}

// CertificateTree gives the tree of a certificate that the caller sees, else ErrNotFound. A holder sees its own holdings, the
// path by which each came to it, and whom it has given what; the issuer sees what it has issued.
func (v *View) CertificateTree(c access.Caller, of id.Certificate) (Tree, error) {
	record, err := get(v, &certificates, c, of.Number())
	if err != nil {
		return Tree{}, err
	}
	s := &showing{View: v, caller: c}
	grown := growth{showing: s, deeds: map[uint64]*Deed{}, whole: map[uint64]bool{}}
	tree := Tree{Certificate: s.showCertificate(record), Nodes: []Node{}, Complete: true, Watermark: v.Watermark()}
	all := []certificate.Holding{}
	err = rows(v, "SELECT number, record FROM holding WHERE certificate = ? ORDER BY number", []any{int64(of)}, func(_ uint64, h *certificate.Holding) error {
		all = append(all, *h)
		return nil
	})
	if err != nil {
		return tree, err
	}
	sight := sightOf(c, all)
	for i := range all {
		if sight[all[i].ID] == unseen {
			continue
		}
		if len(tree.Nodes) == nodesMax {
			tree.Complete = false
			break
		}
		tree.Nodes = append(tree.Nodes, grown.node(&all[i], sight[all[i].ID]))
	}
	return tree, s.err
}

// sight is how much of a holding a caller sees in a tree.
type sight uint8

const (
	unseen sight = iota
	given        // that the caller has made it for another, and not what that one did with it
	passed       // on the path to a holding of the caller's
	own
)

// sightOf tells what a caller sees of the holdings of a certificate, which come parents first.
func sightOf(c access.Caller, all []certificate.Holding) map[id.Holding]sight {
	seen := make(map[id.Holding]sight, len(all))
	parents := make(map[id.Holding]*certificate.Holding, len(all))
	views := c.Views()
	for i := range all {
		h := &all[i]
		parents[h.ID] = h
		parent := parents[h.Parent]
		switch {
		case c.SeesAll(), views&party.Seller != 0 && (h.Holder == c.Party || h.To == c.Party), views&party.Funder != 0 && h.To == c.Party:
			seen[h.ID] = own
		case parent != nil && views&party.Seller != 0 && parent.Holder == c.Party, parent == nil && views&(party.Buyer|party.Anchor) != 0:
			seen[h.ID] = given
		}
		if seen[h.ID] != own || c.SeesAll() {
			continue
		}
		for parent != nil && seen[parent.ID] < passed {
			seen[parent.ID] = passed
			parent = parents[parent.Parent]
		}
	}
	return seen
}

func (s *showing) showCertificate(r *certificate.Certificate) Certificate {
	shown := Certificate{
		ID: r.ID.String(), Programme: r.Programme.String(), Issuer: s.party(r.Issuer), Payee: s.party(r.Payee), State: r.State.String(),
		Amount: AmountOf(r.Amount, r.Currency), Outstanding: AmountOf(r.Outstanding, r.Currency), Issued: day(r.Issued), Due: day(r.Due),
		Law: r.Law.String(), TiersMax: int(r.TiersMax), Statement: hex.EncodeToString(r.Root[:]), Entry: r.Entry,
	}
	if s.sees(r.Receivable) {
		shown.Receivable = r.Receivable.String()
	}
	if s.caller.SeesAll() {
		count := int(r.Holdings)
		shown.Holdings = &count
		if r.Justification != [32]byte{} {
			text, err := s.text(r.Justification)
			s.note(err)
			shown.Justification = text
		}
	}
	return shown
}

// sees tells whether the caller sees a receivable.
func (s *showing) sees(r id.Receivable) bool {
	_, err := get(s.View, &receivables, s.caller, r.Number())
	if err == ErrNotFound {
		return false
	}
	s.note(err)
	return err == nil
}

func (s *showing) certificateRecord(k id.Certificate) *certificate.Certificate {
	found := &certificate.Certificate{}
	s.note(rows(s.View, "SELECT number, record FROM certificate WHERE number = ?", []any{int64(k.Number())}, func(_ uint64, record *certificate.Certificate) error {
		found = record
		return nil
	}))
	return found
}

// showHolding shows whom a holding is promised to only to that party and to its holder.
func (s *showing) showHolding(r *certificate.Holding) Holding {
	k := s.certificateRecord(r.Certificate)
	shown := Holding{
		ID: r.ID.String(), Certificate: r.Certificate.String(), Parent: r.Parent.String(), Issuer: s.party(k.Issuer), Holder: s.party(r.Holder),
		State: r.Status.String(), Amount: AmountOf(r.Amount, k.Currency), Due: day(k.Due), Tier: int(r.Tier), Step: r.By.String(), Made: r.Made, Spent: r.Spent,
		Entry: r.Entry,
	}
	if !r.Live() {
		shown.State, shown.End = "spent", r.End.String()
	}
	if s.caller.SeesAll() || r.Holder == s.caller.Party || r.To == s.caller.Party {
		shown.To = s.party(r.To)
		if r.Debt != 0 {
			shown.Debt, shown.Discharge = r.Debt.String(), r.Discharge.String()
		}
		if r.Expires != 0 {
			shown.Expires = Time(r.Expires)
		}
	}
	if r.Financing != 0 && s.seesFinancing(r.Financing) {
		shown.Financing = r.Financing.String()
	}
	return shown
}

// growth shows the nodes of one tree; every entry is read once.
type growth struct {
	*showing
	deeds map[uint64]*Deed
	whole map[uint64]bool // deeds whose statement tells of one step only
}

func (g *growth) node(h *certificate.Holding, seen sight) Node {
	node := Node{Holding: g.showHolding(h), Made: g.deed(h.Made, h, seen)}
	if seen == given {
		node.State, node.End, node.Spent, node.Entry, node.Financing = certificate.Free.String(), "", 0, h.Made, ""
		if h.Status == certificate.Offered {
			node.State = h.Status.String()
		}
		return node
	}
	if h.End == certificate.Redeem || h.End == certificate.Cancel {
		node.Ended = g.deed(h.Spent, h, seen)
	}
	return node
}

// deed shows an entry. What was signed is shown whole where it is about this one step, or was signed by the caller's party.
func (g *growth) deed(sequence uint64, h *certificate.Holding, seen sight) *Deed {
	deed, known := g.deeds[sequence]
	if !known {
		deed = g.read(sequence)
		g.deeds[sequence] = deed
	}
	if deed == nil || g.caller.SeesAll() || seen == own && g.whole[sequence] {
		return deed
	}
	shown := *deed
	signedBy := func(one Signed) bool { return one.Party != nil && one.Party.ID == g.caller.Party.String() }
	if deed.Command == "cancel_certificate" { // by all who held it, whom the caller does not know
		shown.Signatures = slices.DeleteFunc(slices.Clone(deed.Signatures), func(one Signed) bool { return !signedBy(one) })
		return &shown
	}
	if slices.ContainsFunc(deed.Signatures, signedBy) {
		return deed
	}
	if !g.whole[sequence] || h.Financing != 0 && !g.seesFinancing(h.Financing) {
		shown.Statement = ""
	}
	return &shown
}

func (g *growth) read(sequence uint64) *Deed {
	stored, err := g.engine.ReadEntry(sequence)
	if err != nil {
		g.note(err)
		return nil
	}
	deed := &Deed{Entry: sequence, At: Time(stored.Header.At), Command: CommandName(stored.Command)}
	var signatures []book.Signature
	g.whole[sequence] = true
	switch c := stored.Command.(type) {
	case *book.IssueCertificate:
		signatures = c.Signatures
	case *book.MoveHoldings:
		signatures, g.whole[sequence] = c.Signatures, len(c.Moves) == 1
	case *book.AcceptQuote:
		signatures = c.Signatures
	case *book.CancelCertificate:
		g.whole[sequence] = false
		for i := range c.Consents {
			signatures = append(signatures, c.Consents[i].Signatures...)
		}
	}
	if len(signatures) == 0 {
		return deed
	}
	statement := stored.Command.(book.Signed).Statement()
	hash := sha256.Sum256(statement)
	deed.Statement, deed.Hash = string(statement), hex.EncodeToString(hash[:])
	for i := range signatures {
		deed.Signatures = append(deed.Signatures, g.signature(&signatures[i]))
	}
	return deed
}

func (s *showing) signature(r *book.Signature) Signed {
	shown := Signed{Key: r.Key.String(), Public: hex.EncodeToString(r.Public[:]), Signature: hex.EncodeToString(r.Bytes[:])}
	s.note(rows(s.View, "SELECT number, record FROM signing_key WHERE number = ?", []any{int64(r.Key.Number())}, func(_ uint64, key *mandate.SigningKey) error {
		shown.Party = s.party(key.Party)
		return nil
	}))
	return shown
}

// amountOf is an amount in the currency of a certificate.
func (s *showing) amountOf(k id.Certificate, minor money.Minor) string {
	return AmountOf(minor, s.certificateRecord(k).Currency).String()
}

// ofCertificates tells of certificates and their holdings.
func (s *showing) ofCertificates(e book.Event) *locale.Text {
	switch e := e.(type) {
	case *book.CertificateIssued:
		k := &e.Certificate
		return locale.Say("%s issued a certificate of %s to %s, due %s.", s.name(k.Issuer), AmountOf(k.Amount, k.Currency), s.name(k.Payee), k.Due)
	case *book.StandingSet:
		return locale.Say("%s accepts in advance what it is offered in %s, until %s.", s.name(e.Standing.Party), s.programmeName(e.Standing.Programme), e.Standing.Until)
	case *book.HoldingsMoved:
		return s.moved(e)
	case *book.CertificateCancelled:
		return locale.Say("Certificate %s was cancelled by all who held it; %s was released by others than its first holder.", e.Certificate,
			s.amountOf(e.Certificate, e.Released))
	case *book.DebtsDischarged:
		return discharged(e)
	}
	return nil
}

func discharged(e *book.DebtsDischarged) *locale.Text {
	var told *locale.Text
	switch len(e.Debts) {
	case 0:
	case 1:
		told = locale.Say("One debt for which the certificate was given is discharged.")
	default:
		told = locale.Say("%d debts for which the certificate was given are discharged.", len(e.Debts))
	}
	if len(e.Restored) > 0 {
		told = told.Then(locale.Say("%d are owed again.", len(e.Restored)))
	}
	return told
}

var stepSentences = map[certificate.Step]string{
	certificate.Split: "%[1]s split off %[2]s.", certificate.Transfer: "%[1]s took %[2]s in payment of a debt.", certificate.Accept: "%[1]s accepted %[2]s in payment of a debt.",
	certificate.Offer: "%[1]s offered %[2]s%[3]s in payment of a debt.", certificate.Decline: "An offer of %[2]s was declined: it is %[1]s's again.",
	certificate.Withdraw: "%[1]s withdrew its offer of %[2]s.", certificate.Expire: "An offer of %[2]s was not taken in time: it is %[1]s's again.",
	certificate.Pledge: "%[1]s pledged %[2]s%[3]s.", certificate.Release: "%[2]s, which had been pledged, was released to %[1]s.",
	certificate.Finance: "%[1]s had %[2]s financed%[3]s.", certificate.Return: "A financing has ended: %[2]s is %[1]s's again.",
	certificate.Redeem: "After a redemption in part %[1]s has %[2]s left.",
}

// moved tells of the holdings that a caller sees; remainders are left out, but where nothing else was made.
func (s *showing) moved(e *book.HoldingsMoved) *locale.Text {
	const told = 3
	ends := map[id.Holding]certificate.Step{}
	for _, spent := range e.Spent {
		ends[spent.Holding] = spent.End
	}
	var sentences *locale.Text
	count := 0
	more := 0
	for i := range e.Made {
		h := &e.Made[i]
		if h.By == certificate.Split && ends[h.Parent] != certificate.Split || !s.caller.SeesAll() && h.Holder != s.caller.Party && h.To != s.caller.Party {
			continue
		}
		if count == told {
			more++
			continue
		}
		var to *locale.Text
		if h.To != 0 && (h.Status != certificate.Financed || s.seesFinancing(h.Financing)) {
			to = locale.Say(map[certificate.Status]string{certificate.Offered: " to %s", certificate.Pledged: " to %s", certificate.Financed: " by %s"}[h.Status], s.name(h.To))
		}
		count++
		sentences = sentences.Then(locale.Say(stepSentences[h.By], s.name(h.Holder), s.amountOf(h.Certificate, h.Amount), to))
	}
	if more > 0 {
		sentences = sentences.Then(locale.Say("%d more holdings were made.", more))
	}
	if count == 0 && len(e.Spent) > 0 {
		sentences = sentences.Then(locale.Say("%d holdings ended by this step: %s.", len(e.Spent), locale.Word(e.Spent[0].End.String())))
	}
	return sentences
}

// concerns tells whether a caller's party has a part in one of the holdings that an event makes.
func (s *showing) concerns(e *book.HoldingsMoved) bool {
	return s.caller.SeesAll() || slices.ContainsFunc(e.Made, func(h certificate.Holding) bool { return h.Holder == s.caller.Party || h.To == s.caller.Party })
}

// untold tells whether an entry says nothing to a caller about the certificate, or the set-off run, that it changed: whose act it was is then
// not told either.
func (entry *Entry) untold(c access.Caller, about *subject) bool {
	return !c.SeesAll() && about != nil && len(entry.Events) == 0 && (about.table == certificates.table || about.table == holdings.table || about.table == setOffRuns.table)
}
