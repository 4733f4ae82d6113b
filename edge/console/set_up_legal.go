package console

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
	"unicode/utf8"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/legal"
	"millrace/domain/mandate"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/edge/intake"
	"millrace/edge/locale"
	"millrace/edge/view"
)

// legalDeeds put the legal ground in place: who signs for a party, texts, and agreements from them.
var legalDeeds = []deed{
	{path: "/parties/{id}/signing-key", place: "/parties", open: openSigningKey, fields: map[string]string{"signing_key_known": "public", "signature_invalid": "public"}},
	{path: "/signing-keys/{id}/approval", place: "/parties", open: openSigningKeyApproval},
	{path: "/signing-keys/{id}/revocation", place: "/parties", open: openSigningKeyRevocation},
	{path: "/signing-keys/{id}/mandate", place: "/parties", open: openMandate, fields: map[string]string{"amount_max": "most", "alone_max": "alone", "acts": "confirm"}},
	{path: "/mandates/{id}/approval", place: "/parties", open: openMandateApproval},
	{path: "/templates/{id}/approval", place: "/agreements", open: openTemplateApproval},
	{path: "/agreements/new", place: "/agreements", open: openAgreement, fields: map[string]string{"parties": "first", "terms": "text"}},
	{path: "/agreements/{id}/signature", place: "/agreements", open: openAgreementSignature},
}

// legalRoutes are the pages about texts and agreements.
var legalRoutes = []route{
	{"GET /agreements", "/agreements", "agreements", showAgreements},
	{"GET /agreements/{id}", "/agreements", "agreement", showAgreement},
	{"GET /templates/{id}", "/agreements", "template", showTemplate},
	{"GET /templates/new", "/agreements", "template-new", showTextUpload},
	{"POST /templates/new", "/agreements", "template-new", giveTextUpload},
}

// openSigningKey brings the public half of a signatory's key. The private half stays with the signatory, who signs the statement with it.
func openSigningKey(v *visit, f *deedForm) (*prepared, error) {
	of, err := identity[id.Party](v)
	if err != nil {
		return nil, err
	}
	shown, err := v.Party(v.caller, of)
	if err != nil {
		return nil, err
	}
	f.Heading, f.Give, f.Back, f.BackName = "Bring a signing key", "Bring it", "/parties/"+shown.ID, cmp.Or(shown.Name, shown.ID)
	f.fact("Party", escape(cmp.Or(shown.Name, shown.ID)))
	people, err := v.Actors(v.caller, view.Query{Party: of, Limit: rowsMax})
	if err != nil {
		return nil, err
	}
	var who []option
	for _, one := range people.Items {
		if one.Active {
			who = append(who, option{one.ID, cmp.Or(one.Name, one.ID), v.w.Word(one.Role)})
		}
	}
	if len(who) == 0 {
		f.Note = "Nobody acts for this party yet. Register a person for it first; then that person’s key can be brought."
		return nil, nil
	}
	f.Note = "A person of the party signs with this key, once a second person of the operator has approved it and a mandate says what it may sign. Its private half never comes here."
	f.Makes = true
	signatory := f.value(input{Name: "signatory", Label: "Whose key it is", Choices: who}, who[0].Value)
	public := f.line("public", "Public half of the key", "64 characters of hexadecimal, as millrace sign --key FILE --new prints it.", "")
	if !f.asked {
		return nil, nil
	}
	c := &book.ProposeSigningKey{Party: of}
	signatory.chosen()
	half, err := hex.DecodeString(public.Value)
	if public.Wrong == "" && (err != nil || len(half) != len(c.Public)) {
		public.bad("Write the 64 characters of hexadecimal that stand after “public key”.")
	}
	if !f.complete() {
		return nil, nil
	}
	copy(c.Public[:], half)
	if c.Signatory, err = id.Parse[id.Actor](signatory.Value); err != nil {
		return nil, err
	}
	return &prepared{
		with: func(s []book.Signature) book.Command {
			one := *c
			if len(s) == 1 {
				one.Proof = s[0].Bytes
			}
			return &one
		},
		bound: of, after: f.Back, own: &keyChoice{Public: strings.ToLower(public.Value), Name: v.w.T("This key"), May: v.w.T("proves by its signature that its private half is at hand"), Able: true},
	}, nil
}

