package console

import "strings"

// errand is one kind of work that waits for somebody: how it is shown at a desk while there is some of it.
type errand struct {
	tone tone
	path string // where it is done
	name string
	why  string
	next string // what whoever does it does, and what follows

	single bool // it stands for itself: no count is shown
}

// errands are by the names under which package view counts them.
var errands = map[string]errand{
	"referrals": {
		tone: toneWait, path: "/referrals", name: "Referrals to decide",
		why:  "Risk control wants a person for these uses of money.",
		next: "Read the evidence side by side, then approve or decline with a reason. The seller waits for it.",
	},
	"quotes": {
		tone: toneWait, path: "/financings?state=quoted", name: "Quotes to accept",
		why:  "These were priced, and stand until they expire.",
		next: "Accept one, and the money is set aside; it is paid out to your verified account.",
	},
	"accepted": {
		tone: toneWait, path: "/financings?state=accepted", name: "Accepted financings to pay out",
		why:  "Money and limits are set aside for them.",
		next: "Pay them out. Large sums, new payees and changed accounts wait for a second person.",
	},
	"overdue": {
		tone: toneBad, path: "/financings?state=overdue", name: "Financings past due",
		why:  "The buyer has not paid by the due date.",
		next: "Ask the buyer; record a dispute, or call the seller where there is recourse.",
	},
	"in_recourse": {
		tone: toneBad, path: "/financings?state=in_recourse", name: "Sellers that were called",
		why:  "Recourse was called for these financings.",
		next: "Record what the seller pays, or declare default by two persons.",
	},
	"called": {
		tone: toneBad, path: "/financings?state=in_recourse", name: "You were called to pay",
		why:  "A buyer has not paid what was financed, and you answer for it.",
		next: "Pay to the account named with the call, or show why the buyer owes.",
	},
	"defaulted": {
		tone: toneBad, path: "/financings?state=defaulted", name: "Financings in default",
		why:  "Two persons have declared them.",
		next: "Follow recoveries; write off what is not expected any more.",
	},
	"approvals": {
		tone: toneWait, path: "/payments?state=awaiting_approval", name: "Payments for a second person",
		why:  "Who made a payment does not approve it.",
		next: "Compare payee and account with the evidence, then approve or decline.",
	},
	"in_doubt": {
		tone: toneBad, path: "/payments?state=in_doubt", name: "Payments in doubt",
		why:  "The bank’s answer is not known. They are never sent again blindly.",
		next: "The bank is asked; look at the account if the answer does not come.",
	},
	"breaks": {
		tone: toneBad, path: "/breaks", name: "Breaks",
		why:  "The bank’s statement and the book differ.",
		next: "Take one, find what it is, and resolve it with a reason.",
	},
	"unallocated": {
		tone: toneWait, path: "/receipts?state=unallocated", name: "Receipts that are not allocated",
		why:  "Money came in, and nothing says yet what it pays.",
		next: "Match it to what is open; unidentified money is never used, and goes back.",
	},
	"returns": {
		tone: toneWait, path: "/returns", name: "Returns to decide",
		why:  "Money is to go back to its sender or to another programme.",
		next: "Read the sender’s account once more yourself, then decide.",
	},
	"supervised_accounts": {
		tone: toneWait, path: "/supervised", name: "Supervised accounts for a second person",
		why:  "An account was put on record.",
		next: "Compare it with the account-control agreement, then decide.",
	},
	"bank_accounts": {
		tone: toneWait, path: "/parties", name: "Bank accounts to verify",
		why:  "A party has named an account that is not verified.",
		next: "Check whose it is, by its bank, a letter or a micro-deposit. Nothing is paid to it before.",
	},
	"products": {
		tone: toneWait, path: "/programmes", name: "Products for a second person",
		why:  "Terms were proposed.",
		next: "Read them, compare them with the version before, and approve.",
	},
	"programmes": {
		tone: toneWait, path: "/programmes", name: "Programmes for a second person",
		why:  "A programme was proposed.",
		next: "Read its terms, funders and limits, and approve.",
	},
	"limits": {
		tone: toneWait, path: "/limits", name: "Limits for a second person",
		why:  "A limit was proposed or changed.",
		next: "Look at its use and at the review, and approve.",
	},
	"reviews": {
		tone: toneWait, path: "/reviews", name: "Credit reviews for a second person",
		why:  "A grade was proposed.",
		next: "Read the analyst’s view and the figures, and approve or refuse.",
	},
	"applications": {
		tone: toneWait, path: "/applications", name: "Applications to review",
		why:  "Reviews are due, or were asked for.",
		next: "Open the file: accounts, score with reasons, trade. Then give a view.",
	},
	"recommendations": {
		tone: toneWait, path: "/limits", name: "Recommended limits",
		why:  "The operator recommends a limit; the decision is the funder’s own.",
		next: "Take it, change it, or dismiss it.",
	},
	"dependences": {
		tone: toneWait, path: "/limits", name: "Dependences between parties",
		why:  "One party is said to live from another.",
		next: "A second person agrees that it counts, or counts no more.",
	},
	"models": {
		tone: toneWait, path: "/models", name: "Models for a second person",
		why:  "A model was proposed.",
		next: "Read how it did on unseen data, and approve.",
	},
	"measures": {
		tone: toneWait, path: "/measures?state=waiting", name: "Measures for a second person",
		why:  "An extension, a default or a write-off was proposed.",
		next: "Read why, and decide.",
	},
	"registrations": {
		tone: toneWait, path: "/registry", name: "Registrations to make",
		why:  "Assignments or pledges are not registered yet.",
		next: "The clerk asks the registry; look where it could not.",
	},
	"notices": {
		tone: toneWait, path: "/financings", name: "Notices to serve",
		why:  "Notices of assignment are written, and not served.",
		next: "Serve them: until then the debtor may pay the seller.",
	},
	"provisional": {
		tone: toneWait, path: "/parties", name: "Parties that are not onboarded",
		why:  "They were seen in documents only. Nothing of theirs can be financed.",
		next: "Open a file, ask for what is missing, screen and onboard.",
	},
	"alerts": {
		tone: toneBad, path: "/screening", name: "Screening alerts",
		why:  "A name is like one on a list.",
		next: "Compare, and clear it with reasons, or take it for true; a second person confirms.",
	},
	"cases": {
		tone: toneBad, path: "/cases", name: "Cases",
		why:  "A suspicion is being looked into. Nobody outside compliance knows of it.",
		next: "Gather, conclude, and have a second person close it.",
	},
	"confirmations": {
		tone: toneWait, path: "/confirmations", name: "Invoices to confirm",
		why:  "Your suppliers can be paid early once you say that you owe these.",
		next: "Confirm one or many with your signature, or dispute what is wrong.",
	},
	"seconds": {
		tone: toneWait, path: "/confirmations", name: "Confirmations for a second signatory",
		why:  "One of two signatures is there.",
		next: "Read the statement and sign, or leave it.",
	},
	"disputes": {
		tone: toneBad, path: "/receivables", name: "Disputes that are open",
		why:  "What is disputed can’t be financed.",
		next: "Agree on the amount, or decide it; the rest stays payable.",
	},
	"holdings": {
		tone: toneWait, path: "/offers", name: "Certificates offered to you",
		why:  "Somebody pays you with a part of a buyer’s promise.",
		next: "Accept or decline before the offer ends. What you hold you can pass on, finance or keep.",
	},
	"early_offers": {
		tone: toneWait, path: "/early", name: "Offers of early payment",
		why:  "A buyer pays early out of its own cash, for a discount.",
		next: "Look at the price for each of the days to come.",
	},
	"auctions": {
		tone: toneWait, path: "/auctions", name: "Auctions that are open",
		why:  "Invoices are on offer, and bids are sealed.",
		next: "Look at the evidence and bid before the time is over.",
	},
	"margin_calls": {
		tone: toneBad, path: "/bases", name: "Margin calls that are open",
		why:  "What secures a loan is worth too little for it.",
		next: "Add stock or invoices, or repay a part, before the call’s last day.",
	},
	"set_off": {
		tone: toneWait, path: "/set-off", name: "Set-off runs that ask you",
		why:  "What you owe and are owed can be set off in a circle, without cash.",
		next: "Consent to the run, or refuse it, before its last day for answers.",
	},
	"set_off_runs": {
		tone: toneWait, path: "/set-off", name: "Set-off runs to execute",
		why:  "A proposal is proved and published.",
		next: "A second person executes it; then all of it counts as set off.",
	},
	"late_recoveries": {
		tone: toneBad, path: "/misdirected", name: "Misdirected payments that are late",
		why:  "Money was paid to a seller’s own account and demanded back in vain.",
		next: "Ask again, take it out of the seller’s collections, or treat it as a breach.",
	},
	"transfers_in_doubt": {
		tone: toneBad, path: "/wallets", name: "Transfers of digital money in doubt",
		why:  "The outside system has not answered.",
		next: "It is asked; nothing is sent twice.",
	},
	"signing_keys": {
		tone: toneWait, path: "/parties", name: "Signing keys to approve",
		why:  "Somebody has brought a key with which a party signs.",
		next: "Ask the party over a way of your own, then approve it on its page. It signs nothing before.",
	},
	"mandates": {
		tone: toneWait, path: "/parties", name: "Mandates to approve",
		why:  "Somebody has proposed what a key may sign, and up to which amount.",
		next: "Compare it with the resolution that names the signatories, then approve it on the party’s page.",
	},
	"templates": {
		tone: toneWait, path: "/agreements", name: "Texts of agreements to approve",
		why:  "Somebody has proposed a text.",
		next: "Read it, then approve it. Agreements are made of approved texts only.",
	},
	"agreements": {
		tone: toneWait, path: "/agreements?state=drafted", name: "Agreements to sign",
		why:  "They were drafted, and your party has not signed them.",
		next: "Read text and terms, then sign. An agreement binds when every party to it has signed.",
	},
	"signing_key": {
		tone: toneWait, path: "/parties/{own}/signing-key", name: "Bring a signing key", single: true,
		why:  "Your party has none: it can sign nothing yet, no confirmation and no agreement.",
		next: "Make one in the browser, or bring one. A second person approves it, and a mandate says what it may sign.",
	},
	"webhooks": {
		tone: toneBad, path: "/webhooks?state=paused", name: "Webhooks whose messages nobody takes",
		why:  "For three days the address has not answered.",
		next: "Mend it, then let the messages be sent again from where they stopped.",
	},
	"findings": {
		tone: toneWait, path: "/receivables?state=open", name: "Open receivables with findings",
		why:  "Their invoices say what does not agree; until it is cleared they can’t be financed.",
		next: "Ask the issuer for a corrected invoice, or clear a finding with a reason.",
	},
	"rules": {
		tone: toneWait, path: "/receivables?state=open", name: "Open receivables that break fatal rules of EN 16931",
		why:  "Their invoices do not follow the standard that they name.",
		next: "Ask the issuer for a corrected invoice; the rules are on the invoice’s page.",
	},
}

