package productfile

import (
	"millrace/domain/calendar"
	"millrace/domain/legal"
	"millrace/domain/money"
	"millrace/domain/product"
	"millrace/domain/rule"
	"millrace/domain/trade"
)

// kind is what stands at one place of a file.
type kind uint8

const (
	object   kind = 1 + iota // keys that are all known
	list                     // of one shape
	choice                   // one of some words
	text                     // any text
	percent                  // "4.35 %"
	amount                   // "25.00", in the currency of the file
	integer                  // "30"
	currency                 // "EUR"
	either                   // one of several shapes, told apart by how they look
)

// shape describes what may stand at one place. The reader, the writer and the JSON Schema all follow it.
type shape struct {
	kind     kind
	doc      string
	fields   []field  // of an object, in the order in which they are written
	item     *shape   // of a list
	words    []string // of a choice; "" can't be chosen
	either   []*shape // at most one object or list, one choice, and one other
	min, max int64    // of an integer, of a percentage in parts per million, of the length of a text or list
}

// field is one key of an object.
type field struct {
	name     string
	presence presence
	shape    *shape
}

// presence tells whether a key may be left out.
type presence uint8

const (
	required presence = iota
	optional
)

func keys(doc string, fields ...field) *shape { return &shape{kind: object, doc: doc, fields: fields} }

func oneOf(doc string, words ...string) *shape { return &shape{kind: choice, doc: doc, words: words} }

func several(doc string, least, most int64, item *shape) *shape {
	return &shape{kind: list, doc: doc, item: item, min: least, max: most}
}

func texts(doc string, bytesMax int64) *shape {
	return &shape{kind: text, doc: doc, min: 1, max: bytesMax}
}

func share(doc string, least, most money.Rate) *shape {
	return &shape{kind: percent, doc: doc, min: int64(least), max: int64(most)}
}

func sum(doc string) *shape { return &shape{kind: amount, doc: doc} }

func whole(doc string, least, most int64) *shape {
	return &shape{kind: integer, doc: doc, min: least, max: most}
}

func alternatives(doc string, shapes ...*shape) *shape {
	return &shape{kind: either, doc: doc, either: shapes}
}

// The words of choices whose names other packages don't own.
var (
	assignments  = []string{"", "none", "pledge", "sale"}
	disclosures  = []string{"undisclosed", "disclosed"}
	undertakings = []string{"none", "soft", "irrevocable", "bank"}
	timings      = []string{"", "in_advance", "in_arrears"}
	tiers        = []string{"", "late_interest", "interest", "principal", "seller", "fees", "reserve"}
	verdicts     = []string{"", "refer", "refuse"}
	reviewed     = []string{"buyer", "seller"}
	facts        = trade.Fact(1<<16 - 1).Names()
	programme    = "programme"
)

const (
	rateOne = money.RateOne
	rateMax = money.RateOne - 1
)