// ofSigningKey fills what is the same on the forms about a signing key.
func (v *visit) ofSigningKey(f *deedForm, heading, give string) (id.SigningKey, view.SigningKey, error) {
	of, err := identity[id.SigningKey](v)
	if err != nil {
		return 0, view.SigningKey{}, err
	}
	shown, err := v.SigningKey(v.caller, of)
	if err != nil {
		return 0, shown, err
	}
	f.Heading, f.Give, f.Back, f.BackName = heading, give, "/parties/"+shown.Party.ID, shown.Party.String()
	f.fact("Party", named(shown.Party))
	f.fact("Signatory", named(shown.Signatory))
	f.fact("Brought by", named(shown.Registrar))
	f.fact("State", f.w.badge(shown.State))
	f.fact("Public half of the key", `<span class="hash">`+escape(shown.Public)+`</span>`)
	return of, shown, nil
}

func openSigningKeyApproval(v *visit, f *deedForm) (*prepared, error) {
	of, _, err := v.ofSigningKey(f, "Approve a signing key", "Approve it")
	if err != nil {
		return nil, err
	}
	f.Note = "Ask the party before, over a way of your own, whether this person signs for it and the public half is the one that it has. Who brought the key does not approve it."
	return v.unsignedDeed(f, &book.ApproveSigningKey{Key: of}, nil), nil
}

func openSigningKeyRevocation(v *visit, f *deedForm) (*prepared, error) {
	of, _, err := v.ofSigningKey(f, "Revoke a signing key", "Revoke it")
	if err != nil {
		return nil, err
	}
	f.Note = "From now on it signs nothing. What it has signed stays as it is. It can’t be brought again."
	return v.unsignedDeed(f, &book.RevokeSigningKey{Key: of}, nil), nil
}

// actTexts say what the acts of a mandate are.
var actTexts = map[string][2]string{
	"confirm":     {"Confirm debts", "That the party owes what an invoice says, also irrevocably."},
	"issue":       {"Issue certificates", "On what was irrevocably confirmed."},
	"dispose":     {"Pass on and finance certificates", "Transfer, split, pledge and sell what it holds."},
	"accept":      {"Accept certificates", "That are offered to it."},
	"cancel":      {"Cancel certificates", "Which it holds."},
	"agree":       {"Agree", "Sign agreements for it."},
	"acknowledge": {"Acknowledge notices", "Of whom it has to pay."},
	"lend":        {"Lend", "A funder’s money, by a standing authority."},
}

func openMandate(v *visit, f *deedForm) (*prepared, error) {
	of, shown, err := v.ofSigningKey(f, "Propose a mandate", "Propose it")
	if err != nil {
		return nil, err
	}
	today, err := v.Date()
	if err != nil {
		return nil, err
	}
	f.Note = "What this key may sign, up to which amount, and until when. A second person approves it: of the operator, or of the party."
	usual, err := v.usualActs(shown.Party)
	if err != nil {
		return nil, err
	}
	c := &book.ProposeMandate{Key: of}
	f.under("What it may sign")
	var first *input
	for _, act := range mandate.Acts.Names() {
		asked := f.check(act, actTexts[act][0], actTexts[act][1], usual&mandate.ParseAct(act) != 0)
		first = cmp.Or(first, asked)
		if asked.isSet() {
			c.Acts |= mandate.ParseAct(act)
		}
	}
	f.under("Up to which amount")
	currency := f.line("currency", "Currency", "Three letters, like EUR.", "EUR")
	alone := f.line("alone", "Alone up to", "0 where it always takes a second signatory.", "")
	most := f.perhaps("most", "With a second signatory up to", "Empty: the same as alone. Then one signature is enough up to there, and above it nothing is signed.", "")
	from := f.value(input{Name: "from", Label: "From", Kind: "date"}, today.String())
	until := f.value(input{Name: "until", Label: "Last day", Kind: "date"}, today.AddDays(reviewDays).String())
	if !f.asked {
		return nil, nil
	}
	if c.Acts == 0 {
		first.bad("Choose what it may sign.")
	}
	if c.Currency = currency.currency(); currency.Wrong == "" {
		c.AloneMax = alone.minorOrNone(c.Currency)
		if c.AmountMax = c.AloneMax; most.Value != "" {
			c.AmountMax = most.minorOrNone(c.Currency)
		}
	}
	c.From, c.Until = from.date(), until.date()
	if !f.complete() {
		return nil, nil
	}
	p := v.unsignedDeed(f, c, nil)
	p.after = "/parties/" + shown.Party.ID
	return p, nil
}