// elsewhere are errands that a desk sees and that others do: what it does about them itself, by the desk and the errand's name.
var elsewhere = map[string]map[string]errand{
	"operator": {"referrals": advised},
	"credit":   {"referrals": advised},
	"compliance": {"approvals": {
		path: "/payments?state=awaiting_approval", name: "Payments for a second person",
		why:  "Who made a payment does not approve it.",
		next: "Treasury decides. Look at the payee and its account where you doubt them.",
	}},
	"custodian": {
		"breaks": {
			tone: toneWait, path: "/breaks", name: "Breaks",
			why:  "Your statement and the book differ.",
			next: "The operator finds what it is, and may ask you.",
		},
		"unallocated": {
			path: "/receipts?state=unallocated", name: "Receipts that are not allocated",
			why:  "Money came in, and nothing says yet what it pays.",
			next: "The operator matches it; unidentified money is never used, and goes back.",
		},
		"approvals": {
			path: "/payments?state=awaiting_approval", name: "Payments that are not approved yet",
			why:  "The operator, and the lender where it must, look at them first.",
			next: "Once they are approved, they come to you.",
		},
	},
	"buyer": {"early_offers": {
		path: "/early", name: "Your offers of early payment",
		why:  "Your suppliers may take them up; the discount is yours.",
		next: "Look at what is left of the budget, or withdraw one.",
	}},
}