// file is the shape of a whole product file.
var file = keys("A product: the terms of a financing, reviewed as one text.",
	field{"format", required, whole("Version of this format.", 1, 1)},
	field{"name", required, texts("Name of the product.", 100)},
	field{"technique", required, oneOf("Technique, as the Global Supply Chain Finance Forum and its neighbours name it.", product.Techniques...)},
	field{"currency", required, &shape{kind: currency, doc: "ISO 4217 code of every amount in the file; the programme must be in it."}},
	field{"assignment", required, oneOf("How the claim passes to the funder.", assignments...)},
	field{"disclosure", required, oneOf("Whether the debtor knows.", disclosures...)},
	field{"undertaking", required, oneOf("The least that the buyer, or a bank, must have promised.", undertakings...)},
	field{"collection", required, oneOf("Who collects from the debtor.", product.CollectorNames...)},
	field{"source_of_funds", required, oneOf("Whose money it is.", product.SourceNames...)},
	field{"repayment", required, oneOf("Where the money comes back from; none where the debt has ended.", product.RepaymentNames...)},
	field{"recourse", required, recourseShape},
	field{"advance", required, keys("What is paid out, and what is kept back.",
		field{"rate", required, share("Share of the amount that is advanced.", 1, rateOne)},
		field{"reserve", optional, share("Share of the amount that is kept back against dilution; default 0 %.", 0, rateMax)},
		field{"reserve_days", optional, whole("Days after the due date on which the reserve is given out; default 0.", 0, 366)})},
	field{"credit_cover", required, alternatives("Credit insurance that the product asks for.", oneOf("", "none"), keys("",
		field{"share", required, share("Share of a loss that the insurer bears.", 1, rateOne)},
		field{"limit", required, sum("The insurer's limit on one buyer.")},
		field{"waiting_days", required, whole("Days from the due date to the claim.", 0, 366)}))},
	field{"pricing", required, pricingShape},
	field{"due", required, keys("When the money is due.",
		field{"convention", required, oneOf("Where a due date goes that falls on a closed day.", conventionNames()...)},
		field{"calendar", required, oneOf("Business calendar; programme for the programme's own.", calendarNames()...)},
		field{"grace_days", required, whole("Days after the due date before late interest is charged, from the due date on.", 0, 90)})},
	field{"late", required, keys("What a late payment costs.",
		field{"rate", required, alternatives("A year, on the principal.", share("", 0, rateMax), keys("",
			field{"base", required, texts("Name of the base rate.", 40)},
			field{"margin", required, share("Over the base rate.", 0, rateMax)}))},
		field{"counts_from", required, oneOf("Day from which late interest counts once the grace is over.", product.PenaltyStartNames...)},
		field{"ordinary_interest", required, oneOf("What becomes of interest in arrears after the due date.", product.OverdueNames...)},
		field{"borne_by", required, oneOf("Who bears late interest.", "seller", "buyer")})},
	field{"tenor", required, keys("Days from the disbursement to the due date.",
		field{"days_min", required, whole("The least.", 1, product.TenorDaysMost)},
		field{"days_max", required, whole("The most.", 1, product.TenorDaysMost)})},
	field{"quote_seconds", required, whole("How long a quote stands.", 60, 7*86400)},
	field{"waterfall", required, several("The order in which a repayment is shared out; the seller is last.", 4, 6, oneOf("", tiers...))},
	field{"legal", required, keys("What gives the financing its legal effect.",
		field{"agreements", required, several("Kinds of agreement of which one must be live.", 0, 16, oneOf("", legal.KindNames...))},
		field{"notice", required, oneOf("Notice to the debtor.", product.NoticeNames...)},
		field{"registration", required, oneOf("Registration in the funder's name.", product.RegistrationNames...)},
		field{"search_days_max", required, whole("Age of the newest search of a registry against the seller; 0: none is needed.", 0, 366)})},
	field{"links", required, linksShape},
)

var recourseShape = keys("Per cause, whether the seller answers: none, full, a share of each loss, or a first loss.",
	field{"insolvency", required, recourseOf("The buyer's insolvency.")},
	field{"protracted_default", required, recourseOf("The buyer does not pay for a number of days.", field{"after_days", required, whole("Days after the due date.", 1, 366)})},
	field{"dispute", required, recourseOf("Dispute or dilution.", field{"after_days", optional, whole("Days after a dispute was raised on which the seller is called if it is still open; default 0.", 0, 366)})},
	field{"warranty", required, oneOf("Breach of warranty: non-existence, earlier assignment, fraud. Never without.", "full", "none")},
)

// recourseOf has more keys where more is said besides the extent; where it must be said, "full" is keys without an extent.
func recourseOf(doc string, more ...field) *shape {
	words := []string{"none", "full"}
	if len(more) > 0 && more[0].presence == required {
		words = []string{"none"}
	}
	return alternatives(doc, oneOf("", words...), keys("", append(more,
		field{"share", optional, share("Of each loss.", 1, rateMax)},
		field{"first_loss", optional, share("Of the principal: losses up to it are the seller's.", 1, rateMax)})...))
}