// usualActs are what people sign for a party, by what it does: these are preset for its mandates.
func (v *visit) usualActs(of *view.Ref) (mandate.Act, error) {
	number, err := id.Parse[id.Party](of.ID)
	if err != nil {
		return 0, err
	}
	shown, err := v.Party(v.caller, number)
	if err != nil {
		return 0, err
	}
	acts := mandate.Act(0)
	for _, role := range shown.Roles {
		switch party.ParseRole(role) {
		case party.Buyer, party.Anchor:
			acts |= mandate.Confirm | mandate.Acknowledge
		case party.Seller:
			acts |= mandate.Agree | mandate.Accept | mandate.Dispose
		case party.Funder:
			acts |= mandate.Agree | mandate.Lend
		default:
		}
	}
	if acts == 0 {
		acts = mandate.Agree
	}
	return acts, nil
}

// minorOrNone reads an amount that may be zero.
func (i *input) minorOrNone(currency money.Currency) money.Minor {
	amount, err := money.Parse(i.Value, currency)
	if err != nil || amount < 0 {
		i.bad("Write the amount in %s without grouping, like %s; 0 for none.", currency, money.Format(12_000_00, currency))
	}
	return amount
}

func openMandateApproval(v *visit, f *deedForm) (*prepared, error) {
	of, err := identity[id.Mandate](v)
	if err != nil {
		return nil, err
	}
	shown, err := v.Mandate(v.caller, of)
	if err != nil {
		return nil, err
	}
	f.Heading, f.Give, f.Back, f.BackName = "Approve a mandate", "Approve it", "/parties", "Parties"
	key, err := id.Parse[id.SigningKey](shown.Key)
	if err != nil {
		return nil, err
	}
	about, err := v.SigningKey(v.caller, key)
	if err != nil {
		return nil, err
	}
	f.Back, f.BackName = "/parties/"+about.Party.ID, about.Party.String()
	f.fact("Party", named(about.Party))
	f.fact("Signatory", named(about.Signatory))
	for _, act := range shown.Acts {
		f.fact("May", escape(f.w.T(actTexts[act][0])))
	}
	f.fact("Alone up to", f.w.amount(shown.AloneMax))
	f.fact("With a second signatory up to", f.w.amount(shown.AmountMax))
	f.fact("Dates", escape(f.w.T("%s to %s", shown.From, shown.Until)))
	f.Note = "Who proposed it does not approve it. Compare it with the resolution or the extract of the register that names the signatories."
	return v.unsignedDeed(f, &book.ApproveMandate{Mandate: of}, nil), nil
}

// SignsFor tells whether the caller may bring a key of the party.
func (f frame) SignsFor(p view.Party) bool {
	own := f.Home != nil && f.Home.ID == p.ID
	return f.may("deed /parties/{id}/signing-key") && len(p.Roles) > 0 && (own || f.Operates())
}

// Entrusts tells whether the caller may propose a mandate of a key of the party, or approve one.
func (f frame) Entrusts(p view.Party) bool {
	own := f.Home != nil && f.Home.ID == p.ID
	return f.may("deed /signing-keys/{id}/mandate") && (own || f.Operates())
}

// agreementList are the agreements in the caller's sight, and the texts from which they are made.
type agreementList struct {
	list
	Items     []view.Agreement
	Templates []view.Template
}

func showAgreements(v *visit) (any, error) {
	var l agreementList
	var q view.Query
	l.list, q = v.list("Agreements", []string{"drafted", "signed", "terminated"})
	page, err := v.Agreements(v.caller, q)
	if err != nil {
		return nil, err
	}
	texts, err := v.Templates(v.caller, view.Query{Limit: rowsMax})
	l.Items, l.Templates = page.Items, texts.Items
	l.end(v, page.Next, len(page.Items))
	return l, err
}

// agreementPage is an agreement with what each party has to sign.
type agreementPage struct {
	view.Agreement
	Of       view.Template
	Timeline []view.Entry
}

func (p agreementPage) title() *locale.Text { return locale.Say("Agreement %s", p.ID) }

