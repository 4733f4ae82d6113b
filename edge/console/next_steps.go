package console

import (
	"slices"

	"millrace/domain/id"
	"millrace/domain/legal"
	"millrace/domain/product"
	"millrace/edge/access"
	"millrace/edge/view"
)

// stepRoutes lead a new node to its first financing.
var stepRoutes = []route{{"GET /first-steps", "/", "first-steps", showFirstSteps}}

// step is one thing to do on the way to the first financing.
type step struct {
	Name, Text string
	Path       string // where it is done
	Done       bool
	Waits      string // where a second person decides on what is proposed; "" for nothing
}

// firstStepsPage lists what a node needs before it finances anything, in order, with what is there already.
type firstStepsPage struct {
	Steps []step
	Next  int // place of the first that is not done; -1 where all are
}

func (firstStepsPage) title() string { return "First steps" }

// counted tells of the records of one kind how many there are, and whether one waits for a second person.
type counted struct{ there, proposed int }

func showFirstSteps(v *visit) (any, error) {
	found, err := v.countSteps()
	if err != nil {
		return nil, err
	}
	waits := func(name, path string) string {
		if found[name].there == 0 && found[name].proposed > 0 {
			return path
		}
		return ""
	}
	p := firstStepsPage{Next: -1}
	add := func(name, text, path, counted, second string) {
		p.Steps = append(p.Steps, step{name, text, path, found[counted].there > 0, waits(counted, second)})
	}
	add("A second person", "Whatever binds anybody is proposed by one person and approved by another. Invite a colleague first.", "/people", "colleagues", "")
	add("An invoice", "With the papers that prove the delivery: order, despatch or receipt advice, and the invoice.", "/documents/new", "receivables", "")
	add("The seller and the buyer", "The invoice has named them: open each and put it on record, with what it does here.", "/parties", "pairs", "/parties")
	add("A funder", "Who pays early. It may be you, as a party of its own.", "/parties/new?role=funder", "funders", "")
	add("A custodian", "The bank with the accounts through which the money goes.", "/parties/new?role=custodian", "custodians", "")
	add("The seller’s bank account", "Named on the seller’s page, and verified by the second person.", "/parties", "accounts", "/parties")
	add("Who signs for whom", "Signing keys of the seller’s, the buyer’s and the funder’s people, with their mandates.", "/parties", "keys", "/parties")
	add("A product", "Start from one of eleven, change what is yours, have it approved.", "/products/new", "products", "/products")
	add("Its agreements", "Texts that are approved, filled and signed: a product’s page names which it asks for.", "/agreements", "agreements", "/agreements")
	add("A programme", "The product round the buyer, with funder and custodian.", "/programmes/new", "programmes", "/programmes")
	add("A grade of the buyer", "On the buyer’s page; the second person approves it.", "/parties", "reviews", "/reviews")
	add("Limits", "Of the buyer, of the programme, and of the funder in it.", "/limits", "limits", "/limits")
	add("The funder’s money", "What its bank’s statement shows, booked on the programme’s page.", "/programmes", "receipts", "")
	add("The first financing", "The buyer confirms, the seller asks for a quote and accepts it, you pay it out.", "/receivables", "financings", "")
	for i, one := range p.Steps {
		if !one.Done && p.Next < 0 {
			p.Next = i
		}
	}
	return p, nil
}

// countSteps counts what is there of each step, as far as one page tells.
func (v *visit) countSteps() (map[string]counted, error) {
	found := map[string]counted{}
	parties, err := v.Parties(v.caller, view.Query{State: "onboarded", Limit: view.LimitMax})
	if err != nil {
		return nil, err
	}
	roles := map[string]int{}
	for _, one := range parties.Items {
		for _, role := range one.Roles {
			roles[role]++
		}
	}
	found["pairs"] = counted{there: min(roles["seller"], roles["buyer"]+roles["anchor"])}
	found["funders"], found["custodians"] = counted{there: roles["funder"]}, counted{there: roles["custodian"]}
	people, err := v.Actors(v.caller, view.Query{Party: v.caller.Party, Limit: rowsMax})
	if err != nil {
		return nil, err
	}
	operators := 0 // without the machines, whose names say what they do
	for _, one := range people.Items {
		if one.Active && one.Role == "operator" && one.Name != "" && !one.Machine() {
			operators++
		}
	}
	found["colleagues"] = counted{there: operators - 1}
	return found, v.countRecords(found)
}

// counting counts what a list shows.
func counting[T any](listed func(access.Caller, view.Query) (view.Page[T], error), v *visit) func(view.Query) (int, error) {
	return func(q view.Query) (int, error) {
		page, err := listed(v.caller, q)
		return len(page.Items), err
	}
}