var pricingShape = keys("What the money costs.",
	field{"rate", required, alternatives("A year: of each funder, fixed, or a base rate and a margin.", oneOf("", "funder"), share("", 0, rateMax), keys("",
		field{"base", required, texts("Name of the rate whose fixings are kept as dated data.", 40)},
		field{"floor", optional, share("Least value of the base rate; default: none.", -rateMax, rateMax)},
		field{"margin", required, several("By grade and tenor, ascending; the first row that reaches both counts.", 1, product.MarginsMost, keys("",
			field{"grade", required, whole("Up to this grade of the debtor; 1 is best.", 1, product.GradeMost)},
			field{"days", required, whole("Up to this tenor.", 1, product.TenorDaysMost)},
			field{"rate", required, share("Over the base rate.", -rateMax, rateMax)}))}))},
	field{"interest", required, oneOf("When interest is taken: as a discount, or from the repayment.", timings...)},
	field{"basis", required, oneOf("What the rate is applied to; yield: so that what is left after the discount yields the rate.", product.BasisNames...)},
	field{"borne_by", required, oneOf("Who bears the interest.", "seller", "buyer")},
	field{"accrual", required, oneOf("How a discount becomes income: by the days, or by effective interest.", product.AccrualNames...)},
	field{"unearned_discount", required, oneOf("What becomes of the discount on what is repaid early.", product.UnearnedNames...)},
	field{"day_count", required, oneOf("Day count; interest is simple.", dayCountNames()...)},
	field{"rounding", required, oneOf("Of each posted amount.", product.RoundingNames...)},
	field{"fees", required, several("Besides interest.", 0, product.FeesMost, keys("",
		field{"name", required, texts("Name of the fee.", 60)},
		field{"payer", required, oneOf("Who bears it.", "seller", "buyer", "funder")},
		field{"to", required, oneOf("Who earns it.", product.RoleNames[product.Funder:]...)},
		field{"basis", required, oneOf("What it is reckoned on.", product.FeeBasisNames...)},
		field{"per", optional, oneOf("For what time the rate is; default financing.", product.PerNames...)},
		field{"when", required, oneOf("When it is paid.", product.WhenNames...)},
		field{"rate", optional, share("Of the basis.", 1, rateOne/5)},
		field{"amount", optional, sum("Of a flat fee, and of one by invoice.")},
		field{"minimum", optional, sum("The least.")},
		field{"maximum", optional, sum("The most.")},
		field{"tax", optional, keys("On the fee, shown on a line of its own.",
			field{"name", required, texts("Name of the line.", 40)},
			field{"rate", required, share("Of the fee.", 1, rateOne/2)})}))},
	field{"caps", optional, keys("Above a cap nothing is offered.",
		field{"annual_cost", optional, share("Annual percentage cost.", 1, product.CostMost)},
		field{"fees", optional, share("Fees and taxes of the financed party, of the amount.", 1, rateOne)})},
)

var linksShape = keys("The links that may never be dropped.",
	link("trade_evidence", "Facts that a trade of a kind must have proved; a kind that is left out is not financed.",
		field{"goods", optional, evidenceShape}, field{"services", optional, evidenceShape}, field{"evaluated_receipt", optional, evidenceShape}, field{"prepaid", optional, evidenceShape}),
	link("one_financing_per_evidence", "Check and claim are one step.",
		field{"ladder", required, several("Every rung.", 1, 5, oneOf("", product.RungNames...))}),
	link("credit_review", "Who is reviewed before and while money is out.",
		field{"reviewed", required, several("Whose review must be live.", 1, 2, oneOf("", reviewed...))},
		field{"seller_limit", required, oneOf("Whether a limit on the seller is used besides the buyer's.", "none", "used")}),
	link("risk_control", "Rules at each use, besides those of the house.",
		field{"eligibility", optional, several("What may be financed.", 0, rule.ClausesMax, conditionShape)},
		field{"policy", required, several("What stands against it.", 1, rule.ClausesMax, conditionShape)}),
	link("funds_supervision", "Money to the right party, collections to the right account.",
		field{"payee", required, oneOf("To which accounts money goes.", "verified_account", "any_account")},
		field{"tenor", required, oneOf("Whether funding may end before the asset does.", "tied", "free")}),
	link("after_care", "After the money is out.",
		field{"monitoring_days", required, whole("Days between two looks at what is out.", 1, 366)},
		field{"dunning_days", required, several("Days after the due date on which the debtor is reminded.", 1, 16, whole("", 1, 366))}),
)

var evidenceShape = several("Facts.", 1, 9, oneOf("", facts...))

var conditionShape = keys("A rule: its text is true where nothing stands against the financing.",
	field{"name", required, texts("Name of the rule: small letters, digits and underscores.", rule.ClauseNameMax)},
	field{"text", required, texts("Expression over the facts of the financing.", rule.ClauseTextMax)},
	field{"otherwise", required, oneOf("What follows where it is not true.", verdicts...)},
	field{"reason", required, texts("What whoever it stops is told.", rule.ClauseReasonMax)},
	field{"citation", optional, texts("Where the rule comes from.", rule.ClauseCitationMax)},
)

func link(name, doc string, more ...field) field {
	return field{name, required, keys(doc, append([]field{
		{"control", required, texts("What controls it.", 300)},
		{"owner", required, oneOf("Who answers for it.", product.RoleNames...)},
		{"minutes", required, whole("How long it takes.", 1, 43200)},
		{"bypasses", required, alternatives("Ways round it: none.", oneOf("", "none"), several("", 0, 16, texts("", 300)))},
	}, more...)...)}
}

func conventionNames() []string {
	var names []string
	for v := calendar.Unadjusted; v <= calendar.Preceding; v++ {
		names = append(names, v.String())
	}
	return names
}

func calendarNames() []string {
	names := []string{programme}
	for _, c := range calendar.All() {
		names = append(names, c.Name)
	}
	return names
}

func dayCountNames() []string {
	names := []string{""}
	for c := calendar.Actual360; c <= calendar.ActualActual; c++ {
		names = append(names, c.String())
	}
	return names
}