// Signable tells whether the caller may bring a signature for a party to it.
func (p agreementPage) Signable(f frame, s view.Signatory) bool {
	own := f.Home != nil && s.Party != nil && f.Home.ID == s.Party.ID
	return p.State == "drafted" && s.Signed == "" && own && f.may("deed /agreements/{id}/signature")
}

func showAgreement(v *visit) (any, error) {
	of, err := identity[id.Agreement](v)
	if err != nil {
		return nil, err
	}
	var p agreementPage
	if p.Agreement, err = v.Agreement(v.caller, of); err != nil {
		return nil, err
	}
	template, err := id.Parse[id.Template](p.Template)
	if err != nil {
		return nil, err
	}
	if p.Of, err = v.Template(v.caller, template); err != nil && err != view.ErrNotFound {
		return nil, err
	}
	p.Timeline, _, err = v.chronicle(p.ID)
	return p, err
}

// templatePage is one version of a text.
type templatePage struct{ view.Template }

func (p templatePage) title() *locale.Text { return locale.Say("%s, version %d", p.Name, p.Version) }

// Approvable tells whether the caller may approve it: a person who has not proposed it.
func (p templatePage) Approvable(f frame) bool {
	return p.State == "proposed" && f.may("deed /templates/{id}/approval") && (p.Maker == nil || p.Maker.ID != f.Caller.Actor.String())
}

func showTemplate(v *visit) (any, error) {
	of, err := identity[id.Template](v)
	if err != nil {
		return nil, err
	}
	shown, err := v.Template(v.caller, of)
	return templatePage{shown}, err
}

// textMax is how many characters of terms the form takes: they go through its address. Longer ones belong into the text of the agreement.
const textMax = 7_500

// kindChoices are the kinds of agreements with the two between whom they are.
func (w wording) kindChoices() []option {
	var choices []option
	for i := range legal.KindNames[1:] {
		kind := legal.Kind(i + 1)
		first, second := kind.Between()
		choices = append(choices, option{kind.String(), w.capitalWord(kind.String()), w.T("between %s and %s", locale.Word(first.String()), locale.Word(second.String()))})
	}
	return choices
}

func (v *visit) keepText(text string, into *[32]byte) error {
	kept, err := v.console.intake.Store(v.request.Context(), intake.KindText, []byte(text))
	*into = kept
	return err
}

func openTemplateApproval(v *visit, f *deedForm) (*prepared, error) {
	of, err := identity[id.Template](v)
	if err != nil {
		return nil, err
	}
	shown, err := v.Template(v.caller, of)
	if err != nil {
		return nil, err
	}
	f.Heading, f.Give, f.Back, f.BackName = "Approve a text", "Approve it", "/templates/"+shown.ID, shown.Name
	f.Note = "Read it first. Who proposed it does not approve it."
	f.fact("Kind", escape(f.w.capitalWord(shown.Kind)))
	f.fact("Governing law", escape(shown.Law))
	f.fact("Version", escape(strconv.Itoa(shown.Version)))
	return v.unsignedDeed(f, &book.ApproveTemplate{Template: of}, nil), nil
}