// countRecords counts records in the state in which they count, and those that are proposed.
func (v *visit) countRecords(found map[string]counted) error {
	one := func(name, live, proposed string, count func(view.Query) (int, error)) error {
		there, err := count(view.Query{State: live, Limit: 1})
		if err != nil {
			return err
		}
		waiting := 0
		if proposed != "" {
			waiting, err = count(view.Query{State: proposed, Limit: 1})
		}
		found[name] = counted{there, waiting}
		return err
	}
	for _, err := range []error{
		one("accounts", "verified", "proposed", counting(v.BankAccounts, v)), one("keys", "live", "proposed", counting(v.SigningKeys, v)),
		one("products", "live", "proposed", counting(v.Products, v)), one("agreements", "signed", "drafted", counting(v.Agreements, v)),
		one("programmes", "live", "proposed", counting(v.Programmes, v)), one("reviews", "live", "proposed", counting(v.Reviews, v)),
		one("limits", "live", "proposed", counting(v.Limits, v)), one("receipts", "", "", counting(v.Receipts, v)),
		one("receivables", "", "", counting(v.Receivables, v)), one("financings", "", "", counting(v.Financings, v)),
	} {
		if err != nil {
			return err
		}
	}
	return nil
}

// Approvable tells whether the caller may approve the programme: a person who has not proposed it.
func (p programmePage) Approvable(f frame) bool {
	return p.State == "proposed" && f.may("deed /programmes/{id}/approval") && (p.Maker == nil || p.Maker.ID != f.Caller.Actor.String())
}

// Moves tells whether the caller may say what moved in the accounts of the programme.
func (p programmePage) Moves(f frame) bool {
	return p.State == "live" && f.may("deed /programmes/{id}/receipt")
}

// permitted is the address of an act, "" for a caller whom no policy lets do it.
func (v *visit) permitted(action, path string) string {
	if !v.console.guard.Permits(v.caller, []string{action})[0] {
		return ""
	}
	return path
}

// lacks are what a programme needs before anything is financed in it, each with where it is done.
func (v *visit) lacks(p *programmePage) ([]act, error) {
	if !v.caller.OfOperator() {
		return nil, nil
	}
	if p.State == "proposed" {
		return []act{{Name: "A second person approves it."}}, nil
	}
	lacks := v.missingLimits(p)
	grade, err := v.missingGrade(p)
	if err != nil {
		return nil, err
	}
	lacks = append(lacks, grade...)
	funds, err := v.Funds(v.caller)
	if err != nil {
		return nil, err
	}
	for _, funder := range p.Funders {
		if !slices.ContainsFunc(funds, func(one view.FunderFunds) bool { return one.Funder.ID == funder.Party.ID && one.Balance.Minor > 0 }) {
			lacks = append(lacks, act{Name: "Money of the funder: book its deposit", Path: v.permitted("deed /programmes/{id}/receipt", withQuery("/programmes/"+p.ID+"/receipt", "account", funder.Party.ID))})
			break
		}
	}
	ground, err := v.missingAgreements(p)
	return append(lacks, ground...), err
}

// missingLimits are the limits without which nothing is financed in a programme; the forms to which they lead are filled as far as it is known.
func (v *visit) missingLimits(p *programmePage) (lacks []act) {
	in := func(kind, state, of string) bool {
		return slices.ContainsFunc(p.Limits, func(l view.Limit) bool {
			return l.Kind == kind && l.State == state && (of == "" || l.Party != nil && l.Party.ID == of)
		})
	}
	add := func(kind, of, name, waits string) {
		switch {
		case in(kind, "live", of):
		case in(kind, "proposed", of):
			lacks = append(lacks, act{Name: waits, Path: "/limits"})
		default:
			where := []string{"programme", p.ID, "currency", p.Currency}
			if of != "" {
				where = append(where, "party", of)
			}
			lacks = append(lacks, act{Name: name, Path: v.permitted("deed /limit-proposals/{kind}", withQuery("/limit-proposals/"+kind, where...))})
		}
	}
	if len(p.Funders) > 0 && p.Anchor != nil {
		add("buyer", p.anchorThatOwes(), "A limit of the buyer", "A limit of the buyer: it waits for a second person")
	}
	add("programme", "", "A limit of the programme", "A limit of the programme: it waits for a second person")
	for _, funder := range p.Funders {
		had := len(lacks)
		if add("funder", funder.Party.ID, "A limit of the funder in it", "A limit of the funder in it: it waits for a second person"); len(lacks) > had {
			break
		}
	}
	return lacks
}

// anchorThatOwes is the anchor where it buys; "" where it sells, and its buyers owe.
func (p *programmePage) anchorThatOwes() string {
	if p.Terms != nil && p.Terms.Repayment == product.FromSeller {
		return ""
	}
	return p.Anchor.ID
}

