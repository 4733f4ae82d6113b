package supervision

import "millrace/domain/calendar"

// Protection is the law that keeps the money of an account apart from its owner's estate, or that gives others a right in it.
type Protection uint8

// The protections. They are stored: a value is never used again.
const (
	OwnMoney           Protection = 1 + iota // none: the owner's own deposit
	ForeignTrust                             // a trust recognised abroad
	GermanTrust                              // an open trust account (offenes Treuhandkonto)
	ChinaSpecial                             // a special account (专户) under supervision
	EuropeSafeguarding                       // relevant funds of a payment institution
	BritainClientMoney                       // client money on a statutory trust
	BritainSafeguard                         // relevant funds of a payment institution
	AmericaControl                           // a deposit account under control of a secured party
	ControlledEscrow                         // the account-control agreement alone
)

// Provision is where a protection is written, and from when on it has been law.
type Provision struct {
	Name     string
	Sentence string
	Citation string        // a question mark marks what wants to be checked against the official text before it is relied on
	From     calendar.Date // first day of its force; 0 for what rests on contract
	Apart    bool          // creditors of the owner do not reach the money
}

func day(year, month, dayOfMonth int) calendar.Date {
	d, ok := calendar.Of(year, month, dayOfMonth)
	if !ok {
		panic("supervision: no such date")
	}
	return d
}

var provisions = [...]Provision{
	OwnMoney: {
		Name: "own_money", Sentence: "The owner's own deposit: no law sets it apart from the owner's other estate.",
	},
	ForeignTrust: {
		Name: "trust", Sentence: "Held on trust: personal creditors of the trustee have no recourse against it.",
		Citation: "Convention on the Law Applicable to Trusts and on their Recognition (The Hague, 1 July 1985), art. 2, 11 (to be checked: only where it is in force, with the law chosen in the deed)",
		From:     day(1992, 1, 1), Apart: true,
	},
	GermanTrust: {
		Name: "trust_de", Sentence: "Held openly on trust: it is separated from the trustee's insolvent estate.",
		Citation: "§ 47 InsO (to be checked: for what comes in from third parties case law asks that only money of others is on the account)",
		From:     day(1999, 1, 1), Apart: true,
	},
	ChinaSpecial: {
		Name: "special_account_cn", Sentence: "A special account, told apart and under the secured creditor's actual control: that creditor is paid from it first.",
		Citation: "Supreme People's Court, Fa Shi [2020] No. 28, art. 70; Yinfa [2025] No. 77 (to be checked: article on supervised accounts)",
		From:     day(2021, 1, 1), Apart: true,
	},
	EuropeSafeguarding: {
		Name: "safeguarding_eu", Sentence: "Relevant funds in a separate account of a credit institution, insulated from other creditors of the payment institution.",
		Citation: "Directive (EU) 2015/2366, art. 10(1)(a), as each member state has made it law",
		From:     day(2018, 1, 13), Apart: true,
	},
	BritainClientMoney: {
		Name: "client_money_uk", Sentence: "Client money on a statutory trust for the clients.",
		Citation: "FCA Handbook, CASS 7.17.2R (to be checked: number as in force since 2015-06-01); Financial Services and Markets Act 2000, s. 137B(1)",
		From:     day(2015, 6, 1), Apart: true,
	},
	BritainSafeguard: {
		Name: "safeguarding_uk", Sentence: "Relevant funds in a safeguarding account: their payees are paid before all other creditors.",
		Citation: "Payment Services Regulations 2017 (SI 2017/752), reg. 23",
		From:     day(2018, 1, 13), Apart: true,
	},
	AmericaControl: {
		Name: "control_us", Sentence: "A deposit account of which the secured party has control by an agreement with the bank.",
		Citation: "Uniform Commercial Code § 9-104(a)(2), § 9-327 (to be checked: as enacted in the state whose law governs)",
		From:     day(2001, 7, 1),
	},
	ControlledEscrow: {
		Name: "escrow", Sentence: "The bank moves it by the account-control agreement alone; against the owner's creditors that agreement is all there is.",
	},
}

// Valid tells whether there is such a protection.
func (p Protection) Valid() bool { return p >= OwnMoney && int(p) < len(provisions) }

// Provision is where the protection is written.
func (p Protection) Provision() Provision { return provisions[p] }

// String is the name used in API and console; "" for an unknown protection.
func (p Protection) String() string {
	if !p.Valid() {
		return ""
	}
	return provisions[p].Name
}

// InForce tells whether the protection is law on a day.
func (p Protection) InForce(on calendar.Date) bool { return p.Valid() && provisions[p].From <= on }

// Protections lists the names, by value; the first is "".
func Protections() []string {
	names := make([]string, len(provisions))
	for i := range provisions {
		names[i] = provisions[i].Name
	}
	return names
}