func openAgreement(v *visit, f *deedForm) (*prepared, error) {
	f.Heading, f.Give, f.Back, f.BackName = "Draft an agreement", "Draft it", "/agreements", "Agreements"
	f.Note = "It binds when every party to it has signed. Each signs on the agreement’s page, with a key that has a mandate to agree."
	today, err := v.Date()
	if err != nil {
		return nil, err
	}
	live, err := v.Templates(v.caller, view.Query{State: "live", Limit: rowsMax})
	if err != nil {
		return nil, err
	}
	if len(live.Items) == 0 {
		f.Note = "There is no approved text yet. Propose one under Agreements, and have a second person approve it."
		return nil, nil
	}
	var texts []option
	newest := map[string]int{}
	for _, one := range live.Items {
		newest[one.Name] = max(newest[one.Name], int(one.Version))
	}
	for _, one := range live.Items {
		if int(one.Version) < newest[one.Name] && one.ID != v.asked("template") {
			continue
		}
		first, second := legalKind(one.Kind).Between()
		texts = append(texts, option{one.ID, f.w.T("%s, version %d", locale.Capital(one.Name), one.Version), f.w.T("%s, between %s and %s", locale.Capital(one.Kind), locale.Word(first.String()), locale.Word(second.String()))})
	}
	template := f.value(input{Name: "template", Label: "Text", Choices: texts}, v.asked("template"))
	first := f.line("first", "The first party", "In the order in which the text’s kind names them: its id, or its name.", "")
	second := f.line("second", "The second party", "Its id, or its name.", "")
	effective := f.value(input{Name: "effective", Label: "From", Kind: "date"}, today.String())
	until := f.value(input{Name: "until", Label: "Last day", Kind: "date", Hint: "Empty: until it is terminated.", Optional: true}, "")
	currency := f.line("currency", "Currency", "Three letters, like EUR.", "EUR")
	amount := f.line("amount", "Amount", "By which the signatories’ mandates are measured; 0 where it is about none.", "0")
	text := f.value(input{Name: "text", Label: "What is agreed besides the text", Kind: "area", Hint: f.w.T("Names, accounts, prices: what fills the blanks of the text. At most %d characters; what is longer belongs into the text itself.", textMax), Most: textMax}, "")
	text.Value = strings.ReplaceAll(text.Value, "\r\n", "\n")
	if !f.asked {
		return nil, nil
	}
	if text.Value == "" || utf8.RuneCountInString(text.Value) > textMax {
		text.bad("Say it in 1 to %d characters.", textMax)
	}
	at := template.chosen()
	if at < 0 {
		return nil, nil
	}
	c := &book.DraftAgreement{Effective: effective.date(), Currency: currency.currency(), TermsHash: sha256.Sum256([]byte(text.Value))}
	if currency.Wrong == "" {
		c.Amount = amount.minorOrNone(c.Currency)
	}
	if until.Value != "" {
		c.Until = until.date()
	}
	if c.Template, err = id.Parse[id.Template](template.Value); err != nil {
		return nil, err
	}
	if c.Parties, err = v.between(legalKind(live.Items[at].Kind), first, second); err != nil || !f.complete() {
		return nil, err
	}
	p := v.unsignedDeed(f, c, func(c book.Command) error { return v.keepText(text.Value, &c.(*book.DraftAgreement).Terms) })
	p.thenTo(func(e book.Event) string {
		if drafted, is := e.(*book.AgreementDrafted); is {
			return "/agreements/" + drafted.Agreement.ID.String()
		}
		return ""
	})
	return p, nil
}

// between names the two parties of an agreement in their roles.
func (v *visit) between(kind legal.Kind, first, second *input) ([]legal.Signatory, error) {
	one, other := kind.Between()
	parties := []legal.Signatory{{Role: one}, {Role: other}}
	for i, named := range []*input{first, second} {
		if named.Wrong != "" {
			continue
		}
		var err error
		if parties[i].Party, err = v.onlyParty(named); err != nil {
			return nil, err
		}
	}
	return parties, nil
}

func legalKind(name string) legal.Kind {
	for i, known := range legal.KindNames {
		if known == name {
			return legal.Kind(i)
		}
	}
	return 0
}

func openAgreementSignature(v *visit, f *deedForm) (*prepared, error) {
	of, err := identity[id.Agreement](v)
	if err != nil {
		return nil, err
	}
	shown, err := v.Agreement(v.caller, of)
	if err != nil {
		return nil, err
	}
	f.Heading, f.Give, f.Back, f.BackName = "Sign an agreement", "Give the signature", "/agreements/"+shown.ID, f.w.T("Agreement %s", shown.ID)
	f.Note = "Read text and terms on the agreement’s page first. The statement names both by their hashes."
	f.fact("Kind", escape(f.w.capitalWord(shown.Kind)))
	for _, p := range shown.Parties {
		f.fact(f.w.capitalWord(p.Role), named(p.Party))
	}
	f.fact("Amount", f.w.amount(shown.Amount))
	f.Relays = false // the operator signs here as a party
	return &prepared{
		with: func(s []book.Signature) book.Command {
			return &book.SignAgreement{Agreement: of, Party: v.caller.Party, Deed: shown.Deed, Signatures: s}
		},
		bound: v.caller.Party, acts: mandate.Agree, amount: money.Amount{Minor: shown.Deed.Amount, Currency: shown.Deed.Currency}, after: f.Back,
	}, nil
}
