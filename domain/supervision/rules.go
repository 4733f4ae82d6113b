package supervision

// Origin is where a money rule comes from.
type Origin uint8

// The origins.
const (
	FromLaw      Origin = 1 + iota
	FromStandard        // of supervisors or of the trade
	FromContract        // that the parties of a programme have signed
)

// String is the name used in API and console.
func (o Origin) String() string { return [...]string{"", "law", "standard", "contract"}[o] }

// Citation is one text on which a money rule rests.
type Citation struct {
	Origin Origin
	Text   string // ends with "?" where the wording wants checking
}

// MoneyRule is one of the rules that alone move supervised money.
type MoneyRule struct {
	Code       string // stable
	Sentence   string
	Citations  []Citation
	Rejections []string // codes with which a command that would break it is refused, and nothing else
	Partly     []string // codes that refuse such a command, and others for other reasons
	Breaches   []string // codes with which the auditor names what breaks it
}

// Citation is what the rule rests on, in one text.
func (r *MoneyRule) Citation() string {
	text := ""
	for i, c := range r.Citations {
		if i > 0 {
			text += "; "
		}
		text += c.Text
	}
	return text
}

// MoneyRules are the rules, in the order in which money meets them: whom it may reach, who says so, where it comes in, where it
// never goes, and what holds at all times.
var MoneyRules = []MoneyRule{
	{
		Code:     "verified_payee",
		Sentence: "Money leaves only to a verified account of the party that is entitled to it.",
		Citations: []Citation{
			{FromLaw, "Regulation (EU) No 260/2012, Article 5c, inserted by Regulation (EU) 2024/886 (verification of the payee, from 9 October 2025)?"},
			{FromContract, "the bank details that the party has given in its onboarding, checked by a second person"},
		},
		Rejections: []string{"bank_account_unknown", "bank_account_other_party", "bank_account_state", "payee_unchecked", "name_refused", "change_unconfirmed", "change_waits", "payment_withheld", "payee_not_entitled"},
		Breaches:   []string{"paid_to_other", "payment_of_other", "payee_ground", "payee_paid", "payee_revoked"},
	},
	{
		Code:     "own_supplier",
		Sentence: "Where a programme lends for a purpose, what it lends goes straight to the borrower's own supplier, for an order or a debt on record and no more than that; never to the borrower.",
		Citations: []Citation{
			{FromContract, "the purpose clause of the loan"},
			{FromLaw, "China, Measures for the Administration of Working Capital Loans (National Financial Regulatory Administration Order [2024] No. 2), on entrusted payment by the lender?"},
		},
		Rejections: []string{"payee_not_supplier", "purpose_bound", "purpose_free", "supply_missing", "supply_of_other", "supply_refused", "supply_exceeded", "supplier_related"},
		Breaches:   []string{"supply_of_other", "supply_amounts", "supplier_advances", "supply_billed", "index_supplied"},
	},
	{
		Code:     "lender_instructs",
		Sentence: "Where the law says so the lending bank decides and itself instructs the payment; the node only proposes.",
		Citations: []Citation{
			{FromLaw, "China, Yinfa [2025] No. 77, on financing of electronic receivable certificates: the lending bank decides on credit and itself instructs the disbursement?"},
		},
		Partly: []string{"law_refuses"},
	},
	{
		Code:     "collection_account",
		Sentence: "Collections come into the collection account of the programme and into no other; who collects as an agent is named by the product.",
		Citations: []Citation{
			{FromContract, "the notice of assignment, and the account control agreement with the custodian bank"},
			{FromLaw, "after notice to the debtor payment elsewhere does not discharge it: China, Civil Code, Article 546; Germany, Civil Code (BGB), section 407; UNIDROIT Model Law on Factoring 2023?"},
		},
		Rejections: []string{"collector_other", "accounts_missing"},
		Breaches:   []string{"collection_unallocated", "collection_for_funder", "collections_held", "supervised_account", "supervised_money"},
	},
	{
		Code:     "no_crossing",
		Sentence: "Nothing moves between programmes but a misapplied receipt, with the bank's line as evidence and by two persons; and what a borrower's own proceeds or goods repay of its own earlier loan at the same custodian, by a payment through the bank to the account of the lender that is entitled to it.",
		Citations: []Citation{
			{FromLaw, "clients' money is not mixed with anybody else's: Directive (EU) 2015/2366, Article 10(1)(a); United Kingdom, FCA Handbook, CASS 7.13?"},
			{FromLaw, "China, Yinfa [2025] No. 77: the information provider neither holds nor pools money?"},
			{FromContract, "the account control agreement of each programme"},
		},
		Rejections: []string{"programme_other"},
		Partly:     []string{"programme_other_buyer"},
		Breaches:   []string{"collections_shared", "funding", "conversion_of_other", "conversion_amounts", "crossing_unpaid", "crossing_unsound"},
	},
	{
		Code:     "cash_for_set_off",
		Sentence: "Cash that is lent for a run of multilateral set-off moves from its funder's account to the collection account of the same programme, as far as the run draws it and no further, by a payment through the bank; there it is owed to those whom the run leaves with it, and is paid to them once it has arrived.",
		Citations: []Citation{
			{FromContract, "the loan agreement of funder and net debtor, and the consent in writing of each member to the run"},
			{FromContract, "the account control agreement of the programme"},
		},
		Rejections: []string{"financing_in_set_off", "set_off_cash_coming", "set_off_cash_unsound"},
		Partly:     []string{"set_off_cash_exceeded", "set_off_unbalanced"},
		Breaches:   []string{"set_off_cash", "index_set_off_cash"},
	},
	{
		Code:     "granted_fees",
		Sentence: "The operator takes only fees that a product grants it.",
		Citations: []Citation{
			{FromContract, "the product that the programme runs on, as two persons have approved it"},
			{FromLaw, "China, Yinfa [2025] No. 77: no fee for confirming?"},
		},
		Partly:   []string{"payee_not_entitled"},
		Breaches: []string{"operator_fees", "fees_of_others", "operator_account", "fee_income"},
	},
	{
		Code:     "never_below_zero",
		Sentence: "No command takes a supervised account below zero. What a bank takes back is a fact: it leaves a named shortfall and stops the programme's outgoing payments until two persons have dealt with it.",
		Citations: []Citation{
			{FromStandard, "Basel Committee on Banking Supervision, Principles for the Sound Management of Operational Risk (2021)?"},
			{FromContract, "the account control agreement: no overdraft, and the bank's right to reverse its own entries"},
		},
		Rejections: []string{"funds_insufficient", "nothing_to_pay", "programme_stopped", "shortfall_open"},
		Breaches:   []string{"account_below_zero", "programme_stopped", "shortfall", "charge_amounts"},
	},
	{
		Code:     "senders_money",
		Sentence: "Money whose purpose nobody knows is owed to its sender and is never used.",
		Citations: []Citation{
			{FromLaw, "unjust enrichment: China, Civil Code, Article 985; Germany, Civil Code (BGB), section 812?"},
		},
		Rejections: []string{"receipt_recalled", "return_waits"},
		Partly:     []string{"receipt_state", "exceeds_owed", "return_state"},
		Breaches:   []string{"receipt_amounts", "collection_unallocated", "receipt_returns", "return_of_other"},
	},
	{
		Code:     "tenor_tie",
		Sentence: "After no date may more of a funder's assets be due than what of its funding stays after that date, save for the days that the programme allows between.",
		Citations: []Citation{
			{FromLaw, "China, Yinfa [2018] No. 106 (asset management), Article 15: an asset without an open market ends no later than the product that pays for it?"},
			{FromStandard, "Basel Committee on Banking Supervision, Principles for Sound Liquidity Risk Management and Supervision (2008)?"},
		},
		Rejections: []string{"tenor_gap", "tranches_invalid"},
		Breaches:   []string{"tenor_gap", "ladder_unsound", "index_ladder", "index_maturing"},
	},
	{
		Code:     "two_persons",
		Sentence: "Who has proposed a term, an account or a large payment does not approve it.",
		Citations: []Citation{
			{FromStandard, "Basel Committee on Banking Supervision, Framework for Internal Control Systems in Banking Organisations (1998), Principle 6 (segregation of duties)?"},
		},
		Rejections: []string{"second_person", "approval_repeated"},
		Breaches:   []string{"second_person", "payment_attempts", "payment_approvals", "change_people"},
	},
}

var ruleOf = func() map[string]*MoneyRule {
	found := map[string]*MoneyRule{}
	for i := range MoneyRules {
		for _, code := range MoneyRules[i].Rejections {
			if found[code] != nil {
				panic("supervision: " + code + " enforces two rules")
			}
			found[code] = &MoneyRules[i]
		}
	}
	return found
}()

// RuleOf is the money rule that a rejection enforces; nil for none, and for one that has several reasons.
func RuleOf(rejection string) *MoneyRule { return ruleOf[rejection] }