// missingGrade is the grade of the anchor, where it owes and no review of it lasts.
func (v *visit) missingGrade(p *programmePage) ([]act, error) {
	if p.Terms == nil || p.Anchor == nil || p.anchorThatOwes() == "" {
		return nil, nil
	}
	of, err := id.Parse[id.Party](p.Anchor.ID)
	if err != nil {
		return nil, err
	}
	today, err := v.Date()
	if err != nil {
		return nil, err
	}
	live, err := v.Reviews(v.caller, view.Query{Party: of, State: "live", Limit: rowsMax})
	if err != nil || slices.ContainsFunc(live.Items, func(r view.Review) bool { return r.Until >= today.String() }) {
		return nil, err
	}
	proposed, err := v.Reviews(v.caller, view.Query{Party: of, State: "proposed", Limit: 1})
	if len(proposed.Items) > 0 {
		return []act{{Name: "A grade of the buyer: it waits for a second person", Path: "/reviews"}}, err
	}
	return []act{{Name: "A grade of the buyer", Path: v.permitted("deed /parties/{id}/review", "/parties/"+p.Anchor.ID+"/review")}}, err
}

// missingAgreements are the agreements that the product asks for and that do not bind the parties of the programme today. Sellers join one by one:
// of theirs it is only said that none is there.
func (v *visit) missingAgreements(p *programmePage) (lacks []act, err error) {
	if p.Offered == nil {
		return nil, nil
	}
	for _, kind := range p.Offered.Terms.Agreements {
		pairs, err := v.agreeing(legalKind(kind), p)
		if err != nil {
			return nil, err
		}
		for _, pair := range pairs {
			lack, err := v.missingAgreement(kind, pair, p)
			if err != nil {
				return nil, err
			}
			if lack != nil {
				lacks = append(lacks, *lack)
				break
			}
		}
	}
	return lacks, nil
}

// agreeing are the pairs between whom a kind of agreement has to bind in a programme; an empty id stands for any seller.
func (v *visit) agreeing(kind legal.Kind, p *programmePage) ([][2]string, error) {
	inRole := func(role legal.Role) []string {
		switch role {
		case legal.Anchor:
			return []string{p.Anchor.ID}
		case legal.Custodian:
			return []string{p.Custodian.ID}
		case legal.Operator:
			return []string{v.caller.Party.String()}
		case legal.Funder:
			var funders []string
			for _, one := range p.Funders {
				funders = append(funders, one.Party.ID)
			}
			return funders
		}
		return []string{""}
	}
	if p.Anchor == nil || p.Custodian == nil {
		return nil, nil
	}
	one, other := kind.Between()
	var pairs [][2]string
	for _, first := range inRole(one) {
		for _, second := range inRole(other) {
			pairs = append(pairs, [2]string{first, second})
		}
	}
	return pairs, nil
}

// missingAgreement is nil where an agreement of a kind binds a pair today. Else it says so, and leads to what is drafted, or to a form that is filled.
func (v *visit) missingAgreement(kind string, pair [2]string, p *programmePage) (*act, error) {
	named := pair[0]
	if named == "" {
		named = pair[1]
	}
	of, err := id.Parse[id.Party](named)
	if err != nil {
		return nil, err
	}
	between := func(a view.Agreement) bool {
		found := 0
		for _, wanted := range pair {
			if wanted == "" || slices.ContainsFunc(a.Parties, func(s view.Signatory) bool { return s.Party != nil && s.Party.ID == wanted }) {
				found++
			}
		}
		return found == len(pair)
	}
	signed, err := v.Agreements(v.caller, view.Query{Party: of, State: "signed", Type: kind, Limit: rowsMax})
	if err != nil || slices.ContainsFunc(signed.Items, func(a view.Agreement) bool { return a.Live && between(a) }) {
		return nil, err
	}
	drafted, err := v.Agreements(v.caller, view.Query{Party: of, State: "drafted", Type: kind, Limit: rowsMax})
	if err != nil {
		return nil, err
	}
	if at := slices.IndexFunc(drafted.Items, between); at >= 0 {
		return &act{Name: agreementLacks[kind], Path: "/agreements/" + drafted.Items[at].ID}, nil
	}
	texts, err := v.Templates(v.caller, view.Query{State: "live", Type: kind, Limit: 1})
	if err != nil {
		return nil, err
	}
	if len(texts.Items) == 0 {
		return &act{Name: agreementLacks[kind], Path: v.permitted("page /templates/new", withQuery("/templates/new", "kind", kind))}, nil
	}
	filled := []string{"template", texts.Items[0].ID, "currency", p.Currency}
	for i, name := range []string{"first", "second"} {
		if pair[i] != "" {
			filled = append(filled, name, pair[i])
		}
	}
	return &act{Name: agreementLacks[kind], Path: v.permitted("deed /agreements/new", withQuery("/agreements/new", filled...))}, nil
}

// agreementLacks say which agreement is missing.
var agreementLacks = map[string]string{
	"receivables_purchase": "An agreement on the purchase of receivables with the funder: each seller signs one", "anchor_accession": "The accession of the anchor to the programme",
	"account_control": "An agreement of custodian and funder on the control of accounts", "set_off_consent": "The consent of buyer and seller to set-off: each seller signs one",
	"payment_undertaking": "The payment undertaking of the anchor to the funder", "certificate_rules": "The rules of certificates, signed by the anchor",
	"standing_payment_mandate": "The standing mandate of the anchor to the custodian",
}
