package console

import (
	"slices"

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
	var lacks []act
	for _, kind := range []struct{ kind, name string }{
		{"buyer", "A limit of the buyer"}, {"programme", "A limit of the programme"}, {"funder", "A limit of the funder in it"},
	} {
		live := slices.ContainsFunc(p.Limits, func(l view.Limit) bool { return l.Kind == kind.kind && l.State == "live" })
		if !live && (kind.kind == "programme" || len(p.Funders) > 0) {
			lacks = append(lacks, act{Name: kind.name, Path: v.permitted("deed /limit-proposals/{kind}", "/limit-proposals/"+kind.kind)})
		}
	}
	funds, err := v.Funds(v.caller)
	if err != nil {
		return nil, err
	}
	for _, funder := range p.Funders {
		if !slices.ContainsFunc(funds, func(one view.FunderFunds) bool { return one.Funder.ID == funder.Party.ID && one.Balance.Minor > 0 }) {
			lacks = append(lacks, act{Name: "Money of the funder: book its deposit", Path: v.permitted("deed /programmes/{id}/receipt", "/programmes/"+p.ID+"/receipt")})
			break
		}
	}
	ground, err := v.missingAgreements(p)
	return append(lacks, ground...), err
}

// missingAgreements are the kinds of agreement that the product asks for and of which none is signed with anybody of the programme.
func (v *visit) missingAgreements(p *programmePage) (lacks []act, err error) {
	if p.Offered == nil || len(p.Offered.Terms.Agreements) == 0 {
		return nil, nil
	}
	for _, kind := range p.Offered.Terms.Agreements {
		signed, err := v.Agreements(v.caller, view.Query{State: "signed", Type: kind, Limit: rowsMax})
		if err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(signed.Items, func(a view.Agreement) bool { return a.Live }) {
			lacks = append(lacks, act{Name: agreementLacks[kind], Path: "/agreements/new"})
		}
	}
	return lacks, nil
}

// agreementLacks say which agreement is missing.
var agreementLacks = map[string]string{
	"receivables_purchase": "An agreement of seller and funder on the purchase of receivables", "anchor_accession": "The accession of the anchor to the programme",
	"account_control": "An agreement of custodian and funder on the control of accounts", "set_off_consent": "The consent of buyer and seller to set-off",
	"payment_undertaking": "The payment undertaking of the anchor to the funder", "certificate_rules": "The rules of certificates, signed by the anchor",
	"standing_payment_mandate": "The standing mandate of the anchor to the custodian",
}