// advised are referrals to those who don't decide them.
var advised = errand{
	tone: toneWait, path: "/referrals", name: "Referrals to advise on",
	why:  "Risk control wants a person of the funder for these uses of money.",
	next: "Read the evidence side by side, and give your advice: the funder decides, and the seller waits for it.",
}

// waitings are what waits at each desk, by names of errands, the most pressing first; and what is said where nothing does.
var waitings = map[string]struct {
	errands       []string
	nothing, hint string
}{
	"operator": {
		[]string{
			"accepted", "approvals", "in_doubt", "breaks", "unallocated", "bank_accounts", "signing_keys", "mandates", "templates", "agreements", "provisional",
			"products", "programmes", "supervised_accounts", "limits", "measures", "notices", "registrations", "disputes", "set_off_runs", "late_recoveries", "webhooks",
			"referrals", "applications", "reviews", "alerts", "findings", "rules",
		},
		"Nothing waits for the operator.", "What needs a person appears here with its reason.",
	},
	"funder": {
		[]string{
			"signing_key", "mandates", "agreements", "referrals", "auctions", "recommendations", "applications", "limits", "measures", "overdue", "in_recourse", "margin_calls", "breaks",
			"webhooks",
		},
		"Nothing waits for you.", "Uses of your money that want a person, auctions and reviews appear here.",
	},
	"credit": {
		[]string{
			"referrals", "applications", "reviews", "limits", "recommendations", "dependences", "models", "overdue", "in_recourse", "defaulted",
			"measures",
		},
		"Nothing waits for a judgement.", "Referrals, reviews and limits appear here with their evidence.",
	},
	"treasury": {
		[]string{
			"approvals", "in_doubt", "breaks", "unallocated", "returns", "supervised_accounts", "accepted", "late_recoveries",
			"transfers_in_doubt",
		},
		"Nothing waits for treasury.", "Payments for a second person, breaks and receipts appear here.",
	},
	"compliance": {
		[]string{"alerts", "cases", "provisional", "bank_accounts", "approvals"},
		"Nothing waits for compliance.", "Alerts of screening and cases appear here.",
	},
	"buyer": {
		[]string{"signing_key", "mandates", "agreements", "confirmations", "seconds", "disputes", "early_offers", "set_off", "webhooks"},
		"Nothing waits for you.", "Invoices appear here once goods and invoice agree.",
	},
	"seller": {
		[]string{"signing_key", "mandates", "agreements", "quotes", "holdings", "called", "early_offers", "set_off", "margin_calls", "disputes", "webhooks", "findings", "rules"},
		"Nothing waits for you.", "Quotes, certificates and offers appear here.",
	},
	"distributor": {
		[]string{"signing_key", "mandates", "agreements", "margin_calls", "quotes", "called"},
		"Nothing waits for you.", "Margin calls and quotes appear here.",
	},
	"custodian": {
		[]string{"in_doubt", "breaks", "unallocated", "agreements", "supervised_accounts", "approvals", "webhooks"},
		"Nothing waits for you.", "Payments in doubt and breaks appear here.",
	},
	"warehouse": {
		[]string{"margin_calls", "disputes"},
		"Nothing waits for you.", "What you are asked to lock, count or release appears here.",
	},
}

