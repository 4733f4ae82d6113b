package locale

import "strings"

// idioms are codes that don't read as words when they are only written with spaces, as a person says them in English.
// Every other language says each code in its own words.
var idioms = map[string]string{
	// rules of risk control
	"aggregate exceeded": "more financed than ordered and received", "amount unusual": "unusual amount", "ban overruled": "ban on assignment overruled by law",
	"buyer grade": "credit grade of the buyer", "buyer overdue": "buyer past due", "buyers concentrated": "sales to few buyers", "claim disputed": "disputed claim",
	"cn cost of credit": "cost of credit in China", "cn payment term": "payment term in China", "dilution rising": "rising dilution", "document age": "old documents",
	"eu late payment": "payment term in the EU", "evidence grade": "grade of the evidence", "file gaps": "gaps in the onboarding file",
	"file overdue": "onboarding file due for review", "funnel": "new firms round one party", "insurer limit": "limit of the credit insurer",
	"invoice share": "share of one invoice", "issued ahead": "invoice dated ahead", "largest buyer": "share of the largest buyer", "late days": "days late",
	"late rising": "buyer paying later and later", "limit near": "limit nearly used up", "month end burst": "burst of invoices at the end of a month",
	"network unseen": "network too wide to search", "not screened": "not screened yet", "order after invoice": "order later than the invoice",
	"overbilled": "billed above the order", "owner listed": "owner on a list", "owner missing": "owner not known", "party standing": "standing of a party",
	"payee changed": "changed account of the payee", "payee new": "new account of the payee", "payments reversed": "payments taken back",
	"refused often": "refused often before", "renumbered": "billed again under another number", "screening hit": "match on a screening list",
	"screening open": "screening alert not decided", "self billed unconfirmed": "self-billed and not confirmed", "seller defaults": "defaults of the seller",
	"seller share": "share of the seller", "trade differences": "documents that differ", "undertaking unsigned": "undertaking not signed",
	"undertaking wanted": "undertaking missing", "young burst": "burst of invoices of a young firm",
	// why money that came in is with a person
	"match needs person": "the match needs a person", "near reference": "the reference nearly fits", "only sum": "only the sum fits", "several fit": "several debts fit",
	// what is written with a hyphen or in capitals
	"pre shipment finance": "pre-shipment finance", "self billed": "self-billed", "order response simple": "simple order response", "micro deposit": "micro-deposit",
	"order micro deposit": "order micro-deposit", "answer micro deposit": "answer micro-deposit", "long term debt": "long-term debt", "short term debt": "short-term debt",
	"ifrs": "IFRS", "us gaap": "US GAAP", "prc gaap": "PRC GAAP", "local gaap": "local GAAP", "politically exposed": "politically exposed person",
	"taken for true": "taken for a true match", "debt to ebitda": "debt to EBITDA", "net debt to ebitda": "net debt to EBITDA",
	"ebitda interest coverage": "EBITDA interest coverage", "nothing fits": "nothing open fits it", "party differs": "the payer is another party",
}

// spans end the names of facts that are counted over some months.
var spans = []struct{ short, long string }{{" 12m", ", 12 months"}, {" 3m", ", 3 months"}}

// inEnglish is a code in words, as a person says it. What is set off is the verb; all else about it is of a set-off.
func inEnglish(words string) string {
	if said, other := idioms[words]; other {
		return said
	}
	for _, span := range spans {
		if name, has := strings.CutSuffix(words, span.short); has {
			return name + span.long
		}
	}
	if words != "set off" && strings.Contains(words, "set off") {
		return strings.Replace(words, "set off", "set-off", 1)
	}
	return words
}

// ofOne are wordings where the argument of the place, from 0, is 1: the thing is one of its kind then.
var ofOne = map[string]struct {
	place   int
	wording string
}{
	"%d receivables of %s secure what it draws: pool %s.":                                 {0, "%d receivable of %s secures what it draws: pool %s."},
	"%d receivables have left pool %s.":                                                   {0, "%d receivable has left pool %s."},
	"%d bills were written.":                                                              {0, "%d bill was written."},
	"%d lines of statement %s are booked by now.":                                         {0, "%d line of statement %s is booked by now."},
	"Receipt %s pays %d receivables; the evidence: %s":                                    {1, "Receipt %s pays %d receivable; the evidence: %s"},
	"%d debts for which the certificate was given are discharged.":                        {0, "%d debt for which the certificate was given is discharged."},
	"%d are owed again.":                                                                  {0, "%d is owed again."},
	"%d more holdings were made.":                                                         {0, "%d more holding was made."},
	"%d holdings ended by this step: %s.":                                                 {0, "%d holding ended by this step: %s."},
	"Others are connected by now: the use of %d limits was counted again.":                {0, "Others are connected by now: the use of %d limit was counted again."},
	"Under instruction %s, %d receivables were tried, and none was financed.":             {1, "Under instruction %s, %d receivable was tried, and not financed."},
	"A search of %s against %s on %s found %d encumbrances.":                              {3, "A search of %s against %s on %s found %d encumbrance."},
	"Misdirected payment %s has come in %d parts so far.":                                 {1, "Misdirected payment %s has come in %d part so far."},
	"A checklist of %d requirements for onboarding files was proposed.":                   {0, "A checklist of %d requirement for onboarding files was proposed."},
	"%d parties that have changed were screened with their persons: %d new alerts.":       {1, "%d parties that have changed were screened with their persons: %d new alert."},
	"Parties and their persons up to number %d were screened: %d new alerts.":             {1, "Parties and their persons up to number %d were screened: %d new alert."},
	"Version %d of the list %q was imported: %d entries.":                                 {2, "Version %d of the list %q was imported: %d entry."},
	", with %d findings":                                                                  {0, ", with %d finding"},
	"%d transfers were posted.":                                                           {0, "%d transfer was posted."},
	"%d accounts were opened in the books of %s.":                                         {0, "%d account was opened in the books of %s."},
	"The use of %d limits changed.":                                                       {0, "The use of %d limit changed."},
	"What %d financings have earned up to %s was posted.":                                 {0, "What %d financing has earned up to %s was posted."},
	"%d lines of set-off run %s are dealt with, and their debts released.":                {0, "%d line of set-off run %s is dealt with, and its debt released."},
	"Potentials of %d members came in for set-off run %s.":                                {0, "Potentials of %d member came in for set-off run %s."},
	"%d receipts were merged: %s.":                                                        {0, "%d receipt was merged: %s."},
	"The last day for answers to set-off run %s is over; %d members were looked through.": {1, "The last day for answers to set-off run %s is over; %d member was looked through."},
	"a business day in %d minutes":                                                        {0, "a business day in %d minute"},
	"a business day in %d seconds":                                                        {0, "a business day in %d second"},
}

// single is the wording for one thing, where English has another.
func single(key string, arguments []any) string {
	one, has := ofOne[key]
	if !has || one.place >= len(arguments) {
		return key
	}
	switch n := arguments[one.place].(type) {
	case int:
		has = n == 1
	case int64:
		has = n == 1
	case uint64:
		has = n == 1
	case uint32:
		has = n == 1
	default:
		has = false
	}
	if has {
		return one.wording
	}
	return key
}