// Queue is what waits at the desk.
func (f *front) Queue(around frame) (*queue, error) {
	waiting := waitings[f.desk.Name]
	counts, err := f.v.Errands(f.v.caller, waiting.errands...)
	if err != nil {
		return nil, err
	}
	q := &queue{Nothing: waiting.nothing, Hint: waiting.hint}
	switch f.desk.Name {
	case "warehouse":
		q.Items, err = f.storeTasks(around)
	case "distributor":
		q.Items, err = f.loanTasks()
	}
	for _, name := range waiting.errands {
		if count := counts[name]; count > 0 {
			e, other := elsewhere[f.desk.Name][name]
			if !other {
				e = errands[name]
			}
			path, err := f.v.pathTo(name, e.path)
			if err != nil {
				return nil, err
			}
			if e.single {
				count = 0
			}
			q.Items = append(q.Items, task{Name: f.v.w.T(e.name), Count: count, Path: path, Why: f.v.w.T(e.why), Next: f.v.w.T(e.next), Tone: e.tone})
		}
	}
	return q, err
}

// pathTo is where an errand is done: on the page of the one that waits longest where there is no list of them.
func (v *visit) pathTo(name, path string) (string, error) {
	switch name {
	case "signing_key":
		return strings.Replace(path, "{own}", v.caller.Party.String(), 1), nil
	case "signing_keys", "mandates", "templates":
		record, err := v.ToComplete(v.caller, name)
		if page := pathOf(record); page != "" {
			path = page
		}
		return path, err
	}
	return path, nil
}
